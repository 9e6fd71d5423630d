"""Linked data: ``/id/…`` names a thing and leads to ``/doc/…``, the document about it."""

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode, RdfFormat, Triple
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from bio2kg import results, turtle
from bio2kg.errors import NotFoundError
from bio2kg.namespaces import BASE, ONTOLOGY_GRAPH
from bio2kg.store import Store, select
from bio2kg.web import CORS
from bio2kg.web.description import describe, exists, stated
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render

router = APIRouter()


@router.api_route("/id/{path:path}", methods=["GET", "HEAD"])
async def thing(request: Request, path: str) -> Response:
    """303 to the document about a thing, for every way of asking."""
    _iri(f"{BASE}/id/{path}")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(
        f"/doc/{request.url.path.removeprefix('/id/')}{query}", 303, {"Vary": "Accept, Accept-Language", **CORS}
    )


@router.api_route("/doc/{path:path}", methods=["GET", "HEAD"])
async def document(request: Request, path: str) -> Response:
    """The document about ``/id/…`` in the form asked for."""
    return await run_in_threadpool(_document, request, _iri(f"{BASE}/id/{path}"))


@router.api_route("/graph/{path:path}", methods=["GET", "HEAD"])
async def graph(request: Request, path: str) -> Response:
    """The description of a named graph."""
    return await run_in_threadpool(_document, request, _iri(f"{BASE}/graph/{path}"))


@router.api_route("/def", methods=["GET", "HEAD"])
async def ontology(request: Request) -> Response:
    """The ontology: its terms as a page, or all of it as RDF."""
    return await run_in_threadpool(_ontology, request)


def _document(request: Request, iri: NamedNode) -> Response:
    store: Store = request.app.state.store
    form = _chosen(request)
    if not exists(store, iri):
        raise NotFoundError(
            f"nothing is known of <{iri.value}>", remedy="Check the number and the edition, or start at /."
        )
    headers = {"Vary": "Accept, Accept-Language", "Link": f'<{iri.value}>; rel="describes"', **CORS}
    if isinstance(form, str):
        language = language_of(request)
        page = render("resource.html", language, path=request.url.path, thing=describe(store, iri, language))
        return Response(page, media_type="text/html", headers={**headers, "Content-Language": language})
    return Response(_rdf(stated(store, iri), form), media_type=form.content_type, headers=headers)


_TERMS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?term ?kind ?label ?definition WHERE {
  GRAPH <https://w3id.org/bio2kg/graph/ontology> {
    ?term rdfs:isDefinedBy <https://w3id.org/bio2kg/def> ; a ?kind ; rdfs:label ?label ; skos:definition ?definition .
    FILTER (?kind IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty))
    FILTER (lang(?label) = lang(?definition))
  }
}
ORDER BY ?term
"""


def _ontology(request: Request) -> Response:
    store: Store = request.app.state.store
    form = _chosen(request)
    headers = {"Vary": "Accept, Accept-Language", **CORS}
    if isinstance(form, results.Format):
        return Response(
            _rdf(list(store.read_graph(ONTOLOGY_GRAPH)), form), media_type=form.content_type, headers=headers
        )
    language = language_of(request)
    terms = [row for row in select(store, _TERMS) if row["label"].language == language]
    page = render("ontology.html", language, path="/def", terms=terms)
    return Response(page, media_type="text/html", headers={**headers, "Content-Language": language})


def _chosen(request: Request) -> results.Format | str:
    """The format asked for: by ``?format=``, else by Accept; ``text/html`` stands for the page."""
    name = request.query_params.get("format")
    if name == "html":
        return "text/html"
    if name:
        return results.by_name(name, results.GRAPHS)
    return results.by_accept(request.headers.get("accept", ""), results.GRAPHS, extra=("text/html",))


def _rdf(triples: list[Triple], form: results.Format) -> bytes:
    assert isinstance(form.engine, RdfFormat)  # noqa: S101 - GRAPHS lists no other
    return (
        turtle.write(triples).encode()
        if form.engine == RdfFormat.TURTLE
        else results.serialise_triples(triples, form.engine)
    )


def _iri(text: str) -> NamedNode:
    """The IRI of a path. Raises NotFoundError for one that can be no IRI of ours."""
    try:
        if not text.endswith("/"):
            return NamedNode(text)
    except ValueError:
        pass
    raise NotFoundError(
        "this address names nothing", remedy="Check it for characters that do not belong there, or start at /."
    )
