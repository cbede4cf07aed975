"""bumps torture report: write one page with the figures of torture.

Exit status: 0 no promise was broken and no mutant survived, 1 else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from bumps.errors import UsageError
from bumps.tools import parameters
from bumps.tools.torture_run import never_met, torment
from bumps.version import __version__

Figures = dict[str, Any]
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


OTHERS = {
    "exhaust": ("enumeration", "unique", "What `exhaust --json` printed."),
    "mutants": ("gate", "mutants", "What `mutants --json` printed."),
    "rot": ("rot", "false_alarms", "What `rot --json` printed."),
    "mutate": ("mutations", "mutations", "What `mutate --json` printed."),
    "record": ("recorded", "recordings", "What `record --json` printed."),
    "sigkill": ("kills", "kills", "What `python -m bumps.tools.sigkill --json` printed."),
}
"""Options that name a file: the part of the page it is, a key that it must have, and their help."""


def _others(function: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each of OTHERS."""
    for name, (_, _, text) in reversed(OTHERS.items()):
        function = click.option(f"--{name}", type=_FILE, metavar="FILE", help=text)(function)
    return function


@click.command("report", short_help="write one page with the figures of all of them")
@click.option(
    "--run",
    "run_paths",
    type=_FILE,
    metavar="FILE",
    multiple=True,
    help="What `run --json` printed, or `run --save` kept. Again for more: they are added.",
)
@_others
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    metavar="N",
    default=10,
    show_default=True,
    help="Without --run: run for so long.",
)
@click.option(
    "--seed", type=click.IntRange(0), metavar="N", default=0, show_default=True, help="Without --run: begin here."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    default="torture.html",
    show_default=True,
    help="Where the page goes.",
)
@parameters.json_option
def torture_report(
    run_paths: tuple[Path, ...],
    seconds: float,
    seed: int,
    output: Path,
    as_json: bool,
    **others: Path | None,
) -> None:
    """Write a page of HTML, complete in one file, with pictures: states, counters, mutants, and others beside us.

    It shows what other commands have printed with --json; the run alone is made now if none is
    given, and what else is not given is left out.
    Exit status: 0 no promise was broken and no mutant survived, 1 else.

    \b
    bumps torture report --seconds 1 --output torture.html
    bumps torture report --seconds 1 --seed 7 --json
    """
    from bumps.torture import report
    from bumps.torture.results import Report

    if not run_paths:
        made = torment(Report(seed), seconds=seconds)
        run: Figures = {**made.as_dict(), "never_met": never_met(made)}
    else:
        run = _added(run_paths)
    found = {OTHERS[name][0]: _read(path, OTHERS[name][1]) for name, path in others.items() if path is not None}
    parts = report.Parts(run=run, **found)
    output.write_text(report.page(title=f"bumps {__version__} under torture", parts=parts), encoding="utf-8")
    broken = parts.broken
    survived = found["gate"]["survived"] if "gate" in found else 0
    if as_json:
        parameters.print_json({"path": str(output), "violations": broken, "survived": survived})
    else:
        click.echo(f"{output}: {parameters.counted(run['unique'], 'state')}, {broken} promises broken")
    raise SystemExit(1 if broken or survived else 0)


def _added(paths: tuple[Path, ...]) -> Figures:
    """Return the figures of some runs together; UsageError if two of them have done the same seeds."""
    found = sorted((_read(path, "unique") for path in paths), key=lambda each: int(each["seed"]))
    total = dict(found[0])
    for before, run in pairwise(found):
        end = before["seed"] + before["campaigns"]
        if run["seed"] < end:
            raise UsageError(
                f"one run has done the seeds from {before['seed']} to {end - 1}, another begins with {run['seed']}",
                hint="add runs of different seeds only",
            )
        for name in ("campaigns", "lives", "states", "unique", "nested", "cpu_s", "violations"):
            total[name] += run[name]
        for name in ("counts", "points"):
            total[name] = dict(Counter(total[name]) + Counter(run[name]))
    return total


def _read(path: Path, key: str) -> Figures:
    """Return the object in a file; UsageError if it is not what a command of torture prints."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{path}: not JSON: {error}", hint="bumps torture run --json > run.json") from error
    if not isinstance(found, dict) or key not in found:
        raise UsageError(f"{path}: it has no {key!r}", hint="bumps torture run --json > run.json")
    return found
