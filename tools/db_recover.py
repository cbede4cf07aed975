"""bumps db recover: open a database and say what that did; save what damage has left of one.

Exit status: 0 nothing is missing, 1 something is gone (each is named), 2 it could not be done.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bumps.errors import UsageError
from bumps.tools import parameters
from bumps.tools.databases import must_exist, placed
from bumps.tools.parameters import counted
from bumps.tools.progress import Progress

if TYPE_CHECKING:
    from bumps.rescue import Loss, Phase, Report, Salvaged

SHOWN_COUNT = 100
"""Gaps that are printed; `--json` has them all."""


@click.command("recover", short_help="recover a database, or save what damage has left of it")
@parameters.database_argument
@click.option("--salvage", is_flag=True, help="Make a new database of all that can be read; DB is only read.")
@click.option("--into", metavar="NEW", help="The database that --salvage makes; nothing may be there.")
@click.option(
    "--accept-loss", is_flag=True, help="Go on without what a damaged journal has lost, and say what that is."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done, and change nothing.")
@click.option("--timeline", is_flag=True, help="Print the phases of recovery, with LSN and time.")
@click.option(
    "--charset", type=click.Choice(parameters.CHARSETS), help="For --salvage, if DB cannot say its own any more."
)
@parameters.json_option
def recover(
    database: str,
    salvage: bool,
    into: str | None,
    accept_loss: bool,
    dry_run: bool,
    timeline: bool,
    charset: str | None,
    as_json: bool,
) -> None:
    """Recover DB, as every opening does, and print what that found.

    For damage there are two ways: --salvage saves all that can be read into a new database, and
    --accept-loss lets DB go on without the commits that its journal has lost. Exit status:
    0 nothing is missing, 1 something is gone (each is named), 2 it could not be done.

    \b
    bumps db recover clinic.bumps
    bumps db recover clinic.bumps --dry-run --timeline
    bumps db recover clinic.bumps --accept-loss --dry-run
    bumps db recover clinic.bumps --salvage --into saved.bumps
    """
    if salvage and (accept_loss or dry_run or timeline):
        raise UsageError("--salvage: it only reads DB, and goes with --into, --charset and --json")
    if salvage != (into is not None):
        raise UsageError(
            "--salvage and --into NEW: give both, or none of them",
            hint=f"bumps db recover {database} --salvage --into saved.bumps",
        )
    must_exist(database)
    with placed(database):
        if into is not None:
            status = show_salvage(save(database, into, charset=charset), into, as_json=as_json)
        elif accept_loss:
            status = show_loss(accepted(database, dry_run=dry_run), database, dry_run=dry_run, as_json=as_json)
        else:
            status = show_report(database, dry_run=dry_run, timeline=timeline, as_json=as_json)
    raise SystemExit(status)


def save(path: str, into: str, *, charset: str | None = None) -> Salvaged:
    """Salvage the database at `path` into a new one."""
    from bumps import rescue

    with Progress("salvaging", "nodes") as progress:
        return rescue.salvage(path, into, charset=charset, progress=progress.update)


def accepted(path: str, *, dry_run: bool) -> Loss:
    """Accept the loss of what the journal of the database at `path` has lost."""
    from bumps import rescue

    return rescue.accept_loss(path, dry_run=dry_run)


def show_salvage(done: Salvaged, into: str, *, as_json: bool) -> int:
    """Print what was saved, and every gap; return the exit status."""
    if as_json:
        parameters.print_json(salvage_facts(done))
        return 1 if done.gaps else 0
    for gap in done.gaps[:SHOWN_COUNT]:
        click.echo(str(gap))
    if len(done.gaps) > SHOWN_COUNT:
        click.echo(f"{len(done.gaps) - SHOWN_COUNT:,} more gaps; --json has them all")
    source = "its pages and its journal" if done.used_pages else "its journal, which is complete"
    click.echo(f"{into}: {counted(done.nodes, 'node')} saved, from {source}")
    if done.notes:
        click.echo(f"{counted(len(done.notes), 'place')} that could not be read cost nothing; --json has them")
    click.echo(f"digest of the database {done.digest}")
    click.echo(f"{counted(len(done.gaps), 'gap')}" if done.gaps else "nothing is missing")
    return 1 if done.gaps else 0


def salvage_facts(done: Salvaged) -> dict[str, Any]:
    """Return what `--salvage --json` prints."""
    return {
        "nodes": done.nodes,
        "digest": done.digest,
        "charset": done.charset,
        "checkpoint_lsn": done.checkpoint_lsn,
        "last_lsn": done.last_lsn,
        "commits": done.commits,
        "used_pages": done.used_pages,
        "gaps": [gap._asdict() for gap in done.gaps],
        "notes": [note._asdict() for note in done.notes],
    }


def show_loss(done: Loss, path: str, *, dry_run: bool, as_json: bool) -> int:
    """Print what is gone, or would be; return the exit status."""
    if as_json:
        parameters.print_json(
            {
                "damage": done.damage,
                "checkpoint_lsn": done.checkpoint_lsn,
                "last_lsn": done.last_lsn,
                "gone": done.gone,
                "readable": done.readable,
                "history_gone": done.history_gone,
                "base_lsn": done.base_lsn,
                "directory": done.directory,
                "moved": done.moved,
                "done": bool(done.damage) and not dry_run,
            }
        )
        return 1 if done.gone else 0
    if not done.damage:
        click.echo(f"{path}: its journal is sound; nothing is lost")
        return 0
    is_, goes = ("would be", "would go") if dry_run else ("are", "went")
    click.echo(f"damage         {done.damage}")
    click.echo(f"kept           all commits up to LSN {done.last_lsn}")
    for first, last in done.gone:
        click.echo(
            f"gone           LSN {first} to {last}: {counted(last - first + 1, 'frame')} {is_} not in the database"
        )
    for first, last in done.readable:
        click.echo(f"readable       LSN {first} to {last} of them, in what {goes} aside")
    for first, last in done.history_gone:
        click.echo(f"history        LSN {first} to {last}: in the database, but no replay can tell them")
    if done.directory:
        click.echo(f"moved          {counted(len(done.moved), 'segment')} to {done.directory}, with report.json")
    if not done.gone:
        click.echo("no commit is lost")
    return 1 if done.gone else 0


def show_report(path: str, *, dry_run: bool, timeline: bool, as_json: bool) -> int:
    """Recover, and print what that found; return the exit status."""
    from bumps import rescue

    steps = rescue.timeline(path) if timeline else []
    report = rescue.recover(path, dry_run=dry_run)
    if as_json:
        found = report_facts(report)
        if timeline:
            found["timeline"] = [step._asdict() | {"time": time_text(step)} for step in steps]
        parameters.print_json(found)
        return 0
    for step in steps:
        click.echo(f"{step.name:<10}  LSN {step.lsn:<10}  {time_text(step):<27}  {step.what}")
    if steps:
        click.echo()
    for name, value in report_facts(report).items():
        if name != "notes":
            click.echo(f"{name:<15}  {value}")
    for note in report.notes:
        click.echo(f"note             {note}")
    return 0


def report_facts(report: Report) -> dict[str, Any]:
    """Return what `--json` prints of a recovery."""
    return {
        "checkpoint_lsn": report.checkpoint_lsn,
        "lsn": report.last_lsn,
        "clean": report.clean,
        "set_used": report.sealed_set_used,
        "frames_applied": report.frames_applied,
        "frames_adopted": report.frames_adopted,
        "bytes_applied": report.size_applied,
        "bytes_cut": report.size_cut,
        "notes": report.notes,
    }


def time_text(step: Phase) -> str:
    """Return the time of a phase, ISO 8601; empty if it has none."""
    return datetime.fromtimestamp(step.time_us / 1_000_000, UTC).isoformat() if step.time_us else ""
