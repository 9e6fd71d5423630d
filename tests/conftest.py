"""What the tests share: the publisher's texts, and one release built once."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from filelock import FileLock

from bio2kg import ingest, release
from bio2kg.build import build
from bio2kg.reader.publication import open_publication
from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app

ROOT = Path(__file__).resolve().parent.parent
EDITIONS = {"1.1.1": "1.1.1", "1.2": "1.2", "1.3": "1.3-head"}

# The tests send more requests than one client may; what that leads to is tested on its own.
os.environ.update({"BIO2KG_RATE": "0", "BIO2KG_RATE_HEAVY": "0", "BIO2KG_AT_ONCE": "0"})

Run = Callable[..., subprocess.CompletedProcess[str]]


def need(path: Path, remedy: str) -> Path:
    """The path, or a skip with the remedy; under CI nothing may be missing."""
    if not path.exists():
        message = f"{path.name} is not there: {remedy}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def shared() -> Path:
    return need(ROOT.parent / "shared", "this test reads the publisher's texts and reference facts from ../shared")


@pytest.fixture(scope="session")
def sources(shared: Path) -> Path:
    return shared / "sources" / "bio2"


@pytest.fixture(scope="session")
def release_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the project's files alone; made again only when something changed."""
    folder = ROOT / "build" / "test-release"
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):  # tests run in several processes
        build(folder, ingested=tmp_path_factory.mktemp("nothing-ingested"))
    return folder


@pytest.fixture(scope="session")
def store(release_folder: Path) -> EmbeddedStore:
    return EmbeddedStore(release.read(release_folder)[1])


@pytest.fixture(scope="session")
def store_with_texts(release_folder: Path, sources: Path) -> EmbeddedStore:
    """The release with the publisher's wording of three editions, as a steward has it after ingest."""
    text = b""
    for folder in EDITIONS.values():
        reading = ingest.read(open_publication(sources / folder))
        text += "".join(f"{quad} .\n" for quad in ingest.quads(reading, alone=False)).encode()
    return EmbeddedStore(release.read(release_folder)[1] + text)


@pytest.fixture(scope="session")
def client(store: EmbeddedStore) -> TestClient:
    with TestClient(create_app(lambda: store), follow_redirects=False) as client:
        yield client


@pytest.fixture
def run(release_folder: Path, tmp_path: Path) -> Run:
    """Runs the command line as a process, over the test release."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "release").symlink_to(release_folder)

    def run(
        *arguments: str, stdin: str | bytes = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "bio2kg", *arguments],
            input=data,
            capture_output=True,
            env={**os.environ, "BIO2KG_HOME": str(home), "COLUMNS": "200", **(env or {})},
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def rows(store: EmbeddedStore, query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT as plain text; IRIs without the project's base."""
    return [
        tuple("" if term is None else term.value.replace("https://w3id.org/bio2kg/id/", "") for term in row)
        for row in store.query(query)
    ]
