"""A disk that fails on purpose: the n-th call of some kind raises, is short, or is the last one of the process.

F1. Only the seam's calls fail, each as the operating system lets it fail.
F2. A failed sync drops what was dirty (TORTURE 2), in one of five ways (`EFFECTS`). In the last three the
    sync that failed returns as if it had not: no engine can keep what it promises after that.
F3. After `kill` every call raises `Killed`, as a dead process makes no more calls.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from enum import Enum
from typing import NamedTuple

from bumps.files import Disk, File
from bumps.torture.simdisk import SimDisk, SimFile

KINDS = (
    "create",
    "open",
    "pread",
    "pwrite",
    "truncate",
    "sync",
    "rename",
    "unlink",
    "make_directory",
    "remove_directory",
    "sync_directory",
    "list",
)
"""The calls that can fail."""
CHANGING = ("create", "pwrite", "truncate", "sync", "rename", "unlink", "make_directory", "sync_directory")
"""Those that change the medium."""


EFFECTS = {
    "keep": "the cache keeps the new bytes, as with ext4 and XFS",
    "revert": "the cache shows the old bytes again, as with btrfs",
    "late": "nobody hears of it until the next sync of this file fails",
    "other": "nobody hears of it until the next sync through another handle of this file fails",
    "never": "nobody hears of it",
}
"""What a sync that fails does to what was dirty, and who is told."""
UNHEARD = ("late", "other", "never")
"""Effects with which the sync that failed returns as if it had not."""


class Killed(BaseException):
    """The process got SIGKILL: nothing of it runs any more. Nobody but the harness may catch it."""


class Fault(NamedTuple):
    """Which call fails, and how."""

    kind: str
    """One of `KINDS`, or `any`, or `changing`."""
    nth: int
    """Counted from 1 since `arm`."""
    how: str
    """EIO, ENOSPC, EDQUOT; short (writes all but the last 7 bytes), memory, interrupt, kill."""
    times: int = 1
    """How often it fails from there on; 0 is for ever."""
    effect: str = "keep"
    """For a failed sync: one of `EFFECTS`."""

    def __str__(self) -> str:
        """Return the form that reports use."""
        often = {0: " for ever", 1: ""}.get(self.times, f" {self.times} times")
        return f"{self.how} at {self.kind} {self.nth}{often}{'' if self.effect == 'keep' else ' ' + self.effect}"


class Outcome(Enum):
    """What becomes of a call that does not raise."""

    DONE = "done"
    SHORT = "short"
    """A write is to leave out its last bytes."""
    UNHEARD = "unheard"
    """A sync has failed, and is to return."""


class FaultDisk:
    """Wraps a `SimDisk` and lets calls fail as armed. Implements `bumps.files.Disk`."""

    def __init__(self, disk: SimDisk) -> None:
        """Wrap `disk`; nothing fails until `arm`."""
        self.disk = disk
        self.calls: Counter[str] = Counter()
        self.fired = 0
        self.dead = False
        """Whether the process has been killed: every call raises until `kill`."""
        self.lied_at: int | None = None
        """How long the trace was when a sync first returned though it had failed."""
        self._owed: list[tuple[SimFile, str]] = []
        """Of syncs that failed unheard: the handle, and the effect. The kernel outlives the process."""
        self._fault: Fault | None = None
        self._count = 0
        self._behind = ""

    def arm(self, fault: Fault) -> None:
        """Let a call fail from now on, counted from here."""
        self._fault = fault
        self._behind = ""
        self._count = 0
        self.fired = 0

    def arm_behind(self, kind: str, fault: Fault) -> None:
        """Let a call fail, counted from the next one of this kind."""
        self.arm(fault)
        self._behind = kind

    def disarm(self) -> None:
        """Let nothing fail any more."""
        self._fault, self._behind = None, ""

    def kill(self) -> None:
        """Let the process die, on the wrapped disk too; a new one may then use this disk."""
        self.disk.kill()
        self.dead = False
        self.disarm()

    @property
    def owed_count(self) -> int:
        """How many errors of earlier syncs nobody has heard of yet, but somebody may."""
        return len(self._owed)

    @property
    def effect(self) -> str:
        """What the armed fault does to a sync; that of `Fault` if none is armed."""
        return self._fault.effect if self._fault is not None else "keep"

    def strike(self, kind: str, file: SimFile | None = None) -> Outcome:
        """Count one call and raise if it is to fail; return what becomes of it else."""
        self.calls[kind] += 1
        if self.dead:
            raise Killed
        if kind == "sync" and file is not None:
            self._pay(file)
        fault = self._fault
        if self._behind:
            if kind == self._behind:
                self._behind = ""
            return Outcome.DONE
        if fault is None or not self._matches(fault, kind):
            return Outcome.DONE
        self._count += 1
        if self._count < fault.nth or (fault.times and self._count >= fault.nth + fault.times):
            return Outcome.DONE
        if fault.how == "short" and kind != "pwrite":
            return Outcome.DONE
        self.fired += 1
        if fault.how == "kill":
            self.dead = True
            raise Killed
        if fault.how == "short":
            return Outcome.SHORT
        if fault.how == "memory":
            raise MemoryError
        if fault.how == "interrupt":
            raise KeyboardInterrupt
        if kind == "sync" and file is not None:
            file.drop(revert=fault.effect == "revert")
        if kind in ("sync", "sync_directory") and fault.effect in UNHEARD:
            return self._unheard(fault.effect, file)
        number = getattr(errno, fault.how)
        raise OSError(number, os.strerror(number))

    def _unheard(self, effect: str, file: SimFile | None) -> Outcome:
        """Note that a sync failed and nobody was told; of a directory nobody ever is."""
        if self.lied_at is None:
            self.lied_at = len(self.disk.trace)
        if effect != "never" and file is not None:
            self._owed.append((file, effect))
        return Outcome.UNHEARD

    def _pay(self, file: SimFile) -> None:
        """Raise the error of an earlier sync of this file, if it is owed to this handle."""
        for owed in self._owed:
            failed, effect = owed
            if failed.number == file.number and (effect == "late" or failed is not file):
                self._owed.remove(owed)
                file.drop(revert=False)
                raise OSError(errno.EIO, os.strerror(errno.EIO))

    @staticmethod
    def _matches(fault: Fault, kind: str) -> bool:
        return fault.kind in (kind, "any") or (fault.kind == "changing" and kind in CHANGING)

    def create(self, path: str) -> FaultFile:
        """Make a new empty file."""
        self.strike("create")
        return FaultFile(self, self.disk.create(path))

    def open(self, path: str, *, write: bool) -> FaultFile:
        """Open the file that is there."""
        self.strike("open")
        return FaultFile(self, self.disk.open(path, write=write))

    def kind(self, path: str) -> str:
        """Return what is at this path."""
        return self.disk.kind(path)

    def identity(self, path: str) -> tuple[int, int]:
        """Return device and inode."""
        return self.disk.identity(path)

    def rename(self, old: str, new: str) -> None:
        """Rename."""
        self.strike("rename")
        self.disk.rename(old, new)

    def unlink(self, path: str) -> None:
        """Unlink."""
        self.strike("unlink")
        self.disk.unlink(path)

    def list(self, path: str) -> list[str]:
        """Return the names in a directory."""
        self.strike("list")
        return self.disk.list(path)

    def make_directory(self, path: str) -> None:
        """Make a directory."""
        self.strike("make_directory")
        self.disk.make_directory(path)

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        self.strike("remove_directory")
        self.disk.remove_directory(path)

    def sync_directory(self, path: str) -> None:
        """Make names durable."""
        if self.strike("sync_directory") is not Outcome.UNHEARD:
            self.disk.sync_directory(path)

    def is_writable(self, path: str) -> bool:
        """Return whether files and names there may be written."""
        return self.disk.is_writable(path)

    def free_size(self, path: str) -> int:
        """Return the bytes that are left."""
        return self.disk.free_size(path)

    def time_us(self) -> int:
        """Return the clock."""
        return self.disk.time_us()

    def monotonic(self) -> float:
        """Return the clock that never goes back."""
        return self.disk.monotonic()

    def sleep(self, seconds: float) -> None:
        """Set the clock forward."""
        self.disk.sleep(seconds)

    def random(self, size: int) -> bytes:
        """Return random bytes."""
        return self.disk.random(size)

    def absolute(self, path: str) -> str:
        """Return the path from the root on."""
        return self.disk.absolute(path)

    def process_id(self) -> int:
        """Return the number of the process."""
        return self.disk.process_id()


class FaultFile:
    """An open file of a `FaultDisk`."""

    __slots__ = ("_disk", "_file")

    def __init__(self, disk: FaultDisk, file: SimFile) -> None:
        """Wrap `file`."""
        self._disk = disk
        self._file = file

    def pread(self, size: int, offset: int) -> bytes:
        """Read, or fail."""
        self._disk.strike("pread")
        return self._file.pread(size, offset)

    def pwrite(self, data: bytes, offset: int) -> int:
        """Write, or fail, or write all but the last 7 bytes."""
        if self._disk.strike("pwrite") is Outcome.SHORT:
            return self._file.pwrite(data[:-7], offset)
        return self._file.pwrite(data, offset)

    def truncate(self, size: int) -> None:
        """Set the size, or fail."""
        self._disk.strike("truncate")
        self._file.truncate(size)

    def size(self) -> int:
        """Return the size."""
        return self._file.size()

    def sync(self) -> None:
        """Sync, or fail and drop what was dirty (F2)."""
        if self._disk.strike("sync", self._file) is not Outcome.UNHEARD:
            self._file.sync()

    def lock(self, byte: int, *, exclusive: bool) -> bool:
        """Lock one byte."""
        return self._file.lock(byte, exclusive=exclusive)

    def unlock(self, byte: int) -> None:
        """Unlock one byte."""
        self._file.unlock(byte)

    def close(self) -> None:
        """Close."""
        self._file.close()


def _conforms(sim: SimDisk, fault: FaultDisk, file: SimFile, faulty: FaultFile) -> tuple[Disk, Disk, File, File]:
    """Let the type checker prove that all four implement the seam."""
    return sim, fault, file, faulty
