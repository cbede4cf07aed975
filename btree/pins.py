"""Pins: what open snapshots need of `data`, and which nodes in memory they share with the live trees.

A snapshot opens at a generation and at the end of an era. What it refers to are pages of
that generation's state, and nodes that were dirty then; the next checkpoint that freezes
these nodes writes them, so the snapshot needs their images too.

    I1. A page that a checkpoint of generation g freed is handed out only if no pin has
        `low` < g: the state of `low` may use it (btree/freelist.py, F1).
    I2. A page whose image is of generation g is given a new place, not rewritten, if a pin
        has `high` >= g: the snapshot may need that image (btree/encode.py, E1).
    I3. `low`, `high` and `era` never decrease from one pin to the next one opened. So the oldest
        and the newest say all that is asked.

Releasing only sets a flag, so the garbage collector may do it at any moment, in any thread.
"""

from __future__ import annotations

from collections import deque


class Pin:
    """What one open snapshot needs."""

    __slots__ = ("era", "high", "low", "released", "settled", "since")

    def __init__(self, generation: int, era: int, since: float = 0.0) -> None:
        """Pin the state of a checkpoint, and what was changed after it up to the end of `era`."""
        self.low = generation
        self.high = generation
        self.era = era
        self.since = since
        """When it was opened, by `Disk.monotonic`: a snapshot needs its pin from the first change on."""
        self.settled = False
        """Whether the dirty nodes that it shared with the live trees have their images."""
        self.released = False


class Pins:
    """The pins of all open snapshots of a database. The caller holds its lock."""

    def __init__(self) -> None:
        """Start with none."""
        self._pins: deque[Pin] = deque()

    def add(self, pin: Pin) -> None:
        """Count a pin from now on."""
        self._pins.append(pin)

    def newest(self) -> Pin | None:
        """Return the open pin that was opened last."""
        pins = self._pins
        while pins and pins[-1].released:
            pins.pop()
        return pins[-1] if pins else None

    def oldest(self) -> Pin | None:
        """Return the open pin that was opened first."""
        pins = self._pins
        while pins and pins[0].released:
            pins.popleft()
        return pins[0] if pins else None

    @property
    def count(self) -> int:
        """How many snapshots are open."""
        return sum(not pin.released for pin in self._pins)

    @property
    def since(self) -> float | None:
        """When the oldest open pin was opened; None if there is none."""
        oldest = self.oldest()
        return None if oldest is None else oldest.since

    def settle(self, generation: int, era: int) -> None:
        """Note that what was dirty up to the end of `era` has images of `generation`, a checkpoint's that is done.

        Younger pins share nodes with the live trees that will have images of a later one, and clean
        nodes that have images of this one.
        """
        for pin in reversed(self._pins):
            if pin.settled:
                return
            pin.high = generation
            pin.settled = pin.era <= era
