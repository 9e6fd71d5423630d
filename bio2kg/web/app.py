"""The FastAPI application: what a request can reach, and how errors look."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

import bio2kg
from bio2kg import queries
from bio2kg.errors import Bio2kgError, InputError, NotFoundError
from bio2kg.settings import open_store
from bio2kg.store import Store
from bio2kg.web import caching, catalogue, checking, dumps, health, pages, questions, resources, sparql
from bio2kg.web.api import create_api
from bio2kg.web.problems import problem

_STATIC = Path(__file__).parent / "static"
# No script runs on our pages, and none of another site may.
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def create_app(
    open_the_store: Callable[[], Store] = open_store, the_release: Callable[[], str] | None = None
) -> FastAPI:
    """The application over the store that ``open_the_store`` gives when the server starts.

    ``the_release`` gives the hash of the release in that store, empty if there is none; ETags are made from it.
    """
    if the_release is None:
        the_release = caching.current_release if open_the_store is open_store else str

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        before = the_release()
        app.state.store = open_the_store()
        # A release that was replaced while it was read is not named: its ETags could be those of the other.
        app.state.release = before if the_release() == before else ""
        app.state.files = dumps.Files()
        yield
        app.state.files.close()

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
    app.state.queries = queries.load()
    app.state.sessions = checking.Sessions(lambda: app.state.store)
    app.include_router(questions.router)
    app.include_router(checking.router)
    app.include_router(catalogue.router)
    app.include_router(dumps.router)
    app.include_router(resources.router)
    app.include_router(pages.router)
    api = create_api(app.state.queries, lambda: app.state.store, app.state.sessions)
    app.mount("/v1", api)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")

    @app.middleware("http")
    async def secure(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        for name, value in _SECURITY.items():
            response.headers.setdefault(name, value)
        return response

    for served in (app, api):
        _handle_errors(served)
    return app


def _handle_errors(app: FastAPI) -> None:
    """Every error leaves as a problem: with its own status where it is one of ours, without inner details otherwise."""

    @app.exception_handler(Bio2kgError)
    async def expected(request: Request, error: Bio2kgError) -> Response:
        return problem(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        said = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
        return problem(request, InputError(said))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return problem(request, NotFoundError(f"there is nothing at {request.url.path}", remedy="Start at /."))
        wrong = InputError(str(error.detail))
        wrong.title = str(error.detail)
        return problem(request, wrong, error.status_code, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        return problem(request, Bio2kgError("something went wrong here; the server's log has the details"))
