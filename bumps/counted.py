"""An engine that counts each single read, as one does from the first time on that somebody asks for metrics.

To add one costs 40 ns, which is a twentieth of a read of a leaf that was used just before; nobody pays
that in a program that gives out no metrics. All else is always counted (bumps/counters.py).
"""

from __future__ import annotations

from bumps.engine import Engine
from bumps.snapshot import Pair, Snapshot


class CountedSnapshot(Snapshot):
    """A snapshot whose reads are counted."""

    def get(self, name: str, key: bytes) -> bytes | None:
        """Count, and do what a snapshot does."""
        with self.engine.latch:
            self.engine.counters.gets += 1
            return self.trees.get(name, key)

    def data(self, name: str, key: bytes) -> int:
        """Count, and do what a snapshot does."""
        with self.engine.latch:
            self.engine.counters.datas += 1
            return self.trees.data(name, key)

    def order(self, name: str, prefix: bytes, code: bytes, reverse: bool = False) -> bytes | None:
        """Count, and do what a snapshot does."""
        with self.engine.latch:
            self.engine.counters.orders += 1
            return self.trees.order(name, prefix, code, reverse)

    def query(self, name: str, key: bytes, reverse: bool = False) -> bytes | None:
        """Count, and do what a snapshot does."""
        with self.engine.latch:
            self.engine.counters.queries += 1
            return self.trees.query(name, key, reverse)

    def next_name(self, name: str, reverse: bool = False) -> str | None:
        """Count, and do what a snapshot does."""
        with self.engine.latch:
            self.engine.counters.names += 1
            return super().next_name(name, reverse)

    def next_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Count, and do what a snapshot does."""
        with self.engine.latch:
            self.engine.counters.neighbours += 1
            return super().next_pair(name, low, high)

    def previous_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Count, and do what a snapshot does."""
        with self.engine.latch:
            self.engine.counters.neighbours += 1
            return super().previous_pair(name, low, high)


class CountedEngine(Engine):
    """An engine whose reads are counted, those of the snapshots that it opens included."""

    snapshot_type = CountedSnapshot

    def get(self, name: str, key: bytes) -> bytes | None:
        """Count, and do what an engine does."""
        with self.latch:
            self.counters.gets += 1
            return self.forest.get(name, key)

    def data(self, name: str, key: bytes) -> int:
        """Count, and do what an engine does."""
        with self.latch:
            self.counters.datas += 1
            return self.forest.data(name, key)

    def order(self, name: str, prefix: bytes, code: bytes, reverse: bool = False) -> bytes | None:
        """Count, and do what an engine does."""
        with self.latch:
            self.counters.orders += 1
            return self.forest.order(name, prefix, code, reverse)

    def query(self, name: str, key: bytes, reverse: bool = False) -> bytes | None:
        """Count, and do what an engine does."""
        with self.latch:
            self.counters.queries += 1
            return self.forest.query(name, key, reverse)

    def next_name(self, name: str, reverse: bool = False) -> str | None:
        """Count, and do what an engine does."""
        with self.latch:
            self.counters.names += 1
            return super().next_name(name, reverse)

    def next_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Count, and do what an engine does."""
        with self.latch:
            self.counters.neighbours += 1
            return super().next_pair(name, low, high)

    def previous_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Count, and do what an engine does."""
        with self.latch:
            self.counters.neighbours += 1
            return super().previous_pair(name, low, high)


def count_reads(engine: Engine) -> None:
    """Count the single reads of an open database from now on; snapshots that are open already do not take part."""
    with engine.latch:
        counters = engine.counters
        if counters.reads_counted or engine.closed or engine.failed:
            return
        counters.reads_counted = True
        counters.lookups = counters.misses  # so that hits, which are the difference, begin at 0
        engine.live_forest().pager.counts_lookups = True
        engine.__class__ = CountedEngine
