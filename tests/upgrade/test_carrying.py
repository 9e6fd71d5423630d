"""What goes along to another edition, and what does not."""

import time
from collections import Counter
from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import turtle
from bio2kg.errors import InputError
from bio2kg.fictitious import complete
from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.store import EmbeddedStore
from bio2kg.upgrade import Upgraded, upgrade
from bio2kg.validation.service import Session
from tests.conftest import ROOT
from tests.upgrade.assessments import NEW, OLD, PROV, active, assessment, change, entry, parsed, values

EDITIONS = ("1.1.1", "1.2", "1.3")


def test_a_measure_that_moved_in_the_same_words_keeps_everything_but_its_result(to_1_3: Upgraded) -> None:
    found = change(to_1_3, new="5.24.08")
    assert (found.old, found.kinds, found.reasons) == (("8.08.06",), ("moved",), ())
    assert set(found.carried) == {
        "applicability", "justification", "implementation-status", "reference", "control-assessment",
    }  # fmt: skip
    assert "C04" in found.comment["nl"]
    assert "C04" in found.comment["en"]
    assert "source:bio2-inleiding-270c203" in found.sources
    assert entry(to_1_3, "5.24.08", "justification") == {"Reden 8.08.06"}
    assert entry(to_1_3, "5.24.08", "note") == set()
    base = f"{ID}assessment/voorbeeld-1.3-2026"
    assert values(to_1_3.triples, f"{base}/ca/5.24.08", f"{DEF}operationalisation") == {"Werkwijze 8.08.06"}
    assert values(to_1_3.triples, f"{base}/ca/5.24.08", f"{PROV}wasDerivedFrom") == {
        "assessment/voorbeeld-1.2-2026/ca/8.08.06"
    }
    assert values(to_1_3.triples, f"{base}/finding/5.24.08/werking", f"{DEF}supportedBy") == {
        "assessment/voorbeeld-1.3-2026/evidence/1"
    }


def test_predecessors_that_disagree_leave_the_choice_open(store: EmbeddedStore) -> None:
    numbers = ["5.01.01", "5.02.01", "8.24.01", "8.01.02"]
    text = assessment("1.2", numbers, choices={"5.01.01": "not-applicable", "8.01.02": "not-applicable"})
    upgraded = upgrade(parsed(text), store, "1.2", "1.3")
    found = change(upgraded, new="5.02.01")
    assert found.reasons[0] == "disagree"
    assert "5.01.01: " in found.before["nl"]
    assert "5.02.01: " in found.before["nl"]
    for name in ("applicability", "justification", "implementationStatus"):
        assert entry(upgraded, "5.02.01", name) == set()
    assert entry(upgraded, "5.02.01", "implementationReference") == {"Handboek 5.02.01"}
    assert entry(upgraded, "5.01.01", "applicability") == {"applicability/not-applicable"}
    assert entry(upgraded, "6.03.04", "applicability") == {"applicability/not-applicable"}
    # 8.24.03, which 8.24.01 takes up, has no entry.
    assert change(upgraded, new="8.24.01").reasons[0] == "disagree"
    assert change(upgraded, new="5.09.01").reasons[-1] == "no-entry"
    assert entry(upgraded, "5.09.01", "concerns") == set()


