"""A release on disk: canonical N-Quads under the name of their hash, and a manifest that is replaced in one step.

The canonical form is that of RDF Dataset Canonicalization (https://www.w3.org/TR/rdf-canon/).
"""

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from bio2kg import release
from bio2kg.errors import Bio2kgError, NotFoundError, StateError

LINES = ['<http://x/a> <http://x/p> "één" <http://x/g> .\n', "<http://x/a> <http://x/p> <http://x/b> <http://x/g> .\n"]
OTHER = ['<http://x/a> <http://x/p> "twee" <http://x/g> .\n']
MANIFEST = {"graphs": [{"iri": "http://x/g"}], "inputs": "f"}
N = NamedNode("http://x/n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a release of two lines."""
    folder = tmp_path / "release"
    folder.mkdir()
    release.write(folder, LINES, MANIFEST)
    return folder


def quads(text: str) -> list[Quad]:
    return list(parse(text.encode(), format=RdfFormat.N_QUADS))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def data_file(folder: Path) -> Path:
    (path,) = folder.glob("*.nq")
    return path


def test_blank_nodes_get_the_names_of_the_standard() -> None:
    """The first example of the standard (unique hashes): the hash of e0 begins with 21d1, that of e1 with 6fa0."""
    given = """
        <http://example.com/#p> <http://example.com/#q> _:e0 .
        <http://example.com/#p> <http://example.com/#r> _:e1 .
        _:e0 <http://example.com/#s> <http://example.com/#u> .
        _:e1 <http://example.com/#t> <http://example.com/#u> .
    """
    expected = [
        "<http://example.com/#p> <http://example.com/#q> _:c14n0 .\n",
        "<http://example.com/#p> <http://example.com/#r> _:c14n1 .\n",
        "_:c14n0 <http://example.com/#s> <http://example.com/#u> .\n",
        "_:c14n1 <http://example.com/#t> <http://example.com/#u> .\n",
    ]
    assert release.canonical(quads(given)) == expected
    renamed = given.replace("e0", "x").replace("e1", "e0")
    assert release.canonical(reversed(quads(renamed))) == expected


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("é😀", "é😀"),
        ('a"b\\c', r"a\"b\\c"),
        ("\t\b\n\r\f", r"\t\b\n\r\f"),
        ("\x00\x07\x0b\x1f\x7f", r"\u0000\u0007\u000B\u001F\u007F"),
    ],
)
def test_characters_are_escaped_as_the_canonical_form_of_n_quads_does(text: str, written: str) -> None:
    assert release.canonical([Quad(N, N, Literal(text), N)]) == [
        f'<http://x/n> <http://x/n> "{written}" <http://x/n> .\n'
    ]


def test_lines_are_sorted_by_code_point_and_none_comes_twice() -> None:
    values = ["b", "a", "Z", "é", "😀", "￼", "a", "10", "2"]
    lines = release.canonical(Quad(N, N, Literal(value), N) for value in values)
    assert [line.split('"')[1] for line in lines] == ["10", "2", "Z", "a", "b", "é", "￼", "😀"]


def test_each_graph_has_the_number_and_the_hash_of_its_own_lines() -> None:
    lines = [
        '<http://x/a> <http://x/p> "een zin met spaties <http://x/h> ." <http://x/g> .\n',
        "<http://x/a> <http://x/p> <http://x/h> <http://x/g> .\n",
        "<http://x/b> <http://x/p> _:c14n0 <http://x/h> .\n",
    ]
    assert release.graph_hashes(lines, ["http://x/g", "http://x/h"]) == {
        "http://x/g": (2, hashlib.sha256((lines[0] + lines[1]).encode()).hexdigest()),
        "http://x/h": (1, hashlib.sha256(lines[2].encode()).hexdigest()),
    }


def test_a_release_is_a_data_file_named_by_its_hash_and_a_manifest(folder: Path) -> None:
    content = "".join(LINES).encode()
    digest = hashlib.sha256(content).hexdigest()
    files = contents(folder)
    assert set(files) == {f"bio2kg-{digest[:16]}.nq", "manifest.json"}
    assert files[f"bio2kg-{digest[:16]}.nq"] == content
    assert json.loads(files["manifest.json"]) == {
        "release": digest[:16],
        "file": f"bio2kg-{digest[:16]}.nq",
        "sha256": digest,
        "bytes": len(content),
        "quads": 2,
        **MANIFEST,
    }


