"""What `bumps bench db` measures of bumps alone: the language, opening, memory, stalls, loading.

Each function does one suite in a child process (bench_child).
"""

from __future__ import annotations

import bisect
import json
import math
import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import bumps
from bumps import limits
from bumps.errors import BumpsError
from bumps.tools.bench_child import VALUE_SIZE, Clock, Job, Meter
from bumps.tools.bench_database import build, forget_files, key_of, memory_now, read_file
from bumps.tools.bench_store import FIELD, GLOBAL, NAME
from bumps.tools.killed import environment
from bumps.tools.registrations import ROUTINES

STALL_SECONDS = 5.0


# The language


def run_language(job: Job, folder: str, meter: Meter) -> None:
    """Loops of M over a global. Puts end with a close; what is read is in memory."""
    value = "v" * VALUE_SIZE
    step = next(step for step in range(round(job.count * 0.618), 2 * job.count + 2) if math.gcd(step, job.count) == 1)
    with bumps.open(":memory:", routines=[str(ROUTINES)]) as database:
        database.call("ORDER^BENCH")  # so that neither the language nor its grammar is loaded inside the time
    for work, by in (("m-set-seq", 1), ("m-set-rand", step)):
        path = os.path.join(folder, f"{work}.bumps")
        with Clock() as clock, bumps.open(path, durability="group", routines=[str(ROUTINES)]) as database:
            _check("SET", database.call("SET^BENCH", job.count, by, value), job.count)
        meter.rate(work, job.count, clock)
    with bumps.open(path, durability="group", routines=[str(ROUTINES)]) as database:
        with Clock() as clock:
            _check("GET", database.call("GET^BENCH", job.count, step), job.count)
        meter.rate("m-get-rand", job.count, clock)
        with Clock() as clock:
            _check("$ORDER", database.call("ORDER^BENCH"), job.count)
        meter.rate("m-order", job.count, clock)


def _check(what: str, found: Any, count: int) -> None:
    """Refuse to report the rate of a loop that met another number of nodes."""
    if int(found) != count:
        raise BumpsError(f"{what} met {found} nodes of {count}")


# Opening


def run_open(job: Job, folder: str, meter: Meter) -> None:
    """Open a clean database and get one node: once from the disk, once with the files in the system's cache."""
    large = job.suite == "open-gigabyte"
    path = os.path.join(folder, "open.bumps")
    build(path, job.count, 1024 if large else VALUE_SIZE, 1000 if large else 10_000)
    rng = random.Random(job.seed)
    imported = _time_import()
    forget_files(path)
    cold = _time_open(path, rng.randrange(job.count))
    read_file(os.path.join(path, "data"))
    warm = _time_open(path, rng.randrange(job.count))
    meter.add(
        job.works[0],
        job.count,
        open_cold_ms=1000 * cold,
        open_ms=1000 * warm,
        import_ms=1000 * imported,
        database_bytes=os.path.getsize(os.path.join(path, "data")),
    )


def _time_open(path: str, number: int) -> float:
    started = time.perf_counter()
    database = bumps.open(path)
    found = database.engine.get(NAME, key_of(number))
    taken = time.perf_counter() - started
    database.close()
    if found is None:
        raise BumpsError(f"node {number} is not there")
    return taken


def _time_import() -> float:
    code = "import time; t = time.perf_counter(); import bumps; print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    return float(done.stdout)


# Memory


def run_memory(job: Job, folder: str, meter: Meter) -> None:
    """Read everything into the cache; what the process grew by, less the bytes of keys and values, is overhead."""
    path = os.path.join(folder, "memory.bumps")
    build(path, job.count)
    raw_size = sum(len(key_of(number)) + VALUE_SIZE for number in range(job.count))
    with bumps.open(path, cache_size=4 * (raw_size + job.count * limits.CACHE_CHARGE_PER_NODE) + (1 << 20)) as database:
        get = database.engine.get
        get(NAME, key_of(0))
        before = memory_now()
        for number in range(job.count):
            get(NAME, key_of(number))
        grown = memory_now() - before
    meter.add("memory", job.count, node_bytes=(grown - raw_size) / job.count)


# Stalls


