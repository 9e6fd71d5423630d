"""Where a client of the REST service starts: what there is, and where it is described."""

import json

from fastapi import Request, Response

import bio2kg
from bio2kg.queries import Text
from bio2kg.web import caching
from bio2kg.web.fields import single
from bio2kg.web.models import EntryPoint
from bio2kg.web.rest.operations import Operation
from bio2kg.web.rest.resources import COLLECTIONS

_TITLE = Text("De REST-dienst van bio2kg", "The REST service of bio2kg")
_OTHERS = {
    "search": (
        Text("Zoeken", "Search"),
        Text("Zoekt in alles tegelijk, met q.", "Searches everything at once, with q."),
    ),
    "diff": (
        Text("Wijzigingen tussen edities", "Changes between editions"),
        Text("Wat er tussen twee edities van BIO2 veranderde.", "What changed between two editions of BIO2."),
    ),
    "queries": (
        Text("Vragen", "Named queries"),
        Text("Vragen met een naam, elk met een eigen adres.", "Questions with a name, each at its own address."),
    ),
    "rules": (
        Text("Regels", "Rules"),
        Text("De regels waaraan een beoordeling wordt getoetst.", "The rules that an assessment is held against."),
    ),
    "validate": (
        Text("Toetsen", "Validation"),
        Text("POST een beoordeling en krijg het rapport.", "POST an assessment and get the report."),
    ),
}


def operation() -> Operation:
    """The operation at the root."""
    return Operation(
        "/",
        "entry-point",
        _TITLE,
        Text("Wat er is, met adressen.", "What there is, with addresses."),
        "entry",
        EntryPoint,
        entry,
        forms=("json",),
    )


def entry(request: Request) -> Response:
    """What there is, for programs; the same at ``/v1`` and ``/v1/``."""
    single(request, {})
    listed = {collection.name: (collection.title, collection.text) for collection in COLLECTIONS}
    said = {
        "title": _labels(_TITLE),
        "version": bio2kg.__version__,
        "specification": "/v1/openapi.json",
        "collections": [
            {"name": name, "href": f"/v1/{name}", "title": _labels(title), "description": _labels(text)}
            for name, (title, text) in {**listed, **_OTHERS}.items()
        ],
    }
    if known := getattr(request.app.state, "release", ""):
        said["release"] = known
    headers = {"Link": '</v1/openapi.json>; rel="service-desc"; type="application/json", </>; rel="service-doc"'}
    content = json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    return caching.answer(request, content, "application/json", headers)


def _labels(text: Text) -> dict[str, str]:
    return {"nl": text.nl, "en": text.en}
