"""The release for download: the same statements in every form, in parts, with the licence."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, parse

from bio2kg import release
from bio2kg.namespaces import DEF
from bio2kg.store import EmbeddedStore
from bio2kg.web.app import create_app

GRAPH = "framework/bio2/1.3"


@pytest.fixture(scope="module")
def served(store: EmbeddedStore, release_folder: Path, monkeypatch_module: pytest.MonkeyPatch) -> TestClient:
    monkeypatch_module.setattr("bio2kg.paths.release", lambda: release_folder)
    digest = release.read_manifest(release_folder)["sha256"]
    with TestClient(create_app(lambda: store, lambda: digest)) as client:
        yield client


@pytest.fixture(scope="module")
def monkeypatch_module() -> pytest.MonkeyPatch:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_a_graph_is_exactly_its_lines_in_the_release(served: TestClient, release_folder: Path) -> None:
    manifest = release.read_manifest(release_folder)
    known = {graph["iri"].partition("/graph/")[2]: graph["sha256"] for graph in manifest["graphs"]}
    content = served.get(f"/dumps/{GRAPH}.nq").content
    assert hashlib.sha256(content).hexdigest() == known[GRAPH]
    assert hashlib.sha256(served.get("/dumps/bio2kg.nq").content).hexdigest() == manifest["sha256"]


@pytest.mark.parametrize(
    ("suffix", "syntax", "media_type"),
    [
        ("ttl", RdfFormat.TURTLE, "text/turtle"),
        ("trig", RdfFormat.TRIG, "application/trig"),
        ("jsonld", RdfFormat.JSON_LD, "application/ld+json"),
    ],
)
def test_every_form_has_the_same_statements(
    served: TestClient, suffix: str, syntax: RdfFormat, media_type: str
) -> None:
    lines = served.get(f"/dumps/{GRAPH}.nq").content
    response = served.get(f"/dumps/{GRAPH}.{suffix}")
    assert response.headers["content-type"].startswith(media_type)
    stated = {quad.triple for quad in parse(lines, format=RdfFormat.N_QUADS)}
    assert {quad.triple for quad in parse(response.content, format=syntax)} == stated


def test_the_whole_release_comes_as_trig_with_its_graphs(served: TestClient) -> None:
    quads = set(parse(served.get("/dumps/bio2kg.trig").content, format=RdfFormat.TRIG))
    assert len(quads) == len(served.get("/dumps/bio2kg.nq").content.splitlines())


def test_the_whole_release_comes_as_turtle_without_its_graphs(served: TestClient) -> None:
    lines = parse(served.get("/dumps/bio2kg.nq").content, format=RdfFormat.N_QUADS)
    triples = list(parse(served.get("/dumps/bio2kg.ttl").content, format=RdfFormat.TURTLE))
    assert len(triples) == len({quad.triple for quad in lines})


def test_the_table_of_an_edition_has_a_row_for_each_number(served: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(served.get(f"/dumps/{GRAPH}.csv").content.decode("utf-8-sig"))))
    numbers = [row["skos:notation"] for row in rows if row["b:status"]]
    assert len(numbers) == 166
    assert rows[0]["skos:prefLabel@nl"]


def test_a_part_can_be_asked_for_and_an_unchanged_file_is_not_sent_again(served: TestClient) -> None:
    whole = served.get(f"/dumps/{GRAPH}.nq")
    part = served.get(f"/dumps/{GRAPH}.nq", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    beyond = served.get(f"/dumps/{GRAPH}.nq", headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416
    again = served.get(f"/dumps/{GRAPH}.nq", headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = served.head(f"/dumps/{GRAPH}.nq")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))


def test_the_licence_travels_with_the_file(served: TestClient) -> None:
    link = served.get(f"/dumps/{GRAPH}.ttl").headers["link"]
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in link
    assert "creativecommons.org" in served.get(f"/dumps/{GRAPH}.ttl").text


def test_every_graph_has_its_licence_inside(served: TestClient, release_folder: Path) -> None:
    for number, graph in enumerate(release.read_manifest(release_folder)["graphs"]):
        name, licence = graph["iri"].partition("/graph/")[2], f"<{graph['licence'][0]}>"
        for suffix in ("nq", "ttl", "trig") if number % 4 == 0 else ("nq",):
            # The N-Quads of what was inferred are that and nothing else; Link has the licence.
            if (name, suffix) == ("inferred", "nq"):
                continue
            text = served.get(f"/dumps/{name}.{suffix}").text
            kind = RdfFormat.from_extension(suffix)
            stated = {q.object for q in parse(text, format=kind) if q.predicate.value.endswith("terms/license")}
            assert licence in map(str, stated), (name, suffix)
        assert f'{licence}; rel="license"' in served.get(f"/dumps/{name}.nq").headers["link"]


def test_the_licence_of_a_table_stands_in_its_description(served: TestClient) -> None:
    table = served.get(f"/dumps/{GRAPH}.csv")
    # The place and name that Metadata Vocabulary for Tabular Data asks for (section 5.3 of its model), and a link.
    assert (
        f'</dumps/{GRAPH}.csv-metadata.json>; rel="describedby"; type="application/csvm+json"' in table.headers["link"]
    )
    response = served.get(f"/dumps/{GRAPH}.csv-metadata.json")
    assert response.headers["content-type"] == "application/csvm+json"
    said = response.json()
    assert said["@context"] == "http://www.w3.org/ns/csvw"
    assert said["url"] == "1.3.csv"
    assert said["dc:license"] == [{"@id": "https://creativecommons.org/licenses/by/4.0/"}]
    header, *rows = csv.reader(io.StringIO(table.content.decode("utf-8-sig")))
    columns = said["tableSchema"]["columns"]
    assert [column["titles"] for column in columns] == header
    assert len({column["name"] for column in columns}) == len(columns)
    label = next(column for column in columns if column["titles"] == "skos:prefLabel@nl")
    assert (label["propertyUrl"], label["lang"]) == ("http://www.w3.org/2004/02/skos/core#prefLabel", "nl")
    for place, column in enumerate(columns):
        assert ("separator" in column) == any(" | " in row[place] for row in rows), column


@pytest.mark.parametrize("path", [f"{GRAPH}.ttl", f"{GRAPH}.csv", "bio2kg.trig", "inferred.nq"])
def test_every_file_has_its_checksum_beside_it(served: TestClient, path: str) -> None:
    response = served.get(f"/dumps/{path}.sha256")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    digest = hashlib.sha256(served.get(f"/dumps/{path}").content).hexdigest()
    # As sha256sum writes it, with the name under which the file is saved.
    assert response.text == f"{digest}  {path.replace('/', '-')}\n"
    assert path.replace("/", "-") in served.get(f"/dumps/{path}").headers["content-disposition"]


def test_without_its_release_a_server_gives_what_its_store_holds(served: TestClient, client: TestClient) -> None:
    theirs = set(parse(served.get(f"/dumps/{GRAPH}.nq").content, format=RdfFormat.N_QUADS))
    assert set(parse(client.get(f"/dumps/{GRAPH}.nq").content, format=RdfFormat.N_QUADS)) == theirs
    count = len(served.get("/dumps/bio2kg.nq").content.splitlines())
    assert len(client.get("/dumps/bio2kg.nq").content.splitlines()) == count


def test_what_else_a_store_holds_is_not_given_away(release_folder: Path) -> None:
    other_graph = "https://w3id.org/bio2kg/graph/assessment/gm0001-secret"
    line = f"<{other_graph}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{DEF}Graph> <{other_graph}> .\n"
    store = EmbeddedStore(release.read(release_folder)[1] + line.encode())
    with TestClient(create_app(lambda: store, lambda: "")) as other:
        assert "gm0001-secret" not in other.get("/dumps/bio2kg.nq").text
        assert other.get("/dumps/assessment/gm0001-secret.nq").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["nothing.ttl", "framework/bio2/9.9.ttl", f"{GRAPH}.pdf", f"{GRAPH}", "bio2kg.csv", "bio2kg.csv-metadata.json", "sources.csv", "sources.csv-metadata.json", f"{GRAPH}.sha256", f"{GRAPH}.ttl.sha256.sha256", ".sha256", "../x.ttl", "%2e%2e/x.nq", ".ttl"],
)  # fmt: skip
def test_what_is_not_there_is_said_to_be_not_there(served: TestClient, path: str) -> None:
    response = served.get(f"/dumps/{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_every_download_of_the_catalogue_is_there(served: TestClient) -> None:
    catalogue = json.loads(served.get("/catalog?format=jsonld").content)
    text = json.dumps(catalogue)
    assert "dumps/bio2kg.nq" in text
    for address in (
        "errata.ttl",
        "mapping/nis2-iso27002.csv",
        "ontology.nq",
        "assessment/voorbeeldstad-1.3-2026.jsonld",
    ):
        assert f"dumps/{address}" in text
        assert served.get(f"/dumps/{address}").status_code == 200
