"""btree/forest.py: a forest is a sorted dict, through checkpoints, re-opens and a cache of a few pages."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bumps import limits
from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.btree import view as view_module
from bumps.btree.forest import Forest, Frozen, Snapshot
from bumps.errors import CorruptionError, LimitError
from bumps.keys import KeyCodec
from tests.trees import Model, Store, assert_reads_same, assert_same

CODEC = KeyCodec.of("utf-8")


NAMES = st.sampled_from(["A", "B", "%Z"])
SUBSCRIPTS = st.one_of(
    st.integers(-3, 40).map(str), st.sampled_from(["", "A", "AB", "x" * 60, "y" * 80, "0.5", "ÿ", "\0", "1E3"])
)
KEYS = st.lists(SUBSCRIPTS, max_size=3).map(CODEC.encode).filter(lambda key: len(key) <= limits.key_size_max(512))
VALUES = st.one_of(
    st.binary(max_size=12),
    st.integers(0, 3000).map(lambda size: b"v" * size),
    st.just(b"\x01\x02\x03\xff" * 9),
)


class ForestMachine(RuleBasedStateMachine):
    """A forest beside its model."""

    @initialize(page_size=st.sampled_from([512, 1024]), cache_size=st.sampled_from([1, 4096, 1 << 20]))
    def begin(self, page_size: int, cache_size: int) -> None:
        self.store = Store(page_size, cache_size)
        self.model = Model()
        self.generator = random.Random(page_size)
        self.snapshots: list[tuple[Snapshot, Model]] = []
        self.frozen: Frozen | None = None

    def apply(self, batch: Batch) -> None:
        self.store.forest.apply([batch])
        self.model.apply(batch)

    @rule(name=NAMES, pairs=st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=20))
    def set(self, name: str, pairs: list[tuple[bytes, bytes]]) -> None:
        self.apply(Batch(name, bytes((SET,)) * len(pairs), [key for key, _ in pairs], [value for _, value in pairs]))

    @rule(name=NAMES, first=st.integers(0, 500), count=st.integers(1, 700), size=st.integers(0, 60), mix=st.booleans())
    def set_many(self, name: str, first: int, count: int, size: int, mix: bool) -> None:
        numbers = list(range(first, first + count))
        if mix:
            self.generator.shuffle(numbers)
        keys = [CODEC.encode((number // 20, number % 20)) for number in numbers]
        self.apply(Batch(name, bytes((SET,)) * count, keys, [b"%d" % number * size for number in numbers]))

    @rule(name=NAMES, key=KEYS, kind=st.sampled_from([KILL, KILL_NODE]))
    def kill(self, name: str, key: bytes, kind: int) -> None:
        self.apply(Batch(name, bytes((kind,)), [key], []))

    @rule(name=NAMES, first=st.integers(0, 60), count=st.integers(1, 30))
    def kill_many(self, name: str, first: int, count: int) -> None:
        keys = [CODEC.encode((number,)) for number in range(first, first + count)]
        self.apply(Batch(name, bytes((KILL,)) * count, keys, []))

    @rule(name=NAMES, key=KEYS, value=VALUES)
    def mixed_operations_keep_their_order(self, name: str, key: bytes, value: bytes) -> None:
        kinds = bytes((SET, KILL_NODE, SET, KILL, SET))
        self.apply(Batch(name, kinds, [key, key, key + CODEC.encode((1,)), key, key], [value, b"gone", value]))

    @rule(name=NAMES, key=KEYS)
    def read(self, name: str, key: bytes) -> None:
        forest, nodes = self.store.forest, self.model.globals.get(name, {})
        ordered = sorted(nodes)
        assert forest.get(name, key) == nodes.get(key)
        has_below = any(each.startswith(key) and each != key for each in ordered)
        assert forest.data(name, key) == 10 * has_below + (key in nodes)
        after, before = bisect_right(ordered, key), bisect_left(ordered, key)
        assert forest.query(name, key) == (ordered[after] if after < len(ordered) else None)
        assert forest.query(name, key, reverse=True) == (ordered[before - 1] if before else None)
        assert forest.next(name, key) == next(((k, nodes[k]) for k in ordered if k >= key), None)
        assert forest.next(name, key, inclusive=False) == next(((k, nodes[k]) for k in ordered if k > key), None)
        assert forest.previous(name, b"", key) == next(((k, nodes[k]) for k in ordered[::-1] if k < key), None)
        assert forest.previous(name, b"", key, inclusive=True) == next(
            ((k, nodes[k]) for k in ordered[::-1] if k <= key), None
        )
        assert list(forest.items(name, key, key + b"\xff")) == [(k, nodes[k]) for k in ordered if k.startswith(key)]

    @rule(name=NAMES, key=KEYS, reverse=st.booleans())
    def walk_a_level(self, name: str, key: bytes, reverse: bool) -> None:
        nodes = self.model.globals.get(name, {})
        below = {CODEC.split(each[len(key) :])[0] for each in nodes if each.startswith(key) and each != key}
        assert list(walk(self.store.forest, name, key, reverse)) == sorted(below, reverse=reverse)

    @rule()
    def checkpoint(self) -> None:
        self.finish_the_checkpoint()
        self.store.checkpoint()
        assert self.store.problems() == []
        assert self.store.forest.dirty_count == 0

    @precondition(lambda self: getattr(self, "frozen", None) is None)
    @rule(merged=st.booleans())
    def begin_a_checkpoint(self, merged: bool) -> None:
        if merged:
            for _ in self.store.forest.merge():
                pass
        self.frozen = self.store.freeze()
        self.then = self.model.copy()

    @rule()
    def finish_the_checkpoint(self) -> None:
        if self.frozen is not None:
            self.store.finish(self.frozen)
            self.frozen = None
            assert self.store.problems() == []
            assert_same(Forest.open(self.store.file, self.store.meta), self.then)

    @rule(encoded=st.booleans())
    def give_the_checkpoint_up(self, encoded: bool) -> None:
        if self.frozen is not None:
            if encoded:
                self.store.forest.encode(self.frozen)
            self.store.forest.thaw(self.frozen)
            self.frozen = None
            assert self.store.problems() == []

    @rule()
    def open_a_snapshot(self) -> None:
        self.snapshots.append((self.store.forest.snapshot(), self.model.copy()))

    @precondition(lambda self: bool(getattr(self, "snapshots", None)))
    @rule(data=st.data())
    def let_a_snapshot_go(self, data: st.DataObject) -> None:
        snapshot, _ = self.snapshots.pop(data.draw(st.integers(0, len(self.snapshots) - 1)))
        if data.draw(st.booleans()):
            snapshot.close()

    @rule()
    def checkpoint_and_reopen(self) -> None:
        self.checkpoint()
        self.look_at_the_snapshots()
        self.snapshots.clear()
        self.store.reopen()

    @rule()
    def look_at_the_snapshots(self) -> None:
        for snapshot, model in self.snapshots:
            assert_reads_same(snapshot, model)

    @invariant()
    def same(self) -> None:
        if hasattr(self, "store"):
            assert_same(self.store.forest, self.model)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.checkpoint()
            self.look_at_the_snapshots()
            self.store.reopen()
            assert_same(self.store.forest, self.model)


def walk(forest: Forest, name: str, prefix: bytes, reverse: bool) -> Iterator[bytes]:
    code = forest.order(name, prefix, b"", reverse)
    while code is not None:
        yield code
        code = forest.order(name, prefix, code, reverse)


QUIETLY = settings(suppress_health_check=list(HealthCheck))


def test_a_forest_is_a_sorted_dict() -> None:
    run_state_machine_as_test(
        ForestMachine, settings=settings(QUIETLY, max_examples=8, stateful_step_count=15, derandomize=True)
    )


@pytest.mark.slow
def test_a_forest_is_a_sorted_dict_for_long() -> None:
    run_state_machine_as_test(ForestMachine, settings=settings(QUIETLY, max_examples=150, stateful_step_count=40))


def test_more_globals_than_trees_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_module, "TREE_COUNT_MAX", 8)
    store = Store()
    names = [f"G{number}" for number in range(100)]
    for name in names:
        store.set(name, (b"", name.encode()))
    store.checkpoint()
    store.reopen()
    for name in names:
        assert store.forest.get(name, b"") == name.encode()
    assert len(store.forest._trees) <= 8
    store.set("G7", (b"\x78\0", b"new"))
    scan = store.forest.items("G7")
    assert [store.forest.get(name, b"") for name in names] == [name.encode() for name in names]
    assert list(scan) == [(b"", b"G7"), (b"\x78\0", b"new")]
    store.checkpoint()
    assert store.problems() == []


def test_a_scan_sees_a_global_that_is_killed_and_made_again() -> None:
    store = Store()
    keys = [CODEC.encode((number,)) for number in range(1000)]
    store.set("A", *((key, b"old") for key in keys))
    scan = store.forest.items("A")
    next(scan)
    store.kill("A")
    store.checkpoint()
    store.set("A", (keys[999], b"new"))
    assert list(scan)[-1] == (keys[999], b"new")


def test_a_snapshot_that_opens_between_a_merge_and_the_next_change_stays_as_it_is() -> None:
    store = Store()
    keys = [CODEC.encode((number,)) for number in range(200)]
    store.set("A", *((key, b"old" * 7) for key in keys))
    store.checkpoint()
    for key in keys[21:60]:
        store.kill("A", key)
    store.forest.snapshot().close()
    for _ in store.forest.merge():
        pass
    snapshot = store.forest.snapshot()
    items = list(snapshot.items("A"))
    assert len(items) == 161
    store.set("A", *((key, b"new") for key in keys))
    assert list(snapshot.items("A")) == items


def test_the_number_of_a_tree_is_used_once() -> None:
    store = Store()
    numbers = set()
    for _ in range(3):
        store.set("A", (b"", b"v"))
        numbers.add(store.forest._trees["A"].number)
        store.kill("A")
        store.checkpoint()
        store.reopen()
    store.set("A", (b"", b"v"))
    numbers.add(store.forest._trees["A"].number)
    assert len(numbers) == 4


def test_the_last_number_of_a_tree_is_used_and_the_next_global_is_refused() -> None:
    store = Store()
    store.set("A", (b"", b"1"))
    store.forest._tree_count = limits.TREE_NUMBER_MAX - 1
    store.set("B", (b"", b"2"))
    store.checkpoint()
    store.reopen()

    with pytest.raises(LimitError, match=r"\^C: 4,294,967,295 globals"):
        store.set("C", (b"", b"3"))
    assert [store.forest.get(name, b"") for name in "AB"] == [b"1", b"2"]


def test_a_forged_cell_of_the_directory_that_needs_overflow_pages_is_damage_to_a_checkpoint() -> None:
    store = Store()
    store.set("A", (b"", b"1"))
    store.checkpoint()
    store.forest._directory.put(b"B", b"x" * 400)

    with pytest.raises(CorruptionError, match="directory: a value in overflow pages"):
        store.forest.encode(store.freeze())
