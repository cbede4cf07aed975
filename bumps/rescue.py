"""Saving what a damaged database still holds: `bumps.salvage` into a new one, `bumps.accept_loss` in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bumps import limits
from bumps.batch import KILL_NODE, SET, Batch, Batches
from bumps.engine import Engine
from bumps.errors import ExistsError, LimitError, NoDatabaseError
from bumps.files import Disk, File, RealDisk, close_quietly
from bumps.options import Durability, Options
from bumps.recovery import loss
from bumps.recovery.create import DATA, DOUBLE_WRITE, JOURNAL, LOCK, TEMPORARY, creation_error, discard, join, publish
from bumps.recovery.location import find, locked, must_be_writable, open_error, place_in, take_lock
from bumps.recovery.loss import Loss
from bumps.recovery.recover import Report
from bumps.recovery.remains import Gap
from bumps.recovery.salvage import Salvage
from bumps.recovery.timeline import Phase, phases

__all__ = ["Gap", "Loss", "Phase", "Report", "Salvaged", "accept_loss", "recover", "salvage", "timeline"]

_COMMIT_SIZE = 1 << 20
_PROGRESS_COUNT = 10_000


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What a salvage has saved, and what it could not."""

    nodes: int
    """Nodes of the new database."""
    digest: str
    """Digest of its content (bumps/digest.py)."""
    charset: str
    checkpoint_lsn: int
    """The LSN that the pages are as of."""
    last_lsn: int
    """The last frame that could be read."""
    commits: int
    """Commits taken from the journal."""
    used_pages: bool
    """False: the journal was complete, and the damaged pages were not needed."""
    gaps: tuple[Gap, ...]
    """What is not in the new database for certain."""
    notes: tuple[Gap, ...]
    """What could not be read and cost nothing."""


def salvage(
    path: str | Path,
    into: str | Path,
    *,
    charset: str | None = None,
    progress: Callable[[int], None] | None = None,
    disk: Disk | None = None,
) -> Salvaged:
    """Make a new database at `into` of all that can be read of the damaged one at `path`, which is only read.

    `charset` counts only if the database does not say its own any more. Raises NoDatabaseError,
    LockedError, ExistsError, ForeignFileError for files of a newer release, CorruptionError if nothing can be read.
    """
    disk = disk or RealDisk()
    source, target = place_in(disk, str(path)), place_in(disk, str(into))
    try:
        if disk.kind(source) != "directory" or not any(
            disk.kind(join(source, name)) for name in (DATA, DOUBLE_WRITE, JOURNAL)
        ):
            raise NoDatabaseError(f"{source}: no such database", path=source)
        if disk.kind(target):
            raise ExistsError(f"{target}: there is something of that name already", path=target)
        lock: File | None = None
        if disk.kind(join(source, LOCK)) == "file":
            lock = take_lock(disk, source, read_only=True)
        try:
            return _salvage_locked(disk, source, target, charset, progress)
        finally:
            close_quietly(lock)
    except OSError as error:
        raise open_error(source, error) from error


def _salvage_locked(
    disk: Disk, source: str, target: str, charset: str | None, progress: Callable[[int], None] | None
) -> Salvaged:
    """Fill a database under a temporary name, then give it its own."""
    found = Salvage(disk, source, charset)
    temporary = f"{target}{TEMPORARY}{disk.random(8).hex()}"
    options = Options(charset=found.charset, page_size=found.page_size, durability=Durability.NONE)
    try:
        engine = Engine.open(disk, temporary, options)
        try:
            writer = _Writer(engine, found.gaps, progress)
            found.pour(writer)
            writer.flush()
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
    return Salvaged(
        nodes=nodes,
        digest=digest,
        charset=found.charset,
        checkpoint_lsn=found.meta.lsn if found.meta else 0,
        last_lsn=found.history.last_lsn,
        commits=found.frame_count,
        used_pages=found.used_pages,
        gaps=tuple(dict.fromkeys(found.gaps)),
        notes=tuple(dict.fromkeys(found.notes)),
    )


