"""Schemathesis over our own description of the REST service: every operation with made-up input, right and wrong.

The input follows from a fixed seed. What it found is kept under a name of its own in test_bad_input.py.
"""

from collections import Counter

import httpx2
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup

EXAMPLES = 4
SEED = 20260101
load_all_checks()
# What fits the schema may still name nothing, or not go together with what else was sent.
NOT_ASKED = CHECKS.get_by_names(["positive_data_acceptance"])
# An address that is too long is refused with a status that this check does not know of.
TOO_LONG = CHECKS.get_by_names(["negative_data_rejection"])


def test_made_up_requests_are_answered_as_described(whole: TestClient) -> None:
    schema = schemathesis.openapi.from_dict(whole.get("/v1/openapi.json").json())
    told: list[str] = []
    asked = 0
    for found in schema.get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            count, failures = ask(whole, found.ok(), mode)
            asked += count
            told += failures
    assert told == [], "\n\n".join(told)
    assert asked > 500


def shows(case: Case, address: httpx2.URL) -> bool:
    """Whether the address has the query as it was made up: in an address an empty value is no value, as forms send it,
    a list of one value is that value, and an empty list or map is nothing.
    """
    sent = address.params.multi_items()
    times = Counter(name for name, _ in sent)
    made_up = (case.query or {}).items()
    return all(value for _, value in sent) and all(times[n] > isinstance(value, list) for n, value in made_up)


def ask(whole: TestClient, operation: APIOperation, mode: GenerationMode) -> tuple[int, list[str]]:
    """How many requests were sent to an operation, and what was wrong with the answers."""
    asked = 0

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Case) -> None:
        nonlocal asked
        sent = case.as_transport_kwargs(base_url="http://testserver/v1")
        sent.pop("cookies", None)
        sent["headers"] = {name: str(value).encode("latin-1", "replace") for name, value in sent["headers"].items()}
        if "data" in sent:
            sent["content"] = sent.pop("data")
        assume(shows(case, whole.build_request(**sent).url))
        response = whole.request(**sent)
        asked += 1
        case.validate_response(response, excluded_checks=NOT_ASKED + (TOO_LONG if response.status_code == 414 else []))

    try:
        one()
    except Unsatisfiable:
        pass  # an operation without input has no wrong input
    except FailureGroup as group:
        return asked, [f"{operation.label}: {failure}" for failure in group.exceptions]
    except Failure as failure:
        return asked, [f"{operation.label}: {failure}"]
    return asked, []
