"""The group `bumps torture`: crash the engine on a simulated disk, and look what is left."""

from __future__ import annotations

import click

from bumps.tools.lazy import Lazy, LazyGroup

COMMANDS = {
    "run": Lazy("torture_run:torture_run", "cut the power of many histories, and check every state that is left"),
    "replay": Lazy("torture_replay:torture_replay", "run the campaign of one seed again"),
}


@click.group(
    "torture", cls=LazyGroup, table=COMMANDS, short_help="crash the engine on a simulated disk, and look what is left"
)
def torture() -> None:
    """Crash the engine on a simulated disk, and look what is left.

    \b
    bumps torture run --states 200 --seed 1
    bumps torture run --seconds 2 --seed 2
    bumps torture replay 7
    """
