"""Read the journal from a known frame to its end, and say what that end is.

The reader yields the frames that follow one another, lazily. Behind the last of them
it judges what is there: a clean end, a torn tail, or damage. It writes nothing.

What follows the last good frame, in this order:

    V1. A segment whose name is the next LSN. Its header must say that it goes on from
        the last good frame: the chain, and "the one before" with the byte behind it.
        It is looked for at every frame: recovery copies what it cannot prove durable
        into a new segment, and the old one then still holds it. Does it not go on from
        here, or is it damaged: damage.
    V2. The next frame, at the end of the last one or at a multiple of 512 behind it.
        Bytes between that are not zeros hide nothing; they are kept for verify.
    V3. Zeros to the end, and no later segment: a clean end.
    V4. A valid frame further on that says an LSN was durable (`synced`) which is not
        among the good ones; a later segment, whose header says the same of all below
        it; a file whose name is none of a segment's; an end below the frame that the
        meta slot knows: damage. A durable frame is gone.
    V5. Anything else: a torn tail. With several writes between two syncs, a later
        sector may survive an earlier one: valid frames behind a bad one prove nothing.

S, the highest LSN that is proven durable, is the highest of: the LSN that reading
began with, every `synced` of a valid frame, and the first LSN of the last segment
minus one. Frames above S are the `tail`: recovery adopts them by copy.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bumps.errors import CorruptionError, StorageError
from bumps.files import Disk
from bumps.limits import SECTOR_SIZE
from bumps.wal import segment
from bumps.wal.frame import Frame, FrameError
from bumps.wal.segment import Header, Place, Position, align
from bumps.wal.source import NEAR_SIZE, SegmentSource, read_frame


class Verdict(Enum):
    """What the end of the journal is."""

    CLEAN = "clean"
    TORN = "torn"
    """Bytes behind the last good frame that no promise covers: they are cut."""
    DAMAGE = "damage"
    """A durable frame is gone."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of the journal, and what recovery needs to know of it."""

    verdict: Verdict
    file: str
    """Where what follows the last good frame is; empty if there is no segment."""
    offset: int
    torn_size: int
    """Bytes from `offset` to the last one that is not zero: what a torn tail loses."""
    last: Place
    """The last good frame: what reading began with, if there is none."""
    stable: Place
    """Frame S, the last one that is proven durable: a new segment goes on from it."""
    tail: tuple[Place, ...]
    """The frames above S."""
    epoch: int
    """The highest of the segments that were read; 0 if there is none."""
    frame_count: int
    size: int
    """Bytes of journal that were read, padding included."""
    error: StorageError | None
    """Of damage: what to raise."""
    behind: Place | None
    """Of damage: the first valid frame behind it in the same segment, if there is one."""

    def check(self) -> None:
        """Raise the error of a journal that is damaged."""
        if self.error is not None:
            raise self.error


@dataclass(frozen=True, slots=True)
class Listing:
    """The names in a journal directory."""

    first_lsns: list[int]
    """Of the segments, ascending."""
    misnamed: list[str]
    """Names that end as a segment's do, and are none."""

    @classmethod
    def of(cls, disk: Disk, directory: str) -> Listing:
        """List the directory; CorruptionError if there is none."""
        try:
            names = [name for name in disk.list(directory) if name.endswith(segment.SUFFIX)]
        except FileNotFoundError:
            raise CorruptionError("journal: there is no such directory", file="journal") from None
        except OSError as error:
            raise StorageError(f"journal: it cannot be read: {error.strerror or error}") from error
        found = {name: segment.first_lsn_of(name) for name in names}
        return cls(sorted(filter(None, found.values())), [name for name, lsn in found.items() if not lsn])

    def holder_of(self, lsn: int) -> int:
        """Return the first LSN of the segment that would hold this frame; 0 if all begin behind it."""
        return max((first for first in self.first_lsns if first <= lsn), default=0)


