"""btree/view.py, btree/pins.py: a snapshot stays as it was, over writes and checkpoints, and then lets go."""

from __future__ import annotations

import gc
import random

import pytest

from bumps.btree.forest import Snapshot
from bumps.btree.page import Reference
from bumps.btree.pins import Pin, Pins
from bumps.keys import KeyCodec
from tests.trees import Model, Store, assert_reads_same

CODEC = KeyCodec.of("utf-8")


def filled(count: int = 600, cache_size: int = 1 << 16) -> tuple[Store, Model]:
    store, model = Store(cache_size=cache_size), Model()
    store.set("A", *((CODEC.encode((number,)), b"%d" % number * 9) for number in range(count)))
    store.set("BIG", (b"", b"v" * 3000))
    model.globals = {"A": dict(store.forest.items("A")), "BIG": {b"": b"v" * 3000}}
    return store, model


def churn(store: Store, generator: random.Random, count: int = 600) -> None:
    """Change, kill and set anew, with a checkpoint after each step."""
    for _ in range(6):
        keys = [CODEC.encode((generator.randrange(count),)) for _ in range(40)]
        store.set("A", *((key, b"new" * generator.randrange(30)) for key in keys))
        store.set("BIG", (b"", bytes([generator.randrange(65, 90)]) * 3000))
        store.checkpoint()
        store.kill("A", CODEC.encode((generator.randrange(count),)))
        store.checkpoint()
    store.kill("A")
    store.kill("BIG")
    store.checkpoint()
    store.set("A", *((CODEC.encode((number,)), b"again") for number in range(count)))
    store.checkpoint()


@pytest.mark.parametrize("written_before", [False, True], ids=["dirty", "clean"])
@pytest.mark.parametrize("cache_size", [1, 1 << 20])
def test_a_snapshot_stays_as_it_was(written_before: bool, cache_size: int) -> None:
    store, model = filled(cache_size=cache_size)
    if written_before:
        store.checkpoint()
    snapshot = store.forest.snapshot()
    churn(store, random.Random(1))
    assert_reads_same(snapshot, model)
    assert store.problems() == []


def test_a_snapshot_that_was_half_written_stays_as_it_was() -> None:
    store, model = filled(cache_size=1)
    store.checkpoint()
    store.set("A", (CODEC.encode((7,)), b"seven"))
    model.globals["A"][CODEC.encode((7,))] = b"seven"
    snapshot = store.forest.snapshot()
    churn(store, random.Random(2))
    assert_reads_same(snapshot, model)


def test_a_checkpoint_that_is_given_up_leaves_snapshots_and_later_ones_alone() -> None:
    store, model = filled()
    first = store.forest.snapshot()
    frozen = store.freeze()
    store.forest.encode(frozen)
    store.forest.thaw(frozen)
    second = store.forest.snapshot()
    store.kill("A", CODEC.encode((7,)))
    assert_reads_same(first, model)
    assert_reads_same(second, model)
    store.checkpoint()
    assert_reads_same(second, model)
    assert store.problems() == []


@pytest.mark.parametrize("how", ["closed", "garbage"])
def test_pages_that_only_a_snapshot_used_are_used_again_when_it_has_gone(how: str) -> None:
    store, _ = filled()
    store.checkpoint()
    generator = random.Random(3)
    churn(store, generator)
    without = store.meta.page_count
    snapshot: Snapshot | None = store.forest.snapshot()
    churn(store, generator)
    churn(store, generator)
    held = store.meta.page_count
    assert held > without
    assert snapshot is not None
    if how == "closed":
        snapshot.close()
    snapshot = None
    gc.collect()
    assert store.forest.pager.pins.count == 0
    for _ in range(4):
        churn(store, generator)
    assert store.meta.page_count <= held
    assert store.problems() == []


def test_without_snapshots_nothing_is_copied_and_pages_keep_their_places() -> None:
    store, _ = filled(cache_size=1 << 20)
    store.checkpoint()
    store.forest.snapshot().close()
    tree = store.forest._tree("A")
    assert tree is not None and isinstance(tree.root, Reference)
    node = store.forest.pager.load(tree.root, tree.number, tree.level)
    count = store.meta.page_count
    for number in range(5):
        store.set("A", (CODEC.encode((7,)), b"%d" % number))
        store.checkpoint()
    assert store.meta.page_count == count + 2, "the directory has two places in turn, and the freelist one"
    assert store.forest.pager.load(tree.root, tree.number, tree.level) is node


def test_snapshots_of_one_moment_share_what_they_know() -> None:
    store, model = filled()
    one, two = store.forest.snapshot(), store.forest.snapshot()
    assert one._moment is two._moment
    era = store.forest.pager.era
    store.set("C", (b"", b"v"))
    assert store.forest.snapshot()._moment is not one._moment
    assert store.forest.pager.era == era + 1
    for snapshot in (one, two):
        assert_reads_same(snapshot, model)


def opened(pins: Pins, generation: int, era: int) -> Pin:
    pin = Pin(generation, era)
    pins.add(pin)
    return pin


def test_short_snapshots_that_overlap_leave_nothing_beside_a_long_one() -> None:
    store = Store(512, 1 << 20)
    keys = [CODEC.encode((number,)) for number in range(100)]
    store.set("A", *((key, b"first" * 10) for key in keys))
    long = store.forest.snapshot()
    before = None
    sizes = []
    for number in range(100):
        store.set("A", *((key, b"%d" % number * 10) for key in keys))
        snapshot = store.forest.snapshot()
        if before is not None:
            before.close()
        before = snapshot
        sizes.append(store.forest.pager.pins.held_size)
    assert 0 < max(sizes) < 6 * sizes[2], "each holds one version of each leaf"
    assert len(store.forest.pager.pins._pins) < 10
    assert list(long.items("A")) == [(key, b"first" * 10) for key in keys]
    long.close()
    snapshot.close()
    assert store.forest.pager.pins.oldest() is None
    assert store.forest.pager.pins.held_size == 0


def test_the_oldest_and_the_newest_pin_say_it_all() -> None:
    pins = Pins()
    assert pins.oldest() is pins.newest() is None
    first, second, third = opened(pins, 3, 1), opened(pins, 3, 2), opened(pins, 4, 3)
    pins.settle(5, 2)
    assert [pin.high for pin in (first, second, third)] == [5, 5, 5]
    fourth = opened(pins, 5, 4)
    pins.settle(6, 4)
    assert [pin.high for pin in (first, second, third, fourth)] == [5, 5, 6, 6], "the third was opened while 5 was made"
    second.released = True
    assert (pins.oldest(), pins.newest(), pins.count) == (first, fourth, 3)
    first.released = fourth.released = True
    assert (pins.oldest(), pins.newest(), pins.count) == (third, third, 1)
    third.released = True
    assert pins.oldest() is pins.newest() is None


def test_a_clean_leaf_is_copied_even_if_nobody_has_read_it_yet() -> None:
    store, model = filled(cache_size=1 << 20)
    store.checkpoint()
    snapshot = store.forest.snapshot()
    for number in range(0, 600, 7):
        store.set("A", (CODEC.encode((number,)), b"new"))
    store.kill("A", CODEC.encode((300,)))
    assert_reads_same(snapshot, model)
