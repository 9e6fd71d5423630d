"""What a client of the REST service can choose: pages, members, forms; and what it hears when it chooses wrong."""

import csv
import io
import json
import re
import shlex
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, parse

from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app
from tests.conftest import ROOT

MEASURE = "/v1/frameworks/bio2/editions/1.3/measures/5.24.08"
IRI = "https://w3id.org/bio2kg/id/bio2/1.3/5.24.08"


def links(response: Any) -> dict[str, str]:
    """The addresses in the Link header by relation."""
    return {relation: address for address, relation in re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers["link"])}


def test_pages_lead_to_each_other(client: TestClient) -> None:
    second = client.get("/v1/measures?edition=1.3&page=2&pageSize=60")
    assert len(second.json()) == 60
    found = links(second)
    assert found["first"] == "/v1/measures?edition=1.3&pageSize=60&page=1"
    assert found["prev"] == found["first"]
    assert found["next"] == found["last"] == "/v1/measures?edition=1.3&pageSize=60&page=3"
    last = client.get(found["last"])
    assert len(last.json()) == 166 - 120
    assert "next" not in links(last)
    assert "prev" not in links(client.get(found["first"]))


def test_members_are_chosen_by_name(client: TestClient) -> None:
    assert client.get(f"{MEASURE}?fields=number,status").json() == {"number": "5.24.08", "status": "active"}
    for one in client.get("/v1/measures?fields=number&fields=href").json():
        assert one.keys() == {"number", "href"}


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("", "", "application/json"),
        ("*/*", "", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "", "application/json"),
        ("application/ld+json", "", "application/ld+json"),
        ("application/json;q=0.5, application/ld+json", "", "application/ld+json"),
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("text/csv", "?format=json", "application/json"),
        ("application/json", "?format=jsonld", "application/ld+json"),
    ],
)
def test_the_form_is_negotiated(client: TestClient, accept: str, query: str, media_type: str) -> None:
    response = client.get(f"/v1/measures{query}", headers={"Accept": accept})
    assert response.headers["content-type"] == media_type
    assert "Accept" in response.headers["vary"]
    assert response.headers["api-version"]


@pytest.mark.parametrize(("accept", "query"), [("image/png", ""), ("application/xml", ""), ("*/*", "?format=xml")])
def test_a_form_that_is_not_there_is_406_that_lists_what_is(client: TestClient, accept: str, query: str) -> None:
    response = client.get(f"/v1/measures{query}", headers={"Accept": accept})
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
    assert "json" in response.json()["detail"]


def test_json_ld_states_what_the_linked_data_states(client: TestClient) -> None:
    def stated(address: str) -> set[str]:
        content = client.get(address, headers={"Accept": "application/ld+json"}).content
        triples = (quad.triple for quad in parse(content, format=RdfFormat.JSON_LD))
        return {str(t) for t in triples if t.subject.value == IRI}

    described = stated("/doc/bio2/1.3/5.24.08")
    assert stated(MEASURE) == described
    assert stated("/v1/measures?q=5.24.08") == described
    document = json.loads(client.get(MEASURE, headers={"Accept": "application/ld+json"}).content)
    assert document["id"] == IRI


@pytest.mark.parametrize(
    ("address", "thing"),
    [
        ("/v1/lineage?from=1.2&to=1.3&kind=moved&measure=1.3/5.24.08", "event"),
        ("/v1/diff?from=1.2&to=1.3&pageSize=500", "event"),
        ("/v1/search?q=5.24.08&kind=measure", "measure"),
        ("/v1/queries", "query"),
        ("/v1/rules/VT-03", "rule"),
        ("/v1/rules", "rule"),
    ],
)
def test_what_has_an_identity_is_there_as_json_ld_too(client: TestClient, address: str, thing: str) -> None:
    moved = client.get("/v1/lineage?from=1.2&to=1.3&kind=moved&measure=1.3/5.24.08").json()
    expected = {
        "measure": IRI,
        "event": moved[0]["id"],
        "query": "https://w3id.org/bio2kg/id/query/edition-impact",
        "rule": "https://w3id.org/bio2kg/id/rule/VT-03",
    }[thing]
    response = client.get(address, headers={"Accept": "application/ld+json"})
    assert response.headers["content-type"] == "application/ld+json"
    stated = [quad.triple for quad in parse(response.content, format=RdfFormat.JSON_LD)]
    described = client.get(expected.replace("https://w3id.org/bio2kg/id", "/doc") + ".nt").text.splitlines()
    of_it = {line for line in described if line.startswith(f"<{expected}>") and "_:" not in line}
    assert of_it
    assert of_it <= {f"{t} ." for t in stated}


def test_a_table_has_a_column_for_each_language(client: TestClient) -> None:
    text = client.get("/v1/measures?q=Disclosure&format=csv&fields=number,name,control,roles").text
    (row,) = csv.DictReader(io.StringIO(text))
    one = client.get(MEASURE).json()
    assert row["number"] == "5.24.08"
    assert (row["name.nl"], row["name.en"]) == (one["name"]["nl"], one["name"]["en"])
    assert row["control"] == one["control"]["id"]


def test_one_thing_links_to_its_linked_data(client: TestClient) -> None:
    found = links(client.get(MEASURE))
    assert found["describes"] == IRI
    assert found["canonical"] == "https://w3id.org/bio2kg/doc/bio2/1.3/5.24.08"


