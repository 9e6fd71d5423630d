"""In and out again: nothing that people wrote is lost, and nothing they wrote does anything."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import turtle, workbook
from bio2kg.errors import InputError, NotAcceptableError
from bio2kg.store import EmbeddedStore
from tests.workbook import books


def term(name: str) -> NamedNode:
    return NamedNode(f"{books.DEF}{name}")


@pytest.fixture(scope="module")
def original(store: EmbeddedStore) -> bytes:
    book = books.filled(store)
    book["VvT"]["C3"].comment = Comment("Graag nakijken", "iemand")
    book.create_sheet("Kladblok")["B2"] = "los"
    sheet = book["VvT"]
    # Rows in another order, a text that was changed, an empty name.
    for column in range(1, 20):
        first, second = sheet.cell(20, column), sheet.cell(30, column)
        first.value, second.value = second.value, first.value
    sheet["D5"] = "eigen omschrijving"
    sheet["C6"] = None
    return books.saved(book)


def test_import_and_export_give_every_cell_back(store: EmbeddedStore, original: bytes) -> None:
    found = books.read(store, original)
    assert [m.kind for m in found.messages] == ["tab-unknown"]
    again = workbook.write(found.triples, store, "xlsx")
    before, after = books.cells(original), books.cells(again)
    assert {name: after[name] for name in before} == before
    assert set(books.read(store, again).triples) == set(found.triples)
    assert workbook.lost(found.triples, again, "xlsx", store) == {}


def test_what_could_not_be_read_comes_back_as_it_was_written(
    store: EmbeddedStore,
    mistakes: bytes,
) -> None:
    found = books.read(store, mistakes)
    again = workbook.write(found.triples, store, "xlsx")
    assert set(books.read(store, again).triples) == set(found.triples)
    before, after = books.cells(mistakes), books.cells(again)
    before["VvT"][7, 7] = "=Z99"  # a formula without a result comes back as its text
    assert {name: after[name] for name in before} == before


def test_the_graph_goes_through_turtle_unchanged(store: EmbeddedStore, original: bytes, tmp_path: Path) -> None:
    found = books.read(store, original)
    file = tmp_path / "a.ttl"
    file.write_text(turtle.write(found.triples), encoding="utf-8")
    assert set(turtle.read(file)) == set(found.triples)


def test_an_export_to_csv_and_back_keeps_what_csv_has_room_for(store: EmbeddedStore, original: bytes) -> None:
    found = books.read(store, original)
    content = workbook.write(found.triples, store, "csv")
    assert content.startswith(b"\xef\xbb\xbfNummer;Naam;Van toepassing;")
    back = books.read(store, content, "test.csv")
    assert back.messages == []
    for node in ("/entry/5.01.01", "/finding/5.01.01/opzet", "/control-assessment/5.01.01"):
        before, after = books.facts(found, node), books.facts(back, node)
        for facts in (before, after):
            for name in ("sourceRow", "sourceSheet", "supportedBy", "hasAction", "maturityScale", "riskAnalysis"):
                facts.pop(name, None)
        assert after == before
    again = workbook.write(back.triples, store, "csv")
    assert again == content
    assert set(books.read(store, again, "test.csv").triples) == set(back.triples)
    assert "dcterms:title" in workbook.lost(found.triples, content, "csv", store)


def test_a_csv_of_somebody_else_is_read_by_its_headings(store: EmbeddedStore) -> None:
    text = "Opzet,Nummer,Versie,Van toepassing,Risicoanalyse-ref,Bewijs\nconform,5.01.01,1.3,ja,RA 7,map 3\n"
    found = books.read(store, text.encode(), "eigen.csv")
    assert books.facts(found, "/entry/5.01.01")["applicability"] == {"applicability/applicable"}
    assert books.facts(found, "/finding/5.01.01/opzet")["result"] == {"finding-result/conform"}
    assert books.facts(found, "/cell/csv/F2")["cellText"] == {"map 3"}
    assert books.facts(found, "/cell/csv/F2")["sourceColumn"] == {"Bewijs"}
    again = workbook.write(found.triples, store, "csv").decode("utf-8-sig").splitlines()
    assert again[1] == "conform;5.01.01;1.3;ja;RA 7;map 3"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_looks_like_a_formula_does_nothing(store: EmbeddedStore, start: str) -> None:
    found = books.read(store, books.saved(books.filled(store)))
    entry = NamedNode(f"{books.BASE}/entry/5.01.01")
    text = f"{start}HYPERLINK(1)"
    triples = [t for t in found.triples if (t.subject, t.predicate) != (entry, term("justification"))]
    triples.append(Triple(entry, term("justification"), Literal(text)))
    cell = load_workbook(io.BytesIO(workbook.write(triples, store, "xlsx")))["VvT"]["G3"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    line = workbook.write(triples, store, "csv").decode("utf-8-sig")
    assert f"'{text}" in line


def test_a_changed_value_is_written_over_what_stood_there(store: EmbeddedStore) -> None:
    found = books.read(store, books.saved(books.filled(store, {"VvT!F3": "ja", "VvT!G3": "oud"})))
    entry, applicability = NamedNode(f"{books.BASE}/entry/5.01.01"), term("applicability")
    triples = [t for t in found.triples if (t.subject, t.predicate) != (entry, applicability)]
    triples.append(Triple(entry, applicability, NamedNode("https://w3id.org/bio2kg/id/applicability/not-applicable")))
    sheet = load_workbook(io.BytesIO(workbook.write(triples, store, "xlsx")))["VvT"]
    assert (sheet["F3"].value, sheet["G3"].value) == ("Niet van toepassing", "oud")


def test_a_graph_without_a_workbook_gets_one(store: EmbeddedStore) -> None:
    found = books.read(store, books.saved(books.filled(store)))
    origin = {term(name) for name in ("sourceSheet", "sourceRow")}
    cells = {t.subject for t in found.triples if t.object == term("SourceCell")}
    bare = [t for t in found.triples if t.predicate not in origin and t.subject not in cells]
    sheet = load_workbook(io.BytesIO(content := workbook.write(bare, store, "xlsx")))["VvT"]
    assert (sheet["A3"].value, sheet["F3"].value, sheet.max_row) == ("5.01.01", "Van toepassing", 211)
    assert workbook.lost(bare, content, "xlsx", store) == {}


def test_places_name_the_cell_of_a_statement(store: EmbeddedStore, original: bytes) -> None:
    place = workbook.places(books.read(store, original).triples)
    for node, path, cell in [
        ("/entry/5.01.01", "applicability", "VvT!F3"),
        ("/entry/5.01.01", "ground", "VvT!H3"),
        ("/entry/5.01.01", "noSuch", "VvT!A3"),
        ("/finding/5.01.01/opzet", "result", "Bevindingen!C2"),
        ("/finding/5.01.01/bestaan", "result", "Bevindingen!D2"),
        ("/finding/5.01.01/opzet", "supportedBy", "Bevindingen!G2"),
        ("/finding/5.01.01/bestaan", "observation", "Bevindingen!J2"),
        ("/control-assessment/5.01.01", "maturity", "Bevindingen!M2"),
        ("/exception/1", "endsOn", "Uitzonderingen!L2"),
        ("/exception/1/advice", "advisedOn", "Uitzonderingen!I2"),
        ("/evidence/e1", "confidentiality", "Bewijs!J2"),
        ("", "periodEnd", "Algemeen!B8"),
        ("/scope", "publishedAt", "Algemeen!B18"),
        ("/membership/1", "heldFrom", "Algemeen!D32"),
        ("/party/ciso", "noSuch", ""),
    ]:
        assert place(f"{books.BASE}{node}", f"{books.DEF}{path}") == cell, (node, path)
    assert place(NamedNode(f"{books.BASE}/entry/5.01.01"), None) == "VvT!A3"


def test_an_unknown_form_or_a_graph_without_assessment_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(NotAcceptableError, match="xlsx, csv"):
        workbook.write([], store, "ods")
    with pytest.raises(InputError, match="0 assessments"):
        workbook.write([], store, "xlsx")
