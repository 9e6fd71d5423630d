"""A worker: does one task after another for one audience, until its server has no more need of it."""

import os
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

from pyoxigraph import NamedNode

from bio2kg.errors import Bio2kgError, LimitError
from bio2kg.isolation import framing
from bio2kg.isolation.limits import Forbidden, Memory, confine
from bio2kg.isolation.tasks import TASKS, Workplace
from bio2kg.namespaces import ASSESSMENTS

# The longest that a worker computes in its whole life; a server that lives kills it long before.
_CPU_SECONDS = 3600


def serve(connection: socket.socket, place: Workplace, may_connect: Callable[[Any], bool] | None) -> None:
    """Answers the messages on ``connection`` until the other side closes it."""
    memory = Memory()
    resting = memory.megabytes()
    confine(place.limits, _CPU_SECONDS, may_connect)
    while True:
        try:
            header, body = framing.receive(connection)
        except (EOFError, ConnectionError):
            return
        said, content = _answer(place, header, body)
        framing.send(connection, {**said, "grown_mb": memory.megabytes() - resting}, content)


def _answer(place: Workplace, header: framing.Header, body: bytes) -> tuple[framing.Header, bytes]:
    try:
        if header["task"] == "load":
            return _load(place, header, body), b""
        if "visible" in header:
            remote: Any = place.store
            remote.visible = lambda: header["visible"]
        said, content = TASKS[header["task"]](place, header, body)
        return {"ok": said}, content
    except Bio2kgError as error:
        return {"error": _as_message(error)}, b""
    except RecursionError:
        return _refused("this is nested deeper than is read here", "Send it with less nesting."), b""
    except MemoryError:
        most = f"{place.limits.memory_mb} MB"
        return _refused(f"this needed more than the {most} that one request may use", "Ask for less at a time."), b""
    except Forbidden as forbidden:
        print(f"a worker was stopped from reaching for {forbidden}", file=sys.stderr, flush=True)
        return _refused("this would read something outside the request", "Send everything with the request."), b""
    except BaseException:  # the engine's panics are no Exception; a worker answers whatever happens
        traceback.print_exc()
        return {"error": _as_message(Bio2kgError("something went wrong here; the server's log has the details"))}, b""


def _load(place: Workplace, header: framing.Header, body: bytes) -> framing.Header:
    """Puts the graph of a stored assessment in the store, or takes it out if there is no body."""
    graph = NamedNode(f"{ASSESSMENTS}{header['identifier']}")
    store: Any = place.store
    store.put(graph, body)
    return {"ok": {}}


def _refused(what: str, remedy: str) -> framing.Header:
    return {"error": _as_message(LimitError(what, remedy=remedy))}


def _as_message(error: Bio2kgError) -> framing.Header:
    return {
        "class": type(error).__name__,
        "what": error.what,
        "where": error.where,
        "remedy": error.remedy,
        "retry_after": error.retry_after,
        "errors": list(getattr(error, "errors", ())),
    }


def leave() -> None:
    """Ends this process at once: what its parent had open is not its own to close."""
    sys.stderr.flush()
    os._exit(0)
