"""Hostile databases by the thousand: what somebody forges raises typed errors, ends soon, takes bounded memory.

Of each seed come some victims (`hostile.py`): sound databases, closed, killed, or after a power cut. Each is
damaged again and again, by accident or by somebody who makes the checksums right again, and looked at in every way:
verify, read, recover and write, replay.

    H1. Nothing but a typed error is raised.
    H2. No look takes longer than SECONDS, or more than MEMORY_SIZE bytes.
    H3. What verify calls sound has content that is legal; if checksums were made right, the content that the
        independent reader of the format reads.
    H4. What an open or a read refuses, verify reports.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import io
import itertools
import multiprocessing
import random
import resource
import signal
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import bumps
from bumps import formats
from bumps.batch import KILL, SET, Batch
from bumps.engine import Engine
from bumps.errors import BumpsError
from bumps.torture.case import MUTATE, Case
from bumps.torture.engine_subject import PATH
from bumps.torture.format_layout import FormatError
from bumps.torture.format_reader import read
from bumps.torture.hostile import Files, Victim, damage, disk_of, forge, victims

PER_VICTIM = 40
VICTIMS = 3
PER_SEED = VICTIMS * PER_VICTIM
"""Mutations of one seed, at most: a life may have fewer victims."""
FAILURES_MAX = 20
FORGED_SHARE = 0.6
"""How many mutations make the checksums right again."""
SECONDS = 5.0
MEMORY_SIZE = 1 << 29
"""What one access may take beyond what the process has, in bytes."""
Triples = list[tuple[str, bytes, bytes]]


class Hang(BaseException):
    """An access took longer than SECONDS."""


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Let nothing in the block take long, or much memory; the second becomes a MemoryError."""

    def stop(*_: object) -> None:
        raise Hang

    main = threading.current_thread() is threading.main_thread()
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY_SIZE, before[1]))
    if main:
        handler = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        if main:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


class Seen(NamedTuple):
    """What one way to look at a database gave."""

    error: BumpsError | None = None
    content: Triples | None = None
    lsn: int = 0


def open_engine(victim: Victim, files: Files | dict[str, bytes], *, read_only: bool) -> Engine:
    """Open a database on a disk of its own."""
    options = replace(victim.subject.options, create=False, read_only=read_only, page_size=None, background=False)
    return Engine.open(disk_of(files), PATH, options)


def look(engine: Engine, rng: random.Random) -> Triples:
    """Read everything in every way: scans both ways, $ORDER, $QUERY, $DATA, single nodes, a dump, the digest."""
    content = [(name, key, value) for name in engine.names() for key, value in engine.scan(name)]
    backwards = [(name, key) for name in engine.names() for key, _ in engine.scan(name, reverse=True)]
    agree(sorted(backwards) == sorted((name, key) for name, key, _ in content), "two directions")
    for name, key, value in rng.sample(content, min(len(content), 5)):
        agree(engine.get(name, key) == value, "get")
        agree(engine.data(name, key) % 10 == 1, "$DATA")
        engine.query(name, key)
        engine.query(name, key, reverse=True)
        engine.order(name, b"", b"")
        engine.order(name, b"", b"", True)
    nodes = ((name, key, value) for name, pairs in engine.scans() for key, value in pairs)
    for format in ("zwr", "ndjson"):
        with contextlib.suppress(bumps.UsageError):
            formats.write(io.BytesIO(), format, engine.codec.charset, "", nodes, (2024, 1, 1, 0, 0, 0))
    engine.digest()
    engine.stat()
    return content


class DisagreeError(bumps.CorruptionError):
    """Two ways to read gave two answers: may be where pages are forged, but verify must report it."""


def agree(condition: bool, what: str) -> None:
    """Raise DisagreeError unless two ways to read gave the same."""
    if not condition:
        raise DisagreeError(f"ways to read disagree: {what}")


def look_read_only(victim: Victim, files: Files, rng: random.Random) -> Seen:
    """Open for reading, and read."""
    try:
        engine = open_engine(victim, files, read_only=True)
        try:
            return Seen(content=look(engine, rng), lsn=engine.last_lsn)
        finally:
            engine.close()
    except BumpsError as error:
        return Seen(error)


def write_and_reopen(victim: Victim, files: Files, rng: random.Random) -> Seen:
    """Recover, write, checkpoint, close, and say what verify says then; errors end it early."""
    disk = disk_of(files)
    options = replace(victim.subject.options, create=False, page_size=None, background=False)
    try:
        engine = Engine.open(disk, PATH, options)
        try:
            content = look(engine, rng)
            lsn = engine.last_lsn
            for name, key, _ in content[:3]:
                engine.commit([Batch(name, bytes((SET, KILL)), [key, key], [b"x" * 300])])
            engine.commit([Batch("A", bytes((SET,)), [b"\x81\x31\x00"], [b"y"])])
            engine.checkpoint()
            look(engine, rng)
        finally:
            engine.close()
        return Seen(content=content, lsn=lsn)
    except BumpsError as error:
        return Seen(error)


def verify(files: Files) -> list[str]:
    """Return what verify says; an error that it raises is one problem."""
    try:
        return [str(problem) for problem in bumps.verify(PATH, deep=True, disk=disk_of(files))]
    except BumpsError as error:
        return [str(error)]


