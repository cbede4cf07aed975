"""What was changed while transactions are open, for holding it against what they have read.

Nothing is kept while no transaction is open. When the changes take more than 64 MiB the
oldest are dropped, and a transaction that began before them has to run again.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterator

from bumps.batch import Batch, Batches
from bumps.reads import Reads

SIZE_MAX = 64 * 1024 * 1024
"""What the changes may take, in bytes."""
_CHARGE_PER_KEY = 64


class Changes:
    """The changes since the oldest open transaction began. The caller holds the engine's latch."""

    def __init__(self) -> None:
        """Start with no transaction."""
        self.wanted = False
        """Whether changes are to be added. It may be true for a moment when no transaction is open any more."""
        self._readers: weakref.WeakSet[Reads] = weakref.WeakSet()
        self._commits: deque[tuple[int, Batches, int]] = deque()
        self._size = 0
        self._dropped = 0
        """Sequence of the newest change that was dropped for want of room."""

    @property
    def transaction_count(self) -> int:
        """How many transactions are open: not those that an interrupt has left here, perhaps in the frames it keeps."""
        return sum(reads.is_open for reads in self._readers)

    def open(self, reads: Reads) -> None:
        """Keep changes from now on for a transaction."""
        self._readers.add(reads)
        self.wanted = True

    def close(self, reads: Reads) -> None:
        """Let go what only this transaction needed."""
        self._readers.discard(reads)
        self._trim()

    def _trim(self) -> None:
        oldest = min((reads.snapshot.sequence for reads in self._readers), default=None) if self._readers else None
        if oldest is None:
            self.wanted = False
            self._commits.clear()
            self._size = 0
            return
        while self._commits and self._commits[0][0] <= oldest:
            self._size -= self._commits.popleft()[2]

    def add(self, sequence: int, batches: Batches) -> None:
        """Note a change; `sequence` is the engine's count after it."""
        if not self._readers:
            self._trim()
            return
        size = 0
        for batch in batches:
            size += sum(map(len, batch.keys)) + _CHARGE_PER_KEY * len(batch.keys)
        # The values are not needed, and may be large.
        self._commits.append((sequence, [Batch(batch.name, batch.kinds, batch.keys, []) for batch in batches], size))
        self._size += size
        if self._size > SIZE_MAX:
            self._trim()
            while self._size > SIZE_MAX:
                self._dropped, _, size = self._commits.popleft()
                self._size -= size

    def since(self, sequence: int) -> Iterator[Batches] | None:
        """Return the changes after `sequence`; None if some of them were dropped."""
        if sequence < self._dropped:
            return None
        return (batches for number, batches, _ in self._commits if number > sequence)
