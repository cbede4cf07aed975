"""bumps/ndjson.py: a node is one JSON object, and no JSON is bent to be one."""

from __future__ import annotations

from io import BytesIO

import pytest

from bumps import formats
from bumps.errors import InputError
from bumps.keys import KeyCodec


def read(line: bytes, charset: str = "utf-8") -> list[tuple[str, bytes, bytes]]:
    return list(formats.read(BytesIO(line + b"\n"), file="x", format="ndjson", charset=charset))


@pytest.mark.parametrize(
    ("line", "subscripts", "value"),
    [
        ('{"g":"^A","s":["7","NAME"],"v":"x"}', ["7", "NAME"], "x"),
        ('{"v":1.5,"s":[7,-0.5,0.25,0],"g":"^A"}', ["7", "-.5", ".25", "0"], "1.5"),
        ('{"g":"^A","s":[],"v":"\\u00e9€\\n"}', [], "é€\n"),
        ('{"g":"^A","s":[{"b64":"QQ=="}],"v":{"b64":""}}', ["A"], ""),
        ('  { "g" : "^A" , "s" : [ ] , "v" : "" } \r', [], ""),
    ],
)
def test_an_odd_line_is_read_as_the_node_that_it_means(line: str, subscripts: list[str], value: str) -> None:
    assert read(line.encode()) == [("A", KeyCodec.of("utf-8").encode(subscripts), value.encode())]


@pytest.mark.parametrize(
    ("line", "column", "what"),
    [
        ('{"g":"^A","s":[],"v":"x","x":1}', 1, "expected"),
        ('{"g":"^A","v":"x"}', 1, "expected"),
        ('{"g":"^A","s":[],"v":"x","v":"y"}', 1, "twice"),
        ('{"g":"^A","s":[],"v":{"b64":"","b64":""}}', 1, "twice"),
        ('{"g":"A","s":[],"v":"x"}', 1, "not a global"),
        ('{"g":1,"s":[],"v":"x"}', 1, "not a global"),
        ('{"g":"^1","s":[],"v":"x"}', 1, "not the name of a global"),
        ('{"g":"^é","s":[],"v":"x"}', 1, "not the name of a global"),
        ('{"g":"^A","s":"x","v":"x"}', 1, "not a list"),
        ('{"g":"^A","s":[1.50],"v":"x"}', 1, "1.50 is not a number as M writes it"),
        ('{"g":"^A","s":[1E3],"v":"x"}', 1, "1E3 is not a number as M writes it"),
        ('{"g":"^A","s":[-0],"v":"x"}', 1, "-0 is not a number as M writes it"),
        ('{"g":"^A","s":[1234567890123456789],"v":"x"}', 1, "is not a number as M writes it"),
        ('{"g":"^A","s":[null],"v":"x"}', 1, "expected"),
        ('{"g":"^A","s":[true],"v":"x"}', 1, "expected"),
        ('{"g":"^A","s":[["x"]],"v":"x"}', 1, "expected"),
        ('{"g":"^A","s":[],"v":{"b64":"?"}}', 1, "not base64"),
        ('{"g":"^A","s":[],"v":{"hex":"00"}}', 1, "expected"),
        ('{"g":"^A","s":[],"v":NaN}', 1, "NaN is not JSON"),
        ('{"g":"^A","s":[],"v":"\\ud800"}', 1, "U+D800 is not in charset utf-8"),
        ('{"g":"^A","s":[],"v":{"b64":"/w=="}}', 1, "byte 1 of the value, FF, is not utf-8"),
        ('{"g":"^é" "s":[],"v":"x"}', 11, "not JSON"),
        ('{"g":"^A","s":[],"v":"x"} x', 27, "not JSON"),
        ('{"g":"^A","s":[],"v":"x', 22, "not JSON"),
        ("[" * 100_000, 1, "nested too deeply"),
        ("7", 1, "expected"),
    ],
)
def test_a_line_that_is_no_node_is_refused_at_its_column(line: str, column: int, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(line.encode())
    assert what in caught.value.message
    assert (caught.value.line, caught.value.column) == (1, column)


def test_a_character_above_a_byte_is_refused_in_charset_m() -> None:
    assert read('{"g":"^A","s":[],"v":"é"}'.encode(), "m") == [("A", b"", b"\xe9")]
    with pytest.raises(InputError, match=r"U\+20AC is not in charset m"):
        read('{"g":"^A","s":[],"v":"€"}'.encode(), "m")


def test_a_line_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(InputError, match="byte FF is not UTF-8") as caught:
        read(b'{"g":"\xff"}')
    assert caught.value.column == 7


def test_bytes_that_are_no_text_are_written_in_base_64() -> None:
    out = BytesIO()
    nodes = [("PAT", KeyCodec.of("m").encode(["7", "NAME"]), b"x"), ("B", KeyCodec.of("m").encode(["\xe9"]), b"\xff")]

    formats.write(out, "ndjson", "m", "", nodes, ())

    assert out.getvalue() == (
        b'{"g":"^PAT","s":["7","NAME"],"v":"x"}\n{"g":"^B","s":[{"b64":"6Q=="}],"v":{"b64":"/w=="}}\n'
    )


def test_bytes_that_no_text_has_are_written_as_base64() -> None:
    out = BytesIO()

    formats.write(out, "ndjson", "utf-8", "", [("A", b"", b"\xff")], ())

    assert out.getvalue() == b'{"g":"^A","s":[],"v":{"b64":"/w=="}}\n'
