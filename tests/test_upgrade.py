"""An assessment carried to another edition; what is expected was read from the change table and part 2 of BIO2."""

import csv
import io
import json
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
import typer
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from typer.testing import CliRunner

from bio2kg import turtle, upgrade_report
from bio2kg.cli.upgrading import upgrade as command
from bio2kg.errors import InputError, NotAcceptableError
from bio2kg.fictitious import complete
from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.store import EmbeddedStore, select
from bio2kg.upgrade import REASONS, Change, Upgraded, upgrade
from bio2kg.validation import catalogue

PROV = PREFIXES["prov"]
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
EDITIONS = ("1.1.1", "1.2", "1.3")


def parsed(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(HEADER + text, format=RdfFormat.TURTLE)]


def active(store: EmbeddedStore, edition: str) -> list[str]:
    found = select(
        store,
        f"SELECT DISTINCT ?n WHERE {{ ?m <{PREFIXES['skos']}inScheme> <{ID}bio2/{edition}> ; "
        f"<{PREFIXES['skos']}notation> ?n ; <{DEF}status> <{ID}status/active> }}",
    )
    return sorted(row["n"].value for row in found)


def assessment(edition: str, numbers: Iterable[str], more: str = "", choices: dict[str, str] | None = None) -> str:
    """An assessment in which every measure is conform and every text names its number."""
    base = f"{ID}assessment/voorbeeld-{edition}-2026"
    text = f"""
    <{base}> a b:Assessment ; b:usesEdition <{ID}bio2/{edition}> ; b:usesStatement <{base}/statement> ;
      b:organisation <{ID}organisation/voorbeeld> ; b:assessmentStatus <{ID}assessment-status/final> ;
      b:completedOn "2026-06-15"^^xsd:date ; b:hasApproval <{base}/approval> ; prov:wasRevisionOf <{base}-eerder> .
    <{base}/approval> a b:Approval ; b:approvedOn "2026-06-20"^^xsd:date .
    <{base}/statement> a b:StatementOfApplicability ; dcat:version "3" ; dcterms:title "VvT" ;
      b:usesEdition <{ID}bio2/{edition}> , <{ID}iso27002/2022> ; b:versionDate "2026-03-01"^^xsd:date ;
      b:publishedOn "2026-03-09"^^xsd:date ; b:publishedAt <https://www.voorbeeld.example/vvt> .
    <{base}/evidence/1> a b:Evidence ; b:inAssessment <{base}> ; dcterms:title "Scan" .
    """
    for number in numbers:
        choice = (choices or {}).get(number, "applicable")
        text += f"""
        <{base}/entry/{number}> a b:ApplicabilityEntry ; b:inStatement <{base}/statement> ;
          b:concerns <{ID}bio2/{edition}/{number}> ; b:applicability <{ID}applicability/{choice}> ;
          b:justification "Reden {number}" ; b:implementationReference "Handboek {number}" ;
          b:implementationStatus <{ID}implementation-status/verified> .
        <{base}/ca/{number}> a b:ControlAssessment ; b:inAssessment <{base}> ; b:maturity 4 ;
          b:concerns <{ID}bio2/{edition}/{number}> ; b:operationalisation "Werkwijze {number}" .
        """
        for aspect in ("opzet", "bestaan", "werking"):
            text += f"""
            <{base}/finding/{number}/{aspect}> a b:Finding ; b:ofControlAssessment <{base}/ca/{number}> ;
              b:aspect <{ID}aspect/{aspect}> ; b:result <{ID}finding-result/conform> ; b:observation "Gezien {number}" ;
              b:assessedOn "2026-05-20"^^xsd:date ; b:supportedBy <{base}/evidence/1> .
            """
    return text + more


def values(triples: Iterable[Triple], subject: str, predicate: str) -> set[str]:
    """The values of a property, IRIs of ours without the base."""
    return {
        t.object.value.removeprefix(ID)
        for t in triples
        if t.subject.value == subject and t.predicate.value == predicate and isinstance(t.object, NamedNode | Literal)
    }


