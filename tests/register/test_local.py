"""The register in a file: several processes, crashes, and a disk that does not do what it should."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bio2kg.errors import BusyError, StateError
from bio2kg.register import LocalRegister, Visibility
from tests.conftest import ROOT
from tests.register.samples import AUTHOR_OF_A, REPORT, A, content

DRAFT, PUBLIC = Visibility.DRAFT, Visibility.PUBLIC


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite3"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        # The same is tested without a file system by max_page_count, so this is no gap under CI.
        pytest.skip("a file system can only be mounted by root; run the tests as root, as in a container")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def start(path: Path, first: int, last: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.register.writer", str(path), str(first), str(last)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def require_acknowledged(path: Path, rounds: list[list[str]]) -> set[str]:
    """Checks that the register holds what the lines of each writer say, and returns what it was about.

    The write after the last line of a writer may have been committed, and stopped before it could be said.
    """
    said: dict[str, tuple[str, int] | None] = {}
    last = set()
    for lines in rounds:
        for line in lines:
            match line.split():
                case ["created", identifier, revision, number]:
                    said[identifier] = (revision, int(number))
                case ["deleted", identifier]:
                    said[identifier] = None
        last |= {line.split()[1] for line in lines[-1:]}
    register = LocalRegister(path)
    found = {record.identifier: record for record in register.records(AUTHOR_OF_A)}
    for identifier, expected in said.items():
        if expected is None:
            assert identifier not in found
        elif identifier not in last or (identifier in found and found[identifier].revision == expected[0]):
            assert found[identifier].revision == expected[0]
            read = register.read(identifier, AUTHOR_OF_A)
            assert read
            assert read[1] == content(expected[1], 40)
    assert len(found.keys() - said.keys()) <= len(rounds)
    assert all(register.read(identifier, AUTHOR_OF_A) for identifier in found)  # whole: their hashes are right
    register.close()
    return set(said)


def test_several_processes_write_at_once_and_all_they_were_told_is_there(path: Path) -> None:
    writers = [start(path, n * 1000, n * 1000 + 12) for n in range(1, 4)]  # a fresh file, opened by all at once
    rounds = [writer.communicate(timeout=120)[0].splitlines()[1:] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert len(require_acknowledged(path, rounds)) == 36
    register = LocalRegister(path)
    records = register.records(AUTHOR_OF_A)
    # 12 creations each, of which four are replaced and four deleted.
    assert len(records) == 24
    assert max(record.sequence for record in records) <= 3 * (12 + 4 + 4)
    assert len({record.sequence for record in records}) == 24


def test_a_writer_that_is_killed_loses_nothing_that_it_was_told(path: Path) -> None:
    chance = random.Random(6)
    rounds: list[list[str]] = []
    for number in range(20):
        writer = start(path, number * 9_999, number * 9_999 + 9_999)
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.random() * 0.15)
        writer.kill()
        lines = writer.stdout.read().splitlines(keepends=True)
        writer.wait()
        rounds.append([line.strip() for line in lines if line.endswith("\n")])
        require_acknowledged(path, rounds)
    assert sum(map(len, rounds)) > 100


def test_nobody_else_on_the_machine_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "stored" / "register.sqlite3"
    LocalRegister(path).create(A, DRAFT, content(1), REPORT)
    files = [path, *path.parent.glob("*-wal"), *path.parent.glob("*-shm")]
    assert len(files) == 3
    assert {f.stat().st_mode & 0o777 for f in files} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_deleted_does_not_stay_behind_in_the_file(path: Path) -> None:
    register = LocalRegister(path)
    made = register.create(A, DRAFT, b'<urn:a> <urn:b> "een geheim" .\n' * 500, REPORT)
    register.close()
    assert b"een geheim" in path.read_bytes()
    register.delete(made.identifier, made.revision)
    register.close()
    assert b"een geheim" not in path.read_bytes()


def test_a_full_disk_is_said_and_changes_nothing(small_disk: Path) -> None:
    register = LocalRegister(small_disk / "register.sqlite3")
    made = register.create(A, DRAFT, content(1), REPORT)

    def fill() -> None:
        while True:
            register.create(A, DRAFT, os.urandom(100_000), REPORT)

    with pytest.raises(StateError, match="disk is full") as caught:
        fill()
    assert caught.value.http_status == 503
    assert str(small_disk) in str(caught.value)
    before = register.records(AUTHOR_OF_A)
    with pytest.raises(StateError):
        register.replace(made.identifier, made.revision, PUBLIC, os.urandom(2_000_000), REPORT)
    assert register.records(AUTHOR_OF_A) == before
    assert register.read(made.identifier, AUTHOR_OF_A) == (made, content(1), REPORT)
    register.close()
    assert LocalRegister(small_disk / "register.sqlite3").records(AUTHOR_OF_A) == before


def test_a_database_that_may_not_grow_says_the_same(path: Path) -> None:
    register = LocalRegister(path)
    made = register.create(A, DRAFT, content(1), REPORT)
    with register._database.read() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StateError, match="disk is full"):
        register.create(A, DRAFT, os.urandom(1_000_000), REPORT)
    assert register.records(AUTHOR_OF_A) == [made]


def test_a_disk_that_became_read_only_is_said_and_changes_nothing(small_disk: Path) -> None:
    path = small_disk / "register.sqlite3"
    register = LocalRegister(path)
    made = register.create(A, DRAFT, content(1), REPORT)
    register.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StateError, match=r"cannot be (written|made or opened)") as caught:
        LocalRegister(path)
    assert str(path) in str(caught.value)
    assert "BIO2KG_HOME" in str(caught.value)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert LocalRegister(path).records(AUTHOR_OF_A) == [made]


def test_a_place_that_cannot_be_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="cannot be made or opened"):
        LocalRegister(tmp_path / "file" / "register.sqlite3")


@pytest.mark.parametrize("place", ["start", "middle", "all"])
def test_a_damaged_file_is_refused_and_left_alone(path: Path, place: str) -> None:
    register = LocalRegister(path)
    for number in range(50):
        register.create(A, DRAFT, content(number, 50), REPORT)
    register.close()
    whole = path.read_bytes()
    spans = {"start": (0, 100), "middle": (4096, len(whole) // 2), "all": (0, len(whole))}
    start, end = spans[place]
    path.write_bytes(whole[:start] + b"\xa5" * (end - start) + whole[end:])
    damaged = path.read_bytes()
    with pytest.raises(StateError, match=r"damaged.*restore"):
        LocalRegister(path)
    assert path.read_bytes() == damaged


def test_a_wrong_bit_in_what_is_stored_is_not_given_out(path: Path) -> None:
    register = LocalRegister(path)
    made = register.create(A, DRAFT, content(7), REPORT)
    register.close()
    whole = path.read_bytes()
    assert whole.count(b"nummer 7") == 3
    path.write_bytes(whole.replace(b"nummer 7", b"nummer 8"))
    with pytest.raises(StateError, match="damaged"):
        LocalRegister(path).read(made.identifier, AUTHOR_OF_A)


def test_a_register_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    LocalRegister(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE register SET schema = 99")
    connection.close()
    with pytest.raises(StateError, match=r"version 99.*Install"):
        LocalRegister(path)


def test_a_database_of_something_else_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    with pytest.raises(StateError, match="something else"):
        LocalRegister(path)


def test_a_file_that_disappears_is_not_replaced_by_an_empty_one(path: Path) -> None:
    register = LocalRegister(path)
    register.create(A, DRAFT, content(1), REPORT)
    path.rename(path.with_suffix(".away"))
    with pytest.raises(StateError, match="cannot be written"):
        register.create(A, DRAFT, content(2), REPORT)
    assert not path.exists()


def test_a_writer_that_waits_too_long_for_its_turn_says_when_to_come_back(path: Path) -> None:
    register, other = LocalRegister(path, busy_seconds=0.05), LocalRegister(path)
    with other._database.write(), pytest.raises(BusyError) as caught:
        register.create(A, DRAFT, content(1), REPORT)
    assert caught.value.retry_after
    assert register.create(A, DRAFT, content(1), REPORT)


def test_a_backup_is_a_register_as_it_was_and_does_not_repeat_a_state(path: Path, tmp_path: Path) -> None:
    register = LocalRegister(path)
    made = register.create(A, DRAFT, content(1), REPORT)
    register.backup(tmp_path / "backup.sqlite3")
    register.create(A, DRAFT, content(2), REPORT)
    restored = LocalRegister(tmp_path / "backup.sqlite3")
    assert restored.records(AUTHOR_OF_A) == [made]
    restored.create(A, DRAFT, content(2), REPORT)
    assert restored.state() != register.state()


def test_a_process_that_is_forked_uses_connections_of_its_own(path: Path) -> None:
    register = LocalRegister(path)
    register.create(A, DRAFT, content(1), REPORT)
    child = os.fork()
    if child == 0:
        try:
            register.create(A, DRAFT, content(2), REPORT)
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    register.create(A, DRAFT, content(3), REPORT)
    assert len(LocalRegister(path).records(AUTHOR_OF_A)) == 3
