"""btree/pager.py: nothing unchecked is believed, and the cache stays within its budget."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bumps.btree import overflow
from bumps.btree.body import encode_branch, pack_leaf
from bumps.btree.forest import Forest
from bumps.btree.node import Leaf
from bumps.btree.page import BRANCH, LEAF, OVERFLOW, Reference, Stamp, build, parse
from bumps.btree.pager import decode
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
    store = filled(cache_size=150_000)
    pager = store.forest.pager
    store.forest.get("A", KEYS[0])
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
