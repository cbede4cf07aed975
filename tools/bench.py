"""The group `bumps bench`: figures of this machine, now."""

from __future__ import annotations

import click

from bumps.tools.lazy import Lazy, LazyGroup

COMMANDS = {
    "db": Lazy("bench_db:bench_db", "the engine beside sqlite3, on the same work"),
    "parse": Lazy("bench_parse:bench_parse", "how fast routines are parsed"),
}


@click.group("bench", cls=LazyGroup, table=COMMANDS, short_help="measure this machine, beside others' engines")
def bench() -> None:
    """Measure this machine, beside others' engines.

    \b
    bumps bench db
    bumps bench db --json
    bumps bench parse examples
    """
