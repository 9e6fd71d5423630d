"""What a store does, on every engine: graphs come and go, values stay what they are, answers have their own kind."""

import os

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from bio2kg.errors import QuerySyntaxError, RefusedError
from bio2kg.remote import RemoteStore, wording
from bio2kg.remote.booleans import boolean_names
from bio2kg.remote.durations import with_texts
from bio2kg.store import construct, select
from tests.remote.servers import Server

XSD = "http://www.w3.org/2001/XMLSchema#"
A, P, GRAPH = NamedNode("http://x/a"), NamedNode("http://x/p"), NamedNode("http://x/written")


def typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(f"{XSD}{datatype}"))


VALUES = {
    Literal('a "quote" } and \\ back\nnext é €'),
    Literal("dit is", language="nl"),
    typed("true", "boolean"),
    typed("false", "boolean"),
    typed("P1Y", "duration"),
    typed("2026-03-09", "date"),
    typed("2.5", "decimal"),
    typed("40", "integer"),
}


@pytest.mark.parametrize("by", ["graph store", "update"])
def test_a_graph_is_read_replaced_and_deleted_with_its_values(server: Server, by: str) -> None:
    store = server.store() if by == "graph store" else server.store(graph_store=None)
    given = {Triple(A, P, value) for value in VALUES} | {Triple(GRAPH, P, typed("P7D", "duration"))}
    if server.engine == "virtuoso" and by == "update":  # SR553: its INSERT DATA cannot make a duration
        given = {t for t in given if isinstance(t.object, Literal) and t.object.datatype.value != f"{XSD}duration"}
    graphs = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    before = len(select(store, graphs))
    store.replace_graph(GRAPH, given)
    assert set(store.read_graph(GRAPH)) == given
    seen = select(store, f"SELECT ?v WHERE {{ GRAPH {GRAPH} {{ ?s {P} ?v }} }}")  # at once, though the list is kept
    assert {row["v"] for row in seen} == {t.object for t in given}
    store.replace_graph(GRAPH, list(given)[:1])
    assert len(list(store.read_graph(GRAPH))) == 1
    store.delete_graph(GRAPH)
    store.delete_graph(GRAPH)
    assert list(store.read_graph(GRAPH)) == []
    assert len(select(store, graphs)) == before


def test_a_graph_of_twenty_thousand_triples_goes_by_the_graph_store(server: Server) -> None:
    store = server.store()
    store.replace_graph(
        GRAPH, [Triple(A, P, Literal(f"value {n} with some text of a usual length")) for n in range(20000)]
    )
    try:
        assert len(list(store.read_graph(GRAPH))) == 20000
    finally:
        store.delete_graph(GRAPH)


def test_conditions_are_booleans_and_counts_are_numbers(server: Server) -> None:
    (row,) = select(
        server.store(),
        """SELECT (1 = 1 AS ?yes) (!(1 < 2) AS ?no) (IF(true, isIRI(<http://x/a>), false) AS ?iri) ?one ?flag WHERE {
          BIND (1 AS ?one) BIND (COALESCE(?none, false) || 2 > 1 AS ?flag) }""",
    )
    assert [term.value for term in row] == ["true", "false", "true", "1", "true"]
    assert row["one"].datatype.value == f"{XSD}integer"


def test_the_text_of_a_duration_in_values_is_its_text(server: Server) -> None:
    # As people write them: the engine may give the canonical form, in which these are the same.
    query = """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?text WHERE {
      VALUES ?period { "P30D"^^xsd:duration "P1Y2M3D"^^<http://www.w3.org/2001/XMLSchema#duration> } BIND (STR(?period) AS ?text) }"""
    assert {row["text"].value for row in select(server.store(), query)} == {"P30D", "P1Y2M3D"}


@pytest.mark.parametrize(
    "query",
    [
        'SELECT (STR(?d) AS ?t) { VALUES ?d { "P1Y"^^xsd:duration } ?s ?p ?d }',  # it is looked for
        'SELECT * { VALUES ?d { "P1Y"^^xsd:duration } BIND (STR(?d) AS ?t) }',  # it is given
        'SELECT (STR(?d) AS ?t) $d { VALUES ?d { "P1Y"^^xsd:duration } }',
        'SELECT (STR(?d) AS ?t) { BIND ("P1Y"^^xsd:duration AS ?d) }',
        'SELECT (STR(?d) AS ?t) { VALUES (?d ?e) { ("P1Y"^^xsd:duration 1) } }',
        'SELECT (1 AS ?t) { VALUES ?d { "P1Y"^^',
        'SELECT (1 AS ?t) { VALUES ?d { "P1Y"^^xsd:duration } BIND (STR(?d',
    ],
)
def test_a_duration_stays_one_where_more_than_its_text_is_read(query: str) -> None:
    tokens = wording.read(f"PREFIX xsd: <{XSD}> {query}").tokens
    assert with_texts(tokens) == tokens