class JournalReader:
    """Iterate once over the frames behind `start`; then `end` says what the end is."""

    def __init__(self, disk: Disk, directory: str, *, database_id: bytes, start: Place) -> None:
        """Begin behind frame `start`: its LSN and CRC, its segment and the byte behind it.

        If `start.offset` is not 0, frame `start` must lie there. Segment 0 says that this
        journal does not have it: the first segment is then the one that goes on from it.
        """
        self.disk = disk
        self.directory = directory
        self.database_id = database_id
        self.last = start
        """The place of the frame that was yielded last."""
        self.dirty_padding: list[tuple[int, str, int]] = []
        """Where bytes behind a frame are not zero, though the next frame follows: its LSN, file and offset."""
        self._floor = start.segment or start.lsn
        self._start = start
        self._source: SegmentSource | None = None
        self._offset = 0
        self._stable = start
        self._tail: deque[Place] = deque()
        self._epoch = 0
        self._salt = 0
        self._frame_count = 0
        self._size = 0
        self._end: End | None = None
        self._listing = Listing([], [])
        self._ahead: frozenset[int] = frozenset()
        self._entered: set[int] = set()

    @classmethod
    def from_segment(cls, disk: Disk, directory: str, *, database_id: bytes, first_lsn: int) -> JournalReader:
        """Begin with the first frame of this segment, and believe its header about what came before.

        For `replay` and `verify`. Raises CorruptionError if the header cannot be believed.
        """
        source = SegmentSource(disk, directory, first_lsn, NEAR_SIZE)
        try:
            header = source.header(database_id)
        finally:
            source.close()
        before = Place(first_lsn - 1, header.chain, header.before.segment, 0, header.before.offset)
        if first_lsn == 1:
            before = Place(0, 0, 0, 0, 0)  # nothing came before the first frame, whatever the header says
        reader = cls(disk, directory, database_id=database_id, start=before)
        reader._floor = first_lsn
        reader._start = Place(before.lsn, before.crc, 0, 0, 0)
        return reader

    @property
    def end(self) -> End:
        """Return the verdict, once all frames were iterated over."""
        assert self._end is not None, "the end is known when it was reached"
        return self._end

    @property
    def size_read(self) -> int:
        """Bytes of the frames that were yielded, padding included."""
        return self._size

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames that follow, each checked but for its columns; after the last, `end` is there."""
        assert self._end is None, "a journal is read once"
        try:
            self._listing = Listing.of(self.disk, self.directory)
            self._ahead = frozenset(self._listing.first_lsns)
            self._begin()
            while (found := self._next()) is not None:
                yield found
        except StorageError as error:
            self._finish(Verdict.DAMAGE, error=error)
        finally:
            self._leave()

    # Going on

    def _begin(self) -> None:
        """Open the segment of the frame that reading begins behind, and look whether it is there."""
        start = self._start
        if not start.segment:
            return
        header = self._enter(start.segment)
        assert self._source is not None
        if start.end > self._source.size:
            raise self._damage(start.end, f"it has {self._source.size} bytes, and frame {start.lsn} ends behind them")
        if start.offset:
            read_frame(self.disk, self.directory, start)
        self._offset, self._salt = start.end, header.salt

    def _next(self) -> Frame | None:
        """Return the frame that follows the last one; None at the end, which is judged then."""
        first_lsn = self.last.lsn + 1
        if first_lsn in self._ahead and first_lsn not in self._entered:
            self._go_on_in(first_lsn)  # V1
        source = self._source
        used = source.first_nonzero(self._offset) if source is not None else None
        if source is None or used is None:
            self._check_later()
            self._finish(Verdict.CLEAN, offset=self._offset)  # V3
            return None
        found = self._frame_from(source, used)  # V2
        if found is None:
            self._end_in_bytes(source, used)
            return None
        found.check_form()
        if found.offset > used:
            self.dirty_padding.append((self.last.lsn, source.name, used))
        self._advance(source, found)
        return found

    def _go_on_in(self, first_lsn: int) -> None:
        """Open the segment with this name, which must go on from the last frame."""
        header = self._enter(first_lsn)
        if (header.chain, header.before) != (self.last.crc, self.last.position):
            raise self._damage(
                0,
                f"it goes on from a frame with checksum {header.chain:#010x} that ends at byte {header.before.offset} "
                f"of segment {header.before.segment}, and frame {self.last.lsn} has {self.last.crc:#010x} and ends "
                f"at byte {self.last.end} of segment {self.last.segment}",
            )
        self._stable = self.last  # S2: what is below a header is durable
        self._tail.clear()

    def _enter(self, first_lsn: int) -> Header:
        """Open a segment, and stand behind its header."""
        self._leave()
        self._entered.add(first_lsn)
        self._source = SegmentSource(self.disk, self.directory, first_lsn)
        header = self._source.header(self.database_id)
        self._epoch = max(self._epoch, header.epoch)
        self._offset, self._salt = SECTOR_SIZE, header.salt
        return header

    def _leave(self) -> None:
        """Close the segment."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def _frame_from(self, source: SegmentSource, used: int) -> Frame | None:
        """Return the next frame, which begins at `used` or, behind padding that is not zero, at a multiple of 512."""
        if used == self._offset or used % SECTOR_SIZE == 0:
            try:
                found = source.frame_at(used)
            except FrameError:
                pass
            else:
                if self._follows(found):
                    return found
        found_behind = next(source.frames_behind(used, self._salt), None)
        return found_behind if found_behind is not None and self._follows(found_behind) else None

    def _follows(self, found: Frame) -> bool:
        """Return whether this valid frame is the one behind the last (F2)."""
        return found.salt == self._salt and found.lsn == self.last.lsn + 1 and found.chain == self.last.crc

    def _advance(self, source: SegmentSource, found: Frame) -> None:
        """Stand behind this frame, and learn what it says was durable."""
        end = found.offset + found.size
        self.last = Place(found.lsn, found.crc, source.first_lsn, found.offset, end, found.time_us)
        self._size += align(end, SECTOR_SIZE) - align(self._offset, SECTOR_SIZE)
        self._offset = end
        self._frame_count += 1
        self._tail.append(self.last)
        self._prove(found.synced)

    def _prove(self, lsn: int) -> None:
        """Take note that all frames up to this one are durable."""
        while self._tail and self._tail[0].lsn <= lsn:
            self._stable = self._tail.popleft()

    # The end, judged

    def _end_in_bytes(self, source: SegmentSource, used: int) -> None:
        """Judge an end behind which there is something that is not the next frame (V4, V5)."""
        missing = self.last.lsn + 1
        synced, behind = 0, None
        for found in source.frames_behind(used, self._salt):
            if found.lsn < missing:
                continue
            synced = max(synced, found.synced)
            behind = behind or Place(
                found.lsn, found.crc, source.first_lsn, found.offset, found.offset + found.size, found.time_us
            )
        if synced >= missing:
            assert behind is not None
            error = self._damage(
                used, f"frame {missing} is damaged, and frames behind it say that {synced} were durable", behind.lsn
            )
            self._finish(Verdict.DAMAGE, offset=used, error=error, behind=behind)
            return
        self._check_later()
        self._prove(synced)
        self._finish(Verdict.TORN, offset=used, torn_size=source.nonzero_end(used) - used)

    def _check_later(self) -> None:
        """Raise if there is a segment that reading did not come to (V4)."""
        for name in self._listing.misnamed:
            raise CorruptionError(f"journal/{name}: no segment has such a name", file=f"journal/{name}", offset=0)
        for first_lsn in self._listing.first_lsns:
            if first_lsn > self._floor and first_lsn not in self._entered:
                self._check_header(first_lsn)
                name = segment.file_of(first_lsn)
                if first_lsn <= self.last.lsn:
                    raise CorruptionError(
                        f"{name}: frame {first_lsn} is in another segment already", file=name, offset=0
                    )
                raise self._damage(
                    self._offset,
                    f"frames {self.last.lsn + 1} to {first_lsn - 1} are gone, but {name} is there",
                    first_lsn,
                )

    def _check_header(self, first_lsn: int) -> None:
        """Raise what is wrong with the header of a later segment, if anything."""
        source = SegmentSource(self.disk, self.directory, first_lsn, NEAR_SIZE)
        try:
            source.header(self.database_id)
        finally:
            source.close()

    def _damage(self, offset: int, what: str, next_lsn: int | None = None) -> CorruptionError:
        name = self._source.name if self._source else "journal"
        return CorruptionError(
            f"{name}: byte {offset}: {what}", file=name, offset=offset, last_lsn=self.last.lsn, next_lsn=next_lsn
        )

    def _finish(
        self,
        verdict: Verdict,
        *,
        offset: int | None = None,
        torn_size: int = 0,
        error: StorageError | None = None,
        behind: Place | None = None,
    ) -> None:
        """Fix the verdict."""
        name = self._source.name if self._source else ""
        if error is not None:
            error.details.setdefault("last_lsn", self.last.lsn)
            name = error.details.get("file", name)
            offset = error.details.get("offset", offset)
        self._end = End(
            verdict=verdict,
            file=name,
            offset=offset or 0,
            torn_size=torn_size,
            last=self.last,
            stable=self._stable,
            tail=tuple(self._tail),
            epoch=self._epoch,
            frame_count=self._frame_count,
            size=self._size,
            error=error,
            behind=behind,
        )


def ends_at(disk: Disk, directory: str, position: Position, alignment: int) -> bool:
    """Return whether the journal is cut behind the frame that ends here, as a clean close leaves it.

    Only names, one size and the padding are looked at: a clean database opens without reading
    its journal. False says nothing but that it must be read. (0, 0) stands for no segment.
    """
    listing = Listing.of(disk, directory)
    if listing.misnamed or max(listing.first_lsns, default=0) != position.segment:
        return False
    if not position.segment:
        return True
    source = SegmentSource(disk, directory, position.segment)
    try:
        return source.size == align(position.offset, alignment) and source.first_nonzero(position.offset) is None
    finally:
        source.close()
