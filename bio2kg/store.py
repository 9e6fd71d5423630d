"""The store: one small interface, an embedded implementation (Oxigraph) and a remote one (any SPARQL 1.1 endpoint)."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import IO, Any, Protocol, TypeVar

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from bio2kg.errors import ConflictError, InputError, RefusedError
from bio2kg.namespaces import BASE, DEF, GRAPH, ID, PREFIXES
from bio2kg.querytext import Bindings, bind, expand_dotted_names, names_dataset, require_local, syntax_error

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | Iterator[Triple]


class Store(Protocol):
    """What the program needs of a store. Nothing above it knows which one runs.

    The default graph of a query is the union of all named graphs, unless the query or the caller names others.
    """

    def query(
        self,
        text: str,
        bindings: Bindings | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """The answer to a SPARQL 1.1 query, in which ``bindings`` gives variables their values (see ``bind``).

        Raises QuerySyntaxError for a text that is no query.
        """

    def update(self, text: str) -> None:
        """Carries out a SPARQL 1.1 update. Raises QuerySyntaxError, or RefusedError if the store is read-only."""

    def read_graph(self, graph: NamedNode) -> Iterator[Triple]:
        """The triples of a named graph; none if there is no such graph."""

    def replace_graph(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """Makes these the triples of a named graph."""

    def delete_graph(self, graph: NamedNode) -> None:
        """Removes a named graph."""

    def about(self, assessments: Sequence[NamedNode]) -> "Store":
        """A store for questions about these assessments: it has them, and all that is no assessment."""

    def health(self) -> int:
        """Runs a query over the data and returns the number of named graphs. Raises StateError if that fails."""


_HEALTH = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?in { ?g a <https://w3id.org/bio2kg/def#Graph> } }"


class EmbeddedStore:
    """Oxigraph inside this process."""

    def __init__(
        self,
        quads: bytes = b"",
        *,
        read_only: bool = True,
        union: bool = True,
        federation: Collection[str] = (),
    ) -> None:
        """A store in memory that holds these N-Quads; its queries may call the services in ``federation``.

        With ``union`` the default graph of a query is the union of the named graphs; without, it is a graph of its own,
        as in most other stores.
        """
        self.union = union
        self._federation = federation
        self._store = ox.Store()
        self._read_only = False
        if quads:
            self._store.bulk_load(quads, format=RdfFormat.N_QUADS)
        self._read_only = read_only

    def query(
        self,
        text: str,
        bindings: Bindings | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """See Store."""
        # A relative IRI such as <id/bio2/1.3> is one of ours.
        options: dict[str, Any] = {"base_iri": f"{BASE}/"}
        if default_graphs or named_graphs:
            options |= {
                "default_graph": [graph_named(g) for g in default_graphs],
                "named_graphs": [graph_named(g) for g in named_graphs],
            }
        chooses = names_dataset(text, self._federation)
        if self.union and not default_graphs and not named_graphs and not chooses:
            options |= {"use_default_graph_as_union": True}
        whole = bind(text, bindings or {})
        try:
            return _parsed_by(lambda query: self._store.query(query, **options), whole)
        except SyntaxError as error:
            raise syntax_error(error, text) from error

    def update(self, text: str) -> None:
        """See Store."""
        if self._read_only:
            raise RefusedError("this store is read-only", remedy="Change the files and build a new release.")
        require_local(text)
        try:
            _parsed_by(lambda update: self._store.update(update, base_iri=f"{BASE}/"), text)
        except SyntaxError as error:
            raise syntax_error(error, text, update=True) from error
        except RuntimeError as error:  # a graph that must be there is not, or the other way round
            raise ConflictError(str(error), remedy="Nothing was changed; SILENT lets it pass.") from error

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
            raise RefusedError("this store is read-only", remedy="Change the files and build a new release.")
        self._store.remove_graph(graph)

    def about(self, assessments: Sequence[NamedNode]) -> Store:
        """See Store. It has everything."""
        return self

    def dump(self, file: IO[bytes]) -> None:
        """Writes everything as N-Quads."""
        self._store.dump(file, format=RdfFormat.N_QUADS)

    def put(self, graph: NamedNode, content: bytes, form: RdfFormat = RdfFormat.N_TRIPLES) -> None:
        """Makes what ``content`` holds the triples of a named graph; nothing is left of it if that is nothing.

        In one transaction, so that who asks meanwhile sees the one or the other. It is for the program itself, which
        may, also where callers may not change anything.
        """
        triples = ox.serialize(ox.parse(content, format=form), format=RdfFormat.N_TRIPLES) or b""
        self._store.update(f"DROP SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{\n{triples.decode()}}} }}")

    def health(self) -> int:
        """See Store."""
        return int(select(self, _HEALTH)[0]["n"].value)


_T = TypeVar("_T")


def _parsed_by(run: Callable[[str], _T], text: str) -> _T:
    """What ``run`` makes of a text, if need be with its dotted names written as IRIs. Raises SyntaxError."""
    try:
        return run(text)
    except SyntaxError:
        if (expanded := expand_dotted_names(text)) != text:
            try:
                return run(expanded)
            except SyntaxError:
                pass
        raise


def graph_named(iri: str) -> NamedNode:
    """The name of a graph. Raises InputError if it is no whole IRI."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise InputError(f"“{iri}” cannot be a graph: {error}.", remedy="Give the whole IRI of a graph.") from error


def select(store: Store, text: str, bindings: Bindings | None = None) -> list[ox.QuerySolution]:
    """The rows of a SELECT query."""
    answer = store.query(text, bindings)
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("the query is no SELECT")
    return list(answer)


def construct(store: Store, text: str, bindings: Bindings | None = None) -> list[Triple]:
    """The triples of a CONSTRUCT query."""
    answer = store.query(text, bindings)
    if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        raise TypeError("the query is no CONSTRUCT")
    return list(answer)


def add_assessment(store: Store, triples: Iterable[Triple], where: str = "") -> NamedNode:
    """Puts the one assessment that these triples hold in the graph of its name, and returns its IRI.

    Raises InputError if they hold none or more than one.
    """
    kept = list(triples)
    kind = NamedNode(f"{DEF}Assessment")
    found = sorted(
        {
            t.subject.value
            for t in kept
            if t.predicate.value == f"{PREFIXES['rdf']}type" and t.object == kind and isinstance(t.subject, NamedNode)
        }
    )
    if len(found) != 1:
        what = f"more than one assessment: {', '.join(found)}" if found else "no assessment"
        raise InputError(f"this holds {what}", where=where, remedy="Give a file with one b:Assessment.")
    name = found[0].removeprefix(f"{ID}assessment/") if found[0].startswith(ID) else re.split(r"[/#]", found[0])[-1]
    store.replace_graph(NamedNode(f"{GRAPH}assessment/{name}"), kept)
    return NamedNode(found[0])
