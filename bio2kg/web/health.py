"""For whoever keeps the service running."""

from fastapi import APIRouter, Request

from bio2kg.store import Store

router = APIRouter(prefix="/health")


@router.api_route("/live", methods=["GET", "HEAD"])
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.api_route("/ready", methods=["GET", "HEAD"])
def ready(request: Request) -> dict[str, str | int]:
    """The data answers: a query ran over it. Otherwise 503."""
    store: Store = request.app.state.store
    return {"status": "ready", "graphs": store.health()}
