"""The commands `bio2kg token` and `bio2kg audit`."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bio2kg.access.tokens import Tokens

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bio2kg", *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "BIO2KG_HOME": str(tmp_path), "COLUMNS": "60"},
            timeout=60,
            check=False,
        )

    return run


def create(command: Command, *more: str) -> str:
    made = command("token", "create", "--organisation", "gm0599", "--role", "author", *more)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def test_a_token_is_made_listed_and_revoked(command: Command, tmp_path: Path) -> None:
    text = create(command, "--label", "scanner [bold]", "--days", "30")
    assert re.fullmatch(r"bio2kg_[a-z2-7]{10}_[\w-]{43}", text)
    name = text.split("_")[1]
    assert Tokens(tmp_path / "stored" / "tokens.json").caller(text).name == name
    listed = command("token", "list")
    assert listed.returncode == 0
    assert re.fullmatch(
        rf"{name}  valid    \d{{4}}-\d\d-\d\d  author    https://\S+/gm0599  scanner \[bold\]\n", listed.stdout
    )
    assert text.split("_", 2)[2] not in listed.stdout
    assert command("token", "revoke", name).returncode == 0
    assert f"{name}  revoked" in command("token", "list").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "--organisation", "Rotterdam", "--role", "reader"),
        ("create", "--organisation", "gm0599", "--role", "king"),
        ("create", "--organisation", "gm0599", "--role", "reader", "--days", "366"),
        ("create", "--role", "reader"),
        ("revoke", "abcdefghij"),
        ("revoke", "--all"),
    ],
)
def test_wrong_use_ends_with_2_and_makes_nothing(command: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = command("token", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "stored").exists()


def test_damaged_tokens_end_with_2_and_name_the_file(command: Command, tmp_path: Path) -> None:
    create(command)
    (tmp_path / "stored" / "tokens.json").write_text("{")
    for arguments in (("list",), ("revoke", "abcdefghij"), ("create", "--organisation", "gm0599", "--role", "reader")):
        done = command("token", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "tokens.json" in done.stderr


def test_tokens_made_by_two_commands_at_once_are_both_kept(command: Command, tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "bio2kg", "token", "create", "--organisation", "gm0599", "--role", "reader"]
    environment = {**os.environ, "BIO2KG_HOME": str(tmp_path)}
    running = [subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE) for _ in range(4)]
    made = {process.communicate()[0].decode().split("_")[1] for process in running}
    assert {line.split()[0] for line in command("token", "list").stdout.splitlines()} == made
    assert len(made) == 4


def test_tokens_are_made_and_revoked_on_record_or_not_at_all(command: Command, tmp_path: Path) -> None:
    name = create(command).split("_")[1]
    command("token", "revoke", name)
    log = tmp_path / "stored" / "audit.log"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["action"], line["subject"], line["outcome"]) for line in lines] == [
        ("token create", name, "done"),
        ("token revoke", name, "done"),
    ]
    log.unlink()
    log.mkdir()
    refused = command("token", "create", "--organisation", "gm0599", "--role", "reader")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert len(command("token", "list").stdout.splitlines()) == 1


def test_the_log_is_verified(command: Command, tmp_path: Path) -> None:
    assert command("audit", "verify").returncode == 2, "there is none yet"
    for _ in range(3):
        create(command)
    assert command("audit", "verify").returncode == 0
    log = tmp_path / "stored" / "audit.log"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text(lines[0] + lines[2])
    done = command("audit", "verify", str(log))
    assert done.returncode == 1
    assert "line 2" in done.stderr
