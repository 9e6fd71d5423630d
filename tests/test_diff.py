"""What became of measures between editions; expected steps are read from the change table and the texts."""

import csv
import io
import json
from pathlib import Path

import pytest

from bio2kg import diff
from bio2kg.diff import Words, compare, compare_words
from bio2kg.errors import InputError, NotAcceptableError
from bio2kg.store import EmbeddedStore


def steps(store: EmbeddedStore, first: str, second: str) -> set[tuple[str, str, str]]:
    return {(c.old, c.new, c.kind) for c in compare(store, first, second, "nl")}


MOVED = {
    ("5.04.02", "5.10.02", "moved"),
    ("5.04.03", "5.10.03", "moved"),
    ("5.24.06", "5.21.05", "moved reworded"),
    ("8.08.06", "5.24.08", "moved"),
    ("5.25.01", "5.26.02", "moved reworded"),
}


def test_every_measure_of_1_2_has_a_step_and_the_moves_are_those_of_the_text(store: EmbeddedStore) -> None:
    found = steps(store, "1.2", "1.3")
    assert found >= MOVED
    assert {old for old, _, kind in found if kind == "withdrawn"} == {"5.21.01", "5.35.01", "7.01.01", "8.24.03"}
    assert {(old, new) for old, new, kind in found if kind == "split"} == {
        ("5.01.01", "5.02.01"),
        ("8.01.02", "6.03.04"),
    }
    assert len({old for old, _, _ in found if old} - {"5.26.01"}) == 120


def test_both_readings_stand_where_the_document_contradicts_itself(store: EmbeddedStore) -> None:
    changes = [c for c in compare(store, "1.2", "1.3", "nl") if c.old == "5.25.01"]
    assert {(c.new, c.contested) for c in changes} == {("5.26.01", True), ("5.26.02", True)}
    assert {s for c in changes for s in c.sources} >= {
        "source:bio2-inleiding-270c203",
        "source:bio2-maatregelen-270c203",
    }


def test_the_other_way_round_is_the_same_with_sides_exchanged(store: EmbeddedStore) -> None:
    there, back = steps(store, "1.2", "1.3"), steps(store, "1.3", "1.2")
    assert {(new, old, kind) for old, new, kind in back} == there


def test_editions_further_apart_give_each_step(store: EmbeddedStore) -> None:
    assert {c.step for c in compare(store, "1.1.1", "1.3", "nl")} == {"1.2", "1.3"}


def test_only_the_numbers_of_a_file_in_any_usual_form(store: EmbeddedStore, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text('\ufeffnummer;naam\n5.4.2;"x"\n"08.08.06"\n\n', encoding="utf-8")
    numbers = diff.read_numbers(store, file, "1.2")
    assert numbers == ["5.04.02", "8.08.06"]
    assert {c.old for c in compare(store, "1.2", "1.3", "nl", numbers)} == {"5.04.02", "8.08.06"}


def test_unknown_numbers_of_a_file_are_named_with_their_lines(store: EmbeddedStore, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("5.01.01\n9.99.99\n5.04.09\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"list\.txt: edition 1\.2 does not have line 2: 9\.99\.99; line 3: 5\.04\.09"):
        diff.read_numbers(store, file, "1.2")


def test_an_edition_that_is_not_there_or_the_same_twice_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(InputError, match="Editions are"):
        compare(store, "1.2", "7.7", "nl")
    with pytest.raises(InputError, match="two different editions"):
        compare(store, "1.3", "1.3", "nl")


def test_words_are_compared_without_list_markers_quotes_and_capitals() -> None:
    assert compare_words("- De ‘oude’ tekst\n- blijft", "• de oude tekst blijft") == (
        Words("same", "De ‘oude’ tekst blijft"),
    )
    assert compare_words("binnen een week klaar", "binnen drie dagen klaar") == (
        Words("same", "binnen"),
        Words("removed", "een week"),
        Words("added", "drie dagen"),
        Words("same", "klaar"),
    )


def test_after_ingest_the_wording_is_compared(store: EmbeddedStore, store_with_texts: EmbeddedStore) -> None:
    (without,) = [c for c in compare(store, "1.2", "1.3", "nl") if c.old == c.new == "8.19.01"]
    assert without.wording is None
    (change,) = [c for c in compare(store_with_texts, "1.2", "1.3", "nl") if c.old == c.new == "8.19.01"]
    assert change.wording is not None
    assert [(run.kind, run.text) for run in change.wording if run.kind != "same"] == [
        ("removed", "moet worden"),
        ("added", "wordt"),
    ]


def test_the_forms_say_the_same(store: EmbeddedStore) -> None:
    changes = compare(store, "1.2", "1.3", "en")
    rows = list(csv.DictReader(io.StringIO(diff.write(changes, "csv"))))
    assert [(r["from"], r["to"]) for r in rows] == [(c.old, c.new) for c in changes]
    assert [(c["old"], c["new"]) for c in json.loads(diff.write(changes, "json"))] == [(c.old, c.new) for c in changes]
    assert diff.write(changes, "markdown").count("\n") == len(changes) + 2
    with pytest.raises(NotAcceptableError, match="table, json, csv, markdown, html"):
        diff.write(changes, "pdf")


@pytest.mark.parametrize("edition", ["9.9", "a b", "<x>"])
def test_an_unknown_edition_is_named_also_for_a_file_of_numbers(
    store: EmbeddedStore, tmp_path: Path, edition: str
) -> None:
    file = tmp_path / "numbers.txt"
    file.write_text("5.01.01\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"Editions are: bio2/1\.0"):
        diff.read_numbers(store, file, edition)
