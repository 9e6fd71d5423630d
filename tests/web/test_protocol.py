"""The SPARQL 1.1 protocol cases of others, against a server that really listens."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def address(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    (home / "release").symlink_to(release_folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bio2kg", "serve", "--port", str(port)],
        env={**os.environ, "BIO2KG_HOME": str(home)},
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        assert process.wait(10) is not None


def test_the_read_only_protocol_cases_pass(address: str, shared: Path) -> None:
    runner = shared / "conformance" / "sparql-protocol" / "protocol_run.py"
    done = subprocess.run(
        [sys.executable, str(runner), "--base", address, "--query", "/sparql", "--read-only"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert failed == []
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_sparqlwrapper_and_rdflib_get_answers(address: str) -> None:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore
    from SPARQLWrapper import JSON, SPARQLWrapper

    query = "SELECT ?n WHERE { <https://w3id.org/bio2kg/id/bio2/1.3/5.24.08> <http://www.w3.org/2004/02/skos/core#notation> ?n }"
    wrapper = SPARQLWrapper(f"{address}/sparql", returnFormat=JSON)
    wrapper.setQuery(query)
    assert wrapper.queryAndConvert()["results"]["bindings"][0]["n"]["value"] == "5.24.08"
    assert [str(row.n) for row in SPARQLStore(f"{address}/sparql").query(query)] == ["5.24.08"]
