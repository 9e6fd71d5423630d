"""What clients and people get over HTTP."""

import json

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, parse

MEASURE = "/doc/bio2/1.3/5.24.08"
IRI = "https://w3id.org/bio2kg/id/bio2/1.3/5.24.08"


def test_a_thing_leads_with_303_to_its_document(client: TestClient) -> None:
    response = client.get("/id/bio2/1.3/5.24.08?format=turtle")
    assert response.status_code == 303
    assert response.headers["location"] == f"{MEASURE}?format=turtle"
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "query", "media_type", "syntax"),
    [
        ("text/turtle", "", "text/turtle", RdfFormat.TURTLE),
        ("application/ld+json", "", "application/ld+json", RdfFormat.JSON_LD),
        ("application/n-triples", "", "application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", "", "application/rdf+xml", RdfFormat.RDF_XML),
        ("text/html", "?format=turtle", "text/turtle", RdfFormat.TURTLE),
        ("text/html;q=0.5, text/turtle", "", "text/turtle", RdfFormat.TURTLE),
    ],
)
def test_a_document_comes_in_the_form_asked_for(
    client: TestClient, accept: str, query: str, media_type: str, syntax: RdfFormat
) -> None:
    response = client.get(MEASURE + query, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media_type)
    assert response.headers["link"].startswith(f'<{IRI}>; rel="describes"')
    numbers = [
        q.object.value for q in parse(response.content, format=syntax) if q.predicate.value.endswith("core#notation")
    ]
    assert numbers == ["5.24.08"]


@pytest.mark.parametrize(
    ("accept", "language", "text"),
    [
        ("nl-NL,nl;q=0.9", "nl", "omschrijving"),
        ("en;q=0.9,nl;q=0.1", "en", "description"),
        ("fr", "nl", "omschrijving"),
    ],
)
def test_a_browser_gets_a_page_in_its_language(client: TestClient, accept: str, language: str, text: str) -> None:
    response = client.get(MEASURE, headers={"Accept": "text/html,application/xhtml+xml", "Accept-Language": accept})
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-language"] == language
    assert f'<html lang="{language}">' in response.text
    assert f">{text}</a>" in response.text
    assert "<script" not in response.text


def test_a_page_tells_what_was_inferred_and_what_a_third_party_says(client: TestClient) -> None:
    page = client.get(f"{MEASURE}?lang=en", headers={"Accept": "text/html"}).text
    stated, _, inferred = page.partition("<details>")
    assert "according to a third party" in stated
    assert "prov:Entity" not in stated
    assert "prov:Entity" in inferred


def test_rdf_holds_what_is_stated_and_nothing_inferred(client: TestClient) -> None:
    text = client.get(MEASURE, headers={"Accept": "text/turtle"}).text
    assert "b:MeasureEdition" in text
    assert "prov:Entity" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/def",
        "/sparql",
        "/doc/bio2",
        "/doc/bio2/1.3",
        "/doc/nis2/21.2.d",
        "/doc/iso27002/2022/5.24",
        "/doc/rule/GR-02",
        "/graph/framework/bio2/1.3",
    ],
)
def test_every_kind_of_page_is_there_in_both_languages(client: TestClient, path: str) -> None:
    for language in ("nl", "en"):
        response = client.get(f"{path}?lang={language}", headers={"Accept": "text/html"})
        assert response.status_code == 200, path
        assert f'<html lang="{language}">' in response.text


