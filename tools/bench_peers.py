"""Stores of others that `bumps bench db` measures where they are installed; S1 to S3 are in bench_store.py."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from bumps.tools.bench_store import Getter, Pair, Stepper, Store


class Lmdb(Store):
    """LMDB: a B+tree in a mapped file, written in C."""

    name = "lmdb"
    note = "all gets of a work in one read transaction"

    @staticmethod
    def version() -> str:
        """Return the versions of library and module."""
        import lmdb

        return f"{'.'.join(map(str, lmdb.version()))} (py-lmdb {lmdb.__version__})"

    def open(self) -> None:
        """Open it; every commit syncs."""
        import lmdb

        self.environment = lmdb.open(self.path, map_size=64 << 30, max_dbs=1)
        self._reading: Any = None

    def close(self) -> None:
        """Close it."""
        if self._reading is not None:
            self._reading.abort()
        self.environment.close()

    def put(self, pairs: Sequence[Pair]) -> None:
        """Put all in one write transaction."""
        with self.environment.begin(write=True) as transaction, transaction.cursor() as cursor:
            cursor.putmulti(pairs)

    def getter(self) -> Getter:
        """Return the get of a read transaction."""
        self._reading = self.environment.begin()
        get: Getter = self._reading.get
        return get

    def scan(self) -> int:
        """Walk a cursor."""
        with self.environment.begin() as transaction:
            return sum(1 for _ in transaction.cursor())

    def stepper(self) -> Stepper:
        """Return a search of the next key with a cursor."""
        self._reading = self.environment.begin()
        cursor = self._reading.cursor()
        search, key = cursor.set_range, cursor.key
        return lambda position: key() if search(position + b"\0") else None

    def clear(self) -> None:
        """Empty the tree."""
        with self.environment.begin(write=True) as transaction:
            transaction.drop(self.environment.open_db(None, transaction), delete=False)

    def size(self) -> int:
        """Return the bytes of the pages in use; the file itself is a large hole."""
        import lmdb

        with lmdb.open(self.path, readonly=True) as environment:
            return int((environment.info()["last_pgno"] + 1) * environment.stat()["psize"])

    def handle(self) -> Store:
        """Return the same environment, with a read transaction of its own."""
        other = Lmdb("", "")
        other.environment, other._reading = self.environment, None
        return other

    def release(self) -> None:
        """End the read transaction."""
        if self._reading is not None:
            self._reading.abort()


class LevelDb(Store):
    """LevelDB by plyvel: a log-structured tree, written in C++."""

    name = "leveldb"

    @staticmethod
    def version() -> str:
        """Return the version of plyvel, which has LevelDB inside."""
        import plyvel

        return f"plyvel {plyvel.__version__}"

    def open(self) -> None:
        """Open it."""
        import plyvel

        self.database = plyvel.DB(self.path, create_if_missing=True)

    def close(self) -> None:
        """Close it."""
        self.database.close()

    def put(self, pairs: Sequence[Pair]) -> None:
        """Write one batch, with a sync."""
        with self.database.write_batch(transaction=True, sync=True) as batch:
            for key, value in pairs:
                batch.put(key, value)

    def getter(self) -> Getter:
        """Return its `get`."""
        get: Getter = self.database.get
        return get

    def scan(self) -> int:
        """Iterate over all."""
        return sum(1 for _ in self.database)

    def stepper(self) -> Stepper:
        """Return a seek to the next key."""
        iterator = self.database.raw_iterator()

        def step(position: bytes) -> bytes | None:
            iterator.seek(position + b"\0")
            return iterator.key() if iterator.valid() else None

        return step

    def size(self) -> int:
        """Return the size of the folder: its log is where the newest data is, until the next open."""
        return sum(entry.stat().st_size for entry in os.scandir(self.path))


class _Zodb(Store):
    """ZODB: objects of Python in a file that only grows, with an OOBTree."""

    name = "zodb"
    note = "an OOBTree in a FileStorage, cache of 100,000 objects instead of 400"

    @staticmethod
    def version() -> str:
        """Return the version of the package."""
        from importlib.metadata import version

        import ZODB  # noqa: F401 ImportError is the answer

        return version("ZODB")

    def open(self) -> None:
        """Open the file and the tree in it."""
        import transaction
        import ZODB
        from BTrees.OOBTree import OOBTree

        self.manager = transaction.TransactionManager(explicit=False)
        self.database = ZODB.DB(f"{self.path}.fs", cache_size=100_000)
        self.connection = self.database.open(self.manager)
        root = self.connection.root()
        if "tree" not in root:
            root["tree"] = OOBTree()
            self.manager.commit()
        self.tree = root["tree"]

    def close(self) -> None:
        """Close it."""
        self.manager.abort()
        self.connection.close()
        self.database.close()

    def put(self, pairs: Sequence[Pair]) -> None:
        """Set all, commit."""
        self.tree.update(pairs)
        self.manager.commit()

    def getter(self) -> Getter:
        """Return the `get` of the tree."""
        get: Getter = self.tree.get
        return get

    def scan(self) -> int:
        """Iterate over the tree."""
        return sum(1 for _ in self.tree.items())

    def _stepper(self, above: Callable[[Any], Any]) -> Stepper:
        least = self.tree.minKey

        def step(position: Any) -> Any:
            try:
                return least(above(position))
            except ValueError:
                return None

        return step

    def size(self) -> int:
        """Return the size of the file."""
        return os.path.getsize(f"{self.path}.fs")


class Zodb(_Zodb):
    """ZODB with keys of bytes."""

    def stepper(self) -> Stepper:
        """Return a search of the least key above."""
        return self._stepper(lambda position: position + b"\0")


class ZodbTuple(_Zodb):
    """ZODB with keys that are tuples."""

    level = "tuple"
    start = (0,)

    def stepper(self) -> Stepper:
        """Return a search of the least key above."""
        return self._stepper(lambda position: (position[0] + 1,))


class BPlusTree(Store):
    """bplustree: a B+tree with a log, in pure Python as bumps is."""

    name = "bplustree"
    count_max = 5_000
    note = (
        "5,000 keys at most; each insert is a durable transaction, only ascending keys come in batches;"
        " 0.0.3 ends every scan with an error, which is caught behind the last node"
    )

    @staticmethod
    def version() -> str:
        """Return the version of the package."""
        from importlib.metadata import version

        import bplustree  # noqa: F401 ImportError is the answer

        return version("bplustree")

    def open(self) -> None:
        """Open it with pages of 8 KiB."""
        import bplustree
        from bplustree.serializer import Serializer

        class Plain(Serializer):  # type: ignore[misc]
            """Keys are bytes already."""

            __slots__ = ()

            def serialize(self, obj: bytes, key_size: int) -> bytes:
                return obj

            def deserialize(self, data: bytes) -> bytes:
                return bytes(data)

        self.tree = bplustree.BPlusTree(
            self.path, page_size=8192, order=100, key_size=24, value_size=32, serializer=Plain()
        )
        self._last = b""

    def close(self) -> None:
        """Close it, with a checkpoint."""
        self.tree.close()

    def put(self, pairs: Sequence[Pair]) -> None:
        """Insert a batch if its keys ascend behind the last one, else one by one."""
        keys = [self._last, *(key for key, _ in pairs)]
        if all(map(bytes.__lt__, keys, keys[1:])):
            self.tree.batch_insert(pairs)
            self._last = keys[-1]
            return
        self._last = b"\xff"
        for key, value in pairs:
            self.tree.insert(key, value, replace=True)

    def getter(self) -> Getter:
        """Return its `get`."""
        get: Getter = self.tree.get
        return get

    def scan(self) -> int:
        """Iterate over all; 0.0.3 lets StopIteration out of its generator, which Python now turns into an error."""
        count = 0
        try:
            for _ in self.tree.items():
                count += 1
        except RuntimeError as error:
            if not isinstance(error.__cause__, (StopIteration, RuntimeError)):
                raise
        return count

    def size(self) -> int:
        """Return the size of the file."""
        return os.path.getsize(self.path)
