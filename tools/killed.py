"""A process that works on a database, says what it was promised, and is ended by SIGKILL.

The child prints a line when a commit has returned; the parent collects the lines, so that it knows what
must be there when the database is opened again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import NamedTuple

from bumps import version
from bumps.errors import ChildError


class Life(NamedTuple):
    """One child: how long it lived, and what it acknowledged."""

    seconds: float
    acknowledged: tuple[int, ...]
    """The number that each of its lines says, its last one."""


class Count(NamedTuple):
    """What is in the database after a life."""

    whole: int
    """Units of work, each of one transaction."""
    lost: tuple[int, ...]
    """Numbers of units that were acknowledged and are not there (K1)."""
    partial: tuple[int, ...]
    """Units of which something is missing or contradicts itself (K2, K3)."""
    strange: int
    """Nodes that belong to no unit, and counters that are wrong (K4)."""
    open_seconds: float
    """The time that opening took, with all that recovery had to do."""

    @property
    def sound(self) -> bool:
        """Whether K1 to K4 hold."""
        return not (self.lost or self.partial or self.strange)


class Killed:
    """One database, and all that its children were ever promised."""

    def __init__(self, path: str) -> None:
        """Work on the database at `path`, which the first child makes."""
        self.path = path

    def command(self) -> list[str]:
        """Return the command line of a child."""
        raise AssertionError("a subclass gives it")

    def note(self, lines: list[bytes]) -> None:
        """Note what a child has printed: whole lines, each a promise."""
        raise AssertionError("a subclass gives it")

    def count(self) -> Count:
        """Open the database, which recovers it, and count what is there."""
        raise AssertionError("a subclass gives it")

    def live(self, seconds: float, *, after_first: bool = True) -> Life:
        """Let a child work, then kill it.

        It lives for `seconds` after its first acknowledgement, or after its start: that may
        kill it while it recovers what the one before it left.
        """
        process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        )
        assert process.stdout is not None and process.stderr is not None
        printed: list[bytes] = []
        first = threading.Event()
        reader = threading.Thread(target=_read, args=(process.stdout, printed, first), daemon=True)
        started = time.monotonic()
        reader.start()
        try:
            if after_first:
                first.wait(timeout=60)
                started = time.monotonic()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=seconds)
        finally:
            ended = process.poll()
            process.send_signal(signal.SIGKILL)
            process.wait()
            lived = time.monotonic() - started
            reader.join()
            errors = process.stderr.read().decode(errors="replace")
            process.stdout.close()
            process.stderr.close()
        if ended is not None:
            raise ChildError(f"the child ended by itself with status {ended}: {errors.strip()}", output=errors)
        # A line that was cut off by the kill acknowledges nothing.
        lines = b"".join(printed).split(b"\n")[:-1]
        self.note(lines)
        return Life(lived, tuple(int(line.split()[-1]) for line in lines))


def environment() -> dict[str, str]:
    """Return the environment of a child: it must import this very bumps, and no option of the user's."""
    root = str(Path(version.__file__).resolve().parent.parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BUMPS_")}
    paths = [root, *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths)}


def _read(stream: object, printed: list[bytes], first: threading.Event) -> None:
    """Collect what the child prints, so that a full pipe never holds it back."""
    descriptor: int = stream.fileno()  # type: ignore[attr-defined]
    while data := os.read(descriptor, 65536):
        printed.append(data)
        if b"\n" in data:
            first.set()
    first.set()
