"""What is done to a database that nobody has open for writing: `bumps.verify` and `bumps.replay`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bumps import limits
from bumps.batch import Batches
from bumps.btree import meta as meta_slots
from bumps.btree.forest import Forest
from bumps.btree.meta import Meta
from bumps.digest import Digest
from bumps.engine import Engine
from bumps.errors import CorruptionError, ExistsError, ForeignFileError, StorageError, UsageError
from bumps.files import Disk, File, MemoryDisk, RealDisk, close_quietly
from bumps.options import Durability, Options
from bumps.problem import Problem
from bumps.recovery import verify as recovery_verify
from bumps.recovery.create import DATA, JOURNAL, TEMPORARY, creation_error, discard, join, publish
from bumps.recovery.location import find, locked, open_error, place_in
from bumps.recovery.recover import apply_frame
from bumps.wal import segment
from bumps.wal.frame import COMMIT, Frame
from bumps.wal.reader import JournalReader, Listing
from bumps.wal.segment import Place
from bumps.wal.source import SegmentSource

_PROGRESS_COUNT = 1000


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did."""

    frames: int
    """Commits that were applied."""
    last_lsn: int
    """LSN of the last of them in the journal that was read."""
    nodes: int
    """Nodes of the new database."""
    digest: str
    """Digest of its content (bumps/digest.py)."""
    torn_size: int
    """Bytes behind the last commit that belong to none."""


def verify(path: str | Path, *, deep: bool = False, disk: Disk | None = None) -> Iterator[Problem]:
    """Yield everything that is wrong with the database at `path`, as it is found. It only reads.

    `deep` also replays the journal in memory, as it is read, and compares digests, where the journal is complete.
    Raises NoDatabaseError, ForeignFileError, LockedError, and CorruptionError if nothing can be read.
    """
    disk = disk or RealDisk()
    where = place_in(disk, str(path))
    find(disk, where, Options(create=False, read_only=True))
    with locked(disk, where, read_only=True):
        comparison = _Comparison(disk, where) if deep else None
        try:
            clean = True
            for problem in recovery_verify.problems(disk, where, comparison.take if comparison else None):
                clean = False
                if comparison is not None:
                    comparison.give_up()
                yield problem
            if comparison is not None and clean:
                yield from comparison.problems()
        finally:
            if comparison is not None:
                comparison.give_up()


class _Comparison:
    """Whether a journal, replayed, gives what the database holds: learnt while the journal is read anyway.

    There is nothing to compare where the journal does not begin with LSN 1.
    """

    def __init__(self, disk: Disk, path: str) -> None:
        self._disk = disk
        self._path = path
        self._meta: Meta | None = None
        self._data: File | None = None
        self._held: Forest | None = None
        self._replayed: Engine | None = None
        self._is_over = False

    def take(self, found: Frame, batches: Batches) -> None:
        """Replay a frame; what is behind the checkpoint is applied to what `data` holds, too."""
        if self._is_over:
            return
        if self._meta is None:
            self._begin(found.lsn)
        if self._meta is None or self._replayed is None or self._held is None:
            return
        if found.lsn > self._meta.lsn:
            apply_frame(self._held, found, batches)
        if found.kind == COMMIT:
            self._replayed.commit(batches, Durability.NONE)
        elif found.node_count != (count := self._replayed.stat()["nodes"]):
            raise found.corruption(f"it counts {found.node_count} nodes, and the journal, replayed, has {count}")

    def _begin(self, first_lsn: int) -> None:
        self._data = self._disk.open(join(self._path, DATA), write=False)
        meta, overrides, _ = recovery_verify.pending_set(self._disk, self._path, meta_slots.read(self._data).newest)
        if first_lsn != 1 or meta.base_lsn:
            self.give_up()
            return
        self._meta = meta
        self._held = Forest.open(self._data, meta, overrides=overrides)
        options = Options(charset=meta.charset, keep="checkpoint")
        self._replayed = Engine.open(MemoryDisk(), "/replay.bumps", options)

    def problems(self) -> Iterator[Problem]:
        """Yield a problem if the two are not the same. All frames were taken."""
        if self._held is None or self._replayed is None:
            return
        held = Digest(self._replayed.codec.charset)
        try:
            for name in list(self._held.names()):
                held.add_global(name, self._held.items(name))
        except StorageError as error:
            yield Problem(DATA, None, None, error.message.removeprefix("data: "))
            return
        replayed = self._replayed.digest()
        if replayed != held.hexdigest():
            what = f"its content has digest {held.hexdigest()}, and its journal, replayed, {replayed}"
            yield Problem(DATA, None, None, what)

    def give_up(self) -> None:
        """Compare no more, and let all go."""
        self._is_over = True
        if self._replayed is not None:
            self._replayed.abandon()
        close_quietly(self._data)
        self._data = self._held = self._replayed = None


