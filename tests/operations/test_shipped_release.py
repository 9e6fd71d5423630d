"""A release that comes with the installation answers until there is one of its own, and is never written."""

import shutil
from pathlib import Path

import pytest

from bio2kg import paths, release
from bio2kg.access import audit
from bio2kg.access.callers import ANONYMOUS
from bio2kg.operations import backup, doctor
from bio2kg.settings import answers_from, settings


@pytest.fixture
def shipped(tmp_path: Path, release_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a release that came with the installation, beside a home with nothing in it."""
    folder = tmp_path / "shipped"
    shutil.copytree(release_folder, folder)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BIO2KG_RELEASE", str(folder))
    return folder


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in folder.iterdir()}


def test_it_answers_while_nothing_was_built(shipped: Path) -> None:
    assert paths.release() == shipped
    assert answers_from() == f"release {release.read_manifest(shipped)['release']}"
    found = {finding.name: finding for finding in doctor.examine("127.0.0.1", 1)}
    assert found["release"].status == doctor.OK


def test_what_is_built_goes_beside_it_and_then_answers(shipped: Path) -> None:
    assert paths.built() == settings().home / "release"
    shutil.copytree(shipped, paths.built())
    assert paths.release() == paths.built()


def test_a_backup_with_the_release_can_be_put_back(shipped: Path, tmp_path: Path) -> None:
    before = state(shipped)
    audit.record("create", "x", audit.Outcome.DONE, caller=ANONYMOUS)
    made = backup.make(tmp_path / "backup", settings(), include_release=True)
    backup.restore(tmp_path / "backup", settings(), force=True)
    assert state(shipped) == before
    assert made["release"] == release.read_manifest(settings().home / "release")["release"]
