"""Who works with what is stored: any number of servers, or one restore.

The lock goes with the process that holds it, so that nothing is left to clear after a crash. Its file lies beside the
folder of what is stored, because a restore replaces that folder.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bio2kg.errors import StateError

LOCK = ".serving"
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


@contextmanager
def serving(home: Path) -> Iterator[None]:
    """Holds ``home`` for a server. Raises StateError while a restore runs there."""
    try:
        handle = _open(home)
    except OSError as error:
        if error.errno not in _READ_ONLY:
            raise _unwritable(home, error) from error
        yield  # where nothing can be written nothing can be restored either
        return
    with _held(handle, fcntl.LOCK_SH, home, "a restore is running here", "Start again when it is done."):
        yield


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Holds ``home`` for a restore. Raises StateError while a server runs there or the folder cannot be written."""
    try:
        handle = _open(home)
    except OSError as error:
        raise _unwritable(home, error) from error
    with _held(handle, fcntl.LOCK_EX, home, "a server, or another restore, is running here", "Stop it first."):
        yield


def _open(home: Path) -> int:
    home.mkdir(parents=True, exist_ok=True)
    # To read is enough to lock, and whoever made the file, another user can hold it.
    return os.open(home / LOCK, os.O_RDONLY | os.O_CREAT, 0o644)


@contextmanager
def _held(handle: int, kind: int, home: Path, what: str, remedy: str) -> Iterator[None]:
    try:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateError(what, where=str(home), remedy=remedy) from None
        yield
    finally:
        os.close(handle)


def _unwritable(home: Path, error: OSError) -> StateError:
    return StateError(
        f"cannot be written: {error.strerror or error}", where=str(home), remedy="Correct BIO2KG_HOME or its rights."
    )
