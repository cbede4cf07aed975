"""ZBREAK: code that runs before a line whenever that is reached.

A line that has one is compiled anew when it is reached next, with the action before it (Image.set_stop); all other
lines run as closures do. A generated function that runs already knows nothing of it: as long as there may be one, the
Run is watched (watch.py). A routine that is linked anew has lost its breakpoints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bumps.errors import MError
from bumps.interp.codes import merror, status_text
from bumps.interp.events import has_running
from bumps.interp.frames import QUIT, Outcome, Place, Unwind
from bumps.interp.routines import Image
from bumps.interp.sequences import run_sequence
from bumps.interp.traps import to_merror

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

ACTION = "B"
"""What happens without an action: BREAK."""


class Breakpoint:
    """One line, and what to do there."""

    def __init__(self, image: Image, line: int, action: str, count: int) -> None:
        self.image = image
        self.line = line
        self.action = action
        self.count = count
        """The action runs from this time on that the line is reached; below 0 never."""

    @property
    def stop_line(self) -> int:
        """The line where it stops: one without commands is passed by."""
        return self.image.code_line(self.line)

    @property
    def name(self) -> str:
        """Return where it is: `label+offset^routine`."""
        return self.image.place_name(self.line)


class Breaks:
    """The breakpoints of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._points: dict[str, Breakpoint] = {}

    def set(self, label: str, offset: int, routine: str | None, action: str, count: int) -> None:
        """Do ZBREAK: NOPLACE if there is no such line, and the error of an action that does not parse."""
        image, line = self._find(label, offset, routine)
        self.machine.indirection.code(action)
        point = Breakpoint(image, line, action, count)
        self._points.pop(point.name, None)
        self._points[point.name] = point
        place = Place(image, point.stop_line, 1, image.lines[point.stop_line])
        image.set_stop(point.stop_line, run_sequence(((lambda: self._stop(point, place), place),)))
        if has_running(image):
            self.machine.watch.at_generated_line = self._pass
            self.machine.watch.renew()

    def remove(self, label: str, offset: int, routine: str | None) -> None:
        """Do `ZBREAK -entry`; nothing happens if there is none."""
        image, line = self._find(label, offset, routine)
        point = self._points.pop(image.place_name(line), None)
        if point is not None:
            point.image.set_stop(point.stop_line, None)

    def remove_all(self) -> None:
        """Do `ZBREAK -*`."""
        for point in self._points.values():
            point.image.set_stop(point.stop_line, None)
        self._points.clear()

    def lines(self) -> Iterator[str]:
        """Yield what ZSHOW "B" shows, the last one first."""
        images = self.machine.library.images
        for name, point in reversed(self._points.items()):
            if images.get(point.image.name) is point.image:
                yield f"{name}>{point.action}"

    def _find(self, label: str, offset: int, routine: str | None) -> tuple[Image, int]:
        machine = self.machine
        image = machine.current_image() if routine is None else machine.library.image(routine)
        try:
            return image, image.entry(label, offset).line
        except MError:
            raise merror("NOPLACE") from None

    def _pass(self, place: Place) -> None:
        """Run the action of a line that a generated function is about to run, if it has one."""
        assert place.image is not None, "only lines of routines are generated"
        stop = place.image.stop_at(place.line)
        outcome = None if stop is None else stop()
        if outcome is not None:
            raise Unwind(self.machine.depth, None if outcome is QUIT else outcome)

    def _stop(self, point: Breakpoint, place: Place) -> Outcome:
        """Run the action. Its QUIT or GOTO is that of the line."""
        if point.count > 1 or point.count < 0:
            point.count -= 1
            return None
        return run_action(self.machine, point.action, place, "(ZBREAK)", "ERRWZBRK")


def run_action(machine: Machine, action: str, place: Place, why: str, error_name: str) -> Outcome:
    """Run an action at a place, before what stands there; ZSHOW "S" says `why`. Its errors are `error_name`."""
    traps = machine.traps
    depth = len(machine.frames) - 1
    outer = traps.standing.get(depth)
    traps.standing[depth] = place, why
    try:
        return machine.indirection.code(action).lines[0]()
    except Exception as found:
        cause = to_merror(found)
        error = merror(error_name)
        error.message += f",{status_text(cause).replace('%', '-', 1)}"
        error.details["ecode"] = traps.ecode.removesuffix(",") + cause.ecode
        raise error from None
    finally:
        if outer is None:
            del traps.standing[depth]
        else:
            traps.standing[depth] = outer
