"""Moving the pages of a tree to lower places, so that the end of `data` can be cut off.

A node whose page lies at or above a bound is made dirty, and forgets its page, which is free then; the
next checkpoint gives it a lower one, as it does with every new node. So moving is changing, by the one
way that is proven: pages go home through the double-write, and what a snapshot needs stays (btree/pins.py).

    V1. A checkpoint that moves more pages than there are free ones below the bound makes `data` longer:
        the caller sees to that (bumps/compact.py).
"""

from __future__ import annotations

from bisect import bisect_right

from bumps.btree import overflow
from bumps.btree.node import END, Branch, Chain, Child, Leaf, Node
from bumps.btree.page import Reference
from bumps.btree.tree import Tree


class Mover:
    """Moves what one tree has at or above a page. An exception may leave it half done: the forest is void then."""

    def __init__(self, tree: Tree, bound: int) -> None:
        """Begin; `bound` is the first page that is to be given up."""
        self.tree = tree
        self.pager = tree.pager
        self.bound = bound
        self.moved = 0
        """Pages that were given up."""

    def move(self, low: bytes, count: int) -> bytes:
        """Move about `count` pages at most, below the lowest branch that holds `low`; return where to go on, or END."""
        tree = self.tree
        if tree.root is None:
            return END
        path: list[int] = []
        level, high = tree.level, END
        child: Child = tree.root
        is_high = child.page >= self.bound
        while level > 1:
            branch = self._peek(child, level)
            assert isinstance(branch, Branch)
            index = bisect_right(branch.separators, low)
            if index < len(branch.separators):
                high = branch.separators[index]
            path.append(index)
            child = branch.children[index]
            is_high = is_high or child.page >= self.bound
            level -= 1
        wanted: list[int] = []
        if level == 1:
            branch = self._peek(child, 1)
            assert isinstance(branch, Branch)
            for index in range(bisect_right(branch.separators, low), len(branch.children)):
                if len(wanted) >= count:
                    high = branch.separators[index - 1]
                    break
                if self._leaf_lies_high(branch.children[index]):
                    wanted.append(index)
        elif self._leaf_lies_high(child):
            is_high = True
        if wanted or is_high:
            self._move(path, wanted)
        return high

    def _peek(self, child: Child, level: int) -> Node:
        return self.pager.load(child, self.tree.number, level) if isinstance(child, Reference) else child

    def _leaf_lies_high(self, child: Child) -> bool:
        """Return whether a leaf, or a value of it, is in a page at or above the bound."""
        if child.page >= self.bound:
            return True
        if isinstance(child, Reference) and not child.has_overflow:
            return False
        leaf = self._peek(child, 0)
        assert isinstance(leaf, Leaf)
        return any(self._chain_lies_high(chain) for chain in leaf.chains.values())

    def _chain_lies_high(self, chain: Chain) -> bool:
        return chain.page + overflow.page_count(chain.size, self.pager.page_size) > self.bound

    def _move(self, path: list[int], wanted: list[int]) -> None:
        """Make the nodes on a path dirty, and these children of the last one; give up what lies high of them."""
        tree = self.tree
        tree.changed = True
        node = tree.own_root()
        self._give_up(node)
        for index in path:
            assert isinstance(node, Branch)
            node = tree.own_child(node, index)
            self._give_up(node)
        for index in wanted:
            assert isinstance(node, Branch)
            self._give_up(tree.own_child(node, index))
        tree.cursor.void()

    def _give_up(self, node: Node) -> None:
        """Let a dirty node forget a page that lies high, and read values that lie there: they are written anew."""
        pager = self.pager
        if isinstance(node, Leaf):
            for key, chain in node.chains.items():
                if self._chain_lies_high(chain) and node.cells.get(key) is chain:
                    value = node.cells[key] = pager.value(chain, self.tree.number)
                    pager.dirty_size += len(value)
                    self.moved += overflow.page_count(chain.size, pager.page_size)
        if node.page >= self.bound:
            pager.give_up(node)
            self.moved += 1
