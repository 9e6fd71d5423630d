"""Requests that no client library sends, over a socket to a server that really listens."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bio2kg.web.explanations import EXPLANATIONS
from tests.web.live import serving_release

LONG = "a" * 16384


@pytest.fixture(scope="module")
def address(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_release(release_folder, tmp_path_factory.mktemp("home")) as address:
        yield address


def ask(address: str, line: str | bytes, *headers: str | bytes, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to a request that is sent as it stands."""

    def raw(text: str | bytes) -> bytes:
        return text if isinstance(text, bytes) else text.encode("latin-1")

    given = [raw(header) for header in headers]
    if not any(header.lower().startswith(b"host:") for header in given):
        given.append(b"Host: example.org")
    request = b"\r\n".join([raw(line) + b" HTTP/1.1", b"Connection: close", *given]) + b"\r\n\r\n" + body
    at = urlsplit(address)
    with socket.create_connection((at.hostname, at.port), timeout=20) as connection:
        connection.sendall(request)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, content = answer.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    assert re.match(r"HTTP/1\.1 \d{3} ", status), answer[:200]
    return int(status.split()[1]), {k.lower(): v for k, _, v in (f.partition(": ") for f in fields)}, content


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/%FF", 404),
        ("/doc/%FF", 404),
        ("/id/%FF", 404),
        ("/graph/%FF", 404),
        ("/dumps/%FF", 404),
        ("/static/%FF", 404),
        ("/v1/%FF", 404),
        ("/v1/queries/%FF", 404),
        ("/v1/rules/%FF", 404),
        ("/v1/measures/%FF/5.01.01", 404),
        ("/%C3%28", 404),
        ("/%ED%A0%80", 404),
        ("/%00", 404),
        ("/doc/%00", 404),
        ("/id/bio2%00", 404),
        ("/dumps/errata.ttl%00", 404),
        ("/static/style.css%00", 404),
        ("/v1/rules/%00", 404),
        ("/%", 404),
        ("/%zz", 404),
        ("//", 404),
        ("///", 404),
        ("//doc/bio2", 404),
        ("/doc//bio2", 404),
        ("//v1/queries", 404),
        ("/v1//queries", 404),
        ("/v1/queries//claims", 404),
        ("//example.org/doc/bio2", 404),
        ("/v1/queries/", 404),
        ("/v1/queries%2Fclaims", 200),
        ("/doc/bio2%2F1.3", 200),
        ("/doc%2Fbio2", 200),
        ("/v1/queries/..", 404),
        ("/doc/../v1/queries", 404),
        ("/doc/%2e%2e/v1/queries", 404),
        ("/static/../app.py", 404),
        ("/static/%2e%2e/app.py", 404),
        ("/static/..%2fapp.py", 404),
        ("/static/%2Fetc%2Fpasswd", 404),
        ("/static/..%5Capp.py", 404),
        ("/dumps/../release.json", 404),
        ("/dumps/..%2F..%2Fsettings.py", 404),
        ("/.", 404),
        ("*", 404),
        ("/doc/bio2?format=%FF", 406),
        ("/doc/bio2?_profile=%0D%0AX:%201", 406),
        ("/doc/bio2?%FF=1", 200),
        ("/doc/bio2?lang=%FF", 200),
        ("/doc/bio2?page=%FF", 400),
        ("/doc/bio2?&&&=&=1", 200),
        ("/sparql?query=%FF", 400),
        ("/sparql?query=ASK%20%7B%7D&default-graph-uri=%FF", 400),
        ("/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D", 400),
        ("/v1/queries/claims?minimum=%FF", 400),
        ("/v1/queries/claims?%FF=1", 400),
        ("/v1/queries/claims?minimum=1&minimum=2", 400),
        ("/v1/queries?a=1", 400),
        ("/v1/rules?lang=nl&lang=en", 400),
        (f"/{LONG}", 414),
        (f"/doc/{LONG}", 414),
        (f"/id/{LONG}", 414),
        (f"/v1/queries/{LONG}", 414),
        (f"/doc/bio2?a={LONG}", 414),
        (f"/v1/queries/claims?{'a=1&' * 1000}", 400),
            (f"/sparql?query=ASK%20%7B%7D&a={LONG}", 200),
    ],
)  # fmt: skip
def test_an_address_is_answered_as_it_stands(address: str, path: str, status: int) -> None:
    for accept in ("*/*", "text/html"):
        found, headers, content = ask(address, f"GET {path}", f"Accept: {accept}")
        if path.startswith("/v1") and accept == "text/html" and found == 406:
            continue  # a program's address has no page
        assert found == status, (accept, content[:300])
        assert all(len(value) < 8192 for value in headers.values())
        if status >= 400 and accept == "*/*":
            assert headers["content-type"] == "application/problem+json"
            problem = json.loads(content)
            assert problem["status"] == status
            assert problem["type"].rpartition("/")[2] in EXPLANATIONS


