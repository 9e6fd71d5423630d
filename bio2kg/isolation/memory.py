"""Memory that goes back to the system: what one large answer took must not make a process large for good."""

import contextlib
import ctypes

_M_MMAP_THRESHOLD = -3
_LARGE = 128 * 1024


def give_back() -> None:
    """Returns what is free now, also in small pieces: after work that made many."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def give_back_large_blocks() -> None:
    """Has what is large returned as soon as it is free, in this process and those that it forks.

    By itself the allocator of glibc raises the size that counts as large with every large block it sees, up to 32 MB,
    and keeps the rest. With another allocator this does nothing.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
