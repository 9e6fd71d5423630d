"""The register in a SPARQL store, for several servers over one store.

What is known of all assessments stands in the graph ``…/graph/register``, the content of each in its own graph
``…/graph/assessment/<identifier>``. A record is the thing ``…/graph/register/<identifier>`` and has

- ``rdf:type`` ``reg:Record``, or ``reg:Deleted`` for what was deleted: an identifier is used once;
- ``dcterms:publisher`` (the organisation), ``dcterms:accessRights`` (``reg:public|restricted|draft``),
  ``dcterms:created`` and ``dcterms:modified``;
- ``reg:revision``, ``reg:last`` for the one before it, and a ``reg:former`` for every one that there was.

``reg:`` is ``…/graph/register#``: names for the use of this module, which no query that people write ever sees.

Stores keep one operation whole, but not several, and two operations that run at once may each see what was there
before both. So a write goes in steps:

1. A note (``reg:Write``) says that a write to this assessment begins. Whoever then finds another note waits: notes are
   put before they are looked for, so of two writers at least one sees the other. The one whose note comes first by name
   keeps it, the others take theirs back and try again.
2. The new content and the report go to graphs of their own below the record. Nobody looks there.
3. One operation replaces content and record. Its WHERE asks for the old revision, and for all of the new content.
4. The record is read back: the write is done if its revision is there, or among the former ones.
5. What is no longer needed is removed, the note last.

A crash before step 3 leaves graphs that nobody sees, a crash after it leaves the write done; the note counts for a
minute, and ``sweep`` clears up after both. Without an answer to step 3 the new content is removed first, so that the
operation cannot take effect later, and then the record says what happened. All of this asks of the store that a query
sees what was answered before it began, as one server does, and a cluster that reads from where it writes.
"""

import contextlib
import hashlib
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from pyoxigraph import NamedNode, RdfFormat, parse

from bio2kg.errors import BusyError, StateError
from bio2kg.register import graphs
from bio2kg.register.record import (
    EVERYONE,
    Audience,
    Read,
    Record,
    Visibility,
    Witness,
    changed,
    is_identifier,
    new_identifier,
    new_revision,
    now,
    unwitnessed,
)
from bio2kg.store import Store, select

_COUNTS = timedelta(seconds=60)  # so long a note keeps others from writing; its writer may have crashed
_QUICK = 30.0  # seconds within which a writer comes from its note to step 3, or gives up
_ATTEMPTS = 5  # so often a reader tries again when somebody writes meanwhile


