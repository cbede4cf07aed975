"""What a store is to `bumps bench db`: a few operations, the same for all.

    S1. What `put` was given is on the disk when it returns: fdatasync or fsync, by each store's own means.
    S2. A store has the settings that it comes with, except where S1 needs another one, and where the class
        says so.
    S3. The operations of a loop are handed out as callables (`getter`, `stepper`), so that no store pays for
        this layer more than another.

Keys are of one of two kinds. `bytes`: one encoded key, what a storage engine sees. `tuple`: a number and a
string, what a program sees; sqlite3 has two columns for them.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

NAME = "BENCH"
GLOBAL = f"^{NAME}"
FIELD = "NAME"

Key = Any
Pair = tuple[Key, Any]
Getter = Callable[[Key], Any]
Stepper = Callable[[Any], Any]
"""From a position to the next one, None at the end. The first position is `Store.start`."""


class Store(ABC):
    """One store in one place. `open`, work, `close`."""

    name: ClassVar[str]
    level: ClassVar[str] = "bytes"
    count_max: ClassVar[int | None] = None
    """More nodes than this would take minutes."""
    note: ClassVar[str] = ""
    """What a reader of the figures must know."""
    start: Any = b""

    def __init__(self, folder: str, label: str) -> None:
        """Note where the store will be; nothing is made yet."""
        self.path = os.path.join(folder, f"{label}.{self.name}.{self.level}")

    @staticmethod
    @abstractmethod
    def version() -> str:
        """Return the version; ImportError if it is not installed."""

    @abstractmethod
    def open(self) -> None:
        """Open it; make it if it is not there."""

    @abstractmethod
    def close(self) -> None:
        """Close it, with all that this store does at its end."""

    @abstractmethod
    def put(self, pairs: Sequence[Pair]) -> None:
        """Set these nodes as one transaction (S1)."""

    @abstractmethod
    def getter(self) -> Getter:
        """Return what gets a value by its key."""

    @abstractmethod
    def scan(self) -> int:
        """Read all nodes in order; return how many there are."""

    def stepper(self) -> Stepper | None:
        """Return what steps from one key to the next, each time from anew; None if the store cannot."""
        return None

    def clear(self) -> None:
        """Remove all nodes as one transaction (S1)."""
        raise AssertionError(f"{self.name} is not asked to")

    @abstractmethod
    def size(self) -> int:
        """Return the bytes of the data file, without journals and logs. The store is closed."""

    def handle(self) -> Store:
        """Return what another thread works with."""
        return self

    def release(self) -> None:
        """End what `handle` gave, if that was another object."""
        return
