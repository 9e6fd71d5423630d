"""From a graph to the workbook: what was kept comes back where it stood, what is stated is written into its cell."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.errors import NotAcceptableError
from bio2kg.store import Store
from bio2kg.workbook import cells, naming, rendering, template
from bio2kg.workbook.catalogue import Catalogue
from bio2kg.workbook.columns import FIELDS, TABS, Column, Headings, Tab
from bio2kg.workbook.grids import Grid, Raw, empty, shown
from bio2kg.workbook.identity import Identity, fields
from bio2kg.workbook.layout import SINGLE, Graph, Kept, kind_of, rows_of
from bio2kg.workbook.loading import load
from bio2kg.workbook.parts import NOT_ASSESSED
from bio2kg.workbook.placing import Rows

FORMATS = ("xlsx", "csv")


def write(triples: Iterable[Triple], store: Store, form: str) -> bytes:
    """The workbook of the assessment in a graph, as ``xlsx`` or as one sheet in ``csv``.

    Raises NotAcceptableError for another form, and InputError for a graph that does not hold exactly one assessment
    of a known edition.
    """
    if form not in FORMATS:
        raise NotAcceptableError(f"a workbook is not written as {form}", remedy=f"Choose one of: {', '.join(FORMATS)}.")
    graph = Graph(triples)
    kept = Kept(graph)
    identity = naming.identity_of(graph)
    catalogue = load(store, identity.edition)
    writer = _Writer(graph, kept, identity, catalogue)
    if form == "csv":
        return rendering.comma_separated(writer.table("csv"))
    tabs = [writer.general(), *map(writer.table, template.TABLES)]
    names = naming.identifiers(graph, writer.known, writer.placed, tabs, identity)
    ours = {grid.title for grid in tabs}
    others = [grid for title, grid in kept.grids.items() if title not in ours]
    return rendering.xlsx([*tabs, *others, *names], identity, catalogue)


class _Writer:
    def __init__(self, graph: Graph, kept: Kept, identity: Identity, catalogue: Catalogue) -> None:
        self.graph, self.kept, self.identity = graph, kept, identity
        self.assessment = graph.of_type("b:Assessment")[0]
        self.known = naming.known(graph, self.assessment, catalogue, identity.language)
        # What stands in which row of which sheet.
        self.placed: dict[tuple[str, int], NamedNode] = {}
        scale = {
            c.key: graph.text(graph.single(self.assessment, "scale"), c.predicate) for c in FIELDS if c.kind == "level"
        }
        low, high = self.known.scale
        self.known.scale = (int(scale["scaleMinimum"] or low), int(scale["scaleMaximum"] or high))

    def general(self) -> Grid:
        """The first tab: fields and roles."""
        grid = self.kept.sheet("general") or template.general(self.identity, self.known.catalogue)
        nodes = {key: self.graph.single(self.assessment, key) for key in SINGLE}
        nodes |= {"assessment": self.assessment, "organisation": self.identity.organisation}
        for row, column in fields(grid).at.items():
            self._given(grid, (row, 3), column.help(self.identity.language))
            if column.kind == "fixed":
                grid.cells[row, 2] = template.fixed(column, self.identity)
            else:
                self._state(grid, (row, 2), column, [nodes[column.of]])
        self._things(TABS["memberships"], grid)
        return grid

    def table(self, key: str) -> Grid:
        """A tab with its rows."""
        tab = TABS[key]
        grid = self.kept.sheet(key) or template.table(tab, self.known.catalogue, self.identity.language)
        self._things(tab, grid)
        return grid

    def _things(self, tab: Tab, grid: Grid) -> None:
        layout = self.kept.headings(grid, tab.key)
        if layout is None:
            return
        header, found = layout
        rows = Rows(self.graph, self.known, tab, grid, header, found)
        for node in rows_of(self.graph, tab):
            number = rows.of(node)
            self.placed[grid.title, number] = node
            kind = kind_of(self.graph, tab, node) if tab.kinds else None
            for place, column in found.at.items():
                if column.kind == "number":
                    self._number(grid, (number, place), column, node)
                elif column.kind == "id":
                    self._name(grid, (number, place), column, self.known.ids[node])
                elif kind and column.key == tab.by:
                    self._put(grid, (number, place), column, rows.about(node))
                elif column.kind != "given" and (mine := kind.column(column) if kind else column):
                    self._state(grid, (number, place), mine, self.graph.targets(node, mine, tab))
        self._prepared(tab, grid, header, found)

    def _state(self, grid: Grid, place: tuple[int, int], column: Column, targets: list[NamedNode]) -> None:
        """Writes what is stated."""
        found: list[NamedNode | Literal] = [
            v for target in targets for v in self.graph.values(target, column.predicate)
        ]
        if column.kind == "own":
            own = self.known.own(column.values)
            found = [value for value in found if value == own]
            if column.otherwise and any(own in self.graph.values(target, column.otherwise) for target in targets):
                found = [naming.NO]
        self._put(grid, place, column, tuple(dict.fromkeys(found)))

    def _put(self, grid: Grid, place: tuple[int, int], column: Column, terms: tuple[NamedNode | Literal, ...]) -> None:
        """Writes a cell, unless the cell that was kept says the same."""
        if not terms or self._blank(grid, place, column, terms):
            return
        there = grid.cells.get(place)
        said = set(cells.read(column, there, self.known).terms) if not empty(there) else set()
        if said == set(terms) or (said and column.of == "member" and said <= set(terms)):
            return
        grid.cells[place] = cells.write(column, terms, self.known)

    def _blank(self, grid: Grid, place: tuple[int, int], column: Column, terms: tuple[object, ...]) -> bool:
        """Whether a cell was left empty although something is stated that follows from another cell."""
        follows = column.of == "member" or column.key == "measure" or NOT_ASSESSED in terms
        return (grid.title, place) in self.kept.blank and follows

    def _number(self, grid: Grid, place: tuple[int, int], column: Column, node: NamedNode) -> None:
        about = [node, *self.graph.values(node, "b:forEntry")]
        concerns = [c for n in about for c in self.graph.values(n, "b:concerns")]
        written = [w.value for n in about for w in self.graph.values(n, "b:numberAsWritten")]
        there = grid.cells.get(place)
        if not empty(there) and (
            shown(there) in written or list(cells.read(column, there, self.known).terms) == concerns
        ):
            return
        self._text(grid, place, next((c.value.rpartition("/")[2] for c in concerns), written[0] if written else ""))

    def _name(self, grid: Grid, place: tuple[int, int], column: Column, name: str) -> None:
        terms = cells.read(column, grid.cells.get(place), self.known).terms
        if [term.value for term in terms] != [name]:
            grid.cells[place] = name

    def _text(self, grid: Grid, place: tuple[int, int], text: str) -> None:
        if shown(grid.cells.get(place)) != text:
            grid.cells[place] = text

    def _given(self, grid: Grid, place: tuple[int, int], text: Raw) -> None:
        if text is not None and empty(grid.cells.get(place)) and (grid.title, place) not in self.kept.blank:
            grid.cells[place] = text

    def _prepared(self, tab: Tab, grid: Grid, header: int, found: Headings) -> None:
        """The name and the rest that stand beside a number or a deadline."""
        at = found.position(tab.first.key)
        if at is None or tab.first.kind not in ("number", "deadline"):
            return
        catalogue, language = self.known.catalogue, self.identity.language
        for number, row in grid.rows().items():
            if number <= header:
                continue
            item = template.about(cells.read(tab.first, row.get(at), self.known).terms, catalogue)
            for place, column in found.at.items():
                if column.kind == "given" and item:
                    self._given(grid, (number, place), template.given(column.key, item, catalogue, language))
