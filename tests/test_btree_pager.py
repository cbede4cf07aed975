"""btree/pager.py: nothing unchecked is believed, and the cache stays within its budget."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bumps.batch import SET, Batch
from bumps.btree import overflow, page
from bumps.btree.body import encode_branch, pack_leaf
from bumps.btree.forest import Forest
from bumps.btree.node import UNKNOWN, Leaf
from bumps.btree.page import BRANCH, LEAF, OVERFLOW, Reference, Stamp, build, parse
from bumps.btree.pager import SEEN_SHARE, decode
from bumps.btree.tree import Tree
from bumps.errors import CorruptionError, StorageError
from bumps.files import MemoryFile
from tests.trees import Store

KEYS = [b"\x85%05d\0" % number for number in range(10_000, 13_000)]


def filled(cache_size: int = 30_000) -> Store:
    store = Store(512, cache_size=cache_size)
    store.set("A", *((key, key * 2) for key in KEYS))
    store.checkpoint()
    return store


def test_the_cache_stays_within_its_budget() -> None:
    store = filled()
    pager = store.forest.pager
    for key in KEYS[::7]:
        assert store.forest.get("A", key) == key * 2
        assert pager.charge <= pager.cache_size
        assert pager.charge == sum(reference.node.charge for reference in pager.cache.values())
    assert len(pager.cache) < store.meta.page_count / 2


def test_what_is_used_again_and_again_stays() -> None:
    store = filled(cache_size=70_000)
    pager = store.forest.pager
    store.forest.get("A", KEYS[0])
    store.forest.query("A", KEYS[0])
    hot = store.forest._trees["A"].cursor.leaf
    for key in KEYS[1000::7]:
        store.forest.get("A", KEYS[0])
        store.forest.get("A", key)
    assert len(pager.cache) < store.meta.page_count / 2, "others had to go"
    assert pager.cache[hot.page].node is hot


def test_dirty_leaves_are_not_in_the_cache() -> None:
    store = filled()
    store.set("A", *((key, b"new") for key in KEYS[::100]))
    assert store.forest.dirty_count > 10
    assert not any(reference.node.dirty for reference in store.forest.pager.cache.values())
    assert all(store.forest.get("A", key) == b"new" for key in KEYS[::100])


def test_pages_that_are_not_home_yet_are_read_from_the_set() -> None:
    store = filled()
    before = bytes(store.file.content)
    store.set("A", (KEYS[5], b"new"), (KEYS[6], b"long" * 1000))
    pages = store.checkpoint().pages
    store.file.content[:] = before
    forest = Forest.open(store.file, store.meta, overrides=dict(pages))
    assert forest.get("A", KEYS[5]) == b"new"
    assert forest.get("A", KEYS[6]) == b"long" * 1000
    assert forest.get("A", KEYS[7]) == KEYS[7] * 2


def test_an_error_of_the_disk_is_a_storage_error_that_names_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled()

    def fail(self: MemoryFile, size: int, offset: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(MemoryFile, "pread", fail)
    with pytest.raises(StorageError, match=r"data: page \d+: cannot be read: Input/output error"):
        list(store.forest.items("A"))


def test_a_file_that_ends_early_is_corrupt() -> None:
    store = filled()
    store.file.truncate(store.file.size() // 2)
    with pytest.raises(CorruptionError) as caught:
        list(Forest.open(store.file, store.meta).items("A"))
    assert caught.value.details["file"] == "data"


def test_a_neighbour_that_cannot_be_read_stops_no_checkpoint() -> None:
    store = filled()
    store.reopen()
    for key in KEYS[100:140]:
        store.kill("A", key)
    tree = store.forest._trees["A"]
    tree.cursor.at_or_after(KEYS[140])
    following = tree.cursor.leaf
    if not following.dirty:
        store.file.content[following.page * 512 + 50] ^= 1
        store.forest.pager.forget(following.page)
    tree.cursor.void()
    store.checkpoint()
    assert store.forest.get("A", KEYS[99]) == KEYS[99] * 2


def test_a_page_is_used_only_for_its_own_tree_its_own_count_and_its_own_checksum() -> None:
    store = filled()
    tree = store.forest._trees["A"]
    pager, root = tree.pager, tree.root
    assert isinstance(root, Reference)
    with pytest.raises(CorruptionError, match="belongs to tree 1"):
        pager.page(root, 2)
    pager.forget(root.page)
    with pytest.raises(CorruptionError, match="3000 nodes, its parent says 2999"):
        pager.load(replace(root, node_count=2999), 1, tree.level)
    with pytest.raises(CorruptionError, match="its parent says level 0"):
        pager.load(root, 1, 0)
    assert pager.load(root, 1, tree.level) is pager.cache[root.page].node
    other = replace(root, checksum=root.checksum ^ 1, node=None)
    with pytest.raises(CorruptionError, match="the reference to it says"):
        pager.load(other, 1, tree.level)
    with pytest.raises(CorruptionError, match="the reference to it says"):
        Tree(pager, 1, other, tree.level).cursor.get(KEYS[0])


def test_an_overflow_page_is_used_only_in_its_place_in_its_chain() -> None:
    stamp = Stamp(512, 1, 1)
    value = bytes(range(256)) * 5
    pages, chain = overflow.write(stamp, 1, 10, value)
    images = [image for _, image in pages]
    assert overflow.read(b"".join(images), 512, 1, chain) == value

    def refused(what: str, index: int, body: bytes, kind: int = OVERFLOW, tree: int = 1) -> None:
        wrong = build(stamp, 10 + index, tree, kind, 1, body)[0]
        with pytest.raises(CorruptionError, match=what):
            overflow.read(b"".join([*images[:index], wrong, *images[index + 1 :]]), 512, 1, chain)

    body = parse(images[1], 512, 11).body
    refused("says it is overflow page 2", 1, overflow.PREFIX.pack(2, 12) + body[8:])
    refused("is followed by page 0", 1, overflow.PREFIX.pack(1, 0) + body[8:])
    refused("overflow value has checksum", 1, body[:-1] + b"x")
    refused("holds 1279 bytes, not 1280", 1, body[:-1])
    refused("kind is 1", 1, body, kind=LEAF)
    refused("belongs to tree 2", 1, body, tree=2)


def test_keys_and_separators_out_of_order_are_refused() -> None:
    stamp = Stamp(512, 1, 1)
    for keys in ([b"b", b"a"], [b"a", b"a"]):
        packed = pack_leaf(Leaf(dict.fromkeys(keys, b""), keys), 149)
        leaf = build(stamp, 5, 1, LEAF, 2, packed.encode([]), codings=packed.codings)[0]
        with pytest.raises(CorruptionError, match="keys do not increase"):
            decode(parse(leaf, 512, 5), 0, 2, 512, 99)
        coding, body = encode_branch(keys, [Reference(2, 0, 1, False)] * 3)
        branch = build(stamp, 5, 1, BRANCH, 3, body, level=1, codings=(coding, 0))[0]
        with pytest.raises(CorruptionError, match="separators do not increase"):
            decode(parse(branch, 512, 5), 1, 3, 512, 99)


def only_leaf(cache_size: int = 14_800) -> tuple[Store, Reference, int]:
    """Return a database that was opened anew, the reference to the one leaf of ^A, and the number of its tree.

    With that cache others must go to decode it.
    """
    store = Store(8192, cache_size=cache_size)
    store.set("A", *((key, key * 2) for key in KEYS[:100]))
    store.checkpoint()
    store.reopen()
    tree = store.forest._tree("A")
    assert tree is not None
    assert isinstance(tree.root, Reference)
    return store, tree.root, tree.number


def test_a_leaf_that_is_read_for_one_value_is_kept_when_it_is_asked_again() -> None:
    store, reference, _ = only_leaf()
    pager = store.forest.pager
    missed, charge = pager.counters.misses, pager.charge
    assert store.forest.get("A", KEYS[7]) == KEYS[7] * 2
    assert (reference.node, pager.charge, pager.counters.misses) == (None, charge, missed + 1)
    assert store.forest.get("A", KEYS[8]) == KEYS[8] * 2
    assert (reference.node.level, pager.counters.misses) == (0, missed + 2)
    assert store.forest.get("A", KEYS[9]) == KEYS[9] * 2
    assert pager.counters.misses == missed + 2
    assert pager.charge == sum(home.node.charge for home in pager.cache.values())


def test_a_leaf_is_decoded_at_its_first_value_if_there_is_room() -> None:
    store, reference, _ = only_leaf(cache_size=30_000)
    assert store.forest.get("A", KEYS[7]) == KEYS[7] * 2
    assert reference.node.level == 0


def test_a_leaf_that_is_read_in_order_is_decoded() -> None:
    store, reference, _ = only_leaf()
    pager = store.forest.pager
    store.forest.get("A", KEYS[7])
    assert reference.page not in pager.cache
    assert store.forest.query("A", KEYS[7]) == KEYS[8]
    assert pager.cache[reference.page] is reference


def test_only_leaves_that_were_read_not_long_ago_are_remembered() -> None:
    store = filled(cache_size=90_000)
    assert len(list(store.forest.items("A"))) == len(KEYS)
    pager = store.forest.pager
    cached, unread = set(pager.cache), []
    for key in KEYS[: 40 * 20 : 20]:
        assert store.forest.get("A", key) == key * 2
        assert len(pager.seen) <= max(1, len(pager.cache) // SEEN_SHARE)
        unread += [page for page in pager.seen if page not in unread]
    assert unread[-len(pager.seen) :] == list(pager.seen), "the last ones"
    assert 0 < len(pager.seen) < len(unread)
    leaves = {page for page, home in pager.cache.items() if home.node.level == 0}
    assert leaves < cached, "those that are read once take no place, only the branches above them"


def test_a_leaf_that_another_reference_has_is_not_read_again() -> None:
    store, reference, number = only_leaf()
    pager = store.forest.pager
    store.forest.query("A", KEYS[7])
    missed, again = pager.counters.misses, reference.copy()
    assert pager.peek(again, number, KEYS[8]) is UNKNOWN
    assert pager.find(again, number, 0).level == 0
    assert (reference.node, pager.counters.misses) == (None, missed)


@pytest.mark.parametrize(
    ("at", "wrong", "what"),
    [
        (32, BRANCH, "kind 2 of level 0, its parent says level 0"),
        (33, 1, "kind 1 of level 1, its parent says level 0"),
        (34, 1, "a column has 1 strings instead of 100"),
        (35, 7, "unknown coding of a column: 0x07"),
        (12, 9, "belongs to tree 9, the reference to tree"),
        (8, 9, "says it is page 9"),
    ],
)
def test_the_first_value_of_a_leaf_is_refused_as_the_leaf_would_be(
    at: int, wrong: int, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "page_checksum", lambda covered: 0)
    store, reference, _ = only_leaf()
    store.file.content[reference.page * 8192 + at] = wrong
    with pytest.raises(CorruptionError, match=f"^data: page {reference.page}: {what}"):
        store.forest.get("A", KEYS[7])
    with pytest.raises(CorruptionError, match=f"^data: page {reference.page}: {what}"):
        store.forest.query("A", KEYS[7])
    assert reference.node is None
    assert reference.page not in store.forest.pager.cache


def test_a_leaf_whose_reference_miscounts_it_is_refused_before_its_first_value() -> None:
    store, reference, number = only_leaf()
    with pytest.raises(CorruptionError, match="100 nodes, its parent says 99"):
        store.forest.pager.peek(replace(reference, node_count=99), number, KEYS[7])
    assert reference.page not in store.forest.pager.cache


def test_keys_that_do_not_increase_are_refused_when_their_leaf_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "page_checksum", lambda covered: 0)
    store, reference, _ = only_leaf()
    start = reference.page * 8192
    at = store.file.content.index(KEYS[50], start)
    store.file.content[at : at + len(KEYS[50])] = KEYS[0]
    assert store.forest.get("A", KEYS[7]) == KEYS[7] * 2
    with pytest.raises(CorruptionError, match="keys do not increase"):
        store.forest.query("A", KEYS[7])
    with pytest.raises(CorruptionError, match="keys do not increase"):
        store.forest.get("A", KEYS[8])
    with pytest.raises(CorruptionError, match="keys do not increase"):
        store.forest.fetch([Batch("A", bytes((SET,)), [KEYS[7]], [b""])])
