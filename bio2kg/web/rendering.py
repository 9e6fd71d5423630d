"""Pages from templates."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

import bio2kg
from bio2kg.namespaces import BASE, short

_FOLDER = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["short"] = short
    environment.filters["link"] = link
    environment.globals["version"] = bio2kg.__version__
    return environment


def render(template: str, language: str, **values: Any) -> str:
    """A page in a language (``nl`` or ``en``)."""
    return _environment().get_template(template).render(lang=language, **values)


@cache
def stylesheet() -> str:
    """The style of our pages, for a page that stands alone."""
    return (_FOLDER.parent / "static" / "style.css").read_text(encoding="utf-8")


def link(iri: str) -> str:
    """Where a link to this IRI leads: on this server for our own things, else the IRI if it is one of the web."""
    for folder in ("/id/", "/doc/", "/graph/"):
        if iri.startswith(f"{BASE}{folder}"):
            return iri.removeprefix(BASE)
    if iri.startswith(f"{BASE}/def"):
        return iri.removeprefix(BASE)
    return iri if iri.startswith(("https://", "http://")) else ""
