"""All that the M language knows of storage: globals, and the transaction a Run is in.

One `Globals` belongs to one Run, or to one thread of a Python program. Names come
without `^`, keys are encoded (bumps/keys.py), values are bytes. Outside a transaction
each change is a commit of its own; inside one, reads see the transaction's changes
(bumps/overlay.py) and nothing reaches the database before the outermost `commit`.

    G1. A transaction reads from a snapshot, and notes what (bumps/reads.py). Its commit raises
        RestartError if a later commit changed any of that: then it is over, and to be run
        again. So transactions are strictly serialisable, and wait for nobody before their commit.
    G2. After three restarts it is this thread's turn: the next transaction holds the engine's
        writer lock from its beginning, and cannot be disturbed. So may the caller ask for it.
    G3. `commit` of the outermost level lets the lock go before it waits for the disk.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from threading import get_ident

from bumps import limits
from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.engine import KEY_SIZE_FLAT, VALUE_SIZE_FLAT, Engine
from bumps.errors import LimitError, RestartError, TransactionError, UsageError
from bumps.keys import KeyCodec
from bumps.options import Durability
from bumps.overlay import SUBTREE_END, Overlay
from bumps.reads import Reads
from bumps.snapshot import Snapshot

Pair = tuple[bytes, bytes]


Base = Engine | Snapshot | Reads
"""What globals are read from."""

COPY_COUNT, COPY_SIZE = 10_000, 16 * 1024 * 1024
"""Nodes, and bytes of their values, in one commit of a copy: it holds up other writers for no longer."""
RESTART_COUNT_MAX = 3
"""After so many restarts, one after the other, a transaction holds the writer lock (G2)."""


class Globals:
    """The globals of one database as one Run sees them."""

    __slots__ = ("_base", "_marks", "_overlay", "_reads", "_restart_count", "_turn", "codec", "durability", "engine")

    def __init__(self, engine: Engine, durability: Durability) -> None:
        """See `engine`'s globals; `durability` is what a single change outside a transaction promises."""
        self.engine = engine
        self._base: Base = engine
        """What is below the changes of the open transaction."""
        self.codec: KeyCodec = engine.codec
        self.durability = durability
        self._overlay: Overlay | None = None
        self._reads: Reads | None = None
        """What is read of the open transaction, unless it has its turn: the same as `_base`."""
        self._turn: Generator[None, None, None] | None = None
        """Holds the writer lock of a transaction that has its turn."""
        self._marks: list[int] = []
        self._restart_count = 0
        """Restarts since a transaction was committed."""

    # Reading

    def get(self, name: str, key: bytes) -> bytes | None:
        """Return the value of a node, or None."""
        if self._overlay is not None and (changes := self._overlay.of(name)) is not None:
            if key in changes.values:
                return changes.values[key]
            if changes.killed_root(key) is not None:
                return None
        return self._base.get(name, key)

    def data(self, name: str, key: bytes) -> int:
        """Return `$DATA`: 1 if the node has a value, plus 10 if it has descendants."""
        if self._overlay is None or self._overlay.of(name) is None:
            return self._base.data(name, key)
        after = self._next(name, key, key + SUBTREE_END)
        return (self.get(name, key) is not None) + (10 if after is not None else 0)

    def order(self, name: str, prefix: bytes, code: bytes, reverse: bool = False) -> bytes | None:
        """Return the code of the subscript after (before) `code` below the node `prefix`.

        An empty `code` asks for the first (last) one; None is the end. `code` ends in 00.
        """
        if self._overlay is None or self._overlay.of(name) is None:
            return self._base.order(name, prefix, code, reverse)
        if reverse:
            high = prefix + code if code else prefix + SUBTREE_END
            pair = self._previous(name, prefix, high)
        else:
            pair = self._next(name, prefix + code + SUBTREE_END if code else prefix, prefix + SUBTREE_END)
        if pair is None:
            return None
        size = len(prefix)
        return pair[0][size : pair[0].index(b"\0", size) + 1]

    def order_name(self, name: str, reverse: bool = False) -> str | None:
        """Return the global after (before) `name`, which need not exist; empty asks for the first (last)."""
        while True:
            found = self._base.next_name(name, reverse)
            if self._overlay is not None:
                mine = sorted(self._overlay.globals)
                at = bisect_left(mine, name) - 1 if reverse else bisect_right(mine, name)
                at = len(mine) - 1 if reverse and not name else at
                own = mine[at] if 0 <= at < len(mine) else None
                if own is not None and (found is None or (own > found if reverse else own < found)):
                    found = own
            if found is None or self._overlay is None or self.data(found, b""):
                return found
            name = found

    def query(self, name: str, key: bytes, reverse: bool = False) -> bytes | None:
        """Return the key of the next (previous) node that has a value, or None."""
        if self._overlay is None or self._overlay.of(name) is None:
            return self._base.query(name, key, reverse)
        pair = self._previous(name, b"", key, True) if reverse else self._next(name, key, SUBTREE_END)
        return None if pair is None else pair[0]

    def items(self, name: str, key: bytes = b"") -> Iterator[Pair]:
        """Yield (key, value) of a node and its descendants in order, all of one moment."""
        return self.range(name, key, key + SUBTREE_END)

    def range(self, name: str, low: bytes, high: bytes, reverse: bool = False) -> Iterator[Pair]:
        """Yield (key, value) with low <= key < high, in order or backwards, all of one moment."""
        if self._overlay is None or self._overlay.of(name) is None:
            return self._base.scan(name, low, high, reverse)
        return self._merged(name, low, high, reverse)

    def _merged(self, name: str, low: bytes, high: bytes, reverse: bool) -> Iterator[Pair]:
        """Yield what is there and what this transaction has changed, as both are when it begins."""
        assert self._overlay is not None
        changes = self._overlay.of(name)
        assert changes is not None
        own = changes.range(low, high)
        alive = changes.alive(low, high)
        base = self._base.snapshot_now() if isinstance(self._base, Engine) else self._base
        if reverse:
            own.reverse()
            alive.reverse()
        below = (pair for begin, end in alive for pair in base.scan(name, begin, end, reverse))
        there = next(below, None)
        for key, value in own:
            while there is not None and (there[0] > key if reverse else there[0] < key):
                yield there
                there = next(below, None)
            if there is not None and there[0] == key:
                there = next(below, None)
            if value is not None:
                yield key, value
        while there is not None:
            yield there
            there = next(below, None)

    def _next(self, name: str, low: bytes, high: bytes) -> Pair | None:
        """Return the first live node with low < key < high."""
        assert self._overlay is not None
        changes = self._overlay.of(name)
        assert changes is not None
        keys = changes.ordered()
        at = bisect_right(keys, low)
        while at < len(keys) and keys[at] < high and changes.values[keys[at]] is None:
            at += 1
        own = keys[at] if at < len(keys) and keys[at] < high else None
        while (base := self._base.next_pair(name, low, high)) is not None:
            key = base[0]
            if own is not None and own <= key:
                break
            if key in changes.values:
                low = key
            elif (root := changes.killed_root(key)) is not None:
                low = root + SUBTREE_END
            else:
                return base
        if own is None:
            return None
        value = changes.values[own]
        assert value is not None
        return own, value

    def _previous(self, name: str, low: bytes, high: bytes, inclusive: bool = False) -> Pair | None:
        """Return the last live node with low < key < high, or low <= key if `inclusive`."""
        assert self._overlay is not None
        changes = self._overlay.of(name)
        assert changes is not None
        keys = changes.ordered()
        at = bisect_left(keys, high) - 1

        def inside(key: bytes) -> bool:
            return key > low or (inclusive and key == low)

        while at >= 0 and inside(keys[at]) and changes.values[keys[at]] is None:
            at -= 1
        own = keys[at] if at >= 0 and inside(keys[at]) else None
        while (base := self._base.previous_pair(name, low, high)) is not None:
            key = base[0]
            if not inside(key) or (own is not None and own >= key):
                break
            if key in changes.values:
                high = key
            elif (root := changes.killed_root(key)) is not None:
                high = root
            else:
                return base
        if own is None:
            return None
        value = changes.values[own]
        assert value is not None
        return own, value

    # Writing

    def set(self, name: str, key: bytes, value: bytes) -> None:
        """Set a node. LimitError, before anything is changed, if name, key or value is too large."""
        overlay = self._overlay
        if overlay is None:
            self.engine.write(SET, name, key, value, self.durability)
            return
        # A name that has changes was checked, and what is as small as this is within every limit.
        if name not in overlay.globals or len(key) > KEY_SIZE_FLAT or len(value) > VALUE_SIZE_FLAT:
            self.engine.check(SET, name, key, value)
        overlay.set(name, key, value)

    def kill(self, name: str, key: bytes) -> None:
        """Kill a node and its descendants; nothing happens if there are none. LimitError as `set`."""
        self.engine.check(KILL, name, key, b"")
        if self._overlay is not None:
            self._overlay.kill(name, key)
        else:
            self.engine.remove(KILL, name, key, self.durability)

    def kill_node(self, name: str, key: bytes) -> None:
        """Kill the value of a node and leave its descendants. LimitError as `set`."""
        self.engine.check(KILL_NODE, name, key, b"")
        if self._overlay is not None:
            self._overlay.set(name, key, None)
        else:
            self.engine.remove(KILL_NODE, name, key, self.durability)

    def increment(self, name: str, key: bytes, by: Callable[[bytes | None], bytes]) -> bytes:
        """Replace the value of a node by `by(value)` as one step; return the new value."""
        if self._overlay is None:
            return self.engine.update(name, key, by, self.durability)
        value = by(self.get(name, key))
        self.set(name, key, value)
        return value

    def copy(
        self,
        name: str,
        key: bytes,
        source_name: str,
        source_key: bytes,
        progress: Callable[[int], None] = lambda count: None,
    ) -> None:
        """Set at and below `key` what is at and below a node that neither contains it nor lies in it: MERGE.

        The source is read as of one moment. Inside a transaction it is part of that; outside, a large one is
        several commits, in order, since a commit has a largest size: a crash can leave the first of them, and so
        can an exception from `progress`, which is called with the number of nodes before each part.
        """
        at = len(source_key)
        pairs = ((key + found[at:], value) for found, value in self.items(source_name, source_key))
        lsn = 0
        while found := list(islice(pairs, COPY_COUNT)):
            progress(len(found))
            if not lsn and len(found) < limits.GROUP_COUNT_MAX:
                self.set_all(name, found)
                return
            if self._overlay is not None:
                for target, value in found:
                    self.set(name, target, value)
                continue
            for keys, values in _parts(found):
                lsn = self.engine.commit([_sets(name, keys, values)], Durability.NONE)
        if lsn and self.durability is not Durability.NONE:
            self.engine.wait_durable(lsn)

    def set_all(self, name: str, pairs: list[Pair]) -> None:
        """Set nodes of one global, not very many, in order. LimitError as `set`."""
        if self._overlay is None and pairs:
            keys, values = map(list, zip(*pairs))
            if sum(map(len, values)) < limits.GROUP_SIZE_MAX:
                with contextlib.suppress(LimitError):  # one by one, then, as far as it goes
                    self.engine.write_all(_sets(name, keys, values), self.durability)
                    return
        for key, value in pairs:
            self.set(name, key, value)

    def flush(self) -> None:
        """Return when everything that was written is durable."""
        self.engine.flush()

    # Transactions

    @property
    def level(self) -> int:
        """How many transactions are open, one within the other: `$TLEVEL`."""
        return len(self._marks)

    @property
    def has_turn(self) -> bool:
        """Whether the open transaction holds the writer lock, so that nobody else can write before it ends."""
        return self._turn is not None

    def transaction(self) -> Level:
        """Return a context that begins a transaction and commits it, or rolls it back on an exception.

        It is one that never restarts, since nobody could run its block again.
        """
        return Level(self, turn=True)

    def begin(self, *, turn: bool = False) -> None:
        """Begin a transaction, or a nested level of one. LimitError above 126 levels.

        With `turn` an outermost one holds the writer lock, so that its commit raises no RestartError (G2).
        """
        if len(self._marks) >= limits.TRANSACTION_LEVEL_MAX:
            raise LimitError(f"transaction level {len(self._marks) + 1}: the limit is {limits.TRANSACTION_LEVEL_MAX}")
        if self._overlay is None:
            if turn or self._restart_count >= RESTART_COUNT_MAX:
                held = self.engine.turn()
                try:
                    next(held)
                    overlay = Overlay()
                    self._turn, self._overlay, self._marks = held, overlay, [0]
                except BaseException:
                    if self._overlay is None:
                        held.close()
                    raise
            else:
                reads, overlay = self.engine.begin(self.durability), Overlay()
                self._base, self._reads, self._overlay, self._marks = reads, reads, overlay, [0]
                reads.is_open = True
        else:
            self._marks.append(self._overlay.mark())

    def commit(self) -> None:
        """End the innermost level; the outermost one commits all, durably unless durability is `none`.

        RestartError: another commit changed what it has read. Nothing was changed, and no level is open any more.
        """
        if self._overlay is None:
            raise TransactionError("commit: no transaction is open")
        if len(self._marks) > 1:
            self._marks.pop()
            return
        batches = self._overlay.batches()
        reads = self._reads
        lsn = 0
        try:
            if batches:
                lsn = self.engine.commit_transaction(reads, batches, self.durability)
            elif reads is not None and self.durability is Durability.COMMIT:
                lsn = reads.snapshot.lsn  # what it was told may be believed only when it cannot be lost
        except RestartError:
            self._end()
            self._restart_count += 1
            raise
        except BaseException:
            # What was refused stays open: the caller rolls back, or tries again when there is space. Not so if it
            # was ended in the middle: it is in, perhaps, and would be in twice.
            if self.engine.failed or (reads is not None and reads.snapshot.closed):
                self._end()
            raise
        self._end()
        self._restart_count = 0
        self.engine.promise(lsn, self.durability)

    def rollback(self, to_level: int = 0) -> None:
        """Undo and end all levels above `to_level`."""
        if self._overlay is None or not 0 <= to_level < len(self._marks):
            raise TransactionError(f"rollback to level {to_level}: the level is {len(self._marks)}")
        if to_level == 0:
            self._end()
            return
        self._overlay.roll_back(self._marks[to_level])
        del self._marks[to_level:]

    def _end(self) -> None:
        # Between `finally` and the end no interrupt comes: nothing is called. One that comes before it finds
        # the transaction open, so that its context ends it again; what `end` has not let go, the garbage does,
        # which may be late: the frames that an exception keeps are none. So `close` is told that it is not open.
        try:
            if self._turn is not None:
                self._turn.close()
            elif self._reads is not None and not self._reads.snapshot.closed:  # else the commit has ended it
                self.engine.end(self._reads)
        finally:
            if self._reads is not None:
                self._reads.is_open = False
            self._overlay, self._turn, self._base, self._reads, self._marks = None, None, self.engine, None, []


