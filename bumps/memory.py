"""Giving free memory back to the system.

The C library keeps what was freed, for the next who asks; a checkpoint asks for a page of each node that it
writes, and has no use for them afterwards. glibc has a call that gives back every whole page of memory that is
free, wherever it lies; elsewhere this does nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

SIZE_MIN = 1 << 20
"""Less is not worth the call, which takes about 0.2 ms for each MB that it gives back."""


def give_back(size: int) -> None:
    """Give back free memory, of which about `size` bytes have become free; other threads go on meanwhile."""
    if size >= SIZE_MIN:
        _trimmer()(0)


@functools.cache
def _trimmer() -> Callable[[int], int]:
    """Return `malloc_trim` of the C library, or what does nothing."""
    try:
        import ctypes  # takes some milliseconds, which not every program has a checkpoint for

        trim = ctypes.CDLL(None).malloc_trim
    except (ImportError, OSError, AttributeError, TypeError):
        return _nothing
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    found: Callable[[int], int] = trim
    return found


def _nothing(size: int) -> int:
    return size
