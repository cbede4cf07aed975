"""LOCK, ZALLOCATE and ZDEALLOCATE of a Run: what the commands mean, on the lock table of the database.

In a transaction, as on GT.M: what was taken before the innermost TSTART cannot be let go (M41), and what was taken
since is let go by TROLLBACK and by a restart, not by TCOMMIT.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from bumps.interp.codes import merror, own_error
from bumps.interp.names import format_name
from bumps.interp.references import GlobalReference, Reference
from bumps.locks import NOTHING, Holding, Name, Owner
from bumps.locks import Locks as Table

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

TURN_WAIT_SECONDS = 1.0
"""So long LOCK without a timeout waits in a transaction that holds all writers up and cannot be run again."""


class Locks:
    """The locks of one machine."""

    def __init__(self, machine: Machine, owner: Owner) -> None:
        self.machine = machine
        self.owner = owner
        self.granted_count = 0
        self.expired_count = 0
        self._marks: list[dict[Name, Holding]] = []
        """What was held at each open TSTART."""

    @property
    def _table(self) -> Table:
        return self.machine.session.engine.locks

    def name(self, reference: Reference) -> Name:
        """Return the name of a lock for a variable. No naked indicator moves."""
        if isinstance(reference, GlobalReference):
            return f"^{reference.name}", reference.key
        return reference.name, self.machine.codec.encode(reference.subscripts())

    def lock(self, sign: str, names: Sequence[Name], timeout: int | Decimal | None) -> None:
        """Do LOCK: without a sign all others are let go first. A timeout sets $TEST."""
        if sign == "-":
            self._check_release(names)
            self._table.release(self.owner, names)
            if timeout is not None:
                self.machine.test = 1
            return
        if not sign:
            self.clear()
        self._acquire(names, timeout, allocate=False)

    def allocate(self, names: Sequence[Name], timeout: int | Decimal | None) -> None:
        """Do ZALLOCATE."""
        self._acquire(names, timeout, allocate=True)

    def deallocate(self, names: Sequence[Name]) -> None:
        """Do ZDEALLOCATE of names."""
        self._check_release(names)
        self._table.release(self.owner, names, allocated=True)

    def clear(self) -> None:
        """Do LOCK without arguments."""
        self._check_release(self.owner.names)
        if self.owner.names:
            self._table.release_held(self.owner)

    def deallocate_all(self) -> None:
        """Do ZDEALLOCATE without arguments."""
        self._check_release(self.owner.names)
        if self.owner.names:
            self._table.release_allocated(self.owner)

    def end(self) -> None:
        """Let all go: the Run is over."""
        self._marks.clear()
        if self.owner.names:
            self._table.release_all(self.owner)

    def _acquire(self, names: Sequence[Name], timeout: int | Decimal | None, *, allocate: bool) -> None:
        seconds = None if timeout is None else float(timeout)
        is_granted = self._table.acquire(self.owner, names, 0, allocate=allocate)
        if not is_granted and (seconds is None or seconds > 0):
            is_granted = self._wait(names, seconds, allocate=allocate)
        self.granted_count += is_granted
        self.expired_count += not is_granted
        if seconds is not None:
            self.machine.test = 1 if is_granted else 0

    def _wait(self, names: Sequence[Name], seconds: float | None, *, allocate: bool) -> bool:
        """Wait for names. Who holds them may have to write, so nobody holds up all writers meanwhile without end."""
        machine = self.machine
        machine.device.flush()
        if seconds is not None or not machine.transactions.has_turn:
            return machine.world.host.attempt(seconds, lambda patience: self._queue(names, patience, allocate=allocate))
        if machine.transactions.is_restartable:
            machine.transactions.pause()
            self._queue(names, None, allocate=allocate)
            machine.transactions.restart()
        if not self._queue(names, TURN_WAIT_SECONDS, allocate=allocate):
            raise own_error(
                "LOCKTURN",
                "LOCK waits in a transaction that cannot be restarted and holds up all writers",
                hint="take the LOCK before the first global of the transaction, give it a timeout, or write TSTART ()",
            )
        return True

    def _queue(self, names: Sequence[Name], seconds: float | None, *, allocate: bool) -> bool:
        """Wait in the queue for names; Stopped if the Run must end."""
        table, meter = self._table, self.machine.meter
        with meter.telling(lambda: table.wake(self.owner)):
            is_granted = table.acquire(self.owner, names, seconds, allocate=allocate)
        meter.attend()
        return is_granted

    # Transactions

    def begin_level(self) -> None:
        """Note what is held at a TSTART."""
        self._marks.append(dict(self.owner.names))

    def commit_level(self) -> None:
        """Forget the innermost TSTART."""
        self._marks.pop()

    def roll_back(self, level: int) -> None:
        """Let go what was taken above a level, and forget the TSTARTs there."""
        then = self._marks[level]
        del self._marks[level:]
        if self.owner.names:
            self._table.release_down_to(self.owner, then)

    def forget_levels(self) -> None:
        """Forget all TSTARTs: the Run, or its transaction, is over."""
        self._marks.clear()

    def _check_release(self, names: Sequence[Name] | dict[Name, Holding]) -> None:
        """Raise M41 if one of the names was taken before the innermost TSTART, and not again since."""
        if not self._marks:
            return
        then = self._marks[-1]
        for name in names:
            if name in then and (isinstance(names, dict) or self.owner.names.get(name, NOTHING) == then[name]):
                raise merror("TPLOCK")

    # Lists

    def lines(self) -> Iterator[str]:
        """Yield what ZSHOW "L" shows: the counts, then each name that is held, the last one first."""
        yield f"MLG:{self.granted_count},MLT:{self.expired_count}"
        for name, (count, is_allocated) in reversed(self.owner.names.items()):
            text = self.text(name)
            if is_allocated:
                yield f"ZAL {text}"
            if count:
                yield f"LOCK {text} LEVEL={count}"

    def text(self, name: Name) -> str:
        """Return the name of a lock as M writes it."""
        return format_name(name[0], self.machine.codec.decode(name[1]), self.machine.charset)