class RemoteRegister:
    """The stored assessments in a store that others use too."""

    def __init__(self, store: Store, *, busy_seconds: float = 10) -> None:
        """The register in a store that shows all its graphs; a write waits ``busy_seconds`` for its turn."""
        self.store = store
        self._busy = busy_seconds

    def records(self, audience: Audience = EVERYONE) -> list[Record]:
        """See Register."""
        found: dict[str, graphs.Values] = {}
        for row in select(self.store, graphs.RECORDS):
            found.setdefault(row["record"].value, {}).setdefault(row["p"], []).append(row["o"].value)
        records = [graphs.record_of(graphs.identifier_of(iri), values) for iri, values in sorted(found.items())]
        return [record for record in records if record and audience.sees(record)]

    def read(self, identifier: str, audience: Audience = EVERYONE) -> Read | None:
        """See Register."""
        for _ in range(_ATTEMPTS):
            record = self._find(identifier)
            if record is None or not audience.sees(record):
                return None
            content = graphs.ntriples(self.store.read_graph(record.graph))
            chunks = list(self.store.read_graph(graphs.graph_of(identifier, record.revision, "report")))
            after = self._find(identifier)
            if after is not None and after.revision == record.revision:
                if not chunks:
                    raise StateError("the report of this assessment is not in the store", where=identifier)
                return record, content, graphs.joined(chunks)
        raise StateError("this assessment changes faster than it can be read", where=identifier, retry_after=1)

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
        at = now()
        record = Record(new_identifier(organisation), organisation, visibility, new_revision(), at, at, 0)
        with self._turn(record.identifier, record.revision) as until:
            self._put(record, None, content, report, witness, until)
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
        revision = new_revision()
        with self._turn(identifier, revision) as until:
            before = self._expected(identifier, if_match)
            at = max(now(), before.modified)
            record = Record(identifier, before.organisation, visibility, revision, before.created, at, 0)
            self._put(record, before, content, report, witness, until)
        return record

    def delete(self, identifier: str, if_match: str, *, witness: Witness = unwitnessed) -> None:
        """See Register."""
        revision = new_revision()
        with self._turn(identifier, revision):
            before = self._expected(identifier, if_match)
            witness(before)
            operation = graphs.exchange(identifier, before, graphs.deleted(identifier, revision))
            self._exchange(identifier, revision, before, operation)

    def state(self) -> str:
        """See Register."""
        rows = select(self.store, graphs.REVISIONS)
        revisions = sorted(f"{row['record'].value} {row['revision'].value}" for row in rows)
        return hashlib.sha256("\n".join(revisions).encode()).hexdigest()

    def sweep(self, older_than: timedelta = timedelta(days=1)) -> int:
        """Removes what writes that broke off so long ago have left behind, and returns how many there were."""
        limit = now() - older_than
        old = [row for row in select(self.store, graphs.WRITES) if datetime.fromisoformat(row["at"].value) <= limit]
        for row in old:
            self._end(graphs.identifier_of(row["record"].value), row["revision"].value, graphs.FORMER)
        return len(old)

    def _put(
        self, record: Record, before: Record | None, content: bytes, report: bytes, witness: Witness, until: float
    ) -> None:
        """Steps 2 to 4, the third of them before ``until``."""
        identifier, revision = record.identifier, record.revision
        triples = {quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)}
        self.store.replace_graph(graphs.graph_of(identifier, revision, "report"), graphs.chunks(identifier, report))
        self.store.replace_graph(graphs.graph_of(identifier, revision, "content"), triples)
        if time.monotonic() > until:
            raise StateError(
                "the store takes too long; nothing was changed", where=identifier, remedy="Try again later."
            )
        witness(record)
        operation = graphs.exchange(identifier, before, graphs.triples_of(record), revision, len(triples))
        self._exchange(identifier, revision, before, operation)

    @contextlib.contextmanager
    def _turn(self, identifier: str, revision: str) -> Iterator[float]:
        """The time in which nobody else writes to this assessment: steps 1 and 5. Gives when it ends.

        Raises BusyError if others keep at it.
        """
        deadline = time.monotonic() + self._busy
        put = 0.0  # when the note was put; 0 while there is none
        try:
            while True:
                if not put:
                    put = time.monotonic()
                    self.store.update(graphs.note(identifier, revision, now()))
                others = self._others(identifier, revision)
                if not others:
                    break
                if min(others) < revision:
                    self.store.update(graphs.no_note(identifier, revision))
                    put = 0.0
                if time.monotonic() > deadline:
                    raise BusyError("somebody else is writing to this assessment; nothing was changed", retry_after=5)
                time.sleep(random.uniform(0.02, 0.1))  # noqa: S311 - no secret
            yield put + _QUICK
        finally:
            self._end(identifier, revision, graphs.LAST)

    def _others(self, identifier: str, revision: str) -> list[str]:
        """The revisions that others are making of an assessment now."""
        limit = now() - _COUNTS
        rows = select(self.store, graphs.WRITES, {"record": graphs.thing(identifier)})
        recent = [row["revision"].value for row in rows if datetime.fromisoformat(row["at"].value) > limit]
        return [other for other in recent if other != revision]

    def _exchange(self, identifier: str, revision: str, before: Record | None, operation: str) -> None:
        """Carries out step 3 and finds out whether it did anything. Raises PreconditionError if another was first."""
        lost: StateError | None = None
        try:
            self.store.update(operation)
        except StateError as error:
            lost = error
        try:
            if lost:
                self.store.delete_graph(graphs.graph_of(identifier, revision, "content"))
            values = self._values(identifier)
        except StateError as error:
            raise StateError(
                f"the store went away during the write, and it is not known whether it was done: {error}",
                where=identifier,
                remedy="Read the assessment again before you send anything again.",
            ) from error
        there = values.get(graphs.REVISION, [])
        if revision in there + values.get(graphs.FORMER, []):
            return
        if lost:
            raise lost
        if there == ([before.revision] if before else []):
            raise StateError(
                "the store did not take in all of it; nothing was changed",
                where=identifier,
                remedy="See the log of the store, and send it again.",
            )
        raise changed(identifier)

    def _end(self, identifier: str, revision: str, over: NamedNode) -> None:
        """Removes what a write leaves: its copy of the content, reports that are ``over``, and its note."""
        with contextlib.suppress(StateError):  # what stays behind is for ``sweep``
            # First the content, without which the operation can no longer take effect; then what is there is settled.
            self.store.delete_graph(graphs.graph_of(identifier, revision, "content"))
            values = self._values(identifier)
            for old in {revision, *values.get(over, [])} - set(values.get(graphs.REVISION, [])):
                self.store.delete_graph(graphs.graph_of(identifier, old, "report"))
            self.store.update(graphs.no_note(identifier, revision))

    def _expected(self, identifier: str, if_match: str) -> Record:
        record = self._find(identifier)
        if record is None or if_match != record.revision:
            raise changed(identifier)
        return record

    def _find(self, identifier: str) -> Record | None:
        return graphs.record_of(identifier, self._values(identifier))

    def _values(self, identifier: str) -> graphs.Values:
        if not is_identifier(identifier):
            return {}
        found: graphs.Values = {}
        for row in select(self.store, graphs.ONE, {"record": graphs.thing(identifier)}):
            found.setdefault(row["p"], []).append(row["o"].value)
        return found
