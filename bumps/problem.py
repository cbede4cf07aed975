"""One thing that `verify` found wrong: where, and what."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """Damage in a file of a database, by page or by byte where that is known."""

    file: str
    """Relative to the database: `data`, `double-write`, `journal/00000000000000000001.log`."""
    page: int | None
    offset: int | None
    """In bytes from the start of the file."""
    what: str

    def __str__(self) -> str:
        """Return the one line that is printed: `data: page 7: its checksum is wrong`."""
        places = [self.file]
        if self.page is not None:
            places.append(f"page {self.page}")
        if self.offset is not None:
            places.append(f"byte {self.offset}")
        return ": ".join([*places, self.what])
