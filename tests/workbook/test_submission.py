"""The tabs that a submission needs: an assessment that says all of it goes into a workbook and comes back."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import fictitious, workbook
from bio2kg.store import EmbeddedStore
from bio2kg.validation.reading import Input
from bio2kg.validation.service import Session
from bio2kg.workbook.columns import TABS
from tests.workbook import books

# What a careful colleague adds for a submission; the registers and the policy are pointed at from elsewhere too.
MORE = {
    "Risico's!A2": "R1",
    "Risico's!B2": "Uitval",
    "Risico's!C2": "RA-1",
    "Risico's!D2": 3,
    "Risico's!H2": 6,
    "Risico's!I2": "A1; 8.13.04",
    "Risico's!L2": "Directeur",
    "Risico's!N2": date(2027, 1, 1),
    "Risico's!Q2": "8.13",
    "Systemen!A2": "S1",
    "Systemen!B2": "Informatiesysteem",
    "Systemen!C2": "Website",
    "Systemen!E2": "ja",
    "Systemen!K2": "ja",
    "Systemen!O2": "Applicatie; API",
    "Systemen!A3": "P1",
    "Systemen!B3": "Proces",
    "Systemen!E3": "nee",
    "Systemen!F3": "klein",
    "Leveranciers!A2": "L1",
    "Leveranciers!B2": "Wolk BV",
    "Leveranciers!E2": date(2025, 9, 1),
    "Leveranciers!G2": "alle",
    "Leveranciers!H2": "ja",
    "Leveranciers!I2": "Hosting",
    "Leveranciers!J2": "ja",
    "Leveranciers!K2": "hosting",
    "Leveranciers!L2": date(2025, 1, 1),
    "Leveranciers!N2": "R1",
    "Keten!A2": "Toeleverancier",
    "Keten!B2": "L1",
    "Keten!C2": "Datacentrum",
    "Keten!D2": date(2025, 8, 1),
    "Keten!I2": "5.20.03; 5.20.04",
    "Keten!J2": "kan niet",
    "Keten!A3": "Toegang",
    "Keten!B3": "L1",
    "Keten!G3": "RA-1",
    "Keten!A4": "Wijziging",
    "Keten!B4": "L1",
    "Keten!H4": "R1",
    "Incidenten!A2": "I1",
    "Incidenten!B2": datetime(2026, 4, 7, 9, 30),
    "Incidenten!C2": "ja",
    "Incidenten!E2": datetime(2026, 4, 7, 14, 30),
    "Incidenten!H2": "2026-05-01T12:00:00+02:00",
    "Activiteiten!F2": date(2026, 6, 8),
    "Activiteiten!G2": "Auditor",
    "Activiteiten!J2": "E1",
    "Activiteiten!K3": "6 maanden",
    "Activiteiten!I21": "5 jaar",
    "Activiteiten!A49": "Beleid beoordelen",
    "Activiteiten!F49": date(2026, 7, 8),
    "Bestuur!G2": "21; 25.1",
    "Bestuur!F2": "alle",
    "Bestuur!B3": date(2025, 1, 1),
    "Bestuur!F3": "Quickscan; Risicoregister",
    "Bestuur!L4": "https://creativecommons.org/publicdomain/zero/1.0/",
    "Bestuur!B5": date(2026, 1, 1),
    "Bestuur!C5": "Directeur",
    "Bestuur!F5": "alle",
    "Bestuur!C7": "Directeur",
    "Bestuur!E8": 2026,
    "Bestuur!F8": "Pentest; Audit",
    "Bestuur!H8": "S1",
    "Bestuur!J9": "nee",
    "Bestuur!E9": 2026,
    "Bestuur!B10": date(2026, 4, 1),
    "Bestuur!K12": "ja",
    "Bestuur!L14": "https://example.org/cvd",
    "Bestuur!B15": date(2026, 1, 1),
    "Risicoanalyses!F2": "ja",
    "Risicoanalyses!G2": "alle",
    "Risicoanalyses!H2": "Kwaliteit van producten",
    "Bevindingen!P2": "Directeur bedrijfsvoering",
}


@pytest.fixture(scope="module")
def session(store: EmbeddedStore) -> Session:
    return Session(store)


@pytest.fixture(scope="module")
def complete(session: Session) -> list[Triple]:
    return fictitious.complete()


@pytest.fixture(scope="module")
def exported(complete: list[Triple], store: EmbeddedStore) -> bytes:
    return workbook.write(complete, store, "xlsx")


@pytest.fixture(scope="module")
def original(store: EmbeddedStore) -> bytes:
    return books.saved(books.filled(store, {**books.FILLED, **MORE}))


def findings(session: Session, triples: list[Triple], profile: str = "submission") -> list[str]:
    verdict = session.validate(Input(triples), profile=profile, as_of=fictitious.AS_OF)
    return [f"{finding.code} {finding.fingerprint}" for finding in verdict.findings]


def test_a_complete_assessment_comes_back_from_its_workbook(
    complete: list[Triple], exported: bytes, store: EmbeddedStore
) -> None:
    assert workbook.lost(complete, exported, "xlsx", store) == {"b:usesEdition": 1}  # that the VvT is one of ISO 27001
    back = books.read(store, exported)
    assert back.messages == []
    again = workbook.write(back.triples, store, "xlsx")
    assert set(books.read(store, again).triples) == set(back.triples)


def test_what_came_back_from_a_workbook_is_judged_as_before(
    complete: list[Triple], exported: bytes, session: Session, store: EmbeddedStore
) -> None:
    for profile in ("submission", "public"):
        before = findings(session, complete, profile)
        assert set(findings(session, books.read(store, exported).triples, profile)) <= set(before)


@pytest.mark.parametrize(
    "left_out", ["adoptedOn", "containsClause", "decidedBy", "inScope", "registeredIn", "retention", "sentAt"]
)
def test_what_is_missing_is_found_before_and_after(
    left_out: str, complete: list[Triple], session: Session, store: EmbeddedStore
) -> None:
    triples = [t for t in complete if t.predicate.value != f"{books.DEF}{left_out}"]
    before = findings(session, triples)
    back = books.read(store, workbook.write(triples, store, "xlsx"))
    assert before
    assert set(findings(session, back.triples)) == set(before)


def test_a_workbook_alone_is_enough_for_a_submission(exported: bytes, session: Session, store: EmbeddedStore) -> None:
    book = load_workbook(io.BytesIO(exported))
    del book["Kenmerken"]
    plain(book)
    alone = books.read(store, books.saved(book))
    assert alone.messages == []
    assert findings(session, alone.triples) == []


def plain(book: Workbook) -> None:
    """Takes away what an export says in formats, which nobody fills in by hand."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.number_format.startswith("[$-"):
                    cell.number_format = "General"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_untouched_workbook_gives_nothing_to_complain_about_in_draft(
    language: str, session: Session, store: EmbeddedStore
) -> None:
    found = books.read(store, workbook.new(store, workbook.Identity("gm0218", "1.3", 2026, language)))
    assert found.messages == []
    assert findings(session, found.triples, "draft") == []
    kinds = {t.object.value for t in found.triples if t.predicate.value.endswith("#type")}
    classes = ("Assessment", "FormalOrganization", "StatementOfApplicability", "SourceCell")
    assert {kind.rpartition("#")[2] for kind in kinds} == set(classes)


def test_a_workbook_from_before_these_tabs_is_read_without_messages(store: EmbeddedStore) -> None:
    book = books.filled(store)
    for tab in TABS.values():
        if tab.optional:
            del book[tab.nl]
    for sheet, columns in (("Risicoanalyses", "FGH"), ("Bevindingen", "PQ")):
        for column in columns:
            book[sheet][f"{column}1"] = None
    assert books.read(store, books.saved(book)).messages == []


def test_what_people_fill_in_is_read_and_comes_back(original: bytes, store: EmbeddedStore) -> None:
    found = books.read(store, original)
    assert [(m.place, m.kind) for m in found.messages] == [
        ("Leveranciers!K2", "party-spelling"),
    ]
    again = workbook.write(found.triples, store, "xlsx")
    before, after = books.cells(original), books.cells(again)
    assert {name: after[name] for name in before} == before
    assert workbook.lost(found.triples, again, "xlsx", store) == {}


@pytest.mark.parametrize(
    ("node", "name", "values"),
    [
        ("/risk/r1", "mitigatedBy", {"assessment/gm0218-1.3-2026/action/a1", "bio2/1.3/8.13.04"}),
        ("/acceptance/r1", "acceptsRisk", {"assessment/gm0218-1.3-2026/risk/r1"}),
        ("/acceptance/r1", "concerns", {"iso27002/2022/8.13"}),
        ("/system/s1", "registeredIn", {"assessment/gm0218-1.3-2026/register/assets"}),
        ("/system/s1", "assetKind", {"asset-kind/application", "asset-kind/api"}),
        ("/process/p1", "outOfScopeOf", {"assessment/gm0218-1.3-2026/scope"}),
        ("/contract/l1", "withSupplier", {"assessment/gm0218-1.3-2026/supplier/l1"}),
        ("/contract/l1", "underPolicy", {"assessment/gm0218-1.3-2026/policy/cloud"}),
        ("/contract/l1", "registeredIn", {"assessment/gm0218-1.3-2026/register/contracts"}),
        ("/register/contracts", "registerKind", {"register-kind/contracts"}),
        ("/assurance/l1", "coversService", {"assessment/gm0218-1.3-2026/service/hosting"}),
        ("/sub-supplier/1", "notPassedOn", {"bio2/1.3/5.20.03", "bio2/1.3/5.20.04"}),
        ("/chain-change/1", "underContract", {"assessment/gm0218-1.3-2026/contract/l1"}),
        ("/incident/i1", "awareAt", {"2026-04-07T09:30:00"}),
        ("/notice/i1-final-report", "sentAt", {"2026-05-01T12:00:00+02:00"}),
        ("/notice/i1-early-warning", "noticeKind", {"notice-kind/early-warning"}),
        ("/activity/5.01.02", "concerns", {"bio2/1.3/5.01.02"}),
        ("/activity/5.01.02-2", "forDeadline", {"deadline/1.3/5.01.02"}),
        ("/activity/5.28.01", "retention", {"P5Y"}),
        ("/own-interval/5.04.01", "interval", {"P6M"}),
        ("/scope", "contextDuty", {"cbw/21", "cbw/25.1"}),
        ("/risk-method", "includesPart", {"risk-method-part/quick-scan", "risk-method-part/register"}),
        ("/statement", "publisher", {"https://identifier.overheid.nl/tooi/id/gemeente/gm0218"}),
        ("/policy/information-security", "adoptedBy", {"assessment/gm0218-1.3-2026/party/directeur"}),
        ("/audit-plan/2026", "auditKind", {"assessment-method/pentest", "assessment-method/audit"}),
        ("/icv/2026", "claimsFullControl", {"false"}),
        ("/procedure/incident", "refersToProcedure", {"assessment/gm0218-1.3-2026/procedure/crisis"}),
        ("/risk-analysis/ra-1", "usesMethod", {"assessment/gm0218-1.3-2026/risk-method"}),
    ],
)
def test_each_row_says_what_it_should(
    original: bytes, store: EmbeddedStore, node: str, name: str, values: set[str]
) -> None:
    assert books.facts(books.read(store, original), node)[name] == values


def test_a_row_with_only_an_own_interval_is_no_record(original: bytes, store: EmbeddedStore) -> None:
    assert books.facts(books.read(store, original), "/activity/5.04.01") == {}


def test_every_deadline_of_the_edition_has_a_row(store: EmbeddedStore) -> None:
    rows = list(books.filled(store, {})["Activiteiten"].iter_rows(min_row=2, max_col=6, values_only=True))
    assert len(rows) == 47
    assert rows[0] == ("Beleid beoordelen", "5.01.02", "1 jaar", "Herhaling", "Hard", None)
    english = workbook.new(store, workbook.Identity("gm0218", "1.3", 2026, "en"))
    sheet = load_workbook(io.BytesIO(english))["Activities"]
    assert [cell.value for cell in sheet[2]][:5] == ["Review of the policy", "5.01.02", "1 year", "Recurrence", "Hard"]


MISTAKES = [
    ("Systemen!A4", "S4", "", ""),
    ("Systemen!C4", "zonder soort", "", ""),
    ("Systemen!B4", None, "kind-missing", "error"),
    ("Systemen!O2", "Applicatie; wasmachine", "code-unknown", "error"),
    ("Keten!F2", "binnen kantooruren", "not-here", "notice"),
    ("Keten!B3", "L9", "id-unknown", "error"),
    ("Keten!I2", "5.20.03; 99.99", "number-unknown", "error"),
    ("Incidenten!B2", date(2026, 4, 7), "moment-without-time", "notice"),
    ("Incidenten!E2", "7 april 2026 om 14.30 uur", "moment-text", "notice"),
    ("Incidenten!F2", "gisteren", "moment-unknown", "error"),
    ("Incidenten!G2", "31-02-2026 12:00", "date-impossible", "error"),
    ("Activiteiten!K3", "af en toe", "duration-unknown", "error"),
    ("Activiteiten!K4", "P1Y", "duration-text", "notice"),
    ("Activiteiten!A49", "Koffie zetten", "deadline-unknown", "error"),
    ("Activiteiten!F50", date(2026, 1, 1), "", ""),
    ("Activiteiten!A50", None, "deadline-missing", "error"),
    ("Activiteiten!K51", "1 jaar", "unused", "notice"),
    ("Activiteiten!B51", "5.07", "", ""),
    ("Bestuur!G2", "21; 999", "provision-unknown", "error"),
    ("Bestuur!I5", "ja", "not-here", "notice"),
    ("Bestuur!A20", "Context van het ISMS", "", ""),
    ("Bestuur!F20", "alle", "", ""),
    ("Bestuur!A20", None, "single-double", "error"),
    ("Bestuur!B21", date(2026, 1, 1), "", ""),
    ("Bestuur!A21", None, "kind-missing", "error"),
]


def test_each_mistake_is_named_with_its_cell_and_comes_back(store: EmbeddedStore) -> None:
    cells = {place: value for place, value, _, _ in MISTAKES if value is not None}
    content = books.saved(books.filled(store, {**books.FILLED, **MORE, **cells}))
    found = books.read(store, content)
    messages = {(m.place, m.kind): m for m in found.messages}
    for place, _, kind, level in MISTAKES:
        if kind:
            message = messages[place, kind]
            assert message.level == level
            for language in ("nl", "en"):
                assert message.text(language).endswith(".")
                assert "{" not in message.text(language)
    again = workbook.write(found.triples, store, "xlsx")
    before, after = books.cells(content), books.cells(again)
    assert {name: after[name] for name in before} == before
    assert set(books.read(store, again).triples) == set(found.triples)


def test_rows_of_governance_have_lists_and_grey_cells_of_their_own(store: EmbeddedStore) -> None:
    book = books.filled(store, {})
    sheet, values = book["Bestuur"], book["Lijsten"]
    lists: dict[str, tuple[list[object], bool]] = {}
    for check in sheet.data_validations.dataValidation:
        if check.type == "list":
            texts = [row[0].value for row in values[check.formula1.partition("!")[2].replace("$", "")]]
            areas = [area for part in check.sqref.ranges for area in str(part).split()]
            lists |= dict.fromkeys(areas, (texts, check.showErrorMessage))
    parts = ["Opvolging van risico's", "Quickscan", "Risicoregister", "Volledige risicoanalyse", "alle"]
    assert lists["F3"] == (parts, False)
    assert "Auditrecht" not in lists["F5"][0]
    assert "F15" not in lists
    assert lists["I9"] == (["ja", "nee"], True)
    assert sheet["F15"].fill.fgColor.rgb == sheet["I5"].fill.fgColor.rgb != sheet["B15"].fill.fgColor.rgb


def test_names_that_things_had_stay_with_them_and_go_to_no_other(
    complete: list[Triple], exported: bytes, store: EmbeddedStore
) -> None:
    book = load_workbook(io.BytesIO(exported))
    assert book["Kenmerken"].sheet_state == "hidden"
    base = "https://w3id.org/bio2kg/id/assessment/voorbeeldstad-1.3-2026"
    sheet = book["Uitzonderingen"]
    number = sheet["A2"].value
    sheet["A2"] = "5.7"  # another exception than the one that had the name
    things = {t.subject.value for t in books.read(store, books.saved(book)).triples}
    assert f"{base}/exception/{number}" not in things
    assert f"{base}/exception/1" in things
    assert f"{base}/party/college" in things


def test_texts_keep_their_language(store: EmbeddedStore) -> None:
    found = books.read(store, books.saved(books.filled(store)))
    entry, justification = NamedNode(f"{books.BASE}/entry/5.01.01"), NamedNode(f"{books.DEF}justification")
    triples = [t for t in found.triples if (t.subject, t.predicate) != (entry, justification)]
    for literal in (Literal("omdat het moet", language="nl"), Literal("because", language="en"), Literal("zo maar")):
        said = Triple(entry, justification, literal)
        assert said in books.read(store, workbook.write([*triples, said], store, "xlsx")).triples


def test_a_finding_is_placed_in_the_cell_where_it_was_filled_in(original: bytes, store: EmbeddedStore) -> None:
    place = workbook.places(books.read(store, original).triples)
    for node, path, cell in [
        ("/risk/r1", "residualLevel", "Risico's!H2"),
        ("/acceptance/r1", "endsOn", "Risico's!N2"),
        ("/acceptance/r1", "noSuch", "Risico's!L2"),
        ("/process/p1", "outOfScopeOf", "Systemen!E3"),
        ("/contract/l1", "validUntil", "Leveranciers!F2"),
        ("/sub-supplier/1", "knownSince", "Keten!D2"),
        ("/access/1", "endsOn", "Keten!E3"),
        ("/notice/i1-final-report", "sentAt", "Incidenten!H2"),
        ("/activity/5.01.02-2", "performedOn", "Activiteiten!F49"),
        ("/own-interval/5.04.01", "interval", "Activiteiten!K3"),
        ("/scope", "contextDuty", "Bestuur!G2"),
        ("/scope", "publishedAt", "Algemeen!B18"),
        ("/risk-method", "includesPart", "Bestuur!F3"),
        ("/policy/information-security", "adoptedBy", "Bestuur!C5"),
        ("/icv/2026", "coversWholeOrganisation", "Bestuur!I9"),
    ]:
        assert place(f"{books.BASE}{node}", f"{books.DEF}{path}") == cell, (node, path)
