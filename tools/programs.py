"""M programs as commands meet them: where they come from, how they begin, and how they end."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

import click

from bumps.errors import BumpsError, MError, RunStoppedError, UsageError
from bumps.interp.code_cache import CodeCache
from bumps.interp.machine import Machine
from bumps.interp.routines import Loader
from bumps.interp.tiers import Tier
from bumps.interp.world import World
from bumps.policy import Policy
from bumps.run import Limits
from bumps.tools import messages
from bumps.tools.databases import LazyDatabase, place
from bumps.tools.listening import listening
from bumps.tools.parameters import counted

ENTRYREF = re.compile(
    r"(?:(?:%?[A-Za-z][A-Za-z0-9]*|[0-9]+|%)(?:\+[0-9]+)?\^|\^)?(?:%[A-Za-z0-9]*|[A-Za-z][A-Za-z0-9]*)"
)
FIRST_LABEL = re.compile(rb"%?[A-Za-z][A-Za-z0-9]*")
STANDARD_INPUT = "-"
STANDARD_INPUT_FILE = "<standard input>"
NAMELESS = "MAIN"
STATUS_M_ERROR = 1
STATUS_STOPPED = 3
COLLECTION = 10_000, 10, 10
"""When Python looks for garbage while M runs (gc.set_threshold): M makes many objects, and hardly a cycle of them."""


class Onlooker(Protocol):
    """Who looks at a Run while it goes on: a trace, or a profile."""

    def begin(self, machine: Machine) -> None:
        """Look at this machine from now on."""

    def end(self) -> None:
        """Look no more: the Run is over, however it has ended."""


class Program(Machine):
    """A machine on the streams of this process."""

    def __init__(
        self,
        database: LazyDatabase,
        routines: str,
        arguments: Sequence[str] = (),
        policy: Policy | None = None,
        limits: Limits | None = None,
        *,
        world: World | None = None,
        loader: Loader | None = None,
        input: BinaryIO | None = None,
        output: BinaryIO | None = None,
        tier: Tier = "auto",
        code_cache: CodeCache | None = None,
        onlooker: Onlooker | None = None,
    ) -> None:
        """Take globals from `database`, and routines from the folders of `DIR[:DIR...]`.

        What else a machine is made of may be handed in, by default it is that of this process.
        """
        charset = database.source_charset
        super().__init__(
            globals_factory=database.globals,
            routine_path=[folder for folder in routines.split(":") if folder],
            charset=charset,
            input=input or sys.stdin.buffer,
            output=output or sys.stdout.buffer,
            world=world,
            loader=loader,
            arguments=[in_charset(argument, charset) for argument in arguments],
            database_name=database.path,
            policy=policy,
            tier=tier,
            code_cache=code_cache,
            limits=limits,
        )
        self.device.principal.is_read_along = is_read_along()
        self.database_path = database.path
        self.is_halted = False
        self.onlooker = onlooker

    def halt(self, status: int = 0) -> None:
        """End the Run, and remember that it was the program that said so."""
        self.is_halted = True
        super().halt(status)

    def line(self, code: str) -> int:
        """Run a line of commands; return the exit status."""
        return self.execute(in_charset(code, self.charset))

    def entry(self, text: str) -> int:
        """Run an entry; the arguments of the command are its actuals if it has formals.

        Raise UsageError if there is no such routine or label, or if it takes fewer values.
        """
        entryref = entry_of(text)
        label_name, _, routine = entryref.partition("^")
        try:
            label = self.label_of(entryref)
        except MError as error:
            if error.name == "ZLINKFILE":
                raise UsageError(
                    f"{routine}: no such routine", hint=messages.one_line(self.library.loader.advice(routine))
                ) from None
            if error.name in ("LABELMISSING", "LABELUNKNOWN"):
                raise UsageError(
                    f"{label_name}: no such label in the routine {routine}",
                    hint="labels begin in column 1, and AB is not ab",
                ) from None
            raise
        if label.formals and len(self.arguments) > len(label.formals):
            raise UsageError(
                f"{entryref}: {counted(len(self.arguments), 'argument')}, but it takes {len(label.formals)}",
                hint=f"it is {label_name or routine}({','.join(label.formals)})",
            )
        return self.run(entryref, self.arguments if label.formals else None)

    def error_lines(self, error: BumpsError) -> list[str]:
        """Return what is printed of an error, with what this program knows: its database and its folders."""
        place(error, self.database_path)
        return messages.lines(error)

    def show(self, error: BumpsError) -> None:
        """Print an error, behind what the program has written."""
        principal = self.device.principal
        principal.flush()
        sys.stdout.flush()
        if principal.x and sys.stdout.isatty() and sys.stderr.isatty():
            click.echo(err=True)  # its own line, where both are one screen
            principal.x = 0
        click.echo("\n".join(self.error_lines(error)), err=True)

    def source(self, data: bytes, file: str) -> int:
        """Run a routine that is given as a text, under the name of its first label."""
        found = FIRST_LABEL.match(data)
        return self.run_text(data, file, found.group().decode("ascii") if found else NAMELESS)

    def direct(self, code: str) -> int | None:
        """Run what was typed in direct mode; return the exit status if it halted, else None."""
        self.is_halted = False
        status = self.execute_directly(in_charset(code, self.charset))
        return status if self.is_halted else None


def perform(
    program: Program, *, code: str | None, entryref: str | None, as_json: bool = False, source: bytes | None = None
) -> int:
    """Run what `bumps run` was given; print an M error that nothing trapped; return the exit status.

    `source` is what standard input held, if somebody has read it before.
    """
    onlooker = program.onlooker
    if onlooker is not None:
        onlooker.begin(program)
    try:
        try:
            with _collecting_rarely(), listening(program):
                return _run(program, code, entryref, source)
        finally:
            if onlooker is not None:
                onlooker.end()
    except (MError, RunStoppedError) as error:
        if as_json:
            place(error, program.database_path)
            sys.stdout.flush()
            click.echo(json.dumps(messages.facts(error), ensure_ascii=False), err=True)
        else:
            program.show(error)
        return STATUS_M_ERROR if isinstance(error, MError) else STATUS_STOPPED


@contextlib.contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Return a context in which Python looks for garbage a tenth as often as by default."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTION)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _run(program: Program, code: str | None, entryref: str | None, source: bytes | None) -> int:
    """Run what there is; return the exit status."""
    if code is not None:
        return program.line(code)
    if entryref is None:
        raise UsageError("nothing to run", hint="bumps run ROUTINE, bumps run -x 'M CODE', or bumps run - < FILE")
    if entryref == STANDARD_INPUT:
        data = sys.stdin.buffer.read() if source is None else source
        if not data.strip():
            raise UsageError("standard input: no routine, it is empty", hint="bumps run - < FILE")
        return program.source(data, STANDARD_INPUT_FILE)
    return program.entry(entryref)


def is_read_along() -> bool:
    """Return whether standard output is a terminal or a pipe, where each line is waited for, and not a file."""
    try:
        return not stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):  # it is closed, or stands for none
        return False


def entry_of(text: str) -> str:
    """Return `LABEL^ROUTINE` or `^ROUTINE` for what a user may type; a bare name is a routine."""
    if not ENTRYREF.fullmatch(text):
        raise UsageError(
            f"{messages.one_line(text) or 'an empty word'}: not an entryref",
            hint="write ROUTINE, ^ROUTINE or LABEL^ROUTINE",
        )
    return text if "^" in text else f"^{text}"


def in_charset(text: str, charset: str) -> str:
    """Return text from the command line as the program sees it: in charset m a character is a byte."""
    return text if charset == "utf-8" else os.fsencode(text).decode("latin-1")
