"""ZWR: globals as GT.M and YottaDB extract them, and as `ZWRITE` prints them.

    line 1     a label, any text; ends in `UTF-8` if the file was made in UTF-8 mode
    line 2     date and time, ends in `ZWR`
    then       ^NAME=VALUE   ^NAME(SUBSCRIPT,...)=VALUE   one node each, LF or CR LF

    VALUE, SUBSCRIPT   NUMBER | PART_PART_...
    NUMBER             a number in canonic form (bumps/keys.py); no other may stand unquoted
    PART               "text", a quote in it doubled | $C(number,...)
    $C                 or $CHAR, $ZCH, $ZCHAR, in any case

The file is bytes. `$ZCH` is bytes, too; `$C` is characters in UTF-8 where the label says
so, else bytes: GT.M in M mode writes the euro sign as E2, `$C(130)`, AC.

What we write is what `mupip extract` does: all values quoted, in subscripts numbers
bare; bytes 0-31, 127-159 and 255 by `$C`, of UTF-8 the characters 0-31 and 127-159.

Most lines are one match of a regular expression, and a subscript is parsed once for all
its lines. What does not match is parsed again slowly, and that finds the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO

from bumps import limits
from bumps.keys import KeyCodec, is_canonic
from bumps.reader import NAME, Fault, Node, Reader, cut

_QUOTED = rb'"[^"]*+(?:""[^"]*+)*+"'
_SUBSCRIPT = rb"(?:" + _QUOTED + rb"|[-.0-9]++)"
_LINE = re.compile(
    rb"\^(%[0-9A-Za-z]*+|[A-Za-z][0-9A-Za-z]*+)"
    rb"(?:\((" + _SUBSCRIPT + rb"(?:," + _SUBSCRIPT + rb")*+)\))?"
    rb"=(" + _QUOTED + rb")\r?\n"
)
_SUBSCRIPTS = re.compile(_SUBSCRIPT)
_STRING = re.compile(_QUOTED)
_NUMBER = re.compile(rb"[-+.0-9][-+.0-9A-Za-z]*")
_CHAR = re.compile(rb"\$(C|CHAR|ZCH|ZCHAR)\(([0-9]{1,7}(?:,[0-9]{1,7})*)\)", re.IGNORECASE)

_BYTES_PLAIN = re.compile(rb"[ !#-~\xa0-\xfe]*+")
_BYTES_CONTROL = re.compile(rb"([\x00-\x1f\x7f-\x9f\xff]+)")
_TEXT_CONTROL = re.compile("([\x00-\x1f\x7f-\x9f]+|[\udc80-\udcff]+)")

MEMO_COUNT_MAX = 100_000
MEMO_SIZE_MAX = 256
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
"""Not strftime's: those are of the machine's locale."""
WRITE_COUNT = 256
"""Lines that are joined for one write."""


class ZwrReader(Reader):
    """The nodes of a ZWR file."""

    is_utf8_file = False
    """Whether `$C` gives characters, not bytes."""

    def _records(self) -> Iterator[tuple[int, bytes]]:
        _, label = next(self._lines, (1, b""))
        line, head = next(self._lines, (2, b""))
        if not head.rstrip().endswith(b"ZWR"):
            self._refuse("not a ZWR file: its second line ends in ZWR", line, head)
        if not head.endswith(b"\n"):
            self._refuse("the file ends here, in its head", line, head)
        self.is_utf8_file = label.rstrip().endswith(b"UTF-8")
        self._codes = _Codes(self)
        yield from self._full_lines()

    def _parse(self, raw: bytes) -> Node:
        match = _LINE.fullmatch(raw)
        if match is None:
            return self._parse_slowly(raw)
        raw_name, subscripts, quoted = match.groups()
        value = quoted[1:-1]
        if b'"' in value:
            value = value.replace(b'""', b'"')
        try:
            name = self._names[raw_name]
            key = b"".join(map(self._codes.__getitem__, _SUBSCRIPTS.findall(subscripts))) if subscripts else b""
        except (KeyError, Fault):  # a new name, or a fault whose column is to be found
            return self._parse_slowly(raw)
        return self._node(name, key, value, match.start(3))

    def _parse_slowly(self, raw: bytes) -> Node:
        """Return the node of any line, or raise Fault with the offset of what is wrong."""
        scanner = Scanner(cut(raw), self)
        name, key = scanner.reference()
        scanner.expect(b"=", "= and a value")
        start = scanner.offset
        value = scanner.expression("a value")
        scanner.expect_end()
        return self._node(name, key, value, start)


class _Codes(dict[bytes, bytes]):
    """The codes of subscripts by their text in the file, where that is a number or one string."""

    def __init__(self, reader: ZwrReader) -> None:
        super().__init__()
        self.reader = reader

    def __missing__(self, raw: bytes) -> bytes:
        if raw.startswith(b'"'):
            text = raw[1:-1]
            if b'"' in text:
                text = text.replace(b'""', b'"')
        elif is_canonic(raw.decode("ascii")):
            text = raw
        else:
            raise Fault("not a canonic number", 0)
        code = self.reader._code(text, 0)
        if len(raw) <= MEMO_SIZE_MAX:
            if len(self) >= MEMO_COUNT_MAX:
                self.clear()
            self[raw] = code
        return code


class Scanner:
    """One line, read from left to right. Each method takes what it names, or raises Fault where it is not."""

    def __init__(self, text: bytes, reader: Reader) -> None:
        """Begin at the start of `text`, a line without its end."""
        self.text = text
        self.offset = 0
        self._reader = reader
        self._is_utf8_file = isinstance(reader, ZwrReader) and reader.is_utf8_file

    def expect(self, token: bytes, what: str) -> None:
        """Take `token`."""
        if not self.text.startswith(token, self.offset):
            raise Fault(f"{what} expected", self.offset)
        self.offset += len(token)

    def expect_end(self) -> None:
        """Be at the end of the line."""
        if self.offset != len(self.text):
            raise Fault("text after the end of the node", self.offset)

    def reference(self) -> tuple[str, bytes]:
        """Take `^NAME` or `^NAME(...)`; return the name and the key."""
        self.expect(b"^", "a global, ^NAME,")
        match = NAME.match(self.text, self.offset)
        if match is None:
            raise Fault("the name of a global expected", self.offset)
        name = self._reader._name(match[0], self.offset)
        self.offset = match.end()
        codes = []
        if self.text.startswith(b"(", self.offset):
            self.offset += 1
            while True:
                start = self.offset
                codes.append(self._reader._code(self.expression("a subscript"), start))
                if not self.text.startswith(b",", self.offset):
                    break
                self.offset += 1
            self.expect(b")", "a comma or )")
        return name, b"".join(codes)

    def expression(self, what: str) -> bytes:
        """Take a canonic number, or strings and `$C` joined by `_`; return the bytes they stand for."""
        number = _NUMBER.match(self.text, self.offset)
        if number is not None:
            if not is_canonic(number[0].decode("ascii")):
                raise Fault(
                    f"{number[0].decode('ascii')[:20]} is not a canonic number: strings are quoted", self.offset
                )
            self.offset = number.end()
            return number[0]
        parts = [self._part(what)]
        while self.text.startswith(b"_", self.offset):
            self.offset += 1
            parts.append(self._part('a string or $C after "_"'))
        return b"".join(parts)

    def _part(self, what: str) -> bytes:
        """Take one string or one `$C`."""
        string = _STRING.match(self.text, self.offset)
        if string is not None:
            self.offset = string.end()
            return string[0][1:-1].replace(b'""', b'"')
        if self.text.startswith(b'"', self.offset):
            raise Fault("a closing quote is missing", self.offset)
        char = _CHAR.match(self.text, self.offset)
        if char is None:
            raise Fault(f"{what} expected", self.offset)
        are_bytes = not self._is_utf8_file or char[1][:1] in b"zZ"
        try:
            data = bytes(map(int, char[2].split(b","))) if are_bytes else _encoded(char[2])
        except ValueError:
            what = "a byte is 0 to 255" if are_bytes else "not a character of Unicode"
            hint = "" if char[1][:1] in b"zZ" or not are_bytes else ", for line 1 does not end in UTF-8"
            raise Fault(f"{char[0].decode('ascii')[:40]}: {what}{hint}", self.offset) from None
        self.offset = char.end()
        return data


def _encoded(numbers: bytes) -> bytes:
    """Return the UTF-8 of characters by their numbers; raise ValueError for what is no character."""
    try:
        return "".join(map(chr, map(int, numbers.split(b",")))).encode()
    except OverflowError:
        raise ValueError("far too large") from None


class ReferenceWriter:
    """Makes the text of nodes' names: `^PATIENT(7,"NAME")`. It remembers the text of subscripts."""

    def __init__(self, charset: str) -> None:
        """Write for a database of this charset."""
        self._texts = _SubscriptTexts(charset)

    def text(self, name: str, key: bytes) -> bytes:
        """Return the text of one node's name."""
        if not key:
            return b"^%b" % name.encode("ascii")
        codes = key.split(b"\0")
        codes.pop()
        return b"^%b(%b)" % (name.encode("ascii"), b",".join(map(self._texts.__getitem__, codes)))


