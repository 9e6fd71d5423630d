"""The list of changes, and the command that prints it."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bio2kg import turtle
from bio2kg.cli.upgrading import upgrade as command
from bio2kg.errors import InputError, NotAcceptableError
from bio2kg.upgrade import REASONS, Upgraded, report
from bio2kg.upgrade.words import COLUMNS, WORDS
from tests.upgrade.assessments import HEADER, assessment


def test_what_must_be_judged_anew_comes_first(to_1_3: Upgraded) -> None:
    anew = [c.anew for c in to_1_3.changes]
    assert anew == sorted(anew, reverse=True)
    counts = to_1_3.counts()
    assert counts["anew"] + counts["unchanged"] == len(to_1_3.changes)
    assert (counts["withdrawn"], counts["introduced"], counts["parts"]) == (4, 1, 8)


def test_the_list_in_every_form_and_language(to_1_3: Upgraded) -> None:
    text = report.write(to_1_3, "text", "nl")
    assert text.startswith("Van BIO2 1.2 naar BIO2 1.3\n\nOpnieuw te beoordelen: ")
    assert text.index("5.35.01 → –") < text.index("5.05.01 → 5.05.01") < text.index("8.08.06 → 5.24.08")
    assert "To be judged anew" in report.write(to_1_3, "text", "en")
    data = json.loads(report.write(to_1_3, "json", "en"))
    assert data["counts"] == to_1_3.counts()
    assert data["changes"][0]["reasons"] == ["withdrawn"]
    rows = list(csv.DictReader(io.StringIO(report.write(to_1_3, "csv", "nl"))))
    assert len(rows) == 121
    assert {row["old"] for row in rows if row["new"] == "5.02.01"} == {"5.02.01, 5.01.01"}
    with pytest.raises(NotAcceptableError):
        report.write(to_1_3, "pdf", "nl")
    for words in WORDS.values():
        assert set(words.to_do) == set(words.reasons) == set(REASONS)
        assert len(words.columns) == len(COLUMNS)


def test_the_command_writes_the_assessment_and_prints_the_list(
    release_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "release").symlink_to(release_folder)
    monkeypatch.setenv("BIO2KG_HOME", str(tmp_path / "home"))
    app = typer.Typer()
    app.command()(command)

    def run(*arguments: str | Path) -> str:
        done = CliRunner().invoke(app, [str(a) for a in arguments])
        if done.exception:
            raise done.exception
        return done.stdout

    old, new = tmp_path / "oud.ttl", tmp_path / "nieuw.ttl"
    old.write_text(HEADER + assessment("1.2", ["5.05.01", "8.08.06"]), encoding="utf-8")
    assert "8.08.06 → 5.24.08" in run(old, "--from", "1.2", "--to", "1.3", "--out", new)
    text = new.read_text(encoding="utf-8")
    assert turtle.write(turtle.read(new)) == text
    assert "Reden 8.08.06" in text
    assert "5.24.08" in run(old, "--from", "1.2", "--to", "1.3", "--report", "csv")
    assert '<html lang="en">' in run(old, "--from", "1.2", "--to", "1.3", "--report", "html", "--lang", "en")
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("geen turtle", encoding="utf-8")
    for arguments, message in (
        ((wrong,), "not valid Turtle"),
        ((tmp_path / "nergens.ttl",), "no such file"),
        ((old, "--out", old), "cannot replace"),
        ((old, "--report", "pdf"), "pdf"),
        ((old, "--lang", "fr"), "fr"),
    ):
        with pytest.raises(InputError, match=message):
            run(*arguments, "--from", "1.2", "--to", "1.3")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_list_fits_in_80_columns_and_steers_no_terminal(to_1_3: Upgraded, language: str) -> None:
    text = report.write(to_1_3, "text", language)
    assert max(map(len, text.splitlines())) <= 80
    row = replace(to_1_3.changes[0], before={"nl": "\x1b[2Jweg", "en": "\x1b[2Jgone"})
    assert "\x1b" not in report.write(replace(to_1_3, changes=[row]), "text", language)
