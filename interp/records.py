"""A record of a Run: what it asked of the world and what it was answered, as a file.

All integers are little-endian.

    OFFSET  SIZE  FIELD
         0     8  magic    b"BUMPSREC"
         8     4  version  FORMAT
        12     4  crc      CRC-32 of the twelve bytes before it
        16     *  blocks, one behind the other

A block:

    OFFSET  SIZE  FIELD
         0     4  crc      CRC-32 of every byte of the block after this field
         4     4  size     bytes of payload
         8     4  unpacked bytes of payload once it is inflated
        12     4  number   of this block, counted from 0
        16     1  kind     1: more blocks follow, 2: the last one
        17     *  payload  lines, deflated (zlib)

A line is a JSON array in ASCII and a line feed. Bytes are an object with the one key `$`, whose text has one character
for each byte.

    ["run", facts]                       the first line: what was run, with which arguments, where, on which database
    ["ask", what, asked, answer]         a question to the world, and its answer
    ["fail", what, asked, error]         the same, if the answer was an error
    ["out", bytes]                       what was written to the principal device
    ["end", facts]                       the last line: how the Run ended

Invariants

    R1. A block is valid if, and only if, its CRC, its number and its sizes are right.
    R2. A record is whole if all its blocks are valid and the last one, and no other, has kind 2: a Run that was killed
        leaves a record that is torn. Nothing of a record is believed that is not whole.
    R3. The lines of a block are whole: none goes on in the next block.
"""

from __future__ import annotations

import contextlib
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from bumps.errors import RecordError

MAGIC = b"BUMPSREC"
FORMAT = 1
HEAD = struct.Struct("<8sI")
CRC = struct.Struct("<I")
HEAD_SIZE = HEAD.size + CRC.size
BLOCK = struct.Struct("<IIIB")  # what follows the CRC
BLOCK_HEAD_SIZE = CRC.size + BLOCK.size
assert (HEAD_SIZE, BLOCK_HEAD_SIZE) == (16, 17), "the tables above are the format"

MORE, LAST = 1, 2
BLOCK_SIZE = 1 << 18
"""So many bytes of lines make a block, or a few more."""

LEVEL = 1
"""How hard zlib tries: the lines are alike, and somebody waits."""

Line = list[Any]


class RecordWriter:
    """Writes a record."""

    def __init__(self, path: str) -> None:
        """Make the file; RecordError if it cannot be made, or is there already."""
        self.path = path
        self._lines: list[bytes] = []
        self._size = 0
        self._number = 0
        try:
            self._file = open(path, "xb")
            head = HEAD.pack(MAGIC, FORMAT)
            self._file.write(head + CRC.pack(zlib.crc32(head)))
            self._file.flush()
        except FileExistsError:
            raise RecordError(
                f"{path}: there is such a file already", hint="name another one, or remove it", path=path
            ) from None
        except OSError as error:
            raise self._failure(error) from error

    def add(self, line: Line) -> None:
        """Add a line; RecordError if the file cannot take it."""
        data = json.dumps(line, separators=(",", ":"), default=_encoded).encode("ascii") + b"\n"
        self._lines.append(data)
        self._size += len(data)
        if self._size >= BLOCK_SIZE:
            self._write(MORE)

    def end(self, line: Line) -> None:
        """Add the last line, and close the file."""
        self.add(line)
        self._write(LAST)
        try:
            self._file.close()
        except OSError as error:
            raise self._failure(error) from error

    def abandon(self) -> None:
        """Close the file as it is: torn."""
        with contextlib.suppress(OSError):  # another failure is being told
            self._file.close()

    def _write(self, kind: int) -> None:
        """Write what there is as a block."""
        lines = b"".join(self._lines)
        payload = zlib.compress(lines, LEVEL)
        body = BLOCK.pack(len(payload), len(lines), self._number, kind) + payload
        self._lines.clear()
        self._size = 0
        self._number += 1
        try:
            self._file.write(CRC.pack(zlib.crc32(body)) + body)
            self._file.flush()
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> RecordError:
        return RecordError(
            f"{self.path}: the record cannot be written: {error.strerror}",
            hint="name a place that can be written and has space",
            path=self.path,
        )


