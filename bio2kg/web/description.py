"""Everything the store says of one thing, arranged for a page."""

from collections import defaultdict
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, QuerySolution

from bio2kg.namespaces import INFERRED_GRAPH, PREFIXES
from bio2kg.querytext import Term
from bio2kg.store import Store, select
from bio2kg.turtle import natural
from bio2kg.web.statements import PAGE, fate, incoming, outgoing

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


@dataclass(frozen=True)
class Notice:
    """What became of a measure: its status with what its edition says replaces it, and where the next edition has it.

    ``status`` is empty for a measure in force. A successor that has no label is not there: the source names a number
    that its own edition does not have.
    """

    status: str
    successors: list[Value]
    next_edition: str
    next_measures: list[Value]


@dataclass
class Description:
    """A thing as a page shows it: its name, what is said of it, what points at it, and the graphs concerned."""

    iri: str
    label: str
    notice: Notice | None
    properties: list[Property]
    inferred: list[Property]
    incoming: list[Property]
    graphs: dict[str, str]
    page: int
    pages: int


def describe(store: Store, thing: NamedNode, language: str, page: int = 1) -> Description:
    """The description of a thing, labels in ``language`` where there are any.

    Of what points at it one ``page``. Raises NotFoundError for a page after the last.
    """
    out_rows = outgoing(store, thing)
    in_rows, pages = incoming(store, thing, page)
    status_rows, next_rows = fate(store, thing)
    rows = (*out_rows, *in_rows, *status_rows, *next_rows)
    named = {term for row in rows for term in row if isinstance(term, NamedNode)} | {thing}
    labels = _labels(store, sorted(named, key=str), language)
    statuses = _claim_statuses(store)
    stated, inferred, pointing = (defaultdict[str, list[Value]](list) for _ in range(3))
    for row in out_rows:
        if row["p"].value == _SOURCE_MARKDOWN:
            continue  # the page shows the wording as plain text
        _collect(inferred if row["g"] == INFERRED_GRAPH else stated, row["p"], row["o"], row["g"], labels, statuses)
    for row in in_rows:
        _collect(pointing, row["p"], row["s"], row["g"], labels, statuses)
    graphs = {row["g"].value: labels.get(row["g"].value, "") for row in out_rows if row["g"] != INFERRED_GRAPH}
    return Description(
        thing.value,
        labels.get(thing.value) or thing.value.rpartition("/")[2],
        _notice(status_rows, next_rows, labels),
        _properties(stated, labels, language),
        _properties(inferred, labels, language),
        _properties(pointing, labels, language, shown=PAGE),
        dict(sorted(graphs.items())),
        page,
        pages,
    )


def _notice(status_rows: list[QuerySolution], next_rows: list[QuerySolution], labels: dict[str, str]) -> Notice | None:
    if not status_rows and not next_rows:
        return None

    def named(rows: list[QuerySolution]) -> list[Value]:
        found = dict.fromkeys(row["successor"] for row in rows if row["successor"] is not None)
        return [Value(term, labels.get(term.value, ""), "", "") for term in found]

    status = status_rows[0]["status"].value if status_rows else ""
    edition = next_rows[0]["edition"].value if next_rows else ""
    return Notice(labels.get(status, status), named(status_rows), labels.get(edition, edition), named(next_rows))


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


def _properties(
    by_predicate: dict[str, list[Value]], labels: dict[str, str], language: str, shown: int = SHOWN
) -> list[Property]:
    found = []
    for iri, values in by_predicate.items():
        if any(v.language == language for v in values):
            # The same thing said in another language is left to the page in that language.
            values = [v for v in values if v.language in (language, "")]
        values.sort(key=lambda v: natural(v.label or v.term.value))
        found.append(Property(iri, labels.get(iri, ""), values[:shown], max(0, len(values) - shown)))
    return sorted(found, key=lambda p: (_FIRST.index(p.iri) if p.iri in _FIRST else len(_FIRST), p.label or p.iri))
