"""The catalogue checks of a build: the shapes over what is stated, errata as the only exceptions.

Nothing is inferred while checking: domains and ranges of the reused vocabularies would type everything as everything.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple
from rdflib import RDF
from rdflib.namespace import DCAT, DCTERMS

from bio2kg.dataset import INGESTED
from bio2kg.namespaces import DEF, RULE, B, short
from bio2kg.validation.engine import Engine
from bio2kg.validation.result import Result
from bio2kg.validation.rules import RuleBook

_CATALOGUE = NamedNode(str(DCAT.Catalog))
_VARIABLE = re.compile(r"\{[?$](this|value|path)\}")


@dataclass(frozen=True, order=True)
class Finding:
    """One result of a rule: where, what, and the erratum that explains it, if there is one."""

    rule: str
    node: str
    value: str
    severity: str
    message: str
    path: str
    place: str
    erratum: str = ""

    def __str__(self) -> str:
        value = f" ({short(self.value)})" if self.value and self.value != self.node else ""
        return f"{self.rule} {self.severity} at {short(self.node)}{value}: {self.message} [{self.place}]"


def check(
    ontology: Iterable[Triple], facts: Iterable[Triple], shapes: Iterable[Triple], origin: dict[object, str]
) -> list[Finding]:
    """All results of the shapes, sorted; ``origin`` gives for each subject the file that states it.

    The quality rules of the ontology (family QC) see the ontology and one use of each of its terms in the facts; those
    of the facts see everything. The rules for assessments and for the catalogue of datasets (DC) see nothing here.
    """
    ontology, facts, book = list(ontology), list(facts), RuleBook(shapes)
    places = {getattr(subject, "value", ""): place for subject, place in origin.items()}
    uses = _uses(facts)
    for term, use in uses.items():
        if use.subject in origin:
            places.setdefault(term, origin[use.subject])
    excuses = _excuses(facts)
    of_ontology = [rule for rule in book.targeted() if rule.startswith(f"{RULE}QC-")]
    others = {*of_ontology, *_of_datasets(book), *book.by_constraint}
    of_facts = [rule for rule in book.targeted() if rule not in others]
    results = {
        *Engine([book.closure([rule]) for rule in of_ontology]).run([*ontology, *uses.values()]),
        *Engine([book.closure([rule]) for rule in of_facts]).run([*ontology, *facts]),
    }
    return sorted({_finding(result, book, places, excuses) for result in results})


def check_catalogue(catalogue: Iterable[Triple], shapes: Iterable[Triple], origin: dict[object, str]) -> list[Finding]:
    """All results of the rules for the catalogue of datasets (family DC), sorted; none if nothing is a catalogue."""
    catalogue, book = list(catalogue), RuleBook(shapes)
    if not any(t.predicate.value == str(RDF.type) and t.object == _CATALOGUE for t in catalogue):
        return []
    places = {getattr(t.subject, "value", ""): origin.get(t.subject, "the catalogue of the build") for t in catalogue}
    results = Engine([book.closure([rule]) for rule in _of_datasets(book)]).run(catalogue)
    return sorted({_finding(result, book, places, {}) for result in results})


def _of_datasets(book: RuleBook) -> list[str]:
    return [rule for rule in book.targeted() if rule.startswith(f"{RULE}DC-")]


def _uses(facts: list[Triple]) -> dict[str, Triple]:
    """One statement for each term of our namespace that the facts use as a property or a class."""
    uses: dict[str, Triple] = {}
    for t in facts:
        if t.predicate.value.startswith(DEF):
            uses.setdefault(t.predicate.value, t)
        elif t.predicate.value == str(RDF.type) and isinstance(t.object, NamedNode) and t.object.value.startswith(DEF):
            uses.setdefault(t.object.value, t)
    return uses


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a build: every violation and warning that no erratum explains.

    What a steward ingests is the publisher's text as it is; there only a violation stops.
    """
    stops = {"violation", "warning"}
    return [
        f
        for f in findings
        if f.severity in (stops - {"warning"} if f.place.startswith(INGESTED) else stops) and not f.erratum
    ]


def _finding(result: Result, book: RuleBook, places: dict[str, str], excuses: dict[tuple[str, str], str]) -> Finding:
    shape = result.constraint
    rule = shape.removeprefix(RULE).partition("/")[0] if shape.startswith(RULE) else shape
    said = {"this": short(result.focus), "value": short(result.value), "path": short(result.path)}
    message = _VARIABLE.sub(lambda match: said[match[1]], book.message(shape, "en") or "the shape is not met")
    erratum = excuses.get((rule, result.value)) or excuses.get((rule, result.focus), "")
    place = places.get(result.value) or places.get(result.focus, "unknown file")
    return Finding(rule, result.focus, result.value, result.severity, message, result.path, place, erratum)


def _excuses(facts: Iterable[Triple]) -> dict[tuple[str, str], str]:
    """Which erratum explains a result of which rule at which node."""
    rules: dict[str, list[str]] = {}
    subjects: dict[str, list[str]] = {}
    for t in facts:
        for predicate, found in ((str(B.excuses), rules), (str(DCTERMS.subject), subjects)):
            if t.predicate.value == predicate and isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode):
                found.setdefault(t.subject.value, []).append(t.object.value)
    return {
        (rule.removeprefix(RULE), subject): short(erratum)
        for erratum, excused in rules.items()
        for rule in excused
        for subject in subjects.get(erratum, ())
    }
