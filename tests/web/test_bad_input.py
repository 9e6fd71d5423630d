"""Wrong requests of every kind: always an answer in the vocabulary of HTTP, with a problem that is explained."""

import re
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app
from bio2kg.web.explanations import EXPLANATIONS
from tests.web.test_headers import EXAMPLES, routes

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO")
ACCEPTS: list[str | bytes] = [
    "",
    " ",
    ",",
    ";;",
    ";q=1",
    "text",
    "text/",
    "/html",
    "*",
    "*/html",
    "text/html;q=abc",
    "text/html;q=",
    "text/html;q=-1",
    "text/html;q=1e999",
    "text/html;q=nan",
    "text/turtle;q=0, */*;q=0",
    'text/turtle;x="',
    'text/turtle;x="\\',
    "application/unknown",
    "text/html;charset=utf-16",
    b"\xff\xfe",
    "é".encode(),
    ", ".join(f"a/b{n}" for n in range(500)),
    "a" * 65536,
    '"\\' * 32768,
    '"' * 65535,
]


def addresses(whole: TestClient) -> list[str]:
    """An address for every route."""
    return sorted({EXAMPLES.get(path, path) for path, _ in routes(whole.app)})


def check(response: Response, where: str) -> None:
    """Whatever was asked: no error of the server, and what is wrong is told as it should be."""
    assert response.status_code < 500, where
    if response.status_code < 400 or response.request.method == "HEAD":
        return
    media_type = response.headers["content-type"]
    if media_type.startswith("text/html"):
        return
    assert media_type == "application/problem+json", where
    problem = response.json()
    assert problem["status"] == response.status_code, where
    assert problem["type"].rpartition("/")[2] in EXPLANATIONS, where
    assert problem["title"], where
    assert problem["detail"], where
    assert "Traceback" not in response.text, where
    for fault in problem.get("errors", ()):
        assert set(fault) == {"in", "name", "detail"}, where


@pytest.mark.parametrize("accept", ACCEPTS, ids=lambda accept: repr(accept[:24]))
def test_no_accept_header_breaks_a_route(whole: TestClient, accept: str | bytes) -> None:
    for address in addresses(whole):
        check(whole.get(address, headers={"Accept": accept}), f"{address} as {accept[:60]!r}")


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "If-None-Match", "Accept-Profile", "Range"])
def test_a_header_of_64_kb_costs_no_time(whole: TestClient, name: str) -> None:
    whole.get("/dumps/errata.ttl")  # which is made when it is first asked for
    for value in ('"\\' * 32768, ',"' * 32768, "a/b," * 16384, ";" * 65536, "bytes=0-1," * 6500):
        started = time.process_time()
        check(whole.get("/dumps/errata.ttl", headers={name: value}), name)
        check(whole.get("/doc/bio2/1.3/5.24.08.ttl", headers={name: value}), name)
        assert time.process_time() - started < 3


def test_a_wrong_verb_is_405_with_the_right_ones_which_work(whole: TestClient) -> None:
    for address in addresses(whole):
        allowed = whole.options(address).headers.get("allow", "").split(", ")
        for verb in VERBS:
            response = whole.request(verb, address)
            where = f"{verb} {address}"
            check(response, where)
            assert (response.status_code == 405) == (verb not in allowed), where
            if response.status_code == 405:
                assert response.headers["allow"].split(", ") == allowed, where


