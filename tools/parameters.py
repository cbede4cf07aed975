"""The options that several commands share, spelled once.

An option beats an environment variable, and that beats the default (ARCHITECTURE 5).
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from bumps.errors import UsageError
from bumps.limits import PAGE_SIZES
from bumps.options import Durability
from bumps.policy import Policy
from bumps.run import Limits
from bumps.tools import messages

DATABASE_DEFAULT = "globals.bumps"
CHARSETS = ("utf-8", "m")
FORMATS = ("zwr", "go", "ndjson", "csv")
READ_FORMATS = (*FORMATS, "gtm")

Function = TypeVar("Function", bound=Callable[..., Any])


def database_option(function: Function) -> Function:
    """Add `--db`: the database that globals are kept in."""
    return click.option(
        "--db",
        "database",
        metavar="DB",
        envvar="BUMPS_DB",
        callback=_named,
        default=DATABASE_DEFAULT,
        show_default=True,
        show_envvar=True,
        help="Where globals are kept; made at the first access to one.",
    )(function)


def database_argument(function: Function) -> Function:
    """Add the argument DB."""
    return click.argument("database", metavar="DB", callback=_named)(function)


def _named(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Refuse an empty name: as a path it would be the current folder."""
    if not value:
        raise UsageError("the name of the database is empty", hint="such as clinic.bumps")
    return value


def charset_option(function: Function) -> Function:
    """Add `--charset`, for a database that is made now."""
    return click.option(
        "--charset",
        type=click.Choice(CHARSETS),
        envvar="BUMPS_CHARSET",
        show_envvar=True,
        help="What a character is, in a new database: m has bytes.  [default: utf-8]",
    )(function)


def source_charset_option(function: Function) -> Function:
    """Add `--charset`, for routines that are read without a database."""
    return click.option(
        "--charset",
        type=click.Choice(CHARSETS),
        envvar="BUMPS_CHARSET",
        show_envvar=True,
        help="What the files are in: m is bytes.  [default: utf-8]",
    )(function)


def page_size_option(function: Function) -> Function:
    """Add `--page-size`, for a database that is made now."""
    return click.option(
        "--page-size",
        type=click.Choice([str(size) for size in PAGE_SIZES]),
        metavar="BYTES",
        help="Bytes in a page of a new database.  [default: 8192]",
    )(function)


def routines_option(function: Function) -> Function:
    """Add `--routines`: the folders in which routines are looked for."""
    return click.option(
        "--routines",
        metavar="DIR[:DIR...]",
        envvar="BUMPS_ROUTINES",
        default=".",
        show_default=True,
        show_envvar=True,
        help="Folders with routines (X.m; %X is _X.m).",
    )(function)


def policy_options(function: Function) -> Function:
    """Add what devices may reach: `--allow-read`, `--allow-write`, `--pipe`, `--network`; the command gets `policy`."""

    @functools.wraps(function)
    def command(
        *arguments: Any,
        allow_read: tuple[str, ...],
        allow_write: tuple[str, ...],
        pipe: bool | None,
        network: bool,
        **options: Any,
    ) -> Any:
        policy = Policy(read=allow_read or None, write=allow_write or None, pipe=pipe, network=network)
        return function(*arguments, policy=policy, **options)

    for option in (
        click.option(
            "--network/--no-network", default=True, help="Whether the program may open sockets.  [default: yes]"
        ),
        click.option(
            "--pipe/--no-pipe",
            default=None,
            help="Whether the program may run commands.  [default: yes, but not with --allow-...]",
        ),
        click.option(
            "--allow-write",
            metavar="DIR",
            multiple=True,
            help="Confine the program to files below DIR, to read and write them. May be repeated.",
        ),
        click.option(
            "--allow-read",
            metavar="DIR",
            multiple=True,
            help="Confine the program to files below DIR, to read them. May be repeated.",
        ),
    ):
        command = option(command)
    return command  # type: ignore[return-value]


