"""$ZTIMEOUT and $ZMAXTPTIME: what happens when a time is over, wherever the program is then.

$ZTIMEOUT     `seconds:code` runs the code like XECUTE; without code it is the error ZTIMEOUT. -1 is no timeout
$ZMAXTPTIME   the seconds that a transaction may take: then it is the error TPTIMEOUT. 0 or less is no limit

A program notices it before its next row of commands, and in HANG; one that waits in READ, OPEN or LOCK notices it
behind that. In the main thread the system's alarm says when it is time, if the program has no other use for that;
else the clock is read before every row of commands until then.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bumps.interp.alarm import Alarm
from bumps.interp.codes import merror
from bumps.interp.symbols import Value
from bumps.interp.values import to_number, to_text

if TYPE_CHECKING:
    from bumps.interp.machine import Machine

MILLISECONDS = 1000


class Timeouts:
    """The timeouts of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.transaction_seconds = 0
        """$ZMAXTPTIME."""
        self._vector = ""
        self._deadline: float | None = None
        self._is_expired = False
        """Whether the last $ZTIMEOUT is over; it is 0 then, not -1."""
        self._transaction_deadline: float | None = None
        self._alarm = Alarm(self._ring)

    # $ZTIMEOUT

    def get(self) -> Value:
        """Return $ZTIMEOUT: the seconds that are left, to the millisecond, and the code."""
        if self._deadline is None:
            left = "0" if self._is_expired else "-1"
        else:
            count = max(int((self._deadline - self._now()) * MILLISECONDS), 0)
            left = f"{count // MILLISECONDS}.{count % MILLISECONDS:03d}" if count % MILLISECONDS else str(count // 1000)
        return f"{left}:{self._vector}" if self._vector else left

    def set(self, value: Value) -> None:
        """Set $ZTIMEOUT: without a colon the code stays, without seconds the time; the error of code that is none."""
        text = to_text(value)
        seconds, colon, vector = text.partition(":")
        if vector:
            self.machine.indirection.code(vector)
        if colon:
            self._vector = vector
        if seconds or not colon:
            count = to_number(seconds)
            self._deadline = None if count < 0 else self._now() + float(count)
            self._is_expired = False
        self.begin()

    # Transactions

    def begin_transaction(self) -> None:
        """Begin to count: the outermost TSTART."""
        if self.transaction_seconds > 0:
            self._transaction_deadline = self._now() + self.transaction_seconds
            self.begin()

    def end_transaction(self) -> None:
        """Count no more: no transaction is open."""
        if self._transaction_deadline is not None:
            self._transaction_deadline = None
            self.begin()

    # The Run

    def begin(self) -> None:
        """Wait for the first of the times, in a Run that has begun; for none if there is none."""
        watch = self.machine.watch
        deadline = self._next()
        watch.at_commands = None
        if deadline is None:
            self._alarm.stop()
        else:
            self.machine.tiers.show_frames()
            left = deadline - self._now()
            if left > 0 and self._alarm.is_free(self.machine.world.elapsed):
                self._alarm.set(left)
            else:
                watch.at_commands = self._check
        watch.renew()

    def rest(self) -> None:
        """Wait for nothing: a line of direct mode is over. The times go on."""
        self._alarm.stop()
        self.machine.watch.at_commands = None

    def end(self) -> None:
        """Forget all: the Run is over."""
        self._deadline = self._transaction_deadline = None
        self._is_expired = False
        self.rest()

    def sleep(self, seconds: int | Decimal) -> None:
        """Do HANG. What is due meanwhile runs when it is due, and HANG goes on."""
        world = self.machine.world
        end = self._now() + float(seconds)
        while (deadline := self._next()) is not None and deadline < end:
            if deadline > self._now():
                world.sleep(deadline - self._now())
            self._check()
        left = end - self._now()
        if left > 0:
            world.sleep(left)

    @property
    def is_waiting(self) -> bool:
        """Whether something can become due."""
        return self._deadline is not None or self._transaction_deadline is not None

    def _now(self) -> float:
        return self.machine.world.elapsed()

    def _next(self) -> float | None:
        """Return when something is due first."""
        deadlines = [each for each in (self._deadline, self._transaction_deadline) if each is not None]
        return min(deadlines) if deadlines else None

    def _ring(self) -> None:
        """Take the alarm: the next row of commands is where something can happen."""
        watch = self.machine.watch
        watch.at_commands = self._check
        watch.renew()

    def _check(self) -> None:
        """Do what is due: raise TPTIMEOUT or ZTIMEOUT, or run the code of $ZTIMEOUT."""
        now = self._now()
        transaction_deadline, deadline = self._transaction_deadline, self._deadline
        if transaction_deadline is not None and transaction_deadline <= now:
            self._transaction_deadline = None
            self.begin()
            raise merror("TPTIMEOUT")
        if deadline is None or deadline > now:
            self.begin()
            return
        self._deadline = None
        self._is_expired = True
        self.begin()
        if not self._vector:
            raise merror("ZTIMEOUT")
        machine = self.machine
        test, naked = machine.test, machine.naked
        machine.xecute(self._vector)
        machine.test, machine.naked = test, naked
