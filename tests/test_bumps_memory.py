"""cache_size bounds the memory of a process, whatever it does: dirty nodes, pages and what snapshots hold count."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from bumps import limits, memory
from bumps.btree.body import decode_leaf, pack_leaf
from bumps.btree.node import Leaf
from bumps.btree.page import LEAF, Page, Stamp, build, parse
from tests.trees import Store

KEYS = [b"\x85%05d\0" % number for number in range(10_000, 13_000)]
BUDGET = 32 << 20
CHILD = """
import json, random, sys
import bumps
from bumps.tools.bench_database import batch_of, key_of, memory_now, memory_peak
path, count, budget, writes = sys.argv[1], *map(int, sys.argv[2:])
keys = [key_of(number) for number in range(count)]
with bumps.open(path + ".empty", cache_size=budget) as empty:
    empty.engine.commit(batch_of([(keys[0], b"x")]))
    empty.checkpoint()
    base = memory_now()
rng = random.Random(1)
with bumps.open(path, cache_size=budget, keep="checkpoint") as database:
    for first in range(0, count, 5000):
        database.engine.commit(batch_of([(key, b"v" * 40) for key in keys[first : first + 5000]]))
    snapshot = None
    for number in range(writes):
        if number % 200 == 50:
            snapshot = database.engine.snapshot()
        elif number % 200 == 150:
            snapshot.close()
        database.engine.commit(batch_of([(key, b"%d" % rng.getrandbits(120)) for key in rng.choices(keys, k=50)]))
    checkpoints = sum(database.engine.counters.checkpoint_seconds.counts)
print(json.dumps({"base": base, "peak": memory_peak(), "checkpoints": checkpoints}))
"""


@pytest.mark.slow
def test_random_overwrites_with_checkpoints_and_snapshots_take_the_budget_and_30_percent(tmp_path: Path) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not say what a process takes")
    shares = []
    for number in range(3):  # the system gives memory, and a thread its turn, not always alike: 1.21 to 1.31
        arguments = [str(tmp_path / f"{number}.bumps"), "500000", str(BUDGET), "1000"]
        done = subprocess.run([sys.executable, "-c", CHILD, *arguments], capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        assert found["checkpoints"] > 20
        shares.append((found["peak"] - found["base"]) / BUDGET)
    assert statistics.median(shares) <= 1.3


def page_of(count: int) -> Page:
    keys = KEYS[:count]
    body = pack_leaf(Leaf({key: b"%040d" % number for number, key in enumerate(keys)}, keys), 2700)
    image, _ = build(Stamp(8192, 1, 1), 5, 1, LEAF, count, body.encode([]), codings=body.codings)
    return parse(image, 8192, 5)


@pytest.mark.parametrize("count", [90, 128, 160])
def test_a_leaf_is_charged_what_it_takes(count: int) -> None:
    page = page_of(count)
    tracemalloc.start()
    try:
        leaves = [decode_leaf(page, 8192, 100) for _ in range(20)]
        taken = tracemalloc.get_traced_memory()[0] / len(leaves)
    finally:
        tracemalloc.stop()
    assert 0.85 * taken < leaves[0].charge < 1.15 * taken
    assert leaves[0].charge * 0.95 < leaves[0].measure() < leaves[0].charge * 1.05


def test_a_leaf_that_was_cut_gives_back_the_memory_of_the_cells_that_left() -> None:
    leaf = Leaf(dict.fromkeys(KEYS[:300], b""), None)
    before = sys.getsizeof(leaf.cells)
    leaf.cut(100)
    assert sys.getsizeof(leaf.cells) < before * 0.6


def test_pages_of_dirty_nodes_count_before_they_are_made_and_until_they_are_home() -> None:
    store = Store(512, cache_size=1 << 20)
    store.set("A", *((key, key) for key in KEYS))
    store.checkpoint()
    pager = store.forest.pager
    store.set("A", *((key, b"new") for key in KEYS[::40]))
    ahead = pager.image_size_ahead
    assert ahead >= 512 * store.forest.dirty_count
    assert pager.room == pager.cache_size - pager.dirty_size - ahead
    frozen = store.freeze()
    assert (pager.image_size, pager.image_size_ahead, pager.dirty_size) == (ahead, 0, 0)
    assert pager.room == pager.cache_size - pager.frozen_size - ahead
    store.finish(frozen)
    store.forest.release()
    assert pager.room == pager.cache_size


def test_branches_count_when_they_are_dirty() -> None:
    store = Store(512, cache_size=1 << 20)
    store.set("A", *((key, key) for key in KEYS))
    store.checkpoint()
    pager = store.forest.pager
    store.set("A", (KEYS[0], b"new"))
    leaf = store.forest._trees["A"].cursor.leaf
    assert store.forest._trees["A"].level > 1
    assert pager.dirty_size > 2 * leaf.charge


def test_a_copy_of_a_frozen_leaf_counts_what_it_does_not_share_and_all_of_it_later() -> None:
    store = Store(8192, cache_size=1 << 24)
    store.set("A", *((key, key) for key in KEYS))
    frozen = store.freeze()
    pager = store.forest.pager
    whole = pager.frozen_size
    store.set("A", *((key, key) for key in KEYS))
    overwritten = 2 * sum(map(len, KEYS))
    assert 60 * len(KEYS) * 0.9 < pager.dirty_size - overwritten < whole * 0.6
    store.finish(frozen)
    assert whole * 0.9 < pager.dirty_size - overwritten < whole * 1.1


def test_what_only_a_snapshot_holds_counts_until_it_is_closed() -> None:
    store = Store(512, cache_size=1 << 20)
    store.set("A", *((key, key) for key in KEYS))
    pager = store.forest.pager
    taken = sum(2 * len(key) + limits.CACHE_CHARGE_PER_NODE for key in KEYS)
    older = store.forest.snapshot()
    store.set("A", *((key, b"new") for key in KEYS))
    assert taken * 0.9 < pager.pins.held_size < taken * 1.1
    newer = store.forest.snapshot()
    held = pager.pins.held_size
    store.kill("A")
    assert pager.pins.held_size > held * 1.5
    newer.close()
    assert pager.pins.newest() is not None
    assert pager.pins.held_size == held, "the older one never saw what was killed"
    older.close()
    assert pager.pins.newest() is None
    assert pager.pins.held_size == 0


def test_free_memory_goes_back_to_the_system_when_it_is_worth_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(memory, "_trimmer", lambda: calls.append)
    memory.give_back(memory.SIZE_MIN - 1)
    assert calls == []
    memory.give_back(memory.SIZE_MIN)
    assert calls == [0]
