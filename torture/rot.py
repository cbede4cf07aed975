"""Later damage: flipped bits, and pages that are swapped, zeroed or stale. Verify must find all of it (I12).

What is damaged is a sound image, once cleanly closed and once left by a killed process. Where
verify does not look, by design, nothing is damaged: behind the pages of `data`, behind the set
of `double-write`, behind the last frame of a segment, `lock`; and in the journal of a killed
process the last frame, whose loss nobody can tell from a torn tail. Nor can anybody tell the
loss of the newest meta slot from a power cut in step 7 of a checkpoint, while its set stands;
and a free page holds what it holds.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from bumps.btree import freelist
from bumps.btree import meta as meta_slots
from bumps.btree.meta import Meta
from bumps.btree.page import Page, parse
from bumps.errors import BumpsError
from bumps.torture.engine_subject import PATH, EngineSubject
from bumps.torture.format_checked import checked
from bumps.torture.format_layout import FormatError
from bumps.torture.format_reader import read
from bumps.torture.lives import Life
from bumps.torture.model import Content, History
from bumps.torture.oracle import Violation
from bumps.torture.simdisk import Image, SimDisk
from bumps.torture.subject import DIRECTORY
from bumps.torture.workloads import Step, big, mixed, purge, steady, storm

STEPS = 40


class Sound(NamedTuple):
    """A sound image, the content that it must have, and `data` as it was before each checkpoint."""

    image: Image
    earlier: list[bytes]
    content: Content
    closed: bool


class Damage(NamedTuple):
    """One way to damage a file."""

    what: str
    file: str
    content: bytes


def grow(subject: EngineSubject, seed: int, *, closed: bool, page_count: int = 0) -> Sound:
    """Return an image on which there is something of everything: overflow, free pages, several segments.

    `data` has at least `page_count` pages.
    """
    rng = random.Random(f"rot {seed}")
    life = Life(
        subject,
        Image(("/", DIRECTORY), {}),
        History(0, Content()),
        acked=-1,
        issued=0,
        seed=seed,
        counts=Counter(),
    )
    life.open()
    earlier: list[bytes] = []
    size = subject.options.page_size or 0
    for number in itertools.count():
        if number >= STEPS and number % 8 == 0 and len(life.disk.image().files[f"{PATH}/data"]) >= page_count * size:
            break
        make = rng.choice((mixed, purge, big, storm, steady, steady))
        life.do(Step("commit", tuple(make(rng, life.content))))
        if number % 8 == 3:
            earlier.append(life.disk.image().files[f"{PATH}/data"])
            life.do(Step("checkpoint"))
    assert life.store is not None
    if closed:
        life.store.close()
    return Sound(life.disk.image(), earlier, life.content, closed)


def sweep(
    subject: EngineSubject, sound: Sound, rng: random.Random, count: int, counts: Counter[str]
) -> Iterator[Violation]:
    """Damage an image in `count` ways, one at a time; yield what verify did not find or a reader was told wrongly.

    `counts` gets how many ways there were: pages that are stale come on top.
    """
    disk = SimDisk(sound.image)
    for problem in subject.problems(disk):
        yield Violation("I12", f"false alarm: {problem}")
    yield from read_otherwise(subject, sound)
    for damage in damages(sound, rng, count):
        counts["damages"] += 1
        files = {**sound.image.files, damage.file: damage.content}
        damaged = Image(sound.image.directories, files)
        if not _found(subject, damaged):
            yield Violation("I12", f"verify does not find {damage.what}")
        wrong = _told_wrongly(subject, damaged, sound)
        if wrong:
            yield Violation("I12", f"after {damage.what}: {wrong}")


def read_otherwise(subject: EngineSubject, sound: Sound) -> Iterator[Violation]:
    """Yield what the independent reader of the format has to say of a sound image."""
    try:
        content = read(_files(sound))
    except FormatError as error:
        yield Violation("I5", f"the reader of the format says: {error}")
        return
    nodes = [(name, key, tree[key]) for name, tree in sorted(content.encoded.items()) for key in sorted(tree)]
    if nodes != sound.content.encoded(subject.encode):
        yield Violation("I3", "the reader of the format reads other content")


def damages(sound: Sound, rng: random.Random, count: int) -> Iterator[Damage]:
    """Yield damaged files: half of them by one flipped bit, half by a page that is not what it should be."""
    disk = SimDisk(sound.image)
    regions = regions_of(sound)
    data_path = f"{PATH}/data"
    data = sound.image.files[data_path]
    meta = meta_slots.read(disk.open(data_path, write=False)).newest
    size = meta.page_size
    for number in range(count):
        if number % 2 == 0:
            name, start, end = rng.choice(regions)
            path = f"{PATH}/{name}"
            at, bit = rng.randrange(start, end), rng.randrange(8)
            content = bytearray(sound.image.files[path])
            content[at] ^= 1 << bit
            yield Damage(f"bit {bit} of byte {at} of {name}", path, bytes(content))
            continue
        page = rng.randrange(2, meta.page_count) if meta.page_count > 2 else 1
        other = rng.randrange(meta.page_count)
        what, new = rng.choice(
            (
                (f"page {page} swapped with {other}", data[other * size : (other + 1) * size]),
                (f"page {page} zeroed", bytes(size)),
            )
        )
        if new != data[page * size : (page + 1) * size]:
            yield Damage(what, data_path, data[: page * size] + new + data[(page + 1) * size :])
    stale = stale_pages(sound, data, meta)
    for page, new in rng.sample(stale, min(len(stale), count // 2)):
        yield Damage(f"page {page} stale", data_path, data[: page * size] + new + data[(page + 1) * size :])


def stale_pages(sound: Sound, data: bytes, meta: Meta) -> list[tuple[int, bytes]]:
    """Return pages in use with what they held at an earlier checkpoint: what a lost write leaves."""
    size = meta.page_size
    free = free_pages(data, meta)
    found: dict[tuple[int, bytes], None] = {}
    for earlier in sound.earlier:
        for page in range(2, min(meta.page_count, len(earlier) // size)):
            old = earlier[page * size : (page + 1) * size]
            if page not in free and old != data[page * size : (page + 1) * size]:
                found[page, old] = None
    return list(found)


def regions_of(sound: Sound) -> list[tuple[str, int, int]]:
    """Return the ranges of bytes that verify promises to check: file, first byte, byte behind the last."""
    return [region for region in checked(_files(sound), closed=sound.closed) if region[2] > region[1]]


def _files(sound: Sound) -> dict[str, bytes]:
    """Return the files of the database by their names in it."""
    return {path.removeprefix(f"{PATH}/"): content for path, content in sound.image.files.items()}


def free_pages(data: bytes, meta: Meta) -> set[int]:
    """Return the pages that the freelist names."""
    if meta.freelist is None:
        return set()

    def load(number: int, checksum: int) -> Page:
        return parse(data[number * meta.page_size : (number + 1) * meta.page_size], meta.page_size, number)

    found = freelist.read(meta.freelist, meta.page_count, meta.generation, load)
    return {page for run in found.runs for page in range(run.page, run.end)}


def _found(subject: EngineSubject, image: Image) -> bool:
    try:
        return bool(subject.problems(SimDisk(image)))
    except BumpsError:
        return True


def _told_wrongly(subject: EngineSubject, image: Image, sound: Sound) -> str:
    """Open and read everything: the right content, or a typed error; return what else there was."""
    try:
        found = subject.open(SimDisk(image), create=False).content()
    except BumpsError:
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "" if found == sound.content.encoded(subject.encode) else "other content, and no error"


def run_rot(
    subject: EngineSubject, *, seed: int = 0, count: int = 400, counts: Counter[str] | None = None
) -> list[Violation]:
    """Sweep over a closed and a killed image of one seed; `counts` gets how many ways of damage there were."""
    counts = Counter() if counts is None else counts
    rng = random.Random(f"sweep {seed}")
    found: list[Violation] = []
    for closed in (True, False):
        found += sweep(subject, grow(subject, seed, closed=closed), rng, count // 2, counts)
    return found
