"""What a transaction has changed and nobody else sees yet.

Per global a dict of values (None where a node was killed) and the set of killed
subtrees; every change notes how to undo it, so that a nested level costs nothing to
open and only its own changes to roll back.

    O1. No key in `values` lies under a subtree that was killed after it was set. So what
        `values` says of a key counts, and only for others the killed subtrees do.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from itertools import islice

from bumps.batch import KILL, KILL_NODE, SET, Batch

SUBTREE_END = b"\xff"
"""Above every continuation of a key: no encoded key holds this byte (STORAGE 10)."""

_SET = bytes([SET])
_INSORT_COUNT_MAX = 16
"""More new keys than this are sorted in, fewer are inserted one by one."""


class Changes:
    """The changes of one global."""

    __slots__ = ("_keys", "_stale", "kills", "values")

    def __init__(self) -> None:
        """Start with none."""
        self.values: dict[bytes, bytes | None] = {}
        self.kills: set[bytes] = set()
        self._keys: list[bytes] = []
        """Those of `values` in order, without the newest."""
        self._stale = False
        """`_keys` must be made again."""

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
        keys, values = self._keys, self.values
        if self._stale:
            keys[:] = sorted(values)
            self._stale = False
            return keys
        fresh_count = len(values) - len(keys)
        if not fresh_count:
            return keys
        self._stale = True  # if an interrupt stops it half way
        fresh = islice(reversed(values), fresh_count)  # a dict has its keys in the order in which they came
        if fresh_count > _INSORT_COUNT_MAX or not keys:
            keys.extend(fresh)
            keys.sort()
        else:
            for key in fresh:
                insort(keys, key)
        self._stale = False
        return keys

    def range(self, low: bytes, high: bytes) -> list[tuple[bytes, bytes | None]]:
        """Return what is said of low <= key < high, in order."""
        keys = self.ordered()
        return [(key, self.values[key]) for key in keys[bisect_left(keys, low) : bisect_left(keys, high)]]

    def alive(self, low: bytes, high: bytes) -> list[tuple[bytes, bytes]]:
        """Return the parts of low <= key < high that lie in no killed subtree, in order."""
        parts = []
        for root in sorted(self.kills):
            end = root + SUBTREE_END
            if end <= low:
                continue
            if root >= high:
                break
            if root > low:
                parts.append((low, root))
            low = end
        if low < high:
            parts.append((low, high))
        return parts

    def drop(self, key: bytes) -> None:
        """Forget what was said of `key`."""
        self._stale = True
        self.values.pop(key, None)

    def cut(self, root: bytes) -> list[tuple[bytes, bytes | None]]:
        """Forget what was said of the subtree of `root`; return it."""
        if not self.values:
            return []
        keys = self.ordered()
        low, high = bisect_left(keys, root), bisect_left(keys, root + SUBTREE_END)
        gone = [(key, self.values[key]) for key in keys[low:high]]
        self._stale = True
        for key, _ in gone:
            del self.values[key]
        del keys[low:high]
        self._stale = False
        return gone

    def restore(self, gone: list[tuple[bytes, bytes | None]], root: bytes | None) -> None:
        """Say again what `cut` has forgotten, and that the subtree of `root` is not killed."""
        self._stale = True
        self.values.update(gone)
        if root is not None:
            self.kills.discard(root)


class Overlay:
    """All changes of one transaction, by global, with the way back."""

    def __init__(self) -> None:
        """Start with no change."""
        self.globals: dict[str, Changes] = {}
        self._undo: list[Callable[[], None]] | None = None
        """None until there is a nested level: rolling back the outermost one drops the overlay."""

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
        changes = self.globals.get(name) or self._changes(name)
        if self._undo is not None:
            if key in changes.values:
                old = changes.values[key]
                self._undo.append(lambda: changes.values.update({key: old}))
            else:
                self._undo.append(lambda: changes.drop(key))
        changes.values[key] = value

    def kill(self, name: str, root: bytes) -> None:
        """Kill a node and its descendants."""
        changes = self._changes(name)
        added = None if changes.killed_root(root) is not None else root
        gone = changes.cut(root)
        if added is not None:
            changes.kills.add(root)
        if self._undo is not None and (gone or added is not None):
            self._undo.append(lambda: changes.restore(gone, added))

    def mark(self) -> int:
        """Return a point to come back to, for a nested level."""
        if self._undo is None:
            self._undo = []
        return len(self._undo)

    def roll_back(self, mark: int) -> None:
        """Undo every change since `mark`."""
        assert self._undo is not None
        while len(self._undo) > mark:
            self._undo[-1]()  # each may be done twice, if an interrupt comes between
            del self._undo[-1]

    def batches(self) -> list[Batch]:
        """Return the net effect, as one frame holds it: per global the kills, then the SETs."""
        result = []
        for name, changes in self.globals.items():
            kills = sorted(changes.kills) if changes.kills else []
            live = changes.ordered().copy()
            dead = []
            if None in changes.values.values():
                dead = [key for key in live if changes.values[key] is None]
                live = [key for key in live if changes.values[key] is not None]
            if kills or dead or live:
                kinds = _SET * len(live)
                if kills or dead:
                    kinds = bytes([KILL]) * len(kills) + bytes([KILL_NODE]) * len(dead) + kinds
                values: list[bytes] = list(map(changes.values.__getitem__, live))  # type: ignore[arg-type]
                result.append(Batch(name, kinds, kills + dead + live, values))
        return result
