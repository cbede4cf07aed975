"""The pager: reads pages of `data`, checks them, and keeps clean nodes in a cache.

Invariants

    G1. Only clean nodes are in the cache; dirty ones hang in their trees and never leave
        memory before their checkpoint (no-steal).
    G2. A node of the cache is used only for a reference with its page, its checksum and its level.
    G3. No page is believed before its own checks and those of the reference (page.py, P2).
    G4. What a snapshot may read is never changed, only copied: dirty nodes of an earlier era,
        and clean ones while a snapshot is open.
    G5. From `freeze` to `settle` or `thaw` the dirty nodes of the eras up to `frozen_era` are frozen: a
        checkpoint writes them, so they are copied too. What it will need to know of each when it is
        over is in `copies` and `orphans`: a frozen node in neither still hangs in its live tree.
    G6. The cache holds references, and each of these holds its node; no other reference has one. So who
        comes down a tree finds a node in memory without looking for it. References are this pager's alone.
    G7. A leaf that is read for one value when the cache is full is neither decoded nor kept, unless that was done
        not long ago (`peek`). Its page is checked by G3, kind, level and count of nodes as well, and each column by
        the count of its strings; the order of its keys is checked when it is decoded. To keep it packed would
        take memory that Python has already, for the small objects of leaves, and does not give back for pages.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from bumps import limits
from bumps.btree import overflow
from bumps.btree.body import decode_branch, decode_leaf, find_value
from bumps.btree.node import UNKNOWN, Branch, Chain, Child, Leaf, Node, Unknown
from bumps.btree.page import BRANCH, LEAF, PAGE_FIRST, Page, Reference, corrupt, parse
from bumps.btree.pins import Pins
from bumps.counters import Counters
from bumps.errors import StorageError
from bumps.files import File

KIND_OF_LEVEL_0, KIND_ABOVE = LEAF, BRANCH
SWEEP_COUNT = 4
"""Killed nodes whose memory each change of a tree gives back: about 25 us."""
COPY_CHARGE_PER_NODE = 60
"""Measured: a cell that a copied leaf shares with the one it comes from takes 36 to 62 bytes of dict and list."""
IMAGE_CHARGE = 700
"""Measured: what is noted of a node that is written, and what an image of a page takes beyond it."""
_ASIDE_CACHE_SIZE = 1 << 20


SEEN_SHARE = 4
"""A page that was read for one value is remembered as long as a quarter as many others as are cached come after it."""


class Dead(NamedTuple):
    """A subtree of `data` that was killed, and whose pages are still to be freed."""

    reference: Reference
    level: int
    tree: int


class Pager:
    """All access of the trees to `data`, and what became dirty, free or dead since the last checkpoint."""

    def __init__(
        self,
        data: File | None,
        page_size: int,
        page_count: int,
        *,
        cache_size: int = limits.CACHE_SIZE_DEFAULT,
        overrides: Mapping[int, bytes] | None = None,
        generation: int = 0,
        counters: Counters | None = None,
    ) -> None:
        """Read from `data`; pages in `overrides` hide those in the file (a sealed set that is not home yet)."""
        assert page_size in limits.PAGE_SIZES
        self.data = data
        self.counters = counters or Counters()
        self.counts_lookups = self.counters.reads_counted
        """A copy, since it is looked at in each descent."""
        self.page_size = page_size
        self.page_count = page_count
        self.overrides: Mapping[int, bytes] = overrides or {}
        self.cache_size = cache_size
        self.cache: OrderedDict[int, Reference] = OrderedDict()
        """By page."""
        self.charge = 0
        """What the nodes of the cache are charged, in bytes."""
        self.seen: dict[int, None] = {}
        """Pages of leaves that were read for one value not long ago, the oldest first."""
        self.generation = generation
        """Of the checkpoint that wrote what the clean nodes refer to."""
        self.pins = Pins()
        self.era = 1
        """Names the time since the last snapshot: what was made or copied in it, nobody else holds."""
        self.freed: list[tuple[int, int]] = []
        """Runs (page, count) that no tree uses any more since the last checkpoint."""
        self.dead: list[Dead] = []
        self.dirty_count = 0
        """Dirty leaves."""
        self.dirty_size = 0
        """What dirty nodes are charged, from above: a value that is set twice counts twice."""
        self.image_size_ahead = 0
        """What their pages will take when a checkpoint has encoded them."""
        self.dropped: list[Child] = []
        """Dirty subtrees that were killed: their memory is given back bit by bit, a KILL waits for none of it."""
        self.frozen_era = 0
        self.frozen_size = 0
        """What frozen nodes are charged."""
        self.image_size = 0
        """What the pages take that a checkpoint writes, until they are home; from above until they are encoded."""
        self.copies: dict[Node, Node] = {}
        """Dirty nodes of the live trees by the frozen one that they are copies of."""
        self.orphans: list[tuple[Node, bool]] = []
        """Frozen nodes that left the live trees, and whether as they were, not as a copy."""
        self.frozen_count = 0
        self._frozen_charge = 0
        self._shared_size = 0
        """What copies share with the frozen leaves that they come from."""

    # Reading

    def image(self, number: int, count: int = 1) -> bytes:
        """Return the bytes of `count` pages as they are, fewer at the end of the file."""
        if self.overrides and count > 1:
            return b"".join(self.image(page) for page in range(number, number + count))
        if number in self.overrides:
            return self.overrides[number]
        if self.data is None:
            return b""
        try:
            image = self.data.pread(count * self.page_size, number * self.page_size)
        except OSError as error:
            raise StorageError(
                f"data: page {number}: cannot be read: {error.strerror}", file="data", page=number
            ) from error
        self.counters.data_read += len(image)
        return image

    def page(self, reference: Reference, tree: int) -> Page:
        """Return the page that a reference names, or raise CorruptionError (G3)."""
        number = reference.page
        if not PAGE_FIRST <= number < self.page_count:
            raise corrupt(number, f"a reference to it, and there are {self.page_count} pages")
        page = parse(self.image(number), self.page_size, number)
        check_reference(page, reference.checksum)
        if page.tree != tree:
            raise corrupt(number, f"belongs to tree {page.tree}, the reference to tree {tree}")
        return page

    def load(self, reference: Reference, tree: int, level: int) -> Node:
        """Return the node that a reference names, from the cache or from `data`."""
        self.counters.lookups += 1
        return self.find(reference, tree, level)

    def find(self, reference: Reference, tree: int, level: int) -> Node:
        """Do what `load` does, for who has counted the lookup."""
        node: Node | None = reference.node
        if node is None:
            home = self.cache.get(reference.page)
            if home is not None and home.checksum == reference.checksum and home.node.level == level:  # G2
                # Its branch was read again, or a snapshot reads another copy of it.
                node = reference.node = home.node
                home.node = None
                self.cache[reference.page] = reference
        if node is None:
            return self._fetch(reference, tree, level)
        node.recent = True
        return node

    def _fetch(self, reference: Reference, tree: int, level: int) -> Node:
        """Return the node that a reference names, from `data`."""
        self.counters.misses += 1
        node = decode(self.page(reference, tree), level, reference.node_count, self.page_size, self.page_count)
        self.keep(node, reference)
        return node

    def peek(self, reference: Reference, tree: int, key: bytes) -> bytes | Unknown | None:
        """Return the value of a key in a leaf whose reference has no node, None if there is none there (G7).

        `UNKNOWN` says: `find` the node.
        """
        number, room = reference.page, self.room
        if self.charge > room:
            self.trim()
        growth = self.page_size + limits.CACHE_CHARGE_PER_NODE * reference.node_count
        if self.charge + growth <= room or reference.has_overflow or number in self.cache:
            return UNKNOWN
        seen = self.seen
        if number in seen:
            del seen[number]
            return UNKNOWN
        self.counters.misses += 1
        page = self.page(reference, tree)
        check_kind(page, 0)
        value = find_value(page, key)
        check_count(page, page.cell_count, reference.node_count)
        seen[number] = None
        while len(seen) > max(1, len(self.cache) // SEEN_SHARE):
            del seen[next(iter(seen))]
        return value

    def value(self, chain: Chain, tree: int) -> bytes:
        """Return a value that lies in an overflow chain, or raise CorruptionError."""
        count = overflow.page_count(chain.size, self.page_size)
        return overflow.read(self.image(chain.page, count), self.page_size, tree, chain)

    # Cache

    def keep(self, node: Node, reference: Reference) -> None:
        """Put a clean node, and the reference to it, into the cache, in the place of any other with its page."""
        assert not node.dirty, "G1"
        self.forget(node.page)
        self.cache[node.page] = reference
        reference.node = node
        self.charge += node.charge
        self.trim()

    def trim(self) -> None:
        """Keep within the budget: what cannot be dropped leaves the rest of it to the cache."""
        if self.dropped:
            self.sweep()
        room = self.room
        while self.charge > room and len(self.cache) > 1:
            self.evict()

    @property
    def room(self) -> int:
        """What is left of the budget for clean nodes, in bytes; below 0 it is exceeded.

        Memory that Python has for small objects is not there for pages when it is free, so what the pages of
        dirty nodes will take is left free before there are any.
        """
        images = self.image_size + self.image_size_ahead
        return self.cache_size - self.dirty_size - self.frozen_size - images - self.pins.held_size

    def sweep(self) -> None:
        """Give back the memory of a few killed leaves: that of a million nodes takes 30 ms."""
        dropped = self.dropped
        for _ in range(SWEEP_COUNT):
            if not dropped:
                return
            node = dropped.pop()
            if isinstance(node, Branch):
                dropped += node.children

    def evict(self) -> None:
        """Drop the node that was longest in the cache, unless it was used: then it has a second chance."""
        page, reference = self.cache.popitem(last=False)
        node: Node = reference.node
        if node.recent:
            node.recent = False
            self.cache[page] = reference
        else:
            reference.node = None
            self.charge -= node.charge
            self.counters.evictions += 1

    def forget(self, page: int) -> None:
        """Take the node with this page out of the cache."""
        reference = self.cache.pop(page, None)
        if reference is not None:
            self.charge -= reference.node.charge
            reference.node = None

    # What changes until the next checkpoint

    def own(self, node: Node) -> Node:
        """Return a node that may be changed, instead of one that may not: the caller hangs it into its parent (N4).

        It is the same one, unless a snapshot may hold that (G4), or a checkpoint is writing it (G5).
        """
        assert node.era != self.era
        newest = self.pins.newest()
        if not node.era:
            if newest is not None:
                node = node.copy()  # and the clean one stays in the cache
            else:
                self.forget(node.page)
            self.mark(node)
            return node
        if node.era <= self.frozen_era:
            return self._copy_frozen(node)
        if newest is not None and newest.era >= node.era:
            origin, node.origin = node.origin, None
            self.count_held(node)
            node = node.copy()
            if origin is not None:
                node.origin = origin
                self.copies[origin] = node
        node.era = self.era
        return node

    def _copy_frozen(self, frozen: Node) -> Node:
        node = frozen.copy()
        node.origin = frozen
        if isinstance(frozen, Leaf) and isinstance(node, Leaf):
            # The checkpoint frees the other chains, whose values were replaced before it.
            node.chains = {key: chain for key, chain in frozen.chains.items() if frozen.cells.get(key) == chain}
            node.charge = min(self._frozen_charge, COPY_CHARGE_PER_NODE * len(node.cells))
            self._shared_size += self._frozen_charge - node.charge
        self.copies[frozen] = node
        self.mark(node)
        return node

    def count_held(self, node: Node) -> None:
        """Count a node that is dirty still and leaves the live trees, if it stays in memory for a snapshot."""
        newest = self.pins.newest()
        if newest is not None and newest.era >= node.era and isinstance(node, Leaf):
            self.pins.hold(node.era, node.measure())

    def mark(self, node: Node) -> None:
        """Count a clean or new node as dirty, made in this era."""
        node.era = self.era
        self.dirty_size += node.charge
        self.image_size_ahead += self.page_size + IMAGE_CHARGE
        if node.level == 0:
            self.dirty_count += 1

    def discard(self, node: Node) -> None:
        """Let go a dirty node that only snapshots still refer to: its page and its overflow chains are free."""
        assert node.era
        if node.era <= self.frozen_era:
            self.orphans.append((node, True))  # it has its page and its chains when it is written
            return
        self.count_held(node)
        if isinstance(node, Leaf):
            self.dirty_count -= 1
            for chain in node.chains.values():
                self.free_chain(chain)
        self._let_page_go(node)

    def give_up(self, node: Node) -> None:
        """Let a dirty node forget its page, which is free: it gets another one (btree/mover.py)."""
        assert node.era == self.era
        self._let_page_go(node)
        node.page = node.generation = 0

    def _let_page_go(self, node: Node) -> None:
        if node.origin is not None:
            self.orphans.append((node.origin, False))  # whose page this would be
            del self.copies[node.origin]
            node.origin = None
        elif node.page:
            self.freed.append((node.page, 1))

    # A checkpoint beside what changes (G5)

    def freeze(self) -> None:
        """Let nothing be changed any more that is dirty now."""
        assert not self.frozen_era
        self.frozen_era = self.era
        self.era += 1
        self.frozen_size, self.frozen_count = self.dirty_size, self.dirty_count
        self._frozen_charge = self.dirty_size // max(1, self.dirty_count)
        self.image_size = self.image_size_ahead
        self.dirty_size = self.dirty_count = self.image_size_ahead = 0

    def settle(self) -> None:
        """Forget what was frozen: it has its pages, or is gone."""
        for frozen in self.copies:
            self.count_held(frozen)
        for frozen, _ in self.orphans:
            self.count_held(frozen)
        self.frozen_era = self.frozen_size = self._shared_size = 0
        self.copies = {}
        self.orphans = []

    def hold(self, pages: Mapping[int, bytes]) -> None:
        """Read these pages from memory until they are home: then call it with none.

        What was frozen is charged as what it is from here on: a clean node, or a copy that shares with nobody.
        """
        self.overrides = pages
        self.dirty_size += self._shared_size
        self.frozen_size = self._shared_size = 0
        self.image_size = len(pages) * (self.page_size + IMAGE_CHARGE)

    def thaw(self) -> None:
        """Make what is frozen dirty again: no checkpoint will write it."""
        copies, orphans = self.copies, self.orphans
        self.dirty_size += self.frozen_size
        self.image_size_ahead += self.image_size
        self.image_size = 0
        self.dirty_count += self.frozen_count
        self.settle()
        for frozen, node in copies.items():
            node.origin = None
            if isinstance(frozen, Leaf) and isinstance(node, Leaf):
                self.dirty_count -= 1  # its copy is counted
                replaced = {key: chain for key, chain in frozen.chains.items() if frozen.cells.get(key) != chain}
                node.chains = {**node.chains, **replaced}
        for frozen, is_whole in orphans:
            if isinstance(frozen, Leaf):
                self.dirty_count -= 1
                for key, chain in frozen.chains.items():
                    if is_whole or frozen.cells.get(key) != chain:
                        self.free_chain(chain)
            if frozen.page:
                self.freed.append((frozen.page, 1))

    def aside(self) -> Pager:
        """Return a pager of the same pages that shares nothing with this one, for a tree that nobody else knows."""
        return Pager(
            self.data,
            self.page_size,
            self.page_count,
            cache_size=_ASIDE_CACHE_SIZE,
            overrides=self.overrides,
            generation=self.generation,
        )

    def free_chain(self, chain: Chain) -> None:
        """Free the pages of an overflow chain, unread."""
        self.freed.append((chain.page, overflow.page_count(chain.size, self.page_size)))

    def kill(self, reference: Reference, tree: int, level: int) -> None:
        """Free a clean subtree: at once if that needs no reading, else later, from the worklist."""
        if level == 0 and not reference.has_overflow:
            self.freed.append((reference.page, 1))
        else:
            self.dead.append(Dead(reference, level, tree))


def check_reference(page: Page, checksum: int) -> None:
    """Raise CorruptionError if a page is not the one that was meant: a lost write leaves a stale one."""
    if page.checksum != checksum:
        raise corrupt(page.number, f"checksum is {page.checksum:08x}, the reference to it says {checksum:08x}")


def decode(page: Page, level: int, node_count: int, page_size: int, page_count: int) -> Node:
    """Return the node that a page holds, or raise CorruptionError if it is not of that level and count (B2)."""
    check_kind(page, level)
    node: Node
    if level:
        node = decode_branch(page, page_count)
        found = count_below(node)
    else:
        node = decode_leaf(page, page_size, page_count)
        found = len(node.cells)
    check_count(page, found, node_count)
    return node


def check_kind(page: Page, level: int) -> None:
    """Raise CorruptionError if a page is not the leaf, or the branch of that level, that its parent says."""
    kind = KIND_ABOVE if level else KIND_OF_LEVEL_0
    if page.kind != kind or page.level != level:
        raise corrupt(page.number, f"kind {page.kind} of level {page.level}, its parent says level {level}")


def check_count(page: Page, found: int, node_count: int) -> None:
    """Raise CorruptionError if so many nodes were found in a page, and its parent says otherwise (B2)."""
    if found != node_count:
        raise corrupt(page.number, f"{found} nodes, its parent says {node_count}")


def count_below(branch: Branch) -> int:
    """Return how many nodes a clean branch has below it."""
    return sum(child.node_count for child in branch.children if isinstance(child, Reference))
