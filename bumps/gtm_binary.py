"""GT.M's binary extract (`mupip extract -format=binary`), for reading only. All integers are little-endian.

    OFFSET  SIZE  HEAD
         0     2  size of what follows, 100
         2    26  "GDS BINARY EXTRACT LEVEL 6"
        28    14  YYYYMMDDhhmmss
        42    21  sizes of block, record and key, 7 digits each
        63     7  1 if an empty subscript is 01 (standard collation), 0 if it is FF
        70    32  label; begins with "UTF-8" if the file was made in UTF-8 mode

Then pieces: u16 size, and that many bytes: records of one global. A piece of 4 bytes stands before each global:
which key it is encrypted with, none here.

    OFFSET  SIZE  RECORD
         0     2  size, these 4 bytes included
         2     2  how many bytes its key has in common with the one before in this piece: the first byte if
                  that is below 253, else 253 + 256 * (first - 253) + second
         4     *  the rest of the key: name, 00, subscripts with 00 behind each, 00
         *     *  value

    SUBSCRIPT  80                   zero
               exponent, digits     a positive number: BF for 1 to below 10, C0 for tens ..., then two decimal digits
                                    in each byte, plus 01
               the same inverted, FF   a negative one
               FF, bytes            a string; in them 00 is 01 01, and 01 is 01 02
               02, a number         hidden: a part of a value too large for a block. Number 1 says how many parts follow
                                    (u16) and their size (u32); before it stands the node itself with the value 00

UTF-8 and encrypted files carry more, and are refused by name. Lines in errors are numbers of records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from bumps import limits
from bumps.errors import InputError
from bumps.reader import NAME, Fault, Node, OnBadLine, Reader

MAGIC = b"\x64\x00GDS BINARY EXTRACT"
HEAD = struct.Struct("<H26s14s21s7s32s")
PIECE = struct.Struct("<H")
RECORD = struct.Struct("<HBB")
SPAN = struct.Struct("<HI")
LEVEL = b"GDS BINARY EXTRACT LEVEL 6"
HEAD_SIZE = 100
ENCRYPTION_SIZE = 4
COMMON_BASE = 253
"""From here on the first byte of the common size counts 256s."""
STRING, ZERO, HIDDEN = 0xFF, 0x80, 0x02
EXPONENT_ONE = 0xBF
DIGIT_COUNT_MAX = 18
assert HEAD.size == 2 + HEAD_SIZE, "the table above is the format"


class _Waiting:
    """A node whose value may come in parts."""

    __slots__ = ("count", "key", "parts", "record", "size")

    def __init__(self, record: int, key: bytes) -> None:
        self.record = record
        self.key = key
        self.count: int | None = None
        self.size = 0
        self.parts: list[bytes] = []


class GtmBinaryReader(Reader):
    """The nodes of a binary extract. `line` is the number of the record, from 1."""

    def __init__(
        self,
        head: list[bytes],
        stream: BinaryIO,
        *,
        file: str,
        charset: str,
        on_bad_line: OnBadLine | None = None,
        from_line: int = 1,
        key_size_max: int = limits.KEY_SIZE_MAX,
    ) -> None:
        """Read `head`, what was read from `stream` already, then `stream`."""
        super().__init__(
            [],
            stream,
            file=file,
            charset=charset,
            on_bad_line=on_bad_line,
            from_line=from_line,
            key_size_max=key_size_max,
        )
        self._stream = stream
        self._rest = b"".join(head)
        self._offset = 0
        self._record = 0
        self._empty = b"\xff"
        self._codes: dict[bytes, bytes] = {}

    def _generate(self) -> Iterator[Node]:
        """Yield the nodes; one whose value may come in parts waits until it cannot any more."""
        self._read_head()
        waiting: list[_Waiting] = []
        for key, value in self._records_of_pieces():
            start = key.rfind(b"\0", 0, -2) + 1
            if start > 0 and key[start] == HIDDEN:
                while waiting and waiting[-1].key != key[:start]:
                    yield from self._finished(waiting.pop())
                if not waiting:
                    self._stop("a part of a value that has no beginning")
                self._add(waiting[-1], value)
                continue
            # With 01 for the empty subscript, nodes below one stand before the parts of its own value.
            while waiting and not key.startswith(waiting[-1].key + b"\x01\0"):
                yield from self._finished(waiting.pop())
            if value == b"\0":
                waiting.append(_Waiting(self._record, key[:-1]))
            else:
                yield from self._node_of(self._record, key[:-1], value)
        while waiting:
            yield from self._finished(waiting.pop())

    def _add(self, waiting: _Waiting, part: bytes) -> None:
        """Take a part of a value, or, first, how many there are and their size."""
        if waiting.count is None:
            if len(part) < SPAN.size:
                self._stop("a value in parts without their count")
            waiting.count, waiting.size = SPAN.unpack_from(part)
            if waiting.size > limits.VALUE_SIZE_MAX:
                self._stop(f"a value of {waiting.size} bytes: at most {limits.VALUE_SIZE_MAX}")
            return
        waiting.parts.append(part)
        if len(waiting.parts) > waiting.count:
            self._stop(f"more than the {waiting.count} parts of a value")

    def _finished(self, waiting: _Waiting) -> Iterator[Node]:
        """Yield a node that has waited: its value came in parts, or is the byte 00."""
        value = b"\0"
        if waiting.count is not None:
            value = b"".join(waiting.parts)
            if (len(waiting.parts), len(value)) != (waiting.count, waiting.size):
                found = f"{len(waiting.parts)} of {waiting.count} parts"
                self._stop(f"{found} of a value, {len(value)} of {waiting.size} bytes")
        yield from self._node_of(waiting.record, waiting.key, value)

    def _node_of(self, record: int, key: bytes, value: bytes) -> Iterator[Node]:
        """Yield the node of a record, or report what is wrong with it."""
        if record < self.from_line:
            return
        self.line = record
        try:
            node = self._parse_node(key, value)
        except Fault as fault:
            error = self._at(fault.what, record)
            if self._on_bad_line is None:
                raise error from None
            self._on_bad_line(error)
            return
        yield node

    def _parse_node(self, key: bytes, value: bytes) -> Node:
        """Return the node of a key without its last 00."""
        name, *subscripts = key.split(b"\0")
        if not key.endswith(b"\0") or subscripts.pop():
            raise Fault("a key that does not end in 00 00", 0)
        if not NAME.fullmatch(name):
            raise Fault(f"{name[:40]!r} is not the name of a global", 0)
        return self._node(self._name(name, 0), b"".join(map(self._code_of, subscripts)), value, 0)

    def _code_of(self, raw: bytes) -> bytes:
        """Return our code of a subscript, given GT.M's without 00."""
        code = self._codes.get(raw)
        if code is None:
            code = self._code(self._text(raw), 0)
            if len(self._codes) >= limits.GROUP_COUNT_MAX * 100:
                self._codes.clear()
            self._codes[raw] = code
        return code

    def _text(self, raw: bytes) -> bytes:
        """Return the bytes of a subscript, or raise Fault."""
        if raw == self._empty:
            return b""
        if not raw:
            raise Fault("a subscript of no bytes", 0)
        if raw[0] == STRING:
            return _unescape(raw[1:])
        try:
            return number(raw)
        except ValueError as error:
            raise Fault(f"subscript {raw[:20].hex(' ')}: {error}", 0) from None

    # Records

    def _read_head(self) -> None:
        """Check the head: which release, charset and encryption."""
        head = self._take(HEAD.size, "its head")
        size, label, _, _, null, title = HEAD.unpack(head)
        if size != HEAD_SIZE or label != LEVEL:
            shown = label.decode("ascii", "replace")
            self._stop(
                f"{shown}, with a head of {size} bytes: an encrypted one, or of another release; level 6 is read"
            )
        if title.startswith(b"UTF-8"):
            self._stop("a binary extract in UTF-8 mode: extract it as text, mupip extract -format=zwr")
        self._empty = b"\x01" if null.strip(b"0") else b"\xff"

    def _records_of_pieces(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield key, both 00 at its end included, and value of each record."""
        while head := self._take(PIECE.size, ""):
            (size,) = PIECE.unpack(head)
            piece = self._take(size, "a piece")
            if size == ENCRYPTION_SIZE:
                if piece[:2] != b"\0\0":
                    self._stop("an encrypted extract: extract it as text, mupip extract -format=zwr")
                continue
            key, at = b"", 0
            while at < size:
                self._record += 1
                if at + RECORD.size > size:
                    self._stop("a record that is cut")
                record_size, first, second = RECORD.unpack_from(piece, at)
                common = first if first < COMMON_BASE else COMMON_BASE + (first - COMMON_BASE) * 256 + second
                rest = piece[at + RECORD.size : at + record_size]
                end = rest.find(b"\0\0")
                if record_size < RECORD.size or at + record_size > size or common > len(key):
                    self._stop(f"a record of {record_size} bytes with {common} in common, of a piece of {size}")
                if end < 0:
                    self._stop("a key without an end")
                before, key = key, key[:common] + rest[: end + 2]
                if key <= before:
                    self._stop("a key that is not behind the one before")
                yield key, rest[end + 2 :]
                at += record_size

    def _take(self, size: int, what: str) -> bytes:
        """Return the next bytes; empty at the end of the file, if `what` is."""
        while len(self._rest) < size:
            more = self._stream.read(max(size - len(self._rest), 1 << 16))
            if not more:
                if not what and not self._rest:
                    return b""
                self._stop(f"the file ends in {what or 'the size of a piece'}")
            self._rest += more
        taken, self._rest = self._rest[:size], self._rest[size:]
        self._offset += size
        return taken

    def _stop(self, what: str) -> NoReturn:
        """Raise the InputError of a file that cannot be read on."""
        raise self._at(what, self._record)

    def _at(self, what: str, record: int) -> InputError:
        return InputError(
            f"{self.file}: record {record}, before byte {self._offset}: {what}",
            file=self.file,
            line=record,
            column=1,
            text="",
        )

    # What only formats of lines have

    def _records(self) -> Iterator[tuple[int, bytes]]:
        """Yield nothing: there are no lines."""
        return iter(())

    def _parse(self, raw: bytes) -> Node:
        """Refuse a line."""
        raise Fault("a binary extract has no lines", 0)


def number(raw: bytes) -> bytes:
    """Return the canonic text of a number in GT.M's form; raise ValueError if it is none."""
    if raw[0] == ZERO:
        if len(raw) > 1:
            raise ValueError("bytes behind a zero")
        return b"0"
    sign = b""
    if raw[0] < ZERO:
        if raw[-1] != 0xFF:
            raise ValueError("a negative number without its end")
        sign, raw = b"-", bytes(255 - byte for byte in raw[:-1])
    exponent = raw[0] - EXPONENT_ONE
    digits = "".join(f"{byte - 1:02x}" for byte in raw[1:]).rstrip("0")
    if not digits or not digits.isdigit() or len(digits) > DIGIT_COUNT_MAX or digits[0] == "0":
        raise ValueError("not a number")
    whole = exponent + 1
    if whole <= 0:
        text = "." + "0" * -whole + digits
    elif whole >= len(digits):
        text = digits + "0" * (whole - len(digits))
    else:
        text = f"{digits[:whole]}.{digits[whole:]}"
    return sign + text.encode("ascii")


def _unescape(raw: bytes) -> bytes:
    """Return the bytes of a string, escapes undone from left to right; raise Fault for one that is none."""
    if b"\x01" not in raw:
        return raw
    out, at = bytearray(), 0
    while at < len(raw):
        byte = raw[at]
        if byte == 1:
            if raw[at + 1 : at + 2] not in (b"\x01", b"\x02"):
                raise Fault("01 is followed by 01 or 02", 0)
            out.append(raw[at + 1] - 1)
            at += 2
        else:
            out.append(byte)
            at += 1
    return bytes(out)
