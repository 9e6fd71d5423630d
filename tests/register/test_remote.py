"""The register in a SPARQL store: nothing half done is seen, wherever a writer stops."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from pyoxigraph import NamedNode, Triple

from bio2kg.errors import BusyError, PreconditionError, StateError
from bio2kg.register import RemoteRegister, Visibility, remote
from bio2kg.register.graphs import REGISTER_GRAPH
from bio2kg.store import EmbeddedStore, select
from tests.register.samples import AUTHOR_OF_A, REPORT, A, content

DRAFT, PUBLIC = Visibility.DRAFT, Visibility.PUBLIC
_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"


class Killed(BaseException):
    """The writer is no more."""


class Failing:
    """A store whose changes from one on are not carried out, or carried out without an answer."""

    def __init__(self, store: EmbeddedStore, first: int, *, answers: bool = True, killed: bool = True) -> None:
        self._store, self._left, self._done, self._killed = store, first, not answers, killed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def update(self, text: str) -> None:
        self._change(lambda: self._store.update(text))

    def replace_graph(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        self._change(lambda: self._store.replace_graph(graph, triples))

    def delete_graph(self, graph: NamedNode) -> None:
        self._change(lambda: self._store.delete_graph(graph))

    def _change(self, change: Any) -> None:
        self._left -= 1
        if self._left > 0 or (self._left < 0 and not self._killed):
            change()
            return
        if self._done:
            change()
        raise Killed if self._killed else StateError("the store does not answer")


def graphs(store: EmbeddedStore) -> set[str]:
    return {row["g"].value for row in select(store, _GRAPHS)}


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("step", range(1, 9))
def test_a_writer_that_stops_at_any_step_leaves_the_old_or_the_new_state_whole(step: int, answers: bool) -> None:
    store = EmbeddedStore(read_only=False)
    register = RemoteRegister(store)
    made = register.create(A, PUBLIC, content(1, 30), REPORT)
    clean = graphs(store)
    with suppress(Killed):
        RemoteRegister(Failing(store, step, answers=answers)).replace(
            made.identifier, made.revision, PUBLIC, content(2, 40), b'{"nl": 2}'
        )
    found = register.read(made.identifier)
    assert found
    assert found[1:] in [(content(1, 30), REPORT), (content(2, 40), b'{"nl": 2}')]
    assert (found[0] == made) == (found[1] == content(1, 30))
    assert register.sweep(timedelta(seconds=-1)) in (0, 1)
    assert register.read(made.identifier) == found
    assert len(graphs(store)) == len(clean)
    # And the next write goes as if nothing had happened.
    after = register.replace(made.identifier, found[0].revision, PUBLIC, content(3), REPORT)
    assert register.read(made.identifier) == (after, content(3), REPORT)


@pytest.mark.parametrize("step", range(1, 9))
def test_a_creation_that_stops_at_any_step_is_there_whole_or_not_at_all(step: int) -> None:
    store = EmbeddedStore(read_only=False)
    register = RemoteRegister(store)
    with suppress(Killed):
        RemoteRegister(Failing(store, step)).create(A, DRAFT, content(1, 30), REPORT)
    for record in register.records(AUTHOR_OF_A):
        assert register.read(record.identifier, AUTHOR_OF_A) == (record, content(1, 30), REPORT)
    register.sweep(timedelta(seconds=-1))
    extra = {g for g in graphs(store) if g != REGISTER_GRAPH.value}
    assert len(extra) == 2 * len(register.records(AUTHOR_OF_A))


@pytest.mark.parametrize("step", range(1, 8))
def test_a_write_without_an_answer_is_found_out_about(step: int) -> None:
    """What was carried out succeeds; what fails has changed nothing."""
    store = EmbeddedStore(read_only=False)
    register = RemoteRegister(store)
    made = register.create(A, PUBLIC, content(1, 30), REPORT)
    failing = RemoteRegister(Failing(store, step, answers=False, killed=False))
    try:
        after = failing.replace(made.identifier, made.revision, PUBLIC, content(2, 40), b'{"nl": 2}')
    except StateError:
        assert register.read(made.identifier) == (made, content(1, 30), REPORT)
    else:
        assert register.read(made.identifier) == (after, content(2, 40), b'{"nl": 2}')


def test_a_writer_that_was_followed_before_it_could_look_has_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """It took so long that its note no longer counts, and another wrote after it."""
    monkeypatch.setattr("bio2kg.register.remote._COUNTS", timedelta(seconds=-1))
    store = EmbeddedStore(read_only=False)
    register = RemoteRegister(store)
    made = register.create(A, PUBLIC, content(1), REPORT)

    class Followed(Failing):
        def update(self, text: str) -> None:
            store.update(text)
            if text.startswith("DELETE {"):
                current = register.records()[0]
                register.replace(current.identifier, current.revision, PUBLIC, content(3), REPORT)

    mine = RemoteRegister(Followed(store, 99)).replace(made.identifier, made.revision, PUBLIC, content(2), REPORT)
    with pytest.raises(PreconditionError):
        register.replace(made.identifier, mine.revision, PUBLIC, content(4), REPORT)
    found = register.read(made.identifier)
    assert found
    assert found[1] == content(3)


def test_the_note_of_a_writer_that_crashed_holds_others_up_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    store = EmbeddedStore(read_only=False)
    register = RemoteRegister(store, busy_seconds=0.1)
    made = register.create(A, PUBLIC, content(1), REPORT)
    with pytest.raises(Killed):
        RemoteRegister(Failing(store, 3)).replace(made.identifier, made.revision, PUBLIC, content(2), REPORT)
    with pytest.raises(BusyError) as caught:
        register.replace(made.identifier, made.revision, PUBLIC, content(2), REPORT)
    assert caught.value.retry_after
    assert register.read(made.identifier) == (made, content(1), REPORT)
    later = remote.now() + timedelta(seconds=61)
    monkeypatch.setattr("bio2kg.register.remote.now", lambda: later)
    after = register.replace(made.identifier, made.revision, PUBLIC, content(2), REPORT)
    assert register.read(made.identifier) == (after, content(2), REPORT)


def test_content_that_the_store_did_not_take_in_whole_is_never_shown() -> None:
    store = EmbeddedStore(read_only=False)
    register = RemoteRegister(store)
    made = register.create(A, PUBLIC, content(1, 30), REPORT)

    class Forgetful(Failing):
        def replace_graph(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
            store.replace_graph(graph, list(triples)[:10])

    with pytest.raises(StateError, match="did not take in all"):
        RemoteRegister(Forgetful(store, 99)).replace(made.identifier, made.revision, PUBLIC, content(2, 30), REPORT)
    assert register.read(made.identifier) == (made, content(1, 30), REPORT)


def test_nothing_of_a_register_stands_in_a_graph_of_an_assessment_but_its_content() -> None:
    store = EmbeddedStore(read_only=False)
    register = RemoteRegister(store)
    made = register.create(A, DRAFT, content(1), REPORT)
    assert {g for g in graphs(store) if not g.startswith(REGISTER_GRAPH.value)} == {made.graph.value}
    assert "".join(sorted(f"{t} .\n" for t in store.read_graph(made.graph))).encode() == content(1)
    register.delete(made.identifier, made.revision)
    assert graphs(store) == {REGISTER_GRAPH.value}


def test_values_cannot_break_out_of_an_update() -> None:
    register = RemoteRegister(EmbeddedStore(read_only=False))
    other = register.create(A, PUBLIC, content(1), REPORT)
    report = b'{"nl": "\\" . } } ; DROP ALL ; INSERT DATA { GRAPH <urn:x> { <urn:a> <urn:b> \'"}'
    made = register.create(A, PUBLIC, content(2), report)
    assert register.read(made.identifier) == (made, content(2), report)
    assert register.read(other.identifier) == (other, content(1), REPORT)
