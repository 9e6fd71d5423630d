"""The store: the same answers from the embedded engine and from an endpoint elsewhere."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.errors import NotFoundError, QuerySyntaxError, RefusedError, StateError
from bio2kg.querytext import bind, query_form
from bio2kg.remote import RemoteStore
from bio2kg.settings import answers_from, open_store
from bio2kg.store import EmbeddedStore, Store, construct, select

DATA = """<http://x/a> <http://x/p> "één" <http://x/g1> .
<http://x/a> <http://x/p> "two"@en <http://x/g2> .
<http://x/b> <http://x/q> <http://x/a> <http://x/g2> .
"""
A = NamedNode("http://x/a")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real SPARQL 1.1 server of its own: the Oxigraph program."""
    program = Path(sys.executable).parent / "oxigraph"
    assert program.exists() or shutil.which("oxigraph"), "the test extra installs the oxigraph program"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    folder = tmp_path_factory.mktemp("server")
    process = subprocess.Popen(
        [str(program), "serve", "--location", str(folder), "--bind", address],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{address}/", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        request = urllib.request.Request(
            f"http://{address}/store", DATA.encode(), {"Content-Type": "application/n-quads"}, method="POST"
        )
        urllib.request.urlopen(request, timeout=5).close()
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["embedded", "remote"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "embedded":
        return EmbeddedStore(DATA.encode(), read_only=False)
    server = request.getfixturevalue("server")
    return RemoteStore(f"{server}/query", f"{server}/update")


def values(store: Store, query: str, **options: object) -> list[str]:
    return sorted(row["v"].value for row in store.query(query, **options))


def test_the_default_graph_is_the_union_of_the_named_graphs(store: Store) -> None:
    assert values(store, "SELECT ?v WHERE { <http://x/a> <http://x/p> ?v }") == ["two", "één"]


def test_from_and_graph_parameters_choose_another_default_graph(store: Store) -> None:
    query = "SELECT ?v {} WHERE {{ <http://x/a> <http://x/p> ?v }}"
    assert values(store, query.format("FROM <http://x/g1>")) == ["één"]
    assert values(store, query.format(""), default_graphs=["http://x/g2"]) == ["two"]
    graphs = "SELECT ?v WHERE { GRAPH ?v { ?s ?p ?o } }"
    assert values(store, graphs, named_graphs=["http://x/g1"]) == ["http://x/g1"]


def test_the_word_from_in_a_name_a_string_or_a_comment_is_no_dataset_clause(store: Store) -> None:
    query = (
        'PREFIX b: <http://x/> SELECT ?v WHERE { b:a b:p ?v FILTER (?v != "from") OPTIONAL { b:a b:from ?x } } # from'
    )
    assert values(store, query) == ["two", "één"]


def test_ask_and_construct_answers_have_their_own_kind(store: Store) -> None:
    assert bool(store.query("ASK { ?s <http://x/q> ?o }")) is True
    assert bool(store.query("ASK { ?s <http://x/none> ?o }")) is False
    triples = construct(store, "CONSTRUCT { ?o <http://x/r> ?s } WHERE { ?s <http://x/q> ?o }")
    assert triples == [Triple(A, NamedNode("http://x/r"), NamedNode("http://x/b"))]


def test_a_graph_is_read_replaced_and_deleted(store: Store) -> None:
    graph = NamedNode("http://x/new")
    given = {
        Triple(A, NamedNode("http://x/p"), Literal('a "quote" } and \\ back')),
        Triple(A, NamedNode("http://x/p"), Literal("2")),
    }
    store.replace_graph(graph, given)
    assert set(store.read_graph(graph)) == given
    store.replace_graph(graph, list(given)[:1])
    assert len(list(store.read_graph(graph))) == 1
    store.delete_graph(graph)
    assert list(store.read_graph(graph)) == []
    assert len(list(store.read_graph(NamedNode("http://x/g2")))) == 2


def test_a_malformed_query_is_a_syntax_error(store: Store) -> None:
    with pytest.raises(QuerySyntaxError):
        store.query("SELECT ?v WHERE { ?s ?p ")


def test_a_value_bound_to_a_parameter_stays_a_value(store: Store) -> None:
    query = "SELECT ?v WHERE { VALUES ?text { 'x' } BIND (?text AS ?v) }"
    nasty = Literal('"} } INSERT DATA { <a> <b> <c> } #\n\\')
    assert values(store, query, bindings={"text": nasty}) == [nasty.value]
    assert values(store, query, bindings={"text": [Literal("1"), Literal("2")]}) == ["1", "2"]


def test_an_unbound_parameter_means_any(store: Store) -> None:
    query = "SELECT ?v WHERE { VALUES ?s { <http://x/b> } ?s ?p ?v }"
    assert values(store, query) == ["http://x/a"]
    assert values(store, query, bindings={"s": None}) == ["http://x/a", "two", "één"]


def test_a_name_that_is_no_parameter_is_refused() -> None:
    with pytest.raises(ValueError, match="no parameter other"):
        bind("SELECT * WHERE { VALUES ?one { 1 } }", {"other": A})


def test_measure_numbers_can_be_written_as_names() -> None:
    quad = "<https://w3id.org/bio2kg/id/bio2/1.3/5.01.01> <http://x/p> <http://x/o> <http://x/g> .\n"
    store = EmbeddedStore(quad.encode())
    query = """PREFIX m: <https://w3id.org/bio2kg/id/bio2/1.3/>
    SELECT ?v WHERE { m:5.01.01 ?p ?v . FILTER (?v != "m:5.01.01") } # m:5.01.01"""
    assert values(store, query) == ["http://x/o"]
    assert values(store, "SELECT ?v WHERE { <id/bio2/1.3/5.01.01> ?p ?v }") == ["http://x/o"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { { SELECT * { OPTIONAL { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } } } } }",
        "SELECT * WHERE { S\\u0045RVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * WHERE { ?s ?p ?o FILTER EXISTS { SERVICE ?x { ?s ?p ?o } } }",
        # Comments on top that end where one would not look.
        "# a\rSELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "# a\\u000ASELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        '# a\nSELECT * WHERE { FILTER ("""\n# """ != "a") SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }',
    ],
)
def test_a_query_never_calls_another_service(query: str) -> None:
    stores: list[Store] = [EmbeddedStore(DATA.encode()), RemoteStore("http://127.0.0.1:9/query", timeout=2)]
    for store in stores:
        with pytest.raises(RefusedError, match="no other service"):
            store.query(query)


