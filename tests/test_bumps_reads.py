"""bumps/reads.py, bumps/changes.py: transactions are strictly serialisable, and restart for little else."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bumps
from bumps import changes as changes_module
from bumps import reads as reads_module
from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.engine import Engine
from bumps.errors import RestartError, UsageError
from bumps.files import MemoryDisk
from bumps.globals import RESTART_COUNT_MAX, Globals
from bumps.keys import KeyCodec
from bumps.options import Durability, Options
from bumps.reads import Reads
from bumps.torture.serial import Done, violation

CODEC = KeyCodec.of("utf-8")
NAMES = st.sampled_from(["A", "B", "C"])
SUBSCRIPTS: st.SearchStrategy[str | int] = st.sampled_from(["", 0, 1, 2, "A"])
KEYS = st.lists(SUBSCRIPTS, max_size=2).map(lambda codes: CODEC.encode(codes))
CODES = st.sampled_from([b"", *(CODEC.encode((each,)) for each in ("", 0, 1, 2, "A"))])
CHANGES = st.tuples(NAMES, st.sampled_from([SET, SET, KILL, KILL_NODE]), KEYS)
Question = tuple[Any, ...]
QUESTIONS = st.one_of(
    st.tuples(st.just("get"), NAMES, KEYS),
    st.tuples(st.just("data"), NAMES, KEYS),
    st.tuples(st.just("order"), NAMES, KEYS, CODES, st.booleans()),
    st.tuples(st.just("query"), NAMES, KEYS, st.booleans()),
    st.tuples(st.just("order_name"), st.sampled_from(["", "A", "B", "C", "AA"]), st.booleans()),
    st.tuples(st.just("range"), NAMES, KEYS, st.booleans(), st.integers(1, 4)),
)


def open_engine() -> Engine:
    return Engine.open(MemoryDisk(), "/x.bumps", Options(page_size=512, background=False))


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = open_engine()
    yield engine
    engine.close()


def ask(session: Globals, question: Question) -> object:
    what, *arguments = question
    if what == "range":
        name, key, reverse, count = arguments
        found = []
        for pair in session.range(name, key, key + b"\xff", reverse):
            found.append(pair)
            if len(found) == count:
                break
        return found
    return getattr(session, what)(*arguments)


def change(session: Globals, name: str, kind: int, key: bytes, value: bytes) -> None:
    if kind == SET:
        session.set(name, key, value)
    elif kind == KILL:
        session.kill(name, key)
    else:
        session.kill_node(name, key)


@settings(max_examples=150)
@given(
    before=st.lists(CHANGES, max_size=10),
    own=st.lists(CHANGES, max_size=3),
    questions=st.lists(QUESTIONS, min_size=1, max_size=3),
    later=st.lists(CHANGES, min_size=1, max_size=3),
    grouped=st.booleans(),
)
def test_no_change_is_missed_that_would_have_altered_an_answer(
    before: list[tuple[str, int, bytes]],
    own: list[tuple[str, int, bytes]],
    questions: list[Question],
    later: list[tuple[str, int, bytes]],
    grouped: bool,
) -> None:
    engine = open_engine()
    other = Globals(engine, Durability.GROUP if grouped else Durability.NONE)
    session = Globals(engine, Durability.NONE)
    for name, kind, key in before:
        change(other, name, kind, key, b"before")
    session.begin()
    for name, kind, key in own:
        change(session, name, kind, key, b"own")
    answers = [ask(session, question) for question in questions]
    for name, kind, key in later:
        change(other, name, kind, key, b"later")
    assert [ask(session, question) for question in questions] == answers, "a transaction reads one state"
    session.set("OWN", b"", b"v")
    again = Globals(engine, Durability.NONE)
    again.begin(turn=True)
    for name, kind, key in own:
        change(again, name, kind, key, b"own")
    same = [ask(again, question) for question in questions] == answers
    again.rollback()
    try:
        session.commit()
    except RestartError:
        assert session.level == 0
        assert engine.get("OWN", b"") is None
    else:
        assert same
    assert engine.snapshot_count == 0
    engine.close()


def key(*subscripts: Any) -> bytes:
    return CODEC.encode(subscripts)


def walk(session: Globals) -> None:
    code = b""
    while (found := session.order("A", b"", code)) is not None:
        code = found


@pytest.mark.parametrize(
    ("read", "write", "restarts"),
    [
        (lambda s: s.get("A", key(1)), (SET, key(1)), True),
        (lambda s: s.get("A", key(1)), (SET, key(2)), False),
        (lambda s: s.get("A", key(1)), (SET, key(1, "x")), False),
        (lambda s: s.get("A", key(1)), (KILL, b""), True),
        (walk, (SET, key(1)), False),
        (walk, (SET, key(1, "x")), False),
        (walk, (SET, key(7)), True),
        (walk, (KILL, key(2)), True),
        (lambda s: s.order("A", b"", key(1)), (SET, key(3)), False),
        (lambda s: s.data("A", key(1)), (SET, key(1)), False),
        (lambda s: s.data("A", key(9)), (SET, key(9, 9)), True),
        (lambda s: next(s.range("A", b"", b"\xff")), (SET, key(3)), False),
        (lambda s: list(s.range("A", b"", b"\xff")), (SET, key(3)), True),
        (lambda s: s.order_name(""), (SET, key(3)), False),
        (lambda s: s.order_name(""), (KILL, b""), True),
        (lambda s: s.set("A", key(1), b"blind"), (SET, key(1)), False),
        (lambda s: s.kill("A", b""), (SET, key(1)), False),
        (lambda s: (s.set("A", key(1), b"own"), s.get("A", key(1))), (SET, key(1)), False),
    ],
)
def test_only_what_was_read_restarts_a_transaction(
    engine: Engine, read: Callable[[Globals], object], write: tuple[int, bytes], restarts: bool
) -> None:
    session = Globals(engine, Durability.NONE)
    for number in (1, 2, 3):
        session.set("A", key(number), b"v")
    session.begin()
    read(session)
    session.set("B", b"", b"v")
    change(Globals(engine, Durability.NONE), "A", *write, b"later")
    if restarts:
        with pytest.raises(RestartError, match=r"^RESTART|\^A"):
            session.commit()
    else:
        session.commit()
        assert engine.get("B", b"") == b"v"


def test_a_transaction_that_only_reads_never_restarts(engine: Engine) -> None:
    session = Globals(engine, Durability.COMMIT)
    session.begin()
    session.get("A", b"")
    Globals(engine, Durability.COMMIT).set("A", b"", b"v")
    assert session.get("A", b"") is None
    session.commit()
    assert session.get("A", b"") == b"v"


def test_changes_are_kept_only_while_a_transaction_is_open(engine: Engine) -> None:
    session, other = Globals(engine, Durability.NONE), Globals(engine, Durability.NONE)
    other.set("A", b"", b"v")
    assert len(engine._changes._commits) == 0
    session.begin()
    other.set("A", b"", b"v")
    second = Globals(engine, Durability.NONE)
    second.begin()
    other.set("A", b"", b"v")
    assert len(engine._changes._commits) == 2
    session.rollback()
    assert len(engine._changes._commits) == 1
    del second
    other.set("A", b"", b"v")
    assert len(engine._changes._commits) == 0
    assert not engine._changes.wanted


def test_a_transaction_that_slept_through_too_many_changes_restarts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes_module, "SIZE_MAX", 1000)
    session, other = Globals(engine, Durability.NONE), Globals(engine, Durability.NONE)
    session.begin()
    session.set("MINE", b"", b"v")
    for number in range(100):
        other.set("OTHER", key(number), b"v")
    assert engine._changes._size <= 1000
    with pytest.raises(RestartError, match="so much was committed"):
        session.commit()


def test_a_transaction_that_read_too_much_counts_as_reading_it_all(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads_module, "ENTRY_COUNT_MAX", 10)
    for read in (
        lambda session, number: session.get("A", key(number)),
        lambda session, number: session.query("A", key(number)),
        lambda session, number: list(session.items("A", key(number))),
    ):
        session = Globals(engine, Durability.NONE)
        session.begin()
        for number in range(20):
            read(session, number)
        session.set("B", b"", b"v")
        Globals(engine, Durability.NONE).set("A", key("far away"), b"v")
        with pytest.raises(RestartError):
            session.commit()


def test_after_three_restarts_it_is_the_threads_turn(engine: Engine) -> None:
    session, other = Globals(engine, Durability.NONE), Globals(engine, Durability.NONE)
    for number in range(RESTART_COUNT_MAX):
        session.begin()
        session.get("A", b"")
        session.set("B", b"", b"v")
        other.set("A", b"", b"%d" % number)
        with pytest.raises(RestartError):
            session.commit()
    session.begin()
    assert engine.turn_count == 1
    blocked = threading.Thread(target=other.set, args=("A", b"", b"last"))
    blocked.start()
    assert session.get("A", b"") == b"2"
    session.set("B", b"", b"turn")
    session.commit()
    blocked.join()
    assert (engine.get("A", b""), engine.get("B", b"")) == (b"last", b"turn")
    session.begin()
    session.rollback()
    assert (engine.restart_count, engine.turn_count) == (3, 1)


def test_close_is_refused_while_a_transaction_is_open(engine: Engine) -> None:
    session = Globals(engine, Durability.NONE)
    session.begin()
    with pytest.raises(UsageError, match="transaction is open"):
        engine.close()
    session.rollback()


def test_transactional_runs_again_what_met_another_commit() -> None:
    with bumps.open(":memory:") as database:
        tries: list[int] = []

        @database.transactional
        def add() -> None:
            before = int(database.get("^COUNT", default=0))
            if len(tries) < 2:
                thread = threading.Thread(target=database.increment, args=("^COUNT",))
                thread.start()
                thread.join()
            tries.append(before)
            database["^COUNT"] = before + 1

        add()
        assert tries == [0, 1, 2]
        assert database["^COUNT"].value == "3"

        tries.clear()
        with pytest.raises(RestartError), database.transaction():
            add()
        assert tries == [3], "only the outermost transaction can be run again"


def test_a_restart_inside_transaction_is_raised_on_leaving() -> None:
    with bumps.open(":memory:") as database:
        with pytest.raises(RestartError), database.transaction() as transaction:
            transaction.get("^A")
            transaction["^B"] = 1
            thread = threading.Thread(target=database.set, args=("^A",), kwargs={"value": 1})
            thread.start()
            thread.join()
        assert database.get("^B") is None
        database["^B"] = 2


def run_threads(seed: int, thread_count: int, transaction_count: int, key_count: int) -> bumps.Database:
    database = bumps.open(":memory:", page_size=1024, cache_size=64 * 1024)
    done: list[Done] = []
    failures: list[BaseException] = []
    clock = iter(range(1 << 40)).__next__

    def work(thread: int) -> None:
        generator = random.Random(seed * 100 + thread)
        try:
            for number in range(transaction_count):
                name = f"{thread}.{number}"
                keys = generator.sample(range(key_count), 3)
                reading, writing = keys[: generator.randrange(1, 3)], keys[generator.randrange(0, 3) :]
                scans = generator.random() < 0.1

                @database.transactional
                def run(
                    name: str = name, reading: list[int] = reading, writing: list[int] = writing, scans: bool = scans
                ) -> dict[str, list[str]]:
                    reads: dict[str, list[str]] = {}
                    for each in range(key_count) if scans else reading:
                        reads[str(each)] = [value for _, value in database.scan("^N", each)]
                    for each in writing:
                        last = database.order("^N", each, "", reverse=True)
                        place = int(last or 0) + 1
                        database["^N", each, place] = name
                        reads[str(each)] = [value for _, value in database.scan("^N", each)][:-1]
                    return reads

                began = clock()
                reads = run()
                done.append(Done(name, began, clock(), reads, [str(each) for each in writing]))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(thread_count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    lists: dict[str, list[str]] = {str(each): [] for each in range(key_count)}
    for path, value in database.scan("^N"):
        lists[path[1]].append(value)
    assert violation(done, lists) is None
    return database


def test_threads_are_strictly_serialisable() -> None:
    database = run_threads(seed=1, thread_count=4, transaction_count=30, key_count=6)
    assert database.engine.snapshot_count == 0
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_many_threads_are_strictly_serialisable(seed: int) -> None:
    database = run_threads(seed=seed, thread_count=8, transaction_count=150, key_count=8)
    assert database.engine.restart_count > 0
    database.close()


def test_the_history_checker_notices_transactions_that_are_not_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reads, "conflict", lambda reads, commits: None)
    with pytest.raises(AssertionError):
        for seed in range(5):
            run_threads(seed=seed, thread_count=4, transaction_count=60, key_count=3)


ROUTINE = """TEST(restartable)
 IF restartable TSTART ():SERIAL
 ELSE  TSTART
 SET ^B=$GET(^A)_" "_$TRESTART
 TCOMMIT
 QUIT ^B
