"""A database as a Python program sees it: `bumps.open`, and what it returns.

One `Database` may be shared by the threads of a process; each thread has a transaction
stack of its own, so what a thread does between `transaction()` and its end belongs to that
transaction, through whichever name it is said. A second `open` of the same files in one
process is another handle on the same engine, which closes with its last handle.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from _thread import get_ident
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from types import TracebackType
from typing import Any, Protocol, TypeVar, cast

from bumps import limits
from bumps.access import Access
from bumps.batch import SET, Batch
from bumps.compact import Compacted, compact
from bumps.engine import Engine
from bumps.errors import ClosedError, FailedError, LockTimeoutError, RestartError, TransactionError, UsageError
from bumps.files import Disk, MemoryDisk, RealDisk, after_fork
from bumps.globals import FrozenGlobals, Globals, Level
from bumps.locks import Owner
from bumps.options import Durability, Options
from bumps.policy import Policy
from bumps.problem import Problem
from bumps.recovery import verify as recovery_verify
from bumps.recovery.location import open_error, place_in
from bumps.recovery.recover import check_identity
from bumps.run import Language, Limits, Run
from bumps.snapshot import Snapshot as EngineSnapshot

Triple = tuple[str, bytes, bytes]
"""Name of a global without `^`, encoded key, value."""
Function = TypeVar("Function", bound=Callable[..., Any])

LOAD_COMMIT_COUNT = 1000
"""`load_nodes` commits after this many nodes."""
_PROGRESS_COUNT = 10_000


class Runner(Protocol):
    """Runs an M function for `Database.call`; the language hands itself in (bumps/__init__.py)."""

    def __call__(
        self,
        database: Database,
        entryref: str,
        arguments: Sequence[Any],
        routines: Sequence[str] | None,
        policy: Policy | None,
        limits: Limits | None,
        run: Run | None,
        trace: Callable[[dict[str, Any]], None] | None,
    ) -> Any:
        """Return the value of `$$entryref(arguments)`, or None if it returns none."""


_engines: dict[tuple[int, int], tuple[Engine, int]] = {}
"""Open engines by device and inode, with their handles counted: one process, one engine per database."""
_engines_lock = threading.Lock()


def open(
    path: str | FilePath,
    *,
    charset: str | None = None,
    durability: str | Durability = Durability.COMMIT,
    mode: str = "rw",
    create: bool = True,
    page_size: int | None = None,
    cache_size: int = limits.CACHE_SIZE_DEFAULT,
    keep: str = "all",
    routines: Sequence[str] | None = None,
    disk: Disk | None = None,
) -> Database:
    """Open the database at `path`, after recovering it if it must be; create it if it is absent.

    `path`: a directory, by custom `NAME.bumps`; `:memory:` makes one that lives as long as the object.
    `charset`: `utf-8` or `m` (bytes) for a new database; another one than an existing database has is an error.
    `durability`: `commit` (a write returns when it is on the disk), `group` (a few milliseconds later), `none`.
    `mode`: `rw` or `r`; what cannot be written (a read-only file system, no permission) is opened as with `r`.
    `page_size` and `cache_size` in bytes. `keep`: journal segments, `all` or `checkpoint`.
    `routines`: folders where `call` finds M routines; `$BUMPS_ROUTINES`, else the current one.

    Raises NoDatabaseError, LockedError (another process has it), ForeignFileError, CorruptionError, UsageError.
    """
    if path == "":
        raise UsageError("path '': it names the directory of a database", hint='such as "clinic.bumps"')
    if mode not in ("rw", "r"):
        raise UsageError(f"mode {mode!r}: it is rw or r")
    try:
        durability = Durability(durability)
    except ValueError:
        raise UsageError(f"durability {durability!r}: it is commit, group or none") from None
    options = Options(
        charset=charset,
        page_size=page_size,
        durability=durability,
        create=create and mode == "rw",
        read_only=mode == "r",
        cache_size=cache_size,
        keep=keep,
    )
    disk = disk or RealDisk()
    if path == ":memory:":
        options = replace(options, keep="checkpoint", create=True, read_only=False)
        return Database(Engine.open(MemoryDisk(), "/memory.bumps", options), options, routines)
    return Database(_share(disk, place_in(disk, str(FilePath(path))), options), options, routines)


def _share(disk: Disk, path: str, options: Options) -> Engine:
    """Return the engine of this process for the database at `path`, opening it if there is none.

    One that has failed is let go: its other handles are closed, and recovery decides what is in.
    """
    with _engines_lock:
        try:
            key = disk.identity(path) if disk.kind(path) == "directory" else None
        except OSError as error:
            raise open_error(path, error) from error
        if key is not None and (shared := _engines.get(key)) is not None:
            engine, count = shared
            if engine.failed:
                engine.close()
                del _engines[key]
                return _open(disk, path, options)
            wanted = (options.read_only, options.cache_size, options.keep)
            has = (engine.options.read_only, engine.options.cache_size, engine.options.keep)
            if wanted != has:
                raise UsageError(f"{path}: open in this process already, with other options")
            check_identity(path, options, engine.codec.charset, engine.page_size)
            _engines[key] = engine, count + 1
            return engine
        return _open(disk, path, options)


def _open(disk: Disk, path: str, options: Options) -> Engine:
    """Open an engine and note it; the caller holds the lock."""
    engine = Engine.open(disk, path, options)
    try:
        _engines[disk.identity(path)] = engine, 1
    except OSError as error:
        engine.abandon()
        raise open_error(path, error) from error
    return engine


def open_engines() -> list[Engine]:
    """Return the engines of the databases that are open in this process; those in memory have no path, and are not."""
    # Without the lock, which whoever closes a database holds for as long as that takes.
    return [engine for engine, _ in list(_engines.values())]


def _forget_engines() -> None:
    """Begin anew in a forked process: the engines are its parent's (E8), and who held the lock may be gone."""
    global _engines_lock
    _engines.clear()
    _engines_lock = threading.Lock()