def attack(victim: Victim, files: Files, rng: random.Random, *, forged: bool, counts: Counter[str]) -> list[str]:
    """Look at a hostile database in every way; return what must not be."""
    wrong: list[str] = []
    seen: dict[str, Seen] = {}
    problems: list[str] = []
    for what in ("verify", "read", "write", "replay"):
        try:
            with bounded():
                if what == "verify":
                    problems = verify(files)
                elif what == "read":
                    seen[what] = look_read_only(victim, files, rng)
                elif what == "write":
                    seen[what] = write_and_reopen(victim, files, rng)
                elif rng.random() < 0.3:
                    with contextlib.suppress(BumpsError):
                        bumps.replay(PATH, f"{PATH}.new", disk=disk_of(files))
        except (Exception, Hang) as error:
            where = ""
            traceback = error.__traceback__
            while traceback is not None:
                where = f"{traceback.tb_frame.f_code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}"
                traceback = traceback.tb_next
            wrong.append(f"{what}: {type(error).__name__}: {str(error)[:200]} in {where}")
    if wrong:
        return wrong
    counts["reported" if problems else "not reported"] += 1
    for what, each in seen.items():
        counts[f"{what}: {type(each.error).__name__}"] += 1
        if each.error is not None and not problems and each.error.name in ("CORRUPTION", "FOREIGN", "NODATABASE"):
            wrong.append(f"verify is content, and {what} says: {each.error}")
    if not problems and seen["read"].content is not None:
        wrong += disagreements(victim, files, seen["read"], forged)
    return wrong


def disagreements(victim: Victim, files: Files, seen: Seen, forged: bool) -> list[str]:
    """Return what is wrong with the content of a database that verify calls sound."""
    assert seen.content is not None
    if not forged:
        codec = victim.subject.encode
        legal = [
            sorted((name, codec(subscripts), value) for (name, subscripts), value in nodes.items())
            for nodes in victim.contents.get(seen.lsn, [])
        ]
        never = f"verify is content with what never was, at {seen.lsn}"
        return [] if sorted(seen.content) in legal else [never]
    try:
        content = read({name: bytes(data) for name, data in files.items()})
    except FormatError as error:
        return [f"verify is content, and the reader of the format says: {error}"]
    triples = [(name, key, value) for name in content.encoded for key, value in content.encoded[name].items()]
    return [] if sorted(triples) == sorted(seen.content) else ["the reader of the format reads something else"]


@dataclass
class Mutated:
    """What a run did and found."""

    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    """`mutations`, those that verify reported and those that it did not, and what each look raised."""
    wrong: list[str] = field(default_factory=list)
    """What must not be, with the case that shows it."""
    cpu_s: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "seed": self.seed,
            "mutations": self.counts["mutations"],
            "violations": self.wrong,
            "counts": dict(sorted(self.counts.items())),
            "cpu_s": round(self.cpu_s, 2),
        }


def run(
    seed: int, count: int, *, jobs: int = 1, progress: Callable[[int, int], None] = lambda done, total: None
) -> Mutated:
    """Mutate `count` times, beginning with the victims of `seed`, in so many processes."""
    made = Mutated(seed)
    context = multiprocessing.get_context("spawn")
    with contextlib.ExitStack() as stack:
        if jobs > 1:
            pool = stack.enter_context(concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context))
            results = _as_needed(pool, seed, jobs)
        else:
            results = (of_seed(each) for each in itertools.count(seed))
        for counts, wrong, cpu_s in results:
            made.counts += counts
            made.wrong += wrong
            made.cpu_s += cpu_s
            progress(made.counts["mutations"], count)
            if made.counts["mutations"] >= count or len(made.wrong) >= FAILURES_MAX:
                break
    return made


Result = tuple[Counter[str], list[str], float]


def _as_needed(pool: concurrent.futures.Executor, seed: int, jobs: int) -> Iterator[Result]:
    """Yield the results of seeds in their order, so that the same run counts the same."""
    seeds = itertools.count(seed)
    waiting = [pool.submit(of_seed, next(seeds)) for _ in range(2 * jobs)]
    try:
        while True:
            waiting.append(pool.submit(of_seed, next(seeds)))
            yield waiting.pop(0).result()
    finally:
        for each in waiting:
            each.cancel()


def of_seed(seed: int, only: int | None = None) -> Result:
    """Mutate the victims of one seed, or do only one of its mutations; return counts, what is wrong, CPU-seconds."""
    began = time.process_time()
    counts: Counter[str] = Counter()
    found: list[str] = []
    for number, victim in enumerate(victims(seed, VICTIMS)):
        for attempt in range(number * PER_VICTIM, (number + 1) * PER_VICTIM):
            if only in (None, attempt):
                case = Case(MUTATE, seed, None, (attempt,))
                found += [f"{each}\n    {case.command}" for each in _mutate(victim, f"{seed} {attempt}", counts)]
    return counts, found, time.process_time() - began


def _mutate(victim: Victim, name: str, counts: Counter[str]) -> Iterator[str]:
    rng = random.Random(f"mutate {name}")
    files = {name: bytearray(data) for name, data in victim.files.items()}
    forged = rng.random() < FORGED_SHARE
    what = [(forge if forged else damage)(files, rng)]
    while rng.random() < 0.2:
        what.append(forge_again(files, rng) if forged else damage(files, rng))
    counts["mutations"] += 1
    counts["checksums made right"] += forged
    for wrong in attack(victim, files, rng, forged=forged, counts=counts):
        yield f"{wrong}; {'; '.join(what)}"


def forge_again(files: Files, rng: random.Random) -> str:
    """Forge a second time, if the first has left something that can be."""
    with contextlib.suppress(FormatError, struct.error, ValueError, LookupError):
        return forge(files, rng)
    return "nothing more"
