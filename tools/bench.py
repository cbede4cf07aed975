"""The group `bumps bench`: figures of this machine, now."""

from __future__ import annotations

import click

from bumps.tools.lazy import Lazy, LazyGroup

COMMANDS = {
    "db": Lazy("bench_db:bench_db", "the engine beside others, on the same work"),
    "report": Lazy("bench_report:bench_report", "tables and a plot of a saved measurement"),
    "interp": Lazy("bench_interp:bench_interp", "M programs, beside GT.M"),
    "parse": Lazy("bench_parse:bench_parse", "how fast routines are parsed"),
    "start": Lazy("bench_start:bench_start", "how fast routines are compiled, loaded and started"),
    "worst": Lazy("bench_worst:bench_worst", "the longest lines and the worst patterns"),
}


@click.group("bench", cls=LazyGroup, table=COMMANDS, short_help="measure this machine, beside others' engines")
def bench() -> None:
    """Measure this machine, beside others' engines.

    \b
    bumps bench db
    bumps bench db --list
    bumps bench interp --only sum --scale 0.01 --rounds 1
    bumps bench parse examples
    bumps bench start --runs 1
    bumps bench worst --runs 1
    """
