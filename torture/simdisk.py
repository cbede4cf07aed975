"""A disk in memory that remembers every operation, so that power cuts can be made from it afterwards.

A process that uses a `SimDisk` sees an ordinary file system: what the page cache
of an operating system shows. What a power cut would leave is not decided here:
the disk only writes down, in `trace`, what was done in which order, together with
the marks of whoever drives the engine, and `torture/states.py` makes the legal
contents of the medium from a prefix of that trace.

    T1. Everything that can change the medium is in `trace`, in the order in which
        it happened; nothing else is.
    T2. The same calls give the same trace: clock and random bytes come from the seed.
    T3. `kill` loses what a dead process loses (handles and locks), and nothing else.
"""

from __future__ import annotations

import errno
import functools
import os
import posixpath
import random
from collections.abc import Mapping
from typing import NamedTuple

SECTOR_SIZE = 512
"""What a disk writes or does not write; a torn sector is the smaller unit (TORTURE 2)."""
CAPACITY = 1 << 40
"""Bytes of a disk that is not small on purpose."""
FIRST_DAY_US = 1_700_000_000_000_000
DAY_US = 86_400_000_000
ROOT = 1
"""Number of the root directory. Files and directories share one row of numbers."""


class Write(NamedTuple):
    """Bytes were written to a file."""

    file: int
    offset: int
    data: bytes


class Truncate(NamedTuple):
    """The size of a file was set."""

    file: int
    size: int


class Sync(NamedTuple):
    """A sync of a file returned without an error."""

    file: int


class Lie(NamedTuple):
    """A sync returned and did nothing. No call leaves it: whoever looks at a trace may say so of a sync (lies.py)."""


class Drop(NamedTuple):
    """A sync of a file failed: what was dirty is called clean, and is written no more.

    `revert`: the cache shows the content of the last sync again.
    """

    file: int
    revert: bool


class Link(NamedTuple):
    """A new file or directory got its name."""

    directory: int
    name: str
    node: int
    is_directory: bool


class Rename(NamedTuple):
    """A name was replaced by another; what had the other name has lost it."""

    directory: int
    name: str
    target_directory: int
    target_name: str


class Unlink(NamedTuple):
    """A name was taken away."""

    directory: int
    name: str


class SyncDirectory(NamedTuple):
    """The names of a directory were synced."""

    directory: int


class Begin(NamedTuple):
    """Mark: from here on the medium may hold frames up to this LSN."""

    lsn: int


class Ack(NamedTuple):
    """Mark: this LSN has been promised to the caller."""

    lsn: int


class Fork(NamedTuple):
    """Mark: a recovery has ended with this LSN; what was issued above `issued` must never come back."""

    lsn: int
    issued: int


Operation = Write | Truncate | Sync | Lie | Drop | Link | Rename | Unlink | SyncDirectory | Begin | Ack | Fork


class Image(NamedTuple):
    """The content of a disk at rest: directories, and files with their bytes, by absolute path."""

    directories: tuple[str, ...] = ("/",)
    files: Mapping[str, bytes] = {}


def numbers_of(image: Image) -> dict[str, int]:
    """Return the numbers that a disk gives to what it begins with, by path: parents before children."""
    paths = [path for path in sorted(image.directories) if path != "/"]
    return {path: number for number, path in enumerate(["/", *paths, *sorted(image.files)], ROOT)}


