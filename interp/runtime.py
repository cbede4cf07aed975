"""The names that generated code uses: its globals are this module's.

What belongs to one machine or one routine comes to a generated function as its default arguments (tiers.py).
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from bumps.errors import MError
from bumps.interp import numbers
from bumps.interp.calls import CAUGHT, standing
from bumps.interp.codes import merror
from bumps.interp.frames import QUIT, BlockFrame, Frame, FunctionFrame, TextFrame
from bumps.interp.functions import (
    ascii_code,
    extract,
    find,
    fnumber,
    justify,
    length,
    piece,
    pieces,
    reverse,
    set_extract,
    set_piece,
    translate,
)
from bumps.interp.numbers import (
    SMALL,
    add,
    divide,
    divide_integer,
    equals,
    follows,
    greater,
    less,
    modulo,
    multiply,
    negate,
    plus,
    power,
    scaled,
    sorts_after,
    subtract,
    unscaled,
)
from bumps.interp.references import GlobalReference, LocalReference, NakedReference, merge
from bumps.interp.sequences import is_countable
from bumps.interp.symbols import Arr, Cell, Key, Value, cell_of
from bumps.interp.values import INT_END, KEYS, NUMBERS, Number, to_bool, to_integer, to_key, to_number, to_text
from bumps.keys import EMPTY, TAG_EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bumps.interp.machine import Machine

__all__ = [
    "ABSENT",
    "CAUGHT",
    "KEYS",
    "NUMBERS",
    "QUIT",
    "SMALL",
    "Arr",
    "BlockFrame",
    "Cell",
    "Decimal",
    "Frame",
    "FunctionFrame",
    "GlobalReference",
    "LocalReference",
    "MError",
    "NakedReference",
    "TextFrame",
    "add",
    "ascii_code",
    "cell_of",
    "divide",
    "divide_integer",
    "equals",
    "extract",
    "find",
    "fnumber",
    "follows",
    "greater",
    "justify",
    "length",
    "less",
    "limit",
    "merge",
    "merror",
    "modulo",
    "multiply",
    "negate",
    "piece",
    "pieces",
    "plus",
    "power",
    "reverse",
    "scaled",
    "set_extract",
    "set_piece",
    "sorts_after",
    "standing",
    "subtract",
    "to_bool",
    "to_integer",
    "to_key",
    "to_number",
    "to_text",
    "translate",
    "unscaled",
]


ABSENT = (KeyError, AttributeError)
"""What is raised where a level of a local, or a node of it, is looked for and is not there."""


def walk(
    start: Value, step: Value, limit: Value | None, cells: dict[str, Cell], name: str, missing: Callable[..., Value]
) -> Iterable[Value]:
    """Return what a range of FOR gives its control variable: ints as Python counts them, else step by step.

    The variable has the first value then, even if there is no turn at all.
    """
    number = start if start.__class__ is int else to_number(start)
    increment = step if step.__class__ is int else to_number(step)
    bound = limit if limit is None or limit.__class__ is int else to_number(limit)
    cells[name].v = number
    if number.__class__ is int and increment.__class__ is int and increment:
        if bound.__class__ is int:
            return range(number, bound + 1 if increment > 0 else bound - 1, increment)
        if bound is None and is_countable(number, increment):
            return range(number, INT_END, increment)
    if bound is not None and (number > bound if increment >= 0 else number < bound):
        return ()
    return _stepping(number, increment, bound, cells, name, missing)


def limit(bound: Value) -> int:
    """Return the last int that a FOR with a step of ints comes to at most."""
    number = bound if bound.__class__ is int else to_number(bound)
    return math.floor(number)


def _stepping(
    number: Number,
    increment: Number,
    bound: Number | None,
    cells: dict[str, Cell],
    name: str,
    missing: Callable[..., Value],
) -> Iterator[Value]:
    """Yield the first value, and each time the one after that which the variable has then."""
    after: Number | None = number
    while after is not None:
        yield after
        after = _follow(increment, bound, cells, name, missing)


def _follow(
    increment: Number, bound: Number | None, cells: dict[str, Cell], name: str, missing: Callable[..., Value]
) -> Number | None:
    """Return the value of the control variable in the next turn, None behind the last one."""
    value = cells[name].v
    if value is None:
        value = missing(name, ())
    after = numbers.add(value, increment)
    if bound is not None and (after > bound if increment >= 0 else after < bound):
        if value.__class__ is not int or after.__class__ is not int:
            # The step is taken back: a text is a number behind it, and what was rounded stays so.
            cells[name].v = numbers.subtract(after, increment)
        return None
    return after


def go_on(
    step: Value, limit: Value | None, cells: dict[str, Cell], name: str, missing: Callable[..., Value]
) -> Iterable[Value]:
    """Return the rest of a range of FOR whose body has changed the control variable."""
    increment = to_number(step)
    bound = None if limit is None else to_number(limit)
    after = _follow(increment, bound, cells, name, missing)
    return () if after is None else walk(after, increment, bound, cells, name, missing)


def lenient(machine: Machine, value: Value | None, name: str, cell: Cell, before: Sequence[Key]) -> Key:
    """Return a local as a subscript of a variable that is looked for: undefined is an error only if a level is there.

    compile_variables.py has the same rule (`searched`).
    """
    if value is None:
        if cell.level((*before, "")) is None:
            return ""
        value = machine.views.missing(name, ())
    return to_key(value)


def missing_at(machine: Machine, name: str, prefix: bytes | None, code: bytes) -> Value:
    """Return what a global without a value is: M7."""
    return machine.views.missing_global(GlobalReference(machine, name, prefix, code))


def next_subscript(machine: Machine, name: str, prefix: bytes | None, code: bytes) -> Value:
    """Return $ORDER of a global that was touched; references.py has the same (`GlobalReference.order`)."""
    if prefix is None:
        return GlobalReference(machine, name, None, code).order(reverse=False)
    store = machine.ready or machine.store
    after = store.order(name, prefix, b"" if code == EMPTY else code)
    if after is not None and after[0] == TAG_EMPTY:
        after = store.order(name, prefix, after)  # $ORDER never returns the empty subscript
    return "" if after is None else machine.codec.decode_one(after)


def previous_subscript(machine: Machine, name: str, prefix: bytes | None, code: bytes) -> Value:
    """Return $ORDER(global,-1)."""
    return GlobalReference(machine, name, prefix, code).order(reverse=True)


def quit_elsewhere(machine: Machine, frame: Frame) -> None:
    """Raise M16 for a QUIT with a value from a frame that is no function's, unless $ZQUIT says otherwise."""
    if not machine.specials.settings.quits_as_wanted:
        raise machine.no_function(frame)
