"""What one request may use, and how a worker is held to it."""

import contextlib
import os
import resource
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bio2kg.errors import LimitError


@dataclass(frozen=True)
class Limits:
    """The limits of a worker: memory above its resting size and size of an answer in MB, depth of nesting."""

    memory_mb: int = 1024
    result_mb: int = 64
    nesting: int = 100


class Forbidden(Exception):  # noqa: N818 - it reads as what it says
    """Input made the program reach for a file, a process or a network."""


class Answer:
    """A file in memory that takes an answer no larger than it may be."""

    def __init__(self, largest_mb: int) -> None:
        self._largest = largest_mb
        self._content = bytearray()

    def write(self, content: bytes) -> int:
        """Takes more of the answer. Raises LimitError when it becomes too large."""
        self._content += content
        if len(self._content) > self._largest * 1024 * 1024:
            raise LimitError(
                f"the answer is larger than the {self._largest} MB that one request may get",
                remedy="Ask for less with LIMIT, or use the files under /dumps.",
            )
        return len(content)

    def flush(self) -> None:
        """Nothing waits to be written."""

    def content(self) -> bytes:
        """What was written."""
        return bytes(self._content)


class Memory:
    """How much memory this process holds; made before the process is confined, as it keeps a file open."""

    def __init__(self) -> None:
        statm = Path("/proc/self/statm")
        self._file = statm.open(buffering=1) if statm.exists() else None

    def megabytes(self) -> int:
        """The memory held now, in MB; 0 where the system does not tell."""
        if self._file is None:
            return 0
        self._file.seek(0)
        return int(self._file.read().split()[1]) * resource.getpagesize() // 1024**2


def confine(limits: Limits, cpu_seconds: int, may_connect: Callable[[Any], bool] | None) -> None:
    """Holds this process to its limits, for good: memory, files, other processes, and connections.

    Memory is limited as address space, so that an allocation fails here before the machine runs out; ``cpu_seconds``
    ends a worker whose server is no longer there to kill it. ``may_connect`` judges the connections of Python code
    where some are needed. Where it is None, the system itself gives this process no further file or socket, whatever
    code asks for it.
    """
    guard = _guard(may_connect)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_CPU, cpu_seconds)
    if Path("/proc/self/statm").exists():
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _set(resource.RLIMIT_AS, size + limits.memory_mb * 1024**2)
        # When the machine itself runs short, a worker goes before the server does.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("900")
    if may_connect is None:
        _seal()
    sys.addaudithook(guard)


def _seal() -> None:
    """Takes every descriptor that this process may have, so that nothing can be opened any more."""
    highest = max(int(path.name) for path in Path("/dev/fd").iterdir())
    while (filler := os.dup(0)) <= highest:
        pass
    os.close(filler)
    _set(resource.RLIMIT_NOFILE, filler)


def _set(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


_NEVER = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.remove", "os.rename")
_NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")


def _guard(may_connect: Callable[[Any], bool] | None) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook (PEP 578) that lets a worker read the program's own files and nothing else."""
    places = [*map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")), str(Path(__file__).parents[1])]
    readable = tuple({os.path.realpath(place) + os.sep for place in places})
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not _place(path).startswith(readable) or (isinstance(flags, int) and flags & writing):
                raise Forbidden(f"a file: {path!r}")
        elif event in _NETWORK:
            if may_connect is None or not may_connect(arguments):
                raise Forbidden("a network")
        elif event.startswith(_NEVER):
            raise Forbidden(event)

    return guard


def _place(path: Any) -> str:
    """Where a file really is; nowhere for what is open already, which needs no opening."""
    return os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes) else ""
