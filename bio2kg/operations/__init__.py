"""What keeps an installation running and shows how it does: logs, metrics, tracing, checks, backups."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


def install(app: "FastAPI") -> None:
    """Observes every request of the application, once; turns tracing on if it is configured.

    Goes around all other middleware, also around what answers when something went wrong.
    """
    from bio2kg.operations import tracing
    from bio2kg.operations.requests import Requests

    if getattr(app.state, "observed", False):
        return
    app.state.observed = True
    tracing.start()
    inner = app.build_middleware_stack
    app.build_middleware_stack = lambda: Requests(inner())  # type: ignore[method-assign]