"""


def test_an_m_program_goes_on_behind_tstart_when_its_commit_met_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "TEST.m").write_text(ROUTINE)
    with bumps.open(":memory:", routines=[str(tmp_path)]) as database:
        commit = Globals.commit
        others: list[threading.Thread] = []

        def meet(session: Globals) -> None:
            if database.engine.restart_count < 5:
                engine = database.engine
                other = threading.Thread(target=engine.commit, args=([Batch("A", b"\1", [b""], [b"later"])],))
                other.start()
                others.append(other)
                if session._base is not engine:
                    other.join()
            commit(session)

        monkeypatch.setattr(Globals, "commit", meet)
        assert database.call("TEST^TEST", 1) == "later 3", "the fourth try is its turn"
        assert database.engine.restart_count == 3
        assert database.engine.turn_count == 1
        assert database.call("TEST^TEST", 0) == "later 0", "what cannot be run again meets nobody"
        assert database.engine.turn_count == 2
        for other in others:
            other.join()


def test_write_skew_is_refused() -> None:
    with bumps.open(":memory:") as database:
        database["^DUTY", "a"] = database["^DUTY", "b"] = "yes"
        ready = threading.Barrier(2)

        @database.transactional
        def leave(who: str, other: str, wait: list[bool]) -> None:
            there = database.get("^DUTY", other)
            if wait.pop() if wait else False:
                ready.wait()
            if there == "yes":
                database["^DUTY", who] = "no"

        threads = [threading.Thread(target=leave, args=(*who, [True])) for who in (("a", "b"), ("b", "a"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(value for _, value in database.scan("^DUTY")) == ["no", "yes"]
