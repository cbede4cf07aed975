"""Sequential files: lines, or records of a fixed size, with a position that READ and WRITE share.

F1. A READ begins at the byte behind what the last READ took, wherever the buffer ends; so does a WRITE, which
    overwrites what is there and nothing else.
F2. A record that was begun is ended (by a line feed, or by spaces if it is FIXED) before a READ and by CLOSE.
F3. The READ that meets the end gives "" and sets $ZEOF; the next one raises IOEOF. REWIND, SEEK and WRITE forget it.
F4. FIXED: a record is RECORDSIZE bytes without a line end, whatever the encoding.
"""

from __future__ import annotations

import os
import stat

from bumps.interp.confinement import NEW_FILE_MODE, NULL, Confinement
from bumps.interp.device import Device, Parameters
from bumps.interp.device_input import Input, Taken, Why, bad_character, error_handler
from bumps.interp.symbols import Value
from bumps.interp.values import to_text
from bumps.interp.world import World

RECEIVED_SIZE_MAX = 65536
FOLLOW_DELAY_S = 0.05
"""How long a READ of a file with FOLLOW sleeps before it looks again."""

PROTECTION = {"OWNER": 0o700, "SYSTEM": 0o700, "GROUP": 0o070, "WORLD": 0o007}
PERMISSIONS = {"R": 0o444, "W": 0o222, "X": 0o111, "D": 0}
BYTE_ORDER_MARK = "\ufeff"


