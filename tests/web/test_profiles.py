"""What a description holds, by profile."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from bio2kg.store import EmbeddedStore
from bio2kg.web import profiles
from bio2kg.web.negotiation import PROFILES
from tests.web.test_negotiation import IRI, MEASURE


def test_the_profile_with_labels_names_every_neighbour(client: TestClient) -> None:
    quads = list(parse(client.get(f"{MEASURE}.nt?_profile=labelled").content, format=RdfFormat.N_TRIPLES))
    named = {q.subject.value for q in quads if isinstance(q.object, Literal)}
    about = [q for q in quads if q.subject == IRI]
    for quad in about:
        assert quad.predicate.value in named or quad.predicate.value.endswith("#type"), quad
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith("https://w3id.org/bio2kg/id/"):
            assert quad.object.value in named, quad


def test_inferred_statements_come_only_when_asked_for(client: TestClient) -> None:
    stated, inferred = (
        set(parse(client.get(f"{MEASURE}.nt?_profile={name}").content, format=RdfFormat.N_TRIPLES))
        for name in ("stated", "inferred")
    )
    assert stated < inferred
    assert any(q.object.value.endswith("prov#Entity") for q in inferred - stated if isinstance(q.object, NamedNode))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("<https://w3id.org/bio2kg/profiles#labelled>", "labelled"),
        ("<https://w3id.org/bio2kg/profiles#labelled>;q=0.5, <https://w3id.org/bio2kg/profiles#inferred>", "inferred"),
        ("<https://w3id.org/bio2kg/profiles#labelled>;q=0, <https://w3id.org/bio2kg/profiles#nl-sbb>;q=0.1", "nl-sbb"),
        ("<https://example.org/other>", "stated"),
        ("<<<", "stated"),
        ("", "stated"),
    ],
)
def test_a_profile_by_header(client: TestClient, header: str, name: str) -> None:
    response = client.get(MEASURE, headers={"Accept": "text/turtle", "Accept-Profile": header})
    assert response.headers["content-profile"] == f"<https://w3id.org/bio2kg/profiles#{name}>"
    assert f'<https://w3id.org/bio2kg/profiles#{name}>; rel="profile"' in response.headers["link"]


def test_nl_sbb_conforms_to_its_shapes(client: TestClient, shared: Path) -> None:
    import pyshacl
    import rdflib

    shapes = rdflib.Graph().parse(shared / "conformance" / "nl-sbb" / "skos-ap-nl.ttl")
    for path in (MEASURE, "/doc/bio2/1.3", "/doc/role/ciso", "/doc/status/withdrawn"):
        data = rdflib.Graph().parse(data=client.get(f"{path}.ttl?_profile=nl-sbb").text, format="turtle")
        focus = f"https://w3id.org/bio2kg{path.replace('/doc/', '/id/')}"
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True)
        sh = rdflib.SH
        wrong = [
            (path, str(report.value(result, sh.resultMessage)))
            for result in report.subjects(sh.resultSeverity, sh.Violation)
            if str(report.value(result, sh.focusNode)) == focus
        ]
        assert wrong == []
    assert client.get("/doc/bio2?_profile=nl-sbb&format=ttl").status_code == 406


def test_the_profiles_describe_themselves(client: TestClient) -> None:
    response = client.get("/profiles", headers={"Accept": "text/turtle"})
    found = {q.subject.value for q in parse(response.content, format=RdfFormat.TURTLE)}
    assert found == {profile.iri for profile in PROFILES}
    for language in ("nl", "en"):
        page = client.get(f"/profiles?lang={language}", headers={"Accept": "text/html"}).text
        for profile in PROFILES:
            assert f'id="{profile.name}"' in page
            assert profile.title[language] in page


def test_profiles_write_the_same_bytes_each_time(store: EmbeddedStore) -> None:
    from bio2kg.results import DATASETS

    quads, _ = profiles.statements(store, IRI, PROFILES[0], 1)
    for form in DATASETS:
        assert profiles.serialise(quads, form, IRI.value) == profiles.serialise(reversed(quads), form, IRI.value)
    assert json.loads(profiles.serialise(quads, DATASETS[2], IRI.value))
