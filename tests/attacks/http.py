"""Requests that are no HTTP, or that two readers would take apart in two ways.

The statuses are those of RFC 9110 and RFC 9112, where these leave no choice.
"""

from tests.attacks.case import SPARQL, Case, Wire, get, wire

_HOST = "Host: {host}"
_SMUGGLED = "GET /health/live?smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n"
_QUERY = f"Content-Type: {SPARQL}"
EVIL = b"evil.example"
MEASURE = "/doc/bio2/1.3/5.24.08"
# Just below what the server reads of a head (64 kB).
ROOM = 60_000


def _posted(name: str, *headers: str, body: str, statuses: tuple[int, ...] = (400,), most: int = 1) -> Wire:
    """A query with headers that say how long it is."""
    text = "\r\n".join(["POST /sparql HTTP/1.1", _HOST, _QUERY, *headers, "", body])
    return wire(name, text, *statuses, most=most)


def _asked(name: str, target: str, *headers: str, statuses: tuple[int, ...] = (400,), absent: bytes = b"") -> Wire:
    """A request for a target exactly as it stands here."""
    text = "\r\n".join([f"GET {target} HTTP/1.1", *headers, "Connection: close", "", ""])
    return wire(name, text, *statuses, absent=absent)


# One message that two readers cut in different places: the smuggled request must never be answered.
SMUGGLING = [
    _posted("length and chunks", "Content-Length: 62", "Transfer-Encoding: chunked", body=f"0\r\n\r\n{_SMUGGLED}"),
    _posted(
        "chunks and a shorter length", "Transfer-Encoding: chunked", "Content-Length: 4", body=f"0\r\n\r\n{_SMUGGLED}"
    ),
    _posted("unknown coding", "Transfer-Encoding: xchunked", body=f"0\r\n\r\n{_SMUGGLED}", statuses=(400, 501)),
    _posted(
        "two codings in one", "Transfer-Encoding: chunked, identity", body=f"0\r\n\r\n{_SMUGGLED}", statuses=(400, 501)
    ),
    _posted(
        "two codings in two",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked",
        body=f"0\r\n\r\n{_SMUGGLED}",
        statuses=(400, 501),
    ),
    _posted("chunks twice", "Transfer-Encoding: chunked, chunked", body=f"0\r\n\r\n{_SMUGGLED}", statuses=(400, 501)),
    _posted("space before the colon", "Transfer-Encoding : chunked", body=f"0\r\n\r\n{_SMUGGLED}"),
    _posted("tab in the name", "Transfer-\tEncoding: chunked", body=f"0\r\n\r\n{_SMUGGLED}"),
    _posted(
        "coding on a folded line", "Transfer-Encoding:\r\n chunked", "Content-Length: 4", body=f"0\r\n\r\n{_SMUGGLED}"
    ),
    _posted("two lengths", "Content-Length: 6", "Content-Length: 0", body=f"ASK {{}}{_SMUGGLED}"),
    _posted("two lengths in one", "Content-Length: 6, 0", body=f"ASK {{}}{_SMUGGLED}"),
    _posted("negative length", "Content-Length: -1", body=_SMUGGLED),
    _posted("signed length", "Content-Length: +6", body=f"ASK {{}}{_SMUGGLED}"),
    _posted("hexadecimal length", "Content-Length: 0x6", body=f"ASK {{}}{_SMUGGLED}"),
    _posted("length with an exponent", "Content-Length: 6e0", body=f"ASK {{}}{_SMUGGLED}"),
    _posted("length with a space", "Content-Length: 6 0", body=f"ASK {{}}{_SMUGGLED}"),
    _posted("empty length", "Content-Length:", body=_SMUGGLED),
    _posted("length of an Arabic six", "Content-Length: ٦", body=f"ASK {{}}{_SMUGGLED}"),
    _posted("length of many digits", f"Content-Length: {'9' * 50_000}", body="ASK {}", statuses=(400, 413)),
    # What is announced is far more than is ever read.
    _posted("length beyond 64 bits", "Content-Length: 18446744073709551622", body="ASK {}", statuses=(400, 413)),
    _posted(
        "chunk beyond 64 bits",
        "Transfer-Encoding: chunked",
        body=f"1{'0' * 16}6\r\nASK {{}}\r\n0\r\n\r\n",
        statuses=(0, 400, 413),
    ),
    _posted("chunk of many digits", "Transfer-Encoding: chunked", body=f"{'f' * 100_000}\r\nASK {{}}\r\n"),
    _posted("negative chunk", "Transfer-Encoding: chunked", body=f"-6\r\nASK {{}}\r\n0\r\n\r\n{_SMUGGLED}"),
    _posted("chunk of no number", "Transfer-Encoding: chunked", body=f"0x6\r\nASK {{}}\r\n0\r\n\r\n{_SMUGGLED}"),
    _posted("chunk longer than it says", "Transfer-Encoding: chunked", body=f"3\r\nASK {{}}\r\n0\r\n\r\n{_SMUGGLED}"),
    _posted(
        "chunk with a long extension", "Transfer-Encoding: chunked", body=f"6;{'x' * 200_000}\r\nASK {{}}\r\n0\r\n\r\n"
    ),
    _posted("endless trailer", "Transfer-Encoding: chunked", body="0\r\n" + "a: b\r\n" * 50_000),
    _posted(
        "chunks of one byte",
        "Transfer-Encoding: chunked",
        body="".join(f"1\r\n{c}\r\n" for c in "ASK {}" + " " * 20_000) + "0\r\n\r\n",
        statuses=(200,),
    ),
    _posted(
        "trailer with a length",
        "Transfer-Encoding: chunked",
        body="6\r\nASK {}\r\n0\r\nContent-Length: 99\r\n\r\n",
        statuses=(200, 400),
    ),
    _posted("body of a request without a body", body=_SMUGGLED, statuses=(200, 400), most=2),
    wire(
        "chunks in HTTP/1.0",
        f"POST /sparql HTTP/1.0\r\n{_QUERY}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{_SMUGGLED}",
    ),
    wire("many requests at once", _SMUGGLED * 200, 200, most=200),
    wire(
        "requests after one that closes",
        f"GET /health/live HTTP/1.1\r\n{_HOST}\r\nConnection: close\r\n\r\n{_SMUGGLED}",
        200,
    ),
    wire("a request after one that is wrong", f"GET /health/live HTTP/1.1\r\n{_HOST}\r\nbad header\r\n\r\n{_SMUGGLED}"),
]

