"""Every error a person can meet: what happened, where, what to do; its exit code, HTTP status and problem type."""

from collections.abc import Sequence
from typing import ClassVar


class Bio2kgError(Exception):
    """An error whose message reaches the user as it stands.

    ``what`` says what happened, ``where`` names the place (file, line, node), ``remedy`` says what to do.
    """

    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 500
    problem_type: ClassVar[str] = "internal"
    title: str = "Internal error"

    def __init__(self, what: str, *, where: str = "", remedy: str = "", retry_after: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy
        self.retry_after = retry_after  # seconds after which it may go well; 0 if waiting does not help

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        what = self.what if not self.remedy or self.what[-1:] in ".:!?\n" else f"{self.what}."
        return f"{place}{what} {self.remedy}".rstrip()


class InputError(Bio2kgError):
    """What was given cannot be used: a file that is not there, cannot be read or is not of a known form.

    ``errors`` lists everything that is wrong, each with ``in``, ``name`` and ``detail``, where that is known.
    """

    errors: tuple[dict[str, str], ...] = ()
    exit_code = 2
    http_status = 400
    problem_type = "bad-input"
    title = "The input cannot be used"


def together(faults: Sequence[tuple[str, str, InputError]]) -> InputError:
    """One error for all faults of a request, each as where it is (``query``, ``body``), its name, and what is wrong.

    A fault that is the only one keeps its kind.
    """
    alone = len(faults) == 1
    error = faults[0][2] if alone else InputError(" ".join(f"{str(e).rstrip('.')}." for _, _, e in faults))
    error.errors = tuple({"in": place, "name": name, "detail": str(e)} for place, name, e in faults)
    return error


class QuerySyntaxError(InputError):
    """A SPARQL query that does not parse."""

    problem_type = "malformed-query"
    title = "The query is not valid SPARQL 1.1"


class NotAcceptableError(InputError):
    """None of the media types or formats that were asked for is on offer."""

    http_status = 406
    problem_type = "not-acceptable"
    title = "No representation in the form asked for"


class UnsupportedMediaTypeError(InputError):
    """A request body in a form that is not read here."""

    http_status = 415
    problem_type = "unsupported-media-type"
    title = "The body is of a media type that is not read here"


class TooLargeError(InputError):
    """More than is read here."""

    http_status = 413
    problem_type = "too-large"
    title = "That is too large"


class RefusedError(InputError):
    """Something that is understood and refused, such as an update on a read-only endpoint."""

    http_status = 403
    problem_type = "refused"
    title = "This service does not do that"


class UnauthorisedError(InputError):
    """Credentials that are not valid: unknown, expired or revoked."""

    http_status = 401
    problem_type = "unauthorised"
    title = "The credentials are not valid"


class ForbiddenError(InputError):
    """Something that the caller is not allowed to do."""

    http_status = 403
    problem_type = "forbidden"
    title = "You may not do that"


class ConflictError(InputError):
    """A change that does not go together with what is there."""

    http_status = 409
    problem_type = "conflict"
    title = "That does not go together with what is there"


class PreconditionError(InputError):
    """A change to something that somebody else has changed since it was read."""

    http_status = 412
    problem_type = "precondition-failed"
    title = "It has changed since you read it"


class PreconditionRequiredError(InputError):
    """A change that does not say which state it changes."""

    http_status = 428
    problem_type = "precondition-required"
    title = "Say which state you change"


class TooManyRequestsError(InputError):
    """More requests than one client may send."""

    http_status = 429
    problem_type = "too-many-requests"
    title = "Too many requests"


class TooManyAtOnceError(TooManyRequestsError):
    """More queries or files than one client may have at work or waiting at once."""

    problem_type = "too-many-at-once"
    title = "Too many requests at once"


class LimitError(InputError):
    """Input that needs more memory, depth or room for its answer than one request may have."""

    problem_type = "limit-exceeded"
    title = "That needs more than one request may have"


class MethodError(InputError):
    """A method that the address does not have."""

    http_status = 405
    problem_type = "method-not-allowed"
    title = "This address does not have that method"


class NotFoundError(InputError):
    """A resource, file or release that does not exist."""

    http_status = 404
    problem_type = "not-found"
    title = "There is nothing here"


class StateError(Bio2kgError):
    """The machine stands in the way: no release, a damaged one, a folder that cannot be written, a port in use."""

    exit_code = 2
    http_status = 503
    problem_type = "unavailable"
    title = "The service cannot answer now"


class TimeLimitError(StateError):
    """A request that was stopped because it took too long."""

    problem_type = "time-limit"
    title = "That took too long and was stopped"


class BusyError(StateError):
    """Every worker is busy and the queue is full."""

    problem_type = "busy"
    title = "The service is busy"


class FindingsError(Bio2kgError):
    """A check found something that must not be; the findings were printed."""

    exit_code = 1
    http_status = 422
    problem_type = "findings"
    title = "The check found violations"
