"""bumps/columns.py: what was packed is unpacked; what cannot have been packed is refused."""

from __future__ import annotations

import re
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps.columns import KEY_SEPARATORS, VALUE_SEPARATORS, find, pack, pick, unpack

STRINGS = st.lists(st.one_of(st.binary(max_size=6), st.sampled_from([b"", b"\x01", b"\x02", b"\x03", b"\xff"])))


@given(STRINGS, st.sampled_from([KEY_SEPARATORS, VALUE_SEPARATORS]))
def test_what_is_packed_is_unpacked(strings: list[bytes], separators: bytes) -> None:
    coding, data = pack(strings, separators)

    assert coding == 0 or coding in separators
    assert unpack(coding, data, len(strings)) == strings


@pytest.mark.parametrize(
    ("strings", "coding", "data"),
    [
        ([], 0, b""),
        ([b""], 1, b""),
        ([b"a", b"", b"b"], 1, b"a\x01\x01b"),
        ([b"a\x01", b"b"], 2, b"a\x01\x02b"),
        ([b"\x01\x02\x03", b"b"], 255, b"\x01\x02\x03\xffb"),
        ([b"\x01\x02\x03\xff", b"b"], 0, b"\x04\0\0\0\x01\0\0\0\x01\x02\x03\xffb"),
    ],
)
def test_layout_is_the_documented_one(strings: list[bytes], coding: int, data: bytes) -> None:
    assert pack(strings, VALUE_SEPARATORS) == (coding, data)


@pytest.mark.parametrize(
    ("coding", "data", "count", "what"),
    [
        (1, b"a\x01b", 3, "2 strings instead of 3"),
        (1, b"a\x01b", 1, "2 strings instead of 1"),
        (255, b"", 2, "1 strings instead of 2"),
        (7, b"a\x07b", 2, "unknown coding of a column: 0x07"),
        (1, b"a", 0, "a column of 0 strings has 1 bytes"),
        (0, b"\x01\0\0", 1, "cannot hold the sizes of 1 strings"),
        (0, b"\x02\0\0\0a", 1, "need 6 bytes, and it has 5"),
        (0, b"\0\0\0\0a", 1, "need 4 bytes, and it has 5"),
        (0, struct.pack("<2I", 2**32 - 1, 2**32 - 1), 2, "need 8589934598 bytes"),
        (0, b"", 2**40, "cannot hold the sizes"),
    ],
)
def test_what_cannot_have_been_packed_is_refused_before_anything_is_allocated(
    coding: int, data: bytes, count: int, what: str
) -> None:
    with pytest.raises(ValueError, match=what):
        unpack(coding, data, count)


COLUMNS = st.one_of(
    st.builds(
        lambda packed, count: (*packed, count), st.builds(pack, STRINGS, st.just(VALUE_SEPARATORS)), st.integers(0, 9)
    ),
    st.builds(lambda strings: (*pack(strings, VALUE_SEPARATORS), len(strings)), STRINGS),
    st.builds(lambda strings: (*pack(strings, KEY_SEPARATORS), len(strings)), STRINGS),
    st.tuples(st.integers(0, 255), st.binary(max_size=12), st.integers(0, 9)),
)
"""Coding, bytes, count: of strings that were packed, of as many as there were not, and of none."""


@given(COLUMNS, st.data())
def test_one_string_is_found_and_picked_as_if_all_were_unpacked(
    column: tuple[int, bytes, int], data: st.DataObject
) -> None:
    coding, packed, count = column
    try:
        strings = unpack(*column)
    except ValueError as error:
        with pytest.raises(ValueError, match=re.escape(str(error))):
            find(*column, data.draw(st.binary(max_size=3)))
        if count:
            with pytest.raises(ValueError, match=re.escape(str(error))):
                pick(*column, data.draw(st.integers(0, count - 1)))
        return
    assert [pick(*column, index) for index in range(count)] == strings
    neighbours = [b"%b%c%b" % (left, coding, right) for left, right in pairwise(strings)]
    for string in [*strings, *neighbours, data.draw(st.binary(max_size=3)), b"", packed]:
        index = find(*column, string)
        assert strings[index] == string if index >= 0 else string not in strings
