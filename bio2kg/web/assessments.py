"""Stored assessments over HTTP: keep one, read it, replace it, make it public, remove it.

What a caller may not see answers as what is not there. Every write names the state that it changes (If-Match), and
stands in the audit log before it is committed.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from fastapi import FastAPI, Request, Response
from pyoxigraph import RdfFormat, parse
from starlette.concurrency import run_in_threadpool

from bio2kg import organisations, results
from bio2kg.access import audit
from bio2kg.access.callers import Caller, Role
from bio2kg.errors import (
    Bio2kgError,
    ForbiddenError,
    InputError,
    NotFoundError,
    StateError,
    together,
)
from bio2kg.register import publishing
from bio2kg.register.publishing import PROFILE, Assess, Assessed
from bio2kg.register.record import Record, Register, Visibility, Witness, audience_of
from bio2kg.validation import service
from bio2kg.web import access, caching
from bio2kg.web import assessment_answers as answers
from bio2kg.web import assessment_description as described
from bio2kg.web import assessment_requests as requests
from bio2kg.web.assessment_answers import PATH
from bio2kg.web.fields import single
from bio2kg.web.language import language_of

_log = logging.getLogger(__name__)
PAGE = 100


def add_operations(
    api: FastAPI,
    the_register: Callable[[], Register],
    assess: Assess,
    *,
    caller_of: Callable[[Request], Caller] = access.caller_of,
) -> None:
    """Adds ``/assessments`` to the REST application; ``assess`` judges what is sent (see ``publishing.assess``)."""
    desk = Desk(the_register, assess)

    async def list_assessments(request: Request) -> Response:
        return await _run(desk.list, request, caller_of(request))

    async def read(request: Request, identifier: str) -> Response:
        return await _run(desk.read, request, caller_of(request), identifier)

    async def report(request: Request, identifier: str) -> Response:
        return await _run(desk.report, request, caller_of(request), identifier)

    async def create(request: Request) -> Response:
        caller = _author(caller_of(request))
        name, content = await requests.sent(request)
        return await _run(desk.create, request, caller, content, name)

    async def replace(request: Request, identifier: str) -> Response:
        caller = _author(caller_of(request))
        name, content = await requests.sent(request)
        return await _run(desk.replace, request, caller, identifier, content, name)

    async def change(request: Request, identifier: str) -> Response:
        caller = _author(caller_of(request))
        visibility = await requests.patched(request)
        return await _run(desk.change, request, caller, identifier, visibility)

    async def delete(request: Request, identifier: str) -> Response:
        return await _run(desk.delete, request, _author(caller_of(request)), identifier)

    for endpoint, method in (
        (list_assessments, "GET"),
        (create, "POST"),
        (read, "GET"),
        (replace, "PUT"),
        (change, "PATCH"),
        (delete, "DELETE"),
        (report, "GET"),
    ):
        path, options = described.OPERATIONS[endpoint.__name__]
        api.add_api_route(path, endpoint, methods=[method], **options)


class Desk:
    """What is done for a caller, once it is known who that is."""

    def __init__(self, the_register: Callable[[], Register], assess: Assess) -> None:
        self._register, self._assess = the_register, assess

    def list(self, request: Request, caller: Caller) -> Response:
        """One page of the assessments that the caller may see."""
        fields = single(request, requests.OF_LISTS)
        records = self._register().records(audience_of(caller))
        if given := fields.get("organisation"):
            owner = organisations.organisation(given).value
            records = [record for record in records if record.organisation == owner]
        if given := fields.get("visibility"):
            chosen = requests.visibility_named(given)
            records = [record for record in records if record.visibility == chosen]
        page, size = int(fields.get("page", 1)), int(fields.get("pageSize", PAGE))
        last = max(1, -(-len(records) // size))
        if page > last:
            error = InputError(f"there is no page {page}", remedy=f"The last one is {last}.")
            raise together([("query", "page", error)])
        content = json.dumps([answers.summary(r) for r in records[(page - 1) * size : page * size]], ensure_ascii=False)
        headers = answers.headers_of(request, open_to_all=caller.role is None) | {
            "Link": answers.links(fields, page, last)
        }
        # The tag is made from the answer itself: one of the register would tell of writes that this caller cannot see.
        if caller.role is None:
            return caching.answer(request, content, "application/json", headers)
        return Response(content, media_type="application/json", headers=headers)

    def read(self, request: Request, caller: Caller, identifier: str) -> Response:
        """An assessment: what is known of it as JSON, or its content in an RDF syntax."""
        fields = single(request, {"format": str})
        record, content, report = self._seen(caller, identifier)
        form = answers.form_named(fields.get("format", ""), request.headers.get("accept", ""))
        if form is None:
            return answers.answered(request, record, answers.whole(record, report), "application/json", "json")
        if form.engine != RdfFormat.N_TRIPLES:
            triples = (quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES))
            assert isinstance(form.engine, RdfFormat)  # noqa: S101 - so are all forms of graphs
            content = results.serialise_triples(triples, form.engine)
        return answers.answered(request, record, content, form.content_type, form.name)

    def report(self, request: Request, caller: Caller, identifier: str) -> Response:
        """The validation report that is kept with an assessment."""
        fields = single(request, {"lang": service.language_named})
        record, _, report = self._seen(caller, identifier)
        language = service.language_named(fields.get("lang") or language_of(request))
        content = json.dumps(json.loads(report)[language], ensure_ascii=False, indent=2) + "\n"
        response = answers.answered(request, record, content, "application/json", f"report.{language}")
        response.headers["Content-Language"] = language
        return response

    def create(self, request: Request, caller: Caller, content: bytes, name: str) -> Response:
        """Keeps a new assessment."""
        with _kept(request, caller, "create", "") as witness:
            fields = single(request, requests.OF_WRITES)
            visibility = requests.visibility_named(fields.get("visibility") or Visibility.DRAFT)
            judged = self._judged(fields, language_of(request), caller, visibility, content, name)
            record = self._register().create(
                caller.organisation, visibility, judged.content, judged.report, witness=witness
            )
        response = answers.written(request, record, judged.report, 201)
        response.headers["Location"] = f"{PATH}/{record.identifier}"
        return response

    def replace(self, request: Request, caller: Caller, identifier: str, content: bytes, name: str) -> Response:
        """Puts another assessment in the place of one."""
        with _kept(request, caller, "replace", identifier) as witness:
            fields = single(request, requests.OF_WRITES)
            before = self._to_change(request, caller, identifier)[0]
            visibility = requests.visibility_named(fields.get("visibility") or before.visibility)
            judged = self._judged(fields, language_of(request), caller, visibility, content, name)
            record = self._register().replace(
                identifier, before.revision, visibility, judged.content, judged.report, witness=witness
            )
        return answers.written(request, record, judged.report)

    def change(self, request: Request, caller: Caller, identifier: str, visibility: Visibility) -> Response:
        """Changes who may see an assessment. What becomes public is judged for that first."""
        with _kept(request, caller, "change", identifier) as witness:
            fields = single(request, requests.OF_PATCHES)
            before, content, report = self._to_change(request, caller, identifier)
            if visibility == Visibility.PUBLIC:
                report = self._judged(fields, language_of(request), caller, visibility, content, "body.nt").report
            record = self._register().replace(identifier, before.revision, visibility, content, report, witness=witness)
        return answers.written(request, record, report)

    def delete(self, request: Request, caller: Caller, identifier: str) -> Response:
        """Removes an assessment with its report."""
        with _kept(request, caller, "delete", identifier) as witness:
            single(request, {})
            before = self._to_change(request, caller, identifier)[0]
            self._register().delete(identifier, before.revision, witness=witness)
        return Response(status_code=204, headers=answers.headers_of(request, open_to_all=False))

    def _seen(self, caller: Caller, identifier: str) -> tuple[Record, bytes, bytes]:
        found = self._register().read(identifier, audience_of(caller))
        if found is None:
            raise NotFoundError(
                f"there is no assessment “{identifier}”, or it is not for you",
                remedy="Send a token of its organisation, if it has one.",
            )
        return found

    def _to_change(self, request: Request, caller: Caller, identifier: str) -> tuple[Record, bytes, bytes]:
        """What is there, if it is the caller's and in the state that the caller read."""
        record, content, report = self._seen(caller, identifier)
        if record.organisation != caller.organisation:
            raise ForbiddenError("this assessment is of another organisation", where=identifier)
        requests.require_match(", ".join(request.headers.getlist("if-match")), record)
        return record, content, report

    def _judged(
        self,
        fields: dict[str, str],
        language: str,
        caller: Caller,
        visibility: Visibility,
        content: bytes,
        name: str,
    ) -> Assessed:
        """What is sent, if it may be kept for this audience."""
        profile = fields.get("profile") or PROFILE[visibility]
        if visibility == Visibility.PUBLIC and profile != PROFILE[visibility]:
            raise InputError("what is public is judged as such", remedy="Leave out profile, or give profile=public.")
        judged = self._assess(caller, content, name, profile, service.day_named(fields.get("asOf")))
        publishing.require_own(judged, caller.organisation)
        if visibility == Visibility.PUBLIC:
            publishing.require_publishable(judged, language)
        return judged


