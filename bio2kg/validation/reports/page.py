"""The report as a page that stands alone: to mail, to print, without script."""

from bio2kg.validation.names import Names
from bio2kg.validation.reports.sources import cited
from bio2kg.validation.reports.wording import SEVERITIES, SEVERITY, headline, plain, word
from bio2kg.validation.verdict import Verdict
from bio2kg.web.rendering import render, stylesheet


def write(verdict: Verdict, names: Names, language: str) -> str:
    """One HTML file with its own style."""
    page = render(
        "validation.html",
        language,
        verdict=verdict,
        groups=verdict.groups(),
        headline=headline(verdict.counts(), language),
        word=lambda key: word(key, language),
        cited=lambda iri: cited(iri, names, language),
        severity=SEVERITY[language],
        severities=SEVERITIES[language],
        style=stylesheet(),
    )
    return plain(page)
