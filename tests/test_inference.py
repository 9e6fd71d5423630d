"""What the reasoner adds to small graphs: the entailments of OWL 2 RL that say something, and no others.

Expected entailments follow the rule tables of the OWL 2 profiles (https://www.w3.org/TR/owl2-profiles/#OWL_2_RL), by
the rule's name.
"""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from bio2kg import turtle
from bio2kg.errors import FindingsError
from bio2kg.inference import infer
from bio2kg.namespaces import PREFIXES

ROOT = Path(__file__).resolve().parent.parent
PROLOGUE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse((PROLOGUE + text).encode(), format=RdfFormat.TURTLE)]


@pytest.mark.parametrize(
    ("rule", "ontology", "stated", "inferred"),
    [
        ("cax-sco", "b:Law rdfs:subClassOf b:Framework .", "id:x a b:Law .", "id:x a b:Framework ."),
        (
            "cax-sco, twice",
            "b:Law rdfs:subClassOf b:Framework . b:Framework rdfs:subClassOf dcterms:Standard .",
            "id:x a b:Law .",
            "id:x a b:Framework , dcterms:Standard .",
        ),
        ("prp-inv1", "b:movedTo owl:inverseOf b:movedFrom .", "id:x b:movedTo id:y .", "id:y b:movedFrom id:x ."),
        ("prp-inv2", "b:movedTo owl:inverseOf b:movedFrom .", "id:y b:movedFrom id:x .", "id:x b:movedTo id:y ."),
        ("prp-symp", "b:related a owl:SymmetricProperty .", "id:x b:related id:y .", "id:y b:related id:x ."),
        (
            "prp-trp",
            "b:within a owl:TransitiveProperty .",
            "id:x b:within id:y . id:y b:within id:z . id:z b:within id:end .",
            "id:x b:within id:z , id:end . id:y b:within id:end .",
        ),
        ("prp-spo1", "b:part rdfs:subPropertyOf b:within .", "id:x b:part id:y .", "id:x b:within id:y ."),
        ("prp-dom", "b:setBy rdfs:domain b:Deadline .", "id:x b:setBy id:y .", "id:x a b:Deadline ."),
        ("prp-rng", "b:setBy rdfs:range b:Measure .", "id:x b:setBy id:y .", "id:y a b:Measure ."),
        ("prp-eqp", "b:part owl:equivalentProperty b:within .", "id:x b:within id:y .", "id:x b:part id:y ."),
        (
            "prp-spo2",
            "b:controlOf owl:propertyChainAxiom ( b:editionOf b:underControl ) .",
            "id:x b:editionOf id:y . id:y b:underControl id:z .",
            "id:x b:controlOf id:z .",
        ),
        (
            "cls-hv1",
            "b:Dutch rdfs:subClassOf [ a owl:Restriction ; owl:onProperty b:country ; owl:hasValue id:nl ] .",
            "id:x a b:Dutch .",
            "id:x b:country id:nl .",
        ),
        (
            "cls-hv2",
            "[ a owl:Restriction ; owl:onProperty b:country ; owl:hasValue id:nl ] rdfs:subClassOf b:Dutch .",
            "id:x b:country id:nl .",
            "id:x a b:Dutch .",
        ),
        (
            "prp-spo1 and prp-trp",
            "b:part rdfs:subPropertyOf b:within . b:within a owl:TransitiveProperty .",
            "id:x b:part id:y . id:y b:part id:z .",
            "id:x b:within id:y , id:z . id:y b:within id:z .",
        ),
    ],
)
def test_what_follows_is_inferred_and_nothing_else(rule: str, ontology: str, stated: str, inferred: str) -> None:
    assert set(infer(triples(ontology), triples(stated))) == set(triples(inferred)), rule


