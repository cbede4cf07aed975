"""When an engine makes a checkpoint, and how it goes through one; recovery/checkpoint.py writes it.

One is due when the journal or the dirty leaves have grown so far. It is made in the background
(bumps/background.py, which lists its steps), or while everybody waits: at a close, in a transaction
that has its turn, and where `background` is off.

    A refused one, for want of space, is no error of the commit that led to it: all is in the journal. It is
    tried again when the journal has grown, and must succeed before more is written than the cache may hold.
    An error after it has begun to change the files stops the engine (E3 of bumps/engine.py; C3 of
    recovery/checkpoint.py).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bumps.background import BackgroundCheckpoint
from bumps.btree.forest import Forest, PageSet
from bumps.errors import DiskFullError, StorageError, UsageError
from bumps.memory import give_back
from bumps.recovery.checkpoint import Checkpointer, Draft, Ready
from bumps.recovery.recover import Opened
from bumps.wal.writer import JournalWriter

if TYPE_CHECKING:
    from bumps.engine import Engine

_IDLE_JOURNAL_SIZE = 16 * 1024 * 1024
_RETRY_JOURNAL_SIZE = 1024 * 1024
_DIRTY_PAGE_COUNT_MIN = 64


class Checkpoints:
    """The checkpoints of one engine. Sizes are in bytes."""

    def __init__(self, engine: Engine, opened: Opened) -> None:
        """Go on where `opened` stands."""
        self.engine = engine
        self.checkpointer = opened.checkpointer
        """None if the database is open for reading only."""
        self.running: BackgroundCheckpoint | None = None
        """The one in the background."""
        self.is_refused = False
        """Whether the last one was, so that `before_write` has to look at how much is dirty."""
        self._retry_size = 0
        """Of the journal since the last checkpoint, from which on a refused one is tried again."""
        self._size_at_last = -opened.report.size_applied
        self._starting = threading.Lock()
        """Who has it may begin one, or end one that has not frozen anything."""
        self._hold_count = 0
        """How often the files must stay as they stand; changes with `_starting` held."""
        self._dirty_size_min = _DIRTY_PAGE_COUNT_MIN * engine.page_size
        self._dirty_size_max = max(engine.options.cache_size // 2, self._dirty_size_min)

    # When

    @property
    def size_since(self) -> int:
        """Bytes of journal that recovery would read."""
        journal = self.engine.journal
        return 0 if journal is None else journal.appended_size - self._size_at_last

    def space_ahead(self) -> int:
        """Return how many bytes the next checkpoint must find on the disk, about."""
        forest = self.engine.forest
        if self.checkpointer is None or not isinstance(forest, Forest):
            return 0
        return self.checkpointer.space_ahead(*forest.page_estimate)

    def after_write(self) -> None:
        """Start a checkpoint if the dirty leaves or the journal ask for one; wait if they leave no memory.

        The caller holds no lock. The commit that led here is kept, so what stops the checkpoint is no
        error of it. If the database has failed, whoever uses it next is told.
        """
        engine = self.engine
        try:
            running = self.running
            if running is None:
                if not self._is_due():
                    return
                if not engine.options.background:
                    with engine.writer:
                        if not engine.closed and not engine.failed and self._is_due():
                            self.make()
                    return
                try:
                    running, _ = self.begin()
                except RuntimeError:
                    return  # no thread can be started, at the end of a process perhaps
            if not running.goes_on:
                return
            if running.is_waiting:
                self._wait(running.frozen)
            if engine.forest.is_over_budget:
                self._wait(running.done)
        except StorageError:
            self._put_off()

    def before_write(self) -> None:
        """Let no more leaves become dirty than the cache may hold while there is no space for a checkpoint.

        Dirty leaves stay in memory until there is one. The writer lock is held. Raises DiskFullError.
        """
        if (
            self.is_refused
            and not self._hold_count
            and self.engine.forest.dirty_size >= self.engine.options.cache_size
            and (self.running is None or not self.running.is_frozen)
        ):
            self.is_refused = False
            self.stop()
            self.make_now()

    def after_refusal(self) -> None:
        """Begin one after a commit was refused: it may free journal, and needs no space itself afterwards."""
        if self._hold_count or self.is_refused:
            return
        if self.engine.options.background and self.engine.forest.dirty_size:
            with contextlib.suppress(RuntimeError):  # no thread can be started: the refusal is what counts
                self.begin()

    def make_if_idle(self) -> None:
        """Checkpoint an idle database whose journal has grown, so that opening it after a crash is quick."""
        engine = self.engine
        with engine.writer:
            if engine.closed or engine.failed or engine.in_transaction or self._hold_count:
                return
            is_due = self.size_since >= _IDLE_JOURNAL_SIZE
        if is_due:
            self.make()

    def _is_due(self) -> bool:
        if self.engine.in_transaction or self._hold_count:
            return False
        size = self.size_since
        if self.is_refused:
            return size >= self._retry_size
        # What snapshots hold is memory that no checkpoint gives back: it leaves less to what is dirty.
        held = min(self.engine.pins.held_size, self._dirty_size_max) // 2
        dirty_size_max = max(self._dirty_size_max - held, self._dirty_size_min)
        return size >= self.engine.options.checkpoint_journal_size or self.engine.forest.dirty_size >= dirty_size_max

    def _wait(self, event: threading.Event) -> None:
        """Wait for a checkpoint, and count that as a wait of a writer; no lock is held."""
        engine = self.engine
        began = engine.disk.monotonic()
        event.wait()
        with engine.latch:
            engine.counters.wait_seconds.observe(engine.disk.monotonic() - began)

    def _put_off(self) -> None:
        """Try the next one when the journal has grown: what led to this one is in the journal."""
        self.is_refused = True
        self._retry_size = self.size_since + _RETRY_JOURNAL_SIZE

    # While everybody waits

    def make(self) -> None:
        """Make one, and return when it is written: in the background, unless this thread keeps writers out."""
        engine = self.engine
        if engine.options.background and not engine.in_transaction:
            while True:
                running, is_mine = self.begin()
                running.done.wait()
                if is_mine and not running.is_stopped:
                    break
            if running.error is not None:
                raise running.error
            return
        with engine.writer:
            self.stop()
            self.make_now()

    def make_now(self, *, clean: bool = False) -> None:
        """Make one while everybody waits; there is none in the background."""
        self.check_not_held("a checkpoint")
        engine = self.engine
        with engine.writer, engine.latch:
            began = engine.disk.monotonic()
            try:
                checkpointer, journal = self._ready()
                forest = engine.live_forest()
                with self._errors(checkpointer, journal):
                    for _ in forest.merge():
                        pass
                draft, size = self._freeze(forest, journal, checkpointer)
                ready = self._prepare(draft, forest, checkpointer, clean=clean)
                self._adopt(forest, ready.pages, size)
                with self._errors(checkpointer, journal):
                    checkpointer.write(ready, journal, clean=clean)
                    forest.release()
                    checkpointer.free_journal(ready.meta)
            finally:
                self._void_frozen()
            engine.counters.stall_seconds.observe(engine.disk.monotonic() - began)
            engine.counters.checkpoint_seconds.observe(engine.disk.monotonic() - began)

    # Beside writers (bumps/background.py)

    def begin(self) -> tuple[BackgroundCheckpoint, bool]:
        """Return the one in the background, and whether it was begun here.

        Raises RuntimeError if no thread can be started.
        """
        with self._starting:
            self.check_not_held("a checkpoint")
            running = self.running
            if running is not None:
                return running, False
            self.running = started = BackgroundCheckpoint(self)
            try:
                started.start()
            except BaseException:
                self.running = None
                raise
            return started, True

    def stop(self) -> None:
        """Return when none is in the background; the writer lock is held, and the latch is not."""
        with self._starting:
            running = self.running
            if running is None:
                return
            if not running.is_frozen:
                running.is_stopped = True
                self.running = None
        if not running.is_stopped:
            running.done.wait()

    def forget(self, ended: BackgroundCheckpoint) -> None:
        """Forget one in the background that is over."""
        with self._starting:
            if self.running is ended:
                self.running = None

    def leave(self) -> None:
        """Forget all that another thread had a part in: this process is a fork (E8 of bumps/engine.py)."""
        self._starting, self.running = threading.Lock(), None

    def steps(self, running: BackgroundCheckpoint) -> Iterator[None]:
        """Go through one beside writers, step by step; no lock is held between two steps."""
        try:
            yield from self._steps(running)
        finally:
            running.written.set()  # before the latch is taken: who has it may wait for this (`Engine.rebuild`)
            self._void_frozen()

    def _steps(self, running: BackgroundCheckpoint) -> Iterator[None]:
        engine, checkpointer, journal = self.engine, self.checkpointer, self.engine.journal
        engine.check_readable()
        if checkpointer is None or journal is None:
            raise engine.read_only_error()
        with engine.latch:
            forest = engine.live_forest()
            merging = forest.merge()
        is_merged = False
        while not is_merged:
            with engine.latch:
                if running.is_stopped:
                    return
                with self._errors(checkpointer, journal):
                    is_merged = engine.forest is not forest or next(merging, self) is self
            yield
        running.is_waiting = True
        with engine.writer:
            running.is_waiting = False
            if running.is_stopped:
                return
            running.is_frozen = True
            began = engine.disk.monotonic()
            try:
                self._ready()
                with engine.latch:
                    forest = engine.live_forest()
                    draft, size = self._freeze(forest, journal, checkpointer)
            except StorageError:
                self._put_off()
                raise
            engine.counters.stall_seconds.observe(engine.disk.monotonic() - began)
        running.frozen.set()
        yield
        try:
            ready = self._prepare(draft, forest, checkpointer, clean=False)
        except StorageError:
            self._put_off()
            raise
        yield
        if not self._put_in_force(running, forest, ready.pages, size):
            return  # made again from the state before; the mark frame does no harm
        with self._errors(checkpointer, journal):
            yield from checkpointer.write_steps(ready, journal, clean=False)
        running.written.set()
        with engine.latch:
            forest.release()
            engine.counters.checkpoint_seconds.observe(engine.disk.monotonic() - began)
        yield
        meta, page_count = ready.meta, len(ready.pages.pages)
        del ready, draft
        give_back(page_count * engine.page_size)
        with self._errors(checkpointer, journal):
            checkpointer.free_journal(meta)

    def _put_in_force(self, running: BackgroundCheckpoint, forest: Forest, pages: PageSet, size: int) -> bool:
        """Adopt one, and note that it is being written; False if the tree that was frozen has been voided."""
        engine = self.engine
        with engine.latch:
            if engine.forest is not forest:
                return False
            began = engine.disk.monotonic()
            self._adopt(forest, pages, size)
            running.is_writing = True
            engine.counters.stall_seconds.observe(engine.disk.monotonic() - began)
            return True

    # The steps

    def _ready(self) -> tuple[Checkpointer, JournalWriter]:
        """Append what is pending; the writer lock is held."""
        journal = self.engine.writable()
        self.engine.append_pending()
        assert self.checkpointer is not None
        return self.checkpointer, journal

    def _freeze(self, forest: Forest, journal: JournalWriter, checkpointer: Checkpointer) -> tuple[Draft, int]:
        """Freeze the state of now, with both locks held; return it, and the size of the journal up to it."""
        with self._errors(checkpointer, journal):
            draft = checkpointer.freeze(forest, journal)
        self.engine.applied_lsn = journal.last_lsn
        return draft, journal.appended_size

    def _prepare(self, draft: Draft, forest: Forest, checkpointer: Checkpointer, *, clean: bool) -> Ready:
        """Make the pages of what is frozen and the room for them; if that fails, nothing is frozen any more."""
        engine = self.engine
        try:
            ready = checkpointer.prepare(draft, forest, clean=clean)
        except BaseException as error:
            if checkpointer.committed or isinstance(error, OSError):
                self._fail(error)
            if isinstance(error, DiskFullError):
                self._note_refusal()
            with engine.latch:
                if engine.forest is forest:
                    forest.thaw(draft.frozen)
            raise
        self.is_refused = False
        return ready

    def _adopt(self, forest: Forest, pages: PageSet, size: int) -> None:
        """Put one in force, with the latch held; `size` is that of the journal up to it."""
        try:
            forest.adopt(pages)
        except BaseException:
            self.engine.void()
            raise
        self._size_at_last = size

    def _void_frozen(self) -> None:
        """Give up a tree that was left frozen: the checkpoint was interrupted between two steps."""
        engine = self.engine
        with engine.latch:
            if isinstance(engine.forest, Forest) and engine.forest.is_frozen:
                engine.void()

    @contextlib.contextmanager
    def _errors(self, checkpointer: Checkpointer, journal: JournalWriter) -> Iterator[None]:
        """Make of an exception in a checkpoint what it means for the engine."""
        try:
            yield
        except DiskFullError:
            self._note_refusal()
            raise
        except BaseException as error:
            if checkpointer.committed or journal.failed or isinstance(error, OSError):
                self._fail(error)
            else:
                self.engine.void()
            raise

    def _note_refusal(self) -> None:
        self.engine.counters.checkpoints_refused += 1
        self.is_refused = True

    def _fail(self, error: BaseException) -> None:
        """Stop the engine; raise what says so, or `error` itself if it is an interrupt."""
        self.engine.fail(error)
        if isinstance(error, Exception):
            raise self.engine.failed_error() from error
        raise error

    # Holding them off

    @contextlib.contextmanager
    def held_off(self) -> Iterator[None]:
        """Let none begin meanwhile, nor a close; enter with the writer lock held, leave without."""
        with self._starting:
            self._hold_count += 1
        try:
            self.stop()
            yield
        finally:
            with self._starting:
                self._hold_count -= 1

    def check_not_held(self, what: str) -> None:
        """Raise UsageError while the files must stay as they stand."""
        if self._hold_count:
            raise UsageError(f"{self.engine.path}: {what} while it is verified", hint="wait until verify has ended")

    # Compaction (bumps/compact.py)

    def make_cutting(self, bound: int) -> None:
        """Make one that gives up free pages at the end of `data`, and moves the freelist below page `bound`."""
        engine = self.engine
        with engine.latch:
            engine.live_forest().cut_from = bound
        try:
            self.make()
        finally:
            with engine.latch:
                if isinstance(engine.forest, Forest):
                    engine.forest.cut_from = None

    def cut_files(self) -> None:
        """Give back what lies behind the end of the files; the last checkpoint must have been made here."""
        engine, checkpointer = self.engine, self.checkpointer
        with engine.writer:
            journal = engine.writable()
            assert checkpointer is not None
            while True:
                self.stop()
                with self._starting:  # one that begins now would make room in the files that are cut
                    if self.running is not None:
                        continue
                    with self._errors(checkpointer, journal):
                        checkpointer.cut_files()
                    return

    def file_sizes(self) -> tuple[int, int]:
        """Return how long `data` and `double-write` are."""
        with self.engine.writer:
            self.engine.writable()
            assert self.checkpointer is not None
            return self.checkpointer.file_sizes()
