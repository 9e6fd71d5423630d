"""What stands in the way here is for the operator's log: a stranger learns that it does, and not where or how."""

import logging

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from bio2kg.errors import BusyError, StateError
from bio2kg.remote import RemoteStore
from bio2kg.web.app import create_app
from bio2kg.web.problems import problem
from tests.remote.servers import free_port

PATHS = ("/doc/bio2", "/v1/frameworks", "/sparql?query=ASK%7B%7D", "/v1/queries/errata", "/catalog")


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_nobody_learns_where_a_store_is_that_is_away(accept: str, caplog: pytest.LogCaptureFixture) -> None:
    away = f"127.0.0.1:{free_port()}"
    store = RemoteStore(f"http://{away}/query")
    with (
        caplog.at_level(logging.WARNING),
        TestClient(create_app(lambda: store), raise_server_exceptions=False) as client,
    ):
        for path in PATHS:
            answer = client.get(path, headers={"Accept": f"{accept}, */*;q=0.1"})
            assert answer.status_code == 503, path
            for told in (away, "127.0.0.1", "Errno", "BIO2KG_"):
                assert told not in answer.text, (path, told)
            assert "retry-after" in answer.headers
    assert f"http://{away}/query: the store does not answer" in caplog.text


def test_what_the_caller_can_act_on_is_said() -> None:
    app = FastAPI()

    @app.get("/{kind}")
    async def refuse(request: Request, kind: str) -> object:
        errors = {
            "busy": BusyError("all workers are busy", remedy="Try again in a while.", retry_after=1),
            "place": StateError("the disk is full", where="/var/lib/x", remedy="Free space.", retry_after=7),
        }
        return problem(request, errors[kind])

    client = TestClient(app)
    assert client.get("/busy").json()["detail"] == "all workers are busy. Try again in a while."
    told = client.get("/place")
    assert (told.status_code, told.headers["retry-after"]) == (503, "7")
    assert told.json()["type"].endswith("/unavailable")
    assert "disk" not in told.text
