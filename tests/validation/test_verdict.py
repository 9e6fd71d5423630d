"""The verdict: what was found, in a fixed order, what counts of it, and whether the assessment may stand."""

import random
import subprocess
import sys
from datetime import date, timedelta

import pytest
from pyoxigraph import RdfFormat, Triple, serialize

from bio2kg.errors import InputError
from bio2kg.fictitious import AS_OF
from bio2kg.namespaces import DEF, ID, RULE
from bio2kg.validation import service
from bio2kg.validation.reports import FORMS
from bio2kg.validation.rules import PROFILES
from bio2kg.validation.service import Session
from tests.conftest import ROOT
from tests.validation.changes import BASE, brief, stated, verdict, without

REASON = "Voorlopig, tot de nieuwe VvT er is."


@pytest.fixture(scope="module")
def faulty(assessment: list[Triple]) -> list[Triple]:
    """One entry without a reason (VT-07, a violation), a finding without detection (CA-21, a warning)."""
    return without(
        without(assessment, "entry/5.01.01", "justification"), "control-assessment/5.01.01", "failureDetection"
    )


def suppression(rule: str = "VT-07", node: str = "it:entry\\/5.01.01", **changes: str) -> str:
    said = {
        "ofRule": f"rule:{rule}",
        "atNode": node,
        "reason": f"'{REASON}'",
        "owner": "it:party\\/bedrijfsvoering",
        "endsOn": f"'{(AS_OF + timedelta(days=1)).isoformat()}'^^xsd:date",
    } | changes
    parts = "".join(f" ; b:{name} {value}" for name, value in said.items() if value)
    return f"it:aside a b:Suppression{parts} ."


def test_the_complete_assessment_has_no_finding_in_any_profile(session: Session, assessment: list[Triple]) -> None:
    for profile in PROFILES:
        found = verdict(session, assessment, profile, fail_on="info")
        assert (found.findings, found.conforms, found.passed) == ([], True, True)


def test_a_finding_says_which_rule_on_what_and_where_it_rests(session: Session, faulty: list[Triple]) -> None:
    found = verdict(session, faulty)
    assert [(f.code, f.severity, f.result.focus, f.result.value) for f in found.findings] == [
        ("VT-07", "violation", f"{BASE}/entry/5.01.01", ""),
        ("CA-21", "warning", BASE, f"{BASE}/control-assessment/5.01.01"),
    ]
    missing = found.findings[0]
    assert missing.result.constraint == f"{RULE}VT-07/reason"
    assert missing.result.path == f"{DEF}justification"
    assert missing.about == f"{ID}bio2/1.3/5.01.01"
    assert missing.subject["nl"].startswith("5.01.01 ")
    assert missing.found == {"nl": "motivering: –", "en": "justification: –"}
    assert missing.source.splitlines() == list(session.validator.book.rules["VT-07"].sources)


@pytest.mark.parametrize(
    ("fail_on", "remove", "passed"),
    [
        ("violation", ("entry/5.01.01", "justification"), False),
        ("violation", ("control-assessment/5.01.01", "failureDetection"), True),
        ("warning", ("control-assessment/5.01.01", "failureDetection"), False),
        # PD-34, an activity after an event, is a point of attention.
        ("warning", ("activity/5.08.01",), True),
        ("info", ("activity/5.08.01",), False),
    ],
)
def test_from_which_severity_on_it_fails(
    session: Session, assessment: list[Triple], fail_on: str, remove: tuple[str, ...], passed: bool
) -> None:
    found = verdict(session, without(assessment, *remove), fail_on=fail_on)
    assert len(found.findings) == 1
    assert found.passed is passed
    # What SHACL says does not depend on what we let pass.
    assert found.conforms is False


def test_an_unknown_profile_or_severity_names_those_there_are(session: Session, assessment: list[Triple]) -> None:
    with pytest.raises(InputError, match=r"draft, submission, public"):
        verdict(session, assessment, "final")
    with pytest.raises(InputError, match=r"violation, warning, info"):
        verdict(session, assessment, fail_on="error")


