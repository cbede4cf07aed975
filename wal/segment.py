"""One segment of the journal: the sector it begins with, its name, and where frames may stand.

All integers are little-endian. A segment is one file; its first 512 bytes are its header.

    OFFSET  SIZE  FIELD
         0     8  magic         `bumpsjnl`
         8     4  version       1
        12     4  reserved      zero
        16    16  database id
        32     8  epoch         raised by every recovery
        40     8  salt          random: every frame of this segment repeats it
        48     8  first LSN     that of its first frame; its name says the same
        56     4  chain         `crc` of the frame before its first; 0 if there is none
        60     8  before        first LSN of the segment that holds the frame before; 0 if there is none
        68     8  before end    the byte behind that frame there
        76     8  time          microseconds since 1970
        84   424  reserved      zero
       508     4  crc           CRC-32C of the bytes before it

Frames follow. Each write begins at a multiple of the alignment (4,096, or what the
file system needs; 512 in tests) behind the header, and is filled with zeros to the
next multiple. What no frame has reached yet is zeros.

Invariants

    S1. A segment is named by its first LSN, in 20 digits: `00000000000000000001.log`.
    S2. It gets that name after its header is durable, and the segment before it is
        durable before that. So a header proves that all frames below it are durable.
    S3. No segment is used twice: salt, LSN and chain together are a frame's only once.
    S4. A frame begins at the end of the one before it, or at a multiple of 512 behind
        it. Bytes between them that are not zeros are a problem, but hide no frame.

An example: the first 84 bytes of segment 17, in epoch 3.

    0000  62 75 6d 70 73 6a 6e 6c  01 00 00 00 00 00 00 00
    0010  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f    database id
    0020  03 00 00 00 00 00 00 00  01 02 03 04 05 06 07 08    epoch, salt
    0030  11 00 00 00 00 00 00 00  aa bb cc dd 05 00 00 00    first LSN, chain, before
    0040  00 00 00 00 22 22 00 00  00 00 00 00 10 00 00 00    before end, time
    0050  00 00 00 00
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

from bumps.checksum import crc32c
from bumps.errors import CorruptionError, ForeignFileError
from bumps.limits import COUNTER_MAX, SECTOR_SIZE

MAGIC = b"bumpsjnl"
VERSION = 1
HEADER = struct.Struct("<8sII16sQQQIQQQ424x")
CRC = struct.Struct("<I")
assert HEADER.size == SECTOR_SIZE - CRC.size == 508, "the table above is the format"

NEXT = "next"
"""The name of the segment that lies ready, in zeros, until it gets its header and its name."""
SUFFIX = ".log"
_DIGIT_COUNT = 20


class Position(NamedTuple):
    """A byte of the journal. (0, 0) is where the first frame of all follows on."""

    segment: int
    """First LSN of the segment."""
    offset: int


class Place(NamedTuple):
    """A frame, as the journal around it knows it."""

    lsn: int
    crc: int
    """The chain goes on from it."""
    segment: int
    """First LSN of the segment that holds it; 0 if this journal does not."""
    offset: int
    end: int
    """The byte behind it, without padding."""
    time_us: int = 0

    @property
    def position(self) -> Position:
        """Return where the next frame may follow."""
        return Position(self.segment, self.end)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a segment."""

    database_id: bytes
    epoch: int
    salt: int
    first_lsn: int
    chain: int
    before: Position
    time_us: int

    def encode(self) -> bytes:
        """Return the sector."""
        assert len(self.database_id) == 16
        sector = HEADER.pack(
            MAGIC, VERSION, 0, self.database_id, self.epoch, self.salt, self.first_lsn, self.chain, *self.before,
            self.time_us,
        )  # fmt: skip
        return sector + CRC.pack(crc32c(sector))


def decode(sector: bytes, *, file: str, database_id: bytes, first_lsn: int) -> Header:
    """Return the header of the segment that its name says begins with `first_lsn`.

    CorruptionError if it is damaged, of another database, or misnamed; ForeignFileError
    if a newer release wrote it.
    """

    def corruption(what: str) -> CorruptionError:
        return CorruptionError(f"{file}: {what}", file=file, offset=0)

    if len(sector) < SECTOR_SIZE:
        raise corruption(f"{len(sector)} bytes are no segment of a journal")
    content, crc = sector[: HEADER.size], CRC.unpack_from(sector, HEADER.size)[0]
    magic, version, reserved, found_id, epoch, salt, found_lsn, chain, *before, time_us = HEADER.unpack(content)
    if magic != MAGIC:
        raise corruption(f"it begins with {magic.hex()}, so it is no segment of a journal")
    if crc32c(content) != crc:
        raise corruption("the checksum of its header is wrong")
    if version != VERSION:
        raise ForeignFileError(
            f"{file}: version {version}, of a newer release",
            hint="open this database with the release that wrote it",
            path=file,
        )
    if reserved or content.count(0, 84) != HEADER.size - 84:
        raise corruption("a reserved byte of its header is not zero")
    if found_id != database_id:
        raise corruption(f"it belongs to another database, {found_id.hex()}")
    if found_lsn != first_lsn:
        raise corruption(f"its header says that it begins with LSN {found_lsn}")
    if max(epoch, found_lsn) > COUNTER_MAX:
        raise corruption(f"epoch {epoch} and LSN {found_lsn} are not possible")
    return Header(found_id, epoch, salt, found_lsn, chain, Position(*before), time_us)


def database_id_of(sector: bytes, *, file: str) -> bytes:
    """Return the database that a header says it belongs to; CorruptionError if it is no valid header."""
    if len(sector) < SECTOR_SIZE or sector[: len(MAGIC)] != MAGIC or crc32c(sector[: HEADER.size]) != _crc_of(sector):
        raise CorruptionError(f"{file}: it has no valid header", file=file, offset=0)
    database_id: bytes = HEADER.unpack_from(sector)[3]
    return database_id


def _crc_of(sector: bytes) -> int:
    crc: int = CRC.unpack_from(sector, HEADER.size)[0]
    return crc


def name_of(first_lsn: int) -> str:
    """Return the name of the segment that begins with this LSN (S1)."""
    return f"{first_lsn:0{_DIGIT_COUNT}d}{SUFFIX}"


def first_lsn_of(name: str) -> int:
    """Return the first LSN of the segment with this name; 0 if it is not the name of a segment."""
    digits = name.removesuffix(SUFFIX)
    if len(digits) != _DIGIT_COUNT or name == digits or not (digits.isascii() and digits.isdigit()):
        return 0
    return int(digits)


def file_of(first_lsn: int) -> str:
    """Return how messages and reports name that segment: relative to the database."""
    return f"journal/{name_of(first_lsn)}"


def align(offset: int, alignment: int) -> int:
    """Return the first multiple of `alignment` that is not below `offset`."""
    return -(-offset // alignment) * alignment
