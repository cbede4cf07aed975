"""The thread that keeps the promise of mode `group`, and checkpoints a database that is idle."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from bumps import limits

if TYPE_CHECKING:
    from bumps.engine import Engine

IDLE_SECONDS = 10.0


class Flusher(threading.Thread):
    """Keeps the promise of mode `group`: what is pending is on its way to the disk within its delay."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="bumps-flusher", daemon=True)
        self._engine = weakref.ref(engine)
        self._delay = limits.GROUP_DELAY_MS / 1000
        self._event = threading.Event()
        self.is_woken = self._event.is_set
        """Whether it was told that something is pending, and has not begun to do something about it."""
        self._stopped = False
        self._last_lsn = -1
        """Of the database, when it was looked at last."""
        self.start()

    def wake(self) -> None:
        """Say that something is pending."""
        if not self.is_woken():
            self._event.set()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopped = True
        self._event.set()
        if threading.current_thread() is not self:
            self.join()

    def finds_idle(self, engine: Engine) -> bool:
        """Return whether nothing was committed since it looked last: a durable commit wakes nobody."""
        before, self._last_lsn = self._last_lsn, engine.last_lsn
        return before == self._last_lsn

    def run(self) -> None:
        """Flush a moment after each wake-up; checkpoint when idle. Errors are the writers' to raise."""
        while True:
            woken = self._event.wait(IDLE_SECONDS)
            engine = self._engine()
            if engine is None or engine.closed or self._stopped:
                return
            self._event.clear()
            try:
                if woken:
                    engine.disk.sleep(self._delay)
                    engine.flush_in_background()
                elif self.finds_idle(engine):
                    engine.checkpoints.make_if_idle()
            except Exception:
                # A refused write stays pending and a failed one has stopped the engine: the next
                # call of a writer raises it where somebody can act on it.
                continue
            finally:
                del engine
