"""bumps torture run: cut the power of many histories, and check every state that is left.

Exit status: 0 no promise was broken, 1 one was.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from bumps.tools import parameters
from bumps.tools.parameters import counted
from bumps.tools.progress import Progress

if TYPE_CHECKING:
    from bumps.torture.runner import Report

STATES_DEFAULT = 2000


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
    raise SystemExit(1 if report.failures else 0)


def torment(seed: int, *, states: int | None = None, seconds: float | None = None) -> Report:
    """Run campaigns from `seed` on until so many states are checked, or so many seconds have passed."""
    from bumps.torture import runner
    from bumps.torture.engine_subject import engine_subject

    with Progress("torturing", "states") as progress:
        return runner.run(
            engine_subject,
            seed=seed,
            states_count=states,
            seconds=seconds,
            progress=lambda report: progress.update(report.unique, states),
        )


def show(report: Report, *, as_json: bool) -> None:
    """Print what was done and found."""
    if as_json:
        parameters.print_json(report.as_dict())
        return
    for failure in report.failures:
        click.echo(str(failure))
    click.echo(
        f"{counted(report.unique, 'different state')} of {counted(report.lives, 'life', 'lives')} in"
        f" {counted(report.campaigns, 'campaign')} from seed {report.seed}:"
        f" {counted(len(report.failures), 'promise')} broken, {report.cpu_s:.1f} CPU-seconds"
    )
