"""What changes a store elsewhere through the program: operators, and authors of assessments."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bio2kg.access.tokens import Tokens, issue
from bio2kg.settings import settings
from bio2kg.web.app import create_app
from tests.remote.servers import ENGINES, Server

OURS, THEIRS = (f"https://w3id.org/bio2kg/id/organisation/{name}" for name in ("voorbeeldstad", "voorbeeldmeer"))
GRAPH = "https://example.org/graph"
ASSESSMENT = f"""@prefix b: <https://w3id.org/bio2kg/def#> .
<https://w3id.org/bio2kg/id/assessment/written> a b:Assessment ; b:organisation <{OURS}> .
<{OURS}> <http://xmlns.com/foaf/0.1/name> "Voorbeeldstad"@nl .
""".encode()
FIND = {"query": "SELECT DISTINCT ?g WHERE { GRAPH ?g { <https://w3id.org/bio2kg/id/assessment/written> ?p ?o } }"}


@pytest.fixture(scope="module", params=list(ENGINES))
def program(
    request: pytest.FixtureRequest, servers: dict[str, Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    server = servers[request.param]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BIO2KG_HOME", str(tmp_path_factory.mktemp("home")))
        environment.setenv("BIO2KG_STORE", server.query)
        environment.setenv("BIO2KG_STORE_UPDATE", server.update)
        environment.setenv("BIO2KG_STORE_GRAPHS", server.graphs)
        environment.setenv("BIO2KG_WORKERS", "1")
        with TestClient(create_app(), follow_redirects=False) as client:
            yield client


def bearer(role: str, organisation: str = OURS) -> dict[str, str]:
    token, text = issue(organisation, role)
    Tokens(settings().tokens).add(token)
    return {"Authorization": f"Bearer {text}"}


def audited() -> list[tuple[str, str, str]]:
    lines = [json.loads(line) for line in Path(settings().audit).read_text().splitlines()]
    return [(line["action"], line["subject"], line["outcome"]) for line in lines]


def test_only_operators_change_the_store_and_each_change_is_kept(program: TestClient) -> None:
    address = f"/store?graph={GRAPH}"
    body = {"content": "<urn:s> <urn:p> 2 .", "headers": {"Content-Type": "text/turtle"}}
    assert program.put(address, **body).status_code == 401
    body["headers"] |= bearer("author")
    assert program.put(address, **body).status_code == 403
    assert audited()[-2:] == [("PUT", "/store", "refused")] * 2
    headers = bearer("operator") | {"Content-Type": "text/turtle"}
    assert program.put(address, content="<urn:s> <urn:p> 2 .", headers=headers).status_code in (201, 204)
    assert audited()[-1] == ("graph.replace", GRAPH, "done")
    assert program.delete(address, headers=bearer("operator")).status_code == 204


def test_an_update_is_refused_to_operators_too_as_it_could_copy_what_they_may_not_see(program: TestClient) -> None:
    copy = f"INSERT {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    headers = bearer("operator") | {"Content-Type": "application/sparql-update"}
    assert program.post("/update", content=copy, headers=headers).status_code == 403


def test_operators_do_not_change_stored_assessments(program: TestClient) -> None:
    headers = bearer("operator") | {"Content-Type": "text/turtle"}
    for name in ("assessment/some-thing", "register", "register/some-thing"):
        answer = program.put(f"/store?graph=https://w3id.org/bio2kg/graph/{name}", content="", headers=headers)
        assert answer.status_code == 403, name


def test_an_assessment_is_stored_seen_by_its_own_and_removed(program: TestClient) -> None:
    author = bearer("author")
    made = program.post("/v1/assessments", content=ASSESSMENT, headers=author | {"Content-Type": "text/turtle"})
    assert made.status_code == 201, made.text
    graph, address = made.json()["id"], made.headers["location"]

    def seen_by(caller: dict[str, str]) -> list[str]:
        rows = program.get("/sparql", params=FIND, headers=caller | {"Accept": "application/json"}).json()
        return [row["g"]["value"] for row in rows["results"]["bindings"]]

    assert seen_by(author) == [graph]
    for other in ({}, bearer("reader"), bearer("author", THEIRS), bearer("operator")):
        assert seen_by(other) == []
        assert program.get(address, headers=other).status_code == 404
    changed = program.patch(
        address,
        content='{"visibility": "restricted"}',
        headers=author | {"Content-Type": "application/merge-patch+json", "If-Match": made.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text
    assert seen_by(bearer("reader")) == [graph]
    assert seen_by({}) == []
    gone = program.delete(address, headers=author | {"If-Match": changed.headers["etag"]})
    assert gone.status_code == 204, gone.text
    assert seen_by(author) == []
