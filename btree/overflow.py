"""Overflow: values too large for their leaf, in pages of their own.

A value goes out when key + value are more than a third of a page (`limits.inline_size_max`),
so that a leaf holds three cells at least. Its pages are neighbours, the first at the number
in the reference; so one read fetches it, and it is freed without being read.

    OFFSET  SIZE  BODY OF AN OVERFLOW PAGE
         0     4  index   of this page in its chain, from 0
         4     4  next    page: this one + 1, or 0 in the last of the chain
         8     *  bytes of the value; every page but the last is full

    OFFSET  SIZE  REFERENCE TO A CHAIN (in a leaf, btree/body.py)
         0     4  page      the first one
         4     4  checksum  CRC-32C of the whole value
         8     8  size      of the value, in bytes, at least 1
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bumps import limits
from bumps.btree.node import Chain
from bumps.btree.page import HEADER_SIZE, OVERFLOW, Page, Stamp, build, corrupt, parse
from bumps.checksum import crc32c

PREFIX = struct.Struct("<II")
REFERENCE = struct.Struct("<IIQ")
assert REFERENCE.size == 16, "the table above is the format"


def bytes_per_page(page_size: int) -> int:
    """Return how many bytes of a value one overflow page holds."""
    return page_size - HEADER_SIZE - PREFIX.size


def page_count(size: int, page_size: int) -> int:
    """Return how many pages a value of `size` bytes takes."""
    return -(-size // bytes_per_page(page_size))


def value_checksum(value: bytes) -> int:
    """Return the checksum that a reference to a chain carries."""
    return crc32c(value)


def write(stamp: Stamp, tree: int, first: int, value: bytes) -> tuple[list[tuple[int, bytes]], Chain]:
    """Return the pages of the chain that holds `value`, from page `first` on, and the reference to it."""
    assert 0 < len(value) <= limits.VALUE_SIZE_MAX
    step = bytes_per_page(stamp.page_size)
    last = first + page_count(len(value), stamp.page_size) - 1
    pages = []
    for index, page in enumerate(range(first, last + 1)):
        prefix = PREFIX.pack(index, 0 if page == last else page + 1)
        body = prefix + value[index * step : (index + 1) * step]
        pages.append((page, build(stamp, page, tree, OVERFLOW, 1, body)[0]))
    return pages, Chain(first, value_checksum(value), len(value))


def part(page: Page, chain: Chain, index: int, count: int) -> bytes:
    """Return the bytes of the value that page `index` of a chain of `count` holds; CorruptionError if it is not it."""
    if page.kind != OVERFLOW:
        raise corrupt(page.number, f"kind is {page.kind} in an overflow chain")
    if len(page.body) < PREFIX.size:
        raise corrupt(page.number, f"overflow body of {len(page.body)} bytes")
    found, following = PREFIX.unpack_from(page.body)
    if found != index:
        raise corrupt(page.number, f"says it is overflow page {found} of its chain, not {index}")
    if following != (0 if index == count - 1 else page.number + 1):
        raise corrupt(page.number, f"overflow page {index} of {count} is followed by page {following}")
    return page.body[PREFIX.size :]


def read(images: bytes, page_size: int, tree: int, chain: Chain) -> bytes:
    """Return the value that lies in `images`, the pages of its chain, or raise CorruptionError."""
    count = page_count(chain.size, page_size)
    value = b"".join(_parts(images, page_size, tree, chain, count))
    if len(value) != chain.size:
        raise corrupt(chain.page, f"overflow chain holds {len(value)} bytes, not {chain.size}")
    computed = value_checksum(value)
    if computed != chain.checksum:
        raise corrupt(chain.page, f"overflow value has checksum {computed:08x}, its leaf says {chain.checksum:08x}")
    return value


def _parts(images: bytes, page_size: int, tree: int, chain: Chain, count: int) -> Iterator[bytes]:
    for index in range(count):
        image = images[index * page_size : (index + 1) * page_size]
        page = parse(image, page_size, chain.page + index)
        if page.tree != tree:
            raise corrupt(page.number, f"belongs to tree {page.tree}, its leaf to tree {tree}")
        yield part(page, chain, index, count)
