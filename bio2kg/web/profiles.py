"""What an RDF description holds, by profile, each statement with the graph that makes it; and the profiles as RDF."""

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from bio2kg import jsonld, results, turtle
from bio2kg.errors import NotAcceptableError
from bio2kg.namespaces import INFERRED_GRAPH, PREFIXES
from bio2kg.store import Store, select
from bio2kg.web.negotiation import PROFILES, PROFILES_PAGE, Profile
from bio2kg.web.skolem import skolemised
from bio2kg.web.statements import incoming, outgoing

_LABELS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?g ?thing ?p ?o WHERE {
  VALUES ?thing { UNDEF }
  GRAPH ?g { ?thing ?p ?o }
  FILTER (?p IN (skos:prefLabel, skos:notation, rdfs:label, dcterms:title, foaf:name, sh:name, rdf:type))
  FILTER (?g != <https://w3id.org/bio2kg/graph/inferred>)
}
"""
_SKOS, _DCTERMS, _RDFS = PREFIXES["skos"], PREFIXES["dcterms"], PREFIXES["rdfs"]
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
# The classes that NL-SBB describes (section 5 of its application profile), and what it knows besides SKOS.
_DOCUMENT = NamedNode(f"{PREFIXES['foaf']}Document")
_NL_SBB_CLASSES = {NamedNode(f"{_SKOS}{name}") for name in ("Concept", "ConceptScheme", "Collection")}
_NL_SBB_OTHERS = {
    f"{_DCTERMS}{name}" for name in ("title", "description", "source", "modified", "issued", "isVersionOf")
} | {f"{_RDFS}comment"}
# RDF/XML could nest too, but its writer does not.
_NESTING = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.JSON_LD)
_NL_SBB_NAMES = {f"{_SKOS}prefLabel", f"{_DCTERMS}title"}


def statements(store: Store, thing: NamedNode, profile: Profile, page: int) -> tuple[list[Quad], int]:
    """The statements of a description, none if there is no such thing; and the number of its pages.

    What points at the thing comes a page at a time. A blank node comes with everything that is said of it. Raises
    NotFoundError for a page after the last, NotAcceptableError if the thing has no description in this profile.
    """
    rows = outgoing(store, thing)
    said = [Quad(thing, row["p"], row["o"], row["g"]) for row in rows]
    if all(quad.graph_name == INFERRED_GRAPH for quad in said):
        return [], 1
    if profile.name != "inferred":
        said = [quad for quad in said if quad.graph_name != INFERRED_GRAPH]
    said = _with_trees(store, thing, said)
    if profile.name == "nl-sbb":
        return _nl_sbb(store, said), 1
    pointing, pages = incoming(store, thing, page)
    said += [Quad(row["s"], row["p"], thing, row["g"]) for row in pointing]
    if profile.name == "labelled":
        terms = {term for quad in said for term in (quad.subject, quad.predicate, quad.object)} - {thing}
        said += [quad for quad in _names(store, terms) if quad.predicate != _TYPE]
    return said, pages


def serialise(quads: Iterable[Quad], form: results.Format, thing: str = "") -> bytes:
    """The statements in a format of ``DATASETS``; the same bytes for the same statements.

    ``thing`` is what the document is about: JSON-LD puts it on top. A blank node that the format
    cannot nest gets an IRI.
    """
    quads = skolemised(quads, nests=form.engine in _NESTING)
    triples = list(dict.fromkeys(quad.triple for quad in quads))
    if form.engine == RdfFormat.TURTLE:
        return turtle.write(triples).encode()
    if form.engine == RdfFormat.JSON_LD:
        return jsonld.write(triples, thing)
    if form.engine == RdfFormat.TRIG:
        return _trig(quads)
    if form.engine == RdfFormat.N_QUADS:
        return serialize(quads, format=RdfFormat.N_QUADS) or b""
    assert isinstance(form.engine, RdfFormat)  # noqa: S101 - DATASETS lists no other
    return results.serialise_triples(triples, form.engine)


def catalogue() -> list[Quad]:
    """The profiles themselves, in the Profiles Vocabulary (W3C)."""
    prof = "http://www.w3.org/ns/dx/prof/"
    triples = []
    for profile in PROFILES:
        node = NamedNode(profile.iri)
        triples += [
            Triple(node, _TYPE, NamedNode(f"{prof}Profile")),
            Triple(node, NamedNode(f"{prof}hasToken"), Literal(profile.name)),
        ]
        for language in ("nl", "en"):
            triples += [
                Triple(node, NamedNode(f"{_DCTERMS}title"), Literal(profile.title[language], language=language)),
                Triple(node, NamedNode(f"{_DCTERMS}description"), Literal(profile.text[language], language=language)),
            ]
    triples.append(
        Triple(
            NamedNode(f"{PROFILES_PAGE}#nl-sbb"),
            NamedNode(f"{prof}isProfileOf"),
            NamedNode("http://www.w3.org/2004/02/skos/core"),
        )
    )
    return [Quad(t.subject, t.predicate, t.object) for t in triples]


def _with_trees(store: Store, thing: NamedNode, said: list[Quad]) -> list[Quad]:
    """The statements with those of the blank nodes below them.

    Labels of blank nodes mean nothing from one answer of a store to the next, so a graph that has any below this thing
    is read at once.
    """
    graphs = {quad.graph_name for quad in said if isinstance(quad.object, BlankNode)}
    kept = [quad for quad in said if quad.graph_name not in graphs]
    for graph in graphs:
        assert isinstance(graph, NamedNode)  # noqa: S101 - every statement is in a named graph
        by_subject = defaultdict(list)
        for triple in store.read_graph(graph):
            by_subject[triple.subject].append(triple)
        waiting: list[NamedNode | BlankNode] = [thing]
        seen: set[object] = {thing}
        while waiting:
            for t in by_subject[waiting.pop()]:
                kept.append(Quad(t.subject, t.predicate, t.object, graph))
                if isinstance(t.object, BlankNode) and t.object not in seen:
                    seen.add(t.object)
                    waiting.append(t.object)
    return kept


def _names(store: Store, terms: Iterable[object]) -> list[Quad]:
    things = sorted((t for t in terms if isinstance(t, NamedNode)), key=str)
    return [Quad(row["thing"], row["p"], row["o"], row["g"]) for row in select(store, _LABELS, {"thing": things})]


def _nl_sbb(store: Store, said: list[Quad]) -> list[Quad]:
    """What NL-SBB has of these statements, with type and name of whatever they link to."""
    if not any(quad.predicate == _TYPE and quad.object in _NL_SBB_CLASSES for quad in said):
        raise NotAcceptableError(
            "this is no concept, concept scheme or collection, so it has no description by NL-SBB",
            remedy=f"Choose one of: {', '.join(p.name for p in PROFILES if p.name != 'nl-sbb')}.",
        )
    kept = [quad for quad in said if _in_nl_sbb(quad)]
    linked = {quad.object for quad in kept if isinstance(quad.object, NamedNode) and quad.predicate != _TYPE}
    return kept + [
        quad
        for quad in _names(store, linked)
        if quad.predicate.value in _NL_SBB_NAMES
        or (quad.predicate == _TYPE and quad.object in {*_NL_SBB_CLASSES, _DOCUMENT})
    ]


def _in_nl_sbb(quad: Quad) -> bool:
    if isinstance(quad.object, BlankNode):
        return False
    if quad.predicate == _TYPE:
        return quad.object in _NL_SBB_CLASSES
    return quad.predicate.value.startswith(_SKOS) or quad.predicate.value in _NL_SBB_OTHERS


def _trig(quads: list[Quad]) -> bytes:
    """TriG: each graph as the project's Turtle between braces."""
    by_graph = defaultdict(list)
    for quad in quads:
        by_graph[quad.graph_name].append(quad.triple)
    prefixes: set[str] = set()
    blocks = []
    for graph, triples in by_graph.items():
        body = turtle.write(triples).strip()
        while body.startswith("@prefix "):
            line, _, body = body.partition("\n")
            prefixes.add(line)
        body = body.strip()
        if isinstance(graph, NamedNode):
            blocks.append(f"{graph} {{\n\n{body}\n\n}}\n")
        else:
            blocks.append(f"{body}\n")
    return "\n".join(["".join(f"{line}\n" for line in sorted(prefixes)), *blocks]).encode()
