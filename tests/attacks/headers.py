"""Headers and methods that lie, or that make work; each fits in what the server reads of a head."""

from tests.attacks.case import FORM, SPARQL, Case, Wire, get, wire
from tests.attacks.http import EVIL, MEASURE, ROOM


def _method(method: str, path: str, *statuses: int, **headers: str) -> Case:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Case(f"method {method} at {path}", method, path, named, b"", frozenset(statuses))


def repeated(part: str, room: int = ROOM) -> str:
    """As much of this as a head has room for."""
    return part * (room // len(part))


_LIES = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "evil.example",
    "X-Forwarded-Prefix": "/evil.example",
    "X-Forwarded-For": "evil.example",
    "X-Original-URL": "//evil.example/store",
    "X-Rewrite-URL": "//evil.example/store",
    "Forwarded": "for=evil.example;host=evil.example;proto=evil.example",
    "X-Host": "evil.example",
    "Referer": "http://evil.example",
    "Origin": "http://evil.example",
    "X-Request-Id": "evil.example",
}
LIES = [
    *[
        Case(f"lies at {path}", "GET", path, {"Accept": accept, **_LIES}, b"", frozenset(statuses), EVIL)
        for path, accept, statuses in [
            ("/sparql", "text/turtle", [200]),
            ("/id/bio2/1.3/5.24.08", "*/*", [303]),
            (MEASURE, "text/html", [200]),
            ("/v1/measures?pageSize=1", "*/*", [200]),
            ("/doc/nothing", "text/html", [404]),
            ("/metrics", "*/*", [401, 403]),
        ]
    ],
    get("said to be this machine", "/metrics", 401, 403, X_Forwarded_For="127.0.0.1"),
    get("forwarded as this machine", "/metrics", 401, 403, Forwarded="for=127.0.0.1"),
    get("request id with a line break", "/health/live", 200, X_Request_Id="a%0d%0aX-Injected: b", absent=b"X-Injected"),
    get("request id that is long", "/health/live", 200, X_Request_Id="a" * 50_000, absent=b"a" * 100),
    Case(
        "another method in a header", "POST", "/v1/measures", {"X-HTTP-Method-Override": "GET"}, b"", frozenset({405})
    ),
    Case(
        "another method for a query",
        "POST",
        "/sparql",
        {"Content-Type": SPARQL, "X-HTTP-Method-Override": "PUT"},
        b"ASK {}",
        frozenset({200}),
    ),
    Case(
        "another method in a form",
        "POST",
        "/sparql",
        {"Content-Type": FORM},
        b"_method=PUT&query=ASK%7B%7D",
        frozenset({200}),
    ),
    _method("TRACE", "/", 405, X_Odd="odd"),
    _method("TRACK", "/", 405),
    _method("CONNECT", "evil.example:443", 400, 404, 405),
    _method("PROPFIND", "/", 405),
    _method("get", "/health/live", 405),
    _method("A" * 5000, "/", 400, 405),
    _method("DELETE", MEASURE, 405),
    _method("PUT", "/dumps/errata.ttl", 405),
    _method("DELETE", "/store?default", 401, 403),
    wire(
        "OPTIONS of everything", "OPTIONS * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 200, 204, 400, 404
    ),
    _method(
        "OPTIONS",
        "/v1/assessments",
        200,
        204,
        Origin="http://evil.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="authorization",
    ),
    get(
        "another protocol of a socket",
        "/health/live",
        200,
        400,
        426,
        Connection="Upgrade, close",
        Upgrade="websocket",
        Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==",
        Sec_WebSocket_Version="13",
    ),
    get(
        "HTTP/2 without asking first",
        "/health/live",
        200,
        Connection="Upgrade, HTTP2-Settings, close",
        Upgrade="h2c",
        HTTP2_Settings="AAMAAABkAAQAAP__",
    ),
]

_DUMP = "/dumps/errata.ttl"
# Headers that make work.
HEADERS = [
    get("many ranges", _DUMP, 200, 206, 416, Range="bytes=" + repeated("0-0,2-2,")),
    get("overlapping ranges", _DUMP, 200, 206, 416, Range="bytes=" + repeated("0-,")),
    get("ranges from the end", _DUMP, 200, 206, 416, Range="bytes=" + repeated("-1,")),
    get("negative range", _DUMP, 200, 206, 400, 416, Range="bytes=--1"),
    get("range backwards", _DUMP, 200, 400, 416, Range="bytes=9-1"),
    get("huge range", _DUMP, 200, 206, 400, 416, Range=f"bytes=0-{'9' * 50_000}"),
    get("range beyond the end", _DUMP, 200, 416, Range="bytes=99999999999-"),
    get("range of other units", _DUMP, 200, 400, 416, Range="lines=1-2"),
    get("range with a digit of elsewhere", _DUMP, 200, 206, 400, 416, Range="bytes=²-3"),
    get("range of half a tag", _DUMP, 200, 206, Range="bytes=0-9", If_Range='"' + "a" * 50_000),
    get("many tags", MEASURE, 200, If_None_Match=repeated('"a",')),
    get("more tags than are read", MEASURE, 400, If_None_Match='"abcdef",' * 100_000),
    get("tags without an end", MEASURE, 200, If_None_Match='W/"' * 15_000),
    get("date without an end", _DUMP, 200, If_Modified_Since="9" * 50_000),
    get("date that is none", _DUMP, 200, If_Modified_Since="Mon, 99 Foo 0000 99:99:99 GMT"),
    get("many media types", MEASURE, 200, 406, Accept=repeated("a/b,")),
    get("media types with many parameters", MEASURE, 200, 406, Accept="text/html" + repeated(";a=b")),
    get("media types with strings", MEASURE, 200, 406, Accept='text/html;a="' + "\\" * 50_000),
    get("media types of odd quality", MEASURE, 200, 406, Accept="text/html;q=nan, text/turtle;q=inf, */*;q=1e999"),
    get("media types of negative quality", MEASURE, 200, 406, Accept=f"text/html;q=-1, */*;q={'9' * 5000}"),
    get("many languages", MEASURE, 200, Accept_Language=repeated("a;q=0.1,")),
    get("language with many parts", MEASURE, 200, Accept_Language="nl" + repeated("-a")),
    get("language of odd quality", MEASURE, 200, Accept_Language="nl;q=nan,en;q=²"),
    get("many profiles", MEASURE, 200, 406, Accept_Profile=repeated("<urn:a>;q=0.1,")),
    get("profile of the web", f"{MEASURE}.ttl", 200, 406, Accept_Profile="<{web}>"),
    get("many cookies", MEASURE, 200, Cookie=repeated("a=b; ")),
    get("cookie without an end", "/", 200, Cookie='a="' + "\\" * 50_000),
    get("long token", "/", 401, Authorization="Bearer " + "a" * 50_000),
    get("token of another kind", "/", 401, Authorization="Basic YTpi"),
    get("token without a signature", "/", 401, Authorization="Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."),
    get(
        "token with a key of the web",
        "/",
        401,
        Authorization="Bearer eyJhbGciOiJSUzI1NiIsImprdSI6Imh0dHA6Ly9hIn0.e30.YQ",
    ),
    get("token in the address", "/?access_token=abc", 400),
    get("codings of an answer", "/", 200, Accept_Encoding=repeated("gzip;q=0.1,")),
    get("trailers of an answer", "/", 200, TE="trailers, deflate;q=0.5"),
    get("expectation that is none", "/", 200, 417, Expect="999-nonsense"),
    get("hop by hop", "/health/live", 200, Connection="close, Host, Content-Type"),
]


CASES: list[Case | Wire] = [*LIES, *HEADERS]