def test_what_was_withdrawn_is_only_in_the_list(to_1_3: Upgraded) -> None:
    found = change(to_1_3, old="5.35.01")
    assert (found.reasons, found.carried) == (("withdrawn",), ())
    assert "Reden 5.35.01" in found.before["nl"]
    assert "opzet: conform (Gezien 5.35.01)" in found.before["nl"]
    assert not any("5.35.01" in str(t) for t in to_1_3.triples)


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in EDITIONS for b in EDITIONS if a != b])
def test_no_finding_is_ever_carried_as_a_result(first: str, second: str, store: EmbeddedStore) -> None:
    odd = f"""
    <{ID}assessment/voorbeeld-{first}-2026/ca/odd> a b:ControlAssessment ; b:concerns <{ID}bio2/{first}/9.99.01> ;
      b:inAssessment <{ID}assessment/voorbeeld-{first}-2026> .
    <{ID}assessment/voorbeeld-{first}-2026/finding/odd> b:result <{ID}finding-result/conform> .
    """
    upgraded = upgrade(parsed(assessment(first, active(store, first), odd)), store, first, second)
    results = {t.object.value for t in upgraded.triples if t.predicate.value == f"{DEF}result"}
    assert results == {f"{ID}finding-result/not-assessed"}
    kept = {f"{DEF}{name}" for name in ("assessedOn", "observation", "maturity")}
    assert not [t for t in upgraded.triples if t.predicate.value in kept]
    kind = NamedNode(f"{DEF}ControlAssessment")
    carried = {t.subject for t in upgraded.triples if t.object == kind}
    for predicate, value in ((f"{DEF}origin", f"{ID}origin/carried"), (f"{PROV}wasDerivedFrom", "")):
        marked = {t.subject for t in upgraded.triples if t.predicate.value == predicate and value in t.object.value}
        assert carried <= marked
    aspects = Counter(t.object for t in upgraded.triples if t.predicate.value == f"{DEF}ofControlAssessment")
    assert {aspects[node] for node in carried} == {3}
    # One edition only, and every text stands at the measure that persists.
    used = {t.object.value for t in upgraded.triples if t.predicate.value == f"{DEF}concerns"} - {
        f"{ID}bio2/{first}/9.99.01"
    }
    assert {iri.rpartition("/")[0] for iri in used} == {f"{ID}bio2/{second}"}


def test_a_complete_assessment_keeps_its_number_of_things_and_takes_a_moment(store: EmbeddedStore) -> None:
    whole = complete()
    start = time.perf_counter()
    older = upgrade(whole, store, "1.3", "1.2")
    assert time.perf_counter() - start < 5
    there = {t.subject for t in older.triples}
    assert not [node for node in there if "voorbeeldstad-1.3" in str(node)]
    # Registers, suppliers, incidents and all the rest are there with the same words.
    assert NamedNode(f"{ID}assessment/voorbeeldstad-1.2-2026/incident/1") in there
    assert {t.object.value for t in whole if t.predicate.value == f"{DEF}causeAnalysis"} == {
        t.object.value for t in older.triples if t.predicate.value == f"{DEF}causeAnalysis"
    }
    # A record of a deadline that both editions set goes along.
    assert values(older.triples, f"{ID}assessment/voorbeeldstad-1.2-2026/activity/5.01.02", f"{DEF}forDeadline") == {
        "deadline/1.2/5.01.02"
    }
    # 5.35.01 stands under control 5.35 again, so that its measures must be weighed again.
    control = f"{ID}assessment/voorbeeldstad-1.2-2026/entry/5.35"
    assert values(older.triples, control, f"{DEF}measuresSufficient") == set()
    assert change(older, new="5.35").reasons == ("measures-of-control",)
    assert change(older, new="5.35.01").reasons == ("returned",)


def test_the_new_assessment_is_a_draft_that_refers_to_the_old(to_1_3: Upgraded) -> None:
    base = f"{ID}assessment/voorbeeld-1.3-2026"

    def said(subject: str) -> dict[str, set[str]]:
        found = {t.predicate.value for t in to_1_3.triples if t.subject.value == subject}
        return {name.replace(DEF, "b:").replace(PROV, "prov:"): values(to_1_3.triples, subject, name) for name in found}

    assert said(base) == {
        f"{PREFIXES['rdf']}type": {f"{DEF}Assessment"},
        "b:usesEdition": {"bio2/1.3"},
        "b:usesStatement": {"assessment/voorbeeld-1.3-2026/statement"},
        "b:organisation": {"organisation/voorbeeld"},
        "b:assessmentStatus": {"assessment-status/draft"},
        "prov:wasRevisionOf": {"assessment/voorbeeld-1.2-2026"},
    }
    assert said(f"{base}/statement") == {
        f"{PREFIXES['rdf']}type": {f"{DEF}StatementOfApplicability"},
        f"{PREFIXES['dcterms']}title": {"VvT"},
        "b:usesEdition": {"bio2/1.3", "iso27002/2022"},
        "prov:wasRevisionOf": {"assessment/voorbeeld-1.2-2026/statement"},
    }
    assert values(to_1_3.triples, f"{base}/evidence/1", f"{DEF}inAssessment") == {"assessment/voorbeeld-1.3-2026"}
    assert not any(t.object.value == f"{DEF}Approval" for t in to_1_3.triples if isinstance(t.object, NamedNode))


