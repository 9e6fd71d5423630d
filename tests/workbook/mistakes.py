"""What people and spreadsheets do to cells, in one workbook."""

from datetime import date

from bio2kg.store import EmbeddedStore
from tests.workbook import books

# Place, what is written there, kind and level of the message: one workbook with all of them.
MISTAKES: list[tuple[str, object, str, str]] = [
    ("Algemeen!B7", "31-12-2026", "date-text", "notice"),
    ("Algemeen!B8", "31 december 2026", "date-text", "notice"),
    ("Algemeen!B9", "31/12/26", "date-text", "notice"),
    ("Algemeen!B16", "31-02-2026", "date-impossible", "error"),
    ("Algemeen!B17", 46387, "date-number", "notice"),
    ("Algemeen!B18", "op de website", "iri-unknown", "error"),
    ("Algemeen!B21", date(1926, 12, 31), "date-out-of-range", "error"),
    ("Algemeen!B23", date(2206, 12, 31), "date-out-of-range", "error"),
    ("Algemeen!B24", "binnenkort", "date-unknown", "error"),
    ("VvT!A3", "5.1.1", "number-form", "notice"),
    ("VvT!A4", "05.01.02", "number-form", "notice"),
    ("VvT!A9", date(2026, 4, 5), "number-date", "notice"),
    ("VvT!A10", date(2001, 9, 5), "number-date", "notice"),
    ("VvT!A14", date(2026, 8, 5), "number-date-unclear", "error"),
    ("VvT!A19", 5.1, "number-ambiguous", "error"),
    ("VvT!A11", "5,5", "number-form", "notice"),
    ("VvT!A12", "5.05.01\xa0", "spaces", "notice"),
    ("VvT!A17", "5.99.01", "number-unknown", "error"),
    ("VvT!A18", "5.04.02", "number-moved", "error"),
    ("VvT!A20", "7.01.01", "number-withdrawn", "error"),
    ("VvT!A21", "8.09.01", "number-no-measure", "error"),
    ("VvT!A22", "5.1", "number-double", "error"),
    ("VvT!F5", "misschien", "code-unknown", "error"),
    ("VvT!F6", "VAN TOEPASSING", "code-spelling", "notice"),
    ("VvT!F7", "applicable", "code-spelling", "notice"),
    ("VvT!F8", "ja", "code-spelling", "notice"),
    ("VvT!I6", " Gepland", "spaces", "notice"),
    ("VvT!L2", "waar", "boolean-spelling", "notice"),
    ("VvT!L5", "x", "boolean-spelling", "notice"),
    ("VvT!L8", "soms", "boolean-unknown", "error"),
    ("VvT!G5", "#N/A", "error-value", "error"),
    ("VvT!G6", "#VERW!", "error-value", "error"),
    ("VvT!G7", "=Z99", "formula-without-value", "error"),
    ("VvT!G8", "x" * 32_500, "text-too-long", "error"),
    ("VvT!P6", "Secretaris", "", ""),
    ("VvT!P7", "secretaris", "party-spelling", "notice"),
    ("Uitzonderingen!A2", "5.16.02", "exception-without-entry", "notice"),
    ("Uitzonderingen!N2", "onwaar", "boolean-spelling", "notice"),
    ("Uitzonderingen!M3", date(2027, 1, 1), "", ""),
    ("Uitzonderingen!A3", "", "number-missing", "error"),
    ("Bevindingen!C2", "Conform", "", ""),
    ("Bevindingen!G2", "E1; E9", "id-unknown", "error"),
    ("Bevindingen!M2", "3,0", "integer-text", "notice"),
    ("Bevindingen!M3", 3.5, "integer-unknown", "error"),
    ("Bevindingen!M4", 7, "integer-out-of-range", "error"),
    ("Bevindingen!J5", "gezien", "unused", "notice"),
    ("Bevindingen!O6", "volgend jaar", "", ""),
    ("Bevindingen!C6", None, "out-of-scope", "notice"),
    ("Bewijs!A2", "E1", "", ""),
    ("Bewijs!A3", "E1", "id-double", "error"),
    ("Bewijs!A5", "E5", "id-unused", "notice"),
    ("Bewijs!A4", None, "rows-empty", "notice"),
    ("Bewijs!B6", "zonder id", "", ""),
    ("Bewijs!A6", None, "id-missing", "error"),
    ("Acties!B1", "Omschrijvng", "heading-near", "notice"),
    ("Acties!C1", None, "heading-missing", "notice"),
    ("Kladblok!A1", "los", "tab-unknown", "notice"),
]


def workbook(store: EmbeddedStore) -> bytes:
    """A workbook with all of them."""
    book = books.filled(store, {})
    book.create_sheet("Kladblok")
    # So that rows about whose number something is said also make something.
    books.fill(book, {f"VvT!Q{row}": "opmerking" for row in range(2, 23)})
    books.fill(book, {place: value for place, value, _, _ in MISTAKES if value is not None})
    book["Algemeen"]["B17"].number_format = "General"
    book["Acties"]["C1"] = None
    book["Bevindingen"].merge_cells("K8:K10")
    book["Bevindingen"].row_dimensions[20].hidden = True
    return books.saved(book)
