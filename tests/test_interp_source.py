"""interp/source.py: a routine is bytes, and these are its lines."""

from __future__ import annotations

import pytest

from bumps.interp.source import read
from bumps.limits import SOURCE_LINE_SIZE_MAX


def test_each_byte_is_a_character_in_charset_m() -> None:
    source = read(bytes(range(128, 256)), name="R")

    assert source.lines == ("".join(map(chr, range(128, 256))),)
    assert (source.charset, source.diagnostics) == ("latin-1", ())


def test_utf_8_is_read_as_utf_8() -> None:
    assert read("é\n".encode(), name="R", charset="utf-8").lines == ("é",)


def test_a_file_that_is_not_utf_8_is_latin_1_as_a_whole_and_says_where() -> None:
    source = read("é\n W ".encode() + b"\xff\n", name="R", charset="utf-8")

    assert source.lines == ("Ã©", " W ÿ")
    assert source.charset == "latin-1"
    (found,) = source.diagnostics
    assert str(found).startswith("2:4: CHARSET: ")
    assert found.is_warning


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", ("",)),
        (b"\n", ("",)),
        (b"A\nB", ("A", "B")),
        (b"A\r\nB\r\n", ("A", "B")),
        (b"A\rB\n", ("A\rB",)),
        (b"A\n\n", ("A", "")),
        (b"A\x0bB\x0c\x85C\n", ("A\x0bB\x0c\x85C",)),
    ],
)
def test_a_line_feed_ends_a_line_and_a_carriage_return_before_it_is_dropped(
    data: bytes, lines: tuple[str, ...]
) -> None:
    assert read(data, name="R").lines == lines


def test_a_line_has_a_largest_size() -> None:
    assert read(b"x" * SOURCE_LINE_SIZE_MAX, name="R").diagnostics == ()
    (found,) = read(b"\n" + b"x" * (SOURCE_LINE_SIZE_MAX + 1), name="R").diagnostics
    assert found.line == 2