after_fork(_forget_engines)


class _Local(threading.local):
    """What each thread has of its own."""

    globals: Globals
    owner: Owner


class Database(Access):
    """An open database. Use it as a context manager, or call `close`."""

    def __init__(self, engine: Engine, options: Options, routines: Sequence[str] | None = None) -> None:
        """Take a handle on an open engine; callers use `bumps.open`."""
        self.engine = engine
        self.codec = engine.codec
        self.options = options
        self.routines = routines
        self._local = _Local()
        self._closed = False

    runner: Runner | None = Language.runner
    """The one step upwards, from the database to the language."""

    @property
    def _globals(self) -> Globals:
        try:
            return self._local.globals
        except AttributeError:
            if self._closed:
                raise ClosedError(f"{self.engine.path}: the database is closed") from None
            self._local.globals = Globals(self.engine, self.options.durability)
            return self._local.globals

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written: in mode `r`, and on media that cannot be written."""
        return self.engine.read_only

    @property
    def path(self) -> FilePath:
        """Where the database is."""
        return FilePath(self.engine.path)

    @property
    def charset(self) -> str:
        """`utf-8` or `m`."""
        return self.codec.charset

    def __enter__(self) -> Database:
        """Return the database."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it. An error that came before says more than one of closing what has failed (E3 of bumps/engine.py).

        If it has left a transaction of this thread open, as an interrupt of its `__exit__` does, that is rolled back.
        """
        with contextlib.suppress(*([FailedError] if error is not None else [])):
            if error is not None and not self._closed and self._globals.level:
                self._globals.rollback()
            self.close()

    def __repr__(self) -> str:
        """Return `<database /data/clinic.bumps>`."""
        return f"<database {self.engine.path}{' (closed)' if self._closed else ''}>"

    def close(self) -> None:
        """Make everything durable and let go; another open handle on the same database stays usable.

        FailedError: a write or a sync has failed, just now or before, and something that was written may be lost.
        """
        engine = self.engine
        with _engines_lock:
            if self._closed:
                return
            key = next((key for key, (shared, _) in _engines.items() if shared is engine), None)
            if key is not None and _engines[key][1] > 1:
                _engines[key] = engine, _engines[key][1] - 1
            else:
                try:
                    engine.close()
                finally:
                    self._closed = engine.closed
                    if key is not None and engine.closed:
                        del _engines[key]
            self._closed = True
            self._local = _Local()
        engine.check_kept()
        if not engine.failed:
            engine.flush()  # without the lock: a transaction of another thread may have to end first

    def flush(self) -> None:
        """Return when everything that was written is durable."""
        self._globals.flush()

    def checkpoint(self) -> None:
        """Bring the data file up to date; opening after a crash then has less to read."""
        self.engine.checkpoint()

    def compact(self, progress: Callable[[int, int], None] | None = None) -> Compacted:
        """Give unused pages of the data file back to the file system, while others go on; return what it did.

        What an open snapshot needs stays. `progress` is called with the pages that are left, and those there were. It
        may be ended at any moment, by an exception or a crash: nothing is lost. The journal is not touched.
        """
        return compact(self.engine, progress)

    def session(self, durability: Durability | None = None) -> Globals:
        """Return the globals as a Run of M sees them, with a transaction stack of its own."""
        return Globals(self.engine, durability or self.options.durability)

    def snapshot(self) -> Snapshot:
        """Return the database as it is now, for reading while it goes on changing; `close` it, or use `with`.

        What the open transaction of this thread has changed is not in it.
        """
        if self._closed:
            raise ClosedError(f"{self.engine.path}: the database is closed")
        return Snapshot(self.engine.snapshot())

    # Transactions

    def transaction(self) -> Transaction:
        """Return a context: all that this thread writes inside is one commit, durable on leaving.

        Inside, the database is read as it was on entering. An exception rolls it back. A transaction
        inside another is a savepoint. If another commit has changed what was read inside, leaving
        raises RestartError: nothing was done, and the whole is to be run again. `transactional` does
        that. A thread that was told so three times running has its turn: its next one holds up
        other writers, and cannot be disturbed.
        """
        return Transaction(self)

    def transactional(self, function: Function) -> Function:
        """Decorate a function to run in a transaction; it is called again when that must restart.

        At most three times: then it has its turn. Inside another transaction it is a savepoint, and
        only the outermost one is run again.
        """

        @functools.wraps(function)
        def run(*arguments: Any, **keywords: Any) -> Any:
            outermost = self._globals.level == 0
            while True:
                try:
                    with self.transaction():
                        return function(*arguments, **keywords)
                except RestartError:
                    if not outermost:
                        raise

        return cast(Function, run)

    # Locks

    @contextlib.contextmanager
    def lock(self, *path: Any, timeout: float | None = None) -> Iterator[None]:
        """Return a context that holds a lock on a name, as M's LOCK does: `with database.lock("^X", 1, timeout=2)`.

        It keeps away other threads and Runs of M that lock the same name, an ancestor or a descendant of it, and
        nothing else: reads and writes go on. Whoever holds it may take it again. `timeout` in seconds; without one
        it waits as long as it takes. LockTimeoutError: it was not to be had in time. TransactionError inside a
        transaction: take the lock first, so that nobody has to wait for a commit that waits for a lock.
        """
        if self._globals.level:
            raise TransactionError("lock: a transaction is open", hint="take the lock, and begin the transaction in it")
        name, key = self._locate(path)
        self.engine.check_readable()
        owner, names = self.lock_owner, [(f"^{name}", key)]
        if not self.engine.locks.acquire(owner, names, timeout):
            held = f"^{name}({', '.join(map(repr, path[1:]))})" if key else f"^{name}"
            raise LockTimeoutError(f"{held}: another thread or Run holds the lock", lock=path)
        try:
            yield
        finally:
            self.engine.locks.release(owner, names)

    @property
    def lock_owner(self) -> Owner:
        """Who takes locks in this thread, and to whose party the Runs belong that it calls."""
        try:
            return self._local.owner
        except AttributeError:
            self._local.owner = Owner()
            return self._local.owner

    # M

    def call(
        self,
        entryref: str,
        *arguments: Any,
        routines: Sequence[str] | None = None,
        policy: Policy | None = None,
        limits: Limits | None = None,
        run: Run | None = None,
        trace: Callable[[dict[str, Any]], None] | None = None,
    ) -> Any:
        """Run the M function `LABEL^ROUTINE` with arguments by value; return its value, None if it has none.

        `policy` says which files, commands and addresses it may reach; None grants what this process may do.
        `limits` end it when it takes too much; `run` is a handle by which another thread may cancel it.
        `trace` is called before each line of M with what docs/trace-and-profile.md says, and at the end.
        Raises MError for an error that the M code does not trap; RunLimitError, RunCancelledError: then its locks are
        free, and its transaction is undone.
        """
        if Database.runner is None:
            raise UsageError("no M runner is installed", hint="import bumps, not bumps.database")
        path = self.routines if routines is None else routines
        return Database.runner(self, entryref, arguments, path, policy, limits, run, trace)

    # The whole

    def nodes(self, names: Iterable[str] | None = None) -> Iterator[Triple]:
        """Yield (name, key, value) of all globals, or of those named without `^`, in order, all of one moment."""
        return _triples(self.engine.scans(names))

    def digest(self) -> str:
        """Return 64 hexadecimal digits that two databases share if, and only if, they hold the same."""
        return self.engine.digest()

    def load_nodes(
        self,
        nodes: Iterable[Triple],
        *,
        atomic: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Set many nodes, 1,000 a commit, or all in one with `atomic`; return how many.

        `progress` is called with the count now and then. An exception from `nodes` ends it; what was
        committed before stays (nothing with `atomic`). TransactionError inside a transaction of this thread.
        """
        if self._globals.level:
            raise TransactionError("load_nodes commits by itself: no transaction may be open")
        count = committed = lsn = 0
        columns: dict[str, tuple[list[bytes], list[bytes]]] = {}
        limit = None if atomic else LOAD_COMMIT_COUNT

        def commit() -> None:
            nonlocal columns, committed, lsn
            batches = [Batch(name, bytes((SET,)) * len(keys), keys, values) for name, (keys, values) in columns.items()]
            if batches:
                lsn = self.engine.append(batches)
                self.engine.after_write()
            columns, committed = {}, count

        try:
            for name, key, value in nodes:
                keys, values = columns.setdefault(name, ([], []))
                keys.append(key)
                values.append(value)
                count += 1
                if limit is not None and count - committed >= limit:
                    commit()
                if progress is not None and count % _PROGRESS_COUNT == 0:
                    progress(count)
        except Exception:
            # What came before the bad line is whole, and belongs in; with `atomic` nothing does.
            if not atomic:
                commit()
            raise
        else:
            commit()
        finally:
            if lsn:
                self.engine.wait_durable(lsn)
        return count

    def verify(self) -> Iterator[Problem]:
        """Yield everything that is wrong in the files, as it is found, while others read and write.

        It only reads: what was durable when it began, as `bumps.verify` does of a database that nobody has open.
        Until it has ended no checkpoint is made: memory may go above the budget of the cache, and `close`,
        `checkpoint` and `compact` raise UsageError.
        """
        with self.engine.standing() as disk:
            yield from recovery_verify.problems(disk, self.engine.path)

    def stat(self) -> dict[str, Any]:
        """Return counts and sizes, as `bumps db stat --json` prints them."""
        return self.engine.stat()


