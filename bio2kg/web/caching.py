"""Which answer a client has already: strong ETags from the release, and 304 without asking the store.

An ETag names what makes the bytes: the release, the program that writes them, the address and the representation. When
the release is not known, as with a store elsewhere, the bytes themselves are hashed, and 304 saves only the transfer.
"""

import hashlib
import os
from functools import cache
from pathlib import Path

from fastapi import Request, Response

import bio2kg
from bio2kg import paths, release

# Kept, but asked about each time: the question costs next to nothing.
CACHE_CONTROL = "public, no-cache"


def current_release() -> str:
    """The SHA-256 of the release that is served; empty when another store answers.

    Raises NotFoundError if there is no release, StateError if its manifest is damaged.
    """
    if os.environ.get("BIO2KG_STORE"):
        return ""
    return str(release.read_manifest(paths.release())["sha256"])


@cache
def _program() -> str:
    """A hash over the program: another version may write the same release in another way."""
    digest = hashlib.sha256()
    folder = Path(bio2kg.__file__).parent
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".html", ".css", ".jsonld", ".yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def etag_of_release(request: Request, *parts: object) -> str:
    """The strong ETag of a representation that ``parts`` describe; empty when the release is not known."""
    known = getattr(request.app.state, "release", "")
    return _quoted("\n".join([known, _program(), *map(str, parts)]).encode()) if known else ""


def not_modified(request: Request, etag: str, *, exists: bool = False) -> bool:
    """Whether the client has what ``etag`` names (RFC 9110, section 13.1.2).

    ``exists`` says that there certainly is a representation, so that ``*`` fits.
    """
    given = request.headers.get("if-none-match", "")
    if given.strip() == "*":
        return exists
    return bool(etag) and etag in (tag.strip().removeprefix("W/") for tag in given.split(","))


def unchanged(etag: str, headers: dict[str, str]) -> Response:
    """304 with the headers that a client needs to go on using what it has."""
    return Response(status_code=304, headers={**headers, "ETag": etag, "Cache-Control": CACHE_CONTROL})


def answer(
    request: Request, content: str | bytes, media_type: str, headers: dict[str, str], etag: str = ""
) -> Response:
    """The representation with its ETag (made from the bytes if there is none yet), or 304 if the client has it."""
    content = content.encode() if isinstance(content, str) else content
    etag = etag or _quoted(content)
    if not_modified(request, etag, exists=True):
        return unchanged(etag, headers)
    sent = {**headers, "ETag": etag, "Cache-Control": CACHE_CONTROL, "Content-Type": media_type}
    return Response(content, headers=sent)


def _quoted(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
