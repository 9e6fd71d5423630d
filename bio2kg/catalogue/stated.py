"""What the graphs state of the few things a catalogue names: frameworks, editions, mapping sets, organisations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.namespaces import INFERRED_GRAPH, PREFIXES

Value = NamedNode | Literal
Pairs = Iterator[tuple[str, Value]]  # property and value
EU = "http://publications.europa.eu/resource/authority/"
_RDF_TYPE = f"{PREFIXES['rdf']}type"


def term(curie: str) -> NamedNode:
    """The IRI of ``dcat:Dataset`` and the like."""
    prefix, _, local = curie.partition(":")
    return NamedNode(f"{PREFIXES[prefix]}{local}")


def texts(curie: str, by_language: Mapping[str, str]) -> Pairs:
    """A text in each of its languages, as values of a property."""
    for language, text in sorted(by_language.items()):
        yield curie, Literal(text, language=language)


def of(subject: str, pairs: Iterable[tuple[str, Value]]) -> Iterator[Triple]:
    """What the pairs say, of this subject."""
    for curie, value in pairs:
        yield Triple(NamedNode(subject), term(curie), value)


class Stated:
    """An index by subject and property over all graphs except what was inferred."""

    def __init__(self, graphs: Mapping[NamedNode, set[Triple]]) -> None:
        self.graphs = graphs
        self._values: dict[str, dict[str, set[Value]]] = defaultdict(lambda: defaultdict(set))
        self._instances: dict[str, set[str]] = defaultdict(set)
        for graph, triples in graphs.items():
            if graph == INFERRED_GRAPH:
                continue
            for t in triples:
                if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode | Literal):
                    self._values[t.subject.value][t.predicate.value].add(t.object)
                    if t.predicate.value == _RDF_TYPE:
                        self._instances[t.object.value].add(t.subject.value)

    def instances(self, curie: str) -> list[str]:
        """The IRIs typed so, sorted."""
        return sorted(self._instances.get(term(curie).value, ()))

    def values(self, subject: str, curie: str) -> list[Value]:
        """The values of a property, sorted; Dutch before English."""
        found = self._values[subject].get(term(curie).value, set()) if subject in self._values else set()
        return sorted(found, key=lambda v: (getattr(v, "language", None) != "nl", str(v)))

    def iris(self, subject: str, curie: str) -> list[str]:
        """The values of a property that are IRIs, sorted."""
        return [v.value for v in self.values(subject, curie) if isinstance(v, NamedNode)]

    def texts(self, subject: str, *curies: str) -> dict[str, str]:
        """The text of the first of these properties that has one, by language; untagged texts are left out."""
        for curie in curies:
            found = {v.language: v.value for v in self.values(subject, curie) if isinstance(v, Literal) and v.language}
            if found:
                return found
        return {}
