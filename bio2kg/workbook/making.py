"""What the rows of a table make: entries, exceptions, findings, evidence, and what belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from bio2kg.namespaces import ID
from bio2kg.workbook import cells
from bio2kg.workbook.cells import Reading
from bio2kg.workbook.columns import Column, Headings, Tab, slug, term
from bio2kg.workbook.grids import Grid, Place, Raw, empty, integer, shown
from bio2kg.workbook.layout import Graph
from bio2kg.workbook.messages import problem
from bio2kg.workbook.template import given

if TYPE_CHECKING:
    from bio2kg.workbook.reading import Reader

ASPECTS = ("opzet", "bestaan", "werking")
NOT_ASSESSED = NamedNode(f"{ID}finding-result/not-assessed")
_NEEDS = {
    "findings": ("geen aspect een oordeel heeft", "no aspect has a result"),
    "unassessed": ("elk aspect een oordeel heeft", "every aspect has a result"),
    "member": ("er niemand bij “Wie” staat", "nobody is named at “Who”"),
}
Targets = dict[str, list[NamedNode]]


class Maker:
    """Makes the things of one table, row by row."""

    def __init__(self, reader: Reader, tab: Tab, grid: Grid, found: Headings) -> None:
        self.reader, self.tab, self.grid = reader, tab, grid
        self.columns = {column.key: (at, column) for at, column in found.at.items()}
        self.first_at: dict[str, int] = {}
        self.made = 0

    def row(self, number: int) -> None:
        """Reads one row; a row with nothing but what was prepared makes nothing."""
        first, named = self.tab.first, self.tab.first.kind in ("number", "id")
        subject = self._read(number, first) if named else Reading()
        self._given(number, subject)
        stem = self._stem(number, subject) if named else None
        filled = {
            key for key, (_, column) in self.columns.items() if column.kind != "given" and self._filled(number, key)
        }
        if not filled - self.tab.prepared:
            return
        if named and stem is None:
            if not self._filled(number, first.key):
                self.reader.message(
                    self.grid.title, self._place(number, first.key), problem(f"{first.kind}-missing", "")
                )
            return
        self.made += 1
        if stem is None or self.tab.key == "exceptions":
            stem = str(self.made)
        self._make(number, stem, subject)

    def _place(self, number: int, key: str) -> Place:
        return number, self.columns[key][0]

    def _raw(self, number: int, key: str) -> Raw:
        return self.grid.cells.get(self._place(number, key))

    def _filled(self, number: int, key: str) -> bool:
        return not empty(self._raw(number, key)) or self._place(number, key) in self.grid.formulas

    def _read(self, number: int, column: Column) -> Reading:
        return self.reader.cell(self.grid, self._place(number, column.key), column)

    def _given(self, number: int, subject: Reading) -> None:
        items = self.reader.known.catalogue.items.values()
        item = next((item for item in items if item.iri in subject.terms), None)
        for at, column in self.columns.values():
            if column.kind == "given":
                text = given(column.key, item, self.reader.known.language) if item else None
                self.reader.use(self.grid, (number, at), text)

    def _stem(self, number: int, subject: Reading) -> str | None:
        """The last part of the thing's IRI: the number in its usual form, or the id; None if there is none."""
        kind = self.tab.first.kind
        written = shown(self._raw(number, "number")).strip() if kind == "number" else ""
        text = _last(subject) or ("" if written.startswith("=") else written)
        if not text:
            return None
        stem = text if kind == "number" and subject.terms else slug(text)
        if stem in self.first_at and self.tab.key != "exceptions":
            said = problem(f"{kind}-double", text, row=self.first_at[stem])
            self.reader.message(self.grid.title, self._place(number, kind), said)
            return f"{stem}-row{number}"
        self.first_at.setdefault(stem, number)
        return stem

    def _make(self, number: int, stem: str, subject: Reading) -> None:
        reader, tab = self.reader, self.tab
        node = self._thing(number, reader.node(tab.folder, stem), tab.type)
        readings = {
            key: self._read(number, column)
            for key, (_, column) in self.columns.items()
            if column.kind not in ("given", "number", "id")
        }
        if tab.parent == "b:inStatement":
            reader.say(node, tab.parent, reader.node("statement"))
        elif tab.parent:
            reader.say(node, tab.parent, reader.identity.assessment)
        else:
            organisation = "org:organization" if tab.key == "memberships" else "b:organisation"
            reader.say(node, organisation, reader.identity.organisation)
        if tab.first.kind == "id":
            readings["id"] = subject
            reader.known.things.setdefault(tab.key, {}).setdefault(subject.terms[0].value, node)
        elif tab.first.kind == "number":
            self._about(number, node, subject)
        targets = {"": [node], **self._others(number, node, stem, subject, readings)}
        for key, reading in readings.items():
            if reading.terms:
                self._state(number, key, reading, targets.get(self.columns[key][1].of, []))

    def _state(self, number: int, key: str, reading: Reading, targets: list[NamedNode]) -> None:
        """States what a cell means of the things that it is about; without these the cell is only kept."""
        (at, column), reader = self.columns[key], self.reader
        for target in targets:
            reader.say(target, column.predicate, *reading.terms)
        if targets and column.of == "member":
            return  # kept as it was written, since another row may say it of the same party in other words
        if targets:
            reader.use(self.grid, (number, at), cells.write(column, reading.terms, reader.known))
        else:
            dutch, english = _NEEDS[column.of]
            said = problem("unused", shown(self._raw(number, key)), need_nl=dutch, need_en=english)
            reader.message(self.grid.title, (number, at), said)

    def _thing(self, number: int, node: NamedNode, kind: str) -> NamedNode:
        self.reader.say(node, "rdf:type", term(kind))
        self.reader.say(node, "b:sourceSheet", Literal(self.grid.title))
        self.reader.say(node, "b:sourceRow", integer(number))
        return node

    def _about(self, number: int, node: NamedNode, subject: Reading) -> None:
        """What a row is about: the measure or control, and the number as it was written where that is another."""
        written, usual = shown(self._raw(number, "number")), _last(subject)
        if usual:
            self.reader.use(self.grid, self._place(number, "number"), usual)
        if self.tab.key == "exceptions":
            self.reader.say(node, "b:forEntry", self.reader.node("entry", usual or slug(written)))
            return
        self.reader.say(node, "b:concerns", *subject.terms)
        if written != usual:
            self.reader.say(node, "b:numberAsWritten", Literal(written))

    def _others(
        self, number: int, node: NamedNode, stem: str, subject: Reading, readings: dict[str, Reading]
    ) -> Targets:
        """The other things that belong to a row, by the name that columns have for them."""
        filled = {self.columns[key][1].of for key, reading in readings.items() if reading.terms}
        if "advice" in filled:
            advice = self._thing(number, NamedNode(f"{node.value}/advice"), "b:Advice")
            self.reader.say(node, "b:hasAdvice", advice)
            return {"advice": [advice]}
        if self.tab.key == "memberships":
            return self._member(number, readings)
        if self.tab.key == "findings":
            return {"control-assessment": [node], **self._findings(number, node, stem, readings)}
        if self.tab.key == "csv" and filled & {"control-assessment", "findings", "unassessed", *ASPECTS}:
            assessment = self._thing(number, self.reader.node("control-assessment", stem), "b:ControlAssessment")
            self.reader.say(assessment, "b:inAssessment", self.reader.identity.assessment)
            self._about(number, assessment, subject)
            return {"control-assessment": [assessment], **self._findings(number, assessment, stem, readings)}
        return {}

    def _member(self, number: int, readings: dict[str, Reading]) -> Targets:
        members = [t for t in readings.get("member", Reading()).terms if isinstance(t, NamedNode)]
        if "reportsTo" in self.columns and not self._filled(number, "reportsTo"):
            # To whom they report may be said in another row.
            place = self._place(number, "reportsTo")
            self.reader.silent += [(self.grid.title, place, member) for member in members]
        return {"member": members}

    def _findings(self, number: int, assessment: NamedNode, stem: str, readings: dict[str, Reading]) -> Targets:
        """A finding for each aspect with a result or evidence; one without, with a reason, was not assessed."""
        found: Targets = {"findings": [], "unassessed": []}
        reader = self.reader
        for aspect in ASPECTS:
            result = readings.get(aspect, Reading()).terms
            proof = readings.get(f"{aspect}Evidence", Reading()).terms
            reason = readings.get("outOfScope", Reading()).terms
            if reason and not proof and aspect in self.columns and not self._filled(number, aspect):
                result = (NOT_ASSESSED,)
                readings[aspect] = Reading(result)
                label = cells.write(self.columns[aspect][1], result, reader.known)
                reader.message(self.grid.title, self._place(number, aspect), problem("out-of-scope", "", read=label))
            if not result and not proof:
                continue
            finding = self._thing(number, reader.node("finding", stem, aspect), "b:Finding")
            reader.say(finding, "b:ofControlAssessment", assessment)
            reader.say(finding, "b:aspect", NamedNode(f"{ID}aspect/{aspect}"))
            found[aspect] = [finding]
            found["findings"].append(finding)
            if NOT_ASSESSED in result:
                found["unassessed"].append(finding)
        return found