def accept_loss(path: str | Path, *, dry_run: bool = False, disk: Disk | None = None) -> Loss:
    """Make a database open again whose journal is damaged: keep what is sound, move the rest aside.

    `dry_run` only says what would be done. It may be cut anywhere and begun again. Raises NoDatabaseError,
    LockedError, ForeignFileError, DiskFullError, and CorruptionError if `data` is damaged too.
    """
    disk = disk or RealDisk()
    where = place_in(disk, str(path))
    options = Options(create=False, read_only=dry_run)
    find(disk, where, options)
    if not dry_run:
        must_be_writable(disk, where)
    with locked(disk, where, read_only=dry_run):
        return loss.accept(disk, where, options, dry_run=dry_run)


def timeline(path: str | Path, *, disk: Disk | None = None) -> list[Phase]:
    """Return what opening the database at `path` would do, phase by phase. It only reads."""
    disk = disk or RealDisk()
    where = place_in(disk, str(path))
    find(disk, where, Options(create=False, read_only=True))
    with locked(disk, where, read_only=True):
        return list(phases(disk, where))


def recover(path: str | Path, *, dry_run: bool = False, disk: Disk | None = None) -> Report:
    """Open the database at `path`, which recovers it, and close it again; return what that found and did.

    `dry_run` recovers in memory only, and writes nothing. Raises as `bumps.open` does, and ReadOnlyError if
    the database cannot be written.
    """
    disk = disk or RealDisk()
    where = place_in(disk, str(path))
    options = Options(create=False, read_only=dry_run)
    if not dry_run:
        find(disk, where, options)
        must_be_writable(disk, where)
    engine = Engine.open(disk, where, options)
    try:
        return engine.report
    finally:
        engine.close()


class _Writer:
    """Writes to the new database, many operations in one commit."""

    def __init__(self, engine: Engine, gaps: list[Gap], progress: Callable[[int], None] | None) -> None:
        self._engine = engine
        self._gaps = gaps
        self._progress = progress
        self._name = ""
        self._kinds = bytearray()
        self._keys: list[bytes] = []
        self._values: list[bytes] = []
        self._size = 0
        self._count = 0

    def set(self, name: str, key: bytes, value: bytes) -> None:
        """Set a node."""
        self._add(SET, name, key)
        self._values.append(value)
        self._size += len(value)

    def kill_node(self, name: str, key: bytes) -> None:
        """Kill a node, not its descendants."""
        self._add(KILL_NODE, name, key)

    def keys(self, name: str, low: bytes, high: bytes) -> list[bytes]:
        """Return the keys from `low` to below `high` that there are."""
        self.flush()
        return [key for key, _ in self._engine.scan(name, low, high)]

    def apply(self, batches: Batches) -> None:
        """Apply a commit."""
        self.flush()
        if batches:
            self._commit(batches)
        self._step(sum(len(batch.keys) for batch in batches))

    def flush(self) -> None:
        """Commit what waits."""
        if self._keys:
            batch = Batch(self._name, bytes(self._kinds), self._keys, self._values)
            self._kinds, self._keys, self._values, self._size = bytearray(), [], [], 0
            self._commit([batch])

    def _add(self, kind: int, name: str, key: bytes) -> None:
        if name != self._name or len(self._keys) >= limits.GROUP_COUNT_MAX or self._size >= _COMMIT_SIZE:
            self.flush()
            self._name = name
        self._kinds.append(kind)
        self._keys.append(key)
        self._size += len(key)
        self._step(1)

    def _commit(self, batches: Batches) -> None:
        """Commit; what the new database refuses by itself is a gap, and the rest goes in one by one."""
        try:
            self._engine.commit(batches, Durability.NONE)
            return
        except LimitError as error:
            refused = error
        if len(batches) == 1 and len(batches[0].keys) == 1:
            name, key = batches[0].name, batches[0].keys[0]
            self._gaps.append(Gap("value", f"^{name} key {key[:40].hex()}", refused.message))
            return
        for name, kinds, keys, values in batches:
            left = iter(values)
            for kind, key in zip(kinds, keys):
                self._commit([Batch(name, bytes((kind,)), [key], [next(left)] if kind == SET else [])])

    def _step(self, count: int) -> None:
        before = self._count
        self._count += count
        if self._progress is not None and before // _PROGRESS_COUNT != self._count // _PROGRESS_COUNT:
            self._progress(self._count)
