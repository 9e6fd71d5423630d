"""What a column, a field and a tab of the workbook are; the workbook itself is written out in ``tabs.yaml``."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import NamedNode

from bio2kg.namespaces import DEF, PREFIXES


@dataclass(frozen=True)
class Column:
    """A column of a tab or a field of the first tab: what it is called, what a cell of it means, where that goes.

    ``kind`` is the kind of value (see ``cells``); ``predicate`` the property of the thing ``of`` that the row makes
    ("" is the row's own thing); ``values`` the code list or the tab that values come from. A column of the kind
    ``given`` is filled in beforehand and says nothing of its own.
    """

    key: str
    kind: str
    nl: str
    en: str
    predicate: str = ""
    values: str = ""
    of: str = ""
    width: int = 16
    also: tuple[str, ...] = ()
    help_nl: str = ""
    help_en: str = ""

    def heading(self, language: str) -> str:
        """The heading in a language."""
        return self.en if language == "en" else self.nl

    def help(self, language: str) -> str:
        """What the column means, in a language."""
        return self.help_en if language == "en" else self.help_nl

    @property
    def path(self) -> NamedNode:
        """The property as an IRI."""
        return term(self.predicate)


@dataclass(frozen=True)
class Tab:
    """A tab with a row for each thing: its names, the class of the things, how they hang on what is above them.

    ``prepared`` are the columns that are filled in beforehand; a row with nothing else makes nothing.
    """

    key: str
    nl: str
    en: str
    type: str
    parent: str
    folder: str
    columns: tuple[Column, ...]
    prepared: frozenset[str] = frozenset()

    def title(self, language: str) -> str:
        """The name of the tab in a language."""
        return self.en if language == "en" else self.nl

    @property
    def first(self) -> Column:
        """The column that says what a row is about."""
        return self.columns[0]


def term(curie: str) -> NamedNode:
    """The IRI of a name such as ``b:ground``."""
    prefix, _, local = curie.partition(":")
    return NamedNode((DEF if prefix == "b" else PREFIXES[prefix]) + local)


def plain(text: object) -> str:
    """A heading or a name as it is compared: without case, accents, marks and superfluous spaces."""
    letters = unicodedata.normalize("NFKD", str(text)).casefold()
    return re.sub(r"[\W_]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip()


def slug(text: str) -> str:
    """A text as part of an identifier."""
    return plain(text).replace(" ", "-") or "x"


@cache
def names(column: Column) -> frozenset[str]:
    """All spellings by which a heading is known, as ``plain`` gives them."""
    return frozenset(plain(name) for name in (column.nl, column.en, *column.also))


@dataclass(frozen=True)
class Headings:
    """Which column stands where; ``near`` are those recognised by likeness, ``double`` those that stand there twice."""

    at: Mapping[int, Column]
    near: Mapping[int, Column]
    double: Mapping[int, Column]
    missing: Sequence[Column]

    def position(self, key: str) -> int | None:
        """Where a column stands, or None."""
        return next((place for place, column in self.at.items() if column.key == key), None)


def recognise(columns: Iterable[Column], headings: Mapping[int, object]) -> Headings:
    """Finds the columns among the headings (by position): by name first, then what is left by likeness."""
    left = list(columns)
    at: dict[int, Column] = {}
    near: dict[int, Column] = {}
    double: dict[int, Column] = {}
    for place, heading in sorted(headings.items()):
        found = next((column for column in columns if plain(heading) in names(column)), None)
        if found in left:
            at[place] = found
            left.remove(found)
        elif found:
            double[place] = found
    for place, heading in sorted(headings.items()):
        if place in at or place in double:
            continue
        spellings = {name: column for column in left for name in names(column)}
        close = get_close_matches(plain(heading), spellings, n=1, cutoff=0.8)
        if close:
            at[place] = near[place] = spellings[close[0]]
            left.remove(spellings[close[0]])
    return Headings(at, near, double, left)


def _column(data: Mapping[str, Any]) -> Column:
    also, help_ = tuple(data.get("also", ())), data["help"]
    rest = {key: value for key, value in data.items() if key not in ("also", "help")}
    return Column(**rest, also=also, help_nl=help_["nl"], help_en=help_["en"])


def _flat(items: Iterable[Any]) -> Iterable[Any]:
    for item in items:
        yield from item if isinstance(item, list) else [item]


_DATA = yaml.safe_load(Path(__file__).with_name("tabs.yaml").read_text(encoding="utf-8"))
GENERAL = {language: str(_DATA["general"][language]) for language in ("nl", "en")}
FIELDS: tuple[Column, ...] = tuple(map(_column, _DATA["general"]["fields"]))
TABS: Mapping[str, Tab] = {
    data["key"]: Tab(
        **{key: data[key] for key in ("key", "nl", "en", "type", "folder")},
        parent=data.get("parent", ""),
        columns=tuple(map(_column, _flat(data["columns"]))),
        prepared=frozenset(data.get("prepared", ())),
    )
    for data in _DATA["tabs"]
}
