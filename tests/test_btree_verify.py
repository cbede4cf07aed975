"""btree/verify.py: a sound database has no problem, and no damage goes unseen."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bumps.batch import KILL_NODE
from bumps.btree import directory, encode, overflow, page
from bumps.btree.forest import Forest
from bumps.btree.page import BRANCH, FREELIST, HEADER_SIZE, KINDS, LEAF, OVERFLOW, Reference
from bumps.btree.pager import decode
from bumps.errors import CorruptionError, StorageError
from bumps.keys import KeyCodec
from tests.trees import Store

CODEC = KeyCodec.of("utf-8")
PAGE_SIZE = 512


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a small database with everything in it: branches, a chain, a dead tree, free pages."""
    return small_store(monkeypatch)


def small_store(monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store(PAGE_SIZE)
    store.set("A", *((CODEC.encode((number,)), b"value %d" % number) for number in range(120)))
    store.set("B", (b"", b"short"), (CODEC.encode(("long",)), b"long" * 300))
    store.set("C", *((CODEC.encode((number,)), b"dies %d" % number) for number in range(40)))
    store.checkpoint()
    monkeypatch.setattr(encode, "DEAD_READ_COUNT_MAX", 0)
    store.kill("C")
    for number in range(30, 100):
        store.kill("A", CODEC.encode((number,)), KILL_NODE)
    store.checkpoint()
    assert store.problems() == []
    return store


def image(store: Store, number: int) -> bytes:
    return store.file.pread(PAGE_SIZE, number * PAGE_SIZE)


def put(store: Store, number: int, data: bytes) -> None:
    store.file.pwrite(data, number * PAGE_SIZE)


def kinds(store: Store) -> set[int]:
    return {page.parse(image(store, number), PAGE_SIZE, number).kind for number in range(2, store.meta.page_count)}


def test_the_small_database_has_pages_of_every_kind_and_a_dead_tree(store: Store) -> None:
    assert kinds(store) == set(KINDS)
    assert store.forest.pager.dead
    assert store.meta.freelist


def test_a_dead_tree_is_freed_by_later_checkpoints(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "DEAD_READ_COUNT_MAX", 1)
    for _ in range(20):
        store.reopen()
        store.checkpoint()
        assert store.problems() == []
    assert store.forest.pager.dead == []


def test_a_dead_tree_that_cannot_be_read_stops_no_checkpoint(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "DEAD_READ_COUNT_MAX", 100)
    (dead,) = store.forest.pager.dead
    put(store, dead.reference.page, bytes(PAGE_SIZE))
    store.reopen()
    store.set("A", (b"", b"new"))
    store.checkpoint()
    assert store.forest.pager.dead == [dead]
    assert any(f"page {dead.reference.page}:" in problem for problem in store.problems())


def flip(store: Store, bit: int) -> list[str]:
    """Return what verify says when one bit behind the meta slots is wrong."""
    at = 2 * PAGE_SIZE + bit // 8
    store.file.content[at] ^= 1 << bit % 8
    found = store.problems()
    store.file.content[at] ^= 1 << bit % 8
    return found


def bit_count(store: Store) -> int:
    return 8 * (store.meta.page_count - 2) * PAGE_SIZE


def test_a_flipped_bit_is_found_and_its_page_is_named(store: Store) -> None:
    for bit in random.Random(1).sample(range(bit_count(store)), 100):
        number = 2 + bit // 8 // PAGE_SIZE
        assert any(f"data: page {number}:" in problem for problem in flip(store, bit)), bit


@pytest.mark.slow
def test_every_flipped_bit_of_the_whole_file_is_found(store: Store) -> None:
    for bit in range(bit_count(store)):
        assert flip(store, bit), bit


def test_every_flipped_bit_of_a_page_is_found_before_it_is_used(store: Store) -> None:
    whole = image(store, 2)
    for bit in range(8 * PAGE_SIZE):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CorruptionError):
            page.parse(bytes(damaged), PAGE_SIZE, 2)


def test_two_pages_that_changed_places_are_found(store: Store) -> None:
    last = store.meta.page_count - 1
    for one in range(2, last):
        first, second = image(store, one), image(store, one + 1)
        put(store, one, second)
        put(store, one + 1, first)
        found = store.problems()
        assert any(f"page {one}: says it is page {one + 1}" in problem for problem in found)
        assert any(f"page {one + 1}: says it is page {one}" in problem for problem in found)
        put(store, one, first)
        put(store, one + 1, second)
    assert store.problems() == []


