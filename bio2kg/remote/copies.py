"""Copies of graphs of a store elsewhere, for questions that it does not answer itself."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from bio2kg.store import EmbeddedStore

KEPT_SECONDS = 60
Read = Callable[[NamedNode], Iterable[Triple]]


class Copies:
    """The last copy that was made; who asks for the same graphs with the same content gets it again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, ...] = ()
        self._content = b""
        self._until = 0.0
        self._fresh = b""
        self._store: EmbeddedStore | None = None

    def holding(self, kept: Sequence[str], fresh: Sequence[str], read: Read) -> EmbeddedStore:
        """A store with these graphs: ``kept`` as they were a minute ago at most, ``fresh`` as they are now."""
        with self._lock:
            if tuple(kept) != self._kept or time.monotonic() >= self._until:
                self._content, self._store = _quads(kept, read), None
                self._kept, self._until = tuple(kept), time.monotonic() + KEPT_SECONDS
            content = _quads(fresh, read)
            if self._store is None or content != self._fresh:
                self._store, self._fresh = EmbeddedStore(self._content + content), content
            return self._store


def _quads(graphs: Sequence[str], read: Read) -> bytes:
    """The graphs as N-Quads; the same graphs give the same bytes, unless nodes in them are blank."""
    lines = []
    for graph in map(NamedNode, graphs):
        quads = sorted((Quad(t.subject, t.predicate, t.object, graph) for t in read(graph)), key=str)
        lines.append(ox.serialize(quads, format=RdfFormat.N_QUADS) or b"")
    return b"".join(lines)
