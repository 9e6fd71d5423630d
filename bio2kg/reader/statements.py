"""What the documents say of themselves: which edition, of which date, in which state."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import yaml

from bio2kg import yamltext
from bio2kg.reader.markdown import Block, Document

_MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]
_VERSION = r"(?P<edition>\d+(?:\.\d+)+)"
_DATE = r"(?P<date>\d{1,2} (?:" + "|".join(_MONTHS) + r") \d{4})"
# The same again under other names, for a form with two alternatives.
_VERSION_2, _DATE_2 = _VERSION.replace("edition", "edition2"), _DATE.replace("date", "date2")
# In order of weight: the first kind that a document uses names its edition.
_FORMS = {
    "title": re.compile(rf"versie {_VERSION}(?:, (?:datum )?{_DATE})?", re.IGNORECASE),
    "disclaimer": re.compile(rf"BIO2 versie {_VERSION} in de GitHub-omgeving", re.IGNORECASE),
    "version line": re.compile(
        rf"^{_DATE}, versie {_VERSION}\b|^versie(?:nummer)? {_VERSION_2}\b(?: (?:definitief|concept))?(?:, {_DATE_2})?",
        re.IGNORECASE,
    ),
    "transition": re.compile(
        rf"versie (?P<old>\d+(?:\.\d+)+) .*vervangen door versie {_VERSION}(?: van (?:0?{_DATE}))?", re.IGNORECASE
    ),
}


@dataclass(frozen=True)
class Statement:
    """One statement of a document about its edition. ``date`` is None where it gives none."""

    file: str
    line: int
    kind: str
    edition: str
    date: date | None
    text: str


def read_statements(document: Document, blocks: Iterable[Block]) -> list[Statement]:
    """The statements about the edition in these blocks, in the order of the text."""
    found = []
    for block in blocks:
        if block.kind == "front_matter":
            title = _title(block.text)
            found += _matches(document, block, title, ["title"])
        elif block.kind in ("paragraph", "blockquote"):
            for paragraph in block.paragraphs:
                for line in paragraph.text.splitlines():
                    found += _matches(document, block, line, ["disclaimer", "version line", "transition"])
    return found


def stated_edition(*documents: list[Statement]) -> Statement | None:
    """The statement that names the edition: the first document that has one decides, by the weight of its form.

    A transition (“1.2 is being replaced by 1.3”) names two editions and decides nothing.
    """
    for statements in documents:
        for kind in ("title", "disclaimer", "version line"):
            for statement in statements:
                if statement.kind == kind:
                    return statement
    return None


def _title(front_matter: str) -> str:
    try:
        content = yamltext.load(front_matter)
    except yaml.YAMLError:
        return ""
    return str(content.get("title", "")) if isinstance(content, dict) else ""


def _matches(document: Document, block: Block, text: str, kinds: list[str]) -> list[Statement]:
    found = []
    for kind in kinds:
        if match := _FORMS[kind].search(text):
            groups = match.groupdict()
            edition = groups["edition"] or groups["edition2"]
            found.append(
                Statement(
                    document.name, block.lines[0], kind, edition, _day(groups.get("date") or groups.get("date2")), text
                )
            )
    return found


def _day(text: str | None) -> date | None:
    if not text:
        return None
    day, month, year = text.split()
    return date(int(year), _MONTHS.index(month.lower()) + 1, int(day))
