"""Workbooks for the tests: made, filled in by coordinates, taken apart again."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date

from openpyxl import Workbook, load_workbook

from bio2kg import workbook
from bio2kg.store import EmbeddedStore
from bio2kg.workbook.opening import open_file

BASE = "https://w3id.org/bio2kg/id/assessment/gm0218-1.3-2026"
DEF = "https://w3id.org/bio2kg/def#"
IDENTITY = workbook.Identity("gm0218", "1.3", 2026)

# A workbook as a careful colleague fills it in.
FILLED: Mapping[str, object] = {
    "Algemeen!B7": date(2026, 1, 1),
    "Algemeen!B8": date(2026, 12, 31),
    "Algemeen!B10": "Self-assessment",
    "Algemeen!B11": "Auditor",
    "Algemeen!B15": "De hele organisatie",
    "Algemeen!B18": "https://example.org/reikwijdte",
    "Algemeen!B20": "2.1",
    "Algemeen!B26": "CMMI",
    "Algemeen!B27": 0,
    "Algemeen!B28": 5,
    "Algemeen!B32": "CISO",
    "Algemeen!C32": "Gemeentesecretaris",
    "Algemeen!B35": "CISO",
    "VvT!F3": "Van toepassing",
    "VvT!G3": "Verplicht\nvoor iedereen",
    "VvT!H3": "Verplicht door BIO2",
    "VvT!I3": "Ingevoerd",
    "VvT!J3": "https://example.org/beleid",
    "VvT!K3": "RA-1",
    "VvT!P3": "Directeur bedrijfsvoering",
    "VvT!F2": "Van toepassing",
    "VvT!L2": "ja",
    "VvT!F36": "Niet van toepassing",
    "VvT!R1": "Eigen kolom",
    "VvT!R3": "van ons",
    "VvT!S9": 3.5,
    "Uitzonderingen!A2": "5.16.02",
    "Uitzonderingen!B2": "Voorzien in de maatregel",
    "Uitzonderingen!G2": "Akkoord",
    "Uitzonderingen!H2": "CISO",
    "Uitzonderingen!I2": date(2026, 3, 1),
    "Uitzonderingen!L2": date(2027, 3, 1),
    "Uitzonderingen!N2": "nee",
    "Uitzonderingen!P2": "A1",
    "Bevindingen!C2": "Conform",
    "Bevindingen!D2": "Deels conform",
    "Bevindingen!F2": date(2026, 11, 1),
    "Bevindingen!G2": "E1; E2",
    "Bevindingen!J2": "Nog niet overal",
    "Bevindingen!M2": 3,
    "Bevindingen!N2": "A1",
    "Bewijs!A2": "E1",
    "Bewijs!B2": "Beleid",
    "Bewijs!J2": "Openbaar",
    "Bewijs!A3": "E2",
    "Acties!A2": "A1",
    "Acties!B2": "Uitrollen",
    "Acties!D2": date(2027, 1, 31),
    "Acties!E2": "Open",
    "Risicoanalyses!A2": "RA-1",
    "Risicoanalyses!C2": date(2026, 2, 1),
    "Risicoanalyses!E2": "ja",
}


def filled(store: EmbeddedStore, cells: Mapping[str, object] = FILLED) -> Workbook:
    """A new workbook with these cells (``Sheet!A1``) filled in."""
    book = load_workbook(io.BytesIO(workbook.new(store, IDENTITY, "Gemeente X")))
    fill(book, cells)
    return book


def fill(book: Workbook, cells: Mapping[str, object]) -> None:
    for place, value in cells.items():
        sheet, _, cell = place.partition("!")
        book[sheet][cell] = value


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(store: EmbeddedStore, content: bytes, name: str = "test.xlsx") -> workbook.Imported:
    csv = ("1.3", "gm0218", 2026) if name.endswith(".csv") else ()
    return workbook.read(content, name, store, *csv)


def cells(content: bytes, name: str = "test.xlsx") -> dict[str, dict[tuple[int, int], object]]:
    """Every cell of every sheet, and every note under the name of its sheet with an asterisk."""
    found: dict[str, dict[tuple[int, int], object]] = {}
    for grid in open_file(content, name).grids:
        found[grid.title] = {place: value for place, value in grid.cells.items() if value not in (None, "")}
        found[f"{grid.title}*"] = dict(grid.notes)
    return found


def with_part(content: bytes, part: str, change: tuple[bytes, bytes]) -> bytes:
    """The zip archive with something replaced in one of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == part:
                assert change[0] in data
                data = data.replace(*change, 1)
            new.writestr(item.filename, data)
    return target.getvalue()


def facts(imported: workbook.Imported, node: str) -> dict[str, set[str]]:
    """What is said of a thing of the assessment, by the local name of the property; IRIs without our base."""
    found: dict[str, set[str]] = {}
    for t in imported.triples:
        if t.subject.value == f"{BASE}{node}":
            name = t.predicate.value.replace("#", "/").rpartition("/")[2]
            found.setdefault(name, set()).add(t.object.value.replace("https://w3id.org/bio2kg/id/", ""))
    return found
