"""The readers of all formats: each byte comes back, and a file that was spoiled never gives a node it does not hold."""

from __future__ import annotations

import csv
import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bumps import formats
from bumps.errors import InputError
from bumps.formats import FORMATS, READ_FORMATS
from bumps.keys import CHARSETS, KeyCodec, is_canonic
from bumps.reader import Node
from bumps.zwr import WRITE_COUNT

TIME = (2026, 11, 20, 10, 31, 6)
CHARACTERS = {
    "m": [chr(byte) for byte in range(256)],
    "utf-8": [chr(code) for code in [*range(0x250), 0x2028, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF]],
}


def written(format: str, charset: str, nodes: list[Node]) -> bytes:
    out = BytesIO()
    formats.write(out, format, charset, "label", nodes, TIME)
    return out.getvalue()


@pytest.mark.parametrize(
    ("format", "charset"), [(f, c) for f in FORMATS for c in CHARSETS if (f, c) != ("go", "utf-8")]
)
def test_every_character_comes_back_in_subscripts_and_values(format: str, charset: str) -> None:
    codec = KeyCodec.of(charset)
    nodes = []
    for character in CHARACTERS[charset]:
        for text in (character, character * 2, f"a{character}b", f"{character}1", f'"{character}', f"{character},"):
            value = text if format != "go" else text.replace("\n", "")
            nodes.append(("A", codec.encode([text, 1, text]), value.encode(codec.encoding)))

    data = written(format, charset, nodes)

    assert list(formats.read(BytesIO(data), file="x", format=None, charset=charset)) == nodes


GOOD = {
    "zwr": b'label\n20-NOV-2026  10:31:06 ZWR\n^A="x"\n^A(1)=2\n^A(-.5,"a""b")=$C(10,13)_"q"_$ZCH(1)\n^%B("",7)=""\n',
    "zwr UTF-8": 'label UTF-8\nGT.M 20-NOV-2026 10:31:06 ZWR\n^A("é")="€"_$C(8364)\n^B=$ZCH(195,169)\n\n\n'.encode(),
    "go": b'label\n20-NOV-2026 10:31:06\n^A(1)\nx\n^A("b",2)\n\r\n^B\n\xff,"\n',
    "ndjson": b'{"g":"^A","s":["1",2,-0.5],"v":"x"}\n{"v":{"b64":"AP8="},"g":"^A","s":[]}\r\n'
    b'{"g":"^B","s":[{"b64":"QQ=="}],"v":7}\n',
    "csv": b'global,s1,s2,value\r\n^A,1,,x\r\n^A,"","a,""b","1\n2"\r\n"^B",,,\n^B,7,NAME,"z"\r\n',
}
"""One file with all that each format has."""
PIECES = [b"^", b'"', b'""', b",", b"\n", b"\r\n", b"(", b")", b"=", b"_", b"$C(1)", b"0", b"-", b".", b"1E3", b"\xc3"]
PIECES += [b"\0", b"\xff", b"{", b"}", b"[", b"]", b"\\", b"null", b'{"b64":"', b"^B", b'^Z("q")="r"\n', b"^Z,1,2,v\n"]


