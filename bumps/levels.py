"""The sizes of a global by its first subscripts: exact, from one pass over its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Level(NamedTuple):
    """A node with all its descendants."""

    key: bytes
    """Encoded: the first subscripts, at most as many as were asked for."""
    nodes: int
    size: int
    """Bytes of their keys and values."""


def levels(pairs: Iterable[tuple[bytes, bytes]], depth: int) -> Iterator[Level]:
    """Yield each prefix of up to `depth` subscripts, with what is below it; the global itself comes last.

    Nodes come in the order of their keys, and prefixes too, each behind those below it, as `du` does it:
    so memory is that of one prefix per level, whatever there is.
    """
    assert depth >= 0
    open_keys = [b""]
    counts = [[0, 0]]
    for key, value in pairs:
        while not key.startswith(open_keys[-1]):
            yield _close(open_keys, counts)
        if len(open_keys) <= depth:
            at = len(open_keys[-1])
            while len(open_keys) <= depth and (at := key.find(b"\0", at) + 1):
                open_keys.append(key[:at])
                counts.append([0, 0])
        last = counts[-1]
        last[0] += 1
        last[1] += len(key) + len(value)
    while open_keys:
        yield _close(open_keys, counts)


def _close(open_keys: list[bytes], counts: list[list[int]]) -> Level:
    """Return the innermost prefix, which is complete, and add it to the one around it."""
    nodes, size = counts.pop()
    if counts:
        counts[-1][0] += nodes
        counts[-1][1] += size
    return Level(open_keys.pop(), nodes, size)
