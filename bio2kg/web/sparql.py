"""`/sparql`: the query operation of the SPARQL 1.1 Protocol, and a form for people."""

import re
from dataclasses import astuple, dataclass
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bio2kg import results
from bio2kg.errors import Bio2kgError, InputError, RefusedError, UnsupportedMediaTypeError
from bio2kg.namespaces import BASE
from bio2kg.store import Store
from bio2kg.web import caching, service_description
from bio2kg.web.access import caller_of, counted_as
from bio2kg.web.backend import Backend, while_there
from bio2kg.web.bodies import body_of
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render

router = APIRouter()
Fields = list[tuple[str, str]]
# Of a query or an update; the longest of ours has a few kB.
_LARGEST = 2 * 1024 * 1024
_PARAMETERS = ("query", "update", "default-graph-uri", "named-graph-uri")
_FORM = "application/x-www-form-urlencoded"
# A query that uses one of these has another answer each time.
_VOLATILE = re.compile(r"\b(?:now|rand|uuid|struuid)\s*\(", re.IGNORECASE)
_EXAMPLE = """PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?number ?name WHERE {
  ?measure a b:MeasureEdition ;
    skos:inScheme <https://w3id.org/bio2kg/id/bio2/1.3> ;
    skos:notation ?number ;
    b:mentionsRole <https://w3id.org/bio2kg/id/role/ciso> ;
    skos:prefLabel ?name .
  FILTER (lang(?name) = "nl")
}
ORDER BY ?number
"""


@dataclass(frozen=True)
class _Question:
    """A query as it was sent, with the dataset and the form of the answer that were asked for."""

    query: str
    default_graphs: list[str]
    named_graphs: list[str]
    format: str
    accept: str


@router.api_route("/sparql", methods=["GET", "HEAD"], name="sparql")
async def get(request: Request) -> Response:
    """A query in the address; without one, what this service is: a form for people, RDF for programs."""
    fields = address_fields(request)
    if any(name in _PARAMETERS for name, _ in fields):
        return await _answer(request, fields)
    wanted = dict(fields).get("format", "")
    form: results.Format | str = "text/html"
    if wanted:
        form = "text/html" if wanted == "html" else results.by_name(wanted, results.GRAPHS)
    else:
        form = results.by_accept(request.headers.get("accept", ""), results.GRAPHS, extra=("text/html",))
    if isinstance(form, results.Format):
        return await run_in_threadpool(_described, request, form)
    page = render("sparql.html", language_of(request), example=_EXAMPLE)
    return Response(page, media_type="text/html", headers={"Vary": "Accept, Accept-Language"})


@router.post("/sparql", include_in_schema=False)
async def post(request: Request) -> Response:
    """A query as a form, or as the body itself."""
    if media_type_of(request) == "application/sparql-update":
        raise _no_update(request)
    return await _answer(request, await posted_fields(request, "query"))


async def _answer(request: Request, fields: Fields) -> Response:
    if values_of(fields, "update"):
        raise _no_update(request)
    question = _Question(
        only_one(fields, "query"),
        values_of(fields, "default-graph-uri"),
        values_of(fields, "named-graph-uri"),
        next(iter(values_of(fields, "format")), ""),
        _not_html(request.headers.get("accept", "")),
    )
    headers = {"Vary": "Accept"}
    etag = ""
    if request.method != "POST" and not caller_of(request).name and not _VOLATILE.search(question.query):
        etag = caching.etag_of_release(request, "sparql", repr(astuple(question)))
        if caching.not_modified(request, etag):
            return caching.unchanged(f"W/{etag}", headers)
    content, media_type = await _answer_of(request, question)
    backend: Backend | None = request.app.state.backend
    # What was written meanwhile may be in the answer, and not in the name.
    if etag and not (backend and backend.is_behind()):
        # Weak, as rows may come in another order next time.
        headers |= {"ETag": f"W/{etag}", "Cache-Control": caching.CACHE_CONTROL}
    return Response(content, media_type=media_type, headers=headers)


def _no_update(request: Request) -> RefusedError:
    if request.app.state.writable:
        return RefusedError("updates are not carried out here", remedy="Send them to /update.")
    return RefusedError("this endpoint is read-only", remedy="Change the files and build a new release.")


