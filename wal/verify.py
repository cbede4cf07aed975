"""Prove that the journal is sound. It only reads.

Every frame that the journal must still have is read: those above the base LSN. After
damage the check goes on where frames can be read again, so that one report says all.
By design unchecked: segments below the base, and what a closed segment still holds
behind its last frame. A torn tail is no problem: the next opening cuts it, and no
promise covered it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bumps.batch import Batches
from bumps.errors import BumpsError, StorageError
from bumps.files import Disk
from bumps.keys import KeyCodec
from bumps.problem import Problem
from bumps.wal import frame, segment
from bumps.wal.frame import Frame
from bumps.wal.reader import JournalReader, Listing, Verdict
from bumps.wal.segment import Place
from bumps.wal.source import read_frame

Watch = Callable[[Frame, Batches], None]
"""Is told of each frame, with the commit that it is; a mark has none. What it raises of the disk is a problem."""


class JournalCheck:
    """One check of one journal: iterate over `problems`, then look at what was found."""

    def __init__(
        self,
        disk: Disk,
        directory: str,
        *,
        database_id: bytes,
        base_lsn: int,
        checkpoint: Place,
        charset: str | None = None,
        watch: Watch | None = None,
    ) -> None:
        """Check the frames above `base_lsn`; `checkpoint` is frame C, as the meta slot knows it.

        `checkpoint.offset` may be 0 if only the byte behind the frame is known, and so may its time.
        Keys must be what `charset` makes of subscripts; None asks only for what any key has. `watch` is
        called with each frame that can be decoded and the commit in it, in order.
        """
        self.disk = disk
        self.directory = directory
        self.database_id = database_id
        self.base_lsn = base_lsn
        self.checkpoint = checkpoint
        self.codec = KeyCodec.of(charset) if charset is not None else None
        self.watch = watch
        self.first_lsn = 0
        """The first frame that can be read; 0 if there is none."""
        self.last_lsn = 0
        self.frame_count = 0
        self.torn_size = 0
        """Bytes of a torn tail behind the last frame."""
        self.stragglers: list[str] = []
        """Segments with nothing above the base: the next checkpoint removes them."""
        self._last_time_us = 0
        self._last_synced = 0

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong, each once, in the order of the journal."""
        seen: set[Problem] = set()
        for problem in self._problems():
            if problem not in seen:
                seen.add(problem)
                yield problem

    def _problems(self) -> Iterator[Problem]:
        try:
            listing = Listing.of(self.disk, self.directory)
        except StorageError as error:
            yield problem_of(error)
            return
        first_lsn = self._begin(listing)
        yield from (Problem(f"journal/{name}", None, 0, "no segment has such a name") for name in listing.misnamed)
        if first_lsn > self.base_lsn + 1:
            yield self._gone(self.base_lsn, first_lsn)
        reader: JournalReader | None = None
        while first_lsn:
            if reader is None:
                try:
                    reader = self._reader(first_lsn)
                except StorageError as error:
                    yield problem_of(error)
                    first_lsn = _following(listing, first_lsn)
                    continue
            yield from self._walk(reader)
            end = reader.end
            self.torn_size = end.torn_size
            if end.verdict is not Verdict.DAMAGE:
                break
            assert end.error is not None
            yield problem_of(end.error)
            if end.behind is not None:
                reader = self._reader_behind(end.behind)
                yield from self._check_frame(read_frame(self.disk, self.directory, end.behind), end.behind)
                continue
            first_lsn = _following(listing, max(first_lsn, end.last.lsn))
            reader = None
        if self.last_lsn < self.checkpoint.lsn > self.base_lsn:
            yield self._gone(max(self.last_lsn, self.base_lsn), self.checkpoint.lsn + 1)

    def _begin(self, listing: Listing) -> int:
        """Return the first segment to check; those before it are stragglers. 0 if there is nothing to check."""
        holder = listing.holder_of(self.base_lsn + 1)
        if holder == 0:
            return listing.first_lsns[0] if listing.first_lsns else 0
        self.stragglers = [segment.file_of(lsn) for lsn in listing.first_lsns if lsn < holder]
        return holder

    def _reader(self, first_lsn: int) -> JournalReader:
        return JournalReader.from_segment(self.disk, self.directory, database_id=self.database_id, first_lsn=first_lsn)

    def _reader_behind(self, place: Place) -> JournalReader:
        """Return a reader that goes on behind damage."""
        return JournalReader(self.disk, self.directory, database_id=self.database_id, start=place)

    def _walk(self, reader: JournalReader) -> Iterator[Problem]:
        """Read frames to the end or to damage, and check what the reader leaves to others."""
        for found in reader:
            yield from self._check_frame(found, reader.last)
        for lsn, file, offset in reader.dirty_padding:
            if lsn <= reader.end.stable.lsn:  # else the write was in flight, and may have left anything
                yield Problem(file, None, offset, f"bytes behind frame {lsn} that are not zero")

    def _check_frame(self, found: Frame, place: Place) -> Iterator[Problem]:
        """Check one frame whose CRC and chain are right."""
        self.first_lsn = self.first_lsn or found.lsn
        self.last_lsn = found.lsn
        self.frame_count += 1
        if found.time_us < self._last_time_us:
            yield _at(found, f"time {found.time_us} is before that of an earlier frame, {self._last_time_us}")
        if found.synced < self._last_synced:
            yield _at(found, f"LSN {found.synced} is called durable, and {self._last_synced} was before")
        self._last_time_us, self._last_synced = found.time_us, found.synced
        try:
            batches: Batches = []
            if found.kind == frame.COMMIT:
                batches = found.batches
                yield from (
                    _at(found, f"node {name!r} with key {key[:40].hex()}: {what}")
                    for name, key, what in self._odd_keys(batches)
                )
            else:
                _ = found.node_count
            if self.watch is not None:
                self.watch(found, batches)
        except StorageError as error:
            yield problem_of(error)
        known = self.checkpoint
        if found.lsn == known.lsn and known.time_us not in (0, found.time_us):
            yield _at(found, f"time {found.time_us}; the meta slot says {known.time_us}")
        if found.lsn > known.lsn and found.time_us < known.time_us:
            yield _at(found, f"time {found.time_us} is before that of the checkpoint, {known.time_us}")
        if found.lsn == known.lsn and known.segment:
            if (found.crc, place.segment, place.end) != (known.crc, known.segment, known.end):
                yield _at(
                    found,
                    f"checksum {found.crc:#010x}, end {place.end}; the meta slot says checksum {known.crc:#010x}, "
                    f"end {known.end} in segment {known.segment}",
                )

    def _odd_keys(self, batches: Batches) -> Iterator[tuple[str, bytes, str]]:
        """Yield the keys of a commit that no encoding of subscripts makes."""
        for batch in batches:
            if self.codec is not None and self.codec.decodes(batch.keys):
                continue
            for key in batch.keys:
                try:
                    if self.codec is not None:
                        self.codec.decode(key)
                    elif b"\xff" in key or (key and key[-1]):
                        yield batch.name, key, "no encoding of subscripts"
                except BumpsError as error:
                    yield batch.name, key, f"no encoding of subscripts: {error.message}"

    def _gone(self, last_lsn: int, next_lsn: int) -> Problem:
        file = segment.file_of(next_lsn) if self.last_lsn == 0 else "journal"
        return Problem(file, None, None, f"frames {last_lsn + 1} to {next_lsn - 1} are gone")


def _following(listing: Listing, lsn: int) -> int:
    """Return the first segment that begins above this LSN; 0 if there is none."""
    return next((first_lsn for first_lsn in listing.first_lsns if first_lsn > lsn), 0)


def _at(found: Frame, what: str) -> Problem:
    return Problem(found.file, None, found.offset, f"frame {found.lsn}: {what}")


def problem_of(error: StorageError) -> Problem:
    """Return the line of a report for an error that reading raised."""
    file = error.details.get("file") or error.details.get("path") or "journal"
    prefix = f"{file}: "
    message = error.message.removeprefix(prefix)
    offset = error.details.get("offset")
    return Problem(file, None, offset, message.removeprefix(f"byte {offset}: "))


def problems(
    disk: Disk,
    directory: str,
    *,
    database_id: bytes,
    base_lsn: int,
    checkpoint: Place,
    charset: str | None = None,
    watch: Watch | None = None,
) -> Iterator[Problem]:
    """Yield what is wrong with a journal: see `JournalCheck`."""
    return JournalCheck(
        disk, directory, database_id=database_id, base_lsn=base_lsn, checkpoint=checkpoint, charset=charset, watch=watch
    ).problems()
