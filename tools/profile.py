"""bumps profile: where the time and the steps of a program go, by line and by label.

Exit status: that of `bumps run`, whose program it is. 2 also if a file of results cannot be written.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bumps.errors import CommitUnknownError, DiskFullError, FailedError, UsageError
from bumps.policy import Policy
from bumps.run import Limits
from bumps.tools import messages, parameters
from bumps.tools.databases import LazyDatabase

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.profile import Findings, Profile
    from bumps.interp.tiers import Tier

STATUS_NO = 1


class Profiling:
    """Profiles a program, and writes what was found."""

    def __init__(
        self, *, title: str, top: int, by: str, as_json: bool, output: str | None, flame: str | None, chrome: str | None
    ) -> None:
        """See the options of the command."""
        self._title = title
        self._top = top
        self._by = by
        self._as_json = as_json
        self._output = output
        self._flame = flame
        self._chrome = chrome
        self._profile: Profile | None = None
        self._machine: Machine | None = None

    def begin(self, machine: Machine) -> None:
        """Look at this machine from now on."""
        from bumps.interp.profile import Profile

        self._machine = machine
        self._profile = Profile(machine, time.perf_counter_ns, has_slices=self._chrome is not None)

    def end(self) -> None:
        """Write the results, behind what the program has written. Raise OSError if a file cannot be."""
        assert self._profile is not None and self._machine is not None, "it has begun"
        found = self._profile.finish()
        if found.lines:  # it has begun
            self._machine.device.principal.flush()
            sys.stdout.flush()
            self.write(found, os.getpid())

    def attach(self, process_id: int, seconds: float) -> None:
        """Profile a program that runs already, and write the results."""
        from bumps.tools.attach import attached

        self.write(attached(process_id, seconds, has_slices=self._chrome is not None), process_id)

    def write(self, found: Findings, process_id: int) -> None:
        """Write results. Raise OSError if a file cannot be."""
        text = "".join([f"{line}\n" for line in self._report(found)])
        if self._output is None:
            click.echo(text, err=True, nl=False)
        else:
            Path(self._output).write_text(text, encoding="utf-8")
        if self._flame is not None:
            from bumps.tools.flame import flame

            Path(self._flame).write_text(flame(found.root, self._title), encoding="utf-8")
        if self._chrome is not None:
            from bumps.tools.profile_report import chrome

            Path(self._chrome).write_text(json.dumps(chrome(found, process_id)), encoding="utf-8")

    def _report(self, profile: Findings) -> Iterator[str]:
        from bumps.tools.profile_report import facts, tables

        if self._as_json:
            yield json.dumps(facts(profile, self._by))
        else:
            yield from tables(profile, self._top, self._by)


@click.command(
    "profile",
    short_help="show where the time and the steps of a program go",
    context_settings={"allow_interspersed_args": False},
)
@parameters.run_options
@click.option("--top", metavar="N", type=click.IntRange(min=1), default=20, show_default=True, help="Rows of a table.")
@click.option(
    "--by", type=click.Choice(["time", "steps"]), default="time", show_default=True, help="What comes first in a table."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables; docs/cli.md lists the keys.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write that to FILE.")
@click.option("--flame", metavar="FILE", type=click.Path(dir_okay=False), help="Write a flame graph, SVG.")
@click.option(
    "--chrome",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write a time line for Perfetto: Chrome's JSON.",
)
@click.option("--attach", metavar="PID", type=int, help="Profile the `bumps run` that runs as this process.")
@click.option(
    "--seconds", type=click.FloatRange(0.01, 86_400), default=10, show_default=True, help="With --attach: for so long."
)
@click.argument("entryref", required=False)
@click.argument("arguments", metavar="[ARG ...]", nargs=-1)
def profile(
    database: str,
    routines: str,
    durability: str | None,
    charset: str | None,
    policy: Policy,
    tier: Tier,
    no_cache: bool,
    limits: Limits,
    code: str | None,
    top: int,
    by: str,
    as_json: bool,
    output: str | None,
    flame: str | None,
    chrome: str | None,
    attach: int | None,
    seconds: float,
    entryref: str | None,
    arguments: Sequence[str],
) -> None:
    """Run ENTRYREF as `bumps run` does, and show what each line and label took, on standard error.

    Steps are the same on every machine (docs/limits-of-a-run.md); time is that of this one, and
    a profiled program takes longer. `self` is without, `total` with what a label calls.
    With --attach nothing is run: a `bumps run` of the same user is looked at for some seconds.
    Exit status: that of `bumps run`; 2 also if a file of results cannot be written.

    \b
    bumps profile --routines examples HELLO
    bumps profile --top 5 --by steps -x 'FOR I=1:1:1000 SET A(I)=I*I'
    bumps profile --flame flame.svg --chrome time.json --routines examples HELLO
    """
    from bumps.interp.code_cache import CodeCache
    from bumps.tools.programs import Program, perform

    words = list(arguments)
    if code is not None and entryref is not None:
        words.insert(0, entryref)
    what = code if code is not None else entryref
    if attach is not None:
        if what is not None:
            raise UsageError("--attach runs no program of its own", hint=f"bumps profile --attach {attach}")
        what = f"--attach {attach}"
    if what is None:
        raise UsageError("nothing to profile", hint="bumps profile ROUTINE, or bumps profile -x 'M CODE'")
    for file in filter(None, (output, flame, chrome)):
        parameters.must_be_writable(file)
    onlooker = Profiling(
        title=f"bumps profile {what}", top=top, by=by, as_json=as_json, output=output, flame=flame, chrome=chrome
    )
    if attach is not None:
        onlooker.attach(attach, seconds)
        return
    try:
        with LazyDatabase(database, charset=charset, durability=durability) as globals_found:
            program = Program(
                globals_found,
                routines,
                words,
                policy,
                limits,
                tier=tier,
                code_cache=None if no_cache else CodeCache(),
                onlooker=onlooker,
            )
            status = perform(program, code=code, entryref=entryref)
    except (DiskFullError, FailedError, CommitUnknownError) as error:
        click.echo("\n".join(messages.lines(error)), err=True)
        status = STATUS_NO
    raise SystemExit(status)
