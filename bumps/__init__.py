"""bumps: a MUMPS database and language runtime in pure Python.

    import bumps
    with bumps.open("clinic.bumps") as database:
        database["^PATIENT", 7, "NAME"] = "Nightingale,Florence"

Everything public is here; the packages below are the engine and the language.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bumps.errors import (
    BumpsError,
    ClosedError,
    CommitUnknownError,
    CorruptionError,
    DiskFullError,
    ExistsError,
    FailedError,
    ForeignFileError,
    InputError,
    LimitError,
    LockedError,
    LockTimeoutError,
    MError,
    NoDatabaseError,
    ReadOnlyError,
    RestartError,
    RunCancelledError,
    RunLimitError,
    RunStoppedError,
    StorageError,
    TransactionError,
    UsageError,
)
from bumps.options import Durability
from bumps.policy import Policy
from bumps.run import Language, Limits, Run
from bumps.version import __version__

if TYPE_CHECKING:
    from bumps.database import Database, Snapshot, Transaction, open
    from bumps.maintenance import Replayed, replay, verify
    from bumps.node import Node
    from bumps.problem import Problem

__all__ = [
    "BumpsError",
    "ClosedError",
    "CommitUnknownError",
    "CorruptionError",
    "Database",
    "DiskFullError",
    "Durability",
    "ExistsError",
    "FailedError",
    "ForeignFileError",
    "InputError",
    "LimitError",
    "Limits",
    "LockTimeoutError",
    "LockedError",
    "MError",
    "NoDatabaseError",
    "Node",
    "Policy",
    "Problem",
    "ReadOnlyError",
    "Replayed",
    "RestartError",
    "Run",
    "RunCancelledError",
    "RunLimitError",
    "RunStoppedError",
    "Snapshot",
    "StorageError",
    "Transaction",
    "TransactionError",
    "UsageError",
    "__version__",
    "open",
    "replay",
    "verify",
]

_HOMES = {
    "Database": "database",
    "Node": "node",
    "Problem": "problem",
    "Replayed": "maintenance",
    "Snapshot": "database",
    "Transaction": "database",
    "open": "database",
    "replay": "maintenance",
    "verify": "maintenance",
}
"""Where the engine's names are. It is loaded when one is first asked for: many a program of M needs no database."""


def __getattr__(name: str) -> Any:
    """Return a public name of one of the modules below, which is loaded now."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'bumps' has no attribute {name!r}")
    found = getattr(import_module(f"bumps.{home}"), name)
    setattr(sys.modules[__name__], name, found)  # there is a module `globals` here
    return found


def __dir__() -> list[str]:
    """Return the names that there are, loaded or not."""
    return sorted({*vars(sys.modules[__name__]), *__all__})


def _call(
    database: Database,
    entryref: str,
    arguments: Sequence[Any],
    routines: Sequence[str] | None,
    policy: Policy | None,
    limits: Limits | None,
    run: Run | None,
    trace: Callable[[dict[str, Any]], None] | None,
) -> Any:
    """Hand the language to the database when it is first asked to run M; nothing of it is loaded before."""
    from bumps.interp.runner import call

    return call(database, entryref, arguments, routines, policy, limits, run, trace)


Language.runner = _call