@pytest.mark.parametrize("path", ["/id/bio2", "/id//example.org", "/id/bio2?%0D%0AX-Injected:%201"])
def test_a_redirect_stays_here_and_adds_no_header(address: str, path: str) -> None:
    status, headers, _ = ask(address, f"GET {path}")
    assert status in (303, 404)
    assert headers.get("location", "/doc/").startswith("/doc/")
    assert "x-injected" not in headers


@pytest.mark.parametrize(
    "header",
    [
        "Host: [",
        "Host: [::1",
        "Host: ",
        "Host: a b",
        "Host: x:99999",
        "Host: x/../y?z#",
        b"Host: \xff",
        b"Accept: \xff\xfe",
        b"Accept-Language: \xff",
        b"Accept-Profile: <\xff>",
        "Accept-Profile: <http://[>",
        b"If-None-Match: \xff",
        "If-None-Match: *",
        "If-Modified-Since: yesterday",
        b"If-Range: \xff",
        b"Cookie: \xff",
        "Authorization: ",
        b"Authorization: Bearer \xff",
        "Accept: " + "a/b," * 15000,
        "Content-Type: nonsense",
        "Expect: 100-continue",
        "X-HTTP-Method-Override: DELETE",
        "X-Forwarded-For: 256.1.1.1",
        "X-Forwarded-Host: [",
    ],
    ids=lambda header: repr(header[:40]),
)
def test_no_header_breaks_a_document(address: str, header: str | bytes) -> None:
    for path in (
        "/doc/bio2",
        "/sparql",
        "/v1/queries",
        "/dumps/errata.ttl",
        "/static/style.css",
        "/nowhere",
        "/id/bio2",
    ):
        status, headers, content = ask(address, f"GET {path}", header)
        assert status < 500, (path, content[:300])
        if status >= 400:
            assert headers["content-type"] == "application/problem+json", path


@pytest.mark.parametrize(
    "line", [b"GET /doc/\xff", b"GET /doc?\xff", "GET /doc bio2", "GET", "", "/doc/bio2", "GET http://["]
)
def test_what_is_no_http_is_a_bad_request(address: str, line: str | bytes) -> None:
    assert ask(address, line)[0] in (400, 404)


@pytest.mark.parametrize("verb", ["FOO", "get", "TRACE", "CONNECT", "PROPFIND", "A" * 300, "!#$%&'*+-.^_`|~"])
def test_an_unknown_verb_is_not_allowed_at_any_address(address: str, verb: str) -> None:
    for path in (
        "/",
        "/doc/bio2",
        "/sparql",
        "/v1/queries",
        "/v1/validate",
        "/check",
        "/static/style.css",
        "/dumps/errata.ttl",
    ):
        status, headers, _ = ask(address, f"{verb} {path}", "Content-Length: 0")
        assert status == 405, path
        assert "OPTIONS" in headers["allow"]


def test_head_sends_no_body_and_the_headers_of_get(address: str) -> None:
    for path in (
        "/doc/bio2",
        "/v1/queries",
        "/v1/queries/claims",
        "/sparql?query=ASK%20%7B%7D",
        "/nowhere",
        "/static/style.css",
    ):
        status, headers, _ = ask(address, f"GET {path}")
        again, same, content = ask(address, f"HEAD {path}")
        assert (again, content) == (status, b""), path
        changing = {"date", "x-request-id"}
        assert same.keys() - changing == headers.keys() - changing, path
        assert all(same[name] == headers[name] for name in same.keys() - changing), path
