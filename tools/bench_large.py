"""What `bumps bench db` measures of large databases: a cache that is too small, 10 million nodes, recovery.

Each suite is done in a child process (bench_child), which lets others write and die, or measure one size:

    python -m bumps.tools.bench_large JOB      JOB is JSON: `make` is fill or grow
"""

from __future__ import annotations

import json
import math
import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import bumps
from bumps import limits
from bumps.engine import Engine
from bumps.errors import BumpsError
from bumps.files import RealDisk
from bumps.options import Options
from bumps.tools.bench_child import VALUE_SIZE, Clock, Job, Meter, batches, run_child
from bumps.tools.bench_database import batch_of, build, forget_files, key_of, memory_now, memory_peak, read_file
from bumps.tools.bench_store import NAME
from bumps.tools.killed import environment

MISS_US = 20.0
HIT_US = 1.0
"""The formula of the design: a get costs 1 us, and 20 us more if its leaf is not in the cache."""
BRANCH_FAN_OUT = 300
"""Children of a branch page of 8 KiB, about: 16 bytes for the child, and a separator."""
TAIL_SIZE = limits.CHECKPOINT_JOURNAL_SIZE
"""The most that a crash leaves to replay: more starts a checkpoint."""

# Databases larger than the cache


def run_small_cache(job: Job, folder: str, meter: Meter) -> None:
    """Random gets with a cache of a tenth of the data file, from the system's cache and from the disk; then puts."""
    path = os.path.join(folder, "small.bumps")
    data = os.path.join(path, "data")
    build(path, job.count)
    cache_size = max(os.path.getsize(data) // 10, 64 * limits.PAGE_SIZES[0])
    rng = random.Random(job.seed)
    sample_count = max(1000, min(50_000, job.count // 20))
    fill_memo(rng, job.count)
    before = memory_now()
    with bumps.open(path, cache_size=cache_size) as database:
        read_file(data)
        _get_random(database, rng, job.count, sample_count)  # the cache is full now
        cached = _get_random(database, rng, job.count, sample_count)
        taken_reading = memory_peak() - before
        forget_files(path)
        disk_count = max(100, sample_count // 10)
        disk = _get_random(database, rng, job.count, disk_count)
        read_file(data)
        # A commit may exceed the budget (docs/limits.md), and one of 1,000 would be three times as large.
        put_clock = _put_random(database, rng, job.count, sample_count, 10)
        taken = memory_peak() - before
    meter.add(
        "small-cache",
        job.count,
        cpu=sample_count / cached.cpu,
        wall=sample_count / cached.wall,
        disk_wall=disk_count / disk.wall,
        disk_cpu=disk_count / disk.cpu,
        put_us=1e6 * put_clock.cpu / sample_count,
        rss_read_ratio=taken_reading / cache_size,
        rss_ratio=taken / cache_size,
        rss_bytes=taken,
        budget_bytes=cache_size,
        database_bytes=os.path.getsize(data),
        miss=miss_ratio(job.count, cache_size),
    )


def _get_random(database: bumps.Database, rng: random.Random, space: int, count: int) -> Clock:
    """Get random nodes. Keys are made a thousand at a time, outside the clock: all of them would be memory, too."""
    get, total = database.engine.get, Clock()
    for part in batches(range(count), 1000):
        keys = [key_of(rng.randrange(space)) for _ in part]
        with Clock() as clock:
            _get_all(get, keys)
        total.add(clock)
    return total


def _get_all(get: Callable[[str, bytes], bytes | None], keys: Sequence[bytes]) -> None:
    for key in keys:
        if get(NAME, key) is None:
            raise BumpsError(f"{key!r} is not there")


def _put_random(database: bumps.Database, rng: random.Random, space: int, count: int, size: int) -> Clock:
    """Put random nodes in commits of `size`, and a checkpoint behind them."""
    value, total = b"w" * VALUE_SIZE, Clock()
    for part in batches(range(count), size):
        commit = batch_of([(key_of(rng.randrange(space)), value) for _ in part])
        with Clock() as clock:
            database.engine.commit(commit)
        total.add(clock)
    with Clock() as clock:
        database.checkpoint()
    total.add(clock)
    return total


def fill_memo(rng: random.Random, space: int) -> None:
    """Encode so many keys that what the codec remembers of them is no growth of the database's memory."""
    for _ in range(200_000):
        key_of(rng.randrange(space))


def miss_ratio(count: int, cache_size: int) -> float:
    """Return which share of random gets finds its leaf not in memory, once the cache is full."""
    charged = count * (len(key_of(count)) + VALUE_SIZE + limits.CACHE_CHARGE_PER_NODE)
    return max(0.0, 1 - cache_size / charged)


def level_count(pages: int) -> int:
    """Return the levels of a tree of so many pages, the leaves included."""
    return 1 + math.ceil(math.log(max(pages, 2), BRANCH_FAN_OUT))


def run_growth(job: Job, folder: str, meter: Meter) -> None:
    """Random gets and puts at three sizes; what height and misses predict, where the cache does not hold all.

    The prediction begins with a get in the largest size that the cache holds: a get in memory costs more in 200 MB
    of objects than in 2, by the caches of the processor, and no height or miss of ours explains that. With fewer
    nodes than 10 million the cache is smaller in proportion.
    """
    cache_size = max(limits.CACHE_SIZE_DEFAULT * job.count // 10_000_000, 64 * limits.PAGE_SIZES[0])
    base: dict[str, float] = {}
    for count in (job.count // 100, job.count // 10, job.count):
        if not count:
            continue
        path = os.path.join(folder, f"{count}.bumps")
        argument = {"make": "grow", "path": path, "count": count, "seed": job.seed, "cache_size": cache_size}
        found: dict[str, float] = json.loads(run_child("bench_large", argument))
        found["formula_us"] = HIT_US + found["miss"] * MISS_US
        if base and found["miss"]:
            height = found["levels"] / base["levels"]
            found["predicted_us"] = base["get_us"] * height + found["miss"] * base["load_us"]
            found["explained"] = found["get_us"] / found["predicted_us"]
        if not found["miss"]:
            base = dict(found)
        del found["load_us"]
        meter.add("growth", count, label=f"{count:,} nodes", **found)


def grow(path: str, count: int, seed: int, cache_size: int) -> dict[str, float]:
    """Build one size; return its figures, and `load_us`: what a get costs more that must load its leaf."""
    with Clock() as clock:
        build(path, count)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    build_cpu = children.ru_utime + children.ru_stime or clock.cpu
    rng = random.Random(seed)
    sample_count = max(1000, min(200_000, count))
    fill_memo(rng, count)
    before = memory_now()
    with bumps.open(path, cache_size=cache_size) as database:
        pages = database.stat()["pages"]
        read_file(os.path.join(path, "data"))
        # Every leaf of a part that fits the cache, twice: the first time it is loaded.
        part = range(0, min(count, cache_size // 1000), 50)
        keys = [key_of(number) for number in part]
        with Clock() as first:
            _get_all(database.engine.get, keys)
        with Clock() as again:
            _get_all(database.engine.get, keys)
        load_us = 1e6 * max(first.cpu - again.cpu, 0.0) / max(1.0, pages * len(part) * 50 / count)
        for _ in range(2):  # until the cache is full, or has everything
            _get_random(database, rng, count, sample_count)
        get_us = 1e6 * _get_random(database, rng, count, sample_count).cpu / sample_count
        put_us = 1e6 * _put_random(database, rng, count, sample_count, 1000).cpu / sample_count
        taken = memory_peak() - before
    return {
        "get_us": get_us,
        "put_us": put_us,
        "load_us": load_us,
        "levels": level_count(pages),
        "miss": miss_ratio(count, cache_size),
        "rss_bytes": taken,
        "budget_bytes": cache_size,
        "rss_ratio": taken / cache_size,
        "build_cpu": count / build_cpu,
        "database_bytes": os.path.getsize(os.path.join(path, "data")),
    }


# Recovery


def fill_and_die(path: str, count: int, value_size: int, tail_size: int, seed: int) -> None:
    """Overwrite random nodes until so much journal lies behind the last checkpoint; then die by SIGKILL."""
    rng = random.Random(seed)
    keys = [key_of(number) for number in range(count)]
    value = rng.randbytes(value_size // 2).hex().encode()
    # No checkpoint of its own accord: it would cut the tail.
    options = Options(create=False, cache_size=1 << 40, checkpoint_journal_size=1 << 40)
    engine = Engine.open(RealDisk(), os.path.abspath(path), options)
    # A frame has 3 bytes more per record, and is filled up to whole blocks.
    block = options.alignment
    frame_size = (1000 * (len(keys[-1]) + len(value) + 3) // block + 1) * block
    for _ in range(tail_size // frame_size):
        engine.commit(batch_of([(key, value) for key in rng.choices(keys, k=1000)]))
    os.kill(os.getpid(), signal.SIGKILL)


def run_recovery(job: Job, folder: str, meter: Meter) -> None:
    """Let a child write a long journal and die; open what it left."""
    for work, value_size in (("recovery-54", 40), ("recovery-1k", 1008)):
        if work not in job.works:
            continue
        # So many that their leaves alone start no checkpoint.
        charge = value_size + 14 + limits.CACHE_CHARGE_PER_NODE
        count = min(job.count, limits.CACHE_SIZE_DEFAULT // 3 // charge)
        tail_size = min(TAIL_SIZE, 10 * job.count * (value_size + 14))
        path = os.path.join(folder, f"{work}.bumps")
        build(path, count, value_size)
        argument = {"path": path, "count": count, "value_size": value_size, "tail_size": tail_size, "seed": job.seed}
        done = subprocess.run(
            [sys.executable, "-m", "bumps.tools.bench_large", json.dumps({"make": "fill", **argument})],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
        if done.returncode != -signal.SIGKILL:
            raise BumpsError((done.stderr.strip().splitlines() or ["the writer ended by itself"])[-1])
        with Clock() as clock:
            database = bumps.open(path)
            database.engine.get(NAME, key_of(0))
        report = database.engine.report
        records = 1000 * report.frames_applied
        database.close()
        if report.size_applied < tail_size // 2:
            raise BumpsError(f"{work}: {report.size_applied:,} bytes of journal to replay, {tail_size:,} were written")
        meter.add(
            work,
            records,
            recovery_s=clock.wall,
            recovery_cpu_s=clock.cpu,
            replay_cpu=records / clock.cpu,
            tail_bytes=report.size_applied,
        )


SUITES: dict[str, Callable[[Job, str, Meter], None]] = {
    "small-cache": run_small_cache,
    "growth": run_growth,
    "recovery": run_recovery,
}


def main(argument: str) -> None:
    """Fill a database and die, or measure one, as the argument (JSON) says."""
    job = json.loads(argument)
    makers: dict[str, Callable[..., Any]] = {"fill": fill_and_die, "grow": grow}
    make = makers[job.pop("make")]
    print(json.dumps(make(**job)))


if __name__ == "__main__":
    main(sys.argv[1])
