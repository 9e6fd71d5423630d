"""Where in the workbook something was said: the cell of a statement."""

from collections.abc import Callable, Iterable

from openpyxl.utils import get_column_letter
from pyoxigraph import NamedNode, Triple

from bio2kg.workbook.columns import TABS, Headings
from bio2kg.workbook.grids import Grid
from bio2kg.workbook.identity import fields, tab_of
from bio2kg.workbook.layout import SINGLE, Graph, Kept

Place = Callable[[str | NamedNode, str | NamedNode | None], str]


def places(triples: Iterable[Triple]) -> Place:
    """A function that gives the cell where a thing's property was filled in, such as ``VvT!F12``.

    It takes the IRI of the thing and of the property. Without a property, or with one that has no column, it gives the
    first cell of the row; for a thing that no row made "".
    """
    graph = Graph(triples)
    kept = Kept(graph)
    found: dict[str, tuple[str, Headings]] = {}
    for title, grid in kept.grids.items():
        key = tab_of(title)
        layout = kept.headings(grid, "memberships" if key == "general" else key) if key else None
        if key and layout:
            found[title] = ("memberships" if key == "general" else key, layout[1])
    single = _fields(graph, kept.sheet("general"))

    def place(node: str | NamedNode, path: str | NamedNode | None = None) -> str:
        subject = node if isinstance(node, NamedNode) else NamedNode(node)
        wanted = path.value if isinstance(path, NamedNode) else path or ""
        if cell := single.get((subject, wanted)) or single.get((subject, "")):
            return cell
        title, row = graph.text(subject, "b:sourceSheet"), graph.text(subject, "b:sourceRow")
        if not title or not row:
            return ""
        if title not in found:
            return f"{title}!A{row}"
        key, headings = found[title]
        return f"{title}!{get_column_letter(_column(graph, subject, wanted, key, headings))}{row}"

    return place


def _column(graph: Graph, node: NamedNode, path: str, tab: str, headings: Headings) -> int:
    aspect = graph.aspect(node)
    first = headings.position(aspect) if aspect else headings.position(TABS[tab].first.key)
    for at, column in headings.at.items():
        kind = column.kind not in ("number", "given") and column.path.value == path
        if kind and (column.of in ("findings", "unassessed", aspect) if aspect else column.of not in _ASPECTS):
            return at
    return first or headings.position(TABS[tab].first.key) or 1


_ASPECTS = ("opzet", "bestaan", "werking", "findings", "unassessed")


def _fields(graph: Graph, grid: Grid | None) -> dict[tuple[NamedNode, str], str]:
    """The cells of the first tab by the thing and the property they are about; "" stands for the thing's first cell."""
    cells: dict[tuple[NamedNode, str], str] = {}
    assessments = graph.of_type("b:Assessment")
    if not grid or not assessments:
        return cells
    nodes = {key: [graph.single(assessments[0], key)] for key in SINGLE}
    nodes |= {"assessment": assessments, "organisation": graph.of_type("org:FormalOrganization")}
    for row, column in sorted(fields(grid).at.items()):
        for node in nodes.get(column.of, []):
            cells[node, column.path.value] = f"{grid.title}!B{row}"
            cells.setdefault((node, ""), f"{grid.title}!B{row}")
    return cells