async def _run(work: Callable[..., Response], *given: object) -> Response:
    """The answer of work in a thread. Where things are on this machine is for the operator, not for the caller."""
    try:
        return await run_in_threadpool(work, *given)
    except StateError as error:
        _log.error("%s", error)
        error.where = ""
        raise


def _author(caller: Caller) -> Caller:
    access.require(caller, Role.AUTHOR)
    if not caller.organisation:
        raise ForbiddenError(
            "your token names no organisation, and every assessment has one",
            remedy="Ask the operator for a token of your organisation.",
        )
    return caller


@contextmanager
def _kept(request: Request, caller: Caller, action: str, identifier: str) -> Iterator[Witness]:
    """Keeps in the audit log what becomes of a write. A refusal for want of rights is kept before it gets here."""

    def keep(subject: str, outcome: audit.Outcome, detail: str) -> None:
        audit.record(
            f"assessment.{action}",
            f"{PATH}/{subject}" if subject else PATH,
            outcome,
            caller=caller,
            request_id=str(getattr(request.state, "request_id", "")),
            client=access.client_of(request),
            detail=detail,
        )

    try:
        yield lambda record: keep(
            record.identifier, audit.Outcome.DONE, f"{record.visibility}, revision {record.revision}"
        )
    except ForbiddenError:
        raise
    except Bio2kgError as error:
        outcome = audit.Outcome.FAILED if isinstance(error, StateError) else audit.Outcome.REFUSED
        with suppress(StateError):
            keep(identifier, outcome, error.problem_type)
        raise
