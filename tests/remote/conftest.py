"""Each engine once, with the test release."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bio2kg import release
from bio2kg.web.app import create_app
from tests.remote.servers import ENGINES, Server


@pytest.fixture(scope="session")
def servers(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """The servers that were asked for so far; ``server`` starts them."""
    with ExitStack() as stack:

        class Started(dict[str, Server]):
            def __missing__(self, engine: str) -> Server:
                data = release_folder / release.read_manifest(release_folder)["file"]
                self[engine] = stack.enter_context(ENGINES[engine](tmp_path_factory.mktemp(engine), data))
                return self[engine]

        yield Started()


@pytest.fixture(params=list(ENGINES))
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    return servers[request.param]


@pytest.fixture(scope="module", params=list(ENGINES))
def remote(
    request: pytest.FixtureRequest, servers: dict[str, Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """The program as its operator sets it up over a store elsewhere: by the environment alone."""
    server = servers[request.param]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BIO2KG_HOME", str(tmp_path_factory.mktemp("home")))
        environment.setenv("BIO2KG_STORE", server.query)
        environment.setenv("BIO2KG_STORE_UPDATE", server.update)
        environment.setenv("BIO2KG_STORE_GRAPHS", server.graphs)
        environment.setenv("BIO2KG_WORKERS", "1")
        with TestClient(create_app(), follow_redirects=False) as remote:
            yield remote
