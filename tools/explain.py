"""bumps explain: what an error code means, why it comes, and what to do.

Exit status: 0 it is known, 1 it is not.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterator
from typing import NamedTuple

import click

from bumps import errors
from bumps.tools import parameters
from bumps.tools.advice import ADVICE
from bumps.tools.messages import one_line


class Entry(NamedTuple):
    """One error, as it is explained."""

    code: str
    name: str
    number: int
    meaning: str
    cause: str
    action: str


@click.command("explain", short_help="say what an error code means, why it comes, and what to do")
@click.argument("code", required=False)
@parameters.json_option
def explain(code: str | None, as_json: bool) -> None:
    """Explain CODE: M9, DIVZERO, Z150373210 or 150373210. Without CODE, list all.

    Exit status: 0 it is known, 1 it is not.

    \b
    bumps explain M6
    bumps explain CORRUPTION
    bumps explain --json
    """
    if code is None:
        for entry in entries():
            if as_json:
                parameters.print_json(entry._asdict())
            else:
                click.echo(f"{entry.code:<12} {entry.name:<18} {entry.meaning}")
        return
    found = find(code)
    for entry in found:
        if as_json:
            parameters.print_json(entry._asdict())
        else:
            click.echo("\n".join(text(entry)))
    if not found:
        close = difflib.get_close_matches(code.upper(), [entry.name for entry in entries()], n=3)
        click.echo(f"bumps: {one_line(code)}: no such error code", err=True)
        click.echo(f"hint: did you mean {' or '.join(close)}?" if close else "hint: bumps explain lists all", err=True)
    raise SystemExit(0 if found else 1)


def find(code: str) -> list[Entry]:
    """Return the errors that go by this code, name or number; several share an ANSI code."""
    wanted = code.strip().strip(",").upper().removeprefix("%").removeprefix("GTM-E-").removeprefix("BUMPS-E-")
    number = wanted.removeprefix("Z")
    return [
        entry
        for entry in entries()
        if wanted in (entry.name, entry.code) or (number.isdigit() and entry.number == int(number))
    ]


def text(entry: Entry) -> list[str]:
    """Return the lines that explain one error."""
    found = [f"{entry.code} {entry.name} (number {entry.number})", f"  meaning: {entry.meaning}"]
    if entry.cause:
        found.append(f"  cause:   {entry.cause}")
    if entry.action:
        found.append(f"  action:  {entry.action}")
    return found


def entries() -> Iterator[Entry]:
    """Yield every error: M's first, then those that only bumps has."""
    from bumps.interp.codes import CODES

    for name, code in CODES.items():
        cause, action = ADVICE.get(name, ("", ""))
        yield Entry(code.mcode or f"Z{code.number}", name, code.number, code.text, cause, action)
    for kind in _kinds(errors.BumpsError):
        if kind is not errors.MError:
            cause, action = ADVICE.get(kind.name, ("", ""))
            meaning = inspect.getdoc(kind) or ""
            yield Entry(f"Z{kind.number}", kind.name, kind.number, meaning.split("\n")[0], cause, action or kind.hint)
    for name, fact in errors.M_ERRORS.items():
        yield Entry(fact.mcode or f"Z{fact.number}", name, fact.number, fact.meaning, *ADVICE[name])


def _kinds(root: type[errors.BumpsError]) -> Iterator[type[errors.BumpsError]]:
    """Yield a class of errors and all below it, as the tree of errors.py draws them; no class of another module."""
    yield root
    for kind in root.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield from _kinds(kind)
