"""From what a person types to the RDF terms of a query, or to an error that says what is allowed."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import takewhile

import snowballstemmer
from pyoxigraph import Literal, NamedNode

from bio2kg.errors import InputError, together
from bio2kg.namespaces import GRAPH, ID, PREFIXES, short
from bio2kg.queries import NamedQuery, Parameter, texts
from bio2kg.querytext import Bindings, Term
from bio2kg.store import Store, select
from bio2kg.things import EDITIONS, edition_named, thing_named, wrong
from bio2kg.turtle import natural

_XSD = PREFIXES["xsd"]
_DURATION = re.compile(r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?")
# As XML Schema writes them; Python reads more than that, such as ١, 1_0 and 20260109.
_LEXICAL = {
    "integer": re.compile(r"[+-]?[0-9]{1,20}"),
    "decimal": re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
_CODES = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?concept ?code WHERE {
  VALUES ?list { <https://w3id.org/bio2kg/id/role> }
  ?concept skos:inScheme ?list ; skos:notation ?code .
}
"""
_BELOW = """
SELECT DISTINCT ?thing WHERE {
  VALUES ?root { "https://w3id.org/bio2kg/id/source/" }
  ?thing a ?class .
  FILTER (STRSTARTS(STR(?thing), ?root))
}
"""
_OF_CLASS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
SELECT DISTINCT ?thing WHERE {
  VALUES ?class { b:Framework }
  ?thing a ?class .
}
"""


@dataclass(frozen=True)
class Understood:
    """The values given to a query and how they were understood: for each parameter the short names of its terms."""

    bindings: Bindings
    names: Mapping[str, list[str]]


def understand(store: Store, query: NamedQuery, given: Mapping[str, Sequence[str]]) -> Understood:
    """The terms for the parameters of a query.

    Raises InputError that names every wrong parameter and what is allowed: an unknown or missing parameter, a value of
    the wrong type or outside its list, a number that nothing or more than one thing bears.
    """
    faults: list[tuple[str, str, InputError]] = []
    for name in given:
        try:
            query.parameter(name)
        except InputError as error:
            faults.append(("query", name, error))
    edition = None
    with suppress(InputError):  # which is told below, as that of the parameter itself
        edition = _edition_of_bio2(store, query, given)
    terms: dict[str, list[Term]] = {}
    for parameter in query.parameters:
        try:
            terms[parameter.name] = _terms_of(store, parameter, given.get(parameter.name, ()), edition)
        except InputError as error:
            faults.append(("query", parameter.name, error))
    if faults:
        raise together(faults)
    bindings: Bindings = {name: found or None for name, found in terms.items()}
    return Understood(bindings, {name: [short(t.value) for t in found] for name, found in terms.items()})


def _terms_of(store: Store, parameter: Parameter, given: Sequence[str], edition: str | None) -> list[Term]:
    """The terms for one parameter; its default if nothing is given."""
    values = [value for value in given if value != ""]
    if not values and parameter.default is not None:
        values = texts(parameter.default)
    if not values and parameter.required:
        raise wrong(parameter, "is required", _allowed(store, parameter))
    if len(values) > 1 and not parameter.multiple:
        raise wrong(parameter, f"takes one value and got {len(values)}", "")
    return [term for value in values for term in _terms(store, parameter, value, edition)]


def _terms(store: Store, parameter: Parameter, value: str, edition: str | None) -> list[Term]:
    if parameter.type == "words":
        return [Literal(form) for form in _word_forms(value)]
    return [_term(store, parameter, value, edition)]


def _word_forms(text: str) -> list[str]:
    """A text to search for, and the same with its last word cut down to what it shares with its stem.

    Found inside words, that reaches plurals and, as Dutch writes compounds together, the words it is part of. A stem
    that leaves less than five letters would reach too much.
    """
    words = text.split()
    if not words or not words[-1].isalpha():
        return [text]
    forms = [text]
    for language in ("dutch", "english"):
        stem = snowballstemmer.stemmer(language).stemWord(words[-1].lower())
        pairs = takewhile(lambda pair: pair[0] == pair[1], zip(stem, words[-1].lower(), strict=False))
        shared = "".join(letter for letter, _ in pairs)
        if len(shared) >= 5:
            forms.append(" ".join([*words[:-1], shared]))
    return list(dict.fromkeys(forms))


def _term(store: Store, parameter: Parameter, value: str, edition: str | None) -> Term:
    if parameter.values and value not in parameter.values:
        raise wrong(parameter, f"cannot be “{value}”", f"It is one of: {', '.join(parameter.values)}.")
    match parameter.type:
        case "measure" | "control" | "provision" | "thing":
            return thing_named(store, parameter, value, edition)
        case "edition":
            return edition_named(store, parameter, value)
        case "concept":
            return _one_of(parameter, value, _codes(store, parameter))
        case "assessment" | "framework" | "mapping-set" | "graph":
            return _one_of(parameter, value, _named(store, parameter.type))
        case _:
            return _literal(parameter, value)


def _literal(parameter: Parameter, value: str) -> Literal:
    datatypes = {
        "integer": "integer",
        "decimal": "decimal",
        "date": "date",
        "duration": "duration",
        "boolean": "boolean",
    }
    try:
        match parameter.type:
            case "integer" | "decimal" | "date" if not _LEXICAL[parameter.type].fullmatch(value):
                raise ValueError
            case "integer" | "decimal":
                _within(parameter, Decimal(value))
            case "date":
                date.fromisoformat(value)
            case "boolean" if value not in ("true", "false"):
                raise ValueError
            case "duration" if not _DURATION.fullmatch(value):
                raise ValueError
            case "language" if value not in ("nl", "en"):
                raise ValueError
    except (ValueError, InvalidOperation) as error:
        forms = {
            "integer": "a whole number, as 3",
            "decimal": "a number with a point, as 0.7",
            "date": "a date, as 2026-01-09",
            "boolean": "true or false",
            "duration": "a duration, as P1Y, P6M or P7D",
            "language": "nl or en",
        }
        raise wrong(parameter, f"cannot be “{value}”", f"Give {forms[parameter.type]}.") from error
    if parameter.type in datatypes:
        return Literal(value, datatype=NamedNode(f"{_XSD}{datatypes[parameter.type]}"))
    return Literal(value)


def _within(parameter: Parameter, number: Decimal) -> None:
    low, high = parameter.minimum, parameter.maximum
    if (
        not number.is_finite()
        or (low is not None and number < Decimal(str(low)))
        or (high is not None and number > Decimal(str(high)))
    ):
        raise wrong(
            parameter,
            f"cannot be {number}",
            f"It lies between {low if low is not None else 'any'} and {high if high is not None else 'any'}.",
        )


def _edition_of_bio2(store: Store, query: NamedQuery, given: Mapping[str, Sequence[str]]) -> str | None:
    """The edition that a measure without one belongs to: that of the query's own parameter, where it has one."""
    for parameter in query.parameters:
        if parameter.type == "edition" and parameter.framework == "bio2" and given.get(parameter.name):
            return edition_named(store, parameter, given[parameter.name][0]).value
    return None


