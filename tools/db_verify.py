"""bumps db verify: prove that a database is sound. It only reads.

Exit status: 0 the database is sound, 1 it has problems, 2 it could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable

import click

from bumps.problem import Problem
from bumps.tools import parameters
from bumps.tools.databases import must_exist, placed


@click.command("verify", short_help="prove that a database is sound")
@parameters.database_argument
@click.option("--deep", is_flag=True, help="Also replay the journal and compare the content.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    default=100,
    show_default=True,
    help="Stop after this many problems.",
)
@parameters.json_option
def verify(database: str, deep: bool, limit: int, as_json: bool) -> None:
    """Read every page and every frame of DB and report what is wrong, one line each.

    Exit status: 0 it is sound, 1 it has problems, 2 it could not be read.

    \b
    bumps db verify clinic.bumps
    bumps db verify clinic.bumps --deep
    bumps db verify clinic.bumps --json
    """
    import bumps

    must_exist(database)
    with placed(database):
        count = report(bumps.verify(database, deep=deep), limit=limit, as_json=as_json)
    if not count and not as_json:
        click.echo(f"{database}: sound")
    raise SystemExit(1 if count else 0)


def report(problems: Iterable[Problem], *, limit: int, as_json: bool) -> int:
    """Print problems as they are found, `limit` of them at most; return how many were printed."""
    count = 0
    for problem in problems:
        if count == limit:
            click.echo(f"bumps: stopped after {parameters.counted(limit, 'problem')}; --limit shows more", err=True)
            break
        if as_json:
            parameters.print_json(problem._asdict())
        else:
            click.echo(str(problem))
        count += 1
    return count
