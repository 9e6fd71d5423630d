"""BIO2 as the project states it, held against the publisher's text and the reference facts.

The expected numbers are read from the publisher's documents, not from our output.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from bio2kg import ingest
from bio2kg.reader.publication import open_publication
from bio2kg.store import EmbeddedStore
from tests.conftest import EDITIONS, rows

PREFIXES = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX bio2: <https://w3id.org/bio2kg/id/bio2/>
PREFIX status: <https://w3id.org/bio2kg/id/status/>
"""
COUNTS = {
    "1.1.1": {"active": 120, "no-measure": 40},
    "1.2": {"active": 120, "no-measure": 40},
    "1.3": {"active": 117, "no-measure": 39, "moved": 5, "withdrawn": 4, "see-other": 1},
}
CATEGORIES_1_2 = {
    ("basishygiene",): 93,
    ("basishygiene", "ketenhygiene"): 31,
    ("overheidsrisico",): 29,
    ("ketenhygiene",): 4,
    ("basishygiene", "overheidsrisico"): 3,
}
PLACEHOLDERS_1_3 = [
    "5.3",
    "5.6",
    "5.7",
    "5.10",
    "5.11",
    "5.13",
    "5.29",
    "5.31",
    "5.32",
    "5.34",
    "5.37",
    "6.4",
    "6.5",
    "6.6",
    "6.7",
    "7.3",
    "7.4",
    "7.5",
    "7.6",
    "7.8",
    "7.9",
    "7.11",
    "7.12",
    "7.13",
    "7.14",
    "8.4",
    "8.6",
    "8.9",
    "8.10",
    "8.11",
    "8.12",
    "8.14",
    "8.17",
    "8.23",
    "8.25",
    "8.26",
    "8.28",
    "8.33",
    "8.34",
]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_reader_finds_every_number_of_the_publishers_text(sources: Path, edition: str) -> None:
    reading = ingest.read(open_publication(sources / EDITIONS[edition]))
    assert reading.edition == edition
    assert reading.statuses() == COUNTS[edition]
    assert reading.account.problems == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_data_states_the_same_numbers(store: EmbeddedStore, edition: str) -> None:
    query = f"{PREFIXES} SELECT ?status WHERE {{ ?m a b:MeasureEdition ; skos:inScheme <https://w3id.org/bio2kg/id/bio2/{edition}> ; b:status ?status }}"
    assert Counter(status.removeprefix("status/") for (status,) in rows(store, query)) == COUNTS[edition]


def test_categories_of_1_2_are_those_of_the_text_in_reader_and_data(sources: Path, store: EmbeddedStore) -> None:
    reading = ingest.read(open_publication(sources / "1.2"))
    assert Counter(tuple(sorted(m.categories)) for m in reading.part2.measures) == CATEGORIES_1_2
    found: dict[str, list[str]] = {}
    for number, category in rows(
        store, f"{PREFIXES} SELECT ?n ?c WHERE {{ ?m skos:inScheme bio2:1.2 ; skos:notation ?n ; b:category ?c }}"
    ):
        found.setdefault(number, []).append(category.removeprefix("category/"))
    assert Counter(tuple(sorted(c)) for c in found.values()) == CATEGORIES_1_2


@pytest.mark.parametrize("folder", ["1.1.1", "1.2", "1.3", "1.3-head"])
def test_reading_a_known_edition_again_shows_no_difference(sources: Path, folder: str) -> None:
    reading = ingest.read(open_publication(sources / folder))
    assert reading.known
    assert reading.differences == []


