"""What a caller can choose from a collection, and what was chosen, with everything that is wrong with it at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pyoxigraph import Literal, NamedNode

from bio2kg.errors import InputError, NotFoundError, together
from bio2kg.namespaces import ID
from bio2kg.parameters import allowed_values, understand
from bio2kg.queries import NamedQuery, Parameter, Text
from bio2kg.store import Store, select
from bio2kg.turtle import natural
from bio2kg.web import locating

DEFAULT_SIZE, LARGEST_SIZE = 50, 500
FORMS = ("json", "jsonld", "csv")
ITEM_FORMS = ("json", "jsonld")
_EDITIONS = """
PREFIX b: <https://w3id.org/bio2kg/def#>
SELECT DISTINCT ?edition WHERE { ?edition a b:Edition }
"""
_NOTHING = Text("", "")

T = TypeVar("T")
Fault = tuple[str, str, InputError]
Terms = dict[str, list[NamedNode | Literal]]


@dataclass(frozen=True)
class Filter:
    """A way to narrow a collection: its parameter, and the pattern that ``?thing`` then fits, with a VALUES block."""

    parameter: Parameter
    pattern: str
    example: str = ""

    @property
    def name(self) -> str:
        """The name of the parameter, and of the variable in the pattern."""
        return self.parameter.name


@dataclass(frozen=True)
class Chosen:
    """What was asked for: the page and its size, members and related things by name, and the terms of the filters."""

    page: int
    size: int
    fields: tuple[str, ...]
    include: tuple[str, ...]
    terms: Terms


def parameter(name: str, kind: str, nl: str, en: str, **more: Any) -> Parameter:
    """A parameter that can be given more than once, unless said otherwise."""
    return Parameter(name, kind, Text(nl, en), **{"required": False, "multiple": True, **more})


def paging() -> tuple[Parameter, ...]:
    """The parameters that choose a page."""
    return (
        parameter(
            "page",
            "integer",
            "De pagina, vanaf 1",
            "The page, from 1",
            default=1,
            minimum=1,
            maximum=1_000_000,
            multiple=False,
        ),
        parameter(
            "pageSize",
            "integer",
            "Hoeveel op een pagina",
            "How many on a page",
            default=DEFAULT_SIZE,
            minimum=1,
            maximum=LARGEST_SIZE,
            multiple=False,
        ),
    )


def choosing(fields: Iterable[str], included: Iterable[str], forms: Sequence[str] = FORMS) -> tuple[Parameter, ...]:
    """The parameters that choose members, related things and the form of the answer."""
    found = [
        parameter(
            "fields",
            "string",
            "Alleen deze velden, gescheiden door komma's",
            "Only these members, separated by commas",
            values=tuple(fields),
        )
    ]
    if names := tuple(included):
        found.append(
            parameter(
                "include",
                "string",
                "Wat erbij hoort meesturen, gescheiden door komma's",
                "Embed related things, separated by commas",
                values=names,
            )
        )
    form = parameter(
        "format",
        "string",
        "De vorm, in plaats van de header Accept",
        "The form, instead of the Accept header",
        values=tuple(forms),
        multiple=False,
    )
    return (*found, form)


def choose(store: Store, given: Mapping[str, Sequence[str]], parameters: Sequence[Parameter]) -> Chosen:
    """What the values given to these parameters mean. Raises InputError that names everything that is wrong."""
    faults: list[Fault] = []
    terms: Terms = {}
    known = {p.name: p for p in parameters}
    for name in given:
        if name not in known:
            faults.append(_fault(name, f"there is no such parameter; there are: {', '.join(known)}"))
    # An edition first: a number means the measure of the edition that is asked for.
    edition: Mapping[str, Sequence[str]] = {}
    for one in sorted(parameters, key=lambda p: p.type != "edition"):
        values = _values(one, given.get(one.name, ()))
        if not one.multiple and len(values) > 1:
            faults.append(_fault(one.name, f"takes one value and got {len(values)}"))
            continue
        if one.required and not values:
            faults.append(_fault(one.name, "is required"))
        for value in values:
            try:
                found = _terms(store, one, value, edition, known)
            except InputError as error:
                faults.append(("query", one.name, error))
                continue
            terms.setdefault(one.name, []).extend(found)
            if one.type == "edition" and not edition:
                edition = {one.name: [found[0].value]}
    if faults:
        raise together(faults)
    return Chosen(
        int(_one(terms, "page", "1")),
        int(_one(terms, "pageSize", str(DEFAULT_SIZE))),
        tuple(term.value for term in terms.get("fields", ())),
        tuple(term.value for term in terms.get("include", ())),
        terms,
    )


def page_of(chosen: Chosen, found: Sequence[T]) -> Sequence[T]:
    """The part of what was found that is on the page asked for. Raises InputError for a page after the last."""
    start = (chosen.page - 1) * chosen.size
    if start >= max(1, len(found)):
        last = max(1, -(-len(found) // chosen.size))
        raise wrong("page", f"there is no page {chosen.page}; the last one is {last}")
    return found[start : start + chosen.size]


def fits(form: str, chosen: Chosen) -> None:
    """Raises InputError for a choice that the form has no place for."""
    if form == "csv" and chosen.include:
        raise wrong("include", "a table has no place for it; ask for JSON")
    if form == "jsonld" and chosen.fields:
        raise wrong("fields", "JSON-LD has all that is stated; ask for JSON")


def wrong(name: str, what: str) -> InputError:
    """The error for what is wrong with one parameter."""
    return together([_fault(name, what)])


def _fault(name: str, what: str) -> Fault:
    return "query", name, InputError(f"parameter {name}: {what}")


def listed_values(store: Store, one: Parameter) -> list[str]:
    """The values that a parameter can take, where they can be listed; empty otherwise."""
    if one.type != "edition":
        return allowed_values(store, one)
    editions = {row["edition"].value.removeprefix(ID) for row in select(store, _EDITIONS)}
    own = [e.partition("/")[2] for e in editions if e.partition("/")[0] == one.framework]
    return sorted([*own, *editions, *([locating.CURRENT] if one.framework else [])], key=natural)


def _values(one: Parameter, given: Sequence[str]) -> list[str]:
    values = list(given)
    if one.name in ("fields", "include"):
        values = [part.strip() for value in values for part in value.split(",")]
    values = [value for value in values if value.strip()]
    return values or ([] if one.default is None else [str(one.default)])


def _terms(
    store: Store, one: Parameter, value: str, edition: Mapping[str, Sequence[str]], known: Mapping[str, Parameter]
) -> list[NamedNode | Literal]:
    if one.type == "edition":
        value = _current(store, one, value)
    # A named query of one parameter, and the edition beside it, reads a value as every other query does.
    beside = edition if one.type in ("measure", "control", "provision", "thing") else {}
    parameters = [replace(known[name], multiple=True, default=None) for name in beside]
    query = NamedQuery("", "", _NOTHING, _NOTHING, (*parameters, replace(one, default=None)), (), (), {})
    bound = understand(store, query, {**beside, one.name: [value]}).bindings[one.name]
    return [term for term in (bound if isinstance(bound, list) else [bound]) if isinstance(term, NamedNode | Literal)]


def _current(store: Store, one: Parameter, value: str) -> str:
    """An edition with ``current`` in its place as the edition that it is now."""
    framework, _, edition = value.strip().rpartition("/")
    framework = framework or one.framework or ""
    if edition != locating.CURRENT or not framework:
        return value
    try:
        return locating.current(store, f"{framework}/{edition}")
    except NotFoundError as error:
        raise InputError(f"parameter {one.name}: cannot be “{value}”: {error.what}", remedy=error.remedy) from error


def _one(terms: Terms, name: str, default: str) -> str:
    return terms[name][0].value if name in terms else default
