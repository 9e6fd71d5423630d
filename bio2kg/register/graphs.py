"""How the register in a SPARQL store looks as RDF: its graphs, terms, queries, and the operation that changes it."""

import base64
import gzip
from collections.abc import Iterable
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.namespaces import ASSESSMENTS, GRAPH, PREFIXES
from bio2kg.register.record import Record, Visibility

REGISTER_GRAPH = NamedNode(f"{GRAPH}register")
_REG = f"{REGISTER_GRAPH.value}#"
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
_ORGANISATION = NamedNode(f"{PREFIXES['dcterms']}publisher")
_VISIBILITY = NamedNode(f"{PREFIXES['dcterms']}accessRights")
_CREATED = NamedNode(f"{PREFIXES['dcterms']}created")
_MODIFIED = NamedNode(f"{PREFIXES['dcterms']}modified")
_DATE_TIME = NamedNode(f"{PREFIXES['xsd']}dateTime")
REVISION, LAST, FORMER = (NamedNode(f"{_REG}{name}") for name in ("revision", "last", "former"))
_RECORD, _DELETED = NamedNode(f"{_REG}Record"), NamedNode(f"{_REG}Deleted")
_REPORT = NamedNode(f"{_REG}report")
_WRITE = NamedNode(f"{_REG}Write")
_MAKES, _OF = NamedNode(f"{_REG}makes"), NamedNode(f"{_REG}of")
REVISIONS = f"SELECT ?record ?revision FROM {REGISTER_GRAPH} WHERE {{ ?record {REVISION} ?revision }}"  # noqa: S608
RECORDS = (
    f"SELECT ?record ?p ?o FROM {REGISTER_GRAPH} "  # noqa: S608
    f"WHERE {{ ?record a {_RECORD} ; ?p ?o FILTER(?p != {FORMER}) }}"
)
ONE = f"SELECT ?record ?p ?o FROM {REGISTER_GRAPH} WHERE {{ VALUES ?record {{ UNDEF }} ?record ?p ?o }}"  # noqa: S608
WRITES = (
    f"SELECT ?write ?record ?at ?revision FROM {REGISTER_GRAPH} WHERE {{ VALUES ?record {{ UNDEF }} "  # noqa: S608
    f"?write {_OF} ?record ; a {_WRITE} ; {_CREATED} ?at ; {_MAKES} ?revision }}"
)
_CHUNK = 8000  # characters of a text that every store takes

Values = dict[NamedNode, list[str]]


def exchange(identifier: str, before: Record | None, told: list[Triple], revision: str = "", size: int = 0) -> str:
    """The operation that puts one record and content in the place of another, if that is still there.

    ``told`` is the new record; ``revision`` and ``size`` (in triples) tell which content takes the place, if any does.
    """
    subject, content = thing(identifier), NamedNode(f"{ASSESSMENTS}{identifier}")
    conditions, alternatives = [], []
    if before:
        told = [*told, *(Triple(subject, p, Literal(before.revision)) for p in (LAST, FORMER))]
        conditions.append(f"GRAPH {REGISTER_GRAPH} {{ {subject} {REVISION} {Literal(before.revision)} }}")
        alternatives.append(f"{{ GRAPH {REGISTER_GRAPH} {{ {subject} ?p ?o FILTER(?p != {FORMER}) }} }}")
        alternatives.append(f"{{ GRAPH {content} {{ ?s ?q ?v }} }}")
    else:
        conditions.append(f"FILTER NOT EXISTS {{ GRAPH {REGISTER_GRAPH} {{ {subject} ?any ?thing }} }}")
    if revision:
        staged, reported = (graph_of(identifier, revision, part) for part in ("content", "report"))
        conditions.append(
            f"{{ SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {staged} {{ ?x ?y ?z }} }} }} FILTER(?n = {size})"
        )
        conditions.append(f"FILTER EXISTS {{ GRAPH {reported} {{ {subject} {_REPORT} ?report }} }}")
        alternatives.append(f"{{ GRAPH {staged} {{ ?a ?b ?c }} }}")
    return "\n".join(
        [
            f"DELETE {{ GRAPH {REGISTER_GRAPH} {{ {subject} ?p ?o }} GRAPH {content} {{ ?s ?q ?v }} }}",
            f"INSERT {{ GRAPH {REGISTER_GRAPH} {{ {_text(told)} }} GRAPH {content} {{ ?a ?b ?c }} }}",
            f"WHERE {{ {' '.join(conditions)} {' UNION '.join(alternatives)} }}",
        ]
    )


