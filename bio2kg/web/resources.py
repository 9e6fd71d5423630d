"""Linked data: ``/id/…`` names a thing and leads to ``/doc/…``, the document about it; ``/def`` is the vocabulary."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode, Quad
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from bio2kg import jsonld
from bio2kg.errors import NotAcceptableError, NotFoundError
from bio2kg.namespaces import BASE, ID, ONTOLOGY_GRAPH
from bio2kg.store import Store, select
from bio2kg.web import caching, explanations, locating, negotiation, profiles
from bio2kg.web.description import describe
from bio2kg.web.negotiation import Wanted
from bio2kg.web.problems import problem
from bio2kg.web.rendering import render
from bio2kg.web.statements import exists, successors

router = APIRouter()
# Before /doc/{path}, which would take these for things.
router.include_router(explanations.router)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@router.api_route("/id/{path:path}", methods=["GET", "HEAD"])
async def thing(request: Request, path: str) -> Response:
    """303 to the document about a thing, for every way of asking; 307 to what a name with ``current`` means now."""
    iri = _iri(f"{BASE}/id/{path}")
    if locating.names_current(path):
        return await run_in_threadpool(_current, request, iri, "/id/")
    return RedirectResponse(
        f"/doc/{request.url.path.removeprefix('/id/')}{_query(request)}", 303, {"Vary": negotiation.VARY}
    )


@router.api_route("/doc/{path:path}", methods=["GET", "HEAD"])
async def document(request: Request, path: str) -> Response:
    """The document about ``/id/…`` in the form asked for, also by a suffix such as ``.ttl``."""
    path, suffix = negotiation.split_suffix(path)
    iri = _iri(f"{BASE}/id/{path}")
    if locating.names_current(path):
        return await run_in_threadpool(_current, request, iri, "/doc/")
    return await run_in_threadpool(_document, request, iri, f"/doc/{path}", suffix)


@router.api_route("/graph/{path:path}", methods=["GET", "HEAD"])
async def graph(request: Request, path: str) -> Response:
    """The description of a named graph."""
    return await run_in_threadpool(_document, request, _iri(f"{BASE}/graph/{path}"), f"/graph/{path}")


@router.api_route("/def", methods=["GET", "HEAD"])
async def ontology(request: Request) -> Response:
    """The ontology: its terms as a page, or all of it as RDF."""
    return await run_in_threadpool(_ontology, request, "/def")


@router.api_route("/def/{version}", methods=["GET", "HEAD"])
async def ontology_version(request: Request, version: str) -> Response:
    """A version of the ontology; 303 to the present one for an earlier one whose terms it all still has."""
    return await run_in_threadpool(_version, request, version)


@router.api_route("/profiles", methods=["GET", "HEAD"])
async def profile_list(request: Request) -> Response:
    """The profiles in which a description comes, as a page or as RDF."""

    def page(wanted: Wanted) -> str:
        return render("profiles.html", wanted.language, path="/profiles", profiles=negotiation.PROFILES)

    return await run_in_threadpool(_fixed, request, "/profiles", page, profiles.catalogue)


@router.api_route("/context.jsonld", methods=["GET", "HEAD"])
async def context(request: Request) -> Response:
    """The context of our JSON-LD."""
    content = await run_in_threadpool(jsonld.CONTEXT_FILE.read_bytes)
    links = f'<{jsonld.CONTEXT_IRI}>; rel="canonical", <{LICENCE}>; rel="license"'
    return caching.answer(request, content, "application/ld+json", {"Link": links})


def _current(request: Request, iri: NamedNode, folder: str) -> Response:
    found = locating.current(request.app.state.store, iri.value.removeprefix(ID))
    # What is current changes with an edition, so nobody keeps this answer.
    headers = {"Cache-Control": "no-cache", "Vary": negotiation.VARY}
    return RedirectResponse(f"{folder}{found}{_query(request)}", 307, headers)


def _document(request: Request, iri: NamedNode, path: str, suffix: str = "") -> Response:
    chosen = wanted(request, path, suffix)
    return chosen if isinstance(chosen, Response) else describing(request, iri, path, chosen)


def describing(request: Request, iri: NamedNode, path: str, wanted: Wanted) -> Response:
    """The document about a thing in the form wanted; if the client has it already, without asking the store.

    Raises NotFoundError if nothing is stated of this thing.
    """
    headers = negotiation.fixed_headers(path, wanted)
    etag = caching.etag_of_release(request, path, wanted.search(), wanted.media_type)
    if caching.not_modified(request, etag):
        return caching.unchanged(etag, headers)
    store: Store = request.app.state.store
    if wanted.form:
        quads, pages = profiles.statements(store, iri, wanted.profile, wanted.page)
        if not quads:
            raise locating.unknown(store, iri)
        content: str | bytes = profiles.serialise(quads, wanted.form, iri.value)
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
    else:
        if not exists(store, iri):
            raise locating.unknown(store, iri)
        described = describe(store, iri, wanted.language, wanted.page)
        content = render("resource.html", wanted.language, path=path, thing=described)
        graphs, pages = set(described.graphs), described.pages
    links = [
        f'<{negotiation.uri(iri.value)}>; rel="describes"',
        f'<{BASE}{negotiation.address(path)}>; rel="canonical"',
        *negotiation.alternates(path, wanted),
        *(f'<{negotiation.uri(licence)}>; rel="license"' for licence in _licences(store, graphs)),
        *(f'<{negotiation.uri(found.value)}>; rel="successor-version"' for found in successors(store, iri)),
        *_page_links(path, wanted, pages),
        *negotiation.profile_links(path, wanted),
    ]
    return caching.answer(request, content, wanted.content_type, {**headers, "Link": ", ".join(links)}, etag)


def wanted(request: Request, path: str, suffix: str = "") -> Wanted | Response:
    """What is asked for, or 406 with links to what there is."""
    try:
        return negotiation.wanted(request, suffix)
    except NotAcceptableError as error:
        headers = {"Vary": negotiation.VARY, "Link": ", ".join(negotiation.alternates(path))}
        return problem(request, error, headers=headers)


def _page_links(path: str, wanted: Wanted, pages: int) -> list[str]:
    if pages == 1:
        return []
    numbers = {"first": 1, "prev": wanted.page - 1, "next": wanted.page + 1, "last": pages}
    return [
        f'<{negotiation.address(path)}?{wanted.search(page=number)}>; rel="{relation}"'
        for relation, number in numbers.items()
        if 1 <= number <= pages
    ]


_LICENCES = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT DISTINCT ?licence WHERE { VALUES ?g { UNDEF } GRAPH ?in { ?g a b:Graph ; dcterms:license ?licence } }
ORDER BY ?licence
"""