def test_every_link_of_the_start_page_leads_somewhere(client: TestClient) -> None:
    import re

    page = client.get("/", headers={"Accept": "text/html"}).text
    for target in set(re.findall(r'href="(/[^"]*)"', page)):
        assert client.get(target.replace("&amp;", "&"), headers={"Accept": "text/html"}).status_code == 200, target


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/doc/bio2/1.3/9.99.99", 404, "nothing is known of"),
        ("/nowhere", 404, "there is nothing at /nowhere"),
        ("/doc/bio2/1.3/5.24.08?format=pdf", 406, "Choose one of: turtle, ntriples, jsonld, rdfxml"),
        ("/doc/bio2/1.3/%3Cx%3E", 404, "names nothing"),
        ("/doc/bio2/1.3/", 404, "names nothing"),
        ("/doc/", 404, "names nothing"),
    ],
)
def test_errors_are_problem_json_with_a_remedy(client: TestClient, path: str, status: int, detail: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert detail in body["detail"]
    assert set(body) == {"type", "title", "status", "detail", "instance"}


def test_an_error_is_a_page_for_a_browser(client: TestClient) -> None:
    response = client.get("/doc/bio2/1.3/9.99.99", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "9.99.99" in response.text
    assert response.headers["content-type"].startswith("text/html")


def test_an_unacceptable_form_is_406_with_what_there_is(client: TestClient) -> None:
    response = client.get(MEASURE, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.json()["detail"]


def test_no_page_lets_a_script_run(client: TestClient) -> None:
    headers = client.get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("send", ["get", "form", "direct"])
def test_a_query_is_answered_by_each_operation_of_the_protocol(client: TestClient, send: str) -> None:
    query = "ASK { ?s ?p ?o }"
    if send == "get":
        response = client.get("/sparql", params={"query": query})
    elif send == "form":
        response = client.post("/sparql", data={"query": query})
    else:
        response = client.post("/sparql", content=query, headers={"Content-Type": "application/sparql-query"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json()["boolean"] is True


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1", "text/csv", "text/csv; charset=utf-8"),
        (
            "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1",
            "text/tab-separated-values",
            "text/tab-separated-values; charset=utf-8",
        ),
        (f"DESCRIBE <{IRI}>", "text/turtle", "text/turtle; charset=utf-8"),
        (f"CONSTRUCT WHERE {{ <{IRI}> ?p ?o }}", "application/ld+json", "application/ld+json"),
        (f"CONSTRUCT WHERE {{ <{IRI}> ?p ?o }}", "application/n-triples", "application/n-triples"),
    ],
)
def test_results_come_in_every_form(client: TestClient, query: str, accept: str, media_type: str) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    assert response.content


@pytest.mark.parametrize(
    ("request_", "status", "detail"),
    [
        ({"method": "GET", "params": {"query": "SELEC"}}, 400, "line 1, at or just before column 6"),
        ({"method": "POST", "data": {"query": ""}}, 400, "the query is empty"),
        ({"method": "POST", "data": {"other": "x"}}, 400, "0 queries were sent"),
        ({"method": "GET", "params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400, "2 queries were sent"),
        ({"method": "POST", "data": {"update": "CLEAR ALL"}}, 403, "read-only"),
        (
            {"method": "POST", "content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}},
            403,
            "read-only",
        ),
        ({"method": "POST", "content": "x", "headers": {"Content-Type": "text/plain"}}, 415, "text/plain"),
        (
            {"method": "POST", "content": b"\xff", "headers": {"Content-Type": "application/sparql-query"}},
            400,
            "not UTF-8",
        ),
        ({"method": "GET", "params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406, "On offer"),
        ({"method": "GET", "params": {"query": "ASK {}", "format": "turtle"}}, 406, "Choose one of: json"),
        (
            {"method": "GET", "params": {"query": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}},
            403,
            "no other service",
        ),
        ({"method": "PUT"}, 405, "Here: GET, HEAD, POST, OPTIONS."),
    ],
)
def test_what_cannot_be_answered_says_why(client: TestClient, request_: dict, status: int, detail: str) -> None:
    response = client.request(url="/sparql", **request_)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert detail in response.json()["detail"]


def test_the_endpoint_describes_itself_with_its_graphs_and_their_licences(client: TestClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    found = {
        (q.predicate.value.rpartition("#")[2].rpartition("/")[2], str(q.object))
        for q in parse(response.content, format=RdfFormat.TURTLE)
    }
    assert ("name", "<https://w3id.org/bio2kg/graph/inferred>") in found
    assert ("supportedLanguage", "<http://www.w3.org/ns/sparql-service-description#SPARQL11Query>") in found
    assert ("license", "<https://creativecommons.org/licenses/by/4.0/>") in found


def test_health_is_live_and_ready_with_a_query_over_the_data(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    ready = client.get("/health/ready").json()
    assert ready["status"] == "ready"
    graphs = client.get("/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"}).json()
    assert ready["graphs"] == len(graphs["results"]["bindings"])


def test_head_answers_as_get_without_a_body(client: TestClient) -> None:
    for path in ("/", MEASURE, "/sparql?query=ASK%20%7B%7D", "/health/live"):
        response = client.head(path)
        assert response.status_code == 200, path
        assert response.content == b""


NASTY = [
    "[",
    "%25",
    "%zz",
    "é",
    "%00",
    "%7F",
    "a%20b",
    "%3C",
    "%22",
    "{}",
    "|",
    "\\",
    "^",
    "..",
    "//",
    "x%0Ay",
    "%F0%9D%92%B3",
    "a:b",
    "9" * 4000,
]


@pytest.mark.parametrize("text", NASTY)
def test_no_address_or_value_whatever_is_in_it_is_an_internal_error(client: TestClient, text: str) -> None:
    for path in ("/doc/", "/id/", "/graph/", "/doc/query/", "/v1/queries/", "/static/", "/"):
        assert client.get(f"{path}{text}").status_code < 500
    for address in (
        "/doc/bio2?format=",
        "/doc/bio2?lang=",
        "/sparql?query=",
        "/sparql?query=ASK%20%7B%7D&default-graph-uri=",
        "/sparql?query=ASK%20%7B%7D&named-graph-uri=",
        "/v1/queries/measure-history?measure=",
        "/v1/queries/measure-history?measure=1.3/",
        "/v1/queries/measures-for-provision?provision=nis2%20",
        "/v1/queries/measures-by-role?role=",
        "/v1/queries/measures-by-role?role=ciso&edition=",
        "/v1/queries/claims?minimum=",
        "/doc/query/search?text=",
    ):
        assert client.get(f"{address}{text}").status_code < 500, address


def test_json_ld_is_json(client: TestClient) -> None:
    assert json.loads(client.get(MEASURE, headers={"Accept": "application/ld+json"}).content)


def test_a_page_says_how_parameters_were_understood_and_nothing_where_there_were_none(client: TestClient) -> None:
    html = {"Accept": "text/html", "Accept-Language": "en"}
    assert "Understood as" not in client.get("/doc/query/errata", headers=html).text
    page = client.get("/doc/query/measures-for-provision?provision=NIS2+21(2)(d)", headers=html).text
    assert "Understood as: provision = nis2:21.2.d; edition = bio2:1.3</p>" in page
