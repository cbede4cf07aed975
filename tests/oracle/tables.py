"""Tables of M expressions and what GT.M says of them: tests/tables/<name>.txt.

One expression per line, a TAB, its value in ZWRITE form or `error M9`. A line that starts with `;` is kept as it
is; the first one is such a line, and says what the table is of. (Other files there have readers of their own.)
The values always come from GT.M, never from us: write the expressions, and run

    python -m tests.oracle.tables [name ...]

which asks GT.M again and rewrites the tables. They are latin-1: one character is one byte.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from tests.oracle.gtm import Oracle

DIRECTORY = Path(__file__).parent.parent / "tables"


class Row(NamedTuple):
    """One line of a table: `number` counts from 1."""

    table: str
    number: int
    expression: str
    expected: str


def names() -> list[str]:
    """Return the names of all tables."""
    return sorted(path.stem for path in DIRECTORY.glob("*.txt") if path.read_bytes().startswith(b";"))


def read(name: str) -> list[Row]:
    """Return the rows of a table."""
    text = (DIRECTORY / f"{name}.txt").read_text("latin-1")
    rows: list[Row] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line and not line.startswith(";"):
            expression, _, expected = line.partition("\t")
            rows.append(Row(name, number, expression, expected))
    return rows


def rewrite(name: str, oracle: Oracle) -> int:
    """Ask GT.M for every value of a table, write it, and return how many values changed."""
    path = DIRECTORY / f"{name}.txt"
    rows = read(name)
    values = {row.number: value for row, value in zip(rows, oracle.values(row.expression for row in rows))}
    lines = path.read_text("latin-1").split("\n")
    for row in rows:
        lines[row.number - 1] = f"{row.expression}\t{values[row.number]}"
    path.write_bytes("\n".join(lines).encode("latin-1"))
    return sum(values[row.number] != row.expected for row in rows)


def main() -> None:
    """Rewrite the tables that are named, or all of them."""
    with Oracle() as oracle:
        for name in sys.argv[1:] or names():
            print(f"{name}: {len(read(name))} rows, {rewrite(name, oracle)} changed")


if __name__ == "__main__":
    main()
