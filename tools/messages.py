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

import errno
import os
from typing import Any

import click

from bumps.errors import BumpsError, MError, StorageError
from bumps.tools.lazy import UnknownCommandError

CALLER_COUNT_MAX = 8
"""A recursion that ran away has thousands of callers; the innermost say enough."""


SYSTEM_HINTS = {
    errno.ENOENT: "look at the name, and at the folder",
    errno.EISDIR: "name a file, not a folder",
    errno.ENOTDIR: "look at the folders in the name",
    errno.EACCES: "choose another place, or change its permissions",
    errno.EPERM: "choose another place, or change its permissions",
    errno.EROFS: "choose another place: this one is read-only",
    errno.ENOSPC: "free some space, and repeat the command",
    errno.EDQUOT: "free some space, and repeat the command",
    errno.EMFILE: "ulimit -n 1024",
}
"""What to do about an error of the system that a user can mend."""
SOURCE_SIZE_MAX = 200
"""Characters of a source line that are shown: a terminal has a few lines for an error, not a thousand."""


def lines(error: BaseException, *, debug: bool = False) -> list[str]:
    """Return the lines to print on standard error."""
    if isinstance(error, MError):
        return m_error_lines(error)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message().splitlines()
    message, hint = _message_and_hint(error, debug=debug)
    return [f"bumps: {message}"] + ([f"hint: {hint}"] if hint else [])


def _message_and_hint(error: BaseException, *, debug: bool) -> tuple[str, str]:
    """Return one line that says what happened, and one that says what to do (or nothing)."""
    match error:
        case BumpsError():
            return one_line(error.message), one_line(error.hint) or _explained(error)
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
            return f"{where}{error.strerror}", SYSTEM_HINTS.get(error.errno or 0, "")
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
        found += source_lines(error.source, error.column)
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


def source_lines(source: str, column: int) -> list[str]:
    """Return a line of source as a terminal can show it, and the caret below `column` (from 1; 0: none).

    Control characters are shown, not sent; of a line that is too long the part around the caret is left.
    """
    text = source.rstrip("\r\n")
    shown = "".join(
        character if character.isprintable() or character == "\t" else "\N{REPLACEMENT CHARACTER}" for character in text
    )
    if len(shown) > SOURCE_SIZE_MAX:
        start = min(max(0, column - 1 - SOURCE_SIZE_MAX // 2), len(shown) - SOURCE_SIZE_MAX)
        shown, column = shown[start : start + SOURCE_SIZE_MAX], max(1, column - start) if column else 0
    return [shown, caret(shown, column)] if column else [shown]


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


def _explained(error: BumpsError) -> str:
    """Return the command that explains an error which has no hint of its own; nothing if it would add nothing."""
    return f"bumps explain {error.name}" if isinstance(error, StorageError) else ""


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
