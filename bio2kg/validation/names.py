"""What things are called in a report: measures by number and name, entries and findings by what they are about."""

from pyoxigraph import Literal, NamedNode

from bio2kg.namespaces import DEF, ID, PREFIXES, short
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.preparation import Node, Things

_RDF, _SKOS, _FOAF, _DCTERMS = PREFIXES["rdf"], PREFIXES["skos"], PREFIXES["foaf"], PREFIXES["dcterms"]
# From a thing to what it is about, one step at a time.
_STEPS = ("concerns", "forEntry", "ofControlAssessment", "forDeadline", "setBy")
_OWN_NAMES = (f"{_SKOS}prefLabel", f"{_DCTERMS}title", f"{_FOAF}name", f"{_DCTERMS}description")


class Names:
    """Names for the things of one assessment and of the frameworks, in Dutch and English."""

    def __init__(self, things: Things, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.things = {node.value: values for node, values in things.items() if isinstance(node, NamedNode)}

    def about(self, iri: str) -> str:
        """The measure or control that a thing is about, itself included; empty if it is about none."""
        for _ in range(len(_STEPS) + 1):
            if f"{DEF}underControl" in self.catalogue.by_subject.get(iri, {}) or self._is("Control", iri):
                return iri
            following = next((v for step in _STEPS if (v := self._value(iri, f"{DEF}{step}"))), None)
            if following is None:
                return ""
            iri = following
        return ""

    def name(self, term: str, language: str) -> str:
        """How a person would call this: an IRI by its name, a literal as it stands."""
        if term in self.things:
            return self._of_thing(term, language)
        label = self.catalogue.name(term, language)
        if number := self.catalogue.value(term, f"{_SKOS}notation"):
            # A number below an edition is itself the best name; a code of a code list is not.
            return f"{number} {label}".strip() if self.catalogue.value(term, f"{_SKOS}inScheme") else label
        if self._is("Deadline", term):
            number = (self.catalogue.value(term, f"{DEF}setBy") or "").rpartition("/")[2]
            return f"{number} {label}"
        if label:
            return label
        return short(term) if term.startswith(("http:", "https:", "urn:")) else term

    def _of_thing(self, iri: str, language: str) -> str:
        values = self.things[iri]
        kind = next(
            (
                name
                for t in values.get(f"{_RDF}type", ())
                if t.value.startswith(DEF) and (name := self.catalogue.name(t.value, language))
            ),
            "",
        )
        about = self.about(iri)
        parts = [kind, (self.catalogue.value(about, f"{_SKOS}notation") or about.rpartition("/")[2]) if about else ""]
        if aspect := self._value(iri, f"{DEF}aspect"):
            parts.append(self.catalogue.name(aspect, language).lower())
        if not about:
            own = next((t.value for p in _OWN_NAMES for t in values.get(p, ()) if isinstance(t, Literal)), "")
            parts.append(f"“{own[:60]}”" if own else iri.rpartition("/")[2].rpartition("#")[2])
        return " ".join(part for part in parts if part)

    def _is(self, name: str, iri: str) -> bool:
        return NamedNode(f"{DEF}{name}") in self.catalogue.by_subject.get(iri, {}).get(f"{_RDF}type", ())

    def _value(self, iri: str, predicate: str) -> str | None:
        own = self.things.get(iri, {}).get(predicate)
        return min(t.value for t in own) if own else self.catalogue.value(iri, predicate)


def path_of(node: Node) -> str:
    """The last part of an IRI below the assessments, to tell things apart that have no name."""
    return node.value.removeprefix(f"{ID}assessment/")
