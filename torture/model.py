"""The oracle's model: what the content must be after each frame, by rules of its own.

Nothing here uses the engine. Nodes are compared by the text of their subscripts, as
M orders them: the empty one, canonic numbers by their value as `Decimal`, all else by
code point. `bumps/keys.py` has the same order in bytes; if one of the two is wrong
they disagree.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple

Subscripts = tuple[str, ...]
Node = tuple[str, Subscripts]
_NUMBER = re.compile(r"(?:0|-?(?:[1-9][0-9]*(?:\.[0-9]*[1-9])?|\.[0-9]*[1-9]))")
DIGIT_COUNT_MAX = 18
INTEGER_DIGIT_COUNT_MAX = 47
ZERO_COUNT_MAX = 42
"""Zeros after the point of a number below 1."""


class Change(NamedTuple):
    """One operation on a global: SET with a value, KILL of a subtree, or KILL of one node."""

    kind: str
    """`set`, `kill`, or `kill_node`."""
    name: str
    subscripts: Subscripts
    value: bytes = b""


def is_number(text: str) -> bool:
    """Say whether a subscript is a canonic number of M, with GT.M's limits (STORAGE 10)."""
    if not _NUMBER.fullmatch(text):
        return False
    integer, _, fraction = text.lstrip("-").partition(".")
    significant = (integer + fraction).strip("0")
    leading = len(fraction) - len(fraction.lstrip("0")) if not integer else 0
    return len(significant) <= DIGIT_COUNT_MAX and len(integer) <= INTEGER_DIGIT_COUNT_MAX and leading <= ZERO_COUNT_MAX


@functools.lru_cache(maxsize=1 << 16)
def collate(subscripts: Subscripts) -> tuple[tuple[int, Decimal, str], ...]:
    """Return a value that sorts as M's `$ORDER` and `$QUERY` go through nodes."""
    return tuple(
        (0, Decimal(0), "") if not text else (1, Decimal(text), "") if is_number(text) else (2, Decimal(0), text)
        for text in subscripts
    )


class Content:
    """All nodes after some frame. Immutable: `after` makes the next one."""

    def __init__(self, nodes: dict[Node, bytes] | None = None) -> None:
        """Take over a dict of nodes."""
        self.nodes: dict[Node, bytes] = nodes if nodes is not None else {}
        self._encoded: list[tuple[str, bytes, bytes]] | None = None

    def after(self, changes: Iterable[Change]) -> Content:
        """Return the content after a commit."""
        nodes = dict(self.nodes)
        for change in changes:
            if change.kind == "set":
                nodes[change.name, change.subscripts] = change.value
            elif change.kind == "kill_node":
                nodes.pop((change.name, change.subscripts), None)
            else:
                count = len(change.subscripts)
                gone = [node for node in nodes if node[0] == change.name and node[1][:count] == change.subscripts]
                for node in gone:
                    del nodes[node]
        return Content(nodes)

    def ordered(self) -> list[tuple[str, Subscripts, bytes]]:
        """Return all nodes, names by code point, each global's nodes as M orders them."""
        names = sorted(self.nodes, key=lambda node: (node[0], collate(node[1])))
        return [(name, subscripts, self.nodes[name, subscripts]) for name, subscripts in names]

    def encoded(self, encode: Callable[[Subscripts], bytes]) -> list[tuple[str, bytes, bytes]]:
        """Return `ordered` with keys as a store has them; remembered, since many states have the same content."""
        if self._encoded is None:
            self._encoded = [(name, encode(subscripts), value) for name, subscripts, value in self.ordered()]
        return self._encoded


class History:
    """Which contents are legal at each LSN, since the last recovery.

    More than one is legal only after an error that left open what got that LSN.
    """

    def __init__(self, lsn: int, content: Content) -> None:
        """Start at the LSN that a recovery ended with."""
        self.contents: dict[int, list[Content]] = {lsn: [content]}

    def allow(self, lsn: int, content: Content) -> None:
        """Note that `content` is legal at `lsn`."""
        self.contents.setdefault(lsn, []).append(content)

    def settle(self, lsn: int, content: Content) -> None:
        """Note that only `content` is legal at `lsn`."""
        self.contents[lsn] = [content]

    def at(self, lsn: int) -> list[Content]:
        """Return what is legal at `lsn`; empty if nobody ever issued it."""
        return self.contents.get(lsn, [])
