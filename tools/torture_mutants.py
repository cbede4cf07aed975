"""bumps torture mutants: break the engine on purpose, and see that it is noticed.

Exit status: 0 each mutant is caught or argued to be equivalent, 1 one survived, 2 the gate does not fit the engine.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from bumps.errors import BumpsError, UsageError
from bumps.tools import parameters
from bumps.tools.progress import Progress

if TYPE_CHECKING:
    from bumps.torture import mutants

STATUSES = ("caught", "survived", "equivalent")


@click.command("mutants", short_help="break the engine on purpose, and see that it is noticed")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="So many at a time.  [default: one for each core]")
@click.option("--list", "only_list", is_flag=True, help="Say which there are, and what each breaks.")
@click.option("--remember", is_flag=True, help="Keep in the source tree what caught each, to try it first.")
@parameters.json_option
def torture_mutants(names: tuple[str, ...], jobs: int | None, only_list: bool, remember: bool, as_json: bool) -> None:
    """Run the engine with one line of it broken, once for each line that durability rests on.

    Each of these mutants, or only those that are named, must break a promise that the tests of
    torture see, or be one of which torture/equivalent.md argues that nobody can; the engine as
    it is must pass the same. Exit status: 0 so it is, 1 a mutant survived.

    \b
    bumps torture mutants --list
    bumps torture mutants --jobs 4
    bumps torture mutants no_journal_sync create_no_sync --json
    """
    from bumps.torture import catches, mutants

    unknown = sorted(set(names) - set(mutants.MUTANTS))
    if unknown:
        raise UsageError(f"{unknown[0]}: no such mutant", hint="bumps torture mutants --list")
    if only_list:
        for mutant in mutants.MUTANTS.values():
            click.echo(f"{mutant.name:30} {mutant.group:12} {mutant.line}")
        return
    verdicts: list[mutants.Verdict] = []
    chosen = list(dict.fromkeys(names)) or list(mutants.MUTANTS)
    try:
        with Progress("breaking", "mutants") as progress:
            for verdict in mutants.gate(chosen if names else None, jobs=jobs or os.cpu_count() or 1):
                verdicts.append(verdict)
                progress.update(len(verdicts), len(chosen))
    except mutants.MutantError as error:
        raise BumpsError(f"the mutants do not fit the engine: {error}") from error
    if remember:
        catches.remember({verdict.name: verdict.case for verdict in verdicts if verdict.case})
    order = {name: number for number, name in enumerate(mutants.MUTANTS)}
    verdicts.sort(key=lambda verdict: order[verdict.name])
    survived = show(verdicts, as_json=as_json)
    raise SystemExit(1 if survived else 0)


def show(verdicts: list[mutants.Verdict], *, as_json: bool) -> int:
    """Print what became of each mutant; return how many survived."""
    counts = {status: sum(each.status == status for each in verdicts) for status in STATUSES}
    if as_json:
        parameters.print_json({"mutants": [verdict.as_dict() for verdict in verdicts], **counts})
        return counts["survived"]
    for verdict in verdicts:
        by = verdict.by.replace("\n", " ")
        click.echo(f"{verdict.status:10} {verdict.name:30} {verdict.cpu_s:6.2f} s  {by[:120]}".rstrip())
    total = sum(verdict.cpu_s for verdict in verdicts)
    click.echo(
        f"{counts['caught']:,} caught, {counts['survived']:,} survived, {counts['equivalent']:,} equivalent;"
        f" {total:,.1f} CPU-seconds"
    )
    return counts["survived"]
