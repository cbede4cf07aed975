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

    __slots__ = ("era", "held", "high", "low", "released", "settled", "since")

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
        self.held: dict[int, int] = {}
        """By era: what the nodes take, made in it, that only snapshots hold and this is the newest of."""


class Pins:
    """The pins of all open snapshots of a database. The caller holds its lock."""

    def __init__(self) -> None:
        """Start with none."""
        self._pins: deque[Pin] = deque()
        self._sweep_at = 2
        """How many pins there may be before those that were released between open ones are looked for."""
        self.held_size = 0
        """What nodes take that left the live trees before they were written, and that open snapshots hold; in bytes."""

    def add(self, pin: Pin) -> None:
        """Count a pin from now on."""
        self._pins.append(pin)
        if len(self._pins) > self._sweep_at:
            self._sweep()

    def _sweep(self) -> None:
        """Forget released pins between open ones: a long snapshot beside many short ones would keep them all."""
        open_pins: deque[Pin] = deque()
        for pin in self._pins:
            if pin.released:
                self._let_go(pin, open_pins[-1] if open_pins else None)
            else:
                open_pins.append(pin)
        self._pins = open_pins
        self._sweep_at = 2 * len(open_pins) + 2

    def newest(self) -> Pin | None:
        """Return the open pin that was opened last."""
        pins = self._pins
        while pins and pins[-1].released:
            self._let_go(pins.pop(), pins[-1] if pins else None)
        return pins[-1] if pins else None

    def hold(self, era: int, size: int) -> None:
        """Count a node of that era, which stays in memory for the newest pin, and perhaps for older ones."""
        held = self._pins[-1].held
        held[era] = held.get(era, 0) + size
        self.held_size += size

    def _let_go(self, released: Pin, older: Pin | None) -> None:
        """Count no longer what a pin has held, but for nodes that an older one holds too."""
        held = released.held
        while held:
            era, size = held.popitem()  # so that nothing is counted twice after an interrupt
            if older is not None and older.era >= era:
                older.held[era] = older.held.get(era, 0) + size
            else:
                self.held_size -= size

    def oldest(self) -> Pin | None:
        """Return the open pin that was opened first."""
        pins = self._pins
        while pins and pins[0].released:
            self._let_go(pins.popleft(), None)  # younger ones opened when its nodes had left the live trees
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
