"""What is answered about stored assessments: representations with their headers."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from bio2kg import results
from bio2kg.register.record import Record, Visibility
from bio2kg.web import caching, everywhere

PATH = "/v1/assessments"


def form_named(name: str, accept: str) -> results.Format | None:
    """The RDF syntax that is asked for; None for JSON with what is known of the assessment."""
    if name == "json":
        return None
    if name:
        return results.by_name(name, results.GRAPHS)
    by_type = {form.media_types[0]: form for form in results.GRAPHS}
    return by_type.get(results.best_media_type(accept, ["application/json", *by_type]))


def headers_of(request: Request, *, open_to_all: bool) -> dict[str, str]:
    """The headers of an answer, ``open_to_all`` if anonymous callers get the same; pages may read it then."""
    headers = {
        "Vary": "Accept, Accept-Language",  # and Authorization, which the gate adds when it is asked who it is
        "Cache-Control": caching.CACHE_CONTROL if open_to_all else "no-store",
    }
    # Pages of other sites may read what is public, but not with the rights of whoever looks at them.
    if open_to_all and "authorization" not in request.headers:
        everywhere.share(request)
    return headers


def answered(request: Request, record: Record, content: str | bytes, media_type: str, form: str) -> Response:
    """One representation, or 304. Its tag is the revision and the form: the tag of each form names the state."""
    headers = headers_of(request, open_to_all=record.visibility == Visibility.PUBLIC)
    headers["ETag"] = f'"{record.revision}.{form}"'
    if caching.not_modified(request, headers["ETag"], exists=True):
        return Response(status_code=304, headers=headers)
    return Response(content, headers={**headers, "Content-Type": media_type})


def written(request: Request, record: Record, report: bytes, status: int = 200) -> Response:
    """The answer to a write: what is known of the assessment now."""
    headers = headers_of(request, open_to_all=False) | {"ETag": f'"{record.revision}.json"'}
    return Response(whole(record, report), status, headers, media_type="application/json")


def summary(record: Record) -> dict[str, Any]:
    """What a listing says of an assessment; nothing in it tells of other writes."""
    return {
        "id": record.graph.value,
        "href": f"{PATH}/{record.identifier}",
        "organisation": record.organisation,
        "visibility": record.visibility,
        "revision": record.revision,
        "created": _utc(record.created),
        "modified": _utc(record.modified),
    }


def whole(record: Record, report: bytes) -> str:
    """What is known of an assessment, with the outcome of its validation, as JSON."""
    found = json.loads(report)["nl"]
    verdict = {name: found[name] for name in ("profile", "asOf", "passed", "counts")}
    known = {**summary(record), "report": f"{PATH}/{record.identifier}/report", "verdict": verdict}
    return json.dumps(known, ensure_ascii=False)


def _utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def links(fields: dict[str, str], page: int, last: int) -> str:
    """The pages around this one (RFC 8288)."""
    pages = {"self": page, "first": 1, "prev": page - 1, "next": page + 1, "last": last}
    return ", ".join(
        f'<{PATH}?{urlencode({**fields, "page": number})}>; rel="{relation}"'
        for relation, number in pages.items()
        if 1 <= number <= last
    )
