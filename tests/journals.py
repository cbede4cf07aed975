"""Journals for tests: built by the real writer on a disk in memory, and faults for that disk."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable

from bumps import files
from bumps.batch import SET, Batch, Batches
from bumps.files import MemoryDisk, MemoryFile
from bumps.wal.frame import Frame
from bumps.wal.reader import End, JournalReader
from bumps.wal.segment import Place, name_of
from bumps.wal.writer import JournalWriter

DATABASE_ID = bytes(range(16))
DIRECTORY = "/journal"
BIRTH = Place(0, 0, 0, 0, 0)
"""The frame before the first: what the meta slot of a new database says."""


class Disk(MemoryDisk):
    """A disk in memory with a clock and random bytes that a test knows, and faults that it orders."""

    def __init__(self) -> None:
        super().__init__()
        self.make_directory(DIRECTORY)
        self.now_us = 1_000_000
        self.seed = 0
        self.steps: list[str] = []
        """Each step that reached the disk: its name, and the file."""
        self.fault: Callable[[str, str], None] = lambda step, path: None
        """Called before each step; what it raises, the step raises."""
        self.watched: list[WatchedFile] = []

    def step(self, name: str, path: str) -> None:
        self.steps.append(f"{name} {path.rpartition('/')[2]}")
        self.fault(name, path)

    def time_us(self) -> int:
        self.now_us += 1
        return self.now_us

    def random(self, size: int) -> bytes:
        self.seed += 1
        return self.seed.to_bytes(size, "big")

    def create(self, path: str) -> MemoryFile:  # type: ignore[override]
        self.step("create", path)
        super().create(path)
        return WatchedFile(self, path)

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        super().open(path, write=write)
        return WatchedFile(self, path)

    def rename(self, old: str, new: str) -> None:
        self.step("rename", new)
        super().rename(old, new)
        for file in self.watched:
            if file.path == old:
                file.path = new

    def unlink(self, path: str) -> None:
        self.step("unlink", path)
        super().unlink(path)

    def sync_directory(self, path: str) -> None:
        self.step("sync_directory", path)


class WatchedFile(MemoryFile):
    """An open file that tells its disk what is done to it."""

    __slots__ = ("disk", "path")

    def __init__(self, disk: Disk, path: str) -> None:
        super().__init__(disk.files[path])
        self.disk = disk
        self.path = path
        disk.watched.append(self)

    def pwrite(self, data: bytes, offset: int) -> int:
        self.disk.step("write", self.path)
        return super().pwrite(data, offset)

    def truncate(self, size: int) -> None:
        self.disk.step("truncate", self.path)
        super().truncate(size)

    def sync(self) -> None:
        self.disk.step("sync", self.path)

    def close(self) -> None:
        self.disk.watched.remove(self)


def fail_at(step: str, ending: str = "", number: int = errno.EIO, skip: int = 0) -> Callable[[str, str], None]:
    """Return a fault: the step of this name, on a file that ends so, fails; `skip` times it does not."""
    left = skip

    def fault(name: str, path: str) -> None:
        nonlocal left
        if name == step and path.endswith(ending):
            if left == 0:
                raise OSError(number, "by order of the test")
            left -= 1

    return fault


def writer_of(
    disk: files.Disk,
    place: Place = BIRTH,
    *,
    epoch: int = 1,
    resume: bool = False,
    sizes: tuple[int, int] = (8192, 32768),
    time_us: int | None = None,
) -> JournalWriter:
    """Return a writer that goes on behind this frame, with small sectors, and segments of these sizes, first and last.

    `time_us` is that of the frame, unless it is given.
    """
    return JournalWriter(
        disk,
        DIRECTORY,
        database_id=DATABASE_ID,
        epoch=epoch,
        next_lsn=place.lsn + 1,
        chain=place.crc,
        before=place.position,
        durable_lsn=place.lsn,
        alignment=512,
        segment_size_min=sizes[0],
        segment_size_max=sizes[1],
        time_us=place.time_us if time_us is None else time_us,
        resume=resume,
    )


def commit(number: int, size: int = 20) -> Batches:
    """Return a commit that sets one node to a value of this size."""
    return [Batch("A", bytes([SET]), [b"\x81%d\x00" % number], [b"v" * size])]


def append(writer: JournalWriter, count: int, *, sync: Iterable[int] = (), size: int = 20) -> list[Place]:
    """Append commits; sync after those whose LSNs are given. Return their places."""
    places = []
    for _ in range(count):
        places.append(writer.append(commit(writer.last_lsn + 1, size)))
        if writer.last_lsn in set(sync):
            writer.sync()
    return places


def read(disk: Disk, start: Place = BIRTH) -> tuple[list[Frame], End]:
    """Read the journal to its end."""
    reader = JournalReader(disk, DIRECTORY, database_id=DATABASE_ID, start=start)
    return list(reader), reader.end


def recovered(disk: Disk, start: Place = BIRTH) -> JournalWriter:
    """Do what recovery does with a journal: read, refuse damage, adopt the tail, go on."""
    _, end = read(disk, start)
    end.check()
    writer = writer_of(disk, end.stable, epoch=end.epoch + 1)
    if end.tail:
        writer.adopt(end.tail)
    return writer


def content(disk: Disk, first_lsn: int) -> bytearray:
    """Return the bytes of a segment, to damage them."""
    return disk.files[f"{DIRECTORY}/{name_of(first_lsn)}"]


def segments(disk: Disk) -> list[str]:
    """Return the names in the journal directory."""
    return disk.list(DIRECTORY)
