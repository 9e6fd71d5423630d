"""Requests to a store elsewhere: the one place that speaks HTTP, with limits on time and size, retries and a breaker.

Answers are bounded in time as a whole and in size, redirects are not followed, nothing is taken from the environment,
and no answer is compressed, so that none can swell. Only what can do no harm twice is sent again.
"""

import os
import random
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore2
import httpx2

from bio2kg.errors import LimitError, StateError, TimeLimitError

_CONNECT_SECONDS = 5
_ATTEMPTS = 3
_PATIENCE = 5  # the longest wait, in seconds, that a store may ask for and get before another attempt
_AWAY = (502, 503, 504)
_START_IT = "Start it, or correct BIO2KG_STORE."


@dataclass(frozen=True)
class Request:
    """What is sent. ``repeatable`` says that sending it twice does no harm."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    repeatable: bool = True


@dataclass(frozen=True)
class Reply:
    """What came back, whole."""

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def retry_after(self) -> int:
        """The seconds after which the store says to try again; 0 if it does not say."""
        value = self.headers.get("retry-after", "").strip()
        try:
            seconds = int(value) if value.isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, TypeError):
            return 0
        return max(0, min(round(seconds), 3600))


class Sender:
    """Sends requests to one store. Many threads may use it at once."""

    def __init__(self, where: str, account: tuple[str, str] | None, timeout: float, limit: int) -> None:
        """``where`` names the store in messages; ``timeout`` in seconds and ``limit`` in bytes bound each answer."""
        self.where = where
        self.timeout = timeout
        self.limit = limit
        self.breaker = Breaker(where, self.alive)
        self._auth = _Account(*account) if account else None
        self._opened: tuple[int, httpx2.Client | None] = (0, None)

    def _client(self) -> httpx2.Client:
        """The connections of this process: those from before a fork are of the parent."""
        process, client = self._opened
        if client is None or process != os.getpid():
            transport = httpx2.HTTPTransport(trust_env=False)
            # The library limits the time between two pieces of an answer, not that of the whole; its pool takes a
            # network that does, but not by way of the transport.
            transport._pool._network_backend = _Network()
            client = httpx2.Client(
                transport=transport,
                auth=self._auth,
                follow_redirects=False,
                trust_env=False,
                timeout=httpx2.Timeout(self.timeout, connect=min(_CONNECT_SECONDS, self.timeout)),
                headers={"User-Agent": "bio2kg", "Accept-Encoding": "identity"},
            )
            self._opened = (os.getpid(), client)
        return client

    def send(self, request: Request) -> Reply:
        """The answer, whatever its status.

        Raises StateError if the store is away, TimeLimitError if it takes too long, LimitError if it says too much.
        """
        self.breaker.require_closed()
        _DEADLINE.at = end = time.monotonic() + self.timeout
        last: Reply | None = None
        for attempt in range(_ATTEMPTS):
            try:
                last = self._sent(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failed: Exception = error  # it did not leave, so anything may be sent again
            except httpx2.TimeoutException as error:
                self.breaker.failed()
                raise self._too_slow() from error
            except (httpx2.TransportError, httpx2.InvalidURL) as error:
                failed = error
                if not request.repeatable:
                    self.breaker.failed()
                    raise self._away(error) from error
            else:
                if last.status not in _AWAY:
                    self.breaker.worked()
                    return last
                failed = StateError(f"it answers {last.status}")
                if not request.repeatable or last.retry_after > _PATIENCE:
                    break
            wait = max(last.retry_after if last else 0, random.uniform(0.5, 1) * 0.2 * 2**attempt)  # noqa: S311
            if attempt == _ATTEMPTS - 1 or time.monotonic() + wait >= end:
                break
            time.sleep(wait)
        self.breaker.failed()
        if last is not None:
            return last
        raise self._away(failed) from failed

    def alive(self) -> bool:
        """Whether something answers at all, within a few seconds."""
        _DEADLINE.at = time.monotonic() + min(_CONNECT_SECONDS, self.timeout)
        url = f"{self.where}{'&' if '?' in self.where else '?'}query=ASK%7B%7D"
        try:
            return self._sent(Request("GET", url)).status not in _AWAY
        except (httpx2.HTTPError, LimitError, StateError):
            return False

    def _sent(self, request: Request) -> Reply:
        content = request.body or None
        stream = self._client().stream(request.method, request.url, headers=request.headers, content=content)
        with stream as response:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise StateError("the answer is compressed, which was not asked for", where=self.where)
            body = bytearray()
            for piece in response.iter_raw():
                body += piece
                if len(body) > self.limit:
                    raise LimitError(
                        f"the answer is larger than {self.limit:,} bytes",
                        remedy="Ask for less: add LIMIT, or conditions.",
                    )
            return Reply(response.status_code, response.headers, bytes(body))

    def _away(self, error: Exception) -> StateError:
        return StateError(f"the store does not answer: {error}", where=self.where, remedy=_START_IT, retry_after=5)

    def _too_slow(self) -> TimeLimitError:
        return TimeLimitError(
            f"the store took longer than {self.timeout:g} seconds", remedy="Ask for less: add LIMIT, or conditions."
        )


class Breaker:
    """Spares a store that is away, and those who wait for it: after failures in a row it answers at once.

    A failure may be the fault of what was asked. So before it opens, and before it closes again, ``probe`` asks whether
    the store answers at all; the breaker of a store that does never opens.
    """

    FAILURES = 5
    SECONDS = 10

    def __init__(self, where: str, probe: Callable[[], bool]) -> None:
        self.where = where
        self.probe = probe
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0  # when it may be tried again; 0 while closed

    def require_closed(self) -> None:
        """Raises StateError with the seconds to wait while the store is taken to be away."""
        with self._lock:
            if not self._until:
                return
            wait = self._until - time.monotonic()
            if wait <= 0:
                self._until = time.monotonic() + self.SECONDS  # one caller asks, the others go on being refused
        if wait <= 0 and self.probe():
            self.worked()
            return
        raise StateError(
            "the store does not answer, and is asked again in a while",
            where=self.where,
            remedy=_START_IT,
            retry_after=max(1, round(wait if wait > 0 else self.SECONDS)),
        )

    def worked(self) -> None:
        """Takes note of an answer."""
        with self._lock:
            self._failures, self._until = 0, 0.0

    def failed(self) -> None:
        """Takes note of a failure."""
        with self._lock:
            self._failures += 1
            if self._failures < self.FAILURES or self._until:
                return
            self._failures = 0
        if not self.probe():
            with self._lock:
                self._until = time.monotonic() + self.SECONDS


class _Account(httpx2.Auth):
    """User and password: as Basic, and to a store that refuses that as Digest, which Virtuoso wants."""

    def __init__(self, user: str, password: str) -> None:
        self._basic = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
        self._digest = httpx2.DigestAuth(user, password)
        self._wants_digest = False

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        if not self._wants_digest:
            request.headers["Authorization"] = self._basic
            response = yield request
            if response.status_code != 401:
                return
            del request.headers["Authorization"]  # Virtuoso names no scheme to who comes with another
        yield from self._digest.auth_flow(request)
        self._wants_digest = "Authorization" in request.headers


_DEADLINE = threading.local()


def _remaining(timeout: float | None, over: type[httpcore2.TimeoutException] = httpcore2.ReadTimeout) -> float:
    """The seconds that are left. Raises ``over`` if there are none; before the connection nothing was sent."""
    left: float = getattr(_DEADLINE, "at", time.monotonic() + 60) - time.monotonic()
    if left <= 0:
        raise over("the time for this request is over")
    return left if timeout is None else min(left, timeout)


class _Network(httpcore2.NetworkBackend):
    """The network, within the time that the request of this thread has left."""

    def __init__(self) -> None:
        self._network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        left = _remaining(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._network.connect_tcp(host, port, left, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._network.sleep(seconds)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _remaining(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
