"""btree/pager.py: nothing unchecked is believed, and the cache stays within its budget."""

from __future__ import annotations

import pytest

from bumps.btree.forest import Forest
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
        assert pager.charge == sum(node.charge for node in pager.cache.values())
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
    assert pager.cache[hot.page] is hot


def test_dirty_leaves_are_not_in_the_cache() -> None:
    store = filled()
    store.set("A", *((key, b"new") for key in KEYS[::100]))
    assert store.forest.dirty_count > 10
    assert not any(node.dirty for node in store.forest.pager.cache.values())
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
