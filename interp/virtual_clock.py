"""A World whose time and chance are its own: the same program, input and seed do the same again.

V1. The clock begins where it is told to. A step of the program (meter.py) takes a microsecond, so a loop that waits for
    the clock ends. HANG, and a timeout that is over, move it on by as much as they say.
V2. Nothing that comes from outside moves it: a READ that gets its line takes no time, whenever that line came.
V3. A READ, OPEN, LOCK or WRITE /WAIT with a timeout waits for what others do (a command, a socket, a thread) up to
    PATIENCE_S of real time, however long its timeout is, and only then is its timeout over. So their answers are the
    same as long as they come that fast, on a quick machine and on a slow one. Without a timeout it waits for ever.
    HANG gives commands that run as much of real time to end. A terminal is the exception: people are slow, and a READ
    waits as long as it says.
V4. What differs from process to process ($JOB, $ZGETJPI, memory, the numbers of descriptors) is computed from the seed
    and the clock, or is constant.
"""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable, Sequence
from typing import BinaryIO

from bumps.errors import UsageError
from bumps.interp.host import Channel, Host, Waiting
from bumps.interp.meter import Meter
from bumps.interp.world import World

PATIENCE_S = 1.0
LOOK_DELAY_S = 0.005
"""How long HANG sleeps before it looks again whether a command has ended."""

START_DEFAULT = "2000-01-01T00:00:00Z"
MICROSECONDS = 1_000_000
MOMENT_MAX = 253_402_214_400 * MICROSECONDS
"""The clock stops the day before the year 10000, behind which Python has no dates."""

MEMORY_SIZE = 64 << 20
"""What $ZREALSTOR and its like say."""

FIRST_DESCRIPTOR = 3
PROCESS_ID_MAX = 4_194_303

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_WORD = 1 << 64
_GOLDEN = 0x9E3779B97F4A7C15


