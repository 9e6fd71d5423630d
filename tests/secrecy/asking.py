"""Requests, and answers as they can be compared between worlds."""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx2 as httpx

from tests.secrecy.worlds import CANARY, NUMBER, Known

# What is different each time anybody asks: the time, the name of the request, and how long things took.
_VOLATILE = ("date", "x-request-id")
_MEASURED = re.compile(
    rb"(?m)^((?:bio2kg_request_seconds|process_|python_)\S*|bio2kg_request_seconds\S*(?:\{.*\})) .*$"
)
HOST = {"Host": "bio2kg.test"}


@dataclass(frozen=True)
class Ask:
    """One request of a caller."""

    method: str
    address: str
    caller: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""


@dataclass(frozen=True)
class Answer:
    """An answer without what is different each time."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes

    def header(self, name: str) -> str:
        return dict(self.headers).get(name, "")

    def sings(self) -> bool:
        """Whether a canary is in it."""
        said = repr(self.headers).encode() + self.body
        return CANARY.encode() in said.lower() or NUMBER.encode() in said


def answer(client: httpx.Client, known: Known, ask: Ask) -> Answer:
    """What a server answers."""
    response = client.request(
        ask.method,
        ask.address,
        content=ask.content or None,
        headers={**HOST, **dict(ask.headers), **known.headers(ask.caller)},
    )
    # The files of a release are made by the server when it is first asked, so their age is its own.
    volatile = (*_VOLATILE, "last-modified") if ask.address.startswith("/dumps") else _VOLATILE
    headers = tuple(sorted((n.lower(), v) for n, v in response.headers.multi_items() if n.lower() not in volatile))
    body = response.content
    if ask.address.startswith("/metrics"):
        body = _MEASURED.sub(rb"\1", body)
        headers = tuple(pair for pair in headers if pair[0] != "content-length")
    return Answer(response.status_code, headers, body)


def client_of(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=60, follow_redirects=False, headers={"User-Agent": "test"})


def answers(addresses: Sequence[str], known: Known, asks: Iterable[Ask]) -> list[list[Answer]]:
    """What each of these servers answers to the same requests in the same order."""
    asked = list(asks)

    def all_of(address: str) -> list[Answer]:
        with client_of(address) as client:
            return [answer(client, known, ask) for ask in asked]

    with ThreadPoolExecutor(len(addresses)) as threads:
        return list(threads.map(all_of, addresses))


def differences(asks: Sequence[Ask], one: Sequence[Answer], other: Sequence[Answer]) -> list[str]:
    """Where two worlds answer differently, or a canary sings."""
    found = []
    for ask, here, there in zip(asks, one, other, strict=True):
        if here != there:
            found.append(f"{ask}: {_first_difference(here, there)}")
        elif here.sings() or there.sings():
            found.append(f"{ask}: a canary sings in {here.body[:200]!r}")
    return found


def _first_difference(here: Answer, there: Answer) -> str:
    if here.status != there.status:
        return f"{here.status} {here.body[:300]!r} or {there.status} {there.body[:300]!r}"
    if here.headers != there.headers:
        return f"headers {set(here.headers) ^ set(there.headers)}"
    place = next((i for i, (a, b) in enumerate(zip(here.body, there.body, strict=False)) if a != b), 0)
    return f"{here.body[max(0, place - 80) : place + 120]!r} or {there.body[max(0, place - 80) : place + 120]!r}"
