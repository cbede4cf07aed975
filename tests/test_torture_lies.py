"""torture/lies.py, and syncs that fail unheard: what no engine can keep must at least never be silently wrong."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from bumps.torture import lies
from bumps.torture.engine_subject import engine_subject
from bumps.torture.faultdisk import EFFECTS, UNHEARD, Fault, FaultDisk
from bumps.torture.mutants import MUTANTS, armed
from bumps.torture.results import Report
from bumps.torture.runner import EMPTY, SHAPES, campaign, continuations, replay
from bumps.torture.simdisk import SECTOR_SIZE, Image, Lie, Link, Operation, SimDisk, Sync, SyncDirectory, Write
from bumps.torture.states import Medium, Profile
from tests.toy_store import Toy, ToyStore

LYING = [shape for shape in SHAPES if shape.lying]
OLD, NEW, NEWER = (bytes([number]) * SECTOR_SIZE for number in (1, 2, 3))


def failing(effect: str) -> tuple[FaultDisk, SimDisk]:
    disk = SimDisk(Image(("/",), {"/f": OLD}))
    faults = FaultDisk(disk)
    faults.arm(Fault("sync", 1, "EIO", effect=effect))
    return faults, disk


def kept(disk: SimDisk) -> set[bytes]:
    """What `/f` may hold after a power cut now."""
    medium = Medium(Image(("/",), {"/f": OLD}), acked=-1, issued=0, profile=Profile())
    for operation in disk.trace:
        medium.apply(operation)
    space = medium.space()
    return {space.state(vector).image.files["/f"] for vector in space.vectors(random.Random(0))}


@pytest.mark.parametrize("effect", UNHEARD)
def test_a_sync_that_fails_unheard_returns_and_keeps_nothing(effect: str) -> None:
    faults, disk = failing(effect)
    file = faults.open("/f", write=True)
    file.pwrite(NEW, 0)
    file.sync()

    assert file.pread(SECTOR_SIZE, 0) == NEW
    assert {OLD, NEW} <= kept(disk)
    assert faults.lied_at == len(disk.trace)


@pytest.mark.parametrize(
    ("effect", "own", "others"), [("late", True, True), ("other", False, True), ("never", False, False)]
)
def test_the_error_of_a_sync_that_failed_unheard_reaches_whom_its_effect_says(
    effect: str, own: bool, others: bool
) -> None:
    for through_other, heard in ((False, own), (True, others)):
        faults, disk = failing(effect)
        file = faults.open("/f", write=True)
        file.pwrite(NEW, 0)
        file.sync()
        file.pwrite(NEWER, 0)
        if through_other:
            file = faults.open("/f", write=True)
        if heard:
            with pytest.raises(OSError, match="Input/output"):
                file.sync()
        file.sync()  # whoever has heard of it has heard of it once
        assert (kept(disk) == {NEWER}) is not heard, "a sync that fails drops what was dirty"


def test_the_name_of_a_file_is_durable_with_it_only_on_ext4() -> None:
    for names, count in (("ordered", 2), ("posix", 2), ("ext4", 1)):
        medium = Medium(EMPTY, acked=-1, issued=0, profile=Profile(names))
        medium.apply(Link(2, "f", 3, False))
        medium.apply(Sync(3))
        space = medium.space()
        found = {tuple(space.state(vector).image.files) for vector in space.vectors(random.Random(0))}
        assert len(found) == count, names


def test_no_sync_is_a_barrier_on_a_disk_that_lies() -> None:
    trace: list[Operation] = [Write(2, 0, NEW), Sync(2), SyncDirectory(1), Write(2, 0, NEWER), Sync(2)]

    assert lies.lying(trace, 2) == [Write(2, 0, NEW), Sync(2), Lie(), Write(2, 0, NEWER), Lie()]


@pytest.mark.slow
def test_a_lying_disk_makes_nothing_silently_wrong() -> None:
    report = Report()
    for seed in range(2):
        campaign(engine_subject, seed, report, shapes=LYING)

    assert [str(failure) for failure in report.failures] == []
    assert report.counts[lies.TOLD_AT_OPEN] > 0
    assert report.counts[lies.LOST_NOTHING] > 0


@pytest.mark.slow
def test_an_engine_that_does_not_look_is_silently_wrong_on_a_lying_disk() -> None:
    report = Report()
    with armed(MUTANTS["chain_ignored"]):
        for seed in range(60):
            campaign(engine_subject, seed, report, shapes=LYING)
            if report.failures:
                break
        assert report.failures
        again = replay(engine_subject, report.failures[0].case, shapes=LYING)

    assert [str(each) for each in again.failures] == [str(each) for each in report.failures]


def test_a_toy_that_believes_what_it_reads_is_silently_wrong() -> None:
    class Believes(ToyStore):
        """Reads half of what its log says."""

        def redo(self) -> bool:
            found = super().redo()
            for node in list(self.nodes)[::2]:
                del self.nodes[node]
            return found

    report = Report()
    for seed in range(6):
        campaign(lambda rng: Toy(Believes), seed, report, shapes=LYING)

    assert report.failures


@pytest.mark.slow
def test_each_effect_of_a_failing_sync_is_met_in_a_checkpoint_and_survived() -> None:
    report = continuations(engine_subject, seed=0, budget=8)

    assert [str(failure) for failure in report.failures] == []
    assert set(EFFECTS) == {"keep", "revert", *UNHEARD}
    assert report.counts["re-open beside an attached process refused"] > 0
    assert sum(Counter(report.counts)[outcome] for outcome in lies.OUTCOMES) > 0
