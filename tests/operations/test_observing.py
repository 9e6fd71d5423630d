"""What the program shows of every request: an id, a line in the log, figures, spans; and what it never shows."""

import json
import logging
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from bio2kg.errors import QuerySyntaxError
from bio2kg.operations import logs, metrics, tracing
from bio2kg.settings import settings
from bio2kg.store import EmbeddedStore

SECRET = "geheim"  # noqa: S105 - what must not show


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.send_to(SimpleSpanProcessor(exporter))
    yield exporter
    tracing.stop()


def access_lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(logs.JsonFormatter().format(r)) for r in caplog.records if r.name == "bio2kg.access"]


def figure(client: TestClient, name: str, **labels: str) -> float | None:
    text = client.get("/metrics").text
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return next((s.value for s in samples if s.name == name and labels.items() <= s.labels.items()), None)


@pytest.fixture(autouse=True)
def _open_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_METRICS", "open")


def test_a_request_keeps_the_id_that_it_came_with(client: TestClient) -> None:
    assert client.get("/health/live", headers={"X-Request-Id": "abc-123"}).headers["x-request-id"] == "abc-123"


@pytest.mark.parametrize("given", ["a" * 65, "a b", "a\tb", "<script>", "é", "", "a=b", "a;b", "../x"])
def test_an_id_that_could_do_harm_is_replaced(client: TestClient, given: str) -> None:
    answer = client.get("/health/live", headers={"X-Request-Id": given.encode()})
    assert uuid.UUID(answer.headers["x-request-id"]).version == 4


def test_two_ids_are_none(client: TestClient) -> None:
    answer = client.get("/health/live", headers=[("X-Request-Id", "one"), ("X-Request-Id", "two")])
    assert uuid.UUID(answer.headers["x-request-id"])


@pytest.mark.parametrize("path", ["/nowhere", "/test/fails", "/v1/queries", "/v1/queries/none", "/static/none.css"])
def test_every_answer_bears_an_id_also_an_error(client: TestClient, path: str) -> None:
    assert uuid.UUID(client.get(path).headers["x-request-id"])


@pytest.mark.parametrize(
    ("path", "status", "route"),
    [
        ("/doc/bio2/1.3/5.24.08", 200, "/doc/{path:path}"),
        ("/v1/queries/no-such", 404, "/v1/queries/{name}"),
        ("/v1/no-such", 404, "/v1/{path}"),
        ("/static/none.css", 404, "/static/{path}"),
        ("/no-such/thing", 404, "unknown"),
        ("/test/fails", 500, "/test/fails"),
    ],
)
def test_a_request_is_one_line_and_counted_by_its_route(
    client: TestClient, caplog: pytest.LogCaptureFixture, path: str, status: int, route: str
) -> None:
    labels = {"method": "GET", "route": route, "status": str(status)}
    before = figure(client, "bio2kg_requests_total", **labels) or 0
    caplog.clear()
    with caplog.at_level(logging.INFO, "bio2kg.access"):
        answer = client.get(f"{path}?token={SECRET}")
    assert answer.status_code == status
    (line,) = access_lines(caplog)
    assert line["path"] == path
    assert (line["method"], line["route"], line["status"]) == ("GET", route, status)
    assert line["bytes"] == len(answer.content)
    assert line["ms"] > 0
    assert line["level"] == ("error" if status == 500 else "info")
    assert SECRET not in json.dumps(line)
    assert figure(client, "bio2kg_requests_total", **labels) == before + 1
    assert figure(client, "bio2kg_request_seconds_count", method="GET", route=route) >= 1


def test_a_token_that_is_refused_is_not_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert client.get("/doc/bio2/1.3", headers={"Authorization": f"Bearer {SECRET}"}).status_code == 401
    (line,) = access_lines(caplog)
    assert (line["status"], line["route"]) == (401, "unknown")
    assert SECRET not in "".join(logs.JsonFormatter().format(r) for r in caplog.records)


def test_a_query_is_not_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get("/sparql", params={"query": f'ASK {{ ?s ?p "{SECRET}" }}'})
        client.post("/sparql", data={"query": f'ASK {{ ?s ?p "{SECRET}" }}'})
    assert len(access_lines(caplog)) == 2
    ours = [r for r in caplog.records if r.name.startswith("bio2kg")]
    assert SECRET not in "".join(logs.JsonFormatter().format(r) for r in ours)


def test_the_line_names_the_caller(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "bio2kg.access"):
        client.get("/test/known")
        client.get("/doc/bio2/1.3")
    assert [line.get("caller") for line in access_lines(caplog)] == ["token-7", None]


def test_health_checks_do_not_fill_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "bio2kg.access"):
        client.get("/health/live")
        client.get("/health/ready")
        client.get("/metrics")
    assert access_lines(caplog) == []


FORGED = "x\n2026-01-01T00:00:00.000Z info bio2kg: ok\r\x1b[31m\x00\x85\u2028\u202e"


def test_nothing_from_outside_makes_a_line_of_its_own() -> None:
    record = logging.LogRecord("bio2kg", logging.INFO, "", 0, "%s", (FORGED,), None)
    record.details = {"path": FORGED}
    for formatter in (logs.TextFormatter(), logs.JsonFormatter()):
        line = formatter.format(record)
        assert len(line.splitlines()) == 1
        assert line.isprintable()


