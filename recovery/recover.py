"""Opening a database: take the lock, find the state, apply the journal. It needs no command.

Recovery may be cut anywhere and begun again. What it reads may lie in the kernel's cache
alone, and a sync of a clean page writes nothing; so whatever it builds on and cannot
prove durable is first written to another place (adopt by copy), never over itself.

    1. The valid meta slot with the highest generation.
    2. A sealed set of the next generation goes home (recovery/double_write.py, S2).
    3. The frames above C are applied, by the same `apply` as every commit.
    4. Frames above the highest LSN that is proven durable are copied to a new segment.
    5. If nothing had to be adopted, nothing is written before the first commit.

Where a part of the database cannot be written, it is opened for reading only, whatever was asked for.

A torn tail is cut and reported. Damage before the tail is refused: what follows it was
acknowledged.
"""

from __future__ import annotations

import contextlib
import errno
import posixpath
from dataclasses import dataclass, field

from bumps.batch import Batches
from bumps.btree import meta as meta_slots
from bumps.btree.forest import Forest
from bumps.btree.meta import Meta
from bumps.counters import Counters
from bumps.errors import (
    CorruptionError,
    DiskFullError,
    StorageError,
    UsageError,
)
from bumps.files import Disk, File, close_quietly, write_all
from bumps.options import Options
from bumps.recovery import double_write
from bumps.recovery.checkpoint import Checkpointer, grow
from bumps.recovery.create import DATA, DOUBLE_WRITE, JOURNAL, join
from bumps.recovery.double_write import SealedSet
from bumps.recovery.location import READ_ONLY_HINT, find, open_error, take_lock, what_is_read_only
from bumps.wal import frame
from bumps.wal.frame import Frame
from bumps.wal.reader import End, JournalReader, Listing, ends_at
from bumps.wal.segment import Place, Position
from bumps.wal.source import read_frame
from bumps.wal.writer import JournalWriter


@dataclass(slots=True)
class Report:
    """What opening found and did. LSNs and counts; sizes in bytes."""

    checkpoint_lsn: int = 0
    last_lsn: int = 0
    frames_applied: int = 0
    frames_adopted: int = 0
    size_applied: int = 0
    size_cut: int = 0
    sealed_set_used: bool = False
    clean: bool = False
    seconds: float = 0.0
    """From the first look at the files until it was open."""
    notes: list[str] = field(default_factory=list)

    @property
    def recovered(self) -> bool:
        """Whether there was anything to recover."""
        return bool(self.frames_applied or self.size_cut or self.sealed_set_used)


@dataclass(slots=True)
class Opened:
    """An open database, before it has an engine: its files, its tree, its journal."""

    disk: Disk
    path: str
    options: Options
    lock: File | None
    """None on media that nobody can write, if there is no such file."""
    data: File
    seal_file: File | None
    """None if there is none and none may be made."""
    meta: Meta
    overrides: dict[int, bytes]
    forest: Forest
    journal: JournalWriter | None
    checkpointer: Checkpointer | None
    tail: list[Place]
    """Frames that are applied but not proven durable, and could not be copied for want of space."""
    last_lsn: int
    report: Report
    read_only_reason: str
    """Why nothing may be written, if the caller has not asked for that."""
    read_only_hint: str
    counters: Counters

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written."""
        return self.journal is None

    def adopt(self) -> None:
        """Copy the tail that recovery had no space for; DiskFullError if there is none yet."""
        if self.tail:
            assert self.journal is not None
            if self.journal.last_lsn < self.tail[-1].lsn:  # else an interrupt came when it was just copied
                try:
                    self.journal.adopt(self.tail)
                except DiskFullError:
                    self.counters.refused += 1
                    raise
            self.tail = []

    @property
    def last_meta(self) -> Meta:
        """What the last checkpoint has written, or what was found."""
        return self.meta if self.checkpointer is None else self.checkpointer.meta

    def rebuild(self, last_lsn: int) -> Forest:
        """Make the tree again: the state of the last checkpoint, and the frames after it up to `last_lsn`."""
        meta = self.last_meta
        self.counters.rebuilds += 1
        forest = open_forest(self.data, meta, self.options, self.overrides, self.counters)
        if last_lsn > meta.lsn:
            redo(self.disk, self.path, meta, forest, last_lsn)
        return forest

    def journal_size(self) -> int:
        """Return the size of all segments, and of what lies ready for the next one."""
        directory = join(self.path, JOURNAL)
        total = 0
        try:
            for name in self.disk.list(directory):
                if self.disk.kind(join(directory, name)) != "file":
                    continue  # what an accepted loss has moved aside (recovery/loss.py)
                with contextlib.suppress(FileNotFoundError):  # a checkpoint in the background may free it just now
                    file = self.disk.open(join(directory, name), write=False)
                    try:
                        total += file.size()
                    finally:
                        file.close()
        except OSError as error:
            raise StorageError(f"journal: it cannot be read: {error.strerror or error}", path=self.path) from error
        return total

    def leave(self) -> None:
        """Close all files as they are: in a forked process they are its parent's."""
        if self.journal is not None:
            self.journal.leave()
        self._close_files()

    def close(self) -> None:
        """Close all files; the lock goes last."""
        if self.journal is not None:
            self.journal.close()
        self._close_files()

    def _close_files(self) -> None:
        seal_file = self.seal_file if self.checkpointer is None else self.checkpointer.seal_file
        for file in (self.data, seal_file, self.lock):
            close_quietly(file)


