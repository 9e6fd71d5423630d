"""Which representation a request gets: format, profile, suffix, page."""

import re

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from bio2kg.namespaces import PREFIXES
from bio2kg.store import EmbeddedStore, select
from bio2kg.web import locating
from bio2kg.web.negotiation import split_suffix
from tests.web.test_skolem import blank

MEASURE = "/doc/bio2/1.3/5.24.08"
IRI = NamedNode("https://w3id.org/bio2kg/id/bio2/1.3/5.24.08")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SYNTAX = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}

# What is added to the path, the Accept header (None: none is sent), and the media type or status that comes of it.
TABLE: list[tuple[str, str | None, str | int]] = [
    # No preference: the page, as a person without a setting gets it.
    ("", None, "text/html"),
    ("", "", "text/html"),
    ("", "*/*", "text/html"),
    ("", "text/*", "text/html"),
    ("", BROWSER, "text/html"),
    # Each format by its name.
    ("", "text/html", "text/html"),
    ("", "text/turtle", "text/turtle"),
    ("", "application/x-turtle", "text/turtle"),
    ("", "application/n-triples", "application/n-triples"),
    ("", "text/plain", "text/plain"),
    ("", "application/ld+json", "application/ld+json"),
    ("", "application/json", "application/json"),
    ("", "application/rdf+xml", "application/rdf+xml"),
    ("", "application/xml", "application/xml"),
    ("", "text/xml", "text/xml"),
    ("", "application/trig", "application/trig"),
    ("", "application/n-quads", "application/n-quads"),
    ("", "TEXT/TURTLE", "text/turtle"),
    # Quality.
    ("", "text/turtle;q=0.4, application/ld+json;q=0.6", "application/ld+json"),
    ("", "text/html;q=0.5, text/turtle", "text/turtle"),
    ("", "text/turtle; q=0.9 , text/html ; q=0.8", "text/turtle"),
    ("", "application/n-triples;q=0.001", "application/n-triples"),
    ("", "application/rdf+xml, text/turtle;q=0.9, */*;q=0.1", "application/rdf+xml"),
    ("", "text/turtle;q=1.000, text/html;q=0.999", "text/turtle"),
    ("", "application/ld+json;q=.8, text/turtle;q=.7", "application/ld+json"),
    # Specificity: the most specific range gives a type its quality, whatever the order.
    ("", "text/*;q=0.9, text/html;q=0.1", "text/turtle"),
    ("", "text/html;q=0.1, text/*;q=0.9", "text/turtle"),
    ("", "*/*;q=0.9, text/html;q=0.2, text/*;q=0.3", "application/n-triples"),
    ("", "application/*", "application/n-triples"),
    ("", "application/*;q=0.5, application/ld+json", "application/ld+json"),
    ("", "*/*, text/turtle", "text/turtle"),
    ("", "text/turtle, */*", "text/turtle"),
    # q=0 excludes, also from a wildcard.
    ("", "*/*, text/html;q=0", "text/turtle"),
    ("", "text/*, text/html;q=0, text/turtle;q=0", "text/plain"),
    ("", "text/html, text/html;q=0", "text/html"),
    ("", "*/*;q=0.1, text/*;q=0", "application/n-triples"),
    ("", "application/ld+json;q=0, application/json", "application/json"),
    ("", "text/html;q=0", 406),
    ("", "*/*;q=0", 406),
    ("", "text/turtle;q=0, text/turtle;q=0.0", 406),
    # Parameters, quotes, character sets.
    ("", "text/turtle;charset=utf-8", "text/turtle"),
    ("", "text/turtle;charset=UTF-8;q=0.5", "text/turtle"),
    ("", "text/turtle;charset=iso-8859-1", 406),
    ("", "text/turtle;charset=iso-8859-1, application/rdf+xml;q=0.1", "application/rdf+xml"),
    ("", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
    ("", 'application/ld+json;profile="a,b;q=0";q=0.7, text/turtle;q=0.6', "application/ld+json"),
    # What is malformed is left out; what nobody has is refused.
    ("", "text/turtle;q=high, application/trig", "application/trig"),
    ("", "turtle, text/turtle;q=0.1", "text/turtle"),
    ("", "*/turtle, application/n-quads", "application/n-quads"),
    ("", ",, text/turtle ,", "text/turtle"),
    ("", "text/turtle;q=7", "text/turtle"),
    ("", "text/turtle;q=nan", 406),
    ("", "turtle", 406),
    ("", "a/b/c", 406),
    ("", "image/png", 406),
    ("", "application/pdf, text/csv", 406),
    ("", ";;;", 406),
    # ?format= goes before Accept.
    ("?format=turtle", "text/html", "text/turtle"),
    ("?format=ttl", BROWSER, "text/turtle"),
    ("?format=TTL", None, "text/turtle"),
    ("?format=nt", "text/turtle", "application/n-triples"),
    ("?format=json-ld", None, "application/ld+json"),
    ("?format=jsonld", "image/png", "application/ld+json"),
    ("?format=rdf", None, "application/rdf+xml"),
    ("?format=rdfxml", None, "application/rdf+xml"),
    ("?format=trig", None, "application/trig"),
    ("?format=nq", None, "application/n-quads"),
    ("?format=nquads", None, "application/n-quads"),
    ("?format=html", "text/turtle", "text/html"),
    ("?format=text/turtle", "text/html", "text/turtle"),
    ("?_mediatype=application/trig", "text/html", "application/trig"),
    ("?format=", "text/turtle", "text/turtle"),
    ("?format=pdf", "text/html", 406),
    ("?format=image/png", None, 406),
    ("?_mediatype=image/png", None, 406),
    # A suffix goes before Accept, and cannot be contradicted.
    (".ttl", "text/html", "text/turtle"),
    (".nt", None, "application/n-triples"),
    (".jsonld", BROWSER, "application/ld+json"),
    (".rdf", None, "application/rdf+xml"),
    (".trig", None, "application/trig"),
    (".nq", None, "application/n-quads"),
    (".html", "text/turtle", "text/html"),
    (".ttl?format=jsonld", None, 400),
    (".ttl?_mediatype=text/turtle", None, 400),
    (".TTL", None, 404),
    (".pdf", None, 404),
    (".ttl.ttl", None, 404),
    # Profiles.
    ("?_profile=stated", "text/turtle", "text/turtle"),
    ("?_profile=labelled", "application/trig", "application/trig"),
    (".ttl?_profile=https://w3id.org/bio2kg/profiles%23inferred", None, "text/turtle"),
    ("?_profile=nothing", "text/turtle", 406),
    # Pages.
    ("?page=1", "text/turtle", "text/turtle"),
    ("?page=2", "text/turtle", 404),
    ("?page=0", "text/turtle", 400),
    ("?page=-1", None, 400),
    ("?page=x", None, 400),
    ("?page=99999999999999999999", None, 400),
]


@pytest.mark.parametrize(("added", "accept", "outcome"), TABLE)
def test_what_is_asked_for_is_what_comes(
    client: TestClient, added: str, accept: str | None, outcome: str | int
) -> None:
    request = client.build_request("GET", MEASURE + added)
    if accept is None:
        del request.headers["accept"]
    else:
        request.headers["accept"] = accept
    response = client.send(request)
    if isinstance(outcome, str):
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].partition(";")[0] == outcome
        if syntax := SYNTAX.get(outcome):
            assert any(q.subject == IRI for q in parse(response.content, format=syntax))
    else:
        assert response.status_code == outcome
        if "text/html" not in (accept or "") or "format" in added:
            assert response.headers["content-type"] == "application/problem+json"


