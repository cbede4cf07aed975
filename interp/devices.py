"""Devices: the principal one on the streams that were handed in.

$X counts the characters written since the line began, $Y the lines since the page began, as GT.M counts
them on a pipe, where a READ moves neither. It takes a line, and what it does not take is there for the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO

from bumps.interp.codes import merror, unbuilt
from bumps.interp.frames import Halted
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text
from bumps.interp.world import World
from bumps.keys import CHARSETS

BUFFER_COUNT_MAX = 512
"""So many pieces of output are held back; a READ, a HANG and the end write them, and where somebody reads
along, each end of a line."""

ANONYMOUS_NAMES = frozenset(("", "0"))


class Principal:
    """The principal device: standard input and output, or whatever stands for them."""

    def __init__(self, source: BinaryIO, sink: BinaryIO, charset: str, world: World) -> None:
        self.source = source
        self.sink = sink
        self.world = world
        self.encoding = CHARSETS[charset]
        self.x = 0
        self.y = 0
        self.is_at_end = False
        self.is_expired = False
        """Whether the time of the last READ was over before the line was there."""
        self.is_read_along = False
        """Whether somebody waits for each line: a terminal or a pipe, not a file."""
        self.key = ""
        self._pieces: list[str] = []
        self._received = b""
        self._rest: str | None = None
        self._has_end = False
        """Whether the last line had a line end, or the input ended instead."""

    # Output

    def write(self, text: str) -> None:
        """Write a text."""
        self._pieces.append(text)
        self.x += len(text)
        if len(self._pieces) >= BUFFER_COUNT_MAX:
            self.flush()

    def new_line(self) -> None:
        """Write the format `!`."""
        self._pieces.append("\n")
        self.x = 0
        self.y += 1
        if self.is_read_along or len(self._pieces) >= BUFFER_COUNT_MAX:
            self.flush()

    def form_feed(self) -> None:
        """Write the format `#`: the line ends first, if one was begun."""
        self._pieces.append("\n\f" if self.x else "\f")
        self.x = self.y = 0

    def tab(self, column: int) -> None:
        """Write the format `?column`: spaces up to there, nothing if it is behind."""
        if column > self.x:
            self.write(" " * (column - self.x))

    def character(self, code: int) -> None:
        """Write `*code`."""
        if self.encoding == "latin-1":
            self.write(chr(code & 255))
        elif 0 <= code < 0x110000 and not 0xD800 <= code < 0xE000:
            self.write(chr(code))

    def control(self, name: str, values: Sequence[Value]) -> None:
        """Write the mnemonic `/name(values)`: a pipe knows none, and GT.M ignores all there."""

    def flush(self) -> None:
        """Hand everything to the stream."""
        if self._pieces:
            data = "".join(self._pieces).encode(self.encoding, "surrogateescape")
            self._pieces.clear()
            self.sink.write(data)
            self.sink.flush()

    # Input

    def read_line(self, size: int | None, seconds: float | None = None) -> str:
        """Return the rest of the line, or at most `size` characters of it; what came of it in `seconds`.

        At the end of input the first READ gives "" and sets `is_at_end`; the next one ends the process.
        """
        line = self._next_line(seconds) or ""
        if size is not None and len(line) >= size:
            self._leave(line[size:])
            return line[:size]
        return line

    def read_character(self, seconds: float | None = None) -> int:
        """Return the code of the next character; the line end is one, too; -1 at the end of input or of the time."""
        line = self._next_line(seconds)
        if line:
            self._leave(line[1:])
            return ord(line[0])
        return -1 if line is None or self.is_expired else 10

    def _leave(self, rest: str) -> None:
        """Leave the rest of a line for the next READ."""
        if self.is_expired:
            # The line has not ended: it goes on with what comes, and this READ has what it asked for.
            self._received = rest.encode(self.encoding, "surrogateescape")
            self.is_expired = False
        elif rest or self._has_end:
            self._rest = rest

    def _next_line(self, seconds: float | None) -> str | None:
        """Return the rest of the line without its end, or the next line; None at the end of input."""
        self.is_expired = False
        if self._rest is not None:
            line, self._rest = self._rest, None
            return line
        self.flush()
        deadline = None if seconds is None else self.world.elapsed() + max(seconds, 0)
        pieces = [self._received]
        while b"\n" not in pieces[-1]:
            wait = None if deadline is None else max(deadline - self.world.elapsed(), 0)
            data = self.world.receive(self.source, wait)
            if data is None:
                self.is_expired = True
                break
            if not data:
                break
            pieces.append(data)
        line_read, end, self._received = b"".join(pieces).partition(b"\n")
        if not line_read and not end and not self.is_expired:
            if self.is_at_end:
                raise Halted(0)
            self.is_at_end = True
            return None
        self.is_at_end = False
        self._has_end = end != b""
        return line_read.decode(self.encoding, "surrogateescape")


class Devices:
    """The devices that are open. Until the others exist there is one."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal
        self.current = principal

    def operate(self, keyword: str, name: str, parameters: Sequence[tuple[str, Value | None]]) -> None:
        """Do OPEN, USE or CLOSE: of the principal device it is taken, of any other it is not built yet."""
        if name in ANONYMOUS_NAMES:
            self._use(parameters)
        elif keyword == "USE":
            raise merror("IONOTOPEN")
        elif keyword == "OPEN":
            raise unbuilt("OPEN of any device but the principal one")

    def _use(self, parameters: Sequence[tuple[str, Value | None]]) -> None:
        """Take the parameters that mean something on a stream; GT.M ignores the others there, too."""
        device = self.principal
        setters: dict[str, Callable[[int], None]] = {
            "X": lambda number: setattr(device, "x", max(number, 0)),
            "Y": lambda number: setattr(device, "y", max(number, 0)),
        }
        for parameter, value in parameters:
            setter = setters.get(parameter)
            if setter is not None and value is not None:
                setter(to_integer(value))
            elif parameter == "EXCEPTION" and value is not None and to_text(value):
                raise unbuilt("the device parameter EXCEPTION")
