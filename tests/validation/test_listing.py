"""The list of rules: each says what it demands, on what it rests, how heavy it is and when it runs."""

import csv
import io
import json

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from bio2kg.errors import NotAcceptableError, NotFoundError
from bio2kg.namespaces import ID, PREFIXES, RULE
from bio2kg.store import EmbeddedStore
from bio2kg.validation import listing
from bio2kg.validation.rules import LANGUAGES, PROFILES, SEVERITIES, Rule
from bio2kg.validation.service import Session


@pytest.fixture(scope="module")
def rules(session: Session) -> list[Rule]:
    return listing.select(session.validator.book, session.catalogue)


def test_each_of_at_least_100_rules_is_described_in_both_languages(session: Session, rules: list[Rule]) -> None:
    assert len(session.validator.book.rules) >= 100
    for rule in rules:
        assert rule.sources, rule.code
        assert rule.severity in SEVERITIES
        assert rule.profile in PROFILES
        assert rule.since == "2026-11-22"
        for language in LANGUAGES:
            assert rule.name[language]
            assert rule.description[language].endswith(".")
            assert rule.remedy[language]
        assert all(set(texts) == set(LANGUAGES) for texts in rule.messages.values()), rule.code


def test_every_source_of_every_rule_is_in_the_release(store: EmbeddedStore, rules: list[Rule]) -> None:
    sources = {iri for rule in rules for iri in rule.sources}
    assert len(sources) > 50
    assert [iri for iri in sorted(sources) if not store.query(f"ASK {{ <{iri}> ?p ?o }}")] == []


def test_every_source_is_cited_by_name_and_not_by_its_identifier(session: Session, rules: list[Rule]) -> None:
    for rule in rules:
        for language in LANGUAGES:
            for source in listing.as_json(rule, session.catalogue, language)["sources"]:
                assert source["label"]
                assert not source["label"].startswith("http"), source


def test_every_deadline_of_1_3_is_a_rule_under_its_own_code(session: Session, rules: list[Rule]) -> None:
    """BIO2 1.3 sets deadlines PD-01 to PD-41; a code with two parts (PD-05) is two rules."""
    codes = [rule.code for rule in rules if rule.code[3:].isdigit() and rule.family == "PD"]
    assert set(codes) == {f"PD-{n:02}" for n in range(1, 42)}
    assert codes.count("PD-05") == 2
    yearly = next(rule for rule in rules if rule.code == "PD-01")
    assert yearly.sources == (f"{ID}bio2/1.3/5.01.02",)
    assert (yearly.severity, yearly.profile) == ("violation", "submission")
    assert yearly.name["nl"].startswith("5.01.02: ")


def test_a_profile_lists_its_own_rules_and_those_before(session: Session) -> None:
    counts = [len(listing.select(session.validator.book, session.catalogue, profile)) for profile in PROFILES]
    assert counts[0] < counts[1] < counts[2]
    draft = listing.select(session.validator.book, session.catalogue, "draft")
    assert {rule.profile for rule in draft} == {"draft"}


@pytest.mark.parametrize("code", ["VT-03", "vt-03"])
def test_one_rule_by_its_code(session: Session, code: str) -> None:
    (rule,) = listing.select(session.validator.book, session.catalogue, code=code)
    assert rule.iri == f"{RULE}VT-03"
    text = listing.as_text(rule, session.catalogue, "en")
    for said in (rule.name["en"], rule.description["en"], rule.remedy["en"], rule.sources[0], "2026-11-22"):
        assert said in text


@pytest.mark.parametrize("code", ["XX-99", "", "VT", "VT-3"])
def test_a_code_that_no_rule_has_is_not_found(session: Session, code: str) -> None:
    with pytest.raises(NotFoundError, match=r"no rule .*bio2kg rules lists them all") as error:
        listing.select(session.validator.book, session.catalogue, code=code)
    assert error.value.exit_code == 2


def test_the_list_as_json_csv_and_the_shapes_themselves(session: Session, rules: list[Rule]) -> None:
    def written(form: str, chosen: list[Rule] = rules) -> str:
        return listing.write(chosen, session.validator.book, session.catalogue, form, "nl")

    assert [item["code"] for item in json.loads(written("json"))] == [rule.code for rule in rules]
    rows = list(csv.DictReader(io.StringIO(written("csv"), newline="")))
    assert [row["code"] for row in rows] == [rule.code for rule in rules]
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@")]
    # The shapes are whole: a rule that is taken out of them runs alone. A deadline is checked by the rule of its kind.
    for code, shape in (("VT-07", "VT-07"), ("PD-01", "PD-recurrence")):
        chosen = [rule for rule in rules if rule.code == code]
        quads = list(parse(written("turtle", chosen).encode(), format=RdfFormat.TURTLE))
        kinds = [
            q.object.value for q in quads if q.subject == NamedNode(f"{RULE}{shape}") and "#type" in q.predicate.value
        ]
        assert f"{PREFIXES['sh']}NodeShape" in kinds
    with pytest.raises(NotAcceptableError, match=r"table, json, csv, turtle"):
        written("pdf")