class FrozenGlobals(Globals):
    """The globals as a snapshot has them. What would change them raises UsageError."""

    __slots__ = ()

    def __init__(self, snapshot: Snapshot) -> None:
        """See the globals of a snapshot."""
        super().__init__(snapshot.engine, Durability.NONE)
        self._base = snapshot

    def set(self, name: str, key: bytes, value: bytes) -> None:
        """Refuse it."""
        raise _frozen("set")

    def kill(self, name: str, key: bytes) -> None:
        """Refuse it."""
        raise _frozen("kill")

    def kill_node(self, name: str, key: bytes) -> None:
        """Refuse it."""
        raise _frozen("kill")

    def increment(self, name: str, key: bytes, by: Callable[[bytes | None], bytes]) -> bytes:
        """Refuse it."""
        raise _frozen("increment")

    def copy(
        self,
        name: str,
        key: bytes,
        source_name: str,
        source_key: bytes,
        progress: Callable[[int], None] = lambda count: None,
    ) -> None:
        """Refuse it."""
        raise _frozen("merge")

    def set_all(self, name: str, pairs: list[Pair]) -> None:
        """Refuse it."""
        raise _frozen("set")

    def begin(self, *, turn: bool = False) -> None:
        """Refuse it: a transaction is begun to write."""
        raise _frozen("begin a transaction")