def test_the_lines_of_a_traceback_cannot_pass_for_lines_of_the_log(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        raise RuntimeError(FORGED)
    except RuntimeError as error:
        record = logging.LogRecord("bio2kg", logging.ERROR, "", 0, "fails", (), (type(error), error, None))
    first, *others = logs.TextFormatter().format(record).split("\n")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z error   bio2kg: fails", first)
    assert others
    assert all(line.startswith("    | ") and line.isprintable() for line in others)
    assert "RuntimeError" in json.loads(logs.JsonFormatter().format(record))["exception"]


def test_all_logging_goes_by_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_LOG_FORMAT", "JSON")
    monkeypatch.setenv("BIO2KG_LOG_LEVEL", "debug")
    chosen = logs.configuration(settings())
    assert chosen["formatters"]["line"]["()"] == "bio2kg.operations.logs.JsonFormatter"
    assert chosen["loggers"]["bio2kg"]["level"] == "DEBUG"


def test_paths_and_methods_that_do_not_exist_make_no_series_of_their_own(client: TestClient) -> None:
    client.get("/metrics")
    before = len(client.get("/metrics").text.splitlines())
    for number in range(20):
        client.get(f"/none-{number}")
        client.get(f"/v1/none-{number}")
        client.get(f"/doc/none-{number}")
        client.request(f"VERB{number}", "/")
    after = client.get("/metrics").text
    assert "none-" not in after
    assert "VERB" not in after
    assert len(after.splitlines()) - before < 150  # a few routes, each with a histogram


def test_the_figures_say_how_the_pool_the_release_and_the_store_do(client: TestClient) -> None:
    killed = figure(client, "bio2kg_workers_killed_total", reason="time") or 0
    metrics.pool(2, 5)
    metrics.worker_killed("time")
    assert figure(client, "bio2kg_workers_busy") == 2
    assert figure(client, "bio2kg_workers_waiting") == 5
    assert figure(client, "bio2kg_workers_killed_total", reason="time") == killed + 1
    assert figure(client, "bio2kg_store_up") == 1
    assert figure(client, "bio2kg_release_info", release="none") == 1
    assert figure(client, "bio2kg_requests_in_progress") == 1


def test_the_figures_of_several_processes_are_added_up_and_those_that_are_gone_are_not_busy(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def python(code: str) -> str:
        code = f"from bio2kg.operations import metrics\n{code}"
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout

    for _ in range(2):
        python("metrics.answered('GET', '/', 200, 0.1); metrics.pool(3, 4); metrics.store(False)")
    shown = python(
        "metrics.pool(1, 0); metrics.store(True); metrics.serving('abc'); print(metrics.exposition('')[0].decode())"
    )
    assert 'bio2kg_requests_total{method="GET",route="/",status="200"} 2.0' in shown
    assert "bio2kg_workers_busy 1.0" in shown
    assert "bio2kg_store_up 1.0" in shown
    assert 'bio2kg_release_info{release="abc"' in shown


def attributes(spans: tuple[ReadableSpan, ...]) -> str:
    return "".join(f"{span.name} {dict(span.attributes or {})} {[e.attributes for e in span.events]}" for span in spans)


def test_a_request_is_a_span_in_the_trace_of_the_client(client: TestClient, spans: InMemorySpanExporter) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    client.get("/sparql", params={"query": f'ASK {{ ?s ?p "{SECRET}" }}'}, headers={"traceparent": parent})
    (request,) = [span for span in spans.get_finished_spans() if span.kind.name == "SERVER"]
    assert request.name == "GET /sparql"
    assert request.attributes == {
        "http.request.method": "GET",
        "http.route": "/sparql",
        "http.response.status_code": 200,
    }
    assert f"{request.context.trace_id:032x}" == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert SECRET not in attributes(spans.get_finished_spans())


def test_a_query_of_the_store_is_a_span_without_its_text(spans: InMemorySpanExporter) -> None:
    store = tracing.traced(EmbeddedStore())
    assert isinstance(store, EmbeddedStore)
    store.query(f'ASK {{ ?s ?p "{SECRET}" }}')
    with pytest.raises(QuerySyntaxError):
        store.query(f"{SECRET} is no query")
    asked, refused = spans.get_finished_spans()
    assert (asked.name, asked.attributes) == ("store.query", {"store": "EmbeddedStore"})
    assert refused.attributes["error.type"] == "QuerySyntaxError"
    assert SECRET not in attributes((asked, refused))


def test_a_failure_shows_in_its_span(client: TestClient, spans: InMemorySpanExporter) -> None:
    client.get("/test/fails")
    (span,) = spans.get_finished_spans()
    assert (span.name, span.status.status_code.name) == ("GET /test/fails", "ERROR")


def test_without_configuration_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    assert not tracing.wanted()
    tracing.start()
    store = EmbeddedStore()
    assert tracing.traced(store) is store
    assert "query" not in vars(store)


def test_tracing_that_is_configured_but_not_installed_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(tracing, "installed", lambda: False)
    tracing.start()
    assert "bio2kg[otel]" in caplog.text
