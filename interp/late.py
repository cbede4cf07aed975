"""Frames that are made late: of calls whose variables are names of Python until somebody looks.

What calls a closed unit (reach.py) puts a `LateFrame` on the stack of M, which all such calls share: so the depth is
right, and nothing else is paid for. An error in there, or whoever else looks, has them *settled*: each gets the frame
that it would have had, with what it hides, and its variables stand in the symbol table.

F1. A frame that was made stays until its call ends. Below one that was made all were.
F2. Behind a call, generated code looks whether anything was made. If its own frame was, its names of Python are given
    what is in the cells, and hold its variables again (`back`), until somebody looks once more.
F3. Nothing sees variables or frames but through `Places.top` or `Late.look`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from bumps.interp.frames import CHANGED, OLD, VALUE, BlockFrame, Code, Frame, Hidden, LateFrame, LateName
from bumps.interp.symbols import Cell, Value, cell_of

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image


class Made:
    """What was made for one call."""

    __slots__ = ("cells", "depth", "frame", "running", "test")

    def __init__(self, frame: Frame, depth: int, late: LateFrame, test: int) -> None:
        self.frame = frame
        self.depth = depth
        """So many frames are below it."""
        self.test = test
        """$TEST before the call."""
        self.cells: dict[str, Cell] = {}
        """The cells of variables that are values, by their names of Python."""
        self.running = late_frame(frame.image, late.names)
        """What stands for the frame while the names of Python hold its variables again (F2)."""
        self.running.made = self
        self.running.hidden = frame.hidden


class Late:
    """The late frames of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.made: list[Made] = []
        """What was made for calls that have not ended, the outermost first: generated code looks for anything here."""

    def recovered(self, at: tuple[Code, int]) -> Value | None:
        """Do `Machine.recover` for the error that is dealt with now, behind line `at`; return the frame's value."""
        error = sys.exception()
        assert error is not None, "it is called where one was caught"
        frames = self.machine.frames
        if frames[-1].__class__ is LateFrame:
            if not isinstance(error, Exception):
                raise error
            self.machine.traps.places.top()
        frame = frames[-1]
        self.machine.recover(error, frame, *at)
        return frame.value

    def quit_elsewhere(self) -> None:
        """Raise M16 for a QUIT with a value from a frame that is no function's, unless $ZQUIT says otherwise."""
        if not self.machine.specials.settings.quits_as_wanted:
            self.machine.traps.places.top()
            raise self.machine.no_function(self.machine.frames[-1])

    def back(self, *values: Value | None) -> tuple[Value | None, ...]:
        """Return what the values of the innermost frame are now, behind a call in it (F2)."""
        frames = self.machine.frames
        if not self.made or self.made[-1].frame is not frames[-1]:
            return values
        made = self.made[-1]
        frames[-1] = made.running
        return tuple([cell.v for cell in made.cells.values()])

    def ended(self) -> bool:
        """Give back what the frame that was just left has hidden, and return True, if it was made."""
        if not self.made or self.made[-1].depth != len(self.machine.frames):
            return False
        made = self.made.pop()
        self.machine.locals.restore(made.frame.hidden)
        if made.frame.is_function or made.frame.__class__ is BlockFrame:
            self.machine.test = made.test
        return True

    @contextmanager
    def look(self) -> Iterator[None]:
        """Return a context in which all variables are in the symbol table. What sets one of the innermost is lost."""
        frames = self.machine.frames
        is_late = bool(frames) and frames[-1].__class__ is LateFrame
        if any(frame.__class__ is LateFrame for frame in frames):
            self.machine.traps.places.top()
        try:
            yield
        finally:
            if is_late:
                self.back()

    # What Places.top has found

    def settle(self, found: Sequence[tuple[int, FrameType]]) -> None:
        """Make the frames of calls: their depths, and their frames of Python, the innermost first."""
        frames = self.machine.frames
        new: dict[int, dict[str, Any]] = {}
        for depth, python in found:
            late = frames[depth]
            assert isinstance(late, LateFrame), "Places.top says so"
            values = python.f_locals
            if late.made is None:
                new[depth] = values
                continue
            frames[depth] = late.made.frame
            for held, cell in late.made.cells.items():
                cell.v = values[held]
        if new:
            self._make(new)

    def _make(self, new: dict[int, dict[str, Any]]) -> None:
        """Make the frames at these depths, whose names of Python hold these values."""
        frames, cells = self.machine.frames, self.machine.cells
        first = min(new)
        own: dict[int, list[Cell]] = {}
        for depth in range(len(frames) - 1, first - 1, -1):  # give all back, down to the outermost of them
            hidden = _shown(frames[depth], new[depth]) if depth in new else frames[depth].hidden
            own[depth] = []
            for index in range(len(hidden) - 2, -1, -2):
                name, old = hidden[index : index + 2]
                if old.__class__ is Cell:
                    own[depth].append(cells[name])  # type: ignore[index]
                    cells[name] = old  # type: ignore[index]
        for depth in range(first, len(frames)):  # and hide it again
            if depth in new:
                self._make_one(depth, new[depth], own[depth])
                continue
            hidden = frames[depth].hidden
            if own[depth]:
                hidden += CHANGED
            for index in range(0, len(hidden), 2):
                name, old = hidden[index : index + 2]
                if old.__class__ is Cell:
                    hidden[index + 1] = cells[name]  # type: ignore[index]
                    cells[name] = own[depth].pop()  # type: ignore[index]

    def _make_one(self, depth: int, values: dict[str, Any], shown: list[Cell]) -> None:
        """Make one frame: `shown` are the cells of its variables that are in the symbol table, the last one first."""
        cells = self.machine.cells
        late = self.machine.frames[depth]
        assert isinstance(late, LateFrame), "Places.top says so"
        frame: Frame = values["kind"]()
        frame.image = late.image
        frame.value = None
        frame.hidden = []
        if isinstance(frame, BlockFrame):
            frame.test = values["test"]
        made = Made(frame, depth, late, values["test"])
        for each in late.names:
            cell = shown.pop() if each.way == OLD else cell_of(values[each.held])
            if each.way == VALUE:
                made.cells[each.held] = cell
            frame.hidden += (each.name, cells[each.name])
            cells[each.name] = cell
        self.machine.frames[depth] = frame
        self.made.append(made)


def _shown(late: Frame, values: dict[str, Any]) -> Hidden:
    """Return what a call has hidden in the symbol table."""
    assert isinstance(late, LateFrame), "it has not been made yet"
    return [each for name in late.names if name.way == OLD for each in (name.name, values[name.held])]


def late_frame(image: Image | None, names: Sequence[LateName]) -> LateFrame:
    """Return what stands for frames of calls in a routine, whose variables have these names."""
    frame = LateFrame()
    frame.image = image
    frame.hidden = []
    frame.value = None
    frame.names = tuple(names)
    frame.made = None
    return frame
