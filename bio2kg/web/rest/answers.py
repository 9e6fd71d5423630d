"""Answers in the form asked for, JSON, JSON-LD or a table, with the headers that lead to other pages and forms."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from bio2kg import jsonld
from bio2kg.results import best_media_type, csv_table, harmless, require_form
from bio2kg.web import caching
from bio2kg.web.negotiation import address, uri
from bio2kg.web.rest import filters
from bio2kg.web.rest.collections import Page
from bio2kg.web.rest.filters import Chosen
from bio2kg.web.rest.members import cell

MEDIA_TYPES = {"json": "application/json", "jsonld": "application/ld+json", "csv": "text/csv"}


def answer(request: Request, forms: Sequence[str], make: Callable[[str], tuple[bytes, dict[str, str]]]) -> Response:
    """The answer that ``make`` writes in the form asked for, as bytes and headers.

    304 without asking the store if the client has what this release answers. Raises NotAcceptableError.
    """
    form = _form(request, forms)
    headers = {"Vary": "Accept"}
    asked = sorted(request.query_params.multi_items())
    etag = caching.etag_of_release(request, request.scope["path"], urlencode(asked), form)
    if caching.not_modified(request, etag):
        return caching.unchanged(etag, headers)
    content, more = make(form)
    media_type = f"{MEDIA_TYPES[form]}; charset=utf-8" if form == "csv" else MEDIA_TYPES[form]
    return caching.answer(request, content, media_type, {**headers, **more}, etag)


def given(request: Request) -> dict[str, list[str]]:
    """The query parameters with their values."""
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(name, []).append(value)
    return found


def page(
    request: Request,
    form: str,
    chosen: Chosen,
    found: Page,
    columns: Mapping[str, Sequence[str]],
    forms: Sequence[str] = filters.FORMS,
) -> tuple[bytes, dict[str, str]]:
    """A page of a list: an array of objects, a table of them, or what is stated of them."""
    last = max(1, -(-found.total // chosen.size))
    numbers = {"first": 1, "prev": chosen.page - 1, "next": chosen.page + 1, "last": last}
    links = [
        f'<{_changed(request, page=number)}>; rel="{relation}"'
        for relation, number in numbers.items()
        if 1 <= number <= last
    ]
    headers = {"Link": ", ".join([*links, *_alternates(request, form, forms)]), "X-Total-Count": str(found.total)}
    if form == "json":
        return _json(found.objects), headers
    if form == "jsonld":
        return jsonld.write(found.triples), headers
    return table(found.objects, {n: c for n, c in columns.items() if not chosen.fields or n in chosen.fields}), headers


def one(
    request: Request, form: str, found: dict[str, Any], triples: Sequence[Any], iri: str
) -> tuple[bytes, dict[str, str]]:
    """One object, with links to the thing itself and its document in linked data."""
    document = iri.replace("/id/", "/doc/", 1)
    links = [
        f'<{uri(iri)}>; rel="describes"',
        f'<{uri(document)}>; rel="canonical"',
        *_alternates(request, form, filters.ITEM_FORMS),
    ]
    return (_json(found) if form == "json" else jsonld.write(triples, iri)), {"Link": ", ".join(links)}


def table(objects: Sequence[Mapping[str, Any]], columns: Mapping[str, Sequence[str]]) -> bytes:
    """Objects as CSV (RFC 4180); a text in two languages has a column for each."""
    rows = []
    for whole in objects:
        row = []
        for name, parts in columns.items():
            value = whole.get(name)
            texts = [(value or {}).get(part.rpartition(".")[2]) for part in parts] if len(parts) > 1 else [value]
            row += [harmless(cell(text)) for text in texts]
        rows.append(row)
    return csv_table([part for parts in columns.values() for part in parts], rows).encode()


def _form(request: Request, forms: Sequence[str]) -> str:
    if named := request.query_params.get("format"):
        require_form(named, forms)
        return named
    by_type = {MEDIA_TYPES[form]: form for form in forms}
    return by_type[best_media_type(request.headers.get("accept", ""), list(by_type))]


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _alternates(request: Request, form: str, forms: Sequence[str]) -> list[str]:
    return [
        f'<{_changed(request, format=other)}>; rel="alternate"; type="{MEDIA_TYPES[other]}"'
        for other in forms
        if other != form
    ]


def _changed(request: Request, **values: object) -> str:
    """The address of this request with other values for some parameters."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in values]
    path: str = request.scope["path"]
    return f"{address(path)}?{urlencode([*kept, *values.items()])}"
