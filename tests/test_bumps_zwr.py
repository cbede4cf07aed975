"""bumps/zwr.py: what GT.M writes is read, what is not ZWR is refused with its place, and we write what GT.M does."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bumps import formats, zwr
from bumps.errors import InputError
from bumps.keys import KeyCodec
from bumps.reader import Fault, Node
from bumps.zwr import ZwrReader, quoter

HEAD = b"label\n20-NOV-2026  10:31:06 ZWR\n"
TIME = (2026, 11, 20, 10, 31, 6)


def read(lines: bytes, charset: str = "m", label: bytes = b"label") -> list[Node]:
    stream = BytesIO(label + HEAD[5:] + lines)
    return list(formats.read(stream, file="x.zwr", format=None, charset=charset))


def node(name: str, subscripts: tuple[str | int, ...], value: bytes) -> Node:
    return name, KeyCodec.of("m").encode(subscripts), value


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'^A="x"', node("A", (), b"x")),
        (b'^A=""', node("A", (), b"")),
        (b'^A(1)="2"', node("A", (1,), b"2")),
        (b"^A(1)=2", node("A", (1,), b"2")),
        (b"^A(1)=-.5", node("A", (1,), b"-.5")),
        (b'^A("1")=2', node("A", (1,), b"2")),
        (b'^A("")="null"', node("A", ("",), b"null")),
        (b'^A(-12.5,.05,"007","1E3")=""', node("A", ("-12.5", ".05", "007", "1E3"), b"")),
        (b'^%ZIS("x,y)=""z")="a""b"', node("%ZIS", ('x,y)="z',), b'a"b')),
        (b'^%="x"', node("%", (), b"x")),
        (b'^A1b="x"', node("A1b", (), b"x")),
        (b'^A("a"_$C(10)_"b")="x"_$C(10,0)_"y"', node("A", ("a\nb",), b"x\n\0y")),
        (b"^A($C(0))=$C(7)", node("A", ("\0",), b"\x07")),
        (b'^A=$c(1)_$ChAr(2)_$ZCH(3)_$zchar(4)_""', node("A", (), b"\x01\x02\x03\x04")),
        (b'^A="\xe2"_$C(130)_"\xac"', node("A", (), "€".encode())),
        (b'^A="raw \x07 and \r in quotes"', node("A", (), b"raw \x07 and \r in quotes")),
        (b'^A(1)="CR LF"\r', node("A", (1,), b"CR LF")),
        (b"^" + b"N" * 31 + b"=1", node("N" * 31, (), b"1")),
        (b"^A(" + b"1," * 62 + b"1)=1", node("A", (1,) * 63, b"1")),
    ],
)
def test_an_odd_line_is_read_as_the_node_that_it_means(line: bytes, expected: Node) -> None:
    assert read(line + b"\n") == [expected]


REFUSED = [
    (b'^L(2)="bad', 7, "a closing quote is missing"),
    (b'^A(01)="x"', 4, "01 is not a canonic number"),
    (b'^A(1.0)="x"', 4, "1.0 is not a canonic number"),
    (b'^A(1,-0)="x"', 6, "-0 is not a canonic number"),
    (b'^A(1E3)="x"', 4, "1E3 is not a canonic number"),
    (b'^A(1234567890123456789)="x"', 4, "1234567890123456789 is not"),
    (b"^A(1)=01", 7, "01 is not a canonic number"),
    (b"^A(1)=1_2", 8, "text after the end"),
    (b'^A(1)="x" ', 10, "text after the end"),
    (b'^A(1)="x";', 10, "text after the end"),
    (b'^A(1)="x""', 7, "a closing quote is missing"),
    (b'^A("x)=1', 4, "a closing quote is missing"),
    (b"^A(x)=1", 4, "a subscript expected"),
    (b"^A()=1", 4, "a subscript expected"),
    (b"^A(1,)=1", 6, "a subscript expected"),
    (b"^A(1=1", 5, "a comma or ) expected"),
    (b"^A(1 )=1", 5, "a comma or ) expected"),
    (b"^A(1)", 6, "= and a value expected"),
    (b"^A(1) =1", 6, "= and a value expected"),
    (b"^A(1)=", 7, "a value expected"),
    (b"^A(1)=x", 7, "a value expected"),
    (b'^A(1)="x"_', 11, 'a string or $C after "_" expected'),
    (b'^A(1)="x"_1', 11, 'a string or $C after "_" expected'),
    (b"^A(1)=$C()", 7, "a value expected"),
    (b"^A(1)=$C(-1)", 7, "a value expected"),
    (b"^A(1)=$X(1)", 7, "a value expected"),
    (b"^A(1)=$C(256)", 7, "a byte is 0 to 255, for line 1 does not end in UTF-8"),
    (b"^A(1)=$ZCH(999)", 7, "a byte is 0 to 255"),
    (b"A(1)=1", 1, "a global, ^NAME, expected"),
    (b" ^A(1)=1", 1, "a global, ^NAME, expected"),
    (b"^1A=1", 2, "the name of a global expected"),
    (b"^=1", 2, "the name of a global expected"),
    (b'^|"x"|A=1', 2, "the name of a global expected"),
    (b"^A_B=1", 3, "= and a value expected"),
    (b"^" + b"N" * 32 + b"=1", 2, "a name of 32 characters: at most 31"),
    (b"^A(" + b"1," * 63 + b"1)=1", 1, "64 subscripts: at most 63"),
    (b'^A("' + b"x" * 2047 + b'")=1', 1, "a key of 2049 bytes: at most 2048"),
    (b"\xef\xbb\xbf^A=1", 1, "a global, ^NAME, expected"),
]


@pytest.mark.parametrize(("line", "column", "what"), REFUSED)
def test_refused_lines_are_named_with_file_line_column_and_text(line: bytes, column: int, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(b"^OK=1\n" + line + b"\n^OK=2\n")

    error = caught.value
    assert (error.file, error.line, error.column) == ("x.zwr", 4, column)
    assert error.text == line.decode("latin-1")
    assert what in error.message
    assert error.message.startswith(f"x.zwr:4:{column}: ")
    assert "\n" not in error.message


@pytest.mark.parametrize(
    ("line", "charset", "column", "what"),
    [
        (b'^A="\xff"', "utf-8", 4, "byte 1 of the value, FF, is not utf-8"),
        (b'^A="\xe2"_$C(130)', "utf-8", 4, "byte 1 of the value, E2, is not utf-8"),
        (b'^A("\xe9")=1', "utf-8", 4, "are not utf-8"),
        (b'^A("\xc3\xa9",01)=1', "utf-8", 8, "01 is not a canonic number"),
    ],
)
def test_bytes_that_are_not_of_the_charset_are_refused(line: bytes, charset: str, column: int, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read(line + b"\n", charset)
    assert caught.value.column == column


def test_c_is_characters_where_the_label_says_utf_8_and_zch_is_bytes_everywhere() -> None:
    line = b'^A($C(8364))="x"_$C(133)_$ZCH(195,169)\n'

    (found,) = read(line, "utf-8", label=b"GT.M MUPIP EXTRACT UTF-8")

    assert found == ("A", KeyCodec.of("utf-8").encode(["€"]), "x\x85é".encode())


@pytest.mark.parametrize("numbers", [b"1114112", b"55296", b"9999999"])
def test_what_is_no_character_of_unicode_is_refused(numbers: bytes) -> None:
    with pytest.raises(InputError, match="not a character of Unicode"):
        read(b"^A=$C(" + numbers + b")\n", "utf-8", label=b"UTF-8")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "its second line ends in ZWR"),
        (b"label\n", "its second line ends in ZWR"),
        (b"label\n20-NOV-2026\n^A\n1\n", "its second line ends in ZWR"),
        (b"label\n20-NOV-2026 ZWR", "the file ends here, in its head"),
    ],
)
def test_a_file_with_another_head_is_refused_where_zwr_was_asked_for(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        list(formats.read(BytesIO(data), file="x", format="zwr", charset="m"))
    assert caught.value.line == 2


PIECE = st.sampled_from(
    [b'"', b'""', b"^A", b"(", b")", b",", b"=", b"1", b"0", b"-", b".", b'"a"', b"_", b"$C(7)", b"\r"]
)
LINE = st.lists(PIECE, max_size=8).map(lambda pieces: b"^A" + b"".join(pieces))


@given(st.one_of(LINE, LINE.map(lambda line: line + b'="x"'), LINE.map(lambda line: line + b'")="x"')))
def test_the_fast_path_and_the_slow_one_say_the_same(line: bytes) -> None:
    reader = formats.read(BytesIO(HEAD + b"^A=1\n"), file="x", format="zwr", charset="m")
    assert isinstance(reader, ZwrReader)
    list(reader)  # now the name is known, so the fast path can end well

    def outcome(parse: object) -> object:
        try:
            return parse(line + b"\n")  # type: ignore[operator]
        except Fault as fault:
            return fault.what, fault.offset

    assert outcome(reader._parse) == outcome(reader._parse_slowly)


def test_what_is_written_is_what_mupip_extract_writes() -> None:
    out = BytesIO()
    nodes = [
        node("A", (), b""),
        node("A", ("", "-.5", 7, "007", 'q"', "\x01x\xff"), b'\x00\x1f say "hi" \x7f\x9f\xa0\xfe\xff'),
        node("%Z", ("x",), b"1.5"),
    ]

    assert formats.write(out, "zwr", "m", "bumps 1.2.3", nodes, TIME) == 3
    assert out.getvalue() == (
        b"bumps 1.2.3\n20-NOV-2026  10:31:06 ZWR\n"
        b'^A=""\n'
        b'^A("",-.5,7,"007","q""",$C(1)_"x"_$C(255))=$C(0,31)_" say ""hi"" "_$C(127,159)_"\xa0\xfe"_$C(255)\n'
        b'^%Z("x")="1.5"\n'
    )


