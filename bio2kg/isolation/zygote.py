"""The process that workers come from: it has loaded everything once, has no thread, and forks.

Run as ``python -m bio2kg.isolation.zygote CONTROL SOURCE MEMORY RESULT NESTING``. The first two are open files: the
connection to the server, and the N-Quads of the release, or -1 for a store at another address; the others are limits.
Over the connection come ``spawn`` with the end of a socket for the new worker, answered by its number, and ``kill``
with a number. When the connection closes, all workers end.
"""

import codecs
import contextlib
import ctypes
import encodings
import gc
import importlib
import json
import mmap
import os
import pkgutil
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from bio2kg.errors import Bio2kgError
from bio2kg.isolation import worker
from bio2kg.isolation.limits import Limits
from bio2kg.isolation.memory import give_back_large_blocks
from bio2kg.isolation.tasks import TASKS, Workplace
from bio2kg.store import EmbeddedStore, Store


def main(control: int, source: int, limits: Limits) -> None:
    """Loads, says so, and forks workers as it is told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server decides when we end
    give_back_large_blocks()
    connection = socket.socket(fileno=control)
    place = _workplace(source, limits)
    gc.collect()
    gc.freeze()  # what workers share stays shared: the collector does not touch it
    children: set[int] = set()
    try:
        # A server that was killed leaves a connection that is reset.
        with contextlib.suppress(ConnectionError):
            connection.sendall(b"ready\n")
            _obey(connection, place, children)
    finally:
        for number in children:
            _end(number)


def _obey(connection: socket.socket, place: Workplace, children: set[int]) -> None:
    """Does what comes over the connection until it closes; ``children`` are the workers that there are."""
    while True:
        message, ends, _, _ = socket.recv_fds(connection, 4096, 1)
        if not message:
            return
        said = json.loads(message)
        if said["do"] == "spawn":
            children.add(number := _fork(connection, socket.socket(fileno=ends[0]), place))
            connection.sendall(f"{number}\n".encode())
        elif said["number"] in children:
            children.remove(said["number"])
            _end(said["number"])
            connection.sendall(b"killed\n")
        else:
            connection.sendall(b"unknown\n")


def _workplace(source: int, limits: Limits) -> Workplace:
    from bio2kg import queries
    from bio2kg.settings import open_store, settings
    from bio2kg.validation import service

    _load_modules()
    store: Store
    if source < 0:
        store = open_store()
    else:
        with mmap.mmap(source, 0, access=mmap.ACCESS_READ) as content:
            store = EmbeddedStore(content[:], read_only=False, federation=settings().federation)
    try:
        session = service.Session(store)
    except Bio2kgError:
        session = None  # a store elsewhere that does not answer yet; each worker then tries itself
    place = Workplace(store, limits, session, queries.load())
    if session:
        _rehearse(place)
    return place


def _rehearse(place: Workplace) -> None:
    """Does each kind of work once: what is loaded and made ready by it, every worker then has."""
    from bio2kg.validation import reports, service

    given = place.session.read(b"<urn:a> a <https://w3id.org/bio2kg/def#Assessment> .", "rehearsal.ttl")
    verdict = place.session.validate(given, profile="draft", as_of=service.day_named(None))
    for form in reports.FORMS.values():
        form.write(verdict, place.session.names, "nl")
    for text in (b"SELECT * FROM <urn:g> { ?s ?p ?o }", b"CONSTRUCT FROM <urn:g> WHERE { ?s ?p ?o }"):
        TASKS["query"](place, {"default": [], "named": [], "format": "xml", "accept": ""}, text)


# What a task may need that Python loads when it is first used; a worker can open no file any more.
_PACKAGES = ("bio2kg.validation", "bio2kg.workbook", "openpyxl")
_MODULES = ("bio2kg.queryparser", "difflib")


def _load_modules() -> None:
    for name in _MODULES:
        importlib.import_module(name)
    for package in map(importlib.import_module, _PACKAGES):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            with contextlib.suppress(ImportError):  # parts that need what is not installed, and nothing of ours uses
                importlib.import_module(found.name)
    for encoding in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(LookupError, ImportError):  # some are of other systems
            codecs.lookup(encoding.name)


def _fork(control: socket.socket, end: socket.socket, place: Workplace) -> int:
    number = os.fork()
    if number:
        end.close()
        return number
    try:
        control.close()
        _die_with_parent()
        worker.serve(end, place, _connections())
    except BaseException:
        traceback.print_exc()
    finally:
        worker.leave()
    return 0


def _end(number: int) -> None:
    """Kills a worker and waits for it; until then its number belongs to nobody else."""
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _connections() -> Callable[[tuple[Any, ...]], bool] | None:
    """What judges the connections of a worker; None where it needs none."""
    from bio2kg.settings import settings

    return _reaches_store if settings().store or settings().federation else None


def _reaches_store(arguments: tuple[Any, ...]) -> bool:
    """Whether a connection of Python code goes to the store that the operator has named."""
    from bio2kg.settings import settings

    address = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], tuple) else arguments
    stores = [urlsplit(named).hostname for named in (settings().store, settings().store_graphs) if named]
    return any(address[0] in (host, *_addresses(str(host))) for host in stores)


_known: dict[str, list[str]] = {}


def _addresses(host: str) -> list[str]:
    if host not in _known:
        _known[host] = []  # while it is looked up, the look-up itself is allowed by name
        _known[host] = [str(found[4][0]) for found in socket.getaddrinfo(host, None)]
    return _known[host]


if __name__ == "__main__":
    control, source, memory, result, nesting = map(int, sys.argv[1:])
    main(control, source, Limits(memory, result, nesting))
