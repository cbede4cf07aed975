"""The double-write: the set of pages of one checkpoint, sealed before it goes home.

One file, overwritten by each checkpoint. It makes a checkpoint atomic as a whole:
until the seal is durable the old state stands, from then on the new one does,
whatever happens to the pages in `data`. All integers are little-endian.

    OFFSET  SIZE  FIELD
         0     8  magic "bumpseal"
         8     4  version of the format, 1
        12     4  page size in bytes
        16    16  database id
        32     8  generation that this set makes
        40     8  C: LSN of the last commit in it
        48     8  first LSN of the segment that holds frame C
        56     8  the byte behind frame C
        64     4  CRC field of frame C
        68     4  size of frame C in bytes
        72     4  count of pages
        76   428  zero
       504     4  CRC-32C of the meta sector and of all pages, in this order
       508     4  CRC-32C of bytes 0 to 508
       512   512  the meta slot that this checkpoint will write
      1024     *  the pages, in order of their numbers; each has its number in its header

Invariants

    S1. The set is valid if its checksums are right, its meta slot is, and the seal says of
        generation, C, its place and its CRC what the meta slot says; and if the numbers of
        its pages ascend, from 2 on, below that slot's page count. (Any meta slot has
        the same CRC-32C, its own included, so that the one at 504 cannot tell them apart.)
    S2. A valid set is used only if its generation is the newest meta slot's + 1, its C is
        not below that slot's, and frame C, a mark, lies in the journal where the seal
        says, no later segment beginning at C or below it. An old set is valid too.
    S3. The file is overwritten only after the set before it is home, and its meta
        slot durable.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bumps.btree import meta as meta_slots
from bumps.btree.meta import Meta
from bumps.checksum import crc32c
from bumps.errors import CorruptionError, ForeignFileError
from bumps.files import Disk, File, write_all

NAME, NEW_NAME = "double-write", "double-write.new"
MAGIC = b"bumpseal"
VERSION = 1
SECTOR_SIZE = 512
PAGES_OFFSET = 1024
_HEAD = struct.Struct("<8sII16sQQQQIII")
_CRCS = struct.Struct("<II")
_PAGE_NUMBER = struct.Struct("<I")
_PAGE_NUMBER_OFFSET = 8
WRITE_SIZE = 1 << 20
"""Neighbouring pages are joined up to this size, in bytes, for one write."""
assert _HEAD.size == 76, "the table above is the format"


@dataclass(frozen=True, slots=True)
class Head:
    """What a seal says of its set, before the set is read."""

    place: tuple[int, ...]
    """Generation, LSN of frame C, its segment, the byte behind it, its CRC field."""
    frame_size: int
    page_count: int
    body_crc: int
    meta_sector: bytes

    @property
    def generation(self) -> int:
        """Which state the set makes."""
        return self.place[0]


@dataclass(frozen=True, slots=True)
class SealedSet:
    """A valid set: the meta slot it makes, and where its pages are in the file."""

    meta: Meta
    frame_size: int
    """Size of frame C, in bytes: with the place behind it in `meta`, where it begins."""
    pages: dict[int, int]
    """Page number -> offset in the file `double-write`."""


def _seal(meta: Meta, sector: bytes, frame_size: int, page_count: int, checksum: int) -> bytes:
    """Return the two sectors that stand before the pages: the meta sector is the second."""
    head = _HEAD.pack(
        MAGIC,
        VERSION,
        meta.page_size,
        meta.database_id,
        meta.generation,
        meta.lsn,
        meta.segment,
        meta.offset,
        meta.chain,
        frame_size,
        page_count,
    ).ljust(SECTOR_SIZE - _CRCS.size, b"\0")
    head += checksum.to_bytes(4, "little")
    return head + crc32c(head).to_bytes(4, "little") + sector


def size_of(meta: Meta, page_count: int) -> int:
    """Return how long the file must be for a set of that many pages, in bytes."""
    return PAGES_OFFSET + page_count * meta.page_size


def write(file: File, meta: Meta, frame_size: int, pages: Iterable[tuple[int, bytes]]) -> None:
    """Write the whole set, seal included; nothing is durable before a sync. No more than a piece of it is copied."""
    sector = meta.encode()[: meta_slots.SLOT_SIZE]
    checksum, page_count = crc32c(sector), 0
    offset = PAGES_OFFSET
    left = iter(pages)
    while piece := [image for _, image in islice(left, max(1, WRITE_SIZE // meta.page_size))]:
        for image in piece:
            assert len(image) == meta.page_size
            checksum = crc32c(image, checksum)
        chunk = b"".join(piece)
        write_all(file, chunk, offset)
        offset += len(chunk)
        page_count += len(piece)
    write_all(file, _seal(meta, sector, frame_size, page_count, checksum), 0)


def write_home(data: File, pages: list[tuple[int, bytes]], page_size: int) -> None:
    """Write each page to its place in `data`, neighbours joined."""
    run: list[bytes] = []
    start = 0
    count_max = max(1, WRITE_SIZE // page_size)
    for number, image in pages:
        if run and (number != start + len(run) or len(run) >= count_max):
            write_all(data, b"".join(run), start * page_size)
            run = []
        if not run:
            start = number
        run.append(image)
    if run:
        write_all(data, b"".join(run), start * page_size)


def read_head(file: File, database_id: bytes, page_size: int) -> Head | None:
    """Return what the seal says, or None if there is none of this database; its pages are not looked at.

    Raises ForeignFileError if a newer release sealed it: half of its pages may be home, so that no other
    state can be read.
    """
    sectors = file.pread(PAGES_OFFSET, 0)
    if len(sectors) < PAGES_OFFSET:
        return None
    sector = sectors[:SECTOR_SIZE]
    body_crc, head_crc = _CRCS.unpack_from(sector, SECTOR_SIZE - _CRCS.size)
    if crc32c(sector[:-4]) != head_crc:
        return None
    magic, version, size, identity, *place, frame_size, count = _HEAD.unpack_from(sector)
    if magic != MAGIC or identity != database_id:
        return None
    if version != VERSION:
        raise ForeignFileError(
            f"double-write: format version {version}; this release reads version {VERSION}",
            hint="open it with a newer release of bumps",
            version=version,
        )
    if size != page_size or PAGES_OFFSET + count * page_size > file.size():
        return None
    return Head(tuple(place), frame_size, count, body_crc, sectors[SECTOR_SIZE:])


def copy(disk: Disk, path: str, sealed: SealedSet, pages: Iterable[tuple[int, bytes]]) -> File:
    """Write a set that was read to a new file, durably, and put that in the place of the old; return it.

    What was read may be only in the kernel's cache, and the disk may have something else.
    """
    new_name, name = f"{path}/{NEW_NAME}", f"{path}/{NAME}"
    if disk.kind(new_name):
        disk.unlink(new_name)
    file = disk.create(new_name)
    try:
        write(file, sealed.meta, sealed.frame_size, pages)
        sync_copy(file)
        disk.rename(new_name, name)
        disk.sync_directory(path)
    except BaseException:
        file.close()
        raise
    return file


def sync_copy(file: File) -> None:
    """Make the copy of a set durable."""
    file.sync()


def read(file: File, database_id: bytes, page_size: int) -> SealedSet | None:
    """Return the set that the file holds, or None if there is no valid one.

    An invalid set is not an error: a checkpoint that was cut before its seal leaves one. Raises
    ForeignFileError as `read_head` does.
    """
    head = read_head(file, database_id, page_size)
    if head is None:
        return None
    meta_sector, count = head.meta_sector, head.page_count
    pages: dict[int, int] = {}
    checksum = crc32c(meta_sector)
    for at, image in _images(file, count, page_size):
        checksum = crc32c(image, checksum)
        (number,) = _PAGE_NUMBER.unpack_from(image, _PAGE_NUMBER_OFFSET)
        pages[number] = at
    if checksum != head.body_crc or len(pages) != count or list(pages) != sorted(pages):
        return None
    try:
        meta = meta_slots.decode(meta_sector)
    except CorruptionError:
        return None
    except ForeignFileError as error:
        if "version" in error.details:
            raise
        return None
    said = (meta.generation, meta.lsn, meta.segment, meta.offset, meta.chain)
    if said != head.place or (meta.database_id, meta.page_size) != (database_id, page_size):
        return None
    if any(not 2 <= number < meta.page_count for number in pages):
        return None
    return SealedSet(meta, head.frame_size, pages)


def _images(file: File, count: int, page_size: int) -> Iterator[tuple[int, bytes]]:
    """Yield (offset in the file, image) of each page, reading in large pieces."""
    step = max(1, WRITE_SIZE // page_size)
    for first in range(0, count, step):
        offset = PAGES_OFFSET + first * page_size
        chunk = file.pread(min(step, count - first) * page_size, offset)
        for at in range(0, len(chunk), page_size):
            yield offset + at, chunk[at : at + page_size]


def images(file: File, sealed: SealedSet) -> list[tuple[int, bytes]]:
    """Return the pages of a valid set as (number, image), in order of their numbers."""
    return list(stream(file, sealed))


def stream(file: File, sealed: SealedSet) -> Iterator[tuple[int, bytes]]:
    """Yield what `images` returns, page by page as each is read."""
    size = sealed.meta.page_size
    return ((number, file.pread(size, at)) for number, at in sorted(sealed.pages.items()))
