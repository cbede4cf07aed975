"""bumps/csvs.py: a table of nodes, in which an empty subscript and no subscript are two things."""

from __future__ import annotations

from io import BytesIO

import pytest

from bumps import formats
from bumps.errors import InputError
from bumps.keys import KeyCodec

HEAD = b"global,s1,s2,value\n"


def read(data: bytes, charset: str = "m") -> list[tuple[str, bytes, bytes]]:
    return list(formats.read(BytesIO(data), file="x", format="csv", charset=charset))


@pytest.mark.parametrize(
    ("row", "subscripts", "value"),
    [
        (b'^A,7,NAME,"Nightingale,Florence"', ["7", "NAME"], b"Nightingale,Florence"),
        (b"^A,7,,Ward 3", ["7"], b"Ward 3"),
        (b'^A,"",,nobody', [""], b"nobody"),
        (b'^A,"","",""', ["", ""], b""),
        (b"^A,,,", [], b""),
        (b'"^A","007","q""","line 1\nline 2\r\n"', ["007", 'q"'], b"line 1\nline 2\r\n"),
    ],
)
def test_an_odd_row_is_read_as_the_node_that_it_means(row: bytes, subscripts: list[str], value: bytes) -> None:
    expected = [("A", KeyCodec.of("m").encode(subscripts), value)]

    assert read(HEAD + row + b"\n") == expected
    assert read(HEAD.replace(b"\n", b"\r\n") + row + b"\r\n") == expected


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        (b"^A,1,x", 1, "3 fields instead of 4"),
        (b"^A,1,2,x,y", 1, "5 fields instead of 4"),
        (b"A,1,2,x", 1, "not a global"),
        (b",1,2,x", 1, "not a global"),
        (b"^1,1,2,x", 1, "not the name"),
        (b"^A,,2,x", 5, "a subscript after one that is not there"),
        (b'^A,1"2",2,x', 5, "a comma expected"),
        (b'^A,"1"2,2,x', 7, "a comma expected"),
        (b"^A,1\r,2,x", 5, "a comma expected"),
        (b'^A,1,2,"x', 8, "a closing quote is missing"),
    ],
)
def test_a_row_that_is_no_node_is_refused_at_its_column(row: bytes, column: int, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(HEAD + row + b"\n")
    assert what in caught.value.message
    assert (caught.value.line, caught.value.column) == (2, column)


def test_a_fault_in_a_field_with_line_feeds_is_named_where_the_field_begins() -> None:
    with pytest.raises(InputError, match="byte 4 of the value, FF, is not utf-8") as caught:
        read(HEAD + b'^A,1,2,"x\ny\xff"\n', "utf-8")
    assert (caught.value.line, caught.value.column) == (2, 8)


@pytest.mark.parametrize("head", [b"", b"global,value", b"global,s2,value\n", b"global,s1,s3,value\n", b"a,b\n"])
def test_another_head_is_refused(head: bytes) -> None:
    with pytest.raises(InputError, match="its first line is global,s1,s2"):
        read(head)


def test_missing_subscripts_and_empty_ones_are_written_differently() -> None:
    out = BytesIO()
    encode = KeyCodec.of("m").encode
    nodes = [("A", b"", b""), ("A", encode(["", 7]), b"x"), ("A", encode(["a,b"]), b"\xff\n")]

    formats.write(out, "csv", "m", "", nodes, ())

    assert out.getvalue() == b'global,s1,s2,value\r\n^A,,,""\r\n^A,"",7,x\r\n^A,"a,b",,"\xff\n"\r\n'
