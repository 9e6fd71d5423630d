"""A server that really listens, as a process of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path


class Server:
    """A server over a home; it can be killed and started again."""

    def __init__(self, home: Path, env: dict[str, str] | None = None, *arguments: str) -> None:
        self.home, self.env, self.arguments = home, env or {}, arguments
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, wait: float = 30) -> None:
        """Starts it and waits until it answers."""
        self.launch()
        until = time.monotonic() + wait
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.address}/health/live", timeout=1).close()
                return
            assert self.process
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            time.sleep(0.02)
        raise TimeoutError(self.log.read_text()[-2000:])

    def launch(self) -> None:
        """Starts it and waits for nothing."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bio2kg", "serve", "--port", str(self.port), *self.arguments],
                env={**os.environ, "BIO2KG_HOME": str(self.home), **self.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Ends the server process alone, as a crash would; what it started must end by itself."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Asks it to end and gives its exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(60)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def serving(home: Path, env: dict[str, str] | None = None, *arguments: str) -> Iterator[Server]:
    """A server for as long as it is needed."""
    server = Server(home, env, *arguments)
    server.start()
    try:
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.stop()


def home_with(release: Path, home: Path) -> Path:
    """A home that answers from this release."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "release").symlink_to(release)
    return home
