"""The gate: who passes it, who does not, what is kept of that, and what the answers say to caches."""

import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bio2kg.access import audit
from bio2kg.access.callers import Role
from bio2kg.access.oidc import Issuer
from bio2kg.access.rates import Rates
from bio2kg.access.tokens import Tokens, issue
from bio2kg.errors import Bio2kgError, UnauthorisedError
from bio2kg.web.access import Credentials, Gate, bearer, caller_of, client_of, require
from bio2kg.web.problems import problem
from tests.access.provider import AUDIENCE, Provider, provider

ROTTERDAM = "https://identifier.overheid.nl/tooi/id/gemeente/gm0599"


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tokens:
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path))
    return Tokens(tmp_path / "stored" / "tokens.json")


@pytest.fixture
def log(tokens: Tokens, tmp_path: Path) -> Path:
    return tmp_path / "stored" / "audit.log"


def serving(credentials: Credentials, rates: Rates | None = None) -> TestClient:
    app, part = FastAPI(), FastAPI()

    @app.get("/public")
    async def public() -> str:
        return "public"

    @app.get("/health/live")
    async def live() -> str:
        return "live"

    @part.get("/who")
    async def who(request: Request) -> dict[str, str | None]:
        caller = caller_of(request)
        return {"name": caller.name, "organisation": caller.organisation, "role": caller.role}

    @part.put("/write/{name:path}")
    async def write(request: Request) -> str:
        require(caller_of(request), Role.AUTHOR)
        return client_of(request)

    for served in (app, part):

        @served.exception_handler(Bio2kgError)
        async def expected(request: Request, error: Bio2kgError) -> object:
            return problem(request, error)

    app.mount("/v1", part)
    app.add_middleware(Gate, credentials=credentials, rates=rates or Rates(0, 0))
    return TestClient(app)


@pytest.fixture
def client(tokens: Tokens) -> Iterator[TestClient]:
    with serving(Credentials(tokens)) as client:
        yield client


def given_token(tokens: Tokens, role: str = "author") -> dict[str, str]:
    """The header with a new token."""
    token, text = issue("gm0599", role)
    tokens.add(token)
    return {"Authorization": f"Bearer {text}"}


def kept(log: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.read_bytes().splitlines()] if log.exists() else []


def test_without_a_header_the_caller_is_anonymous(client: TestClient) -> None:
    response = client.get("/v1/who")
    assert response.json() == {"name": "", "organisation": "", "role": None}
    assert "no-store" not in response.headers.get("cache-control", "")


def test_a_token_makes_its_holder_known_to_every_route(client: TestClient, tokens: Tokens) -> None:
    header = given_token(tokens)
    response = client.get("/v1/who", headers=header)
    assert response.json() == {"name": tokens.all()[0].id, "organisation": ROTTERDAM, "role": "author"}
    assert client.put("/v1/write/a", headers=header).status_code == 200
    scheme, _, text = header["Authorization"].partition(" ")
    assert client.get("/v1/who", headers={"Authorization": f"{scheme.lower()} {text}"}).json()["role"] == "author"


def test_what_depends_on_the_caller_tells_caches_so(client: TestClient, tokens: Tokens) -> None:
    assert "Authorization" in client.get("/v1/who").headers["vary"]
    assert "vary" not in client.get("/public").headers
    for path in ("/v1/who", "/public"):
        assert client.get(path, headers=given_token(tokens)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "values",
    [
        [""],
        ["Bearer"],
        ["Bearer "],
        ["Basic YTpi"],
        ["Bearer a b"],
        ["Bearer a,b"],
        ["Bearer =a"],
        ["bio2kg_abcdefghij_" + "s" * 43],
        ["Bearer a", "Bearer a"],
        ["Bearer bio2kg_abcdefghij_" + "s" * 43],
        ["Bearer \xe9"],
        ["Digest username=x"],
    ],
)
@pytest.mark.parametrize("path", ["/public", "/v1/who"])
def test_credentials_that_are_not_valid_are_refused_on_every_path(
    client: TestClient, path: str, values: list[str]
) -> None:
    response = client.get(path, headers=[("Authorization", value.encode("latin-1")) for value in values])
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert not any(value and value.removeprefix("Bearer ") in response.text for value in values if len(value) > 20)


