"""Stored assessments over HTTP: who may do what, what is answered, and what never happens."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat, parse

from bio2kg.register import LocalRegister, RemoteRegister
from bio2kg.store import EmbeddedStore
from bio2kg.validation.reading import LARGEST
from bio2kg.validation.service import Session
from tests.conftest import ROOT
from tests.web.desk import MEER, ORGANISATION, PATCH, PATH, STAD, TURTLE, audited, server, stored, violating, who

AUTHOR, READER = "author-voorbeeldstad", "reader-voorbeeldstad"
EXAMPLES = ROOT / "data" / "examples"


@pytest.fixture(scope="module")
def session(store: EmbeddedStore) -> Session:
    return Session(store)


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BIO2KG_AUDIT", str(tmp_path / "audit.log"))
    return tmp_path / "audit.log"


@pytest.fixture
def desk(session: Session, audit: Path, tmp_path: Path) -> Iterator[TestClient]:
    register = LocalRegister(tmp_path / "register.sqlite3")
    with server(register, session) as client:
        yield client
    register.close()


def test_an_assessment_is_stored_with_its_report_and_read_back(desk: TestClient, audit: Path) -> None:
    response = desk.post(PATH, content=STAD, headers={**TURTLE, **who(AUTHOR)}, params={"asOf": "2026-07-01"})
    known = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == known["href"]
    assert response.headers["etag"].startswith(f'"{known["revision"]}')
    assert (known["organisation"], known["visibility"]) == (f"{ORGANISATION}voorbeeldstad", "draft")
    assert (known["verdict"]["profile"], known["verdict"]["asOf"]) == ("draft", "2026-07-01")
    one = desk.get(known["href"], headers=who(AUTHOR))
    assert one.json() == known
    assert one.headers["etag"] == response.headers["etag"]
    report = desk.get(known["report"], headers=who(AUTHOR), params={"lang": "en"})
    assert (report.json()["language"], report.json()["counts"]) == ("en", known["verdict"]["counts"])
    assert audited(audit) == [(AUTHOR, "assessment.create", known["href"], "done")]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_the_content_comes_in_the_syntax_asked_for(desk: TestClient, accept: str, form: RdfFormat) -> None:
    href = stored(desk)["href"]
    response = desk.get(href, headers={**who(AUTHOR), "Accept": accept})
    assert response.headers["content-type"].partition(";")[0] == accept
    sent = {quad.triple for quad in parse(STAD, format=RdfFormat.TURTLE)}
    assert {quad.triple for quad in parse(response.content, format=form)} == sent
    by_name = {"text/turtle": "turtle", "application/n-triples": "ntriples", "application/ld+json": "jsonld"}
    named = desk.get(href, headers=who(AUTHOR), params={"format": by_name.get(accept, "rdfxml")})
    assert named.content == response.content
    assert desk.get(href, headers={**who(AUTHOR), "Accept": "image/png"}).status_code == 406
    head = desk.head(href, headers={**who(AUTHOR), "Accept": accept})
    assert (head.status_code, head.headers["etag"]) == (200, response.headers["etag"])


def test_a_workbook_and_a_whole_example_are_stored_too(desk: TestClient) -> None:
    sheet = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", **who(AUTHOR)}
    name = "voorbeeldstad-1.3-2026"
    when = {"visibility": "public", "asOf": "2026-07-01"}
    made = desk.post(PATH, content=(EXAMPLES / f"{name}.xlsx").read_bytes(), headers=sheet, params=when)
    again = desk.post(
        PATH, content=(EXAMPLES / f"{name}.ttl").read_bytes(), headers={**TURTLE, **who(AUTHOR)}, params=when
    )
    assert (made.status_code, again.status_code) == (201, 201)
    for response in (made, again):
        assert response.json()["verdict"] == {
            "profile": "public",
            "asOf": "2026-07-01",
            "passed": True,
            "counts": {"violation": 0, "warning": 0, "info": 0},
        }


CALLERS = [("", "")] + [
    (role, of) for role in ("reader", "author", "operator") for of in ("voorbeeldstad", "voorbeeldmeer", "")
]


@pytest.mark.parametrize(("by", "of"), CALLERS)
def test_each_caller_sees_what_the_table_says_and_the_rest_is_not_there(desk: TestClient, by: str, of: str) -> None:
    """Every role and organisation, on every visibility of two organisations, by each way of reading."""
    made = [
        stored(desk, content, f"author-{owner}", visibility=visibility)
        for owner, content in (("voorbeeldstad", STAD), ("voorbeeldmeer", MEER))
        for visibility in ("draft", "restricted", "public")
    ]
    own = {"reader": {"restricted"}, "author": {"restricted", "draft"}}.get(by, set())
    headers = who(f"{by}-{of}" if of else by)
    absent = desk.get(f"{PATH}/voorbeeldstad-22222222", headers=headers)
    seen = []
    for known in made:
        may = known["visibility"] == "public" or (
            known["organisation"] == f"{ORGANISATION}{of}" and known["visibility"] in own
        )
        for path in (known["href"], known["report"]):
            response = desk.get(path, headers=headers)
            assert response.status_code == (200 if may else 404)
        if may:
            seen.append(known["href"])
        else:
            hidden = desk.get(known["href"], headers=headers)
            identifier = known["href"].rpartition("/")[2]
            assert hidden.text.replace(identifier, "voorbeeldstad-22222222") == absent.text
            assert dict(hidden.headers, **{"content-length": ""}) == dict(absent.headers, **{"content-length": ""})
            assert desk.head(known["href"], headers=headers).status_code == 404
    listed = desk.get(PATH, headers=headers)
    assert [one["href"] for one in listed.json()] == sorted(seen)
    assert len(listed.json()) == 2 + len(own) * bool(of)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("by", "visibility", "status"),
    [
        ("", "public", 401),
        ("", "draft", 401),
        ("somebody-voorbeeldstad", "public", 401),
        ("reader-voorbeeldstad", "draft", 403),
        ("reader-voorbeeldstad", "restricted", 403),
        ("operator-voorbeeldstad", "public", 403),
        ("author", "public", 403),
        ("author-voorbeeldmeer", "public", 403),
        ("author-voorbeeldmeer", "restricted", 404),
        ("author-voorbeeldmeer", "draft", 404),
    ],
)
def test_who_may_not_write_changes_nothing_and_learns_nothing(
    desk: TestClient, method: str, by: str, visibility: str, status: int
) -> None:
    known = stored(desk, visibility=visibility)
    headers = {**who(by), "If-Match": "*", **(PATCH if method == "PATCH" else TURTLE)}
    body = b'{"visibility": "draft"}' if method == "PATCH" else STAD
    response = desk.request(method, known["href"], content=body, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert ("www-authenticate" in response.headers) == (status == 401)
    assert desk.get(known["href"], headers=who(AUTHOR)).json() == known
    if status in (403, 404) and visibility != "public":
        absent = desk.request(method, f"{PATH}/voorbeeldstad-22222222", content=body, headers=headers)
        identifier = known["href"].rpartition("/")[2]
        assert response.text.replace(identifier, "voorbeeldstad-22222222") == absent.text


@pytest.mark.parametrize(
    ("by", "content", "status", "said"),
    [
        ("", STAD, 401, "not for everyone"),
        ("reader-voorbeeldstad", STAD, 403, "author"),
        ("operator-voorbeeldstad", STAD, 403, "author"),
        ("author", STAD, 403, "no organisation"),
        ("author-voorbeeldmeer", STAD, 403, "voorbeeldstad"),
        (AUTHOR, STAD + b"<https://w3id.org/bio2kg/id/assessment/b> a b:Assessment .", 400, "b:organisation"),
        (AUTHOR, STAD.replace(b"organisation <https://w3id.org/bio2kg/id/organisation/voorbeeldstad>", b'organisation ""'), 400, "not known"),
        # Somebody's assessment says nothing of the measures themselves, nor of terms or graphs.
        (AUTHOR, STAD + b'<https://w3id.org/bio2kg/id/bio2/1.3/5.01.01> b:status "x" .', 400, "5.01.01"),
        (AUTHOR, STAD + b"<https://w3id.org/bio2kg/graph/assessment/other> a b:Graph .", 400, "graph/assessment/other"),
        (AUTHOR, b"x y z", 400, "1:1"),
        (AUTHOR, b"", 400, "empty"),
        (AUTHOR, b" " * (LARGEST + 1), 413, "20 MB"),
    ],
)  # fmt: skip
def test_what_is_not_the_callers_to_store_is_refused(
    desk: TestClient, by: str, content: bytes, status: int, said: str
) -> None:
    response = desk.post(PATH, content=content, headers={**TURTLE, **who(by)})
    assert response.status_code == status
    assert said in response.json()["detail"]
    for name in ("author-voorbeeldstad", "author-voorbeeldmeer"):
        assert desk.get(PATH, headers=who(name)).json() == []


def test_a_change_names_the_state_it_changes(desk: TestClient, audit: Path) -> None:
    known = stored(desk)
    headers = {**TURTLE, **who(AUTHOR)}

    def put(**condition: str) -> Any:
        return desk.put(known["href"], content=STAD, headers={**headers, **condition})

    turtle = desk.get(known["href"], headers={**who(AUTHOR), "Accept": "text/turtle"}).headers["etag"]
    assert put().status_code == 428
    assert put(**{"If-Match": '"something"'}).status_code == 412
    assert put(**{"If-Match": f"W/{turtle}"}).status_code == 412
    assert put(**{"If-Match": "no tag"}).status_code == 400
    replaced = put(**{"If-Match": f'"something", {turtle}'})  # the tag of any form names the state
    assert replaced.status_code == 200
    assert replaced.json()["revision"] != known["revision"]
    assert replaced.json()["created"] == known["created"]
    assert put(**{"If-Match": turtle}).status_code == 412
    assert put(**{"If-Match": "*"}).status_code == 200
    assert desk.delete(known["href"], headers=who(AUTHOR)).status_code == 428
    assert desk.delete(known["href"], headers={**who(AUTHOR), "If-Match": turtle}).status_code == 412
    assert desk.delete(known["href"], headers={**who(AUTHOR), "If-Match": "*"}).status_code == 204
    assert desk.get(known["href"], headers=who(AUTHOR)).status_code == 404
    assert put(**{"If-Match": "*"}).status_code == 404
    outcomes = [outcome for _, action, _, outcome in audited(audit) if action == "assessment.replace"]
    assert outcomes == [*["refused"] * 4, "done", "refused", "done", "refused"]
    assert audited(audit)[-2] == (AUTHOR, "assessment.delete", known["href"], "done")


def test_of_two_replacements_of_one_state_one_is_lost_and_hears_it(desk: TestClient) -> None:
    known = stored(desk)
    headers = {**TURTLE, **who(AUTHOR), "If-Match": f'"{known["revision"]}"'}
    gate, answers = Barrier(2), []

    def put(day: str) -> None:
        gate.wait()
        answers.append(desk.put(known["href"], content=STAD, headers=headers, params={"asOf": day}))

    threads = [Thread(target=put, args=(day,)) for day in ("2026-07-01", "2026-07-02")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert desk.get(known["href"], headers=who(AUTHOR)).json() == winner


SUPPRESSED = b"""
<https://w3id.org/bio2kg/id/assessment/voorbeeldstad-1.3-2026/s> a b:Suppression ;
  b:ofRule <https://w3id.org/bio2kg/id/rule/PU-01> ; b:reason "toch" ;
  b:atNode <https://w3id.org/bio2kg/id/assessment/voorbeeldstad-1.3-2026/beleid> ;
  b:owner [ a b:Party ; foaf:name "CISO" ] ; b:endsOn "2099-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