class _FileNode:
    """One file: its content as processes see it.

    It is `bytes` until somebody writes: most files of most states are only read, and what was not
    written keeps the hash that Python has remembered.
    """

    __slots__ = ("content", "number", "undo", "undo_size")

    def __init__(self, number: int, content: bytes = b"") -> None:
        self.number = number
        self.content: bytes | bytearray = content
        self.undo: dict[int, bytes] = {}
        self.undo_size = len(content)

    def writable(self) -> bytearray:
        """Return the content for a change of it."""
        if not isinstance(self.content, bytearray):
            self.content = bytearray(self.content)
        return self.content

    def remember(self, start: int, end: int) -> None:
        """Keep the old content of the sectors that a write is about to change, for `Drop` with `revert`."""
        for sector in range(start // SECTOR_SIZE, -(-end // SECTOR_SIZE)):
            if sector not in self.undo:
                self.undo[sector] = bytes(self.content[sector * SECTOR_SIZE : (sector + 1) * SECTOR_SIZE])


class _DirectoryNode:
    """One directory: its names as processes see them."""

    __slots__ = ("names", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.names: dict[str, int] = {}


There = tuple[list[str], list[tuple[str, _FileNode]]]
"""The paths of directories; files by path."""


class SimFile:
    """An open file of a `SimDisk`."""

    __slots__ = ("_disk", "_generation", "_locks", "_node", "_write")

    def __init__(self, disk: SimDisk, node: _FileNode, write: bool) -> None:
        """Open `node`, for reading only unless `write`."""
        self._disk = disk
        self._node = node
        self._write = write
        self._generation = disk.generation
        self._locks: set[int] = set()

    @property
    def number(self) -> int:
        """The number of the file, whatever its name."""
        return self._node.number

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes at `offset`."""
        self._need()
        return bytes(self._node.content[offset : offset + size])

    def pwrite(self, data: bytes, offset: int) -> int:
        """Write `data` at `offset`, all of it; ENOSPC if the file would outgrow the disk."""
        self._need(write=True)
        if not data:
            return 0
        node = self._node
        content = node.writable()
        end = offset + len(data)
        if end > len(content):
            self._disk.take_space(end - len(content))
        if self._disk.may_drop:
            node.remember(min(offset, len(content)), end)
        if offset > len(content):
            content.extend(bytes(offset - len(content)))
        content[offset:end] = data
        self._disk.record(Write(node.number, offset, bytes(data)))
        return len(data)

    def truncate(self, size: int) -> None:
        """Cut the file, or make it longer with zeros."""
        self._need(write=True)
        node = self._node
        content = node.writable()
        old = len(content)
        if size > old:
            self._disk.take_space(size - old)
            content.extend(bytes(size - old))
        else:
            if self._disk.may_drop:
                node.remember(size, old)
            del content[size:]
        self._disk.record(Truncate(node.number, size))

    def size(self) -> int:
        """Return the size of the file."""
        self._need()
        return len(self._node.content)

    def unchanged(self) -> bytes | None:
        """Return all bytes, one object for all who ask, if nobody has written since the disk was made."""
        content = self._node.content
        return content if isinstance(content, bytes) else None

    def sync(self) -> None:
        """Make a barrier: what was written before is durable."""
        self._need()
        self._node.undo.clear()
        self._node.undo_size = len(self._node.content)
        self._disk.record(Sync(self._node.number))

    def drop(self, *, revert: bool) -> None:
        """Fail a sync: dirty sectors are called clean; `revert` shows the old bytes again, as btrfs does."""
        assert self._disk.may_drop, "what was written is remembered from the beginning"
        node = self._node
        if revert:
            content = node.writable()
            for sector, old in node.undo.items():
                content[sector * SECTOR_SIZE : sector * SECTOR_SIZE + len(old)] = old
            del content[node.undo_size :]
            content.extend(bytes(node.undo_size - len(content)))
        node.undo.clear()
        node.undo_size = len(node.content)
        self._disk.record(Drop(node.number, revert))

    def lock(self, byte: int, *, exclusive: bool) -> bool:
        """Lock one byte; False if another handle holds it in a way that excludes this."""
        self._need()
        holders = self._disk.locks.setdefault((self._node.number, byte), {})
        others = [held for handle, held in holders.items() if handle is not self]
        if any(others) or (exclusive and others):
            return False
        holders[self] = exclusive
        self._locks.add(byte)
        return True

    def unlock(self, byte: int) -> None:
        """Let go what `lock` took."""
        self._need()
        self._disk.locks.get((self._node.number, byte), {}).pop(self, None)
        self._locks.discard(byte)

    def close(self) -> None:
        """Close the file and let its locks go."""
        for byte in self._locks:
            self._disk.locks.get((self._node.number, byte), {}).pop(self, None)
        self._locks.clear()
        if self._generation == self._disk.generation:
            self._disk.open_count -= 1
        self._generation = -1

    def _need(self, *, write: bool = False) -> None:
        if self._generation != self._disk.generation or (write and not self._write):
            raise OSError(errno.EBADF, "bad file descriptor")


class SimDisk:
    """A file system in memory with a trace. Implements `bumps.files.Disk`."""

    def __init__(self, image: Image | None = None, *, seed: int = 0, capacity: int = CAPACITY, day: int = 0) -> None:
        """Start with the content of `image`, all of it durable.

        `capacity` is the size of the disk in bytes; `day` is what the clock begins with, and may be negative.
        """
        self.trace: list[Operation] = []
        self.may_drop = True
        """Whether a sync of it may fail: what was there before each write is kept for that."""
        self.locks: dict[tuple[int, int], dict[SimFile, bool]] = {}
        self.generation = 0
        self.open_count = 0
        self.capacity = capacity
        self.used = 0
        self.now_us = FIRST_DAY_US + day * DAY_US
        self.elapsed_us = 0
        self.clock_step_us = 7
        self._seed = seed
        self._random: random.Random | None = None
        self._nodes: dict[int, _FileNode | _DirectoryNode] = {ROOT: _DirectoryNode(ROOT)}
        self._next = ROOT + 1
        self._found: dict[str, _FileNode | _DirectoryNode] = {}
        """What is at a path, for paths that were looked up, and are written as `absolute` writes them."""
        if image is not None:
            for path, number in numbers_of(image).items():
                content = image.files.get(path)
                if content is not None:
                    self.used += len(content)
                    self._begin_with(path, _FileNode(number, content))
                elif number != ROOT:
                    self._begin_with(path, _DirectoryNode(number))
            self._next = len(self._nodes) + 1

    # What a process may call: bumps.files.Disk

    def create(self, path: str) -> SimFile:
        """Make a new empty file and open it."""
        directory, name = self._place(path)
        if name in directory.names:
            raise FileExistsError(errno.EEXIST, "exists", path)
        node = _FileNode(self._next)
        self._add(path, node)
        self.record(Link(directory.number, name, node.number, False))
        self.open_count += 1
        return SimFile(self, node, write=True)

    def open(self, path: str, *, write: bool) -> SimFile:
        """Open the file that is there."""
        node = self._find(path)
        if node is None:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)
        if not isinstance(node, _FileNode):
            raise IsADirectoryError(errno.EISDIR, "is a directory", path)
        self.open_count += 1
        return SimFile(self, node, write)

    def kind(self, path: str) -> str:
        """Return what is at this path."""
        node = self._find(path)
        return "" if node is None else "file" if isinstance(node, _FileNode) else "directory"

    def identity(self, path: str) -> tuple[int, int]:
        """Return a device, always 1, and the number of the file."""
        node = self._find(path)
        if node is None:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)
        return 1, node.number

    def rename(self, old: str, new: str) -> None:
        """Rename, with POSIX's rules of what may replace what."""
        source_directory, source_name = self._place(old)
        directory, name = self._place(new)
        if source_name not in source_directory.names:
            raise FileNotFoundError(errno.ENOENT, "no such file", old)
        moved = self._nodes[source_directory.names[source_name]]
        replaced = self._nodes.get(directory.names.get(name, 0))
        if replaced is moved:
            return
        if isinstance(replaced, _DirectoryNode):
            if not isinstance(moved, _DirectoryNode):
                raise IsADirectoryError(errno.EISDIR, "is a directory", new)
            if replaced.names:
                raise OSError(errno.ENOTEMPTY, "directory not empty", new)
        elif replaced is not None and isinstance(moved, _DirectoryNode):
            raise NotADirectoryError(errno.ENOTDIR, "not a directory", new)
        del source_directory.names[source_name]
        directory.names[name] = moved.number
        self._forget(old, moved)
        self._forget(new, replaced)
        self._free(replaced)
        self.record(Rename(source_directory.number, source_name, directory.number, name))

    def unlink(self, path: str) -> None:
        """Take a file's name away; open handles go on."""
        directory, name = self._place(path)
        node = self._find(path)
        if node is None:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)
        if isinstance(node, _DirectoryNode):
            raise IsADirectoryError(errno.EISDIR, "is a directory", path)
        del directory.names[name]
        self._forget(path, node)
        self._free(node)
        self.record(Unlink(directory.number, name))

    def list(self, path: str) -> list[str]:
        """Return the names in a directory, sorted."""
        return sorted(self._directory(path).names)

    def make_directory(self, path: str) -> None:
        """Make a directory."""
        directory, name = self._place(path)
        if name in directory.names:
            raise FileExistsError(errno.EEXIST, "exists", path)
        node = _DirectoryNode(self._next)
        self._add(path, node)
        self.record(Link(directory.number, name, node.number, True))

    def remove_directory(self, path: str) -> None:
        """Remove an empty directory."""
        if self._directory(path).names:
            raise OSError(errno.ENOTEMPTY, "directory not empty", path)
        directory, name = self._place(path)
        del directory.names[name]
        self._found.clear()
        self.record(Unlink(directory.number, name))

    def sync_directory(self, path: str) -> None:
        """Make a barrier for the names in a directory."""
        self.record(SyncDirectory(self._directory(path).number))

    def is_writable(self, path: str) -> bool:
        """Return True: what this disk refuses it refuses by failing."""
        return True

    def free_size(self, path: str) -> int:
        """Return the bytes that are left."""
        return max(0, self.capacity - self.used)

    def time_us(self) -> int:
        """Return a clock that goes on by `clock_step_us` at every look."""
        self.now_us += self.clock_step_us
        return self.now_us

    def monotonic(self) -> float:
        """Return seconds that go on at every look; the clock does not, so that who measures changes no frame."""
        self.elapsed_us += abs(self.clock_step_us)
        return self.elapsed_us / 1e6

    def sleep(self, seconds: float) -> None:
        """Set the clock forward."""
        self.now_us += int(seconds * 1e6)
        self.elapsed_us += int(seconds * 1e6)

    def random(self, size: int) -> bytes:
        """Return bytes that follow from the seed."""
        if self._random is None:
            self._random = random.Random(f"disk {self._seed}")
        return self._random.randbytes(size)

    def absolute(self, path: str) -> str:
        """Return the path from the root on, where every process is."""
        return _absolute(path)

    def process_id(self) -> int:
        """Return a number that is always the same."""
        return 4711

    # What whoever drives the engine may call

    def begin(self, lsn: int) -> int:
        """Mark that frames up to `lsn` may now reach the medium; return the mark's place in the trace."""
        self.trace.append(Begin(lsn))
        return len(self.trace) - 1

    def ack(self, lsn: int) -> None:
        """Mark that `lsn` has been promised."""
        self.trace.append(Ack(lsn))

    def fork(self, lsn: int, issued: int) -> None:
        """Mark that a recovery ended with `lsn`."""
        self.trace.append(Fork(lsn, issued))

    def kill(self) -> None:
        """Let the process die: its handles and locks go, the cache stays (T3)."""
        self.generation += 1
        self.locks.clear()
        self.open_count = 0

    def image(self) -> Image:
        """Return what processes see now: the content after a clean shutdown of the machine."""
        directories, files = self.there()
        return Image(tuple(directories), {path: bytes(node.content) for path, node in files})

    def there(self) -> There:
        """Return the paths of all directories, and all files by path, sorted."""
        directories: list[str] = []
        files: list[tuple[str, _FileNode]] = []
        waiting = [("/", ROOT)]
        while waiting:
            path, number = waiting.pop()
            node = self._nodes[number]
            if isinstance(node, _FileNode):
                files.append((path, node))
                continue
            directories.append(path)
            prefix = path if path == "/" else path + "/"
            waiting += [(prefix + name, child) for name, child in node.names.items()]
        directories.sort()
        files.sort(key=_path_of)
        return directories, files

    def record(self, operation: Operation) -> None:
        """Add one operation to the trace (T1)."""
        self.trace.append(operation)

    def take_space(self, size: int) -> None:
        """Reserve bytes for a file that grows, or raise ENOSPC."""
        if self.used + size > self.capacity:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.used += size

    def _free(self, node: _FileNode | _DirectoryNode | None) -> None:
        if isinstance(node, _FileNode):
            self.used -= len(node.content)

    def _begin_with(self, path: str, node: _FileNode | _DirectoryNode) -> None:
        """Put something into the image that the disk begins with: parents come first."""
        parent, _, name = path.rpartition("/")
        directory = self._found[parent] if parent else self._nodes[ROOT]
        assert isinstance(directory, _DirectoryNode)
        directory.names[name] = node.number
        self._nodes[node.number] = self._found[path] = node

    def _add(self, path: str, node: _FileNode | _DirectoryNode) -> None:
        directory, name = self._place(path)
        directory.names[name] = node.number
        self._nodes[node.number] = node
        self._next += 1

    def _find(self, path: str) -> _FileNode | _DirectoryNode | None:
        found = self._found.get(path)
        if found is None:
            found = self._look_up(path)
            if found is not None and _absolute(path) == path:
                self._found[path] = found
        return found

    def _forget(self, path: str, node: _FileNode | _DirectoryNode | None) -> None:
        """Note that this is at that path no more, nor anything below it."""
        if isinstance(node, _DirectoryNode):
            self._found.clear()
        else:
            self._found.pop(_absolute(path), None)

    def _look_up(self, path: str) -> _FileNode | _DirectoryNode | None:
        if not path.startswith("/"):
            raise OSError(errno.EINVAL, "not an absolute path", path)
        node: _FileNode | _DirectoryNode = self._nodes[ROOT]
        for name in path.split("/"):
            if name in ("", "."):
                continue
            if not isinstance(node, _DirectoryNode) or name not in node.names:
                return None
            node = self._nodes[node.names[name]]
        return node

    def _directory(self, path: str) -> _DirectoryNode:
        node = self._find(path)
        if node is None:
            raise FileNotFoundError(errno.ENOENT, "no such directory", path)
        if not isinstance(node, _DirectoryNode):
            raise NotADirectoryError(errno.ENOTDIR, "not a directory", path)
        return node

    def _place(self, path: str) -> tuple[_DirectoryNode, str]:
        parent, _, name = path.rstrip("/").rpartition("/")
        return self._directory(parent or "/"), name


def _path_of(file: tuple[str, _FileNode]) -> str:
    return file[0]


@functools.lru_cache(maxsize=1024)
def _absolute(path: str) -> str:
    return posixpath.normpath(posixpath.join("/", path))
