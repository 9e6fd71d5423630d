"""Callers who come with a JWT of the organisation's own identity provider.

Implements what OpenID Connect Core 1.0, RFC 7519 (JWT) and RFC 8725 (its best practice) ask of who accepts one. Which
provider, and where its keys are, is said by the operator alone; what a token says about keys (`jku`, `x5u`, `jwk`) is
never looked at.
"""

import json
import logging
import threading
import time
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt

from bio2kg.access.callers import Caller, Role
from bio2kg.errors import ForbiddenError, InputError, StateError, UnauthorisedError
from bio2kg.organisations import organisation

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY = 60  # seconds that clocks may differ
_FRESH = 300  # seconds for which keys are used without looking again
_KEPT = 3600  # seconds for which they are used while the provider is away
_PAUSE = 30  # seconds between two looks, however many unknown keys are asked for
_PATIENCE = 5  # seconds that the provider gets to answer
_LARGEST = 1024 * 1024  # bytes of an answer of the provider
_LONGEST = 16 * 1024  # characters of a token
_log = logging.getLogger(__name__)


class Keys:
    """The public keys of an identity provider, from its discovery document, another address, or a file."""

    def __init__(self, issuer: str, source: str = "") -> None:
        self._issuer = issuer
        self._source = source
        self._fetching = threading.Lock()
        self._keys: dict[str, dict[str, Any]] = {}
        self._fetched = self._tried = -float("inf")

    def wanted(self, kid: str) -> bool:
        """Whether ``refresh`` could help to find this key; not so often that strangers could bother the provider."""
        now = time.monotonic()
        if now - self._tried < _PAUSE:
            return False
        return kid not in self._keys or (now - self._fetched >= _FRESH and not self._fetching.locked())

    def refresh(self) -> None:
        """Gets the keys again; one thread does, the others wait for it. A provider that is away leaves the old keys."""
        with self._fetching:
            if time.monotonic() - self._tried < _PAUSE:
                return
            try:
                self._keys, self._fetched = self._fetch(), time.monotonic()
            except (OSError, HTTPException, ValueError, LookupError, TypeError, RecursionError) as error:
                _log.error("the keys of the identity provider cannot be had: %s: %s", type(error).__name__, error)
            self._tried = time.monotonic()

    def get(self, kid: str) -> dict[str, Any] | None:
        """The key with this id as a JWK, None if there is none. Raises StateError if no keys can be had."""
        if time.monotonic() - self._fetched >= _KEPT:
            raise StateError(
                "the identity provider does not answer, so this token cannot be checked",
                remedy="Try again later, or use a token of this service.",
                retry_after=_PAUSE,
            )
        return self._keys.get(kid)

    def _fetch(self) -> dict[str, dict[str, Any]]:
        source = self._source
        if not source:
            about = _json(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if about["issuer"] != self._issuer:
                raise ValueError(f"its discovery document is of another issuer: {about['issuer']}")
            source = about["jwks_uri"]
        found = _json(source) if "://" in source else json.loads(Path(source).read_bytes())
        return {key["kid"]: key for key in found["keys"] if "kid" in key and key.get("use", "sig") == "sig"}


class Issuer:
    """An identity provider whose tokens are accepted."""

    def __init__(self, issuer: str, audience: str, organisation_claim: str, role_claim: str, keys: str = "") -> None:
        self._issuer = issuer
        self._audience = audience
        self._organisation_claim = organisation_claim
        self._role_claim = role_claim
        self._keys = Keys(issuer, keys)

    def waits_for_keys(self, token: str) -> bool:
        """Whether this token can only be judged after ``refresh``, which may take seconds.

        Raises UnauthorisedError if it is no token that could be accepted.
        """
        return self._keys.wanted(_header(token)["kid"])

    def refresh(self) -> None:
        """Gets the provider's keys again."""
        self._keys.refresh()

    def caller(self, token: str) -> Caller:
        """Who holds this token, judged with the keys at hand.

        Raises UnauthorisedError if it is not valid, ForbiddenError if it gives no organisation or role here, StateError
        if there are no keys to judge it with.
        """
        header = _header(token)
        key = self._keys.get(header["kid"])
        if key is None or key.get("alg", header["alg"]) != header["alg"]:
            raise _invalid("it is signed with a key that the identity provider does not publish")
        try:
            claims = jwt.decode(
                token,
                jwt.PyJWK(key, header["alg"]),
                algorithms=[header["alg"]],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
            )
        except jwt.ExpiredSignatureError as error:
            raise _invalid("it has expired") from error
        except jwt.ImmatureSignatureError as error:
            raise _invalid("it is not valid yet") from error
        except (jwt.InvalidAudienceError, jwt.InvalidIssuerError) as error:
            raise _invalid("it was not issued for this service") from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise _invalid("its signature or its form is not right") from error
        name = claims["sub"]
        if not 0 < len(name) <= 255:  # OpenID Connect Core 1.0, section 2
            raise _invalid("its subject is not right")
        return Caller(name, self._organisation(claims), self._role(claims))

    def _organisation(self, claims: dict[str, Any]) -> str:
        names = _texts(claims.get(self._organisation_claim))
        if len(names) == 1:
            try:
                return organisation(names[0]).value
            except InputError:
                pass
        raise ForbiddenError(
            f"the claim {self._organisation_claim} of this token does not name one organisation",
            remedy="The identity provider must put its TOOI code or IRI there.",
        )

    def _role(self, claims: dict[str, Any]) -> Role:
        roles = {Role(name) for name in _texts(claims.get(self._role_claim)) if name in list(Role)}
        if roles == {Role.READER, Role.AUTHOR}:
            return Role.AUTHOR
        if len(roles) == 1:
            return roles.pop()
        raise ForbiddenError(
            f"the claim {self._role_claim} of this token does not give one role here",
            remedy=f"The identity provider must put {', '.join(Role)} there.",
        )


def _texts(claim: Any) -> list[str]:
    """The values of a claim; providers write one value, a list, or an object with a key for each."""
    values = [claim] if isinstance(claim, str) else list(claim) if isinstance(claim, list | dict) else []
    return [value for value in values if isinstance(value, str)]


def _header(token: str) -> dict[str, str]:
    """The algorithm and the key id that a token names. Raises UnauthorisedError if they could not be accepted."""
    try:
        header = jwt.get_unverified_header(token) if len(token) <= _LONGEST else {}
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise _invalid("its form is not right") from error
    if header.get("alg") not in ALGORITHMS or not isinstance(header.get("kid"), str):
        raise _invalid(f"it must name its key (kid) and be signed with {', '.join(ALGORITHMS)}")
    return header


def _invalid(why: str) -> UnauthorisedError:
    return UnauthorisedError(f"this token is not accepted: {why}", remedy="Log in again for a new one.")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Keys come from the address that was configured, or not at all."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def _json(address: str) -> Any:
    """What is at an address of the provider: over TLS, or on this machine. Raises OSError or ValueError."""
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not local:
        raise ValueError(f"{address} is no https address")
    with _opener.open(address, timeout=_PATIENCE) as answer:
        content = answer.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"{address} answers with more than {_LARGEST} bytes")
    return json.loads(content)
