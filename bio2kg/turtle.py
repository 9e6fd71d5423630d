"""Reading Turtle with errors that name the line, and the one deterministic writer of our own Turtle files.

The writer gives the same bytes for the same triples: prefixes, subjects, predicates and objects sorted (numbers by
value, so 5.2 comes before 5.10), ``a`` first, one object a line, blank nodes nested where they are used once and
otherwise labelled by RDFC-1.0. A diff of two files is then a diff of their statements.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from bio2kg.errors import InputError
from bio2kg.namespaces import PREFIXES, curie

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

RDF = PREFIXES["rdf"]
XSD = PREFIXES["xsd"]
_TYPE = NamedNode(f"{RDF}type")
_FIRST, _REST, _NIL = NamedNode(f"{RDF}first"), NamedNode(f"{RDF}rest"), NamedNode(f"{RDF}nil")
_BARE = {f"{XSD}integer": re.compile(r"[+-]?[0-9]+"), f"{XSD}boolean": re.compile("true|false")}
_FIRST_PREDICATES = [
    f"{RDF}type",
    f"{PREFIXES['skos']}notation",
    f"{PREFIXES['skos']}prefLabel",
    f"{PREFIXES['rdfs']}label",
]


def read(path: Path) -> list[Triple]:
    """The triples of a Turtle file. Raises InputError with file, line and column."""
    try:
        return [quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE, rename_blank_nodes=True)]
    except FileNotFoundError as error:
        raise InputError("there is no such file", where=str(path)) from error
    except SyntaxError as error:
        message = str(error.args[0]) if error.args else str(error)
        place = f"{path}:{error.lineno}" if error.lineno else str(path)
        raise InputError(f"not valid Turtle: {message}.", where=place, remedy="Correct the file there.") from error


def write(triples: Iterable[Triple], header: str = "") -> str:
    """The triples as Turtle in the project's one layout; ``header`` is a block of comment lines put on top."""
    return _Writer(triples).text(header)


def header(text: str) -> str:
    """The comment lines at the top of a Turtle file, which the writer keeps."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.rstrip())
    return "\n".join(lines)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key in which numbers inside a text compare by value; the text itself decides between 5.1 and 5.01."""
    parts = ((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part)
    return (*parts, (-1, 0, text))


class _Writer:
    def __init__(self, triples: Iterable[Triple]) -> None:
        dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        self.by_subject: dict[Subject, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        uses: dict[Term, int] = defaultdict(int)
        for quad in dataset:
            if isinstance(quad.subject, Triple) or isinstance(quad.object, Triple):
                raise TypeError("a triple inside a triple is not RDF 1.1")
            self.by_subject[quad.subject][quad.predicate].append(quad.object)
            uses[quad.object] += 1
        self.prefixes: dict[str, str] = {}
        self.nested: set[Term] = {s for s in self.by_subject if isinstance(s, BlankNode) and uses[s] == 1}
        self.nested -= self._cyclic()

    def _cyclic(self) -> set[Term]:
        """Blank nodes from which no named subject is reached upwards: nesting them would lose them."""
        parent = {
            o: s for s, po in self.by_subject.items() for objects in po.values() for o in objects if o in self.nested
        }
        lost: set[Term] = set()
        for node in self.nested:
            seen: set[Term | None] = {node}
            at: Term | None = parent.get(node)
            while at in self.nested and at not in seen:
                seen.add(at)
                at = parent.get(at)
            if at in seen:
                lost.add(node)
        return lost

    def text(self, header: str) -> str:
        tops = sorted((s for s in self.by_subject if s not in self.nested), key=self._subject_key)
        blocks = [f"{self._term(s)}{self._predicates(s, 1)} .\n" for s in tops]
        prefixes = "".join(f"@prefix {p}: <{self.prefixes[p]}> .\n" for p in sorted(self.prefixes, key=natural))
        return "\n".join(part for part in (f"{header}\n" if header else "", prefixes, *blocks) if part)

    def _subject_key(self, subject: Subject) -> tuple[int, tuple[tuple[int, int, str], ...]]:
        return (1 if isinstance(subject, BlankNode) else 0, natural(subject.value))

    def _predicates(self, subject: Subject, depth: int) -> str:
        pad = "    " * depth
        lines = []
        for predicate in sorted(self.by_subject[subject], key=self._predicate_key):
            objects = sorted(self.by_subject[subject][predicate], key=self._object_key)
            name = "a" if predicate == _TYPE else self._term(predicate)
            rendered = f" ,\n{pad}    ".join(self._object(o, depth) for o in objects)
            lines.append(f"{name} {rendered}")
        return f"\n{pad}" + f" ;\n{pad}".join(lines)

    @staticmethod
    def _predicate_key(predicate: NamedNode) -> tuple[int, str]:
        iri = predicate.value
        if iri in _FIRST_PREDICATES:
            return (_FIRST_PREDICATES.index(iri), "")
        parts = curie(iri)
        return (len(_FIRST_PREDICATES), f"{parts[0]}:{parts[2]}" if parts else iri)

    def _object_key(self, term: Term) -> tuple[int, tuple[tuple[int, int, str], ...], str, str]:
        if isinstance(term, Literal):
            # Dutch first, then the other languages.
            language = "" if term.language == "nl" else (term.language or "")
            return (
                (1, natural(term.value), language, term.datatype.value)
                if not term.language
                else (1, (), language, term.value)
            )
        return (2 if isinstance(term, BlankNode) else 0, natural(term.value), "", "")

    def _object(self, term: Term, depth: int) -> str:
        if not isinstance(term, BlankNode) or term not in self.nested:
            return self._term(term)
        items = self._items(term)
        if items is not None:
            return "( " + " ".join(self._object(item, depth + 1) for item in items) + " )"
        return f"[{self._predicates(term, depth + 1)}\n" + "    " * depth + "]"

    def _items(self, node: BlankNode) -> list[Term] | None:
        """The items of a well-formed RDF list that starts at ``node``, else None."""
        items: list[Term] = []
        at: Term = node
        while at != _NIL:
            if not isinstance(at, BlankNode) or at not in self.nested:
                return None
            po = self.by_subject[at]
            if set(po) != {_FIRST, _REST} or len(po[_FIRST]) != 1 or len(po[_REST]) != 1:
                return None
            items.append(po[_FIRST][0])
            at = po[_REST][0]
        return items

    def _term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            parts = curie(term.value)
            if parts is None:
                return str(term)
            prefix, namespace, local = parts
            self.prefixes[prefix] = namespace
            return f"{prefix}:{local}"
        if isinstance(term, Literal):
            bare = _BARE.get(term.datatype.value)
            if bare and bare.fullmatch(term.value):
                return term.value
            if term.language:
                return f"{_quoted(term.value)}@{term.language}"
            plain = term.datatype.value == f"{XSD}string"
            return _quoted(term.value) + ("" if plain else f"^^{self._term(term.datatype)}")
        return str(term)


def _quoted(text: str) -> str:
    """A string as Turtle has it; one of several lines, such as a query, keeps its lines."""
    if "\n" not in text:
        return str(Literal(text))
    escaped = text.replace("\\", "\\\\").replace("\r", "\\r")
    # Three quotes, or one at the end, would close the string.
    if '"""' in escaped or escaped.endswith('"'):
        escaped = escaped.replace('"', '\\"')
    return f'"""{escaped}"""'
