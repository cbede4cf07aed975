"""What can still be read of a damaged database: every page image and every frame whose CRC is right.

Nothing here believes a reference or a promise: pages are found by reading all of `data` and of
`double-write`, frames by reading all segments. What that means is decided in salvage.py and loss.py.

    R1. A page counts as the number that it says it has, wherever it was found; of one number there
        may be several images.
    R2. A frame counts if its CRC is right and its LSN belongs to the segment: not below its first
        one, and below that of the next segment, which holds what follows.
    R3. Behind a hole frames count only if something says that the hole was durable: a frame that
        knows it (`synced`), or a later segment. Else the hole is a torn tail, and what is behind it never was.
    R4. A sector that the disk refuses to give reads as zeros, and is named.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from bumps import limits
from bumps.btree import meta as meta_slots
from bumps.btree.meta import Meta
from bumps.btree.page import HEADER, MAGIC, PAGE_FIRST, Page, corrupt, parse
from bumps.errors import CorruptionError, ForeignFileError, StorageError
from bumps.files import Disk, File, close_quietly
from bumps.limits import SECTOR_SIZE
from bumps.recovery import double_write
from bumps.recovery.create import DATA, DOUBLE_WRITE, JOURNAL, join
from bumps.wal import frame, segment
from bumps.wal.frame import Frame, FrameError
from bumps.wal.reader import Listing
from bumps.wal.segment import Header, Place, align
from bumps.wal.source import SegmentSource

PIECE_SIZE = 1 << 20
_PATIENT_SIZE = 4096
_NUMBER_AT = 8
_PROBE_COUNT = 1000


class Gap(NamedTuple):
    """Something that could not be read."""

    kind: str
    """`file`, `page`, `value`, `frame` or `global`."""
    place: str
    """Where: `data: page 7`, `^X(3)`, `journal: frames 5 to 9`."""
    what: str

    def __str__(self) -> str:
        """Return the one line that is printed."""
        return f"{self.place}: {self.what}"


class PatientFile:
    """A file of which sectors may be unreadable: they read as zeros, and are noted (R4)."""

    def __init__(self, file: File, name: str, gaps: list[Gap]) -> None:
        self._file = file
        self._name = name
        self._gaps = gaps

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes at `offset`."""
        try:
            return self._file.pread(size, offset)
        except OSError:
            # Block by block, wherever the request begins: what is lost, and said of it, is the same for all.
            first = offset - offset % _PATIENT_SIZE
            end = min(offset + size, self._file.size())
            blocks = b"".join(self._block(start) for start in range(first, end, _PATIENT_SIZE))
            return blocks[offset - first : end - first]

    def _block(self, start: int) -> bytes:
        size = min(_PATIENT_SIZE, self._file.size() - start)
        try:
            return self._file.pread(size, start)
        except OSError as error:
            gap = Gap("file", f"{self._name}: byte {start}", f"{size} bytes cannot be read: {error.strerror or error}")
            if gap not in self._gaps:
                self._gaps.append(gap)
            return bytes(size)

    def size(self) -> int:
        """Return how long the file is."""
        return self._file.size()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class PatientDisk:
    """A disk whose files are opened for reading only, and patiently."""

    def __init__(self, disk: Disk, gaps: list[Gap]) -> None:
        self._disk = disk
        self._gaps = gaps

    def open(self, path: str, *, write: bool) -> File:
        """Open the file that is there."""
        assert not write, "what is damaged is only read"
        name = "/".join(path.split("/")[-2 if f"/{JOURNAL}/" in path else -1 :])
        return cast(File, PatientFile(self._disk.open(path, write=False), name, self._gaps))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._disk, name)


def patient(disk: Disk, gaps: list[Gap]) -> Disk:
    """Return a disk for reading what may be unreadable; what is, is appended to `gaps`."""
    return cast(Disk, PatientDisk(disk, gaps))


# Pages


class Image(NamedTuple):
    """One page image whose CRC is right: where it is, and what its header says."""

    number: int
    checksum: int
    tree: int
    lsn: int
    generation: int
    kind: int
    level: int
    file: str
    offset: int


