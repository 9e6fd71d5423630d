"""The rules as people and engines need them: what each demands, and the shapes that run in a profile."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.errors import InputError
from bio2kg.namespaces import DEF, ID, PREFIXES, RULE, SHAPES_GRAPH
from bio2kg.store import Store
from bio2kg.turtle import natural
from bio2kg.validation.catalogue import Catalogue

PROFILES = ("draft", "submission", "public")
SEVERITIES = ("violation", "warning", "info")
LANGUAGES = ("nl", "en")
Text = dict[str, str]

_SH, _DCTERMS, _RDF = PREFIXES["sh"], PREFIXES["dcterms"], PREFIXES["rdf"]
_TARGETS = {f"{_SH}target{kind}" for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf")}


@dataclass(frozen=True)
class Rule:
    """One rule: its code, what it demands, what to do, how heavy it is and from which profile on it runs.

    ``sources`` are the measures and provisions it rests on, ``messages`` what each of its constraints says, ``queries``
    those of its constraints that are SPARQL. A rule of a deadline has no shape of its own: it is one row of the data,
    and ``shape`` is the rule of family PD that checks it.
    """

    code: str
    iri: str
    name: Text
    description: Text
    remedy: Text
    severity: str
    profile: str
    sources: tuple[str, ...]
    since: str
    changed: tuple[str, ...] = ()
    messages: dict[str, Text] = field(default_factory=dict)
    queries: frozenset[str] = frozenset()
    shape: str = ""

    @property
    def family(self) -> str:
        """The first part of the code, such as ``VT``."""
        return self.code.partition("-")[0]


class RuleBook:
    """The rules for assessments, read from the shapes of a release."""

    def __init__(self, shapes: Iterable[Triple]) -> None:
        self.triples = list(shapes)
        self._by_subject: dict[object, list[Triple]] = {}
        for t in self.triples:
            self._by_subject.setdefault(t.subject, []).append(t)
        found = [self._rule(t.subject) for t in self.triples if t.predicate.value == f"{DEF}profile"]
        self.rules = {rule.code: rule for rule in sorted(found, key=lambda rule: natural(rule.code))}

    @cached_property
    def by_constraint(self) -> dict[str, Rule]:
        """The rule of each constraint and shape that can report."""
        return {iri: rule for rule in self.rules.values() for iri in (rule.iri, *rule.messages)}

    def targeted(self) -> list[str]:
        """The IRIs of all shapes that look at something, sorted."""
        return sorted(
            {
                t.subject.value
                for t in self.triples
                if t.predicate.value in _TARGETS and isinstance(t.subject, NamedNode)
            }
        )

    def message(self, shape: str, language: str) -> str:
        """What a constraint or shape says; empty if it says nothing in that language."""
        said = (t.object for t in self._by_subject.get(NamedNode(shape), ()) if t.predicate.value == f"{_SH}message")
        return next((o.value for o in said if isinstance(o, Literal) and o.language == language), "")

    def of(self, profile: str) -> list[Rule]:
        """The rules that run in a profile: its own and those of the profiles before it."""
        if profile not in PROFILES:
            raise InputError(f"there is no profile “{profile}”", remedy=f"Profiles are: {', '.join(PROFILES)}.")
        reach = PROFILES[: PROFILES.index(profile) + 1]
        return [rule for rule in self.rules.values() if rule.profile in reach]

    def closure(self, iris: Iterable[str]) -> list[Triple]:
        """The triples that can be reached from these shapes."""
        waiting: list[object] = [NamedNode(iri) for iri in iris]
        seen: set[object] = set()
        found = []
        while waiting:
            node = waiting.pop()
            if node in seen or isinstance(node, Literal):
                continue
            seen.add(node)
            for t in self._by_subject.get(node, ()):
                found.append(t)
                waiting.append(t.object)
        return found

    def _rule(self, node: object) -> Rule:
        said = self._by_subject[node]

        def texts(name: str, of: list[Triple] = said) -> Text:
            found = [t.object for t in of if t.predicate.value == name]
            return {o.language: o.value for o in found if isinstance(o, Literal) and o.language}

        def values(name: str) -> list[str]:
            return sorted(str(getattr(t.object, "value", "")) for t in said if t.predicate.value == name)

        iri = str(getattr(node, "value", ""))
        messages = {}
        for t in self.closure([iri]):
            if t.predicate.value == f"{_SH}message" and isinstance(t.subject, NamedNode):
                messages[t.subject.value] = texts(f"{_SH}message", self._by_subject[t.subject])
        return Rule(
            code=next(iter(values(f"{_DCTERMS}identifier")), iri.removeprefix(RULE)),
            iri=iri,
            name=texts(f"{_SH}name"),
            description=texts(f"{_SH}description"),
            remedy=texts(f"{DEF}remedy"),
            severity=next(iter(values(f"{_SH}severity")), f"{_SH}Violation").removeprefix(_SH).lower(),
            profile=values(f"{DEF}profile")[0].rpartition("/")[2],
            sources=tuple(sorted(values(f"{_DCTERMS}source"), key=natural)),
            since=next(iter(values(f"{_DCTERMS}created")), ""),
            changed=tuple(values(f"{DEF}ruleChange")),
            messages=messages,
            queries=frozenset(values(f"{_SH}sparql")),
        )


def load(store: Store) -> RuleBook:
    """The rules of a store."""
    return RuleBook(store.read_graph(SHAPES_GRAPH))


def of_deadlines(book: RuleBook, catalogue: Catalogue, edition: str) -> list[Rule]:
    """One rule for each deadline that an edition sets: the family PD as people know it."""
    found = []
    for iri in catalogue.of_type("Deadline"):
        measure = catalogue.value(iri, f"{DEF}setBy") or ""
        if not measure.startswith(f"{edition}/"):
            continue
        kind = (catalogue.value(iri, f"{DEF}deadlineKind") or "").rpartition("/")[2]
        soft = catalogue.value(iri, f"{DEF}binding") != f"{ID}binding/hard" or kind == "event"
        general = _rule_of_kind(book, kind, soft=soft, quantified=catalogue.value(iri, f"{DEF}interval") is not None)
        if general is None:
            continue
        number = measure.rpartition("/")[2]
        found.append(
            Rule(
                code=catalogue.value(iri, f"{_DCTERMS}identifier") or iri.rpartition("/")[2],
                iri=iri,
                name={lang: f"{number}: {catalogue.name(iri, lang)}" for lang in LANGUAGES},
                description=general.description,
                remedy=general.remedy,
                severity=general.severity,
                profile=general.profile,
                sources=(measure,),
                since=general.since,
                shape=general.iri,
            )
        )
    return sorted(found, key=lambda rule: natural(f"{rule.code} {rule.iri}"))


def _rule_of_kind(book: RuleBook, kind: str, *, soft: bool, quantified: bool) -> Rule | None:
    code = f"PD-{kind}"
    if kind == "recurrence":
        code = ("PD-recurrence-soft" if soft else "PD-recurrence") if quantified else "PD-unquantified"
    return book.rules.get(code)
