"""What a Run needs of the world around it: time, chance, the process. Handed in, so that tests replace it."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class World:
    """The world of one Run."""

    now: Callable[[], float] = time.time
    """Seconds since 1970, UTC."""
    offset: Callable[[float], int] = field(default=lambda seconds: time.localtime(seconds).tm_gmtoff)
    """Local time minus UTC at that moment, in seconds."""
    sleep: Callable[[float], None] = time.sleep
    random: random.Random = field(default_factory=random.Random)
    process_id: int = field(default_factory=os.getpid)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: str = field(default_factory=os.getcwd)
    system: str = "bumps"
    """The second piece of $SYSTEM."""

    def horolog(self) -> tuple[int, int, int, int]:
        """Return days since 1840-12-31, seconds since midnight, microseconds, and seconds west of UTC."""
        now = self.now()
        whole = int(now // 1)
        offset = self.offset(now)
        days, seconds = divmod(whole + offset, 86400)
        return days + 47117, seconds, int((now - whole) * 1_000_000), -offset
