"""A checkpoint in the background, without a thread: the harness takes its steps, when it likes, one by one.

Whoever waits for it lets it go on until what it waits for has come, as a thread would. So an interleaving of
writers and a checkpoint follows from a seed, and the power can be cut between any two of its steps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from bumps.background import BackgroundCheckpoint
from bumps.engine import Engine
from bumps.torture.faultdisk import Killed
from bumps.torture.oracle import BrokenError


class _Awaited(threading.Event):
    """An event of a checkpoint that goes on when somebody waits."""

    def __init__(self, step: Callable[[], bool]) -> None:
        super().__init__()
        self._step = step

    def wait(self, timeout: float | None = None) -> bool:
        """Take steps until the event has come."""
        while not self.is_set() and self._step():
            pass
        return self.is_set()


class SteppedCheckpoint(BackgroundCheckpoint):
    """One checkpoint beside writers, that is never started as a thread."""

    def __init__(self, engine: Engine) -> None:
        """Begin one; there is no other."""
        super().__init__(engine.checkpoints)
        self.frozen, self.written, self.done = _Awaited(self.step), _Awaited(self.step), _Awaited(self.step)
        engine.checkpoints.running = self
        self._steps = engine.checkpoints.steps(self)

    @property
    def goes_on(self) -> bool:
        """Whether it may be waited for."""
        return not self.done.is_set()

    def step(self) -> bool:
        """Take the next step; return whether there was one. An error is kept, as a thread keeps it."""
        if self.done.is_set():
            return False
        try:
            next(self._steps)
            return True
        except StopIteration:
            pass
        except (Killed, BrokenError):
            raise
        except BaseException as error:
            self.error = error
        self.checkpoints.forget(self)
        for event in (self.frozen, self.written, self.done):
            event.set()
        return True