def _licences(store: Store, graphs: set[str]) -> list[str]:
    """The licences of these graphs."""
    rows = select(store, _LICENCES, {"g": [NamedNode(g) for g in sorted(graphs)]}) if graphs else []
    return [row["licence"].value for row in rows]


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
_VERSIONS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?kind ?version WHERE {
  <https://w3id.org/bio2kg/def> ?kind ?version
  FILTER (?kind IN (owl:versionIRI, owl:backwardCompatibleWith))
}
"""


def _ontology(request: Request, path: str) -> Response:
    store: Store = request.app.state.store

    def page(wanted: Wanted) -> str:
        terms = [row for row in select(store, _TERMS) if row["label"].language == wanted.language]
        return render("ontology.html", wanted.language, path=path, terms=terms)

    def statements() -> list[Quad]:
        return [Quad(t.subject, t.predicate, t.object, ONTOLOGY_GRAPH) for t in store.read_graph(ONTOLOGY_GRAPH)]

    return _fixed(request, path, page, statements, about=f"{BASE}/def")


def _version(request: Request, version: str) -> Response:
    known = {row["version"].value: row["kind"].value for row in select(request.app.state.store, _VERSIONS)}
    kind = known.get(f"{BASE}/def/{version}", "")
    if kind.endswith("versionIRI"):
        return _ontology(request, f"/def/{version}")
    present = next((iri.removeprefix(BASE) for iri, k in known.items() if k.endswith("versionIRI")), "/def")
    if kind:
        headers = {"Link": f'<{present}>; rel="successor-version"', "Vary": negotiation.VARY}
        return RedirectResponse(f"{present}{_query(request)}", 303, headers)
    raise NotFoundError(f"there is no version {version} of the vocabulary here", remedy=f"The present one: {present}")


def _fixed(
    request: Request,
    path: str,
    page: Callable[[Wanted], str],
    statements: Callable[[], list[Quad]],
    about: str = "",
) -> Response:
    """A document that always exists: ``page`` writes it for people, ``statements`` holds it as RDF."""
    chosen = wanted(request, path)
    if isinstance(chosen, Response):
        return chosen
    headers = negotiation.fixed_headers(path, chosen)
    headers.pop("Content-Profile", None)
    etag = caching.etag_of_release(request, path, chosen.search(), chosen.media_type)
    if caching.not_modified(request, etag):
        return caching.unchanged(etag, headers)
    content = profiles.serialise(statements(), chosen.form, about) if chosen.form else page(chosen)
    links = [
        f'<{about or BASE + path}>; rel="describes"',
        f'<{BASE}{path}>; rel="canonical"',
        *negotiation.alternates(path, chosen),
        f'<{LICENCE}>; rel="license"',
    ]
    return caching.answer(request, content, chosen.content_type, {**headers, "Link": ", ".join(links)}, etag)


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


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
