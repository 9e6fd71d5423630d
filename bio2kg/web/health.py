"""For whoever keeps the service running: does it live, can it answer, how does it do."""

import asyncio
import ipaddress
import logging
import threading
import time
from concurrent.futures import Future

from fastapi import APIRouter, Request, Response
from starlette.datastructures import State

from bio2kg.access.callers import Role
from bio2kg.errors import NotFoundError, StateError
from bio2kg.operations import metrics
from bio2kg.settings import settings
from bio2kg.store import Store
from bio2kg.web import access

router = APIRouter()

_LOG = logging.getLogger(__name__)
_PATIENCE = 3.0  # seconds that the store gets to say that it is there
_FRESH = 1.0  # seconds that its answer holds
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
_HEADERS = {"Cache-Control": "no-store"}


@router.api_route("/health/live", methods=["GET", "HEAD"])
async def live(response: Response) -> dict[str, str]:
    """The process answers; nothing else is touched."""
    response.headers.update(_HEADERS)
    return {"status": "live"}


@router.api_route("/health/ready", methods=["GET", "HEAD"])
async def ready(request: Request, response: Response) -> dict[str, str | int]:
    """The data answers: a query ran over it. Otherwise 503."""
    state = request.app.state
    graphs = await _graphs(state)
    response.headers.update(_HEADERS)
    return {
        "status": "ready",
        "release": getattr(state, "release", "")[:16],
        "store": "remote" if settings().store else "embedded",
        "graphs": graphs,
    }


@router.get("/metrics", include_in_schema=False)
async def figures(request: Request) -> Response:
    """The figures for Prometheus. Raises UnauthorisedError, ForbiddenError for who may not see them."""
    allowed = settings().metrics
    if allowed == "off":
        raise NotFoundError(f"there is nothing at {request.scope['path']}", remedy="Start at /.")
    if allowed == "operator" and not _from_here(request):
        access.require(access.caller_of(request), Role.OPERATOR)
    state = request.app.state
    metrics.serving(getattr(state, "release", ""))
    try:
        await _graphs(state)
        metrics.store(True)
    except StateError:
        metrics.store(False)
    content, media_type = metrics.exposition(request.headers.get("accept", ""))
    return Response(content, headers={**_HEADERS, "Content-Type": media_type})


class _Asked:
    """A question to the store, in a thread of its own: those of the requests may all be taken."""

    def __init__(self, store: Store) -> None:
        self.at = time.monotonic()
        self.answer: Future[int] = Future()
        threading.Thread(target=self._ask, args=(store,), name="health", daemon=True).start()

    def _ask(self, store: Store) -> None:
        try:
            self.answer.set_result(store.health())
        except Exception as error:
            _LOG.warning("the store is away: %s", error)
            self.answer.set_exception(error)

    def stale(self) -> bool:
        """Whether the store should be asked anew; never while it still owes an answer."""
        return self.answer.done() and time.monotonic() - self.at > _FRESH


async def _graphs(state: State) -> int:
    """The number of graphs in the store. Raises StateError if it does not answer in time."""
    asked: _Asked | None = getattr(state, "asked", None)
    if asked is None or asked.stale():
        asked = state.asked = _Asked(state.store)
    left = max(0.0, asked.at + _PATIENCE - time.monotonic())
    try:
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(asked.answer)), left)
    except Exception as error:
        # Where the store is, and what is wrong with it, is in the log.
        raise StateError("the store does not answer", retry_after=5) from error


def _from_here(request: Request) -> bool:
    """Whether the request was made on this machine; one that a proxy here passed on was not."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
