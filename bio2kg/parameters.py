"""From what a person types to the RDF terms of a query: which thing was meant, and which things it could have been."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode, QuerySolution

from bio2kg.errors import InputError
from bio2kg.namespaces import BASE, GRAPH, ID, PREFIXES, short
from bio2kg.queries import NamedQuery, Parameter
from bio2kg.querytext import Bindings, Term
from bio2kg.store import Store, select
from bio2kg.turtle import natural

_XSD = PREFIXES["xsd"]
_DURATION = re.compile(r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?")
_CLASSES = {
    "measure": ("MeasureEdition",),
    "control": ("Control",),
    "provision": ("Provision",),
    "thing": ("MeasureEdition", "Control", "Clause", "Provision"),
}
_BY_NUMBER = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?framework ?version ?status WHERE {
  VALUES ?number { "5.01.01" }
  VALUES ?class { b:MeasureEdition }
  ?thing skos:notation ?number ; a ?class ; skos:inScheme ?edition .
  ?edition dcterms:isVersionOf ?framework ; dcat:version ?version .
  OPTIONAL { ?edition b:editionStatus ?status }
}
"""
_EDITIONS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
SELECT DISTINCT ?edition ?version WHERE {
  VALUES ?framework { <https://w3id.org/bio2kg/id/bio2> }
  ?edition dcterms:isVersionOf ?framework ; dcat:version ?version .
}
"""
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
_KNOWN = "SELECT ?p WHERE { VALUES ?thing { UNDEF } ?thing ?p ?o } LIMIT 1"
_NUMBERS_LIKE = """
PREFIX b: <https://w3id.org/bio2kg/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?number WHERE {
  VALUES ?start { "5.01" }
  VALUES ?class { b:MeasureEdition }
  ?thing a ?class ; skos:notation ?number .
  FILTER (STRSTARTS(?number, ?start))
}
"""


@dataclass(frozen=True)
class Understood:
    """The values given to a query and how they were understood: for each parameter the short names of its terms."""

    bindings: Bindings
    names: Mapping[str, list[str]]


def understand(store: Store, query: NamedQuery, given: Mapping[str, Sequence[str]]) -> Understood:
    """The terms for the parameters of a query.

    Raises InputError that names the parameter and what is allowed: an unknown or missing parameter, a value of the
    wrong type or outside its list, a number that nothing or more than one thing bears.
    """
    for name in given:
        query.parameter(name)
    terms: dict[str, list[Term]] = {}
    edition = _edition_of_bio2(store, query, given)
    for parameter in query.parameters:
        values = [value for value in given.get(parameter.name, ()) if value != ""]
        if not values and parameter.default is not None:
            default = parameter.default
            values = [_plain(v) for v in default] if isinstance(default, list) else [_plain(default)]
        if not values and parameter.required:
            raise _wrong(parameter, "is required", _allowed(store, parameter))
        if len(values) > 1 and not parameter.multiple:
            raise _wrong(parameter, f"takes one value and got {len(values)}", "")
        terms[parameter.name] = [_term(store, parameter, value, edition) for value in values]
    bindings: Bindings = {name: found or None for name, found in terms.items()}
    return Understood(bindings, {name: [short(t.value) for t in found] for name, found in terms.items()})


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _term(store: Store, parameter: Parameter, value: str, edition: str | None) -> Term:
    if parameter.values and value not in parameter.values:
        raise _wrong(parameter, f"cannot be “{value}”", f"It is one of: {', '.join(parameter.values)}.")
    match parameter.type:
        case "measure" | "control" | "provision" | "thing":
            return _thing(store, parameter, value, edition)
        case "edition":
            return _edition(store, parameter, value)
        case "concept":
            return _one_of(parameter, value, _codes(store, parameter))
        case "framework" | "mapping-set" | "graph":
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
            case "integer":
                _within(parameter, Decimal(int(value)))
            case "decimal":
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
        raise _wrong(parameter, f"cannot be “{value}”", f"Give {forms[parameter.type]}.") from error
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
        raise _wrong(
            parameter,
            f"cannot be {number}",
            f"It lies between {low if low is not None else 'any'} and {high if high is not None else 'any'}.",
        )


def _thing(store: Store, parameter: Parameter, value: str, edition: str | None) -> NamedNode:
    """The measure, control or provision meant: by IRI, by path (``bio2/1.3/5.01.01``) or number in any usual form."""
    path = value.strip().removeprefix(ID).removeprefix(f"{BASE}/doc/")
    if "/" in path or path.startswith("http"):
        return _by_path(store, parameter, value, path)
    hint, number = _split(path)
    classes = [NamedNode(f"{PREFIXES['b']}{name}") for name in _CLASSES[parameter.type]]
    found = select(store, _BY_NUMBER, {"number": [Literal(n) for n in number_forms(number)], "class": classes})
    candidates = {row["thing"].value: row for row in found if not hint or row["framework"].value == f"{ID}{hint}"}
    if not candidates:
        raise _wrong(parameter, f"cannot be “{value}”", _like(store, number, classes))
    if edition and (meant := [iri for iri in candidates if iri.startswith(f"{edition}/")]):
        return NamedNode(meant[0])
    chosen = _preferred(candidates)
    if len(chosen) > 1:
        raise _wrong(
            parameter,
            f"“{value}” can mean several things",
            f"Say which: {', '.join(sorted(c.removeprefix(ID) for c in chosen))}.",
        )
    return NamedNode(chosen[0])


def _by_path(store: Store, parameter: Parameter, value: str, path: str) -> NamedNode:
    if re.search(r'[\s<>"{}|\\^`\[\]]', path):
        raise _wrong(parameter, f"cannot be “{value}”", "It has characters that no identifier has.")
    folder, _, number = path.rpartition("/")
    for form in number_forms(number):
        for place in (folder, f"bio2/{folder}"):
            iri = NamedNode(path if path.startswith("http") else f"{ID}{place}/{form}")
            if select(store, _KNOWN, {"thing": iri}):
                return iri
    raise _wrong(
        parameter,
        f"cannot be “{value}”",
        "Nothing of that name is known. Give a number, or edition and number as 1.3/5.01.01.",
    )


def _split(text: str) -> tuple[str, str]:
    """A framework in front (“NIS2 21(2)(d)”) and the number in our form (``21.2.d``)."""
    match = re.fullmatch(
        r"(?:(?P<framework>[A-Za-z][A-Za-z0-9-]*)\s+)?(?:art(?:ikel|icle|\.)?\s*)?(?P<number>.+)", text, re.IGNORECASE
    )
    hint, number = (match["framework"] or "", match["number"]) if match else ("", text)
    if hint.lower() in ("art", "artikel", "article"):
        hint = ""
    return hint.lower(), re.sub(r"\s*\(\s*(\w+)\s*\)", r".\1", number.strip())


def number_forms(number: str) -> list[str]:
    """The forms in which our frameworks write a number: as given, as 5.01.01, and without leading zeros."""
    forms = [number]
    if re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{1,2}", number):
        a, b, c = (int(part) for part in number.split("."))
        forms += [f"{a}.{b:02d}.{c:02d}", f"{a}.{b}.{c}"]
    elif re.fullmatch(r"\d{1,2}\.\d{1,2}", number):
        forms.append(".".join(str(int(part)) for part in number.split(".")))
    return list(dict.fromkeys(forms))


def _preferred(candidates: Mapping[str, QuerySolution]) -> list[str]:
    """Of several editions of one framework the newest that was established; of several frameworks all of them."""
    newest: dict[str, tuple[tuple[bool, object], str]] = {}
    for iri, row in candidates.items():
        status = row["status"].value if row["status"] is not None else ""
        rank = (status.endswith(("/established", "/in-force")), natural(row["version"].value))
        framework = row["framework"].value
        if framework not in newest or rank > newest[framework][0]:
            newest[framework] = (rank, iri)
    return [iri for _, iri in newest.values()]


def _like(store: Store, number: str, classes: list[NamedNode]) -> str:
    start = number_forms(number)[-1].rpartition(".")[0] or number
    starts = [Literal(form.rpartition(".")[0]) for form in number_forms(number) if "." in form] or [Literal(start)]
    near = sorted(
        {row["number"].value for row in select(store, _NUMBERS_LIKE, {"start": starts, "class": classes})}, key=natural
    )
    return f"Nothing bears that number. Near it are: {', '.join(near[:8])}." if near else "Nothing bears that number."


def _edition_of_bio2(store: Store, query: NamedQuery, given: Mapping[str, Sequence[str]]) -> str | None:
    """The edition that a measure without one belongs to: that of the query's own parameter, where it has one."""
    for parameter in query.parameters:
        if parameter.type == "edition" and parameter.framework == "bio2" and given.get(parameter.name):
            return _edition(store, parameter, given[parameter.name][0]).value
    return None


