"""The engine: one open database. It joins journal and tree, and knows no M.

A commit is one frame: appended to the journal, applied to the tree, and acknowledged
when what its durability promises is kept. Everything else is bookkeeping around that.

    E1. The frame comes first: the tree holds nothing that the journal will not. (A SET in
        `group` mode is in the tree and in `pending`, which becomes the next frame.)
    E2. A durable commit returns only when the journal's durable LSN has reached it.
    E3. After a failed write or sync nothing is acknowledged, and nothing is read either:
        the tree may be ahead of the disk. Opening again lets recovery decide.
    E4. An exception that leaves `apply` half way voids the tree; it is made again from
        data file and journal before the next access.
    E5. Lock order: `writer`, then `latch`. `writer` is who may change the database, for
        as long as a transaction lasts; `latch` guards the tree in memory, for moments.
    E6. A forked process has no database: two that write the same files would spoil them, and
        locks that other threads held will never be free there. What was open raises ClosedError.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from bumps import limits
from bumps.batch import SET, Batch, Batches
from bumps.btree.forest import Forest
from bumps.digest import Digest
from bumps.errors import (
    ClosedError,
    CommitUnknownError,
    DiskFullError,
    FailedError,
    LimitError,
    ReadOnlyError,
    StorageError,
    UsageError,
)
from bumps.files import Disk, after_fork
from bumps.keys import KeyCodec
from bumps.names import check_name
from bumps.options import Durability, Options
from bumps.recovery.recover import Opened, open_database
from bumps.wal.writer import JournalWriter

Pair = tuple[bytes, bytes]

_KEY_SIZE_FLAT = 2 * limits.SUBSCRIPT_COUNT_MAX
"""No key up to this size has too many subscripts: the code of each is two bytes at least."""
_IDLE_SECONDS = 10.0
_IDLE_JOURNAL_SIZE = 16 * 1024 * 1024
_RETRY_JOURNAL_SIZE = 1024 * 1024
_DIRTY_PAGE_COUNT_MIN = 64
_SCAN_COUNT = 256


class Engine:
    """One database, open in this process, shared by its threads.

    Values and keys are bytes; names of globals come without `^`.
    """

    def __init__(self, disk: Disk, path: str, options: Options, opened: Opened) -> None:
        """Take over what `open_database` found; callers use `Engine.open`."""
        self.disk = disk
        self.path = path
        self.options = options
        self.report = opened.report
        self.read_only = opened.read_only
        self.codec = KeyCodec.of(opened.meta.charset)
        self.page_size = opened.meta.page_size
        self.writer = threading.RLock()
        self.latch = threading.RLock()
        self.closed = False
        self._opened = opened
        self._forest: Forest | _Void = opened.forest
        self._journal = opened.journal
        self._checkpointer = opened.checkpointer
        self._pending = _Pending()
        self._refused = False
        self._failure: BaseException | None = None
        self._checkpoint_refused = False
        self._checkpoint_size = 0
        self._size_at_checkpoint = -opened.report.size_applied
        self._in_transaction = False
        self._scans: weakref.WeakSet[Scan] = weakref.WeakSet()
        self._dirty_size_max = max(options.cache_size // 2, _DIRTY_PAGE_COUNT_MIN * self.page_size)
        self._key_size_max = limits.key_size_max(self.page_size)
        self._flusher: _Flusher | None = None
        self._is_parents = False
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
        return self._opened.last_lsn if self._opened.tail or self._journal is None else self._journal.last_lsn

    @property
    def durable_lsn(self) -> int:
        """LSN up to which every commit is durable."""
        return self._opened.last_lsn if self._journal is None else self._journal.durable_lsn

    @property
    def failed(self) -> bool:
        """Whether a write or a sync has failed (E3)."""
        return self._failure is not None

    def get(self, name: str, key: bytes) -> bytes | None:
        """Return the value of a node, or None."""
        with self.latch:
            return self._forest.get(name, key)

    def data(self, name: str, key: bytes) -> int:
        """Return `$DATA` of a node: 0, 1, 10 or 11."""
        with self.latch:
            return self._forest.data(name, key)

    def order(self, name: str, prefix: bytes, code: bytes, reverse: bool = False) -> bytes | None:
        """Return the code of the next (previous) subscript below `prefix` after `code`; empty starts."""
        with self.latch:
            return self._forest.order(name, prefix, code, reverse)

    def query(self, name: str, key: bytes, reverse: bool = False) -> bytes | None:
        """Return the key of the next (previous) node with a value."""
        with self.latch:
            return self._forest.query(name, key, reverse)

    def next_name(self, name: str, reverse: bool = False) -> str | None:
        """Return the global after (before) `name`; empty starts."""
        with self.latch:
            return self._forest.next_name(name, reverse)

    def names(self) -> list[str]:
        """Return the names of all globals, in order."""
        with self.latch:
            return list(self._forest.names())

    def next_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the first node with low < key < high."""
        with self.latch:
            return self._forest.next(name, low, high, False)

    def previous_pair(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the last node with low <= key < high."""
        with self.latch:
            return self._forest.previous(name, low, high)

    def scan(self, name: str, low: bytes = b"", high: bytes = b"\xff", reverse: bool = False) -> Iterator[Pair]:
        """Return the nodes with low <= key < high, in order or backwards, all of this moment."""
        return Scan(self, name, low, high, reverse)

    def items(self, name: str) -> Iterator[Pair]:
        """Return all nodes of a global, all of this moment."""
        return self.scan(name)

    def scans(self, names: Iterable[str] | None = None) -> list[tuple[str, Iterator[Pair]]]:
        """Return (name, its nodes) of all globals, or of those named, all of one moment."""
        with self.writer:
            return [(name, self.scan(name)) for name in (self.names() if names is None else names)]

    def digest(self) -> str:
        """Return the digest of all content (bumps/digest.py)."""
        digest = Digest(self.codec.charset)
        for name, pairs in self.scans():
            digest.add_global(name, pairs)
        return digest.hexdigest()

    # Writing

    def check(self, kind: int, name: str, key: bytes, value: bytes) -> None:
        """Refuse an operation that no frame or page could hold: LimitError or UsageError."""
        check_name(name)
        if len(key) > self._key_size_max:
            raise LimitError(
                f"^{name}: a key of {len(key)} bytes, encoded; with pages of {self.page_size} bytes"
                f" the limit is {self._key_size_max}"
            )
        if len(key) > _KEY_SIZE_FLAT and key.count(0) > limits.SUBSCRIPT_COUNT_MAX:
            raise LimitError(f"^{name}: {key.count(0)} subscripts: at most {limits.SUBSCRIPT_COUNT_MAX}")
        if kind == SET and len(value) > limits.VALUE_SIZE_MAX:
            raise LimitError(f"^{name}: a value of {len(value)} bytes; the limit is {limits.VALUE_SIZE_MAX}")

    def _check_all(self, batches: Batches) -> None:
        """Refuse a commit of which one operation is refused."""
        for name, _, keys, values in batches:
            longest = max(keys, key=len, default=b"")
            self.check(SET, name, longest, max(values, key=len, default=b""))
            if len(longest) > _KEY_SIZE_FLAT:
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

    def append(self, batches: Batches, *, checked: bool = False) -> int:
        """Append one commit to the journal and apply it (E1); return its LSN. The caller waits for the disk.

        `checked` says that each operation has passed `check` before.
        """
        with self.writer:
            journal = self._writable()
            if not checked:
                self._check_all(batches)
            self._append_pending()
            before = journal.last_lsn
            try:
                lsn = self._append(journal, batches)
                self._apply(batches)
            except BaseException:
                if journal.last_lsn != before:
                    self._void()  # E1: the frame is in, and nobody can say how much of it the tree has
                raise
            return lsn

    def write(self, kind: int, name: str, key: bytes, value: bytes, durability: Durability) -> None:
        """Do one operation with the given promise."""
        if durability is Durability.COMMIT:
            values = [value] if kind == SET else []
            self.commit([Batch(name, bytes((kind,)), [key], values)])
            return
        with self.writer:
            self._writable()
            self.check(kind, name, key, value)
            if self._refused:
                self._append_pending()
            pending = self._pending
            with self.latch:
                if self._scans:
                    self._detach_scans()
                try:
                    pending.add(kind, name, key, value)
                    self._forest.apply_one(kind, name, key, value)
                except BaseException:
                    self._void()
                    raise
            if len(pending.operations) >= limits.GROUP_COUNT_MAX or pending.size >= limits.GROUP_SIZE_MAX:
                self._append_pending()
                self.after_write()
        if durability is Durability.GROUP and self.options.background:
            self._wake_flusher()

    def flush(self) -> None:
        """Return when everything that was written so far is durable."""
        with self.writer:
            if self.read_only or self.closed:
                return
            if self._opened.tail and not self._pending.count and not self.failed:
                return  # nothing was written here: what an earlier process has promised is on the disk
            journal = self._writable()
            self._append_pending()
            lsn = journal.last_lsn
        self.wait_durable(lsn)

    def wait_durable(self, lsn: int) -> None:
        """Return when frame `lsn` is durable (E2)."""
        journal = self._journal
        assert journal is not None
        if journal.durable_lsn >= lsn:
            return
        try:
            journal.wait_durable(lsn)
        except BaseException as error:
            if journal.failed:
                self._fail(error)
            raise

    def begin(self) -> None:
        """Take the writer lock for a transaction."""
        self.writer.acquire()
        try:
            self._writable()
            self._append_pending()
        except BaseException:
            self.writer.release()
            raise
        self._in_transaction = True

    def end(self) -> None:
        """Let go what `begin` took."""
        self._in_transaction = False
        self.writer.release()

    def after_write(self) -> None:
        """Start a checkpoint if the dirty leaves or the journal ask for one.

        The commit that led here is kept, so what stops the checkpoint is no error of it. It is tried again
        when the journal has grown; if the database has failed, whoever uses it next is told.
        """
        try:
            if not self._checkpoint_due():
                return
            with self.writer:
                if not self.closed and not self.failed and self._checkpoint_due():
                    self.checkpoint()
        except StorageError:
            self._checkpoint_refused = True
            self._checkpoint_size = self._size_since_checkpoint + _RETRY_JOURNAL_SIZE

    @property
    def _size_since_checkpoint(self) -> int:
        """Bytes of journal that recovery would read."""
        return 0 if self._journal is None else self._journal.appended_size - self._size_at_checkpoint

    def _checkpoint_due(self) -> bool:
        if self._in_transaction:
            return False
        size = self._size_since_checkpoint
        if self._checkpoint_refused:
            return size >= self._checkpoint_size
        return size >= self.options.checkpoint_journal_size or self._forest.dirty_size >= self._dirty_size_max

    def checkpoint(self, *, clean: bool = False) -> None:
        """Bring the data file up to the newest commit (recovery/checkpoint.py)."""
        with self.writer, self.latch:
            journal = self._writable()
            self._append_pending()
            checkpointer = self._checkpointer
            assert checkpointer is not None
            forest = self._live_forest()
            try:
                checkpointer.run(forest, journal, clean=clean)
            except DiskFullError:
                self._checkpoint_refused = True
                raise
            except BaseException as error:
                if checkpointer.committed or journal.failed or isinstance(error, OSError):
                    self._fail(error)
                    if isinstance(error, Exception):
                        raise self._failed_error() from error
                else:
                    self._void()
                raise
            self._size_at_checkpoint = journal.appended_size
            self._checkpoint_refused = False

    def close(self) -> None:
        """Make everything durable, write a clean checkpoint, and let the database go.

        DiskFullError: there is no space to keep what is pending; it stays open. A database that has
        failed is closed as it is: the next open recovers it.
        """
        with self.writer:
            if self.closed:
                return
            if self._in_transaction:
                raise UsageError(f"{self.path}: close inside a transaction")
            flusher, self._flusher = self._flusher, None
        if flusher is not None:
            flusher.stop()
        with self.writer, self.latch:
            try:
                if not self.read_only and not self.failed:
                    self._append_pending()
                    assert self._journal is not None
                    if self._size_since_checkpoint:
                        try:
                            self.checkpoint(clean=True)
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

    def abandon(self) -> None:
        """Let the files go without writing anything: what a killed process does."""
        flusher, self._flusher = self._flusher, None
        if flusher is not None:
            flusher.stop()
        self._release()

    def leave(self) -> None:
        """Give the database up to the process that this one was forked from (E6)."""
        self._is_parents = True
        self.closed = True
        self.writer, self.latch = threading.RLock(), threading.RLock()
        if self._in_transaction:
            self.writer.acquire()  # for the end of its block here, which lets it go
        self._flusher = None
        self._forest = _Void(self)
        self._opened.leave()

    def _release(self) -> None:
        self.closed = True
        self._forest = _Void(self)
        self._opened.close()

    def stat(self) -> dict[str, Any]:
        """Return what `bumps db stat` prints."""
        with self.writer, self.latch:
            forest = self._live_forest()
            meta = self._checkpointer.meta if self._checkpointer else self._opened.meta
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
                "epoch": self._journal.epoch if self._journal else meta.epoch,
                "pages": meta.page_count,
                "bytes": meta.page_count * meta.page_size,
                "journal_bytes": self._opened.journal_size(),
                "nodes": forest.node_count,
                "globals": {f"^{name}": forest.node_count_of(name) for name in names},
                "database_id": meta.database_id.hex(),
            }

    # The steps of a commit

    def _writable(self) -> JournalWriter:
        """Return the journal, or raise the reason why nothing may be written."""
        if self.closed:
            raise self._closed_error()
        if self._failure is not None:
            raise self._failed_error()
        if self._journal is None:
            raise ReadOnlyError(f"{self.path}: open for reading only", hint=self._opened.read_only_reason)
        if self._opened.tail:
            self._opened.adopt()
        if self._checkpoint_refused and self._forest.dirty_size >= self.options.cache_size:
            # Dirty leaves stay in memory until a checkpoint: no more of them while there is no space for one.
            self._checkpoint_refused = False
            self.checkpoint()
        return self._journal

    def _append(self, journal: JournalWriter, batches: Batches) -> int:
        try:
            return journal.append(batches).lsn
        except DiskFullError:
            raise
        except BaseException as error:
            if journal.failed:
                self._fail(error)
            raise

    def _append_pending(self) -> None:
        """Append the pending group as one frame; if that is refused, it stays pending."""
        pending = self._pending
        if not pending.count:
            return
        assert self._journal is not None
        self._refused = True
        self._append(self._journal, pending.as_batches())
        self._refused = False
        self._pending = _Pending()

    def _apply(self, batches: Batches) -> None:
        with self.latch:
            if self._scans:
                self._detach_scans()
            try:
                self._forest.apply(batches)
            except BaseException:
                self._void()
                raise

    def _detach_scans(self) -> None:
        """Let every open scan read what it has not read yet, before that changes."""
        for scan in list(self._scans):
            scan.detach()

    def _void(self) -> None:
        """Give up the tree in memory (E4)."""
        self._forest = _Void(self)

    def _live_forest(self) -> Forest:
        """Return the tree, made again if it was voided."""
        if isinstance(self._forest, _Void):
            self.rebuild()
        assert isinstance(self._forest, Forest)
        return self._forest

    def rebuild(self) -> Forest:
        """Make the tree again from data file, journal and pending group (E4)."""
        if self.closed:
            raise self._closed_error()
        if self._failure is not None:
            raise self._failed_error()
        # Not the writer lock: who reads has the latch already (E5). A frame that its writer has appended and
        # not applied yet may so be applied twice, which changes nothing: frames hold results.
        with self.latch:
            if isinstance(self._forest, _Void):
                forest = self._opened.rebuild(self._checkpointer.meta if self._checkpointer else None, self.last_lsn)
                forest.apply(self._pending.as_batches())
                self._forest = forest
                if self.failed:  # meanwhile, by a thread that waited for the disk (E3)
                    self._void()
                    raise self._failed_error()
            return self._forest

    def _fail(self, error: BaseException) -> None:
        """Stop for good: no more acknowledgement, and no read of what may not be on the disk (E3)."""
        if self._failure is None:
            self._failure = error
        self._void()

    def _failed_error(self) -> FailedError:
        cause = self._failure
        reason = cause.message if isinstance(cause, (FailedError, CommitUnknownError)) else repr(cause)
        return FailedError(
            f"{self.path}: a write failed ({reason}); nothing is read or written until it is opened again"
        )

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
                    self._flusher = _Flusher(self)
                flusher = self._flusher
        if flusher is not None:
            flusher.wake()

    def flush_in_background(self) -> None:
        """Append and sync the pending group, as the flusher does within its delay."""
        journal = self._journal
        if journal is None:
            return
        if self._pending.count:  # else the writer lock is not needed, which a transaction may hold for long
            with self.writer:
                if self.closed or self.failed or self._refused:
                    return
                self._append_pending()
        self.wait_durable(journal.last_lsn)
        journal.prepare_ahead()

    def idle_checkpoint(self) -> None:
        """Checkpoint an idle database whose journal has grown, so that opening it after a crash is quick."""
        with self.writer:
            journal = self._journal
            if self.closed or self.failed or self._in_transaction or journal is None:
                return
            if self._size_since_checkpoint >= _IDLE_JOURNAL_SIZE:
                self.checkpoint()


class Scan:
    """The nodes of one range, all of the moment at which it was opened.

    It reads ahead in steps. Before the first change after it was opened the engine lets it read
    the rest, so a long scan beside a writer costs memory, but sees one LSN and blocks nobody.
    """

    __slots__ = ("__weakref__", "_chunk", "_done", "_engine", "_high", "_low", "_name", "_reverse")

    def __init__(self, engine: Engine, name: str, low: bytes, high: bytes, reverse: bool) -> None:
        """Open a scan of low <= key < high."""
        self._engine = engine
        self._name = name
        self._low = low
        self._high = high
        self._reverse = reverse
        self._chunk: Iterator[Pair] = iter(())
        self._done = False
        with engine.latch:
            engine._live_forest()
            engine._scans.add(self)

    def __iter__(self) -> Scan:
        """Return the scan itself."""
        return self

    def __next__(self) -> Pair:
        """Return the next node."""
        while True:
            chunk = self._chunk
            for pair in chunk:
                return pair
            with self._engine.latch:
                if self._chunk is chunk:  # else a writer has just put another one, with the rest, in its place
                    if self._done:
                        raise StopIteration
                    self._read(_SCAN_COUNT)

    def detach(self) -> None:
        """Read the rest now. The caller holds the latch."""
        if not self._done:
            rest = list(self._chunk)
            self._read(None)
            rest.extend(self._chunk)
            self._chunk = iter(rest)

    def _read(self, count: int | None) -> None:
        """Read the next `count` nodes, or all that are left."""
        forest = self._engine._live_forest()
        pairs: list[Pair] = []
        for pair in forest.items(self._name, self._low, self._high, self._reverse):
            pairs.append(pair)
            if count is not None and len(pairs) >= count:
                break
        else:
            self._done = True
            self._engine._scans.discard(self)
        if pairs and self._reverse:
            self._high = pairs[-1][0]
        elif pairs:
            self._low = pairs[-1][0] + b"\0"
        self._chunk = iter(pairs)


class _Pending:
    """Operations that are in the tree and wait to become one frame (mode `group`)."""

    __slots__ = ("operations", "size")

    def __init__(self) -> None:
        self.operations: list[tuple[int, str, bytes, bytes]] = []
        self.size = 0

    @property
    def count(self) -> int:
        """Return how many operations there are."""
        return len(self.operations)

    def add(self, kind: int, name: str, key: bytes, value: bytes) -> None:
        """Note one operation, in order: in one step, so that an interrupt finds it noted or not."""
        self.operations.append((kind, name, key, value))
        self.size += len(key) + len(value)

    def as_batches(self) -> Batches:
        """Return what was noted, as one commit."""
        found: dict[str, tuple[bytearray, list[bytes], list[bytes]]] = {}
        for kind, name, key, value in self.operations:
            columns = found.get(name)
            if columns is None:
                columns = found[name] = (bytearray(), [], [])
            columns[0].append(kind)
            columns[1].append(key)
            if kind == SET:
                columns[2].append(value)
        return [Batch(name, bytes(kinds), keys, values) for name, (kinds, keys, values) in found.items()]


class _Void:
    """Stands for a tree that was given up; the first access makes it again, or says why it cannot."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine.rebuild(), name)


class _Flusher(threading.Thread):
    """Keeps the promise of mode `group`: what is pending is on its way to the disk within its delay."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="bumps-flusher", daemon=True)
        self._engine = weakref.ref(engine)
        self._delay = limits.GROUP_DELAY_MS / 1000
        self._event = threading.Event()
        self._stopped = False
        self.start()

    def wake(self) -> None:
        """Say that something is pending."""
        if not self._event.is_set():
            self._event.set()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopped = True
        self._event.set()
        if threading.current_thread() is not self:
            self.join()

    def run(self) -> None:
        """Flush a moment after each wake-up; checkpoint when idle. Errors are the writers' to raise."""
        while True:
            woken = self._event.wait(_IDLE_SECONDS)
            engine = self._engine()
            if engine is None or engine.closed or self._stopped:
                return
            self._event.clear()
            try:
                if woken:
                    engine.disk.sleep(self._delay)
                    engine.flush_in_background()
                else:
                    engine.idle_checkpoint()
            except Exception:
                # A refused write stays pending and a failed one has stopped the engine: the next
                # call of a writer raises it where somebody can act on it.
                continue
            finally:
                del engine


_alive: weakref.WeakSet[Engine] = weakref.WeakSet()


def _leave_all() -> None:
    for engine in list(_alive):
        engine.leave()


after_fork(_leave_all)
