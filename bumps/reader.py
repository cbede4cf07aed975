"""A reader of a file of globals: what the readers of all formats share.

    L1. A node is yielded only if its line is exactly what the format says. What is not is
        an InputError with file, line, column and text: never a guess, never a skipped line.
    L2. The last line ends in a line feed. A file that was cut can look whole without it.
    L3. Empty lines stand at the very end only, and there are at most two.
    L4. Text is what the charset of the database says; `m` takes all bytes.

A reader of a format finds the records of a file and parses one record; this class counts
lines, decides what happens to a bad one, and checks the limits.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO, NoReturn

from bumps import limits
from bumps.errors import InputError, LimitError, UsageError
from bumps.keys import KeyCodec, Subscript

Node = tuple[str, bytes, bytes]
"""Name of the global without `^`, encoded key, value."""
OnBadLine = Callable[[InputError], None]

EMPTY_LINE_COUNT_MAX = 2
SHOWN_SIZE_MAX = 60
NAME = re.compile(rb"%[0-9A-Za-z]*|[A-Za-z][0-9A-Za-z]*")
_UNPRINTABLE = re.compile(r"[^ -~\xa0-\U0010ffff]")


class Fault(Exception):
    """What is wrong with a record, and the offset of its byte that is; becomes an InputError."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset


