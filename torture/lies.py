"""Disks that lie: a sync fails and returns, or returns and does nothing. What is left of the promise is I12.

No engine can keep a commit that the disk has only pretended to keep. It must never be silently
wrong: every open, verify and read gives the content of one commit exactly, older than
promised perhaps, or a typed error. How often the loss is told, and how often it cannot be, is counted.

    A sync that fails unheard  once or for ever; heard of at the next sync, by another handle, or never
    A disk that lies           from some moment on no sync is a barrier
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bumps.torture.faultdisk import UNHEARD, Fault
from bumps.torture.lives import Life
from bumps.torture.model import Content, History
from bumps.torture.oracle import PROBE, BrokenError, Violation, difference, disk_of
from bumps.torture.simdisk import Image, Lie, Operation, Sync, SyncDirectory
from bumps.torture.states import State
from bumps.torture.subject import Subject
from bumps.torture.workloads import Flavour, next_step

TOLD_AT_OPEN = "lying sync: told by the open"
TOLD_BY_READ = "lying sync: told by a read"
LOST_UNSEEN = "lying sync: commits lost, and nothing tells"
LOST_NOTHING = "lying sync: nothing lost"
OUTCOMES = (TOLD_AT_OPEN, TOLD_BY_READ, LOST_UNSEEN, LOST_NOTHING)
"""What became of a state that a lying disk left; the counters have these names."""
STEPS_MAX = 14
QUIET_MAX = (0, 0, 2, 6)
"""After how many steps at most the disk begins to fail: 0 is with the first open."""
REACH_MAX = 8
"""One of the first so many syncs fails."""
WHOLE_SHARE = 0.25
"""How many lives are on a disk that lies from some moment on, not once."""


class Lived(NamedTuple):
    """A life on a lying disk."""

    trace: Sequence[Operation]
    """What really happened: syncs that did nothing are `Lie`s."""
    start: int
    """How many operations were honest."""


def live(life: Life, flavour: Flavour, rng: random.Random) -> Lived | None:
    """Open a store and work, with a sync that lies somewhere in it; None if nothing came of it."""
    whole = rng.random() < WHOLE_SHARE
    quiet = rng.choice(QUIET_MAX)
    fault = Fault(
        rng.choice(("sync",) * 5 + ("sync_directory",)),
        rng.randint(1, REACH_MAX),
        "EIO",
        rng.choice((1, 1, 2, 0)),
        rng.choice(UNHEARD),
    )
    acts: list[Callable[[], None]] = [life.open]
    acts += [lambda: life.do(next_step(flavour, rng, life.content))] * rng.randint(2, STEPS_MAX)
    for number, act in enumerate(acts):
        if number == quiet and not whole:
            life.faults.arm(fault)
        life.survive(act)
        if life.store is None or life.store.read_only:
            life.revive()
    life.faults.disarm()
    trace = life.disk.trace
    if not whole:
        # A cut as the sync returns meets nobody who relied on it: that state, and all before, are honest.
        lied_at = len(trace) if life.faults.lied_at is None else life.faults.lied_at
        return Lived(trace, lied_at + 1) if lied_at < len(trace) else None
    start = rng.randrange(len(trace))
    return Lived(lying(trace, start), start)


def lying(trace: Sequence[Operation], start: int) -> list[Operation]:
    """Return a trace in which no sync from `start` on is a barrier."""
    return [
        Lie() if index >= start and isinstance(operation, Sync | SyncDirectory) else operation
        for index, operation in enumerate(trace)
    ]


def check_told(
    subject: Subject, state: State, histories: Sequence[History], note: Callable[[str], None] = lambda name: None
) -> Violation | None:
    """Open what a lying disk has left, read all of it, and go on (I12); `note` gets one of `OUTCOMES`.

    `histories` are those of the life: any content that it ever had is legal, at the LSN that it had.
    """
    try:
        note(_told(subject, state, histories))
    except BrokenError as error:
        return error.violation
    return None


def _told(subject: Subject, state: State, histories: Sequence[History]) -> str:
    disk = disk_of(state)
    sound = _is_sound(subject, state)
    try:
        store = subject.open(disk, create=state.acked < 0)
    except Exception as error:
        _need_typed(subject, error, "open")
        if sound:
            raise BrokenError("I12", f"verify finds nothing, and open says: {error}") from error
        return TOLD_AT_OPEN
    try:
        found = store.content()
    except Exception as error:
        _need_typed(subject, error, "a read")
        if sound:
            raise BrokenError("I12", f"verify finds nothing, and a read says: {error}") from error
        return TOLD_BY_READ
    lsn = store.last_lsn
    legal = [content for history in histories[: state.fork + 1] for content in history.at(lsn)]
    content = next((each for each in legal if found == each.encoded(subject.encode)), None)
    if content is None:
        what = difference(found, legal[-1].encoded(subject.encode)) if legal else "nothing ever had this LSN"
        raise BrokenError("I12", f"LSN {lsn} without an error: {what}")
    _go_on(subject, disk.image(), content)
    return LOST_UNSEEN if lsn < state.acked else LOST_NOTHING


def _is_sound(subject: Subject, state: State) -> bool:
    """Return whether verify finds nothing wrong; a store that is not there is not sound."""
    try:
        return not subject.problems(disk_of(state))
    except FileNotFoundError:
        return False
    except Exception as error:
        _need_typed(subject, error, "verify")
        return False


def _go_on(subject: Subject, image: Image, content: Content) -> None:
    """Commit, write a checkpoint and open again: what was read stays, or an error says that it does not."""
    disk = disk_of(State(image, 0, 0, 0, 0, ()), 1)
    try:
        store = subject.open(disk, create=False)
        store.commit([PROBE])
        store.checkpoint()
        store.close()
        found = subject.open(disk, create=False).content()
    except Exception as error:
        _need_typed(subject, error, "going on")
        return
    expected = content.after([PROBE]).encoded(subject.encode)
    if found != expected:
        raise BrokenError("I12", f"after a commit and a checkpoint, without an error: {difference(found, expected)}")


def _need_typed(subject: Subject, error: Exception, what: str) -> None:
    if not subject.is_typed(error):
        raise BrokenError("I12", f"{what} raised the untyped {type(error).__name__}: {error}") from error
