"""Transactions of a Run: TSTART, TCOMMIT, TROLLBACK, and going on behind TSTART after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumps import limits
from bumps.errors import RestartError
from bumps.interp.codes import merror
from bumps.interp.frames import NO_VALUE, Code, DirectFrame, Frame, Outcome, Place, Restart, Run
from bumps.interp.references import copy_level
from bumps.interp.symbols import Arr, Cell, Value

if TYPE_CHECKING:
    from bumps.globals import Globals
    from bumps.interp import nodes
    from bumps.interp.machine import Machine

NO_NAKED: tuple[str, bytes | None, bytes] = ("", None, b"")
"""The naked indicator when it is undefined: TROLLBACK makes it so, for what it named may be gone."""

Saved = dict[str, tuple["Value | None", "Arr | None"]]


class Transactions:
    """The open transactions of one machine. TROLLBACK leaves locals alone; a restart puts back those of TSTART."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.frames: list[Frame] = []
        """The frame of each open TSTART, outermost first."""
        self.restart_count = 0
        self.resume: Run | None = None
        self.place: Place | None = None
        self.saved: Saved | None = None
        """None if the outermost TSTART is not restartable."""
        self.inner_saved: list[Saved | None] = []
        """What those within it have saved, outermost first; perhaps also some that are at their end."""
        self.test = 0
        self._is_deferred = False
        """Whether the transaction touches its first global yet. Until then it has seen nothing, and holds nobody up:
        a LOCK behind TSTART may wait, and what others commit meanwhile disturbs nobody."""

    @property
    def level(self) -> int:
        """$TLEVEL."""
        return len(self.frames)

    def begin(self, argument: nodes.TransactionArgument | None, resume: Run, place: Place) -> None:
        """Do TSTART, which stands at `place`; `resume` runs what follows it."""
        machine = self.machine
        if len(self.frames) >= limits.TRANSACTION_LEVEL_MAX:
            raise merror("TPTOODEEP")
        machine.fences.check_none()
        frame = machine.frames[-1]
        if not self.frames:
            self.saved = self._save(argument)
            self.resume = resume
            self.place = place
            self.restart_count = 0
            self.test = machine.test
            self._is_deferred = True
            machine.defer_transaction()
            machine.timeouts.begin_transaction()
        else:
            del self.inner_saved[len(self.frames) - 1 :]
            self.inner_saved.append(self._save(argument))
            if not self._is_deferred:
                machine.store.begin()
        self.frames.append(frame)
        machine.locks.begin_level()

    def begin_now(self, session: Globals) -> None:
        """Begin what was deferred: a global is to be used."""
        if self._is_deferred:
            session.begin(turn=not self.is_restartable)  # what cannot be run again must not meet anybody
            self._is_deferred = False
            for _ in self.frames[1:]:
                session.begin()

    @property
    def is_restartable(self) -> bool:
        """Whether the outermost TSTART said that it may be run again."""
        return self.saved is not None

    @property
    def has_turn(self) -> bool:
        """Whether the open transaction holds up all writers."""
        return bool(self.frames) and not self._is_deferred and self.machine.store.has_turn

    def _save(self, argument: nodes.TransactionArgument | None) -> Saved | None:
        """Return copies of the locals that a restart puts back, or None if it is not to be restarted."""
        if argument is None or not argument.restartable:
            return None
        if argument.every:
            names = list(self.machine.cells)
        elif argument.names:
            names = sorted(self.machine.compiler.names(argument.names)())
        else:
            return {}
        return {name: self._copy(self.machine.locals.cell(name)) for name in names}

    def _copy(self, cell: Cell) -> tuple[Value | None, Arr | None]:
        return cell.v, None if cell.a is None else copy_level(cell.a, self.machine.meter)

    def check_quit(self, frame: Frame, code: Code, index: int) -> None:
        """Raise M42 for a frame that quits in line `index` of `code` while a transaction that it began is open."""
        if frame in self.frames and not isinstance(frame, DirectFrame):
            frame.value = NO_VALUE
            error = merror("TPQUIT")
            error.details["at"] = code.place(index)
            raise error

    def drop(self, frame: Frame) -> None:
        """Roll back what a frame began that ends by an error or ZGOTO: nobody is left who could rightly commit it."""
        if frame in self.frames and not isinstance(frame, DirectFrame):
            self.rollback(self.frames.index(frame))

    def commit(self) -> None:
        """Do TCOMMIT; M44 without a transaction. A commit that met another one restarts."""
        if not self.frames:
            raise merror("TLVLZERO")
        try:
            if not self._is_deferred:
                self.machine.store.commit()
        except RestartError:
            self.restart()
        except BaseException:
            if not self.machine.store.level:
                self._forget()  # whether it is in nobody can say: it is open no more, and not to be rolled back
            raise
        self.frames.pop()
        self._count_none()
        self.machine.locks.commit_level()
        self._end_level()

    def rollback(self, level: int) -> None:
        """Do TROLLBACK to a level; a negative one counts from the present level."""
        if not self.frames:
            raise merror("TLVLZERO")
        target = level if level >= 0 else len(self.frames) + level
        if target < 0:
            raise merror("TROLLBK2DEEP", -level, len(self.frames))
        if target >= len(self.frames):
            raise merror("INVROLLBKLVL", level, len(self.frames))
        if not self._is_deferred:
            self.machine.store.rollback(target)
        self.machine.naked = NO_NAKED
        del self.frames[target:]
        self._count_none()
        self.machine.locks.roll_back(target)
        self._end_level()

    def _count_none(self) -> None:
        """Make $TRESTART 0 when no transaction is open."""
        if not self.frames:
            self.restart_count = 0

    def restart(self) -> None:
        """Do TRESTART: undo all, put the saved locals back, and go on behind the outermost TSTART.

        If that cannot be restarted, M27 is its error, in its frame; the transaction is undone then, and still open.
        """
        if not self.frames:
            raise merror("TLVLZERO")
        machine = self.machine
        frame = self.frames[0]
        saved = [self.saved, *self.inner_saved[: len(self.frames) - 1]]
        self.pause()
        self.frames.clear()
        machine.locks.roll_back(0)
        for each in reversed(saved):
            for name, (value, arr) in (each or {}).items():
                cell = machine.locals.cell(name)
                cell.v = value
                cell.a = None if arr is None else copy_level(arr, machine.meter)
        self.frames.append(frame)
        machine.locks.begin_level()
        if self.saved is None or self.resume is None:
            failed_at = machine.traps.places.in_routine()
            raise Restart(frame, lambda: self._fail_to_restart(failed_at))
        self.restart_count += 1
        raise Restart(frame, self.resume)

    def _fail_to_restart(self, failed_at: Place | None) -> Outcome:
        """Raise M27 in the frame of the TSTART; `failed_at` is where it was to be restarted."""
        start = self.place
        if start is None or start.image is None:
            start = self.machine.traps.places.in_routine()
        error = merror("TRESTNOT")
        error.details["at"] = self.place
        begin, end = ["" if place is None else place.name for place in (start, failed_at)]
        error.details["also"] = f"%GTM-E-TRESTLOC, Transaction start: {begin}, Transaction failure: {end}"
        raise error

    def pause(self) -> None:
        """Roll everything back, to be begun again by the next access to a global. `restart` must follow."""
        if self.machine.session.level:
            self.machine.session.rollback(0)
        self._is_deferred = True
        self.machine.defer_transaction()

    def abandon(self) -> None:
        """Roll back whatever is open when the Run ends."""
        if self.frames:
            # Whatever interrupted the Run may have done so within a restart, between its two transactions.
            if not self._is_deferred and self.machine.session.level:
                self.machine.session.rollback(0)
            self._forget()

    def _end_level(self) -> None:
        if not self.frames:
            self._is_deferred = False
            self.machine.timeouts.end_transaction()

    def _forget(self) -> None:
        self.frames.clear()
        self._end_level()
        self.machine.locks.forget_levels()
