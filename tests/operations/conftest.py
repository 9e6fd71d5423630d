"""An application that is observed, as the server observes it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from bio2kg import operations
from bio2kg.access.callers import Caller
from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app


@pytest.fixture(scope="session")
def app(store: EmbeddedStore) -> FastAPI:
    app = create_app(lambda: store)
    operations.install(app)

    @app.get("/test/fails")
    def fails() -> None:
        raise RuntimeError("inner\n2026-01-01T00:00:00.000Z info    bio2kg.access: a line of its own")

    @app.get("/test/known")
    def known(request: Request) -> None:
        request.state.caller = Caller("token-7", "https://example.org/org")

    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client
