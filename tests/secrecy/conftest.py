"""Three worlds, each with a server of its own."""

import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bio2kg.store import EmbeddedStore
from bio2kg.validation.service import Session
from bio2kg.web.app import create_app
from tests.secrecy import worlds
from tests.secrecy.worlds import Known
from tests.serving import serving


@dataclass
class Worlds:
    """What is known, and where the servers of the worlds are."""

    known: Known
    homes: dict[str, Path]
    addresses: dict[str, str]


@pytest.fixture(scope="session")
def session(store: EmbeddedStore) -> Session:
    """The rules, made ready once."""
    return Session(store)


@pytest.fixture(scope="session")
def apart(session: Session, release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """The worlds, which no test changes."""
    known, homes = worlds.homes(session, release_folder, tmp_path_factory.mktemp("worlds"))
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(home, worlds.SETTINGS)) for name, home in homes.items()}
        # The first to ask waits for what is loaded then; and a program that is being edited is read at one moment.
        for server in servers.values():
            urllib.request.urlopen(f"{server.address}/doc/bio2", timeout=30).close()
        yield Worlds(known, homes, {name: server.address for name, server in servers.items()})


@pytest.fixture(scope="session")
def application(store: EmbeddedStore) -> Iterator[TestClient]:
    """The application, to see what addresses it has."""
    with TestClient(create_app(lambda: store)) as client:
        yield client
