"""The fast way gives what pyshacl gives, and hands over by itself what it cannot run."""

import random
import re

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from bio2kg.fictitious import AS_OF
from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.validation import constraints
from bio2kg.validation.engine import Engine
from bio2kg.validation.preparation import prepare
from bio2kg.validation.result import Result
from bio2kg.validation.service import Session
from tests.validation.changes import BASE

X = "http://x/"
PROLOGUE = f"""
PREFIX sh: <{PREFIXES["sh"]}>
PREFIX xsd: <{PREFIXES["xsd"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX owl: <{PREFIXES["owl"]}>
PREFIX x: <{X}>
x:prefixes sh:declare [ sh:prefix "x" ; sh:namespace "{X}"^^xsd:anyURI ] ;
    sh:declare [ sh:prefix "bio2-1.3" ; sh:namespace "{ID}bio2/1.3/"^^xsd:anyURI ] .
"""
DATA = f"""
PREFIX x: <{X}>
x:a a x:Thing ; x:p 1 ; x:about <{ID}bio2/1.3/5.24.08> .
x:b a x:Thing ; x:p 1, 2 .
x:c a x:Other ; x:p 3 .
"""


def triples(turtle: str) -> list[Triple]:
    return [q.triple for q in parse(turtle, format=RdfFormat.TURTLE)]


def rule(query: str, more: str = "", target: str = "sh:targetClass x:Thing") -> list[Triple]:
    return triples(
        f"{PROLOGUE} x:rule a sh:NodeShape ; {target} ; sh:sparql x:rule-1 {more} .\n"
        f'x:rule-1 a sh:SPARQLConstraint ; sh:prefixes x:prefixes ; sh:message "m"@en ; sh:select """{query}""" .'
    )


def found(shapes: list[Triple], *, reference: bool = False) -> set[tuple[str, str, str]]:
    engine = Engine([shapes], reference=reference)
    return {
        tuple(part.removeprefix(X) for part in (r.focus, r.path, r.value))  # type: ignore[misc]
        for r in engine.run(triples(DATA))
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT $this WHERE { $this x:p 2 }", {("b", "", "b")}),
        ("SELECT $this ?value WHERE { $this x:p ?value }", {("a", "", "1"), ("b", "", "1"), ("b", "", "2")}),
        ("SELECT $this (x:p AS ?path) ?value WHERE { $this x:p ?value FILTER (?value > 1) }", {("b", "p", "2")}),
        ("SELECT $this WHERE { FILTER NOT EXISTS { $this x:about ?any } }", {("b", "", "b")}),
        ("SELECT $this WHERE { $this x:p 7 }", set()),
    ],
)
def test_a_plain_query_runs_the_fast_way(query: str, expected: set[tuple[str, str, str]]) -> None:
    assert Engine([rule(query)]).slow == []
    assert found(rule(query)) == found(rule(query), reference=True) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # Oxigraph takes a local name with two dots; pyshacl's parser does too, or the fast way must hand it over.
        ("SELECT $this WHERE { $this x:about bio2-1.3:5.24.08 }", {("a", "", "a")}),
        (
            "SELECT $this ?value WHERE { $this x:p ?value { SELECT $this ?value WHERE { $this a x:Thing ; x:p ?value ."
            " FILTER (?value > 1) } } }",
            {("b", "", "2")},
        ),
        ("SELECT $this ?value WHERE { { $this x:p ?value } FILTER (?value > 1) }", {("b", "", "2")}),
        ("SELECT $this ?value WHERE { { $this x:about ?value } UNION { $this x:p ?value FILTER (?value > 1) } }",
         {("a", "", f"{ID}bio2/1.3/5.24.08"), ("b", "", "2")}),
        ("SELECT $this ?value WHERE { BIND ($this AS ?value) $this x:p 2 }", {("b", "", "b")}),
        ("SELECT $this WHERE { $this x:p ?n FILTER (bound($this) && ?n > 1) }", {("b", "", "b")}),
    ],
)  # fmt: skip
def test_a_query_of_another_kind_gives_the_same_by_whatever_way(
    query: str, expected: set[tuple[str, str, str]]
) -> None:
    assert found(rule(query)) == expected


def test_a_query_with_a_sub_select_or_a_nested_group_is_left_to_the_reference() -> None:
    for query in (
        "SELECT $this WHERE { $this x:p ?n { SELECT ?n WHERE { ?o x:p ?n } } }",
        "SELECT $this WHERE { { $this x:p 1 } }",
        "SELECT $this WHERE { $this $PATH ?n }",
        "SELECT $this WHERE { $this x:p ?n . BIND ($this AS ?other) }",
    ):
        assert len(Engine([rule(query)]).slow) == 1, query
        with pytest.raises(ValueError, match=r"needs a validator"):
            constraints.constraints(rule(query))


