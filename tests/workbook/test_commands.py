"""bio2kg assess new, import and export as a person uses them."""

import json
from pathlib import Path

from openpyxl import load_workbook

from tests.conftest import Run
from tests.workbook import books


def new(run: Run, file: Path) -> None:
    done = run("assess", "new", "--edition", "1.3", "--org", "gm0218", "--year", "2026", "--out", str(file))
    assert done.returncode == 0, done.stderr


def test_new_import_and_export_one_after_the_other(run: Run, tmp_path: Path) -> None:
    file, turtle, again = tmp_path / "a.xlsx", tmp_path / "a.ttl", tmp_path / "b.xlsx"
    new(run, file)
    done = run("assess", "import", str(file))
    assert done.returncode == 0, done.stderr
    assert f"written to {turtle}; 0 error(s), 0 notice(s)" in done.stdout
    done = run("assess", "export", str(turtle), "--out", str(again))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert books.cells(again.read_bytes()) == books.cells(file.read_bytes())


def test_cells_that_cannot_be_used_give_exit_1_and_the_rest_is_written(run: Run, tmp_path: Path) -> None:
    file, report, target = tmp_path / "a.xlsx", tmp_path / "report.json", tmp_path / "out.ttl"
    new(run, file)
    book = load_workbook(file)
    books.fill(book, {"VvT!F3": "misschien", "VvT!F4": "ja"})
    book.save(file)
    done = run("assess", "import", str(file), "--out", str(target), "--report", str(report))
    assert done.returncode == 1
    assert "VvT!F3 fout: “misschien” staat niet in de lijst." in done.stderr
    assert "VvT!F4 let op:" in done.stderr
    assert "applicability:applicable" in target.read_text()
    assert [(m["sheet"], m["cell"], m["level"], m["kind"]) for m in json.loads(report.read_text())] == [
        ("VvT", "F3", "error", "code-unknown"),
        ("VvT", "F4", "notice", "code-spelling"),
    ]
    done = run("assess", "import", str(file), "--lang", "en", "--report", str(tmp_path / "report.csv"))
    assert "VvT!F3 error: “misschien” is not in the list." in done.stderr
    assert (tmp_path / "report.csv").read_text().startswith("sheet,cell,level,kind,text")


def test_what_is_no_workbook_of_ours_gives_exit_2_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    for content in (b"", b"text"):
        file.write_bytes(content)
        done = run("assess", "import", str(file))
        assert done.returncode == 2
        assert "a.xlsx: " in done.stderr
        assert not file.with_suffix(".ttl").exists()
    assert run("assess", "import", str(tmp_path / "none.xlsx")).returncode == 2
    assert run("assess", "import", str(file), "--report", "a.pdf").returncode == 2
    assert run("assess", "export", str(tmp_path / "none.ttl")).returncode == 2


def test_a_workbook_that_is_there_is_not_written_over(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    new(run, file)
    done = run("assess", "new", "--edition", "1.3", "--org", "gm0218", "--out", str(file))
    assert done.returncode == 2
    assert "there already" in done.stderr
    run("assess", "import", str(file))
    done = run("assess", "export", str(tmp_path / "a.ttl"))
    assert done.returncode == 2
    assert "there already" in done.stderr


def test_csv_needs_organisation_and_edition(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Nummer;Van toepassing\n5.01.01;Van toepassing\n")
    assert run("assess", "import", str(file)).returncode == 2
    done = run("assess", "import", str(file), "--org", "gm0218", "--edition", "1.3", "--year", "2026")
    assert done.returncode == 0, done.stderr
    done = run("assess", "export", str(file.with_suffix(".ttl")), "--format", "csv", "--out", str(file))
    assert done.returncode == 0, done.stderr
    assert file.read_text(encoding="utf-8-sig") == "Nummer;Van toepassing\n5.01.01;Van toepassing\n"
