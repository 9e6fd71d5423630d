"""From a graph to the workbook: what was kept comes back where it stood, what is stated is written into its cell."""

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.errors import InputError, NotAcceptableError
from bio2kg.namespaces import ID
from bio2kg.organisations import organisation
from bio2kg.store import Store
from bio2kg.workbook import cells, rendering, template
from bio2kg.workbook.catalogue import Catalogue, load
from bio2kg.workbook.cells import Known
from bio2kg.workbook.columns import FIELDS, GENERAL, TABS, Column, Headings, Tab, plain
from bio2kg.workbook.grids import Grid, Raw, empty, shown
from bio2kg.workbook.identity import Identity, fields
from bio2kg.workbook.layout import Graph, Kept
from bio2kg.workbook.making import NOT_ASSESSED
from bio2kg.workbook.reading import SINGLE

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
    identity = identity_of(graph)
    writer = _Writer(graph, kept, identity, load(store, identity.edition))
    if form == "csv":
        return rendering.comma_separated(writer.table("csv"))
    tabs = [writer.general(), *map(writer.table, template.TABLES)]
    ours = {grid.title for grid in tabs}
    others = [grid for title, grid in kept.grids.items() if title not in ours]
    return rendering.xlsx([*tabs, *others], identity, writer.known.catalogue)


def identity_of(graph: Graph) -> Identity:
    """Which assessment a graph holds, and the language of the workbook it came from.

    Raises InputError if it does not hold exactly one, with organisation, edition and year.
    """
    found = graph.of_type("b:Assessment")
    if len(found) != 1:
        raise InputError(
            f"the graph holds {len(found)} assessments", remedy="Give a file with one assessment, as import writes it."
        )
    assessment = found[0]
    about = next((n for n in graph.values(assessment, "b:organisation") if isinstance(n, NamedNode)), None)
    editions = [n.value for n in graph.values(assessment, "b:usesEdition") if n.value.startswith(f"{ID}bio2/")]
    if about is None or len(editions) != 1:
        raise InputError(
            "the assessment does not name one organisation and one edition of BIO2",
            where=assessment.value,
            remedy="Add b:organisation and b:usesEdition.",
        )
    year = re.search(r"-(20\d\d)$", assessment.value) or re.match("(20..)", graph.text(assessment, "b:periodEnd"))
    if not year:
        raise InputError(
            "the assessment does not say of which year it is", where=assessment.value, remedy="Add b:periodEnd."
        )
    code = about.value.rpartition("/")[2]
    given = code if _is_code(code, about) else about.value
    english = any(graph.text(n, "b:sourceSheet") == GENERAL["en"] for n in graph.of_type("b:SourceCell"))
    return Identity(given, editions[0].rpartition("/")[2], int(year[1]), "en" if english else "nl")


def _is_code(code: str, about: NamedNode) -> bool:
    try:
        return organisation(code) == about
    except InputError:
        return False


