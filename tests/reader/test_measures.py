"""The reader of part 2: every generation of the text, and what it says of what it cannot read."""

from collections import Counter

import pytest

from bio2kg.ingest import word_forms
from bio2kg.reader.markdown import parse
from bio2kg.reader.measures import Part2, read_measures
from tests.conftest import ROOT


def read(text: str) -> Part2:
    return read_measures(parse("deel2.md", text), word_forms(ROOT, "category"))


CONCEPT_2024 = """# Verplichte overheidsspecifieke maatregelen en richtlijnen

## Beheersmaatregel 5.01 Een titel

Tekst van de norm die niet mee mag.

### Verplichte overheidsspecifieke maatregelen

#### 5.01.01 Eerste zin.
Tweede zin:

1. een punt

  Basishygiëne NIS2, ketenhygiëne

> Waarom dit is gewijzigd.

---

#### 5.01.02 Geen aanvullende maatregel
"""

CONCEPT_2025 = """---
title: Maatregelen, versie 1.1
---
# Maatregelen

# Beheersmaatregel 5.01 Een titel

Tekst van de norm die niet mee mag.

## Verplichte overheidsspecifieke maatregelen

### 5.01.01 Eerste zin.
### Vervolg van de eerste maatregel.

Draagt bij aan: Basishygiëne, NIS2

### 5.01.02 Geen overheidsmaatregel, zie deel 1 Kader BIO2, verplichtingen BIO

Draagt bij aan: Overheidsrisico
"""

EDITION_1_2 = """# DEEL 2

## 5.01.01
Eerste zin.<br><br>
Tweede zin. Draagt bij aan: Basishygiëne, ketenhygiëne

## 5.01.02
Lijst:
* punt een
* punt twee
Draagt bij aan: Overheidsrisico
"""

EDITION_1_3 = """# DEEL 2

## 5.01.01
Eerste zin.

## 5.01.02
Verplaatst naar 5.02.01.

## 5.01.03
Vervallen.

## 5.01.04
Zie overheidsmaatregel 5.01.01.

## 5.01.05
Geen overheidsmaatregel, zie inleiding deel 2 BIO-overheidsmaatregelen.
"""


def test_concept_of_2024_has_number_and_wording_in_the_heading_and_the_category_as_a_line_of_its_own() -> None:
    part2 = read(CONCEPT_2024)
    first, second = part2.measures
    assert (first.number, first.status, first.categories) == (
        "5.01.01",
        "active",
        ["basishygiene", "nis2", "ketenhygiene"],
    )
    assert first.wording == "Eerste zin.\nTweede zin:\n1. een punt"
    assert (second.number, second.status) == ("5.01.02", "no-measure")
    assert part2.account.problems == []


def test_text_of_an_iso_control_and_background_notes_never_become_wording() -> None:
    for text in (CONCEPT_2024, CONCEPT_2025):
        wordings = "\n".join(m.wording + "\n".join(m.markdown) for m in read(text).measures)
        assert "norm" not in wordings
        assert "gewijzigd" not in wordings


def test_concept_of_2025_continues_a_measure_in_a_second_heading() -> None:
    first, second = read(CONCEPT_2025).measures
    assert first.wording == "Eerste zin.\nVervolg van de eerste maatregel."
    assert first.categories == ["basishygiene", "nis2"]
    assert (second.status, second.categories) == ("no-measure", ["overheidsrisico"])


def test_edition_1_2_states_the_category_behind_the_last_sentence_or_list_item() -> None:
    first, second = read(EDITION_1_2).measures
    assert first.wording == "Eerste zin.\nTweede zin."
    assert first.categories == ["basishygiene", "ketenhygiene"]
    assert second.wording == "Lijst:\n- punt een\n- punt twee"
    assert second.categories == ["overheidsrisico"]
    assert "Draagt bij" not in "\n".join(first.markdown + second.markdown)


def test_edition_1_3_states_moved_withdrawn_and_other_statuses_as_wording() -> None:
    assert [(m.status, m.target) for m in read(EDITION_1_3).measures] == [
        ("active", None),
        ("moved", "5.02.01"),
        ("withdrawn", None),
        ("see-other", "5.01.01"),
        ("no-measure", None),
    ]


def test_states_between_two_generations_are_read_measure_by_measure() -> None:
    part2 = read(CONCEPT_2025 + "\n" + EDITION_1_3.removeprefix("# DEEL 2\n").replace("5.01", "5.02"))
    assert [m.number for m in part2.measures][:3] == ["5.01.01", "5.01.02", "5.02.01"]
    assert part2.account.problems == []


def test_list_markers_quotes_and_emphasis_do_not_change_the_fingerprint() -> None:
    from bio2kg.reader.wording import digest

    assert digest("•  De ‘eerste’ **zin**,\nen de tweede") == digest("- de 'eerste' zin; en de tweede")
    assert digest("binnen drie maanden") != digest("binnen vier maanden")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("# D\n\n## 5.01.01\nTekst.\n\n## Iets onbekends\nMeer.\n", 6, "a heading of no known form"),
        ("# D\n\n## 5.01.01\nTekst.\n\n## Iets onbekends\nMeer.\n", 7, "belongs to nothing known"),
        ("# D\n\n### 5.01.01 Tekst.\n### 5.01.02Vergeten spatie\n", 4, "a heading of no known form"),
        ("# D\n\n## 5.1.1\nTekst.\n", 3, "not of the form 5.01.01"),
        ("# D\n\n## 5.01.01\n", 3, "has no wording"),
        ("# D\n\n## 5.01.01\nVervallen, maar met een uitzondering.\n", 3, "begins like a status but says more"),
        ("# D\n\n## 5.01.01\nTekst.\n\nDraagt bij aan: Basishygiene, kettinghygiëne\n", 6, "is not a known category"),
        ("# D\n\n## 5.01.01\nA.\n\n## 5.01.01\nB.\n", 6, "stands 2 times"),
        ("# D\n\n## 5.01.01\nA.\n\n#5.01.02\nB.\n", 6, "looks like a heading"),
        ("# D\n\n## 5.01.01\nA.\n\n[ref]: https://example.org\n", 6, "was not read"),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_line(text: str, line: int, message: str) -> None:
    problems = read(text).account.problems
    assert [p for p in problems if p.line == line and message in p.message], [str(p) for p in problems]


def test_text_below_an_unread_heading_does_not_end_up_in_the_measure_above() -> None:
    (measure,) = read("# D\n\n## 5.01.01\nTekst.\n\n## Iets onbekends\nMeer.\n").measures
    assert measure.wording == "Tekst."


def test_every_heading_is_accounted_for() -> None:
    for text in (CONCEPT_2024, CONCEPT_2025, EDITION_1_2, EDITION_1_3):
        headings = sum(line.startswith("#") for line in text.splitlines())
        assert sum(read(text).account.headings.values()) == headings


def test_counter_is_empty_for_a_text_without_measures() -> None:
    assert read("# Iets anders\n\nTekst.\n").account.headings == Counter({"title": 1})
