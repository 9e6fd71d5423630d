"""A collection: which things it has, how they are narrowed, what an object of it holds, and what can be embedded.

All of a page is read with three questions to the store, and one more for each kind of related things, however long
the page is.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field
from pyoxigraph import NamedNode, Triple

from bio2kg.namespaces import DEF, ID, PREFIXES
from bio2kg.queries import Parameter, Text
from bio2kg.querytext import Bindings
from bio2kg.store import Store, select
from bio2kg.turtle import natural
from bio2kg.web.models import Answer
from bio2kg.web.rest import facts, filters
from bio2kg.web.rest.filters import Filter, Terms
from bio2kg.web.rest.members import Form, Member, both, model

_PREFIXES = "\n".join(f"PREFIX {p}: <{PREFIXES[p]}>" for p in ("b", "dcterms", "skos", "sssom"))
# What an assessment calls a measure is none of ours.
_SELECT = f"""{_PREFIXES}
SELECT DISTINCT ?thing WHERE {{
  VALUES ?class {{ b:MeasureEdition }}
  GRAPH ?graph {{ ?thing a ?class }}
  FILTER (!STRSTARTS(STR(?graph), "https://w3id.org/bio2kg/graph/assessment/"))"""
_SELECT_RELATED = f"{_PREFIXES}\nSELECT DISTINCT ?thing ?related WHERE {{ VALUES ?thing {{ UNDEF }}"
_EDITION = f"{PREFIXES['skos']}inScheme"


@dataclass(frozen=True)
class Included:
    """Related things that can be embedded: the pattern that joins ``?thing`` to ``?related``, and their collection."""

    name: str
    pattern: str
    of: "Collection"
    many: bool = True


@dataclass(frozen=True)
class Collection:
    """Things of one class as JSON objects.

    ``item`` is the address of one of them. ``within`` is the address of the part of the collection that belongs to
    what its path names, and ``fixed`` says which filter that is. ``example`` gives the values of the paths.
    """

    name: str
    one: str
    title: Text
    text: Text
    of_class: str
    members: tuple[Member, ...]
    filters: tuple[Filter, ...] = ()
    included: tuple[Included, ...] = ()
    item: str = ""
    within: str = ""
    fixed: str = ""
    example: dict[str, str] = field(default_factory=dict)

    def parameters(self, *, within: bool = False) -> tuple[Parameter, ...]:
        """What a list of them can be asked: all of them, or those ``within`` what the path names."""
        said = (self.fixed, "framework") if within else ()
        narrowing = (f.parameter for f in self.filters if f.name not in said)
        return (*narrowing, *filters.paging(), *filters.choosing(self.fields, self._related))

    def item_parameters(self) -> tuple[Parameter, ...]:
        """What one of them can be asked."""
        return filters.choosing(self.fields, self._related, filters.ITEM_FORMS)

    @property
    def _related(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.included)

    @property
    def fields(self) -> tuple[str, ...]:
        """The members of an object, in order."""
        return ("id", "href", *(m.name for m in self.members))

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns of a table: for each member their names."""
        texts = {m.name for m in self.members if m.form == Form.LABELS}
        return {name: (f"{name}.nl", f"{name}.en") if name in texts else (name,) for name in self.fields}

    def find(self, store: Store, terms: Terms) -> list[str]:
        """The IRIs of what fits the filters, in the order of their numbers."""
        given = [f for f in self.filters if terms.get(f.name)]
        text = "\n".join([_SELECT, *(f.pattern for f in given), "}"])
        bindings: Bindings = {"class": NamedNode(f"{DEF}{self.of_class}"), **{f.name: terms[f.name] for f in given}}
        return sorted((row["thing"].value for row in select(store, text, bindings)), key=natural)


@dataclass(frozen=True)
class Page:
    """Objects as JSON, with the statements they come from, and how many there are on all pages together."""

    objects: list[dict[str, Any]]
    triples: list[Triple]
    total: int


def read(
    store: Store, collection: Collection, things: Sequence[str], fields: Sequence[str] = (), include: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], list[Triple]]:
    """These things as JSON objects, and what is stated of them; empty members are left out."""
    said = facts.stated(store, things)
    names = facts.names(store, said.linked(things) | set(things))
    origins = facts.Facts()
    sourced = [m for m in collection.members if m.form == Form.SOURCED]
    if sourced:
        graphs = {graph for m in sourced for thing in things for graph in said.graphs(thing, m.property).values()}
        origins = facts.origins(store, graphs)
        names.add(facts.names(store, origins.linked(graphs)))
    objects = []
    for thing in things:
        values = {m.name: m.value(thing, said, names, origins) for m in collection.members}
        whole = {"id": thing, "href": names.href(thing), **values}
        objects.append({k: v for k, v in whole.items() if v not in (None, "") and (not fields or k in fields)})
    triples = said.triples()
    for name in include:
        found = next(i for i in collection.included if i.name == name)
        triples += _embed(store, found, things, objects)
    return objects, triples


def _embed(store: Store, included: Included, things: Sequence[str], objects: list[dict[str, Any]]) -> list[Triple]:
    """Puts the related things into the objects of these things, and returns what is stated of them."""
    text = f"{_SELECT_RELATED} {included.pattern} }}"
    nodes = [NamedNode(thing) for thing in things]
    related: dict[str, set[str]] = defaultdict(set)
    for row in select(store, text, {"thing": nodes}) if nodes else ():
        related[row["thing"].value].add(row["related"].value)
    wanted = sorted(set().union(*related.values()), key=natural)
    found, triples = read(store, included.of, wanted)
    by_iri = {one["id"]: one for one in found}
    for thing, whole in zip(things, objects, strict=True):
        embedded = [by_iri[iri] for iri in sorted(related[thing], key=natural) if by_iri[iri].get("href")]
        if included.many:
            whole[included.name] = embedded
        elif embedded:
            whole[included.name] = embedded[0]
    return triples


class Thing(Answer):
    """What every object has."""

    id: str = Field(default="", description="De IRI, voor altijd / The IRI, for good")
    href: str = Field(default="", description="Het adres op deze server / The address on this server")


# One name has one schema, wherever it is used.
_MODELS: dict[str, type[BaseModel]] = {}


def schemas(collection: Collection) -> tuple[type[BaseModel], type[BaseModel]]:
    """The schema of an object, by itself and with what can be embedded."""
    base = _MODELS.get(collection.name) or model(collection.one, collection.members, Thing)
    _MODELS[collection.name] = base
    if not collection.included:
        return base, base
    embedded: dict[str, Any] = {}
    for one in collection.included:
        of = schemas(one.of)[0]
        text = both(Text(f"Alleen met include={one.name}", f"Only with include={one.name}"))
        own = base.model_fields[one.name].annotation if one.name in base.model_fields else None
        kind: Any = list[of] if one.many else of  # type: ignore[valid-type]
        kind = own | kind if own else kind
        embedded[one.name] = (kind, Field(default=None, description=text))
    return base, model(f"{collection.one}WithRelated", (), base, **embedded)


def candidates(collection: Collection, path: dict[str, str], forms: Callable[[str], list[str]]) -> list[str]:
    """The IRIs that the address of one thing can mean, the likeliest first."""
    values = list(path.values())
    if collection.fixed == "edition" and "number" in path:
        numbers = forms(path["number"])
        folders = (f"{path['framework']}/{path['edition']}", path["framework"])
        return [f"{ID}{folder}/{number}" for folder in folders for number in numbers]
    root = {"mappings": "mapping/", "claims": "mapping/", "lineage": "lineage/", "deadlines": "deadline/"}
    return [f"{ID}{root.get(collection.name, '')}{'/'.join(values)}"]


def is_meant(collection: Collection, iri: str, found: facts.Facts, path: dict[str, str]) -> bool:
    """Whether a thing is one of this collection, and in the edition that the path names."""
    if collection.of_class not in found.classes(iri):
        return False
    edition = f"{ID}{path.get('framework')}/{path.get('edition')}"
    return collection.fixed != "edition" or "number" not in path or edition in found.values(iri, _EDITION)