def test_each_profile_runs_the_rules_of_those_before_it(session: Session, assessment: list[Triple]) -> None:
    """An entry with no answer (VT-06, draft), no reason (VT-07, submission); a statement at no address (VT-17, public)."""
    broken = without(assessment, "entry/5.01.01", "applicability", "justification")
    broken = without(broken, "statement", "publishedAt")
    found = {profile: brief(verdict(session, broken, profile)) for profile in PROFILES}
    entry = "entry/5.01.01"
    assert ("VT-06", entry) in found["draft"]
    assert ("VT-07", entry) in found["submission"] - found["draft"]
    assert ("VT-17", "statement") in found["public"] - found["submission"]
    assert found["draft"] < found["submission"] < found["public"]
    rules = [{rule.code for rule in session.validator.book.of(profile)} for profile in PROFILES]
    assert rules[0] < rules[1] < rules[2]


def reports(session: Session, triples: list[Triple], **choices: object) -> dict[str, str]:
    found = verdict(session, triples, **choices)  # type: ignore[arg-type]
    return {name: form.write(found, session.names, "nl") for name, form in FORMS.items()}


def test_the_order_of_the_statements_makes_no_difference_in_any_form(session: Session, faulty: list[Triple]) -> None:
    # Two names in two languages, two classes, two suppressions of one thing: nothing may hang on what stands first.
    extra = stated(
        "it:risk\\/geen a b:Risk, b:Suppression ; skos:prefLabel 'Brand'@nl, 'Fire'@en, 'Feu'@fr ; b:likelihood 'x' ."
        + suppression()
        + suppression(reason="'Een andere reden, even lang.'").replace("it:aside", "it:aside2")
    )
    expected = reports(session, faulty + extra)
    for seed in range(3):
        shuffled = faulty + extra
        random.Random(seed).shuffle(shuffled)
        assert reports(session, shuffled) == expected


def test_another_process_gives_the_same_bytes(session: Session, faulty: list[Triple], tmp_path: object) -> None:
    """Sets are walked in another order by another process."""
    program = (
        "import sys, hashlib; from pathlib import Path; from bio2kg import release\n"
        "from bio2kg.store import EmbeddedStore; from bio2kg.fictitious import AS_OF\n"
        "from bio2kg.validation.reports import FORMS; from bio2kg.validation.service import Session\n"
        "session = Session(EmbeddedStore(release.read(Path(sys.argv[1]))[1]))\n"
        "given = session.read(sys.stdin.buffer.read(), 'a.nt')\n"
        "found = session.validate(given, profile='public', as_of=AS_OF)\n"
        "for name, form in FORMS.items():\n"
        "    text = form.write(found, session.names, 'nl')\n"
        "    print(name, hashlib.sha256(text.encode()).hexdigest())\n"
    )
    broken = [t for t in faulty if "justification" not in t.predicate.value and "expiresOn" not in t.predicate.value]
    content = serialize(broken, format=RdfFormat.N_TRIPLES) or b""
    release = ROOT / "build" / "test-release"
    found = {
        subprocess.run(
            [sys.executable, "-c", program, str(release)], input=content, capture_output=True, check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
    assert len(found.pop().splitlines()) == len(FORMS)


def test_a_fingerprint_depends_on_what_was_found_and_not_on_the_date_or_the_rest(
    session: Session, assessment: list[Triple], faulty: list[Triple]
) -> None:
    def fingerprints(triples: list[Triple], **choices: object) -> dict[tuple[str, str], str]:
        return {
            (f.code, f.result.focus): f.fingerprint
            for f in verdict(session, triples, **choices).findings  # type: ignore[arg-type]
        }

    both = fingerprints(faulty)
    later = fingerprints(faulty, as_of=AS_OF + timedelta(days=3))
    one = fingerprints(without(assessment, "entry/5.01.01", "justification"))
    assert len(set(both.values())) == 2
    assert later.items() >= both.items()
    assert one.items() < both.items()


def test_against_a_baseline_only_what_is_new_counts(
    session: Session, assessment: list[Triple], faulty: list[Triple]
) -> None:
    earlier = verdict(session, without(assessment, "entry/5.01.01", "justification", "applicability"))
    report = FORMS["json"].write(earlier, session.names, "en").encode()
    known = service.baseline_of(report, "earlier.json")
    assert len(known) == len(earlier.findings) > 1

    now = verdict(session, faulty, baseline=known, fail_on="info")
    assert [f.code for f in now.findings] == ["CA-21"]
    assert [f.code for f in now.known] == ["VT-07"]
    assert now.resolved == len(known) - 1
    assert now.passed is False
    assert verdict(session, faulty, baseline=known).passed is True
    # The report of this run is a baseline in its turn, with what was known already.
    again = service.baseline_of(FORMS["json"].write(now, session.names, "nl").encode(), "now.json")
    assert verdict(session, faulty, baseline=again, fail_on="info").passed is True


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"no json", b'{"known": 1, "groups": []}', b"\xff"])
def test_what_is_no_earlier_report_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match=r"before.json: this is no earlier report.*--format json"):
        service.baseline_of(content, "before.json")


