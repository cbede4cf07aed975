"""bumps/pending.py, and the engine's way of a change without a frame of its own: what is in its way or behind it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bumps import limits
from bumps.batch import KILL, KILL_NODE, SET, Batch, Batches
from bumps.btree.forest import Forest
from bumps.changes import Changes
from bumps.engine import Engine
from bumps.errors import (
    BumpsError,
    ClosedError,
    CorruptionError,
    DiskFullError,
    FailedError,
    ReadOnlyError,
    RestartError,
    UsageError,
)
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.keys import KeyCodec
from bumps.options import Durability, Options

PATH = "/x.bumps"
OPTIONS = Options(page_size=512, cache_size=1 << 16, background=False)
KEYS = [KeyCodec.of("m").encode((number,)) for number in range(3000)]
NONE, GROUP, COMMIT = Durability.NONE, Durability.GROUP, Durability.COMMIT


@pytest.fixture
def engine() -> Engine:
    return Engine.open(MemoryDisk(), PATH, OPTIONS)


def many(count: int, first: int = 0, name: str = "A") -> Batch:
    return Batch(name, bytes((SET,)) * count, KEYS[first : first + count], [b"v"] * count)


def set_one(engine: Engine) -> None:
    engine.write(SET, "A", KEYS[1], b"new", NONE)


def set_all(engine: Engine) -> None:
    engine.write_all(Batch("A", bytes((SET, SET)), KEYS[1:3], [b"new"] * 2), NONE)


def transact(engine: Engine) -> None:
    session = Globals(engine, NONE)
    session.begin()
    try:
        session.set("A", KEYS[1], session.get("A", KEYS[1]) or b"new")
        session.set("B", KEYS[1], b"new")
        session.commit()
    finally:
        if session.level:
            session.rollback()


WAYS = pytest.mark.parametrize("change", [set_one, set_all, transact])
Change = Callable[[Engine], None]


def refused(engine: Engine, change: Change, kind: type[BumpsError]) -> None:
    """Let a change be refused, and see that nothing of it waits for a frame."""
    before = engine._pending.operations.copy()
    with pytest.raises(kind):
        change(engine)
    assert engine._pending.operations == before


# What is in the way


@WAYS
def test_no_change_begins_where_only_reading_is_possible(change: Change) -> None:
    disk = MemoryDisk()
    Engine.open(disk, PATH, OPTIONS).close()
    engine = Engine.open(disk, PATH, Options(read_only=True))
    refused(engine, change, ReadOnlyError)
    assert engine.get("A", KEYS[1]) is None
    engine.close()


@WAYS
def test_no_change_begins_in_a_database_that_was_closed_behind_another_one(engine: Engine, change: Change) -> None:
    change(engine)
    engine.close()
    refused(engine, change, ClosedError)


@WAYS
def test_no_change_begins_in_a_database_that_has_failed_behind_another_one(engine: Engine, change: Change) -> None:
    change(engine)
    engine.fail(OSError("gone"))
    refused(engine, change, FailedError)
    with pytest.raises(FailedError):
        engine.close()


@WAYS
def test_a_change_behind_a_refused_checkpoint_makes_one_when_memory_is_used_up(engine: Engine, change: Change) -> None:
    set_one(engine)
    engine.checkpoints.is_refused = True
    generation = engine.stat()["generation"]
    while engine.forest.dirty_size < engine.options.cache_size:
        assert engine.checkpoints.is_refused
        engine.write(SET, "B", KEYS[engine._pending.count], b"x" * 40, NONE)
    change(engine)
    assert not engine.checkpoints.is_refused
    assert engine.stat()["generation"] == generation + 1
    engine.close()


@pytest.mark.parametrize("durability", [NONE, GROUP])
def test_a_small_write_to_a_name_that_is_none_is_refused(engine: Engine, durability: Durability) -> None:
    refused(engine, lambda engine: engine.write(SET, "1", b"", b"v", durability), UsageError)
    engine.close()


@WAYS
def test_a_change_behind_a_group_that_was_refused_is_refused_while_that_is(
    engine: Engine, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write(SET, "A", KEYS[0], b"first", NONE)
    with monkeypatch.context() as patch:

        def full(*ignored: object) -> int:
            raise DiskFullError("no space")

        patch.setattr(engine, "_append", full)
        with pytest.raises(DiskFullError):
            engine.flush()
        refused(engine, change, DiskFullError)
        assert engine.get("A", KEYS[1]) is None
    change(engine)
    assert engine.get("A", KEYS[1]) == b"new"
    engine.close()


# What is there behind it


@pytest.mark.parametrize("kind", [KILL, KILL_NODE])
def test_to_remove_what_is_not_there_is_no_change(engine: Engine, kind: int) -> None:
    engine.write(SET, "A", KEYS[1] + KEYS[1], b"v", NONE)
    engine.remove(kind, "A", KEYS[2], NONE)
    engine.remove(KILL_NODE, "A", KEYS[1], NONE)
    assert engine._pending.count == 1
    engine.remove(kind, "A", KEYS[1] + KEYS[1], NONE)
    assert engine._pending.count == 2
    engine.close()


@WAYS
def test_a_snapshot_that_is_open_does_not_see_the_change(engine: Engine, change: Change) -> None:
    engine.write(SET, "A", KEYS[1], b"old", NONE)
    with engine.snapshot() as snapshot:
        change(engine)
        assert snapshot.get("A", KEYS[1]) == b"old"
        assert list(snapshot.items("B")) == []
    engine.close()


@WAYS
def test_a_read_of_a_snapshot_in_whose_middle_something_changes_does_not_see_it(
    engine: Engine, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write(SET, "A", KEYS[1], b"old", NONE)
    with engine.snapshot() as snapshot:
        original = Engine.get

        def late(self: Engine, name: str, key: bytes) -> bytes | None:
            monkeypatch.undo()
            change(self)
            return original(self, name, key)

        monkeypatch.setattr(Engine, "get", late)
        assert snapshot.get("A", KEYS[1]) == b"old"
    with pytest.raises(ClosedError, match="the snapshot of LSN 1 is closed"):
        snapshot.get("A", KEYS[1])
    engine.close()


@WAYS
def test_a_transaction_that_has_read_what_is_changed_is_to_be_run_again(engine: Engine, change: Change) -> None:
    session = Globals(engine, NONE)
    session.begin()
    assert session.get("A", KEYS[1]) is None
    change(engine)
    assert session.get("A", KEYS[1]) is None
    session.set("B", b"", b"lost")
    with pytest.raises(RestartError):
        session.commit()
    assert engine.get("B", b"") is None
    engine.close()


@WAYS
def test_a_change_that_meets_damage_leaves_nothing_behind(
    engine: Engine, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write(SET, "C", b"", b"kept", NONE)
    size = engine._pending.size
    for name in ("apply", "apply_one"):
        original = getattr(Forest, name)

        def damaged(*arguments: object, original: Callable[..., None] = original) -> None:
            original(*arguments)
            monkeypatch.undo()
            raise CorruptionError("a page")

        monkeypatch.setattr(Forest, name, damaged)
    refused(engine, change, CorruptionError)
    assert (engine.names(), engine.get("C", b"")) == (["C"], b"kept")
    assert engine._pending.size == size
    change(engine)
    engine.flush()
    assert engine.get("A", KEYS[1]) == b"new"
    engine.close()


@WAYS
def test_a_change_that_is_interrupted_within_the_trees_is_there_as_a_whole(
    engine: Engine, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*ignored: object) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    for name in ("apply", "apply_one"):
        monkeypatch.setattr(Forest, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        change(engine)
    assert engine.get("A", KEYS[1]) == b"new"
    count = engine._pending.count
    engine.flush()
    assert engine.get("A", KEYS[2]) == (b"new" if change is set_all else None)
    assert engine.get("B", KEYS[1]) == (b"new" if change is transact else None)
    assert engine.counters.commit_operations.sum == count == (1 if change is set_one else 2)
    engine.close()


def test_a_transaction_that_was_interrupted_within_the_trees_is_over(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for durability in (NONE, COMMIT):
        session = Globals(engine, durability)
        session.begin()
        session.set("A", b"", b"v")

        def interrupted(*ignored: object) -> None:
            monkeypatch.undo()
            raise KeyboardInterrupt

        monkeypatch.setattr(Forest, "apply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            session.commit()
        assert session.level == 0, "it is in, and would be in twice"
        assert engine.get("A", b"") == b"v"
    engine.close()


# What becomes of it


def test_transactions_without_a_promise_are_one_frame_in_their_order(engine: Engine) -> None:
    session = Globals(engine, NONE)
    for number in range(3):
        session.begin()
        session.kill("A", KEYS[1])
        session.set("A", KEYS[1] + KEYS[number], b"%d" % number)
        session.set("B", b"", (session.get("B", b"") or b"") + b"%d" % number)
        session.commit()
        assert engine.last_lsn == 0
    session.kill("A", KEYS[1] + KEYS[7])
    session.flush()
    assert engine.last_lsn == engine.durable_lsn == 1
    engine.void()
    assert list(engine.items("A")) == [(KEYS[1] + KEYS[2], b"2")]
    assert engine.get("B", b"") == b"012"
    engine.close()


@pytest.mark.parametrize("durability", [GROUP, COMMIT])
def test_a_transaction_with_a_promise_is_durable_behind_what_waited(engine: Engine, durability: Durability) -> None:
    transact(engine)
    session = Globals(engine, durability)
    session.begin()
    assert session.get("B", KEYS[1]) == b"new"
    session.set("C", b"", b"v")
    session.commit()
    assert engine.last_lsn == engine.durable_lsn == 2
    engine.abandon()


def test_a_transaction_that_only_reads_and_promises_commit_has_what_it_was_told_durable(engine: Engine) -> None:
    for durability, lsn in ((NONE, 0), (GROUP, 0), (COMMIT, 1)):
        engine.write(SET, "A", b"", b"v", NONE)
        session = Globals(engine, durability)
        session.begin()
        assert session.get("A", b"") == b"v"
        session.commit()
        assert engine.durable_lsn == lsn
    engine.close()


@pytest.mark.parametrize("count, size", [(limits.GROUP_COUNT_MAX, 1), (10, limits.GROUP_SIZE_MAX // 10)])
def test_a_transaction_for_which_a_group_has_no_room_is_a_frame_of_its_own(
    engine: Engine, count: int, size: int
) -> None:
    transact(engine)
    session = Globals(engine, NONE)
    session.begin()
    for key in KEYS[:count]:
        session.set("C", key, b"x" * size)
    session.commit()
    commits = engine.counters.commit_operations
    assert (commits.count, commits.sum) == (2, 2 + count)
    assert engine._pending.count == 0
    transact(engine)
    assert commits.count == 2
    engine.close()


@pytest.mark.parametrize("turn", [False, True])
def test_a_transaction_that_is_refused_is_not_in_and_can_be_tried_again(
    engine: Engine, turn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Globals(engine, NONE)
    count = 0
    while engine._pending.count < limits.GROUP_COUNT_MAX - 1:
        engine.write(SET, "B", KEYS[count], b"v", NONE)
        count += 1
    session.begin(turn=turn)
    session.increment("A", b"", lambda old: b"%d" % (int(old or b"0") + 1))
    session.set("A", KEYS[0], b"v")
    with monkeypatch.context() as patch:

        def full(*ignored: object) -> int:
            raise DiskFullError("no space")

        patch.setattr(engine, "_append", full)
        if not turn:  # else what was pending is in the journal since it began
            with pytest.raises(DiskFullError):
                session.commit()
            assert session.level == 1
            assert engine.get("A", b"") is None
    session.commit()
    assert engine.get("A", b"") == b"1"
    engine.close()


def test_a_group_is_a_frame_when_copies_have_filled_it(engine: Engine) -> None:
    for turn in range(2):
        engine.write_all(many(600, 600 * turn), NONE)
        assert engine.counters.commit_operations.count == turn
    engine.close()


def test_whatever_is_written_in_mode_group_is_durable_soon() -> None:
    engine = Engine.open(MemoryDisk(), PATH, Options(page_size=512))
    for lsn in range(1, 5):
        if lsn % 2:
            engine.write_all(many(3), GROUP)
        else:
            engine.write(SET, "A", KEYS[lsn], b"v", GROUP)
        until = time.monotonic() + 10
        while engine.durable_lsn < lsn:
            assert time.monotonic() < until
            time.sleep(0.001)
    engine.close()


@pytest.mark.parametrize("durability", [NONE, COMMIT])
def test_a_commit_is_not_kept_for_its_own_transaction(
    engine: Engine, durability: Durability, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Batches] = []
    monkeypatch.setattr(Changes, "add", lambda changes, sequence, batches: kept.append(batches))
    session = Globals(engine, durability)
    session.begin()
    session.set("A", session.get("A", KEYS[1]) or b"", b"v")
    session.commit()
    assert kept == []
    assert (engine.snapshot_count, engine._changes.wanted, engine._is_watched) == (0, False, False)
    engine.close()


def test_close_counts_the_open_transactions_where_none_can_begin(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def count(changes: Changes) -> int:
        held.append(engine.latch._is_owned())  # type: ignore[attr-defined]
        return 0

    monkeypatch.setattr(Changes, "transaction_count", property(count))
    engine.close()
    assert held == [True]
