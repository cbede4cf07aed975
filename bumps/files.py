"""The one seam to the operating system: files, locks, time and random bytes.

Nothing else in bumps/, btree/, wal/ and recovery/ opens, writes, syncs, renames,
locks, sleeps, or asks for the time (`tests/test_tidy.py` looks). `torture/`
replaces a `Disk` by one that simulates power cuts and faults; `:memory:` databases
use `MemoryDisk`. Every method raises `OSError` as the system does: what it means
is decided by the caller, who knows what was being done.

    D1. `pwrite` returns how many bytes were written, and may write fewer: the caller
        looks (`write_all`). EINTR is repeated here, nothing else is.
    D2. What was written is durable only after `sync` of the file, a name only after
        `sync_directory` of its directory.
    D3. After a `sync` that failed nothing is known of what was written since the last
        one that did not, and a second `sync` proves nothing.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol


class File(Protocol):
    """One open file. Offsets and sizes are in bytes."""

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes at `offset`; fewer only at the end of the file."""

    def pwrite(self, data: bytes, offset: int) -> int:
        """Write `data` at `offset`; return how many bytes were written (D1)."""

    def truncate(self, size: int) -> None:
        """Make the file `size` bytes long; what is new reads as zeros."""

    def size(self) -> int:
        """Return how long the file is."""

    def sync(self) -> None:
        """Return when all that was written is durable, size included (D2)."""

    def lock(self, byte: int, *, exclusive: bool) -> bool:
        """Lock one byte of the file until `unlock` or the end of this handle; False if another holds it."""

    def unlock(self, byte: int) -> None:
        """Let go what `lock` took."""

    def close(self) -> None:
        """Close the file and let its locks go. It syncs nothing."""


class Disk(Protocol):
    """A file system, the clock and the source of random bytes. Paths are absolute."""

    def create(self, path: str) -> File:
        """Make a new empty file and open it; FileExistsError if there is something."""

    def open(self, path: str, *, write: bool) -> File:
        """Open the file that is there."""

    def kind(self, path: str) -> str:
        """Return `file`, `directory`, `other`, or `` if there is nothing. A link is followed."""

    def absolute(self, path: str) -> str:
        """Return the path from the root on: where a process is may change while a database is open."""

    def identity(self, path: str) -> tuple[int, int]:
        """Return device and inode: the same for two names of one thing."""

    def rename(self, old: str, new: str) -> None:
        """Give a file or a directory another name; a file in its place is replaced at once."""

    def unlink(self, path: str) -> None:
        """Take a file's name away."""

    def list(self, path: str) -> list[str]:
        """Return the names in a directory, sorted."""

    def make_directory(self, path: str) -> None:
        """Make a directory; FileExistsError if there is something."""

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""

    def sync_directory(self, path: str) -> None:
        """Return when the names in this directory are durable (D2)."""

    def is_writable(self, path: str) -> bool:
        """Return whether this process may write to the file, or make names in the directory, that is there."""

    def free_size(self, path: str) -> int:
        """Return how many bytes are free on the file system of this path."""

    def time_us(self) -> int:
        """Return microseconds since 1970. It may go backwards."""

    def monotonic(self) -> float:
        """Return seconds since some moment; it never goes backwards."""

    def sleep(self, seconds: float) -> None:
        """Return after that long."""

    def random(self, size: int) -> bytes:
        """Return `size` random bytes."""

    def process_id(self) -> int:
        """Return the number of this process, for a message to people."""


class ShortWriteError(OSError):
    """Fewer bytes were written than given: the disk is full or broken."""


