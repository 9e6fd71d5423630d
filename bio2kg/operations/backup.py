"""A copy of everything that is stored, made while the server runs, and put back."""

import ctypes
import errno
import fcntl
import json
import os
import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bio2kg
from bio2kg import paths, release
from bio2kg.access import audit
from bio2kg.access.callers import Caller
from bio2kg.access.tokens import Tokens
from bio2kg.errors import InputError, NotFoundError, StateError
from bio2kg.operations import archive, locking
from bio2kg.register.local import LocalRegister
from bio2kg.register.record import Audience, Record
from bio2kg.settings import Settings

_CALLER = Caller("command line")
_WORK = ".restoring."
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def make(target: Path, settings: Settings, *, include_release: bool = False) -> dict[str, Any]:
    """Writes a backup to ``target``, replacing what was there, and returns its manifest.

    A server may run and write meanwhile: the backup holds what was answered before it began. Raises NotFoundError if
    nothing is stored, StateError if something cannot be read or written.
    """
    if target.is_dir():
        raise InputError("this is a folder", where=str(target), remedy="Name a file, as backup.tar.gz.")
    with _explained(target), tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work:
        copies = Path(work) / "copies"
        (copies / "stored").mkdir(parents=True, mode=0o700)
        about: dict[str, Any] = {
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "bio2kg": bio2kg.__version__,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "assessments": "elsewhere" if settings.store else "none",
        }
        register = settings.home / archive.REGISTER
        if not settings.store and register.exists():
            about["assessments"] = _copy_register(register, copies / archive.REGISTER)
        # The log goes last, so that it knows of everything that is in the copies.
        if settings.tokens.exists():
            shutil.copyfile(settings.tokens, copies / archive.TOKENS)
        if settings.audit.exists():
            _copy_log(settings.audit, copies / archive.AUDIT)
        if not any((copies / "stored").iterdir()):
            raise NotFoundError("nothing is stored here yet", where=str(settings.home / "stored"))
        about["release"] = _copy_release(paths.release(), copies / "release") if include_release else ""
        made = Path(work) / "made"
        manifest = archive.pack(copies, made, about)
        archive.unpack(made)
        audit.record("backup", target.name, audit.Outcome.DONE, caller=_CALLER, path=settings.audit)
        _owned_as(settings.home, settings.audit)
        made.replace(target)
        release.sync_folder(target.parent)
    return manifest


def verify(file: Path) -> dict[str, Any]:
    """The manifest of a backup from which everything can be restored. Raises InputError if it cannot."""
    with _explained(file), tempfile.TemporaryDirectory(prefix="bio2kg-verify-") as folder:
        return _unpacked(file, Path(folder))


def restore(file: Path, settings: Settings, *, force: bool = False) -> tuple[dict[str, Any], Path | None]:
    """Puts back what a backup holds; returns its manifest and the folder where the former is kept, if there was any.

    The backup is verified as a whole before anything changes, and what is stored changes in one step. Raises InputError
    if the backup cannot be used, StateError while a server runs, if something is stored already and ``force`` is not
    given, or if the folder cannot be written.
    """
    home = settings.home
    stored = home / "stored"
    with locking.alone(home), _explained(home), _workplace(home) as work:
        manifest = _unpacked(file, Path(work))
        if not force and stored.is_dir() and any(stored.iterdir()):
            raise StateError(
                "something is stored here already",
                where=str(stored),
                remedy="With --force it is kept beside what is restored, under another name.",
            )
        new = Path(work) / "stored"
        own_log = settings.audit == home / archive.AUDIT
        log = Path(work) / archive.AUDIT if own_log else settings.audit
        audit.record("restore", str(manifest.get("made", "")), audit.Outcome.DONE, caller=_CALLER, path=log)
        _owned_as(home, new, *new.iterdir())
        if manifest.get("release"):
            _restore_release(Path(work) / "release", home / "release")
        now = datetime.now(UTC)
        aside = home / f"stored.before-{now:%Y%m%dT%H%M%S}.{now.microsecond:06d}Z"
        release.sync_folder(new)
        kept = _swap(new, stored, aside)
        release.sync_folder(home)
    return manifest, kept


