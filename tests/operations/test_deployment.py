"""What is written for whoever runs the service agrees with the program."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from bio2kg.cli import app
from bio2kg.operations import metrics, reference
from bio2kg.settings import settings, variables
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
HOW_TO = ROOT / "docs" / "how-to"
NAMED = re.compile(r"BIO2KG_[A-Z_]+")


def test_the_page_of_settings_is_that_of_the_program() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert page == reference.page(), "do: python -m bio2kg.operations.reference > docs/reference/settings.md"


@pytest.mark.parametrize(
    "path",
    [
        "Containerfile",
        "deploy/bio2kg.service",
        "deploy/bio2kg.env.example",
        "docs/how-to/run-in-production.md",
        "docs/how-to/back-up-and-restore.md",
    ],
)
def test_every_setting_that_is_named_exists(path: str) -> None:
    named = set(NAMED.findall((ROOT / path).read_text(encoding="utf-8")))
    assert named
    assert named <= variables().keys()


def test_the_example_of_the_settings_is_valid_also_with_everything_turned_on(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (DEPLOY / "bio2kg.env.example").read_text(encoding="utf-8")
    for line in re.findall(r"^#?(BIO2KG_\w+=.*)$", text, re.MULTILINE):
        name, _, value = line.partition("=")
        monkeypatch.setenv(name, value)
    assert settings().proxies
    assert settings().oidc_issuer


def test_every_figure_is_explained() -> None:
    page = (HOW_TO / "run-in-production.md").read_text(encoding="utf-8")
    shown = metrics.exposition("")[0].decode()
    names = set(re.findall(r"^# TYPE (bio2kg_\w+) ", shown, re.MULTILINE))
    assert len(names) >= 8
    assert names == set(
        re.findall(r"`(bio2kg_\w+)(?:\{[\w,]+\})?`", page.partition("| figure |")[2].partition("Worth")[0])
    )


def test_the_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        if os.environ.get("CI") == "true":
            pytest.fail("systemd-analyze is not there: install systemd")
        pytest.skip("systemd-analyze is not there: install systemd")
    unit = tmp_path / "bio2kg.service"
    text = (DEPLOY / "bio2kg.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/bio2kg/bin/bio2kg", "/bin/sh"), encoding="utf-8")  # it must exist
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(unit)], capture_output=True, check=False
    )
    assert judged.returncode == 0, "exposed more than 2.0"


def test_the_unit_gives_running_requests_their_time() -> None:
    unit = (DEPLOY / "bio2kg.service").read_text(encoding="utf-8")
    stop = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert stop
    assert int(stop[1]) > settings().shutdown_seconds


def test_what_the_image_copies_exists_and_is_all_that_is_installed() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for word in line.split()[:-1]]
    for name in copied:
        assert (ROOT / name).exists(), name
    assert {"bio2kg", "ontology", "shapes", "data", "queries", "pyproject.toml", "constraints.txt"} <= set(copied)
    assert re.search(r"^USER [1-9]\d*:", text, re.MULTILINE)
    assert "/health/ready" in text


def test_nothing_else_goes_to_who_builds_the_image() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for word in line.split()[:-1]}
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied


def test_the_image_and_the_unit_serve_with_options_that_exist() -> None:
    shown = {option for parameter in get_command(app).commands["serve"].params for option in parameter.opts}
    image = re.search(r"^CMD (\[.*\])$", (ROOT / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    unit = re.search(r"^ExecStart=\S+/bio2kg (.*)$", (DEPLOY / "bio2kg.service").read_text(), re.MULTILINE)
    assert image
    assert unit
    for command in (json.loads(image[1])[1:], unit[1].split()):
        assert command[0] == "serve"
        assert {word for word in command if word.startswith("-")} <= shown
