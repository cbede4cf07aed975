"""A checkpoint that is written in a thread of its own, while writers go on.

1. Without a lock: grow the files to what it will probably need.
2. With both locks: mark frame, encode, and put the pages in force in memory. From here on the trees
go on to the next generation; a page that is not home yet is read from the set.
3. Without a lock: journal, seal, home, meta slot. An error here stops the engine.
4. With the latch: let the set go.

B1. One at a time. Who holds the writer lock may stop one that has not begun step 2, and wait for
one that has: steps 3 and 4 do not need that lock.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bumps.engine import Engine


class BackgroundCheckpoint(threading.Thread):
    """One checkpoint in the background."""

    def __init__(self, engine: Engine) -> None:
        """Prepare one; the caller sees to it that there is no other, makes it known, and starts it."""
        super().__init__(name="bumps-checkpoint", daemon=True)
        self.engine = engine
        self.is_waiting = False
        """It wants the locks: writers let it go first."""
        self.is_frozen = False
        """It has got the locks. Changes with the writer lock held."""
        self.is_writing = False
        """Its pages are in force in memory, and the files are between two states. Changes with the latch held."""
        self.is_stopped = False
        self.reserved = threading.Event()
        """Set when it does nothing to the files any more before step 2."""
        self.frozen = threading.Event()
        """Set when writers need not let it go first any more."""
        self.written = threading.Event()
        """Set when the files are as it leaves them."""
        self.done = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Go through the steps; keep an error for who waits."""
        try:
            self.engine.run_background(self)
        except BaseException as error:
            self.error = error
        finally:
            self.engine.end_background(self)
            self.reserved.set()
            self.frozen.set()
            self.written.set()
            self.done.set()
