"""bumps/locks.py: a KeyboardInterrupt at any line of any call leaves the table whole, and nobody waiting for nothing.

The interpreter delivers an interrupt when a function begins and when a C function has returned. Lines are tried as
well: that is stricter, and says which step would not bear it. The lines of `with` and `try` are left out: they are no
function, so nothing is delivered in them, and a lock is taken there, and let go.
"""

from __future__ import annotations

import linecache
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import pytest

import bumps.locks
from bumps.errors import ClosedError
from bumps.keys import KeyCodec
from bumps.locks import Locks, Name, Owner

CODEC = KeyCodec.of("m")
SOON = 20.0
"""So many seconds nothing here takes."""

SOURCE = bumps.locks.__file__
pytestmark = pytest.mark.filterwarnings(
    # In the finalizer of a generator an interrupt is delivered as well, and Python ignores it there.
    r"ignore:(?s).*\nKeyboardInterrupt\n:pytest.PytestUnraisableExceptionWarning"
)


def name(variable: str, *subscripts: str | int) -> Name:
    return variable, CODEC.encode(subscripts)


A, A1, A12, A2, B = name("^A"), name("^A", 1), name("^A", 1, 2), name("^A", 2), name("^B")


class Interrupter:
    """Raises KeyboardInterrupt at the n-th moment in the lock table; counts them."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0
        self.begun_at = 0
        self.where = ""
        self.before = sys.gettrace()
        """What traces the tests: the measure of coverage, or nothing."""

    def __enter__(self) -> Interrupter:
        self.begun_at = self.count
        sys.setprofile(self.profile)
        sys.settrace(self.trace)
        return self

    def __exit__(self, *ignored: object) -> None:
        sys.settrace(self.before)
        sys.setprofile(None)

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code.co_filename != SOURCE:
            return None
        line = linecache.getline(SOURCE, frame.f_lineno).strip()
        if event == "call" or (event == "line" and line not in ("try:", "with self._mutex:")):
            self.moment(frame, event)
        return self.trace

    def profile(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "c_return" and frame.f_code.co_filename == SOURCE:
            self.moment(frame, event)

    def moment(self, frame: FrameType, event: str) -> None:
        self.count += 1
        if self.count == self.at:
            self.where = f"{event} in {frame.f_code.co_qualname}, line {frame.f_lineno}"
            raise KeyboardInterrupt


class Other:
    """Another thread, which wants names and keeps them."""

    def __init__(self, locks: Locks, owner: Owner, names: Sequence[Name]) -> None:
        self.answer: bool | type[ClosedError] | None = None
        before = locks.waiting_count
        self.thread = threading.Thread(target=self._run, args=(locks, owner, names), daemon=True)
        self.thread.start()
        wait_until(lambda: locks.waiting_count > before or not self.thread.is_alive())

    def _run(self, locks: Locks, owner: Owner, names: Sequence[Name]) -> None:
        try:
            self.answer = locks.acquire(owner, names, SOON)
        except ClosedError:
            self.answer = ClosedError

    def end(self) -> None:
        self.thread.join(SOON)
        assert not self.thread.is_alive(), "it waits for what nobody holds"


def wait_until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(SOON * 1000)):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("it took too long")


Held = dict[Name, tuple[int, bool]]


class Life:
    """Some locks by two owners of one thread, and what each step makes of what they hold."""

    def __init__(self) -> None:
        self.locks = Locks()
        self.first, self.second, self.third, self.fourth = (Owner() for _ in range(4))
        self.others: list[Other] = []
        self.before: tuple[Held, Held] = ({}, {})
        self.is_taking = False

    def held(self) -> tuple[Held, Held]:
        return dict(self.first.names), dict(self.second.names)

    def run(self, interrupter: Interrupter) -> None:
        locks, first, second = self.locks, self.first, self.second
        self.take(interrupter, first, [A1, B])
        self.take(interrupter, first, [A1])
        self.take(interrupter, second, [A12], 0)
        self.others.append(Other(locks, self.third, [A]))
        self.give(interrupter, lambda: locks.release(first, [A1]))
        self.take(interrupter, first, [A2], allocate=True)
        self.give(interrupter, lambda: locks.release_allocated(first))
        self.take(interrupter, first, [A12, A12])
        self.give(interrupter, lambda: locks.release_down_to(first, {A1: (1, False)}))
        self.others.append(Other(locks, self.fourth, [B, A2]))
        self.give(interrupter, lambda: locks.release_held(first))
        self.others[0].end()
        self.take(interrupter, second, [A1, A2], 0.001)
        helper = threading.Thread(target=self.release_when_somebody_waits, daemon=True)
        helper.start()
        self.take(interrupter, second, [A1], SOON)
        helper.join(SOON)
        self.take(interrupter, second, [B], 0)
        self.give(interrupter, lambda: locks.release_all(second), is_total=second)

    def release_when_somebody_waits(self) -> None:
        wait_until(lambda: self.locks.waiting_count > 1 or not self.is_taking)
        self.locks.release_all(self.third)

    def take(self, interrupter: Interrupter, owner: Owner, names: Sequence[Name], *rest: Any, **more: Any) -> None:
        self.before, self.is_taking = self.held(), True
        try:
            with interrupter:
                self.locks.acquire(owner, names, *rest, **more)
        except KeyboardInterrupt:
            assert self.held() == self.before, "what was interrupted has taken something"
            raise
        finally:
            self.is_taking = False

    def give(self, interrupter: Interrupter, let_go: Callable[[], None], *, is_total: Owner | None = None) -> None:
        before = self.held()
        try:
            with interrupter:
                let_go()
        except KeyboardInterrupt:
            is_begun = interrupter.at > interrupter.begun_at + 1  # the call itself is the first moment
            if is_total is not None and is_begun:
                assert is_total.names == {}, "the last that an owner does is done"
            elif self.held() != before:
                after = self.held()
                let_go()  # it was done as a whole: once more lets go what was left, and nothing that was kept
                assert all(name in kept for kept, held in zip(before, after, strict=True) for name in held)
            raise

    def check(self) -> None:
        """Check all, let all go, and check that all of it has gone."""
        assert self.locks._mutex.acquire(timeout=SOON), "somebody has kept the mutex"
        self.locks._mutex.release()
        self.locks.check()
        for owner in (self.first, self.second):
            self.locks.release_all(owner)
        for other, owner in zip(self.others, (self.third, self.fourth), strict=False):
            other.end()
            assert other.answer is True
            self.locks.release_all(owner)
        self.locks.check()
        assert list(self.locks) == []
        assert self.locks.waiting_count == 0
        assert not self.locks._below and not self.locks._parties


def interrupted(at: int) -> int:
    """Live, and be interrupted at one moment; check what is left; return how many moments there were."""
    life, interrupter = Life(), Interrupter(at)
    try:
        life.run(interrupter)
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(interrupter.before)
        sys.setprofile(None)
    try:
        life.check()
    except BaseException as error:
        raise AssertionError(f"interrupted at {at}: {interrupter.where}: {type(error).__name__}: {error}") from error
    return interrupter.count


def test_an_interrupt_now_and_then_leaves_the_table_whole() -> None:
    count = interrupted(0)
    assert count > 300
    for at in range(5, count, count // 8):
        interrupted(at)


@pytest.mark.slow
def test_an_interrupt_at_any_line_leaves_the_table_whole() -> None:
    for at in range(1, interrupted(0) + 1):
        interrupted(at)


@pytest.mark.slow
def test_an_interrupt_at_any_line_of_the_end_wakes_all_who_wait() -> None:
    at, count = 0, 1
    while at <= count:
        locks, owner = Locks(), Owner()
        locks.acquire(owner, [A])
        others = [Other(locks, Owner(), [each]) for each in (A1, A2)]
        interrupter = Interrupter(at)
        try:
            with interrupter:
                locks.close()
        except KeyboardInterrupt:
            if not locks._closed:  # it came before the first step
                locks.close()
        for other in others:
            other.end()
        assert [other.answer for other in others] == [ClosedError, ClosedError], interrupter.where
        count = max(count, interrupter.count)
        at += 1
