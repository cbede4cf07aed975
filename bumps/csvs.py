"""CSV, as RFC 4180 has it: a table of nodes.

    global,s1,s2,value          s1 to the deepest node's last subscript
    ^PATIENT,7,NAME,"Nightingale,Florence"
    ^PATIENT,7,,Ward 3          this node has one subscript
    ^PATIENT,"",,nobody         and this one has one, and that is empty

Lines end in CR LF, or LF. Fields with a quote, comma, CR or LF are quoted. A subscript
that is not there is an empty field; one that is empty is a quoted empty field. (Python's
csv module cannot tell them apart.) The bytes are the database's, in its charset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from bumps import limits
from bumps.keys import KeyCodec
from bumps.reader import Fault, Node, Reader, cut
from bumps.zwr import write_lines

HEAD = re.compile(rb"global,(?:s[0-9]+,)*value\r?\n")
_FIELD = re.compile(rb'"([^"]*+(?:""[^"]*+)*+)"|([^",\r\n]*+)')
_SPECIAL = re.compile(rb'[",\r\n]')
_OPEN = re.compile(rb'(?:(?:"[^"]*+(?:""[^"]*+)*+"|[^",\r\n]*+),)*+"[^"]*+(?:""[^"]*+)*+')
"""The first line of a row that goes on: sound fields, and one that is not closed."""


class CsvReader(Reader):
    """The nodes of a CSV file."""

    def _records(self) -> Iterator[tuple[int, bytes]]:
        line, head = next(self._lines, (1, b""))
        names = head.rstrip(b"\r\n").split(b",")
        self._column_count = len(names)
        if not HEAD.fullmatch(head) or names[1:-1] != [b"s%d" % index for index in range(1, len(names) - 1)]:
            self._refuse("not a CSV file of globals: its first line is global,s1,s2,...,value", line, head)
        for line, raw in self._full_lines():
            parts = [raw]
            # A line with a fault before its last quote is a row of its own: those behind it may be sound.
            is_open = raw.count(b'"') % 2 and _OPEN.fullmatch(raw) is not None
            size = len(raw)
            while is_open:  # a line feed inside of a field
                _, more = next(self._lines, (0, b""))
                size += len(more)
                if not more or size > limits.LINE_SIZE_MAX:
                    break
                parts.append(more)
                is_open = more.count(b'"') % 2 == 0
            yield line, b"".join(parts)

    def _report(self, fault: Fault, line: int, raw: bytes) -> None:
        """Report a fault; if its row has several lines, say which: all of them are left out."""
        count = raw.count(b"\n")
        if count > 1:
            fault = Fault(f"{fault.what}, in the row of lines {line} to {line + count - 1}", fault.offset)
        super()._report(fault, line, raw)

    def _parse(self, raw: bytes) -> Node:
        row = cut(raw)
        if b'"' not in row and b"\r" not in row:
            fields = [field or None for field in row.split(b",")]
            try:
                return self._node_of(fields, [0] * len(fields))
            except Fault:
                pass  # it is found again below, with its column
        return self._node_of(*self._fields(row))

    def _node_of(self, fields: Sequence[bytes | None], starts: list[int]) -> Node:
        """Return the node of the fields of a row, each with where it begins."""
        if len(fields) != self._column_count:
            raise Fault(f"{len(fields)} fields instead of {self._column_count}", 0)
        name = fields[0] or b""
        if not name.startswith(b"^"):
            raise Fault("the first field is not a global, ^NAME", 0)
        codes: list[bytes] = []
        for index in range(1, len(fields) - 1):
            field = fields[index]
            if field is None:
                continue
            if len(codes) < index - 1:
                raise Fault("a subscript after one that is not there", starts[index])
            codes.append(self._code(field, starts[index]))
        return self._node(self._name(name[1:], 0), b"".join(codes), fields[-1] or b"", starts[-1])

    @staticmethod
    def _fields(row: bytes) -> tuple[list[bytes | None], list[int]]:
        """Return the fields of a row, None for an empty one without quotes, and where each begins."""
        fields: list[bytes | None] = []
        starts = []
        offset = 0
        while True:
            match = _FIELD.match(row, offset)
            assert match is not None, "the pattern takes the empty string"
            if match[0] == b"" and row.startswith(b'"', offset):
                raise Fault("a closing quote is missing", offset)
            starts.append(offset)
            fields.append(match[2] or None if match[1] is None else match[1].replace(b'""', b'"'))
            offset = match.end()
            if offset == len(row):
                return fields, starts
            if not row.startswith(b",", offset):
                raise Fault("a comma expected: a field with a quote, comma or CR is quoted", offset)
            offset += 1


def write(out: BinaryIO, charset: str, nodes: Iterable[Node]) -> int:
    """Write nodes in the order they come; return their count.

    The head needs the deepest node, so `nodes` is gone through twice, and is no iterator.
    """
    assert iter(nodes) is not nodes, "an iterator ends after the first time"
    codec = KeyCodec.of(charset)
    column_count = max((key.count(0) for _, key, _ in nodes), default=0)
    names = [b"global", *(b"s%d" % index for index in range(1, column_count + 1)), b"value"]

    def lines() -> Iterator[bytes]:
        for name, key, value in nodes:
            fields = [_field(subscript.encode(codec.encoding)) for subscript in codec.decode(key)]
            absent = [b""] * (column_count - len(fields))
            yield b",".join([b"^" + name.encode("ascii"), *fields, *absent, _field(value)]) + b"\r\n"

    return write_lines(out, b",".join(names) + b"\r\n", lines())


def _field(data: bytes) -> bytes:
    """Return bytes as a field."""
    if not data or _SPECIAL.search(data):
        return b'"%b"' % data.replace(b'"', b'""')
    return data
