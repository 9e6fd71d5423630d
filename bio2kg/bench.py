"""The benchmark: every named question on the embedded store, beside a peer on the same data in the same run.

The peer is rdflib's own SPARQL engine over the same triples. It needs seconds for questions that join through many
claims, so it gets each question once, in a process that is ended after ``limit`` seconds.
"""

import multiprocessing
import multiprocessing.connection
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

from bio2kg import asking, release
from bio2kg.convert import to_rdflib
from bio2kg.paths import release as release_folder
from bio2kg.queries import NamedQuery, load
from bio2kg.store import EmbeddedStore, select

ROUNDS = 7


@dataclass(frozen=True)
class Timing:
    """Milliseconds that a question took: median and maximum here, once on the peer (None: over its limit)."""

    name: str
    rows: int
    median: float
    maximum: float
    peer: float | None
    peer_rows: int | None


def run(*, with_peer: bool, limit: float, on_query: Callable[[str], None] = lambda _: None) -> Iterator[Timing]:
    """Times every question: one warm-up, then ``ROUNDS`` rounds, from values to rows."""
    quads = release.read(release_folder())[1]
    store = EmbeddedStore(quads)
    peer = _Peer(store, limit) if with_peer else None
    for name, query in load().items():
        on_query(name)
        given = query.example_given()
        rows = len(asking.ask(store, query, given).rows)
        times = []
        for _ in range(ROUNDS):
            start = perf_counter()
            asking.ask(store, query, given)
            times.append((perf_counter() - start) * 1000)
        peer_time, peer_rows = peer.ask(query) if peer else (None, None)
        yield Timing(name, rows, statistics.median(times), max(times), peer_time, peer_rows)


class _Peer:
    def __init__(self, store: EmbeddedStore, limit: float) -> None:
        graphs = select(store, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        self.graph = to_rdflib(t for row in graphs for t in store.read_graph(row["g"]))
        self.limit = limit

    def ask(self, query: NamedQuery) -> tuple[float | None, int | None]:
        """Milliseconds and rows; nothing if it took longer than the limit, or asks for named graphs."""
        if "GRAPH" in query.text:
            return None, None
        receiver, sender = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(target=self._work, args=(query.text, sender))
        process.start()
        try:
            if receiver.poll(self.limit):
                answer: tuple[float, int] = receiver.recv()
                return answer
            return None, None
        finally:
            process.kill()
            process.join()

    def _work(self, text: str, sender: multiprocessing.connection.Connection) -> None:
        start = perf_counter()
        rows = len(list(self.graph.query(text)))
        sender.send(((perf_counter() - start) * 1000, rows))
