"""The process that workers come from: it has loaded everything once, has no thread, and forks.

Run as ``python -m bio2kg.isolation.zygote CONTROL SOURCE MEMORY RESULT NESTING``. The first two are open files: the
connection to the server, and the N-Quads of the release, or -1 for a store at another address; the others are limits.
Over the connection come ``spawn`` with the end of a socket for the new worker, answered by its number, and ``kill``
with a number. When the connection closes, all workers end.
"""

import ctypes
import gc
import json
import mmap
import os
import signal
import socket
import sys
import traceback
from typing import Any
from urllib.parse import urlsplit

from bio2kg.errors import Bio2kgError
from bio2kg.isolation import worker
from bio2kg.isolation.limits import Limits
from bio2kg.isolation.tasks import Workplace
from bio2kg.store import EmbeddedStore, Store


def main(control: int, source: int, limits: Limits) -> None:
    """Loads, says so, and forks workers as it is told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server decides when we end
    connection = socket.socket(fileno=control)
    place = _workplace(source, limits)
    gc.collect()
    gc.freeze()  # what workers share stays shared: the collector does not touch it
    connection.sendall(b"ready\n")
    children: set[int] = set()
    try:
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
    finally:
        for number in children:
            _end(number)


def _workplace(source: int, limits: Limits) -> Workplace:
    from bio2kg import queries, queryparser  # noqa: F401 - loaded here, so that no worker need load it
    from bio2kg.settings import open_store
    from bio2kg.validation import service
    from bio2kg.workbook import loading  # noqa: F401

    store: Store
    if source < 0:
        store = open_store()
    else:
        with mmap.mmap(source, 0, access=mmap.ACCESS_READ) as content:
            store = EmbeddedStore(content[:], read_only=False)
    try:
        session = service.Session(store)
    except Bio2kgError:
        session = None  # a store elsewhere that does not answer yet; each worker then tries itself
    return Workplace(store, limits, session, queries.load())


def _fork(control: socket.socket, end: socket.socket, place: Workplace) -> int:
    number = os.fork()
    if number:
        end.close()
        return number
    try:
        control.close()
        _die_with_parent()
        worker.serve(end, place, _reaches_store)
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


def _reaches_store(arguments: tuple[Any, ...]) -> bool:
    """Whether a connection goes to the store that the operator has named: the only one that a worker may make."""
    endpoint = os.environ.get("BIO2KG_STORE", "")
    allowed = urlsplit(endpoint).hostname
    address = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], tuple) else arguments
    return bool(allowed) and address[0] in (allowed, *_addresses(str(allowed)))


_known: dict[str, list[str]] = {}


def _addresses(host: str) -> list[str]:
    if host not in _known:
        _known[host] = []  # while it is looked up, the look-up itself is allowed by name
        _known[host] = [str(found[4][0]) for found in socket.getaddrinfo(host, None)]
    return _known[host]


if __name__ == "__main__":
    control, source, memory, result, nesting = map(int, sys.argv[1:])
    main(control, source, Limits(memory, result, nesting))
