"""A terminal: READ echoes what is typed, character by character, as GT.M does.

T1. While a Run goes on its terminal neither echoes nor collects lines by itself: READ does both, so that what is
    typed ahead is echoed by the READ that takes it. Whoever began the Run finds the terminal as it was.
T2. A READ ends at a terminator (CR, LF and ESC, if the program names no others), which is not echoed and is $ZB;
    with ESCAPE a whole escape sequence is one terminator.
T3. Ctrl-C interrupts, unless NOCENABLE ignores it in a READ or CTRAP makes an error of it.
"""

from __future__ import annotations

import contextlib
import re
import termios
from typing import Any, BinaryIO

from bumps.interp.arithmetic import outside
from bumps.interp.device import Device, Parameters
from bumps.interp.device_input import Input, Taken, Why
from bumps.interp.frames import Halted
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text
from bumps.interp.world import World
from bumps.keys import CHARSETS

RECEIVED_SIZE_MAX = 4096
CONTROL_C = "\x03"
ESCAPE = "\x1b"
TERMINATORS = frozenset("\r\n\x1b")
ERASE_DEFAULT = "\x7f"

HOME, CLEAR, ERASE_LINE = "\x1b[1;1H", "\x1b[J", "\x1b[K"
LEFT, RIGHT = "\x1b[D", "\x1b[C"
EDITING_KEYS = {
    LEFT: "left",
    "\x02": "left",
    "\x1bOD": "left",
    RIGHT: "right",
    "\x06": "right",
    "\x1bOC": "right",
    "\x01": "start",
    "\x1b[H": "start",
    "\x05": "end",
    "\x1b[F": "end",
    "\x15": "clear",
    "\x1b[A": "recall",
    "\x1bOA": "recall",
    "\x04": "delete",
    "\x1b[3~": "delete",
}
"""What a key does with EDITING."""

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^\[O])", re.DOTALL)