def test_every_reference_fact_about_a_measure_is_in_data(shared: Path, store: EmbeddedStore) -> None:
    query = f"""{PREFIXES}
    SELECT ?edition ?number ?control ?status ?to (GROUP_CONCAT(DISTINCT STR(?c)) AS ?categories) WHERE {{
      ?m a b:MeasureEdition ; skos:inScheme ?edition ; skos:notation ?number ; b:status ?status ; b:underControl ?control .
      OPTIONAL {{ ?m b:movedTo|b:refersTo ?target . FILTER (?status != status:active) BIND (REPLACE(STR(?target), "^.*/", "") AS ?to) }}
      OPTIONAL {{ ?m b:category ?c }}
    }} GROUP BY ?edition ?number ?control ?status ?to"""
    ours = {
        (edition.removeprefix("bio2/"), number): (
            control.removeprefix("iso27002/2022/"),
            status.removeprefix("status/"),
            to,
            frozenset(c.rpartition("/")[2] for c in categories.split()),
        )
        for edition, number, control, status, to, categories in rows(store, query)
    }
    with (shared / "reference" / "bio2_measures.csv").open(encoding="utf-8") as file:
        facts = list(csv.DictReader(file))
    assert len(facts) == 486
    for fact in facts:
        expected = (
            fact["iso27002_id"],
            fact["status"].replace("no-government-measure", "no-measure"),
            fact["moved_to"],
            frozenset(filter(None, fact["categories"].split(";"))),
        )
        assert ours[fact["version"], fact["number"]] == expected, fact


def test_measures_whose_move_leads_nowhere(store: EmbeddedStore) -> None:
    query = f"""{PREFIXES} SELECT ?m ?to WHERE {{
      ?m b:movedTo ?to . FILTER NOT EXISTS {{ ?to a b:MeasureEdition }} }}"""
    assert rows(store, query) == [("bio2/1.3/5.26.01", "bio2/1.3/5.25.02")]


def test_active_measures_that_refer_to_a_withdrawn_one(store: EmbeddedStore) -> None:
    query = f"{PREFIXES} SELECT ?m ?to WHERE {{ ?m b:status status:active ; b:refersTo ?to . ?to b:status status:withdrawn }}"
    assert rows(store, query) == [("bio2/1.3/5.20.03", "bio2/1.3/5.21.01")]


def test_controls_without_an_active_measure_in_1_3(store: EmbeddedStore) -> None:
    query = f"""{PREFIXES} SELECT ?number WHERE {{
      ?control a b:Control ; skos:inScheme <https://w3id.org/bio2kg/id/iso27002/2022> ; skos:notation ?number .
      FILTER NOT EXISTS {{ ?m b:underControl ?control ; skos:inScheme bio2:1.3 ; b:status status:active }} }}"""
    # The 39 placeholders, but 5.10 has active measures beside its placeholder and 5.25 has only a number that moved.
    assert {number for (number,) in rows(store, query)} == set(PLACEHOLDERS_1_3) - {"5.10"} | {"5.25"}


def test_measures_with_identical_wording_after_ingest(store_with_texts: EmbeddedStore) -> None:
    query = f"""{PREFIXES} SELECT ?one ?other WHERE {{
      ?one b:sourceWording ?text ; b:status status:active ; skos:inScheme ?edition .
      ?other b:sourceWording ?text ; b:status status:active ; skos:inScheme ?edition .
      FILTER (STR(?one) < STR(?other)) }}"""
    assert rows(store_with_texts, query) == [("bio2/1.3/8.16.02", "bio2/1.3/8.16.03")]


def test_measures_active_in_1_2_and_gone_in_1_3_with_what_became_of_them(store: EmbeddedStore) -> None:
    query = f"""{PREFIXES} SELECT ?number ?status ?to WHERE {{
      ?old skos:inScheme bio2:1.2 ; b:status status:active ; skos:notation ?number .
      ?new skos:inScheme bio2:1.3 ; skos:notation ?number ; b:status ?status .
      FILTER (?status != status:active)
      OPTIONAL {{ ?new b:movedTo|b:refersTo ?to }}
    }} ORDER BY ?number"""
    assert rows(store, query) == [
        ("5.04.02", "status/moved", "bio2/1.3/5.10.02"),
        ("5.04.03", "status/moved", "bio2/1.3/5.10.03"),
        ("5.21.01", "status/withdrawn", ""),
        ("5.24.06", "status/moved", "bio2/1.3/5.21.05"),
        ("5.25.01", "status/moved", "bio2/1.3/5.26.02"),
        ("5.35.01", "status/withdrawn", ""),
        ("7.01.01", "status/withdrawn", ""),
        ("8.08.06", "status/see-other", "bio2/1.3/5.24.08"),
        ("8.24.03", "status/withdrawn", ""),
    ]


