"""`/v1`: the collections and the named queries as REST operations, with typed parameters and examples in OpenAPI."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field, create_model
from starlette.concurrency import run_in_threadpool

import bio2kg
from bio2kg import asking, jsonld, results
from bio2kg.namespaces import BASE, ID
from bio2kg.queries import Column, NamedQuery, get
from bio2kg.register.record import EVERYONE, audience_of
from bio2kg.store import Store, select
from bio2kg.web import caching, checking, declarations
from bio2kg.web.access import caller_of, counted_as
from bio2kg.web.backend import Backend, while_there
from bio2kg.web.fields import single
from bio2kg.web.models import Problem, QuerySummary
from bio2kg.web.rest import answers, changes, entry, facts, operations, resources, search
from bio2kg.web.rest.filters import ITEM_FORMS
from bio2kg.web.rest.specification import Specification

_MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "xml": "application/sparql-results+xml",
    "markdown": "text/markdown; charset=utf-8",
}
_FORMAT = {
    "name": "format",
    "in": "query",
    "required": False,
    "description": "The form, instead of Accept / De vorm, in plaats van Accept",
    "schema": {"type": "string", "enum": list(_MEDIA_TYPES)},
}
_HEADERS = {"Vary": "Accept"}
# Whom the catalogue names: the design rules ask for an address to write to, which whoever publishes gives it.
_CONTACT = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
SELECT ?name ?url ?email WHERE {
  ?catalogue a dcat:Catalog ; dcat:contactPoint ?contact .
  ?contact vcard:fn ?name .
  OPTIONAL { ?contact vcard:hasURL ?url }
  OPTIONAL { ?contact vcard:hasEmail ?email }
}
ORDER BY DESC(lang(?name)) LIMIT 1
"""
_NOBODY = "nobody@example.org"  # a domain that belongs to no one
_DESCRIPTION = """De regels voor informatiebeveiliging van de Nederlandse overheid als JSON: kaders, edities,
maatregelen, koppelingen, afstamming en termijnen. Namen zijn er in het Nederlands en het Engels; wat onbekend is,
ontbreekt. Lijsten komen in pagina's: de header Link leidt naar de volgende, X-Total-Count zegt hoeveel er zijn. In de
voorbeelden zijn lijsten ingekort.

The information-security rules of the Dutch government as JSON: frameworks, editions, measures, mappings, lineage and
deadlines. Names are in Dutch and English; what is unknown is left out. Lists come as pages: the Link header leads to
the next, X-Total-Count says how many there are. In examples lists are shortened."""


def create_api(
    queries: dict[str, NamedQuery], the_store: Callable[[], Store], sessions: checking.Sessions
) -> tuple[FastAPI, Specification]:
    """The REST application over these queries, and its description."""
    api = FastAPI(
        title="bio2kg",
        version=bio2kg.__version__,
        description=_DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": "/v1"}],
        license_info={"name": "CC-BY-4.0", "identifier": "CC-BY-4.0"},
    )
    problems = _problems({400: "A parameter is wrong", 406: "No such form"})
    of_things = {404: "There is no such thing; the nearest is named"}
    listed = [
        entry.operation(),
        *resources.operations(the_store),
        changes.operation(the_store),
        search.operation(queries["search"], the_store),
    ]
    operations.add(api, listed, problems | _problems(of_things))

    @api.get(
        "/queries",
        response_model=list[QuerySummary],
        operation_id="list-queries",
        tags=["queries"],
        responses=problems | declarations.also_as(answers.MEDIA_TYPES[form] for form in ITEM_FORMS),
        openapi_extra={"parameters": [_FORMAT | {"schema": {"type": "string", "enum": list(ITEM_FORMS)}}]},
    )
    async def list_queries(request: Request) -> Response:
        """All named queries. / Alle vragen die een naam hebben."""
        single(request, {"format": lambda value: results.require_form(value, ITEM_FORMS)})
        return await run_in_threadpool(
            answers.answer, request, ITEM_FORMS, lambda form: (_list(queries, the_store(), form), {})
        )

    for query in queries.values():
        api.add_api_route(
            f"/queries/{query.name}",
            _operation(query, the_store),
            methods=["GET"],
            operation_id=query.name,
            summary=query.title.en,
            description=f"{query.description.en}\n\n{query.title.nl}. {query.description.nl}",
            tags=list(query.tags),
            response_model=_answer_model(query),
            responses=problems | declarations.also_as(_MEDIA_TYPES.values()),
        )

    of_bodies = {404: "No such rule", 413: "The body is too large", 415: "The body is of a kind that is not read"}
    checking.add_operations(api, sessions, problems | _problems(of_bodies))
    specification = Specification(api, _completion(listed, queries, the_store))

    @api.get("/openapi.json", include_in_schema=False)
    async def description(request: Request) -> Response:
        """The OpenAPI description."""
        return caching.answer(request, await specification.get(), "application/json", {})

    @api.get("/queries/{name}", include_in_schema=False)
    async def unknown(name: str) -> Response:
        """404 that names the nearest query."""
        get(name, queries)
        return Response()  # every known name has its own route above

    return api, specification


