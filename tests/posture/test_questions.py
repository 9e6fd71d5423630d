"""What one assessment shows: the questions about it, against small assessments worked out by hand."""

import re
from collections import Counter

import pytest
from pyoxigraph import NamedNode

from bio2kg import asking, queries
from bio2kg.errors import InputError
from bio2kg.namespaces import ID
from bio2kg.parameters import understand
from bio2kg.store import EmbeddedStore, add_assessment
from tests.conftest import ROOT
from tests.posture.assessments import COMPLETE, earlier, other_numbering, small

QUERIES = queries.load(ROOT / "queries")
OURS = [name for name in QUERIES if name.startswith("assessment") or name == "published-exclusions"]
COUNTS = (
    "proven",
    "unproven",
    "partlyConform",
    "notConform",
    "notImplemented",
    "notAssessed",
    "notInStatement",
    "replaced",
    "notApplicable",
)
Rows = list[dict[str, str]]


def ask(store: EmbeddedStore, name: str, **given: str) -> Rows:
    answered = asking.ask(store, QUERIES[name], {key: [value] for key, value in given.items()})
    return [{key: "" if term is None else term.value for key, term in row.items()} for row in answered.rows]


def states(rows: Rows) -> dict[str, str]:
    return {row["number"]: row["state"].rpartition("/")[2] for row in rows}


EXPECTED = {
    "5.01.01": "not-in-statement",
    "5.01.02": "not-applicable",
    "5.02.01": "replaced",
    "5.02.02": "not-assessed",
    "5.04.01": "not-implemented",
    "5.05.01": "not-conform",
    "5.08.01": "partly-conform",
    "5.09.01": "unproven",
    "5.10.02": "proven",
    "5.10.03": "unproven",
    "5.12.01": "proven",
    "5.14.01": "unproven",
    "5.14.02": "partly-conform",
    "5.14.03": "not-implemented",
    "5.14.04": "not-assessed",
    "5.14.05": "not-conform",
    "5.15.01": "unproven",
    "5.26.02": "proven",
}


