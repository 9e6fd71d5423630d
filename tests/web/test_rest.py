"""The collections of the REST service hold what the sources say."""

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

MEASURE = "/v1/frameworks/bio2/editions/1.3/measures/5.24.08"
ID = "https://w3id.org/bio2kg/id/"
# The table has longer names for some.
STATUSES = {"no-government-measure": "no-measure"}


def facts(shared: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table of reference facts."""
    return list(csv.DictReader(io.StringIO((shared / "reference" / name).read_text(encoding="utf-8"))))


def everything(client: TestClient, address: str) -> list[dict[str, Any]]:
    """All objects of a list, page by page by its Link header."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        response = client.get(following)
        assert response.status_code == 200, response.text
        found += response.json()
        links = re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers["link"])
        following = next((address for address, relation in links if relation == "next"), None)
    assert len({str(one) for one in found}) == len(found) == int(response.headers["x-total-count"])
    return found


@pytest.mark.parametrize("edition", ["1.1.1", "1.2", "1.3"])
def test_the_measures_of_an_edition_are_those_of_its_table_with_their_status(
    client: TestClient, shared: Path, edition: str
) -> None:
    expected = {row["number"]: row for row in facts(shared, "bio2_measures.csv") if row["version"] == edition}
    found = everything(client, f"/v1/measures?edition={edition}&fields=number,status,control")
    assert [one["number"] for one in found] == sorted(expected)
    for one in found:
        row = expected[one["number"]]
        assert one["status"] == STATUSES.get(row["status"], row["status"]), row
        assert one["control"]["number"] == row["iso27002_id"], row


def test_the_edition_in_force_is_asked_when_none_is_named(client: TestClient) -> None:
    newest = client.get("/v1/measures").headers["x-total-count"]
    assert newest == client.get("/v1/measures?edition=current").headers["x-total-count"] == "166"
    within = client.get("/v1/frameworks/bio2/editions/current/measures")
    assert within.json() == client.get("/v1/measures?edition=bio2/1.3").json()


def test_filters_narrow_and_a_filter_given_twice_widens(client: TestClient, shared: Path) -> None:
    statuses = Counter(row["status"] for row in facts(shared, "bio2_measures.csv") if row["version"] == "1.3")
    for query, expected in {
        "status=moved": statuses["moved"],
        "status=moved&status=withdrawn": statuses["moved"] + statuses["withdrawn"],
        "status=active&theme=people": sum(
            1
            for row in facts(shared, "bio2_measures.csv")
            if (row["version"], row["status"]) == ("1.3", "active") and row["number"].startswith("6.")
        ),
        "control=5.24": sum(
            1 for row in facts(shared, "bio2_measures.csv") if (row["version"], row["iso27002_id"]) == ("1.3", "5.24")
        ),
    }.items():
        assert client.get(f"/v1/measures?{query}").headers["x-total-count"] == str(expected), query


def test_a_text_is_sought_in_names_and_descriptions(client: TestClient) -> None:
    numbers = [one["number"] for one in client.get("/v1/measures?q=Disclosure").json()]
    assert numbers == ["5.24.08"]


def test_the_controls_are_those_of_the_standard_with_theme_and_attributes(client: TestClient, shared: Path) -> None:
    rows = {row["id"]: row for row in facts(shared, "iso27002_2022_controls.csv")}
    found = everything(client, "/v1/controls?edition=iso27002/2022&pageSize=20")
    assert [one["number"] for one in found] == list(rows)
    for one in found:
        row = rows[one["number"]]
        assert one["theme"] == row["theme"]
        assert one["name"]["en"] == row["title_en"]
        properties = sorted(value.strip().lower() for value in row["security_property"].split(";"))
        assert one["attributes"]["securityProperty"] == properties, row["id"]
    preventive = {number for number, row in rows.items() if "Preventive" in row["control_type"]}
    chosen = everything(client, "/v1/controls?controlType=preventive")
    assert {one["number"] for one in chosen} == preventive


def test_the_provisions_of_the_directive_are_all_there(client: TestClient, shared: Path) -> None:
    rows = facts(shared, "nis2_articles.csv")
    assert client.get("/v1/provisions?framework=nis2").headers["x-total-count"] == str(len(rows))
    points = sorted(
        f"21.2.{row['point']}" for row in rows if (row["article"], row["paragraph"]) == ("21", "2") and row["point"]
    )
    found = client.get("/v1/provisions", params={"parent": "NIS2 21(2)"}).json()
    assert [one["number"] for one in found] == points
    one = client.get("/v1/frameworks/nis2/editions/2022/provisions/21.2.d").json()
    assert one["citation"]["nl"] == "NIS2 art. 21, lid 2, onder d"
    assert one["parent"]["href"] == "/v1/frameworks/nis2/editions/2022/provisions/21.2"


def test_every_claim_tells_whose_it_is_and_from_which_source(client: TestClient, shared: Path) -> None:
    rows = facts(shared, "nis2_iso27002_mapping.csv")
    found = everything(client, "/v1/mappings/nis2-iso27002/claims")
    pairs = Counter((row["nis2_ref"], row["iso27002_id"]) for row in rows)
    assert Counter((one["subject"]["number"], one["object"]["number"]) for one in found) == pairs
    assert {one["claimStatus"] for one in found} <= {"official", "third-party", "own-judgement"}
    for claim in everything(client, "/v1/claims?pageSize=500"):
        assert claim["sources"], claim["id"]
        assert claim["claimStatus"], claim["id"]
    of_point = [one for one in found if one["subject"]["number"] == "21.2.d"]
    asked = client.get("/v1/mappings/nis2-iso27002/claims", params={"subject": "NIS2 21(2)(d)"}).json()
    assert asked == of_point
    sure = client.get("/v1/mappings/nis2-iso27002/claims?minConfidence=0.8&pageSize=500").json()
    assert [one["id"] for one in sure] == [one["id"] for one in found if one["confidence"] >= 0.8]


