"""No query lets anyone learn of what another organisation keeps to itself, and the organisation itself sees all."""

import pytest

from tests.secrecy import tricks
from tests.secrecy.asking import Ask, answers, differences
from tests.secrecy.conftest import Worlds

WAYS = ("get", "form", "direct")


def _asks(apart: Worlds, caller: str, ways: tuple[str, ...] = WAYS) -> list[Ask]:
    said = [[("query", query)] for query in tricks.queries(apart.known)] + tricks.protocol(apart.known)
    # One way each, and each trick another way for each caller, so that all pairs of a kind of trick and a way occur.
    return [tricks.asked(query, caller, ways[(number + len(caller)) % len(ways)]) for number, query in enumerate(said)]


@pytest.mark.parametrize("caller", ["", "author of A", "reader of A", "operator", "operator of B"])
def test_no_query_tells_of_what_is_hidden(apart: Worlds, caller: str) -> None:
    asks = _asks(apart, caller)
    empty, full, other = answers([apart.addresses[w] for w in ("empty", "full", "other")], apart.known, asks)
    assert len(asks) >= 100
    assert differences(asks, empty, full) + differences(asks, empty, other) == []


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_sending_a_query_is_the_same(apart: Worlds, way: str) -> None:
    asks = [ask for caller in ("", "author of A") for ask in _asks(apart, caller, (way,)) if "COUNT" not in repr(ask)]
    empty, full = answers([apart.addresses[w] for w in ("empty", "full")], apart.known, asks)
    assert differences(asks, empty, full) == []


def test_whose_it_is_sees_it_in_these_ways(apart: Worlds) -> None:
    asks = _asks(apart, "author of B")
    empty, full = answers([apart.addresses[w] for w in ("empty", "full")], apart.known, asks)
    told = [ask for ask, here, there in zip(asks, empty, full, strict=True) if here != there]
    assert len(told) > 75, [ask for ask in asks if ask not in told]


def test_a_draft_is_not_for_readers_of_its_own_organisation(apart: Worlds) -> None:
    draft, restricted = (apart.known.graph(name) for name in ("draft of B", "restricted of B"))
    query = "SELECT (COUNT(*) AS ?n) {{ GRAPH <{}> {{ ?s ?p ?o }} }}"
    asks = [
        tricks.asked([("query", query.format(graph))], caller, "get")
        for graph in (draft, restricted)
        for caller in ("reader of B", "author of B")
    ]
    (found,) = answers([apart.addresses["full"]], apart.known, asks)
    assert [answer.body == b"n\r\n0\r\n" for answer in found] == [True, False, False, False]
