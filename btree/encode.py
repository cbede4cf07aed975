"""Turn what is frozen into pages: the second step of a checkpoint.

It reads the frozen nodes and the files, changes neither, and needs no lock: writers go on
meanwhile with copies (btree/pager.py, G5). What it finds out is noted in a `PageSet`; only
`Forest.adopt` puts that in force (btree/settle.py). So a checkpoint that is given up has changed
nothing.

    E1. A page that has a place is rewritten there, and goes home by way of the double-write; but
        it gets a new place if an open snapshot may need the image that is there (btree/pins.py).
        A page of the directory always does: snapshots that open meanwhile read the old ones.
    E2. Children are written before their parents, whose references carry their checksums.
    E3. The worklist and the freelist of a page set are of one moment: nothing is freed twice.
    E4. What does not fit a page is cut, into parts of about equal size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from bumps import limits
from bumps.btree import directory, overflow
from bumps.btree.body import (
    BRANCH_CHARGE_PER_CHILD,
    LeafBody,
    branch_sizes,
    capacity,
    cell_sizes,
    encode_branch,
    pack_leaf,
)
from bumps.btree.freelist import Draft, Freelist
from bumps.btree.merge import merge
from bumps.btree.mover import Mover
from bumps.btree.node import BOTTOM, END, Branch, Chain, Child, Leaf, Node, separate
from bumps.btree.page import BRANCH, LEAF, Reference, Stamp, build, corrupt
from bumps.btree.pager import Dead, Pager
from bumps.btree.tree import Tree
from bumps.btree.view import Root
from bumps.errors import CorruptionError

DEAD_READ_COUNT_MAX = 4096
"""Pages of dead trees that one checkpoint reads. KILL of 1 GB needs a few hundred, if no value overflows."""


class FrozenTree(NamedTuple):
    """A tree that has changed since the last checkpoint."""

    name: str
    tree: Tree
    """The live one, which goes on changing."""
    root: Root
    """What it was."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The state that one checkpoint writes."""

    generation: int
    lsn: int
    era: int
    trees: list[FrozenTree]
    born: list[str]
    """Globals that the directory does not name yet."""
    gone: list[str]
    """Globals that it names and that are no more."""
    freed: list[tuple[int, int]]
    dead: list[Dead]
    node_count: int
    tree_count: int
    page_count: int
    freelist: Freelist
    directory: Root
    has_worklist: bool
    """The directory holds a worklist, which this checkpoint writes anew."""
    pin_low: int | None
    """Generation of the oldest open snapshot."""
    pin_high: int
    """The youngest generation of images that an open snapshot needs, -1 for none."""
    cut_from: int | None
    """While pages are given up at the end of `data`: the first one that is to go (bumps/compact.py)."""


class Written(NamedTuple):
    """A frozen node as it was written."""

    references: list[Reference]
    """To its page, or to its parts if it had to be cut (E4)."""
    separators: list[bytes]
    """Between the parts."""
    charge: int
    chains: dict[bytes, Chain]
    """Of a leaf: those that its parts own now."""
    children: list[Child]
    """Of a branch: all that is below its parts."""
    inner: list[bytes]
    """Of a branch: the separators between these."""


class WrittenTree(NamedTuple):
    """A frozen tree as it was written."""

    root: Reference | None
    level: int
    grown: list[int]
    """Pages of branches above the frozen root, which is cut (E4)."""


@dataclass(slots=True)
class PageSet:
    """All that one checkpoint writes, and what is in force after it."""

    frozen: Frozen
    pages: list[tuple[int, bytes]]
    """Page number and bytes, by number."""
    page_count: int
    freelist_after: Freelist
    dead: list[Dead]
    """The worklist that is left."""
    buried: list[int]
    """Pages of dead trees that are free now."""
    trees: list[WrittenTree]
    """In the order of `frozen.trees`."""
    directory_tree: WrittenTree
    nodes: dict[Node, Written] = field(repr=False)

    @property
    def generation(self) -> int:
        """Of the checkpoint."""
        return self.frozen.generation

    @property
    def lsn(self) -> int:
        """LSN of the state."""
        return self.frozen.lsn

    @property
    def node_count(self) -> int:
        """How many nodes all globals have."""
        return self.frozen.node_count

    @property
    def directory(self) -> Reference | None:
        """The root of the directory; None: there is no global."""
        return self.directory_tree.root

    @property
    def freelist(self) -> tuple[int, int] | None:
        """Number and checksum of the first page of the list."""
        return self.freelist_after.first


