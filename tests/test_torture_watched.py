"""torture/watched.py: readers beside the writer notice each mutant of theirs, and nothing without one."""

from __future__ import annotations

import random

import pytest

from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.errors import DiskFullError
from bumps.files import MemoryDisk
from bumps.options import Options
from bumps.torture import stages
from bumps.torture.case import READERS, Case, parse
from bumps.torture.engine_subject import PATH, SMALL, EngineStore
from bumps.torture.faultdisk import Fault, FaultDisk
from bumps.torture.model import Change
from bumps.torture.mutants import MUTANTS, armed
from bumps.torture.runner import EMPTY
from bumps.torture.simdisk import SimDisk
from bumps.torture.stepped import SteppedCheckpoint
from bumps.torture.watched import WatchedStore

MUTANTS_OF_READERS = [
    name
    for name in MUTANTS
    if name
    in (
        "read_set_without_values",
        "snapshot_of_later",
        "pinned_page_handed_out",
        "pinned_page_overwritten",
        "freeze_without_copy",
        "read_set_without_ranges",
        "read_set_without_gaps",
    )
]


def test_a_checkpoint_takes_its_steps_between_commits_and_goes_on_for_who_waits() -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", Options(page_size=512, background=False))
    running = SteppedCheckpoint(engine)
    number = 0
    while running.step():
        number += 1
        engine.commit([Batch("A", bytes((SET,)), [b""], [b"%d" % number])])
    assert number > 8 and running.error is None and not running.goes_on
    generation = engine.stat()["generation"]
    assert generation == 2
    running = SteppedCheckpoint(engine)
    assert running.step()
    assert running.written.wait() and not running.done.is_set()
    assert running.done.wait()
    assert engine.stat()["generation"] == 3
    assert engine.get("A", b"") == b"%d" % number
    engine.close()


class Chance(random.Random):
    """Chance that is known: the numbers given, then zeros, with which there is always a reader."""

    def __init__(self, *numbers: float) -> None:
        super().__init__(0)
        self.numbers = list(numbers)

    def random(self) -> float:
        """Return the next number."""
        return self.numbers.pop(0) if self.numbers else 0.0


@pytest.mark.parametrize(
    ("fault", "error", "chance"),
    [
        pytest.param(Fault("pwrite", 1, "ENOSPC", 0), DiskFullError, (), id="a commit that is refused"),
        pytest.param(Fault("pread", 1, "memory"), MemoryError, (), id="a snapshot that cannot be read"),
        pytest.param(Fault("pread", 1, "memory"), MemoryError, (1.0,), id="a transaction that cannot read"),
    ],
)
def test_a_reader_beside_what_fails_lets_go_what_it_has_opened(
    fault: Fault, error: type[BaseException], chance: tuple[float, ...]
) -> None:
    disk = FaultDisk(SimDisk(EMPTY, seed=1))
    first = EngineStore(Engine.open(disk, PATH, SMALL))
    first.commit([Change("set", "A", (str(number),), b"%d" % number) for number in range(100)])
    first.close()
    store = WatchedStore(Engine.open(disk, PATH, SMALL), Chance(*chance))
    disk.arm(fault)
    # Who keeps the error keeps the frames that it went through, and what they hold: no garbage is collected here.
    with pytest.raises(error) as kept:
        store.commit([Change("set", "A", ("new",), b"new")])
    disk.disarm()
    assert disk.fired
    assert store.engine.snapshot_count == len(store._held)
    store.close()
    assert store.engine.closed and kept.value.__traceback__ is not None


def test_readers_beside_the_engine_see_nothing_wrong() -> None:
    report = stages.replay(parse("readers:1"))
    assert report.failures == []
    assert report.lives and report.unique


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS_OF_READERS)
def test_readers_notice_each_mutant_of_theirs(name: str) -> None:
    for seed in stages.READER_SEEDS:
        with armed(MUTANTS[name]) as ran:
            report = stages.readers(seed)
        if report.failures:
            assert ran
            failure = report.failures[0]
            assert failure.case == Case(READERS, seed)
            assert str(failure).splitlines()[-1].strip() == f"bumps torture replay readers:{seed}"
            return
    raise AssertionError(f"{name} survives")
