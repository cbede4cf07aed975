"""The tables of docs/format.md: what stands where in a slot, a page, a segment and a frame, and how a column is packed.

They were written from that page and share nothing with the engine. The fields are named, so that tests can damage
one and make the checksum right again.
"""

from __future__ import annotations

import struct
from typing import Any

PAGE_SIZES = (512, 1024, 4096, 8192, 16384, 32768, 65536)
SECTOR_SIZE = 512
LEAF, BRANCH, OVERFLOW, FREELIST = 1, 2, 3, 4
COMMIT, MARK = 1, 2
SET, KILL, KILL_NODE = 1, 2, 3
NAMES, COUNTS, OPERATIONS, KEYS, VALUES, NODES = 1, 2, 3, 4, 5, 6


class FormatError(Exception):
    """The bytes are not what docs/format.md says."""


def need(condition: object, what: str) -> None:
    """Raise FormatError unless the condition holds."""
    if not condition:
        raise FormatError(what)


class Layout:
    """A table of the format: the offset and the struct code of each field."""

    def __init__(self, size: int, /, **fields: tuple[int, str]) -> None:
        """Take `name=(offset, code)` for each field; `fields` has them as they stand."""
        self.size = size
        in_order = sorted(fields.items(), key=lambda field: field[1][0])
        self.fields = {name: (offset, struct.Struct("<" + code)) for name, (offset, code) in in_order}

    def get(self, data: bytes | bytearray, name: str, start: int = 0) -> Any:
        """Return one field of what begins at `start`."""
        offset, form = self.fields[name]
        return form.unpack_from(data, start + offset)[0]

    def put(self, data: bytearray, name: str, value: Any, start: int = 0) -> None:
        """Change one field."""
        offset, form = self.fields[name]
        form.pack_into(data, start + offset, value)

    def all(self, data: bytes | bytearray, start: int = 0) -> dict[str, Any]:
        """Return all fields."""
        need(len(data) >= start + self.size, f"{self.size} bytes do not fit behind {start} of {len(data)}")
        return {name: form.unpack_from(data, start + offset)[0] for name, (offset, form) in self.fields.items()}


_OF_META_AND_SEAL = {
    "magic": (0, "8s"),
    "version": (8, "I"),
    "page_size": (12, "I"),
    "database_id": (16, "16s"),
    "generation": (32, "Q"),
    "chain": (64, "I"),
    "crc": (508, "I"),
}
"""Fields that stand at the same place in both."""
META = Layout(
    512,
    **_OF_META_AND_SEAL,
    epoch=(40, "Q"),
    base_lsn=(48, "Q"),
    lsn=(56, "Q"),
    charset=(68, "B"),
    flags=(69, "B"),
    segment=(72, "Q"),
    end=(80, "Q"),
    node_count=(88, "Q"),
    page_count=(96, "I"),
    directory_page=(104, "I"),
    directory_checksum=(108, "I"),
    directory_cells=(112, "Q"),
    freelist_page=(120, "I"),
    freelist_checksum=(124, "I"),
    time=(128, "Q"),
)
SEAL = Layout(
    512,
    **_OF_META_AND_SEAL,
    lsn=(40, "Q"),
    segment=(48, "Q"),
    end=(56, "Q"),
    frame_size=(68, "I"),
    page_count=(72, "I"),
    pages_crc=(504, "I"),
)
PAGE = Layout(
    40,
    magic=(0, "4s"),
    checksum=(4, "I"),
    number=(8, "I"),
    tree=(12, "I"),
    lsn=(16, "Q"),
    generation=(24, "Q"),
    kind=(32, "B"),
    level=(33, "B"),
    keys_coding=(34, "B"),
    values_coding=(35, "B"),
    cells=(36, "H"),
    body_size=(38, "H"),
)
SEGMENT = Layout(
    512,
    magic=(0, "8s"),
    version=(8, "I"),
    database_id=(16, "16s"),
    epoch=(32, "Q"),
    salt=(40, "Q"),
    first_lsn=(48, "Q"),
    chain=(56, "I"),
    before=(60, "Q"),
    before_end=(68, "Q"),
    time=(76, "Q"),
    crc=(508, "I"),
)
FRAME = Layout(
    64,
    magic=(0, "4s"),
    crc=(4, "I"),
    size=(8, "I"),
    version=(12, "B"),
    kind=(13, "B"),
    flags=(14, "B"),
    codec=(15, "B"),
    lsn=(16, "Q"),
    salt=(24, "Q"),
    chain=(32, "I"),
    writer=(36, "I"),
    time=(40, "Q"),
    operations=(48, "I"),
    columns=(52, "I"),
    synced=(56, "Q"),
)
COLUMN = struct.Struct("<HBI")
CHAIN = struct.Struct("<IIQ")
RUN = struct.Struct("<IIQ")
ROOT = struct.Struct("<IIQBBI")


def column(coding: int, data: bytes, count: int) -> list[bytes]:
    """Return the strings of a column (C1, C2)."""
    if count == 0:
        need(not data, "a column of no strings is not empty")
        return []
    if coding:
        strings = data.split(bytes((coding,)))
        need(len(strings) == count, f"a column of {len(strings)} strings, not {count} (C1)")
        return strings
    need(len(data) >= 4 * count, "a column without room for its sizes")
    sizes = struct.unpack_from(f"<{count}I", data)
    need(4 * count + sum(sizes) == len(data), "a column that its sizes do not fill (C2)")
    strings = []
    start = 4 * count
    for size in sizes:
        strings.append(data[start : start + size])
        start += size
    return strings
