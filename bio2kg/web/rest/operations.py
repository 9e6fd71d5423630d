"""Operations of the REST service: each says what it asks, what it answers and how it is described in OpenAPI."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from bio2kg.queries import Parameter, Text
from bio2kg.store import Store
from bio2kg.web.rest import filters
from bio2kg.web.rest.answers import MEDIA_TYPES
from bio2kg.web.rest.members import both

_COUNT = {
    "description": "Hoeveel er zijn op alle pagina's samen / How many there are on all pages together",
    "schema": {"type": "integer"},
}
_LINK = {
    "description": "Andere pagina's, andere vormen en het ding zelf / Other pages, other forms and the thing itself",
    "schema": {"type": "string"},
}
_ETAG = {
    "description": "Voor If-None-Match / For If-None-Match",
    "schema": {"type": "string"},
}
TheStore = Callable[[], Store]


@dataclass(frozen=True)
class Operation:
    """GET on a path: what it is called, what it answers and which parameters it has.

    ``examples`` gives a value to parameters, those of the path included; these make up the example of a request.
    """

    path: str
    identifier: str
    title: Text
    text: Text
    tag: str
    model: Any
    run: Callable[[Request], Response]
    parameters: Sequence[Parameter] = ()
    examples: dict[str, str] = field(default_factory=dict)
    forms: Sequence[str] = filters.FORMS

    @property
    def listed(self) -> bool:
        """Whether the answer is a page of a list."""
        return any(p.name == "page" for p in self.parameters)

    @property
    def in_path(self) -> list[str]:
        """The names of the parameters of the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


_PATH_PARAMETERS = {
    "framework": Text("De code van het kader", "The code of the framework"),
    "edition": Text("De editie; current is de geldende", "The edition; current is the one in force"),
    "number": Text("Het nummer", "The number"),
    "set": Text("De set van koppelingen", "The mapping set"),
    "editions": Text("De twee edities, met een streepje ertussen", "The two editions, joined by a hyphen"),
}


def add(api: FastAPI, operations: Iterable[Operation], problems: dict[int | str, dict[str, Any]]) -> None:
    """Adds these operations to the REST application."""
    for operation in operations:
        api.add_api_route(
            operation.path,
            _endpoint(operation.run),
            methods=["GET"],
            operation_id=operation.identifier,
            summary=operation.title.en,
            description=f"{operation.text.en}\n\n{operation.title.nl}. {operation.text.nl}",
            tags=[operation.tag],
            response_model=operation.model,
            response_description="Het antwoord / The answer",
            responses=problems if operation.in_path else {k: v for k, v in problems.items() if k != 404},
        )


def describe(schema: dict[str, Any], operations: Iterable[Operation], store: Store) -> None:
    """Puts what FastAPI cannot know into the description: parameters with their values, headers and media types."""
    for operation in operations:
        described = schema["paths"][operation.path]["get"]
        in_path = [_path_parameter(name, operation.examples[name]) for name in operation.in_path]
        queried = [query_parameter(store, p, operation.examples.get(p.name)) for p in operation.parameters]
        described["parameters"] = [*in_path, *queried]
        answer = described["responses"]["200"]
        answer["headers"] = {"ETag": _ETAG, "Link": _LINK, **({"X-Total-Count": _COUNT} if operation.listed else {})}
        for form in operation.forms:
            kind = {"type": "string"} if form == "csv" else {"type": "object"}
            answer["content"].setdefault(MEDIA_TYPES[form], {"schema": kind})


def query_parameter(store: Store, parameter: Parameter, example: Any = None) -> dict[str, Any]:
    """A parameter of a query as OpenAPI has it, with the values that its code list allows."""
    kinds = {"integer": "integer", "decimal": "number", "boolean": "boolean"}
    schema: dict[str, Any] = {"type": kinds.get(parameter.type, "string")}
    if parameter.type in ("date", "duration"):
        schema["format"] = parameter.type
    if parameter.type in ("concept", "edition", "language", "framework", "mapping-set") or parameter.values:
        schema["enum"] = filters.listed_values(store, parameter)
    for key, bound in (("minimum", parameter.minimum), ("maximum", parameter.maximum)):
        if bound is not None:
            schema[key] = bound
    if parameter.multiple:
        schema = {"type": "array", "items": schema}
    if parameter.default is not None:
        schema["default"] = [parameter.default] if parameter.multiple else parameter.default
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": both(parameter.description),
        "schema": schema,
    }
    if parameter.name in ("fields", "include"):
        described |= {"style": "form", "explode": False}
    if example is not None:
        values = [_typed(parameter, value) for value in (example if isinstance(example, list) else [example])]
        described["example"] = values if parameter.multiple else values[0]
    return described


def _typed(parameter: Parameter, value: Any) -> Any:
    return {"integer": int, "decimal": float}.get(parameter.type, lambda same: same)(value)


def _path_parameter(name: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": both(_PATH_PARAMETERS[name]),
        "schema": {"type": "string"},
        "example": example,
    }


def _endpoint(run: Callable[[Request], Response]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(run, request)

    return endpoint
