"""Which assessment a workbook is: of which organisation, on which edition of BIO2, of which year."""

import re
from dataclasses import dataclass
from datetime import date

from pyoxigraph import NamedNode

from bio2kg.errors import InputError
from bio2kg.namespaces import ID
from bio2kg.organisations import code, organisation
from bio2kg.workbook.columns import FIELDS, GENERAL, TABS, Headings, plain, recognise
from bio2kg.workbook.grids import Grid, empty, shown
from bio2kg.workbook.opening import Opened

FORMAT = "1"
MARK = f"bio2kg {FORMAT}"
PROPERTIES = {"workbook": "bio2kg-workbook", "organisation": "bio2kg-organisation", "edition": "bio2kg-edition"}
_NEW = "Make a workbook with: bio2kg assess new"


@dataclass(frozen=True)
class Identity:
    """The organisation as it was given (TOOI code or IRI), the edition's label, the year, the workbook's language."""

    given: str
    edition: str
    year: int
    language: str = "nl"

    @property
    def organisation(self) -> NamedNode:
        """The IRI of the organisation. Raises InputError if it was given as neither code nor IRI."""
        return organisation(self.given)

    @property
    def name(self) -> str:
        """The last part of the assessment's IRI, such as gm0218-1.3-2026."""
        return f"{code(self.organisation)}-{self.edition}-{self.year}"

    @property
    def assessment(self) -> NamedNode:
        """The IRI of the assessment."""
        return NamedNode(f"{ID}assessment/{self.name}")


def tab_of(title: str) -> str | None:
    """The tab that a sheet is by its title; the first tab is ``general``, a sheet that is none of ours None."""
    if plain(title) in map(plain, GENERAL.values()):
        return "general"
    return next((key for key, tab in TABS.items() if plain(title) in (plain(tab.nl), plain(tab.en))), None)


def general(grids: list[Grid]) -> Grid | None:
    """The first tab, with the facts of the whole assessment."""
    return next((grid for grid in grids if tab_of(grid.title) == "general"), None)


def fields(grid: Grid) -> Headings:
    """Which field stands in which row of the first tab; the fields end where the table of roles begins."""
    rows = grid.rows()
    last = heading_row(grid, "memberships") or max(rows, default=0) + 1
    return recognise(FIELDS, {row: cells[1] for row, cells in rows.items() if row < last and not empty(cells.get(1))})


def heading_row(grid: Grid, tab: str) -> int | None:
    """The row with the headings of a table: the first that has the heading of its first column and one more."""
    for row, cells in grid.rows().items():
        found = recognise(TABS[tab].columns, {place: value for place, value in cells.items() if not empty(value)})
        if found.position(TABS[tab].first.key) is not None and len(found.at) - len(found.near) > 1:
            return row
    return None


def identify(
    opened: Opened, name: str, edition: str | None, organisation_code: str | None, year: int | None
) -> Identity:
    """Which assessment a file is. Raises InputError if it is no workbook of ours, or contradicts itself."""
    if opened.csv:
        if not edition or not organisation_code:
            raise InputError(
                "a CSV file does not say of which organisation and edition it is",
                where=name,
                remedy="Give --org and --edition.",
            )
        return Identity(organisation_code, edition, year or date.today().year, _language(opened.grids[0]))
    first = general(opened.grids)
    written = _written(first) if first else {}
    if PROPERTIES["workbook"] not in opened.properties and plain(written.get("workbook", ("", ""))[0]) != MARK:
        raise InputError("this workbook was not made by bio2kg", where=name, remedy=_NEW)
    if opened.properties.get(PROPERTIES["workbook"], FORMAT) != FORMAT:
        raise InputError(
            "this workbook is of another version of bio2kg", where=name, remedy="Use that version, or a new workbook."
        )
    for key, asked in (("organisation", organisation_code), ("edition", edition)):
        made_for = opened.properties.get(PROPERTIES[key])
        text, place = written.get(key, ("", f"{name}, {GENERAL['nl']}"))
        if not (made_for or text):
            raise InputError(f"the {key} is missing", where=place, remedy=_NEW)
        if made_for and text and plain(made_for) != plain(text):
            raise InputError(
                f"the {key} was changed from “{made_for}” to “{text}”",
                where=place,
                remedy=f"Restore “{made_for}”, or make a workbook for the other {key} with: bio2kg assess new",
            )
        if asked and plain(asked) != plain(made_for or text):
            raise InputError(
                f"the workbook is for “{made_for or text}”, not for “{asked}”",
                where=place,
                remedy=f"Leave out {asked}.",
            )
        written[key] = (made_for or text, place)
    when = written.get("year", ("", ""))
    if not re.fullmatch(r"20\d\d", when[0]):
        raise InputError(
            f"“{when[0]}” is no year", where=when[1] or name, remedy="Restore the year of the assessment there."
        )
    language = "en" if first and first.title.strip() == GENERAL["en"] else "nl"
    return Identity(written["organisation"][0], written["edition"][0], int(when[0]), language)


def _written(grid: Grid) -> dict[str, tuple[str, str]]:
    """What the fixed fields of the first tab say, and where."""
    return {
        column.key: (shown(grid.cells.get((row, 2))).strip(), f"{grid.title}!B{row}")
        for row, column in fields(grid).at.items()
        if column.kind == "fixed"
    }


def _language(grid: Grid) -> str:
    titles = {plain(value) for row in grid.rows().values() for value in row.values()}
    columns = TABS["csv"].columns
    return "en" if sum(plain(c.en) in titles for c in columns) > sum(plain(c.nl) in titles for c in columns) else "nl"