def entry(upgraded: Upgraded, number: str, predicate: str) -> set[str]:
    return values(
        upgraded.triples, f"{ID}assessment/voorbeeld-{upgraded.second}-2026/entry/{number}", f"{DEF}{predicate}"
    )


def change(upgraded: Upgraded, *, old: str = "", new: str = "") -> Change:
    (found,) = (c for c in upgraded.changes if c.new == new and (new or c.old == (old,)))
    return found


@pytest.fixture(scope="module")
def to_1_3(store: EmbeddedStore) -> Upgraded:
    return upgrade(parsed(assessment("1.2", active(store, "1.2"))), store, "1.2", "1.3")


def test_nine_numbers_ended_and_six_came_in(to_1_3: Upgraded, store: EmbeddedStore) -> None:
    concerned = {t.object.value.rpartition("/")[2] for t in to_1_3.triples if t.predicate.value == f"{DEF}concerns"}
    assert concerned == set(active(store, "1.3"))
    ended = {"5.04.02", "5.04.03", "5.21.01", "5.24.06", "5.25.01", "5.35.01", "7.01.01", "8.08.06", "8.24.03"}
    assert set(active(store, "1.2")) - concerned == ended
    assert {c.old[0]: c.new for c in to_1_3.changes if c.old and c.old[0] in ended} == {
        "5.04.02": "5.10.02",
        "5.04.03": "5.10.03",
        "5.24.06": "5.21.05",
        "5.25.01": "5.26.02",
        "8.08.06": "5.24.08",
        "5.21.01": "",
        "5.35.01": "",
        "7.01.01": "",
        "8.24.03": "",
    }
    assert len(to_1_3.changes) == 117 + 4


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


def test_the_other_reading_of_a_move_mixes_nothing_up(to_1_3: Upgraded) -> None:
    # The change table also points from 8.08.06 to 5.24.02, which is in both editions in the same words.
    found = change(to_1_3, new="5.24.02")
    assert (found.old, found.kinds, found.reasons) == (("5.24.02",), ("unchanged",), ())
    assert entry(to_1_3, "5.24.02", "justification") == {"Reden 5.24.02"}


def test_reworded_is_carried_with_a_note_and_listed(to_1_3: Upgraded) -> None:
    found = change(to_1_3, new="5.05.01")
    assert (found.kinds, found.reasons) == (("reworded",), ("reworded",))
    assert entry(to_1_3, "5.05.01", "implementationStatus") == {"implementation-status/verified"}
    (note,) = entry(to_1_3, "5.05.01", "note")
    assert "1.2 (5.05.01)" in note
    assert change(to_1_3, new="5.21.05").kinds == ("moved", "reworded")
    assert entry(to_1_3, "5.02.02", "note") == set()
    assert change(to_1_3, new="5.02.02").reasons == ()


def test_split_and_merged_measures_are_listed_with_all_they_come_from(to_1_3: Upgraded) -> None:
    origins = {c.new: (c.old, c.partial) for c in to_1_3.changes if "parts" in c.reasons}
    assert origins == {
        "5.01.01": (("5.01.01",), True),
        "5.02.01": (("5.02.01", "5.01.01"), True),
        "5.21.03": (("5.21.03", "5.21.01"), False),
        "6.03.04": (("8.01.02",), True),
        "7.10.01": (("7.10.01", "7.10.02"), True),
        "7.10.02": (("7.10.02",), True),
        "8.01.02": (("8.01.02",), True),
        "8.24.01": (("8.24.01", "8.24.03"), False),
    }
    assert entry(to_1_3, "5.02.01", "applicability") == {"applicability/applicable"}


def test_what_is_new_gets_the_choice_of_what_it_comes_from_and_nothing_more(to_1_3: Upgraded) -> None:
    found = change(to_1_3, new="6.03.04")
    assert (found.kinds, found.carried) == (("introduced", "split"), ("applicability",))
    assert {"introduced", "parts"} <= set(found.reasons)
    assert entry(to_1_3, "6.03.04", "justification") == set()
    assert not any("/ca/6.03.04" in str(t.subject) for t in to_1_3.triples)


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


