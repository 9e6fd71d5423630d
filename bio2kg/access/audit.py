"""The audit log: who did or tried what, one JSON object a line, chained by hashes so that a missing line shows.

Lines are only ever added. Each carries the SHA-256 of the line before it. A line that a power cut broke off stays, and
the next one carries the hash of both. Nothing here is secret: no token, header, body or query text is written.
"""

import errno
import fcntl
import hashlib
import json
import logging
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from bio2kg import release
from bio2kg.access.callers import Caller
from bio2kg.errors import NotFoundError, StateError

_log = logging.getLogger(__name__)
_FIRST = "0" * 64  # what the first line carries
_LONGEST = 300  # characters of one field; with seven fields, escaped, a line stays far below what is read back
_READ_BACK = 256 * 1024
# What looks like a token of ours, or like a JWT, in text that came from outside.
_SECRET = re.compile(r"bio2kg_[a-z2-7]+_[\w-]+|eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?")


class Outcome(StrEnum):
    """What became of it."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass
class Verified:
    """What a check of the log found; line numbers count from 1."""

    lines: int = 0
    unfinished: list[int] = field(default_factory=list)  # broken off by a crash, and accounted for by what follows
    broken: list[int] = field(default_factory=list)  # what stood before these lines was changed or removed
    last: str = _FIRST  # SHA-256 of the last line


def record(
    action: str,
    subject: str,
    outcome: Outcome,
    *,
    caller: Caller,
    request_id: str = "",
    client: str = "",
    detail: str = "",
    path: Path | None = None,
) -> None:
    """Adds a line to the log (``path``, else that of the settings) and returns when it is on disk.

    For a write: record it as done just before it is committed, and as failed if the commit then fails. So nothing is
    done that is not recorded. ``detail`` is text of ours. Raises StateError if the line cannot be written.
    """
    if path is None:
        from bio2kg.settings import settings

        path = settings().audit
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "request": request_id,
        "caller": caller.name,
        "organisation": caller.organisation,
        "role": caller.role or "",
        "client": client,
        "action": action,
        "subject": subject,
        "outcome": outcome,
        "detail": detail,
    }
    try:
        _append(path, {name: _harmless(text) for name, text in entry.items()})
    except OSError as error:
        # The place is for the operator, not for whoever sent the request.
        _log.error("%s: the audit log cannot be written: %s", path, error.strerror or error)
        raise StateError(
            "this cannot be recorded in the audit log, so it is not done",
            remedy="The operator must look at the disk and at the rights of the audit log.",
        ) from error


def verify(path: Path) -> Verified:
    """Whether every line follows the one before it.

    Lines missing at the end cannot be seen here: compare ``last`` with what was noted before. Raises NotFoundError if
    there is no log, StateError if it cannot be read.
    """
    found = Verified()
    pending = b""  # the last whole line and what came broken off after it
    try:
        with path.open("rb") as file:
            for found.lines, line in enumerate(file, 1):
                text = line.removesuffix(b"\n")
                if (previous := _previous(text)) is None:
                    found.unfinished.append(found.lines)
                    pending = pending + b"\n" + text if pending else text
                    continue
                if previous != _hash(pending):
                    found.broken.append(found.lines)
                pending = text
    except FileNotFoundError as error:
        raise NotFoundError("there is no audit log", where=str(path)) from error
    except OSError as error:
        raise StateError(f"cannot be read: {error.strerror}", where=str(path)) from error
    found.last = _hash(pending)
    return found


def _append(path: Path, entry: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        pending, ended = _pending(file, size)
        line = json.dumps({"previous": _hash(pending), **entry}).encode() + b"\n"
        if not ended:
            line = b"\n" + line
        try:
            if os.write(file, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        except OSError:
            # What was not recorded leaves no half line, where the file system allows to take it back.
            with suppress(OSError):
                os.ftruncate(file, size)
            raise
        if size == 0:
            release.sync_folder(path.parent)
    finally:
        os.close(file)


def _pending(file: int, size: int) -> tuple[bytes, bool]:
    """The last whole line with whatever came broken off after it, and whether the file ends with the end of a line."""
    start = max(0, size - _READ_BACK)
    content = os.pread(file, size - start, start)
    lines = content.removesuffix(b"\n").split(b"\n")
    for number in range(len(lines) - 1, -1, -1):
        if _previous(lines[number]) is not None:
            return b"\n".join(lines[number:]), content.endswith(b"\n")
    if start:
        raise OSError(errno.EIO, "it ends in something else than an audit log")
    return b"\n".join(lines), content.endswith(b"\n") or not content


def _previous(line: bytes) -> str | None:
    """The hash that a line carries, or None if it is not a whole line of ours."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    previous = entry.get("previous") if isinstance(entry, dict) else None
    return previous if isinstance(previous, str) else None


def _hash(pending: bytes) -> str:
    return hashlib.sha256(pending).hexdigest() if pending else _FIRST


def _harmless(text: str) -> str:
    return _SECRET.sub("…", text)[:_LONGEST]
