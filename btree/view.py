"""Reading all trees of a database at one state: the live one, or that of a snapshot.

Reading is by name of the global and encoded key. The caller holds the lock: a view knows
nothing of threads. Values of overflow cells are read when somebody asks for them;
`CorruptionError` may so leave every method that reads.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from bumps.btree import directory
from bumps.btree.node import BOTTOM, END, Child
from bumps.btree.page import Reference, corrupt
from bumps.btree.pager import Pager
from bumps.btree.pins import Pin
from bumps.btree.sample import Sampler
from bumps.btree.tree import Tree
from bumps.errors import CorruptionError

TREE_COUNT_MAX = 10_000
"""Trees that stay open and could be opened again; each takes about 1 KB."""
Pair = tuple[bytes, bytes]


class View:
    """The trees of a database, by name of the global without `^`."""

    def __init__(self, pager: Pager, directory_tree: Tree, node_count: int) -> None:
        """Read the globals that a directory names."""
        self.pager = pager
        self.node_count = node_count
        self._directory = directory_tree
        self._trees: dict[str, Tree] = {}
        """Open trees."""
        self._trees_max = TREE_COUNT_MAX
        self._born: list[str] = []
        """Globals that are and that the directory does not name, in order (D2)."""
        self._gone: set[str] = set()
        """Globals that the directory names and that are no more."""

    def _tree(self, name: str) -> Tree | None:
        """Return the tree of a global that has nodes."""
        tree = self._trees.get(name)
        if tree is None:
            tree = self._open_tree(name)
            if tree is not None:
                if len(self._trees) >= self._trees_max:
                    self._close_trees()
                self._trees[name] = tree
        return tree

    def _open_tree(self, name: str) -> Tree | None:
        """Return the tree that the directory names."""
        key = name.encode("latin-1")
        if name in self._gone:
            return None
        cursor = self._directory.cursor
        cursor.seek(key)  # `get` may stay where it was, and `_bad_cell` says where
        value = cursor.here(key)
        if value is None:
            return None
        try:
            entry = directory.decode(value, self.pager.page_count)
        except ValueError as error:
            raise self._bad_cell(key, error) from error
        return Tree(self.pager, entry.number, entry.root, entry.level)

    def _close_trees(self) -> None:
        """Close the trees that have not changed, when there are too many."""
        self._trees = {name: tree for name, tree in self._trees.items() if tree.changed or tree.frozen}
        self._trees_max = max(TREE_COUNT_MAX, 2 * len(self._trees))

    def _bad_cell(self, key: bytes, error: Exception) -> CorruptionError:
        return corrupt(self._directory.cursor.leaf.page, f"directory: {key!r}: {error}")

    # Reading

    def get(self, name: str, key: bytes) -> bytes | None:
        """Return the value of a node, None if it has none."""
        tree = self._trees.get(name) or self._tree(name)
        return None if tree is None else tree.cursor.get(key)

    def data(self, name: str, key: bytes) -> int:
        """Return what `$DATA` says: 1 if the node has a value, plus 10 if it has descendants."""
        tree = self._tree(name)
        return 0 if tree is None else tree.cursor.data(key)

    def has(self, name: str, key: bytes) -> bool:
        """Return whether a node has a value or descendants."""
        tree = self._tree(name)
        found = None if tree is None else tree.cursor.at_or_after(key)
        return found is not None and found < key + END

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
        found = self._next_stored(name, reverse)
        while found in self._gone:
            found = self._next_stored(found, reverse)
        born = self._born
        if reverse:
            index = (bisect_left(born, name) if name else len(born)) - 1
            if index >= 0 and (found is None or born[index] > found):
                return born[index]
        else:
            index = bisect_right(born, name)
            if index < len(born) and (found is None or born[index] < found):
                return born[index]
        return found

    def _next_stored(self, name: str, reverse: bool) -> str | None:
        """Return the name that the directory has after `name`, or before it."""
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

    def sampler(self, name: str) -> Sampler | None:
        """Return what draws leaves of a global by chance; None if there is no such global."""
        tree = self._tree(name)
        return None if tree is None else Sampler(tree)

    def node_count_of(self, name: str) -> int:
        """Return how many nodes a global has."""
        tree = self._tree(name)
        return 0 if tree is None else tree.node_count


class Root(NamedTuple):
    """A tree as it was at one moment."""

    node: Child | None
    level: int
    node_count: int
    number: int

    @classmethod
    def of(cls, tree: Tree) -> Root:
        """Return what a tree is now."""
        return cls(tree.root, tree.level, tree.node_count, tree.number)

    def open(self, pager: Pager) -> Tree:
        """Return a tree with a cursor of its own, for reading only."""
        return Tree(pager, self.number, self.node, self.level, self.node_count)

    def open_aside(self, pager: Pager) -> Tree:
        """Return the tree in a pager that is not the one whose references it has (btree/pager.py, G6)."""
        root = self.node.copy() if isinstance(self.node, Reference) else self.node
        return Tree(pager, self.number, root, self.level, self.node_count)


class Moment(NamedTuple):
    """What the directory does not say of one moment (D2)."""

    roots: dict[str, Root]
    """Of the trees that have changed."""
    born: list[str]
    gone: set[str]


NOTHING = Moment({}, [], set())


class Snapshot(View):
    """The trees as they were when it was opened, whatever is done to them since.

    It shares its nodes with the live trees, which copy what they change (btree/pager.py, G4), and
    its pin keeps the pages that it refers to (btree/pins.py). It ends with `close`, or as garbage.
    """

    _pin: Pin | None = None
    """None as long as an interrupt has kept it from its pin, which is then let go by whoever made that."""

    def __init__(self, pager: Pager, pin: Pin, directory_root: Root, moment: Moment, node_count: int) -> None:
        """Take what `Forest.snapshot` found."""
        self._pin = pin
        super().__init__(pager, directory_root.open(pager), node_count)
        self._moment = moment
        self._born, self._gone = moment.born, moment.gone

    def _open_tree(self, name: str) -> Tree | None:
        root = self._moment.roots.get(name)
        return super()._open_tree(name) if root is None else root.open(self.pager)

    def close(self) -> None:
        """Let go what it holds; it is not to be read any more."""
        if self._pin is not None:
            self._pin.released = True
        self._trees.clear()
        self._moment = NOTHING

    def __del__(self) -> None:
        """Let the pin go with the garbage."""
        if self._pin is not None:
            self._pin.released = True
