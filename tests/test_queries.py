"""Named queries: every file asks the same thing everywhere, and a file that is not right says where and why."""

import csv
import html
import io
import json
import re
import shlex
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from bio2kg import asking, cli, queries
from bio2kg.errors import InputError, NotFoundError
from bio2kg.parameters import understand
from bio2kg.store import EmbeddedStore
from tests.conftest import ROOT

QUERIES = queries.load(ROOT / "queries")
GOLDEN = ROOT / "tests" / "golden"


def example(query: queries.NamedQuery) -> dict[str, list[str]]:
    """The example values of a header, as a caller types them."""
    return query.example_given()


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def with_sets(query: queries.NamedQuery, rows: list[list[str]]) -> list[list[object]]:
    """The rows with the items of lists in no order."""
    separators = [column.list for column in query.columns]
    return [
        [
            set(cell.split(separator)) - {""} if separator else cell
            for cell, separator in zip(row, separators, strict=True)
        ]
        for row in rows
    ]


def test_there_are_at_least_forty_questions_each_with_a_golden_result() -> None:
    assert len(QUERIES) >= 40
    assert {path.stem for path in GOLDEN.glob("*.csv")} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_the_same_rows_through_sparql_rest_and_command_line(
    name: str, client: TestClient, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = QUERIES[name]
    golden = table((GOLDEN / f"{name}.csv").read_text(encoding="utf-8"))
    as_it_stands = client.post("/sparql", data={"query": query.text}, headers={"Accept": "text/csv"})
    # SPARQL leaves the order within a list open.
    assert with_sets(query, table(as_it_stands.text)) == with_sets(query, golden)
    given = example(query)
    rest = client.get(f"/v1/queries/{name}", params=given, headers={"Accept": "text/csv"})
    assert rest.status_code == 200, rest.text
    assert table(rest.text) == golden
    monkeypatch.setattr("bio2kg.settings.open_store", lambda: store)
    arguments = [part for key, values in given.items() for value in values for part in ("--param", f"{key}={value}")]
    done = CliRunner().invoke(cli.app, ["query", name, *arguments, "--format", "csv"])
    assert done.exit_code == 0, done.output
    assert table(done.stdout) == golden


@pytest.mark.parametrize("name", QUERIES)
def test_json_has_the_same_rows_with_the_columns_of_the_header(name: str, client: TestClient) -> None:
    query = QUERIES[name]
    body = client.get(f"/v1/queries/{name}", params=example(query)).json()
    golden = table((GOLDEN / f"{name}.csv").read_text(encoding="utf-8"))
    assert len(body["rows"]) == len(golden) - 1
    assert all(list(row) == [c.name for c in query.columns] for row in body["rows"])


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_has_its_page_in_both_languages(name: str, client: TestClient) -> None:
    for language in ("nl", "en"):
        page = client.get(f"/doc/query/{name}?lang={language}", params=example(QUERIES[name]))
        assert page.status_code == 200
        assert QUERIES[name].title[language] in page.text.replace("&#39;", "'").replace("&amp;", "&")


def test_a_form_shows_every_value_given_and_room_for_one_more(client: TestClient) -> None:
    page = client.get("/doc/query/edition-impact?lang=en&number=5.01.01&number=5.21.01").text
    fields = re.findall(r'<input [^>]*name="number" value="([^"]*)"', page)
    assert fields == ["5.01.01", "5.21.01", ""]


def test_the_other_forms_of_an_answer_are_of_the_same_values(client: TestClient) -> None:
    page = client.get("/doc/query/search", params={"lang": "nl", "text": "a&b #c"}).text
    (link,) = re.findall(r'href="(/v1/queries/search\?[^"]*format=json)"', page)
    assert parse_qs(urlsplit(html.unescape(link)).query)["text"] == ["a&b #c"]


@pytest.mark.parametrize("name", ["edition-impact", "measures-for-provision"])
def test_the_commands_a_page_shows_ask_the_example(name: str, client: TestClient) -> None:
    query = QUERIES[name]
    page = html.unescape(client.get(f"/doc/query/{name}?lang=en").text)
    pairs = [f"{key}={value}" for key, values in example(query).items() for value in values]
    (command,) = re.findall(rf"bio2kg query {name} (.*)", page)
    assert [word for word in shlex.split(command) if word != "--param"] == pairs
    (address,) = re.findall(rf"curl '[^']*/v1/queries/{name}\?([^']*)'", page)
    assert parse_qs(address) == example(query)
    explained = CliRunner().invoke(cli.app, ["query", name, "--explain"]).stdout
    assert shlex.split(explained.splitlines()[-1]) == shlex.split(f"bio2kg query {name} {command}")


def test_openapi_has_an_operation_with_typed_parameters_for_every_question(client: TestClient) -> None:
    schema = client.get("/v1/openapi.json").json()
    for name, query in QUERIES.items():
        operation = schema["paths"][f"/queries/{name}"]["get"]
        parameters = {p["name"]: p for p in operation["parameters"]}
        assert list(parameters) == [*(p.name for p in query.parameters), "format"]
        for parameter in query.parameters:
            assert parameters[parameter.name]["required"] is parameter.required
        assert "400" in operation["responses"]
    role = {p["name"]: p for p in schema["paths"]["/queries/measures-by-role"]["get"]["parameters"]}["role"]
    items = role["schema"].get("items", role["schema"])
    assert "proceseigenaar" in items["enum"]


NEW = """#+ title: {nl: Alle talen van een naam, en: All languages of a name}
#+ description: {nl: Hoe iets heet., en: What something is called.}
#+ parameters:
#+   - name: thing
#+     type: thing
#+     required: true
#+     description: {nl: Het ding, en: The thing}
#+ columns:
#+   - {name: label, nl: De naam, en: The name}
#+ tags: [test]
#+ example: {thing: bio2/1.3/5.24.08}
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?label WHERE {
  VALUES ?thing { <https://w3id.org/bio2kg/id/bio2/1.3/5.24.08> }
  ?thing skos:prefLabel ?label
} ORDER BY ?label
"""


def test_a_file_dropped_into_the_folder_is_a_command_an_operation_and_a_page(
    tmp_path: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    (tmp_path / "queries" / "names-of-a-thing.rq").write_text(NEW, encoding="utf-8")
    monkeypatch.setattr("bio2kg.paths.files", lambda: tmp_path)
    monkeypatch.setattr("bio2kg.settings.open_store", lambda: store)
    from bio2kg import cli
    from bio2kg.web.app import create_app

    done = CliRunner().invoke(cli.app, ["query", "names-of-a-thing", "--param", "thing=5.24.08", "--format", "csv"])
    assert done.exit_code == 0, done.output
    rows = table(done.stdout)[1:]
    assert len(rows) == 2
    with TestClient(create_app(lambda: store)) as client:
        body = client.get("/v1/queries/names-of-a-thing?thing=5.24.08").json()
        assert [[row["label"]] for row in body["rows"]] == rows
        assert "names-of-a-thing" in [q["name"] for q in client.get("/v1/queries").json()]
        assert "/queries/names-of-a-thing" in client.get("/v1/openapi.json").json()["paths"]
        assert "All languages of a name" in client.get("/doc/query/names-of-a-thing?lang=en").text


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        (
            "#+ title: {nl: Alle talen van een naam, en: All languages of a name}",
            "#+ title: {nl: x}",
            1,
            "missing in Dutch",
        ),
        ("#+ tags: [test]", "#+ tags: [test", 11, "not YAML"),
        ("#+ tags: [test]", "#+ colour: red", 10, "not a known part of a header"),
        ("type: thing", "type: thingy", 4, "the type “thingy” of thing is not known"),
        ("VALUES ?thing {", "VALUES ?x { 1 }\n  VALUES ?thing {", 14, "no parameter of the header"),
        ("  VALUES ?thing { <https://w3id.org/bio2kg/id/bio2/1.3/5.24.08> }\n", "", 4, "no VALUES ?thing"),
        ("ORDER BY ?label", "ORDER BY", 16, "not valid SPARQL"),
        ("SELECT ?label", "SELECT ?label ?thing", 8, "the columns are label, thing"),
        ("SELECT ?label WHERE", "CONSTRUCT WHERE", 1, ""),
        ("{name: label, nl", '{name: label, list: ", ", nl', 9, 'the list of label is not separated by " " or "; "'),
        ("{name: label, nl", "{name: label, list: true, nl", 9, "the list of label is not separated by"),
        ("{name: label, nl", "{name: label, list: [a], nl", 9, "the list of label is not separated by"),
        ("{name: label, nl", "{name: label, sort: true, nl", 9, "“sort” is not a known part of the column label"),
        ("#+ example: {thing: bio2/1.3/5.24.08}", "#+ example: {}", 11, "lacks the required parameter thing"),
        ("#+ example: {thing: bio2/1.3/5.24.08}", "#+ example: {thing: x, b: 1}", 11, "names “b”"),
        (NEW, "SELECT ?s WHERE { ?s ?p ?o }\n", 1, "the header is missing"),
    ],
)
def test_a_bad_header_is_refused_with_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in NEW
    path = tmp_path / "bad.rq"
    path.write_text(NEW.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        queries.read(path)
    assert reason in str(caught.value)
    if reason and "SPARQL" not in reason:
        assert f"bad.rq:{line}:" in str(caught.value), str(caught.value)


LISTED = """#+ title: {nl: Lijsten, en: Lists}
#+ description: {nl: Een lijst per rij., en: A list a row.}
#+ columns:
#+   - {name: row, nl: De rij, en: The row}
#+   - {name: items, list: " ", nl: De nummers, en: The numbers}
#+   - {name: path, nl: Een pad, en: A path}
#+ tags: [test]
#+ example: {}
SELECT ?row ?items ?path WHERE {
  VALUES (?row ?items ?path) { (1 "5.10 5.2  5.10 5.1" "z > a") (2 " " "b > a") (3 UNDEF "c") }
} ORDER BY ?row
"""


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("csv", "row,items,path\r\n1,5.1 5.2 5.10,z > a\r\n2,,b > a\r\n3,,c\r\n"),
        (
            "markdown",
            "| row | items | path |\n| --- | --- | --- |\n| 1 | 5.1 5.2 5.10 | z > a |\n| 2 |  | b > a |\n| 3 |  | c |\n",
        ),
        ("tsv", '?row\t?items\t?path\n1\t"5.1 5.2 5.10"\t"z > a"\n2\t\t"b > a"\n3\t\t"c"\n'),
    ],
)
def test_a_list_is_in_natural_order_without_empty_or_equal_items(
    tmp_path: Path, store: EmbeddedStore, form: str, expected: str
) -> None:
    path = tmp_path / "lists.rq"
    path.write_text(LISTED, encoding="utf-8")
    assert asking.write(store, queries.read(path), {}, form).decode() == expected


