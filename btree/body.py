"""The bodies of leaf and branch pages: columns (bumps/columns.py), not cells.

    OFFSET  SIZE  LEAF of n cells (`cells` in the page header)
         0     2  size of the column of keys, k
         2     2  count of overflow cells, v
         4     k  column of n keys, in order
     4 + k     *  column of n values; that of an overflow cell is empty
                  (its size: body size - 4 - k - 18 v)
         *    2v  index of each overflow cell, u16, ascending
         *   16v  reference to each overflow chain (btree/overflow.py)

    OFFSET  SIZE  BRANCH of n children
         0     *  column of n - 1 separators, in order (its size: body size - 17 n)
         *    4n  page of each child, u32
         *    4n  checksum of each child, u32
         *    8n  count of nodes below each child, u64
         *     n  flags of each child: 1 = a leaf below it has overflow cells

Invariants

    B1. Keys, and separators, strictly increase.
    B2. A page that is believed has the count of nodes that its reference says.

An example: a leaf, page 2 of tree 1, with its header. What follows to byte 512 is zeros.

    0000  62 50 67 31 17 48 47 e8  02 00 00 00 01 00 00 00    magic, checksum, page 2, tree 1
    0010  02 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00    LSN 2, generation 2
    0020  01 00 ff 01 03 00 32 00  17 00 01 00 81 37 00 c0    leaf, codings, 3 cells, 50 bytes; k, v; keys:
    0030  4e 41 4d 45 00 ff 81 37  00 c0 4e 4f 54 45 00 ff    (7,"NAME") (7,"NOTE")
    0040  81 38 00 41 64 61 01 01  01 00 03 00 00 00 88 bf    (8); values: Ada, overflow, empty; cell 1 is in
    0050  fa cb 2c 01 00 00 00 00  00 00                      page 3, checksum, 300 bytes
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from operator import lt
from typing import NamedTuple

from bumps import limits
from bumps.btree import overflow
from bumps.btree.node import UNKNOWN, Branch, Chain, Child, Leaf, Unknown, Value
from bumps.btree.page import HEADER_SIZE, PAGE_FIRST, Page, Reference, corrupt
from bumps.columns import CODING_SIZES, KEY_SEPARATORS, VALUE_SEPARATORS, find, pack, pick, unpack

PREFIX = struct.Struct("<HH")
OVERFLOW_CELL_SIZE = 2 + overflow.REFERENCE.size
CHILD_SIZE = 4 + 4 + 8 + 1
BRANCH_CHARGE_PER_CHILD = 180
"""Measured: a Reference with its numbers, and its place in two lists."""


def capacity(page_size: int) -> int:
    """Return how many bytes a body can have."""
    return page_size - HEADER_SIZE


class LeafBody(NamedTuple):
    """A leaf as columns, all but the references to overflow chains, which wait for their pages."""

    codings: tuple[int, int]
    keys: bytes
    values: bytes
    outside: list[int]
    """Indices of the overflow cells."""
    cell_count: int

    @property
    def size(self) -> int:
        """Return how many bytes the whole body takes."""
        return PREFIX.size + len(self.keys) + len(self.values) + OVERFLOW_CELL_SIZE * len(self.outside)

    def encode(self, chains: Sequence[Chain]) -> bytes:
        """Return the body, given the chains of the cells that are outside."""
        assert len(chains) == len(self.outside)
        parts = [PREFIX.pack(len(self.keys), len(chains)), self.keys, self.values]
        if chains:
            parts.append(struct.pack(f"<{len(chains)}H", *self.outside))
            parts += [overflow.REFERENCE.pack(*chain) for chain in chains]
        return b"".join(parts)


def pack_leaf(leaf: Leaf, inline_size_max: int) -> LeafBody:
    """Return the columns of a leaf; nothing is asked about its size."""
    keys = leaf.sort()
    found: list[Value] = list(map(leaf.cells.__getitem__, keys))
    outside: list[int] = []
    # A Chain has a len too, 3, so leaves that own chains always take the slow way.
    if leaf.chains or max(map(len, keys), default=0) + max(map(len, found), default=0) > inline_size_max:
        for index, (key, value) in enumerate(zip(keys, found)):
            if isinstance(value, Chain) or len(key) + len(value) > inline_size_max:
                outside.append(index)
                found[index] = b""
    key_coding, key_column = pack(keys, KEY_SEPARATORS)
    value_coding, value_column = pack(found, VALUE_SEPARATORS)  # type: ignore[arg-type]
    return LeafBody((key_coding, value_coding), key_column, value_column, outside, len(keys))


def cell_sizes(leaf: Leaf, body: LeafBody) -> list[int]:
    """Return what each cell takes at most in any leaf that holds a part of these cells."""
    # A separator that is free in all values is free in some of them; else each may need its size.
    each = sum(1 if coding != CODING_SIZES else 4 for coding in body.codings)
    keys = leaf.sort()
    sizes = [len(key) + len(leaf.cells[key]) + each for key in keys]
    for index in body.outside:
        sizes[index] = len(keys[index]) + each + OVERFLOW_CELL_SIZE
    return sizes


def branch_sizes(separators: Sequence[bytes]) -> list[int]:
    """Return what each child takes at most in a branch with these separators, with the one before it."""
    return [4 + CHILD_SIZE, *(len(separator) + 4 + CHILD_SIZE for separator in separators)]


def encode_branch(separators: Sequence[bytes], children: Sequence[Reference]) -> tuple[int, bytes]:
    """Return the coding of the separators, and the body of a branch."""
    count = len(children)
    assert count == len(separators) + 1, "N2"
    coding, column = pack(separators, KEY_SEPARATORS)
    return coding, b"".join(
        (
            column,
            struct.pack(f"<{count}I", *[child.page for child in children]),
            struct.pack(f"<{count}I", *[child.checksum for child in children]),
            struct.pack(f"<{count}Q", *[child.node_count for child in children]),
            bytes([child.has_overflow for child in children]),
        )
    )


def decode_leaf(page: Page, page_size: int, page_count: int) -> Leaf:
    """Return the leaf that a page holds, or raise CorruptionError."""
    body, count = page.body, page.cell_count
    values_at, chains_at, chain_count = _leaf_parts(page)
    try:
        keys = unpack(page.key_coding, body[PREFIX.size : values_at], count)
        values = unpack(page.value_coding, body[values_at:chains_at], count)
    except ValueError as error:
        raise corrupt(page.number, str(error)) from error
    cells: dict[bytes, Value] = dict(zip(keys, values))
    # B1: in order, and none twice. To sort what is sorted takes half the time of comparing neighbours.
    if len(cells) != count or sorted(keys) != keys:
        raise corrupt(page.number, "keys do not increase")
    leaf = Leaf(cells, keys)
    if chain_count:
        _decode_chains(page, leaf, chains_at, chain_count, page_size, page_count)
    leaf.page, leaf.checksum, leaf.generation = page.number, page.checksum, page.generation
    leaf.charge = len(body) + limits.CACHE_CHARGE_PER_NODE * count
    return leaf


def find_value(page: Page, key: bytes) -> bytes | Unknown | None:
    """Return the value of a key in the page of a leaf, None if it has none; `UNKNOWN` if the leaf must be decoded.

    Takes a fifth of the time of `decode_leaf`. Raises CorruptionError as that does, but for keys that do
    not increase (B1): which of two equal ones is found, and whether one lies in the wrong place, is not looked at.
    """
    body, count = page.body, page.cell_count
    values_at, chains_at, chain_count = _leaf_parts(page)
    if chain_count or not count:
        return UNKNOWN
    try:
        index = find(page.key_coding, body[PREFIX.size : values_at], count, key)
        value = pick(page.value_coding, body[values_at:chains_at], count, max(0, index))
    except ValueError as error:
        raise corrupt(page.number, str(error)) from error
    return value if index >= 0 else None


def _leaf_parts(page: Page) -> tuple[int, int, int]:
    """Return where the values of a leaf's body begin, where they end, and how many overflow cells follow."""
    body = page.body
    if len(body) < PREFIX.size:
        raise corrupt(page.number, f"leaf body of {len(body)} bytes")
    key_size, chain_count = PREFIX.unpack_from(body)
    values_at = PREFIX.size + key_size
    chains_at = len(body) - OVERFLOW_CELL_SIZE * chain_count
    if values_at > chains_at:
        raise corrupt(page.number, f"columns and {chain_count} overflow cells do not fit a body of {len(body)} bytes")
    return values_at, chains_at, chain_count


