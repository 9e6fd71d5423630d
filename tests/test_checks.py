"""What a build makes of the results of its rules: who is excused, what blocks, what is said and where.

The data is fictitious; the rules are the project's own, a few at a time.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from bio2kg import checks, turtle
from bio2kg.namespaces import PREFIXES, RULE, short

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("status", "source", "erratum", "rule", "fictief", "fictief/1.0")
PROLOGUE = "".join(
    f"@prefix {prefix}: <{iri}> .\n"
    for prefix, iri in {**PREFIXES, **{f.replace("/", "-"): f"{PREFIXES['id']}{f}/" for f in FOLDERS}}.items()
)
VOCABULARY = """
<https://w3id.org/bio2kg/def> a owl:Ontology .
b:MeasureEdition a owl:Class . b:Erratum a owl:Class . b:status a owl:ObjectProperty . b:refersTo a owl:ObjectProperty .
"""
# 5.01.01 and 5.01.02 move to a number that is not there and refer to a withdrawn measure.
FACTS = """
fictief-1.0:5.01.01 a b:MeasureEdition ; skos:inScheme fictief:1.0 ; b:status status:moved ;
    b:movedTo fictief-1.0:5.01.09 ; b:refersTo fictief-1.0:5.01.03 .
fictief-1.0:5.01.02 a b:MeasureEdition ; skos:inScheme fictief:1.0 ; b:status status:moved ;
    b:movedTo fictief-1.0:5.01.09 ; b:refersTo fictief-1.0:5.01.03 .
