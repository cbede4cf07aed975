"""Where generated code stands: from a line of Python back to a line and a column of M.

The last constant of a generated code object is its `LineTable`, as the last constant of a located closure
is its `Column` (compile_base.py): nothing is paid for it while all goes well.
"""

from __future__ import annotations

from types import CodeType, FrameType
from typing import TYPE_CHECKING

from bumps.interp.frames import Place
from bumps.interp.sequences import SEQUENCE_CODES

if TYPE_CHECKING:
    from bumps.interp.routines import Image


class LineTable:
    """Which line and column of a routine each Python line of one generated function is of."""

    __slots__ = ("image", "marks")

    def __init__(self, image: Image, marks: tuple[int, ...]) -> None:
        """`marks[n]` is of Python line n + 1: the index of its M line, times `COLUMN_END`, plus its column from 1."""
        self.image = image
        self.marks = marks

    def place(self, python_line: int) -> Place:
        """Return the place of M that a line of Python is of."""
        number, column = divmod(self.marks[python_line - 1], COLUMN_END)
        return Place(self.image, number, column, self.image.lines[number])


COLUMN_END = 1 << 16
"""No column is that large: a line of a routine has at most 32,767 bytes."""


def table_of(code: CodeType) -> LineTable | None:
    """Return the line table of a code object, None if it is not a generated one."""
    constants = code.co_consts
    return constants[-1] if constants and constants[-1].__class__ is LineTable else None


def is_sequence(code: CodeType) -> bool:
    """Return whether frames of this code stand in a command of M."""
    return code in SEQUENCE_CODES or table_of(code) is not None


def place_in(frame: FrameType, python_line: int) -> Place | None:
    """Return the place of a frame whose code is a sequence; None if it does not know one.

    `python_line` is where the frame stands: `f_lineno` of one that runs, `tb_lineno` of one that was left.
    """
    table = table_of(frame.f_code)
    if table is None:
        place: Place | None = frame.f_locals.get("place")
        return place
    return table.place(python_line)
