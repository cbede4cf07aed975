"""What devices ask of the operating system: files, commands, sockets, terminals. Handed in with the World.

H1. Devices, functions and commands of interp/ call the system through a Host, and in no other way: so a Run may be
    recorded, and replayed without the system (recording.py), and its time may be a virtual one (virtual_clock.py).
H2. What the system refuses is raised as it says it: OSError, and what `socket` makes of it.
H3. Its waits end when the Run must (waits.py); only the resolver of names cannot be interrupted.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol, cast

from bumps.interp.confinement import Confinement
from bumps.interp.waits import Waits
from bumps.policy import Policy

if TYPE_CHECKING:
    import socket
    import subprocess

    from bumps.interp.meter import Meter

RECEIVED_SIZE_MAX = 65536
WRITTEN_SIZE_MAX = 4096
"""So much may be written to whatever says that it can be written, without waiting: PIPE_BUF of Linux."""

LOOK_SECONDS = 0.05
"""So often who waits for a command looks whether the Run must end."""

SHELL = "/bin/sh"

Place = Any
"""The address of a socket, as Python has it: a path, or a tuple that begins with the host."""


class Channel(Protocol):
    """What devices use of a socket."""

    def settimeout(self, seconds: float | None, /) -> None:
        """Set how long `connect` may take."""

    def connect(self, place: Place, /) -> None:
        """Connect it."""

    def bind(self, place: Place, /) -> None:
        """Give it a place to listen at."""

    def listen(self, count: int, /) -> None:
        """Let so many wait to be accepted."""

    def accept(self) -> tuple[Channel, Place]:
        """Return a socket for who waits, and its address."""

    def getsockname(self) -> Place:
        """Return its own address."""

    def recv(self, size: int, /) -> bytes:
        """Return what has come: empty at the end."""

    def sendall(self, data: bytes, /) -> None:
        """Send bytes."""

    def setsockopt(self, level: int, option: int, value: int, /) -> None:
        """Set an option."""

    def fileno(self) -> int:
        """Return its descriptor."""

    def close(self) -> None:
        """Close it."""


class Command(NamedTuple):
    """A command that runs, and the descriptors of its streams; -1 for one that is not a pipe."""

    process: int
    input: int
    output: int
    errors: int


class Waiting:
    """How long something is tried again and again."""

    def __init__(
        self, seconds: float | None, elapsed: Callable[[], float], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Begin to wait so many seconds; None: as long as it takes."""
        self.elapsed = elapsed
        self.sleep = sleep
        self.deadline = None if seconds is None else elapsed() + max(seconds, 0)

    def left(self) -> float | None:
        """Return how many seconds are left; None: there is no end."""
        return None if self.deadline is None else max(self.deadline - self.elapsed(), 0.001)

    def again(self, delay: float) -> bool:
        """Sleep `delay` seconds; return whether it is to be tried again."""
        if self.deadline is not None and self.elapsed() >= self.deadline:
            return False
        self.sleep(delay)
        return True


