"""What a request about stored assessments says: parameters, body, and the state that it changes."""

import json
import re
from collections.abc import Callable, Mapping

from fastapi import Request

from bio2kg import organisations
from bio2kg.errors import InputError, PreconditionError, PreconditionRequiredError, UnsupportedMediaTypeError
from bio2kg.register.record import Record, Visibility
from bio2kg.validation import reading, service
from bio2kg.validation.rules import PROFILES
from bio2kg.web.bodies import body_of
from bio2kg.web.checking import suffix_of

LARGEST_PAGE = 500
_PATCH = "application/merge-patch+json"
_LARGEST_PATCH = 4096
_FOR_EXAMPLE = 'Send {"visibility": "restricted"}, for example.'
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_Checks = Mapping[str, Callable[[str], object]]


async def sent(request: Request) -> tuple[str, bytes]:
    """What is sent to be kept, with a name whose end tells its form."""
    suffix = suffix_of(request.headers.get("content-type", ""))
    return f"body{suffix}", await body_of(request, reading.LARGEST)


def visibility_named(text: str) -> Visibility:
    """The visibility of that name. Raises InputError that lists them."""
    try:
        return Visibility(text)
    except ValueError as error:
        raise InputError(
            f"there is no visibility “{text}”", remedy=f"Choose one of: {', '.join(Visibility)}."
        ) from error


def _profile(text: str) -> None:
    if text not in PROFILES:
        raise InputError(f"there is no profile “{text}”", remedy=f"Profiles are: {', '.join(PROFILES)}.")


def _number(text: str, most: int = 10**9) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > most:
        raise InputError(f"“{text[:40]}” is no number from 1 to {most}", remedy="Give a whole number.")
    return int(text)


async def patched(request: Request) -> Visibility:
    """Who may see it after a merge patch (RFC 7396), in which nothing else can be changed.

    Raises UnsupportedMediaTypeError, TooLargeError, InputError.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _PATCH:
        raise UnsupportedMediaTypeError("this is no merge patch", remedy=f"Send it as {_PATCH}.")
    try:
        said = json.loads(await body_of(request, _LARGEST_PATCH))
    except (ValueError, RecursionError) as error:
        raise InputError("the body is no JSON", remedy=_FOR_EXAMPLE) from error
    if not isinstance(said, dict) or list(said) != ["visibility"] or not isinstance(said["visibility"], str):
        raise InputError("only visibility can be changed so", remedy=_FOR_EXAMPLE)
    return visibility_named(said["visibility"])


def require_match(header: str, record: Record) -> None:
    """Raises unless the If-Match header names the state that is there (RFC 9110, section 13.1.1)."""
    if not header.strip():
        raise PreconditionRequiredError(
            "this changes an assessment, and does not say in which state",
            remedy="Read it first, and send its ETag in the header If-Match.",
        )
    if header.strip() == "*":
        return
    parts = [part.strip() for part in header.split(",")]
    tags = [_TAG.fullmatch(part) for part in parts if part]
    if not all(tags):
        raise InputError("the header If-Match is no list of entity tags", remedy='Send it as If-Match: "…".')
    if not any(tag and not tag[1] and tag[2].partition(".")[0] == record.revision for tag in tags):
        raise PreconditionError(
            "this is not the state that you read: somebody changed it since",
            where=record.identifier,
            remedy="Read it again, and repeat your change on what is there now.",
        )


# What each query parameter must be.
OF_LISTS: _Checks = {
    "organisation": organisations.organisation,
    "visibility": visibility_named,
    "page": _number,
    "pageSize": lambda text: _number(text, LARGEST_PAGE),
}
OF_PATCHES: _Checks = {"asOf": service.day_named, "lang": service.language_named}
OF_WRITES: _Checks = {"visibility": visibility_named, "profile": _profile, **OF_PATCHES}
