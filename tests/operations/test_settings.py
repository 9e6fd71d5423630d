"""Settings: every one has a meaning and bounds, and everything that is wrong is said at once."""

import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest

from bio2kg.errors import InputError
from bio2kg.settings import Settings, settings, variables
from tests.conftest import Run


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def test_an_empty_environment_gives_the_defaults() -> None:
    chosen = settings()
    assert (chosen.query_seconds, chosen.file_seconds, chosen.queue, chosen.worker_mb) == (20, 60, 64, 1024)
    assert (chosen.rate, chosen.rate_heavy, chosen.nesting, chosen.result_mb) == (600, 120, 100, 64)
    assert (chosen.log_format, chosen.metrics, chosen.federation, chosen.store) == ("text", "operator", (), None)
    assert chosen.workers >= 2
    assert chosen.at_once == 4 * chosen.workers


def test_what_is_stored_is_in_the_home_folder_unless_named_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path))
    assert settings().tokens == tmp_path / "stored" / "tokens.json"
    monkeypatch.setenv("BIO2KG_TOKENS", "/elsewhere/tokens.json")
    assert settings().tokens == Path("/elsewhere/tokens.json")
    assert settings().audit == tmp_path / "stored" / "audit.log"


def test_lists_are_separated_by_commas_and_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_FEDERATION", "https://a.example/q , https://b.example/q,")
    monkeypatch.setenv("BIO2KG_PROXIES", "10.0.0.0/8,2001:db8::1")
    monkeypatch.setenv("BIO2KG_STORE", "")
    chosen = settings()
    assert chosen.federation == ("https://a.example/q", "https://b.example/q")
    assert chosen.proxies == (ip_network("10.0.0.0/8"), ip_network("2001:db8::1/128"))
    assert chosen.store is None


def test_everything_that_is_wrong_is_said_at_once_and_no_value_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "BIO2KG_WORKERS": "vele",
        "BIO2KG_RATE": "-1",
        "BIO2KG_AT_ONCE": "-1",
        "BIO2KG_NESTING": "1000000",
        "BIO2KG_STORE": "https://jan:geheim@store.example/q",
        "BIO2KG_STORE_PASSWORD": "geheim",
        "BIO2KG_PROXIES": "10.0.0.0/8,vele",
        "BIO2KG_FEDERATION": "file:///etc/passwd",
        "BIO2KG_OIDC_ISSUER": "http://login.example",
        "BIO2KG_METRICS": "vele",
        "BIO2KG_LOG_FORMAT": "xml",
        "BIO2KG_DEBUG": "vele",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError) as raised:
        settings()
    said = str(raised.value)
    for name in wrong:
        assert f"  {name}: " in said, name
    for secret in ("geheim", "vele", "/etc/passwd"):
        assert secret not in said
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BIO2KG_QUERY_SECOND", "BIO2KG_QUERY_SECONDS"),
        ("BIO2KG_STORE_URL", "BIO2KG_STORE"),
        ("bio2kg_home", "BIO2KG_HOME"),
    ],
)
def test_a_setting_that_does_not_exist_is_refused_and_the_nearest_named(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(InputError, match=rf"{name}: there is no such setting; did you mean {meant}"):
        settings()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"STORE_UPDATE": "https://a.example/u"}, "BIO2KG_STORE_UPDATE: needs BIO2KG_STORE"),
        ({"OIDC_ISSUER": "https://login.example"}, "BIO2KG_OIDC_ISSUER: needs BIO2KG_OIDC_AUDIENCE"),
        (
            {"STORE": "https://a.example/q", "STORE_USER": "jan", "STORE_CREDENTIALS": "/file"},
            "BIO2KG_STORE_CREDENTIALS: cannot be set together with BIO2KG_STORE_USER",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"BIO2KG_{name}", value)
    with pytest.raises(InputError, match=said):
        settings()


def test_an_identity_provider_on_this_machine_may_speak_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_OIDC_ISSUER", "http://127.0.0.1:9000/realm")
    monkeypatch.setenv("BIO2KG_OIDC_AUDIENCE", "bio2kg")
    assert settings().oidc_issuer == "http://127.0.0.1:9000/realm"


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIO2KG_STORE", "https://a.example/q")
    monkeypatch.setenv("BIO2KG_STORE_USER", "jan")
    monkeypatch.setenv("BIO2KG_STORE_PASSWORD", "geheim")
    assert settings().store_account() == ("jan", "geheim")
    assert "geheim" not in f"{settings()!r} {settings()} {settings().model_dump_json()}"


def test_credentials_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    monkeypatch.setenv("BIO2KG_STORE", "https://a.example/q")
    monkeypatch.setenv("BIO2KG_STORE_CREDENTIALS", str(file))
    with pytest.raises(InputError, match="cannot be read"):
        settings().store_account()
    file.write_text("jan:ge:heim\n")
    assert settings().store_account() == ("jan", "ge:heim")
    for wrong in ("geheim", ":geheim", "jan:geheim\nmeer", ""):
        file.write_text(wrong)
        with pytest.raises(InputError, match="user:password") as raised:
            settings().store_account()
        assert "geheim" not in str(raised.value)


def test_every_setting_has_a_meaning_and_every_number_has_bounds() -> None:
    properties = Settings.model_json_schema()["properties"]
    assert set(variables().values()) == set(properties)
    for name, stated in properties.items():
        assert stated["description"].endswith("."), name
        if stated.get("type") in ("integer", "number"):
            assert {"minimum", "exclusiveMinimum"} & stated.keys(), name
            assert {"maximum", "exclusiveMaximum"} & stated.keys(), name


def test_a_wrong_setting_stops_the_command_line_with_exit_code_2(run: Run) -> None:
    done = run("sparql", "-", stdin="ASK {}", env={"BIO2KG_QUEUE": "many", "BIO2KG_QEUE": "1"})
    assert done.returncode == 2
    assert "BIO2KG_QUEUE: should be a valid integer" in done.stderr
    assert "did you mean BIO2KG_QUEUE?" in done.stderr


def test_commands_that_need_no_settings_do_not_wait_for_them() -> None:
    code = "import sys, bio2kg.cli; sys.exit(sorted({'pydantic', 'fastapi', 'prometheus_client'} & set(sys.modules)))"
    assert (
        subprocess.run(
            [sys.executable, "-c", code.replace("sys.exit(", "print(")], capture_output=True, text=True
        ).stdout
        == "[]\n"
    )
