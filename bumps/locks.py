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
    L5. A wait ends by the grant, the timeout, `wake`, an exception of the waiting thread, or the end of the database.
        A deadlock is not looked for: only a timeout ends it.
    L6. A KeyboardInterrupt may come at any moment. What is done with the table is decided, then done in steps that
        can be done once more, and whoever is interrupted among them does them all once more: `acquire` those that take
        nothing, whoever lets go those that do, and then the interrupt passes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from bumps.errors import ClosedError

new_signal = threading.Lock
"""What a waiter waits for: a lock that whoever grants lets go."""
PART_SECONDS = 0.5
"""So long is one wait of the system at most."""

Name = tuple[str, bytes]
"""The name of a lock: of a variable, with `^` for a global, and the key of the node."""


Holding = tuple[int, bool]
"""How often LOCK has taken a name, and whether ZALLOCATE has."""

NOTHING: Holding = (0, False)

Holdings = dict[Name, Holding]
"""What an owner is to hold of some names."""


class Owner:
    """Who takes locks: a Run, or a thread of Python. What it holds is let go by itself, and by nobody else."""

    __slots__ = ("is_patient", "names", "party")

    def __init__(self, party: Owner | None = None) -> None:
        """Make one that holds nothing: of a party of its own, or of that of another owner."""
        self.party: Owner = self if party is None else party.party
        self.names: dict[Name, Holding] = {}
        """What it holds; the name that was named last is the last."""
        self.is_patient = True
        """Whether it may wait."""


class Lock(NamedTuple):
    """One name that is held, for lists."""

    name: Name
    owner: Owner
    level: int
    """How often LOCK has taken it: 0 if only ZALLOCATE has."""
    is_allocated: bool


class _Waiter:
    """One party in the queue."""

    __slots__ = ("after", "allocate", "is_granted", "names", "owner", "woken")

    def __init__(self, owner: Owner, names: Sequence[Name], allocate: bool) -> None:
        self.owner = owner
        self.names = names
        self.allocate = allocate
        self.after: Holdings | None = None
        """What the owner holds of these names when it is granted; None as long as nobody has decided that."""
        self.is_granted = False
        self.woken = new_signal()
        self.woken.acquire()


def _wait(woken: threading.Lock, timeout: float | None) -> None:
    """Wait for a signal, in parts: Python notices a `^C` that comes just as a wait begins only when that is over."""
    while timeout is None or timeout > PART_SECONDS:
        if woken.acquire(timeout=PART_SECONDS):
            return
        if timeout is not None:
            timeout -= PART_SECONDS
    woken.acquire(timeout=timeout)


