"""The directory: a tree like any other, number 0, of what the database holds.

    KEY                               VALUE
    name of a global (ASCII)          page u32, checksum u32, nodes u64, flags u8 (1 = overflow cells),
                                      level u8 of the root, u32 number of the tree: 22 bytes
    01 "trees"                        u32: the highest number that a tree ever got; none is used twice
    02, ten decimal digits            a dead tree of the worklist, in the form of a global; its pages are
                                      in use until a checkpoint has freed them. The digits only number it.

A name begins with `%` or a letter, so what is not a global comes first.

    D1. A global is in the directory exactly if it had a node at the checkpoint that wrote it.
    D2. The directory changes with checkpoints only. In between the forest holds the trees that have
        changed, and the names that came and went (btree/view.py).
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from bumps import limits
from bumps.btree.page import PAGE_FIRST, Reference
from bumps.btree.pager import Dead

CELL = struct.Struct("<IIQBBI")
COUNT = struct.Struct("<I")
TREES = b"\x01trees"
DEAD_FIRST, DEAD_END = b"\x02", b"\x03"
NAMES_FIRST = b"\x20"
NAME = re.compile(rb"[%A-Za-z][A-Za-z0-9]*")
assert CELL.size == 22, "the table above is the format"


class Entry(NamedTuple):
    """Where the tree of a global begins."""

    root: Reference
    level: int
    number: int

    def encode(self) -> bytes:
        """Return the value of the cell."""
        root = self.root
        return CELL.pack(root.page, root.checksum, root.node_count, root.has_overflow, self.level, self.number)


def decode(value: bytes, page_count: int) -> Entry:
    """Return what a cell says; raise ValueError with what is wrong."""
    if len(value) != CELL.size:
        raise ValueError(f"cell of {len(value)} bytes, not {CELL.size}")
    page, checksum, node_count, flags, level, number = CELL.unpack(value)
    if not PAGE_FIRST <= page < page_count:
        raise ValueError(f"root in page {page} of {page_count}")
    if flags > 1:
        raise ValueError(f"flags are {flags}")
    if number == 0:
        raise ValueError("number of the tree is 0, the directory's")
    return Entry(Reference(page, checksum, node_count, bool(flags)), level, number)


def dead_key(index: int) -> bytes:
    """Return the key of an item of the worklist."""
    return DEAD_FIRST + b"%010d" % index


def encode_dead(dead: Dead) -> bytes:
    """Return the value of an item of the worklist."""
    return Entry(dead.reference, dead.level, dead.tree).encode()


def decode_dead(value: bytes, page_count: int) -> Dead:
    """Return an item of the worklist; raise ValueError with what is wrong."""
    entry = decode(value, page_count)
    return Dead(entry.root, entry.level, entry.number)


def is_dead(key: bytes) -> bool:
    """Return whether a key is that of an item of the worklist."""
    return DEAD_FIRST <= key < DEAD_END


def is_name(key: bytes) -> bool:
    """Return whether a key can be the name of a global."""
    return NAME.fullmatch(key) is not None and len(key) <= limits.GLOBAL_NAME_SIZE_MAX
