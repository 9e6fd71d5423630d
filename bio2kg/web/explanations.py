"""What each kind of error means: the page behind the ``type`` of a problem (RFC 9457), for people and for programs."""

import json
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from bio2kg import yamltext
from bio2kg.errors import Bio2kgError, NotFoundError
from bio2kg.namespaces import BASE
from bio2kg.results import best_media_type
from bio2kg.web import caching
from bio2kg.web.language import language_of
from bio2kg.web.rendering import render

router = APIRouter()


@dataclass(frozen=True)
class Explanation:
    """A kind of error in two languages: its name, what it means, and what to do about it."""

    title: dict[str, str]
    meaning: dict[str, str]
    remedy: dict[str, str]


EXPLANATIONS = {
    kind: Explanation(**texts)
    for kind, texts in yamltext.load(Path(__file__).with_name("explanations.yaml").read_text(encoding="utf-8")).items()
}


@router.api_route("/doc/problem", methods=["GET", "HEAD"])
async def problem_types(request: Request) -> Response:
    """All kinds of errors."""
    return _answer(request, "/doc/problem", list(_statuses()))


@router.api_route("/doc/problem/{kind}", methods=["GET", "HEAD"])
async def problem_type(request: Request, kind: str) -> Response:
    """One kind of error: what it means and what to do about it."""
    if kind not in EXPLANATIONS:
        raise NotFoundError(
            f"there is no kind of error “{kind}”", remedy=f"There are: {', '.join(EXPLANATIONS)}; see /doc/problem."
        )
    return _answer(request, f"/doc/problem/{kind}", [kind])


def _answer(request: Request, path: str, kinds: list[str]) -> Response:
    form = request.query_params.get("format") or ""
    offered = ["application/json", "text/html"]
    if form in ("html", "json"):
        media_type = "text/html" if form == "html" else "application/json"
    else:
        media_type = best_media_type(form if "/" in form else request.headers.get("accept", ""), offered)
    headers = {
        "Vary": "Accept, Accept-Language",
        "Link": f'<{path}?format=json>; rel="alternate"; type="application/json", '
        f'<{path}?format=html>; rel="alternate"; type="text/html", <{BASE}{path}>; rel="canonical"',
    }
    if media_type == "text/html":
        language = language_of(request)
        problems = {kind: (EXPLANATIONS[kind], _statuses().get(kind, 500)) for kind in kinds}
        page = render("problems.html", language, path=path, problems=problems)
        headers |= {"Content-Language": language, "Content-Location": f"{path}?format=html&lang={language}"}
        return caching.answer(request, page, "text/html; charset=utf-8", headers)
    said = [_as_json(kind) for kind in kinds]
    content = json.dumps(said if path == "/doc/problem" else said[0], ensure_ascii=False, indent=2) + "\n"
    headers["Content-Location"] = f"{path}?format=json"
    return caching.answer(request, content, "application/json", headers)


def _as_json(kind: str) -> dict[str, object]:
    explained = EXPLANATIONS[kind]
    return {
        "type": f"{BASE}/doc/problem/{kind}",
        "status": _statuses().get(kind, 500),
        "title": explained.title,
        "meaning": explained.meaning,
        "remedy": explained.remedy,
    }


def _statuses() -> dict[str, int]:
    """For each kind of error that we explain its HTTP status."""
    found: dict[str, int] = {}
    waiting: list[type[Bio2kgError]] = [Bio2kgError]
    while waiting:
        error = waiting.pop(0)
        found.setdefault(error.problem_type, error.http_status)
        waiting += error.__subclasses__()
    return {kind: found[kind] for kind in EXPLANATIONS if kind in found}
