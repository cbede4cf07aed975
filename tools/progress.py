"""Progress of long work: one line on standard error, on a terminal, after one second.

P1. Nothing is shown where standard error is not a terminal, nor in the first second.
P2. The line is taken away at the end, so that what follows begins in column 1.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

FIRST_AFTER_S = 1.0
EVERY_S = 0.2


class Progress:
    """A line that says how far the work is; call `update` as often as is convenient."""

    def __init__(
        self,
        what: str,
        unit: str,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Say `what` is done, counted in `unit` (`nodes`, `commits`)."""
        self.what = what
        self.unit = unit
        self.stream = sys.stderr if stream is None else stream
        self.clock = clock
        self.started = clock()
        self.next = self.started + FIRST_AFTER_S
        self.wanted = self.stream.isatty()
        self.shown_size = 0

    def __enter__(self) -> Progress:
        """Begin; the clock runs since this object was made."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away (P2)."""
        self.clear()

    def clear(self) -> None:
        """Take the line away until the next `update`, for something else to be written."""
        if self.shown_size:
            # Two more: a terminal shows ^C behind the line when the work is interrupted.
            self.stream.write("\r" + " " * (self.shown_size + 2) + "\r")
            self.stream.flush()
            self.shown_size = 0

    def update(self, done: int, total: int | None = None) -> None:
        """Show the line if it is wanted, and due (P1)."""
        if not self.wanted:
            return
        now = self.clock()
        if now < self.next:
            return
        self.next = now + EVERY_S
        line = self.line(done, total, now - self.started)
        self.stream.write("\r" + line.ljust(self.shown_size))
        self.stream.flush()
        self.shown_size = max(self.shown_size, len(line))

    def line(self, done: int, total: int | None, seconds: float) -> str:
        """Return `loading: 120,000 of 302,167 nodes, 61,000/s, 3 s left`."""
        rate = done / seconds if seconds > 0 else 0.0
        of = f" of {total:,}" if total else ""
        left = f", {max(0, total - done) / rate:,.0f} s left" if total and rate else ""
        return f"{self.what}: {done:,}{of} {self.unit}, {rate:,.0f}/s{left}"

    @property
    def seconds(self) -> float:
        """Return the time since the work began."""
        return self.clock() - self.started
