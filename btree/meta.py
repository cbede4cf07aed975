"""The meta slots: what the data file is, and of which moment. Pages 0 and 1.

Generation g is written to slot g mod 2, so that one whole slot always stands. A
slot is one sector of 512 bytes at the start of its page; the rest is zeros. All
integers are little-endian.

    OFFSET  SIZE  FIELD
         0     8  magic "bumpsmet"
         8     4  version of the format, 1
        12     4  page size in bytes: 512, 1,024, 4,096, 8,192, 16,384, 32,768 or 65,536
        16    16  database id, random
        32     8  generation of the checkpoint
        40     8  epoch: raised by each recovery that starts a new segment
        48     8  base LSN: the retained journal tells everything above it
        56     8  C: LSN of the last frame in this state; 0 if there is none
        64     4  CRC field of frame C; the chain goes on from it (0 if C is 0)
        68     1  charset: 1 utf-8, 2 m
        69     1  flags: 1 clean close
        70     2  zero
        72     8  first LSN of the segment that holds frame C (0 if C is 0)
        80     8  the byte behind frame C in that segment (0 if C is 0)
        88     8  nodes in all globals
        96     4  pages in the data file, meta slots included
       100     4  zero
       104     4  directory: page of its root (0: there is no global, and never was)
       108     4  directory: CRC-32C of that page
       112     8  directory: count of its cells
       120     4  freelist: first page (0: it is empty)
       124     4  freelist: CRC-32C of that page
       128     8  time of frame C, in microseconds since 1970: the frames after it are never before
       136   372  zero
       508     4  CRC-32C of bytes 0 to 508

Invariants

    M1. Of two valid slots the one with the higher generation is the state. A slot is valid if
        its CRC is right, it stands in its place, and what it says is possible: page numbers below
        the page count, base LSN and segment not above C, 0 what the table calls so, counts below 2^63.
    M2. A slot is written only after its whole generation is durable in `data`.
    M3. A torn slot is not an error as long as the other one is valid. Where slot 0 is torn,
        the page size is one of those above at which there is a valid slot that says so.
"""

from __future__ import annotations

import functools
import struct
from dataclasses import dataclass

from bumps import limits
from bumps.btree.page import Reference
from bumps.checksum import crc32c
from bumps.errors import CorruptionError, ForeignFileError, StorageError
from bumps.files import File

MAGIC = b"bumpsmet"
VERSION = 1
SLOT_SIZE = 512
_BODY = struct.Struct("<8sII16sQQQQIBBHQQQIIIIQIIQ")
_CRC = struct.Struct("<I")
assert _BODY.size == 136, "the table above is the format"

CHARSETS = {1: "utf-8", 2: "m"}
_CHARSET_CODES = {name: code for code, name in CHARSETS.items()}
_CLEAN = 1


@dataclass(frozen=True, slots=True)
class Meta:
    """What one meta slot says."""

    page_size: int
    database_id: bytes
    charset: str
    generation: int
    epoch: int
    base_lsn: int
    lsn: int
    time_us: int
    chain: int
    segment: int
    offset: int
    node_count: int
    page_count: int
    directory: Reference | None
    freelist: tuple[int, int] | None
    clean: bool

    def encode(self) -> bytes:
        """Return the page that holds this slot, of `page_size` bytes."""
        assert self.page_size in limits.PAGE_SIZES
        assert len(self.database_id) == 16
        assert 2 <= self.page_count <= limits.PAGE_COUNT_MAX
        directory = self.directory or Reference(0, 0, 0, False)
        freelist = self.freelist or (0, 0)
        body = _BODY.pack(
            MAGIC,
            VERSION,
            self.page_size,
            self.database_id,
            self.generation,
            self.epoch,
            self.base_lsn,
            self.lsn,
            self.chain,
            _CHARSET_CODES[self.charset],
            _CLEAN if self.clean else 0,
            0,
            self.segment,
            self.offset,
            self.node_count,
            self.page_count,
            0,
            directory.page,
            directory.checksum,
            directory.node_count,
            *freelist,
            self.time_us,
        )
        sector = body.ljust(SLOT_SIZE - _CRC.size, b"\0")
        return (sector + _CRC.pack(crc32c(sector))).ljust(self.page_size, b"\0")


