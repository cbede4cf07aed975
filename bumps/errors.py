"""Every error that bumps raises on purpose.

    BumpsError
    ├── UsageError             a call or a command that cannot be meant
    ├── LimitError             a documented limit would be exceeded
    ├── InputError             a line of a file to load is not what its format says
    ├── StoppedError           a long command was stopped by its user, at a safe point
    ├── ChildError             a process that a command started ended by itself
    ├── RecordError            a record of a Run that cannot be written, or is torn or foreign
    ├── DivergedError          a Run that is replayed does not do what was recorded
    ├── RunStoppedError        a Run of M was ended from outside
    │   ├── RunLimitError      it went over one of its limits
    │   └── RunCancelledError  somebody cancelled it
    ├── StorageError           the file or the disk, not the program
    │   ├── NoDatabaseError    there is no database at that path
    │   ├── ExistsError        there is something at that path already
    │   ├── ForeignFileError   a file that is not ours, or of a newer version
    │   ├── CorruptionError    stored bytes fail a check
    │   ├── LockedError        another process has the database open
    │   ├── ReadOnlyError      a write to a database that is open for reading
    │   ├── DiskFullError      no space: the write was refused, nothing is lost
    │   ├── FailedError        a write or a sync failed: dead for writing until opened again
    │   ├── CommitUnknownError nobody can say whether this commit is in
    │   └── ClosedError        the database is closed
    ├── LockTimeoutError       another thread or Run has the lock, and time was over
    ├── TransactionError       a transaction that cannot go on
    │   └── RestartError       it met another commit, and must be run again
    └── MError                 an error that an M program can trap

Each class has a `name`, a `number` and a `hint`: what to do about it. `code` is
what `$ECODE` holds of it: an ANSI M code such as `M9`, or `Z` and the number.
GT.M's numbers are kept for its errors (interp/codes.py); what only bumps knows
counts from 500000001, here and nowhere else.

A failed `assert` is a bug in bumps, never an operating error: nobody catches it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class MFact(NamedTuple):
    """What there is to know of an error of M programs that GT.M does not know."""

    number: int
    meaning: str
    mcode: str = ""
    """Its code in the standard, if it has one."""


M_ERRORS: dict[str, MFact] = {
    "UNBUILT": MFact(500000040, "Not built yet."),
    "ONEPROCESS": MFact(500000041, "JOB starts a process, and one process only can have a database open."),
    "LOCKTURN": MFact(500000042, "LOCK waits in a transaction that cannot be restarted and holds up all writers."),
    "SSVNSUBSCRIPT": MFact(500000043, "A structured system variable has no such node.", "M38"),
    "SSVNENVIRONMENT": MFact(500000044, "A structured system variable of an environment that is not there.", "M59"),
    "SSVNUNKNOWN": MFact(500000045, "There is no structured system variable of that name.", "M60"),
}
"""Errors of M programs that GT.M does not know, by name. interp/codes.py makes them."""


class BumpsError(Exception):
    """The root of all errors that bumps raises on purpose.

    `message` is one line: what, where, and what was found. `details` holds the
    same facts for a program; `hint` says what to do, or is empty.
    """

    name: str = "ERROR"
    number: int = 500000001
    hint: str = ""

    def __init__(self, message: str, *, hint: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, Any] = details
        if hint:
            self.hint = hint

    def __getattr__(self, name: str) -> Any:
        """Return a fact of `details` by its name."""
        try:
            return self.__dict__["details"][name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no fact {name!r}") from None

    @property
    def code(self) -> str:
        """What `$ECODE` holds of this error: `Z` and its number, for all but M's own."""
        return f"Z{self.number}"


class UsageError(BumpsError):
    """A call or a command that cannot be meant as it stands."""

    name, number = "USAGE", 500000002


class LimitError(BumpsError):
    """A documented limit would be exceeded (bumps/limits.py)."""

    name, number = "LIMIT", 500000003


class InputError(BumpsError):
    """A line of a file to load is not what its format says.

    Facts: `file`, `line` and `column` (from 1), `text` (the line, as read), and
    `nodes`, the number that were committed before it.
    """

    name, number = "INPUT", 500000004


class StoppedError(BumpsError):
    """A long command was stopped by its user, at a safe point. Facts: what is done, and how to go on."""

    name, number = "STOPPED", 500000005


class ChildError(BumpsError):
    """A process that a command started ended by itself. Fact: `output`, what it said."""

    name, number = "CHILD", 500000006


class RecordError(BumpsError):
    """A record of a Run (interp/records.py) that cannot be written or read, is torn, or is none. Fact: `path`."""

    name, number = "RECORD", 500000050


class DivergedError(BumpsError):
    """A Run that is replayed does not do what was recorded.

    Facts: `place` (in the M program), `asked` and `recorded` (as texts), `changed` (routines that are not as recorded).
    """

    name, number = "DIVERGED", 500000051


