"""What its owner hides again, or removes, is gone for everyone else at once: from every route and every process."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from bio2kg.register import LocalRegister, Visibility
from bio2kg.validation.service import Session
from tests.secrecy import addresses, tricks, worlds
from tests.secrecy.asking import Ask, answer, client_of
from tests.secrecy.worlds import CANARY, B, Known
from tests.serving import Server, serving

PATCH = "application/merge-patch+json"


@dataclass
class Two:
    """Two server processes over one home, and what stores in it."""

    known: Known
    register: LocalRegister
    clients: list[httpx.Client]

    def set(self, name: str, visibility: str) -> None:
        """Has the author change who may see an assessment, at the first server."""
        headers = {**self.known.headers("author of B"), "If-Match": "*", "Content-Type": PATCH}
        path = f"/v1/assessments/{self.known.identifier(name)}"
        response = self.clients[0].patch(path, json={"visibility": visibility}, headers=headers)
        assert response.status_code == 200, response.text

    def delete(self, name: str) -> None:
        headers = {**self.known.headers("author of B"), "If-Match": "*"}
        path = f"/v1/assessments/{self.known.identifier(name)}"
        assert self.clients[0].delete(path, headers=headers).status_code == 204


@pytest.fixture(scope="module")
def two(session: Session, release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    known, homes = worlds.homes(session, release_folder, tmp_path_factory.mktemp("two"), ("full",))
    register = LocalRegister(homes["full"] / "stored" / "register.sqlite3")
    keep = worlds.keeper(register, session, known)
    for number in range(3):
        keep(f"public {number}", B, worlds.plain(f"dorp-{number}", note=f"{CANARY} {number}"), Visibility.PUBLIC)
    with serving(homes["full"], worlds.SETTINGS) as one:
        other = Server(one.home, worlds.SETTINGS)
        other.start()
        try:
            with client_of(one.address) as first, client_of(other.address) as second:
                yield Two(known, register, [first, second])
        finally:
            other.stop()


def _everywhere(application: TestClient, two: Two, number: int) -> list[Ask]:
    """Every address at which a public assessment of B can be seen, for two who see what is public."""
    identifier = two.known.identifier(f"public {number}")
    about = [f"/doc/assessment/dorp-{number}", f"/graph/assessment/{identifier}", f"/v1/assessments/{identifier}"]
    about += [f"/v1/assessments/{identifier}?format=ttl", f"/v1/assessments/{identifier}/report", "/v1/assessments"]
    about += [f"/v1/queries/{name}?assessment=dorp-{number}" for name in application.app.state.queries if "ass" in name]
    about += [f"/doc/query/assessment-gaps?assessment=dorp-{number}", "/v1/search?q=kanarie"]
    query = 'SELECT * WHERE { GRAPH ?g { ?s ?p ?o FILTER CONTAINS(STR(?o), "kanarie") } } ORDER BY ?s ?o'
    asks = addresses.reads(addresses.of_routes(application, two.known), "")
    asks += [ask for caller in ("", "author of A") for ask in addresses.reads(about, caller)]
    return [
        *asks,
        *(tricks.asked([("query", query)], caller, way) for caller in ("", "author of A") for way in ("get", "direct")),
    ]


def _says(answer_of: bytes, number: int, identifier: str) -> bool:
    return (
        f"{CANARY} {number}".encode() in answer_of
        or identifier.encode() in answer_of
        or f"dorp-{number}".encode() in answer_of
    )


@pytest.mark.parametrize(("number", "change"), [(0, "restricted"), (1, "draft"), (2, "")])
def test_what_is_no_longer_public_is_gone_everywhere_at_once(
    application: TestClient, two: Two, number: int, change: str
) -> None:
    name = f"public {number}"
    identifier = two.known.identifier(name)
    everywhere = _everywhere(application, two, number)
    core = [ask for ask in everywhere if any(word in ask.address for word in ("assessment", "sparql", "search"))]
    # All routes once; of the other server and the other changes, those at which an assessment can be seen at all.
    asked = [everywhere if change == "restricted" else core, core]

    def told(client: httpx.Client, asks: list[Ask]) -> dict[Ask, str]:
        """Where it shows, and the ETag of each answer."""
        found = {}
        for ask in asks:
            given = answer(client, two.known, ask)
            # What a request names itself may come back in an answer that says no.
            if given.status < 300 and _says(given.body, number, identifier):
                found[ask] = given.header("etag")
        return found

    before = [told(client, asks) for client, asks in zip(two.clients, asked, strict=True)]
    assert min(map(len, before)) >= 10
    if change:
        two.set(name, change)
    else:
        two.delete(name)
    for client, shown in zip(two.clients, before, strict=True):
        for ask, etag in shown.items():
            again = answer(client, two.known, replace(ask, headers=(*ask.headers, ("If-None-Match", etag))))
            assert again.status != 304, ask
            assert again.status >= 300 or not _says(again.body, number, identifier), ask
    assert list(told(two.clients[0], asked[0])) == []
    if change:  # and its owner still sees it
        for client in two.clients:
            path = f"/v1/assessments/{identifier}?format=ttl"
            assert answer(client, two.known, Ask("GET", path, "author of B")).sings()


def test_what_the_owner_was_given_is_given_to_nobody_else(two: Two) -> None:
    """The owner asks first, so that everything is warm; the same request of others, with its ETag, is another's."""
    known = two.known
    path = f"/v1/assessments/{known.identifier('restricted of B')}"
    asks = [Ask("GET", address) for address in (path, f"{path}?format=ttl", f"{path}/report", "/v1/assessments")]
    asks += [
        Ask("GET", "/v1/queries/assessments"),
        Ask("GET", "/v1/queries/assessment-gaps?assessment=voorbeelddorp-1.3-2026"),
    ]
    said = [[("query", query)] for query in tricks.queries(known)[:40]] + tricks.protocol(known)
    asks += [tricks.asked(query, "", way) for query in said for way in ("get", "direct")]
    client = two.clients[0]
    owners = [answer(client, known, replace(ask, caller="author of B")) for ask in asks]
    for ask, owner in zip(asks, owners, strict=True):
        assert owner.status >= 400 or owner.header("cache-control") == "no-store", ask
    assert sum(owner.sings() for owner in owners) >= 30
    for caller in ("", "author of A", "operator of B"):
        for ask, owner in zip(asks, owners, strict=True):
            tags = [owner.header("etag"), f"W/{owner.header('etag')}"] if owner.header("etag") else []
            for tag in ("", *tags):
                match = (("If-None-Match", tag),) if tag else ()
                other = answer(client, known, replace(ask, caller=caller, headers=(*ask.headers, *match)))
                assert other.status != 304, (ask, caller)
                assert not other.sings(), (ask, caller)


