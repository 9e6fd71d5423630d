"""Everything the store says of one thing, arranged for a page."""

from collections import defaultdict
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from bio2kg.namespaces import INFERRED_GRAPH, PREFIXES
from bio2kg.querytext import Term
from bio2kg.store import Store, construct, select
from bio2kg.turtle import natural

_EXISTS = "SELECT ?p WHERE { VALUES ?this { UNDEF } ?this ?p ?o } LIMIT 1"
_OUT = "SELECT ?g ?p ?o WHERE { VALUES ?this { UNDEF } GRAPH ?g { ?this ?p ?o } }"
# What assessments say of a measure is not listed on its page; an assessment's own things do name each other.
_IN = """
SELECT ?g ?s ?p WHERE {
  VALUES ?this { UNDEF }
  GRAPH ?g { ?s ?p ?this }
  FILTER (!STRSTARTS(STR(?g), "https://w3id.org/bio2kg/graph/assessment/")
    || STRSTARTS(STR(?this), "https://w3id.org/bio2kg/id/assessment/"))
} ORDER BY ?p ?s LIMIT 2000
"""
_LABELS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?thing ?kind ?label WHERE {
  VALUES ?thing { UNDEF }
  ?thing ?kind ?label .
  FILTER (?kind IN (skos:prefLabel, skos:notation, rdfs:label, dcterms:title, foaf:name, sh:name))
}
"""
_STATUSES = """
PREFIX b: <https://w3id.org/bio2kg/def#>
SELECT ?g ?status WHERE { GRAPH ?in { ?g a b:Graph ; b:claimStatus ?status } }
"""
_STATED = """
CONSTRUCT { ?this ?p ?o } WHERE {
  VALUES ?this { UNDEF }
  GRAPH ?g { ?this ?p ?o }
  FILTER (?g != <https://w3id.org/bio2kg/graph/inferred>)
}
"""
_NAMES = [
    f"{PREFIXES['skos']}prefLabel",
    f"{PREFIXES['rdfs']}label",
    f"{PREFIXES['dcterms']}title",
    f"{PREFIXES['sh']}name",
    f"{PREFIXES['foaf']}name",
]
_FIRST = [
    *_NAMES,
    f"{PREFIXES['skos']}definition",
    f"{PREFIXES['b']}sourceWording",
    f"{PREFIXES['skos']}notation",
    f"{PREFIXES['b']}status",
    f"{PREFIXES['b']}movedTo",
    f"{PREFIXES['b']}refersTo",
    f"{PREFIXES['b']}underControl",
]
_SOURCE_MARKDOWN = f"{PREFIXES['b']}sourceMarkdown"
SHOWN = 200


@dataclass(frozen=True)
class Value:
    """One value: a literal or a link, and the graph that states it with that graph's claim status."""

    term: Term
    label: str
    graph: str
    claim_status: str

    @property
    def iri(self) -> str:
        """The IRI of a link, empty for a literal."""
        return self.term.value if isinstance(self.term, NamedNode) else ""

    @property
    def language(self) -> str:
        """The language of a literal, empty if it has none."""
        return (self.term.language or "") if isinstance(self.term, Literal) else ""


@dataclass
class Property:
    """A property with its values, the first ``SHOWN`` of them; ``more`` counts the others."""

    iri: str
    label: str
    values: list[Value] = field(default_factory=list)
    more: int = 0


@dataclass
class Description:
    """A thing as a page shows it: its name, what is said of it, what points at it, and the graphs concerned."""

    iri: str
    label: str
    properties: list[Property]
    inferred: list[Property]
    incoming: list[Property]
    graphs: dict[str, str]


def exists(store: Store, thing: NamedNode) -> bool:
    """Whether anything at all is stated of this thing."""
    return bool(select(store, _EXISTS, {"this": thing}))


def stated(store: Store, thing: NamedNode) -> list[Triple]:
    """What is stated of a thing: without what was inferred, and without blank nodes, which have no name to ask for."""
    return [t for t in construct(store, _STATED, {"this": thing}) if not isinstance(t.object, BlankNode)]


def describe(store: Store, thing: NamedNode, language: str) -> Description:
    """The description of a thing, labels in ``language`` where there are any."""
    out_rows, in_rows = (select(store, query, {"this": thing}) for query in (_OUT, _IN))
    named = {term for row in (*out_rows, *in_rows) for term in row if isinstance(term, NamedNode)} | {thing}
    labels = _labels(store, sorted(named, key=str), language)
    statuses = _claim_statuses(store)
    outgoing, inferred, incoming = (defaultdict[str, list[Value]](list) for _ in range(3))
    for row in out_rows:
        if row["p"].value == _SOURCE_MARKDOWN:
            continue  # the page shows the wording as plain text
        _collect(inferred if row["g"] == INFERRED_GRAPH else outgoing, row["p"], row["o"], row["g"], labels, statuses)
    for row in in_rows:
        if row["g"] != INFERRED_GRAPH:
            _collect(incoming, row["p"], row["s"], row["g"], labels, statuses)
    graphs = {row["g"].value: labels.get(row["g"].value, "") for row in out_rows if row["g"] != INFERRED_GRAPH}
    return Description(
        thing.value,
        labels.get(thing.value) or thing.value.rpartition("/")[2],
        _properties(outgoing, labels, language),
        _properties(inferred, labels, language),
        _properties(incoming, labels, language),
        dict(sorted(graphs.items())),
    )


def _labels(store: Store, things: list[NamedNode], language: str) -> dict[str, str]:
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in select(store, _LABELS, {"thing": things}):
        if isinstance(row["label"], Literal):
            found[row["thing"].value][row["kind"].value].setdefault(row["label"].language or "", row["label"].value)
    labels = {}
    for iri, kinds in found.items():
        name = next((best for kind in _NAMES if kind in kinds and (best := _best(kinds[kind], language))), "")
        number = _best(kinds.get(f"{PREFIXES['skos']}notation", {}), language)
        labels[iri] = f"{number} {name}".strip() if number and number[0].isdigit() else name or number
    return labels


def _best(by_language: dict[str, str], language: str) -> str:
    return (
        by_language.get(language)
        or by_language.get("nl")
        or by_language.get("")
        or next(iter(by_language.values()), "")
    )


def _claim_statuses(store: Store) -> dict[str, str]:
    """For each graph whose claims are not all official, whose they are."""
    return {row["g"].value: row["status"].value.rpartition("/")[2] for row in select(store, _STATUSES)}


def _collect(
    into: dict[str, list[Value]],
    predicate: NamedNode,
    term: object,
    graph: NamedNode,
    labels: dict[str, str],
    statuses: dict[str, str],
) -> None:
    if isinstance(term, NamedNode | Literal):
        label = term.value if isinstance(term, Literal) else labels.get(term.value, "")
        into[predicate.value].append(Value(term, label, graph.value, statuses.get(graph.value, "")))


def _properties(by_predicate: dict[str, list[Value]], labels: dict[str, str], language: str) -> list[Property]:
    found = []
    for iri, values in by_predicate.items():
        if any(v.language == language for v in values):
            # The same thing said in another language is left to the page in that language.
            values = [v for v in values if v.language in (language, "")]
        values.sort(key=lambda v: natural(v.label or v.term.value))
        found.append(Property(iri, labels.get(iri, ""), values[:SHOWN], max(0, len(values) - SHOWN)))
    return sorted(found, key=lambda p: (_FIRST.index(p.iri) if p.iri in _FIRST else len(_FIRST), p.label or p.iri))