def identifier_of(iri: str) -> str:
    """The identifier of the assessment whose record this is."""
    return iri.removeprefix(f"{REGISTER_GRAPH.value}/")


def thing(identifier: str) -> NamedNode:
    """What the record of an assessment is called."""
    return NamedNode(f"{REGISTER_GRAPH.value}/{identifier}")


def note_of(identifier: str, revision: str) -> NamedNode:
    """What the note about a write is called."""
    return NamedNode(f"{thing(identifier).value}/{revision}")


def graph_of(identifier: str, revision: str, part: str) -> NamedNode:
    """The graph of the ``report`` of a revision, or of its ``content`` while it is being written."""
    return NamedNode(f"{note_of(identifier, revision).value}/{part}")


def note(identifier: str, revision: str, at: datetime) -> str:
    """The operation that puts the note about a write."""
    write = note_of(identifier, revision)
    told = [
        Triple(write, _TYPE, _WRITE),
        Triple(write, _OF, thing(identifier)),
        Triple(write, _MAKES, Literal(revision)),
        Triple(write, _CREATED, _date_time(at)),
    ]
    return f"INSERT DATA {{ GRAPH {REGISTER_GRAPH} {{ {_text(told)} }} }}"


def no_note(identifier: str, revision: str) -> str:
    """The operation that removes the note about a write."""
    return f"DELETE WHERE {{ GRAPH {REGISTER_GRAPH} {{ {note_of(identifier, revision)} ?p ?o }} }}"


def triples_of(record: Record) -> list[Triple]:
    """What is known of an assessment."""
    this = thing(record.identifier)
    return [
        Triple(this, _TYPE, _RECORD),
        Triple(this, _ORGANISATION, NamedNode(record.organisation)),
        Triple(this, _VISIBILITY, NamedNode(f"{_REG}{record.visibility}")),
        Triple(this, REVISION, Literal(record.revision)),
        Triple(this, _CREATED, _date_time(record.created)),
        Triple(this, _MODIFIED, _date_time(record.modified)),
    ]


def deleted(identifier: str, revision: str) -> list[Triple]:
    """What is known of an assessment that was deleted."""
    this = thing(identifier)
    return [Triple(this, _TYPE, _DELETED), Triple(this, REVISION, Literal(revision))]


def _date_time(at: datetime) -> Literal:
    return Literal(at.isoformat().replace("+00:00", "Z"), datatype=_DATE_TIME)


def record_of(identifier: str, values: Values) -> Record | None:
    """The record with these values; None if it is that of a deleted assessment or of nothing."""
    if values.get(_TYPE) != [_RECORD.value]:
        return None
    return Record(
        identifier,
        values[_ORGANISATION][0],
        Visibility(values[_VISIBILITY][0].removeprefix(_REG)),
        values[REVISION][0],
        datetime.fromisoformat(values[_CREATED][0]),
        datetime.fromisoformat(values[_MODIFIED][0]),
        0,
    )


def chunks(identifier: str, report: bytes) -> list[Triple]:
    """A report as texts that every store takes: packed, in pieces with a number."""
    packed = base64.b64encode(gzip.compress(report, mtime=0)).decode()
    pieces = [packed[start : start + _CHUNK] for start in range(0, len(packed), _CHUNK)]
    return [Triple(thing(identifier), _REPORT, Literal(f"{n:06} {piece}")) for n, piece in enumerate(pieces)]


def joined(chunks: Iterable[Triple]) -> bytes:
    """The report that ``chunks`` took apart."""
    pieces = sorted(t.object.value for t in chunks if isinstance(t.object, Literal))
    return gzip.decompress(base64.b64decode("".join(piece.partition(" ")[2] for piece in pieces)))


def _text(triples: Iterable[Triple]) -> str:
    return " ".join(f"{t} ." for t in triples)


def ntriples(triples: Iterable[Triple]) -> bytes:
    """Triples as the register keeps them: each once, in a fixed order."""
    return "".join(sorted({f"{t} .\n" for t in triples})).encode()
