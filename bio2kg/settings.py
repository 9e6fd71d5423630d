"""What the environment decides: every setting of an installation, and which store answers.

A setting is an environment variable ``BIO2KG_…``. All are read and checked together, so that a typing error shows when
the program starts and not when the setting would first have mattered. Values are never repeated in a message: some are
secret.
"""

import difflib
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bio2kg import paths, release
from bio2kg.errors import InputError
from bio2kg.register import LocalRegister, Register, RemoteRegister
from bio2kg.store import EmbeddedStore, Store

PREFIX = "BIO2KG_"
REFERENCE = "docs/reference/settings.md"

# A variable that means nothing without another, and pairs that contradict each other.
_NEEDS = {
    "store_update": "store",
    "store_graphs": "store",
    "store_user": "store",
    "store_password": "store_user",
    "store_credentials": "store",
    "oidc_issuer": "oidc_audience",
    "oidc_audience": "oidc_issuer",
    "oidc_keys": "oidc_issuer",
}
_EXCLUDES = {"store_credentials": ("store_user", "store_password")}


def _cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _address(value: str) -> str:
    """An http(s) address without credentials, which would end up in logs and messages."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in value):
        raise ValueError("give a whole address, as https://store.example.org/query")
    if parts.username is not None or parts.password is not None:
        raise ValueError("give the address without user and password; those have settings of their own")
    if parts.fragment:
        raise ValueError("give the address without the part after #")
    return value


def _guarded(value: str) -> str:
    """An address whose answers cannot be changed on the way: over TLS, or on this machine."""
    if not _is_guarded(urlsplit(value)):
        raise ValueError("give an https address; http will do only for this machine itself")
    return value


def _is_guarded(parts: SplitResult) -> bool:
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


def _keys(value: str) -> str:
    """Where the keys of an identity provider are: a guarded address or a file."""
    return _guarded(_address(value)) if "://" in value else value


def _items(value: Any) -> Any:
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _standard(text: str) -> dict[str, Any]:
    """The default in words, for the documentation, where it depends on the machine."""
    return {"standard": text}


Address = Annotated[str, AfterValidator(_address)]
Items = BeforeValidator(_items)


class Settings(BaseSettings):
    """Every setting of an installation, with its meaning, default and bounds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    home: Path = Field(
        default_factory=paths.state,
        description="The folder for everything that is made and stored here: releases, assessments, tokens.",
        json_schema_extra=_standard("`build/` in a checkout, otherwise the user's data folder"),
    )
    release: Path | None = Field(
        default=None, description="The folder of the release to answer from while none is built in the home folder."
    )

    store: Address | None = Field(default=None, description="Address for queries of a SPARQL 1.1 store to answer from.")
    store_update: Address | None = Field(default=None, description="Address for updates of that store.")
    store_graphs: Address | None = Field(
        default=None, description="Address for whole graphs (Graph Store Protocol) there."
    )
    store_user: str | None = Field(default=None, description="User name for the store.")
    store_password: SecretStr | None = Field(default=None, description="Password for the store.")
    store_credentials: Path | None = Field(
        default=None, description="File with one line `user:password` for the store, instead of the two settings above."
    )
    store_timeout: float = Field(default=30, gt=0, le=3600, description="Seconds to wait for an answer of the store.")

    workers: int = Field(
        default_factory=lambda: max(2, _cores()),
        ge=1,
        le=256,
        description="Processes that run queries and read files of strangers.",
        json_schema_extra=_standard("the number of processors, at least 2"),
    )
    queue: int = Field(default=64, ge=0, le=10_000, description="Requests that may wait for such a process.")
    at_once: int = Field(
        default_factory=lambda data: 4 * data["workers"],
        ge=0,
        le=10_000,
        description="Requests that one client may have at work and waiting together, at work in all processes but one "
        "at most; 0: no limit.",
        json_schema_extra=_standard("four times `BIO2KG_WORKERS`"),
    )
    queue_seconds: float = Field(default=5, ge=0, le=600, description="Seconds that a request may wait.")
    query_seconds: float = Field(default=20, gt=0, le=3600, description="Seconds that a query may take.")
    file_seconds: float = Field(
        default=60, gt=0, le=3600, description="Seconds that reading and checking a file may take."
    )
    worker_mb: int = Field(
        default=1024,
        ge=64,
        le=1_048_576,
        description="Megabytes that one request may add to the memory of its process.",
    )
    result_mb: int = Field(default=64, ge=1, le=4096, description="Megabytes that one answer may have.")
    nesting: int = Field(default=100, ge=10, le=500, description="Depth to which queries and files may be nested.")
    federation: Annotated[tuple[Address, ...], NoDecode, Items] = Field(
        default=(), description="Addresses that a query may call with SERVICE, separated by commas."
    )

    rate: int = Field(
        default=600, ge=0, le=1_000_000, description="Requests a minute that one client may send; 0: no limit."
    )
    rate_heavy: int = Field(
        default=120,
        ge=0,
        le=1_000_000,
        description="Queries and validations a minute that one client may send; 0: no limit.",
    )
    proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, Items] = Field(
        default=(),
        description="Addresses or networks of the proxies whose `X-Forwarded-For` is believed, separated by commas.",
    )

    tokens: Path = Field(
        default_factory=lambda data: data["home"] / "stored" / "tokens.json",
        description="File of the API tokens (hashes only).",
        json_schema_extra=_standard("`stored/tokens.json` in the home folder"),
    )
    audit: Path = Field(
        default_factory=lambda data: data["home"] / "stored" / "audit.log",
        description="File of the audit log.",
        json_schema_extra=_standard("`stored/audit.log` in the home folder"),
    )
    oidc_issuer: Annotated[Address, AfterValidator(_guarded)] | None = Field(
        default=None, description="Address of the OpenID Connect provider that organisations log in with."
    )
    oidc_audience: str | None = Field(default=None, description="The audience that its tokens must name.")
    oidc_organisation: str = Field(
        default="organization", min_length=1, description="The claim that holds the IRI of the organisation."
    )
    oidc_role: str = Field(default="bio2kg_role", min_length=1, description="The claim that holds the role.")
    oidc_keys: Annotated[str, AfterValidator(_keys)] | None = Field(
        default=None,
        description="Address or file of the provider's keys (JWKS).",
        json_schema_extra=_standard("as the provider publishes it"),
    )

    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="The least serious messages that are logged."
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_lower)] = Field(
        default="text", description="The form of a line in the log."
    )
    metrics: Annotated[Literal["open", "operator", "off"], BeforeValidator(_lower)] = Field(
        default="operator",
        description="Who may read `/metrics`: everyone, only this machine and operators, or nobody.",
    )
    shutdown_seconds: int = Field(
        default=30, ge=0, le=3600, description="Seconds that running requests get to finish when the server is stopped."
    )
    debug: bool = Field(default=False, description="Show the traceback of an internal error on the command line.")

    def store_account(self) -> tuple[str, str] | None:
        """User and password for the store, or None. Raises InputError if the file of credentials cannot be used."""
        if self.store_user is not None:
            return self.store_user, self.store_password.get_secret_value() if self.store_password else ""
        if self.store_credentials is None:
            return None
        remedy = "Give one line of the form user:password; see BIO2KG_STORE_CREDENTIALS."
        try:
            line = self.store_credentials.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            what = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise InputError(f"cannot be read: {what}", where=str(self.store_credentials), remedy=remedy) from None
        user, colon, password = line.partition(":")
        if not user or not colon or "\n" in password:
            raise InputError("these are no credentials", where=str(self.store_credentials), remedy=remedy)
        return user, password