class Pages:
    """All page images of a database, by number; the newest first."""

    def __init__(self, disk: Disk, path: str, page_size: int, page_count: int | None) -> None:
        """Read `data` and `double-write` once. `page_count` None: nobody knows where `data` ends."""
        self.page_size = page_size
        self.images: dict[int, list[Image]] = {}
        self.unreadable: dict[int, str] = {}
        """What is wrong with the place of a page in `data`."""
        self._files: dict[str, File] = {}
        for name, first in ((DATA, PAGE_FIRST * page_size), (DOUBLE_WRITE, double_write.PAGES_OFFSET)):
            if disk.kind(join(path, name)) != "file":
                continue
            file = self._files[name] = disk.open(join(path, name), write=False)
            for offset, image in self._read(file, first):
                self._take(name, offset, image, page_count)
        for images in self.images.values():
            images.sort(key=lambda image: image.generation, reverse=True)
        self.page_count = page_count or max(self.images, default=1) + 1

    def _read(self, file: File, first: int) -> Iterator[tuple[int, bytes]]:
        step = max(PIECE_SIZE // self.page_size, 1) * self.page_size
        for start in range(first, file.size(), step):
            piece = file.pread(step, start)
            for at in range(0, len(piece), self.page_size):
                yield start + at, piece[at : at + self.page_size]

    def _take(self, name: str, offset: int, image: bytes, page_count: int | None) -> None:
        """Note one image, or what is wrong with it."""
        place = offset // self.page_size if name == DATA else 0
        number = int.from_bytes(image[_NUMBER_AT : _NUMBER_AT + 4], "little")
        try:
            page = parse(image, self.page_size, number)
            if not PAGE_FIRST <= number < (page_count or limits.PAGE_COUNT_MAX):
                raise corrupt(place, f"says it is page {number}")
        except CorruptionError as error:
            if place and (place < page_count if page_count is not None else bool(image.strip(b"\0"))):
                self.unreadable[place] = error.message.split(": ", 2)[-1]
            return
        if place and place != number:
            self.unreadable[place] = f"says it is page {number}"
        found = Image(
            number, page.checksum, page.tree, page.lsn, page.generation, page.kind, page.level, name, offset
        )  # fmt: skip
        known = self.images.setdefault(number, [])
        if all(image.checksum != found.checksum for image in known):
            known.append(found)

    def find(self, number: int, checksum: int) -> Image | None:
        """Return the image that a reference means."""
        return next((image for image in self.images.get(number, ()) if image.checksum == checksum), None)

    def read(self, image: Image) -> Page:
        """Return the page; CorruptionError if it has changed since."""
        data = self._files[image.file].pread(self.page_size, image.offset)
        return parse(data, self.page_size, image.number)

    def bytes_of(self, image: Image) -> bytes:
        """Return the whole page."""
        return self._files[image.file].pread(self.page_size, image.offset)

    def what(self, number: int) -> str:
        """Return why a reference to this page finds nothing."""
        if number in self.unreadable:
            return self.unreadable[number]
        return "it is not the page that is referred to" if number in self.images else "there is no such page"

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            close_quietly(file)


def probe_page_size(disk: Disk, path: str) -> int | None:
    """Return the size at which there are most pages in `data` and `double-write`; None if there are none."""
    best: tuple[int, int | None] = (0, None)
    for name, first in ((DATA, None), (DOUBLE_WRITE, double_write.PAGES_OFFSET)):
        if disk.kind(join(path, name)) != "file":
            continue
        file = disk.open(join(path, name), write=False)
        try:
            for size in limits.PAGE_SIZES:
                start = PAGE_FIRST * size if first is None else first
                offsets = range(start, file.size() - size + 1, size)
                count = sum(_is_page(file, offset, size) for offset in itertools.islice(offsets, _PROBE_COUNT))
                best = max(best, (count, size if count else None), key=lambda found: found[0])
        finally:
            close_quietly(file)
    return best[1]


def _is_page(file: File, offset: int, size: int) -> bool:
    head = file.pread(HEADER.size, offset)
    if not head.startswith(MAGIC):
        return False
    try:
        parse(file.pread(size, offset), size, int.from_bytes(head[_NUMBER_AT : _NUMBER_AT + 4], "little"))
    except CorruptionError:
        return False
    return True


def find_meta(disk: Disk, path: str, notes: list[Gap]) -> Meta | None:
    """Return the state that `data` is in, or will be when a sealed set is home; None if no slot can be read.

    A sealed set counts even if the journal has lost its frame C: the set was sealed after that was
    durable. Raises ForeignFileError for the files of a newer release.
    """
    newest = _newest_slot(disk, path, notes)
    if disk.kind(join(path, DOUBLE_WRITE)) != "file":
        notes.append(Gap("file", DOUBLE_WRITE, "there is no such file"))
        return newest
    file = disk.open(join(path, DOUBLE_WRITE), write=False)
    try:
        if newest is None:
            sector = file.pread(SECTOR_SIZE, SECTOR_SIZE)
            try:
                return meta_slots.decode(sector)
            except (CorruptionError, ForeignFileError):
                return None
        sealed = double_write.read(file, newest.database_id, newest.page_size)
    finally:
        close_quietly(file)
    if sealed is None or sealed.meta.generation != newest.generation + 1 or sealed.meta.lsn < newest.lsn:
        return newest
    holder = segments(disk, path).holder_of(sealed.meta.lsn)
    return sealed.meta if holder in (0, sealed.meta.segment) else newest


def _newest_slot(disk: Disk, path: str, notes: list[Gap]) -> Meta | None:
    if disk.kind(join(path, DATA)) != "file":
        notes.append(Gap("file", DATA, "there is no such file"))
        return None
    data = disk.open(join(path, DATA), write=False)
    try:
        slots = meta_slots.read(data)
    except (CorruptionError, ForeignFileError) as error:
        if "version" in error.details:
            raise
        notes.append(Gap("file", DATA, error.message.removeprefix("data: ")))
        return None
    finally:
        close_quietly(data)
    notes += [Gap("page", f"data: page {slot}", what) for slot, what in slots.problems]
    return slots.newest


# Frames


class Found(NamedTuple):
    """One valid frame: where it is, and how it is linked to the others."""

    place: Place
    chain: int
    synced: int
    kind: int
    salt: int
    """Of its segment: its header may be gone."""

    @property
    def lsn(self) -> int:
        """Its number."""
        return self.place.lsn


@dataclass(slots=True)
class History:
    """The frames that can be read, in order, and the ones that are gone."""

    frames: list[Found] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)
    """First and last LSN of each hole between or behind them (R3)."""
    gaps: list[Gap] = field(default_factory=list)
    """What else is wrong: headers, links."""
    database_id: bytes | None = None
    epoch: int = 0

    @property
    def last_lsn(self) -> int:
        """The highest LSN that can be read; 0 if there is none."""
        return self.frames[-1].lsn if self.frames else 0

    def reaches_from_birth(self, lsn: int) -> bool:
        """Return whether every frame from the first of all to `lsn` at least is there."""
        frames = self.frames
        return not self.gone and bool(frames) and frames[0].lsn == 1 and not frames[0].chain and self.last_lsn >= lsn


