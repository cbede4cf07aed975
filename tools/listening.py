"""A program that runs hears when somebody attaches to it (attach.py). Until then nothing of that is loaded."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.tools.attach import Listener

SIGNAL = signal.SIGUSR2


@contextlib.contextmanager
def listening(machine: Machine) -> Iterator[None]:
    """Return a context in which who attaches gets a profile of this machine. Nobody can outside of the main thread."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(SIGNAL) != signal.SIG_DFL:
        yield
        return
    listeners: list[Listener] = []

    def take(*_: object) -> None:
        from bumps.tools.attach import Listener

        if not listeners:
            listeners.append(Listener(machine))
        listeners[0].take()

    signal.signal(SIGNAL, take)
    try:
        yield
    finally:
        signal.signal(SIGNAL, signal.SIG_IGN)  # who signals now comes too late, and must not end the process
        for listener in listeners:
            listener.end()
        signal.signal(SIGNAL, signal.SIG_DFL)
