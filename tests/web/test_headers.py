"""What every answer says about itself: validators, links, what it varies by; and no route without these."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Mount

from bio2kg import release
from bio2kg.access.tokens import Tokens, issue
from bio2kg.errors import Bio2kgError
from bio2kg.register import LocalRegister
from bio2kg.settings import settings
from bio2kg.store import EmbeddedStore
from bio2kg.web import caching
from bio2kg.web.app import create_app
from bio2kg.web.explanations import EXPLANATIONS

MEASURE = "/doc/bio2/1.3/5.24.08"
SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}
# An address for each route with something to fill in.
EXAMPLES = {
    "/id/{path:path}": "/id/bio2/1.3/5.24.08",
    "/doc/{path:path}": MEASURE,
    "/graph/{path:path}": "/graph/framework/bio2/1.3",
    "/dumps/{path:path}": "/dumps/errata.ttl",
    "/def/{version}": "/def/1.1.0",
    "/doc/query/{name}": "/doc/query/measure-history",
    "/doc/problem/{kind}": "/doc/problem/not-found",
    "/static": "/static/style.css",
    "/store/{path:path}": "/store/example.ttl",
    "/v1/queries/{name}": "/v1/queries/no-such-query",
    "/v1/rules/{code}": "/v1/rules/VT-03",
    "/v1/frameworks/{framework}": "/v1/frameworks/bio2",
    "/v1/frameworks/{framework}/editions": "/v1/frameworks/bio2/editions",
    "/v1/frameworks/{framework}/editions/{edition}": "/v1/frameworks/bio2/editions/current",
    "/v1/frameworks/{framework}/editions/{edition}/measures": "/v1/frameworks/bio2/editions/1.3/measures",
    "/v1/frameworks/{framework}/editions/{edition}/measures/{number}": "/v1/frameworks/bio2/editions/1.3/measures/5.24.08",
    "/v1/frameworks/{framework}/editions/{edition}/controls": "/v1/frameworks/iso27002/editions/2022/controls",
    "/v1/frameworks/{framework}/editions/{edition}/controls/{number}": "/v1/frameworks/iso27002/editions/2022/controls/5.1",
    "/v1/frameworks/{framework}/editions/{edition}/clauses": "/v1/frameworks/iso27001/editions/2022/clauses",
    "/v1/frameworks/{framework}/editions/{edition}/clauses/{number}": "/v1/frameworks/iso27001/editions/2022/clauses/6.1.3",
    "/v1/frameworks/{framework}/editions/{edition}/provisions": "/v1/frameworks/nis2/editions/2022/provisions",
    "/v1/frameworks/{framework}/editions/{edition}/provisions/{number}": "/v1/frameworks/nis2/editions/2022/provisions/21.2.d",
    "/v1/mappings/{set}": "/v1/mappings/nis2-iso27002",
    "/v1/mappings/{set}/claims": "/v1/mappings/nis2-iso27002/claims",
    "/v1/mappings/{set}/claims/{number}": "/v1/mappings/nis2-iso27002/claims/1",
    "/v1/lineage/{framework}/{editions}/{number}": "/v1/lineage/bio2/1.2-1.3/17",
    "/v1/deadlines/{edition}/{number}": "/v1/deadlines/1.3/PD-01",
    "/v1/assessments/{identifier}": "/v1/assessments/no-such-assessment",
    "/v1/assessments/{identifier}/report": "/v1/assessments/no-such-assessment/report",
}
# Linked data: documents made from the release, with everything that a cache and a crawler want to know.
DOCUMENTS = [
    MEASURE,
    "/doc/bio2",
    "/doc/bio2/1.3",
    "/doc/nis2/21.2.d",
    "/doc/rule/VT-08/status",
    "/doc/rule/VT-03",
    "/doc/query/measure-history",
    "/graph/framework/bio2/1.3",
    "/def",
    "/def/1.1.0",
    "/profiles",
]


class CountingStore:
    """A store that counts how often it is asked."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store, self.asked = store, 0

    def __getattr__(self, name: str) -> Any:
        self.asked += 1
        return getattr(self._store, name)


