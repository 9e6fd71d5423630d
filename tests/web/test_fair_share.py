"""A server that listens: whoever asks much at once leaves room for others, and has it back when it goes away."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import httpx2 as httpx
import pytest

from bio2kg.access.tokens import Tokens, issue
from tests.serving import home_with, serving

# Two workers, of which one client has one: what it sends more waits, and of that four is the most.
SETTINGS = {
    "BIO2KG_WORKERS": "2",
    "BIO2KG_AT_ONCE": "4",
    "BIO2KG_QUERY_SECONDS": "4",
    "BIO2KG_QUEUE_SECONDS": "2",
    "BIO2KG_PROXIES": "127.0.0.1",
}
# Streams 10^11 rows: hours of work, and no memory.
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }"
QUICK = "ASK { ?s ?p ?o }"
HERE, ELSEWHERE = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
# Making one takes long.
CLIENT = httpx.Client(timeout=30, limits=httpx.Limits(max_connections=100))
TYPE = "https://w3id.org/bio2kg/doc/problem/too-many-at-once"
Headers = dict[str, str]


@pytest.fixture(scope="module")
def home(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home_with(release_folder, tmp_path_factory.mktemp("share") / "home")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    """The address of a server whose workers have started."""
    with serving(home, SETTINGS) as server:
        until = time.monotonic() + 60
        while ask(server.address, ELSEWHERE, QUICK).status_code != 200 and time.monotonic() < until:
            time.sleep(0.1)
        yield server.address


@pytest.fixture(autouse=True)
def _at_rest(server: str) -> Iterator[None]:
    yield
    until = time.monotonic() + 10
    while _under_way(server) and time.monotonic() < until:
        time.sleep(0.1)


def ask(address: str, headers: Headers, query: str) -> httpx.Response:
    return CLIENT.get(f"{address}/sparql", params={"query": query}, headers=headers)


def took(address: str, headers: Headers) -> float:
    """How long a quick query takes, which must be answered."""
    started = time.monotonic()
    assert ask(address, headers, QUICK).status_code == 200
    return time.monotonic() - started


def figure(address: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", CLIENT.get(f"{address}/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0


def _under_way(address: str) -> float:
    return figure(address, "bio2kg_workers_busy") + figure(address, "bio2kg_workers_waiting")


@contextlib.contextmanager
def slow(address: str, clients: list[Headers]) -> Iterator[list[tuple[httpx.Response, float]]]:
    """Slow queries under way, one for each of these; at the end the answers with the seconds they took."""
    answers: list[tuple[httpx.Response, float]] = []

    def one(headers: Headers) -> None:
        started = time.monotonic()
        answer = ask(address, headers, SLOW)
        answers.append((answer, time.monotonic() - started))

    with ThreadPoolExecutor(len(clients)) as threads:
        running = [threads.submit(one, headers) for headers in clients]
        until = time.monotonic() + 5
        while len(answers) + _under_way(address) < len(clients) and time.monotonic() < until:
            time.sleep(0.02)
        yield answers
        for each in running:
            each.result()


def refused(answers: list[tuple[httpx.Response, float]], within: float) -> int:
    """How many were refused for being too many, each within this time and as a problem should be."""
    found = [(answer, seconds) for answer, seconds in answers if answer.status_code == 429]
    for answer, _ in found:
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.json()["type"] == TYPE
        assert "Wait for an answer before you send the next." in answer.json()["detail"]
    return sum(seconds < within for _, seconds in found)


def test_one_client_with_many_slow_queries_leaves_others_alone(server: str) -> None:
    counted = 'bio2kg_workers_refused_total{reason="too-many-at-once"}'
    before = figure(server, counted)
    with slow(server, [HERE] * 10) as answers:
        assert refused(answers, within=1) == 6, "four may be at work or wait"
        assert [took(server, ELSEWHERE) < 1 for _ in range(5)] == [True] * 5
        for path in ("/health/live", "/health/ready", "/doc/bio2/1.3/5.24.08"):
            started = time.monotonic()
            assert CLIENT.get(f"{server}{path}", headers=HERE).status_code == 200
            assert time.monotonic() - started < 1
        assert figure(server, "bio2kg_workers_busy") == 1
    # One was stopped by the time limit; the others waited for it as long as one may wait.
    assert sorted(answer.status_code for answer, _ in answers) == [429] * 9 + [503]
    assert refused(answers, within=3) == 9
    assert figure(server, counted) == before + 9
    assert took(server, HERE) < 1


def test_addresses_of_one_ipv6_network_are_one_client_and_another_network_is_not(server: str) -> None:
    network = [{"X-Forwarded-For": f"2001:db8:1:2::{number:x}"} for number in range(1, 9)]
    with slow(server, network) as answers:
        assert refused(answers, within=1) == 4
        assert took(server, {"X-Forwarded-For": "2001:db8:1:3::1"}) < 1


def test_a_token_is_a_client_of_its_own_wherever_it_comes_from(server: str, home: Path) -> None:
    tokens, headers = Tokens(home / "stored" / "tokens.json"), []
    for _ in range(2):
        token, text = issue("gm0599", "reader")
        tokens.add(token)
        headers.append({"Authorization": f"Bearer {text}"})
    with slow(server, [headers[0] | {"X-Forwarded-For": f"192.0.2.{number}"} for number in range(8)]) as answers:
        assert refused(answers, within=1) == 4
        named = CLIENT.get(f"{server}/v1/queries/coverage-summary", headers=headers[0] | ELSEWHERE)
        assert named.status_code == 429, "what only some may see is asked of a worker too"
        assert ask(server, headers[1] | HERE, QUICK).status_code == 200


def test_files_count_with_queries(server: str) -> None:
    with slow(server, [HERE] * 4):
        sent = CLIENT.post(f"{server}/v1/validate", content=b"", headers=HERE | {"Content-Type": "text/turtle"})
        assert (sent.status_code, sent.json()["type"]) == (429, TYPE)
        page = CLIENT.post(f"{server}/check", files={"file": ("a.ttl", b"")}, headers=HERE)
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert "at work or waiting, the most for one client at once" in page.text
        assert int(page.headers["retry-after"]) > 0


def test_a_person_gets_a_page(server: str) -> None:
    with slow(server, [HERE] * 4):
        page = ask(server, HERE | {"Accept": "text/html", "Accept-Language": "nl"}, QUICK)
        assert page.status_code == 429
        assert "<h1>Te veel verzoeken tegelijk</h1>" in page.text
        assert '/doc/problem/too-many-at-once?lang=nl"' in page.text


def test_who_goes_away_takes_no_place(server: str) -> None:
    request = f"GET /sparql?{urlencode({'query': SLOW}, quote_via=quote)} HTTP/1.1\r\nHost: x\r\n"
    for _ in range(3):
        with contextlib.ExitStack() as stack:
            for _ in range(4):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", urlsplit(server).port)))
                client.sendall(f"{request}X-Forwarded-For: 192.0.2.1\r\n\r\n".encode())
            time.sleep(0.5)
            assert figure(server, "bio2kg_workers_busy") == 1
            assert figure(server, "bio2kg_workers_waiting") == 3
        time.sleep(0.5)
        assert took(server, HERE) < 1
    assert (figure(server, "bio2kg_workers_busy"), figure(server, "bio2kg_workers_waiting")) == (0, 0)