class Reader(ABC):
    """Iterate over the nodes of a stream: `(name, key, value)`, name without `^`, key encoded.

    A bad line raises InputError; with `on_bad_line` it is given to that and left out. `line`
    is the number of the line (from 1) that the node yielded last begins at, so a load that was
    stopped can go on with `from_line`: the records that begin before that line are not read.
    """

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
        """Read `head`, lines that were read from `stream` already, then `stream`. `file` is its name in errors."""
        self.file = file
        self.codec = KeyCodec.of(charset)
        self.is_bytes = charset == "m"
        self.line = 0
        self.from_line = from_line
        self.key_size_max = key_size_max
        self._on_bad_line = on_bad_line
        self._lines = enumerate(chain(head, iter(partial(stream.readline, limits.LINE_SIZE_MAX), b"")), 1)
        self._names: dict[bytes, str] = {}
        self._nodes = self._generate()

    def __iter__(self) -> Iterator[Node]:
        """Return the one iterator of this reader: a generator, faster than `__next__` of a class."""
        return self._nodes

    def __next__(self) -> Node:
        """Return the next node."""
        return next(self._nodes)

    def _generate(self) -> Iterator[Node]:
        """Yield the nodes, and report the lines that are none."""
        parse = self._parse
        from_line = self.from_line
        for line, raw in self._records():
            if line < from_line:
                continue
            self.line = line
            try:
                node = parse(raw)
            except Fault as fault:
                self._report(fault, line, raw)
                continue
            yield node

    @abstractmethod
    def _records(self) -> Iterator[tuple[int, bytes]]:
        """Yield each record, with its line feeds, and the number of its first line; check what is around them."""

    @abstractmethod
    def _parse(self, raw: bytes) -> Node:
        """Return the node of a record, or raise Fault."""

    def _full_lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield the lines that are left but the empty ones at the end; report those elsewhere (L3)."""
        empty_line = empty_count = 0
        for line, raw in self._lines:
            if len(raw) <= 2 and raw in (b"\n", b"\r\n"):
                empty_line = empty_line or line
                empty_count += 1
                continue
            if empty_line:
                self._report(Fault("an empty line before the end", 0), empty_line, b"\n")
                empty_line = empty_count = 0
            yield line, raw
        if empty_count > EMPTY_LINE_COUNT_MAX:
            fault = Fault(f"{empty_count} empty lines at the end: at most {EMPTY_LINE_COUNT_MAX}", 0)
            self._report(fault, empty_line, b"\n")

    def _report(self, fault: Fault, line: int, raw: bytes) -> None:
        """Raise the InputError of a fault in the record that begins at `line`, or give it away and go on."""
        error = self._error(fault, line, raw)
        if self._on_bad_line is None or len(raw) >= limits.LINE_SIZE_MAX:  # the rest of such a line is no line
            raise error
        self._on_bad_line(error)

    def _refuse(self, what: str, line: int, raw: bytes) -> NoReturn:
        """Raise the InputError of a file that is not of this format at all: no line of it could be right."""
        raise self._error(Fault(what, 0), line, raw)

    def _error(self, fault: Fault, line: int, raw: bytes) -> InputError:
        """Return the InputError of a fault; columns count characters, from 1."""
        start = raw.rfind(b"\n", 0, fault.offset) + 1
        line += raw.count(b"\n", 0, fault.offset)
        column = len(raw[start : fault.offset].decode(self.codec.encoding, "replace")) + 1
        text = raw[start:].partition(b"\n")[0].decode(self.codec.encoding, "backslashreplace")
        shown = f": {_shown(text)}" if text else ""
        return InputError(
            f"{self.file}:{line}:{column}: {fault.what}{shown}", file=self.file, line=line, column=column, text=text
        )

    # What the formats share

    def _name(self, raw: bytes, offset: int) -> str:
        """Return the name of a global from its text without `^`, or raise Fault."""
        try:
            return self._names[raw]
        except KeyError:
            pass
        if not NAME.fullmatch(raw):
            raise Fault("not the name of a global", offset)
        if len(raw) > limits.GLOBAL_NAME_SIZE_MAX:
            raise Fault(f"a name of {len(raw)} characters: at most {limits.GLOBAL_NAME_SIZE_MAX}", offset)
        return self._names.setdefault(raw, raw.decode("ascii"))

    def _code(self, subscript: Subscript, offset: int) -> bytes:
        """Return the code of a subscript, or raise Fault if the charset has no such text."""
        try:
            return self.codec.encode_one(subscript)
        except (UsageError, LimitError) as error:
            raise Fault(error.message, offset) from None

    def _node(self, name: str, key: bytes, value: bytes, offset: int) -> Node:
        """Return the node if it is within all limits and its value is text, or raise Fault.

        `offset` is where the value begins; inside of it, escapes make bytes and columns differ.
        """
        if len(key) > self.key_size_max:
            raise Fault(f"a key of {len(key)} bytes: at most {self.key_size_max}", 0)
        if len(key) > limits.SUBSCRIPT_COUNT_MAX and key.count(0) > limits.SUBSCRIPT_COUNT_MAX:
            raise Fault(f"{key.count(0)} subscripts: at most {limits.SUBSCRIPT_COUNT_MAX}", 0)
        if len(value) > limits.VALUE_SIZE_MAX:
            raise Fault(f"a value of {len(value)} bytes: at most {limits.VALUE_SIZE_MAX}", offset)
        if not self.is_bytes and not value.isascii():
            try:
                value.decode(self.codec.encoding)  # L4
            except UnicodeDecodeError as error:
                what = f"byte {error.start + 1} of the value, {value[error.start]:02X}, is not {self.codec.charset}"
                raise Fault(what, offset) from None
        return name, key, value


def cut(raw: bytes) -> bytes:
    """Return a line without its end, LF or CR LF, or raise Fault (L2)."""
    if not raw.endswith(b"\n"):
        if len(raw) >= limits.LINE_SIZE_MAX:
            raise Fault(f"a line of more than {limits.LINE_SIZE_MAX} bytes", 0)
        raise Fault("the last line has no line feed: the file may have been cut here", len(raw))
    return raw[:-2] if raw.endswith(b"\r\n") else raw[:-1]


def _shown(text: str) -> str:
    """Return the beginning of a line, for a message: one line, and nothing that a terminal would obey."""
    shown = _UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", text[:SHOWN_SIZE_MAX])
    return shown + "..." if len(text) > SHOWN_SIZE_MAX else shown
