"""What an attack is: a request, and the answers that are right for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

# Puts the canaries in a text: ``{web}``, ``{file}`` and ``{host}`` stand for an address, a path, and this server.
Fill = Callable[[bytes], bytes]
# What is large, or is packed after the canaries are in, is made when it is sent.
Content = bytes | str | Callable[[Fill], bytes]
SPARQL = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Case:
    """A well-formed request; ``statuses`` are the honest answers to it, ``absent`` must be in none of them."""

    name: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Content = b""
    statuses: frozenset[int] = frozenset({400})
    absent: bytes = b""

    def written(self, fill: Fill) -> bytes:
        """The request as it goes over the wire, after which the server closes the connection."""
        body = made(self.body, fill)
        headers = {"Host": "{host}", "Connection": "close"} | self.headers
        if body or self.method in ("POST", "PUT", "PATCH"):
            headers.setdefault("Content-Length", str(len(body)))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return fill("\r\n".join([*lines, "", ""]).encode("latin-1")) + body


@dataclass(frozen=True)
class Wire:
    """Bytes as they go over the wire, and the statuses that each of at most ``most`` answers may have.

    The status 0 stands for no answer at all: the connection is closed, or the server waits for the rest.
    """

    name: str
    content: Content
    statuses: frozenset[int] = frozenset({400})
    most: int = 1
    absent: bytes = b""

    def written(self, fill: Fill) -> bytes:
        """The bytes to send."""
        return made(self.content, fill)


def made(content: Content, fill: Fill) -> bytes:
    """What is sent, with the canaries in it."""
    if callable(content):
        return content(fill)
    return fill(content.encode() if isinstance(content, str) else content)


def query(name: str, text: Content, *statuses: int) -> Case:
    """A SPARQL query as the body of a request."""
    headers = {"Content-Type": SPARQL, "Accept": "application/sparql-results+json, */*;q=0.1"}
    return Case(name, "POST", "/sparql", headers, text, frozenset(statuses or {400}))


def sent(name: str, media_type: str, body: Content, *statuses: int, path: str = "/v1/validate") -> Case:
    """A file as the body of a request."""
    return Case(name, "POST", path, {"Content-Type": media_type}, body, frozenset(statuses or {400}))


def get(name: str, path: str, *statuses: int, absent: bytes = b"", **headers: str) -> Case:
    """A request for an address."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Case(name, "GET", path, named, b"", frozenset(statuses or {400}), absent)


def address(path: str, **parameters: str) -> str:
    """An address with parameters."""
    fields = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    return f"{path}?{fields}"


def wire(name: str, content: Content, *statuses: int, most: int = 1, absent: bytes = b"") -> Wire:
    """Bytes on a connection."""
    return Wire(name, content, frozenset(statuses or {400}), most, absent)