def _edition(store: Store, parameter: Parameter, value: str) -> NamedNode:
    path = value.strip().removeprefix(ID)
    framework, _, version = path.rpartition("/")
    framework = framework or parameter.framework or ""
    if not framework:
        raise _wrong(parameter, f"cannot be “{value}”", "Give framework and edition, as nis2/2022.")
    rows = (
        select(store, _EDITIONS, {"framework": NamedNode(f"{ID}{framework}")})
        if re.fullmatch(r"[\w.-]+", framework)
        else []
    )
    editions = {row["edition"].value: row["version"].value for row in rows}
    for iri, label in editions.items():
        if version == label or iri.endswith(f"/{version}"):
            return NamedNode(iri)
    known = ", ".join(sorted((iri.removeprefix(ID) for iri in editions), key=natural))
    raise _wrong(
        parameter, f"cannot be “{value}”", f"Editions are: {known}." if known else "There is no such framework."
    )


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
        "framework": ("Framework", ID),
        "mapping-set": ("MappingSet", f"{ID}mapping/"),
        "graph": ("Graph", GRAPH),
    }[kind]
    rows = select(store, _OF_CLASS, {"class": NamedNode(f"{PREFIXES['b']}{name}")})
    return {row["thing"].value.removeprefix(root): row["thing"].value for row in rows}


def _one_of(parameter: Parameter, value: str, known: Mapping[str, str]) -> NamedNode:
    iri = known.get(value) or (value if value in known.values() else None) or known.get(value.removeprefix(ID))
    if iri is None:
        raise _wrong(parameter, f"cannot be “{value}”", f"It is one of: {', '.join(sorted(known))}.")
    return NamedNode(iri)


def _allowed(store: Store, parameter: Parameter) -> str:
    match parameter.type:
        case "concept":
            return f"It is one of: {', '.join(sorted(_codes(store, parameter)))}."
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
        case "framework" | "mapping-set" | "graph":
            return sorted(_named(store, parameter.type))
        case "edition" if parameter.framework:
            rows = select(store, _EDITIONS, {"framework": NamedNode(f"{ID}{parameter.framework}")})
            return sorted({row["version"].value for row in rows}, key=natural)
    return list(parameter.values)


def _wrong(parameter: Parameter, what: str, allowed: str) -> InputError:
    return InputError(f"parameter {parameter.name}: {what}.", remedy=allowed)
