"""Errors over HTTP: problem+json (RFC 9457) for programs, a page for people."""

import json
import logging
from typing import Any

from fastapi import Request, Response

from bio2kg.errors import Bio2kgError, InputError, NotAcceptableError, StateError
from bio2kg.namespaces import BASE
from bio2kg.results import best_media_type
from bio2kg.web.explanations import EXPLANATIONS
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render

_log = logging.getLogger(__name__)


def problem(
    request: Request, error: Bio2kgError, status: int | None = None, headers: dict[str, str] | None = None
) -> Response:
    """The response for an error, as a page if the client asks for HTML and as application/problem+json otherwise."""
    error = _outward(error)
    status = status or error.http_status
    said: dict[str, Any] = {
        "type": f"{BASE}/doc/problem/{error.problem_type}",
        "title": error.title,
        "status": status,
        "detail": str(error),
        "instance": request.scope["path"],
    }
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-store", **(headers or {})}
    if error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="bio2kg"'
    if _wants_html(request):
        language = language_of(request)
        explained = EXPLANATIONS.get(error.problem_type)
        # A title of its own, such as that of the web framework, says more than that of the kind.
        if explained and error.title == type(error).title:
            said["title"] = explained.title[language]
        page = render("problem.html", language, path=request.scope["path"], kind=error.problem_type, **said)
        return Response(page, status, {**headers, "Content-Language": language}, media_type="text/html")
    if isinstance(error, InputError) and error.errors:
        said["errors"] = list(error.errors)
    return Response(json.dumps(said, ensure_ascii=False), status, headers, media_type="application/problem+json")


def _outward(error: Bio2kgError) -> Bio2kgError:
    """The error as strangers may see it: what is wrong with a place of ours, and where that is, is for the log."""
    if not (isinstance(error, StateError) and error.where):
        return error
    _log.error("%s", error)
    return type(error)(
        "something that is needed for this does not work now; the server's log has the details",
        remedy="Try again later.",
        retry_after=error.retry_after,
    )


def _wants_html(request: Request) -> bool:
    """Whether a page is preferred; who names a format in the address is a program, or a person who named ``html``."""
    if form := request.query_params.get("format"):
        return form == "html"
    try:
        offered = ["application/problem+json", "application/json", "text/html"]
        return best_media_type(request.headers.get("accept", ""), offered) == "text/html"
    except NotAcceptableError:
        return False
