"""What writes: `/update` (SPARQL 1.1 Protocol, section 2.2) and `/store` (SPARQL 1.1 Graph Store HTTP Protocol).

A graph exists as long as it holds a statement; the default graph always does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, cast
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Triple
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bio2kg import querytext, results
from bio2kg.access import audit
from bio2kg.access.callers import Role
from bio2kg.errors import Bio2kgError, InputError, NotFoundError, RefusedError, UnsupportedMediaTypeError
from bio2kg.namespaces import ASSESSMENTS, GRAPH
from bio2kg.store import EmbeddedStore, Store, graph_named
from bio2kg.validation import reading
from bio2kg.web.access import caller_of, client_of, require
from bio2kg.web.backend import Backend
from bio2kg.web.bodies import body_of
from bio2kg.web.sparql import (
    address_fields,
    media_type_of,
    only_one,
    posted_fields,
    require_utf8,
    values_of,
)

router = APIRouter(include_in_schema=False)
# One write at a time: adding to a graph reads it first.
_WRITING = Lock()
_FORMS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
_MULTIPART = "multipart/form-data"


def require_operator(request: Request) -> None:
    """Raises an error unless whoever sent this may change the data: an operator, where the store is elsewhere.

    The release of an embedded store never changes, whoever asks.
    """
    if request.app.state.writable:
        return
    require(caller_of(request), Role.OPERATOR)
    if isinstance(request.app.state.backend.whole, EmbeddedStore):
        raise RefusedError(
            "a release is not changed", remedy="Change the files and build a new one, or try: bio2kg serve --scratch."
        )


@router.post("/update")
async def update(request: Request) -> Response:
    """Carries out an update: 204 when it is done.

    On a scratch store only: an update can copy what it reads, and where assessments are stored not even operators read
    all of it.
    """
    require_operator(request)
    if not request.app.state.writable:
        raise RefusedError(
            "updates are not carried out where assessments are stored",
            remedy="Change whole graphs at /store, or send it to the store's own address.",
        )
    fields = await posted_fields(request, "update")
    if values_of(fields, "query"):
        raise InputError("queries are not answered here", remedy="Send them to /sparql.")
    text = querytext.choose_dataset(
        only_one(fields, "update"),
        [graph_named(iri) for iri in values_of(fields, "using-graph-uri")],
        [graph_named(iri) for iri in values_of(fields, "using-named-graph-uri")],
    )
    await run_in_threadpool(_update, _store(request), text)
    return Response(status_code=204)


def _store(request: Request) -> Store:
    """The store with all that is in it, not only what everyone sees."""
    backend: Backend | None = request.app.state.backend
    return backend.whole if backend else request.app.state.store


@contextmanager
def _kept(request: Request, action: str, subject: str) -> Iterator[None]:
    """Keeps a write of an operator in the audit log, before it is carried out; on a scratch store nobody asks."""
    if request.app.state.writable:
        yield
        return
    about: dict[str, Any] = {
        "caller": caller_of(request),
        "request_id": str(getattr(request.state, "request_id", "")),
        "client": client_of(request),
    }
    audit.record(action, subject, audit.Outcome.DONE, **about)
    try:
        yield
    except Bio2kgError as error:
        audit.record(action, subject, audit.Outcome.FAILED, detail=error.title, **about)
        raise


def _update(store: Store, text: str) -> None:
    with _WRITING:
        store.update(text)


@router.api_route("/store", methods=["GET", "HEAD"])
@router.api_route("/store/{path:path}", methods=["GET", "HEAD"], name="graph-of-store")
async def read(request: Request) -> Response:
    """The statements of a graph."""
    require_operator(request)
    graph = _chosen(request)
    form = results.by_accept(request.headers.get("accept", ""), results.GRAPHS)
    assert isinstance(form, results.Format)  # noqa: S101 - nothing else is on offer
    content = await run_in_threadpool(_read, _store(request), graph, form)
    return Response(content, media_type=form.content_type, headers={"Vary": "Accept"})


def _read(store: Store, graph: NamedNode, form: results.Format) -> bytes:
    triples = _triples(store, graph)
    assert isinstance(form.engine, RdfFormat)  # noqa: S101 - GRAPHS lists no other
    return results.serialise_triples(triples, form.engine)


@router.put("/store")
@router.put("/store/{path:path}")
async def replace(request: Request) -> Response:
    """Makes the body the statements of a graph: 201 if the graph is new, else 204."""
    require_operator(request)
    graph = _chosen(request)
    triples = await _sent(request, graph)
    with _kept(request, "graph.replace", getattr(graph, "value", "default")):
        new = await run_in_threadpool(_write, _store(request), graph, triples, keep=False)
    return Response(status_code=201 if new else 204)


@router.post("/store")
@router.post("/store/{path:path}")
async def add(request: Request) -> Response:
    """Adds the body to a graph: 201 if the graph is new, else 204. Without a graph, one is made and named."""
    require_operator(request)
    made = str(request.url_for("graph-of-store", path=str(uuid4()))) if _names_none(request) else ""
    graph = graph_named(made) if made else _chosen(request)
    triples = await _sent(request, graph)
    with _kept(request, "graph.add", getattr(graph, "value", "default")):
        new = await run_in_threadpool(_write, _store(request), graph, triples, keep=True)
    return Response(status_code=201 if new else 204, headers={"Location": made} if made else None)


def _write(store: Store, graph: NamedNode, triples: list[Triple], *, keep: bool) -> bool:
    """Whether that made the graph."""
    with _WRITING:
        there = list(store.read_graph(graph))
        store.replace_graph(graph, [*there, *triples] if keep else triples)
    return bool(triples) and not there and not isinstance(graph, DefaultGraph)


@router.delete("/store")
@router.delete("/store/{path:path}")
async def delete(request: Request) -> Response:
    """Removes a graph: 204, or 404 if there is none."""
    require_operator(request)
    graph = _chosen(request)
    with _kept(request, "graph.delete", getattr(graph, "value", "default")):
        await run_in_threadpool(_delete, _store(request), graph)
    return Response(status_code=204)


def _delete(store: Store, graph: NamedNode) -> None:
    with _WRITING:
        _triples(store, graph)
        store.delete_graph(graph)


def _triples(store: Store, graph: NamedNode) -> list[Triple]:
    """The statements of a graph. Raises NotFoundError if there is no such graph."""
    triples = list(store.read_graph(graph))
    if not triples and not isinstance(graph, DefaultGraph):
        raise NotFoundError(f"there is no graph {graph}", remedy="The graphs are in the description of /sparql.")
    return triples


def _names_none(request: Request) -> bool:
    return "path" not in request.path_params and not address_fields(request)


def _chosen(request: Request) -> NamedNode:
    """The graph that a request is about: ``?graph=``, ``?default``, or the address itself below ``/store/``."""
    fields = address_fields(request)
    if unknown := sorted({name for name, _ in fields} - {"graph", "default"}):
        raise InputError(f"there is no parameter {', '.join(unknown)}", remedy="There are: graph, default.")
    direct = "path" in request.path_params
    if len(fields) + direct != 1:
        raise InputError(
            "a request here is about one graph", remedy="Give ?graph= with its IRI, or ?default for the default graph."
        )
    if direct:
        return graph_named(str(request.url))
    name, value = fields[0]
    if name == "graph":
        graph = graph_named(value)
        if not request.app.state.writable:
            _require_no_assessment(graph)
        return graph
    store = _store(request)
    if not isinstance(store, EmbeddedStore) or store.union:
        raise RefusedError(
            "the default graph is the union of all graphs here, and is no graph of its own", remedy="Give ?graph=."
        )
    # A store whose default graph is its own takes it where it takes any other.
    return cast(NamedNode, DefaultGraph())


def _require_no_assessment(graph: NamedNode) -> None:
    """Raises RefusedError for the graphs of stored assessments and their register, whether they are there or not."""
    if graph.value.startswith((ASSESSMENTS, f"{GRAPH}register")):
        raise RefusedError("this is not for operators", remedy="Owners read and change theirs at /v1/assessments.")


async def _sent(request: Request, graph: NamedNode) -> list[Triple]:
    """The statements that a request sends: its body, or the files of a form. Raises InputError."""
    base = str(request.url.replace(query="")) if isinstance(graph, DefaultGraph) else graph.value
    if media_type_of(request) != _MULTIPART:
        form = _form_named(media_type_of(request))
        require_utf8(request)
        return reading.parsed(await body_of(request, reading.LARGEST), "body", form, base)
    content = await body_of(request, reading.LARGEST)
    found: list[Triple] = []
    async with _replayed(request, content).form() as parts:
        for name, part in parts.multi_items():
            if not isinstance(part, UploadFile):
                raise InputError(f"the part “{name}” is no file", remedy="Send every graph as a file with its type.")
            form = _form_named((part.content_type or "").partition(";")[0].strip().lower())
            found += reading.parsed(await part.read(), part.filename or name, form, base)
        if not parts:
            raise InputError("the form holds no file", remedy="Send every graph as a file with its type.")
    return found


def _replayed(request: Request, content: bytes) -> Request:
    """The request with its body once more."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": content, "more_body": False}

    return Request(request.scope, receive)


def _form_named(media_type: str) -> RdfFormat:
    if media_type not in _FORMS:
        raise UnsupportedMediaTypeError(
            f"a graph as “{media_type or 'no type'}” is not read here", remedy=f"Send one of: {', '.join(_FORMS)}."
        )
    return _FORMS[media_type]
