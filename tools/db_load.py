"""bumps db load: load globals from a file or a pipe, strictly.

Exit status: 0 all is loaded, 1 bad lines were left out (--keep-going), 2 it stopped at a
bad line, or could not begin. What was stored before a bad line is stated, and stays.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import click

from bumps.errors import InputError
from bumps.tools import messages, parameters
from bumps.tools.databases import charset_of
from bumps.tools.progress import Progress
from bumps.tools.streams import open_input

Node = tuple[str, bytes, bytes]
BAD_LINE_COUNT_MAX = 1000


@click.command("load", short_help="load globals from a file or a pipe")
@parameters.database_argument
@click.argument("file", metavar="FILE")
@click.option("--format", "format_name", type=click.Choice(parameters.FORMATS), help="By what the file says of itself.")
@parameters.charset_option
@click.option("--atomic", is_flag=True, help="One transaction: all of the file, or nothing.")
@click.option("--keep-going", is_flag=True, help="Leave bad lines out, list them, and end with status 1.")
@click.option("--dry-run", is_flag=True, help="Check everything and store nothing.")
@parameters.json_option
def load(
    database: str,
    file: str,
    format_name: str | None,
    charset: str | None,
    atomic: bool,
    keep_going: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Load the nodes of FILE into DB, which is made if it is not there.

    FILE is ZWR or GO as GT.M and YottaDB extract it, or NDJSON or CSV; .gz and .zst are
    unpacked; - is standard input. A line that does not parse stops the load. Exit status:
    0 all is loaded, 1 bad lines were left out, 2 it stopped.

    \b
    bumps db load clinic.bumps data.zwr
    bumps db load vista.bumps data.zwr.zst --charset m
    bumps db load clinic.bumps data.zwr --dry-run
    """
    bad: list[InputError] = []
    done = store(
        database,
        file,
        format_name=format_name,
        charset=charset,
        atomic=atomic,
        dry_run=dry_run,
        on_bad_line=bad.append if keep_going else None,
    )
    for error in bad[:BAD_LINE_COUNT_MAX]:
        click.echo(messages.lines(error)[0], err=True)
    if len(bad) > BAD_LINE_COUNT_MAX:
        click.echo(f"bumps: {len(bad) - BAD_LINE_COUNT_MAX:,} more bad lines", err=True)
    if as_json:
        parameters.print_json({**done, "bad_lines": len(bad), "stored": not dry_run})
    else:
        rate = done["nodes"] / done["seconds"] if done["seconds"] else 0
        click.echo(
            f"{'checked' if dry_run else 'loaded'} {done['nodes']:,} nodes of {done['globals']} globals,"
            f" {parameters.size_text(done['bytes'])}, in {done['seconds']:.1f} s ({rate:,.0f} nodes/s)"
        )
        if "digest" in done:
            click.echo(f"digest of the database {done['digest']}")
    raise SystemExit(1 if bad else 0)


def store(
    path: str,
    file: str,
    *,
    format_name: str | None = None,
    charset: str | None = None,
    atomic: bool = False,
    dry_run: bool = False,
    on_bad_line: Callable[[InputError], None] | None = None,
) -> dict[str, Any]:
    """Load `file` into the database at `path`; return nodes, bytes, globals, seconds and the digest.

    With `on_bad_line` a bad line is given to it and left out; without, InputError is
    raised, and `nodes` of it says how many nodes were stored before.
    """
    import bumps
    from bumps import formats

    used = charset_of(path) or charset or "utf-8"
    counter = _Counter()
    with open_input(file) as lines, Progress("checking" if dry_run else "loading", "nodes") as progress:
        nodes = formats.read(lines, file=shown(file), format=format_name, charset=used, on_bad_line=on_bad_line)
        counted = counter.count(nodes, progress)
        if dry_run:
            for _ in counted:
                pass
            return counter.facts(progress.seconds)
        with bumps.open(path, charset=charset) as database:
            database.load_nodes(counted, atomic=atomic)
            seconds = progress.seconds
            return {**counter.facts(seconds), "digest": database.digest()}


def shown(file: str) -> str:
    """Return the name of a file as messages have it."""
    return "standard input" if file == "-" else os.fspath(file)


class _Counter:
    """Counts what passes through."""

    def __init__(self) -> None:
        self.nodes = 0
        self.size = 0
        self.names: set[str] = set()

    def count(self, nodes: Iterator[Node], progress: Progress) -> Iterator[Node]:
        """Yield the nodes, and count them."""
        for node in nodes:
            self.names.add(node[0])
            self.size += len(node[1]) + len(node[2])
            self.nodes += 1
            if not self.nodes % 1000:
                progress.update(self.nodes)
            yield node

    def facts(self, seconds: float) -> dict[str, Any]:
        """Return the counts, under the names that `--json` prints."""
        return {"nodes": self.nodes, "bytes": self.size, "globals": len(self.names), "seconds": round(seconds, 3)}
