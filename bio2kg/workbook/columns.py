"""What a column, a field and a tab of the workbook are; the workbook itself is written out in ``tabs.yaml``."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from bio2kg import yamltext
from bio2kg.namespaces import DEF, ID, PREFIXES


@dataclass(frozen=True)
class Column:
    """A column of a tab or a field of the first tab: what it is called, what a cell of it means, where that goes.

    ``kind`` is the kind of value (see ``cells``); ``predicate`` the property of the thing ``of`` that the row makes
    ("" is the row's own thing); ``values`` the code list or the tab that values come from; ``otherwise`` the property
    that a “no” states. A column of the kind ``given`` is filled in beforehand and says nothing of its own. One that is
    ``optional`` may be missing, as it is in workbooks from before it was added.
    """

    key: str
    kind: str
    nl: str
    en: str
    predicate: str = ""
    values: str = ""
    of: str = ""
    otherwise: str = ""
    optional: bool = False
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
class Kind:
    """What the rows of one kind make: their class and place, and which property each column states of them.

    A kind is a class (``b:Policy``), or a code list whose values are in the column that says the kind. Where there is
    one such thing in a workbook, ``single`` is its name.
    """

    of: str
    type: str
    folder: str = ""
    single: str = ""
    organisation: str = "b:organisation"
    nl: str = ""
    en: str = ""
    leave: tuple[str, ...] = ()
    says: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def column(self, column: Column) -> Column | None:
        """A column as it is for rows of this kind; None if it does not belong to them."""
        if column.key not in self.says:
            return column if column.predicate or column.kind == "given" else None
        predicate, values = self.says[column.key]
        return replace(column, predicate=predicate, values=values or column.values)


@dataclass(frozen=True)
class Part:
    """Another thing that a row makes: its class and place, and the property by which it points at the row's thing."""

    type: str
    folder: str
    up: str = ""
    says: tuple[str, str] | None = None
    named: bool = False


@dataclass(frozen=True)
class Tab:
    """A tab with a row for each thing: its names, the class of the things, how they hang on what is above them.

    ``prepared`` are the columns that are filled in beforehand; a row with nothing else makes nothing. Where rows make
    things of several classes, ``by`` is the column that says which, and ``kinds`` what that means; ``parts`` are the
    other things of a row. An ``optional`` tab may be missing, as it is in workbooks from before it was added;
    ``organisation`` is the property by which things without a parent hang on the organisation.
    """

    key: str
    nl: str
    en: str
    type: str
    parent: str
    folder: str
    columns: tuple[Column, ...]
    prepared: frozenset[str] = frozenset()
    by: str = ""
    kinds: tuple[Kind, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    optional: bool = False
    organisation: str = "b:organisation"

    def title(self, language: str) -> str:
        """The name of the tab in a language."""
        return self.en if language == "en" else self.nl

    @property
    def by_list(self) -> str:
        """The name of the list of kinds that rows can be of; "" if there are none."""
        return next((column.values for column in self.columns if column.key == self.by), "")

    @property
    def first(self) -> Column:
        """The column that says what a row is about."""
        return self.columns[0]

    def kind(self, value: NamedNode | Literal | None) -> Kind | None:
        """What a row makes whose kind is this class or this value of a code list."""
        if not isinstance(value, NamedNode):
            return None
        scheme = value.value.removeprefix(ID).rpartition("/")[0]
        return next((k for k in self.kinds if k.of == scheme or (":" in k.of and term(k.of) == value)), None)


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


def _kind(data: Mapping[str, Any]) -> Kind:
    says = {key: (value, "") if isinstance(value, str) else tuple(value) for key, value in data.get("says", {}).items()}
    rest = {key: value for key, value in data.items() if key not in ("says", "leave")}
    return Kind(**{"type": data["of"], **rest}, leave=tuple(data.get("leave", ())), says=says)


def _tab(data: Mapping[str, Any]) -> Tab:
    parts = {
        key: {**part, "says": tuple(part["says"]) if "says" in part else None}
        for key, part in data.get("parts", {}).items()
    }
    rest = {key: value for key, value in data.items() if key not in ("columns", "prepared", "kinds", "parts")}
    return Tab(
        **{"parent": "", "folder": "", "type": "", **rest},
        columns=tuple(map(_column, _flat(data["columns"]))),
        prepared=frozenset(data.get("prepared", ())),
        kinds=tuple(map(_kind, data.get("kinds", ()))),
        parts={key: Part(**part) for key, part in parts.items()},
    )


_DATA = yamltext.load(Path(__file__).with_name("tabs.yaml").read_text(encoding="utf-8"))
GENERAL = {language: str(_DATA["general"][language]) for language in ("nl", "en")}
FIELDS: tuple[Column, ...] = tuple(map(_column, _DATA["general"]["fields"]))
TABS: Mapping[str, Tab] = {data["key"]: _tab(data) for data in _DATA["tabs"]}
