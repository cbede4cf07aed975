"""The principal device, where it is a pipe or a file: the streams that were handed in.

$X and $Y move as GT.M moves them on a pipe: a READ moves neither, and the parameters X and Y mean nothing.
A READ takes a line, and what it does not take is there for the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from bumps.interp.arithmetic import outside
from bumps.interp.device import BUFFER_COUNT_MAX, Device
from bumps.interp.device_input import Input, Why
from bumps.interp.frames import Halted
from bumps.interp.symbols import Value
from bumps.interp.world import World
from bumps.keys import CHARSETS

PRINCIPAL_NAME = "0"


class Principal(Device):
    """The principal device: standard input and output, or whatever stands for them."""

    is_stream = True
    kind = "FIFO"

    def __init__(self, source: BinaryIO, sink: BinaryIO, charset: str, world: World) -> None:
        """Make it of two streams and the charset of the database."""
        super().__init__(PRINCIPAL_NAME, CHARSETS[charset], world)
        self.source = source
        self.sink = sink
        self.is_read_along = False
        """Whether somebody waits for each line: a terminal or a pipe, not a file."""
        self.is_wrapping = False
        self.set_limit()
        self.input = Input(self._receive, self.encoding, world.elapsed)

    def _receive(self, seconds: float | None) -> bytes | None:
        """Return what has come in by now (world.py)."""
        with outside():
            return self.world.receive(self.source, seconds)

    # Output

    def new_line(self) -> None:
        """Write the format `!`. What nobody waits for is held back until there is more of it."""
        pieces = self._pieces
        pieces.append("\n")
        self.x = 0
        self.y = y = self.y + 1
        if y >= self.length > 0:
            self.y = y % self.length
        if self.is_read_along or len(pieces) >= BUFFER_COUNT_MAX:
            self.flush()

    def send(self, data: bytes) -> None:
        """Write bytes. A closed pipe is no error of the program: nobody reads along any more (BrokenPipeError)."""
        try:
            with outside():
                self.world.host.send(self.sink, data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self.os_error(error) from error

    # Input

    def read_line(self, size: int | None, seconds: float | None = None) -> str:
        """Return the rest of the line, or at most `size` characters of it; what came of it in `seconds`.

        At the end of input the first READ gives "" and sets `is_at_end`; the next one ends the process.
        """
        if self._pieces and not self.input.has_text:
            self.flush()
        taken = self.input.line(size, seconds)
        if taken.why is Why.END and self.is_at_end and not self.exception:
            raise Halted(0)
        return self.note(taken)

    def read_character(self, seconds: float | None = None) -> int:
        """Return the code of the next character; the line end is one, too; -1 at the end of input or of the time."""
        if not self.input.has_text:
            self.flush()
        taken = self.input.characters(1, seconds)
        if taken.why is Why.END and self.is_at_end and not self.exception:
            raise Halted(0)
        text = self.note(taken)
        return ord(text) if text else -1

    # Parameters

    def set_width(self, width: int) -> None:
        """Set where lines end; from now on they wrap."""
        self.is_wrapping = True
        super().set_width(width)

    def set_input_encoding(self, encoding: str) -> None:
        """Decode what is read in another encoding."""
        self.input.set_encoding(encoding)

    def use_one(self, name: str, value: Value | None) -> None:
        """Take one parameter; RECORDSIZE is one of OPEN, which is over."""
        if name != "RECORDSIZE":
            super().use_one(name, value)

    def lines(self) -> Iterator[str]:
        """Yield the lines of ZSHOW "D": one for each way."""
        yield f"{self.name} OPEN {self.facts()}"
        yield f"{self.name}-out OPEN {self.facts()}"

    def close(self, parameters: object) -> None:
        """Do nothing: it stays open."""
