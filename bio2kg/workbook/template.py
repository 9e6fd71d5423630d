"""The workbook before anybody wrote in it: the sheets with their headings, prepared rows, lists and legend."""

from collections.abc import Iterable

from openpyxl.utils import get_column_letter

from bio2kg.workbook import durations
from bio2kg.workbook.catalogue import Catalogue, Code, Deadline, Item
from bio2kg.workbook.columns import FIELDS, GENERAL, TABS, Column, Tab
from bio2kg.workbook.grids import Grid, Raw
from bio2kg.workbook.identity import MARK, Identity
from bio2kg.workbook.known import ALL, WORDS, Term

LEGEND = {"nl": "Legenda", "en": "Legend"}
LISTS = {"nl": "Lijsten", "en": "Lists"}
IDENTIFIERS = {"nl": "Kenmerken", "en": "Identifiers"}
# Sheets that are made anew each time, so that nothing of them is kept.
SKIPPED = frozenset((*LEGEND.values(), *LISTS.values(), *IDENTIFIERS.values()))
TABLES = tuple(key for key in TABS if key not in ("memberships", "csv"))
YES_NO, DEADLINES = "yes-no", "deadlines"
_ROLES = ("bestuur", "ciso", "lijnmanagement", "proceseigenaar", "auditor")
_HEADINGS = {"nl": ("Gegeven", "Waarde", "Toelichting"), "en": ("Fact", "Value", "Explanation")}
_KIND = {"nl": ("overheidsmaatregel", "beheersmaatregel"), "en": ("government measure", "control")}
_ABOUT = {
    "nl": (
        "Over dit werkboek",
        "Dit werkboek is gemaakt met bio2kg. Het is geen officiële tekst; die staat in de Staatscourant.",
        "Namen en omschrijvingen van maatregelen zijn eigen werk van bio2kg (CC BY 4.0). De korte titels van "
        "ISO/IEC 27002 zijn van ISO en NEN en staan er alleen ter verwijzing.",
        "U mag kolommen verplaatsen of toevoegen en rijen sorteren. Laat de koppen staan. "
        "Een lege cel betekent: niet ingevuld.",
        "De eerste zeven tabbladen zijn genoeg voor een concept. De tabbladen daarna zijn nodig om de beoordeling "
        "in te dienen; een tabblad waarin niets is ingevuld, zegt niets.",
    ),
    "en": (
        "About this workbook",
        "This workbook was made with bio2kg. It is no official text; that is in the Staatscourant.",
        "Names and descriptions of measures are bio2kg's own work (CC BY 4.0). The short titles of "
        "ISO/IEC 27002 belong to ISO and NEN and are given for reference only.",
        "You may move columns, add columns and sort rows. Leave the headings. An empty cell means: not filled in.",
        "The first seven tabs are enough for a draft. The tabs after these are needed to submit the assessment; "
        "a tab in which nothing was filled in says nothing.",
    ),
}
_LEGEND = {
    "nl": (("Tabblad", "Kolom", "Betekenis"), ("Kolom", "Waarde", "Betekenis")),
    "en": (("Tab", "Column", "Meaning"), ("Column", "Value", "Meaning")),
}


def about(terms: Iterable[Term], catalogue: Catalogue) -> Item | Deadline | None:
    """The measure, control or deadline that a row is about."""
    return next((found for t in terms if (found := catalogue.by_iri.get(t))), None)


def given(key: str, item: Item | Deadline, catalogue: Catalogue, language: str) -> str | None:
    """What stands beforehand in a column of the kind ``given``; None for an empty cell."""
    if isinstance(item, Deadline):
        if key == "interval":
            return durations.written(item.interval, language) if item.interval else None
        name, iri = ("binding", item.binding) if key == "binding" else ("deadline-kind", item.kind)
        return next((code.label[language] for code in catalogue.codes[name] if code.iri == iri), None)
    match key:
        case "sort":
            return _KIND[language][item.control]
        case "was":
            return "; ".join(item.was) or None
        case "name":
            return item.name.get(language)
    return item.description.get(language)


def sheets(identity: Identity, catalogue: Catalogue, name: str | None = None) -> list[Grid]:
    """The sheets that people fill in, with what is prepared in them; ``name`` is the organisation's."""
    first = general(identity, catalogue)
    if name:
        first.cells[_row(first, "orgName", identity.language), 2] = name
    return [first, *(table(TABS[key], catalogue, identity.language) for key in TABLES)]


def _row(grid: Grid, key: str, language: str) -> int:
    heading = next(column.heading(language) for column in FIELDS if column.key == key)
    return next(row for (row, at), value in grid.cells.items() if at == 1 and value == heading)


