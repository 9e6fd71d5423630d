"""`/update` and `/store`: what they do on a scratch store, and that they are closed on any other."""

import subprocess
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import NamedNode
from rdflib import Graph
from rdflib.compare import isomorphic

from bio2kg.cli.serving import scratch_app
from bio2kg.errors import InputError
from bio2kg.querytext import choose_dataset

TURTLE = {"Content-Type": "text/turtle"}
UPDATE = {"Content-Type": "application/sparql-update"}
G = {"graph": "http://x/g"}


@pytest.fixture
def scratch() -> Iterator[TestClient]:
    with TestClient(scratch_app()) as client:
        yield client


def ask(client: TestClient, query: str) -> bool:
    return bool(client.get("/sparql", params={"query": query}).json()["boolean"])


def insert(client: TestClient, statements: str) -> None:
    response = client.post("/update", content=f"INSERT DATA {{ {statements} }}", headers=UPDATE)
    assert response.status_code == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/update"),
        ("GET", "/store?default"),
        ("HEAD", "/store?graph=http://x/g"),
        ("PUT", "/store?graph=http://x/g"),
        ("POST", "/store"),
        ("DELETE", "/store?default"),
        ("PUT", "/store/a.ttl"),
    ],
)
def test_a_server_of_a_release_is_closed_for_whatever_writes(client: TestClient, method: str, path: str) -> None:
    # Also with a body that would not be read: what is closed looks at nothing.
    response = client.request(method, path, content=b"\xff", headers={"Content-Type": "x"})
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"


def test_updates_go_as_a_body_or_as_a_form(scratch: TestClient) -> None:
    insert(scratch, "<http://x/a> <http://x/p> 1")
    form = scratch.post("/update", data={"update": "INSERT DATA { <http://x/a> <http://x/p> 2 }"})
    assert (form.status_code, form.content) == (204, b"")
    assert ask(scratch, "ASK { <http://x/a> <http://x/p> 1, 2 }")
    assert scratch.post("/sparql", data={"update": "DROP ALL"}).status_code == 403
    assert ask(scratch, "ASK { <http://x/a> <http://x/p> 1, 2 }")


def test_the_default_graph_of_a_scratch_store_is_a_graph_of_its_own(scratch: TestClient) -> None:
    insert(scratch, "<http://x/a> <http://x/p> 1 . GRAPH <http://x/g> { <http://x/b> <http://x/p> 2 }")
    assert ask(scratch, "ASK { <http://x/a> <http://x/p> 1 }")
    assert not ask(scratch, "ASK { <http://x/b> <http://x/p> 2 }")
    said = scratch.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "UnionDefaultGraph" not in said
    assert "http://x/g" in said


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, {"none"}),
        ({"using-graph-uri": "http://x/1"}, {"1"}),
        ({"using-graph-uri": ["http://x/1", "http://x/2"]}, {"1", "2"}),
        ({"using-named-graph-uri": "http://x/2"}, {"2 named"}),
        ({"using-graph-uri": "http://x/1", "using-named-graph-uri": "http://x/2"}, {"1", "2 named"}),
    ],
)
def test_the_dataset_of_an_update_is_the_one_that_is_asked_for(
    scratch: TestClient, fields: dict[str, str | list[str]], found: set[str]
) -> None:
    insert(scratch, '<http://x/a> <http://x/p> "none"')
    insert(scratch, 'GRAPH <http://x/1> { <http://x/a> <http://x/p> "1" }')
    insert(scratch, 'GRAPH <http://x/2> { <http://x/a> <http://x/p> "2" }')
    update = """INSERT { GRAPH <http://x/found> { <http://x/it> <http://x/is> ?v } }
        WHERE { { ?s <http://x/p> ?v } UNION { GRAPH <http://x/2> { ?s <http://x/p> ?n } BIND (CONCAT(?n, " named") AS ?v) } }"""
    for send in ("body", "form"):
        if send == "body":
            done = scratch.post("/update", content=update, params=fields, headers=UPDATE)
        else:
            done = scratch.post("/update", data={"update": update, **fields})
        assert done.status_code == 204
        query = "SELECT ?v WHERE { GRAPH <http://x/found> { ?s ?p ?v } }"
        rows = scratch.get("/sparql", params={"query": query}).json()["results"]["bindings"]
        # Without parameters every named graph is there too.
        assert {row["v"]["value"] for row in rows} == (found if fields else found | {"2 named"})
        scratch.post("/update", content="DROP GRAPH <http://x/found>", headers=UPDATE)


