"""A verdict in the form that fits its reader: text and HTML for people, the others for programs.

Every form has the same findings in the same order; the same input and date give the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bio2kg.errors import NotAcceptableError
from bio2kg.validation.names import Names
from bio2kg.validation.reports import graph, machine, page, pipeline, text
from bio2kg.validation.verdict import Verdict

Write = Callable[[Verdict, Names, str], str]


@dataclass(frozen=True)
class Form:
    """A form of report: what writes it, its media type, and how its file name ends."""

    write: Write
    media_type: str
    suffix: str


FORMS: dict[str, Form] = {
    "text": Form(text.write, "text/plain", ".txt"),
    "html": Form(page.write, "text/html", ".html"),
    "json": Form(machine.write_json, "application/json", ".json"),
    "csv": Form(machine.write_csv, "text/csv", ".csv"),
    "turtle": Form(graph.write_turtle, "text/turtle", ".ttl"),
    "jsonld": Form(graph.write_jsonld, "application/ld+json", ".jsonld"),
    "sarif": Form(pipeline.write_sarif, "application/sarif+json", ".sarif"),
    "junit": Form(pipeline.write_junit, "application/xml", ".xml"),
}


def form_named(name: str) -> Form:
    """The form of that name. Raises NotAcceptableError that lists them."""
    if name not in FORMS:
        raise NotAcceptableError(f"there is no report as “{name}”", remedy=f"Forms are: {', '.join(FORMS)}.")
    return FORMS[name]