class Host:
    """The operating system itself."""

    def __init__(self) -> None:
        """Start with no command running."""
        self._commands: dict[int, subprocess.Popen[bytes]] = {}
        self.waits = Waits()

    # The Run

    def measure(self, meter: Meter) -> None:
        """Take the meter of the machine that asks from now on."""
        self.waits.measure(meter)

    def hurry(self) -> None:
        """Wait no more, for anything: the Run is over."""
        self.waits.is_hurried = True

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.waits.sleep(seconds)

    # The principal device, and commands that are waited for

    def receive(self, source: BinaryIO, seconds: float | None) -> bytes | None:
        """Return what a stream has by now, waiting for it: empty at its end, None if nothing came in so many seconds.

        One in memory has all that will come.
        """
        number = _number_of(source) if seconds is not None or self.waits.are_watchful else None
        if number is not None and not self.waits.select((number,), (), seconds)[0]:
            return None
        return cast(io.BufferedReader, source).read1(RECEIVED_SIZE_MAX)

    def send(self, sink: BinaryIO, data: bytes) -> None:
        """Write to a stream, and hand all of it over."""
        number = _number_of(sink) if self.waits.are_watchful else None
        if number is None:
            sink.write(data)
            sink.flush()
            return
        for at in range(0, len(data), WRITTEN_SIZE_MAX):
            self.waits.to_write(number)
            sink.write(data[at : at + WRITTEN_SIZE_MAX])
            sink.flush()

    def run_command(self, command: str, folder: str) -> int:
        """Run a command in a shell, an interactive one if it is empty; return its status, or what signal ended it.

        A Run that must end kills it.
        """
        import subprocess  # not before somebody asks

        process = subprocess.Popen([SHELL, "-c", command] if command else [SHELL], cwd=folder)
        try:
            while self.waits.are_watchful:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return abs(process.wait(LOOK_SECONDS))
                self.waits.attend()
            return abs(process.wait())
        except BaseException:
            process.kill()
            process.wait()
            raise

    # Files by name

    def confine(self, policy: Policy, folder: str, environment: Mapping[str, str]) -> Confinement:
        """Return the files that a Run may reach."""
        return Confinement(policy, folder, environment)

    def is_folder(self, path: str) -> bool:
        """Return whether there is a folder."""
        return os.path.isdir(path)

    def exists(self, path: str) -> bool:
        """Return whether there is anything."""
        return os.path.exists(path)

    def contents(self, path: str) -> bytes | None:
        """Return what is in a file; None if there is none."""
        file = Path(path)
        return file.read_bytes() if file.is_file() else None

    def find(self, pattern: str, search: Callable[[], list[str]]) -> list[str]:
        """Return the names of files that `search`, for the pattern of a $ZSEARCH, finds."""
        return search()

    def which(self, name: str, path: str | None = None) -> str | None:
        """Return the file of a command; None if there is none."""
        import shutil  # it takes milliseconds

        return shutil.which(name, path=path)

    def unlink(self, path: str) -> None:
        """Remove a file."""
        os.unlink(path)

    def relative(self, path: str) -> str:
        """Return a path as it is from the folder of the process: it may be shorter."""
        return os.path.relpath(path)

    # Files that are open

    def read(self, number: int, size: int) -> bytes:
        """Return what can be read at the position: empty at the end."""
        return os.read(number, size)

    def write(self, number: int, data: bytes | memoryview) -> int:
        """Write at the position; return how many bytes went."""
        if not self.waits.are_watchful:
            return os.write(number, data)
        self.waits.to_write(number)
        return os.write(number, data[:WRITTEN_SIZE_MAX])

    def seek(self, number: int, offset: int, whence: int) -> int:
        """Set the position, and return it."""
        return os.lseek(number, offset, whence)

    def mode(self, number: int) -> int:
        """Return what sort of file it is, and its permissions."""
        return os.fstat(number).st_mode

    def size(self, number: int) -> int:
        """Return how many bytes are in it."""
        return os.fstat(number).st_size

    def set_mode(self, number: int, mode: int) -> None:
        """Set its permissions."""
        os.fchmod(number, mode)

    def set_blocking(self, number: int) -> None:
        """Let reads and writes wait."""
        os.set_blocking(number, True)

    def truncate(self, number: int, size: int) -> None:
        """Cut it."""
        os.ftruncate(number, size)

    def close(self, number: int) -> None:
        """Close it."""
        os.close(number)

    def is_terminal(self, number: int) -> bool:
        """Return whether it is a terminal."""
        return os.isatty(number)

    def sink(self, number: int) -> BinaryIO:
        """Return a stream that writes to it, and closes it in the end."""
        return open(number, "wb")

    # Waiting

    def is_ready(self, number: int, seconds: float | None) -> bool:
        """Return whether there is something to read, or the end, within so many seconds."""
        return bool(self.waits.select((number,), (), seconds)[0])

    def is_typed(self, number: int, seconds: float | None) -> bool:
        """Return whether somebody types something within so many seconds."""
        return bool(self.waits.select((number,), (), seconds)[0])

    def ready(
        self, reading: Sequence[Channel], writing: Sequence[Channel], seconds: float | None
    ) -> tuple[list[Channel], list[Channel]]:
        """Return the sockets that can be read, and those that can be written, waiting for the first one."""
        return self.waits.select(reading, writing, seconds)

    def waiting(self, seconds: float | None, elapsed: Callable[[], float], sleep: Callable[[float], None]) -> Waiting:
        """Begin to wait for something that can only be tried."""
        return Waiting(seconds, elapsed, sleep)

    def attempt(self, seconds: float | None, perform: Callable[[float | None], bool]) -> bool:
        """Do what may wait so many seconds: a LOCK. Return whether it was done in time."""
        return perform(seconds)

    # Processes

    def start(
        self, path: str, command: bytes, folder: str, environment: Mapping[str, str], *, input: bool, output: bool,
        errors: bool,
    ) -> Command:  # fmt: skip
        """Run a command of the shell `path` with pipes for those streams. OSError, ValueError: it cannot be run."""
        import subprocess  # not before somebody asks

        process = subprocess.Popen(
            [os.path.basename(path), "-c", command],
            executable=path,
            bufsize=0,
            stdin=subprocess.PIPE if input else subprocess.DEVNULL,
            stdout=subprocess.PIPE if output else None,
            stderr=subprocess.PIPE if errors else subprocess.STDOUT if output else None,
            cwd=folder,
            env=dict(environment),
        )
        numbers = []
        for stream in (process.stdin, process.stdout, process.stderr):
            numbers.append(-1 if stream is None else os.dup(stream.fileno()))
            if stream is not None:
                stream.close()
        self._commands[process.pid] = process
        return Command(process.pid, *numbers)

    def status(self, process: int, seconds: float) -> int | None:
        """Wait for a command; return its exit status, None if it still runs."""
        import subprocess

        deadline = time.monotonic() + seconds
        while True:
            left = 0 if self.waits.is_hurried else max(deadline - time.monotonic(), 0)
            try:
                found = self._commands[process].wait(min(left, LOOK_SECONDS) if self.waits.are_watchful else left)
            except subprocess.TimeoutExpired:
                self.waits.attend()
                if left == 0:
                    return None
            else:
                del self._commands[process]
                return found

    def is_alive(self, process: int) -> bool:
        """Return whether there is a process of that number."""
        try:
            os.kill(process, 0)  # signal 0 is none
        except PermissionError:
            return True
        except (ProcessLookupError, OverflowError):
            return False
        return True

    def times(self) -> tuple[float, ...]:
        """Return the seconds that this process, and those it waited for, have computed, as `os.times` has them."""
        return tuple(os.times())

    def memory_size(self) -> int:
        """Return the most memory that the process has had, in bytes."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    # Sockets

    def addresses(self, name: str, port: int) -> list[tuple[int, Place]]:
        """Return the family and the address of each place that a name stands for."""
        import socket

        return [(each[0], each[4]) for each in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]

    def channel(self, family: int) -> Channel:
        """Return a new socket."""
        import socket

        from bumps.interp.channels import HostSocket

        return HostSocket.of(self.waits, socket.socket(family, socket.SOCK_STREAM))

    def any_channel(self) -> Channel:
        """Return a new socket for both versions of IP, where the system has the new one."""
        import socket

        from bumps.interp.channels import HostSocket

        if socket.has_dualstack_ipv6():
            channel = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
            channel.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        else:
            channel = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return HostSocket.of(self.waits, channel)

    def is_local(self, channel: Channel) -> bool:
        """Return whether it is a socket of this machine, which can carry others."""
        import socket

        return _socket(channel).family == socket.AF_UNIX

    def peer(self, channel: Channel) -> str:
        """Return the address of the other side; empty if nobody knows."""
        try:
            place = _socket(channel).getpeername()
        except OSError:
            return ""
        return place if isinstance(place, str) else str(place[0])

    def peer_process(self, channel: Channel) -> int:
        """Return the process at the other side of a local socket."""
        import socket
        import struct

        size = struct.calcsize("3i")
        process, _, _ = struct.unpack("3i", _socket(channel).getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
        return int(process)

    def send_channels(self, channel: Channel, data: bytes, channels: Sequence[Channel]) -> None:
        """Send sockets over a local one, with some bytes."""
        import socket

        socket.send_fds(_socket(channel), [data], [each.fileno() for each in channels])

    def receive_channels(self, channel: Channel, size: int, count: int) -> tuple[bytes, list[Channel]]:
        """Return the bytes and the sockets that were sent together; none at the end."""
        import socket

        from bumps.interp.channels import HostSocket

        data, numbers, _, _ = socket.recv_fds(_socket(channel), size, count)
        return data, [HostSocket.of(self.waits, socket.socket(fileno=number)) for number in numbers]

    def number_of(self, channel: Channel) -> int:
        """Return the descriptor that ZSHOW tells of a socket."""
        return channel.fileno()

    # Terminals

    def terminal(self, source: BinaryIO, sink: BinaryIO) -> tuple[int, str] | None:
        """Return the descriptor and the name of the terminal that both streams are; None if one of them is none."""
        try:
            number = source.fileno()
            if not (os.isatty(number) and os.isatty(sink.fileno())):
                return None
            return number, os.ttyname(number)
        except (OSError, ValueError):
            return None

    def terminal_size(self, number: int) -> tuple[int, int]:
        """Return columns and lines; 0 and 0 if nobody knows."""
        try:
            columns, lines = os.get_terminal_size(number)
        except OSError:
            return 0, 0
        return columns, lines

    def terminal_modes(self, number: int) -> list[Any] | None:
        """Return the modes of a terminal (`termios`); None if this thread and process may not change them."""
        import termios
        import threading

        if threading.current_thread() is not threading.main_thread():
            return None
        try:
            if os.tcgetpgrp(number) != os.getpgrp():
                return None  # in the background: the system would stop it
            return termios.tcgetattr(number)
        except (OSError, termios.error):
            return None  # it is not the terminal of this session, or it is gone

    def set_terminal_modes(self, number: int, modes: list[Any]) -> None:
        """Set the modes of a terminal, unless it is gone."""
        import termios

        with contextlib.suppress(termios.error):
            termios.tcsetattr(number, termios.TCSADRAIN, modes)

    def drop_typed(self, number: int) -> None:
        """Forget what was typed ahead."""
        import termios

        with contextlib.suppress(termios.error):
            termios.tcflush(number, termios.TCIFLUSH)


def _socket(channel: Channel) -> socket.socket:
    return cast("socket.socket", channel)


def _number_of(stream: BinaryIO) -> int | None:
    """Return the descriptor of a stream; None for one in memory."""
    try:
        return stream.fileno()
    except OSError:
        return None
