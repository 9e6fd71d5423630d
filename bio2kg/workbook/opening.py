"""Opening a workbook that somebody sent: what it is and whether it is safe is looked at before anything is parsed."""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bio2kg.errors import InputError
from bio2kg.workbook.grids import ERROR_VALUES, Grid, Raw, Spoken, language_of

LARGEST = 20 * 1024 * 1024
_UNPACKED = 100 * 1024 * 1024
_RATIO = 200
_PARTS = 500
_CELLS = 200_000
# Rows times columns up to the last cell, and cells that are merged: reading makes a cell of each, empty or not.
_AREA = 1_000_000
# How LibreOffice writes a cell that says true or false.
_CONSTANTS = ("=TRUE()", "=FALSE()")
_OURS = "Give a workbook that was made with: bio2kg assess new"
_SAVE = "Open it in a spreadsheet program and save it as .xlsx."
_MERGED = re.compile(rb"mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True)
class Opened:
    """The sheets of a file in their order, and its own properties, which say whether it is one of ours."""

    grids: list[Grid]
    properties: Mapping[str, str]
    csv: bool = False


def open_file(content: bytes, name: str) -> Opened:
    """The sheets of an .xlsx or .csv file.

    Raises InputError for a file that is empty, too large, damaged, encrypted, with macros, of the old .xls form, that
    unpacks to far more than it seems, or whose XML could make a parser fetch or expand something.
    """
    if not content:
        raise InputError("the file is empty", where=name, remedy=_OURS)
    if len(content) > LARGEST:
        raise InputError("the file is larger than 20 MB", where=name, remedy="Remove pictures and what is not needed.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _ole(content, name)
    if content.startswith(b"PK"):
        return _spreadsheet(content, name)
    if name.lower().endswith(".csv"):
        return Opened([_comma_separated(content, name)], {}, csv=True)
    raise InputError("this is no .xlsx file: it is no zip archive", where=name, remedy=_SAVE)


def _ole(content: bytes, name: str) -> InputError:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return InputError(
            "the workbook is encrypted with a password", where=name, remedy="Save a copy without a password."
        )
    return InputError("this is an old .xls workbook, or another old Office document", where=name, remedy=_SAVE)


def _spreadsheet(content: bytes, name: str) -> Opened:
    formulas = _inspect(content, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
            texts = openpyxl.load_workbook(io.BytesIO(content), keep_links=False) if formulas else None
    except MemoryError:
        raise  # that the limit of a worker was met says nothing of the file
    except Exception as error:
        raise InputError(
            f"the workbook is damaged: {type(error).__name__}: {error}", where=name, remedy=_SAVE
        ) from error
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column > _AREA:
            raise InputError(
                f"a cell of the sheet {sheet.title} is too far away: the last row is {sheet.max_row}, "
                f"the last column {get_column_letter(sheet.max_column)}",
                where=name,
                remedy="Delete the rows and columns that are not needed.",
            )
    properties = book.custom_doc_props  # type: ignore[attr-defined]  # the stubs do not know it
    grids = [_grid(sheet, texts[sheet.title] if texts else None) for sheet in book.worksheets]
    return Opened(grids, {item.name: str(item.value) for item in properties.props})


def _grid(sheet: Worksheet, formulas: Worksheet | None) -> Grid:
    """A sheet as a grid; ``formulas`` is the same sheet with the text of its formulas."""
    grid = Grid(sheet.title)
    for row, line in enumerate(sheet.iter_rows(min_row=1, min_col=1), 1):
        for column, cell in enumerate(line, 1):
            if cell.value is not None:
                grid.cells[row, column] = _value(cell.value)
                if isinstance(cell.value, str) and (language := language_of(cell.number_format)):
                    grid.cells[row, column] = Spoken(cell.value, language)
            if cell.comment:
                grid.notes[row, column] = cell.comment.text
    for row, line in enumerate(formulas.iter_rows(min_row=1, min_col=1) if formulas else (), 1):
        for column, cell in enumerate(line, 1):
            if cell.data_type == "f":
                text = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", None)
                if text not in _CONSTANTS:
                    grid.formulas[row, column] = text or "="
                    grid.cells.setdefault((row, column), None)
    grid.merged = [((area.min_row, area.min_col), area.coord) for area in sheet.merged_cells.ranges]
    grid.hidden = sorted(number for number, size in sheet.row_dimensions.items() if size.hidden)
    return grid


def _inspect(content: bytes, name: str) -> bool:
    """Whether there are formulas. Raises InputError for what must not be parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _weigh(parts, name)
            if "[Content_Types].xml" not in archive.namelist():
                raise InputError("this zip archive is no .xlsx workbook", where=name, remedy=_SAVE)
            texts = {
                part.filename: archive.read(part)
                for part in parts
                if part.filename.lower().endswith((".xml", ".rels", ".vml"))
            }
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise InputError(f"the zip archive is damaged: {error}", where=name, remedy=_SAVE) from error
    types = texts["[Content_Types].xml"]
    if b"macroEnabled" in types or any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise InputError("the workbook has macros", where=name, remedy="Save it as .xlsx, without macros.")
    if b"spreadsheetml.sheet.main+xml" not in types:
        raise InputError("this zip archive is no .xlsx workbook", where=name, remedy=_SAVE)
    for part, text in texts.items():
        encoding = _ENCODING.search(text[:200])
        unusual = encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
        if b"\0" in text or unusual or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise InputError(f"its part {part} has XML that a workbook does not have", where=name, remedy=_SAVE)
    if sum(text.count(b"<c ") + text.count(b"<c>") + text.count(b":c ") for text in texts.values()) > _CELLS:
        raise InputError(
            f"the workbook has more than {_CELLS:,} cells", where=name, remedy="Remove what is not needed."
        )
    if sum(_area(merged) for text in texts.values() for merged in _MERGED.finditer(text)) > _AREA:
        raise InputError("too many cells are merged", where=name, remedy="Undo the merging.")
    return any(b"<f" in text or b":f>" in text for part, text in texts.items() if "worksheets/" in part)


def _area(merged: re.Match[bytes]) -> int:
    """The number of cells in a range that is merged into one."""
    left, top, right, bottom = (part.decode() for part in merged.groups())
    width = abs(column_index_from_string(right) - column_index_from_string(left)) + 1
    return width * (abs(int(bottom) - int(top)) + 1)


def _weigh(parts: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    worst = max(
        (part.file_size / max(part.compress_size, 1) for part in parts if part.file_size > 1_000_000), default=0
    )
    if unpacked > _UNPACKED or worst > _RATIO or len(parts) > _PARTS:
        raise InputError("the workbook unpacks to far more than its size", where=name, remedy=_OURS)
    if any(part.flag_bits & 1 for part in parts):
        raise InputError("the zip archive is encrypted", where=name, remedy="Save a copy without a password.")


def _value(value: object) -> Raw:
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, str | int | float | bool | date):
        return value
    return str(value) if isinstance(value, time | timedelta) else str(getattr(value, "text", value))


def _comma_separated(content: bytes, name: str) -> Grid:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a Dutch Excel writes when it is asked for plain CSV.
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise InputError("this is no text", where=name, remedy="Save the sheet as CSV (UTF-8).")
    first = text.partition("\n")[0]
    grid = Grid("CSV")
    try:
        csv.field_size_limit(LARGEST)
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(first)), 1):
            for column, cell in enumerate(row, 1):
                if cell:
                    grid.cells[number, column] = _unprotected(cell)
    except csv.Error as error:
        raise InputError(f"not readable as CSV: {error}", where=name, remedy="Save the sheet as CSV again.") from error
    if len(grid.cells) > _CELLS:
        raise InputError(f"the file has more than {_CELLS:,} cells", where=name, remedy="Remove what is not needed.")
    return grid


def _separator(line: str) -> str:
    return max(";,\t", key=line.count)


def _unprotected(cell: str) -> str:
    """A cell without the apostrophe that an export puts before a text which a spreadsheet would take for a formula."""
    return cell[1:] if re.match(r"'[=+\-@\t\r]", cell) else cell


def is_error(value: Raw) -> bool:
    """Whether a cell shows that a formula failed."""
    return isinstance(value, str) and value.strip().upper() in ERROR_VALUES
