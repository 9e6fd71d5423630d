"""What Prometheus reads at ``/metrics``: requests, the pool of workers, the release and the store.

With several API processes the figures of all are added up; the command that starts them calls ``share`` before.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

import bio2kg

_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_REGISTRY = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call]

_requests = Counter(
    "bio2kg_requests", "Requests answered.", ["method", "route", "status"], registry=_REGISTRY
)  # the library appends _total
_seconds = Histogram(
    "bio2kg_request_seconds",
    "Time from the start of a request to the end of its answer.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=_REGISTRY,
)
_running = Gauge("bio2kg_requests_in_progress", "Requests running.", multiprocess_mode="livesum", registry=_REGISTRY)
_busy = Gauge("bio2kg_workers_busy", "Isolated workers at work.", multiprocess_mode="livesum", registry=_REGISTRY)
_waiting = Gauge(
    "bio2kg_workers_waiting", "Requests waiting for a worker.", multiprocess_mode="livesum", registry=_REGISTRY
)
_killed = Counter("bio2kg_workers_killed", "Workers stopped for passing a limit.", ["reason"], registry=_REGISTRY)
_refused = Counter(
    "bio2kg_workers_refused", "Requests that got no worker, by the type of problem.", ["reason"], registry=_REGISTRY
)
_release = Gauge(
    "bio2kg_release_info",
    "The release that is served, by name.",
    ["release", "version"],
    multiprocess_mode="livemax",
    registry=_REGISTRY,
)
_store_up = Gauge(
    "bio2kg_store_up",
    "Whether the store answered when last asked (1) or not (0).",
    multiprocess_mode="livemostrecent",
    registry=_REGISTRY,
)
_served: set[str] = set()


@contextmanager
def in_progress() -> Iterator[None]:
    """Counts a request as running."""
    with _running.track_inprogress():
        yield


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Counts an answer. ``route`` is a template, as ``/doc/{path}``, of which there are few."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)


def pool(busy: int, waiting: int) -> None:
    """Says how many workers are at work and how many requests wait for one."""
    _busy.set(busy)
    _waiting.set(waiting)


def worker_killed(reason: str) -> None:
    """Counts a worker that was stopped. ``reason`` is one of a few words of our own, as ``time`` or ``memory``."""
    _killed.labels(reason).inc()


def worker_refused(reason: str) -> None:
    """Counts a request that got no worker. ``reason`` is the type of its problem, as ``busy``."""
    _refused.labels(reason).inc()


def serving(release: str) -> None:
    """Says which release is served; empty when a store elsewhere answers."""
    named = release[:16] or "none"
    for before in _served - {named}:
        _release.labels(before, bio2kg.__version__).set(0)
    _served.add(named)
    _release.labels(named, bio2kg.__version__).set(1)


def store(up: bool) -> None:
    """Says whether the store answered."""
    _store_up.set(1 if up else 0)


def share(folder: Path) -> None:
    """Makes the processes that this one starts afresh add up their figures in this empty folder."""
    os.environ[_SHARED] = str(folder)


def exposition(accept: str) -> tuple[bytes, str]:
    """The figures in Prometheus' text form, or as OpenMetrics for who accepts that, and the media type."""
    registry = _REGISTRY
    if folder := os.environ.get(_SHARED):
        _forget_the_dead(Path(folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


def _forget_the_dead(folder: Path) -> None:
    """Leaves out what processes that are gone said about the moment."""
    for pid in {file.stem.rpartition("_")[2] for file in folder.glob("gauge_live*_*.db")}:
        try:
            os.kill(int(pid), 0)
        except (ProcessLookupError, PermissionError):  # gone, or its number is somebody else's now
            mark_process_dead(int(pid))  # type: ignore[no-untyped-call]
