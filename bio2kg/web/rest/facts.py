"""What is stated of things, read from the store at once for a whole page, and the address of each thing under `/v1`."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.store import Store, select

# What the reasoner added and what organisations say of a thing in their assessments is not stated of it.
_STATED = """
SELECT ?g ?s ?p ?o WHERE {
  VALUES ?s { UNDEF }
  GRAPH ?g { ?s ?p ?o }
  FILTER (?g != <https://w3id.org/bio2kg/graph/inferred>
    && !STRSTARTS(STR(?g), "https://w3id.org/bio2kg/graph/assessment/"))
}
"""
_NAMES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?g ?s ?p ?o WHERE {
  VALUES ?s { UNDEF }
  GRAPH ?g { ?s ?p ?o }
  FILTER (?p IN (rdf:type, skos:inScheme, skos:notation, skos:prefLabel, dcterms:title, foaf:name, rdfs:label)
    && ?g != <https://w3id.org/bio2kg/graph/inferred>
    && !STRSTARTS(STR(?g), "https://w3id.org/bio2kg/graph/assessment/"))
}
"""
_GRAPHS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?g (?g AS ?s) ?p ?o WHERE {
  VALUES ?g { UNDEF }
  ?g a b:Graph ; ?p ?o .
  FILTER (?p IN (b:claimStatus, dcterms:source))
}
"""
_LABELS = [
    f"{PREFIXES['skos']}prefLabel",
    f"{PREFIXES['dcterms']}title",
    f"{PREFIXES['foaf']}name",
    f"{PREFIXES['rdfs']}label",
]
_TYPE = f"{PREFIXES['rdf']}type"
_NOTATION = f"{PREFIXES['skos']}notation"
_IN_SCHEME = f"{PREFIXES['skos']}inScheme"
_IN_EDITION = {"MeasureEdition": "measures", "Control": "controls", "Clause": "clauses", "Provision": "provisions"}
_FOLDERS = {"MappingSet": "mapping/", "MappingClaim": "mapping/", "LineageEvent": "lineage/", "Deadline": "deadline/"}
_COLLECTIONS = {"MappingSet": "mappings", "LineageEvent": "lineage", "Deadline": "deadlines"}
Term = NamedNode | Literal


class Facts:
    """Statements by subject and property, each with the graph that makes it."""

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self._said: dict[str, dict[str, dict[Term, str]]] = defaultdict(lambda: defaultdict(dict))
        for row in rows:
            if isinstance(row["o"], NamedNode | Literal):
                self._said[row["s"].value][row["p"].value].setdefault(row["o"], row["g"].value)

    def add(self, other: "Facts") -> None:
        """Takes over the statements about other things."""
        self._said.update(other._said)

    def __contains__(self, iri: str) -> bool:
        return iri in self._said

    def terms(self, iri: str, about: str) -> list[Term]:
        """The values of a property."""
        return list(self._said[iri][about]) if iri in self._said and about in self._said[iri] else []

    def graphs(self, iri: str, about: str) -> dict[Term, str]:
        """The values of a property, each with the graph that states it."""
        return dict(self._said[iri][about]) if iri in self._said and about in self._said[iri] else {}

    def values(self, iri: str, about: str) -> list[str]:
        """The values of a property as texts."""
        return [term.value for term in self.terms(iri, about)]

    def classes(self, iri: str) -> set[str]:
        """The names of our classes that a thing is of, such as ``Control``."""
        return {value.removeprefix(DEF) for value in self.values(iri, _TYPE) if value.startswith(DEF)}

    def linked(self, things: Iterable[str]) -> set[str]:
        """Everything that statements about these things point at."""
        return {
            term.value
            for thing in things
            if thing in self._said
            for about, terms in self._said[thing].items()
            if about != _TYPE
            for term in terms
            if isinstance(term, NamedNode)
        }

    def triples(self) -> list[Triple]:
        """All statements."""
        return [
            Triple(NamedNode(iri), NamedNode(about), term)
            for iri, said in self._said.items()
            for about, terms in said.items()
            for term in terms
        ]

    def label(self, iri: str) -> dict[str, str]:
        """The name of a thing by language; one without a language, such as a citation, stands for both."""
        for about in _LABELS:
            if found := by_language(self.terms(iri, about)):
                return found
        return {}

    def link(self, iri: str) -> dict[str, Any]:
        """A thing as another points at it: ``id``, and ``href``, ``number`` and ``name`` where it is known."""
        link: dict[str, Any] = {"id": iri}
        if found := self.href(iri):
            link["href"] = found
        if number := self.values(iri, _NOTATION):
            link["number"] = number[0]
        if name := self.label(iri):
            link["name"] = name
        return link

    def href(self, iri: str) -> str:
        """Where a thing is on this server: under ``/v1``, else its document; empty for what is not here."""
        if iri not in self._said or not iri.startswith(ID):
            return ""
        tail = iri.removeprefix(ID)
        classes = self.classes(iri)
        if "Framework" in classes:
            return f"/v1/frameworks/{tail}"
        if "Edition" in classes:
            return _edition(tail)
        for name, collection in _IN_EDITION.items():
            if name in classes and (schemes := self.values(iri, _IN_SCHEME)):
                return f"{_edition(schemes[0].removeprefix(ID))}/{collection}/{quote(tail.rpartition('/')[2])}"
        for name, folder in _FOLDERS.items():
            if name in classes and tail.startswith(folder):
                return f"/v1/{_listed(name, tail.removeprefix(folder))}"
        return f"/doc/{tail}"


def stated(store: Store, things: Iterable[str]) -> Facts:
    """Everything that is stated of these things."""
    return _read(store, _STATED, "s", things)


def names(store: Store, things: Iterable[str]) -> Facts:
    """What is needed to point at these things: their classes, edition, number and names."""
    return _read(store, _NAMES, "s", things)


def origins(store: Store, graphs: Iterable[str]) -> Facts:
    """Who makes the statements of these graphs, and from which source."""
    return _read(store, _GRAPHS, "g", graphs)


def by_language(terms: Iterable[Term]) -> dict[str, str]:
    """Texts by language, Dutch first; one without a language stands for both."""
    found: dict[str, str] = {}
    for term in terms:
        if isinstance(term, Literal):
            for language in (term.language,) if term.language else ("nl", "en"):
                found.setdefault(language, term.value)
    return {language: found[language] for language in ("nl", "en") if language in found}


def _read(store: Store, query: str, name: str, things: Iterable[str]) -> Facts:
    nodes = [NamedNode(iri) for iri in sorted(things)]
    return Facts(select(store, query, {name: nodes}) if nodes else ())


def _edition(tail: str) -> str:
    framework, _, edition = tail.partition("/")
    return f"/v1/frameworks/{framework}/editions/{quote(edition)}"


def _listed(name: str, tail: str) -> str:
    if name == "MappingClaim":
        mapping, _, number = tail.partition("/")
        return f"mappings/{mapping}/claims/{number}"
    return f"{_COLLECTIONS[name]}/{tail}"