@functools.lru_cache(maxsize=4)
def decode(sector: bytes) -> Meta:
    """Return what a slot says; CorruptionError or ForeignFileError if it says nothing valid.

    An opening looks at both slots twice, before and after it has the lock: hence the cache.
    """
    if len(sector) < SLOT_SIZE:
        if sector and sector[: len(MAGIC)] != MAGIC[: len(sector)]:
            raise ForeignFileError(f"data: it starts with {sector[:8]!r}, not with {MAGIC!r}: not a bumps database")
        raise CorruptionError(f"meta slot of {len(sector)} bytes, not {SLOT_SIZE}", file="data")
    sector = sector[:SLOT_SIZE]
    fields = _BODY.unpack_from(sector)
    magic, version, page_size = fields[:3]
    if magic != MAGIC:
        raise ForeignFileError(f"data: it starts with {magic[:8]!r}, not with {MAGIC!r}: not a bumps database")
    if crc32c(sector[:-4]) != _CRC.unpack_from(sector, SLOT_SIZE - 4)[0]:
        raise CorruptionError("meta slot: wrong checksum", file="data")
    if version != VERSION:
        raise ForeignFileError(
            f"data: format version {version}; this release reads version {VERSION}",
            hint="open it with a newer release of bumps",
            version=version,
        )
    charset, flags = fields[9], fields[10]
    if (
        page_size not in limits.PAGE_SIZES
        or charset not in CHARSETS
        or flags & ~_CLEAN
        or sector.count(0, 136, 508) != 372
    ):
        raise CorruptionError("meta slot: right checksum, impossible fields", file="data")
    page_count, directory, freelist = fields[15], Reference(fields[17], fields[18], fields[19], False), fields[20:22]
    if not 2 <= page_count <= limits.PAGE_COUNT_MAX or directory.page >= page_count or freelist[0] >= page_count:
        raise CorruptionError("meta slot: right checksum, impossible page numbers", file="data")
    generation, epoch, base_lsn, lsn, segment, offset, node_count = *fields[4:8], *fields[12:15]
    if max(generation, epoch, base_lsn, lsn, offset, node_count) > limits.COUNTER_MAX:
        raise CorruptionError("meta slot: right checksum, impossible counts", file="data")
    if base_lsn > lsn or segment > lsn or (lsn and not segment) or (not lsn and (offset or fields[8])):
        raise CorruptionError("meta slot: right checksum, impossible place in the journal", file="data")
    return Meta(
        page_size=page_size,
        database_id=fields[3],
        charset=CHARSETS[charset],
        generation=generation,
        epoch=epoch,
        base_lsn=base_lsn,
        lsn=lsn,
        time_us=fields[22],
        chain=fields[8],
        segment=segment,
        offset=offset,
        node_count=node_count,
        page_count=page_count,
        directory=directory if directory.page else None,
        freelist=freelist if freelist[0] else None,
        clean=bool(flags & _CLEAN),
    )


@dataclass(frozen=True, slots=True)
class Slots:
    """Both slots as they were read: the state, and what is wrong with either."""

    newest: Meta
    problems: tuple[tuple[int, str], ...]
    """(slot, what is wrong with it): one torn slot is legal after a power cut (M3)."""


def read(data: File) -> Slots:
    """Return the newest valid slot (M1).

    Raises ForeignFileError for a file that is not ours or is newer, CorruptionError if no slot is valid.
    """
    found: dict[int, Meta] = {}
    errors: dict[int, StorageError] = {}
    for slot in (0, 1):
        # Without slot 0 the page size is not known: slot 1 itself says where it should stand.
        sizes = (found[0].page_size,) if found else limits.PAGE_SIZES
        for page_size in sizes if slot else (0,):
            try:
                meta = decode(data.pread(SLOT_SIZE, page_size))
                if slot and meta.page_size != page_size:
                    raise CorruptionError(f"meta slot: it says that pages have {meta.page_size} bytes", file="data")
                if meta.generation % 2 != slot:
                    raise CorruptionError(f"meta slot {slot} holds generation {meta.generation}", file="data")
            except (CorruptionError, ForeignFileError) as error:
                if "version" in error.details:
                    raise  # The newer release may have used the pages of the other slot for something else.
                # Of all the places where slot 1 may be, what is wrong at one that has our magic counts.
                if slot not in errors or not isinstance(error, ForeignFileError):
                    errors[slot] = error
            else:
                found[slot] = meta
                errors.pop(slot, None)
                break
    if not found:
        if isinstance(errors[0], ForeignFileError):
            raise errors[0]
        raise CorruptionError(f"data: neither meta slot is valid: {errors[0].message}", file="data", offset=0)
    newest = max(found.values(), key=lambda meta: meta.generation)
    return Slots(newest, tuple((slot, error.message) for slot, error in errors.items()))
