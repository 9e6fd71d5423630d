"""The forms in which a posture report is written: text for a terminal, a page that can be mailed, JSON."""

import io
import json

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bio2kg.errors import NotAcceptableError
from bio2kg.posture.figures import OPEN, SETTLED, Posture
from bio2kg.posture.sections import facts, sections, title
from bio2kg.posture.wording import Section
from bio2kg.web.rendering import render, stylesheet

FORMATS = ("text", "html", "json")
WIDTH = 80


def require_format(form: str) -> None:
    """Raises NotAcceptableError for a form that a report is not written in."""
    if form not in FORMATS:
        raise NotAcceptableError(f"there is no format “{form}” here", remedy=f"Choose one of: {', '.join(FORMATS)}.")


def write(posture: Posture, form: str, language: str) -> str:
    """The report as ``text``, ``html`` or ``json``. Raises NotAcceptableError for another form."""
    require_format(form)
    return {"text": _text, "html": _page, "json": _json}[form](posture, language)


def _text(posture: Posture, language: str) -> str:
    """The report in lines of at most 80 characters."""
    target = io.StringIO()
    console = Console(file=target, width=WIDTH, color_system=None, highlight=False, legacy_windows=False)
    console.print(Text(title(posture, language)))
    for name, value in facts(posture, language):
        console.print(Text(f"{name}: {value}"))
    for section in sections(posture, language):
        console.print()
        console.print(Text(section.title.upper()))
        for sentence in section.text:
            console.print(Text(sentence))
        if section.rows:
            console.print(Padding(_table(section), (1, 0, 0, 0)))
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _table(section: Section) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, expand=False)
    for place, head in enumerate(section.head):
        table.add_column(Text(head), overflow="fold", justify="right" if section.is_count(place) else "left")
    for row in section.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _page(posture: Posture, language: str) -> str:
    """The report as one page without script or links to anything else."""
    return render(
        "posture.html",
        language,
        title=title(posture, language),
        facts=facts(posture, language),
        sections=sections(posture, language),
        style=stylesheet(),
    )


def _json(posture: Posture, language: str) -> str:
    """The figures and the rows they come from."""
    content = {
        "assessment": posture.assessment,
        "asOf": posture.as_of.isoformat(),
        "language": language,
        "conformityClaimed": False,
        "measures": posture.measures,
        "states": {state: posture.count(state) for state in (*OPEN, *SETTLED)},
        "first": posture.first(),
        "deadlines": [
            {**due.row, "when": due.when, "due": due.on.isoformat() if due.on else None} for due in posture.deadlines
        ],
        "earlier": posture.earlier,
        "comparison": posture.comparison,
        **{name: rows for name, rows in posture.rows.items() if name != "deadlines"},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
