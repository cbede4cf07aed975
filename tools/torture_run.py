"""bumps torture run: cut the power of many histories, and check every state that is left.

Exit status: 0 no promise was broken, 1 one was.
"""

from __future__ import annotations

import contextlib
import gc
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bumps.tools import parameters
from bumps.tools.parameters import counted
from bumps.tools.progress import Progress

if TYPE_CHECKING:
    from bumps.torture.results import Report

STATES_DEFAULT = 2000
COLLECT_EVERY = 100_000


@click.command("run", short_help="cut the power of many histories, and check every state that is left")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), metavar="N", help="Stop after so many seconds.")
@click.option(
    "--states", type=click.IntRange(1), metavar="N", help="Stop after so many different states.  [default: 2000]"
)
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Begin with this seed.  [default: from the clock]")
@parameters.json_option
def torture_run(seconds: float | None, states: int | None, seed: int | None, as_json: bool) -> None:
    """Run workloads on a simulated disk that loses and tears what was not synced.

    Each workload is run once and its trace cut everywhere: a crash state is what a power
    cut could have left. The engine opens it, recovers, and must hold what was acknowledged,
    nothing by half, and verify clean. A broken promise prints the seed that shows it again.
    A run of 50,000 states or more must also have met whatever can go wrong.
    Exit status: 0 no promise was broken, 1 one was.

    \b
    bumps torture run --states 200 --seed 1
    bumps torture run --seconds 2 --seed 2
    bumps torture run --states 100 --seed 7 --json
    """
    if states is None and seconds is None:
        states = STATES_DEFAULT
    first = time.time_ns() % 1_000_000_007 if seed is None else seed
    report = torment(first, states=states, seconds=seconds)
    show(report, as_json=as_json)
    missing = never_met(report)
    if missing:
        click.echo(f"bumps: a run of {report.unique:,} states should have met: {', '.join(missing)}", err=True)
    raise SystemExit(1 if report.failures or missing else 0)


def torment(seed: int, *, states: int | None = None, seconds: float | None = None) -> Report:
    """Run campaigns from `seed` on until so many states are checked, or so many seconds have passed."""
    from bumps.torture import observe, runner
    from bumps.torture.engine_subject import engine_subject

    counts: Counter[str] = Counter()
    with Progress("torturing", "states") as progress, observe.observed(counts), collecting_rarely():
        report = runner.run(
            engine_subject,
            seed=seed,
            states_count=states,
            seconds=seconds,
            progress=lambda report: progress.update(report.unique, states),
        )
    report.counts += counts
    return report


def never_met(report: Report) -> list[str]:
    """Return what a run that is so long should have met."""
    from bumps.torture import observe

    return observe.never_met(report.counts) if report.unique >= observe.LONG_COUNT else []


@contextlib.contextmanager
def collecting_rarely() -> Iterator[None]:
    """Spare a tenth of the time: little of what is made here is cyclic."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def show_failures(report: Report) -> None:
    """Print each broken promise, and how to see it again."""
    for failure in report.failures:
        click.echo(str(failure))


def show(report: Report, *, as_json: bool) -> None:
    """Print what was done and found."""
    if as_json:
        parameters.print_json(report.as_dict())
        return
    show_failures(report)
    click.echo(
        f"{counted(report.unique, 'different state')} of {counted(report.lives, 'life', 'lives')} in"
        f" {counted(report.campaigns, 'campaign')} from seed {report.seed}:"
        f" {counted(len(report.failures), 'promise')} broken, {report.cpu_s:.1f} CPU-seconds"
    )
