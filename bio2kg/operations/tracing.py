"""OpenTelemetry: a span for every request and every query of the store, when it is configured.

It is configured by the standard variables: ``OTEL_EXPORTER_OTLP_ENDPOINT`` says where spans go. The extra ``otel``
installs what sends them. Without either nothing is imported. A span has no query text, no query string and no headers.
"""

import functools
import importlib.util
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bio2kg.store import Store

_LOG = logging.getLogger(__name__)
_tracer: Any = None


class _Span:
    """The span of a request, of which the route and status are known only at the end."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def finish(self, method: str, route: str, status: int) -> None:
        """Adds what the request turned out to be (OpenTelemetry's conventions for HTTP)."""
        if self._span is None:
            return
        self._span.update_name(f"{method} {route}")
        self._span.set_attributes(
            {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        )
        if status >= 500:
            from opentelemetry.trace import StatusCode

            self._span.set_status(StatusCode.ERROR)


def wanted() -> bool:
    """Whether the environment says where spans go."""
    named = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    return any(os.environ.get(name) for name in named) and os.environ.get("OTEL_SDK_DISABLED", "").lower() != "true"


def installed() -> bool:
    """Whether the packages of the extra ``otel`` are there."""
    try:
        return importlib.util.find_spec("opentelemetry.exporter.otlp.proto.http") is not None and (
            importlib.util.find_spec("opentelemetry.sdk") is not None
        )
    except ModuleNotFoundError:
        return False


def start() -> None:
    """Turns tracing on if it is configured; says so in the log if it is and cannot be."""
    if not wanted() or _tracer is not None:
        return
    if not installed():
        _LOG.warning("tracing is configured but not installed; install bio2kg[otel]")
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    send_to(BatchSpanProcessor(OTLPSpanExporter()))


def send_to(processor: Any) -> None:
    """Turns tracing on with a span processor of the OpenTelemetry SDK."""
    global _tracer
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    import bio2kg

    # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say goes before this.
    named = os.environ.get("OTEL_SERVICE_NAME") or "bio2kg"
    resource = Resource.create({"service.name": named, "service.version": bio2kg.__version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("bio2kg", bio2kg.__version__)


def stop() -> None:
    """Turns tracing off; spans that were not sent yet are the processor's business."""
    global _tracer
    _tracer = None


@contextmanager
def request_span(scope: Mapping[str, Any]) -> Iterator[_Span]:
    """The span around a request, within the trace that the client names in ``traceparent``."""
    if _tracer is None:
        yield _Span()
        return
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    context = TraceContextTextMapPropagator().extract(headers)
    with _tracer.start_as_current_span(
        scope["method"], context, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
    ) as span:
        yield _Span(span)


@contextmanager
def span(name: str, **attributes: str | int | float) -> Iterator[None]:
    """A span around a piece of work, as ``span("store.query", store="remote")``; nothing when tracing is off."""
    if _tracer is None:
        yield
        return
    # A message may quote what was sent; the kind of error says enough.
    with _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except Exception as error:
            from opentelemetry.trace import StatusCode

            current.set_attribute("error.type", type(error).__name__)
            current.set_status(StatusCode.ERROR)
            raise


def traced(store: Store) -> Store:
    """The store, with a span around every query and update from now on if tracing is on."""
    if _tracer is not None:
        for name in ("query", "update"):
            setattr(store, name, _spanned(f"store.{name}", type(store).__name__, getattr(store, name)))
    return store


def _spanned(name: str, kind: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def spanned(*arguments: Any, **options: Any) -> Any:
        with span(name, store=kind):
            return method(*arguments, **options)

    return spanned
