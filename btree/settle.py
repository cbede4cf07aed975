"""Put a checkpoint in force in memory: what it wrote is clean, wherever it is still what it was.

Between freezing and this the live trees went on. A frozen node (btree/pager.py, G5) is now

    in its live tree     it becomes a reference, and goes into the cache; one that was cut when
                         it was written is loaded again when it is needed
    copied, and changed  its copy takes over its page, and with it the new overflow chains; parts
                         that it was cut into become leaves of their own
    gone                 its pages and its new chains are free

    F1. Each page that the checkpoint wrote is so in the live trees, in the directory or the freelist
        of the set, or free, exactly once.
"""

from __future__ import annotations

from bisect import bisect_left

from bumps.btree.encode import FrozenTree, PageSet, Written, WrittenTree
from bumps.btree.node import Branch, Chain, Child, Leaf, Node
from bumps.btree.page import Reference
from bumps.btree.pager import Pager
from bumps.btree.tree import Tree


class Settler:
    """One checkpoint that is put in force."""

    def __init__(self, pager: Pager, pages: PageSet) -> None:
        """Settle what `pages` holds in the trees of `pager`."""
        self.pager = pager
        self.nodes = pages.nodes
        self.generation = pages.generation

    def tree(self, live: Tree | None, frozen: FrozenTree, written: WrittenTree) -> None:
        """Settle one tree; `live` is None if its global is gone, or was made again."""
        tree, root = frozen.tree, frozen.root.node
        tree.frozen = False
        if live is not tree:
            self._free(written.grown)
        elif tree.root is root:
            assert written.root is not None
            if not isinstance(root, Reference):
                assert root is not None
                self._clean(root)
            tree.root, tree.level = written.root, written.level
        else:
            assert tree.root is not None
            self._free(written.grown)
            children, separators = self._child(tree.root)
            tree.root = children[0]
            if separators:
                tree.grow(separators, children[1:])
        tree.cursor.void()

    def orphans(self) -> None:
        """Free what was written of nodes that are gone."""
        for node, is_whole in self.pager.orphans:
            written = self.nodes[node]
            self._free([reference.page for reference in written.references])
            chains = written.chains if is_whole else _fresh(node, written)
            for chain in chains.values():
                self.pager.free_chain(chain)

    def _free(self, pages: list[int]) -> None:
        self.pager.freed += [(page, 1) for page in pages]

    def _child(self, child: Child) -> tuple[list[Child], list[bytes]]:
        """Return what takes the place of a child in a live branch, with the separators between."""
        if isinstance(child, Reference):
            return [child], []
        written = self.nodes.get(child)
        if written is not None:
            self.pager.count_held(child)  # by the branch that this one here is a copy of
            self._clean(child)
            return list(written.references), written.separators
        found: tuple[list[Child], list[bytes]] = [child], []
        if child.origin is not None:
            found = self._take_over(child, child.origin)
        if isinstance(child, Branch):
            self._branch(child)
        return found

    def _branch(self, branch: Branch) -> None:
        """Settle what is below a branch that has changed."""
        children: list[Child] = []
        separators: list[bytes] = []
        for index, child in enumerate(branch.children):
            if index:
                separators.append(branch.separators[index - 1])
            below, between = self._child(child)
            children += below
            separators += between
        branch.children, branch.separators = children, separators

    def _clean(self, node: Node) -> None:
        """Make a frozen node clean, and all below it. A snapshot that holds it reads the same as before."""
        written = self.nodes[node]
        if isinstance(node, Branch):
            for child in node.children:
                if not isinstance(child, Reference):
                    self._clean(child)
        if len(written.references) > 1:
            return
        if isinstance(node, Branch):
            node.children, node.separators = written.children, written.inner
        else:
            node.chains = written.chains
            node.cells.update(written.chains)
        reference = written.references[0]
        node.era = 0
        node.page, node.checksum, node.charge = reference.page, reference.checksum, written.charge
        node.generation = self.generation
        self.pager.keep(node, reference)

    def _take_over(self, node: Node, frozen: Node) -> tuple[list[Child], list[bytes]]:
        """Give a copy the pages that its frozen node was written to; return the leaves that it becomes."""
        written = self.nodes[frozen]
        first, *others = written.references
        node.origin = None
        node.page, node.generation = first.page, self.generation
        children: list[Child] = [node]
        separators: list[bytes] = []
        if isinstance(node, Leaf):
            fresh = _fresh(frozen, written)
            node.chains = {**node.chains, **fresh}
            for key, chain in fresh.items():
                assert isinstance(frozen, Leaf)
                if node.cells.get(key) is frozen.cells[key]:
                    node.cells[key] = chain
        for separator, reference in zip(reversed(written.separators), reversed(others)):
            right = self._cut(node, separator)
            if right is None:
                self._free([reference.page])
                continue
            right.page, right.generation = reference.page, self.generation
            children.insert(1, right)
            separators.insert(0, separator)
        return children, separators

    def _cut(self, node: Node, separator: bytes) -> Leaf | None:
        """Cut a copied leaf where its frozen one was cut, if it has keys on both sides and no snapshot holds it."""
        newest = self.pager.pins.newest()
        if not isinstance(node, Leaf) or (newest is not None and newest.era >= node.era):
            return None
        at = bisect_left(node.sort(), separator)
        if not 0 < at < len(node.cells):
            return None
        right = node.cut(at)
        self.pager.mark(right)
        return right


def _fresh(node: Node, written: Written) -> dict[bytes, Chain]:
    """Return the overflow chains of a frozen leaf that this checkpoint wrote."""
    if not isinstance(node, Leaf):
        return {}
    return {key: chain for key, chain in written.chains.items() if not isinstance(node.cells[key], Chain)}