def segments(disk: Disk, path: str) -> Listing:
    """Return the names of the segments; none if there is no journal."""
    try:
        return Listing.of(disk, join(path, JOURNAL))
    except StorageError:
        return Listing([], [])


def read_history(disk: Disk, path: str, database_id: bytes | None, known_lsn: int = 0) -> History:
    """Find all frames that can be read (R2, R3). Raises nothing but ForeignFileError.

    `known_lsn` was durable, the caller knows: it is C of the meta slot.
    """
    history = History(database_id=database_id)
    listing = segments(disk, path)
    if disk.kind(join(path, JOURNAL)) != "directory":
        history.gaps.append(Gap("file", JOURNAL, "there is no such directory"))
    history.gaps += [Gap("file", f"journal/{name}", "no segment has such a name") for name in listing.misnamed]
    candidates: list[Found] = []
    for first_lsn, end in itertools.zip_longest(listing.first_lsns, listing.first_lsns[1:]):
        for found in _frames_of(disk, path, first_lsn, history):
            if first_lsn <= found.lsn and (end is None or found.lsn < end):
                if not candidates or found.lsn > candidates[-1].lsn:
                    candidates.append(found)
    _link(history, candidates, listing.first_lsns, known_lsn)
    return history


def _frames_of(disk: Disk, path: str, first_lsn: int, history: History) -> Iterator[Found]:
    """Yield the valid frames of one segment."""
    name = segment.file_of(first_lsn)
    try:
        source = SegmentSource(disk, join(path, JOURNAL), first_lsn)
    except StorageError as error:
        history.gaps.append(Gap("file", name, error.message.removeprefix(f"{name}: ")))
        return
    try:
        header = _header(source, history)
        if header is not None:
            history.epoch = max(history.epoch, header.epoch)
        salt = header.salt if header is not None else None
        for found in _scan(source, salt):
            place = Place(
                found.lsn, found.crc, first_lsn, found.offset, found.offset + found.size, found.time_us
            )  # fmt: skip
            yield Found(place, found.chain, found.synced, found.kind, found.salt)
    except StorageError as error:
        if isinstance(error, ForeignFileError):
            raise
        history.gaps.append(Gap("file", name, error.message.removeprefix(f"{name}: ")))
    finally:
        source.close()