def test_delete_where_takes_a_dataset_too(scratch: TestClient) -> None:
    insert(scratch, 'GRAPH <http://x/1> { <http://x/a> <http://x/p> "1" }')
    update = "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }"
    other, this = {"using-named-graph-uri": "http://x/2"}, {"using-named-graph-uri": "http://x/1"}
    scratch.post("/update", content=update, params=other, headers=UPDATE)
    assert ask(scratch, "ASK { GRAPH <http://x/1> { ?s ?p ?o } }")
    scratch.post("/update", content=update, params=this, headers=UPDATE)
    assert not ask(scratch, "ASK { GRAPH ?g { ?s ?p ?o } }")


@pytest.mark.parametrize(
    "update",
    [
        "WITH <http://x/1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p ?o } USING <http://x/1> WHERE { ?s ?p ?o }",
        "CLEAR DEFAULT ; insert { ?s ?p ?o } using named <http://x/1> where { ?s ?p ?o }",
    ],
)
def test_an_update_that_chooses_graphs_itself_takes_no_parameters(scratch: TestClient, update: str) -> None:
    assert scratch.post("/update", content=update, headers=UPDATE).status_code == 204
    response = scratch.post("/update", content=update, params={"using-graph-uri": "http://x/2"}, headers=UPDATE)
    assert response.status_code == 400
    assert "chooses its graphs itself" in response.json()["detail"]


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("INSERT DATA { <a:where> <a:b> 'WHERE {' }", "INSERT DATA { <a:where> <a:b> 'WHERE {' }"),
        (
            "PREFIX where: <a:> PREFIX with: <b:> # USING\nDELETE { ?using where:with '}' } WHERE { ?s ?p ?o }",
            "PREFIX where: <a:> PREFIX with: <b:> # USING\nDELETE { ?using where:with '}' } USING <g:1> WHERE { ?s ?p ?o }",
        ),
        (
            "delete where { ?s ?p '}' } ; INSERT {} WHERE {}",
            "delete  { ?s ?p '}' } USING <g:1> where { ?s ?p '}' } ; INSERT {} USING <g:1> WHERE {}",
        ),
        ("DELETE WHERE", "DELETE  USING <g:1> WHERE"),
    ],
)
def test_words_in_names_texts_and_comments_are_no_keywords(update: str, expected: str) -> None:
    assert choose_dataset(update, [NamedNode("g:1")], []) == expected


def test_a_dataset_is_only_refused_for_an_update_that_has_one() -> None:
    with pytest.raises(InputError, match="WITH"):
        choose_dataset("WITH <g:2> DELETE {} WHERE {}", [NamedNode("g:1")], [])
    assert choose_dataset("WITH <g:2> DELETE {} WHERE {}", [], []) == "WITH <g:2> DELETE {} WHERE {}"


@pytest.mark.parametrize(
    ("content", "media_type", "status", "said"),
    [
        ("DROP GRAPH <http://x/none>", "application/sparql-update", 409, "does not exist"),
        ("SELECT * {}", "application/sparql-update", 400, "this is a query"),
        ("INSERT DATA { ?x <a:b> 1 }", "application/sparql-update", 400, "Correct the update"),
        ("LOAD <http://127.0.0.1:9/x>", "application/sparql-update", 403, "Leave out LOAD"),
        ("load silent <file:///etc/passwd>", "application/sparql-update", 403, "Leave out LOAD"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <a:b> { ?s ?p ?o } }", "application/sparql-update", 403, "SERVICE"),
        ("DROP ALL", "text/plain", 415, "application/sparql-update"),
        ("update=DROP+ALL&update=DROP+ALL", "application/x-www-form-urlencoded", 400, "2 updates were sent"),
        ("query=ASK+%7B%7D", "application/x-www-form-urlencoded", 400, "/sparql"),
        ("", "application/x-www-form-urlencoded", 400, "0 updates were sent"),
        ("update=DROP+ALL&using-graph-uri=x", "application/x-www-form-urlencoded", 400, "whole IRI"),
        (b"\xff", "application/sparql-update", 400, "UTF-8"),
    ],
)
def test_an_update_that_cannot_be_done_gets_a_problem_and_changes_nothing(
    scratch: TestClient, content: str | bytes, media_type: str, status: int, said: str
) -> None:
    insert(scratch, "<http://x/a> <http://x/p> 1")
    response = scratch.post("/update", content=content, headers={"Content-Type": media_type})
    assert response.status_code == status
    assert said in response.json()["detail"]
    assert ask(scratch, "ASK { <http://x/a> <http://x/p> 1 }")