def operations(whole: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address made of the examples, and description of each operation of the REST service."""
    for path, described in whole.get("/v1/openapi.json").json()["paths"].items():
        for method, operation in described.items():
            address = path
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    given = parameter.get("example") or parameter["schema"].get("example")
                    assert given, f"{path}: give an example of {parameter['name']}"
                    address = address.replace(f"{{{parameter['name']}}}", str(given))
            yield method.upper(), f"/v1{address}", operation


def test_everything_that_is_wrong_is_told_at_once(whole: TestClient) -> None:
    seen = 0
    for method, address, operation in operations(whole):
        known = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
        listed = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query" and p["schema"].get("enum")]
        unknown = {"nonsense", "page[size]", "PAGE"} - known
        wrong = {name: "no-such-value" for name in (*unknown, *listed) if name != "format"}
        body = {"content": b"x", "headers": {"Content-Type": "text/turtle"}} if method == "POST" else {}
        response = whole.request(method, address, params=wrong, **body)
        where = f"{method} {address}"
        check(response, where)
        if response.status_code == 401:
            continue  # who it is comes before what is asked
        assert response.status_code == 400, where
        faults = response.json()["errors"]
        assert set(wrong) <= {fault["name"] for fault in faults}, where
        assert {fault["in"] for fault in faults} == {"query"}, where
        assert all(name in response.json()["detail"] for name in wrong), where
        seen += 1
    assert seen > 50


@pytest.mark.parametrize("value", ["1e-1", "٠.٥", "0_1", "NaN", "Infinity", " ", "0,5", "--1", "9" * 400])
def test_a_number_is_one_as_xml_schema_writes_it(whole: TestClient, value: str) -> None:
    response = whole.get("/v1/queries/claims", params={"minimum": value})
    check(response, value)
    assert response.status_code == 400
    assert [fault["name"] for fault in response.json()["errors"]] == ["minimum"]


@pytest.mark.parametrize(
    "value", ["20260101", "2026-W01-1", "2026-13-01", "٢٠٢٦-٠١-٠١", "2026-1-1", "2026-01-01T00:00:00"]
)
def test_a_date_is_one_as_xml_schema_writes_it(whole: TestClient, value: str) -> None:
    response = whole.get("/v1/queries/assessment-deadlines", params={"assessment": "x", "asOf": value})
    check(response, value)
    assert response.status_code == 400
    assert {fault["name"] for fault in response.json()["errors"]} == {"assessment", "asOf"}


@pytest.mark.parametrize(
    "address", ["/v1/queries/graphs?lang=", "/v1/rules?lang=&profile=", "/v1/queries/claims?minimum="]
)
def test_a_parameter_without_a_value_counts_as_left_out(whole: TestClient, address: str) -> None:
    assert whole.get(address).content == whole.get(address.partition("?")[0]).content


def test_what_the_library_for_types_refuses_is_one_problem_too(store: EmbeddedStore) -> None:
    def typed(number: int, day: date) -> None:
        """Never called."""

    application = create_app(lambda: store)
    application.add_api_route("/typed/{number}", typed)
    with TestClient(application) as client:
        response = client.get("/typed/x?day=tomorrow")
    check(response, "typed")
    assert response.status_code == 400
    faults = {(fault["in"], fault["name"]) for fault in response.json()["errors"]}
    assert faults == {("path", "number"), ("query", "day")}


@pytest.mark.parametrize("page", ["0", "-1", "1e99", "1.5", "9" * 31, "١", "²", " 1", "1 ", "0x1", "NaN", "%00", "1_0"])
def test_an_absurd_page_number_is_refused(whole: TestClient, page: str) -> None:
    asked = [("/doc/bio2/1.3", "page")]
    for method, address, operation in operations(whole):
        names = {p["name"] for p in operation.get("parameters", ())}
        asked += [(address, name) for name in ("page", "pageSize") if name in names and method == "GET"]
    assert len(asked) > 10
    for address, name in asked:
        response = whole.get(address, params={name: page})
        check(response, address)
        assert response.status_code == 400, f"{address} {name}={page}"
        assert page[:20].strip() in response.json()["detail"]


@pytest.mark.parametrize("address", ["/doc/bio2/1.3", "/v1/measures", "/graph/framework/bio2/1.3"])
def test_a_page_after_the_last_is_no_page(whole: TestClient, address: str) -> None:
    response = whole.get(address, params={"page": 99999})
    check(response, address)
    assert response.status_code in (400, 404)


def test_a_trailing_slash_is_another_address(whole: TestClient) -> None:
    for _, address, _ in operations(whole):
        if address == "/v1/":
            continue
        response = whole.get(f"{address}/")
        assert response.status_code == 404, address
        assert "location" not in response.headers, address
        check(response, address)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("", b""),
        ("", b"x"),
        ("nonsense", b"x"),
        (b"\xff", b"x"),
        ("text/turtle", b""),
        ("text/turtle", b"\xff\xfe"),
        ("text/turtle", b"\0"),
        ("text/turtle; charset=utf-16", "<a> <b> <c> .".encode("utf-16")),
        ("application/json", b"{"),
        ("application/json", b"[" * 100_000),
        ("application/ld+json", b'{"@context": "https://example.org/nowhere"}'),
        ("application/ld+json", b'"\\ud800"'),
        ("application/ld+json", b"null"),
        ("text/csv", b"a,b\n1\n"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff.ttl"\r\n\r\n<\r\n--x--\r\n'),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a/../b.ttl"\r\n\r\n<a> \r\n--x--\r\n'),
        ("application/x-www-form-urlencoded", b"query=%FF"),
        ("application/x-www-form-urlencoded", b"query=%00"),
        ("application/x-www-form-urlencoded", b"query=%"),
        ("application/x-www-form-urlencoded", b"\xff=\xff"),
        ("application/x-www-form-urlencoded", b"&" * 5000),
        ("application/sparql-query", b"\xff"),
        ("application/sparql-query", b"\0"),
        ("application/sparql-update", b"CLEAR ALL"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\3\4"),
    ],
    ids=lambda part: repr(part[:40]),
)  # fmt: skip
def test_no_body_breaks_what_takes_one(whole: TestClient, media_type: str, content: bytes) -> None:
    for address in ("/v1/validate", "/check", "/sparql", "/update", "/store"):
        response = whole.post(address, content=content, headers={"Content-Type": media_type})
        check(response, f"{address} {media_type!r} {content[:60]!r}")
        assert response.status_code >= 400, address


def test_a_body_on_get_is_left_alone(whole: TestClient) -> None:
    assert whole.request("GET", "/v1/queries", content=b"{" * 1000).status_code == 200


def test_a_form_without_length_is_read_no_further_than_allowed(whole: TestClient) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.ttl"\r\n\r\n'
        for _ in range(40):
            read += 1
            yield b" " * 1024**2

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response = whole.post("/check", content=endless(), headers=headers)
    assert response.status_code == 413
    assert "20 MB" in response.text


@pytest.mark.parametrize(
    "value", ["abc", "bytes=abc", "bytes=5-1", "bytes=999999999-", "bytes=-0", "lines=1-2", "bytes="]
)
def test_a_range_that_cannot_be_met_is_a_problem_or_ignored(whole: TestClient, value: str) -> None:
    for address in ("/dumps/errata.ttl", "/static/style.css", "/doc/bio2"):
        response = whole.get(address, headers={"Range": value})
        check(response, f"{address} {value}")
        assert response.status_code in (200, 400, 416)
        if response.status_code == 416:
            assert re.fullmatch(r"bytes \*/\d+", response.headers["content-range"])


def test_an_address_that_is_too_long_is_refused_before_headers_repeat_it(whole: TestClient) -> None:
    for start in ("/doc/", "/id/", "/graph/", "/dumps/", "/v1/queries/", "/static/", "/doc/bio2/current/", "/"):
        response = whole.get(f"{start}{'a' * 16384}", headers={"Accept": "image/png"})
        check(response, start)
        assert response.status_code == 414
        assert sum(len(name) + len(value) for name, value in response.headers.items()) < 4096


@pytest.mark.parametrize("path", ["/", "/doc/bio2", "/v1/queries/claims"])
def test_a_fault_of_ours_says_nothing_of_the_inside(path: str) -> None:
    class Broken(EmbeddedStore):
        def query(self, *_: object, **__: object) -> Any:
            raise RuntimeError("secret of the inside")

    with TestClient(create_app(lambda: Broken(b"")), raise_server_exceptions=False) as client:
        response = client.get(path, headers={"Accept": "application/json, */*;q=0.1"})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"].endswith("/doc/problem/internal")
    assert "secret" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
