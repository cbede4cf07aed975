"""bumps bench parse: how fast the grammar reads routines, in MB per CPU-second.

Exit status: 0 it was measured, 2 it could not be.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import click

from bumps.tools import parameters
from bumps.tools.parse import expand
from bumps.tools.streams import open_input


@click.command("parse", short_help="how fast routines are parsed")
@click.argument("files", metavar="FILES...", nargs=-1, required=True)
@click.option("--runs", default=5, show_default=True, type=click.IntRange(1), help="How often all are parsed.")
@parameters.source_charset_option
@parameters.json_option
def bench_parse(files: Sequence[str], runs: int, charset: str | None, as_json: bool) -> None:
    """Parse FILES (.m; a folder stands for all .m files below it) a few times, and say how fast.

    A megabyte is a million bytes of source. Exit status: 0 it was measured, 2 it could not be.

    \b
    bumps bench parse examples
    bumps bench parse HELLO.m --runs 1
    bumps bench parse examples --json
    """
    facts = measure(files, runs=runs, charset=charset or "utf-8")
    if as_json:
        parameters.print_json(facts)
        return
    click.echo(
        f"{facts['routines']:,} routines, {facts['bytes']:,} bytes: {facts['mb_per_s']:.2f} MB/s of CPU time, "
        f"median of {runs} runs ({facts['mb_per_s_min']:.2f} - {facts['mb_per_s_max']:.2f})"
    )


def measure(files: Sequence[str], *, runs: int, charset: str) -> dict[str, Any]:
    """Return what `--json` prints: counts, and megabytes per CPU-second (median, least, most)."""
    from bumps.interp import grammar, source

    routines: list[tuple[str, bytes]] = []
    for file in expand(files):
        with open_input(file) as stream:
            routines.append((os.path.splitext(os.path.basename(file))[0], stream.read()))
    size = sum(len(data) for _, data in routines)
    rates = []
    for _ in range(runs):
        start = time.process_time()
        for name, data in routines:
            grammar.parse_routine(source.read(data, name=name, charset=charset))
        rates.append(size / max(time.process_time() - start, 1e-9) / 1e6)
    return {
        "routines": len(routines),
        "bytes": size,
        "mb_per_s": round(median(rates), 3),
        "mb_per_s_min": round(min(rates), 3),
        "mb_per_s_max": round(max(rates), 3),
    }
