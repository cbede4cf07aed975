"""The engine: one open database. It joins journal and tree, and knows no M.

A commit is one frame: appended to the journal, applied to the tree, and acknowledged
when what its durability promises is kept. Everything else is bookkeeping around that.

    E1. The frame comes first: the tree holds nothing that the journal will not. (A SET in `group` mode, or a
        transaction that promises nothing, is in the tree and in `pending`, which becomes the next frame.)
    E2. A durable commit returns only when the journal's durable LSN has reached it.
    E3. After a failed write or sync nothing is acknowledged, and nothing is read either:
        the tree may be ahead of the disk. Opening again lets recovery decide.
    E4. An exception that leaves `apply` half way voids the tree; it is made again from
        data file and journal before the next access.
    E5. A snapshot is of one LSN: the pending group is appended before it opens. (A scan, or a transaction that
        does not promise `commit`, names no LSN, and also sees what is pending.)
    E6. Nobody who holds the writer lock waits for a checkpoint in the background that has not got it.
    E7. Lock order: `writer`, then `latch`. `writer` is who may change the database, while a commit is
        made, or a transaction lasts that has its turn; `latch` guards the tree in memory, for moments.
    E8. A forked process has no database: two that write the same files would spoil them, and
        locks that other threads held will never be free there. What was open raises ClosedError.
    E9. A `get`, `data` or `order` of what is in memory takes no lock (btree/glimpse.py); others have the latch.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from bumps import limits
from bumps.batch import KILL, SET, Batch, Batches
from bumps.btree.forest import Forest
from bumps.btree.node import UNKNOWN
from bumps.changes import Changes
from bumps.checkpoints import Checkpoints
from bumps.errors import (
    ClosedError,
    CommitUnknownError,
    DiskFullError,
    FailedError,
    LimitError,
    ReadOnlyError,
    RestartError,
    StorageError,
    UsageError,
)
from bumps.files import Disk, after_fork
from bumps.flusher import Flusher
from bumps.gauges import Gauges
from bumps.keys import KeyCodec
from bumps.locks import Locks
from bumps.names import check_name
from bumps.options import Durability, Options
from bumps.pending import Pending
from bumps.reads import Reads
from bumps.recovery.create import JOURNAL, join
from bumps.recovery.recover import Opened, open_database
from bumps.snapshot import Scan, Snapshot
from bumps.standing import StandingDisk
from bumps.wal.writer import JournalWriter

Pair = tuple[bytes, bytes]

_COMMIT, _GROUP, _NONE = Durability.COMMIT, Durability.GROUP, Durability.NONE
"""To look up a member of an Enum takes as long as to put a value into a tree."""
KEY_SIZE_FLAT = 2 * limits.SUBSCRIPT_COUNT_MAX
"""No key up to this size is too long for a page, or has too many subscripts: each takes two bytes at least."""
VALUE_SIZE_FLAT = 1024
"""No value up to this size is too large."""


class Engine:
    """One database, open in this process, shared by its threads.

    Values and keys are bytes; names of globals come without `^`.
    """

    snapshot_type: type[Snapshot] = Snapshot

    def __init__(self, disk: Disk, path: str, options: Options, opened: Opened) -> None:
        """Take over what `open_database` found; callers use `Engine.open`."""
        self.disk = disk
        self.path = path
        self.options = options
        self.report = opened.report
        self.counters = opened.counters
        self.read_only = opened.read_only
        self.codec = KeyCodec.of(opened.meta.charset)
        self.page_size = opened.meta.page_size
        self.writer = threading.RLock()
        self.latch = threading.RLock()
        self.closed = False
        self._opened = opened
        self.forest: Forest | _Void = opened.forest
        self.journal = opened.journal
        self._pending = Pending()
        self._refused = False
        self._failure: BaseException | None = None
        self._size_seen = 0
        """Of the journal, when it was last asked whether a checkpoint is due."""
        self.in_transaction = False
        self.checkpoints = Checkpoints(self, opened)
        self.pins = opened.forest.pager.pins
        self._current: weakref.WeakSet[Snapshot] = weakref.WeakSet()
        """Open snapshots of the present state, which read the live trees."""
        self._is_watched = False
        """Whether there may be any of them."""
        self._is_steady = False
        """`writable` has found nothing in the way of a change. Whatever comes in the way of a single one later voids
        the trees, but what `checkpoints.is_refused` and `_refused` say."""
        self.applied_lsn = 0
        """LSN of the newest frame that is in the tree; it changes under the latch."""
        self._sequence = 0
        """Counts the changes of the tree, under the latch: those that a snapshot or a transaction is told of."""
        self._changes = Changes()
        self.restart_count = 0
        """Transactions that met another commit."""
        self.turn_count = 0
        """Transactions that held the writer lock from their beginning."""
        self._key_size_max = limits.key_size_max(self.page_size)
        self._flusher: Flusher | None = None
        self.applied_lsn = self.last_lsn
        self._is_parents = False
        self.locks = Locks()
        if self.journal is not None:
            self.journal.headroom = self.checkpoints.space_ahead
        _alive.add(self)

    @classmethod
    def open(cls, disk: Disk, path: str, options: Options) -> Engine:
        """Open the database at the absolute `path`: create it if `options` say so, recover it if it must be.

        Raises NoDatabaseError, ForeignFileError, LockedError, CorruptionError, UsageError, StorageError.
        """
        return cls(disk, path, options, open_database(disk, path, options))

    # Reading

    @property
    def last_lsn(self) -> int:
        """LSN of the newest commit that is in the journal, read or written."""
        # Frames that recovery had no space to copy are in the tree, and not yet in the writer's journal.
        return self._opened.last_lsn if self._opened.tail or self.journal is None else self.journal.last_lsn

    @property
    def durable_lsn(self) -> int:
        """LSN up to which every commit is durable."""
        return self._opened.last_lsn if self.journal is None else self.journal.durable_lsn

    @property
    def failed(self) -> bool:
        """Whether a write or a sync has failed (E3)."""
        return self._failure is not None

    def get(self, name: str, key: bytes) -> bytes | None:
        """Return the value of a node, or None."""
        glimpse = self.forest.glimpse
        if glimpse is not None:
            try:
                value = glimpse.get(name, key)
                if value is not UNKNOWN and self.forest.glimpse is glimpse:  # E9
                    return value  # type: ignore[return-value]
            except (AttributeError, IndexError):
                pass  # something is changing
        with self.latch:
            return self.forest.get_and_show(name, key)

    def data(self, name: str, key: bytes) -> int:
        """Return `$DATA` of a node: 0, 1, 10 or 11."""
        glimpse = self.forest.glimpse
        if glimpse is not None:
            try:
                found = glimpse.data(name, key)
                if found is not UNKNOWN and self.forest.glimpse is glimpse:  # E9
                    return found  # type: ignore[return-value]
            except (AttributeError, IndexError):
                pass  # something is changing
        with self.latch:
            return self.forest.data_and_show(name, key)

    def order(self, name: str, prefix: bytes, code: bytes, reverse: bool = False) -> bytes | None:
        """Return the code of the next (previous) subscript below `prefix` after `code`; empty starts."""
        glimpse = None if reverse else self.forest.glimpse
        if glimpse is not None:
            try:
                found = glimpse.order(name, prefix, code)
                if found is not UNKNOWN and self.forest.glimpse is glimpse:  # E9
                    return found  # type: ignore[return-value]
            except (AttributeError, IndexError):
                pass  # something is changing
        with self.latch:
            return self.forest.order_and_show(name, prefix, code, reverse)

    def query(self, name: str, key: bytes, reverse: bool = False) -> bytes | None:
        """Return the key of the next (previous) node with a value."""
        with self.latch:
            return self.forest.query(name, key, reverse)

    def next_name(self, name: str, reverse: bool = False) -> str | None:
        """Return the global after (before) `name`; empty starts."""
        with self.latch:
            return self.forest.next_name(name, reverse)

    def names(self) -> list[str]:
        """Return the names of all globals, in order."""
        with self.latch:
            return list(self.forest.names())

    def next_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the first node with low < key < high."""
        with self.latch:
            return self.forest.next(name, low, high, False)

    def previous_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the last node with low <= key < high."""
        with self.latch:
            return self.forest.previous(name, low, high)

    def scan(self, name: str, low: bytes = b"", high: bytes = b"\xff", reverse: bool = False) -> Scan:
        """Return the nodes with low <= key < high, in order or backwards, all of this moment."""
        return Scan(None, self, name, low, high, reverse)

    def items(self, name: str) -> Scan:
        """Return all nodes of a global, all of this moment."""
        return self.scan(name)

    def scans(self, names: Iterable[str] | None = None) -> list[tuple[str, Scan]]:
        """Return (name, its nodes) of all globals, or of those named, all of one moment."""
        return self.snapshot_now().scans(names)

    def digest(self) -> str:
        """Return the digest of all content (bumps/digest.py)."""
        with self.snapshot_now() as snapshot:
            return snapshot.digest()

    def snapshot(self) -> Snapshot:
        """Return the database as it is now, for reading while it goes on changing (bumps/snapshot.py).

        Raises DiskFullError if what is pending in mode `group` cannot be appended: then no LSN names this state.
        """
        while True:
            with self.latch:
                if not self._pending.count:
                    return self.snapshot_now()
            self._settle_pending()

    def snapshot_now(self) -> Snapshot:
        """Return the database as it is now, what is pending included."""
        with self.latch:
            self.live_forest()
            snapshot = self.snapshot_type(self, self.applied_lsn, self._sequence)
            self._is_watched = True
            self._current.add(snapshot)
            return snapshot

    def forget_snapshot(self, snapshot: Snapshot) -> None:
        """Note that a snapshot is closed; the latch is held."""
        self._current.discard(snapshot)

    def _keep_snapshots(self) -> None:
        """Make the snapshots of this moment keep it, before something changes; the latch is held."""
        trees = self.live_forest()
        try:
            for snapshot in list(self._current):
                snapshot.keep(trees)
        except BaseException:
            for snapshot in list(self._current):
                snapshot.close()  # better no answer than that of another moment
            raise
        self._current.clear()

    @property
    def gauges(self) -> Gauges:
        """What the database is at this moment, as far as it changes."""
        with self.latch:
            forest, since = self.forest, self.pins.since
            pager = forest.pager if isinstance(forest, Forest) else None
            return Gauges(
                cached_nodes=0 if pager is None else len(pager.cache),
                cached_size=0 if pager is None else pager.charge,
                dirty_size=0 if pager is None else pager.dirty_size,
                frozen_size=0 if pager is None else pager.frozen_size + pager.image_size,
                held_size=self.pins.held_size,
                open_snapshots=self.snapshot_count,
                oldest_snapshot_age=0.0 if since is None else self.disk.monotonic() - since,
                size_since_checkpoint=self.checkpoints.size_since,
                journal_written=0 if self.journal is None else self.journal.appended_size,
            )

    @property
    def snapshot_count(self) -> int:
        """How many snapshots are open, those of scans and transactions included."""
        with self.latch:
            return self.pins.count + len(self._current)

    def check_readable(self) -> None:
        """Raise ClosedError if it is closed, FailedError after a failed write or sync (E3)."""
        if self.closed:
            raise self._closed_error()
        if self._failure is not None:
            raise self.failed_error()

    # Writing

    def check(self, kind: int, name: str, key: bytes, value: bytes) -> None:
        """Refuse an operation that no frame or page could hold: LimitError or UsageError."""
        check_name(name)
        if len(key) > self._key_size_max:
            raise LimitError(
                f"^{name}: a key of {len(key)} bytes, encoded; with pages of {self.page_size} bytes"
                f" the limit is {self._key_size_max}"
            )
        if len(key) > KEY_SIZE_FLAT and key.count(0) > limits.SUBSCRIPT_COUNT_MAX:
            raise LimitError(f"^{name}: {key.count(0)} subscripts: at most {limits.SUBSCRIPT_COUNT_MAX}")
        if kind == SET and len(value) > limits.VALUE_SIZE_MAX:
            raise LimitError(f"^{name}: a value of {len(value)} bytes; the limit is {limits.VALUE_SIZE_MAX}")

    def _check_all(self, batches: Batches) -> None:
        """Refuse a commit of which one operation is refused."""
        for name, _, keys, values in batches:
            longest = max(keys, key=len, default=b"")
            self.check(SET, name, longest, max(values, key=len, default=b""))
            if len(longest) > KEY_SIZE_FLAT:
                self.check(SET, name, max(keys, key=lambda key: key.count(0)), b"")

    def commit(self, batches: Batches, durability: Durability = Durability.COMMIT) -> int:
        """Make `batches` one commit; return its LSN when `durability` is kept.

        DiskFullError: it was refused and nothing has changed. CommitUnknownError: nobody can say.
        """
        with self.writer:
            lsn = self.append(batches)
        if durability is not Durability.NONE:
            self.wait_durable(lsn)
        self.after_write()
        return lsn

    def append(self, batches: Batches, *, checked: bool = False, reads: Reads | None = None) -> int:
        """Append one commit to the journal and apply it (E1); return its LSN. The caller waits for the disk.

        `checked` says that each operation has passed `check` before. `reads` are those of the
        transaction that ends with this, unless it is refused.
        """
        with self.writer:
            journal = self.writable()
            if not checked:
                self._check_all(batches)
            self.append_pending()
            with self.latch:
                self.live_forest().fetch(batches)
            before, sequence = journal.last_lsn, self._sequence
            try:
                lsn = self._append(journal, batches)
                if reads is not None:
                    self.end(reads)  # so that the commit need not copy what it alone holds, nor be kept for it
                self._apply(batches, lsn)
            except BaseException:
                if journal.last_lsn != before:
                    # E1: the frame is in, and nobody can say how much of it the tree has.
                    with self.latch:
                        try:
                            if self._sequence == sequence:
                                self._note(batches)
                        finally:
                            self.applied_lsn = journal.last_lsn
                            self.void()
                raise
            return lsn

    def commit_transaction(self, reads: Reads | None, batches: Batches, durability: Durability) -> int:
        """Commit what a transaction changes; return the LSN that its promise waits for, 0 for none.

        Raises RestartError if a later commit changed what it has read; then, as after every other error, nothing has
        changed. One that has its turn has no `reads`. Without a promise it becomes part of the pending group.
        """
        with self.writer:
            self.writable()
            if reads is not None and reads.snapshot.sequence != self._sequence:
                self._check_reads(reads)
            if durability is not _NONE:
                return self.append(batches, checked=True, reads=reads)
            if self._pending.has_room(batches):  # so that nothing has to be appended behind it, and is refused
                self._add(batches, reads)
            else:
                self.append(batches, checked=True, reads=reads)
            return 0

    def _check_reads(self, reads: Reads) -> None:
        """Raise RestartError if a commit changed what a transaction has read."""
        with self.latch:
            commits = self._changes.since(reads.snapshot.sequence)
            later = None if commits is None else list(commits)
        if later is None:
            self.restart_count += 1
            raise RestartError("so much was committed since the transaction began that it must run again")
        name = reads.conflict(later)
        if name is not None:
            self.restart_count += 1
            raise RestartError(f"^{name}: another commit changed what the transaction has read; it must run again")

    def write(self, kind: int, name: str, key: bytes, value: bytes, durability: Durability) -> None:
        """Do one operation with the given promise."""
        with self.writer:
            lsn = self._write(kind, name, key, value, durability)
        self.promise(lsn, durability)

    def write_all(self, batch: Batch, durability: Durability) -> None:
        """Do the SETs of one global that a group has room for, each with the given promise; they are seen at once."""
        if durability is _COMMIT:
            self.commit([batch])
            return
        with self.writer:
            self.writable()
            self._check_all([batch])
            self._add([batch])
            if self._pending.is_full:
                self.append_pending()
        self.promise(0, durability)

    def _add(self, batches: Batches, reads: Reads | None = None) -> None:
        """Add operations to the pending group, and to the trees; `reads` are those of the transaction that they end."""
        if self._refused:
            self.append_pending()
        pending = self._pending
        with self.latch:
            if reads is not None:
                self.end(reads)
            self._note(batches)
            count = 0
            try:
                count = pending.add_all(batches)
                self.live_forest().apply(batches)
            except StorageError:
                pending.take_back(count)  # nobody is told that it was done, and the trees are made again without it
                self.void()
                raise
            except BaseException:
                self.void()
                raise

    def remove(self, kind: int, name: str, key: bytes, durability: Durability) -> None:
        """Do one KILL or KILL_NODE with the given promise, if there is anything to remove."""
        with self.writer:
            with self.latch:
                forest = self.forest
                there = forest.has(name, key) if kind == KILL else forest.get(name, key) is not None
            if not there:
                return
            lsn = self._write(kind, name, key, b"", durability)
        self.promise(lsn, durability)

    def update(self, name: str, key: bytes, by: Callable[[bytes | None], bytes], durability: Durability) -> bytes:
        """Replace the value of a node by `by(value)` as one step; return the new value."""
        with self.writer:
            value = by(self.get(name, key))
            lsn = self._write(SET, name, key, value, durability)
        self.promise(lsn, durability)
        return value

    def _write(self, kind: int, name: str, key: bytes, value: bytes, durability: Durability) -> int:
        """Do one operation, with the writer lock held; return the LSN that its promise waits for, 0 for none."""
        if durability is _COMMIT:
            return self.append([Batch(name, bytes((kind,)), [key], [value] if kind == SET else [])])
        if not self._is_steady or self.checkpoints.is_refused:
            self.writable()
        if len(key) > KEY_SIZE_FLAT or len(value) > VALUE_SIZE_FLAT:
            self.check(kind, name, key, value)
        else:
            check_name(name)
        if self._refused:
            self.append_pending()
        pending = self._pending
        with self.latch:
            if self._is_watched or self._changes.wanted:
                self._note([Batch(name, bytes((kind,)), [key], [])])
            try:
                pending.operations.append((kind, name, key, value))
                pending.size += len(key) + len(value)
                self.forest.apply_one(kind, name, key, value)
            except StorageError:
                pending.take_back(1)  # nobody is told that it was done, and the trees are made again without it
                self.void()
                raise
            except BaseException:
                self.void()
                raise
        if pending.size >= limits.GROUP_SIZE_MAX or len(pending.operations) >= limits.GROUP_COUNT_MAX:  # `is_full`
            self.append_pending()
        return 0

    def promise(self, lsn: int, durability: Durability) -> None:
        """Keep the promise of what is done: wait for frame `lsn`, unless it is 0. The caller holds no lock."""
        if lsn:
            self.wait_durable(lsn)
        journal = self.journal
        if journal is None or journal.appended_size != self._size_seen:
            self.after_write()  # something was appended: by this thread, by the flusher, or for a snapshot
        if durability is _GROUP and self._pending.operations and self.options.background:
            flusher = self._flusher
            if flusher is None or not flusher.is_woken():
                self._wake_flusher()

    def flush(self) -> None:
        """Return when everything that was written so far is durable."""
        with self.writer:
            if self.read_only or self.closed:
                return
            if self._opened.tail and not self._pending.count and not self.failed:
                return  # nothing was written here: what an earlier process has promised is on the disk
            journal = self.writable()
            self.append_pending()
            lsn = journal.last_lsn
        self.wait_durable(lsn)

    def wait_durable(self, lsn: int) -> None:
        """Return when frame `lsn` is durable (E2)."""
        journal = self.journal
        assert journal is not None
        if journal.durable_lsn >= lsn:
            return
        try:
            journal.wait_durable(lsn)
        except BaseException as error:
            if journal.failed:
                self.fail(error)
            raise

    def begin(self, durability: Durability) -> Reads:
        """Open a snapshot for a transaction, and keep what is changed from now on, to be held against its reads.

        If it promises that what it was told cannot be lost, the snapshot is of an LSN (E5).
        """
        self.check_readable()
        if self.journal is None or self._opened.tail:
            with self.writer:
                self.writable()
        while True:
            with self.latch:
                if durability is not _COMMIT or not self._pending.operations:
                    reads = Reads(self.snapshot_now())
                    self._changes.open(reads)
                    return reads
            self._settle_pending()

    def end(self, reads: Reads) -> None:
        """Let go what `begin` opened."""
        with self.latch:
            self._changes.close(reads)
            reads.snapshot.close()

    def turn(self) -> Generator[None, None, None]:
        """Take the writer lock for a transaction that must not restart: `next` begins it, `close` lets go.

        A generator, since no interrupt comes between a lock that `with` has taken and the block that lets it go.
        """
        with self.writer:
            self.writable()
            self.append_pending()
            self.turn_count += 1
            self.in_transaction = True
            try:
                yield
            finally:
                self.in_transaction = False

    def after_write(self) -> None:
        """Start a checkpoint if the dirty leaves or the journal ask for one; wait if they leave no memory.

        The caller holds no lock. The commit that led here is kept, so what stops the checkpoint is no
        error of it. It is tried again when the journal has grown; if the database has failed, whoever
        uses it next is told.
        """
        if self.options.background and self.journal is not None and self.journal.wants_next:
            self._wake_flusher()
        if self.in_transaction:
            return  # its thread may be this one
        self._size_seen = 0 if self.journal is None else self.journal.appended_size
        self.checkpoints.after_write()

    def checkpoint(self) -> None:
        """Bring the data file up to the newest commit (bumps/checkpoints.py)."""
        self.checkpoints.make()

    # Verification (bumps/standing.py)

    @contextlib.contextmanager
    def standing(self) -> Iterator[Disk]:
        """Return the files as they stand now, durable, for reading; hold checkpoints off, but no writer."""
        if self.read_only:
            self.check_readable()
            yield self.disk
            return
        with contextlib.ExitStack() as held:
            with self.writer:
                journal = self.writable()
                held.enter_context(self.checkpoints.held_off())
                self.append_pending()
                end = journal.last
            self.wait_durable(end.lsn)
            yield StandingDisk(self.disk, join(self.path, JOURNAL), end)

    # Compaction (bumps/compact.py)

    def move(self, name: str, low: bytes, bound: int, count: int) -> tuple[bytes, int]:
        """Let nodes of a global give up pages from `bound` on (btree/mover.py)."""
        with self.writer:
            self.writable()
            with self.latch:
                forest = self.live_forest()
                try:
                    return forest.move(name, low, bound, count)
                except BaseException:
                    self.void()
                    raise

    @property
    def data_page_count(self) -> int:
        """How many pages `data` has, as of the last checkpoint."""
        with self.latch:
            return self.live_forest().pager.page_count

    def free_counts(self) -> tuple[int, int]:
        """Return how many pages are free, and how many of them an open snapshot may still need."""
        with self.latch:
            return self.live_forest().free_counts

    @property
    def dead_count(self) -> int:
        """How many killed trees still have their pages."""
        with self.latch:
            return len(self.live_forest().pager.dead)

    @property
    def pin_age(self) -> int:
        """How many checkpoints were made since the oldest open snapshot was opened."""
        with self.latch:
            oldest = self.pins.oldest()
            return 0 if oldest is None else self.live_forest().pager.generation - oldest.low

    # The end

    def close(self) -> None:
        """Make everything durable, write a clean checkpoint, and let the database go.

        DiskFullError: there is no space to keep what is pending; it stays open. A database that has
        failed, before or just now, is closed as it is, and the next open recovers it; FailedError says so,
        unless all that was written is durable.
        """
        with self.writer:
            if self.closed:
                return
            with self.latch:
                transaction_count = self._changes.transaction_count
            if self.in_transaction or transaction_count:
                raise UsageError(f"{self.path}: close while a transaction is open")
            self.checkpoints.check_not_held("close")
            flusher, self._flusher = self._flusher, None
        if flusher is not None:
            flusher.stop()
        with self.writer:
            self.checkpoints.check_not_held("close")  # a verify may have begun since the writer lock was let go
            self.checkpoints.stop()
            self._close()

    def _close(self) -> None:
        """Close, with the writer lock held and no checkpoint in the background."""
        if self.closed:
            return  # by another thread meanwhile
        with self.latch:
            try:
                if not self.read_only and not self.failed:
                    self.append_pending()
                    assert self.journal is not None
                    if self.checkpoints.size_since:
                        try:
                            self.checkpoints.make_now(clean=True)
                        except DiskFullError:
                            # No space for a checkpoint, and none is needed: the journal has it all.
                            if not self._opened.tail:  # else nothing was written here
                                self.flush()
            except DiskFullError:
                raise
            except BaseException:
                self._release()
                raise
            self._release()
            self.check_kept()

    def check_kept(self) -> None:
        """Raise FailedError if a write or a sync has failed, and what was written is perhaps not durable."""
        if self.failed and (self._pending.count or self.last_lsn > self.durable_lsn):
            raise self.failed_error()

    def abandon(self) -> None:
        """Let the files go without writing anything: what a killed process does."""
        flusher, self._flusher = self._flusher, None
        if flusher is not None:
            flusher.stop()
        with self.writer:
            self.checkpoints.stop()
            self._release()

    def leave(self) -> None:
        """Give the database up to the process that this one was forked from (E8)."""
        self._is_parents = True
        self.closed = True
        self.writer, self.latch = threading.RLock(), threading.RLock()
        self._flusher = None
        self.checkpoints.leave()
        self.locks = Locks()  # the parent's threads hold the old ones
        self.locks.close()
        self.forest = _Void(self)
        self._opened.leave()

    def _release(self) -> None:
        self.closed = True
        self.locks.close()
        self.forest = _Void(self)
        self._opened.close()

    def stat(self) -> dict[str, Any]:
        """Return what `bumps db stat` prints."""
        with self.writer, self.latch:
            forest = self.live_forest()
            meta = self._opened.last_meta
            names = list(forest.names())
            return {
                "path": self.path,
                "charset": self.codec.charset,
                "page_size": self.page_size,
                "lsn": self.last_lsn,
                "durable_lsn": self.durable_lsn,
                "checkpoint_lsn": meta.lsn,
                "base_lsn": meta.base_lsn,
                "generation": meta.generation,
                "epoch": self.journal.epoch if self.journal else meta.epoch,
                "pages": meta.page_count,
                "bytes": meta.page_count * meta.page_size,
                "journal_bytes": self._opened.journal_size(),
                "nodes": forest.node_count,
                "globals": {f"^{name}": forest.node_count_of(name) for name in names},
                "database_id": meta.database_id.hex(),
            }

    # The steps of a commit

    def writable(self) -> JournalWriter:
        """Return the journal, or raise the reason why nothing may be written."""
        self.check_readable()
        if self.journal is None:
            raise self.read_only_error()
        if self._opened.tail:
            self._guarded(self.journal, self._opened.adopt)
        self.checkpoints.before_write()
        self._is_steady = True
        return self.journal

    def _guarded(self, journal: JournalWriter, act: Callable[[], object]) -> None:
        """Do what may end all writing; if it has, stop for good (E3): perhaps nobody hears of its error."""
        try:
            act()
        except BaseException as error:
            if journal.failed:
                self.fail(error)
            raise

    def _append(self, journal: JournalWriter, batches: Batches) -> int:
        try:
            return journal.append(batches).lsn
        except DiskFullError:
            self.counters.refused += 1
            self.checkpoints.after_refusal()
            raise
        except BaseException as error:
            if journal.failed:
                self.fail(error)
            raise

    def _settle_pending(self) -> None:
        """Give what is pending its LSN (E5)."""
        with self.writer:
            if self.journal is None:
                return
            self.writable()
            self.append_pending()

    def append_pending(self) -> None:
        """Append the pending group as one frame; if that is refused, it stays pending."""
        pending = self._pending
        if not pending.count:
            return
        assert self.journal is not None
        self._refused = True
        lsn = self._append(self.journal, pending.as_batches())
        self._refused = False
        with self.latch:
            self._pending = Pending()
            self.applied_lsn = lsn

    def _note(self, batches: Batches) -> None:
        """Tell open snapshots and transactions that these changes come next; the latch is held."""
        if self._is_watched:
            if self._current:
                self._keep_snapshots()
            self._is_watched = False
        if self._changes.wanted:
            self._changes.add(self._sequence + 1, batches)
        self._sequence += 1

    def _apply(self, batches: Batches, lsn: int) -> None:
        with self.latch:
            self._note(batches)
            self.applied_lsn = lsn
            try:
                self.forest.apply(batches)
            except BaseException:
                self.void()
                raise

    def void(self) -> None:
        """Give up the tree in memory (E4)."""
        self.forest = _Void(self)

    def live_forest(self) -> Forest:
        """Return the trees, made again if they were voided; the caller holds the latch."""
        if isinstance(self.forest, _Void):
            self.rebuild()
        assert isinstance(self.forest, Forest)
        return self.forest

    def rebuild(self) -> Forest:
        """Make the tree again from data file, journal and pending group (E4)."""
        self.check_readable()
        # Not the writer lock: who reads has the latch already (E7). So there may be a frame that its writer has
        # appended and not applied yet: it is none of this state, which open snapshots read too.
        with self.latch:
            if isinstance(self.forest, _Void):
                running = self.checkpoints.running
                if running is not None and running.is_writing:
                    running.written.wait()  # `data` is between two states
                    self.check_readable()
                forest = self._opened.rebuild(self.applied_lsn)
                forest.apply(self._pending.as_batches())
                forest.pager.pins = self.pins  # snapshots live on, on the nodes that they have
                newest = self.pins.newest()
                if newest is not None:
                    forest.pager.era = newest.era + 1  # of which the new nodes are none
                self.forest = forest
                if self.failed:  # meanwhile, by a thread that waited for the disk (E3)
                    self.void()
                    raise self.failed_error()
            return self.forest

    def fail(self, error: BaseException) -> None:
        """Stop for good: no more acknowledgement, and no read of what may not be on the disk (E3)."""
        if self._failure is None:
            self._failure = error
        self.void()

    def failed_error(self) -> FailedError:
        """Return what says that a write or a sync has failed (E3)."""
        cause = self._failure
        reason = cause.message if isinstance(cause, (FailedError, CommitUnknownError)) else repr(cause)
        return FailedError(
            f"{self.path}: a write failed ({reason}); nothing is read or written until it is opened again"
        )

    def read_only_error(self) -> ReadOnlyError:
        """Return what says that nothing may be written, and why."""
        why = f": {self._opened.read_only_reason}" if self._opened.read_only_reason else ""
        return ReadOnlyError(f"{self.path}: open for reading only{why}", hint=self._opened.read_only_hint)

    def _closed_error(self) -> ClosedError:
        if self._is_parents:
            return ClosedError(
                f"{self.path}: opened by the process that this one was forked from, and open there only",
                hint="open it in the new process, once the old one has closed it",
            )
        return ClosedError(f"{self.path}: the database is closed")

    # The background thread

    def _wake_flusher(self) -> None:
        flusher = self._flusher
        if flusher is None:
            with self.writer:
                if self._flusher is None and not self.closed:
                    try:
                        self._flusher = Flusher(self)
                    except RuntimeError:  # no thread can be started, at the end of a process perhaps
                        self.flush_in_background()
                        return
                flusher = self._flusher
        if flusher is not None:
            flusher.wake()

    def flush_in_background(self) -> None:
        """Append and sync the pending group, as the flusher does within its delay."""
        journal = self.journal
        if journal is None:
            return
        if self._pending.count:  # else the writer lock is not needed, which a transaction may hold for long
            with self.writer:
                if self.closed or self.failed or self._refused:
                    return
                self.append_pending()
        self.wait_durable(journal.last_lsn)
        self._guarded(journal, journal.prepare_ahead)


class _Void:
    """Stands for a tree that was given up; the first access makes it again, or says why it cannot."""

    glimpse = None

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine.rebuild(), name)


_alive: weakref.WeakSet[Engine] = weakref.WeakSet()


def _leave_all() -> None:
    for engine in list(_alive):
        engine.leave()


after_fork(_leave_all)
