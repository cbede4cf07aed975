"""btree/, against bytes that somebody wrote who knows the format: each check says what it found, and on which page."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace

import pytest

from bumps.btree import page
from bumps.btree.body import decode_branch, decode_leaf
from bumps.btree.forest import Forest
from bumps.btree.node import Branch, Leaf
from bumps.btree.page import BRANCH, LEAF, OVERFLOW
from bumps.errors import CorruptionError, StorageError
from bumps.keys import KeyCodec
from tests.test_btree_verify import PAGE_SIZE, first, image, put, resign, unchecked
from tests.trees import Store

CODEC = KeyCodec.of("utf-8")


def leaf_with_chain(store: Store) -> tuple[int, bytes]:
    """Return the leaf of ^B, which has one inline value and one overflow value, and its bytes."""
    number = first(store, LEAF, 2)
    return number, image(store, number)


def body_end(data: bytes) -> int:
    return 40 + int.from_bytes(data[38:40], "little")


def inline_cell_is_called_overflow(data: bytes) -> dict[int, bytes]:
    return {body_end(data) - 18: struct.pack("<H", 0)}


def overflow_of_no_bytes(data: bytes) -> dict[int, bytes]:
    return {body_end(data) - 8: bytes(8)}


def overflow_behind_the_end(data: bytes) -> dict[int, bytes]:
    return {body_end(data) - 16: struct.pack("<I", 5000)}


def overflow_of_a_cell_that_is_not_there(data: bytes) -> dict[int, bytes]:
    return {body_end(data) - 18: struct.pack("<H", 2)}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (inline_cell_is_called_overflow, "overflow cell 0 has a value in the page too"),
        (overflow_of_no_bytes, "overflow cell 1 has 0 bytes"),
        (overflow_behind_the_end, "overflow cell 1 lies in pages 5000 to "),
        (overflow_of_a_cell_that_is_not_there, "overflow cell 2 of 2 cells, after cell -1"),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_a_leaf_that_says_what_cannot_be_of_its_overflow_values_is_corrupt(
    change: Callable[[bytes], dict[int, bytes]], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = unchecked(monkeypatch)
    number, data = leaf_with_chain(store)
    resign(store, number, change(data))
    found = page.parse(image(store, number), PAGE_SIZE, number)
    with pytest.raises(CorruptionError, match=f"^data: page {number}: {what}"):
        decode_leaf(found, PAGE_SIZE, store.meta.page_count)
    assert any(f"data: page {number}: {what}" in problem for problem in store.problems())


def test_a_branch_with_flags_that_nobody_knows_is_corrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    number = first(store, BRANCH, 1)
    resign(store, number, {body_end(image(store, number)) - 1: b"\2"})
    with pytest.raises(CorruptionError, match="flags of a child are 2"):
        decode_branch(page.parse(image(store, number), PAGE_SIZE, number), store.meta.page_count)
    assert any(f"data: page {number}: flags of a child are 2" in problem for problem in store.problems())


def test_an_overflow_page_without_room_for_its_place_in_the_chain_is_corrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    number = first(store, OVERFLOW, 2)
    resign(store, number, {38: struct.pack("<H", 4), 44: bytes(PAGE_SIZE - 44)})
    assert any(f"data: page {number}: overflow body of 4 bytes" in problem for problem in store.problems())
    store.reopen()
    with pytest.raises(CorruptionError, match="overflow body of 4 bytes"):
        store.forest.get("B", CODEC.encode(("long",)))


def test_a_leaf_without_cells_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    number = first(store, LEAF, 1)
    resign(store, number, {34: bytes(4), 38: struct.pack("<H", 4), 40: bytes(PAGE_SIZE - 40)})
    assert f"data: page {number}: a leaf without cells" in store.problems()


def test_a_key_above_the_limit_is_found() -> None:
    store = Store(PAGE_SIZE)
    store.set("A", (CODEC.encode(("x" * 148,)), b"value"), (CODEC.encode(("y",)), b"value"))
    store.checkpoint()
    assert any("a key of 150 bytes" in problem for problem in store.problems())


def test_separators_outside_of_the_bounds_of_their_branch_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "page_checksum", lambda covered: 0)
    store = Store(PAGE_SIZE)
    store.set("A", *((CODEC.encode((number,)), b"v" * 40) for number in range(1000)))
    store.checkpoint()
    assert store.problems() == []
    branches = {
        number: decode_branch(page.parse(image(store, number), PAGE_SIZE, number), store.meta.page_count)
        for number in range(2, store.meta.page_count)
        if image(store, number)[32] == BRANCH and image(store, number)[33] == 1
    }
    # Not the first one: it has no lower bound.
    last = max(branches, key=lambda number: branches[number].separators)
    separator = branches[last].separators[0]
    at = image(store, last).index(separator, 40)
    resign(store, last, {at: b"\x01"})
    assert any(
        f"data: page {last}: separator " in problem and "is not below" in problem for problem in store.problems()
    )


def directory_cell(store: Store, name: str) -> tuple[int, int]:
    """Return the page of the directory and the offset in it of the cell of a global."""
    assert store.meta.directory
    number = store.meta.directory.page
    from bumps.btree import directory

    tree = store.forest._trees[name]
    assert tree.root is not None
    cell = directory.Entry(tree.root, tree.level, tree.number).encode()  # type: ignore[arg-type]
    return number, image(store, number).index(cell)


def test_two_globals_of_one_tree_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    number, at = directory_cell(store, "B")
    resign(store, number, {at + 18: struct.pack("<I", 1)})
    found = store.problems()
    assert any("directory: b'B' has the same tree as b'A'" in problem for problem in found)


@pytest.mark.parametrize(
    ("offset", "new", "what"),
    [
        (0, struct.pack("<I", 1), "root in page 1 of "),
        (16, b"\2", "flags are 2"),
        (18, struct.pack("<I", 0), "number of the tree is 0, the directory's"),
        (18, struct.pack("<I", 99), "has tree 99, and the last tree was 3"),
    ],
)
def test_an_entry_of_the_directory_that_cannot_be_is_named_and_never_used(
    offset: int, new: bytes, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = unchecked(monkeypatch)
    number, at = directory_cell(store, "B")
    resign(store, number, {at + offset: new})
    assert any(f"data: page {number}: directory: b'B'" in problem and what in problem for problem in store.problems())
    store.reopen()
    with pytest.raises(StorageError):
        store.forest.get("B", CODEC.encode(("long",)))


def test_a_name_in_the_directory_that_is_none_is_found_and_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    assert store.meta.directory
    number = store.meta.directory.page
    resign(store, number, {image(store, number).index(b"A", 40): b"!"})
    assert any("directory: b'!' is not the name of a global" in problem for problem in store.problems())
    store.reopen()
    with pytest.raises(CorruptionError, match="not the name of a global"):
        list(store.forest.names())


def test_a_directory_with_an_overflow_value_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    number, _ = leaf_with_chain(store)
    resign(store, number, {12: bytes(4)})
    store.meta = replace(store.meta, directory=page.Reference(number, 0, 2, False))
    assert any(f"data: page {number}: directory: " in p and "its value is outside" in p for p in store.problems())


def test_runs_of_the_freelist_that_go_back_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "page_checksum", lambda covered: 0)
    store = Store(PAGE_SIZE)
    for number in range(120):
        store.set(f"G{number:03}", *((CODEC.encode((each,)), b"v" * 60) for each in range(12)))
    store.checkpoint()
    for number in range(0, 120, 2):
        store.kill(f"G{number:03}")
    store.checkpoint()
    store.checkpoint()
    assert store.problems() == []
    lists = [number for number in range(2, store.meta.page_count) if image(store, number)[32] == page.FREELIST]
    assert store.meta.freelist and len(lists) >= 2
    following = struct.unpack_from("<I", image(store, store.meta.freelist[0]), 40)[0]
    assert following in lists
    resign(store, following, {48: struct.pack("<II", 2, 1)})
    assert any(
        f"data: page {following}: " in problem and "begins before page" in problem for problem in store.problems()
    )
    with pytest.raises(CorruptionError):
        Forest.open(store.file, store.meta)


def test_a_branch_whose_children_cannot_be_read_is_not_merged_and_the_checkpoint_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = Store(PAGE_SIZE)
    store.set("A", *((CODEC.encode((number,)), b"v" * 60) for number in range(100)))
    store.checkpoint()
    store.reopen()
    leaves = [number for number in range(2, store.meta.page_count) if image(store, number)[32] == LEAF]
    store.kill("A", CODEC.encode((1,)), 3)
    store.kill("A", CODEC.encode((2,)), 3)
    store.kill("A", CODEC.encode((3,)), 3)
    store.kill("A", CODEC.encode((4,)), 3)
    put(store, leaves[1], bytes(PAGE_SIZE))
    store.checkpoint()
    assert any(f"data: page {leaves[1]}: magic" in problem for problem in store.problems())
    assert store.forest.get("A", CODEC.encode((0,))) == b"v" * 60


def test_two_references_to_one_page_are_damage_when_both_are_written() -> None:
    store = Store()
    keys = [b"\x83%04d\0" % number for number in range(200)]
    store.set("A", *((key, b"v") for key in keys))
    store.checkpoint()
    root = store.forest._trees["A"].own_root()
    assert isinstance(root, Branch)
    store.set("A", (keys[0], b"w"), (root.separators[0], b"w"))
    there, other = root.children[:2]
    assert isinstance(there, Leaf) and isinstance(other, Leaf)
    other.page = there.page  # as a branch says where somebody has made every checksum right
    with pytest.raises(CorruptionError, match=f"page {there.page}: two references lead to it"):
        store.checkpoint()
