"""One device: where output stands, how it wraps, what a READ leaves behind. What is written goes through `send`.

D1. `x` counts the characters of the line, `y` the lines, modulo `length` if that is not 0.
D2. A line longer than `width` wraps just before the character that does not fit, or loses the rest (NOWRAP).
D3. Output is handed to the system at the end of each record, before a READ, and when another device is used:
    a program never sees the world behind what it has written.
D4. Every failure carries EXCEPTION, if the device has one: the trap runs that instead of $ETRAP (traps.py).
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from bumps.errors import MError
from bumps.interp.codes import merror, os_error, unbuilt
from bumps.interp.device_input import Taken, Why, error_handler
from bumps.interp.symbols import Cell, Value
from bumps.interp.values import to_integer, to_text
from bumps.interp.world import World
from bumps.limits import STRING_SIZE_MAX

BUFFER_COUNT_MAX = 512
"""So many pieces of output are held back at most."""

WIDTH_DEFAULT = 32767
WIDTH_MAX = 1048576
LENGTH_DEFAULT = 66
UNLIMITED = sys.maxsize
END_OF_FILE = "1,Device detected EOF"

Parameters = Sequence[tuple[str, Value | None]]
"""Parameters by their full names, with their values; None for one that takes none."""

UNBUILT_PARAMETERS = frozenset(("KEY", "IKEY", "OKEY"))
"""Those of encryption: to ignore them would write what was to be secret."""

Fact = Value | Cell | None
"""An argument of a mnemonic: a value, the cell of a `.A`, None for an omitted one."""

ENCODINGS = {"M": "utf-8", "UTF-8": "utf-8", "UTF-16": "utf-16-be", "UTF-16BE": "utf-16-be", "UTF-16LE": "utf-16-le"}
"""What CHSET names in a database of charset utf-8, where bytes that are no UTF-8 are kept: so M is the same."""


class Device(ABC):
    """What all devices share."""

    is_stream = False
    """Whether a line without WRAP goes on, instead of losing what does not fit."""

    def __init__(self, name: str, encoding: str, world: World) -> None:
        """Make a device that is not open yet; `encoding` is that of the database."""
        self.name = name
        self.world = world
        self.database_encoding = encoding
        self.encoding = encoding
        self.x = 0
        self.y = 0
        self.width = WIDTH_DEFAULT
        self.length = LENGTH_DEFAULT
        self.is_wrapping = True
        self.limit = WIDTH_DEFAULT
        """Where the fast path of `write` ends: the width, or nowhere."""
        self.is_at_end = False
        """$ZEOF."""
        self.is_expired = False
        """Whether the time of the last READ was over before it had what it wanted."""
        self.key = ""
        self.zkey = ""
        self.terminator = ""
        """$ZB."""
        self.status = ""
        """$DEVICE."""
        self.exception = ""
        self.has_mark = False
        """Whether what is written begins with a byte order mark."""
        self._pieces: list[str] = []

    # Failures

    def failure(self, error: MError) -> MError:
        """Return an error of this device, which its EXCEPTION gets (D4)."""
        if self.exception:
            error.details["exception"] = self.exception
        return error

    def error(self, name: str, *facts: object, text: str = "") -> MError:
        """Return an error of this device by its name; `text` is what GT.M adds to it."""
        return self.failure(with_text(merror(name, *facts), text))

    def os_error(self, error: OSError) -> MError:
        """Return an error of the system as one of this device."""
        number = error.errno or 5
        self.status = f"1,{os.strerror(number)}"
        return self.failure(os_error(number))

    # Output

    def write(self, text: str) -> None:
        """Write a text."""
        pieces = self._pieces
        pieces.append(text)
        self.x = x = self.x + len(text)
        if x > self.limit:
            pieces.pop()
            self.x = x - len(text)
            self._wrap(text)
        if len(pieces) >= BUFFER_COUNT_MAX:
            self.flush()

    def _wrap(self, text: str) -> None:
        """Write a text that does not fit on the line (D2)."""
        while text:
            fitting = text[: self.room(text)]
            if fitting:
                self._pieces.append(fitting)
                self.x += len(fitting)
                text = text[len(fitting) :]
            elif self.is_wrapping:
                self.new_line()
            else:
                return

    def room(self, text: str) -> int:
        """Return how many characters of a text fit on the line."""
        return max(self.width - self.x, 0)

    def end_record(self) -> None:
        """Put the end of the line into the output."""
        self._pieces.append("\n")

    def new_line(self) -> None:
        """Write the format `!`."""
        self.end_record()
        self.x = 0
        self.y += 1
        if self.y >= self.length > 0:
            self.y %= self.length
        self.flush()

    def form_feed(self) -> None:
        """Write the format `#`: the line ends first, if one was begun."""
        self._pieces.append("\n\f" if self.x else "\f")
        self.x = self.y = 0

    def tab(self, column: int) -> None:
        """Write the format `?column`: spaces up to there, nothing if it is behind."""
        if column > self.x:
            if column > STRING_SIZE_MAX:
                raise merror("MAXSTRLEN")
            self.write(" " * (column - self.x))

    def character(self, code: int) -> None:
        """Write `*code`."""
        if self.database_encoding == "latin-1":
            self.write(chr(code & 255))
        elif 0 <= code < 0x110000 and not 0xD800 <= code < 0xE000:
            self.write(chr(code))

    def control(self, name: str, facts: Sequence[Fact]) -> bool | None:
        """Write the mnemonic `/name(facts)`; return what $TEST becomes, None if it stays."""
        return None

    def flush(self) -> None:
        """Hand everything to the system."""
        if self._pieces:
            text = "".join(self._pieces)
            self._pieces.clear()
            try:
                data = text.encode(self.encoding, error_handler(self.encoding))
            except UnicodeEncodeError as error:
                raise self.error("BADCHAR", ord(text[error.start]), self.encoding.upper()) from error
            self.send(data)

    @abstractmethod
    def send(self, data: bytes) -> None:
        """Write bytes."""

    # Input

    @abstractmethod
    def read_line(self, size: int | None, seconds: float | None = None) -> str:
        """Return the rest of the line, or at most `size` characters of it; what came of it in `seconds`."""

    @abstractmethod
    def read_character(self, seconds: float | None = None) -> int:
        """Return the code of the next character; -1 at the end of the input or of the time."""

    def note(self, taken: Taken) -> str:
        """Note how a READ ended, and return its text. The end of the input is an error where EXCEPTION waits for it."""
        self.is_expired = taken.why is Why.EXPIRED
        self.is_at_end = taken.why is Why.END
        self.status = END_OF_FILE if self.is_at_end else "0"
        self.key = self.terminator = taken.end
        if self.is_at_end and self.exception:
            raise self.error("IOEOF")
        return taken.text

    def moved(self, taken: Taken) -> None:
        """Move `x` and `y` over what a READ took."""
        if taken.why is Why.LINE or taken.why is Why.END:
            self.x = 0
            self.y += 1
            if self.y >= self.length > 0:
                self.y %= self.length
        else:
            self.x += len(taken.text)

    # Parameters

    def use(self, parameters: Parameters) -> None:
        """Take parameters in order; what means nothing here is ignored, as GT.M ignores it."""
        for name, value in parameters:
            self.use_one(name, value)

    def reopen(self, parameters: Parameters, seconds: float | None) -> bool:
        """Do OPEN of a device that is open: it takes the parameters as USE would. Return whether it was in time."""
        self.use([each for each in parameters if each[0] != "NEWVERSION"])
        return True

    def use_one(self, name: str, value: Value | None) -> None:
        """Take one parameter that every device knows."""
        if name == "EXCEPTION":
            self.exception = to_text(value or "")
        elif name == "WIDTH" or name == "RECORDSIZE":
            self.set_width(to_integer(value or 0))
        elif name == "LENGTH":
            lines = to_integer(value or 0)
            if lines < 0:
                raise self.error("DEVPARMNEG")
            self.length = lines
        elif name == "WRAP" or name == "NOWRAP":
            self.is_wrapping = name == "WRAP"
            self.set_limit()
        elif name in ("CHSET", "ICHSET", "OCHSET"):
            self.set_charset(name, to_text(value or "").upper())
        elif name in UNBUILT_PARAMETERS:
            raise self.failure(unbuilt(f"the device parameter {name}"))

    def set_width(self, width: int) -> None:
        """Set where lines end."""
        if width <= 0:
            raise self.error("RMWIDTHPOS")
        if width > WIDTH_MAX:
            raise self.error("RMWIDTHTOOBIG")
        self.width = width
        self.set_limit()

    def set_limit(self) -> None:
        """Set where the fast path of `write` ends."""
        self.limit = UNLIMITED if self.is_stream and not self.is_wrapping else self.width

    def set_charset(self, name: str, charset: str) -> None:
        """Set the encoding; a database of charset m has bytes only, and GT.M ignores it there."""
        if self.database_encoding == "latin-1":
            return
        found = ENCODINGS.get(charset)
        if found is None:
            raise self.error("BADCHSET", charset)
        if name != "ICHSET":
            self.flush()
            self.encoding = found
            self.has_mark = charset == "UTF-16"
        if name != "OCHSET":
            self.set_input_encoding(found)

    @abstractmethod
    def set_input_encoding(self, encoding: str) -> None:
        """Decode what is read in another encoding."""

    # What ZSHOW says

    kind = "RMS"
    """What sort of device GT.M calls this."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of ZSHOW "D"."""
        yield f"{self.name} OPEN {self.facts()}"

    def facts(self) -> str:
        """Return how it was opened, as ZSHOW writes it."""
        parts = [self.kind, *self.own_facts()]
        if self.is_stream:
            parts.append("STREAM")
        parts += self.more_facts()
        if self.width != WIDTH_DEFAULT:
            parts.append(f"REC={self.width}")
        if not self.is_wrapping:
            parts.append("NOWRAP")
        text = "".join(f"{part} " for part in parts if part)
        return text + (f'EXCE="{self.exception}"' if self.exception else "")

    def own_facts(self) -> list[str]:
        """Return the facts that stand before STREAM."""
        return []

    def more_facts(self) -> list[str]:
        """Return the facts that stand behind STREAM."""
        return []

    # The end

    def close_one(self, handle: str) -> bool:
        """Close one socket; return whether this is a device that has some."""
        return False

    @abstractmethod
    def close(self, parameters: Parameters) -> int | None:
        """Write what is left and let go of it; return what $ZCLOSE becomes, if this sort of device says it."""

    def abandon(self) -> None:
        """Let go of it whatever happened: what could not be written is lost."""
        self._pieces.clear()


def with_text(error: MError, text: str) -> MError:
    """Return an error whose message goes on with the text of another, as GT.M writes both in one $ZSTATUS."""
    if text:
        error.args = (f"{error.message},%GTM-I-TEXT, {text}",)
        error.message = error.args[0]
    return error
