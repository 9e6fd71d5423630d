"""``bio2kg validate`` and ``bio2kg rules`` as a person or a pipeline uses them: exit codes, files, what is said."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from openpyxl import load_workbook
from pyoxigraph import RdfFormat, Triple, parse, serialize

from bio2kg import cli, settings, turtle
from bio2kg.fictitious import complete
from bio2kg.store import EmbeddedStore
from tests.conftest import Run
from tests.validation.changes import PROLOGUE, without
from tests.workbook import books

ON = ("--as-of", "2026-07-01")


@pytest.fixture(scope="module")
def assessment(store: EmbeddedStore) -> list[Triple]:
    return complete()


@pytest.fixture
def good(assessment: list[Triple], tmp_path: Path) -> Path:
    return saved(assessment, tmp_path / "good.nt")


@pytest.fixture
def faulty(assessment: list[Triple], tmp_path: Path) -> Path:
    """One violation (VT-07) and one warning (CA-21)."""
    triples = without(assessment, "entry/5.01.01", "justification")
    return saved(without(triples, "control-assessment/5.01.01", "failureDetection"), tmp_path / "faulty.nt")


@pytest.fixture
def here(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the command line in this process, which saves reading the release for each run."""
    monkeypatch.setattr(settings, "open_store", lambda: store)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["bio2kg", *arguments])
        code: object = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        out, err = capfdbinary.readouterr()
        return subprocess.CompletedProcess(arguments, int(str(code)), out.decode(), err.decode())

    return run


def saved(triples: list[Triple], path: Path) -> Path:
    path.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    return path


def test_nothing_wrong_is_exit_0_and_the_report_stands_on_standard_output(run: Run, good: Path) -> None:
    done = run("validate", str(good), *ON)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("AKKOORD: niets gevonden")
    assert done.stderr == ""
    assert run("validate", str(good), *ON, "--lang", "en").stdout.startswith("PASSED: nothing found")


def test_findings_are_exit_1_from_the_severity_that_was_asked(here: Run, good: Path, assessment: list[Triple]) -> None:
    warned = saved(without(assessment, "control-assessment/5.01.01", "failureDetection"), good.with_name("warned.nt"))
    for fail_on, code in (("violation", 0), ("warning", 1), ("info", 1)):
        done = here("validate", str(warned), *ON, "--fail-on", fail_on)
        assert done.returncode == code, done.stderr
        assert "CA-21" in done.stdout
    assert "1 finding(s) as of 2026-07-01" in done.stderr


