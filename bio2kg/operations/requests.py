"""Around every request: an id, one line in the log, the measurements, and a span if tracing is on."""

import logging
import re
import time
import uuid
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bio2kg.operations import logs, metrics, tracing

_SANE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_CLIENT_LEFT = 499  # as nginx logs a client that did not wait for the answer
# Asked every few seconds by machines; they would bury the rest.
_ROUTINE = ("/health/", "/metrics")


class Requests:
    """The ASGI application, observed. It goes around everything else, so that no answer is missed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        # Never reset: what the server logs about this request after us bears the id too. Each request has its context.
        logs.REQUEST_ID.set(request_id)
        scope.setdefault("state", {})["request_id"] = request_id
        sent: dict[str, int] = {"bytes": 0}

        async def observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent["status"] = message["status"]
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"x-request-id"]
                message = {**message, "headers": [*kept, (b"x-request-id", request_id.encode())]}
            elif message["type"] == "http.response.body":
                sent["bytes"] += len(message.get("body", b""))
            await send(message)

        started = time.perf_counter()
        status = _CLIENT_LEFT
        with metrics.in_progress(), tracing.request_span(scope) as span:
            try:
                await self._app(scope, receive, observed)
                status = sent.get("status", _CLIENT_LEFT)
            except Exception:
                status = sent.get("status", 500)
                raise
            finally:
                seconds = time.perf_counter() - started
                method = scope["method"] if scope["method"] in _METHODS else "other"
                route = template(scope)
                metrics.answered(method, route, status, seconds)
                span.finish(method, route, status)
                _log(scope, method, route, status, seconds, sent["bytes"])


def _request_id(scope: Scope) -> str:
    """What the client or proxy calls the request, if that is harmless, otherwise a name of our own."""
    given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"]
    return given[0] if len(given) == 1 and _SANE_ID.fullmatch(given[0]) else str(uuid.uuid4())


def template(scope: Scope) -> str:
    """The route that a request took, as ``/v1/queries/{name}``; never the path itself, of which there is no end.

    The router notes it in the scope; a mounted application that has no route for the path is named by where it is.
    """
    mounted = str(scope.get("root_path", ""))
    if path := getattr(scope.get("route"), "path", None):
        return f"{mounted}{path}"
    return f"{mounted}/{{path}}" if mounted else "unknown"


def _log(scope: Scope, method: str, route: str, status: int, seconds: float, size: int) -> None:
    level = logging.INFO
    if status >= 500:
        level = logging.ERROR if status == 500 else logging.WARNING
    elif scope["path"].startswith(_ROUTINE):
        level = logging.DEBUG
    caller: Any = scope.get("state", {}).get("caller")
    logs.access(
        level,
        method=method,
        path=scope["path"],
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        bytes=size,
        caller=getattr(caller, "name", ""),
    )