def open_database(disk: Disk, path: str, options: Options) -> Opened:
    """Open the database at `path`, creating and recovering it as `options` allow.

    Raises NoDatabaseError, ForeignFileError, LockedError, CorruptionError, UsageError, StorageError.
    """
    began = disk.monotonic()
    find(disk, path, options)
    reason = "" if options.read_only else what_is_read_only(disk, path)
    try:
        lock = take_lock(disk, path, read_only=options.read_only or bool(reason))
    except OSError as error:
        raise open_error(path, error) from error
    opened: Opened | None = None
    try:
        opened = recover(disk, path, options, lock, reason)
    except OSError as error:
        raise open_error(path, error) from error
    finally:
        if opened is None:
            close_quietly(lock)
    opened.report.seconds = disk.monotonic() - began
    return opened


def recover(disk: Disk, path: str, options: Options, lock: File | None, reason: str = "") -> Opened:
    """Bring tree and journal to the newest state; `lock` is held. With a `reason` nothing is written."""
    writable = not options.read_only and not reason
    hint = READ_ONLY_HINT if reason else 'open it with mode="rw" to write'
    data = disk.open(join(path, DATA), write=writable)
    seal_file: File | None = None
    journal: JournalWriter | None = None
    opened: Opened | None = None
    try:
        report = Report()
        counters = Counters()
        slots = meta_slots.read(data)
        meta = slots.newest
        check_identity(path, options, meta.charset, meta.page_size)
        report.notes += [f"meta slot {slot}: {what}" for slot, what in slots.problems]
        if writable and meta.generation <= 1:
            # Who made it may have died, or its sync failed, before its name was durable.
            disk.sync_directory(posixpath.dirname(path))
        if lock is None:
            report.notes.append("there is no file `lock`: it is read without one")
        name = join(path, DOUBLE_WRITE)
        if not disk.kind(name) and writable:
            disk.create(name).close()
        directory = join(path, JOURNAL)
        overrides: dict[int, bytes] = {}
        head = None
        if disk.kind(name) or writable:
            seal_file = disk.open(name, write=writable)
            head = double_write.read_head(seal_file, meta.database_id, meta.page_size)
        else:
            report.notes.append(f"there is no file `{DOUBLE_WRITE}`: data is taken as it is")
        # A slot whose set stands may be only in the cache. Without that set it is durable (S3), and writing
        # it again would risk the one copy there is.
        settled = head is None or head.generation != meta.generation
        sealed = None
        if seal_file is not None and head is not None and head.generation == meta.generation + 1:
            sealed = double_write.read(seal_file, meta.database_id, meta.page_size)
        if seal_file is not None and sealed is not None and is_next(disk, path, meta, sealed):
            pages = double_write.images(seal_file, sealed)
            counters.double_write_read += len(pages) * meta.page_size
            if writable:
                try:
                    adopted = adopt_set(disk, path, data, sealed, pages)
                except OSError as error:
                    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                        raise
                    writable = False
                    reason, hint = "there was no space to finish its recovery", "free some, and open it again"
                else:
                    close_quietly(seal_file)
                    seal_file = adopted
                    settled = True
            if not writable:
                overrides = dict(pages)
            meta = sealed.meta
            report.sealed_set_used = True
        check_size(data, meta, overrides)
        report.checkpoint_lsn = report.last_lsn = meta.lsn
        forest = open_forest(data, meta, options, overrides, counters)
        checkpointer: Checkpointer | None = None
        tail: list[Place] = []
        if meta.clean and ends_at(disk, directory, Position(meta.segment, meta.offset), options.alignment):
            report.clean = True
            last = place_of(meta)
            if writable:
                resume = meta.segment > 0
                journal = new_writer(
                    disk, path, meta, options, last, epoch=meta.epoch, resume=resume, counters=counters
                )
        else:
            end = redo(disk, path, meta, forest)
            assert end is not None
            last = end.last
            report.frames_applied, report.size_applied, report.size_cut = end.frame_count, end.size, end.torn_size
            if writable:
                epoch = max(meta.epoch, end.epoch) + 1
                journal = new_writer(
                    disk, path, meta, options, end.stable, epoch=epoch, resume=False, counters=counters
                )
                tail = list(end.tail)
                if tail:
                    try:
                        journal.adopt(tail)
                        report.frames_adopted = len(tail)
                        tail = []
                    except DiskFullError:
                        report.notes.append("no space to copy the end of the journal: no writes until there is")
        report.last_lsn = last.lsn
        if journal is not None and seal_file is not None:
            checkpointer = Checkpointer(
                disk,
                path,
                data=data,
                seal_file=seal_file,
                meta=meta,
                meta_durable=settled,
                keep=options.keep,
                counters=counters,
            )
        opened = Opened(
            disk=disk,
            path=path,
            options=options,
            lock=lock,
            data=data,
            seal_file=seal_file,
            meta=meta,
            overrides=overrides,
            forest=forest,
            journal=journal,
            checkpointer=checkpointer,
            tail=tail,
            last_lsn=last.lsn,
            report=report,
            read_only_reason=reason,
            read_only_hint=hint,
            counters=counters,
        )
        return opened
    finally:
        if opened is None:
            if journal is not None:
                journal.close()
            close_quietly(data)
            close_quietly(seal_file)


