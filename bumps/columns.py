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
        raise _wrong_count(data.count(separator) + 1, count)
    return strings


def find(coding: int, data: bytes, count: int, string: bytes) -> int:
    """Return the index of `string` in a column, -1 if it is not there, without making the others.

    Raises what `unpack` raises. A string that is there more than once may be found at any of its places.
    """
    if not count or coding not in VALUE_SEPARATORS:
        strings = unpack(coding, data, count)
        return strings.index(string) if string in strings else -1
    separator = b"%c" % coding
    at = data.find(separator + string + separator)
    before = data.count(separator, 0, at) if at > 0 else 0
    found = before + data.count(separator, max(0, at))
    if found != count - 1:  # C1
        raise _wrong_count(found + 1, count)
    if coding in string:
        return -1  # what was found are two neighbours
    if at >= 0:
        return before + 1
    if data == string or data.startswith(string + separator):
        return 0
    return found if data.endswith(separator + string) else -1


def pick(coding: int, data: bytes, count: int, index: int) -> bytes:
    """Return the string of a column that has this index, 0 <= index < count; raises what `unpack` raises."""
    if coding not in VALUE_SEPARATORS:
        return unpack(coding, data, count)[index]
    separator = b"%c" % coding
    # Only those on its nearer side are made; what is behind them is counted.
    if 2 * index < count:
        strings = data.split(separator, index + 1)
        found = len(strings) + (strings[-1].count(separator) if len(strings) > index + 1 else 0)
        string = strings[min(index, len(strings) - 1)]
    else:
        strings = data.rsplit(separator, count - index)
        found = len(strings) + strings[0].count(separator)
        string = strings[max(index - count, -len(strings))]
    if found != count:  # C1
        raise _wrong_count(found, count)
    return string


def _wrong_count(found: int, count: int) -> ValueError:
    return ValueError(f"a column has {found} strings instead of {count}")


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
