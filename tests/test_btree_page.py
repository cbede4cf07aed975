"""btree/page.py, btree/body.py: the bytes of a page are the documented ones."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bumps.btree import body, overflow, page
from bumps.btree.freelist import PREFIX, RUN
from bumps.btree.node import UNKNOWN, Chain, Leaf, Value
from bumps.btree.page import HEADER_SIZE, LEAF, Reference, Stamp
from bumps.checksum import crc32c
from bumps.errors import CorruptionError

STAMP = Stamp(page_size=512, generation=7, lsn=9)


def test_layout_of_the_header_is_the_documented_one() -> None:
    image, checksum = page.build(STAMP, 5, 3, LEAF, 2, b"body", level=0, codings=(255, 1))

    assert len(image) == 512
    assert image[:4] == b"bPg1"
    assert image[4:8] == checksum.to_bytes(4, "little") == crc32c(image[8:]).to_bytes(4, "little")
    assert image[8:40].hex(" ", 4) == "05000000 03000000 09000000 00000000 07000000 00000000 0100ff01 02000400"
    assert image[40:] == b"body" + bytes(468)


def test_layout_of_a_leaf_is_the_documented_one() -> None:
    leaf = Leaf({b"a": b"1", b"b": Chain(4, 5, 600), b"c": b""}, None)
    leaf.chains = {b"b": Chain(4, 5, 600)}
    packed = body.pack_leaf(leaf, 149)

    assert packed.codings == (255, 1)
    assert packed.outside == [1]
    encoded = packed.encode([Chain(4, 5, 600)])
    assert len(encoded) == packed.size
    assert encoded.hex(" ") == (
        "05 00 01 00 61 ff 62 ff 63 31 01 01 01 00 04 00 00 00 05 00 00 00 58 02 00 00 00 00 00 00"
    )


def test_layout_of_a_branch_is_the_documented_one() -> None:
    coding, encoded = body.encode_branch([b"m"], [Reference(2, 3, 4, False), Reference(5, 6, 7, True)])

    assert coding == 255
    assert encoded.hex(" ", 1) == (
        "6d 02 00 00 00 05 00 00 00 03 00 00 00 06 00 00 00 04 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 00 01"
    )


def test_sizes_in_the_tables_are_those_of_the_code() -> None:
    assert (HEADER_SIZE, body.CHILD_SIZE, body.OVERFLOW_CELL_SIZE) == (40, 17, 18)
    assert (overflow.PREFIX.size, overflow.REFERENCE.size, PREFIX.size, RUN.size) == (8, 16, 8, 16)


@given(st.dictionaries(st.binary(max_size=20).map(lambda key: key.replace(b"\xff", b"")), st.binary(max_size=40)))
def test_a_leaf_is_read_back_as_it_was_written(cells: dict[bytes, bytes]) -> None:
    leaf = Leaf(dict(cells), None)
    packed = body.pack_leaf(leaf, 149)
    big = Stamp(65536, 1, 1)
    image, checksum = page.build(big, 2, 1, LEAF, packed.cell_count, packed.encode([]), codings=packed.codings)
    read = body.decode_leaf(page.parse(image, 65536, 2), 65536, 10)
    assert read.cells == cells
    assert read.checksum == checksum
    read.check()
    sizes = body.cell_sizes(leaf, packed)
    assert sum(sizes) + body.PREFIX.size >= packed.size


NEAR = st.binary(max_size=3)
"""So short that they are in one another, and meet often."""


def leaf_page(cells: dict[bytes, Value], cell_count: int, change: tuple[int, int] | None) -> page.Page:
    """Return the page of a leaf that says so many cells; `change` puts a byte into its body."""
    packed = body.pack_leaf(Leaf(cells, None), 149)
    data = bytearray(packed.encode([]))
    if change is not None and data:
        data[change[0] % len(data)] = change[1]
    image, _ = page.build(Stamp(65536, 1, 1), 2, 1, LEAF, cell_count, bytes(data), codings=packed.codings)
    return page.parse(image, 65536, 2)


@settings(max_examples=400)
@given(
    cells=st.dictionaries(NEAR.map(lambda key: key.replace(b"\xff", b"")), NEAR, max_size=12),
    key=NEAR,
    miscount=st.sampled_from([0, 0, 0, 0, 1, -1]),
    change=st.one_of(st.none(), st.tuples(st.integers(0, 60), st.sampled_from([0, 1, 2, 255]))),
)
def test_a_value_is_found_in_a_page_as_in_the_decoded_leaf(
    cells: dict[bytes, Value], key: bytes, miscount: int, change: tuple[int, int] | None
) -> None:
    found = leaf_page(cells, max(0, len(cells) + miscount), change)
    keys = [key, *cells, *(left + b"\xff" + right for left, right in pairwise(sorted(cells)))]
    try:
        leaf = body.decode_leaf(found, 65536, 10)
    except CorruptionError as error:
        for each in keys:
            try:
                assert body.find_value(found, each) is UNKNOWN or "keys do not increase" in str(error)
            except CorruptionError as same:
                assert str(same) == str(error)
    else:
        for each in keys:
            assert body.find_value(found, each) == (UNKNOWN if leaf.chains or not leaf.cells else leaf.cells.get(each))


def test_a_value_is_not_looked_for_in_a_page_with_overflow_cells() -> None:
    packed = body.pack_leaf(Leaf({b"a": b"x" * 200, b"b": b"y"}, None), 149)
    image, _ = page.build(Stamp(512, 1, 1), 2, 1, LEAF, 2, packed.encode([Chain(3, 4, 200)]), codings=packed.codings)
    assert body.find_value(page.parse(image, 512, 2), b"b") is UNKNOWN
