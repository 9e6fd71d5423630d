"""The audit log: every line is there, in order, without secrets, and a missing one shows."""

import json
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from bio2kg.access import audit
from bio2kg.access.audit import Outcome
from bio2kg.access.callers import ANONYMOUS, Caller, Role
from bio2kg.errors import NotFoundError, StateError

AUTHOR = Caller("abc", "https://identifier.overheid.nl/tooi/id/gemeente/gm0599", Role.AUTHOR)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "stored" / "audit.log"


def record(log: Path, subject: str = "a", caller: Caller = AUTHOR, **more: str) -> None:
    audit.record("PUT", subject, Outcome.DONE, caller=caller, path=log, **more)


def lines(log: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.read_bytes().splitlines()]


def test_a_line_says_who_did_what_when_and_with_what_outcome(log: Path) -> None:
    record(log, "gm0599-abcdefgh", request_id="r1", client="192.0.2.1", detail="replaced")
    (line,) = lines(log)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "previous": "0" * 64,
        "request": "r1",
        "caller": "abc",
        "organisation": AUTHOR.organisation,
        "role": "author",
        "client": "192.0.2.1",
        "action": "PUT",
        "subject": "gm0599-abcdefgh",
        "outcome": "done",
        "detail": "replaced",
    }
    assert oct(log.stat().st_mode)[-3:] == "600"


def test_each_line_carries_the_hash_of_the_line_before(log: Path) -> None:
    for subject in "abc":
        record(log, subject)
    raw = log.read_bytes().splitlines()
    assert [json.loads(line)["previous"] for line in raw[1:]] == [sha256(line).hexdigest() for line in raw[:2]]
    found = audit.verify(log)
    assert (found.lines, found.broken, found.unfinished) == (3, [], [])
    assert found.last == sha256(raw[2]).hexdigest()


@pytest.mark.parametrize("text", ['a\n{"outcome": "done"}', "a\r\nb", "\u2028\u0085\x00\x1b[2J", '"}', "\ud800"])
def test_no_text_can_forge_a_line(log: Path, text: str) -> None:
    record(log, text, Caller(text), request_id=text, client=text, detail=text)
    record(log)
    assert log.read_bytes().count(b"\n") == 2
    assert lines(log)[0]["subject"] == text
    assert audit.verify(log).broken == []


def test_a_token_that_strayed_into_a_text_is_not_written(log: Path) -> None:
    ours, theirs = "bio2kg_abcdefghij_" + "s" * 43, "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    record(log, f"/doc/{ours}", detail=f"with {theirs}.")
    assert (lines(log)[0]["subject"], lines(log)[0]["detail"]) == ("/doc/…", "with ….")


def test_long_texts_are_cut(log: Path) -> None:
    record(log, "\U0001f600" * 100_000, Caller("n" * 100_000), detail="d" * 100_000)
    record(log)
    assert log.stat().st_size < 64 * 1024
    assert audit.verify(log).broken == []


@pytest.mark.parametrize("gone", range(4))
def test_a_removed_line_shows(log: Path, gone: int) -> None:
    for subject in "abcde":
        record(log, subject)
    raw = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(raw[:gone] + raw[gone + 1 :]))
    assert audit.verify(log).broken == [gone + 1]


def test_a_changed_line_shows_and_so_do_lines_in_another_order(log: Path) -> None:
    for subject in "abcd":
        record(log, subject)
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b'"subject": "b"', b'"subject": "x"'))
    assert audit.verify(log).broken == [3]
    raw = whole.splitlines(keepends=True)
    log.write_bytes(b"".join([raw[0], raw[2], raw[1], raw[3]]))
    assert audit.verify(log).broken == [2, 3, 4]


def test_a_line_that_was_removed_at_the_end_shows_by_the_last_hash(log: Path) -> None:
    for subject in "abc":
        record(log, subject)
    before = audit.verify(log).last
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:2]))
    assert audit.verify(log).broken == []
    assert audit.verify(log).last != before


@pytest.mark.parametrize("kept", [1, 20, 100, -1])
def test_a_line_broken_off_by_a_power_cut_is_followed_by_whole_ones(log: Path, kept: int) -> None:
    record(log, "a")
    start = log.stat().st_size
    record(log, "b")
    whole = log.read_bytes()
    log.write_bytes(whole[: start + kept] if kept > 0 else whole[:-2])
    record(log, "c")
    record(log, "d")
    found = audit.verify(log)
    assert (found.lines, found.unfinished, found.broken) == (4, [2], [])
    raw = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(raw[1:]))
    assert audit.verify(log).broken, "the line before the broken one is accounted for"


def test_a_last_line_without_its_end_is_a_line(log: Path) -> None:
    record(log, "a")
    log.write_bytes(log.read_bytes()[:-1])
    record(log, "b")
    assert [line["subject"] for line in lines(log)] == ["a", "b"]
    assert audit.verify(log).broken == []


def test_a_first_line_that_was_broken_off_does_not_stop_the_log(log: Path) -> None:
    record(log)
    log.write_bytes(log.read_bytes()[:30])
    record(log)
    found = audit.verify(log)
    assert (found.lines, found.unfinished, found.broken) == (2, [1], [])


def test_lines_of_many_processes_and_threads_make_one_chain(log: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bio2kg.access.audit import record, Outcome;"
        "from bio2kg.access.callers import ANONYMOUS\n"
        "for n in range(25): record('PUT', str(n), Outcome.DONE, caller=ANONYMOUS, path=Path(sys.argv[1]))"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(log)]) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: record(log, f"t{n}", ANONYMOUS), range(25)))
    assert [process.wait() for process in running] == [0, 0, 0]
    found = audit.verify(log)
    assert (found.lines, found.broken, found.unfinished) == (100, [], [])


def test_a_full_disk_refuses_and_leaves_no_half_line(log: Path) -> None:
    record(log)
    before = log.read_bytes()
    # A limit on the size of files makes the system write the first bytes of a line and no more, as a full disk does.
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 40, old[1]))
        with pytest.raises(StateError, match="so it is not done"):
            record(log, "b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    assert log.read_bytes() == before
    record(log, "c")
    assert audit.verify(log).broken == []


def test_the_message_for_a_client_does_not_name_the_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError) as caught:
        record(tmp_path / "file" / "audit.log")
    assert str(tmp_path) not in str(caught.value)


def test_a_file_that_is_no_log_is_not_appended_to(log: Path) -> None:
    log.parent.mkdir()
    log.write_bytes(os.urandom(300_000).replace(b"\n", b""))
    with pytest.raises(StateError):
        record(log)
    assert log.stat().st_size <= 300_000


def test_without_a_log_there_is_nothing_to_verify(log: Path) -> None:
    with pytest.raises(NotFoundError):
        audit.verify(log)
