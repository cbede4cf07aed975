"""All trees of a database at its live state: what the engine sees of btree/.

`apply` is the one way in; reading is in btree/view.py. The caller holds the lock: a forest
knows nothing of threads.

    merge    joins small dirty nodes, step by step
    freeze   fixes the state of now as the one that a checkpoint writes
    encode   returns its pages; the one method that needs no lock, and may run while others do
    adopt    puts these pages in force; until they are home they are read from memory
    release  notes that they are home
    thaw     gives a checkpoint up after `freeze` or `encode`

`CorruptionError` may leave every method, `apply` too. After an error that leaves another one than `encode`
the forest is void: the caller opens another one and replays.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping

from bumps import limits
from bumps.batch import SET, Batches
from bumps.btree import directory, freelist
from bumps.btree.encode import Frozen, FrozenTree, PageSet, encode
from bumps.btree.freelist import Freelist
from bumps.btree.glimpse import SHUT, Glimpse
from bumps.btree.merge import merge
from bumps.btree.meta import Meta
from bumps.btree.mover import Mover
from bumps.btree.node import BOTTOM, END
from bumps.btree.page import DIRECTORY_TREE, Page, Reference, parse
from bumps.btree.pager import Pager, check_reference
from bumps.btree.pins import Pin
from bumps.btree.settle import Settler
from bumps.btree.tree import Tree
from bumps.btree.view import Moment, Pair, Root, Snapshot, View
from bumps.counters import Counters
from bumps.errors import LimitError
from bumps.files import File

__all__ = ["Forest", "Frozen", "PageSet", "Snapshot"]


class Forest(View):
    """The trees of a database at its live state. All that have changed since the last checkpoint are open (D2)."""

    def __init__(self, pager: Pager, free: Freelist, root: Reference | None, level: int, node_count: int) -> None:
        """Use `create_empty` or `open`."""
        super().__init__(pager, Tree(pager, DIRECTORY_TREE, root, level), node_count)
        self._freelist = free
        self._tree_count = 0
        """Number of the youngest tree."""
        self._dead_stored = 0
        """Dead trees in the worklist of the directory."""
        self.cut_from: int | None = None
        """While pages are given up at the end of `data`: the first one that is to go (bumps/compact.py)."""
        self._moment: Moment | None = None
        """For the snapshots of this moment; None: something was changed since."""
        self.glimpse: Glimpse | None = None
        """For reads without the lock (btree/glimpse.py); None: something was changed since it was shown."""

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
        # A copy: the slot's own is not this pager's alone.
        root = None if meta.directory is None else meta.directory.copy()
        forest = cls(pager, free, root, level, meta.node_count)
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

    # Writing

    def _new_tree(self, name: str) -> Tree:
        if self._tree_count >= limits.TREE_NUMBER_MAX:
            raise LimitError(f"^{name}: {self._tree_count:,} globals were made before it: no more can be numbered")
        self._tree_count += 1
        tree = self._trees[name] = Tree(self.pager, self._tree_count)
        if name in self._gone:
            self._gone.remove(name)
        else:
            insort(self._born, name)
        return tree

    def _drop_tree(self, name: str) -> None:
        """Forget the tree of a global that has no node any more."""
        del self._trees[name]
        index = bisect_left(self._born, name)
        if index < len(self._born) and self._born[index] == name:
            del self._born[index]
        else:
            self._gone.add(name)

    def fetch(self, batches: Batches) -> None:
        """Read the pages that `apply` will need: so CorruptionError comes before anything has changed.

        A batch that removes leaves may put keys into a neighbour of theirs afterwards, which this does not foresee.
        """
        for name, kinds, keys, _ in batches:
            tree = self._trees.get(name) or self._tree(name)
            if tree is not None:
                tree.fetch(kinds, keys)

    def apply(self, batches: Batches) -> None:
        """Do the operations of one commit, in order."""
        with _Change(self):
            for name, kinds, keys, values in batches:
                assert len(keys) == len(kinds)
                self._apply(name, kinds, keys, values)

    def apply_one(self, kind: int, name: str, key: bytes, value: bytes) -> None:
        """Do one operation; `value` says nothing unless it is a SET."""
        glimpse = self.glimpse
        self._moment, self.glimpse = None, SHUT  # what `_Change` does, without its calls
        tree = self._trees.get(name) or self._tree(name)
        if kind == SET:
            tree = tree or self._new_tree(name)
            before = tree.node_count
            is_near = tree.put(key, value)
            self.node_count += tree.node_count - before
        elif tree is not None:
            before = tree.node_count
            is_near = tree.remove(kind, key)
            self.node_count += tree.node_count - before
            if not tree.node_count:
                self._drop_tree(name)
        else:
            is_near = True
        self.glimpse = glimpse.renewed() if is_near and glimpse is not None else None

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

    # Reading without the lock

    def get_and_show(self, name: str, key: bytes) -> bytes | None:
        """Do what `get` does, and let the next reads do without the lock."""
        if self.glimpse is None:
            self.glimpse = Glimpse(self._trees)
        return self.get(name, key)

    def order_and_show(self, name: str, prefix: bytes, code: bytes, reverse: bool) -> bytes | None:
        """Do what `order` does, and let the next reads do without the lock."""
        if self.glimpse is None:
            self.glimpse = Glimpse(self._trees)
        return self.order(name, prefix, code, reverse)

    def data_and_show(self, name: str, key: bytes) -> int:
        """Do what `data` does, and let the next reads do without the lock."""
        if self.glimpse is None:
            self.glimpse = Glimpse(self._trees)
        return self.data(name, key)

    @property
    def dirty_count(self) -> int:
        """Return how many leaves have changed since the last checkpoint."""
        return self.pager.dirty_count

    @property
    def page_estimate(self) -> tuple[int, int]:
        """Return about how many pages the next checkpoints will write, and how many of them may be new; rather more."""
        pager = self.pager
        new = (pager.dirty_size + pager.frozen_size) // pager.page_size
        return new + (pager.dirty_count + pager.frozen_count) * 9 // 8 + 8, new + 8

    @property
    def dirty_size(self) -> int:
        """Return what changed nodes take in memory, in bytes, at most; those that are frozen are not counted."""
        return self.pager.dirty_size

    @property
    def frozen_size(self) -> int:
        """Return what a checkpoint that is not home yet takes in memory, in bytes: frozen nodes, and pages."""
        return self.pager.frozen_size + self.pager.image_size

    @property
    def is_over_budget(self) -> bool:
        """Return whether so much is dirty or frozen that writers must wait for the checkpoint.

        What snapshots hold makes them wait earlier, by half of the budget at most: no checkpoint gives that back.
        A sixteenth is left free: the commit that goes beyond is in memory before it is seen.
        """
        pager = self.pager
        return pager.room + max(0, pager.pins.held_size - pager.cache_size // 2) < pager.cache_size // 16

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

    def move(self, name: str, low: bytes, bound: int, count: int) -> tuple[bytes, int]:
        """Give up about `count` pages at or above `bound` of a global, from the key `low` on.

        Returns the key to go on from, END if there is no more, and how many pages were given up.
        """
        tree = self._tree(name)
        if tree is None:
            return END, 0
        with _Change(self):
            mover = Mover(tree, bound)
            low = mover.move(low, count)
        return low, mover.moved

    # Snapshots

    def snapshot(self, since: float = 0.0) -> Snapshot:
        """Return the trees of this moment, `since` of `Disk.monotonic`, for reading while these go on changing.

        It costs a look at each global that has changed since the last checkpoint, and not even that
        if nothing has changed since the last snapshot.
        """
        pager = self.pager
        moment = self._moment
        if moment is None:
            roots = {name: Root.of(tree) for name, tree in self._trees.items() if tree.changed or tree.frozen}
            moment = self._moment = Moment(roots, self._born.copy(), self._gone.copy())
            pager.era += 1
        pin = Pin(pager.generation, pager.era - 1, since)
        try:
            pager.pins.add(pin)
            return Snapshot(pager, pin, Root.of(self._directory), moment, self.node_count)
        except BaseException:
            pin.released = True  # by an interrupt, before there was somebody to release it
            raise

    # Checkpoint

    def merge(self) -> Iterator[None]:
        """Join small dirty nodes with their neighbours. After each step the trees may be used and changed."""
        for name, tree in list(self._trees.items()):
            steps = merge(tree) if tree.changed else iter(())
            while self._trees.get(name) is tree:
                with _Change(self):
                    if next(steps, self) is self:
                        break
                yield

    def freeze(self, generation: int, lsn: int) -> Frozen:
        """Fix what is dirty as what a checkpoint writes. Until `adopt` or `thaw` it is only copied."""
        pager = self.pager
        oldest, newest = pager.pins.oldest(), pager.pins.newest()
        changed = sorted((name, tree) for name, tree in self._trees.items() if tree.changed)
        frozen = Frozen(
            generation=generation,
            lsn=lsn,
            era=pager.era,
            trees=[FrozenTree(name, tree, Root.of(tree)) for name, tree in changed],
            born=self._born.copy(),
            gone=sorted(self._gone),
            freed=pager.freed,
            dead=pager.dead,
            node_count=self.node_count,
            tree_count=self._tree_count,
            page_count=pager.page_count,
            freelist=self._freelist,
            directory=Root.of(self._directory),
            has_worklist=self._dead_stored > 0,
            pin_low=None if oldest is None else oldest.low,
            pin_high=-1 if newest is None else newest.high,
            cut_from=self.cut_from,
        )
        pager.freeze()
        pager.freed, pager.dead = [], []
        for _, tree in changed:
            tree.changed, tree.frozen = False, True
        return frozen

    def encode(self, frozen: Frozen) -> PageSet:
        """Return the pages that make `data` what is frozen. Raises CorruptionError, LimitError; changes nothing."""
        return encode(self.pager, frozen)

    @property
    def is_frozen(self) -> bool:
        """Whether a checkpoint has begun that is neither home nor given up."""
        return self.pager.frozen_era > 0 or self.pager.image_size > 0

    def thaw(self, frozen: Frozen) -> None:
        """Give a checkpoint up: what was frozen is dirty as before."""
        pager = self.pager
        with _Change(self):
            pager.freed = frozen.freed + pager.freed
            pager.dead = frozen.dead + pager.dead
            for _, tree, _ in frozen.trees:
                tree.changed, tree.frozen = True, False
            pager.thaw()

    def adopt(self, pages: PageSet) -> None:
        """Put a page set in force, read from memory until `release`: what was frozen, and is as it was, is clean."""
        frozen, pager = pages.frozen, self.pager
        with _Change(self):
            pager.generation = pages.generation
            pager.page_count = pages.page_count
            pager.dead = pages.dead + pager.dead
            for page in pages.buried:
                pager.forget(page)
            self._freelist = pages.freelist_after
            self._dead_stored = len(pages.dead)
            pager.hold(dict(pages.pages))  # what was frozen counts as clean from here on, or as a copy
            settler = Settler(pager, pages)
            for tree, written in zip(frozen.trees, pages.trees):
                settler.tree(self._trees.get(tree.name), tree, written)
            settler.orphans()
            written_directory = pages.directory_tree
            directory_root = Root(written_directory.root, written_directory.level, 0, DIRECTORY_TREE)
            self._directory = directory_root.open_aside(pager)
            self._settle_names(frozen)
            pager.pins.settle(pages.generation, frozen.era)
            pager.settle()
        # While the pages go home, nothing but the cache and snapshots is to keep the nodes in memory.
        pages.nodes.clear()
        frozen.trees.clear()

    def release(self) -> None:
        """Read from `data` what `adopt` has put in force: it is home."""
        self.pager.hold({})

    def _settle_names(self, frozen: Frozen) -> None:
        """Find out anew which names the directory lacks, and which it should not have (D2)."""
        born, gone = set(self._born), self._gone
        was_born, was_gone = set(frozen.born), set(frozen.gone)
        self._born, self._gone = [], set()
        for name in sorted(born | gone | was_born | was_gone):
            was_in = name in gone or name in was_gone
            is_in = name in was_born or (was_in and name not in was_gone)
            exists = name in born or (was_in and name not in gone)
            if exists and not is_in:
                self._born.append(name)
            elif is_in and not exists:
                self._gone.add(name)

    def check(self) -> None:
        """Assert the invariants of all that is in memory."""
        self._directory.check()
        for tree in self._trees.values():
            tree.check()
        assert all(tree.node_count for tree in self._trees.values()), "D1"


class _Change:
    """While a forest changes: no snapshot is of the same moment as one before, and nobody reads without the lock (Z1).

    After an exception the forest is void, and shows nothing any more.
    """

    __slots__ = ("_forest",)

    def __init__(self, forest: Forest) -> None:
        self._forest = forest

    def __enter__(self) -> None:
        self._forest._moment, self._forest.glimpse = None, SHUT

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self._forest.glimpse = None
