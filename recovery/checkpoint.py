"""The checkpoint: bring the data file from one state to a newer one, atomically.

The steps are those of STORAGE 4. Who may change the database waits for step 1 only, and then
goes on beside the others (bumps/background.py), unless the engine does them all at once.

    1     freeze   append the mark frame C: its LSN is the state that is written
    2     encode   the frozen nodes, bottom up, as images of pages (btree/encode.py)
    3     reserve  grow `data` and `double-write` with zeros, sync: space runs out here or never
    4     journal  sync: data must not know what the journal could lose
    5     seal     the set to `double-write`, sync: from here on the new state is the state
    6     home     each page to its place in `data`, sync
    7     meta     slot (generation mod 2), sync
    8     free     unlink the journal segments that nobody needs, if the options say so

    C1. Until the seal is durable nothing in `data` has changed, and the old state stands.
    C2. The double-write is not touched before the meta slot of the set in it is durable:
        a slot that was only read may lie in the kernel's cache alone, so it is written again,
        behind a copy of its set.
    C3. An error in steps 1 to 3 leaves everything as it was (the mark frame does no harm);
        after that the engine is dead until it is opened again, and recovery decides.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from bumps.btree.forest import Forest, Frozen, PageSet
from bumps.btree.meta import SLOT_SIZE, Meta
from bumps.counters import Counters, timed_sync
from bumps.errors import CorruptionError, DiskFullError
from bumps.files import Disk, File, ShortWriteError, close_quietly, write_all
from bumps.recovery import double_write
from bumps.recovery.create import JOURNAL, join
from bumps.wal.segment import Place, first_lsn_of
from bumps.wal.writer import JournalWriter

FULL = (errno.ENOSPC, errno.EDQUOT)
_ZEROS = bytes(1 << 20)


class Draft(NamedTuple):
    """A checkpoint that is frozen."""

    mark: Place
    frozen: Frozen
    epoch: int


class Ready(NamedTuple):
    """A checkpoint for which there is room, and of which nothing is written yet but its mark frame."""

    mark: Place
    pages: PageSet
    meta: Meta


class Checkpointer:
    """Makes the checkpoints of one open database."""

    def __init__(
        self,
        disk: Disk,
        path: str,
        *,
        data: File,
        seal_file: File,
        meta: Meta,
        meta_durable: bool,
        keep: str,
        counters: Counters | None = None,
    ) -> None:
        """Take over the open files. `meta` is the state of `data`; it may be known only from a read (C2)."""
        self.disk = disk
        self.counters = counters or Counters()
        self.path = path
        self.data = data
        self.seal_file = seal_file
        self.meta = meta
        self.meta_durable = meta_durable
        self.keep = keep
        self.committed = False
        """Whether the seal of a checkpoint was begun that is not home yet: an error is not harmless then (C3)."""

    def run(self, forest: Forest, journal: JournalWriter, *, clean: bool) -> Meta:
        """Write the state of `forest`; return its meta slot. OSError or DiskFullError as C3 says."""
        for _ in forest.merge():
            pass
        ready = self.prepare(self.freeze(forest, journal), forest, clean=clean)
        forest.adopt(ready.pages)
        self.write(ready, journal, clean=clean)
        forest.release()
        self.free_journal(ready.meta)
        return ready.meta

    def prepare(self, draft: Draft, forest: Forest, *, clean: bool) -> Ready:
        """Do steps 2 and 3, after which nothing has changed if they fail (C3); they need no lock."""
        pages = forest.encode(draft.frozen)
        meta = self.next_meta(draft, pages, clean=clean)
        self.settle_meta()
        self.reserve(meta, pages)
        return Ready(draft.mark, pages, meta)

    def write(self, ready: Ready, journal: JournalWriter, *, clean: bool) -> None:
        """Do steps 4 to 7; the trees are not needed for them."""
        for _ in self.write_steps(ready, journal, clean=clean):
            pass

    def write_steps(self, ready: Ready, journal: JournalWriter, *, clean: bool) -> Iterator[None]:
        """Do steps 4 to 7, one by one."""
        mark, pages, meta = ready
        self.committed = True
        self.sync_journal(journal, clean=clean)
        yield
        self.seal(meta, mark, pages)
        yield
        self.sync_seal()
        yield
        self.write_home(pages)
        yield
        self.sync_home()
        yield
        self.write_meta(meta)
        yield
        self.sync_meta()
        self.meta = meta
        self.committed = False
        self.counters.checkpoint_pages += len(pages.pages)

    def space_ahead(self, page_count: int, new_count: int) -> int:
        """Return how many bytes the files must grow for a set of about so many pages, some of them new."""
        size = self.meta.page_size
        data = (self.meta.page_count + new_count) * size - self.data.size()
        return max(0, data) + max(0, double_write.size_of(self.meta, page_count) - self.seal_file.size())

    def grow(self, file: File, size: int) -> None:
        """Make a file that long, in zeros, durably; if it is, do nothing."""
        before = file.size()
        if before < size:
            grow(file, size)
            file.sync()
            self.counters.checkpoint_zeroed += size - before

    def freeze(self, forest: Forest, journal: JournalWriter) -> Draft:
        """Append the mark frame, which says how many nodes there are at this LSN, and freeze the state."""
        if forest.node_count < 0:
            raise CorruptionError(f"{self.path}: {forest.node_count} nodes: its pages count them wrongly", file="data")
        self.committed = False
        mark = journal.append_mark(forest.node_count)
        return Draft(mark, forest.freeze(self.meta.generation + 1, mark.lsn), journal.epoch)

    def next_meta(self, draft: Draft, pages: PageSet, *, clean: bool) -> Meta:
        """Return what the meta slot of this checkpoint will say."""
        mark = draft.mark
        return replace(
            self.meta,
            generation=self.meta.generation + 1,
            epoch=draft.epoch,
            base_lsn=mark.segment - 1 if self.keep == "checkpoint" else self.meta.base_lsn,
            lsn=mark.lsn,
            time_us=mark.time_us,
            chain=mark.crc,
            segment=mark.segment,
            offset=mark.end,
            node_count=pages.node_count,
            page_count=pages.page_count,
            directory=pages.directory,
            freelist=pages.freelist,
            clean=clean,
        )

    def reserve(self, meta: Meta, pages: PageSet) -> None:
        """Make room for what the next steps write, so that they cannot run out of space."""
        try:
            for file, size in (
                (self.data, meta.page_count * meta.page_size),
                (self.seal_file, double_write.size_of(meta, len(pages.pages))),
            ):
                self.grow(file, size)
        except OSError as error:
            if not is_full(error):
                self.committed = True
                raise
            raise DiskFullError(f"{self.path}: no space for a checkpoint of {len(pages.pages)} pages") from error

    def sync_journal(self, journal: JournalWriter, *, clean: bool) -> None:
        """Make every frame up to C durable; a clean close also cuts the segment behind it."""
        if clean:
            journal.close_clean()
        else:
            journal.sync()

    def settle_meta(self) -> None:
        """Write the current slot again if it was only ever read (C2), when its set is durable beside it.

        The disk may have less of the set than was read, too: it is copied first.
        """
        if self.meta_durable:
            return
        sealed = double_write.read(self.seal_file, self.meta.database_id, self.meta.page_size)
        if sealed is not None and sealed.meta.generation == self.meta.generation:
            self.copy_set(sealed)
            self.write_meta(self.meta)
            self.sync_meta()
        self.meta_durable = True

    def copy_set(self, sealed: double_write.SealedSet) -> None:
        """Put a durable copy of the set that was read in its place; DiskFullError if there is no space."""
        try:
            copy = double_write.copy(self.disk, self.path, sealed, double_write.stream(self.seal_file, sealed))
        except OSError as error:
            if not is_full(error):
                raise
            raise DiskFullError(f"{self.path}: no space to copy the set of the last checkpoint") from error
        close_quietly(self.seal_file)
        self.seal_file = copy

    def seal(self, meta: Meta, mark: Place, pages: PageSet) -> None:
        """Write the set and its seal."""
        double_write.write(self.seal_file, meta, mark.end - mark.offset, pages.pages)
        self.counters.double_write_written += double_write.size_of(meta, len(pages.pages))

    def sync_seal(self) -> None:
        """Make the set durable: the moment at which the new state becomes the state."""
        timed_sync(self.disk, self.seal_file, self.counters.double_write_sync_seconds)

    def write_home(self, pages: PageSet) -> None:
        """Write the pages to their places."""
        double_write.write_home(self.data, pages.pages, self.meta.page_size)
        self.counters.data_written += len(pages.pages) * self.meta.page_size

    def sync_home(self) -> None:
        """Make the pages durable."""
        timed_sync(self.disk, self.data, self.counters.data_sync_seconds)

    def write_meta(self, meta: Meta) -> None:
        """Write a meta slot, in the place of its generation: one sector, the rest of the page stays zeros."""
        write_all(self.data, meta.encode()[:SLOT_SIZE], (meta.generation % 2) * meta.page_size)
        self.counters.data_written += SLOT_SIZE

    def sync_meta(self) -> None:
        """Make the meta slot durable."""
        timed_sync(self.disk, self.data, self.counters.data_sync_seconds)

    # The end of a compaction (bumps/compact.py)

    def file_sizes(self) -> tuple[int, int]:
        """Return how long `data` and `double-write` are, in bytes."""
        return self.data.size(), self.seal_file.size()

    def cut_files(self) -> None:
        """Give back to the file system what lies behind the pages, and behind the set of the last checkpoint.

        C4. It is done at rest: the meta slot that says where `data` ends is durable, and so is its state. The other
        slot says of more pages; but its state ended when the first page of the newer one went home, and
        where the newer slot is lost to rot, the set stands from which all is brought home again.
        """
        assert self.meta_durable, "C4"
        meta = self.meta
        head = double_write.read_head(self.seal_file, meta.database_id, meta.page_size)
        for file, size in (
            (self.data, meta.page_count * meta.page_size),
            (self.seal_file, double_write.size_of(meta, head.page_count if head else 0)),
        ):
            if file.size() > size:
                file.truncate(size)
                file.sync()

    def free_journal(self, meta: Meta) -> None:
        """Unlink the segments before the one that holds frame C, oldest first, if none are kept."""
        if self.keep != "checkpoint":
            return
        directory = join(self.path, JOURNAL)
        old = [name for name in self.disk.list(directory) if (first := first_lsn_of(name)) and first < meta.segment]
        for name in old:
            self.disk.unlink(join(directory, name))
        if old:
            self.disk.sync_directory(directory)


def is_full(error: OSError) -> bool:
    """Return whether an error means that there is no space: so does a write that wrote a part only."""
    return error.errno in FULL or isinstance(error, ShortWriteError)


def grow(file: File, size: int) -> None:
    """Write zeros from the end of the file up to `size`: a hole would run out of space too late."""
    at = file.size()
    while at < size:
        piece = _ZEROS[: min(len(_ZEROS), size - at)]
        write_all(file, piece, at)
        at += len(piece)
