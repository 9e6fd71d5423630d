"""The command line: exit codes, messages, and what it writes."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from tests.conftest import EDITIONS, ROOT, Run

ASK = "ASK { ?s ?p ?o }"


def test_help_lists_the_commands(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    for command in ("build", "ingest", "serve", "sparql", "format"):
        assert command in done.stdout


@pytest.mark.parametrize(
    ("form", "text"),
    [("csv", "true"), ("json", '{"head":{},"boolean":true}'), ("table", "true"), (None, "true")],
)
def test_sparql_answers_from_standard_input_in_the_form_asked_for(run: Run, form: str | None, text: str) -> None:
    done = run("sparql", "-", *(["--format", form] if form else []), stdin=ASK)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == text


def test_sparql_reads_a_file_and_writes_rdf(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text("CONSTRUCT WHERE { <id/bio2/1.3/5.24.08> ?p ?o }")
    for form, syntax in (
        ("turtle", RdfFormat.TURTLE),
        ("ntriples", RdfFormat.N_TRIPLES),
        ("jsonld", RdfFormat.JSON_LD),
    ):
        done = run("sparql", str(file), "--format", form)
        assert done.returncode == 0
        assert {q.subject.value for q in parse(done.stdout.encode(), format=syntax)} == {
            "https://w3id.org/bio2kg/id/bio2/1.3/5.24.08"
        }


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "message"),
    [
        (["sparql", "-"], "SELEC", 2, "line 1, at or just before column 6"),
        (["sparql", "-"], "", 2, "the query is empty"),
        (["sparql", "-"], b"\xff", 2, "not UTF-8"),
        (["sparql", "nowhere.rq"], "", 2, "nowhere.rq: there is no such file"),
        (["sparql", "/"], "", 2, "this is a folder"),
        (["sparql", "-", "--format", "pdf"], ASK, 2, "Choose one of: json, xml, csv, tsv"),
        (["sparql", "-", "--format", "turtle"], ASK, 2, "Choose one of: json"),
        (["ingest", "bio2", "nowhere"], "", 2, "nowhere: there is no such folder"),
        (["ingest", "bio2", "."], "", 2, "docs/maatregelen/index.md"),
        (["ingest", "bio2", ".", "--revision", "no-such"], "", 2, "no-such"),
        (["build", "--out", "/dev/null/x"], "", 2, "cannot be written"),
        (["nonsense"], "", 2, "No such command"),
        (["serve", "--port", "99999999"], "", 2, "65535"),
    ],
)
def test_bad_input_is_one_clear_message_and_exit_code_2(
    run: Run, arguments: list[str], stdin: str, code: int, message: str, tmp_path: Path
) -> None:
    done = run(*arguments, stdin=stdin)
    assert done.returncode == code, done.stdout + done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_named(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_without_a_release_the_remedy_is_named(tmp_path: Path) -> None:
    for arguments in (["sparql", "-"], ["serve"]):
        done = subprocess.run(
            [sys.executable, "-m", "bio2kg", *arguments],
            input=b"ASK {}",
            capture_output=True,
            env={**os.environ, "BIO2KG_HOME": str(tmp_path)},
            check=False,
        )
        assert done.returncode == 2
        assert b"bio2kg build" in done.stderr


def test_a_truncated_release_is_found_and_named(run: Run, release_folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "damaged"
    (home / "release").mkdir(parents=True)
    for file in release_folder.iterdir():
        content = file.read_bytes()
        (home / "release" / file.name).write_bytes(content[:-100] if file.suffix == ".nq" else content)
    done = run("sparql", "-", stdin=ASK, env={"BIO2KG_HOME": str(home)})
    assert done.returncode == 2
    assert "the release is damaged" in done.stderr
    assert "bio2kg build" in done.stderr


@pytest.mark.parametrize("edition", EDITIONS)
def test_ingest_writes_the_edition_and_its_text_as_quads(run: Run, sources: Path, tmp_path: Path, edition: str) -> None:
    out = tmp_path / "out.nq"
    done = run("ingest", "bio2", str(sources / EDITIONS[edition]), "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no difference" in done.stdout
    graph = f"https://w3id.org/bio2kg/graph/framework/bio2/{edition}"
    quads = list(parse(out.read_bytes(), format=RdfFormat.N_QUADS))
    assert {q.graph_name.value for q in quads} == {graph, f"{graph}/text"}
    about = {
        q.predicate.value.rpartition("#")[2].rpartition("/")[2]: q.object.value
        for q in quads
        if q.subject.value == f"{graph}/text"
    }
    assert about["formalStatus"].endswith("/none")
    assert len(about["commit"]) == 40
    assert about["edition"].endswith(edition)
    wordings = [q for q in quads if q.predicate.value.endswith("#sourceWording")]
    assert all(q.graph_name.value.endswith("/text") for q in wordings)
    assert len(wordings) == {"1.1.1": 160, "1.2": 160, "1.3": 166}[edition]


def test_the_licence_of_a_text_is_that_of_its_own_revision(run: Run, sources: Path, tmp_path: Path) -> None:
    found = {}
    for folder in ("1.3", "1.3-head"):
        out = tmp_path / f"{folder}.nq"
        run("ingest", "bio2", str(sources / folder), "--out", str(out))
        found[folder] = [
            q.object.value
            for q in parse(out.read_bytes(), format=RdfFormat.N_QUADS)
            if q.predicate.value.endswith("terms/license") and q.subject.value.endswith("/text")
        ]
    assert found == {
        "1.3": ["https://creativecommons.org/licenses/by-sa/4.0/"],
        "1.3-head": ["https://w3id.org/bio2kg/id/licence/unresolved"],
    }


def test_ingest_of_an_unnamed_edition_asks_for_its_label_and_takes_any(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "repo" / "docs" / "maatregelen" / "index.md"
    text.parent.mkdir(parents=True)
    text.write_text("# Deel 2\n\n## 5.01.01\nDe proceseigenaar doet iets.\n\n## 5.01.02\nVervallen.\n")
    place = str(tmp_path / "repo")
    done = run("ingest", "bio2", place)
    assert done.returncode == 2
    assert "--edition" in done.stderr
    out = tmp_path / "out.nq"
    done = run("ingest", "bio2", place, "--edition", "2.0-werk", "--out", str(out))
    assert done.returncode == 0
    statements = {
        (
            q.subject.value.rpartition("id/")[2],
            q.predicate.value.rpartition("#")[2],
            q.object.value.rpartition("id/")[2],
        )
        for q in parse(out.read_bytes(), format=RdfFormat.N_QUADS)
    }
    assert ("bio2/2.0-werk/5.01.01", "mentionsRole", "role/proceseigenaar") in statements
    assert ("bio2/2.0-werk/5.01.02", "status", "status/withdrawn") in statements
    assert run("ingest", "bio2", place, "--edition", "a b", "--out", str(out)).returncode == 2


def test_ingest_reports_problems_with_file_and_line_and_writes_what_it_could(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "repo" / "docs" / "maatregelen" / "index.md"
    text.parent.mkdir(parents=True)
    text.write_text("# Deel 2\n\n## 5.01.01\nTekst.\n\n## Onbekend\nMeer.\n")
    out = tmp_path / "out.nq"
    done = run("ingest", "bio2", str(tmp_path / "repo"), "--edition", "x", "--out", str(out))
    assert done.returncode == 1
    assert "index.md:6: a heading of no known form: “Onbekend”" in done.stdout
    assert out.stat().st_size > 0


def test_a_file_that_is_no_part_2_is_refused_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "repo" / "docs" / "maatregelen" / "index.md"
    text.parent.mkdir(parents=True)
    text.write_text("# Iets heel anders\n\nTekst.\n")
    out = tmp_path / "out.nq"
    done = run("ingest", "bio2", str(tmp_path / "repo"), "--edition", "x", "--out", str(out))
    assert done.returncode == 2
    assert "no heading with a measure number" in done.stderr
    assert not out.exists()


def test_the_projects_own_turtle_is_in_its_layout(run: Run) -> None:
    assert run("format", "--check").returncode == 0


def test_format_mends_a_file_and_check_only_says_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text("@prefix x: <http://x/> . x:b x:p 1 . x:a x:p 1 .")
    assert run("format", "--check", str(file)).returncode == 1
    assert run("format", str(file)).returncode == 0
    assert run("format", "--check", str(file)).returncode == 0


def test_an_installed_package_carries_the_files(tmp_path: Path) -> None:
    """The wheel works outside a checkout: the facts travel inside it."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    import zipfile

    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for file in (
        "ontology/bio2kg.ttl",
        "shapes/frameworks.ttl",
        "data/frameworks/bio2/1.3/measures.ttl",
        "data/mappings/nis2-cbw.sssom.tsv",
    ):
        assert f"bio2kg/_files/{file}" in names
    assert "bio2kg/web/templates/resource.html" in names
