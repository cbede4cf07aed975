"""The nodes of a tree in memory: leaf and branch.

Invariants (`check` of each proves what can be seen from the node alone)

    N1. `keys` of a leaf is None, or the sorted list of the keys of `cells`.
    N2. A branch has one child more than separators; separators strictly increase.
    N3. Child i holds the keys k with separators[i - 1] <= k < separators[i].
    N4. A child is a node exactly if it is dirty, that is, newer than its image in `data`.
        Every clean child is a Reference, and lies in the pager's cache or nowhere.
        (In a tree that only snapshots still hold, a child may have become clean.)
    N5. `chains` of a leaf are the overflow chains that its image in `data` owns.
    N6. `origin` of a dirty node is the frozen one that it is a copy of, while the checkpoint that
        writes that one goes on (btree/pager.py, G5).
    N7. `era` is 0 in a clean node; in a dirty one it names the era, the time between two
        snapshots, in which it was made or copied. Only in that era may it be changed in place
        (btree/pager.py, `own`). Its ancestors are of the same era, or younger.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from itertools import islice
from typing import Final, NamedTuple

from bumps import limits
from bumps.btree.page import Reference

BOTTOM = b""
"""The lowest key there is."""
END = b"\xff"
"""Above every key: FF occurs in none."""
RUN_COUNT = 8
"""So many keys that ascend one after the other are no accident."""
WORTH = 8
"""So many keys are put into a list in the time in which it would be sorted anew."""


class Chain(NamedTuple):
    """A value that lies outside its leaf, in neighbouring overflow pages (btree/overflow.py)."""

    page: int
    checksum: int
    size: int


Value = bytes | Chain


class Unknown:
    """Says that something else must be asked."""


UNKNOWN: Final = Unknown()


class Leaf:
    """Cells by key, sorted only when somebody asks for order (STORAGE 1)."""

    __slots__ = (
        "cells",
        "chains",
        "charge",
        "checksum",
        "era",
        "generation",
        "keys",
        "limit",
        "origin",
        "page",
        "recent",
        "used",
    )

    level = 0

    def __init__(self, cells: dict[bytes, Value], keys: list[bytes] | None) -> None:
        """Take over `cells`, and `keys` if they are known in order."""
        self.cells = cells
        self.keys = keys
        self.used = 0
        """So many keys the list takes in before it is given up, unless somebody uses it again."""
        self.limit = 0
        """Cells that it may have before it is cut, 0 for the usual ones: a run of ascending keys fills pages."""
        self.chains: dict[bytes, Chain] = {}
        self.page = 0
        self.checksum = 0
        self.generation = 0
        """Of the checkpoint that wrote its image, 0 if there is none."""
        self.era = 0
        self.origin: Node | None = None
        self.recent = False
        self.charge = 0

    @property
    def dirty(self) -> bool:
        """Whether it is newer than its image in `data`."""
        return self.era != 0

    def copy(self) -> Leaf:
        """Return a leaf with the same cells, to be changed while others go on reading this one."""
        leaf = Leaf(self.cells.copy(), None if self.keys is None else self.keys.copy())
        leaf.used, leaf.limit = self.used, self.limit
        leaf.chains = self.chains  # replaced as a whole, never changed
        leaf.page, leaf.generation, leaf.charge = self.page, self.generation, self.charge
        return leaf

    def measure(self) -> int:
        """Return what it takes in memory, in bytes, about; values in overflow chains are not there."""
        cells = self.cells
        return sum(map(len, cells)) + sum(map(len, cells.values())) + limits.CACHE_CHARGE_PER_NODE * len(cells)

    def sort(self) -> list[bytes]:
        """Return the keys in order, and keep the list."""
        keys = self.keys
        if keys is None:
            keys = self.keys = sorted(self.cells)
        self.used = WORTH
        return keys

    def take_in(self, key: bytes) -> None:
        """Put a key that is new into the list of those in order, or give that up if nobody seems to use it."""
        keys = self.keys
        if keys is None:
            return
        if not keys or key > keys[-1]:
            keys.append(key)
        elif self.used:
            insort(keys, key)
            self.used -= 1
        else:
            self.keys = None

    def ends_run(self, key: bytes) -> bool:
        """Return whether the keys that came last ascend, with no other key between them, and `key` is the last."""
        recent = list(islice(reversed(self.cells), RUN_COUNT))[::-1]  # a dict keeps the order in which keys came
        keys = self.sort()
        end = bisect_right(keys, key)
        return keys[max(0, end - RUN_COUNT) : end] == recent

    def cut(self, at: int) -> Leaf:
        """Keep the first `at` cells; return a new leaf with the others."""
        keys = self.sort()
        assert 0 < at < len(keys)
        right_keys = keys[at:]
        pop = self.cells.pop
        right = Leaf({key: pop(key) for key in right_keys}, right_keys)
        self.cells = self.cells.copy()  # a dict gives no memory back when cells leave it, and a copy has none to spare
        del keys[at:]
        if self.chains:
            first = right_keys[0]
            right.chains = {key: chain for key, chain in self.chains.items() if key >= first}
            self.chains = {key: chain for key, chain in self.chains.items() if key < first}
        return right

    def check(self) -> None:
        """Assert N1."""
        assert self.keys is None or self.keys == sorted(self.cells), "N1"


class Branch:
    """Separators and children, in two flat lists."""

    __slots__ = (
        "charge",
        "checksum",
        "children",
        "era",
        "generation",
        "level",
        "origin",
        "page",
        "recent",
        "separators",
    )

    def __init__(self, level: int, separators: list[bytes], children: list[Child]) -> None:
        """Take over both lists. `level` is one above the children's."""
        self.level = level
        self.separators = separators
        self.children = children
        self.page = 0
        self.checksum = 0
        self.generation = 0
        """Of the checkpoint that wrote its image, 0 if there is none."""
        self.era = 0
        self.origin: Node | None = None
        self.recent = False
        self.charge = 0

    @property
    def dirty(self) -> bool:
        """Whether it is newer than its image in `data`."""
        return self.era != 0

    def copy(self) -> Branch:
        """Return a branch with the same children, to be changed while others go on reading this one."""
        branch = Branch(self.level, self.separators.copy(), self.children.copy())
        branch.page, branch.generation, branch.charge = self.page, self.generation, self.charge
        return branch

    def cut(self, at: int) -> tuple[bytes, Branch]:
        """Keep the first `at` children; return the separator and a new branch with the others."""
        assert 0 < at < len(self.children)
        right = Branch(self.level, self.separators[at:], self.children[at:])
        separator = self.separators[at - 1]
        del self.separators[at - 1 :], self.children[at:]
        return separator, right

    def check(self) -> None:
        """Assert N2 and N4."""
        assert self.level >= 1
        assert len(self.children) == len(self.separators) + 1, "N2"
        assert all(a < b for a, b in zip(self.separators, self.separators[1:])), "N2"
        assert all(isinstance(child, Reference) or child.dirty for child in self.children), "N4"


Node = Leaf | Branch
Child = Leaf | Branch | Reference


def separate(left: bytes, right: bytes) -> bytes:
    """Return the shortest prefix of `right` that is above `left`: it bounds two neighbouring leaves."""
    assert left < right
    for index, byte in enumerate(left):
        if byte != right[index]:
            return right[: index + 1]
    return right[: len(left) + 1]
