"""What engines do in their own way, made the same here and nowhere else.

Virtuoso 7:

- answers ASK with a table of one row, or none;
- gives what a comparison or other condition yields as the integer 1 or 0, and a stored ``true`` as the boolean ``1``;
- gives a duration as its months or seconds, and reads few of those in VALUES (``durations``);
- writes ``typed-literal`` for ``literal`` in JSON;
- wants a separator for GROUP_CONCAT, which the standard lets one leave out;
- does not see, in a condition of an OPTIONAL, what a VALUES block around it binds (``constants``);
- has graphs of its own among those of the data;
- repeats the query, and every graph of the data set, in messages and headers. So for it the data set is written into
  the query instead of beside it (``is_virtuoso``);
- is not up to questions about an assessment, which are asked of a copy of what they read (``RemoteStore.about``).

docs/how-to/run-on-a-sparql-cluster.md tells this to those who run one.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import httpx2
import pyoxigraph as ox

from bio2kg.errors import StateError
from bio2kg.namespaces import PREFIXES
from bio2kg.remote.booleans import boolean_names
from bio2kg.remote.constants import with_constants
from bio2kg.remote.durations import with_texts
from bio2kg.remote.wording import Token, Wording

_XSD = PREFIXES["xsd"]
_SYSTEM_GRAPHS = frozenset(
    (
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/ns/ldp#",
        "http://localuriqaserver/sparql",
        "http://www.w3.org/2002/07/owl#",
        "urn:activitystreams-owl:map",
        "urn:core:services:sparql",
    )
)

# Virtuoso takes 45 seconds for DISTINCT over 89 graphs, and 10 milliseconds for this.
GRAPHS = "SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


def is_virtuoso(headers: httpx2.Headers) -> bool:
    """Whether it is Virtuoso that answers."""
    return headers.get("server", "").startswith("Virtuoso")


def adapted(wording: Wording) -> Wording:
    """The query as Virtuoso has to be asked it."""
    return replace(wording, tokens=_with_separators(with_constants(with_texts(wording.tokens))))


def _with_separators(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    kept: list[Token] = []
    depth = 0
    concatenations: list[tuple[int, bool]] = []  # for each that is open its depth, and whether it has a separator
    for token in tokens:
        if token.kind == "sign" and token.text == "(":
            depth += 1
        elif token.word == "group_concat":
            concatenations.append((depth + 1, False))
        elif token.word == "separator" and concatenations:
            concatenations[-1] = (concatenations[-1][0], True)
        elif token.kind == "sign" and token.text == ")":
            if concatenations and concatenations[-1][0] == depth and not concatenations.pop()[1]:
                kept.append(Token("sign", '; SEPARATOR=" "'))
            depth -= 1
        kept.append(token)
    return tuple(kept)


def without_system_graphs(graphs: Iterable[str]) -> list[str]:
    """The graphs that hold data, sorted."""
    return sorted(graph for graph in graphs if graph not in _SYSTEM_GRAPHS and "/DAV/" not in graph)


def message(body: bytes) -> str:
    """What an engine says of a query that it refuses, in one line, without the query that it repeats."""
    text = body[:2000].decode("utf-8", "replace").partition("SPARQL query:")[0]
    return "" if text.lstrip().startswith("<") else " ".join(text.split())[:300]


def solutions(content: bytes, wording: Wording, form: str, where: str) -> ox.QuerySolutions | ox.QueryBoolean:
    """An answer in SPARQL JSON, in the terms of the standard. Raises StateError if it is broken."""
    try:
        document = json.loads(content)
        bindings = document.get("results", {}).get("bindings")
        if form == "ASK":
            document = {"head": {}, "boolean": _truth(document, bindings)}
        else:
            _standard(bindings, wording)
        return _parsed(json.dumps(document).encode())
    except (ValueError, SyntaxError, AttributeError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise StateError("the answer of the store is broken or was cut off", where=where) from error


def _parsed(content: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    answer = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        return answer
    for _ in answer:  # what is wrong with it must show here, not where it is written out
        pass
    again = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    assert isinstance(again, ox.QuerySolutions)  # noqa: S101 - it is the same content
    return again


def _truth(document: dict[str, Any], rows: list[dict[str, Any]] | None) -> bool:
    if rows is None:
        return bool(document["boolean"])
    return bool(rows) and next(iter(rows[0].values()))["value"] not in ("0", "false")


def _standard(rows: list[dict[str, dict[str, str]]], wording: Wording) -> None:
    """Rewrites the rows in place."""
    suspects: dict[str, bool] = {}
    for row in rows:
        for name, term in row.items():
            kind = term.get("datatype")
            if term.get("type") == "typed-literal":
                term["type"] = "literal"
            if kind == f"{_XSD}boolean":
                term["value"] = _TRUTH.get(term["value"], term["value"])
            elif kind == f"{_XSD}duration" and not term["value"].lstrip("-").startswith("P"):
                term["value"] = _duration(term["value"])
            is_bit = kind == f"{_XSD}integer" and term["value"] in _TRUTH
            suspects[name] = suspects.get(name, True) and (is_bit or kind == f"{_XSD}boolean")
    names = {name for name, suspect in suspects.items() if suspect}
    for name in names & boolean_names(wording.tokens) if names else ():
        for row in rows:
            if name in row:
                value = row[name]["value"]
                row[name] |= {"datatype": f"{_XSD}boolean", "value": _TRUTH.get(value, value)}


_TRUTH = {"1": "true", "0": "false"}


def _duration(value: str) -> str:
    """A number of months, or with a point a number of seconds, as an xsd:duration in its canonical form."""
    sign, number = ("-", value[1:]) if value.startswith("-") else ("", value)
    if "." not in number:
        years, months = divmod(int(number), 12)
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months or not years else ''}"
    seconds = float(number)
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = "".join(f"{part:g}{unit}" for part, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if part)
    day = f"{days:g}D" if days else ""
    return f"{sign}P{day}{f'T{parts}' if parts else ''}" if day or parts else "PT0S"
