"""What people write in cells, and what the import says about it."""

from collections.abc import Callable

import pytest

from bio2kg.errors import InputError
from bio2kg.store import EmbeddedStore
from bio2kg.workbook.messages import KINDS
from tests.workbook import books
from tests.workbook.mistakes import MISTAKES


def test_each_mistake_is_named_with_its_cell_and_level(store: EmbeddedStore, mistakes: bytes) -> None:
    messages = {(m.place, m.kind): m for m in books.read(store, mistakes).messages}
    expected = [(place, kind, level) for place, _, kind, level in MISTAKES if kind]
    expected += [("Bevindingen!K8", "merged", "error"), ("Bevindingen!A20", "rows-hidden", "notice")]
    places = {place: kind for place, kind, _ in expected}
    places["Acties!A1"] = places.pop("Acties!C1")
    wrong = [(place, kind) for place, kind in places.items() if (place, kind) not in messages]
    assert wrong == []
    for place, kind, level in expected:
        if place != "Acties!C1":
            assert messages[place, kind].level == level
    assert len({kind for _, kind, _ in expected}) >= 25


def test_every_message_reads_as_a_sentence_in_both_languages(store: EmbeddedStore, mistakes: bytes) -> None:
    for message in books.read(store, mistakes).messages:
        for language in ("nl", "en"):
            text = message.text(language)
            assert text.endswith(".")
            assert "{" not in text
            assert ". " in text  # what was found, and what to do


def test_a_mistake_does_not_lose_the_rest_of_its_row(store: EmbeddedStore, mistakes: bytes) -> None:
    found = books.read(store, mistakes)
    assert books.facts(found, "/entry/5.2")["note"] == {"opmerking"}
    assert "applicability" not in books.facts(found, "/entry/5.2")
    assert books.facts(found, "/entry/5-99-01") | {"sourceRow": set()} == {
        "type": {f"{books.DEF}ApplicabilityEntry"},
        "inStatement": {"assessment/gm0218-1.3-2026/statement"},
        "numberAsWritten": {"5.99.01"},
        "note": {"opmerking"},
        "sourceSheet": {"VvT"},
        "sourceRow": set(),
    }


def test_what_was_read_as_something_else_means_what_the_message_says(store: EmbeddedStore, mistakes: bytes) -> None:
    found = books.read(store, mistakes)
    assert books.facts(found, "")["periodStart"] == {"2026-12-31"}
    assert books.facts(found, "")["completedOn"] == {"2026-12-31"}
    assert books.facts(found, "/scope")["publishedOn"] == {"2026-12-31"}
    assert books.facts(found, "/entry/5.01.01")["numberAsWritten"] == {"5.1.1"}
    assert books.facts(found, "/entry/5.01.01")["concerns"] == {"bio2/1.3/5.01.01"}
    assert books.facts(found, "/entry/5.4")["concerns"] == {"iso27002/2022/5.4"}
    assert books.facts(found, "/entry/5.09.01")["concerns"] == {"bio2/1.3/5.09.01"}
    assert books.facts(found, "/entry/5.3")["applicability"] == {"applicability/applicable"}
    assert books.facts(found, "/entry/5.1")["measuresSufficient"] == {"true"}
    assert books.facts(found, "/exception/1")["temporary"] == {"false"}
    assert books.facts(found, "/control-assessment/5.01.01")["maturity"] == {"3"}
    assert books.facts(found, "/finding/5.01.01/opzet")["supportedBy"] == {"assessment/gm0218-1.3-2026/evidence/e1"}
    assert books.facts(found, "/finding/5.04.01/opzet")["result"] == {"finding-result/not-assessed"}


def test_a_moved_number_names_its_successor_and_an_unknown_code_its_neighbour(
    store: EmbeddedStore, mistakes: bytes
) -> None:
    texts = {m.place: m.text("nl") for m in books.read(store, mistakes).messages if m.kind != "number-double"}
    assert "Gebruik 5.10.02" in texts["VvT!A18"]
    assert "Van toepassing" in texts["VvT!F5"]
    assert "beheersmaatregel 8.9" in texts["VvT!A21"]
    assert "5.1 / 5.10" in texts["VvT!A19"]


def test_a_formula_counts_by_its_last_result(store: EmbeddedStore) -> None:
    content = books.saved(books.filled(store, {"VvT!G3": "=A1"}))
    sheet = "xl/worksheets/sheet2.xml"
    content = books.with_part(content, sheet, (b"<f>A1</f><v />", b"<f>A1</f><v>12</v>"))
    found = books.read(store, content)
    assert [(m.place, m.kind, m.level) for m in found.messages] == [("VvT!G3", "formula", "notice")]
    assert books.facts(found, "/entry/5.01.01")["justification"] == {"12"}


def test_a_true_or_false_cell_needs_no_message(store: EmbeddedStore) -> None:
    found = books.read(store, books.saved(books.filled(store, {"VvT!L2": True, "VvT!L5": False})))
    assert found.messages == []
    assert books.facts(found, "/entry/5.2")["measuresSufficient"] == {"false"}


def test_an_empty_cell_is_no_no(store: EmbeddedStore) -> None:
    found = books.read(store, books.saved(books.filled(store, {"VvT!Q2": "let op"})))
    assert "measuresSufficient" not in books.facts(found, "/entry/5.1")


def test_columns_are_found_by_their_heading_wherever_they_stand(store: EmbeddedStore) -> None:
    book = books.filled(store)
    sheet = book["VvT"]
    sheet.insert_cols(1, 2)
    sheet.insert_rows(1, 3)
    sheet.move_range("H4:H214", cols=20)  # Van toepassing
    found = books.read(store, books.saved(book))
    assert [m.kind for m in found.messages] == []
    assert books.facts(found, "/entry/5.01.01")["applicability"] == {"applicability/applicable"}
    assert books.facts(found, "/entry/5.01.01")["sourceRow"] == {"6"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda book: books.fill(book, {"Algemeen!B3": "gm0363"}), "the organisation was changed"),
        (lambda book: books.fill(book, {"Algemeen!B4": "1.2"}), "the edition was changed"),
        (lambda book: books.fill(book, {"Algemeen!B5": "ooit"}), "no year"),
    ],
)
def test_a_workbook_that_contradicts_itself_is_refused(
    store: EmbeddedStore, change: Callable[[object], None], message: str
) -> None:
    book = books.filled(store)
    change(book)
    with pytest.raises(InputError, match=message):
        books.read(store, books.saved(book))


def test_every_kind_of_message_has_both_languages_and_a_level() -> None:
    for kind, texts in KINDS.items():
        assert set(texts) == {"level", "nl", "en"}, kind
        assert texts["level"] in ("error", "notice")
