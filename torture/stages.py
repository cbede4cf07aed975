"""What the engine is put through: the stages of the gate, and any case of them again."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterable
from dataclasses import replace

from bumps.torture import mutate, runner, snapshots
from bumps.torture.case import (
    BESIDE,
    CAMPAIGN,
    COMPACTION,
    CONTINUATIONS,
    EXHAUST,
    FAULTS,
    MUTATE,
    READERS,
    ROT,
    SNAPSHOTS,
    Case,
    parse,
)
from bumps.torture.engine_subject import engine_subject, small_subject
from bumps.torture.exhaust import STEP_COUNT, exhaust
from bumps.torture.oracle import Violation, violation_of
from bumps.torture.parallel import collecting_rarely
from bumps.torture.results import Failure, Report
from bumps.torture.rot import run_rot
from bumps.torture.watched import watched_subject
from bumps.torture.workloads import COMPACT

CAMPAIGN_STATES = 12_000
"""Crash states before a mutant counts as survived."""
COMPACTION_STATES = 4_000
FAULT_SEEDS = (2, 3, 103)
FAULT_KINDS = ("sync_directory", "sync", "pwrite")
FAULT_HOWS = ("EIO", "short", "kill")
FAULT_STATES = 12
MEMORY_SEEDS = (69,)
READ_SEEDS = range(6, 12)
"""Short lives, some of which go on in a segment that a clean close has cut."""
CONTINUATION_SEEDS = (9, 0, 1)
AIMED = (
    "continuations:9:sync,2,EIO,1,revert,200",
    "continuations:5:sync,2,EIO,1,revert,200",
    "continuations:13:sync,2,EIO,1,revert,200",
    "continuations:1:sync,2,EIO,1,revert,400",
)
"""A slot that was only read is written again behind a set that may be half on the disk: one state in a thousand shows
whether that set was copied first."""
BESIDE_SEEDS = (9,)
BESIDE_BUDGET = 4
"""States of a point, of a hundred stops."""
READER_SEEDS = range(16)
ROT_SEEDS = range(6)
SNAPSHOT_SEEDS = range(120)
ROT_COUNT = 300


def replay(case: Case) -> Report:
    """Do one case again with the engine.

    Garbage is collected as in a run: what a case does should not depend on that, and if it does, it does it again.
    """
    with collecting_rarely():
        return _replay(case)


def _replay(case: Case) -> Report:
    if case.stage == ROT:
        return rot(case.seed)
    if case.stage == READERS:
        return readers(case.seed)
    if case.stage == EXHAUST:
        return exhaust(small_subject, seed=case.seed, step_count=case.sizes[0] if case.sizes else STEP_COUNT)
    if case.stage == MUTATE:
        return mutation(case)
    if case.stage == COMPACTION:
        return _as_compaction(runner.replay(engine_subject, case.seed, flavours=(COMPACT,)))
    if case.stage == SNAPSHOTS:
        return snapshot(case.seed)
    return runner.replay(engine_subject, case)


def snapshot(seed: int) -> Report:
    """Step through snapshots and transactions of one seed: a state is a snapshot that was looked at."""
    report = Report(seed)
    began = time.process_time()
    try:
        snapshots.Session(seed, report.counts).run()
    except Exception as error:
        report.failures.append(Failure(Case(SNAPSHOTS, seed), 0, 0, (), "snapshots", violation_of(error)))
    report.states = report.unique = report.counts["snapshot looked at"]
    report.lives = 1
    report.cpu_s = time.process_time() - began
    return report


def mutation(case: Case) -> Report:
    """Mutate the databases of one seed again, or do one of its mutations: a state is a mutated database."""
    report = Report(case.seed)
    counts, wrong, report.cpu_s = mutate.of_seed(case.seed, case.sizes[0] if case.sizes else None)
    report.counts += counts
    report.states = report.unique = counts["mutations"]
    report.lives = 1
    report.failures += [Failure(case, 0, 0, (), "mutation", Violation("I12", each)) for each in wrong]
    return report


def rot(seed: int) -> Report:
    """Sweep over the images of one seed: a state is an image with one damage."""
    report = Report(seed)
    case = Case(ROT, seed)
    began = time.process_time()
    try:
        found = run_rot(engine_subject(random.Random(seed)), seed=seed, count=ROT_COUNT, counts=report.counts)
    except Exception as error:
        found = [Violation("I12", f"{type(error).__name__}: {error}")]
    report.failures += [Failure(case, 0, 0, (), "sweep", violation) for violation in found]
    report.states = report.unique = report.counts["damages"]
    report.lives = 2
    report.cpu_s = time.process_time() - began
    return report


def readers(seed: int) -> Report:
    """Run the campaign of one seed with snapshots and transactions beside it."""
    report = runner.replay(watched_subject, Case(CAMPAIGN, seed))
    report.failures = [replace(failure, case=Case(READERS, seed)) for failure in report.failures]
    return report


def compactions(seed: int, states_count: int) -> Report:
    """Run campaigns in which databases are compacted."""
    return _as_compaction(
        runner.run(engine_subject, seed=seed, states_count=states_count, flavours=(COMPACT,), failures_max=1)
    )


def _as_compaction(report: Report) -> Report:
    """Name the cases of a report so that they can be done again: a seed alone has other flavours."""
    report.failures = [replace(failure, case=Case(COMPACTION, failure.case.seed)) for failure in report.failures]
    return report


def memory_loop(seed: int) -> Report:
    """Let memory run out at each read of a life: that is where a commit stops half way."""
    return runner.fault_loop(
        engine_subject, seed=seed, kinds=("pread",), hows=("memory",), times=(1,), steps=16, states_each=2
    )


def read_loop(seed: int) -> Report:
    """Let each read of a life fail: whatever is being done says so with an error that has a name."""
    return runner.fault_loop(
        engine_subject, seed=seed, kinds=("pread",), hows=("EIO",), times=(1,), states_each=1, failures_max=1
    )


def first_failure(stage: str, campaign_states: int) -> Failure | None:
    """Run one stage of the gate; return the first violation, or None."""
    reports: Iterable[Report]
    if stage == ROT:
        reports = (rot(seed) for seed in ROT_SEEDS)
    elif stage == SNAPSHOTS:
        reports = (snapshot(seed) for seed in SNAPSHOT_SEEDS)
    elif stage == FAULTS:
        reports = (
            runner.fault_loop(
                engine_subject, seed=seed, kinds=FAULT_KINDS, hows=FAULT_HOWS, states_each=FAULT_STATES, failures_max=1
            )
            for seed in FAULT_SEEDS
        )
        reports = itertools.chain(
            reports, (memory_loop(seed) for seed in MEMORY_SEEDS), (read_loop(seed) for seed in READ_SEEDS)
        )
    elif stage == READERS:
        reports = (readers(seed) for seed in READER_SEEDS)
    elif stage == CONTINUATIONS:
        reports = itertools.chain(
            (replay(parse(case)) for case in AIMED),
            (runner.continuations(engine_subject, seed=seed, failures_max=1) for seed in CONTINUATION_SEEDS),
        )
    elif stage == BESIDE:
        reports = (
            runner.continuations(engine_subject, seed=seed, budget=BESIDE_BUDGET, failures_max=1, stage=BESIDE)
            for seed in BESIDE_SEEDS
        )
    elif stage == COMPACTION:
        reports = (compactions(0, COMPACTION_STATES) for _ in range(1))
    else:
        reports = (runner.run(engine_subject, states_count=campaign_states, failures_max=1) for _ in range(1))
    return next((report.failures[0] for report in reports if report.failures), None)