def _sets(name: str, keys: list[bytes], values: list[bytes]) -> Batch:
    return Batch(name, bytes((SET,)) * len(keys), keys, values)


def _parts(pairs: list[Pair]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Yield keys and values in parts that a commit can hold."""
    keys: list[bytes] = []
    values: list[bytes] = []
    size = 0
    for key, value in pairs:
        if keys and size + len(value) > COPY_SIZE:
            yield keys, values
            keys, values, size = [], [], 0
        keys.append(key)
        values.append(value)
        size += len(value)
    yield keys, values


def _frozen(what: str) -> UsageError:
    return UsageError(f"{what}: a snapshot is for reading only", hint="write to the database itself")


class Level:
    """One level of a transaction as a context, which ends it however it is left.

    An interrupt that comes when `__exit__` begins keeps it from running: then the end of this object does its work.
    """

    is_open = False
    """Whether it has begun, and not ended in good order."""

    def __init__(self, globals_: Globals, *, turn: bool) -> None:
        """Prepare a level of `globals_`; with `turn` an outermost one never restarts (G2)."""
        self.globals = globals_
        self.turn = turn
        self.level = -1
        """How many levels were open before this one."""
        self._thread = 0

    def __enter__(self) -> Level:
        """Begin."""
        level = len(self.globals._marks)
        self._thread = get_ident()
        self.level, self.is_open = level, True
        try:
            self.globals.begin(turn=self.turn)
        except BaseException:
            self.roll_back()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Commit, or roll back if an exception came, or if the commit was refused."""
        try:
            if kind is not None:
                self.roll_back()
            elif self._thread != get_ident():
                raise TransactionError("a transaction belongs to the thread that began it")
            elif len(self.globals._marks) > self.level:
                self.globals.commit()
            self.is_open = False
        except BaseException:
            self.roll_back()
            raise

    def roll_back(self) -> None:
        """Undo and end what is open of this level; nothing if it has ended, or is another thread's."""
        if self._thread == get_ident():
            if len(self.globals._marks) > self.level >= 0:
                self.globals.rollback(self.level)
            self.is_open = False

    def __del__(self) -> None:
        """End what `__exit__` has not."""
        if self.is_open:
            self.roll_back()
