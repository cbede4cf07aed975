"""One segment of the journal, for reading: its header, its frames, and what lies between.

It reads a piece at a time, so memory is bounded by the largest frame. It judges no
frame by the frames around it: that is the reader's work. Whatever the bytes are, only
FrameError, CorruptionError, ForeignFileError and StorageError come out.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator

from bumps.errors import CorruptionError, StorageError
from bumps.files import Disk, close_quietly
from bumps.limits import SECTOR_SIZE
from bumps.wal import frame, segment
from bumps.wal.frame import Frame, FrameError
from bumps.wal.segment import Header, Place, align

PIECE_SIZE = 1024 * 1024
"""What is read at once; a multiple of the sector size."""
NEAR_SIZE = 4096
_ZEROS = bytes(PIECE_SIZE)
_SALT = slice(24, 32)  # of a frame's header


class SegmentSource:
    """An open segment, read only."""

    def __init__(self, disk: Disk, directory: str, first_lsn: int, piece_size: int = PIECE_SIZE) -> None:
        """Open the segment of this name; CorruptionError if there is none. `piece_size` bytes are read at once."""
        self.first_lsn = first_lsn
        self._piece_size = piece_size
        self.name = segment.file_of(first_lsn)
        try:
            self.file = disk.open(f"{directory}/{segment.name_of(first_lsn)}", write=False)
        except FileNotFoundError:
            raise CorruptionError(f"{self.name}: there is no such segment", file=self.name) from None
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            self.size = self.file.size()
        except OSError as error:
            self.close()
            raise self._unreadable(error) from error
        self._piece = b""
        self._piece_offset = 0

    def close(self) -> None:
        """Close the file."""
        close_quietly(self.file)

    def header(self, database_id: bytes) -> Header:
        """Return the header; raise as `segment.decode` does."""
        sector = self.bytes_at(0, min(SECTOR_SIZE, self.size))
        return segment.decode(sector, file=self.name, database_id=database_id, first_lsn=self.first_lsn)

    def bytes_at(self, offset: int, size: int) -> bytes:
        """Return these bytes, which the caller knows to be within the file."""
        start = offset - self._piece_offset
        if start < 0 or start + size > len(self._piece):
            wanted = min(max(size, self._piece_size), self.size - offset)
            try:
                self._piece = self.file.pread(wanted, offset)
            except OSError as error:
                raise self._unreadable(error) from error
            self._piece_offset, start = offset, 0
            if len(self._piece) != wanted:
                found = offset + len(self._piece)
                raise CorruptionError(
                    f"{self.name}: it ends at byte {found}, and had {self.size} bytes", file=self.name, offset=found
                )
        return self._piece[start : start + size]

    def frame_at(self, offset: int, salt: bytes | None = None) -> Frame:
        """Return the valid frame that begins here; FrameError if there is none, or not one with this salt."""
        left = self.size - offset
        head = self.bytes_at(offset, min(frame.HEADER_SIZE, left))
        size = frame.size_at(head, left)
        if salt is not None and head[_SALT] != salt:
            raise FrameError("a frame of another segment")
        return frame.decode(self.bytes_at(offset, size), file=self.name, offset=offset)

    def first_nonzero(self, offset: int) -> int | None:
        """Return where the first byte from here on is that is not zero; None if there is none."""
        size = SECTOR_SIZE - offset % SECTOR_SIZE + 1  # mostly the next frame is near, behind padding
        while offset < self.size:
            piece = self.bytes_at(offset, min(size, self.size - offset))
            rest = 0 if _is_zeros(piece) else len(piece.lstrip(b"\0"))
            if rest:
                return offset + len(piece) - rest
            offset += len(piece)
            size = NEAR_SIZE if size < NEAR_SIZE else PIECE_SIZE
        return None

    def nonzero_end(self, offset: int) -> int:
        """Return the byte behind the last one from here on that is not zero; `offset` if there is none."""
        end = offset
        while offset < self.size:
            piece = self.bytes_at(offset, min(PIECE_SIZE, self.size - offset))
            used = 0 if _is_zeros(piece) else len(piece.rstrip(b"\0"))
            if used:
                end = offset + used
            offset += len(piece)
        return end

    def frames_behind(self, offset: int, salt: int) -> Iterator[Frame]:
        """Yield the valid frames with this salt that begin at a multiple of 512 from here on (S4).

        Linear: a frame that is no frame costs what it says it has, and these costs together
        may not be above twice the size of the file. Frames do not overlap, so only bytes made
        to cost time get there: CorruptionError.
        """
        wanted = salt.to_bytes(8, "little")
        budget = 2 * self.size
        offset = align(offset, SECTOR_SIZE)
        while offset + frame.HEADER_SIZE <= self.size:
            offset = self._magic_from(offset)
            if offset + frame.HEADER_SIZE > self.size:
                return
            try:
                found = self.frame_at(offset, wanted)
            except FrameError:
                budget -= self._cost(offset, wanted)
                if budget < 0:
                    raise CorruptionError(
                        f"{self.name}: overlapping beginnings of frames at byte {offset}",
                        file=self.name,
                        offset=offset,
                    ) from None
                offset += SECTOR_SIZE
            else:
                yield found
                offset = align(offset + found.size, SECTOR_SIZE)

    def _magic_from(self, offset: int) -> int:
        """Return the first multiple of 512 from `offset`, itself one, where a frame may begin; the size if none."""
        while offset < self.size:
            piece = self.bytes_at(offset, min(PIECE_SIZE, self.size - offset))
            for at in range(0, len(piece), SECTOR_SIZE):
                if piece[at : at + 4] == frame.MAGIC:
                    return offset + at
            offset += len(piece)
        return self.size

    def _cost(self, offset: int, salt: bytes) -> int:
        """Return how many bytes were summed to learn that no frame begins here."""
        head = self.bytes_at(offset, frame.HEADER_SIZE)
        try:
            size = frame.size_at(head, self.size - offset)
        except FrameError:
            return 0
        return size if head[_SALT] == salt else 0

    def _unreadable(self, error: OSError) -> StorageError:
        return StorageError(f"{self.name}: it cannot be read: {error.strerror or error}", path=self.name)


def _is_zeros(piece: bytes) -> bool:
    """Return whether there are only zeros: comparing is ten times faster than stripping."""
    return piece == (_ZEROS if len(piece) == PIECE_SIZE else bytes(len(piece)))


def read_frame(disk: Disk, directory: str, place: Place) -> Frame:
    """Return the frame at this place; CorruptionError unless the journal has there this LSN with this CRC.

    A seal of a checkpoint is believed only if frame C lies where it says.
    """
    (found,) = read_frames(disk, directory, (place,))
    return found


def read_frames(disk: Disk, directory: str, places: Iterable[Place]) -> Generator[Frame, None, None]:
    """Yield the frames at these places, as `read_frame` does; a segment is opened once for all that follow in it."""
    source: SegmentSource | None = None
    try:
        for place in places:
            if source is None or source.first_lsn != place.segment:
                if source is not None:
                    source.close()
                source = SegmentSource(disk, directory, place.segment, NEAR_SIZE)
            yield _frame_of(source, place)
    finally:
        if source is not None:
            source.close()


def _frame_of(source: SegmentSource, place: Place) -> Frame:
    """Return the frame at this place of its segment, or raise CorruptionError."""
    try:
        if not SECTOR_SIZE <= place.offset <= source.size - frame.HEADER_SIZE:
            raise FrameError(f"the segment has {source.size} bytes")
        found = source.frame_at(place.offset)
        if (found.lsn, found.crc) != (place.lsn, place.crc):
            raise FrameError(f"frame {found.lsn} with checksum {found.crc:#010x} is there")
    except FrameError as error:
        raise CorruptionError(
            f"{source.name}: frame {place.lsn} with checksum {place.crc:#010x} is not at byte {place.offset}: {error}",
            file=source.name,
            offset=place.offset,
        ) from None
    return found
