"""The register in one SQLite file. Several processes use it at once; a write is one transaction."""

import hashlib
import sqlite3
from datetime import datetime
from pathlib import Path

from bio2kg.errors import StateError
from bio2kg.register.database import Database, damaged
from bio2kg.register.record import (
    EVERYONE,
    Audience,
    Read,
    Record,
    Visibility,
    Witness,
    changed,
    new_identifier,
    new_revision,
    now,
    unwitnessed,
)

SCHEMA = 1
# What was deleted keeps its identifier, which nothing else gets. The two large columns come last: a listing then does
# not read them.
_TABLES = """
CREATE TABLE register (schema INTEGER NOT NULL, sequence INTEGER NOT NULL, state TEXT NOT NULL);
CREATE TABLE assessment (
  identifier TEXT PRIMARY KEY,
  organisation TEXT NOT NULL,
  visibility TEXT NOT NULL CHECK (visibility IN ('public', 'restricted', 'draft')),
  revision TEXT NOT NULL UNIQUE,
  created TEXT NOT NULL,
  modified TEXT NOT NULL,
  sequence INTEGER NOT NULL UNIQUE,
  digest BLOB NOT NULL,
  report BLOB NOT NULL,
  content BLOB NOT NULL
);
CREATE TABLE deleted (identifier TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE);
"""
_RECORD = "SELECT identifier, organisation, visibility, revision, created, modified, sequence FROM assessment"


class LocalRegister:
    """The stored assessments in a file of this machine. Threads and processes may share it."""

    def __init__(self, path: Path, *, busy_seconds: float = 10) -> None:
        """The register at ``path``, made if there is none; a write waits ``busy_seconds`` for its turn.

        Raises StateError if it is damaged, of a newer version, or in a place that cannot be written.
        """
        self._database = Database(path, busy_seconds)
        self._prepare()

    def records(self, audience: Audience = EVERYONE) -> list[Record]:
        """See Register."""
        with self._database.read() as connection:
            found = map(_record, connection.execute(f"{_RECORD} ORDER BY identifier"))
            return [record for record in found if audience.sees(record)]

    def read(self, identifier: str, audience: Audience = EVERYONE) -> Read | None:
        """See Register."""
        with self._database.read() as connection:
            record = _find(connection, identifier)
            if record is None or not audience.sees(record):
                return None
            # The revision in the condition: what was replaced between the two questions is asked for anew.
            row = connection.execute(
                "SELECT content, report, digest FROM assessment WHERE revision = ?", (record.revision,)
            ).fetchone()
        if row is None:
            return self.read(identifier, audience)
        if _digest(row[0], row[1]) != row[2]:
            raise damaged(f"{self._database.path}: {identifier}")
        return record, row[0], row[1]

    def create(
        self,
        organisation: str,
        visibility: Visibility,
        content: bytes,
        report: bytes,
        *,
        witness: Witness = unwitnessed,
    ) -> Record:
        """See Register."""
        with self._database.write() as connection:
            identifier = new_identifier(organisation)
            while _is_taken(connection, identifier):
                identifier = new_identifier(organisation)
            at = now()
            record = Record(identifier, organisation, visibility, new_revision(), at, at, _step(connection))
            connection.execute(
                "INSERT INTO assessment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*_row(record), _digest(content, report), report, content),
            )
            witness(record)
        return record

    def replace(
        self,
        identifier: str,
        if_match: str,
        visibility: Visibility,
        content: bytes,
        report: bytes,
        *,
        witness: Witness = unwitnessed,
    ) -> Record:
        """See Register."""
        with self._database.write() as connection:
            before = _expected(connection, identifier, if_match)
            # A clock that was set back does not make a later state look older.
            at = max(now(), before.modified)
            record = Record(
                identifier, before.organisation, visibility, new_revision(), before.created, at, _step(connection)
            )
            connection.execute(
                "REPLACE INTO assessment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*_row(record), _digest(content, report), report, content),
            )
            witness(record)
        return record

    def delete(self, identifier: str, if_match: str, *, witness: Witness = unwitnessed) -> None:
        """See Register."""
        with self._database.write() as connection:
            before = _expected(connection, identifier, if_match)
            connection.execute("DELETE FROM assessment WHERE identifier = ?", (identifier,))
            connection.execute("INSERT INTO deleted VALUES (?, ?)", (identifier, _step(connection)))
            witness(before)

    def state(self) -> str:
        """See Register."""
        with self._database.read() as connection:
            return str(connection.execute("SELECT state FROM register").fetchone()[0])

    def backup(self, target: Path) -> None:
        """Copies the register as it is at one moment to a new file, while others read and write."""
        self._database.backup(target)

    def close(self) -> None:
        """Lets go of the file. The next use opens it again."""
        self._database.close()

    def _prepare(self) -> None:
        with self._database.write() as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute("INSERT INTO register VALUES (?, 0, ?)", (SCHEMA, new_revision()))
            elif "register" not in tables:
                raise StateError(
                    "this is a database of something else",
                    where=str(self._database.path),
                    remedy="Move it away, or set BIO2KG_HOME to another folder.",
                )
            schema = connection.execute("SELECT schema FROM register").fetchone()[0]
        if schema != SCHEMA:
            raise StateError(
                f"the register has version {schema}; this program knows version {SCHEMA}",
                where=str(self._database.path),
                remedy="Install the version of bio2kg that wrote it, or a later one.",
            )


def _record(row: tuple[str, str, str, str, str, str, int]) -> Record:
    identifier, organisation, visibility, revision, created, modified, sequence = row
    return Record(
        identifier,
        organisation,
        Visibility(visibility),
        revision,
        datetime.fromisoformat(created),
        datetime.fromisoformat(modified),
        sequence,
    )


def _row(record: Record) -> tuple[str, str, str, str, str, str, int]:
    return (
        record.identifier,
        record.organisation,
        record.visibility.value,
        record.revision,
        record.created.isoformat(),
        record.modified.isoformat(),
        record.sequence,
    )


def _find(connection: sqlite3.Connection, identifier: str) -> Record | None:
    row = connection.execute(f"{_RECORD} WHERE identifier = ?", (identifier,)).fetchone()
    return _record(row) if row else None


def _expected(connection: sqlite3.Connection, identifier: str, if_match: str) -> Record:
    """The record that is there, if it is the one that the writer read."""
    record = _find(connection, identifier)
    if record is None or if_match != record.revision:
        raise changed(identifier)
    return record


def _is_taken(connection: sqlite3.Connection, identifier: str) -> bool:
    query = "SELECT 1 FROM assessment WHERE identifier = ?1 UNION SELECT 1 FROM deleted WHERE identifier = ?1"
    return connection.execute(query, (identifier,)).fetchone() is not None


def _step(connection: sqlite3.Connection) -> int:
    """The next number in the order of writes."""
    # The state has chance in it: a register that was put back from a backup does not repeat one.
    connection.execute("UPDATE register SET sequence = sequence + 1, state = ?", (new_revision(),))
    return int(connection.execute("SELECT sequence FROM register").fetchone()[0])


def _digest(content: bytes, report: bytes) -> bytes:
    """A hash over what is stored: SQLite itself does not notice a wrong bit in it."""
    return hashlib.sha256(len(content).to_bytes(8) + content + report).digest()
