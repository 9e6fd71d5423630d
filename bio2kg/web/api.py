"""`/v1`: the named queries as REST operations, generated from their files, with typed parameters in OpenAPI."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field, create_model
from starlette.concurrency import run_in_threadpool

import bio2kg
from bio2kg import asking, results
from bio2kg.namespaces import BASE
from bio2kg.parameters import allowed_values
from bio2kg.queries import NamedQuery, Parameter, get
from bio2kg.store import Store
from bio2kg.web import CORS, checking

_MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "xml": "application/sparql-results+xml",
    "markdown": "text/markdown; charset=utf-8",
}
_HEADERS = {**CORS, "API-Version": bio2kg.__version__, "Vary": "Accept"}


class Problem(BaseModel):
    """What went wrong, as problem+json (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class QuerySummary(BaseModel):
    """A named query as the list shows it."""

    name: str
    href: str
    title: dict[str, str]
    description: dict[str, str]
    tags: list[str]


def create_api(queries: dict[str, NamedQuery], the_store: Callable[[], Store], sessions: checking.Sessions) -> FastAPI:
    """The REST application over these queries."""
    api = FastAPI(
        title="bio2kg",
        version=bio2kg.__version__,
        description="Questions over the information-security rules of the Dutch government, one operation each.",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": "/v1"}],
        contact={"name": "bio2kg maintainers", "url": BASE},
        license_info={"name": "CC-BY-4.0", "identifier": "CC-BY-4.0"},
    )
    problems = _problems({400: "A parameter is wrong", 406: "No such form"})

    @api.get("/queries", response_model=list[QuerySummary], operation_id="list-queries")
    async def list_queries() -> Response:
        """All named queries."""
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
        return Response(json.dumps(content, ensure_ascii=False), media_type="application/json", headers=_HEADERS)

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
            responses=problems,
        )

    of_bodies = {404: "No such rule", 413: "The body is too large", 415: "The body is of a kind that is not read"}
    checking.add_operations(api, sessions, problems | _problems(of_bodies))

    def openapi() -> dict[str, Any]:
        if not api.openapi_schema:
            schema = generated()
            for query in queries.values():
                operation = schema["paths"][f"/queries/{query.name}"]["get"]
                operation["parameters"] = [_openapi_parameter(the_store(), query, p) for p in query.parameters]
            api.openapi_schema = schema
        return api.openapi_schema

    generated = api.openapi
    api.openapi = openapi  # type: ignore[method-assign]

    @api.get("/queries/{name}", include_in_schema=False)
    async def unknown(name: str) -> Response:
        """404 that names the nearest query."""
        get(name, queries)
        return Response()  # every known name has its own route above

    return api


def _problems(said: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {"application/problem+json": {}}
    return {status: {"model": Problem, "description": text, "content": content} for status, text in said.items()}


def _operation(query: NamedQuery, the_store: Callable[[], Store]) -> Callable[[Request], Awaitable[Response]]:
    """The function behind ``/queries/{name}``; the values are read and checked against the header of the query."""

    async def operation(request: Request) -> Response:
        given: dict[str, list[str]] = {}
        for key, value in request.query_params.multi_items():
            given.setdefault(key, []).append(value)
        form = (given.pop("format", None) or [_negotiated(request.headers.get("accept", ""))])[0]
        content = await run_in_threadpool(asking.write, the_store(), query, given, form)
        return Response(content, media_type=_MEDIA_TYPES[form], headers=_HEADERS)

    return operation


def _openapi_parameter(store: Store, query: NamedQuery, parameter: Parameter) -> dict[str, Any]:
    """A parameter of a query as OpenAPI has it, with the values that its code list allows."""
    kinds = {"integer": "integer", "decimal": "number", "boolean": "boolean"}
    schema: dict[str, Any] = {"type": kinds.get(parameter.type, "string")}
    if parameter.type in ("date", "duration"):
        schema["format"] = parameter.type
    if parameter.type in ("concept", "language", "framework", "mapping-set") or parameter.values:
        schema["enum"] = allowed_values(store, parameter)
    for key, bound in (("minimum", parameter.minimum), ("maximum", parameter.maximum)):
        if bound is not None:
            schema[key] = bound
    if parameter.multiple:
        schema = {"type": "array", "items": schema}
    if parameter.default is not None:
        schema["default"] = parameter.default
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.description.en} / {parameter.description.nl}",
        "schema": schema,
    }
    if parameter.name in query.example:
        described["example"] = query.example[parameter.name]
    return described


def _negotiated(accept: str) -> str:
    """The form for an Accept header: JSON unless another is preferred."""
    forms = {media_type.partition(";")[0]: form for form, media_type in _MEDIA_TYPES.items()}
    return forms[results.best_media_type(accept, list(forms))]


def _answer_model(query: NamedQuery) -> type[BaseModel]:
    """The schema of an answer: the parameters as understood, and the rows with their columns."""
    name = "".join(part.capitalize() for part in query.name.split("-"))
    columns: dict[str, Any] = {
        column.name: (str | int | float | bool | None, Field(description=f"{column.meaning.en} / {column.meaning.nl}"))
        for column in query.columns
    }
    row = create_model(f"{name}Row", **columns)
    fields: dict[str, Any] = {
        "query": (str, Field(examples=[f"{BASE}/id/query/{query.name}"])),
        "parameters": (dict[str, list[str]], Field(description="How each parameter was understood")),
        "rows": (list[row], ...),  # type: ignore[valid-type]
    }
    answer: type[BaseModel] = create_model(f"{name}Answer", **fields)
    return answer
