"""The NL API Design Rules: their linter over our description of the REST service, and what the linter cannot see."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import bio2kg
from tests.conftest import ROOT, need

NODE = ROOT / "build" / "node" / "node_modules" / ".bin"
# Rules whose warnings stay, with the reason; docs/conformance.md explains each.
WARNINGS: dict[str, str] = {}


@pytest.fixture(scope="module")
def spectral() -> Path:
    """The linter, from build/node or else wherever it is installed."""
    folders = [str(NODE), *os.environ.get("PATH", "").split(os.pathsep)]
    found = next((Path(f) / "spectral" for f in folders if (Path(f) / "spectral").exists()), NODE / "spectral")
    return need(found, "npm install --prefix build/node @stoplight/spectral-cli@6.16.3")


def test_the_linter_finds_nothing(client: TestClient, spectral: Path, shared: Path, tmp_path: Path) -> None:
    described = tmp_path / "openapi.json"
    described.write_bytes(client.get("/v1/openapi.json").content)
    rules = shared / "conformance" / "api-design-rules" / "linter.yaml"
    found = tmp_path / "found.json"
    done = subprocess.run(
        [
            str(spectral),
            "lint",
            "--ruleset",
            str(rules),
            "--format",
            "json",
            "--output",
            str(found),
            "--quiet",
            str(described),
        ],
        env={**os.environ, "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert found.exists(), done.stdout + done.stderr
    told = [
        f"{one['code']} at {'/'.join(map(str, one['path']))}: {one['message']}"
        for one in json.loads(found.read_text(encoding="utf-8"))
        if one["severity"] == 0 or one["code"] not in WARNINGS
    ]
    assert told == [], "\n".join(told)


def test_the_linter_would_find_something(client: TestClient, spectral: Path, shared: Path, tmp_path: Path) -> None:
    described = client.get("/v1/openapi.json").json()
    del described["info"]["contact"]
    (tmp_path / "openapi.json").write_text(json.dumps(described), encoding="utf-8")
    rules = shared / "conformance" / "api-design-rules" / "linter.yaml"
    done = subprocess.run(
        [str(spectral), "lint", "--ruleset", str(rules), str(tmp_path / "openapi.json")],
        env={**os.environ, "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "info-contact" in done.stdout


def test_every_operation_declares_its_problems_as_problems(client: TestClient) -> None:
    for path, operations in client.get("/v1/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert "422" not in operation["responses"], where
            for status, response in operation["responses"].items():
                assert "API-Version" in response["headers"], where
                if status >= "400":
                    assert set(response["content"]) == {"application/problem+json", "text/html"}, where


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/queries", 200),
        ("HEAD", "/v1/queries", 200),
        ("GET", "/v1/openapi.json", 200),
        ("GET", "/v1/queries/claims?minimum=x", 400),
        ("GET", "/v1/nowhere", 404),
        ("GET", "/v1/queries/", 404),
        ("DELETE", "/v1/queries", 405),
        ("GET", "/v1/queries/claims?format=pdf", 406),
        ("POST", "/v1/validate", 415),
        ("OPTIONS", "/v1/queries", 204),
    ],
)
def test_every_answer_names_the_version(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["api-version"] == bio2kg.__version__


def test_head_under_v1_is_get_without_its_body(client: TestClient) -> None:
    for path in ("/v1/queries", "/v1/queries/claims", "/v1/rules/VT-03", "/v1/openapi.json", "/v1/rules/none"):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert head.headers.get("content-length") == got.headers.get("content-length"), path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/sparql", "GET, HEAD, POST, OPTIONS"),
        ("PUT", "/check", "GET, HEAD, POST, OPTIONS"),
        ("DELETE", "/doc/bio2", "GET, HEAD, OPTIONS"),
        ("POST", "/v1/queries", "GET, HEAD, OPTIONS"),
        ("GET", "/v1/validate", "POST, OPTIONS"),
        ("HEAD", "/v1/validate", "POST, OPTIONS"),
        ("POST", "/static/style.css", "GET, HEAD, OPTIONS"),
        ("FOO", "/", "GET, HEAD, OPTIONS"),
        ("TRACE", "/v1/rules/VT-03", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_verb_is_answered_with_the_right_ones(client: TestClient, method: str, path: str, allowed: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    if method != "HEAD":
        assert allowed in response.json()["detail"]
    options = client.options(path)
    assert (options.status_code, options.content, options.headers["allow"]) == (204, b"", allowed)


PREFLIGHT = {
    "Origin": "https://example.org",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "accept-profile, if-none-match",
}


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/doc/bio2/1.3", "GET, HEAD"),
        ("/id/bio2/1.3", "GET, HEAD"),
        ("/graph/errata", "GET, HEAD"),
        ("/dumps/errata.ttl", "GET, HEAD"),
        ("/def", "GET, HEAD"),
        ("/catalog", "GET, HEAD"),
        ("/.well-known/void", "GET, HEAD"),
        ("/v1/queries/claims", "GET, HEAD"),
        ("/sparql", "GET, HEAD, POST"),
        ("/v1/validate", "POST"),
    ],
)
def test_a_script_of_another_site_may_read_what_is_public(client: TestClient, path: str, methods: str) -> None:
    response = client.options(path, headers=PREFLIGHT)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-allow-methods"] == methods
    allowed = response.headers["access-control-allow-headers"]
    assert {"Accept-Profile", "If-None-Match", "Content-Type"} <= set(allowed.split(", "))
    assert "Authorization" not in allowed
    assert int(response.headers["access-control-max-age"]) > 0
    exposed = client.get(path).headers["access-control-expose-headers"]
    assert {"ETag", "Link", "Content-Profile", "API-Version", "Retry-After"} <= set(exposed.split(", "))


@pytest.mark.parametrize(
    "path", ["/", "/check", "/health/ready", "/questions", "/static/style.css", "/nowhere", "/update"]
)
def test_nothing_else_is_opened_to_scripts_of_other_sites(client: TestClient, path: str) -> None:
    for response in (client.options(path, headers=PREFLIGHT), client.get(path, headers=PREFLIGHT)):
        assert not [name for name in response.headers if name.startswith("access-control-")], path


def test_errors_can_be_read_by_a_script_too(client: TestClient) -> None:
    assert client.get("/doc/bio2/1.3/9.99.99").headers["access-control-allow-origin"] == "*"
