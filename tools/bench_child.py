"""The child of `bumps bench db`: does one suite's works with one store, and prints what it took.

    python -m bumps.tools.bench_child JOB

JOB is JSON; the answer is a list of samples, as JSON, on the last line of standard output. Time is taken here,
around the work alone: neither the start of Python nor the making of keys is in it. What is opened for a work is
opened, and after puts closed, inside its time.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bumps.errors import BumpsError, UsageError
from bumps.tools.bench_store import FIELD, Pair, Store
from bumps.tools.bench_stores import find
from bumps.tools.bench_works import THREAD_COUNT
from bumps.tools.killed import environment

VALUE_SIZE = 32


@dataclass(frozen=True, slots=True)
class Job:
    """What a child is to do."""

    suite: str
    store: str
    works: list[str]
    count: int
    batch: int
    seed: int
    folder: str | None = None
    """Where to work; None is a temporary folder."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one work took, once."""

    work: str
    count: int
    metrics: dict[str, float]
    label: str = ""
    """Which of several sizes it was."""


class Meter:
    """Collects samples."""

    def __init__(self, works: Sequence[str]) -> None:
        """Keep those of `works`; others are done because something needs them, and are dropped."""
        self.works = works
        self.samples: list[Sample] = []

    def add(self, work: str, count: int, label: str = "", **metrics: float) -> None:
        """Note figures of a work, if it is wanted."""
        if work in self.works:
            self.samples.append(Sample(work, count, metrics, label))

    def rate(self, work: str, count: int, clock: Clock) -> None:
        """Note operations per second of CPU and of wall time."""
        lap = {"cpu_open": count / clock.cpu_lap} if clock.cpu_lap else {}
        self.add(work, count, "", cpu=count / clock.cpu, wall=count / clock.wall, **lap)


class Clock:
    """CPU and wall time of a block; `lap` notes the CPU time so far."""

    wall = cpu = cpu_lap = 0.0

    def __enter__(self) -> Clock:
        """Start."""
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.cpu = max(time.process_time() - self._cpu, 1e-9)
        self.wall = max(time.perf_counter() - self._wall, 1e-9)

    def add(self, other: Clock) -> None:
        """Add what another one took."""
        self.cpu += other.cpu
        self.wall += other.wall

    def lap(self) -> None:
        """Note the CPU time up to here."""
        self.cpu_lap = max(time.process_time() - self._cpu, 1e-9)


def main(argument: str) -> None:
    """Do a job (JSON), and print its samples."""
    from bumps.tools import bench_alone, bench_large

    job = Job(**json.loads(argument))
    if job.folder is not None and not os.path.isdir(job.folder):
        raise UsageError(f"{job.folder}: no such folder")
    meter = Meter(job.works)
    with tempfile.TemporaryDirectory(prefix="bumps-bench-", dir=job.folder) as folder:
        run = {**SUITES, **bench_alone.SUITES, **bench_large.SUITES}[job.suite]
        run(job, folder, meter)
    print(json.dumps([asdict(sample) for sample in meter.samples]))


def run_child(module: str, argument: object) -> str:
    """Run a module of this package with a JSON argument in a new process; return the last line it prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"bumps.tools.{module}", json.dumps(argument)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise BumpsError((done.stderr.strip().splitlines() or [f"a child ended with status {done.returncode}"])[-1])
    return (done.stdout.splitlines() or [""])[-1]


def nodes(rng: random.Random, count: int, level: str) -> list[Pair]:
    """Return keys in order, whose numbers have gaps, and values of 32 characters."""
    numbers = sorted(rng.sample(range(1, 50 * count + 1), count))
    values = [f"{rng.getrandbits(4 * VALUE_SIZE):0{VALUE_SIZE}x}" for _ in range(count)]
    if level == "tuple":
        return [((number, FIELD), value) for number, value in zip(numbers, values)]
    from bumps.keys import KeyCodec

    encode = KeyCodec.of("utf-8").encode
    return [(encode((number, FIELD)), value.encode()) for number, value in zip(numbers, values)]


def batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield the items, `size` at a time."""
    for index in range(0, len(items), size):
        yield items[index : index + size]


def put_all(store: Store, pairs: Sequence[Pair], batch: int) -> Clock:
    """Open, put all in durable batches, close; return what it took."""
    with Clock() as clock:
        store.open()
        for part in batches(pairs, batch):
            store.put(part)
        clock.lap()
        store.close()
    return clock


@contextlib.contextmanager
def opened(store: Store) -> Iterator[Clock]:
    """Open a store, and close it behind the block, behind an error too; yield what the opening took."""
    with Clock() as opening:
        store.open()
    with contextlib.closing(store):
        yield opening


def settle() -> None:
    """Keep what the harness has made so far from the garbage collector, which would look at it inside the time."""
    gc.collect()
    gc.freeze()


def fresh(items: Sequence[Any]) -> list[Any]:
    """Return equal keys, or pairs, as new objects in this order.

    A program has just made the key that it asks for. Objects that were made in another order lie all over the
    memory, and the time to reach them would be the harness's, not the store's.
    """
    return [_renewed(item) for item in items]


def _renewed(item: Any) -> Any:
    if isinstance(item, tuple):
        return tuple(map(_renewed, item))
    if isinstance(item, bytes):
        return bytes(bytearray(item))
    return int(str(item)) if isinstance(item, int) else str(item.encode(), "utf-8")


def get_all(store: Store, keys: Sequence[Any]) -> None:
    """Get the value of every key."""
    read = store.getter()
    for key in keys:
        if read(key) is None:
            raise BumpsError(f"{store.name}: {key!r} is not there")