class Locks:
    """The lock table. Threads share it."""

    def __init__(self) -> None:
        """Begin with nothing held."""
        self._mutex = threading.Lock()
        self._holders: dict[Name, list[Owner]] = {}
        """Owners of each name that is held: all of one party (L1)."""
        self._below: dict[Name, dict[Owner, set[tuple[Name, Owner]]]] = {}
        """For each ancestor of a name that is held: which names below it each party holds, by which owners."""
        self._parties: dict[Owner, set[Owner]] = {}
        """The parties that hold something, and their owners that do."""
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
        before: Holdings = {}
        waiter: _Waiter | None = None
        try:
            with self._mutex:
                self._check_open()
                if self._is_free(owner.party, names, self._queue):
                    before = {name: owner.names.get(name, NOTHING) for name in names}
                    self._apply(owner, _taken(owner, names, allocate))
                    return True
                if (timeout is not None and timeout <= 0) or not owner.is_patient:
                    return False
                before = {name: owner.names.get(name, NOTHING) for name in names}
                waiter = _Waiter(owner, names, allocate)
                self._queue.append(waiter)
            _wait(waiter.woken, timeout)
            with self._mutex:
                if not waiter.is_granted:
                    self._withdraw(waiter)
                self._check_open()
                return waiter.is_granted
        except BaseException:
            with self._mutex:
                if waiter is not None and not waiter.is_granted:
                    self._withdraw(waiter)
                else:
                    self._change(owner, before)
            raise

    def wake(self, owner: Owner) -> None:
        """Let an owner wait no more, now or ever: `acquire` returns False as if its time were over."""
        with self._mutex:
            owner.is_patient = False
            for waiter in self._queue:
                if waiter.owner is owner:
                    self._wake(waiter)

    def release(self, owner: Owner, names: Iterable[Name], *, allocated: bool = False) -> None:
        """Let names go once each; nothing happens with one that is not held. `allocated`: what ZALLOCATE has taken."""
        with self._mutex:
            self._let_go(owner, [(name, 0 if allocated else 1, allocated) for name in names])

    def release_held(self, owner: Owner) -> None:
        """Let go all that LOCK has taken; what ZALLOCATE has taken stays."""
        with self._mutex:
            self._let_go(owner, [(name, count, False) for name, (count, _) in owner.names.items()])

    def release_allocated(self, owner: Owner) -> None:
        """Let go all that ZALLOCATE has taken."""
        with self._mutex:
            self._let_go(owner, [(name, 0, True) for name in owner.names])

    def release_down_to(self, owner: Owner, then: dict[Name, Holding]) -> None:
        """Let go what an owner has taken since it held this."""
        with self._mutex:
            surplus = []
            for name, (count, is_allocated) in owner.names.items():
                count_then, was_allocated = then.get(name, NOTHING)
                surplus.append((name, count - count_then, is_allocated and not was_allocated))
            self._let_go(owner, surplus)

    def release_all(self, owner: Owner) -> None:
        """Let go all that an owner holds: an interrupt passes when that is done."""
        try:
            if owner.names:
                self.release_down_to(owner, {})
        except BaseException:
            self.release_down_to(owner, {})
            raise

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
            try:
                self._close()
            except BaseException:
                self._close()
                raise

    def check(self) -> None:
        """Assert that the table says of each name what its owners say, and that nobody waits for what is free."""
        with self._mutex:
            owners = {owner for holders in self._holders.values() for owner in holders}
            names = {(name, owner) for owner in owners for name in owner.names}
            assert {(name, owner) for name, holders in self._holders.items() for owner in holders} == names
            assert all(len({owner.party for owner in holders}) == 1 for holders in self._holders.values()), "L1"
            below = {(above, owner.party, (name, owner)) for name, owner in names for above in _ancestors(name)}
            assert below == {
                (above, party, held)
                for above, parties in self._below.items()
                for party, found in parties.items()
                for held in found
            }
            assert all(parties and all(parties.values()) for parties in self._below.values())
            assert {(owner.party, owner) for owner in owners} == {
                (party, owner) for party, found in self._parties.items() for owner in found
            }
            assert all(self._parties.values())
            for at, waiter in enumerate(self._queue):
                assert not waiter.is_granted
                assert not self._is_free(waiter.owner.party, waiter.names, self._queue[:at]), "L4"

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

    def _let_go(self, owner: Owner, surplus: Iterable[tuple[Name, int, bool]]) -> None:
        """Let go of each name so many that LOCK has taken, and, if it says so, what ZALLOCATE has; serve the queue."""
        self._change(owner, _left(owner, surplus))

    def _change(self, owner: Owner, after: Holdings) -> None:
        """Let an owner hold what it shall hold now, and grant what has become free; all of it, whatever comes (L6)."""
        try:
            self._apply(owner, after)
            self._serve()
        except BaseException:
            self._apply(owner, after)
            self._serve()
            raise

    def _withdraw(self, waiter: _Waiter) -> None:
        """Take a waiter out of the queue, and grant what those behind it can have now; all of it, whatever comes."""
        try:
            self._leave_queue(waiter)
            self._serve()
        except BaseException:
            self._leave_queue(waiter)
            self._serve()
            raise

    # Steps that can be done once more (L6)

    def _apply(self, owner: Owner, after: Holdings) -> None:
        """Let an owner hold of these names what `after` says."""
        for name, holding in after.items():
            if holding == NOTHING:
                owner.names.pop(name, None)
                self._leave(owner, name)
            else:
                self._enter(owner, name)
                owner.names.pop(name, None)
                owner.names[name] = holding  # the last that was named is the last

    def _enter(self, owner: Owner, name: Name) -> None:
        holders = self._holders.setdefault(name, [])
        if owner in holders:
            return  # the rest is done first
        party = owner.party
        self._parties.setdefault(party, set()).add(owner)
        for above in _ancestors(name):
            self._below.setdefault(above, {}).setdefault(party, set()).add((name, owner))
        holders.append(owner)

    def _leave(self, owner: Owner, name: Name) -> None:
        party = owner.party
        holders = self._holders.get(name, [])
        if owner in holders:
            holders.remove(owner)
        if not holders:
            self._holders.pop(name, None)
        if not owner.names:
            _discard(self._parties, party, owner)
        for above in _ancestors(name):
            below = self._below.get(above)
            if below is not None:
                _discard(below, party, (name, owner))
                if not below:
                    self._below.pop(above, None)

    def _leave_queue(self, waiter: _Waiter) -> None:
        if waiter in self._queue:
            self._queue.remove(waiter)

    def _serve(self) -> None:
        """Grant whatever can be granted, in the order of the queue (L4)."""
        at = 0
        while at < len(self._queue):
            waiter = self._queue[at]
            if waiter.after is None and self._is_free(waiter.owner.party, waiter.names, self._queue[:at]):
                waiter.after = _taken(waiter.owner, waiter.names, waiter.allocate)
            if waiter.after is None:
                at += 1
                continue
            self._apply(waiter.owner, waiter.after)
            waiter.is_granted = True
            self._wake(waiter)
            self._leave_queue(waiter)

    def _close(self) -> None:
        self._closed = True
        for waiter in self._queue:
            self._wake(waiter)

    @staticmethod
    def _wake(waiter: _Waiter) -> None:
        if waiter.woken.locked():  # else it was woken; and if it has heard that, once more does no harm
            waiter.woken.release()


def _taken(owner: Owner, names: Sequence[Name], allocate: bool) -> Holdings:
    """Return what an owner holds of names when it has taken them once more."""
    after: Holdings = {}
    for name in names:
        before = owner.names.get(name, NOTHING)
        count, is_allocated = after.pop(name, before)
        if allocate:
            is_allocated = True
        else:
            # As on GT.M: a list that names a node twice counts it twice only if it was held before.
            count = count + 1 if before[0] else 1
        after[name] = count, is_allocated
    return after


def _left(owner: Owner, surplus: Iterable[tuple[Name, int, bool]]) -> Holdings:
    """Return what an owner holds when it has let go so many of each name, and what ZALLOCATE has taken."""
    after: Holdings = {}
    for name, by, allocated in surplus:
        count, is_allocated = holding = after.get(name, owner.names.get(name, NOTHING))
        if holding == NOTHING or (not allocated and by <= 0):
            continue
        after.pop(name, None)
        after[name] = max(count - by, 0), is_allocated and not allocated
    return after


Member = TypeVar("Member")


def _discard(sets: dict[Owner, set[Member]], party: Owner, member: Member) -> None:
    """Take a member out of the set of a party, which is not kept when it is empty."""
    members = sets.get(party)
    if members is not None:
        members.discard(member)
        if not members:
            sets.pop(party, None)


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