def test_a_page_of_zeros_is_found_and_named(store: Store) -> None:
    for number in range(2, store.meta.page_count):
        whole = image(store, number)
        put(store, number, bytes(PAGE_SIZE))
        assert any(f"page {number}: magic is" in problem for problem in store.problems())
        put(store, number, whole)


def test_a_write_that_was_lost_is_found_by_verify_and_by_reading(store: Store) -> None:
    before = {number: image(store, number) for number in range(2, store.meta.page_count)}
    store.set("A", (CODEC.encode((5,)), b"changed"))
    pages = store.checkpoint().pages
    assert pages
    for number, new in pages:
        put(store, number, before.get(number, bytes(PAGE_SIZE)))
        found = store.problems()
        if page.HEADER.unpack_from(new)[8] != FREELIST or number == (store.meta.freelist or (0, 0))[0]:
            assert any(f"page {number}: checksum is" in problem for problem in found), found
            with pytest.raises(CorruptionError) as caught:
                read_all(Forest.open(store.file, store.meta))
            assert caught.value.details["page"] == number
            assert caught.value.details["file"] == "data"
        assert found
        put(store, number, new)
    assert store.problems() == []


def read_all(forest: Forest) -> list[tuple[str, bytes, bytes]]:
    return [(name, key, value) for name in list(forest.names()) for key, value in forest.items(name)]


def test_a_file_that_is_too_short_is_found_and_one_that_is_longer_is_sound(store: Store) -> None:
    store.file.truncate(store.file.size() + 3 * PAGE_SIZE)
    store.file.content[-700:] = b"\xaa" * 700
    assert store.problems() == []
    store.file.truncate((store.meta.page_count - 1) * PAGE_SIZE)
    assert f"{store.meta.page_count - 1} pages in the file" in store.problems()[0]


def test_verify_goes_on_after_a_problem(store: Store) -> None:
    damaged = [2, 5, store.meta.page_count - 1]
    for number in damaged:
        store.file.content[number * PAGE_SIZE + 100] ^= 1
    found = store.problems()
    for number in damaged:
        assert any(f"data: page {number}:" in problem for problem in found)


def test_verify_changes_nothing(store: Store) -> None:
    before = bytes(store.file.content)
    store.problems()
    assert bytes(store.file.content) == before


def resign(store: Store, number: int, change: dict[int, bytes]) -> None:
    """Change bytes of a page, and make its own checksum right again."""
    data = bytearray(image(store, number))
    for offset, new in change.items():
        data[offset : offset + len(new)] = new
    data[4:8] = page.page_checksum(bytes(data[8:])).to_bytes(4, "little")
    put(store, number, bytes(data))


@pytest.mark.parametrize(
    ("offset", "new", "what"),
    [(16, b"\x99", "LSN 153"), (24, b"\x77", "generation 119"), (510, b"\1", "not zero behind its body")],
)
def test_bounds_and_padding_are_checked_on_pages_whose_checksum_is_right(
    store: Store, offset: int, new: bytes, what: str
) -> None:
    assert store.meta.freelist
    number = store.meta.freelist[0]
    resign(store, number, {offset: new})
    assert any(f"page {number}: {what}" in problem for problem in store.problems())


def test_a_page_that_nobody_owns_is_found(store: Store) -> None:
    assert store.meta.freelist
    number = store.meta.freelist[0]
    resign(store, number, {36: bytes(2), 38: b"\x08\0", 48: bytes(PAGE_SIZE - 48)})
    store.meta = type(store.meta)(
        **{
            **{name: getattr(store.meta, name) for name in store.meta.__slots__},
            "freelist": (number, int.from_bytes(image(store, number)[4:8], "little")),
        }
    )
    assert any("belongs to nothing" in problem for problem in store.problems())


def test_a_key_that_is_not_canonic_is_found() -> None:
    store = Store(PAGE_SIZE)
    store.set("A", (b"\xc0" + b"7\0", b"a number as a string"))
    store.checkpoint()
    assert any("not canonic" in problem for problem in store.problems())