def _decode_chains(page: Page, leaf: Leaf, at: int, count: int, page_size: int, page_count: int) -> None:
    """Put the references to overflow chains in the place of their values."""
    keys = leaf.keys
    assert keys is not None
    indices = struct.unpack_from(f"<{count}H", page.body, at)
    before = -1
    for index, fields in zip(indices, overflow.REFERENCE.iter_unpack(page.body[at + 2 * count :])):
        if not before < index < len(keys):
            raise corrupt(page.number, f"overflow cell {index} of {len(keys)} cells, after cell {before}")
        before = index
        chain, key = Chain(*fields), keys[index]
        if leaf.cells[key]:
            raise corrupt(page.number, f"overflow cell {index} has a value in the page too")
        if not 0 < chain.size <= limits.VALUE_SIZE_MAX:
            raise corrupt(page.number, f"overflow cell {index} has {chain.size} bytes")
        end = chain.page + overflow.page_count(chain.size, page_size)
        if chain.page < PAGE_FIRST or end > page_count:
            raise corrupt(page.number, f"overflow cell {index} lies in pages {chain.page} to {end - 1} of {page_count}")
        leaf.cells[key] = leaf.chains[key] = chain


def decode_branch(page: Page, page_count: int) -> Branch:
    """Return the branch that a page holds, or raise CorruptionError."""
    body, count = page.body, page.cell_count
    at = len(body) - CHILD_SIZE * count
    if at < 0 or count == 0:
        raise corrupt(page.number, f"branch of {count} children in a body of {len(body)} bytes")
    try:
        separators = unpack(page.key_coding, body[:at], count - 1)
    except ValueError as error:
        raise corrupt(page.number, str(error)) from error
    if not all(map(lt, separators, separators[1:])):  # B1
        raise corrupt(page.number, "separators do not increase")
    numbers = struct.unpack_from(f"<{2 * count}I", body, at)
    counts = struct.unpack_from(f"<{count}Q", body, at + 8 * count)
    flags = body[at + 16 * count :]
    pages = numbers[:count]
    if min(pages) < PAGE_FIRST or max(pages) >= page_count:
        raise corrupt(page.number, f"a child lies outside pages {PAGE_FIRST} to {page_count - 1}")
    if max(flags) > 1:
        raise corrupt(page.number, f"flags of a child are {max(flags)}")
    children: list[Child] = list(map(Reference, pages, numbers[count:], counts, map(bool, flags)))
    branch = Branch(page.level, separators, children)
    branch.page, branch.checksum, branch.generation = page.number, page.checksum, page.generation
    branch.charge = len(body) + BRANCH_CHARGE_PER_CHILD * count
    return branch
