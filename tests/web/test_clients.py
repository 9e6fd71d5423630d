"""Clients of others, against servers that really listen; and every curl example of the documentation."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.conftest import ROOT, need
from tests.web.live import serving, serving_release

HOW_TO = ROOT / "docs" / "how-to"
NODE = ROOT / "build" / "node"
MEASURE = URIRef("https://w3id.org/bio2kg/id/bio2/1.3/5.24.08")
NOTATION = URIRef("http://www.w3.org/2004/02/skos/core#notation")
IN_SCHEME = URIRef("http://www.w3.org/2004/02/skos/core#inScheme")
EDITION = URIRef("https://w3id.org/bio2kg/id/bio2/1.3")
EDITION_GRAPH = URIRef("https://w3id.org/bio2kg/graph/framework/bio2/1.3")
NUMBER = f"SELECT ?n WHERE {{ <{MEASURE}> <{NOTATION}> ?n }}"
NUMBERS = f"CONSTRUCT {{ ?m <{NOTATION}> ?n }} WHERE {{ VALUES ?m {{ <{MEASURE}> }} ?m <{NOTATION}> ?n }}"


@pytest.fixture(scope="module")
def address(release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_release(release_folder, tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("scratch"), "--scratch") as address:
        yield address


@pytest.fixture(params=[(GET, None), (POST, None), (POST, POSTDIRECTLY)], ids=["get", "form", "direct"])
def wrapper(request: pytest.FixtureRequest, address: str) -> SPARQLWrapper:
    method, how = request.param
    wrapper = SPARQLWrapper(f"{address}/sparql")
    wrapper.setMethod(method)
    if how:
        wrapper.setRequestMethod(how)
    return wrapper


def converted(wrapper: SPARQLWrapper, query: str, form: str) -> object:
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    return wrapper.queryAndConvert()


def test_sparqlwrapper_reads_rows_in_every_form(wrapper: SPARQLWrapper) -> None:
    assert converted(wrapper, NUMBER, JSON)["results"]["bindings"] == [{"n": {"type": "literal", "value": "5.24.08"}}]
    rows = converted(wrapper, NUMBER, XML).getElementsByTagName("literal")
    assert [row.firstChild.data for row in rows] == ["5.24.08"]
    assert converted(wrapper, NUMBER, CSV).decode().split() == ["n", "5.24.08"]
    assert converted(wrapper, NUMBER, TSV).decode().split() == ["?n", '"5.24.08"']


def test_sparqlwrapper_reads_yes_and_no(wrapper: SPARQLWrapper) -> None:
    assert converted(wrapper, f"ASK {{ <{MEASURE}> ?p ?o }}", JSON)["boolean"] is True
    answer = converted(wrapper, f"ASK {{ <{MEASURE}x> ?p ?o }}", XML)
    assert answer.getElementsByTagName("boolean")[0].firstChild.data == "false"


@pytest.mark.parametrize(
    ("form", "name"), [(TURTLE, "turtle"), (N3, "n3"), (RDFXML, "xml"), (XML, "xml"), (JSONLD, "")]
)
def test_sparqlwrapper_reads_graphs_in_every_form(wrapper: SPARQLWrapper, form: str, name: str) -> None:
    found = converted(wrapper, NUMBERS, form)
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format=name)
    assert list(graph) == [(MEASURE, NOTATION, Literal("5.24.08"))]


def test_sparqlwrapper_chooses_graphs_and_reports_what_is_wrong(wrapper: SPARQLWrapper) -> None:
    wrapper.addDefaultGraph("https://w3id.org/bio2kg/graph/errata")
    assert converted(wrapper, NUMBER, JSON)["results"]["bindings"] == []
    with pytest.raises(QueryBadFormed, match="not valid SPARQL"):
        converted(wrapper, "SELECT ?n WHERE {", JSON)


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv"])
def test_rdflib_asks_with_bindings(address: str, method: str, form: str) -> None:
    store = SPARQLStore(f"{address}/sparql", method=method, returnFormat=form)
    assert [str(row.n) for row in store.query(NUMBER)] == ["5.24.08"]
    graph = Graph(store)
    given = {"m": MEASURE, "p": NOTATION}
    assert [str(row.n) for row in graph.query("SELECT ?n WHERE { ?m ?p ?n }", initBindings=given)] == ["5.24.08"]


def test_rdflib_walks_through_the_graphs(address: str) -> None:
    store = SPARQLStore(f"{address}/sparql")
    whole, edition = Graph(store), Graph(store, identifier=EDITION_GRAPH)
    assert list(whole.triples((MEASURE, NOTATION, None))) == [(MEASURE, NOTATION, Literal("5.24.08"))]
    assert (MEASURE, IN_SCHEME, EDITION) in edition
    errata = Graph(store, identifier=URIRef("https://w3id.org/bio2kg/graph/errata"))
    assert (MEASURE, NOTATION, None) not in errata
    # As many statements as stand in the files of errata.
    stated = Graph()
    for path in (ROOT / "data" / "errata").glob("*.ttl"):
        stated.parse(path)
    assert len(errata) == len(stated)
    assert EDITION_GRAPH in set(store.contexts())
    assert EDITION_GRAPH in set(store.contexts((MEASURE, RDF.type, None)))


def test_rdflib_writes_into_a_scratch_store(scratch: str) -> None:
    store = SPARQLUpdateStore(f"{scratch}/sparql", f"{scratch}/update")
    a, p = URIRef("http://x/a"), URIRef("http://x/p")
    graph = Graph(store, identifier=URIRef("http://x/g"))
    graph.add((a, p, Literal("één", lang="nl")))
    graph.addN([(a, p, Literal(value), graph) for value in (1, 2)])
    assert len(graph) == 3
    graph.remove((a, p, Literal(1)))
    assert set(graph) == {(a, p, Literal("één", lang="nl")), (a, p, Literal(2))}
    graph.update("DELETE { ?s ?p 2 } INSERT { ?s ?p 3 } WHERE { ?s ?p 2 }")
    assert (a, p, Literal(3)) in Graph(store, identifier=URIRef("http://x/g"))
    assert (a, p, None) not in Graph(store, identifier=URIRef("http://x/other"))
    store.remove_graph(graph)
    assert len(graph) == 0


def test_comunica_answers_queries_over_the_service(address: str) -> None:
    remedy = "run the npm line of .ci/run"
    program = need(NODE / "node_modules" / "@comunica" / "query-sparql" / "bin" / "query.js", remedy)
    node = next(NODE.glob("node_modules/node-linux-*/bin/node"), NODE / "node_modules" / "node-linux" / "bin" / "node")
    need(node, remedy)

    def asked(source: str, query: str, media_type: str) -> str:
        done = subprocess.run(
            [str(node), str(program), source, query, "-t", media_type],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    # Found by the service description, and named as what it is.
    for source in (f"{address}/sparql", f"sparql@{address}/sparql"):
        rows = json.loads(asked(source, NUMBER, "application/sparql-results+json"))
        assert rows["results"]["bindings"] == [{"n": {"type": "literal", "value": "5.24.08"}}]
    graph = Graph().parse(data=asked(f"sparql@{address}/sparql", NUMBERS, "text/turtle"), format="turtle")
    assert list(graph) == [(MEASURE, NOTATION, Literal("5.24.08"))]


def examples() -> Iterator[tuple[str, str, str]]:
    """The curl commands of the how-to pages with their page, and what stands below each as its outcome."""
    for page in ("use-sparql.md", "ask-a-question.md"):
        text = (HOW_TO / page).read_text(encoding="utf-8")
        for block in re.findall(r"^ *```sh\n(.*?)```", text, re.DOTALL | re.MULTILINE):
            for command, outcome in re.findall(
                r"^ *(curl (?:'[^']*'|\\\n|[^'\n])+)(?:\n *# (.*))?", block, re.MULTILINE
            ):
                yield page, command, outcome or "200"


def test_every_curl_command_of_the_pages_is_an_example() -> None:
    pages = {page for page, _, _ in examples()}
    for page in pages:
        commands = re.findall(r"^ *curl ", (HOW_TO / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert len(commands) == len([one for one in examples() if one[0] == page])
    assert pages == {"use-sparql.md", "ask-a-question.md"}


# In their order, as the last ones write and then read.
@pytest.mark.parametrize(("page", "command", "outcome"), list(examples()))
def test_the_curl_examples_do_what_the_page_says(
    page: str, command: str, outcome: str, address: str, scratch: str
) -> None:
    need(Path("/usr/bin/curl"), "install curl")
    live = command.replace("http://127.0.0.1:8000", address).replace("http://127.0.0.1:8001", scratch)
    done = subprocess.run(
        ["bash", "-c", live.replace("curl ", "curl -s -w '\\n%{http_code}' ", 1)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    body, _, status = done.stdout.rpartition("\n")
    expected, _, first = outcome.partition(" ")
    assert status == expected, body
    if first:
        assert body.splitlines()[0].rstrip("\r") == first


def test_the_python_examples_run(address: str) -> None:
    text = (HOW_TO / "use-sparql.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    for block in blocks:
        code = block.replace("http://127.0.0.1:8000", address)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        assert re.search(r"^[1-9]\d*$", done.stdout, re.MULTILINE)


def test_a_name_with_two_points_is_read(address: str) -> None:
    query = f"PREFIX bio2-1.3: <https://w3id.org/bio2kg/id/bio2/1.3/> SELECT ?n {{ bio2-1.3:5.24.08 <{NOTATION}> ?n }}"
    assert [str(row.n) for row in SPARQLStore(f"{address}/sparql").query(query)] == ["5.24.08"]
