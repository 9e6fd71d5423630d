"""Each engine once, with the test release."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bio2kg import release
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
