"""The query operation of the SPARQL 1.1 Protocol: cases of others on a live server, and our own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from bio2kg import release
from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app
from tests.web.live import serving, serving_release

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
GRAPHS = "https://w3id.org/bio2kg/graph/"
# Cases that do not pass, each with its reason.
NOT_PASSED_READ_ONLY = {
    "graph-store-protocol/head_non_existing_direct": "The graph store is for operators: 401 also tells nobody else which graphs there are.",
    "graph-store-protocol/head_non_existing_indirect": "The same, with the graph in a parameter.",
}
NOT_PASSED_WRITING: dict[str, str] = {}
# Two graphs of the release with a name each that the other does not have.
EDITION = f"{GRAPHS}framework/bio2/1.3"
ERRATA = f"{GRAPHS}errata"
IN_EDITION = "<https://w3id.org/bio2kg/id/bio2/1.3> a <https://w3id.org/bio2kg/def#Edition>"
IN_ERRATA = "<https://w3id.org/bio2kg/id/erratum/C01> a <https://w3id.org/bio2kg/def#Erratum>"


def cases(shared: Path, address: str, *options: str) -> tuple[dict[str, str], str]:
    """What the runner says of the cases: id and reason of those that fail, and the count."""
    runner = shared / "conformance" / "sparql-protocol" / "protocol_run.py"
    places = ["--base", address, "--query", "/sparql", "--update", "/update", "--gsp", "/store"]
    done = subprocess.run(
        [sys.executable, str(runner), *places, *options], capture_output=True, text=True, check=False, timeout=300
    )
    lines = done.stdout.splitlines()
    assert lines, done.stderr[-2000:]
    return {line.split()[1]: line for line in lines if line.startswith("FAIL")}, lines[-1]


def test_the_protocol_cases_that_read_pass_on_a_release(release_folder: Path, shared: Path, tmp_path: Path) -> None:
    with serving_release(release_folder, tmp_path) as address:
        failed, count = cases(shared, address, "--read-only")
    assert failed.keys() == NOT_PASSED_READ_ONLY.keys(), failed
    assert "'pass': 60" in count


def test_the_protocol_cases_that_write_pass_on_a_scratch_store(shared: Path, tmp_path: Path) -> None:
    with serving(tmp_path, "--scratch") as address:
        failed, count = cases(shared, address)
    assert failed.keys() == NOT_PASSED_WRITING.keys(), failed
    assert "'pass': 82" in count


@pytest.fixture(scope="module")
def served(store: EmbeddedStore, release_folder: Path) -> Iterator[TestClient]:
    """The application as it serves a release, which has a name."""
    digest = release.read_manifest(release_folder)["sha256"]
    with TestClient(create_app(lambda: store, lambda: digest)) as client:
        yield client


def asked(client: TestClient, query: str, **fields: str | list[str]) -> bool:
    """The answer to an ASK; the same by GET, by a form and as the body itself."""
    sent = {name.replace("_", "-"): value for name, value in fields.items()}
    answers = [
        client.get("/sparql", params={"query": query, **sent}),
        client.post("/sparql", data={"query": query, **sent}),
        client.post("/sparql", data={"query": query}, params=sent),
        client.post("/sparql", content=query, params=sent, headers={"Content-Type": "application/sparql-query"}),
    ]
    values = [answer.json()["boolean"] for answer in answers]
    assert len(set(values)) == 1, values
    return bool(values[0])


# The expected values follow from section 2.1.4 of the protocol and section 13.2 of the query language.
@pytest.mark.parametrize(
    ("default", "named", "query", "expected"),
    [
        ([], [], f"ASK {{ {IN_EDITION} . {IN_ERRATA} }}", True),
        ([], [], f"ASK {{ GRAPH <{EDITION}> {{ {IN_EDITION} }} GRAPH <{ERRATA}> {{ {IN_ERRATA} }} }}", True),
        ([], [], f"ASK {{ GRAPH ?g {{ {IN_EDITION} . {IN_ERRATA} }} }}", False),
        ([EDITION], [], f"ASK {{ {IN_EDITION} }}", True),
        ([EDITION], [], f"ASK {{ {IN_ERRATA} }}", False),
        ([EDITION, ERRATA], [], f"ASK {{ {IN_EDITION} . {IN_ERRATA} }}", True),
        ([EDITION, EDITION], [], "ASK { ?s ?p ?o }", True),
        ([EDITION], [], "ASK { GRAPH ?g { ?s ?p ?o } }", False),
        ([], [EDITION], f"ASK {{ GRAPH ?g {{ {IN_EDITION} }} }}", True),
        ([], [EDITION], f"ASK {{ GRAPH ?g {{ {IN_ERRATA} }} }}", False),
        ([], [EDITION], f"ASK {{ GRAPH <{ERRATA}> {{ ?s ?p ?o }} }}", False),
        ([], [EDITION], "ASK { ?s ?p ?o }", False),
        ([], [EDITION, ERRATA], f"ASK {{ GRAPH ?a {{ {IN_EDITION} }} GRAPH ?b {{ {IN_ERRATA} }} }}", True),
        ([EDITION], [ERRATA], f"ASK {{ {IN_EDITION} GRAPH ?g {{ {IN_ERRATA} }} }}", True),
        ([EDITION], [ERRATA], f"ASK {{ {IN_ERRATA} }}", False),
        ([EDITION], [ERRATA], f"ASK {{ GRAPH ?g {{ {IN_EDITION} }} }}", False),
        (["http://nowhere.example/"], [], "ASK { ?s ?p ?o }", False),
        # What the request says goes before what the query says.
        ([EDITION], [], f"ASK FROM <{ERRATA}> {{ {IN_EDITION} }}", True),
        ([EDITION], [], f"ASK FROM <{ERRATA}> {{ {IN_ERRATA} }}", False),
        ([EDITION], [], f"ASK FROM NAMED <{ERRATA}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", False),
        ([], [EDITION], f"ASK FROM NAMED <{ERRATA}> {{ GRAPH ?g {{ {IN_EDITION} }} }}", True),
        ([], [EDITION], f"ASK FROM <{ERRATA}> {{ ?s ?p ?o }}", False),
        # And without, the query decides.
        ([], [], f"ASK FROM <{ERRATA}> {{ {IN_ERRATA} }}", True),
        ([], [], f"ASK FROM <{ERRATA}> {{ {IN_EDITION} }}", False),
        ([], [], f"ASK FROM <{ERRATA}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", False),
        ([], [], f"ASK FROM NAMED <{ERRATA}> {{ ?s ?p ?o }}", False),
    ],
)
def test_the_dataset_is_the_one_that_is_asked_for(
    client: TestClient, default: list[str], named: list[str], query: str, expected: bool
) -> None:
    assert asked(client, query, default_graph_uri=default, named_graph_uri=named) is expected


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", ["", "errata", "/graph/errata", "a b:c", "http://x/<y>", "http://x/%zz"])
def test_a_graph_that_is_no_whole_iri_is_a_bad_request(client: TestClient, name: str, iri: str) -> None:
    response = client.get("/sparql", params={"query": "ASK {}", name: iri})
    assert response.status_code == 400
    assert "whole IRI" in response.json()["detail"]


@pytest.mark.parametrize(
    ("query", "accept", "media_type", "start"),
    [
        ("SELECT (1 AS ?x) {}", "application/sparql-results+json", "application/sparql-results+json", '{"head"'),
        ("SELECT (1 AS ?x) {}", "application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("SELECT (1 AS ?x) {}", "text/csv", "text/csv; charset=utf-8", "x\r\n1"),
        ("SELECT (1 AS ?x) {}", "text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "?x\n1"),
        ("ASK {}", "application/sparql-results+json", "application/sparql-results+json", '{"head"'),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("CONSTRUCT { <a:a> <a:b> <a:c> } {}", "text/turtle", "text/turtle; charset=utf-8", "<a:a> <a:b> <a:c>"),
        ("CONSTRUCT { <a:a> <a:b> <a:c> } {}", "application/n-triples", "application/n-triples", "<a:a> <a:b> <a:c>"),
        ("CONSTRUCT { <a:a> <a:b> <a:c> } {}", "application/ld+json", "application/ld+json", "["),
        ("CONSTRUCT { <a:a> <a:b> <a:c> } {}", "application/rdf+xml", "application/rdf+xml", "<?xml"),
        ("DESCRIBE <id/erratum/C01>", "application/n-triples", "application/n-triples", "<https://w3id.org/bio2kg/id/"),
        ("DESCRIBE <id/erratum/C01>", "text/turtle", "text/turtle; charset=utf-8", "@prefix"),
    ],
)
def test_every_form_of_answer_has_its_media_type(
    client: TestClient, query: str, accept: str, media_type: str, start: str
) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.headers["content-type"] == media_type
    assert response.text.startswith(start)
    # The same by its media type as parameter, and without a body for HEAD.
    assert client.get("/sparql", params={"query": query, "format": accept}).text == response.text
    head = client.head("/sparql", params={"query": query}, headers={"Accept": accept})
    assert (head.status_code, head.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_blank_nodes_keep_their_connections_in_every_form(client: TestClient, accept: str) -> None:
    query = "CONSTRUCT { <a:a> <a:b> _:x . _:x <a:c> _:y } {}"
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    expected = Graph().parse(data="<a:a> <a:b> [ <a:c> [] ] .", format="turtle")
    assert isomorphic(Graph().parse(data=response.content, format=accept), expected)


@pytest.mark.parametrize(
    ("method", "content", "media_type", "status"),
    [
        ("POST", "ASK {}", "application/sparql-query; charset=utf-16", 415),
        ("POST", "ASK {}", 'application/sparql-query; charset="UTF-8"', 200),
        ("POST", b"ASK { FILTER ('\xff' = 'x') }", "application/sparql-query", 400),
        ("POST", "query=ASK%20%7B%7D&query=ASK%20%7B%7D", "application/x-www-form-urlencoded", 400),
        ("POST", "query=%FF", "application/x-www-form-urlencoded", 400),
        ("POST", "", "application/x-www-form-urlencoded", 400),
        ("POST", "update=DROP+ALL", "application/x-www-form-urlencoded", 403),
        ("POST", "DROP ALL", "application/sparql-update", 403),
        ("POST", "ASK {}", "text/plain", 415),
        ("POST", "ASK {} #" + "x" * 3_000_000, "application/sparql-query", 413),
        ("PUT", "ASK {}", "application/sparql-query", 405),
    ],
)
def test_a_request_that_cannot_be_answered_gets_a_problem(
    client: TestClient, method: str, content: str | bytes, media_type: str, status: int
) -> None:
    response = client.request(method, "/sparql", content=content, headers={"Content-Type": media_type})
    assert response.status_code == status
    if status != 200:
        assert response.headers["content-type"] == "application/problem+json"


def test_an_address_that_is_not_utf8_is_a_bad_request(client: TestClient) -> None:
    assert client.get("/sparql?query=ASK%20%7B%20FILTER%20(%22%FF%22%20=%20%22x%22)%20%7D").status_code == 400


def test_a_dataset_without_a_query_is_a_bad_request(client: TestClient) -> None:
    assert client.get("/sparql", params={"default-graph-uri": ERRATA}).status_code == 400


def test_an_answer_that_the_client_has_is_not_sent_again(served: TestClient) -> None:
    query = {"query": "ASK {}", "default-graph-uri": ERRATA}
    etag = served.get("/sparql", params=query).headers["etag"]
    known = {"If-None-Match": etag}
    assert etag.startswith('W/"')
    assert served.get("/sparql", params=query, headers=known).status_code == 304
    assert served.head("/sparql", params=query, headers=known).status_code == 304
    for other in (
        {**query, "query": "ASK { }"},
        {**query, "default-graph-uri": EDITION},
        {"query": "ASK {}", "named-graph-uri": ERRATA},
        {**query, "format": "xml"},
    ):
        assert served.get("/sparql", params=other, headers=known).status_code == 200
    assert served.get("/sparql", params=query, headers={**known, "Accept": "text/csv"}).status_code == 200
    assert "etag" not in served.post("/sparql", data=query).headers
    assert "etag" not in served.get("/sparql", params={"query": "SELECT (NOW() AS ?t) {}"}).headers


@pytest.fixture(scope="module")
def description(served: TestClient) -> Graph:
    response = served.get("/sparql", headers={"Accept": "text/turtle"})
    return Graph().parse(data=response.content, format="turtle")


def test_the_service_description_keeps_to_the_schema(description: Graph) -> None:
    (service,) = description.subjects(RDF.type, SD.Service)
    assert list(description.objects(service, SD.endpoint)) == [URIRef("https://w3id.org/bio2kg/sparql")]
    assert set(description.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(description.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    for name in ("feature", "resultFormat", "inputFormat", "defaultEntailmentRegime"):
        assert all(isinstance(value, URIRef) for value in description.objects(service, SD[name]))
    formats = (
        "Turtle N-Triples RDF_XML JSON-LD SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV"
    )
    wanted = {URIRef(f"http://www.w3.org/ns/formats/{name}") for name in formats.split()}
    assert set(description.objects(service, SD.resultFormat)) == wanted
    (dataset,) = description.objects(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in description
    (default,) = description.objects(dataset, SD.defaultGraph)
    assert (default, RDF.type, SD.Graph) in description
    for named in description.objects(dataset, SD.namedGraph):
        assert (named, RDF.type, SD.NamedGraph) in description
        assert len(list(description.objects(named, SD.name))) == 1
        assert {(g, RDF.type, SD.Graph) in description for g in description.objects(named, SD.graph)} == {True}


def test_the_service_description_has_every_graph_with_size_and_licence(
    description: Graph, release_folder: Path
) -> None:
    void, dcterms = Namespace("http://rdfs.org/ns/void#"), Namespace("http://purl.org/dc/terms/")
    graphs = release.read_manifest(release_folder)["graphs"]
    said = {str(g): int(description.value(g, void.triples)) for g in description.objects(None, SD.name)}
    assert said == {graph["iri"]: graph["triples"] for graph in graphs}
    for graph in graphs:
        assert {str(one) for one in description.objects(URIRef(graph["iri"]), dcterms.license)} == set(graph["licence"])


def test_the_service_description_is_the_same_in_every_form(served: TestClient, description: Graph) -> None:
    for name, form in {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}.items():
        response = served.get("/sparql", params={"format": name})
        assert isomorphic(Graph().parse(data=response.content, format=form), description)
    assert served.get("/sparql", params={"format": "html"}).headers["content-type"].startswith("text/html")
    assert served.get("/sparql", params={"format": "png"}).status_code == 406