class RunStoppedError(BumpsError):
    """A Run of M was ended from outside: no trap of the program saw it, its locks are free, its transaction is undone.

    Facts: `steps`, how many it took; `place`, where it stood, `LOOP+2^R`, or empty.
    """

    name, number = "RUNSTOPPED", 500000007


class RunLimitError(RunStoppedError):
    """A Run of M went over a limit. Facts, too: `limit` (`steps`, `seconds`, `memory` or `depth`), and its `bound`."""

    name, number = "RUNLIMIT", 500000008


class RunCancelledError(RunStoppedError):
    """A Run of M was cancelled."""

    name, number = "RUNCANCELLED", 500000009


class StorageError(BumpsError):
    """The file or the disk is at fault, not the program."""

    name, number = "STORAGE", 500000010


class NoDatabaseError(StorageError):
    """There is no database at that path. Fact: `path`."""

    name, number = "NODATABASE", 500000011


class ExistsError(StorageError):
    """There is something at that path already. Fact: `path`."""

    name, number = "EXISTS", 500000012


class ForeignFileError(StorageError):
    """A file that is not ours, or of a version that this release cannot read. Fact: `path`."""

    name, number = "FOREIGN", 500000013


class CorruptionError(StorageError):
    """Stored bytes fail a check. Raised on reading, before the bytes are used.

    Facts where they are known: `file`, `page`, `offset`, `last_lsn`, `next_lsn`.
    """

    name, number = "CORRUPTION", 500000014
    hint = "bumps db verify lists all damage; restore from a backup, or replay the journal into a new database"


class LockedError(StorageError):
    """Another process has the database open. Facts: `path`, `pid` (0 if unknown)."""

    name, number = "LOCKED", 500000015
    hint = "wait until it ends, or stop it; nothing needs repair"


class ReadOnlyError(StorageError):
    """A write to a database that is open for reading only."""

    name, number = "READONLY", 500000016


class DiskFullError(StorageError):
    """There is no space left. The write was refused as a whole and nothing is lost."""

    name, number = "DISKFULL", 500000017
    hint = "free some space; writes go on by themselves, and nothing that was acknowledged is lost"


class FailedError(StorageError):
    """A write or a sync of the journal or the data failed: no more writes until it is opened again."""

    name, number = "FAILED", 500000018
    hint = "open the database again: recovery keeps all that was acknowledged"


class CommitUnknownError(StorageError):
    """The write of a commit failed half way: nobody can say whether it is in. Fact: `lsn`."""

    name, number = "COMMITUNKNOWN", 500000019
    hint = "open the database again and look whether this change is there before you repeat it"


class ClosedError(StorageError):
    """The database is closed."""

    name, number = "CLOSED", 500000020


class TransactionError(BumpsError):
    """A transaction that cannot go on."""

    name, number = "TRANSACTION", 500000030


class RestartError(TransactionError):
    """The transaction met another commit and must be run again; `@transactional` does that."""

    name, number = "RESTART", 500000031


class LockTimeoutError(BumpsError):
    """Another thread or Run holds a lock that conflicts, and did not let it go in time. Fact: `lock`, its name."""

    name, number = "LOCKTIMEOUT", 500000032


class MError(BumpsError):
    """An error that an M program can trap.

    `mcode` is the ANSI code (`M9`) or empty; `name` and `number` are GT.M's where it
    has one. `place` is where it happened, `SUB+2^E1`; the machine fills it in, with
    `source` (the line), `line` and `column` (from 1), `routine`, `file` and `stack`
    (the callers' places, innermost first).
    """

    def __init__(
        self, message: str, *, name: str, number: int, mcode: str = "", hint: str = "", **details: Any
    ) -> None:
        super().__init__(message, hint=hint, **details)
        self.name = name
        self.number = number
        self.mcode = mcode
        self.place = ""
        self.routine = ""
        self.file = ""
        self.line = 0
        self.column = 0
        self.source = ""
        self._callers: Callable[[], list[str]] = list
        self._stack: list[str] | None = None

    def tell_callers(self, callers: Callable[[], list[str]]) -> None:
        """Let `callers` say what `stack` is when somebody asks: most errors are trapped, and nobody does."""
        self._callers, self._stack = callers, None

    @property
    def stack(self) -> list[str]:
        """The callers' places, innermost first."""
        if self._stack is None:
            self._stack = self._callers()
        return self._stack

    @stack.setter
    def stack(self, places: list[str]) -> None:
        self._stack = places

    @property
    def code(self) -> str:
        """The ANSI code, else `Z` and the number."""
        return self.mcode or f"Z{self.number}"

    @property
    def ecode(self) -> str:
        """What this error appends to `$ECODE`: `,M9,Z150373210,`."""
        return f",{self.mcode},Z{self.number}," if self.mcode else f",Z{self.number},"
