"""An operating system whose answers go through a log: each method asks, and says in which form it is written down.

Answers are what JSON has, and bytes. What a program writes to files, commands and sockets is not an answer: of long
pieces a record keeps the size, the digest and the start, which is enough to see that a replay writes the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from bumps.errors import MError
from bumps.interp.confinement import NEW_FILE_MODE, Confinement
from bumps.interp.host import Channel, Command, Host, Place, Waiting
from bumps.policy import Policy

if TYPE_CHECKING:
    from bumps.interp.meter import Meter

BRIEF_SIZE = 80
"""Pieces of at most so many bytes are written down as they are."""


class Ask(Protocol):
    """How a log is asked (recording.Log.ask)."""

    def __call__(self, what: str, asked: list[Any], perform: Callable[[], Any], /) -> Any:
        """Return the answer; `perform` asks the world."""


class TracedHost(Host):
    """The operating system `inner`, as a log has it."""

    def __init__(self, ask: Ask, inner: Host, *, is_live: bool) -> None:
        """Answer through `ask`; only if `is_live` is there a system behind it."""
        super().__init__()
        self._ask = ask
        self._inner = inner
        self._is_live = is_live
        self._channel_count = 0
        self.written: set[str] = set()
        """The files that the program opened to write them, or gave a new name."""

    # Files by name

    def confine(self, policy: Policy, folder: str, environment: Mapping[str, str]) -> Confinement:
        """Return the files that a Run may reach."""
        inner = self._inner.confine(policy, folder, environment) if self._is_live else None
        return TracedConfinement(self, self._ask, inner, policy, folder, environment)

    def is_folder(self, path: str) -> bool:
        """Return whether there is a folder."""
        return cast(bool, self._ask("is_folder", [path], lambda: self._inner.is_folder(path)))

    def exists(self, path: str) -> bool:
        """Return whether there is anything."""
        return cast(bool, self._ask("exists", [path], lambda: self._inner.exists(path)))

    def contents(self, path: str) -> bytes | None:
        """Return what is in a file."""
        return cast("bytes | None", self._ask("contents", [path], lambda: self._inner.contents(path)))

    def find(self, pattern: str, search: Callable[[], list[str]]) -> list[str]:
        """Return the names of files that a search finds."""
        return cast("list[str]", self._ask("search", [pattern], lambda: self._inner.find(pattern, search)))

    def which(self, name: str, path: str | None = None) -> str | None:
        """Return the file of a command."""
        return cast("str | None", self._ask("which", [name, path], lambda: self._inner.which(name, path)))

    def unlink(self, path: str) -> None:
        """Remove a file."""
        self._ask("unlink", [path], lambda: self._inner.unlink(path))

    def relative(self, path: str) -> str:
        """Return a path as it is from the folder of the process."""
        return cast(str, self._ask("relative", [path], lambda: self._inner.relative(path)))

    # Files that are open

    def read(self, number: int, size: int) -> bytes:
        """Return what can be read at the position."""
        return cast(bytes, self._ask("read", [number, size], lambda: self._inner.read(number, size)))

    def write(self, number: int, data: bytes | memoryview) -> int:
        """Write at the position; return how many bytes went."""
        return cast(int, self._ask("write", [number, *brief(data)], lambda: self._inner.write(number, data)))

    def seek(self, number: int, offset: int, whence: int) -> int:
        """Set the position, and return it."""
        return cast(int, self._ask("seek", [number, offset, whence], lambda: self._inner.seek(number, offset, whence)))

    def mode(self, number: int) -> int:
        """Return what sort of file it is."""
        return cast(int, self._ask("mode", [number], lambda: self._inner.mode(number)))

    def size(self, number: int) -> int:
        """Return how many bytes are in it."""
        return cast(int, self._ask("size", [number], lambda: self._inner.size(number)))

    def set_mode(self, number: int, mode: int) -> None:
        """Set its permissions."""
        self._ask("set_mode", [number, mode], lambda: self._inner.set_mode(number, mode))

    def set_blocking(self, number: int) -> None:
        """Let reads and writes wait."""
        self._ask("set_blocking", [number], lambda: self._inner.set_blocking(number))

    def truncate(self, number: int, size: int) -> None:
        """Cut it."""
        self._ask("truncate", [number, size], lambda: self._inner.truncate(number, size))

    def close(self, number: int) -> None:
        """Close it."""
        self._ask("close", [number], lambda: self._inner.close(number))

    def is_terminal(self, number: int) -> bool:
        """Return whether it is a terminal."""
        return cast(bool, self._ask("is_terminal", [number], lambda: self._inner.is_terminal(number)))

    def sink(self, number: int) -> BinaryIO:
        """Return a stream that writes to it."""
        return cast(BinaryIO, TracedSink(self, number))

    # Waiting

    def is_ready(self, number: int, seconds: float | None) -> bool:
        """Return whether there is something to read."""
        return cast(bool, self._ask("is_ready", [number, seconds], lambda: self._inner.is_ready(number, seconds)))

    def is_typed(self, number: int, seconds: float | None) -> bool:
        """Return whether somebody types something."""
        return cast(bool, self._ask("is_typed", [number, seconds], lambda: self._inner.is_typed(number, seconds)))

    def ready(
        self, reading: Sequence[Channel], writing: Sequence[Channel], seconds: float | None
    ) -> tuple[list[Channel], list[Channel]]:
        """Return the sockets that can be read, and those that can be written."""
        readers, writers = cast("list[TracedChannel]", reading), cast("list[TracedChannel]", writing)

        def perform() -> list[list[int]]:
            found = self._inner.ready([each.inner for each in readers], [each.inner for each in writers], seconds)
            return [
                [each.number for each in channels if each.inner in ready]
                for channels, ready in zip((readers, writers), found)
            ]

        asked = [[each.number for each in readers], [each.number for each in writers], seconds]
        readable, writable = self._ask("ready", asked, perform)
        return [each for each in readers if each.number in readable], [
            each for each in writers if each.number in writable
        ]

    def measure(self, meter: Meter) -> None:
        """Take the meter of a machine."""
        if self._is_live:
            self._inner.measure(meter)

    def hurry(self) -> None:
        """Wait no more: the Run is over."""
        if self._is_live:
            self._inner.hurry()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._ask("sleep", [seconds], lambda: self._inner.sleep(seconds))

    def receive(self, source: BinaryIO, seconds: float | None) -> bytes | None:
        """Return what a stream has by now."""
        return cast("bytes | None", self._ask("receive", [seconds], lambda: self._inner.receive(source, seconds)))

    def send(self, sink: BinaryIO, data: bytes) -> None:
        """Write to a stream, which itself is written down, or compared (recording.TracedOutput)."""
        if self._is_live:
            self._inner.send(sink, data)
        else:
            sink.write(data)
            sink.flush()

    def waiting(self, seconds: float | None, elapsed: Callable[[], float], sleep: Callable[[float], None]) -> Waiting:
        """Begin to wait for something that can only be tried."""
        return TracedWaiting(self._ask, seconds, lambda: self._inner.waiting(seconds, elapsed, sleep))

    def attempt(self, seconds: float | None, perform: Callable[[float | None], bool]) -> bool:
        """Do what may wait for another thread: whoever asks for it writes down whether it was in time."""
        return self._inner.attempt(seconds, perform)

    # Processes

    def run_command(self, command: str, folder: str) -> int:
        """Run a command in a shell, and wait for it."""
        return cast(int, self._ask("command", [command, folder], lambda: self._inner.run_command(command, folder)))

    def start(
        self, path: str, command: bytes, folder: str, environment: Mapping[str, str], *, input: bool, output: bool,
        errors: bool,
    ) -> Command:  # fmt: skip
        """Run a command of the shell."""

        def perform() -> list[int]:
            return [*self._inner.start(path, command, folder, environment, input=input, output=output, errors=errors)]

        return Command(*self._ask("start", [path, *brief(command), folder, input, output, errors], perform))

    def status(self, process: int, seconds: float) -> int | None:
        """Wait for a command; return its exit status."""
        return cast("int | None", self._ask("status", [process, seconds], lambda: self._inner.status(process, seconds)))

    def is_alive(self, process: int) -> bool:
        """Return whether there is a process of that number."""
        return cast(bool, self._ask("is_alive", [process], lambda: self._inner.is_alive(process)))

    def times(self) -> tuple[float, ...]:
        """Return how long this process has computed."""
        return tuple(self._ask("times", [], lambda: [*self._inner.times()]))

    def memory_size(self) -> int:
        """Return the most memory that the process has had."""
        return cast(int, self._ask("memory_size", [], self._inner.memory_size))

    # Sockets

    def addresses(self, name: str, port: int) -> list[tuple[int, Place]]:
        """Return the family and the address of each place that a name stands for."""

        def perform() -> list[list[Any]]:
            return [[int(family), plain(place)] for family, place in self._inner.addresses(name, port)]

        found = self._ask("addresses", [name, port], perform)
        return [(family, tuple(place) if isinstance(place, list) else place) for family, place in found]

    def channel(self, family: int) -> Channel:
        """Return a new socket."""
        return self._traced("channel", [int(family)], lambda: self._inner.channel(family))

    def any_channel(self) -> Channel:
        """Return a new socket for both versions of IP."""
        return self._traced("any_channel", [], self._inner.any_channel)

    def _traced(self, what: str, asked: list[Any], perform: Callable[[], Channel]) -> Channel:
        made: list[Channel] = []
        self._ask(what, asked, lambda: made.append(perform()))
        return self.adopt(made[0] if made else None)

    def adopt(self, inner: Channel | None) -> TracedChannel:
        """Return a socket with the next number; a replay has none behind it."""
        self._channel_count += 1
        return TracedChannel(self, self._ask, inner, self._channel_count)

    def is_local(self, channel: Channel) -> bool:
        """Return whether it is a socket of this machine."""
        traced = cast(TracedChannel, channel)
        return cast(bool, self._ask("is_local", [traced.number], lambda: self._inner.is_local(traced.inner)))

    def peer(self, channel: Channel) -> str:
        """Return the address of the other side."""
        traced = cast(TracedChannel, channel)
        return cast(str, self._ask("peer", [traced.number], lambda: self._inner.peer(traced.inner)))

    def peer_process(self, channel: Channel) -> int:
        """Return the process at the other side of a local socket."""
        traced = cast(TracedChannel, channel)
        return cast(int, self._ask("peer_process", [traced.number], lambda: self._inner.peer_process(traced.inner)))

    def send_channels(self, channel: Channel, data: bytes, channels: Sequence[Channel]) -> None:
        """Send sockets over a local one."""
        traced, sent = cast(TracedChannel, channel), cast("Sequence[TracedChannel]", channels)

        def perform() -> None:
            self._inner.send_channels(traced.inner, data, [each.inner for each in sent])

        self._ask("send_channels", [traced.number, *brief(data), [each.number for each in sent]], perform)

    def receive_channels(self, channel: Channel, size: int, count: int) -> tuple[bytes, list[Channel]]:
        """Return the bytes and the sockets that were sent together."""
        traced = cast(TracedChannel, channel)
        made: list[Channel] = []

        def perform() -> list[Any]:
            data, channels = self._inner.receive_channels(traced.inner, size, count)
            made.extend(channels)
            return [data, len(channels)]

        data, number = self._ask("receive_channels", [traced.number, size, count], perform)
        return data, [self.adopt(made[index] if made else None) for index in range(number)]

    def number_of(self, channel: Channel) -> int:
        """Return the descriptor that ZSHOW tells of a socket."""
        traced = cast(TracedChannel, channel)
        return cast(int, self._ask("number_of", [traced.number], lambda: self._inner.number_of(traced.inner)))

    # Terminals

    def terminal(self, source: BinaryIO, sink: BinaryIO) -> tuple[int, str] | None:
        """Return the descriptor and the name of the terminal that both streams are."""
        found = self._ask("terminal", [], lambda: self._inner.terminal(source, sink))
        return None if found is None else (found[0], found[1])

    def terminal_size(self, number: int) -> tuple[int, int]:
        """Return columns and lines."""
        columns, lines = self._ask("terminal_size", [number], lambda: self._inner.terminal_size(number))
        return columns, lines

    def terminal_modes(self, number: int) -> list[Any] | None:
        """Return the modes of a terminal."""
        return cast(
            "list[Any] | None", self._ask("terminal_modes", [number], lambda: self._inner.terminal_modes(number))
        )

    def set_terminal_modes(self, number: int, modes: list[Any]) -> None:
        """Set the modes of a terminal."""
        self._ask("set_terminal_modes", [number], lambda: self._inner.set_terminal_modes(number, modes))

    def drop_typed(self, number: int) -> None:
        """Forget what was typed ahead."""
        self._ask("drop_typed", [number], lambda: self._inner.drop_typed(number))


class TracedWaiting(Waiting):
    """How long something is tried again, as a log has it."""

    def __init__(self, ask: Ask, seconds: float | None, begin: Callable[[], Waiting]) -> None:
        """Begin to wait; a replay does not."""
        self._ask = ask
        self._made: list[Waiting] = []
        ask("waiting", [seconds], lambda: self._made.append(begin()))

    def left(self) -> float | None:
        """Return how many seconds are left."""
        return cast("float | None", self._ask("left", [], lambda: self._made[0].left()))

    def again(self, delay: float) -> bool:
        """Sleep `delay` seconds; return whether it is to be tried again."""
        return cast(bool, self._ask("again", [delay], lambda: self._made[0].again(delay)))


class TracedConfinement(Confinement):
    """The files that a Run may reach, as a log has them."""

    def __init__(
        self,
        host: TracedHost,
        ask: Ask,
        inner: Confinement | None,
        policy: Policy,
        folder: str,
        environment: Mapping[str, str],
    ) -> None:
        """Take the files of the system; a replay has none."""
        self.policy = policy
        self.folder = folder
        self.environment = environment
        self._host = host
        self._ask = ask
        self._files = inner

    @property
    def _inner(self) -> Confinement:
        assert self._files is not None, "a replay touches no file"
        self._files.folder = self.folder
        return self._files

    def open(self, name: str, flags: int, mode: int = NEW_FILE_MODE) -> int:
        """Return a descriptor of a file."""
        number: int = self._ask("open", [name, flags, mode], lambda: self._inner.open(name, flags, mode))
        if flags & os.O_ACCMODE != os.O_RDONLY:
            self._note(name)
        return number

    def _note(self, name: str) -> None:
        with contextlib.suppress(MError):  # no file can have that name
            self._host.written.add(os.path.normpath(self.absolute(name)))

    def is_visible(self, path: str) -> bool:
        """Return whether a program may know that there is something at this path."""
        if not self.policy.is_confined:
            return True
        return cast(bool, self._ask("is_visible", [path], lambda: self._inner.is_visible(path)))

    def remove(self, name: str) -> None:
        """Remove a file."""
        self._ask("remove", [name], lambda: self._inner.remove(name))

    def rename(self, old: str, new: str, *, is_replacing: bool = False) -> None:
        """Give a file another name."""
        self._ask("rename", [old, new, is_replacing], lambda: self._inner.rename(old, new, is_replacing=is_replacing))
        self._note(new)

    def is_fifo(self, name: str) -> bool:
        """Return whether there is a named pipe of that name."""
        return cast(bool, self._ask("is_fifo", [name], lambda: self._inner.is_fifo(name)))

    def make_fifo(self, name: str) -> None:
        """Make a named pipe."""
        self._ask("make_fifo", [name], lambda: self._inner.make_fifo(name))

    def check_writable(self, name: str) -> str:
        """Return the path of a name that something will be made at."""
        return cast(str, self._ask("check_writable", [name], lambda: self._inner.check_writable(name)))


class TracedChannel:
    """A socket, as a log has it."""

    def __init__(self, host: TracedHost, ask: Ask, inner: Channel | None, number: int) -> None:
        """Take a socket; a replay has none."""
        self.number = number
        self._host = host
        self._log = ask
        self._channel = inner

    @property
    def inner(self) -> Channel:
        """The socket of the system."""
        assert self._channel is not None, "a replay has no sockets"
        return self._channel

    def _ask(self, what: str, asked: list[Any], perform: Callable[[], Any]) -> Any:
        return self._log(f"socket.{what}", [self.number, *asked], perform)

    def settimeout(self, seconds: float | None, /) -> None:
        """Set how long `connect` may take: the answer of that is what counts."""
        if self._channel is not None:
            self._channel.settimeout(seconds)

    def connect(self, place: Place, /) -> None:
        """Connect it."""
        self._ask("connect", [plain(place)], lambda: self.inner.connect(place))

    def bind(self, place: Place, /) -> None:
        """Give it a place to listen at."""
        self._ask("bind", [plain(place)], lambda: self.inner.bind(place))

    def listen(self, count: int, /) -> None:
        """Let so many wait to be accepted."""
        self._ask("listen", [count], lambda: self.inner.listen(count))

    def accept(self) -> tuple[Channel, Place]:
        """Return a socket for who waits, and its address."""
        made: list[Channel] = []

        def perform() -> Place:
            channel, place = self.inner.accept()
            made.append(channel)
            return plain(place)

        place = self._ask("accept", [], perform)
        return self._host.adopt(made[0] if made else None), place

    def getsockname(self) -> Place:
        """Return its own address."""
        return self._ask("getsockname", [], lambda: plain(self.inner.getsockname()))

    def recv(self, size: int, /) -> bytes:
        """Return what has come."""
        return cast(bytes, self._ask("recv", [size], lambda: self.inner.recv(size)))

    def sendall(self, data: bytes, /) -> None:
        """Send bytes."""
        self._ask("sendall", [*brief(data)], lambda: self.inner.sendall(data))

    def setsockopt(self, level: int, option: int, value: int, /) -> None:
        """Set an option."""
        self._ask("setsockopt", [level, option, value], lambda: self.inner.setsockopt(level, option, value))

    def fileno(self) -> int:
        """Return its descriptor."""
        return self.inner.fileno()

    def close(self) -> None:
        """Close it."""
        self._ask("close", [], lambda: self.inner.close())


class TracedSink(io.RawIOBase):
    """A stream that writes to a descriptor through a traced host."""

    def __init__(self, host: TracedHost, number: int) -> None:
        """Take a descriptor."""
        super().__init__()
        self._host = host
        self._number = number

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def write(self, data: Any, /) -> int:
        """Write bytes, all of them."""
        view = memoryview(data)
        size = len(view)
        while view:
            view = view[self._host.write(self._number, view) :]
        return size

    def close(self) -> None:
        """Close the descriptor."""
        if not self.closed:
            super().close()
            self._host.close(self._number)


def plain(place: Place) -> Place:
    """Return the address of a socket as JSON has it."""
    return list(place) if isinstance(place, tuple) else place


def brief(data: bytes | memoryview) -> list[Any]:
    """Return what is written down of a piece that a program writes."""
    if len(data) <= BRIEF_SIZE:
        return [bytes(data)]
    return [bytes(data[:BRIEF_SIZE]), len(data), hashlib.sha256(data).hexdigest()]
