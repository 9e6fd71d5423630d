"""How often a client may ask, and who counts as one client."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bio2kg.access.callers import ANONYMOUS, Caller, Role
from bio2kg.access.rates import Rate, Rates, client_named, is_heavy
from bio2kg.errors import TooManyRequestsError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_allowance_may_be_used_at_once_and_grows_back_evenly() -> None:
    clock = Clock()
    rate = Rate(60, clock=clock)
    assert [rate.wait("a") for _ in range(60)] == [0] * 60
    assert rate.wait("a") == pytest.approx(1)
    clock.now += 0.5
    assert rate.wait("a") == pytest.approx(0.5)
    clock.now += 0.5
    assert rate.wait("a") == 0
    assert rate.wait("a") == pytest.approx(1)
    clock.now += 60
    assert [rate.wait("a") for _ in range(60)] == [0] * 60
    assert rate.wait("a") > 0


def test_one_client_does_not_use_what_is_anothers() -> None:
    rate = Rate(1, clock=Clock())
    assert rate.wait("a") == 0
    assert rate.wait("a") > 0
    assert rate.wait("b") == 0


def test_zero_is_no_limit() -> None:
    rate = Rate(0, clock=Clock())
    assert not any(rate.wait("a") for _ in range(10_000))


def test_many_clients_are_not_all_remembered() -> None:
    rate = Rate(1, most_clients=100, clock=Clock())
    for number in range(10_000):
        rate.wait(str(number))
        rate.wait("busy")
    assert len(rate._whole_at) <= 101
    assert rate.wait("busy") > 0, "who keeps asking is not forgotten"


@given(st.lists(st.floats(0, 30), max_size=300), st.integers(1, 50))
def test_never_more_than_twice_the_number_in_a_minute_and_waiting_helps(gaps: list[float], number: int) -> None:
    clock = Clock()
    rate = Rate(number, clock=clock)
    passed: list[float] = []
    for gap in gaps:
        clock.now += gap
        if wait := rate.wait("a"):
            clock.now += wait
            assert rate.wait("a") == 0
        passed.append(clock.now)
        assert sum(time > clock.now - 60 for time in passed) <= 2 * number


def test_work_has_a_limit_of_its_own_within_that_of_all_requests() -> None:
    rates = Rates(5, 2)
    for _ in range(2):
        rates.require("a", "GET", "/sparql")
    with pytest.raises(TooManyRequestsError) as caught:
        rates.require("a", "POST", "/v1/validate")
    assert 1 <= caught.value.retry_after <= 30
    rates.require("a", "GET", "/doc/bio2")
    rates.require("a", "GET", "/doc/bio2")
    with pytest.raises(TooManyRequestsError):
        rates.require("a", "GET", "/doc/bio2")


@pytest.mark.parametrize(
    ("method", "path", "heavy"),
    [
        ("GET", "/sparql", True),
        ("POST", "/sparql", True),
        ("POST", "/update", True),
        ("PUT", "/store", True),
        ("POST", "/v1/validate", True),
        ("POST", "/check", True),
        ("GET", "/check", False),
        ("GET", "/v1/queries", False),
        ("GET", "/v1/queries/gaps", True),
        ("GET", "/doc/query/gaps", True),
        ("GET", "/v1/assessments", False),
        ("POST", "/v1/assessments", True),
        ("PUT", "/v1/assessments/gm0599-abcdefgh", True),
        ("GET", "/v1/assessments/gm0599-abcdefgh", False),
        ("GET", "/doc/bio2/1.3/5.24.08", False),
        ("GET", "/static/style.css", False),
    ],
)
def test_what_runs_a_query_or_checks_a_file_is_much_work(method: str, path: str, heavy: bool) -> None:
    assert is_heavy(method, path) is heavy


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("x" * 1000, "x" * 64),
    ],
)
def test_an_ipv6_network_counts_as_one_client(address: str, client: str) -> None:
    assert client_named(ANONYMOUS, address) == client


def test_a_caller_with_a_name_counts_by_that_wherever_it_comes_from() -> None:
    caller = Caller("abc", "https://example.org", Role.READER)
    assert client_named(caller, "192.0.2.1") == client_named(caller, "192.0.2.2")
    assert client_named(caller, "192.0.2.1") != client_named(ANONYMOUS, "abc")
