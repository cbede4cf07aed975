"""What the stores that torture is tried on have in common: no M, no pages, and a checkpoint that is written at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from bumps.torture.model import Change
from bumps.torture.programs import Program


class PlainStore(ABC):
    """Leaves commits and checkpoints to the store, and makes everything else of them."""

    @abstractmethod
    def commit(self, changes: Sequence[Change]) -> int:
        """Apply changes as one commit; return its LSN when it is durable."""

    @abstractmethod
    def checkpoint(self) -> None:
        """Write a checkpoint."""

    def run(self, program: Program) -> None:
        """Commit what a program changes."""
        if program.changes:
            self.commit(program.changes)

    @property
    def checkpointing(self) -> bool:
        """Whether a checkpoint goes on: never, it is written at once."""
        return False

    def begin_checkpoint(self) -> None:
        """Write a checkpoint."""
        self.checkpoint()

    def advance(self, count: int) -> None:
        """Take steps of a checkpoint that goes on: there is none."""
        assert not self.checkpointing

    def compact(self) -> None:
        """Write a checkpoint: there are no pages."""
        self.checkpoint()