def test_an_exception_goes_along_only_where_the_measure_is_the_same(store: EmbeddedStore) -> None:
    more = "".join(
        f"""<{OLD}/exception/{number}> a b:Exception ; b:inStatement <{OLD}/statement> ; b:justification "Tijdelijk" ;
        b:forEntry <{OLD}/entry/{number}> .\n"""
        for number in ("8.08.06", "5.05.01", "5.35.01")
    )
    upgraded = upgrade(parsed(assessment("1.2", ["8.08.06", "5.05.01", "5.35.01"], more)), store, "1.2", "1.3")
    exceptions = {t.subject.value for t in upgraded.triples if t.object == NamedNode(f"{DEF}Exception")}
    assert exceptions == {f"{NEW}/exception/5.24.08"}
    assert values(upgraded.triples, f"{NEW}/exception/5.24.08", f"{DEF}forEntry") == {
        "assessment/voorbeeld-1.3-2026/entry/5.24.08"
    }
    assert "exception" in change(upgraded, new="5.24.08").carried
    for found in (change(upgraded, new="5.05.01"), change(upgraded, old="5.35.01")):
        assert "exception" in found.reasons
        assert "uitzondering: Tijdelijk" in found.before["nl"]


def test_nothing_of_the_input_is_lost(store: EmbeddedStore) -> None:
    more = f"""
    <{OLD}/own> a <https://example.org/Thing> ; <https://example.org/says> [ rdfs:label "iets" ] .
    <{OLD}/entry/5.24.02> <https://example.org/extra> "eigen kolom" ; b:note "eigen opmerking" .
    <{OLD}/entry/typo> a b:ApplicabilityEntry ; b:inStatement <{OLD}/statement> ; b:numberAsWritten "5.2402" .
    <{OLD}/entry/5.03.01> a b:ApplicabilityEntry ; b:inStatement <{OLD}/statement> ; b:concerns <{ID}bio2/1.2/5.03.01> .
    <{OLD}/entry/5.18> a b:ApplicabilityEntry ; b:inStatement <{OLD}/statement> ; b:measuresSufficient true ;
      b:concerns <{ID}iso27002/2022/5.18> .
    <{OLD}/risk/1> a b:Risk ; b:mitigatedBy <{OLD}/entry/5.35.01> , <{OLD}/entry/8.08.06> .
    <https://www.voorbeeld.example/bewijs/7> a b:Evidence ; b:inAssessment <{OLD}> .
    <https://www.voorbeeld.example/partij/1> a b:Party ; foaf:name "CISO" .
    """
    text = assessment("1.2", ["5.24.02", "8.08.06", "5.35.01"], more)
    upgraded = upgrade(parsed(text), store, "1.2", "1.3")
    assert values(upgraded.triples, f"{NEW}/own", f"{PREFIXES['rdf']}type") == {"https://example.org/Thing"}
    assert any(isinstance(t.object, Literal) and t.object.value == "iets" for t in upgraded.triples)
    assert values(upgraded.triples, f"{NEW}/entry/5.24.02", "https://example.org/extra") == {"eigen kolom"}
    assert entry(upgraded, "5.24.02", "note") == {"eigen opmerking"}
    assert entry(upgraded, "typo", "numberAsWritten") == {"5.2402"}
    assert entry(upgraded, "5.18", "measuresSufficient") == {"true"}
    assert {c.old for c in upgraded.changes if "not-recognised" in c.reasons} == {("5.2402",), ("5.03.01",)}
    assert values(upgraded.triples, f"{NEW}/risk/1", f"{DEF}mitigatedBy") == {
        "assessment/voorbeeld-1.3-2026/entry/5.24.08",
        "assessment/voorbeeld-1.2-2026/entry/5.35.01",
    }
    assert change(upgraded, old="5.35.01").references == ("risk/1",)
    assert values(upgraded.triples, f"{NEW}/7", f"{DEF}inAssessment") == {"assessment/voorbeeld-1.3-2026"}
    assert values(upgraded.triples, "https://www.voorbeeld.example/partij/1", f"{PREFIXES['foaf']}name") == {"CISO"}


