"""What is added before the rules run: dates by the calendar, worked out here by hand."""

from collections.abc import Mapping
from datetime import date, datetime

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.store import EmbeddedStore
from bio2kg.validation import catalogue as frameworks
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.preparation import due, prepare

AS_OF = date(2026, 7, 1)
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items()) + (
    f"PREFIX ex: <{ID}example/>\nPREFIX bio2-1.3: <{ID}bio2/1.3/>\nPREFIX deadline-1.3: <{ID}deadline/1.3/>\n"
    f"PREFIX notice-kind: <{ID}notice-kind/>\n"
)


@pytest.fixture(scope="module")
def catalogue(store: EmbeddedStore) -> Catalogue:
    return frameworks.load(store)


def triples(turtle: str) -> list[Triple]:
    return [q.triple for q in parse(PROLOGUE + turtle, format=RdfFormat.TURTLE)]


def added(catalogue: Catalogue, turtle: str, as_of: date = AS_OF) -> Mapping[str, set[str]]:
    """What was added about ``ex:it``, by property; IRIs without our base."""
    found: dict[str, set[str]] = {}
    for t in prepare(triples(turtle), catalogue, as_of):
        if t.subject == NamedNode(f"{ID}example/it"):
            found.setdefault(t.predicate.value.removeprefix(DEF), set()).add(t.object.value.removeprefix(ID))
    return found


@pytest.mark.parametrize(
    ("start", "interval", "expected"),
    [
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2024, 1, 31), "P1M", date(2024, 2, 29)),
        (date(2026, 3, 31), "P1M", date(2026, 4, 30)),
        (date(2026, 8, 31), "P6M", date(2027, 2, 28)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2023, 2, 28), "P1Y", date(2024, 2, 28)),
        (date(2026, 12, 15), "P1M", date(2027, 1, 15)),
        (date(2026, 2, 25), "P7D", date(2026, 3, 4)),
        (date(2024, 2, 25), "P7D", date(2024, 3, 3)),
        (date(2026, 12, 31), "PT24H", date(2027, 1, 1)),
        (date(2026, 1, 30), "P1M1D", date(2026, 3, 1)),
        (date(2026, 5, 31), "P12M", date(2027, 5, 31)),
        (datetime(2026, 1, 31, 23, 30), "P1M", datetime(2026, 2, 28, 23, 30)),
        (datetime(2026, 3, 28, 12), "PT72H", datetime(2026, 3, 31, 12)),
        (date(9999, 6, 1), "P1Y", date(9999, 12, 31)),
        (date(2026, 6, 1), "P99999Y", date(9999, 12, 31)),
        (date(2026, 6, 1), "P999999999999D", date(9999, 12, 31)),
    ],
)
def test_a_duration_is_added_by_the_calendar(start: date, interval: str, expected: date) -> None:
    assert due(start, interval) == expected
    assert type(due(start, interval)) is type(expected)


