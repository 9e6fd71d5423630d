"""A sheet as a grid of cells, without anything of the file format, and how a cell is kept in the graph."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from pyoxigraph import Literal, NamedNode

from bio2kg.namespaces import PREFIXES


class Spoken(str):
    """A text of which the language is known; the format of its cell says which."""

    language: str

    def __new__(cls, text: str, language: str) -> "Spoken":
        """The text in a language."""
        found = super().__new__(cls, text)
        found.language = language
        return found


# How the format of a cell says in which language its text is: the number that spreadsheets have for Dutch or English.
FORMATS = {"nl": "[$-413]@", "en": "[$-809]@"}
_LANGUAGE = re.compile(r"\[\$-0*(413|809|409)\]@")
_LANGUAGES = {"413": "nl", "809": "en", "409": "en"}


def language_of(number_format: str) -> str:
    """The language that the format of a cell names, or ""."""
    match = _LANGUAGE.fullmatch(number_format)
    return _LANGUAGES[match[1]] if match else ""


Raw = str | int | float | bool | date | None
Place = tuple[int, int]

XSD = PREFIXES["xsd"]
# What a spreadsheet shows where a formula failed, in English and Dutch.
ERROR_VALUES = frozenset(
    [
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"),
        *("#N/B", "#VERW!", "#WAARDE!", "#DEEL/0!", "#NAAM?", "#LEEG!", "#GETAL!"),
    ]
)


@dataclass
class Grid:
    """A sheet: its title, its cells by (row, column) counted from 1, and what the file said about them.

    ``formulas`` holds the text of each formula; the cell itself then has its last result, or None.
    """

    title: str
    cells: dict[Place, Raw] = field(default_factory=dict)
    notes: dict[Place, str] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    merged: list[tuple[Place, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def rows(self) -> dict[int, dict[int, Raw]]:
        """The rows that hold something, in order: the cells of each by column."""
        found: dict[int, dict[int, Raw]] = {}
        for (row, column), value in sorted(self.cells.items()):
            if not empty(value) or (row, column) in self.formulas:
                found.setdefault(row, {})[column] = value
        return found


def empty(value: Raw) -> bool:
    """Whether a cell holds nothing, or spaces only."""
    return value is None or (isinstance(value, str) and not value.strip())


def shown(value: Raw) -> str:
    """A cell as text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return str(value)


def literal(value: Raw) -> Literal:
    """A cell as a literal that says what kind of cell it was."""
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype=NamedNode(f"{XSD}boolean"))
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float):
        return Literal(repr(value), datatype=NamedNode(f"{XSD}double"))
    if isinstance(value, datetime):
        return Literal(value.isoformat(), datatype=NamedNode(f"{XSD}dateTime"))
    if isinstance(value, date):
        return Literal(value.isoformat(), datatype=NamedNode(f"{XSD}date"))
    return text_literal(value or "")


def text_literal(text: str) -> Literal:
    """A text as a literal, with its language where that is known."""
    return Literal(str(text), language=text.language) if isinstance(text, Spoken) else Literal(text)


def text_of(term: Literal) -> str:
    """The text of a literal, with its language where it has one."""
    return Spoken(term.value, term.language) if term.language in FORMATS else term.value


def integer(number: int) -> Literal:
    """A whole number as a literal."""
    return Literal(str(number), datatype=NamedNode(f"{XSD}integer"))


def raw(text: Literal) -> Raw:
    """The cell that a literal keeps; text if the literal is of another kind or not well-formed."""
    kind = text.datatype.value.removeprefix(XSD)
    try:
        match kind:
            case "boolean":
                return text.value in ("true", "1")
            case "integer":
                return int(text.value)
            case "double" | "decimal":
                return float(text.value)
            case "dateTime":
                return datetime.fromisoformat(text.value)
            case "date":
                return date.fromisoformat(text.value)
    except ValueError:
        pass
    return text_of(text)
