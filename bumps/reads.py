"""What a transaction has read, and whether a later commit changed it.

A transaction reads from the snapshot that it began with, through this. Before it commits, the
changes of all later commits are held against what it has read (bumps/changes.py):

    values     keys whose value, or lack of one, was read         SET, KILL_NODE, KILL above it
    existing   keys that were found, their value unread           KILL_NODE, KILL above it
    gaps       ranges in which nothing was found                  SET inside
    ranges     ranges that were read whole, values and all        anything inside

    R1. No change that could alter an answer is missed. The reverse need not hold: at worst a
        transaction is run again for nothing.
    R2. Above 100,000 entries for a global everything in it counts as read.

So `$ORDER` from one record to the next is a gap and an existing key: a SET in either record
does not disturb it, a new record between them does.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from bumps.batch import KILL, KILL_NODE, SET, Batch, Batches
from bumps.overlay import SUBTREE_END
from bumps.snapshot import Pair, Snapshot

ENTRY_COUNT_MAX = 100_000
"""Entries for one global (R2)."""


class GlobalReads:
    """What was read of one global."""

    __slots__ = ("existing", "gaps", "ranges", "values", "whole")

    def __init__(self) -> None:
        """Start with nothing."""
        self.values: set[bytes] = set()
        self.existing: set[bytes] = set()
        self.gaps: list[tuple[bytes, bytes]] = []
        """low <= key < high"""
        self.ranges: list[list[bytes]] = []
        """[low, high]: low <= key < high; a scan moves the end at which it is."""
        self.whole = False

    def coarsen(self) -> None:
        """Count the whole global as read if there are too many entries (R2)."""
        if len(self.values) + len(self.existing) + len(self.gaps) + len(self.ranges) > ENTRY_COUNT_MAX:
            self.values, self.existing, self.gaps, self.ranges = set(), set(), [], []
            self.whole = True


class Checker:
    """The reads of one global, sorted for looking changes up."""

    def __init__(self, reads: GlobalReads) -> None:
        """Sort what was read until now."""
        self.whole = reads.whole
        self.values = reads.values
        self.existing = reads.existing
        self.keys = sorted(reads.values | reads.existing)
        self.gaps = _joined(reads.gaps)
        self.ranges = _joined([(low, high) for low, high in reads.ranges])

    def conflicts(self, batch: Batch) -> bool:
        """Return whether a change in `batch` may alter what was read."""
        if self.whole:
            return True
        for kind, key in zip(batch.kinds, batch.keys):
            if kind == SET:
                if key in self.values or _inside(self.gaps, key) or _inside(self.ranges, key):
                    return True
            elif kind == KILL_NODE:
                if key in self.values or key in self.existing or _inside(self.ranges, key):
                    return True
            else:
                assert kind == KILL
                end = key + SUBTREE_END
                index = bisect_left(self.keys, key)
                if index < len(self.keys) and self.keys[index] < end:
                    return True
                if _meets(self.ranges, key, end):
                    return True
        return False


Ranges = tuple[list[bytes], list[bytes]]
"""Lower and upper bounds of ranges that neither touch nor overlap, in order."""


def _joined(ranges: list[tuple[bytes, bytes]]) -> Ranges:
    lows: list[bytes] = []
    highs: list[bytes] = []
    for low, high in sorted(ranges):
        if low >= high:
            continue
        if highs and low <= highs[-1]:
            highs[-1] = max(highs[-1], high)
        else:
            lows.append(low)
            highs.append(high)
    return lows, highs


def _inside(ranges: Ranges, key: bytes) -> bool:
    lows, highs = ranges
    index = bisect_right(lows, key) - 1
    return index >= 0 and key < highs[index]


def _meets(ranges: Ranges, low: bytes, high: bytes) -> bool:
    lows, highs = ranges
    index = bisect_right(highs, low)
    return index < len(lows) and lows[index] < high


class Reads:
    """A snapshot, read through a note of what is read."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Read from `snapshot`, which ends with this."""
        self.snapshot = snapshot
        self.is_open = False
        """Whether the transaction is open. Whoever has it says so in one step, with which no interrupt interferes."""
        self._globals: dict[str, GlobalReads] = {}
        self._names: list[tuple[str, str]] = []
        """Ranges of names, both ends left out, in which no global was found."""

    def _of(self, name: str) -> GlobalReads:
        reads = self._globals.get(name)
        if reads is None:
            reads = self._globals[name] = GlobalReads()
        return reads

    def get(self, name: str, key: bytes) -> bytes | None:
        """Return the value of a node, or None."""
        reads = self._of(name)
        if not reads.whole:
            reads.values.add(key)
            if len(reads.values) > ENTRY_COUNT_MAX:
                reads.coarsen()
        return self.snapshot.get(name, key)

    def next_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the first node with low < key < high. Its key is noted as read, its value is not."""
        pair = self.snapshot.next_pair(name, low, high)
        self._note(name, low + b"\0", high if pair is None else pair[0], pair)
        return pair

    def previous_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the last node with low <= key < high. Its key is noted as read, its value is not."""
        pair = self.snapshot.previous_pair(name, low, high)
        self._note(name, low if pair is None else pair[0] + b"\0", high, pair)
        return pair

    def _note(self, name: str, low: bytes, high: bytes, pair: Pair | None) -> None:
        """Note that nothing was found in low <= key < high, and what was found next to it."""
        reads = self._of(name)
        if reads.whole:
            return
        if low < high:
            reads.gaps.append((low, high))
        if pair is not None:
            reads.existing.add(pair[0])
        if len(reads.gaps) > ENTRY_COUNT_MAX:
            reads.coarsen()

    def data(self, name: str, key: bytes) -> int:
        """Return `$DATA` of a node: 0, 1, 10 or 11."""
        here = self.snapshot.get(name, key) is not None
        if here:
            self._of(name).existing.add(key)
        else:
            self._note(name, key, key + b"\0", None)
        return here + (10 if self.next_pair(name, key, key + SUBTREE_END) is not None else 0)

    def order(self, name: str, prefix: bytes, code: bytes, reverse: bool = False) -> bytes | None:
        """Return the code of the next (previous) subscript below `prefix` after `code`; empty starts."""
        end = prefix + SUBTREE_END
        if reverse:
            pair = self.previous_pair(name, prefix + b"\0", prefix + code if code else end)
        else:
            pair = self.next_pair(name, prefix + code + SUBTREE_END if code else prefix, end)
        if pair is None:
            return None
        size = len(prefix)
        return pair[0][size : pair[0].index(b"\0", size) + 1]

    def query(self, name: str, key: bytes, reverse: bool = False) -> bytes | None:
        """Return the key of the next (previous) node with a value."""
        pair = self.previous_pair(name, b"", key) if reverse else self.next_pair(name, key, SUBTREE_END)
        return None if pair is None else pair[0]

    def next_name(self, name: str, reverse: bool = False) -> str | None:
        """Return the global after (before) `name`; empty starts."""
        found = self.snapshot.next_name(name, reverse)
        # All names are below DEL.
        self._names.append((found or "", name or "\x7f") if reverse else (name, found or "\x7f"))
        if found is not None:
            # It was found because it has nodes: any node may have been the last one.
            self._note(found, b"", b"", self.snapshot.next_pair(found, b"", SUBTREE_END))
            if self.snapshot.get(found, b"") is not None:
                self._of(found).existing.add(b"")
        return found

    def scan(self, name: str, low: bytes, high: bytes, reverse: bool = False) -> Iterator[Pair]:
        """Yield the nodes with low <= key < high, in order or backwards."""
        read = [high, high] if reverse else [low, low]
        reads = self._of(name)
        reads.ranges.append(read)
        reads.coarsen()
        for pair in self.snapshot.scan(name, low, high, reverse):
            read[not reverse] = pair[0] if reverse else pair[0] + b"\0"
            yield pair
        read[not reverse] = low if reverse else high

    def conflict(self, commits: Iterable[Batches]) -> str | None:
        """Return the name of a global in which a commit changed what was read, or None."""
        checkers: dict[str, Checker] = {}
        for batches in commits:
            for batch in batches:
                name = batch.name
                if any(low < name < high for low, high in self._names) and SET in batch.kinds:
                    return name
                reads = self._globals.get(name)
                if reads is None:
                    continue
                checker = checkers.get(name)
                if checker is None:
                    checker = checkers[name] = Checker(reads)
                if checker.conflicts(batch):
                    return name
        return None
