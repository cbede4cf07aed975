"""Devices without a position: a PIPE to a command, its standard error, and named pipes (FIFO)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

from bumps.errors import MError
from bumps.interp.confinement import Confinement, check
from bumps.interp.device import Device, Fact, Parameters
from bumps.interp.device_file import RECEIVED_SIZE_MAX, SequentialFile
from bumps.interp.device_input import Taken, Why
from bumps.interp.symbols import Value
from bumps.interp.values import to_number, to_text
from bumps.interp.world import World

CLOSE_TIMEOUT_S = 2.0
"""How long CLOSE waits for a command to end."""

STATUS_STILL_RUNNING = -99
SHELL_DEFAULT = "/bin/sh"
OPEN_DELAY_S = 0.05
"""How long OPEN of a FIFO for writing sleeps before it looks again for a reader."""

EBADF = 9


class Stream(SequentialFile):
    """Bytes that come and go through two descriptors, one of which may be closed (-1)."""

    def __init__(self, name: str, encoding: str, world: World, files: Confinement) -> None:
        """Make a stream that is not open yet."""
        super().__init__(name, encoding, world, files)
        self.reader = -1
        self.writer = -1
        self.has_line_feed_after_form_feed = False

    def write(self, text: str) -> None:
        """Write a text."""
        if not self.is_writable:
            raise self.error("DEVICEREADONLY")
        self.status = "0"
        Device.write(self, text)

    def new_line(self) -> None:
        """Write the format `!`."""
        if not self.is_writable:
            raise self.error("DEVICEREADONLY")
        Device.new_line(self)

    def form_feed(self) -> None:
        """Write the format `#`."""
        if not self.is_writable:
            raise self.error("DEVICEREADONLY")
        if self.x:
            self.end_record()
        self._pieces.append("\f")
        self.x = self.y = 0

    def send(self, data: bytes) -> None:
        """Write bytes; ENO9 after /EOF, ENO32 if nobody reads any more."""
        try:
            if self.writer < 0:
                raise OSError(EBADF, os.strerror(EBADF))
            view = memoryview(data)
            while view:
                view = view[self.world.host.write(self.writer, view) :]
        except OSError as error:
            raise self.os_error(error) from error

    def read_line(self, size: int | None, seconds: float | None = None) -> str:
        """Return the rest of the line, or at most `size` characters of it; what came of it in `seconds`."""
        self.begin_read()
        taken = self._fixed(size, seconds) if self.is_fixed else self.input.line(self.size_of(size), seconds)
        return self._note(taken)

    def read_character(self, seconds: float | None = None) -> int:
        """Return the code of the next character; a line feed is one, too."""
        self.begin_read()
        taken = self._fixed(1, seconds) if self.is_fixed else self.input.characters(1, seconds)
        if taken.text == "\n":
            taken = Taken(taken.text, Why.LINE)
        text = self._note(taken)
        return ord(text) if text else -1

    def begin_read(self) -> None:
        """Check that it can be read, and hand over what was written: the answer may depend on it."""
        if not self.is_readable:
            raise self.error("DEVICEWRITEONLY")
        if self.is_at_end:
            raise self.error("IOEOF")
        self.flush()

    def _receive(self, seconds: float | None) -> bytes | None:
        try:
            if not self.world.host.is_ready(self.reader, seconds):
                return None
            return self.world.host.read(self.reader, RECEIVED_SIZE_MAX)
        except OSError as error:
            raise self.os_error(error) from error

    def use_one(self, name: str, value: Value | None) -> None:
        """Take one parameter; those that move the position of a file mean nothing."""
        if name not in ("REWIND", "APPEND", "TRUNCATE", "SEEK", "INSEEK", "OUTSEEK", "FOLLOW", "NOFOLLOW"):
            super().use_one(name, value)

    def set_input_encoding(self, encoding: str) -> None:
        """Decode what is read in another encoding."""
        if not self.is_fixed:
            self.input.set_encoding(encoding)

    def close(self, parameters: Parameters) -> int | None:
        """Close both ways."""
        self.abandon()
        return None

    def abandon(self) -> None:
        """Close both ways; what could not be written is lost."""
        self._pieces.clear()
        for number in {self.reader, self.writer} - {-1}:
            self.world.host.close(number)
        self.reader = self.writer = -1

    def end_output(self) -> None:
        """End the record that was begun, and close the way out."""
        if self.writer < 0:
            return
        try:
            if self.x and self.is_output_begun:
                self.new_line()
            self.flush()
        finally:
            writer, self.writer = self.writer, -1
            self.world.host.close(writer)

    @property
    def is_output_begun(self) -> bool:
        """Whether the line that `x` counts is one that was written."""
        return self.is_writable


class Pipe(Stream):
    """A command of the shell: what is written is its input, what is read its output."""

    kind = "PIPE"

    def __init__(self, name: str, encoding: str, world: World, files: Confinement) -> None:
        """Make a pipe whose command does not run yet."""
        super().__init__(name, encoding, world, files)
        self.process = -1
        """The number of the process that the command runs in."""
        self.is_independent = False
        self.errors: Stream | None = None
        """The device of the command's standard error, if it has one."""
        self._last_was_write = False
        self._own_facts: list[str] = []

    def own_facts(self) -> list[str]:
        """Return the facts of ZSHOW that stand before STREAM."""
        return [*self._own_facts, *super().own_facts()]

    def open(self, parameters: Parameters) -> None:
        """Run the command. DEVOPENFAIL if there is none, or one that cannot be."""
        check(self.files.policy.has_pipes, "PIPE OPEN", ("--pipe",))
        command: str | None = None
        shell, errors = "", ""
        is_parsed = False
        for name, value in parameters:
            text = to_text(value or "")
            if name == "COMMAND":
                command = text
            elif name == "SHELL":
                shell = text
            elif name == "STDERR":
                errors = text
            elif name == "PARSE":
                is_parsed = True
            elif name == "INDEPENDENT":
                self.is_independent = True
            elif name == "READONLY":
                self.is_readable, self.is_writable = True, False
            elif name == "WRITEONLY":
                self.is_readable, self.is_writable = False, True
            elif name == "FIXED":
                self.is_fixed = True
            elif name == "STREAM":
                self.is_stream = True
            elif name == "EXCEPTION":
                self.exception = text
        texts = {"SHELL": shell, "COMMAND": command or "", "STDERR": errors}
        self._own_facts = [f'{name}="{text}"' for name, text in texts.items() if text]
        self._own_facts += [name for name, _ in parameters if name in ("PARSE", "INDEPENDENT")]
        if command is None:
            raise self.error("DEVOPENFAIL", self.name, text="Missing command string")
        if not command:
            raise self.error("DEVOPENFAIL", self.name, text="Command string has no value")
        shell = shell or self.world.environment.get("SHELL", SHELL_DEFAULT)
        path = self.world.host.which(shell)
        if path is None:
            raise self.error("DEVOPENFAIL", self.name, text=f"Invalid shell: {shell}")
        if is_parsed:
            self._parse(command)
        if self.is_fixed:
            self.input.set_encoding("latin-1")
        self.set_limit()
        self.use(parameters)
        self._start(path, command, errors)

    def _parse(self, command: str) -> None:
        """Refuse a command line in which a program is not found."""
        path = self.world.environment.get("PATH", os.defpath)
        for part in command.split("|"):
            words = part.split()
            if words and self.world.host.which(words[0], path) is None:
                raise self.error("DEVOPENFAIL", self.name, text=f"Invalid command string: {words[0]}")

    def _start(self, path: str, command: str, errors: str) -> None:
        try:
            self.process, self.writer, self.reader, reader = self.world.host.start(
                path,
                command.encode(self.database_encoding, "surrogateescape"),
                self.world.folder,
                self.world.environment,
                input=self.is_writable,
                output=self.is_readable,
                errors=bool(errors),
            )
        except (OSError, ValueError) as error:
            raise self.error("DEVOPENFAIL", self.name, text=str(error)) from error
        if reader >= 0:
            self.errors = Stream(errors, self.database_encoding, self.world, self.files)
            self.errors.is_writable = False
            self.errors.reader = reader

    def write(self, text: str) -> None:
        """Write a text."""
        self._last_was_write = True
        super().write(text)

    def begin_read(self) -> None:
        """Check that it can be read, and hand over what was written."""
        super().begin_read()
        self._last_was_write = False

    @property
    def is_output_begun(self) -> bool:
        """Whether the line that `x` counts is one that was written."""
        return self._last_was_write

    def control(self, name: str, facts: Sequence[Fact]) -> bool | None:
        """Write `/EOF`: the command sees the end of its input. It is the only mnemonic of a pipe."""
        if name != "EOF":
            raise self.error("INVCTLMNE")
        self.end_output()
        return None

    def close(self, parameters: Parameters) -> int:
        """Let the command see the end of its input, and wait for it; return its status, -99 if it still runs."""
        seconds = CLOSE_TIMEOUT_S
        for name, value in parameters:
            if name == "TIMEOUT":
                seconds = float(to_number(value or 0))
                if seconds <= 0:
                    raise self.error("DEVPARMTOOSMALL")
        assert self.process >= 0
        with contextlib.suppress(MError):
            # That nobody reads what was left is no failure of CLOSE: the status of the command says what happened.
            self.end_output()
        self.abandon()
        if self.is_independent:
            return 0
        status = self.world.host.status(self.process, seconds)
        return STATUS_STILL_RUNNING if status is None else status

    def abandon(self) -> None:
        """Close all descriptors; the command goes on or not, as it likes."""
        super().abandon()
        if self.errors is not None:
            self.errors.abandon()


