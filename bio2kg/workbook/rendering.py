"""Sheets to bytes: an .xlsx with real lists, dates and layout, or CSV. No cell becomes a formula."""

import csv
import io
import math
from collections.abc import Mapping
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bio2kg.workbook.catalogue import Catalogue
from bio2kg.workbook.columns import TABS, Column, Headings, Tab, recognise
from bio2kg.workbook.grids import FORMATS, Grid, Raw, Spoken
from bio2kg.workbook.identity import FORMAT, PROPERTIES, Identity, fields, heading_row, tab_of
from bio2kg.workbook.template import DEADLINES, IDENTIFIERS, LEGEND, YES_NO, legend, lists

_HEAD = PatternFill("solid", fgColor="FF1B3A5C")
_GIVEN = PatternFill("solid", fgColor="FFF0F3F6")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_BELOW = 300  # rows below the last that still have their lists
_DATE, _MOMENT = "DD-MM-YYYY", "DD-MM-YYYY HH:MM"
_REFUSED = {
    "nl": ("Kies een waarde uit de lijst.", "Vul een datum in, bijvoorbeeld 31-12-2026."),
    "en": ("Choose a value from the list.", "Enter a date, for instance 2026-12-31."),
}


def xlsx(grids: list[Grid], identity: Identity, catalogue: Catalogue) -> bytes:
    """A workbook of these sheets, with the legend, the hidden lists and the mark by which an import knows it."""
    language = identity.language
    values, ranges = lists(catalogue, language)
    book = Workbook()
    book.remove(book.worksheets[0])
    for grid in [*grids, legend(catalogue, language), values]:
        sheet = book.create_sheet(grid.title)
        _fill(sheet, grid)
        if grid is values or grid.title in IDENTIFIERS.values():
            sheet.sheet_state = "hidden"
        elif grid.title == LEGEND[language]:
            _widths(sheet, (24, 30, 90))
        else:
            _Dresser(sheet, grid, ranges, catalogue, language).dress()
            _heights(sheet)
    given = {"workbook": FORMAT, "organisation": identity.given, "edition": identity.edition}
    properties = book.custom_doc_props  # type: ignore[attr-defined]  # the stubs do not know it
    for key, name in PROPERTIES.items():
        properties.append(StringProperty(name=name, value=given[key]))
    book.properties.creator = "bio2kg"
    book.properties.title = f"BIO2 {identity.edition}, {identity.given}, {identity.year}"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def comma_separated(grid: Grid) -> bytes:
    """A sheet as CSV as a Dutch spreadsheet reads it: UTF-8 with a byte order mark, and semicolons.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, which an import takes away.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows = grid.rows()
    for row in range(1, max(rows, default=0) + 1):
        cells = rows.get(row, {})
        writer.writerow([_field(cells.get(at)) for at in range(1, max(cells, default=0) + 1)])
    return text.getvalue().encode("utf-8-sig")


def _field(value: Raw) -> str:
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) and isinstance(value, str) else text


def _fill(sheet: Worksheet, grid: Grid) -> None:
    for (row, column), value in grid.cells.items():
        if value is None:
            continue
        cell = sheet.cell(row, column)
        cell.value = str(value) if isinstance(value, Spoken) else value
        cell.alignment = _WRAPPED
        if isinstance(value, str):
            cell.data_type = "s"
            if value.startswith(_DANGEROUS):
                cell.quotePrefix = True
            if isinstance(value, Spoken):
                cell.number_format = FORMATS[value.language]
        elif isinstance(value, date):
            cell.number_format = _MOMENT if isinstance(value, datetime) else _DATE
    for (row, column), note in grid.notes.items():
        sheet.cell(row, column).comment = Comment(note, "")


def _widths(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width


def _heights(sheet: Worksheet) -> None:
    """Rows as high as their wrapped texts need: not every program works that out when it opens a file."""
    for number, row in enumerate(sheet.iter_rows(), 1):
        lines = max(
            (_lines(cell, sheet.column_dimensions[cell.column_letter].width) for cell in row if cell.value), default=1
        )
        if lines > 1:
            sheet.row_dimensions[number].height = 15 * lines


def _lines(cell: Cell, width: float) -> int:
    return sum(max(1, math.ceil(len(part) / (width - 1))) for part in str(cell.value).split("\n"))


class _Dresser:
    """Gives a sheet its headings, widths, lists, date formats, filter and frozen panes."""

    def __init__(
        self, sheet: Worksheet, grid: Grid, ranges: dict[str, str], catalogue: Catalogue, language: str
    ) -> None:
        self.sheet, self.grid, self.ranges, self.language = sheet, grid, ranges, language
        self.catalogue = catalogue
        self.checks: dict[str, DataValidation] = {}

    def dress(self) -> None:
        tab = tab_of(self.grid.title)
        if tab == "general":
            self._general()
            tab = "memberships"
        if not tab or not (header := heading_row(self.grid, tab)):
            return
        rows = self.grid.rows()
        found = recognise(TABS[tab].columns, rows[header])
        for place in rows[header]:
            _head(self.sheet.cell(header, place))
        last = max(rows) + (_BELOW if tab != "memberships" else 20)
        for place, column in found.at.items():
            letter = get_column_letter(place)
            width = self.sheet.column_dimensions[letter].width if tab == "memberships" else 0
            self.sheet.column_dimensions[letter].width = max(width, column.width)
            if not TABS[tab].kinds or column.key == TABS[tab].by or column.predicate:
                self._column(column, f"{letter}{header + 1}:{letter}{last}")
            for row in (row for row in rows if row > header):
                self._cell(self.sheet.cell(row, place), column)
        if TABS[tab].kinds:
            self._kinds(TABS[tab], {row: cells for row, cells in rows.items() if row > header}, found)
        if tab != "memberships":
            after = (found.position("name") or found.position(TABS[tab].first.key) or 1) + 1
            self.sheet.freeze_panes = f"{get_column_letter(min(after, 4))}{header + 1}"
            self.sheet.auto_filter.ref = f"A{header}:{get_column_letter(max(rows[header]))}{last}"

    def _kinds(self, tab: Tab, rows: Mapping[int, Mapping[int, Raw]], found: Headings) -> None:
        """Each row has the lists that belong to its kind, and grey cells where nothing belongs."""
        at = found.position(tab.by) or 0
        for row, cells in rows.items():
            code = self.catalogue.code(tab.by_list, str(cells.get(at, "")))
            kind = tab.kind(code.iri) if code else None
            for place, column in found.at.items():
                mine = kind.column(column) if kind and column.key != tab.by else column
                if mine is None:
                    self.sheet.cell(row, place).fill = _GIVEN
                elif kind and not column.predicate and column.key != tab.by:
                    self._column(mine, f"{get_column_letter(place)}{row}")

    def _general(self) -> None:
        _widths(self.sheet, (34, 44, 70))
        for place in (1, 2, 3):
            _head(self.sheet.cell(1, place))
        self.sheet.freeze_panes = "A2"
        for row, column in fields(self.grid).at.items():
            self.sheet.cell(row, 1).font = Font(bold=True)
            self._column(column, f"B{row}")
            self._cell(self.sheet.cell(row, 2), column)

    def _cell(self, cell: Cell | MergedCell, column: Column) -> None:
        cell.alignment = _WRAPPED
        # A number or date in the wrong place keeps its own format, or it would become something else.
        if column.kind == "date" and isinstance(cell.value, date | None):
            cell.number_format = _DATE
        elif column.kind == "moment" and isinstance(cell.value, datetime | None):
            cell.number_format = _MOMENT
        elif column.kind in ("number", "id", "measures", "provisions") and isinstance(cell.value, str | None):
            cell.number_format = "@"
        if column.kind in ("given", "fixed"):
            cell.fill = _GIVEN

    def _column(self, column: Column, area: str) -> None:
        """Gives cells the list or the check that belongs to their kind of value."""
        match column.kind:
            case "bool" | "own":
                name = YES_NO
            case "code":
                name = column.values
            case "codes":
                name = f"{column.values}*"
            case "deadline":
                name = DEADLINES
            case "date":
                name = ""
            case _:
                return
        if (key := name or "date") not in self.checks:
            check = (
                DataValidation(type="list", formula1=f"={self.ranges[name]}", allow_blank=True)
                if name
                else DataValidation(type="date", operator="between", formula1="36526", formula2="73050")
            )
            check.allow_blank = True
            # A cell that can have several values is no value of the list when it has two.
            check.showErrorMessage = column.kind != "codes"
            check.error = _REFUSED[self.language][not name]
            self.sheet.add_data_validation(check)
            self.checks[key] = check
        self.checks[key].add(area)


def _head(cell: Cell | MergedCell) -> None:
    cell.font = Font(bold=True, color="FFFFFFFF")
    cell.fill = _HEAD
    cell.alignment = _WRAPPED
