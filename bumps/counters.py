"""What an open database has done, counted in plain integers by those who do it.

Journal, trees, checkpoints and engine share one `Counters` and add to it where the thing happens;
nobody there reads it. bumps/metrics.py gives out what it says, under the names users see.

    K1. Each counter is changed with one and the same lock held, so none of them is ever short by one.
        Readers take no lock: an integer is read whole.
    K2. Counting changes nothing that reaches a disk, and asks no clock but `Disk.monotonic`.
    K3. A counter never decreases while the database is open, and begins at 0 when it is opened.
"""

from __future__ import annotations

from bisect import bisect_left

from bumps.batch import KILL, KILL_NODE, Batches
from bumps.files import Disk, File

SECONDS = (
    0.00005,
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
)
"""Upper bounds of the classes of a time: from a sync of fast flash to a disk that is nearly gone."""
OPERATIONS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 10_000.0, 100_000.0)
"""Upper bounds of the classes of a commit by its operations."""


class Histogram:
    """How many values there were in each class, and their sum."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        """Start with no value. A value belongs to the first class whose bound is not below it."""
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        """By class; the last one has no bound."""
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self.sum += value
        self.counts[bisect_left(self.bounds, value)] += 1

    @property
    def count(self) -> int:
        """How many values there were."""
        return sum(self.counts)


class Counters:
    """The counters of one open database. Sizes are in bytes."""

    __slots__ = (
        "checkpoint_pages",
        "checkpoint_seconds",
        "checkpoint_zeroed",
        "checkpoints_refused",
        "commit_operations",
        "commit_size",
        "data_read",
        "data_sync_seconds",
        "data_written",
        "datas",
        "double_write_read",
        "double_write_sync_seconds",
        "double_write_written",
        "evictions",
        "gets",
        "journal_read",
        "journal_sync_seconds",
        "journal_zeroed",
        "kill_nodes",
        "kills",
        "lookups",
        "misses",
        "names",
        "neighbours",
        "orders",
        "queries",
        "reads_counted",
        "rebuilds",
        "refused",
        "scan_nodes",
        "scans",
        "segment_sync_seconds",
        "sets",
        "stall_seconds",
        "wait_seconds",
    )

    def __init__(self) -> None:
        """Start at 0."""
        self.reads_counted = False
        """Whether single reads are, and lookups (bumps/counted.py)."""
        # With the engine's latch; the first six and `lookups` only if `reads_counted`
        self.gets = self.datas = self.orders = self.queries = self.neighbours = self.names = 0
        self.scans = self.scan_nodes = 0
        self.lookups = 0
        """Nodes of trees that were looked for in memory."""
        self.misses = 0
        """Those that were not there, and were read."""
        self.evictions = 0
        self.data_read = 0
        self.journal_read = 0
        self.rebuilds = 0
        """Trees that were given up and made again (engine, E4)."""
        self.wait_seconds = Histogram(SECONDS)
        """Writers that waited for a checkpoint."""
        # With the engine's writer lock
        self.sets = self.kills = self.kill_nodes = 0
        self.commit_operations = Histogram(OPERATIONS)
        self.commit_size = 0
        """Of commit frames, without padding."""
        self.refused = 0
        """Frames for which there was no space."""
        self.checkpoints_refused = 0
        # By the one checkpoint that runs
        self.data_written = self.double_write_written = self.checkpoint_zeroed = 0
        self.double_write_read = 0
        self.checkpoint_pages = 0
        self.checkpoint_seconds = Histogram(SECONDS)
        self.stall_seconds = Histogram(SECONDS)
        """How long a checkpoint had the writer lock and the latch."""
        self.data_sync_seconds = Histogram(SECONDS)
        self.double_write_sync_seconds = Histogram(SECONDS)
        # By who has the journal's turn; what is about the next segment, by who prepares it
        self.journal_sync_seconds = Histogram(SECONDS)
        self.segment_sync_seconds = Histogram(SECONDS)
        self.journal_zeroed = 0

    def count_commit(self, batches: Batches, operation_count: int, size: int) -> None:
        """Count a commit that is in the journal, in a frame of `size` bytes."""
        self.commit_operations.observe(operation_count)
        self.commit_size += size
        set_count = 0
        for batch in batches:
            set_count += len(batch.values)
        self.sets += set_count
        if set_count != operation_count:
            for batch in batches:
                self.kills += batch.kinds.count(KILL)
                self.kill_nodes += batch.kinds.count(KILL_NODE)


def timed_sync(disk: Disk, file: File, seconds: Histogram) -> None:
    """Sync a file, and note how long it took if it succeeded."""
    began = disk.monotonic()
    file.sync()
    seconds.observe(disk.monotonic() - began)