def encode(pager: Pager, frozen: Frozen) -> PageSet:
    """Return the pages that make `data` what is frozen. Raises CorruptionError, LimitError."""
    stamp = Stamp(pager.page_size, frozen.generation, frozen.lsn)
    draft = Draft(frozen.freelist, frozen.page_count, frozen.generation, frozen.pin_low)
    aside = pager.aside()
    encoder = Encoder(aside, draft, stamp, frozen.pin_high, pager)
    trees = [encoder.tree(root) for _, _, root in frozen.trees]
    dead = encoder.bury(frozen.dead)
    names = _directory(aside, frozen, trees, dead)
    dead += encoder.bury(aside.dead)
    encoder.pin_high = limits.COUNTER_MAX  # E1
    directory_tree = encoder.tree(Root.of(names))
    if directory_tree.root is not None and directory_tree.root.has_overflow:
        # No cell of the directory is so large; one that was read may be, and is kept as it is until somebody looks.
        raise corrupt(directory_tree.root.page, "directory: a value in overflow pages")
    for page, count in (*frozen.freed, *aside.freed):
        draft.free(page, count)
    if frozen.cut_from is not None:
        draft.cut(frozen.cut_from)
    pages, free = encoder.pages, frozen.freelist
    if draft.changed:
        images, free = draft.encode(stamp)
        pages += images
    pages.sort()
    for (page, _), (other, _) in pairwise(pages):
        if page == other:
            raise corrupt(page, "two references lead to it")
    return PageSet(
        frozen=frozen,
        pages=pages,
        page_count=draft.page_count,
        freelist_after=free,
        dead=dead,
        buried=encoder.buried,
        trees=trees,
        directory_tree=directory_tree,
        nodes=encoder.nodes,
    )


def _directory(pager: Pager, frozen: Frozen, trees: list[WrittenTree], dead: list[Dead]) -> Tree:
    """Return the directory of the new state, in memory."""
    tree = frozen.directory.open_aside(pager)
    for name in frozen.gone:
        key = name.encode("latin-1")
        tree.remove_range(key, key + b"\0")
    for (name, live, _), written in zip(frozen.trees, trees):
        assert written.root is not None, "D1"
        tree.put(name.encode("latin-1"), directory.Entry(written.root, written.level, live.number).encode())
    if frozen.has_worklist:
        tree.remove_range(directory.DEAD_FIRST, directory.DEAD_END)
    for index, item in enumerate(dead):
        tree.put(directory.dead_key(index), directory.encode_dead(item))
    count = directory.COUNT.pack(frozen.tree_count)
    if frozen.tree_count and tree.cursor.get(directory.TREES) != count:
        tree.put(directory.TREES, count)
    for _ in merge(tree):
        pass
    if frozen.cut_from is not None:
        low = BOTTOM
        mover = Mover(tree, frozen.cut_from)
        while low < END:
            low = mover.move(low, limits.PAGE_COUNT_MAX)
    return tree


