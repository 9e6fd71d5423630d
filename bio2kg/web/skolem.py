"""IRIs for blank nodes that a syntax cannot nest (RDF 1.1 Concepts, section 3.5)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad

from bio2kg.namespaces import BASE

GENID = f"{BASE}/.well-known/genid/"
_Term = TypeVar("_Term")


def skolemised(quads: Iterable[Quad], *, nests: bool) -> list[Quad]:
    """The statements, sorted, without blank nodes that would need a label.

    Where the syntax ``nests``, a blank node that exactly one other statement uses stays. The IRIs follow from what the
    statements say, so the same statements have the same ones in every syntax.
    """
    quads = sorted(set(quads), key=str)
    if not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object)):
        return quads
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    quads = sorted(dataset, key=str)
    said = "\n".join(map(str, quads))
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    kept = _nested(quads) if nests else set()

    def named(term: _Term) -> _Term | NamedNode:
        labelled = isinstance(term, BlankNode) and term not in kept
        return NamedNode(f"{GENID}{digest}-{term.value}") if labelled else term  # type: ignore[attr-defined]

    return sorted((Quad(named(q.subject), q.predicate, named(q.object), q.graph_name) for q in quads), key=str)


def _nested(quads: Iterable[Quad]) -> set[BlankNode]:
    """The blank nodes that can stand inside their only user, and do not lead to themselves."""
    uses: dict[object, list[object]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.object, BlankNode):
            uses[quad.object].append(quad.subject)
    user = {node: found[0] for node, found in uses.items() if len(found) == 1}

    def leads_to_itself(node: object) -> bool:
        at, seen = user[node], set()
        while at != node and at in user and at not in seen:
            seen.add(at)
            at = user[at]
        return at == node

    return {node for node in user if isinstance(node, BlankNode) and not leads_to_itself(node)}
