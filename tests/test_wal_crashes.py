"""The journal under power cuts: what was acknowledged is read again, and nothing that was never written."""

from __future__ import annotations

import random

import pytest

from bumps.batch import SET, Batch, Batches
from bumps.errors import DiskFullError, StorageError
from bumps.torture.faultdisk import Fault, FaultDisk, Killed
from bumps.torture.simdisk import SimDisk
from bumps.torture.states import Profile, State, states
from bumps.wal.reader import JournalReader
from bumps.wal.verify import problems
from bumps.wal.writer import JournalWriter
from tests.journals import BIRTH, DATABASE_ID, DIRECTORY, writer_of

History = dict[int, bytes]
"""The value that each LSN has set."""
SIZES = (2048, 2560)
"""Of segments, so small that two commits fill one."""


def commit(value: bytes) -> Batches:
    return [Batch("A", bytes([SET]), [b"\x80\x00"], [value])]


def recover(disk: SimDisk) -> tuple[JournalWriter, History]:
    """Do what recovery does with a journal."""
    reader = JournalReader(disk, DIRECTORY, database_id=DATABASE_ID, start=BIRTH)
    found = {frame.lsn: frame.batches[0].values[0] for frame in reader}
    end = reader.end
    end.check()
    writer = writer_of(disk, end.stable, epoch=end.epoch + 1, sizes=SIZES, time_us=end.last.time_us)
    if end.tail:
        writer.adopt(end.tail)
    assert writer.last_lsn == len(found)
    return writer, found


def live(disk: SimDisk, writer: JournalWriter, history: History, count: int, rng: random.Random) -> None:
    """Commit so many times; some commits wait until they are durable, and are acknowledged."""
    for _ in range(count):
        lsn = writer.last_lsn + 1
        history[lsn] = rng.randbytes(rng.choice([3, 300, 600]))
        disk.begin(lsn)
        writer.append(commit(history[lsn]))
        if rng.random() < 0.4:
            disk.ack(writer.sync())
        if rng.random() < 0.3:
            writer.prepare_ahead()


def check(state: State, *histories: History) -> SimDisk:
    """Recover from a state, compare with the histories that it may show, go on, and look whether it is sound."""
    disk = SimDisk(state.image, seed=state.index)
    writer, found = recover(disk)
    assert state.acked <= len(found)
    assert len(found) <= state.issued or len(histories) > 1
    assert any(found.items() <= history.items() for history in histories)
    after = dict(found)
    live(disk, writer, after, 2, random.Random(state.index))
    writer.sync()
    assert list(problems(disk, DIRECTORY, database_id=DATABASE_ID, base_lsn=0, checkpoint=BIRTH)) == []
    return disk


def run(seed: int, profile: Profile, budget: int, depth: int) -> int:
    """Live, die by a signal, live on; cut the power everywhere, and again in the recovery of some states.

    Return the count of states. A signal leaves the cache: what recovery reads there, the disk may not have.
    """
    rng = random.Random(seed)
    empty = SimDisk(seed=seed)
    empty.make_directory(DIRECTORY)
    start = empty.image()
    disk = SimDisk(start, seed=seed)
    history: History = {}
    live(disk, writer_of(disk, sizes=SIZES), history, 6, rng)
    disk.kill()
    writer, found = recover(disk)
    assert found == history
    disk.ack(len(found))
    live(disk, writer, history, 4, rng)
    count = 0
    for state in states(start, disk.trace, acked=0, issued=0, profile=profile, rng=rng, budget=budget):
        check(state, history)
        count += 1
        if depth > 1 and rng.random() < 0.02:
            again = SimDisk(state.image, seed=state.index + 1)
            writer, found = recover(again)
            again.ack(len(found))
            known = dict(found)
            live(again, writer, known, 3, rng)
            for second in states(
                state.image, again.trace, acked=state.acked, issued=state.issued, profile=profile, rng=rng, budget=3
            ):
                check(second, {**history, **known} if second.issued > len(found) else history)
                count += 1
    return count


PROFILES = [Profile("ordered", True), Profile("posix", True), Profile("posix", False)]


def test_no_power_cut_loses_what_was_acknowledged() -> None:
    assert run(1, Profile("posix", True), 3, 1) > 50


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_no_power_cut_in_any_life_loses_what_was_acknowledged(profile: Profile, seed: int) -> None:
    assert run(seed, profile, 24, 2) > 500


def strike(fault: Fault, seed: int) -> tuple[bool, int]:
    """Live until a call of the disk fails, open again on the cache, live on, cut the power.

    Return whether it failed at all, and the count of states.
    """
    rng = random.Random(seed)
    empty = SimDisk(seed=seed)
    empty.make_directory(DIRECTORY)
    start = empty.image()
    disk = SimDisk(start, seed=seed)
    faulty = FaultDisk(disk)
    faulty.arm(fault)
    history: History = {}
    writer = writer_of(faulty, sizes=SIZES)
    acked = 0
    try:
        while len(history) < 9:
            lsn = writer.last_lsn + 1
            history[lsn] = rng.randbytes(rng.choice([3, 300, 600]))
            disk.begin(lsn)
            try:
                writer.append(commit(history[lsn]))
            except DiskFullError:
                del history[lsn]
                assert writer.last_lsn == lsn - 1, "a refusal changes nothing, and the next try may succeed"
                continue
            if lsn % 3 == 0:
                acked = writer.sync()
                disk.ack(acked)
            writer.prepare_ahead()
    except (StorageError, KeyboardInterrupt, Killed):
        assert fault.how in ("kill", "interrupt") or writer.failed
    faulty.kill()
    writer, found = recover(disk)
    assert acked <= len(found) <= len(history)
    assert all(history[lsn] == value for lsn, value in found.items())
    disk.ack(len(found))
    index, forked = len(disk.trace), len(found)
    live(disk, writer, found, 3, rng)
    count = 0
    points = set(range(index, len(disk.trace) + 1))
    cut = states(start, disk.trace, acked=0, issued=0, profile=Profile("posix", True), rng=rng, budget=2, points=points)
    for state in cut:
        # A failed sync may take from the cache what reached the disk: until something else is durable, it may be back.
        check(state, *([found, history] if state.acked == forked else [found]))
        count += 1
    return faulty.fired > 0, count


FAULTS = ["EIO", "ENOSPC", "short", "interrupt", "kill"]


@pytest.mark.parametrize("how", FAULTS)
def test_no_call_that_fails_loses_what_was_acknowledged(how: str) -> None:
    for nth in range(1, 40, 9):
        strike(Fault("changing", nth, how), nth)


@pytest.mark.slow
@pytest.mark.parametrize("effect", ["keep", "revert"])
@pytest.mark.parametrize("how", FAULTS)
def test_no_call_that_fails_anywhere_loses_what_was_acknowledged(how: str, effect: str) -> None:
    fired = [strike(Fault("changing", nth, how, effect=effect), 0)[0] for nth in range(1, 60)]
    assert sum(fired) > (5 if how == "short" else 20)