def test_what_must_be_judged_anew_comes_first(to_1_3: Upgraded) -> None:
    anew = [c.anew for c in to_1_3.changes]
    assert anew == sorted(anew, reverse=True)
    counts = to_1_3.counts()
    assert counts["anew"] + counts["unchanged"] == len(to_1_3.changes)
    assert (counts["withdrawn"], counts["introduced"], counts["parts"]) == (4, 1, 8)


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
    whole = complete(catalogue.load(store))
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


def test_numbers_of_1_1_1_stay_with_their_measures(store: EmbeddedStore) -> None:
    upgraded = upgrade(parsed(assessment("1.1.1", active(store, "1.1.1"))), store, "1.1.1", "1.2")
    assert {c.old for c in upgraded.changes} == {(c.new,) for c in upgraded.changes}
    assert len(upgraded.changes) == 120
    assert upgraded.counts()["unchanged"] == 92
    assert change(upgraded, new="5.18.01").kinds == ("reworded",)
    assert change(upgraded, new="5.18.02").kinds == ("unchanged",)
    assert entry(upgraded, "5.18.02", "justification") == {"Reden 5.18.02"}


def test_two_steps_at_once_are_followed_by_the_measure_that_persists(store: EmbeddedStore) -> None:
    upgraded = upgrade(parsed(assessment("1.1.1", ["8.08.06", "5.24.02"])), store, "1.1.1", "1.3")
    found = change(upgraded, new="5.24.08")
    assert (found.old, found.kinds) == (("8.08.06",), ("moved", "reworded"))
    assert entry(upgraded, "5.24.08", "justification") == {"Reden 8.08.06"}
    assert {"source:bio2-maatregelen-c9750de", "source:bio2-inleiding-270c203"} <= set(found.sources)


def test_back_in_time_what_was_withdrawn_returns(store: EmbeddedStore) -> None:
    upgraded = upgrade(parsed(assessment("1.3", active(store, "1.3"))), store, "1.3", "1.2")
    assert {c.new for c in upgraded.changes if "returned" in c.reasons} == {"5.21.01", "5.35.01", "7.01.01", "8.24.03"}
    assert {c.old for c in upgraded.changes if "withdrawn" in c.reasons} == {("6.03.04",)}
    assert entry(upgraded, "8.08.06", "justification") == {"Reden 5.24.08"}
    assert entry(upgraded, "5.35.01", "concerns") == {"bio2/1.2/5.35.01"}
    assert entry(upgraded, "5.35.01", "applicability") == set()


SLIDING = f"""
<{ID}bio2/8.0> dcterms:isVersionOf id:bio2 ; dcat:version "8.0" .
<{ID}bio2/8.1> dcterms:isVersionOf id:bio2 ; dcat:version "8.1" .
""" + "".join(
    f"""<{ID}bio2/{edition}/{number}> a b:MeasureEdition ; skos:inScheme <{ID}bio2/{edition}> ; skos:notation "{number}" ;
      b:status <{ID}status/active> ; b:editionOf <{ID}measure/{lasting}> ; b:wordingDigest "sha256:{lasting}" ;
      b:underControl <{ID}iso27002/2022/5.18> .
    """
    for edition, number, lasting in [
        ("8.0", "5.18.01", "gone"),
        ("8.0", "5.18.02", "second"),
        ("8.0", "5.18.03", "third"),
        ("8.1", "5.18.01", "second"),
        ("8.1", "5.18.02", "third"),
        ("8.1", "5.18.03", "new"),
    ]
)


