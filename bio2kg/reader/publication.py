"""The publisher's files at one moment: from a folder, or from a git repository at a revision."""

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dulwich.errors import NotGitRepository
from dulwich.object_store import tree_lookup_path
from dulwich.objects import Blob, Commit
from dulwich.objectspec import parse_commit
from dulwich.repo import Repo

from bio2kg.errors import InputError, NotFoundError

MEASURES = "docs/maatregelen/index.md"
INTRODUCTION = "docs/inleiding/index.md"
LICENCE = "LICENSE.txt"
REPOSITORY = "https://github.com/MinBZK/Baseline-Informatiebeveiliging-Overheid"
CC_BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"


@dataclass(frozen=True)
class Publication:
    """The texts of one revision and where they came from. What is not known is None."""

    place: str
    texts: dict[str, str] = field(repr=False)
    repository: str = REPOSITORY
    commit: str | None = None
    committed: datetime | None = None
    changed_since_commit: bool = False

    @property
    def licence(self) -> str | None:
        """The licence IRI that the revision itself carries, or None: no file, or one that is not recognised."""
        text = self.texts.get(LICENCE, "")
        return CC_BY_SA if "Naamsvermelding-GelijkDelen 4.0" in text or "ShareAlike 4.0" in text else None

    def name(self, path: str) -> str:
        """A file as messages name it."""
        return (
            f"{self.place}/{path}"
            if not self.commit or Path(self.place).joinpath(path).exists()
            else f"{self.commit[:7]}:{path}"
        )


def open_publication(place: Path, revision: str | None = None) -> Publication:
    """Reads the publisher's texts from a folder, or from the git repository there at ``revision``.

    Raises NotFoundError if the place, the revision or the text of the measures is not there; InputError if a text is
    not UTF-8.
    """
    if not place.exists():
        raise NotFoundError(
            "there is no such folder", where=str(place), remedy="Give a checkout or a git repository of the publisher."
        )
    if not place.is_dir():
        raise InputError(
            "this is a file", where=str(place), remedy="Give the folder of a checkout, or a git repository."
        )
    try:
        repo = Repo(str(place))
    except NotGitRepository:
        repo = None
    if repo is None and revision:
        raise InputError(
            "this folder is not a git repository, so it has no revisions",
            where=str(place),
            remedy="Leave out --revision.",
        )
    if repo is not None:
        with contextlib.closing(repo):
            if revision or repo.bare:
                return _from_commit(place, repo, revision or "HEAD")
            return _from_folder(place, repo)
    return _from_folder(place, None)


def _from_commit(place: Path, repo: Repo, revision: str) -> Publication:
    try:
        commit = parse_commit(repo, revision)
    except (KeyError, ValueError) as error:
        raise NotFoundError(
            f"there is no revision “{revision}”",
            where=str(place),
            remedy="Give a commit, tag or branch of this repository.",
        ) from error
    texts = {}
    for path in (MEASURES, INTRODUCTION, LICENCE):
        try:
            _, sha = tree_lookup_path(repo.get_object, commit.tree, path.encode())
        except KeyError:
            continue
        blob = repo.get_object(sha)
        if isinstance(blob, Blob):
            texts[path] = _decode(blob.data, f"{revision}:{path}")
    _require_measures(texts, f"{place} at {revision}")
    return Publication(str(place), texts, commit=commit.id.decode(), committed=_moment(commit))


def _from_folder(place: Path, repo: Repo | None) -> Publication:
    texts = {}
    for path in (MEASURES, INTRODUCTION, LICENCE):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            texts[path] = _decode((place / path).read_bytes(), str(place / path))
    _require_measures(texts, str(place))
    if repo is not None:
        try:
            commit = parse_commit(repo, "HEAD")
        except KeyError:
            return Publication(str(place), texts)
        same = all(texts.get(path) == _committed_text(repo, commit, path) for path in (MEASURES, INTRODUCTION))
        return Publication(
            str(place), texts, commit=commit.id.decode(), committed=_moment(commit), changed_since_commit=not same
        )
    return _with_source_note(place, texts)


def _with_source_note(place: Path, texts: dict[str, str]) -> Publication:
    """A copy without git history may carry a ``SOURCE`` file with lines ``repository:``, ``commit:`` and ``date:``."""
    note = place / "SOURCE"
    if not note.is_file():
        return Publication(str(place), texts)
    lines = (line.partition(":") for line in _decode(note.read_bytes(), str(note)).splitlines())
    said = {key.strip(): value.strip() for key, _, value in lines}
    committed = None
    with contextlib.suppress(KeyError, ValueError):
        committed = datetime.fromisoformat(said["date"]).astimezone(UTC)
    return Publication(str(place), texts, said.get("repository", REPOSITORY), said.get("commit"), committed)


def _committed_text(repo: Repo, commit: Commit, path: str) -> str | None:
    try:
        blob = repo.get_object(tree_lookup_path(repo.get_object, commit.tree, path.encode())[1])
    except KeyError:
        return None
    return blob.data.decode("utf-8", "replace") if isinstance(blob, Blob) else None


def _moment(commit: Commit) -> datetime:
    return datetime.fromtimestamp(commit.author_time, UTC)


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"not UTF-8: byte 0x{data[error.start]:02x} cannot be read",
            where=f"{name}:{line}",
            remedy="Save the file as UTF-8.",
        ) from error


def _require_measures(texts: dict[str, str], place: str) -> None:
    if MEASURES not in texts:
        raise NotFoundError(
            f"there is no {MEASURES}, the publisher's text of the measures",
            where=place,
            remedy="Give the top folder of the publisher's repository.",
        )
