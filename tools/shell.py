r"""bumps shell: direct mode. Type M, see what it does.

    S1. A line that does not parse runs nothing; an error ends the line, not the shell.
    S2. Input that is not a terminal is read line by line: no prompt, no history.
    S3. A line that ends in `\` goes on in the next one; after one that ends in an
        argumentless DO, lines that begin with a dot are its block, up to an empty line.
    S4. Ctrl-C stops the command that runs, not the shell; Ctrl-D and HALT leave it.
    S5. A line that begins with `!` is a command of the operating system.

Exit status: 0, or n after ZHALT n.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bumps.errors import BumpsError, MError
from bumps.policy import Policy
from bumps.tools import parameters
from bumps.tools.databases import LazyDatabase
from bumps.version import __version__

if TYPE_CHECKING:
    from bumps.tools.programs import Program

NOT_M = ("help", "?", "exit", "bye")
"""What a newcomer types who wants help, or to leave: no M, whatever it is elsewhere."""
HELP = "HALT or Ctrl-D leaves, Tab completes, bumps explain CODE explains an error; docs/tutorial.md"
PROMPT = "BUMPS>"
CONTINUED = "     >"
HISTORY_COUNT_MAX = 5000
BLOCK_START = re.compile(r"(?:^|\s)D(?:O)?(?::\S+)?\s*$", re.IGNORECASE)
"""An argumentless DO at the end of a line: what follows may be its block (S3)."""

ReadLine = Callable[[str], str]


@click.command("shell", short_help="type M and see what it does")
@parameters.database_option
@parameters.routines_option
@parameters.durability_option
@parameters.charset_option
@parameters.policy_options
def shell(database: str, routines: str, durability: str | None, charset: str | None, policy: Policy) -> None:
    """Read lines of M and run each; globals are kept in DB.

    Tab completes; a line that ends in \\ goes on in the next one; !COMMAND runs a command of
    the system. Ctrl-C stops what runs, HALT or Ctrl-D leaves. A transaction that is open
    then is rolled back. Exit status: 0, or n after ZHALT n.

    \b
    bumps shell
    bumps shell --db clinic.bumps
    echo 'WRITE 6*7,!' | bumps shell
    """
    from bumps.tools.programs import Program

    with LazyDatabase(database, charset=charset, durability=durability) as globals_found:
        program = Program(globals_found, routines, policy=policy)
        if sys.stdin.isatty():
            click.echo(f"bumps {__version__}, globals in {database}. HALT or Ctrl-D leaves.")
            with _history(database), _completion(program, globals_found, routines.split(":")):
                status = converse(program, input, prompt=os.environ.get("BUMPS_PROMPT", PROMPT))
        else:
            status = converse(program, _lines(sys.stdin), prompt="")
        try:
            program.device.end()
        except MError as error:  # what was still held back for a file could not be written
            program.show(error)
            status = 1
        if globals_found.level:
            click.echo("bumps: a transaction was open: it is rolled back", err=True)
    raise SystemExit(status)


def converse(program: Program, read_line: ReadLine, *, prompt: str = PROMPT) -> int:
    """Run what `read_line` gives until it ends or the program halts; return the exit status.

    `read_line` gets a prompt and raises EOFError at the end.
    """
    shown = f"\n{prompt}" if prompt else ""
    while True:
        try:
            code = _read(read_line, shown, CONTINUED if prompt else "")
        except EOFError:
            if prompt:
                click.echo()
            return 0
        except KeyboardInterrupt:
            click.echo()
            continue
        if code.startswith("!"):
            program.device.principal.flush()
            subprocess.run(code[1:], shell=True, check=False)
            continue
        if not code.strip():
            continue
        if prompt:
            program.device.principal.x = 0  # the end of the typed line has moved the cursor to column 1
        try:
            status = program.direct(code)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            continue
        except BumpsError as error:
            if prompt and code.strip().lower() in NOT_M:
                error.hint = HELP
            program.show(error)
            continue
        if status is not None:
            return status


def _read(read_line: ReadLine, prompt: str, continued: str) -> str:
    """Read one line with all that belongs to it (S3)."""
    lines = [read_line(prompt)]
    while lines[-1].endswith("\\") and not lines[-1].startswith("!"):
        lines[-1] = lines[-1][:-1]
        lines[-1] += read_line(continued)
    while BLOCK_START.search(lines[0]) or len(lines) > 1:
        try:
            line = read_line(continued)
        except EOFError:
            break
        if not line.strip():
            break
        lines.append(line)
    return "\n".join(lines)


def _lines(stream: Iterable[str]) -> ReadLine:
    """Return a `read_line` over a stream that is not a terminal (S2)."""
    lines = iter(stream)

    def read_line(_prompt: str) -> str:
        for line in lines:
            return line.rstrip("\r\n")
        raise EOFError

    return read_line


@contextlib.contextmanager
def _history(database: str) -> Iterator[None]:
    """Keep what was typed, for each database by itself."""
    try:
        import readline
    except ImportError:
        yield
        return
    path = history_path(database)
    with contextlib.suppress(OSError):
        readline.read_history_file(path)
    readline.set_history_length(HISTORY_COUNT_MAX)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(path)


def history_path(database: str) -> Path:
    """Return the file of a database's history: not inside it, since a database may be read-only or shared."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    name = re.sub(r"[^0-9A-Za-z._-]+", "_", os.path.abspath(database)).strip("_")
    return Path(home) / "bumps" / f"history-{name[-100:]}"


@contextlib.contextmanager
def _completion(program: Program, database: LazyDatabase, folders: list[str]) -> Iterator[None]:
    """Complete words with Tab, where the terminal library can."""
    try:
        import readline
    except ImportError:
        yield
        return
    completer = Completer(program, database, folders)
    readline.set_completer(completer.complete)
    readline.set_completer_delims(" \t,()=+-*/\\#_<>'!&?@:;\"[]")
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(None)


class Completer:
    """What can follow what was typed: commands, functions, special variables, globals, routines, locals."""

    def __init__(self, program: Program, database: LazyDatabase, folders: list[str]) -> None:
        self.program = program
        self.database = database
        self.folders = folders
        self.found: list[str] = []

    def complete(self, text: str, state: int) -> str | None:
        """Return the match with that index, as readline asks for them; None behind the last."""
        if state == 0:
            self.found = self.matches(text)
        return self.found[state] if state < len(self.found) else None

    def matches(self, text: str) -> list[str]:
        """Return all words that begin with `text`, in order."""
        from bumps.interp.keywords import COMMANDS, FUNCTIONS, SPECIALS

        if text.startswith("^"):
            words = [f"^{name}" for name in self._names()]
        elif text.startswith("$"):
            words = [f"${name}" for name in (*FUNCTIONS, *SPECIALS)]
            return sorted({word for word in words if word.startswith(text.upper())})
        else:
            lower = text[:1].islower()
            words = [word.lower() if lower else word for word in set(COMMANDS.values())]
            words += self.program.locals.defined_locals()
        return sorted({word for word in words if word.startswith(text)})

    def _names(self) -> Iterator[str]:
        """Yield the globals of the database, if it is open, and the routines of the folders."""
        with contextlib.suppress(BumpsError):
            yield from self.database.names()
        for folder in self.folders:
            with contextlib.suppress(OSError):
                for name in os.listdir(folder):
                    if name.endswith(".m"):
                        stem = name[:-2]
                        yield f"%{stem[1:]}" if stem.startswith("_") else stem
