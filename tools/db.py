"""The group `bumps db`: one command per thing to do with a database."""

from __future__ import annotations

import click

from bumps.tools.lazy import Lazy, LazyGroup

COMMANDS = {
    "create": Lazy("db_create:create", "make an empty database"),
    "load": Lazy("db_load:load", "load globals from a file or a pipe"),
    "dump": Lazy("db_dump:dump", "write globals to a file or a pipe"),
    "verify": Lazy("db_verify:verify", "prove that a database is sound"),
    "replay": Lazy("db_replay:replay", "build a database again from its journal"),
    "recover": Lazy("db_recover:recover", "recover a database, or save what damage has left of it"),
    "compact": Lazy("db_compact:compact", "give unused pages back to the file system"),
    "stat": Lazy("db_stat:stat", "say what a database holds"),
}


@click.group(
    "db",
    cls=LazyGroup,
    table=COMMANDS,
    short_help="create, load, dump, verify, recover, compact and measure a database",
)
def db() -> None:
    """Create, load, dump, verify, replay, recover, compact and measure a database.

    \b
    bumps db create clinic.bumps
    bumps db load clinic.bumps data.zwr
    bumps db verify clinic.bumps
    """
