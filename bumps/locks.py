"""The lock table of a database: names that LOCK has taken, who holds them, and who waits.

A lock is advice: it keeps other locks away and nothing else. Its name is that of a node, `("^A", key)` for the
global, `("A", key)` for the local, whose key is encoded as in the tree (bumps/keys.py). No node has to be there.

    L1. Names conflict if they are equal or one is an ancestor of the other, and two parties want them. An owner
        belongs to one party: a Run, or a thread of a Python program with the Runs that it calls. What one party
        holds never keeps it waiting.
    L2. A list of names is granted as a whole or not at all, so that lists alone cannot make a deadlock.
    L3. A party that holds nothing waits behind all that asked before it for names that conflict with its own. One
        that holds something waits for what is held only: whoever is before it in the queue may wait for it.
    L4. Whoever lets a name go grants it to the first in the queue that can have it, and only then wakes that one:
        nobody else comes between.
    L5. A wait ends by the grant, the timeout, an exception of the waiting thread, or the end of the database.
        A deadlock is not looked for: only a timeout ends it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bumps.errors import ClosedError

new_signal = threading.Lock
"""What a waiter waits for: a lock that whoever grants lets go."""

Name = tuple[str, bytes]
"""The name of a lock: of a variable, with `^` for a global, and the key of the node."""


Holding = tuple[int, bool]
"""How often LOCK has taken a name, and whether ZALLOCATE has."""

NOTHING: Holding = (0, False)


class Owner:
    """Who takes locks: a Run, or a thread of Python. What it holds is let go by itself, and by nobody else."""

    __slots__ = ("names", "party")

    def __init__(self, party: Owner | None = None) -> None:
        """Make one that holds nothing: of a party of its own, or of that of another owner."""
        self.party: Owner = self if party is None else party.party
        self.names: dict[Name, Holding] = {}
        """What it holds; the name that was named last is the last."""


class Lock(NamedTuple):
    """One name that is held, for lists."""

    name: Name
    owner: Owner
    level: int
    """How often LOCK has taken it: 0 if only ZALLOCATE has."""
    is_allocated: bool


class _Waiter:
    """One party in the queue."""

    __slots__ = ("allocate", "is_granted", "names", "owner", "woken")

    def __init__(self, owner: Owner, names: Sequence[Name], allocate: bool) -> None:
        self.owner = owner
        self.names = names
        self.allocate = allocate
        self.is_granted = False
        self.woken = new_signal()
        self.woken.acquire()


class Locks:
    """The lock table. Threads share it."""

    def __init__(self) -> None:
        """Begin with nothing held."""
        self._mutex = threading.Lock()
        self._holders: dict[Name, list[Owner]] = {}
        """Owners of each name that is held: all of one party (L1)."""
        self._below: dict[Name, dict[Owner, int]] = {}
        """For each ancestor of a name that is held: how many names below it each party holds."""
        self._parties: dict[Owner, int] = {}
        """How many names each party holds, each counted once for each of its owners."""
        self._queue: list[_Waiter] = []
        self._closed = False

    def acquire(
        self, owner: Owner, names: Sequence[Name], timeout: float | None = None, *, allocate: bool = False
    ) -> bool:
        """Take all names for an owner, once more if it holds them; return False if time was over before.

        `timeout` in seconds: None waits as long as it takes, 0 or less does not wait. `allocate`: what ZALLOCATE
        takes, which is let go apart. An exception that ends the wait leaves nothing taken. ClosedError: the
        database was closed.
        """
        with self._mutex:
            self._check_open()
            if self._is_free(owner.party, names, self._queue):
                self._grant(owner, names, allocate)
                return True
            if timeout is not None and timeout <= 0:
                return False
            waiter = _Waiter(owner, names, allocate)
            self._queue.append(waiter)
        is_told = False
        try:
            waiter.woken.acquire(timeout=-1 if timeout is None else min(timeout, threading.TIMEOUT_MAX))
            is_told = True
        finally:
            with self._mutex:
                if not waiter.is_granted:
                    self._queue.remove(waiter)
                    self._serve()  # those who waited behind this one
                elif not is_told:
                    self._let_go(owner, [(name, 1, allocate) for name in names])
                    self._serve()
        with self._mutex:
            self._check_open()
        return waiter.is_granted

    def release(self, owner: Owner, names: Iterable[Name], *, allocated: bool = False) -> None:
        """Let names go once each; nothing happens with one that is not held. `allocated`: what ZALLOCATE has taken."""
        with self._mutex:
            self._let_go(owner, [(name, 0 if allocated else 1, allocated) for name in names])
            self._serve()

    def release_held(self, owner: Owner) -> None:
        """Let go all that LOCK has taken; what ZALLOCATE has taken stays."""
        with self._mutex:
            self._let_go(owner, [(name, count, False) for name, (count, _) in owner.names.items()])
            self._serve()

    def release_allocated(self, owner: Owner) -> None:
        """Let go all that ZALLOCATE has taken."""
        with self._mutex:
            self._let_go(owner, [(name, 0, True) for name in owner.names])
            self._serve()

    def release_down_to(self, owner: Owner, then: dict[Name, Holding]) -> None:
        """Let go what an owner has taken since it held this."""
        with self._mutex:
            surplus = []
            for name, (count, is_allocated) in owner.names.items():
                count_then, was_allocated = then.get(name, NOTHING)
                surplus.append((name, count - count_then, is_allocated and not was_allocated))
            self._let_go(owner, surplus)
            self._serve()

    def release_all(self, owner: Owner) -> None:
        """Let go all that an owner holds."""
        if owner.names:
            self.release_down_to(owner, {})

    def __iter__(self) -> Iterator[Lock]:
        """Yield what is held at this moment, in the order of names."""
        with self._mutex:
            found = [
                Lock(name, owner, *owner.names[name]) for name, owners in self._holders.items() for owner in owners
            ]
        return iter(sorted(found, key=lambda lock: lock.name))

    @property
    def waiting_count(self) -> int:
        """How many wait."""
        return len(self._queue)

    def close(self) -> None:
        """End: whoever waits gets ClosedError, and so does whoever asks."""
        with self._mutex:
            self._closed = True
            for waiter in self._queue:
                waiter.woken.release()

    def _check_open(self) -> None:
        if self._closed:
            raise ClosedError("LOCK: the database is closed")

    # With the mutex held

    def _is_free(self, party: Owner, names: Sequence[Name], queue: Iterable[_Waiter]) -> bool:
        """Return whether a party can have names now, with `queue` before it."""
        for name in names:
            below = self._below.get(name)
            if below is not None and (len(below) > 1 or party not in below):
                return False
            for above in _with_ancestors(name):
                holders = self._holders.get(above)
                if holders is not None and holders[0].party is not party:
                    return False
        return party in self._parties or not any(  # L3
            waiter.owner.party is not party and _overlap(waiter.names, names) for waiter in queue
        )

    def _grant(self, owner: Owner, names: Sequence[Name], allocate: bool) -> None:
        before = {name: owner.names.get(name, NOTHING) for name in names}
        for name in names:
            if name not in owner.names:
                self._enter(owner, name)
            count, is_allocated = owner.names.pop(name, NOTHING)
            if allocate:
                is_allocated = True
            else:
                # As on GT.M: a list that names a node twice counts it twice only if it was held before.
                count = count + 1 if before[name][0] else 1
            owner.names[name] = count, is_allocated

    def _enter(self, owner: Owner, name: Name) -> None:
        party = owner.party
        self._holders.setdefault(name, []).append(owner)
        self._parties[party] = self._parties.get(party, 0) + 1
        for above in _ancestors(name):
            below = self._below.setdefault(above, {})
            below[party] = below.get(party, 0) + 1

    def _leave(self, owner: Owner, name: Name) -> None:
        party = owner.party
        holders = self._holders[name]
        holders.remove(owner)
        if not holders:
            del self._holders[name]
        _count_down(self._parties, party)
        for above in _ancestors(name):
            below = self._below[above]
            _count_down(below, party)
            if not below:
                del self._below[above]

    def _let_go(self, owner: Owner, surplus: Iterable[tuple[Name, int, bool]]) -> None:
        """Let go of each name so many that LOCK has taken, and, if it says so, what ZALLOCATE has."""
        for name, by, allocated in list(surplus):
            if name not in owner.names or (not allocated and by <= 0):
                continue
            count, is_allocated = owner.names.pop(name)
            rest = max(count - by, 0), is_allocated and not allocated
            if rest == NOTHING:
                self._leave(owner, name)
            else:
                owner.names[name] = rest

    def _serve(self) -> None:
        """Grant whatever can be granted, in the order of the queue (L4)."""
        at = 0
        while at < len(self._queue):
            waiter = self._queue[at]
            if self._is_free(waiter.owner.party, waiter.names, self._queue[:at]):
                del self._queue[at]
                self._grant(waiter.owner, waiter.names, waiter.allocate)
                waiter.is_granted = True
                waiter.woken.release()
            else:
                at += 1


def _ancestors(name: Name) -> Iterator[Name]:
    """Yield the names above a name."""
    variable, key = name
    # 00 ends each code and occurs nowhere else (bumps/keys.py, K2).
    at = key.rfind(b"\0", 0, len(key) - 1) + 1 if key else -1
    while at >= 0:
        yield variable, key[:at]
        at = key.rfind(b"\0", 0, at - 1) + 1 if at else -1


def _with_ancestors(name: Name) -> Iterator[Name]:
    yield name
    yield from _ancestors(name)


def _overlap(names: Sequence[Name], others: Sequence[Name]) -> bool:
    """Return whether a name of one list conflicts with one of the other."""
    return any(
        mine[0] == other[0] and (mine[1].startswith(other[1]) or other[1].startswith(mine[1]))
        for mine in names
        for other in others
    )


def _count_down(counts: dict[Owner, int], party: Owner) -> None:
    count = counts[party] - 1
    if count:
        counts[party] = count
    else:
        del counts[party]