def test_what_was_written_is_read_back(folder: Path) -> None:
    manifest, content = release.read(folder)
    assert content == "".join(LINES).encode()
    assert manifest == release.read_manifest(folder)


def test_a_new_release_takes_the_place_of_the_old_one(folder: Path) -> None:
    release.write(folder, OTHER, MANIFEST)
    assert len(contents(folder)) == 2
    assert release.read(folder)[1] == OTHER[0].encode()


def test_the_same_release_with_another_manifest_keeps_its_data_file(folder: Path) -> None:
    release.write(folder, LINES, {**MANIFEST, "inputs": "g"})
    assert len(contents(folder)) == 2
    assert release.read(folder)[0]["inputs"] == "g"


def test_a_file_with_the_name_of_the_data_file_but_another_content_is_rewritten(folder: Path) -> None:
    data_file(folder).write_bytes(b"")
    release.write(folder, LINES, MANIFEST)
    assert release.read(folder)[1] == "".join(LINES).encode()


def test_others_may_read_a_release(folder: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def truncate(folder: Path) -> None:
    data_file(folder).write_bytes(data_file(folder).read_bytes()[:-1])


def alter(folder: Path) -> None:
    data_file(folder).write_bytes(data_file(folder).read_bytes().replace(b"/p>", b"/q>"))


def lose_data(folder: Path) -> None:
    data_file(folder).unlink()


@pytest.mark.parametrize("damage", [truncate, alter, lose_data])
def test_a_damaged_data_file_is_never_served(folder: Path, damage: Any) -> None:
    name = data_file(folder).name
    damage(folder)
    with pytest.raises(StateError) as raised:
        release.read(folder)
    assert raised.value.where == str(folder / name)
    assert "bio2kg build" in raised.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"file": "x',
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"file": "x.nq", "release": "x", "sha256": "x"}',
        b'{"file": 7, "release": "x", "sha256": "x", "graphs": []}',
        b'{"file": null, "release": "x", "sha256": "x", "graphs": []}',
    ],
)
def test_a_damaged_manifest_is_named_with_its_remedy(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(StateError) as raised:
        release.read(folder)
    assert raised.value.where == str(folder / "manifest.json")
    assert "bio2kg build" in raised.value.remedy


@pytest.mark.parametrize("missing", [".", "nowhere"])
def test_a_release_that_is_not_there_is_not_found(tmp_path: Path, missing: str) -> None:
    with pytest.raises(NotFoundError, match="there is no release here") as raised:
        release.read(tmp_path / missing)
    assert raised.value.where == str(tmp_path / missing)
    assert "bio2kg build" in raised.value.remedy


@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_a_full_disk_at_any_moment_leaves_a_whole_release(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """Each file is made durable twice, itself and its folder: four moments at which the disk can refuse."""
    calls = 0

    def fsync(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(errno.ENOSPC, "No space left on device")

    before = release.read(folder)
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StateError, match="cannot be written: No space left on device") as raised:
        release.write(folder, OTHER, MANIFEST)
    assert raised.value.remedy
    assert raised.value.where == str(folder)
    after = release.read(folder)
    assert after == before if call < 4 else after[1] == OTHER[0].encode()
    assert [name for name in contents(folder) if name.startswith(".")] == []


def test_a_folder_that_cannot_be_made_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StateError, match="cannot be written") as raised:
        release.require_writable(tmp_path / "file" / "release")
    assert raised.value.remedy


def test_a_folder_that_is_read_only_is_refused_and_keeps_its_release(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)

    def refuse(*_: object, **__: object) -> tuple[int, str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    # Also root, who may write everywhere, meets what others meet.
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    for attempt in (lambda: release.require_writable(folder), lambda: release.write(folder, OTHER, MANIFEST)):
        with pytest.raises(StateError, match="cannot be written: Permission denied"):
            attempt()
    assert contents(folder) == before


def test_a_state_that_stands_in_the_way_is_no_internal_error() -> None:
    assert issubclass(StateError, Bio2kgError)
    assert (StateError.exit_code, StateError.http_status) == (2, 503)
    assert (NotFoundError.exit_code, NotFoundError.http_status) == (2, 404)