def _triples(scans: Iterable[tuple[str, Iterable[tuple[bytes, bytes]]]]) -> Iterator[Triple]:
    """Yield (name, key, value) of scans of whole globals."""
    for name, scan in scans:
        for key, value in scan:
            yield name, key, value


class Snapshot(Access):
    """The database as it was at `lsn`. Its operations are those of `Database` that read; others raise UsageError.

    Threads may share it. It blocks nobody, however long it lives; while it does, pages that
    only it needs are not used again, so close it. Used after that it raises ClosedError.
    """

    def __init__(self, snapshot: EngineSnapshot) -> None:
        """Take over what the engine opened; callers use `Database.snapshot`."""
        self.codec = snapshot.engine.codec
        self._snapshot = snapshot
        self._frozen = FrozenGlobals(snapshot)

    @property
    def _globals(self) -> Globals:
        return self._frozen

    @property
    def lsn(self) -> int:
        """LSN of the newest commit that is in it."""
        return self._snapshot.lsn

    def __enter__(self) -> Snapshot:
        """Return the snapshot."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Return `<snapshot of /data/clinic.bumps at LSN 7>`."""
        closed = " (closed)" if self._snapshot.closed else ""
        return f"<snapshot of {self._snapshot.engine.path} at LSN {self.lsn}{closed}>"

    def close(self) -> None:
        """Let it go."""
        self._snapshot.close()

    def nodes(self, names: Iterable[str] | None = None) -> Iterator[Triple]:
        """Yield (name, key, value) of all globals, or of those named without `^`, in order."""
        return _triples(self._snapshot.scans(names))

    def digest(self) -> str:
        """Return the digest of its content, as `Database.digest` does."""
        return self._snapshot.digest()


