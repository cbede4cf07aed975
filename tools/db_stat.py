"""bumps db stat: say what a database holds.

Exit status: 0 it was read, 2 it could not be.
"""

from __future__ import annotations

from typing import Any

import click

from bumps.tools import parameters
from bumps.tools.databases import open_existing, placed


@click.command("stat", short_help="say what a database holds")
@parameters.database_argument
@click.option("--digest", is_flag=True, help="Read every node, and print the SHA-256 of all content.")
@parameters.json_option
def stat(database: str, digest: bool, as_json: bool) -> None:
    """Print the sizes, the LSNs and the globals of DB.

    Two databases with the same content have the same digest, whatever their pages,
    journals and LSNs are. Exit status: 0 it was read, 2 it could not be.

    \b
    bumps db stat clinic.bumps
    bumps db stat clinic.bumps --json
    bumps db stat clinic.bumps --digest
    """
    found = facts(database, digest=digest)
    if as_json:
        parameters.print_json(found)
        return
    globals_found: dict[str, int] = found.pop("globals")
    width = max(map(len, found))
    for name, value in found.items():
        click.echo(f"{name:<{width}}  {value}")
    click.echo()
    if not globals_found:
        click.echo("no globals")
        return
    width = max(map(len, globals_found))
    for name, count in globals_found.items():
        click.echo(f"{name:<{width}}  {count:>12,} {'node' if count == 1 else 'nodes'}")


def facts(path: str, *, digest: bool = False) -> dict[str, Any]:
    """Return what `bumps db stat` prints: the keys of `Database.stat`, and `digest` if it is asked for."""
    with placed(path), open_existing(path, mode="r") as database:
        found = dict(database.stat())
        if digest:
            found["digest"] = database.digest()
    return found