def test_a_statement_alone_and_iris_of_ones_own(store: EmbeddedStore) -> None:
    text = f"""
    @base <https://www.voorbeeld.example/> .
    <vvt> a b:StatementOfApplicability ; b:usesEdition <{ID}bio2/1.2> .
    <regel/a> a b:ApplicabilityEntry ; b:inStatement <vvt> ; b:concerns <{ID}bio2/1.2/8.08.06> ; b:justification "A" .
    """
    upgraded = upgrade(parsed(text), store, "1.2", "1.3", "en")
    assert values(upgraded.triples, "https://www.voorbeeld.example/vvt-1.3/a", f"{DEF}concerns") == {"bio2/1.3/5.24.08"}
    assert values(upgraded.triples, "https://www.voorbeeld.example/vvt-1.3", f"{PROV}wasRevisionOf") == {
        "https://www.voorbeeld.example/vvt"
    }


@pytest.mark.parametrize(
    ("text", "first", "second", "message"),
    [
        ("", "1.2", "1.3", "there is no assessment in it"),
        (assessment("1.2", []), "1.1.1", "1.3", "it uses BIO2 1.2, not BIO2 1.1.1"),
        (assessment("1.2", []), "1.2", "1.2", "both editions are 1.2"),
        (assessment("1.2", []), "1.2", "9.9", "known: 1.1.1, 1.2, 1.3"),
        (assessment("1.2", []), "2.0", "1.3", "“2.0”"),
        ("id:a a b:Assessment .", "1.2", "1.3", "no edition of BIO2"),
        ("[] a b:Assessment .", "1.2", "1.3", "has no IRI"),
        (assessment("1.2", []) + f"<{NEW}> rdfs:label 'x' .", "1.2", "1.3", "already there"),
    ],
)
def test_wrong_input_is_named(text: str, first: str, second: str, message: str, store: EmbeddedStore) -> None:
    with pytest.raises(InputError) as error:
        upgrade(parsed(text), store, first, second)
    assert message in str(error.value)


def test_two_deadlines_of_one_measure_are_told_apart(store: EmbeddedStore) -> None:
    more = "".join(
        f"""<{OLD}/activity/{n}> a b:ActivityRecord ; b:concerns <{ID}bio2/1.2/5.24.07> ;
        b:forDeadline <{ID}deadline/1.2/5.24.07-{n}> .\n"""
        for n in (1, 2)
    )
    upgraded = upgrade(parsed(assessment("1.2", ["5.24.07"], more)), store, "1.2", "1.3")
    for n in (1, 2):
        assert values(upgraded.triples, f"{NEW}/activity/{n}", f"{DEF}forDeadline") == {f"deadline/1.3/5.24.07-{n}"}
        assert values(upgraded.triples, f"{NEW}/activity/{n}", f"{DEF}concerns") == {"bio2/1.3/5.24.07"}


def test_the_list_says_what_was_carried_of_an_entry_about_a_control(store: EmbeddedStore) -> None:
    more = f"""
    <{OLD}/entry/5.35> a b:ApplicabilityEntry ; b:inStatement <{OLD}/statement> ; b:justification "Wij meten." ;
      b:concerns <{ID}iso27002/2022/5.35> ; b:measuresSufficient true .
    """
    found = change(upgrade(parsed(assessment("1.2", [], more)), store, "1.2", "1.3"), new="5.35")
    assert (found.reasons, found.carried) == (("measures-of-control",), ("justification",))
    assert found.before["nl"] == "maatregelen volstonden"


def test_the_draft_breaks_no_rule_that_the_old_one_did_not(store: EmbeddedStore) -> None:
    old = turtle.read(ROOT / "data" / "examples" / "voorbeeldstad-1.2-2025.ttl")
    new = upgrade(old, store, "1.2", "1.3").triples
    session = Session(store)

    def violations(triples: list[Triple], day: str) -> set[str]:
        given = session.read(turtle.write(triples).encode(), "assessment.ttl")
        verdict = session.validate(given, profile="draft", as_of=date.fromisoformat(day))
        return {finding.code for finding in verdict.findings if finding.severity == "violation"}

    assert violations(new, "2025-12-01") == set()
    assert not [t for t in new if "/graph/" in str(t.subject)]  # what is said of the old graph is not true of this one
    # The acceptance of a risk that ended on the last day of 2025 goes along, and is found afterwards in both.
    assert violations(new, "2026-07-01") == violations(old, "2026-07-01") == {"RI-09"}