def _last(subject: Reading) -> str:
    return subject.terms[0].value.rpartition("/")[2] if subject.terms else ""


def afterwards(reader: Reader) -> None:
    """What can be said only when all tabs were read: parties, loose risk analyses, the scale, loose ends."""
    for node, name in reader.known.parties.values():
        reader.say(node, "rdf:type", term("b:Party"))
        reader.say(node, "foaf:name", Literal(name))
    for node, name in reader.known.analyses.items():
        reader.say(node, "rdf:type", term("b:RiskAnalysis"))
        reader.say(node, "b:organisation", reader.identity.organisation)
        reader.say(node, "dcterms:identifier", Literal(name))
    graph = Graph(reader.triples)
    for scale in graph.of_type("b:MaturityScale"):
        for assessment in graph.of_type("b:ControlAssessment"):
            if graph.values(assessment, "b:maturity"):
                reader.say(assessment, "b:maturityScale", scale)
    for sheet, place, member in reader.silent:
        if graph.values(member, "org:reportsTo"):
            reader.blank.add((sheet, place))
    _exceptions(reader, graph)
    for name, node in reader.known.things.get("evidence", {}).items():
        if not graph.pointing("b:supportedBy", node):
            reader.message(*graph.first_cell(node), problem("id-unused", name))


def _exceptions(reader: Reader, graph: Graph) -> None:
    """An exception to a number about which the statement says nothing yet still belongs to an entry."""
    for exception in graph.of_type("b:Exception"):
        for entry in graph.values(exception, "b:forEntry"):
            if graph.values(entry, "rdf:type") or not isinstance(entry, NamedNode):
                continue
            number = entry.value.rpartition("/")[2]
            reader.say(entry, "rdf:type", term("b:ApplicabilityEntry"))
            reader.say(entry, "b:inStatement", reader.node("statement"))
            if item := reader.known.catalogue.items.get(number):
                reader.say(entry, "b:concerns", item.iri)
            else:
                reader.say(entry, "b:numberAsWritten", Literal(number))
            reader.message(*graph.first_cell(exception), problem("exception-without-entry", number))
