"""$ZGETJPI: whether a process is alive, and how long this one has computed."""

from __future__ import annotations

from bumps.interp.codes import merror
from bumps.interp.symbols import Value
from bumps.interp.values import to_integer, to_text
from bumps.interp.world import World

TIMES = {"CPUTIM": (0, 1), "CSTIME": (3,), "CUTIME": (2,), "STIME": (1,), "UTIME": (0,)}
"""Which of the fields of `os.times` an item is the sum of."""

TICKS_PER_SECOND = 100


def getjpi(world: World, process: Value, item: Value) -> Value:
    """Return $ZGETJPI: 1 or 0 for ISPROCALIVE, else a time of this process in hundredths of a second.

    Process 0 is this one; of others only ISPROCALIVE is known, and times are 0. Raises BADJPIPARAM.
    """
    number, word = to_integer(process), to_text(item).upper()
    names = [name for name in ("ISPROCALIVE", *TIMES) if word and name.startswith(word)]
    if not names:
        raise merror("BADJPIPARAM", to_text(item) or "Null")
    if names[0] == "ISPROCALIVE":
        return 1 if number <= 0 or number == world.process_id or world.host.is_alive(number) else 0
    if number not in (0, world.process_id):
        return 0
    times = world.host.times()
    return int(sum(times[index] for index in TIMES[names[0]]) * TICKS_PER_SECOND)
