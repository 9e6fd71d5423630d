"""Tokens of an identity provider: which are accepted, what they give, and what they can never make us do."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bio2kg.access import oidc
from bio2kg.access.callers import Caller, Role
from bio2kg.access.oidc import Issuer
from bio2kg.errors import ForbiddenError, StateError, UnauthorisedError
from tests.access.provider import AUDIENCE, ORGANISATION, Provider, provider


@pytest.fixture(scope="module")
def shared_provider() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def issuer(shared_provider: Provider) -> Issuer:
    return accepting(shared_provider)


def accepting(who: Provider, keys: str = "") -> Issuer:
    return Issuer(who.address, AUDIENCE, "organization", "bio2kg_role", keys)


def caller(issuer: Issuer, token: str) -> Caller:
    if issuer.waits_for_keys(token):
        issuer.refresh()
    return issuer.caller(token)


def encoded(data: Any) -> str:
    return (
        base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()
    )


@pytest.mark.parametrize(("kid", "algorithm"), [("rsa", "RS256"), ("rsa", "PS256"), ("ec", "ES256")])
def test_a_good_token_gives_name_organisation_and_role(
    issuer: Issuer, shared_provider: Provider, kid: str, algorithm: str
) -> None:
    token = shared_provider.token(kid, algorithm)
    assert caller(issuer, token) == Caller("jansen", ORGANISATION, Role.AUTHOR)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"exp": int(time.time()) - 61}, "expired"),
        ({"exp": None}, "form"),
        ({"nbf": int(time.time()) + 600}, "not valid yet"),
        ({"aud": "https://another.example.org"}, "not issued for this service"),
        ({"aud": None}, "form"),
        ({"aud": [f"{AUDIENCE}/"]}, "not issued for this service"),
        ({"iss": "https://another.example.org"}, "not issued for this service"),
        ({"iss": None}, "form"),
        ({"sub": None}, "form"),
        ({"sub": ""}, "subject"),
        ({"sub": "x" * 256}, "subject"),
        ({"exp": "soon"}, "form"),
        ({"exp": 1e308 * 10}, "form"),
    ],
)
def test_a_token_that_is_not_for_us_or_not_for_now_is_refused(
    issuer: Issuer, shared_provider: Provider, changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(UnauthorisedError, match=why):
        caller(issuer, shared_provider.token(**changed))


def test_clocks_may_differ_by_a_minute(issuer: Issuer, shared_provider: Provider) -> None:
    assert caller(issuer, shared_provider.token(exp=int(time.time()) - 50, nbf=int(time.time()) + 50))


def test_a_token_without_signature_is_refused(issuer: Issuer, shared_provider: Provider) -> None:
    for algorithm in ("none", "None", "NONE", ""):
        header = encoded({"alg": algorithm, "kid": "rsa", "typ": "JWT"})
        for signature in ("", "AA"):
            with pytest.raises(UnauthorisedError):
                caller(issuer, f"{header}.{encoded(shared_provider.claims())}.{signature}")


def test_the_public_key_is_no_secret_to_sign_with(issuer: Issuer, shared_provider: Provider) -> None:
    public = shared_provider.keys["rsa"].public_key()
    forms = [
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        json.dumps(shared_provider.jwk("rsa")).encode(),
    ]
    for secret in forms:
        signed = f"{encoded({'alg': 'HS256', 'kid': 'rsa'})}.{encoded(shared_provider.claims())}"
        signature = encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())
        with pytest.raises(UnauthorisedError):
            caller(issuer, f"{signed}.{signature}")


def test_a_key_of_another_kind_or_of_a_stranger_does_not_do(issuer: Issuer, shared_provider: Provider) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    good = shared_provider.claims()
    for headers in ({"kid": "rsa"}, {"kid": "ec"}):
        with pytest.raises(UnauthorisedError):
            caller(issuer, jwt.encode(good, stranger, "RS256", headers))
    with pytest.raises(UnauthorisedError):
        caller(issuer, jwt.encode(good, shared_provider.keys["ec"], "ES256", {"kid": "rsa"}))
    with pytest.raises(UnauthorisedError):
        caller(issuer, jwt.encode(good, shared_provider.keys["rsa"], "RS512", {"kid": "rsa"}))


def test_a_changed_claim_breaks_the_signature(issuer: Issuer, shared_provider: Provider) -> None:
    header, _, signature = shared_provider.token(bio2kg_role="reader").split(".")
    with pytest.raises(UnauthorisedError):
        caller(issuer, f"{header}.{encoded(shared_provider.claims(bio2kg_role='operator'))}.{signature}")


def test_an_address_in_a_token_is_never_visited(issuer: Issuer, shared_provider: Provider) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    with provider() as canary:
        canary.keys = {"canary": stranger}
        for header in ("jku", "x5u"):
            headers = {"kid": "canary", header: f"{canary.address}/keys"}
            with pytest.raises(UnauthorisedError):
                caller(issuer, jwt.encode(shared_provider.claims(), stranger, "RS256", headers))
        headers = {"kid": "canary", "jwk": canary.jwk("canary")}
        with pytest.raises(UnauthorisedError):
            caller(issuer, jwt.encode(shared_provider.claims(), stranger, "RS256", headers))
        with pytest.raises(UnauthorisedError):
            caller(issuer, jwt.encode(canary.claims(), stranger, "RS256", {"kid": "canary"}))
        assert canary.asked == []


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "eyJ",
        encoded(b"[" * 5000) + ".e30.AA",
        encoded(b'{"alg":"RS256","kid":"rsa","x":' + b"[" * 5000 + b"]" * 5000 + b"}") + ".e30.AA",
        encoded({"alg": "RS256", "kid": 1}) + ".e30.AA",
        encoded({"alg": ["RS256"], "kid": "rsa"}) + ".e30.AA",
        encoded({"alg": "RS256"}) + ".e30.AA",
        encoded([]) + ".e30.AA",
        encoded({"alg": "RS256", "kid": "rsa"}) + "." + encoded(b"[" * 5000) + ".AA",
        encoded({"alg": "RS256", "kid": "rsa", "crit": ["exp"], "exp": 1}) + ".e30.AA",
        "x" * 100_000,
    ],
)
def test_what_is_no_token_is_refused(issuer: Issuer, token: str) -> None:
    with pytest.raises(UnauthorisedError):
        caller(issuer, token)


@pytest.mark.parametrize(
    ("changed", "role"),
    [
        ({"bio2kg_role": ["reader", "offline_access"]}, Role.READER),
        ({"bio2kg_role": ["reader", "author"]}, Role.AUTHOR),
        ({"bio2kg_role": "operator"}, Role.OPERATOR),
        ({"organization": "gm0599"}, Role.AUTHOR),
        ({"organization": ["gm0599"]}, Role.AUTHOR),
        ({"organization": {"gm0599": {"id": "1"}}}, Role.AUTHOR),
    ],
)
def test_claims_come_as_a_text_a_list_or_an_object(
    issuer: Issuer, shared_provider: Provider, changed: dict[str, Any], role: Role
) -> None:
    assert caller(issuer, shared_provider.token(**changed)) == Caller("jansen", ORGANISATION, role)


@pytest.mark.parametrize(
    "changed",
    [
        {"bio2kg_role": None},
        {"bio2kg_role": "admin"},
        {"bio2kg_role": "Author"},
        {"bio2kg_role": ["author", "operator"]},
        {"bio2kg_role": True},
        {"organization": None},
        {"organization": "Rotterdam"},
        {"organization": ["gm0599", "gm0518"]},
        {"organization": ""},
        {"organization": 599},
    ],
)
def test_a_good_token_without_one_organisation_and_role_gives_no_access(
    issuer: Issuer, shared_provider: Provider, changed: dict[str, Any]
) -> None:
    with pytest.raises(ForbiddenError):
        caller(issuer, shared_provider.token(**changed))


def test_keys_are_asked_for_once_and_unknown_ones_do_not_bother_the_provider() -> None:
    with provider() as found:
        issuer = accepting(found)
        for _ in range(10):
            caller(issuer, found.token())
        assert found.asked == ["/.well-known/openid-configuration", "/keys"]
        for number in range(100):
            with pytest.raises(UnauthorisedError):
                caller(issuer, found.token(headers={"kid": f"unknown-{number}"}))
        assert len(found.asked) == 2


def test_a_new_key_is_found_and_an_old_one_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider() as found:
        issuer = accepting(found)
        old = found.token()
        assert caller(issuer, old)
        found.keys = {"new": rsa.generate_private_key(65537, 2048)}
        monkeypatch.setattr(oidc, "_PAUSE", 0)
        assert caller(issuer, found.token("new"))
        with pytest.raises(UnauthorisedError):
            caller(issuer, old)


def test_while_the_provider_is_away_known_keys_do_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider() as found:
        issuer = accepting(found)
        token = found.token()
        assert caller(issuer, token)
        found.status = 500
        monkeypatch.setattr(oidc, "_PAUSE", 0)
        monkeypatch.setattr(oidc, "_FRESH", 0)
        assert caller(issuer, token)
        monkeypatch.setattr(oidc, "_KEPT", 0)
        with pytest.raises(StateError, match="does not answer") as caught:
            caller(issuer, token)
        assert caught.value.http_status == 503


@pytest.mark.parametrize("fault", ["away", "redirect", "another issuer", "no keys", "file address", "plain http"])
def test_without_keys_nobody_is_let_in_and_the_provider_is_not_asked_again_at_once(fault: str, tmp_path: Path) -> None:
    with provider() as found:
        (tmp_path / "keys.json").write_text(json.dumps(found.jwks()))
        if fault in ("away", "redirect"):
            found.status = 503 if fault == "away" else 302
        elif fault == "no keys":
            found.about.pop("jwks_uri")
        elif fault == "another issuer":
            found.about["issuer"] = "https://another.example.org"
        else:
            found.about["jwks_uri"] = (
                f"file://{tmp_path}/keys.json" if fault == "file address" else "http://keys.example.org/keys"
            )
        issuer = accepting(found)
        for _ in range(3):
            with pytest.raises(StateError) as caught:
                caller(issuer, found.token())
        assert caught.value.retry_after > 0
        assert len(found.asked) == 1


def test_keys_come_from_a_file_too(tmp_path: Path) -> None:
    with provider() as found:
        file = tmp_path / "keys.json"
        file.write_text(json.dumps(found.jwks()))
        assert caller(accepting(found, str(file)), found.token())
        assert found.asked == []
        with pytest.raises(StateError):
            caller(accepting(found, str(tmp_path / "nothing.json")), found.token())


def test_secret_and_encryption_keys_of_a_provider_are_not_used(tmp_path: Path) -> None:
    with provider() as found:
        secret = {"kty": "oct", "kid": "oct", "k": encoded(b"s" * 32)}
        encryption = {**found.jwk("rsa"), "kid": "enc", "use": "enc"}
        other = {**found.jwk("rsa"), "kid": "ps", "alg": "PS256"}
        file = tmp_path / "keys.json"
        file.write_text(json.dumps({"keys": [secret, encryption, other]}))
        issuer = accepting(found, str(file))
        for token in (
            jwt.encode(found.claims(), b"s" * 32, "HS256", {"kid": "oct"}),
            found.token(headers={"kid": "oct"}),
            found.token(headers={"kid": "enc"}),
            found.token(headers={"kid": "ps"}),
        ):
            with pytest.raises(UnauthorisedError):
                caller(issuer, token)
        assert caller(issuer, found.token(algorithm="PS256", headers={"kid": "ps"}))


def test_many_at_once_ask_the_provider_once() -> None:
    with provider() as found:
        issuer, token, names = accepting(found), found.token(), []
        found.answer_after = 0.2
        threads = [threading.Thread(target=lambda: names.append(caller(issuer, token).name)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert names == ["jansen"] * 8
        assert found.asked == ["/.well-known/openid-configuration", "/keys"]
