"""What became of every measure between two editions: the was-wordt list, in both directions.

The steps, their sources and both readings where a document contradicts itself come from the named query
``edition-changes``; where the publisher's wording of both editions was ingested, the words are compared as well.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from bio2kg import asking, queries
from bio2kg.errors import InputError, NotAcceptableError
from bio2kg.namespaces import short
from bio2kg.reader.wording import normalised
from bio2kg.results import csv_table, markdown_table
from bio2kg.store import Store, select
from bio2kg.things import edition_named, number_forms

FORMATS = ("table", "json", "csv", "markdown", "html")
COLUMNS = ("from", "to", "what", "partial", "contested", "name", "says", "sources", "errata", "comment", "wording")
_WORDINGS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
SELECT ?measure ?wording WHERE {
  VALUES ?measure { <https://w3id.org/bio2kg/id/bio2/1.3/5.01.01> }
  ?measure b:sourceWording ?wording .
}
"""
_NUMBERS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?number WHERE {
  VALUES ?edition { <https://w3id.org/bio2kg/id/bio2/1.3> }
  ?measure a b:MeasureEdition ; skos:inScheme ?edition ; skos:notation ?number .
}
"""


@dataclass(frozen=True)
class Words:
    """A run of words that is the ``same``, was ``removed`` or was ``added``."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One step of one measure: its number before and after (empty where there is none), and who says so.

    ``events`` are the IRIs of the lineage events; there is none where a text only points at another number.
    ``wording`` is None where the wording of one of both is not known.
    """

    step: str
    old: str
    new: str
    name: str
    kind: str
    what: str
    partial: bool
    contested: bool
    claim_status: str
    sources: tuple[str, ...]
    errata: tuple[str, ...]
    comment: str
    events: tuple[str, ...]
    wording: tuple[Words, ...] | None


def compare(store: Store, first: str, second: str, language: str, numbers: Iterable[str] | None = None) -> list[Change]:
    """The steps from edition ``first`` to ``second``; against the order of time when ``second`` is the older.

    ``numbers`` keeps only the steps that begin at these numbers of ``first``. Raises InputError for an edition that is
    not known or has no measures, or for two that no chain of editions joins.
    """
    query = _steps()
    answered = asking.ask(store, query, {"from": [first], "to": [second], "lang": [language]})
    reverse = not answered.rows
    if reverse:
        answered = asking.ask(store, query, {"from": [second], "to": [first], "lang": [language]})
    if not answered.rows:
        raise InputError(f"no steps are known between {first} and {second}", remedy="Name two different editions.")
    wordings = _wordings(store, answered.rows)
    changes = _merged([_change(row, wordings, reverse=reverse) for row in answered.rows])
    if numbers is not None:
        wanted = set(numbers)
        changes = [c for c in changes if c.old in wanted]
    return changes


def read_numbers(store: Store, path: Path, edition: str) -> list[str]:
    """The measure numbers in a file: one a line, the first cell counts, in any usual form.

    Raises InputError for an edition that is not known, and one that names every line whose number it does not have.
    """
    named = edition_named(store, _steps().parameter("from"), edition)
    known = {row["number"].value for row in select(store, _NUMBERS, {"edition": named})}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot be read: {error}", where=str(path), remedy="Give a text file with a number a line."
        ) from error
    numbers, unknown = [], []
    for place, line in enumerate(lines, 1):
        cell = re.split(r"[;,\t ]", line.strip().strip('"'))[0].strip('"')
        if not re.match(r"\d", cell):
            continue
        found = [form for form in number_forms(cell) if form in known]
        numbers += found[:1]
        if not found:
            unknown.append(f"line {place}: {cell}")
    if unknown:
        raise InputError(
            f"edition {edition} does not have {'; '.join(unknown)}",
            where=str(path),
            remedy="Correct the numbers or name another edition.",
        )
    return numbers


def write(changes: list[Change], form: str) -> str:
    """The changes as ``json``, ``csv`` or ``markdown``. Raises NotAcceptableError for another form."""
    if form == "json":
        return json.dumps([asdict(change) for change in changes], ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return csv_table(COLUMNS, map(cells, changes))
    if form == "markdown":
        return markdown_table(COLUMNS, map(cells, changes))
    raise NotAcceptableError(f"there is no format “{form}” here", remedy=f"Choose one of: {', '.join(FORMATS)}.")


def cells(change: Change) -> list[str]:
    """A change as one line of a table, in the order of ``COLUMNS``; words as ``[-removed-]`` and ``{+added+}``."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    wording = " ".join(marks[run.kind].format(run.text) for run in change.wording or ())
    return [
        change.old,
        change.new,
        change.what,
        "x" if change.partial else "",
        "x" if change.contested else "",
        change.name,
        change.claim_status,
        " ".join(change.sources),
        " ".join(change.errata),
        change.comment,
        wording if change.wording and any(run.kind != "same" for run in change.wording) else "",
    ]


def compare_words(old: str, new: str) -> tuple[Words, ...]:
    """Two wordings word by word; markers of lists, quotes and capitals make no difference."""
    a, b = ([word for word in text.split() if normalised(word)] for text in (old, new))
    matcher = SequenceMatcher(None, [normalised(w) for w in a], [normalised(w) for w in b], autojunk=False)
    runs: list[Words] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            runs.append(Words("same", " ".join(a[i:j])))
            continue
        if j > i:
            runs.append(Words("removed", " ".join(a[i:j])))
        if m > k:
            runs.append(Words("added", " ".join(b[k:m])))
    return tuple(runs)


def _steps() -> queries.NamedQuery:
    return queries.get("edition-changes", queries.load())


def _change(row: asking.Row, wordings: dict[str, str], *, reverse: bool) -> Change:
    before, after = ("new", "old") if reverse else ("old", "new")
    old_wording, new_wording = (wordings.get(_value(row[f"{side}Measure"])) for side in (before, after))
    return Change(
        _value(row["step"]).rpartition("/")[2],
        _value(row[f"{before}Number"]),
        _value(row[f"{after}Number"]),
        _value(row["name"]),
        _value(row["kind"]).rpartition("/")[2],
        _value(row["kindName"]),
        _value(row["partial"]) == "true",
        _value(row["contested"]) == "true",
        _value(row["claimStatus"]).rpartition("/")[2],
        tuple(short(source) for source in _value(row["sources"]).split()),
        tuple(_value(row["errata"]).split()),
        _value(row["comment"]),
        tuple(_value(row["event"]).split()),
        compare_words(old_wording, new_wording) if old_wording and new_wording else None,
    )


def _merged(changes: list[Change]) -> list[Change]:
    """One change per pair of numbers: a measure that moved and was reworded took two steps at once."""
    merged: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        key = (change.step, change.old, change.new)
        if key in merged:
            first = merged[key]
            merged[key] = replace(
                first,
                kind=f"{first.kind} {change.kind}",
                what=f"{first.what}, {change.what.lower()}",
                claim_status=" ".join(dict.fromkeys([*first.claim_status.split(), change.claim_status])),
                sources=tuple(dict.fromkeys([*first.sources, *change.sources])),
                contested=first.contested or change.contested,
                comment=first.comment or change.comment,
                events=tuple(dict.fromkeys([*first.events, *change.events])),
            )
        else:
            merged[key] = change
    return list(merged.values())


def _wordings(store: Store, rows: list[asking.Row]) -> dict[str, str]:
    measures = {term for row in rows for term in (row["oldMeasure"], row["newMeasure"]) if isinstance(term, NamedNode)}
    found = select(store, _WORDINGS, {"measure": sorted(measures, key=str)}) if measures else []
    return {row["measure"].value: row["wording"].value for row in found}


def _value(term: NamedNode | Literal | None) -> str:
    return "" if term is None else term.value
