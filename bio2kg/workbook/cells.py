"""What a single cell can mean: one function for each kind of column, which never guesses without saying so."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pyoxigraph import Literal, NamedNode

from bio2kg.workbook import dates
from bio2kg.workbook.catalogue import Catalogue
from bio2kg.workbook.columns import TABS, Column, plain, slug
from bio2kg.workbook.grids import XSD, Raw, empty, shown
from bio2kg.workbook.messages import Problem, problem
from bio2kg.workbook.numbers import number
from bio2kg.workbook.opening import is_error

Term = NamedNode | Literal
LONGEST = 32_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|_x00[01][0-9A-Fa-f]_")
_YES, _NO = {"ja", "j", "yes", "y", "waar", "true", "x", "1"}, {"nee", "n", "no", "onwaar", "false", "0"}
_WORDS = {"nl": ("ja", "nee"), "en": ("yes", "no")}


@dataclass(frozen=True)
class Reading:
    """What a cell means: the values, none if it could not be used, and what is to be said about it."""

    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass
class Known:
    """What a cell is read against: the edition, the language, and what the workbook itself says elsewhere.

    ``things`` has for each tab the thing of each id; ``parties`` the people and posts met so far, with their names.
    """

    catalogue: Catalogue
    base: str
    language: str = "nl"
    things: dict[str, dict[str, NamedNode]] = field(default_factory=dict)
    parties: dict[str, tuple[NamedNode, str]] = field(default_factory=dict)
    analyses: dict[NamedNode, str] = field(default_factory=dict)
    scale: tuple[int, int] = (0, 5)

    @property
    def scope(self) -> NamedNode:
        """The scope of the workbook."""
        return NamedNode(f"{self.base}/scope")


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
        value, said = _tidy(column, value)
        if not value:
            return Reading((), tuple(said))
    reading = _KINDS[column.kind](column, value, known)
    return Reading(reading.terms, (*said, *reading.problems))


def write(column: Column, terms: tuple[Term, ...], known: Known) -> Raw:
    """The cell that says this: the inverse of ``read`` for what is written as it should be."""
    match column.kind:
        case "date":
            return _date_of(terms)
        case "int" | "level":
            return next((int(t.value) for t in terms if re.fullmatch(r"[+-]?\d+", t.value)), None)
        case "bool":
            return next((_WORDS[known.language][t.value not in ("true", "1")] for t in terms), None)
        case "own-scope":
            return _WORDS[known.language][0] if terms else None
    return "; ".join(sorted(name_of(column, t, known) for t in terms)) or None


def name_of(column: Column, term: Term, known: Known) -> str:
    """How a cell of a column writes one value."""
    if isinstance(term, NamedNode):
        if column.kind == "code":
            codes = known.catalogue.codes[column.values]
            return next((code.label.get(known.language, "") for code in codes if code.iri == term), term.value)
        if column.kind == "party":
            return next((name for node, name in known.parties.values() if node == term), term.value)
        if column.kind == "links":
            things = known.things.get(column.values, {})
            return next((name for name, node in things.items() if node == term), known.analyses.get(term, term.value))
    return term.value


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


def _text(column: Column, value: Raw, known: Known) -> Reading:
    return Reading((Literal(shown(value)),))


def _ref(column: Column, value: Raw, known: Known) -> Reading:
    """A web address as a link, anything else as text."""
    text = shown(value)
    address = iri(text)
    return Reading((address if address and address.value == text else Literal(text),))


def iri(text: str) -> NamedNode | None:
    """A web address as an IRI, or None."""
    if not re.match(r"https?://\S+$", text.strip()):
        return None
    try:
        return NamedNode(text.strip())
    except ValueError:
        return None


def _iri(column: Column, value: Raw, known: Known) -> Reading:
    found = iri(shown(value))
    return Reading((found,)) if found else Reading((), (problem("iri-unknown", shown(value)),))


def _code(column: Column, value: Raw, known: Known) -> Reading:
    text = shown(value)
    if isinstance(value, bool):
        text = _WORDS["nl"][not value]
    code = known.catalogue.code(column.values, text)
    if not code:
        near = known.catalogue.nearest_code(column.values, text, known.language)
        return Reading((), (problem("code-unknown", text, near=near),))
    label = code.label[known.language]
    return Reading((code.iri,), () if label == value else (problem("code-spelling", text, read=label),))


def _bool(column: Column, value: Raw, known: Known) -> Reading:
    text = plain(shown(value))
    if text not in _YES | _NO:
        return Reading((), (problem("boolean-unknown", shown(value)),))
    yes = text in _YES
    words = _WORDS[known.language]
    usual = isinstance(value, bool) or value in words
    said = () if usual else (problem("boolean-spelling", shown(value), read=words[not yes]),)
    return Reading((Literal("true" if yes else "false", datatype=NamedNode(f"{XSD}boolean")),), said)


def _own_scope(column: Column, value: Raw, known: Known) -> Reading:
    reading = _bool(column, value, known)
    return Reading((known.scope,) if reading.terms and reading.terms[0].value == "true" else (), reading.problems)


def _level(column: Column, value: Raw, known: Known) -> Reading:
    text = shown(value)
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?\d{1,9}([.,]0+)?", text):
        return Reading((), (problem("integer-unknown", text),))
    level = int(re.split("[.,]", text)[0])
    said = (problem("integer-text", text, read=level),) if isinstance(value, str) and text != str(level) else ()
    return Reading((Literal(str(level), datatype=NamedNode(f"{XSD}integer")),), said)


def _int(column: Column, value: Raw, known: Known) -> Reading:
    reading = _level(column, value, known)
    low, high = known.scale
    if reading.terms and not low <= int(reading.terms[0].value) <= high:
        return Reading((), (problem("integer-out-of-range", shown(value), low=low, high=high),))
    return reading


def _date(column: Column, value: Raw, known: Known) -> Reading:
    day, said = dates.date_of(value)
    return Reading((Literal(day.isoformat(), datatype=NamedNode(f"{XSD}date")),) if day else (), tuple(said))


def _date_of(terms: tuple[Term, ...]) -> Raw:
    for term in terms:
        try:
            return date.fromisoformat(term.value)
        except ValueError:
            return term.value
    return None


def _party(column: Column, value: Raw, known: Known) -> Reading:
    """A person, post or department; the same name in another spelling of case or spaces is the same one."""
    name = shown(value)
    if plain(name) not in known.parties:
        known.parties[plain(name)] = (NamedNode(f"{known.base}/party/{slug(name)}"), name)
    node, first = known.parties[plain(name)]
    return Reading((node,), () if first == name else (problem("party-spelling", name, read=first),))


def _links(column: Column, value: Raw, known: Known) -> Reading:
    """Ids of another tab. A risk analysis may also be named by an address or a document number."""
    things = {plain(name): node for name, node in known.things.get(column.values, {}).items()}
    found: list[Term] = []
    said = []
    for name in (part.strip() for part in shown(value).split(";")):
        if not name:
            continue
        if plain(name) in things:
            found.append(things[plain(name)])
        elif column.values != "risk-analyses":
            said.append(problem("id-unknown", name, tab=TABS[column.values].title(known.language)))
        elif address := iri(name):
            found.append(address)
        else:
            node = NamedNode(f"{known.base}/risk-analysis/{slug(name)}")
            known.analyses.setdefault(node, name)
            found.append(node)
    return Reading(tuple(dict.fromkeys(found)), tuple(said))


def _number(column: Column, value: Raw, known: Known) -> Reading:
    node, said = number(value, known.catalogue)
    return Reading((node,) if node else (), tuple(said))


_KINDS: Mapping[str, Callable[[Column, Raw, Known], Reading]] = {
    "bool": _bool,
    "code": _code,
    "date": _date,
    "id": _text,
    "int": _int,
    "iri": _iri,
    "level": _level,
    "links": _links,
    "number": _number,
    "own-scope": _own_scope,
    "party": _party,
    "ref": _ref,
    "text": _text,
}
