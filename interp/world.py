"""What a Run needs of the world around it: time, chance, the process. Handed in, so that tests replace it."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from bumps.interp.host import Host, Waiting


def receive(source: BinaryIO, seconds: float | None) -> bytes | None:
    """Return what a stream has by now, waiting for it: empty at its end, None if nothing came in so many seconds."""
    return Host().receive(source, seconds)


def run_command(command: str, folder: str) -> int:
    """Run a command in a shell, an interactive one if it is empty, in a folder, and wait for it."""
    return Host().run_command(command, folder)


def warn(text: str) -> None:
    """Say one line to the user, beside what the program writes."""
    print(text, file=sys.stderr)


def log(text: str) -> None:
    """Write one line into the log of the system."""
    import syslog  # not before somebody asks

    syslog.syslog(syslog.LOG_INFO | syslog.LOG_USER, text)


class Chance(Protocol):
    """Where $RANDOM comes from."""

    def randrange(self, limit: int, /) -> int:
        """Return an integer from 0 to `limit` - 1."""


@dataclass(slots=True)
class World:
    """The world of one Run."""

    now: Callable[[], float] = time.time
    """Seconds since 1970, UTC."""
    offset: Callable[[float], int] = field(default=lambda seconds: time.localtime(seconds).tm_gmtoff)
    """Local time minus UTC at that moment, in seconds."""
    elapsed: Callable[[], float] = time.monotonic
    """Seconds since some moment, whatever happens to the clock."""
    sleep: Callable[[float], None] = time.sleep
    receive: Callable[[BinaryIO, float | None], bytes | None] = receive
    warn: Callable[[str], None] = warn
    random: Chance = field(default_factory=random.Random)
    process_id: int = field(default_factory=os.getpid)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: str = field(default_factory=os.getcwd)
    run_command: Callable[[str, str], int] = run_command
    """Runs a command in a folder, and returns its exit status, or the number of its signal."""
    log: Callable[[str], None] = log
    system: str = "bumps"
    """The second piece of $SYSTEM."""
    host: Host = field(default_factory=Host)
    """The operating system, as devices see it."""

    def __post_init__(self) -> None:
        """Wait through the host, which knows when the Run must end, where nothing else was handed in."""
        if self.sleep is time.sleep:
            self.sleep = self.host.sleep
        if self.receive is receive:
            self.receive = self.host.receive
        if self.run_command is run_command:
            self.run_command = self.host.run_command

    def waiting(self, seconds: float | None) -> Waiting:
        """Begin to wait for something that can only be tried."""
        return self.host.waiting(seconds, self.elapsed, self.sleep)

    def horolog(self) -> tuple[int, int, int, int]:
        """Return days since 1840-12-31, seconds since midnight, microseconds, and seconds west of UTC."""
        now = self.now()
        whole = int(now // 1)
        offset = self.offset(now)
        days, seconds = divmod(whole + offset, 86400)
        return days + 47117, seconds, int((now - whole) * 1_000_000), -offset