class SeededChance:
    """Pseudo-random integers: SplitMix64, which is the same in every version of Python, for ever."""

    def __init__(self, seed: int) -> None:
        """Begin; seeds that differ by a multiple of 2**64 are the same."""
        self._state = seed % _WORD

    def word(self) -> int:
        """Return the next 64 bits."""
        self._state = state = (self._state + _GOLDEN) % _WORD
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % _WORD
        state = (state ^ state >> 27) * 0x94D049BB133111EB % _WORD
        return state ^ state >> 31

    def randrange(self, limit: int, /) -> int:
        """Return an integer from 0 to `limit` - 1, each as likely as the others."""
        count = (limit - 1).bit_length()
        if count <= 64:  # in short, as most are
            while (found := self.word() >> 64 - count) >= limit:
                pass
            return found
        while True:
            bits = 0
            for _ in range(-(-count // 64)):
                bits = bits << 64 | self.word()
            found = bits >> -count % 64
            if found < limit:
                return found


class VirtualClock:
    """Time that passes only with steps, and when it is told to (V1)."""

    def __init__(self, start: float, offset: int = 0) -> None:
        """Begin at `start`, in seconds since 1970, UTC; local time is `offset` seconds more."""
        self._offset = offset
        self._begun = self._moment = round(start * MICROSECONDS)
        self._meters: list[Meter] = []

    def measure(self, meter: Meter) -> None:
        """Let each step of a program take a microsecond."""
        self._meters.append(meter)

    def _now(self) -> int:
        """Return microseconds since 1970."""
        return min(self._moment + sum([meter.steps for meter in self._meters]), MOMENT_MAX)

    def now(self) -> float:
        """Return seconds since 1970, UTC."""
        return self._now() / MICROSECONDS

    def offset(self, seconds: float) -> int:
        """Return local time minus UTC, which is always the same, in seconds."""
        return self._offset

    def elapsed(self) -> float:
        """Return seconds since the clock began."""
        return (self._now() - self._begun) / MICROSECONDS

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass, and do not wait; a microsecond at least, so that who waits in parts gets there."""
        if seconds > 0:
            self._moment = round(min(self._moment + max(seconds * MICROSECONDS, 1), MOMENT_MAX))


class VirtualWaiting(Waiting):
    """Something is tried again until patience is over, and then the timeout is (V3)."""

    def __init__(self, seconds: float | None, clock: VirtualClock, sleep: Callable[[float], None]) -> None:
        """Begin to wait so many seconds of the clock; `sleep` takes real time."""
        super().__init__(None if seconds is None else PATIENCE_S, time.monotonic, sleep)
        self._seconds = seconds
        self._clock = clock

    def again(self, delay: float) -> bool:
        """Sleep `delay` seconds of real time; return whether it is to be tried again."""
        if super().again(delay):
            return True
        assert self._seconds is not None
        self._clock.advance(self._seconds)
        return False


class VirtualHost(Host):
    """An operating system whose answers take no time (V2 to V4)."""

    def __init__(self, clock: VirtualClock) -> None:
        """Let timeouts that are over move this clock."""
        super().__init__()
        self._clock = clock
        self._shown: list[Channel] = []

    def measure(self, meter: Meter) -> None:
        """Take the meter of a machine."""
        super().measure(meter)
        self._clock.measure(meter)

    def _over(self, seconds: float | None) -> None:
        """Note that a timeout is over."""
        if seconds is not None:
            self._clock.advance(seconds)

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass; a command that runs may end meanwhile (V3)."""
        self._clock.advance(seconds)
        end = time.monotonic() + min(seconds, PATIENCE_S)
        for process in self._commands.values():
            while process.poll() is None and time.monotonic() < end:
                super().sleep(LOOK_DELAY_S)

    def is_ready(self, number: int, seconds: float | None) -> bool:
        """Return whether there is something to read, or the end."""
        found = super().is_ready(number, patience(seconds))
        if not found:
            self._over(seconds)
        return found

    def is_typed(self, number: int, seconds: float | None) -> bool:
        """Return whether somebody types something within so many seconds of real time."""
        found = super().is_typed(number, seconds)
        if not found:
            self._over(seconds)
        return found

    def ready(
        self, reading: Sequence[Channel], writing: Sequence[Channel], seconds: float | None
    ) -> tuple[list[Channel], list[Channel]]:
        """Return the sockets that can be read, and those that can be written."""
        readable, writable = super().ready(reading, writing, patience(seconds))
        if not readable and not writable:
            self._over(seconds)
        return readable, writable

    def waiting(self, seconds: float | None, elapsed: Callable[[], float], sleep: Callable[[float], None]) -> Waiting:
        """Begin to wait for something that can only be tried."""
        return VirtualWaiting(seconds, self._clock, super().sleep)

    def attempt(self, seconds: float | None, perform: Callable[[float | None], bool]) -> bool:
        """Do what may wait for another thread: a LOCK."""
        is_done = perform(patience(seconds))
        if not is_done:
            self._over(seconds)
        return is_done

    def status(self, process: int, seconds: float) -> int | None:
        """Wait for a command, for at least as long as patience lasts; None if it still runs."""
        found = super().status(process, max(seconds, PATIENCE_S))
        if found is None:
            self._over(seconds)
        return found

    def is_alive(self, process: int) -> bool:
        """Return that there is no other process: none is the same in each Run."""
        return False

    def times(self) -> tuple[float, ...]:
        """Return that this process has computed all the time."""
        return self._clock.elapsed(), 0.0, 0.0, 0.0, self._clock.elapsed()

    def memory_size(self) -> int:
        """Return a constant."""
        return MEMORY_SIZE

    def number_of(self, channel: Channel) -> int:
        """Return numbers in the order in which sockets are shown for the first time."""
        for index, each in enumerate(self._shown):
            if each is channel:
                return FIRST_DESCRIPTOR + index
        self._shown.append(channel)
        return FIRST_DESCRIPTOR + len(self._shown) - 1


def patience(seconds: float | None) -> float | None:
    """Return how long to wait in real time (V3)."""
    return None if seconds is None else PATIENCE_S


def virtual_world(seed: int = 0, start: str = START_DEFAULT) -> World:
    """Return a World of its own time and chance; UsageError for a start that is no time."""
    moment, offset = parse_start(start)
    clock = VirtualClock(moment, offset)
    host = VirtualHost(clock)

    def receive_patiently(source: BinaryIO, seconds: float | None) -> bytes | None:
        data = host.receive(source, patience(seconds))
        if data is None and seconds is not None:
            clock.advance(seconds)
        return data

    job = SeededChance(seed ^ _GOLDEN)  # not the chance of the program: that must not depend on who looks at $JOB
    return World(
        now=clock.now,
        offset=clock.offset,
        elapsed=clock.elapsed,
        sleep=host.sleep,
        receive=receive_patiently,
        random=SeededChance(seed),
        process_id=1 + job.randrange(PROCESS_ID_MAX),
        host=host,
    )


def parse_start(text: str) -> tuple[float, int]:
    """Return seconds since 1970, UTC, and the offset of local time, for ISO 8601 or a number of seconds."""
    hint = f"such as {START_DEFAULT}, 2026-11-21T09:30+01:00, or seconds since 1970"
    offset = datetime.timedelta()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
    else:
        try:
            moment = datetime.datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{text!r}: not a time", hint=hint) from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.UTC)
        offset = moment.utcoffset() or offset
        seconds = (moment - _EPOCH).total_seconds()
    if not 0 <= seconds * MICROSECONDS < MOMENT_MAX:
        raise UsageError(f"{text}: not a time from 1970 to 9999", hint=hint)
    return seconds, int(offset.total_seconds())
