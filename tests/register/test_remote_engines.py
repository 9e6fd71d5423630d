"""The register in real SPARQL stores, where two operations that run at once may each see what was before both."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bio2kg.register import RemoteRegister, Visibility
from bio2kg.store import select
from tests.register import test_register
from tests.register.samples import AUTHOR_OF_A, REPORT, A, content
from tests.remote.servers import ENGINES


@pytest.fixture(scope="module", params=ENGINES)
def register(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteRegister]:
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "other.nq").write_text("<urn:a> <urn:b> <urn:c> <urn:another-graph> .\n")
    with ENGINES[request.param](folder, folder / "other.nq") as server:
        yield RemoteRegister(server.store())


@pytest.fixture(autouse=True)
def nothing_stored(register: RemoteRegister) -> None:
    for record in (*register.records(AUTHOR_OF_A), *register.records(test_register.AUTHOR_OF_B)):
        if register.read(record.identifier, AUTHOR_OF_A) or register.read(record.identifier, test_register.AUTHOR_OF_B):
            register.delete(record.identifier, record.revision)


@pytest.mark.parametrize(
    "behaviour",
    [
        test_register.test_what_is_created_is_read_back_byte_for_byte,
        test_register.test_a_replacement_has_another_revision_and_the_same_owner,
        test_register.test_a_write_on_an_older_state_changes_nothing,
        test_register.test_what_is_deleted_is_gone_for_good,
        test_register.test_the_state_changes_with_every_write_and_only_then,
        test_register.test_a_witness_that_refuses_undoes_the_write,
        test_register.test_of_many_writers_on_one_state_one_wins,
        test_register.test_every_write_of_many_threads_is_there_and_a_reader_never_sees_a_half_one,
    ],
    ids=lambda behaviour: behaviour.__name__,
)
def test_a_real_store_keeps_what_every_register_keeps(register: RemoteRegister, behaviour: object) -> None:
    behaviour(register)  # type: ignore[operator]


def test_a_large_assessment_with_a_large_report_is_kept_whole(register: RemoteRegister) -> None:
    report = b'{"nl": "' + "bevinding ü ".encode() * 50_000 + b'"}'
    made = register.create(A, Visibility.DRAFT, content(1, 7000), report)
    again = register.replace(made.identifier, made.revision, Visibility.DRAFT, content(2, 7000), report)
    assert register.read(made.identifier, AUTHOR_OF_A) == (again, content(2, 7000), report)


def test_nothing_is_left_of_what_is_over(register: RemoteRegister) -> None:
    made = register.create(A, Visibility.DRAFT, content(1), REPORT)
    made = register.replace(made.identifier, made.revision, Visibility.DRAFT, content(2), REPORT)
    register.delete(made.identifier, made.revision)
    assert register.sweep(timedelta(seconds=-1)) == 0
    found = {row["g"].value for row in select(register.store, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")}
    assert "urn:another-graph" in found
    assert not [graph for graph in found if made.identifier in graph]
