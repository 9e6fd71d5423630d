"""The W3C SHACL test suite: the engine of ``bio2kg validate`` gives what pyshacl gives, and what the suite expects.

The parts that our rules rest on: SHACL core, and SPARQL constraints on node shapes with pre-binding.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse
from rdflib import SH, BNode, Graph, Namespace
from rdflib.term import Node

from bio2kg.convert import to_rdflib
from bio2kg.validation.engine import Engine
from bio2kg.validation.result import Result

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
PARTS = (
    "core/complex",
    "core/misc",
    "core/node",
    "core/path",
    "core/property",
    "core/targets",
    "sparql/node",
    "sparql/pre-binding",
)
# Where pyshacl, the reference, does not give what the suite expects: none of our rules does this.
REFERENCE_DIFFERS = {
    "core/property/uniqueLang-002": "the literal “1” counts as true",
    "sparql/node/prefixes-001": "the prefixes of an imported declaration are not found",
    "sparql/pre-binding/shapesGraph-001": "the variable $shapesGraph is optional in SHACL and not given",
}


@dataclass(frozen=True)
class Case:
    """One test of the suite: a file with data, shapes and the expected report."""

    name: str
    path: Path


def cases(shared: Path) -> list[Case]:
    root = shared / "conformance" / "shacl" / "data-shapes-test-suite" / "tests"
    return [
        Case(f"{part}/{path.stem}", path)
        for part in PARTS
        for path in sorted((root / part).glob("*.ttl"))
        if "sht:Validate" in path.read_text(encoding="utf-8")
    ]


def triples(path: Path) -> list[Triple]:
    """The triples of a test with the relative IRIs of its manifest resolved against the file."""
    return [q.triple for q in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=path.as_uri())]


def the_graph(graph: Graph, which: Node, manifest: list[Triple], path: Path) -> list[Triple]:
    """The data or the shapes of a test: the file itself, or one beside it."""
    named = next(graph.objects(None, which))
    other = path.parent / str(named).rpartition("/")[2]
    return manifest if other == path or not other.is_file() else triples(other)


def expected(graph: Graph) -> set[tuple[str, str, str]] | None:
    """Focus node, value and severity of each expected result; None where the suite expects the shapes to be refused."""
    found: set[tuple[str, str, str]] = set()
    for result in graph.objects(None, MF.result):
        if result == SHT.Failure:
            return None
        for each in graph.objects(result, SH.result):
            severity = text(graph.value(each, SH.resultSeverity)).removeprefix(str(SH)).lower()
            focus, value = (number(text(graph.value(each, p))) for p in (SH.focusNode, SH.value))
            found.add((focus, value, severity))
    return found


def text(term: Node | None) -> str:
    return "" if term is None or isinstance(term, BNode) else str(term)


def plain(results: set[Result]) -> set[Result]:
    """The results with one lexical form for each number, since Oxigraph keeps values."""
    return {replace(r, focus=number(r.focus), value=number(r.value)) for r in results}


def number(lexical: str) -> str:
    return str(Decimal(lexical).normalize()) if re.fullmatch(r"[+-]?\d+(\.\d*)?", lexical) else lexical


def brief(results: set[Result]) -> set[tuple[str, str, str]]:
    return {(number(r.focus), number(r.value), r.severity) for r in results}


def test_the_engine_gives_what_pyshacl_gives_and_the_suite_expects(shared: Path) -> None:
    told: list[str] = []
    for case in cases(shared):
        manifest = triples(case.path)
        graph = to_rdflib(manifest)
        data, shapes = (the_graph(graph, p, manifest, case.path) for p in (SHT.dataGraph, SHT.shapesGraph))
        wanted = expected(graph)
        outcomes = {}
        for way, reference in (("fast", False), ("pyshacl", True)):
            try:
                outcomes[way] = Engine([shapes], reference=reference).run(data)
            except Exception as error:
                outcomes[way] = type(error).__name__
        if wanted is None:
            # Both must refuse, in whatever words.
            if any(isinstance(outcome, set) for outcome in outcomes.values()):
                told.append(f"{case.name}: not refused by {[w for w, o in outcomes.items() if isinstance(o, set)]}")
            continue
        if case.name in REFERENCE_DIFFERS:
            if not isinstance(outcomes["pyshacl"], str) and brief(outcomes["pyshacl"]) == wanted:
                told.append(f"{case.name}: pyshacl gives what the suite expects now; take it off the list")
        elif any(isinstance(outcome, str) for outcome in outcomes.values()):
            told.append(f"{case.name}: {outcomes}")
        elif plain(outcomes["fast"]) != plain(outcomes["pyshacl"]):
            told.append(f"{case.name}: fast and pyshacl differ: {outcomes}")
        elif brief(outcomes["fast"]) != wanted:
            told.append(f"{case.name}: not what the suite expects: {outcomes['fast']} {wanted}")
    assert told == [], "\n".join(told)


def test_the_suite_is_there_whole(shared: Path) -> None:
    assert len(cases(shared)) > 100
