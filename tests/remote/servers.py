"""Real SPARQL servers for the tests: programs of their own on free ports of this machine, with data of their own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bio2kg.remote import RemoteStore


@dataclass(frozen=True)
class Server:
    """A running server and its addresses."""

    engine: str
    query: str
    update: str
    graphs: str

    def store(self, **options: object) -> RemoteStore:
        return RemoteStore(self.query, self.update, **{"graph_store": self.graphs, **options})


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def program(name: str, remedy: str) -> str:
    """Where a program is, or a skip with the remedy; under CI nothing may be missing."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        message = f"{name} is not there: {remedy}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def running(command: list[str], address: str, folder: Path) -> Iterator[None]:
    """The process while it answers at ``address``."""
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "output").read_text()
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def oxigraph(folder: Path, data: Path) -> Iterator[Server]:
    """The Oxigraph server with these N-Quads."""
    oxigraph = program("oxigraph", "the test extra installs it")
    place = str(folder / "data")
    loading = [oxigraph, "load", "--location", place, "--file", str(data), "--format", "nq"]
    subprocess.run(loading, check=True, capture_output=True, timeout=60)
    address = f"127.0.0.1:{free_port()}"
    with running([oxigraph, "serve", "--location", place, "--bind", address], f"http://{address}/", folder):
        yield Server("oxigraph", f"http://{address}/query", f"http://{address}/update", f"http://{address}/store")


_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 20
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = {folder}
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 1000000
"""
_LOAD = """log_enable(2);
DB.DBA.TTLP (file_to_string_output('{data}'), '', 'http://example.org/none', 512);
GRANT SPARQL_UPDATE TO "SPARQL";
"""


@contextmanager
def virtuoso(folder: Path, data: Path) -> Iterator[Server]:
    """Virtuoso with these N-Quads, where everyone may write; its administrator is dba with password dba."""
    remedy = "apt-get install --no-install-recommends virtuoso-opensource-7-bin"
    server, isql = program("virtuoso-t", remedy), program("isql-vt", remedy)
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(folder=folder, sql=sql, http=http))
    loaded = folder / "data.nq"
    loaded.write_bytes(data.read_bytes())
    (folder / "load.sql").write_text(_LOAD.format(data=loaded))
    address = f"http://127.0.0.1:{http}"
    command = [server, "-f", "-c", str(folder / "virtuoso.ini")]
    with running(command, f"{address}/sparql?query=ASK%7B%7D", folder):
        loading = [isql, f"127.0.0.1:{sql}", "dba", "dba", str(folder / "load.sql")]
        done = subprocess.run(loading, capture_output=True, text=True, timeout=120, check=False)
        assert "Error" not in done.stderr, done.stderr
        yield Server("virtuoso", f"{address}/sparql", f"{address}/sparql", f"{address}/sparql-graph-crud")


ENGINES = {"oxigraph": oxigraph, "virtuoso": virtuoso}
