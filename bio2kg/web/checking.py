"""Assessments over HTTP: send one, get the report; and the rules it is held against. Nothing is stored."""

from collections.abc import Callable
from threading import Lock
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bio2kg import results
from bio2kg.errors import Bio2kgError, InputError, UnsupportedMediaTypeError
from bio2kg.isolation.framing import Header
from bio2kg.settings import settings
from bio2kg.store import Store
from bio2kg.validation import listing, reading, reports, service
from bio2kg.validation.reports.wording import word
from bio2kg.validation.rules import PROFILES, SEVERITIES
from bio2kg.web import bodies
from bio2kg.web.access import counted_as
from bio2kg.web.backend import Backend, while_there
from bio2kg.web.declarations import also_as
from bio2kg.web.fields import single
from bio2kg.web.language import language_of
from bio2kg.web.models import Report, RuleDescription
from bio2kg.web.rendering import render

router = APIRouter()
# What is sent for validation is nobody else's business: no cache keeps the answer.
_HEADERS = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}
# Name: kind, description, values if they are listed, default.
_PARAMETERS = {
    "profile": ("string", "Which rules run / Welke regels gelden", list(PROFILES), "submission"),
    "asOf": ("date", "The day to judge on; today if absent / De peildatum; vandaag als zij ontbreekt", None, None),
    "lang": ("string", "Language of the report / Taal van het rapport", ["nl", "en"], "nl"),
    "failOn": ("string", "Not passed from this severity on / Afgekeurd vanaf", list(SEVERITIES), "violation"),
    "format": ("string", "The form, instead of Accept / De vorm, in plaats van Accept", list(reports.FORMS), None),
}
_CHECKS: dict[str, Callable[[str], object]] = {
    "profile": lambda value: _listed("profile", value),
    "asOf": service.day_named,
    "lang": lambda value: _listed("lang", value),
    "failOn": lambda value: _listed("failOn", value),
    "format": reports.form_named,
}
# The forms of rules by media type.
_RULES_AS = {"application/json": "json", "application/ld+json": "jsonld", "text/turtle": "turtle", "text/csv": "csv"}
# Bytes of a form besides its file.
_AROUND_A_FILE = 64 * 1024
# A report stands alone and so brings its own style.
_REPORT_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}


class Sessions:
    """The session over the server's store, made when the first assessment comes."""

    def __init__(self, the_store: Callable[[], Store]) -> None:
        self._store, self._lock = the_store, Lock()
        self._session: service.Session | None = None

    def get(self) -> service.Session:
        """The session; made once, whoever asks first."""
        with self._lock:
            if self._session is None:
                self._session = service.Session(self._store())
            return self._session


def add_operations(api: FastAPI, sessions: Sessions, problems: dict[int | str, dict[str, Any]]) -> None:
    """Adds ``/validate`` and ``/rules`` to the REST application."""

    @api.post(
        "/validate",
        operation_id="validate",
        tags=["assessments"],
        response_model=Report,
        responses=problems | also_as(form.media_type for form in reports.FORMS.values()),
        openapi_extra={"parameters": list(map(_parameter, _PARAMETERS)), "requestBody": _body()},
    )
    async def validate(request: Request) -> Response:
        """Check an assessment against the rules. What is sent is not stored. / Toets een beoordeling aan de regels."""
        suffix = suffix_of(request.headers.get("content-type", ""))
        content = await bodies.body_of(request, reading.LARGEST)
        return await _report(request, content, f"body{suffix}")

    @api.get(
        "/rules",
        operation_id="list-rules",
        tags=["assessments"],
        response_model=list[RuleDescription],
        responses=problems | also_as(_RULES_AS),
        openapi_extra={"parameters": [_parameter("profile"), _parameter("lang")]},
    )
    async def list_rules(request: Request) -> Response:
        """The rules for assessments with source, severity and profile. / De regels voor beoordelingen."""
        return await run_in_threadpool(_rules, request, sessions.get(), None)

    @api.get(
        "/rules/{code}",
        operation_id="get-rule",
        tags=["assessments"],
        response_model=RuleDescription,
        responses=problems | also_as(_RULES_AS),
        openapi_extra={"parameters": [_parameter("lang")]},
    )
    async def one_rule(request: Request, code: str) -> Response:
        """One rule. / Eén regel."""
        return await run_in_threadpool(_rules, request, sessions.get(), code)


@router.api_route("/rules", methods=["GET", "HEAD"])
async def rules_page(request: Request) -> Response:
    """The rules for people."""
    return await run_in_threadpool(_rules_page, request)


@router.api_route("/check", methods=["GET", "HEAD"])
async def check_page(request: Request) -> Response:
    """A form to have an assessment checked."""
    return _page(request, "check.html", path="/check", problem="", profiles=_profiles(language_of(request)))


