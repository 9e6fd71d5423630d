"""The command that serves."""

import socket
from typing import Annotated

import typer

import bio2kg
from bio2kg.cli.consoles import err
from bio2kg.errors import StateError


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes serve.")] = 1,
) -> None:
    """Serve the last release: linked data, SPARQL and pages."""
    import uvicorn

    from bio2kg.settings import answers_from

    source = answers_from()
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
    uvicorn.run(
        "bio2kg.web.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        server_header=False,
    )
