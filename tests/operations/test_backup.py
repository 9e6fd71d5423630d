"""Backup and restore: what was answered before the backup is in it, and nothing is restored that is not whole."""

import gzip
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bio2kg.access import audit, tokens
from bio2kg.access.callers import ANONYMOUS
from bio2kg.errors import InputError, NotFoundError, StateError
from bio2kg.operations import archive, backup, locking
from bio2kg.register.local import LocalRegister
from bio2kg.register.record import Audience, Visibility
from bio2kg.settings import Settings, settings

ORGANISATION = "https://identifier.overheid.nl/tooi/id/gemeente/gm0363"
EVERYTHING = Audience(ORGANISATION, drafts=True)


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an installation with a register, tokens and an audit log."""
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path / "home"))
    chosen = settings()
    for number in range(5):
        store(chosen, number)
    token, _ = tokens.issue(ORGANISATION, "author")
    tokens.Tokens(chosen.tokens).add(token)
    audit.record("create", "x", audit.Outcome.DONE, caller=ANONYMOUS)
    return chosen


def store(chosen: Settings, number: int) -> str:
    register = LocalRegister(chosen.home / archive.REGISTER)
    content = f"<http://x/{number}> <http://x/p> '{number}' .\n".encode() * 50
    return register.create(ORGANISATION, Visibility.DRAFT, content, b"{}").identifier


def held(chosen: Settings) -> dict[str, object]:
    """Everything that is stored, as the program reads it."""
    register = LocalRegister(chosen.home / archive.REGISTER)
    found: dict[str, object] = {
        r.identifier: register.read(r.identifier, EVERYTHING) for r in register.records(EVERYTHING)
    }
    return found | {"tokens": tokens.Tokens(chosen.tokens).all()}


def test_what_is_restored_is_what_was_stored(chosen: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    before = held(chosen)
    log = chosen.audit.read_bytes()
    manifest = backup.make(file, chosen)
    assert manifest["assessments"] == 5
    assert file.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
    shutil.rmtree(chosen.home)
    restored, kept = backup.restore(file, chosen)
    assert (restored, kept) == (manifest, None)
    assert held(chosen) == before
    assert chosen.audit.read_bytes().startswith(log)
    assert audit.verify(chosen.audit).broken == []
    assert {p.stat().st_mode & 0o077 for p in (chosen.home / "stored").iterdir()} == {0}


def test_the_release_goes_in_if_asked_for(chosen: Settings, tmp_path: Path, release_folder: Path) -> None:
    (chosen.home / "release").symlink_to(release_folder)
    manifest = backup.make(tmp_path / "backup", chosen, include_release=True)
    (chosen.home / "release").unlink()
    backup.restore(tmp_path / "backup", chosen, force=True)
    for name in ("manifest.json", f"bio2kg-{manifest['release']}.nq"):
        assert (chosen.home / "release" / name).read_bytes() == (release_folder / name).read_bytes()


def test_every_write_answered_before_the_backup_is_in_it_and_none_is_half(chosen: Settings, tmp_path: Path) -> None:
    answered: list[str] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            answered.append(store(chosen, len(answered)))
            audit.record("create", answered[-1], audit.Outcome.DONE, caller=ANONYMOUS, path=chosen.audit)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    counted = []
    for number in range(5):
        time.sleep(0.1)
        before = list(answered)
        manifest = backup.make(tmp_path / f"backup-{number}", chosen)
        counted.append((before, manifest["assessments"]))
    stop.set()
    for writer in writers:
        writer.join()
    for number, (before, count) in enumerate(counted):
        backup.restore(tmp_path / f"backup-{number}", chosen, force=True)
        found = held(chosen)
        assert set(before) <= found.keys()
        assert len(found) - 1 == count
        assert audit.verify(chosen.audit).unfinished == []
    assert counted[-1][1] > counted[0][1]


def test_nothing_is_overwritten_unless_forced_and_then_it_is_kept(chosen: Settings, tmp_path: Path) -> None:
    backup.make(tmp_path / "backup", chosen)
    later = store(chosen, 6)
    before = held(chosen)
    with pytest.raises(StateError, match="--force"):
        backup.restore(tmp_path / "backup", chosen)
    assert held(chosen) == before
    _, kept = backup.restore(tmp_path / "backup", chosen, force=True)
    assert later not in held(chosen)
    assert kept is not None
    assert kept.name.startswith("stored.before-")
    assert LocalRegister(kept / "register.sqlite3").read(later, EVERYTHING) is not None
    assert not list(chosen.home.glob(".restoring*"))


def test_a_restore_waits_for_no_server_and_a_server_for_no_restore(chosen: Settings, tmp_path: Path) -> None:
    backup.make(tmp_path / "backup", chosen)
    code = "import sys,pathlib; from bio2kg.operations import locking\nwith locking.serving(pathlib.Path(sys.argv[1])): print('up', flush=True); sys.stdin.read()"
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(chosen.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    assert server.stdout.readline() == "up\n"
    with pytest.raises(StateError, match="is running here"):
        backup.restore(tmp_path / "backup", chosen, force=True)
    with locking.serving(chosen.home):  # several servers may
        pass
    server.kill()
    server.communicate()
    with (
        locking.alone(chosen.home),
        pytest.raises(StateError, match="a restore is running"),
        locking.serving(chosen.home),
    ):
        pass
    backup.restore(tmp_path / "backup", chosen, force=True)


def changed(member: str, content: bytes) -> Callable[[bytes], bytes]:
    """A backup in which one member has other content, or another is added at the end."""

    def change(data: bytes) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
            members = {m.name: old.extractfile(m).read() for m in old}  # type: ignore[union-attr]
            members[member] = content
            for name, kept in members.items():
                header = tarfile.TarInfo(name)
                header.size = len(kept)
                new.addfile(header, io.BytesIO(kept))
        return out.getvalue()

    return change


def with_link(data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
        for member in old:
            if member.name == archive.TOKENS:
                member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
                new.addfile(member)
            else:
                new.addfile(member, old.extractfile(member))
    return out.getvalue()


def with_manifest(**changes: object) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        with tarfile.open(fileobj=io.BytesIO(data)) as old:
            manifest = json.load(old.extractfile("backup.json"))  # type: ignore[arg-type]
        return changed("backup.json", json.dumps(manifest | changes).encode())(data)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data[: len(data) // 2], "damaged"),
        (lambda data: data[:-500], "damaged"),
        (lambda data: data[:1000] + b"\0\0\0\0" + data[1004:], "damaged"),
        (lambda _: b"", "no backup|damaged"),
        (lambda _: b"nonsense", "no backup|damaged"),
        (lambda _: gzip.compress(b"nonsense" * 1000), "no backup|damaged"),
        (lambda _: gzip.compress(b"\0" * 10_000_000), "no backup"),
        (changed(archive.TOKENS, b"{}"), "tokens.json is not what was put in it"),
        (changed("../../escaped", b"x"), "does not belong"),
        (changed("/escaped", b"x"), "does not belong"),
        (changed("stored/other", b"x"), "does not belong"),
        (with_link, "tokens.json"),
        (with_manifest(kind="other"), "no backup"),
        (with_manifest(version=99), "form 99"),
        (with_manifest(members={"../escaped": {"bytes": 1, "sha256": ""}}), "do not belong"),
        (with_manifest(members={}), "does not belong"),
        (with_manifest(members=[]), "damaged"),
        (with_manifest(members={archive.REGISTER: 1}), "damaged"),
        (changed("backup.json", b"[" * 100_000), "damaged"),
        (changed("backup.json", b"\xff"), "damaged"),
    ],
)
def test_what_is_not_a_whole_backup_changes_nothing(
    chosen: Settings, tmp_path: Path, change: Callable[[bytes], bytes], said: str
) -> None:
    file = tmp_path / "backup"
    backup.make(file, chosen)
    file.write_bytes(change(file.read_bytes()))
    before = held(chosen)
    with pytest.raises(InputError, match=said):
        backup.verify(file)
    with pytest.raises(InputError, match=said):
        backup.restore(file, chosen, force=True)
    assert held(chosen) == before
    assert not list(tmp_path.rglob("*escaped*"))
    assert not list(chosen.home.glob("stored.before*"))


def in_the_file(chosen: Settings, statement: str, *values: bytes) -> None:
    with closing(sqlite3.connect(chosen.home / archive.REGISTER)) as register, register:
        register.execute(statement, values)


@pytest.mark.parametrize(
    ("statement", "values", "said"),
    [
        ("UPDATE register SET schema = 99", (), "version 99"),
        ("UPDATE assessment SET content = ? WHERE sequence = 3", (b"<http://x/3> <http://x/p> '4' .",), "damaged"),
    ],
)
def test_a_register_that_is_not_whole_or_not_known_makes_no_backup(
    chosen: Settings, tmp_path: Path, statement: str, values: tuple[bytes, ...], said: str
) -> None:
    (tmp_path / "backup").write_bytes(b"the former")
    in_the_file(chosen, statement, *values)
    with pytest.raises(StateError, match=said):
        backup.make(tmp_path / "backup", chosen)
    assert (tmp_path / "backup").read_bytes() == b"the former"


def test_a_file_that_is_no_register_makes_no_backup(chosen: Settings, tmp_path: Path) -> None:
    for file in (chosen.home / "stored").glob("register.sqlite3*"):
        file.unlink()
    (chosen.home / archive.REGISTER).write_bytes(os.urandom(8192))
    with pytest.raises(StateError, match="damaged"):
        backup.make(tmp_path / "backup", chosen)


def test_where_nothing_is_stored_there_is_nothing_to_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path))
    with pytest.raises(NotFoundError, match="nothing is stored"):
        backup.make(tmp_path / "backup", settings())


COMMANDS = {"backup": ("backup", "new.tar.gz"), "restore": ("restore", "old.tar.gz", "--force")}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_said_and_leaves_everything_as_it_was(chosen: Settings, tmp_path: Path, command: str) -> None:
    """A limit on the size of a file stands for the disk."""
    for number in range(30):
        LocalRegister(chosen.home / archive.REGISTER).create(
            ORGANISATION, Visibility.DRAFT, os.urandom(20_000) + bytes([number]), b"{}"
        )
    backup.make(tmp_path / "old.tar.gz", chosen)
    (tmp_path / "new.tar.gz").write_bytes(b"the former")
    before = held(chosen)
    code = "import resource,sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); from bio2kg.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMANDS[command]], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert held(chosen) == before
    assert (tmp_path / "new.tar.gz").read_bytes() == b"the former"
    assert {p.name for p in tmp_path.iterdir()} == {"home", "old.tar.gz", "new.tar.gz"}
    assert not list(chosen.home.glob(".restoring*"))


def test_a_restore_that_is_killed_leaves_the_old_or_the_new(chosen: Settings, tmp_path: Path) -> None:
    backup.make(tmp_path / "backup", chosen)
    command = [sys.executable, "-m", "bio2kg", "restore", str(tmp_path / "backup"), "--force"]
    restored = set(held(chosen))
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    took = time.monotonic() - started
    for round_number in range(12):
        store(chosen, round_number)
        stored = set(held(chosen))
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(took * (0.4 + round_number * 0.06))
        process.kill()
        process.wait()
        assert set(held(chosen)) in (restored, stored)
    backup.restore(tmp_path / "backup", chosen, force=True)
    assert set(held(chosen)) == restored
    assert not list(chosen.home.glob(".restoring*"))


def test_without_an_exchange_in_one_step_two_do(
    chosen: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.make(tmp_path / "backup", chosen)
    before = held(chosen)
    later = store(chosen, 6)
    monkeypatch.setattr(backup, "_exchanged", lambda *_: False)
    _, kept = backup.restore(tmp_path / "backup", chosen, force=True)
    assert held(chosen) == before
    assert kept is not None
    assert LocalRegister(kept / "register.sqlite3").read(later, EVERYTHING) is not None