class Terminal(Device):
    """A terminal that the program reads from and writes to."""

    is_stream = True

    def __init__(self, name: str, number: int, sink: BinaryIO, encoding: str, world: World) -> None:
        """Take the terminal with the descriptor `number`; what is written goes to `sink`."""
        super().__init__(name, encoding, world)
        self.number = number
        self.sink = sink
        self.is_read_along = True
        self.is_principal = False
        self.is_echoing = True
        self.is_escaping = False
        self.is_converting = False
        self.is_passing_through = False
        self.is_interruptible = True
        self.is_editing = False
        self.terminators = TERMINATORS
        self.traps: frozenset[str] = frozenset()
        """The characters of CTRAP."""
        self.filters: frozenset[str] = frozenset()
        self.erase = ERASE_DEFAULT
        self.input = Input(self._receive, encoding, world.elapsed)
        self._saved: list[Any] | None = None
        """The modes that whoever began the Run had."""
        self._sequence = ""
        """What has been written of an escape sequence, with FILTER."""
        self._last = ""
        """The last line, for EDITING."""
        self.width, self.length = self.world.host.terminal_size(number)
        if not self.width:  # a terminal that does not know its size
            self.width, self.length = 80, 24
        self.set_limit()

    # Modes

    def begin(self) -> None:
        """Stop echo and lines of the system (T1), unless this process is in the background: that would stop it."""
        if self._saved is not None:
            return
        saved = self.world.host.terminal_modes(self.number)
        if saved is None:
            return
        self._saved = saved
        erase = saved[6][termios.VERASE]
        self.erase = erase.decode("latin-1") if isinstance(erase, bytes) else chr(erase)
        self._set_modes()

    def _set_modes(self) -> None:
        if self._saved is None:
            return
        modes = [*self._saved[:6], list(self._saved[6])]
        modes[0] &= ~(termios.ICRNL | termios.INLCR | termios.IXON)
        modes[3] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
        modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
        if not self.is_interruptible or CONTROL_C in self.traps:
            modes[6][termios.VINTR] = b"\x00"
        self.world.host.set_terminal_modes(self.number, modes)

    def rest(self) -> None:
        """Give the terminal back as it was."""
        saved, self._saved = self._saved, None
        if saved is not None:
            self.world.host.set_terminal_modes(self.number, saved)

    # Output

    def send(self, data: bytes) -> None:
        """Write bytes."""
        try:
            with outside():
                self.world.host.send(self.sink, data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self.os_error(error) from error

    def write(self, text: str) -> None:
        """Write a text; FILTER looks for what moves the cursor in it."""
        if self.filters:
            self._filtered(text)
        else:
            super().write(text)

    def _filtered(self, text: str) -> None:
        """Write a text whose escape sequences and control characters do not count in $X; it may come in parts."""
        for character in text:
            if self._sequence or (character == ESCAPE and "ESCAPE" in self.filters):
                self._sequence += character
                self._pieces.append(character)
                if _SEQUENCE.fullmatch(self._sequence):
                    self._sequence = ""
            elif "CHARACTERS" in self.filters and (character < " " or character == "\x7f"):
                self._control(character)
            else:
                super().write(character)

    def _control(self, character: str) -> None:
        self._pieces.append(character)
        if character == "\b":
            self.x = max(self.x - 1, 0)
        elif character == "\r":
            self.x = 0
        elif character == "\n":
            self.y += 1
        elif character == "\f":
            self.x = self.y = 0

    def form_feed(self) -> None:
        """Write the format `#`: clear the screen."""
        self._pieces.append(HOME + CLEAR)
        self.x = self.y = 0

    # Input

    def read_line(self, size: int | None, seconds: float | None = None) -> str:
        """Read what is typed, up to a terminator, or at most `size` characters; what was typed in `seconds`."""
        deadline = None if seconds is None else self.world.elapsed() + max(seconds, 0)
        self.flush()
        line = Line(self)
        why = Why.LINE
        end = ""
        while size is None or len(line.characters) < size:
            key, why = self._key(deadline)
            if why is not Why.FULL:
                break
            if self.is_editing and key in EDITING_KEYS:
                line.edit(EDITING_KEYS[key], self._last)
            elif (key[0] == ESCAPE and len(key) > 1) or key in self.terminators:
                why, end = Why.LINE, key
                break
            elif key == self.erase and not self.is_passing_through:
                line.edit("erase", "")
            elif not (key == CONTROL_C and not self.is_interruptible):
                line.insert(key.upper() if self.is_converting else key)
        else:
            why = Why.FULL
        self._last = text = "".join(line.characters)
        return self._note(Taken(text, Why.LINE if why is Why.END and text else why, end))

    def read_character(self, seconds: float | None = None) -> int:
        """Read one key: its code; a terminator is one, too, and an escape sequence is 27."""
        deadline = None if seconds is None else self.world.elapsed() + max(seconds, 0)
        self.flush()
        key, why = self._key(deadline)
        if why is not Why.FULL:
            self._note(Taken("", why))
            return -1
        is_end = (key[0] == ESCAPE and len(key) > 1) or key in self.terminators
        if not is_end:
            key = key.upper() if self.is_converting else key
            if self.is_echoing:
                self.write(key)
                self.flush()
        self._note(Taken(key, Why.LINE if is_end else Why.FULL, key if is_end else ""))
        return ord(key[0])

    def _key(self, deadline: float | None) -> tuple[str, Why]:
        """Return the next character, or escape sequence if those are wanted; Why.FULL says that it is there."""
        taken = self._next(deadline)
        key = taken.text
        if taken.why is not Why.FULL:
            return key, taken.why
        if key in self.traps:
            raise self.error("CTRAP", ord(key))
        if key == ESCAPE and (self.is_escaping or self.is_editing):
            while not _SEQUENCE.fullmatch(key):
                taken = self._next(deadline)
                if taken.why is not Why.FULL:
                    return key, taken.why
                key += taken.text
        return key, Why.FULL

    def _next(self, deadline: float | None) -> Taken:
        return self.input.characters(1, None if deadline is None else max(deadline - self.world.elapsed(), 0))

    def _note(self, taken: Taken) -> str:
        is_again = taken.why is Why.END and self.is_at_end
        self.is_expired = taken.why is Why.EXPIRED
        self.is_at_end = taken.why is Why.END
        self.key = self.terminator = taken.end
        if self.is_at_end and (self.exception or (not self.is_principal and is_again)):
            raise self.error("IOEOF")
        if is_again:
            raise Halted(0)
        return taken.text

    def _receive(self, seconds: float | None) -> bytes | None:
        """Read what was typed; a terminal that has hung up is at its end."""
        try:
            if not self.world.host.is_typed(self.number, seconds):
                return None
            return self.world.host.read(self.number, RECEIVED_SIZE_MAX)
        except OSError:
            return b""

    # Parameters

    def use_one(self, name: str, value: Value | None) -> None:
        """Take one parameter."""
        switches = {
            "ECHO": "is_echoing",
            "ESCAPE": "is_escaping",
            "CONVERT": "is_converting",
            "PASTHRU": "is_passing_through",
            "CENABLE": "is_interruptible",
            "EDITING": "is_editing",
        }
        text = "" if value is None else to_text(value)
        plain = name.removeprefix("NO")
        if plain in switches:
            setattr(self, switches[plain], plain == name)
            self._set_modes()
        elif name == "CTRAP":
            self.traps = frozenset(text)
            self._set_modes()
        elif name == "TERMINATOR":
            self.terminators = frozenset(text) or TERMINATORS
        elif name == "NOTERMINATOR":
            self.terminators = frozenset()
        elif name == "FILTER":
            self._set_filter(text.upper())
        elif name == "NOFILTER":
            self.filters = frozenset()
        elif name == "FLUSH":
            self.input.drop()
            self.world.host.drop_typed(self.number)
        elif name in ("X", "Y", "UPSCROLL", "DOWNSCROLL", "CLEARSCREEN", "ERASELINE"):
            self._move(name, max(to_integer(text), 0))
        elif name != "RECORDSIZE":
            super().use_one(name, value)

    def _set_filter(self, text: str) -> None:
        if text.startswith("NO"):
            self.filters -= {text.removeprefix("NO")}
        else:
            self.filters |= {text} & {"CHARACTERS", "ESCAPE"}

    def _move(self, name: str, number: int) -> None:
        """Move the cursor, or clear."""
        if name == "CLEARSCREEN" or name == "ERASELINE":
            self._pieces.append(CLEAR if name == "CLEARSCREEN" else ERASE_LINE)
            return
        if name == "X":
            self.x = min(number, self.width) if self.is_wrapping else number
        elif name == "Y":
            self.y = min(number, self.length) if self.length else number
        else:
            self.y = max(self.y + (1 if name == "UPSCROLL" else -1), 0)
        self._pieces.append(f"\x1b[{self.y + 1};{self.x + 1}H")

    def set_width(self, width: int) -> None:
        """Set where lines wrap; 0 is nowhere."""
        self.is_wrapping = width != 0
        if width:
            super().set_width(width)
        self.set_limit()

    def set_input_encoding(self, encoding: str) -> None:
        """Decode what is typed in another encoding."""
        self.input.set_encoding(encoding)

    def facts(self) -> str:
        """Return how it is set, as ZSHOW writes it."""
        switches = (
            f"{'' if self.is_passing_through else 'NO'}PAST {'' if self.is_escaping else 'NO'}ESCA "
            f"{'' if self.is_echoing else 'NOECHO '}NOREADONLY TYPE "
        )
        return f"TERMINAL {switches}WIDTH={self.width if self.is_wrapping else 0} LENG={self.length} "

    # The end

    def close(self, parameters: Parameters) -> int | None:
        """Give the terminal back; that of the program stays open."""
        self.flush()
        self.abandon()
        return None

    def abandon(self) -> None:
        """Give the terminal back; what could not be written is lost."""
        super().abandon()
        self.rest()
        if not self.is_principal:
            with contextlib.suppress(OSError):
                self.sink.close()


class Line:
    """What has been typed of a line, where the cursor is in it, and how both look on the terminal."""

    def __init__(self, terminal: Terminal) -> None:
        """Begin an empty line."""
        self.terminal = terminal
        self.characters: list[str] = []
        self.at = 0

    def insert(self, character: str) -> None:
        """Put a character where the cursor is."""
        self.characters.insert(self.at, character)
        self.at += 1
        self._echo(character, len(self.characters) - self.at)

    def edit(self, what: str, last: str) -> None:
        """Do what an editing key says."""
        count = len(self.characters)
        if what == "left" and self.at:
            self._go(self.at - 1)
        elif what == "right" and self.at < count:
            self._go(self.at + 1)
        elif what == "start":
            self._go(0)
        elif what == "end":
            self._go(count)
        elif what == "erase" and self.at:
            self._go(self.at - 1)
            self._remove(1)
        elif what == "delete" and self.at < count:
            self._remove(1)
        elif what == "clear" or what == "recall":
            self._go(0)
            self._remove(count)
            for character in last if what == "recall" else "":
                self.insert(character)

    def _remove(self, count: int) -> None:
        """Remove characters at the cursor."""
        del self.characters[self.at : self.at + count]
        self._raw("".join(self.characters[self.at :]) + " " * count, len(self.characters) - self.at + count)

    def _go(self, at: int) -> None:
        """Move the cursor within the line."""
        if at < self.at:
            self._raw("", self.at - at)
        else:
            self._raw("".join(self.characters[self.at : at]), 0)
        if self.terminal.is_echoing:
            self.terminal.x = max(self.terminal.x + at - self.at, 0)
        self.at = at

    def _echo(self, character: str, behind: int) -> None:
        """Show a character, and those behind the cursor again."""
        if self.terminal.is_echoing:
            self.terminal.write(character)
            self._raw("".join(self.characters[self.at :]), behind)

    def _raw(self, text: str, back: int) -> None:
        """Show a text that does not count in $X, and go back so many columns."""
        if self.terminal.is_echoing:
            self.terminal._pieces.append(text + "\b" * back)
            self.terminal.flush()


def terminal_of(source: BinaryIO, sink: BinaryIO, charset: str, world: World) -> Terminal | None:
    """Return the terminal that both streams are, None if one of them is none."""
    found = world.host.terminal(source, sink)
    if found is None:
        return None
    number, name = found
    terminal = Terminal(name, number, sink, CHARSETS[charset], world)
    terminal.is_principal = True
    return terminal
