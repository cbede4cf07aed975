"""bumps torture replay: run the campaign of one seed again.

Exit status: 0 no promise was broken, 1 one was.
"""

from __future__ import annotations

import click

from bumps.tools import parameters
from bumps.tools.torture_run import show


@click.command("replay", short_help="run the campaign of one seed again")
@click.argument("seed", type=click.IntRange(0))
@parameters.json_option
def torture_replay(seed: int, as_json: bool) -> None:
    """Run the campaign of SEED again, exactly as `bumps torture run` did.

    Exit status: 0 no promise was broken, 1 one was.

    \b
    bumps torture replay 7
    bumps torture replay 7 --json
    bumps --debug torture replay 7
    """
    from bumps.torture import runner
    from bumps.torture.engine_subject import engine_subject

    report = runner.replay(engine_subject, seed)
    show(report, as_json=as_json)
    raise SystemExit(1 if report.failures else 0)