def test_the_table_is_a_table() -> None:
    assert len(TABLE) == len(set(TABLE)) >= 60


@pytest.mark.parametrize("accept", ["image/png", "text/html;q=0"])
def test_406_lists_what_there_is(client: TestClient, accept: str) -> None:
    response = client.get(MEASURE, headers={"Accept": accept})
    assert response.headers["content-type"] == "application/problem+json"
    for media_type in ("text/html", *SYNTAX):
        assert media_type in response.json()["detail"]
        assert f'rel="alternate"; type="{media_type}"' in response.headers["link"]
    assert (
        client.get(MEASURE, params={"_profile": "x"})
        .json()["detail"]
        .endswith("Choose one of: stated, labelled, inferred, nl-sbb.")
    )


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("bio2/1.3/5.24.08", ("bio2/1.3/5.24.08", "")),
        ("bio2/1.3/5.24.08.ttl", ("bio2/1.3/5.24.08", "turtle")),
        ("bio2/1.3.nq", ("bio2/1.3", "nquads")),
        ("bio2/1.3", ("bio2/1.3", "")),
        ("nis2/21.2.d", ("nis2/21.2.d", "")),
        (".ttl", (".ttl", "")),
        ("bio2/.ttl", ("bio2/.ttl", "")),
    ],
)
def test_a_number_is_no_suffix(path: str, parts: tuple[str, str]) -> None:
    assert split_suffix(path) == parts


def test_no_thing_has_a_name_that_ends_in_a_suffix(store: EmbeddedStore) -> None:
    names = [row["s"].value for row in select(store, "SELECT DISTINCT ?s { ?s a ?kind FILTER isIRI(?s) }")]
    assert [name for name in names if "/id/" in name and split_suffix(name)[1]] == []


