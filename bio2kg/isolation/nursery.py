"""The server's side of the zygote: starts it, has workers forked and killed, and starts it again if it is gone."""

import contextlib
import json
import socket
import subprocess
import sys
from threading import Lock
from typing import IO

from bio2kg.errors import StateError
from bio2kg.isolation.limits import Limits


class Nursery:
    """Gives new workers. All methods block for some milliseconds, the first for as long as loading takes."""

    def __init__(self, source: IO[bytes] | None, limits: Limits) -> None:
        """``source`` is an open file with the N-Quads of the release, None for a store at another address."""
        self._source, self.limits = source, limits
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False

    def start(self) -> None:
        """Starts the zygote if it does not run, without waiting for it."""
        with self._lock:
            self._start()

    def wait(self) -> None:
        """Returns when the zygote has loaded. Raises StateError if it ends before that."""
        with self._lock:
            self._start()
            try:
                self._wait()
            except OSError as error:
                raise StateError("the workers did not start", remedy="See the server's log.") from error

    def spawn(self) -> tuple[int, socket.socket]:
        """A new worker: its number and the connection to it. Raises StateError if none can be had."""
        with self._lock:
            for _ in range(2):
                self._start()
                try:
                    return self._spawn()
                except (OSError, ValueError):
                    self._stop()  # it has gone, perhaps for want of memory; the next is a new one
        raise StateError("no worker can be started", remedy="See the server's log; the machine may lack memory.")

    def kill(self, number: int) -> None:
        """Ends a worker, whatever it does."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            if self._control:
                self._ask({"do": "kill", "number": number})

    def stop(self) -> None:
        """Ends the zygote and with it all workers."""
        if process := self._process:
            process.kill()  # whoever waits for it to load, waits no longer
        with self._lock:
            self._stop()

    def _start(self) -> None:
        if self._process and self._process.poll() is None:
            return
        self._stop()
        ours, theirs = socket.socketpair()
        source = self._source.fileno() if self._source else -1
        limits = (self.limits.memory_mb, self.limits.result_mb, self.limits.nesting)
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "bio2kg.isolation.zygote", *map(str, (theirs.fileno(), source, *limits))],
            pass_fds=[theirs.fileno(), *([source] if source >= 0 else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self._control = ours

    def _spawn(self) -> tuple[int, socket.socket]:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                return int(self._ask({"do": "spawn"}, theirs)), ours
        except BaseException:
            ours.close()
            raise

    def _ask(self, what: dict[str, object], end: socket.socket | None = None) -> str:
        assert self._control  # noqa: S101 - it was started
        self._wait()
        socket.send_fds(self._control, [json.dumps(what).encode()], [end.fileno()] if end else [])
        return self._line()

    def _wait(self) -> None:
        if not self._ready and self._line() != "ready":
            raise ConnectionError
        self._ready = True

    def _line(self) -> str:
        """A line that the zygote wrote; it writes one for each message, so nothing comes after it."""
        assert self._control  # noqa: S101
        line = b""
        while not line.endswith(b"\n"):
            part = self._control.recv(64)
            if not part:
                raise ConnectionError
            line += part
        return line.decode().strip()

    def _stop(self) -> None:
        self._ready = False
        if self._control:
            self._control.close()
            self._control = None
        if self._process:
            self._process.kill()  # its workers die with it
            self._process.wait()
            self._process = None
