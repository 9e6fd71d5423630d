"""What every operation of the REST service declares besides its own: the version header, and that input can be wrong.

FastAPI declares 422 with a body of its own; here wrong input is a problem with 400.
"""

from collections.abc import Iterable
from typing import Any

import bio2kg

_VERSION = {
    "description": "The version of the service that answers / De versie van de dienst die antwoordt",
    "schema": {"type": "string"},
    "example": bio2kg.__version__,
}
_PROBLEM = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    "text/html": {"schema": {"type": "string"}},  # for a browser, which asks for pages
}
# What any request can get, whatever it asks.
_COMMON = {
    "400": "Something in the request is wrong / Er klopt iets niet in het verzoek",
    "401": "The credentials are not valid / De toegangssleutel geldt niet",
    "414": "The address is too long / Het adres is te lang",
    "429": "Too many requests / Te veel verzoeken",
    "503": "The service cannot answer now / De dienst kan nu niet antwoorden",
}


def also_as(media_types: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """The answer 200 in these media types too, beside the JSON that its model declares."""
    kinds = (media_type.partition(";")[0] for media_type in media_types)
    return {200: {"content": {kind: {} for kind in kinds if kind != "application/json"}}}


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description that FastAPI made, with what all operations have in common."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            if parameters := operation.get("parameters"):
                # What an operation says of a parameter itself goes before what FastAPI made of its signature.
                operation["parameters"] = list({(one["in"], one["name"]): one for one in parameters}.values())
            responses = operation["responses"]
            responses.pop("422", None)
            for status, description in _COMMON.items():
                responses.setdefault(status, {"description": description})
            for status, response in responses.items():
                response.setdefault("headers", {})["API-Version"] = _VERSION
                if status >= "400":
                    response["content"] = _PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)
    return schema