class _Keeper(Audience):
    """Whoever makes a backup, which holds everything."""

    def sees(self, record: Record) -> bool:
        """See Audience."""
        return True


_KEEPER = _Keeper()


def assessments(path: Path) -> int:
    """The number of assessments in a register, every one of which was read and is whole.

    Raises StateError if the register is damaged or of another version.
    """
    register = LocalRegister(path)
    try:
        kept = register.records(_KEEPER)
        return sum(register.read(record.identifier, _KEEPER) is not None for record in kept)
    finally:
        register.close()


def _copy_register(source: Path, target: Path) -> int:
    """Copies the register as it stands at one moment; returns the number of assessments in it."""
    register = LocalRegister(source)
    try:
        register.backup(target)
    finally:
        register.close()
    try:
        return assessments(target)
    except StateError as error:
        raise StateError(error.what, where=str(source), remedy=error.remedy) from error


def _copy_log(source: Path, target: Path) -> None:
    """Copies the log up to its last whole line; lines are only ever added."""
    with source.open("rb") as file, target.open("wb") as copy:
        fcntl.flock(file, fcntl.LOCK_SH)  # a line is being written while somebody holds it alone
        left = os.fstat(file.fileno()).st_size
        fcntl.flock(file, fcntl.LOCK_UN)
        while left and (chunk := file.read(min(left, 1_000_000))):
            copy.write(chunk)
            left -= len(chunk)


def _copy_release(source: Path, target: Path) -> str:
    manifest, content = release.read(source)
    target.mkdir()
    (target / release.MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (target / manifest["file"]).write_bytes(content)
    return str(manifest["release"])


def _unpacked(file: Path, folder: Path) -> dict[str, Any]:
    """Unpacks a backup and opens everything in it as the server would."""
    manifest = archive.unpack(file, folder)
    (folder / "stored").mkdir(mode=0o700, exist_ok=True)
    try:
        if (folder / archive.REGISTER).exists():
            assessments(folder / archive.REGISTER)
        if (folder / archive.TOKENS).exists():
            Tokens(folder / archive.TOKENS).all()
        if (folder / archive.AUDIT).exists() and (broken := audit.verify(folder / archive.AUDIT).broken):
            raise InputError(f"the audit log in it was changed before line {broken[0]}", where=str(file))
        if manifest.get("release"):
            release.read(folder / "release")
    except StateError as error:
        raise InputError(f"the backup cannot be used: {error.what}", where=str(file)) from error
    return manifest


@contextmanager
def _workplace(home: Path) -> Iterator[str]:
    """A folder to unpack in; what a restore that was killed left behind is removed."""
    for left in home.glob(f"{_WORK}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=home, prefix=_WORK) as work:
        yield work


def _restore_release(source: Path, target: Path) -> None:
    manifest, content = release.read(source)
    derived = {"release", "file", "sha256", "bytes", "quads"}
    stated = {key: value for key, value in manifest.items() if key not in derived}
    target.mkdir(parents=True, exist_ok=True)
    release.write(target, content.decode().splitlines(keepends=True), stated)


def _owned_as(model: Path, *made: Path) -> None:
    """Gives what root made to the owner of ``model``, the user that the service runs as."""
    if os.geteuid() == 0:
        owner = model.stat()
        for path in made:
            os.chown(path, owner.st_uid, owner.st_gid)


def _swap(new: Path, place: Path, aside: Path) -> Path | None:
    """Puts ``new`` in its place; returns where the former is kept. In one step where the system can do that."""
    if not place.exists():
        new.rename(place)
        return None
    new.rename(aside)
    if not _exchanged(aside, place):
        aside.rename(new)
        place.rename(aside)
        new.rename(place)
    return aside


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two folders changed places at once: Linux can do it, but not on every file system."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = str(error.filename or place)
        raise StateError(
            f"this cannot be done: {error.strerror or error}", where=where, remedy="What is stored is as it was."
        ) from error
    except sqlite3.Error as error:  # of the copy; the register explains its own
        raise StateError(f"the register cannot be copied: {error}", where=str(place), remedy="Free space.") from error