def test_a_measure_persists_under_another_number(store: EmbeddedStore) -> None:
    query = f"""{PREFIXES} SELECT ?edition WHERE {{
      ?edition b:editionOf <https://w3id.org/bio2kg/id/measure/1.1.1-8.08.06> }} ORDER BY ?edition"""
    assert rows(store, query) == [("bio2/1.1.1/8.08.06",), ("bio2/1.2/8.08.06",), ("bio2/1.3/5.24.08",)]


def test_every_active_measure_has_an_own_name_and_description_in_dutch_and_english(store: EmbeddedStore) -> None:
    query = f"""{PREFIXES} SELECT ?m WHERE {{
      VALUES ?edition {{ bio2:1.1.1 bio2:1.2 bio2:1.3 }}
      ?m skos:inScheme ?edition ; b:status status:active .
      FILTER (!(
        EXISTS {{ ?m skos:prefLabel ?a . FILTER (lang(?a) = "nl") }} && EXISTS {{ ?m skos:prefLabel ?b . FILTER (lang(?b) = "en") }} &&
        EXISTS {{ ?m skos:definition ?c . FILTER (lang(?c) = "nl") }} && EXISTS {{ ?m skos:definition ?d . FILTER (lang(?d) = "en") }})) }}"""
    assert rows(store, query) == []


def test_nothing_of_the_publishers_wording_is_in_the_release_without_ingest(
    store: EmbeddedStore, sources: Path
) -> None:
    words = {}
    for folder in ("1.1.1", "1.2", "1.3-head"):
        for path in (sources / folder / "docs").rglob("*.md"):
            text = path.read_text(encoding="utf-8").lower().split()
            words.update({" ".join(text[i : i + 14]): path for i in range(len(text) - 13)})
    for (literal,) in rows(store, "SELECT DISTINCT ?l WHERE { ?s ?p ?l FILTER (isLiteral(?l) && STRLEN(?l) > 60) }"):
        text = literal.lower().split()
        copied = [run for i in range(len(text) - 13) if (run := " ".join(text[i : i + 14])) in words]
        assert not copied, copied[0]


@pytest.mark.parametrize("edition", EDITIONS)
def test_deadlines_of_an_edition_are_set_by_its_own_active_measures(store: EmbeddedStore, edition: str) -> None:
    query = f"""{PREFIXES} SELECT ?d WHERE {{
      ?d a b:Deadline ; b:setBy ?m . ?m skos:inScheme <https://w3id.org/bio2kg/id/bio2/{edition}> ; b:status status:active }}"""
    assert len(rows(store, query)) == 47


def test_intervals_of_1_3_are_those_of_the_text(store: EmbeddedStore) -> None:
    query = f"""{PREFIXES} SELECT ?number ?kind ?interval WHERE {{
      ?d b:setBy ?m ; b:interval ?interval ; b:deadlineKind ?kind . ?m skos:inScheme bio2:1.3 ; skos:notation ?number }}"""
    found = {(number, kind.removeprefix("deadline-kind/"), interval) for number, kind, interval in rows(store, query)}
    assert found == {
        ("5.01.02", "recurrence", "P1Y"), ("5.05.01", "recurrence", "P1Y"), ("5.14.05", "recurrence", "P6M"),
        ("5.18.02", "recurrence", "P1Y"), ("5.20.03", "recurrence", "P1Y"), ("5.22.01", "recurrence", "P1Y"),
        ("5.23.01", "recurrence", "P3Y"), ("5.24.04", "recurrence", "P1M"), ("5.28.01", "minimum-retention", "P3Y"),
        ("5.30.01", "recurrence", "P1Y"), ("5.30.02", "recurrence", "P3Y"), ("5.35.02", "recurrence", "P1Y"),
        ("5.36.01", "recurrence", "P1Y"), ("6.03.02", "maximum-delay", "P3M"), ("8.02.01", "recurrence", "P3M"),
        ("8.08.01", "maximum-delay", "P7D"), ("8.08.04", "recurrence", "P1Y"), ("8.08.05", "recurrence", "P1Y"),
        ("8.13.04", "recurrence", "P1Y"), ("8.18.02", "minimum-retention", "P6M"),
    }  # fmt: skip
