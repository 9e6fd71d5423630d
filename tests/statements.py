"""Writing statements about one thing at a time, for assessments that a test makes."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from bio2kg.namespaces import ID, PREFIXES

ASPECTS = ("opzet", "bestaan", "werking")
Value = str | bool | int | date | datetime | NamedNode | Literal


def code(code_list: str, notation: str) -> NamedNode:
    """A concept of one of our code lists."""
    return NamedNode(f"{ID}{code_list}/{notation}")


def say(
    subject: NamedNode | BlankNode, kind: str, values: dict[str, Value | Iterable[Value] | None]
) -> Iterator[Triple]:
    """What is said of one thing: its class and its values, by names as ``b:result`` (or ``b__result``)."""
    yield Triple(subject, NamedNode(f"{PREFIXES['rdf']}type"), _term(kind))
    for name, given in values.items():
        several = given if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
        for value in several:
            if value is not None:
                yield Triple(subject, _term(name), value if isinstance(value, NamedNode | Literal) else _literal(value))


def _term(name: str) -> NamedNode:
    prefix, _, local = name.replace("__", ":").partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _literal(value: str | bool | int | date | datetime) -> Literal:
    if isinstance(value, str):
        return Literal(value, language="nl") if " " in value else Literal(value)
    kind = {bool: "boolean", int: "integer", date: "date", datetime: "dateTime"}[type(value)]
    text = (
        str(value).lower() if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else str(value)
    )
    return Literal(text, datatype=NamedNode(f"{PREFIXES['xsd']}{kind}"))