def test_every_measure_has_the_one_state_that_follows_by_hand(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-gaps", assessment="dorp-1.3-2026")
    assert len(rows) == len({row["measure"] for row in rows}) == 117
    assert {n: s for n, s in states(rows).items() if s != "not-in-statement" or n == "5.01.01"} == EXPECTED


def test_evidence_that_has_expired_by_the_reference_date_no_longer_counts(assessed: EmbeddedStore) -> None:
    for day, state, counting in (("2026-06-30", "proven", "1"), ("2026-07-01", "unproven", "0")):
        rows = ask(assessed, "assessment-gaps", assessment="dorp-1.3-2026", asOf=day)
        row = next(row for row in rows if row["number"] == "5.12.01")
        assert (states(rows)["5.12.01"], row["evidence"], row["evidenceGiven"]) == (state, counting, "1")


def test_the_order_of_work_begins_with_what_is_not_conform_and_has_a_hard_deadline(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-gaps", assessment="dorp-1.3-2026")
    # Both not conform and inside the Cbw; 5.05.01 and 5.14.05 set a hard deadline. Then what is not implemented.
    assert [(row["number"], row["order"]) for row in rows[:4]] == [
        ("5.05.01", "10"),
        ("5.14.05", "10"),
        ("5.04.01", "21"),
        ("5.14.03", "21"),
    ]
    assert {row["state"].rpartition("/")[2] for row in rows if not row["order"]} == {
        "proven",
        "replaced",
        "not-applicable",
    }
    outside = next(row for row in rows if row["number"] == "5.33.01")
    assert (outside["order"], outside["hardDeadline"]) in {("32", "true"), ("33", "false")}


def test_a_gap_shows_what_it_rests_on(assessed: EmbeddedStore) -> None:
    rows = {row["number"]: row for row in ask(assessed, "assessment-gaps", assessment="dorp-1.3-2026")}
    row = rows["5.05.01"]
    assert (row["designName"], row["existenceName"], row["operationName"]) == (
        "Conform",
        "Niet conform",
        "Niet beoordeeld",
    )
    assert (row["applicabilityName"], row["implementationName"], row["ownerName"]) == (
        "Van toepassing",
        "Ingevoerd",
        "Hoofd",
    )
    assert row["entry"].endswith("/entry/5.05.01/applicable")
    assert not any(rows["5.18.01"][key] for key in ("entry", "applicability", "design", "operation", "owner"))
    assert rows["5.14.05"]["operationName"] == "Niet conform"  # the heavier of two judgements


def test_a_state_can_be_asked_for(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-gaps", assessment="dorp-1.3-2026", state="not-conform")
    assert [row["number"] for row in rows] == ["5.05.01", "5.14.05"]


@pytest.mark.parametrize("assessment", [COMPLETE, "dorp-1.3-2026"])
def test_the_counts_by_theme_add_up_to_every_measure(assessed: EmbeddedStore, assessment: str) -> None:
    rows = ask(assessed, "assessment-by-theme", assessment=assessment)
    assert len(rows) == 4
    for row in rows:
        assert sum(int(row[name]) for name in COUNTS) == int(row["measures"])
    assert sum(int(row["measures"]) for row in rows) == 117
    by_state = Counter(states(ask(assessed, "assessment-gaps", assessment=assessment)).values())
    for name in COUNTS:
        kebab = re.sub(r"([A-Z])", lambda m: f"-{m[1].lower()}", name)
        assert sum(int(row[name]) for row in rows) == by_state[kebab], name


def test_the_complete_assessment_has_one_point_that_is_partly_conform(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-gaps", assessment=COMPLETE)
    assert Counter(states(rows).values()) == {"proven": 115, "partly-conform": 1, "not-applicable": 1}
    assert (rows[0]["number"], rows[0]["operationName"]) == ("8.13.04", "Deels conform")


@pytest.mark.parametrize("name", ["assessment-by-nis2", "assessment-by-cbw", "assessment-iso27001"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_relation_never_becomes_a_claim_of_conformity(assessed: EmbeddedStore, name: str, language: str) -> None:
    forms = {
        "nl": r"onbekend|ondersteund door \d+ aangetoonde van \d+ verwante maatregelen",
        "en": r"unknown|supported by \d+ proven of \d+ related measures",
    }
    for assessment in (COMPLETE, "dorp-1.3-2026"):
        for row in ask(assessed, name, assessment=assessment, lang=language):
            assert re.fullmatch(forms[language], row["outcome"])
            parts = [int(row[key]) for key in ("proven", "partly", "notMet", "unknown", "excluded")]
            assert sum(parts) == int(row["measures"]) == len(row["measureNumbers"].split())
            assert len(row["controlNumbers"].split()) == int(row["controls"])
            assert (row["measures"] == "0") == (row["outcome"] in ("onbekend", "unknown")) == (row["weakest"] == "")
            assert bool(row["relations"]) == bool(row["statuses"]) == bool(row["weakest"])
            assert not row["relations"].startswith(";")


def test_nis2_points_by_hand(assessed: EmbeddedStore) -> None:
    rows = {row["number"]: row for row in ask(assessed, "assessment-by-nis2", assessment="dorp-1.3-2026", lang="en")}
    assert list(rows) == [f"21.2.{letter}" for letter in "abcdefghij"]
    # Cryptography: 5.31, which has no measures, and 8.24 with four active measures, none of them in the statement.
    h = rows["21.2.h"]
    assert (h["controlNumbers"], h["measureNumbers"], h["unknown"]) == (
        "5.31 8.24",
        "8.24.01 8.24.02 8.24.04 8.24.05",
        "4",
    )
    assert (h["weakest"], h["outcome"]) == ("0.8", "supported by 0 proven of 4 related measures")
    # Nobody relates point f to a control that has a measure.
    assert rows["21.2.f"]["outcome"] == "unknown"


def test_cbw_duties_go_through_nis2_and_the_rest_is_unknown(assessed: EmbeddedStore) -> None:
    rows = {row["number"]: row for row in ask(assessed, "assessment-by-cbw", assessment=COMPLETE)}
    nis2 = {row["number"]: row for row in ask(assessed, "assessment-by-nis2", assessment=COMPLETE)}
    assert len(rows) == 25
    assert rows["21.3.h"]["through"] == "21.2.h"
    assert rows["21.3.h"]["measureNumbers"] == nis2["21.2.h"]["measureNumbers"]
    assert rows["26"]["outcome"] == "onbekend"


def test_iso27002_gives_the_entry_and_the_measures_under_each_control(assessed: EmbeddedStore) -> None:
    rows = {row["number"]: row for row in ask(assessed, "assessment-iso27002", assessment="dorp-1.3-2026")}
    assert len(rows) == 93
    row = rows["5.14"]
    assert (row["measures"], row["unproven"], row["partlyConform"], row["notImplemented"]) == ("5", "1", "1", "1")
    assert (row["notAssessed"], row["notConform"], row["stateName"]) == ("1", "1", "Niet in de VvT")
    complete = ask(assessed, "assessment-iso27002", assessment=COMPLETE)
    assert sum(int(row["measures"]) for row in complete) == 117
    assert {row["applicabilityName"] for row in complete if row["number"] == "5.1"} == {"Van toepassing"}


def test_iso27001_has_every_clause_and_all_of_annex_a(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-iso27001", assessment=COMPLETE)
    parts = Counter(row["part"] for row in rows)
    assert parts["annex-a"] == 93
    assert all(row["name"] for row in rows)
    by_number = {row["number"]: row for row in rows}
    assert by_number["A.8.24"]["measureNumbers"] == "8.24.01 8.24.02 8.24.04 8.24.05"
    assert by_number["4.1"]["outcome"] == "onbekend"
    # Clause 6.3 and control 8.32 both overlap with section 6.4 of the regulation.
    assert "8.32.01" in by_number["6.3"]["measureNumbers"]
    assert by_number["6.3"]["weakest"] == "0.7"


def test_open_points_by_owner_and_by_role_mentioned(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-by-role", assessment="dorp-1.3-2026")
    owners = {row["ownerName"]: row for row in rows if row["part"] == "owner"}
    head = owners["Hoofd"]
    assert (head["roleName"], head["measures"], head["open"]) == ("Lijnmanagement", "4", "3")
    assert (owners[""]["measures"], owners[""]["role"]) == ("113", "")
    later = ask(assessed, "assessment-by-role", assessment="dorp-1.3-2026", asOf="2027-01-01")
    assert {row["roleName"] for row in later if row["ownerName"] == "Hoofd"} == {""}  # no longer in that role
    mentioned = {row["role"].rpartition("/")[2]: int(row["measures"]) for row in rows if row["part"] == "mentioned"}
    for role in ("ciso", "bestuur"):
        assert mentioned[role] == len(ask(assessed, "measures-by-role", role=role))


def test_deadlines_give_the_last_record_and_the_own_interval(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-deadlines", assessment="dorp-1.3-2026")
    assert len(rows) == len({row["deadline"] for row in rows}) == len(ask(assessed, "deadlines"))
    by_deadline = {row["deadline"].rpartition("/")[2]: row for row in rows}
    review = by_deadline["5.01.02"]  # its only deadline, so the records need not name it
    assert (review["records"], review["performedOn"], review["interval"]) == ("2", "2025-06-30", "P1Y")
    assert by_deadline["5.05.01"]["ownInterval"] == "P1M"
    assert {row["records"] for row in rows if row["number"] == "5.24.07"} == {"0"}
    before = ask(assessed, "assessment-deadlines", assessment="dorp-1.3-2026", asOf="2025-01-01")
    assert next(row["performedOn"] for row in before if row["number"] == "5.01.02") == "2024-06-30"


def test_only_open_actions_with_what_they_resolve(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-actions", assessment="dorp-1.3-2026")
    assert [(row["description"], row["part"], row["number"]) for row in rows] == [
        ("Actie a", "finding", "5.08.01"),
        ("Actie c", "", ""),
    ]


def test_a_comparison_follows_the_measure_and_not_its_number(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-comparison", assessment="dorp-1.3-2026", earlier="dorp-1.2-2025")
    assert len(rows) == 121  # 116 measures are in both editions, 4 only in 1.2, 1 only in 1.3
    then = {row["numberThen"]: row for row in rows if row["numberThen"]}
    now = {row["numberNow"]: row for row in rows if row["numberNow"]}
    assert (then["5.25.01"]["numberNow"], then["5.25.01"]["change"]) == ("5.26.02", "better")  # not conform to proven
    assert (then["5.04.02"]["numberNow"], then["5.04.02"]["change"]) == ("5.10.02", "better")  # unproven to proven
    assert now["5.05.01"]["change"] == "worse"  # partly to not conform
    assert now["5.02.02"]["change"] == "worse"  # what was proven is no longer assessed
    assert now["5.01.02"]["change"] == "same"  # not applicable both times
    assert now["5.08.01"]["change"] == "not-comparable"  # it was not in the statement
    assert (then["7.01.01"]["change"], then["7.01.01"]["related"]) == ("gone", "")
    assert (then["8.24.03"]["change"], then["8.24.03"]["related"]) == ("not-comparable", "8.24.01")  # merged into it
    assert now["6.03.04"]["change"] == "not-comparable"  # split off
    events = ask(assessed, "edition-changes", **{"from": "1.2", "to": "1.3", "kind": "reworded"})
    reworded = {row["numberNow"] for row in rows if row["reworded"] == "true"}
    assert {row["newNumber"] for row in events} <= reworded


def test_another_measure_under_the_same_number_is_never_compared(assessed: EmbeddedStore) -> None:
    rows = ask(assessed, "assessment-comparison", assessment="dorp-9.9-2027", earlier="dorp-1.3-2026")
    same_number = [row for row in rows if "5.10.02" in (row["numberThen"], row["numberNow"])]
    assert [(row["numberThen"], row["numberNow"], row["change"]) for row in same_number] == [
        ("", "5.10.02", "new"),
        ("5.10.02", "", "not-comparable"),
    ]


def test_assessments_of_different_organisations_are_not_compared(assessed: EmbeddedStore) -> None:
    assert not ask(assessed, "assessment-comparison", assessment="dorp-1.3-2026", earlier=COMPLETE)


def test_only_published_statements_are_listed_that_exclude_a_measure_under_any_number(assessed: EmbeddedStore) -> None:
    (row,) = ask(assessed, "published-exclusions", measure="1.2/5.01.02")  # the statement of 1.2 is not published
    assert (row["number"], row["editionName"], row["applicabilityName"]) == (
        "5.01.02",
        "BIO2 1.3",
        "Niet van toepassing",
    )
    assert row["justification"] == "Omdat het object ontbreekt."
    assert [row["applicability"] for row in ask(assessed, "published-exclusions", measure="1.3/5.02.01")] == [
        f"{ID}applicability/replaced-by-equivalent"
    ]
    assert not ask(assessed, "published-exclusions", measure="1.3/5.02.02")


def test_the_assessments_are_listed_with_their_counts(assessed: EmbeddedStore) -> None:
    rows = {row["id"]: row for row in ask(assessed, "assessments")}
    assert {COMPLETE, "dorp-1.3-2026", "dorp-1.2-2025"} <= set(rows)
    row = rows["dorp-1.3-2026"]
    assert (row["editionName"], row["organisationName"], row["evidence"], row["actions"]) == (
        "BIO2 1.3",
        "Voorbeelddorp",
        "5",
        "2",
    )
    assert rows[COMPLETE]["judgements"] >= "117"


def test_an_assessment_is_named_by_identifier_or_iri_and_an_unknown_one_lists_the_known(
    assessed: EmbeddedStore,
) -> None:
    query = QUERIES["assessment-gaps"]
    for text in ("dorp-1.3-2026", f"{ID}assessment/dorp-1.3-2026"):
        found = understand(assessed, query, {"assessment": [text]})
        assert found.names["assessment"] == ["assessment:dorp-1.3-2026"]
    with pytest.raises(InputError, match=r"cannot be “dorp”. Known are: dorp-1.2-2025, dorp-1.3-2026"):
        understand(assessed, query, {"assessment": ["dorp"]})
    with pytest.raises(InputError, match=r"is required[.] Known are: dorp-1[.]2-2025"):
        understand(assessed, query, {})


def test_a_file_must_hold_one_assessment(assessed: EmbeddedStore) -> None:
    with pytest.raises(InputError, match="no assessment"):
        add_assessment(assessed, other_numbering())
    with pytest.raises(InputError, match="more than one assessment"):
        add_assessment(assessed, small().triples + earlier().triples)


def test_the_state_is_computed_by_the_same_lines_everywhere() -> None:
    found = set()
    for name in OURS:
        text = QUERIES[name].text.replace("?earlierAsOf", "?asOf").replace("?earlier", "?assessment")
        text = text.replace("voorbeeldstad-1.2-2025", COMPLETE)
        for part in re.findall(r"SELECT \?measure \(MAX\(COALESCE\(\?inEdition.*?AS \?state\)", text, re.DOTALL):
            # One question looks at the controls in the same way.
            found.add(re.sub(r"UNION \{ \?measure [^}]* b:Control .*?\} ", "", re.sub(r"\s+", " ", part)))
    assert len(found) == 1


@pytest.mark.parametrize("name", OURS)
def test_rows_are_in_a_total_order_and_none_is_there_twice(assessed: EmbeddedStore, name: str) -> None:
    given = QUERIES[name].example_given()
    if "earlier" in given:
        given |= {"assessment": ["dorp-1.3-2026"], "earlier": ["dorp-1.2-2025"]}
    rows = [tuple(map(str, row.values())) for row in asking.ask(assessed, QUERIES[name], given).rows]
    assert len(rows) == len(set(rows))
    assert rows == [tuple(map(str, row.values())) for row in asking.ask(assessed, QUERIES[name], given).rows]


@pytest.mark.parametrize("name", OURS)
def test_every_column_with_a_thing_has_its_name_or_number_beside_it(assessed: EmbeddedStore, name: str) -> None:
    """Things of the assessment itself, such as an entry, have no name; the number beside them says what they are about."""
    nameless = {
        "deadline",
        "entry",
        "record",
        "resolves",
        "action",
        "statement",
        "lasting",
        "publishedAt",
        "assessment",
    }
    query = QUERIES[name]
    names = [column.name for column in query.columns]
    given = query.example_given()
    if "earlier" in given:
        given |= {"assessment": ["dorp-1.3-2026"], "earlier": ["dorp-1.2-2025"]}
    if "measure" in given:
        given = {"measure": ["1.3/5.01.02"]}
    for row in asking.ask(assessed, query, given).rows:
        for column, term in row.items():
            if isinstance(term, NamedNode) and column not in nameless:
                near = names[names.index(column) + 1 : names.index(column) + 2]
                assert near, (column, near)
                assert not isinstance(row[near[0]], NamedNode), (column, near)
