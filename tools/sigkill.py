"""Kill working processes many times, and count what they were promised: `make sigkill`.

    python -m bumps.tools.sigkill --kills 100 [--seed N] [--jobs N] [--json]

A database lives through KILLS_PER_DATABASE kills, then another begins. Every second one is registered in by
an M program (registrations.py), the others are written to by four threads of a Python program (ledger.py).
Half of the kills come at a random moment after the first acknowledgement, half at a random
moment after the start, which may be in the middle of recovery. No command is needed between
two lives. Exit status: 0 nothing was lost, 1 something was.
"""

from __future__ import annotations

import concurrent.futures
import json
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import click

from bumps.tools.ledger import Ledger
from bumps.tools.registrations import Clinic

KILLS_PER_DATABASE = 40
"""What is counted after each kill grows with it: so many keep a kill below a second."""
KINDS: dict[str, Callable[[str], Clinic | Ledger]] = {"M program": Clinic, "threads": Ledger}


@click.command("sigkill")
@click.option("--kills", default=100, show_default=True, help="How often to kill.")
@click.option("--seed", default=0, help="Of the moments; 0 takes the time.")
@click.option("--jobs", default=1, show_default=True, help="So many databases at a time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON only.")
def sigkill(kills: int, seed: int, jobs: int, as_json: bool) -> None:
    """Kill working processes KILLS times; count after each that nothing is lost."""
    seed = seed or time.time_ns() % 1_000_000_007
    rounds = [
        (number, min(KILLS_PER_DATABASE, kills - first), seed)
        for number, first in enumerate(range(0, kills, KILLS_PER_DATABASE))
    ]
    context = multiprocessing.get_context("spawn")
    found = []
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context) as pool:
        for each, lines in pool.map(database_of, rounds):
            found.append(each)
            if not as_json:
                click.echo("\n".join(lines))
    summed = total(found)
    summed["seed"] = seed
    click.echo(json.dumps(summed))
    raise SystemExit(0 if summed["sound"] else 1)


def database_of(of: tuple[int, int, int]) -> tuple[dict[str, Any], list[str]]:
    """Make the database of a round and kill those that work on it; return what was found, and a line for each kill."""
    number, kills, seed = of
    kind = list(KINDS)[number % len(KINDS)]
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bumps-sigkill-") as folder:
        path = os.path.join(folder, "killed.bumps")
        found = torment(KINDS[kind](path), kills, random.Random(f"{seed} {number}"), lines.append)
    return {**found, "kind": kind}, lines


def torment(victim: Clinic | Ledger, kills: int, chance: random.Random, say: Callable[[str], object]) -> dict[str, Any]:
    """Kill `kills` children that work on a database; return the sums of what was found."""
    import bumps

    lost = partial = strange = problems = 0
    opened: list[float] = []
    for kill in range(1, kills + 1):
        # The first life creates the database; a kill before that leaves nothing to count.
        after_first = kill == 1 or chance.random() < 0.5
        life = victim.live(
            chance.uniform(0, 0.5) if after_first else chance.uniform(0.05, 0.8), after_first=after_first
        )
        count = victim.count()
        found = list(bumps.verify(victim.path))
        lost += len(count.lost)
        partial += len(count.partial)
        strange += count.strange
        problems += len(found)
        opened.append(count.open_seconds)
        say(
            f"kill {kill}: lived {life.seconds:.2f} s, acknowledged {len(life.acknowledged)}, there {count.whole};"
            f" lost {len(count.lost)}, partial {len(count.partial)}, strange {count.strange}, problems {len(found)},"
            f" opened in {count.open_seconds * 1000:.0f} ms"
        )
        for problem in found:
            say(f"  {problem}")
    return {
        "kills": kills,
        "acknowledged": victim.acknowledged,
        "lost": lost,
        "partial": partial,
        "strange": strange,
        "problems": problems,
        "opens_s": [round(each, 3) for each in opened],
        "sound": not (lost or partial or strange or problems),
    }


def total(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the sums over all databases, and the kills of each kind."""
    sums: dict[str, Any] = {
        name: sum(each[name] for each in found)
        for name in ("kills", "acknowledged", "lost", "partial", "strange", "problems")
    }
    sums["databases"] = len(found)
    sums["kinds"] = {kind: sum(each["kills"] for each in found if each["kind"] == kind) for kind in KINDS}
    opens = [seconds for each in found for seconds in each["opens_s"]]
    sums["median_open_s"] = statistics.median(opens) if opens else 0.0
    sums["slowest_open_s"] = max(opens, default=0.0)
    sums["sound"] = all(each["sound"] for each in found)
    return sums


if __name__ == "__main__":
    sigkill()