@pytest.mark.parametrize("query", ["access_token=x", "a=b&access_token=", "%61ccess_token=x"])
def test_a_token_in_the_address_is_refused(client: TestClient, tokens: Tokens, query: str) -> None:
    response = client.get(f"/v1/who?{query}", headers=given_token(tokens))
    assert response.status_code == 400
    assert "header Authorization" in response.json()["detail"]


def test_who_has_no_or_another_role_may_not_write(client: TestClient, tokens: Tokens) -> None:
    assert client.put("/v1/write/a").status_code == 401
    assert client.put("/v1/write/a", headers=given_token(tokens, "reader")).status_code == 403
    assert client.put("/v1/write/a", headers=given_token(tokens, "operator")).status_code == 403


def test_a_revoked_token_is_refused_in_a_running_server(client: TestClient, tokens: Tokens, tmp_path: Path) -> None:
    header = given_token(tokens)
    assert client.get("/v1/who", headers=header).status_code == 200
    Tokens(tmp_path / "stored" / "tokens.json").revoke(tokens.all()[0].id)
    response = client.get("/v1/who", headers=header)
    assert response.status_code == 401
    assert "revoked" in response.json()["detail"]


def test_damaged_tokens_let_nobody_in_but_leave_what_is_public(
    client: TestClient, tokens: Tokens, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    header = given_token(tokens)
    (tmp_path / "stored" / "tokens.json").write_text("{")
    with caplog.at_level(logging.ERROR):
        response = client.get("/v1/who", headers=header)
    assert response.status_code == 503
    assert str(tmp_path) not in response.text
    assert "tokens.json" in caplog.text
    assert client.get("/public").status_code == 200


def test_every_refusal_is_recorded_without_secrets(client: TestClient, tokens: Tokens, log: Path) -> None:
    secret = "bio2kg_abcdefghij_" + "s" * 43
    client.get("/public?a=query-text", headers={"Authorization": f"Bearer {secret}"})
    client.put("/v1/write/x", content="body-text")
    reader = given_token(tokens, "reader")
    client.put(f"/v1/write/{secret}", headers=reader)
    client.get("/v1/nothing-here")
    client.get("/public")
    found = kept(log)
    assert [(line["action"], line["subject"], line["outcome"]) for line in found] == [
        ("GET", "/public", "refused"),
        ("PUT", "/v1/write/x", "refused"),
        ("PUT", "/v1/write/…", "refused"),
    ]
    assert [(line["caller"], line["role"]) for line in found] == [("", ""), ("", ""), (tokens.all()[0].id, "reader")]
    assert found[0]["client"] == "testclient"
    for text in (secret, "query-text", "body-text", reader["Authorization"]):
        assert text not in log.read_text()
    assert audit.verify(log).broken == []


def test_strangers_cannot_fill_the_audit_log(client: TestClient, log: Path) -> None:
    for _ in range(100):
        assert client.put("/v1/write/a").status_code == 401
    assert 30 <= len(kept(log)) < 60


def test_a_refusal_that_cannot_be_recorded_stays_a_refusal(client: TestClient, log: Path) -> None:
    log.mkdir(parents=True)
    assert client.put("/v1/write/a").status_code == 401


def test_too_many_requests_are_answered_with_the_time_to_wait(tokens: Tokens) -> None:
    with serving(Credentials(tokens), Rates(3, 0)) as client:
        assert [client.get("/public").status_code for _ in range(4)] == [200, 200, 200, 429]
        response = client.get("/public")
        assert 1 <= int(response.headers["retry-after"]) <= 20
        assert response.json()["type"].endswith("/too-many-requests")
        assert client.get("/public", headers=given_token(tokens)).status_code == 200, "a token has its own allowance"
        assert client.get("/public", headers={"Authorization": "Bearer x"}).status_code == 429
        assert {client.get("/health/live").status_code for _ in range(10)} == {200}


def test_what_a_stranger_says_of_its_address_is_not_believed(tokens: Tokens) -> None:
    with serving(Credentials(tokens), Rates(1, 0)) as client:
        headers = [{"X-Forwarded-For": f"192.0.2.{n}", "Forwarded": f"for=192.0.2.{n}"} for n in range(3)]
        assert [client.get("/public", headers=header).status_code for header in headers] == [200, 429, 429]


def test_the_address_that_a_named_proxy_gives_is_believed(tokens: Tokens) -> None:
    gate = serving(Credentials(tokens), Rates(1, 0)).app
    app = ProxyHeadersMiddleware(gate, ["192.0.2.0/24"])
    behind, elsewhere = (TestClient(app, client=(host, 1)) for host in ("192.0.2.9", "198.51.100.1"))
    for number in range(3):
        header = {"X-Forwarded-For": f"203.0.113.{number}"}
        assert behind.get("/public", headers=header).status_code == 200
        assert elsewhere.get("/public", headers=header).status_code == (429 if number else 200)
    forged = {"X-Forwarded-For": "203.0.113.99, 203.0.113.0"}
    assert behind.get("/public", headers=forged).status_code == 429, "what the proxy itself saw stands last"


@pytest.fixture
def known_provider() -> Iterator[Provider]:
    with provider() as found:
        yield found


def test_a_token_of_the_identity_provider_works_beside_our_own(tokens: Tokens, known_provider: Provider) -> None:
    issuer = Issuer(known_provider.address, AUDIENCE, "organization", "bio2kg_role")
    with serving(Credentials(tokens, issuer)) as client:
        theirs = {"Authorization": f"Bearer {known_provider.token()}"}
        assert client.get("/v1/who", headers=theirs).json()["name"] == "jansen"
        assert client.get("/v1/who", headers=given_token(tokens)).json()["role"] == "author"
        unmapped = {"Authorization": f"Bearer {known_provider.token(bio2kg_role='admin')}"}
        assert client.get("/v1/who", headers=unmapped).status_code == 403
        assert client.get("/v1/who", headers={"Authorization": "Bearer a.b.c"}).status_code == 401
    with serving(Credentials(tokens)) as client:
        assert client.get("/v1/who", headers=theirs).status_code == 401, "none is configured"


def test_a_provider_that_is_away_or_slow_holds_up_nobody_else(tokens: Tokens, known_provider: Provider) -> None:
    known_provider.status, known_provider.answer_after = 500, 2.0
    credentials = Credentials(tokens, Issuer(known_provider.address, AUDIENCE, "organization", "bio2kg_role"))
    with serving(credentials) as client:
        theirs, ours = {"Authorization": f"Bearer {known_provider.token()}"}, given_token(tokens)

        start = time.monotonic()

        def ask(header: dict[str, str]) -> tuple[int, float]:
            return client.get("/v1/who", headers=header).status_code, time.monotonic() - start

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, [theirs] * 6 + [ours, {}]))
    assert [status for status, _ in answers] == [503] * 6 + [200, 200]
    assert max(seconds for _, seconds in answers[6:]) < 1.8 < min(seconds for _, seconds in answers[:6])
    assert len(known_provider.asked) == 1


@given(st.lists(st.text(max_size=60), max_size=3))
def test_any_header_is_a_token_or_an_answer_401(values: list[str]) -> None:
    try:
        token = bearer(values)
    except UnauthorisedError:
        return
    assert (token == "") == (values == [])
    assert token.isascii()
    assert not values or values[0].lower().startswith("bearer ")


@given(st.from_regex(r"[A-Za-z0-9._~+/-]+=*", fullmatch=True), st.sampled_from(["Bearer", "bearer", "BEARER"]))
def test_every_token_of_rfc_6750_is_read_whole(token: str, scheme: str) -> None:
    assert bearer([f"{scheme} {token}"]) == token
