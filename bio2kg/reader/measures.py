"""From the blocks of the publisher's part 2 to measures, with an account of every heading and line.

The generations of the text differ in where the number, the wording and the category stand; between them lie mixed
states. So nothing here asks which generation it is: each block is taken for what it is by its own form, and what has
no known form is reported with its line.

=====================  ==========================================  =======================================
generation             number and wording                          category
=====================  ==========================================  =======================================
concepts of 2024       ``#### 5.01.01 wording``                    ``Basishygiëne NIS2, ketenhygiëne``
concepts of 2025       ``### 5.01.01 wording``, more in headings   ``Draagt bij aan: Basishygiëne, NIS2``
1.2                    ``## 5.01.01``, wording below               the same, often behind the last sentence
1.3                    ``## 5.01.01``, wording below               none
=====================  ==========================================  =======================================
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bio2kg.reader.markdown import Block, Document, Paragraph
from bio2kg.reader.wording import normalised

_NUMBER = re.compile(r"(\d{1,2}\.\d{1,2}\.\d{1,2})(?:\s+(.*))?", re.DOTALL)
_CANONICAL = re.compile(r"\d\.\d\d\.\d\d")
_LIKE_A_NUMBER = re.compile(r"\d+\.\d+")
_CONTROL = re.compile(r"Beheersmaatregel\s+\d{1,2}\.\d{1,2}\b.*", re.DOTALL)
_SECTION = "verplichte overheidsspecifieke maatregelen"
_CATEGORY_LINE = re.compile(r"Draagt bij aan\s*:(.*)", re.DOTALL | re.IGNORECASE)
_STATUS = (
    ("moved", re.compile(r"verplaatst naar (?:overheidsmaatregel )?(?P<to>\d+\.\d+\.\d+)\.?", re.IGNORECASE)),
    ("withdrawn", re.compile(r"vervallen\.?", re.IGNORECASE)),
    ("see-other", re.compile(r"zie (?:overheidsmaatregel )?(?P<to>\d+\.\d+\.\d+)\.?", re.IGNORECASE)),
    ("no-measure", re.compile(r"geen (?:overheidsmaatregel|aanvullende maatregel)\b[^.]*\.?", re.IGNORECASE)),
    (
        "no-measure",
        re.compile(
            r"als de beheersmaatregel van toepassing is dan moet gebruik gemaakt worden .*",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
)


@dataclass(frozen=True)
class Problem:
    """Something the reader could not read or that does not fit, with its place."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass
class Measure:
    """One numbered entry of part 2 as the text has it. ``status`` is None where the wording says nothing readable."""

    number: str
    line: int
    last_line: int = 0
    in_heading: bool = False
    paragraphs: list[str] = field(default_factory=list)
    markdown: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    status: str | None = None
    target: str | None = None

    @property
    def wording(self) -> str:
        """The publisher's wording as plain text, a paragraph or list item a line."""
        return "\n".join(self.paragraphs)

    @property
    def control(self) -> str:
        """The number of the ISO 27002 control above: the first two parts, without leading zeros."""
        chapter, control, _ = self.number.split(".")
        return f"{int(chapter)}.{int(control)}"


@dataclass
class Account:
    """What became of every heading and block: counted by kind, and every problem named."""

    headings: Counter[str] = field(default_factory=Counter)
    blocks: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Part2:
    """The measures of one document in its own order, the account of the reading, and the blocks before the first."""

    measures: list[Measure]
    account: Account
    preamble: list[Block]


def read_measures(document: Document, categories: Mapping[str, str]) -> Part2:
    """Reads part 2. ``categories`` maps each word form of a category to its name, from the code list."""
    reader = _Reader(document, {normalised(form): name for form, name in categories.items()})
    for block in document.blocks:
        reader.take(block)
    reader.close()
    return Part2(reader.measures, reader.account, reader.preamble)


