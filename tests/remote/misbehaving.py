"""A server on this machine that does what it should not, as its path says."""

import gzip
import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JSON = "application/sparql-results+json"
WHOLE = json.dumps(
    {"head": {"vars": ["v"]}, "results": {"bindings": [{"v": {"type": "literal", "value": "x"}}]}}
).encode()


BOMB = gzip.compress(b"\0" * 5_000_000)


class Handler(BaseHTTPRequestHandler):
    """Counts what it gets; what it does then is in the last part of the path."""

    server: "Misbehaving"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.append(f"{self.command} {self.path} {self.headers.get('authorization', '')}".strip())
        getattr(self, self.path.rpartition("/")[2].partition("?")[0].replace("-", "_"))()

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass

    def give(self, status: int, body: bytes = b"", media_type: str = JSON, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def right(self) -> None:
        self.give(200, WHOLE)

    def hangs(self) -> None:
        self.server.stopped.wait(20)

    def drips_body(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        self.drip(WHOLE * 100)

    def drips_headers(self) -> None:
        self.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000)

    def drip(self, content: bytes) -> None:
        try:
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if self.server.stopped.wait(0.1):
                    return
        except OSError:
            pass

    def resets(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def error(self) -> None:
        self.give(500, b"<html>java.lang.NullPointerException at secret.internal</html>", "text/html")

    def busy(self) -> None:
        self.give(503, b"", Retry_After="30")

    def busy_once(self) -> None:
        self.right() if len(self.server.seen) > 1 else self.give(503, b"", Retry_After="0")

    def resets_once(self) -> None:
        self.right() if len(self.server.seen) > 1 else self.resets()

    def locked(self) -> None:
        self.give(401, b"", WWW_Authenticate='Basic realm="x"')

    def elsewhere(self) -> None:
        self.give(302, b"", Location=f"http://127.0.0.1:{self.server.server_port}/right")

    def bomb(self) -> None:
        self.give(200, BOMB, JSON, Content_Encoding="gzip")

    def endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.end_headers()
        try:
            while not self.server.stopped.is_set():
                self.wfile.write(b" " * 100_000)
        except OSError:
            pass

    def half(self) -> None:
        self.give(200, WHOLE[:-20])

    def cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(WHOLE) + 100))
        self.end_headers()
        self.wfile.write(WHOLE)

    def wrong_kind(self) -> None:
        self.give(200, b'{"head": {}, "results": {"bindings": [{"v": 7}]}}')

    def nested(self) -> None:
        self.give(200, b"[" * 100_000)

    def page(self) -> None:
        self.give(200, b"<html>Welcome</html>", "text/html")

    def half_turtle(self) -> None:
        self.give(200, b"<http://x/a> <http://x/p> ", "text/turtle")

    def too_large(self) -> None:
        self.give(413)

    def refuses(self) -> None:
        self.give(400, b"line 1: no\n\nSPARQL query:\ndefine input:default-graph-uri <http://x/g>", "text/plain")


class Misbehaving(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[str] = []
        self.stopped = threading.Event()

    def handle_error(self, *_: object) -> None:
        pass

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


@contextmanager
def misbehaving() -> Iterator[Misbehaving]:
    server = Misbehaving()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