def test_a_finding_is_set_aside_with_its_reason(session: Session, faulty: list[Triple]) -> None:
    found = verdict(session, faulty + stated(suppression()), fail_on="violation")
    assert [f.code for f in found.findings] == ["CA-21"]
    assert [(f.code, reason) for f, reason in found.suppressed] == [("VT-07", REASON)]
    assert found.passed is True
    assert found.conforms is False


def test_a_finding_about_several_things_is_set_aside_at_the_thing_it_names(
    session: Session, assessment: list[Triple]
) -> None:
    """VT-04 looks at the statement and names the measure that is missing there."""
    broken = without(assessment, "entry/5.01.01") + stated(suppression("VT-04", "m:5.01.01"))
    assert [f.code for f, _ in verdict(session, broken).suppressed] == ["VT-04"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"endsOn": f"'{(AS_OF - timedelta(days=1)).isoformat()}'^^xsd:date"}, "XS-02"),
        ({"endsOn": ""}, "XS-01"),
        ({"endsOn": "'volgend jaar'"}, "XS-01"),
        ({"endsOn": "'2099-01-01'"}, "XS-01"),
        ({"owner": ""}, "XS-01"),
        ({"reason": ""}, "XS-01"),
        ({"reason": "'kort'"}, "XS-01"),
        ({"ofRule": ""}, "XS-01"),
        ({"ofRule": "rule:VT-07, rule:VT-06"}, "XS-01"),
        ({"atNode": ""}, "XS-01"),
    ],
)
def test_what_is_set_aside_for_too_long_or_without_account_counts_and_is_reported(
    session: Session, faulty: list[Triple], changes: dict[str, str], code: str
) -> None:
    found = verdict(session, faulty + stated(suppression(**changes)))
    assert {f.code for f in found.findings} == {"VT-07", "CA-21", code}
    assert found.suppressed == []
    assert found.passed is False


def test_on_its_last_day_a_suppression_still_counts(session: Session, faulty: list[Triple]) -> None:
    last = suppression(endsOn=f"'{AS_OF.isoformat()}'^^xsd:date")
    assert [f.code for f, _ in verdict(session, faulty + stated(last)).suppressed] == ["VT-07"]


@pytest.mark.parametrize(
    ("number", "code", "successors"),
    [
        # 1.3 itself points from 8.08.06 at 5.24.08, and has moved 5.25.01 to 5.26.02.
        ("m:8.08.06", "VE-02", "5.24.08 (BIO2 1.3)"),
        ("m:5.25.01", "VE-02", "5.26.02 (BIO2 1.3)"),
        # From 1.2 on there are two readings of both (errata C02 and C04).
        (f"<{ID}bio2/1.2/8.08.06>", "VE-08", "5.24.02 (BIO2 1.3), 5.24.08 (BIO2 1.3)"),
        (f"<{ID}bio2/1.2/5.25.01>", "VE-08", "5.26.01 (BIO2 1.3), 5.26.02 (BIO2 1.3)"),
    ],
)
def test_a_number_that_moved_names_its_successor(
    session: Session, assessment: list[Triple], number: str, code: str, successors: str
) -> None:
    entry = f"it:entry\\/x a b:ApplicabilityEntry ; b:inStatement it:statement ; b:concerns {number} ."
    found = [f for f in verdict(session, assessment + stated(entry), "draft").findings if f.code == code]
    assert len(found) == 1
    assert found[0].message["nl"].endswith(f" Opvolger: {successors}.")
    assert found[0].message["en"].endswith(f" Successor: {successors}.")


