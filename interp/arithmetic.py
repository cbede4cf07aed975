"""M's decimal context as that of the thread: while M runs, and not while the program that it runs in does.

The operators of Decimal work in the context of their thread. numbers.py needs M's there: 18 digits, truncated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Context, getcontext, setcontext

from bumps.interp.values import CONTEXT

_outer: ContextVar[Context] = ContextVar("the decimal context of the program that M runs in")


@contextmanager
def arithmetic() -> Iterator[None]:
    """Return a context in which the thread computes as M does; behind it as before."""
    before = getcontext()
    if before is CONTEXT:
        yield
        return
    token = _outer.set(before)
    setcontext(CONTEXT)
    try:
        yield
    finally:
        setcontext(before)
        _outer.reset(token)


@contextmanager
def outside() -> Iterator[None]:
    """Return a context in which the thread computes as around `arithmetic`: for a call of what is not ours."""
    if getcontext() is not CONTEXT:
        yield
        return
    setcontext(_outer.get())
    try:
        yield
    finally:
        setcontext(CONTEXT)
