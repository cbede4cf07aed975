"""Hostile databases: sound ones, damaged by somebody who knows the format and makes the checksums right again.

The layouts are those of torture/format_layout.py. A field edit touches one structure (a
meta slot, the seal, a page, a segment header, a frame); `reseal` then repairs its CRC,
every reference to that CRC, the CRCs of those who hold these references, and so on. So
the damage is behind every checksum, where only a check of what the bytes say can find it.
"""

from __future__ import annotations

import random
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bumps.batch import KILL, SET, Batch
from bumps.checksum import crc32c
from bumps.engine import Engine
from bumps.options import Options
from bumps.torture.engine_subject import PATH, EngineSubject, engine_subject
from bumps.torture.format_layout import COLUMN, FRAME, META, PAGE, SEAL, SEGMENT, Layout
from bumps.torture.format_reader import newest_slot
from bumps.torture.lives import Life
from bumps.torture.model import Content, History, Node
from bumps.torture.runner import EMPTY, PROFILES, sample
from bumps.torture.simdisk import Image, SimDisk
from bumps.torture.states import State
from bumps.torture.workloads import FLAVOURS, next_step

Files = dict[str, bytearray]

DISK_SIZE = 1 << 24
"""Of the disk with a hostile database, in bytes: many times what a sound one takes."""


class Victim(NamedTuple):
    """A sound database, whole or after a power cut, and what it may hold at each LSN."""

    files: dict[str, bytes]
    subject: EngineSubject
    contents: dict[int, list[dict[Node, bytes]]]


def disk_of(files: dict[str, bytes] | Files) -> SimDisk:
    """Return a disk with these files as a database."""
    folders = ("/", PATH.rpartition("/")[0], PATH, f"{PATH}/journal")
    return SimDisk(Image(folders, {f"{PATH}/{name}": bytes(data) for name, data in files.items()}), capacity=DISK_SIZE)


def victims(seed: int, count: int) -> list[Victim]:
    """Return some states of one life: its end, closed or killed, and crash states."""
    rng = random.Random(f"hostile {seed}")
    subject = engine_subject(rng)
    flavour = rng.choice(FLAVOURS)
    life = Life(subject, EMPTY, History(0, Content()), acked=-1, issued=0, seed=seed, counts=Counter())
    life.open()
    for _ in range(rng.randint(5, 40)):
        life.do(next_step(flavour, rng, life.content))
    states = sample(life.disk.trace, State(EMPTY, -1, 0, 0, 0, ()), rng.choice(PROFILES), rng)
    found = [state for state in states if state.acked >= 0]
    chosen = [(state.image, state.fork) for state in rng.sample(found, min(count, len(found)))]
    if rng.random() < 0.5 and life.store is not None:
        for lsn in range(life.store.last_lsn + 1, life.store.last_lsn + 3):
            life.history.allow(lsn, life.content)
        life.store.close()
    chosen[0] = (life.disk.image(), len(life.histories) - 1)
    return [
        Victim(
            {path.removeprefix(f"{PATH}/"): data for path, data in image.files.items()},
            subject,
            _contents(life.histories[: fork + 1]),
        )
        for image, fork in chosen
    ]


def _contents(histories: list[History]) -> dict[int, list[dict[Node, bytes]]]:
    """Return what may be there at each LSN: the end of a journal may be lost unseen, back to an older history."""
    contents: dict[int, list[dict[Node, bytes]]] = {}
    for history in histories:
        for lsn, legal in history.contents.items():
            contents.setdefault(lsn, []).extend(each.nodes for each in legal)
    return contents


# Damage that any program, disk or person may do


def damage(files: Files, rng: random.Random) -> str:
    """Damage some bytes, sizes or names, and say how."""
    if not any(data for name, data in files.items() if name != "lock"):
        return "nothing is left"
    return rng.choice(_DAMAGES)(files, rng)


def _pick(files: Files, rng: random.Random) -> tuple[str, bytearray]:
    names = [name for name in sorted(files) if name != "lock" and files[name]]
    kinds = sorted({name.partition("/")[0] for name in names})
    kind = rng.choice(kinds)
    name = rng.choice([name for name in names if name.startswith(kind)])
    return name, files[name]


