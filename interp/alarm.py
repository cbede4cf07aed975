"""The alarm of the system, for one who waits in the main thread, by the system's own clock."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable


class Alarm:
    """An alarm that calls `ring` between two steps of Python, in the main thread; it is only taken if it is free."""

    def __init__(self, ring: Callable[[], None]) -> None:
        """Set nothing yet."""
        self._ring = ring
        self._is_set = False

    def is_free(self, elapsed: Callable[[], float]) -> bool:
        """Whether there is an alarm for this thread, and for this clock, which nobody else uses."""
        if elapsed is not time.monotonic or threading.current_thread() is not threading.main_thread():
            return False
        return self._is_set or signal.getsignal(signal.SIGALRM) == signal.SIG_DFL

    def set(self, seconds: float) -> None:
        """Ring in so many seconds, and not before, whatever was set."""
        if not self._is_set:
            signal.signal(signal.SIGALRM, lambda number, frame: self._ring())
            self._is_set = True
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))

    def stop(self) -> None:
        """Ring no more, and leave the alarm to others."""
        if self._is_set:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            self._is_set = False
