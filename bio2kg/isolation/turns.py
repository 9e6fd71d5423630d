"""Whose turn it is: workers go to who asked first, and one client never has all of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from bio2kg.errors import Bio2kgError, BusyError, TooManyAtOnceError
from bio2kg.operations import metrics

_RETRY_AFTER = 2  # seconds


@dataclass
class _Client:
    """What one client has: requests at work or waiting, and the workers that are left for it."""

    workers: asyncio.Semaphore
    requests: int = 0


class Turns:
    """The turns of ``size`` workers. Its methods run in one event loop."""

    def __init__(self, size: int, queue: int, seconds: float, at_once: int = 0) -> None:
        """``queue`` requests wait for a turn, each ``seconds`` at most.

        Of one client ``at_once`` requests may be at work or waiting; these have all workers but one at most, so that
        there is one for somebody else. 0: no limit, and no worker is kept free.
        """
        self.size, self._queue, self._seconds, self._at_once = size, queue, seconds, at_once
        self._share = max(1, size - 1) if at_once else size
        self._workers = asyncio.Semaphore(size)
        self._clients: dict[str, _Client] = {}
        self.busy = 0
        self.waiting = 0

    @contextlib.asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """The turn of one request, for as long as it works.

        Raises TooManyAtOnceError if its client has too many already, BusyError if too many wait or waiting takes too
        long.
        """
        async with contextlib.AsyncExitStack() as held:
            try:
                own = held.enter_context(self._counted(client))
                await self._wait(own, held)
            except (BusyError, TooManyAtOnceError) as error:
                metrics.worker_refused(error.problem_type)
                raise
            self._count(busy=1)
            held.callback(self._count, busy=-1)
            yield

    @contextlib.contextmanager
    def _counted(self, client: str) -> Iterator[_Client]:
        own = self._clients.setdefault(client, _Client(asyncio.Semaphore(self._share)))
        if self._at_once and own.requests >= self._at_once:
            raise _too_many(f"{own.requests} requests of yours are at work or waiting, the most for one client at once")
        own.requests += 1
        try:
            yield own
        finally:
            own.requests -= 1
            if not own.requests:
                del self._clients[client]

    async def _wait(self, own: _Client, held: contextlib.AsyncExitStack) -> None:
        """Takes a worker of the client's share, then of all."""
        full = self._at_once and own.workers.locked()
        refusal: Bio2kgError = self._share_is_used() if full else _busy()
        if self.waiting >= self._queue and (own.workers.locked() or self._workers.locked()):
            raise refusal
        self._count(waiting=1)
        try:
            async with asyncio.timeout(self._seconds):
                await held.enter_async_context(own.workers)
                refusal = _busy()
                await held.enter_async_context(self._workers)
        except TimeoutError as error:
            raise refusal from error
        finally:
            self._count(waiting=-1)

    def _share_is_used(self) -> TooManyAtOnceError:
        return _too_many(f"other requests of yours have the workers that one client may have at once, {self._share}")

    def _count(self, busy: int = 0, waiting: int = 0) -> None:
        self.busy += busy
        self.waiting += waiting
        metrics.pool(self.busy, self.waiting)


def _busy() -> BusyError:
    return BusyError("all workers are busy", remedy="Try again in a moment.", retry_after=_RETRY_AFTER)


def _too_many(what: str) -> TooManyAtOnceError:
    return TooManyAtOnceError(what, remedy="Wait for an answer before you send the next.", retry_after=_RETRY_AFTER)
