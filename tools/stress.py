"""Threads that mix transactions, scans and snapshots on one database, watched for lies and leaks: `make stress`.

    python -m bumps.tools.stress --seconds 600 [--threads 8] [--seed N] [--json]

The time is cut into pieces. In each, threads append their names to lists in transactions, and note what they
were told; they move sums between accounts, scan, hold snapshots and read them again, fill and kill subtrees.
At its end, when no thread is in a transaction, the history of the piece must be strictly serialisable
(torture/serial.py), no append may be missing, and the lists are killed: so the history takes no memory. The
cache is small, so a checkpoint is in the background almost always. Snapshots are held over several pieces.

It fails if a history has no order, a snapshot or a scan sees two moments, snapshots or descriptors are left
over, memory, pages or journal grow while the work stays the same, or `verify --deep` finds anything at the end.
Exit status: 0 all is well, 1 something is not.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import random
import statistics
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

import bumps
from bumps import limits
from bumps.torture.serial import Done, violation

LIST_COUNT = 24
ACCOUNT_COUNT = 16
BALANCE = 100
STRIPE_COUNT, STRIPE_SIZE = 12, 300
"""Stripes of nodes that are written as one each, so that nobody may see one with two values."""
HELD_PIECES = 3
"""A snapshot of the main thread is held over so many pieces."""
CACHE_SIZE = 1024 * 1024
PIECE_SECONDS = 2.0
FIRST_SHARE, LAST_SHARE = 0.2, 0.2
"""Memory is compared between the pieces behind the first fifth and the last ones."""
GROWTH_MAX = 1.10
SLACK_BYTES = 8 * 1024 * 1024
JOURNAL_SLACK_BYTES = 2 * limits.SEGMENT_SIZE_MAX
"""Segments are made whole before they are filled: the one in use, and the next one."""


class StressError(Exception):
    """What must not be."""


@dataclass
class Sample:
    """What the process holds at the end of a piece, when no thread works."""

    seconds: float
    rss: int
    descriptors: int
    snapshots: int
    pages: int
    journal_bytes: int
    generation: int


@dataclass
class Result:
    """What a run did, and what was wrong with it."""

    seconds: float = 0.0
    threads: int = 0
    pieces: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    turns: int = 0
    checkpoints: int = 0
    samples: list[Sample] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Stress:
    """One run on a new database in a directory."""

    def __init__(self, path: Path, *, threads: int, seed: int) -> None:
        """Open the database, and fill it with more than its cache holds."""
        self.path = path
        self.seed = seed
        self.result = Result(threads=threads)
        self.database = bumps.open(path, page_size=4096, cache_size=CACHE_SIZE, keep="checkpoint")
        self._tick = itertools.count().__next__
        self._done: list[Done] = []
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._until = 0.0
        self._held: deque[tuple[bumps.Snapshot, str]] = deque()
        database = self.database
        with database.transaction():
            for account in range(ACCOUNT_COUNT):
                database["^ACCOUNT", account] = BALANCE
        for stripe in range(STRIPE_COUNT):
            self._write_stripe(database, stripe, "0")

    # What a thread does

    def _append(self, rng: random.Random, name: str) -> None:
        database = self.database
        keys = rng.sample(range(LIST_COUNT), 3)
        reading, writing = keys[: rng.randrange(1, 3)], keys[rng.randrange(3) :]
        if rng.random() < 0.05:
            reading = list(range(LIST_COUNT))

        @database.transactional
        def run() -> dict[str, list[str]]:
            reads = {str(each): [value for _, value in database.scan("^LIST", each)] for each in reading}
            for each in writing:
                last = database.order("^LIST", each, "", reverse=True)
                database["^LIST", each, int(last or 0) + 1] = name
                reads[str(each)] = [value for _, value in database.scan("^LIST", each)][:-1]
            return reads

        began = self._tick()
        reads = run()
        self._done.append(Done(name, began, self._tick(), reads, [str(each) for each in writing]))

    def _read_in_snapshot(self, rng: random.Random, name: str) -> None:
        began = self._tick()
        with self.database.snapshot() as snapshot:
            opened = self._tick()
            reads: dict[str, list[str]] = {str(each): [] for each in range(LIST_COUNT)}
            for path, value in snapshot.scan("^LIST"):
                reads[path[1]].append(value)
            sums = sum(int(value) for _, value in snapshot.scan("^ACCOUNT"))
            time.sleep(rng.random() * 0.05)
            again = [value for _, value in snapshot.scan("^LIST", reverse=True)]
            if again[::-1] != [name for key in range(LIST_COUNT) for name in reads[str(key)]]:
                raise StressError(f"snapshot of LSN {snapshot.lsn}: read again, it says something else")
        if sums != ACCOUNT_COUNT * BALANCE:
            raise StressError(f"snapshot of LSN {snapshot.lsn}: {sums} on all accounts, not {ACCOUNT_COUNT * BALANCE}")
        self._done.append(Done(name, began, opened, reads, []))

    def _move(self, rng: random.Random, name: str) -> None:
        database = self.database
        giver, taker = rng.sample(range(ACCOUNT_COUNT), 2)

        @database.transactional
        def run() -> None:
            database.increment("^ACCOUNT", giver, by=-7)
            database.increment("^ACCOUNT", taker, by=7)

        run()
        database.increment("^MOVES")

    def _scan(self, rng: random.Random, name: str) -> None:
        stripe = rng.randrange(STRIPE_COUNT)
        values = [value[:20] for _, value in self.database.scan("^STRIPE", stripe, reverse=rng.random() < 0.5)]
        if len(set(values)) != 1 or len(values) != STRIPE_SIZE:
            raise StressError(f"a scan of {len(values)} nodes saw {len(set(values))} moments")

    def _stripe(self, rng: random.Random, name: str) -> None:
        self._write_stripe(self.database, rng.randrange(STRIPE_COUNT), name)

    def _purge(self, rng: random.Random, name: str) -> None:
        with self.database.transaction():
            place = rng.randrange(8)
            self.database.kill("^PURGE", place)
            for _ in range(rng.randrange(40)):
                self.database["^PURGE", place, rng.randrange(1000)] = "x" * rng.choice((5, 50, 500, 5000))

    @staticmethod
    def _write_stripe(database: bumps.Database, stripe: int, name: str) -> None:
        value = name.ljust(20) + "." * 80
        database.merge("^STRIPE", stripe, source=dict.fromkeys(range(STRIPE_SIZE), value))

    WORK: tuple[tuple[str, int], ...] = (
        ("_append", 60), ("_read_in_snapshot", 8), ("_move", 12), ("_scan", 10), ("_stripe", 2), ("_purge", 8),
    )  # fmt: skip

    def _work(self, piece: int, thread: int) -> None:
        rng = random.Random(f"{self.seed} {piece} {thread}")
        kinds, weights = zip(*self.WORK)
        counts: Counter[str] = Counter()
        try:
            for number in itertools.count():
                if time.monotonic() >= self._until or self.result.problems:
                    break
                kind = rng.choices(kinds, weights)[0]
                getattr(self, kind)(rng, f"{thread}.{number}")
                counts[kind[1:]] += 1
        except Exception as error:
            self.result.problems.append(f"piece {piece}, thread {thread}: {type(error).__name__}: {error}")
        with self._lock:
            self._counts += counts

    # Pieces

    def piece(self, number: int, seconds: float) -> None:
        """Let all threads work for a while, then check what they were told."""
        self._done.clear()
        self._counts.clear()
        self._until = time.monotonic() + seconds
        moves = int(self.database.get("^MOVES", default=0))
        threads = [
            threading.Thread(target=self._work, args=(number, thread), daemon=True)
            for thread in range(self.result.threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 120)
            if thread.is_alive():
                raise StressError("a thread waits for ever")
        self._check(number, moves)
        self.result.pieces += 1
        self.result.counts += self._counts

    def _check(self, number: int, moves: int) -> None:
        database = self.database
        lists: dict[str, list[str]] = {str(each): [] for each in range(LIST_COUNT)}
        for path, value in database.scan("^LIST"):
            lists[path[1]].append(value)
        found = violation(self._done, lists)
        if found is not None:
            raise StressError(f"piece {number}: not serialisable: {found}")
        self.result.counts["transactions in checked histories"] += len(self._done)
        if int(database.get("^MOVES", default=0)) - moves != self._counts["move"]:
            raise StressError(f"piece {number}: increments are lost")
        self._done.clear()
        self._held.append((snapshot := database.snapshot(), snapshot.digest()))
        if len(self._held) > HELD_PIECES:
            self._let_go()
        database.kill("^LIST")

    def _let_go(self) -> None:
        snapshot, digest = self._held.popleft()
        if snapshot.digest() != digest:
            raise StressError(f"the snapshot of LSN {snapshot.lsn} has changed while it was held")
        snapshot.close()

    def sample(self, seconds: float) -> Sample:
        """Return what the process holds now; no thread works."""
        gc.collect()
        stat = self.database.stat()
        snapshots = self.database.engine.snapshot_count - len(self._held)
        if snapshots:
            raise StressError(f"{snapshots} snapshots are left over")
        return Sample(
            round(seconds, 1), _rss(), len(os.listdir("/proc/self/fd")), snapshots,
            stat["pages"], stat["journal_bytes"], stat["generation"],
        )  # fmt: skip

    def run(self, seconds: float, progress: Callable[[Sample], None] = lambda sample: None) -> Result:
        """Work for so many seconds; return what was found."""
        result, began = self.result, time.monotonic()
        try:
            for number in itertools.count():
                passed = time.monotonic() - began
                if passed >= seconds or result.problems:
                    break
                self.piece(number, min(PIECE_SECONDS, seconds - passed))
                sample = self.sample(time.monotonic() - began)
                result.samples.append(sample)
                progress(sample)
            while self._held:
                self._let_go()
            result.restarts = self.database.engine.restart_count
            result.turns = self.database.engine.turn_count
            result.checkpoints = self.database.stat()["generation"]
            self.database.close()
        except Exception as error:
            result.problems.append(f"{type(error).__name__}: {error}")
            self.database.engine.abandon()
        else:
            result.problems += [str(problem) for problem in bumps.verify(self.path, deep=True)]
            result.problems += leaks(result.samples)
        result.seconds = round(time.monotonic() - began, 1)
        return result


def leaks(samples: Sequence[Sample]) -> list[str]:
    """Return what has grown between the first pieces, warmed up, and the last ones."""
    size = int(len(samples) * LAST_SHARE)
    if size < 2:
        return []
    warm = samples[int(len(samples) * FIRST_SHARE) :][:size]
    last = samples[-size:]
    found = []
    for name, slack in (
        ("rss", SLACK_BYTES),
        ("descriptors", 2),
        ("pages", 1000),
        ("journal_bytes", JOURNAL_SLACK_BYTES),
    ):
        before = statistics.median(getattr(sample, name) for sample in warm)
        after = statistics.median(getattr(sample, name) for sample in last)
        if after > before * GROWTH_MAX + slack:
            found.append(f"{name} grew from {before:.0f} to {after:.0f}")
    return found


def _rss() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def summary(result: Result) -> dict[str, Any]:
    """Return what `--json` prints: the samples as their first, warmed up, and last ones."""
    found = asdict(result)
    samples = found.pop("samples")
    found["counts"] = dict(sorted(result.counts.items()))
    found["samples"] = (
        [samples[int(len(samples) * share)] for share in (0, FIRST_SHARE, 0.5)] + samples[-1:] if samples else []
    )
    found["rss_max"] = max((sample.rss for sample in result.samples), default=0)
    found["sound"] = not result.problems
    return found


@click.command("stress")
@click.option("--seconds", default=60.0, show_default=True, help="How long.")
@click.option("--threads", default=8, show_default=True, help="So many at a time.")
@click.option("--seed", default=0, help="Of what the threads do; 0 takes the time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON only.")
def stress(seconds: float, threads: int, seed: int, as_json: bool) -> None:
    """Mix transactions, scans and snapshots in THREADS for SECONDS; check that nobody was lied to and nothing leaks."""

    def progress(sample: Sample) -> None:
        if not as_json and len(run.result.samples) % 5 == 1:
            click.echo(
                f"{sample.seconds:7.1f} s  {run.result.counts.total():8} steps  {sample.rss >> 20} MiB"
                f"  {sample.pages} pages  {sample.descriptors} descriptors  {sample.generation} checkpoints"
            )

    with tempfile.TemporaryDirectory() as directory:
        run = Stress(Path(directory) / "stress.bumps", threads=threads, seed=seed or time.time_ns() % 1_000_000_007)
        result = run.run(seconds, progress)
    click.echo(json.dumps(summary(result), indent=None if as_json else 2))
    raise SystemExit(1 if result.problems else 0)


if __name__ == "__main__":
    stress()