@pytest.fixture(scope="module")
def counted(store: EmbeddedStore) -> CountingStore:
    return CountingStore(store)


@pytest.fixture(scope="module")
def served(counted: CountingStore, release_folder: Path) -> Iterator[TestClient]:
    """The application as it serves a release, which has a name."""
    digest = release.read_manifest(release_folder)["sha256"]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("BIO2KG_TOKENS", f"{folder}/tokens.json")
        environment.setenv("BIO2KG_AUDIT", f"{folder}/audit.log")
        register = LocalRegister(Path(folder) / "register.sqlite3")
        app = create_app(lambda: counted, lambda: digest, open_the_register=lambda _: register)
        with TestClient(app, follow_redirects=False) as client:
            yield client


def routes(router: Any, prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every route below a router, with its methods; what is mounted and included too."""
    for route in router.routes:
        if included := getattr(route, "original_router", None):
            yield from routes(included, prefix)
        elif isinstance(route, Mount) and route.path == "/v1":
            yield from routes(route.app, "/v1")
        else:
            yield f"{prefix}{route.path}", set(getattr(route, "methods", None) or {"GET", "HEAD"})


def test_every_route_answers_with_the_headers_it_must_have(served: TestClient) -> None:
    seen = 0
    for path, methods in routes(served.app):
        address = EXAMPLES.get(path, path)
        assert "{" not in address, f"give an example of {path}"
        seen += 1
        for accept in ("text/html", "application/json", "*/*"):
            if "GET" not in methods:
                continue
            response = served.get(address, headers={"Accept": accept})
            where = f"{address} as {accept}"
            assert response.status_code < 500, where
            assert SECURITY.items() <= dict(response.headers).items(), where
            assert "content-security-policy" in response.headers, where
            if response.status_code in (303, 307):
                assert "location" in response.headers, where
                continue
            media_type = response.headers["content-type"]
            assert not media_type.startswith("text/") or "charset=utf-8" in media_type, where
            if response.status_code >= 400:
                assert media_type.startswith(("application/problem+json", "text/html")), where
                assert response.headers["cache-control"] == "no-store", where
                assert "Accept" in response.headers["vary"], where
            if media_type.startswith("text/html") and "content-language" in response.headers:
                assert "Accept-Language" in response.headers["vary"], where
            if address.startswith("/v1/queries"):
                assert response.status_code >= 400 or "api-version" in response.headers, where
            if etag := response.headers.get("etag"):
                again = served.get(address, headers={"Accept": accept, "If-None-Match": etag})
                assert (again.status_code, again.content) == (304, b""), where
                assert again.headers["etag"] == etag, where
        if "HEAD" in methods:
            got, head = served.get(address), served.head(address)
            assert (head.status_code, head.content) == (got.status_code, b""), address
            volatile = {"date", "last-modified", "x-request-id"}
            for name in got.headers.keys() - volatile:
                assert head.headers.get(name) == got.headers[name], (address, name)
        wrong = served.request("PROPFIND", address)
        assert wrong.status_code == 405, address
        assert "allow" in wrong.headers, address
        assert wrong.json()["type"] == "https://w3id.org/bio2kg/doc/problem/method-not-allowed", address
        assert wrong.headers["allow"] in wrong.json()["detail"], address
    assert seen > 90


def test_every_route_opens_its_answers_to_other_sites_in_one_way_and_to_no_caller_with_a_name(
    served: TestClient,
) -> None:
    token, text = issue("gm0599", "author")
    Tokens(settings().tokens).add(token)
    exposed = set()
    # HEAD is GET without its content, and one question is as the other.
    of_questions = [path for path, _ in routes(served.app) if path.startswith("/v1/queries/")]
    for path, methods in routes(served.app):
        address = EXAMPLES.get(path, path)
        for method in methods & {"GET", "POST"} if path not in of_questions[3:] else ():
            anonymous = served.request(method, address).headers
            named = served.request(method, address, headers={"Authorization": f"Bearer {text}"}).headers
            for headers in (anonymous, named):
                names = [name for name, _ in headers.multi_items()]
                assert len(names) == len(set(names)), (method, address, names)
                assert ("api-version" in names) == f"{address}/".startswith("/v1/"), (method, address)
            assert named["cache-control"] == "no-store" or path.startswith("/health/"), (method, address)
            assert not [name for name in named if name.startswith("access-control-")], (method, address)
            if "access-control-allow-origin" in anonymous:
                exposed.add(anonymous["access-control-expose-headers"])
    assert len(exposed) == 1, exposed
    assert {"API-Version", "ETag", "Link", "Retry-After", "X-Total-Count"} <= set(exposed.pop().split(", "))


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("form", ["html", "turtle", "jsonld", "ntriples", "rdfxml", "trig", "nquads"])
def test_a_document_tells_all_about_itself(served: TestClient, path: str, form: str) -> None:
    response = served.get(path, params={"format": form})
    assert response.status_code == 200
    headers = response.headers
    assert headers["vary"] == "Accept, Accept-Language, Accept-Profile"
    assert re.fullmatch(r'"[0-9a-f]{32}"', headers["etag"])
    assert headers["cache-control"] == "public, no-cache"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["content-location"].startswith(f"{path}?format={form}")
    assert served.get(headers["content-location"]).content == response.content
    links = re.findall(r'<([^>]*)>((?:; [a-z]+="[^"]*")+)', headers["link"])
    relations = {re.search(r'rel="([^"]*)"', rest)[1] for _, rest in links}  # type: ignore[index]
    assert {"describes", "canonical", "alternate", "license"} <= relations
    assert ("profile" in relations) == (form != "html" and path.startswith(("/doc", "/graph")))
    assert f'<https://w3id.org/bio2kg{path}>; rel="canonical"' in headers["link"]
    alternates = [(target, rest) for target, rest in links if 'rel="alternate"' in rest and "_profile" not in target]
    assert len(alternates) == 6
    for target, rest in alternates:
        other = served.get(target)
        assert other.status_code == 200
        assert f'type="{other.headers["content-type"].partition(";")[0]}"' in rest


def test_profiles_are_linked_and_lead_to_what_they_say(served: TestClient) -> None:
    response = served.get(f"{MEASURE}.ttl")
    for name in ("stated", "labelled", "inferred", "nl-sbb"):
        iri = f"https://w3id.org/bio2kg/profiles#{name}"
        assert (
            f'<http://www.w3.org/ns/dx/prof/Profile>; rel="type"; token="{name}"; anchor="{iri}"'
            in response.headers["link"]
        )
        target = re.search(rf"<([^>]*_profile={name})>", response.headers["link"])
        assert target
        assert served.get(target[1]).headers["content-profile"] == f"<{iri}>"


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if p != "/def/1.1.0"])
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "application/n-quads"])
def test_what_a_client_has_costs_no_query(served: TestClient, counted: CountingStore, path: str, accept: str) -> None:
    headers = {"Accept": accept, "Accept-Language": "en"}
    first = served.get(path, headers=headers)
    asked = counted.asked
    for given in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}'):
        for method in ("GET", "HEAD"):
            again = served.request(method, path, headers={**headers, "If-None-Match": given})
            assert (again.status_code, again.content) == (304, b"")
            for name in ("etag", "vary", "content-location", "cache-control"):
                assert again.headers[name] == first.headers[name]
    assert counted.asked == asked
    changed = served.get(path, headers={**headers, "If-None-Match": '"other"'})
    assert (changed.status_code, changed.content) == (200, first.content)


def test_every_representation_has_its_own_etag(served: TestClient) -> None:
    addresses = [f"{MEASURE}.{suffix}" for suffix in ("ttl", "nt", "jsonld", "rdf", "trig", "nq")]
    addresses += [f"{MEASURE}.html?lang={language}" for language in ("nl", "en")]
    addresses += [f"{MEASURE}.ttl?_profile={name}" for name in ("labelled", "inferred", "nl-sbb")]
    addresses += [
        "/doc/bio2/1.2/5.24.02.ttl",
        "/doc/claim-status/official.ttl",
        "/doc/claim-status/official.ttl?page=2",
    ]
    etags = [served.get(address).headers["etag"] for address in addresses]
    assert len(set(etags)) == len(addresses)
    # The same representation has the same one, whichever way it was asked for.
    ways = [
        served.get(MEASURE, headers={"Accept": "text/turtle"}),
        served.get(f"{MEASURE}?format=ttl"),
        served.get(f"{MEASURE}.ttl", headers={"Accept-Language": "en"}),
        served.get(f"{MEASURE}.ttl?_profile=stated&unknown=1"),
    ]
    assert {way.headers["etag"] for way in ways} == {etags[0]}
    assert len({way.content for way in ways}) == 1


def test_another_release_has_other_etags(store: EmbeddedStore, served: TestClient) -> None:
    etags = {served.get(f"{MEASURE}.ttl").headers["etag"]}
    for name in ("a" * 64, "b" * 64):
        with TestClient(create_app(lambda: store, lambda name=name: name)) as client:
            etags.add(client.get(f"{MEASURE}.ttl").headers["etag"])
    assert len(etags) == 3


def test_without_a_release_the_etag_is_that_of_the_bytes(client: TestClient) -> None:
    first = client.get(f"{MEASURE}.ttl")
    again = client.get(f"{MEASURE}.ttl", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert client.get(f"{MEASURE}.ttl", headers={"If-None-Match": '"x"'}).status_code == 200


def test_any_representation_is_one_that_exists(served: TestClient) -> None:
    assert served.get(f"{MEASURE}.ttl", headers={"If-None-Match": "*"}).status_code == 304
    assert served.get("/doc/bio2/1.3/9.99.99.ttl", headers={"If-None-Match": "*"}).status_code == 404


def test_a_release_replaced_while_it_is_read_is_not_named(store: EmbeddedStore) -> None:
    names = iter(["a", "b"])
    with TestClient(create_app(lambda: store, lambda: next(names))) as client:
        assert client.app.state.release == ""


def test_the_release_that_is_served_is_that_of_the_manifest(
    release_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "release").symlink_to(release_folder)
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path))
    monkeypatch.delenv("BIO2KG_STORE", raising=False)
    assert caching.current_release() == release.read_manifest(release_folder)["sha256"]
    monkeypatch.setenv("BIO2KG_STORE", "http://127.0.0.1:9/query")
    assert caching.current_release() == ""


def test_every_kind_of_error_is_explained() -> None:
    kinds, waiting = set(), [Bio2kgError]
    while waiting:
        error = waiting.pop()
        kinds.add(error.problem_type)
        waiting += error.__subclasses__()
    assert kinds == set(EXPLANATIONS)


@pytest.mark.parametrize("kind", sorted(EXPLANATIONS))
def test_the_type_of_a_problem_leads_to_its_explanation(served: TestClient, kind: str) -> None:
    said = served.get(f"/doc/problem/{kind}", headers={"Accept": "application/json"}).json()
    assert said["type"] == f"https://w3id.org/bio2kg/doc/problem/{kind}"
    assert set(said["title"]) == set(said["meaning"]) == set(said["remedy"]) == {"nl", "en"}
    for language in ("nl", "en"):
        response = served.get(f"/doc/problem/{kind}?lang={language}", headers={"Accept": "text/html"})
        assert response.headers["content-language"] == language
        for part in ("title", "meaning", "remedy"):
            assert said[part][language].replace("'", "&#39;") in response.text


def test_the_kinds_of_errors_are_listed(served: TestClient) -> None:
    assert {said["type"].rpartition("/")[2] for said in served.get("/doc/problem?format=json").json()} == set(
        EXPLANATIONS
    )
    assert served.get("/doc/problem/other").status_code == 404
    assert served.get("/doc/problem/not-found", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(("language", "title"), [("nl", "Er is hier niets"), ("en", "There is nothing here")])
def test_an_error_page_is_in_the_language_of_the_reader(served: TestClient, language: str, title: str) -> None:
    response = served.get("/doc/bio2/1.3/9.99.99", headers={"Accept": "text/html", "Accept-Language": language})
    assert response.status_code == 404
    assert f"<h1>{title}</h1>" in response.text
    assert f'/doc/problem/not-found?lang={language}"' in response.text