@pytest.mark.parametrize("form", ["json", "csv", "html", "turtle", "jsonld", "sarif", "junit"])
def test_every_form_can_be_written_to_a_file(here: Run, faulty: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "report"
    done = here("validate", str(faulty), *ON, "--format", form, "--out", str(out))
    assert (done.returncode, done.stdout) == (1, "")
    text = out.read_bytes().decode()
    match form:
        case "json":
            assert json.loads(text)["counts"] == {"violation": 1, "warning": 1, "info": 0}
        case "sarif":
            assert [r["ruleId"] for r in json.loads(text)["runs"][0]["results"]] == ["VT-07", "CA-21"]
        case "csv":
            assert [row["code"] for row in csv.DictReader(io.StringIO(text, newline=""))] == ["VT-07", "CA-21"]
        case "junit":
            assert Xml.fromstring(text).get("failures") == "1"
        case "html":
            assert "VT-07" in text
        case _:
            syntax = RdfFormat.TURTLE if form == "turtle" else RdfFormat.JSON_LD
            kinds = [q for q in parse(text, format=syntax) if q.object.value.endswith("#ValidationResult")]
            assert len(kinds) == 2


def test_an_earlier_report_leaves_only_what_is_new(here: Run, faulty: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert here("validate", str(faulty), *ON, "--format", "json", "--out", str(report)).returncode == 1
    done = here("validate", str(faulty), *ON, "--baseline", str(report), "--fail-on", "info")
    assert done.returncode == 0, done.stderr
    assert "Al bekend uit de vorige toetsing" in done.stdout


def test_a_file_of_suppressions_sets_findings_aside(here: Run, faulty: Path, tmp_path: Path) -> None:
    file = tmp_path / "aside.ttl"
    said = (
        "[] a b:Suppression ; b:ofRule rule:VT-07 ; b:atNode it:entry\\/5.01.01 ; b:owner 'CISO' ;"
        " b:reason 'Voorlopig, tot de nieuwe VvT er is.' ; b:endsOn '{}'^^xsd:date ."
    )
    file.write_text(PROLOGUE + said.format("2026-12-31"))
    done = here("validate", str(faulty), *ON, "--suppressions", str(file))
    assert done.returncode == 0, done.stderr
    assert "Voorlopig, tot de nieuwe VvT er is." in " ".join(done.stdout.split())
    file.write_text(PROLOGUE + said.format("2026-06-30"))
    done = here("validate", str(faulty), *ON, "--suppressions", str(file))
    assert done.returncode == 1
    assert "XS-02" in done.stdout


def test_several_files_are_one_report_in_which_each_finding_names_its_file(here: Run, good: Path, faulty: Path) -> None:
    done = here("validate", str(good), str(faulty), *ON, "--format", "json")
    assert done.returncode == 1
    findings = [f for group in json.loads(done.stdout)["groups"] for f in group["findings"]]
    assert [f["place"] for f in findings] == [str(faulty)] * 2


def test_the_graph_that_was_checked_can_be_kept(here: Run, good: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph.nt"
    assert here("validate", str(good), *ON, "--graph", str(graph)).returncode == 0
    checked = {str(q.triple) for q in parse(graph.read_bytes(), format=RdfFormat.N_TRIPLES)}
    stated = {str(q.triple) for q in parse(good.read_bytes(), format=RdfFormat.N_TRIPLES)}
    assert stated < checked
    assert any("#asOf" in text and "2026-07-01" in text for text in checked)


def test_the_shapes_of_a_release_run_alone_over_that_graph(here: Run, faulty: Path, tmp_path: Path) -> None:
    """Whoever does not trust our engine takes the graph, the shapes and any validator."""
    import pyshacl
    from rdflib import SH, Graph

    graph, shapes = tmp_path / "graph.nt", tmp_path / "shapes.ttl"
    here("validate", str(faulty), *ON, "--graph", str(graph))
    shapes.write_text(here("rules", "VT-07", "--format", "turtle").stdout)
    _, report, _ = pyshacl.validate(Graph().parse(graph, format="nt"), shacl_graph=Graph().parse(shapes))
    assert len(list(report.objects(None, SH.result))) == 1


def test_a_workbook_is_told_by_sheet_and_cell(here: Run, tmp_path: Path, store: EmbeddedStore) -> None:
    """A filled workbook with one thing left out: why measure 5.01.01 applies (tab VvT, row 3, column G)."""
    file = tmp_path / "vvt.xlsx"
    book = books.filled(store, {**books.FILLED, "VvT!G3": None})
    book.save(file)
    done = here("validate", str(file), *ON, "--format", "json")
    assert done.returncode == 1
    groups = {group["code"]: group["findings"] for group in json.loads(done.stdout)["groups"]}
    number = load_workbook(file)["VvT"]["A3"].value
    (reason,) = [f for f in groups["VT-07"] if f["place"] == "VvT!G3"]
    assert reason["subject"].startswith(str(number))
    text = here("validate", str(file), *ON).stdout
    assert "[VvT!G3]" in " ".join(text.split())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.ttl", b"", "empty.ttl: the file is empty"),
        ("a.ttl", b"<http://x/a> oeps .", "a.ttl:1:14: not valid Turtle"),
        ("a.pdf", b"%PDF-1.7", "a.pdf: files of this kind are not read"),
        ("a.ttl", b"<http://x/a> a <http://x/B> .", "a.ttl: there is no assessment in this file"),
        ("a.json", b"[" * 30_000 + b"]" * 30_000, "a.json:1: nested deeper than"),
    ],
)
def test_a_bad_file_is_exit_2_with_one_message_and_nothing_written(
    here: Run, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    file, out = tmp_path / name, tmp_path / "report.json"
    file.write_bytes(content)
    done = here("validate", str(file), *ON, "--out", str(out), "--format", "json")
    assert done.returncode == 2, done.stderr
    assert f"bio2kg: {tmp_path}/{message}" in done.stderr
    assert done.stdout == ""
    assert not out.exists()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.ttl"], "nowhere.ttl: there is no such file"),
        (["/"], "/: cannot be read: Is a directory"),
        (["FILE", "--profile", "final"], "Profiles are: draft, submission, public"),
        (["FILE", "--format", "pdf"], "Forms are: text, html, json, csv, turtle, jsonld, sarif, junit"),
        (["FILE", "--lang", "fr"], "Languages are: nl, en"),
        (["FILE", "--fail-on", "never"], "Give one of: violation, warning, info"),
        (["FILE", "--as-of", "1 juli"], "“1 juli” is no date. Give one as 2026-07-01."),
        (["FILE", "--baseline", "nowhere.json"], "nowhere.json: there is no such file"),
        (["FILE", "--baseline", "FILE"], "this is no earlier report"),
        (["FILE", "--suppressions", "nowhere.ttl"], "nowhere.ttl: there is no such file"),
        (["FILE", "--out", "/nowhere/report.txt"], "/nowhere/report.txt: cannot be written"),
        ([], "FILE"),
    ],
)
def test_a_bad_choice_is_exit_2_and_says_what_there_is(
    here: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    file = tmp_path / "small.ttl"
    file.write_text(f"{PROLOGUE} it:x a b:Assessment .")
    done = here("validate", *(str(file) if argument == "FILE" else argument for argument in arguments))
    assert done.returncode == 2, done.stdout + done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_rules_lists_them_all_and_counts_them(here: Run) -> None:
    done = here("rules", "--format", "json")
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)
    assert len(listed) >= 100
    assert {"VT-07", "PD-01", "XS-01"} <= {item["code"] for item in listed}
    done = here("rules", "--profile", "draft", "--lang", "en")
    assert done.returncode == 0
    assert "VT-06" in done.stdout
    assert "VT-07" not in done.stdout
    assert "rules" in done.stderr


def test_one_rule_in_full_or_as_its_shape(here: Run) -> None:
    done = here("rules", "vt-07", "--lang", "en")
    assert done.returncode == 0
    assert done.stdout.startswith("VT-07  ")
    assert "https://w3id.org/bio2kg/id/rule/VT-07" in done.stdout
    shape = here("rules", "VT-07", "--format", "turtle").stdout
    triples = [q.triple for q in parse(shape, format=RdfFormat.TURTLE)]
    assert turtle.write(triples) == shape


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["XX-99"], "there is no rule “XX-99”. bio2kg rules lists them all."),
        (["--profile", "final"], "Profiles are: draft, submission, public"),
        (["--format", "pdf"], "Forms are: table, json, csv, turtle"),
        (["--lang", "fr"], "Languages are: nl, en"),
    ],
)
def test_a_bad_choice_of_rules_is_exit_2(here: Run, arguments: list[str], message: str) -> None:
    done = here("rules", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
