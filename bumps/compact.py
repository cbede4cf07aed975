"""Compaction: give the free pages of `data` back to the file system, while the database is in use.

Pages at the end are moved into free ones before them, a few hundred at a time, each time by a checkpoint
(btree/mover.py). The checkpoint after it gives up what is free at the end, and its meta slot says how many
pages are left; when nothing moves any more, the file is cut there.

    K1. It changes no content and no node that a snapshot reads; what an open snapshot needs stays where it is.
    K2. Each step is a change of the tree or a checkpoint, so it may be ended at any moment, by an exception or
        a power cut, and has lost nothing.
    K3. The file is cut only when the meta slot that ends before the cut is durable (recovery/checkpoint.py, C4).
    K4. The journal gets a mark for each checkpoint, and is not touched otherwise: `keep` rules it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from bumps.btree.node import BOTTOM, END

if TYPE_CHECKING:
    from bumps.engine import Engine

MOVE_COUNT = 512
"""Pages that one checkpoint moves: 4 MiB of the default size, twice written."""
STEP_COUNT = 64
"""Pages that are made dirty while nobody else can write."""
PASS_COUNT_MAX = 8
"""Passes over all globals. Each one but the last makes the file shorter; two are the rule."""
_PIN_AGE = 4
"""A snapshot that is older than so many checkpoints holds up moving: what is moved would stay in use."""

Progress = Callable[[int, int], None]
"""Called with the pages of the file now, and those it had."""


class Compacted(NamedTuple):
    """What a compaction did. Sizes in bytes."""

    size_before: int
    """Of `data` and `double-write`."""
    size_after: int
    pages_before: int
    pages_after: int
    moved: int
    """Pages that were given a lower place."""
    pinned: int
    """Free pages that an open snapshot still needs: they can be given back when it is closed."""


def compact(engine: Engine, progress: Progress | None = None) -> Compacted:
    """Make `data` as short as it can be. DiskFullError changes nothing; other errors as `Engine.checkpoint`."""
    return _Compaction(engine, progress).run()


class _Compaction:
    def __init__(self, engine: Engine, progress: Progress | None) -> None:
        self.engine = engine
        self.progress = progress
        self.moved = 0
        self.pages_before = 0

    def run(self) -> Compacted:
        engine = self.engine
        size_before = sum(engine.checkpoints.file_sizes())
        engine.checkpoint()  # what is dirty has its place, what was freed before is known
        self._free_the_dead()
        self.pages_before = self._page_count()
        before = None
        for _ in range(PASS_COUNT_MAX):
            bound = self._bound()
            count = self._page_count()
            if bound >= count or count == before:
                break
            before = count
            if not self._is_held_up():
                self._pass(bound)
            for _ in range(2):  # the first one frees what was moved, the second one gives it up
                self._checkpoint(bound)
        engine.checkpoints.cut_files()
        return Compacted(
            size_before,
            sum(engine.checkpoints.file_sizes()),
            self.pages_before,
            self._page_count(),
            self.moved,
            engine.free_counts()[1],
        )

    def _page_count(self) -> int:
        return self.engine.data_page_count

    def _bound(self) -> int:
        """Return how many pages would do."""
        free, pinned = self.engine.free_counts()
        return self._page_count() - (free - pinned)

    def _is_held_up(self) -> bool:
        """Return whether an old snapshot needs the places of what would be moved."""
        return self.engine.pin_age > _PIN_AGE

    def _free_the_dead(self) -> None:
        """Let checkpoints free what killed trees have left, as long as that goes on."""
        count = self.engine.dead_count
        while count:
            self.engine.checkpoint()
            before, count = count, self.engine.dead_count
            if count == before:
                return  # they cannot be read: verify tells

    def _pass(self, bound: int) -> None:
        """Move what each global has at or above the bound; a checkpoint moves the directory by itself."""
        moved = 0
        for name in self.engine.names():
            low = BOTTOM
            while low < END:
                low, count = self.engine.move(name, low, bound, STEP_COUNT)
                moved += count
                self.moved += count
                if moved >= MOVE_COUNT:
                    moved = 0
                    self._checkpoint(bound)
                    if self._is_held_up():
                        return

    def _checkpoint(self, bound: int) -> None:
        self.engine.checkpoints.make_cutting(bound)
        if self.progress is not None:
            self.progress(self._page_count(), self.pages_before)
