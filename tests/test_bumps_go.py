"""bumps/go.py: keys and values on alternate lines, and what GO cannot hold is refused."""

from __future__ import annotations

from io import BytesIO

import pytest

from bumps import formats
from bumps.errors import InputError, UsageError
from bumps.keys import KeyCodec

HEAD = b"label\nGT.M 20-NOV-2026 10:31:06\n"


def read(data: bytes, charset: str = "m") -> list[tuple[str, bytes, bytes]]:
    return list(formats.read(BytesIO(HEAD + data), file="x", format="go", charset=charset))


def test_a_value_is_its_line_with_cr_quotes_and_all() -> None:
    key = KeyCodec.of("m").encode(["a", 1])

    assert read(b'^A("a",1)\n"x"\r\n^B\n\n\n\n') == [("A", key, b'"x"\r'), ("B", b"", b"")]


@pytest.mark.parametrize(
    ("data", "line", "column", "what"),
    [
        (b"^A(1)\n", 3, 1, "a node without the line of its value"),
        (b"^A(1)", 3, 6, "may have been cut"),
        (b"^A(1)\nx", 4, 2, "may have been cut"),
        (b"^A(1)\r\nx\n", 3, 6, "text after the end"),
        (b"^A(1)=2\nx\n", 3, 6, "text after the end"),
        (b"^A(01)\nx\n", 3, 4, "01 is not a canonic number"),
        (b"^A(1)\nx\ny\n", 5, 1, "a global, ^NAME, expected"),
    ],
)
def test_lines_that_are_no_node_are_refused_at_line_and_column(data: bytes, line: int, column: int, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert what in caught.value.message


def test_a_value_that_is_not_of_the_charset_is_named_at_its_own_line() -> None:
    with pytest.raises(InputError, match="byte 3 of the value, FF, is not utf-8") as caught:
        read(b"^A(1)\n\xc3\xa9\xff\n", "utf-8")
    assert (caught.value.line, caught.value.column) == (4, 1)


def test_a_zwr_file_is_not_read_as_go() -> None:
    with pytest.raises(InputError, match="ends in ZWR"):
        list(formats.read(BytesIO(b"a\nb ZWR\n"), file="x", format="go", charset="m"))


def test_what_go_cannot_hold_is_refused_and_zwr_named() -> None:
    with pytest.raises(UsageError, match=r"\^A: its value holds a line feed") as caught:
        formats.write(BytesIO(), "go", "m", "bumps", [("A", b"", b"x\ny")], (2026, 11, 20, 10, 31, 6))
    assert "--format zwr" in caught.value.hint
    with pytest.raises(UsageError, match="UTF-8"):
        formats.write(BytesIO(), "go", "utf-8", "bumps", [], (2026, 11, 20, 10, 31, 6))


def test_the_head_is_two_lines() -> None:
    out = BytesIO()
    formats.write(out, "go", "m", "bumps", [("A", b"", b"x")], (2026, 1, 2, 3, 4, 5))
    assert out.getvalue() == b"bumps\n02-JAN-2026  03:04:05\n^A\nx\n"