def run_stall(job: Job, folder: str, meter: Meter) -> None:
    """One thread writes and notes how long each write took; another asks for checkpoints, one after another.

    The durability is `group`: a write waits for no sync, so that a wait is the engine's, not the disk's.
    """
    path = os.path.join(folder, "stall.bumps")
    build(path, job.count)
    rng = random.Random(job.seed)
    numbers = [rng.randrange(job.count) for _ in range(min(job.count, 50_000))]
    value = "s" * VALUE_SIZE
    begins: list[float] = []
    ends: list[float] = []
    stop = threading.Event()
    failures: list[BaseException] = []

    with bumps.open(path, durability="group") as database:

        def write() -> None:
            try:
                while not stop.is_set():
                    for number in numbers:
                        begins.append(time.perf_counter())
                        database.set(GLOBAL, number, FIELD, value=value)
                        ends.append(time.perf_counter())
                        if stop.is_set():
                            return
            except BaseException as error:
                failures.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(STALL_SECONDS / 2)
        quiet_end = time.perf_counter()
        windows: list[tuple[float, float]] = []
        try:
            while time.perf_counter() < quiet_end + STALL_SECONDS and not failures:
                begun = time.perf_counter()
                database.checkpoint()
                windows.append((begun, time.perf_counter()))
                time.sleep(0.05)
        finally:
            stop.set()
            writer.join()
    if failures:
        raise failures[0]
    waits_of = [end - begin for begin, end in zip(begins, ends)]
    quiet = waits_of[: bisect.bisect_left(ends, quiet_end)]
    # A write that was under way in a checkpoint, however long before it began or after it ended.
    inside = [
        waits_of[bisect.bisect_right(ends, window_begin) : bisect.bisect_left(begins, window_end)]
        for window_begin, window_end in windows
    ]
    longest = [max(waits, default=0.0) for waits in inside]
    everything = [wait for waits in inside for wait in waits]
    meter.add(
        "stall",
        len(ends),
        stall_p99_ms=1000 * percentile(longest, 99),
        stall_ms=1000 * percentile(longest, 50),
        stall_max_ms=1000 * max(longest),
        write_p99_ms=1000 * percentile(everything, 99),
        quiet_p99_ms=1000 * percentile(quiet, 99),
        quiet_max_ms=1000 * max(quiet),
        checkpoint_s=percentile([end - begin for begin, end in windows], 50),
        checkpoints=len(windows),
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that `percent` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)] if ordered else 0.0


# Loading


def run_load(job: Job, folder: str, meter: Meter) -> None:
    """Let the command load a file of made-up patients, with names, dates and short texts."""
    source = os.path.join(folder, "load.zwr")
    with open(source, "w", encoding="ascii") as file:
        file.write("bumps bench db\n21-NOV-2026  10:00:00 ZWR\n")
        file.writelines(_zwr_lines(random.Random(job.seed), job.count))
    command = [sys.executable, "-m", "bumps", "db", "load", os.path.join(folder, "load.bumps"), source, "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise BumpsError((done.stderr.strip().splitlines() or ["the load failed"])[-1])
    _check("the load", json.loads(done.stdout)["nodes"], job.count)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    meter.add("load", job.count, cpu=job.count / cpu, wall=job.count / wall)


def _zwr_lines(rng: random.Random, count: int) -> Iterator[str]:
    names = ("Nightingale", "Snow", "Seacole", "Lister", "Barton", "Blackwell", "Semmelweis", "Cavell")
    for index in range(count):
        patient, field = divmod(index, 4)
        if field == 0:
            text = f'0)="{rng.choice(names)},{rng.choice(names)}^{rng.choice("MF")}^{rng.randrange(2200000, 3200000)}"'
        elif field == 1:
            text = f'"B",{rng.randrange(10**9)})=""'
        elif field == 2:
            text = f'"N",1)="seen on {rng.randrange(10**6)}; ""well"" he says"'
        else:
            text = f'"V",{rng.randrange(1, 100)}.5)={rng.randrange(10**6)}'
        yield f"^DPT({patient + 1},{text}\n"


SUITES: dict[str, Callable[[Job, str, Meter], None]] = {
    "m": run_language,
    "open": run_open,
    "open-gigabyte": run_open,
    "memory": run_memory,
    "stall": run_stall,
    "load": run_load,
}
