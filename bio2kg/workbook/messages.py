"""What the import of a workbook says about cells: each kind of message, with what was found and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from bio2kg import yamltext

ERROR, NOTICE = "error", "notice"
LEVELS = {"nl": {ERROR: "fout", NOTICE: "let op"}, "en": {ERROR: "error", NOTICE: "notice"}}

# Kind: level, and the text in Dutch and English.
KINDS: Mapping[str, Mapping[str, str]] = yamltext.load(
    Path(__file__).with_name("messages.yaml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Problem:
    """Something about one cell, before it is known which."""

    kind: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Message:
    """Something about one cell: ``sheet``, ``row`` and ``column`` (from 1), the kind, and the facts it names."""

    sheet: str
    row: int
    column: int
    kind: str
    facts: Mapping[str, object]

    @property
    def cell(self) -> str:
        """The name of the cell, such as F12."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def place(self) -> str:
        """Sheet and cell, such as VvT!F12."""
        return f"{self.sheet}!{self.cell}"

    @property
    def level(self) -> str:
        """``error``: the cell could not be used; ``notice``: it was read as something else, or something is to know."""
        return KINDS[self.kind]["level"]

    def text(self, language: str) -> str:
        """What was found and what to do, in Dutch or English."""
        return KINDS[self.kind]["en" if language == "en" else "nl"].format(**self.facts)


def problem(kind: str, found: object, **facts: object) -> Problem:
    """A problem of a kind, with what was found; a long text is cut."""
    text = str(found)
    return Problem(kind, {"found": text if len(text) <= 60 else f"{text[:57]}…", **facts})
