"""The gate before every route: who sends the request, how often, and what is kept of a refusal."""

import logging
import re
from dataclasses import dataclass
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bio2kg.access import audit
from bio2kg.access.callers import ANONYMOUS, Caller, Role
from bio2kg.access.oidc import Issuer
from bio2kg.access.rates import Rate, Rates, client_named
from bio2kg.access.tokens import PREFIX, Tokens
from bio2kg.errors import Bio2kgError, ForbiddenError, InputError, StateError, UnauthorisedError
from bio2kg.settings import settings
from bio2kg.web.problems import problem

_log = logging.getLogger(__name__)
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)  # RFC 6750, section 2.1
# Refusals a minute that are kept, of one client and of all: strangers must not fill the disk with them.
_KEPT_OF_ONE, _KEPT_OF_ALL = 30, 600


def caller_of(request: Request) -> Caller:
    """Who sends the request, as the gate found it; anonymous where there is no gate.

    The answer to a request for which this was asked varies by Authorization, and says so.
    """
    request.state.asked_who = True
    caller: Caller = getattr(request.state, "caller", ANONYMOUS)
    return caller


def client_of(request: Request) -> str:
    """The address that the request came from; behind a proxy that is believed, the address that this names."""
    return request.client.host if request.client else ""


def counted_as(request: Request) -> str:
    """What the requests of one client are counted by, see ``client_named``. Answers do not vary by it."""
    return client_named(getattr(request.state, "caller", ANONYMOUS), client_of(request))


def require(caller: Caller, *roles: Role) -> None:
    """Raises UnauthorisedError for an anonymous caller, ForbiddenError for one with none of these roles."""
    if caller.role is None:
        raise UnauthorisedError(
            "this is not for everyone", remedy="Send a token in the header Authorization, as: Bearer …"
        )
    if caller.role not in roles:
        raise ForbiddenError(f"the role {caller.role} may not do this", remedy=f"It is for: {', '.join(roles)}.")


@dataclass
class Credentials:
    """What is accepted: our own tokens and, where one is configured, those of an identity provider."""

    tokens: Tokens
    issuer: Issuer | None = None

    @classmethod
    def configured(cls) -> "Credentials":
        """As the settings say."""
        given = settings()
        issuer = None
        if given.oidc_issuer and given.oidc_audience:
            issuer = Issuer(
                given.oidc_issuer, given.oidc_audience, given.oidc_organisation, given.oidc_role, given.oidc_keys or ""
            )
        return cls(Tokens(given.tokens), issuer)


class Gate:
    """ASGI middleware that answers who may not pass, and tells the routes who the caller is."""

    def __init__(self, app: ASGIApp, credentials: Credentials | None = None, rates: Rates | None = None) -> None:
        self._app = app
        self._credentials = credentials or Credentials.configured()
        self._rates = rates or Rates(settings().rate, settings().rate_heavy)
        self._kept_of_one, self._kept_of_all = Rate(_KEPT_OF_ONE), Rate(_KEPT_OF_ALL)
        # Who waits for an identity provider keeps nobody else waiting.
        self._waiting = CapacityLimiter(4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it with a problem."""
        if scope["type"] != "http" or scope["path"].startswith("/health/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        request.state.caller = ANONYMOUS

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(request, MutableHeaders(scope=message))
                if message["status"] in (401, 403):
                    await self._keep(request, message["status"])
            await send(message)

        try:
            await self._admit(request)
        except Bio2kgError as error:
            await problem(request, error)(scope, receive, answer)
            return
        await self._app(scope, receive, answer)

    async def _admit(self, request: Request) -> None:
        refusal: Bio2kgError | None = None
        try:
            request.state.caller = await self._identify(request)
        except Bio2kgError as error:
            refusal = error
        # Wrong credentials count too, by address.
        self._rates.require(counted_as(request), request.method, request.scope["path"])
        if refusal:
            raise refusal

    async def _identify(self, request: Request) -> Caller:
        if "access_token" in request.query_params:
            raise InputError(
                "a token in the address ends up in logs and in the history of browsers",
                remedy="Revoke that token, and send a new one in the header Authorization.",
            )
        token = bearer(request.headers.getlist("authorization"))
        if not token:
            return ANONYMOUS
        issuer = self._credentials.issuer
        if issuer is None or token.startswith(PREFIX):
            try:
                return self._credentials.tokens.caller(token)
            except StateError as error:
                # Where the file is and what is wrong with it is for the operator.
                _log.error("%s", error)
                raise StateError("tokens cannot be checked now", remedy="Tell the operator.") from error
        if issuer.waits_for_keys(token):
            await to_thread.run_sync(issuer.refresh, limiter=self._waiting)
        return issuer.caller(token)

    async def _keep(self, request: Request, status: int) -> None:
        """Records a refusal. One that cannot be recorded stays a refusal."""
        caller: Caller = request.state.caller
        if self._kept_of_one.wait(counted_as(request)) or self._kept_of_all.wait(""):
            return
        fields: dict[str, Any] = {
            "caller": caller,
            "client": client_of(request),
            "request_id": str(getattr(request.state, "request_id", "")),
            "detail": f"answered with {status}",
        }
        try:
            await to_thread.run_sync(
                lambda: audit.record(request.method, request.scope["path"], audit.Outcome.REFUSED, **fields)
            )
        except StateError:
            _log.error("a refusal was not recorded")


def bearer(values: list[str]) -> str:
    """The token in the Authorization headers of a request, empty if there is none.

    Raises UnauthorisedError if they are anything else than one token in the form that RFC 6750 gives.
    """
    if not values:
        return ""
    form = _BEARER.fullmatch(values[0]) if len(values) == 1 else None
    if form is None:
        raise UnauthorisedError(
            "the header Authorization cannot be used", remedy="Send one such header, as: Authorization: Bearer …"
        )
    return form[1]


def _mark(request: Request, headers: MutableHeaders) -> None:
    """Keeps caches from giving one caller what another was given."""
    if request.state.caller is not ANONYMOUS:
        headers["Cache-Control"] = "no-store"
    if getattr(request.state, "asked_who", False):
        headers.add_vary_header("Authorization")