def unchecked(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return the small database with checksums that agree with anything."""
    monkeypatch.setattr(page, "page_checksum", lambda covered: 0)
    monkeypatch.setattr(overflow, "value_checksum", lambda value: 0)
    return small_store(monkeypatch)


def first(store: Store, kind: int, tree: int) -> int:
    """Return the first page of a kind and a tree."""
    return next(
        number
        for number in range(2, store.meta.page_count)
        if (image(store, number)[32], image(store, number)[12]) == (kind, tree)
    )


def test_keys_outside_the_separators_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    number = first(store, LEAF, 1)
    last = image(store, number).rindex(b"\x82")
    put(store, number, image(store, number)[:last] + b"\x83" + image(store, number)[last + 1 :])
    assert any(f"page {number}: keys " in problem for problem in store.problems())


def test_a_count_that_is_not_that_of_the_page_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    number = first(store, BRANCH, 1)
    count = int.from_bytes(image(store, number)[36:38], "little")
    size = int.from_bytes(image(store, number)[38:40], "little")
    store.file.content[number * PAGE_SIZE + HEADER_SIZE + size - 9 * count] ^= 1
    found = store.problems()
    assert sum("its parent says" in problem for problem in found) == 2, "of the child, and so of the branch"


def test_a_flag_that_hides_overflow_values_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    root, tree = store.meta.directory, store.forest._trees["B"]
    assert root and isinstance(tree.root, Reference)
    cell = directory.Entry(tree.root, tree.level, tree.number).encode()
    store.file.content[root.page * PAGE_SIZE + image(store, root.page).index(cell) + 16] ^= 1
    assert any("overflow cells: True, its parent says False" in problem for problem in store.problems())


def test_a_free_page_that_was_written_after_it_was_freed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    store = unchecked(monkeypatch)
    run = store.forest._freelist.runs[0]
    store.file.content[run.page * PAGE_SIZE + 24] = run.generation
    assert any(f"page {run.page}: is free since generation" in problem for problem in store.problems())


@pytest.mark.parametrize("seed", range(6))
def test_wrong_bytes_under_right_checksums_never_hang_nor_escape_as_another_error(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = unchecked(monkeypatch)
    whole = bytes(store.file.content)
    generator = random.Random(seed)
    numbers = range(2, store.meta.page_count)
    for _ in range(150):
        for _ in range(generator.choice((1, 1, 3))):
            number = generator.choice(numbers)
            at = generator.choice((generator.randrange(32, 60), generator.randrange(8, PAGE_SIZE)))
            store.file.content[number * PAGE_SIZE + at] = generator.choice((0, 1, 2, 255, generator.randrange(256)))
        store.problems()
        try:
            forest = Forest.open(store.file, store.meta, cache_size=4096)
            names = list(forest.names())
        except StorageError:
            names = []
        for name in names:
            try:
                list(forest.items(name))
                list(forest.items(name, reverse=True))
                code = b""
                while (code := forest.order(name, b"", code) or b"") != b"":
                    forest.get(name, code)
            except (StorageError, ValueError):
                pass
        store.file.content[:] = whole


@settings(max_examples=150)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    level=st.integers(0, 2),
    codings=st.tuples(st.sampled_from([0, 1, 255, 7]), st.sampled_from([0, 1, 255])),
    cells=st.integers(0, 300),
    body=st.binary(max_size=472),
)
def test_no_body_makes_a_node_raise_anything_but_corruption(
    kind: int, level: int, codings: tuple[int, int], cells: int, body: bytes
) -> None:
    stamp = page.Stamp(PAGE_SIZE, 1, 1)
    data, _ = page.build(stamp, 7, 1, kind, cells, body, level=level, codings=codings)
    try:
        node = decode(page.parse(data, PAGE_SIZE, 7), level, 1, PAGE_SIZE, 100)
    except CorruptionError as error:
        assert error.details["page"] == 7
    else:
        assert node.level == level
        node.check()


def test_a_full_chain_of_overflow_pages_carries_its_index_and_its_successor(store: Store) -> None:
    chains = [number for number in range(2, store.meta.page_count) if image(store, number)[32] == OVERFLOW]
    step = overflow.bytes_per_page(PAGE_SIZE)
    assert len(chains) == -(-1200 // step)
    for index, number in enumerate(chains):
        last = number == chains[-1]
        assert overflow.PREFIX.unpack_from(image(store, number), HEADER_SIZE) == (index, 0 if last else number + 1)
