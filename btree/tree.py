"""One B+tree in memory: the one way in which cells come into it, and go.

Leaves and branches are cut here by count only. Bytes are counted when a checkpoint is
encoded (btree/encode.py), because most leaves change many times in between; but those of
ascending keys, which never change again as a rule, are cut where they fill a page (btree/fill.py).

Invariants (`check` proves what is in memory)

    T1. `node_count` is the number of keys.
    T2. All leaves have level 0 and the same distance from the root.
    T3. No leaf is empty and no branch without children; an empty tree has no root.
    T4. What leaves the tree is either free (its page is in `pager.freed`) or dead
        (its reference is in `pager.dead`), exactly once.
    T5. Only nodes of the present era are changed; others are owned first, with their path.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TypeVar

from bumps import limits
from bumps.batch import KILL, SET
from bumps.btree.body import BRANCH_CHARGE_PER_CHILD
from bumps.btree.cursor import FIRST_BELOW, Cursor
from bumps.btree.fill import fill
from bumps.btree.node import BOTTOM, END, Branch, Child, Leaf, separate
from bumps.btree.page import Reference
from bumps.btree.pager import Pager

LEAF_MAX = limits.LEAF_CELL_COUNT_MAX
BRANCH_MAX = limits.BRANCH_CHILD_COUNT_MAX
_NodeT = TypeVar("_NodeT", Leaf, Branch)
Path = list[tuple[Branch, int]]
"""The branches from the root down, each with the index of the child that was taken."""


class Tree:
    """The cells of one global, or of the directory."""

    __slots__ = ("changed", "cursor", "frozen", "level", "node_count", "number", "pager", "root")

    def __init__(
        self, pager: Pager, number: int, root: Child | None = None, level: int = 0, node_count: int = 0
    ) -> None:
        """Open the tree below `root`; None for a new one. A reference knows its `node_count`."""
        self.pager = pager
        self.number = number
        self.root = root
        self.level = level
        self.node_count = root.node_count if isinstance(root, Reference) else node_count
        self.changed = False
        """Since the last checkpoint was frozen."""
        self.frozen = False
        """A checkpoint is writing what changed before."""
        self.cursor = Cursor(self)

    # Putting

    def apply(self, kinds: bytes, keys: Sequence[bytes], values: Sequence[bytes]) -> None:
        """Do the operations in order. `values` are those of the SETs."""
        if kinds.count(SET) == len(kinds):
            self.put_all(keys, values)
            return
        value_index = index = 0
        while index < len(kinds):
            if kinds[index] == SET:
                stop = index + 1
                while stop < len(kinds) and kinds[stop] == SET:
                    stop += 1
                self.put_all(keys[index:stop], values[value_index : value_index + stop - index])
                value_index += stop - index
                index = stop
            else:
                self.remove(kinds[index], keys[index])
                index += 1

    def fetch(self, kinds: bytes, keys: Sequence[bytes]) -> None:
        """Read what `apply` will change or look at, so that CorruptionError comes before anything has changed."""
        cursor = self.cursor
        for kind, key in zip(kinds, keys):
            if not cursor.low <= key < cursor.high:
                cursor.seek(key)
            if kind != SET:
                self._fetch_range(key, key + (END if kind == KILL else FIRST_BELOW))

    def _fetch_range(self, low: bytes, high: bytes) -> None:
        """Read what `remove_range` will: neither what lies in the range as a whole, nor its values."""
        first = self.cursor.at_or_after(low)
        if first is None or first >= high:
            return
        node, level = self.root, self.level
        node_low, node_high = BOTTOM, END
        while node is not None and not (low <= node_low and node_high <= high):
            if isinstance(node, Reference):
                node = self.pager.find(node, self.number, level)
            if not isinstance(node, Branch):
                return
            index = bisect_left(node.separators, high)
            if index:
                node_low = node.separators[index - 1]
            if index < len(node.separators):
                node_high = node.separators[index]
            node, level = node.children[index], level - 1

    def put_all(self, keys: Sequence[bytes], values: Sequence[bytes]) -> None:
        """Put values under keys, in order."""
        self.changed = True
        cursor = self.cursor
        leaf, low, high = cursor.leaf, cursor.low, cursor.high
        if leaf.era != self.pager.era:
            low, high = END, BOTTOM
        cells = leaf.cells
        limit = leaf.limit or LEAF_MAX
        added = 0
        for key, value in zip(keys, values):
            if not low <= key < high:
                leaf = self._own_leaf(key)
                cells, low, high = leaf.cells, cursor.low, cursor.high
                limit = leaf.limit or LEAF_MAX
            if key in cells:
                cells[key] = value
                continue
            cells[key] = value
            added += 1
            ordered = leaf.keys
            if ordered is not None:
                if not ordered or key > ordered[-1]:
                    ordered.append(key)  # `take_in` without a call
                else:
                    leaf.take_in(key)
            if len(cells) > limit:
                self._cut_leaf(leaf, key)
                low, high = END, BOTTOM
        self.node_count += added
        pager = self.pager
        pager.dirty_size += sum(map(len, keys)) + sum(map(len, values)) + limits.CACHE_CHARGE_PER_NODE * added
        pager.trim()

    def put(self, key: bytes, value: bytes) -> bool:
        """Put one value: `put_all` in fewer steps. Return whether all that was known of leaves is true as before.

        That is so if the finger was there, and the leaf keeps its bounds, its cells, and the list of its keys.
        """
        self.changed = True
        cursor, pager = self.cursor, self.pager
        leaf = cursor.leaf
        is_near = leaf.era == pager.era and cursor.low <= key < cursor.high
        if not is_near:
            leaf = self._own_leaf(key)
        cells = leaf.cells
        size = len(key) + len(value)
        if key in cells:
            cells[key] = value
        else:
            cells[key] = value
            self.node_count += 1
            size += limits.CACHE_CHARGE_PER_NODE
            leaf.take_in(key)
            if leaf.keys is None:
                is_near = False
            if len(cells) > (leaf.limit or LEAF_MAX):
                self._cut_leaf(leaf, key)
                is_near = False
        pager.dirty_size += size
        if not is_near or pager.dropped:
            pager.trim()  # else what comes before the next one is of one leaf, and so little
        return is_near

    def _own_leaf(self, key: bytes) -> Leaf:
        """Own the leaf of `key`, with its path; move the cursor there."""
        era = self.pager.era
        root = self.root
        # Mostly it is: two calls fewer for each random put.
        is_owned = root is not None and root.__class__ is not Reference and root.era == era  # type: ignore[union-attr]
        node: Leaf | Branch = root if is_owned else self.own_root()  # type: ignore[assignment]
        low, high = BOTTOM, END
        while isinstance(node, Branch):
            separators = node.separators
            index = bisect_right(separators, key)
            if index:
                low = separators[index - 1]
            if index < len(separators):
                high = separators[index]
            child = node.children[index]
            if child.__class__ is Reference or child.era != era:  # type: ignore[union-attr]
                node = self.own_child(node, index)
            else:
                node = child  # type: ignore[assignment]
        cursor = self.cursor
        cursor.leaf, cursor.low, cursor.high = node, low, high
        return node

    def own_root(self) -> Leaf | Branch:
        """Return the root, owned; make one in an empty tree."""
        if self.root is None:
            self.level = 0
            root: Leaf | Branch = self._new(Leaf({}, []))
        else:
            root = self._own(self.root, self.level)
        self.root = root
        return root

    def _own(self, child: Child, level: int) -> Leaf | Branch:
        """Return what a child of that level is, in a node that may be changed."""
        if isinstance(child, Reference):
            child = self.pager.load(child, self.number, level)
        return child if child.era == self.pager.era else self.pager.own(child)

    def own_child(self, branch: Branch, index: int) -> Leaf | Branch:
        """Return a child of an owned branch, owned."""
        child = branch.children[index]
        if isinstance(child, Reference) or child.era != self.pager.era:
            child = branch.children[index] = self._own(child, branch.level - 1)
        return child

    def _new(self, node: _NodeT) -> _NodeT:
        self.pager.mark(node)
        return node

    # Cutting

    def _cut_leaf(self, leaf: Leaf, key: bytes) -> None:
        """Cut a leaf with too many cells: in halves, or behind a run of ascending keys that ends with `key`."""
        keys = leaf.sort()
        if key == keys[-1]:
            points = fill(leaf, self.pager.page_size)
            if not points:
                return  # it takes more keys, until it fills a page
        elif leaf.ends_run(key):
            points = [bisect_right(keys, key)]
        else:
            points = [len(keys) // 2]
        limit, leaf.limit = leaf.limit, 0
        first = keys[0]
        for at in reversed(points):
            right = self._new(leaf.cut(at))
            right.limit, limit = limit, 0  # that of the last one, where the keys go on
            assert leaf.keys and right.keys
            self._insert(self._path(first), separate(leaf.keys[-1], right.keys[0]), right)
        self.cursor.void()

    def _path(self, key: bytes) -> Path:
        """Return the way from the root to the leaf of `key`, all of it owned."""
        path = []
        node = self.root
        while isinstance(node, Branch):
            index = bisect_right(node.separators, key)
            path.append((node, index))
            node = node.children[index]
        return path

    def _insert(self, path: Path, separator: bytes, right: Leaf | Branch) -> None:
        """Hang a new node into the tree, to the right of the one to which `path` leads."""
        while path:
            branch, index = path.pop()
            branch.separators.insert(index, separator)
            branch.children.insert(index + 1, right)
            self.pager.dirty_size += BRANCH_CHARGE_PER_CHILD
            count = len(branch.children)
            if count <= BRANCH_MAX:
                return
            ascending = index + 2 == count and all(index == len(above.separators) for above, index in path)
            separator, right = branch.cut(count * 7 // 8 if ascending else count // 2)
            self._new(right)
        self.grow([separator], [right])

    def grow(self, separators: list[bytes], right: Sequence[Child]) -> None:
        """Put a new root above the old one and its new neighbours."""
        assert self.root is not None
        self.level += 1
        branch = Branch(self.level, separators, [self.root, *right])
        branch.charge = BRANCH_CHARGE_PER_CHILD * len(branch.children)
        self.root = self._new(branch)

    def shrink(self) -> None:
        """Take away roots that have one child only."""
        root = self.root
        while isinstance(root, Branch) and len(root.children) == 1:
            self.pager.discard(root)
            root = self.root = root.children[0]
            self.level -= 1
        self.cursor.void()

    # Removing

    def remove(self, kind: int, key: bytes) -> bool:
        """Do a KILL or a KILL_NODE; return whether all that was known of leaves is true as before, as `put` does."""
        return self.remove_range(key, key + (END if kind == KILL else FIRST_BELOW))

    def remove_range(self, low: bytes, high: bytes) -> bool:
        """Remove all keys with low <= key < high; return what `remove` does."""
        first = self.cursor.at_or_after(low)
        if first is None or first >= high:
            return True  # nothing becomes dirty for nothing
        self.changed = True
        if low == BOTTOM and high >= END:
            self.clear()
            return False
        cursor = self.cursor
        leaf = cursor.leaf
        if (
            leaf.era == self.pager.era
            and high <= cursor.high
            and self._remove_cells(leaf, low, high, all_but_last=True)
        ):
            return True
        root = self.own_root()
        self.node_count -= self._remove(root, low, high, BOTTOM, END)
        if not _is_filled(root):
            self.pager.discard(root)
            self.root, self.level = None, 0
        cursor.void()
        return False

    def _remove_cells(self, leaf: Leaf, low: bytes, high: bytes, *, all_but_last: bool) -> int:
        """Remove cells of one leaf and count them; with `all_but_last` do nothing if that would empty it."""
        keys = leaf.sort()
        start, stop = bisect_left(keys, low), bisect_left(keys, high)
        if all_but_last:
            if stop - start == len(keys):
                return 0
            self.node_count -= stop - start
        for key in keys[start:stop]:
            del leaf.cells[key]
        del keys[start:stop]
        return stop - start

    def _remove(self, node: Leaf | Branch, low: bytes, high: bytes, node_low: bytes, node_high: bytes) -> int:
        """Remove a range below an owned node, whose own bounds are given; return how many keys went."""
        if isinstance(node, Leaf):
            return self._remove_cells(node, low, high, all_but_last=False)
        separators, children = node.separators, node.children
        first = bisect_right(separators, low)
        last = bisect_left(separators, high)  # the last child that begins below `high`
        removed = 0
        gone: list[int] = []
        for index in range(first, last + 1):
            child_low = separators[index - 1] if index else node_low
            child_high = separators[index] if index < len(separators) else node_high
            if low <= child_low and child_high <= high:
                removed += self._drop(children[index], node.level - 1)
                gone.append(index)
                continue
            child = self.own_child(node, index)
            removed += self._remove(child, low, high, child_low, child_high)
            if not _is_filled(child):
                self.pager.discard(child)
                gone.append(index)
        if gone:
            self._unlink(node, gone[0], gone[-1] + 1)
        return removed

    @staticmethod
    def _unlink(branch: Branch, start: int, stop: int) -> None:
        """Take children out of their branch; the range of the left neighbour grows, else that of the right one."""
        del branch.children[start:stop]
        if start:
            del branch.separators[start - 1 : stop - 1]
        else:
            del branch.separators[:stop]

    def _drop(self, child: Child, level: int) -> int:
        """Let a whole subtree go (T4); return how many keys it had."""
        if isinstance(child, Reference):
            self.pager.kill(child, self.number, level)
            return child.node_count
        if isinstance(child, Leaf):
            count = len(child.cells)
        else:
            dropped = self.pager.dropped
            first = len(dropped)
            count = sum(self._drop(below, level - 1) for below in child.children)
            del dropped[first:]  # they hang below this one
            dropped.append(child)
        self.pager.discard(child)
        return count

    def clear(self) -> None:
        """Remove everything: dirty nodes go at once, what is clean goes to the worklist of the dead."""
        if self.root is not None:
            self._drop(self.root, self.level)
        self.root, self.level, self.node_count = None, 0, 0
        self.cursor.void()

    def check(self) -> None:
        """Assert the invariants of all that is in memory."""
        assert (self.root is None) == (self.node_count == 0), "T3"
        if self.root is not None:
            assert self._check(self.root, self.level, BOTTOM, END) == self.node_count, "T1"

    def _check(self, node: Child, level: int, low: bytes, high: bytes) -> int:
        if isinstance(node, Reference):
            assert node.node is None or self.pager.cache.get(node.page) is node, "G6"
            assert node.node is None or node.node.level == level, "G2"
            return node.node_count
        assert node.level == level, "T2"
        assert node.dirty, "N4"
        node.check()
        assert _is_filled(node), "T3"
        if isinstance(node, Leaf):
            assert all(low <= key < high for key in node.cells), "N3"
            return len(node.cells)
        bounds = [low, *node.separators, high]
        assert bounds == sorted(bounds), "N3"
        return sum(
            self._check(child, level - 1, bounds[index], bounds[index + 1]) for index, child in enumerate(node.children)
        )


def _is_filled(node: Leaf | Branch) -> bool:
    return bool(node.cells if isinstance(node, Leaf) else node.children)
