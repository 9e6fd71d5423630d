"""What must not be touched: an address that counts who comes, and a file with a secret."""

import contextlib
import secrets
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# Of use to whoever was made to fetch it: a context, an entity, RDF and a query result, all with the secret.
_TEXT = (
    '{{"@context": {{"secret": "urn:{0}"}}, "head": {{"vars": ["s"]}},'
    ' "results": {{"bindings": [{{"s": {{"type": "literal", "value": "{0}"}}}}]}}}}'
)


@dataclass
class Canaries:
    """The canaries of one server."""

    file: Path
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    web: str = ""
    visitors: list[bytes] = field(default_factory=list)

    def assert_untouched(self) -> None:
        """Fails if somebody came, or the file was changed or got company."""
        assert self.visitors == []
        assert self.file.read_text() == self.text
        assert [path.name for path in self.file.parent.iterdir()] == [self.file.name]

    @property
    def text(self) -> str:
        """What is in the file: a secret that is Turtle too."""
        return f'<urn:canary> <urn:says> "{self.secret}" .\n'


@contextlib.contextmanager
def canaries(folder: Path) -> Iterator[Canaries]:
    """A file in a folder of its own, and an address on this machine that answers as long as it is needed."""
    found = Canaries(folder / "canary.ttl")
    folder.mkdir()
    found.file.write_text(found.text)

    class Visitor(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(1)
            found.visitors.append(b"somebody")
            with contextlib.suppress(OSError):
                found.visitors[-1] = self.request.recv(4096)
                text = _TEXT.format(found.secret).encode()
                head = "HTTP/1.1 200 OK\r\nContent-Type: application/ld+json\r\nConnection: close\r\nContent-Length: "
                self.request.sendall(f"{head}{len(text)}\r\n\r\n".encode() + text)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Visitor) as server:
        server.daemon_threads = True
        found.web = f"http://127.0.0.1:{server.server_address[1]}/canary"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()
