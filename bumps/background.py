"""A checkpoint that is written in a thread of its own, while writers go on.

1. With the latch, in steps of some milliseconds: merge what is small.
2. With both locks: mark frame, and freeze the trees. From here on writers copy what is frozen.
3. Without a lock: encode, make room.
4. With the latch: the pages are in force in memory; what was frozen and not changed since is clean. A page that is
not home yet is read from the set.
5. Without a lock: journal, seal, home, meta slot.

An error before the room is made thaws what is frozen; one after it stops the engine.

B1. One at a time. Who holds the writer lock may stop one that has not begun step 2, and wait for
one that has: the later steps do not need that lock.
B2. A tree that is made again (E4 of bumps/engine.py) before step 4 ends the checkpoint; later it waits until the
files are at rest, and begins with the new state.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bumps.checkpoints import Checkpoints


class BackgroundCheckpoint(threading.Thread):
    """One checkpoint in the background."""

    def __init__(self, checkpoints: Checkpoints) -> None:
        """Prepare one; the caller sees to it that there is no other, makes it known, and starts it."""
        super().__init__(name="bumps-checkpoint", daemon=True)
        self.checkpoints = checkpoints
        self.is_waiting = False
        """It wants the locks: writers let it go first."""
        self.is_frozen = False
        """It has got the locks. Changes with the writer lock held."""
        self.is_writing = False
        """The files are between two states. Changes with the latch held."""
        self.is_stopped = False
        self.frozen = threading.Event()
        """Set when writers need not let it go first any more."""
        self.written = threading.Event()
        """Set when the files are as it leaves them."""
        self.done = threading.Event()
        self.error: BaseException | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it may be waited for: not by itself, nor by who takes its steps one by one."""
        return self.is_alive() and threading.current_thread() is not self

    def run(self) -> None:
        """Go through the steps; keep an error for who waits."""
        try:
            for _ in self.checkpoints.steps(self):
                pass
        except BaseException as error:
            self.error = error
        finally:
            self.checkpoints.forget(self)
            self.frozen.set()
            self.written.set()
            self.done.set()
