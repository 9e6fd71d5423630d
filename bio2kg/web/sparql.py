"""`/sparql`: the query operation of the SPARQL 1.1 Protocol, and a form for people."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple
from starlette.concurrency import run_in_threadpool

from bio2kg import results
from bio2kg.errors import Bio2kgError, InputError, RefusedError, UnsupportedMediaTypeError
from bio2kg.namespaces import PREFIXES
from bio2kg.store import Store, select
from bio2kg.web import CORS
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render

router = APIRouter()
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


@router.api_route("/sparql", methods=["GET", "HEAD"])
async def get(request: Request) -> Response:
    """A query in the address, or the form when there is none."""
    fields = request.query_params.multi_items()
    if not any(key in ("query", "update") for key, _ in fields):
        form = results.by_accept(request.headers.get("accept", ""), results.GRAPHS, extra=("text/html",))
        if isinstance(form, results.Format):
            store: Store = request.app.state.store
            return Response(
                await run_in_threadpool(service_description, store, str(request.url_for("get")), form),
                media_type=form.content_type,
                headers={**CORS, "Vary": "Accept"},
            )
        page = render("sparql.html", language_of(request), example=_EXAMPLE)
        return Response(page, media_type="text/html", headers={"Vary": "Accept, Accept-Language"})
    return await _answer(request, fields)


@router.post("/sparql", include_in_schema=False)
async def post(request: Request) -> Response:
    """A query as a form, or as the body itself."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        body = (await request.body()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("the body is not UTF-8", remedy="Send it in UTF-8.") from error
    if media_type == "application/sparql-query":
        return await _answer(request, [("query", body), *request.query_params.multi_items()])
    if media_type == "application/sparql-update":
        raise _read_only()
    if media_type == "application/x-www-form-urlencoded":
        return await _answer(request, parse_qsl(body, keep_blank_values=True))
    raise UnsupportedMediaTypeError(
        f"a body of type “{media_type or 'none'}” is not read here",
        remedy="Send application/sparql-query, or a form as application/x-www-form-urlencoded.",
    )


async def _answer(request: Request, fields: list[tuple[str, str]]) -> Response:
    if any(key == "update" for key, _ in fields):
        raise _read_only()
    queries = [value for key, value in fields if key == "query"]
    if len(queries) != 1:
        raise InputError(
            f"{len(queries)} queries were sent, where one is expected", remedy="Send one parameter “query”."
        )
    default = [value for key, value in fields if key == "default-graph-uri"]
    named = [value for key, value in fields if key == "named-graph-uri"]
    chosen = next((value for key, value in fields if key == "format"), None)
    store: Store = request.app.state.store
    # Serialising belongs to the query: the engine computes rows as they are written.
    return await run_in_threadpool(_run, store, queries[0], default, named, chosen, request.headers.get("accept", ""))


def _read_only() -> RefusedError:
    return RefusedError("this endpoint is read-only", remedy="Change the files and build a new release.")


def _run(store: Store, query: str, default: list[str], named: list[str], chosen: str | None, accept: str) -> Response:
    try:
        return _respond(store, query, default, named, chosen, accept)
    except Bio2kgError as error:
        # The traceback holds the answer, which may only be let go in the thread that made it.
        raise error.with_traceback(None) from None


def _respond(
    store: Store, query: str, default: list[str], named: list[str], chosen: str | None, accept: str
) -> Response:
    answer = store.query(query, default_graphs=default, named_graphs=named)
    formats = results.formats_of(answer)
    form = results.by_name(chosen, formats) if chosen else results.by_accept(_not_html(accept), formats)
    assert isinstance(form, results.Format)  # noqa: S101 - nothing else is on offer
    return Response(results.serialise(answer, form), media_type=form.content_type, headers={**CORS, "Vary": "Accept"})


def _not_html(accept: str) -> str:
    """A browser asks for HTML or anything else; results have no HTML form, so it gets the default."""
    return "*/*" if accept.startswith("text/html") else accept


def service_description(store: Store, endpoint: str, form: results.Format) -> bytes:
    """What this endpoint is and can do (SPARQL 1.1 Service Description), with its named graphs."""
    service, dataset = BlankNode(), BlankNode()

    def sd(name: str) -> NamedNode:
        return NamedNode(f"http://www.w3.org/ns/sparql-service-description#{name}")

    kind = NamedNode(f"{PREFIXES['rdf']}type")
    triples = [
        Triple(service, kind, sd("Service")),
        Triple(service, sd("endpoint"), NamedNode(endpoint)),
        Triple(service, sd("supportedLanguage"), sd("SPARQL11Query")),
        Triple(service, sd("feature"), sd("UnionDefaultGraph")),
        Triple(service, sd("defaultDataset"), dataset),
        Triple(dataset, kind, sd("Dataset")),
    ]
    for formats in (results.SOLUTIONS, results.GRAPHS):
        triples += [Triple(service, sd("resultFormat"), NamedNode(f.engine.iri)) for f in formats]
    for row in select(store, _GRAPHS):
        node = BlankNode()
        triples += [
            Triple(dataset, sd("namedGraph"), node),
            Triple(node, kind, sd("NamedGraph")),
            Triple(node, sd("name"), row["g"]),
            Triple(node, NamedNode(f"{PREFIXES['dcterms']}license"), row["licence"]),
        ]
    assert isinstance(form.engine, RdfFormat)  # noqa: S101 - GRAPHS lists no other
    return results.serialise_triples(triples, form.engine)


_GRAPHS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT DISTINCT ?g ?licence WHERE { GRAPH ?in { ?g a b:Graph ; dcterms:license ?licence } } ORDER BY ?g
"""
