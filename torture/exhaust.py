"""Enumerate completely: every legal state of the disk, at every moment of a small workload, in every profile.

The workload makes the store, commits, checkpoints, closes and opens again: few steps, so that the
choices of a power cut can all be tried. Where there are more than `STATE_COUNT_MAX` of them
at one point they are sampled, and the report says at how many points that was.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from bumps.torture.case import EXHAUST, Case
from bumps.torture.lives import Life
from bumps.torture.model import Content, History
from bumps.torture.oracle import check, violation_of
from bumps.torture.results import Failure, Report
from bumps.torture.runner import EMPTY, PROFILES, Subjects
from bumps.torture.states import Medium, Profile, image_hash
from bumps.torture.workloads import Step, equal

STEPS = ("commit", "commit", "checkpoint", "commit", "reopen", "commit", "checkpoint")
STEP_COUNT = 4
"""Steps of a workload, the making of the store not counted."""
STATE_COUNT_MAX = 1 << 16
"""Of one point."""


def exhaust(
    subjects: Subjects,
    *,
    seed: int = 0,
    step_count: int = STEP_COUNT,
    progress: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Enumerate the workload of one seed in all profiles; stop a profile at its first violation."""
    report = Report(seed)
    began = time.process_time()
    for profile in PROFILES:
        _exhaust(subjects, seed, step_count, profile, report, progress)
        report.cpu_s = time.process_time() - began
    return report


def _exhaust(
    subjects: Subjects, seed: int, step_count: int, profile: Profile, report: Report, progress: Callable[[Report], None]
) -> None:
    rng = random.Random(f"exhaust {seed}")
    subject = subjects(rng)
    case = Case(EXHAUST, seed, None, (step_count,))
    life = Life(subject, EMPTY, History(0, Content()), acked=-1, issued=0, seed=seed, counts=report.counts)
    report.lives += 1
    try:
        life.open()
        for kind in (STEPS * (step_count // len(STEPS) + 1))[:step_count]:
            life.do(Step(kind, tuple(equal(rng, life.content)) if kind == "commit" else ()))
    except Exception as error:
        report.failures.append(Failure(case, 0, len(life.disk.trace), (), str(profile), violation_of(error)))
        return
    counts = report.counts
    medium = Medium(EMPTY, acked=-1, issued=0, profile=profile)
    seen: set[int] = set()
    sound: set[int] = set()
    for index in range(len(life.disk.trace) + 1):
        if index:
            medium.apply(life.disk.trace[index - 1])
        space = medium.space()
        counts["points"] += 1
        counts["points sampled"] += space.count > STATE_COUNT_MAX
        counts["most states at a point"] = max(counts["most states at a point"], space.count)
        for vector in space.vectors(rng, STATE_COUNT_MAX):
            state = space.state(vector)
            report.states += 1
            key = image_hash(state)
            if key in seen:
                continue
            seen.add(key)
            report.unique += 1
            report.points[type(life.disk.trace[index - 1]).__name__ if index else "nothing"] += 1
            history = life.histories[state.fork]
            violation = check(subject, state, history, profile=profile, rng=rng, seen=sound)
            if violation:
                report.failures.append(Failure(case, 0, index, vector, str(profile), violation))
                return
        progress(report)
