"""The whole program over a store elsewhere gives the answers that it gives over its own."""

import pytest
from fastapi.testclient import TestClient
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from bio2kg.web.app import create_app
from tests.conftest import ROOT
from tests.remote.servers import free_port

MEASURE = "/doc/bio2/1.3/5.24.08"


@pytest.mark.parametrize(
    "address",
    [
        "/?lang=nl",
        "/doc/erratum/C07?lang=en",
        "/graph/errata?lang=nl",
        "/v1/queries/measures-by-role?role=ciso",
        "/v1/queries/search?text=wachtwoordmanager",
        "/v1/queries/deadlines",
        "/doc/query/measures-by-role?lang=nl&role=ciso",
        "/sparql?query=SELECT%20%3Fn%20%7B%20%3Fm%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fbio2kg%2Fdef%23MeasureEdition%3E%20%3B%20%3Chttp%3A%2F%2Fwww.w3.org%2F2004%2F02%2Fskos%2Fcore%23notation%3E%20%3Fn%20%7D%20ORDER%20BY%20%3Fn",
        "/health/ready",
    ],
)
def test_a_page_or_answer_is_the_same(address: str, remote: TestClient, client: TestClient) -> None:
    here, there = client.get(address), remote.get(address)
    assert (there.status_code, there.headers["content-type"]) == (200, here.headers["content-type"])
    assert there.text == here.text


def test_a_measure_is_the_same_in_three_formats(remote: TestClient, client: TestClient) -> None:
    for form, parse in (("ttl", "turtle"), ("jsonld", "json-ld"), ("trig", "trig")):
        here, there = client.get(f"{MEASURE}.{form}"), remote.get(f"{MEASURE}.{form}")
        assert there.status_code == 200, there.text
        if form == "trig":
            sides = [Dataset().parse(data=side.text, format=parse) for side in (here, there)]
            assert {q[3] for q in sides[0].quads()} == {q[3] for q in sides[1].quads()}
            assert len(sides[0]) == len(sides[1])
        else:
            assert isomorphic(*(Graph().parse(data=side.text, format=parse) for side in (here, there)))


def test_the_catalogue_is_the_same(remote: TestClient, client: TestClient) -> None:
    here, there = (c.get("/catalog", headers={"Accept": "text/turtle"}) for c in (client, remote))
    assert there.status_code == here.status_code
    if here.status_code == 200:
        assert isomorphic(*(Graph().parse(data=side.text, format="turtle") for side in (here, there)))


def test_an_assessment_is_judged_the_same(remote: TestClient, client: TestClient) -> None:
    example = sorted((ROOT / "data").rglob("voorbeeldstad*1.3-2026*.ttl"))[0].read_bytes()
    answers = []
    for side in (client, remote):
        answer = side.post("/v1/validate", content=example, headers={"Content-Type": "text/turtle"})
        assert answer.status_code == 200, answer.text
        answers.append(answer.json())
    assert answers[0]["rulesChecked"] == answers[1]["rulesChecked"] > 100
    assert answers[0]["counts"] == answers[1]["counts"]
    assert answers[0]["conforms"] == answers[1]["conforms"]


def test_a_store_that_is_away_makes_the_program_unavailable_and_not_broken() -> None:
    from bio2kg.remote import RemoteStore

    with TestClient(create_app(lambda: RemoteStore(f"http://127.0.0.1:{free_port()}/query", timeout=1))) as away:
        for address in ("/health/ready", "/v1/queries/measures-by-role?role=ciso", "/sparql?query=ASK%20%7B%7D"):
            answer = away.get(address)
            assert answer.status_code == 503, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers.get("retry-after", 0)) >= 1
        assert away.get("/health/live").status_code == 200
