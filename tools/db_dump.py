"""bumps db dump: write globals to a file or a pipe, all of one moment.

Exit status: 0 they are written, 2 they could not be.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from bumps.errors import UsageError
from bumps.tools import parameters
from bumps.tools.databases import open_existing, placed
from bumps.tools.messages import one_line
from bumps.tools.progress import Progress
from bumps.tools.streams import open_output
from bumps.version import __version__

if TYPE_CHECKING:
    from bumps import Snapshot

Node = tuple[str, bytes, bytes]
PROGRESS_EVERY = 1000
GLOBAL = re.compile(r"\^(?:%[A-Za-z0-9]*|[A-Za-z][A-Za-z0-9]*)")


@click.command("dump", short_help="write globals to a file or a pipe")
@parameters.database_argument
@click.argument("names", metavar="[^GLOBAL ...]", nargs=-1)
@click.option(
    "--format", "format_name", type=click.Choice(parameters.FORMATS), help="By the name of the file; else zwr."
)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="Write to FILE (.gz and .zst are packed), not to standard output.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def dump(database: str, names: Sequence[str], format_name: str | None, output: str, force: bool) -> None:
    """Write the nodes of DB, or of some of its globals, in order.

    What is dumped is one moment: what others write meanwhile is not in it. GT.M and
    YottaDB load the ZWR form, and so does bumps db load. Exit status: 0 they are written,
    2 they could not be.

    \b
    bumps db dump clinic.bumps
    bumps db dump clinic.bumps ^PATIENT -o patients.zwr.zst
    bumps db dump clinic.bumps --format ndjson
    """
    names = [name for name in names if name != "-"]
    done = write(database, names, format_name=format_name, output=output, force=force)
    if output != "-":
        click.echo(f"{output}: {parameters.counted(done['nodes'], 'node')} in {done['seconds']:.1f} s", err=True)


def write(
    path: str, names: Sequence[str] = (), *, format_name: str | None = None, output: str = "-", force: bool = False
) -> dict[str, Any]:
    """Write globals of the database at `path`; return the count of nodes and the seconds it took.

    Raise UsageError for a global that is not there: an empty file would hide a wrong name.
    """
    from bumps import formats

    wanted = list(dict.fromkeys(wanted_name(name) for name in names))
    with placed(path), open_existing(path, mode="r") as database, Progress("dumping", "nodes") as progress:
        there = database.stat()["globals"]
        for name in wanted:
            if f"^{name}" not in there:
                raise UsageError(f"^{name}: no such global in {path}", hint=f"bumps db stat {path} lists them")
        with database.snapshot() as snapshot, open_output(output, force=force) as out:
            count = formats.write(
                out,
                format_name or format_of(output),
                database.charset,
                f"bumps {__version__}",
                _Nodes(snapshot, wanted or None, progress),
                time.localtime(),
            )
        return {"nodes": count, "seconds": progress.seconds}


class _Nodes:
    """The nodes of one moment, as often as they are wanted: CSV wants them twice."""

    def __init__(self, snapshot: Snapshot, names: Sequence[str] | None, progress: Progress) -> None:
        self.snapshot = snapshot
        self.names = names
        self.progress = progress

    def __iter__(self) -> Iterator[Node]:
        """Yield them, and show how far it is."""
        for count, node in enumerate(self.snapshot.nodes(self.names), 1):
            yield node
            if not count % PROGRESS_EVERY:
                self.progress.update(count)


def wanted_name(text: str) -> str:
    """Return the name of a global without its `^`; raise UsageError if it cannot be one."""
    if not GLOBAL.fullmatch(text):
        raise UsageError(
            f"{one_line(text) or 'an empty word'}: not the name of a global",
            hint="such as ^PATIENT: a whole global; -o FILE names the file to write",
        )
    return text[1:]


def format_of(name: str) -> str:
    """Return the format that the name of a file stands for: `x.ndjson.gz` is ndjson. ZWR if it stands for none."""
    stem, suffix = os.path.splitext(name)
    if suffix in (".gz", ".zst"):
        suffix = os.path.splitext(stem)[1]
    return suffix[1:] if suffix[1:] in parameters.FORMATS else "zwr"