def limits_options(function: Function) -> Function:
    """Add what a program may take: `--max-steps`, `--max-seconds`, `--max-memory`, `--max-depth`; gives `limits`."""

    @functools.wraps(function)
    def command(
        *arguments: Any,
        max_steps: int | None,
        max_seconds: float | None,
        max_memory: int | None,
        max_depth: int | None,
        **options: Any,
    ) -> Any:
        limits = Limits(steps=max_steps, seconds=max_seconds, memory=max_memory, depth=max_depth)
        return function(*arguments, limits=limits, **options)

    for name, kind, metavar, text in (
        ("--max-depth", click.IntRange(min=1), "N", "End the program when its stack has more levels."),
        (
            "--max-memory",
            click.IntRange(min=1),
            "BYTES",
            "End it when its local variables take more, as docs/limits-of-a-run.md counts.",
        ),
        ("--max-seconds", click.FloatRange(min=0, min_open=True), "S", "End it after so much time, waits included."),
        (
            "--max-steps",
            click.IntRange(min=1),
            "N",
            "End it when it has taken so many steps: the same on every machine.",
        ),
    ):
        command = click.option(name, type=kind, metavar=metavar, help=text)(command)
    return command  # type: ignore[return-value]


def tier_options(function: Function) -> Function:
    """Add `--tier` and `--no-cache`: what runs routines."""
    for option in (
        click.option(
            "--no-cache", is_flag=True, help="Neither take generated code from the code cache, nor put it there."
        ),
        click.option(
            "--tier",
            type=click.Choice(["closures", "generated", "auto"]),
            default="auto",
            show_default=True,
            help="What runs routines: all print the same; generated Python is for what runs long, auto for what turns "
            "out to.",
        ),
    ):
        function = option(function)
    return function


def durability_option(function: Function) -> Function:
    """Add `--durability`: what a write has promised when it returns."""
    return click.option(
        "--durability",
        type=click.Choice([mode.value for mode in Durability]),
        envvar="BUMPS_DURABILITY",
        show_envvar=True,
        help="What a single SET waits for. A transaction waits for the disk unless this is none.  [default: group]",
    )(function)


def run_options(function: Function) -> Function:
    """Add all that says what is run, on what and within what: the same for each command that runs a program."""
    for add in (
        click.option("-x", "code", metavar="CODE", help="Run this line of M."),
        limits_options,
        tier_options,
        policy_options,
        charset_option,
        durability_option,
        routines_option,
        database_option,
    ):
        function = add(function)
    return function


def must_be_writable(file: str) -> None:
    """Raise UsageError if a file of results cannot be made: that should be said before there are any."""
    folder = os.path.dirname(os.path.abspath(file))
    if not os.path.isdir(folder):
        raise UsageError(f"{messages.one_line(file)}: its folder is not there", hint=f"mkdir -p {folder}")
    if not os.access(file if os.path.exists(file) else folder, os.W_OK):
        raise UsageError(
            f"{messages.one_line(file)}: it cannot be written", hint="choose another place, or change its permissions"
        )


def json_option(function: Function) -> Function:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON; docs/cli.md lists the keys.")(function)


def print_json(value: object) -> None:
    """Print one object on a line of its own."""
    click.echo(json.dumps(value, ensure_ascii=False))


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 node`, `2,000 nodes`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def size_text(size: int) -> str:
    """Return a size in bytes as a person reads it: `15.9 MB`."""
    number, unit = float(size), "bytes"
    for bigger in ("kB", "MB", "GB", "TB"):
        if number < 1000:
            break
        number, unit = number / 1000, bigger
    return counted(size, "byte") if unit == "bytes" else f"{number:,.1f} {unit}"


def coloured(text: str, colour: str) -> str:
    """Return text in a colour, if standard output is a terminal and nobody set NO_COLOR."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return text
    return click.style(text, fg=colour)
