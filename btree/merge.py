"""Merge small dirty nodes of a live tree with their neighbours: what a checkpoint does first.

It changes the shape of the tree and none of its content, and may stop after each step. Nodes
that are too large are left: they are cut when they are written (btree/encode.py).

    S1. A dirty node under a quarter of a page is merged with a neighbour in the same branch, if
        both fit one page; a neighbour that cannot be read is left alone (verify tells).
    S2. A snapshot sees none of it: what it may hold is owned before it is changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from bumps import limits
from bumps.btree.body import branch_sizes, capacity, pack_leaf
from bumps.btree.node import BOTTOM, Branch, Leaf
from bumps.btree.page import Reference
from bumps.btree.tree import Tree
from bumps.errors import CorruptionError

SMALL = 4
"""A node is small under one part in this many of a page."""


def merge(tree: Tree) -> Iterator[None]:
    """Go through a tree, level by level; after each step, the neighbours in one branch, it may be changed."""
    level = 1
    while level <= tree.level:
        low: bytes | None = BOTTOM
        while low is not None:
            low = _merge_at(tree, level, low)
            yield
        level += 1
    tree.shrink()


def _merge_at(tree: Tree, level: int, low: bytes) -> bytes | None:
    """Merge what is small below the branch of a level in which `low` lies; return where the next one begins."""
    high: bytes | None = None
    node = tree.root
    while isinstance(node, Branch) and node.level > level:
        index = bisect_right(node.separators, low)
        if index < len(node.separators):
            high = node.separators[index]
        node = node.children[index]
    if not isinstance(node, Branch) or node.level != level:
        return high  # nothing is dirty below it
    size_max = capacity(tree.pager.page_size)
    if any(not isinstance(child, Reference) and _size(child) * SMALL < size_max for child in node.children):
        _merge_children(tree, _own_branch(tree, level, low), size_max)
    return high


def _own_branch(tree: Tree, level: int, low: bytes) -> Branch:
    """Return the branch of a level in which `low` lies, owned with its path."""
    node = tree.own_root()
    while isinstance(node, Branch) and node.level > level:
        node = tree.own_child(node, bisect_right(node.separators, low))
    assert isinstance(node, Branch)
    return node


def _merge_children(tree: Tree, branch: Branch, size_max: int) -> None:
    index = 0
    while index < len(branch.children):
        child = branch.children[index]
        if not isinstance(child, Reference) and _size(child) * SMALL < size_max:
            if index > 0 and _merge(tree, branch, index - 1, size_max):
                index -= 1  # it may still be small
                continue
            if index + 1 < len(branch.children) and _merge(tree, branch, index, size_max):
                continue
        index += 1
    tree.cursor.void()


def _size(node: Leaf | Branch) -> int:
    """Return about what a node takes in its page, from below."""
    if isinstance(node, Branch):
        return sum(branch_sizes(node.separators))
    return sum(map(len, node.cells)) + sum(map(len, node.cells.values())) + 2 * len(node.cells)


def _merge(tree: Tree, branch: Branch, index: int, size_max: int) -> bool:
    """Merge children `index` and `index + 1` of an owned branch into the left one, if they fit a page."""
    try:
        left, right = _peek(tree, branch, index), _peek(tree, branch, index + 1)
    except CorruptionError:
        return False  # S1
    if isinstance(left, Leaf):
        assert isinstance(right, Leaf)
        merged = Leaf({**left.cells, **right.cells}, left.sort() + right.sort())
        merged.chains = {**left.chains, **right.chains}
        if len(merged.cells) > limits.LEAF_CELL_COUNT_MAX:
            return False
        if pack_leaf(merged, limits.inline_size_max(tree.pager.page_size)).size > size_max:
            return False
        left, right = tree.own_child(branch, index), tree.own_child(branch, index + 1)
        assert isinstance(left, Leaf) and isinstance(right, Leaf)
        left.cells, left.keys, left.chains = merged.cells, merged.keys, merged.chains
        right.chains = {}
    else:
        assert isinstance(right, Branch)
        separators = [*left.separators, branch.separators[index], *right.separators]
        size = sum(branch_sizes(left.separators)) + sum(branch_sizes(right.separators)) + len(branch.separators[index])
        if size > size_max or len(separators) >= limits.BRANCH_CHILD_COUNT_MAX:
            return False
        left, right = tree.own_child(branch, index), tree.own_child(branch, index + 1)
        assert isinstance(left, Branch) and isinstance(right, Branch)
        left.separators = separators
        left.children = [*left.children, *right.children]
    branch.children[index : index + 2] = [left]
    del branch.separators[index]
    tree.pager.discard(right)
    return True


def _peek(tree: Tree, branch: Branch, index: int) -> Leaf | Branch:
    child = branch.children[index]
    return tree.pager.load(child, tree.number, branch.level - 1) if isinstance(child, Reference) else child