def write_all(file: File, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset`, or raise OSError: a short write is an error (D1)."""
    written = file.pwrite(data, offset)
    if written != len(data):
        raise ShortWriteError(errno.EIO, f"wrote {written} of {len(data)} bytes at {offset}")


def read_all(file: File) -> bytes:
    """Return the whole content of a file."""
    return file.pread(file.size(), 0)


# Linux's "open file description" locks belong to the descriptor, not to the process: closing
# another descriptor of the file does not drop them, and two handles in one process exclude
# each other. Other systems get `flock` on the whole file, which has the same two properties.
_F_OFD_SETLK = 37 if sys.platform == "linux" else None
_FLOCK = struct.Struct("hhqqi4x")


class RealFile:
    """A file of the operating system."""

    __slots__ = ("descriptor",)

    def __init__(self, descriptor: int) -> None:
        """Take over an open descriptor."""
        self.descriptor = descriptor

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes at `offset`."""
        data = os.pread(self.descriptor, size, offset)
        if len(data) == size or not data:
            return data
        parts = [data]
        at = len(data)
        while at < size and (data := os.pread(self.descriptor, size - at, offset + at)):
            parts.append(data)
            at += len(data)
        return b"".join(parts)

    def pwrite(self, data: bytes, offset: int) -> int:
        """Write `data` at `offset`; go on after a partial write as long as something is written."""
        written = os.pwrite(self.descriptor, data, offset)
        while 0 < written < len(data):
            more = os.pwrite(self.descriptor, memoryview(data)[written:], offset + written)
            if more == 0:
                break
            written += more
        return written

    def truncate(self, size: int) -> None:
        """Make the file `size` bytes long."""
        os.ftruncate(self.descriptor, size)

    def size(self) -> int:
        """Return how long the file is."""
        return os.fstat(self.descriptor).st_size

    def sync(self) -> None:
        """Make content and size durable; on macOS only F_FULLFSYNC reaches the medium."""
        if sys.platform == "darwin":
            fcntl.fcntl(self.descriptor, fcntl.F_FULLFSYNC)
        elif hasattr(os, "fdatasync"):
            os.fdatasync(self.descriptor)
        else:
            os.fsync(self.descriptor)

    def lock(self, byte: int, *, exclusive: bool) -> bool:
        """Lock one byte; False if another handle holds it."""
        try:
            if _F_OFD_SETLK is None:
                fcntl.flock(self.descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            else:
                kind = fcntl.F_WRLCK if exclusive else fcntl.F_RDLCK
                fcntl.fcntl(self.descriptor, _F_OFD_SETLK, _FLOCK.pack(kind, os.SEEK_SET, byte, 1, 0))
        except (BlockingIOError, PermissionError):
            return False
        return True

    def unlock(self, byte: int) -> None:
        """Let go what `lock` took."""
        if _F_OFD_SETLK is None:
            fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        else:
            fcntl.fcntl(self.descriptor, _F_OFD_SETLK, _FLOCK.pack(fcntl.F_UNLCK, os.SEEK_SET, byte, 1, 0))

    def close(self) -> None:
        """Close the descriptor."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class RealDisk:
    """The operating system."""

    def create(self, path: str) -> RealFile:
        """Make a new empty file, readable by its group as the umask allows."""
        return self._open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)

    def open(self, path: str, *, write: bool) -> RealFile:
        """Open the file that is there."""
        return self._open(path, os.O_RDWR if write else os.O_RDONLY)

    def _open(self, path: str, flags: int) -> RealFile:
        # Never 0, 1 or 2: a stray print to a closed standard output must not reach a page.
        # O_NONBLOCK: opening a FIFO in the place of a file must not wait for a writer.
        descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)
        if descriptor < 3:
            higher = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
            os.close(descriptor)
            descriptor = higher
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "not a regular file", path)
        return RealFile(descriptor)

    def kind(self, path: str) -> str:
        """Return what is at this path."""
        try:
            mode = os.stat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return ""
        return "file" if stat.S_ISREG(mode) else "directory" if stat.S_ISDIR(mode) else "other"

    def absolute(self, path: str) -> str:
        """Return the path from the root on."""
        return os.path.abspath(path)

    def identity(self, path: str) -> tuple[int, int]:
        """Return device and inode."""
        status = os.stat(path)
        return status.st_dev, status.st_ino

    def rename(self, old: str, new: str) -> None:
        """Rename."""
        os.rename(old, new)

    def unlink(self, path: str) -> None:
        """Unlink."""
        os.unlink(path)

    def list(self, path: str) -> list[str]:
        """Return the names in a directory, sorted."""
        return sorted(os.listdir(path))

    def make_directory(self, path: str) -> None:
        """Make a directory."""
        os.mkdir(path)

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        os.rmdir(path)

    def sync_directory(self, path: str) -> None:
        """Make the names in a directory durable."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def is_writable(self, path: str) -> bool:
        """Ask the system, for the user that counts when files are opened; a read-only file system says no to root."""
        return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)

    def free_size(self, path: str) -> int:
        """Return the bytes that an ordinary user may still write."""
        status = os.statvfs(path)
        return status.f_bavail * status.f_frsize

    def time_us(self) -> int:
        """Return microseconds since 1970."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def random(self, size: int) -> bytes:
        """Return bytes from the system's generator."""
        return os.urandom(size)

    def process_id(self) -> int:
        """Return the number of this process."""
        return os.getpid()


class MemoryFile:
    """An open file of a `MemoryDisk`."""

    __slots__ = ("content", "held")

    def __init__(self, content: bytearray) -> None:
        """Share the content with every other handle of the file."""
        self.content = content

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes at `offset`."""
        return bytes(self.content[offset : offset + size])

    def pwrite(self, data: bytes, offset: int) -> int:
        """Write, filling a gap with zeros."""
        if offset > len(self.content):
            self.content.extend(bytes(offset - len(self.content)))
        self.content[offset : offset + len(data)] = data
        return len(data)

    def truncate(self, size: int) -> None:
        """Cut, or grow with zeros."""
        if size < len(self.content):
            del self.content[size:]
        else:
            self.content.extend(bytes(size - len(self.content)))

    def size(self) -> int:
        """Return how long the file is."""
        return len(self.content)

    def sync(self) -> None:
        """Do nothing: memory is as durable as it gets."""

    def lock(self, byte: int, *, exclusive: bool) -> bool:
        """Succeed: a disk in memory has one user."""
        return True

    def unlock(self, byte: int) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing: the content lives as long as the disk."""


class MemoryDisk(RealDisk):
    """A file system in memory, for `:memory:`; time and random bytes are the system's."""

    def __init__(self) -> None:
        """Start with an empty root directory."""
        self.files: dict[str, bytearray] = {}
        self.directories: set[str] = {"/"}
        self.mutex = threading.Lock()

    def create(self, path: str) -> MemoryFile:  # type: ignore[override]
        """Make a new empty file."""
        with self.mutex:
            if self.kind(path):
                raise FileExistsError(errno.EEXIST, "exists", path)
            self._need_parent(path)
            content = self.files[path] = bytearray()
        return MemoryFile(content)

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        """Open the file that is there."""
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)
        return MemoryFile(self.files[path])

    def kind(self, path: str) -> str:
        """Return what is at this path."""
        return "file" if path in self.files else "directory" if path in self.directories else ""

    def identity(self, path: str) -> tuple[int, int]:
        """Return numbers that no other disk has."""
        return -id(self), hash(path)

    def rename(self, old: str, new: str) -> None:
        """Rename a file or a whole directory."""
        with self.mutex:
            self._need_parent(new)
            if old in self.files:
                self.files[new] = self.files.pop(old)
                return
            if old not in self.directories:
                raise FileNotFoundError(errno.ENOENT, "no such file or directory", old)
            if self.kind(new) and self.list(new):
                raise OSError(errno.ENOTEMPTY, "directory not empty", new)
            for path in [path for path in self.files if path.startswith(old + "/")]:
                self.files[new + path[len(old) :]] = self.files.pop(path)
            for path in [path for path in self.directories if path == old or path.startswith(old + "/")]:
                self.directories.discard(path)
                self.directories.add(new + path[len(old) :])

    def unlink(self, path: str) -> None:
        """Remove a file."""
        with self.mutex:
            if path not in self.files:
                raise FileNotFoundError(errno.ENOENT, "no such file", path)
            del self.files[path]

    def list(self, path: str) -> list[str]:
        """Return the names in a directory, sorted."""
        if path not in self.directories:
            raise FileNotFoundError(errno.ENOENT, "no such directory", path)
        prefix = path.rstrip("/") + "/"
        names = {name[len(prefix) :] for name in [*self.files, *self.directories] if name.startswith(prefix)}
        return sorted(name for name in names if name and "/" not in name)

    def make_directory(self, path: str) -> None:
        """Make a directory."""
        with self.mutex:
            if self.kind(path):
                raise FileExistsError(errno.EEXIST, "exists", path)
            self._need_parent(path)
            self.directories.add(path)

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        if self.list(path):
            raise OSError(errno.ENOTEMPTY, "directory not empty", path)
        self.directories.discard(path)

    def sync_directory(self, path: str) -> None:
        """Do nothing."""

    def is_writable(self, path: str) -> bool:
        """Return True: nobody protects anything here."""
        return True

    def free_size(self, path: str) -> int:
        """Return a large number."""
        return 1 << 40

    def _need_parent(self, path: str) -> None:
        parent = os.path.dirname(path)
        if parent not in self.directories:
            raise FileNotFoundError(errno.ENOENT, "no such directory", parent)


def after_fork(act: Callable[[], None]) -> None:
    """Call `act` in every process that is forked from this one, before anything else of bumps runs there."""
    os.register_at_fork(after_in_child=act)


def close_quietly(file: File | None) -> None:
    """Close a file in a clean-up, where an error of `close` would hide the one that matters."""
    if file is not None:
        with contextlib.suppress(OSError):
            file.close()
