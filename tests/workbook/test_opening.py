"""What is no workbook of ours, or not safe to open, is refused before it is parsed."""

import io
import zipfile
import zlib

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from bio2kg import workbook
from bio2kg.errors import InputError
from bio2kg.store import EmbeddedStore
from bio2kg.workbook import opening
from tests.workbook import books

TYPES = "[Content_Types].xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return content.getvalue()


def other_tool() -> bytes:
    return books.saved(Workbook())


def ours(store: EmbeddedStore) -> bytes:
    return books.saved(books.filled(store, {}))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.xlsx", "the file is empty"),
        (b"Nummer;Opzet", "a.xlsx", "no zip archive"),
        (archive(a=b"text"), "a.xlsx", "no .xlsx workbook"),
        (OLE + b"\0" * 600, "a.xls", "old .xls workbook"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
        (b"PK\x03\x04" + b"\0" * (20 * 1024 * 1024), "a.xlsx", "larger than 20 MB"),
        (b"PK\x03\x04 and no more", "a.xlsx", "damaged"),
        (
            archive(**{TYPES: b"spreadsheetml.sheet.main+xml", "b.xml": b"0" * 50_000_000}),
            "a.xlsx",
            "far more than its size",
        ),
        (
            archive(**{TYPES: b"spreadsheetml.sheet.main+xml", **{f"{n}.xml": b"" for n in range(600)}}),
            "a.xlsx",
            "far more",
        ),
        (archive(**{TYPES: b"spreadsheetml.sheet.main+xml"}), "a.xlsx", "damaged"),
        (other_tool(), "a.xlsx", "not made by bio2kg"),
        (b"Nummer;Opzet\n", "a.csv", "--org and --edition"),
        (b"\x00\x01\x02", "a.csv", "no text"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(store: EmbeddedStore, content: bytes, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        workbook.read(content, name, store)
    assert caught.value.remedy
    assert caught.value.where == name


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        (TYPES, (b"sheet.main+xml", b"sheet.macroEnabled.main+xml"), "has macros"),
        ("xl/workbook.xml", (b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook'), "a workbook does not have"),
        ("xl/styles.xml", (b"<styleSheet", b"<!DOCTYPE a><styleSheet"), "a workbook does not have"),
        (
            "xl/styles.xml",
            (b"<styleSheet", b'<?xml version="1.0" encoding="cp037"?><styleSheet'),
            "a workbook does not have",
        ),
        ("xl/styles.xml", (b"<styleSheet", "<styleSheet".encode("utf-16")), "a workbook does not have"),
        ("xl/workbook.xml", (b"<sheets>", b"<sheets"), "damaged"),
        ("xl/worksheets/sheet1.xml", (b"<sheetData>", b"<sheetData>" + b"<c />" * 200_001), "more than 200,000 cells"),
    ],
)
def test_a_workbook_that_was_tampered_with_is_refused(
    store: EmbeddedStore, part: str, change: tuple[bytes, bytes], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_RATIO", 100_000)
    with pytest.raises(InputError, match=message):
        books.read(store, books.with_part(ours(store), part, change))


def test_a_zip_part_that_is_damaged_is_refused(store: EmbeddedStore) -> None:
    content = bytearray(ours(store))
    content[200:260] = zlib.compress(b"x" * 500)[:20] * 3
    with pytest.raises(InputError, match="damaged"):
        books.read(store, bytes(content))


def test_the_mark_in_the_first_tab_is_enough_where_a_program_drops_the_property(store: EmbeddedStore) -> None:
    book = books.filled(store)
    book.custom_doc_props.props.clear()
    assert books.read(store, books.saved(book)).messages == []


def test_a_workbook_of_a_later_form_is_refused(store: EmbeddedStore) -> None:
    book = books.filled(store)
    next(p for p in book.custom_doc_props.props if p.name == "bio2kg-workbook").value = "2"
    with pytest.raises(InputError, match="another version"):
        books.read(store, books.saved(book))


def test_a_chart_sheet_or_a_hidden_sheet_does_no_harm(store: EmbeddedStore) -> None:
    book = books.filled(store)
    book.create_chartsheet("Grafiek").add_chart(BarChart())
    book["Acties"].sheet_state = "hidden"
    assert books.read(store, books.saved(book)).messages == []
