"""bumps: a MUMPS database and language runtime in pure Python.

    import bumps
    with bumps.open("clinic.bumps") as database:
        database["^PATIENT", 7, "NAME"] = "Nightingale,Florence"

Everything public is here; the packages below are the engine and the language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bumps.database import Database, Snapshot, Transaction, open
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
from bumps.maintenance import Replayed, replay, verify
from bumps.node import Node
from bumps.options import Durability
from bumps.policy import Policy
from bumps.problem import Problem
from bumps.run import Limits, Run
from bumps.version import __version__

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


Database.runner = staticmethod(_call)
