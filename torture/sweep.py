"""The whole sweep over one cleanly closed database: every byte, every pair of pages, every page zeroed or stale.

`rot.py` damages by chance; this leaves nothing out. Every byte that verify promises to check gets flipped bits,
one of them by chance or all eight; every page gets the image of every other one, zeros, and what it held at
earlier checkpoints. Verify must find each (I12), and whoever opens the damaged database and reads must get the right
content or a typed error. What is unchecked by design is flipped too: there the content must be right.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bumps.btree import meta as meta_slots
from bumps.errors import BumpsError
from bumps.recovery import verify
from bumps.torture.engine_subject import PATH, SMALL, EngineSubject
from bumps.torture.rot import Sound, grow, regions_of, stale_pages
from bumps.torture.simdisk import SimDisk

SIZE_MIN = 1 << 16
"""Bytes that verify checks in the database of a sweep."""
PAGE_COUNT_MIN = 72
READ_EVERY = 16
"""After so many flipped bits the damaged database is also opened and read."""
SHOWN_MAX = 20
"""Damages that were not found, which a report names."""


class Damage(NamedTuple):
    """What to write over a sound file: bytes at an offset."""

    what: str
    """bit, page or unchecked: what is counted."""
    file: str
    offset: int
    content: bytes
    note: str


@dataclass
class Swept:
    """What a sweep tried and found."""

    seed: int
    bits: int
    size: int = 0
    """Bytes that verify promises to check."""
    pages: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    read: int = 0
    """Damaged databases that were also opened and read."""
    wrong: list[str] = field(default_factory=list)
    """Damages that verify did not find, or that gave other content without an error; at most SHOWN_MAX."""
    missed: int = 0
    false_alarms: int = 0
    cpu_s: float = 0.0

    @property
    def sound(self) -> bool:
        """Whether everything was found, and nothing else."""
        return not (self.wrong or self.missed or self.false_alarms)

    def as_dict(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "seed": self.seed,
            "bits": self.bits,
            "size": self.size,
            "pages": self.pages,
            "tried": dict(sorted(self.tried.items())),
            "found": dict(sorted(self.found.items())),
            "missed": self.missed,
            "false_alarms": self.false_alarms,
            "read": self.read,
            "violations": self.wrong,
            "cpu_s": round(self.cpu_s, 2),
        }


def sweep_subject() -> EngineSubject:
    """Return the engine in pages of 512 bytes, with a short journal: many structures in few bytes."""
    return EngineSubject(replace(SMALL, segment_size_min=8192, segment_size_max=8192, keep="checkpoint"))


def large(seed: int) -> tuple[EngineSubject, Sound]:
    """Return a closed database of at least SIZE_MIN checked bytes and PAGE_COUNT_MIN pages."""
    subject = sweep_subject()
    pages = PAGE_COUNT_MIN
    while True:
        sound = grow(subject, seed, closed=True, page_count=pages)
        if sum(end - start for _, start, end in regions_of(sound)) >= SIZE_MIN:
            return subject, sound
        pages += 8


def sweep(
    seed: int = 0,
    *,
    bits: int = 1,
    ways: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Swept:
    """Damage the database of a seed in every way; with `ways` only in so many of each kind, chosen by chance."""
    began = time.process_time()
    subject, sound = large(seed)
    rng = random.Random(f"sweep {seed}")
    swept = Swept(seed, bits, size=sum(end - start for _, start, end in regions_of(sound)))
    swept.false_alarms = len(subject.problems(SimDisk(sound.image)))
    expected = sound.content.encoded(subject.encode)
    disk = SimDisk(sound.image)
    data = disk.open(f"{PATH}/data", write=False)
    meta = meta_slots.read(data).newest
    swept.pages = meta.page_count
    damages = _damages(sound, rng, bits)
    chosen = [each for kind in damages for each in (kind if ways is None else rng.sample(kind, min(ways, len(kind))))]
    for number, damage in enumerate(chosen):
        progress(number, len(chosen))
        file = disk.open(f"{PATH}/{damage.file}", write=True)
        before = file.pread(len(damage.content), damage.offset)
        file.pwrite(damage.content, damage.offset)
        disk.trace.clear()
        swept.tried[damage.what] += 1
        if damage.what != "unchecked":
            if _is_found(disk):
                swept.found[damage.what] += 1
            else:
                swept.missed += 1
                _note(swept, f"not found: {damage.note}")
        if damage.what != "bit" or number % READ_EVERY == 0:
            swept.read += 1
            wrong = _told_wrongly(subject, disk, expected, must_open=damage.what == "unchecked")
            if wrong:
                _note(swept, f"{damage.note}: {wrong}")
        file.pwrite(before, damage.offset)
        file.close()
        disk.trace.clear()
    swept.cpu_s = time.process_time() - began
    return swept


def _damages(sound: Sound, rng: random.Random, bits: int) -> list[list[Damage]]:
    """Return every damage, by kind."""
    files = {path.removeprefix(f"{PATH}/"): content for path, content in sound.image.files.items()}
    places = {(name, at): None for name, start, end in regions_of(sound) for at in range(start, end)}
    flipped = [_flipped("bit", files, name, at, bit) for name, at in places for bit in rng.sample(range(8), bits)]
    unchecked = [
        _flipped("unchecked", files, name, at, rng.randrange(8))
        for name in sorted(files)
        for at in range(len(files[name]))
        if (name, at) not in places
    ]
    return [flipped, *_wrong_pages(sound, files["data"]), unchecked]


def _flipped(what: str, files: dict[str, bytes], name: str, at: int, bit: int) -> Damage:
    return Damage(what, name, at, bytes((files[name][at] ^ 1 << bit,)), f"bit {bit} of byte {at} of {name}")


def _wrong_pages(sound: Sound, data: bytes) -> list[list[Damage]]:
    """Return misplaced, zeroed and stale pages; the page of the newest slot, unchecked, is not aimed at."""
    meta = meta_slots.read(SimDisk(sound.image).open(f"{PATH}/data", write=False)).newest
    size = meta.page_size
    images = [data[number * size : (number + 1) * size] for number in range(meta.page_count)]
    targets = [number for number in range(meta.page_count) if number != meta.generation % 2]
    return [
        [
            Damage("pair", "data", page * size, image, f"page {other} in the place of page {page}")
            for page in targets
            for other, image in enumerate(images)
            if image != images[page]
        ],
        [Damage("zeroed", "data", page * size, bytes(size), f"page {page} zeroed") for page in targets],
        [
            Damage("stale", "data", page * size, image, f"page {page} stale")
            for page, image in stale_pages(sound, data, meta)
        ],
    ]


def _is_found(disk: SimDisk) -> bool:
    try:
        return any(True for _ in verify.problems(disk, PATH))
    except BumpsError:
        return True


def _told_wrongly(
    subject: EngineSubject, disk: SimDisk, expected: list[tuple[str, bytes, bytes]], *, must_open: bool
) -> str:
    """Open for reading and read everything; return what there was but the right content or a typed error."""
    try:
        store = subject.open(disk, create=False, read_only=True)
        try:
            found = store.content()
        finally:
            store.close()
    except BumpsError as error:
        return f"unchecked, but {type(error).__name__}: {error}" if must_open else ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "" if found == expected else "other content, and no error"


def _note(swept: Swept, what: str) -> None:
    if len(swept.wrong) < SHOWN_MAX:
        swept.wrong.append(what)
