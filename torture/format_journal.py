"""The journal of docs/format.md, read from that page alone: segments, frames, and what a frame does to the content."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from bumps.checksum import crc32c
from bumps.torture.format_layout import (
    COLUMN,
    COMMIT,
    COUNTS,
    FRAME,
    KEYS,
    KILL,
    KILL_NODE,
    MARK,
    NAMES,
    NODES,
    OPERATIONS,
    SECTOR_SIZE,
    SEGMENT,
    SET,
    VALUES,
    column,
    need,
)

Globals = dict[str, dict[bytes, bytes]]


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