def check_identity(path: str, options: Options, charset: str, page_size: int) -> None:
    """Raise UsageError if the caller asked for another charset or page size than the database has."""
    if options.charset not in (None, charset):
        raise UsageError(f"{path}: its charset is {charset}, not {options.charset}")
    if options.page_size not in (None, page_size):
        raise UsageError(f"{path}: its pages have {page_size} bytes, not {options.page_size}")


def is_next(disk: Disk, path: str, meta: Meta, sealed: SealedSet) -> bool:
    """Return whether a valid set is the one that follows this meta slot (double_write S2)."""
    new = sealed.meta
    if new.generation != meta.generation + 1 or new.lsn < meta.lsn:
        return False
    offset = new.offset - sealed.frame_size
    place = Place(new.lsn, new.chain, new.segment, offset, new.offset)
    try:
        # A later segment that begins at C or below it holds copies of these frames, made by a recovery that
        # did not see this set: after a failed sync the cache may show less than the disk has. It was not used then.
        if Listing.of(disk, join(path, JOURNAL)).holder_of(new.lsn) != new.segment:
            return False
        return read_frame(disk, join(path, JOURNAL), place).kind == frame.MARK
    except (CorruptionError, FileNotFoundError):
        return False


def adopt_set(disk: Disk, path: str, data: File, sealed: SealedSet, pages: list[tuple[int, bytes]]) -> File:
    """Copy a sealed set to a new file, make that durable, then bring it home; return the new double-write.

    The set that was read may be only in the kernel's cache: home pages are written on its
    strength, so first it must be durable somewhere that nothing else is written to.
    """
    copy = double_write.copy(disk, path, sealed, pages)
    try:
        clear_slot(data, sealed.meta)
        finish_set(data, sealed.meta, pages)
    except BaseException:
        copy.close()
        raise
    return copy