def test_a_list_is_one_text_in_json_and_its_column_says_what_separates_the_items(
    tmp_path: Path, store: EmbeddedStore
) -> None:
    path = tmp_path / "lists.rq"
    path.write_text(LISTED, encoding="utf-8")
    query = queries.read(path)
    assert [row["items"] for row in asking.as_json(asking.ask(store, query, {}))["rows"]] == [
        "5.1 5.2 5.10",
        None,
        None,
    ]
    assert query.columns[1].meaning == queries.Text(
        "De nummers, gescheiden door een spatie", "The numbers, separated by a space"
    )


def test_every_concatenation_of_a_question_is_a_list() -> None:
    for name, query in QUERIES.items():
        used = set(re.findall(r'GROUP_CONCAT\(.*?SEPARATOR="(.*?)"', query.text, re.IGNORECASE))
        assert used == {column.list for column in query.columns if column.list}, name


def test_an_unknown_query_names_the_nearest() -> None:
    with pytest.raises(NotFoundError, match="Did you mean measures-by-role"):
        queries.get("measure-by-role", QUERIES)


HISTORY = QUERIES["measure-history"]
FOR_PROVISION = QUERIES["measures-for-provision"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("5.01.01", "bio2-1.3:5.01.01"),
        ("5.1.1", "bio2-1.3:5.01.01"),
        ("05.01.01", "bio2-1.3:5.01.01"),
        ("1.2/5.01.01", "bio2-1.2:5.01.01"),
        ("bio2/1.2/5.1.1", "bio2-1.2:5.01.01"),
        ("https://w3id.org/bio2kg/id/bio2/1.1.1/5.01.01", "bio2-1.1.1:5.01.01"),
        ("BIO2 5.01.01", "bio2-1.3:5.01.01"),
        ("8.24.03", "bio2-1.3:8.24.03"),
        ("measure/1.1.1-5.17.02", "bio2-1.3:5.17.02"),
    ],
)
def test_a_measure_is_understood_in_every_usual_form(store: EmbeddedStore, given: str, meant: str) -> None:
    assert understand(store, HISTORY, {"measure": [given]}).names["measure"] == [meant]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("NIS2 21(2)(d)", "nis2:21.2.d"),
        ("nis2/21.2.d", "nis2:21.2.d"),
        ("cbw 21.3.d", "cbw:21.3.d"),
        ("NIS2 art. 21(2)(d)", "nis2:21.2.d"),
    ],
)
def test_a_provision_is_understood_in_every_usual_form(store: EmbeddedStore, given: str, meant: str) -> None:
    assert understand(store, FOR_PROVISION, {"provision": [given]}).names["provision"] == [meant]


