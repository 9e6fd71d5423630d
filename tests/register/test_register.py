"""What every register does: keep, replace, remove, and show to each audience what is for it."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from bio2kg.access.callers import ANONYMOUS, Caller, Role
from bio2kg.errors import PreconditionError, StateError
from bio2kg.register import EVERYONE, Audience, Record, Register, Visibility, audience_of, record
from tests.register.samples import AUTHOR_OF_A, AUTHOR_OF_B, READER_OF_A, REPORT, A, B, content

DRAFT, RESTRICTED, PUBLIC = Visibility.DRAFT, Visibility.RESTRICTED, Visibility.PUBLIC


def test_what_is_created_is_read_back_byte_for_byte(register: Register) -> None:
    made = register.create(A, DRAFT, content(1, 200), REPORT)
    assert register.read(made.identifier, AUTHOR_OF_A) == (made, content(1, 200), REPORT)
    assert register.records(AUTHOR_OF_A) == [made]
    assert made.created == made.modified
    assert made.created.tzinfo == UTC


def test_an_identifier_names_the_organisation_and_cannot_be_foreseen(register: Register) -> None:
    identifiers = [register.create(A, DRAFT, content(1), REPORT).identifier for _ in range(5)]
    assert len(set(identifiers)) == 5
    for identifier in identifiers:
        assert record.is_identifier(identifier)
        assert identifier.startswith("voorbeeldstad-")
        assert len(identifier) == len("voorbeeldstad-") + 8
    long = register.create(f"https://example.org/{'lang-' * 40}", DRAFT, content(1), REPORT)
    assert record.is_identifier(long.identifier)


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        (EVERYONE, {(A, PUBLIC), (B, PUBLIC)}),
        (READER_OF_A, {(A, PUBLIC), (B, PUBLIC), (A, RESTRICTED)}),
        (AUTHOR_OF_A, {(A, PUBLIC), (B, PUBLIC), (A, RESTRICTED), (A, DRAFT)}),
        (AUTHOR_OF_B, {(A, PUBLIC), (B, PUBLIC), (B, RESTRICTED), (B, DRAFT)}),
        # Drafts of no organisation are nobody's.
        (Audience("", drafts=True), {(A, PUBLIC), (B, PUBLIC)}),
    ],
)
def test_an_audience_sees_what_is_for_it_and_nothing_else(
    register: Register, audience: Audience, seen: set[tuple[str, Visibility]]
) -> None:
    made = [register.create(org, visibility, content(1), REPORT) for org in (A, B) for visibility in Visibility]
    assert {(r.organisation, r.visibility) for r in register.records(audience)} == seen
    found = [r for r in made if register.read(r.identifier, audience)]
    assert {(r.organisation, r.visibility) for r in found} == seen


@pytest.mark.parametrize(
    ("caller", "audience"),
    [
        (ANONYMOUS, EVERYONE),
        (Caller("t", A, Role.READER), READER_OF_A),
        (Caller("t", A, Role.AUTHOR), AUTHOR_OF_A),
        (Caller("t", A, Role.OPERATOR), EVERYONE),
        (Caller("t", "", Role.AUTHOR), EVERYONE),
        (Caller("t", A, None), EVERYONE),
    ],
)
def test_an_operator_and_whoever_has_no_organisation_see_what_everyone_sees(caller: Caller, audience: Audience) -> None:
    assert audience_of(caller) == audience


def test_a_replacement_has_another_revision_and_the_same_owner(register: Register) -> None:
    first = register.create(A, DRAFT, content(1), REPORT)
    second = register.replace(first.identifier, first.revision, PUBLIC, content(2, 5), b'{"nl": 2}')
    assert second.revision != first.revision
    assert (second.organisation, second.created, second.visibility) == (A, first.created, PUBLIC)
    assert register.read(first.identifier) == (second, content(2, 5), b'{"nl": 2}')


def test_a_write_on_an_older_state_changes_nothing(register: Register) -> None:
    first = register.create(A, DRAFT, content(1), REPORT)
    second = register.replace(first.identifier, first.revision, DRAFT, content(2), REPORT)
    for wrong in (first.revision, "", "nothing"):
        with pytest.raises(PreconditionError):
            register.replace(first.identifier, wrong, PUBLIC, content(3), REPORT)
        with pytest.raises(PreconditionError):
            register.delete(first.identifier, wrong)
    assert register.read(first.identifier, AUTHOR_OF_A) == (second, content(2), REPORT)


def test_what_is_deleted_is_gone_for_good(register: Register) -> None:
    made = register.create(A, PUBLIC, content(1), REPORT)
    register.delete(made.identifier, made.revision)
    assert register.read(made.identifier, AUTHOR_OF_A) is None
    assert register.records(AUTHOR_OF_A) == []
    with pytest.raises(PreconditionError):
        register.delete(made.identifier, made.revision)
    with pytest.raises(PreconditionError):
        register.replace(made.identifier, made.revision, PUBLIC, content(1), REPORT)


@pytest.mark.parametrize("identifier", ["", "nothing", "../x", "a b", "A", "x" * 200, "a> <b", "ü", "a\x00b"])
def test_an_identifier_of_nothing_reads_as_nothing(register: Register, identifier: str) -> None:
    assert register.read(identifier, AUTHOR_OF_A) is None


def test_the_state_changes_with_every_write_and_only_then(register: Register) -> None:
    states = [register.state()]
    made = register.create(A, DRAFT, content(1), REPORT)
    states.append(register.state())
    assert register.state() == states[-1]
    made = register.replace(made.identifier, made.revision, DRAFT, content(2), REPORT)
    states.append(register.state())
    register.delete(made.identifier, made.revision)
    states.append(register.state())
    assert len(set(states)) == 4


def test_a_clock_that_is_set_back_makes_no_later_state_look_older(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = register.create(A, DRAFT, content(1), REPORT)
    past = datetime(2001, 1, 1, tzinfo=UTC)
    for module in ("local", "remote"):
        monkeypatch.setattr(f"bio2kg.register.{module}.now", lambda: past)
    again = register.replace(made.identifier, made.revision, DRAFT, content(2), REPORT)
    assert again.modified == made.modified
    for module in ("local", "remote"):
        monkeypatch.setattr(f"bio2kg.register.{module}.now", lambda: made.created + timedelta(days=1))
    later = register.replace(made.identifier, again.revision, DRAFT, content(3), REPORT)
    assert (later.created, later.modified) == (made.created, made.created + timedelta(days=1))


def test_a_witness_that_refuses_undoes_the_write(register: Register) -> None:
    made = register.create(A, DRAFT, content(1), REPORT)
    state = register.state()

    def refuse(record: Record) -> None:
        raise StateError("this cannot be recorded")

    with pytest.raises(StateError, match="recorded"):
        register.create(A, PUBLIC, content(2), REPORT, witness=refuse)
    with pytest.raises(StateError, match="recorded"):
        register.replace(made.identifier, made.revision, PUBLIC, content(2), REPORT, witness=refuse)
    with pytest.raises(StateError, match="recorded"):
        register.delete(made.identifier, made.revision, witness=refuse)
    assert register.state() == state
    assert register.records(AUTHOR_OF_A) == [made]
    assert register.read(made.identifier, AUTHOR_OF_A) == (made, content(1), REPORT)


def test_a_witness_hears_of_every_write_with_the_record_as_it_will_be(register: Register) -> None:
    heard: list[Record] = []
    made = register.create(A, DRAFT, content(1), REPORT, witness=heard.append)
    again = register.replace(made.identifier, made.revision, PUBLIC, content(2), REPORT, witness=heard.append)
    register.delete(made.identifier, again.revision, witness=heard.append)
    assert heard == [made, again, again]


def test_of_many_writers_on_one_state_one_wins(register: Register) -> None:
    made = register.create(A, DRAFT, content(0), REPORT)
    outcomes: list[Record | None] = []
    gate = Barrier(8)

    def write(number: int) -> None:
        gate.wait()
        try:
            outcomes.append(register.replace(made.identifier, made.revision, DRAFT, content(number, 50), REPORT))
        except PreconditionError:
            outcomes.append(None)

    _together(*(Thread(target=write, args=(n,)) for n in range(1, 9)))
    winners = [record for record in outcomes if record]
    assert len(outcomes) == 8
    assert len(winners) == 1
    found = register.read(made.identifier, AUTHOR_OF_A)
    assert found
    assert found[0] == winners[0]
    assert found[1] in [content(number, 50) for number in range(1, 9)]


def test_every_write_of_many_threads_is_there_and_a_reader_never_sees_a_half_one(register: Register) -> None:
    made: list[Record] = []
    shared = register.create(B, PUBLIC, content(0, 100), REPORT)
    torn: list[object] = []
    done = False

    def write(number: int) -> None:
        for i in range(5):
            record = register.create(A, RESTRICTED, content(number * 100 + i), REPORT)
            made.append(register.replace(record.identifier, record.revision, DRAFT, content(number * 100 + i), REPORT))

    def rewrite() -> None:
        record = shared
        for i in range(1, 20):
            record = register.replace(record.identifier, record.revision, PUBLIC, content(i, 100), b'{"nl": %d}' % i)

    def look() -> None:
        expected = {content(0, 100): REPORT} | {content(i, 100): b'{"nl": %d}' % i for i in range(1, 20)}
        while not done:
            try:
                found = register.read(shared.identifier)
            except StateError:  # others were too quick for it
                continue
            if found is None or expected.get(found[1]) != found[2]:
                torn.append(found)

    reader = Thread(target=look)
    reader.start()
    _together(*(Thread(target=write, args=(n,)) for n in range(4)), Thread(target=rewrite))
    done = True
    reader.join()
    assert torn == []
    assert len(made) == 20
    assert {r.identifier: r for r in register.records(AUTHOR_OF_A)}.items() >= {r.identifier: r for r in made}.items()
    found = register.read(shared.identifier)
    assert found
    assert found[1:] == (content(19, 100), b'{"nl": 19}')


def _together(*threads: Thread) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
