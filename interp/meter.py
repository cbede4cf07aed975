"""The meter of one Run: it counts steps, and is where a Run that must end ends.

Who pays what, in every tier (the costs: costs.py):

    a region   from a line with a label to the line before the next label of the same block depth, or the lines in
               front of the first label: as a whole when it is entered, by a call, a GOTO or from above, whether
               or not all of it is reached. Entered in its middle (`L+2`, a line that begins again after a trap, a
               restart behind TSTART): what lies between there and its end. A block is entered as a routine is.
    a FOR      each turn: one, and the commands behind the FOR on its line
    a text     of XECUTE, of a trap, of arguments: its weight, each time it runs; so does the text of any other
               indirection if there is something in it to evaluate, other than a name
    by size    a step for each SIZE characters of the text that `_`, a function, READ or a global gives, or that
               SET puts into a global (SET X=X_Y of a local: of what it gets longer), and of the subject of a pattern
               for each atom; a step for each node that MERGE, ZWRITE, ZSHOW, TSTART or NEW of many goes through

So inside a region nothing is counted, and still the number of steps is a property of the program.

M1. A payment is `next(site)`, or one turn of `for _ in site`. A site is a chain over iterators of lists, its slices:
    each element of a slice is one payment, reserved from the account when the slice is made.
M2. `steps` is exact: what is reserved without what is left in the slices. (Behind a `stop` of another thread it may
    be wrong by the payment that was just being made.)
M3. The account ends at a number of steps. Before it is found empty all slices are taken back, so the payment that
    goes over the end, and none before it, is refused: `Stopped`, or the check of memory that was due.
    Nothing else may come out of a slice that is being made: a chain that has raised is finished.
M4. `stop` may be called by any thread. It says why, and then empties the slices: no payment is made after that, but
    for one that was just being made. Who waits is told (`telling`). A machine that is stopped runs no M any more.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from operator import length_hint
from typing import Any, Final, TypeVar

from bumps.interp.costs import SIZE
from bumps.interp.frames import Stopped
from bumps.interp.numbers import concatenate
from bumps.limits import STRING_SIZE_MAX

Result = TypeVar("Result")

TURN_COUNT_MIN = 16
TURN_COUNT_MAX = 4096
"""Payments in the first slice of a site, and in a long one: growing, since most sites are used a few times."""

SHARE = 8
"""A slice takes at most this part of what is left, so that others need not ask for it back at once."""

Check = Callable[[], tuple[int, int]]
"""A look at the memory. It returns after how many steps, and how many of `spend`, the next one is due."""

ENDLESS: Final[int] = 1 << 62
"""The end of an account without a limit."""


class Meter:
    """Counts the steps of one Run."""

    def __init__(self) -> None:
        self.reason = ""
        """Why the Run is stopped; empty while it is not."""
        self._reserved = 0
        """Steps that were taken from the account, whether used or still in slices."""
        self._returned = 0
        """Steps that `stop` has thrown away unused; no other thread writes `_reserved`."""
        self._end = ENDLESS
        """The account ends at this number of steps: at the limit, or before it at the next look at the memory."""
        self._step_count_max = ENDLESS
        self._bulk = 0
        self._bulk_end = ENDLESS
        """Steps that `spend` has paid since the last look at the memory, and how many make the next one due."""
        self._check: Check | None = None
        self.ending: Callable[[], None] | None = None
        """What is called where the Run stands when it must end, before Stopped is raised there."""
        self.is_stoppable = False
        """Whether another thread may call `stop`, so that waits must be ended by it."""
        self._sites: dict[int, Iterator[None]] = {}
        self._slices: dict[int, _Slices] = {}
        self._mutex = threading.RLock()  # a signal may be handled while it is held
        self._listeners: list[Callable[[], None]] = []

    def site(self, weight: int) -> Iterator[None]:
        """Return the one iterator whose each element pays `weight` steps, at least one."""
        assert weight >= 1, "what pays nothing could go on for ever"
        site = self._sites.get(weight)
        if site is None:
            slices = _Slices(self, weight)
            with self._mutex:
                self._slices[weight] = slices
            site = self._sites[weight] = chain.from_iterable(slices)
        return site

    def spend(self, count: int) -> None:
        """Pay for work that depends on data. Raises Stopped as a site does."""
        self._reserved += count
        self._bulk += count
        if self._reserved > self._end or self._bulk > self._bulk_end or self.reason:
            self._reserved -= count
            self._settle(count)
            self._reserved += count

    def sized(self, function: Callable[..., Result]) -> Callable[..., Result]:
        """Return a function that calls this one, and pays for its result by its size."""
        spend = self.spend

        def paying(*arguments: Any) -> Result:
            result = function(*arguments)
            if result.__class__ is str and len(result) >= SIZE:  # type: ignore[arg-type]
                spend(len(result) // SIZE)  # type: ignore[arg-type]
            return result

        return paying

    def paid(self, text: str) -> str:
        """Pay for a long text, and return it."""
        self.spend(len(text) // SIZE)
        return text

    def grow(self, text: str, *tails: str) -> None:
        """Pay for what `SET X=X_tail` makes a text longer; raise what `_` raises if that is too long."""
        size = len(text) + sum(map(len, tails))
        if size <= STRING_SIZE_MAX:
            self.spend(size // SIZE - len(text) // SIZE)
            return
        join = self.sized(concatenate)
        for tail in tails:
            text = join(text, tail)

    def each(self, items: Iterable[Result]) -> Iterator[Result]:
        """Yield the items, and pay a step for each."""
        spend = self.spend
        for item in items:
            spend(1)
            yield item

    @property
    def steps(self) -> int:
        """How many steps were paid (M2)."""
        steps = self._reserved - self._returned
        for slices in self._slices.values():
            steps -= length_hint(slices.iterator) * slices.weight  # `unused` in line: a trace asks at each line
        return steps

    @property
    def is_stopped(self) -> bool:
        """Whether the Run must end."""
        return self.reason != ""

    def limit_steps(self, count: int) -> None:
        """Refuse the payment that would make more than `count` steps."""
        self._take_back()
        self._step_count_max = count
        self._end = min(self._end, count)

    def check_after(self, count: int, bulk: int, check: Check) -> None:
        """Call `check` at the payment that goes over so many more steps, or so many more of `spend`.

        It returns both numbers for the next time; it may `stop`.
        """
        self._take_back()
        self._check = check
        self._await_check(count, bulk)

    def _await_check(self, count: int, bulk: int) -> None:
        self._end = min(self._step_count_max, self._reserved + count)
        self._bulk, self._bulk_end = 0, bulk

    def make_stoppable(self) -> None:
        """Let `stop` be called while the Run waits: its waits are ended by it then, which costs them a little."""
        self.is_stoppable = True

    def stop_after(self, seconds: float) -> Callable[[], None]:
        """Call `stop` in so many seconds; return what prevents that."""
        self.is_stoppable = True
        timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), self.stop, ("seconds",))
        timer.daemon = True
        timer.start()
        return timer.cancel

    def stop(self, reason: str) -> None:
        """End the Run at its next payment, or where it waits. The first reason is the one that counts."""
        with self._mutex:
            if self.reason:
                return
            self.reason = reason
            for slices in self._slices.values():
                self._returned += slices.unused
                slices.turns.clear()
            for listener in self._listeners:
                listener()

    @contextlib.contextmanager
    def telling(self, listener: Callable[[], None]) -> Iterator[None]:
        """Return a context in which `stop` calls `listener`, at once if it was called already. It must not wait."""
        with self._mutex:
            self._listeners.append(listener)
            if self.reason:
                listener()
        try:
            yield
        finally:
            with self._mutex:
                self._listeners.remove(listener)

    def attend(self) -> None:
        """Raise Stopped if the Run must end: for long work that pays nothing, and after a wait."""
        if self.reason:
            if self.ending is not None:
                self.ending()
            raise Stopped(self.reason)

    def reserve(self, weight: int, count: int) -> int:
        """Take up to `count` payments from the account for a slice, at least one, and return how many."""
        if self.reason or self._reserved + weight > self._end:
            self._settle(weight)
        left = self._end - self._reserved
        taken = max(min(count, left // (weight * SHARE)), 1)
        self._reserved += taken * weight
        return taken

    def _settle(self, count: int) -> None:
        """Make room for a payment that has none: take all back, look at the memory if that is due, or raise."""
        self._take_back()
        while not self.reason and (self._reserved + count > self._end or self._bulk > self._bulk_end):
            if self._check is None or self._reserved + count > self._step_count_max:
                self.stop("steps")
            else:
                steps, bulk = self._check()
                self._await_check(max(steps, count), bulk)
        self.attend()

    def _take_back(self) -> None:
        """Give what is left in the slices back to the account (M3)."""
        with self._mutex:
            for slices in self._slices.values():
                self._reserved -= slices.unused
                slices.turns.clear()


class _Slices:
    """The slices of one site, made as they are asked for."""

    __slots__ = ("_count", "_meter", "iterator", "turns", "weight")

    def __init__(self, meter: Meter, weight: int) -> None:
        self._meter = meter
        self.weight = weight
        self._count = TURN_COUNT_MIN
        self.turns: list[None] = []
        self.iterator: Iterator[None] = iter(self.turns)

    @property
    def unused(self) -> int:
        """How many steps of the present slice nobody has taken."""
        return length_hint(self.iterator) * self.weight

    def __iter__(self) -> _Slices:
        return self

    def __next__(self) -> Iterator[None]:
        """Reserve the next slice, or raise Stopped (M3)."""
        meter = self._meter
        taken = meter.reserve(self.weight, self._count)
        turns: list[None] = [None] * taken
        self.iterator = iter(turns)
        self.turns = turns
        if meter.reason:  # `stop` has come between, and may not have seen this slice (M4)
            turns.clear()
            meter.attend()
        self._count = min(4 * self._count, TURN_COUNT_MAX)
        return self.iterator
