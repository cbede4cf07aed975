"""The command `bumps`: its table of commands, and what becomes of every error.

    M1. Results go to standard output, everything else to standard error.
    M2. Exit status 0: done, or the answer is yes; 1: the answer is no; 2: it cannot be done.
        `bumps run` ends with the status of its M program. 130 after Ctrl-C, 143 after SIGTERM.
    M3. An error is one line, `bumps: what, where, what was found`, and at most one hint.
        A Python traceback is shown only with --debug.
    M4. A reader that went away (`bumps ... | head`) ends the command quietly, with 0.
    M5. A stream that was closed (`>&-`) is never the number of a file that is opened later:
        standard input is empty then, what is written to standard output is an error.

This file and what it imports is loaded by every command: nothing heavy belongs here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from bumps.errors import MError, StoppedError
from bumps.tools import messages
from bumps.tools.lazy import Lazy, LazyGroup
from bumps.version import __version__

STATUS_NO = 1
STATUS_CANNOT = 2
STATUS_INTERRUPTED = 130
STATUS_TERMINATED = 143

COMMANDS = {
    "demo": Lazy("demo:demo", "show in a minute what bumps promises, and prove it"),
    "run": Lazy("run:run", "run a routine, a line of M, or a routine from a pipe"),
    "profile": Lazy("profile:profile", "show where the time and the steps of a program go"),
    "shell": Lazy("shell:shell", "type M and see what it does"),
    "db": Lazy("db:db", "create, load, dump, verify, recover, compact and measure a database"),
    "compile": Lazy("compile:compile_routines", "make the code of routines ahead of time"),
    "parse": Lazy("parse:parse", "check the syntax of routines"),
    "bench": Lazy("bench:bench", "measure this machine, beside others' engines"),
    "torture": Lazy("torture:torture", "crash the engine on a simulated disk, and look what is left"),
    "doctor": Lazy("doctor:doctor", "look at this installation, this machine and a database"),
    "explain": Lazy("explain:explain", "say what an error code means, why it comes, and what to do"),
}

NEWCOMER = f"""bumps {__version__}: M programs on a durable tree that survives a power cut

  bumps demo                          see it work, in a minute
  bumps shell                         type M; globals are kept in ./globals.bumps
  bumps run HELLO                     run the routine HELLO.m
  bumps db load clinic.bumps DATA.zwr load what GT.M or YottaDB extracted
  bumps db verify clinic.bumps        prove that a database is sound

bumps --help lists all commands, bumps COMMAND --help shows examples.
"""


class State:
    """What the options before the command said."""

    def __init__(self) -> None:
        self.debug = bool(os.environ.get("BUMPS_DEBUG"))


def _set_debug(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    """Note that tracebacks are wanted, before anything can fail."""
    if value:
        context.find_object(State).debug = True  # type: ignore[union-attr]


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Exit status: 0 done, or the answer is yes; 1 the answer is no; 2 wrong use or unreadable input.",
)
@click.version_option(__version__, "--version", prog_name="bumps", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, is_eager=True, expose_value=False, callback=_set_debug, help="Show tracebacks.")
@click.pass_context
def bumps(context: click.Context) -> None:
    """M programs on a durable tree that survives a power cut.

    \b
    bumps demo
    bumps run -x 'WRITE "Hello",!'
    bumps db verify clinic.bumps
    """
    if context.invoked_subcommand is None:
        click.echo(NEWCOMER, nl=False)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its status (M1-M4)."""
    status = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # the process ends: a last search for garbage takes seconds where there are millions of objects
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; print what went wrong; return the exit status."""
    state = State()
    _replace_closed_streams()
    try:
        signal.signal(signal.SIGTERM, _terminate)
        status = _invoke(arguments, state)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _drop_standard_output()
        return 0
    except (KeyboardInterrupt, click.Abort):
        return STATUS_INTERRUPTED
    except Exception as error:
        # What was printed before the error belongs before its message, also in a file.
        try:
            sys.stdout.flush()
        except (OSError, ValueError):
            _drop_standard_output()
        if isinstance(error, OSError) and error.filename is None and _is_of_standard_output(error):
            error.filename = "standard output"
        if state.debug:
            import traceback

            traceback.print_exception(error, file=sys.stderr)
        print("\n".join(messages.lines(error, debug=state.debug)), file=sys.stderr)
        return status_of(error)


def _invoke(arguments: Sequence[str], state: State) -> int:
    """Let click find and call the command; return the status it leaves with.

    Not by `bumps.main`, which would turn a reader that went away into status 1 (M4).
    """
    try:
        with bumps.make_context("bumps", list(arguments), obj=state) as context:
            bumps.invoke(context)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 0
    return 0


def status_of(error: Exception) -> int:
    """Return the exit status that an error ends the command with (M2)."""
    if isinstance(error, MError):
        return STATUS_NO
    return STATUS_INTERRUPTED if isinstance(error, StoppedError) else STATUS_CANNOT


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave as Ctrl-C does, so that what is open is closed, but with another status."""
    raise SystemExit(STATUS_TERMINATED)


def _replace_closed_streams() -> None:
    """Put something in the place of each standard stream that is closed (M5)."""
    for number, name, access in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        if getattr(sys, name) is not None:
            continue
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is taken. Standard output is not open for writing, so that a write fails.
            os.open(os.devnull, access)
        setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))


def _is_of_standard_output(error: OSError) -> bool:
    """Return whether a write of results failed: such an error of the system does not know its file."""
    found = error.__traceback__
    while found is not None:
        if found.tb_frame.f_code is click.echo.__code__ or (
            found.tb_next is None and found.tb_frame.f_code is run.__code__
        ):
            return True
        found = found.tb_next
    return False


def _drop_standard_output() -> None:
    """Point standard output to nowhere: the interpreter flushes it once more at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