async def _answer_of(request: Request, question: _Question) -> tuple[bytes, str]:
    """The answer and its media type: by a worker, but for a scratch store, which is in this process alone."""
    given = {
        "default": question.default_graphs,
        "named": question.named_graphs,
        "format": question.format,
        "accept": question.accept,
    }
    backend: Backend | None = request.app.state.backend
    if backend:
        query = question.query.encode()
        work = backend.run("query", given, query, client=counted_as(request), caller=caller_of(request))
        said, content = await while_there(request, work)
        return content, said["media_type"]
    return await run_in_threadpool(_run_here, request.app.state.store, question)


def _run_here(store: Store, question: _Question) -> tuple[bytes, str]:
    try:
        # Serialising belongs to the query: the engine computes rows as they are written.
        answer = store.query(question.query, default_graphs=question.default_graphs, named_graphs=question.named_graphs)
        form = results.chosen(question.format, question.accept, results.formats_of(answer))
        return results.serialise(answer, form), form.content_type
    except Bio2kgError as error:
        # The traceback holds the answer, which may only be let go in the thread that made it.
        raise error.with_traceback(None) from None


def _not_html(accept: str) -> str:
    """A browser asks for HTML or anything else; results have no HTML form, so it gets the default."""
    return "*/*" if accept.startswith("text/html") else accept


def _described(request: Request, form: results.Format) -> Response:
    headers = {"Vary": "Accept"}
    etag = caching.etag_of_release(request, "service", form.name)
    if caching.not_modified(request, etag):
        return caching.unchanged(etag, headers)
    # By its lasting name: the one in the header Host is the client's own word.
    content = service_description.write(request.app.state.store, f"{BASE}/sparql", form)
    return caching.answer(request, content, form.content_type, headers, etag)


def address_fields(request: Request) -> Fields:
    """The fields of the address, in their order. Raises InputError if they are not UTF-8."""
    return _fields(request.scope["query_string"], "the address")


async def posted_fields(request: Request, operation: str) -> Fields:
    """The fields of a request that sends a query or an update: as a form, or as the body itself.

    ``operation`` is ``query`` or ``update``; fields of the address come along (SPARQL 1.1 Protocol, sections 2.1 and
    2.2). Raises InputError for a body that cannot be read.
    """
    direct = f"application/sparql-{operation}"
    media_type = media_type_of(request)
    if media_type not in (direct, _FORM):
        raise UnsupportedMediaTypeError(
            f"a body of type “{media_type or 'none'}” is not read here",
            remedy=f"Send {direct}, or a form as {_FORM}.",
        )
    require_utf8(request)
    body = await body_of(request, _LARGEST)
    if media_type == _FORM:
        return _fields(body, "the body") + address_fields(request)
    try:
        return [(operation, body.decode("utf-8")), *address_fields(request)]
    except UnicodeDecodeError as error:
        raise InputError("the body is not UTF-8", remedy="Send it in UTF-8.") from error


def _fields(content: bytes, where: str) -> Fields:
    try:
        return parse_qsl(content.decode("utf-8"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise InputError(f"{where} is not UTF-8", remedy="Encode it in UTF-8.") from error


def values_of(fields: Fields, name: str) -> list[str]:
    """All values of a field."""
    return [value for key, value in fields if key == name]


def only_one(fields: Fields, name: str) -> str:
    """The one query or update that the fields hold. Raises InputError if there is another number of them."""
    values = values_of(fields, name)
    if len(values) != 1:
        kind = {"query": "queries", "update": "updates"}[name]
        raise InputError(
            f"{len(values)} {kind} were sent, where one is expected", remedy=f"Send one parameter “{name}”."
        )
    return values[0]


def media_type_of(request: Request) -> str:
    """The media type of the body, without its parameters; empty if none is stated."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_utf8(request: Request) -> None:
    """Raises UnsupportedMediaTypeError if the body is said to be in another character set."""
    stated = re.search(r";\s*charset\s*=\s*\"?([\w-]+)", request.headers.get("content-type", ""), re.IGNORECASE)
    if stated and stated[1].lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaTypeError(f"the character set {stated[1]} is not read here", remedy="Send UTF-8.")
