"""Assessments over HTTP: send one, get the report; and the rules it is held against. Nothing is stored."""

from collections.abc import Callable
from threading import Lock
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

import bio2kg
from bio2kg import results
from bio2kg.errors import Bio2kgError, InputError, TooLargeError, UnsupportedMediaTypeError
from bio2kg.store import Store
from bio2kg.validation import listing, reading, reports, service
from bio2kg.validation.reports.wording import word
from bio2kg.validation.rules import PROFILES, SEVERITIES
from bio2kg.web import CORS
from bio2kg.web.language import language_of
from bio2kg.web.models import Report, RuleDescription
from bio2kg.web.rendering import render

router = APIRouter()
# What is sent for validation is nobody else's business: no cache keeps the answer.
_HEADERS = {**CORS, "API-Version": bio2kg.__version__, "Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}
# Name: kind, description, values if they are listed, default.
_PARAMETERS = {
    "profile": ("string", "Which rules run / Welke regels gelden", list(PROFILES), "submission"),
    "asOf": ("date", "The day to judge on; today if absent / De peildatum; vandaag als zij ontbreekt", None, None),
    "lang": ("string", "Language of the report / Taal van het rapport", ["nl", "en"], "nl"),
    "failOn": ("string", "Not passed from this severity on / Afgekeurd vanaf", list(SEVERITIES), "violation"),
    "format": ("string", "The form, instead of Accept / De vorm, in plaats van Accept", list(reports.FORMS), None),
}
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
        responses=problems,
        openapi_extra={"parameters": list(map(_parameter, _PARAMETERS)), "requestBody": _body()},
    )
    async def validate(request: Request) -> Response:
        """Check an assessment against the rules. What is sent is not stored. / Toets een beoordeling aan de regels."""
        suffix = _suffix(request.headers.get("content-type", ""))
        content = await _body_of(request)
        return await run_in_threadpool(_report, request, sessions.get(), content, f"body{suffix}")

    @api.get(
        "/rules",
        operation_id="list-rules",
        tags=["assessments"],
        response_model=list[RuleDescription],
        responses=problems,
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
        responses=problems,
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
        session = request.app.state.sessions.get()
        form = fields.get("format") or "html"
        verdict = await run_in_threadpool(_verdict, session, content, name, fields)
        chosen = reports.form_named(form)
        headers = {"Cache-Control": "no-store", "Content-Language": language, **_REPORT_POLICY}
        if form != "html":
            headers["Content-Disposition"] = f'attachment; filename="bevindingen{chosen.suffix}"'
        text = await run_in_threadpool(chosen.write, verdict, session.names, language)
        return Response(text, media_type=chosen.media_type, headers=headers)
    except Bio2kgError as error:
        page = _page(request, "check.html", path="/check", problem=str(error), profiles=_profiles(language))
        page.status_code = error.http_status
        return page


def _report(request: Request, session: service.Session, content: bytes, name: str) -> Response:
    fields = dict(request.query_params)
    if unknown := sorted(set(fields) - set(_PARAMETERS)):
        raise InputError(f"there is no parameter {', '.join(unknown)}", remedy=f"There are: {', '.join(_PARAMETERS)}.")
    form = reports.form_named(fields.get("format") or _negotiated(request.headers.get("accept", "")))
    fields.setdefault("lang", language_of(request))
    verdict = _verdict(session, content, name, fields)
    text = form.write(verdict, session.names, service.language_named(fields["lang"]))
    headers = {**_HEADERS, "Content-Language": fields["lang"], **_REPORT_POLICY}
    return Response(text, media_type=_with_charset(form.media_type), headers=headers)


def _verdict(session: service.Session, content: bytes, name: str, fields: dict[str, str]) -> Any:
    return session.validate(
        session.read(content, name),
        profile=fields.get("profile") or "submission",
        as_of=service.day_named(fields.get("asOf") or None),
        fail_on=fields.get("failOn") or "violation",
    )


def _negotiated(accept: str) -> str:
    by_type = {form.media_type: name for name, form in reports.FORMS.items()}
    return by_type[results.best_media_type(accept, ["application/json", *by_type])]


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _suffix(content_type: str) -> str:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "application/json":
        media_type = "application/ld+json"
    if media_type not in reading.MEDIA_TYPES:
        raise UnsupportedMediaTypeError(
            f"a body of “{media_type or 'no type'}” is not read here",
            remedy=f"Send one of: {', '.join(reading.MEDIA_TYPES)}.",
        )
    return reading.MEDIA_TYPES[media_type]


async def _body_of(request: Request) -> bytes:
    """The body, read no further than what is allowed."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > reading.LARGEST:
            raise TooLargeError(f"the body is larger than the {reading.LARGEST // 1024**2} MB that is read here")
    return bytes(content)


async def _form(request: Request) -> tuple[bytes, str, dict[str, str]]:
    """The file of the form with its name, and the other fields."""
    if int(request.headers.get("content-length") or 0) > reading.LARGEST + 4096:
        raise TooLargeError(f"the file is larger than the {reading.LARGEST // 1024**2} MB that is read here")
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InputError("no file was chosen", remedy="Choose a workbook or an RDF file.")
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        return await file.read(), file.filename, fields


def _rules(request: Request, session: service.Session, code: str | None) -> Response:
    fields = dict(request.query_params)
    lang = service.language_named(fields.get("lang") or language_of(request))
    book, catalogue = session.validator.book, session.catalogue
    chosen = listing.select(book, catalogue, fields.get("profile") or "public", code)
    form = results.best_media_type(request.headers.get("accept", ""), ["application/json", "text/turtle", "text/csv"])
    if form == "application/json" and code:
        text = listing.one(chosen[0], catalogue, lang)
    else:
        names = {"application/json": "json", "text/turtle": "turtle", "text/csv": "csv"}
        text = listing.write(chosen, book, catalogue, names[form], lang)
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
