"""bumps run: run a routine, a line of M, or a routine from standard input.

Exit status: that of the M program (HALT and QUIT 0, ZHALT n), 1 for an M error that nothing
trapped, 2 for wrong use or a database that cannot be opened, 3 for a limit that ended it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from bumps.errors import CommitUnknownError, DiskFullError, FailedError
from bumps.policy import Policy
from bumps.run import Limits
from bumps.tools import messages, parameters
from bumps.tools.databases import LazyDatabase
from bumps.tools.tracing_command import FORMS, TracingCommand

if TYPE_CHECKING:
    from bumps.interp.tiers import Tier

STATUS_NO = 1


@click.command(
    "run",
    cls=TracingCommand,
    short_help="run a routine, a line of M, or a routine from a pipe",
    context_settings={"allow_interspersed_args": False},
)
@parameters.run_options
@click.option("--json", "as_json", is_flag=True, help="Print an M error as JSON.")
@click.option(
    "--trace",
    type=click.Choice(FORMS),
    metavar="[=json]",
    help="Show each line that runs, and what it changes, on standard error.",
)
@click.option("--trace-file", metavar="FILE", type=click.Path(dir_okay=False), help="Write the trace to FILE instead.")
@click.option("--seed", metavar="N", type=int, help="Take chance and time from N: the Run is the same each time.")
@click.option(
    "--clock", metavar="T", help="Begin the Run's own time at T.  [default with --seed: 2000-01-01T00:00:00Z]"
)
@click.option("--record", metavar="FILE", type=click.Path(dir_okay=False), help="Write down what the Run reads.")
@click.option(
    "--replay", metavar="FILE", type=click.Path(dir_okay=False), help="Run it again out of FILE, and compare."
)
@click.argument("entryref", required=False)
@click.argument("arguments", metavar="[ARG ...]", nargs=-1)
@click.pass_context
def run(
    context: click.Context,
    database: str,
    routines: str,
    durability: str | None,
    charset: str | None,
    policy: Policy,
    tier: Tier,
    no_cache: bool,
    limits: Limits,
    code: str | None,
    as_json: bool,
    trace: str | None,
    trace_file: str | None,
    seed: int | None,
    clock: str | None,
    record: str | None,
    replay: str | None,
    entryref: str | None,
    arguments: Sequence[str],
) -> None:
    """Run ENTRYREF: ROUTINE, ^ROUTINE or LABEL^ROUTINE; - is a routine from standard input.

    ARGs are the actual parameters of a label with formals; $ZCMDLINE holds them too. What
    stands behind ENTRYREF is for the program, so options come before it. All that was
    written is durable when the command ends. Exit status: that of the M program; 1 after an
    M error, whose place is shown on standard error; 2 if it could not begin; 3 if it went over
    a limit, which ends it whatever it traps: its locks are let go, its transaction is undone.

    The program may open the files that you may. With --allow-read or --allow-write it may open
    those below the named folders only (no `..` and no link leads out), and run no command.

    With --trace each line of a routine, and each text that is executed, is shown before it runs:
    levels of the stack, steps so far, place, text. Below it stands what it has changed.

    With --seed or --clock the Run has a time and a chance of its own: HANG does not wait, and
    the same program with the same input does the same again. --record writes all that it reads
    of the world to FILE; --replay runs it out of FILE, on the database as it was, touches nothing
    else, and says where it first differs (exit status 2).

    \b
    bumps run -x 'WRITE "Hello",!'
    bumps run --routines examples HELLO
    bumps run - < examples/HELLO.m
    bumps run --seed 7 -x 'HANG 3600 WRITE $RANDOM(6),!,$HOROLOG,!'
    bumps run --trace -x 'FOR I=1:1:3 SET A(I)=I*I'
    bumps run --max-seconds 2 --max-memory 100000000 -x 'FOR I=1:1:1000 SET A(I)=I'
    bumps run --allow-write . --no-network -x 'OPEN "log.txt":APPEND CLOSE "log.txt"'
    """
    from bumps.interp.code_cache import CodeCache
    from bumps.tools.programs import Program, perform

    cache = None if no_cache else CodeCache()
    words = list(arguments)
    if code is not None and entryref is not None:
        words.insert(0, entryref)
    onlooker = None
    if (trace, trace_file) != (None, None):
        from bumps.tools.traces import trace_of

        onlooker = trace_of(trace, trace_file)
    try:
        with LazyDatabase(database, charset=charset, durability=durability) as globals_found:
            if (seed, clock, record, replay) == (None, None, None, None):
                program = Program(
                    globals_found, routines, words, policy, limits, tier=tier, code_cache=cache, onlooker=onlooker
                )
                status = perform(program, code=code, entryref=entryref, as_json=as_json)
            else:
                from bumps.tools.recordings import Determinism, Task, run_determined

                is_said = context.get_parameter_source("routines") is ParameterSource.COMMANDLINE
                folders = routines if is_said or replay is None else ""
                task = Task(code, entryref, words, folders, policy, as_json, tier, cache, limits, onlooker)
                status = run_determined(globals_found, task, Determinism(seed, clock, record, replay))
    except (DiskFullError, FailedError, CommitUnknownError) as error:
        # The program ended well, and what it wrote could not be kept: that is its failure.
        click.echo("\n".join(messages.lines(error)), err=True)
        status = STATUS_NO
    raise SystemExit(status)
