"""The FastAPI application: what a request can reach, and how errors look."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import ClientDisconnect
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

import bio2kg
from bio2kg import operations, queries
from bio2kg.access.rates import Rates
from bio2kg.errors import Bio2kgError, InputError, MethodError, NotFoundError, TooLargeError, together
from bio2kg.operations import tracing
from bio2kg.register import Register
from bio2kg.settings import open_register, open_store, settings
from bio2kg.store import Store
from bio2kg.web import (
    assessments,
    caching,
    catalogue,
    checking,
    dumps,
    everywhere,
    health,
    methods,
    pages,
    questions,
    resources,
    sparql,
    updating,
)
from bio2kg.web.access import Gate
from bio2kg.web.api import create_api
from bio2kg.web.backend import Backend
from bio2kg.web.problems import problem
from bio2kg.web.rest import entry

_STATIC = Path(__file__).parent / "static"
# Characters of a path. Headers repeat it, some of them seven times, and many clients read 64 kB of those at most.
_LONGEST = 4096
# Seconds in which those come first who waited for the start.
_SETTLED = 5


def create_app(
    open_the_store: Callable[[], Store] = open_store,
    the_release: Callable[[], str] | None = None,
    *,
    open_the_register: Callable[[Store], Register] | None = None,
    scratch: bool = False,
) -> FastAPI:
    """The application over the store that ``open_the_store`` gives when the server starts.

    ``the_release`` gives the hash of the release in that store, empty if there is none; ETags are made from it.
    ``open_the_register`` gives the register of stored assessments that goes with the store. With ``scratch`` everyone
    may change what is in the store, and no worker stands between.
    """
    ours = open_the_store is open_store
    if the_release is None:
        the_release = caching.current_release if ours else str
    if open_the_register is None and ours:
        open_the_register = open_register

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        before = the_release()
        store = open_the_store()
        # A release that was replaced while it was read is not named: its ETags could be those of the other.
        released = before if the_release() == before else ""
        register = open_the_register(store) if open_the_register else None
        backend = None if scratch else Backend(store, register, released, settings())
        if backend and ours:
            backend.start()
        app.state.store = tracing.traced(backend.store if backend else store)
        app.state.backend, app.state.release, app.state.released = backend, released, released
        app.state.files = dumps.Files()
        # A store elsewhere is not asked a hundred questions by every process that starts.
        prepares = backend and ours and not settings().store
        preparing = asyncio.create_task(prepare(backend)) if backend and prepares else None
        yield
        if preparing:
            preparing.cancel()
        app.state.files.close()
        if backend:
            await backend.close()

    async def prepare(backend: Backend) -> None:
        """Makes what takes long and whoever asks first would wait for, once the workers have started."""
        with suppress(Bio2kgError):  # the store may be away; who asks then is told so
            await backend.started()
            await asyncio.sleep(_SETTLED)
            await specification.get()

    app = FastAPI(
        title="bio2kg",
        version=bio2kg.__version__,
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(health.router)
    app.include_router(sparql.router)
    app.include_router(updating.router)
    app.state.writable = scratch
    app.state.queries = queries.load()
    app.state.sessions = checking.Sessions(lambda: app.state.store)
    app.include_router(questions.router)
    app.include_router(checking.router)
    app.include_router(catalogue.router)
    app.include_router(dumps.router)
    app.include_router(resources.router)
    app.include_router(pages.router)
    api, specification = create_api(app.state.queries, lambda: app.state.store, app.state.sessions)
    assessments.add_operations(
        api, lambda: app.state.backend.require_register(), lambda *given: app.state.backend.assess(*given)
    )
    api.state = app.state  # one server, one release
    app.add_api_route("/v1", entry.entry, methods=["GET", "HEAD"])
    app.mount("/v1", api)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")

    app.add_middleware(methods.HeadAsGet)
    # Whoever tries out a client, or runs a suite of tests, is not held up.
    app.add_middleware(Gate, rates=Rates(0, 0) if scratch else None)

    @app.middleware("http")
    async def around(request: Request, call_next: RequestResponseEndpoint) -> Response:
        """What is the same at every address: OPTIONS, addresses that are too long, and headers."""
        path: str = request.scope["path"]
        if backend := app.state.backend:
            if backend.is_behind():
                await run_in_threadpool(backend.refresh)
            app.state.release = backend.release
        # A query may be long; what else is in an address, the headers of the answer repeat.
        search = b"" if path == "/sparql" else request.scope["query_string"]
        if max(len(path), len(search)) > _LONGEST:
            response = problem(request, TooLargeError(f"the address is longer than {_LONGEST} characters"), 414)
        elif request.method == "OPTIONS" and (options := methods.options(app, request.scope)):
            response = options
        else:
            response = await call_next(request)
        if response.status_code >= 400 and response.headers.get("content-type", "").startswith("text/plain"):
            response = _wrong_range(request, response)
        for name, value in everywhere.headers_of(request).items():
            response.headers.setdefault(name, value)
        return response

    operations.install(app)
    _wrap(app)
    for served in (app, api):
        _handle_errors(served, lambda request: methods.methods_at(app, request.scope))
    return app


def _wrap(app: FastAPI) -> None:
    """Around everything: one way to tell where a body ends; client and scheme as the operator's proxies name them."""
    inner = app.build_middleware_stack
    believed = [str(network) for network in settings().proxies]
    app.build_middleware_stack = lambda: methods.OneLength(ProxyHeadersMiddleware(inner(), believed))  # type: ignore[method-assign,arg-type]


def _wrong_range(request: Request, response: Response) -> Response:
    """A problem instead of the bare text with which files answer a Range header that cannot be met."""
    kept = {name: response.headers[name] for name in ("content-range", "accept-ranges") if name in response.headers}
    error = InputError("the header Range asks for a part that is not there", remedy="Leave it out to get the whole.")
    return problem(request, error, response.status_code, kept)


def _handle_errors(app: FastAPI, methods_of: Callable[[Request], list[str]]) -> None:
    """Every error leaves as a problem: with its own status where it is one of ours, without inner details otherwise."""

    @app.exception_handler(Bio2kgError)
    async def expected(request: Request, error: Bio2kgError) -> Response:
        return problem(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        places = [(str(e["loc"][0]), ".".join(map(str, e["loc"][1:])), str(e["msg"])) for e in error.errors()]
        return problem(request, together([(place, name, InputError(f"{name}: {m}")) for place, name, m in places]))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return problem(request, NotFoundError(f"there is nothing at {request.scope['path']}", remedy="Start at /."))
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(methods_of(request))
            unknown = MethodError("this address does not have that method", remedy=f"Here: {headers['Allow']}.")
            return problem(request, unknown, headers=headers)
        wrong = InputError(str(error.detail))
        wrong.title = str(error.detail)
        return problem(request, wrong, error.status_code, headers)

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=400)  # nobody is there to read it

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        failed = problem(request, Bio2kgError("something went wrong here; the server's log has the details"))
        # This answer is made outside of everything that sets headers.
        failed.headers.update(everywhere.headers_of(request))
        return failed
