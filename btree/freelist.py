"""The freelist: pages of `data` that nothing uses, as runs, and how they are handed out.

    OFFSET  SIZE  BODY OF A FREELIST PAGE of n runs (`cells` in the page header)
         0     4  next      freelist page; 0 = this is the last
         4     4  checksum  of that page
         8   16n  runs: first page u32, count u32, generation u64 that freed them

Runs ascend by page, through all pages of the list, and neither touch nor overlap unless
their generations differ. The meta slot names the first page of the list.

Invariants

    F1. A checkpoint hands a page out only if an earlier one freed it, and no open snapshot is of
        a state before that: so it never overwrites what these states use for something else.
    F2. Pages are handed out only while a checkpoint is encoded, never by a SET.
    F3. A free page keeps its last image. Each page below the page count was written by the
        checkpoint that handed it out, so a free one always has an image, older than its run.
    F4. The pages of the list are rewritten in place. All hand-outs come first, then the runs are
        written; a page more, if they need it, is handed out like any other.
    F5. The page count gets smaller only while `compact` runs (`cut`), by pages that could be handed out:
        so no state that is needed has anything there. The list's own pages then move like any other (F1).
    F6. Each page from 2 to the page count is used once: in a tree, a living or a dead one, in an
        overflow chain, in the list, or in a run.

`Draft` is the copy that a checkpoint works on; if that is rolled back, the list is as it was.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from bumps import limits
from bumps.btree.page import FREELIST, HEADER_SIZE, PAGE_FIRST, Page, Stamp, build, corrupt
from bumps.errors import LimitError

PREFIX = struct.Struct("<II")
RUN = struct.Struct("<IIQ")
assert RUN.size == 16, "the table above is the format"


class Run(NamedTuple):
    """Neighbouring free pages."""

    page: int
    page_count: int
    generation: int
    """Of the checkpoint that freed them."""

    @property
    def end(self) -> int:
        """The page behind the run."""
        return self.page + self.page_count


class Freelist(NamedTuple):
    """The list as one checkpoint left it."""

    runs: list[Run]
    pages: list[int]
    """Those that hold the list."""
    first: tuple[int, int] | None
    """Number and checksum of the first of them."""


EMPTY = Freelist([], [], None)


def runs_per_page(page_size: int) -> int:
    """Return how many runs one freelist page holds."""
    return (page_size - HEADER_SIZE - PREFIX.size) // RUN.size


def decode(page: Page, page_count: int, generation: int) -> tuple[list[Run], int, int]:
    """Return the runs of a page of the list, and number and checksum of the next; or raise CorruptionError."""
    if page.kind != FREELIST or page.tree:
        raise corrupt(page.number, f"kind {page.kind} of tree {page.tree} in the freelist")
    if len(page.body) != PREFIX.size + RUN.size * page.cell_count:
        raise corrupt(page.number, f"{page.cell_count} runs in a body of {len(page.body)} bytes")
    following, checksum = PREFIX.unpack_from(page.body)
    runs = list(map(Run._make, RUN.iter_unpack(page.body[PREFIX.size :])))
    end = PAGE_FIRST
    for run in runs:
        if run.page < end or not run.page_count or run.end > page_count or run.generation > generation:
            raise corrupt(page.number, f"{run} behind page {end}, of {page_count} pages at generation {generation}")
        end = run.end
    return runs, following, checksum


def read(first: tuple[int, int], page_count: int, generation: int, load: Callable[[int, int], Page]) -> Freelist:
    """Return the list whose first page has this number and checksum; `load` reads a page given both.

    Raises CorruptionError.
    """
    freelist = Freelist([], [], first)
    number, checksum = first
    while number:
        if len(freelist.pages) >= page_count or not PAGE_FIRST <= number < page_count:
            raise corrupt(number, f"freelist goes on there after {len(freelist.pages)} of {page_count} pages")
        runs, following, checksum_next = decode(load(number, checksum), page_count, generation)
        if runs and freelist.runs and runs[0].page < freelist.runs[-1].end:
            raise corrupt(number, f"{runs[0]} does not follow {freelist.runs[-1]}")
        freelist.runs.extend(runs)
        freelist.pages.append(number)
        number, checksum = following, checksum_next
    return freelist


class Draft:
    """The freelist while a checkpoint is encoded."""

    def __init__(self, freelist: Freelist, page_count: int, generation: int, pinned: int | None = None) -> None:
        """Begin with a copy; `generation` is that of the checkpoint, `pinned` that of the oldest open snapshot."""
        self.generation = generation
        self._generation_max = generation - 1 if pinned is None else min(pinned, generation - 1)
        self.page_count = page_count
        self._pages = list(freelist.pages)
        old = _joined([run for run in freelist.runs if self.may_hand_out(run)])
        self._old = old[::-1]  # lowest last
        self._kept = [run for run in freelist.runs if not self.may_hand_out(run)]
        self._freed: list[Run] = []
        self._tried: dict[int, int] = {}
        """For a count of pages: the runs from this index on are too small, and get no larger."""
        self.changed = False

    def may_hand_out(self, run: Run) -> bool:
        """Return whether no state that is needed uses the pages of a run (F1)."""
        return run.generation <= self._generation_max

    def take(self, count: int = 1) -> int:
        """Hand out neighbouring pages, the lowest there are; return the first (F2)."""
        assert count > 0
        self.changed = True
        old = self._old
        for index in range(self._tried.get(count, len(old)) - 1, -1, -1):
            run = old[index]
            if run.page_count >= count:
                old[index] = Run(run.page + count, run.page_count - count, run.generation)
                self._tried[count] = index + 1
                return run.page
        self._tried[count] = 0
        first = self.page_count
        if first + count > limits.PAGE_COUNT_MAX:
            raise LimitError(f"{first} pages and {count} more: a database has {limits.PAGE_COUNT_MAX} at most")
        self.page_count += count
        return first

    def free(self, page: int, count: int = 1) -> None:
        """Take pages back; a later checkpoint hands them out (F1)."""
        assert page >= PAGE_FIRST and count > 0 and page + count <= self.page_count
        self.changed = True
        self._freed.append(Run(page, count, self.generation))

    def cut(self, bound: int) -> None:
        """Move pages of the list that lie at or above `bound`, then give up the free pages at the end (F5)."""
        for index, page in enumerate(self._pages):
            if page >= bound:
                self._pages[index] = self.take()
                self.free(page)
        old = self._old  # highest first
        while old and (not old[0].page_count or old[0].end == self.page_count):
            run = old.pop(0)
            self._tried.clear()
            if run.page_count:
                self.page_count = run.page
                self.changed = True

    def fit(self, page_size: int) -> None:
        """Give the list as many pages as its runs need; free those it does not."""
        per_page = runs_per_page(page_size)
        while True:
            need = -(-len(self._runs()) // per_page)
            if len(self._pages) < need:
                self._pages.append(self.take())
            elif len(self._pages) > need:
                # The freed page is a run more, for which the pages left must have room.
                self._freed.append(Run(self._pages[-1], 1, self.generation))
                if -(-len(self._runs()) // per_page) > len(self._pages) - 1:
                    self._freed.pop()
                    return
                self._pages.pop()
            else:
                return

    def _runs(self) -> list[Run]:
        """Return all runs in order."""
        runs = sorted([*(run for run in self._old if run.page_count), *self._kept, *_joined(sorted(self._freed))])
        for below, above in pairwise(runs):
            if below.end > above.page:  # what was freed was read from pages: they can be wrong
                raise corrupt(above.page, f"it would be free twice: {below} and {above}")
        return runs

    def encode(self, stamp: Stamp) -> tuple[list[tuple[int, bytes]], Freelist]:
        """Return the pages of the list that this checkpoint leaves, and the list; nothing is handed out after it."""
        self.fit(stamp.page_size)
        runs, per_page = self._runs(), runs_per_page(stamp.page_size)
        assert len(runs) <= per_page * len(self._pages)
        images: list[tuple[int, bytes]] = []
        following: tuple[int, int] | None = None
        for index in range(len(self._pages) - 1, -1, -1):
            part = runs[index * per_page : (index + 1) * per_page]
            body = PREFIX.pack(*(following or (0, 0))) + b"".join(RUN.pack(*run) for run in part)
            number = self._pages[index]
            image, checksum = build(stamp, number, 0, FREELIST, len(part), body)
            images.append((number, image))
            following = (number, checksum)
        return images, Freelist(runs, self._pages, following)


def _joined(runs: list[Run]) -> list[Run]:
    """Return sorted runs with those joined that touch; the younger generation is that of both."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].end == run.page:
            before = joined[-1]
            joined[-1] = Run(before.page, before.page_count + run.page_count, max(before.generation, run.generation))
        else:
            joined.append(run)
    return joined
