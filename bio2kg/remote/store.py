"""A SPARQL 1.1 endpoint elsewhere as a store."""

import copy
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple
from SPARQLWrapper import ASK, INSERT, JSON, POST, POSTDIRECTLY, SELECT, TURTLE, SPARQLWrapper

from bio2kg.errors import InputError, LimitError, QuerySyntaxError, RefusedError, StateError
from bio2kg.namespaces import ASSESSMENTS, GRAPH
from bio2kg.querytext import Bindings, bind, query_form, require_local
from bio2kg.remote import dialects, wording
from bio2kg.remote.copies import Copies
from bio2kg.remote.sending import Reply, Request, Sender
from bio2kg.remote.wording import Wording
from bio2kg.store import Answer, Store, graph_named

LISTED_SECONDS = 3  # so long a new graph that another process made may stay out of sight
_REGISTER = f"{GRAPH}register"  # its graphs are of the program, and in no query unless it names them
_NO_GRAPH = f"{GRAPH}none"  # an empty list means another thing to each engine; this graph is empty to all
_HEALTH = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?in { ?g a <https://w3id.org/bio2kg/def#Graph> } }"
_GRAPHS_OF = """
PREFIX b: <https://w3id.org/bio2kg/def#>
SELECT DISTINCT ?graph WHERE {
  VALUES ?assessment { UNDEF }
  GRAPH ?graph { ?assessment a b:Assessment }
}
"""
_N_TRIPLES = RdfFormat.N_TRIPLES.media_type


class RemoteStore:
    """A SPARQL 1.1 endpoint elsewhere, over its protocol.

    Every query names the graphs it runs over, one by one. ``visible`` decides which those can be: with it, a query sees
    these graphs and no others, whatever its text or its caller asks; without, all graphs of the store.
    """

    def __init__(
        self,
        endpoint: str,
        update_endpoint: str | None = None,
        timeout: float = 30,
        *,
        graph_store: str | None = None,
        account: tuple[str, str] | None = None,
        limit: int = 64 * 1024 * 1024,
        visible: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        """``endpoint`` answers queries, ``update_endpoint`` takes updates, ``graph_store`` whole graphs.

        ``account`` is user and password; ``timeout`` in seconds and ``limit`` in bytes bound each answer. Raises
        InputError for an address that cannot be used.
        """
        for address in (endpoint, update_endpoint, graph_store):
            _require_address(address)
        self.endpoint = endpoint
        self.update_endpoint = update_endpoint
        self.graph_store = graph_store
        self.visible = visible
        self._sender = Sender(endpoint, account, timeout, limit)
        self._listed = _Listed(self._list)
        self._copies = Copies()
        self._is_virtuoso: bool | None = None  # None: not known yet

    def __repr__(self) -> str:
        return f"RemoteStore({self.endpoint!r})"

    def seeing(self, visible: Callable[[], Sequence[str]]) -> "RemoteStore":
        """The same store, over the same connections, in which queries see only these graphs."""
        other = copy.copy(self)
        other.visible = visible
        return other

    def query(
        self,
        text: str,
        bindings: Bindings | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """See Store. Raises StateError if the store does not answer or its answer is broken, LimitError."""
        asked = wording.read(bind(text, bindings or {}))
        if default_graphs or named_graphs:
            default, named = self._allowed(default_graphs), self._allowed(named_graphs)
        elif asked.default is not None and asked.named is not None:
            default, named = self._allowed(asked.default), self._allowed(asked.named)
        else:
            default = named = self._seen()
        return self._ask(asked, default or [_NO_GRAPH], named or [_NO_GRAPH])

    def update(self, text: str) -> None:
        """See Store."""
        if not self.update_endpoint:
            raise RefusedError(
                "no update address is set for this store", where=self.endpoint, remedy="Set BIO2KG_STORE_UPDATE."
            )
        require_local(text)
        wrapper = SPARQLWrapper(self.update_endpoint)
        wrapper.setMethod(POST)
        wrapper.setRequestMethod(POSTDIRECTLY)
        wrapper.setQuery(text)
        wrapper.queryType = INSERT  # whatever it is, it goes as an update, and the endpoint judges it
        try:
            self._checked(self._send(wrapper, repeatable=False))
        finally:
            self._listed.forget()

    def read_graph(self, graph: NamedNode) -> Iterator[Triple]:
        """See Store."""
        if not self._allowed([graph.value]):
            return iter(())
        if not self.graph_store:
            answer = self.query("CONSTRUCT WHERE { ?s ?p ?o }", default_graphs=[graph.value])
            assert not isinstance(answer, ox.QuerySolutions | ox.QueryBoolean)  # noqa: S101 - it is a CONSTRUCT
            return iter(answer)
        reply = self._sender.send(Request("GET", self._address(graph), {"Accept": f"text/turtle, {_N_TRIPLES};q=0.5"}))
        return iter(()) if reply.status == 404 else iter(self._triples(self._checked(reply)))

    def replace_graph(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """See Store. One request, so that readers never see half a graph where the store is transactional."""
        quads = (Quad(t.subject, t.predicate, t.object) for t in triples)
        content = ox.serialize(quads, format=RdfFormat.N_TRIPLES) or b""
        if not content:
            self.delete_graph(graph)  # stores differ in whether a graph without triples is there
        elif self.graph_store:
            self._write(Request("PUT", self._address(graph), {"Content-Type": _N_TRIPLES}, content, repeatable=False))
        else:
            self.update(f"DROP SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{\n{content.decode()}}} }}")

    def delete_graph(self, graph: NamedNode) -> None:
        """See Store."""
        if self.graph_store:
            self._write(Request("DELETE", self._address(graph), repeatable=False), missing_is_fine=True)
        else:
            self.update(f"DROP SILENT GRAPH {graph}")

    def about(self, assessments: Sequence[NamedNode]) -> Store:
        """See Store.

        Questions about an assessment are too much for Virtuoso 7: it loses rows, or never ends. What they read, of what
        this store sees, is fetched from there and asked here.
        """
        if not self._virtuoso():
            return self
        answer = self.query(_GRAPHS_OF, {"assessment": list(assessments)})
        assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - the query is a SELECT
        theirs = sorted(row["graph"].value for row in answer)
        others = [graph for graph in self._seen() if not graph.startswith(ASSESSMENTS)]
        return self._copies.holding(others, [graph for graph in theirs if graph not in others], self.read_graph)

    def health(self) -> int:
        """See Store. Counts the graphs of the release; how many others there are is nobody's business."""
        answer = self.query(_HEALTH)
        assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - the query is a SELECT
        return int(next(answer)["n"].value)

    def _seen(self) -> list[str]:
        """The graphs that queries see."""
        return sorted(self.visible()) if self.visible else self._listed()

    def _virtuoso(self) -> bool:
        if self._is_virtuoso is None:
            self._ask(wording.read("ASK {}"), [], [])
        return bool(self._is_virtuoso)

    def _allowed(self, graphs: Sequence[str]) -> list[str]:
        """Those of the graphs asked for that may be seen. Raises InputError for what can be no graph."""
        asked = sorted({graph_named(graph).value for graph in graphs})
        if self.visible is None:
            return asked
        visible = set(self.visible())
        return [graph for graph in asked if graph in visible]

    def _list(self) -> list[str]:
        answer = self._ask(wording.read(dialects.GRAPHS), [], [])
        assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - the query is a SELECT
        found = [row["g"].value for row in answer if isinstance(row["g"], NamedNode)]
        return [graph for graph in dialects.without_system_graphs(found) if not graph.startswith(_REGISTER)]

    def _ask(self, asked: Wording, default: Sequence[str], named: Sequence[str]) -> Answer:
        """The answer over exactly these graphs; over what the endpoint takes for its data set if there are none."""
        in_query = bool(default) and self._virtuoso()
        text = dialects.adapted(asked).text_from(default, named) if in_query else asked.text()
        wrapper = SPARQLWrapper(self.endpoint)
        wrapper.setMethod(POST)  # the names of all graphs are more than servers take in an address
        wrapper.setOnlyConneg(True)
        for graph in () if in_query else default:
            wrapper.addDefaultGraph(graph)
        for graph in () if in_query else named:
            wrapper.addNamedGraph(graph)
        wrapper.setQuery(text)
        form = query_form(text)
        wrapper.queryType = form  # the library's own guess falls for words in comments and names
        wrapper.setReturnFormat(JSON if form in (SELECT, ASK) else TURTLE)
        reply = self._checked(self._send(wrapper))
        self._is_virtuoso = dialects.is_virtuoso(reply.headers)
        if form not in (SELECT, ASK):
            return iter(self._triples(reply))
        if reply.media_type not in ("application/sparql-results+json", "application/json"):
            raise self._strange(reply)
        return dialects.solutions(reply.body, asked, form, self.endpoint)

    def _send(self, wrapper: SPARQLWrapper, *, repeatable: bool = True) -> Reply:
        """Sends what the library has made of a query or update.

        Its own sender follows redirects to anywhere, bounds neither time nor size, and sets passwords for the process.
        """
        made = wrapper._createRequest()
        url = made.full_url.removesuffix("?")
        body = made.data if isinstance(made.data, bytes) else b""
        return self._sender.send(Request("POST", url, dict(made.header_items()), body, repeatable))

    def _write(self, request: Request, *, missing_is_fine: bool = False) -> None:
        try:
            reply = self._sender.send(request)
        finally:
            self._listed.forget()
        if not (missing_is_fine and reply.status == 404):
            self._checked(reply)

    def _address(self, graph: NamedNode) -> str:
        address = self.graph_store or ""
        return f"{address}{'&' if '?' in address else '?'}graph={quote(graph.value, safe='')}"

    def _triples(self, reply: Reply) -> list[Triple]:
        form = RdfFormat.from_media_type(reply.media_type)
        if form is None:
            raise self._strange(reply)
        try:
            return [quad.triple for quad in ox.parse(reply.body, format=form)]
        except (SyntaxError, ValueError) as error:
            raise StateError("the answer of the store is broken or was cut off", where=self.endpoint) from error

    def _checked(self, reply: Reply) -> Reply:
        """The reply of a request that went well; what else it can be, as the error that it is."""
        if 200 <= reply.status < 300:
            return reply
        said = dialects.message(reply.body)
        if reply.status == 400:
            raise QuerySyntaxError(f"the store does not accept the query: {said}")
        if reply.status in (413, 414):
            raise LimitError("this is more than the store takes in one request", remedy="Set BIO2KG_STORE_GRAPHS.")
        what, remedy = _MEANINGS.get(
            300 if reply.status < 400 else reply.status, (f"the store could not do it: {said or reply.status}", "")
        )
        wait = reply.retry_after or (5 if reply.status in (429, 502, 503, 504) else 0)
        raise StateError(what, where=self.endpoint, remedy=remedy, retry_after=wait)

    def _strange(self, reply: Reply) -> StateError:
        return StateError(
            f"the store answers with “{reply.media_type or 'nothing'}”, which is no answer to a query",
            where=self.endpoint,
            remedy="Check that BIO2KG_STORE is the address of a SPARQL endpoint.",
        )


_CREDENTIALS = "Check BIO2KG_STORE_USER and BIO2KG_STORE_PASSWORD, or BIO2KG_STORE_CREDENTIALS."
_MEANINGS = {
    300: ("the store is at another address", "Give its own address; redirects are not followed."),
    401: ("the store does not accept the credentials", _CREDENTIALS),
    403: ("the store does not allow this", _CREDENTIALS),
    404: ("there is no store at this address", "Correct BIO2KG_STORE."),
    429: ("the store has too much to do", ""),
    502: ("the store is away", ""),
    503: ("the store has too much to do, or is away", ""),
    504: ("the store is away", ""),
}


class _Listed:
    """The names of the graphs in the store, asked at most every few seconds. Many threads may ask at once."""

    def __init__(self, ask: Callable[[], list[str]]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._graphs: list[str] = []
        self._until = 0.0

    def __call__(self) -> list[str]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._graphs = self._ask()
                self._until = time.monotonic() + LISTED_SECONDS
            return self._graphs

    def forget(self) -> None:
        """Asks again next time."""
        self._until = 0.0


def _require_address(address: str | None) -> None:
    parts = urlsplit(address or "http://none")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"“{address}” is no address of a store", remedy="Give one that begins with http or https.")
    if "@" in parts.netloc:
        raise InputError("an address of a store holds no password", remedy="Set BIO2KG_STORE_CREDENTIALS.")
