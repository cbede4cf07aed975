"""Columns: many byte strings as one, the body of pages and frames.

A column joins its strings on one byte that none of them holds. That byte is its
coding. Where no separator is free, the coding is 0 and the sizes come first:

    CODING      BYTES
    01 02 03 FF string, coding, string, coding, ... string
    00          size of each string, u32 little-endian; then the strings
    any         nothing, for a column of 0 strings

Invariants

    C1. A joined column of n strings holds its separator exactly n - 1 times.
    C2. In coding 0 the sizes and the strings fill the column exactly.

Whoever reads knows the count of strings from elsewhere, so both can be checked, and
no more is allocated than that many strings. Why columns and not cells: joining and splitting
are single calls in C, 10 times faster than a struct per cell.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

KEY_SEPARATORS = b"\xff"
"""No encoded key holds FF (bumps/keys.py)."""
VALUE_SEPARATORS = b"\x01\x02\x03\xff"
"""Rare in text; FF never occurs in UTF-8."""
CODING_SIZES = 0


def pack(strings: Sequence[bytes], separators: bytes) -> tuple[int, bytes]:
    """Return the coding and the bytes of the column of `strings`, with the first separator that is free."""
    if not strings:
        return CODING_SIZES, b""
    separator_count = len(strings) - 1
    for coding in separators:
        separator = b"%c" % coding
        joined = separator.join(strings)
        if joined.count(separator) == separator_count:  # C1
            return coding, joined
    sizes = struct.pack(f"<{len(strings)}I", *map(len, strings))
    return CODING_SIZES, sizes + b"".join(strings)


def unpack(coding: int, data: bytes, count: int) -> list[bytes]:
    """Return the `count` strings of a column; raise ValueError, saying what was found, if C1 or C2 fails."""
    if count == 0:
        if data:
            raise ValueError(f"a column of 0 strings has {len(data)} bytes")
        return []
    if coding == CODING_SIZES:
        return _unpack_sizes(data, count)
    if coding not in VALUE_SEPARATORS:
        raise ValueError(f"unknown coding of a column: {coding:#04x}")
    separator = b"%c" % coding
    strings = data.split(separator, count)  # one more than there should be, at most
    if len(strings) != count:  # C1
        raise ValueError(f"a column has {data.count(separator) + 1} strings instead of {count}")
    return strings


def _unpack_sizes(data: bytes, count: int) -> list[bytes]:
    """Return the strings of a column in coding 0."""
    start = 4 * count
    if start > len(data):
        raise ValueError(f"a column of {len(data)} bytes cannot hold the sizes of {count} strings")
    sizes = struct.unpack_from(f"<{count}I", data)
    if start + sum(sizes) != len(data):  # C2
        raise ValueError(f"the sizes of a column need {start + sum(sizes)} bytes, and it has {len(data)}")
    strings = []
    for size in sizes:
        strings.append(data[start : start + size])
        start += size
    return strings
