"""The commands about access: API tokens, and the check of the audit log."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bio2kg.cli.consoles import err, out
from bio2kg.errors import FindingsError, StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bio2kg.access.tokens import Tokens

token_app = typer.Typer(help="Give programs and people access, and take it away.", no_args_is_help=True)
audit_app = typer.Typer(help="The log of who did or tried what.", no_args_is_help=True)


@token_app.command("create")
def create(
    organisation: Annotated[
        str, typer.Option("--organisation", metavar="IRI", help="A TOOI code such as gm0218, or an IRI.")
    ],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="reader, author or operator.")],
    days: Annotated[int, typer.Option("--days", help="How many days it is valid, at most 365.")] = 90,
    label: Annotated[str, typer.Option("--label", help="What it is for, to recognise it by.")] = "",
) -> None:
    """Make a token and print it, this once: only its hash is kept."""
    from bio2kg.access.tokens import issue

    token, text = issue(organisation, role, days, label)
    detail = f"{token.role} of {token.organisation} until {token.expires:%Y-%m-%d}"
    _audited("token create", token.id, detail, lambda: _tokens().add(token))
    out.print(text, markup=False, highlight=False, soft_wrap=True)
    err.print(
        f"{token.id}: {detail}. Keep the token safe; it cannot be shown again.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@token_app.command("list")
def list_() -> None:
    """List all tokens, also those that are no longer valid: id, state, last day, role, organisation, label."""
    now = datetime.now(UTC)
    for token in _tokens().all():
        line = f"{token.id}  {token.state(now):7}  {token.expires:%Y-%m-%d}  {token.role:8}  {token.organisation}"
        out.print(f"{line}  {token.label}".rstrip(), markup=False, highlight=False, soft_wrap=True)


@token_app.command("revoke")
def revoke(identifier: Annotated[str, typer.Argument(metavar="ID", help="The id of the token, see: list.")]) -> None:
    """Make a token invalid from now on, in every process that serves."""
    tokens = _tokens()
    tokens.get(identifier)
    _audited("token revoke", identifier, "", lambda: tokens.revoke(identifier))
    out.print(f"{identifier}: revoked", markup=False, highlight=False)


@audit_app.command("verify")
def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The log; default: that of this installation.")
    ] = None,
) -> None:
    """Check that no line of the audit log was changed or removed. Exit 1: some were."""
    from bio2kg.access import audit
    from bio2kg.settings import settings

    path = file or settings().audit
    found = audit.verify(path)
    out.print(f"{path}: {found.lines} lines, the last with hash {found.last}", highlight=False, soft_wrap=True)
    if found.unfinished:
        numbers = ", ".join(map(str, found.unfinished))
        err.print(f"broken off by a crash and accounted for: line {numbers}", highlight=False, soft_wrap=True)
    if found.broken:
        raise FindingsError(
            f"what stands before line {', '.join(map(str, found.broken))} was changed or removed",
            where=str(path),
            remedy="Compare it with a backup.",
        )


def _tokens() -> "Tokens":
    from bio2kg.access.tokens import Tokens
    from bio2kg.settings import settings

    return Tokens(settings().tokens)


def _audited(action: str, subject: str, detail: str, change: "Callable[[], object]") -> None:
    """Makes a change that is recorded first; one that cannot be recorded is not made."""
    from bio2kg.access import audit
    from bio2kg.access.callers import Caller

    person = Caller(f"shell: uid {os.getuid()}")
    audit.record(action, subject, audit.Outcome.DONE, caller=person, detail=detail)
    try:
        change()
    except StateError:
        audit.record(action, subject, audit.Outcome.FAILED, caller=person, detail="it could not be stored")
        raise
