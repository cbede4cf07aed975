"""The one who writes the journal: appends frames, makes them durable, goes from segment to segment.

Appending and syncing are two things. Who appends holds the engine's writer lock, so
that there is one at a time; who waits for durability holds nothing, and one sync
serves all that wait: the leader is whoever gets `_turn` first, the others find their
frames durable when they get it (group commit).

Invariants

    W1. State changes only after the step that it describes has succeeded. What fails
        before the first byte of a frame goes to the file changes nothing
        (DiskFullError); any failure after it, by whatever exception, ends all writing
        (`failed`), because nobody can say what reached the disk. Never a second try.
    W2. A frame is acknowledged (`durable_lsn`) only after a sync that began when it
        was written completely.
    W3. No write shares a block of `alignment` bytes with an earlier one.
    W4. A segment gets its name after its header is durable, and the segment before it
        is durable before that (S2 of wal/segment.py).
    W5. The last block of a segment is for a mark only, unless the next segment lies
        ready: a checkpoint can be made when the disk is full.
    W6. What a writer builds on is durable: recovery adopts by copy what it cannot
        prove (`adopt`), before anything else is appended.
    W7. A segment is made for commits only if space is left for the next checkpoint (`headroom`), which may
        be what frees some: with commits alone on a full disk nothing could be done but wait for more.

Each step to the disk is a small method with a name, so that a test can leave it out.
"""

from __future__ import annotations

import contextlib
import errno
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from bumps import limits
from bumps.batch import Batches
from bumps.counters import Counters, timed_sync
from bumps.errors import (
    ClosedError,
    CommitUnknownError,
    CorruptionError,
    DiskFullError,
    FailedError,
    StorageError,
)
from bumps.files import Disk, File, ShortWriteError, close_quietly, write_all
from bumps.wal import frame, segment
from bumps.wal.frame import Body
from bumps.wal.segment import Header, Place, Position, align
from bumps.wal.source import read_frames

