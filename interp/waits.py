"""Waits of a Run on the system: whoever stops the Run ends them.

W1. A Run that must end waits for nothing: the `stop` of its meter wakes it, wherever it waits, and it raises Stopped.
W2. What is cleaned up behind that (`hurry`) does not wait at all.
W3. Nothing is paid for this by a Run that nobody can stop.
W4. Python does what a signal asks for before a call of the system or behind it, not if it comes as that begins. So no
    wait of the system is long: `^C` that came in the wrong microsecond is noticed behind the next part of it.
"""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bumps.interp.meter import Meter

PART_SECONDS = 0.5
"""So long is one wait of the system at most (W4)."""

Descriptor = Any
"""What `select` takes: a number, or a socket."""


class Waits:
    """How one Run waits."""

    def __init__(self) -> None:
        """Begin without a Run."""
        self._meter: Meter | None = None
        self.is_hurried = False
        """Whether the Run is over (W2)."""

    def measure(self, meter: Meter) -> None:
        """Take the meter of the Run that waits from now on."""
        self._meter = meter
        self.is_hurried = False

    @property
    def are_watchful(self) -> bool:
        """Whether somebody may stop the Run while it waits (W3)."""
        return self._meter is not None and self._meter.is_stoppable

    def attend(self) -> None:
        """Raise Stopped if the Run must end, unless that is being cleaned up."""
        if self._meter is not None and not self.is_hurried:
            self._meter.attend()

    def select(
        self, reading: Sequence[Descriptor], writing: Sequence[Descriptor], seconds: float | None
    ) -> tuple[list[Descriptor], list[Descriptor]]:
        """Return what can be read and what can be written, waiting for the first one."""
        meter = self._meter
        if meter is None or not meter.is_stoppable or seconds == 0:
            return _selected(reading, writing, seconds)
        readable, writable, _ = select.select(reading, writing, [], 0)
        if readable or writable or self.is_hurried:
            return readable, writable
        awake, bell = os.pipe()
        try:
            with meter.telling(lambda: _ring(bell)):
                readable, writable = _selected([*reading, awake], writing, seconds)
        finally:
            os.close(bell)
            os.close(awake)
        meter.attend()
        return readable, writable

    def to_write(self, number: Descriptor) -> None:
        """Return when something can be written; BlockingIOError if nothing can, and nobody waits any more (W2)."""
        if not self.select((), (number,), None)[1]:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    def sleep(self, seconds: float) -> None:
        """Wait so long."""
        if self.are_watchful:
            self.select((), (), seconds)
            return
        deadline = time.monotonic() + seconds
        while seconds > PART_SECONDS:
            time.sleep(PART_SECONDS)
            seconds = deadline - time.monotonic()
        time.sleep(max(seconds, 0))


def _selected(
    reading: Sequence[Descriptor], writing: Sequence[Descriptor], seconds: float | None
) -> tuple[list[Descriptor], list[Descriptor]]:
    """Do `select`, in parts (W4)."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        part = PART_SECONDS if seconds is None else min(seconds, PART_SECONDS)
        readable, writable, _ = select.select(reading, writing, [], part)
        if deadline is not None:
            seconds = max(deadline - time.monotonic(), 0)
        if readable or writable or seconds == 0:
            return readable, writable


def _ring(bell: int) -> None:
    os.write(bell, b"!")