def assessment_named(store: Store, value: str) -> NamedNode:
    """The assessment meant, by its identifier or its IRI. Raises InputError that lists those that are known."""
    known = _named(store, "assessment")
    iri = known.get(value, value)
    if iri not in known.values():
        raise InputError(f"“{value}” is neither a file nor an assessment known here", remedy=_known_assessments(known))
    return NamedNode(iri)


def _known_assessments(known: Mapping[str, str]) -> str:
    return f"Known are: {', '.join(sorted(known))}." if known else "No assessment is known here."


def _codes(store: Store, parameter: Parameter) -> dict[str, str]:
    rows = select(store, _CODES, {"list": NamedNode(f"{ID}{parameter.list}")})
    if rows:
        return {row["code"].value: row["concept"].value for row in rows}
    # Sources and organisations are no concepts, but named in the same way.
    root = f"{ID}{parameter.list}/"
    rows = select(store, _BELOW, {"root": Literal(root)})
    return {row["thing"].value.removeprefix(root): row["thing"].value for row in rows}


def _named(store: Store, kind: str) -> dict[str, str]:
    name, root = {
        "assessment": ("Assessment", f"{ID}assessment/"),
        "framework": ("Framework", ID),
        "mapping-set": ("MappingSet", f"{ID}mapping/"),
        "graph": ("Graph", GRAPH),
    }[kind]
    rows = select(store, _OF_CLASS, {"class": NamedNode(f"{PREFIXES['b']}{name}")})
    return {row["thing"].value.removeprefix(root): row["thing"].value for row in rows}


def _one_of(parameter: Parameter, value: str, known: Mapping[str, str]) -> NamedNode:
    iri = known.get(value) or (value if value in known.values() else None) or known.get(value.removeprefix(ID))
    if iri is None:
        if parameter.type == "assessment":
            raise wrong(parameter, f"cannot be “{value}”", _known_assessments(known))
        raise wrong(parameter, f"cannot be “{value}”", f"It is one of: {', '.join(sorted(known))}.")
    return NamedNode(iri)


def _allowed(store: Store, parameter: Parameter) -> str:
    match parameter.type:
        case "concept":
            return f"It is one of: {', '.join(sorted(_codes(store, parameter)))}."
        case "assessment":
            return _known_assessments(_named(store, "assessment"))
        case "measure":
            return "Give a number such as 5.01.01."
        case "provision":
            return "Give a provision such as NIS2 21(2)(d)."
    return f"Give a {parameter.type}."


def allowed_values(store: Store, parameter: Parameter) -> list[str]:
    """The values that a parameter can take, where they can be listed; empty otherwise."""
    match parameter.type:
        case "concept":
            return sorted(_codes(store, parameter))
        case "language":
            return ["nl", "en"]
        case "assessment" | "framework" | "mapping-set" | "graph":
            return sorted(_named(store, parameter.type))
        case "edition" if parameter.framework:
            rows = select(store, EDITIONS, {"framework": NamedNode(f"{ID}{parameter.framework}")})
            return sorted({row["version"].value for row in rows}, key=natural)
    return list(parameter.values)