def test_a_client_that_has_the_answer_gets_304(store: EmbeddedStore) -> None:
    with TestClient(create_app(lambda: store, lambda: "abc"), follow_redirects=False) as client:
        for address in (MEASURE, "/v1/measures", "/v1/", "/v1/openapi.json"):
            etag = client.get(address).headers["etag"]
            assert not etag.startswith("W/")
            again = client.get(address, headers={"If-None-Match": etag})
            assert (again.status_code, again.content) == (304, b""), address
        tags = {client.get(f"/v1/measures{q}").headers["etag"] for q in ("", "?page=2", "?fields=id", "?format=csv")}
        assert len(tags) == 4


def test_everything_that_is_wrong_is_told_at_once(client: TestClient) -> None:
    response = client.get(
        "/v1/measures?status=actief&role=baas&edition=9.9&page=0&pageSize=501&fields=number,nummer,naam&include=alles&velden=x"
    )
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    told = [(one["in"], one["name"]) for one in problem["errors"]]
    names = ["velden", "edition", "status", "role", "page", "pageSize", "fields", "fields", "include"]
    assert told == [("query", name) for name in names]
    details = {one["name"]: one["detail"] for one in problem["errors"]}
    assert "withdrawn" in details["status"]
    assert "bio2/1.3" in details["edition"]
    assert "500" in details["pageSize"]
    for one in problem["errors"]:
        assert one["name"] in problem["detail"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/v1/measures?page=5", "page"),
        ("/v1/measures?page=99999999999999999999", "page"),
        ("/v1/measures?page=1.5", "page"),
        ("/v1/measures?page=1&page=2", "page"),
        ("/v1/measures?pageSize=-1", "pageSize"),
        ("/v1/measures?fields=number&format=jsonld", "fields"),
        ("/v1/measures?include=lineage&format=csv", "include"),
        ("/v1/measures?control=99.99", "control"),
        ("/v1/claims?minConfidence=2", "minConfidence"),
        ("/v1/claims?minConfidence=NaN", "minConfidence"),
        ("/v1/claims?subject=5.99.99", "subject"),
        ("/v1/claims?subject=a/b%3E", "subject"),
        ("/v1/controls?edition=nope/current", "edition"),
        ("/v1/frameworks/bio2/editions/1.3/measures?edition=1.2", "edition"),
        ("/v1/frameworks/bio2?include=claims", "include"),
        ("/v1/deadlines?kind=daily", "kind"),
        ("/v1/lineage?measure=x", "measure"),
        ("/v1/diff?to=1.0", "from"),
        ("/v1/diff?from=2.9", "from"),
        ("/v1/search", "q"),
        ("/v1/search?q=", "q"),
        ("/v1/search?q=x&kind=y", "kind"),
    ],
)
def test_a_wrong_choice_is_a_problem_that_names_it(client: TestClient, address: str, name: str) -> None:
    response = client.get(address)
    assert response.status_code == 400, response.text
    assert [one["name"] for one in response.json()["errors"]] == [name]


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("/v1/frameworks/bio2/editions/1.3/measures/5.24.99", MEASURE),
        ("/v1/frameworks/bio3", "/v1/frameworks/bio2"),
        ("/v1/frameworks/nis2/editions/2022/provisions/21.2.x", "/v1/frameworks/nis2/editions/2022/provisions/21.2."),
        ("/v1/frameworks/bio2/editions/1.4/measures", "/v1/frameworks/bio2/editions/1.3"),
        ("/v1/mappings/nis2-iso2702/claims", "/v1/mappings/nis2-iso27002"),
        ("/v1/mappings/nis2-iso27002/claims/99999", "/v1/mappings/nis2-iso27002/claims/"),
        ("/v1/deadlines/1.3/8.18.99", "/v1/deadlines/1.3/8.18.02"),
        ("/v1/frameworks/bio2/editions/1.3/controls/5.24.08", "/v1/controls"),
        ("/v1/frameworks/%3C%3E/editions/x", "/v1"),
        ("/v1/frameworks/bio2/editions/1.3/measures/%00", ""),
        ("/v1/frameworks//editions", ""),
        ("/v1/measures/", ""),
    ],
)
def test_what_is_not_there_is_404_with_what_is_nearest(client: TestClient, address: str, near: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert near in response.json()["detail"]


@pytest.mark.parametrize("text", ['" } x', "\\", "'''", "{}", "?thing", "é\u202e", "%", "\n", "5.24.08} #"])
def test_a_text_stays_a_text(client: TestClient, text: str) -> None:
    for address in ("/v1/measures", "/v1/search", "/v1/provisions"):
        assert client.get(f"{address}?{urlencode({'q': text})}").status_code == (
            400 if not text.strip() and address == "/v1/search" else 200
        )


def commands() -> list[tuple[str, str]]:
    """The commands of the page about the API, with the status that it promises."""
    text = (ROOT / "docs" / "how-to" / "use-the-api.md").read_text(encoding="utf-8")
    found = re.findall(r"^(curl .*)\n# (\d{3})$", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^curl ", text, re.MULTILINE))
    return found


@pytest.mark.parametrize(("command", "status"), commands())
def test_the_commands_of_the_page_do_what_it_says(client: TestClient, command: str, status: str) -> None:
    words = shlex.split(command)[1:]
    address, headers, query = "", {"Accept": "*/*"}, []
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "--data-urlencode":
            query.append(tuple(words.pop(0).split("=", 1)))
        elif word != "-G":
            address = word.removeprefix("http://127.0.0.1:8000")
    response = client.get(f"{address}?{urlencode(query)}" if query else address, headers=headers)
    assert response.status_code == int(status)
    if status == "200":
        assert response.text.strip() not in ("[]", "")
