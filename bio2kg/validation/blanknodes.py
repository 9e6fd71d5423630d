"""An IRI for each blank node, so that a finding can point at it and points at the same thing in the next run."""

import hashlib
from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, Triple

from bio2kg.namespaces import BASE


def named(triples: list[Triple]) -> list[Triple]:
    """The triples with an IRI for each blank node, made from what is said of it, so that a finding can point at it.

    The same statements give the same IRI, in whatever order they stand.
    """
    about: dict[BlankNode, list[Triple]] = {}
    for t in triples:
        if isinstance(t.subject, BlankNode):
            about.setdefault(t.subject, []).append(t)
        if isinstance(t.object, BlankNode):
            about.setdefault(t.object, []).append(t)
    digests: dict[BlankNode, str] = dict.fromkeys(about, "")
    for _ in range(3):  # what its neighbours' neighbours say is enough to tell it apart
        digests = {node: _digest(node, said, digests) for node, said in about.items()}
    names: dict[BlankNode, NamedNode] = {}
    times: dict[str, int] = {}
    for node in _in_order(about, digests):
        # What is said in the same words stays apart, with a number.
        times[digests[node]] = again = times.get(digests[node], 0) + 1
        names[node] = NamedNode(f"{BASE}/.well-known/genid/{digests[node]}{f'-{again}' if again > 1 else ''}")
    if not names:
        return triples
    return [
        Triple(
            names[t.subject] if isinstance(t.subject, BlankNode) else t.subject,
            t.predicate,
            names[t.object] if isinstance(t.object, BlankNode) else t.object,
        )
        for t in triples
    ]


def _in_order(about: dict[BlankNode, list[Triple]], digests: dict[BlankNode, str]) -> Iterator[BlankNode]:
    """The nodes in an order that depends on what is said only; nodes that are joined follow each other."""
    seen: set[BlankNode] = set()
    for start in sorted(about, key=digests.__getitem__):
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            yield node
            beside = {
                (t.predicate.value, digests[other], other.value, other)
                for t in about[node]
                for other in (t.subject, t.object)
                if isinstance(other, BlankNode) and other not in seen
            }
            waiting += [other for *_, other in sorted(beside, key=lambda found: found[:2])]


def _digest(node: BlankNode, said: list[Triple], digests: dict[BlankNode, str]) -> str:
    def text(term: object) -> str:
        if term == node:
            return "this"
        return digests.get(term, "") if isinstance(term, BlankNode) else str(term)

    lines = sorted(f"{text(t.subject)} {t.predicate} {text(t.object)}" for t in said)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
