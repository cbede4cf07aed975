"""bumps/formats.py and what all formats share: a dump reads back the same, and a bad line is never passed over."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps import formats, limits
from bumps.errors import InputError, UsageError
from bumps.formats import FORMATS
from bumps.keys import KeyCodec
from bumps.reader import Node

TIME = (2026, 11, 20, 10, 31, 6)
GOOD = {
    "zwr": [b"label", b"20-NOV-2026  10:31:06 ZWR", b'^A(1)="x"', b'^A(2)="y"', b'^B="z"'],
    "go": [b"label", b"20-NOV-2026 10:31:06", b"^A(1)", b"x", b"^A(2)", b"y", b"^B", b"z"],
    "ndjson": [b'{"g":"^A","s":["1"],"v":"x"}', b'{"g":"^A","s":["2"],"v":"y"}', b'{"g":"^B","s":[],"v":"z"}'],
    "csv": [b"global,s1,value", b"^A,1,x", b"^A,2,y", b"^B,,z"],
}
"""Three nodes in each format; the second begins at SECOND."""
SECOND = {"zwr": 4, "go": 5, "ndjson": 2, "csv": 3}
NODES = [("A", b"\x811\0", b"x"), ("A", b"\x812\0", b"y"), ("B", b"", b"z")]
every_format = pytest.mark.parametrize("format", FORMATS)


def read(data: bytes, format: str | None = None, charset: str = "m") -> list[Node]:
    return list(formats.read(BytesIO(data), file="x", format=format, charset=charset))


def lines(format: str, changed: bytes | None = None) -> bytes:
    """Return the good file, or one whose second node's first line is another."""
    found = list(GOOD[format])
    if changed is not None:
        found[SECOND[format] - 1] = changed
    return b"\n".join(found) + b"\n"


@every_format
def test_the_format_is_what_the_stream_says(format: str) -> None:
    assert read(lines(format)) == NODES
    assert read(lines(format), format) == NODES


@every_format
def test_the_line_of_each_node_is_known_and_reading_can_go_on_from_there(format: str) -> None:
    reader = formats.read(BytesIO(lines(format)), file="x", format=format, charset="m")

    assert next(reader) == NODES[0]
    assert next(reader) == NODES[1]
    assert reader.line == SECOND[format]
    again = formats.read(BytesIO(lines(format)), file="x", format=format, charset="m", from_line=reader.line)
    assert list(again) == NODES[1:]


@every_format
def test_a_bad_line_stops_after_the_nodes_before_it(format: str) -> None:
    reader = formats.read(BytesIO(lines(format, b"bad")), file="x", format=format, charset="m")

    assert next(reader) == NODES[0]
    with pytest.raises(InputError) as caught:
        next(reader)
    assert (caught.value.line, caught.value.text) == (SECOND[format], "bad")


@every_format
def test_keep_going_reads_the_rest_and_gives_every_bad_line(format: str) -> None:
    bad: list[InputError] = []

    found = list(
        formats.read(BytesIO(lines(format, b"bad")), file="x", format=format, charset="m", on_bad_line=bad.append)
    )

    assert found == [NODES[0], NODES[2]]
    assert [(error.line, error.text) for error in bad] == [(SECOND[format], "bad")]


@every_format
def test_a_last_line_without_line_feed_is_refused_even_if_it_looks_whole(format: str) -> None:
    with pytest.raises(InputError, match="may have been cut") as caught:
        read(lines(format)[:-1])
    assert caught.value.line == len(GOOD[format])


@every_format
def test_a_cut_at_any_byte_is_refused_or_is_between_two_nodes(format: str) -> None:
    whole = lines(format)
    for size in range(len(whole)):
        try:
            found = read(whole[:size], format)
        except InputError:
            continue
        assert not size or whole[:size].endswith(b"\n")  # nothing at all is NDJSON without nodes
        assert found == NODES[: len(found)]


@every_format
@pytest.mark.parametrize("count", [1, 2])
def test_two_empty_lines_at_the_very_end_are_taken(format: str, count: int) -> None:
    assert read(lines(format) + b"\n" * count) == NODES


@every_format
def test_three_are_not(format: str) -> None:
    with pytest.raises(InputError, match="3 empty lines at the end"):
        read(lines(format) + b"\n" * 3)


@every_format
def test_an_empty_line_before_the_end_is_refused(format: str) -> None:
    data = lines(format).split(b"\n")
    data.insert(SECOND[format] - 1, b"")

    with pytest.raises(InputError, match="an empty line before the end") as caught:
        read(b"\n".join(data))
    assert caught.value.line == SECOND[format]


@pytest.mark.parametrize("format", ["zwr", "ndjson", "csv"])
def test_cr_lf_ends_lines_too_but_in_go(format: str) -> None:
    assert read(lines(format).replace(b"\n", b"\r\n")) == NODES


