"""Where the texts come from: a folder, a git repository, a copy with a note."""

import subprocess
from pathlib import Path

import pytest

from bio2kg.errors import InputError, NotFoundError
from bio2kg.reader.publication import CC_BY_SA, MEASURES, open_publication


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    text = folder / MEASURES
    text.parent.mkdir(parents=True)
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "LICENSE.txt").write_text("Naamsvermelding-GelijkDelen 4.0 Internationaal")
    for content, message in (("# D\n\n## 5.01.01\nEerste.\n", "one"), ("# D\n\n## 5.01.01\nTweede.\n", "two")):
        text.write_text(content)
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", message], check=True)
    return folder


def test_a_checkout_is_read_from_its_files_with_the_commit_it_stands_on(repository: Path) -> None:
    publication = open_publication(repository)
    assert "Tweede" in publication.texts[MEASURES]
    assert publication.commit is not None
    assert publication.changed_since_commit is False
    assert publication.licence == CC_BY_SA


def test_a_changed_checkout_says_so(repository: Path) -> None:
    (repository / MEASURES).write_text("# D\n\n## 5.01.01\nDerde.\n")
    assert open_publication(repository).changed_since_commit is True


def test_a_revision_is_read_from_history_also_of_a_bare_repository(repository: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run(["git", "clone", "-q", "--bare", str(repository), str(bare)], check=True)
    first = subprocess.run(
        ["git", "-C", str(bare), "rev-list", "--max-parents=0", "--abbrev-commit", "HEAD"],
        check=True,
        capture_output=True,
        text=True,
    )
    for place in (repository, bare):
        assert "Eerste" in open_publication(place, first.stdout.strip()).texts[MEASURES]
    assert "Tweede" in open_publication(bare).texts[MEASURES]


def test_a_copy_without_git_takes_commit_and_date_from_its_source_note(tmp_path: Path) -> None:
    text = tmp_path / MEASURES
    text.parent.mkdir(parents=True)
    text.write_text("# D\n")
    assert open_publication(tmp_path).commit is None
    (tmp_path / "SOURCE").write_text(
        "repository: https://example.org/x\ncommit: 0123456789\ndate: 2026-03-23T09:49:56+01:00\n"
    )
    publication = open_publication(tmp_path)
    assert (publication.repository, publication.commit) == ("https://example.org/x", "0123456789")
    assert publication.committed is not None
    assert publication.committed.isoformat() == "2026-03-23T08:49:56+00:00"
    assert publication.licence is None


@pytest.mark.parametrize(
    ("prepare", "revision", "kind", "message"),
    [
        (lambda p: None, None, NotFoundError, "docs/maatregelen/index.md"),
        (lambda p: None, "HEAD", InputError, "not a git repository"),
        (lambda p: _write(p, b"# D\n\n## 5.01.01\nM\xe9\n"), None, InputError, "index.md:4: not UTF-8"),
    ],
)
def test_what_is_not_there_or_not_text_is_named(tmp_path: Path, prepare, revision, kind, message) -> None:
    prepare(tmp_path)
    with pytest.raises(kind, match=message):
        open_publication(tmp_path, revision)


def test_an_unknown_revision_is_named(repository: Path) -> None:
    with pytest.raises(NotFoundError, match="no revision “v99”"):
        open_publication(repository, "v99")


def test_a_folder_that_is_not_there_or_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such folder"):
        open_publication(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="this is a file"):
        open_publication(tmp_path / "file")


def _write(folder: Path, content: bytes) -> None:
    path = folder / MEASURES
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
