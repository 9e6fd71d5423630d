"""The named queries for people: the list, and for each a page with its explanation, a form and the answer."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool

from bio2kg import asking
from bio2kg.errors import InputError
from bio2kg.namespaces import BASE, ID
from bio2kg.parameters import allowed_values
from bio2kg.queries import NamedQuery, get
from bio2kg.store import Store
from bio2kg.web import caching, negotiation, resources
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render

router = APIRouter()
# What the subjects of the questions are called in Dutch; a subject that is not here shows its own name.
_SUBJECTS = {
    "controls": "beheersmaatregelen",
    "deadlines": "termijnen",
    "duties": "verplichtingen",
    "editions": "edities",
    "errata": "errata",
    "frameworks": "kaders",
    "inference": "afleiding",
    "law": "wet",
    "mappings": "koppelingen",
    "measures": "maatregelen",
    "provenance": "herkomst",
    "quality": "kwaliteit",
    "roles": "rollen",
    "search": "zoeken",
    "sources": "bronnen",
    "trust": "vertrouwen",
}
SHOWN = 1000
# What these say is about the document; no question has a parameter of such a name.
_ABOUT_THE_DOCUMENT = ("format", "_mediatype", "_profile", "page")


@router.api_route("/questions", methods=["GET", "HEAD"])
async def questions(request: Request) -> Response:
    """All questions, by subject."""
    language = language_of(request)
    by_tag: dict[str, list[NamedQuery]] = {}
    for query in request.app.state.queries.values():
        tag = query.tags[0] if query.tags else ""
        by_tag.setdefault(_SUBJECTS.get(tag, tag) if language == "nl" else tag, []).append(query)
    page = render("questions.html", language, path="/questions", by_tag=dict(sorted(by_tag.items())))
    return Response(page, media_type="text/html", headers={"Vary": "Accept-Language", "Content-Language": language})


@router.api_route("/doc/query/{name}", methods=["GET", "HEAD"])
async def question(request: Request, name: str) -> Response:
    """One question: what it asks and means, a form for its parameters, and the answer to the values given.

    As RDF, what the release says of the question.
    """
    name, suffix = negotiation.split_suffix(name)
    query = get(name, request.app.state.queries)
    return await run_in_threadpool(_document, request, query, suffix)


def _document(request: Request, query: NamedQuery, suffix: str) -> Response:
    path, iri = f"/doc/query/{query.name}", NamedNode(f"{ID}query/{query.name}")
    wanted = resources.wanted(request, path, suffix)
    if isinstance(wanted, Response):
        return wanted
    if wanted.form:
        return resources.describing(request, iri, path, wanted)
    fields = [(k, v) for k, v in request.query_params.multi_items() if v and k not in _ABOUT_THE_DOCUMENT]
    headers = negotiation.fixed_headers(path, wanted)
    if given := urlencode([(key, value) for key, value in fields if key != "lang"]):
        headers["Content-Location"] += f"&{given}"
    # The form follows from the release and the file of the question; an answer is told from another by its bytes.
    form = not _asked(query, fields)
    etag = caching.etag_of_release(request, path, wanted.search(), query.text) if form else ""
    if caching.not_modified(request, etag):
        return caching.unchanged(etag, headers)
    page, problem = _page(request.app.state.store, query, wanted.language, fields)
    if problem:
        return Response(page, 400, media_type="text/html", headers={**headers, "Cache-Control": "no-store"})
    links = [
        f'<{iri.value}>; rel="describes"',
        f'<{BASE}{path}>; rel="canonical"',
        *negotiation.alternates(path, wanted),
        f'<{resources.LICENCE}>; rel="license"',
    ]
    return caching.answer(request, page, wanted.content_type, {**headers, "Link": ", ".join(links)}, etag)


def _asked(query: NamedQuery, fields: list[tuple[str, str]]) -> bool:
    """Whether there is something to answer: a value is given, or the question needs none."""
    return any(key != "lang" for key, _ in fields) or not any(p.required for p in query.parameters)


def _page(store: Store, query: NamedQuery, language: str, fields: list[tuple[str, str]]) -> tuple[str, str]:
    """The page in a language for the values given, and what is wrong with them, if anything."""
    # ``lang`` chooses the language of the page, and with it that of the names in the answer.
    given: dict[str, list[str]] = {}
    names = {parameter.name for parameter in query.parameters}
    for key, value in fields:
        if key != "lang" or "lang" in names:
            given.setdefault(key, []).append(value)
    if "lang" in names:
        given["lang"] = [language]
    asked = _asked(query, fields)
    answered, problem = None, ""
    if asked:
        try:
            answered = asking.ask(store, query, given)
        except InputError as error:
            problem = str(error)
    example = query.example_given()
    shown = {name: values for name, values in given.items() if name != "lang"} if asked else example
    # A column without any value is left out of the table; its meaning stays below.
    columns = [c for c in query.columns if answered and any(row[c.name] is not None for row in answered.rows)]
    page = render(
        "question.html",
        language,
        path=f"/doc/query/{query.name}",
        query=query,
        choices={p.name: allowed_values(store, p) for p in query.parameters if p.type not in ("graph",)},
        shown=shown,
        answered=answered,
        columns=columns,
        problem=problem,
        limit=SHOWN,
        search=urlencode([(key, value) for key, value in fields if key != "lang"]),
        example=urlencode(example, doseq=True),
    )
    return page, problem
