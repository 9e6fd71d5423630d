"""Health: quick and true, whatever the store and the other requests do; and who may see the figures."""

import threading
import time
from collections.abc import Iterator

import anyio.to_thread
import pytest
from fastapi.testclient import TestClient

from bio2kg.errors import StateError
from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app


class Failing(EmbeddedStore):
    """A store that is away, or hangs until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.error: Exception | None = None
        self.goes_on = threading.Event()
        self.goes_on.set()

    def health(self) -> int:
        self.asked += 1
        self.goes_on.wait(20)
        if self.error:
            raise self.error
        return 3


@pytest.fixture
def store() -> Iterator[Failing]:
    store = Failing()
    yield store
    store.goes_on.set()


@pytest.fixture
def client(store: Failing) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: store), client=("127.0.0.1", 1)) as client:
        yield client


def test_ready_says_what_answers(client: TestClient) -> None:
    answer = client.get("/health/ready")
    assert answer.json() == {"status": "ready", "release": "", "store": "embedded", "graphs": 3}
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/health/ready").content == b""


def test_a_store_that_is_away_makes_it_not_ready_but_live(client: TestClient, store: Failing) -> None:
    store.error = StateError("the store does not answer: refused", where="http://10.1.2.3:7878")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"
    assert "10.1.2.3" not in answer.text  # where the store is, is for the log
    assert client.get("/health/live").json() == {"status": "live"}


def test_it_is_ready_again_as_soon_as_the_store_is_back(client: TestClient, store: Failing) -> None:
    store.error = OSError("away")
    assert client.get("/health/ready").status_code == 503
    store.error = None
    deadline = time.monotonic() + 5
    while client.get("/health/ready").status_code == 503 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert client.get("/health/ready").json()["status"] == "ready"


def test_the_store_is_not_asked_for_every_check(client: TestClient, store: Failing) -> None:
    for _ in range(20):
        client.get("/health/ready")
    assert store.asked <= 3


def test_a_store_that_hangs_is_waited_for_once_and_not_long(client: TestClient, store: Failing) -> None:
    store.goes_on.clear()
    started = time.monotonic()
    assert client.get("/health/ready").status_code == 503
    assert time.monotonic() - started < 4
    started = time.monotonic()
    for _ in range(10):
        assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200
    assert time.monotonic() - started < 1
    assert store.asked == 1


def test_health_needs_none_of_the_threads_that_requests_use(client: TestClient) -> None:
    go_on = threading.Event()

    async def take_all() -> None:
        limiter = anyio.to_thread.current_default_thread_limiter()
        async with anyio.create_task_group() as tasks:
            for _ in range(int(limiter.total_tokens)):
                tasks.start_soon(anyio.to_thread.run_sync, go_on.wait, 10)

    assert client.portal is not None
    taken = client.portal.start_task_soon(take_all)
    try:
        time.sleep(0.3)
        started = time.monotonic()
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 200
        assert time.monotonic() - started < 1
    finally:
        go_on.set()
        taken.result(10)


def test_the_figures_are_for_this_machine(client: TestClient, store: Failing) -> None:
    assert "bio2kg_store_up 1.0" in client.get("/metrics").text
    store.error = OSError("away")
    time.sleep(1.1)
    assert "bio2kg_store_up 0.0" in client.get("/metrics").text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_a_proxy_on_this_machine_passes_on_does_not_come_from_it(client: TestClient, header: str) -> None:
    answer = client.get("/metrics", headers={header: "127.0.0.1"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_figures_can_be_shown_to_everyone_or_nobody(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
    monkeypatch.setenv("BIO2KG_METRICS", "open")
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
    monkeypatch.setenv("BIO2KG_METRICS", "off")
    assert client.get("/metrics").status_code == 404


def test_prometheus_may_ask_for_openmetrics(client: TestClient) -> None:
    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
    assert answer.headers["cache-control"] == "no-store"
