"""The new assessment while it is being written, together with the list of what was done."""

from collections.abc import Collection, Mapping

from pyoxigraph import BlankNode, NamedNode, Triple

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.turtle import Term
from bio2kg.upgrade.changes import Row, begin
from bio2kg.upgrade.contents import Contents, left_behind, measures_of_parts
from bio2kg.upgrade.lineage import LANGUAGES, Measure
from bio2kg.upgrade.naming import Naming
from bio2kg.upgrade.quotation import WORDS, Quotation
from bio2kg.upgrade.succession import Succession
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.preparation import Node, Values

DERIVED = f"{PREFIXES['prov']}wasDerivedFrom"
# The beginnings of what can only be a measure of BIO2, be it an unknown one.
_MEASURES = (f"{ID}bio2/", f"{ID}measure/")


class Draft:
    """What is known of an assessment (``contents``, ``about``, ``dropped``) and made of it (``rows``, ``triples``).

    Raises InputError when the new assessment is already there.
    """

    def __init__(self, contents: Contents, succession: Succession, frameworks: Catalogue, language: str) -> None:
        self.contents, self.succession = contents, succession
        self.about = measures_of_parts(contents, succession)
        self.dropped = left_behind(contents, succession, self.about)
        self.naming = Naming(contents, succession, self.about, self.dropped)
        self.quotation = Quotation(contents, frameworks, language)
        self.deadlines = succession.lasting_deadlines(frameworks)
        self.rows = begin(succession)
        self.triples: dict[Triple, None] = {}
        self._controls = succession.changed_controls()

    def add(self, subject: Node, predicate: str, value: Term) -> None:
        """Says something in the new assessment."""
        self.triples[Triple(subject, NamedNode(predicate), value)] = None

    def create(self, path: str, kind: str, said: Mapping[str, Term]) -> Node:
        """A new thing of one of our classes, with what our properties say of it."""
        node = self.naming.free(path)
        self.add(node, f"{PREFIXES['rdf']}type", NamedNode(f"{DEF}{kind}"))
        for name, value in said.items():
            self.add(node, f"{DEF}{name}", value)
        return node

    def copy(self, node: Node, said: Values) -> None:
        """Says of a thing under its new name what is given, of things under their new names."""
        for predicate, values in said.items():
            for value in values:
                if isinstance(value, NamedNode):
                    self.add(self.named(node), predicate, self.naming.names.get(value, value))
                elif not isinstance(value, BlankNode):
                    self.add(self.named(node), predicate, value)
                elif value not in self.dropped:
                    self.add(self.named(node), predicate, self.naming.names.get(value, value))

    def copy_part(self, node: Node, leave: Collection[str]) -> None:
        """Copies an entry or control assessment to its measure in the new edition, and says where it came from."""
        said = self.without(node, {*leave, DERIVED})
        if measure := self.about.get(node):
            said[f"{DEF}concerns"] = [NamedNode(self.succession.successors[measure.iri])]
        self.copy(node, said)
        if isinstance(node, NamedNode):
            self.add(self.named(node), DERIVED, node)

    def without(self, node: Node, leave: Collection[str]) -> Values:
        """What is said of a thing, save some properties."""
        return {predicate: values for predicate, values in self.contents.things[node].items() if predicate not in leave}

    def named(self, node: Node) -> Node:
        """The new name of a thing that goes along."""
        return self.naming.names[node]

    def row(self, old: str) -> Row:
        """The row of a measure of the old edition."""
        return self.rows[self.succession.successors.get(old, old)]

    def look(self, node: Node) -> tuple[Row | None, set[str]]:
        """The row that an entry or control assessment belongs to, and the properties that no longer hold.

        There is no row for one about a control of which nothing changed.
        """
        measure = self.about.get(node)
        if measure:
            return self.row(measure.iri), _outdated(measure, self.succession)
        about = self.contents.text(node, "concerns")
        number = about.rpartition("/")[2] or self.contents.text(node, "numberAsWritten") or node.value
        if not about or about.startswith(_MEASURES):
            row = self.rows.setdefault(about or node.value, Row(about, [number], ""))
            row.reasons.add("not-recognised")
            row.before.append(self.quotation.part(node))
            return row, set()
        sufficient = self.contents.values(node, "measuresSufficient")
        if about not in self._controls or not sufficient:
            return None, set()
        row = self.rows.setdefault(about, Row(about, [number], number))
        row.reasons.add("measures-of-control")
        row.before.append(dict(WORDS["sufficient" if sufficient[0].value in ("true", "1") else "insufficient"]))
        return row, {f"{DEF}measuresSufficient"}

    def disagree(self, row: Row, earlier: dict[str, list[Node]]) -> None:
        """Lists what the entries for the predecessors of a measure said, each with its number if there are more."""
        row.reasons.add("disagree")
        for old, entries in earlier.items():
            number = f"{self.succession.known[old].number}: " if len(earlier) > 1 else ""
            for said in map(self.quotation.entry, entries):
                row.before.append({lang: number + said[lang] for lang in LANGUAGES})


def _outdated(old: Measure, succession: Succession) -> set[str]:
    """What a file said of the number and words of a measure and is no longer so."""
    new = succession.known[succession.successors[old.iri]]
    changed = {"numberAsWritten": old.number != new.number, "wordingDigest": old.digest != new.digest}
    return {f"{DEF}{name}" for name, differs in changed.items() if differs}