def _header(source: SegmentSource, history: History) -> Header | None:
    """Return the header of a segment, None if it is damaged; a segment of another database raises CorruptionError."""
    sector = source.bytes_at(0, min(SECTOR_SIZE, source.size))
    said = sector[16:32]
    try:
        header = segment.decode(sector, file=source.name, database_id=said, first_lsn=source.first_lsn)
    except CorruptionError as error:
        history.gaps.append(Gap("file", source.name, error.message.removeprefix(f"{source.name}: ")))
        return None
    if history.database_id is None:
        history.database_id = said
    if said != history.database_id:
        raise CorruptionError(f"{source.name}: it belongs to another database, {said.hex()}", file=source.name)
    return header


def _scan(source: SegmentSource, salt: int | None) -> Iterator[Frame]:
    """Yield the frames with one salt, wherever they begin; without a header the first one says which it is."""
    offset = SECTOR_SIZE
    budget = 2 * source.size
    while offset + frame.HEADER_SIZE <= source.size:
        if source.bytes_at(offset, 4) == frame.MAGIC:
            try:
                found = source.frame_at(offset, None if salt is None else salt.to_bytes(8, "little"))
            except FrameError:
                budget -= _cost(source, offset)
                if budget < 0:  # only bytes that were made to cost time get here
                    return
            else:
                salt = found.salt
                yield found
                offset += found.size
                continue
        offset = align(offset + 1, SECTOR_SIZE)
        used = source.first_nonzero(offset) if offset < source.size else None
        if used is None:
            return
        offset = max(offset, used // SECTOR_SIZE * SECTOR_SIZE)


def _cost(source: SegmentSource, offset: int) -> int:
    """Return how many bytes were summed to learn that no frame begins here."""
    try:
        return frame.size_at(source.bytes_at(offset, frame.HEADER_SIZE), source.size - offset)
    except FrameError:
        return 0


def _link(history: History, candidates: list[Found], first_lsns: list[int], known_lsn: int) -> None:
    """Take the frames that count, and note the holes before, between and behind them (R3)."""
    if not first_lsns:
        return
    proven = max(first_lsns[-1] - 1, known_lsn)
    proofs: list[int] = []
    for found in reversed(candidates):
        proven = max(proven, found.synced)
        proofs.append(proven)
    missing, crc = first_lsns[0], None
    for found, proof in zip(candidates, reversed(proofs)):
        follows = found.lsn == missing and crc in (None, found.chain)
        if not follows and proof < missing:
            break
        if found.lsn > missing:
            history.gone.append((missing, found.lsn - 1))
        elif not follows:
            what = f"frame {found.lsn} does not go on from frame {missing - 1} that is there"
            history.gaps.append(Gap("frame", segment.file_of(found.place.segment), what))
        history.frames.append(found)
        missing, crc = found.lsn + 1, found.place.crc
    if missing <= proven:
        history.gone.append((missing, proven))


def read_found(source: SegmentSource, found: Found) -> Frame:
    """Return a frame again; CorruptionError if it has changed since, or says what cannot be."""
    try:
        read = source.frame_at(found.place.offset)
    except FrameError as error:
        raise CorruptionError(f"{source.name}: frame {found.lsn}: {error}", file=source.name) from None
    read.check_form()
    return read
