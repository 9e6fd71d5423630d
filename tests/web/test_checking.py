"""Sending an assessment to the server: the report, and what is refused."""

import json
import xml.etree.ElementTree as Xml

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, parse

from bio2kg.validation.reading import LARGEST
from tests.conftest import ROOT

EXAMPLES = ROOT / "data" / "examples"
GOOD = (EXAMPLES / "voorbeeldstad-1.3-2026.ttl").read_bytes()
MISTAKES = (EXAMPLES / "voorbeeldland-1.3-2026.ttl").read_bytes()
TURTLE = {"Content-Type": "text/turtle"}
WHEN = {"asOf": "2026-07-01"}


def test_a_good_assessment_passes(client: TestClient) -> None:
    response = client.post("/v1/validate", content=GOOD, headers=TURTLE, params={**WHEN, "profile": "public"})
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    report = response.json()
    assert (report["passed"], report["conforms"], report["groups"]) == (True, True, [])
    assert (report["asOf"], report["profile"], report["language"]) == ("2026-07-01", "public", "nl")


def test_mistakes_come_back_per_rule_with_source_and_remedy(client: TestClient) -> None:
    report = client.post("/v1/validate", content=MISTAKES, headers=TURTLE, params={**WHEN, "lang": "en"}).json()
    groups = {group["code"]: group for group in report["groups"]}
    assert not report["passed"]
    # Measure 5.10.02 has no entry in the statement, and 8.02.01 was last reviewed eight months ago: the limit is three.
    assert [f["about"].rpartition("/")[2] for f in groups["VT-04"]["findings"]] == ["5.10.02"]
    assert [f["about"].rpartition("/")[2] for f in groups["PD-06"]["findings"]] == ["8.02.01"]
    assert all(group["sources"] and group["remedy"] and group["description"] for group in report["groups"])
    assert any("b:justification" in notice for notice in report["notices"])


@pytest.mark.parametrize(
    ("accept", "starts"),
    [
        ("text/html", "<!doctype html>"),
        ("text/plain", "NIET AKKOORD"),
        ("text/csv", "severity,code"),
        ("text/turtle", "@prefix"),
        ("application/sarif+json", "{"),
        ("application/xml", "<?xml"),
    ],
)
def test_the_report_comes_in_the_form_asked_for(client: TestClient, accept: str, starts: str) -> None:
    headers = {**TURTLE, "Accept": accept, "Accept-Language": "nl"}
    response = client.post("/v1/validate", content=MISTAKES, headers=headers, params=WHEN)
    assert response.headers["content-type"].startswith(accept)
    assert response.text.startswith(starts)


def test_what_programs_get_can_be_read(client: TestClient) -> None:
    def ask(form: str) -> str:
        return client.post("/v1/validate", content=MISTAKES, headers=TURTLE, params={**WHEN, "format": form}).text

    findings = sum(group["count"] for group in json.loads(ask("json"))["groups"])
    assert len(json.loads(ask("sarif"))["runs"][0]["results"]) == findings
    results = [
        q for q in parse(ask("turtle").encode(), format=RdfFormat.TURTLE) if q.predicate.value.endswith("#result")
    ]
    assert len(results) == findings
    assert len(Xml.fromstring(ask("junit")).findall(".//failure")) > 20


