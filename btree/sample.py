"""Leaves of one tree drawn by chance: what `bumps db stat --sample` knows of a tree without reading it.

A branch knows how many nodes are below each child. So the leaf of the n-th node is found by one descent, and
ranks at even distances draw each leaf with a chance in proportion to its nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bumps.btree.body import OVERFLOW_CELL_SIZE, PREFIX, capacity
from bumps.btree.node import Branch, Chain, Child, Leaf
from bumps.btree.page import Reference
from bumps.btree.tree import Tree


class Drawn(NamedTuple):
    """A leaf that was drawn."""

    sizes: list[tuple[bytes, int]]
    """Each key, and the bytes of key and value, those in overflow pages too."""
    weight: int
    """How many of the ranks fell into it."""
    fill: float
    """Which part of its page it fills; an estimate if it is newer than its page."""


class Sampler:
    """Draws leaves of a tree that does not change: a snapshot's."""

    def __init__(self, tree: Tree) -> None:
        """Begin with nothing read."""
        self.tree = tree
        self._counts: dict[int, tuple[Branch, list[int]]] = {}
        """Nodes below each child, of branches in memory whose children have changed."""

    def draw(self, ranks: Iterator[int]) -> Iterator[Drawn]:
        """Yield the leaves that hold the nodes of these ranks, which ascend; each once. Raises CorruptionError."""
        leaf, end, weight = None, 0, 0
        for rank in ranks:
            if leaf is not None and rank < end:
                weight += 1
                continue
            if leaf is not None:
                yield self._drawn(leaf, weight)
            leaf, end = self._leaf_at(rank)
            weight = 1
        if leaf is not None:
            yield self._drawn(leaf, weight)

    def _leaf_at(self, rank: int) -> tuple[Leaf, int]:
        """Return the leaf that holds the node of a rank, and the rank behind its last node."""
        tree = self.tree
        node: Child | None = tree.root
        assert node is not None and 0 <= rank < tree.node_count
        level, first = tree.level, 0
        while True:
            if isinstance(node, Reference):
                node = tree.pager.load(node, tree.number, level)
            if isinstance(node, Leaf):
                return node, first + len(node.cells)
            assert isinstance(node, Branch)
            index = 0
            counts = self._below(node)
            while index < len(counts) - 1 and first + counts[index] <= rank:
                first += counts[index]
                index += 1
            node = node.children[index]
            level -= 1

    def _below(self, branch: Branch) -> list[int]:
        """Return how many nodes are below each child."""
        if not branch.dirty:
            return [child.node_count for child in branch.children if isinstance(child, Reference)]
        found = self._counts.get(id(branch))
        if found is None:
            found = self._counts[id(branch)] = branch, list(map(self._count, branch.children))
        return found[1]

    def _count(self, child: Child) -> int:
        if isinstance(child, Reference):
            return child.node_count
        return len(child.cells) if isinstance(child, Leaf) else sum(self._below(child))

    def _drawn(self, leaf: Leaf, weight: int) -> Drawn:
        sizes = [
            (key, len(key) + (value.size if isinstance(value, Chain) else len(value)))
            for key, value in ((key, leaf.cells[key]) for key in leaf.sort())
        ]
        inside = PREFIX.size
        for key, value in leaf.cells.items():
            inside += len(key) + 2 + (OVERFLOW_CELL_SIZE if isinstance(value, Chain) else len(value))
        return Drawn(sizes, weight, min(1.0, inside / capacity(self.tree.pager.page_size)))
