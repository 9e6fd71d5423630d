"""The example assessments are what they say: one without a fault, one from a year earlier, a draft, one with mistakes."""

from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode

from bio2kg.namespaces import ASSESSMENTS, DEF
from bio2kg.store import EmbeddedStore
from bio2kg.validation.service import Session
from bio2kg.validation.verdict import Verdict
from tests.conftest import ROOT

EXAMPLES = ROOT / "data" / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.ttl"))
# What was done wrong on purpose, by rule, with the measure or thing it was done to.
MISTAKES = {
    "AR-04": "voorbeeldland-1.3-2026",  # the period ends before it starts
    "AR-10": "5.01.01",  # assessed twice
    "CA-03": "5.22.01",  # nothing about operation
    "CA-04": "5.18.02",  # operation conform, existence not
    "CA-05": "5.30.01",  # design conform, laid down nowhere
    "CA-09": "5.02.01",  # evidence that has expired
    "CA-10": "5.02.01",  # evidence that was rejected
    "CA-11": "8",  # evidence that cannot be found
    "CA-13": "5.18.02",  # not conform, and no action
    "CA-14": "1",  # an action past its date
    "EX-01": "7.4",  # left out, and not among the exceptions
    "EX-03": "8.08.04",  # a government measure left out because the risk was accepted
    "EX-04": "8.08.04",  # without advice of the CISO
    "EX-05": "8.08.04",  # decided by the CISO
    "EX-06": "8.08.04",  # for ever
    "EX-07": "8.27.01",  # past its end
    "IN-01": "incident/1",  # two days late
    "IN-06": "cvd",  # procedure not published
    "PD-06": "8.02.01",  # privileged rights last reviewed eight months ago
    "RI-06": "gegevenslek",  # residual above inherent
    "RI-09": "uitval",  # acceptance past its end
    "RI-10": "8.13.04",  # a government measure accepted away
    "RO-03": "website",  # owned by the CISO
    "SU-04": "contract",  # no exit strategy
    "VE-01": "7.01.01",  # a withdrawn number
    "VE-03": "8.15.05",  # assessed under a number that never was
    "VE-08": "8.16.02",  # of another edition
    "VE-09": "8.13.02",  # a level of the predecessor
    "VT-04": "5.10.02",  # no entry
    "VT-07": "5.05.01",  # “n.v.t.” as reason
    "VT-08": "5.11",  # no state
    "VT-10": "8.08.04",  # not because it cannot apply
    "VT-11": "7.4",  # without risk analysis
}


@pytest.fixture(scope="module")
def session(store: EmbeddedStore) -> Session:
    return Session(store)


def verdict(session: Session, name: str, profile: str) -> Verdict:
    path = EXAMPLES / f"{name}.ttl"
    year = int(name.rpartition("-")[2])
    return session.validate(session.read(path.read_bytes(), path.name), profile=profile, as_of=date(year, 7, 1))


@pytest.mark.parametrize("name", ["voorbeeldstad-1.3-2026", "voorbeeldstad-1.2-2025"])
def test_the_complete_examples_meet_every_rule(session: Session, name: str) -> None:
    found = verdict(session, name, "public")
    assert found.conforms
    assert found.notices == []


def test_the_draft_has_nothing_wrong_and_much_to_do(session: Session) -> None:
    assert verdict(session, "voorbeeldmeer-1.3-2026", "draft").conforms
    codes = {finding.code for finding in verdict(session, "voorbeeldmeer-1.3-2026", "submission").findings}
    assert {"VT-07", "VT-08", "VT-21", "RO-08"} <= codes


@pytest.mark.parametrize(("code", "about"), MISTAKES.items())
def test_each_mistake_is_found_where_it_was_made(session: Session, code: str, about: str) -> None:
    findings = [f for f in verdict(session, "voorbeeldland-1.3-2026", "submission").findings if f.code == code]
    assert any(about in f"{f.about} {f.result.focus} {f.result.value}" for f in findings)


def test_the_mistakes_are_all_that_is_found(session: Session) -> None:
    findings = verdict(session, "voorbeeldland-1.3-2026", "submission").findings
    # What follows from them: measures that lost their assessment, their entry, or whose owner or state no longer fits.
    follow = {"AR-09", "SC-06", "VT-09", "VT-21"}
    assert {finding.code for finding in findings} == set(MISTAKES) | follow


@pytest.mark.parametrize("name", NAMES)
def test_the_workbook_of_an_example_says_the_same(session: Session, name: str) -> None:
    path = EXAMPLES / f"{name}.xlsx"
    stated = set(session.read((EXAMPLES / f"{name}.ttl").read_bytes(), "x.ttl").triples)
    imported = set(session.read(path.read_bytes(), path.name).triples)
    described = NamedNode(f"{ASSESSMENTS}{name}")
    missing = {t for t in stated - imported if t.subject != described}
    # What no cell can hold: a second ISO edition, the earlier assessment, and some of the mistakes.
    assert len(missing) <= (8 if name.startswith("voorbeeldland") else 2)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_says_that_it_is_fictitious(session: Session, name: str) -> None:
    triples = session.read((EXAMPLES / f"{name}.ttl").read_bytes(), "x.ttl").triples
    said = [t.object.value for t in triples if isinstance(t.object, Literal) and t.predicate.value.endswith("/name")]
    assert any("(fictief)" in name for name in said)
    assert all(DEF not in t.subject.value for t in triples)
