"""Every address there is, and those at which what B keeps to itself might show."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.testclient import TestClient

from bio2kg.namespaces import BASE, ID
from bio2kg.web.rest.examples import request_of
from tests.secrecy.asking import Ask
from tests.secrecy.worlds import ASSESSMENT, CANARY, THINGS, B, Known, plain
from tests.web.test_headers import EXAMPLES, routes

# Forms that routes choose from by Accept.
ACCEPTS = ("*/*", "text/html", "application/json", "text/turtle", "text/csv")
METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_TURTLE = ("Content-Type", "text/turtle")
_PATCH = ("Content-Type", "application/merge-patch+json")
_SUFFIXES = ("", ".html", ".nq?page=2", "?_profile=labelled&format=ttl")


def of_routes(client: TestClient, known: Known) -> list[str]:
    """An address for every route of the application, those with something to fill in filled in."""
    described = client.get("/v1/openapi.json").json()["paths"]
    filled = {
        f"/v1{path}": f"/v1{request_of(path, operations['get'])}"
        for path, operations in described.items()
        if "get" in operations
    }
    hidden = known.identifier("restricted of B")
    own = {path: path.replace("{identifier}", hidden) for path, _ in routes(client.app) if "{identifier}" in path}
    found = {path: {**filled, **EXAMPLES, **own}.get(path, path) for path, _ in routes(client.app)}
    for path, address in found.items():
        assert "{" not in address, f"give an example of {path}"
    return sorted({*found.values(), "/v1"})


def of_what_is_hidden(known: Known) -> list[str]:
    """Addresses that name what B keeps to itself, or look for it."""
    found = [f"{path}{suffix}" for path in _paths(known) for suffix in _SUFFIXES]
    for name in ("restricted of B", "draft of B"):
        identifier, graph = known.identifier(name), quote(known.graph(name), safe="")
        found += [f"/v1/assessments/{identifier}{rest}" for rest in ("", "?format=ttl", "/report", "/report?lang=en")]
        found += [f"/store?graph={graph}", f"/graph/register/{identifier}", f"/dumps/{identifier}.ttl"]
        found += [f"/dumps/assessment/{identifier}.ttl", f"/static/{identifier}", f"/store/{identifier}"]
    return found + _listings()


def _paths(known: Known) -> list[str]:
    things = [thing.removeprefix(ID) for thing in THINGS]
    graphs = [known.graph(name).removeprefix(BASE) for name in ("restricted of B", "draft of B")]
    organisation = B.removeprefix(ID)
    documents = [f"/doc/{thing}" for thing in (*things, organisation)]
    return [*documents, *(f"/id/{thing}" for thing in things), *graphs, "/graph/register", "/doc/assessment"]


def _listings() -> list[str]:
    lists = [{}, {"pageSize": "1"}, {"page": "2"}, {"pageSize": "2", "page": "2"}, {"visibility": "restricted"}]
    lists += [{"visibility": "draft"}, {"organisation": B}, {"organisation": B, "visibility": "restricted"}]
    found = [f"/v1/assessments?{urlencode(fields)}" for fields in lists]
    for text in ("dorp", "voorbeelddorp-1.3-2026", CANARY[:3]):
        found += [f"/v1/search?{urlencode({'q': text})}", f"/v1/search?{urlencode({'text': text})}"]
        found += [f"/v1/queries/search?{urlencode({'text': text})}", f"/doc/query/search?{urlencode({'text': text})}"]
    return found


def of_questions(client: TestClient, known: Known) -> Iterator[str]:
    """Every named query with its example, and with what is hidden in every parameter that can name a thing."""
    hidden: dict[str, list[str]] = {
        "assessment": [ASSESSMENT, ASSESSMENT.rpartition("/")[2], known.identifier("restricted of B")],
        "graph": [known.graph("restricted of B"), known.identifier("restricted of B")],
        "thing": [ASSESSMENT, f"{ASSESSMENT}/entry/5.01.01"],
    }
    for query in client.app.state.queries.values():
        example: dict[str, Any] = query.example_given()
        tries = [example]
        for parameter in query.parameters:
            tries += [{**example, parameter.name: [value]} for value in hidden.get(parameter.type, ())]
        for number, given in enumerate(tries):
            yield f"/v1/queries/{query.name}?{urlencode(given, doseq=True)}"
            if number:
                yield f"/doc/query/{query.name}?{urlencode(given, doseq=True)}"


def writes(known: Known) -> list[tuple[str, str, tuple[tuple[str, str], ...], bytes]]:
    """Attempts to change what is hidden, or to say something of it; without a caller."""
    found: list[tuple[str, str, tuple[tuple[str, str], ...], bytes]] = []
    about = plain("voorbeelddorp-1.3-2026", "voorbeeldstad") + f"<{ASSESSMENT}/entry/5.01.01> a <x:y> .".encode()
    of_b = plain("voorbeelddorp-1.3-2026")
    for name in ("restricted of B", "draft of B"):
        path = f"/v1/assessments/{known.identifier(name)}"
        revision = known.stored[name].revision
        for match in ("", "*", f'"{revision}.json"', '"other"'):
            state = (("If-Match", match),) if match else ()
            for content in (of_b, plain("stad-2030", "voorbeeldstad"), b"no turtle"):
                found.append(("PUT", path, (*state, _TURTLE), content))
            for wanted in ("public", "draft", "none"):
                found.append(("PATCH", path, (*state, _PATCH), f'{{"visibility": "{wanted}"}}'.encode()))
            found.append(("DELETE", path, state, b""))
        graph = known.graph(name)
        for method, content in (("PUT", of_b), ("POST", of_b), ("DELETE", b"")):
            found.append((method, f"/store?graph={quote(graph, safe='')}", (_TURTLE,), content))
        update = f"INSERT {{ GRAPH <x:y> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        found.append(("POST", "/update", (("Content-Type", "application/sparql-update"),), update.encode()))
        says = f"<{graph}> a <https://w3id.org/bio2kg/def#Graph> ."
        found.append(("POST", "/v1/assessments", (_TURTLE,), plain("stad-2031", "voorbeeldstad") + says.encode()))
    found += [("POST", "/v1/assessments", (_TURTLE,), content) for content in (of_b, b"<a> <b>")]
    found.append(("POST", "/v1/assessments?visibility=public", (_TURTLE,), of_b))
    refers = about + f"<{ASSESSMENT.replace('dorp', 'stad')}> <x:like> <{ASSESSMENT}> .".encode()
    for form in ("json", "html", "csv"):
        found.append(("POST", f"/v1/validate?format={form}&asOf=2026-07-01", (_TURTLE,), refers))
    return found


def reads(addresses: Iterable[str], caller: str, accepts: tuple[str, ...] = ("*/*",)) -> list[Ask]:
    """A GET of each address in each form."""
    return [Ask("GET", address, caller, (("Accept", accept),)) for address in addresses for accept in accepts]
