"""What things are called in a report: measures by number and name, entries and findings by what they are about."""

from collections.abc import Iterable
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Store

from bio2kg.namespaces import DEF, PREFIXES, short
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.preparation import Things
from bio2kg.validation.result import Result

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

    def deadline(self, iri: str) -> str:
        """The deadline that a thing is or is about; empty if there is none."""
        if self._is("Deadline", iri):
            return iri
        return (self._value(iri, f"{DEF}forDeadline") or "") if iri in self.things else ""

    def term(self, result: Result) -> NamedNode | Literal | None:
        """The value of a result as it stands in the data: with its datatype and language."""
        if not result.value:
            return None
        stated = self.things.get(result.focus, {}).get(result.path, [])
        for terms in (stated, self._literals.get(result.value, ())):
            for term in sorted(terms, key=str):
                if isinstance(term, NamedNode | Literal) and result.value in (term.value, _as_kept(term)):
                    return term
        if result.value.startswith(("http://", "https://", "urn:")):
            return NamedNode(result.value)
        return Literal(result.value)

    @cached_property
    def _literals(self) -> dict[str, list[Literal]]:
        found: dict[str, list[Literal]] = {}
        for values in self.things.values():
            for term in (t for terms in values.values() for t in terms if isinstance(t, Literal)):
                found.setdefault(term.value, []).append(term)
        return found

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
        kinds = sorted(t.value for t in values.get(f"{_RDF}type", ()) if t.value.startswith(DEF))
        kind = next((name for iri in kinds if (name := self.catalogue.name(iri, language))), "")
        about = self.about(iri)
        parts = [kind, (self.catalogue.value(about, f"{_SKOS}notation") or about.rpartition("/")[2]) if about else ""]
        if aspect := self._value(iri, f"{DEF}aspect"):
            parts.append(self.catalogue.name(aspect, language).lower())
        if not about:
            own = next((name for p in _OWN_NAMES if (name := _in_language(values.get(p, []), language))), "")
            parts.append(f"“{own[:60]}”" if own else iri.rpartition("/")[2].rpartition("#")[2])
        return " ".join(part for part in parts if part)

    def _is(self, name: str, iri: str) -> bool:
        return NamedNode(f"{DEF}{name}") in self.catalogue.by_subject.get(iri, {}).get(f"{_RDF}type", ())

    def _value(self, iri: str, predicate: str) -> str | None:
        own = self.things.get(iri, {}).get(predicate)
        return min(t.value for t in own) if own else self.catalogue.value(iri, predicate)


def _as_kept(term: NamedNode | Literal) -> str:
    """The lexical form that Oxigraph gives back, since it keeps numbers, dates and durations as values."""
    if isinstance(term, NamedNode) or term.datatype.value == f"{PREFIXES['xsd']}string":
        return term.value
    store, any_node = Store(), NamedNode("urn:x")
    store.add(Quad(any_node, any_node, term))
    return next(str(getattr(quad.object, "value", "")) for quad in store)


def _in_language(terms: Iterable[object], language: str) -> str:
    """The text in a language, or else in none, or else the first there is."""
    texts = sorted((t for t in terms if isinstance(t, Literal)), key=str)
    best = sorted(texts, key=lambda t: (t.language != language, t.language is not None))
    return best[0].value if best else ""