def test_an_update_that_fails_half_way_leaves_nothing(scratch: TestClient) -> None:
    update = "INSERT DATA { <http://x/a> <http://x/p> 1 } ; DROP GRAPH <http://x/none>"
    assert scratch.post("/update", content=update, headers=UPDATE).status_code == 409
    assert not ask(scratch, "ASK { ?s ?p ?o }")


def test_a_graph_is_made_replaced_extended_and_removed(scratch: TestClient) -> None:
    def graph() -> str:
        return scratch.get("/store", params=G, headers={"Accept": "application/n-triples"}).text

    assert scratch.get("/store", params=G).status_code == 404
    assert scratch.delete("/store", params=G).status_code == 404
    assert scratch.put("/store", params=G, content="<a:a> <a:b> <a:1> .", headers=TURTLE).status_code == 201
    assert scratch.put("/store", params=G, content="<a:a> <a:b> <a:2> .", headers=TURTLE).status_code == 204
    assert graph() == "<a:a> <a:b> <a:2> .\n"
    assert scratch.post("/store", params=G, content="<a:a> <a:b> <a:3> .", headers=TURTLE).status_code == 204
    assert sorted(graph().splitlines()) == ["<a:a> <a:b> <a:2> .", "<a:a> <a:b> <a:3> ."]
    assert scratch.head("/store", params=G).status_code == 200
    assert scratch.delete("/store", params=G).status_code == 204
    assert scratch.head("/store", params=G).status_code == 404
    assert scratch.post("/store", params=G, content="<a:a> <a:b> <a:3> .", headers=TURTLE).status_code == 201


def test_the_default_graph_is_always_there(scratch: TestClient) -> None:
    assert scratch.get("/store?default").status_code == 200
    assert scratch.put("/store?default", content="<a:a> <a:b> <a:1> .", headers=TURTLE).status_code == 204
    assert ask(scratch, "ASK { <a:a> <a:b> <a:1> }")
    assert scratch.delete("/store?default").status_code == 204
    assert not ask(scratch, "ASK { ?s ?p ?o }")


def test_a_relative_iri_is_resolved_against_the_graph(scratch: TestClient) -> None:
    scratch.put("/store", params=G, content="<> <a:b> <c> .", headers=TURTLE)
    assert ask(scratch, "ASK { GRAPH <http://x/g> { <http://x/g> <a:b> <http://x/c> } }")
    scratch.put("/store/a/b.ttl", content="<> <a:b> <c> .", headers=TURTLE)
    here = "http://testserver/store/a"
    assert ask(scratch, f"ASK {{ GRAPH <{here}/b.ttl> {{ <{here}/b.ttl> <a:b> <{here}/c> }} }}")
    assert scratch.get("/store/a/b.ttl").text == scratch.get("/store", params={"graph": f"{here}/b.ttl"}).text


