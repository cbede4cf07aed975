"""Databases on a disk in memory, damaged: by bytes, by pages, and by somebody who makes the checksums right again.

For the tests of salvage and its neighbours. What is damaged is at PATH, what is saved of it at NEW.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable
from dataclasses import replace

from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.btree.page import BRANCH, LEAF
from bumps.engine import Engine
from bumps.files import MemoryDisk
from bumps.keys import KeyCodec
from bumps.options import Options
from bumps.recovery import verify
from bumps.recovery.remains import Pages
from bumps.rescue import Salvaged, salvage
from bumps.torture.format_layout import PAGE
from bumps.torture.hostile import Files, edit, newest, reseal, structures

PATH, NEW = "/test.bumps", "/new.bumps"
PAGE_SIZE = 512
OPTIONS = Options(
    page_size=PAGE_SIZE, alignment=512, segment_size_min=8192, segment_size_max=16384, background=False, charset="utf-8"
)
CODEC = KeyCodec.of("utf-8")
Content = dict[tuple[str, bytes], bytes]


def made(seed: int, *, keep: str = "all", rounds: int = 60, history: set[str] | None = None) -> tuple[MemoryDisk, str]:
    """Return a disk with a database of some history, killed not closed, and its digest; add all it had to `history`."""
    generator = random.Random(seed)
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, replace(OPTIONS, keep=keep))
    for step in range(rounds):
        batches = []
        for name in generator.sample(["A", "B", "C", "%Z"], generator.randint(1, 3)):
            kinds, keys, values = bytearray(), [], []
            for _ in range(generator.randint(1, 12)):
                keys.append(CODEC.encode((generator.randint(1, 60), generator.choice("xyz"))))
                if generator.random() < 0.9:
                    kinds.append(SET)
                    values.append(b"v%d" % step * generator.choice([1, 1, 3, 200]))
                else:
                    kinds.append(generator.choice([KILL, KILL_NODE]))
            batches.append(Batch(name, bytes(kinds), keys, values))
        engine.commit(batches)
        if history is not None:
            history.add(engine.digest())
        if step % 17 == 16:
            engine.checkpoint()
        if step == rounds // 2:
            engine.commit([Batch("B", bytes([KILL]), [b""], [])])
            if history is not None:
                history.add(engine.digest())
    digest = engine.digest()
    engine.abandon()
    return disk, digest


def copied(disk: MemoryDisk) -> MemoryDisk:
    copy = MemoryDisk()
    copy.files = {path: bytearray(content) for path, content in disk.files.items()}
    copy.directories = set(disk.directories)
    return copy


def content(disk: MemoryDisk, path: str) -> Content:
    engine = Engine.open(copied(disk), path, Options(create=False, background=False))
    found = {(name, key): value for name, pairs in engine.scans() for key, value in pairs}
    engine.abandon()
    return found


def saved(disk: MemoryDisk) -> tuple[Salvaged, Content]:
    before = {path: bytes(data) for path, data in disk.files.items() if path != PATH + "/lock"}
    done = salvage(PATH, NEW, disk=disk)
    assert {path: bytes(disk.files[path]) for path in before} == before
    assert [str(problem) for problem in verify.problems(disk, NEW)] == []
    return done, content(disk, NEW)


def leaves(disk: MemoryDisk) -> list[int]:
    """Return the numbers of leaves of globals in `data`."""
    pages = Pages(disk, PATH, PAGE_SIZE, None)
    return sorted(
        image.number
        for images in pages.images.values()
        for image in images
        if image.kind == LEAF and image.tree and image.file == "data"
    )


def spoil(disk: MemoryDisk, page: int) -> None:
    """Damage a page, in `data` and in `double-write`."""
    data, seal = disk.files[PATH + "/data"], disk.files[PATH + "/double-write"]
    data[page * PAGE_SIZE + 100] ^= 1
    for offset in range(1024, len(seal), PAGE_SIZE):
        if seal[offset + 8 : offset + 12] == page.to_bytes(4, "little"):
            seal[offset + 100] ^= 1


# Databases that a test knows by heart


def built(
    *commits: Iterable[tuple[str, bytes, bytes]], checkpoint: bool = True, options: Options = OPTIONS
) -> MemoryDisk:
    """Return a disk with a database of these commits, each of (global, key, value), and a checkpoint behind them."""
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, options)
    for nodes in commits:
        names: dict[str, list[tuple[bytes, bytes]]] = {}
        for name, key, value in nodes:
            names.setdefault(name, []).append((key, value))
        engine.commit(
            [
                Batch(name, bytes([SET]) * len(pairs), [key for key, _ in pairs], [value for _, value in pairs])
                for name, pairs in names.items()
            ]
        )
    if checkpoint:
        engine.checkpoint()
    engine.abandon()
    return disk


def nodes(name: str, numbers: Iterable[int], value: bytes = b"v%d") -> list[tuple[str, bytes, bytes]]:
    """Return nodes ^name(n) with the value `value`, in which `%d` stands for n."""
    return [(name, CODEC.encode((n,)), value % n if b"%" in value else value) for n in numbers]


def without_journal(disk: MemoryDisk) -> MemoryDisk:
    """Remove all segments: only pages are left."""
    for path in [path for path in disk.files if path.startswith(PATH + "/journal/")]:
        del disk.files[path]
    return disk


def without_set(disk: MemoryDisk) -> MemoryDisk:
    """Empty `double-write`: each page is in `data` only."""
    disk.files[PATH + "/double-write"] = bytearray()
    return disk


def files_of(disk: MemoryDisk) -> Files:
    """Return the files by their names in the database: the same bytes, to be changed in place."""
    return {path.removeprefix(PATH + "/"): data for path, data in disk.files.items() if path.startswith(PATH + "/")}


def pages(disk: MemoryDisk, kind: int, tree: int) -> list[int]:
    """Return where the pages of a kind and a tree begin in `data`, ascending."""
    data = disk.files[PATH + "/data"]
    return [
        each.start
        for each in structures(files_of(disk))
        if (each.kind, each.file) == ("page", "data")
        and (PAGE.get(data, "kind", each.start), PAGE.get(data, "tree", each.start)) == (kind, tree)
    ]


def forge_page(disk: MemoryDisk, start: int, *changes: tuple[int, bytes], **fields: int) -> None:
    """Change bytes (offset in the page, new ones) and fields of a page in `data`; all checksums are right again."""
    files = files_of(disk)
    every = list(structures(files))
    target = next(each for each in every if (each.kind, each.file, each.start) == ("page", "data", start))
    for offset, new in changes:
        files["data"][start + offset : start + offset + len(new)] = new
    for name, value in fields.items():
        target.layout.put(files["data"], name, value, start)
    reseal(files, target, every)


def forge_frame(disk: MemoryDisk, lsn: int, *changes: tuple[bytes, bytes], **fields: int) -> None:
    """Change bytes (old, new) and fields of a frame; its checksum and the chain behind it are right again."""
    files = files_of(disk)
    every = list(structures(files))
    frames = [each for each in every if each.kind == "frame"]
    # Of two copies the one in the later segment counts.
    target = [each for each in frames if each.layout.get(files[each.file], "lsn", each.start) == lsn][-1]
    data = files[target.file]
    for old, new in changes:
        at = data.index(old, target.start, target.end)
        data[at : at + len(old)] = new
    for name, value in fields.items():
        target.layout.put(data, name, value, target.start)
    reseal(files, target, every)


def forge_meta(disk: MemoryDisk, slot: int, **fields: int) -> None:
    """Change fields of a meta slot in `data`, and make its checksum right again."""
    edit(files_of(disk), "meta", "data", slot * PAGE_SIZE, **fields)


def spoil_slots(disk: MemoryDisk) -> MemoryDisk:
    """Make both meta slots unreadable."""
    for slot in (0, 1):
        disk.files[PATH + "/data"][slot * PAGE_SIZE + 100] ^= 1
    return disk


def cell_of(disk: MemoryDisk, tree: int) -> int:
    """Return where in `data` the directory says where the tree begins: the 22 bytes of its cell."""
    data = disk.files[PATH + "/data"]
    root = newest(files_of(disk))[1]["directory_page"] * PAGE_SIZE
    leaves_there = [root] if PAGE.get(data, "kind", root) == LEAF else pages(disk, LEAF, 0)
    for start in pages(disk, BRANCH, tree) + pages(disk, LEAF, tree):
        name = struct.pack("<II", start // PAGE_SIZE, PAGE.get(data, "checksum", start))
        for leaf in leaves_there:
            if (at := data.find(name, leaf, leaf + PAGE_SIZE)) >= 0:
                return at
    raise AssertionError(tree)


def forge_cell(disk: MemoryDisk, tree: int, offset: int, new: bytes) -> None:
    """Change bytes of the directory's cell of a tree."""
    at = cell_of(disk, tree)
    start = at // PAGE_SIZE * PAGE_SIZE
    forge_page(disk, start, (at - start + offset, new))