def test_ask_and_construct_answers_have_their_own_kind(server: Server) -> None:
    store = server.store()
    assert bool(store.query("ASK { ?s ?p ?o }")) is True
    assert bool(store.query("ASK { ?s <http://x/none> ?o }")) is False
    text = "CONSTRUCT { ?m <http://x/is> true } WHERE { VALUES ?m { <http://x/a> } }"
    assert construct(store, text) == [Triple(A, NamedNode("http://x/is"), typed("true", "boolean"))]


def test_names_are_concatenated_with_a_space_unless_one_says_otherwise(server: Server) -> None:
    for text, expected in (("GROUP_CONCAT(?v)", "a a"), ('GROUP_CONCAT(?v; SEPARATOR="-")', "a-a")):
        query = f'SELECT ({text} AS ?all) WHERE {{ {{ BIND ("a" AS ?v) }} UNION {{ BIND ("a" AS ?v) }} }}'
        assert select(server.store(), query)[0]["all"].value == expected


def test_health_counts_the_graphs_of_the_release_and_no_others(server: Server) -> None:
    store = server.store()
    before = store.health()
    store.replace_graph(GRAPH, [Triple(A, P, A)])
    try:
        assert store.health() == before > 50
    finally:
        store.delete_graph(GRAPH)


def test_a_name_with_points_and_a_relative_iri_are_ours(server: Server) -> None:
    query = """PREFIX m: <https://w3id.org/bio2kg/id/bio2/1.3/>
    SELECT ?n WHERE { m:5.24.08 <http://www.w3.org/2004/02/skos/core#notation> ?n . <id/bio2/1.3/5.24.08> ?p ?n }"""
    assert select(server.store(), query)[0]["n"].value == "5.24.08"


def test_a_process_that_was_forked_has_connections_of_its_own(servers: dict[str, Server]) -> None:
    store = servers["oxigraph"].store()
    text = "SELECT ?v {{ VALUES ?v {{ {} }} }}"

    def asked(start: int) -> bool:
        return all(select(store, text.format(n))[0]["v"].value == str(n) for n in range(start, start + 30))

    assert asked(0)
    child = os.fork()
    if not child:
        os._exit(0 if asked(1000) else 1)
    assert asked(2000)
    assert os.waitpid(child, 0)[1] == 0


def test_digest_authentication_reaches_what_is_guarded(servers: dict[str, Server]) -> None:
    server = servers["virtuoso"]
    guarded = {"graph_store": f"{server.graphs}-auth", "account": ("dba", "dba")}
    store = RemoteStore(f"{server.query}-auth", f"{server.update}-auth", **guarded)
    for _ in range(2):
        store.replace_graph(GRAPH, [Triple(A, P, A)])
        assert list(store.read_graph(GRAPH)) == [Triple(A, P, A)]
        store.update(f"DROP SILENT GRAPH {GRAPH}")
        assert list(store.read_graph(GRAPH)) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "the query is empty"),
        ("SELECT * WHERE { ?s foo:bar ?o }", "the prefix foo: is not declared"),
        ("DELETE WHERE { ?s ?p ?o }", "this is an update"),
        ("SELECT * WHERE { ?s ?p `x` }", "line 1"),
        ("SELECT ?s FROM WHERE { ?s ?p ?o }", "FROM names no graph"),
        ("SELECT ?s { ?s ?p ?o } FOO", "no word of SPARQL"),
        ('SELECT ("\\uD800" AS ?x) {}', "line 1"),
        ("SELECT ?s { ?s ?p ", "does not accept"),
    ],
)
def test_what_is_no_query_is_refused_with_the_reason(server: Server, query: str, message: str) -> None:
    with pytest.raises(QuerySyntaxError, match=message):
        server.store().query(query)


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX f: <http://example.org/f#> SELECT (f:x(1) AS ?v) {}",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT (<BIF:upper>('x') AS ?v) {}",
    ],
)
def test_functions_and_services_of_others_are_refused_before_anything_is_sent(query: str) -> None:
    with pytest.raises(RefusedError):
        RemoteStore("http://127.0.0.1:9/query").query(query)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT (?a = ?b AS ?x) {}", {"x"}),
        ("SELECT (?a + ?b AS ?x) (COUNT(?y = 1) AS ?n) {}", set()),
        ("SELECT * { BIND (IF(?a = 1, 1, 0) AS ?x) BIND (IF(?a, true, ?unbound) AS ?y) }", {"y"}),
        ("SELECT * { BIND (REGEX(?a, 'x') AS ?x) BIND (?x AS ?y) BIND ((?y) AS ?z) }", {"x", "y", "z"}),
        ("SELECT (MAX(?a > 1) AS ?x) { VALUES ?y { true false } }", {"x", "y"}),
        ("SELECT * { { BIND (true AS ?x) } UNION { BIND (1 AS ?x) } }", set()),
        ("SELECT (?a = ?b AS ?x) {} ORDER BY ?x", {"x"}),
        ("SELECT * { ?s ?p ?maybe BIND (IF(?a, true, ?maybe) AS ?x) }", set()),
    ],
)
def test_what_can_only_be_true_or_false_is_read_from_the_query(text: str, names: set[str]) -> None:
    assert boolean_names(wording.read(text).tokens) == names
