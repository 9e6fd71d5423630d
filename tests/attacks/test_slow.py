"""Clients that are slow, silent or gone keep nobody else waiting."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.attacks import queries
from tests.attacks.case import get
from tests.attacks.stand import Stand

_HEAVY = next(case for case in queries.CASES if case.name == "cross product")
_LARGE = get("", "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%20100000", 200)
_BODY = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 9999\r\n\r\n"
# What each client sends, a piece at a time.
_PIECES = {
    "silent": [b""],
    "heads": [b"GET /health/live HTTP/1.1\r\nHost: x\r\n", *[b"X-A: b\r\n"] * 5],
    "bodies": [_BODY, *[b"A"] * 5],
    "chunks": [_BODY.replace(b"Content-Length: 9999", b"Transfer-Encoding: chunked"), *[b"1\r\nA\r\n"] * 5],
    "files": [_BODY.replace(b"/sparql", b"/v1/validate").replace(b"application/sparql-query", b"text/turtle"), b"<urn"],
}


@contextlib.contextmanager
def clients(stand: Stand, number: int) -> Iterator[list[socket.socket]]:
    """This many connections."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.create_connection(("127.0.0.1", stand.server.port))) for _ in range(number)]


@pytest.mark.parametrize("pieces", _PIECES.values(), ids=_PIECES.keys())
def test_clients_that_send_slowly(stand: Stand, pieces: list[bytes]) -> None:
    with clients(stand, 50) as held:
        for piece in pieces:
            for client in held:
                client.sendall(piece)
            stand.assert_well()
    stand.assert_well()


def test_clients_that_only_connect(stand: Stand) -> None:
    with clients(stand, 300):
        stand.assert_well()
    stand.assert_well()


def test_clients_that_do_not_read(stand: Stand) -> None:
    with clients(stand, 5) as held:
        for client in held:
            client.sendall(_LARGE.written(stand.fill))
        time.sleep(2)
        assert stand.answers(get("", "/health/live", 200))[0].status == 200
    stand.assert_well()


def test_clients_that_leave_while_they_send(stand: Stand) -> None:
    for _ in range(50):
        with clients(stand, 1) as held:
            held[0].sendall(_BODY)
    stand.assert_well()


def test_clients_that_leave_before_the_answer(stand: Stand) -> None:
    """A worker is not kept busy for who has gone."""
    with clients(stand, 6) as held:
        for client in held:
            client.sendall(_HEAVY.written(stand.fill))
        time.sleep(0.5)
    time.sleep(1)
    stand.assert_well()


def test_more_than_the_workers_can_do(stand: Stand) -> None:
    """Whoever comes too many is told so, in time, and nothing else stands still."""
    with clients(stand, 12) as held:
        for client in held:
            client.sendall(_HEAVY.written(stand.fill))
        started = time.monotonic()
        for case in (get("", "/health/live", 200), get("", "/doc/bio2/1.3/5.24.08", 200)):
            assert stand.answers(case)[0].status == 200
        assert time.monotonic() - started < 2
        for client in held:
            client.settimeout(15)
            assert client.recv(4096).startswith(b"HTTP/1.1 503 ")
    stand.assert_well()


def test_clients_that_fetch_the_largest_files(stand: Stand) -> None:
    """Nobody else waits while they are made, and they take no room when they are."""
    with clients(stand, 4) as held:
        for client, suffix in zip(held, ("ttl", "trig", "nq", "jsonld"), strict=True):
            client.sendall(get("", f"/dumps/bio2kg.{suffix}", 200).written(stand.fill))
        for _ in range(10):
            time.sleep(0.2)
            started = time.monotonic()
            assert stand.answers(get("", "/health/live", 200))[0].status == 200
            assert time.monotonic() - started < 1
        for client in held:
            client.settimeout(60)
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    stand.assert_well()
