"""The group `bumps torture`: crash the engine on a simulated disk, and look what is left."""

from __future__ import annotations

import click

from bumps.tools.lazy import Lazy, LazyGroup

COMMANDS = {
    "run": Lazy("torture_run:torture_run", "cut the power of many histories, and check every state that is left"),
    "exhaust": Lazy(
        "torture_exhaust:torture_exhaust", "try every state that a power cut in a small workload can leave"
    ),
    "mutants": Lazy("torture_mutants:torture_mutants", "break the engine on purpose, and see that it is noticed"),
    "rot": Lazy("torture_rot:torture_rot", "damage every byte and every page of a database, and see that it is found"),
    "mutate": Lazy("torture_mutate:torture_mutate", "feed the engine databases that somebody has forged"),
    "record": Lazy(
        "torture_record:torture_record", "cut the power of real runs, of threads and M programs on real files"
    ),
    "replay": Lazy("torture_replay:torture_replay", "see a broken promise again"),
    "shrink": Lazy("torture_shrink:torture_shrink", "make a broken promise small enough to be read"),
    "report": Lazy("torture_report:torture_report", "write one page with the figures of all of them"),
}


@click.group(
    "torture", cls=LazyGroup, table=COMMANDS, short_help="crash the engine on a simulated disk, and look what is left"
)
def torture() -> None:
    """Crash the engine on a simulated disk, and look what is left.

    \b
    bumps torture run --states 200 --seed 1
    bumps torture run --seconds 2 --seed 2
    bumps torture exhaust --steps 2
    bumps torture mutants no_journal_sync
    bumps torture rot --ways 100
    bumps torture mutate --count 20 --seed 3
    bumps torture replay 7
    """
