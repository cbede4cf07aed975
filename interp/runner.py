"""M functions called from Python: what `Database.call` does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bumps.errors import UsageError
from bumps.interp.compile_base import is_value
from bumps.interp.machine import Machine
from bumps.interp.symbols import Value
from bumps.locks import Owner
from bumps.policy import Policy
from bumps.run import Limits, Run

if TYPE_CHECKING:
    from bumps.database import Database
    from bumps.interp.code_cache import CodeCache


def call(
    database: Database,
    entryref: str,
    arguments: Sequence[Any],
    routines: Sequence[str] | None,
    policy: Policy | None = None,
    limits: Limits | None = None,
    run: Run | None = None,
    trace: Callable[[dict[str, Any]], None] | None = None,
) -> Any:
    """Call `LABEL^ROUTINE` with arguments by value, in a Run of its own; return the value of its QUIT, or None.

    A text is `str`, in a database of charset `m` it is `bytes`. Routines come from the folders `routines`, else
    from `$BUMPS_ROUTINES`, else from the current folder; generated code is kept in `$BUMPS_CACHE`, if that is set.
    `policy` says what devices may reach. An MError that nothing traps passes, and the RunStoppedError of a Run that
    goes over `limits` or is cancelled by its `run`.
    `trace` is called with the facts of each line of M before it runs, and at the end (trace.py).
    """
    charset = database.charset
    path = routines if routines is not None else os.environ.get("BUMPS_ROUTINES", ".").split(":")
    machine = Machine(
        globals_factory=database.session,
        routine_path=[folder for folder in path if folder],
        charset=charset,
        input=sys.stdin.buffer,
        output=sys.stdout.buffer,
        lock_owner=Owner(database.lock_owner),
        policy=policy,
        limits=limits,
        run=run,
        code_cache=_code_cache(),
    )
    values = [_value(argument, charset) for argument in arguments]
    if trace is None:
        result = machine.call_entry(entryref, *values)
    else:
        from bumps.interp.trace import Trace  # not before somebody asks

        tell = trace
        looker = Trace(machine, lambda traced: tell(traced.facts()))
        try:
            result = machine.call_entry(entryref, *values)
        finally:
            looker.finish()
    return result.encode("latin-1") if isinstance(result, str) and charset == "m" else result


def _code_cache() -> CodeCache | None:
    """Return the cache of `$BUMPS_CACHE`: a library does not write into the user's own folder unasked."""
    if not os.environ.get("BUMPS_CACHE"):
        return None
    from bumps.interp.code_cache import CodeCache

    return CodeCache()


def _value(argument: object, charset: str) -> Value:
    """Return an argument as a value of M; UsageError if it is none."""
    if isinstance(argument, bytes):
        return argument.decode("latin-1" if charset == "m" else "utf-8")
    if is_value(argument):
        return argument  # type: ignore[return-value]
    raise UsageError(f"argument {argument!r}: a value is str, bytes, int or Decimal")