def test_a_measure_that_moved_tells_where_it_came_from(client: TestClient) -> None:
    (event,) = client.get("/v1/lineage?from=1.2&to=1.3&kind=moved&measure=1.3/5.24.08").json()
    assert event["from"]["id"] == f"{ID}bio2/1.2/8.08.06"
    assert event["to"]["href"] == MEASURE
    assert event["sources"]
    assert event["claimStatus"]
    (change,) = [
        one for one in everything(client, "/v1/diff?from=1.2&to=1.3") if one.get("to", {}).get("number") == "5.24.08"
    ]
    assert (change["from"]["number"], change["from"]["href"]) == (
        "8.08.06",
        "/v1/frameworks/bio2/editions/1.2/measures/8.08.06",
    )
    assert "moved" in change["kinds"]


def test_a_comparison_can_go_back_in_time(client: TestClient) -> None:
    forth = everything(client, "/v1/diff?from=1.2&to=1.3")
    back = everything(client, "/v1/diff?from=1.3&to=1.2")
    assert {(c.get("from", {}).get("id"), c.get("to", {}).get("id")) for c in forth} == {
        (c.get("to", {}).get("id"), c.get("from", {}).get("id")) for c in back
    }


def test_what_a_source_points_at_by_mistake_has_no_address(client: TestClient, shared: Path) -> None:
    (error,) = [row for row in facts(shared, "contradictions.csv") if row["id"] == "C01"]
    assert "5.25.02" in error["statement_a"]
    (target,) = client.get("/v1/frameworks/bio2/editions/1.3/measures/5.26.01").json()["movedTo"]
    assert target == {"id": f"{ID}bio2/1.3/5.25.02"}


def test_what_is_unknown_is_left_out_and_never_false(client: TestClient, store: Any) -> None:
    for address in ("/v1/measures?edition=1.2&pageSize=500", "/v1/claims?pageSize=500", "/v1/deadlines?pageSize=500"):
        text = client.get(address).text
        assert ": null" not in text
        assert ": false" not in text
    measures = everything(client, "/v1/measures?edition=1.2&fields=number,categories,legalScope")
    assert not any("legalScope" in one for one in measures)
    scoped = client.get(MEASURE).json()["legalScope"]
    assert scoped["claimStatus"] == "third-party"
    assert scoped["sources"][0]["name"]


def test_related_things_are_embedded_when_asked(client: TestClient) -> None:
    plain = client.get(MEASURE).json()
    assert not {"mappings", "lineage", "deadlines"} & plain.keys()
    assert "theme" not in plain["control"]
    whole = client.get(f"{MEASURE}?include=control,mappings,lineage,deadlines").json()
    assert whole["control"]["theme"] == "organizational"
    assert {one["from"]["number"] for one in whole["lineage"] if one["kind"] == "moved"} == {"8.08.06"}
    assert whole["mappings"] == client.get("/v1/claims?subject=1.3/5.24.08").json()
    assert whole["deadlines"] == client.get("/v1/deadlines?measure=1.3/5.24.08").json()
    framework = client.get("/v1/frameworks/bio2?include=editions").json()
    assert [one["version"] for one in framework["editions"]] == ["1.0", "1.1", "1.1.1", "1.2", "1.3", "2.0"]
    assert framework["editions"][4]["status"] == "established"


@pytest.mark.parametrize(
    "name",
    [
        "frameworks",
        "editions",
        "measures",
        "controls",
        "clauses",
        "provisions",
        "mappings",
        "claims",
        "lineage",
        "deadlines",
    ],
)
def test_every_object_is_found_at_its_own_address(client: TestClient, name: str) -> None:
    for one in everything(client, f"/v1/{name}?pageSize=500")[::40]:
        assert client.get(one["href"]).json() == one


def test_search_finds_across_kinds_and_can_be_narrowed(client: TestClient) -> None:
    found = client.get("/v1/search?q=5.24.08").json()
    assert {(one["kind"], one.get("number"), one["rank"]) for one in found} >= {("measure", "5.24.08", 1)}
    assert found[0]["href"] == MEASURE
    everywhere = everything(client, "/v1/search?q=beveiliging&pageSize=500")
    assert len(everywhere) > 100
    assert [one["rank"] for one in everywhere] == sorted(one["rank"] for one in everywhere)
    controls = everything(client, "/v1/search?q=beveiliging&kind=control")
    assert controls == [one for one in everywhere if one["kind"] == "control"]


def test_the_entry_point_leads_to_every_collection(client: TestClient) -> None:
    start = client.get("/v1/").json()
    assert client.get(start["specification"]).json()["openapi"].startswith("3.")
    for one in start["collections"]:
        parameters = {"q": "cvd"} if one["name"] == "search" else {}
        assert client.get(one["href"], params=parameters).status_code == (405 if one["name"] == "validate" else 200)
        assert one["title"]["nl"] != one["title"]["en"]
