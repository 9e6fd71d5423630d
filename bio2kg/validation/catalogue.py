"""What the rules need to know of the frameworks: a small part of the release, taken once for many validations."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.store import Store, construct, select
from bio2kg.turtle import natural

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
# Everything of these classes, by these properties. Mapping claims: only from the ten points of NIS2 article 21(2).
_KINDS = f"""{_PROLOGUE}
CONSTRUCT {{ ?thing a ?class ; ?property ?value }} WHERE {{
  VALUES (?class ?property) {{
    (b:Framework skos:prefLabel)
    (b:Edition dcterms:isVersionOf) (b:Edition dcat:version) (b:Edition b:editionStatus) (b:Edition dcterms:issued)
    (b:MeasureEdition skos:inScheme) (b:MeasureEdition skos:notation) (b:MeasureEdition b:status)
    (b:MeasureEdition b:underControl) (b:MeasureEdition b:editionOf) (b:MeasureEdition b:movedTo)
    (b:MeasureEdition b:refersTo)
    (b:MeasureEdition b:wordingDigest) (b:MeasureEdition b:legalScope)
    (b:Measure dcterms:identifier)
    (b:Control skos:inScheme) (b:Control skos:notation) (b:Clause skos:inScheme) (b:Clause skos:notation)
    (b:Provision skos:inScheme) (b:Provision skos:notation) (b:Provision b:section)
    (b:Deadline b:setBy) (b:Deadline b:deadlineKind) (b:Deadline b:interval) (b:Deadline b:binding)
    (b:Deadline b:whereFeasible) (b:Deadline b:riskBased) (b:Deadline dcterms:identifier)
    (b:LineageEvent b:from) (b:LineageEvent b:to) (b:LineageEvent b:lineageKind)
    (b:Rule dcterms:identifier)
  }}
  ?thing a ?class ; ?property ?value .
}}
"""
_CLAIMS = f"""{_PROLOGUE}
CONSTRUCT {{ ?claim a b:MappingClaim ; sssom:subject_id ?subject ; sssom:object_id ?object }} WHERE {{
  GRAPH <https://w3id.org/bio2kg/graph/mapping/nis2-iso27002> {{
    ?claim a b:MappingClaim ; sssom:subject_id ?subject ; sssom:object_id ?object .
  }}
}}
"""
_NAMES = f"""{_PROLOGUE}
SELECT ?thing ?label WHERE {{
  VALUES (?class ?name) {{
    (b:MeasureEdition skos:prefLabel) (b:Control skos:prefLabel) (b:Clause skos:prefLabel) (b:Provision skos:prefLabel)
    (b:Deadline skos:prefLabel) (b:Edition skos:prefLabel) (b:Framework skos:prefLabel) (skos:Concept skos:prefLabel)
    (b:Source dcterms:title) (owl:Class rdfs:label) (owl:ObjectProperty rdfs:label) (owl:DatatypeProperty rdfs:label)
  }}
  ?thing a ?class ; ?name ?label .
}}
"""
_TYPE = f"{PREFIXES['rdf']}type"
# The controls are what a statement of applicability goes by, whatever edition of BIO2 it uses.
_ALWAYS = (f"{ID}iso27002/2022",)
# What only names and successors are taken from.
_NEVER = {"Framework", "LineageEvent", "Measure", "Rule"}
_NOTATION, _STATUS = f"{PREFIXES['skos']}notation", f"{DEF}status"


@dataclass
class Catalogue:
    """The frameworks as the rules see them, and the names of their parts.

    ``labels`` gives for an IRI its names by language; ``triples`` is what is put beside an assessment.
    """

    triples: list[Triple]
    labels: dict[str, dict[str, str]]
    by_subject: dict[str, dict[str, list[NamedNode | Literal]]] = field(default_factory=dict, init=False)
    _by_type: dict[str, list[str]] = field(default_factory=dict, init=False)
    _parts: dict[frozenset[str], bytes] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for t in self.triples:
            if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode | Literal):
                self.by_subject.setdefault(t.subject.value, {}).setdefault(t.predicate.value, []).append(t.object)

    def value(self, subject: str, predicate: str) -> str | None:
        """The first value of a property, as text."""
        found = self.by_subject.get(subject, {}).get(predicate)
        return min(term.value for term in found) if found else None

    def of_type(self, name: str) -> list[str]:
        """The IRIs of the things of one of our classes, in the order of their numbers."""
        if name not in self._by_type:
            kind = NamedNode(f"{DEF}{name}")
            found = (s for s, po in self.by_subject.items() if kind in po.get(f"{PREFIXES['rdf']}type", ()))
            self._by_type[name] = sorted(found, key=natural)
        return self._by_type[name]

    def beside(self, assessment: Iterable[Triple]) -> bytes:
        """What the rules see of the frameworks beside an assessment, as N-Triples.

        That is every edition and provision by class, and in full the editions that the assessment uses or names.
        """
        editions = set(_ALWAYS)
        for t in assessment:
            if isinstance(t.object, NamedNode):
                if t.predicate.value == f"{DEF}usesEdition":
                    editions.add(t.object.value)
                elif t.predicate.value == f"{DEF}concerns":
                    editions.add(t.object.value.rpartition("/")[0])
        return self._part(frozenset(editions & set(self.of_type("Edition"))))

    def _part(self, editions: frozenset[str]) -> bytes:
        if editions not in self._parts:
            lines = (f"{t} .\n" for t in self.triples if self._is_seen(t, editions))
            self._parts[editions] = "".join(lines).encode()
        return self._parts[editions]

    def _is_seen(self, triple: Triple, editions: frozenset[str]) -> bool:
        subject = triple.subject.value if isinstance(triple.subject, NamedNode) else ""
        kinds = {term.value.removeprefix(DEF) for term in self.by_subject.get(subject, {}).get(_TYPE, ())}
        if kinds & {"Edition", "MappingClaim"}:
            return True
        if "Provision" in kinds and triple.predicate.value == _TYPE:
            return True
        if kinds & _NEVER:
            return False
        thing = self.value(subject, f"{DEF}setBy") or subject
        return self.value(thing, f"{PREFIXES['skos']}inScheme") in editions

    @cached_property
    def terms(self) -> set[str]:
        """The classes and properties of our vocabulary."""
        return {iri for iri in self.labels if iri.startswith(DEF)}

    def measures(self, edition: str, status: str | None = None) -> dict[str, str]:
        """The measures of an edition of BIO2 by number, of all statuses or of one."""
        found = {}
        for iri in self.of_type("MeasureEdition"):
            if iri.startswith(f"{edition}/") and (status is None or self.value(iri, _STATUS) == f"{ID}status/{status}"):
                found[self.value(iri, _NOTATION) or ""] = iri
        return found

    def name(self, iri: str, language: str) -> str:
        """The short name of a part of a framework, in a language or in what there is; empty without one."""
        names = self.labels.get(iri, {})
        return names.get(language) or names.get("nl") or next(iter(names.values()), "")


def load(store: Store) -> Catalogue:
    """The catalogue of a store."""
    labels: dict[str, dict[str, str]] = {}
    for row in select(store, _NAMES):
        label = row["label"]
        if isinstance(label, Literal):
            labels.setdefault(row["thing"].value, {})[label.language or ""] = label.value
    triples = {*construct(store, _KINDS), *construct(store, _CLAIMS)}
    return Catalogue(sorted(triples, key=str), labels)
