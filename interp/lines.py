"""Where generated code stands: from a line of Python back to a line and a column of M.

The last constant of a generated code object is its `LineTable`, as the last constant of a located closure
is its `Column` (compile_base.py): nothing is paid for it while all goes well.
The table also says at which lines of Python a line of M begins, or a command: there a Run can be watched (watch.py).
"""

from __future__ import annotations

import re
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING
from weakref import ref

from bumps.interp.frames import QUIT, Place, Quit, Run
from bumps.interp.numbers import unscaled
from bumps.interp.sequences import SEQUENCE_IDS

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image


class LineTable:
    """Which line and column of a routine each Python line of one generated function is of."""

    __slots__ = ("_image", "_offsets", "is_call", "marks", "source")

    def __init__(self, image: Image | None, marks: tuple[int, ...], source: str = "", *, is_call: bool = False) -> None:
        """`marks[n]` is of Python line n + 1, as `mark_of` makes it. Without an image `source` is a text for XECUTE."""
        # The collector does not look into code: what a constant of it held would be there for ever.
        self._image = None if image is None else ref(image)
        self.marks = marks
        self.source = source
        self.is_call = is_call
        """Whether the function begins a frame, and ends it."""
        self._offsets: dict[int, int] = {}

    @property
    def image(self) -> Image | None:
        """The routine, which whoever runs the function holds; None for a text."""
        return None if self._image is None else self._image()

    def place(self, python_line: int) -> Place | None:
        """Return the place of M that a line of Python is of; None for one that pays for a region."""
        number, column = divmod(self.marks[python_line - 1] // BEGINNING_END, COLUMN_END)
        if column == NOWHERE:
            return None
        return self._place(number, column)

    def _place(self, number: int, column: int) -> Place:
        image = self.image
        return Place(image, number, column, self.source if image is None else image.lines[number])

    def beginning(self, python_line: int) -> int:
        """Return what begins with a line of Python: `LINE` and `COMMANDS`, added, or nothing."""
        return self.marks[python_line - 1] % BEGINNING_END

    def start(self, python_line: int) -> Place:
        """Return the start of the line of M that begins with a line of Python."""
        return self._place(self.marks[python_line - 1] // BEGINNING_END // COLUMN_END, 1)

    def offset(self, code: CodeType, python_line: int) -> int:
        """Return where in the function's code a line of Python begins."""
        if not self._offsets:
            for begin, _, line in code.co_lines():
                if line is not None:
                    self._offsets.setdefault(line, begin)
        return self._offsets[python_line]

    @property
    def has_lines(self) -> bool:
        """Whether lines of M begin in the function: it runs a region, not only the turns of a FOR."""
        return any(mark & LINE for mark in self.marks)


NOWHERE = 0
"""The column of a line of Python that is of no place."""

COLUMN_END = 1 << 16
"""No column is that large: a line of a routine has at most 32,767 bytes."""

FUNCTION_NAME = "f"
"""What each generated function is called."""

HANDS_ON = 2
"""The line of Python where a function that does calls may hand one on to another, before it has begun a frame."""

LINE = 1
"""A line of M begins, one that has commands or a label. The line of Python is reached once each time that happens."""

COMMANDS = 2
"""A row of commands begins: a line, or what stands behind a FOR, each time, or an IF or ELSE; nothing of it is done."""

BEGINNING_END = 4


def mark_of(number: int, column: int, beginning: int) -> int:
    """Return what a table knows of a line of Python: index of the M line, column from 1, and what begins there."""
    return (number * COLUMN_END + column) * BEGINNING_END + beginning


def table_of(code: CodeType) -> LineTable | None:
    """Return the line table of a code object, None if it is not a generated one."""
    constants = code.co_consts
    return constants[-1] if constants and constants[-1].__class__ is LineTable else None


def _quit() -> Quit:
    return QUIT


def quit_line(image: Image, number: int) -> Run:
    """Return what runs a line that is a QUIT and nothing else, and pays nothing: it does so as fast as `quit_now`."""
    return as_line(FunctionType(_quit.__code__, {"QUIT": QUIT}), image, number)


def as_line(run: FunctionType, image: Image, number: int) -> Run:
    """Return a function that was just made, after letting line `number` begin with its first line of Python."""
    plain, first = mark_of(number, 1, 0), mark_of(number, 1, LINE | COMMANDS)
    code = run.__code__
    last = max(line for _, _, line in code.co_lines() if line is not None) - code.co_firstlineno
    table = LineTable(image, (plain, first, *[plain] * last))
    run.__code__ = code.replace(co_firstlineno=1, co_consts=(*code.co_consts, table))
    image.machine.watch.add(run.__code__)
    return run


def put_back(frame: FrameType | None, machine: Machine) -> None:
    """Put the locals that are names of Python in the innermost lifted loop (generate_lifted.py) into their cells.

    `frame` is where to look for it, or something that the loop has called.
    """
    while frame is not None:
        table = table_of(frame.f_code)
        if table is not None:
            if LIFTED in frame.f_code.co_varnames and table.image is not None:
                values = frame.f_locals
                if values.get(LIFTED) and table.image.machine is machine:
                    for held, value in values.items():
                        scaled_name = SCALED.match(held)
                        if scaled_name is not None:
                            held, value = held[scaled_name.end() :], unscaled(value, int(scaled_name[1]))
                        if held[:2] in HELD:
                            machine.cells[HELD[held[:2]] + held[2:]].v = value
            return
        frame = frame.f_back


LIFTED = "lifted"
"""The name of Python that is true while locals are out of their cells."""

HELD = {"l_": "", "q_": "%"}
"""How names of Python begin that stand for locals then, and how those begin."""

SCALED = re.compile(r"d([0-9])_")
"""What is in front of such a name if it holds a number of units (scales.py), which has so many decimals."""


def is_sequence(code: CodeType) -> bool:
    """Return whether frames of this code stand in a command of M."""
    return id(code) in SEQUENCE_IDS or table_of(code) is not None


def place_in(frame: FrameType, python_line: int) -> Place | None:
    """Return the place of a frame whose code is a sequence; None if it does not know one.

    `python_line` is where the frame stands: `f_lineno` of one that runs, `tb_lineno` of one that was left.
    """
    table = table_of(frame.f_code)
    if table is None:
        place: Place | None = frame.f_locals.get("place")
        return place
    return table.place(python_line)
