"""Asking a named query: values in, rows out, in the forms that people and programs want."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from bio2kg import results
from bio2kg.errors import NotAcceptableError
from bio2kg.namespaces import ID, PREFIXES, short
from bio2kg.parameters import Understood, understand
from bio2kg.queries import NamedQuery
from bio2kg.querytext import bind
from bio2kg.store import Store
from bio2kg.turtle import natural

FORMATS = ("json", "csv", "tsv", "xml", "markdown")
_JSON = ox.QueryResultsFormat.JSON
_XSD = PREFIXES["xsd"]
_NUMBERS = {f"{_XSD}{name}" for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")}

Row = dict[str, NamedNode | Literal | None]


@dataclass(frozen=True)
class Answered:
    """The rows of a query, and how its parameters were understood."""

    query: NamedQuery
    understood: Understood
    rows: list[Row]


def ask(store: Store, query: NamedQuery, given: Mapping[str, Sequence[str]]) -> Answered:
    """The answer to a query for these values. Raises InputError as ``understand`` does."""
    understood = understand(store, query, given)
    answer = _solutions(store, query, understood)
    names = [column.name for column in query.columns]
    rows = [{name: term(solution[name]) for name in names} for solution in answer]
    return Answered(query, understood, rows)


def write(store: Store, query: NamedQuery, given: Mapping[str, Sequence[str]], form: str) -> bytes:
    """The answer as ``json``, ``csv``, ``tsv``, ``xml`` or ``markdown``. Raises NotAcceptableError for another form."""
    if form == "json":
        return (json.dumps(as_json(ask(store, query, given)), ensure_ascii=False, indent=2) + "\n").encode()
    if form == "markdown":
        return _markdown(ask(store, query, given)).encode()
    if form not in FORMATS:
        raise NotAcceptableError(
            f"there is no format “{form}” for this answer", remedy=f"Choose one of: {', '.join(FORMATS)}."
        )
    answer = _solutions(store, query, understand(store, query, given))
    return results.serialise(answer, results.by_name(form, results.SOLUTIONS))


def _solutions(store: Store, query: NamedQuery, understood: Understood) -> ox.QuerySolutions:
    """The rows as every form gives them: lists in natural order, for SPARQL leaves the order of GROUP_CONCAT open."""
    assessments = _assessments(query, understood)
    source = store.about(assessments) if assessments else store
    answer = source.query(bind(query.text, understood.bindings))
    assert isinstance(answer, ox.QuerySolutions)  # noqa: S101 - the loader lets through only SELECT
    lists = {column.name: column.list for column in query.columns if column.list}
    if not lists:
        return answer
    document = json.loads(answer.serialize(format=_JSON) or b"")
    for row in document["results"]["bindings"]:
        for name in row.keys() & lists.keys():
            if items := set(row[name]["value"].split(lists[name])) - {""}:
                row[name]["value"] = lists[name].join(sorted(items, key=natural))
            else:
                del row[name]
    ordered = ox.parse_query_results(json.dumps(document), format=_JSON)
    assert isinstance(ordered, ox.QuerySolutions)  # noqa: S101 - as the answer was
    return ordered


def _assessments(query: NamedQuery, understood: Understood) -> list[NamedNode]:
    """The assessments that are asked about."""
    values = (understood.bindings.get(p.name) for p in query.parameters if p.type == "assessment")
    found = (one for value in values for one in (value if isinstance(value, Sequence) else [value]))
    return [one for one in found if isinstance(one, NamedNode)]


def as_json(answered: Answered) -> dict[str, Any]:
    """The answer as plain JSON: a value is a string, number, boolean or null; a thing is its IRI."""
    return {
        "query": f"{ID}query/{answered.query.name}",
        "parameters": {name: names for name, names in answered.understood.names.items() if names},
        "rows": [{name: _plain(term) for name, term in row.items()} for row in answered.rows],
    }


def cell(term: NamedNode | Literal | None) -> str:
    """A value as people read it in a table."""
    if term is None:
        return ""
    return short(term.value) if isinstance(term, NamedNode) else term.value


def term(value: object) -> NamedNode | Literal | None:
    """A value of an answer; blank nodes have no name to show and count as none."""
    return value if isinstance(value, NamedNode | Literal) else None


def _plain(term: NamedNode | Literal | None) -> str | int | float | bool | None:
    if term is None:
        return None
    if isinstance(term, Literal):
        if term.datatype.value == f"{_XSD}boolean":
            return term.value in ("true", "1")
        if term.datatype.value in _NUMBERS:
            number = float(term.value)
            return int(number) if number.is_integer() and "." not in term.value else number
    return term.value


def _markdown(answered: Answered) -> str:
    names = [column.name for column in answered.query.columns]
    return results.markdown_table(names, ([cell(row[name]) for name in names] for row in answered.rows))