def test_a_sparql_constraint_on_a_property_is_left_to_the_reference() -> None:
    shapes = triples(
        f"""{PROLOGUE} x:rule a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:rule-p .
        x:rule-p a sh:PropertyShape ; sh:path x:p ; sh:sparql x:rule-1 .
        x:rule-1 a sh:SPARQLConstraint ; sh:prefixes x:prefixes ;
            sh:select "SELECT $this ?value WHERE {{ $this $PATH ?value FILTER (?value > 1) }}" ."""
    )
    assert len(Engine([shapes]).slow) == 1
    assert found(shapes) == {("b", "p", "2")}


def test_one_rule_that_is_left_to_the_reference_does_not_take_the_others_along() -> None:
    fast = rule("SELECT $this WHERE { $this x:p 2 }")
    slow = triples(
        f"""{PROLOGUE} x:slow a sh:NodeShape ; sh:targetClass x:Other ; sh:sparql x:slow-1 .
        x:slow-1 a sh:SPARQLConstraint ; sh:prefixes x:prefixes ; sh:select "SELECT $this WHERE {{ {{ $this x:p 3 }} }}" ."""
    )
    engine = Engine([fast, slow])
    assert engine.slow == [slow]
    assert {(r.focus, r.constraint) for r in engine.run(triples(DATA))} == {
        (f"{X}b", f"{X}rule-1"), (f"{X}c", f"{X}slow-1"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("sh:targetClass x:Thing", {"a", "b"}),
        ("sh:targetNode x:c", {"c"}),
        ("sh:targetSubjectsOf x:p", {"a", "b", "c"}),
        ("sh:targetSubjectsOf x:about", {"a"}),
        ("sh:targetObjectsOf x:about", {f"{ID}bio2/1.3/5.24.08"}),
        ("sh:targetClass x:Thing, x:Other", {"a", "b", "c"}),
        ("sh:targetClass x:Nothing", set()),
    ],
)
def test_every_kind_of_target(target: str, expected: set[str]) -> None:
    shapes = rule("SELECT $this WHERE { FILTER (true) }", target=target)
    assert Engine([shapes]).slow == []
    assert {focus for focus, _, _ in found(shapes)} == expected
    assert found(shapes) == found(shapes, reference=True)


def test_the_severity_is_that_of_the_shape() -> None:
    shapes = rule("SELECT $this WHERE { $this x:p 2 }", "; sh:severity sh:Warning")
    component = f"{PREFIXES['sh']}SPARQLConstraintComponent"
    found = Result(f"{X}rule-1", f"{X}b", "", f"{X}b", "warning", component)
    assert Engine([shapes]).run(triples(DATA)) == {found}


def mutated(assessment: list[Triple], seed: int, times: int) -> list[Triple]:
    """The assessment with so many statements left out, said otherwise, or said about something else."""
    chance = random.Random(seed)
    triples = list(assessment)
    iris = sorted({t.object.value for t in triples if isinstance(t.object, NamedNode)})
    for _ in range(times):
        at = chance.randrange(len(triples))
        old = triples[at]
        match chance.randrange(6):
            case 0:
                del triples[at]
            case 1:
                # A whole thing, with everything that is said of it; without the assessment there is nothing to judge.
                triples = [t for t in triples if t.subject != old.subject or str(t.subject) == f"<{BASE}>"]
            case 2:
                triples[at] = Triple(old.subject, old.predicate, Literal(chance.choice(["", "n.v.t.", "-", "x"])))
            case 3:
                day = Literal(
                    f"20{chance.randrange(20, 32)}-0{chance.randrange(1, 10)}-28",
                    datatype=NamedNode(f"{PREFIXES['xsd']}date"),
                )
                dated = [i for i, t in enumerate(triples) if str(t.object).endswith("#date>")]
                i = chance.choice(dated)
                triples[i] = Triple(triples[i].subject, triples[i].predicate, day)
            case 4:
                triples[at] = Triple(old.subject, old.predicate, NamedNode(chance.choice(iris)))
            case 5:
                triples.append(
                    Triple(
                        old.subject,
                        NamedNode(f"{DEF}{chance.choice(['owner', 'endsOn', 'concerns'])}"),
                        NamedNode(chance.choice(iris)),
                    )
                )
    return triples


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_fast_way_and_the_reference_agree_on_a_whole_assessment(
    session: Session, assessment: list[Triple], seed: int | None
) -> None:
    """Complete, and with 40 things wrong at a time where only a few measures are assessed."""
    some = [t for t in assessment if not re.search(r"/(control-assessment|finding)/(?!5[.]0)", str(t.subject))]
    stated = assessment if seed is None else mutated(some, seed, 40)
    data = [*stated, *prepare(stated, session.catalogue, AS_OF)]
    results = [
        session.validator.engine("public", reference=reference).run(data, session.catalogue.beside(stated))
        for reference in (False, True)
    ]
    assert results[0] == results[1]
    assert bool(results[0]) is (seed is not None)
    if seed:
        assert len({r.constraint for r in results[0]}) > 10
        assert any(r.focus.startswith(BASE) for r in results[0])
