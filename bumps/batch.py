"""What a commit does to one global: the shape that engine, journal and trees share."""

from __future__ import annotations

from typing import NamedTuple

SET, KILL, KILL_NODE = 1, 2, 3
"""Operation bytes, as the journal has them: set a node; kill it with its descendants; kill the node only."""


class Batch(NamedTuple):
    """The operations of one commit on one global, in order."""

    name: str
    """Of the global, without `^`."""
    kinds: bytes
    """One operation byte for each key."""
    keys: list[bytes]
    values: list[bytes]
    """Those of the SETs only, in their order."""


Batches = list[Batch]
"""A commit: one batch for each global it touches. Between globals, order means nothing."""
