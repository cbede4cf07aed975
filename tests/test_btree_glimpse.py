"""btree/glimpse.py: what is read without the lock is what is there, or is not believed."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.btree.forest import Forest
from bumps.btree.glimpse import SHUT, Glimpse
from bumps.btree.node import UNKNOWN
from bumps.btree.tree import LEAF_MAX, Tree
from bumps.engine import Engine
from bumps.errors import CorruptionError
from bumps.files import MemoryDisk
from bumps.options import Durability, Options
from tests.trees import Store

KEYS = [b"\x85%05d\0" % number for number in range(10_000, 11_000)]


def filled(cache_size: int = 1 << 20) -> Store:
    store = Store(512, cache_size=cache_size)
    store.set("A", *((key, key * 2) for key in KEYS))
    store.set("B", (KEYS[0], b"other"), (KEYS[1], b"long" * 1000))
    store.checkpoint()
    return store


def read(forest: Forest, name: str, key: bytes) -> bytes:
    """Return a value in such a way that its leaf is decoded."""
    (pair,) = forest.items(name, key, key + b"\0")
    return pair[1]


def shown(forest: Forest) -> Glimpse:
    """Return the glimpse that the forest shows after a read."""
    read(forest, "A", KEYS[0])
    forest.get_and_show("A", KEYS[0])
    assert forest.glimpse is not None
    return forest.glimpse


def test_a_glimpse_says_what_the_trees_say_or_that_it_does_not_know() -> None:
    store = filled()
    store.reopen()
    glimpse = shown(store.forest)
    assert glimpse.get("A", KEYS[0]) == KEYS[0] * 2
    assert glimpse.get("A", KEYS[0] + b"\x80\0") is None
    assert glimpse.get("A", KEYS[-1]) is UNKNOWN, "its leaf is not in memory"
    assert glimpse.get("B", KEYS[0]) is UNKNOWN, "its tree is not open"
    for name in "AB":
        for key in KEYS:
            if name == "A" or key in KEYS[:2]:
                expected = read(store.forest, name, key)
            else:
                expected = None
            assert glimpse.get(name, key) == (UNKNOWN if (name, key) == ("B", KEYS[1]) else expected)
    assert glimpse.get("B", KEYS[1]) is UNKNOWN, "it lies in overflow pages"


def test_a_glimpse_knows_nothing_of_a_leaf_that_was_read_for_one_value() -> None:
    store = filled(cache_size=30_000)
    assert len(list(store.forest.items("A"))) == len(KEYS)
    glimpse = shown(store.forest)
    key = next(key for key in KEYS if glimpse.get("A", key) is UNKNOWN)
    assert store.forest.get("A", key) == key * 2
    assert glimpse.get("A", key) is UNKNOWN
    assert read(store.forest, "A", key) == glimpse.get("A", key)


def test_a_glimpse_knows_nothing_of_what_was_evicted() -> None:
    store = filled(cache_size=30_000)
    glimpse = shown(store.forest)
    for key in KEYS:
        store.forest.get("A", key)
    known = sum(glimpse.get("A", key) is not UNKNOWN for key in KEYS)
    assert 0 < known < len(KEYS) / 2


def test_a_glimpse_orders_as_the_trees_do_or_does_not_know() -> None:
    store = Store(512, cache_size=1 << 20)
    codes = [b"\x81%d\0" % number for number in range(1, 10)]
    paths = [codes[:1], codes[:1] + codes[4:5], *([code, inner] for code in codes[2:8] for inner in codes)]
    store.set("A", *((b"".join(path), b"v" * 30) for path in paths))
    store.set("B", (b"", b"root"), (codes[3], b"v"))
    store.checkpoint()
    store.reopen()
    forest = store.forest
    assert forest.order_and_show("A", b"", b"", False) == codes[0]
    glimpse = forest.glimpse
    assert glimpse is not None
    asked = [(name, prefix, code) for name in "AB" for prefix in [b"", *codes] for code in [b"", *codes]]
    unknown = [each for each in asked if glimpse.order(*each) is UNKNOWN]
    assert 0 < len(unknown) < len(asked)
    assert all(glimpse.order(*each) == forest.order(*each) for each in asked if each not in unknown)
    for each in asked:
        assert forest.order(*each) == glimpse.order(*each), "in memory now, and in order"
    assert glimpse.order("C", b"", b"") is UNKNOWN
    assert SHUT.order("A", b"", b"") is UNKNOWN


def test_a_glimpse_says_what_is_here_and_below_as_the_trees_do_or_does_not_know() -> None:
    store = Store(512, cache_size=1 << 20)
    codes = [b"\x81%d\0" % number for number in range(1, 10)]
    nodes = [codes[0], codes[0] + codes[4], *(code + inner for code in codes[2:8] for inner in codes)]
    store.set("A", *((key, b"v" * 30) for key in nodes))
    store.set("B", (b"", b"root"))
    store.set("C", (codes[3], b"v"))
    store.checkpoint()
    store.reopen()
    forest = store.forest
    assert forest.data_and_show("A", codes[0]) == 11
    glimpse = forest.glimpse
    assert glimpse is not None
    keys = [b"", *codes, *(code + inner for code in codes for inner in codes)]
    asked = [(name, key) for name in "ABC" for key in keys]
    unknown = [each for each in asked if glimpse.data(*each) is UNKNOWN]
    assert 0 < len(unknown) < len(asked)
    assert all(glimpse.data(*each) == forest.data(*each) for each in asked if each not in unknown)
    found = {forest.data(*each): glimpse.data(*each) for each in asked}
    assert found == {0: 0, 1: 1, 10: 10, 11: 11}, "in memory now, and in order"
    for each in asked:
        assert forest.data(*each) == glimpse.data(*each)
    assert glimpse.data("D", b"") is UNKNOWN
    assert SHUT.data("A", b"") is UNKNOWN


def test_a_glimpse_leaves_it_to_the_trees_to_sort_and_to_complain() -> None:
    store = Store(512)
    store.set("A", (KEYS[1], b""), (b"\x85no end", b""))
    store.set("A", (KEYS[0], b""))
    glimpse = shown(store.forest)
    leaf = store.forest._trees["A"].cursor.leaf
    leaf.keys, leaf.used = None, 0
    assert glimpse.order("A", b"", b"") is UNKNOWN
    assert store.forest.order("A", b"", b"") == KEYS[0]
    leaf.used = 0
    assert glimpse.order("A", b"", b"") == KEYS[0]
    assert leaf.used, "so the writer keeps the list"
    assert glimpse.order("A", b"", KEYS[1]) is UNKNOWN
    with pytest.raises(CorruptionError, match="a key ends inside a subscript"):
        store.forest.order("A", b"", KEYS[1])


def test_what_a_glimpse_meets_is_recent() -> None:
    store = filled()
    glimpse = shown(store.forest)
    read(store.forest, "A", KEYS[500])
    homes = list(store.forest.pager.cache.values())
    for home in homes:
        home.node.recent = False
    assert glimpse.get("A", KEYS[500]) == KEYS[500] * 2
    met = [home.node for home in homes if home.node.recent]
    assert sorted(node.level for node in met) == list(range(store.forest._trees["A"].level + 1))


def _apply(store: Store) -> None:
    store.set("A", (KEYS[3], b"new"))


def _apply_one(store: Store) -> None:
    store.forest.apply_one(SET, "A", KEYS[3], b"new")


def _kill(store: Store) -> None:
    store.kill("A")


def _move(store: Store) -> None:
    store.forest.move("A", b"", 0, 10)


def _merge(store: Store) -> None:
    for key in KEYS[20:200]:
        store.kill("A", key)
    glimpse = shown(store.forest)
    steps = store.forest.merge()
    assert next(steps, store) is None
    assert store.forest.glimpse is not glimpse
    glimpse = shown(store.forest)
    for _ in steps:
        assert store.forest.glimpse is not glimpse
        glimpse = shown(store.forest)
    assert store.forest.glimpse is not glimpse


def _adopt(store: Store) -> None:
    _apply(store)
    glimpse = shown(store.forest)
    store.checkpoint()
    assert store.forest.glimpse is not glimpse


def _thaw(store: Store) -> None:
    _apply(store)
    frozen = store.freeze()
    glimpse = shown(store.forest)
    store.forest.thaw(frozen)
    assert store.forest.glimpse is not glimpse


@pytest.mark.parametrize("change", [_apply, _apply_one, _kill, _move, _merge, _adopt, _thaw])
def test_no_glimpse_survives_a_change_and_none_is_shown_while_it_goes_on(
    change: Callable[[Store], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled()
    glimpse = shown(store.forest)
    seen: list[object] = []

    def watched(owner: type, name: str) -> None:
        original = getattr(owner, name)

        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            if arguments[0].pager is store.forest.pager:  # else it is a tree of the encoder, which nobody reads
                seen.append(store.forest.glimpse)
                store.forest.get_and_show("A", KEYS[0])  # by the same thread: an interrupt, or a destructor
            return original(*arguments, **keywords)

        monkeypatch.setattr(owner, name, wrapper)

    watched(Tree, "put_all")
    watched(Tree, "remove_range")
    watched(Tree, "own_child")
    change(store)
    assert store.forest.glimpse is not glimpse
    assert store.forest.glimpse is None
    assert set(map(id, seen)) <= {id(SHUT)}
    store.forest.check()


def now(forest: Forest) -> Glimpse | None:
    """Return what the forest shows; a type checker forgets it at the next call."""
    return forest.glimpse


def test_a_glimpse_behind_a_change_in_one_leaf_knows_what_the_one_before_had_found() -> None:
    store = filled()
    forest = store.forest
    forest.apply_one(SET, "A", KEYS[3], b"first")
    assert now(forest) is None, "the leaf was another one before"
    glimpse = shown(forest)
    codes = [key[:-1] + b"\0" for key in KEYS]
    forest.order_and_show("A", b"", codes[3], False)
    assert glimpse.get("A", KEYS[3]) == b"first"
    assert glimpse.order("A", b"", codes[3]) == codes[4]
    last, place = glimpse._last, glimpse._place
    for value in (b"second", b"third"):
        before = now(forest)
        forest.apply_one(SET, "A", KEYS[3], value)
        renewed = now(forest)
        assert renewed is not None
        assert renewed is not before, "so who read in between finds another one"
        assert (renewed._last, renewed._place) == (last, place)
        assert renewed.get("A", KEYS[3]) == value
    new = codes[3][:-1] + b"5\0"
    forest.apply_one(SET, "A", new, b"v")
    renewed = now(forest)
    assert renewed is not None
    assert renewed.order("A", b"", codes[3]) == new == forest.order("A", b"", codes[3])
    shown(forest)
    forest.snapshot()
    forest.apply_one(SET, "A", KEYS[3], b"fourth")
    assert now(forest) is None, "the snapshot has the leaf"
    shown(forest)
    forest.apply_one(KILL, "A", KEYS[3], b"")
    renewed = now(forest)
    assert renewed is not None
    assert renewed.get("A", KEYS[3]) is None
    shown(forest)
    leaf = forest._trees["A"].cursor.leaf
    leaf.used = 0
    forest.apply_one(SET, "A", KEYS[3], b"fifth")
    assert leaf.keys is None
    assert now(forest) is None, "what it knows of the order would be too old"
    forest.check()


def behind_read(forest: Forest) -> Glimpse:
    """Return what the forest shows behind a read that needs the keys in order."""
    forest.order_and_show("A", b"", b"", False)
    return now(forest) or SHUT


def test_a_glimpse_behind_changes_that_cut_and_empty_leaves_says_what_is_there() -> None:
    store = Store()
    forest = store.forest
    rng = random.Random(1)
    codes = [b"\x82%04d\0" % number for number in rng.sample(range(10_000), 2 * LEAF_MAX)]
    there: list[bytes] = []
    known = 0

    def check() -> None:
        expected: list[bytes | None] = [*sorted(there), None]
        for glimpse in filter(None, (now(forest), behind_read(forest))):
            for at in range(0, len(there), 50):
                code = expected[at] or b""
                assert glimpse.order("A", b"", code) in (expected[at + 1], UNKNOWN)
                assert glimpse.get("A", code) in (b"v", UNKNOWN)
            for code in gone[-3:]:
                assert glimpse.get("A", code) in (None, UNKNOWN)

    gone: list[bytes] = []
    for code in codes:
        forest.apply_one(SET, "A", code, b"v")
        there.append(code)
        check()
        if rng.random() < 0.2:
            gone.append(there.pop(rng.randrange(len(there))))
            forest.apply_one(rng.choice((KILL, KILL_NODE)), "A", gone[-1], b"")
            known += now(forest) is not None
            check()
    assert forest.node_count == len(there)
    assert forest._trees["A"].level == 1, "some of these changes have cut a leaf"
    assert known > 20, "and some have let a glimpse be known that has taken a node from a leaf"
    rng.shuffle(there)
    while there:
        gone.append(there.pop())
        forest.apply_one(KILL, "A", gone[-1], b"")
        check()
    assert list(forest.names()) == []
    forest.check()


@pytest.mark.parametrize("root", [b"", b"\x822\0"])
def test_a_glimpse_behind_a_kill_of_many_leaves_knows_none_of_them(root: bytes) -> None:
    store = Store()
    keys = [b"\x82%d\0\x84%04d\0" % (first, second) for first in range(1, 4) for second in range(1000, 1600)]
    for key in keys:
        store.forest.apply_one(SET, "A", key, b"v")
    forest = store.forest
    for key in keys[600:1200:50]:
        behind_read(forest)
        forest.apply_one(SET, "A", keys[0], b"v")
        glimpse = behind_read(forest)
        assert glimpse.get("A", key) == b"v"
        forest.apply_one(KILL, "A", root, b"")
        assert glimpse is not now(forest)
        for each in filter(None, (now(forest), behind_read(forest))):
            assert each.get("A", key) in (None, UNKNOWN)
            assert each.order("A", b"\x822\0", b"") in (None, UNKNOWN)
        assert forest.node_count == (0 if not root else 1200)
        for again in keys:
            forest.apply_one(SET, "A", again, b"v")
    forest.check()


def beside(
    readers: list[Callable[[], None]], change: Callable[[int], None], failures: list[str], stop: threading.Event
) -> None:
    """Change something again and again beside threads that read until `stop`, and note what is wrong in `failures`."""
    threads = [threading.Thread(target=read) for read in readers]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        until, turn = time.monotonic() + 0.2, 0
        while time.monotonic() < until and not failures:
            turn += 1
            change(turn)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    assert failures == []
    assert turn > 3


def test_single_changes_beside_readers_are_never_seen_in_part_nor_undone() -> None:
    engine = engine_with(300)
    failures: list[str] = []
    stop = threading.Event()

    def read() -> None:
        newest = 0
        while not stop.is_set():
            later, earlier = engine.get("A", KEYS[2]), engine.get("A", KEYS[1])
            if later is None or earlier is None or int(earlier) < int(later) or int(later) < newest:
                failures.append(f"{newest}, then {later!r} behind {earlier!r}")
                return
            newest = int(later)
            following = engine.order("A", b"", KEYS[299])
            if following is not None and engine.get("A", following) is None:
                failures.append(f"{following!r} has no value")
                return

    def change(turn: int) -> None:
        for key in (KEYS[1], KEYS[2], KEYS[300 + turn % 300]):
            engine.write(SET, "A", key, b"%d" % turn, Durability.NONE)
        if turn % 500 == 0:
            engine.checkpoint()

    beside([read, read], change, failures, stop)
    engine.close()


def test_what_hangs_in_the_trees_is_in_the_cache() -> None:
    store = filled(cache_size=60_000)
    for turn in range(6):
        for key in KEYS[turn::7]:
            store.forest.get("A", key)
        store.set("A", *((key, b"%d" % turn) for key in KEYS[turn::50]))
        store.forest.check()
        held = store.forest.snapshot()
        store.set("A", *((key, b"%d" % turn) for key in KEYS[turn::31]))
        assert [value for _, value in held.items("A")] != [value for _, value in store.forest.items("A")]
        store.forest.check()
        store.checkpoint()
        store.forest.check()
        for home in store.forest.pager.cache.values():
            assert home.node is not None, "G6"
            assert home.node.checksum == home.checksum, "G2"
        held.close()
    assert store.forest.pager.aside().cache == {}


def test_opening_twice_from_the_same_slot_shares_no_node() -> None:
    store = filled()
    one, two = Forest.open(store.file, store.meta), Forest.open(store.file, store.meta)
    assert one.get("A", KEYS[5]) == two.get("A", KEYS[5])
    one.apply([Batch("A", bytes((KILL,)), [b""], [])])
    one.apply([Batch("C", bytes((SET,)), [KEYS[0]], [b"x"])])
    assert list(two.names()) == ["A", "B"]
    assert store.meta.directory is not None
    assert store.meta.directory.node is None


OPTIONS = Options(create=True, page_size=512, cache_size=64 * 1024, durability=Durability.NONE, background=False)


def engine_with(count: int) -> Engine:
    engine = Engine.open(MemoryDisk(), "/x.bumps", OPTIONS)
    engine.commit([Batch("A", bytes((SET,)) * count, KEYS[:count], [b"0"] * count)])
    engine.checkpoint()
    return engine


READS: dict[str, tuple[tuple[Any, ...], object, object]] = {
    "get": ((KEYS[1],), b"0", None),
    "data": ((KEYS[1],), 1, 0),
    "order": ((b"", KEYS[0]), KEYS[1], KEYS[2]),
}
"""Each read that may do without the lock: its arguments, and what it returns before and behind a KILL of KEYS[1]."""


@pytest.mark.parametrize("read", READS)
def test_a_read_of_what_is_in_memory_waits_for_nobody_who_reads(read: str) -> None:
    engine = engine_with(10)
    arguments, expected, _ = READS[read]
    assert getattr(engine, read)("A", *arguments) == expected
    found: list[object] = []
    with engine.latch:
        thread = threading.Thread(target=lambda: found.append(getattr(engine, read)("A", *arguments)))
        thread.start()
        thread.join(10)
        assert found == [expected]
    engine.close()


@pytest.mark.parametrize("read", READS)
def test_a_read_in_whose_middle_something_changes_is_done_again(monkeypatch: pytest.MonkeyPatch, read: str) -> None:
    engine = engine_with(10)
    arguments, before, behind = READS[read]
    assert getattr(engine, read)("A", *arguments) == before
    original = getattr(Glimpse, read)

    def slow(self: Glimpse, *arguments: Any) -> object:
        found = original(self, *arguments)
        monkeypatch.setattr(Glimpse, read, original)
        engine.commit([Batch("A", bytes((KILL,)), [KEYS[1]], [])])
        return found

    monkeypatch.setattr(Glimpse, read, slow)
    assert getattr(engine, read)("A", *arguments) == behind
    for error in (IndexError, AttributeError):

        def torn(self: Glimpse, *arguments: Any, error: type[Exception] = error) -> object:
            raise error

        monkeypatch.setattr(Glimpse, read, torn)
        assert getattr(engine, read)("A", *arguments) == behind
    engine.close()


def test_threads_that_read_while_one_changes_never_see_an_older_value_again_nor_half_a_commit() -> None:
    engine = engine_with(300)
    failures: list[str] = []
    stop = threading.Event()

    def read(first: int) -> None:
        newest = [0] * len(KEYS)
        while not stop.is_set():
            for index in range(first, 300, 7):
                value = engine.get("A", KEYS[index])
                if value is None:
                    failures.append(f"{index} is gone")
                    return
                following = engine.order("A", b"", KEYS[index])
                if following != KEYS[index + 1] and index < 299:
                    failures.append(f"{following!r} follows {index}")
                    return
                other = engine.get("A", KEYS[299 - index])
                if int(value) < newest[index] or int(other or -1) < int(value):
                    failures.append(f"{index}: {newest[index]}, then {value!r} and {other!r}")
                    return
                newest[index] = int(value)

    def change(turn: int) -> None:
        keys = KEYS[:300]
        engine.commit([Batch("A", bytes((SET,)) * 300, keys, [b"%d" % turn] * 300)], Durability.NONE)
        gone = [KEYS[300 + turn % 300], KEYS[600], KEYS[900]]
        engine.commit([Batch("A", bytes((SET, SET, SET, KILL)), [*gone, KEYS[600]], [b"x"] * 3)], Durability.NONE)
        if turn % 5 == 0:
            engine.checkpoint()

    beside([lambda: read(0), lambda: read(1)], change, failures, stop)
    engine.close()


def test_a_closed_engine_shows_nothing() -> None:
    engine = engine_with(10)
    assert engine.get("A", KEYS[0]) == b"0"
    engine.close()
    with pytest.raises(Exception, match="closed"):
        engine.get("A", KEYS[0])
