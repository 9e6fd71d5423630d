"""An assessment as it lies in a graph: its things, and the cells that were kept of the workbook it came from."""

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.namespaces import ID
from bio2kg.workbook.columns import TABS, Column, Headings, Kind, Part, Tab, recognise, term
from bio2kg.workbook.grids import Grid, Place, raw
from bio2kg.workbook.identity import heading_row, tab_of

Node = NamedNode
# The things of which there is one, with their place below the assessment and their class.
SINGLE = {
    "approval": ("approval", "b:Approval"),
    "risk-method": ("risk-method", "b:RiskMethod"),
    "scale": ("maturity-scale", "b:MaturityScale"),
    "scope": ("scope", "b:IsmsScope"),
    "statement": ("statement", "b:StatementOfApplicability"),
}
_POINTERS = {"statement": "b:usesStatement", "scope": "b:coversScope", "approval": "b:hasApproval"}


class Graph:
    """Triples by subject and predicate, and the other way round for what points up."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.about: dict[object, dict[Node, list[Node | Literal]]] = defaultdict(lambda: defaultdict(list))
        self.up: dict[tuple[Node, object], list[Node]] = defaultdict(list)
        for t in triples:
            if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode | Literal):
                self.about[t.subject][t.predicate].append(t.object)
                self.up[t.predicate, t.object].append(t.subject)

    def values(self, node: object, curie: str) -> list[Node | Literal]:
        """The values of a property."""
        return self.about.get(node, {}).get(term(curie), [])

    def text(self, node: object, curie: str) -> str:
        """One value of a property as text; "" if there is none."""
        return next((value.value for value in self.values(node, curie)), "")

    def first_cell(self, node: object) -> tuple[str, Place]:
        """Sheet and first cell of the row that made a thing."""
        return self.text(node, "b:sourceSheet"), (int(self.text(node, "b:sourceRow")), 1)

    def of_type(self, curie: str) -> list[Node]:
        """The things of a class, in the order of their rows and names."""
        found = self.up.get((term("rdf:type"), term(curie)), [])
        return sorted(found, key=lambda node: (int(self.text(node, "b:sourceRow") or 0), node.value))

    def pointing(self, curie: str, node: object) -> list[Node]:
        """The things that point at one by a property."""
        return self.up.get((term(curie), node), [])

    def single(self, assessment: Node, key: str) -> Node:
        """The thing of an assessment of which there is one; where there is none, the name it would have."""
        pointer = _POINTERS.get(key)
        found = self.values(assessment, pointer) if pointer else self.of_type(SINGLE[key][1])
        return next((n for n in found if isinstance(n, Node)), Node(f"{assessment.value}/{SINGLE[key][0]}"))

    def targets(self, node: Node, column: Column, tab: Tab | None = None) -> list[Node]:
        """The things that a column of the row of a thing is about."""
        if tab and column.of in tab.parts:
            return self._parts(node, tab.parts[column.of])
        match column.of:
            case "":
                return [node]
            case "advice":
                return [n for n in self.values(node, "b:hasAdvice") if isinstance(n, Node)]
            case "member":
                return [n for n in self.values(node, "org:member") if isinstance(n, Node)]
        assessments = [node] if self.values(node, "b:inAssessment") else self._assessments(node)
        if column.of == "control-assessment":
            return assessments
        found = [f for a in assessments for f in self.pointing("b:ofControlAssessment", a)]
        return [f for f in found if column.of in ("findings", "unassessed", self.aspect(f))]

    def _parts(self, node: Node, part: Part) -> list[Node]:
        """The first of the things of a kind that point at the row's own, or that are about the same deadline."""
        if not part.up:
            return self.intervals(node)
        found = [n for n in self.pointing(part.up, node) if term(part.type) in self.values(n, "rdf:type")]
        if part.says:
            found = [n for n in found if Node(ID + part.says[1]) in self.values(n, part.says[0])]
        return sorted(found, key=lambda n: n.value)[:1]

    def intervals(self, node: Node) -> list[Node]:
        """The intervals that stand in the row of a record: in the same row, or at the first record of the deadline."""
        if term("b:OwnInterval") in self.values(node, "rdf:type"):
            return [node]
        found = []
        for deadline in self.values(node, "b:forDeadline"):
            things = self.pointing("b:forDeadline", deadline)
            records = [n for n in self.of_type("b:ActivityRecord") if n in things]
            for own in (n for n in things if term("b:OwnInterval") in self.values(n, "rdf:type")):
                row = self.text(own, "b:sourceRow")
                same = [n for n in records if row and self.text(n, "b:sourceRow") == row]
                if node in (same or ([] if row else records[:1])):
                    found.append(own)
        return found[:1]

    def _assessments(self, entry: Node) -> list[Node]:
        """The assessments of what an entry is about, or else of the number as it was written."""
        for curie in ("b:concerns", "b:numberAsWritten"):
            if values := self.values(entry, curie):
                same = [n for value in values for n in self.pointing(curie, value) if self.values(n, "b:inAssessment")]
                rows = [n for n in same if self.text(n, "b:sourceRow") == self.text(entry, "b:sourceRow")]
                return (rows or same)[:1]
        return []

    def aspect(self, finding: Node) -> str:
        """The aspect that a finding is about."""
        return self.text(finding, "b:aspect").rpartition("/")[2]


