"""What an open database is at one moment, for metrics."""

from __future__ import annotations

from typing import NamedTuple


class Gauges(NamedTuple):
    """What an open database is at one moment. Sizes in bytes; those of trees that have to be made again are 0."""

    cached_nodes: int
    cached_size: int
    """What clean nodes in the cache are charged."""
    dirty_size: int
    frozen_size: int
    """What a checkpoint takes until it is home: frozen nodes, and pages."""
    held_size: int
    """What nodes take that were changed since, and never written: open snapshots hold them."""
    open_snapshots: int
    oldest_snapshot_age: float
    """In seconds, since the first change behind it: until then it holds nothing. 0 if there is none."""
    size_since_checkpoint: int
    """Of the journal that recovery would read."""
    journal_written: int
    """Frames with their padding, since it was opened."""
