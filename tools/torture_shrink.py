"""bumps torture shrink: make a broken promise small enough to be read.

Exit status: 0 no promise was broken, 1 one was, and its script was written, 2 there is no such case.
"""

from __future__ import annotations

from pathlib import Path

import click

from bumps.errors import UsageError
from bumps.tools import parameters
from bumps.tools.progress import Progress


@click.command("shrink", short_help="make a broken promise small enough to be read")
@click.argument("case", metavar="CASE")
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    metavar="N",
    default=120,
    show_default=True,
    help="Try for so long.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the script goes.  [default: printed]",
)
@parameters.json_option
def torture_shrink(case: str, seconds: float, output: Path | None, as_json: bool) -> None:
    """Do CASE again, and take away what it does not need to break the same promise.

    Lives, commits, changes, and what the power cut spared: what is left fits on a screen. The script is
    JSON; `bumps torture replay FILE` does it again, and torture/corpus/ keeps it for ever.
    Exit status: 0 no promise was broken, 1 one was, and its script was written.

    \b
    bumps torture shrink 7
    bumps torture shrink faults:2:sync,7,EIO,1,keep,10,12 --output found.json
    """
    from bumps.torture import script, shrink
    from bumps.torture.case import parse

    try:
        parsed = parse(case)
    except ValueError as error:
        raise UsageError(str(error), hint="bumps torture shrink 7") from error
    try:
        recorded = shrink.record(parsed)
    except script.ScriptError as error:
        raise UsageError(f"{case}: {error}", hint=f"see it whole: bumps torture replay {case}") from error
    if recorded is None:
        show(case, None, output, as_json)
        raise SystemExit(0)
    _, made = recorded
    with Progress("shrinking", "parts left") as progress:
        made = shrink.shrink(made, seconds=seconds, progress=progress.update)
    text = script.to_text(made)
    if output is not None:
        output.write_text(text, encoding="utf-8")
    elif not as_json:
        click.echo(text, nl=False)
    show(case, made, output, as_json)
    raise SystemExit(1)


def show(case: str, made: object, output: Path | None, as_json: bool) -> None:
    """Print what came out."""
    from bumps.torture.script import Script

    if not isinstance(made, Script):
        found = {"case": case, "breaks": None, "lives": 0, "events": 0, "path": None}
        line = f"{case}: no promise broken"
    else:
        events = sum(len(life.events) for life in made.lives)
        path = None if output is None else str(output)
        found = {"case": case, "breaks": made.breaks, "lives": len(made.lives), "events": events, "path": path}
        lives = parameters.counted(len(made.lives), "life", "lives")
        line = f"{case}: {made.breaks} in {lives}, {parameters.counted(events, 'event')}"
    if as_json:
        parameters.print_json(found)
    else:
        click.echo(line, err=isinstance(made, Script))
