"""What a single cell can mean: one function for each kind of column, which never guesses without saying so."""

import re
from collections.abc import Callable, Mapping

from pyoxigraph import Literal, NamedNode

from bio2kg.workbook import durations, kinds, references
from bio2kg.workbook.columns import Column
from bio2kg.workbook.grids import Raw, Spoken, empty, text_of
from bio2kg.workbook.known import ALL, WORDS, Known, Reading, Term
from bio2kg.workbook.messages import Problem, problem
from bio2kg.workbook.opening import is_error

LONGEST = 32_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|_x00[01][0-9A-Fa-f]_")


def read(column: Column, value: Raw, known: Known) -> Reading:
    """What a cell of a column means. An empty cell means nothing, and is never a “no”."""
    if is_error(value):
        return Reading((), (problem("error-value", str(value).strip()),))
    if empty(value):
        return Reading()
    said: list[Problem] = []
    if isinstance(value, str):
        if re.match(r"=\S", value):
            # A formula in a cell that is formatted as text, which a spreadsheet shows as it is.
            return Reading((), (problem("formula-without-value", value),))
        if len(value) > LONGEST:
            return Reading((), (problem("text-too-long", len(value)),))
        tidy, said = _tidy(column, value)
        if not tidy:
            return Reading((), tuple(said))
        value = Spoken(tidy, value.language) if isinstance(value, Spoken) else tidy
    reading = _KINDS[column.kind](column, value, known)
    return Reading(reading.terms, (*said, *reading.problems))


def write(column: Column, terms: tuple[Term, ...], known: Known) -> Raw:
    """The cell that says this: the inverse of ``read`` for what is written as it should be."""
    match column.kind:
        case "date":
            return kinds.day_of(terms)
        case "moment":
            return kinds.moment_of(terms)
        case "int" | "level":
            return next((int(t.value) for t in terms if re.fullmatch(r"[+-]?\d+", t.value)), None)
        case "bool":
            return next((WORDS[known.language][t.value not in ("true", "1")] for t in terms), None)
        case "own":
            return WORDS[known.language][isinstance(terms[0], Literal)] if terms else None
        case "duration":
            return next((durations.written(t.value, known.language) for t in terms), None)
        case "codes" if terms and set(terms) == {code.iri for code in known.catalogue.codes[column.values]}:
            return ALL[known.language]
    names = sorted(name_of(column, t, known) for t in terms)
    if column.kind == "text":
        return names[0] if len(names) == 1 else "\n".join(names) or None
    return names[0] if len(names) == 1 else "; ".join(names) or None


def name_of(column: Column, term: Term, known: Known) -> str:
    """How a cell of a column writes one value."""
    if isinstance(term, Literal):
        return text_of(term)
    match column.kind:
        case "code" | "codes":
            codes = known.catalogue.codes[column.values]
            return next((code.label.get(known.language, "") for code in codes if code.iri == term), term.value)
        case "party" | "service":
            names = known.parties if column.kind == "party" else known.services
            return next((name for node, name in names.values() if node == term), term.value)
        case "links" | "measures":
            things = known.things.get(column.values, {})
            name = next((name for name, node in things.items() if node == term), known.analyses.get(term))
            return name or (term.value if column.kind == "links" else _last(term))
        case "deadline":
            return known.catalogue.deadlines[term].label[known.language] if term in known.catalogue.deadlines else ""
        case "provisions" | "number":
            return _last(term)
    return term.value


def _last(term: NamedNode) -> str:
    return term.value.rpartition("/")[2]


def _tidy(column: Column, text: str) -> tuple[str, list[Problem]]:
    """The text without what nobody sees. Running text keeps its spaces; names, numbers, dates and codes do not."""
    said = []
    clean = _CONTROL.sub("", text)
    if clean != text:
        said.append(problem("control-characters", text))
    if column.kind in ("text", "ref"):
        return clean, said
    neat = re.sub(r"\s+", " ", clean).strip()
    if neat != clean:
        said.append(problem("spaces", clean))
    return neat, said


_KINDS: Mapping[str, Callable[[Column, Raw, Known], Reading]] = {
    "bool": kinds.boolean,
    "code": kinds.code,
    "codes": kinds.codes,
    "date": kinds.day,
    "deadline": references.deadline,
    "duration": kinds.duration,
    "id": kinds.text,
    "int": kinds.maturity,
    "iri": kinds.iri,
    "level": kinds.level,
    "links": references.links,
    "measures": references.measures,
    "moment": kinds.moment,
    "number": references.measure,
    "own": kinds.own,
    "party": references.party,
    "provisions": references.provisions,
    "ref": kinds.ref,
    "service": references.service,
    "text": kinds.text,
}
