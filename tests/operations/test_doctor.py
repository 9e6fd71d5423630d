"""The doctor: finds what is wrong with an installation, and nothing where all is well."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bio2kg.access import audit, tokens
from bio2kg.access.callers import ANONYMOUS
from bio2kg.operations import doctor
from bio2kg.operations.doctor import OK, WARNING, WRONG
from bio2kg.register.local import LocalRegister
from bio2kg.register.record import Visibility
from tests.conftest import Run

ORGANISATION = "https://identifier.overheid.nl/tooi/id/gemeente/gm0363"


@pytest.fixture
def home(tmp_path: Path, release_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation in good health."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "release").symlink_to(release_folder)
    monkeypatch.setenv("BIO2KG_HOME", str(home))
    monkeypatch.setenv("BIO2KG_WORKER_MB", "64")
    LocalRegister(home / "stored" / "register.sqlite3").create(ORGANISATION, Visibility.PUBLIC, b"", b"{}")
    tokens.Tokens(home / "stored" / "tokens.json").add(tokens.issue(ORGANISATION, "author")[0])
    audit.record("create", "x", audit.Outcome.DONE, caller=ANONYMOUS)
    return home


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def findings(port: int) -> dict[str, doctor.Finding]:
    """The findings by name; of several with one name the most serious."""
    order = [OK, WARNING, WRONG]
    found = sorted(doctor.examine("127.0.0.1", port), key=lambda finding: order.index(finding.status))
    return {finding.name: finding for finding in found}


def test_a_healthy_installation_has_nothing_wrong(home: Path, port: int) -> None:
    found = findings(port)
    assert {name for name, finding in found.items() if finding.status == WRONG} == set()
    assert "1 assessments" in found["register"].said
    assert found["tokens"].said == "1 valid"
    assert found[f"port {port}"].said == "free on 127.0.0.1"


def test_every_finding_that_is_not_ok_says_what_to_do(home: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_WORKER_MB", "1000000")
    monkeypatch.setenv("BIO2KG_METRICS", "open")
    monkeypatch.setenv("BIO2KG_PROXIES", "0.0.0.0/0")
    (home / "stored" / "tokens.json").chmod(0o666)
    bad = [finding for finding in doctor.examine("127.0.0.1", port) if finding.status != OK]
    assert {finding.name for finding in bad} >= {"memory", "metrics", "proxies", "tokens"}
    assert all(finding.remedy for finding in bad)


def test_a_damaged_release_is_found(home: Path, port: int, release_folder: Path) -> None:
    (home / "release").unlink()
    (home / "release").mkdir()
    assert findings(port)["release"].status == WRONG
    for file in release_folder.glob("*.*"):
        content = file.read_bytes()
        (home / "release" / file.name).write_bytes(content[:-100] if file.suffix == ".nq" else content)
    assert findings(port)["release"].status == WRONG


def test_a_damaged_register_is_found(home: Path, port: int) -> None:
    for file in (home / "stored").glob("register*"):
        file.unlink()
    (home / "stored" / "register.sqlite3").write_bytes(os.urandom(8192))
    assert findings(port)["register"].status == WRONG


def test_a_changed_audit_log_is_found(home: Path, port: int) -> None:
    log = home / "stored" / "audit.log"
    audit.record("delete", "x", audit.Outcome.DONE, caller=ANONYMOUS)
    log.write_bytes(log.read_bytes().replace(b'"create"', b'"insert"'))
    assert findings(port)["audit"].status == WRONG


def test_tokens_that_others_can_use_or_that_are_damaged_are_found(home: Path, port: int) -> None:
    file = home / "stored" / "tokens.json"
    file.chmod(0o644)
    assert findings(port)["tokens"].status == WRONG
    file.chmod(0o600)
    file.write_text("{")
    assert findings(port)["tokens"].status == WRONG


def test_tokens_that_expire_soon_are_named(home: Path, port: int) -> None:
    token, _ = tokens.issue(ORGANISATION, "reader", days=3)
    tokens.Tokens(home / "stored" / "tokens.json").add(token)
    found = findings(port)["tokens"]
    assert (found.status, token.id in found.said) == (WARNING, True)


def test_files_from_the_future_show_a_clock_that_was_set_back(home: Path, port: int) -> None:
    later = time.time() + 86_400
    os.utime(home / "stored" / "audit.log", (later, later))
    found = findings(port)["clock"]
    assert (found.status, "audit.log" in found.said) == (WRONG, True)


def test_a_store_that_is_away_is_found(home: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_STORE", f"http://127.0.0.1:{port}/query")
    assert findings(port)["store"].status == WRONG


def test_wrong_settings_are_found(home: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_QUEUE", "many")
    found = findings(port)["settings"]
    assert (found.status, "BIO2KG_QUEUE" in found.said) == (WRONG, True)


def test_tracing_without_its_packages_is_found(home: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("bio2kg.operations.tracing.installed", lambda: False)
    assert findings(port)["tracing"].status == WARNING


def test_packages_that_are_missing_or_too_old_are_named(home: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "importlib.metadata.requires",
        lambda _: ["no-such-package>=1", "typer>=9999", "rich", "absent>1; extra == 'test'"],
    )
    found = findings(port)["packages"]
    assert found.status == WRONG
    assert "no-such-package is missing" in found.said
    assert "typer is" in found.said
    assert "absent" not in found.said


@pytest.fixture
def serving(request: pytest.FixtureRequest) -> Iterator[int]:
    """A server that answers everything with one status and body."""
    status, body = request.param

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("serving", "status", "said"),
    [
        ((200, b'{"status": "ready", "release": "abc"}'), OK, "bio2kg serves here, release abc"),
        ((503, b"{}"), WRONG, "not ready"),
        ((200, b"hello"), WARNING, "another program"),
        ((200, b"[]"), WARNING, "another program"),
        ((404, b""), WARNING, "another program"),
    ],
    indirect=["serving"],
)
def test_who_listens_on_the_port_is_said(home: Path, serving: int, status: str, said: str) -> None:
    found = findings(serving)[f"port {serving}"]
    assert (found.status, said in found.said) == (status, True)


def test_the_command_prints_a_line_or_an_object_for_each_and_its_exit_code_says_the_worst(run: Run, port: int) -> None:
    base = {"BIO2KG_WORKER_MB": "64"}
    text = run("doctor", "--port", str(port), env=base)
    assert "Traceback" not in text.stderr
    assert "ok       python" in text.stdout
    for env, code in (
        ({"BIO2KG_WORKER_MB": "1000000"}, 1),
        ({"BIO2KG_PROXIES": "0.0.0.0/0"}, 2),
        ({"BIO2KG_NO_SUCH": "1"}, 2),
    ):
        done = run("doctor", "--port", str(port), "--format", "json", env=base | env)
        found = json.loads(done.stdout)
        assert {"name", "status", "said", "remedy"} == set(found[0])
        assert done.returncode == code, done.stdout
    assert run("doctor", "--format", "xml").returncode == 2