def settings() -> Settings:
    """The settings of this process; read again only when the environment has changed.

    Raises InputError that names everything that is wrong with them.
    """
    return _settings(tuple(sorted((k, v) for k, v in os.environ.items() if k.upper().startswith(PREFIX))))


@lru_cache(maxsize=1)
def _settings(given: tuple[tuple[str, str], ...]) -> Settings:
    names = {name: value for name, value in given if value}
    wrong = [_unknown(name) for name in names if name not in variables()] + _inconsistent(names)
    found = None
    try:
        found = Settings()
    except ValidationError as error:
        wrong += [_said(details) for details in error.errors(include_input=False, include_url=False)]
    wrong = [said for said in wrong if said]
    if wrong or found is None:
        raise InputError(
            f"these environment variables cannot be used; {REFERENCE} explains all:\n  " + "\n  ".join(wrong)
        )
    return found


def variables() -> dict[str, str]:
    """The environment variable of every setting, with the name of its field."""
    return {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.upper(), variables(), 1, 0.5)
    return f"{name}: there is no such setting" + (f"; did you mean {near[0]}?" if near else "")


def _inconsistent(given: Mapping[str, str]) -> list[str]:
    def variable(field: str) -> str:
        return f"{PREFIX}{field.upper()}"

    wrong = [
        f"{variable(one)}: needs {variable(other)}, which is not set"
        for one, other in _NEEDS.items()
        if variable(one) in given and variable(other) not in given
    ]
    for one, others in _EXCLUDES.items():
        double = [variable(other) for other in others if variable(other) in given]
        if variable(one) in given and double:
            wrong.append(f"{variable(one)}: cannot be set together with {' and '.join(double)}")
    return wrong


def _said(details: Any) -> str:
    """One line for an error of pydantic; empty for one that only follows from another."""
    if details["type"] in ("default_factory_not_called", "extra_forbidden"):
        return ""
    said = str(details["msg"]).removeprefix("Value error, ").removeprefix("Input ").removeprefix("value ")
    return f"{PREFIX}{str(details['loc'][0]).upper()}: {said}"


def answers_from() -> str:
    """What ``open_store`` will answer from, in words; a release is checked for being whole.

    Raises InputError for wrong settings, NotFoundError if there is no release, StateError if it is damaged.
    """
    if endpoint := settings().store:
        return f"the store at {endpoint}"
    return f"release {release.read(paths.release())[0]['release']}"


def open_store() -> Store:
    """The store to answer from: the endpoint in ``BIO2KG_STORE``, else the last release in memory.

    Raises InputError for wrong settings, NotFoundError if there is no release, StateError if it is damaged.
    """
    chosen = settings()
    if chosen.store:
        from bio2kg.remote import RemoteStore

        return RemoteStore(
            chosen.store,
            chosen.store_update,
            chosen.store_timeout,
            graph_store=chosen.store_graphs,
            account=chosen.store_account(),
            limit=chosen.result_mb * 1024 * 1024,
        )
    return EmbeddedStore(release.read(paths.release())[1])


def open_register(store: Store) -> Register:
    """The register of stored assessments that goes with a store: in a store elsewhere itself, else a file of ours.

    Raises StateError if it cannot be opened.
    """
    if isinstance(store, EmbeddedStore):
        return LocalRegister(paths.state() / "stored" / "register.sqlite3")
    return RemoteRegister(store)


def open_release() -> EmbeddedStore:
    """The last release in memory, to which an assessment can be added; what is added is gone with it.

    Raises NotFoundError if there is no release, StateError if it is damaged.
    """
    return EmbeddedStore(release.read(paths.release())[1], read_only=False)
