"""Ways in which a query may try to see a graph that it must not see."""

from urllib.parse import urlencode

from tests.secrecy.asking import Ask
from tests.secrecy.worlds import ASSESSMENT, DRAFT, Known

_P = "PREFIX b: <https://w3id.org/bio2kg/def#> PREFIX dcterms: <http://purl.org/dc/terms/> "
# {g} is the hidden graph, {d} that of the draft, {o} one that is public, {a} the assessment, {i} the identifier,
# {e} the address of the server itself.
_QUERIES = """
SELECT * FROM <{g}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
SELECT * FROM <{d}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
SELECT * FROM <{o}> FROM <{g}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
SELECT * FROM NAMED <{g}> WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * FROM <{o}> FROM NAMED <{g}> WHERE {{ GRAPH <{g}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * FROM <{o}> WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ GRAPH <{g}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ GRAPH <{d}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT DISTINCT ?h WHERE {{ GRAPH ?h {{ ?s a b:Assessment }} }} ORDER BY ?h
SELECT ?h WHERE {{ GRAPH ?h {{}} }} ORDER BY ?h
SELECT ?h WHERE {{ GRAPH ?h {{}} FILTER STRSTARTS(STR(?h), "https://w3id.org/bio2kg/graph/assessment/") }} ORDER BY ?h
SELECT ?h WHERE {{ GRAPH ?h {{}} FILTER REGEX(STR(?h), "dorp|kanarie|register") }} ORDER BY ?h
SELECT * WHERE {{ {{ SELECT ?s ?p ?o WHERE {{ GRAPH ?h {{ ?s ?p ?o . ?s a b:Assessment }} }} }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ {{ SELECT * WHERE {{ GRAPH ?h {{ ?s a b:Assessment }} }} ORDER BY ?s ?h LIMIT 1 OFFSET 3 }} }}
SELECT * WHERE {{ {{ SELECT * WHERE {{ GRAPH ?h {{ ?s b:organisation ?o }} }} ORDER BY DESC(?h) LIMIT 3 }} }}
SELECT * WHERE {{ ?s a b:Assessment FILTER EXISTS {{ GRAPH <{g}> {{ ?x ?y ?z }} }} }} ORDER BY ?s
SELECT * WHERE {{ ?s a b:Assessment FILTER NOT EXISTS {{ GRAPH <{g}> {{ ?x ?y ?z }} }} }} ORDER BY ?s
SELECT * WHERE {{ ?s a b:Assessment MINUS {{ GRAPH ?h {{ ?s a b:Assessment FILTER(?h != <{o}>) }} }} }} ORDER BY ?s
SELECT (EXISTS {{ GRAPH <{g}> {{ ?s ?p ?o }} }} AS ?there) WHERE {{}}
SELECT (IF(EXISTS {{ <{a}> ?p ?o }}, 1/1, 1/0) AS ?there) WHERE {{}}
ASK {{ GRAPH <{g}> {{ ?s ?p ?o }} }}
ASK FROM <{g}> {{ ?s ?p ?o }}
ASK {{ GRAPH <{g}> {{}} }}
ASK {{ <{a}> ?p ?o }}
SELECT ?o WHERE {{ <{a}> (dcterms:title|!dcterms:none)+ ?o }} ORDER BY ?o
SELECT ?s WHERE {{ ?s ^b:organisation/b:usesEdition ?e . FILTER CONTAINS(STR(?s), "dorp") }} ORDER BY ?s
SELECT ?s WHERE {{ <{a}> (!b:none)* ?s }} ORDER BY ?s
SELECT ?s WHERE {{ ?s b:inAssessment* <{a}> }} ORDER BY ?s
SELECT ?h WHERE {{ GRAPH ?h {{ <{a}> b:organisation/(dcterms:title?) ?o }} }} ORDER BY ?h
DESCRIBE <{a}>
DESCRIBE <{a}> FROM <{g}>
DESCRIBE <{g}>
DESCRIBE ?s WHERE {{ ?s b:inAssessment <{a}> }}
CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{g}> {{ ?s ?p ?o }} }}
CONSTRUCT FROM <{g}> WHERE {{ ?s ?p ?o }}
CONSTRUCT {{ <{o}> b:sees ?h }} WHERE {{ GRAPH ?h {{ ?s a b:Assessment }} }}
SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o }}
SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }}
SELECT (COUNT(DISTINCT ?h) AS ?n) WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }}
SELECT (COUNT(DISTINCT ?h) AS ?n) WHERE {{ GRAPH ?h {{}} }}
SELECT ?h (COUNT(*) AS ?n) WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }} GROUP BY ?h ORDER BY ?h
SELECT (MIN(?h) AS ?a) (MAX(?h) AS ?z) WHERE {{ GRAPH ?h {{ ?s a b:Assessment }} }}
SELECT (GROUP_CONCAT(DISTINCT STR(?h)) AS ?all) WHERE {{ {{ SELECT ?h WHERE {{ GRAPH ?h {{ ?s a b:Assessment }} }} ORDER BY ?h }} }}
SELECT (SAMPLE(?o) AS ?one) WHERE {{ <{a}> dcterms:extent ?o }}
SELECT (SUM(?n) AS ?all) WHERE {{ GRAPH ?h {{ ?s dcterms:extent ?n }} }}
SELECT (SHA256(GROUP_CONCAT(STR(?o))) AS ?hash) WHERE {{ {{ SELECT ?o WHERE {{ GRAPH ?h {{ ?s dcterms:title ?o }} }} ORDER BY ?o }} }}
SELECT ?h (COUNT(*) AS ?n) WHERE {{ GRAPH ?h {{ ?s a b:Assessment }} }} GROUP BY ?h HAVING (COUNT(*) > 0) ORDER BY ?h
SELECT * WHERE {{ VALUES ?h {{ <{g}> <{d}> }} GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o VALUES ?h {{ <{g}> <{d}> }}
SELECT * WHERE {{ BIND(IRI(CONCAT("https://w3id.org/bio2kg/graph/assessment/", "{i}")) AS ?h) GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
BASE <https://w3id.org/bio2kg/graph/assessment/> SELECT * FROM <{i}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
BASE <https://w3id.org/bio2kg/graph/assessment/x/> SELECT * FROM NAMED <../{i}> WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * FROM <graph/assessment/{i}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
PREFIX x: <https://w3id.org/bio2kg/graph/assessment/> SELECT * FROM x:{i} WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
PREFIX from: <https://w3id.org/bio2kg/graph/assessment/> SELECT * WHERE {{ GRAPH from:{i} {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * FR\\u004FM <{g}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
SELECT * \\u0046\\u0052\\u004F\\u004D <{g}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
SELECT * FROM \\u004EAMED <{g}> WHERE {{ \\u0047RAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * FROM <https://w3id.org/bio2kg/\\u0067raph/assessment/{i}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ GR\\U00000041PH <{g}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * FROM #x¶NAMED <{g}> WHERE {{ GRAPH #y¶?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * # FROM <{o}>¶FROM <{g}> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ ?s a b:Assessment BIND("FROM <{g}>" AS ?x) GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o ?h
SELECT * WHERE {{ {{}} UNION {{ GRAPH <{g}> {{ ?s ?p ?o }} }} OPTIONAL {{ GRAPH <{d}> {{ ?s ?p ?o }} }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ GRAPH <{g}> {{ {{ SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o }} }} }} }}
SELECT (xsd:integer(?o) AS ?n) WHERE {{ <{a}> dcterms:title ?o }}
SELECT (<https://example.org/none>(?o) AS ?n) WHERE {{ <{a}> dcterms:title ?o }}
SELECT * WHERE {{ <{a}> dcterms:title ?o FILTER(?o / 0) }} ORDER BY
SELECT * WHERE {{ GRAPH <{g}> {{ ?s ?p ?o }}
SELECT ?s WHERE {{ ?s dcterms:extent {number} }}
SELECT ?s ?o WHERE {{ ?s dcterms:title ?o FILTER CONTAINS(LCASE(STR(?o)), "kanarie") }} ORDER BY ?s ?o
SELECT * WHERE {{ ?s a b:Assessment ; b:organisation ?o }} ORDER BY ?s ?o
SELECT * WHERE {{ ?x b:inAssessment ?s . FILTER isBlank(?x) }} ORDER BY ?s
SELECT (BNODE() AS ?x) ?s WHERE {{ GRAPH <{g}> {{ ?s ?p [] }} }} ORDER BY ?s
SELECT * WHERE {{ <{a}> !a _:x . _:x ?p ?o }} ORDER BY ?p ?o
SELECT * WHERE {{ GRAPH ?h {{ ?s ?p ?o }} FILTER(?h IN (<{g}>, <{d}>)) }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{a}")) }} ORDER BY ?s ?p ?o LIMIT 20
SELECT * WHERE {{ ?s ?p <{a}> }} ORDER BY ?s ?p
SELECT * WHERE {{ SERVICE <{e}/sparql> {{ GRAPH <{g}> {{ ?s ?p ?o }} }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ SERVICE SILENT <{e}/sparql?default-graph-uri={g}> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ SERVICE <http://user:{t}@127.0.0.1:{port}/sparql> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ S\\u0045RVICE <{e}/sparql> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ VALUES ?x {{ <{e}/sparql> }} SERVICE ?x {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * FROM <https://w3id.org/bio2kg/graph/register> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
SELECT * FROM NAMED <https://w3id.org/bio2kg/graph/register> WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * WHERE {{ GRAPH <https://w3id.org/bio2kg/graph/register> {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o
SELECT * FROM <https://w3id.org/bio2kg/graph/register/{i}/{r}/report> WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o
DESCRIBE <https://w3id.org/bio2kg/graph/register/{i}>
INSERT {{ GRAPH <{o}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{g}> {{ ?s ?p ?o }} }}
COPY <{g}> TO <{o}>
""".strip().splitlines()


