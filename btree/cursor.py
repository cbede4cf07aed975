"""Ordered access to one tree, by way of a finger: the leaf that was used last, and its bounds.

Two comparisons tell whether the next access lies in the same leaf; only if not is there a
descent. There are no pointers between leaves: the next leaf is found from the bound.

    C1. `low` <= every key of `leaf` < `high`, and no other leaf has keys in between.
    C2. Every step goes on from a bound that is strictly further: no page, however wrong,
        can make an iteration run in circles.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from bumps.btree.node import BOTTOM, END, UNKNOWN, WORTH, Branch, Chain, Child, Leaf, Node, Unknown, Value
from bumps.btree.page import Reference
from bumps.errors import CorruptionError

if TYPE_CHECKING:
    from bumps.btree.tree import Tree

FIRST_BELOW = b"\0"
"""Appended to a key it gives the lowest key above it."""


class Cursor:
    """The finger of a tree, and everything that reads the tree in order."""

    __slots__ = ("high", "leaf", "low", "tree")

    def __init__(self, tree: Tree) -> None:
        """Start outside every leaf."""
        self.tree = tree
        self.void()

    def void(self) -> None:
        """Forget the leaf: the structure of the tree has changed."""
        self.leaf = Leaf({}, [])
        self.low = END
        self.high = BOTTOM

    def seek(self, key: bytes) -> None:
        """Move to the leaf in which `key` lies or would lie."""
        self._descend(key, bisect_right, False)

    def seek_before(self, key: bytes) -> None:
        """Move to the leaf in which the last key below `key` lies or would lie."""
        self._descend(key, bisect_left, False)

    def _descend(self, key: bytes, bisect: Callable[[list[bytes], bytes], int], peeks: bool) -> bytes | Unknown | None:
        """Move to the leaf of `key`, and return UNKNOWN; or, with `peeks`, perhaps return its value and stay."""
        tree = self.tree
        pager = tree.pager
        if pager.counts_lookups:
            pager.counters.lookups += tree.level + 1
        node: Child | None = tree.root
        level = tree.level
        low, high = BOTTOM, END
        while True:
            if node.__class__ is Reference:
                kept: Node | None = node.node
                if kept is None:
                    if peeks and not level:
                        value = pager.peek(node, tree.number, key)
                        if value is not UNKNOWN:
                            return value
                    node = pager.find(node, tree.number, level)
                else:
                    kept.recent = True
                    node = kept
            if node.__class__ is not Branch:
                break
            separators = node.separators
            index = bisect(separators, key)
            if index:
                low = separators[index - 1]
            if index < len(separators):
                high = separators[index]
            node = node.children[index]
            level -= 1
        self.leaf, self.low, self.high = node or Leaf({}, []), low, high  # type: ignore[assignment]
        return UNKNOWN

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, None if it has none."""
        if not self.low <= key < self.high:
            peeked = self._descend(key, bisect_right, True)
            if peeked is not UNKNOWN:
                return peeked  # type: ignore[return-value]
        else:
            self.leaf.recent = True  # others may be read beside it, and the finger does not move
        value = self.leaf.cells.get(key)
        if value.__class__ is Chain:
            return self.here(key)
        return value  # type: ignore[return-value]

    def here(self, key: bytes) -> bytes | None:
        """Return the value that a key has in the leaf of the finger."""
        value = self.leaf.cells.get(key)
        if value.__class__ is Chain:
            return self.tree.pager.value(value, self.tree.number)
        return value  # type: ignore[return-value]

    def at_or_after(self, key: bytes) -> bytes | None:
        """Return the first key that is not below `key`."""
        while True:
            if not self.low <= key < self.high:
                self.seek(key)
            leaf = self.leaf
            keys = leaf.keys
            if keys is None:
                keys = leaf.sort()
            else:
                leaf.used = WORTH
            index = bisect_left(keys, key)
            if index < len(keys):
                return keys[index]
            if self.high >= END:
                return None
            key = self.high  # C2

    def last_before(self, key: bytes) -> bytes | None:
        """Return the last key that is below `key`."""
        if key > END:
            key = END
        while True:
            if not self.low < key <= self.high:
                if key == BOTTOM:
                    return None
                self.seek_before(key)
            keys = self.leaf.sort()
            index = bisect_left(keys, key)
            if index:
                return keys[index - 1]
            key = self.low  # C2

    def order(self, prefix: bytes, code: bytes, reverse: bool) -> bytes | None:
        """Return the subscript code next to `code` in the level below `prefix`; `b""`: from the start, or end."""
        if reverse:
            key = self.last_before(prefix + (code or END))
            if key is None or len(key) == len(prefix) or not key.startswith(prefix):
                return None
        else:
            # All below the sibling `code` starts with it, and so lies below code + FF.
            key = self.at_or_after(prefix + code + END if code else prefix + FIRST_BELOW)
            if key is None or not key.startswith(prefix):
                return None
        start = len(prefix)
        end = key.find(b"\0", start) + 1
        if not end:
            raise CorruptionError(f"a key ends inside a subscript: {key!r}", file="data")
        return key[start:end]

    def data(self, key: bytes) -> int:
        """Return what `$DATA` says of a key: 1 if it is there, plus 10 if it has descendants."""
        is_here = self.at_or_after(key) == key
        below = self.at_or_after(key + FIRST_BELOW)
        return 10 * (below is not None and below.startswith(key)) + is_here

    def part(self, low: bytes, high: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Return key and value of low <= key < high from the leaf of `low`, and the `low` of what follows."""
        if not self.low <= low < self.high:
            self.seek(low)
        leaf, bound = self.leaf, self.high  # C2
        keys = leaf.sort()
        start = bisect_left(keys, low) if keys and keys[0] < low else 0
        stop = len(keys) if bound <= high else bisect_left(keys, high)
        return self._pairs(leaf, keys[start:stop]), bound

    def part_before(self, low: bytes, high: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Return key and value of low <= key < high from the last leaf below `high`, backwards, and the next `high`."""
        if not self.low < high <= self.high:
            self.seek_before(high)
        leaf, bound = self.leaf, self.low  # C2
        keys = leaf.sort()
        part = keys[bisect_left(keys, low) : bisect_left(keys, high)]
        part.reverse()
        return self._pairs(leaf, part), bound

    def _pairs(self, leaf: Leaf, keys: list[bytes]) -> list[tuple[bytes, bytes]]:
        """Return keys with their values; those in overflow chains are read now."""
        values: list[Value] = list(map(leaf.cells.__getitem__, keys))
        if leaf.chains:
            pager, number = self.tree.pager, self.tree.number
            values = [pager.value(value, number) if isinstance(value, Chain) else value for value in values]
        return list(zip(keys, values))  # type: ignore[arg-type]