def test_utf_8_is_written_as_characters_and_the_label_says_so() -> None:
    out = BytesIO()
    key = KeyCodec.of("utf-8").encode(["é€\x85"])

    formats.write(out, "zwr", "utf-8", "bumps 1.2.3", [("A", key, "ÿ\x80\t".encode() + b"\xff")], TIME)

    assert out.getvalue().splitlines()[0] == b"bumps 1.2.3 UTF-8"
    assert out.getvalue().splitlines()[2] == '^A("é€"_$C(133))="ÿ"_$C(128,9)_$ZCH(255)'.encode()


@given(st.binary(), st.sampled_from(["m", "utf-8"]))
def test_quoted_text_is_one_line_that_reads_back(data: bytes, charset: str) -> None:
    text = quoter(charset)(data)

    assert b"\n" not in text
    assert read(b"^A=" + text + b"\n", "m", label=b"UTF-8" if charset == "utf-8" else b"label") == [("A", b"", data)]


def test_full_memos_are_dropped_and_the_text_stays_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zwr, "MEMO_COUNT_MAX", 2)
    nodes = [node("A", (subscript, "x" * 300), b"v") for subscript in ("a", "b", "c", "d", "a", 1, 2, 3)]
    out = BytesIO()

    formats.write(out, "zwr", "m", "bumps", nodes, TIME)

    reader = formats.read(BytesIO(out.getvalue()), file="x", format=None, charset="m")
    assert list(reader) == nodes
    assert isinstance(reader, ZwrReader)
    assert len(reader._codes) <= 2
