"""The stores that `bumps bench db` measures: bumps, sqlite3, and those of bench_peers.py. S1 to S3: bench_store.py."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Sequence
from typing import Any

from bumps.limits import CACHE_SIZE_DEFAULT
from bumps.tools.bench_peers import BPlusTree, LevelDb, Lmdb, Zodb, ZodbTuple
from bumps.tools.bench_store import GLOBAL, NAME, Getter, Pair, Stepper, Store
from bumps.version import __version__


class Bumps(Store):
    """This engine, with encoded keys: `Engine.commit`, `Engine.get`."""

    name = "bumps"

    @staticmethod
    def version() -> str:
        """Return the version."""
        return __version__

    def open(self) -> None:
        """Open it with its defaults."""
        import bumps

        self.database = bumps.open(self.path)
        self.engine = self.database.engine

    def close(self) -> None:
        """Close it, with a checkpoint."""
        self.database.close()

    def put(self, pairs: Sequence[Pair]) -> None:
        """Commit one frame."""
        from bumps.batch import SET, Batch

        keys, values = [key for key, _ in pairs], [value for _, value in pairs]
        self.engine.commit([Batch(NAME, bytes([SET]) * len(keys), keys, values)])

    def getter(self) -> Getter:
        """Return the engine's own `get`."""
        return functools.partial(self.engine.get, NAME)

    def scan(self) -> int:
        """Scan as a backup does."""
        return sum(1 for _ in self.engine.scan(NAME, b"", b"\xff"))

    def stepper(self) -> Stepper:
        """Return `$ORDER` of the first subscript."""
        return functools.partial(self.engine.order, NAME, b"")

    def clear(self) -> None:
        """Kill the global."""
        from bumps.batch import KILL, Batch

        self.engine.commit([Batch(NAME, bytes([KILL]), [b""], [])])

    def size(self) -> int:
        """Return the size of the data file."""
        return os.path.getsize(os.path.join(self.path, "data"))


class BumpsTuple(Bumps):
    """This engine, as a Python program uses it: a name and subscripts, texts as values."""

    level = "tuple"
    start = ""

    def put(self, pairs: Sequence[Pair]) -> None:
        """Set node after node in one transaction."""
        with self.database.transaction() as transaction:
            for (number, field), value in pairs:
                transaction.set(GLOBAL, number, field, value=value)

    def getter(self) -> Getter:
        """Return a get by path."""
        get = self.database.get
        return lambda key: get(GLOBAL, key[0], key[1])

    def scan(self) -> int:
        """Scan paths and values."""
        return sum(1 for _ in self.database.scan(GLOBAL))

    def stepper(self) -> Stepper:
        """Return `$ORDER` by subscripts."""
        order = self.database.order

        def step(position: Any) -> Any:
            return order(GLOBAL, position) or None

        return step

    def clear(self) -> None:
        """Kill the global."""
        self.database.kill(GLOBAL)


class Sqlite(Store):
    """sqlite3 of the standard library, with a log (WAL) and a sync per commit (FULL)."""

    name = "sqlite3"
    cache_size = 0
    _create = "CREATE TABLE IF NOT EXISTS node (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"
    _insert = "INSERT OR REPLACE INTO node VALUES (?, ?)"
    _select = "SELECT value FROM node WHERE key = ?"
    _scan = "SELECT key, value FROM node ORDER BY key"
    _step = "SELECT key FROM node WHERE key > ? ORDER BY key LIMIT 1"

    @staticmethod
    def version() -> str:
        """Return the version of the library, not of the module."""
        import sqlite3

        return sqlite3.sqlite_version

    def open(self) -> None:
        """Open it, durable."""
        self._connect()
        self._execute(self._create)

    def _connect(self) -> None:
        import sqlite3

        self.connection = sqlite3.connect(self.path, isolation_level=None, timeout=120, check_same_thread=False)
        self._execute = self.connection.execute
        self._execute("PRAGMA journal_mode = WAL")
        self._execute("PRAGMA synchronous = FULL")
        if self.cache_size:
            self._execute(f"PRAGMA cache_size = -{self.cache_size // 1024}")

    def close(self) -> None:
        """Close it, with a checkpoint."""
        self.connection.close()

    def put(self, pairs: Sequence[Pair]) -> None:
        """Insert all in one transaction, by one call."""
        self._execute("BEGIN IMMEDIATE")
        self.connection.executemany(self._insert, pairs)
        self._execute("COMMIT")

    def getter(self) -> Getter:
        """Return a SELECT by the primary key."""
        execute, select = self._execute, self._select
        return lambda key: execute(select, (key,)).fetchone()[0]

    def scan(self) -> int:
        """Read the table in order of its key."""
        return sum(1 for _ in self._execute(self._scan))

    def stepper(self) -> Stepper:
        """Return a SELECT of the next key."""
        execute, select = self._execute, self._step

        def step(position: Any) -> Any:
            row = execute(select, (position,)).fetchone()
            return row and row[0]

        return step

    def clear(self) -> None:
        """Delete all rows."""
        self._execute("DELETE FROM node")

    def size(self) -> int:
        """Return the size of the file."""
        return os.path.getsize(self.path)

    def handle(self) -> Store:
        """Return another connection."""
        other = type(self)("", "")
        other.path = self.path
        other._connect()
        return other

    def release(self) -> None:
        """Close the connection."""
        self.close()


class SqliteCached(Sqlite):
    """The same with a cache as large as that of bumps. By itself sqlite3 takes 2 MB."""

    name = "sqlite3-256m"
    note = "cache of 256 MiB, as bumps has; sqlite3 by itself has 2 MB"
    cache_size = CACHE_SIZE_DEFAULT


class SqliteTuple(Sqlite):
    """The key is two columns."""

    level = "tuple"
    start = 0
    _create = (
        "CREATE TABLE IF NOT EXISTS node (number INTEGER, field TEXT, value TEXT, PRIMARY KEY (number, field))"
        " WITHOUT ROWID"
    )
    _insert = "INSERT OR REPLACE INTO node VALUES (?, ?, ?)"
    _select = "SELECT value FROM node WHERE number = ? AND field = ?"
    _scan = "SELECT number, field, value FROM node ORDER BY number, field"
    _step = "SELECT number FROM node WHERE number > ? ORDER BY number LIMIT 1"

    def put(self, pairs: Sequence[Pair]) -> None:
        """Insert row after row in one transaction, as a program does that has one at a time."""
        execute, insert = self._execute, self._insert
        execute("BEGIN IMMEDIATE")
        for (number, field), value in pairs:
            execute(insert, (number, field, value))
        execute("COMMIT")

    def getter(self) -> Getter:
        """Return a SELECT by the primary key."""
        execute, select = self._execute, self._select
        return lambda key: execute(select, key).fetchone()[0]


ALL: tuple[type[Store], ...] = (
    Bumps,
    Sqlite,
    SqliteCached,
    Lmdb,
    LevelDb,
    Zodb,
    BPlusTree,
    BumpsTuple,
    SqliteTuple,
    ZodbTuple,
)
NAMES = tuple(dict.fromkeys(store.name for store in ALL))


def find(name: str, level: str) -> type[Store]:
    """Return the store of that name and kind of keys."""
    return next(store for store in ALL if (store.name, store.level) == (name, level))


def versions(names: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the versions of those that are installed, and why the others are not measured."""
    found, missing = {}, {}
    for name in names:
        store = next(store for store in ALL if store.name == name)
        try:
            found[name] = store.version()
        except ImportError as error:
            missing[name] = f"not installed ({error}): pip install 'bumps-m[bench]'"
    return found, missing
