"""The verdict over one assessment: findings with names and places, in a fixed order, and whether they may stand."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.errors import InputError
from bio2kg.namespaces import DEF, ID, PREFIXES, short
from bio2kg.turtle import natural
from bio2kg.validation.catalogue import Catalogue
from bio2kg.validation.engine import Engine
from bio2kg.validation.names import Names
from bio2kg.validation.preparation import by_subject, prepare
from bio2kg.validation.result import Result
from bio2kg.validation.rules import LANGUAGES, SEVERITIES, Rule, RuleBook, Text

_VARIABLE = re.compile(r"\{[?$](this|value|path)\}")
_SUCCESSORS = ("movedTo",)
Places = Callable[[str, str], str]


@dataclass(frozen=True)
class Finding:
    """One finding: which rule, on what, what was found, where, and a fingerprint that stays the same from run to run.

    ``about`` is the measure or control concerned (an IRI, or empty), ``place`` the sheet and cell it came from.
    """

    rule: Rule
    result: Result
    code: str
    message: Text
    subject: Text
    found: Text
    about: str
    place: str
    fingerprint: str
    source: str

    @property
    def severity(self) -> str:
        """``violation``, ``warning`` or ``info``."""
        return self.result.severity


@dataclass(frozen=True)
class Group:
    """The findings of one rule together."""

    code: str
    rule: Rule
    severity: str
    findings: list[Finding]


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
        for finding in self.findings:
            grouped.setdefault((finding.code, finding.rule.iri, finding.severity), []).append(finding)
        groups = [Group(code, found[0].rule, severity, found) for (code, _, severity), found in grouped.items()]
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
        things = by_subject(stated)
        names = Names(things, self.catalogue)
        findings = [_finding(r, self.book.by_constraint[r.constraint], names, places) for r in results]
        findings.sort(key=_order)
        known, suppressions = frozenset(baseline), _suppressions(stated, as_of)
        verdict = Verdict(
            _name_of(stated), as_of, profile, fail_on, self.book.of(profile), [], results=results, baseline=known
        )
        for finding in findings:
            if reason := suppressions.get((finding.rule.iri, finding.result.focus)) or suppressions.get(
                (finding.rule.iri, finding.result.value)
            ):
                verdict.suppressed.append((finding, reason))
            elif finding.fingerprint in known:
                verdict.known.append(finding)
            else:
                verdict.findings.append(finding)
        verdict.resolved = len(known - {f.fingerprint for f in findings})
        return verdict


def _finding(result: Result, rule: Rule, names: Names, places: Places) -> Finding:
    looked_at = result.value if result.value in names.things or names.about(result.value) else result.focus
    about = names.about(looked_at)
    deadline = result.value if NamedNode(f"{DEF}Deadline") in _types(names, result.value) else ""
    if not deadline and result.value in names.things:
        deadline = names._value(result.value, f"{DEF}forDeadline") or ""
    code = rule.code
    source = "\n".join(rule.sources)
    if rule.family == "PD" and deadline:
        code = names.catalogue.value(deadline, f"{PREFIXES['dcterms']}identifier") or code
        source = names.catalogue.value(deadline, f"{DEF}setBy") or source
    message, subject, found = {}, {}, {}
    for language in LANGUAGES:
        template = rule.messages.get(result.constraint, rule.description).get(language, "")
        message[language] = _filled(template, result, names, language) + _successor(rule, about, names, language)
        subject[language] = names.name(about or looked_at, language)
        found[language] = _value_found(result, looked_at, template, names, language)
    digest = hashlib.sha256("\n".join((result.constraint, result.focus, result.path, result.value)).encode())
    return Finding(
        rule, result, code, message, subject, found, about,
        places(looked_at, result.path), digest.hexdigest()[:16], source,
    )  # fmt: skip


def _filled(template: str, result: Result, names: Names, language: str) -> str:
    values = {"this": result.focus, "value": result.value, "path": result.path}
    return _VARIABLE.sub(lambda match: names.name(values[match[1]], language), template)


def _value_found(result: Result, looked_at: str, template: str, names: Names, language: str) -> str:
    """The value found, with the property it stands in; empty if the finding is the thing itself."""
    if not result.path:
        return ""
    label = names.name(result.path, language)
    if not result.value or result.value == looked_at:
        return f"{label}: –"
    return f"{label}: {names.name(result.value, language)[:200]}"


def _successor(rule: Rule, about: str, names: Names, language: str) -> str:
    """Where a measure went that is no longer there, if the catalogue knows."""
    if rule.family != "VE" or not about:
        return ""
    following = {names.catalogue.value(about, f"{DEF}{step}") for step in _SUCCESSORS}
    for event in names.catalogue.of_type("LineageEvent"):
        if names.catalogue.value(event, f"{DEF}from") == about:
            following.add(names.catalogue.value(event, f"{DEF}to"))
    named = sorted(short(iri) for iri in following if iri and iri != about)
    if not named:
        return ""
    return f" {'Opvolger' if language == 'nl' else 'Successor'}: {', '.join(named)}."


def _types(names: Names, iri: str) -> list[NamedNode | Literal]:
    return names.catalogue.by_subject.get(iri, {}).get(f"{PREFIXES['rdf']}type", [])


def _order(finding: Finding) -> tuple[object, ...]:
    result = finding.result
    return (
        SEVERITIES.index(finding.severity),
        natural(finding.code),
        natural(finding.about),
        natural(result.focus),
        result.path,
        natural(result.value),
        result.constraint,
    )


def _suppressions(triples: list[Triple], as_of: date) -> dict[tuple[str, str], str]:
    """Which findings are set aside, with the reason: only suppressions that are complete and still run."""
    found = {}
    for values in by_subject(triples).values():
        if NamedNode(f"{DEF}Suppression") not in values.get(f"{PREFIXES['rdf']}type", ()):
            continue
        rule, node, reason, owner, ends = (
            next((t.value for t in values.get(f"{DEF}{name}", ())), "")
            for name in ("ofRule", "atNode", "reason", "owner", "endsOn")
        )
        if rule and node and reason.strip() and owner and ends >= as_of.isoformat():
            found[rule, node] = reason
    return found


def _name_of(triples: list[Triple]) -> str:
    """The assessments in the data, by the last part of their IRIs."""
    kinds = {NamedNode(f"{DEF}Assessment"), NamedNode(f"{DEF}StatementOfApplicability")}
    found = {
        t.subject.value.removeprefix(f"{ID}assessment/")
        for t in triples
        if t.object in kinds and isinstance(t.subject, NamedNode)
    }
    return ", ".join(sorted(found)[:3])
