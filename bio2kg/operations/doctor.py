"""Whether an installation is fit to serve: one finding for each thing that can be wrong, with what to do."""

import importlib.metadata
import json
import os
import platform
import shutil
import socket
import stat
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement

import bio2kg
from bio2kg import paths, release
from bio2kg.errors import Bio2kgError, NotFoundError
from bio2kg.operations import tracing
from bio2kg.settings import Settings, settings

OK, WARNING, WRONG = "ok", "warning", "wrong"
_MB = 1024 * 1024
_LITTLE, _TOO_LITTLE = 2048, 200  # megabytes free on the disk
_RESTING = 300  # megabytes that a process with a release takes before it does anything
_SOON = timedelta(days=14)


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is (ok, warning or wrong), what was found and what to do about it."""

    name: str
    status: str
    said: str
    remedy: str = ""


def examine(host: str, port: int) -> Iterator[Finding]:
    """Every finding about this installation, and about the address that it would serve on."""
    yield from _python()
    try:
        chosen = settings()
    except Bio2kgError as error:
        yield Finding("settings", WRONG, str(error), "Correct these; the rest was not looked at.")
        return
    yield Finding("settings", OK, "valid")
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _home,
        _release,
        _register,
        _tokens,
        _audit,
        _store,
        _clock,
        _disk,
        _memory,
        _network,
        _tracing,
    )
    for check in checks:
        try:
            yield from check(chosen)
        except OSError as error:
            said = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            yield Finding(check.__name__[1:], WRONG, said, "Correct the rights of this file or folder.")
        except Bio2kgError as error:
            yield Finding(check.__name__[1:], WRONG, error.what, error.remedy)
    yield _port(host, port)


def exit_code(findings: list[Finding]) -> int:
    """0 if all is well, 1 if there are warnings, 2 if something is wrong."""
    found = {finding.status for finding in findings}
    return 2 if WRONG in found else 1 if WARNING in found else 0


def _python() -> Iterator[Finding]:
    remedy = "Install the version that pyproject.toml asks for."
    status = OK if sys.version_info >= (3, 11) else WRONG
    yield Finding("python", status, platform.python_version(), "" if status == OK else remedy)
    wrong = []
    for line in importlib.metadata.requires("bio2kg") or []:
        required = Requirement(line)
        if required.marker and not required.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(required.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{required.name} is missing")
            continue
        if not required.specifier.contains(version, prereleases=True):
            wrong.append(f"{required.name} is {version}, not {required.specifier}")
    if wrong:
        yield Finding("packages", WRONG, "; ".join(wrong), "Install bio2kg again, in an environment of its own.")
    else:
        yield Finding("packages", OK, f"bio2kg {bio2kg.__version__} and what it needs")


def _home(chosen: Settings) -> Iterator[Finding]:
    stored = chosen.home / "stored"
    for folder in (chosen.home, stored):
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            yield Finding("home", WRONG, f"{folder} cannot be written", "Correct its rights, or BIO2KG_HOME.")
            return
    if stored.is_dir() and stored.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("stored", WARNING, f"other users may look into {stored}", f"Do: chmod 700 {stored}")
    said = "can be written" if chosen.home.is_dir() else "will be made"
    yield Finding("home", OK, f"{chosen.home} {said}")


def _release(_: Settings) -> Iterator[Finding]:
    manifest = release.read(paths.release())[0]
    yield Finding("release", OK, f"{manifest['release']}: whole, {manifest.get('quads')} statements")
    if (made := manifest.get("bio2kg")) != bio2kg.__version__:
        said = f"made by bio2kg {made}, this is {bio2kg.__version__}"
        yield Finding("release", WARNING, said, "Make it again with: bio2kg build")


def _register(chosen: Settings) -> Iterator[Finding]:
    from bio2kg.operations import archive, backup

    path = chosen.home / archive.REGISTER
    if chosen.store:
        yield Finding("register", OK, "assessments are kept in the store elsewhere")
    elif not path.exists():
        yield Finding("register", OK, "nothing is stored yet")
    else:
        yield Finding("register", OK, f"whole, {backup.assessments(path)} assessments")


def _tokens(chosen: Settings) -> Iterator[Finding]:
    from bio2kg.access.tokens import Tokens

    if not chosen.tokens.exists():
        yield Finding("tokens", OK, "there are none yet; make one with: bio2kg token")
        return
    if chosen.tokens.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding("tokens", WRONG, f"other users may use {chosen.tokens}", f"Do: chmod 600 {chosen.tokens}")
    now = datetime.now(UTC)
    valid = [token for token in Tokens(chosen.tokens).all() if token.state(now) == "valid"]
    if ending := [token.id for token in valid if token.expires - now < _SOON]:
        said = f"{', '.join(ending)} will expire within {_SOON.days} days"
        yield Finding("tokens", WARNING, said, "Make new ones with: bio2kg token")
    yield Finding("tokens", OK, f"{len(valid)} valid")


def _audit(chosen: Settings) -> Iterator[Finding]:
    from bio2kg.access import audit

    try:
        found = audit.verify(chosen.audit)
    except NotFoundError:
        yield Finding("audit", OK, "the log is empty yet")
        return
    if found.broken:
        said = f"lines before {', '.join(map(str, found.broken[:10]))} were changed or removed"
        yield Finding("audit", WRONG, said, f"Compare {chosen.audit} with a backup, and find out who did it.")
    else:
        yield Finding("audit", OK, f"{found.lines} lines, unbroken; the last is {found.last[:16]}")


def _store(chosen: Settings) -> Iterator[Finding]:
    if not chosen.store:
        yield Finding("store", OK, "the release itself, in memory")
        return
    from bio2kg.settings import open_store

    started = time.monotonic()
    graphs = open_store().health()
    yield Finding("store", OK, f"{graphs} graphs at {chosen.store}, in {time.monotonic() - started:.2f} s")
    parts = urlsplit(chosen.store)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        said = "the store is asked over http: others on the network can read and change what goes by"
        yield Finding("store", WARNING, said, "Use an https address.")


def _clock(chosen: Settings) -> Iterator[Finding]:
    """A clock that ran ahead or was set back shows by files from the future."""
    now = time.time()
    files = [paths.release() / release.MANIFEST, chosen.audit, chosen.tokens, Path(bio2kg.__file__)]
    future = [str(file) for file in files if file.exists() and file.stat().st_mtime > now + 300]
    if future:
        said = (
            f"it is {datetime.now(UTC):%Y-%m-%d %H:%M} UTC by the clock, and these are from later: {', '.join(future)}"
        )
        yield Finding("clock", WRONG, said, "Set the clock; let it be kept by NTP. Tokens and audit log go by it.")
    else:
        yield Finding("clock", OK, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def _disk(chosen: Settings) -> Iterator[Finding]:
    try:
        free = shutil.disk_usage(chosen.home).free // _MB
    except OSError as error:
        yield Finding("disk", WRONG, f"{chosen.home}: {error.strerror}", "Correct BIO2KG_HOME.")
        return
    status = WRONG if free < _TOO_LITTLE else WARNING if free < _LITTLE else OK
    yield Finding("disk", status, f"{free} MB free for {chosen.home}", "" if status == OK else "Free space.")


def _memory(chosen: Settings) -> Iterator[Finding]:
    there = _memory_mb()
    most = _RESTING + chosen.workers * chosen.worker_mb
    said = f"{there} MB for {chosen.workers} workers that may each grow by {chosen.worker_mb} MB"
    if there < most:
        yield Finding("memory", WARNING, said, "Lower BIO2KG_WORKERS or BIO2KG_WORKER_MB, or add memory.")
    else:
        yield Finding("memory", OK, said)


def _memory_mb() -> int:
    """The memory that this process can have: of the machine, or of the container if that is less."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        limit = "max"
    return (min(there, int(limit)) if limit.isdigit() else there) // _MB


