"""A store that fails: a clear error in bounded time and memory, and nothing sent twice that may not be."""

import logging
import time
from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode, Triple

from bio2kg.errors import InputError, LimitError, QuerySyntaxError, StateError, TimeLimitError
from bio2kg.remote import RemoteStore
from bio2kg.remote.sending import Breaker
from tests.remote.misbehaving import Misbehaving, misbehaving
from tests.remote.servers import free_port

A = NamedNode("http://x/a")
SELECT = "SELECT ?v FROM <http://x/g> { ?s ?p ?v }"


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with misbehaving() as server:
        yield server


def store(server: Misbehaving, path: str, **options: object) -> RemoteStore:
    made = RemoteStore(server.address(path), server.address(path), **{"timeout": 1.0, "limit": 1_000_000, **options})
    made._is_virtuoso = False  # no question about its dialect first, so that requests can be counted
    return made


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("hangs", TimeLimitError, "longer than 1 seconds"),
        ("drips-body", TimeLimitError, "longer than 1 seconds"),
        ("drips-headers", TimeLimitError, "longer than 1 seconds"),
        ("resets", StateError, "does not answer"),
        ("error", StateError, "could not do it: 500"),
        ("busy", StateError, "too much to do"),
        ("locked", StateError, "does not accept the credentials"),
        ("elsewhere", StateError, "at another address"),
        ("bomb", StateError, "compressed"),
        ("endless", LimitError, "larger than 1,000,000 bytes"),
        ("half", StateError, "broken or was cut off"),
        ("cut", StateError, "does not answer"),
        ("wrong-kind", StateError, "broken or was cut off"),
        ("nested", StateError, "broken or was cut off"),
        ("page", StateError, "no answer to a query"),
        ("too-large", LimitError, "more than the store takes"),
        ("refuses", QuerySyntaxError, "line 1: no"),
    ],
)
def test_what_goes_wrong_is_said_in_time_and_without_inner_details(
    server: Misbehaving, path: str, kind: type[Exception], said: str
) -> None:
    begin = time.monotonic()
    with pytest.raises(kind, match=said) as caught:
        store(server, path).query(SELECT)
    assert time.monotonic() - begin < 3
    assert "java" not in str(caught.value)
    assert "http://x/g" not in str(caught.value)


def test_a_graph_that_is_cut_off_is_no_graph(server: Misbehaving) -> None:
    for path in ("half-turtle", "page"):
        with pytest.raises(StateError):
            store(server, path, graph_store=server.address(path)).read_graph(A)
        with pytest.raises(StateError):
            list(store(server, path).query("CONSTRUCT FROM <http://x/g> WHERE { ?s ?p ?o }"))


@pytest.mark.parametrize("path", ["busy-once", "resets-once"])
def test_a_query_is_sent_again(server: Misbehaving, path: str) -> None:
    (row,) = store(server, path).query(SELECT)
    assert row["v"].value == "x"
    assert len(server.seen) == 2


@pytest.mark.parametrize("path", ["busy-once", "resets-once", "hangs"])
def test_a_change_is_sent_once(server: Misbehaving, path: str) -> None:
    made = store(server, path)
    by_graph_store = store(server, path, graph_store=server.address(path))
    for number, change in enumerate(
        (
            lambda: made.update("DROP ALL"),
            lambda: by_graph_store.replace_graph(A, [Triple(A, A, A)]),
            lambda: by_graph_store.delete_graph(A),
        ),
        1,
    ):
        server.seen.clear()
        with pytest.raises(StateError):
            change()
        assert len(server.seen) == 1, number


def test_a_query_is_sent_three_times_at_most(server: Misbehaving) -> None:
    with pytest.raises(StateError):
        store(server, "resets", timeout=5.0).query(SELECT)
    assert len(server.seen) == 3


def test_a_store_that_asks_for_a_long_wait_is_not_waited_for(server: Misbehaving) -> None:
    with pytest.raises(StateError) as caught:
        store(server, "busy", timeout=5.0).query(SELECT)
    assert caught.value.retry_after == 30
    assert len(server.seen) == 1


def test_redirects_are_not_followed_and_credentials_stay_home(server: Misbehaving) -> None:
    with pytest.raises(StateError):
        store(server, "elsewhere", account=("user", "hush")).query(SELECT)
    assert [line.split()[1] for line in server.seen] == ["/elsewhere"]


def test_credentials_are_in_no_message_log_or_representation(
    server: Misbehaving, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    texts = []
    for path in ("right", "locked", "error", "resets", "hangs"):
        made = store(server, path, account=("someone", "hush-hush"))
        texts += [repr(made), str(vars(made)), repr(made._sender), str(vars(made._sender))]
        try:
            made.query(SELECT)
        except StateError as error:
            texts += [str(error), repr(error), repr(error.__cause__), repr(vars(error))]
    assert any("Basic " in line for line in server.seen)
    output = capsys.readouterr()
    everything = "\n".join([*texts, caplog.text, output.out, output.err])
    assert "hush" not in everything
    assert "c29tZW9uZTpodXNoLWh1c2g" not in everything


def test_an_address_with_a_password_or_of_no_server_is_refused() -> None:
    for address in ("http://user:hush@127.0.0.1/query", "file:///etc/passwd", "store", "http://"):
        with pytest.raises(InputError) as caught:
            RemoteStore(address)
        assert "hush" not in str(caught.value)


def test_nothing_is_taken_from_the_environment(server: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert len(list(store(server, "right").query(SELECT))) == 1


def test_a_store_that_is_away_is_not_asked_by_everyone() -> None:
    made = RemoteStore(f"http://127.0.0.1:{free_port()}/query", timeout=0.4)
    for _ in range(Breaker.FAILURES):
        with pytest.raises(StateError, match="does not answer"):
            made.query(SELECT)
    begin = time.monotonic()
    for _ in range(50):
        with pytest.raises(StateError, match="asked again in a while") as caught:
            made.query(SELECT)
        assert 1 <= caught.value.retry_after <= Breaker.SECONDS
        assert caught.value.http_status == 503
    assert time.monotonic() - begin < 0.5
    with pytest.raises(StateError):
        made.health()


def test_a_store_that_is_away_is_not_called_slow_when_the_time_is_over_before_the_next_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sleep = time.sleep
    monkeypatch.setattr("bio2kg.remote.sending.time.sleep", lambda seconds: sleep(seconds + 0.5))  # a busy machine
    made = RemoteStore(f"http://127.0.0.1:{free_port()}/query", timeout=0.4)
    with pytest.raises(StateError, match="does not answer"):
        made.query(SELECT)


def test_the_breaker_closes_when_the_store_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Breaker, "SECONDS", 0.05)
    back: list[bool] = []
    breaker = Breaker("here", lambda: bool(back))
    for _ in range(Breaker.FAILURES):
        breaker.require_closed()
        breaker.failed()
    with pytest.raises(StateError):
        breaker.require_closed()
    time.sleep(0.06)
    with pytest.raises(StateError):
        breaker.require_closed()  # it was asked, and is still away
    back.append(True)
    time.sleep(0.06)
    breaker.require_closed()
    breaker.require_closed()


def test_heavy_queries_do_not_close_a_store_that_answers_others() -> None:
    breaker = Breaker("here", lambda: True)
    for _ in range(3 * Breaker.FAILURES):
        breaker.failed()
        breaker.require_closed()
