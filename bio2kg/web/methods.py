"""Which methods an address has: the answer to OPTIONS, and what scripts on pages of other sites may send (CORS)."""

from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bio2kg.errors import InputError
from bio2kg.web.everywhere import is_public
from bio2kg.web.problems import problem

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Where a POST only asks something.
_ASKED_BY_POST = ("/sparql", "/v1/validate")
_HEADERS = "Accept, Accept-Language, Accept-Profile, Content-Type, If-None-Match, Range"


def methods_at(app: FastAPI, scope: Scope) -> list[str]:
    """What can be done at the address of a request; empty if there is nothing."""
    root = scope.get("app_root_path", scope.get("root_path", ""))
    found = [m for m in _METHODS if _routed(app, {"type": "http", "path": scope["path"], "root_path": root}, m)]
    if "GET" in found:
        found.insert(1, "HEAD")
    return [*found, "OPTIONS"] if found else []


def options(app: FastAPI, scope: Scope) -> Response | None:
    """The answer to OPTIONS: what can be done here, and what of that any page may do; None if there is nothing."""
    methods = methods_at(app, scope)
    if not methods:
        return None
    headers = {"Allow": ", ".join(methods)}
    if is_public(scope["path"]):
        asking = ("GET", "HEAD", "POST") if scope["path"] in _ASKED_BY_POST else ("GET", "HEAD")
        headers["Access-Control-Allow-Methods"] = ", ".join(m for m in methods if m in asking)
        headers["Access-Control-Allow-Headers"] = _HEADERS
        headers["Access-Control-Max-Age"] = "86400"
    return Response(status_code=204, headers=headers)


class HeadAsGet:
    """Middleware that has HEAD answered as GET; the server sends no body with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


def _routed(app: Any, scope: Scope, method: str) -> bool:
    for route in app.routes:
        match, child = route.matches({**scope, "method": method})
        if match == Match.FULL:
            if not isinstance(route, Mount):
                return True
            inner = route.app
            return _routed(inner, {**scope, **child}, method) if isinstance(inner, FastAPI) else method == "GET"
    return False


class OneLength:
    """Refuses a request that says in two ways how long it is.

    Proxies and servers that choose differently take one request for two (RFC 9112, section 6.1); the connection closes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        names = {name for name, _ in scope.get("headers", ())}
        if {b"content-length", b"transfer-encoding"} <= names:
            error = InputError("Content-Length and Transfer-Encoding are both given", remedy="Leave one of them out.")
            await problem(Request(scope), error, headers={"Connection": "close"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)
