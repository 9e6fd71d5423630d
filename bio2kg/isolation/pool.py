"""The pool: hands tasks to workers, one each at a time, and kills a worker that takes too long."""

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field
from typing import Any

from bio2kg import errors
from bio2kg.errors import Bio2kgError, LimitError, TimeLimitError
from bio2kg.isolation import framing
from bio2kg.isolation.framing import Header
from bio2kg.isolation.memory import give_back_large_blocks
from bio2kg.isolation.nursery import Nursery
from bio2kg.isolation.turns import Turns
from bio2kg.operations import metrics
from bio2kg.register.record import EVERYONE, Audience
from bio2kg.register.sharing import Changes, nothing_stored

# A worker that has grown by this much gives way to a new one, so that memory returns to normal.
_GROWN_MB = 128


@dataclass
class Worker:
    """A process with the connection to it, and what it holds of the register."""

    number: int
    connection: socket.socket
    audience: Audience
    state: str = ""
    held: dict[str, str] = field(default_factory=dict)  # identifier: revision


class Pool:
    """Workers for one server process. Its methods run in the event loop of that process."""

    def __init__(self, nursery: Nursery, turns: Turns, changes: Changes = nothing_stored) -> None:
        """``turns`` says how many workers there are at a time, and who gets one."""
        give_back_large_blocks()  # answers pass through this process
        self._largest = (nursery.limits.result_mb + 1) * 1024 * 1024
        self._nursery, self.turns, self._changes = nursery, turns, changes
        self._idle: list[Worker] = []

    async def run(
        self,
        task: str,
        given: Header,
        body: bytes = b"",
        *,
        seconds: float,
        client: str = "",
        audience: Audience = EVERYONE,
    ) -> tuple[Header, bytes]:
        """What a task gives for these arguments; ``client`` is who asks.

        Raises what the task raises; BusyError if no worker comes free, TooManyAtOnceError if the client asks too much
        at once, TimeLimitError if it takes longer than ``seconds``, LimitError if the worker ends under it.
        """
        async with self.turns.turn(client):
            return await self._run({"task": task, **given}, body, seconds, audience)

    async def _run(self, given: Header, body: bytes, seconds: float, audience: Audience) -> tuple[Header, bytes]:
        worker: Worker | None = None
        try:
            worker = await self._worker(audience)
            async with asyncio.timeout(seconds):
                said, content = await self._exchange(worker, given, body)
        except TimeoutError as error:
            metrics.worker_killed("time")
            raise TimeLimitError(
                f"this took longer than the {seconds:g} seconds that one request may take",
                remedy="Ask for less at a time, or send a smaller file. All data is there as files under /dumps.",
            ) from error
        except (EOFError, ConnectionError) as error:
            metrics.worker_killed("crash")
            raise LimitError(
                "this ended the process that worked on it: it is nested too deeply, or needs too much memory",
                remedy="Send something smaller or simpler.",
            ) from error
        else:
            if said["grown_mb"] < _GROWN_MB:
                self._idle.append(worker)
                worker = None
            if "error" in said:
                raise _as_error(said["error"])
            return said["ok"], content
        finally:
            # Also when the request was cancelled: who knows what the worker is at, then.
            if worker:
                await asyncio.shield(self._retire(worker))

    async def close(self) -> None:
        """Ends the workers that wait for work."""
        while self._idle:
            await self._retire(self._idle.pop())

    async def _worker(self, audience: Audience) -> Worker:
        """A worker that holds just what this audience sees now."""
        worker = await self._idle_worker(audience)
        if not worker:
            if self._idle and len(self._idle) + self.turns.busy > self.turns.size:
                # It has seen what others may see, so it is of no use here.
                await self._retire(self._idle.pop(0))
            worker = Worker(*await asyncio.to_thread(self._nursery.spawn), audience)
            worker.connection.setblocking(False)
        try:
            shown = await asyncio.to_thread(self._changes, audience, worker.state, worker.held)
            for change in shown.changes:
                header = {"task": "load", "identifier": change.identifier}
                said, _ = await self._exchange(worker, header, change.content)
                if "error" in said:
                    raise _as_error(said["error"])
                if change.revision:
                    worker.held[change.identifier] = change.revision
                else:
                    worker.held.pop(change.identifier, None)
            worker.state = shown.state
        except BaseException:
            await asyncio.shield(self._retire(worker))
            raise
        return worker

    async def _idle_worker(self, audience: Audience) -> Worker | None:
        """A worker of this audience that waits for work, if there is one that still lives."""
        for worker in reversed([w for w in self._idle if w.audience == audience]):
            self._idle.remove(worker)
            try:
                worker.connection.recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                return worker  # it says nothing, as it should
            except OSError:
                pass
            await self._retire(worker)
        return None

    async def _exchange(self, worker: Worker, header: Header, body: bytes) -> tuple[Header, bytes]:
        return await framing.exchange(worker.connection, header, body, self._largest)

    async def _retire(self, worker: Worker) -> None:
        worker.connection.close()
        await asyncio.to_thread(self._nursery.kill, worker.number)


def _as_error(said: dict[str, Any]) -> Bio2kgError:
    """The error that a task raised, as one of ours."""
    kind = getattr(errors, said["class"], Bio2kgError)
    error: Bio2kgError = kind(said["what"], where=said["where"], remedy=said["remedy"], retry_after=said["retry_after"])
    with contextlib.suppress(AttributeError):
        error.errors = tuple(said["errors"])  # type: ignore[attr-defined]
    return error
