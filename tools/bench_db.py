"""bumps bench db: the engine beside others, on the same work in one run.

How it is measured: bench_measure.py says how runs are made and summed up, bench_stores.py what each store does for
one operation, bench_works.py lists the works, bench_goals.py what bumps has to reach.

Exit status: 0 it was measured, 2 it could not be.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bumps.tools import bench_measure, parameters
from bumps.tools.bench_works import SUITES, plan


@click.command("db", short_help="the engine beside others, on the same work")
@click.option("--only", multiple=True, metavar="WORK", help="Only this work or suite, also a large one (repeatable).")
@click.option("--skip", multiple=True, metavar="WORK", help="Not this work, suite or store (repeatable).")
@click.option("--store", multiple=True, metavar="STORE", help="Only this store (repeatable).")
@click.option("--large", is_flag=True, help="Also what takes minutes and gigabytes.")
@click.option("--list", "as_list", is_flag=True, help="List works, and which stores are here; measure nothing.")
@click.option(
    "--count", type=click.IntRange(100), metavar="N", help="How many nodes.  [default: what --list says of each suite]"
)
@click.option(
    "--batch", type=click.IntRange(1), metavar="N", default=1000, show_default=True, help="Puts in a transaction."
)
@click.option(
    "--rounds", type=click.IntRange(1), metavar="N", help="How often each store has its turn.  [default: 5, growth 1]"
)
@click.option(
    "--dir", "folder", metavar="DIR", help="Where to work: the disk to measure.  [default: a temporary folder]"
)
@click.option(
    "--save", metavar="FILE", help="Keep the result in this file, in the place of what it holds of the same works."
)
@click.option("--svg", metavar="SVG", help="Write a plot of the rates beside sqlite3's.")
@parameters.json_option
def bench_db(
    only: Sequence[str],
    skip: Sequence[str],
    store: Sequence[str],
    large: bool,
    as_list: bool,
    count: int | None,
    batch: int,
    rounds: int | None,
    folder: str | None,
    save: str | None,
    svg: str | None,
    as_json: bool,
) -> None:
    """Measure bumps and every other store that is installed, on the same work, durable in the same way.

    Stores take turns in processes of their own; what counts is CPU time, in medians. Others than sqlite3 come with
    pip install 'bumps-m[bench]'. With --large: recovery, 10 million nodes, a small cache, a database of a gigabyte.

    Exit status: 0 it was measured, 2 it could not be.

    \b
    bumps bench db
    bumps bench db --list
    bumps bench db --only put-rand,scan --skip bplustree --rounds 2 --count 5000
    bumps bench db --only recovery --save bench.json
    """
    from bumps.errors import UsageError
    from bumps.tools import bench_plot, bench_report
    from bumps.tools.bench_stores import NAMES

    for name in store:
        if name not in NAMES:
            raise UsageError(f"{name!r}: no store has that name", hint=f"they are {', '.join(NAMES)}")
    if as_list:
        found = listing()
        if as_json:
            parameters.print_json(found)
        else:
            click.echo("\n".join(list_lines(found)))
        return
    plans = plan(only, skip, store, large=large)
    if folder is not None and not Path(folder).is_dir():
        raise UsageError(f"{folder}: no such folder")
    for file in filter(None, (save, svg)):
        parameters.must_be_writable(file)
    if save is not None and Path(save).exists():
        bench_measure.load(save)  # what cannot be kept should be said before it is measured
    result = bench_measure.measure(
        plans,
        count=count,
        batch=batch,
        rounds=rounds,
        folder=folder,
        command=command_line(),
        after_suite=(lambda result: bench_measure.save(save, result)) if save else (lambda _: None),
    )
    if svg is not None:
        Path(svg).write_text(bench_plot.svg(result), encoding="utf-8")
    if as_json:
        parameters.print_json({**result, "goals": bench_report.goals_json(result)})
    else:
        click.echo("\n".join(bench_report.text(result)))


def command_line() -> str:
    """Return the command as it was typed, without where things are on this machine."""
    arguments = sys.argv[1:]
    kept: list[str] = []
    passed_over = False
    for argument in arguments:
        if passed_over:
            passed_over = False
        elif argument in ("--dir", "--save", "--svg", "--vista"):
            passed_over = True
        elif not argument.startswith(("--dir=", "--save=", "--svg=", "--vista=")):
            kept.append(argument)
    return shlex.join(["bumps", *kept])


def listing() -> dict[str, Any]:
    """Return works and stores, as `--list --json` prints them."""
    from bumps.tools.bench_stores import NAMES, versions

    found, missing = versions(NAMES)
    suites = [
        {
            "suite": suite.name,
            "title": suite.title,
            "works": suite.works,
            "stores": list(suite.stores),
            "count": suite.count,
            "rounds": suite.rounds,
            "minutes": suite.minutes,
            "large": suite.large,
        }
        for suite in SUITES
    ]
    return {"suites": suites, "stores": found, "missing": missing}


def list_lines(found: dict[str, Any]) -> list[str]:
    """Return what a person reads of the list."""
    lines = []
    for suite in found["suites"]:
        large = ", only with --large or by name" if suite["large"] else ""
        lines.append(
            f"{suite['suite']}: {suite['title']} ({suite['count']:,} nodes,"
            f" {parameters.counted(suite['rounds'], 'round')}, about {suite['minutes']:g} min{large})"
        )
        lines += [f"  {work:<16} {title}" for work, title in suite["works"].items()]
        if len(suite["stores"]) > 1:
            lines.append(f"  {'':<16} stores: {', '.join(suite['stores'])}")
    small, large = (
        sum(suite["minutes"] for suite in found["suites"] if with_large or not suite["large"])
        for with_large in (False, True)
    )
    lines += ["", f"All of it: about {small:.0f} min; with --large {large:.0f} min.", ""]
    lines += [f"{store:<13} {version}" for store, version in found["stores"].items()]
    lines += [f"{store:<13} {why}" for store, why in found["missing"].items()]
    return lines
