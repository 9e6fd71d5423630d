"""The store: one small interface, an embedded implementation (Oxigraph) and a remote one (any SPARQL 1.1 endpoint)."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol
from urllib.error import URLError

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from bio2kg.errors import MethodRefusedError, QuerySyntaxError, StateError
from bio2kg.namespaces import PREFIXES

Term = NamedNode | Literal
Bindings = Mapping[str, Term | Sequence[Term]]
Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | Iterator[Triple]


class Store(Protocol):
    """What the program needs of a store. Nothing above it knows which one runs.

    The default graph of a query is the union of all named graphs, unless the query or the caller names others.
    """

    def query(
        self, text: str, bindings: Bindings | None = None, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> Answer:
        """The answer to a SPARQL 1.1 query, in which ``bindings`` gives variables their values (see ``bind``).

        Raises QuerySyntaxError for a text that is no query.
        """

    def update(self, text: str) -> None:
        """Carries out a SPARQL 1.1 update. Raises QuerySyntaxError, or MethodRefusedError if the store is read-only."""

    def read_graph(self, graph: NamedNode) -> Iterator[Triple]:
        """The triples of a named graph; none if there is no such graph."""

    def replace_graph(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """Makes these the triples of a named graph."""

    def delete_graph(self, graph: NamedNode) -> None:
        """Removes a named graph."""

    def health(self) -> int:
        """Runs a query over the data and returns the number of named graphs. Raises StateError if that fails."""


_HEALTH = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s a <https://w3id.org/bio2kg/def#Graph> } }"


class EmbeddedStore:
    """Oxigraph inside this process."""

    def __init__(self, quads: bytes = b"", *, read_only: bool = True) -> None:
        """A store in memory that holds these N-Quads."""
        self._store = ox.Store()
        self._read_only = False
        if quads:
            self._store.bulk_load(quads, format=RdfFormat.N_QUADS)
        self._read_only = read_only

    def query(
        self, text: str, bindings: Bindings | None = None, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> Answer:
        """See Store."""
        options: dict[str, Any] = {}
        if default_graphs or named_graphs:
            options = {"default_graph": [NamedNode(g) for g in default_graphs], "named_graphs": [NamedNode(g) for g in named_graphs]}
        elif not _names_a_dataset(text):
            options = {"use_default_graph_as_union": True}
        whole = bind(text, bindings or {})
        try:
            return self._store.query(whole, **options)
        except SyntaxError as error:
            if (expanded := _expand_dotted_names(whole)) != whole:
                try:
                    return self._store.query(expanded, **options)
                except SyntaxError:
                    pass
            raise _syntax_error(error, text) from error

    def update(self, text: str) -> None:
        """See Store."""
        if self._read_only:
            raise MethodRefusedError("this store is read-only", remedy="Change the files and build a new release.")
        try:
            self._store.update(text)
        except SyntaxError as error:
            raise _syntax_error(error, text) from error

    def read_graph(self, graph: NamedNode) -> Iterator[Triple]:
        """See Store."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, graph))

    def replace_graph(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """See Store."""
        self.delete_graph(graph)
        self._store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)

    def delete_graph(self, graph: NamedNode) -> None:
        """See Store."""
        if self._read_only:
            raise MethodRefusedError("this store is read-only", remedy="Change the files and build a new release.")
        self._store.remove_graph(graph)

    def health(self) -> int:
        """See Store."""
        return _count(self.query(_HEALTH))


