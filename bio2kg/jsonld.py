"""JSON-LD 1.1, compact, in the words of our context, blank nodes nested.

The context is published at ``/context.jsonld``. A document carries the part of it that it uses instead of the address:
so it can be read without a second request, by readers that load no contexts, and as it was when it was sent.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from bio2kg.namespaces import BASE, PREFIXES

CONTEXT_IRI = f"{BASE}/context.jsonld"
CONTEXT_FILE = Path(__file__).parent / "context.jsonld"
_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_TYPE = f"{_RDF}type"
Node = NamedNode | BlankNode


@cache
def context() -> dict[str, Any]:
    """The published context."""
    read: dict[str, Any] = json.loads(CONTEXT_FILE.read_text(encoding="utf-8"))["@context"]
    return read


@cache
def _terms() -> dict[str, str]:
    """For each IRI the term that stands for it."""
    names = {}
    for term, meaning in context().items():
        iri = meaning["@id"] if isinstance(meaning, dict) else meaning
        if isinstance(iri, str) and not iri.startswith("@") and not iri.endswith(("#", "/")):
            prefix, _, local = iri.partition(":")
            names[f"{context()[prefix]}{local}"] = term
    return names


def write(triples: Iterable[Triple], first: str = "") -> bytes:
    """The triples as one JSON-LD document in UTF-8, the others by IRI.

    The thing whose IRI is ``first`` is the document itself: what only points at it is in ``@reverse``, what else there
    is in ``@included``.
    """
    return _Document(triples).write(first)


class _Document:
    def __init__(self, triples: Iterable[Triple]) -> None:
        self.used: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type"}
        self.by_subject: dict[Node, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        uses: dict[Any, list[Any]] = defaultdict(list)
        for t in sorted(set(triples), key=str):
            self.by_subject[t.subject][t.predicate.value].append(t.object)  # type: ignore[index]
            uses[t.object].append(t.subject)
        self.parents = {n: p[0] for n, p in uses.items() if isinstance(n, BlankNode) and len(p) == 1}

    def write(self, first: str) -> bytes:
        tops = sorted((s for s in self.by_subject if not self._nested(s)), key=lambda s: (s.value != first, s.value))
        if not tops or tops[0].value != first:
            nodes: list[dict[str, Any]] = [self._node(subject) for subject in tops]
            body: dict[str, Any] = nodes[0] if len(nodes) == 1 else {"@graph": nodes}
        else:
            body = self._node(tops[0])
            pointing = [s for s in tops[1:] if self._only_points_at(s, tops[0])]
            if pointing:
                body["@reverse"] = self._reverse(pointing)
            if others := [self._node(subject) for subject in tops[1:] if subject not in pointing]:
                body["@included"] = others
        used = dict(sorted(self.used.items(), key=lambda item: (not item[0].startswith("@"), item[0])))
        return (json.dumps({"@context": used, **body}, ensure_ascii=False, indent=2) + "\n").encode()

    def _only_points_at(self, subject: Node, thing: Node) -> bool:
        """Whether all that is said of a subject is that it points at this thing."""
        return isinstance(subject, NamedNode) and all(o == [thing] for o in self.by_subject[subject].values())

    def _reverse(self, pointing: list[Node]) -> dict[str, Any]:
        """Who points at the thing, by property."""
        found: dict[str, list[Any]] = defaultdict(list)
        for subject in pointing:
            for predicate in self.by_subject[subject]:
                found[self._name(predicate)].append({"id": _reference(subject)})
        return {term: _one(nodes) for term, nodes in sorted(found.items())}

    def _nested(self, node: Node) -> bool:
        """Whether a blank node can stand inside its only user; one that leads to itself cannot."""
        seen: set[Node] = set()
        at = node
        while isinstance(at, BlankNode) and at in self.parents:
            if at in seen:
                return False
            seen.add(at)
            at = self.parents[at]
        return node in seen

    def _node(self, subject: Node) -> dict[str, Any]:
        head: dict[str, Any] = {} if self._nested(subject) else {"id": _reference(subject)}
        node: dict[str, Any] = {}
        for predicate, objects in self.by_subject[subject].items():
            if predicate == _TYPE and all(isinstance(o, NamedNode) for o in objects):
                head["type"] = _one([self._name(o.value) for o in objects])
            else:
                self._add(node, predicate, objects)
        return {**head, **dict(sorted(node.items()))}

    def _add(self, node: dict[str, Any], predicate: str, objects: list[Any]) -> None:
        term = self._name(predicate)
        meaning = context().get(term)
        how = meaning if isinstance(meaning, dict) else {}
        if how.get("@container") == "@language":
            tagged = [o for o in objects if isinstance(o, Literal) and (o.language or _plain(o))]
            languages: dict[str, list[str]] = defaultdict(list)
            for o in tagged:
                languages[o.language or "@none"].append(o.value)
            if tagged:
                node[term] = {language: _one(texts) for language, texts in sorted(languages.items())}
            if rest := [o for o in objects if o not in tagged]:
                node[self._long(predicate)] = _one([self._value(o, "") for o in rest])
        else:
            node[term] = _one([self._value(o, how.get("@type", "")) for o in objects])

    def _value(self, term: Any, coerced: str) -> Any:
        if isinstance(term, Literal):
            return self._literal(term, coerced)
        items = self._items(term)
        if items is not None:
            return {"@list": [self._value(item, coerced) for item in items]}
        if isinstance(term, BlankNode) and self._nested(term):
            return self._node(term)
        return _reference(term) if coerced == "@id" else {"id": _reference(term)}

    def _literal(self, literal: Literal, coerced: str) -> Any:
        if literal.language:
            return {"@value": literal.value, "@language": literal.language}
        if _plain(literal):
            return {"@value": literal.value} if coerced else literal.value
        kind = literal.datatype.value
        if kind == f"{_XSD}boolean" and literal.value in ("true", "false") and not coerced:
            return literal.value == "true"
        if kind == f"{_XSD}integer" and not coerced and str(_whole(literal.value)) == literal.value:
            return int(literal.value)
        name = self._name(kind)
        return literal.value if name == coerced else {"@value": literal.value, "@type": name}

    def _items(self, node: Node) -> list[Any] | None:
        """The items of a well-formed list, else None."""
        items: list[Any] = []
        seen = set()
        at: Any = node
        while at != NamedNode(f"{_RDF}nil"):
            cell = self.by_subject.get(at) if isinstance(at, BlankNode) and self._nested(at) else None
            if not cell or at in seen or set(cell) != {f"{_RDF}first", f"{_RDF}rest"}:
                return None
            if any(len(values) != 1 for values in cell.values()):
                return None
            seen.add(at)
            items.append(cell[f"{_RDF}first"][0])
            at = cell[f"{_RDF}rest"][0]
        return items

    def _name(self, iri: str) -> str:
        """The term for an IRI, else its name with a prefix, else the IRI; what is used is remembered."""
        term = _terms().get(iri)
        if term is None:
            return self._long(iri)
        meaning = context()[term]
        self.used[term] = meaning
        self._use_prefixes(meaning)
        return term

    def _long(self, iri: str) -> str:
        for prefix, namespace in context().items():
            if isinstance(namespace, str) and namespace.endswith(("#", "/")) and iri.startswith(namespace):
                local = iri.removeprefix(namespace)
                if local and "/" not in local and "#" not in local:
                    self.used[prefix] = namespace
                    return f"{prefix}:{local}"
        return iri

    def _use_prefixes(self, meaning: Any) -> None:
        for value in (meaning.get("@id"), meaning.get("@type")) if isinstance(meaning, dict) else (meaning,):
            prefix = value.partition(":")[0] if value else "@"
            if not prefix.startswith("@"):
                self.used[prefix] = context()[prefix]


def _plain(literal: Literal) -> bool:
    return not literal.language and literal.datatype.value == f"{_XSD}string"


def _whole(text: str) -> int | None:
    """The number in a text, for numbers that every reader of JSON keeps whole."""
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 16 else None


def _reference(node: Node) -> str:
    return node.value if isinstance(node, NamedNode) else f"_:{node.value}"


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
