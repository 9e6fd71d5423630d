"""What the SPARQL endpoint says about itself (SPARQL 1.1 Service Description)."""

from collections.abc import Iterator
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from bio2kg import results
from bio2kg.namespaces import PREFIXES
from bio2kg.store import EmbeddedStore, Store, select

# Of the release every graph is described; what others put in a store may not be.
_GRAPHS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?g ?triples ?licence ?title WHERE {
  { SELECT ?g (COUNT(*) AS ?triples) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g }
  OPTIONAL { GRAPH ?a { ?g a b:Graph ; dcterms:license ?licence } }
  OPTIONAL { GRAPH ?b { ?g a b:Graph ; dcterms:title ?title } }
}
ORDER BY ?g
"""
_TITLES = (Literal("SPARQL-dienst van bio2kg", language="nl"), Literal("SPARQL service of bio2kg", language="en"))
_KIND = NamedNode(f"{PREFIXES['rdf']}type")
_LICENCE = NamedNode(f"{PREFIXES['dcterms']}license")
_TITLE = NamedNode(f"{PREFIXES['dcterms']}title")
_TRIPLES = NamedNode(f"{PREFIXES['void']}triples")
# The engine's name of this one is not that of the W3C's list of formats.
_FORMATS = {"jsonld": NamedNode("http://www.w3.org/ns/formats/JSON-LD")}
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")


def write(store: Store, endpoint: str, form: results.Format) -> bytes:
    """The description of the service at ``endpoint``, with the graphs of the store, their sizes and licences."""
    assert isinstance(form.engine, RdfFormat)  # noqa: S101 - GRAPHS lists no other
    # In order, so that what is said of one thing stands together, and the same release gives the same bytes.
    return results.serialise_triples(sorted(_statements(store, endpoint), key=str), form.engine)


def _statements(store: Store, endpoint: str) -> Iterator[Triple]:
    service, dataset, default = (NamedNode(f"{endpoint}#{part}") for part in ("service", "dataset", "default-graph"))
    union = not isinstance(store, EmbeddedStore) or store.union
    yield Triple(service, _KIND, _sd("Service"))
    yield from (Triple(service, _TITLE, title) for title in _TITLES)
    yield Triple(service, _sd("endpoint"), NamedNode(endpoint))
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield Triple(service, _sd("defaultEntailmentRegime"), _SIMPLE)
    if union:
        yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for form in (*results.SOLUTIONS, *results.GRAPHS):
        yield Triple(service, _sd("resultFormat"), _FORMATS.get(form.name, NamedNode(form.engine.iri)))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, _KIND, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), default)
    yield Triple(default, _KIND, _sd("Graph"))
    for row in select(store, _GRAPHS):
        graph = row["g"]
        named = NamedNode(f"{endpoint}#{quote(graph.value, safe=':/')}")
        yield Triple(dataset, _sd("namedGraph"), named)
        yield Triple(named, _KIND, _sd("NamedGraph"))
        yield Triple(named, _sd("name"), graph)
        yield Triple(named, _sd("graph"), graph)
        yield Triple(graph, _KIND, _sd("Graph"))
        yield Triple(graph, _TRIPLES, row["triples"])
        if row["title"]:
            yield Triple(graph, _TITLE, row["title"])
        if row["licence"]:
            yield Triple(graph, _LICENCE, row["licence"])
            if union:  # which is under the licences of all its parts
                yield Triple(default, _LICENCE, row["licence"])


def _sd(name: str) -> NamedNode:
    return NamedNode(f"http://www.w3.org/ns/sparql-service-description#{name}")
