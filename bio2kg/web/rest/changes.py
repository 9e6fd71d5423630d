"""What became of every measure between two editions of BIO2, as JSON, as what is stated of it, and as a table."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fastapi import Request, Response
from pydantic import Field

from bio2kg import diff
from bio2kg.namespaces import ID, PREFIXES
from bio2kg.queries import Text
from bio2kg.store import Store
from bio2kg.web.models import Answer, Labels, Link
from bio2kg.web.rest import answers, facts, filters
from bio2kg.web.rest.collections import Page
from bio2kg.web.rest.filters import parameter
from bio2kg.web.rest.operations import Operation, TheStore

_PREVIOUS = f"{PREFIXES['dcat']}previousVersion"
_FIELDS = (
    "step",
    "from",
    "to",
    "kinds",
    "what",
    "name",
    "partial",
    "contested",
    "claimStatus",
    "sources",
    "errata",
    "comment",
    "events",
    "wording",
)
_TEXTS = ("what", "name", "comment")
_COLUMNS = {name: (f"{name}.nl", f"{name}.en") if name in _TEXTS else (name,) for name in _FIELDS}
_PARAMETERS = (
    parameter(
        "from",
        "edition",
        "De editie waarvan; die voor de andere als zij ontbreekt",
        "The edition to start from; the one before the other if left out",
        framework="bio2",
        multiple=False,
    ),
    parameter(
        "to",
        "edition",
        "De editie waarheen; mag ook de oudere zijn",
        "The edition to go to; can be the older one",
        framework="bio2",
        default="current",
        multiple=False,
    ),
    *filters.paging(),
    *filters.choosing(_FIELDS, ()),
)


class WordRun(Answer):
    """A run of words that is the same, was removed or was added."""

    kind: str
    text: str


class Change(Answer):
    """One step of one measure."""

    step: Link = Field(default=Link(id=""), description="De editie waarin dit zo werd / The edition in which it came")
    source: Link = Field(default=Link(id=""), alias="from", description="De maatregel ervoor / The measure before")
    target: Link = Field(default=Link(id=""), alias="to", description="De maatregel erna / The measure after")
    kinds: list[str] = Field(default=[], description="Wat er gebeurde, als codes / What happened, as codes")
    what: Labels = Field(default=Labels(), description="Wat er gebeurde / What happened")
    name: Labels = Field(default=Labels(), description="De naam / The name")
    partial: bool = Field(default=True, description="Alleen een deel / Only a part")
    contested: bool = Field(default=True, description="Er is een andere lezing / There is another reading")
    claim_status: list[str] = Field(default=[], description="Van wie de beweringen komen / Whose claims these are")
    sources: list[Link] = Field(default=[], description="De bronnen / The sources")
    errata: list[str] = Field(default=[], description="Errata over dit nummer / Errata about this number")
    comment: Labels = Field(default=Labels(), description="Toelichting / Comment")
    events: list[Link] = Field(
        default=[],
        description="De gebeurtenissen; geen bij alleen een verwijzing / The events; none for a mere pointer",
    )
    wording: list[WordRun] = Field(
        default=[],
        description="De woorden, waar beide zijn ingelezen / The words, where both are known",
    )


def operation(the_store: TheStore) -> Operation:
    """The operation that compares two editions."""
    return Operation(
        "/diff",
        "compare-editions",
        Text("Wat er veranderde tussen twee edities", "What changed between two editions"),
        Text(
            "Van elke maatregel van BIO2 die veranderde: waarheen, wat er gebeurde en wie dat zegt. "
            "Liggen er edities tussen, dan staat elke stap er apart bij.",
            "For each measure of BIO2 that changed: where it went, what happened and who says so. "
            "With editions in between, each step is listed by itself.",
        ),
        "lineage",
        list[Change],
        lambda request: _diff(request, the_store()),
        _PARAMETERS,
        {"from": "1.2", "to": "1.3", "pageSize": "2"},
    )


def _diff(request: Request, store: Store) -> Response:
    def make(form: str) -> tuple[bytes, dict[str, str]]:
        chosen = filters.choose(store, answers.given(request), _PARAMETERS)
        filters.fits(form, chosen)
        newer = chosen.terms["to"][0].value
        before = [term.value for term in chosen.terms.get("from", ())]
        before = before or facts.stated(store, [newer]).values(newer, _PREVIOUS)
        if not before:
            raise filters.wrong("from", "is required: no edition before the other is known")
        dutch, english = (
            diff.compare(store, before[0].removeprefix(ID), newer.removeprefix(ID), language)
            for language in ("nl", "en")
        )
        pairs = filters.page_of(chosen, list(zip(dutch, english, strict=True)))
        objects = _objects(store, pairs, before[0])
        if chosen.fields:
            objects = [{name: value for name, value in one.items() if name in chosen.fields} for one in objects]
        told = {iri for one, _ in pairs for iri in one.events}
        triples = facts.stated(store, told | _ends(objects)).triples() if form == "jsonld" else []
        return answers.page(request, form, chosen, Page(objects, triples, len(dutch)), _COLUMNS)

    return answers.answer(request, filters.FORMS, make)


def _ends(objects: Sequence[dict[str, Any]]) -> set[str]:
    """The measures that changes begin or end with."""
    return {one[end]["id"] for one in objects for end in ("from", "to") if end in one}


def _objects(store: Store, pairs: Sequence[tuple[diff.Change, diff.Change]], start: str) -> list[dict[str, Any]]:
    """The changes, each given in Dutch and English, as JSON objects; ``start`` is the edition that is gone from."""
    steps = {_step(one) for one, _ in pairs}
    editions = facts.stated(store, steps)
    # Against the order of time the first edition is one of the steps.
    backwards = start in steps

    def ends(one: diff.Change) -> tuple[str, str]:
        step = _step(one)
        before = next(iter(editions.values(step, _PREVIOUS)), "")
        old, new = (step, before) if backwards else (before, step)
        return (f"{old}/{one.old}" if one.old else "", f"{new}/{one.new}" if one.new else "")

    linked = {iri for one, _ in pairs for iri in (*ends(one), _step(one), *one.events, *map(_source, one.sources))}
    names = facts.names(store, linked - {""})
    return [_object(one, other, ends(one), names) for one, other in pairs]


def _object(one: diff.Change, other: diff.Change, ends: tuple[str, str], names: facts.Facts) -> dict[str, Any]:
    old, new = ends
    whole = {
        "step": names.link(_step(one)),
        "from": old and {**names.link(old), "number": one.old},
        "to": new and {**names.link(new), "number": one.new},
        "kinds": one.kind.split(),
        "what": {"nl": one.what, "en": other.what},
        "name": _texts(one.name, other.name),
        "partial": one.partial,
        "contested": one.contested,
        "claimStatus": one.claim_status.split(),
        "sources": [names.link(_source(source)) for source in one.sources],
        "errata": list(one.errata),
        "comment": _texts(one.comment, other.comment),
        "events": [names.link(event) for event in one.events],
        "wording": [asdict(run) for run in one.wording or ()],
    }
    return {name: value for name, value in whole.items() if value}


def _texts(dutch: str, english: str) -> dict[str, str]:
    return {language: text for language, text in (("nl", dutch), ("en", english)) if text}


def _step(one: diff.Change) -> str:
    return f"{ID}bio2/{one.step}"


def _source(name: str) -> str:
    """The IRI of a source by its short name."""
    prefix, _, local = name.partition(":")
    return f"{ID}{prefix}/{local}" if prefix == "source" else name
