"""bumps torture rot: damage every byte and every page of a database, and see that it is found.

Exit status: 0 everything was found, 1 something was not.
"""

from __future__ import annotations

import click

from bumps.tools import parameters
from bumps.tools.parameters import counted
from bumps.tools.progress import Progress


@click.command("rot", short_help="damage every byte and every page of a database, and see that it is found")
@click.option(
    "--bits",
    type=click.IntRange(1, 8),
    metavar="N",
    default=1,
    show_default=True,
    help="Flipped in each byte, in turn.",
)
@click.option(
    "--ways", type=click.IntRange(0), metavar="N", help="Only so many of each kind, by chance.  [default: all]"
)
@click.option("--seed", type=click.IntRange(0), metavar="N", default=0, show_default=True, help="Which database.")
@parameters.json_option
def torture_rot(bits: int, ways: int | None, seed: int, as_json: bool) -> None:
    """Make a database of 64 KiB, close it, and damage it in every way, one at a time.

    Bits of every byte are flipped; every page gets the image of every other one, zeros, and
    what it held before. `bumps db verify` must find each, and nobody may read wrong
    data. Bytes that are not checked, by design, are flipped too: the content must stay right.
    Exit status: 0 everything was found, 1 something was not.

    \b
    bumps torture rot --ways 100
    bumps torture rot --ways 100 --seed 3 --json
    """
    from bumps.torture.sweep import sweep

    with Progress("damaging", "ways") as progress:
        swept = sweep(seed, bits=bits, ways=ways, progress=progress.update)
    if as_json:
        parameters.print_json(swept.as_dict())
    else:
        for what in swept.wrong:
            click.echo(what)
        shown = ", ".join(f"{swept.found[what]:,} of {swept.tried[what]:,} {name}" for what, name in NAMES.items())
        click.echo(
            f"{counted(swept.size, 'byte')} in {counted(swept.pages, 'page')}: found {shown};"
            f" {counted(swept.false_alarms, 'false alarm')}; {swept.tried['unchecked']:,} unchecked bytes flipped,"
            f" {counted(len(swept.wrong), 'promise')} broken, {swept.cpu_s:.1f} CPU-seconds"
        )
    raise SystemExit(0 if swept.sound else 1)


NAMES = {"bit": "flipped bits", "pair": "misplaced pages", "zeroed": "zeroed pages", "stale": "stale pages"}