def clear_slot(data: File, meta: Meta) -> None:
    """Make the slot that the set will get say nothing, durably, before a page is written home.

    After a sync of it that failed, the disk may have the new slot where the cache shows the old
    one. A power cut among the pages that are written again must then find the set, not that slot.
    """
    write_all(data, bytes(meta_slots.SLOT_SIZE), (meta.generation % 2) * meta.page_size)
    sync_meta(data)


def finish_set(data: File, meta: Meta, pages: list[tuple[int, bytes]]) -> None:
    """Bring the pages of a durable set home and write its meta slot: steps 6 and 7 of a checkpoint."""
    grow(data, meta.page_count * meta.page_size)
    double_write.write_home(data, pages, meta.page_size)
    sync_home(data)
    write_all(data, meta.encode()[: meta_slots.SLOT_SIZE], (meta.generation % 2) * meta.page_size)
    sync_meta(data)


def sync_home(data: File) -> None:
    """Make the pages durable that recovery brought home."""
    data.sync()


def sync_meta(data: File) -> None:
    """Make the meta slot durable that recovery wrote."""
    data.sync()


def check_size(data: File, meta: Meta, overrides: dict[int, bytes]) -> None:
    """Raise CorruptionError if the file is shorter than its meta slot says."""
    size = data.size()
    if max(size // meta.page_size, max(overrides, default=0) + 1) < meta.page_count:
        raise CorruptionError(
            f"data: {size} bytes, but {meta.page_count} pages of {meta.page_size} are in use", file="data", offset=size
        )


def open_forest(
    data: File, meta: Meta, options: Options, overrides: dict[int, bytes], counters: Counters | None = None
) -> Forest:
    """Open the trees at the state that `meta` names."""
    return Forest.open(data, meta, cache_size=options.cache_size, overrides=overrides, counters=counters)


def place_of(meta: Meta) -> Place:
    """Return frame C, a mark, as the meta slot knows it."""
    start = meta.offset - frame.MARK_SIZE if meta.segment else 0
    return Place(meta.lsn, meta.chain, meta.segment, start, meta.offset, meta.time_us)


def redo(disk: Disk, path: str, meta: Meta, forest: Forest, to_lsn: int | None = None) -> End | None:
    """Apply the frames behind C to the tree, up to `to_lsn` (None is returned) or to the end; return what that is.

    Raises CorruptionError for damage before the end, for a frame that cannot be decoded, and for
    a mark that counts other nodes than the tree has.
    """
    reader = JournalReader(disk, join(path, JOURNAL), database_id=meta.database_id, start=place_of(meta))
    try:
        for found in reader:
            apply_frame(forest, found, found.batches if found.kind == frame.COMMIT else [])
            if found.lsn == to_lsn:
                # The rest, if any, is being written: it is not judged.
                return None
    finally:
        forest.pager.counters.journal_read += reader.size_read
    reader.end.check()
    return reader.end


def apply_frame(forest: Forest, found: Frame, batches: Batches) -> None:
    """Apply a frame, which is the commit `batches` or a mark; CorruptionError as `check_mark` says."""
    if found.kind == frame.MARK:
        check_mark(forest, found)
    else:
        forest.apply(batches)


def check_mark(forest: Forest, mark: Frame) -> None:
    """Raise CorruptionError if the tree does not hold as many nodes as the mark says."""
    if forest.node_count != mark.node_count:
        raise CorruptionError(
            f"{mark.file}: frame {mark.lsn} counts {mark.node_count} nodes, and the tree has {forest.node_count}",
            file=mark.file,
            offset=mark.offset,
            last_lsn=mark.lsn,
        )


def new_writer(
    disk: Disk,
    path: str,
    meta: Meta,
    options: Options,
    last: Place,
    *,
    epoch: int,
    resume: bool,
    counters: Counters | None = None,
) -> JournalWriter:
    """Return the writer that goes on after `last`."""
    return JournalWriter(
        disk,
        join(path, JOURNAL),
        database_id=meta.database_id,
        epoch=epoch,
        next_lsn=last.lsn + 1,
        chain=last.crc,
        before=last.position,
        durable_lsn=last.lsn,
        alignment=options.alignment,
        segment_size_min=options.segment_size_min,
        segment_size_max=options.segment_size_max,
        time_us=last.time_us,
        resume=resume,
        counters=counters,
    )
