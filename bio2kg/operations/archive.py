"""The form of a backup: a tar.gz that begins with a manifest, which has size and SHA-256 of everything that follows.

Only known names are read from it, and only plain files, so that no archive can write anywhere else. It holds drafts and
the hashes of tokens: only its owner may read it.
"""

import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from bio2kg.errors import InputError

VERSION = 1
REGISTER, TOKENS, AUDIT = "stored/register.sqlite3", "stored/tokens.json", "stored/audit.log"
_KIND = "bio2kg-backup"
_MANIFEST = "backup.json"
_LARGEST_MANIFEST = 1_000_000
_CHUNK = 1_000_000
_UNREADABLE = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, KeyError, TypeError, RecursionError)
_KNOWN = re.compile(
    rf"{re.escape(REGISTER)}|{re.escape(TOKENS)}|{re.escape(AUDIT)}|release/(manifest\.json|bio2kg-[0-9a-f]{{16}}\.nq)"
)


def pack(folder: Path, target: Path, about: dict[str, Any]) -> dict[str, Any]:
    """Writes the known files in ``folder`` into ``target`` and returns the manifest, which says ``about`` too.

    Raises OSError if that cannot be done.
    """
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    members: dict[str, dict[str, Any]] = {
        name: {"bytes": (folder / name).stat().st_size, "sha256": _sha256(folder / name)} for name in names
    }
    manifest = {"kind": _KIND, "version": VERSION, **about, "members": members}
    head = (json.dumps(manifest, indent=2) + "\n").encode()
    with _private(target) as file:
        with gzip.GzipFile("", "wb", 6, file) as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
            archive.addfile(_header(_MANIFEST, len(head)), io.BytesIO(head))
            for name in names:
                with (folder / name).open("rb") as member:
                    archive.addfile(_header(name, members[name]["bytes"]), member)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def unpack(file: Path, folder: Path | None = None) -> dict[str, Any]:
    """The manifest of a backup that is whole; what is in it is written into ``folder``, if one is given.

    Raises InputError if it is no backup, of a newer version, truncated or changed; OSError if ``folder`` is full.
    """
    with _explained(file), file.open("rb") as opened, tarfile.open(fileobj=opened, mode="r|gz") as archive:
        manifest = _manifest(archive, file)
        expected: dict[str, dict[str, Any]] = dict(manifest["members"])
        while member := archive.next():
            said = expected.pop(member.name, None)
            if said is None or not member.isreg():
                raise _damaged(file, f"“{member.name}” does not belong in it")
            content = archive.extractfile(member)
            if content is None or member.size != said["bytes"] or _copy(content, folder, member.name) != said["sha256"]:
                raise _damaged(file, f"{member.name} is not what was put in it")
        if expected:
            raise _damaged(file, f"{', '.join(expected)} is missing")
    return manifest


def _manifest(archive: tarfile.TarFile, file: Path) -> dict[str, Any]:
    first = archive.next()
    if first is None or first.name != _MANIFEST or not first.isreg() or first.size > _LARGEST_MANIFEST:
        raise _foreign(file)
    content = archive.extractfile(first)
    manifest = json.loads(content.read()) if content else None
    if not isinstance(manifest, dict) or manifest.get("kind") != _KIND:
        raise _foreign(file)
    if manifest.get("version") != VERSION:
        raise InputError(
            f"this backup is of form {manifest.get('version')}; this program reads form {VERSION}",
            where=str(file),
            remedy="Use the version of bio2kg that made it, or a newer one.",
        )
    members = manifest.get("members")
    if not isinstance(members, dict) or not all(_KNOWN.fullmatch(name) for name in members):
        raise _damaged(file, "its manifest names files that do not belong in a backup")
    return manifest


def _copy(content: IO[bytes], folder: Path | None, name: str) -> str:
    """Writes a member to its place, if it has one, and returns its SHA-256."""
    digest = hashlib.sha256()
    with contextlib.ExitStack() as stack:
        target = None
        if folder is not None:
            place = folder / name
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target = stack.enter_context(_private(place))
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            if target:
                _write(target, chunk)
        if target:
            target.flush()
            os.fsync(target.fileno())
    return digest.hexdigest()


class _FullError(Exception):
    """The place to write to gave an error, which is not one of the archive."""


def _write(target: BinaryIO, chunk: bytes) -> None:
    try:
        target.write(chunk)
    except OSError as error:
        raise _FullError from error


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """Turns whatever reading a strange file can raise into one message."""
    try:
        yield
    except _FullError as error:
        raise error.__cause__ or error from None
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=str(file)) from error
    except (IsADirectoryError, PermissionError) as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except _UNREADABLE as error:
        raise _damaged(file, str(error) or "it ends too early") from error


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _foreign(file: Path) -> InputError:
    return InputError("this is no backup of bio2kg", where=str(file), remedy="Give a file that bio2kg backup made.")


def _damaged(file: Path, why: str) -> InputError:
    return InputError(
        f"the backup is damaged: {why}", where=str(file), remedy="Take another backup; nothing was changed."
    )