class _SubscriptTexts(dict[bytes, bytes]):
    """The text of subscripts in a ZWR file by their codes without 00."""

    def __init__(self, charset: str) -> None:
        super().__init__()
        self._codec = KeyCodec.of(charset)
        self._quote = quoter(charset)

    def __missing__(self, code: bytes) -> bytes:
        subscript = self._codec.decode_one(code + b"\0")
        if is_canonic(subscript):
            text = subscript.encode("ascii")
        else:
            text = self._quote(subscript.encode(self._codec.encoding))
        if len(code) <= MEMO_SIZE_MAX:
            if len(self) >= MEMO_COUNT_MAX:
                self.clear()
            self[code] = text
        return text


def quoter(charset: str) -> Callable[[bytes], bytes]:
    """Return the function that makes ZWR text of a string in this charset."""
    return _quote_bytes if charset == "m" else _quote_text


def _quote_bytes(data: bytes) -> bytes:
    """Return bytes as ZWR text: quoted, with `$C` for what is not graphic."""
    if _BYTES_PLAIN.fullmatch(data):
        return b'"%b"' % data
    parts = []
    for index, part in enumerate(_BYTES_CONTROL.split(data)):
        if index % 2:
            parts.append(b"$C(%b)" % b",".join(b"%d" % byte for byte in part))
        elif part:
            parts.append(b'"%b"' % part.replace(b'"', b'""'))
    return b"_".join(parts)


