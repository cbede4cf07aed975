"""One page of `data`: its header, and the reference by which another page names it.

All integers are little-endian. What the body holds is written in the file that owns it:
btree/body.py (leaf, branch), btree/overflow.py, btree/freelist.py; pages 0 and 1 are the
meta slots (btree/meta.py) and have no such header.

    OFFSET  SIZE  FIELD
         0     4  magic       `bPg1`: zeros must not be a page (their CRC is right)
         4     4  checksum    CRC-32C of bytes 8 to the end of the page, padding included
         8     4  number      of this page: a page written to the wrong place is found
        12     4  tree        number of the global's tree (btree/directory.py); 0 = directory, freelist
        16     8  lsn         of the checkpoint that wrote it: no commit in it is newer
        24     8  generation  of the checkpoint that wrote it
        32     1  kind        1 leaf, 2 branch, 3 overflow, 4 freelist
        33     1  level       0 = leaf; a branch stands one above its children
        34     1  coding of keys (bumps/columns.py); 0 where there is no such column
        35     1  coding of values
        36     2  cells       in a leaf keys, in a branch children, in a freelist page runs; overflow: 1
        38     2  body size   the body starts at 40, zeros follow it to the end of the page
        40     *  body

A reference: page u32, checksum u32, node count u64, flags u8 (bit 0: there is overflow
below). It carries the checksum of its target, so a page that is stale but whole (a lost
write) disagrees with whoever names it.

Invariants

    P1. 40 + body size <= page size, and what follows the body is zero.
    P2. A page is believed only if magic, checksum, number and kind are right, and its
        checksum is the one in the reference by which it was reached.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bumps.checksum import crc32c
from bumps.errors import CorruptionError

MAGIC = b"bPg1"
HEADER = struct.Struct("<4sIIIQQBBBBHH")
HEADER_SIZE = 40
CHECKED_FROM = 8  # the checksum covers what follows it
PREFIX = struct.Struct("<4sI")
REST = struct.Struct("<IIQQBBBBHH")  # the header behind the checksum
assert HEADER.size == HEADER_SIZE and PREFIX.size == CHECKED_FROM, "the table above is the format"
assert PREFIX.size + REST.size == HEADER_SIZE

LEAF, BRANCH, OVERFLOW, FREELIST = 1, 2, 3, 4
KINDS = {LEAF: "leaf", BRANCH: "branch", OVERFLOW: "overflow", FREELIST: "freelist"}
PAGE_FIRST = 2  # behind the meta slots
DIRECTORY_TREE = 0


@dataclass(slots=True)
class Reference:
    """Where a node of a tree lies in `data`, and what must be found there. Page 0 = there is none."""

    page: int
    checksum: int
    node_count: int
    has_overflow: bool
    node: Any = field(default=None, compare=False, repr=False)
    """The node, as long as the pager that owns this reference has it in its cache (btree/pager.py, G6)."""

    def copy(self) -> Reference:
        """Return an equal one, for another pager."""
        return Reference(self.page, self.checksum, self.node_count, self.has_overflow)


NOWHERE = Reference(0, 0, 0, False)


class Page(NamedTuple):
    """One page that was read and checked on its own (P2): its header, and its body."""

    number: int
    checksum: int
    tree: int
    lsn: int
    generation: int
    kind: int
    level: int
    key_coding: int
    value_coding: int
    cell_count: int
    body: bytes


class Stamp(NamedTuple):
    """What all pages of one checkpoint have in common."""

    page_size: int
    generation: int
    lsn: int


def build(
    stamp: Stamp,
    number: int,
    tree: int,
    kind: int,
    cell_count: int,
    body: bytes,
    *,
    level: int = 0,
    codings: tuple[int, int] = (0, 0),
) -> tuple[bytes, int]:
    """Return the bytes of a page, and its checksum."""
    assert number >= PAGE_FIRST, "pages 0 and 1 are the meta slots"
    assert kind in KINDS
    assert HEADER_SIZE + len(body) <= stamp.page_size, "P1"
    rest = REST.pack(
        number, tree, stamp.lsn, stamp.generation, kind, level, codings[0], codings[1], cell_count, len(body)
    )
    covered = rest + body + bytes(stamp.page_size - HEADER_SIZE - len(body))
    checksum = page_checksum(covered)
    image = PREFIX.pack(MAGIC, checksum) + covered
    assert len(image) == stamp.page_size, "P1"
    return image, checksum


def page_checksum(covered: bytes) -> int:
    """Return the checksum of a page, given its bytes from offset 8 to the end."""
    return crc32c(covered)


def corrupt(number: int, what: str) -> CorruptionError:
    """Return the error that says what is wrong with a page."""
    return CorruptionError(f"data: page {number}: {what}", file="data", page=number)


def parse(image: bytes, page_size: int, number: int) -> Page:
    """Check a page on its own and take it apart, or raise CorruptionError (P1, P2)."""
    if len(image) != page_size:
        raise corrupt(number, f"the file ends after {len(image)} of its {page_size} bytes")
    magic, checksum, found, tree, lsn, generation, kind, level, keys, values, cells, size = HEADER.unpack_from(image)
    if magic != MAGIC:
        raise corrupt(number, f"magic is {magic!r}, not {MAGIC!r}")
    computed = page_checksum(image[CHECKED_FROM:])
    if computed != checksum:
        raise corrupt(number, f"checksum is {checksum:08x}, computed {computed:08x}")
    if found != number:
        raise corrupt(number, f"says it is page {found}")
    if kind not in KINDS:
        raise corrupt(number, f"kind is {kind}")
    end = HEADER_SIZE + size
    if end > page_size:
        raise corrupt(number, f"body of {size} bytes in a page of {page_size}")
    return Page(number, checksum, tree, lsn, generation, kind, level, keys, values, cells, image[HEADER_SIZE:end])