def _network(chosen: Settings) -> Iterator[Finding]:
    if everybody := [str(network) for network in chosen.proxies if network.prefixlen == 0]:
        said = f"{', '.join(everybody)} believes everybody about the address of a client"
        yield Finding("proxies", WRONG, said, "Name only your own proxies in BIO2KG_PROXIES.")
    elif chosen.proxies:
        yield Finding("proxies", OK, f"believed: {', '.join(map(str, chosen.proxies))}")
    else:
        said = "none is believed: behind a proxy all clients count as one, for the limits on requests"
        yield Finding("proxies", OK, said, "Behind a proxy, name it in BIO2KG_PROXIES and let it speak https.")
    if chosen.metrics == "open":
        yield Finding("metrics", WARNING, "everyone may read /metrics", "Set BIO2KG_METRICS=operator.")


def _tracing(_: Settings) -> Iterator[Finding]:
    if tracing.wanted() and not tracing.installed():
        yield Finding("tracing", WARNING, "configured, but not installed", "Do: pip install 'bio2kg[otel]'")
    else:
        yield Finding("tracing", OK, "on" if tracing.wanted() else "off")


def _port(host: str, port: int) -> Finding:
    name = f"port {port}"
    shown = f"[{host}]" if ":" in host else host
    try:
        with socket.create_connection((host, port), timeout=3):
            pass
    except ConnectionRefusedError:
        return Finding(name, OK, f"free on {host}")
    except OSError as error:
        return Finding(name, WARNING, f"{host}: {error.strerror or error}", "Name an address of this machine: --host.")
    try:
        with urllib.request.urlopen(f"http://{shown}:{port}/health/ready", timeout=5) as answer:
            said = json.load(answer)
        if said.get("status") == "ready":
            return Finding(name, OK, f"bio2kg serves here, release {said.get('release') or 'of a store elsewhere'}")
    except urllib.error.HTTPError as error:
        if error.code == 503:
            return Finding(name, WRONG, "bio2kg runs here and is not ready", "Look in its log.")
    except (OSError, ValueError, AttributeError):
        pass
    return Finding(name, WARNING, "another program listens here", "Serve on another port, with --port.")
