"""Each rule accepts what it should and reports exactly what it should.

A fixture is fictitious data in a file ``<rule>_PASS.ttl`` or ``<rule>_XFAIL_<what>.ttl``. An XFAIL file says at its top
what must be reported, one result a line, derived by hand from the SHACL standard:

    # expect: <severity> <constraint> <focus node> <path or -> [= <value>]
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef

from bio2kg import turtle
from bio2kg.convert import to_rdflib
from bio2kg.namespaces import RULE, B
from tests.rules.shacl import Result, fast_results, results, rule_alone

HERE = Path(__file__).resolve().parent
# The rules of the ontology have fixtures of another kind, see test_ontology.
SHAPES = sorted(p for p in (HERE.parent.parent / "shapes").glob("*.ttl") if p.stem != "ontology")
FIXTURES = sorted(HERE.glob("*.ttl"))
_EXPECT = re.compile(r"# expect: (Violation|Warning|Info) (\S+) (\S+) (\S+)(?: = (.*))?")

# GR-03 and GR-06 look at the thing at the other end through these; the results come from the shape that looks.
HELPERS = {"GR-03/active-status"}


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return to_rdflib(triple for path in SHAPES for triple in turtle.read(path))


def rule_of(path: Path) -> str:
    return path.stem.partition("_")[0]


def expected(path: Path) -> set[Result]:
    header = turtle.header(path.read_text(encoding="utf-8")).splitlines()
    lines = [line for line in header if "expect" in line]
    found = [_EXPECT.fullmatch(line) for line in lines]
    assert all(found), f"an expectation in {path.name} is not of the form at the top of this file"
    return {Result(m[1], m[2], m[3], "" if m[4] == "-" else m[4], m[5] or "") for m in found if m is not None}


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.stem)
@pytest.mark.parametrize("found", [results, fast_results], ids=["reference", "fast"])
def test_the_rule_reports_exactly_what_the_fixture_expects(
    path: Path, shapes: Graph, found: Callable[[Graph, Graph], set[Result]]
) -> None:
    wanted = expected(path)
    assert bool(wanted) == ("_XFAIL" in path.stem), "an XFAIL fixture expects something, a PASS fixture nothing"
    assert found(to_rdflib(turtle.read(path)), rule_alone(shapes, rule_of(path))) == wanted


def test_every_rule_has_a_fixture_that_passes_and_one_that_fails(shapes: Graph) -> None:
    rules = {str(rule).removeprefix(RULE) for rule in shapes.subjects(RDF.type, URIRef(str(B.Rule)))}
    assert rules == {rule_of(p) for p in FIXTURES if p.stem.endswith("_PASS")}
    assert rules == {rule_of(p) for p in FIXTURES if "_XFAIL" in p.stem}


def test_every_constraint_is_reported_by_some_fixture(shapes: Graph) -> None:
    constraints = {str(o).removeprefix(RULE) for p in (SH.sparql, SH.property) for o in shapes.objects(None, p)}
    reported = {result.constraint for path in FIXTURES for result in expected(path)}
    assert constraints - HELPERS <= reported


def test_every_rule_and_constraint_speaks_dutch_and_english(shapes: Graph) -> None:
    silent = []
    for shape in set(shapes.subjects(RDF.type, URIRef(str(B.Rule)))):
        silent += [
            (shape, p)
            for p in (SH.name, SH.description)
            if {o.language for o in shapes.objects(shape, p)} != {"nl", "en"}
        ]
    reporting = {result.constraint for path in FIXTURES for result in expected(path)}
    silent += [
        (name, SH.message)
        for name in reporting
        if {o.language for o in shapes.objects(URIRef(f"{RULE}{name}"), SH.message)} != {"nl", "en"}
    ]
    assert silent == []


@pytest.mark.parametrize("path", FIXTURES, ids=lambda p: p.stem)
def test_a_fixture_is_in_the_layout_of_the_project(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert turtle.write(turtle.read(path), turtle.header(text)) == text