@st.composite
def spoiled(draw: st.DrawFn, data: bytes) -> bytes:
    """Draw a file with some bytes replaced, left out, put in or doubled."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        stop = draw(st.integers(start, min(len(data), start + draw(st.sampled_from([0, 1, 2, 40])))))
        middle = draw(
            st.one_of(st.sampled_from(PIECES), st.binary(max_size=3), st.just(data[start:stop] * 2), st.just(b""))
        )
        data = data[:start] + middle + data[stop:]
    return data


def zwr_node(line: bytes, charset: str, is_utf8_file: bool) -> Node | None:
    """Return the node of a line of ZWR, or None: a second reader, character by character, from the description."""
    at = 0

    def string() -> bytes | None:
        nonlocal at
        if line[at : at + 1] == b'"':
            found = bytearray()
            at += 1
            while at < len(line):
                if line[at] != 0x22:
                    found.append(line[at])
                    at += 1
                elif line[at + 1 : at + 2] == b'"':
                    found.append(0x22)
                    at += 2
                else:
                    at += 1
                    return bytes(found)
            return None
        end = line.find(b")", at)
        name, bracket, numbers = line[at : end + 1].partition(b"(")
        if end < 0 or not bracket or name.upper() not in (b"$C", b"$CHAR", b"$ZCH", b"$ZCHAR"):
            return None
        at = end + 1
        parts = numbers[:-1].split(b",")
        if not all(part and len(part) <= 7 and all(byte in b"0123456789" for byte in part) for part in parts):
            return None
        try:
            if is_utf8_file and name.upper().startswith(b"$C"):
                return "".join(chr(int(part)) for part in parts).encode()
            return bytes(int(part) for part in parts)
        except (ValueError, OverflowError):
            return None

    def expression() -> bytes | None:
        nonlocal at
        start = at
        while at < len(line) and (line[at : at + 1] in b"+-." or line[at : at + 1].isalnum()):
            at += 1
        if at > start:
            text = line[start:at].decode("latin-1")
            return line[start:at] if text.isascii() and is_canonic(text) else None
        found = string()
        while found is not None and line[at : at + 1] == b"_":
            at += 1
            more = string()
            found = None if more is None else found + more
        return found

    encoding = CHARSETS[charset]
    if not line.startswith(b"^"):
        return None
    at = 1
    while at < len(line) and (line[at : at + 1].isalnum() or (at == 1 and line[1:2] == b"%")):
        at += 1
    name = line[1:at]
    if not name or name[:1].isdigit() or len(name) > 31:
        return None
    subscripts: list[str] = []
    try:
        while line[at : at + 1] == (b"," if subscripts else b"("):
            at += 1
            found = expression()
            if found is None:
                return None
            subscripts.append(found.decode(encoding))
        if subscripts:
            if line[at : at + 1] != b")":
                return None
            at += 1
        if line[at : at + 1] != b"=":
            return None
        at += 1
        value = expression()
        if value is None or at != len(line):
            return None
        value.decode(encoding)
    except UnicodeDecodeError:
        return None
    return name.decode(), KeyCodec.of(charset).encode(subscripts), value


@pytest.mark.slow
@settings(max_examples=500)
@given(st.sampled_from(["zwr", "zwr UTF-8"]).flatmap(lambda kind: spoiled(GOOD[kind])), st.sampled_from(["m", "utf-8"]))
def test_a_line_of_zwr_is_a_node_exactly_if_a_second_reader_says_so(data: bytes, charset: str) -> None:
    bad: list[InputError] = []
    try:
        found = list(formats.read(BytesIO(data), file="x", format="zwr", charset=charset, on_bad_line=bad.append))
    except InputError as error:
        assert error.line <= 2, "only a head ends it"
        return
    head, _, *lines = data.split(b"\n")
    is_cut = bool(lines.pop())
    expected = [zwr_node(line.removesuffix(b"\r"), charset, head.rstrip().endswith(b"UTF-8")) for line in lines]

    assert found == [node for node in expected if node is not None]
    empty = [line in (b"", b"\r") for line in lines]
    wrong = sum(node is None and not is_empty for node, is_empty in zip(expected, empty)) + is_cut
    if not any(empty):
        assert len(bad) == wrong
    assert len({(error.line, error.column) for error in bad}) == len(bad) >= wrong


def ndjson_node(raw: bytes) -> tuple[str, list[object], object]:
    """Return what Python's own reader finds in a line."""
    found = json.loads(raw, parse_int=str, parse_float=str)
    return found["g"], found["s"], found["v"]


def csv_node(raw: bytes) -> tuple[str, list[object], object]:
    """Return what Python's own reader finds in a row."""
    (row,) = csv.reader(StringIO(raw.decode("latin-1"), newline=""), strict=True)
    return row[0], list(row[1:-1]), row[-1]


def texts(found: object) -> str:
    """Return a subscript or value of NDJSON as the text it stands for."""
    if isinstance(found, dict):
        return b64decode(found["b64"]).decode("latin-1")
    assert isinstance(found, str)
    return found


def as_m(text: str) -> str:
    """Return a number as M writes it; other text as it is."""
    short = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
    return short if is_canonic(short) else text


@pytest.mark.parametrize(("format", "second"), [("ndjson", ndjson_node), ("csv", csv_node)])
@pytest.mark.slow
@settings(max_examples=500)
@given(drawn=st.data())
def test_a_node_is_what_pythons_own_reader_finds_there(
    format: str, second: Callable[[bytes], tuple[str, list[object], object]], drawn: st.DataObject
) -> None:
    data = drawn.draw(spoiled(GOOD[format]))
    seen: list[tuple[bytes, Node]] = []

    bad: list[InputError] = []
    reader = formats.READERS[format]([], BytesIO(data), file="x", charset="m", on_bad_line=bad.append)
    parse = reader._parse

    def spy(raw: bytes) -> Node:
        node = parse(raw)
        seen.append((raw, node))
        return node

    reader._parse = spy  # type: ignore[method-assign]
    try:
        found = list(reader)
    except InputError as error:
        assert format == "csv" and error.line == 1, "only a head ends it"
        return
    assert found == [node for _, node in seen]
    for raw, (name, key, value) in seen:
        subscripts = list(KeyCodec.of("m").decode(key))
        their_name, their_subscripts, their_value = second(raw)
        theirs = [as_m(texts(subscript)) for subscript in their_subscripts]
        assert name == their_name.removeprefix("^")
        assert subscripts == theirs[: len(subscripts)]
        assert not any(theirs[len(subscripts) :])
        assert as_m(value.decode("latin-1")) == as_m(texts(their_value))


