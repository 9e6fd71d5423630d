"""What the rows of a table make: a thing for each row, with what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from bio2kg.workbook import cells, parts
from bio2kg.workbook.catalogue import Deadline
from bio2kg.workbook.columns import Column, Headings, Kind, Tab, slug, term
from bio2kg.workbook.grids import Grid, Place, Raw, empty, integer, shown
from bio2kg.workbook.known import Reading
from bio2kg.workbook.messages import Problem, problem
from bio2kg.workbook.template import about, given

if TYPE_CHECKING:
    from bio2kg.workbook.reading import Reader

_NEEDS = {
    "findings": ("geen aspect een oordeel heeft", "no aspect has a result"),
    "unassessed": ("elk aspect een oordeel heeft", "every aspect has a result"),
    "member": ("er niemand bij “Wie” staat", "nobody is named at “Who”"),
    "own-interval": ("er geen termijn staat", "no deadline is named"),
}


class Maker:
    """Makes the things of one table, row by row."""

    def __init__(self, reader: Reader, tab: Tab, grid: Grid, found: Headings) -> None:
        self.reader, self.tab, self.grid = reader, tab, grid
        self.columns = {column.key: (at, column) for at, column in found.at.items()}
        self.first_at: dict[str, int] = {}
        self.counts: dict[str, int] = {}

    def row(self, number: int) -> None:
        """Reads one row; a row with nothing but what was prepared makes nothing."""
        first, named = self.tab.first, self.tab.first.kind in ("number", "id")
        subject = self.read(number, first) if named or first.kind == "deadline" else Reading()
        self._given(number, subject)
        stem = self._stem(number, subject) if named else None
        filled = {
            key for key, (_, column) in self.columns.items() if column.kind != "given" and self.filled(number, key)
        }
        if not filled - self.tab.prepared:
            return
        if named and stem is None:
            if not self.filled(number, first.key):
                self.say(number, first.key, problem(f"{first.kind}-missing", ""))
            return
        if self.tab.by:
            self._of_kind(number, subject, stem)
        elif self.tab.key == "activities":
            self._activity(number, subject, filled)
        else:
            folder = self.tab.folder
            if stem is None or self.tab.key == "exceptions":
                stem = self._counted(folder)
            self._make(number, self.reader.node(folder, stem), stem, subject)

    def place(self, number: int, key: str) -> Place:
        """Where the cell of a column stands."""
        return number, self.columns[key][0] if key in self.columns else 1

    def raw(self, number: int, key: str) -> Raw:
        """What stands in the cell of a column."""
        return self.grid.cells.get(self.place(number, key)) if key in self.columns else None

    def filled(self, number: int, key: str) -> bool:
        """Whether anything stands there."""
        return not empty(self.raw(number, key)) or (
            key in self.columns and self.place(number, key) in self.grid.formulas
        )

    def read(self, number: int, column: Column) -> Reading:
        """What the cell of a column means."""
        return self.reader.cell(self.grid, self.place(number, column.key), column)

    def say(self, number: int, key: str, said: Problem) -> None:
        """Adds a message about the cell of a column."""
        self.reader.message(self.grid.title, self.place(number, key), said)

    def thing(self, number: int, node: NamedNode, kind: str) -> NamedNode:
        """States what a thing is and which row made it."""
        self.reader.say(node, "rdf:type", term(kind))
        self.reader.say(node, "b:sourceSheet", Literal(self.grid.title))
        self.reader.say(node, "b:sourceRow", integer(number))
        self.reader.firsts.setdefault(node, shown(self.raw(number, self.tab.first.key)).strip())
        return node

    def _given(self, number: int, subject: Reading) -> None:
        known = self.reader.known
        item = about(subject.terms, known.catalogue)
        for at, column in self.columns.values():
            if column.kind == "given":
                text = given(column.key, item, known.catalogue, known.language) if item else None
                self.reader.use(self.grid, (number, at), text)

    def _stem(self, number: int, subject: Reading) -> str | None:
        """The last part of the thing's IRI: the number in its usual form, or the id; None if there is none."""
        kind = self.tab.first.kind
        written = shown(self.raw(number, "number")).strip() if kind == "number" else ""
        text = parts.last(subject) or ("" if written.startswith("=") else written)
        if not text:
            return None
        stem = text if kind == "number" and subject.terms else slug(text)
        if stem in self.first_at and self.tab.key != "exceptions":
            self.say(number, kind, problem(f"{kind}-double", text, row=self.first_at[stem]))
            return f"{stem}-row{number}"
        self.first_at.setdefault(stem, number)
        return stem

    def _counted(self, folder: str, stem: str = "") -> str:
        """The last part of an IRI: a number, or a text with a number from the second time on."""
        key = f"{folder}/{stem}"
        self.counts[key] = self.counts.get(key, 0) + 1
        if not stem:
            return str(self.counts[key])
        return stem if self.counts[key] == 1 else f"{stem}-{self.counts[key]}"

    def _of_kind(self, number: int, subject: Reading, stem: str | None) -> None:
        """A row of a tab whose rows make things of several kinds."""
        by = self.columns[self.tab.by][1] if self.tab.by in self.columns else None
        reading = self.read(number, by) if by else Reading()
        kind = self.tab.kind(reading.terms[0]) if reading.terms else None
        if kind is None:
            if not self.filled(number, self.tab.by):
                column = next(column for column in self.tab.columns if column.key == self.tab.by)
                self.say(number, self.tab.by, problem("kind-missing", "", column_nl=column.nl, column_en=column.en))
            return
        written = shown(self.raw(number, self.tab.by))
        if kind.single:
            if kind.single in self.first_at:
                self.say(number, self.tab.by, problem("single-double", written, row=self.first_at[kind.single]))
                return
            self.first_at[kind.single] = number
            self.reader.made.add(kind.single)
            node, stem = self.reader.single(kind.single), ""
        else:
            code = parts.last(reading) if ":" not in kind.of else ""
            year = shown(self.raw(number, "year")) if "year" in kind.says else ""
            stem = stem or self._counted(kind.folder, code or slug(year).removeprefix("x"))
            node = self.reader.node(kind.folder, stem)
        self._make(number, node, stem, subject, kind, reading)

    def _activity(self, number: int, subject: Reading, filled: set[str]) -> None:
        """A record of something done, or only the interval that the organisation chose for it."""
        named = (
            subject.terms or self.read(number, self.columns["measure"][1]).terms if "measure" in self.columns else ()
        )
        if not named:
            if not self.filled(number, "deadline") and not self.filled(number, "measure"):
                self.say(number, "deadline", problem("deadline-missing", ""))
            return
        stem = self._counted("activity", named[0].value.rpartition("/")[2])
        only_interval = {self.columns[key][1].of for key in filled - self.tab.prepared} == {"own-interval"}
        self._make(number, self.reader.node("activity", stem), stem, subject, bare=only_interval)

    def _make(
        self,
        number: int,
        node: NamedNode,
        stem: str,
        subject: Reading,
        kind: Kind | None = None,
        by: Reading | None = None,
        *,
        bare: bool = False,
    ) -> None:
        """Makes the thing of a row and what belongs to it; a ``bare`` row makes only the latter."""
        reader, tab = self.reader, self.tab
        if not bare:
            self.thing(number, node, kind.type if kind else tab.type)
            self._hang(node, kind)
        readings: dict[str, Reading] = {}
        columns: dict[str, Column] = {}
        for key, (_, column) in self.columns.items():
            if column.kind in ("given", "number", "id"):
                continue
            mine = kind.column(column) if kind and key != tab.by else column
            if mine is None:
                if self.filled(number, key):
                    text = shown(self.raw(number, tab.by))
                    self.say(number, key, problem("not-here", shown(self.raw(number, key)), read=text))
                continue
            columns[key] = mine
            readings[key] = by if by is not None and key == tab.by else self.known(number, mine, subject)
        if tab.first.kind == "id":
            readings["id"], columns["id"] = subject, tab.first
            reader.known.things.setdefault(tab.key, {}).setdefault(subject.terms[0].value, node)
        elif tab.first.kind == "number":
            parts.about_number(self, number, node, subject)
        targets = {"": [] if bare else [node], **parts.others(self, number, node, stem, subject, readings)}
        for key, reading in readings.items():
            column = columns[key]
            if key == tab.by:
                column = (kind and kind.column(column)) or column
            if reading.terms:
                self._state(number, column, reading, targets.get(column.of, []))

    def known(self, number: int, column: Column, subject: Reading) -> Reading:
        """What a cell means; the measure of a deadline need not be repeated beside it."""
        if column.kind == "deadline":
            return subject
        if self.tab.key == "activities" and column.key == "measure" and not self.filled(number, column.key):
            item = about(subject.terms, self.reader.known.catalogue)
            return Reading((item.measure,)) if isinstance(item, Deadline) else Reading()
        return self.read(number, column)

    def _hang(self, node: NamedNode, kind: Kind | None) -> None:
        """States what a thing belongs to."""
        reader, tab = self.reader, self.tab
        organisation = kind.organisation if kind else tab.organisation
        if tab.parent:
            reader.say(
                node,
                tab.parent,
                reader.node("statement") if tab.parent == "b:inStatement" else reader.identity.assessment,
            )
        elif organisation:
            reader.say(node, organisation, reader.identity.organisation)

    def _state(self, number: int, column: Column, reading: Reading, targets: list[NamedNode]) -> None:
        """States what a cell means of the things that it is about; without these the cell is only kept."""
        reader, place = self.reader, self.place(number, column.key)
        for target in targets:
            if column.kind == "own" and isinstance(reading.terms[0], Literal):
                reader.say(target, column.otherwise, reader.known.own(column.values))
            elif column.predicate:
                reader.say(target, column.predicate, *reading.terms)
        if targets and column.of == "member":
            return  # kept as it was written, since another row may say it of the same party in other words
        if targets:
            reader.use(self.grid, place, cells.write(column, reading.terms, reader.known))
        elif column.of:
            dutch, english = _NEEDS[column.of]
            self.say(
                number,
                column.key,
                problem("unused", shown(self.raw(number, column.key)), need_nl=dutch, need_en=english),
            )
