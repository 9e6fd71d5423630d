"""How often a client may ask.

The generic cell rate algorithm (ITU-T I.371): one number for each client, the moment at which its allowance is whole
again. A minute's allowance may be used at once; after that it grows back evenly.
"""

import ipaddress
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable

from bio2kg.access.callers import Caller
from bio2kg.errors import TooManyRequestsError

# More clients than this are not remembered: the one that asked longest ago is forgotten first, some 10 MB in all.
_MOST_CLIENTS = 50_000
_HEAVY = re.compile(r"/(?:sparql|update|store|v1/validate|v1/queries/.+|doc/query/.+)")
_HEAVY_TO_SEND = re.compile(r"/(?:check|v1/assessments(?:/.*)?)")


class Rate:
    """At most so many requests a minute for each client; 0: no limit."""

    def __init__(
        self, number: int, most_clients: int = _MOST_CLIENTS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._number = number
        self._most_clients = most_clients
        self._clock = clock
        self._whole_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, client: str) -> float:
        """Counts a request and returns 0, or the seconds to wait if it is one too many, which is not counted."""
        if not self._number:
            return 0
        now, share = self._clock(), 60 / self._number
        whole_at = max(now, self._whole_at.get(client, now)) + share
        if (too_early := whole_at - now - 60) > 1e-6:
            self._whole_at.move_to_end(client)
            return too_early
        self._whole_at[client] = whole_at
        self._whole_at.move_to_end(client)
        if len(self._whole_at) > self._most_clients:
            self._whole_at.popitem(last=False)
        return 0


class Rates:
    """The two limits of a client: on all its requests, and on those that are much work."""

    def __init__(self, all_requests: int, heavy: int) -> None:
        self._all = Rate(all_requests)
        self._heavy = Rate(heavy)

    def require(self, client: str, method: str, path: str) -> None:
        """Counts a request. Raises TooManyRequestsError, with the seconds to wait, if it is one too many."""
        seconds = self._all.wait(client) or (self._heavy.wait(client) if is_heavy(method, path) else 0)
        if seconds:
            retry_after = math.ceil(seconds)
            raise TooManyRequestsError(
                "you sent more requests in a minute than one client may",
                remedy=f"Wait {retry_after} s; to have everything at once, use the files under /dumps.",
                retry_after=retry_after,
            )


def is_heavy(method: str, path: str) -> bool:
    """Whether a request makes the server run a query or check a file."""
    return bool(_HEAVY.fullmatch(path) or (method not in ("GET", "HEAD") and _HEAVY_TO_SEND.fullmatch(path)))


def client_named(caller: Caller, address: str) -> str:
    """What requests are counted by: the caller's name, else the address, of IPv6 the first 64 bits.

    One household or organisation has a whole /64 to send from, so single addresses of it say nothing.
    """
    if caller.name:
        return f"caller {caller.name}"
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.IPv6Network((int(ip), 64), strict=False))
    return str(ip)