def test_the_word_service_in_data_is_harmless() -> None:
    assert values(EmbeddedStore(DATA.encode()), 'SELECT ?v WHERE { ?s <http://x/p> ?v FILTER (?v != "service") }') == [
        "two",
        "één",
    ]


def test_a_read_only_store_refuses_every_change() -> None:
    store = EmbeddedStore(DATA.encode())
    for change in (
        lambda: store.update("DELETE WHERE { ?s ?p ?o }"),
        lambda: store.replace_graph(A, []),
        lambda: store.delete_graph(A),
    ):
        with pytest.raises(RefusedError):
            change()
    assert len(select(store, "SELECT ?s WHERE { ?s ?p ?o }")) == 3


def test_an_endpoint_that_does_not_answer_is_named() -> None:
    with pytest.raises(StateError, match=r"http://127.0.0.1:9/query: the store does not answer"):
        RemoteStore("http://127.0.0.1:9/query", timeout=2).query("ASK { ?s ?p ?o }")


def test_an_endpoint_with_as_many_graphs_as_a_release_answers(server: str) -> None:
    remote = RemoteStore(f"{server}/query", f"{server}/update")
    graphs = [NamedNode(f"http://x/a-graph-with-a-name-as-long-as-they-usually-are/{n}") for n in range(150)]
    one = [Triple(A, A, A)]
    remote.update(f"INSERT DATA {{ {' '.join(f'GRAPH {graph} {{ {A} {A} {A} }}' for graph in graphs)} }}")
    try:
        assert list(remote.read_graph(graphs[-1])) == one
        assert construct(remote, f"CONSTRUCT WHERE {{ {A} {A} ?o }}") == one
    finally:
        remote.update(";".join(f"DROP GRAPH {graph}" for graph in graphs))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# select and insert\nPREFIX ask: <http://select/#delete> # drop\nDESCRIBE ?s WHERE { ?s ?p ?o }", "DESCRIBE"),
        ("BASE <http://x/> prefix:<a> construct where { ?s ?p ?o }", "CONSTRUCT"),
        ("ASK{ ?insert ?p 'select' }", "ASK"),
        ("#" * 5000, "SELECT"),
    ],
)
def test_the_form_of_a_query_is_read_after_its_prologue(text: str, expected: str) -> None:
    assert query_form(text) == expected


