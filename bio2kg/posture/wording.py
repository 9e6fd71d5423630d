"""What the parts of a posture report share: a part, and saying things in one of two languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of the report: sentences, and a table where there is one."""

    name: str
    title: str
    text: list[str]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def is_count(self, place: int) -> bool:
        """Whether a column holds whole numbers only."""
        return all(row[place].isdigit() for row in self.rows)


class Words:
    """Says things in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, nl: str, en: str) -> str:
        """The Dutch or the English text."""
        return nl if self.language == "nl" else en

    def number(self, text: str) -> str:
        """A decimal as it is written in the language."""
        return text.replace(".", ",") if self.language == "nl" else text
