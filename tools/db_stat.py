"""bumps db stat: say what a database holds.

Exit status: 0 it was read, 2 it could not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from bumps.errors import UsageError
from bumps.tools import parameters
from bumps.tools.databases import open_existing, placed

if TYPE_CHECKING:
    from bumps.estimate import Sample


@click.command("stat", short_help="say what a database holds")
@parameters.database_argument
@click.option("--digest", is_flag=True, help="Read every node, and print the SHA-256 of all content.")
@click.option(
    "--levels",
    type=click.IntRange(0),
    metavar="N",
    help="Read every node, and print nodes and bytes by the first N subscripts.",
)
@click.option(
    "--sample",
    type=click.IntRange(2),
    metavar="PAGES",
    help="Read about so many leaves of each global, and estimate sizes, with their errors.",
)
@click.option("--metrics", is_flag=True, help="Print only the counters of this opening, as Prometheus reads them.")
@parameters.json_option
def stat(database: str, digest: bool, levels: int | None, sample: int | None, metrics: bool, as_json: bool) -> None:
    """Print the sizes, the LSNs and the globals of DB.

    Two databases with the same content have the same digest, whatever their pages,
    journals and LSNs are. With --levels each line is a node with all below it, behind those
    below it; its bytes are those of keys and values. With --sample a big database is not read as a whole:
    sizes are estimates, and the truth is within the error behind +- in 95 of 100 cases. Parts whose error is
    not smaller than they are are only counted (--json has them); one of which no page was drawn is
    not known. What --metrics prints is counted from the opening on: a program that has DB open gives
    out its own (docs/metrics.md). Exit status: 0 it was read, 2 it could not be.

    \b
    bumps db stat clinic.bumps
    bumps db stat clinic.bumps --json
    bumps db stat clinic.bumps --digest
    bumps db stat clinic.bumps --levels 1
    bumps db stat clinic.bumps --levels 1 --sample 1000
    bumps db stat clinic.bumps --metrics
    """
    if metrics and not as_json:
        if digest or levels is not None or sample is not None:
            raise UsageError("--metrics prints nothing else", hint="add --json, or leave the other options out")
        click.echo(metrics_text(database), nl=False)
        return
    found = facts(database, digest=digest, metrics=metrics)
    if as_json:
        if sample is not None:
            found["sample"] = {
                name: {
                    "nodes": drawn.nodes,
                    "pages_read": drawn.leaves,
                    "pages": drawn.leaf_count,
                    "fill": round(drawn.fill, 4),
                    "exact": drawn.exact,
                    "levels": [line._asdict() for line in lines],
                }
                for name, drawn, lines in samples(database, levels or 0, sample)
            }
        elif levels is not None:
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
    if sample is not None:
        print_samples(database, levels or 0, sample)
        return
    if levels is not None:
        click.echo(f"{'nodes':>14}  {'bytes':>16}")
        for line in level_lines(database, levels):
            click.echo(f"{line.nodes:>14,}  {line.bytes:>16,}  {line.node}")
        return
    width = max(map(len, globals_found))
    for name, count in globals_found.items():
        click.echo(f"{name:<{width}}  {count:>12,} {'node' if count == 1 else 'nodes'}")


class EstimateLine(NamedTuple):
    """A node, and about what it and all below it are."""

    node: str
    """As ZWR writes it: `^PATIENT(7)`."""
    nodes: int
    nodes_error: int
    bytes: int
    """Of keys and values."""
    bytes_error: int


def samples(path: str, depth: int, leaf_count: int) -> Iterator[tuple[str, Sample, list[EstimateLine]]]:
    """Yield each global with its sample, and the estimates by its first `depth` subscripts."""
    from bumps.estimate import estimate
    from bumps.zwr import ReferenceWriter

    with placed(path), open_existing(path, mode="r") as database:
        codec = database.engine.codec
        text = ReferenceWriter(codec.charset).text
        chance = int.from_bytes(database.engine.disk.random(4), "little") / 2**32
        with database.engine.snapshot_now() as snapshot:
            for name in snapshot.names():
                found = estimate(snapshot, name, leaf_count=leaf_count, depth=depth, chance=chance)
                lines = [
                    EstimateLine(text(name, key).decode(codec.encoding, "backslashreplace"), *sizes)
                    for key, *sizes in found.prefixes
                ]
                yield f"^{name}", found, lines


def print_samples(path: str, depth: int, leaf_count: int) -> None:
    """Print estimates, and behind each global how much of it was read and how full its pages are."""
    click.echo(f"{'nodes':>14}  {'+-':>12}  {'bytes':>16}  {'+-':>14}")
    for _, found, lines in samples(path, depth, leaf_count):
        told = [line for line in lines[:-1] if line.nodes_error < line.nodes]
        for line in told:
            click.echo(_estimate_text(line))
        if hidden := len(lines) - 1 - len(told):
            parts = "part" if hidden == 1 else "parts"
            click.echo(f"{'':>64}  ({hidden:,} smaller {parts} of which too few pages were read)")
        how = "all of its" if found.exact else f"{found.leaves:,} of about"
        pages = f"{how} {found.leaf_count:,} {'page' if found.leaf_count == 1 else 'pages'}"
        click.echo(f"{_estimate_text(lines[-1])}  ({pages} read, {found.fill:.0%} full)")


def _estimate_text(line: EstimateLine) -> str:
    return f"{line.nodes:>14,}  {line.nodes_error:>12,}  {line.bytes:>16,}  {line.bytes_error:>14,}  {line.node}"


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


def metrics_text(path: str) -> str:
    """Return the metrics of a database that is opened for it, in the text format of Prometheus."""
    with placed(path), open_existing(path, mode="r") as database:
        from bumps.metrics import Collector, exposition

        return exposition(Collector(lambda: [database.engine]))


def facts(path: str, *, digest: bool = False, metrics: bool = False) -> dict[str, Any]:
    """Return what `bumps db stat` prints: the keys of `Database.stat`, `digest` and `metrics` if they are asked for."""
    with placed(path), open_existing(path, mode="r") as database:
        found = dict(database.stat())
        if digest:
            found["digest"] = database.digest()
        if metrics:
            from bumps.metrics import Collector, as_json

            found["metrics"] = as_json(Collector(lambda: [database.engine]))
    return found
