"""The members of a JSON object: from which property each comes, in what form, and what it means.

From these follow the object itself, its schema, the columns of a table, and what ``fields`` can choose.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field, create_model
from pyoxigraph import Literal, NamedNode

from bio2kg.namespaces import ID, PREFIXES
from bio2kg.queries import Text
from bio2kg.turtle import natural
from bio2kg.web.models import Labels, Link, SourcedCode
from bio2kg.web.rest.facts import Facts, Term, by_language


class Form(StrEnum):
    """How values of a property are written."""

    TEXT = "text"
    LABELS = "labels"  # {"nl": …, "en": …}
    LINK = "link"  # {"id": …, "href": …, "number": …, "name": …}
    CODE = "code"  # the last part of the IRI of a concept
    IRI = "iri"
    NUMBER = "number"
    TRUTH = "truth"  # true, or left out: what is not stated is unknown
    DATE = "date"
    BY_LIST = "by list"  # codes under the name of their list
    SOURCED = "sourced code"  # a code with who states it, where that is not who states the rest


_TYPES: dict[Form, Any] = {
    Form.TEXT: str,
    Form.LABELS: Labels,
    Form.LINK: Link,
    Form.CODE: str,
    Form.IRI: str,
    Form.NUMBER: float,
    Form.TRUTH: bool,
    Form.DATE: date,
    Form.BY_LIST: dict[str, list[str]],
    Form.SOURCED: SourcedCode,
}


@dataclass(frozen=True)
class Member:
    """A member of an object: its name, the property it comes from (``skos:notation``), form and meaning."""

    name: str
    about: str
    form: Form
    meaning: Text
    many: bool = False

    @property
    def property(self) -> str:
        """The whole IRI of the property."""
        prefix, _, local = self.about.partition(":")
        return f"{PREFIXES[prefix]}{local}"

    def value(self, iri: str, facts: Facts, names: Facts, origins: Facts) -> Any:
        """The member of the thing ``iri``; None where nothing is stated."""
        terms = facts.terms(iri, self.property)
        if not terms:
            return None
        if self.form == Form.LABELS:
            return by_language(terms) or None
        if self.form == Form.BY_LIST:
            return _by_list(terms)
        if self.form == Form.SOURCED:
            graph = facts.graphs(iri, self.property)[terms[0]]
            return {"code": code(terms[0].value), **claim(origins, graph, names)}
        values = [_plain(term, self.form, names) for term in sorted(terms, key=lambda term: natural(term.value))]
        return values if self.many else values[0]

    def field(self) -> Any:
        """The member as pydantic has it; it may be left out, and is never null."""
        kind: Any = _TYPES[self.form]
        extra = {"format": "uri"} if self.form == Form.IRI and not self.many else {}
        return (list.__class_getitem__(kind) if self.many else kind, optional(self.meaning, **extra))


def optional(meaning: Text, **extra: str) -> Any:
    """A member that may be left out and is never null, with what it means in both languages."""

    def undo_default(schema: dict[str, Any]) -> None:
        schema.pop("default", None)
        schema.update(extra)

    return Field(default=None, description=both(meaning), json_schema_extra=undo_default)


def both(text: Text) -> str:
    """A text in Dutch and English, as OpenAPI has room for one."""
    return f"{text.nl} / {text.en}"


def model(name: str, members: tuple[Member, ...], base: type[BaseModel], **more: Any) -> type[BaseModel]:
    """The schema of an object with these members."""
    fields: dict[str, Any] = {member.name: member.field() for member in members}
    made: type[BaseModel] = create_model(name, __base__=base, **fields, **more)
    return made


def code(iri: str) -> str:
    """The short code of a concept: the last part of its IRI."""
    return re.split(r"[/#]", iri)[-1]


def claim(origins: Facts, graph: str, names: Facts) -> dict[str, Any]:
    """Who makes the statements of a graph, and their sources."""
    said: dict[str, Any] = {}
    if status := origins.values(graph, f"{PREFIXES['b']}claimStatus"):
        said["claimStatus"] = code(status[0])
    if sources := sorted(origins.values(graph, f"{PREFIXES['dcterms']}source")):
        said["sources"] = [names.link(source) for source in sources]
    return said


def cell(value: Any) -> str:
    """A member as a cell of a table: of links the IRIs, several values with semicolons between them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(map(cell, value))
    if isinstance(value, dict):
        if "id" in value or "code" in value:
            return str(value.get("id") or value["code"])
        return "; ".join(f"{name}: {cell(part)}" for name, part in value.items())
    return str(value)


def _by_list(terms: list[Term]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for term in sorted(terms, key=lambda term: term.value):
        kind, _, name = term.value.removeprefix(ID).partition("/")
        first, *rest = kind.split("-")
        found.setdefault(first + "".join(part.capitalize() for part in rest), []).append(name)
    return found


def _plain(term: Term, form: Form, names: Facts) -> Any:
    if form == Form.LINK and isinstance(term, NamedNode):
        return names.link(term.value)
    if form == Form.CODE:
        return code(term.value)
    if form == Form.NUMBER:
        return float(term.value)
    if form == Form.TRUTH:
        return isinstance(term, Literal) and term.value in ("true", "1")
    return term.value
