"""Turn what is dirty into pages: the second step of a checkpoint.

The work is done on copies: page numbers, references, freelist and worklist are noted in a
`PageSet`, and only `Forest.adopt` puts them in force. So a checkpoint that is given up in
between (no space for it) has changed nothing but shapes (btree/fit.py).

    E1. A page that has a place is rewritten there, and goes home by way of the double-write; but
        it gets a new place if an open snapshot may need the image that is there (btree/pins.py).
    E2. Children are written before their parents, whose references carry their checksums.
    E3. The worklist and the freelist of a page set are of one moment: nothing is freed twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from bumps import limits
from bumps.btree import overflow
from bumps.btree.body import BRANCH_CHARGE_PER_CHILD, LeafBody, encode_branch
from bumps.btree.fit import fit
from bumps.btree.freelist import Draft, Freelist
from bumps.btree.node import Branch, Chain, Child, Leaf
from bumps.btree.page import BRANCH, LEAF, Reference, Stamp, build
from bumps.btree.pager import Dead, Pager
from bumps.btree.tree import Tree
from bumps.errors import CorruptionError

DEAD_READ_COUNT_MAX = 4096
"""Pages of dead trees that one checkpoint reads. KILL of 1 GB needs a few hundred, if no value overflows."""


class WrittenLeaf(NamedTuple):
    """A dirty leaf, and what it is once its page is home."""

    leaf: Leaf
    reference: Reference
    chains: dict[bytes, Chain]
    charge: int


class WrittenBranch(NamedTuple):
    """A dirty branch, and what it is once its page is home."""

    branch: Branch
    reference: Reference
    children: list[Child]
    charge: int


@dataclass(slots=True)
class PageSet:
    """All that one checkpoint writes, and what is in force after it."""

    generation: int
    lsn: int
    pages: list[tuple[int, bytes]]
    """Page number and bytes, by number."""
    directory: Reference | None
    """None: there is no global."""
    freelist: tuple[int, int] | None
    """Number and checksum of its first page."""
    page_count: int
    node_count: int
    change_count: int
    """Of the forest, when it was encoded: adopting is right only if nothing was changed since."""
    freelist_after: Freelist
    dead: list[Dead]
    leaves: list[WrittenLeaf] = field(default_factory=list)
    branches: list[WrittenBranch] = field(default_factory=list)
    roots: list[tuple[Tree, Child | None]] = field(default_factory=list)
    in_force: bool = False
    """The trees refer to these pages."""


class Encoder:
    """One checkpoint's pages, as they come into being."""

    def __init__(self, pager: Pager, draft: Draft, stamp: Stamp) -> None:
        """Begin with a copy of the freelist."""
        self.pager = pager
        self.draft = draft
        self.stamp = stamp
        self.pages: list[tuple[int, bytes]] = []
        self.leaves: list[WrittenLeaf] = []
        self.branches: list[WrittenBranch] = []
        self.roots: list[tuple[Tree, Child | None]] = []
        self._bodies: dict[Leaf, LeafBody] = {}
        newest = pager.pins.newest()
        self._pinned = -1 if newest is None else newest.high

    def tree(self, tree: Tree) -> Reference | None:
        """Encode all that is dirty in a tree; return the reference to its root, None if it is empty."""
        self._bodies = fit(tree)
        root = tree.root
        reference = None if root is None else self._node(root, tree.number)
        self.roots.append((tree, reference))
        return reference

    def _node(self, node: Child, tree: int) -> Reference:
        if isinstance(node, Reference):
            return node
        return self._leaf(node, tree) if isinstance(node, Leaf) else self._branch(node, tree)

    def _place(self, node: Leaf | Branch) -> int:
        """Return the page that a node is written to (E1)."""
        if not node.page:
            return self.draft.take()
        if node.generation > self._pinned:
            return node.page
        number = self.draft.take()
        self.draft.free(node.page)
        return number

    def _leaf(self, leaf: Leaf, tree: int) -> Reference:
        body = self._bodies.pop(leaf)
        chains: dict[bytes, Chain] = {}
        keys = leaf.sort()
        number = self._place(leaf)
        for index in body.outside:
            value = leaf.cells[keys[index]]
            chains[keys[index]] = value if isinstance(value, Chain) else self._chain(value, tree)
        self._free_chains(leaf, chains)
        encoded = body.encode(list(chains.values()))
        image, checksum = build(self.stamp, number, tree, LEAF, body.cell_count, encoded, codings=body.codings)
        self.pages.append((number, image))
        reference = Reference(number, checksum, body.cell_count, bool(chains))
        charge = len(encoded) + limits.CACHE_CHARGE_PER_NODE * body.cell_count
        self.leaves.append(WrittenLeaf(leaf, reference, chains, charge))
        return reference

    def _chain(self, value: bytes, tree: int) -> Chain:
        """Write a value to overflow pages that are neighbours."""
        first = self.draft.take(overflow.page_count(len(value), self.stamp.page_size))
        pages, chain = overflow.write(self.stamp, tree, first, value)
        self.pages += pages
        return chain

    def _free_chains(self, leaf: Leaf, chains: dict[bytes, Chain]) -> None:
        """Free the overflow chains that the last image of a leaf owns and the new one does not (N5)."""
        for key, chain in leaf.chains.items():
            if chains.get(key) != chain:
                self.draft.free(chain.page, overflow.page_count(chain.size, self.stamp.page_size))

    def _branch(self, branch: Branch, tree: int) -> Reference:
        children = [self._node(child, tree) for child in branch.children]  # E2
        number = self._place(branch)
        coding, body = encode_branch(branch.separators, children)
        image, checksum = build(
            self.stamp, number, tree, BRANCH, len(children), body, level=branch.level, codings=(coding, 0)
        )
        self.pages.append((number, image))
        reference = Reference(
            number,
            checksum,
            sum(child.node_count for child in children),
            any(child.has_overflow for child in children),
        )
        charge = len(body) + BRANCH_CHARGE_PER_CHILD * len(children)
        self.branches.append(WrittenBranch(branch, reference, list(children), charge))
        return reference

    def bury(self, dead: list[Dead]) -> list[Dead]:
        """Free the pages of dead subtrees, a bounded number of them; return the worklist that is left (E3)."""
        unread: list[Dead] = []
        work = list(dead)
        read_count = 0
        while work and read_count < DEAD_READ_COUNT_MAX:
            item = work.pop()
            if item.level == 0 and not item.reference.has_overflow:
                self.draft.free(item.reference.page)
                continue
            read_count += 1
            try:
                node = self.pager.load(item.reference, item.tree, item.level)
            except CorruptionError:
                unread.append(item)  # nothing needs it, and verify tells; it must not stop the checkpoint
                continue
            self.pager.forget(item.reference.page)
            self.draft.free(item.reference.page)
            if isinstance(node, Leaf):
                for chain in node.chains.values():
                    self.draft.free(chain.page, overflow.page_count(chain.size, self.stamp.page_size))
            else:
                for child in node.children:
                    assert isinstance(child, Reference)
                    work.append(Dead(child, item.level - 1, item.tree))
        return unread + work
