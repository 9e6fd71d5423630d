"""A server with stored assessments and nothing else, for callers whose token is their name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from starlette.middleware.base import RequestResponseEndpoint

from bio2kg.access.callers import ANONYMOUS, Caller, Role
from bio2kg.errors import Bio2kgError, UnauthorisedError
from bio2kg.register import Register, publishing
from bio2kg.validation.service import Session
from bio2kg.web import assessments, everywhere, methods
from bio2kg.web.assessment_description import EXAMPLE
from bio2kg.web.problems import problem
from tests.conftest import ROOT

PATH = "/v1/assessments"
ORGANISATION = "https://w3id.org/bio2kg/id/organisation/"
TURTLE = {"Content-Type": "text/turtle"}
PATCH = {"Content-Type": "application/merge-patch+json"}
STAD = EXAMPLE.encode()
MEER = STAD.replace(b"voorbeeldstad", b"voorbeeldmeer").replace(b"Voorbeeldstad", b"Voorbeeldmeer")
_ROLES: dict[str, Role | None] = {role.value: role for role in Role}


def who(name: str) -> dict[str, str]:
    """The header by which someone is known, such as ``author-voorbeeldstad``; none for anonymous."""
    return {"Authorization": f"Bearer {name}"} if name else {}


def caller_of(request: Request) -> Caller:
    name = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not name:
        return ANONYMOUS
    role, _, organisation = name.partition("-")
    if role not in _ROLES:
        raise UnauthorisedError("this token is not known")
    return Caller(name, f"{ORGANISATION}{organisation}" if organisation else "", _ROLES[role])


@contextmanager
def server(register: Register, session: Session) -> Iterator[TestClient]:
    def assess(caller: Caller, *sent: Any) -> publishing.Assessed:
        return publishing.assess(session, *sent)

    app, api = FastAPI(), FastAPI()
    assessments.add_operations(api, lambda: register, assess, caller_of=caller_of)
    api.add_middleware(methods.HeadAsGet)
    app.mount("/v1", api)

    @app.middleware("http")
    async def around(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.state.caller = ANONYMOUS  # the routes ask ``caller_of`` above
        response = await call_next(request)
        response.headers.update(everywhere.headers_of(request))
        return response

    @api.exception_handler(Bio2kgError)
    async def expected(request: Request, error: Bio2kgError) -> Response:
        return problem(request, error)

    with TestClient(app) as client:
        yield client


def stored(client: TestClient, content: bytes = STAD, by: str = "author-voorbeeldstad", **params: str) -> Any:
    """What is known of an assessment, just stored."""
    response = client.post(PATH, content=content, headers={**TURTLE, **who(by)}, params=params)
    assert response.status_code == 201, response.text
    return response.json()


def audited(path: Path) -> list[tuple[str, str, str, str]]:
    """Who did what to what with what outcome."""
    lines = map(json.loads, path.read_text().splitlines()) if path.exists() else ()
    return [(line["caller"], line["action"], line["subject"], line["outcome"]) for line in lines]


def violating(name: str) -> bytes:
    """The example assessment, with the things of a rule's own fixture in it."""
    rule = (ROOT / "tests" / "rules" / name).read_bytes()
    return STAD + rule.replace(b"bio2kg/id/example/", b"bio2kg/id/assessment/voorbeeldstad-1.3-2026/")