# What is not allowed between the first line and the body.
SYNTAX = [
    _asked("null in a header", "/health/live", _HOST, "X-A: a\0b"),
    _asked("carriage return in a header", "/health/live", _HOST, "X-A: a\rX-B: b", statuses=(200, 400)),
    _asked("folded line", "/health/live", _HOST, "X-A: a\r\n b: c", statuses=(200, 400)),
    _asked("folded first line", "/health/live", " X-A: a", _HOST),
    _asked("space in the name of a header", "/health/live", _HOST, "X A: a"),
    _asked("header without a name", "/health/live", _HOST, ": a"),
    _asked("header without a colon", "/health/live", _HOST, "X-A"),
    _asked("no host", "/health/live"),
    _asked("two hosts", "/health/live", _HOST, "Host: evil.example"),
    _asked("host with a path", "/sparql", "Host: evil.example/a?b#c", "Accept: text/turtle", statuses=(200, 400)),
    _asked(
        "host with markup",
        "/sparql",
        "Host: <script>alert(1)</script>",
        "Accept: text/turtle",
        statuses=(200, 400),
        absent=b"<script>",
    ),
    _asked("space in the target", "/health /live", _HOST),
    _asked("null in the target", "/health\0/live", _HOST),
    _asked("other bytes in the target", "/health/\xff", _HOST, statuses=(400, 404)),
    _asked("fragment in the target", "/health/live#x", _HOST, statuses=(200, 400, 404)),
    _asked("long target", "/" + "a" * 50_000, _HOST, statuses=(414,)),
    _asked("target of a megabyte", "/" + "a" * 1_000_000, _HOST, statuses=(400, 414)),
    get("long address of a query", "/sparql?query=" + "a" * 50_000, 400, 414, 503),
    _asked("many headers", "/health/live", _HOST, *["X: y"] * 100_000),
    _asked("header of a megabyte", "/health/live", _HOST, "X-A: " + "a" * 1_000_000),
    _asked("large header", "/health/live", _HOST, "X-A: " + "a" * ROOM, statuses=(200,)),
    wire("bare line feeds", "GET /health/live HTTP/1.1\nHost: {host}\nConnection: close\n\n", 200, 400),
    wire("no first line", "\r\n" * 10_000, 0, 400),
    wire("HTTP/0.9", "GET /\r\n", 0, 400),
    wire("HTTP/0.9 with an end", "GET /\r\n\r\n"),
    wire("HTTP/9.9", "GET /health/live HTTP/9.9\r\nHost: {host}\r\n\r\n", 200, 400, 505),
    wire("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0" * 9, 400, 404, 405, 505, most=2),
    wire("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 600, 0, 400),
    wire("another protocol", "EHLO evil.example\r\nMAIL FROM:<a>\r\n\r\n"),
    wire("line of a proxy", "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\nGET /health/live HTTP/1.1\r\n\r\n"),
    wire("method of a megabyte", "A" * 1_000_000 + " / HTTP/1.1\r\n\r\n"),
    wire("half a head", "GET / HTTP/1.1\r\nHost: x\r\nX-A", 0),
]

# Who is asked, and for what.
TARGETS = [
    _asked(
        "whole address of another host",
        "http://evil.example/id/bio2",
        _HOST,
        statuses=(303, 400, 404, 421),
        absent=b"location: http://evil",
    ),
    _asked("whole address of a canary", "{web}", _HOST, statuses=(400, 404, 421)),
    _asked("only a host", "evil.example:443", _HOST, statuses=(400, 404)),
    _asked("asterisk", "*", _HOST, statuses=(400, 404)),
    _asked("two slashes", "//evil.example/id/bio2", _HOST, statuses=(400, 404)),
    _asked("two slashes after a redirect", "/id//evil.example", _HOST, statuses=(303, 400, 404)),
    _asked("back slashes after a redirect", "/id/\\evil.example", _HOST, statuses=(303, 400, 404)),
    _asked(
        "line break after a redirect",
        "/id/x%0d%0aX-Injected:%20yes",
        _HOST,
        statuses=(303, 400, 404),
        absent=b"\r\nX-Injected",
    ),
    _asked(
        "line break in a field",
        "/id/bio2?lang=%0d%0aX-Injected:%20yes",
        _HOST,
        statuses=(303, 400),
        absent=b"\r\nX-Injected",
    ),
    _asked(
        "script of a redirect",
        "/id/javascript:alert(1)",
        _HOST,
        statuses=(303, 400, 404),
        absent=b"\r\nlocation: javascript",
    ),
    *[
        _asked(f"climbing {number}", target, _HOST, statuses=(400, 403, 404), absent=b"root:")
        for number, target in enumerate(
            [
                "/static/../../../../../../etc/passwd",
                "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "/static/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
                "/static//etc/passwd",
                "/static/%00",
                "/static/style.css%00.png",
                "/dumps/../../../../etc/passwd",
                "/dumps/..%2f..%2f..%2f..%2fetc%2fpasswd",
                "/dumps/%2fetc%2fpasswd",
                "/dumps/%2e%2e%5c%2e%2e%5cmanifest.json",
                "/dumps/.sha256",
                "/static/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
            ]
        )
    ],
    *[
        _asked(f"a file {number}", target, _HOST, statuses=(400, 403, 404))
        for number, target in enumerate(
            ["/dumps{file}", "/dumps/{file}", "/static{file}", "/doc{file}", "/def/..%2f..{file}"]
        )
    ],
    get("poisoned host of a redirect", "/id/bio2/1.3/5.24.08", 303, Host="evil.example", absent=EVIL),
    get("poisoned host of links", MEASURE, 200, Host="evil.example", absent=EVIL),
    get("poisoned host of a list", "/v1/measures?pageSize=2", 200, Host="evil.example", absent=EVIL),
    get("poisoned host of a catalogue", "/catalog", 200, Host="evil.example", Accept="text/turtle", absent=EVIL),
    get("poisoned host of the description", "/v1/openapi.json", 200, Host="evil.example", absent=EVIL),
    get("poisoned host of an error", "/doc/nothing", 404, Host="evil.example", absent=EVIL),
    get(
        "poisoned host of the service description",
        "/sparql",
        200,
        Host="evil.example",
        Accept="text/turtle",
        absent=EVIL,
    ),
]

CASES: list[Case | Wire] = [*SMUGGLING, *SYNTAX, *TARGETS]