fictief-1.0:5.01.03 a b:MeasureEdition ; skos:inScheme fictief:1.0 ; b:status status:withdrawn .
"""


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse((PROLOGUE + text).encode(), format=RdfFormat.TURTLE)]


def rules(*names: str) -> list[Triple]:
    """The project's shapes, of which only these rules look at anything."""
    targets = {f"{PREFIXES['sh']}target{kind}" for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
    wanted = {f"{RULE}{name}" for name in names}
    every = [t for name in ("frameworks", "ontology") for t in turtle.read(ROOT / "shapes" / f"{name}.ttl")]
    return [t for t in every if t.predicate.value not in targets or getattr(t.subject, "value", "") in wanted]


def check(facts: str, *names: str, vocabulary: str = VOCABULARY, place: str = "data/x.ttl") -> list[checks.Finding]:
    stated = triples(facts)
    return checks.check(triples(vocabulary), stated, rules(*names), {t.subject: place for t in stated})


def explained(findings: list[checks.Finding]) -> dict[tuple[str, str], str]:
    return {(f.rule, short(f.node)): f.erratum for f in findings}


def test_an_erratum_explains_its_rule_at_its_subject_and_nothing_else() -> None:
    erratum = "erratum:F1 a b:Erratum ; b:excuses rule:GR-02 ; dcterms:subject fictief-1.0:5.01.01 ."
    findings = check(FACTS + erratum, "GR-02", "GR-03")
    assert explained(findings) == {
        ("GR-02", "fictief-1.0:5.01.01"): "erratum:F1",
        ("GR-02", "fictief-1.0:5.01.02"): "",
        ("GR-03", "fictief-1.0:5.01.01"): "",
        ("GR-03", "fictief-1.0:5.01.02"): "",
    }
    assert [(f.rule, short(f.node)) for f in checks.blocking(findings)] == [
        ("GR-02", "fictief-1.0:5.01.02"),
        ("GR-03", "fictief-1.0:5.01.01"),
        ("GR-03", "fictief-1.0:5.01.02"),
    ]


def test_an_erratum_that_excuses_no_rule_explains_nothing() -> None:
    erratum = "erratum:F1 a b:Erratum ; dcterms:subject fictief-1.0:5.01.01 ."
    assert set(explained(check(FACTS + erratum, "GR-02")).values()) == {""}


def test_an_erratum_explains_the_thing_a_rule_names_when_the_rule_looks_at_the_edition() -> None:
    facts = "".join(
        f'fictief-1.0:5.01.0{n} skos:inScheme fictief:1.0 ; b:status status:active ; b:wordingDigest "sha256:aa" .\n'
        for n in (1, 2, 3)
    )
    erratum = """fictief:1.0 a b:Edition . erratum:F1 a b:Erratum ; b:excuses rule:GR-04 ;
        dcterms:subject fictief-1.0:5.01.01 , fictief-1.0:5.01.02 ."""
    found = {short(f.value): f.erratum for f in check(facts + erratum, "GR-04")}
    assert found == {
        "fictief-1.0:5.01.01": "erratum:F1",
        "fictief-1.0:5.01.02": "erratum:F1",
        "fictief-1.0:5.01.03": "",
    }


def test_an_unexplained_warning_blocks_as_a_violation_does_and_information_does_not() -> None:
    findings = check(FACTS, "GR-02", "GR-03")
    assert {f.severity for f in findings} == {"violation", "warning"}
    assert checks.blocking(findings) == findings
    ingested = [replace(finding, place="ingested/bio2-x.nq") for finding in findings]
    assert {f.severity for f in checks.blocking(ingested)} == {"violation"}
    told = checks.Finding("XX-01", "n", "", "info", "m", "", "p")
    assert checks.blocking([told]) == []


def test_a_finding_says_in_english_what_is_wrong_where_and_in_which_file() -> None:
    found = {str(f) for f in check(FACTS, "GR-02", "GR-03", place="data/frameworks/fictief/1.0/measures.ttl")}
    place = "[data/frameworks/fictief/1.0/measures.ttl]"
    assert (
        "GR-02 violation at fictief-1.0:5.01.01 (fictief-1.0:5.01.09): "
        f"Moved to a number that does not exist in the same edition. {place}"
    ) in found
    assert (
        "GR-03 warning at fictief-1.0:5.01.02 (fictief-1.0:5.01.03): "
        f"The reference does not lead to an active measure. {place}"
    ) in found


@pytest.mark.parametrize(
    ("rule", "vocabulary", "message"),
    [
        (
            "QC-07",
            "b:lowerClass a owl:Class .",
            "A class is named in UpperCamelCase: b:lowerClass.",
        ),
        (
            "QC-08",
            "b:interval a owl:DatatypeProperty ; rdfs:range xsd:duration .",
            "The range of b:interval is not a datatype of OWL 2 RL.",
        ),
        (
            "QC-09",
            "b:refersTo a owl:ReflexiveProperty .",
            "OWL 2 RL does not know owl:ReflexiveProperty at b:refersTo.",
        ),
    ],
)
def test_the_message_names_every_thing_it_speaks_of(rule: str, vocabulary: str, message: str) -> None:
    assert [f.message for f in check("", rule, vocabulary=VOCABULARY + vocabulary)] == [message]


@pytest.mark.parametrize(
    ("facts", "unknown"),
    [
        ("fictief-1.0:5.01.01 b:statuss status:active .", "b:statuss"),
        ("fictief-1.0:5.01.01 a b:MesureEdition .", "b:MesureEdition"),
    ],
)
def test_a_term_of_our_namespace_that_nobody_declared_is_reported_with_the_file_that_uses_it(
    facts: str, unknown: str
) -> None:
    (finding,) = check(facts, "QC-16", place="data/frameworks/fictief/1.0/measures.ttl")
    assert (finding.rule, finding.severity, short(finding.value)) == ("QC-16", "violation", unknown)
    assert finding.message == f"The term {unknown} is used but not declared."
    assert finding.place == "data/frameworks/fictief/1.0/measures.ttl"


def test_terms_that_are_declared_and_terms_of_others_are_not_reported() -> None:
    facts = "fictief-1.0:5.01.01 a b:MeasureEdition , skos:Concept , <https://example.org/Thing> ; b:status status:x ."
    assert check(facts, "QC-16") == []


def test_the_quality_rules_of_the_vocabulary_leave_the_facts_alone() -> None:
    """A concept of a framework lies in no code list of ours; QC-12 is about code lists."""
    assert check("fictief-1.0:5.01.01 a skos:Concept .", "QC-12") == []


def test_findings_come_in_one_order() -> None:
    stated, shapes = triples(FACTS), rules("GR-02", "GR-03")
    one = checks.check([], stated, shapes, {})
    other = checks.check([], reversed(stated), list(reversed(shapes)), {})
    assert one == other == sorted(one)
    assert {f.place for f in one} == {"unknown file"}
