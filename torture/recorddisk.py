"""Real files that remember every operation: the same trace as a `SimDisk`, of real threads and a real kernel.

The trace of a live run goes through the same generator of crash states. Paths below `folder` stand in it
as those below `DIRECTORY` of the simulated disk.

    D1. An operation is in the trace at the moment when it has returned.
    D2. A file is not written while it is synced: what a sync covers is what stands before it in the trace.
        Other files are: real threads overlap.
    D3. A promise is a node: what was set before it was given. Which LSN that is says the journal,
        once the run has ended (`promises`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import NamedTuple

from bumps.files import RealDisk, RealFile
from bumps.torture.simdisk import (
    ROOT,
    Ack,
    Begin,
    Drop,
    Link,
    Operation,
    Rename,
    Sync,
    SyncDirectory,
    Truncate,
    Unlink,
    Write,
)

FOLDER_NUMBER = ROOT + 1
"""Number of the directory in which databases lie, as `SimDisk` gives it."""
LSN_MAX = 1 << 40


class Promise(NamedTuple):
    """Mark: whoever set this node to this value was told that it is durable."""

    name: str
    key: bytes
    value: bytes


class Call(NamedTuple):
    """One call that changes something, for a comparison with what the operating system has seen."""

    kind: str
    path: str
    offset: int
    size: int


class RecordFile(RealFile):
    """An open real file whose changes are recorded."""

    __slots__ = ("disk", "mutex", "number", "path")

    def __init__(self, disk: RecordDisk, descriptor: int, path: str) -> None:
        """Take over an open descriptor."""
        super().__init__(descriptor)
        self.disk = disk
        self.path = path
        inode = os.fstat(descriptor).st_ino
        self.number = disk.numbers[inode]
        self.mutex = disk.mutex_of(inode)

    def pwrite(self, data: bytes, offset: int) -> int:
        """Write, and record what was written."""
        with self.mutex:
            written = super().pwrite(data, offset)
            if written:
                self.disk.record(Write(self.number, offset, bytes(data[:written])))
                self.disk.log("pwrite", self.path, offset, written)
        return written

    def truncate(self, size: int) -> None:
        """Set the size."""
        with self.mutex:
            super().truncate(size)
            self.disk.record(Truncate(self.number, size))
            self.disk.log("truncate", self.path, 0, size)

    def sync(self) -> None:
        """Sync; a failed one is recorded as such (D2)."""
        with self.mutex:
            try:
                super().sync()
            except OSError:
                self.disk.record(Drop(self.number, False))
                raise
            finally:
                self.disk.log("sync", self.path, 0, 0)
            self.disk.record(Sync(self.number))


class RecordDisk(RealDisk):
    """The operating system, with a trace. `folder` must be empty."""

    def __init__(self, folder: str) -> None:
        """Record what happens below `folder`."""
        self.folder = os.path.realpath(folder)
        self.trace: list[Operation | Promise] = [Begin(LSN_MAX)]
        self.calls: list[Call] = []
        self.numbers: dict[int, int] = {os.stat(self.folder).st_ino: FOLDER_NUMBER}
        """Inode -> number in the trace; a file that gets the inode of one that is gone gets a new number."""
        self._next = FOLDER_NUMBER + 1
        self._mutexes: dict[int, threading.Lock] = {}
        self._mutex = threading.Lock()

    def record(self, operation: Operation | Promise) -> None:
        """Add one operation or mark to the trace."""
        with self._mutex:
            self.trace.append(operation)

    def log(self, kind: str, path: str, offset: int, size: int) -> None:
        """Note one call."""
        with self._mutex:
            self.calls.append(Call(kind, path, offset, size))

    def mutex_of(self, inode: int) -> threading.Lock:
        """Return what keeps writes and syncs of one file apart (D2)."""
        with self._mutex:
            return self._mutexes.setdefault(inode, threading.Lock())

    def _born(self, path: str, *, is_directory: bool) -> None:
        directory, name = self._place(path)
        with self._mutex:
            inode = os.stat(path).st_ino
            self.numbers[inode] = self._next
            self._mutexes.pop(inode, None)
            self.trace.append(Link(directory, name, self._next, is_directory))
            self._next += 1

    def _place(self, path: str) -> tuple[int, str]:
        folder, name = os.path.split(path.rstrip("/"))
        return self.numbers[os.stat(folder).st_ino], name

    def create(self, path: str) -> RecordFile:
        """Make a new empty file and open it."""
        file = super().create(path)
        self._born(path, is_directory=False)
        self.log("create", path, 0, 0)
        return RecordFile(self, file.descriptor, path)

    def open(self, path: str, *, write: bool) -> RecordFile:
        """Open the file that is there."""
        return RecordFile(self, super().open(path, write=write).descriptor, path)

    def make_directory(self, path: str) -> None:
        """Make a directory."""
        super().make_directory(path)
        self._born(path, is_directory=True)
        self.log("make_directory", path, 0, 0)

    def rename(self, old: str, new: str) -> None:
        """Rename."""
        source, target = self._place(old), self._place(new)
        with self._mutex:
            super().rename(old, new)
            self.trace.append(Rename(*source, *target))
            self.calls.append(Call("rename", new, 0, 0))

    def unlink(self, path: str) -> None:
        """Unlink."""
        place = self._place(path)
        with self._mutex:
            super().unlink(path)
            self.trace.append(Unlink(*place))
            self.calls.append(Call("unlink", path, 0, 0))

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        place = self._place(path)
        with self._mutex:
            super().remove_directory(path)
            self.trace.append(Unlink(*place))
            self.calls.append(Call("remove_directory", path, 0, 0))

    def sync_directory(self, path: str) -> None:
        """Make the names in a directory durable."""
        number = self.numbers.get(os.stat(path).st_ino)
        with self._mutex:
            super().sync_directory(path)
            if number is not None:
                self.trace.append(SyncDirectory(number))
            self.calls.append(Call("sync_directory", path, 0, 0))

    def promise(self, name: str, key: bytes, value: bytes) -> None:
        """Mark that somebody was told that this node is durable (D3)."""
        self.record(Promise(name, key, value))

    def resolved(self, lsns: Mapping[tuple[str, bytes, bytes], int]) -> list[Operation]:
        """Return the trace, each promise an `Ack` of the LSN that set its node; acknowledgements never fall."""
        acked = 0
        trace: list[Operation] = []
        for each in self.trace:
            if isinstance(each, Promise):
                acked = max(acked, lsns[each.name, each.key, each.value])
                trace.append(Ack(acked))
            else:
                trace.append(each)
        return trace
