"""Kill a registering process many times, and count what it promised: `make sigkill`.

    python -m bumps.tools.sigkill --kills 100 [--seed N] [--json]

Half of the kills come at a random moment after the first acknowledgement, half at a random
moment after the start, which may be in the middle of recovery. No command is needed between
two lives. Exit status: 0 nothing was lost, 1 something was.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import click

from bumps.tools.registrations import Clinic


@click.command("sigkill")
@click.option("--kills", default=100, show_default=True, help="How often to kill.")
@click.option("--seed", default=0, help="Of the moments; 0 takes the time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sigkill(kills: int, seed: int, as_json: bool) -> None:
    """Kill a registering process KILLS times; count after each that nothing is lost."""
    seed = seed or time.time_ns() % 1_000_000_007
    with tempfile.TemporaryDirectory(prefix="bumps-sigkill-") as folder:
        path = os.path.join(folder, "clinic.bumps")
        found = torment(path, kills, random.Random(seed), print if not as_json else lambda _line: None)
    found["seed"] = seed
    click.echo(json.dumps(found))
    raise SystemExit(0 if found["sound"] else 1)


def torment(path: str, kills: int, chance: random.Random, say: Callable[[str], object]) -> dict[str, Any]:
    """Kill `kills` children that work on the database at `path`; return the sums of what was found."""
    import bumps

    clinic = Clinic(path)
    lost = partial = strange = problems = 0
    slowest = 0.0
    for kill in range(1, kills + 1):
        # The first life creates the database; a kill before that leaves nothing to count.
        after_first = kill == 1 or chance.random() < 0.5
        life = clinic.live(
            chance.uniform(0, 0.5) if after_first else chance.uniform(0.05, 0.8), after_first=after_first
        )
        count = clinic.count()
        found = list(bumps.verify(path))
        lost += len(count.lost)
        partial += len(count.partial)
        strange += count.strange
        problems += len(found)
        slowest = max(slowest, count.open_seconds)
        say(
            f"kill {kill}: lived {life.seconds:.2f} s, acknowledged {len(life.acknowledged)}, there {count.patients};"
            f" lost {len(count.lost)}, partial {len(count.partial)}, strange {count.strange}, problems {len(found)},"
            f" opened in {count.open_seconds * 1000:.0f} ms"
        )
        for problem in found:
            say(f"  {problem}")
    return {
        "kills": kills,
        "acknowledged": clinic.acknowledged,
        "lost": lost,
        "partial": partial,
        "strange": strange,
        "problems": problems,
        "slowest_open_s": round(slowest, 3),
        "sound": not (lost or partial or strange or problems),
    }


if __name__ == "__main__":
    sigkill(sys.argv[1:])
