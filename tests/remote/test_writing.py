"""What changes a store elsewhere through the program: operators, and authors of assessments."""

import json
from pathlib import Path

from fastapi.testclient import TestClient

from bio2kg.access.tokens import Tokens, issue
from bio2kg.settings import settings

OURS, THEIRS = (f"https://w3id.org/bio2kg/id/organisation/{name}" for name in ("voorbeeldstad", "voorbeeldmeer"))
GRAPH = "https://example.org/graph"
ASSESSMENT = f"""@prefix b: <https://w3id.org/bio2kg/def#> .
<https://w3id.org/bio2kg/id/assessment/written> a b:Assessment ; b:organisation <{OURS}> .
<{OURS}> <http://xmlns.com/foaf/0.1/name> "Voorbeeldstad"@nl .
""".encode()
FIND = {"query": "SELECT DISTINCT ?g WHERE { GRAPH ?g { <https://w3id.org/bio2kg/id/assessment/written> ?p ?o } }"}


def bearer(role: str, organisation: str = OURS) -> dict[str, str]:
    token, text = issue(organisation, role)
    Tokens(settings().tokens).add(token)
    return {"Authorization": f"Bearer {text}"}


def audited() -> list[tuple[str, str, str]]:
    lines = [json.loads(line) for line in Path(settings().audit).read_text().splitlines()]
    return [(line["action"], line["subject"], line["outcome"]) for line in lines]


def test_only_operators_change_the_store_and_each_change_is_kept(remote: TestClient) -> None:
    address = f"/store?graph={GRAPH}"
    body = {"content": "<urn:s> <urn:p> 2 .", "headers": {"Content-Type": "text/turtle"}}
    assert remote.put(address, **body).status_code == 401
    body["headers"] |= bearer("author")
    assert remote.put(address, **body).status_code == 403
    assert audited()[-2:] == [("PUT", "/store", "refused")] * 2
    headers = bearer("operator") | {"Content-Type": "text/turtle"}
    assert remote.put(address, content="<urn:s> <urn:p> 2 .", headers=headers).status_code in (201, 204)
    assert audited()[-1] == ("graph.replace", GRAPH, "done")
    assert remote.delete(address, headers=bearer("operator")).status_code == 204


def test_an_update_is_refused_to_operators_too_as_it_could_copy_what_they_may_not_see(remote: TestClient) -> None:
    copy = f"INSERT {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    headers = bearer("operator") | {"Content-Type": "application/sparql-update"}
    assert remote.post("/update", content=copy, headers=headers).status_code == 403


def test_operators_do_not_change_stored_assessments(remote: TestClient) -> None:
    headers = bearer("operator") | {"Content-Type": "text/turtle"}
    for name in ("assessment/some-thing", "register", "register/some-thing"):
        answer = remote.put(f"/store?graph=https://w3id.org/bio2kg/graph/{name}", content="", headers=headers)
        assert answer.status_code == 403, name


def test_an_assessment_is_stored_seen_by_its_own_and_removed(remote: TestClient) -> None:
    author = bearer("author")
    made = remote.post("/v1/assessments", content=ASSESSMENT, headers=author | {"Content-Type": "text/turtle"})
    assert made.status_code == 201, made.text
    graph, address = made.json()["id"], made.headers["location"]

    def seen_by(caller: dict[str, str]) -> list[str]:
        rows = remote.get("/sparql", params=FIND, headers=caller | {"Accept": "application/json"}).json()
        return [row["g"]["value"] for row in rows["results"]["bindings"]]

    assert seen_by(author) == [graph]
    for other in ({}, bearer("reader"), bearer("author", THEIRS), bearer("operator")):
        assert seen_by(other) == []
        assert remote.get(address, headers=other).status_code == 404
    changed = remote.patch(
        address,
        content='{"visibility": "restricted"}',
        headers=author | {"Content-Type": "application/merge-patch+json", "If-Match": made.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text
    assert seen_by(bearer("reader")) == [graph]
    assert seen_by({}) == []
    gone = remote.delete(address, headers=author | {"If-Match": changed.headers["etag"]})
    assert gone.status_code == 204, gone.text
    assert seen_by(author) == []
