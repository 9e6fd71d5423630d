"""The report on what one assessment shows, and its command."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
import typer
from pyoxigraph import NamedNode
from typer.testing import CliRunner

from bio2kg import posture, turtle
from bio2kg.cli.posture import report
from bio2kg.errors import InputError, NotAcceptableError
from bio2kg.namespaces import GRAPH, ID
from bio2kg.store import EmbeddedStore
from tests.posture.assessments import COMPLETE, earlier, small


def assessment(name: str) -> NamedNode:
    return NamedNode(f"{ID}assessment/{name}")


def test_deadlines_of_the_report_are_reckoned_by_the_calendar(assessed: EmbeddedStore) -> None:
    def when(day: date) -> dict[str, tuple[str, date | None]]:
        found = posture.look(assessed, assessment("dorp-1.3-2026"), "nl", day)
        return {due.row["deadline"].rpartition("/")[2]: (due.when, due.on) for due in found.deadlines}

    assert when(date(2026, 7, 1))["5.01.02"] == ("overdue", date(2026, 6, 30))
    assert when(date(2026, 6, 30))["5.01.02"] == ("soon", date(2026, 6, 30))
    assert when(date(2026, 4, 1))["5.01.02"] == ("soon", date(2026, 6, 30))
    assert when(date(2026, 3, 31))["5.01.02"] == ("later", date(2026, 6, 30))
    assert when(date(2026, 7, 1))["5.05.01"] == ("overdue", date(2026, 2, 28))  # the own interval, a month
    assert {when(date(2026, 7, 1))[name][0] for name in ("5.04.01", "5.09.01")} == {"no-record"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_text_fits_a_terminal_and_says_what_it_does_not_say(assessed: EmbeddedStore, language: str) -> None:
    found = posture.look(assessed, assessment("dorp-1.3-2026"), language, date(2026, 7, 1), assessment("dorp-1.2-2025"))
    text = posture.write(found, "text", language)
    assert max(map(len, text.splitlines())) <= 80
    said = " ".join(text.split())
    expected = {
        "nl": [
            "Van de 117 overheidsmaatregelen zijn er 2 aangetoond en 113 open.",
            "geen verklaring dat aan wet of norm wordt voldaan",
            "Dit rapport zegt nergens",
            "TERMIJNEN",
        ],
        "en": [
            "Of the 117 government measures 2 are proven and 113 are open.",
            "no statement that a law or standard is complied with",
            "Nowhere does this report say",
            "DEADLINES",
        ],
    }
    for sentence in expected[language]:
        assert sentence in said
    assert len(found.first()) == 10
    assert [row["number"] for row in found.first(2)] == ["5.05.01", "5.14.05"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_stands_alone(assessed: EmbeddedStore, language: str) -> None:
    found = posture.look(assessed, assessment(COMPLETE), language, date(2026, 7, 1))
    page = posture.write(found, "html", language)
    assert page.startswith("<!doctype html>")
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=|@import|url\(""", page)
    assert page.count("<section") == page.count("</section>") == len(posture.sections(found, language))
    assert "@media print" in page


def test_the_json_has_the_same_figures(assessed: EmbeddedStore) -> None:
    found = posture.look(assessed, assessment(COMPLETE), "nl", date(2026, 7, 1))
    content = json.loads(posture.write(found, "json", "nl"))
    assert content["conformityClaimed"] is False
    assert (content["measures"], content["states"]["proven"], content["states"]["partlyConform"]) == (117, 115, 1)
    assert [row["number"] for row in content["first"]] == ["8.13.04"]
    assert len(content["deadlines"]) == len(found.deadlines)
    assert sum(content["states"].values()) == 117


def test_what_cannot_be_compared_is_refused(assessed: EmbeddedStore) -> None:
    with pytest.raises(InputError, match="different organisations"):
        posture.look(assessed, assessment(COMPLETE), "nl", date(2026, 7, 1), assessment("dorp-1.2-2025"))
    with pytest.raises(InputError, match="with itself"):
        posture.look(assessed, assessment(COMPLETE), "nl", date(2026, 7, 1), assessment(COMPLETE))
    found = posture.look(assessed, assessment(COMPLETE), "nl", date(2026, 7, 1))
    with pytest.raises(NotAcceptableError, match="text, html, json"):
        posture.write(found, "pdf", "nl")


@pytest.fixture
def command(release_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    home = tmp_path / "home"
    home.mkdir()
    (home / "release").symlink_to(release_folder)
    monkeypatch.setenv("BIO2KG_HOME", str(home))
    monkeypatch.delenv("BIO2KG_STORE", raising=False)
    app = typer.Typer()
    app.command()(report)
    return app


def test_the_command_reports_on_files_and_keeps_nothing(command: typer.Typer, tmp_path: Path) -> None:
    paths = []
    for made in (small(), earlier()):
        path = tmp_path / f"{made.name}.ttl"
        path.write_text(turtle.write(made.triples), encoding="utf-8")
        paths.append(str(path))
    arguments = [paths[0], "--compare", paths[1], "--as-of", "2026-07-01", "--lang", "en"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    assert "AGAINST THE PREVIOUS TIME" in done.stdout
    target = tmp_path / "report.html"
    done = CliRunner().invoke(command, [*arguments, "--format", "html", "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    unknown = CliRunner().invoke(command, ["dorp-1.3-2026"])
    assert isinstance(unknown.exception, InputError)
    assert "is neither a file nor an assessment known here" in str(unknown.exception)


def test_the_command_refuses_a_form_before_it_reads_anything(command: typer.Typer) -> None:
    done = CliRunner().invoke(command, ["nothing.ttl", "--format", "pdf"])
    assert isinstance(done.exception, NotAcceptableError)


def test_an_assessment_stands_in_the_graph_of_its_name(assessed: EmbeddedStore) -> None:
    graph = NamedNode(f"{GRAPH}assessment/dorp-1.3-2026")
    assert len(list(assessed.read_graph(graph))) == len(set(small().triples))
