"""A live server under attack, and what must be true of it after every case."""

import json
import time
from dataclasses import dataclass, field

from bio2kg.web.explanations import EXPLANATIONS
from tests.attacks.canaries import Canaries
from tests.attacks.case import Case, Wire, get, query
from tests.attacks.connection import Answer, answers, exchange
from tests.attacks.processes import PROC, children, megabytes
from tests.serving import Server

# The environment of the server: small limits, so that a case that meets one does not take long.
SETTINGS = {
    "BIO2KG_QUERY_SECONDS": "3",
    "BIO2KG_FILE_SECONDS": "10",
    "BIO2KG_WORKER_MB": "512",
    "BIO2KG_WORKERS": "2",
    "BIO2KG_RATE": "0",
    "BIO2KG_RATE_HEAVY": "0",
}
MEASURE = "/doc/bio2/1.3/5.24.08"
_NORMAL = query("normal query", "SELECT ?s { ?s ?p ?o } LIMIT 1", 200)
_DOCUMENT = get("normal document", MEASURE, 200)
_PROMPT = 1.0  # seconds for a normal request
_GROWTH = 200  # MB above the resting size
_RETURN = 5.0  # seconds that memory gets to return
_SILENCE = 1.0  # seconds without an answer after which a server waits for more
# What the server itself says when a request is not HTTP, before it reaches the application.
_NO_HTTP = b"Invalid HTTP request received."
_TYPES = {f"https://w3id.org/bio2kg/doc/problem/{kind}" for kind in EXPLANATIONS}


@dataclass
class Stand:
    """A server, its canaries, and what it was like before the attacks."""

    server: Server
    canaries: Canaries
    resting: int = 0
    family: list[int] = field(default_factory=list)
    largest: int = 0

    def __post_init__(self) -> None:
        """Has everything loaded that is loaded once, and looks at the server at rest."""
        until = time.monotonic() + 60
        while self._status(_NORMAL) != 200 and time.monotonic() < until:
            time.sleep(0.1)
        for case in (_DOCUMENT, get("", "/v1/openapi.json", 200), get("", "/v1/rules", 200), get("", "/catalog", 200)):
            assert self._status(case) == 200, case
        self.family = children(self.number)
        self.resting = self.largest = megabytes(self.number)

    @property
    def number(self) -> int:
        """The number of the server process."""
        assert self.server.process
        return self.server.process.pid

    def fill(self, text: bytes) -> bytes:
        """A text with the canaries in it."""
        if b"{" not in text:
            return text
        return (
            text.replace(b"{web}", self.canaries.web.encode())
            .replace(b"{file}", str(self.canaries.file).encode())
            .replace(b"{host}", f"127.0.0.1:{self.server.port}".encode())
        )

    def answers(self, case: Case | Wire) -> list[Answer]:
        """What the server answers."""
        return self._exchange(case)[0]

    def attack(self, case: Case | Wire) -> list[Answer]:
        """What the server answers to a case, which must be right."""
        found, raw = self._exchange(case)
        statuses = [answer.status for answer in found] or [0]
        most = case.most if isinstance(case, Wire) else 1
        assert len(statuses) <= most, f"{statuses}: what was smuggled in was answered"
        assert set(statuses) <= case.statuses, f"{statuses}: {raw[:1000]!r}"
        assert not case.absent or case.absent not in raw, f"{case.absent!r} came back"
        assert self.canaries.secret.encode() not in raw, "the answer has what is in a canary"
        for answer in found:
            if answer.status >= 400:
                assert_problem(answer)
        return found

    def assert_well(self) -> None:
        """Fails unless the server is the same, answers promptly, touched no canary and holds no more than at rest."""
        for case in (_NORMAL, _DOCUMENT):
            started = time.monotonic()
            assert self._status(case) == 200, case.name
            assert time.monotonic() - started < _PROMPT, f"{case.name} took {time.monotonic() - started:.1f} s"
        self.canaries.assert_untouched()
        assert self.canaries.secret not in self.server.log.read_text(errors="replace")
        assert self.server.process
        assert self.server.process.poll() is None, self.server.log.read_text()[-2000:]
        assert children(self.number) == self.family, "the process that workers come from ended"
        if PROC.exists():
            self._assert_small()

    def _assert_small(self) -> None:
        until = time.monotonic() + _RETURN
        while (held := megabytes(self.number)) > self.resting + _GROWTH and time.monotonic() < until:
            time.sleep(0.1)
        self.largest = max(self.largest, held)
        assert held <= self.resting + _GROWTH, f"{held} MB are held, {self.resting} at rest"

    def _status(self, case: Case) -> int:
        return next((answer.status for answer in self.answers(case)), 0)

    def _exchange(self, case: Case | Wire) -> tuple[list[Answer], bytes]:
        plain = isinstance(case, Case)
        most, patience = (1, 30.0) if isinstance(case, Case) else (case.most, _SILENCE)
        raw = exchange(self.server.port, case.written(self.fill), patience=patience, most=most)
        return answers(raw, case.method if plain else "GET"), raw


def assert_problem(answer: Answer) -> None:
    """Fails unless an error is a problem of a known type, or a page."""
    media_type = answer.header("content-type").partition(";")[0]
    if answer.body == _NO_HTTP or media_type == "text/html" or not answer.body:
        return
    assert media_type == "application/problem+json", answer
    said = json.loads(answer.body)
    assert said["type"] in _TYPES, said
    assert said["status"] == answer.status
    assert said["detail"], said
