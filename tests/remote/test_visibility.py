"""Which graphs a query can see: exactly those it may, whatever its text or its caller asks, on every engine."""

# ruff: noqa: S608 - the queries are the tests

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.errors import InputError, StateError
from bio2kg.remote import RemoteStore, wording
from tests.remote.servers import Server

OPEN, HIDDEN = "http://x/open", "http://x/hidden"
A, P = NamedNode("http://x/a"), NamedNode("http://x/p")

TRICKS = [
    "SELECT ?v { ?s <http://x/p> ?v }",
    f"SELECT ?v FROM <{HIDDEN}> {{ ?s <http://x/p> ?v }}",
    f"SELECT ?v FROM <{OPEN}> FROM <{HIDDEN}> {{ ?s <http://x/p> ?v }}",
    f"SELECT ?v FROM NAMED <{HIDDEN}> {{ GRAPH ?g {{ ?s <http://x/p> ?v }} }}",
    f"SELECT ?v FROM <{OPEN}> {{ GRAPH ?g {{ ?s <http://x/p> ?v }} }}",
    f"SELECT ?v FROM <{OPEN}> {{ GRAPH <{HIDDEN}> {{ ?s <http://x/p> ?v }} }}",
    "BASE <http://x/> SELECT ?v FROM <hidden> { ?s <p> ?v }",
    "PREFIX x: <http://x/> SELECT ?v from x:hidden FROM\n#c\nNAMED x:hidden { GRAPH ?g { ?s x:p ?v } }",
    "PREFIX from: <http://x/> SELECT ?v FROM from:hidden { ?s from:p ?v }",
    f"SELECT ?v # a\rFROM <{HIDDEN}>\n {{ ?s <http://x/p> ?v }}",
    "SELECT ?v FROM <http://x/\\u0068idden> { ?s <http://x/p> ?v }",
    f"SELECT ?v {{ GRAPH <{HIDDEN}> {{ ?s <http://x/p> ?v }} }}",
    "SELECT ?v { GRAPH ?g { ?s <http://x/p> ?v } }",
    "SELECT ?v { { SELECT ?v { GRAPH ?g { ?s <http://x/p> ?v } } } }",
    f"SELECT ?v {{ {{ SELECT ?v FROM <{HIDDEN}> {{ ?s <http://x/p> ?v }} }} }}",
    f"SELECT ?v {{ VALUES ?g {{ <{HIDDEN}> }} GRAPH ?g {{ ?s <http://x/p> ?v }} }}",
    f"SELECT ?v {{ OPTIONAL {{ GRAPH <{HIDDEN}> {{ ?s <http://x/p> ?v }} }} }}",
    f'SELECT ?v {{ {{}} UNION {{ GRAPH <{HIDDEN}> {{ ?s <http://x/p> ?v }} }} FILTER (bound(?v) || "from" != "") }}',
    f'SELECT ?v {{ BIND (IF(EXISTS {{ GRAPH <{HIDDEN}> {{ <http://x/a> ?q ?o }} }}, "there", "") AS ?v) }}',
    f'SELECT ?v {{ BIND ("there" AS ?v) FILTER EXISTS {{ GRAPH <{HIDDEN}> {{ <http://x/a> <http://x/p> ?o }} }} }}',
    "SELECT ?v { <http://x/a> <http://x/p>+ ?v }",
    "SELECT ?v { <http://x/a> (<http://x/p>|!<http://x/none>) ?v }",
    f"SELECT ?v {{ GRAPH <{HIDDEN}> {{ <http://x/a> <http://x/p>* ?v }} FILTER isLiteral(?v) }}",
    "SELECT (GROUP_CONCAT(?w) AS ?v) { GRAPH ?g { ?s <http://x/p> ?w } }",
    f"CONSTRUCT FROM <{HIDDEN}> WHERE {{ ?s <http://x/p> ?o }}",
    f"CONSTRUCT {{ ?s ?p ?o }} FROM NAMED <{HIDDEN}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "CONSTRUCT { ?s <http://x/p> ?o } WHERE { GRAPH ?g { ?s <http://x/p> ?o } }",
    "DESCRIBE <http://x/a>",
    f"DESCRIBE <http://x/a> FROM <{HIDDEN}>",
    f"DESCRIBE ?s FROM <{HIDDEN}> WHERE {{ ?s <http://x/p> ?o }} LIMIT 5",
    # Words and functions of one engine or another.
    f"define input:default-graph-uri <{HIDDEN}> SELECT ?v {{ ?s <http://x/p> ?v }}",
    f"define input:named-graph-uri <{HIDDEN}> SELECT ?v {{ GRAPH ?g {{ ?s <http://x/p> ?v }} }}",
    f"SELECT ?v {{ quad map virtrdf:DefaultQuadMap {{ GRAPH <{HIDDEN}> {{ ?s <http://x/p> ?v }} }} }}",
    "SELECT ?v { ?s <http://x/p> ?v OPTION (score ?x) }",
    f'SELECT (bif:exec("SPARQL SELECT ?o FROM <{HIDDEN}> WHERE {{ ?s ?p ?o }}") AS ?v) {{}}',
    'SELECT (<bif:http_get>("http://127.0.0.1:9/") AS ?v) {}',
    'PREFIX f: <sql:> SELECT (f:RDF_REGEX("secret", "s") AS ?v) {}',
    'BASE <bif:> SELECT (<upper>("secret") AS ?v) {}',
    "SELECT ?v { ?s <http://x/p> ?v . ?v <bif:contains> 'secret' }",
    f"SELECT ?v FR\\u004FM <{HIDDEN}> {{ ?s <http://x/p> ?v }}",
    "SELECT ?v { ?s <http://x/p> ?v } INSERT DATA { <http://x/a> <http://x/p> 'secret' }",
]


@pytest.fixture
def two(server: Server) -> Iterator[Server]:
    """A server with one open and one hidden graph more."""
    everything = server.store()
    everything.replace_graph(NamedNode(OPEN), [Triple(A, P, Literal("open"))])
    everything.replace_graph(NamedNode(HIDDEN), [Triple(A, P, Literal("secret"))])
    yield server
    for graph in (OPEN, HIDDEN):
        everything.delete_graph(NamedNode(graph))


def said(store: RemoteStore, query: str, **graphs: list[str]) -> str:
    """All that comes back, as one text; also what is said when it goes wrong."""
    try:
        answer = store.query(query, **graphs)
        if isinstance(answer, ox.QueryBoolean):
            return str(bool(answer))
        if isinstance(answer, ox.QuerySolutions):
            return " ".join(str(term) for row in answer for term in row)
        return " ".join(map(str, answer))
    except (InputError, StateError) as error:
        return f"refused: {error}".replace(query, "")


def test_no_query_sees_a_graph_that_it_may_not(two: Server) -> None:
    """Whether the hidden graph says something else or is not there at all makes no difference to any answer."""
    store = two.store(visible=lambda: [OPEN])
    asked = [
        (query, graphs)
        for query in TRICKS
        for graphs in ({}, {"default_graphs": [HIDDEN, OPEN], "named_graphs": [HIDDEN]})
    ]
    with_it = [said(store, query, **graphs) for query, graphs in asked]
    assert list(store.read_graph(NamedNode(HIDDEN))) == []
    assert [t.object.value for t in store.read_graph(NamedNode(OPEN))] == ["open"]
    two.store().delete_graph(NamedNode(HIDDEN))
    for (query, graphs), before in zip(asked, with_it, strict=True):
        assert said(store, query, **graphs) == before, (query, graphs)
        assert '"secret"' not in before or before.startswith("refused"), (query, graphs, before)


def test_a_query_sees_all_that_it_may(two: Server) -> None:
    plain = "SELECT ?v { <http://x/a> <http://x/p> ?v }"
    named = "SELECT ?v { GRAPH ?g { <http://x/a> <http://x/p> ?v } }"
    for visible, expected in (([OPEN], {'"open"'}), ([HIDDEN, OPEN], {'"open"', '"secret"'}), ([], set())):
        store = two.store().seeing(lambda visible=visible: visible)
        assert set(said(store, plain).split()) == expected
        assert set(said(store, named).split()) == expected
    store = two.store(visible=lambda: [OPEN, HIDDEN])
    assert said(store, plain.replace(" {", f" FROM <{HIDDEN}> {{", 1)) == '"secret"'
    assert said(store, named.replace(" {", f" FROM NAMED <{HIDDEN}> {{", 1)) == '"secret"'
    assert said(store, plain, default_graphs=[HIDDEN]) == '"secret"'
    assert said(store, plain, named_graphs=[HIDDEN]) == ""


def test_what_may_be_seen_can_be_nothing_and_can_be_much(two: Server) -> None:
    many = [f"http://x/some-graph-with-a-name-of-the-usual-length/{n:05}" for n in range(2000)]
    store = two.store(visible=lambda: [*many, OPEN])
    assert said(store, "SELECT ?v { <http://x/a> <http://x/p> ?v }") == '"open"'
    assert said(two.store(visible=list), "ASK { GRAPH ?g { ?s ?p ?o } }") == "False"
    assert said(two.store(visible=list), "SELECT ?s { ?s ?p ?o }") == ""


def test_the_graphs_of_the_register_are_in_no_query_that_does_not_name_them(two: Server) -> None:
    register = NamedNode("https://w3id.org/bio2kg/graph/register")
    store = two.store()
    store.replace_graph(register, [Triple(A, P, Literal("record"))])
    try:
        assert '"record"' not in said(store, "SELECT ?v { GRAPH ?g { <http://x/a> <http://x/p> ?v } }")
        assert said(store, f"SELECT ?v FROM {register} {{ ?s <http://x/p> ?v }}") == '"record"'
    finally:
        store.delete_graph(register)


def test_a_graph_cannot_be_named_by_what_is_no_iri(two: Server) -> None:
    with pytest.raises(InputError):
        two.store().query("ASK {}", default_graphs=[f"http://x/> FROM <{HIDDEN}"])


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("SELECT ?s FROM <http://x/g> { ?s ?p ?o }", "SELECT ?s FROM <d> FROM NAMED <n> { ?s ?p ?o }"),
        ("ASK WHERE {}", "ASK FROM <d> FROM NAMED <n> WHERE {}"),
        ("SELECT (EXISTS { ?a ?b ?c } AS ?x) { }", "SELECT (EXISTS { ?a ?b ?c } AS ?x) FROM <d> FROM NAMED <n> { }"),
        ("CONSTRUCT { ?s ?p 1 } { ?s ?p ?o }", "CONSTRUCT { ?s ?p 1 } FROM <d> FROM NAMED <n> { ?s ?p ?o }"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT FROM <d> FROM NAMED <n> WHERE { ?s ?p ?o }"),
        ("DESCRIBE <x:a> LIMIT 1", "DESCRIBE <x:a> FROM <d> FROM NAMED <n> LIMIT 1"),
        ("DESCRIBE <x:a>", "DESCRIBE <x:a> FROM <d> FROM NAMED <n>"),
    ],
)
def test_the_data_set_goes_where_the_grammar_has_it(query: str, sent: str) -> None:
    assert wording.read(query).text_from(["d"], ["n"]).split() == sent.split()
