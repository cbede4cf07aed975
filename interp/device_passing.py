"""WRITE /PASS and /ACCEPT: sockets of the pool handed over, by a connected LOCAL socket, to another process.

    ACCEPT                          PASS
    asks: one byte ASK      ->      waits for that
                            <-      sends the descriptors, and with them the handles, divided by `|`

What was asked for and not sent in time is not asked for again: the next /PASS finds the byte there. A LOCAL socket
serves /PASS and /ACCEPT, or READ and WRITE, never both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bumps.interp.device import Fact
from bumps.interp.device_connection import Connection, Use
from bumps.interp.symbols import Cell, Value
from bumps.interp.values import to_integer, to_number, to_text

if TYPE_CHECKING:
    from bumps.interp.device_socket import SocketDevice

ASK = b"?"
SOCKET_COUNT_MAX = 250
"""So many descriptors the system carries in one message."""

HANDLES_SIZE_MAX = 65536


def pass_sockets(device: SocketDevice, facts: Sequence[Fact]) -> bool | None:
    """Do `WRITE /PASS(process,seconds,handle,...)`; return what $TEST becomes, None without a time.

    The sockets are taken from the pool, and are gone from it when they are sent.
    """
    connection, seconds = _begin(device, facts)
    handles = [to_text(_value(fact)) for fact in facts[2:]]
    if not handles:
        raise device.error("NOSOCKHANDLE")
    pool = device.pool or device
    indexes = [pool.find(handle) for handle in handles]
    passed = [pool.connections[index] for index in indexes]
    connection.use = Use.PASSING
    host = device.world.host
    if not host.ready([connection.channel], [], seconds)[0]:
        return False
    try:
        asked = connection.channel.recv(len(ASK))
        if asked:
            host.send_channels(connection.channel, "|".join(handles).encode(), [each.channel for each in passed])
    except OSError as error:
        raise device.error("SOCKPASS", text=error.strerror or "") from error
    if not asked:
        raise device.error("SOCKPASS", text="Connection reset by peer")
    for each in passed:
        pool.take(pool.connections.index(each))
        each.channel.close()
    return None if seconds is None else True


def accept_sockets(device: SocketDevice, facts: Sequence[Fact]) -> bool | None:
    """Do `WRITE /ACCEPT(.handles,process,seconds,handle,...)`; return what $TEST becomes, None without a time.

    The sockets come into the pool under the handles that are given here, else under those that they had. The variable
    gets them, divided by `|`.
    """
    connection, seconds = _begin(device, facts[1:])
    connection.use = Use.PASSING
    host = device.world.host
    target = facts[0] if facts else None
    if isinstance(target, Cell):
        target.v = ""
    try:
        if not connection.has_asked:
            connection.channel.sendall(ASK)
            connection.has_asked = True
        if not host.ready([connection.channel], [], seconds)[0]:
            return False
        data, channels = host.receive_channels(connection.channel, HANDLES_SIZE_MAX, SOCKET_COUNT_MAX)
    except OSError as error:
        raise device.error("SOCKACCEPT", text=error.strerror or "") from error
    if not channels:
        raise device.error("SOCKNOTPASSED")
    connection.has_asked = False
    named = [to_text(_value(fact)) for fact in facts[3:]]
    pool = device.pool or device
    taken: list[str] = []
    for index, (handle, channel) in enumerate(zip(data.decode().split("|"), channels, strict=True)):
        wanted = named[index] if index < len(named) and named[index] else handle
        if any(each.handle == wanted for each in pool.connections):
            wanted = device.handles.next()
        pool.connections.append(Connection(wanted, channel, host.peer(channel), device.encoding, device.world))
        pool.current = len(pool.connections) - 1
        taken.append(wanted)
    if isinstance(target, Cell):
        target.v = "|".join(taken)
    return None if seconds is None else True


def _begin(device: SocketDevice, facts: Sequence[Fact]) -> tuple[Connection, float | None]:
    """Return the socket that carries others, and how long to wait; an error if it cannot, or is not of `process`."""
    connection = device.connection()
    host = device.world.host
    if not host.is_local(connection.channel):
        raise device.error("LOCALSOCKREQ")
    if connection.is_listening:
        raise device.error("CONNSOCKREQ")
    if connection.use is Use.DATA:
        raise device.error("SOCKPASSDATAMIX")
    process = to_integer(_value(facts[0])) if facts and _value(facts[0]) != "" else -1
    peer = host.peer_process(connection.channel)
    if process >= 0 and process != peer:
        raise device.error("PEERPIDMISMATCH", peer, process)
    seconds = _value(facts[1]) if len(facts) > 1 else ""
    return connection, None if seconds == "" else max(float(to_number(seconds)), 0.0)


def _value(fact: Fact) -> Value:
    """Return an argument that is a value: empty for one that is omitted."""
    if isinstance(fact, Cell):
        return "" if fact.v is None else fact.v
    return "" if fact is None else fact
