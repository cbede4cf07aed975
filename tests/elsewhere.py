"""Events whose watcher runs in a thread of its own: a measure of coverage sees nothing of what runs in an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import TypeVar
from weakref import WeakSet

import pytest

from bumps.interp import watch
from bumps.interp.events import Tracing, Watcher

Result = TypeVar("Result")


class Elsewhere:
    """A watcher that has another one do everything in the other thread."""

    def __init__(self, watcher: Watcher, pool: ThreadPoolExecutor) -> None:
        self._watcher = watcher
        self._pool = pool
        self.codes: WeakSet[CodeType] = watcher.codes
        self.wants_calls = watcher.wants_calls

    @property
    def wants_commands(self) -> bool:
        return self._watcher.wants_commands

    def reach(self, frame: FrameType, python_line: int) -> bool:
        return self._do(lambda: self._watcher.reach(frame, python_line))

    def begin(self) -> None:
        self._do(self._watcher.begin)

    def end(self) -> None:
        self._do(self._watcher.end)

    def _do(self, act: Callable[[], Result]) -> Result:
        return self._pool.submit(act).result()


class ElsewhereEvents:
    """Events by sys.settrace for such a watcher."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._tracing = Tracing()

    def start(self, watcher: Watcher) -> None:
        self._tracing.start(Elsewhere(watcher, self._pool))

    def stop(self, watcher: Watcher) -> None:
        self._tracing.stop(watcher)

    def add(self, watcher: Watcher, code: CodeType) -> None:
        self._tracing.add(watcher, code)


@contextmanager
def elsewhere() -> Iterator[None]:
    """Return a context in which observers are told in another thread. Who steps cannot be."""
    with ThreadPoolExecutor(1) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "events_of_thread", lambda: ElsewhereEvents(pool))
        yield