def test_the_environment_chooses_the_store_and_then_no_release_is_needed(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path))
    with pytest.raises(NotFoundError, match="no release"):
        answers_from()
    monkeypatch.setenv("BIO2KG_STORE", f"{server}/query")
    assert answers_from() == f"the store at {server}/query"
    assert isinstance(open_store(), RemoteStore)


def test_an_endpoint_without_update_address_refuses_changes(server: str) -> None:
    with pytest.raises(RefusedError, match="BIO2KG_STORE_UPDATE"):
        RemoteStore(f"{server}/query").delete_graph(A)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "the query is empty"),
        ("SELECT * WHERE { ?s foo:bar ?o }", "the prefix foo: is not declared"),
        ("SELECT * WHERE { ?s b:status ?o }", "PREFIX b: <https://w3id.org/bio2kg/def#>"),
        ("PREFIX b: <http://x/>\nDELETE WHERE { ?s ?p ?o }", "this is an update"),
        ("SELECT *\nWHERE { ?s ?p }", "line 2, at or just before column 16: WHERE { ?s ?p } ⟨here⟩"),
        ("SELECT * WHERE { ?s ?p", "line 1, at or just before column 23"),
    ],
)
def test_a_syntax_error_says_where_and_what_to_do(query: str, message: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        EmbeddedStore().query(query)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "pattern",
    [
        "?s ?p 1SERVICE %s { ?a ?b ?c }",
        "OPTIONAL{}SERVICESILENT%s{?a ?b ?c}",
        "?s ?p 1service%s{?a ?b ?c}",
        "#c\rSERVICE %s {?a ?b ?c}\n",
        "OPTIONAL {?s ?p p:a\\#b} SERVICE %s {?a ?b ?c} \n",
        "OPTIONAL {?s ?p p:a\\'b} SERVICE %s {?a ?b ?c} OPTIONAL {?s ?p p:a\\'b}",
        "FILTER(1<2)SERVICEq:{?a ?b ?c} FILTER(3>2) #%s",
        'BIND("""a\\"""" AS ?q) SERVICE %s {?a ?b ?c} BIND("""x""" AS ?z)',
        "BIND (%s AS ?w) SERVICE ?w {?a ?b ?c}",
        "{ SELECT * { FILTER EXISTS { SERVICE SILENT %s {?a ?b ?c} } } }",
    ],
)
def test_a_service_is_seen_however_it_is_written(pattern: str) -> None:
    # Oxigraph's parser reads each of these as a call.
    prefixes = "PREFIX p: <urn:> PREFIX q: <http://127.0.0.1:9/> "
    store = EmbeddedStore(federation=("http://127.0.0.1:8/",))
    with pytest.raises(RefusedError, match=r"asks no other service but http://127\.0\.0\.1:8/"):
        store.query(prefixes + "SELECT * { " + pattern % "<http://127.0.0.1:9/>" + " }")


def test_a_word_that_is_no_call_is_none() -> None:
    text = """PREFIX schema: <https://schema.org/service#> # SERVICE <urn:x>
    SELECT ?service WHERE { ?service schema:service "SERVICE <urn:x> {}" , 'service' . OPTIONAL { ?service a schema:Service } }"""
    assert list(EmbeddedStore().query(text)) == []


class Elsewhere(BaseHTTPRequestHandler):
    """A SPARQL endpoint with one row."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"from elsewhere"}}]}}'
        self.send_response(200)
        self.send_header("content-type", "application/sparql-results+json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_a_service_that_the_operator_allows_is_asked() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}/sparql"
    query = f"SELECT ?o WHERE {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"
    try:
        assert [row["o"].value for row in EmbeddedStore(federation=(endpoint,)).query(query)] == ["from elsewhere"]
        with pytest.raises(RefusedError):
            EmbeddedStore().query(query)
    finally:
        server.shutdown()
