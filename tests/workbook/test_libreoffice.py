"""A workbook that went through LibreOffice is still the same workbook."""

import shutil
import subprocess
from pathlib import Path

from openpyxl import load_workbook

from bio2kg.store import EmbeddedStore
from tests.conftest import need
from tests.workbook import books


def test_libreoffice_keeps_cells_lists_and_mark(store: EmbeddedStore, tmp_path: Path) -> None:
    office = need(Path(shutil.which("soffice") or "soffice"), "install libreoffice-calc-nogui to try a workbook in it")
    content = books.saved(books.filled(store, {**books.FILLED, "VvT!L5": True, "VvT!G4": "-streepje\n+ plus"}))
    file, target = tmp_path / "a.xlsx", tmp_path / "out"
    file.write_bytes(content)
    subprocess.run(
        [
            str(office),
            f"-env:UserInstallation=file://{tmp_path}/profile",
            *("--headless", "--convert-to", "xlsx", "--outdir", str(target), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    converted = (target / "a.xlsx").read_bytes()
    before, after = books.read(store, content), books.read(store, converted)
    assert [m.kind for m in after.messages] == [m.kind for m in before.messages]
    assert set(after.triples) == set(before.triples)
    lists, kept = load_workbook(file), load_workbook(target / "a.xlsx")
    for sheet in (
        "Algemeen",
        "VvT",
        "Uitzonderingen",
        "Bevindingen",
        "Bewijs",
        "Acties",
        "Systemen",
        "Activiteiten",
        "Bestuur",
    ):
        checks = [
            {(c.type, str(c.formula1).lstrip("=")) for c in b[sheet].data_validations.dataValidation}
            for b in (lists, kept)
        ]
        assert checks[0] == checks[1]
        assert checks[0]
