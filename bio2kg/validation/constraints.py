"""SPARQL constraints run on the store in place: one query for each focus node, with ``$this`` substituted beforehand.

That is what SHACL 1.0 (section 5.3.1, pre-binding) asks for, and it saves what a validator spends around each query.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple, Variable

from bio2kg.namespaces import PREFIXES
from bio2kg.validation.result import Result

_SH = PREFIXES["sh"]
_TARGETS = tuple(f"{_SH}target{kind}" for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf"))
_TYPE, _SUBCLASS = NamedNode(f"{PREFIXES['rdf']}type"), NamedNode(f"{PREFIXES['rdfs']}subClassOf")
_IMPORTS = f"{PREFIXES['owl']}imports"
_COMPONENT = f"{_SH}SPARQLConstraintComponent"
_KNOWN = {_TYPE.value, *(f"{_SH}{name}" for name in ("select", "message", "prefixes"))}
# Left to the reference: variables that only it can give a value to, and the places that a substituted ``$this`` does
# not reach (nested groups and selects, BIND, BOUND) or that SHACL forbids.
_NOT_HERE = re.compile(
    r"[$?](?-i:PATH|shapesGraph|currentShape)\b|[{.}]\s*\{|\bSELECT\b.*\bSELECT\b|\b(BIND|BOUND)\s*\(\s*[$?]this\b"
    r"|\b(MINUS|VALUES|SERVICE)\b|\bAS\s+[$?]this\b",
    re.IGNORECASE | re.DOTALL,
)

Node = NamedNode | BlankNode | Literal
Values = dict[object, dict[str, list[Node]]]
Focus = dict[tuple[str, NamedNode], set[Node]]


@dataclass(frozen=True)
class Constraint:
    """A SPARQL constraint of a node shape: whom it looks at, and the query that finds what is wrong."""

    iri: str
    severity: str
    targets: tuple[tuple[str, NamedNode], ...]
    query: str


def constraints(shapes: list[Triple]) -> list[Constraint]:
    """The SPARQL constraints of the shapes.

    Raises ValueError for one that cannot be run here and is left to the reference.
    """
    values: Values = {}
    for t in shapes:
        if not isinstance(t.object, Triple):
            values.setdefault(t.subject, {}).setdefault(t.predicate.value, []).append(t.object)
    found = []
    for shape, said in values.items():
        targets = tuple((p, o) for p in _TARGETS for o in said.get(p, ()) if isinstance(o, NamedNode))
        for node in said.get(f"{_SH}sparql", ()):
            own = values.get(node, {})
            queries = own.get(f"{_SH}select", ())
            plain = f"{_SH}path" not in said and f"{_SH}deactivated" not in said and set(own) <= _KNOWN
            if not (plain and targets and len(queries) == 1 and isinstance(node, NamedNode)):
                raise ValueError(f"the constraint {node} of {shape} is not of the plain kind")
            if _NOT_HERE.search(queries[0].value):
                raise ValueError(f"the query of {node} needs a validator")
            prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in _prefixes(own, values).items())
            severity = said.get(f"{_SH}severity", [NamedNode(f"{_SH}Violation")])[0].value
            found.append(
                Constraint(node.value, severity.removeprefix(_SH).lower(), targets, prologue + queries[0].value)
            )
    return found


def _prefixes(own: dict[str, list[Node]], values: Values) -> dict[str, str]:
    """The declared prefixes of a constraint, also those of what its declarations import."""
    found, seen, waiting = {}, set(), list(own.get(f"{_SH}prefixes", ()))
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        waiting += values.get(at, {}).get(_IMPORTS, ())
        for node in values.get(at, {}).get(f"{_SH}declare", ()):
            found[values[node][f"{_SH}prefix"][0].value] = values[node][f"{_SH}namespace"][0].value
    return found


def run(constraint: Constraint, store: Store, focus: Focus) -> set[Result]:
    """The results of one constraint; ``focus`` remembers the nodes of a target between constraints."""
    nodes: set[Node] = set()
    for target in constraint.targets:
        if target not in focus:
            focus[target] = _focus_nodes(store, *target)
        nodes.update(focus[target])
    found = set()
    for node in nodes:
        solutions = store.query(constraint.query, substitutions={Variable("this"): node})
        if not isinstance(solutions, QuerySolutions):
            raise TypeError(f"the query of {constraint.iri} is no SELECT")
        names = {variable.value for variable in solutions.variables}
        for row in solutions:
            value = row["value"] if "value" in names and row["value"] is not None else node
            path = row["path"] if "path" in names and isinstance(row["path"], NamedNode) else None
            found.add(
                Result(
                    constraint.iri, node.value, path.value if path else "", value.value, constraint.severity, _COMPONENT
                )
            )
    return found


def _focus_nodes(store: Store, kind: str, target: NamedNode) -> set[Node]:
    match kind.removeprefix(f"{_SH}target"):
        case "Class":
            classes: set[Node] = set()
            waiting: list[Node] = [target]
            while waiting:
                of = waiting.pop()
                if of not in classes:
                    classes.add(of)
                    waiting += _nodes(q.subject for q in store.quads_for_pattern(None, _SUBCLASS, of))
            return _nodes(q.subject for of in classes for q in store.quads_for_pattern(None, _TYPE, of))
        case "SubjectsOf":
            return _nodes(q.subject for q in store.quads_for_pattern(None, target, None))
        case "ObjectsOf":
            return _nodes(q.object for q in store.quads_for_pattern(None, target, None))
    return {target}


def _nodes(terms: Iterable[Node | Triple]) -> set[Node]:
    return {term for term in terms if not isinstance(term, Triple)}
