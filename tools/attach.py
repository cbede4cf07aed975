"""A profile of a program that runs already: `bumps profile --attach PID`, and what `bumps run` does about it.

A1. Who attaches writes a request into a folder that only its user can write, and sends SIGUSR2. The system lets only
the same user (or root) do that, and the request of another user is not looked at.
A2. What comes from outside is how long to look, and a token. The answer is written into the same folder, nowhere else.
A3. A process that does not listen is not sent the signal, which would end it: /proc says who listens.
A4. The program runs the handler between two steps of Python. Nothing is paid before somebody attaches.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import stat
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bumps.errors import UsageError
from bumps.tools.listening import SIGNAL

if TYPE_CHECKING:
    from bumps.interp.machine import Machine
    from bumps.interp.profile import Findings, Profile

SECONDS_MAX = 86_400
PATIENCE_SECONDS = 10
"""So long the answer may take when the time is over: a program that waits in a call of C answers behind it."""
LOOK_SECONDS = 0.02

_TOKEN = re.compile("[0-9a-f]{32}")


def folder() -> Path:
    """Return the folder of requests and answers of this user; it is made. Raise UsageError if it is unsafe."""
    path = Path(tempfile.gettempdir(), f"bumps-attach-{os.geteuid()}")
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise UsageError(f"{path}: others can write there, or it is not yours", hint="remove it, and attach again")
    return path


def _write(path: Path, value: dict[str, Any]) -> None:
    """Write a file that is whole as soon as it has its name."""
    part = path.with_suffix(f".{secrets.token_hex(4)}")
    part.touch(mode=0o600)
    part.write_text(json.dumps(value), encoding="utf-8")
    part.rename(path)


# In the program


class Listener:
    """What a program does for who attaches."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._profile: Profile | None = None
        self._answer = Path()
        self._timer: threading.Timer | None = None
        self._is_over = False

    def take(self) -> None:
        """Take the signal: the time of a profile is over, or there is a request. It never disturbs the program."""
        self.machine.watch.when_free(self._act)

    def _act(self) -> None:
        if self._profile is not None and self._is_over:
            self.end()
            return
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, UsageError):  # it is no request
            place = folder()
            request = place / f"{os.getpid()}.request"
            data = json.loads(request.read_text(encoding="utf-8"))
            request.unlink()
            token, seconds = str(data["token"]), float(data["seconds"])
            if _TOKEN.fullmatch(token) and 0 < seconds <= SECONDS_MAX:
                self._begin(place / f"{token}.answer", seconds, has_slices=bool(data["has_slices"]))

    def _begin(self, answer: Path, seconds: float, *, has_slices: bool) -> None:
        """Profile the program for so long."""
        if self.machine.watch.observer is not None:
            _write(answer, {"error": "it is traced or profiled already"})
            return
        from bumps.interp.profile import Profile

        self._answer = answer
        self._is_over = False
        self._profile = Profile(self.machine, time.perf_counter_ns, has_slices=has_slices)
        self.machine.watch.renew()
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        """Say that the time is over, in the thread that runs the program."""
        self._is_over = True
        os.kill(os.getpid(), SIGNAL)

    def end(self) -> None:
        """Answer with what was found by now, if somebody looks."""
        profile, self._profile = self._profile, None
        if profile is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        found = profile.finish(is_amid=True)
        self.machine.watch.renew()
        self.machine.tiers.show_frames(are_shown=self.machine.timeouts.is_waiting)
        with contextlib.suppress(OSError):
            _write(self._answer, found.packed())


# Who attaches


WHICH = "ps -u $USER | grep bumps shows yours"


def attached(process_id: int, seconds: float, *, has_slices: bool) -> Findings:
    """Return a profile, of so many seconds, of the program that runs as this process. UsageError if there is none."""
    _check(process_id)
    token = secrets.token_hex(16)
    place = folder()
    answer = place / f"{token}.answer"
    request = place / f"{process_id}.request"
    _write(request, {"token": token, "seconds": seconds, "has_slices": has_slices})
    try:
        os.kill(process_id, SIGNAL)
        found = _await(answer, process_id, seconds + PATIENCE_SECONDS)
    finally:
        request.unlink(missing_ok=True)
        answer.unlink(missing_ok=True)
    if "error" in found:
        raise UsageError(f"process {process_id}: {found['error']}")
    from bumps.interp.profile import unpacked

    return unpacked(found)


def _check(process_id: int) -> None:
    """Raise UsageError unless a program of this user listens there (A3)."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii", errors="replace")
        words = Path(f"/proc/{process_id}/cmdline").read_bytes()
    except OSError:
        if not Path("/proc/self/status").exists():
            raise UsageError("this system has no /proc, so nobody can attach", hint="bumps profile ROUTINE") from None
        raise UsageError(f"process {process_id}: there is none, or it is not yours", hint=WHICH) from None
    facts = dict(line.partition(":")[::2] for line in status.splitlines())
    if int(facts["Uid"].split()[1]) != os.geteuid():
        raise UsageError(f"process {process_id}: it is another user's", hint=WHICH)
    if b"bumps" not in words or not int(facts["SigCgt"], 16) >> (SIGNAL - 1) & 1:
        raise UsageError(f"process {process_id}: it is no `bumps run` that runs a program", hint=WHICH)


def _await(answer: Path, process_id: int, seconds: float) -> dict[str, Any]:
    """Return the answer when it is there."""
    deadline = time.monotonic() + seconds
    while True:
        is_alive = Path(f"/proc/{process_id}").exists()
        with contextlib.suppress(FileNotFoundError):
            found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
            return found
        if not is_alive:
            raise UsageError(f"process {process_id}: it has ended without an answer")
        if time.monotonic() > deadline:
            raise UsageError(
                f"process {process_id}: no answer in {seconds:g} seconds",
                hint="it waits in a call of the system, or has another folder for temporary files ($TMPDIR)",
            )
        time.sleep(LOOK_SECONDS)
