"""bumps bench db: the engine beside sqlite3, on the same work.

How it is measured (STORAGE 12): each store does all the work in a child process of its own,
bumps and sqlite3 in turn; what counts is CPU time, since wall time of one run says more about
the disk's neighbours; medians of all pairs, with minimum and maximum. Both are durable: sqlite3
has WAL and synchronous=FULL, bumps commits with fdatasync. Each batch is one transaction. The
time of the puts includes the checkpoint and the close; gets and the scan begin with a fresh open.

    level `tuple`  keys are subscripts (number, string), as programs have them: in sqlite3 two
                   columns that are the primary key of a table without rowid
    level `bytes`  keys are encoded bytes, below the M language: in sqlite3 one column of bytes

Exit status: 0 it was measured, 2 it could not be.
"""

from __future__ import annotations

import json
import os
import platform
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import click

from bumps.errors import BumpsError, UsageError
from bumps.tools import parameters
from bumps.tools.killed import environment
from bumps.tools.progress import Progress
from bumps.version import __version__

WORKS = ("put sequential", "put random", "get random", "scan")
LEVELS = ("tuple", "bytes")
NAME = "BENCH"
GLOBAL = f"^{NAME}"
FIELD = "NAME"
VALUE_SIZE = 32

Pair = tuple[tuple[int, str], str]
Timer = Callable[[str, Callable[[], int]], None]


class Figure(NamedTuple):
    """Operations per CPU-second of one store, over all pairs."""

    median: float
    minimum: float
    maximum: float


@click.command("db", short_help="the engine beside sqlite3, on the same work")
@click.option("--keys", type=click.IntRange(1), metavar="N", default=200_000, show_default=True, help="How many keys.")
@click.option(
    "--batch", type=click.IntRange(1), metavar="N", default=1000, show_default=True, help="Puts in a transaction."
)
@click.option(
    "--pairs",
    type=click.IntRange(1),
    metavar="N",
    default=5,
    show_default=True,
    help="How often both are run, in turn.",
)
@click.option(
    "--level", type=click.Choice(LEVELS), help="Only keys of subscripts, or only encoded ones.  [default: both]"
)
@click.option(
    "--dir", "folder", metavar="DIR", help="Where to work: the disk to measure.  [default: a temporary folder]"
)
@parameters.json_option
def bench_db(keys: int, batch: int, pairs: int, level: str | None, folder: str | None, as_json: bool) -> None:
    """Measure puts, gets and a scan of bumps and of sqlite3, in operations per CPU-second.

    Exit status: 0 it was measured, 2 it could not be.

    \b
    bumps bench db
    bumps bench db --json
    bumps bench db --keys 1000 --pairs 1 --level tuple
    """
    found = measure(keys=keys, batch=batch, pairs=pairs, levels=(level,) if level else LEVELS, folder=folder)
    if as_json:
        parameters.print_json(found)
    else:
        click.echo("\n".join(table(found)))


def measure(
    *, keys: int, batch: int, pairs: int, levels: tuple[str, ...] = LEVELS, folder: str | None = None
) -> dict[str, Any]:
    """Run both stores in turn, `pairs` times; return machine, work and figures as `--json` prints them."""
    samples: dict[tuple[str, str, str], list[float]] = {}
    walls: dict[tuple[str, str, str], list[float]] = {}
    with Progress("measuring", "runs") as progress:
        runs = [(pair, level, store) for pair in range(pairs) for level in levels for store in ("bumps", "sqlite3")]
        for done, (pair, level, store) in enumerate(runs):
            progress.update(done, len(runs))
            job = {"store": store, "level": level, "keys": keys, "batch": batch, "seed": pair, "folder": folder}
            for work, (count, cpu, wall) in _child(job).items():
                samples.setdefault((level, work, store), []).append(count / max(cpu, 1e-9))
                walls.setdefault((level, work, store), []).append(count / max(wall, 1e-9))
    results = []
    for level in levels:
        for work in WORKS:
            ours, theirs = samples[level, work, "bumps"], samples[level, work, "sqlite3"]
            results.append(
                {
                    "level": level,
                    "work": work,
                    "bumps": _figure(ours)._asdict(),
                    "sqlite3": _figure(theirs)._asdict(),
                    "ratio": round(statistics.median(a / b for a, b in zip(ours, theirs)), 3),
                    "bumps_wall": round(statistics.median(walls[level, work, "bumps"])),
                    "sqlite3_wall": round(statistics.median(walls[level, work, "sqlite3"])),
                }
            )
    return {
        "unit": "operations per CPU-second",
        "bumps_version": __version__,
        "sqlite3_version": sqlite3.sqlite_version,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "keys": keys,
        "batch": batch,
        "pairs": pairs,
        "results": results,
    }


