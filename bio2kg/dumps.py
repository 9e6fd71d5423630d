"""The files of a release for download: one graph or all of it, as RDF, and as a table where a graph holds concepts.

The licence of a graph stands in its file; that of a table in the description of the table (CSVW) beside it.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from bio2kg import release, turtle
from bio2kg.catalogue.files import (
    CSV,
    CSV_METADATA,
    DUMPS,
    JSON_LD,
    N_QUADS,
    OF_A_GRAPH,
    OF_THE_RELEASE,
    TRIG,
    Form,
)
from bio2kg.errors import NotFoundError
from bio2kg.namespaces import GRAPH, PREFIXES, short
from bio2kg.results import csv_table, harmless
from bio2kg.turtle import natural

_DCTERMS = PREFIXES["dcterms"]
_LICENCE = f"{_DCTERMS}license"
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
_ROWS = {f"{PREFIXES['skos']}Concept", f"{PREFIXES['b']}MappingClaim"}
_SEVERAL = " | "
_WHOLE = "bio2kg"


def of_path(path: str) -> tuple[str, Form]:
    """The graph (empty for the whole release) and form that ``framework/bio2/1.3.ttl`` names.

    Raises NotFoundError for another ending.
    """
    offered = OF_THE_RELEASE if path.partition(".")[0] == _WHOLE else (*OF_A_GRAPH, CSV, CSV_METADATA)
    form = next((form for form in offered if path.endswith(f".{form.suffix}")), None)
    name = path.removesuffix(f".{form.suffix}") if form else ""
    if form is None or not name:
        known = ", ".join(f".{form.suffix}" for form in offered)
        raise NotFoundError(f"there is no download {DUMPS}{path}", remedy=f"Files end in {known}; see /catalog.")
    return "" if name == _WHOLE else f"{GRAPH}{name}", form


def content(lines: bytes, graph: str, form: Form) -> bytes:
    """A file from the canonical N-Quads of a release. Raises NotFoundError for a graph that is not in it."""
    licence = b""
    if graph:
        licence = _licence(lines, graph)
        lines = _of_graph(lines, graph)
    if form == N_QUADS:
        return lines
    quads = list(parse(lines, format=RdfFormat.N_QUADS))
    if form == CSV:
        return table(quad.triple for quad in quads).encode("utf-8-sig")
    if form == CSV_METADATA:
        return described(graph, [quad.triple for quad in quads])
    # The licence of what was inferred is stated elsewhere; the N-Quads are the lines of the release and nothing else.
    quads = list(dict.fromkeys([*quads, *parse(licence, format=RdfFormat.N_QUADS)]))
    if form in (TRIG, JSON_LD):
        engine = RdfFormat.TRIG if form == TRIG else RdfFormat.JSON_LD
        prefixes = PREFIXES if form == TRIG else None
        return serialize(quads, format=engine, prefixes=prefixes) or b""
    return turtle.write(quad.triple for quad in quads).encode()


def _of_graph(lines: bytes, graph: str) -> bytes:
    ending = f" <{graph}> .".encode()
    found = b"".join(line for line in lines.splitlines(keepends=True) if line.rstrip(b"\n").endswith(ending))
    if not found:
        raise NotFoundError(f"there is no graph <{graph}> in this release", remedy="All graphs are in /catalog.")
    return found


def _licence(lines: bytes, graph: str) -> bytes:
    """The lines that state the licence of a graph."""
    start = f"<{graph}> <{_LICENCE}> ".encode()
    return b"".join(line for line in lines.splitlines(keepends=True) if line.startswith(start))


def table(triples: Iterable[Triple]) -> str:
    """A row for each concept or mapping claim, a column for each property (and language); several values with " | ".

    Raises NotFoundError if there are no rows.
    """
    columns, things = _columns(triples)
    rows = [
        [iri, *(harmless(_SEVERAL.join(sorted(values.get(column, [])))) for column in columns)]
        for iri, values in sorted(things.items(), key=lambda item: natural(item[0]))
    ]
    return csv_table(["iri", *(_title(*column) for column in columns)], rows)


def described(graph: str, triples: Iterable[Triple]) -> bytes:
    """The description of the table of a graph, in JSON (Metadata Vocabulary for Tabular Data, W3C).

    Raises NotFoundError if there are no rows.
    """
    triples = list(triples)
    columns, things = _columns(triples)
    several = {c for c in columns if any(len(values.get(c, [])) > 1 for values in things.values())}
    own = [t for t in triples if t.subject == NamedNode(graph)]
    name = graph.rpartition("/")[2]
    first = {"titles": "iri", "name": "iri", "datatype": "anyURI", "required": True, "suppressOutput": True}
    said: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{name}.{CSV.suffix}",
        "dc:title": [
            {"@value": t.object.value, "@language": t.object.language}
            for t in sorted(own, key=str)
            if t.predicate == NamedNode(f"{_DCTERMS}title") and isinstance(t.object, Literal) and t.object.language
        ],
        "dc:license": _references(own, "license"),
        "dc:source": _references(own, "source"),
        "dc:isPartOf": {"@id": graph},
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {
            "aboutUrl": "{+iri}",
            "primaryKey": "iri",
            "columns": [first, *(_column(*column, several=column in several) for column in columns)],
        },
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def _column(predicate: str, language: str, *, several: bool) -> dict[str, Any]:
    title = _title(predicate, language)
    found: dict[str, Any] = {
        "titles": title,
        "name": re.sub(r"[^A-Za-z0-9]", "_", title),
        "propertyUrl": predicate,
    }
    return found | ({"lang": language} if language else {}) | ({"separator": _SEVERAL} if several else {})


def _references(own: Iterable[Triple], name: str) -> list[dict[str, str]]:
    found = {
        t.object.value for t in own if t.predicate.value == f"{_DCTERMS}{name}" and isinstance(t.object, NamedNode)
    }
    return [{"@id": iri} for iri in sorted(found)]


def _title(predicate: str, language: str) -> str:
    return f"{short(predicate)}@{language}" if language else short(predicate)


def _columns(triples: Iterable[Triple]) -> tuple[list[tuple[str, str]], dict[str, dict[tuple[str, str], list[str]]]]:
    """The columns of a table, as property and language, and for each row, by its IRI, the values in a column.

    Raises NotFoundError if there are no rows.
    """
    things: dict[str, dict[tuple[str, str], list[str]]] = {}
    kept: set[str] = set()
    for t in triples:
        if not isinstance(t.subject, NamedNode) or not isinstance(t.object, NamedNode | Literal):
            continue
        if t.predicate == _TYPE and t.object.value in _ROWS:
            kept.add(t.subject.value)
        language = (t.object.language or "") if isinstance(t.object, Literal) else ""
        things.setdefault(t.subject.value, {}).setdefault((t.predicate.value, language), []).append(t.object.value)
    if not kept:
        raise NotFoundError("this graph holds no concepts or claims to make a table of", remedy="Take it as RDF.")
    columns = sorted({column for iri in kept for column in things[iri]}, key=lambda column: _title(*column))
    return columns, {iri: things[iri] for iri in kept}


def of_store(quads: Iterable[Quad]) -> bytes:
    """Canonical N-Quads of what a store holds, when there is no release to take them from."""
    return "".join(release.canonical(quads)).encode()
