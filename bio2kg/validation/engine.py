"""Running the shapes: the fast way where it can, pyshacl as the reference and wherever the fast way cannot.

The fast way is a compiled engine for the core constraints and our own queries for the SPARQL constraints. Both ways
give the same results; ``tests/rules`` runs every fixture through both and compares them.
"""

import warnings
from collections.abc import Iterable
from typing import Any

import pyshacl
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.term import Node

from bio2kg.convert import to_rdflib
from bio2kg.validation import constraints
from bio2kg.validation.result import Result

try:
    import pyshacl_turbo
except ImportError:  # no wheel for this platform: the reference does all the work
    pyshacl_turbo = None  # type: ignore[assignment]

_SPARQL = NamedNode(str(SH.sparql))
# The shapes of one rule.
Rule = list[Triple]


class Engine:
    """The shapes of some rules, ready to run over many graphs.

    ``slow`` are the rules that the reference runs because the fast way does not take them.
    """

    def __init__(self, rules: list[Rule], *, reference: bool = False) -> None:
        """``rules``: the shapes of each rule; ``reference``: pyshacl alone, to compare with."""
        fast, self.slow = ([], rules) if reference else _divided(rules)
        self._constraints = [(constraint, rule) for rule, found in fast for constraint in found]
        self._compiled = _compiled(_for_validator([rule for rule, _ in fast])) if fast else None

    def run(self, data: list[Triple], ntriples: bytes = b"") -> set[Result]:
        """The results over the data; ``ntriples`` is further data, already written as N-Triples."""
        found: set[Result] = set()
        slow = list(self.slow)
        if self._compiled is not None:
            store = _store(data)
            store.bulk_load(ntriples, format=RdfFormat.N_TRIPLES)
            found |= _results(self._compiled.validate(store)[1])
            focus: constraints.Focus = {}
            for constraint, rule in self._constraints:
                try:
                    found |= constraints.run(constraint, store, focus)
                except (SyntaxError, ValueError):  # a query that only the reference understands
                    slow.append(rule)
        if slow:
            graph = to_rdflib(data)
            graph.parse(data=ntriples, format="nt")
            found |= _reference(graph, to_rdflib(triple for rule in slow for triple in rule))
        return found


def _divided(rules: list[Rule]) -> tuple[list[tuple[Rule, list[constraints.Constraint]]], list[Rule]]:
    """The rules that the fast way takes, each with its SPARQL constraints, and those it does not."""
    fast, slow = [], []
    for rule in rules:
        try:
            fast.append((rule, constraints.constraints(rule)))
        except ValueError:
            slow.append(rule)
    if _compiled(_for_validator([rule for rule, _ in fast])) is None:
        taken = [_compiled(_for_validator([rule])) is not None for rule, _ in fast]
        slow += [rule for (rule, _), fits in zip(fast, taken, strict=True) if not fits]
        fast = [pair for pair, fits in zip(fast, taken, strict=True) if fits]
    return fast, slow


def _for_validator(rules: list[Rule]) -> Store:
    """The shapes without their SPARQL constraints, which are run on the store."""
    triples = {triple for rule in rules for triple in rule}
    return _store(t for t in triples if t.predicate != _SPARQL)


def _store(triples: Iterable[Triple]) -> Store:
    # Shapes and data both in Oxigraph: with shapes from rdflib, strings would not equal those of the data.
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def _reference(data: Graph, shapes: Graph) -> set[Result]:
    # Never with inference: domains and ranges of the reused vocabularies would type everything as everything.
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, do_owl_imports=False)
    if isinstance(report, Exception):  # pyshacl hands back what it refuses instead of raising it
        raise ValueError(f"the shapes cannot be run: {report}")
    return _results(report)


def _compiled(shapes: Store) -> Any:
    """The shapes compiled, or None if the fast engine does not take them all."""
    if pyshacl_turbo is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return pyshacl_turbo.compile_shapes(shapes)  # type: ignore[no-untyped-call]
    except Exception:
        return None


def _results(report: Graph) -> set[Result]:
    def text(node: Node, *predicates: URIRef) -> str:
        for predicate in predicates:
            term = report.value(node, predicate)
            if term is not None and not isinstance(term, BNode):
                return str(term)
        return ""

    # Only the results of the report itself: those below sh:detail are the reasons of one of them.
    return {
        Result(
            constraint=text(result, SH.sourceConstraint, SH.sourceShape),
            focus=text(result, SH.focusNode),
            path=text(result, SH.resultPath),
            value=text(result, SH.value),
            severity=text(result, SH.resultSeverity).removeprefix(str(SH)).lower(),
            component=text(result, SH.sourceConstraintComponent),
        )
        for validation in report.subjects(RDF.type, SH.ValidationReport)
        for result in report.objects(validation, SH.result)
    }
