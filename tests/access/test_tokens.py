"""API tokens: who gets in with one, until when, and what becomes of a file that cannot be trusted."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bio2kg.access.callers import Caller, Role
from bio2kg.access.tokens import Tokens, issue
from bio2kg.errors import InputError, NotFoundError, StateError, UnauthorisedError

ROTTERDAM = "https://identifier.overheid.nl/tooi/id/gemeente/gm0599"


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path / "stored" / "tokens.json")


def file_of(tmp_path: Path) -> Path:
    return tmp_path / "stored" / "tokens.json"


def given(tokens: Tokens, role: str = "reader") -> tuple[str, str]:
    """The id and the text of a token that was stored."""
    token, text = issue("gm0599", role)
    tokens.add(token)
    return token.id, text


@pytest.mark.parametrize("role", list(Role))
def test_the_holder_of_a_token_has_its_organisation_and_role(tokens: Tokens, role: Role) -> None:
    name, text = given(tokens, role)
    assert tokens.caller(text) == Caller(name, ROTTERDAM, role)


def test_a_token_carries_256_random_bits_and_its_id() -> None:
    token, text = issue("gm0599", "reader")
    prefix, name, secret = text.split("_", 2)
    assert (prefix, name) == ("bio2kg", token.id)
    assert len(secret) == 43  # 32 bytes in base64url
    assert issue("gm0599", "reader")[1] != text


def test_the_file_holds_no_secret_and_is_for_its_owner_alone(tokens: Tokens, tmp_path: Path) -> None:
    _, text = given(tokens)
    assert text.split("_", 2)[2] not in file_of(tmp_path).read_text()
    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE(file_of(tmp_path).parent.stat().st_mode) == 0o700


def test_90_days_are_the_default_and_a_year_the_most() -> None:
    token, _ = issue("gm0599", "reader")
    assert token.expires - token.created == timedelta(days=90)
    assert issue("gm0599", "reader", 365)[0].expires
    for days in (0, -1, 366):
        with pytest.raises(InputError, match="days"):
            issue("gm0599", "reader", days)


@pytest.mark.parametrize(
    ("organisation", "role", "label"),
    [
        ("Rotterdam", "reader", ""),
        ("gm0599", "admin", ""),
        ("gm0599", "Reader", ""),
        ("gm0599", "reader", "two\nlines"),
        ("gm0599", "reader", "x" * 101),
    ],
)
def test_no_token_for_an_unknown_organisation_or_role_or_an_odd_label(organisation: str, role: str, label: str) -> None:
    with pytest.raises(InputError):
        issue(organisation, role, label=label)


def test_a_token_that_is_unknown_expired_or_revoked_is_refused(tokens: Tokens) -> None:
    name, text = given(tokens)
    other = text[:-1] + ("A" if text[-1] != "A" else "B")
    for wrong in (other, issue("gm0599", "reader")[1], "", "bio2kg_", text + "x", text[:-1], text.upper(), "é"):
        with pytest.raises(UnauthorisedError, match="not known"):
            tokens.caller(wrong)
    old, old_text = issue("gm0599", "reader")
    long_ago = datetime.now(UTC) - timedelta(days=91)
    tokens.add(replace(old, created=long_ago, expires=long_ago + timedelta(days=90)))
    with pytest.raises(UnauthorisedError, match="expired"):
        tokens.caller(old_text)
    tokens.revoke(name)
    with pytest.raises(UnauthorisedError, match="revoked"):
        tokens.caller(text)


def test_a_token_ends_at_its_time_to_the_second() -> None:
    token, _ = issue("gm0599", "reader", 1)
    assert token.state(token.expires - timedelta(seconds=1)) == "valid"
    assert token.state(token.expires) == "expired"


def test_what_another_process_revokes_is_refused_at_once(tokens: Tokens, tmp_path: Path) -> None:
    name, text = given(tokens)
    assert tokens.caller(text)
    subprocess.run(
        [sys.executable, "-m", "bio2kg", "token", "revoke", name],
        env={**os.environ, "BIO2KG_HOME": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    with pytest.raises(UnauthorisedError, match="revoked"):
        tokens.caller(text)


def test_revoking_twice_keeps_the_first_time(tokens: Tokens) -> None:
    name, _ = given(tokens)
    first = tokens.revoke(name).revoked
    assert first
    assert tokens.revoke(name).revoked == first
    with pytest.raises(NotFoundError):
        tokens.revoke("nothere")


def test_tokens_made_at_once_are_all_kept(tmp_path: Path) -> None:
    def make(_: int) -> str:
        return given(Tokens(file_of(tmp_path)))[0]

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(make, range(40)))
    assert {token.id for token in Tokens(file_of(tmp_path)).all()} == made


def test_without_a_file_there_are_no_tokens(tokens: Tokens) -> None:
    assert tokens.all() == []
    with pytest.raises(UnauthorisedError):
        tokens.caller(issue("gm0599", "reader")[1])


def test_a_file_that_is_taken_away_lets_nobody_in(tokens: Tokens, tmp_path: Path) -> None:
    _, text = given(tokens)
    assert tokens.caller(text)
    file_of(tmp_path).unlink()
    with pytest.raises(UnauthorisedError):
        tokens.caller(text)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"version": 2, "tokens": []}',
        '{"version": 1}',
        '{"version": 1, "tokens": [{}]}',
        '{"version": 1, "tokens": ["a"]}',
        "\x00",
        "\ud800",
    ],
)
def test_a_damaged_file_lets_nobody_in_and_is_not_written_over(tokens: Tokens, tmp_path: Path, content: str) -> None:
    _, text = given(tokens)
    damaged = content.encode("utf-8", "surrogatepass")
    file_of(tmp_path).write_bytes(damaged)
    with pytest.raises(StateError, match="damaged"):
        tokens.caller(text)
    with pytest.raises(StateError, match="damaged"):
        tokens.add(issue("gm0599", "reader")[0])
    assert file_of(tmp_path).read_bytes() == damaged


@pytest.mark.parametrize(
    ("field", "value"),
    [("role", "admin"), ("expires", "2099-01-01T00:00:00"), ("expires", 1), ("digest", None), ("extra", "x")],
)
def test_a_token_with_a_wrong_field_makes_the_file_damaged(
    tokens: Tokens, tmp_path: Path, field: str, value: object
) -> None:
    _, text = given(tokens)
    kept = json.loads(file_of(tmp_path).read_text())
    kept["tokens"][0][field] = value
    file_of(tmp_path).write_text(json.dumps(kept))
    with pytest.raises(StateError, match="damaged"):
        tokens.caller(text)


def test_a_file_that_others_may_write_is_not_believed(tokens: Tokens, tmp_path: Path) -> None:
    _, text = given(tokens)
    file_of(tmp_path).write_bytes(file_of(tmp_path).read_bytes())
    file_of(tmp_path).chmod(0o666)
    with pytest.raises(StateError, match="others may write"):
        tokens.caller(text)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "stored").write_text("a file where a folder should be")
    with pytest.raises(StateError, match=r"tokens\.json"):
        Tokens(file_of(tmp_path)).add(issue("gm0599", "reader")[0])
