"""bumps db stat: say what a database holds.

Exit status: 0 it was read, 2 it could not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import click

from bumps.tools import parameters
from bumps.tools.databases import open_existing, placed


@click.command("stat", short_help="say what a database holds")
@parameters.database_argument
@click.option("--digest", is_flag=True, help="Read every node, and print the SHA-256 of all content.")
@click.option(
    "--levels",
    type=click.IntRange(0),
    metavar="N",
    help="Read every node, and print nodes and bytes by the first N subscripts.",
)
@parameters.json_option
def stat(database: str, digest: bool, levels: int | None, as_json: bool) -> None:
    """Print the sizes, the LSNs and the globals of DB.

    Two databases with the same content have the same digest, whatever their pages,
    journals and LSNs are. With --levels each line is a node with all below it, behind those
    below it; its bytes are those of keys and values. Exit status: 0 it was read, 2 it could not be.

    \b
    bumps db stat clinic.bumps
    bumps db stat clinic.bumps --json
    bumps db stat clinic.bumps --digest
    bumps db stat clinic.bumps --levels 1
    """
    found = facts(database, digest=digest)
    if as_json:
        if levels is not None:
            found["levels"] = [line._asdict() for line in level_lines(database, levels)]
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
    if levels is not None:
        click.echo(f"{'nodes':>14}  {'bytes':>16}")
        for line in level_lines(database, levels):
            click.echo(f"{line.nodes:>14,}  {line.bytes:>16,}  {line.node}")
        return
    width = max(map(len, globals_found))
    for name, count in globals_found.items():
        click.echo(f"{name:<{width}}  {count:>12,} {'node' if count == 1 else 'nodes'}")


class LevelLine(NamedTuple):
    """A node, and what it and all below it are."""

    node: str
    """As ZWR writes it: `^PATIENT(7)`."""
    nodes: int
    bytes: int
    """Of keys and values."""


def level_lines(path: str, depth: int) -> Iterator[LevelLine]:
    """Yield nodes and bytes of each global by its first `depth` subscripts, in one pass over all nodes."""
    from bumps.levels import levels
    from bumps.zwr import ReferenceWriter

    with placed(path), open_existing(path, mode="r") as database:
        codec = database.engine.codec
        text = ReferenceWriter(codec.charset).text
        for name, pairs in database.engine.scans():
            for level in levels(pairs, depth):
                reference = text(name, level.key).decode(codec.encoding, "backslashreplace")
                yield LevelLine(reference, level.nodes, level.size)


def facts(path: str, *, digest: bool = False) -> dict[str, Any]:
    """Return what `bumps db stat` prints: the keys of `Database.stat`, and `digest` if it is asked for."""
    with placed(path), open_existing(path, mode="r") as database:
        found = dict(database.stat())
        if digest:
            found["digest"] = database.digest()
    return found
