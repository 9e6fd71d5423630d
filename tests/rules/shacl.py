"""One rule at a time: its results by name, for the tests of the ontology's and the catalogue's rules."""

from typing import NamedTuple

import pyshacl
from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from bio2kg.namespaces import RULE, short

TARGETS = {SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}


class Result(NamedTuple):
    """What a report says of one result; IRIs as our files write them, empty where the report has nothing."""

    severity: str
    constraint: str
    node: str
    path: str = ""
    value: str = ""


def rule_alone(shapes: Graph, rule: str) -> Graph:
    """The shapes, of which only one rule looks at anything."""
    alone = Graph(bind_namespaces="none")
    for s, p, o in shapes:
        if p not in TARGETS or s == URIRef(f"{RULE}{rule}"):
            alone.add((s, p, o))
    return alone


def results(data: Graph, shapes: Graph) -> set[Result]:
    """The results of the shapes; ``constraint`` is what reports, as ``GR-01/status``."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)

    def text(node: Node, predicate: URIRef) -> str:
        term = report.value(node, predicate)
        return short(str(term)) if term is not None else ""

    found = set()
    for result in report.objects(None, SH.result):
        names = [report.value(result, p) for p in (SH.sourceConstraint, SH.sourceShape)]
        name = next(str(n).removeprefix(RULE) for n in names if isinstance(n, URIRef))
        severity = str(report.value(result, SH.resultSeverity)).removeprefix(str(SH))
        found.add(
            Result(severity, name, text(result, SH.focusNode), text(result, SH.resultPath), text(result, SH.value))
        )
    return found