class Record:
    """A record that is whole (R2)."""

    def __init__(self, path: str) -> None:
        """Read the file, check it, and keep its first and its last line; RecordError if it is not whole."""
        self.path = path
        first = last = b""
        for payload in self._blocks():
            first = first or payload
            last = payload
        self.start = self._facts(first.partition(b"\n")[0], "run")
        self.end = self._facts(last.rstrip(b"\n").rpartition(b"\n")[2], "end")

    def lines(self, *kinds: str) -> Iterator[Line]:
        """Yield the lines of some kinds, in order."""
        wanted = tuple(f'["{kind}"'.encode("ascii") for kind in kinds)
        for payload in self._blocks():
            for line in payload.splitlines():
                if line.startswith(wanted):
                    yield self._decoded(line)

    def _facts(self, line: bytes, kind: str) -> dict[str, Any]:
        found = self._decoded(line)
        if len(found) != 2 or found[0] != kind or not isinstance(found[1], dict):
            raise self._torn(f"its line {kind!r} is missing", 0)
        return found[1]

    def _decoded(self, line: bytes) -> Line:
        try:
            found = json.loads(line, object_hook=_decoded)
        except ValueError as error:
            raise self._torn(f"a line is not JSON ({error})", 0) from error
        if not isinstance(found, list):
            raise self._torn("a line is no array", 0)
        return found

    def _blocks(self) -> Iterator[bytes]:
        """Yield the lines of each block (R1, R2)."""
        try:
            with open(self.path, "rb") as file:
                yield from self._valid_blocks(file)
        except OSError as error:
            raise RecordError(f"{self.path}: {error.strerror}", hint="look at the name", path=self.path) from error

    def _valid_blocks(self, file: BinaryIO) -> Iterator[bytes]:
        head = file.read(HEAD_SIZE)
        if head[: len(MAGIC)] != MAGIC[: len(head)] or not head:
            raise RecordError(
                f"{self.path}: not a record of a run",
                hint="name a file that bumps run --record has made",
                path=self.path,
            )
        if len(head) < HEAD_SIZE or CRC.unpack_from(head, HEAD.size)[0] != zlib.crc32(head[: HEAD.size]):
            raise self._torn("its head is damaged", 0)
        version = HEAD.unpack_from(head)[1]
        if version != FORMAT:
            raise RecordError(
                f"{self.path}: a record of format {version}, and this release reads format {FORMAT}",
                hint="replay it with the release that made it",
                path=self.path,
            )
        number, kind = 0, MORE
        while True:
            offset = file.tell()
            block = file.read(BLOCK_HEAD_SIZE)
            if kind == LAST:
                if block:
                    raise self._torn("something stands behind its last block", offset)
                return
            if len(block) < BLOCK_HEAD_SIZE:
                raise self._torn("it ends before its last block", offset)
            size, unpacked_size, found_number, kind = BLOCK.unpack_from(block, CRC.size)
            payload = file.read(size)
            if len(payload) < size:
                raise self._torn("it ends within a block", offset)
            if CRC.unpack_from(block)[0] != zlib.crc32(payload, zlib.crc32(block[CRC.size :])):
                raise self._torn("the CRC of a block is wrong", offset)
            if found_number != number or kind not in (MORE, LAST):
                raise self._torn(f"block {found_number} stands where block {number} belongs", offset)
            try:
                inflater = zlib.decompressobj()
                lines = inflater.decompress(payload, unpacked_size + 1)
            except zlib.error as error:
                raise self._torn(f"a block does not inflate ({error})", offset) from error
            if len(lines) != unpacked_size:
                raise self._torn("a block has not the size that it says", offset)
            yield lines
            number += 1

    def _torn(self, what: str, offset: int) -> RecordError:
        return RecordError(
            f"{self.path}: the record is torn at byte {offset}: {what}",
            hint="the recorded run was killed, or the file was cut or damaged: record it again",
            path=self.path,
            offset=offset,
        )


def _encoded(value: object) -> dict[str, str]:
    """Return bytes as JSON has them."""
    if not isinstance(value, bytes):
        raise TypeError(f"{value!r} has no form in a record")
    return {"$": value.decode("latin-1")}


def _decoded(found: dict[str, Any]) -> Any:
    """Return the bytes that an object stands for, or the object."""
    if len(found) == 1 and isinstance(found.get("$"), str):
        return found["$"].encode("latin-1", "replace")
    return found
