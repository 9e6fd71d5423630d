"""Formats and their choice."""

import pytest

from bio2kg import results
from bio2kg.errors import NotAcceptableError
from bio2kg.results import GRAPHS, SOLUTIONS, by_accept, by_name


@pytest.mark.parametrize(
    ("accept", "formats", "chosen"),
    [
        ("", SOLUTIONS, "json"),
        ("*/*", SOLUTIONS, "json"),
        ("text/*", SOLUTIONS, "json"),
        ("text/csv", SOLUTIONS, "csv"),
        ("TEXT/CSV", SOLUTIONS, "csv"),
        ("application/json", SOLUTIONS, "json"),
        ("text/csv;q=0.5, application/sparql-results+xml", SOLUTIONS, "xml"),
        ("text/tab-separated-values, */*;q=0.1", SOLUTIONS, "tsv"),
        ("*/*;q=0.9, application/sparql-results+json;q=0.1, text/json;q=0, application/json;q=0", SOLUTIONS, "xml"),
        ("text/turtle", GRAPHS, "turtle"),
        ("application/ld+json, text/turtle;q=0.9", GRAPHS, "jsonld"),
        ("application/rdf+xml", GRAPHS, "rdfxml"),
        ("text/plain", GRAPHS, "ntriples"),
        ("", GRAPHS, "turtle"),
    ],
)
def test_the_best_format_by_quality_and_specificity(accept: str, formats: tuple, chosen: str) -> None:
    assert by_accept(accept, formats).name == chosen


def test_html_is_on_offer_only_where_said() -> None:
    assert by_accept("text/html", GRAPHS, extra=("text/html",)) == "text/html"
    with pytest.raises(NotAcceptableError):
        by_accept("text/html", GRAPHS)


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "nonsense", "a/b/c", "*/*;q=0"])
def test_nothing_acceptable_is_said_with_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptableError, match="text/tab-separated-values"):
        by_accept(accept, SOLUTIONS)


def test_formats_have_the_usual_short_names() -> None:
    assert [by_name(name, GRAPHS).name for name in ("ttl", "TURTLE", "nt", "json-ld", "rdf")] == [
        "turtle",
        "turtle",
        "ntriples",
        "jsonld",
        "rdfxml",
    ]
    with pytest.raises(NotAcceptableError, match="Choose one of: json, xml, csv, tsv"):
        by_name("turtle", SOLUTIONS)


def test_content_types_are_those_of_the_standards() -> None:
    assert {f.name: f.content_type for f in results.SOLUTIONS} == {
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "csv": "text/csv; charset=utf-8",
        "tsv": "text/tab-separated-values; charset=utf-8",
    }