def test_each_sees_exactly_its_own_while_all_ask_at_once(two: Two) -> None:
    query = "SELECT ?g WHERE { GRAPH ?g { ?s a <https://w3id.org/bio2kg/def#Assessment> } } ORDER BY ?g"
    callers = ["author of B", "", "author of A", "reader of B", "operator", "reader of A"]
    names = {
        "author of B": {"restricted of B", "draft of B"},
        "reader of B": {"restricted of B"},
        "author of A": {"restricted of A", "draft of A"},
        "reader of A": {"restricted of A"},
    }
    hidden = {two.known.graph(name): name for owned in names.values() for name in owned}
    client = two.clients[0]

    def seen(number: int) -> tuple[str, set[str]]:
        caller = callers[number % len(callers)]
        while True:
            given = answer(client, two.known, tricks.asked([("query", query)], caller, "get"))
            if given.status != 503:  # all workers are busy
                break
            time.sleep(0.05)
        assert given.status == 200
        return caller, {hidden[graph] for graph in given.body.decode().split() if graph in hidden}

    with ThreadPoolExecutor(12) as threads:
        for caller, shown in threads.map(seen, range(120)):
            assert shown == names.get(caller, set()), caller


def test_what_others_keep_costs_no_time_worth_mentioning(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    """For information: nothing is asserted, as times on a shared machine say little."""
    client, medians = two.clients[0], []
    for _ in range(2):
        times = []
        for _ in range(31):
            start = time.perf_counter()
            answer(client, two.known, Ask("GET", "/v1/assessments", "author of A"))
            times.append(time.perf_counter() - start)
        medians.append(statistics.median(times))
        for _ in range(200 if len(medians) == 1 else 0):
            two.register.create(B, Visibility.RESTRICTED, b"", b'{"nl": {}, "en": {}}')
    with capsys.disabled():
        print(f"\na listing takes {medians[0] * 1000:.1f} ms, and {medians[1] * 1000:.1f} ms with 200 hidden ones")
