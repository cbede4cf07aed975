"""What an error looks like to a person, and to a program that asks for JSON.

One line says what, where and what was found; then at most one hint. An M error shows
its place, the line and a caret, as editors expect it:

    E1.m:8:6: M9 DIVZERO: Attempt to divide by zero
     S X=N/0
         ^
      in SUB+2^E1, called from E1+2^E1
    hint: bumps explain DIVZERO
"""

from __future__ import annotations

import os
from typing import Any

import click

from bumps.errors import BumpsError, MError, NoDatabaseError
from bumps.tools.lazy import UnknownCommandError

CALLER_COUNT_MAX = 8
"""A recursion that ran away has thousands of callers; the innermost say enough."""


def lines(error: BaseException, *, debug: bool = False) -> list[str]:
    """Return the lines to print on standard error."""
    if isinstance(error, MError):
        return m_error_lines(error)
    message, hint = _message_and_hint(error, debug=debug)
    return [f"bumps: {message}"] + ([f"hint: {hint}"] if hint else [])


def _message_and_hint(error: BaseException, *, debug: bool) -> tuple[str, str]:
    """Return one line that says what happened, and one that says what to do (or nothing)."""
    match error:
        case NoDatabaseError() if not error.hint and "path" in error.details:
            return one_line(error.message), f"bumps db create {error.path}"
        case BumpsError():
            return one_line(error.message), one_line(error.hint)
        case UnknownCommandError() | click.NoSuchOption():
            if isinstance(error, click.NoSuchOption):
                message = f"no such option: {error.option_name}"
            else:
                message = error.format_message()
            possible = " or ".join(error.possibilities or [])
            return message, f"did you mean {possible}?" if possible else _help(error)
        case click.UsageError():
            return _sentence(error.format_message()), _help(error)
        case click.ClickException():
            return _sentence(error.format_message()), ""
        case OSError() if error.strerror:
            where = f"{_text(error.filename)}: " if error.filename is not None else ""
            return f"{where}{error.strerror}", ""
        case MemoryError():
            return "out of memory", ""
        case _:
            fault = f"{type(error).__name__}: {one_line(str(error))}" if str(error) else type(error).__name__
            hint = "" if debug else "this is a fault of bumps; bumps --debug COMMAND shows where, please report it"
            return f"internal error: {fault}", hint


def m_error_lines(error: MError) -> list[str]:
    """Return place, message, source line, caret, callers and hint of an M error."""
    found = [f"{m_place(error)}{error.code} {error.name}: {one_line(error.message)}"]
    if error.source:
        found.append(error.source.rstrip("\r\n"))
        if error.column:
            found.append(caret(error.source, error.column))
    if error.place:
        callers = [place for place in error.stack if place]
        more = len(callers) - CALLER_COUNT_MAX
        if more > 0:
            callers = [*callers[:CALLER_COUNT_MAX], f"{more} more"]
        found.append(f"  in {', called from '.join([error.place, *callers])}")
    found.append(f"hint: {error.hint or f'bumps explain {error.name}'}")
    return found


def m_place(error: MError) -> str:
    """Return `file:line:column: ` as far as it is known."""
    file = error.file or (f"{error.routine}.m" if error.routine else "")
    if not file:
        return "bumps: "
    parts = [file] + [str(number) for number in (error.line, error.column) if number]
    return ":".join(parts) + ": "


def caret(source: str, column: int) -> str:
    """Return the line with a caret below `column` (from 1); TABs are repeated, so that it stands right."""
    before = source[: column - 1].ljust(column - 1)
    return "".join("\t" if character == "\t" else " " for character in before) + "^"


def m_error_facts(error: MError) -> dict[str, Any]:
    """Return an M error as an object for JSON; its keys are in docs/cli.md."""
    label, _, _ = error.place.partition("^")
    label, _, offset = label.partition("+")
    return {
        "error": error.code,
        "name": error.name,
        "number": error.number,
        "message": error.message,
        "routine": error.routine,
        "label": label,
        "offset": int(offset) if offset.isdigit() else 0,
        "file": error.file,
        "line": error.line,
        "column": error.column,
        "stack": list(error.stack),
    }


def facts(error: BumpsError) -> dict[str, Any]:
    """Return any error of ours as an object for JSON."""
    if isinstance(error, MError):
        return m_error_facts(error)
    found = {"error": error.code, "name": error.name, "number": error.number, "message": error.message}
    if error.hint:
        found["hint"] = error.hint
    return {**{name: _plain(value) for name, value in error.details.items()}, **found}


def one_line(text: str) -> str:
    """Return text that cannot break the rule of one line, nor a terminal."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def _help(error: click.UsageError) -> str:
    """Return the command that shows the help of where the error is."""
    return f"{error.ctx.command_path} --help" if error.ctx is not None else "bumps --help"


def _sentence(message: str) -> str:
    """Return a message of click in our form: small first letter, one line, no full stop."""
    text = one_line(" ".join(message.split())).rstrip(".")
    return text[:1].lower() + text[1:]


def _text(name: object) -> str:
    """Return a file name as text, whatever bytes it has."""
    return one_line(os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else str(name))


def _plain(value: Any) -> Any:
    """Return a fact as JSON can hold it."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str | int | float | bool | None) else str(value)
