"""API tokens: shown once, kept as hashes, limited to an organisation, a role and a time.

The secret in a token is 256 random bits. So a plain SHA-256 is the right hash for it: nobody can try that many secrets,
and a slow hash, as passwords need, would only let strangers make the server work.
"""

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bio2kg import release
from bio2kg.access.callers import Caller, Role
from bio2kg.errors import InputError, NotFoundError, StateError, UnauthorisedError
from bio2kg.organisations import organisation as named

PREFIX = "bio2kg_"
DAYS, MOST_DAYS = 90, 365
_FORM = re.compile(r"bio2kg_([a-z2-7]{10})_[A-Za-z0-9_-]{43}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_LONGEST_LABEL = 100

Stamp = tuple[int, int, int]  # modification time, size and inode: another file has another one


@dataclass(frozen=True)
class Token:
    """What is kept of a token; times are in UTC."""

    id: str
    digest: str  # SHA-256 of the whole token, in hexadecimals
    organisation: str  # IRI
    role: Role
    label: str
    created: datetime
    expires: datetime
    revoked: datetime | None = None

    def state(self, now: datetime) -> str:
        """``valid``, ``expired`` or ``revoked``."""
        if self.revoked:
            return "revoked"
        return "expired" if now >= self.expires else "valid"


def issue(organisation: str, role: str, days: int = DAYS, label: str = "") -> tuple[Token, str]:
    """A new token as it is kept and as its holder gets it; nothing is stored yet.

    Raises InputError for an organisation or role that is not known, or a time or label that is too long.
    """
    if role not in list(Role):
        raise InputError(f"“{role}” is no role", remedy=f"Choose {', '.join(Role)}.")
    if not 1 <= days <= MOST_DAYS:
        raise InputError(f"a token cannot be valid for {days} days", remedy=f"Choose 1 to {MOST_DAYS} days.")
    if len(label) > _LONGEST_LABEL or not label.isprintable():
        raise InputError("the label cannot be used", remedy=f"Give one line of at most {_LONGEST_LABEL} characters.")
    name = "".join(secrets.choice(_LETTERS) for _ in range(10))
    text = f"{PREFIX}{name}_{secrets.token_urlsafe(32)}"
    created = datetime.now(UTC).replace(microsecond=0)
    expires = created + timedelta(days=days)
    return Token(name, _digest(text), named(organisation).value, Role(role), label, created, expires), text


class Tokens:
    """The tokens in a file, which is read again whenever it has changed: what one process revokes, all refuse."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[Stamp | None, dict[str, Token]] = (None, {})

    def all(self) -> list[Token]:
        """Every token, also those that are no longer valid, the oldest first. Raises StateError if damaged."""
        return sorted(self._load().values(), key=lambda token: (token.created, token.id))

    def caller(self, text: str) -> Caller:
        """Who holds this token. Raises UnauthorisedError if it is not valid, StateError if the file is damaged."""
        form = _FORM.fullmatch(text)
        token = self._load().get(form[1]) if form else None
        if token is None or not hmac.compare_digest(token.digest, _digest(text)):
            raise UnauthorisedError("this token is not known here", remedy="Ask the operator for a new one.")
        if (state := token.state(datetime.now(UTC))) != "valid":
            what = "has expired" if state == "expired" else "was revoked"
            raise UnauthorisedError(f"the token {token.id} {what}", remedy="Ask the operator for a new one.")
        return Caller(token.id, token.organisation, token.role)

    def add(self, token: Token) -> None:
        """Stores a token, durably. Raises StateError if the file is damaged or cannot be written."""
        with self._changing() as tokens:
            tokens[token.id] = token

    def get(self, identifier: str) -> Token:
        """The token with this id. Raises NotFoundError if there is none, StateError if the file is damaged."""
        return _found(self._load(), identifier)

    def revoke(self, identifier: str) -> Token:
        """Makes a token invalid from now on, durably; one that was revoked keeps the time of that.

        Raises NotFoundError if there is no such token, StateError if the file is damaged or cannot be written.
        """
        with self._changing() as tokens:
            token = _found(tokens, identifier)
            tokens[identifier] = replace(token, revoked=token.revoked or datetime.now(UTC).replace(microsecond=0))
        return tokens[identifier]

    def _load(self) -> dict[str, Token]:
        try:
            if _stamp(self._path.stat()) == self._read[0]:
                return self._read[1]
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                content = file.read()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable(f"cannot be read: {error.strerror}") from error
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise self._unusable("others may write this file, and so give themselves access", "Do: chmod 600.")
        try:
            tokens = _parsed(content)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise self._unusable("the tokens are damaged") from error
        self._read = (_stamp(status), tokens)
        return tokens

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Token]]:
        """The tokens to change; written when the block ends well. One process at a time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                tokens = dict(self._load())
                yield tokens
                release.replace_file(self._path, _written(tokens), mode=0o600)
            finally:
                os.close(lock)
        except OSError as error:
            raise self._unusable(f"cannot be written: {error.strerror or error}", "Nothing was changed.") from error

    def _unusable(
        self, what: str, remedy: str = "Restore the file from a backup; until then no token is valid."
    ) -> StateError:
        return StateError(what, where=str(self._path), remedy=remedy)


def _found(tokens: dict[str, Token], identifier: str) -> Token:
    if identifier not in tokens:
        raise NotFoundError(f"there is no token “{identifier}”", remedy="See: bio2kg token list")
    return tokens[identifier]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino


def _parsed(content: bytes) -> dict[str, Token]:
    kept = json.loads(content)
    if kept["version"] != 1:
        raise ValueError(kept["version"])
    tokens = [_token(**fields) for fields in kept["tokens"]]
    if len({token.id for token in tokens}) != len(tokens):
        raise ValueError("two tokens with one id")
    return {token.id: token for token in tokens}


def _token(*, role: str, created: str, expires: str, revoked: str | None, **texts: str) -> Token:
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("a text is expected")
    return Token(
        role=Role(role),
        created=_time(created),
        expires=_time(expires),
        revoked=None if revoked is None else _time(revoked),
        **texts,
    )


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without zone")
    return time


def _written(tokens: dict[str, Token]) -> bytes:
    def fields(token: Token) -> dict[str, Any]:
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in vars(token).items()
        }

    kept = {"version": 1, "tokens": [fields(token) for token in tokens.values()]}
    return (json.dumps(kept, indent=2, ensure_ascii=False) + "\n").encode()
