"""What ends a Run from outside: its limits, and whoever cancels it.

B1. A Run that must end raises Stopped (meter.py), which no trap catches. What it had open is closed without waiting,
    its locks are let go, its transaction is rolled back; its machine runs no M any more.
B2. The memory of a Run is counted, not measured, so that it is the same on every machine: NODE_SIZE bytes for each
    variable, and each node of an array, that has a value or descendants, and what the text of its value or of its last
    subscript has beyond TEXT_SIZE characters. What NEW hides counts, too.
B3. It is counted when so many steps were made since the last time that it may have grown over the limit (a step makes
    at most one node, or SIZE characters), but not more often than it pays: so a Run may go over the limit by the
    larger of an eighth and STEP_COUNT_MIN nodes, before it ends.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from bumps.errors import RunCancelledError, RunLimitError, RunStoppedError
from bumps.interp.costs import SIZE
from bumps.interp.frames import Hiding
from bumps.interp.lines import put_back
from bumps.interp.symbols import Arr, Cell
from bumps.limits import FRAME_COUNT_MAX
from bumps.run import Limits

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

NODE_SIZE = 128
TEXT_SIZE = 64
"""What a node takes of memory, its key and a short value with it; measured: 100 to 200 bytes."""

STEP_COUNT_MIN = 10_000
"""The memory is not counted more often than once in so many steps."""

NODES_PER_STEP = 8
"""Nor more often than this: counting a node takes a tenth of the time of a step."""

LOOKED_COUNT_MAX = 10_000
"""So many frames of Python are looked at for the place of a Run that ends: of an XECUTE in itself there are many."""

PIECE_COUNT = 10_000
"""After so many nodes counting looks whether the Run must end."""


class Bounds:
    """The limits of one machine."""

    def __init__(self, machine: Machine, limits: Limits) -> None:
        """Make the machine keep these limits."""
        self.machine = machine
        self.limits = limits
        self._place = ""
        self._collects = False
        machine.meter.ending = self._end
        self.depth_max = min(limits.depth or FRAME_COUNT_MAX, FRAME_COUNT_MAX)
        if limits.steps is not None:
            machine.meter.limit_steps(limits.steps)
        if limits.memory is not None:
            machine.meter.check_after(STEP_COUNT_MIN, self._bulk(limits.memory), self._check)

    def begin(self) -> Callable[[], None]:
        """Begin a Run: its seconds count from now on. Return what is called at its end."""
        self.check()
        return (lambda: None) if self.limits.seconds is None else self.machine.meter.stop_after(self.limits.seconds)

    def check(self) -> None:
        """Raise the error of a Run that has been stopped (B1)."""
        if self.machine.meter.reason:
            raise self.error()

    def refuse_depth(self) -> None:
        """End a Run that goes deeper than its limit; nothing happens if that is the limit of the language."""
        if self.limits.depth is not None and self.limits.depth <= FRAME_COUNT_MAX:
            self.machine.meter.stop("depth")
            self.machine.meter.attend()

    def _end(self) -> None:
        """Note where the Run stands that ends now.

        What unwinds the stack makes an object for each frame of Python: looking through those for garbage, again and
        again, would take most of the time.
        """
        if not self._place:
            place = self.machine.traps.places.in_routine(LOOKED_COUNT_MAX)
            self._place = "" if place is None else place.name
        if gc.isenabled():
            self._collects = True
            gc.disable()

    def error(self) -> RunStoppedError:
        """Return the error that tells whoever started the Run that it was stopped, and where it stood."""
        if self._collects:
            self._collects = False
            gc.enable()
        reason, place, steps = self.machine.meter.reason, self._place, self.machine.meter.steps
        where = f", at {place}" if place else ""
        if reason == "cancelled":
            return RunCancelledError(f"the run was cancelled after {steps:,} steps{where}", steps=steps, place=place)
        bound: int | float = getattr(self.limits, reason)
        what = {
            "steps": f"{bound:,} steps",
            "seconds": f"{bound:g} seconds",
            "memory": f"{bound:,} bytes of local variables",
            "depth": f"{bound:,} levels of the stack",
        }[reason]
        return RunLimitError(
            f"the run is over its limit of {what}, after {steps:,} steps{where}",
            limit=reason, bound=bound, steps=steps, place=place,
        )  # fmt: skip

    # Memory

    def _check(self) -> tuple[int, int]:
        """Count the memory; return after how many steps, and how many of bulk, it must be counted again (B3)."""
        limit = self.limits.memory
        assert limit is not None
        size, count = self.memory()
        if size > limit:
            self.machine.meter.stop("memory")
        least = max(STEP_COUNT_MIN, count // NODES_PER_STEP)
        return max((limit - size) // NODE_SIZE, least), max(self._bulk(limit - size), self._bulk(limit) // 8)

    @staticmethod
    def _bulk(size: int) -> int:
        """Return how many steps of bulk make texts of so many bytes."""
        return max(size // SIZE, 1)

    def memory(self) -> tuple[int, int]:
        """Return how many bytes the local variables hold (B2), and how many variables and nodes they are."""
        size = count = 0
        with self.machine.late.look():
            put_back(sys._getframe(1), self.machine)
            cells = {id(cell): cell for cell in self._cells()}
        for cell in cells.values():
            if cell.v is None and cell.a is None:
                continue
            count += 1
            size += NODE_SIZE + _surplus((cell.v,))
            if cell.a is not None:
                levels = [cell.a]
                while levels:
                    arr = levels.pop()
                    levels.extend(arr.kids.values())
                    count += len(arr.vals)
                    size += NODE_SIZE * len(arr.vals) + self._texts_size(arr)
        return size, count

    def _cells(self) -> Iterator[Cell]:
        """Yield the cells of all variables, also of those that NEW hides; some of them several times."""
        yield from self.machine.cells.values()
        for frame in self.machine.frames:
            for old in frame.hidden[1::2]:
                if isinstance(old, Hiding):
                    yield from old.cells.values()
                elif isinstance(old, Cell):
                    yield old

    def _texts_size(self, arr: Arr) -> int:
        """Return what the texts of a level have beyond their share of NODE_SIZE."""
        size = 0
        for texts in (iter(arr.vals), iter(arr.vals.values())):
            while piece := list(islice(texts, PIECE_COUNT)):
                size += _surplus(piece)
                self.machine.meter.attend()
        return size


def _surplus(values: Iterable[object]) -> int:
    """Return how many characters texts have beyond TEXT_SIZE."""
    return sum([len(value) - TEXT_SIZE for value in values if value.__class__ is str and len(value) > TEXT_SIZE])