def _flip(files: Files, rng: random.Random) -> str:
    name, data = _pick(files, rng)
    bit = rng.randrange(8 * len(data))
    data[bit // 8] ^= 1 << bit % 8
    return f"{name}: bit {bit} flipped"


def _splice(files: Files, rng: random.Random) -> str:
    source_name, source = _pick(files, rng)
    name, data = _pick(files, rng)
    unit = rng.choice((1, 64, 512, 512, 1024))
    size = unit * rng.randint(1, 4)
    start = rng.randrange(len(source)) // unit * unit
    at = rng.randrange(len(data)) // unit * unit
    piece = bytes(source[start : start + size])
    data[at : at + len(piece)] = piece
    return f"{name}: {len(piece)} bytes at {at} from {source_name} at {start}"


def _zero(files: Files, rng: random.Random) -> str:
    name, data = _pick(files, rng)
    at = rng.randrange(len(data)) // 512 * 512
    size = min(rng.choice((4, 512, 1024, len(data))), len(data) - at)
    data[at : at + size] = bytes(size)
    return f"{name}: {size} bytes at {at} zeroed"


def _cut(files: Files, rng: random.Random) -> str:
    name, data = _pick(files, rng)
    size = rng.choice((0, rng.randrange(len(data)), rng.randrange(len(data)) // 512 * 512))
    del data[size:]
    return f"{name}: cut to {size} bytes"


def _grow(files: Files, rng: random.Random) -> str:
    name, data = _pick(files, rng)
    more = rng.choice((bytes(4096), rng.randbytes(700), bytes(data[:1024]), b"bFr1" + rng.randbytes(600)))
    data += more
    return f"{name}: {len(more)} bytes more"


def _insert(files: Files, rng: random.Random) -> str:
    name, data = _pick(files, rng)
    at = rng.randrange(len(data)) // 512 * 512
    size = rng.choice((1, 512))
    if rng.random() < 0.5:
        data[at:at] = rng.randbytes(size)
        return f"{name}: {size} bytes inserted at {at}"
    del data[at : at + size]
    return f"{name}: {size} bytes taken out at {at}"


def _swap_pieces(files: Files, rng: random.Random) -> str:
    name, data = _pick(files, rng)
    size = rng.choice((512, 1024))
    first, second = (rng.randrange(len(data)) // size * size for _ in range(2))
    one, other = bytes(data[first : first + size]), bytes(data[second : second + size])
    if len(one) == len(other):
        data[first : first + size], data[second : second + size] = other, one
    return f"{name}: {size} bytes at {first} and {second} swapped"


def _swap_files(files: Files, rng: random.Random) -> str:
    first, second = (_pick(files, rng)[0] for _ in range(2))
    files[first], files[second] = files[second], files[first]
    return f"{first} and {second} swapped"


def _unlink(files: Files, rng: random.Random) -> str:
    name = rng.choice(sorted(files))
    del files[name]
    return f"{name}: unlinked"


def _copy(files: Files, rng: random.Random) -> str:
    name, data = _pick(files, rng)
    lsn = rng.choice((0, 1, 2, rng.randrange(60), 2**63, 2**64 - 1))
    target = f"journal/{lsn:020}.log"
    files[target] = bytearray(data)
    return f"{target}: a copy of {name}"


_DAMAGES: tuple[Callable[[Files, random.Random], str], ...] = (
    _flip, _flip, _flip, _splice, _splice, _zero, _cut, _cut, _grow, _insert, _swap_pieces, _swap_files, _unlink, _copy,
)  # fmt: skip


# Damage with the checksums made right again


class Structure(NamedTuple):
    """A piece of a file with a checksum of its own."""

    kind: str
    file: str
    start: int
    end: int
    layout: Layout
    crc: str
    """The field that holds the checksum."""
    covered: int
    """Where what it covers begins; it ends before the checksum, or, if that is in front, at `end`."""


def structures(files: Files) -> Iterator[Structure]:
    """Yield all structures of a sound database."""
    data = files["data"]
    size = newest_slot(bytes(data))["page_size"]
    for start in (0, size):
        yield Structure("meta", "data", start, start + 512, META, "crc", start)
    for start in range(2 * size, len(data) - size + 1, size):
        if data[start : start + 4] == b"bPg1":
            yield Structure("page", "data", start, start + size, PAGE, "checksum", start + 8)
    double_write = files["double-write"]
    if double_write[:8] == b"bumpseal" and len(double_write) >= 1024:
        end = 1024 + SEAL.get(double_write, "page_count") * size
        yield Structure("meta", "double-write", 512, 1024, META, "crc", 512)
        for start in range(1024, min(end, len(double_write) - size + 1), size):
            yield Structure("page", "double-write", start, start + size, PAGE, "checksum", start + 8)
        yield Structure("set", "double-write", 0, end, SEAL, "pages_crc", 512)
        yield Structure("seal", "double-write", 0, 512, SEAL, "crc", 0)
    for name in sorted(files):
        if name.startswith("journal/0"):
            segment = files[name]
            if segment[:8] == b"bumpsjnl":
                yield Structure("segment", name, 0, 512, SEGMENT, "crc", 0)
            at = segment.find(b"bFr1")
            while 0 <= at <= len(segment) - FRAME.size:
                end = at + FRAME.get(segment, "size", at)
                if end <= len(segment) and crc32c(bytes(segment[at + 8 : end])) == FRAME.get(segment, "crc", at):
                    yield Structure("frame", name, at, end, FRAME, "crc", at + 8)
                at = segment.find(b"bFr1", at + 4)


def reseal(files: Files, changed: Structure, every: list[Structure]) -> None:
    """Make the checksum of a structure right, and all that say what it was, and theirs."""
    waiting = [changed]
    for _ in range(400):
        if not waiting:
            return
        each = waiting.pop(0)
        data = files[each.file]
        place = each.start + each.layout.fields[each.crc][0]
        end = each.end
        if each.kind == "frame" and FRAME.size <= FRAME.get(data, "size", each.start) <= len(data) - each.start:
            end = each.start + FRAME.get(data, "size", each.start)
        covered = data[each.covered : end if place < each.covered else place]
        old = bytes(data[place : place + 4])
        each.layout.put(data, each.crc, crc32c(bytes(covered)), each.start)
        if each.file == "double-write" and each.kind != "seal":
            kind = "seal" if each.kind == "set" else "set"
            waiting += [other for other in every if other.kind == kind]
        if old == data[place : place + 4] or each.kind in ("set", "seal", "segment", "meta"):
            continue
        for other in every:
            if other.kind in ("set", "seal") and other.kind != "seal":
                continue
            if _replace(files[other.file], other, old, bytes(data[place : place + 4])):
                waiting.append(other)


def _replace(data: bytearray, where: Structure, old: bytes, new: bytes) -> bool:
    """Replace what is not the structure's own checksum; return whether there was something."""
    own = where.start + where.layout.fields[where.crc][0]
    found = False
    at = data.find(old, where.start, where.end)
    while at >= 0:
        if at != own:
            data[at : at + 4] = new
            found = True
        at = data.find(old, at + 4, where.end)
    return found


def forge(files: Files, rng: random.Random) -> str:
    """Change a field or some bytes of one structure, repair the checksums, and say what was done."""
    every = list(structures(files))
    kind = rng.choice(sorted({each.kind for each in every} - {"set"}))
    target = rng.choice([each for each in every if each.kind == kind])
    data = files[target.file]
    if kind in ("page", "frame") and rng.random() < 0.5:
        what = _edit_body(data, target, rng)
    else:
        name = rng.choice([name for name in target.layout.fields if name != target.crc])
        old = target.layout.get(data, name, target.start)
        new = _other(old, target.layout.fields[name][1].size, rng)
        target.layout.put(data, name, new, target.start)
        what = f"{name} {old!r} -> {new!r}"
    reseal(files, target, every)
    return f"{target.file}: {kind} at {target.start}: {what}"


def _other(old: int | bytes, size: int, rng: random.Random) -> int | bytes:
    """Return another value for a field of so many bytes."""
    if isinstance(old, bytes):
        return rng.randbytes(size)
    top = (1 << 8 * size) - 1
    near = (0, 1, 2, 3, top, top - 1, top // 2, old + 1, old - 1, old * 2, old ^ 1 << rng.randrange(8 * size))
    return rng.choice((*near, rng.randrange(64), rng.randint(0, top))) & top


def _edit_body(data: bytearray, target: Structure, rng: random.Random) -> str:
    """Change some bytes behind the header of a page or a frame."""
    start = target.start + target.layout.size
    end = target.end
    if target.kind == "page":
        end = min(end, start + PAGE.get(data, "body_size", target.start))
    if end - start < 4:
        return "nothing"
    if target.kind == "frame" and rng.random() < 0.5:
        return _edit_column(data, target, rng)
    if target.kind == "page" and rng.random() < 0.4:
        start = max(start, end - rng.choice((4, 8, 16, 18, 34)))  # references of overflow, children, runs
    size = rng.choice((1, 1, 2, 4, 4, 8))
    at = rng.randrange(start, max(start + 1, end - size))
    old = int.from_bytes(data[at : at + size], "little")
    new = _other(old, size, rng)
    assert isinstance(new, int)
    data[at : at + size] = new.to_bytes(size, "little")
    return f"{size} bytes at {at - target.start}: {old:#x} -> {new:#x}"


def _edit_column(data: bytearray, target: Structure, rng: random.Random) -> str:
    """Change tag, coding or size of one column of a frame."""
    heads = []
    at = target.start + FRAME.size
    while at + COLUMN.size <= target.end:
        heads.append(at)
        at += COLUMN.size + COLUMN.unpack_from(data, at)[2]
    if not heads:
        return "nothing"
    at = rng.choice(heads)
    offset, form = rng.choice(((0, "<H"), (2, "<B"), (3, "<I")))
    (old,) = struct.unpack_from(form, data, at + offset)
    new = _other(old, struct.calcsize(form), rng)
    struct.pack_into(form, data, at + offset, new)
    return f"column at {at - target.start}: {old} -> {new!r}"


def steer(data: bytearray, covered: int, end: int, place: int, wanted: int) -> None:
    """Choose the four bytes at `place` so that the CRC of data[covered:end] becomes `wanted`: it is linear."""
    data[place : place + 4] = bytes(4)
    base = crc32c(bytes(data[covered:end]))
    rows = []
    for bit in range(32):
        struct.pack_into("<I", data, place, 1 << bit)
        rows.append((crc32c(bytes(data[covered:end])) ^ base, 1 << bit))
    missing, solution = base ^ wanted, 0
    for bit in range(32):
        pivot = next(row for row in rows if row[0] >> bit & 1)
        rows = [(a ^ pivot[0], b ^ pivot[1]) if a >> bit & 1 else (a, b) for a, b in rows if (a, b) != pivot]
        if missing >> bit & 1:
            missing ^= pivot[0]
            solution ^= pivot[1]
    struct.pack_into("<I", data, place, solution)
    assert crc32c(bytes(data[covered:end])) == wanted


# One database that tests know, and edits of it


def sound(number: int = 0) -> tuple[Victim, Files]:
    """Return a closed database with 300 nodes, an overflow value and free pages, in pages of 512 bytes."""
    disk = SimDisk(Image(("/", PATH.rpartition("/")[0]), {}), seed=number)
    options = Options(page_size=512, segment_size_min=4096, segment_size_max=8192, alignment=512, background=False)
    engine = Engine.open(disk, PATH, options)
    codec = engine.codec
    for name in ("A", "B", "C"):
        keys = [codec.encode((each, "NAME")) for each in range(100)]
        engine.commit([Batch(name, bytes((SET,)) * 100, keys, [b"v" * 20] * 99 + [b"w" * 2000])])
        engine.checkpoint()
    engine.commit([Batch("B", bytes((KILL,)), [b""], [])])
    engine.checkpoint()
    engine.checkpoint()
    engine.close()
    victim = Victim(
        {path.removeprefix(f"{PATH}/"): data for path, data in disk.image().files.items()}, EngineSubject(options), {}
    )
    return victim, {name: bytearray(data) for name, data in victim.files.items()}


def edit(files: Files, kind: str, file: str, start: int, **fields: int) -> None:
    """Change fields of the structure that begins there, and make the checksums right again."""
    every = list(structures(files))
    target = next(each for each in every if (each.kind, each.file, each.start) == (kind, file, start))
    for name, value in fields.items():
        target.layout.put(files[file], name, value, start)
    reseal(files, target, every)


def newest(files: Files) -> tuple[int, dict[str, Any]]:
    """Return the place of the newest meta slot, and its fields."""
    meta = newest_slot(bytes(files["data"]))
    return meta["generation"] % 2 * meta["page_size"], meta
