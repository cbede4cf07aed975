"""btree/tree.py, node.py, fit.py: trees keep their shape, in memory and in pages."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps import limits
from bumps.batch import SET, Batch
from bumps.btree import tree as tree_module
from bumps.btree.body import capacity, pack_leaf
from bumps.btree.node import BOTTOM, END, Branch, Leaf, separate
from bumps.btree.page import LEAF, Reference
from bumps.btree.pager import SWEEP_COUNT, Pager
from bumps.btree.tree import Tree
from tests.trees import Store

KEYS = [b"\x85%05d\0" % number for number in range(10_000, 20_000)]


def new_tree() -> Tree:
    return Tree(Pager(None, 8192, 2), 1)


def keys_of(tree: Tree) -> list[bytes]:
    found: list[bytes] = []
    low = BOTTOM
    while low < END:
        pairs, low = tree.cursor.part(low, END)
        found += [key for key, _ in pairs]
    return found


def leaves(tree: Tree) -> list[Leaf]:
    found: list[Leaf] = []
    pending: list[object] = [tree.root]
    while pending:
        node = pending.pop()
        if isinstance(node, Branch):
            pending += node.children[::-1]
        elif isinstance(node, Leaf):
            found.append(node)
    return found


@pytest.mark.parametrize("is_ascending", [False, True])
def test_one_value_is_put_as_many_are(is_ascending: bool) -> None:
    one, other = new_tree(), new_tree()
    keys = KEYS[:1500] if is_ascending else random.Random(1).sample(KEYS, 1500)
    for number, key in enumerate([*keys, *keys[::7]]):
        one.put(key, b"x" * (number % 50))
        other.put_all([key], [b"x" * (number % 50)])
    assert [leaf.cells for leaf in leaves(one)] == [leaf.cells for leaf in leaves(other)]
    assert one.node_count == other.node_count == 1500
    assert one.pager.dirty_size == other.pager.dirty_size
    one.check()


def test_single_puts_keep_the_cache_within_its_budget() -> None:
    store = Store(512, cache_size=60_000)
    for name in "AB":
        store.set(name, *((key, key * 2) for key in KEYS[:1500]))
    store.checkpoint()
    forest = store.forest
    pager = forest.pager
    for key in KEYS[:1500]:
        assert forest.get("A", key) == key * 2
    for key in KEYS[:60:15]:
        forest.apply([Batch("A", bytes((SET,)), [key], [b"v"])])  # its leaf is dirty, and read for what comes now
    for key in KEYS[:1500:20]:
        forest.apply_one(SET, "A", key, b"v")
        assert pager.charge <= max(pager.room, 0) or len(pager.cache) <= 1
    assert pager.dirty_size > 20_000
    forest.check()


@given(st.binary(max_size=9), st.binary(max_size=9))
def test_a_separator_is_the_shortest_prefix_that_divides(one: bytes, other: bytes) -> None:
    if one != other:
        left, right = sorted((one, other))
        separator = separate(left, right)
        assert left < separator <= right
        assert right.startswith(separator)
        assert not left < separator[:-1] <= right


@pytest.mark.parametrize("size", [0, 12, 40, 300, 1100])
@pytest.mark.parametrize("page_size", [512, 8192, 65536])
@pytest.mark.parametrize("batch_size", [1, 1000])
def test_ascending_keys_fill_their_pages(size: int, page_size: int, batch_size: int) -> None:
    rng = random.Random(1)
    store = Store(page_size, 1 << 26)
    pairs = [(key, b"v" * rng.randint(size * 9 // 10, size)) for key in KEYS[:6000]]
    for first in range(0, len(pairs), batch_size):
        store.set("A", *pairs[first : first + batch_size])
    store.checkpoint()
    assert store.problems() == []
    inside = [len(key) + (len(value) if value_fits(page_size, key, value) else 18) + 2 for key, value in pairs]
    assert page_count(store, LEAF) <= 1 + page_count_at_best(inside, page_size) / 0.95


def value_fits(page_size: int, key: bytes, value: bytes) -> bool:
    return len(key) + len(value) <= limits.inline_size_max(page_size)


def page_count(store: Store, kind: int) -> int:
    images = (store.file.pread(store.page_size, page * store.page_size) for page in range(2, store.meta.page_count))
    return sum(image[32] == kind for image in images)


def page_count_at_best(sizes: list[int], page_size: int) -> int:
    """Return how many leaves hold cells of these sizes, each as full as it can be."""
    count, filled, cells = 1, 0, 0
    for size in sizes:
        if filled + size > page_size - 44 or cells == limits.LEAF_RUN_COUNT_MAX:
            count, filled, cells = count + 1, 0, 0
        filled, cells = filled + size, cells + 1
    return count


def test_keys_in_the_opposite_order_fill_half_a_leaf() -> None:
    tree = new_tree()
    tree.put_all(KEYS[:5000][::-1], KEYS[:5000])
    assert {len(leaf.cells) for leaf in leaves(tree)[1:]} == {257 - 257 // 2}
    tree.check()


def test_a_run_of_keys_between_others_fills_its_pages_too() -> None:
    store = Store(8192, 1 << 26)
    store.set("A", *((key, b"around") for key in KEYS[:600]), *((key, b"around") for key in KEYS[9000:]))
    store.checkpoint()
    before = store.meta.page_count
    run = [(key, b"v" * 50) for key in KEYS[1000:9000]]
    store.set("A", *run)
    store.checkpoint()
    assert store.problems() == []
    size = sum(len(key) + len(value) + 2 for key, value in run)
    assert size / ((store.meta.page_count - before) * 8192) > 0.9


def test_cells_that_are_not_alike_fill_their_pages_too() -> None:
    rng = random.Random(2)
    store = Store(8192, 1 << 26)
    pairs = [(key, bytes(rng.choice((5, 10, 500, 2600, 4000)))) for key in KEYS[:3000]]
    store.set("A", *pairs)
    store.checkpoint()
    assert store.problems() == []
    inside = [len(key) + (len(value) if value_fits(8192, key, value) else 18) + 2 for key, value in pairs]
    assert page_count(store, LEAF) <= 1 + page_count_at_best(inside, 8192) / 0.95


def test_a_killed_tree_gives_its_memory_back_bit_by_bit() -> None:
    tree = new_tree()
    tree.put_all(KEYS, KEYS)
    count = len(leaves(tree))
    tree.remove_range(BOTTOM, END)
    pager = tree.pager
    assert len(pager.dropped) == 1
    assert tree.root is None and pager.dirty_count == 0
    changes = 0
    while pager.dropped:
        tree.put(b"\x811\0", b"")
        changes += 1
        assert changes < count
    assert changes == -(-(count + 1) // SWEEP_COUNT) > 1


@pytest.mark.parametrize("order", ["ascending", "descending", "random"])
def test_branches_are_cut_too_and_the_root_grows_and_shrinks(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "LEAF_MAX", 8)
    monkeypatch.setattr(tree_module, "BRANCH_MAX", 8)
    monkeypatch.setattr(limits, "LEAF_RUN_COUNT_MAX", 9)
    keys = KEYS[:3000]
    if order == "descending":
        keys = keys[::-1]
    if order == "random":
        keys = random.Random(1).sample(keys, len(keys))
    tree = new_tree()
    tree.put_all(keys, keys)
    assert tree.level >= 3
    tree.check()
    assert keys_of(tree) == KEYS[:3000]
    for key in keys[:2990]:
        tree.remove_range(key, key + b"\0")
    tree.check()
    tree.shrink()
    tree.check()
    tree.remove_range(BOTTOM, END)
    assert (tree.root, tree.level, tree.node_count) == (None, 0, 0)
    assert tree.pager.dirty_count == 0


def test_removing_what_is_not_there_makes_nothing_dirty() -> None:
    store = Store(512)
    store.set("A", *((key, b"v") for key in KEYS[:300]))
    store.checkpoint()
    store.kill("A", KEYS[400])
    store.kill("B")
    assert store.forest.dirty_count == 0
    assert store.checkpoint().pages == []


@pytest.mark.parametrize("page_size", limits.PAGE_SIZES)
def test_the_largest_keys_and_inline_values_fit_pages_of_every_size(page_size: int) -> None:
    store = Store(page_size)
    key_max, inline_max = limits.key_size_max(page_size), limits.inline_size_max(page_size)
    pairs = []
    for number in range(40):
        key = b"\xc0%03d" % number + b"k" * (key_max - 5) + b"\0"
        assert len(key) == key_max
        pairs.append((key, b""))
        short = b"\x83%03d\0" % (number + 100)
        pairs.append((short, b"\1\2\3\xff" * (inline_max // 4)))
        value = b"\1\2\3\xff" + b"v" * (inline_max - len(short))
        pairs.append((short[:1] + b"9%02d\0" % number, value[: inline_max - 4 + number % 2]))
    store.set("A", *pairs)
    store.checkpoint()
    assert store.problems() == []
    store.reopen()
    assert list(store.forest.items("A")) == sorted(dict(pairs).items())


def test_a_value_goes_out_exactly_when_it_is_larger_than_a_third_of_a_page() -> None:
    inline_max = limits.inline_size_max(512)
    assert pack_leaf(Leaf({b"k": bytes(inline_max - 1)}, None), inline_max).outside == []
    assert pack_leaf(Leaf({b"k": bytes(inline_max)}, None), inline_max).outside == [0]


def test_small_leaves_are_merged_at_the_checkpoint() -> None:
    store = Store(512)
    store.set("A", *((key, b"value") for key in KEYS[:2000]))
    store.checkpoint()
    full = store.meta.page_count
    for index, key in enumerate(KEYS[:2000]):
        if index % 16:
            store.kill("A", key)
    store.checkpoint()
    assert store.problems() == []
    in_use = store.meta.page_count - 2 - sum(run.page_count for run in store.forest._freelist.runs)
    assert in_use < full / 4
    store.set("A", *((key, b"value") for key in KEYS[:2000]))
    store.checkpoint()
    store.checkpoint()
    assert store.meta.page_count <= full + full // 4, "freed pages are used again"


def test_a_killed_global_with_overflow_values_gives_all_its_pages_back() -> None:
    store = Store(512)
    store.set("A", *((key, bytes(2000)) for key in KEYS[:50]))
    store.set("B", (b"", b"stays"))
    store.checkpoint()
    store.kill("A")
    assert store.forest.node_count == 1
    store.checkpoint()
    assert store.problems() == []
    free = sum(run.page_count for run in store.forest._freelist.runs)
    assert store.meta.page_count - 2 - free - len(store.forest._freelist.pages) == 2, "a leaf and the directory"


def test_an_overflow_value_that_is_replaced_gives_its_pages_back_and_one_that_is_not_keeps_them() -> None:
    store = Store(512)
    store.set("A", (b"\x10\0", b"a" * 3000), (b"\x78\0", b"b" * 3000))
    store.checkpoint()
    store.set("A", (b"\x10\0", b"c" * 3000))
    written = store.checkpoint().pages
    assert store.problems() == []
    chain_pages = [image for _, image in written if image[32] == 3]
    assert len(chain_pages) == -(-3000 // (capacity(512) - 8))
    assert dict(store.forest.items("A")) == {b"\x10\0": b"c" * 3000, b"\x78\0": b"b" * 3000}


def test_a_scan_goes_on_where_it_was_when_the_tree_changes_under_it() -> None:
    store = Store(512)
    store.set("A", *((key, b"v") for key in KEYS[:1000]))
    scan = store.forest.items("A")
    first = [next(scan)[0] for _ in range(10)]
    store.kill("A", KEYS[900])
    store.checkpoint()
    rest = [key for key, _ in scan]
    assert first + rest == KEYS[:900] + KEYS[901:1000]


def test_a_clean_tree_is_references_only() -> None:
    store = Store(512)
    store.set("A", *((key, b"v") for key in KEYS[:1000]))
    store.checkpoint()
    tree = store.forest._trees["A"]
    assert isinstance(tree.root, Reference)
    assert tree.root.node_count == 1000


def test_what_was_killed_is_gone_for_the_finger_that_stood_there() -> None:
    store = Store(512)
    keys = [b"\x81%d\0" % number + key for number in (1, 2, 3) for key in KEYS[:700]]
    store.set("A", *((key, b"v") for key in keys))
    for key in keys[700:1200]:  # until a leaf that begins within the range is its first
        store.kill("A", key)
    store.kill("A", b"\x812\0")
    assert all(store.forest.get("A", key) is None for key in keys[1200:1400])
    store.set("A", (keys[1399], b"new"))
    assert store.forest.node_count == 1401
    store.forest.check()


def test_the_chains_of_a_leaf_that_is_dirty_are_freed_when_it_is_killed() -> None:
    store = Store(512)
    store.set("A", *((key, bytes(2000)) for key in KEYS[:20]))
    store.set("B", (b"", b"stays"))
    store.checkpoint()
    store.set("A", *((key + b"\x10\0", b"new") for key in KEYS[:20]))
    store.kill("A")
    store.checkpoint()
    assert store.problems() == []
