"""bumps torture record: cut the power of real runs, of threads and M programs on real files.

Exit status: 0 no promise was broken, 1 one was.
"""

from __future__ import annotations

import time

import click

from bumps.tools import parameters
from bumps.tools.progress import Progress


@click.command("record", short_help="cut the power of real runs, of threads and M programs on real files")
@click.option(
    "--runs", type=click.IntRange(1), metavar="N", default=10, show_default=True, help="So many runs are recorded."
)
@click.option(
    "--states", type=click.IntRange(1), metavar="N", default=400, show_default=True, help="About so many of each."
)
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Of the choices.  [default: from the clock]")
@parameters.json_option
def torture_record(runs: int, states: int, seed: int | None, as_json: bool) -> None:
    """Work on a real file system with real threads, remember every operation, and cut the power afterwards.

    Half of the runs are threads of a Python program, half of them M programs. What each commit
    left is read from the journal by a reader that shares no code with the engine. Threads are not
    repeatable: a broken promise shows its choices, but its run is gone.
    Exit status: 0 no promise was broken, 1 one was.

    \b
    bumps torture record --runs 2 --states 60 --seed 1
    bumps torture record --runs 1 --states 40 --seed 2 --json
    """
    from bumps.torture import recorded

    first = time.time_ns() % 1_000_000_007 if seed is None else seed
    with Progress("recording", "runs") as progress:
        done = recorded.torment(first, runs, states, progress=progress.update)
    if as_json:
        parameters.print_json(done.as_dict())
    else:
        for violation in done.violations:
            click.echo(violation)
        counted = parameters.counted
        click.echo(
            f"{counted(done.unique, 'different state')} of {counted(done.recordings, 'recorded run')} with"
            f" {counted(done.commits, 'commit')} and {counted(done.operations, 'operation')} from seed {first}:"
            f" {counted(len(done.violations), 'promise')} broken, {done.cpu_s:.1f} CPU-seconds"
        )
    raise SystemExit(1 if done.violations else 0)
