"""The OpenAPI description is there before somebody asks for it, and is made like any other request is answered."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app
from bio2kg.web.rest import examples
from tests.serving import home_with

SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }"
Made = list[str]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """What became of each time that examples were asked for."""
    found: Made = []
    add: Callable[..., Any] = examples.add

    async def counted(*given: Any) -> None:
        found.append("begun")
        await add(*given)
        found[-1] = "done"

    monkeypatch.setattr(examples, "add", counted)
    return found


@pytest.fixture
def _home(release_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_HOME", str(home_with(release_folder, tmp_path / "home")))
    monkeypatch.delenv("BIO2KG_STORE", raising=False)


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not met() and time.monotonic() < end:
        time.sleep(0.02)
    assert met()


@pytest.mark.usefixtures("_home")
def test_whoever_asks_first_does_not_wait_for_it_to_be_made(made: Made) -> None:
    with TestClient(create_app()) as client:
        assert client.get("/health/ready").status_code == 200
        until(lambda: made == ["done"])
        time.sleep(0.2)
        started = time.monotonic()
        described = client.get("/v1/openapi.json").json()
        assert time.monotonic() - started < 1.5
        assert made == ["done"]
        content = described["paths"]["/validate"]["post"]["responses"]["200"]["content"]
        assert content["application/json"]["example"]["profile"] == "draft", "a worker gave the example"


@pytest.mark.usefixtures("_home")
def test_a_server_that_stops_does_not_wait_for_it_to_be_made(made: Made) -> None:
    with TestClient(create_app()):
        until(lambda: made == ["begun"])
    assert made == ["begun"]


def test_it_is_made_while_all_workers_are_busy_and_takes_nobodys_turn(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"WORKERS": "1", "QUERY_SECONDS": "8", "QUEUE_SECONDS": "1", "AT_ONCE": "4"}.items():
        monkeypatch.setenv(f"BIO2KG_{name}", value)
    with TestClient(create_app(lambda: store)) as client, ThreadPoolExecutor(1) as threads:
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        slow = threads.submit(client.get, "/sparql", params={"query": SLOW})
        turns = client.app.state.backend.pool.turns
        until(lambda: turns.busy == 1)
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code in (429, 503)
        described = client.get("/v1/openapi.json")
        assert described.status_code == 200
        assert (
            "example"
            in described.json()["paths"]["/rules/{code}"]["get"]["responses"]["200"]["content"]["application/json"]
        )
        assert slow.result().status_code == 503
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        assert (turns.busy, turns.waiting) == (0, 0)
