"""The verdict over one assessment: findings with names and places, in a fixed order, and whether they may stand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from pyoxigraph import NamedNode, Triple

from bio2kg.errors import InputError
from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.turtle import natural
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.engine import Engine
from bio2kg.validation.findings import Finding, Places, finding, order
from bio2kg.validation.names import Names
from bio2kg.validation.preparation import by_subject, prepare
from bio2kg.validation.result import Result
from bio2kg.validation.rules import SEVERITIES, Rule, RuleBook, Text

_TYPE = f"{PREFIXES['rdf']}type"


@dataclass(frozen=True)
class Group:
    """The findings of one rule together."""

    code: str
    rule: Rule
    severity: str
    findings: list[Finding]

    def said_once(self, language: str) -> str:
        """The message that holds for all findings alike; empty if they differ in more than what they are about."""
        first = self.findings[0]
        if len(self.findings) == 1:
            return first.message[language]
        return first.general[language] if len({f.general[language] for f in self.findings}) == 1 else ""


@dataclass
class Verdict:
    """What a validation found, and how it was asked.

    ``conforms`` is SHACL's: no result of any severity. ``passed`` is ours: nothing new and not suppressed that is as
    heavy as ``fail_on``.
    """

    assessment: str
    as_of: date
    profile: str
    fail_on: str
    rules: list[Rule]
    findings: list[Finding]
    known: list[Finding] = field(default_factory=list)
    suppressed: list[tuple[Finding, str]] = field(default_factory=list)
    resolved: int = 0
    notices: list[Text] = field(default_factory=list)
    results: set[Result] = field(default_factory=set)
    baseline: frozenset[str] = frozenset()

    @property
    def conforms(self) -> bool:
        """SHACL's own verdict, over everything that was found."""
        return not self.results

    @property
    def passed(self) -> bool:
        """Whether nothing stands in the way under ``fail_on``."""
        return not any(SEVERITIES.index(f.severity) <= SEVERITIES.index(self.fail_on) for f in self.findings)

    def counts(self) -> dict[str, int]:
        """How many findings of each severity."""
        return {severity: sum(f.severity == severity for f in self.findings) for severity in SEVERITIES}

    def groups(self) -> list[Group]:
        """The findings by rule, the heaviest first."""
        grouped: dict[tuple[str, str, str], list[Finding]] = {}
        for found in self.findings:
            grouped.setdefault((found.code, found.rule.iri, found.severity), []).append(found)
        groups = [Group(code, same[0].rule, severity, same) for (code, _, severity), same in grouped.items()]
        return sorted(groups, key=lambda g: (SEVERITIES.index(g.severity), natural(g.code)))


class Validator:
    """The rules and the catalogue of a release, ready for many assessments."""

    def __init__(self, catalogue: Catalogue, book: RuleBook) -> None:
        self.catalogue, self.book = catalogue, book
        self._engines: dict[tuple[str, bool], Engine] = {}

    def engine(self, profile: str, *, reference: bool = False) -> Engine:
        """The engine for a profile, made once."""
        key = (profile, reference)
        if key not in self._engines:
            shapes = [self.book.closure([rule.iri]) for rule in self.book.of(profile)]
            self._engines[key] = Engine(shapes, reference=reference)
        return self._engines[key]

    def validate(
        self,
        triples: Iterable[Triple],
        *,
        profile: str = "submission",
        as_of: date,
        fail_on: str = "violation",
        baseline: Iterable[str] = (),
        places: Places = lambda node, path: "",
        reference: bool = False,
    ) -> Verdict:
        """The verdict over the triples of one or more assessments on a date.

        ``baseline`` holds the fingerprints of an earlier run: only what is new counts. ``places`` gives the sheet and
        cell of a thing's property. Raises InputError for a profile or severity that does not exist.
        """
        if fail_on not in SEVERITIES:
            raise InputError(f"there is no severity “{fail_on}”", remedy=f"Give one of: {', '.join(SEVERITIES)}.")
        stated = list(triples)
        prepared = prepare(stated, self.catalogue, as_of)
        results = self.engine(profile, reference=reference).run([*stated, *prepared], self.catalogue.beside(stated))
        names = Names(by_subject([*stated, *prepared]), self.catalogue)
        # Two components of one shape that object to one value are one finding.
        components: dict[Result, list[str]] = {}
        for result in sorted(results):
            components.setdefault(replace(result, component=""), []).append(result.component)
        findings = [
            finding(result, self.book.by_constraint[result.constraint], names, places, tuple(reporting))
            for result, reporting in components.items()
        ]
        findings.sort(key=order)
        known, reasons = frozenset(baseline), _suppressions(names, findings)
        verdict = Verdict(
            _name_of(stated), as_of, profile, fail_on, self.book.of(profile), [], results=results, baseline=known
        )
        for found in findings:
            rule, result = found.rule.iri, found.result
            if reason := reasons.get((rule, result.focus)) or reasons.get((rule, result.value)):
                verdict.suppressed.append((found, reason))
            elif found.fingerprint in known:
                verdict.known.append(found)
            else:
                verdict.findings.append(found)
        verdict.resolved = len(known - {f.fingerprint for f in findings})
        return verdict


def _suppressions(names: Names, findings: list[Finding]) -> dict[tuple[str, str], str]:
    """The reason for each rule and thing that is set aside, as far as the rules about that (family XS) are content."""
    refused = {f.result.focus for f in findings if f.rule.family == "XS"}
    found = {}
    for node in sorted(names.things):
        values = names.things[node]
        if NamedNode(f"{DEF}Suppression") in values.get(_TYPE, ()) and node not in refused:
            rule, thing, reason = (
                min((t.value for t in values.get(f"{DEF}{name}", ())), default="")
                for name in ("ofRule", "atNode", "reason")
            )
            found[rule, thing] = reason
    return found


def _name_of(stated: list[Triple]) -> str:
    """The assessments in the data, or else the statements of applicability, by the last part of their IRIs."""
    for kind in ("Assessment", "StatementOfApplicability"):
        found = {
            t.subject.value.removeprefix(f"{ID}assessment/")
            for t in stated
            if t.predicate.value == _TYPE and t.object == NamedNode(f"{DEF}{kind}") and isinstance(t.subject, NamedNode)
        }
        if found:
            return ", ".join(sorted(found)[:3]) + (" …" if len(found) > 3 else "")
    return ""
