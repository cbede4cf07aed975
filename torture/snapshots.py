"""Snapshots and transactions under torture: what was read must have been there, and must stay.

One thread steps through an engine on a simulated disk, with everything as small as it can be: commits,
checkpoints at once and step by step beside the rest, snapshots that are held over them, transactions that are open
beside others, trees that are made again, checkpoints that find no space, commits that find no memory.

    V1. A snapshot holds what the database held when it was opened, whatever is done afterwards (I3 of a moment).
    V2. A transaction that commits has read what was there at its commit: as if it had run then, alone (I20).
        One that has not must raise RestartError.
    V3. A commit that finds no memory is done as a whole, or not at all; the engine goes on (I3).
    V4. What is left in the end is sound, and has the content of the last commit (I3, I5).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bumps.btree.forest import Forest
from bumps.engine import Engine
from bumps.errors import DiskFullError, RestartError
from bumps.globals import Globals
from bumps.options import Durability
from bumps.recovery import verify
from bumps.snapshot import Snapshot
from bumps.torture.engine_subject import PATH, SMALL
from bumps.torture.faultdisk import Fault, FaultDisk
from bumps.torture.model import Change, Content
from bumps.torture.oracle import BrokenError, difference
from bumps.torture.runner import EMPTY
from bumps.torture.simdisk import CAPACITY, SimDisk
from bumps.torture.stepped import SteppedCheckpoint
from bumps.torture.subject import CODEC, batches_of
from bumps.torture.workloads import NAMES, STEPS_BESIDE, big, mixed, purge, storm

STEPS = 400
OPEN_MAX = 4
"""Snapshots, and transactions, that are open at one time."""
OPTIONS = replace(SMALL, segment_size_min=8192, segment_size_max=32768, keep="checkpoint", background=False)
CACHE_SIZES = (SMALL.cache_size, 16 * SMALL.cache_size)
"""For even seeds and odd ones: in the small one writers soon wait until a checkpoint is over, so that few change
what is frozen; in the large one they never do, and little is read again."""
FULL = 0.1
"""How often there is no space while a checkpoint takes steps."""
STUMBLE, READS_MAX = 0.3, 4
"""How many commits have no memory for a read, and which one it is at most, from the begin or from the frame on."""
PAUSE, VOID, GIVE_UP = 0.5, 0.3, 0.5
"""How often something is done while a checkpoint is frozen and may still be given up; whether the tree is made again
then, and whether it is given up."""
WEIGHTS = {
    "commit": 8,
    "checkpoint": 2,
    "checkpoint_beside": 4,
    "advance": 16,
    "open": 3,
    "look": 3,
    "close": 2,
    "begin": 5,
    "read": 8,
    "end": 4,
    "void": 1,
}
VOID_WRITING = 0.05
"""How often the tree is made again between two steps in which a checkpoint writes."""
Pairs = list[tuple[str, bytes, bytes]]


@dataclass
class Opened:
    """A transaction that is open, and what it has read: how to ask the model, and what it was told."""

    globals: Globals
    number: int
    reads: list[tuple[Callable[[Pairs], Any], Any]] = field(default_factory=list)


class Session:
    """One seed."""

    def __init__(self, seed: int, counts: Counter[str]) -> None:
        """Make an empty database."""
        self.rng = random.Random(f"snapshots {seed}")
        self.voids = random.Random(f"voids {seed}")
        self.stumbles = random.Random(f"stumbles {seed}")
        self.disk = SimDisk(EMPTY, seed=seed)
        self.faults = FaultDisk(self.disk)
        self.engine = Engine.open(self.faults, PATH, replace(OPTIONS, cache_size=CACHE_SIZES[seed % len(CACHE_SIZES)]))
        self.checkpoint: SteppedCheckpoint | None = None
        self.content = Content()
        self.counts = counts
        self.snapshots: list[tuple[Snapshot, Content]] = []
        self.transactions: list[Opened] = []
        self.number = 0

    def run(self) -> None:
        """Do all steps, then look at every snapshot that is left; BrokenError if something is wrong."""
        for _ in range(STEPS):
            kind = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            getattr(self, f"_{kind}")()
        for snapshot, content in self.snapshots:
            self._same(snapshot, content)
        for opened in self.transactions:
            opened.globals.rollback()
        self.engine.close()
        self._verify()
        self.engine = Engine.open(self.disk, PATH, OPTIONS)
        self._same(self.engine.snapshot(), self.content)

    def _commit(self) -> None:
        changes = self.rng.choice((mixed, purge, big, storm))(self.rng, self.content)
        before, lsn = self.content, self.engine.last_lsn
        if self.stumbles.random() < STUMBLE:
            fault = Fault("pread", self.stumbles.randint(1, READS_MAX), "memory")
            if self.stumbles.random() < 0.5:
                self.faults.arm(fault)
            else:
                self.faults.arm_behind("pwrite", fault)
        try:
            self.engine.commit(batches_of(changes))
            self.content = before.after(changes)
        except MemoryError:
            self._stumbled(before.after(changes), self.engine.last_lsn > lsn)
        finally:
            self.faults.disarm()

    def _stumbled(self, after: Content, is_in: bool) -> None:
        """Find out whether a commit that had no memory was done: as a whole, if so, and only with a new frame.

        That may be the one of a checkpoint, which had to come first and had no memory either.
        """
        with self.engine.snapshot() as snapshot:
            found = _pairs(snapshot)
        if is_in and found == after.encoded(CODEC.encode):
            self.content = after
            self.counts["commit without memory done"] += 1
            return
        self.counts["commit without memory refused"] += 1
        expected = self.content.encoded(CODEC.encode)
        if found != expected:
            raise BrokenError("I3", f"a commit that had no memory: {difference(found, expected)}")

    def _checkpoint(self) -> None:
        self.engine.checkpoint()
        self.counts["checkpoint under a snapshot"] += bool(self.snapshots)
        self._verify()

    def _checkpoint_beside(self) -> None:
        if self.checkpoint is None or not self.checkpoint.goes_on:
            self.checkpoint = SteppedCheckpoint(self.engine)

    def _advance(self) -> None:
        """Let the checkpoint take some steps; what stops it leaves all as it was."""
        running = self.checkpoint
        if running is None or running.done.is_set():
            return
        if self.rng.random() < FULL:
            self.disk.capacity = self.disk.used
        for _ in range(self.rng.choice(STEPS_BESIDE)):
            self._step(running)
            if running.is_frozen and not running.is_writing and running.goes_on and self.rng.random() < PAUSE:
                self._pause(running)
            if running.is_writing and running.goes_on and self.voids.random() < VOID_WRITING:
                self.engine.void()
                self.engine.names()  # made again at once, if not before the files are at rest
        self.disk.capacity = CAPACITY
        if running.error is not None and not isinstance(running.error, DiskFullError | MemoryError):
            raise running.error
        if not running.goes_on:
            self._verify()

    def _step(self, running: SteppedCheckpoint) -> None:
        """Let the checkpoint take a step; count it if that ends it when what is frozen has been changed."""
        forest = self.engine.forest
        is_changed = isinstance(forest, Forest) and bool(forest.pager.copies or forest.pager.orphans)
        running.step()
        if is_changed and running.error is not None and self.engine.forest is forest:
            self.counts["checkpoint given up beside changes"] += 1

    def _pause(self, running: SteppedCheckpoint) -> None:
        """Change what is frozen, then let memory run out in the next step, or make the tree again."""
        capacity, self.disk.capacity = self.disk.capacity, CAPACITY
        for _ in range(self.rng.randint(1, 3)):
            self._commit()
        if self.voids.random() < PAUSE:
            if len(self.snapshots) == OPEN_MAX:
                self._close()
            self._open()  # it holds what was changed since, and has no images yet when the checkpoint is over
            self._commit()
        if self.rng.random() < VOID:
            self._void()
        if self.rng.random() < GIVE_UP:
            self.faults.arm(Fault("pread", 1, "memory"))
            self._step(running)
            self.counts["checkpoint given up"] += self.faults.fired > 0
            self.faults.disarm()
        self.disk.capacity = capacity

    def _void(self) -> None:
        """Let the tree be made again, as after an error in the middle of a commit; at once, or by who is next."""
        with self.engine.latch:
            self.engine.void()
        if self.rng.random() < 0.5:
            self.engine.names()

    def _verify(self) -> None:
        """Look for what is wrong with the files, in use or not."""
        for problem in verify.problems(self.disk, PATH):
            raise BrokenError("I5", str(problem))

    def _open(self) -> None:
        if len(self.snapshots) < OPEN_MAX:
            self.snapshots.append((self.engine.snapshot(), self.content))

    def _look(self) -> None:
        if self.snapshots:
            self._same(*self.rng.choice(self.snapshots))

    def _close(self) -> None:
        if self.snapshots:
            snapshot, content = self.snapshots.pop(self.rng.randrange(len(self.snapshots)))
            self._same(snapshot, content)
            snapshot.close()

    def _same(self, snapshot: Snapshot, content: Content) -> None:
        self.counts["snapshot looked at"] += 1
        found = _pairs(snapshot)
        expected = content.encoded(CODEC.encode)
        if found != expected:
            raise BrokenError("I3", f"a snapshot at LSN {snapshot.lsn}: {difference(found, expected)}")

    def _begin(self) -> None:
        if len(self.transactions) < OPEN_MAX:
            self.number += 1
            durability = Durability.COMMIT if self.number % 2 else Durability.NONE
            opened = Opened(Globals(self.engine, durability), self.number)
            opened.globals.begin()
            self.transactions.append(opened)

    def _read(self) -> None:
        if self.transactions:
            opened = self.rng.choice(self.transactions)
            name = self.rng.choice(NAMES)
            read = self.rng.choice((_get, _data, _order, _scan))
            opened.reads.append(read(self.rng, opened.globals, name, self.content.encoded(CODEC.encode)))

    def _end(self) -> None:
        if not self.transactions:
            return
        opened = self.transactions.pop(self.rng.randrange(len(self.transactions)))
        where = (str(opened.number),)
        opened.globals.set("T", CODEC.encode(where), b"%d" % len(opened.reads))
        try:
            opened.globals.commit()
        except RestartError:
            self.counts["transaction restarted"] += 1
            return
        now = self.content.encoded(CODEC.encode)
        for ask, told in opened.reads:
            if ask(now) != told:
                raise BrokenError("I20", f"a transaction has read {told!r:.80}, and commits where {ask(now)!r:.80} is")
        self.counts["transaction committed"] += 1
        self.content = self.content.after([Change("set", "T", where, b"%d" % len(opened.reads))])


def _pairs(snapshot: Snapshot) -> Pairs:
    return [(name, key, value) for name, pairs in snapshot.scans() for key, value in pairs]


Read = tuple[Callable[[Pairs], Any], Any]


def _key(rng: random.Random, name: str, pairs: Pairs) -> bytes:
    """Return a key that is there, or was, or is near one."""
    keys = [key for each, key, _ in pairs if each == name]
    if keys and rng.random() < 0.8:
        key = rng.choice(keys)
        return b"".join(CODEC.split(key)[: rng.randint(1, 3)])
    return CODEC.encode((str(rng.randrange(120)),))


def _of(name: str, pairs: Pairs) -> list[tuple[bytes, bytes]]:
    return [(key, value) for each, key, value in pairs if each == name]


def _get(rng: random.Random, globals_: Globals, name: str, pairs: Pairs) -> Read:
    key = _key(rng, name, pairs)
    return lambda now: dict(_of(name, now)).get(key), globals_.get(name, key)


def _data(rng: random.Random, globals_: Globals, name: str, pairs: Pairs) -> Read:
    key = _key(rng, name, pairs)

    def ask(now: Pairs) -> int:
        keys = [each for each, _ in _of(name, now)]
        return (key in keys) + 10 * any(each != key and each.startswith(key) for each in keys)

    return ask, globals_.data(name, key)


def _order(rng: random.Random, globals_: Globals, name: str, pairs: Pairs) -> Read:
    codes = CODEC.split(_key(rng, name, pairs))
    code = codes[0] if codes else b""

    def ask(now: Pairs) -> bytes | None:
        firsts = [split[0] for key, _ in _of(name, now) for split in [CODEC.split(key)] if split]
        return min((each for each in firsts if each > code), default=None)

    return ask, globals_.order(name, b"", code)


def _scan(rng: random.Random, globals_: Globals, name: str, pairs: Pairs) -> Read:
    low, high = sorted((_key(rng, name, pairs), _key(rng, name, pairs)))

    def ask(now: Pairs) -> list[tuple[bytes, bytes]]:
        return [(key, value) for key, value in _of(name, now) if low <= key < high]

    return ask, list(globals_.range(name, low, high))
