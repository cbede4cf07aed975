"""Recorded runs: real files, real threads or M programs, and every power cut that could have hit them.

The run is over before the first state is made. What each LSN must hold is read from its journal by the
independent reader of the format; what was promised was noted when the engine returned. Then the trace goes through
the same generator and the same oracle as a simulated one.
"""

from __future__ import annotations

import functools
import os
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bumps.database import Database
from bumps.engine import Engine
from bumps.files import RealDisk
from bumps.keys import KeyCodec
from bumps.torture import format_journal, format_keys, format_reader
from bumps.torture.engine_subject import PATH, SMALL, EngineSubject
from bumps.torture.format_journal import Globals, Position
from bumps.torture.format_layout import COMMIT
from bumps.torture.model import Content, History
from bumps.torture.oracle import check
from bumps.torture.recorddisk import RecordDisk
from bumps.torture.runner import EMPTY, PROFILES
from bumps.torture.simdisk import Ack, Operation
from bumps.torture.states import image_hash, states

THREADS = 4
COMMITS = 40
"""Of each thread."""
CODEC = KeyCodec.of("utf-8")
OPTIONS = replace(SMALL, segment_size_min=8192, segment_size_max=32768, checkpoint_journal_size=16 * 1024)
"""With the checkpoints in a thread of their own."""
DEEP_SHARE = 1 / 16

Work = Callable[[RecordDisk, Database, random.Random], None]


@dataclass
class Recording:
    """What a run has left."""

    trace: list[Operation]
    history: History
    commits: int


@dataclass
class Recorded:
    """What the power cuts of some recordings have shown."""

    seed: int
    recordings: int = 0
    operations: int = 0
    commits: int = 0
    states: int = 0
    unique: int = 0
    violations: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "seed": self.seed,
            "recordings": self.recordings,
            "operations": self.operations,
            "commits": self.commits,
            "states": self.states,
            "unique": self.unique,
            "violations": self.violations,
            "counts": dict(sorted(self.counts.items())),
            "cpu_s": round(self.cpu_s, 2),
        }


def threads(disk: RecordDisk, database: Database, rng: random.Random) -> None:
    """Commit in several threads: entries of their own, some large, a counter that all share, a KILL now and then."""
    seeds = [rng.random() for _ in range(THREADS)]
    failed: list[BaseException] = []

    def work(thread: int) -> None:
        chance = random.Random(seeds[thread])
        try:
            for number in range(COMMITS):
                text = f"{thread} {number} " * chance.choice((1, 4, 100))
                shared = chance.random() < 0.3

                @database.transactional
                def enter(number: int = number, text: str = text, shared: bool = shared) -> None:
                    database["^A", thread, number] = text
                    database["^B", number % 7, thread] = text[:20]
                    if shared:
                        database["^COUNT"] = int(database.get("^COUNT", default="0")) + 1
                    if number % 10 == 9:
                        database.kill("^A", thread, number - 5)

                enter()
                disk.promise("A", CODEC.encode((thread, number)), text.encode())
        except BaseException as error:
            failed.append(error)

    run_threads(work)
    if failed:
        raise failed[0]


def program(disk: RecordDisk, database: Database, rng: random.Random) -> None:
    """Register patients by an M program, from several threads."""
    routines = [str(Path(format_reader.__file__).resolve().parent.parent / "tools" / "routines")]
    failed: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(COMMITS // 2):
                name = f"N{thread}.{number}"
                ident = int(database.call("ADD^CLINIC", name, 1900 + number, "ICU", routines=routines))
                disk.promise("PATIENT", CODEC.encode((ident, "NAME")), name.encode())
        except BaseException as error:
            failed.append(error)

    run_threads(work)
    if failed:
        raise failed[0]


def run_threads(work: Callable[[int], None]) -> None:
    """Let each thread do its work; return when all have ended."""
    workers = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


KINDS: dict[str, Work] = {"threads": threads, "M program": program}


def record(work: Work, rng: random.Random, *, close: bool) -> Recording:
    """Do the work on real files and return its trace; `close`: in good order, else as a killed process leaves it."""
    with tempfile.TemporaryDirectory(prefix="bumps-recorded-") as folder:
        disk = RecordDisk(folder)
        path = os.path.join(disk.folder, PATH.rpartition("/")[2])
        engine = Engine.open(disk, path, OPTIONS)
        disk.trace.append(Ack(0))
        database = Database(engine, OPTIONS)
        try:
            work(disk, database, rng)
            before = len(disk.trace)
        finally:
            engine.close()
        files = format_reader.files_of(Path(path))
    history, lsns = _history(files)
    trace = disk.resolved(lsns)
    return Recording(trace if close else trace[:before], history, len(lsns))


def _history(files: dict[str, bytes]) -> tuple[History, dict[tuple[str, bytes, bytes], int]]:
    """Return the content at each LSN, and the LSN that first set a node to a value, from a whole journal."""
    meta = {**format_reader.newest_slot(files["data"]), "time": 0}
    history = History(0, Content())
    lsns: dict[tuple[str, bytes, bytes], int] = {}
    content: Globals = {}
    decoded = functools.lru_cache(None)(lambda key: format_keys.subscripts(key, "utf-8"))
    for frame in format_journal.journal(files, meta, Position(0, 0, 0, 0)):
        format_journal.apply(content, frame)
        if frame.header["kind"] == COMMIT:
            for name, _, key, value in format_journal.operations(frame):
                if value is not None:
                    lsns.setdefault((name, key, value), frame.place.lsn)
        found = Content({(name, decoded(key)): tree[key] for name, tree in content.items() for key in tree})
        history.settle(frame.place.lsn, found)
    return history, lsns


def torment(
    seed: int,
    recordings: int,
    states_each: int,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Recorded:
    """Record so many runs, and check so many crash states of each."""
    done = Recorded(seed)
    began = time.process_time()
    for number in range(recordings):
        rng = random.Random(f"recorded {seed} {number}")
        kind = list(KINDS)[number % len(KINDS)]
        recording = record(KINDS[kind], rng, close=rng.random() < 0.5)
        done.recordings += 1
        done.operations += len(recording.trace)
        done.commits += recording.commits
        done.counts[kind] += 1
        _cut(recording, rng, states_each, done, f"seed {seed}, recording {number}, {kind}")
        progress(number + 1, recordings)
    done.cpu_s = time.process_time() - began
    return done


def _cut(recording: Recording, rng: random.Random, count: int, done: Recorded, where: str) -> None:
    subject = EngineSubject(OPTIONS)
    profile = rng.choice(PROFILES)
    last = len(recording.trace)
    points = set(rng.sample(range(last + 1), min(last + 1, max(1, count // 4))))
    seen: set[int] = set()
    inside: set[int] = set()
    for state in states(
        EMPTY, recording.trace, acked=-1, issued=0, profile=profile, rng=rng, budget=24, points=points, take=4
    ):
        done.states += 1
        key = image_hash(state)
        if key in seen:
            continue
        seen.add(key)
        done.unique += 1
        deep = rng.random() < DEEP_SHARE
        violation = check(
            subject, state, recording.history, profile=profile, rng=rng, deep=deep, depth=int(deep), seen=inside
        )
        if violation:
            choices = ",".join(map(str, state.vector))
            done.violations.append(f"{violation}\n    {where}, operation {state.index}, choices {choices}; {profile}")
            return


def _conforms(disk: RecordDisk) -> RealDisk:
    """Let the type checker prove that a recording disk is one."""
    return disk