ZERO_SIZE = 1024 * 1024
"""How many zeros are written at once."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_ROOM_PER_SEGMENT = 3
"""A segment, and the pages that its commits make dirty: about as large, and written twice."""


class Current(NamedTuple):
    """The segment that is written to."""

    file: File
    first_lsn: int
    salt: int
    capacity: int
    """Bytes that are there, zeroed and synced: a sync of what is written in them changes no metadata."""


class JournalWriter:
    """The writer of one journal. It opens no file before the first append."""

    def __init__(
        self,
        disk: Disk,
        directory: str,
        *,
        database_id: bytes,
        epoch: int,
        next_lsn: int,
        chain: int,
        before: tuple[int, int],
        durable_lsn: int,
        alignment: int = limits.JOURNAL_ALIGNMENT,
        segment_size_min: int = limits.SEGMENT_SIZE_MIN,
        segment_size_max: int = limits.SEGMENT_SIZE_MAX,
        writer: int = 0,
        time_us: int = 0,
        resume: bool = False,
        counters: Counters | None = None,
    ) -> None:
        """Go on after frame `next_lsn - 1`, whose CRC is `chain` and which ends at `before`.

        `before` is the first LSN of that frame's segment and the byte behind it there;
        (0, 0) if this journal does not have it. `time_us` is its time. `resume` goes on in
        that very segment, which a clean close has cut; else a new one is begun (R3).
        """
        assert durable_lsn == next_lsn - 1, "W6"
        assert alignment % limits.SECTOR_SIZE == 0
        self.disk = disk
        self.counters = counters or Counters()
        self.directory = directory
        self.database_id = database_id
        self.epoch = epoch
        self.alignment = alignment
        self.segment_size_min = segment_size_min
        self.segment_size_max = segment_size_max
        self.writer = writer
        self.last = Place(next_lsn - 1, chain, before[0], 0, before[1], time_us)
        """The last frame that was appended."""
        self.durable_lsn = durable_lsn
        self.appended_size = 0
        """Bytes of journal that this writer has filled, padding included."""
        self.headroom: Callable[[], int] = lambda: 0
        """Says how many bytes the next checkpoint will need on this file system."""
        self.failed = False
        self.failure = ""
        """What failed first."""
        self.closed = False
        self._resume = resume
        self._current: Current | None = None
        self._next: File | None = None
        self._next_size = 0
        self._segment_count = 0
        self._turn = threading.Lock()
        self._preparing = threading.Lock()

    # What there is

    @property
    def last_lsn(self) -> int:
        """Return the LSN of the last frame that was appended."""
        return self.last.lsn

    @property
    def position(self) -> Position:
        """Return the segment of the last frame and the byte behind it: what a meta slot says."""
        return self.last.position

    # Append

    def append(self, batches: Batches) -> Place:
        """Append a commit. The caller holds the writer lock.

        Raises LimitError or DiskFullError if it was refused and nothing has changed,
        CommitUnknownError if the write failed, FailedError if one had failed before.
        """
        body = frame.commit_body(batches)
        place = self.append_body(body)
        self.counters.count_commit(batches, body.operations, place.end - place.offset)
        return place

    def append_mark(self, node_count: int) -> Place:
        """Append a mark, as a checkpoint does. The caller holds the writer lock. Raises as `append` does."""
        return self.append_body(frame.mark_body(node_count))

    def append_body(self, body: Body) -> Place:
        """Append a commit or a mark that is encoded already, outside the writer lock perhaps."""
        self._check_alive()
        padded_size = align(frame.HEADER_SIZE + len(body.content), self.alignment)
        current = self._make_room(padded_size, reserve=self.alignment if body.kind == frame.COMMIT else 0)
        before = self.last
        now = self.disk.time_us()
        time_us = max(now, before.time_us)
        encoded = frame.encode(
            body,
            lsn=before.lsn + 1,
            salt=current.salt,
            chain=before.crc,
            time_us=time_us,
            synced=self.durable_lsn,
            writer=self.writer,
            flags=frame.CLOCK_WENT_BACK if now < time_us else 0,
        )
        offset = self._offset(current)
        place = Place(before.lsn + 1, frame.crc_of(encoded), current.first_lsn, offset, offset + len(encoded), time_us)
        try:
            self.write_frame(current.file, encoded.ljust(padded_size, b"\0"), offset)
            self.appended_size += padded_size
            self.last = place
        except OSError as error:
            self._fail(f"writing frame {place.lsn}: {error}")
            raise self._unknown(place.lsn) from error
        finally:
            if self.last is not place:
                self._fail(f"writing frame {place.lsn} was interrupted")
        return place

    def adopt(self, tail: Sequence[Place]) -> Place:
        """Copy these frames into a new segment and make them durable there; return the last.

        They are what recovery has read above the frame that this writer goes on from, and
        cannot prove durable: the cache may have what the disk does not. Contents, LSNs and
        times stay, salt and chain are new. A segment of that name is replaced, once all is
        durable. Raises DiskFullError before anything has changed, or FailedError.
        """
        self._check_alive()
        assert self._current is None and tail[0].lsn == self.last.lsn + 1
        sizes = [align(place.end - place.offset, self.alignment) for place in tail]
        with self._preparing:
            new = self._prepare(self._start + sum(sizes) + self.alignment)
            with (
                self._turn,
                self._deadly(f"adopting frames {tail[0].lsn} to {tail[-1].lsn}"),
                contextlib.closing(read_frames(self.disk, self.directory, tail)) as frames,
            ):
                header = self._header()
                self.write_header(new, header)
                last = self.last
                offset = self._start
                for place, padded_size, found in zip(tail, sizes, frames):
                    encoded = found.moved(salt=header.salt, chain=last.crc, synced=self.durable_lsn)
                    self.write_frame(new, encoded.ljust(padded_size, b"\0"), offset)
                    end = offset + len(encoded)
                    last = Place(place.lsn, frame.crc_of(encoded), header.first_lsn, offset, end, found.time_us)
                    offset += padded_size
                self.sync_next(new)
                self._publish(new, header)
                self.appended_size += sum(sizes)
                self.last = last
                self.durable_lsn = last.lsn
        return self.last

    # Durability

    def wait_durable(self, lsn: int) -> int:
        """Return the durable LSN once it is at least `lsn`. Needs no lock; many may wait at once.

        Raises CommitUnknownError if the sync failed, for whoever waits and whoever comes later.
        """
        assert lsn <= self.last.lsn, "only what was appended can become durable"
        if lsn > self.durable_lsn:
            with self._turn:  # whoever gets it leads; a leader that fails lets it go as well
                if lsn > self.durable_lsn:
                    self._lead(lsn)
        return self.durable_lsn

    def sync(self) -> int:
        """Make durable all that was appended; return its last LSN. Raises as `wait_durable` does."""
        return self.wait_durable(self.last.lsn)

    def _lead(self, lsn: int) -> None:
        """Sync once for all that wait, with the turn held."""
        if self.failed:
            raise self._unknown(lsn)
        if self.closed:
            raise ClosedError(f"the journal was closed before commit {lsn} was durable")
        try:
            self._sync_appended()
        except OSError as error:
            raise self._unknown(lsn) from error

    def _sync_appended(self) -> None:
        """Make durable what was appended before now, with the turn held; any exception ends all writing."""
        target = self.last.lsn  # W2: what is appended from here on may miss this sync
        if target == self.durable_lsn:
            return
        assert self._current is not None
        try:
            self.sync_segment(self._current.file)
            self.durable_lsn = target
        except OSError as error:
            self._fail(f"syncing the journal: {error}")
            raise
        finally:
            if self.durable_lsn != target:
                self._fail("syncing the journal was interrupted")

    # From segment to segment

    @property
    def wants_next(self) -> bool:
        """Whether half of the segment is used and the next one is not ready."""
        current = self._current
        if current is None or self._next is not None or self.failed or self.closed:
            return False
        return self._offset(current) * 2 >= current.capacity

    def prepare_ahead(self) -> bool:
        """Make the next segment ready if half of this one is used; False if the disk is too full for it.

        Any thread may call this, without the writer lock: then no commit has to wait for it.
        Without it the commit that needs the next segment makes it.
        """
        if not self.wants_next:
            return True
        size = self._size_planned()
        with self._preparing:
            try:
                self._need_headroom(size)
                if not self.closed:
                    self._prepare(self._start)
            except DiskFullError:
                return False
        return True

    def _make_room(self, padded_size: int, reserve: int) -> Current:
        """Return a segment that has room for that many bytes, making or resuming it if need be."""
        if self._resume:
            self._resume_segment()
        current = self._current
        if current is not None:
            room = current.capacity - self._offset(current)
            if padded_size <= room - (reserve if self._next is None else 0):  # W5
                return current
        with self._preparing:
            if reserve:
                self._need_headroom(self._start + padded_size + self.alignment)
            new = self._prepare(self._start + padded_size + self.alignment)
            if current is None or padded_size > room:
                self._switch(new)
        assert self._current is not None
        return self._current

    def _need_headroom(self, size_min: int) -> None:
        """Raise DiskFullError if the next segment would take the space of the next checkpoint (W7)."""
        if self._next is not None and self._next_size >= size_min:
            return
        size = max(align(size_min, self.alignment), self._size_planned())
        if self._room() < size * _ROOM_PER_SEGMENT - self._next_size:
            raise self._full(size, OSError(errno.ENOSPC, "what is left is kept for the next checkpoint"))

    def _prepare(self, size_min: int) -> File:
        """Return the next segment, zeroed and synced, of at least this size. Holds `_preparing`.

        DiskFullError leaves what there was; any other failure of the disk ends all writing.
        """
        if self._next is not None and self._next_size >= size_min:
            return self._next
        size = max(align(size_min, self.alignment), self._size_planned())
        file, zeroed_size = self._next, self._next_size
        ready = False
        try:
            if file is None:
                zeroed_size = 0
                file = self.create_next()
            self.zero(file, zeroed_size, size)
            self.sync_next(file)
            ready = True
        except OSError as error:
            if error.errno in _FULL or isinstance(error, ShortWriteError):
                raise self._full(size, error) from error
            self._fail(f"preparing a segment of the journal: {error}")
            raise self._dead() from error
        finally:
            if not ready:
                self._shrink_next(file)
        self._next, self._next_size = file, size
        return file

    def _shrink_next(self, file: File | None) -> None:
        """Give back what a `_prepare` that failed had taken; keep what lay ready before it."""
        if self._next is not None:
            with contextlib.suppress(OSError):
                self._next.truncate(self._next_size)
                return
        close_quietly(file)
        self._next, self._next_size = None, 0
        with contextlib.suppress(OSError):
            self.disk.unlink(self._path(segment.NEXT))

    def _switch(self, new: File) -> None:
        """Make durable what was appended, and go on in the next segment. Holds `_preparing`."""
        old = self._current
        with self._turn, self._deadly("beginning a segment of the journal"):
            self._sync_appended()
            header = self._header()
            self.write_header(new, header)
            self.sync_next(new)
            self._publish(new, header)
        if old is not None:
            close_quietly(old.file)

    def _publish(self, new: File, header: Header) -> None:
        """Give the next segment its name, and go on in it."""
        self.rename_next(segment.name_of(header.first_lsn))
        self.sync_directory()
        self._current = Current(new, header.first_lsn, header.salt, self._next_size)
        self._next, self._next_size = None, 0
        self._segment_count += 1
        self._resume = False

    def _header(self) -> Header:
        """Return the header of a segment that begins behind the last frame."""
        return Header(
            database_id=self.database_id,
            epoch=self.epoch,
            salt=int.from_bytes(self.disk.random(8), "little"),
            first_lsn=self.last.lsn + 1,
            chain=self.last.crc,
            before=self.last.position,
            time_us=max(self.disk.time_us(), self.last.time_us),
        )

    def _resume_segment(self) -> None:
        """Go on in the segment that a clean close has cut, growing it with zeros first.

        If it was not cut where this writer would have cut it, but holds only zeros behind the
        last frame, a new segment will be begun. Anything else there is a commit that somebody
        may have acknowledged: CorruptionError.
        """
        first_lsn = self.last.segment
        path, name = self._path(segment.name_of(first_lsn)), segment.file_of(first_lsn)
        try:
            file = self.disk.open(path, write=True)
        except FileNotFoundError as error:
            raise CorruptionError(f"{name}: the segment with frame {self.last.lsn} is gone", file=name) from error
        except OSError as error:
            raise StorageError(f"{name}: {error.strerror or error}") from error
        try:
            found = segment.decode(
                file.pread(limits.SECTOR_SIZE, 0), file=name, database_id=self.database_id, first_lsn=first_lsn
            )
            size = file.size()
            end = align(self.last.end, self.alignment)
            capacity = min(max(self.segment_size_min, 2 * size), max(self.segment_size_max, size))
            if size == end and capacity > size:
                self._grow(file, size, capacity)
                self._current = Current(file, first_lsn, found.salt, capacity)
                self._segment_count = 1
            elif size < self.last.end or file.pread(size - self.last.end, self.last.end).strip(b"\0"):
                raise CorruptionError(
                    f"{name}: {size} bytes, and the last frame known ends at {self.last.end}",
                    file=name,
                    offset=self.last.end,
                    last_lsn=self.last.lsn,
                )
            self._resume = False
        except OSError as error:
            raise StorageError(f"{name}: it cannot be read: {error.strerror or error}") from error
        finally:
            if self._current is None:
                close_quietly(file)

    def _grow(self, file: File, size: int, capacity: int) -> None:
        """Make a segment that was cut longer, in zeros; DiskFullError leaves it as it was."""
        grown = False
        try:
            self.zero(file, size, capacity)
            self.sync_segment(file)
            grown = True
        except OSError as error:
            if error.errno in _FULL or isinstance(error, ShortWriteError):
                raise self._full(capacity - size, error) from error
            self._fail(f"growing a segment of the journal: {error}")
            raise self._dead() from error
        finally:
            if not grown and not self.failed:
                with contextlib.suppress(OSError):
                    file.truncate(size)

    # The end

    def close_clean(self) -> None:
        """Cut the segment behind its last frame and make that durable; then close. FailedError if it fails.

        It is cut at a multiple of the alignment: the block with the last frame is not written again (W3).
        """
        self._check_alive()
        current = self._current
        if current is not None:
            with self._turn, self._deadly("cutting the journal to its end"):
                target = self.last.lsn
                self.cut_segment(current.file, self._offset(current))
                self.sync_segment(current.file)
                self.durable_lsn = target
        self.close()

    def close(self) -> None:
        """Close the files. It syncs nothing; what lies ready for later goes."""
        if self.closed:
            return
        self.closed = True
        with self._preparing, self._turn:
            if self._current is not None:
                close_quietly(self._current.file)
            if self._next is not None:
                close_quietly(self._next)
                if not self.failed:
                    with contextlib.suppress(OSError):
                        self.disk.unlink(self._path(segment.NEXT))
            self._current = self._next = None

    def leave(self) -> None:
        """Close the files as they are, and wait for nobody: in a forked process they are its parent's."""
        self.closed = True
        close_quietly(self._current.file if self._current else None)
        close_quietly(self._next)
        self._current = self._next = None

    # The steps to the disk, by name

    def write_frame(self, file: File, padded: bytes, offset: int) -> None:
        """Write a frame with its padding."""
        write_all(file, padded, offset)

    def sync_segment(self, file: File) -> None:
        """Make durable what is written in a segment."""
        timed_sync(self.disk, file, self.counters.journal_sync_seconds)

    def create_next(self) -> File:
        """Create the file for the next segment; one that is left from an earlier life goes."""
        path = self._path(segment.NEXT)
        if self.disk.kind(path):
            self.disk.unlink(path)
        return self.disk.create(path)

    def zero(self, file: File, start: int, end: int) -> None:
        """Fill a range with zeros, block by block: space that was only reserved would cost a metadata write later."""
        zeros = bytes(min(ZERO_SIZE, end - start))
        for offset in range(start, end, ZERO_SIZE):
            write_all(file, zeros[: end - offset], offset)
        self.counters.journal_zeroed += end - start

    def sync_next(self, file: File) -> None:
        """Make the next segment durable: its zeros, and later its header."""
        timed_sync(self.disk, file, self.counters.segment_sync_seconds)

    def write_header(self, file: File, header: Header) -> None:
        """Write the header of a segment."""
        write_all(file, header.encode(), 0)

    def rename_next(self, name: str) -> None:
        """Give the next segment its name. A segment of that name has no frame, or they were copied."""
        self.disk.rename(self._path(segment.NEXT), self._path(name))

    def sync_directory(self) -> None:
        """Make the names of the segments durable."""
        self.disk.sync_directory(self.directory)

    def cut_segment(self, file: File, size: int) -> None:
        """Cut a segment behind its last frame."""
        file.truncate(size)

    # Helpers

    @property
    def _start(self) -> int:
        """Return where the first frame of a segment stands."""
        return align(limits.SECTOR_SIZE, self.alignment)

    def _offset(self, current: Current) -> int:
        """Return where the next frame goes."""
        return align(self.last.end, self.alignment) if self.last.segment == current.first_lsn else self._start

    def _size_planned(self) -> int:
        """Return the size of the next segment: it doubles within an epoch, while there is plenty of space."""
        size = min(self.segment_size_min << min(self._segment_count, 32), self.segment_size_max)
        room = self._room()
        while size > self.segment_size_min and size * _ROOM_PER_SEGMENT > room:
            size //= 2
        return align(max(size, self._start + 2 * self.alignment), self.alignment)

    def _room(self) -> int:
        """Return how many bytes are left beside those of the next checkpoint; StorageError if nobody can say."""
        try:
            return self.disk.free_size(self.directory) - self.headroom()
        except OSError as error:
            raise StorageError(f"{self.directory}: how much space is left: {error.strerror or error}") from error

    def _path(self, name: str) -> str:
        return f"{self.directory}/{name}"

    @contextlib.contextmanager
    def _deadly(self, what: str) -> Iterator[None]:
        """End all writing if the block is left by any exception; one of the disk becomes FailedError."""
        done = False
        try:
            yield
            done = True
        except OSError as error:
            self._fail(f"{what}: {error}")
            raise self._dead() from error
        finally:
            if not done:
                self._fail(f"{what} was interrupted")

    def _fail(self, what: str) -> None:
        """End all writing; the first reason is kept."""
        self.failure = self.failure or what
        self.failed = True

    def _check_alive(self) -> None:
        if self.failed:
            raise self._dead()
        if self.closed:
            raise ClosedError("the journal is closed")

    def _dead(self) -> FailedError:
        return FailedError(f"the journal takes no more writes: {self.failure}", durable_lsn=self.durable_lsn)

    def _unknown(self, lsn: int) -> CommitUnknownError:
        return CommitUnknownError(f"commit {lsn}: nobody can say whether it is in: {self.failure}", lsn=lsn)

    def _full(self, size: int, error: OSError) -> DiskFullError:
        return DiskFullError(f"no space for {size} bytes of journal in {self.directory}: {error.strerror}", size=size)
