"""GO: the older text format of globals, keys and values on alternate lines.

    line 1     a label, any text
    line 2     date and time, not ending in `ZWR`
    then       ^NAME(SUBSCRIPT,...)     as in ZWR (bumps/zwr.py)
               the value, raw, to the end of the line: a CR is data

A value cannot hold a line feed, and GT.M has no GO in UTF-8 mode: `write` refuses both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from bumps.errors import UsageError
from bumps.reader import Fault, Node, Reader, cut
from bumps.zwr import ReferenceWriter, Scanner, head, write_lines

HINT = "ZWR holds every value: --format zwr"


class GoReader(Reader):
    """The nodes of a GO file."""

    def _records(self) -> Iterator[tuple[int, bytes]]:
        next(self._lines, None)
        line, date = next(self._lines, (2, b""))
        if not date.endswith(b"\n"):
            self._refuse("the file ends here, in its head", line, date)
        if date.rstrip().endswith(b"ZWR"):
            self._refuse("not a GO file: its second line ends in ZWR", line, date)
        for line, key in self._full_lines():
            yield line, key + next(self._lines, (0, b""))[1]

    def _parse(self, raw: bytes) -> Node:
        reference, _, value = raw.partition(b"\n")
        if len(reference) == len(raw):
            cut(raw)  # raises: it has no line feed
        scanner = Scanner(reference, self)
        name, key = scanner.reference()
        scanner.expect_end()
        start = len(reference) + 1
        if not value:
            raise Fault("a node without the line of its value", 0)
        if not value.endswith(b"\n"):
            raise Fault("the last line has no line feed: the file may have been cut here", len(raw))
        return self._node(name, key, value[:-1], start)


def write(out: BinaryIO, charset: str, label: str, nodes: Iterable[Node], time: Sequence[int]) -> int:
    """Write nodes in the order they come; return their count. Raise UsageError for what GO cannot hold."""
    if charset != "m":
        raise UsageError("GO does not exist in UTF-8 mode: it is for databases of charset m", hint=HINT)
    reference = ReferenceWriter(charset).text

    def lines() -> Iterator[bytes]:
        for name, key, value in nodes:
            text = reference(name, key)
            if b"\n" in value:
                shown = text.decode("latin-1")
                raise UsageError(f"{shown}: its value holds a line feed, which GO cannot hold", hint=HINT)
            yield b"%b\n%b\n" % (text, value)

    return write_lines(out, head(label, charset, time, kind=""), lines())