def check_gets(store: Store, pairs: Sequence[Pair]) -> None:
    """Get every value, and compare it with what was put."""
    read = store.getter()
    for key, value in pairs:
        if read(key) != value:
            raise BumpsError(f"{store.name}: {key!r} has the value {read(key)!r}, not {value!r}")


def check_count(store: Store, what: str, found: int, count: int) -> None:
    """Refuse to report the rate of a work that was not done."""
    if found != count:
        raise BumpsError(f"{store.name}: {what} met {found:,} nodes of {count:,}")


def run_keyed(job: Job, folder: str, meter: Meter) -> None:
    """Put, get, scan and step with one kind of keys: the suites `bytes` and `tuple`."""
    level = job.suite
    kind = find(job.store, level)
    rng = random.Random(job.seed)
    count = min(job.count, kind.count_max or job.count)
    pairs = nodes(rng, count, level)
    scattered = fresh(rng.sample(pairs, count))
    reads, again = (fresh([key for key, _ in rng.sample(pairs, count)]) for _ in range(2))
    settle()
    prefix = "tuple-" if level == "tuple" else ""
    wanted = {work.removeprefix(prefix) for work in job.works}

    if wanted & {"put-seq", "size-seq"}:
        store = kind(folder, "seq")
        meter.rate(f"{prefix}put-seq", count, put_all(store, pairs, job.batch))
        if count == job.count:
            meter.add("size-seq", count, bytes=store.size())
    if not wanted - {"put-seq", "size-seq"}:
        return
    store = kind(folder, "rand")
    meter.rate(f"{prefix}put-rand", count, put_all(store, scattered, job.batch))
    if count == job.count:
        meter.add("size-rand", count, bytes=store.size())
    if wanted & {"get-random", "get-hot", "get"}:
        with opened(store) as opening:
            with Clock() as clock:
                get_all(store, reads)
            clock.add(opening)
            meter.rate("tuple-get" if prefix else "get-random", count, clock)
            with Clock() as clock:
                get_all(store, again)
            meter.rate("get-hot", count, clock)
            check_gets(store, pairs)
    if "scan" in wanted:
        with opened(store) as opening, Clock() as clock:
            found = store.scan()
        clock.add(opening)
        check_count(store, "a scan", found, count)
        meter.rate(f"{prefix}scan", count, clock)
    if "order" in wanted:
        with opened(store):
            if step := store.stepper():
                with Clock() as clock:
                    found, position = 0, step(store.start)
                    while position is not None:
                        found, position = found + 1, step(position)
                check_count(store, "a walk", found, count)
                meter.rate(f"{prefix}order", count, clock)


def run_single(job: Job, folder: str, meter: Meter) -> None:
    """One node per durable commit. The close is not in the time: it would be shared by few."""
    kind = find(job.store, "bytes")
    rng = random.Random(job.seed)
    count = min(job.count, kind.count_max or job.count)
    pairs = nodes(rng, count, "bytes")
    store = kind(folder, "single")
    store.open()
    scattered = fresh(rng.sample(pairs, count))
    settle()
    with Clock() as clock:
        for pair in scattered:
            store.put((pair,))
    meter.rate("put-single", count, clock)
    store.close()


def run_threads(job: Job, folder: str, meter: Meter) -> None:
    """Put and get from several threads: writers may share a sync, readers share the interpreter."""
    kind = find(job.store, "bytes")
    rng = random.Random(job.seed)
    pairs = nodes(rng, job.count, "bytes")
    scattered = fresh(rng.sample(pairs, job.count))
    reads = fresh([key for _ in range(10) for key, _ in rng.sample(pairs, job.count)])
    settle()
    store = kind(folder, "threads")
    store.open()

    def put(handle: Store, part: Sequence[Pair]) -> None:
        for pair in part:
            handle.put((pair,))

    meter.rate("threads-put", job.count, _threaded(store, put, scattered))
    if "threads-get" in job.works:
        meter.rate("threads-get", len(reads), _threaded(store, get_all, reads))
    store.close()


def _threaded(store: Store, work: Callable[[Store, Sequence[Any]], None], items: Sequence[Any]) -> Clock:
    """Let threads do a work, each with its part; return what all took together."""
    failures: list[BaseException] = []

    def run(part: Sequence[Any]) -> None:
        try:
            handle = store.handle()
            try:
                work(handle, part)
            finally:
                if handle is not store:
                    handle.release()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(items[index::THREAD_COUNT],)) for index in range(THREAD_COUNT)]
    with Clock() as clock:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]
    return clock


def run_kill(job: Job, folder: str, meter: Meter) -> None:
    """Remove all nodes of a database that was opened for it."""
    store = find(job.store, "bytes")(folder, "kill")
    rng = random.Random(job.seed)
    put_all(store, nodes(rng, job.count, "bytes"), 10 * job.batch)
    store.open()
    with Clock() as clock:
        started = time.perf_counter()
        store.clear()
        taken = time.perf_counter() - started
        store.close()
    store.open()
    check_count(store, "a scan after the KILL", store.scan(), 0)
    store.close()
    meter.add("kill", job.count, kill_ms=1000 * taken, freed_s=clock.wall, freed_cpu_s=clock.cpu)


SUITES: dict[str, Callable[[Job, str, Meter], None]] = {
    "bytes": run_keyed,
    "tuple": run_keyed,
    "single": run_single,
    "threads": run_threads,
    "kill": run_kill,
}

if __name__ == "__main__":
    main(sys.argv[1])
