"""Values that would be code where a value is taken for what it says: into every parameter and every page."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from tests.attacks.case import Case
from tests.attacks.connection import Answer
from tests.attacks.stand import assert_problem

Ask = Callable[[Case], list[Answer]]
# What a value becomes if it is evaluated: by a template, by a format string, by a shell.
_EVALUATED = (b"1787569", b"<class '", b"0x7ffe", b"uid=0", b"root:x:")
# Into every parameter of every operation.
CORE = (
    b'"} UNION { ?s ?p ?o } #',
    b"x\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>",
    b"'\"><img src=x onerror=alert(1)>",
    b"../../../../etc/passwd",
)
# Into every parameter that has a name of its own.
PAYLOADS = (
    *CORE,
    b"} UNION { ?s ?p ?o } #",
    b"> . ?s ?p ?o #",
    b"x> } UNION { GRAPH ?g { ?s ?p ?o } } #",
    b"\\u0022 } \\u0055NION { ?s ?p ?o }",
    b'"@nl . ?s ?p "',
    b"UNDEF) (UNDEF",
    b"bio2-1.3:5.24.08 bio2-1.3:5.01.01 } VALUES ?x { 1",
    b"1 OR 1=1; DROP ALL --",
    b'" onmouseover="alert(1)',
    b"javascript:alert(1)//%0aalert(1)",
    b"</script></title></textarea><svg/onload=alert(1)>",
    b"..%2f..%2f..%2fetc%2fpasswd%00.ttl",
    b"file:///etc/passwd",
    b"http://169.254.169.254/latest/meta-data/",
    b"a\0b",
    b"%s%s%n%x {0.__class__} $(id) `id` |id",
    b"{{1337*1337}} ${1337*1337} #{1337*1337} {% raw %}{% for x in ().__class__.__base__ %}",
    b"=1+1",
    b"@SUM(1+1)*cmd|' /C calc'!A0",
    b"-1",
    b"9" * 400,
    b"1e309",
    b"NaN",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    "\u202e\u2066gnp.exe\u200b\ufeff".encode(),
    ("e" + "\u0301" * 1000).encode(),
    "\u0130\u0131\ufb03\U0001f600\U0010ffff".encode(),
    b"a" * 3000,
    b"(a+)+$" * 200,
    b"a" * 100_000,
)
# Statuses of HTTP for a request that is right, or for one that its sender can put right; 503 is a limit that was met.
_HONEST = {200, 204, 303, 307, 400, 401, 403, 404, 405, 406, 412, 413, 414, 415, 422, 428, 503}
_ASSESSMENT = b"<urn:a> a <https://w3id.org/bio2kg/def#Assessment> ."
# What is no page, and what every page may be given.
_NO_PAGES = ("/dumps", "/static", "/v1", "/.well-known")
_OF_ALL_PAGES = ("lang", "format", "page", "_profile", "_mediatype")
# Words are looked up in these, so that other words may well be found more often.
_FULL_TEXT = {"q", "text"}


@dataclass(frozen=True)
class Target:
    """A request with the values of its parameters, by (place, name); the names of those that it needs."""

    method: str
    path: str
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    names: tuple[tuple[str, str], ...] = ()
    needed: frozenset[tuple[str, str]] = frozenset()
    accept: str = "*/*"

    def case(self, given: dict[tuple[str, str], str | bytes]) -> Case:
        """The request with these values."""
        path, headers, fields = self.path, {"Accept": self.accept}, []
        for (place, name), value in given.items():
            if place == "path":
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
            elif place == "header":
                text = value.encode() if isinstance(value, str) else value
                headers[name] = re.sub(rb"[\r\n\0]", b" ", text).decode("latin-1")
            else:
                fields.append(f"{quote(name)}={quote(value, safe='')}")
        whole = f"{path}?{'&'.join(fields)}" if fields else path
        body = b"" if self.method in ("GET", "DELETE") else _ASSESSMENT
        return Case(whole, self.method, whole, headers | {"Content-Type": "text/turtle"}, body)

    def honest(self, ask: Ask) -> int:
        """The most rows that this gives for values that are meant: those of the example, or only what is needed."""
        if self.method != "GET" or self.accept == "text/html":
            return 0
        few = {key: value for key, value in self.values.items() if key in self.needed}
        return max(rows(answer) for given in (self.values, few) for answer in ask(self.case(dict(given))))

    def faults(self, key: tuple[str, str], payload: bytes, most: int, ask: Ask) -> Iterator[str]:
        """What is wrong with the answer to a payload in one parameter."""
        case = self.case({**self.values, key: payload})
        found = ask(case)
        where = f"{self.method} {self.path} {key} {payload[:60]!r}"
        if not found:
            yield f"{where}: no answer, or none with headers that a client reads"
        for answer in found:
            for fault in wrong_in(answer, payload):
                yield f"{where}: {fault}"
            if key[1] not in _FULL_TEXT and rows(answer) > most:
                yield f"{where}: {rows(answer)} rows, {most} without it"


def wrong_in(answer: Answer, payload: bytes) -> Iterator[str]:
    """What is wrong with an answer, whatever the request was."""
    if answer.status not in _HONEST:
        yield f"status {answer.status}: {answer.body[:300]!r}"
    names = {name for name, _ in answer.headers}
    if "x-injected" in names or any(re.search(r"[\r\n\0]", value) for _, value in answer.headers):
        yield f"a header was injected: {answer.headers}"
    if any(result in answer.body for result in _EVALUATED):
        yield "it was evaluated"
    media_type = answer.header("content-type").partition(";")[0]
    if media_type == "text/html" and re.search(rb"[<>\"'&]", payload) and payload in answer.body:
        yield "it came back as markup"
    if media_type == "text/csv" and any(
        cell.startswith(("=", "+", "@", "-", "\t")) and cell.encode() == payload
        for row in csv.reader(io.StringIO(answer.body.decode()))
        for cell in row
    ):
        yield "it came back as a formula"
    try:
        if answer.status >= 400:
            assert_problem(answer)
        elif media_type.endswith("json"):
            json.loads(answer.body)
    except (AssertionError, ValueError) as error:
        yield f"{type(error).__name__}: {str(error)[:200]}"


def rows(answer: Answer) -> int:
    """The rows of an answer in JSON: a list, or the longest list in it."""
    if answer.status != 200 or not answer.header("content-type").startswith("application/json"):
        return 0
    said = json.loads(answer.body)
    return max(
        [0, *(len(part) for part in (said.values() if isinstance(said, dict) else [said]) if isinstance(part, list))]
    )


def operations(description: dict[str, Any]) -> list[Target]:
    """Every operation of an OpenAPI description, with the examples that it gives."""
    found = []
    for path, item in description["paths"].items():
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            parameters = {(p["in"], p["name"]): p for p in item[method].get("parameters", [])}
            found.append(
                Target(
                    method.upper(),
                    f"/v1{path}",
                    {key: example for key, p in parameters.items() if (example := _example(p))},
                    tuple(parameters),
                    frozenset(key for key, p in parameters.items() if p.get("required")),
                )
            )
    return sorted(found, key=lambda target: (target.path, target.method))


def _example(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    example = parameter.get("example", schema.get("example", ""))
    if not example and parameter.get("required"):
        example = next(iter(schema.get("enum", ["x"])))
    first = example[0] if isinstance(example, list) else example
    return json.dumps(first) if isinstance(first, bool) else str(first)


def planned(targets: Iterable[Target]) -> list[tuple[Target, tuple[str, str], tuple[bytes, ...]]]:
    """Which payloads go where: all of them where a name is met first, the core everywhere."""
    seen: set[str] = set()
    plan = []
    for target in targets:
        for key in target.names:
            plan.append((target, key, CORE if key[1] in seen else PAYLOADS))
            seen.add(key[1])
    return plan


def pages(ask: Ask, each: int = 3) -> list[Target]:
    """The pages that links lead to from the home page, ``each`` of every kind, with the fields of their forms.

    For each folder of pages also one whose name is to be filled in.
    """
    found: dict[str, Target] = {}
    kinds: Counter[str] = Counter()
    waiting = ["/"]
    for path in waiting:
        target = Target("GET", path, accept="text/html")
        kind = re.match(r"/doc/(?:query|problem)|/[^/]*", path)
        if path in found or path.startswith(_NO_PAGES) or not kind or kinds[kind[0]] == each:
            continue
        answer = next(iter(ask(target.case({("query", "lang"): "en"}))), None)
        if not answer or not answer.header("content-type").startswith("text/html"):
            continue
        kinds[kind[0]] += 1
        read = _Page()
        read.feed(answer.body.decode())
        names = dict.fromkeys([*sorted(read.fields), *_OF_ALL_PAGES])
        found[path] = replace(target, names=tuple(("query", name) for name in names))
        waiting += read.links
    folders = sorted({path.rpartition("/")[0] for path in found})
    named = [Target("GET", f"{folder}/{{name}}", names=(("path", "name"),), accept="text/html") for folder in folders]
    return [*found.values(), *named]


class _Page(HTMLParser):
    """The names of the fields of a page, and the addresses that it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("input", "select", "textarea") and given.get("name"):
            self.fields.add(given["name"])
        if tag == "a" and (link := urlsplit(given.get("href", ""))) and not link.netloc:
            if not link.scheme and link.path.startswith("/"):
                self.links.append(link.path)
            self.fields |= {name for name, _ in parse_qsl(link.query)}
