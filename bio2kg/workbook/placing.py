"""In which row a thing stands that an export writes."""

from pyoxigraph import Literal, NamedNode

from bio2kg.workbook import cells
from bio2kg.workbook.columns import Headings, Tab, term
from bio2kg.workbook.grids import Grid
from bio2kg.workbook.known import Known
from bio2kg.workbook.layout import Graph, kind_of, rows_of

Terms = tuple[NamedNode | Literal, ...]


class Rows:
    """The rows of a table: where a thing stood, else the row prepared for it, else one below all others."""

    def __init__(self, graph: Graph, known: Known, tab: Tab, grid: Grid, header: int, found: Headings) -> None:
        self.graph, self.tab, self.title = graph, tab, grid.title
        rows = [number for number in grid.rows() if number > header]
        own = [row for node in rows_of(graph, tab) if (row := self._written(node))]
        self.last = max((header, *rows, *own))
        self.taken = set(own)
        self.prepared: dict[Terms, int] = {}
        at = found.position(tab.first.key)
        if at and tab.first.key in tab.prepared:
            for number in reversed(rows):
                terms = cells.read(tab.first, grid.cells.get((number, at)), known).terms
                if terms and number not in self.taken:
                    self.prepared[terms] = number

    def of(self, node: NamedNode) -> int:
        """The row of a thing."""
        if written := self._written(node):
            return written
        if prepared := self.prepared.pop(self.about(node), 0):
            return prepared
        self.last += 1
        return self.last

    def about(self, node: NamedNode) -> Terms:
        """What the first cell of a row says that is prepared: the number, the deadline, the role or the kind."""
        if self.tab.by:
            kind = kind_of(self.graph, self.tab, node)
            if kind and ":" in kind.of:
                return (term(kind.of),)
            return tuple(self.graph.values(node, kind.says["subject"][0])) if kind else ()
        if self.tab.first.kind == "number":
            return tuple(self.graph.values(node, "b:concerns"))
        return tuple(self.graph.values(node, self.tab.first.predicate))

    def _written(self, node: NamedNode) -> int:
        if self.graph.text(node, "b:sourceSheet") != self.title:
            return 0
        return int(self.graph.text(node, "b:sourceRow") or 0)
