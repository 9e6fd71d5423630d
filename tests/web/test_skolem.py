"""Blank nodes: nested where the syntax can, else with an IRI; never with a label."""

import re

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from bio2kg.store import EmbeddedStore, select
from bio2kg.web.skolem import GENID, skolemised


def blank(term: object) -> object:
    """The blank node that an IRI stands for (RDF 1.1 Concepts, section 3.5), else the term."""
    return BlankNode(term.value.rpartition("-")[2]) if getattr(term, "value", "").startswith(GENID) else term


def test_blank_nodes_come_with_all_that_is_said_of_them_and_nested(client: TestClient, store: EmbeddedStore) -> None:
    query = "SELECT DISTINCT ?s { ?s ?p ?o FILTER (isBlank(?o) && isIRI(?s)) }"
    things = {row["s"].value for row in select(store, query)}
    tested = 0
    for thing in sorted(things):
        if "/id/" not in thing:
            continue
        path = thing.removeprefix("https://w3id.org/bio2kg").replace("/id/", "/doc/")
        quads = list(parse(client.get(f"{path}.nt").content, format=RdfFormat.N_TRIPLES))
        subjects = {q.subject for q in quads}
        named = {q.object for q in quads if blank(q.object) != q.object}
        assert named, path
        assert named <= subjects, path
        for suffix in ("ttl", "trig", "jsonld"):
            assert labels(client.get(f"{path}.{suffix}").text) == [], path
            assert GENID not in client.get(f"{path}.{suffix}").text, path
        tested += 1
    assert tested > 20


def labels(text: str) -> list[str]:
    """The labels of blank nodes that a document shows."""
    return re.findall(r'"@?id": "_:[^"]*|(?<!")_:\w+|rdf:nodeID="[^"]*', text)


@pytest.mark.parametrize("form", ["ttl", "trig", "jsonld", "nt", "nq", "rdf"])
@pytest.mark.parametrize("path", ["/doc/rule/VT-08", "/doc/rule/PU-01", "/def", "/doc/aspect"])
def test_no_blank_node_has_a_label_in_any_syntax(client: TestClient, path: str, form: str) -> None:
    first, again = (client.get(f"{path}?format={form}") for _ in range(2))
    assert first.status_code == 200
    assert labels(first.text) == []
    assert first.content == again.content


def test_a_blank_node_has_one_iri_in_all_syntaxes(client: TestClient) -> None:
    texts = [client.get(f"/doc/rule/PU-01.{suffix}").text for suffix in ("nt", "nq", "rdf")]
    found = [set(re.findall(rf"{re.escape(GENID)}[0-9a-f]{{16}}-c14n\d+", text)) for text in texts]
    assert found[0] == found[1] == found[2] != set()


@pytest.mark.parametrize(
    ("turtle", "nests", "named"),
    [
        ("<x:a> <x:p> [ <x:q> [ <x:r> 1 ] ] .", True, 0),
        ("<x:a> <x:p> [ <x:q> [ <x:r> 1 ] ] .", False, 2),
        ("<x:a> <x:p> ( 1 2 ) .", True, 0),
        ("[] <x:p> <x:b> .", True, 1),
        ("[] <x:p> [ <x:q> 1 ] .", True, 1),
        ("<x:a> <x:p> _:b . <x:c> <x:p> _:b . _:b <x:q> [ <x:q> 1 ] .", True, 1),
        ("_:a <x:p> _:b . _:b <x:p> _:a .", True, 2),
        ("_:a <x:p> _:a .", True, 1),
        ("<x:a> <x:p> <x:b> .", False, 0),
    ],
)
def test_only_what_cannot_be_nested_gets_an_iri(turtle: str, nests: bool, named: int) -> None:
    quads = skolemised(parse(turtle, format=RdfFormat.TURTLE), nests=nests)
    iris = {term for q in quads for term in (q.subject, q.object) if blank(term) != term}
    assert len(iris) == named
    back, given = (Dataset(parse(turtle, format=RdfFormat.TURTLE)), Dataset())
    for q in quads:
        given.add(Quad(blank(q.subject), q.predicate, blank(q.object)))
    for dataset in (back, given):
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert sorted(map(str, given)) == sorted(map(str, back))