@pytest.mark.parametrize("form", ["turtle", "nt", "jsonld", "rdf"])
@pytest.mark.parametrize(
    "path",
    [
        MEASURE,
        "/doc/rule/VT-08/status",
        "/doc/role/ciso",
        "/doc/query/measure-history",
        "/graph/framework/bio2/1.3",
        "/def",
    ],
)
def test_every_format_says_the_same(client: TestClient, path: str, form: str) -> None:
    def triples(name: str) -> Dataset:
        response = client.get(f"{path}?format={name}")
        syntax = SYNTAX[response.headers["content-type"].partition(";")[0]]
        found = Dataset(
            Quad(blank(q.subject), q.predicate, blank(q.object))
            for q in parse(response.content, format=syntax, base_iri="x:/")
        )
        found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return found

    assert sorted(map(str, triples(form))) == sorted(map(str, triples("nquads")))


@pytest.mark.parametrize("form", ["trig", "nq"])
def test_trig_and_nquads_tell_which_graph_states_what(client: TestClient, form: str) -> None:
    response = client.get(f"{MEASURE}.{form}?_profile=inferred")
    quads = list(parse(response.content, format=SYNTAX[response.headers["content-type"]]))
    graphs = {q.graph_name.value.removeprefix("https://w3id.org/bio2kg/graph/") for q in quads}
    assert {"framework/bio2/1.3", "framework/bio2/1.3/scope", "inferred"} <= graphs
    assert not any(name.startswith("assessment/") for name in graphs)


NASTY = [
    "[",
    "%25",
    "%00",
    "%7F",
    "a%20b",
    "%3C",
    "%22",
    "|",
    "\\",
    "é",
    "%FF",
    "..",
    "x%0Ay",
    "a:b",
    "9" * 3000,
    ".ttl",
]


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_is_asked_for_is_an_internal_error(client: TestClient, text: str) -> None:
    for address in (
        f"/doc/bio2/1.3/{text}.ttl",
        f"/doc/{text}/current/{text}",
        f"/id/bio2/current/{text}",
        f"/def/{text}",
        f"/doc/problem/{text}",
        f"{MEASURE}?format={text}",
        f"{MEASURE}?_mediatype={text}",
        f"{MEASURE}?format=ttl&_profile={text}",
        f"{MEASURE}?page={text}",
        f"/profiles?format={text}",
    ):
        assert client.get(address).status_code < 500, address
    for name in ("Accept", "Accept-Profile", "Accept-Language", "If-None-Match"):
        header = {name: text.encode()}
        assert client.get(MEASURE, headers=header).status_code < 500, name


def test_what_points_at_a_thing_comes_in_pages(client: TestClient) -> None:
    path, seen, pages = "/doc/claim-status/official?format=nt", [], 0
    while path:
        response = client.get(path)
        assert response.status_code == 200
        seen += [
            q.subject
            for q in parse(response.content, format=RdfFormat.N_TRIPLES)
            if "claim-status/official" in str(q.object)
        ]
        found = re.search(r'<([^>]*)>; rel="next"', response.headers["link"])
        path, pages = found[1] if found else "", pages + 1
    assert pages > 1
    assert 'rel="prev"' in response.headers["link"]
    assert len(seen) == len(set(seen)) > 1000
    page = client.get("/doc/claim-status/official?page=2&lang=nl", headers={"Accept": "text/html"}).text
    assert "Pagina 2 van" in page
    assert "Vorige" in page


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/id/bio2/current/5.01.01", 307, "/id/bio2/1.3/5.01.01"),
        ("/id/bio2/current", 307, "/id/bio2/1.3"),
        ("/doc/bio2/current/5.01.01", 307, "/doc/bio2/1.3/5.01.01"),
        ("/id/bio2/current/5.01.01?format=ttl", 307, "/id/bio2/1.3/5.01.01?format=ttl"),
        ("/id/iso27002/current/5.1", 307, "/id/iso27002/2022/5.1"),
        ("/id/nis2/current/21.2.d", 307, "/id/nis2/21.2.d"),
        ("/id/bio2/1.3/5.01.01?format=ttl", 303, "/doc/bio2/1.3/5.01.01?format=ttl"),
        ("/def/1.0.0", 303, "/def/1.1.0"),
        ("/id/nothing/current/5.1", 404, ""),
        ("/id/bio2/current/%3C", 404, ""),
    ],
)
def test_a_name_that_moves_leads_on(client: TestClient, path: str, status: int, location: str) -> None:
    response = client.get(path, headers={"Accept": "text/turtle"})
    assert (response.status_code, response.headers.get("location", "")) == (status, location)
    if status == 307:
        assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "texts", "successors"),
    [
        ("bio2/1.3/5.04.02", ["Verplaatst", "5.10.02"], ["bio2/1.3/5.10.02"]),
        ("bio2/1.3/8.08.06", ["Zie elders", "5.24.08"], ["bio2/1.3/5.24.08"]),
        ("bio2/1.3/7.01.01", ["Vervallen"], []),
        ("bio2/1.3/5.26.01", ["Verplaatst", "dat nummer bestaat in deze editie niet"], []),
        ("bio2/1.2/8.08.06", ["In BIO2 1.3:", "5.24.08"], ["bio2/1.3/5.24.02", "bio2/1.3/5.24.08"]),
    ],
)
def test_what_was_withdrawn_or_moved_stays_and_says_so_on_top(
    client: TestClient, path: str, texts: list[str], successors: list[str]
) -> None:
    response = client.get(f"/doc/{path}?lang=nl", headers={"Accept": "text/html"})
    assert response.status_code == 200
    top = response.text[response.text.index("<h1>") : response.text.index('<table class="statements">')]
    notice = top[top.index('class="notice"') :]
    assert all(text in notice for text in texts)
    links = re.findall(r'<https://w3id.org/bio2kg/id/([^>]*)>; rel="successor-version"', response.headers["link"])
    assert links == successors
    assert client.get(f"/doc/{path}.ttl").headers["link"].count("successor-version") == len(successors)


