"""Commands in a row, and the body of a FOR: the innermost loops of the interpreter."""

from __future__ import annotations

from bumps.interp import numbers
from bumps.interp.compile_base import Get
from bumps.interp.frames import Outcome, Place, Run
from bumps.interp.symbols import Cell, Value
from bumps.interp.values import to_number

Item = tuple[Run, Place | None]
"""A command and where it stands; None in an indirection, which has no place of its own."""


def run_sequence(items: tuple[Item, ...]) -> Run:
    """Return a closure that runs commands in order until one has an outcome.

    `place` is read from the Python frame when an error, or $STACK, asks where this frame of M stands.
    """

    def sequence() -> Outcome:
        for run, place in items:  # noqa: B007 - traps.py reads `place`
            outcome = run()
            if outcome is not None:
                return outcome
        return None

    return sequence


def run_range(
    cells: dict[str, Cell], name: str, current: Get, first: Get, step: Get, limit: Get | None, items: tuple[Item, ...]
) -> Run:
    """Return a closure for a range of FOR over a plain local; its body is in line, being the hottest code there is.

    `current` gives the value of that local, or raises M6. The outcome is QUIT if the body quit the whole FOR.
    """
    body = run_sequence(items)

    def loop() -> Outcome:
        number = to_number(first())
        increment = to_number(step())
        bound = None if limit is None else to_number(limit())
        forward = increment >= 0
        cells[name].v = number
        if bound is not None and (number > bound if forward else number < bound):
            return None
        if increment > 0 and number.__class__ is int and increment.__class__ is int and bound.__class__ is int:
            # The plain case, as long as the body leaves the control variable alone.
            for count in range(number, bound + 1, increment):
                cells[name].v = count
                for run, place in items:  # noqa: B007 - traps.py reads `place`
                    outcome = run()
                    if outcome is not None:
                        return outcome
                if cells[name].v is not count:
                    break
            else:
                return None
        else:
            outcome = body()
            if outcome is not None:
                return outcome
        while True:
            after = numbers.add(current(), increment)
            if bound is not None and (after > bound if forward else after < bound):
                return None
            cells[name].v = after
            outcome = body()
            if outcome is not None:
                return outcome

    return loop


def _zero() -> Value:
    return 0


SEQUENCE_CODES = frozenset((run_sequence(()).__code__, run_range({}, "", _zero, _zero, _zero, None, ()).__code__))
"""By their code traps.py knows the Python frames that hold a place."""
