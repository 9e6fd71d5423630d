"""Search over everything at once: by the named query of that name, without its limit, as pages."""

import re
from dataclasses import replace
from typing import Any

from fastapi import Request, Response
from pydantic import Field

from bio2kg import asking
from bio2kg.namespaces import DEF, PREFIXES
from bio2kg.queries import NamedQuery, Text
from bio2kg.store import Store
from bio2kg.web.models import Link
from bio2kg.web.rest import answers, facts, filters
from bio2kg.web.rest.collections import Page
from bio2kg.web.rest.filters import parameter
from bio2kg.web.rest.members import code
from bio2kg.web.rest.operations import Operation, TheStore

KINDS = {
    "Framework": "framework",
    "Edition": "edition",
    "MeasureEdition": "measure",
    "Control": "control",
    "Clause": "clause",
    "Provision": "provision",
    "MappingSet": "mapping",
    "LineageEvent": "lineage",
    "Deadline": "deadline",
    "Erratum": "erratum",
    "Source": "source",
    "Rule": "rule",
    "Query": "query",
}
_OTHER = "other"
_IN_SCHEME = f"{PREFIXES['skos']}inScheme"
_PARAMETERS = (
    parameter(
        "q",
        "words",
        "De tekst of het nummer; hoofdletters, accenten en nullen vooraan maken niet uit",
        "The text or number; case, accents and leading zeros make no difference",
        required=True,
        multiple=False,
    ),
    parameter("kind", "string", "Alleen deze soorten", "Only these kinds", values=(*KINDS.values(), _OTHER)),
    *filters.paging(),
)
_FIELDS = ("id", "href", "kind", "rank", "number", "name", "scheme", "status")
_COLUMNS = {name: (f"{name}.nl", f"{name}.en") if name == "name" else (name,) for name in _FIELDS}


class Found(Link):
    """A thing that was found."""

    id: str = Field(default="", description="De IRI / The IRI")
    kind: str = Field(default="", description="De soort / The kind")
    rank: int = Field(
        default=0,
        description="1 nummer, 2 hele naam, 3 begin van een naam, 4 in een naam, 5 omschrijving, 6 bewoording / "
        "1 number, 2 whole name, 3 start of a name, 4 in a name, 5 description, 6 wording",
    )
    scheme: Link = Field(default=Link(id=""), description="De editie of codelijst / The edition or code list")
    status: str = Field(default="", description="De status van een maatregel / The status of a measure")


def operation(query: NamedQuery, the_store: TheStore) -> Operation:
    """The search operation, over the named query ``search``."""
    unlimited = replace(query, text=re.sub(r"\nLIMIT \d+\s*\Z", "\n", query.text))
    text = Text(
        "Zoekt in nummers, namen, omschrijvingen en ingelezen bewoordingen, ook binnen samenstellingen.",
        "Searches numbers, names, descriptions and wordings that were read in, inside compounds too.",
    )
    return Operation(
        "/search",
        "search-everything",
        Text("Zoeken", "Search"),
        text,
        "search",
        list[Found],
        lambda request: _search(request, the_store(), unlimited),
        (*_PARAMETERS, *filters.choosing(_FIELDS, ())),
        {"q": "leverancier", "kind": "measure", "pageSize": "2"},
    )


def _search(request: Request, store: Store, query: NamedQuery) -> Response:
    def make(form: str) -> tuple[bytes, dict[str, str]]:
        chosen = filters.choose(store, answers.given(request), (*_PARAMETERS, *filters.choosing(_FIELDS, ())))
        filters.fits(form, chosen)
        kinds = {term.value for term in chosen.terms.get("kind", ())}
        rows: dict[str, asking.Row] = {}
        for row in asking.ask(store, query, {"text": answers.given(request)["q"]}).rows:
            if not kinds or _kind(row) in kinds:
                rows.setdefault(_value(row["thing"]), row)
        things = filters.page_of(chosen, list(rows))
        names = facts.names(store, things)
        names.add(facts.names(store, {scheme for thing in things for scheme in names.values(thing, _IN_SCHEME)}))
        objects = [_found(names, thing, rows[thing]) for thing in things]
        if chosen.fields:
            objects = [{name: value for name, value in one.items() if name in chosen.fields} for one in objects]
        triples = facts.stated(store, things).triples() if form == "jsonld" else []
        return answers.page(request, form, chosen, Page(objects, triples, len(rows)), _COLUMNS)

    return answers.answer(request, filters.FORMS, make)


def _found(names: facts.Facts, thing: str, row: asking.Row) -> dict[str, Any]:
    found = {**names.link(thing), "kind": _kind(row), "rank": int(_value(row["rank"]))}
    if schemes := names.values(thing, _IN_SCHEME):
        found["scheme"] = names.link(schemes[0])
    if status := _value(row["status"]):
        found["status"] = code(status)
    return found


def _kind(row: asking.Row) -> str:
    return KINDS.get(_value(row["kind"]).removeprefix(DEF), _OTHER)


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))
