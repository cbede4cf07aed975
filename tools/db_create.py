"""bumps db create: make an empty database.

Exit status: 0 it is made, 2 it could not be (there is something at that path, no permission, ...).
"""

from __future__ import annotations

import os
from typing import Any

import click

from bumps.errors import ExistsError
from bumps.tools import parameters


@click.command("create", short_help="make an empty database")
@parameters.database_argument
@parameters.charset_option
@parameters.page_size_option
@parameters.json_option
def create(database: str, charset: str | None, page_size: str | None, as_json: bool) -> None:
    """Make an empty database, the directory DB.

    Nothing that is there is ever replaced. Exit status: 0 it is made, 2 it could not be.

    \b
    bumps db create clinic.bumps
    bumps db create vista.bumps --charset m
    bumps db create small.bumps --page-size 4096 --json
    """
    made = make(database, charset=charset, page_size=int(page_size) if page_size else None)
    if as_json:
        parameters.print_json(made)
    else:
        click.echo(f"{database}: made, charset {made['charset']}, pages of {made['page_size']} bytes")


def make(path: str, *, charset: str | None = None, page_size: int | None = None) -> dict[str, Any]:
    """Make an empty database; return its path, charset and page size.

    Raise ExistsError if there is something at `path`.
    """
    import bumps

    if os.path.lexists(path):
        raise ExistsError(f"{path}: there is something of that name already", hint="choose another name", path=path)
    with bumps.open(path, charset=charset, page_size=page_size) as database:
        stat = database.stat()
    return {"path": path, "charset": stat["charset"], "page_size": stat["page_size"]}
