"""The command that serves."""

import ipaddress
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import bio2kg
from bio2kg.cli.consoles import err
from bio2kg.errors import InputError, StateError

if TYPE_CHECKING:
    from fastapi import FastAPI


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes serve.")] = 1,
    scratch: Annotated[
        bool,
        typer.Option("--scratch", help="An empty store in memory instead, that everyone on this machine may change."),
    ] = False,
) -> None:
    """Serve the last release: linked data, SPARQL and pages."""
    from bio2kg import paths
    from bio2kg.operations import locking
    from bio2kg.settings import answers_from, settings

    settings()  # a wrong one stops the start, and not the first request that it matters to
    if scratch:
        _require_for_scratch(host, workers)
    source = "a scratch store" if scratch else answers_from()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StateError(
                f"cannot listen on {host} port {port}: {error.strerror or error}",
                remedy="Stop what runs there, or choose another port with --port.",
            ) from error
    err.print(
        f"bio2kg {bio2kg.__version__}: {source} on http://{host}:{port}",
        highlight=False,
        soft_wrap=True,
    )
    with locking.serving(paths.state()) if not scratch else nullcontext(), _figures_together(workers):
        _run("bio2kg.cli.serving:scratch_app" if scratch else "bio2kg.web.app:create_app", host, port, workers)


def _run(application: str, host: str, port: int, workers: int) -> None:
    """Serves until told to stop; what runs then is finished, within a limit."""
    import uvicorn

    from bio2kg.operations import logs
    from bio2kg.settings import settings

    uvicorn.run(
        application,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_config=logs.configuration(settings()),
        log_level=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application believes those that its settings name
        timeout_graceful_shutdown=int(settings().shutdown_seconds),
    )


@contextmanager
def _figures_together(workers: int) -> Iterator[None]:
    """Several processes add up what they measure."""
    if workers == 1:
        yield
        return
    from bio2kg.operations import metrics

    with tempfile.TemporaryDirectory(prefix="bio2kg-metrics-") as folder:
        metrics.share(Path(folder))
        yield


def scratch_app() -> "FastAPI":
    """The application over an empty store whose default graph is its own, for everyone to change."""
    from bio2kg.store import EmbeddedStore
    from bio2kg.web.app import create_app

    return create_app(lambda: EmbeddedStore(read_only=False, union=False), scratch=True)


def _require_for_scratch(host: str, workers: int) -> None:
    """Raises InputError unless nobody elsewhere can reach the store, and there is one of it."""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise InputError(
            f"a scratch store lets everyone change it, so it is not served on {host}", remedy="Use --host 127.0.0.1."
        )
    if workers > 1:
        raise InputError("each process would have a scratch store of its own", remedy="Leave out --workers.")
