"""SOCKET devices: any number of TCP or local sockets in one device, one of which is the current one.

S1. $KEY says what happened last: `LISTENING|handle|port`, `CONNECT|handle|address` (somebody came),
    `ESTABLISHED|handle|address` (we came), `READ|handle|address` (WRITE /WAIT), or the terminator of a READ.
S2. $ZKEY lists the sockets that have something to read, or somebody to accept, and were not told of in $KEY.
S3. Without IOERROR="T" a broken connection raises nothing: $DEVICE and $ZEOF tell of it.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator, Sequence

from bumps.interp.codes import unbuilt
from bumps.interp.confinement import Confinement, check
from bumps.interp.device import Device, Fact, Parameters
from bumps.interp.device_connection import Connection, Use
from bumps.interp.device_input import Taken, Why
from bumps.interp.device_passing import accept_sockets, pass_sockets
from bumps.interp.host import Channel, Place
from bumps.interp.names import format_value
from bumps.interp.symbols import Cell, Value
from bumps.interp.values import to_integer, to_number, to_text
from bumps.interp.world import World

BACKLOG = 5
RETRY_DELAY_S = 0.05
POOL_NAME = "socketpool"
PORT_MAX = 65535

_TARGET = re.compile(r"(?:\[([^]]*)\]|([^:]*)):([0-9]+):([A-Za-z]+)")
_PORT = re.compile(r"([0-9]+):([A-Za-z]+)")
_LOCAL = re.compile(r"(.+):LOCAL", re.IGNORECASE | re.DOTALL)


class Handles:
    """Names of sockets: what GT.M calls `h`, the second, and a number."""

    def __init__(self, world: World) -> None:
        """Name sockets by the clock of `world`."""
        self.world = world
        self.count = 0

    def next(self) -> str:
        """Return a name that no other socket of this Run has."""
        self.count += 1
        return f"h{int(self.world.now())}{self.count - 1:03d}"


class SocketDevice(Device):
    """A device of sockets."""

    is_stream = True

    def __init__(self, name: str, encoding: str, world: World, files: Confinement, handles: Handles) -> None:
        """Make a device without sockets."""
        super().__init__(name, encoding, world)
        self.files = files
        self.handles = handles
        self.connections: list[Connection] = []
        self.current = -1
        self.pool: SocketDevice | None = None
        """Where detached sockets go; None for the pool itself."""
        self.form_feed_text = ""

    # Opening

    def open(self, parameters: Parameters, seconds: float | None) -> bool:
        """Connect or listen, if the parameters say so, and add the socket; return whether it was in time."""
        check(self.files.policy.network, "SOCKET OPEN", ("do not say --no-network",))
        wanted: dict[str, str] = {}
        rest: list[tuple[str, Value | None]] = []
        for name, value in parameters:
            if name in ("CONNECT", "LISTEN", "ZLISTEN", "ATTACH"):
                wanted["LISTEN" if name == "ZLISTEN" else name] = to_text(value or "")
            elif name == "EXCEPTION":
                self.exception = to_text(value or "")
            else:
                rest.append((name, value))
        if "CONNECT" in wanted and "LISTEN" in wanted:
            raise self.error("ABNCOMPTINC", "CONNECT", "ZLISTEN", "OPEN")
        if "CONNECT" not in wanted and "LISTEN" not in wanted:
            self.use(rest)
            return True
        handle = wanted.get("ATTACH") or self.handles.next()
        if any(each.handle == handle for each in self.connections):
            raise self.error("SOCKETEXIST", handle)
        if "CONNECT" in wanted:
            connection = self._connect(handle, wanted["CONNECT"], seconds)
        else:
            connection = self._listen(handle, wanted["LISTEN"], seconds)
        if connection is None:
            return False
        self._add(connection)
        self.use(rest)
        self.key = f"{'LISTENING' if connection.is_listening else 'ESTABLISHED'}|{handle}|{connection.address}"
        self.status = "0" if not connection.is_listening else ""
        return True

    def reopen(self, parameters: Parameters, seconds: float | None) -> bool:
        """Do OPEN of a device that is open: it gets one more socket."""
        return self.open(parameters, seconds)

    def _add(self, connection: Connection) -> None:
        self.flush()
        self.connections.append(connection)
        self.current = len(self.connections) - 1

    def _connect(self, handle: str, target: str, seconds: float | None) -> Connection | None:
        """Connect to `host:port:TCP` or `path:LOCAL`; None if nobody answered in time."""
        waiting = self.world.waiting(seconds)
        local = _LOCAL.fullmatch(target)
        if local is not None:
            path = self._path(local[1])
            places: list[tuple[int, Place]] = [(socket.AF_UNIX, path)]
        else:
            host, port = self._target(target)
            try:
                places = self.world.host.addresses(host, port)
            except (socket.gaierror, UnicodeError) as error:
                text = error.strerror if isinstance(error, socket.gaierror) else str(error)
                raise self.error("GETADDRINFO", text=text or "") from error
        while True:
            for family, place in places:
                channel = self.world.host.channel(family)
                try:
                    channel.settimeout(waiting.left())
                    channel.connect(place)
                    channel.settimeout(None)
                except (OSError, OverflowError):
                    channel.close()
                    continue
                address = local[1] if local is not None else str(place[0])
                return Connection(handle, channel, address, self.encoding, self.world)
            if not waiting.again(RETRY_DELAY_S):
                return None

    def _listen(self, handle: str, target: str, seconds: float | None) -> Connection | None:
        """Listen at `port:TCP` or `path:LOCAL`; None if the place did not become free in time."""
        waiting = self.world.waiting(seconds)
        local = _LOCAL.fullmatch(target)
        if local is not None:
            path = self._path(local[1])
        else:
            found = _PORT.fullmatch(target)
            if found is None:
                raise self.error("INVPORTSPEC")
            self._check_protocol(found[2])
        while True:
            channel: Channel | None = None
            try:
                if local is not None:
                    channel = self.world.host.channel(socket.AF_UNIX)
                    channel.bind(path)
                else:
                    assert found is not None
                    channel = self.world.host.any_channel()
                    channel.bind(("", int(found[1])))
                channel.listen(BACKLOG)
                break
            except (OSError, OverflowError) as error:
                if channel is not None:
                    channel.close()
                number = error.errno if isinstance(error, OSError) else 22
                if number != 98:  # EADDRINUSE: it may become free
                    raise self.error("SOCKBIND", text=os.strerror(number or 22)) from error
                if not waiting.again(RETRY_DELAY_S):
                    return None
        address = local[1] if local is not None else str(channel.getsockname()[1])
        connection = Connection(handle, channel, address, self.encoding, self.world)
        connection.is_listening = True
        connection.path = path if local is not None else ""
        return connection

    def _target(self, target: str) -> tuple[str, int]:
        found = _TARGET.fullmatch(target)
        if found is None:
            raise self.error("INVPORTSPEC")
        self._check_protocol(found[4])
        return found[1] or found[2] or "127.0.0.1", min(int(found[3]), PORT_MAX + 1)

    def _check_protocol(self, protocol: str) -> None:
        if protocol.upper() != "TCP":
            raise self.error("PROTNOTSUP", protocol)

    def _path(self, name: str) -> str:
        """Return where the file of a local socket is, if the policy grants it."""
        path = self.files.check_writable(name)
        if len(os.fsencode(path)) > 107:
            path = self.world.host.relative(path)
        return path

    # The current socket

    def connection(self) -> Connection:
        """Return the current socket; NOSOCKETINDEV if there is none."""
        if not self.connections:
            raise self.error("NOSOCKETINDEV")
        return self.connections[self.current]

    def find(self, handle: str) -> int:
        """Return the index of a socket; SOCKNOTFND if it is not in this device."""
        for index, each in enumerate(self.connections):
            if each.handle == handle:
                return index
        raise self.error("SOCKNOTFND", handle)

    def take(self, index: int) -> Connection:
        """Remove a socket from the device and return it."""
        taken = self.connections.pop(index)
        if self.current >= index:
            self.current = max(self.current - 1, 0) if self.connections else -1
        return taken

    @property
    def zkey(self) -> str:
        """$ZKEY (S2)."""
        return ";".join(self._waiting())

    @zkey.setter
    def zkey(self, value: str) -> None:
        """Take nothing: it says what is."""

    def _waiting(self) -> Iterator[str]:
        for each in self.connections:
            if each.is_listening:
                if each.is_ready:
                    yield f"LISTENING|{each.handle}|{each.address}"
            elif each.input.has_text or (not each.is_told and not each.is_broken and each.is_ready):
                yield f"READ|{each.handle}|{each.address}"

    # Output

    def write(self, text: str) -> None:
        """Write a text."""
        self.connection()
        super().write(text)

    def end_record(self) -> None:
        """End the line by the first delimiter, by nothing if there is none."""
        delimiters = self.connection().delimiters
        if delimiters:
            self._pieces.append(delimiters[0])

    def form_feed(self) -> None:
        """Write the format `#`: what ZFF says."""
        self.connection()
        if self.form_feed_text:
            self._pieces.append(self.form_feed_text)
        self.x = self.y = 0

    def send(self, data: bytes) -> None:
        """Write bytes to the current socket (S3)."""
        connection = self._with_data()
        try:
            connection.channel.sendall(data)
            self.status = "0"
        except OSError as error:
            text = os.strerror(error.errno or 5)
            self.status = f"1,{text}"
            if connection.is_trapping:
                raise self.error("SOCKWRITE", text=text) from error

    def control(self, name: str, facts: Sequence[Fact]) -> bool | None:
        """Write a mnemonic, `/WAIT(seconds)` for example; return what $TEST becomes."""
        self.flush()
        values = ["" if fact is None or isinstance(fact, Cell) else fact for fact in facts]
        if name == "LISTEN":
            connection = self.connection()
            with contextlib.suppress(OSError, OverflowError):
                connection.channel.listen(max(to_integer(values[0]), 1) if values else 1)
            self.key = f"LISTENING|{connection.handle}|{connection.address}"
            return None
        if name == "WAIT":
            return self._wait(values)
        if name == "PASS":
            return pass_sockets(self, facts)
        if name == "ACCEPT":
            return accept_sockets(self, facts)
        if name in ("TLS", "BLOCK"):
            raise self.failure(unbuilt(f"WRITE /{name}"))
        raise self.error("INVCTLMNE")

    def _wait(self, values: Sequence[Value]) -> bool | None:
        """Wait for somebody to connect, or for something to read (S1); that socket is the current one then."""
        seconds = float(to_number(values[0])) if values and values[0] != "" else None
        what = to_text(values[1]).upper() if len(values) > 1 else "READ"
        if not set(re.split(r"[, ]+", what)) <= {"READ", "WRITE", ""}:
            raise self.error("SOCKWAITARG", "Second", "value is not valid")
        index = self._ready(None if seconds is None else max(seconds, 0), "READ" in what)
        self.key = ""
        if index is None:
            return None if seconds is None else False
        connection = self.connections[index]
        if connection.is_listening:
            self._accept(connection)
        else:
            self.current = index
            connection.is_told = True
            self.key = f"READ|{connection.handle}|{connection.address}"
        return None if seconds is None else True

    def _ready(self, seconds: float | None, is_reading: bool) -> int | None:
        """Return the index of the first socket that something happened at. None can be written: all always can."""
        candidates = [(index, each) for index, each in enumerate(self.connections) if not each.is_broken]
        waited = [each.channel for _, each in candidates if is_reading or each.is_listening]
        if is_reading and any(each.input.has_text for _, each in candidates):
            seconds = 0
        if not waited and seconds is None:
            return None
        readable, _ = self.world.host.ready(waited, [], seconds)
        for index, each in candidates:
            if each.channel in readable or (is_reading and each.input.has_text):
                return index
        return None

    def _accept(self, listening: Connection) -> None:
        try:
            channel, place = listening.channel.accept()
        except OSError as error:
            raise self.error("SOCKACPT", text=os.strerror(error.errno or 5)) from error
        address = listening.address if isinstance(place, str | bytes) else str(place[0])
        connection = Connection(self.handles.next(), channel, address, self.encoding, self.world)
        connection.delimiters = listening.delimiters
        connection.is_trapping = listening.is_trapping
        connection.more_seconds = listening.more_seconds
        self._add(connection)
        self.key = f"CONNECT|{connection.handle}|{address}"

    # Input

    def read_line(self, size: int | None, seconds: float | None = None) -> str:
        """Return a line up to a delimiter; without one what comes in one burst; at most `size` characters."""
        connection = self._begin_reading()
        if connection.delimiters:
            taken = connection.input.line(self.width if size is None else size, seconds, connection.delimiters)
        elif size is not None:
            taken = connection.input.characters(size, seconds)
        else:
            taken = connection.input.burst(self.width, seconds, connection.more_seconds)
        return self._note(connection, taken)

    def read_character(self, seconds: float | None = None) -> int:
        """Return the code of the next character; -1 at a delimiter, at the end and when the time is over."""
        connection = self._begin_reading()
        taken = connection.input.line(1, seconds, connection.delimiters)
        text = self._note(connection, taken)
        return ord(text) if text else -1

    def _begin_reading(self) -> Connection:
        self.flush()
        connection = self._with_data()
        connection.is_told = False
        if connection.is_broken and connection.is_trapping and not connection.input.has_text:
            raise self.error("IOEOF", text=self._text_of(connection))
        return connection

    def _with_data(self) -> Connection:
        """Return the current socket, which READ and WRITE use: then /PASS and /ACCEPT may not."""
        connection = self.connection()
        if connection.use is Use.PASSING:
            raise self.error("SOCKPASSDATAMIX")
        connection.use = Use.DATA
        return connection

    def _text_of(self, connection: Connection) -> str:
        failure = connection.failure
        return os.strerror(failure.errno or 5) if failure is not None else ""

    def _note(self, connection: Connection, taken: Taken) -> str:
        self.is_expired = taken.why is Why.EXPIRED
        self.is_at_end = taken.why is Why.END
        self.status = "0"
        self.key = self.terminator = taken.end
        self.x += len(taken.text)
        if self.is_at_end:
            connection.is_broken = True
            self.status = f"1,{self._text_of(connection)}"
            if connection.is_trapping and self.exception:
                raise self.error("IOEOF", text=self._text_of(connection))
        return taken.text

    # Parameters

    def use(self, parameters: Parameters) -> None:
        """Take the parameters of USE or OPEN. ATTACH stands alone, and so does DETACH."""
        if len(parameters) > 1:
            for name, _ in parameters:
                if name in ("ATTACH", "DETACH"):
                    raise self.error("ANCOMPTINC", name, "USE")
        super().use(parameters)

    def use_one(self, name: str, value: Value | None) -> None:
        """Take one parameter."""
        text = to_text(value) if value is not None else ""
        if name == "SOCKET":
            index = self.find(text)
            self.flush()
            self.current = index
        elif name == "DELIMITER":
            for each in self._chosen():
                each.delimiters = delimiters_of(text)
        elif name == "NODELIMITER":
            for each in self._chosen():
                each.delimiters = ()
        elif name == "IOERROR":
            for each in self._chosen():
                each.is_trapping = text[:1] in ("T", "t")
        elif name == "MOREREADTIME":
            for each in self._chosen():
                each.more_seconds = max(to_integer(text), 0) / 1000
        elif name in ("ZDELAY", "ZNODELAY"):
            for each in self._chosen():
                with contextlib.suppress(OSError):
                    each.channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, name == "ZNODELAY")
        elif name == "ZFF" or name == "ZNOFF":
            self.form_feed_text = text
        elif name == "DETACH":
            self._detach(text)
        elif name == "ATTACH":
            self._attach(text)
        elif name in ("CONNECT", "LISTEN", "ZLISTEN"):
            self.open(((name, value),), 0)
        elif name != "RECORDSIZE":
            super().use_one(name, value)

    def _chosen(self) -> list[Connection]:
        return [self.connections[self.current]] if self.connections else []

    def _detach(self, handle: str) -> None:
        """Move a socket into the pool, which any device may take it from."""
        self.flush()
        taken = self.take(self.find(handle))
        if self.pool is not None:
            self.pool.connections.append(taken)
            self.pool.current = len(self.pool.connections) - 1

    def _attach(self, handle: str) -> None:
        """Take a socket out of the pool."""
        if self.pool is None or not any(each.handle == handle for each in self.pool.connections):
            raise self.error("SOCKNOTFND", handle)
        self._add(self.pool.take(self.pool.find(handle)))

    def set_input_encoding(self, encoding: str) -> None:
        """Decode what is read in another encoding."""
        for each in self.connections:
            each.input.set_encoding(encoding)

    def lines(self) -> Iterator[str]:
        """Yield the lines of ZSHOW "D": the device, and two or three of each socket."""
        yield f"{self.name} OPEN SOCKET TOTAL={len(self.connections)} CURRENT={self.current} "
        for index, each in enumerate(self.connections):
            number = self.world.host.number_of(each.channel)
            yield f"        SOCKET[{index}]={each.handle} DESC={number} {each.state()} "
            delimiters = "NODELIMITER " if not each.delimiters else ""
            yield f"                ZDELAY  ZBFSIZE=1024 ZIBFSIZE=131072 {delimiters}"
            if each.delimiters:
                shown = " ".join(format_value(delimiter, "m") for delimiter in each.delimiters)
                yield f"                DELIMITER {shown} "

    # The end

    def close_one(self, handle: str) -> bool:
        """Close one socket."""
        index = self.find(handle)
        if index == self.current:
            self.flush()
        self.take(index).close()
        return True

    def close(self, parameters: Parameters) -> None:
        """Write what is left, and close all sockets."""
        try:
            if self.connections:
                self.flush()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Close all sockets; what could not be written is lost."""
        self._pieces.clear()
        while self.connections:
            self.connections.pop().close()


def delimiters_of(text: str) -> tuple[str, ...]:
    """Return the delimiters in a parameter: a colon divides them, `/:` is a colon and `//` a slash."""
    found: list[str] = [""]
    at = 0
    while at < len(text):
        if text[at] == "/" and text[at + 1 : at + 2] in (":", "/"):
            found[-1] += text[at + 1]
            at += 1
        elif text[at] == ":":
            found.append("")
        else:
            found[-1] += text[at]
        at += 1
    return tuple(each for each in found if each)
