"""Servers that really listen, for clients that need an address."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(home: Path, *options: str, **environment: str) -> Iterator[str]:
    """The address of ``bio2kg serve`` with these options, in a home of its own, once it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bio2kg", "serve", "--port", address.rpartition(":")[2], *options],
        env={**os.environ, "BIO2KG_HOME": str(home), **environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/health/ready", timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, "the server stopped"
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def serving_release(folder: Path, home: Path) -> Iterator[str]:
    """The address of a server of the release in this folder, which answers as often as it is asked."""
    (home / "release").symlink_to(folder)
    with serving(home, BIO2KG_RATE="0", BIO2KG_RATE_HEAVY="0") as address:
        yield address
