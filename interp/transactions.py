"""Transactions of a Run: TSTART, TCOMMIT, TROLLBACK, and going on behind TSTART after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bumps import limits
from bumps.errors import RestartError
from bumps.interp import nodes
from bumps.interp.codes import merror
from bumps.interp.frames import Code, DirectFrame, Frame, Restart, Run
from bumps.interp.references import copy_level
from bumps.interp.symbols import Arr, Cell, Value

if TYPE_CHECKING:
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
        self.saved: Saved | None = None
        """None if the outermost TSTART is not restartable."""
        self.test = 0

    @property
    def level(self) -> int:
        """$TLEVEL."""
        return len(self.frames)

    def begin(self, argument: nodes.TransactionArgument | None, resume: Run) -> None:
        """Do TSTART; `resume` runs what follows it."""
        machine = self.machine
        if len(self.frames) >= limits.TRANSACTION_LEVEL_MAX:
            raise merror("TPTOODEEP")
        frame = machine.frames[-1]
        if not self.frames:
            self.saved = self._save(argument)
            self.resume = resume
            self.restart_count = 0
            self.test = machine.test
        machine.store.begin(turn=self.saved is None)  # what cannot be run again must not meet anybody
        self.frames.append(frame)

    def _save(self, argument: nodes.TransactionArgument | None) -> Saved | None:
        """Return copies of the locals that a restart puts back, or None if it is not to be restarted."""
        if argument is None or not argument.restartable:
            return None
        cells = self.machine.cells
        if argument.every:
            names = list(cells)
        else:
            names = sorted(self.machine.compiler.names(argument.names)())
        return {name: _copy(self.machine.cell(name)) for name in names}

    def check_quit(self, frame: Frame, code: Code, index: int) -> None:
        """Raise M42 for a frame that quits in line `index` of `code` while a transaction that it began is open."""
        if frame in self.frames and not isinstance(frame, DirectFrame):
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
            self.machine.store.commit()
        except RestartError:
            self.restart()
        except BaseException:
            if not self.machine.store.level:
                self.frames.clear()  # whether it is in nobody can say: it is open no more, and not to be rolled back
            raise
        self.frames.pop()

    def rollback(self, level: int) -> None:
        """Do TROLLBACK to a level; a negative one counts from the present level."""
        if not self.frames:
            raise merror("TLVLZERO")
        target = level if level >= 0 else len(self.frames) + level
        if not 0 <= target < len(self.frames):
            raise merror("INVROLLBKLVL", level, len(self.frames))
        self.machine.store.rollback(target)
        self.machine.naked = NO_NAKED
        del self.frames[target:]

    def restart(self) -> None:
        """Do TRESTART: undo all, put the saved locals back, and go on behind the outermost TSTART."""
        if not self.frames:
            raise merror("TLVLZERO")
        if self.saved is None or self.resume is None:
            raise merror("TRESTNOT")
        machine = self.machine
        frame = self.frames[0]
        if machine.store.level:
            machine.store.rollback(0)
        self.frames.clear()
        for name, (value, arr) in self.saved.items():
            cell = machine.cell(name)
            cell.v = value
            cell.a = None if arr is None else copy_level(arr)
        machine.test = self.test
        self.restart_count += 1
        machine.store.begin()
        self.frames.append(frame)
        raise Restart(frame, self.resume)

    def abandon(self) -> None:
        """Roll back whatever is open when the Run ends."""
        if self.frames:
            # Whatever interrupted the Run may have done so within a restart, between its two transactions.
            if self.machine.store.level:
                self.machine.store.rollback(0)
            self.frames.clear()


def _copy(cell: Cell) -> tuple[Value | None, Arr | None]:
    return cell.v, None if cell.a is None else copy_level(cell.a)
