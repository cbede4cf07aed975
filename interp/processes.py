"""$ZGETJPI: whether a process is alive, and how long this one has computed."""

from __future__ import annotations

import os

from bumps.interp.codes import merror
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text

TIMES = {"CPUTIM": (0, 1), "CSTIME": (3,), "CUTIME": (2,), "STIME": (1,), "UTIME": (0,)}
"""Which of the fields of `os.times` an item is the sum of."""

TICKS_PER_SECOND = 100


def getjpi(process: Value, item: Value) -> Value:
    """Return $ZGETJPI: 1 or 0 for ISPROCALIVE, else a time of this process in hundredths of a second.

    Process 0 is this one; of others only ISPROCALIVE is known, and times are 0. Raises BADJPIPARAM.
    """
    number, word = to_integer(process), to_text(item).upper()
    names = [name for name in ("ISPROCALIVE", *TIMES) if word and name.startswith(word)]
    if not names:
        raise merror("BADJPIPARAM", to_text(item))
    if names[0] == "ISPROCALIVE":
        return 1 if number <= 0 or _is_alive(number) else 0
    if number not in (0, os.getpid()):
        return 0
    times = os.times()
    return int(sum(times[index] for index in TIMES[names[0]]) * TICKS_PER_SECOND)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 is none
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