@router.post("/check")
async def check(request: Request) -> Response:
    """The report on the file that the form sends, as a page."""
    language = language_of(request)
    try:
        content, name, fields = await _form(request)
        form = fields.get("format") or "html"
        said, report = await _validated(request, content, name, {**fields, "format": form, "lang": language})
        headers = {"Cache-Control": "no-store", "Content-Language": language, **_REPORT_POLICY}
        if form != "html":
            headers["Content-Disposition"] = f'attachment; filename="bevindingen{said["suffix"]}"'
        return Response(report, media_type=said["media_type"], headers=headers)
    except Bio2kgError as error:
        page = _page(request, "check.html", path="/check", problem=str(error), profiles=_profiles(language))
        page.status_code = error.http_status
        if error.retry_after:
            page.headers["Retry-After"] = str(error.retry_after)
        return page


async def _report(request: Request, content: bytes, name: str) -> Response:
    fields = single(request, _CHECKS)
    form = fields.get("format") or _negotiated(request.headers.get("accept", ""))
    fields.setdefault("lang", language_of(request))
    said, report = await _validated(request, content, name, {**fields, "format": form})
    headers = {**_HEADERS, "Content-Language": fields["lang"], **_REPORT_POLICY}
    return Response(report, media_type=_with_charset(said["media_type"]), headers=headers)


async def _validated(request: Request, content: bytes, name: str, fields: dict[str, str]) -> tuple[Header, bytes]:
    """The report that a worker makes of a file, with its media type and the end of its name."""
    given = {
        "name": name,
        "profile": fields.get("profile") or "submission",
        "as_of": fields.get("asOf") or None,
        "fail_on": fields.get("failOn") or "violation",
        "format": fields["format"],
        "lang": fields["lang"],
    }
    backend: Backend = request.app.state.backend
    work = backend.run("validate", given, content, client=counted_as(request), seconds=settings().file_seconds)
    return await while_there(request, work)


def _negotiated(accept: str) -> str:
    by_type = {form.media_type: name for name, form in reports.FORMS.items()}
    return by_type[results.best_media_type(accept, ["application/json", *by_type])]


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def suffix_of(content_type: str) -> str:
    """How the name of a file of this media type ends. Raises UnsupportedMediaTypeError for a kind that is not read."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        media_type = "application/ld+json"
    if media_type not in reading.MEDIA_TYPES:
        raise UnsupportedMediaTypeError(
            f"a body of “{media_type or 'no type'}” is not read here",
            remedy=f"Send one of: {', '.join(reading.MEDIA_TYPES)}.",
        )
    return reading.MEDIA_TYPES[media_type]


async def _form(request: Request) -> tuple[bytes, str, dict[str, str]]:
    """The file of the form with its name, and the other fields."""
    sent = await bodies.buffered(request, reading.LARGEST + _AROUND_A_FILE)
    async with sent.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InputError("no file was chosen", remedy="Choose a workbook or an RDF file.")
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        return await file.read(), file.filename, fields


def _listed(name: str, value: str) -> None:
    """Raises InputError for a value that the parameter does not have."""
    values = _PARAMETERS[name][2] or []
    if value not in values:
        raise InputError(f"{name} cannot be “{value}”", remedy=f"It is one of: {', '.join(values)}.")


def _rules(request: Request, session: service.Session, code: str | None) -> Response:
    fields = single(request, {name: _CHECKS[name] for name in (("lang",) if code else ("profile", "lang"))})
    lang = fields.get("lang") or language_of(request)
    book, catalogue = session.validator.book, session.catalogue
    chosen = listing.select(book, catalogue, fields.get("profile") or "public", code)
    form = results.best_media_type(request.headers.get("accept", ""), list(_RULES_AS))
    if form == "application/json" and code:
        text = listing.one(chosen[0], catalogue, lang)
    else:
        text = listing.write(chosen, book, catalogue, _RULES_AS[form], lang)
    return Response(
        text,
        media_type=_with_charset(form),
        headers={**_HEADERS, "Cache-Control": "no-cache", "Content-Language": lang},
    )


def _rules_page(request: Request) -> Response:
    session = request.app.state.sessions.get()
    language = language_of(request)
    families: dict[str, list[dict[str, Any]]] = {}
    for rule in listing.select(session.validator.book, session.catalogue):
        families.setdefault(rule.family, []).append(listing.as_json(rule, session.catalogue, language))
    return _page(request, "rules.html", path="/rules", families=families, profiles=_profiles(language))


def _profiles(language: str) -> dict[str, str]:
    return {profile: word(profile, language) for profile in PROFILES}


def _page(request: Request, template: str, **values: Any) -> Response:
    language = language_of(request)
    return Response(
        render(template, language, **values),
        media_type="text/html",
        headers={"Vary": "Accept-Language", "Content-Language": language},
    )


def _parameter(name: str) -> dict[str, Any]:
    kind, description, values, default = _PARAMETERS[name]
    schema: dict[str, Any] = {"type": "string"}
    if kind == "date":
        schema["format"] = "date"
    if values:
        schema["enum"] = values
    if default:
        schema["default"] = default
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _body() -> dict[str, Any]:
    return {
        "required": True,
        "description": "The assessment; at most 20 MB / De beoordeling; ten hoogste 20 MB",
        "content": {media_type: {"schema": {"type": "string"}} for media_type in reading.MEDIA_TYPES},
    }
