"""btree/freelist.py: no page is handed out while the state before needs it, and none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bumps import limits
from bumps.btree import freelist
from bumps.btree.freelist import Draft, Freelist, Run
from bumps.btree.page import Page, Stamp, parse
from bumps.errors import CorruptionError, LimitError

PAGE_SIZE = 512
STEPS = st.lists(st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=60), max_size=12)


@settings(max_examples=60)
@given(STEPS)
def test_every_page_is_used_or_free_and_is_free_for_one_checkpoint_first(
    checkpoints: list[list[tuple[bool, int]]],
) -> None:
    state, page_count = freelist.EMPTY, 2
    used: set[int] = set()
    freed_at: dict[int, int] = {}
    images: dict[int, bytes] = {}
    for generation, steps in enumerate(checkpoints, 1):
        draft = Draft(state, page_count, generation)
        for is_take, count in steps:
            if is_take or not used:
                taken = set(range(first := draft.take(count), first + count))
                assert not taken & used
                assert all(freed_at.pop(page, 0) < generation for page in taken)  # F1
                used |= taken
            else:
                page = sorted(used)[count * 7 % len(used)]
                draft.free(page)
                used.discard(page)
                freed_at[page] = generation
        before = state
        written, state = draft.encode(Stamp(PAGE_SIZE, generation, generation))
        page_count = draft.page_count
        images.update(written)
        for page in set(state.pages) - set(before.pages):
            assert freed_at.pop(page, 0) < generation  # F1 holds for pages of the list too
        for page in set(before.pages) - set(state.pages):
            freed_at[page] = generation

        free = {page for run in state.runs for page in range(run.page, run.end)}
        assert sum(run.page_count for run in state.runs) == len(free)
        assert free | used | set(state.pages) == set(range(2, page_count))
        assert len(free) + len(used) + len(state.pages) == page_count - 2
        assert read_back(state, images, page_count, generation) == state


def read_back(state: Freelist, images: dict[int, bytes], page_count: int, generation: int) -> Freelist:
    def load(number: int, checksum: int) -> Page:
        page = parse(images[number], PAGE_SIZE, number)
        assert page.checksum == checksum
        return page

    return freelist.read(state.first, page_count, generation, load) if state.first else freelist.EMPTY


def test_a_draft_leaves_the_list_as_it_was() -> None:
    state = Freelist([Run(5, 3, 1)], [4], (4, 0))
    draft = Draft(state, 20, 3)
    draft.take(2)
    draft.free(10)
    draft.encode(Stamp(PAGE_SIZE, 3, 3))
    assert state == Freelist([Run(5, 3, 1)], [4], (4, 0))


def test_a_page_that_is_freed_twice_is_refused() -> None:
    draft = Draft(Freelist([Run(5, 3, 1)], [4], (4, 0)), 20, 3)
    draft.free(6)
    with pytest.raises(CorruptionError, match="free twice"):
        draft.encode(Stamp(PAGE_SIZE, 3, 3))


def test_a_database_has_a_last_page() -> None:
    draft = Draft(freelist.EMPTY, limits.PAGE_COUNT_MAX - 1, 1)
    assert draft.take() == limits.PAGE_COUNT_MAX - 1
    with pytest.raises(LimitError):
        draft.take()


def test_neighbours_are_taken_together_and_runs_that_touch_are_joined() -> None:
    draft = Draft(Freelist([Run(5, 1, 1), Run(6, 2, 2), Run(20, 2, 1)], [], None), 40, 3)
    assert draft.take(4) == 40
    assert draft.take(3) == 5
    assert draft.take(1) == 20


def test_a_list_that_goes_in_circles_is_corrupt() -> None:
    stamp = Stamp(PAGE_SIZE, 1, 1)
    _, state = Draft(Freelist([Run(5, 1, 0)], [4], None), 10, 1).encode(stamp)
    assert state.first
    with pytest.raises(CorruptionError):
        freelist.read((4, 0), 10, 1, lambda number, _: circle(number))


def circle(number: int) -> Page:
    return Page(number, 0, 0, 0, 0, 4, 0, 0, 0, 0, freelist.PREFIX.pack(number, 0))


def test_what_this_checkpoint_freed_is_for_the_next_one() -> None:
    draft = Draft(Freelist([Run(5, 3, 3)], [4], (4, 0)), 20, 3)
    assert draft.take() == 20
    draft.free(9)
    assert draft.take() == 21
    _, after = draft.encode(Stamp(PAGE_SIZE, 3, 3))
    assert after.runs == [Run(5, 3, 3), Run(9, 1, 3)]
    assert Draft(after, 22, 4).take() == 5
