"""One Run of M as whoever starts it sees it: the limits it gets, and the handle that cancels it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol

from bumps.errors import UsageError


class Language:
    """The one step upwards, from the database to the language."""

    runner: ClassVar[Any] = None
    """What runs M for a database (database.py, `Runner`); bumps/__init__.py sets it, so that it loads neither."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one Run may take. A Run that goes over a limit ends with RunLimitError, which no M program can trap.

    Limits(seconds=2)                         two seconds of real time, waits included
    Limits(steps=10_000_000, memory=64 << 20) the same on every machine
    """

    steps: int | None = None
    """Steps, as docs/limits-of-a-run.md counts them: a property of the program and its input."""
    seconds: float | None = None
    """Seconds of real time."""
    memory: int | None = None
    """Bytes of local variables, counted by a rule that is the same everywhere."""
    depth: int | None = None
    """Levels of the M stack: calls, blocks and XECUTEs in each other."""

    def __post_init__(self) -> None:
        """Refuse a limit that nothing could keep."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and not value > 0:
                raise UsageError(f"{field.name}={value!r}: a limit is more than 0", hint="None is no limit")


class Stoppable(Protocol):
    """What counts the steps of a Run and stops it."""

    @property
    def steps(self) -> int:
        """How many steps were taken."""

    def make_stoppable(self) -> None:
        """Let `stop` be called while the Run waits."""

    def stop(self, reason: str) -> None:
        """End the Run as soon as may be."""


class Run:
    """The handle of one call: any thread may look at it, and cancel it.

    run = bumps.Run()
    database.call("REPORT^SALES", run=run)     # in one thread
    run.cancel()                               # in another one: `call` raises RunCancelledError
    """

    def __init__(self) -> None:
        """Make the handle of a call that has not begun."""
        self._mutex = threading.RLock()  # a signal may be handled while it is held
        self._meter: Stoppable | None = None
        self._is_cancelled = False

    def cancel(self) -> None:
        """End the call, now or as soon as it begins; nothing happens if it has ended."""
        with self._mutex:
            self._is_cancelled = True
            if self._meter is not None:
                self._meter.stop("cancelled")

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._is_cancelled

    @property
    def steps(self) -> int:
        """How many steps the call has taken so far, or took."""
        return 0 if self._meter is None else self._meter.steps

    def attach(self, meter: Stoppable) -> None:
        """Take what stops the call that begins; UsageError if this handle had one already. For the language only."""
        with self._mutex:
            if self._meter is not None:
                raise UsageError("run: this Run had its call already", hint="make one bumps.Run() for each call")
            self._meter = meter
            meter.make_stoppable()
            if self._is_cancelled:
                meter.stop("cancelled")
