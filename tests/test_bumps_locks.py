"""bumps/locks.py: who gets a lock, who waits, and in which order."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

import bumps
from bumps.errors import ClosedError, LockTimeoutError, TransactionError
from bumps.keys import KeyCodec
from bumps.locks import Locks, Name, Owner

CODEC = KeyCodec.of("m")
SOON = 20.0
"""So many seconds nothing here takes."""


def name(variable: str, *subscripts: str | int) -> Name:
    return variable, CODEC.encode(subscripts)


A, A1, A12, A2, B = name("^A"), name("^A", 1), name("^A", 1, 2), name("^A", 2), name("^B")
LOCAL_A = name("A")


class Waiter:
    """A thread that asks for names, and says whether it has them."""

    def __init__(self, locks: Locks, owner: Owner, names: Sequence[Name], timeout: float | None = None) -> None:
        self.answer: bool | None = None
        self.error: Exception | None = None
        before = locks.waiting_count
        self.thread = threading.Thread(target=self._run, args=(locks, owner, names, timeout), daemon=True)
        self.thread.start()
        wait_until(lambda: locks.waiting_count > before or not self.thread.is_alive())

    def _run(self, locks: Locks, owner: Owner, names: Sequence[Name], timeout: float | None) -> None:
        try:
            self.answer = locks.acquire(owner, names, timeout)
        except ClosedError as error:
            self.error = error

    def end(self) -> bool | None:
        self.thread.join(SOON)
        assert not self.thread.is_alive()
        return self.answer


def wait_until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(SOON * 1000)):
        if condition():
            return
        pause.wait(0.001)
    raise AssertionError("it took too long")


@pytest.mark.parametrize(
    ("held", "wanted", "is_granted"),
    [
        (A, A, False),
        (A, A1, False),
        (A, A12, False),
        (A1, A, False),
        (A12, A, False),
        (A12, A1, False),
        (A1, A2, True),
        (A1, name("^A", 11), True),
        (A1, name("^A", "1x"), True),
        (A, B, True),
        (A, LOCAL_A, True),
        (A12, name("^A", 1, 3), True),
        (name("^A", ""), A, False),
        (name("^A", ""), A1, True),
    ],
)
def test_a_name_its_ancestors_and_its_descendants_conflict_and_no_others(
    held: Name, wanted: Name, is_granted: bool
) -> None:
    locks = Locks()
    locks.acquire(Owner(), [held], 0)

    assert locks.acquire(Owner(), [wanted], 0) is is_granted


def test_a_party_is_never_in_its_own_way() -> None:
    locks, first = Locks(), Owner()
    second = Owner(first)

    assert locks.acquire(first, [A1], 0)
    assert locks.acquire(second, [A, A12], 0)
    locks.release_all(first)
    assert not locks.acquire(Owner(), [A1], 0)
    locks.release_all(second)
    assert locks.acquire(Owner(), [A1], 0)


def test_a_list_is_granted_as_a_whole_or_not_at_all() -> None:
    locks, first, second = Locks(), Owner(), Owner()
    locks.acquire(first, [B], 0)

    assert not locks.acquire(second, [A, B], 0)

    assert [lock.name for lock in locks] == [B]


def test_what_is_counted_is_let_go_as_often() -> None:
    locks, first = Locks(), Owner()
    for _ in range(3):
        locks.acquire(first, [A], 0)
    locks.release(first, [A])
    locks.release(first, [A])
    assert not locks.acquire(Owner(), [A], 0)
    locks.release(first, [A, B])

    assert locks.acquire(Owner(), [A], 0)


def test_who_lets_go_grants_it_to_the_first_that_waits() -> None:
    locks, owner = Locks(), Owner()
    locks.acquire(owner, [A], 0)
    owners = [Owner() for _ in range(4)]
    waiters = [Waiter(locks, each, [A1]) for each in owners]

    locks.release(owner, [A])

    for each, waiter in zip(owners, waiters, strict=True):
        assert waiter.end() is True
        assert [lock.owner for lock in locks] == [each]
        locks.release(each, [A1])
    assert list(locks) == []
    assert locks.waiting_count == 0


def test_who_holds_nothing_does_not_pass_one_that_waits() -> None:
    locks, owner, second = Locks(), Owner(), Owner()
    locks.acquire(owner, [A1], 0)
    waiter = Waiter(locks, second, [A])

    assert not locks.acquire(Owner(), [A2], 0)
    assert locks.acquire(Owner(), [B], 0)

    locks.release_all(owner)
    assert waiter.end() is True


def test_who_holds_something_passes_one_that_may_wait_for_it() -> None:
    locks, owner = Locks(), Owner()
    locks.acquire(owner, [A1], 0)
    waiter = Waiter(locks, Owner(), [A])

    assert locks.acquire(owner, [A2], 0)

    locks.release_all(owner)
    assert waiter.end() is True


def test_a_wait_ends_when_its_time_is_over_and_those_behind_it_go_on() -> None:
    locks, owner = Locks(), Owner()
    locks.acquire(owner, [A1], 0)
    blocked = Waiter(locks, Owner(), [A], 0.2)
    behind = Waiter(locks, Owner(), [A2])

    assert blocked.end() is False
    assert behind.end() is True


def test_an_exception_in_the_wait_leaves_nothing_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    locks, owner, second = Locks(), Owner(), Owner()
    locks.acquire(owner, [A], 0)

    class Interrupted:
        """A wait that ends with an interrupt, at once or after the grant."""

        def __init__(self, is_late: bool = False) -> None:
            self.is_late = is_late

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            if not self.is_begun:
                self.is_begun = True
                return True
            if self.is_late:
                locks.release(owner, [A])
            raise KeyboardInterrupt

        is_begun = False

        def release(self) -> None:
            pass

        def locked(self) -> bool:
            return True

    for is_late in (False, True):
        monkeypatch.setattr("bumps.locks.new_signal", lambda is_late=is_late: Interrupted(is_late))
        with pytest.raises(KeyboardInterrupt):
            locks.acquire(second, [A])

    assert list(locks) == []
    assert locks.waiting_count == 0


def test_the_end_of_the_database_ends_every_wait() -> None:
    locks, owner = Locks(), Owner()
    locks.acquire(owner, [A], 0)
    waiter = Waiter(locks, Owner(), [A])

    locks.close()

    waiter.end()
    assert isinstance(waiter.error, ClosedError)
    with pytest.raises(ClosedError):
        locks.acquire(owner, [B], 0)
    locks.release_all(owner)


def test_what_zallocate_takes_is_let_go_apart() -> None:
    locks, owner = Locks(), Owner()
    locks.acquire(owner, [A], 0)
    locks.acquire(owner, [A], 0, allocate=True)
    locks.release_held(owner)
    assert [(lock.level, lock.is_allocated) for lock in locks] == [(0, True)]
    locks.acquire(owner, [A], 0)
    locks.release_allocated(owner)

    assert [(lock.level, lock.is_allocated) for lock in locks] == [(1, False)]


@pytest.mark.parametrize("seed", range(20))
def test_the_table_answers_as_a_list_of_all_locks_would(seed: int) -> None:
    chance = random.Random(seed)
    locks = Locks()
    parties = [Owner() for _ in range(3)]
    owners = [*parties, Owner(parties[0])]
    pool = [name(variable, *path) for variable in ("^A", "B") for path in ((), (1,), (1, 2), (1, 2, 3), (2,), ("x", 1))]
    model: dict[tuple[Owner, Name], int] = {}

    def conflicts(owner: Owner, wanted: Name) -> bool:
        return any(
            held[0] == wanted[0]
            and holder.party is not owner.party
            and (held[1].startswith(wanted[1]) or wanted[1].startswith(held[1]))
            for holder, held in model
        )

    for _ in range(300):
        owner = chance.choice(owners)
        names = list(dict.fromkeys(chance.choices(pool, k=chance.randint(1, 2))))
        if chance.random() < 0.5:
            expected = not any(conflicts(owner, each) for each in names)
            assert locks.acquire(owner, names, 0) is expected
            if expected:
                for each in names:
                    model[owner, each] = model.get((owner, each), 0) + 1
        elif chance.random() < 0.1:
            locks.release_all(owner)
            model = {key: count for key, count in model.items() if key[0] is not owner}
        else:
            locks.release(owner, names)
            for each in names:
                count = model.pop((owner, each), 0) - 1
                if count > 0:
                    model[owner, each] = count
        assert {(lock.owner, lock.name): lock.level for lock in locks} == model


@pytest.mark.slow
def test_threads_that_lock_random_names_exclude_each_other_and_all_end() -> None:
    locks = Locks()
    pool = [name("^A", *path) for path in ((), (1,), (1, 2), (2,), (2, 1))]
    inside: set[tuple[int, Name]] = set()
    guard = threading.Lock()
    errors: list[str] = []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        owner = Owner()
        for _ in range(300):
            names = list(dict.fromkeys(chance.choices(pool, k=chance.randint(1, 2))))
            assert locks.acquire(owner, names)
            with guard:
                for each in names:
                    errors.extend(
                        f"{each} and {other}"
                        for number, other in inside
                        if number != seed and (each[1].startswith(other[1]) or other[1].startswith(each[1]))
                    )
                    inside.add((seed, each))
            with guard:
                inside.difference_update((seed, each) for each in names)
            locks.release(owner, names)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not any(thread.is_alive() for thread in threads)
    assert errors == []
    assert list(locks) == []


@contextmanager
def another_thread_has(database: bumps.Database, *path: object) -> Iterator[None]:
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database.lock(*path):
            begun.set()
            done.wait(SOON)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert begun.wait(SOON)
        yield
    finally:
        done.set()
        thread.join(SOON)


def test_a_lock_of_python_keeps_other_threads_away_while_it_is_held() -> None:
    with bumps.open(":memory:") as database:
        with another_thread_has(database, "^X", 1):
            with pytest.raises(LockTimeoutError, match=r"\^X\(1, 2\): another thread") as caught:
                database.lock("^X", 1, 2, timeout=0).__enter__()
            with database.lock("^X", 2, timeout=0):
                pass
        with database.lock("^X", 1, 2, timeout=0), database.lock("^X", timeout=0):
            database.set("^X", value="1")

    assert caught.value.lock == ("^X", 1, 2)


def test_a_lock_of_python_and_lock_of_m_keep_each_other_away() -> None:
    with bumps.open(":memory:") as database, another_thread_has(database, "^X", 1):
        assert run(database, " L +^X(1):0 W $T L +^X:0 W $T L +^X(1,5):0 W $T L +^X(2):0 W $T") == "0001"


def test_m_that_a_thread_calls_is_not_kept_away_by_what_the_thread_holds(tmp_path: object) -> None:
    with bumps.open(":memory:") as database:
        with database.lock("^X", 1):
            assert run(database, " L ^X:0 W $T L  W $$K^MAIN(1)\n Q\nK(X) L +^X(1):0 Q $T", shared=True) == "11"
            with another_thread_has(database, "^Y"), pytest.raises(LockTimeoutError):
                database.lock("^Y", timeout=0).__enter__()
        assert list(database.engine.locks) == []


def test_a_lock_of_python_inside_a_transaction_is_refused() -> None:
    with (
        bumps.open(":memory:") as database,
        database.transaction(),
        pytest.raises(TransactionError, match="a transaction is open"),
    ):
        database.lock("^X").__enter__()


def run(database: bumps.Database, source: str, *, shared: bool = False) -> str:
    """Run a routine on the database, as of a party of its own or of this thread's, and return what it wrote."""
    import io

    from bumps.interp.machine import Machine

    output = io.BytesIO()
    machine = Machine(
        globals_factory=database.session,
        input=io.BytesIO(),
        output=output,
        charset=database.charset,
        lock_owner=Owner(database.lock_owner) if shared else None,
    )
    machine.run_text(f"MAIN ;\n{source}\n".encode())
    return output.getvalue().decode()


@pytest.mark.parametrize("timeout", [None, 0.05])
def test_a_wait_is_made_of_short_ones_so_that_a_signal_is_noticed(
    monkeypatch: pytest.MonkeyPatch, timeout: float | None
) -> None:
    parts: list[float] = []

    class Recorded:
        """A lock that notes how long it is waited for, and is let go in the end if nobody limits the wait."""

        def __init__(self) -> None:
            self.lock = threading.Lock()

        def acquire(self, timeout: float = -1) -> bool:
            if self.lock.locked():
                parts.append(timeout)
                if len(parts) == 9:
                    raise KeyboardInterrupt  # as Python does behind the part as which began the signal came
            return self.lock.acquire(timeout=timeout)

    monkeypatch.setattr("bumps.locks.new_signal", Recorded)
    monkeypatch.setattr("bumps.locks.PART_SECONDS", 0.01)
    locks = Locks()
    assert locks.acquire(Owner(), [A])

    if timeout is None:
        with pytest.raises(KeyboardInterrupt):
            locks.acquire(Owner(), [A], timeout)
    else:
        assert not locks.acquire(Owner(), [A], timeout)

    assert len(parts) >= 5
    assert min(parts) >= 0 and max(parts) <= 0.01
