"""Real code on both: evaluate the same expressions with the same routines, on bumps and on GT.M.

    python -m tests.oracle.compare FOLDER EXPRESSIONS

FOLDER holds routines, which are run as they are. EXPRESSIONS is a file with one M expression a line, such as
`$$UP^XLFSTR("abc")`, or a command line that begins with a space; `#` begins a comment. Differences are
printed; the exit status is 1 if there are any.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bumps.errors import MError
from bumps.interp.machine import Machine
from tests.interp_cases import new_globals
from tests.oracle.gtm import Oracle


class Difference(NamedTuple):
    """An expression that the two do not agree on."""

    expression: str
    bumps: str
    gtm: str


def command_of(expression: str) -> str:
    """Return the line of M that shows what an expression gives."""
    return expression.strip() if expression.startswith(" ") else f"W $ZWRITE({expression})"


def on_bumps(folder: Path, expressions: Sequence[str]) -> Iterator[str]:
    """Yield what each expression gives on bumps, or `error` and its code."""
    for expression in expressions:
        output = io.BytesIO()
        machine = Machine(
            globals_factory=new_globals(),
            input=io.BytesIO(),
            output=output,
            routine_path=[str(folder)],
            charset="m",
        )
        try:
            machine.execute(command_of(expression))
            yield output.getvalue().decode("latin-1")
        except MError as error:
            yield f"error {error.code}"


def on_gtm(folder: Path, expressions: Sequence[str]) -> Iterator[str]:
    """Yield what each expression gives on GT.M, or `error` and its code."""
    with Oracle() as oracle:
        for file in folder.glob("*.m"):
            (oracle.directory / file.name).write_bytes(file.read_bytes())
        for answer in oracle.ask_all([command_of(each) for each in expressions]):
            yield f"error {answer.code}" if answer.ecode else answer.output


def differences(folder: Path, expressions: Sequence[str]) -> list[Difference]:
    """Return the expressions on which bumps and GT.M differ."""
    answers = zip(expressions, on_bumps(folder, expressions), on_gtm(folder, expressions), strict=True)
    return [Difference(*each) for each in answers if each[1].rstrip("\n") != each[2].rstrip("\n")]


def expressions_of(path: Path) -> list[str]:
    """Return the expressions in a file."""
    lines = path.read_text(encoding="latin-1").split("\n")
    return [line for line in lines if line.strip() and not line.startswith("#")]


def main(arguments: Sequence[str]) -> int:
    """Compare, print, and return the exit status."""
    folder, path = map(Path, arguments)
    expressions = expressions_of(path)
    found = differences(folder, expressions)
    for each in found:
        sys.stdout.write(f"{each.expression}\n  bumps {each.bumps}\n  GT.M  {each.gtm}\n")
    sys.stdout.write(f"{len(expressions)} expressions, {len(found)} differences\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
