"""How a database is opened: what a caller may choose, and the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bumps import limits
from bumps.errors import UsageError


class Durability(Enum):
    """What has been promised when a write returns."""

    COMMIT = "commit"
    """It is on the disk."""
    GROUP = "group"
    """It will be within a few milliseconds, in order; a crash loses a suffix of history at most."""
    NONE = "none"
    """Nothing, until the next checkpoint or close. For tests."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller of `bumps.open` chose. Sizes are in bytes."""

    charset: str | None = None
    """`utf-8` or `m`; None takes what the database says, and utf-8 for a new one."""
    page_size: int | None = None
    """For a new database only."""
    durability: Durability = Durability.COMMIT
    create: bool = True
    read_only: bool = False
    cache_size: int = limits.CACHE_SIZE_DEFAULT
    segment_size_min: int = limits.SEGMENT_SIZE_MIN
    segment_size_max: int = limits.SEGMENT_SIZE_MAX
    alignment: int = limits.JOURNAL_ALIGNMENT
    checkpoint_journal_size: int = limits.CHECKPOINT_JOURNAL_SIZE
    keep: str = "all"
    """Which journal segments a checkpoint leaves: `all` of them, or those since the last `checkpoint`."""
    background: bool = True
    """Whether a thread flushes the group within its delay. Torture says no, and calls `flush` itself."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, with the choices in the message."""
        if self.charset not in (None, "utf-8", "m"):
            raise UsageError(f"charset {self.charset!r}: it is utf-8 or m")
        if self.page_size is not None and self.page_size not in limits.PAGE_SIZES:
            raise UsageError(f"page size {self.page_size}: it is one of {', '.join(map(str, limits.PAGE_SIZES))}")
        if self.keep not in ("all", "checkpoint"):
            raise UsageError(f"keep {self.keep!r}: it is all or checkpoint")
        if self.cache_size < 64 * limits.PAGE_SIZES[0]:
            raise UsageError(f"cache size {self.cache_size}: it is at least {64 * limits.PAGE_SIZES[0]} bytes")
