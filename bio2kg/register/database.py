"""One SQLite file for several threads and processes: connections, transactions, and its errors in words.

Write-ahead log with ``synchronous=FULL``: a commit returns when the disk has it, and SQLite itself cleans up after a
crash at the next opening. ``BEGIN IMMEDIATE`` lets one writer in at a time.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue

from bio2kg import release
from bio2kg.errors import Bio2kgError, BusyError, StateError

# Connections with the number of the file that they opened.
_Idle = LifoQueue[tuple[sqlite3.Connection, int]]
_WRITABLE = "Give the service a folder that it can write, or set BIO2KG_HOME."


class Database:
    """The SQLite database at a path. A connection serves one thread at a time."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        """Makes the file if there is none, with its folders; a write waits ``busy_seconds`` for its turn.

        Raises StateError if the place cannot be written or the file is damaged.
        """
        self.path = path
        self._busy = busy_seconds
        self._process = os.getpid()
        self._idle: _Idle = LifoQueue()
        self._inherited: list[_Idle] = []
        try:
            _make_file(path)
        except OSError as error:
            raise StateError(
                f"the register cannot be made or opened: {error.strerror}", where=str(path), remedy=_WRITABLE
            ) from error
        with self.read() as connection:
            self._keep_log(connection)
            if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise damaged(str(path))

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection; every statement sees what is committed then. Raises StateError, BusyError."""
        with self._explained(), self._connection() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection for one write: committed at the end, undone by whatever is raised. Raises as ``read`` does."""
        with self.read() as connection, _transaction(connection):
            yield connection

    def backup(self, target: Path) -> None:
        """Copies the database as it is at one moment to a new file, while others read and write."""
        with self.read() as connection, closing(sqlite3.connect(target)) as copy:
            connection.backup(copy)

    def close(self) -> None:
        """Closes the connections that nobody uses."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait()[0].close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for one thread at a time. A process that was forked leaves those of its parent alone."""
        if os.getpid() != self._process:
            self._inherited.append(self._idle)  # kept, so that they are not closed here
            self._idle, self._process = LifoQueue(), os.getpid()
        connection, file = self._open()
        try:
            yield connection
        except BaseException:
            connection.close()  # rolls back what was open
            raise
        self._idle.put((connection, file))

    def _open(self) -> tuple[sqlite3.Connection, int]:
        """A connection to the file that is there now: a backup that was put back is another file of the same name."""
        try:
            file = self.path.stat().st_ino
        except OSError:
            file = 0  # the error of SQLite says it
        with suppress(Empty):
            while True:
                connection, opened = self._idle.get_nowait()
                if opened == file:
                    return connection, file
                connection.close()
        return self._connect(), file

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            # Never makes a file: one that disappeared while we run is not replaced by an empty one.
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=self._busy,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted does not stay behind in the file
        return connection

    def _keep_log(self, connection: sqlite3.Connection) -> None:
        deadline = time.monotonic() + self._busy
        while True:
            try:
                # Two processes that both do this for the first time exclude each other without waiting.
                connection.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                if not _name(error).startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Says in words what SQLite and the file system report."""
        try:
            yield
        except sqlite3.Error as error:
            raise _explanation(error, str(self.path)) from error


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # the error that matters is the one that brought us here
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


def _make_file(path: Path) -> None:
    """Makes the file and its folders, for the owner alone; the names of the folders are on disk when this returns."""
    missing = [folder for folder in path.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        release.sync_folder(folder.parent)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def damaged(where: str) -> StateError:
    """The error for a database that holds what was never written."""
    return StateError(
        "the register is damaged",
        where=where,
        remedy="Stop the service and put back the last backup (bio2kg restore); keep the damaged file.",
    )


def _explanation(error: sqlite3.Error, where: str) -> Bio2kgError:
    name = _name(error)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BusyError("others keep the register busy; nothing was changed", remedy="Try again.", retry_after=2)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(where)
    if name.startswith("SQLITE_FULL"):
        return StateError(
            "the disk is full; nothing was changed", where=where, remedy="Make room there, and send it again."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
        return StateError(
            "the register cannot be written; nothing was changed",
            where=where,
            remedy=_WRITABLE,
        )
    return StateError(
        f"the register does not work: {error}; nothing was changed",
        where=where,
        remedy="See whether the disk is in order.",
    )
