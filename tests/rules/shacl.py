"""One rule at a time: its results by name, for the tests of the rules of the ontology, the catalogue and assessments."""

from typing import NamedTuple

import pyshacl
from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from bio2kg.convert import from_rdflib
from bio2kg.namespaces import RULE, B, short
from bio2kg.validation.engine import Engine


class Result(NamedTuple):
    """What a report says of one result; IRIs as our files write them, empty where the report has nothing."""

    severity: str
    constraint: str
    node: str
    path: str = ""
    value: str = ""


def rule_alone(shapes: Graph, rule: str) -> Graph:
    """What belongs to one rule: its shape and everything that can be reached from there."""
    alone, waiting = Graph(bind_namespaces="none"), [URIRef(f"{RULE}{rule}")]
    while waiting:
        node = waiting.pop()
        if (node, None, None) in alone:
            continue
        for triple in shapes.triples((node, None, None)):
            alone.add(triple)
            waiting.append(triple[2])
    return alone


def fast_results(data: Graph, shapes: Graph) -> set[Result]:
    """The results by the engine that ``bio2kg validate`` uses; for its own rules it must not have to ask pyshacl."""
    engine = Engine([list(from_rdflib(shapes))])
    assert not (engine.slow and (None, B.profile, None) in shapes)
    found = engine.run(list(from_rdflib(data)))
    return {
        Result(r.severity.capitalize(), r.constraint.removeprefix(RULE), *map(short, (r.focus, r.path, r.value)))
        for r in found
    }


def results(data: Graph, shapes: Graph) -> set[Result]:
    """The results by pyshacl, the reference; ``constraint`` is what reports, as ``GR-01/status``."""
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
