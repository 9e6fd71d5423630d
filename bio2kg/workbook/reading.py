"""From sheets to a graph: every cell is read, kept as it was written, or both; nothing is lost without a message."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.store import Store
from bio2kg.workbook import cells, completing, making
from bio2kg.workbook.catalogue import Catalogue
from bio2kg.workbook.columns import TABS, Column, Headings, Tab, recognise, slug, term
from bio2kg.workbook.grids import Grid, Place, Raw, empty, integer, literal, shown
from bio2kg.workbook.identity import Identity, fields, heading_row, identify, tab_of
from bio2kg.workbook.known import Known, Reading
from bio2kg.workbook.layout import SINGLE
from bio2kg.workbook.loading import CONTROLS, load
from bio2kg.workbook.messages import ERROR, Message, Problem, problem
from bio2kg.workbook.opening import open_file
from bio2kg.workbook.template import IDENTIFIERS, SKIPPED

# The tabs in the order in which they are read: what is referred to comes first.
ORDER = (
    *("risk-analyses", "evidence", "actions", "memberships", "risks", "systems", "suppliers", "chain", "incidents"),
    *("governance", "activities", "entries", "exceptions", "findings", "csv"),
)


@dataclass(frozen=True)
class Imported:
    """What a workbook says: the assessment, its triples, and a message for each cell that needs one."""

    assessment: NamedNode
    triples: list[Triple]
    messages: list[Message]

    @property
    def errors(self) -> int:
        """How many cells could not be used."""
        return sum(message.level == ERROR for message in self.messages)


def read(
    content: bytes,
    name: str,
    store: Store,
    edition: str | None = None,
    organisation: str | None = None,
    year: int | None = None,
) -> Imported:
    """The graph of a workbook (.xlsx) or of one sheet of it (.csv, which needs edition and organisation).

    Raises InputError if the file is no workbook of ours or cannot be opened safely; a cell never raises.
    """
    opened = open_file(content, name)
    identity = identify(opened, name, edition, organisation, year)
    return Reader(identity, load(store, identity.edition), opened.grids).run(csv=opened.csv)


class Reader:
    """Reads the grids of one workbook."""

    def __init__(self, identity: Identity, catalogue: Catalogue, grids: list[Grid]) -> None:
        self.identity = identity
        self.names = next((completing.identifiers(g) for g in grids if g.title in IDENTIFIERS.values()), {})
        self.grids = [grid for grid in grids if grid.title not in SKIPPED]
        self.known = Known(catalogue, identity.assessment.value, identity.language)
        self.triples: list[Triple] = []
        self.messages: list[Message] = []
        # Cells that an export writes by itself, and those that it must leave empty.
        self.used: set[tuple[str, Place]] = set()
        self.blank: set[tuple[str, Place]] = set()
        self.headings: dict[tuple[str, int], str] = {}
        # What the row began with that made a thing.
        self.firsts: dict[NamedNode, str] = {}
        # Those of the things of which there is one that some cell says something about.
        self.made: set[str] = set()
        # Empty cells that are right only if nobody else says of this party to whom it reports.
        self.silent: list[tuple[str, Place, NamedNode]] = []

    def run(self, *, csv: bool) -> Imported:
        """Reads all of it."""
        by_tab = {("csv" if csv else tab_of(grid.title)): grid for grid in reversed(self.grids)}
        by_tab["memberships"] = by_tab.get("general", Grid(""))
        self._frame()
        if "general" in by_tab:
            self._general(by_tab["general"])
        for key in (key for key in ORDER if csv == (key == "csv")):
            if (grid := by_tab.get(key)) is not None:
                self._table(TABS[key], grid)
            elif not TABS[key].optional:
                missing = problem("tab-missing", TABS[key].title(self.known.language))
                self.message(self.grids[0].title, (1, 1), missing)
        completing.complete(self)
        for grid in self.grids:
            self._about_sheet(grid, known=csv or tab_of(grid.title) not in (None, "csv"))
        self._keep()
        order = {grid.title: at for at, grid in enumerate(self.grids)}
        self.messages.sort(key=lambda message: (order.get(message.sheet, 0), message.row, message.column))
        assessment, _ = self.names.get(self.identity.assessment, (self.identity.assessment, ""))
        return Imported(assessment, completing.renamed(self), self.messages)

    def say(self, subject: NamedNode, predicate: str, *objects: NamedNode | Literal) -> None:
        """Adds statements."""
        self.triples += [Triple(subject, term(predicate), value) for value in objects]

    def node(self, *parts: str) -> NamedNode:
        """A thing of this assessment."""
        return NamedNode("/".join((self.identity.assessment.value, *parts)))

    def single(self, key: str) -> NamedNode:
        """A thing of which the assessment has one."""
        return self.node(SINGLE[key][0])

    def message(self, sheet: str, place: Place, said: Problem) -> None:
        """Adds a message about a cell."""
        self.messages.append(Message(sheet, *place, said.kind, said.facts))

    def cell(self, grid: Grid, place: Place, column: Column) -> Reading:
        """What a cell means; what is to be said about it becomes messages."""
        value = grid.cells.get(place)
        if place in grid.formulas:
            if empty(value):
                self.message(grid.title, place, problem("formula-without-value", grid.formulas[place]))
                return Reading()
            self.message(grid.title, place, problem("formula", shown(value)))
        reading = cells.read(column, value, self.known)
        for said in reading.problems:
            self.message(grid.title, place, said)
        return reading

    def use(self, grid: Grid, place: Place, value: Raw) -> None:
        """Notes that an export writes this value here by itself; the cell is kept only if it is another."""
        there = grid.cells.get(place)
        if type(there) is type(value) and there == value:
            self.used.add((grid.title, place))
        elif empty(there) and place not in grid.formulas and value is not None:
            self.blank.add((grid.title, place))

    def _frame(self) -> None:
        """The assessment and its statement of applicability, which are there whatever the cells say."""
        assessment, statement = self.identity.assessment, self.node("statement")
        organisation, edition = self.identity.organisation, self.known.catalogue.edition
        self.say(organisation, "rdf:type", term("org:FormalOrganization"))
        self.say(assessment, "rdf:type", term("b:Assessment"))
        self.say(assessment, "b:organisation", organisation)
        self.say(assessment, "b:usesEdition", edition)
        self.say(assessment, "b:usesStatement", statement)
        self.say(statement, "rdf:type", term("b:StatementOfApplicability"))
        self.say(statement, "b:organisation", organisation)
        self.say(statement, "b:usesEdition", edition, CONTROLS)

    def _general(self, grid: Grid) -> None:
        """The fields of the first tab: name, value, explanation."""
        found = fields(grid)
        self._about_headings(grid, found, {row: (row, 1) for row in (*found.at, *found.double)})
        nodes = {"organisation": self.identity.organisation, "assessment": self.identity.assessment}
        nodes |= {key: self.node(folder) for key, (folder, _) in SINGLE.items()}
        for row, column in found.at.items():
            self.use(grid, (row, 3), column.help(self.known.language))
            if column.kind == "fixed":
                self.used.add((grid.title, (row, 2)))
                continue
            reading = self.cell(grid, (row, 2), column)
            if reading.terms:
                self.made.add(column.of)
                self.say(nodes[column.of], column.predicate, *reading.terms)
                self.use(grid, (row, 2), cells.write(column, reading.terms, self.known))
                if column.kind == "level":
                    low, high = self.known.scale
                    level = int(reading.terms[0].value)
                    self.known.scale = (level, high) if column.key == "scaleMinimum" else (low, level)

    def _table(self, tab: Tab, grid: Grid) -> None:
        header = heading_row(grid, tab.key)
        if header is None:
            if grid.cells:
                self.message(grid.title, (1, 1), problem("heading-none", tab.first.heading(self.known.language)))
            return
        rows = grid.rows()
        for at, value in rows[header].items():
            self.headings[grid.title, at] = shown(value) or grid.formulas.get((header, at), "")
        found = recognise(tab.columns, rows[header])
        self._about_headings(grid, found, {place: (header, place) for place in rows[header]}, (header, 1))
        below = [number for number in rows if number > header]
        maker = making.Maker(self, tab, grid, found)
        for number in below:
            maker.row(number)
        gaps = sorted(set(range(header + 1, max(below, default=0))) - set(below))
        if gaps:
            self.message(grid.title, (gaps[0], 1), problem("rows-empty", len(gaps)))
        if hidden := [number for number in grid.hidden if number in below]:
            self.message(grid.title, (hidden[0], 1), problem("rows-hidden", len(hidden)))

    def _about_headings(self, grid: Grid, found: Headings, places: Mapping[int, Place], other: Place = (1, 1)) -> None:
        language = self.known.language
        for at, column in found.near.items():
            text = shown(grid.cells.get(places[at]))
            self.message(grid.title, places[at], problem("heading-near", text, read=column.heading(language)))
        for at in found.double:
            self.message(grid.title, places[at], problem("heading-double", shown(grid.cells.get(places[at]))))
        for column in (column for column in found.missing if not column.optional):
            self.message(grid.title, other, problem("heading-missing", column.heading(language)))

    def _about_sheet(self, grid: Grid, *, known: bool) -> None:
        if not known:
            self.message(grid.title, (1, 1), problem("tab-unknown", grid.title))
            return
        for place, area in grid.merged:
            self.message(grid.title, place, problem("merged", area))

    def _keep(self) -> None:
        """Every cell that an export would not write by itself, and every note, as it was written."""
        slugs: dict[str, str] = {}
        for grid in self.grids:
            title = grid.title
            slugs[title] = slug(title) if slug(title) not in slugs.values() else f"{slug(title)}-{len(slugs)}"
            blank = {place for sheet, place in self.blank if sheet == title}
            for place in sorted({*grid.cells, *grid.notes, *grid.formulas, *blank}):
                text = grid.cells.get(place)
                if empty(text):
                    text = grid.formulas.get(place, text)
                kept = place in blank or (text is not None and (title, place) not in self.used)
                if not kept and place not in grid.notes:
                    continue
                name = Message(title, *place, "", {}).cell
                node = self.node("cell", slugs[title], name)
                self.say(node, "rdf:type", term("b:SourceCell"))
                self.say(node, "b:inAssessment", self.identity.assessment)
                self.say(node, "b:sourceSheet", Literal(title))
                self.say(node, "b:sourceRow", integer(place[0]))
                self.say(node, "b:columnPosition", integer(place[1]))
                if heading := self.headings.get((title, place[1])):
                    self.say(node, "b:sourceColumn", Literal(heading))
                if kept:
                    self.say(node, "b:cellText", literal("" if place in blank else text))
                if place in grid.notes:
                    self.say(node, "b:cellNote", Literal(grid.notes[place]))