def general(identity: Identity, catalogue: Catalogue) -> Grid:
    """The first tab: facts one below the other, then the table of roles."""
    language = identity.language
    grid = Grid(GENERAL[language])
    _put(grid, 1, _HEADINGS[language])
    for row, column in enumerate(FIELDS, 2):
        _put(grid, row, (column.heading(language), fixed(column, identity), column.help(language)))
    start = len(FIELDS) + 3
    _put(grid, start, [column.heading(language) for column in TABS["memberships"].columns])
    codes = {code.iri.value.rpartition("/")[2]: code for code in catalogue.codes["role"]}
    for row, role in enumerate(_ROLES, start + 1):
        _put(grid, row, [codes[role].label[language]])
    return grid


def fixed(column: Column, identity: Identity) -> Raw:
    """What a field says that must not be changed; None for the others."""
    values: dict[str, Raw] = {
        "workbook": MARK,
        "organisation": identity.given,
        "edition": identity.edition,
        "year": identity.year,
    }
    return values.get(column.key)


def table(tab: Tab, catalogue: Catalogue, language: str) -> Grid:
    """A tab with its headings, and the rows that are prepared: a measure, a deadline or a subject each."""
    grid = Grid(tab.title(language))
    _put(grid, 1, [column.heading(language) for column in tab.columns])
    items: Iterable[Item | Deadline] = ()
    if "number" in tab.prepared:
        items = catalogue.rows(controls=tab.key != "findings")
    elif "deadline" in tab.prepared:
        items = catalogue.deadlines.values()
    for row, item in enumerate(items, 2):
        cells = [given(c.key, item, catalogue, language) if c.kind == "given" else None for c in tab.columns]
        start = (item.label[language], item.number) if isinstance(item, Deadline) else (item.number,)
        _put(grid, row, [*start, *cells[len(start) :]])
    if tab.by in tab.prepared:
        for row, code in enumerate(_subjects(tab, catalogue), 2):
            _put(grid, row, [code.label[language]])
    return grid


def _subjects(tab: Tab, catalogue: Catalogue) -> Iterable[Code]:
    for code in catalogue.codes[tab.by_list]:
        kind = tab.kind(code.iri)
        if kind and code.iri.value.rpartition("/")[2] not in kind.leave:
            yield code


def lists(catalogue: Catalogue, language: str) -> tuple[Grid, dict[str, str]]:
    """The hidden sheet with the values of the drop-down lists, and for each list the range where they stand.

    A list of which a cell can have several values has an asterisk behind its name and ends with “all”.
    """
    grid, ranges = Grid(LISTS[language]), {}
    columns = {name: [code.label[language] for code in codes] for name, codes in sorted(catalogue.codes.items())}
    several = {f"{name}*": [*columns[name], ALL[language]] for name, many in _used().items() if many}
    others = {YES_NO: [*WORDS[language]], DEADLINES: [d.label[language] for d in catalogue.deadlines.values()]}
    for at, (name, values) in enumerate((columns | several | others).items(), 1):
        for row, value in enumerate([name, *values], 1):
            grid.cells[row, at] = value
        letter = get_column_letter(at)
        ranges[name] = f"{LISTS[language]}!${letter}$2:${letter}${len(values) + 1}"
    return grid, ranges


def _used() -> dict[str, bool]:
    """The code lists that cells take values from, and whether a cell can have several."""
    found: dict[str, bool] = {}
    for columns, kinds in ((FIELDS, ()), *((tab.columns, tab.kinds) for tab in TABS.values())):
        for column in columns:
            mine = [c for kind in kinds if (c := kind.column(column))] or [column]
            for each in (c for c in mine if c.kind in ("code", "codes") and c.values):
                found[each.values] = found.get(each.values, False) or each.kind == "codes"
    return found


def legend(catalogue: Catalogue, language: str) -> Grid:
    """What the workbook is, what each column means, and what each value of a list means."""
    grid = Grid(LEGEND[language])
    about, (columns, codes) = _ABOUT[language], _LEGEND[language]
    lines: list[Iterable[Raw]] = [[text] for text in about]
    lines += [[], columns]
    explained: dict[str, Column] = {}
    for title, parts in ((GENERAL[language], FIELDS), *((t.title(language), t.columns) for t in TABS.values())):
        if title != TABS["csv"].title(language):
            lines += [[title, column.heading(language), column.help(language)] for column in parts]
            explained |= {
                column.values: column for column in parts if column.kind in ("code", "codes") and column.values
            }
    items = next(column for column in TABS["governance"].columns if column.key == "items")
    explained = dict.fromkeys(_used(), items) | explained
    lines += [[], codes]
    for name, column in sorted(explained.items(), key=lambda entry: entry[1].heading(language)):
        for code in catalogue.codes[name]:
            lines.append([column.heading(language), code.label[language], code.definition.get(language)])
    for row, line in enumerate(lines, 1):
        _put(grid, row, line)
    return grid


def _put(grid: Grid, row: int, values: Iterable[Raw]) -> None:
    grid.cells |= {(row, at): value for at, value in enumerate(values, 1) if value is not None}
