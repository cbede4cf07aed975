"""bumps db compact: give unused pages back to the file system.

Exit status: 0 it is done, 2 it could not be (no space for a checkpoint, no such database, ...), 130
after Ctrl-C. Whenever it ends, nothing is lost, and what was given back until then stays so.
"""

from __future__ import annotations

from typing import Any

import click

from bumps.tools import parameters
from bumps.tools.databases import open_existing, placed
from bumps.tools.parameters import size_text
from bumps.tools.progress import Progress


@click.command("compact", short_help="give unused pages back to the file system")
@parameters.database_argument
@parameters.json_option
def compact(database: str, as_json: bool) -> None:
    """Make the files of DB as short as what they hold.

    Pages at the end of its data are moved into free ones before them, and the file is cut. What it
    holds stays the same. It may be interrupted at any moment, and nothing is lost. The journal is
    not touched. A program that has DB open does it with database.compact(), while it goes
    on. Exit status: 0 it is done, 2 it could not be.

    \b
    bumps db compact clinic.bumps
    bumps db compact clinic.bumps --json
    """
    done = compacted(database)
    if as_json:
        parameters.print_json(done)
        return
    click.echo(
        f"{database}: {size_text(done['bytes_before'])} before, {size_text(done['bytes_after'])} now;"
        f" {done['pages_before']:,} pages before, {done['pages_after']:,} now, {done['moved']:,} moved,"
        f" in {done['seconds']:.1f} s"
    )
    click.echo(f"journal: {size_text(done['journal_bytes'])}, not touched")


def compacted(path: str) -> dict[str, Any]:
    """Compact the database at `path`; return sizes in bytes, counts of pages and seconds, as `--json` prints them."""
    with placed(path), open_existing(path) as database, Progress("compacting", "pages left") as progress:
        done = database.compact(lambda left, had: progress.update(left, had))
        journal_size = database.stat()["journal_bytes"]
        seconds = progress.seconds
    return {
        "bytes_before": done.size_before,
        "bytes_after": done.size_after,
        "pages_before": done.pages_before,
        "pages_after": done.pages_after,
        "moved": done.moved,
        "journal_bytes": journal_size,
        "seconds": round(seconds, 3),
    }
