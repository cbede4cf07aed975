"""bumps torture mutate: feed the engine databases that somebody has damaged or forged.

Exit status: 0 no promise was broken, 1 one was.
"""

from __future__ import annotations

import time

import click

from bumps.tools import parameters
from bumps.tools.progress import Progress


@click.command("mutate", short_help="feed the engine databases that somebody has forged")
@click.option(
    "--count", type=click.IntRange(1), metavar="N", default=2000, show_default=True, help="So many mutations, at least."
)
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Begin with this seed.  [default: from the clock]")
@click.option("--jobs", type=click.IntRange(1), metavar="N", default=1, show_default=True, help="So many at a time.")
@parameters.json_option
def torture_mutate(count: int, seed: int | None, jobs: int, as_json: bool) -> None:
    """Flip, cut, splice and forge the files of databases, and look at what the engine makes of them.

    More than half of the mutations change a field of the format and make every checksum right
    again. Whatever the bytes say: only errors with a name and a place, none that takes over five
    seconds or half a gigabyte, and no content that verify calls sound and that never was.
    Exit status: 0 no promise was broken, 1 one was.

    \b
    bumps torture mutate --count 20 --seed 3
    bumps torture mutate --count 20 --seed 4 --json
    bumps torture replay mutate:3:17
    """
    from bumps.torture import mutate

    first = time.time_ns() % 1_000_000_007 if seed is None else seed
    with Progress("mutating", "databases") as progress:
        made = mutate.run(first, count, jobs=jobs, progress=progress.update)
    if as_json:
        parameters.print_json(made.as_dict())
    else:
        for wrong in made.wrong:
            click.echo(wrong)
        counts = made.counts
        click.echo(
            f"{counts['mutations']:,} mutated databases from seed {first}, {counts['checksums made right']:,} of them"
            f" with right checksums: {counts['reported']:,} reported by verify,"
            f" {parameters.counted(len(made.wrong), 'promise')} broken, {made.cpu_s:.1f} CPU-seconds"
        )
    raise SystemExit(1 if made.wrong else 0)
