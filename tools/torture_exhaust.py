"""bumps torture exhaust: try every state that a power cut in a small workload can leave.

Exit status: 0 no promise was broken, 1 one was.
"""

from __future__ import annotations

import click

from bumps.tools import parameters
from bumps.tools.parameters import counted
from bumps.tools.progress import Progress
from bumps.tools.torture_run import show_failures


@click.command("exhaust", short_help="try every state that a power cut in a small workload can leave")
@click.option(
    "--steps", type=click.IntRange(0, 12), metavar="N", default=4, show_default=True, help="Commits and checkpoints."
)
@click.option("--seed", type=click.IntRange(0), metavar="N", default=0, show_default=True, help="Which workload.")
@parameters.json_option
def torture_exhaust(steps: int, seed: int, as_json: bool) -> None:
    """Make a database, commit, checkpoint, and try every legal state of the disk at each moment of that.

    All subsets of the sectors that were not synced, all tears, sizes and orders of names, on
    four kinds of disks. `points sampled` says where there were too many to try them all.
    Exit status: 0 no promise was broken, 1 one was.

    \b
    bumps torture exhaust --steps 0
    bumps torture exhaust --steps 0 --json
    bumps torture exhaust --steps 1 --seed 3
    """
    from bumps.torture.engine_subject import small_subject
    from bumps.torture.exhaust import exhaust

    with Progress("enumerating", "states") as progress:
        report = exhaust(
            small_subject, seed=seed, step_count=steps, progress=lambda report: progress.update(report.states)
        )
    if as_json:
        parameters.print_json(report.as_dict())
    else:
        show_failures(report)
        counts = report.counts
        click.echo(
            f"{counted(report.states, 'state')} at {counted(counts['points'], 'point')},"
            f" {counts['most states at a point']:,} at most at one, {counts['points sampled']:,} points sampled:"
            f" {report.unique:,} different, {counted(len(report.failures), 'promise')} broken,"
            f" {report.cpu_s:.1f} CPU-seconds"
        )
    raise SystemExit(1 if report.failures else 0)
