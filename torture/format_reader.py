"""A reader of bumps databases made from docs/format.md alone: it shares no code with the engine but the CRC.

What it reads is a mapping of file names, relative to the database, to bytes: a copy of
the directory, or what a simulated disk holds after a power cut. It believes nothing
that the format says can be checked, so it is also a second opinion on every invariant
there; `FormatError` says which one was broken. The tables are in format_layout.py, the journal
is in format_journal.py, keys are in format_keys.py.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from bumps.checksum import crc32c
from bumps.torture.format_journal import Frame, Globals, Position, apply, journal, segment_header, segment_name
from bumps.torture.format_keys import Subscripts, subscripts
from bumps.torture.format_layout import (
    BRANCH,
    CHAIN,
    FRAME,
    FREELIST,
    LEAF,
    MARK,
    META,
    OVERFLOW,
    PAGE,
    PAGE_SIZES,
    ROOT,
    RUN,
    SEAL,
    SEGMENT,
    FormatError,
    column,
    need,
)


class Reference(NamedTuple):
    """A page, as another page names it."""

    page: int
    checksum: int
    node_count: int
    flags: int


@dataclass
class Content:
    """What a database holds."""

    charset: str
    globals: dict[str, dict[Subscripts, bytes]]
    encoded: Globals
    """The same with encoded keys."""
    lsn: int
    node_count: int
    meta: dict[str, Any]
    sealed: bool
    """Whether the set of `double-write` counted."""
    frames: list[Frame]
    """Those above C."""
    page_use: dict[int, str] = field(default_factory=dict)
    """What each page of `data` is used for: meta, tree, overflow, freelist, free, dead."""


def files_of(path: Path) -> dict[str, bytes]:
    """Return the files of a database directory, by their names in it."""
    return {each.relative_to(path).as_posix(): each.read_bytes() for each in path.rglob("*") if each.is_file()}


def read(files: Mapping[str, bytes]) -> Content:
    """Return the content of a database; FormatError if it is not one."""
    try:
        return _read(files)
    except (struct.error, LookupError, ValueError, RecursionError) as error:
        raise FormatError(f"{type(error).__name__}: {error}") from error


def _read(files: Mapping[str, bytes]) -> Content:
    meta = newest_slot(files["data"])
    pages: dict[int, bytes] = {}
    sealed = pending_set(files, meta)
    if sealed is not None:
        meta, pages = sealed
    frames = list(journal(files, meta, Position(meta["lsn"], meta["chain"], meta["segment"], meta["end"])))
    state = Pages(files["data"], meta, pages)
    encoded = state.globals()
    need(sum(map(len, encoded.values())) == meta["node_count"], "nodes of the meta slot")
    lsn = meta["lsn"]
    for frame in frames:
        apply(encoded, frame)
        lsn = frame.place.lsn
    charset = {1: "utf-8", 2: "m"}[meta["charset"]]
    decoded = {name: {subscripts(key, charset): tree[key] for key in sorted(tree)} for name, tree in encoded.items()}
    return Content(
        charset,
        decoded,
        encoded,
        lsn,
        sum(map(len, encoded.values())),
        meta,
        sealed is not None,
        frames,
        state.page_use,
    )


# The data file


def slot(data: bytes, start: int = 0) -> dict[str, Any] | None:
    """Return the fields of a meta slot, or None if it is not whole."""
    sector = data[start : start + META.size]
    if len(sector) < META.size or sector[:8] != b"bumpsmet" or crc32c(sector[:508]) != META.get(sector, "crc"):
        return None
    meta = META.all(sector)
    need(meta["version"] == 1, f"meta slot: version {meta['version']}")
    pages = meta["page_count"]
    possible = (
        meta["page_size"] in PAGE_SIZES
        and meta["charset"] in (1, 2)
        and meta["flags"] in (0, 1)
        and not any(sector[136:508])
        and 2 <= pages < 2**32 - 1
        and meta["directory_page"] < pages
        and meta["freelist_page"] < pages
        and meta["base_lsn"] <= meta["lsn"]
        and meta["segment"] <= meta["lsn"]
        and (meta["segment"] > 0 or meta["lsn"] == 0)
        and (meta["lsn"] > 0 or (meta["end"], meta["chain"]) == (0, 0))
        and all(meta[name] < 2**63 for name in ("generation", "epoch", "lsn", "end", "node_count"))
    )
    return meta if possible else None


def newest_slot(data: bytes) -> dict[str, Any]:
    """Return the meta slot that is the state (M1)."""
    first = slot(data)
    slots = [first] if first is not None and first["generation"] % 2 == 0 else []
    for size in PAGE_SIZES if not slots else (slots[0]["page_size"],):
        second = slot(data, size)
        if second is not None and second["generation"] % 2 == 1 and second["page_size"] == size:
            slots.append(second)
    need(slots, "no meta slot is valid (M1)")
    return max(slots, key=lambda meta: int(meta["generation"]))


class Pages:
    """The pages of one state: those of the pending set stand for those of `data`."""

    def __init__(self, data: bytes, meta: dict[str, Any], pages: dict[int, bytes]) -> None:
        """Read the freelist: all that `data` does not use for something else."""
        self.data = data
        self.meta = meta
        self.size = meta["page_size"]
        self.instead = pages
        self.page_use = {0: "meta", 1: "meta"}
        self._freelist()

    def globals(self) -> Globals:
        """Return all globals, with encoded keys; every page must have exactly one use."""
        found: Globals = {}
        count = self.meta["directory_cells"]
        if self.meta["directory_page"]:
            root = Reference(self.meta["directory_page"], self.meta["directory_checksum"], count, 0)
            cells = dict(self.tree(root, 0, None))
            need(len(cells) == count, f"directory: {len(cells)} cells, not {count}")
            numbers = [0]
            for key, value in cells.items():
                if key == b"\x01trees":
                    need(len(value) == 4, "directory: the highest number of a tree")
                    continue
                page, checksum, nodes, flags, level, number = ROOT.unpack(value)
                reference = Reference(page, checksum, nodes, flags)
                need(number not in numbers, f"tree {number} twice")
                numbers.append(number)
                if key[:1] == b"\x02":
                    need(len(key) == 11 and key[1:].isdigit(), "directory: key of a dead tree")
                    self._dead(reference, number, level)
                    continue
                name = key.decode("ascii")
                need(name[0] == "%" or name[0].isalpha(), f"directory: name {name!r}")
                found[name] = dict(self.tree(reference, number, level))
                need(len(found[name]) == nodes > 0, f"^{name}: nodes (D1)")
            need(struct.unpack("<I", cells[b"\x01trees"])[0] >= max(numbers), "directory: highest number of a tree")
        pages = max(len(self.data) // self.size, max(self.instead, default=0) + 1)
        need(self.meta["page_count"] <= pages, f"data: {pages} pages, not {self.meta['page_count']}")
        unused = set(range(self.meta["page_count"])) - self.page_use.keys()
        need(not unused, f"pages without a use: {sorted(unused)}")
        return found

    def _page(self, number: int, use: str, kinds: tuple[int, ...]) -> tuple[dict[str, Any], bytes]:
        """Return header and body of a page (P1, P2); note its use."""
        need(2 <= number < self.meta["page_count"], f"page {number} of {self.meta['page_count']}")
        need(number not in self.page_use, f"page {number}: {use}, and {self.page_use.get(number)}")
        self.page_use[number] = use
        return self._image(number, kinds)

    def _image(self, number: int, kinds: tuple[int, ...]) -> tuple[dict[str, Any], bytes]:
        page = self.instead.get(number) or self.data[number * self.size : (number + 1) * self.size]
        need(len(page) == self.size, f"page {number}: behind the end")
        header = PAGE.all(page)
        need(header["magic"] == b"bPg1" and header["checksum"] == crc32c(page[8:]), f"page {number}: checksum")
        need(header["number"] == number, f"page {number}: says it is page {header['number']}")
        need(header["kind"] in kinds, f"page {number}: kind {header['kind']}")
        end = 40 + header["body_size"]
        need(end <= self.size and not any(page[end:]), f"page {number}: P1")
        need(header["lsn"] <= self.meta["lsn"], f"page {number}: LSN")
        need(header["generation"] <= self.meta["generation"], f"page {number}: generation")
        return header, page[40:end]

    def tree(
        self, reference: Reference, tree: int, level: int | None, low: bytes = b"", high: bytes | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield keys and values below a page in order; check what its reference says of it."""
        header, body = self._page(reference.page, "tree", (LEAF, BRANCH))
        where = f"page {reference.page}"
        need(header["checksum"] == reference.checksum, f"{where}: checksum of the reference (P2)")
        need(header["tree"] == tree, f"{where}: tree {header['tree']}, not {tree}")
        need(level is None or header["level"] == level, f"{where}: level {header['level']}, not {level}")
        count = 0
        flags = 0
        if header["kind"] == LEAF:
            need(header["level"] == 0, f"{where}: a leaf above the ground")
            for key, value, is_overflow in self._leaf(header, body):
                need(low <= key and (high is None or key < high), f"{where}: a key outside its range")
                flags |= is_overflow
                count += 1
                yield key, value
        else:
            separators, children = branch(header, body)
            limits = [low, *separators, high]
            need(all(low < each and (high is None or each < high) for each in separators), f"{where}: separators")
            for index, child in enumerate(children):
                below, above = limits[index], limits[index + 1]
                assert below is not None
                yield from self.tree(child, tree, header["level"] - 1, below, above)
                flags |= child.flags
                count += child.node_count
        need(count == reference.node_count, f"{where}: {count} nodes, not {reference.node_count} (B2)")
        need(flags == reference.flags, f"{where}: flags {flags}, not {reference.flags}")

    def _leaf(self, header: dict[str, Any], body: bytes) -> Iterator[tuple[bytes, bytes, int]]:
        """Yield key, value and whether it is in overflow pages."""
        count = header["cells"]
        keys_size, overflow_count = struct.unpack_from("<HH", body)
        values_end = len(body) - 18 * overflow_count
        need(4 + keys_size <= values_end, f"page {header['number']}: columns of a leaf")
        keys = column(header["keys_coding"], body[4 : 4 + keys_size], count)
        values = column(header["values_coding"], body[4 + keys_size : values_end], count)
        need(all(a < b for a, b in pairwise(keys)), f"page {header['number']}: B1")
        indices = struct.unpack_from(f"<{overflow_count}H", body, values_end)
        need(all(a < b for a, b in pairwise(indices)), f"page {header['number']}: index of overflow")
        for number, index in enumerate(indices):
            need(index < count and not values[index], f"page {header['number']}: an overflow cell with a value")
            first, checksum, size = CHAIN.unpack_from(body, values_end + 2 * overflow_count + 16 * number)
            values[index] = self._chain(first, checksum, size, header["tree"])
        for index, (key, value) in enumerate(zip(keys, values)):
            yield key, value, int(index in indices)

    def _chain(self, first: int, checksum: int, size: int, tree: int) -> bytes:
        """Return a value of overflow pages."""
        full = self.size - 40 - 8
        count = -(-size // full)
        need(size, "an overflow value of 0 bytes")
        parts = []
        for index in range(count):
            header, body = self._page(first + index, "overflow", (OVERFLOW,))
            next_page = first + index + 1 if index < count - 1 else 0
            need(struct.unpack_from("<II", body) == (index, next_page), f"page {first + index}: place in its chain")
            need(header["tree"] == tree and header["cells"] == 1, f"page {first + index}: header")
            parts.append(body[8:])
        need(all(len(part) == full for part in parts[:-1]), "an overflow page that is not full")
        value = b"".join(parts)
        need(len(value) == size and crc32c(value) == checksum, f"page {first}: value")
        return value

    def _dead(self, reference: Reference, tree: int, level: int) -> None:
        """Note the pages of a dead tree."""
        for _ in self.tree(reference, tree, level):
            pass

    def _freelist(self) -> None:
        """Read the runs of free pages, and the images that the free pages have (F3)."""
        number, checksum = self.meta["freelist_page"], self.meta["freelist_checksum"]
        runs: list[tuple[int, int, int]] = []
        while number:
            header, body = self._page(number, "freelist", (FREELIST,))
            need(header["checksum"] == checksum, f"page {number}: checksum of the reference")
            need(len(body) == 8 + 16 * header["cells"] and header["tree"] == 0, f"page {number}: runs")
            number, checksum = struct.unpack_from("<II", body)
            runs += RUN.iter_unpack(body[8:])
        for (first, count, generation), (second, _, newer) in pairwise(runs):
            need(first + count <= second, "freelist: runs that overlap or do not ascend")
            need(first + count < second or generation != newer, "freelist: runs that touch")
        for first, count, generation in runs:
            need(count, "freelist: an empty run")
            for free in range(first, first + count):
                header, _ = self._page(free, "free", (LEAF, BRANCH, OVERFLOW, FREELIST))
                need(header["generation"] < generation <= self.meta["generation"], f"page {free}: F3")


def branch(header: dict[str, Any], body: bytes) -> tuple[list[bytes], list[Reference]]:
    """Return separators and children."""
    count = header["cells"]
    size = len(body) - 17 * count
    need(count and size >= 0, f"page {header['number']}: children")
    separators = column(header["keys_coding"], body[:size], count - 1)
    need(all(a < b for a, b in pairwise(separators)), f"page {header['number']}: B1")
    numbers = struct.unpack_from(f"<{count}I{count}I{count}Q{count}B", body, size)
    return separators, [Reference(*numbers[index::count]) for index in range(count)]


# The double-write


def seal_of(data: bytes) -> dict[str, Any] | None:
    """Return the fields of the seal of a `double-write`, or None if it is not whole."""
    if len(data) < 1024 or data[:8] != b"bumpseal" or crc32c(data[:508]) != SEAL.get(data, "crc"):
        return None
    return SEAL.all(data)


def pending_set(files: Mapping[str, bytes], meta: dict[str, Any]) -> tuple[dict[str, Any], dict[int, bytes]] | None:
    """Return the meta slot and the pages of the set, if it is whole (S1) and the one that comes next (S2)."""
    data = files.get("double-write", b"")
    size = meta["page_size"]
    seal = seal_of(data)
    if seal is None or seal["database_id"] != meta["database_id"]:
        return None
    need(seal["version"] == 1, f"double-write: version {seal['version']}")
    end = 1024 + seal["page_count"] * size
    if seal["page_size"] != size or len(data) < end or crc32c(data[512:end]) != seal["pages_crc"]:
        return None
    if seal["generation"] != meta["generation"] + 1 or seal["lsn"] < meta["lsn"] or not holds_mark(files, seal):
        return None  # what it says is nobody's state: a checkpoint that was cut may have broken it
    images = [data[start : start + size] for start in range(1024, end, size)]
    numbers = [PAGE.get(image, "number") for image in images]
    if any(a >= b for a, b in pairwise([1, *numbers])):
        return None
    inner = slot(data, 512)
    same = ("page_size", "database_id", "generation", "lsn", "segment", "end", "chain")
    if inner is None or any(inner[name] != seal[name] for name in same):
        return None
    if numbers and numbers[-1] >= inner["page_count"]:
        return None
    return inner, dict(zip(numbers, images))


def holds_mark(files: Mapping[str, bytes], seal: dict[str, Any]) -> bool:
    """Return whether frame C of a seal stands where that says."""
    names = [name for name in files if name.startswith("journal/") and name <= segment_name(seal["lsn"])]
    if max(names, default="") != segment_name(seal["segment"]):
        return False
    data = files[segment_name(seal["segment"])]
    header = segment_header(data)
    start = seal["end"] - seal["frame_size"]
    if header is None or start < SEGMENT.size or len(data) < seal["end"] or seal["frame_size"] < FRAME.size:
        return False
    frame = FRAME.all(data, start)
    return (frame["magic"], frame["crc"], crc32c(data[start + 8 : seal["end"]])) == (
        b"bFr1",
        seal["chain"],
        seal["chain"],
    ) and (frame["size"], frame["lsn"], frame["kind"]) == (seal["frame_size"], seal["lsn"], MARK)
