"""A socket of the system whose waits end when its Run must (W1 of waits.py)."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bumps.interp.host import Place
    from bumps.interp.waits import Waits

SENT_SIZE_MAX = 65536


class HostSocket(socket.socket):
    """A socket that waits as its Run does."""

    waits: Waits

    @classmethod
    def of(cls, waits: Waits, channel: socket.socket) -> HostSocket:
        """Take a socket over."""
        made = cls(channel.family, channel.type, channel.proto, channel.detach())
        made.waits = waits
        return made

    def accept(self) -> tuple[HostSocket, Place]:
        """Return a socket for who waits, and its address."""
        channel, place = super().accept()
        return self.of(self.waits, channel), place

    def connect(self, place: Place, /) -> None:
        """Connect it, within the time that was set. TimeoutError, or what the system says."""
        if not self.waits.are_watchful:
            super().connect(place)
            return
        seconds = self.gettimeout()
        self.setblocking(False)
        try:
            try:
                super().connect(place)
            except BlockingIOError:
                if not self.waits.select((), (self,), seconds)[1]:
                    raise TimeoutError("timed out") from None
                number = self.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if number:
                    raise OSError(number, "connect") from None
        finally:
            self.settimeout(seconds)

    def sendall(self, data: bytes, /) -> None:  # type: ignore[override]
        """Send all of it."""
        if not self.waits.are_watchful:
            super().sendall(data)
            return
        at = 0
        while at < len(data):
            self.waits.to_write(self)
            at += self.send(data[at : at + SENT_SIZE_MAX], socket.MSG_DONTWAIT)