def replay(
    path: str | Path,
    into: str | Path,
    *,
    to_lsn: int | None = None,
    to_time_us: int | None = None,
    charset: str | None = None,
    progress: Callable[[int], None] | None = None,
    disk: Disk | None = None,
) -> Replayed:
    """Build a new database at `into` from the journal of the one at `path`, up to an LSN or a time (us since 1970).

    The new one has an identity and a journal of its own. Only the journal is needed: if the file `data` is
    lost or its meta slots are, `charset` says what only they knew. Raises StorageError if the journal does
    not begin with LSN 1, ExistsError if there is something at `into`, CorruptionError for damage
    (what came before it is not kept: the new database is not made).
    """
    disk = disk or RealDisk()
    source, target = place_in(disk, str(path)), place_in(disk, str(into))
    history = history_of(disk, source, charset)
    try:
        if disk.kind(target):
            raise ExistsError(f"{target}: there is something of that name already", path=target)
    except OSError as error:
        raise creation_error(target, error) from error
    with locked(disk, source, read_only=True):
        return replay_locked(disk, history, target, to_lsn, to_time_us, progress)


@dataclass(frozen=True, slots=True)
class History:
    """The journal of a database, and what must be known to read it."""

    path: str
    database_id: bytes
    charset: str
    page_size: int


def history_of(disk: Disk, path: str, charset: str | None = None) -> History:
    """Return the history of the database at `path`, by its meta slot, else by its first segment and `charset`."""
    try:
        find(disk, path, Options(create=False, read_only=True))
        data = disk.open(join(path, DATA), write=False)
        try:
            meta = meta_slots.read(data).newest
        finally:
            data.close()
    except OSError as error:
        raise open_error(path, error) from error
    except (CorruptionError, ForeignFileError) as error:
        try:
            first_lsn = Listing.of(disk, join(path, JOURNAL)).first_lsns[0]
            source = SegmentSource(disk, join(path, JOURNAL), first_lsn)
            try:
                sector = source.bytes_at(0, min(limits.SECTOR_SIZE, source.size))
                database_id = segment.database_id_of(sector, file=source.name)
            finally:
                source.close()
        except (IndexError, StorageError):
            raise error from None
        if charset is None:
            raise UsageError(
                f"{path}: {error.message}; its journal is there, but does not say which charset it has",
                hint="say it: --charset utf-8 or --charset m",
            ) from error
        return History(path, database_id, charset, limits.PAGE_SIZE_DEFAULT)
    if charset not in (None, meta.charset):
        raise UsageError(f"{path}: its charset is {meta.charset}, not {charset}")
    return History(path, meta.database_id, meta.charset, meta.page_size)


def replay_locked(
    disk: Disk,
    history: History,
    target: str,
    to_lsn: int | None,
    to_time_us: int | None,
    progress: Callable[[int], None] | None,
) -> Replayed:
    """Replay while the lock of the source is held: under a temporary name, then give it its own."""
    temporary = f"{target}{TEMPORARY}{disk.random(8).hex()}"
    options = Options(charset=history.charset, page_size=history.page_size, durability=Durability.NONE)
    try:
        engine = Engine.open(disk, temporary, options)
        try:
            frames, last_lsn, torn_size = apply_history(disk, history, engine, to_lsn, to_time_us, progress)
            digest, nodes = engine.digest(), engine.stat()["nodes"]
        except BaseException:
            engine.abandon()
            raise
        engine.close()
        try:
            publish(disk, temporary, target)
        except OSError as error:
            raise creation_error(target, error) from error
    except BaseException:
        discard(disk, temporary)
        raise
    return Replayed(frames, last_lsn, nodes, digest, torn_size)


def apply_history(
    disk: Disk,
    history: History,
    engine: Engine,
    to_lsn: int | None,
    to_time_us: int | None,
    progress: Callable[[int], None] | None,
) -> tuple[int, int, int]:
    """Commit to `engine` what a journal holds from LSN 1 on; return commits, last LSN, torn bytes."""
    source, directory = history.path, join(history.path, JOURNAL)
    first_lsns = Listing.of(disk, directory).first_lsns
    if first_lsns and first_lsns[0] != 1:
        raise StorageError(
            f"{source}: its journal begins with LSN {first_lsns[0]}: a replay needs LSN 1",
            hint="begin with a backup that holds what came before",
            first_lsn=first_lsns[0],
        )
    reader = JournalReader(disk, directory, database_id=history.database_id, start=Place(0, 0, 0, 0, 0))
    frames = last_lsn = 0
    for frame in reader:
        if (to_lsn is not None and frame.lsn > to_lsn) or (to_time_us is not None and frame.time_us > to_time_us):
            return frames, last_lsn, 0
        if frame.kind == COMMIT:
            engine.commit(frame.batches, Durability.NONE)
            frames += 1
            if progress is not None and frames % _PROGRESS_COUNT == 0:
                progress(frames)
        last_lsn = frame.lsn
    reader.end.check()
    if to_lsn is not None and last_lsn < to_lsn:
        raise UsageError(f"{source}: its journal ends with LSN {last_lsn}, before {to_lsn}")
    return frames, last_lsn, reader.end.torn_size
