"""bumps torture replay: see a broken promise again.

Exit status: 0 no promise was broken, 1 one was, 2 there is no such case.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bumps.errors import UsageError
from bumps.tools import parameters
from bumps.tools.torture_run import show

if TYPE_CHECKING:
    from bumps.torture.case import Case


@click.command("replay", short_help="see a broken promise again")
@click.argument("case", metavar="CASE")
@parameters.json_option
def torture_replay(case: str, as_json: bool) -> None:
    """Do CASE again, exactly as the command did that printed it.

    CASE is the seed of a campaign, or a word with a seed: faults:200 is every failing call of
    that seed, continuations:9 every stop of a checkpoint, exhaust:0, rot:3; what is printed
    with a broken promise names one of them. Or it is a file that `bumps torture shrink` wrote.
    Exit status: 0 no promise was broken, 1 one was.

    \b
    bumps torture replay 7
    bumps torture replay 7 --json
    bumps torture replay faults:200:pwrite,3,EIO,0,keep,10,6
    bumps --debug torture replay 7
    """
    from bumps.torture import stages

    if case.endswith(".json"):
        _replay_script(Path(case), as_json=as_json)
    report = stages.replay(_parsed(case))
    show(report, as_json=as_json)
    raise SystemExit(1 if report.failures else 0)


def _replay_script(path: Path, *, as_json: bool) -> NoReturn:
    """Do what a script says, say what is broken, and exit."""
    from bumps.torture import script

    try:
        made = script.from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="bumps torture shrink 7 --output seven.json") from error
    except (ValueError, script.ScriptError) as error:
        raise UsageError(f"{path}: {error}", hint="bumps torture shrink 7 --output seven.json") from error
    violation = script.replay(made)
    if as_json:
        parameters.print_json({"violations": [str(violation)] if violation else []})
    else:
        click.echo(f"{path}: {violation or 'no promise broken'}")
    raise SystemExit(1 if violation else 0)


def _parsed(text: str) -> Case:
    from bumps.torture import case

    try:
        return case.parse(text)
    except ValueError as error:
        raise UsageError(str(error), hint="bumps torture replay 7") from error
