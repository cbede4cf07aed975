"""Run campaigns in several processes, as one run: the seeds follow one another, and the figures are added.

A process does the campaigns of a few seeds and hands back its figures; they are added in the
order of the seeds, so that a run that is stopped has done all seeds up to one, and can go on behind it.
No process keeps anything between seeds: memory does not grow with the length of a run.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import gc
import itertools
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator

from bumps.torture import memo, observe, runner
from bumps.torture.engine_subject import engine_subject
from bumps.torture.results import Report

COLLECT_EVERY = 50_000
BLOCK = 4
"""Campaigns that a process does before it hands back their figures."""
AHEAD = 2
"""Blocks that lie ready for each process, so that none waits."""
FAILURES_MAX = 5


def run(
    begin: Report,
    *,
    states: int | None = None,
    lives: int | None = None,
    seconds: float | None = None,
    jobs: int = 1,
    progress: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Go on behind what `begin` has done until so much is done, or for so many seconds; with none of these, one seed.

    `begin` is added to and returned. `progress` is called after each block, with all that was done so far.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    asked = states is not None or lives is not None
    if asked and runner.is_enough(begin, states, lives):
        return begin
    first = begin.seed + begin.campaigns
    with contextlib.closing(_blocks(first, jobs)) as blocks:
        for done in blocks:
            begin.merge(done)
            progress(begin)
            if len(begin.failures) >= FAILURES_MAX or runner.is_enough(begin, states, lives):
                break
            if (deadline is not None and time.monotonic() >= deadline) or not (asked or deadline):
                break
    return begin


def _blocks(first: int, jobs: int) -> Generator[Report, None, None]:
    """Yield what campaigns did, in the order of their seeds, without end."""
    if jobs == 1:
        for seed in itertools.count(first):
            yield block(seed, 1)
    seeds = itertools.count(first, BLOCK)
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting = deque(pool.submit(block, next(seeds), BLOCK) for _ in range(jobs * AHEAD))
        try:
            while True:
                done = waiting.popleft().result()
                waiting.append(pool.submit(block, next(seeds), BLOCK))
                yield done
        finally:
            for each in waiting:
                each.cancel()


def block(seed: int, count: int) -> Report:
    """Run the campaigns of `count` seeds in this process, and count what they meet."""
    report = Report(seed)
    began = time.process_time()
    with observe.observed(report.counts):
        for each in range(seed, seed + count):
            with collecting_rarely(), memo.remembering():
                runner.campaign(engine_subject, each, report)
    report.cpu_s = time.process_time() - began
    return report


@contextlib.contextmanager
def collecting_rarely() -> Iterator[None]:
    """Spare a tenth of the time: little of what is made here is cyclic, and what was there before is not looked at."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        gc.set_threshold(*before)
