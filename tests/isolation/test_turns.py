"""Workers are shared out fairly: one client never has all of them, and gets back what it had."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bio2kg.errors import BusyError, TooManyAtOnceError
from bio2kg.isolation.turns import Turns


class Office:
    """Requests that work until they are let go."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.at_work: list[str] = []
        self._end: dict[asyncio.Task[None], asyncio.Event] = {}

    async def come(self, client: str) -> asyncio.Task[None]:
        """A request of a client, once it works or waits."""
        end = asyncio.Event()
        task = asyncio.create_task(self._work(client, end))
        self._end[task] = end
        await asyncio.sleep(0)
        return task

    async def _work(self, client: str, end: asyncio.Event) -> None:
        async with self.turns.turn(client):
            self.at_work.append(client)
            try:
                await end.wait()
            finally:
                self.at_work.remove(client)

    async def leave(self, task: asyncio.Task[None]) -> None:
        """Lets a request end, and others move up."""
        self._end[task].set()
        await task
        await asyncio.sleep(0.01)

    async def close(self) -> None:
        for end in self._end.values():
            end.set()
        await asyncio.gather(*self._end, return_exceptions=True)
        assert (self.turns.busy, self.turns.waiting, self.turns._clients) == (0, 0, {}), "everything was given back"


def office(
    day: Callable[[Office], Coroutine[Any, Any, None]],
    size: int = 2,
    at_once: int = 3,
    queue: int = 8,
    seconds: float = 5,
) -> None:
    """A day at an office with this many workers, after which all turns must have been given back."""

    async def run() -> None:
        found = Office(Turns(size, queue, seconds, at_once))
        await day(found)
        await found.close()

    asyncio.run(run())


def test_one_client_never_has_all_workers() -> None:
    async def day(office: Office) -> None:
        for _ in range(3):
            await office.come("a")
        assert office.at_work == ["a"]
        await office.come("b")
        assert office.at_work == ["a", "b"], "who comes later does not wait for somebody else's queue"

    office(day)


def test_what_waits_of_one_client_moves_up_when_that_client_is_done() -> None:
    async def day(office: Office) -> None:
        first = await office.come("a")
        await office.come("a")
        await office.come("b")
        assert (office.at_work, office.turns.waiting) == (["a", "b"], 1)
        await office.leave(first)
        assert (office.at_work, office.turns.waiting) == (["b", "a"], 0)

    office(day)


def test_more_than_one_client_may_have_at_once_is_refused_at_once() -> None:
    async def day(office: Office) -> None:
        held = [await office.come("a") for _ in range(3)]
        with pytest.raises(TooManyAtOnceError, match=r"^3 requests of yours .* Wait for an answer") as refused:
            await (await office.come("a"))
        assert refused.value.retry_after > 0
        await office.leave(held[0])
        await office.come("a")
        assert (office.turns.busy, office.turns.waiting) == (1, 2)

    office(day)


@pytest.mark.parametrize("waiting", [{"seconds": 0.05}, {"queue": 0}], ids=["waits too long", "nobody may wait"])
def test_who_gets_no_worker_of_the_own_share_is_told_so_and_not_that_all_are_busy(waiting: dict[str, Any]) -> None:
    async def day(office: Office) -> None:
        await office.come("a")
        with pytest.raises(TooManyAtOnceError, match="the workers that one client may have at once, 1"):
            await (await office.come("a"))
        await office.come("b")
        with pytest.raises(BusyError):
            await (await office.come("c"))

    office(day, **waiting)


def test_one_worker_alone_goes_around() -> None:
    async def day(office: Office) -> None:
        first = await office.come("a")
        await office.come("a")
        await office.come("b")
        await office.leave(first)
        assert office.at_work == ["b"]

    office(day, size=1)


def test_without_a_limit_one_client_may_have_all_workers() -> None:
    async def day(office: Office) -> None:
        for _ in range(3):
            await office.come("a")
        assert (office.at_work, office.turns.waiting) == (["a", "a"], 1)
        with pytest.raises(BusyError):
            await (await office.come("a"))

    office(day, at_once=0, queue=1)


@pytest.mark.parametrize("place", [0, 1], ids=["at work", "waiting"])
def test_a_request_that_is_given_up_gives_its_place_back(place: int) -> None:
    async def day(office: Office) -> None:
        held = [await office.come("a") for _ in range(3)]
        held[place].cancel()
        with pytest.raises(asyncio.CancelledError):
            await held[place]
        await asyncio.sleep(0.01)
        assert (office.turns.busy, office.turns.waiting) == (1, 1)
        await office.come("a")
        assert (office.turns.busy, office.turns.waiting) == (1, 2)

    office(day)


def test_an_error_gives_the_place_back() -> None:
    async def run() -> None:
        turns = Turns(2, 8, 5, 1)
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                async with turns.turn("a"):
                    raise ZeroDivisionError
        assert (turns.busy, turns._clients) == (0, {})

    asyncio.run(run())
