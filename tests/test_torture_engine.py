"""The engine under torture: no legal crash state, no failing call and no kill loses what was promised."""

from __future__ import annotations

import contextlib
import dataclasses
import random

import pytest

from bumps.errors import CommitUnknownError
from bumps.torture import stages
from bumps.torture.case import parse
from bumps.torture.engine_subject import EngineSubject, engine_subject
from bumps.torture.faultdisk import Fault, FaultDisk, Killed
from bumps.torture.model import Change
from bumps.torture.programs import Program
from bumps.torture.results import Report
from bumps.torture.runner import EMPTY, PROFILES, Shape, campaign, continuations, fault_loop, run
from bumps.torture.simdisk import SimDisk
from bumps.torture.states import Profile, states

SET = Change("set", "A", ("1",), b"one")


def test_no_crash_state_loses_what_was_promised() -> None:
    report = run(engine_subject, states_count=200)

    assert [str(failure) for failure in report.failures] == []


@pytest.mark.slow
@pytest.mark.long
def test_no_crash_state_of_twenty_thousand_loses_what_was_promised() -> None:
    report = run(engine_subject, states_count=20_000, seed=1)

    assert [str(failure) for failure in report.failures] == []
    for met in (
        "sealed set used in recovery",
        "torn tail cut",
        "adoption by copy",
        "torn meta slot",
        "clean open",
        "killed inside a call",
        "error CommitUnknownError",
        "error FailedError",
        "error DiskFullError",
    ):
        assert report.counts[met] > 0, f"{met}: a long run must meet it"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_no_failing_call_loses_what_was_promised(seed: int) -> None:
    report = fault_loop(engine_subject, seed=seed)

    assert [str(failure) for failure in report.failures] == []
    assert report.lives > 100


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*(pytest.param(seed, marks=pytest.mark.long) for seed in (0, 1)), 2, 3])
def test_whatever_a_stopped_checkpoint_left_in_the_cache_is_not_believed(seed: int) -> None:
    report = continuations(engine_subject, seed=seed)

    assert [str(failure) for failure in report.failures] == []
    assert report.lives > 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_interrupt_or_lack_of_memory_loses_what_was_promised(seed: int) -> None:
    report = fault_loop(engine_subject, seed=seed, hows=("memory", "interrupt"), times=(1,), effects=("keep",))

    assert [str(failure) for failure in report.failures] == []


def small() -> EngineSubject:
    """Return an engine with pages of 512 bytes."""
    subject = engine_subject(random.Random(0))
    return EngineSubject(dataclasses.replace(subject.options, page_size=512, keep="all"))


def test_a_database_whose_maker_died_before_its_name_was_durable_keeps_its_commits() -> None:
    subject = small()
    disk = SimDisk(EMPTY)
    faults = FaultDisk(disk)
    faults.arm(Fault("sync_directory", 3, "kill"))
    with pytest.raises(Killed):
        subject.open(faults, create=True)
    faults.kill()

    store = subject.open(faults, create=True)
    lsn = store.commit([SET])

    for profile in PROFILES:
        point = {len(disk.trace)}
        for state in states(
            EMPTY, disk.trace, acked=-1, issued=9, profile=profile, rng=random.Random(0), budget=50, points=point
        ):
            assert subject.open(SimDisk(state.image), create=False).last_lsn == lsn


def test_a_set_whose_seal_could_not_be_synced_is_not_used_once_others_went_on() -> None:
    # The cache may go back to what it held before, and the disk have the seal all the same.
    report = fault_loop(engine_subject, seed=3, kinds=("sync",), hows=("EIO",), times=(1,), effects=("revert",))

    assert [str(failure) for failure in report.failures] == []


def test_a_database_recovered_on_a_full_disk_says_which_commit_is_its_newest() -> None:
    subject = small()
    faults = FaultDisk(SimDisk(EMPTY))
    store = subject.open(faults, create=True)
    store.commit([SET])
    store.commit([Change("set", "A", ("2",), b"two")])
    faults.kill()
    faults.arm(Fault("create", 1, "ENOSPC", times=0))

    store = subject.open(faults, create=False)

    assert (store.last_lsn, store.durable_lsn) == (2, 1)
    assert len(store.content()) == 2
    faults.disarm()
    assert store.commit([SET]) == 3


@pytest.mark.parametrize("nth", range(1, 9))
def test_the_only_valid_meta_slot_is_never_written_over(nth: int) -> None:
    subject = small()
    faults = FaultDisk(SimDisk(EMPTY))
    store = subject.open(faults, create=True)
    for value in (b"one", b"two"):
        store.commit([Change("set", "A", ("1",), value)])
        store.checkpoint()
    store.commit([SET])
    faults.arm(Fault("pwrite", nth, "kill"))
    with contextlib.suppress(Killed):
        store.checkpoint()
    faults.kill()
    image = faults.disk.image()
    disk = SimDisk(image, seed=1)
    store = subject.open(disk, create=False)
    last = store.last_lsn
    store.checkpoint()

    profile = Profile("ordered", powersafe=False)
    for state in states(image, disk.trace, acked=0, issued=9, profile=profile, rng=random.Random(0), budget=16):
        assert subject.open(SimDisk(state.image), create=False).last_lsn >= last


def test_a_program_of_m_is_told_that_the_sync_of_its_commit_failed() -> None:
    faults = FaultDisk(SimDisk(EMPTY))
    store = engine_subject(random.Random(1)).open(faults, create=True)
    store.run(Program(" TSTART\n SET ^A=1\n TCOMMIT\n QUIT\n", ()))
    faults.arm(Fault("sync", 1, "EIO"))

    with pytest.raises(CommitUnknownError):
        store.run(Program(" TSTART\n SET ^A=2\n TCOMMIT\n QUIT\n", ()))


def test_a_program_of_m_that_is_rolled_back_leaves_nothing() -> None:
    store = engine_subject(random.Random(1)).open(SimDisk(EMPTY), create=True)
    store.run(Program(" TSTART\n SET ^A=1\n TSTART\n KILL ^A\n TROLLBACK -1\n TCOMMIT\n QUIT\n", ()))
    store.run(Program(" TSTART\n SET ^A=2,^B=$INCREMENT(^A)\n TROLLBACK\n QUIT\n", ()))

    assert store.content() == [("A", b"", b"1")]


@pytest.mark.parametrize("stop", ["changing,9,kill,1,keep,3", "sync,5,EIO,1,revert,3", "sync,7,EIO,1,late,3"])
def test_a_checkpoint_that_is_stopped_between_commits_loses_none_of_them(stop: str) -> None:
    report = stages.replay(parse(f"beside:9:{stop}"))

    assert report.failures == []
    assert report.unique > 20


def test_every_fourth_campaign_has_checkpoints_beside_its_work() -> None:
    report = Report(3)
    campaign(engine_subject, 3, report, shapes=(Shape("short", 1, lives=4, states=12, steps_max=(20,)),))

    assert report.failures == []
    assert report.counts["begin"] and report.counts["advance"]