@pytest.mark.parametrize("text", ["", "P", "PT", "1Y", "P1.5Y", "-P1Y", "een jaar", "P1S", "P1W"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        due(AS_OF, text)


def test_the_reference_date_is_one_statement_and_nothing_is_inferred(catalogue: Catalogue) -> None:
    assert {str(t) for t in prepare([], catalogue, AS_OF)} == {
        f"<{ID}validation> <{PREFIXES['rdf']}type> <{DEF}Validation>",
        f'<{ID}validation> <{DEF}asOf> "2026-07-01"^^<{PREFIXES["xsd"]}date>',
    }
    assert added(catalogue, "ex:it a b:Evidence ; b:validUntil '2026-01-01'^^xsd:date .") == {}


def test_an_assessment_expires_a_year_after_its_completion(catalogue: Catalogue) -> None:
    assert added(catalogue, "ex:it a b:Assessment ; b:completedOn '2024-02-29'^^xsd:date .") == {
        "expiresOn": {"2025-02-28"}
    }


@pytest.mark.parametrize(
    ("own", "expires"),
    [
        ("", "2027-06-08"),
        ("[] a b:OwnInterval ; b:forDeadline deadline-1.3:5.01.02 ; b:interval 'P6M'^^xsd:duration .", "2026-12-08"),
        # An own interval that is longer does not stretch that of the measure.
        ("[] a b:OwnInterval ; b:forDeadline deadline-1.3:5.01.02 ; b:interval 'P2Y'^^xsd:duration .", "2027-06-08"),
        ("[] a b:OwnInterval ; b:forDeadline deadline-1.3:5.01.02 ; b:interval 'elk jaar' .", "2027-06-08"),
        # Two for one deadline: the strictest, in whatever order they stand.
        (
            "[] a b:OwnInterval ; b:forDeadline deadline-1.3:5.01.02 ; b:interval 'P3M'^^xsd:duration ."
            "[] a b:OwnInterval ; b:forDeadline deadline-1.3:5.01.02 ; b:interval 'P6M'^^xsd:duration .",
            "2026-09-08",
        ),
        (
            "[] a b:OwnInterval ; b:forDeadline deadline-1.3:5.01.02 ; b:interval 'P6M'^^xsd:duration ."
            "[] a b:OwnInterval ; b:forDeadline deadline-1.3:5.01.02 ; b:interval 'P3M'^^xsd:duration .",
            "2026-09-08",
        ),
    ],
)
def test_a_yearly_activity_expires_by_the_interval_of_the_measure_or_a_stricter_own_one(
    catalogue: Catalogue, own: str, expires: str
) -> None:
    """PD-01: measure 5.01.02 of BIO2 1.3 recurs every year."""
    record = "ex:it a b:ActivityRecord ; b:concerns bio2-1.3:5.01.02 ; b:performedOn '2026-06-08'^^xsd:date ."
    assert added(catalogue, record + own) == {"forDeadline": {"deadline/1.3/5.01.02"}, "expiresOn": {expires}}


def test_a_measure_without_an_interval_takes_the_own_one_and_nothing_without(catalogue: Catalogue) -> None:
    """PD-26: 5.04.01 recurs, the organisation decides how often."""
    record = "ex:it a b:ActivityRecord ; b:concerns bio2-1.3:5.04.01 ; b:performedOn '2026-01-31'^^xsd:date ."
    own = "[] a b:OwnInterval ; b:forDeadline deadline-1.3:5.04.01 ; b:interval 'P1M'^^xsd:duration ."
    assert "expiresOn" not in added(catalogue, record)
    assert added(catalogue, record + own)["expiresOn"] == {"2026-02-28"}


def test_only_a_measure_with_one_deadline_lets_it_be_left_out(catalogue: Catalogue) -> None:
    """5.18.02 sets two deadlines (PD-05); a record about it must say which, and a choice is never doubled."""
    record = "ex:it a b:ActivityRecord ; b:concerns bio2-1.3:{} ; b:performedOn '2026-06-08'^^xsd:date {}."
    assert added(catalogue, record.format("5.18.02", "")) == {}
    assert added(catalogue, record.format("5.01.01", "")) == {}
    said = record.format("5.18.02", "; b:forDeadline deadline-1.3:5.18.02-1 ")
    assert added(catalogue, said) == {"expiresOn": {"2027-06-08"}}


def test_a_maximum_delay_counts_from_the_start(catalogue: Catalogue) -> None:
    """PD-19: 8.08.01 within 7 days; PD-17: 6.03.02 within 3 months."""
    record = "ex:it a b:ActivityRecord ; b:concerns bio2-1.3:{} ; b:startedOn '{}'^^xsd:date ."
    assert added(catalogue, record.format("8.08.01", "2026-02-25"))["dueOn"] == {"2026-03-04"}
    assert added(catalogue, record.format("6.03.02", "2025-11-30"))["dueOn"] == {"2026-02-28"}


@pytest.mark.parametrize(
    ("kept", "enough"),
    [
        ("P3Y", {"true"}),
        ("P36M", {"true"}),
        ("P99999Y", {"true"}),
        ("P2Y11M28D", {"false"}),
        ("P1095D", {"false"}),
        ("P1096D", {"true"}),
    ],
)
def test_retention_is_compared_by_the_calendar(catalogue: Catalogue, kept: str, enough: set[str]) -> None:
    """PD-11: 5.28.01 keeps 3 years; from 1 March 2025 to 1 March 2028 is 1096 days, with one leap day."""
    record = (
        "ex:it a b:ActivityRecord ; b:concerns bio2-1.3:5.28.01 ; b:performedOn '2025-03-01'^^xsd:date ;"
        f" b:retention '{kept}'^^xsd:duration ."
    )
    assert added(catalogue, record)["retentionSufficient"] == enough


@pytest.mark.parametrize(
    ("deadline", "own", "stricter"),
    [
        ("5.01.02", "P1Y", "true"),
        ("5.01.02", "P6M", "true"),
        ("5.01.02", "P13M", "false"),
        ("5.01.02", "P99999999Y", "false"),
        # Of a minimum retention, longer is stricter.
        ("5.28.01", "P3Y", "true"),
        ("5.28.01", "P5Y", "true"),
        ("5.28.01", "P2Y", "false"),
        ("8.08.01", "P5D", "true"),
        ("8.08.01", "P8D", "false"),
    ],
)
def test_whether_an_own_interval_is_as_strict(catalogue: Catalogue, deadline: str, own: str, stricter: str) -> None:
    own_interval = f"ex:it a b:OwnInterval ; b:forDeadline deadline-1.3:{deadline} ; b:interval '{own}'^^xsd:duration ."
    assert added(catalogue, own_interval) == {"stricter": {stricter}}


def test_an_own_interval_beside_a_measure_that_names_none_is_not_compared(catalogue: Catalogue) -> None:
    own = "ex:it a b:OwnInterval ; b:forDeadline deadline-1.3:5.04.01 ; b:interval 'P1Y'^^xsd:duration ."
    assert added(catalogue, own) == {}


@pytest.mark.parametrize(
    ("aware", "notified", "warning", "notification", "final"),
    [
        # Without a notification the month counts from when it was due.
        ("2026-01-28T10:00:00Z", "", "2026-01-29T10:00:00+00:00", "2026-01-31T10:00:00+00:00", "2026-02-28T10:00:00+00:00"),
        ("2026-01-28T10:00:00", "", "2026-01-29T10:00:00", "2026-01-31T10:00:00", "2026-02-28T10:00:00"),
        (
            "2026-10-24T12:00:00+02:00", "2026-10-25T09:00:00+01:00",
            "2026-10-25T12:00:00+02:00", "2026-10-27T12:00:00+02:00", "2026-11-25T09:00:00+01:00",
        ),
        # Of two notifications the first one counts, also when their zones differ.
        (
            "2026-03-01T00:00:00Z", "2026-03-03T23:30:00+00:00 2026-03-04T00:15:00+01:00",
            "2026-03-02T00:00:00+00:00", "2026-03-04T00:00:00+00:00", "2026-04-04T00:15:00+01:00",
        ),
        (
            "2026-03-01T00:00:00Z", "2026-03-02T00:00:00 2026-03-03T00:00:00Z",
            "2026-03-02T00:00:00+00:00", "2026-03-04T00:00:00+00:00", "2026-04-02T00:00:00",
        ),
    ],
)  # fmt: skip
def test_the_moments_of_an_incident(
    catalogue: Catalogue, aware: str, notified: str, warning: str, notification: str, final: str
) -> None:
    """24 and 72 hours after becoming aware, a month after the notification (NIS2 article 23(4))."""
    turtle = f"ex:it a b:Incident ; b:awareAt '{aware}'^^xsd:dateTime ." + "".join(
        "[] a b:Notice ; b:ofIncident ex:it ; b:noticeKind notice-kind:incident-notification ;"
        f" b:sentAt '{moment}'^^xsd:dateTime ."
        for moment in notified.split()
    )
    assert added(catalogue, turtle) == {
        "earlyWarningDue": {warning}, "notificationDue": {notification}, "finalReportDue": {final},
    }  # fmt: skip


def test_an_early_warning_does_not_start_the_month_of_the_final_report(catalogue: Catalogue) -> None:
    turtle = (
        "ex:it a b:Incident ; b:awareAt '2026-03-01T00:00:00Z'^^xsd:dateTime . [] a b:Notice ; b:ofIncident ex:it ;"
        " b:noticeKind notice-kind:early-warning ; b:sentAt '2026-03-01T06:00:00Z'^^xsd:dateTime ."
    )
    assert added(catalogue, turtle)["finalReportDue"] == {"2026-04-04T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("number", "normal"),
    [
        ("5.1.1", {"5.01.01"}),
        ("5.01.1", {"5.01.01"}),
        ("5.1.01", {"5.01.01"}),
        ("5.01.01", set()),
        ("5.99.99", set()),
        ("onzin", set()),
    ],
)
@pytest.mark.parametrize("kind", ["ApplicabilityEntry", "ControlAssessment"])
def test_another_form_of_a_number_is_recognised_within_its_edition(
    catalogue: Catalogue, kind: str, number: str, normal: set[str]
) -> None:
    found = added(catalogue, f"ex:it a b:{kind} ; b:concerns <{ID}bio2/1.3/{number}> .")
    assert found.get("normalNumber", set()) == normal


@pytest.mark.parametrize(
    ("value", "expires"),
    [
        ("'2026-06-08'", set()),
        ("'8 juni 2026'^^xsd:date", set()),
        ("'2026-02-30'^^xsd:date", set()),
        ("'20260608'^^xsd:date", set()),
        ("'2026-W24-1'^^xsd:date", set()),
        ("'-0044-03-15'^^xsd:date", set()),
        ("'2026-06-08T10:00:00'^^xsd:dateTime", set()),
        ("'2026'^^xsd:gYear", set()),
        ("ex:datum", set()),
        ("[]", set()),
        ("2026", set()),
        # A time zone is allowed in XML Schema; the day itself counts.
        ("'2026-06-08Z'^^xsd:date", {"2027-06-08"}),
        ("'2026-06-08+02:00'^^xsd:date", {"2027-06-08"}),
        ("'9999-12-31'^^xsd:date", {"9999-12-31"}),
    ],
)
def test_a_bad_date_is_left_to_the_rules(catalogue: Catalogue, value: str, expires: set[str]) -> None:
    found = added(catalogue, f"ex:it a b:Assessment ; b:completedOn {value} .")
    assert found.get("expiresOn", set()) == expires


@pytest.mark.parametrize("value", ["'P1.5Y'^^xsd:duration", "'P'^^xsd:duration", "'P5Y'", "5", "ex:lang", "[]"])
def test_a_bad_duration_is_left_to_the_rules(catalogue: Catalogue, value: str) -> None:
    turtle = (
        f"ex:it a b:OwnInterval, b:ActivityRecord ; b:forDeadline deadline-1.3:5.28.01 ; b:interval {value} ;"
        f" b:retention {value} ; b:performedOn '2026-06-08'^^xsd:date ."
    )
    assert added(catalogue, turtle) == {}


@pytest.mark.parametrize("value", ["'2026-01-01'^^xsd:date", "'2026-01-01T10:00:00Z'", "'gisteren'^^xsd:dateTime"])
def test_a_bad_moment_is_left_to_the_rules(catalogue: Catalogue, value: str) -> None:
    assert added(catalogue, f"ex:it a b:Incident ; b:awareAt {value} .") == {}
    assert added(catalogue, "ex:it a b:Incident ; b:awareAt '9999-12-31T23:00:00Z'^^xsd:dateTime .")[
        "notificationDue"
    ] == {"9999-12-31T23:00:00+00:00"}
