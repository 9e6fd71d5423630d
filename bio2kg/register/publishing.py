"""What somebody sends, judged for keeping: whose it is, what the rules say, and what keeps it from being public."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.access.callers import Caller
from bio2kg.errors import ConflictError, ForbiddenError, InputError
from bio2kg.namespaces import BASE, DEF, GRAPH, ID, PREFIXES
from bio2kg.register.record import Visibility
from bio2kg.validation.findings import Finding
from bio2kg.validation.reports import machine
from bio2kg.validation.rules import LANGUAGES, Text
from bio2kg.validation.service import Session

# The rules that hold as soon as something is judged for being public.
PROFILE = {Visibility.DRAFT: "draft", Visibility.RESTRICTED: "submission", Visibility.PUBLIC: "public"}
_TYPE = f"{PREFIXES['rdf']}type"
_OWNED = {NamedNode(f"{DEF}Assessment"), NamedNode(f"{DEF}StatementOfApplicability")}
# Below these an assessment may say things of; all else of ours is said by the release.
_OWN = (f"{ID}assessment/", f"{ID}organisation/", f"{BASE}/.well-known/genid/")


@dataclass(frozen=True)
class Barrier:
    """A finding that keeps an assessment from being public: rule, thing, and message in both languages."""

    code: str
    thing: str
    message: Text


@dataclass(frozen=True)
class Assessed:
    """An assessment as it is kept, and what decides whether it may be.

    ``content`` is N-Triples, sorted; ``report`` a JSON object with the report in each language. ``organisations`` are
    those of its assessments and statements of applicability (empty text for one that names none). ``foreign`` are
    things of this publication itself that it says something of.
    """

    content: bytes
    report: bytes
    organisations: tuple[str, ...]
    foreign: tuple[str, ...]
    barriers: tuple[Barrier, ...]


# What judges a body: who sends it, its bytes, its name (the end tells the form), the profile, and the day to judge on.
Assess = Callable[[Caller, bytes, str, str, date], Assessed]


def assess(session: Session, content: bytes, name: str, profile: str, as_of: date) -> Assessed:
    """What a file holds, judged. Raises InputError for what cannot be read."""
    given = session.read(content, name)
    verdict = session.validate(given, profile=profile, as_of=as_of)
    # Nobody can set aside a rule about what becomes public in the very thing that becomes public.
    found = [*verdict.findings, *(finding for finding, _ in verdict.suppressed)]
    return Assessed(
        content="".join(sorted({f"{t} .\n" for t in given.triples})).encode(),
        report=json.dumps(
            {language: machine.as_json(verdict, session.names, language) for language in LANGUAGES}, ensure_ascii=False
        ).encode(),
        organisations=_organisations(given.triples),
        foreign=_foreign(given.triples),
        barriers=tuple(Barrier(f.code, f.result.focus, f.message) for f in found if _is_barrier(f)),
    )


def require_own(assessed: Assessed, organisation: str) -> None:
    """Raises InputError or ForbiddenError unless an assessment is of this organisation and speaks for itself alone."""
    if "" in assessed.organisations:
        raise InputError(
            "an assessment or statement of applicability in it names no organisation",
            remedy=f"Give each one b:organisation: <{organisation}>.",
        )
    if others := [iri for iri in assessed.organisations if iri != organisation]:
        raise ForbiddenError(
            f"this is an assessment of <{others[0]}>, and you write for <{organisation}>",
            remedy="Send it with a token of the organisation it is about.",
        )
    if assessed.foreign:
        raise InputError(
            f"it says something of <{assessed.foreign[0]}>, which is not its own",
            remedy=f"Let it refer to frameworks and codes, and describe only things below <{_OWN[0]}> or of your own.",
        )


def require_publishable(assessed: Assessed, language: str) -> None:
    """Raises ConflictError with every finding that keeps an assessment from being public (family PU, CA-12)."""
    if not assessed.barriers:
        return
    first = assessed.barriers[0]
    error = ConflictError(
        f"what keeps this from being public ({len(assessed.barriers)}) begins with {first.code} on "
        f"<{first.thing}>: {first.message[language]}",
        remedy="Take out what is not public, or keep the assessment restricted. Nothing was changed.",
    )
    error.errors = tuple(
        {"in": "body", "name": barrier.thing, "detail": f"{barrier.code}: {barrier.message[language]}"}
        for barrier in assessed.barriers
    )
    raise error


def _is_barrier(finding: Finding) -> bool:
    return finding.severity == "violation" and (finding.rule.family == "PU" or finding.rule.code == "CA-12")


def _organisations(triples: Iterable[Triple]) -> tuple[str, ...]:
    named: dict[object, set[str]] = {}
    for t in triples:
        if t.predicate.value == _TYPE and t.object in _OWNED:
            named.setdefault(t.subject, set())
    for t in triples:
        if t.predicate.value == f"{DEF}organisation" and t.subject in named:
            named[t.subject].add(t.object.value if isinstance(t.object, NamedNode | Literal) else "")
    return tuple(sorted({iri for found in named.values() for iri in (found or {""})}))


def _foreign(triples: Iterable[Triple]) -> tuple[str, ...]:
    subjects = {t.subject.value for t in triples if isinstance(t.subject, NamedNode)}
    # A file can describe the graph that it is; that of another assessment it cannot.
    graphs = {iri.replace(ID, GRAPH, 1) for iri in subjects if iri.startswith(f"{ID}assessment/")}
    return tuple(sorted(iri for iri in subjects - graphs if iri.startswith(f"{BASE}/") and not iri.startswith(_OWN)))
