"""The named queries for people: the list, and for each a page with its explanation, a form and the answer."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bio2kg import asking
from bio2kg.errors import InputError
from bio2kg.parameters import allowed_values
from bio2kg.queries import NamedQuery, get
from bio2kg.store import Store
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
    """One question: what it asks and means, a form for its parameters, and the answer to the values given."""
    query = get(name, request.app.state.queries)
    return await run_in_threadpool(_page, request, query)


def _page(request: Request, query: NamedQuery) -> Response:
    store: Store = request.app.state.store
    language = language_of(request)
    fields = [(key, value) for key, value in request.query_params.multi_items() if value]
    # ``lang`` chooses the language of the page, and with it that of the names in the answer.
    given: dict[str, list[str]] = {}
    names = {parameter.name for parameter in query.parameters}
    for key, value in fields:
        if key != "lang" or "lang" in names:
            given.setdefault(key, []).append(value)
    if "lang" in names:
        given["lang"] = [language]
    asked = any(key != "lang" for key, _ in fields) or not any(p.required for p in query.parameters)
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
    status = 400 if problem else 200
    return Response(
        page, status, media_type="text/html", headers={"Vary": "Accept-Language", "Content-Language": language}
    )
