"""Stored assessments over HTTP: caches, pages of other sites, lists, wrong input, audit and description."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bio2kg.errors import StateError
from bio2kg.register import LocalRegister, Visibility
from bio2kg.store import EmbeddedStore
from bio2kg.validation.service import Session
from bio2kg.web.app import create_app
from tests.web.desk import MEER, PATCH, PATH, STAD, TURTLE, audited, server, stored, who

AUTHOR = "author-voorbeeldstad"


@pytest.fixture(scope="module")
def session(store: EmbeddedStore) -> Session:
    return Session(store)


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BIO2KG_AUDIT", str(tmp_path / "audit.log"))
    return tmp_path / "audit.log"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[LocalRegister]:
    register = LocalRegister(tmp_path / "register.sqlite3")
    yield register
    register.close()


@pytest.fixture
def desk(session: Session, audit: Path, register: LocalRegister) -> Iterator[TestClient]:
    with server(register, session) as client:
        yield client


@pytest.mark.parametrize("visibility", ["draft", "restricted", "public"])
def test_only_what_is_public_may_be_kept_by_caches_and_read_by_other_sites(desk: TestClient, visibility: str) -> None:
    known = stored(desk, visibility=visibility)
    for path in (known["href"], known["report"]):
        own = desk.get(path, headers=who(AUTHOR))
        assert own.headers["cache-control"] == ("public, no-cache" if visibility == "public" else "no-store")
        assert "access-control-allow-origin" not in own.headers
        assert "api-version" in own.headers
    everyone = desk.get(known["href"])
    assert everyone.headers.get("access-control-allow-origin") == ("*" if visibility == "public" else None)
    assert everyone.headers["cache-control"] == ("public, no-cache" if visibility == "public" else "no-store")
    assert ("etag" in everyone.headers) == (visibility == "public")


def test_the_whole_service_says_who_may_keep_what(store: EmbeddedStore, tmp_path: Path, audit: Path) -> None:
    """With the gate and all that stands around the routes."""
    register = LocalRegister(tmp_path / "whole.sqlite3")
    hidden = register.create("https://example.org/a", Visibility.DRAFT, b"", b"{}")
    with TestClient(create_app(lambda: store, open_the_register=lambda store: register)) as client:
        listed = client.get(PATH)
        assert (listed.json(), listed.headers["access-control-allow-origin"]) == ([], "*")
        assert listed.headers["vary"] == "Accept, Accept-Language, Authorization"
        for path in (PATH, f"{PATH}/{hidden.identifier}"):
            refused = client.get(path, headers=who("wrong"))
            assert (refused.status_code, refused.headers["cache-control"]) == (401, "no-store")
            assert "access-control-allow-origin" not in refused.headers
        gone, absent = client.get(f"{PATH}/{hidden.identifier}"), client.get(f"{PATH}/a-22222222")
        assert gone.status_code == 404
        assert gone.text.replace(hidden.identifier, "a-22222222") == absent.text
        assert set(gone.headers) == set(absent.headers)
        assert client.post(PATH, content=STAD, headers=TURTLE).status_code == 401
    assert hidden.identifier not in listed.text


def test_a_client_that_has_it_hears_so_until_it_changes(desk: TestClient) -> None:
    known = stored(desk, visibility="public")
    etag = desk.get(known["href"]).headers["etag"]
    same = desk.get(known["href"], headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    tags = {
        desk.get(known["href"], params={"format": form}).headers["etag"]
        for form in ("json", "turtle", "ntriples", "jsonld", "rdfxml")
    }
    assert len(tags) == 5
    desk.put(known["href"], content=STAD, headers={**TURTLE, **who(AUTHOR), "If-Match": etag})
    assert desk.get(known["href"], headers={"If-None-Match": etag}).status_code == 200


def test_what_one_may_not_see_leaves_no_trace_in_a_list(desk: TestClient) -> None:
    stored(desk, visibility="public")
    before = desk.get(PATH)
    stored(desk, visibility="draft")
    stored(desk, MEER, "author-voorbeeldmeer", visibility="restricted")
    after = desk.get(PATH)
    assert after.content == before.content
    assert dict(after.headers) == dict(before.headers)
    assert desk.get(PATH, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    stad = desk.get(PATH, headers=who(AUTHOR))
    stored(desk, MEER, "author-voorbeeldmeer", visibility="draft")
    assert desk.get(PATH, headers=who(AUTHOR)).content == stad.content
    assert stad.headers["cache-control"] == "no-store"
    assert "etag" not in stad.headers
    assert "access-control-allow-origin" not in stad.headers
    known = desk.get(PATH, headers=who(AUTHOR)).json()[0]
    assert set(known) == {"id", "href", "organisation", "visibility", "revision", "created", "modified"}


def test_a_list_comes_in_pages_and_can_be_narrowed(desk: TestClient) -> None:
    made = [stored(desk, visibility=v)["href"] for v in ("draft", "draft", "restricted", "public", "public")]
    stored(desk, MEER, "author-voorbeeldmeer", visibility="public")
    found, url = [], f"{PATH}?pageSize=2"
    while url:
        page = desk.get(url, headers=who(AUTHOR))
        found += [one["href"] for one in page.json()]
        url = page.links.get("next", {}).get("url", "")
    assert len(found) == 6
    assert set(made) < set(found)
    assert set(page.links) == {"self", "first", "prev", "last"}

    def ask(**params: str) -> int:
        return len(desk.get(PATH, headers=who(AUTHOR), params=params).json())

    assert ask(visibility="draft") == 2
    assert ask(visibility="public") == 3
    assert ask(organisation="https://w3id.org/bio2kg/id/organisation/voorbeeldmeer") == 1
    assert ask(organisation="gm0363") == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("page=0", "number from 1"),
        ("page=x", "number from 1"),
        ("page=2", "last one is 1"),
        ("pageSize=501", "500"),
        ("visibility=secret", "draft"),
        ("organisation=Amsterdam", "TOOI"),
        ("organization=gm0363", "organisation"),
        ("page=1&page=1", "2 times"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(desk: TestClient, query: str, said: str) -> None:
    response = desk.get(f"{PATH}?{query}")
    assert response.status_code == 400
    assert said in response.json()["detail"]
    assert [error["name"] for error in response.json()["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize(
    ("query", "media_type", "status"),
    [
        ("visibility=secret", "text/turtle", 400),
        ("profile=final", "text/turtle", 400),
        ("asOf=1-7-2026", "text/turtle", 400),
        ("lang=fr", "text/turtle", 400),
        ("visibility=public&profile=draft", "text/turtle", 400),
        ("owner=me", "text/turtle", 400),
        ("", "application/pdf", 415),
        ("", "application/ld+json", 400),
        ("", "text/csv", 400),
    ],
)
def test_a_wrong_way_of_storing_is_answered_with_what_is_wrong(
    desk: TestClient, query: str, media_type: str, status: int
) -> None:
    response = desk.post(f"{PATH}?{query}", content=STAD, headers={"Content-Type": media_type, **who(AUTHOR)})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert desk.get(PATH, headers=who(AUTHOR)).json() == []


@pytest.mark.parametrize("identifier", ["A", "..", "%2e%2e%2fx", "a%20b", "%00", "x" * 300, "voorbeeldstad-1'--", "ü"])
def test_an_odd_address_is_not_there(desk: TestClient, identifier: str) -> None:
    assert desk.get(f"{PATH}/{identifier}", headers=who(AUTHOR)).status_code == 404
    gone = desk.delete(f"{PATH}/{identifier}", headers={**who(AUTHOR), "If-Match": "*"})
    assert gone.status_code in (404, 405)


def test_what_cannot_be_recorded_is_not_done(
    desk: TestClient, audit: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = stored(desk)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BIO2KG_AUDIT", str(tmp_path / "file" / "audit.log"))
    headers = {**who(AUTHOR), "If-Match": "*"}
    assert desk.post(PATH, content=STAD, headers={**TURTLE, **who(AUTHOR)}).status_code == 503
    assert desk.put(known["href"], content=STAD, headers={**TURTLE, **headers}).status_code == 503
    assert desk.patch(known["href"], json={"visibility": "public"}, headers={**headers, **PATCH}).status_code == 503
    assert desk.delete(known["href"], headers=headers).status_code == 503
    assert [one["revision"] for one in desk.get(PATH, headers=who(AUTHOR)).json()] == [known["revision"]]


def test_where_the_register_is_stays_inside(desk: TestClient, register: LocalRegister, tmp_path: Path) -> None:
    known = stored(desk, visibility="public")
    (tmp_path / "register.sqlite3").rename(tmp_path / "away")
    for path in (PATH, known["href"]):
        response = desk.get(path)
        assert response.status_code == 503
        assert "cannot be written" in response.json()["detail"]
        assert str(tmp_path) not in response.text


def test_a_commit_that_fails_stands_in_the_log_as_failed(
    desk: TestClient, audit: Path, register: LocalRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = register.create

    def fails(*given: object, witness: object, **named: object) -> object:
        create(*given, witness=witness, **named)  # type: ignore[arg-type]
        raise StateError("the disk is full; nothing was changed")

    monkeypatch.setattr(register, "create", fails)
    response = desk.post(PATH, content=STAD, headers={**TURTLE, **who(AUTHOR)})
    assert (response.status_code, "disk is full" in response.json()["detail"]) == (503, True)
    assert [outcome for *_, outcome in audited(audit)] == ["done", "failed"]


def test_the_operations_are_described_with_examples_that_hold(desk: TestClient) -> None:
    paths = desk.get("/v1/openapi.json").json()["paths"]
    assert set(paths[PATH.removeprefix("/v1")]) == {"get", "post"}
    one = paths["/assessments/{identifier}"]
    assert set(one) == {"get", "put", "patch", "delete"}
    assert {"400", "401", "403", "404", "412", "428"} <= set(one["delete"]["responses"])
    assert {"409", "413", "415"} <= set(one["put"]["responses"])
    example = one["put"]["requestBody"]["content"]["text/turtle"]["examples"]["voorbeeldstad"]["value"]
    assert stored(desk, example.encode(), visibility="public")
    listed = paths["/assessments"]["get"]["responses"]["200"]["content"]["application/json"]["example"][0]
    assert set(listed) == set(desk.get(PATH).json()[0])
    whole = one["get"]["responses"]["200"]["content"]["application/json"]["example"]
    assert set(whole) == set(stored(desk))
    for operation in (one["put"], one["delete"], paths["/assessments"]["post"]):
        assert operation["security"] == [{"bearer": []}]
    assert {"bearer": []} in one["get"]["security"]
    assert {} in one["get"]["security"]


def test_random_bytes_never_bring_a_writer_down(desk: TestClient) -> None:
    for media_type in ("text/turtle", "application/rdf+xml", "application/trig", "text/csv"):
        headers = {"Content-Type": media_type, **who(AUTHOR)}
        assert desk.post(PATH, content=os.urandom(2000), headers=headers).status_code == 400
