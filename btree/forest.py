"""All trees of a database at its live state: what the engine sees of btree/.

`apply` is the one way in; reading is in btree/view.py. The caller holds the lock: a forest
knows nothing of threads.

    encode   reshapes what is dirty and returns the pages of a checkpoint; changes no state that
             giving it up would spoil
    enforce  makes the trees refer to these pages; until they are home they are read from memory;
             nothing may be applied between `encode` and this
    adopt    notes that the pages are home, and puts them in force if that was not done

`CorruptionError` may leave every method, `apply` too. After an error that leaves `apply` or `encode` the
forest is void: the caller opens another one and replays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from bumps import limits
from bumps.batch import SET, Batches
from bumps.btree import directory, freelist
from bumps.btree.encode import Encoder, PageSet
from bumps.btree.freelist import Draft, Freelist
from bumps.btree.meta import Meta
from bumps.btree.mover import Mover
from bumps.btree.node import BOTTOM, END, Node
from bumps.btree.page import DIRECTORY_TREE, Page, Reference, Stamp, corrupt, parse
from bumps.btree.pager import Dead, Pager, check_reference
from bumps.btree.pins import Pin
from bumps.btree.tree import Tree
from bumps.btree.view import Pair, Root, Snapshot, View
from bumps.counters import Counters
from bumps.errors import LimitError
from bumps.files import File

__all__ = ["Forest", "PageSet", "Snapshot"]


class Forest(View):
    """The trees of a database at its live state. All that have changed since the last checkpoint are open (D2)."""

    def __init__(self, pager: Pager, free: Freelist, root: Reference | None, level: int, node_count: int) -> None:
        """Use `create_empty` or `open`."""
        super().__init__(pager, Tree(pager, DIRECTORY_TREE, root, level), node_count)
        self._freelist = free
        self._tree_count = 0
        """Number of the youngest tree."""
        self._change_count = 0
        self._dead_stored = 0
        """Dead trees in the worklist of the directory."""
        self.cut_from: int | None = None
        """While pages are given up at the end of `data`: the first one that is to go (bumps/compact.py)."""
        self._roots: dict[str, Root] | None = None
        """Of the changed trees, for the snapshots of this moment; None: something was changed since."""

    @classmethod
    def create_empty(cls, page_size: int, cache_size: int = limits.CACHE_SIZE_DEFAULT) -> Forest:
        """Return the forest of a database that has no global and only meta pages."""
        return cls(Pager(None, page_size, 2, cache_size=cache_size), freelist.EMPTY, None, 0, 0)

    @classmethod
    def open(
        cls,
        data: File,
        meta: Meta,
        *,
        cache_size: int = limits.CACHE_SIZE_DEFAULT,
        overrides: Mapping[int, bytes] | None = None,
        counters: Counters | None = None,
    ) -> Forest:
        """Return the forest at the state of a meta slot; pages in `overrides` hide those in the file.

        Reads the freelist, the root of the directory and its worklist; raises CorruptionError.
        """
        pager = Pager(
            data,
            meta.page_size,
            meta.page_count,
            cache_size=cache_size,
            overrides=overrides,
            generation=meta.generation,
            counters=counters,
        )

        def load(number: int, checksum: int) -> Page:
            page = parse(pager.image(number), meta.page_size, number)
            check_reference(page, checksum)
            return page

        free = freelist.EMPTY
        if meta.freelist:
            free = freelist.read(meta.freelist, meta.page_count, meta.generation, load)
        level = 0
        if meta.directory:
            level = pager.page(meta.directory, DIRECTORY_TREE).level
        forest = cls(pager, free, meta.directory, level, meta.node_count)
        forest._open_directory()
        return forest

    def _open_directory(self) -> None:
        for key, value in self._directory_cells():
            try:
                if key == directory.TREES:
                    (self._tree_count,) = directory.COUNT.unpack(value)
                elif directory.DEAD_FIRST <= key < directory.DEAD_END:
                    self.pager.dead.append(directory.decode_dead(value, self.pager.page_count))
                    self._dead_stored += 1
                else:
                    raise ValueError("unknown key")
            except (ValueError, struct.error) as error:
                raise self._bad_cell(key, error) from error

    def _directory_cells(self) -> Iterator[Pair]:
        """Yield the cells of the directory that are not globals."""
        low = BOTTOM
        while low < directory.NAMES_FIRST:
            pairs, low = self._directory.cursor.part(low, directory.NAMES_FIRST)
            yield from pairs

    def attach(self, data: File) -> None:
        """Give a forest that was created empty the file in which its first checkpoint was written."""
        assert self.pager.data is None
        self.pager.data = data

    # Writing

    def _new_tree(self, name: str) -> Tree:
        if self._tree_count >= limits.TREE_NUMBER_MAX:
            raise LimitError(f"^{name}: {self._tree_count:,} globals were made before it: no more can be numbered")
        self._tree_count += 1
        tree = self._trees[name] = Tree(self.pager, self._tree_count)
        self._directory.put(name.encode("latin-1"), directory.placeholder(tree.number))  # D1
        return tree

    def _drop_tree(self, name: str) -> None:
        """Forget the tree of a global that has no node any more (D1)."""
        key = name.encode("latin-1")
        del self._trees[name]
        self._directory.remove_range(key, key + b"\0")

    def apply(self, batches: Batches) -> None:
        """Do the operations of one commit, in order."""
        self._change_count += 1
        self._roots = None
        for name, kinds, keys, values in batches:
            assert len(keys) == len(kinds)
            self._apply(name, kinds, keys, values)

    def apply_one(self, kind: int, name: str, key: bytes, value: bytes) -> None:
        """Do one operation; `value` says nothing unless it is a SET."""
        self._change_count += 1
        self._roots = None
        self._apply(name, bytes((kind,)), [key], [value] if kind == SET else [])

    def _apply(self, name: str, kinds: bytes, keys: list[bytes], values: list[bytes]) -> None:
        tree = self._trees.get(name) or self._tree(name)
        if tree is None:
            if SET not in kinds:
                return
            tree = self._new_tree(name)
        before = tree.node_count
        tree.apply(kinds, keys, values)
        self.node_count += tree.node_count - before
        if not tree.node_count:
            self._drop_tree(name)

    @property
    def dirty_count(self) -> int:
        """Return how many leaves have changed since the last checkpoint."""
        return self.pager.dirty_count

    @property
    def page_estimate(self) -> tuple[int, int]:
        """Return about how many pages a checkpoint will write now, and how many of them are new."""
        fresh, dirty = self.pager.fresh_count, self.pager.dirty_count
        # A full leaf in memory is more than a page; branches and the freelist come on top.
        new = 2 * fresh + fresh // 64
        return new + (dirty - fresh) * 9 // 8 + 8, new

    @property
    def held_size(self) -> int:
        """Return what pages take in memory that are in force and not home yet, in bytes."""
        return self.pager.held_size

    @property
    def dirty_size(self) -> int:
        """Return what changed leaves take in memory, in bytes, at most."""
        return self.pager.dirty_size

    # Moving pages to the front (bumps/compact.py)

    @property
    def free_counts(self) -> tuple[int, int]:
        """How many pages are free, and how many of them an open snapshot may still need."""
        oldest = self.pager.pins.oldest()
        runs = self._freelist.runs
        total = sum(run.page_count for run in runs)
        if oldest is None:
            return total, 0
        return total, sum(run.page_count for run in runs if run.generation > oldest.low)

    def move(self, name: str | None, low: bytes, bound: int, count: int) -> tuple[bytes, int]:
        """Give up about `count` pages at or above `bound` of a global, None for the directory, from the key `low` on.

        Returns the key to go on from, END if there is no more, and how many pages were given up.
        """
        tree = self._directory if name is None else self._tree(name)
        if tree is None:
            return END, 0
        self._change_count += 1
        self._roots = None
        mover = Mover(tree, bound)
        return mover.move(low, count), mover.moved

    # Snapshots

    def snapshot(self, since: float = 0.0) -> Snapshot:
        """Return the trees of this moment, `since` of `Disk.monotonic`, for reading while these go on changing.

        It costs a look at each global that has changed since the last checkpoint, and not even that
        if nothing has changed since the last snapshot.
        """
        pager = self.pager
        if self._roots is None:
            self._roots = {name: Root.of(tree) for name, tree in self._trees.items() if tree.changed}
            pager.era += 1
        pin = Pin(pager.generation, pager.era - 1, since)
        try:
            pager.pins.add(pin)
            return Snapshot(pager, pin, Root.of(self._directory), self._roots, self.node_count)
        except BaseException:
            pin.released = True  # by an interrupt, before there was somebody to release it
            raise

    # Checkpoint

    def encode(self, generation: int, lsn: int) -> PageSet:
        """Return the pages that make `data` the state of now, as of a generation and the LSN of its checkpoint."""
        pager = self.pager
        self._roots = None
        stamp = Stamp(pager.page_size, generation, lsn)
        oldest = pager.pins.oldest()
        draft = Draft(self._freelist, pager.page_count, generation, None if oldest is None else oldest.low)
        encoder = Encoder(pager, draft, stamp)
        changed = sorted((name, tree) for name, tree in self._trees.items() if tree.changed)
        for name, tree in changed:
            root = encoder.tree(tree)
            assert root is not None, "D1"
            cell = directory.Entry(root, tree.level, tree.number)
            self._directory.put(name.encode("latin-1"), cell.encode())
        dead = encoder.bury(pager.dead)
        if dead or self._dead_stored:
            self._store_dead(dead)
        if self._directory.changed and self._tree_count:
            self._directory.put(directory.TREES, directory.COUNT.pack(self._tree_count))
        root = encoder.tree(self._directory)
        if root is not None and root.has_overflow:
            # No cell of the directory is so large; one that was read may be, and is kept as it is until somebody looks.
            raise corrupt(root.page, "directory: a value in overflow pages")
        for page, count in pager.freed:
            draft.free(page, count)
        if self.cut_from is not None:
            draft.cut(self.cut_from)
        free = self._freelist
        pages = encoder.pages
        if draft.changed:
            images, free = draft.encode(stamp)
            pages += images
        pages.sort()
        assert len({page for page, _ in pages}) == len(pages), "a page was written twice"
        return PageSet(
            generation=generation,
            lsn=lsn,
            pages=pages,
            directory=root,
            freelist=free.first,
            page_count=draft.page_count,
            node_count=self.node_count,
            change_count=self._change_count,
            freelist_after=free,
            dead=dead,
            leaves=encoder.leaves,
            branches=encoder.branches,
            roots=encoder.roots,
        )

    def _store_dead(self, dead: list[Dead]) -> None:
        """Write the worklist into the directory."""
        self._directory.remove_range(directory.DEAD_FIRST, directory.DEAD_END)
        for index, item in enumerate(dead):
            self._directory.put(directory.dead_key(index), directory.encode_dead(item))
        self._dead_stored = len(dead)

    def adopt(self, pages: PageSet) -> None:
        """Note that a page set is home, and what was dirty is clean."""
        if not pages.in_force:
            self.enforce(pages)
        self.pager.hold({})

    def enforce(self, pages: PageSet) -> None:
        """Put a page set in force that is not home yet: what was dirty is clean, and pages are read from the set."""
        pages.in_force = True
        self.pager.hold(dict(pages.pages))
        assert pages.change_count == self._change_count, "the forest has changed since it was encoded"
        pager = self.pager
        self._roots = None
        pager.generation = pages.generation
        pager.page_count = pages.page_count
        pager.freed.clear()
        pager.dead = list(pages.dead)
        pager.dirty_count = pager.fresh_count = pager.dirty_size = 0
        self._freelist = pages.freelist_after
        for tree, root in pages.roots:
            tree.root = root
            tree.changed = False
        for leaf, reference, chains, charge in pages.leaves:
            leaf.chains = chains
            leaf.cells.update(chains)
            _settle(leaf, reference, charge, pages.generation)
            pager.keep(leaf)
        for branch, reference, children, charge in pages.branches:
            branch.children = children
            _settle(branch, reference, charge, pages.generation)
            pager.keep(branch)
        pager.pins.settle(pages.generation)

    def check(self) -> None:
        """Assert the invariants of all that is in memory."""
        self._directory.check()
        for tree in self._trees.values():
            tree.check()
        assert all(tree.node_count for tree in self._trees.values()), "D1"


def _settle(node: Node, reference: Reference, charge: int, generation: int) -> None:
    """Make a dirty node clean: it is what `reference` names. A snapshot that holds it reads the same as before."""
    node.era = 0
    node.page, node.checksum, node.charge, node.generation = reference.page, reference.checksum, charge, generation