class SequentialFile(Device):
    """A file that is open."""

    def __init__(self, name: str, encoding: str, world: World, files: Confinement) -> None:
        """Make a file that is not open yet."""
        super().__init__(name, encoding, world)
        self.files = files
        self.number = -1
        """The descriptor."""
        self.is_fixed = False
        self.is_readable = self.is_writable = True
        self.is_follow = False
        self.has_line_feed_after_form_feed = True
        self.is_writing = False
        """Whether the last operation was a WRITE: then the system's position is right, else the buffer is ahead."""
        self.input = Input(self._receive, encoding, world.elapsed)
        self._record = ""
        """What is left of the record of a FIXED file."""

    # Opening

    def open(self, parameters: Parameters) -> None:
        """Open the file as the parameters of OPEN say, which are then those of USE."""
        flags = os.O_RDWR | os.O_CREAT
        is_new = False
        for name, value in parameters:
            if name == "READONLY":
                flags = os.O_RDONLY
            elif name == "WRITEONLY":
                flags = os.O_WRONLY | os.O_CREAT
            elif name == "NOREADONLY":
                flags = os.O_RDWR | os.O_CREAT
            elif name == "NEWVERSION":
                is_new = True
            elif name == "FIXED":
                self.is_fixed = True
            elif name in ("STREAM", "VARIABLE"):
                self.is_fixed = False
                self.is_stream = name == "STREAM"
            elif name == "EXCEPTION":
                self.exception = to_text(value or "")
        access = flags & os.O_ACCMODE
        self.is_readable = access != os.O_WRONLY
        self.is_writable = access != os.O_RDONLY
        if is_new and self.is_writable:
            flags |= os.O_TRUNC
        self.set_limit()
        mode = self._mode(parameters)
        try:
            self.number = self.files.open(self.name, flags, NEW_FILE_MODE)
        except IsADirectoryError as error:
            raise self.error("GTMEISDIR", self.name) from error
        except OSError as error:
            raise self.os_error(error) from error
        try:
            self.accept(self.world.host.mode(self.number))
            if mode is not None and is_new:
                self.world.host.set_mode(self.number, mode)
            self.use(parameters)
        except BaseException:
            self.world.host.close(self.number)
            raise

    def accept(self, mode: int) -> None:
        """Take the file that was opened, or refuse it by what it is."""
        if stat.S_ISDIR(mode):
            raise self.error("GTMEISDIR", self.name)
        self.world.host.set_blocking(self.number)
        if self.is_fixed:
            self.input.set_encoding("latin-1")

    def _mode(self, parameters: Parameters) -> int | None:
        """Return the permissions that OWNER, GROUP and WORLD say, None if none of them does."""
        given = [(PROTECTION[name], to_text(value or "").upper()) for name, value in parameters if name in PROTECTION]
        if not given:
            return None
        mode = 0o644
        for mask, letters in given:
            mode &= ~mask
            for letter in letters:
                if letter not in PERMISSIONS:
                    raise self.error("DEVPARPROT")
                mode |= mask & PERMISSIONS[letter]
        return mode

    # Output

    def write(self, text: str) -> None:
        """Write a text."""
        if not self.is_writing:
            self._begin_writing()
        super().write(text)

    def new_line(self) -> None:
        """Write the format `!`."""
        if not self.is_writing:
            self._begin_writing()
        super().new_line()

    def form_feed(self) -> None:
        """Write the format `#`: the line that was begun ends, and a record holds the form feed."""
        if not self.is_writing:
            self._begin_writing()
        if self.x:
            self.end_record()
        self.x = 0
        self._pieces.append("\f")
        if self.has_line_feed_after_form_feed or self.is_fixed:
            self.x = 1
            self.end_record()
        self.x = self.y = 0

    def end_record(self) -> None:
        """Put a line feed into the output, or the spaces that a record of fixed size lacks."""
        if self.is_fixed:
            self._pieces.append(" " * self.room(""))
        else:
            super().end_record()

    def room(self, text: str) -> int:
        """Return how many characters of a text fit in the record (F4); of none: how many bytes."""
        if not self.is_fixed or self.encoding == "latin-1":
            return super().room(text)
        handler = error_handler(self.encoding)
        # A record is never longer than `width`, so this begun one is in the pieces since the last flush at most.
        left = self.width - len("".join(self._pieces[self._record_start() :]).encode(self.encoding, handler))
        if not text:
            return left
        count = 0
        for character in text[:left]:
            left -= len(character.encode(self.encoding, handler))
            if left < 0:
                break
            count += 1
        return count

    def _record_start(self) -> int:
        """Return the index of the piece that the record begins with: `x` characters back."""
        count, index = self.x, len(self._pieces)
        while count > 0 and index > 0:
            index -= 1
            count -= len(self._pieces[index])
        return index

    def flush(self) -> None:
        """Hand everything to the system, but not a begun record of multi-byte characters: its size is not known yet."""
        if self.is_fixed and self.encoding != "latin-1" and self.x:
            return
        super().flush()

    def send(self, data: bytes) -> None:
        """Write bytes at the position."""
        try:
            if self.has_mark and self.world.host.seek(self.number, 0, os.SEEK_CUR) == 0:
                data = BYTE_ORDER_MARK.encode(self.encoding) + data
            view = memoryview(data)
            while view:
                view = view[self.world.host.write(self.number, view) :]
        except OSError as error:
            raise self.os_error(error) from error

    def _begin_writing(self) -> None:
        """Go from reading to writing: to where the last READ ended (F1)."""
        if not self.is_writable:
            raise self.error("DEVICEREADONLY")
        self._move(0, os.SEEK_CUR)
        self.is_writing = True
        self.status = "0"

    def _move(self, offset: int, whence: int) -> None:
        """Set the position, in bytes, and forget what was read ahead. What cannot seek stays where it is."""
        ahead = self.unread_size()
        self.input.drop()
        self._record = ""
        self.is_at_end = False
        if whence == os.SEEK_CUR:
            offset -= ahead
            if not offset:
                return
        try:
            self.world.host.seek(self.number, offset, whence)
        except OSError as error:
            if error.errno != 29:  # ESPIPE: a terminal, /dev/zero
                raise self.os_error(error) from error

    def unread_size(self) -> int:
        """Return how many bytes were read and not taken."""
        return self.input.unread_size() + len(self._record.encode(self.encoding, error_handler(self.encoding)))

    # Input

    def read_line(self, size: int | None, seconds: float | None = None) -> str:
        """Return the rest of the line or record, or at most `size` characters of it."""
        self._begin_reading()
        taken = self._fixed(size, seconds) if self.is_fixed else self.input.line(self.size_of(size), seconds)
        return self._note(taken)

    def read_character(self, seconds: float | None = None) -> int:
        """Return the code of the next character; a line feed is one, too."""
        self._begin_reading()
        taken = self._fixed(1, seconds) if self.is_fixed else self.input.characters(1, seconds)
        if taken.text == "\n":
            taken = Taken(taken.text, Why.LINE)
        text = self._note(taken)
        return ord(text) if text else -1

    def size_of(self, size: int | None) -> int:
        """Return how many characters a READ takes: no more than a record has."""
        return self.width if size is None else size

    def _note(self, taken: Taken) -> str:
        if taken.why is Why.END and self.is_at_end:
            raise self.error("IOEOF")
        self.moved(taken)
        return self.note(taken)

    def _begin_reading(self) -> None:
        """Go from writing to reading (F2)."""
        if not self.is_readable:
            raise self.error("DEVICEWRITEONLY")
        if self.is_writing:
            self.end_writing()
        if self.is_at_end and not self.is_follow:
            raise self.error("IOEOF")

    def end_writing(self) -> None:
        """End the record that was begun, and hand everything to the system."""
        if self.x:
            self.new_line()
        self.flush()
        self.is_writing = False

    def _fixed(self, size: int | None, seconds: float | None) -> Taken:
        """Take the rest of a record, or at most `size` characters of it (F4)."""
        if not self._record:
            taken = self.input.characters(self.width, seconds)
            if taken.why is Why.END or not taken.text:
                return taken
            try:
                self._record = taken.text.encode("latin-1").decode(self.encoding, error_handler(self.encoding))
            except UnicodeDecodeError as error:  # a record ends in half a character
                raise self.failure(bad_character(error)) from error
        text = self._record if size is None else self._record[:size]
        self._record = self._record[len(text) :]
        return Taken(text, Why.FULL if self._record else Why.LINE)

    def _receive(self, seconds: float | None) -> bytes | None:
        """Read what there is; with FOLLOW wait for more at the end."""
        waiting = self.world.waiting(seconds) if self.is_follow else None
        try:
            while True:
                is_start = self.encoding != "latin-1" and self.world.host.seek(self.number, 0, os.SEEK_CUR) == 0
                data = self.world.host.read(self.number, RECEIVED_SIZE_MAX)
                if data or waiting is None:
                    return self._without_mark(data) if is_start else data
                if not waiting.again(FOLLOW_DELAY_S):
                    return None
        except OSError as error:
            raise self.os_error(error) from error

    def _without_mark(self, data: bytes) -> bytes:
        """Return the first bytes of a file without a byte order mark."""
        mark = BYTE_ORDER_MARK.encode(self.input.encoding) if not self.is_fixed else b""
        if self.input.encoding == "utf-16-be" and data.startswith(b"\xff\xfe"):
            self.input.set_encoding("utf-16-le")
            mark = b"\xff\xfe"
        return data.removeprefix(mark)

    # Parameters

    def use_one(self, name: str, value: Value | None) -> None:
        """Take one parameter of OPEN or USE."""
        if name == "REWIND":
            self.flush()
            self._move(0, os.SEEK_SET)
            self.x = self.y = 0
            self.is_writing = False
        elif name == "APPEND":
            self.flush()
            self._move(0, os.SEEK_END)
            self.is_writing = False
        elif name == "TRUNCATE":
            self._truncate()
        elif name in ("SEEK", "INSEEK", "OUTSEEK"):
            self._seek(to_text(value or ""))
        elif name == "FOLLOW" or name == "NOFOLLOW":
            self.is_follow = name == "FOLLOW"
        elif name == "FFLF" or name == "NOFFLF":
            self.has_line_feed_after_form_feed = name == "FFLF"
        else:
            super().use_one(name, value)

    def _truncate(self) -> None:
        """Cut the file at the position."""
        if not self.is_writable:
            raise self.error("DEVICEREADONLY")
        self.flush()
        self._move(0, os.SEEK_CUR)
        try:
            self.world.host.truncate(self.number, self.world.host.seek(self.number, 0, os.SEEK_CUR))
        except OSError as error:
            if error.errno not in (22, 29):  # EINVAL, ESPIPE: it has no size
                raise self.os_error(error) from error

    def _seek(self, text: str) -> None:
        """Set the position: bytes or fixed records from the start; with a sign, from where it is."""
        digits = text[1:] if text[:1] in ("+", "-") else text
        if not (digits.isascii() and digits.isdigit()):
            raise self.error("SDSEEKERR", f"SEEK value {text} invalid.")
        self.flush()
        unit = self.width if self.is_fixed else 1
        offset = int(text) * unit
        try:
            here = self.world.host.seek(self.number, 0, os.SEEK_CUR) - self.unread_size()
            end = self.world.host.size(self.number)
        except OSError as error:
            raise self.os_error(error) from error
        target = here + offset if text[0] in "+-" else offset
        self._move(min(max(target, 0), end), os.SEEK_SET)
        self.is_writing = False
        self.x = 0

    def set_limit(self) -> None:
        """Set where the fast path of `write` ends: nowhere, if bytes must be counted (F4)."""
        super().set_limit()
        if self.is_fixed and self.encoding != "latin-1":
            self.limit = -1

    def set_input_encoding(self, encoding: str) -> None:
        """Decode what is read in another encoding, from the position on."""
        if not self.is_fixed:
            self._move(0, os.SEEK_CUR)
            self.input.set_encoding(encoding)

    def own_facts(self) -> list[str]:
        """Return the facts of ZSHOW that stand before STREAM."""
        return ["FIXED"] if self.is_fixed else []

    def more_facts(self) -> list[str]:
        """Return the facts of ZSHOW that stand behind STREAM."""
        facts = ["FOLLOW"] if self.is_follow else []
        return facts if self.is_writable else [*facts, "READ"]

    def facts(self) -> str:
        """Return how it was opened, as ZSHOW writes it: of /dev/null nothing."""
        return "" if self.name == NULL else super().facts()

    # The end

    def close(self, parameters: Parameters) -> int | None:
        """End the record that was begun, remove or rename the file, and close it; after a failure it is still open."""
        if self.is_writing:
            self.end_writing()
        for name, value in parameters:
            try:
                if name == "DELETE":
                    self.files.remove(self.name)
                elif name == "RENAME" or name == "REPLACE":
                    self.files.rename(self.name, to_text(value or ""), is_replacing=name == "REPLACE")
            except OSError as error:
                raise self.os_error(error) from error
        self.world.host.close(self.number)
        return None

    def abandon(self) -> None:
        """Close the file whatever happened: what could not be written is lost."""
        self._pieces.clear()
        self.world.host.close(self.number)