def _completion(
    listed: list[operations.Operation], queries: dict[str, NamedQuery], the_store: Callable[[], Store]
) -> Callable[[dict[str, Any]], None]:
    """What adds to the generated description what the store says, and what all operations have in common."""

    def complete(schema: dict[str, Any]) -> None:
        operations.describe(schema, listed, the_store())
        for query in queries.values():
            described = schema["paths"][f"/queries/{query.name}"]["get"]
            parameters = [
                operations.query_parameter(the_store(), p, query.example.get(p.name)) for p in query.parameters
            ]
            described["parameters"] = [*parameters, _FORMAT]
        schema["info"]["contact"] = _contact(the_store())
        declarations.complete(schema)

    return complete


def _list(queries: dict[str, NamedQuery], store: Store, form: str) -> bytes:
    """The named queries as JSON, or as JSON-LD what the release states of them."""
    if form == "jsonld":
        return jsonld.write(facts.stated(store, [f"{ID}query/{name}" for name in queries]).triples())
    content = [
        {
            "name": q.name,
            "href": f"/v1/queries/{q.name}",
            "title": {"nl": q.title.nl, "en": q.title.en},
            "description": {"nl": q.description.nl, "en": q.description.en},
            "tags": list(q.tags),
        }
        for q in queries.values()
    ]
    return json.dumps(content, ensure_ascii=False).encode()


def _problems(said: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {"application/problem+json": {}}
    return {status: {"model": Problem, "description": text, "content": content} for status, text in said.items()}


def _contact(store: Store) -> dict[str, str]:
    """Whom to write to, from the catalogue."""
    rows = select(store, _CONTACT)
    found = {name: term.value for name in ("name", "url", "email") if rows and (term := rows[0][name])}
    email = found.get("email", _NOBODY).removeprefix("mailto:")
    return {"name": found.get("name", "bio2kg"), "url": found.get("url", BASE), "email": email}


def _operation(query: NamedQuery, the_store: Callable[[], Store]) -> Callable[[Request], Awaitable[Response]]:
    """The function behind ``/queries/{name}``; the values are read and checked against the header of the query."""

    async def operation(request: Request) -> Response:
        given: dict[str, list[str]] = {}
        for key, value in request.query_params.multi_items():
            given.setdefault(key, []).append(value)
        form = (given.pop("format", None) or [_negotiated(request.headers.get("accept", ""))])[0]
        caller = caller_of(request)
        if audience_of(caller) == EVERYONE:
            content = await run_in_threadpool(asking.write, the_store(), query, given, form)
        else:
            # What only some may see is not in this process, but with a worker of theirs.
            backend: Backend = request.app.state.backend
            asked = {"name": query.name, "given": given, "format": form}
            work = backend.run("named-query", asked, client=counted_as(request), caller=caller)
            _, content = await while_there(request, work)
        return Response(content, media_type=_MEDIA_TYPES[form], headers=_HEADERS)

    return operation


def _negotiated(accept: str) -> str:
    """The form for an Accept header: JSON unless another is preferred."""
    forms = {media_type.partition(";")[0]: form for form, media_type in _MEDIA_TYPES.items()}
    return forms[results.best_media_type(accept, list(forms))]


def _column(column: Column) -> tuple[Any, Any]:
    """The type of a column and its field; one called after a date holds days."""
    meaning = f"{column.meaning.en} / {column.meaning.nl}"
    if column.name == "date" or column.name.endswith("Date"):
        return str | None, Field(default=None, description=meaning, json_schema_extra={"format": "date"})
    return str | int | float | bool | None, Field(default=None, description=meaning)


def _answer_model(query: NamedQuery) -> type[BaseModel]:
    """The schema of an answer: the parameters as understood, and the rows with their columns."""
    name = "".join(part.capitalize() for part in query.name.split("-"))
    columns: dict[str, Any] = {column.name: _column(column) for column in query.columns}
    row = create_model(f"{name}Row", **columns)
    fields: dict[str, Any] = {
        "query": (str, Field(examples=[f"{BASE}/id/query/{query.name}"])),
        "parameters": (dict[str, list[str]], Field(description="How each parameter was understood")),
        "rows": (list[row], ...),  # type: ignore[valid-type]
    }
    answer: type[BaseModel] = create_model(f"{name}Answer", **fields)
    return answer
