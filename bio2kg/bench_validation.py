"""Timing of validation: complete fictitious assessments by our engine, and by pyshacl alone on the same data."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bio2kg import fictitious, turtle
from bio2kg.errors import FindingsError
from bio2kg.settings import open_store
from bio2kg.validation.reading import Input
from bio2kg.validation.service import Session

EVIDENCE = 500


@dataclass(frozen=True)
class Timing:
    """What was timed, over how many assessments, the seconds it took, and the memory in use afterwards (MB)."""

    what: str
    assessments: int
    seconds: float
    memory: float

    @property
    def each(self) -> float:
        """Seconds for one assessment."""
        return self.seconds / self.assessments


def run(sizes: tuple[int, ...], peer: int, on_step: Callable[[str], None]) -> Iterator[Timing]:
    """Times the command line on one file, our engine on each number of assessments, and pyshacl on ``peer`` of them.

    Every assessment has 210 entries, three findings for each measure and 500 pieces of evidence. Raises FindingsError
    if the two engines do not agree.
    """
    session = Session(open_store())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "assessment.ttl"
        path.write_text(turtle.write(_made(0).triples), encoding="utf-8")
        on_step("command line, start-up included")
        seconds = min(_command_line(path) for _ in range(3))
        yield Timing("command line, start-up included", 1, seconds, _memory())
    for size in sizes:
        on_step(f"{size} assessments")
        start, kept = perf_counter(), 0.0
        for n in range(size):
            made = perf_counter()
            given = _made(n)
            kept += perf_counter() - made
            _results(session, given, reference=False)
        yield Timing("our engine", size, perf_counter() - start - kept, _memory())
    if peer:
        start, kept = perf_counter(), 0.0
        for n in range(peer):
            on_step(f"pyshacl alone, {n + 1} of {peer}")
            made = perf_counter()
            given = _made(n)
            ours = _results(session, given, reference=False)
            kept += perf_counter() - made
            if _results(session, given, reference=True) != ours:
                raise FindingsError("pyshacl and our engine do not give the same results.")
        yield Timing("pyshacl alone", peer, perf_counter() - start - kept, _memory())


def _made(n: int) -> Input:
    """A complete assessment in which one thing in fifty is wrong, so that there is something to report."""
    triples = fictitious.complete(f"voorbeeld{n}", EVIDENCE)
    dropped = {"justification", "supportedBy", "location"}
    return Input([t for i, t in enumerate(triples) if i % 50 or t.predicate.value.rpartition("#")[2] not in dropped])


def _results(session: Session, given: Input, *, reference: bool) -> object:
    return session.validate(given, profile="submission", as_of=fictitious.AS_OF, reference=reference).results


def _command_line(path: Path) -> float:
    start = perf_counter()
    command = [sys.executable, "-m", "bio2kg", "validate", str(path), "--as-of", fictitious.AS_OF.isoformat()]
    subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own program on our own file
    return perf_counter() - start


def _memory() -> float:
    """The memory of this process in MB; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