def table(found: dict[str, Any]) -> list[str]:
    """Return the lines that a person reads."""
    lines = [
        f"operations per CPU-second: {found['keys']:,} keys, durable batches of {found['batch']:,}, medians of"
        f" {found['pairs']} pairs (minimum - maximum)",
        f"bumps {found['bumps_version']}, sqlite3 {found['sqlite3_version']} (WAL, FULL), Python {found['python']},"
        f" {found['machine']}, {found['cores']} cores, load {found['load']:.1f}",
        "",
        f"{'keys':<6} {'work':<15} {'bumps':>30} {'sqlite3':>30} {'ratio':>7}",
    ]
    for row in found["results"]:
        cells = [
            f"{row[store]['median']:,.0f} ({row[store]['minimum']:,.0f} - {row[store]['maximum']:,.0f})"
            for store in ("bumps", "sqlite3")
        ]
        lines.append(f"{row['level']:<6} {row['work']:<15} {cells[0]:>30} {cells[1]:>30} {row['ratio']:>6.2f}x")
    return lines


def _figure(samples: list[float]) -> Figure:
    return Figure(round(statistics.median(samples)), round(min(samples)), round(max(samples)))


def _child(job: dict[str, Any]) -> dict[str, tuple[int, float, float]]:
    """Let a child do one store's work; return for each work (operations, CPU seconds, wall seconds)."""
    command = [sys.executable, "-m", "bumps.tools.bench_db", json.dumps(job)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise BumpsError(f"the work of {job['store']} failed: {last}")
    return {work: (entry[0], entry[1], entry[2]) for work, entry in json.loads(done.stdout).items()}


# In the child


def main(argument: str) -> None:
    """Do the work of one store, as the job (JSON) says, and print what it took."""
    job = json.loads(argument)
    if job["folder"] is not None and not os.path.isdir(job["folder"]):
        raise UsageError(f"{job['folder']}: no such folder")
    taken: dict[str, tuple[int, float, float]] = {}

    def timed(work: str, function: Callable[[], int]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        count = function()
        taken[work] = (count, time.process_time() - cpu, time.perf_counter() - wall)

    rng = random.Random(job["seed"])
    pairs = nodes(rng, job["keys"])
    with tempfile.TemporaryDirectory(prefix="bumps-bench-", dir=job["folder"]) as folder:
        store = STORES[job["store"], job["level"]]
        store(folder, pairs, job["batch"], rng, timed)
    print(json.dumps(taken))


def nodes(rng: random.Random, count: int) -> list[Pair]:
    """Return keys (number, string) in order, with numbers that have gaps, and values of 32 characters."""
    numbers = sorted(rng.sample(range(1, 50 * count + 1), count))
    return [((number, FIELD), f"{rng.getrandbits(4 * VALUE_SIZE):0{VALUE_SIZE}x}") for number in numbers]


def batches(items: list[Any], size: int) -> Iterator[list[Any]]:
    """Yield the items, `size` at a time."""
    for index in range(0, len(items), size):
        yield items[index : index + size]


def shuffled(rng: random.Random, items: list[Any]) -> list[Any]:
    """Return the items in another order."""
    return rng.sample(items, len(items))


def bumps_tuples(folder: str, pairs: list[Pair], batch: int, rng: random.Random, timed: Timer) -> None:
    """Put, get and scan through the Python API."""
    import bumps

    def put(path: str, items: list[Pair]) -> int:
        with bumps.open(path) as database:
            for part in batches(items, batch):
                with database.transaction() as tx:
                    for (number, field), value in part:
                        tx.set(GLOBAL, number, field, value=value)
        return len(items)

    def get(path: str, items: list[Pair]) -> int:
        with bumps.open(path) as database:
            for (number, field), value in items:
                assert database.get(GLOBAL, number, field) == value
        return len(items)

    def scan(path: str) -> int:
        with bumps.open(path) as database:
            return sum(1 for _ in database.scan(GLOBAL))

    sequential, scattered = os.path.join(folder, "seq.bumps"), os.path.join(folder, "rand.bumps")
    order, reads = shuffled(rng, pairs), shuffled(rng, pairs)
    timed("put sequential", lambda: put(sequential, pairs))
    timed("put random", lambda: put(scattered, order))
    timed("get random", lambda: get(scattered, reads))
    timed("scan", lambda: scan(scattered))


def bumps_bytes(folder: str, pairs: list[Pair], batch: int, rng: random.Random, timed: Timer) -> None:
    """Put, get and scan with encoded keys, at the engine."""
    import bumps
    from bumps.batch import SET, Batch
    from bumps.keys import KeyCodec

    codec = KeyCodec.of("utf-8")
    items = [(codec.encode(key), value.encode()) for key, value in pairs]

    def put(path: str, items: list[tuple[bytes, bytes]]) -> int:
        with bumps.open(path) as database:
            for part in batches(items, batch):
                keys = [key for key, _ in part]
                values = [value for _, value in part]
                database.engine.commit([Batch(NAME, bytes([SET]) * len(part), keys, values)])
        return len(items)

    def get(path: str, items: list[tuple[bytes, bytes]]) -> int:
        with bumps.open(path) as database:
            read = database.engine.get
            for key, value in items:
                assert read(NAME, key) == value
        return len(items)

    def scan(path: str) -> int:
        with bumps.open(path) as database:
            return sum(1 for _ in database.engine.scan(NAME, b"", b"\xff"))

    sequential, scattered = os.path.join(folder, "seq.bumps"), os.path.join(folder, "rand.bumps")
    order, reads = shuffled(rng, items), shuffled(rng, items)
    timed("put sequential", lambda: put(sequential, items))
    timed("put random", lambda: put(scattered, order))
    timed("get random", lambda: get(scattered, reads))
    timed("scan", lambda: scan(scattered))


def sqlite_tuples(folder: str, pairs: list[Pair], batch: int, rng: random.Random, timed: Timer) -> None:
    """Put, get and scan with sqlite3; the key is two columns."""
    schema = "CREATE TABLE node (number INTEGER, field TEXT, value TEXT, PRIMARY KEY (number, field)) WITHOUT ROWID"
    rows = [(number, field, value) for (number, field), value in pairs]
    _sqlite(
        folder,
        rows,
        batch,
        rng,
        timed,
        schema=schema,
        insert="INSERT OR REPLACE INTO node VALUES (?, ?, ?)",
        select="SELECT value FROM node WHERE number = ? AND field = ?",
        scan="SELECT number, field, value FROM node ORDER BY number, field",
    )


def sqlite_bytes(folder: str, pairs: list[Pair], batch: int, rng: random.Random, timed: Timer) -> None:
    """Put, get and scan with sqlite3; the key is one column of bytes."""
    from bumps.keys import KeyCodec

    codec = KeyCodec.of("utf-8")
    rows = [(codec.encode(key), value.encode()) for key, value in pairs]
    _sqlite(
        folder,
        rows,
        batch,
        rng,
        timed,
        schema="CREATE TABLE node (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID",
        insert="INSERT OR REPLACE INTO node VALUES (?, ?)",
        select="SELECT value FROM node WHERE key = ?",
        scan="SELECT key, value FROM node ORDER BY key",
    )


def _sqlite(
    folder: str,
    rows: list[Any],
    batch: int,
    rng: random.Random,
    timed: Timer,
    *,
    schema: str,
    insert: str,
    select: str,
    scan: str,
) -> None:
    """Put row by row, as bumps is made to, in durable transactions; get; scan."""

    def connect(path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def put(path: str, items: list[Any]) -> int:
        connection = connect(path)
        connection.execute(schema)
        execute = connection.execute
        for part in batches(items, batch):
            execute("BEGIN IMMEDIATE")
            for row in part:
                execute(insert, row)
            execute("COMMIT")
        connection.close()
        return len(items)

    def get(path: str, items: list[Any]) -> int:
        connection = connect(path)
        execute = connection.execute
        for row in items:
            assert execute(select, row[:-1]).fetchone()[0] == row[-1]
        connection.close()
        return len(items)

    def walk(path: str) -> int:
        connection = connect(path)
        count = sum(1 for _ in connection.execute(scan))
        connection.close()
        return count

    sequential, scattered = os.path.join(folder, "seq.sqlite"), os.path.join(folder, "rand.sqlite")
    order, reads = shuffled(rng, rows), shuffled(rng, rows)
    timed("put sequential", lambda: put(sequential, rows))
    timed("put random", lambda: put(scattered, order))
    timed("get random", lambda: get(scattered, reads))
    timed("scan", lambda: walk(scattered))


STORES = {
    ("bumps", "tuple"): bumps_tuples,
    ("bumps", "bytes"): bumps_bytes,
    ("sqlite3", "tuple"): sqlite_tuples,
    ("sqlite3", "bytes"): sqlite_bytes,
}

if __name__ == "__main__":
    main(sys.argv[1])