@pytest.mark.parametrize(
    ("what", "ontology", "stated"),
    [
        ("no axiom acts on the property", "b:note a owl:ObjectProperty .", "id:x b:note id:y ."),
        ("everything is a thing and equals itself", "b:Law a owl:Class .", "id:x a b:Law ."),
        ("what follows is stated already", "b:Law rdfs:subClassOf b:Framework .", "id:x a b:Law , b:Framework ."),
        ("the hierarchy of the vocabulary itself", "b:Law rdfs:subClassOf b:F . b:F rdfs:subClassOf b:G .", ""),
        ("nodes outside the project", "b:Law rdfs:subClassOf b:F .", "<https://example.org/x> a b:Law ."),
        ("blank nodes", "b:Law rdfs:subClassOf b:F .", "[] a b:Law ."),
        ("a thing related to itself", "b:related a owl:SymmetricProperty .", "id:x b:related id:x ."),
    ],
)
def test_what_says_nothing_is_left_out(what: str, ontology: str, stated: str) -> None:
    assert infer(triples(ontology), triples(stated)) == [], what


def test_a_literal_never_becomes_a_subject() -> None:
    ontology = triples("""
        b:name owl:inverseOf b:nameOf ; rdfs:range b:Name ; a owl:SymmetricProperty .
        b:Law rdfs:subClassOf b:Framework .
    """)
    inferred = infer(ontology, triples('id:x b:name "Wet"@nl , 7 ; a b:Law .'))
    assert all(isinstance(t.subject, NamedNode) and not isinstance(t.object, Literal) for t in inferred)
    assert set(inferred) == set(triples("id:x a b:Framework ."))


@pytest.mark.parametrize(
    ("rule", "ontology", "stated", "named"),
    [
        ("cax-dw", "b:Measure owl:disjointWith b:Control .", "id:x a b:Measure , b:Control .", "id/x"),
        (
            "cax-adc",
            "[] a owl:AllDisjointClasses ; owl:members ( b:Measure b:Control b:Clause ) .",
            "id:x a b:Measure , b:Clause .",
            "id/x",
        ),
        (
            "cax-dw through prp-dom",
            "b:Measure owl:disjointWith b:Control . b:editionOf rdfs:domain b:Measure .",
            "id:x a b:Control ; b:editionOf id:y .",
            "id/x",
        ),
        ("prp-fp", "b:editionOf a owl:FunctionalProperty .", "id:x b:editionOf id:y , id:z .", "id/z"),
        (
            "prp-fp and eq-diff2",
            "b:status a owl:FunctionalProperty . "
            "[] a owl:AllDifferent ; owl:distinctMembers ( <https://w3id.org/bio2kg/id/status/active> id:gone ) .",
            "id:x b:status <https://w3id.org/bio2kg/id/status/active> , id:gone .",
            "id/gone",
        ),
        ("prp-ifp", "b:holds a owl:InverseFunctionalProperty .", "id:x b:holds id:z . id:y b:holds id:z .", "id/y"),
        ("prp-irp", "b:movedTo a owl:IrreflexiveProperty .", "id:x b:movedTo id:x .", "movedTo"),
        ("prp-asyp", "b:movedTo a owl:AsymmetricProperty .", "id:x b:movedTo id:y . id:y b:movedTo id:x .", "movedTo"),
        ("prp-pdw", "b:from owl:propertyDisjointWith b:to .", "id:x b:from id:y ; b:to id:y .", "from"),
    ],
)
def test_a_contradiction_is_an_error_that_names_it(rule: str, ontology: str, stated: str, named: str) -> None:
    with pytest.raises(FindingsError, match=r"contradiction\(s\) follow") as raised:
        infer(triples(ontology), triples(stated))
    assert named in str(raised.value), rule


def test_the_vocabulary_of_the_project_forbids_that_a_thing_is_a_measure_and_a_control() -> None:
    ontology = [t for path in sorted((ROOT / "ontology").rglob("*.ttl")) for t in turtle.read(path)]
    assert infer(ontology, triples("id:x a b:MeasureEdition .")) != []
    with pytest.raises(FindingsError):
        infer(ontology, triples("id:x a b:MeasureEdition , b:Control ."))