class _Writer:
    def __init__(self, graph: Graph, kept: Kept, identity: Identity, catalogue: Catalogue) -> None:
        self.graph, self.kept, self.identity = graph, kept, identity
        self.assessment = graph.of_type("b:Assessment")[0]
        self.known = Known(catalogue, self.assessment.value, identity.language)
        self.items = {item.iri: item for item in catalogue.items.values()}
        for party in graph.of_type("b:Party"):
            name = graph.text(party, "foaf:name")
            self.known.parties[plain(name)] = (party, name)
        for tab in TABS.values():
            if tab.first.kind == "id":
                things = self.known.things.setdefault(tab.key, {})
                for node in graph.of_type(tab.type):
                    things.setdefault(self._id(node), node)
        scale = {c.key: graph.text(self._single("scale"), c.predicate) for c in FIELDS if c.kind == "level"}
        low, high = self.known.scale
        self.known.scale = (int(scale["scaleMinimum"] or low), int(scale["scaleMaximum"] or high))

    def _id(self, node: NamedNode) -> str:
        return self.graph.text(node, "dcterms:identifier") or node.value.rpartition("/")[2]

    def _single(self, key: str) -> NamedNode:
        pointer = {"statement": "b:usesStatement", "scope": "b:coversScope", "approval": "b:hasApproval"}.get(key, "")
        found = self.graph.values(self.assessment, pointer) if pointer else self.graph.of_type(SINGLE[key][1])
        return next(
            (n for n in found if isinstance(n, NamedNode)), NamedNode(f"{self.assessment.value}/{SINGLE[key][0]}")
        )

    def general(self) -> Grid:
        """The first tab: fields and roles."""
        grid = self.kept.sheet("general") or template.general(self.identity, self.known.catalogue)
        nodes = {key: self._single(key) for key in SINGLE}
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
        rows: dict[tuple[NamedNode | Literal, ...], int] = {}
        if (at := found.position("number")) and tab.prepared:
            numbers = {number: grid.cells.get((number, at)) for number in grid.rows() if number > header}
            rows = {cells.read(tab.first, raw, self.known).terms: number for number, raw in reversed(numbers.items())}
        for node in self._of(tab):
            number = self._row(tab, grid, node, rows, header)
            for place, column in found.at.items():
                if column.kind == "number":
                    self._number(grid, (number, place), column, node)
                elif column.kind == "id":
                    self._name(grid, (number, place), column, node)
                elif column.kind != "given":
                    self._state(grid, (number, place), column, self.graph.targets(node, column))
        self._prepared(tab, grid, header, found)

    def _of(self, tab: Tab) -> list[NamedNode]:
        """The things that have a row: those of its class, unless they are no more than the end of a reference."""
        found = self.graph.of_type(tab.type)
        if tab.key in ("risk-analyses", "entries"):
            return [n for n in found if self.graph.values(n, "b:sourceRow") or len(self.graph.about[n]) > 3]
        return found

    def _row(
        self, tab: Tab, grid: Grid, node: NamedNode, rows: dict[tuple[NamedNode | Literal, ...], int], header: int
    ) -> int:
        """Where a thing stands: where it stood, else at the row prepared for it, else below all others."""
        written = self.graph.text(node, "b:sourceRow")
        title = self.graph.text(node, "b:sourceSheet")
        if written and title == grid.title:
            return int(written)
        about = tuple(self.graph.values(node, "b:concerns"))
        if about in rows:
            return rows[about]
        own = [
            int(self.graph.text(n, "b:sourceRow"))
            for n in self._of(tab)
            if self.graph.text(n, "b:sourceSheet") == grid.title and self.graph.values(n, "b:sourceRow")
        ]
        return max((header, *own, *grid.rows())) + 1

    def _state(self, grid: Grid, place: tuple[int, int], column: Column, targets: list[NamedNode]) -> None:
        """Writes what is stated, unless the cell that was kept says the same."""
        found = [value for target in targets for value in self.graph.values(target, column.predicate)]
        if column.kind == "own-scope":
            found = [value for value in found if value == self.known.scope]
        terms = tuple(dict.fromkeys(found))
        if not terms or self._blank(grid, place, column, terms):
            return
        there = grid.cells.get(place)
        said = set(cells.read(column, there, self.known).terms) if not empty(there) else set()
        if said == set(terms) or (said and column.of == "member" and said <= set(terms)):
            return
        if column.kind == "text":
            grid.cells[place] = "\n".join(value.value for value in terms)
        else:
            grid.cells[place] = cells.write(column, terms, self.known)

    def _blank(self, grid: Grid, place: tuple[int, int], column: Column, terms: tuple[object, ...]) -> bool:
        """Whether a cell was left empty although something is stated that follows from another cell."""
        return (grid.title, place) in self.kept.blank and (column.of == "member" or NOT_ASSESSED in terms)

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

    def _name(self, grid: Grid, place: tuple[int, int], column: Column, node: NamedNode) -> None:
        terms = cells.read(column, grid.cells.get(place), self.known).terms
        if [term.value for term in terms] != [self._id(node)]:
            grid.cells[place] = self._id(node)

    def _text(self, grid: Grid, place: tuple[int, int], text: str) -> None:
        if shown(grid.cells.get(place)) != text:
            grid.cells[place] = text

    def _given(self, grid: Grid, place: tuple[int, int], text: Raw) -> None:
        if text is not None and empty(grid.cells.get(place)) and (grid.title, place) not in self.kept.blank:
            grid.cells[place] = text

    def _prepared(self, tab: Tab, grid: Grid, header: int, found: Headings) -> None:
        """The name and the rest that stand beside a number."""
        at = found.position("number")
        for number, row in grid.rows().items():
            if number <= header or at is None:
                continue
            terms = cells.read(tab.first, row.get(at), self.known).terms
            item = next((self.items[t] for t in terms if isinstance(t, NamedNode) and t in self.items), None)
            for place, column in found.at.items():
                if column.kind == "given" and item:
                    self._given(grid, (number, place), template.given(column.key, item, self.identity.language))
