"""The catalogue checks of a build: pyshacl over what is stated, errata as the only exceptions.

Nothing is inferred while checking: domains and ranges of the reused vocabularies would type everything as everything.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyshacl
from pyoxigraph import NamedNode, Triple
from rdflib import RDF, SH, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from bio2kg.convert import to_rdflib
from bio2kg.dataset import INGESTED
from bio2kg.namespaces import DEF, RULE, B, short

_TARGETS = {SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf}
_VARIABLE = re.compile(r"\{[?$]\w+\}")
_SEVERITY = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


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

    The quality rules of the ontology (family QC) see the ontology and one use of each of its terms in the facts; the
    rules of the catalogue see everything.
    """
    ontology, facts, rules = list(ontology), list(facts), to_rdflib(shapes)
    catalogue = to_rdflib([*ontology, *facts])
    places = {getattr(subject, "value", ""): place for subject, place in origin.items()}
    uses = _uses(facts)
    for term, use in uses.items():
        if use.subject in origin:
            places.setdefault(term, origin[use.subject])
    excuses = _excuses(catalogue)
    findings = set()
    for about_ontology, data in ((True, to_rdflib([*ontology, *uses.values()])), (False, catalogue)):
        chosen = _without_targets(rules, of_ontology_rules=not about_ontology)
        _, report, _ = pyshacl.validate(
            data, shacl_graph=chosen, inference="none", advanced=False, do_owl_imports=False
        )
        # Only the results of the report itself: those below sh:detail are the reasons of one of them.
        findings |= {_finding(report, result, rules, places, excuses) for result in report.objects(None, SH.result)}
    return sorted(findings)


def _without_targets(rules: Graph, *, of_ontology_rules: bool) -> Graph:
    """The shapes, in which those of one family (QC, or the catalogue's) and those for assessments look at nothing."""
    chosen = Graph(bind_namespaces="none")
    for s, p, o in rules:
        quality = str(s).startswith(f"{RULE}QC-")
        if not (p in _TARGETS and (quality == of_ontology_rules or (s, B.profile, None) in rules)):
            chosen.add((s, p, o))
    return chosen


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


def _finding(
    report: Graph, result: Node, rules: Graph, places: dict[str, str], excuses: dict[tuple[str, str], str]
) -> Finding:
    node, value = _text(report.value(result, SH.focusNode)), _text(report.value(result, SH.value))
    shape = report.value(result, SH.sourceShape)
    rule = str(shape).removeprefix(RULE).partition("/")[0] if str(shape).startswith(RULE) else _text(shape)
    severity = _SEVERITY.get(URIRef(str(report.value(result, SH.resultSeverity))), "violation")
    message = _message(report, result, rules)
    path = _text(report.value(result, SH.resultPath))
    erratum = excuses.get((rule, value)) or excuses.get((rule, node), "")
    return Finding(
        rule, node, value, severity, message, path, places.get(value) or places.get(node, "unknown file"), erratum
    )


def _message(report: Graph, result: Node, rules: Graph) -> str:
    """The English message of the constraint or shape behind a result.

    The language is taken from the shapes, because pyshacl drops it when it fills in variables.
    """
    said = sorted(str(m) for m in report.objects(result, SH.resultMessage))
    for predicate in (SH.sourceConstraint, SH.sourceShape):
        source = report.value(result, predicate)
        # Without a source this would ask for the messages of all shapes.
        for text in rules.objects(source, SH.message) if source is not None else ():
            if isinstance(text, RdflibLiteral) and text.language == "en":
                return _filled(str(text), said)
    return next(iter(said), "the shape is not met")


def _filled(template: str, said: list[str]) -> str:
    """The template with its variables as one of the messages ``said`` has them, IRIs shortened."""
    parts = _VARIABLE.split(template)
    pattern = re.compile("(.*)".join(re.escape(part) for part in parts), re.DOTALL)
    for match in filter(None, map(pattern.fullmatch, said)):
        return parts[0] + "".join(short(v) + part for v, part in zip(match.groups(), parts[1:], strict=True))
    return template


def _excuses(graph: Graph) -> dict[tuple[str, str], str]:
    """Which erratum explains a result of which rule at which node."""
    return {
        (str(rule).removeprefix(RULE), str(subject)): short(str(erratum))
        for erratum, rule in graph.subject_objects(B.excuses)
        for subject in graph.objects(erratum, DCTERMS.subject)
    }


def _text(term: Node | None) -> str:
    return "" if term is None else str(term)
