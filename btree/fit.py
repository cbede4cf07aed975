"""Make the dirty nodes of a tree fit their pages: cut what is too large, merge what is small.

This is the first step of a checkpoint. It changes the shape of the tree and none of its
content, so a checkpoint that is given up after it has lost nothing.

    S1. After it every dirty node fits a page.
    S2. A dirty node under a quarter of a page is merged with a neighbour in the same branch, if
        both fit one page; a neighbour that cannot be read is left alone (verify tells).
    S3. A snapshot sees none of it: what it may hold is owned before it is changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from bumps import limits
from bumps.btree.body import LeafBody, branch_sizes, capacity, cell_sizes, pack_leaf
from bumps.btree.node import Branch, Leaf, separate
from bumps.btree.page import Reference
from bumps.btree.tree import Tree
from bumps.errors import CorruptionError

SMALL = 4
"""A node is small under one part in this many of a page."""


def fit(tree: Tree) -> dict[Leaf, LeafBody]:
    """Reshape a tree, and return the bodies of its dirty leaves."""
    if tree.root is None or isinstance(tree.root, Reference):
        return {}
    fitter = _Fitter(tree)
    fitter.fit_root()
    return fitter.bodies


class _Fitter:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.pager = tree.pager
        self.capacity = capacity(tree.pager.page_size)
        self.inline_size_max = limits.inline_size_max(tree.pager.page_size)
        self.bodies: dict[Leaf, LeafBody] = {}

    def fit_root(self) -> None:
        tree = self.tree
        root = tree.root
        assert isinstance(root, Leaf | Branch)
        if isinstance(root, Branch):
            root = tree.root = self._own(root)
            assert isinstance(root, Branch)
            self._fit_children(root)
        while len(root.children if isinstance(root, Branch) else root.cells) > 1:
            tree.root, separators, right = self._cut(root)
            if not right:
                break
            tree.grow(separators, right)
            assert isinstance(tree.root, Branch)
            root = tree.root
        if isinstance(root, Leaf) and root not in self.bodies:
            self._measure(root)
        tree.shrink()

    def _fit_children(self, branch: Branch) -> None:
        """Fit all that is dirty below an owned branch, which may be too large itself afterwards."""
        index = 0
        while index < len(branch.children):
            child = branch.children[index]
            index += 1
            if isinstance(child, Reference):
                continue
            if isinstance(child, Branch):
                child = self._own(child)
                assert isinstance(child, Branch)
                self._fit_children(child)
            branch.children[index - 1], separators, right = self._cut(child)
            branch.separators[index - 1 : index - 1] = separators
            branch.children[index:index] = right
            index += len(right)
        index = 0
        while index < len(branch.children):
            child = branch.children[index]
            if not isinstance(child, Reference) and self._size(child) * SMALL < self.capacity:
                if index > 0 and self._merge(branch, index - 1, child):
                    index -= 1  # it may still be small
                    continue
                if index + 1 < len(branch.children) and self._merge(branch, index, child):
                    continue
            index += 1

    def _measure(self, leaf: Leaf) -> LeafBody:
        body = self.bodies[leaf] = pack_leaf(leaf, self.inline_size_max)
        return body

    def _size(self, node: Leaf | Branch) -> int:
        return self.bodies[node].size if isinstance(node, Leaf) else sum(branch_sizes(node))

    def _cut(self, node: Leaf | Branch) -> tuple[Leaf | Branch, list[bytes], Sequence[Leaf | Branch]]:
        """Cut a node that is too large; return it, owned, the separators behind it, and the new nodes behind these."""
        separators: list[bytes] = []
        new: list[Leaf | Branch] = []
        if isinstance(node, Leaf):
            body = self._measure(node)
            if body.size <= self.capacity and body.cell_count <= limits.LEAF_RUN_COUNT_MAX:
                return node, separators, new
            # The body's prefix comes on top of the cells.
            points = _points(cell_sizes(node, body), self.capacity - 4, limits.LEAF_CELL_COUNT_MAX)
            del self.bodies[node]
            node = self._own(node)
            assert isinstance(node, Leaf)
            for at in reversed(points):
                right = node.cut(at)
                assert node.keys and right.keys
                separators.append(separate(node.keys[-1], right.keys[0]))
                self._measure(right)
                new.append(right)
            self._measure(node)
        else:
            for at in reversed(_points(branch_sizes(node), self.capacity, limits.BRANCH_CHILD_COUNT_MAX)):
                separator, upper = node.cut(at)
                separators.append(separator)
                new.append(upper)
        for made in new:
            self.pager.mark(made)
        separators.reverse()
        new.reverse()
        return node, separators, new

    def _merge(self, branch: Branch, index: int, small: Leaf | Branch) -> bool:
        """Merge children `index` and `index + 1`, one of which is `small`, into the left one if they fit a page."""
        try:
            left, right = self._peek(branch, index), self._peek(branch, index + 1)
        except CorruptionError:
            return False  # S2
        if isinstance(left, Leaf):
            assert isinstance(right, Leaf)
            merged = Leaf({**left.cells, **right.cells}, left.sort() + right.sort())
            merged.chains = {**left.chains, **right.chains}
            if len(merged.cells) > limits.LEAF_CELL_COUNT_MAX:
                return False
            body = pack_leaf(merged, self.inline_size_max)
            if body.size > self.capacity:
                return False
            self.bodies.pop(left, None)
            self.bodies.pop(right, None)
            left, right = self._own(left), self._own(right)
            assert isinstance(left, Leaf) and isinstance(right, Leaf)
            left.cells, left.keys, left.chains = merged.cells, merged.keys, merged.chains
            right.chains = {}
            self.bodies[left] = body
        else:
            assert isinstance(right, Branch)
            separators = [*left.separators, branch.separators[index], *right.separators]
            size = sum(branch_sizes(left)) + sum(branch_sizes(right)) + len(branch.separators[index])
            if size > self.capacity or len(separators) >= limits.BRANCH_CHILD_COUNT_MAX:
                return False
            left, right = self._own(left), self._own(right)
            assert isinstance(left, Branch) and isinstance(right, Branch)
            left.separators = separators
            left.children = [*left.children, *right.children]
        branch.children[index : index + 2] = [left]
        del branch.separators[index]
        self.pager.discard(right)
        return True

    def _peek(self, branch: Branch, index: int) -> Leaf | Branch:
        child = branch.children[index]
        if isinstance(child, Reference):
            return self.pager.load(child, self.tree.number, branch.level - 1)
        return child

    def _own(self, node: Leaf | Branch) -> Leaf | Branch:
        return node if node.era == self.pager.era else self.pager.own(node)


def _points(sizes: list[int], size_max: int, count_max: int) -> list[int]:
    """Return where to cut, so that each part is at most `size_max` and `count_max`, and parts are about equal."""
    total = sum(sizes)
    part_count = max(-(-total // size_max), -(-len(sizes) // count_max))
    target = total / part_count
    points: list[int] = []
    filled = cell_count = 0
    for index, size in enumerate(sizes):
        assert size <= size_max, "one cell must fit a page: limits.key_size_max"
        if cell_count and (filled + size > size_max or filled + size / 2 > target or cell_count >= count_max):
            points.append(index)
            filled = cell_count = 0
        filled += size
        cell_count += 1
    return points
