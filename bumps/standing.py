"""A database that is written to, as it stands at one moment: what `verify` reads of it (Database.verify).

Checkpoints are held off meanwhile, so `data` and `double-write` rest. The journal goes on: its frames up to the
moment never change, and behind them this shows what a journal that ends there has, zeros and no more segments.
"""

from __future__ import annotations

from typing import cast

from bumps.files import Disk, File, RealDisk
from bumps.wal.segment import Place, first_lsn_of, name_of


class StandingFile:
    """A file, for reading, with zeros from some byte on."""

    def __init__(self, file: File, end: int) -> None:
        """Read `file` up to `end`."""
        self.file = file
        self.end = end

    def pread(self, size: int, offset: int) -> bytes:
        """Return `size` bytes, fewer at the end of the file."""
        found = self.file.pread(size, offset)
        return found[: max(0, self.end - offset)].ljust(len(found), b"\0")

    def size(self) -> int:
        """Return how long the file is."""
        return self.file.size()

    def close(self) -> None:
        """Close it."""
        self.file.close()


class StandingDisk(RealDisk):
    """A disk, for reading, on which one journal ends at `end`."""

    def __init__(self, disk: Disk, journal: str, end: Place) -> None:
        """Read `disk`; `journal` is the path of the directory, `end` the place of its last frame."""
        self.disk = disk
        self.journal = journal
        self.end = end
        self._last = f"{journal}/{name_of(end.segment)}"

    def open(self, path: str, *, write: bool) -> File:  # type: ignore[override]
        """Open a file for reading."""
        assert not write
        file = self.disk.open(path, write=False)
        return cast(File, StandingFile(file, self.end.end)) if path == self._last else file

    def list(self, path: str) -> list[str]:
        """Return the names in a directory; in the journal those of segments up to the end."""
        names = self.disk.list(path)
        if path != self.journal:
            return names
        return [name for name in names if (first_lsn_of(name) or self.end.segment + 1) <= self.end.segment]

    def kind(self, path: str) -> str:
        """Return what is there: `file`, `directory`, `other`, or empty for nothing."""
        return self.disk.kind(path)