def test_a_number_that_does_not_exist_has_no_successor(session: Session, assessment: list[Triple]) -> None:
    entry = "it:entry\\/x a b:ApplicabilityEntry ; b:inStatement it:statement ; b:concerns m:5.99.99 ."
    found = [f for f in verdict(session, assessment + stated(entry), "draft").findings if f.code == "VE-03"]
    assert len(found) == 1
    assert "Opvolger" not in found[0].message["nl"]


@pytest.mark.parametrize(
    "said", ["", "it:activity\\/5.01.02 b:forDeadline <https://w3id.org/bio2kg/id/deadline/1.3/5.01.02> ."]
)
@pytest.mark.parametrize(
    ("change", "code", "measure"),
    [
        # PD-01: every year; done the day before a year ago.
        (("5.01.02", "performedOn", "2025-06-30"), "PD-01", "5.01.02"),
        (("5.01.02", "", ""), "PD-01", "5.01.02"),
        # PD-19: within 7 days of 1 June is 8 June.
        (("8.08.01", "performedOn", "2026-06-30"), "PD-19", "8.08.01"),
    ],
)
def test_a_finding_about_a_deadline_carries_the_code_of_that_deadline(
    session: Session, assessment: list[Triple], change: tuple[str, str, str], code: str, measure: str, said: str
) -> None:
    """With the deadline named in the record, and with the only one of the measure understood."""
    number, name, value = change
    broken = without(assessment, f"activity/{number}", *([name, "forDeadline"] if name else []))
    if name:
        broken += stated(
            f"it:activity\\/{number} b:{name} '{value}'^^xsd:date ." + (said if number == "5.01.02" else "")
        )
    found = verdict(session, broken)
    assert [(f.code, f.about, f.source) for f in found.findings] == [
        (code, f"{ID}bio2/1.3/{measure}", f"{ID}bio2/1.3/{measure}")
    ]
    assert found.findings[0].rule.code.startswith("PD-")


def test_seventeen_findings_of_one_rule_are_one_group(session: Session, assessment: list[Triple]) -> None:
    numbers = sorted(number for number in session.catalogue.measures(f"{ID}bio2/1.3", "active"))[:17]
    broken = assessment
    for number in numbers:
        broken = without(broken, f"entry/{number}", "justification")
    groups = verdict(session, broken).groups()
    assert [(group.code, len(group.findings)) for group in groups] == [("VT-07", 17)]
    assert [f.about.rpartition("/")[2] for f in groups[0].findings] == numbers


def test_the_heaviest_stand_first_and_numbers_in_their_own_order(session: Session, assessment: list[Triple]) -> None:
    broken = assessment
    for number in ("5.02.01", "5.10.02", "8.24.01"):
        broken = without(broken, f"entry/{number}", "justification")
        broken = without(broken, f"control-assessment/{number}", "failureDetection")
    found = verdict(session, broken).findings
    assert [(f.severity, f.about.rpartition("/")[2]) for f in found if f.code in ("VT-07", "CA-21")] == [
        (severity, number) for severity in ("violation", "warning") for number in ("5.02.01", "5.10.02", "8.24.01")
    ]


def test_the_same_assessment_is_too_old_a_year_later(session: Session, assessment: list[Triple]) -> None:
    """Nothing but the reference date changed: completed on 15 June 2026, so until 15 June 2027."""
    assert "AR-13" not in {f.code for f in verdict(session, assessment, as_of=date(2027, 6, 15)).findings}
    assert "AR-13" in {f.code for f in verdict(session, assessment, as_of=date(2027, 6, 16)).findings}


def test_an_empty_assessment_is_judged_and_nothing_crashes(session: Session) -> None:
    found = verdict(session, stated("it:x a b:Assessment ."))
    assert {"AR-01", "AR-03", "AR-04"} <= {f.code for f in found.findings}
    assert found.assessment == "voorbeeldstad-1.3-2026/x"
