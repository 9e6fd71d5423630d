"""The catalogue and the VoID description as they are served: forms, headers, the page."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import Graph

from bio2kg import release
from bio2kg.namespaces import CATALOGUE_GRAPH
from bio2kg.store import EmbeddedStore
from bio2kg.web.catalogue import statements
from tests.test_catalogue import of_dcat, shapes


@pytest.fixture(scope="module")
def described(release_folder: Path) -> set[Triple]:
    """The catalogue as it stands in the release."""
    quads = parse(release.read(release_folder)[1], format=RdfFormat.N_QUADS)
    return {quad.triple for quad in quads if quad.graph_name == CATALOGUE_GRAPH}


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("/catalog", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("/catalog", "text/turtle", "text/turtle"),
        ("/catalog", "application/ld+json", "application/ld+json"),
        ("/catalog", "application/n-triples", "application/n-triples"),
        ("/catalog", "application/rdf+xml;q=0.9, text/html;q=0.5", "application/rdf+xml"),
        ("/catalog?format=turtle", "text/html", "text/turtle"),
        ("/.well-known/void", "", "text/turtle"),
        ("/.well-known/void", "text/html,application/xhtml+xml,*/*;q=0.8", "text/turtle"),
        ("/.well-known/void", "application/ld+json", "application/ld+json"),
        ("/.well-known/void?format=ntriples", "text/turtle", "application/n-triples"),
    ],
)
def test_both_documents_come_in_the_form_asked_for(client: TestClient, path: str, accept: str, media_type: str) -> None:
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in response.headers["vary"]
    assert response.headers["access-control-allow-origin"] == "*"
    assert 'rel="canonical"' in response.headers["link"]
    head = client.head(path, headers={"Accept": accept} if accept else {})
    assert (head.status_code, head.content) == (200, b"")
    again = client.get(path, headers={"Accept": accept or "*/*", "If-None-Match": response.headers["etag"]})
    assert again.status_code == 304


def test_an_unknown_form_is_refused_with_what_there_is(client: TestClient) -> None:
    for path in ("/catalog", "/.well-known/void"):
        for response in (client.get(path, headers={"Accept": "image/png"}), client.get(f"{path}?format=pdf")):
            assert response.status_code == 406
            assert response.headers["content-type"] == "application/problem+json"
            assert "turtle" in response.json()["detail"]


def test_the_served_catalogue_and_void_are_together_the_graph(client: TestClient, described: set[Triple]) -> None:
    served: set[Triple] = set()
    for path in ("/catalog", "/.well-known/void"):
        content = client.get(path, headers={"Accept": "application/n-triples"}).content
        served |= {quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)}
    assert served == described


def test_the_served_catalogue_meets_the_shapes(client: TestClient, shared: Path) -> None:
    served = Graph().parse(data=client.get("/catalog?format=turtle").text, format="turtle")
    assert of_dcat(served, shapes(shared, "dcat-ap-nl/dcat-ap-nl-SHACL.ttl", "dcat-ap/shapes.ttl")) == []


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Kaders en hun edities"), ("en", "Frameworks and their editions")]
)
def test_the_page_lists_the_datasets(client: TestClient, language: str, words: str) -> None:
    page = client.get(f"/catalog?lang={language}", headers={"Accept": "text/html"}).text
    assert f'<html lang="{language}">' in page
    assert words in page
    assert '<a href="/doc/dataset/framework/bio2/1.3?' in page
    assert '<a href="/dumps/framework/bio2/1.3.nq">' in page
    assert "<script" not in page


def test_a_store_without_a_catalogue_has_an_empty_one() -> None:
    assert statements(EmbeddedStore(), of_void=False) == []
