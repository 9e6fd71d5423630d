"""An assessment carried from one edition of BIO2 to another: what may be carried is, and the rest is listed.

The result is a draft of its own, with new IRIs, that refers to what it was carried from. No judgement is carried: a
finding of the result is always not assessed. What the old one said stands in the list of changes, not in the new graph.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from bio2kg import succession as lineage
from bio2kg.errors import InputError
from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.store import Store, select
from bio2kg.succession import Measure, Step, Succession, Text
from bio2kg.turtle import natural

# Why a measure must be looked at, the heaviest first.
REASONS = (
    "disagree",
    "withdrawn",
    "introduced",
    "returned",
    "parts",
    "reworded",
    "exception",
    "no-entry",
    "not-recognised",
    "measures-of-control",
    "references",
)
ASPECTS = ("opzet", "bestaan", "werking")

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_NAMES = f"""{_PROLOGUE}
SELECT DISTINCT ?thing ?name WHERE {{
  {{ ?thing skos:inScheme <https://w3id.org/bio2kg/id/iso27002/2022> ; a b:Control }}
  UNION {{ ?edition dcterms:isVersionOf id:bio2 . ?thing skos:inScheme ?edition ; a b:MeasureEdition }}
  UNION {{
    VALUES ?list {{ id:applicability id:implementation-status id:finding-result id:aspect id:lineage-kind }}
    ?thing skos:inScheme ?list
  }}
  ?thing skos:prefLabel ?name .
}}
"""
_DEADLINES = f"""{_PROLOGUE}
SELECT DISTINCT ?deadline ?measure ?code ?kind ?interval WHERE {{
  ?deadline a b:Deadline ; b:setBy ?measure ; dcterms:identifier ?code .
  OPTIONAL {{ ?deadline b:deadlineKind ?kind }}
  OPTIONAL {{ ?deadline b:interval ?interval }}
}}
"""

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal
_TYPE = f"{PREFIXES['rdf']}type"
_DERIVED, _REVISION = f"{PREFIXES['prov']}wasDerivedFrom", f"{PREFIXES['prov']}wasRevisionOf"


def _def(name: str) -> str:
    return f"{DEF}{name}"


# What belongs to the old assessment or statement alone: its completion, its version and its publication.
_OF_THIS_VERSION = {
    _REVISION,
    f"{PREFIXES['dcat']}version",
    *map(_def, ("assessmentStatus", "completedOn", "hasApproval", "expiresOn")),
    *map(_def, ("versionDate", "publishedOn", "publishedAt", "confirmedOn")),
}
_CHOICE = {
    *map(_def, ("applicability", "justification", "ground", "implementationStatus", "riskAnalysis")),
    *map(_def, ("measuresSufficient", "replacedBy", "replacementStandard", "equivalenceArgument")),
}
_JUDGEMENT = {
    *map(_def, ("result", "assessedOn", "observation", "legalNonCompliance", "maturity", "maturityScale", "origin")),
}
_KINDS = (
    "introduced", "returned", "withdrawn", "split", "merged", "moved", "renumbered", "reworded", "unchanged",
)  # fmt: skip
_CARRIED = (
    "applicability", "justification", "implementation-status", "reference", "exception", "control-assessment",
)  # fmt: skip
_SHOWN = {
    "applicability": "applicability",
    "justification": "justification",
    "implementation-status": "implementationStatus",
    "reference": "implementationReference",
}


@dataclass(frozen=True)
class Change:
    """What became of one measure, or of one control or entry that needs a look.

    ``old`` are the numbers it comes from, the same measure first; ``new`` is empty for a measure that ended. ``kinds``
    are codes of the list lineage-kind. ``carried`` says what was taken over (applicability, justification,
    implementation-status, reference, exception, control-assessment), ``reasons`` why it must be judged anew (codes of
    REASONS; none: only the findings). ``before`` is what the old assessment said where that was not carried,
    ``references`` what still points at the old measure.
    """

    old: tuple[str, ...]
    new: str
    name: Text
    kinds: tuple[str, ...]
    what: Text
    partial: bool
    carried: tuple[str, ...]
    reasons: tuple[str, ...]
    before: Text
    references: tuple[str, ...]
    comment: Text
    sources: tuple[str, ...]

    @property
    def anew(self) -> bool:
        """Whether there is more to do than making the findings again."""
        return bool(self.reasons)


@dataclass(frozen=True)
class Upgraded:
    """The carried assessment and the list of what was done, first what must be judged anew."""

    triples: list[Triple]
    changes: list[Change]
    first: str
    second: str

    def counts(self) -> dict[str, int]:
        """How many changes there are: ``unchanged``, ``anew``, and how many for each reason that occurs."""
        found = Counter(reason for change in self.changes for reason in change.reasons)
        anew = sum(change.anew for change in self.changes)
        return {"unchanged": len(self.changes) - anew, "anew": anew} | {r: found[r] for r in REASONS if found[r]}


def upgrade(
    triples: Iterable[Triple], store: Store, from_edition: str, to_edition: str, language: str = "nl"
) -> Upgraded:
    """An assessment (or a statement alone) of one edition of BIO2 as a draft of another, newer or older.

    The editions are labels such as 1.2; ``language`` is that of the notes added to entries. Raises InputError for an
    edition without recorded history, two that are the same, triples without an assessment or statement, one that uses
    another edition than ``from_edition``, and one of which the result is already there.
    """
    succession = lineage.load(store, from_edition, to_edition)
    return _Carrying(list(triples), store, succession, language).run()


@dataclass
class _Row:
    """A change while it is being found."""

    old: list[str]
    new: str
    name: Text
    step: Step
    carried: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)
    before: list[Text] = field(default_factory=list)
    references: set[str] = field(default_factory=set)


class _Carrying:
    def __init__(self, triples: list[Triple], store: Store, succession: Succession, language: str) -> None:
        self.succession, self.language = succession, language
        self.known = succession.known
        self.names: dict[str, Text] = defaultdict(dict)
        for row in select(store, _NAMES):
            self.names[row["thing"].value][row["name"].language or ""] = row["name"].value
        self.things: dict[Node, list[tuple[str, Term]]] = defaultdict(list)
        for t in dict.fromkeys(triples):
            if isinstance(t.subject, NamedNode | BlankNode) and isinstance(t.object, NamedNode | BlankNode | Literal):
                self.things[t.subject].append((t.predicate.value, t.object))
        self.pointing_at: dict[tuple[str, Term], list[Node]] = defaultdict(list)
        for subject in sorted(self.things, key=lambda n: natural(n.value)):
            for predicate, value in self.things[subject]:
                self.pointing_at[predicate, value].append(subject)
        self.assessments, self.statements = self.of("Assessment"), self.of("StatementOfApplicability")
        self.roots = [*self.assessments, *self.statements]
        self.check_roots()
        self.bases = sorted(map(self.base, self.roots), reverse=True)
        self.home = self.renamed(self.roots[0])
        self.controls = self.controls_that_changed()
        self.deadlines = self.lasting_deadlines(store)
        self.rows: dict[str, _Row] = {}
        self.out: dict[Triple, None] = {}
        self.nodes: dict[Node, Node] = {}
        self.dropped: dict[Node, str] = {}
        self.taken: set[Node] = set()

    # Reading what was given

    def of(self, name: str) -> list[Node]:
        """The things of one of our classes, in the order of their IRIs."""
        kind = NamedNode(_def(name))
        return sorted((n for n, said in self.things.items() if (_TYPE, kind) in said), key=lambda n: natural(n.value))

    def values(self, node: Node, name: str) -> list[Term]:
        return sorted((o for p, o in self.things.get(node, ()) if p == _def(name)), key=lambda o: natural(o.value))

    def pointing(self, name: str, node: Node) -> list[Node]:
        """The things that point at a node by one of our properties."""
        return self.pointing_at.get((_def(name), node), [])

    def is_a(self, node: Node, name: str) -> bool:
        return (_TYPE, NamedNode(_def(name))) in self.things[node]

    def check_roots(self) -> None:
        if not self.roots:
            raise InputError(
                "there is no assessment in it",
                remedy="Give a file with a b:Assessment or a b:StatementOfApplicability.",
            )
        wanted = f"{ID}bio2/{self.succession.first}"
        for root in self.roots:
            if isinstance(root, BlankNode):
                raise InputError("the assessment or statement has no IRI", remedy="Give it one to refer to.")
            used = [e.value for e in self.values(root, "usesEdition") if e.value.startswith(f"{ID}bio2/")]
            if used != [wanted]:
                named = " and ".join(iri.removeprefix(f"{ID}bio2/") for iri in used)
                raise InputError(
                    f"it uses {'BIO2 ' + named if used else 'no edition of BIO2'}, not BIO2 {self.succession.first}",
                    where=root.value,
                    remedy="Name the edition it uses with --from."
                    if len(used) == 1
                    else "Correct b:usesEdition first.",
                )

    # Names for the new things

    def base(self, root: Node) -> tuple[str, str]:
        """The beginning of the IRIs of a root and its parts, and what it becomes: the edition in it replaced."""
        first, second = self.succession.first, self.succession.second
        found = list(re.finditer(rf"(?<![\d.]){re.escape(first)}(?![\d.])", root.value))
        if not found:
            return root.value, f"{root.value}-{second}"
        end = re.compile(r"[/#]|$").search(root.value, found[-1].end())
        old = root.value[: end.start() if end else None]
        return old, old[: found[-1].start()] + second + old[found[-1].end() :]

    def renamed(self, node: Node, old: str = "", new: str = "") -> Node:
        """The name of a thing in the new assessment, with the number of its measure replaced."""
        if isinstance(node, BlankNode):
            return node
        for before, after in self.bases:
            if node.value == before or node.value.startswith((f"{before}/", f"{before}#")):
                rest = node.value[len(before) :]
                if old != new:
                    rest = re.sub(rf"(?<![\d.]){re.escape(old)}(?![\d.])", new, rest)
                return NamedNode(after + rest)
        return node

    def free(self, node: Node) -> Node:
        """This name, or one like it that nothing has yet."""
        found, turn = node, 1
        while isinstance(found, NamedNode) and found in self.taken:
            turn += 1
            found = NamedNode(f"{node.value}-{turn}")
        self.taken.add(found)
        return found

    # Carrying

    def run(self) -> Upgraded:
        self.begin_rows()
        self.name_everything()
        for node in self.things:
            if node not in self.dropped:
                self.copy(node)
        for statement in self.statements:
            self.complete_statement(statement)
        self.list_references()
        changes = sorted((self.change(row) for row in self.rows.values()), key=_order)
        return Upgraded(list(self.out), changes, self.succession.first, self.succession.second)

    def begin_rows(self) -> None:
        """A row for every measure of the new edition and for every one that ended."""
        for new, origins in self.succession.origins.items():
            step = Step()
            for found in origins.values():
                step.add(found)
            if begun := self.succession.begun.get(new):
                step.add(begun)
            step.kinds = (step.kinds - {"unchanged"}) or {"unchanged"}
            row = _Row([self.known[old].number for old in origins], self.known[new].number, self.names[new], step)
            row.reasons = {kind for kind in ("introduced", "returned", "reworded") if kind in step.kinds}
            if step.kinds & {"split", "merged"} or step.partial:
                row.reasons.add("parts")
            self.rows[new] = row
        for old, step in self.succession.ended.items():
            row = _Row([self.known[old].number], "", self.names[old], step)
            row.reasons = {"withdrawn"}
            self.rows[old] = row

    def measure(self, node: Node) -> Measure | None:
        """The measure of the old edition that an entry or control assessment is about."""
        about = [v.value for v in self.values(node, "concerns")]
        found = self.known.get(about[0]) if len(about) == 1 else None
        return found if found and found.edition == self.succession.first and found.active else None

    def row_of(self, old: str) -> _Row:
        return self.rows[self.succession.successors.get(old, old)]

    def name_everything(self) -> None:
        """Decides for everything in the file what it is called in the new assessment, or that it is not carried."""
        about = self.measures_of_parts()
        for node, measure in about.items():
            ended = measure.iri not in self.succession.successors
            if ended or (self.is_a(node, "Exception") and not self.succession.kept_wording(measure.iri)):
                self.dropped[node] = measure.iri
                self.say_what_was_dropped(node, measure)
        for approval in {v for root in self.roots for v in self.values(root, "hasApproval")}:
            if isinstance(approval, NamedNode | BlankNode) and not self.still_used(approval):
                self.dropped[approval] = ""
        names = {node: self.new_name(node, about.get(node)) for node in self.things}
        for root in self.roots:
            if names[root] in self.things and names[root] != root:
                raise InputError(
                    f"{names[root].value} is already there",
                    where=root.value,
                    remedy="Take it out of the file, or carry the assessment under another IRI.",
                )
        # What keeps its name comes first, so that nothing else gets it.
        for node in sorted(names, key=lambda n: (names[n] != n, natural(n.value))):
            if node not in self.dropped:
                self.nodes[node] = self.free(names[node])

    def measures_of_parts(self) -> dict[Node, Measure]:
        """The measure of the old edition that each entry, exception, control assessment and finding is about."""
        found: dict[Node, Measure | None] = {n: self.measure(n) for n in self.of("ApplicabilityEntry")}
        for exception in self.of("Exception"):
            entries = [found.get(e) for e in self.values(exception, "forEntry") if not isinstance(e, Literal)]
            found[exception] = next(filter(None, entries), None)
        for node in self.of("ControlAssessment"):
            found[node] = self.measure(node)
            for finding in self.pointing("ofControlAssessment", node):
                found[finding] = found[node]
        return {node: measure for node, measure in found.items() if measure}

    def new_name(self, node: Node, measure: Measure | None) -> Node:
        new = self.succession.successors.get(measure.iri) if measure else None
        name = self.renamed(node, measure.number, self.known[new].number) if measure and new else self.renamed(node)
        if name == node and isinstance(node, NamedNode) and self.belongs(node):
            return NamedNode(f"{self.home.value}/{re.split('[/#]', node.value)[-1]}")
        return name

    def belongs(self, node: Node) -> bool:
        """Whether a thing is part of the assessment or statement, wherever its IRI lives."""
        up = {_def(name) for name in ("inAssessment", "inStatement", "ofControlAssessment")}
        return any(predicate in up for predicate, _ in self.things[node])

    def still_used(self, approval: Node) -> bool:
        return any(subject not in self.roots for subject in self.pointing("hasApproval", approval))

    def say_what_was_dropped(self, node: Node, measure: Measure) -> None:
        row = self.row_of(measure.iri)
        if self.is_a(node, "Exception"):
            row.reasons.add("exception")
            row.before.append(
                {lang: f"{words['exception']}: {self.texts(node, 'justification')}" for lang, words in _WORDS.items()}
            )
        elif self.is_a(node, "ApplicabilityEntry"):
            row.before.append(self.said_in_entry(node))
        elif self.is_a(node, "ControlAssessment"):
            row.before.append(self.said_in_findings(node))

    def copy(self, node: Node) -> None:
        if node in self.roots:
            self.copy_root(node)
        elif self.is_a(node, "ApplicabilityEntry"):
            self.copy_entry(node)
        elif self.is_a(node, "ControlAssessment"):
            self.copy_control_assessment(node)
        elif self.is_a(node, "Finding") or self.values(node, "result"):
            self.copy_finding(node)
        else:
            if self.is_a(node, "Exception"):
                self.note_exception(node)
            self.emit(node, self.updated(node))

    def copy_root(self, node: Node) -> None:
        said = [(p, o) for p, o in self.things[node] if p not in _OF_THIS_VERSION]
        old, new = (NamedNode(f"{ID}bio2/{label}") for label in (self.succession.first, self.succession.second))
        self.emit(node, [(p, new if p == _def("usesEdition") and o == old else o) for p, o in said])
        if node in self.assessments:
            self.add(self.nodes[node], _def("assessmentStatus"), NamedNode(f"{ID}assessment-status/draft"))
        if isinstance(node, NamedNode):
            self.add(self.nodes[node], _REVISION, node)

    def copy_entry(self, node: Node) -> None:
        measure = self.measure(node)
        leave: set[str] = {_DERIVED}
        note: Literal | None = None
        if measure is None:
            leave |= self.look_at_other(node)
        else:
            new = self.succession.successors[measure.iri]
            row = self.rows[new]
            leave |= self.outdated(measure, self.known[new])
            if not self.agreed(node, new):
                leave |= _CHOICE
                row.reasons.add("disagree")
                row.before += self.said_before(new, self.values(node, "inStatement"))
            elif row.reasons & {"reworded", "parts", "returned"}:
                note = self.note(row)
            row.carried |= {
                shown for shown, name in _SHOWN.items() if _def(name) not in leave and self.values(node, name)
            }
        self.emit(node, [(p, o) for p, o in self.things[node] if p not in leave], concerns=measure)
        self.derive(node)
        if note:
            self.add(self.nodes[node], _def("note"), note)

    def note(self, row: _Row) -> Literal:
        """The remark on an entry whose content was carried although the measure changed."""
        text = _WORDS[self.language]["note"].format(edition=self.succession.first, numbers=", ".join(row.old))
        return Literal(text, language=self.language)

    def agreed(self, entry: Node, new: str) -> bool:
        """Whether all entries for the measures that this one comes from say the same about applicability."""
        origins = self.succession.origins[new]
        if len(origins) == 1:
            return True
        choices = self.choices(new, self.values(entry, "inStatement"))
        return len(choices) == 1 and None not in choices

    def said_before(self, new: str, statements: list[Term]) -> list[Text]:
        """What the entries for the predecessors of a measure said, each with its number."""
        entries = [e for old in self.succession.origins[new] for e in self.entries_for(old)]
        return [self.said_in_entry(e, new) for e in entries if set(statements) & set(self.values(e, "inStatement"))]

    def choices(self, new: str, statements: list[Term]) -> set[Term | None]:
        """What the entries for the predecessors of a measure say about applicability; None where nothing is said."""
        found: set[Term | None] = set()
        for old in self.succession.origins[new]:
            entries = [e for e in self.entries_for(old) if set(statements) & set(self.values(e, "inStatement"))]
            for entry in entries:
                found.update(self.values(entry, "applicability") or (None,))
            if not entries:
                found.add(None)
        return found

    def entries_for(self, old: str) -> list[Node]:
        return [node for node in self.pointing("concerns", NamedNode(old)) if self.is_a(node, "ApplicabilityEntry")]

    def complete_statement(self, statement: Node) -> None:
        """Adds the entries for measures that no entry was carried to."""
        for new, origins in self.succession.origins.items():
            row = self.rows[new]
            has = {old for old in origins for e in self.entries_for(old) if statement in self.values(e, "inStatement")}
            if any(self.succession.same(old, new) for old in has):
                continue
            if any(self.succession.same(old, new) for old in origins):
                row.reasons.add("no-entry")
                continue
            entry = self.free(NamedNode(f"{self.home.value}/entry/{row.new}"))
            self.add(entry, _TYPE, NamedNode(_def("ApplicabilityEntry")))
            self.add(entry, _def("inStatement"), self.nodes[statement])
            self.add(entry, _def("concerns"), NamedNode(new))
            choices = self.choices(new, [statement]) if origins else set()
            choice = next(iter(choices), None)
            if len(choices) == 1 and choice is not None:
                row.carried.add("applicability")
                self.add(entry, _def("applicability"), choice)
                self.add(entry, _def("note"), self.note(row))
            elif has:
                row.reasons.add("disagree")
                row.before += self.said_before(new, [statement])

    def copy_control_assessment(self, node: Node) -> None:
        measure = self.measure(node)
        leave = {*_JUDGEMENT, _DERIVED}
        number = self.texts(node, "concerns").rpartition("/")[2]
        if measure is None:
            leave |= self.look_at_other(node)
        else:
            new = self.succession.successors[measure.iri]
            number = self.known[new].number
            leave |= self.outdated(measure, self.known[new])
            self.rows[new].carried.add("control-assessment")
            self.rows[new].before.append(self.said_in_findings(node))
        self.emit(node, [(p, o) for p, o in self.things[node] if p not in leave], concerns=measure)
        self.add(self.nodes[node], _def("origin"), NamedNode(f"{ID}origin/carried"))
        self.derive(node)
        findings = self.pointing("ofControlAssessment", node)
        there = {o.value for finding in findings for o in self.values(finding, "aspect")}
        for aspect in ASPECTS:
            if f"{ID}aspect/{aspect}" not in there:
                finding = self.free(NamedNode(f"{self.home.value}/finding/{number}/{aspect}"))
                self.add(finding, _TYPE, NamedNode(_def("Finding")))
                self.add(finding, _def("ofControlAssessment"), self.nodes[node])
                self.add(finding, _def("aspect"), NamedNode(f"{ID}aspect/{aspect}"))
                self.add(finding, _def("result"), NamedNode(f"{ID}finding-result/not-assessed"))

    def copy_finding(self, node: Node) -> None:
        self.emit(node, [(p, o) for p, o in self.things[node] if p not in _JUDGEMENT])
        self.add(self.nodes[node], _def("result"), NamedNode(f"{ID}finding-result/not-assessed"))

    def note_exception(self, node: Node) -> None:
        for entry in self.values(node, "forEntry"):
            if isinstance(entry, NamedNode | BlankNode) and (measure := self.measure(entry)):
                self.row_of(measure.iri).carried.add("exception")

    def look_at_other(self, node: Node) -> set[str]:
        """What must be left out of an entry or assessment that is not about an active measure of the old edition."""
        about = self.texts(node, "concerns")
        number = about.rpartition("/")[2] or self.texts(node, "numberAsWritten") or node.value
        if not about or about.startswith((f"{ID}bio2/", f"{ID}measure/")):
            row = self.rows.setdefault(about or node.value, _Row([number], "", self.names.get(about, {}), Step()))
            row.reasons.add("not-recognised")
            is_entry = self.is_a(node, "ApplicabilityEntry")
            row.before.append(self.said_in_entry(node) if is_entry else self.said_in_findings(node))
            return set()
        sufficient = self.values(node, "measuresSufficient")
        if about not in self.controls or not sufficient:
            return set()
        row = self.rows.setdefault(about, _Row([number], number, self.names.get(about, {}), Step()))
        row.reasons.add("measures-of-control")
        answer = "sufficient" if sufficient[0].value in ("true", "1") else "insufficient"
        row.before.append({lang: words[answer] for lang, words in _WORDS.items()})
        return {_def("measuresSufficient")}

    def outdated(self, old: Measure, new: Measure) -> set[str]:
        """What a file said of the number and words of a measure and is no longer so."""
        number = {_def("numberAsWritten")} if old.number != new.number else set()
        return number | ({_def("wordingDigest")} if old.digest != new.digest else set())

    def updated(self, node: Node) -> list[tuple[str, Term]]:
        """What is said of any other thing, with references to measures and deadlines that go on in the same way."""
        deadlines = [d.value for d in self.values(node, "forDeadline")]
        lasting = bool(deadlines) and all(d in self.deadlines for d in deadlines)
        said: list[tuple[str, Term]] = []
        for predicate, value in self.things[node]:
            found = value
            if isinstance(value, NamedNode):
                new = self.succession.successors.get(value.value)
                if lasting and value.value in self.deadlines:
                    found = NamedNode(self.deadlines[value.value])
                elif new and (lasting or (not deadlines and self.succession.kept_wording(value.value))):
                    found = NamedNode(new)
            said.append((predicate, found))
        return said

    def lasting_deadlines(self, store: Store) -> dict[str, str]:
        """The deadlines that the new edition sets in the same way, by what they were."""
        here: dict[tuple[str, ...], str] = {}
        there: dict[tuple[str, ...], str] = {}
        for row in select(store, _DEADLINES):
            measure = self.known.get(row["measure"].value)
            if measure and measure.lasting:
                text = tuple("" if row[name] is None else row[name].value for name in ("code", "kind", "interval"))
                for label, found in ((self.succession.first, here), (self.succession.second, there)):
                    if measure.edition == label:
                        found[(measure.lasting, *text)] = row["deadline"].value
        return {deadline: there[key] for key, deadline in here.items() if key in there}

    def controls_that_changed(self) -> set[str]:
        """The controls that have other measures in the new edition, whatever their numbers and words."""
        under: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for measure in self.known.values():
            if measure.active:
                under[measure.control][measure.edition].add(measure.lasting)
        first, second = self.succession.first, self.succession.second
        return {control for control, by in under.items() if by[first] != by[second]}

    def list_references(self) -> None:
        """Notes for each measure what in the new assessment still points at the old one or at what was left behind."""
        mine = {_DERIVED, _REVISION}
        for t in self.out:
            if t.predicate.value in mine or not isinstance(t.subject, NamedNode):
                continue
            old = self.dropped.get(t.object) if isinstance(t.object, NamedNode) else None
            if old is None and isinstance(t.object, NamedNode):
                measure = self.known.get(t.object.value)
                old = measure.iri if measure and measure.edition == self.succession.first and measure.active else None
            if old:
                row = self.row_of(old)
                row.reasons.add("references")
                row.references.add(t.subject.value.removeprefix(f"{self.home.value}/"))

    # Writing

    def emit(self, node: Node, said: list[tuple[str, Term]], concerns: Measure | None = None) -> None:
        for predicate, value in said:
            if concerns and predicate == _def("concerns"):
                value = NamedNode(self.succession.successors[concerns.iri])
            elif isinstance(value, BlankNode) and value in self.dropped:
                continue
            elif isinstance(value, NamedNode | BlankNode):
                value = self.nodes.get(value, value)
            self.add(self.nodes[node], predicate, value)

    def add(self, subject: Node, predicate: str, value: Term) -> None:
        self.out[Triple(subject, NamedNode(predicate), value)] = None

    def derive(self, node: Node) -> None:
        if isinstance(node, NamedNode):
            self.add(self.nodes[node], _DERIVED, node)

    # Words

    def texts(self, node: Node, name: str) -> str:
        """The values of a property as one text, those of the language of the notes if there are any."""
        found = self.values(node, name)
        chosen = [o for o in found if isinstance(o, Literal) and o.language == self.language] or found
        return " ".join(o.value for o in chosen)

    def label(self, term: Term, language: str) -> str:
        names = self.names.get(term.value, {})
        name = names.get(language) or names.get("nl") or term.value.rpartition("/")[2]
        return name[:1].lower() + name[1:]

    def said_in_entry(self, node: Node, new: str = "") -> Text:
        """What an entry said; with the number in front where it stands beside others for measure ``new``."""
        measure = self.measure(node)
        prefix = f"{measure.number}: " if measure and new and len(self.succession.origins[new]) > 1 else ""
        coded = [v for name in ("applicability", "implementationStatus") for v in self.values(node, name)]
        free = [self.texts(node, name) for name in ("justification", "implementationReference", "note")]
        return {
            lang: prefix + "; ".join([*(self.label(v, lang) for v in coded), *filter(None, free)]) for lang in _WORDS
        }

    def said_in_findings(self, node: Node) -> Text:
        said: dict[str, list[str]] = {lang: [] for lang in _WORDS}
        aspects = [f"{ID}aspect/{aspect}" for aspect in ASPECTS]
        findings = sorted(
            self.pointing("ofControlAssessment", node),
            key=lambda f: [aspects.index(a.value) for a in self.values(f, "aspect") if a.value in aspects],
        )
        for finding in findings:
            observation = self.texts(finding, "observation")
            for lang in _WORDS:
                aspect, result = (
                    ", ".join(self.label(v, lang) for v in self.values(finding, name)) for name in ("aspect", "result")
                )
                said[lang].append(f"{aspect}: {result}" + (f" ({observation})" if observation else ""))
        if maturity := self.texts(node, "maturity"):
            for lang, words in _WORDS.items():
                said[lang].append(f"{words['maturity']}: {maturity}")
        return {lang: "; ".join(parts) for lang, parts in said.items()}

    def change(self, row: _Row) -> Change:
        kinds = tuple(sorted(row.step.kinds, key=_KINDS.index)) if row.step.kinds else ()
        what = {
            lang: ", ".join(self.label(NamedNode(f"{ID}lineage-kind/{kind}"), lang) for kind in kinds)
            for lang in _WORDS
        }
        return Change(
            tuple(row.old),
            row.new,
            {lang: row.name.get(lang) or row.name.get("nl", "") for lang in _WORDS},
            kinds,
            what,
            row.step.partial,
            tuple(code for code in _CARRIED if code in row.carried),
            tuple(reason for reason in REASONS if reason in row.reasons),
            {lang: "; ".join(dict.fromkeys(t[lang] for t in row.before if t[lang])) for lang in _WORDS},
            tuple(sorted(row.references, key=natural)),
            {lang: row.step.comment(lang) for lang in _WORDS},
            tuple(row.step.sources),
        )


_WORDS: dict[str, Text] = {
    "nl": {
        "note": "Overgenomen uit BIO2 {edition} ({numbers}). De maatregel is veranderd; dit is nog niet herbeoordeeld.",
        "exception": "uitzondering",
        "maturity": "volwassenheid",
        "sufficient": "maatregelen volstonden",
        "insufficient": "maatregelen volstonden niet",
    },
    "en": {
        "note": "Carried over from BIO2 {edition} ({numbers}). The measure has changed; this was not judged anew yet.",
        "exception": "exception",
        "maturity": "maturity",
        "sufficient": "measures were sufficient",
        "insufficient": "measures were not sufficient",
    },
}


def _order(change: Change) -> tuple[object, ...]:
    first = REASONS.index(change.reasons[0]) if change.reasons else len(REASONS)
    return first, natural(change.new or change.old[0])
