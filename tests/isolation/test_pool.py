"""Workers do what they are asked, are held to their limits, and are replaced when they are gone."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from bio2kg import release
from bio2kg.errors import BusyError, LimitError, NotFoundError, QuerySyntaxError, RefusedError, TimeLimitError
from bio2kg.isolation.limits import Limits
from bio2kg.isolation.nursery import Nursery
from bio2kg.isolation.pool import Pool
from bio2kg.isolation.turns import Turns
from bio2kg.register.record import EVERYONE, Audience
from bio2kg.register.sharing import Change, Changes, Shown, nothing_stored

Work = Callable[[Pool], Coroutine[Any, Any, Any]]
LIMITS = Limits(memory_mb=300, result_mb=2, nesting=50)
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/bio2kg/def#MeasureEdition> }"
# Seconds of work for any engine, and gigabytes of it.
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?a = ?i) }"


@pytest.fixture(scope="module")
def source(release_folder: Path) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(release.read(release_folder)[1])
        file.flush()
        yield file


@pytest.fixture(scope="module")
def nursery(source: IO[bytes]) -> Iterator[Nursery]:
    nursery = Nursery(source, LIMITS)
    yield nursery
    nursery.stop()


def with_pool(nursery: Nursery, work: Work, size: int = 2, queue: int = 8, changes: Changes = nothing_stored) -> Any:
    async def run() -> Any:
        pool = Pool(nursery, Turns(size, queue, 5), changes)
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(run())


async def ask(pool: Pool, text: str, seconds: float = 20, audience: Audience = EVERYONE, **given: Any) -> Any:
    header = {"default": [], "named": [], "accept": "application/json", "format": "", **given}
    said, body = await pool.run("query", header, text.encode(), seconds=seconds, audience=audience)
    return json.loads(body) if "json" in said["media_type"] else body


def number(answer: Any) -> int:
    return int(answer["results"]["bindings"][0]["n"]["value"])


def test_a_query_is_answered_in_the_form_asked_for(nursery: Nursery) -> None:
    async def work(pool: Pool) -> tuple[Any, Any]:
        return await ask(pool, COUNT), await ask(pool, COUNT, format="csv")

    as_json, as_csv = with_pool(nursery, work)
    assert number(as_json) > 480
    assert as_csv == f"n\r\n{number(as_json)}\r\n".encode()


def test_errors_of_a_task_arrive_as_they_were_raised(nursery: Nursery) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(QuerySyntaxError, match="line 1"):
            await ask(pool, "SELECT WHERE {")
        with pytest.raises(RefusedError, match="asks no other service"):
            await ask(pool, "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
        with pytest.raises(NotFoundError, match="measure-history"):
            await pool.run("named-query", {"name": "measure-histori", "given": {}, "format": "json"}, seconds=5)

    with_pool(nursery, work)


def test_what_takes_too_long_is_stopped_and_the_next_request_is_answered(nursery: Nursery) -> None:
    async def work(pool: Pool) -> Any:
        began = time.monotonic()
        with pytest.raises(TimeLimitError, match=r"0\.5 seconds"):
            await ask(pool, ENDLESS, seconds=0.5)
        assert time.monotonic() - began < 5
        assert pool.turns.busy == 0
        return await ask(pool, COUNT)

    assert number(with_pool(nursery, work, size=1)) > 480


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * 3200 + "}" * 3200,
        "ASK { FILTER " + "(" * 5000 + "1" + ")" * 5000 + " }",
        "ASK { FILTER (" + "!" * 5000 + "true) }",
    ],
    ids=["braces", "parentheses", "signs"],
)
def test_what_is_nested_too_deeply_is_refused_with_the_limit(nursery: Nursery, query: str) -> None:
    async def work(pool: Pool) -> Any:
        with pytest.raises(LimitError, match="50 is the most"):
            await ask(pool, query)
        return await ask(pool, COUNT)

    assert number(with_pool(nursery, work)) > 480


def test_what_crashes_the_engine_ends_one_worker_only(source: IO[bytes]) -> None:
    nursery = Nursery(source, Limits(memory_mb=300, nesting=10**6))

    async def work(pool: Pool) -> Any:
        with pytest.raises(LimitError, match="ended the process"):
            await ask(pool, "ASK " + "{" * 200_000 + "}" * 200_000)
        return await ask(pool, COUNT)

    assert number(with_pool(nursery, work)) > 480


def test_memory_is_limited(nursery: Nursery) -> None:
    doubling = " ".join(f"BIND (CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))

    async def work(pool: Pool) -> Any:
        with pytest.raises(LimitError):
            await ask(pool, f'SELECT (STRLEN(?v40) AS ?n) WHERE {{ BIND ("0123456789" AS ?v0) {doubling} }}')
        return await ask(pool, COUNT)

    assert number(with_pool(nursery, work)) > 480


def test_the_size_of_an_answer_is_limited(nursery: Nursery) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(LimitError, match="2 MB"):
            await ask(pool, "SELECT * WHERE { ?s ?p ?o }")
        with pytest.raises(LimitError, match="2 MB"):
            await ask(pool, "CONSTRUCT WHERE { ?s ?p ?o }", format="ntriples")

    with_pool(nursery, work)


def test_when_all_are_busy_and_the_queue_is_full_the_answer_is_quick(nursery: Nursery) -> None:
    async def work(pool: Pool) -> None:
        await ask(pool, COUNT)
        running = [asyncio.create_task(ask(pool, ENDLESS, seconds=3)) for _ in range(2)]
        await asyncio.sleep(0.2)
        assert (pool.turns.busy, pool.turns.waiting) == (1, 1)
        began = time.monotonic()
        with pytest.raises(BusyError) as refused:
            await ask(pool, COUNT)
        assert time.monotonic() - began < 0.2
        assert refused.value.retry_after > 0
        for result in await asyncio.gather(*running, return_exceptions=True):
            assert isinstance(result, TimeLimitError | BusyError)

    with_pool(nursery, work, size=1, queue=1)


def test_a_worker_that_died_while_idle_is_replaced(nursery: Nursery) -> None:
    async def work(pool: Pool) -> Any:
        await ask(pool, COUNT)
        os.kill(pool._idle[0].number, signal.SIGKILL)
        await asyncio.sleep(0.2)
        return await ask(pool, COUNT)

    assert number(with_pool(nursery, work)) > 480


def test_a_zygote_that_died_is_replaced(nursery: Nursery) -> None:
    async def work(pool: Pool) -> Any:
        await ask(pool, COUNT)
        assert nursery._process is not None
        nursery._process.kill()
        await asyncio.sleep(0.3)
        return await ask(pool, COUNT)

    assert number(with_pool(nursery, work)) > 480


def test_a_request_that_is_given_up_leaves_no_busy_worker(nursery: Nursery) -> None:
    async def work(pool: Pool) -> Any:
        await ask(pool, COUNT)
        running = asyncio.create_task(ask(pool, ENDLESS, seconds=60))
        await asyncio.sleep(0.2)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert pool.turns.busy == 0
        return await ask(pool, COUNT)

    assert number(with_pool(nursery, work, size=1)) > 480


def stored(contents: dict[str, tuple[Audience, str, bytes]]) -> Changes:
    """A register of these assessments: who sees each, its revision and content."""

    def changes(audience: Audience, state: str, held: dict[str, str]) -> Shown:
        seen = {name: (rev, text) for name, (who, rev, text) in contents.items() if who in (EVERYONE, audience)}
        gone = [Change(name) for name in held if name not in seen]
        return Shown("x", gone + [Change(n, r, t) for n, (r, t) in seen.items() if held.get(n) != r])

    return changes


FIND = "SELECT ?o WHERE { GRAPH ?g { <urn:s> <urn:p> ?o } } ORDER BY ?o"


def values(answer: Any) -> list[str]:
    return [row["o"]["value"] for row in answer["results"]["bindings"]]


def test_a_worker_holds_what_its_audience_may_see_and_nothing_else(nursery: Nursery) -> None:
    ours, theirs = Audience("urn:ours"), Audience("urn:theirs")
    contents = {
        "a": (EVERYONE, "1", b'<urn:s> <urn:p> "open" .\n'),
        "b": (ours, "1", b'<urn:s> <urn:p> "ours" .\n'),
    }

    async def work(pool: Pool) -> None:
        for _ in range(2):
            assert values(await ask(pool, FIND)) == ["open"]
            assert values(await ask(pool, FIND, audience=ours)) == ["open", "ours"]
            assert values(await ask(pool, FIND, audience=theirs)) == ["open"]
        contents["b"] = (ours, "2", b'<urn:s> <urn:p> "ours again" .\n')
        del contents["a"]
        assert values(await ask(pool, FIND, audience=ours)) == ["ours again"]
        assert values(await ask(pool, FIND)) == []

    with_pool(nursery, work, changes=stored(contents))


def test_a_worker_reads_no_file_and_reaches_no_network(nursery: Nursery, tmp_path: Path) -> None:
    canary = tmp_path / "canary.ttl"
    canary.write_text("<urn:s> <urn:p> <urn:o> .")

    async def work(pool: Pool) -> None:
        assert values(await ask(pool, FIND.replace("WHERE", f"FROM <{canary.as_uri()}> WHERE"))) == []

    with_pool(nursery, work)


@pytest.mark.parametrize("code", ["import socket; socket.socket()", "open('/dev/null')", "import os; os.pipe()"])
def test_a_confined_process_gets_no_file_and_no_socket(code: str) -> None:
    confined = (
        "from bio2kg.isolation.limits import Limits, confine; import socket; confine(Limits(), 60, None)\n"
        f"try: {code}\nexcept Exception as error: print(type(error).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", confined], capture_output=True, text=True, check=False)
    assert done.stdout.strip() in ("OSError", "Forbidden"), done.stderr
