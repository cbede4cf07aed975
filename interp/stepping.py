"""ZSTEP: code that runs once, before the next line.

INTO     the next line that is reached
OVER     the next line of this frame, or of one that called it
OUTOF    the next line of a frame that called this one

A line is one of a routine: what XECUTE runs is stepped over, as on GT.M. The QUIT or GOTO of the action is that of the
line. There is no direct mode to wait in, so the action usually writes something, and steps on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumps.interp.breaks import run_action
from bumps.interp.frames import QUIT, Outcome, Place, TextFrame, Unwind
from bumps.interp.sequences import run_sequence

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

EVERYWHERE = 1 << 30
"""A depth that no stack has."""


class Stepping:
    """The step that one machine is to make."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._action = ""
        self._depth_max = 0

    def step(self, how: str, action: str | None) -> None:
        """Do ZSTEP: `how` is INTO, OVER or OUTOF, `action` by default $ZSTEP; the error of one that does not parse."""
        machine = self.machine
        text = machine.specials.settings.step if action is None else action
        machine.indirection.code(text)
        depth = machine.depth
        while depth and isinstance(machine.frames[depth - 1], TextFrame):
            depth -= 1  # what XECUTE runs is of the frame that has called it
        self._action = text
        self._depth_max = {"INTO": EVERYWHERE, "OVER": depth, "OUTOF": depth - 1}[how]
        machine.watch.at_line = self._reach
        machine.watch.renew()

    def _reach(self, place: Place) -> None:
        """Run the action if this is the line; that ends the step, unless the action makes another."""
        machine = self.machine
        depth = machine.depth
        if depth > self._depth_max:
            return
        machine.watch.at_line = None
        machine.watch.renew()
        action = self._action

        def act() -> Outcome:
            return run_action(machine, action, place, "", "ERRWEXC")

        outcome = run_sequence(((act, place),))()
        if outcome is not None:
            raise Unwind(depth, None if outcome is QUIT else outcome)
