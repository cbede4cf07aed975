"""Commands in a row, and FOR: the innermost loops of the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count, repeat
from types import CodeType, FrameType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bumps.interp import numbers
from bumps.interp.frames import Outcome, Place, Run, quit_now
from bumps.interp.symbols import Cell
from bumps.interp.values import Number, to_number

if TYPE_CHECKING:
    from bumps.interp.compile_base import Get

Item = tuple[Run, Place | None]
"""A command and where it stands; None in an indirection, which has no place of its own."""


def run_sequence(items: tuple[Item, ...], site: Iterator[None] | None = None) -> Run:
    """Return a closure that runs commands in order until one has an outcome.

    `place` is read from the Python frame when an error, or $STACK, asks where this frame of M stands. `site` is what
    the sequence pays before it runs (meter.py); None if somebody else pays.
    """
    if site is not None:
        return _pay_and_run(items, site)
    if len(items) == 1:
        return _run_one(*items[0])
    if len(items) == 2:
        return _run_two(*items[0], *items[1])

    def sequence() -> Outcome:
        place = None
        for run, place in items:  # noqa: B007 - places.py reads `place`
            outcome = run()
            if outcome is not None:
                return outcome
        return None

    return sequence


def run_line(items: tuple[Item, ...], place: Place, site: Iterator[None] | None = None) -> Run:
    """Return what `run_sequence` does for a whole line, or text, which begins at `place`: it can be watched.

    `items` may be empty only if there is a site.
    """
    if not items:
        assert site is not None, "a line without commands is one only for its label"
        run = _pay(place, site)
    else:
        run = run_sequence(items, site)
    run.__code__ = _LINES[id(run.__code__)]
    return run


def run_part(items: tuple[Item, ...]) -> Run:
    """Return what `run_sequence` does for a part of a row of commands, where no row begins."""
    run = run_sequence(items)
    run.__code__ = _PARTS[id(run.__code__)]
    return run


def _pay(first_place: Place, site: Iterator[None]) -> Run:
    """Return what `run_sequence` does where a region begins with a line without commands."""

    def paying_only() -> Outcome:
        next(site)
        place = first_place  # noqa: F841 - as in the others
        return None

    return paying_only


def _pay_and_run(items: tuple[Item, ...], site: Iterator[None]) -> Run:
    """Return what `run_sequence` does where a region begins."""
    if len(items) == 1:
        return _pay_and_run_one(*items[0], site)
    if len(items) == 2:
        return _pay_and_run_two(*items[0], *items[1], site)

    def paying() -> Outcome:
        next(site)
        place = None
        for run, place in items:  # noqa: B007 - places.py reads `place`
            outcome = run()
            if outcome is not None:
                return outcome
        return None

    return paying


def _pay_and_run_one(run: Run, first_place: Place | None, site: Iterator[None]) -> Run:
    """Return what `run_sequence` does for one command where a region begins."""

    def paying_one() -> Outcome:
        next(site)
        place = first_place  # noqa: F841 - places.py reads `place`
        return run()

    return paying_one


def _pay_and_run_two(
    first: Run, first_place: Place | None, second: Run, second_place: Place | None, site: Iterator[None]
) -> Run:
    """Return what `run_sequence` does for two commands where a region begins."""

    def paying_two() -> Outcome:
        next(site)
        place = first_place
        outcome = first()
        if outcome is not None:
            return outcome
        place = second_place  # noqa: F841 - places.py reads `place`
        return second()

    return paying_two


def _run_one(run: Run, first_place: Place | None) -> Run:
    """Return what `run_sequence` does for one command."""

    def one() -> Outcome:
        place = first_place  # noqa: F841 - places.py reads `place`
        return run()

    return one


def _run_two(first: Run, first_place: Place | None, second: Run, second_place: Place | None) -> Run:
    """Return what `run_sequence` does for two commands."""

    def two() -> Outcome:
        place = first_place
        outcome = first()
        if outcome is not None:
            return outcome
        place = second_place  # noqa: F841 - places.py reads `place`
        return second()

    return two


class Hot(Protocol):
    """What a FOR of many turns is handed over to."""

    turn_count: int

    def function(self) -> Callable[[int, int, int], Outcome] | None:
        """Return what makes the turns from a value on, with a step, to a limit; None if that cannot be had."""


def is_countable(number: Number, increment: Number) -> bool:
    """Return whether a FOR without limit never comes to a number of more than 18 digits: not in a hundred years."""
    return (
        number.__class__ is int
        and increment.__class__ is int
        and abs(number) < numbers.EXACT_END
        and 0 < increment <= STEP_MAX
    )


STEP_MAX = 10
"""A FOR without limit counts as ints do with steps up to this."""


def run_range(
    cells: dict[str, Cell],
    name: str,
    current: Get,
    first: Get,
    step: Get,
    limit: Get | None,
    body: Run,
    turns: Iterator[None],
    hot: Hot | None = None,
) -> Run:
    """Return a closure for a range of FOR over a plain local.

    `current` gives the value of that local, or raises M6. `turns` pays when a turn begins, before the local is set.
    The outcome is QUIT if the body quit the whole FOR. `hot` has a function for what is left of a loop of ints of many
    turns, and says how many those are.
    """

    def loop() -> Outcome:
        number = to_number(first())
        increment = to_number(step())
        bound = None if limit is None else to_number(limit())
        forward = increment >= 0
        if bound is not None and (number > bound if forward else number < bound):
            cells[name].v = number
            return None
        values: Iterable[int] | None = None
        if increment > 0 and number.__class__ is int and increment.__class__ is int:
            if bound.__class__ is int:
                values = range(number, bound + 1, increment)
                if hot is not None and len(values) > hot.turn_count and (go_on := hot.function()) is not None:
                    return go_on(number, increment, bound)
            elif bound is None and is_countable(number, increment):
                values = count(number, increment)
        if values is not None:
            # The plain case, as long as the body leaves the control variable alone.
            for turn, _ in zip(values, turns):
                cells[name].v = turn
                outcome = body()
                if outcome is not None:
                    return outcome
                if cells[name].v is not turn:
                    break
            else:
                return None
        else:
            next(turns)
            cells[name].v = number
            outcome = body()
            if outcome is not None:
                return outcome
        while True:
            value = current()
            after = numbers.add(value, increment)
            if bound is not None and (after > bound if forward else after < bound):
                if value.__class__ is not int or after.__class__ is not int:
                    # The step is taken back: a text is a number behind it, and what was rounded stays so.
                    cells[name].v = numbers.subtract(after, increment)
                return None
            next(turns)
            cells[name].v = after
            outcome = body()
            if outcome is not None:
                return outcome

    return loop


_CODES = tuple(
    [run_sequence(((quit_now, None),) * count, site).__code__ for count in range(4) for site in (None, repeat(None))]
)
_LINES: dict[int, CodeType] = {
    id(code): code.replace(co_name=f"{code.co_name}_line")
    for code in (*_CODES, _pay(Place(None, 0, 1, ""), repeat(None)).__code__)
}
"""By the id of the code of a sequence, which lives for ever: that of the same sequence as a whole line."""

_PARTS: dict[int, CodeType] = {id(code): code.replace(co_name=f"{code.co_name}_part") for code in _CODES}
"""In the same way: that of a part of a row."""

SEQUENCE_CODES = frozenset((*_CODES, *_LINES.values(), *_PARTS.values()))
"""By their code places.py knows the Python frames that hold a place."""

SEQUENCE_IDS = frozenset(map(id, SEQUENCE_CODES))
"""The same by identity: to hash a code takes as long as to look for its place."""


def _first_line(code: CodeType) -> int:
    """Return the line of Python where a sequence begins to run: the one behind `next(site)`, if it pays."""
    return code.co_firstlineno + (2 if "site" in code.co_freevars else 1)


class Begin(NamedTuple):
    """Where in its Python a sequence begins to run commands: it has paid then."""

    python_line: int
    """0 if no row begins in it."""
    is_line: bool
    """Whether it is a whole line, or a text; else what follows a FOR, an IF or an ELSE, say."""

    def place(self, frame: FrameType) -> Place | None:
        """Return the start of the line whose frame this is; None if it is no whole line."""
        if not self.is_line:
            return None
        known = frame.f_locals
        items = known.get("items")
        first: Place | None = items[0][1] if items else known.get("first_place")
        return first if first is None else first._replace(column=1)


BEGINS: dict[int, Begin] = {
    **{id(code): Begin(_first_line(code), False) for code in _CODES},
    **{id(code): Begin(_first_line(code), True) for code in _LINES.values()},
    **{id(code): Begin(0, False) for code in _PARTS.values()},
}
"""The same codes, by their ids, as they live for ever."""
