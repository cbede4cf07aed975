"""bumps parse: check the syntax of routines.

Exit status: 0 every line parses, 1 some do not, 2 a file could not be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import click

from bumps.errors import UsageError
from bumps.tools import messages, parameters
from bumps.tools.streams import open_input, shown


class Finding(NamedTuple):
    """What is wrong with a line, with the line."""

    file: str
    line: int
    column: int
    code: str
    message: str
    warning: bool
    source: str


@click.command("parse", short_help="check the syntax of routines")
@click.argument("files", metavar="FILES...", nargs=-1, required=True)
@parameters.source_charset_option
@click.option("--warnings", is_flag=True, help="Show warnings too; they do not change the status.")
@parameters.json_option
def parse(files: Sequence[str], charset: str | None, warnings: bool, as_json: bool) -> None:
    """Parse FILES (.m; a folder stands for all .m files below it; - is standard input).

    It is said which lines do not parse. Such a line is kept, and is an error only if it is
    reached. Exit status: 0 every line parses, 1 some do not, 2 a file could not be read, or
    a folder has none.

    \b
    bumps parse HELLO.m
    bumps parse examples
    bumps parse HELLO.m --json
    """
    wrong = 0
    for file in expand(files):
        for finding in check(file, charset=charset or "utf-8"):
            if finding.warning and not warnings:
                continue
            wrong += not finding.warning
            if as_json:
                parameters.print_json(finding._asdict())
            else:
                click.echo("\n".join(lines(finding)))
    raise SystemExit(1 if wrong else 0)


def check(file: str, *, charset: str = "utf-8") -> Iterator[Finding]:
    """Yield what is wrong with a routine, in order."""
    from bumps.interp import grammar, source

    with open_input(file) as stream:
        data = stream.read()
    text = source.read(data, name=os.path.splitext(os.path.basename(file))[0], charset=charset)
    for found in grammar.parse_routine(text).diagnostics:
        line = text.lines[found.line - 1] if 0 < found.line <= len(text.lines) else ""
        yield Finding(shown(file), found.line, found.column, found.code, found.message, found.is_warning, line)


def lines(finding: Finding) -> list[str]:
    """Return the three lines that a person and an editor read: place and message, source, caret."""
    kind = "warning: " if finding.warning else ""
    head = f"{finding.file}:{finding.line}:{finding.column}: {kind}{finding.code}: {finding.message}"
    return [head, *messages.source_lines(finding.source, finding.column)]


def expand(files: Sequence[str]) -> Iterator[str]:
    """Yield the files, and for a folder all routines below it."""
    for file in files:
        if not os.path.isdir(file):
            if not os.path.exists(file) and os.path.exists(f"{file}.m"):
                raise UsageError(f"{file}: there is no such file", hint=f"did you mean {file}.m?")
            yield file
            continue
        count = 0
        for folder, _, names in sorted(os.walk(file)):
            for name in sorted(names):
                if name.endswith(".m"):
                    count += 1
                    yield os.path.join(folder, name)
        if not count:
            raise UsageError(f"{file}: no routine in this folder, nor below it", hint="a routine is a file X.m")