def _quote_text(data: bytes) -> bytes:
    """Return UTF-8 as ZWR text; bytes that are not UTF-8, which nothing of ours stores, by `$ZCH`."""
    if data.isascii() and _BYTES_PLAIN.fullmatch(data):
        return b'"%b"' % data
    parts = []
    for index, part in enumerate(_TEXT_CONTROL.split(data.decode("utf-8", "surrogateescape"))):
        if index % 2 and part[0] >= "\udc80":
            parts.append("$ZCH({})".format(",".join(str(ord(character) - 0xDC00) for character in part)))
        elif index % 2:
            parts.append("$C({})".format(",".join(str(ord(character)) for character in part)))
        elif part:
            parts.append('"{}"'.format(part.replace('"', '""')))
    return "_".join(parts).encode() or b'""'


def head(label: str, charset: str, time: Sequence[int], kind: str = " ZWR") -> bytes:
    """Return the two lines before the nodes; `time` is a struct_time, or year, month, day, hour, minute, second."""
    year, month, day, hour, minute, second = time[:6]
    mode = "" if charset == "m" else " UTF-8"
    date = f"{day:02}-{MONTHS[month - 1]}-{year:04}  {hour:02}:{minute:02}:{second:02}"
    return f"{label}{mode}\n{date}{kind}\n".encode()


def write(out: BinaryIO, charset: str, label: str, nodes: Iterable[Node], time: Sequence[int]) -> int:
    """Write nodes in the order they come; return their count."""
    reference = ReferenceWriter(charset).text
    quote = quoter(charset)
    return write_lines(
        out,
        head(label, charset, time),
        (b"%b=%b\n" % (reference(name, key), quote(value)) for name, key, value in nodes),
    )


def write_lines(out: BinaryIO, first: bytes, lines: Iterable[bytes]) -> int:
    """Write `first`, then lines, many at once; return the count of lines without `first`."""
    count = 0
    pieces = [first]
    for count, line in enumerate(lines, 1):
        pieces.append(line)
        if count % WRITE_COUNT == 0:
            out.write(b"".join(pieces))
            pieces.clear()
    out.write(b"".join(pieces))
    return count


assert limits.LINE_SIZE_MAX > 6 * limits.VALUE_SIZE_MAX, 'a value of many "a"_$C(10)_ must fit a line'
