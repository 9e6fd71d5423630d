"""Bodies that are not what their headers say, and forms that no browser sends."""

import gzip
import zlib

from tests.attacks.case import FORM, SPARQL, Case, Content, Fill, Wire, wire
from tests.attacks.headers import repeated

_HEAD = f"POST /sparql HTTP/1.1\r\nHost: {{host}}\r\nContent-Type: {SPARQL}\r\n"
_RDF = "<urn:a> a <https://w3id.org/bio2kg/def#Assessment> ."


def _posted(name: str, media_type: str, body: Content, *statuses: int, path: str = "/sparql", coding: str = "") -> Case:
    headers = {"Content-Type": media_type} | ({"Content-Encoding": coding} if coding else {})
    return Case(name, "POST", path, headers, body, frozenset(statuses))


def _bomb(fill: Fill) -> bytes:
    return gzip.compress(b"#" * 200_000_000, 1)


_WAITING = "Expect: 100-continue\r\n\r\n"
_CHARSETS = ["utf-7", "utf-16", "idna", "rot13", "a" * 50_000]
BODIES: list[Case | Wire] = [
    wire("a body that is announced and does not come", f"{_HEAD}Content-Length: 6\r\n{_WAITING}", 0),
    wire("a refusal before the body", f"{_HEAD}Content-Length: 999999\r\n{_WAITING}".replace(SPARQL, "text/x"), 415),
    _posted("bomb of gzip", "text/turtle", _bomb, 400, 415, path="/v1/validate", coding="gzip"),
    _posted("bomb of deflate", SPARQL, zlib.compress(b"#" * 1_000_000), 400, 415, coding="deflate"),
    _posted("bomb of br", SPARQL, b"\xa1\xf8\xff\xff\x8f" * 100, 400, 415, coding="br"),
    _posted("codings upon codings", SPARQL, b"ASK {}", 200, 400, 415, coding=", ".join(["gzip"] * 1000)),
    *[_posted(f"query in {name[:10]}", f"{SPARQL}; charset={name}", b"ASK {}", 415) for name in _CHARSETS],
    _posted("query in an open quote", f'{SPARQL}; charset="utf-8', b"ASK {}", 200, 415),
    _posted("file in UTF-7", "text/turtle; charset=utf-7", b"+ADw-urn:a+AD4-", 400, 415, path="/v1/validate"),
    _posted("type with many parameters", SPARQL + repeated("; "), b"ASK {}", 200, 400, 415),
    _posted("type with many equals signs", SPARQL + "; charset" + repeated("=\t"), b"ASK {}", 200, 400, 415),
    _posted("two types", f"{SPARQL}, text/turtle", b"ASK {}", 415),
    _posted("no type", "", b"ASK {}", 415),
    _posted("form with many fields", FORM, b"&a=b" * 200_000, 400, 413),
    _posted("form with many queries", FORM, b"query=ASK%7B%7D&" * 50_000, 400, 413),
    _posted("form of percent signs", FORM, b"query=" + b"%" * 1_000_000, 400, 413),
    _posted("form of other bytes", FORM, b"query=%ff%fe", 400),
    Case("body of a GET", "GET", "/health/live", {}, b"x" * 1_000_000, frozenset({200, 400, 413})),
    Case("body beside an address", "GET", "/sparql?query=ASK%7B%7D", {}, b"DROP ALL", frozenset({200, 400})),
]


def _form(name: str, body: Content, *statuses: int, boundary: str = "b") -> Case:
    """A form for the page that checks a file."""
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return Case(name, "POST", "/check", headers, body, frozenset(statuses or {400}))


def _part(name: str, content: str = _RDF, filename: str | None = None, *lines: str) -> str:
    file = "" if filename is None else f'; filename="{filename}"'
    head = "".join(f"{line}\r\n" for line in lines)
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n{head}\r\n{content}\r\n'


_END = "--b--\r\n"
_FILE = _part("file", _RDF, "a.ttl")
FORMS: list[Case | Wire] = [
    _posted("form without a boundary", "multipart/form-data", b"--b\r\n", 400, path="/check"),
    _posted("form of another kind", "multipart/mixed; boundary=b", b"--b\r\n", 400, 415, path="/check"),
    _posted("form that is a query", FORM, b"file=%2Fetc%2Fpasswd", 400, 415, path="/check"),
    _form("long boundary", b"--" + b"b" * 50_000, boundary="b" * 50_000),
    _form("boundary with a line break", b"--b", boundary='"b%0d%0aX: y"'),
    _form("form without an end", _part("file", "<urn:a>", "a.ttl")),
    _form("form of boundaries", b"--b\r\n" * 100_000),
    _form("form of nearly boundaries", b"\r\n--\r\n-\r" * 500_000),
    _form("many parts", "".join(_part(f"f{n}") for n in range(10_000)) + _END, 400, 413),
    _form("many files", _FILE * 1000 + _END, 400, 413),
    _form("name of a megabyte", _part("f" * 1_000_000) + _END, 400, 413),
    _form("headers of a megabyte", _part("file", _RDF, "a.ttl", f"X-A: {'a' * 1_000_000}") + _END, 400, 413),
    _form("many headers of a part", _part("file", _RDF, "a.ttl", *["X: y"] * 100_000) + _END, 400, 413),
    _form("name of a file that climbs", _part("file", "<urn:a> <urn:b> 1 .", "../../../..{file}.ttl") + _END),
    _form("name of a file with markup", _part("file", "<urn:a> <urn:b> 1 .", "<script>alert(1)</script>.ttl") + _END),
    _form("name of a file with a null", _part("file", "<urn:a> <urn:b> 1 .", "a.ttl\0.exe") + _END, 400, 415),
    _form("name of a file of a megabyte", _part("file", "<urn:a> .", f"{'a' * 1_000_000}.ttl") + _END, 400, 413),
    _form("form in a form", _part("file", _FILE, "a.ttl", "Content-Type: multipart/mixed; boundary=b") + _END),
    _form("part in another coding", _part("file", "PHVybjphPg==", "a.ttl", "Content-Transfer-Encoding: base64") + _END),
    _form("character set of a form", _part("_charset_", "utf-7") + _part("file", "+ADw-", "a.ttl") + _END),
    _form("file as a field", _part("file", "/etc/passwd") + _END),
    _form("form with a strange profile", _part("profile", "../../etc") + _FILE + _END),
    _form("form with a strange day", _part("asOf", "9999999-99-99") + _FILE + _END),
    _form("form with a strange format", _part("format", "<script>") + _FILE + _END, 400, 406),
    _form("file too large", lambda _: _part("file", "#" * 22_000_000, "a.ttl").encode() + _END.encode(), 413),
]

CASES = [*BODIES, *FORMS]
