"""The digest of a database: SHA-256 over its content, and over nothing else.

    the charset's name, `utf-8` or `m`, in ASCII; then for each node
    size of the name, u32 little-endian; the name of the global, without `^`, in ASCII
    size of the key,  u32;               the encoded key (bumps/keys.py)
    size of the value, u32;              the value

Globals come in bytewise order of their names, nodes in the order of their keys. Pages,
LSNs, times and the database's identity are not in it: two databases with one digest
hold the same nodes. Whoever prints or compares a digest uses this class.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable

CHUNK_COUNT = 1000
"""Nodes that are joined for one update of the hash: fewer calls, and no large memory."""

_pack_size = struct.Struct("<I").pack


class Digest:
    """The digest of what was added so far."""

    def __init__(self, charset: str) -> None:
        """Begin the digest of a database with this charset."""
        self._hash = hashlib.sha256(charset.encode("ascii"))
        self._name = b""

    def add_global(self, name: str, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """Add the nodes of global `name`: pairs of key and value in order. Names must ascend, too."""
        encoded = name.encode("ascii")
        assert encoded > self._name, "globals are added in the order of their names, each once"
        self._name = encoded
        head = _pack_size(len(encoded)) + encoded
        pieces: list[bytes] = []
        append = pieces.append
        for index, (key, value) in enumerate(pairs, 1):
            append(head + _pack_size(len(key)) + key + _pack_size(len(value)))
            append(value)
            if index % CHUNK_COUNT == 0:
                self._hash.update(b"".join(pieces))
                pieces.clear()
        self._hash.update(b"".join(pieces))

    def hexdigest(self) -> str:
        """Return the digest: 64 hexadecimal digits."""
        return self._hash.hexdigest()
