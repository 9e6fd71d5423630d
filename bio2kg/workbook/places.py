"""Where in the workbook something was said: the cell of a statement."""

from collections.abc import Callable, Iterable

from openpyxl.utils import get_column_letter
from pyoxigraph import NamedNode, Triple

from bio2kg.namespaces import ID
from bio2kg.workbook.columns import TABS, Headings, Tab, term
from bio2kg.workbook.grids import Grid
from bio2kg.workbook.identity import fields, tab_of
from bio2kg.workbook.layout import SINGLE, Graph, Kept, kind_of

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
        if cell := single.get((subject, wanted)):
            return cell
        title, row = graph.text(subject, "b:sourceSheet"), graph.text(subject, "b:sourceRow")
        key, headings = found.get(title, ("", None))
        at = _column(graph, subject, wanted, TABS[key], headings) if headings and row else None
        if at or not row:
            return f"{title}!{get_column_letter(at)}{row}" if at else single.get((subject, ""), "")
        first = (_first(graph, subject, TABS[key], headings) if headings else None) or 1
        return single.get((subject, "")) or f"{title}!{get_column_letter(first)}{row}"

    return place


def _column(graph: Graph, node: NamedNode, path: str, tab: Tab, headings: Headings) -> int | None:
    """Where the column stands that states this property of this thing, or None."""
    aspect, part = graph.aspect(node), _part(graph, node, tab)
    wanted = ("findings", "unassessed", aspect) if aspect else (part,) if part else None
    kind = kind_of(graph, tab, node) if tab.kinds else None
    for at, column in headings.at.items():
        mine = kind.column(column) if kind else column
        if mine is None or path not in {term(name).value for name in (mine.predicate, mine.otherwise) if name}:
            continue
        if column.of in wanted if wanted else column.of not in (*_ASPECTS, *tab.parts):
            return at
    return None


def _part(graph: Graph, node: NamedNode, tab: Tab) -> str:
    """Which other thing of its row a thing is; "" if it is the row's own."""
    types = graph.values(node, "rdf:type")
    for name, part in tab.parts.items():
        if term(part.type) in types and (
            not part.says or NamedNode(ID + part.says[1]) in graph.values(node, part.says[0])
        ):
            return name
    return ""


def _first(graph: Graph, node: NamedNode, tab: Tab, headings: Headings) -> int | None:
    """Where a thing begins in its row."""
    of = graph.aspect(node) or _part(graph, node, tab)
    own = next((at for at, column in sorted(headings.at.items()) if of and column.of == of), None)
    return own or headings.position(tab.first.key)


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
