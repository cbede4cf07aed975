"""Proving that a database is sound: every page, every frame, and that they agree. It only reads.

The pages are checked as they will be after recovery: a sealed set that recovery would
bring home hides the pages in `data`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bumps.batch import Batches
from bumps.btree import meta as meta_slots
from bumps.btree import verify as tree_verify
from bumps.btree.meta import Meta
from bumps.counters import Counters
from bumps.errors import CorruptionError
from bumps.files import Disk, File
from bumps.options import Options
from bumps.problem import Problem
from bumps.recovery import double_write
from bumps.recovery.create import DATA, DOUBLE_WRITE, JOURNAL, join
from bumps.recovery.recover import is_next, open_forest, place_of, redo
from bumps.wal import verify as journal_verify
from bumps.wal.frame import MARK, Frame
from bumps.wal.reader import JournalReader


def problems(disk: Disk, path: str, watch: journal_verify.Watch | None = None) -> Iterator[Problem]:
    """Yield everything that is wrong with the database at `path`, as it is found; tell `watch` of each frame.

    Raises ForeignFileError if it is none, CorruptionError if neither meta slot can be read.
    """
    is_sound = True
    mark_count = 0

    def told(found: Iterable[Problem]) -> Iterator[Problem]:
        nonlocal is_sound
        for problem in found:
            is_sound = False
            yield problem

    def count_marks(found: Frame, batches: Batches) -> None:
        nonlocal mark_count
        mark_count += found.kind == MARK and found.lsn > meta.lsn
        if watch is not None:
            watch(found, batches)

    data = disk.open(join(path, DATA), write=False)
    try:
        slots = meta_slots.read(data)
        meta, overrides, seal_problems = pending_set(disk, path, slots.newest)
        for slot, what in slots.problems if meta is slots.newest else ():
            # Legal only while a sealed set stands for the slot, between steps 6 and 7 of a checkpoint.
            yield from told([Problem("data", slot, slot * meta.page_size, what)])
        yield from told(seal_problems)
        yield from told(meta_zeros(data, meta))
        yield from told(tree_verify.problems(data, meta, overrides))
        journal_problems = journal_verify.problems(
            disk,
            join(path, JOURNAL),
            database_id=meta.database_id,
            base_lsn=meta.base_lsn,
            checkpoint=place_of(meta),
            charset=meta.charset,
            watch=count_marks,
        )
        yield from told(journal_problems)
        if is_sound and mark_count:
            yield from mark_problems(disk, path, data, meta, overrides)
    finally:
        data.close()


def mark_problems(disk: Disk, path: str, data: File, meta: Meta, overrides: dict[int, bytes]) -> Iterator[Problem]:
    """Yield what opening says of marks behind frame C: each counts the nodes of a tree that only the journal makes.

    They are those of checkpoints that were not finished; so there is seldom one, and the frames are applied, in memory.
    """
    forest = open_forest(data, meta, Options(create=False, read_only=True), overrides, Counters())
    try:
        redo(disk, path, meta, forest)
    except CorruptionError as error:
        yield journal_verify.problem_of(error)


def pending_set(disk: Disk, path: str, meta: Meta) -> tuple[Meta, dict[int, bytes], list[Problem]]:
    """Return the state after recovery: its meta slot, and the pages that are not home yet."""
    name = join(path, DOUBLE_WRITE)
    if not disk.kind(name):
        return meta, {}, [Problem(DOUBLE_WRITE, None, None, "there is no such file")]
    file = disk.open(name, write=False)
    try:
        sealed = double_write.read(file, meta.database_id, meta.page_size)
        if sealed is not None and is_next(disk, path, meta, sealed):
            return sealed.meta, dict(double_write.images(file, sealed)), []
        found = list(seal_problems(meta, sealed))
        return meta, {}, [] if found and has_frames_behind(disk, path, meta) else found
    finally:
        file.close()


def has_frames_behind(disk: Disk, path: str, meta: Meta) -> bool:
    """Return whether the journal goes on behind frame C."""
    reader = JournalReader(disk, join(path, JOURNAL), database_id=meta.database_id, start=place_of(meta))
    return any(True for _ in reader)


def seal_problems(meta: Meta, sealed: double_write.SealedSet | None) -> Iterator[Problem]:
    """Yield what is wrong with the set of the last checkpoint, when no later one was begun.

    A later one appends its mark frame, durably, before it touches the set; cut before its seal
    it leaves a broken set in a sound database.
    """
    if sealed is None:
        if meta.generation > 1:
            yield Problem(DOUBLE_WRITE, None, 0, "the set of the last checkpoint fails its checksum")
    elif sealed.meta.generation != meta.generation:
        yield Problem(
            DOUBLE_WRITE, None, 32, f"a set of generation {sealed.meta.generation}, but data is of {meta.generation}"
        )


def meta_zeros(data: File, meta: Meta) -> Iterator[Problem]:
    """Yield the bytes of the two meta pages that must be zero and are not."""
    for slot in (0, 1):
        start = slot * meta.page_size + meta_slots.SLOT_SIZE
        rest = data.pread(meta.page_size - meta_slots.SLOT_SIZE, start)
        if rest.strip(b"\0"):
            at = len(rest) - len(rest.lstrip(b"\0"))
            yield Problem("data", slot, start + at, "a byte behind the meta slot is not zero")