@pytest.mark.parametrize("kind", [*GOOD])
@pytest.mark.slow
@settings(max_examples=300)
@given(drawn=st.data())
def test_a_spoiled_file_raises_nothing_but_input_errors_and_stops_where_the_first_bad_line_is(
    kind: str, drawn: st.DataObject
) -> None:
    data = drawn.draw(spoiled(GOOD[kind]))
    format = drawn.draw(st.sampled_from([None, kind.split()[0]]))
    for charset in CHARSETS:
        bad: list[InputError] = []
        strict, stopped = drain(formats_read(data, format, charset))
        lenient, ended = drain(formats_read(data, format, charset, on_bad_line=bad.append))
        assert lenient[: len(strict)] == strict
        first = bad[0] if bad else ended
        assert (stopped is None) == (first is None)
        if stopped is not None and first is not None:
            assert (stopped.line, stopped.column, stopped.message) == (first.line, first.column, first.message)


def formats_read(data: bytes, format: str | None, charset: str, **options: Any) -> Iterator[Node]:
    """Yield the nodes of a file; what it raises at once is raised by the first step, too."""
    yield from formats.read(BytesIO(data), file="x", format=format, charset=charset, **options)


def drain(nodes: Iterator[Node]) -> tuple[list[Node], InputError | None]:
    """Return the nodes up to the first error, and that."""
    found = []
    try:
        for node in nodes:
            found.append(node)
    except InputError as error:
        return found, error
    return found, None


@given(st.binary(max_size=60), st.sampled_from([None, *READ_FORMATS]), st.sampled_from(list(CHARSETS)))
def test_arbitrary_bytes_raise_nothing_but_input_errors(data: bytes, format: str | None, charset: str) -> None:
    drain(formats_read(data, format, charset))


class Many:
    """Nodes that are made when they are asked for, and counted."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.drawn = 0
        self.begun = 0

    def __iter__(self) -> Iterator[Node]:
        self.begun += 1
        self.drawn = 0
        for index in range(self.count):
            self.drawn += 1
            yield "A", KeyCodec.of("m").encode((index, "x") if index == self.count - 1 else (index,)), b"v"


class Out(BytesIO):
    """A file that notes how many nodes had been asked for at each write."""

    def __init__(self, nodes: Many) -> None:
        super().__init__()
        self.nodes = nodes
        self.drawn = [0]

    def write(self, data: Any) -> int:
        if data:
            self.drawn.append(self.nodes.drawn)
        return super().write(data)


@pytest.mark.parametrize("format", FORMATS)
def test_nodes_are_written_while_they_come(format: str) -> None:
    nodes = Many(10 * WRITE_COUNT + 1)
    out = Out(nodes)

    formats.write(out, format, "m", "label", nodes, TIME)

    assert nodes.begun == (2 if format == "csv" else 1)
    assert max(later - earlier for earlier, later in zip(out.drawn, out.drawn[1:])) <= WRITE_COUNT
    assert len(list(formats.read(BytesIO(out.getvalue()), file="x", format=format, charset="m"))) == nodes.count


@pytest.mark.parametrize(
    ("rows", "lines", "what"),
    [
        (b'^A,1,"2,x\n^B,1,,y\n^C,1,,z\n', [2], "closing quote is missing, in the row of lines 2 to 4"),
        (b'^A,1,2"3,x\n^B,1,,y\n^C,1,,z\n', [2], "a comma expected"),
        (b'^A,1,"2\n3",x,y\n^B,1,,y\n^C,1,,z\n', [2], "5 fields instead of 4, in the row of lines 2 to 3"),
    ],
)
def test_a_bad_row_of_csv_takes_no_other_with_it_unless_it_says_so(rows: bytes, lines: list[int], what: str) -> None:
    bad: list[InputError] = []

    data = b"global,s1,s2,value\n" + rows
    found = list(formats.read(BytesIO(data), file="x", format="csv", charset="m", on_bad_line=bad.append))

    assert [error.line for error in bad] == lines
    assert what in bad[0].message
    assert [name for name, _, _ in found] == ([] if "to 4" in what else ["B", "C"])