def queries(known: Known, endpoint: str = "http://127.0.0.1:9") -> list[str]:
    """The queries, about what B keeps to itself in the full world."""
    names = {
        "g": known.graph("restricted of B"),
        "d": known.graph("draft of B"),
        "o": known.graph("public of A"),
        "a": ASSESSMENT,
        "i": known.identifier("restricted of B"),
        "r": known.stored["restricted of B"].revision,
        "e": endpoint,
        "port": endpoint.rpartition(":")[2],
        "t": "secret",
        "number": "7316490512",
    }
    return [_with_prefixes(line.format(**names).replace("¶", "\n")) for line in _QUERIES]


def _with_prefixes(query: str) -> str:
    return query if query.startswith("BASE") else _P + query


def protocol(known: Known) -> list[list[tuple[str, str]]]:
    """Queries that choose hidden graphs by the parameters of the protocol."""
    hidden, draft, shown = (known.graph(name) for name in ("restricted of B", "draft of B", "public of A"))
    plain = ("query", f"{_P}SELECT * WHERE {{ ?s ?p ?o }} ORDER BY ?s ?p ?o")
    named = ("query", f"{_P}SELECT * WHERE {{ GRAPH ?h {{ ?s ?p ?o }} }} ORDER BY ?s ?p ?o")
    both = ("query", plain[1].replace("WHERE", f"FROM <{hidden}> WHERE"))
    about = ("query", f"DESCRIBE <{ASSESSMENT}> <{DRAFT}>")
    register = "https://w3id.org/bio2kg/graph/register"
    found = []
    for graph in (hidden, draft, register):
        found += [
            [plain, ("default-graph-uri", graph)],
            [plain, ("default-graph-uri", graph), ("default-graph-uri", shown)],
            [named, ("named-graph-uri", graph)],
            [named, ("named-graph-uri", graph), ("named-graph-uri", shown), ("default-graph-uri", shown)],
            [both, ("default-graph-uri", shown)],
            [both, ("default-graph-uri", graph)],
            [about, ("default-graph-uri", graph)],
        ]
    return found


def asked(query: list[tuple[str, str]], caller: str, way: str, accept: str = "text/csv, text/turtle") -> Ask:
    """The request that sends a query, by GET, as a form or as the body itself."""
    accepting = (("Accept", accept),)
    if way == "get":
        return Ask("GET", f"/sparql?{urlencode(query)}", caller, accepting)
    if way == "form":
        form = ("Content-Type", "application/x-www-form-urlencoded")
        return Ask("POST", "/sparql", caller, (*accepting, form), urlencode(query).encode())
    direct = ("Content-Type", "application/sparql-query")
    rest = urlencode(query[1:])
    return Ask("POST", f"/sparql?{rest}" if rest else "/sparql", caller, (*accepting, direct), query[0][1].encode())