class Encoder:
    """One checkpoint's pages, as they come into being."""

    def __init__(self, pager: Pager, draft: Draft, stamp: Stamp, pin_high: int, live: Pager) -> None:
        """Read through `pager`, which nobody else has; take pages from `draft`; tell `live` how large the set is."""
        self.pager = pager
        self.live = live
        self.draft = draft
        self.stamp = stamp
        self.pin_high = pin_high
        self.pages: list[tuple[int, bytes]] = []
        self.nodes: dict[Node, Written] = {}
        self.buried: list[int] = []
        self._capacity = capacity(stamp.page_size)
        self._inline_size_max = limits.inline_size_max(stamp.page_size)

    def tree(self, root: Root) -> WrittenTree:
        """Encode all that is dirty in a tree."""
        if root.node is None:
            return WrittenTree(None, 0, [])
        if isinstance(root.node, Reference):
            return WrittenTree(root.node, root.level, [])
        written = self._node(root.node, root.number)
        references, separators, level = written.references, written.separators, root.level
        grown: list[int] = []
        while len(references) > 1:
            level += 1
            references, separators, _ = self._branches(level, separators, references, None, root.number)
            grown += [reference.page for reference in references]
        return WrittenTree(references[0], level, grown)

    def _node(self, node: Node, tree: int) -> Written:
        written = self._leaf(node, tree) if isinstance(node, Leaf) else self._branch(node, tree)
        self.nodes[node] = written
        size = len(self.pages) * self.stamp.page_size
        if size > self.live.image_size:  # it was cut, or has large values
            self.live.image_size = size
        return written

    def _place(self, node: Node | None) -> int:
        """Return the page that a node is written to (E1)."""
        if node is None or not node.page:
            return self.draft.take()
        if node.generation > self.pin_high:
            return node.page
        number = self.draft.take()
        self.draft.free(node.page)
        return number

    def _leaf(self, leaf: Leaf, tree: int) -> Written:
        chains: dict[bytes, Chain] = {}
        references: list[Reference] = []
        separators: list[bytes] = []
        charge = 0
        body = pack_leaf(leaf, self._inline_size_max)
        if self._fits(body):
            reference, charge = self._leaf_page(leaf, body, leaf, tree, chains)
            references.append(reference)
        else:
            keys = leaf.sort()
            # The body's prefix comes on top of the cells.
            points = _points(cell_sizes(leaf, body), self._capacity - 4, limits.LEAF_CELL_COUNT_MAX)
            place: Leaf | None = leaf
            for start, stop in zip((0, *points), (*points, len(keys))):
                part = _part(leaf, keys[start:stop])
                if start:
                    separators.append(separate(keys[start - 1], keys[start]))
                body = pack_leaf(part, self._inline_size_max)
                assert self._fits(body), "E4"
                references.append(self._leaf_page(part, body, place, tree, chains)[0])
                place = None
        self._free_chains(leaf, chains)
        return Written(references, separators, charge, chains, [], [])

    def _fits(self, body: LeafBody) -> bool:
        return body.size <= self._capacity and body.cell_count <= limits.LEAF_RUN_COUNT_MAX

    def _leaf_page(
        self, leaf: Leaf, body: LeafBody, place: Leaf | None, tree: int, chains: dict[bytes, Chain]
    ) -> tuple[Reference, int]:
        """Write one page of cells in the place of a leaf, or a new one; return the reference and the charge."""
        number = self._place(place)
        keys = leaf.sort()
        own: list[Chain] = []
        for index in body.outside:
            value = leaf.cells[keys[index]]
            chain = chains[keys[index]] = value if isinstance(value, Chain) else self._chain(value, tree)
            own.append(chain)
        encoded = body.encode(own)
        image, checksum = build(self.stamp, number, tree, LEAF, body.cell_count, encoded, codings=body.codings)
        self.pages.append((number, image))
        charge = len(encoded) + limits.CACHE_CHARGE_PER_NODE * body.cell_count
        return Reference(number, checksum, body.cell_count, bool(own)), charge

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

    def _branch(self, branch: Branch, tree: int) -> Written:
        references: list[Reference] = []
        inner: list[bytes] = []
        for index, child in enumerate(branch.children):  # E2
            if index:
                inner.append(branch.separators[index - 1])
            if isinstance(child, Reference):
                references.append(child)
            else:
                written = self._node(child, tree)
                references += written.references
                inner += written.separators
        parts, separators, charge = self._branches(branch.level, inner, references, branch, tree)
        return Written(parts, separators, charge, {}, list(references), inner)

    def _branches(
        self, level: int, separators: list[bytes], children: list[Reference], place: Branch | None, tree: int
    ) -> tuple[list[Reference], list[bytes], int]:
        """Write branches of these children, the first in the place of one that was there.

        Return the references to them, the separators between them, and what they are charged.
        """
        sizes = branch_sizes(separators)
        points: list[int] = []
        if sum(sizes) > self._capacity or len(children) > limits.BRANCH_CHILD_COUNT_MAX:
            points = _points(sizes, self._capacity, limits.BRANCH_CHILD_COUNT_MAX)
        references: list[Reference] = []
        between: list[bytes] = []
        charge = 0
        for start, stop in zip((0, *points), (*points, len(children))):
            if start:
                between.append(separators[start - 1])
            below = children[start:stop]
            number = self._place(place)
            place = None
            coding, body = encode_branch(separators[start : stop - 1], below)
            image, checksum = build(
                self.stamp, number, tree, BRANCH, len(below), body, level=level, codings=(coding, 0)
            )
            self.pages.append((number, image))
            node_count = sum(child.node_count for child in below)
            references.append(Reference(number, checksum, node_count, any(child.has_overflow for child in below)))
            charge += len(body) + BRANCH_CHARGE_PER_CHILD * len(below)
        return references, between, charge

    def bury(self, dead: list[Dead]) -> list[Dead]:
        """Free the pages of dead subtrees, a bounded number of them; return the worklist that is left (E3)."""
        unread: list[Dead] = []
        work = list(dead)
        read_count = 0
        while work and read_count < DEAD_READ_COUNT_MAX:
            item = work.pop()
            if item.level == 0 and not item.reference.has_overflow:
                self._bury_page(item.reference.page)
                continue
            read_count += 1
            try:
                node = self.pager.load(item.reference.copy(), item.tree, item.level)
            except CorruptionError:
                unread.append(item)  # nothing needs it, and verify tells; it must not stop the checkpoint
                continue
            self._bury_page(item.reference.page)
            if isinstance(node, Leaf):
                for chain in node.chains.values():
                    self.draft.free(chain.page, overflow.page_count(chain.size, self.stamp.page_size))
            else:
                for child in node.children:
                    assert isinstance(child, Reference)
                    work.append(Dead(child, item.level - 1, item.tree))
        return unread + work

    def _bury_page(self, page: int) -> None:
        self.buried.append(page)
        self.draft.free(page)


def _part(leaf: Leaf, keys: list[bytes]) -> Leaf:
    """Return a leaf with some of the cells of another."""
    cells = leaf.cells
    part = Leaf({key: cells[key] for key in keys}, keys)
    part.chains = leaf.chains
    return part


def _points(sizes: Sequence[int], size_max: int, count_max: int) -> list[int]:
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
