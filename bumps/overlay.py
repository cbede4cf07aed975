"""What a transaction has changed and nobody else sees yet.

Per global a dict of values (None where a node was killed) and the set of killed
subtrees; every change notes how to undo it, so that a nested level costs nothing to
open and only its own changes to roll back.

    O1. No key in `values` lies under a subtree that was killed after it was set.
    O2. A killed subtree contains no other one.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable

from bumps.batch import KILL, KILL_NODE, SET, Batch

SUBTREE_END = b"\xff"
"""Above every continuation of a key: no encoded key holds this byte (STORAGE 10)."""


class Changes:
    """The changes of one global."""

    __slots__ = ("keys", "kills", "values")

    def __init__(self) -> None:
        """Start with none."""
        self.values: dict[bytes, bytes | None] = {}
        self.keys: list[bytes] | None = []
        """`values` in order; None when it must be made again."""
        self.kills: set[bytes] = set()

    def killed_root(self, key: bytes) -> bytes | None:
        """Return the killed subtree that `key` lies in, or None."""
        kills = self.kills
        if not kills:
            return None
        if b"" in kills:
            return b""
        end = key.find(b"\0") + 1
        while end:
            if key[:end] in kills:
                return key[:end]
            end = key.find(b"\0", end) + 1
        return None

    def ordered(self) -> list[bytes]:
        """Return the keys of `values` in order."""
        if self.keys is None:
            self.keys = sorted(self.values)
        return self.keys

    def put(self, key: bytes, value: bytes | None) -> None:
        """Store a value, or None for a killed node."""
        if key not in self.values and self.keys is not None:
            insort(self.keys, key)
        self.values[key] = value

    def drop(self, key: bytes) -> None:
        """Forget what was said of `key`."""
        del self.values[key]
        self.keys = None

    def under(self, root: bytes) -> list[bytes]:
        """Return the keys of `values` in the subtree of `root`, in order."""
        keys = self.ordered()
        return keys[bisect_left(keys, root) : bisect_left(keys, root + SUBTREE_END)]


class Overlay:
    """All changes of one transaction, by global, with the way back."""

    def __init__(self) -> None:
        """Start with no change."""
        self.globals: dict[str, Changes] = {}
        self.undo: list[Callable[[], None]] = []

    def of(self, name: str) -> Changes | None:
        """Return what was changed in a global, or None."""
        return self.globals.get(name)

    def _changes(self, name: str) -> Changes:
        changes = self.globals.get(name)
        if changes is None:
            changes = self.globals[name] = Changes()
        return changes

    def set(self, name: str, key: bytes, value: bytes | None) -> None:
        """Set a node, or kill it alone if `value` is None."""
        changes = self._changes(name)
        if key in changes.values:
            old = changes.values[key]
            self.undo.append(lambda: changes.put(key, old))
        else:
            self.undo.append(lambda: changes.drop(key))
        changes.put(key, value)

    def kill(self, name: str, root: bytes) -> None:
        """Kill a node and its descendants."""
        changes = self._changes(name)
        gone = changes.under(root)
        covered = changes.killed_root(root) is not None
        if covered and not gone:
            return
        values, kills = changes.values, changes.kills

        def restore() -> None:
            changes.values, changes.kills, changes.keys = values, kills, None

        self.undo.append(restore)
        # Copies, so that going back is one assignment: a KILL is rare beside a SET.
        if gone:
            changes.values = {key: value for key, value in values.items() if not key.startswith(root)}
            changes.keys = None
        if not covered:
            changes.kills = {kill for kill in kills if not kill.startswith(root)} | {root}

    def mark(self) -> int:
        """Return a point to come back to."""
        return len(self.undo)

    def roll_back(self, mark: int) -> None:
        """Undo every change since `mark`."""
        while len(self.undo) > mark:
            self.undo.pop()()

    def batches(self) -> list[Batch]:
        """Return the net effect, as one frame holds it: per global the kills, then the SETs."""
        result = []
        for name, changes in self.globals.items():
            kills = sorted(changes.kills)
            dead = [key for key in changes.ordered() if changes.values[key] is None]
            live = [(key, value) for key in changes.ordered() if (value := changes.values[key]) is not None]
            if kills or dead or live:
                kinds = bytes([KILL]) * len(kills) + bytes([KILL_NODE]) * len(dead) + bytes([SET]) * len(live)
                keys = kills + dead + [key for key, _ in live]
                result.append(Batch(name, kinds, keys, [value for _, value in live]))
        return result
