"""The complete fictitious assessment of the examples, under any name and of any size: for tests and the benchmark."""

from datetime import date
from functools import cache

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg import paths, turtle
from bio2kg.namespaces import ASSESSMENTS, DEF, ID, PREFIXES
from bio2kg.turtle import natural

# The day on which it satisfies every rule.
AS_OF = date(2026, 7, 1)
_EXAMPLE = "voorbeeldstad-1.3-2026"
_SUPPORTED_BY = NamedNode(f"{DEF}supportedBy")
_NUMBERED = {f"{DEF}location", f"{PREFIXES['dcterms']}title"}


def complete(name: str = "voorbeeldstad", evidence: int = 40) -> list[Triple]:
    """The example for another organisation, its findings resting on ``evidence`` pieces of evidence (40 or more)."""
    folder = f"{ID}assessment/{name}-1.3-2026"

    def renamed(node: NamedNode) -> NamedNode:
        for old, new in (
            (f"{ID}assessment/{_EXAMPLE}", folder),
            (f"{ID}organisation/voorbeeldstad", f"{ID}organisation/{name}"),
        ):
            if node.value.startswith(old):
                return NamedNode(new + node.value.removeprefix(old))
        return node

    triples = [
        Triple(renamed(t.subject), t.predicate, renamed(t.object) if isinstance(t.object, NamedNode) else t.object)
        for t in _example()
    ]
    return _with_evidence(triples, folder, evidence) if evidence > 40 else triples


@cache
def _example() -> tuple[Triple, ...]:
    path = paths.files() / "data" / "examples" / f"{_EXAMPLE}.ttl"
    return tuple(
        t
        for t in turtle.read(path)
        # Not its graph, nor the assessment before it, which is another example.
        if not t.subject.value.startswith(ASSESSMENTS) and t.predicate.value != f"{PREFIXES['prov']}wasRevisionOf"
    )


def _with_evidence(triples: list[Triple], folder: str, evidence: int) -> list[Triple]:
    """More pieces like the first, and each finding resting on the next of them."""
    first = f"{folder}/evidence/1"
    more = []
    for n in range(41, evidence + 1):
        for t in triples:
            if t.subject.value == first:
                numbered = isinstance(t.object, Literal) and t.predicate.value in _NUMBERED
                value = Literal(f"{t.object.value} ({n})") if numbered else t.object
                more.append(Triple(NamedNode(f"{folder}/evidence/{n}"), t.predicate, value))
    findings = sorted(
        {t.subject for t in triples if t.predicate == _SUPPORTED_BY and "/finding/" in t.subject.value},
        key=lambda node: natural(node.value),
    )
    place = {finding: NamedNode(f"{folder}/evidence/{i % evidence + 1}") for i, finding in enumerate(findings)}
    return [
        Triple(t.subject, t.predicate, place[t.subject]) if t.predicate == _SUPPORTED_BY and t.subject in place else t
        for t in triples
    ] + more
