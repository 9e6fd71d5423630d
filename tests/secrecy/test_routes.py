"""No address lets anyone learn of what another organisation keeps to itself."""

import pytest
from fastapi.testclient import TestClient

from tests.secrecy import addresses
from tests.secrecy.asking import Ask, answers, differences
from tests.secrecy.conftest import Worlds

# Those who are somebody, and see nothing of B; the first two see all that the others see.
STRANGERS = ["", "author of A", "reader of A", "operator", "operator of B"]
# Those who are nobody, whatever they send.
NOBODIES = ["expired of B", "revoked of B", "unknown"]


def compare(apart: Worlds, asks: list[Ask], *others: str) -> list[str]:
    """Where the full world differs from others without what is hidden there."""
    names = ["full", *(others or ("empty",))]
    full, *rest = answers([apart.addresses[name] for name in names], apart.known, asks)
    assert not [ask for ask, answer in zip(asks, full, strict=True) if answer.status >= 500]
    return [found for one in rest for found in differences(asks, one, full)]


@pytest.fixture(scope="module")
def every(application: TestClient, apart: Worlds) -> list[str]:
    return addresses.of_routes(application, apart.known)


@pytest.mark.parametrize("accept", addresses.ACCEPTS)
def test_no_route_tells_anyone_of_what_is_hidden(apart: Worlds, every: list[str], accept: str) -> None:
    # A named query has one answer in several forms; one of each kind will do.
    asked = [a for a in every if accept in ("*/*", "text/csv") or not a.startswith("/v1/queries/")]
    assert compare(apart, addresses.reads(asked, "", (accept,))) == []


@pytest.mark.parametrize("caller", STRANGERS[1:])
def test_no_route_tells_a_stranger_of_what_is_hidden(apart: Worlds, every: list[str], caller: str) -> None:
    # What an operator gets of the release is what everyone gets, by the same way.
    asked = [a for a in every if "A" in caller or not a.startswith("/v1/queries/")]
    assert compare(apart, addresses.reads(asked, caller)) == []


@pytest.mark.parametrize("caller", NOBODIES)
def test_no_route_knows_a_token_that_is_not_valid(apart: Worlds, every: list[str], caller: str) -> None:
    asks = addresses.reads([*every, *addresses.of_what_is_hidden(apart.known)], caller)
    assert compare(apart, asks) == []
    (full,) = answers([apart.addresses["full"]], apart.known, asks)
    assert {a.status for ask, a in zip(asks, full, strict=True) if not ask.address.startswith("/health")} == {401}


@pytest.mark.parametrize("caller", ["", "author of A", "operator of B"])
@pytest.mark.parametrize("method", addresses.METHODS)
def test_no_method_tells_of_what_is_hidden(apart: Worlds, every: list[str], method: str, caller: str) -> None:
    asked = every if method != "HEAD" else [a for a in every if not a.startswith("/v1/queries/")]
    asked = [*asked, *(a for a in addresses.of_what_is_hidden(apart.known) if "?" not in a)]
    assert compare(apart, [Ask(method, address, caller) for address in asked]) == []


@pytest.mark.parametrize("caller", STRANGERS)
def test_no_address_of_what_is_hidden_tells_of_it(apart: Worlds, caller: str) -> None:
    asked = addresses.of_what_is_hidden(apart.known)
    if caller:  # what follows from the form of an answer alone is the same for all
        asked = [a for a in asked if not a.startswith(("/doc", "/id")) or "." not in a.rpartition("/")[2]]
    assert compare(apart, addresses.reads(asked, caller), "empty", *([] if caller else ["other"])) == []


@pytest.mark.parametrize("caller", STRANGERS[:2])
def test_no_question_tells_of_what_is_hidden(application: TestClient, apart: Worlds, caller: str) -> None:
    asked = addresses.of_questions(application, apart.known)
    assert compare(apart, addresses.reads(asked, caller)) == []


def test_whose_it_is_sees_it_at_these_addresses(application: TestClient, apart: Worlds) -> None:
    asked = [*addresses.of_what_is_hidden(apart.known), *addresses.of_questions(application, apart.known)]
    asked = [a for a in asked if a.startswith(("/v1/assessments", "/v1/queries/assessment"))]
    asks = addresses.reads(asked, "author of B")
    empty, full = answers([apart.addresses[name] for name in ("empty", "full")], apart.known, asks)
    told = [ask for ask, here, there in zip(asks, empty, full, strict=True) if here != there]
    assert len([ask for ask in told if ask.address.startswith("/v1/assessments")]) >= 10
    assert len([ask for ask in told if ask.address.startswith("/v1/queries")]) >= 10


@pytest.mark.parametrize("caller", [*STRANGERS, "reader of B", *NOBODIES])
def test_no_attempt_to_write_tells_of_what_is_hidden(apart: Worlds, caller: str) -> None:
    """What is hidden from a caller answers every attempt as what is not there, and is as it was after it."""
    writes = addresses.writes(apart.known)
    if caller == "reader of B":  # who may see the one, but not the draft
        hidden = apart.known.identifier("draft of B")
        writes = [write for write in writes if hidden in write[1]]
    asks = [Ask(method, address, caller, headers, content) for method, address, headers, content in writes]
    assert compare(apart, asks) == []
    after = addresses.reads([f"/v1/assessments/{apart.known.identifier('restricted of B')}"], "author of B")
    ((read,),) = answers([apart.addresses["full"]], apart.known, after)
    assert read.header("etag") == f'"{apart.known.stored["restricted of B"].revision}.json"'


@pytest.mark.parametrize("caller", STRANGERS)
def test_what_is_hidden_and_what_never_was_are_the_same(apart: Worlds, caller: str) -> None:
    """In one world: an identifier that is taken and one that is not give answers that differ in the name alone."""
    hidden = apart.known.identifier("restricted of B")
    never = f"{hidden.rpartition('-')[0]}-{'a' * 8}"
    graph, other = apart.known.graph("restricted of B"), apart.known.graph("restricted of B").replace(hidden, never)
    asks = [
        *addresses.reads([a for a in addresses.of_what_is_hidden(apart.known) if hidden in a], caller),
        *(Ask(m, a, caller, h, c) for m, a, h, c in addresses.writes(apart.known) if hidden in a or graph in str(c)),
    ]
    for ask in asks:
        twin = Ask(
            ask.method,
            ask.address.replace(hidden, never),
            caller,
            ask.headers,
            ask.content.replace(graph.encode(), other.encode()),
        )
        ((one, two),) = answers([apart.addresses["full"]], apart.known, [ask, twin])
        assert one.body.replace(hidden.encode(), never.encode()) == two.body, ask
        assert one.status == two.status, ask
        assert repr(one.headers).replace(hidden, never) == repr(two.headers), ask
