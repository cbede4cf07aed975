"""btree/page.py, btree/body.py: the bytes of a page are the documented ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bumps.btree import body, overflow, page
from bumps.btree.freelist import PREFIX, RUN
from bumps.btree.node import Chain, Leaf
from bumps.btree.page import HEADER_SIZE, LEAF, Reference, Stamp
from bumps.checksum import crc32c

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