@every_format
def test_a_value_over_the_limit_is_refused(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = BytesIO()
    formats.write(out, format, "m", "bumps", [("A", b"", b"12345")], TIME)
    monkeypatch.setattr(limits, "VALUE_SIZE_MAX", 5)
    assert read(out.getvalue()) == [("A", b"", b"12345")]

    monkeypatch.setattr(limits, "VALUE_SIZE_MAX", 4)
    with pytest.raises(InputError, match="a value of 5 bytes: at most 4"):
        read(out.getvalue())


@every_format
def test_a_key_over_the_databases_limit_is_refused(format: str) -> None:
    with pytest.raises(InputError, match="a key of 3 bytes: at most 2"):
        list(formats.read(BytesIO(lines(format)), file="x", format=format, charset="m", key_size_max=2))


@every_format
def test_a_line_without_end_is_not_read_into_memory(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE_SIZE_MAX", 100)
    bad: list[InputError] = []
    data = lines(format, b"x" * 1000)

    with pytest.raises(InputError):
        list(formats.read(BytesIO(data), file="x", format=format, charset="m", on_bad_line=bad.append))
    assert not bad


M_SUBSCRIPT = st.one_of(
    st.sampled_from(["", "0", "1", "-1", ".5", "-.5", "007", "1E3", "a,b", 'q"', "x\n", "\r", "\0", "\xff", " "]),
    st.text(st.characters(max_codepoint=255), max_size=4),
)
M_NODES = st.lists(
    st.tuples(
        st.sampled_from(["A", "AB", "%Z", "a1"]),
        st.lists(M_SUBSCRIPT, max_size=3).map(KeyCodec.of("m").encode),
        st.one_of(st.binary(max_size=8), st.sampled_from([b"", b"x\r\n", b'"', b"\r", b",", b"1", b"01"])),
    ),
    max_size=5,
)
TEXT_NODES = st.lists(
    st.tuples(
        st.sampled_from(["A", "AB", "%Z", "a1"]),
        st.lists(st.one_of(M_SUBSCRIPT, st.text(max_size=4)), max_size=3).map(KeyCodec.of("utf-8").encode),
        st.text(max_size=8).map(str.encode),
    ),
    max_size=5,
)


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "go"])
@given(m_nodes=M_NODES, text_nodes=TEXT_NODES)
def test_what_is_written_is_read(format: str, m_nodes: list[Node], text_nodes: list[Node]) -> None:
    for charset, nodes in (("m", m_nodes), ("utf-8", text_nodes)):
        out, again = BytesIO(), BytesIO()
        assert formats.write(out, format, charset, "bumps", nodes, TIME) == len(nodes)
        assert read(out.getvalue(), format, charset) == nodes
        formats.write(again, format, charset, "bumps", tuple(nodes), TIME)
        assert again.getvalue() == out.getvalue()


@given(M_NODES)
def test_what_go_can_hold_is_read_back(nodes: list[Node]) -> None:
    out = BytesIO()
    kept = [(name, key, value.replace(b"\n", b"")) for name, key, value in nodes]

    formats.write(out, "go", "m", "bumps", kept, TIME)

    assert read(out.getvalue(), "go") == kept


def test_many_lines_are_written_in_order() -> None:
    nodes = [("A", KeyCodec.of("m").encode([index]), b"%d" % index) for index in range(1, 1000)]
    for format in FORMATS:
        out = BytesIO()
        assert formats.write(out, format, "m", "bumps", nodes, TIME) == len(nodes)
        assert read(out.getvalue()) == nodes


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b"\x1f\x8b\x08\0", "packed by gzip"),
        (b"\x28\xb5\x2f\xfd\0", "packed by zstd"),
        (b"~Format=5.S~\n%RO\n", "an export of Caché or IRIS"),
        (b"one line", "in its head"),
        (b"a\n21-NOV-2026 10:00\nnonsense\nx\n", "a global, \\^NAME, expected"),
        (b"a\nb\nnonsense\nx\n", "no file of globals: its second line has no date"),
        (b'^A="1"\n^B="2"\n', "a node where the head must be"),
    ],
)
def test_what_is_no_file_of_globals_is_refused_by_name(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(data)


def test_a_terminal_obeys_nothing_that_a_message_shows() -> None:
    with pytest.raises(InputError) as caught:
        read(b"a\nb ZWR\n\x1b[2J" + b"x" * 100 + b"\n")
    assert "\\x1b[2J" in caught.value.message
    assert len(caught.value.message) < 200
    assert caught.value.text == "\x1b[2J" + "x" * 100


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="zwr, go, ndjson, csv"):
        read(b"", "xml")
    with pytest.raises(UsageError, match="zwr, go, ndjson, csv"):
        formats.write(BytesIO(), "xml", "m", "bumps", [], TIME)