def test_blank_nodes_of_two_files_are_not_the_same(scratch: TestClient) -> None:
    for value in ("1", "2"):
        scratch.post("/store", params=G, content=f"_:x <a:b> <a:{value}> .", headers=TURTLE)
    found = Graph().parse(data=scratch.get("/store", params=G, headers={"Accept": "text/turtle"}).text)
    assert isomorphic(found, Graph().parse(data="_:x <a:b> <a:1> . _:y <a:b> <a:2> .", format="turtle"))


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/turtle", "<a:a> <a:b> <a:c> ."),
        ("application/n-triples; charset=utf-8", "<a:a> <a:b> <a:c> ."),
        ("application/ld+json", '{"@id": "a:a", "a:b": {"@id": "a:c"}}'),
        (
            "application/rdf+xml",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">'
            '<r:Description r:about="a:a"><a:b r:resource="a:c"/></r:Description></r:RDF>',
        ),
    ],
)
def test_a_graph_is_read_and_written_in_every_form(scratch: TestClient, media_type: str, text: str) -> None:
    sent = scratch.put("/store", params=G, content=text, headers={"Content-Type": media_type})
    assert sent.status_code == 201
    accept = media_type.partition(";")[0]
    answer = scratch.get("/store", params=G, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == accept
    expected = Graph().parse(data="<a:a> <a:b> <a:c> .", format="turtle")
    assert isomorphic(Graph().parse(data=answer.content, format=accept), expected)


def test_the_files_of_a_form_are_added(scratch: TestClient) -> None:
    files = [
        ("one", ("one.ttl", b"<a:a> <a:b> <a:1> .", "text/turtle")),
        ("two", ("two.nt", b"<a:a> <a:b> <a:2> .", "application/n-triples")),
    ]
    assert scratch.post("/store", params=G, files=files).status_code == 201
    assert ask(scratch, "ASK { GRAPH <http://x/g> { <a:a> <a:b> <a:1>, <a:2> } }")
    unknown = [("one", ("one.txt", b"<a:a> <a:b> <a:1> .", "text/plain"))]
    assert scratch.post("/store", params=G, files=unknown).status_code == 415


def test_a_post_without_a_graph_makes_one_and_says_where(scratch: TestClient) -> None:
    response = scratch.post("/store", content="<> <a:b> <a:c> .", headers=TURTLE)
    assert response.status_code == 201
    place = response.headers["location"]
    assert place.startswith("http://testserver/store/")
    assert scratch.get(place).content == scratch.get("/store", params={"graph": place}).content
    assert scratch.post("/store", content="<> <a:b> <a:c> .", headers=TURTLE).headers["location"] != place


@pytest.mark.parametrize(
    ("method", "address", "content", "media_type", "status"),
    [
        ("GET", "/store", b"", "", 400),
        ("GET", "/store?graph=x", b"", "", 400),
        ("GET", "/store?graph=", b"", "", 400),
        ("GET", "/store?graph=http://x/g&default", b"", "", 400),
        ("GET", "/store?graph=http://x/g&graph=http://x/h", b"", "", 400),
        ("GET", "/store?graf=http://x/g", b"", "", 400),
        ("GET", "/store/a?default", b"", "", 400),
        ("GET", "/store?graph=http://x/%FF", b"", "", 400),
        ("PUT", "/store?graph=http://x/g", b"<a:a> <a:b>", "text/turtle", 400),
        ("PUT", "/store?graph=http://x/g", b"\xff", "text/turtle", 400),
        ("PUT", "/store?graph=http://x/g", b"<a:a> <a:b> <a:c> .", "", 415),
        ("PUT", "/store?graph=http://x/g", b"<a:a> <a:b> <a:c> .", "text/csv", 415),
        ("PUT", "/store?graph=http://x/g", b"<a:a> <a:b> <a:c> .", "text/turtle; charset=latin1", 415),
        ("PUT", "/store?graph=http://x/g", b"[" * 100_000, "application/ld+json", 400),
        ("PUT", "/store?graph=http://x/g", b" " * (21 * 1024**2), "text/turtle", 413),
        ("POST", "/store?graph=http://x/g", b"--x\r\nrubbish", "multipart/form-data; boundary=x", 400),
        ("POST", "/store?graph=http://x/g", b"", "multipart/form-data", 400),
        ("PATCH", "/store?graph=http://x/g", b"", "application/sparql-update", 405),
    ],
)
def test_a_request_that_cannot_be_done_gets_a_problem(
    scratch: TestClient, method: str, address: str, content: bytes, media_type: str, status: int
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = scratch.request(method, address, content=content, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert not ask(scratch, "ASK { GRAPH ?g { ?s ?p ?o } }")


@pytest.mark.parametrize(
    "options", [["--host", "192.0.2.1"], ["--host", "example.org"], ["--host", "::"], ["--workers", "2"]]
)
def test_a_scratch_store_is_for_this_machine_and_one_process(
    run: Callable[..., subprocess.CompletedProcess[str]], options: list[str]
) -> None:
    done = run("serve", "--scratch", *options)
    assert done.returncode == 2
    assert "scratch" in done.stderr