@pytest.mark.parametrize(
    ("content", "media_type", "query", "status", "detail"),
    [
        (b"x y z", "text/turtle", "", 400, "1:1"),
        (b"", "text/turtle", "", 400, "empty"),
        (b"<http://x/a> <http://x/b> 1 .", "text/turtle", "", 400, "no assessment"),
        (b"{", "application/ld+json", "", 400, "not valid"),
        (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "", 400, ""),
        (GOOD, "application/pdf", "", 415, "text/turtle"),
        (GOOD, "", "", 415, "no type"),
        (b" " * (LARGEST + 1), "text/turtle", "", 413, "20 MB"),
        (GOOD, "text/turtle", "?profile=final", 400, "submission"),
        (GOOD, "text/turtle", "?asOf=1-7-2026", 400, "2026-07-01"),
        (GOOD, "text/turtle", "?failOn=error", 400, "violation"),
        (GOOD, "text/turtle", "?lang=fr", 400, "nl, en"),
        (GOOD, "text/turtle", "?format=pdf", 406, "sarif"),
        (GOOD, "text/turtle", "?as-of=2026-07-01", 400, "asOf"),
        (GOOD.replace(b"bio2:1.3", b"bio2:9.9"), "text/turtle", "", 400, "bio2/1.3"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_a_problem_that_says_why(
    client: TestClient, content: bytes, media_type: str, query: str, status: int, detail: str
) -> None:
    response = client.post(f"/v1/validate{query}", content=content, headers={"Content-Type": media_type})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert detail in response.json()["detail"]


def test_a_form_sends_a_file_and_gets_a_page(client: TestClient) -> None:
    files = {"file": ("mijn.ttl", MISTAKES)}
    response = client.post("/check?lang=nl", files=files, data={"profile": "draft", **WHEN})
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert "Toetsing aan de regels" in response.text
    assert "<script" not in response.text


@pytest.mark.parametrize(
    ("files", "status", "said"), [({}, 400, "no file"), ({"file": ("a.docx", b"x")}, 415, ".xlsx")]
)
def test_a_form_with_something_else_gets_its_page_back_with_the_reason(
    client: TestClient, files: dict[str, tuple[str, bytes]], status: int, said: str
) -> None:
    response = client.post("/check?lang=nl", files=files, data={"profile": "draft"})
    assert response.status_code == status
    assert said in response.text
    assert "<form" in response.text


def test_the_rules_are_listed_with_their_sources(client: TestClient) -> None:
    rules = client.get("/v1/rules", params={"lang": "en"}).json()
    assert len(rules) >= 100
    assert all(rule["sources"] and rule["name"] and rule["description"] for rule in rules)
    assert len(client.get("/v1/rules", params={"profile": "draft"}).json()) < len(rules)
    one = client.get("/v1/rules/vt-10", params={"lang": "nl"}).json()
    assert (one["code"], one["severity"], one["profile"]) == ("VT-10", "violation", "submission")
    assert "https://w3id.org/bio2kg/id/bio2/1.3/no-acceptance-of-measure" in [s["iri"] for s in one["sources"]]
    assert client.get("/v1/rules/VT-99").status_code == 404
    assert "sh:NodeShape" in client.get("/v1/rules", headers={"Accept": "text/turtle"}).text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_of_rules_leads_to_each_rule_and_source(client: TestClient, language: str) -> None:
    page = client.get(f"/rules?lang={language}").text
    assert f'href="/doc/rule/VT-10?lang={language}"' in page
    assert 'href="/doc/bio2/1.3/no-acceptance-of-measure"' in page
    assert client.get("/doc/rule/VT-10", headers={"Accept": "text/html"}).status_code == 200


def test_the_operations_are_described(client: TestClient) -> None:
    paths = client.get("/v1/openapi.json").json()["paths"]
    body = paths["/validate"]["post"]["requestBody"]["content"]
    assert {"text/turtle", "application/ld+json", "text/csv"} <= set(body)
    assert [p["name"] for p in paths["/validate"]["post"]["parameters"]] == [
        "profile",
        "asOf",
        "lang",
        "failOn",
        "format",
    ]


def test_every_form_of_an_answer_is_described(client: TestClient) -> None:
    paths = client.get("/v1/openapi.json").json()["paths"]
    reports = set(paths["/validate"]["post"]["responses"]["200"]["content"])
    for form in ("text", "html", "json", "csv", "turtle", "jsonld", "sarif", "junit"):
        response = client.post("/v1/validate", content=GOOD, headers=TURTLE, params={**WHEN, "format": form})
        assert response.headers["content-type"].partition(";")[0] in reports
    for path in ("/rules", "/rules/{code}"):
        described = paths[path]["get"]["responses"]["200"]["content"]
        assert set(described) == {"application/json", "application/ld+json", "text/turtle", "text/csv"}
