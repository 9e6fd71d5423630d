"""No value of a parameter becomes code: no query, no markup, no header, no path, no formula."""

import json

import pytest

from tests.attacks import injection
from tests.attacks.case import get
from tests.attacks.injection import Target
from tests.attacks.stand import Stand

_BATCHES = 8
Plan = list[tuple[Target, tuple[str, str], tuple[bytes, ...]]]


@pytest.fixture(scope="module")
def operations(stand: Stand) -> list[Target]:
    described = stand.answers(get("", "/v1/openapi.json"))[0]
    return injection.operations(json.loads(described.body))


@pytest.fixture(scope="module")
def pages(stand: Stand) -> list[Target]:
    return injection.pages(stand.answers)


@pytest.mark.parametrize("batch", range(_BATCHES))
def test_into_every_parameter_of_every_operation(stand: Stand, operations: list[Target], batch: int) -> None:
    assert len(operations) > 80
    assert attacked(stand, injection.planned(operations), batch) > 100


@pytest.mark.parametrize("batch", range(_BATCHES))
def test_into_every_field_of_every_page(stand: Stand, pages: list[Target], batch: int) -> None:
    assert {"/", "/sparql", "/check", "/questions", "/rules"} <= {page.path for page in pages}
    assert attacked(stand, injection.planned(pages), batch) > 20


def attacked(stand: Stand, plan: Plan, batch: int) -> int:
    """How many requests this batch of a plan was; fails with everything that is wrong in the answers."""
    faults, asked = [], 0
    honest: dict[str, int] = {}
    for target, key, payloads in plan[batch::_BATCHES]:
        name = f"{target.method} {target.path}"
        if name not in honest:
            honest[name] = target.honest(stand.answers)
        for payload in payloads:
            faults += target.faults(key, payload, honest[name], stand.answers)
            asked += 1
    assert not faults, "\n".join(faults[:40])
    stand.assert_well()
    return asked
