"""One live server for the whole suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.canaries import canaries
from tests.attacks.processes import megabytes
from tests.attacks.stand import SETTINGS, Stand
from tests.serving import home_with, serving


@pytest.fixture(scope="package")
def stand(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("attacks")
    home = home_with(release_folder, folder / "home")
    with canaries(folder / "canary") as found, serving(home, SETTINGS) as server:
        stand = Stand(server, found)
        yield stand
        print(
            f"\n{stand.resting} MB at rest, {stand.largest} MB after cases at most, {megabytes(stand.number)} MB at the end"
        )
