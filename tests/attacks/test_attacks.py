"""Whatever strangers send, the service answers honestly and goes on as if nothing had happened."""

import pytest

from tests.attacks import bodies, headers, http, judgements, queries, rdf, workbooks
from tests.attacks.case import Case, Wire
from tests.attacks.stand import Stand


@pytest.mark.parametrize("case", queries.CASES, ids=lambda case: case.name)
def test_a_query(stand: Stand, case: Case) -> None:
    stand.attack(case)
    stand.assert_well()


@pytest.mark.parametrize("case", [*rdf.CASES, *judgements.CASES, *workbooks.CASES], ids=lambda case: case.name)
def test_a_file(stand: Stand, case: Case) -> None:
    stand.attack(case)
    stand.assert_well()


@pytest.mark.parametrize("case", [*http.CASES, *headers.CASES, *bodies.CASES], ids=lambda case: case.name)
def test_a_request(stand: Stand, case: Case | Wire) -> None:
    stand.attack(case)
    stand.assert_well()
