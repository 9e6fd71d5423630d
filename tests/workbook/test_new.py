"""The workbook as it is made."""

import io

import pytest
from openpyxl import load_workbook

from bio2kg import workbook
from bio2kg.errors import InputError
from bio2kg.store import EmbeddedStore
from tests.workbook import books


@pytest.mark.parametrize(("edition", "controls", "measures"), [("1.3", 93, 117), ("1.2", 93, 120)])
def test_every_control_and_every_active_measure_has_a_row(
    store: EmbeddedStore, edition: str, controls: int, measures: int
) -> None:
    book = load_workbook(io.BytesIO(workbook.new(store, workbook.Identity("gm0218", edition, 2026))))
    kinds = [row[1].value for row in book["VvT"].iter_rows(min_row=2)]
    assert kinds.count("beheersmaatregel") == controls
    assert kinds.count("overheidsmaatregel") == measures
    assert len(kinds) == controls + measures
    assert book["Bevindingen"].max_row == measures + 1


def test_rows_stand_in_the_order_of_their_numbers_with_name_and_previous_number(store: EmbeddedStore) -> None:
    sheet = books.filled(store, {})["VvT"]
    numbers = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert numbers[:5] == ["5.1", "5.01.01", "5.01.02", "5.2", "5.02.01"]
    assert numbers[-2:] == ["8.33", "8.34"]
    assert [cell.value for cell in sheet[3]][:3] == [
        "5.01.01",
        "overheidsmaatregel",
        "Vastgesteld informatiebeveiligingsbeleid",
    ]
    was = {row[0].value: row[4].value for row in sheet.iter_rows(min_row=2) if row[4].value}
    assert was == {
        "5.10.02": "5.04.02",
        "5.10.03": "5.04.03",
        "5.21.05": "5.24.06",
        "5.24.08": "8.08.06",
        "5.26.02": "5.25.01",
        "6.03.04": "8.01.02",
    }


def test_cells_with_codes_and_dates_have_lists_and_checks(store: EmbeddedStore) -> None:
    book = books.filled(store, {})
    values = book["Lijsten"]
    assert values.sheet_state == "hidden"
    lists = {}
    for check in book["VvT"].data_validations.dataValidation:
        assert check.type == "list"
        area = check.formula1.partition("!")[2].replace("$", "")
        lists[str(check.sqref)[0]] = [row[0].value for row in values[area]]
    assert lists["F"] == ["Van toepassing", "Niet van toepassing", "Vervangen door gelijkwaardig"]
    assert lists["I"] == ["Niet gestart", "Gepland", "Gedeeltelijk", "Ingevoerd", "Geverifieerd"]
    assert lists["L"] == ["ja", "nee"]
    assert "H" in lists
    dates = [c for c in book["Bevindingen"].data_validations.dataValidation if c.type == "date"]
    assert [str(c.sqref)[0] for c in dates] == ["F"]
    assert book["Bevindingen"]["F2"].number_format == "DD-MM-YYYY"


def test_sheets_are_laid_out_for_people(store: EmbeddedStore) -> None:
    book = books.filled(store, {})
    sheet = book["VvT"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref.startswith("A1:Q")
    assert sheet["G3"].alignment.wrap_text
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["D"].width == 60
    texts = " ".join(str(row[0].value) for row in book["Legenda"].iter_rows(max_row=6))
    assert "geen officiële tekst" in texts
    assert "CC BY 4.0" in texts


def test_no_cell_is_a_formula(store: EmbeddedStore) -> None:
    for sheet in books.filled(store, {}):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_the_english_workbook_is_english(store: EmbeddedStore) -> None:
    content = workbook.new(store, workbook.Identity("gm0218", "1.3", 2026, "en"))
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames[:3] == ["General", "SoA", "Exceptions"]
    assert [cell.value for cell in book["SoA"][3]][:3] == [
        "5.01.01",
        "government measure",
        "Adopted information security policy",
    ]
    book["SoA"]["F3"] = "Applicable"
    found = books.read(store, books.saved(book))
    assert found.messages == []
    assert books.facts(found, "/entry/5.01.01")["applicability"] == {"applicability/applicable"}


def test_an_untouched_workbook_says_nothing_about_measures(store: EmbeddedStore) -> None:
    found = books.read(store, workbook.new(store, books.IDENTITY))
    assert found.messages == []
    assert not any(t.object.value == f"{books.DEF}ApplicabilityEntry" for t in found.triples)


@pytest.mark.parametrize(
    ("organisation", "edition", "message"),
    [("gemeente x", "1.3", "no code of an organisation"), ("gm0218", "9.9", "Editions are")],
)
def test_an_unknown_organisation_or_edition_is_refused(
    store: EmbeddedStore, organisation: str, edition: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        workbook.new(store, workbook.Identity(organisation, edition, 2026))
