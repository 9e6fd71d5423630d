"""The store at another address: any SPARQL 1.1 endpoint, spoken to by its protocol."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.error import URLError

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple
from SPARQLWrapper import ASK, INSERT, JSON, POST, POSTDIRECTLY, SELECT, TURTLE, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

from bio2kg.errors import QuerySyntaxError, RefusedError, StateError
from bio2kg.querytext import Bindings, bind, names_dataset, query_form
from bio2kg.store import Answer


class RemoteStore:
    """A SPARQL 1.1 endpoint elsewhere, over its protocol."""

    def __init__(self, endpoint: str, update_endpoint: str | None = None, timeout: int = 60) -> None:
        """``endpoint`` answers queries, ``update_endpoint`` takes updates; ``timeout`` in seconds."""
        self.endpoint = endpoint
        self.update_endpoint = update_endpoint
        self.timeout = timeout

    def query(
        self,
        text: str,
        bindings: Bindings | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """See Store."""
        wrapper = self._wrapper()
        for graph in default_graphs:
            wrapper.addDefaultGraph(graph)
        for graph in named_graphs:
            wrapper.addNamedGraph(graph)
        chooses = names_dataset(text)
        if not default_graphs and not named_graphs and not chooses:
            # Endpoints differ in what their default graph is, so every graph is named.
            for graph in self._graphs():
                wrapper.addDefaultGraph(graph)
                wrapper.addNamedGraph(graph)
        wrapper.setQuery(bind(text, bindings or {}))
        wrapper.queryType = query_form(text)  # the library's own guess falls for words in comments and names
        wrapper.setReturnFormat(JSON if wrapper.queryType in (SELECT, ASK) else TURTLE)
        content, media_type = self._send(wrapper)
        if media_type.startswith(("application/sparql-results+json", "application/json")):
            return ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
        form = RdfFormat.from_media_type(media_type) or RdfFormat.TURTLE
        return (quad.triple for quad in ox.parse(content, format=form))

    def update(self, text: str) -> None:
        """See Store."""
        if not self.update_endpoint:
            raise RefusedError(
                "no update address is set for this store", where=self.endpoint, remedy="Set BIO2KG_STORE_UPDATE."
            )
        wrapper = SPARQLWrapper(self.update_endpoint)
        wrapper.setMethod(POST)
        wrapper.setRequestMethod(POSTDIRECTLY)
        wrapper.setQuery(text)
        wrapper.queryType = INSERT  # whatever it is, it goes as an update, and the endpoint judges it
        self._send(wrapper)

    def read_graph(self, graph: NamedNode) -> Iterator[Triple]:
        """See Store."""
        answer = self.query("CONSTRUCT WHERE { ?s ?p ?o }", default_graphs=[graph.value])
        assert not isinstance(answer, ox.QuerySolutions | ox.QueryBoolean)  # noqa: S101 - it is a CONSTRUCT
        return iter(answer)

    def replace_graph(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """See Store. One request, so that readers never see half a graph where the store is transactional."""
        data = (
            ox.serialize((Quad(t.subject, t.predicate, t.object) for t in triples), format=RdfFormat.N_TRIPLES) or b""
        )
        self.update(f"DROP SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{\n{data.decode()}}} }}")

    def delete_graph(self, graph: NamedNode) -> None:
        """See Store."""
        self.update(f"DROP SILENT GRAPH {graph}")

    def health(self) -> int:
        """See Store."""
        return len(self._graphs())

    def _graphs(self) -> list[str]:
        wrapper = self._wrapper()
        wrapper.setQuery("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        wrapper.setReturnFormat(JSON)
        answer = ox.parse_query_results(self._send(wrapper)[0], format=ox.QueryResultsFormat.JSON)
        assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - the query is a SELECT
        return [row["g"].value for row in answer if isinstance(row["g"], NamedNode)]

    def _wrapper(self) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(self.endpoint)
        wrapper.setMethod(POST)  # the names of all graphs are more than servers take in an address
        wrapper.setOnlyConneg(True)
        return wrapper

    def _send(self, wrapper: SPARQLWrapper) -> tuple[bytes, str]:
        wrapper.setTimeout(self.timeout)
        try:
            response = wrapper.query()
            return response.response.read(), (response.info().get("content-type") or "").partition(";")[0].strip()
        except SPARQLWrapperException as error:
            if isinstance(error, QueryBadFormed):
                raise QuerySyntaxError(f"the store at {self.endpoint} does not accept the query: {error}") from error
            raise StateError(f"the store refused: {error}", where=self.endpoint) from error
        except (URLError, TimeoutError, OSError) as error:
            raise StateError(
                f"the store does not answer: {error}", where=self.endpoint, remedy="Start it, or correct BIO2KG_STORE."
            ) from error