class Fifo(Stream):
    """A named pipe."""

    kind = "FIFO"

    def open_fifo(self, parameters: Parameters, seconds: float | None) -> bool:
        """Make it if it is not there, and open it; return whether somebody read in time (only WRITEONLY waits)."""
        flags = os.O_RDWR
        is_made = False
        for name, value in parameters:
            if name == "READONLY":
                flags, self.is_writable = os.O_RDONLY, False
            elif name == "WRITEONLY":
                flags, self.is_readable = os.O_WRONLY, False
            elif name == "FIFO":
                is_made = True
            elif name == "EXCEPTION":
                self.exception = to_text(value or "")
        waiting = self.world.waiting(seconds)
        try:
            if is_made:
                self.files.make_fifo(self.name)
            while True:
                try:
                    number = self.files.open(self.name, flags)
                    break
                except OSError as error:
                    if error.errno != 6:  # ENXIO: nobody reads yet
                        raise
                    if not waiting.again(OPEN_DELAY_S):
                        return False
            self.world.host.set_blocking(number)
        except OSError as error:
            raise self.os_error(error) from error
        self.number = number
        self.reader = number if self.is_readable else -1
        self.writer = number if self.is_writable else -1
        self.use(parameters)
        return True

    def close(self, parameters: Parameters) -> int | None:
        """Hand over what is left, and close it; remove it with DELETE."""
        if self.is_writable and self._pieces:
            self.new_line()
        self.reader = self.writer = -1
        return SequentialFile.close(self, parameters)
