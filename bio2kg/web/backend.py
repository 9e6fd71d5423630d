"""What answers behind the API and the pages: the store that everyone sees, the register, and the workers.

The store in this process holds the release and the public assessments; it answers our own questions. What a stranger
wrote, and what only some may see, goes to a worker.
"""

import asyncio
import contextlib
import hashlib
import tempfile
import time
from collections.abc import Awaitable
from datetime import date
from threading import Lock, Thread
from typing import IO, TypeVar

import anyio.from_thread
from fastapi import Request
from pyoxigraph import NamedNode
from starlette.requests import ClientDisconnect

from bio2kg.access.callers import ANONYMOUS, Caller
from bio2kg.access.rates import client_named
from bio2kg.errors import Bio2kgError, StateError
from bio2kg.isolation.framing import Header
from bio2kg.isolation.limits import Limits
from bio2kg.isolation.nursery import Nursery
from bio2kg.isolation.pool import Pool
from bio2kg.isolation.turns import Turns
from bio2kg.namespaces import ASSESSMENTS
from bio2kg.register import RemoteRegister
from bio2kg.register.publishing import Assessed, Barrier
from bio2kg.register.record import EVERYONE, Audience, Register, audience_of
from bio2kg.register.sharing import changes_of, nothing_stored, released_graphs
from bio2kg.settings import Settings
from bio2kg.store import EmbeddedStore, Store

# For so long a store elsewhere is taken to hold the same release.
_RELEASE_SECONDS = 60.0


_T = TypeVar("_T")


async def while_there(request: Request, work: Awaitable[_T]) -> _T:
    """What ``work`` gives. Raises ClientDisconnect when the client goes before that, and gives up the work."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        gone.cancel()
        task.cancel()


async def _disconnected(request: Request) -> None:
    """Returns when the client has gone; never, where the server does not tell."""
    for _ in range(2):  # the end of a body that nobody reads may come first
        if (await request.receive())["type"] == "http.disconnect":
            return
    await asyncio.Event().wait()


class Backend:
    """The parts together, for one server process. Made in its event loop."""

    def __init__(self, store: Store, register: Register | None, release: str, settings: Settings) -> None:
        """``release`` names what the store holds, empty if that is not known."""
        self.register, self.release = register, release
        self._released, self._settings = release, settings
        self._embedded = store if isinstance(store, EmbeddedStore) else None
        limits = Limits(settings.worker_mb, settings.result_mb, settings.nesting)
        self._nursery = Nursery(_source(self._embedded), limits)
        self._changes = changes_of(register) if register and self._embedded else nothing_stored
        turns = Turns(settings.workers, settings.queue, settings.queue_seconds, settings.at_once)
        self.pool = Pool(self._nursery, turns, self._changes)
        self._lock = Lock()
        self._state = ""
        self._held: dict[str, str] = {}
        self._changed = 0
        self._graphs: tuple[float, list[str]] = (0.0, [])
        self.whole = store
        self.store = self._public()
        if self.is_behind():
            self.refresh()

    def start(self) -> None:
        """Has the workers' process load, so that the first who asks need not wait, and clears up after crashes."""
        self._nursery.start()
        Thread(target=self._sweep, daemon=True).start()

    async def started(self) -> None:
        """Returns when workers can be had. Raises StateError if none can."""
        await asyncio.to_thread(self._nursery.wait)

    def _sweep(self) -> None:
        if isinstance(self.register, RemoteRegister):
            with contextlib.suppress(Bio2kgError):  # the store may be away; the next start does it
                self.register.sweep()

    async def close(self) -> None:
        """Ends the workers."""
        await self.pool.close()
        await asyncio.to_thread(self._nursery.stop)

    async def run(
        self,
        task: str,
        given: Header,
        body: bytes = b"",
        *,
        client: str,
        seconds: float = 0,
        caller: Caller = ANONYMOUS,
    ) -> tuple[Header, bytes]:
        """What a worker makes of a task, over what the caller may see. See ``Pool.run``; ``seconds`` as for a query."""
        audience = audience_of(caller)
        if self._embedded is None:
            given = {**given, "visible": await asyncio.to_thread(self._visible, audience)}
        return await self.pool.run(
            task, given, body, seconds=seconds or self._settings.query_seconds, client=client, audience=audience
        )

    def assess(self, caller: Caller, content: bytes, name: str, profile: str, as_of: date) -> Assessed:
        """See ``publishing.assess``; a worker does it. To be called from a thread of the event loop."""

        async def judged() -> tuple[Header, bytes]:
            given = {"name": name, "profile": profile, "as_of": as_of.isoformat()}
            client = client_named(caller, "")  # only who has a name may send something to be kept
            return await self.run("assess", given, content, client=client, seconds=self._settings.file_seconds)

        said, body = anyio.from_thread.run(judged)
        return Assessed(
            body[: said["length"]],
            body[said["length"] :],
            tuple(said["organisations"]),
            tuple(said["foreign"]),
            tuple(Barrier(**barrier) for barrier in said["barriers"]),
        )

    def require_register(self) -> Register:
        """The register. Raises StateError if this server has none."""
        if self.register is None:
            raise StateError("no assessments are stored here", remedy="Serve with a home of its own: BIO2KG_HOME.")
        return self.register

    def is_behind(self) -> bool:
        """Whether something was written that the public store does not know of; it costs next to nothing to ask."""
        return self._embedded is not None and self.register is not None and self.register.state() != self._state

    def refresh(self) -> None:
        """Brings the public store up to date with the register."""
        with self._lock:
            if not self._embedded:
                return
            shown = self._changes(EVERYONE, self._state, self._held)
            for change in shown.changes:
                self._embedded.put(NamedNode(f"{ASSESSMENTS}{change.identifier}"), change.content)
                if change.revision:
                    self._held[change.identifier] = change.revision
                else:
                    self._held.pop(change.identifier, None)
            self._state = shown.state
            self._changed += len(shown.changes)
            # Only what is public counts: a name that changed with the rest would tell that there is a rest.
            held = repr(sorted(self._held.items()))
            named = hashlib.sha256(f"{self._released} {held}".encode()).hexdigest() if self._held else self._released
            self.release = named if self._released else ""

    def shown(self) -> str:
        """A text that changes with what everyone sees: what was made of that before may no longer be shown."""
        if self._embedded:
            return str(self._changed)
        return repr([record.revision for record in self.register.records()]) if self.register else ""

    def _public(self) -> Store:
        """The store as everyone sees it: one elsewhere holds more than that."""
        from bio2kg.remote import RemoteStore

        if isinstance(self.whole, RemoteStore):
            return self.whole.seeing(lambda: self._visible(EVERYONE))
        return self.whole

    def _visible(self, audience: Audience) -> list[str]:
        """The graphs of a store elsewhere that these may see."""
        asked, graphs = self._graphs
        if not graphs or time.monotonic() - asked > _RELEASE_SECONDS:
            graphs = released_graphs(self.whole)
            self._graphs = (time.monotonic(), graphs)
        stored = self.register.records(audience) if self.register else []
        return [*graphs, *(record.graph.value for record in stored)]


def _source(store: EmbeddedStore | None) -> IO[bytes] | None:
    """What the workers load, as an open file that has no name: the release as this process has it."""
    if store is None:
        return None
    source = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as workers can be needed
    store.dump(source)
    source.flush()
    return source
