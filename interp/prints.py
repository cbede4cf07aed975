"""ZPRINT: lines of a routine's source, as they stand in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bumps.interp.codes import merror

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.routines import Image


class Line(NamedTuple):
    """A line as an entry reference names it: `label+offset`, either of which may be missing."""

    label: str
    offset: int | None

    def index_in(self, image: Image) -> int:
        """Return its index, which may be outside of the routine; M13 if there is no such label."""
        if not self.label:
            return (self.offset or 0) - 1
        found = image.outline.labels.get(self.label)
        if found is None:
            raise merror("ZPRTLABNOTFND")
        return found + (self.offset or 0)

    @property
    def is_whole(self) -> bool:
        """Whether it stands for the whole routine: nothing, or `+0`."""
        return not self.label and not self.offset


def zprint(machine: Machine, first: Line, last: Line | None, routine: str | None) -> None:
    """Do ZPRINT of a line, of the lines from `first` to `last`, or of a whole routine."""
    image = machine.current_image() if routine is None else machine.library.image(routine)
    begin = max(first.index_in(image), 0)
    end = begin if last is None else last.index_in(image)
    if first.is_whole and last is None:
        end = len(image.lines)
    device = machine.device.current
    for text in image.lines[begin : end + 1]:
        device.write(text)
        device.new_line()
