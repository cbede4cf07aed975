"""Where in its line a closure's source begins: the last constant of its code object (compile_base.py)."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType
from typing import TypeVar

Closure = TypeVar("Closure", bound=Callable[..., object])

LOCATED_COUNT_MAX = 50_000


class Column(int):
    """Where in its line a closure's source begins, from 1."""


def located_at(run: Closure, column: int) -> Closure:
    """Return a closure that was just made, and from now on knows a column, from 1, if it knew none."""
    if isinstance(run, FunctionType) and not column_of(run.__code__):
        code = run.__code__
        key = (id(code), column)
        located = _located.get(key)
        if located is None:
            if len(_located) >= LOCATED_COUNT_MAX:
                _located.clear()
            located = _located[key] = code.replace(co_consts=(*code.co_consts, Column(column)))
        run.__code__ = located
    return run


_located: dict[tuple[int, int], CodeType] = {}
"""The codes that know a column. They are made of those in our own source, which live for ever, so an id is a name."""


def column_of(code: CodeType) -> int:
    """Return the column that a closure knows by its code, 0 if it knows none."""
    constants = code.co_consts
    return constants[-1] if constants and constants[-1].__class__ is Column else 0
