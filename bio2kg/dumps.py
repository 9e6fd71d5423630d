"""The files of a release for download: one graph or all of it, as RDF, and as a table where a graph holds concepts."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from bio2kg import release, turtle
from bio2kg.catalogue.files import CSV, DUMPS, JSON_LD, N_QUADS, OF_A_GRAPH, OF_THE_RELEASE, TRIG, Form
from bio2kg.errors import NotFoundError
from bio2kg.namespaces import GRAPH, PREFIXES, short
from bio2kg.results import csv_table, harmless
from bio2kg.turtle import natural

_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
_ROWS = {f"{PREFIXES['skos']}Concept", f"{PREFIXES['b']}MappingClaim"}
_WHOLE = "bio2kg"


def of_path(path: str) -> tuple[str, Form]:
    """The graph (empty for the whole release) and form that ``framework/bio2/1.3.ttl`` names.

    Raises NotFoundError for another ending.
    """
    name, _, suffix = path.rpartition(".")
    offered = OF_THE_RELEASE if name == _WHOLE else (*OF_A_GRAPH, CSV)
    form = next((form for form in offered if form.suffix == suffix), None)
    if not name or form is None:
        known = ", ".join(f".{form.suffix}" for form in offered)
        raise NotFoundError(f"there is no download {DUMPS}{path}", remedy=f"Files end in {known}; see /catalog.")
    return "" if name == _WHOLE else f"{GRAPH}{name}", form


def content(lines: bytes, graph: str, form: Form) -> bytes:
    """A file from the canonical N-Quads of a release. Raises NotFoundError for a graph that is not in it."""
    if graph:
        ending = f" <{graph}> .".encode()
        lines = b"".join(line for line in lines.splitlines(keepends=True) if line.rstrip(b"\n").endswith(ending))
        if not lines:
            raise NotFoundError(f"there is no graph <{graph}> in this release", remedy="All graphs are in /catalog.")
    if form == N_QUADS:
        return lines
    quads = list(parse(lines, format=RdfFormat.N_QUADS))
    if form == CSV:
        return table(quad.triple for quad in quads).encode("utf-8-sig")
    if form in (TRIG, JSON_LD):
        engine = RdfFormat.TRIG if form == TRIG else RdfFormat.JSON_LD
        prefixes = PREFIXES if form == TRIG else None
        return serialize(quads, format=engine, prefixes=prefixes) or b""
    return turtle.write(quad.triple for quad in quads).encode()


def table(triples: Iterable[Triple]) -> str:
    """A row for each concept or mapping claim, a column for each property (and language); several values with " | ".

    Raises NotFoundError if there are no rows.
    """
    things: dict[str, dict[str, list[str]]] = {}
    kept: set[str] = set()
    for t in triples:
        if not isinstance(t.subject, NamedNode) or not isinstance(t.object, NamedNode | Literal):
            continue
        if t.predicate == _TYPE and t.object.value in _ROWS:
            kept.add(t.subject.value)
        language = f"@{t.object.language}" if isinstance(t.object, Literal) and t.object.language else ""
        column = f"{short(t.predicate.value)}{language}"
        things.setdefault(t.subject.value, {}).setdefault(column, []).append(t.object.value)
    if not kept:
        raise NotFoundError("this graph holds no concepts or claims to make a table of", remedy="Take it as RDF.")
    columns = sorted({column for iri in kept for column in things[iri]})
    rows = [
        [iri, *(harmless(" | ".join(sorted(things[iri].get(column, [])))) for column in columns)]
        for iri in sorted(kept, key=natural)
    ]
    return csv_table(["iri", *columns], rows)


def of_store(quads: Iterable[Quad]) -> bytes:
    """Canonical N-Quads of what a store holds, when there is no release to take them from."""
    return "".join(release.canonical(quads)).encode()
