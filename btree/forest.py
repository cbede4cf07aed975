"""All trees of a database at its live state: what the engine sees of btree/.

`apply` is the one way in. Reading is by name of the global and encoded key. The caller holds
the lock: a forest knows nothing of threads.

    encode   reshapes what is dirty and returns the pages of a checkpoint; changes no state that
             giving it up would spoil
    adopt    puts these pages in force, once they are home; nothing may be applied in between

Values of overflow cells are read when somebody asks for them; `CorruptionError` may so leave
every method that reads, and `apply` too. After an error that leaves `apply` or `encode` the
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
from bumps.btree.node import BOTTOM, END, Node
from bumps.btree.page import DIRECTORY_TREE, Page, Reference, Stamp, corrupt, parse
from bumps.btree.pager import Dead, Pager, check_reference
from bumps.btree.tree import Tree
from bumps.errors import CorruptionError
from bumps.files import File

__all__ = ["Forest", "PageSet"]

TREE_COUNT_MAX = 10_000
"""Clean trees that stay open; each takes about 1 KB."""
Pair = tuple[bytes, bytes]


class Forest:
    """The trees of a database, by name of the global without `^`."""

    def __init__(self, pager: Pager, free: Freelist, root: Reference | None, level: int, node_count: int) -> None:
        """Use `create_empty` or `open`."""
        self.pager = pager
        self.node_count = node_count
        self._freelist = free
        self._directory = Tree(pager, DIRECTORY_TREE, root, level)
        self._trees: dict[str, Tree] = {}
        """Open trees. All that have changed since the last checkpoint are among them (D2)."""
        self._trees_max = TREE_COUNT_MAX
        self._tree_count = 0
        """Number of the youngest tree."""
        self._change_count = 0
        self._dead_stored = 0
        """Dead trees in the worklist of the directory."""

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
    ) -> Forest:
        """Return the forest at the state of a meta slot; pages in `overrides` hide those in the file.

        Reads the freelist, the root of the directory and its worklist; raises CorruptionError.
        """
        pager = Pager(data, meta.page_size, meta.page_count, cache_size=cache_size, overrides=overrides)

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

    def _bad_cell(self, key: bytes, error: Exception) -> CorruptionError:
        return corrupt(self._directory.cursor.leaf.page, f"directory: {key!r}: {error}")

    def attach(self, data: File) -> None:
        """Give a forest that was created empty the file in which its first checkpoint was written."""
        assert self.pager.data is None
        self.pager.data = data

    # Trees

    def _tree(self, name: str) -> Tree | None:
        """Return the tree of a global that has nodes."""
        tree = self._trees.get(name)
        if tree is not None:
            return tree
        key = name.encode("latin-1")
        value = self._directory.cursor.get(key)
        if value is None:
            return None
        try:
            entry = directory.decode(value, self.pager.page_count)
        except ValueError as error:
            raise self._bad_cell(key, error) from error
        if len(self._trees) >= self._trees_max:
            self._close_trees()
        tree = self._trees[name] = Tree(self.pager, entry.number, entry.root, entry.level)
        return tree

    def _close_trees(self) -> None:
        """Close the trees that have not changed, when there are too many."""
        self._trees = {name: tree for name, tree in self._trees.items() if tree.changed}
        self._trees_max = max(TREE_COUNT_MAX, 2 * len(self._trees))

    def _new_tree(self, name: str) -> Tree:
        self._tree_count += 1
        tree = self._trees[name] = Tree(self.pager, self._tree_count)
        self._directory.put(name.encode("latin-1"), directory.placeholder(tree.number))  # D1
        return tree

    def _drop_tree(self, name: str) -> None:
        """Forget the tree of a global that has no node any more (D1)."""
        key = name.encode("latin-1")
        del self._trees[name]
        self._directory.remove_range(key, key + b"\0")

    # Writing

    def apply(self, batches: Batches) -> None:
        """Do the operations of one commit, in order."""
        self._change_count += 1
        for name, kinds, keys, values in batches:
            assert len(keys) == len(kinds)
            self._apply(name, kinds, keys, values)

    def apply_one(self, kind: int, name: str, key: bytes, value: bytes) -> None:
        """Do one operation; `value` says nothing unless it is a SET."""
        self._change_count += 1
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

    # Reading

    def get(self, name: str, key: bytes) -> bytes | None:
        """Return the value of a node, None if it has none."""
        tree = self._trees.get(name) or self._tree(name)
        return None if tree is None else tree.cursor.get(key)

    def data(self, name: str, key: bytes) -> int:
        """Return what `$DATA` says: 1 if the node has a value, plus 10 if it has descendants."""
        tree = self._tree(name)
        if tree is None:
            return 0
        cursor = tree.cursor
        here = cursor.at_or_after(key) == key
        return 10 * cursor.has_below(key) + here

    def order(self, name: str, prefix: bytes, code: bytes, reverse: bool = False) -> bytes | None:
        """Return the code of the subscript next to `code` below `prefix`; `b""` stands for the start, or end."""
        tree = self._trees.get(name) or self._tree(name)
        return None if tree is None else tree.cursor.order(prefix, code, reverse)

    def query(self, name: str, key: bytes, reverse: bool = False) -> bytes | None:
        """Return the key of the next node with a value, or of the one before."""
        tree = self._tree(name)
        if tree is None:
            return None
        return tree.cursor.last_before(key) if reverse else tree.cursor.at_or_after(key + b"\0")

    def next(self, name: str, low: bytes, high: bytes | None = None, inclusive: bool = True) -> Pair | None:
        """Return the first node with low <= key < high; without `inclusive` it is above `low`."""
        tree = self._tree(name)
        if tree is None:
            return None
        key = tree.cursor.at_or_after(low if inclusive else low + b"\0")
        return None if key is None or (high is not None and key >= high) else self._pair(tree, key)

    def previous(self, name: str, low: bytes, high: bytes | None = None, inclusive: bool = False) -> Pair | None:
        """Return the last node with low <= key < high; with `inclusive` it may be `high` itself."""
        tree = self._tree(name)
        if tree is None:
            return None
        key = tree.cursor.last_before(END if high is None else high + b"\0" if inclusive else high)
        return None if key is None or key < low else self._pair(tree, key)

    @staticmethod
    def _pair(tree: Tree, key: bytes) -> Pair:
        value = tree.cursor.here(key)
        assert value is not None
        return key, value

    def items(self, name: str, low: bytes = BOTTOM, high: bytes | None = None, reverse: bool = False) -> Iterator[Pair]:
        """Yield key and value of low <= key < high, in order.

        What one leaf holds is read at once. After it the tree may have changed, and even have been
        killed and made again: the iteration goes on from the key where it was.
        """
        high = END if high is None else min(high, END)
        while low < high and (tree := self._tree(name)) is not None:
            if reverse:
                pairs, high = tree.cursor.part_before(low, high)
            else:
                pairs, low = tree.cursor.part(low, high)
            yield from pairs

    def next_name(self, name: str, reverse: bool = False) -> str | None:
        """Return the name of the next global with nodes, or of the one before; `""` stands for start or end."""
        cursor = self._directory.cursor
        key = name.encode("latin-1")
        if reverse:
            found = cursor.last_before(key or END)
        else:
            found = cursor.at_or_after(key + b"\0" if key else directory.NAMES_FIRST)
        if found is None or found < directory.NAMES_FIRST:
            return None
        if not directory.is_name(found):
            raise self._bad_cell(found, ValueError("not the name of a global"))
        return found.decode("ascii")

    def names(self) -> Iterator[str]:
        """Yield the names of all globals that have nodes, in order."""
        name = self.next_name("")
        while name is not None:
            yield name
            name = self.next_name(name)

    def node_count_of(self, name: str) -> int:
        """Return how many nodes a global has."""
        tree = self._tree(name)
        return 0 if tree is None else tree.node_count

    @property
    def dirty_count(self) -> int:
        """Return how many leaves have changed since the last checkpoint."""
        return self.pager.dirty_count

    @property
    def dirty_size(self) -> int:
        """Return what changed leaves take in memory, in bytes, at most."""
        return self.pager.dirty_size

    # Checkpoint

    def encode(self, generation: int, lsn: int) -> PageSet:
        """Return the pages that make `data` the state of now, as of a generation and the LSN of its checkpoint."""
        pager = self.pager
        stamp = Stamp(pager.page_size, generation, lsn)
        draft = Draft(self._freelist, pager.page_count, generation)
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
        assert root is None or not root.has_overflow
        for page, count in pager.freed:
            draft.free(page, count)
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
        """Put a page set in force: it is home, and what was dirty is clean."""
        assert pages.change_count == self._change_count, "the forest has changed since it was encoded"
        pager = self.pager
        pager.page_count = pages.page_count
        pager.freed.clear()
        pager.dead = list(pages.dead)
        pager.dirty_count = pager.dirty_size = 0
        self._freelist = pages.freelist_after
        for tree, root in pages.roots:
            tree.root = root
            tree.changed = False
        for leaf, reference, chains, charge in pages.leaves:
            leaf.chains = chains
            leaf.cells.update(chains)
            _settle(leaf, reference, charge)
            pager.keep(leaf)
        for branch, reference, children, charge in pages.branches:
            branch.children = children
            _settle(branch, reference, charge)
            pager.keep(branch)

    def check(self) -> None:
        """Assert the invariants of all that is in memory."""
        self._directory.check()
        for tree in self._trees.values():
            tree.check()
        assert all(tree.node_count for tree in self._trees.values()), "D1"


def _settle(node: Node, reference: Reference, charge: int) -> None:
    """Make a dirty node clean: it is what `reference` names."""
    node.dirty = False
    node.page, node.checksum, node.charge = reference.page, reference.checksum, charge