@pytest.mark.parametrize(
    ("query", "given", "message"),
    [
        (
            "measure-history",
            {"measure": ["9.99.99"]},
            "parameter measure: cannot be “9.99.99”. Nothing bears that number. Give 5.24.08, or",
        ),
        ("measure-history", {"measure": ["5.01.09"]}, "Near it are: 5.01.01, 5.01.02"),
        ("measure-history", {"measure": ["nis2/21.2.d"]}, "That is no measure. Give 5.24.08"),
        ("measure-history", {}, "parameter measure: is required"),
        ("measure-history", {"measure": ["1.9/5.01.01"]}, "parameter measure: cannot be"),
        ("measure-history", {"colour": ["red"]}, "no parameter “colour”"),
        ("measures-for-provision", {"provision": ["21.3"]}, "can mean several things. Say which: cbw/21.3, nis2/21.3"),
        ("measures-by-role", {"role": ["baas"]}, "It is one of: auditor, bestuur, ciso"),
        ("measures-by-role", {"role": ["ciso"], "edition": ["9.9"]}, "Editions are: bio2/1.0"),
        ("measures-by-role", {"role": ["ciso"], "lang": ["de"]}, "Give nl or en"),
        ("deadlines-tighter-than", {"period": ["een jaar"]}, "a duration, as P1Y"),
        ("measures-by-role", {"role": ["ciso"], "edition": ["1.2", "1.3"]}, "takes one value and got 2"),
    ],
)
def test_a_wrong_value_names_the_parameter_and_what_is_allowed(
    store: EmbeddedStore, client: TestClient, query: str, given: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        understand(store, QUERIES[query], given)
    assert message in str(caught.value)
    response = client.get(f"/v1/queries/{query}", params=given)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert message in response.json()["detail"]


@pytest.mark.parametrize(
    "nasty", ['" } INSERT DATA { <a> <b> <c> } #', "} UNION { ?s ?p ?o", "\\", "'''", "<x>", "{}", "\n", "é\u0000"]
)
def test_a_value_full_of_sparql_is_a_value(store: EmbeddedStore, client: TestClient, nasty: str) -> None:
    answered = asking.ask(store, QUERIES["search"], {"text": [nasty]})
    assert len(answered.rows) < 100
    assert client.get("/v1/queries/measures-by-role", params={"role": nasty}).status_code == 400
    assert client.get("/v1/queries/measure-history", params={"measure": nasty}).status_code == 400


def test_an_unknown_query_is_404_over_http(client: TestClient) -> None:
    response = client.get("/v1/queries/measure-by-role")
    assert response.status_code == 404
    assert "measures-by-role" in response.json()["detail"]


def test_markdown_is_a_table(client: TestClient) -> None:
    response = client.get("/v1/queries/measures-by-role?role=ciso", headers={"Accept": "text/markdown"})
    assert response.headers["content-type"].startswith("text/markdown")
    assert response.text.startswith("| role |")
    assert json.dumps(response.text.count("\n")) == "7"


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("leveranciers", ["leveranciers", "leverancier", "leveranci"]),
        ("5.01.01", ["5.01.01"]),
        ("logging", ["logging"]),
        ("incident response", ["incident response", "incident respons"]),
    ],
)
def test_a_text_to_search_for_is_also_sought_by_its_stem(store: EmbeddedStore, text: str, forms: list[str]) -> None:
    understood = understand(store, QUERIES["search"], {"text": [text]})
    assert [term.value for term in understood.bindings["text"]] == forms


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("wachtwoordmanager", "5.17.02"),
        ("wachtwoordmanagers", "5.17.02"),
        ("WACHTWOORDMANAGER", "5.17.02"),
        ("5.17.2", "5.17.02"),
        ("password manager", "5.17.02"),
    ],
)
def test_search_finds_plurals_capitals_numbers_and_english(store: EmbeddedStore, text: str, number: str) -> None:
    rows = asking.ask(store, QUERIES["search"], {"text": [text], "lang": ["en" if " " in text else "nl"]}).rows
    assert number in {row["number"].value for row in rows if row["number"] is not None}
