"""bumps demo: show in a minute what bumps promises, and prove it.

An M program registers patients in a child process; the child is killed with SIGKILL in the
middle of its work, again and again; after each kill the database is opened and counted.

Exit status: 0 every promise was kept, 1 one was broken, 2 it could not run here.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from typing import Any

import click

from bumps.errors import UsageError
from bumps.tools import db_replay, db_stat, parameters
from bumps.tools.registrations import NODES_PER_REGISTRATION, ROUTINES, Clinic

LIFE_SECONDS = (0.4, 1.2)
SHOWN_LABELS = ("REGISTER", "ADD")

Say = Callable[..., None]


@click.command("demo", short_help="show in a minute what bumps promises, and prove it")
@click.option(
    "--kills",
    type=click.IntRange(1, 100),
    metavar="N",
    default=5,
    show_default=True,
    help="How often to kill the program.",
)
@click.option("--keep", metavar="DIR", help="Keep the two databases in this new folder.")
@parameters.json_option
def demo(kills: int, keep: str | None, as_json: bool) -> None:
    """Register patients by an M program, kill it, open again, and count.

    Everything happens in a temporary folder. Exit status: 0 every promise was kept, 1 one
    was broken, 2 it could not run here.

    \b
    bumps demo
    bumps demo --kills 2
    bumps demo --kills 1 --json
    """
    if keep is not None:
        try:
            os.makedirs(keep)
        except FileExistsError:
            raise UsageError(f"{keep}: there is something of that name already", hint="choose another name") from None
        found = tell(keep, kills, random.Random(), _silent if as_json else _say)
    else:
        with tempfile.TemporaryDirectory(prefix="bumps-demo-") as folder:
            found = tell(folder, kills, random.Random(), _silent if as_json else _say)
    if as_json:
        parameters.print_json(found)
    raise SystemExit(0 if found["kept"] else 1)


def tell(folder: str, kills: int, chance: random.Random, say: Say) -> dict[str, Any]:
    """Play the whole story in a folder; return its figures, and `kept`: whether every promise was."""
    import bumps

    path = os.path.join(folder, "clinic.bumps")
    started = time.monotonic()

    say("An M program registers patients. Each one is a transaction of seven nodes; its number is")
    say("printed after TCOMMIT, that is: after the disk has it.")
    say()
    for line in program():
        say(f"    {line}", colour="cyan")
    say()
    say(f"It runs in a process of its own, and is killed with SIGKILL {kills} times, at random moments.")
    say("Nobody repairs anything in between: opening the database is all there is to do.")
    say()

    clinic = Clinic(path)
    counts = []
    acknowledged = 0
    lived = 0.0
    for kill in range(1, kills + 1):
        life = clinic.live(chance.uniform(*LIFE_SECONDS))
        lived += life.seconds
        acknowledged += len(life.acknowledged)
        count = clinic.count()
        counts.append(count)
        say(
            f"  kill {kill}  {len(life.acknowledged):>6,} acknowledged in {life.seconds:.1f} s, killed;"
            f" opened again in {count.open_seconds * 1000:>3.0f} ms; {count.whole:>7,} patients there:"
            f" {len(count.lost)} lost, {len(count.partial)} by half",
            colour="green" if count.sound else "red",
        )
    say()

    began = time.monotonic()
    problems = list(bumps.verify(path))
    verify_seconds = time.monotonic() - began
    say(f"Verify reads every page and every frame: {len(problems)} problems, in {verify_seconds:.2f} s.")
    for problem in problems:
        say(f"  {problem}", colour="red")

    replayed = db_replay.rebuild(path, os.path.join(folder, "again.bumps"))
    digests = db_stat.facts(path, digest=True)["digest"], replayed["digest"]
    same = digests[0] == digests[1]
    say("The journal is the database: replayed into a second, empty one, it gives")
    say(f"  {digests[0]}  clinic.bumps")
    say(
        f"  {digests[1]}  again.bumps: {'the same content' if same else 'NOT THE SAME'}",
        colour="green" if same else "red",
    )
    say()

    kept = all(count.sound for count in counts) and not problems and same
    per_second = acknowledged / lived if lived else 0.0
    replay_rate = replayed["commits"] / replayed["seconds"] if replayed["seconds"] else 0.0
    say(
        f"{acknowledged:,} registrations were acknowledged, {sum(len(count.lost) for count in counts)} lost,"
        f" {sum(len(count.partial) for count in counts)} by half. On this machine, now:"
    )
    nodes_per_second = per_second * NODES_PER_REGISTRATION
    say(f"  {per_second:,.0f} durable transactions/s, one after the other ({nodes_per_second:,.0f} nodes/s)")
    say(f"  {max(count.open_seconds for count in counts) * 1000:,.0f} ms for the slowest recovery")
    say(f"  {replay_rate:,.0f} transactions/s when the journal is replayed")
    say()
    say("Every promise was kept." if kept else "A promise was broken.", colour="green" if kept else "red")
    return {
        "kept": kept,
        "kills": kills,
        "acknowledged": acknowledged,
        "patients": counts[-1].whole,
        "lost": sum(len(count.lost) for count in counts),
        "partial": sum(len(count.partial) for count in counts),
        "problems": len(problems),
        "digest": digests[0],
        "replayed_digest": digests[1],
        "transactions_per_s": round(per_second),
        "slowest_open_s": round(max(count.open_seconds for count in counts), 3),
        "seconds": round(time.monotonic() - started, 1),
    }


def program() -> list[str]:
    """Return the lines of CLINIC.m that do the work: labels REGISTER and ADD."""
    shown = []
    inside = False
    for line in (ROUTINES / "CLINIC.m").read_text(encoding="utf-8").splitlines():
        if line[:1] not in ("", "\t", " "):
            inside = line.partition("(")[0] in SHOWN_LABELS
        if inside and line.strip() != ";":
            shown.append(line.expandtabs(4))
    return shown


def _say(text: str = "", *, colour: str | None = None) -> None:
    """Print a line of the story, coloured on a terminal."""
    click.echo(parameters.coloured(text, colour) if colour else text)


def _silent(_text: str = "", *, colour: str | None = None) -> None:
    """Print nothing: --json has the figures."""
