"""bumps/snapshot.py: a snapshot is the database at one LSN, whatever goes on; it ends with close, or as garbage."""

from __future__ import annotations

import gc
import threading

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

import bumps
from bumps.batch import KILL, SET, Batch, Batches
from bumps.btree.forest import Forest
from bumps.btree.view import Snapshot as TreeSnapshot
from bumps.engine import Engine
from bumps.errors import RestartError
from bumps.files import MemoryDisk
from bumps.globals import Globals
from bumps.keys import KeyCodec
from bumps.options import Durability, Options
from bumps.snapshot import SCAN_COUNT, Snapshot
from bumps.wal.segment import Place
from bumps.wal.writer import JournalWriter
from tests.trees import Model, assert_reads_same

CODEC = KeyCodec.of("utf-8")
NAMES = st.sampled_from(["A", "B"])
OPTIONS = Options(page_size=512, cache_size=64 * 512, background=False, segment_size_min=4096, alignment=512)


def assert_snapshot_same(snapshot: Snapshot, model: Model) -> None:
    with snapshot.engine.latch:
        assert_reads_same(snapshot.trees, model)
    for name, pairs in snapshot.scans():
        assert list(pairs) == model.items(name)


class SnapshotMachine(RuleBasedStateMachine):
    """An engine with snapshots beside models: they are held over commits, checkpoints, errors, kills and opens."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = MemoryDisk()
        self.engine = Engine.open(self.disk, "/x.bumps", OPTIONS)
        self.model = Model()
        self.snapshots: list[tuple[Snapshot, Model]] = []

    def commit(self, batch: Batch) -> None:
        self.engine.commit([batch])
        self.model.apply(batch)

    @rule(name=NAMES, first=st.integers(0, 300), count=st.integers(1, 200), size=st.integers(0, 40))
    def set(self, name: str, first: int, count: int, size: int) -> None:
        keys = [CODEC.encode((number,)) for number in range(first, first + count)]
        self.commit(Batch(name, bytes((SET,)) * count, keys, [b"%d" % first * size] * count))

    @rule(name=NAMES, number=st.integers(0, 500), size=st.integers(0, 2000))
    def set_one_in_a_group(self, name: str, number: int, size: int) -> None:
        batch = Batch(name, bytes((SET,)), [CODEC.encode((number,))], [b"g" * size])
        self.engine.write(SET, name, batch.keys[0], batch.values[0], Durability.GROUP)
        self.model.apply(batch)

    @rule(name=NAMES, first=st.integers(0, 300), count=st.integers(1, 200))
    def kill(self, name: str, first: int, count: int) -> None:
        keys = [CODEC.encode((number,)) for number in range(first, first + count)]
        self.model.globals.setdefault(name, {})
        self.commit(Batch(name, bytes((KILL,)) * count, keys, []))

    @rule(name=NAMES)
    def kill_all(self, name: str) -> None:
        self.model.globals.setdefault(name, {})
        self.commit(Batch(name, bytes((KILL,)), [b""], []))

    @rule()
    def open_a_snapshot(self) -> None:
        snapshot = self.engine.snapshot()
        assert snapshot.lsn == self.engine.last_lsn
        self.snapshots.append((snapshot, self.model.copy()))

    @precondition(lambda self: bool(self.snapshots))
    @rule(data=st.data())
    def let_a_snapshot_go(self, data: st.DataObject) -> None:
        snapshot, model = self.snapshots.pop(data.draw(st.integers(0, len(self.snapshots) - 1)))
        assert_snapshot_same(snapshot, model)
        if data.draw(st.booleans()):
            snapshot.close()

    @rule()
    def checkpoint(self) -> None:
        self.engine.checkpoint()

    @rule()
    def the_tree_is_made_again(self) -> None:
        self.engine.void()

    @rule(clean=st.booleans())
    def open_again(self, clean: bool) -> None:
        self.look()
        if clean:
            self.engine.close()
        else:
            self.engine.flush()
            self.engine.abandon()
        for snapshot, _ in self.snapshots:
            with pytest.raises(bumps.ClosedError):
                snapshot.get("A", b"")
        self.snapshots.clear()
        self.engine = Engine.open(self.disk, "/x.bumps", OPTIONS)

    @rule()
    def look(self) -> None:
        for snapshot, model in self.snapshots:
            assert_snapshot_same(snapshot, model)
        with self.engine.snapshot() as snapshot:
            assert_snapshot_same(snapshot, self.model)

    def teardown(self) -> None:
        self.look()
        self.engine.close()
        assert [str(problem) for problem in bumps.verify("/x.bumps", disk=self.disk, deep=True)] == []


QUIETLY = settings(suppress_health_check=list(HealthCheck))


def test_snapshots_stay_as_they_were() -> None:
    run_state_machine_as_test(
        SnapshotMachine, settings=settings(QUIETLY, max_examples=8, stateful_step_count=25, derandomize=True)
    )


@pytest.mark.slow
def test_snapshots_stay_as_they_were_for_long() -> None:
    run_state_machine_as_test(SnapshotMachine, settings=settings(QUIETLY, max_examples=150, stateful_step_count=50))


@pytest.fixture
def database() -> bumps.Database:
    return bumps.open(":memory:", page_size=512)


def test_a_snapshot_reads_as_the_database_did(database: bumps.Database) -> None:
    database["^A", 1, "x"] = "one"
    database["^A", 2] = "two"
    database["^B"] = "b"
    digest, nodes = database.digest(), list(database.nodes())
    snapshot = database.snapshot()
    del database["^A"]
    database["^A", 3] = "three"
    database["^C"] = "c"
    database.checkpoint()

    assert snapshot.get("^A", 1, "x") == "one"
    assert snapshot["^A", 2].value == "two"
    assert snapshot.data("^A", 1) == 10
    assert ("^A", 3) not in snapshot
    assert snapshot.order("^A", "") == "1"
    assert snapshot.order("^A", "", reverse=True) == "2"
    assert snapshot.order("^") == "^A"
    assert snapshot.order("^B") == ""
    assert snapshot.query("^A", 1) == ("^A", "1", "x")
    assert [value for _, value in snapshot.scan("^A", reverse=True)] == ["two", "one"]
    assert list(snapshot.nodes()) == nodes
    assert snapshot.digest() == digest
    assert snapshot.lsn == 3
    assert repr(snapshot) == "<snapshot of /memory.bumps at LSN 3>"


def test_a_snapshot_refuses_writes_and_says_where_to_write(database: bumps.Database) -> None:
    with database.snapshot() as snapshot:
        for write in (
            lambda: snapshot.set("^A", value="v"),
            lambda: snapshot.kill("^A"),
            lambda: snapshot["^A"].kill(),
            lambda: snapshot.increment("^A"),
            lambda: snapshot.merge("^A", source={1: "v"}),
        ):
            with pytest.raises(bumps.UsageError, match="snapshot") as caught:
                write()
            assert caught.value.hint == "write to the database itself"


def test_a_snapshot_used_after_close_is_an_error(database: bumps.Database) -> None:
    database["^A"] = "v"
    with database.snapshot() as snapshot:
        scan = snapshot.scan("^A")
    with pytest.raises(bumps.ClosedError, match="the snapshot of LSN 1 is closed"):
        snapshot.get("^A")
    with pytest.raises(bumps.ClosedError):
        next(scan)
    snapshot.close()
    assert repr(snapshot).endswith("(closed)>")
    database.close()
    with pytest.raises(bumps.ClosedError):
        database.snapshot()


def test_a_snapshot_of_a_closed_database_is_an_error(database: bumps.Database) -> None:
    database["^A"] = "v"
    snapshot = database.snapshot()
    database.close()
    with pytest.raises(bumps.ClosedError, match="the database is closed"):
        snapshot.get("^A")


def test_garbage_lets_a_snapshot_go(database: bumps.Database) -> None:
    snapshot = database.snapshot()
    assert database.engine.snapshot_count == 1
    del snapshot
    gc.collect()
    assert database.engine.snapshot_count == 0


def test_a_short_scan_opens_no_snapshot_and_a_long_one_closes_its_own(database: bumps.Database) -> None:
    for number in range(SCAN_COUNT + 10):
        database["^A", number] = number
    short = database.scan("^A", stop=100)
    next(short)
    assert database.engine.snapshot_count == 0
    long = database.scan("^A")
    next(long)
    assert database.engine.snapshot_count == 1
    assert len(list(long)) == SCAN_COUNT + 9
    assert database.engine.snapshot_count == 0
    unfinished = database.scan("^A", reverse=True)
    next(unfinished)
    del unfinished
    gc.collect()
    assert database.engine.snapshot_count == 0


def test_a_snapshot_in_group_mode_has_an_lsn_of_its_own() -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", OPTIONS)
    engine.write(SET, "A", b"", b"v", Durability.GROUP)
    assert engine.last_lsn == 0
    with engine.snapshot() as snapshot:
        assert snapshot.lsn == engine.last_lsn == 1
        assert snapshot.get("A", b"") == b"v"
    engine.close()


def test_after_a_failed_sync_snapshots_are_not_read_either() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, "/x.bumps", OPTIONS)
    engine.commit([Batch("A", bytes((SET,)), [b""], [b"v"])])
    snapshot = engine.snapshot()
    engine.fail(OSError(5, "a failed sync"))
    with pytest.raises(bumps.FailedError):
        snapshot.get("A", b"")
    engine.abandon()


def test_a_snapshot_survives_an_exception_in_the_middle_of_a_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", OPTIONS)
    batch = Batch("A", bytes((SET,)) * 50, [CODEC.encode((number,)) for number in range(50)], [b"old"] * 50)
    engine.commit([batch])
    with engine.snapshot() as snapshot:
        with monkeypatch.context() as patch:
            apply = Forest.apply

            def half(forest: Forest, batches: list[Batch]) -> None:
                apply(forest, batches)
                raise KeyboardInterrupt

            patch.setattr(Forest, "apply", half)
            with pytest.raises(KeyboardInterrupt):
                engine.commit([batch._replace(values=[b"new"] * 50)])
        engine.checkpoint()
        engine.commit([batch._replace(values=[b"newer"] * 50)])
        engine.checkpoint()
        assert [value for _, value in snapshot.scan("A")] == [b"old"] * 50
    engine.close()


def test_long_scans_in_threads_neither_wait_for_writers_nor_see_them() -> None:
    with bumps.open(":memory:", page_size=1024, cache_size=64 * 1024) as database:
        database.merge("^A", source=dict.fromkeys(range(2000), "0"))
        stop = threading.Event()
        failures: list[BaseException] = []

        def read() -> None:
            try:
                while not stop.is_set():
                    assert len({value for _, value in database.scan("^A")}) == 1
                    with database.snapshot() as snapshot:
                        assert snapshot.get("^A", 0) == snapshot.get("^A", 1999)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for round_ in range(8):
            database.merge("^A", source={number: str(round_) for number in range(2000)})
            if round_ % 5 == 0:
                database.checkpoint()
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []


def with_one() -> tuple[Engine, bytes]:
    """Return a database in which ^A(1) is `one`, and the key of that node."""
    engine = Engine.open(MemoryDisk(), "/x.bumps", OPTIONS)
    key = CODEC.encode((1,))
    engine.commit([Batch("A", bytes((SET,)), [key], [b"one"])])
    return engine, key


def test_a_snapshot_costs_nothing_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, key = with_one()
    kept: list[Forest] = []
    snapshot_of = Forest.snapshot

    def note(forest: Forest, since: float) -> TreeSnapshot:
        kept.append(forest)
        return snapshot_of(forest, since)

    monkeypatch.setattr(Forest, "snapshot", note)
    with engine.snapshot() as snapshot:
        assert snapshot.get("A", key) == b"one"
        engine.checkpoint()
        assert snapshot.get("A", key) == b"one" and not kept
        engine.commit([Batch("A", bytes((SET,)), [key], [b"two"])])
        assert snapshot.get("A", key) == b"one" and kept
    assert not engine.snapshot_count
    engine.close()


def test_a_transaction_that_meets_nobody_copies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", OPTIONS)
    engine.commit([Batch("A", bytes((SET,)), [CODEC.encode((1,))], [b"1"])])

    def refuse(forest: Forest, since: float) -> None:
        raise AssertionError("kept")

    monkeypatch.setattr(Forest, "snapshot", refuse)
    globals_ = Globals(engine, Durability.COMMIT)
    for _ in range(3):
        globals_.begin()
        before = globals_.get("A", CODEC.encode((1,)))
        assert before is not None
        globals_.set("A", CODEC.encode((1,)), before + b"1")
        globals_.commit()
    assert engine.get("A", CODEC.encode((1,))) == b"1111"
    engine.close()


def test_a_tree_that_is_voided_between_the_frame_and_the_tree_leaves_snapshots_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, key = with_one()
    snapshot = engine.snapshot()
    append = JournalWriter.append

    def append_and_void(journal: JournalWriter, batches: Batches) -> Place:
        place = append(journal, batches)
        with engine.latch:
            engine.void()  # as a checkpoint in the background does that meets damage
        assert engine.get("A", key) == b"one"
        return place

    with monkeypatch.context() as patch:
        patch.setattr(JournalWriter, "append", append_and_void)
        engine.commit([Batch("A", bytes((SET,)), [key], [b"two"])])
    assert engine.get("A", key) == b"two"
    assert snapshot.get("A", key) == b"one"
    snapshot.close()
    engine.close()


def test_an_interrupt_between_the_frame_and_the_tree_leaves_snapshots_as_they_were_and_is_seen_by_transactions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, key = with_one()
    snapshot = engine.snapshot()
    globals_ = Globals(engine, Durability.COMMIT)
    globals_.begin()
    assert globals_.get("A", key) == b"one"
    apply = Engine._apply

    def interrupted(engine: Engine, *arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "_apply", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.commit([Batch("A", bytes((SET,)), [key], [b"two"])])
    monkeypatch.setattr(Engine, "_apply", apply)
    assert engine.get("A", key) == b"two"
    assert snapshot.get("A", key) == b"one"
    globals_.set("A", key, b"three")
    with pytest.raises(RestartError):
        globals_.commit()
    snapshot.close()
    engine.close()