class _Reader:
    """Where the reading stands: before the measures, in the text of a control, or in a measure."""

    def __init__(self, document: Document, categories: Mapping[str, str]) -> None:
        self.document = document
        self.categories = categories
        self.measures: list[Measure] = []
        self.preamble: list[Block] = []
        self.account = Account()
        self.at: str = "preamble"
        self.level = 0

    def take(self, block: Block) -> None:
        if block.kind == "heading":
            self._heading(block)
        elif block.kind == "hr":
            self.account.blocks["rule between sections"] += 1
        elif self.at == "preamble":
            self.preamble.append(block)
            self.account.blocks["before the first measure"] += 1
        elif self.at == "control":
            self.account.blocks["text of an ISO control, not taken"] += 1
        elif block.kind == "blockquote":
            self.account.blocks["background note, not wording"] += 1
        elif self.at == "measure" and block.kind in ("paragraph", "bullet_list", "ordered_list", "code_block", "table"):
            self._wording(block)
        else:
            self.account.blocks["not read"] += 1
            self._problem(
                block, f"a {block.kind.replace('_', ' ')} that belongs to nothing known: “{_start_of(block.text)}”"
            )

    def close(self) -> None:
        self._finish()
        for line in self.document.unread_lines():
            self.account.problems.append(Problem(self.document.name, line, "this line was not read as text"))
        for number, count in Counter(m.number for m in self.measures).items():
            if count > 1:
                last = [m for m in self.measures if m.number == number][-1]
                self.account.problems.append(
                    Problem(self.document.name, last.line, f"number {number} stands {count} times")
                )

    def _heading(self, block: Block) -> None:
        text = block.text
        if match := _NUMBER.fullmatch(text):
            self._finish()
            self._start(match[1], match[2] or "", block)
        elif _CONTROL.fullmatch(text):
            self._enter("control", "control")
        elif normalised(text) == _SECTION and self.at != "preamble":
            self._enter("section", "section")
        elif self.at == "preamble":
            self.preamble.append(block)
            self.account.headings["title"] += 1
        elif self.at == "measure" and self._continues(block):
            self.account.headings["continues the measure above"] += 1
            self._wording(block)
        else:
            # What follows may belong to this heading, so it must not end up in the measure above.
            self._enter("unread", "not read")
            self._problem(block, f"a heading of no known form: “{_start_of(text)}”")

    def _continues(self, block: Block) -> bool:
        """In the concepts the wording stands in headings, and a second heading of that level goes on with it."""
        same_level = self.measures[-1].in_heading and block.level == self.level
        return same_level and not _LIKE_A_NUMBER.match(block.text)

    def _enter(self, at: str, heading: str) -> None:
        self._finish()
        self.at = at
        self.account.headings[heading] += 1

    def _start(self, number: str, rest: str, block: Block) -> None:
        self.at, self.level = "measure", block.level
        self.account.headings["measure"] += 1
        measure = Measure(number, block.lines[0], in_heading=bool(rest))
        self.measures.append(measure)
        if not _CANONICAL.fullmatch(number):
            self._problem(block, f"number {number} is not of the form 5.01.01; kept as it stands")
        if rest:
            self._wording(Block("heading", block.lines, (Paragraph(rest),), block.level))

    def _wording(self, block: Block) -> None:
        measure = self.measures[-1]
        if block.kind != "heading":
            self.account.blocks["wording"] += 1
        if block.kind == "paragraph" and block.text.startswith("#"):
            self._problem(
                block, "this looks like a heading but is none (a space after # is missing?); taken as wording"
            )
        for paragraph in block.paragraphs:
            text = self._without_category(paragraph.text, block)
            if text:
                measure.paragraphs.append(paragraph.lead + text)
        source = _without_heading_mark(self.document.markdown(*block.lines), block)
        if source := _CATEGORY_LINE.sub("", source) if not self._is_category_list(block.text) else "":
            measure.markdown.append(source.rstrip().removesuffix("<br>").removesuffix("<br>").rstrip())
        measure.last_line = block.lines[1]

    def _without_category(self, text: str, block: Block) -> str:
        """The text without the statement of its categories, which go to the measure."""
        if match := _CATEGORY_LINE.search(text):
            for name in filter(None, (part.strip() for part in re.split(r"[,\n]", match[1]))):
                self._category(name, block)
            return text[: match.start()].rstrip()
        if self._is_category_list(text):
            for name in re.split(r"[,\s]+", text.strip()):
                self._category(name, block)
            return ""
        return text

    def _is_category_list(self, text: str) -> bool:
        words = [normalised(word) for word in re.split(r"[,\s]+", text.strip())]
        return bool(words) and all(word in self.categories for word in words)

    def _category(self, name: str, block: Block) -> None:
        known = self.categories.get(normalised(name))
        if known is None:
            self._problem(block, f"“{_start_of(name)}” is not a known category")
        elif known not in self.measures[-1].categories:
            self.measures[-1].categories.append(known)

    def _finish(self) -> None:
        if self.at != "measure":
            return
        measure = self.measures[-1]
        wording = measure.wording.strip()
        for status, form in _STATUS:
            if match := form.fullmatch(wording):
                measure.status, measure.target = status, match.groupdict().get("to")
                return
        if not wording:
            message = f"{measure.number} has no wording, so no status"
        elif normalised(wording).startswith(("vervallen", "verplaatst", "geen overheidsmaatregel")):
            message = f"{measure.number} begins like a status but says more: “{_start_of(wording)}”; no status given"
        else:
            measure.status = "active"
            return
        self.account.problems.append(Problem(self.document.name, measure.line, message))

    def _problem(self, block: Block, message: str) -> None:
        self.account.problems.append(Problem(self.document.name, block.lines[0], message))


def _without_heading_mark(source: str, block: Block) -> str:
    if block.kind != "heading":
        return source
    source = source.lstrip().lstrip("#").strip()
    match = _NUMBER.fullmatch(source)
    return (match[2] or "") if match else source


def _start_of(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"
