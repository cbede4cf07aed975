"""What `bumps bench db` can measure: suites, the works in them, and the words for their figures.

A suite is what one child process does with one store, in one go; its works share the data that it makes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bumps.errors import UsageError

ALL_BYTES = ("bumps", "sqlite3", "sqlite3-256m", "lmdb", "leveldb", "zodb", "bplustree")
THREADED = ("bumps", "sqlite3", "lmdb", "leveldb")
TUPLES = ("bumps", "sqlite3", "zodb")
KILLED = ("bumps", "sqlite3", "lmdb")
ALONE = ("bumps",)

THREAD_COUNT = 4


class Metric(NamedTuple):
    """One figure of a work."""

    title: str
    unit: str
    more_is_better: bool | None
    """None: it is neither."""


METRICS = {
    "cpu": Metric("rate", "/CPU-s", True),
    "wall": Metric("rate, wall", "/s", True),
    "cpu_open": Metric("rate without the close", "/CPU-s", True),
    "bytes": Metric("data file", "bytes", False),
    "kill_ms": Metric("until it is committed, wall", "ms", False),
    "freed_s": Metric("with the close after it, wall", "s", False),
    "freed_cpu_s": Metric("with the close after it, CPU", "s", False),
    "open_ms": Metric("files in the cache of the system", "ms", False),
    "open_cold_ms": Metric("files on the disk only", "ms", False),
    "import_ms": Metric("`import bumps` before it", "ms", False),
    "database_bytes": Metric("data file", "bytes", None),
    "node_bytes": Metric("memory per node beyond its bytes", "bytes", False),
    "disk_wall": Metric("from the disk, wall", "/s", True),
    "disk_cpu": Metric("from the disk", "/CPU-s", True),
    "miss": Metric("miss ratio", "", None),
    "rss_read_ratio": Metric("memory taken / cache budget, as long as it is only read", "", False),
    "rss_ratio": Metric("memory taken / cache budget, at most", "", False),
    "rss_bytes": Metric("memory taken, at most", "bytes", None),
    "budget_bytes": Metric("cache budget", "bytes", None),
    "levels": Metric("levels of the tree", "", None),
    "get_us": Metric("get, random", "us of CPU", False),
    "predicted_us": Metric("get, predicted: in memory x levels + misses x load", "us of CPU", None),
    "formula_us": Metric("get, by 1 us + misses x 20 us", "us of CPU", None),
    "explained": Metric("measured / predicted", "", False),
    "put_us": Metric("put, random", "us of CPU", False),
    "build_cpu": Metric("ascending load", "/CPU-s", True),
    "recovery_s": Metric("open after SIGKILL, wall", "s", False),
    "recovery_cpu_s": Metric("open after SIGKILL, CPU", "s", False),
    "replay_cpu": Metric("records replayed", "/CPU-s", True),
    "tail_bytes": Metric("journal that was replayed", "bytes", None),
    "stall_p99_ms": Metric("longest wait in a checkpoint, p99 of checkpoints", "ms", False),
    "stall_ms": Metric("longest wait in a checkpoint, median of checkpoints", "ms", False),
    "stall_max_ms": Metric("longest wait in any checkpoint", "ms", False),
    "write_p99_ms": Metric("p99 of all writes during checkpoints", "ms", False),
    "quiet_p99_ms": Metric("p99 of writes without a checkpoint", "ms", False),
    "quiet_max_ms": Metric("longest write without a checkpoint", "ms", False),
    "checkpoint_s": Metric("a checkpoint, median", "s", None),
    "checkpoints": Metric("checkpoints", "", None),
}


@dataclass(frozen=True, slots=True)
class Suite:
    """What one child does with one store."""

    name: str
    title: str
    stores: tuple[str, ...]
    works: dict[str, str]
    """Name -> what is done."""
    count: int
    """Nodes, if `--count` does not say otherwise."""
    rounds: int = 5
    large: bool = False
    """Done with --large, or when it is named."""
    minutes: float = 1.0
    """About how long one machine took, all rounds."""


SUITES = (
    Suite(
        "bytes",
        "encoded keys, at the engine",
        ALL_BYTES,
        {
            "put-seq": "put, ascending keys, durable batches",
            "put-rand": "put, random keys, durable batches",
            "get-random": "get, random, from a fresh open",
            "get-hot": "get, random, once more, all in memory",
            "scan": "scan all nodes",
            "order": "$ORDER, one step at a time",
            "size-seq": "data file after ascending puts",
            "size-rand": "data file after random puts",
        },
        200_000,
        minutes=5,
    ),
    Suite(
        "tuple",
        "subscripts, by the Python API",
        TUPLES,
        {
            "tuple-put-seq": "put, ascending subscripts, durable batches",
            "tuple-put-rand": "put, random subscripts, durable batches",
            "tuple-get": "get, random, from a fresh open",
            "tuple-scan": "scan all nodes",
            "tuple-order": "$ORDER, one step at a time",
        },
        200_000,
        minutes=4,
    ),
    Suite(
        "single",
        "one node, one durable commit",
        tuple(store for store in ALL_BYTES if store != "sqlite3-256m"),
        {"put-single": "put, random keys, each a durable commit"},
        1_000,
        rounds=9,
        minutes=3,
    ),
    Suite(
        "threads",
        f"{THREAD_COUNT} threads",
        THREADED,
        {
            "threads-put": f"put by {THREAD_COUNT} threads, each a durable commit",
            "threads-get": f"get, random, by {THREAD_COUNT} threads",
        },
        4_000,
        minutes=3,
    ),
    Suite(
        "m",
        "through the M language, durability group",
        ALONE,
        {
            "m-set-seq": 'SET ^BENCH(K,"NAME")=V, ascending',
            "m-set-rand": 'SET ^BENCH(K,"NAME")=V, random',
            "m-get-rand": 'SET V=^BENCH(K,"NAME"), random',
            "m-order": "SET K=$ORDER(^BENCH(K))",
        },
        200_000,
        minutes=1,
    ),
    Suite("kill", "KILL of a whole global", KILLED, {"kill": "remove all nodes"}, 1_000_000, minutes=2.5),
    Suite("open", "cold open and the first get", ALONE, {"open": "open, get one node"}, 200_000, minutes=0.2),
    Suite("memory", "memory of the cache", ALONE, {"memory": "read all nodes into memory"}, 500_000, minutes=0.3),
    Suite("load", "bumps db load of a ZWR file", ALONE, {"load": "load ZWR, durable batches"}, 300_000, minutes=0.5),
    Suite(
        "stall",
        "a writer while checkpoints run",
        ALONE,
        {"stall": "SET, random, durability group"},
        200_000,
        minutes=0.8,
    ),
    Suite(
        "small-cache",
        "a database ten times as large as its cache",
        ALONE,
        {"small-cache": "get and put, random"},
        3_000_000,
        large=True,
        rounds=5,
        minutes=2.5,
    ),
    Suite(
        "recovery",
        "recovery after SIGKILL with 256 MiB of journal",
        ALONE,
        {"recovery-54": "records of 54 bytes, random", "recovery-1k": "records of 1 KiB, random"},
        500_000,
        large=True,
        minutes=5,
    ),
    Suite(
        "open-gigabyte",
        "cold open and the first get of a gigabyte",
        ALONE,
        {"open-gigabyte": "open, get one node; 1 KiB values"},
        1_000_000,
        large=True,
        minutes=3,
    ),
    Suite(
        "growth",
        "from a hundredth to all of 10 million nodes",
        ALONE,
        {"growth": "get and put, random"},
        10_000_000,
        rounds=1,
        large=True,
        minutes=2,
    ),
)

WORKS = {work: suite for suite in SUITES for work in suite.works}
"""Work -> the suite it is in."""


class Plan(NamedTuple):
    """A suite, and what of it is to be done."""

    suite: Suite
    works: tuple[str, ...]
    stores: tuple[str, ...]


def plan(
    only: Iterable[str] = (), skip: Iterable[str] = (), stores: Iterable[str] = (), *, large: bool = False
) -> list[Plan]:
    """Return what is to be done: names are those of suites or works, in `skip` of stores too. UsageError for others."""
    only, skip, stores = _names(only), _names(skip, ALL_BYTES), set(stores)
    plans = []
    for suite in SUITES:
        wanted = [
            work
            for work in suite.works
            if ({work, suite.name} & only if only else large or not suite.large) and not {work, suite.name} & skip
        ]
        able = tuple(store for store in suite.stores if (not stores or store in stores) and store not in skip)
        if wanted and able:
            plans.append(Plan(suite, tuple(wanted), able))
    if not plans:
        raise UsageError("nothing is left to measure", hint="bumps bench db --list")
    return plans


def _names(names: Iterable[str], stores: tuple[str, ...] = ()) -> set[str]:
    found = {part for name in names for part in name.split(",") if part}
    for name in sorted(found):
        if name not in WORKS and name not in {suite.name for suite in SUITES} and name not in stores:
            raise UsageError(f"{name!r}: no work and no suite has that name", hint="bumps bench db --list shows them")
    return found