def test_numbers_that_slide_are_never_mixed_up() -> None:
    graph = NamedNode("https://example.org/graph")
    quads = [Quad(t.subject, t.predicate, t.object, graph) for t in parsed(SLIDING)]
    sliding = EmbeddedStore(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    text = assessment("8.0", ["5.18.01", "5.18.02", "5.18.03"])
    upgraded = upgrade(parsed(text), sliding, "8.0", "8.1")
    assert {(c.old, c.new, c.kinds) for c in upgraded.changes} == {
        (("5.18.01",), "", ("withdrawn",)),
        (("5.18.02",), "5.18.01", ("renumbered",)),
        (("5.18.03",), "5.18.02", ("renumbered",)),
        ((), "5.18.03", ("introduced",)),
    }
    assert entry(upgraded, "5.18.01", "justification") == {"Reden 5.18.02"}
    assert entry(upgraded, "5.18.02", "justification") == {"Reden 5.18.03"}
    assert entry(upgraded, "5.18.03", "justification") == set()
    assert entry(upgraded, "5.18.03", "concerns") == {"bio2/8.1/5.18.03"}
    assert change(upgraded, old="5.18.01").reasons == ("withdrawn",)
    back = upgrade(upgraded.triples, sliding, "8.1", "8.0")
    assert entry(back, "5.18.02", "justification") == {"Reden 5.18.02"}
    assert entry(back, "5.18.03", "justification") == {"Reden 5.18.03"}


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


OLD = f"{ID}assessment/voorbeeld-1.2-2026"
NEW = f"{ID}assessment/voorbeeld-1.3-2026"


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


def test_the_list_in_every_form_and_language(to_1_3: Upgraded) -> None:
    text = upgrade_report.report(to_1_3, "text", "nl")
    assert text.startswith("Van BIO2 1.2 naar BIO2 1.3\n\nOpnieuw te beoordelen: ")
    assert text.index("5.35.01 → –") < text.index("5.05.01 → 5.05.01") < text.index("8.08.06 → 5.24.08")
    assert "To be judged anew" in upgrade_report.report(to_1_3, "text", "en")
    data = json.loads(upgrade_report.report(to_1_3, "json", "en"))
    assert data["counts"] == to_1_3.counts()
    assert data["changes"][0]["reasons"] == ["withdrawn"]
    rows = list(csv.DictReader(io.StringIO(upgrade_report.report(to_1_3, "csv", "nl"))))
    assert len(rows) == 121
    assert {row["old"] for row in rows if row["new"] == "5.02.01"} == {"5.02.01, 5.01.01"}
    with pytest.raises(NotAcceptableError):
        upgrade_report.report(to_1_3, "pdf", "nl")
    for words in upgrade_report.WORDS.values():
        assert set(words.to_do) == set(words.reasons) == set(REASONS)
        assert len(words.columns) == len(upgrade_report.COLUMNS)


def test_the_command_writes_the_assessment_and_prints_the_list(
    release_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "release").symlink_to(release_folder)
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path / "home"))
    app = typer.Typer()
    app.command()(command)

    def run(*arguments: str | Path) -> str:
        done = CliRunner().invoke(app, [str(a) for a in arguments])
        if done.exception:
            raise done.exception
        return done.stdout

    old, new = tmp_path / "oud.ttl", tmp_path / "nieuw.ttl"
    old.write_text(HEADER + assessment("1.2", ["5.05.01", "8.08.06"]), encoding="utf-8")
    assert "8.08.06 → 5.24.08" in run(old, "--from", "1.2", "--to", "1.3", "--out", new)
    text = new.read_text(encoding="utf-8")
    assert turtle.write(turtle.read(new)) == text
    assert "Reden 8.08.06" in text
    assert "5.24.08" in run(old, "--from", "1.2", "--to", "1.3", "--report", "csv")
    assert '<html lang="en">' in run(old, "--from", "1.2", "--to", "1.3", "--report", "html", "--lang", "en")
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("geen turtle", encoding="utf-8")
    for arguments, message in (
        ((wrong,), "not valid Turtle"),
        ((tmp_path / "nergens.ttl",), "no such file"),
        ((old, "--out", old), "cannot replace"),
        ((old, "--report", "pdf"), "pdf"),
        ((old, "--lang", "fr"), "fr"),
    ):
        with pytest.raises(InputError, match=message):
            run(*arguments, "--from", "1.2", "--to", "1.3")
