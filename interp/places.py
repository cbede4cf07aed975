"""Where each frame of M stands: the levels of its stack, each linked to the one below it.

P1. A frame that has called stands where it is until that call ends. So a level stays the same as long as the frame
    above it is the same, and who asks again looks only at the frames that are new: a recursion in which each level
    has an error costs as much per level as one that has none.
P2. A level never changes: who keeps one keeps the whole stack as it was at that moment.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import repeat
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING

from bumps.interp.calls import ENTER_CODES
from bumps.interp.columns import column_of
from bumps.interp.frames import Code, Frame, LateFrame, Place
from bumps.interp.lines import HANDS_ON, is_sequence, place_in, table_of

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

NEAR_COUNT = 64
"""A level that is further than this from the innermost one is looked up in a list of all, made once."""


class Level:
    """One frame of M, where it stood, and the level below it."""

    __slots__ = ("below", "depth", "frame", "place", "routine_place", "stands")

    def __init__(self, frame: Frame, place: Place | None, standing: Place | None, below: Level | None) -> None:
        """`standing` is where the frame of a trap, or of an action, stands."""
        self.frame = frame
        self.place = place
        is_text = place is not None and place.image is None
        self.stands = standing or place if is_text else place
        """What $STACK() says: the text of a trap, or of an action, is no place."""
        self.below = below
        self.depth: int = 0 if below is None else below.depth + 1
        """From 0."""
        self.routine_place = place
        """The place of the innermost level from here down that is in a routine, not in a text."""
        if below is not None and (place is None or place.image is None):
            self.routine_place = below.routine_place or place

    def down(self) -> Iterator[Level]:
        """Yield this level and all below it."""
        level: Level | None = self
        while level is not None:
            yield level
            level = level.below


class Places:
    """The levels of one machine, read from the stack of Python."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.visited_count = 0
        """So many frames of Python were looked at so far."""
        self._last: Level | None = None
        """What the last call of `top` returned."""
        self._listed: list[Level] = []
        """All levels of one moment, the outermost first."""

    def top(self, innermost: Place | None = None) -> Level | None:
        """Return the innermost level; None without a frame.

        `innermost` is where its frame stands if an exception has left the sequence.
        """
        frames = self.machine.frames
        at = len(frames) - 1
        above = self._last
        below: Level | None = None
        places: list[Place | None] = []
        late: list[tuple[int, FrameType]] = []
        place, column = innermost, 0
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and at >= 0:
            self.visited_count += 1
            code = frame.f_code
            if place is not None:
                pass
            elif is_sequence(code):
                place = place_in(frame, frame.f_lineno)
                if place is not None and column:
                    place = place._replace(column=column)
            else:
                column = column or column_of(code)
            if self._is_frame(frame):
                places.append(place)
                place, column = None, 0
                if frames[at].__class__ is LateFrame:
                    late.append((at, frame))
                while above is not None and above.depth > at:
                    above = above.below
                if above is not None and above.depth == at and above.frame is frames[at]:
                    below = above.below  # P1
                    break
                at -= 1
            frame = frame.f_back
        if late:
            self.machine.late.settle(late)
        depth = 0 if below is None else below.depth + 1
        standing = self.machine.traps.standing
        for each, found in zip(frames[depth:], reversed(places), strict=False):
            stands, _ = standing.get(depth, (None, ""))
            below = Level(each, found, stands, below)
            depth += 1
        self._last = below
        return below

    def _is_frame(self, frame: FrameType) -> bool:
        """Return whether a frame of Python is that of a frame of M."""
        if id(frame.f_code) in ENTER_CODES:
            return frame.f_locals["self"] is self.machine
        table = table_of(frame.f_code)
        image = table.image if table is not None and table.is_call and frame.f_lineno != HANDS_ON else None
        return image is not None and image.machine is self.machine

    def level(self, top: Level, depth: int) -> Level | None:
        """Return the level at a depth, from 0, of the stack whose innermost one is `top`."""
        if not 0 <= depth <= top.depth:
            return None
        if top.depth - depth > NEAR_COUNT:
            if len(self._listed) <= top.depth or self._listed[top.depth] is not top:
                self._listed = list(top.down())[::-1]
            return self._listed[depth]
        found = top
        while found.depth > depth:
            assert found.below is not None, "the outermost level has depth 0"
            found = found.below
        return found

    def standing(self, trace: TracebackType | None) -> Place | None:
        """Return where the frame of M stands that a caught exception has come to."""
        return innermost_place(trace, is_of_frame=True)

    def index_again(self, error: Exception, code: Code, index: int) -> int:
        """Return the index in `code` of the line that begins again behind a trap, `index` if that is not known."""
        place = self.standing(error.__traceback__)
        if place is None or place.image is None or place.image is not code.image:
            return index
        return code.index_of(place.line)

    def in_routine(self, count: int | None = None) -> Place | None:
        """Return where the program stands, in the innermost routine; look at `count` frames of Python at most."""
        frame: FrameType | None = sys._getframe(1)
        for _ in repeat(None) if count is None else repeat(None, count):
            if frame is None:
                break
            if is_sequence(frame.f_code):
                place = place_in(frame, frame.f_lineno)
                if place is not None and place.image is not None:
                    return place
            frame = frame.f_back
        return None


def begins_frame(code: CodeType) -> bool:
    """Return whether a function of Python with this code begins a frame of M."""
    if id(code) in ENTER_CODES:
        return True
    table = table_of(code)
    return table is not None and table.is_call


def innermost_place(trace: TracebackType | None, *, is_of_frame: bool = False) -> Place | None:
    """Return the place of the innermost sequence that an exception went through, with the column of what raised it.

    With `is_of_frame` what the frame of M has called, in which it was caught, does not count.
    """
    place: Place | None = None
    column = 0
    first = trace
    while trace is not None:
        frame = trace.tb_frame
        if is_of_frame and trace is not first and begins_frame(frame.f_code):
            break
        if is_sequence(frame.f_code):
            inner = place_in(frame, trace.tb_lineno)
            if inner is not None:
                place, column = inner, 0
        else:
            column = column_of(frame.f_code) or column
        trace = trace.tb_next
    return place._replace(column=column) if place is not None and column else place
