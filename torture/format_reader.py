"""A reader of bumps databases made from docs/format.md alone: it shares no code with the engine but the CRC.

What it reads is a mapping of file names, relative to the database, to bytes: a copy of
the directory, or what a simulated disk holds after a power cut. It believes nothing
that the format says can be checked, so it is also a second opinion on every invariant
there; `FormatError` says which one was broken. The tables of fields are named, so that
tests can damage a field and make the checksum right again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from bumps.checksum import crc32c

Subscripts = tuple[str, ...]
Globals = dict[str, dict[bytes, bytes]]

PAGE_SIZES = (512, 1024, 4096, 8192, 16384, 32768, 65536)
SECTOR_SIZE = 512
LEAF, BRANCH, OVERFLOW, FREELIST = 1, 2, 3, 4
COMMIT, MARK = 1, 2
SET, KILL, KILL_NODE = 1, 2, 3
NAMES, COUNTS, OPERATIONS, KEYS, VALUES, NODES = 1, 2, 3, 4, 5, 6


class FormatError(Exception):
    """The bytes are not what docs/format.md says."""


def need(condition: object, what: str) -> None:
    """Raise FormatError unless the condition holds."""
    if not condition:
        raise FormatError(what)


class Layout:
    """A table of the format: the offset and the struct code of each field."""

    def __init__(self, size: int, /, **fields: tuple[int, str]) -> None:
        """Take `name=(offset, code)` for each field."""
        self.size = size
        self.fields = {name: (offset, struct.Struct("<" + code)) for name, (offset, code) in fields.items()}

    def get(self, data: bytes | bytearray, name: str, start: int = 0) -> Any:
        """Return one field of what begins at `start`."""
        offset, form = self.fields[name]
        return form.unpack_from(data, start + offset)[0]

    def put(self, data: bytearray, name: str, value: Any, start: int = 0) -> None:
        """Change one field."""
        offset, form = self.fields[name]
        form.pack_into(data, start + offset, value)

    def all(self, data: bytes | bytearray, start: int = 0) -> dict[str, Any]:
        """Return all fields."""
        need(len(data) >= start + self.size, f"{self.size} bytes do not fit behind {start} of {len(data)}")
        return {name: form.unpack_from(data, start + offset)[0] for name, (offset, form) in self.fields.items()}


META = Layout(
    512,
    magic=(0, "8s"),
    version=(8, "I"),
    page_size=(12, "I"),
    database_id=(16, "16s"),
    generation=(32, "Q"),
    epoch=(40, "Q"),
    base_lsn=(48, "Q"),
    lsn=(56, "Q"),
    chain=(64, "I"),
    charset=(68, "B"),
    flags=(69, "B"),
    segment=(72, "Q"),
    end=(80, "Q"),
    node_count=(88, "Q"),
    page_count=(96, "I"),
    directory_page=(104, "I"),
    directory_checksum=(108, "I"),
    directory_cells=(112, "Q"),
    freelist_page=(120, "I"),
    freelist_checksum=(124, "I"),
    time=(128, "Q"),
    crc=(508, "I"),
)
SEAL = Layout(
    512,
    magic=(0, "8s"),
    version=(8, "I"),
    page_size=(12, "I"),
    database_id=(16, "16s"),
    generation=(32, "Q"),
    lsn=(40, "Q"),
    segment=(48, "Q"),
    end=(56, "Q"),
    chain=(64, "I"),
    frame_size=(68, "I"),
    page_count=(72, "I"),
    pages_crc=(504, "I"),
    crc=(508, "I"),
)
PAGE = Layout(
    40,
    magic=(0, "4s"),
    checksum=(4, "I"),
    number=(8, "I"),
    tree=(12, "I"),
    lsn=(16, "Q"),
    generation=(24, "Q"),
    kind=(32, "B"),
    level=(33, "B"),
    keys_coding=(34, "B"),
    values_coding=(35, "B"),
    cells=(36, "H"),
    body_size=(38, "H"),
)
SEGMENT = Layout(
    512,
    magic=(0, "8s"),
    version=(8, "I"),
    database_id=(16, "16s"),
    epoch=(32, "Q"),
    salt=(40, "Q"),
    first_lsn=(48, "Q"),
    chain=(56, "I"),
    before=(60, "Q"),
    before_end=(68, "Q"),
    time=(76, "Q"),
    crc=(508, "I"),
)
FRAME = Layout(
    64,
    magic=(0, "4s"),
    crc=(4, "I"),
    size=(8, "I"),
    version=(12, "B"),
    kind=(13, "B"),
    flags=(14, "B"),
    codec=(15, "B"),
    lsn=(16, "Q"),
    salt=(24, "Q"),
    chain=(32, "I"),
    writer=(36, "I"),
    time=(40, "Q"),
    operations=(48, "I"),
    columns=(52, "I"),
    synced=(56, "Q"),
)
COLUMN = struct.Struct("<HBI")
CHAIN = struct.Struct("<IIQ")
RUN = struct.Struct("<IIQ")
ROOT = struct.Struct("<IIQBBI")


class Reference(NamedTuple):
    """A page, as another page names it."""

    page: int
    checksum: int
    node_count: int
    flags: int


class Position(NamedTuple):
    """Where a frame ends, and the segment it is in."""

    lsn: int
    chain: int
    segment: int
    end: int


class Frame(NamedTuple):
    """A frame of the journal, and where it stands."""

    header: dict[str, Any]
    columns: dict[int, tuple[int, bytes]]
    place: Position


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


def column(coding: int, data: bytes, count: int) -> list[bytes]:
    """Return the strings of a column (C1, C2)."""
    if count == 0:
        need(not data, "a column of no strings is not empty")
        return []
    if coding:
        strings = data.split(bytes((coding,)))
        need(len(strings) == count, f"a column of {len(strings)} strings, not {count} (C1)")
        return strings
    need(len(data) >= 4 * count, "a column without room for its sizes")
    sizes = struct.unpack_from(f"<{count}I", data)
    need(4 * count + sum(sizes) == len(data), "a column that its sizes do not fill (C2)")
    strings = []
    start = 4 * count
    for size in sizes:
        strings.append(data[start : start + size])
        start += size
    return strings


# The double-write


def pending_set(files: Mapping[str, bytes], meta: dict[str, Any]) -> tuple[dict[str, Any], dict[int, bytes]] | None:
    """Return the meta slot and the pages of the set, if it is whole (S1) and the one that comes next (S2)."""
    data = files.get("double-write", b"")
    size = meta["page_size"]
    if len(data) < 1024 or data[:8] != b"bumpseal" or crc32c(data[:508]) != SEAL.get(data, "crc"):
        return None
    seal = SEAL.all(data)
    if seal["database_id"] != meta["database_id"]:
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


def checked(files: Mapping[str, bytes], *, closed: bool) -> list[tuple[str, int, int]]:
    """Return what a verify must check, as files with their first byte and the one behind the last.

    Not in it, by design: `lock`; `data` behind its pages; `double-write` behind the set; of a segment what
    lies behind its last frame; segments below the base; and the newest meta slot, for which the set
    stands. Of a database that was not closed (`closed`), the last frame, whose loss looks like a torn
    tail, and the set, which a checkpoint may have been writing.
    """
    meta = newest_slot(files["data"])
    size = meta["page_size"]
    newest = meta["generation"] % 2
    regions = [
        ("data", (1 - newest) * size, (1 - newest) * size + META.size),
        ("data", 2 * size, meta["page_count"] * size),
    ]
    double_write = files["double-write"]
    stands = double_write[:8] == b"bumpseal" and crc32c(double_write[:508]) == SEAL.get(double_write, "crc")
    if not stands:
        regions.append(("data", newest * size, newest * size + META.size))
    elif closed:
        regions.append(("double-write", 0, 1024 + SEAL.get(double_write, "page_count") * size))
    names = [name for name in sorted(files) if name.startswith("journal/0")]
    for name, following in zip(names, [*names[1:], None]):
        if following is not None and segment_header(files[following]) is None:
            break
        ends = list(frame_ends(files[name]))
        end = ends[-1] if ends and (closed or following is not None) else ends[-2] if len(ends) > 1 else 0
        if end > SEGMENT.size and (following is None or int(following[8:28]) > meta["base_lsn"] + 1):
            regions.append((name, 0, end))
    return regions


# The journal


def frame_ends(data: bytes) -> Iterator[int]:
    """Yield where each frame of a segment ends, as long as one follows the other."""
    header = segment_header(data)
    if header is None:
        return
    position = Position(header["first_lsn"] - 1, header["chain"], header["first_lsn"], SEGMENT.size)
    place = SEGMENT.size
    while place < len(data):
        frame = frame_at(data, place, position, header["salt"])
        if frame is None:
            place = (place // SECTOR_SIZE + 1) * SECTOR_SIZE  # S4
            continue
        position = frame.place
        place = position.end
        yield place


def segment_name(lsn: int) -> str:
    """Return the name of the segment that begins with this frame (S1)."""
    return f"journal/{lsn:020}.log"


def segment_header(data: bytes) -> dict[str, Any] | None:
    """Return the header of a segment, or None if it is not whole."""
    if len(data) < SEGMENT.size or data[:8] != b"bumpsjnl" or crc32c(data[:508]) != SEGMENT.get(data, "crc"):
        return None
    header = SEGMENT.all(data)
    need(header["version"] == 1, f"segment: version {header['version']}")
    need(not any(data[84:508]) and not any(data[12:16]), "segment: zeros")
    return header


def journal(files: Mapping[str, bytes], meta: dict[str, Any], position: Position) -> Iterator[Frame]:
    """Yield the frames behind a position, as long as one follows the other (F2)."""
    time = meta["time"]
    if position.lsn == 0 and segment_name(1) in files:
        position = Position(0, 0, 1, SEGMENT.size)
        header = segment_header(files[segment_name(1)])
        if header is None or header["first_lsn"] != 1 or header["before"] or header["chain"]:
            return
        salt = header["salt"]
    elif position.lsn:
        header = segment_header(files[segment_name(position.segment)])
        need(header is not None and header["first_lsn"] == position.segment, "journal: the segment of frame C")
        assert header is not None
        salt = header["salt"]
        need(position.end <= len(files[segment_name(position.segment)]), "journal: an end below C")
    else:
        return
    need(header["database_id"] == meta["database_id"], "journal: of another database")
    while True:
        following = segment_name(position.lsn + 1)
        header = segment_header(files.get(following, b""))
        wanted = (meta["database_id"], position.lsn + 1, position.chain, position.segment, position.end)
        if (
            header is not None
            and position.lsn
            and position.segment <= position.lsn
            and wanted == tuple(header[name] for name in ("database_id", "first_lsn", "chain", "before", "before_end"))
        ):
            salt = header["salt"]
            position = position._replace(segment=position.lsn + 1, end=SEGMENT.size)
        data = files[segment_name(position.segment)]
        place = position.end
        frame = frame_at(data, place, position, salt)
        while frame is None:
            place = (place // SECTOR_SIZE + 1) * SECTOR_SIZE  # S4
            if place >= len(data):
                return
            frame = frame_at(data, place, position, salt)
        need(frame.header["time"] >= time, f"frame {frame.place.lsn}: its time is before the one before")
        time = frame.header["time"]
        position = frame.place
        yield frame


def frame_at(data: bytes, start: int, after: Position, salt: int) -> Frame | None:
    """Return the frame that begins at `start`, if it is one and follows (F1, F2)."""
    if data[start : start + 4] != b"bFr1" or len(data) < start + FRAME.size:
        return None
    header = FRAME.all(data, start)
    end = start + header["size"]
    if header["size"] < FRAME.size or end > len(data) or crc32c(data[start + 8 : end]) != header["crc"]:
        return None
    if (header["lsn"], header["chain"], header["salt"]) != (after.lsn + 1, after.chain, salt):
        return None
    return decode_frame(data[start:end], Position(header["lsn"], header["crc"], after.segment, end))


def decode_frame(data: bytes, place: Position) -> Frame:
    """Return a frame whose checksum is right; FormatError if a reader must not go on (F3)."""
    header = FRAME.all(data)
    need(header["version"] == 1 and header["codec"] == 0, f"frame {header['lsn']}: version or codec")
    need(header["kind"] in (COMMIT, MARK), f"frame {header['lsn']}: kind {header['kind']}")
    need(header["synced"] < header["lsn"], f"frame {header['lsn']}: F4")
    columns: dict[int, tuple[int, bytes]] = {}
    at = FRAME.size
    for _ in range(header["columns"]):
        need(at + COLUMN.size <= len(data), f"frame {header['lsn']}: columns")
        tag, coding, size = COLUMN.unpack_from(data, at)
        at += COLUMN.size + size
        need(at <= len(data) and tag not in columns, f"frame {header['lsn']}: column {tag}")
        need(tag <= NODES or tag < 0x8000, f"frame {header['lsn']}: column {tag}")
        columns[tag] = coding, data[at - size : at]
    need(at == len(data), f"frame {header['lsn']}: {len(data) - at} bytes behind its columns")
    return Frame(header, columns, place)


def operations(frame: Frame) -> Iterator[tuple[str, int, bytes, bytes | None]]:
    """Yield name, kind, key and value of each operation of a commit."""
    columns = frame.columns
    count = frame.header["operations"]
    _, counts_data = columns[COUNTS]
    counts = [each for (each,) in struct.iter_unpack("<I", counts_data)]
    _, kinds = columns[OPERATIONS]
    need(len(kinds) == count == sum(counts), f"frame {frame.place.lsn}: operations")
    names = column(*columns[NAMES], len(counts))
    keys = column(*columns[KEYS], count)
    values = iter(column(*columns[VALUES], kinds.count(SET)))
    need(len(set(names)) == len(names), f"frame {frame.place.lsn}: a global twice")
    owners = [name.decode("ascii") for name, each in zip(names, counts) for _ in range(each)]
    for name, kind, key in zip(owners, kinds, keys):
        need(kind in (SET, KILL, KILL_NODE), f"frame {frame.place.lsn}: operation {kind}")
        yield name, kind, key, next(values) if kind == SET else None


def apply(content: Globals, frame: Frame) -> None:
    """Do what a frame says; a mark must say the truth."""
    if frame.header["kind"] == MARK:
        (nodes,) = struct.unpack("<Q", frame.columns[NODES][1])
        need(nodes == sum(map(len, content.values())), f"frame {frame.place.lsn}: a mark of {nodes} nodes")
        return
    for name, kind, key, value in operations(frame):
        tree = content.setdefault(name, {})
        if value is not None:
            tree[key] = value
        elif kind == KILL_NODE:
            tree.pop(key, None)
        else:
            for each in [each for each in tree if key <= each < key + b"\xff"]:
                del tree[each]
        if not tree:
            del content[name]


# Keys

_UNESCAPED = {b"\x01\x01": b"\x00", b"\x01\x02": b"\x01", b"\xfe\x01": b"\xfe", b"\xfe\x02": b"\xff"}
_NINES = bytes.maketrans(b"0123456789", b"9876543210")


def subscripts(key: bytes, charset: str) -> Subscripts:
    """Return the subscripts of a key, as text (K2, K3)."""
    need(not key or key[-1] == 0, f"key {key.hex()}: K2")
    need(b"\xff" not in key, f"key {key.hex()}: K3")
    return tuple(subscript(code, charset) for code in key.split(b"\x00")[:-1])


def subscript(code: bytes, charset: str) -> str:
    """Return one subscript from its code, without the 00."""
    need(code, "a code of no bytes")
    first, rest = code[0], code[1:]
    if first == 0x10 or first == 0x78:
        need(not rest, f"code {code.hex()}")
        return "" if first == 0x10 else "0"
    if 0x80 <= first <= 0x80 + 47:
        return number(rest, first - 0x80)
    if 0x70 - 47 <= first <= 0x70:
        need(rest[-1:] == b"\x7e", f"code {code.hex()}")
        return "-" + number(rest[:-1].translate(_NINES), 0x70 - first)
    need(first == 0xC0, f"code {code.hex()}")
    text = bytearray()
    at = 0
    while at < len(rest):
        size = 2 if rest[at] in (0x01, 0xFE) else 1
        text += _UNESCAPED[rest[at : at + 2]] if size == 2 else rest[at : at + 1]
        at += size
    return text.decode("utf-8" if charset == "utf-8" else "latin-1")


def number(digits: bytes, integer_count: int) -> str:
    """Return the canonic text of a positive number."""
    text = digits.decode("ascii")
    need(text.isdigit() and len(text) >= integer_count, f"digits {text!r}")
    integer, fraction = text[:integer_count], text[integer_count:]
    need(integer[:1] != "0" and fraction[-1:] != "0", f"digits {text!r}: K4")
    return f"{integer}.{fraction}" if fraction else integer