class RemoteStore:
    """A SPARQL 1.1 endpoint elsewhere, over its protocol."""

    def __init__(self, endpoint: str, update_endpoint: str | None = None, timeout: int = 60) -> None:
        """``endpoint`` answers queries, ``update_endpoint`` takes updates; ``timeout`` in seconds."""
        self.endpoint = endpoint
        self.update_endpoint = update_endpoint
        self.timeout = timeout

    def query(
        self, text: str, bindings: Bindings | None = None, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> Answer:
        """See Store."""
        wrapper = SPARQLWrapper(self.endpoint)
        for graph in default_graphs:
            wrapper.addDefaultGraph(graph)
        for graph in named_graphs:
            wrapper.addNamedGraph(graph)
        if not default_graphs and not named_graphs and not _names_a_dataset(text):
            # Endpoints differ in what their default graph is, so every graph is named.
            for graph in self._graphs():
                wrapper.addDefaultGraph(graph)
                wrapper.addNamedGraph(graph)
        wrapper.setQuery(bind(text, bindings or {}))
        wrapper.setReturnFormat(JSON)
        content, media_type = self._send(wrapper)
        if media_type.startswith(("application/sparql-results+json", "application/json")):
            answer = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
            return answer
        form = RdfFormat.from_media_type(media_type) or RdfFormat.TURTLE
        return (quad.triple for quad in ox.parse(content, format=form))

    def update(self, text: str) -> None:
        """See Store."""
        if not self.update_endpoint:
            raise MethodRefusedError("no update address is set for this store", where=self.endpoint, remedy="Set BIO2KG_STORE_UPDATE.")
        _require_update(text)
        wrapper = SPARQLWrapper(self.update_endpoint)
        wrapper.setMethod(POST)
        wrapper.setRequestMethod("postdirectly")
        wrapper.setQuery(text)
        self._send(wrapper)

    def read_graph(self, graph: NamedNode) -> Iterator[Triple]:
        """See Store."""
        answer = self.query("CONSTRUCT WHERE { ?s ?p ?o }", default_graphs=[graph.value])
        return (t for t in answer if isinstance(t, Triple))

    def replace_graph(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """See Store. One request, so that readers never see half a graph where the store is transactional."""
        data = ox.serialize((Quad(t.subject, t.predicate, t.object) for t in triples), format=RdfFormat.N_TRIPLES) or b""
        self.update(f"DROP SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{\n{data.decode()}}} }}")

    def delete_graph(self, graph: NamedNode) -> None:
        """See Store."""
        self.update(f"DROP SILENT GRAPH {graph}")

    def health(self) -> int:
        """See Store."""
        return len(self._graphs())

    def _graphs(self) -> list[str]:
        wrapper = SPARQLWrapper(self.endpoint)
        wrapper.setQuery("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        wrapper.setReturnFormat(JSON)
        answer = ox.parse_query_results(self._send(wrapper)[0], format=ox.QueryResultsFormat.JSON)
        assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - the query is a SELECT
        return [row["g"].value for row in answer if isinstance(row["g"], NamedNode)]

    def _send(self, wrapper: SPARQLWrapper) -> tuple[bytes, str]:
        wrapper.setTimeout(self.timeout)
        try:
            response = wrapper.query()
            return response.response.read(), (response.info().get("content-type") or "").partition(";")[0].strip()
        except SPARQLWrapperException as error:
            if type(error).__name__ == "QueryBadFormed":
                raise QuerySyntaxError(f"the store at {self.endpoint} does not accept the query: {error}") from error
            raise StateError(f"the store refused: {error}", where=self.endpoint) from error
        except (URLError, TimeoutError, OSError) as error:
            raise StateError(f"the store does not answer: {error}", where=self.endpoint, remedy="Start it, or correct BIO2KG_STORE.") from error


def _count(answer: Answer) -> int:
    assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - only called with a SELECT
    return int(next(answer)["n"].value)


@lru_cache(maxsize=512)
def _names_a_dataset(text: str) -> bool:
    """Whether a query has a FROM clause; then it chooses its own default graph.

    Only a text in which the keyword can occur at all is parsed for it.
    """
    if not re.search(r"\bfrom\b|\\u", text, re.IGNORECASE):
        return False
    try:
        query = parseQuery(text)[1]
    except Exception:  # rdflib's parser raises many kinds; the store's own parser then says what is wrong
        return False
    return "datasetClause" in query


def bind(text: str, bindings: Bindings) -> str:
    """The query with values for some of its variables, joined as the VALUES clause that SPARQL 1.1 has behind a query.

    A value is an RDF term and stays one, whatever it contains; several values for a variable are alternatives. The
    clause is joined with the answer of the WHERE part, so it does not reach into a FILTER or a subquery.
    """
    if not bindings:
        return text
    choices = [[value] if isinstance(value, NamedNode | Literal) else list(value) for value in bindings.values()]
    variables = " ".join(str(ox.Variable(name)) for name in bindings)
    table = "\n".join(f"  ({' '.join(str(term) for term in row)})" for row in itertools.product(*choices))
    return f"{text}\nVALUES ({variables}) {{\n{table}\n}}"


_TOKEN = re.compile(
    r"""(?P<skip>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|\#[^\n]*)
    |(?P<prefix>[A-Za-z][\w.-]*)?:(?P<local>\w[\w-]*(?:\.[\w-]+){2,})""",
    re.DOTALL | re.VERBOSE,
)
_PREFIX = re.compile(r"\bPREFIX\s+([A-Za-z][\w.-]*)?:\s*<([^<>]*)>", re.IGNORECASE)


def _expand_dotted_names(text: str) -> str:
    """The query with names such as ``bio2-1.3:5.01.01`` written as IRIs.

    SPARQL allows more than one point in a name; the parser of Oxigraph 0.5 does not, and measure numbers have two.
    """
    prefixes = {name or "": iri for name, iri in _PREFIX.findall(text)}

    def expand(match: re.Match[str]) -> str:
        namespace = prefixes.get(match["prefix"] or "") if match["local"] else None
        return match[0] if namespace is None else f"<{namespace}{match['local']}>"

    return _TOKEN.sub(expand, text)


def _require_update(text: str) -> None:
    try:
        parseUpdate(text)
    except Exception as error:
        raise QuerySyntaxError(f"not a SPARQL 1.1 update: {error}") from error


def _syntax_error(error: SyntaxError, text: str) -> QuerySyntaxError:
    message = str(error.args[0] if error.args else error)
    if not text.strip():
        return QuerySyntaxError("the query is empty", remedy="Give a SELECT, ASK, CONSTRUCT or DESCRIBE query.")
    undeclared = re.search(r"Prefix (\S+) not found|prefix (\S+)", message)
    hint = ""
    if "refix" in message and undeclared:
        known = ", ".join(f"{p}:" for p in list(PREFIXES)[:3])
        hint = f"Declare the prefix with PREFIX; ours are {known} …"
    return QuerySyntaxError(f"not valid SPARQL 1.1: {message}.", remedy=hint)


__all__ = ["Answer", "Bindings", "EmbeddedStore", "RemoteStore", "Store", "Term", "bind"]
