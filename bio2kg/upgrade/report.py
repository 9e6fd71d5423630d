"""The list of what became of an assessment in another edition, for people and programs."""

import json
from collections.abc import Iterator

from bio2kg.results import csv_table, require_form
from bio2kg.upgrade.changes import REASONS, Change, Upgraded
from bio2kg.upgrade.words import COLUMNS, WORDS
from bio2kg.validation.reports.wording import wrapped
from bio2kg.web.rendering import render, stylesheet

FORMATS = ("text", "json", "csv", "html")


def write(upgraded: Upgraded, form: str, language: str) -> str:
    """The list as ``text``, ``json``, ``csv`` or ``html``. Raises NotAcceptableError for another form."""
    require_form(form, FORMATS)
    return {"text": _text, "json": _json, "csv": _csv, "html": _page}[form](upgraded, language)


def _text(upgraded: Upgraded, language: str) -> str:
    """The list in lines of at most 80 characters, as far as words allow."""
    return "\n".join(_lines(upgraded, language)) + "\n"


def _json(upgraded: Upgraded, language: str) -> str:
    changes = [_as_data(change, language) for change in upgraded.changes]
    content = {"from": upgraded.first, "to": upgraded.second, "counts": upgraded.counts(), "changes": changes}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _csv(upgraded: Upgraded, language: str) -> str:
    return csv_table(COLUMNS, (_cells(change, language) for change in upgraded.changes))


def _page(upgraded: Upgraded, language: str) -> str:
    """The list as one page without script or links to anything else."""
    parts = [(title, [_cells(change, language) for change in changes]) for title, changes in _parts(upgraded, language)]
    return render(
        "upgrade.html",
        language,
        title=_title(upgraded, language),
        summary=_summary(upgraded, language),
        words=WORDS[language],
        parts=parts,
        style=stylesheet(),
    )


def _cells(change: Change, language: str) -> list[str]:
    """A change as one line of a table, in the order of COLUMNS."""
    words = WORDS[language]
    said = {"reworded"} if "parts" in change.reasons else set()  # what to do is the same, and more
    return [
        ", ".join(change.old),
        change.new,
        change.name[language],
        change.what[language] + (f" ({words.in_part})" if change.partial else ""),
        ", ".join(words.carried[code] for code in change.carried),
        " ".join(words.to_do[reason] for reason in change.reasons if reason not in said) or words.findings_only,
        change.before[language],
        ", ".join(change.references),
        change.comment[language],
        " ".join(change.sources),
    ]


def _title(upgraded: Upgraded, language: str) -> str:
    return WORDS[language].title.format(first=upgraded.first, second=upgraded.second)


def _summary(upgraded: Upgraded, language: str) -> list[str]:
    """The counts in words: what must be judged anew and why, and what was carried."""
    words, counts = WORDS[language], upgraded.counts()
    reasons = ", ".join(f"{counts[reason]} {words.reasons[reason]}" for reason in REASONS if reason in counts)
    return [
        f"{words.anew}: {counts['anew']}" + (f" ({reasons})" if reasons else ""),
        f"{words.rest}: {counts['unchanged']}",
    ]


def _parts(upgraded: Upgraded, language: str) -> list[tuple[str, list[Change]]]:
    """The changes to be judged anew and the others, each with a title, if there are any."""
    words = WORDS[language]
    anew = [change for change in upgraded.changes if change.anew]
    rest = [change for change in upgraded.changes if not change.anew]
    return [(f"{title} ({len(found)})", found) for title, found in ((words.anew, anew), (words.rest, rest)) if found]


def _lines(upgraded: Upgraded, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield from wrapped(_title(upgraded, language))
    yield ""
    for line in _summary(upgraded, language):
        yield from wrapped(line, following="  ")
    yield ""
    yield from wrapped(words.lead)
    yield from wrapped(words.general)
    for title, changes in _parts(upgraded, language):
        yield from ("", title, "=" * len(title))
        if changes[0].anew:
            for change in changes:
                yield from _paragraph(change, language)
        else:
            yield ""
            for change in changes:
                yield from wrapped(f"{change.name[language]}: {change.what[language]}", f"{_numbers(change)}  ", "    ")


def _paragraph(change: Change, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield ""
    yield from wrapped(change.name[language], f"{_numbers(change)}  ", "    ")
    cells = dict(zip(COLUMNS, zip(words.columns, _cells(change, language), strict=True), strict=True))
    width = max(len(label) for label in words.columns[3:]) + 2
    for column in COLUMNS[3:]:
        label, said = cells[column]
        if column == "carried":
            said = said or words.nothing
        if said:
            yield from wrapped(said, f"  {label:<{width}}", " " * (width + 2))


def _numbers(change: Change) -> str:
    return f"{', '.join(change.old) or '–'} → {change.new or '–'}"


def _as_data(change: Change, language: str) -> dict[str, object]:
    return dict(zip(COLUMNS, _cells(change, language), strict=True)) | {
        "old": change.old,
        "kinds": change.kinds,
        "partial": change.partial,
        "carried": change.carried,
        "anew": change.anew,
        "reasons": change.reasons,
        "references": change.references,
        "sources": change.sources,
    }
