"""bumps db replay: build a database again from its journal.

Exit status: 0 it is built, 2 it could not be.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import Any

import click

from bumps.errors import ExistsError, NoDatabaseError, StorageError, UsageError
from bumps.tools import parameters
from bumps.tools.databases import must_exist, placed
from bumps.tools.progress import Progress

TEMPORARY = re.compile(r"\.tmp-[0-9a-f]+")


@click.command("replay", short_help="build a database again from its journal")
@parameters.database_argument
@click.option("--into", "into", metavar="NEW", required=True, help="The database to make; nothing may be there.")
@click.option("--to-lsn", type=click.IntRange(0), metavar="N", help="Stop after the commit with this LSN.")
@click.option(
    "--to-time", metavar="T", help="Stop before the first commit after this time (ISO 8601; UTC if it says no zone)."
)
@click.option("--charset", type=click.Choice(["utf-8", "m"]), help="Of DB, if its file `data`, which says it, is lost.")
@parameters.json_option
def replay(
    database: str, into: str, to_lsn: int | None, to_time: str | None, charset: str | None, as_json: bool
) -> None:
    """Apply the journal of DB to an empty database NEW, and print the digest of all content.

    DB is only read. With all of the journal, NEW has the content of DB and therefore its
    digest. Exit status: 0 it is built, 2 it could not be.

    \b
    bumps db replay clinic.bumps --into again.bumps
    bumps db replay clinic.bumps --into before.bumps --to-lsn 1
    bumps db replay clinic.bumps --into now.bumps --to-time 2100-01-01
    """
    if to_lsn is not None and to_time is not None:
        raise UsageError("--to-lsn and --to-time: give one of them")
    until_us = None if to_time is None else time_us(to_time)
    done = rebuild(database, into, to_lsn=to_lsn, to_time_us=until_us, charset=charset)
    if as_json:
        parameters.print_json(done)
        return
    for name, value in done.items():
        click.echo(f"{name:<10}  {value}")


def rebuild(
    path: str, into: str, *, to_lsn: int | None = None, to_time_us: int | None = None, charset: str | None = None
) -> dict[str, Any]:
    """Replay the journal of the database at `path` into a new one; return what `--json` prints."""
    import bumps

    must_exist(path)
    if os.path.lexists(into):
        raise ExistsError(f"{into}: there is something of that name already", hint="choose another name", path=into)
    folder = os.path.dirname(os.path.abspath(into))
    if not os.path.isdir(folder):
        raise NoDatabaseError(f"{into}: there is no directory {folder}", hint=f"mkdir -p {folder}", path=into)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError(
            f"{into}: cannot write to {folder}", hint="choose a directory that you may write to", path=into
        )
    with placed(path), Progress("replaying", "commits") as progress:
        try:
            done = bumps.replay(
                path, into, to_lsn=to_lsn, to_time_us=to_time_us, charset=charset, progress=progress.update
            )
        except StorageError as error:
            # It is built under a name of its own, which is gone by now and says nothing to a user.
            error.message = TEMPORARY.sub("", error.message)
            raise
        seconds = progress.seconds
    return {
        "lsn": done.last_lsn,
        "commits": done.frames,
        "nodes": done.nodes,
        "torn_bytes": done.torn_size,
        "digest": done.digest,
        "seconds": round(seconds, 3),
    }


def time_us(text: str) -> int:
    """Return a time in microseconds since 1970; raise UsageError if it is not ISO 8601."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--to-time {text}: not a time", hint="such as 2026-11-21T10:30:00Z") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1_000_000)