@pytest.mark.parametrize("path", ["/doc/query/measure-history", "/doc/rule/VT-03", "/doc/rule/VT-08/status"])
def test_questions_and_rules_are_things_as_any(client: TestClient, path: str) -> None:
    iri = NamedNode(f"https://w3id.org/bio2kg{path.replace('/doc/', '/id/')}")
    leading = client.get(path.replace("/doc/", "/id/") + "?format=ttl")
    assert (leading.status_code, leading.headers["location"]) == (303, f"{path}?format=ttl")
    for media_type, syntax in SYNTAX.items():
        response = client.get(path, headers={"Accept": f"text/html;q=0.5, {media_type}"})
        assert response.headers["content-type"].partition(";")[0] == media_type
        said = {q.predicate.value for q in parse(response.content, format=syntax) if q.subject == iri}
        assert {f"{PREFIXES['dcterms']}identifier", f"{PREFIXES['sh']}name"} & said or path.endswith("status")
    for suffix in ("ttl", "nt", "jsonld", "rdf", "trig", "nq", "html"):
        assert client.get(f"{path}.{suffix}", headers={"Accept": "image/png"}).status_code == 200
    assert client.get(path, headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406
    assert client.get(f"{path}.ttl?format=nt").status_code == 400


def test_a_question_that_is_not_there_is_404_in_every_form(client: TestClient) -> None:
    for address in ("/doc/query/measure-histori", "/doc/query/measure-histori.ttl", "/doc/query/measure-history.pdf"):
        response = client.get(address, headers={"Accept": "text/turtle"})
        assert response.status_code == 404
        assert "measure-history" in response.json()["detail"]


def test_the_answer_on_a_page_is_one_of_its_representations(client: TestClient) -> None:
    address = "/doc/query/measures-by-control?control=5.24&lang=en"
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.headers["content-location"] == ("/doc/query/measures-by-control?format=html&lang=en&control=5.24")
    assert client.get(response.headers["content-location"]).content == response.content
    again = client.get(address, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    wrong = client.get("/doc/query/measures-by-control?control=none", headers={"Accept": "text/html"})
    assert (wrong.status_code, "etag" in wrong.headers) == (400, False)


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("bio2/1.3/5.1.1", "/doc/bio2/1.3/5.01.01"),
        ("bio2/1.3/5.24.80", "/doc/bio2/1.3/5.24.08"),
        ("bio2/1.3/5.25.02", "/doc/bio2/1.3/5.25.01"),  # an edition names it, and the reasoner says things of it
        ("bio2/1.7/5.01.01", "/doc/bio2/1.3"),
        ("bio3", "/doc/bio2"),
        ("nis2/21.2.zz", "/doc/nis2/21.2."),
        ("rule/VT-8", "/doc/rule/VT-08"),
    ],
)
def test_what_never_existed_is_404_with_the_nearest(client: TestClient, path: str, near: str) -> None:
    for address in (f"/doc/{path}", f"/doc/{path}?format=ttl"):
        response = client.get(address)
        assert response.status_code == 404
        assert "Nearest to it:" in response.json()["detail"]
        assert near in response.json()["detail"]


def test_the_nearest_of_something_strange_is_nothing(store: EmbeddedStore) -> None:
    for iri in ("https://example.org/x", "https://w3id.org/bio2kg/graph/x", "https://w3id.org/bio2kg/id/zzzzzzzzzz"):
        assert locating.nearest(store, iri) == []
