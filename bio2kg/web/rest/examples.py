"""Real examples for the OpenAPI description: each operation is asked its own example, and answers."""

import json
import re
from typing import Any
from urllib.parse import quote, unquote, urlencode

from fastapi import FastAPI

_SHOWN = 2
# The linter of the design rules takes a member for an operation when the name of a method is in it (“disPUTed”), and
# stops at one that is null; our schemas let all of these be left out.
_LIKE_A_METHOD = re.compile("put|post|patch")
# For parameters that say no example themselves.
_VALUES = {"code": "VT-03", "asOf": "2026-07-01", "profile": "draft"}
# An assessment that says little, so that the report on it is short.
ASSESSMENT = """@prefix b: <https://w3id.org/bio2kg/def#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/assessment/2026> a b:Assessment ;
    b:assessesEdition <https://w3id.org/bio2kg/id/bio2/1.3> .
"""


async def add(schema: dict[str, Any], api: FastAPI) -> None:
    """Puts into the description of each operation what it answers to the example that its parameters make up.

    Long lists are cut down to their first items. An operation whose example is not answered, as on a store without
    what the example asks for, is left without.
    """
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            body = b""
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in _VALUES:
                    parameter.setdefault("example", _VALUES[parameter["name"]])
            if "requestBody" in operation:
                if operation["operationId"] != "validate":
                    continue
                operation["requestBody"]["content"]["text/turtle"]["example"] = ASSESSMENT
                body = ASSESSMENT.encode()
            status, answer = await _ask(api, method.upper(), request_of(path, operation), body)
            if status == 200:
                content = operation["responses"]["200"]["content"]["application/json"]
                content["example"] = _shortened(json.loads(answer))


def request_of(path: str, operation: dict[str, Any]) -> str:
    """The address that the examples of an operation's parameters make up, below the server's address."""
    query: list[tuple[str, str]] = []
    for parameter in operation.get("parameters", ()):
        if "example" not in parameter:
            continue
        values = parameter["example"] if isinstance(parameter["example"], list) else [parameter["example"]]
        texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(texts[0]))
        elif parameter.get("explode", True):
            query += [(parameter["name"], text) for text in texts]
        else:
            query.append((parameter["name"], ",".join(texts)))
    return f"{path}?{urlencode(query)}" if query else path


async def _ask(api: FastAPI, method: str, address: str, body: bytes) -> tuple[int, bytes]:
    """The status and body with which the application itself answers."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "root_path": "/v1",
        "path": unquote(f"/v1{path}"),
        "raw_path": f"/v1{path}".encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), (b"accept", b"application/json"), (b"content-type", b"text/turtle")],
        "client": None,  # nobody's share of the workers
        "server": ("localhost", 80),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await api(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortened(item) for item in value[:_SHOWN]]
    if isinstance(value, dict):
        return {
            name: _shortened(item)
            for name, item in value.items()
            if item is not None and not _LIKE_A_METHOD.search(name)
        }
    return value
