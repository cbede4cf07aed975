"""One frame of the journal: one commit, or one mark, as bytes.

All integers are little-endian. A frame is a header of 64 bytes and a body of tagged
columns; its size is a number of bytes, not of sectors: padding is not part of it.

    OFFSET  SIZE  FIELD
         0     4  magic       `bFr1`: a frame never starts with zeros
         4     4  crc         CRC-32C of the bytes from 8 to `size`
         8     4  size        of header and body, in bytes: at least 64
        12     1  version     1
        13     1  kind        1 commit, 2 mark
        14     1  flags       1: the clock went back, `time` is that of the frame before
        15     1  codec       0: the body is not compressed
        16     8  lsn         number of the frame: 1, 2, 3 ... without gaps
        24     8  salt        that of its segment
        32     4  chain       `crc` of the frame before; 0 for the first of all
        36     4  writer      who made it: 0 until there are several
        40     8  time        microseconds since 1970, never below that of the frame before
        48     4  operations  their number
        52     4  columns     their number
        56     8  synced      the LSN that was known to be durable when this frame was made
        64     *  body        the columns, one after the other

    COLUMN  SIZE  FIELD
         0     2  tag
         2     1  coding      bumps/columns.py; 0 where there is nothing to choose
         3     4  size        of the bytes that follow
         7     *  bytes

    TAG  KIND    BYTES
      1  commit  names of the globals, each once: a letter or `%`, then letters and digits; one for each count
      2  commit  operations of each global, u32 each
      3  commit  one byte for each operation: 1 SET, 2 KILL, 3 KILL of the node only
      4  commit  one key for each operation
      5  commit  one value for each SET
      6  mark    number of nodes of the database at this LSN, u64

Invariants

    F1. A frame is valid if, and only if, magic, size and CRC are right. No size is
        believed before it was compared with what is there.
    F2. A frame follows another if its salt is that of the segment, its chain the
        other's CRC, its LSN the other's plus one. A valid frame of an earlier life of
        the same bytes does not.
    F3. A tag is in a frame once. One below 0x8000 that this release does not know is
        kept and passed over; one above is refused: the frame means something else
        without it.
    F4. `synced` is below the frame's own LSN.

An example: frame 2, which sets ^PAT(7,"NAME") to `Ada`, when frame 1 was durable.

    0000  62 46 72 31 e6 45 2a c1  77 00 00 00 01 01 00 00    magic, crc, size 119, version 1, a commit
    0010  02 00 00 00 00 00 00 00  01 02 03 04 05 06 07 08    LSN 2, salt
    0020  aa bb cc dd 00 00 00 00  10 00 00 00 00 00 00 00    chain, writer 0, time
    0030  01 00 00 00 05 00 00 00  01 00 00 00 00 00 00 00    1 operation in 5 columns, synced 1
    0040  01 00 ff 03 00 00 00 50  41 54 02 00 00 04 00 00    names: PAT; counts:
    0050  00 01 00 00 00 03 00 00  01 00 00 00 01 04 00 ff    1; operations: SET; keys, joined by FF:
    0060  09 00 00 00 81 37 00 c0  4e 41 4d 45 00 05 00 01    (7,"NAME"); values, joined by 01:
    0070  03 00 00 00 41 64 61                                Ada
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from bumps import limits
from bumps.batch import SET, Batch, Batches
from bumps.checksum import crc32c
from bumps.columns import KEY_SEPARATORS, VALUE_SEPARATORS, pack, unpack
from bumps.errors import BumpsError, CorruptionError, ForeignFileError, LimitError, StorageError
from bumps.names import check_name

MAGIC = b"bFr1"
VERSION = 1
COMMIT, MARK = 1, 2
CLOCK_WENT_BACK = 1

PREFIX = struct.Struct("<4sII")  # what is needed to read the rest: magic, crc, size
HEADER = struct.Struct("<IBBBBQQIIQIIQ")  # from `size` on: what the CRC begins with
HEADER_SIZE = 64
CRC_START = 8
assert CRC_START + HEADER.size == HEADER_SIZE, "the table above is the format"

COLUMN = struct.Struct("<HBI")
assert COLUMN.size == 7, "the table above is the format"

NAMES, COUNTS, KINDS, KEYS, VALUES, NODE_COUNT = 1, 2, 3, 4, 5, 6
TAG_REFUSED_MIN = 0x8000
MARK_SIZE = HEADER_SIZE + COLUMN.size + 8

_KINDS_ALL = b"\x01\x02\x03"
_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")


class FrameError(ValueError):
    """These bytes are no frame: F1 fails. Whether that is damage, the journal around them decides."""


class Body(NamedTuple):
    """What a frame says, encoded: all but its place in the journal."""

    kind: int
    operations: int
    columns: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """One valid frame, as read. The columns are decoded when they are asked for."""

    kind: int
    flags: int
    lsn: int
    salt: int
    chain: int
    writer: int
    time_us: int
    operations: int
    column_count: int
    synced: int
    version: int
    codec: int
    crc: int
    body: bytes
    file: str = ""
    offset: int = 0
    _found: dict[int, tuple[int, bytes]] = field(default_factory=dict, repr=False, compare=False)
    """The columns, once they were taken apart."""

    @property
    def size(self) -> int:
        """Return the bytes of header and body."""
        return HEADER_SIZE + len(self.body)

    def columns(self) -> dict[int, tuple[int, bytes]]:
        """Return coding and bytes of each column by its tag, those that nobody knows included (F3)."""
        if self._found:
            return self._found
        found: dict[int, tuple[int, bytes]] = {}
        body, at = self.body, 0
        for index in range(self.column_count):
            if at + COLUMN.size > len(body):
                raise self.corruption(f"column {index} begins at byte {at} of a body of {len(body)} bytes")
            tag, coding, size = COLUMN.unpack_from(body, at)
            at += COLUMN.size
            if at + size > len(body):
                raise self.corruption(f"column {index} says {size} bytes, and {len(body) - at} are left")
            if tag in found:
                raise self.corruption(f"tag {tag} twice")
            if tag >= TAG_REFUSED_MIN:
                raise self.newer(f"a column with tag {tag:#06x}")
            found[tag] = coding, body[at : at + size]
            at += size
        if at != len(body):
            raise self.corruption(f"{len(body) - at} bytes behind the last column")
        self._found.update(found)
        return found

    @property
    def batches(self) -> Batches:
        """Decode the commit; CorruptionError if the columns contradict each other."""
        columns = self.columns()
        counts = self._counts(columns)
        kinds = self._column(columns, KINDS)[1]
        if len(kinds) != self.operations:
            raise self.corruption(f"{len(kinds)} operation bytes for {self.operations} operations")
        if kinds.translate(None, _KINDS_ALL):
            raise self.corruption(f"unknown operation {kinds.translate(None, _KINDS_ALL)[0]}")
        if sum(counts) != self.operations or 0 in counts:
            raise self.corruption(f"{self.operations} operations, and {list(counts[:9])} of the globals")
        names = self._names(columns, len(counts))
        keys = self._strings(columns, KEYS, len(kinds))
        values = self._strings(columns, VALUES, kinds.count(SET))
        if len(names) == 1:
            return [Batch(names[0], kinds, keys, values)]
        batches, start, value_start = [], 0, 0
        for name, count in zip(names, counts):
            end = start + count
            value_end = value_start + kinds.count(SET, start, end)
            batches.append(Batch(name, kinds[start:end], keys[start:end], values[value_start:value_end]))
            start, value_start = end, value_end
        return batches

    @property
    def node_count(self) -> int:
        """Decode a mark: how many nodes the database has at this LSN."""
        count = self._column(self.columns(), NODE_COUNT)[1]
        if len(count) != _U64.size:
            raise self.corruption(f"a count of nodes in {len(count)} bytes")
        value: int = _U64.unpack(count)[0]
        return value

    def check_form(self) -> None:
        """Raise if this frame, whose CRC is right, is of a newer release or breaks F3 or F4."""
        if self.version != VERSION:
            raise self.newer(f"version {self.version}")
        if self.codec or self.flags & ~CLOCK_WENT_BACK:
            raise self.newer(f"flags {self.flags:#04x}, codec {self.codec}")
        if self.kind not in (COMMIT, MARK):
            raise self.newer(f"kind {self.kind}")
        if self.synced >= self.lsn:
            raise self.corruption(f"it calls LSN {self.synced} durable, and is {self.lsn} itself")
        self.columns()

    def moved(self, *, salt: int, chain: int, synced: int) -> bytes:
        """Return this frame for another segment: same LSN, time and content, unknown columns included."""
        body = Body(self.kind, self.operations, self.column_count, self.body)
        return encode(
            body,
            lsn=self.lsn,
            salt=salt,
            chain=chain,
            time_us=self.time_us,
            synced=synced,
            writer=self.writer,
            flags=self.flags,
        )

    def corruption(self, what: str) -> CorruptionError:
        """Return the error that says where this frame was read and what is wrong with it."""
        return CorruptionError(
            f"{self.file or 'journal'}: frame {self.lsn} at byte {self.offset}: {what}",
            file=self.file,
            offset=self.offset,
            last_lsn=self.lsn - 1,
        )

    def newer(self, what: str) -> StorageError:
        """Return the error of a frame that a newer release made."""
        return ForeignFileError(
            f"{self.file or 'journal'}: frame {self.lsn} at byte {self.offset} has {what}, of a newer release",
            hint="open this database with the release that wrote it",
            path=self.file,
        )

    def _column(self, columns: dict[int, tuple[int, bytes]], tag: int) -> tuple[int, bytes]:
        try:
            return columns[tag]
        except KeyError:
            raise self.corruption(f"no column with tag {tag}") from None

    def _counts(self, columns: dict[int, tuple[int, bytes]]) -> tuple[int, ...]:
        counts = self._column(columns, COUNTS)[1]
        if len(counts) % 4:
            raise self.corruption(f"counts of operations in {len(counts)} bytes")
        return struct.unpack(f"<{len(counts) // 4}I", counts)

    def _strings(self, columns: dict[int, tuple[int, bytes]], tag: int, count: int) -> list[bytes]:
        coding, data = self._column(columns, tag)
        try:
            return unpack(coding, data, count)
        except ValueError as error:
            raise self.corruption(f"tag {tag}: {error}") from None

    def _names(self, columns: dict[int, tuple[int, bytes]], count: int) -> list[str]:
        encoded = self._strings(columns, NAMES, count)
        for name in encoded:
            try:
                check_name(name.decode("ascii"))
            except (UnicodeDecodeError, BumpsError):
                raise self.corruption(f"the name of a global is {name[:40]!r}") from None
        if len(set(encoded)) != count:
            raise self.corruption("a global twice")
        return [name.decode("ascii") for name in encoded]


def commit_body(batches: Batches) -> Body:
    """Encode a commit. It does not depend on the journal, so no lock need be held."""
    for batch in batches:
        assert len(batch.kinds) == len(batch.keys) > 0
        assert batch.kinds.count(SET) == len(batch.values)
    if len(batches) == 1:  # mostly it is one: nothing is put together then
        ((name, kinds, keys, values),) = batches
        names = [name.encode("ascii")]
        counts = _U32.pack(len(kinds))
    else:
        names = [batch.name.encode("ascii") for batch in batches]
        counts = struct.pack(f"<{len(batches)}I", *[len(batch.kinds) for batch in batches])
        kinds = b"".join([batch.kinds for batch in batches])
        keys = [key for batch in batches for key in batch.keys]
        values = [value for batch in batches for value in batch.values]
        assert len(set(names)) == len(names), "the operations of one global lie together"
    name_coding, name_data = pack(names, KEY_SEPARATORS)
    key_coding, key_data = pack(keys, KEY_SEPARATORS)
    value_coding, value_data = pack(values, VALUE_SEPARATORS)
    head = COLUMN.pack
    content = b"".join((
        head(NAMES, name_coding, len(name_data)), name_data,
        head(COUNTS, 0, len(counts)), counts,
        head(KINDS, 0, len(kinds)), kinds,
        head(KEYS, key_coding, len(key_data)), key_data,
        head(VALUES, value_coding, len(value_data)), value_data,
    ))  # fmt: skip
    return _checked(Body(COMMIT, len(keys), 5, content))


def mark_body(node_count: int) -> Body:
    """Encode a mark: replay compares its own count of nodes at this LSN."""
    return Body(MARK, 0, 1, COLUMN.pack(NODE_COUNT, 0, _U64.size) + _U64.pack(node_count))


def _checked(body: Body) -> Body:
    size = HEADER_SIZE + len(body.content)
    if size > limits.FRAME_SIZE_MAX:
        raise LimitError(f"a commit of {size} bytes: the limit is {limits.FRAME_SIZE_MAX}", size=size)
    return body


def encode(
    body: Body, *, lsn: int, salt: int, chain: int, time_us: int, synced: int, writer: int = 0, flags: int = 0
) -> bytes:
    """Return the bytes of the frame with this content at this place of the journal, without padding."""
    assert synced < lsn, "F4"
    size = HEADER_SIZE + len(body.content)
    header = HEADER.pack(
        size, VERSION, body.kind, flags, 0, lsn, salt, chain, writer, time_us, body.operations, body.columns, synced
    )
    crc = checksum(header, body.content)
    return b"".join((MAGIC, crc.to_bytes(4, "little"), header, body.content))


def checksum(header: bytes, body: bytes) -> int:
    """Return the CRC of a frame: of its header from byte 8 on, and its body."""
    return crc32c(body, crc32c(header))


def crc_of(encoded: bytes) -> int:
    """Return the CRC field of an encoded frame: the chain of the next."""
    return int.from_bytes(encoded[4:8], "little")


def size_at(head: bytes, size_max: int) -> int:
    """Return the size of the frame that begins with these 12 bytes or more; FrameError unless it can be (F1).

    `size_max` is how many bytes there are from its start to the end of the file.
    """
    if head[:4] != MAGIC or len(head) < PREFIX.size:
        raise FrameError(f"no frame begins with {head[:4].hex()}")
    size: int = PREFIX.unpack_from(head)[2]
    if not HEADER_SIZE <= size <= min(size_max, limits.FRAME_SIZE_MAX):
        raise FrameError(f"a frame says it has {size} bytes, where {size_max} are left")
    return size


def decode(data: bytes, *, file: str = "", offset: int = 0) -> Frame:
    """Return the frame that `data` is, from first to last byte; FrameError if it is none (F1).

    Its content is not decoded and F2, F3 and F4 are not checked here: `check_form`
    and the reader do that, because what it means differs.
    """
    if size_at(data, len(data)) != len(data):
        raise FrameError(f"a frame of {len(data)} bytes says another size")
    header, body = data[CRC_START:HEADER_SIZE], data[HEADER_SIZE:]
    crc = crc_of(data)
    if checksum(header, body) != crc:
        raise FrameError(f"the checksum of a frame of {len(data)} bytes is wrong")
    _, version, kind, flags, codec, lsn, salt, chain, writer, time_us, operations, columns, synced = HEADER.unpack(
        header
    )
    return Frame(
        kind, flags, lsn, salt, chain, writer, time_us, operations, columns, synced, version, codec, crc, body,
        file, offset,
    )  # fmt: skip
