"""JSON-LD in the words of our context."""

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from bio2kg import jsonld
from bio2kg.namespaces import DEF, PREFIXES
from bio2kg.store import EmbeddedStore, select
from tests.web.test_negotiation import IRI, MEASURE


def test_json_ld_is_compact_and_needs_no_second_request(client: TestClient) -> None:
    thing = client.get(f"{MEASURE}.jsonld").json()
    assert thing["id"] == IRI.value
    assert thing["@reverse"]["refersTo"] == {"id": "https://w3id.org/bio2kg/id/bio2/1.3/8.08.06"}
    assert set(thing["type"]) == {"Concept", "MeasureEdition"}
    assert set(thing["prefLabel"]) == {"nl", "en"}
    assert thing["inScheme"] == "https://w3id.org/bio2kg/id/bio2/1.3"
    published = client.get("/context.jsonld").json()["@context"]
    assert published == jsonld.context()
    assert thing["@context"].items() <= published.items()
    assert thing["@context"].keys() < published.keys()


def test_the_context_has_every_term_and_prefix(store: EmbeddedStore) -> None:
    """A new term needs a line in bio2kg/context.jsonld."""
    context = jsonld.context()
    query = """PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT DISTINCT ?term { GRAPH <https://w3id.org/bio2kg/graph/ontology> {
      ?term a ?kind ; rdfs:isDefinedBy <https://w3id.org/bio2kg/def>
      FILTER (?kind IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty)) } }"""
    terms = {row["term"].value.removeprefix(DEF) for row in select(store, query)}
    assert terms - context.keys() - PREFIXES.keys() == set()
    # “id” is the word for @id.
    assert {p: n for p, n in PREFIXES.items() if p != "id" and context.get(p) != n} == {}


def test_json_ld_says_every_kind_of_value() -> None:
    def triples() -> list[Quad]:
        text = """
        PREFIX b: <https://w3id.org/bio2kg/def#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX dcterms: <http://purl.org/dc/terms/>
        <x:1> a skos:Concept, <x:Kind>, [ a skos:Concept ] ; skos:prefLabel "a"@nl, "b"@nl, "c", "d"^^xsd:token ;
          dcterms:issued "2026"^^xsd:gYear, "2026-01-01"^^xsd:date, "soon", "bald"@de ;
          dcterms:source <x:2>, "text", [ b:note "n" ] ; <x:p> 1, 01, 1.50, true, "yes"^^xsd:boolean, 1e3, ( 1 "a"@en () <x:1> ) ;
          skos:notation "1.3" ; <x:q/r> _:twice ; <x:q#s> _:twice .
        _:twice <x:in> [ <x:in> _:twice ] . _:loop <x:in> _:loop . <x:2> b:eli <x:3> .
        """
        return list(parse(text, format=RdfFormat.TURTLE))

    given, read = (
        Dataset(triples()),
        Dataset(parse(jsonld.write(q.triple for q in triples()), format=RdfFormat.JSON_LD)),
    )
    for dataset in (given, read):
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert sorted(map(str, given)) == sorted(map(str, read))


@pytest.mark.parametrize("path", [MEASURE, "/doc/rule/VT-08/status", "/doc/bio2/1.3"])
@pytest.mark.parametrize("profile", ["stated", "labelled"])
def test_rdflib_reads_the_json_ld_as_the_same(client: TestClient, path: str, profile: str) -> None:
    import rdflib
    from rdflib.compare import isomorphic

    def read(suffix: str, syntax: str) -> rdflib.Graph:
        return rdflib.Graph().parse(data=client.get(f"{path}.{suffix}?_profile={profile}").text, format=syntax)

    assert isomorphic(read("jsonld", "json-ld"), read("ttl", "turtle"))
