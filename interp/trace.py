"""A trace: each line of M that runs, and what has changed since the one before.

Each tier sees the same lines (watch.py), so a trace does not depend on the tier.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from bumps.interp.changes import Change, Changes
from bumps.interp.frames import Place

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image

SHOWN_SIZE_MAX = 200
"""Of a longer value so many characters are shown, and its size."""


class Traced(NamedTuple):
    """A line that is about to run."""

    place: str
    """`label+offset^routine`, `@` for a text of XECUTE, nothing at the end of the Run."""
    line: str
    """Its text."""
    depth: int
    """How many levels the stack has."""
    steps: int
    """How many steps were paid so far: also for what its region still has to do."""
    changes: list[Change]
    """What has changed since the line before began."""
    more_count: int
    """So many more changes there are."""

    def facts(self) -> dict[str, Any]:
        """Return it as an object for JSON: `place` and `line` are None at the end; a long value is cut."""
        found: dict[str, Any] = {
            "place": self.place or None,
            "line": self.line if self.place else None,
            "depth": self.depth,
            "steps": self.steps,
            "changed": [_facts(*change) for change in self.changes],
        }
        return found | {"more": self.more_count} if self.more_count else found


def _facts(name: str, value: str | None) -> dict[str, Any]:
    if value is None or len(value) <= SHOWN_SIZE_MAX:
        return {"name": name, "value": value}
    return {"name": name, "value": value[:SHOWN_SIZE_MAX], "size": len(value)}


class Trace:
    """Looks at the lines of one machine."""

    wants_calls = False

    def __init__(self, machine: Machine, tell: Callable[[Traced], None]) -> None:
        """Call `tell` before each line that `machine` runs from now on; what it raises ends the Run."""
        self.machine = machine
        self._tell = tell
        self._changes = Changes(machine)
        self._names: dict[tuple[Image | None, int], str] = {}
        machine.watch.observer = self

    def line(self, place: Place) -> None:
        """Tell of a line."""
        key = place.image, place.line
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = place.name
        self._say(name, place.source if place.image is None else place.image.lines[place.line])

    def finish(self) -> None:
        """Tell what the last line has changed, and look no more."""
        self.machine.watch.observer = None
        self._say("", "")

    def _say(self, name: str, line: str) -> None:
        machine = self.machine
        self._tell(Traced(name, line, machine.depth, machine.meter.steps, *self._changes.take()))

    def label(self, place: Place) -> None:
        """Take that a region begins with a line that has only a label."""

    def begin(self) -> None:
        """Take that a function begins: that is of no interest."""

    def end(self) -> None:
        """Take that a function ends."""

    def resume(self, places: list[Place | None]) -> None:
        """Take where the program is."""