class Transaction(Access):
    """A transaction of this thread, as a context. Its operations are those of `Database`."""

    def __init__(self, database: Database) -> None:
        """Prepare one; it begins on entering."""
        self.database = database
        self.codec = database.codec
        self._level: Level | None = None
        """What it is while it is open."""
        self._own: Globals | None = None
        self._thread = 0
        """That it belongs to, while it is open."""

    @property
    def _globals(self) -> Globals:
        own = self._own
        if own is not None:
            if self._thread == get_ident():
                return own
            raise TransactionError("a transaction belongs to the thread that began it", hint="begin one in each thread")
        return self.database._globals

    def __enter__(self) -> Transaction:
        """Begin."""
        globals_ = self._globals
        level = Level(globals_, turn=False)
        try:
            level.__enter__()
            self._thread, self._own, self._level = get_ident(), globals_, level
        except BaseException:
            level.roll_back()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, durably; roll back if an exception came, or if the commit was refused."""
        level = self._level
        if level is None:
            return
        try:
            level.__exit__(kind, error, trace)
        except BaseException:
            level.roll_back()
            raise
        finally:
            if not level.is_open:
                self._own = self._level = None

    def rollback(self) -> None:
        """Undo all that was done inside, and end it: what follows in the block is not part of it."""
        if self._level is not None and self._globals is self._own:
            self._level.roll_back()
