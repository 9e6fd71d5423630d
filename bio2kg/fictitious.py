"""The complete fictitious assessment of the examples, under any name and of any size: for tests and the benchmark."""

from datetime import date
from functools import cache

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import paths, turtle
from bio2kg.namespaces import ASSESSMENTS, DEF, ID, PREFIXES
from bio2kg.turtle import natural

# The day on which it satisfies every rule.
AS_OF = date(2026, 7, 1)
Statement = tuple[NamedNode, NamedNode, NamedNode | Literal]
_EXAMPLE = "voorbeeldstad-1.3-2026"
_SUPPORTED_BY = NamedNode(f"{DEF}supportedBy")
_NUMBERED = {f"{DEF}location", f"{PREFIXES['dcterms']}title"}


def complete(name: str = "voorbeeldstad", evidence: int = 40) -> list[Triple]:
    """The example for another organisation, its findings resting on ``evidence`` pieces of evidence (40 or more)."""
    folder = f"{ID}assessment/{name}-1.3-2026"
    renamed = {f"{ID}assessment/{_EXAMPLE}": folder, f"{ID}organisation/voorbeeldstad": f"{ID}organisation/{name}"}

    def own(node: NamedNode) -> NamedNode:
        for old, new in renamed.items():
            if node.value.startswith(old):
                return NamedNode(new + node.value.removeprefix(old))
        return node

    stated = [(own(s), p, own(o) if isinstance(o, NamedNode) else o) for s, p, o in _example()]
    if evidence > 40:
        stated = _with_evidence(stated, folder, evidence)
    return [Triple(s, p, o) for s, p, o in stated]


@cache
def _example() -> tuple[Statement, ...]:
    path = paths.files() / "data" / "examples" / f"{_EXAMPLE}.ttl"
    return tuple(
        (t.subject, t.predicate, t.object)
        for t in turtle.read(path)
        if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode | Literal)
        # Not its graph, nor the assessment before it, which is another example.
        if not t.subject.value.startswith(ASSESSMENTS) and t.predicate.value != f"{PREFIXES['prov']}wasRevisionOf"
    )


def _with_evidence(stated: list[Statement], folder: str, evidence: int) -> list[Statement]:
    """More pieces like the first, and each finding resting on the next of them."""
    first = [(p, o) for s, p, o in stated if s.value == f"{folder}/evidence/1"]
    more = [
        (
            NamedNode(f"{folder}/evidence/{n}"),
            p,
            Literal(f"{o.value} ({n})") if p.value in _NUMBERED and isinstance(o, Literal) else o,
        )
        for n in range(41, evidence + 1)
        for p, o in first
    ]
    findings = {s for s, p, _ in stated if p == _SUPPORTED_BY and "/finding/" in s.value}
    rests_on = {
        finding: NamedNode(f"{folder}/evidence/{i % evidence + 1}")
        for i, finding in enumerate(sorted(findings, key=lambda node: natural(node.value)))
    }
    return [(s, p, rests_on[s] if p == _SUPPORTED_BY and s in rests_on else o) for s, p, o in stated] + more