<https://w3id.org/bio2kg/id/assessment/voorbeeldstad-1.3-2026/beleid>
  b:confidentiality <https://w3id.org/bio2kg/id/confidentiality/internal> .
"""


@pytest.mark.parametrize(
    ("content", "rules", "by"),
    [
        ((EXAMPLES / "voorbeeldland-1.3-2026.ttl").read_bytes(), {"CA-12"}, "author-voorbeeldland"),
        (violating("CA-12_XFAIL.ttl"), {"CA-12"}, AUTHOR),
        (violating("PU-01_XFAIL.ttl"), {"PU-01"}, AUTHOR),
        (violating("PU-02_XFAIL_missing.ttl").replace(b"a b:StatementOfApplicability .", b"a b:StatementOfApplicability ; b:organisation <https://w3id.org/bio2kg/id/organisation/voorbeeldstad> ."), {"PU-02"}, AUTHOR),
        (violating("PU-03_XFAIL.ttl"), {"PU-03"}, AUTHOR),
        # A rule about publishing cannot be set aside in what is published.
        (STAD + SUPPRESSED, {"PU-01"}, AUTHOR),
    ],
)  # fmt: skip
def test_what_may_not_be_public_never_becomes_it(
    desk: TestClient, content: bytes, rules: set[str], by: str, audit: Path
) -> None:
    headers = {**TURTLE, **who(by)}
    when = {"asOf": "2026-07-01", "lang": "nl"}
    response = desk.post(PATH, content=content, headers=headers, params={**when, "visibility": "public"})
    assert response.status_code == 409
    assert {error["detail"].partition(":")[0] for error in response.json()["errors"]} == rules
    assert desk.get(PATH, headers=who(by)).json() == []
    known = stored(desk, content, by, visibility="restricted", **when)
    condition = {"If-Match": f'"{known["revision"]}"'}
    put = desk.put(known["href"], content=content, headers={**headers, **condition}, params={"visibility": "public"})
    patch = desk.patch(known["href"], json={"visibility": "public"}, headers={**PATCH, **who(by), **condition})
    assert (put.status_code, patch.status_code) == (409, 409)
    assert desk.get(known["href"], headers=who(by)).json() == known
    assert desk.get(PATH).json() == []
    assert [line[3] for line in audited(audit)] == ["refused", "done", "refused", "refused"]


def test_what_is_public_stays_fit_for_it(desk: TestClient) -> None:
    """A replacement keeps the visibility, so it is judged as public too."""
    known = stored(desk, visibility="public")
    headers = {**TURTLE, **who(AUTHOR), "If-Match": "*"}
    assert desk.put(known["href"], content=violating("PU-03_XFAIL.ttl"), headers=headers).status_code == 409
    weaker = desk.put(known["href"], content=STAD, headers=headers, params={"profile": "draft"})
    assert weaker.status_code == 400
    assert desk.get(known["href"]).json() == known


def test_who_may_see_it_is_changed_by_a_merge_patch(desk: TestClient) -> None:
    known = stored(desk)
    headers = {**PATCH, **who(AUTHOR), "If-Match": "*"}
    public = desk.patch(known["href"], content=b'{"visibility": "public"}', headers=headers).json()
    assert (public["visibility"], public["verdict"]["profile"]) == ("public", "public")
    assert desk.get(known["href"]).json() == public
    hidden = desk.patch(known["href"], content=b'{"visibility": "restricted"}', headers=headers)
    assert hidden.status_code == 200
    assert desk.get(known["href"]).status_code == 404
    for wrong in (
        b"",
        b"[]",
        b"{}",
        b'{"visibility": 1}',
        b'{"visibility": "all"}',
        b'{"organisation": "x"}',
        b"[" * 4000,
    ):
        assert desk.patch(known["href"], content=wrong, headers=headers).status_code == 400
    assert desk.patch(known["href"], content=b" " * 5000, headers=headers).status_code == 413
    assert desk.patch(known["href"], content=b"{}", headers={**headers, **TURTLE}).status_code == 415


def test_everything_works_on_the_register_in_a_sparql_store_too(session: Session, audit: Path) -> None:
    with server(RemoteRegister(EmbeddedStore(read_only=False)), session) as desk:
        known = stored(desk)
        public = desk.patch(
            known["href"], json={"visibility": "public"}, headers={**PATCH, **who(AUTHOR), "If-Match": "*"}
        )
        assert desk.get(known["href"]).json() == public.json()
        assert desk.delete(known["href"], headers={**who(AUTHOR), "If-Match": "*"}).status_code == 204
        assert desk.get(known["href"], headers=who(AUTHOR)).status_code == 404
