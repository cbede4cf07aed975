"""One socket of a SOCKET device: what it is connected to, and what has come in."""

from __future__ import annotations

import contextlib
import os
from enum import Enum

from bumps.interp.device_input import Input
from bumps.interp.host import Channel
from bumps.interp.world import World

RECEIVED_SIZE_MAX = 65536
MORE_READ_TIME_S = 0.2
"""Without a delimiter a READ is over when nothing more comes in this time."""


class Use(Enum):
    """What a LOCAL socket is used for: for READ and WRITE, or for WRITE /PASS and /ACCEPT."""

    NOTHING = 0
    DATA = 1
    PASSING = 2


class Connection:
    """One socket of a device."""

    def __init__(self, handle: str, channel: Channel, address: str, encoding: str, world: World) -> None:
        """Take a socket that listens or is connected to `address`."""
        self.handle = handle
        self.host = world.host
        self.channel = channel
        self.address = address
        """The address of the other side, or the port or path that is listened at."""
        self.is_listening = False
        self.path = ""
        """The file of a local socket that listens."""
        self.delimiters: tuple[str, ...] = ()
        self.is_trapping = False
        self.more_seconds = MORE_READ_TIME_S
        self.is_broken = False
        self.is_told = False
        """Whether $KEY told that it has something to read, and nothing was read since."""
        self.use = Use.NOTHING
        self.has_asked = False
        """Whether WRITE /ACCEPT has asked the other side for sockets that have not come yet."""
        self.failure: OSError | None = None
        self.input = Input(self._receive, encoding, world.elapsed)

    def _receive(self, seconds: float | None) -> bytes | None:
        """Receive what there is; a broken connection ends the input, and `failure` says how."""
        try:
            if not self.is_listening and not self.host.ready([self.channel], [], seconds)[0]:
                return None
            data = self.channel.recv(RECEIVED_SIZE_MAX)
        except OSError as error:
            self.failure = error
            return b""
        if not data:
            self.failure = ConnectionResetError(104, os.strerror(104))
        return data

    @property
    def is_ready(self) -> bool:
        """Whether a READ, or an accept, would not wait."""
        return self.input.has_text or bool(self.host.ready([self.channel], [], 0)[0])

    def state(self) -> str:
        """Return what ZSHOW says of it."""
        trap = "TRAP" if self.is_trapping else "NOTRAP"
        if self.is_listening:
            return f"LISTENING PASSIVE  {trap}  {'LOCAL' if self.path else 'PORT'}={self.address}"
        return f"{'DISCONNECTED' if self.is_broken else 'CONNECTED'} ACTIVE  {trap}  REMOTE={self.address}"

    def close(self) -> None:
        """Close it, and remove its file."""
        self.channel.close()
        if self.path:
            with contextlib.suppress(OSError):
                self.host.unlink(self.path)
