"""What a Run is watched for: that it reaches a line (ZSTEP), or the next commands ($ZTIMEOUT, $ZMAXTPTIME).

Python itself says when a function begins (`sys.setprofile`), and lines and rows of commands are functions. So nothing
is paid as long as nobody asks; meanwhile a program takes a few times as long. What is asked for runs inside that
event, which Python tells of no other event: a watch does not watch what it has called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from bumps.interp.calls import ENTER_CODES
from bumps.interp.frames import Code, Place
from bumps.interp.sequences import SEQUENCE_CODES, run_sequence

if TYPE_CHECKING:
    from bumps.interp.machine import Machine


class Watch:
    """The watch over one machine, in the thread that runs it."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.at_line: Callable[[Place], None] | None = None
        """Called before each line of a routine that has commands, or formals, with its place."""
        self.at_commands: Callable[[], None] | None = None
        """Called before each row of commands: a line, and what follows a FOR, an IF or an ELSE."""
        self.is_used = False
        """Whether somebody has asked: from then on closures run the program, but for what runs already."""
        self._is_on = False

    def use(self) -> None:
        """Let closures run all lines that are reached from now on: what is watched are their calls."""
        if not self.is_used:
            self.is_used = True
            for image in self.machine.library.images.values():
                image.renew()

    def renew(self) -> None:
        """Watch if somebody asks, else do not. Python forgets the watch when what it calls raises."""
        is_wanted = self.at_line is not None or self.at_commands is not None
        if is_wanted:
            sys.setprofile(self._note)
        elif self._is_on:
            sys.setprofile(None)
        self._is_on = is_wanted

    def rest(self) -> None:
        """Watch nothing, whoever asks: the Run is over, or a line of direct mode."""
        if self._is_on:
            sys.setprofile(None)
            self._is_on = False

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if event != "call":
            return
        caller = frame.f_back
        place: Place | None = None
        if caller is not None and (caller.f_code in ENTER_CODES or caller.f_code is type(self.machine).go_on.__code__):
            place = self._line_begins(frame, caller.f_locals)
        if self.at_commands is not None and frame.f_code in SEQUENCE_CODES:
            _standing(self.at_commands, place)
        if self.at_line is not None and place is not None:
            self.at_line(place)

    def _line_begins(self, frame: FrameType, caller: dict[str, Any]) -> Place | None:
        """Return the place of the line that begins with this frame; None if it is no line, or has nothing."""
        if caller["self"] is not self.machine or "lines" not in caller:
            return None
        code: Code = caller["code"]
        index: int = caller["index"]
        if frame.f_code is not _code_of(caller["lines"][index]) or index >= len(code.numbers):
            return None
        place = code.place(index)
        if place is None or place.image is None:
            return None
        line = place.image.tree.lines[place.line]
        return place if line.commands or line.bad or line.formals is not None else None


def _standing(act: Callable[[], None], place: Place | None) -> None:
    """Call something that stands where a line begins that has not begun yet; None: where the program stands."""
    if place is None:
        act()
    else:
        run_sequence(((act, place),))()


def _code_of(run: object) -> CodeType | None:
    return getattr(run, "__code__", None)
