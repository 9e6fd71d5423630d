"""Errors over HTTP: problem+json (RFC 9457) for programs, a page for people."""

import json

from fastapi import Request, Response

from bio2kg.errors import Bio2kgError
from bio2kg.namespaces import BASE
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render


def problem(
    request: Request, error: Bio2kgError, status: int | None = None, headers: dict[str, str] | None = None
) -> Response:
    """The response for an error, as a page if the client asks for HTML and as application/problem+json otherwise."""
    status = status or error.http_status
    said = {
        "type": f"{BASE}/doc/problem/{error.problem_type}",
        "title": error.title,
        "status": status,
        "detail": str(error),
        "instance": request.url.path,
    }
    headers = {"Vary": "Accept", "Cache-Control": "no-store", **(headers or {})}
    if _wants_html(request):
        page = render("problem.html", language_of(request), path=request.url.path, **said)
        return Response(page, status, headers, media_type="text/html")
    return Response(json.dumps(said, ensure_ascii=False), status, headers, media_type="application/problem+json")


def _wants_html(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "text/html" in accept and "format" not in request.query_params
