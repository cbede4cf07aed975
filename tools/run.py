"""bumps run: run a routine, a line of M, or a routine from standard input.

Exit status: that of the M program (HALT and QUIT 0, ZHALT n), 1 for an M error that nothing
trapped, 2 for wrong use or a database that cannot be opened.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bumps.errors import MError, UsageError
from bumps.tools import messages, parameters
from bumps.tools.databases import LazyDatabase

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

STATUS_M_ERROR = 1


@click.command(
    "run",
    short_help="run a routine, a line of M, or a routine from a pipe",
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
)
@parameters.database_option
@parameters.routines_option
@parameters.durability_option
@parameters.charset_option
@click.option("-x", "code", metavar="CODE", help="Run this line of M.")
@click.option("--json", "as_json", is_flag=True, help="Print an M error as JSON.")
@click.argument("entryref", required=False)
@click.argument("arguments", metavar="[ARG ...]", nargs=-1)
def run(
    database: str,
    routines: str,
    durability: str | None,
    charset: str | None,
    code: str | None,
    as_json: bool,
    entryref: str | None,
    arguments: Sequence[str],
) -> None:
    """Run ENTRYREF: ROUTINE, ^ROUTINE or LABEL^ROUTINE; - is a routine from standard input.

    ARGs are the actual parameters of a label with formals; $ZCMDLINE holds them too. All
    that was written is durable when the command ends. Exit status: that of the M program;
    1 after an M error, whose place is shown on standard error; 2 if it could not begin.

    \b
    bumps run -x 'WRITE "Hello",!'
    bumps run --routines examples HELLO
    bumps run - < examples/HELLO.m
    """
    with LazyDatabase(database, charset=charset, durability=durability) as globals_found:
        words = list(arguments)
        if code is not None and entryref is not None:
            words.insert(0, entryref)
        if code is None and entryref is None:
            raise UsageError("nothing to run", hint="bumps run ROUTINE, bumps run -x 'M CODE', or bumps run - < FILE")
        machine = machine_for(globals_found, routines.split(":"), words)
        status = perform(machine, code=code, entryref=entryref, arguments=words, as_json=as_json)
    raise SystemExit(status)
