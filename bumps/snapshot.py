"""A snapshot: the whole database at one LSN, read while writers go on.

It opens without waiting for anybody and lives as long as it is wanted, over commits and
checkpoints; `close`, the end of its `with` block, or the garbage collector lets it go.

Until something changes it reads the live trees, and costs nothing. Before the first change the
engine makes it keep the trees that it has (btree/view.py says how). A scan is one range of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING

from bumps.btree.forest import Forest
from bumps.btree.sample import Drawn
from bumps.btree.view import Snapshot as TreeSnapshot
from bumps.btree.view import View
from bumps.digest import Digest
from bumps.errors import ClosedError

if TYPE_CHECKING:
    from bumps.engine import Engine

Pair = tuple[bytes, bytes]

SCAN_COUNT = 256
"""Nodes that a scan reads while it holds the engine's latch."""


class Snapshot:
    """The state of a database at `lsn`. Threads may share it. What reads it raises ClosedError when it is closed."""

    def __init__(self, engine: Engine, lsn: int, sequence: int) -> None:
        """Take over what `Engine.snapshot` made; the engine's latch is held."""
        self.engine = engine
        self.lsn = lsn
        self.sequence = sequence
        """The engine's count of changes, of which its last commits are not in the journal yet if they are a group."""
        self.closed = False
        """Whether it was closed."""
        self._trees: TreeSnapshot | None = None

    def __enter__(self) -> Snapshot:
        """Return the snapshot."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def keep(self, trees: Forest) -> None:
        """Hold on to the live trees as they are, before they change. The caller holds the latch."""
        if self._trees is None:
            self._trees = trees.snapshot(self.engine.disk.monotonic())

    def close(self) -> None:
        """Let go what it holds."""
        with self.engine.latch:
            self.closed = True
            self.engine.forget_snapshot(self)
            trees, self._trees = self._trees, None
            if trees is not None:
                trees.close()

    @property
    def trees(self) -> View:
        """The trees at this LSN; the caller holds the latch. Raises ClosedError, and FailedError as the engine does."""
        self.engine.check_readable()
        if self.closed:
            raise ClosedError(f"{self.engine.path}: the snapshot of LSN {self.lsn} is closed")
        return self._trees or self.engine.live_forest()

    def get(self, name: str, key: bytes) -> bytes | None:
        """Return the value of a node, or None."""
        if self._trees is None and not self.closed:
            value = self.engine.get(name, key)
            if self._trees is None:
                return value  # nothing has begun to change since it was opened: it would have kept its trees before
        with self.engine.latch:
            return self.trees.get(name, key)

    def data(self, name: str, key: bytes) -> int:
        """Return `$DATA` of a node: 0, 1, 10 or 11."""
        with self.engine.latch:
            return self.trees.data(name, key)

    def order(self, name: str, prefix: bytes, code: bytes, reverse: bool = False) -> bytes | None:
        """Return the code of the next (previous) subscript below `prefix` after `code`; empty starts."""
        with self.engine.latch:
            return self.trees.order(name, prefix, code, reverse)

    def query(self, name: str, key: bytes, reverse: bool = False) -> bytes | None:
        """Return the key of the next (previous) node with a value."""
        with self.engine.latch:
            return self.trees.query(name, key, reverse)

    def next_name(self, name: str, reverse: bool = False) -> str | None:
        """Return the global after (before) `name`; empty starts."""
        with self.engine.latch:
            return self.trees.next_name(name, reverse)

    def names(self) -> list[str]:
        """Return the names of all globals, in order."""
        with self.engine.latch:
            return list(self.trees.names())

    def next_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the first node with low < key < high."""
        with self.engine.latch:
            return self.trees.next(name, low, high, False)

    def previous_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the last node with low <= key < high."""
        with self.engine.latch:
            return self.trees.previous(name, low, high)

    def scan(self, name: str, low: bytes = b"", high: bytes = b"\xff", reverse: bool = False) -> Scan:
        """Return the nodes with low <= key < high, in order or backwards."""
        return Scan(self, self.engine, name, low, high, reverse)

    def items(self, name: str) -> Scan:
        """Return all nodes of a global."""
        return self.scan(name)

    def scans(self, names: Iterable[str] | None = None) -> list[tuple[str, Scan]]:
        """Return (name, its nodes) of all globals, or of those named."""
        return [(name, self.scan(name)) for name in (self.names() if names is None else names)]

    @property
    def node_count(self) -> int:
        """How many nodes all globals have."""
        with self.engine.latch:
            return self.trees.node_count

    def node_count_of(self, name: str) -> int:
        """Return how many nodes a global has."""
        with self.engine.latch:
            return self.trees.node_count_of(name)

    def draw(self, name: str, ranks: Iterator[int]) -> Iterator[Drawn]:
        """Yield the leaves of a global that hold the nodes of these ascending ranks (btree/sample.py)."""
        with self.engine.latch:
            self.engine.check_readable()
            if self._trees is None:
                self.keep(self.engine.live_forest())  # the sampler must not see it change
            sampler = self.trees.sampler(name)
        if sampler is None:
            return
        drawn = sampler.draw(ranks)
        while True:
            with self.engine.latch:
                self.trees  # noqa: B018  # closed, or failed, meanwhile?
                found = next(drawn, None)
            if found is None:
                return
            yield found

    def digest(self) -> str:
        """Return the digest of all content (bumps/digest.py)."""
        digest = Digest(self.engine.codec.charset)
        for name, pairs in self.scans():
            digest.add_global(name, pairs)
        return digest.hexdigest()


class Scan:
    """The nodes of one range, all of the moment at which it was opened.

    It reads in steps. One that is opened on the live database reads its first step at once, and opens a
    snapshot only if there is more: so a short scan costs writers nothing, and a long one no memory.
    """

    __slots__ = ("_chunk", "_engine", "_high", "_low", "_name", "_own", "_reverse", "_snapshot")

    def __init__(
        self, snapshot: Snapshot | None, engine: Engine, name: str, low: bytes, high: bytes, reverse: bool
    ) -> None:
        """Open a scan of low <= key < high in a snapshot, or in the live database."""
        self._engine = engine
        self._name = name
        self._low = low
        self._high = high
        self._reverse = reverse
        self._chunk: Iterator[Pair] = iter(())
        self._snapshot = snapshot
        self._own = snapshot is None
        """Whether the snapshot, if there is one, was opened here."""
        with engine.latch:
            engine.counters.scans += 1
            if snapshot is None and self._read(engine.live_forest()):
                self._snapshot = engine.snapshot_now()

    def __iter__(self) -> Iterator[Pair]:
        """Yield the nodes that are left. Nodes that one step has read cost no call each."""
        return chain.from_iterable(self._chunks())

    def __next__(self) -> Pair:
        """Return the next node."""
        for pair in self:
            return pair
        raise StopIteration

    def _chunks(self) -> Iterator[Iterator[Pair]]:
        """Yield what is left of the step that was read last, then what the next ones read."""
        while True:
            yield self._chunk
            snapshot = self._snapshot
            if snapshot is None:
                return
            with self._engine.latch:
                if not self._read(snapshot.trees):
                    self._snapshot = None
                    if self._own:
                        snapshot.close()

    def _read(self, trees: View) -> bool:
        """Read the next nodes; return whether there may be more."""
        pairs: list[Pair] = []
        self._chunk = iter(pairs)
        for pair in trees.items(self._name, self._low, self._high, self._reverse):
            pairs.append(pair)
            if len(pairs) >= SCAN_COUNT:
                if self._reverse:
                    self._high = pair[0]
                else:
                    self._low = pair[0] + b"\0"
                self._engine.counters.scan_nodes += SCAN_COUNT
                return True
        self._engine.counters.scan_nodes += len(pairs)
        return False
