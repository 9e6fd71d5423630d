"""Which edition a document says it is."""

from datetime import date

import pytest

from bio2kg.reader.markdown import parse
from bio2kg.reader.statements import read_statements, stated_edition


def statements(text: str) -> list:
    document = parse("d.md", text)
    return read_statements(document, document.blocks)


@pytest.mark.parametrize(
    ("text", "kind", "edition", "day"),
    [
        ("---\ntitle: Maatregelen (BIO2), versie 1.1.1, 5 augustus 2025\n---\n", "title", "1.1.1", date(2025, 8, 5)),
        ("---\ntitle: Kader, versie 1.1.1, datum 5 augustus 2025\n---\n", "title", "1.1.1", date(2025, 8, 5)),
        ("> _De BIO2 versie 1.2 in de GitHub-omgeving heeft geen formele status._\n", "disclaimer", "1.2", None),
        (
            '!!! warning "x"\n    De BIO2 versie 1.3 in de GitHub-omgeving heeft geen status.\n',
            "disclaimer",
            "1.3",
            None,
        ),
        ("9 januari 2026, versie 1.3 definitief\n", "version line", "1.3", date(2026, 1, 9)),
        ("Versienummer 1.1 definitief, 11 april 2025 \n", "version line", "1.1", date(2025, 4, 11)),
        ("Versie 1.1.1 Diverse aanpassingen\n", "version line", "1.1.1", None),
    ],
)
def test_each_form_of_statement_is_read(text: str, kind: str, edition: str, day: date | None) -> None:
    found = statements(text)
    assert [(s.kind, s.edition, s.date) for s in found] == [(kind, edition, day)]


def test_a_transition_names_two_editions_and_decides_nothing() -> None:
    found = statements("> Op dit moment wordt de BIO2 versie 1.1.1 in GitHub vervangen door versie 1.2.\n")
    assert [(s.kind, s.edition) for s in found] == [("transition", "1.2")]
    assert stated_edition(found) is None


def test_the_measures_document_decides_before_the_introduction_and_a_title_before_a_disclaimer() -> None:
    measures = statements("> De BIO2 versie 1.2 in de GitHub-omgeving heeft geen status.\n")
    introduction = statements("9 januari 2026, versie 1.3 definitief\n")
    assert stated_edition(measures, introduction).edition == "1.2"
    assert stated_edition([], introduction).edition == "1.3"
    both = measures + statements("---\ntitle: x, versie 1.2.1\n---\n")
    assert stated_edition(both).edition == "1.2.1"
