"""The configurations of nginx in the documentation do what the text beside them says, before real servers."""

import contextlib
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT
from tests.remote.servers import program
from tests.serving import Server, free_port, home_with

HOW_TO = ROOT / "docs" / "how-to"
# All that differs from the page: no TLS, which needs a certificate, and what is of this machine.
_AROUND = """daemon off; pid {folder}/pid; error_log {folder}/errors; {user}
events {{}}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{site} }}
"""


def site(page: str, port: int, folder: Path, servers: list[Server]) -> str:
    """The configuration on a page, for these servers."""
    text = (HOW_TO / page).read_text(encoding="utf-8")
    (found,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    found = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", found)
    found = re.sub(r"ssl_certificate\w* .*;", "", found)
    found = found.replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto https")
    found = found.replace("/var/cache/nginx", str(folder))
    for named, server in zip(("10.0.0.11:8000", "10.0.0.12:8000"), servers, strict=True):
        found = found.replace(named, f"127.0.0.1:{server.port}")
    return found.replace("127.0.0.1:8000", f"127.0.0.1:{servers[0].port}")


@pytest.fixture(scope="module")
def servers(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two servers that believe the proxy, each with a home of its own."""
    homes = [home_with(release_folder, tmp_path_factory.mktemp("home")) for _ in range(2)]
    env = {"BIO2KG_PROXIES": "127.0.0.1", "BIO2KG_QUERY_SECONDS": "2", "BIO2KG_WORKERS": "1"}
    servers = [Server(home, env) for home in homes]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            if server.process and server.process.poll() is None:
                server.stop()


@contextlib.contextmanager
def nginx(page: str, folder: Path, servers: list[Server]) -> Iterator[str]:
    """The address of nginx with the configuration of a page."""
    command = [program("nginx", "apt-get install --no-install-recommends nginx-light"), "-c", str(folder / "conf")]
    port = free_port()
    user = "user root;" if folder.owner() == "root" else ""
    (folder / "conf").write_text(
        _AROUND.format(folder=folder, user=user, site=site(page, port, folder, servers)), encoding="utf-8"
    )
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    process = subprocess.Popen(command)
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"{address}/health/live", timeout=5)
                break
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(10)


PAGES = ("run-in-production.md", "run-on-a-sparql-cluster.md")


@pytest.fixture(scope="module", params=PAGES)
def address(
    request: pytest.FixtureRequest, servers: list[Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with nginx(request.param, tmp_path_factory.mktemp("nginx"), servers) as address:
        yield address


@pytest.fixture
def cached(servers: list[Server], tmp_path: Path) -> Iterator[str]:
    with nginx("run-on-a-sparql-cluster.md", tmp_path, servers) as address:
        yield address


def test_it_answers_as_behind_https_and_names_the_request_once(address: str) -> None:
    answer = requests.get(f"{address}/id/bio2/1.3", allow_redirects=False, timeout=20)
    assert (answer.status_code, answer.headers["location"]) == (303, "/doc/bio2/1.3")
    assert answer.headers["strict-transport-security"]
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_a_client_that_has_the_answer_gets_304(address: str) -> None:
    url = f"{address}/doc/bio2/1.3/5.01.01"
    tag = requests.get(url, headers={"Accept": "text/turtle"}, timeout=20).headers["etag"]
    again = requests.get(url, headers={"Accept": "text/turtle", "If-None-Match": tag}, timeout=20)
    assert (again.status_code, again.content) == (304, b"")
    assert requests.head(url, timeout=20).status_code == 200


def test_paths_go_on_as_they_came(address: str, servers: list[Server]) -> None:
    for path in ("/doc/bio2%2F1.3", "/doc//bio2", "/doc/bio2/%2e%2e/x"):
        through, direct = (
            subprocess.run(
                ["curl", "-s", "--path-as-is", "-H", "Accept: application/json", f"{base}{path}"],
                capture_output=True,
                check=True,
                timeout=20,
            ).stdout
            for base in (address, servers[0].address)
        )
        assert through == direct, path


def test_the_service_itself_says_what_is_too_large(address: str) -> None:
    body = b"#" * (20 * 1024 * 1024 + 1)
    answer = requests.post(f"{address}/v1/validate", data=body, headers={"Content-Type": "text/turtle"}, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_figures_are_for_nobody_outside(address: str) -> None:
    for path in ("/metrics", "/%6detrics", "//metrics"):
        assert requests.get(f"{address}{path}", timeout=20).status_code == 403


def test_the_address_of_the_client_is_that_of_the_connection(address: str, servers: list[Server]) -> None:
    headers = {"Authorization": "Bearer nothing", "X-Forwarded-For": "203.0.113.77"}
    assert requests.get(f"{address}/v1/frameworks", headers=headers, timeout=20).status_code == 401
    kept = "".join(log.read_text() for s in servers if (log := s.home / "stored" / "audit.log").exists())
    assert '"client": "127.0.0.1"' in kept
    assert "203.0.113.77" not in kept


def test_every_representation_has_its_own_place_in_the_cache(cached: str) -> None:
    for _ in range(2):
        for accept in ("text/turtle", "text/html", "application/ld+json"):
            answer = requests.get(f"{cached}/doc/bio2/1.3/5.01.01", headers={"Accept": accept}, timeout=20)
            assert answer.headers["content-type"].startswith(accept)


def test_no_header_makes_one_address_answer_for_another(cached: str) -> None:
    requests.get(f"{cached}/id/bio2", headers={"Accept": "/1.3*/*"}, allow_redirects=False, timeout=20)
    answer = requests.get(f"{cached}/id/bio2/1.3", headers={"Accept": "*/*"}, allow_redirects=False, timeout=20)
    assert answer.headers["location"] == "/doc/bio2/1.3"


def stopped(servers: list[Server]) -> int:
    """How many queries were stopped so far, in all servers."""
    figures = "".join(requests.get(f"{server.address}/metrics", timeout=20).text for server in servers)
    found = re.findall(r'^bio2kg_requests_total\{.*route="/sparql",status="503"\} ([\d.]+)', figures, re.MULTILINE)
    return sum(int(float(count)) for count in found)


def test_slow_queries_run_once_and_make_no_server_count_as_dead(cached: str, servers: list[Server]) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?b ?e . ?f ?b ?g . FILTER(?a != ?d && ?f != ?a) }"
    before = stopped(servers)
    for _ in range(4):
        answer = requests.get(f"{cached}/sparql", params={"query": slow}, headers={"Accept": "text/csv"}, timeout=60)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert stopped(servers) - before == 4
    assert requests.get(f"{cached}/doc/bio2/1.2", timeout=20).status_code == 200


def test_a_server_that_stops_is_passed_over(cached: str, servers: list[Server]) -> None:
    servers[1].stop()
    for number in range(8):
        assert requests.get(f"{cached}/v1/frameworks?page=1&pageSize={number + 1}", timeout=20).status_code == 200
        ask = {"query": "ASK {}"}
        assert requests.post(f"{cached}/sparql", data=ask, timeout=20).status_code == 200
