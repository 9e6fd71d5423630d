"""Bytes to a server and back, however wrong they are."""

import io
import select
import socket
import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse

_PIECE = 256 * 1024
_LONGER = 0.1  # seconds to wait for one answer too many


@dataclass(frozen=True)
class Answer:
    """An answer as it came; the names of headers in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, empty if it is not there."""
        return dict(self.headers).get(name, "")


def exchange(port: int, content: bytes, *, patience: float = 30, most: int = 1) -> bytes:
    """What comes back: until the server closes, or nothing has come for ``patience`` seconds.

    It is read while it is still sent, as a server may answer before it has all. When ``most`` answers are there, only
    a little longer is waited for one too many.
    """
    back, waiting = bytearray(), memoryview(content)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setblocking(False)
        until = time.monotonic() + patience
        while (left := until - time.monotonic()) > 0:
            readable, writable, _ = select.select([connection], [connection] if waiting else [], [], left)
            if writable:
                try:
                    waiting = waiting[connection.send(waiting[:_PIECE]) :]
                    until = time.monotonic() + patience
                except BlockingIOError:
                    pass
                except OSError:
                    waiting = memoryview(b"")  # it takes no more, and may have said why
            if readable:
                try:
                    piece = connection.recv(_PIECE)
                except OSError:
                    break
                if not piece:
                    break
                back += piece
                enough = len(back) < _PIECE and not waiting and len(answers(bytes(back))) >= most
                until = time.monotonic() + (min(patience, _LONGER) if enough else patience)
    return bytes(back)


def answers(content: bytes, method: str = "GET") -> list[Answer]:
    """The whole answers in what came back. Raises ValueError for what is no HTTP."""
    found, file = [], _Kept(content)
    while file.tell() < len(content):
        if not content.startswith(b"HTTP/1.1 ", file.tell()):
            raise ValueError(content[file.tell() :][:100])
        response = HTTPResponse(file, method=method)  # type: ignore[arg-type]
        try:
            response.begin()
            body = response.read()
        except (HTTPException, OSError):
            break  # it is not all there
        headers = [(name.lower(), value) for name, value in response.getheaders()]
        found.append(Answer(response.status, headers, body))
    return found


class _Kept(io.BytesIO):
    """What looks like a connection from which one response after another is read."""

    def makefile(self, mode: str) -> "_Kept":
        return self

    def close(self) -> None:
        """A response closes what it was read from, and there may be more."""
