"""A read that takes no lock: one look at what is in memory, believed only if nothing changed meanwhile.

Taking and releasing the lock costs 250 ns, a third of what a read in memory costs. A forest shows a
glimpse of its trees from the first read on that held the lock, until something begins to change.

    Z1. Whoever changes a tree holds the lock, and first puts `SHUT` in the place of the glimpse (btree/forest.py).
    Z2. A new one is made with the lock held, when nobody is changing anything, and is never shown again after it
        was replaced. So if a reader finds the same one in its place after it has read, no change began before it
        had its answer: the answer is that of the state at that moment.
    Z3. A reader changes nothing that another one relies on, loads nothing and evicts nothing: what is not in memory,
        or not in order there, it does not know. Other readers may load, sort and evict beside it, and change no
        content: what one glimpse found in a leaf is true as long as that glimpse is shown.
    Z4. A change that moves no leaf, and makes no list of keys anew, shows another glimpse at its end, which knows what
        the one before had found: it is as true as before.
    Z5. What it meets while something changes may be of two states at once. That ends in a wrong answer, which Z2
        refuses, or in IndexError or AttributeError; never in a loop, since each step leads one level down.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from bumps.btree.cursor import FIRST_BELOW
from bumps.btree.node import BOTTOM, END, UNKNOWN, WORTH, Branch, Chain, Unknown
from bumps.btree.page import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bumps.btree.node import Child, Value
    from bumps.btree.tree import Tree

_new = object.__new__
Place = tuple[str, bytes, bytes, list[bytes]]
"""A global, the bounds of a leaf of it, and its keys in order. One object, so nobody sees half of it."""


class Glimpse:
    """The trees of a forest, until the next change."""

    __slots__ = ("_last", "_place", "_trees")

    def __init__(self, trees: Mapping[str, Tree]) -> None:
        """Look at open trees."""
        self._trees = trees
        self._last: tuple[str, Mapping[bytes, Value]] = ("", {})
        """A global, and the cells of a leaf of it: that of the last read. One object, so nobody sees half of it."""
        self._place: Place = ("", END, BOTTOM, [])
        """Where `order` or `data` was last."""

    def renewed(self) -> Glimpse:
        """Return another glimpse that knows what this one does (Z4)."""
        other: Glimpse = _new(Glimpse)
        other._trees, other._last, other._place = self._trees, self._last, self._place
        return other

    def get(self, name: str, key: bytes) -> bytes | Unknown | None:
        """Return the value of a node, None if it has none; `UNKNOWN` if that cannot be told. Believed by Z2 only."""
        last_name, cells = self._last
        value = cells.get(key) if last_name == name else None
        if value is None:
            tree = self._trees.get(name)
            if tree is None:
                return UNKNOWN
            node: Child | None = tree.root
            while True:
                if node.__class__ is Reference:
                    node = node.node
                    if node is None:
                        return UNKNOWN
                    node.recent = True  # type: ignore[union-attr]
                if node.__class__ is not Branch:
                    break
                node = node.children[bisect_right(node.separators, key)]
            cells = node.cells  # type: ignore[union-attr]
            self._last = name, cells
            value = cells.get(key)
        return UNKNOWN if value.__class__ is Chain else value  # type: ignore[return-value]

    def order(self, name: str, prefix: bytes, code: bytes) -> bytes | Unknown | None:
        """Return what `Cursor.order` does, forwards; `UNKNOWN` if that cannot be told. Believed by Z2 only."""
        key = prefix + code + END if code else prefix + FIRST_BELOW
        last_name, low, high, keys = self._place
        if last_name != name or not low <= key < high:
            place = self._seek(name, key)
            if place is None:
                return UNKNOWN
            _, _, high, keys = place
        index = bisect_left(keys, key)
        if index == len(keys):
            if high >= END:
                return None
            place = self._seek(name, high)
            if place is None:
                return UNKNOWN
            keys = place[3]
            index = 0  # no leaf is empty
        found = keys[index]
        if prefix and not found.startswith(prefix):
            return None
        start = len(prefix)
        end = found.find(b"\0", start) + 1
        return found[start:end] if end else UNKNOWN

    def data(self, name: str, key: bytes) -> int | Unknown:
        """Return what `Cursor.data` does; `UNKNOWN` if that cannot be told. Believed by Z2 only."""
        last_name, low, high, keys = self._place
        if last_name != name or not low <= key < high:
            place = self._seek(name, key)
            if place is None:
                return UNKNOWN
            _, _, high, keys = place
        index = bisect_left(keys, key)
        is_here = index < len(keys) and keys[index] == key
        index += is_here
        if index == len(keys):
            if high >= END:
                return int(is_here)
            place = self._seek(name, high)
            if place is None:
                return UNKNOWN
            keys = place[3]
            index = 0  # no leaf is empty
        return 10 * keys[index].startswith(key) + is_here

    def _seek(self, name: str, key: bytes) -> Place | None:
        """Return where the leaf of a key lies, if it is in memory and its keys are in order."""
        tree = self._trees.get(name)
        node: Child | None = None if tree is None else tree.root
        low, high = BOTTOM, END
        while True:
            if node.__class__ is Reference:
                node = node.node
                if node is None:
                    return None
                node.recent = True  # type: ignore[union-attr]
            if node.__class__ is not Branch:
                break
            separators = node.separators
            index = bisect_right(separators, key)
            if index:
                low = separators[index - 1]
            if index < len(separators):
                high = separators[index]
            node = node.children[index]
        if node is None or node.keys is None:  # type: ignore[union-attr]
            return None
        node.used = WORTH  # type: ignore[union-attr]
        place = self._place = name, low, high, node.keys  # type: ignore[union-attr]
        return place


SHUT: Final = Glimpse({})
"""Knows nothing: stands in the place of a glimpse while something changes."""
