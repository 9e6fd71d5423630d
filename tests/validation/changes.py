"""Small changes to a complete assessment, so that a test can say what is wrong with it."""

from collections.abc import Iterable

from pyoxigraph import RdfFormat, Triple, parse

from bio2kg.fictitious import AS_OF
from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.validation.reading import Input
from bio2kg.validation.service import Session
from bio2kg.validation.verdict import Verdict

BASE = f"{ID}assessment/voorbeeldstad-1.3-2026"
_CODES = ("applicability", "aspect", "finding-result", "notice-kind", "assessment-status", "rule", "example")
PROLOGUE = "".join(
    f"PREFIX {name}: <{iri}>\n"
    for name, iri in {
        **PREFIXES,
        **{name: f"{ID}{name}/" for name in _CODES},
        "it": f"{BASE}/",
        "m": f"{ID}bio2/1.3/",
    }.items()
)


def stated(turtle: str) -> list[Triple]:
    """The triples of some Turtle, with our prefixes; ``it:`` is below the complete assessment, ``m:`` a measure of 1.3."""
    return [q.triple for q in parse(PROLOGUE + turtle, format=RdfFormat.TURTLE)]


def without(triples: Iterable[Triple], path: str, *properties: str) -> list[Triple]:
    """The triples without these properties of a thing, or without the thing."""
    iris = {f"{DEF}{name}" for name in properties}
    return [
        t
        for t in triples
        if getattr(t.subject, "value", "") != f"{BASE}/{path}" or (iris and t.predicate.value not in iris)
    ]


def verdict(session: Session, triples: list[Triple], profile: str = "public", **choices: object) -> Verdict:
    """The verdict on the date for which the complete assessment was made."""
    return session.validate(Input(triples), profile=profile, **{"as_of": AS_OF, **choices})  # type: ignore[arg-type]


def brief(found: Verdict) -> set[tuple[str, str]]:
    """The code and what each finding looked at: the value, or else the focus; below the assessment by its path."""
    return {(f.code, (f.result.value or f.result.focus).removeprefix(f"{BASE}/")) for f in found.findings}
