"""bumps torture run: cut the power of many histories, and check every state that is left.

Exit status: 0 no promise was broken, 1 one was.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bumps.errors import UsageError
from bumps.tools import parameters
from bumps.tools.parameters import counted
from bumps.tools.progress import Progress

if TYPE_CHECKING:
    from bumps.torture.results import Report

STATES_DEFAULT = 2000
SAVE_EVERY_S = 10.0


@click.command("run", short_help="cut the power of many histories, and check every state that is left")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), metavar="N", help="Stop after so many seconds.")
@click.option(
    "--states", type=click.IntRange(1), metavar="N", help="Stop after so many different states.  [default: 2000]"
)
@click.option("--lives", type=click.IntRange(1), metavar="N", help="Stop not before so many lives.")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Begin with this seed.  [default: from the clock]")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", default=1, show_default=True, help="Work in so many processes."
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep the figures there as JSON, again and again; go on behind what is there.",
)
@parameters.json_option
def torture_run(
    seconds: float | None,
    states: int | None,
    lives: int | None,
    seed: int | None,
    jobs: int,
    save: Path | None,
    as_json: bool,
) -> None:
    """Run workloads on a simulated disk that loses and tears what was not synced.

    Each workload is run once and its trace cut everywhere: a crash state is what a power
    cut could have left. The engine opens it, recovers, and must hold what was acknowledged,
    nothing by half, and verify clean. A broken promise prints the seed that shows it again.
    A run of 100,000 states or more must also have met whatever can go wrong.
    A run that is stopped goes on where it was, if its figures are kept with --save.
    Exit status: 0 no promise was broken, 1 one was.

    \b
    bumps torture run --states 200 --seed 1
    bumps torture run --seconds 2 --seed 2
    bumps torture run --states 100 --seed 7 --json
    bumps torture run --states 300 --lives 30 --seed 1 --save run.json
    """
    if states is None and lives is None and seconds is None:
        states = STATES_DEFAULT
    begin = _begin(seed, save)
    report = torment(begin, states=states, lives=lives, seconds=seconds, jobs=jobs, save=save)
    show(report, as_json=as_json)
    missing = never_met(report)
    if missing:
        click.echo(f"bumps: a run of {report.unique:,} states should have met: {', '.join(missing)}", err=True)
    raise SystemExit(1 if report.failures or missing else 0)


def _begin(seed: int | None, save: Path | None) -> Report:
    """Return what was done before: nothing, or what is in the file."""
    from bumps.torture.results import Report

    if save is None or not save.exists():
        return Report(time.time_ns() % 1_000_000_007 if seed is None else seed)
    try:
        report = Report.from_dict(json.loads(save.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{save}: no run to go on with: {error!r}", hint="give a file that is not there yet"
        ) from error
    if seed is not None and seed != report.seed:
        raise UsageError(f"{save}: that run began with seed {report.seed}, not {seed}", hint="leave --seed out")
    return report


def torment(
    begin: Report,
    *,
    states: int | None = None,
    lives: int | None = None,
    seconds: float | None = None,
    jobs: int = 1,
    save: Path | None = None,
) -> Report:
    """Run campaigns behind what `begin` has done until so much is done, or for so many seconds; keep the figures."""
    from bumps.torture import parallel

    saved_at = time.monotonic()

    def update(report: Report) -> None:
        nonlocal saved_at
        progress.update(report.unique, states)
        if save is not None and time.monotonic() - saved_at >= SAVE_EVERY_S:
            _save(save, report)
            saved_at = time.monotonic()

    with Progress("torturing", "states") as progress:
        report = parallel.run(begin, states=states, lives=lives, seconds=seconds, jobs=jobs, progress=update)
    if save is not None:
        _save(save, report)
    return report


def _save(path: Path, report: Report) -> None:
    """Write the figures; whoever reads the file sees all of them or those before."""
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(report.as_dict(), indent=1) + "\n", encoding="utf-8")
    new.replace(path)


def never_met(report: Report) -> list[str]:
    """Return what a run that is so long should have met."""
    from bumps.torture import observe

    return observe.never_met(report.counts) if report.unique >= observe.LONG_COUNT else []


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
