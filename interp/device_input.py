"""Input of a device: bytes as they come, taken as lines, characters or so many of them, with a deadline."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from bumps.errors import MError
from bumps.interp.codes import merror

Receive = Callable[[float | None], bytes | None]
"""Returns what has come, waiting so many seconds: empty at the end, None if nothing came."""

SURROGATE_ESCAPE = "surrogateescape"
LINE_ENDS = ("\n",)


class Why(Enum):
    """Why a READ is over."""

    LINE = "its terminator came"
    FULL = "it has as many characters as it asked for"
    EXPIRED = "the time is over"
    END = "the input is over"


class Taken(NamedTuple):
    """What a READ took."""

    text: str
    why: Why
    end: str = ""
    """The terminator."""


class Input:
    """What has come and was not taken yet."""

    def __init__(self, receive: Receive, encoding: str, elapsed: Callable[[], float]) -> None:
        """Read through `receive`; `elapsed` is the clock of deadlines."""
        self.receive = receive
        self.elapsed = elapsed
        self.text = ""
        self.at = 0
        """Where in `text` that begins which was not taken."""
        self.set_encoding(encoding)

    def set_encoding(self, encoding: str) -> None:
        """Decode what comes from now on in another encoding."""
        self.encoding = encoding
        self.decoder = codecs.getincrementaldecoder(encoding)(error_handler(encoding))

    @property
    def has_text(self) -> bool:
        """Whether something has come that was not taken."""
        return self.at < len(self.text)

    def drop(self) -> None:
        """Forget what was not taken."""
        self.text = ""
        self.at = 0
        self.decoder.reset()

    def unread_size(self) -> int:
        """Return how many bytes have come that were not taken."""
        pending = len(self.decoder.getstate()[0])
        return pending + len(self.text[self.at :].encode(self.encoding, error_handler(self.encoding)))

    def line(self, size: int | None, seconds: float | None, ends: Sequence[str] = LINE_ENDS) -> Taken:
        """Take up to the first of `ends`, at most `size` characters, within `seconds`.

        What came before the time was over is taken. If the input ends without a terminator, what is left is a line.
        """
        find = LINE if ends == LINE_ENDS else finder(ends)
        looked = at = self.at
        start, stop = find(self.text, at)
        if start >= 0 and (size is None or start - at < size):  # as most READs are
            self.at = stop
            return Taken(self.text[at:start], Why.LINE, self.text[start:stop])
        deadline = None if seconds is None else self.elapsed() + max(seconds, 0)
        while True:
            start, stop = find(self.text, looked)
            if size is not None and len(self.text) - self.at >= size and (start < 0 or start - self.at >= size):
                return self._taken(self.at + size, self.at + size, Why.FULL)
            if start >= 0:
                return self._taken(start, stop, Why.LINE)
            looked = max(len(self.text) - max(map(len, ends), default=1) + 1, self.at)
            old = self.at
            why = self._more(deadline)
            looked -= old - self.at
            if why is not None:
                is_line = why is Why.END and self.has_text
                return self._taken(len(self.text), len(self.text), Why.LINE if is_line else why)

    def burst(self, size: int, seconds: float | None, more_seconds: float) -> Taken:
        """Take what comes until nothing more comes within `more_seconds`, at most `size` characters."""
        deadline = None if seconds is None else self.elapsed() + max(seconds, 0)
        while len(self.text) - self.at < size:
            why = self._more(self.elapsed() + (more_seconds if seconds != 0 else 0) if self.has_text else deadline)
            if why is not None:
                if not self.has_text:
                    return Taken("", why)
                break
        stop = min(self.at + size, len(self.text))
        return self._taken(stop, stop, Why.FULL)

    def characters(self, size: int, seconds: float | None = None) -> Taken:
        """Take `size` characters whatever they are, fewer at the end of the input or of the time."""
        taken = self.line(size, seconds, ())
        return taken

    def _taken(self, stop: int, after: int, why: Why) -> Taken:
        taken = Taken(self.text[self.at : stop], why, self.text[stop:after])
        self.at = after
        return taken

    def _more(self, deadline: float | None) -> Why | None:
        """Wait for more text; return why there is none, or None."""
        wait = None if deadline is None else max(deadline - self.elapsed(), 0)
        data = self.receive(wait)
        if data is None:
            return Why.EXPIRED
        try:
            text = self.decoder.decode(data, not data)
        except UnicodeDecodeError as error:  # half a character of UTF-16
            self.decoder.reset()
            raise bad_character(error) from error
        self.text = self.text[self.at :] + text
        self.at = 0
        return None if data else Why.END


def bad_character(error: UnicodeDecodeError) -> MError:
    """Return the error of bytes that are no character: BADCHAR."""
    bad = ",".join(str(byte) for byte in error.object[error.start : error.end])
    return merror("BADCHAR", bad, error.encoding.upper())


def error_handler(encoding: str) -> str:
    """Return how bytes are kept that are no character of an encoding."""
    return "surrogatepass" if encoding.startswith("utf-16") else SURROGATE_ESCAPE


def finder(ends: Sequence[str]) -> Callable[[str, int], tuple[int, int]]:
    """Return what finds the first terminator in a text from a position on: (start, end), (-1, -1) if there is none."""
    if not ends:
        return lambda text, at: (-1, -1)
    if len(ends) == 1:
        (only,) = ends

        def find_one(text: str, at: int) -> tuple[int, int]:
            start = text.find(only, at)
            return start, start + len(only)

        return find_one
    search = re.compile("|".join(re.escape(end) for end in ends)).search

    def find_any(text: str, at: int) -> tuple[int, int]:
        found = search(text, at)
        return (found.start(), found.end()) if found else (-1, -1)

    return find_any


LINE = finder(LINE_ENDS)
"""What finds the end of a line."""