def rows_of(graph: Graph, tab: Tab) -> list[Node]:
    """The things that have a row in a tab: those of its class, unless they are no more than the end of a reference."""
    if tab.kinds:
        return [node for kind in tab.kinds for node in graph.of_type(kind.type) if kind_of(graph, tab, node) is kind]
    found = graph.of_type(tab.type)
    if tab.key in ("risk-analyses", "entries"):
        return [n for n in found if graph.values(n, "b:sourceRow") or len(graph.about[n]) > 3]
    if tab.key == "activities":
        records = [n for n in found if graph.values(n, "b:concerns") or graph.values(n, "b:forDeadline")]
        beside = {own for record in records for own in graph.intervals(record)}
        return records + [n for n in graph.of_type("b:OwnInterval") if n not in beside]
    return found


def kind_of(graph: Graph, tab: Tab, node: Node) -> Kind | None:
    """What kind of row a thing has in a tab; None if it has no row there."""
    types = graph.values(node, "rdf:type")
    for kind in (kind for kind in tab.kinds if term(kind.type) in types):
        if kind.single:
            said = any(graph.values(node, predicate) for predicate, _ in kind.says.values())
            return kind if said or graph.text(node, "b:sourceRow") else None
        if kind.type == "b:ActivityRecord" and (
            graph.values(node, "b:concerns") or graph.values(node, "b:forDeadline")
        ):
            return None
        if ":" in kind.of or tab.kind(next(iter(graph.values(node, kind.says["subject"][0])), None)) is kind:
            return kind
    return None


class Kept:
    """The sheets as far as their cells were kept, and where each column stands in them."""

    def __init__(self, graph: Graph) -> None:
        self.grids: dict[str, Grid] = {}
        self.blank: set[tuple[str, Place]] = set()
        for node in graph.of_type("b:SourceCell"):
            title = graph.text(node, "b:sourceSheet")
            place = int(graph.text(node, "b:sourceRow")), int(graph.text(node, "b:columnPosition"))
            grid = self.grids.setdefault(title, Grid(title))
            for text in graph.values(node, "b:cellText"):
                if isinstance(text, Literal):
                    grid.cells[place] = raw(text)
                    if not text.value:
                        self.blank.add((title, place))
            if note := graph.text(node, "b:cellNote"):
                grid.notes[place] = note

    def sheet(self, tab: str) -> Grid | None:
        """The sheet that is a tab (``general`` for the first), or None."""
        return next((grid for title, grid in self.grids.items() if tab_of(title) == tab), None)

    @staticmethod
    def headings(grid: Grid, tab: str) -> tuple[int, Headings] | None:
        """The row of the headings of a table and which column stands where, or None."""
        row = heading_row(grid, tab)
        return (row, recognise(TABS[tab].columns, grid.rows()[row])) if row else None
