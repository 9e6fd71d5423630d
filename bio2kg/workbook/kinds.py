"""What a cell of a simple kind means: a text, an address, a value of a list, yes or no, a number, a date."""

import re
from datetime import date, datetime

from pyoxigraph import Literal, NamedNode

from bio2kg.workbook import dates, durations
from bio2kg.workbook.columns import Column, plain
from bio2kg.workbook.grids import XSD, Raw, shown, text_literal
from bio2kg.workbook.known import ALL, WORDS, Known, Reading, Term
from bio2kg.workbook.messages import Problem, problem

_YES, _NO = {"ja", "j", "yes", "y", "waar", "true", "x", "1"}, {"nee", "n", "no", "onwaar", "false", "0"}


def text(column: Column, value: Raw, known: Known) -> Reading:
    """The text itself."""
    return Reading((text_literal(value if isinstance(value, str) else shown(value)),))


def ref(column: Column, value: Raw, known: Known) -> Reading:
    """A web address as a link, anything else as text."""
    address = address_of(shown(value))
    return Reading((address,)) if address and address.value == shown(value) else text(column, value, known)


def address_of(value: str) -> NamedNode | None:
    """A web address as an IRI, or None."""
    if not re.match(r"https?://\S+$", value.strip()):
        return None
    try:
        return NamedNode(value.strip())
    except ValueError:
        return None


def iri(column: Column, value: Raw, known: Known) -> Reading:
    """A web address, and nothing else."""
    found = address_of(shown(value))
    return Reading((found,)) if found else Reading((), (problem("iri-unknown", shown(value)),))


def code(column: Column, value: Raw, known: Known) -> Reading:
    """A value of a list, in any known spelling."""
    written = WORDS["nl"][not value] if isinstance(value, bool) else shown(value)
    found = known.catalogue.code(column.values, written)
    if not found:
        near = known.catalogue.nearest_code(column.values, written, known.language)
        return Reading((), (problem("code-unknown", written, near=near),))
    label = found.label[known.language]
    return Reading((found.iri,), () if label == value else (problem("code-spelling", written, read=label),))


def codes(column: Column, value: Raw, known: Known) -> Reading:
    """Values of a list with semicolons between, or all of them."""
    if shown(value).casefold() in ALL.values():
        return Reading(tuple(code.iri for code in known.catalogue.codes[column.values]))
    readings = [code(column, part.strip(), known) for part in shown(value).split(";") if part.strip()]
    return joined(readings)


def joined(readings: list[Reading]) -> Reading:
    """Several readings as one, each value once."""
    terms = dict.fromkeys(term for reading in readings for term in reading.terms)
    return Reading(tuple(terms), tuple(said for reading in readings for said in reading.problems))


def boolean(column: Column, value: Raw, known: Known) -> Reading:
    """Yes or no."""
    answer = plain(shown(value))
    if answer not in _YES | _NO:
        return Reading((), (problem("boolean-unknown", shown(value)),))
    yes = answer in _YES
    words = WORDS[known.language]
    usual = isinstance(value, bool) or value in words
    said = () if usual else (problem("boolean-spelling", shown(value), read=words[not yes]),)
    return Reading((Literal("true" if yes else "false", datatype=NamedNode(f"{XSD}boolean")),), said)


def own(column: Column, value: Raw, known: Known) -> Reading:
    """Yes names the workbook's own thing; no says nothing, or what the column says otherwise: then it is “false”."""
    reading = boolean(column, value, known)
    if not reading.terms or (reading.terms[0].value == "false" and column.otherwise):
        return reading
    if reading.terms[0].value == "false":
        return Reading((), reading.problems)
    known.pointed.add(column.values)
    return Reading((known.own(column.values),), reading.problems)


def level(column: Column, value: Raw, known: Known) -> Reading:
    """A whole number."""
    written = shown(value)
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?\d{1,9}([.,]0+)?", written):
        return Reading((), (problem("integer-unknown", written),))
    number = int(re.split("[.,]", written)[0])
    said = (problem("integer-text", written, read=number),) if isinstance(value, str) and written != str(number) else ()
    return Reading((Literal(str(number), datatype=NamedNode(f"{XSD}integer")),), said)


def maturity(column: Column, value: Raw, known: Known) -> Reading:
    """A whole number on the scale of the workbook."""
    reading = level(column, value, known)
    low, high = known.scale
    if reading.terms and not low <= int(reading.terms[0].value) <= high:
        return Reading((), (problem("integer-out-of-range", shown(value), low=low, high=high),))
    return reading


def day(column: Column, value: Raw, known: Known) -> Reading:
    """A date."""
    found, said = dates.date_of(value)
    return Reading((Literal(found.isoformat(), datatype=NamedNode(f"{XSD}date")),) if found else (), tuple(said))


def day_of(terms: tuple[Term, ...]) -> Raw:
    """The cell of a date."""
    for term in terms:
        try:
            return date.fromisoformat(term.value)
        except ValueError:
            return term.value
    return None


def moment(column: Column, value: Raw, known: Known) -> Reading:
    """A date with a time."""
    found, said = dates.moment_of(value)
    return Reading((Literal(found.isoformat(), datatype=NamedNode(f"{XSD}dateTime")),) if found else (), tuple(said))


def moment_of(terms: tuple[Term, ...]) -> Raw:
    """The cell of a moment; one in a time zone is a text, which a cell with a date has no room for."""
    for term in terms:
        try:
            found = datetime.fromisoformat(term.value)
        except ValueError:
            return term.value
        # Midnight in a cell cannot be told from a day without a time.
        return term.value if found.tzinfo or not (found.hour or found.minute or found.second) else found
    return None


def duration(column: Column, value: Raw, known: Known) -> Reading:
    """How long something lasts."""
    found = durations.duration_of(shown(value))
    if not found:
        return Reading((), (problem("duration-unknown", shown(value)),))
    said: tuple[Problem, ...] = ()
    if found == shown(value):
        said = (problem("duration-text", found, read=durations.written(found, known.language)),)
    return Reading((Literal(found, datatype=NamedNode(f"{XSD}duration")),), said)
