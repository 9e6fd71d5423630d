"""VoID: how much of what each graph holds, and the links that the mapping sets lay between them.

The statistics of the whole leave the catalogue out. A partition has an IRI made from its dataset and its property or
class, so that no blank node is needed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.catalogue import wording
from bio2kg.catalogue.datasets import RELEASE
from bio2kg.catalogue.files import OF_A_GRAPH, OF_THE_RELEASE, dump, whole
from bio2kg.catalogue.stated import Pairs, Stated, of, term, texts
from bio2kg.namespaces import BASE, DEF, GRAPH, ID, PREFIXES, curie

DESCRIPTION = f"{BASE}/.well-known/void"
_TYPE = term("rdf:type")
_VOCABULARIES = ("dcterms", "prov", "skos", "sssom")
_FEATURES = "http://www.w3.org/ns/formats/"


@dataclass
class Counts:
    """The numbers VoID asks for, of a set of triples."""

    triples: int = 0
    subjects: set[object] = field(default_factory=set)
    objects: set[object] = field(default_factory=set)
    properties: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> "Counts":
        """Counts each triple once, so give none twice."""
        counts = cls()
        for t in triples:
            counts.triples += 1
            counts.subjects.add(t.subject)
            counts.objects.add(t.object)
            counts.properties[t.predicate.value] += 1
            if t.predicate == _TYPE and isinstance(t.object, NamedNode):
                counts.classes[t.object.value] += 1
        return counts

    @property
    def entities(self) -> int:
        """The number of our own things that are described: VoID leaves to the publisher what counts as one."""
        return sum(isinstance(s, NamedNode) and s.value.startswith(f"{BASE}/") for s in self.subjects)


def describe(graphs: Mapping[NamedNode, set[Triple]], stated: Stated) -> Iterator[Triple]:
    """The VoID description of these graphs, and of all of them together."""
    yield from of(DESCRIPTION, _document())
    yield from _dataset(RELEASE, Counts.of({t for triples in graphs.values() for t in triples}))
    yield from of(RELEASE, _access([whole(form) for form in OF_THE_RELEASE]))
    for vocabulary in (DEF, *(PREFIXES[prefix] for prefix in _VOCABULARIES)):
        yield from of(RELEASE, [("void:vocabulary", NamedNode(vocabulary))])
    for graph, triples in sorted(graphs.items(), key=lambda item: item[0].value):
        yield from of(RELEASE, [("void:subset", graph)])
        yield from _dataset(graph.value, Counts.of(triples))
        yield from of(graph.value, _access([dump(graph.value, form) for form in OF_A_GRAPH]))
    for mapping_set in stated.instances("b:MappingSet"):
        graph = NamedNode(f"{GRAPH}{mapping_set.removeprefix(ID)}")
        yield from _linksets(mapping_set, graph, graphs.get(graph, set()), stated)


def _document() -> Pairs:
    yield "rdf:type", term("void:DatasetDescription")
    yield from texts("dcterms:title", {"nl": "VoID-beschrijving van bio2kg", "en": "VoID description of bio2kg"})
    yield "foaf:primaryTopic", NamedNode(RELEASE)


def _access(addresses: list[str]) -> Pairs:
    yield "void:sparqlEndpoint", NamedNode(f"{BASE}/sparql")
    yield "void:uriSpace", Literal(f"{BASE}/")
    for address in addresses:
        yield "void:dataDump", NamedNode(address)
    for feature in ("N-Triples", "Turtle", "JSON-LD", "RDF_XML"):
        yield "void:feature", NamedNode(f"{_FEATURES}{feature}")


def _dataset(dataset: str, counts: Counts) -> Iterator[Triple]:
    yield from of(
        dataset,
        [
            ("rdf:type", term("void:Dataset")),
            ("void:triples", _number(counts.triples)),
            ("void:entities", _number(counts.entities)),
            ("void:classes", _number(len(counts.classes))),
            ("void:properties", _number(len(counts.properties))),
            ("void:distinctSubjects", _number(len(counts.subjects))),
            ("void:distinctObjects", _number(len(counts.objects))),
        ],
    )
    for kind, what, unit, found in (
        ("property", "void:property", "void:triples", counts.properties),
        ("class", "void:class", "void:entities", counts.classes),
    ):
        for iri, number in sorted(found.items()):
            part = _part(dataset, kind, iri)
            yield from of(dataset, [(f"void:{kind}Partition", NamedNode(part))])
            yield from of(part, [(what, NamedNode(iri)), (unit, _number(number))])


def _linksets(mapping_set: str, graph: NamedNode, triples: set[Triple], stated: Stated) -> Iterator[Triple]:
    """A link set per mapping relation of a mapping set, between the editions that the set relates."""
    found: dict[str, list[Triple]] = {}
    for t in triples:
        if t.predicate.value.startswith(PREFIXES["skos"]) and t.predicate.value.endswith("Match"):
            found.setdefault(t.predicate.value, []).append(t)
    for predicate, links in sorted(found.items()):
        local = predicate.removeprefix(PREFIXES["skos"])
        linkset = f"{ID}linkset/{mapping_set.rpartition('/')[2]}/{local}"
        counts = Counts.of(links)
        title = wording.linkset(stated.texts(mapping_set, "dcterms:title"), local)
        yield from of(graph.value, [("void:subset", NamedNode(linkset))])
        yield from of(
            linkset,
            [
                ("rdf:type", term("void:Linkset")),
                *texts("dcterms:title", title),
                ("void:linkPredicate", NamedNode(predicate)),
                ("void:triples", _number(counts.triples)),
                ("void:distinctSubjects", _number(len(counts.subjects))),
                ("void:distinctObjects", _number(len(counts.objects))),
                *_targets("void:subjectsTarget", stated.iris(mapping_set, "sssom:subject_source")),
                *_targets("void:objectsTarget", stated.iris(mapping_set, "sssom:object_source")),
            ],
        )


def _targets(curie: str, editions: list[str]) -> Pairs:
    """The graph of an edition as the end of links; a link set may name one only, so none if there are more."""
    if len(editions) == 1:
        yield curie, NamedNode(f"{GRAPH}framework/{editions[0].removeprefix(ID)}")


def _part(dataset: str, kind: str, iri: str) -> str:
    parts = curie(iri)
    name = f"{parts[0]}-{parts[2]}" if parts else sha256(iri.encode()).hexdigest()[:12]
    return f"{dataset}#{kind}-{name}"


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=NamedNode(f"{PREFIXES['xsd']}integer"))
