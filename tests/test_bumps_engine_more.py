"""bumps/engine.py and its neighbours where something fails: who is told, what is kept, and what goes on."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import bumps
from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.checkpoints import Checkpoints
from bumps.engine import Engine
from bumps.errors import DiskFullError, LimitError, ReadOnlyError, StorageError, TransactionError, UsageError
from bumps.files import MemoryDisk
from bumps.flusher import Flusher
from bumps.keys import KeyCodec
from bumps.options import Durability, Options
from bumps.wal.writer import JournalWriter
from tests.test_recovery_recover import FullDisk, batch, content, crashed, key

PATH = "/test.bumps"
OPTIONS = Options(page_size=512, alignment=512, segment_size_min=4096, segment_size_max=4096, background=False)
CODEC = KeyCodec.of("utf-8")


class StopError(BaseException):
    """An interrupt."""


def stop(*arguments: object, **keywords: object) -> None:
    raise StopError


@pytest.fixture
def database() -> Iterator[bumps.Database]:
    with bumps.open(":memory:") as found:
        yield found


# Interrupts and failures


def test_an_interrupt_while_snapshots_are_kept_closes_them_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.open(MemoryDisk(), PATH, OPTIONS)
    engine.commit(batch((key(1), b"old")))
    one, two = engine.snapshot(), engine.snapshot()
    with monkeypatch.context() as patch, pytest.raises(StopError):
        patch.setattr("bumps.snapshot.Snapshot.keep", stop)
        engine.commit(batch((key(1), b"new")))
    for snapshot in (one, two):
        with pytest.raises(bumps.ClosedError):
            snapshot.get("X", key(1))
    assert engine.snapshot_count == 0
    assert engine.get("X", key(1)) in (b"old", b"new")
    engine.commit(batch((key(1), b"newer")))
    assert engine.get("X", key(1)) == b"newer"
    engine.close()


def test_an_interrupt_inside_a_single_set_leaves_the_tree_as_the_group_says(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.open(MemoryDisk(), PATH, OPTIONS)
    engine.write(SET, "X", key(1), b"a", Durability.GROUP)
    with monkeypatch.context() as patch, pytest.raises(StopError):
        patch.setattr("bumps.btree.forest.Forest.apply_one", stop)
        engine.write(SET, "X", key(2), b"b", Durability.GROUP)
    assert content(engine) == {key(1): b"a", key(2): b"b"}
    engine.flush()
    engine.close()


def test_a_set_that_no_frame_could_hold_is_refused_before_it_is_pending() -> None:
    engine = Engine.open(MemoryDisk(), PATH, OPTIONS)
    with pytest.raises(LimitError, match="a value of "):
        engine.write(SET, "X", key(1), bytes(64 * 1024 * 1024 + 1), Durability.GROUP)
    assert content(engine) == {}
    engine.close()


def test_a_group_that_was_refused_comes_first_when_there_is_space() -> None:
    disk = FullDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.write(SET, "X", key(1), b"a", Durability.GROUP)
    disk.room = 0
    with pytest.raises(DiskFullError):
        engine.flush()
    with pytest.raises(DiskFullError):
        engine.write(SET, "X", key(2), b"b", Durability.GROUP)
    with pytest.raises(DiskFullError):
        next(engine.turn())
    assert engine.writer.acquire(blocking=False), "who was refused a turn does not keep the lock"
    engine.writer.release()
    engine.flush_in_background()
    disk.room = 1 << 30
    engine.write(SET, "X", key(2), b"b", Durability.GROUP)
    engine.flush()
    killed = Engine.open(crashed(disk), PATH, OPTIONS)
    assert content(killed) == {key(1): b"a", key(2): b"b"}
    killed.close()
    engine.close()


def test_a_refused_checkpoint_is_made_before_memory_runs_out() -> None:
    disk = FullDisk()
    options = Options(page_size=512, alignment=512, cache_size=32768, segment_size_min=1 << 20, background=False)
    engine = Engine.open(disk, PATH, options)
    engine.commit(batch((key(0), b"v")))
    disk.room = 4096
    refused = 0
    for number in range(700):
        try:
            engine.commit(batch((key(number), b"v" * 100)))
        except DiskFullError:
            refused += 1
            if refused == 3:
                disk.room = 1 << 30
    assert refused == 3, "writes stop while dirty leaves fill the cache, and go on by themselves"
    assert engine.stat()["generation"] > 1
    assert len(content(engine)) >= 690
    engine.close()


def test_a_transaction_on_what_can_only_be_read_is_refused_at_its_beginning() -> None:
    disk = MemoryDisk()
    Engine.open(disk, PATH, OPTIONS).close()
    engine = Engine.open(disk, PATH, Options(read_only=True))
    for begin in (lambda: engine.begin(Durability.NONE), lambda: next(engine.turn()), engine.checkpoint):
        with pytest.raises(ReadOnlyError):
            begin()
    engine.flush()
    engine.flush_in_background()
    engine.checkpoints.make_if_idle()
    engine.close()


def test_a_checkpoint_that_cannot_start_its_thread_says_so_and_the_next_one_can() -> None:
    engine = Engine.open(MemoryDisk(), PATH, Options(page_size=512))
    engine.commit(batch((key(1), b"v")))
    with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeError, match="can't start new thread"):

        def refuse(*arguments: object) -> None:
            raise RuntimeError("can't start new thread")

        patch.setattr(threading.Thread, "start", refuse)
        engine.checkpoint()
    engine.checkpoint()
    assert engine.stat()["checkpoint_lsn"] == 2
    engine.close()


def test_what_is_written_when_no_thread_can_be_started_is_kept_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, Options(page_size=512, checkpoint_journal_size=1))

    def refuse(*arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        engine.commit(batch((key(1), b"v")))
        engine.write(SET, "X", key(2), b"w", Durability.GROUP)
        assert engine.durable_lsn == 2, "the group has nobody who could write it later"
    engine.close()
    with Engine.open(disk, PATH, OPTIONS).snapshot() as snapshot:
        assert dict(snapshot.items("X")) == {key(1): b"v", key(2): b"w"}


@pytest.mark.parametrize("background", [False, True])
def test_a_group_that_others_append_starts_checkpoints_too(background: bool) -> None:
    engine = Engine.open(
        MemoryDisk(),
        PATH,
        Options(page_size=512, background=background, checkpoint_journal_size=64 * 1024),
    )
    written = 0
    while engine.checkpoints.running is None and engine.counters.checkpoint_pages == 0:
        engine.write(SET, "X", key(written), b"v" * 400, Durability.GROUP)
        if written % 3 == 0:
            engine.flush_in_background()  # as the flusher does, before this thread has enough for a frame
        written += 1
        assert written < 1000, "a frame takes a block of 4 KiB at least"
    engine.close()


@pytest.mark.parametrize("background", [False, True])
def test_an_error_before_a_checkpoint_is_frozen_is_harmless_after_the_first_one_too(
    monkeypatch: pytest.MonkeyPatch, background: bool
) -> None:
    engine = Engine.open(MemoryDisk(), PATH, Options(page_size=512, background=background))
    engine.commit(batch((key(1), b"old")))
    engine.checkpoint()
    engine.commit(batch((key(1), b"new")))
    with monkeypatch.context() as patch, pytest.raises(StopError):
        patch.setattr("bumps.btree.forest.merge", stop)  # which its steps come from
        engine.checkpoint()
    assert engine.get("X", key(1)) == b"new"
    engine.commit(batch((key(2), b"newer")))
    engine.checkpoint()
    assert engine.stat()["checkpoint_lsn"] == engine.last_lsn
    engine.close()


def test_who_closes_what_another_one_has_closed_meanwhile_closes_no_file_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.open(MemoryDisk(), PATH, Options(page_size=512))
    engine.write(SET, "X", key(1), b"v", Durability.GROUP)
    released: list[bool] = []
    stop_flusher, release = Flusher.stop, Engine._release

    def stop_and_close(flusher: Flusher) -> None:
        stop_flusher(flusher)
        engine.close()  # as another thread does that comes between the two times that the lock is held

    def counted(self: Engine) -> None:
        released.append(self.closed)
        release(self)

    monkeypatch.setattr(Flusher, "stop", stop_and_close)
    monkeypatch.setattr(Engine, "_release", counted)
    engine.close()
    assert released == [False]


def test_an_idle_database_is_brought_home_only_if_its_journal_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.open(MemoryDisk(), PATH, OPTIONS)
    engine.commit(batch((key(1), b"v")))
    engine.checkpoints.make_if_idle()
    assert engine.stat()["checkpoint_lsn"] == 0
    monkeypatch.setattr("bumps.checkpoints._IDLE_JOURNAL_SIZE", 1)
    engine.checkpoints.make_if_idle()
    assert engine.stat()["checkpoint_lsn"] == 2
    engine.close()
    engine.checkpoints.make_if_idle()


def test_the_thread_of_a_group_checkpoints_when_idle_and_lives_through_what_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bumps.flusher.IDLE_SECONDS", 0.005)
    monkeypatch.setattr("bumps.checkpoints._IDLE_JOURNAL_SIZE", 1)
    engine = Engine.open(MemoryDisk(), PATH, Options(page_size=512))
    failed = threading.Event()
    original: Callable[[Checkpoints], None] = Checkpoints.make_if_idle
    is_home = threading.Event()

    def idle(self: Checkpoints) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError(errno.EIO, "by order of the test")
        original(self)
        if self.engine.stat()["checkpoint_lsn"]:
            is_home.set()

    monkeypatch.setattr(Checkpoints, "make_if_idle", idle)
    engine.write(SET, "X", key(1), b"v", Durability.GROUP)
    assert failed.wait(10) and is_home.wait(10)
    engine.abandon()


def test_the_thread_of_a_group_can_stop_itself_and_is_woken_once() -> None:
    engine = Engine.open(MemoryDisk(), PATH, Options(page_size=512, background=False))
    flusher = Flusher(engine)
    flusher._event.set()
    flusher.wake()
    flusher.stop()
    assert not flusher.is_alive()
    stopper = threading.Thread(target=lambda: Flusher.stop(stopper))  # type: ignore[arg-type]
    stopper._stopped, stopper._event = False, threading.Event()  # type: ignore[attr-defined]
    stopper.start()
    stopper.join(5)
    assert not stopper.is_alive()
    engine.close()


def test_an_engine_without_space_for_a_last_checkpoint_closes_all_the_same() -> None:
    disk = FullDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(60):
        engine.commit(batch((key(number), b"v" * 50)))
    disk.room = 1000
    engine.close()
    assert engine.closed
    disk.room = 1 << 30
    assert len(content(Engine.open(disk, PATH, OPTIONS))) == 60


def test_abandoning_a_group_stops_its_thread_and_keeps_what_was_durable() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, Options(page_size=512))
    engine.commit(batch((key(1), b"v")))
    engine.write(SET, "X", key(2), b"v", Durability.GROUP)
    flusher = engine._flusher
    engine.abandon()
    assert flusher is not None and not flusher.is_alive()
    assert key(1) in content(Engine.open(crashed(disk), PATH, OPTIONS))


def test_a_database_that_cannot_be_noted_is_not_left_open() -> None:
    class Fickle(MemoryDisk):
        left = 1

        def identity(self, path: str) -> tuple[int, int]:
            self.left -= 1
            if self.left < 0:
                raise PermissionError(errno.EACCES, "permission denied", path)
            return super().identity(path)

    disk = Fickle()
    bumps.open(PATH, disk=crashed(MemoryDisk())).close()
    disk.left = 9
    bumps.open(PATH, disk=disk).close()
    disk.left = 1
    with pytest.raises(StorageError, match="permission denied"):
        bumps.open(PATH, disk=disk)
    disk.left = 9
    with bumps.open(PATH, disk=disk) as database:
        assert list(database.nodes()) == []


# What the API says of itself


def test_nodes_are_places_that_can_be_compared_shown_and_kept_in_sets(database: bumps.Database) -> None:
    one, same, other = database["^A", 1], database["^A"][1], database["^A", "1", 2]
    assert one == same != other
    assert one != ("^A", 1) and len({one, same, other}) == 2
    assert bool(one), "a node is a place, whether something is there or not"
    assert repr(one) == "<node ^A(1)>" or repr(one).startswith("<node ^A")
    with bumps.open(":memory:") as elsewhere:
        assert elsewhere["^A", 1] != one


def test_children_are_walked_both_ways_and_trees_go_in_and_out(database: bumps.Database) -> None:
    tree: dict[Any, Any] = {"1": {None: "one", "x": "below", "y": {"z": "deep"}}, "2": "two"}
    database["^A"].update(tree)
    assert [(subscript, node.data()) for subscript, node in database["^A"].items()] == [("1", 11), ("2", 1)]
    assert [subscript for subscript, _ in database["^A"].items(reverse=True)] == ["2", "1"]
    assert database["^A"].to_dict() == tree
    with pytest.raises(UsageError):
        database["^A"].update({"3": object()})
    assert database["^A"].to_dict() == tree


def test_a_database_says_where_it_is_and_whether_it_is_closed(database: bumps.Database) -> None:
    assert repr(database) == "<database /memory.bumps>"
    assert str(database.path) == "/memory.bumps"
    with bumps.open(":memory:") as other:
        pass
    assert repr(other) == "<database /memory.bumps (closed)>"


def test_what_a_charset_cannot_hold_is_refused_and_named() -> None:
    with bumps.open(":memory:", charset="m") as database:
        with pytest.raises(UsageError, match="cannot be stored in a database of charset m"):
            database["^A"] = "Ā"
        with pytest.raises(UsageError, match="the name of a global begins with"):
            database.order("A")


def test_without_the_language_a_call_says_what_to_import(
    database: bumps.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bumps.Database, "runner", None)
    with pytest.raises(UsageError, match="no M runner is installed") as caught:
        database.call("F^X")
    assert caught.value.hint == "import bumps, not bumps.database"


def test_a_load_tells_its_progress_and_an_empty_one_is_none(
    database: bumps.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bumps.database._PROGRESS_COUNT", 10)
    told: list[int] = []
    triples = [("A", CODEC.encode((number,)), b"v") for number in range(35)]
    assert database.load_nodes(triples, progress=told.append) == 35
    assert told == [10, 20, 30]
    lsn = database.engine.last_lsn
    assert database.load_nodes([]) == 0
    assert database.engine.last_lsn == lsn


def test_a_snapshot_counts_its_nodes_and_refuses_every_change(database: bumps.Database) -> None:
    database["^A", 1] = "v"
    database["^A", 2] = "v"
    database["^B"] = "v"
    engine = database.engine
    with engine.snapshot() as snapshot:
        database["^A"].kill()
        assert (snapshot.node_count, snapshot.node_count_of("A"), engine.stat()["nodes"]) == (3, 2, 1)
    with database.snapshot() as view:
        acts: list[Callable[[], object]] = [
            lambda: view.set("^B", value="w"),
            lambda: view.kill("^B"),
            lambda: view.increment("^B"),
            lambda: view.merge("^B", source={"x": "y"}),
        ]
        for act in acts:
            with pytest.raises((UsageError, AttributeError)):
                act()
    assert database["^B"].value == "v"


def test_a_commit_that_is_refused_inside_a_turn_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk()
    with bumps.open(PATH, disk=disk, page_size=512) as database:
        session = database.session()
        with pytest.raises(DiskFullError), session.transaction():
            session.set("A", CODEC.encode((1,)), b"v" * 100)
            disk.room = 0
        assert session.level == 0
        disk.room = 1 << 30
        with pytest.raises(StopError), session.transaction():
            session.set("A", CODEC.encode((1,)), b"v")
            session.rollback()
            raise StopError
        assert session.level == 0
        with session.transaction():
            session.set("A", CODEC.encode((2,)), b"v")
        assert [path for path, _ in database.scan("^A")] == [("^A", "2")]


@pytest.mark.parametrize(
    ("read", "change", "restarts"),
    [
        (lambda tx: list(tx.scan("^A", 5)), ("kill", ("^A", 5)), True),
        (lambda tx: list(tx.scan("^A", 5)), ("kill", ("^A", 6)), False),
        (lambda tx: tx.get("^A", 5), ("kill", ("^A", 5)), True),
        (lambda tx: tx.get("^A", 5), ("kill", ("^A", 6)), False),
        (lambda tx: tx.order("^A", ""), ("kill", ("^A", 1)), True),
        (lambda tx: tx.order("^A", ""), ("set", ("^A", 9)), False),
        (lambda tx: tx.query("^A", 5, 1), ("value", ("^A", 5, 2)), True),
        (lambda tx: tx.query("^A", 5, 1), ("value", ("^A", 6, 1)), False),
    ],
)
def test_a_change_elsewhere_restarts_exactly_who_has_read_it(
    read: Callable[[Any], object], change: tuple[str, tuple[Any, ...]], restarts: bool, database: bumps.Database
) -> None:
    for number in range(1, 9):
        for each in range(1, 4):
            database["^A", number, each] = "v"
    how, path = change

    def other() -> None:
        if how == "kill":
            database.kill(*path)
        elif how == "value":
            del database[path].value
        else:
            database.set(*path, value="w")

    try:
        with database.transaction() as tx:
            read(tx)
            tx["^MINE"] = "v"
            thread = threading.Thread(target=other)
            thread.start()
            thread.join(10)
        restarted = False
    except bumps.RestartError:
        restarted = True
    assert restarted is restarts


def test_kinds_of_operations_are_three() -> None:
    engine = Engine.open(MemoryDisk(), PATH, OPTIONS)
    low, high = CODEC.encode((1,)), CODEC.encode((1, 2))
    engine.commit([Batch("A", bytes([SET, SET]), [low, high], [b"a", b"b"])])
    engine.commit([Batch("A", bytes([KILL_NODE]), [low], [])])
    assert [found for found, _ in engine.items("A")] == [high]
    engine.commit([Batch("A", bytes([KILL]), [low], [])])
    assert list(engine.items("A")) == []
    with pytest.raises(TransactionError):
        bumps.open(":memory:").session().rollback(1)
    engine.close()


def test_a_database_that_is_busy_with_durable_commits_is_not_idle() -> None:
    engine = Engine.open(MemoryDisk(), PATH, OPTIONS)
    flusher = Flusher(engine)
    flusher.stop()
    found = []
    for number in (1, 2, 2, 2, 3):
        if engine.last_lsn < number:
            engine.commit(batch((key(number), b"v")))
        found.append(flusher.finds_idle(engine))
    assert found == [False, False, True, True, False]
    engine.close()


def unadopted() -> tuple[FullDisk, Engine]:
    """Return a database whose recovery had no space to copy the newest of two commits, and its disk, with space now."""
    disk = FullDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch((key(1), b"a")))
    engine.commit(batch((key(2), b"b")))
    engine.abandon()
    disk.room = 0
    engine = Engine.open(disk, PATH, OPTIONS)
    assert "no space to copy the end of the journal: no writes until there is" in engine.report.notes
    assert content(engine) == {key(1): b"a", key(2): b"b"}
    disk.room = 1 << 30
    return disk, engine


def fail(*arguments: object) -> None:
    raise OSError(errno.EIO, "input/output error")


def test_nothing_is_read_after_the_end_of_the_journal_could_not_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    disk, engine = unadopted()
    with monkeypatch.context() as patch, pytest.raises(bumps.FailedError, match="adopting frames"):
        patch.setattr(JournalWriter, "sync_directory", fail)
        engine.checkpoint()
    assert engine.failed
    for use in (lambda: engine.get("X", key(1)), engine.snapshot, lambda: engine.commit(batch((key(3), b"c")))):
        with pytest.raises(bumps.FailedError, match="until it is opened again"):
            use()
    with pytest.raises(bumps.FailedError):
        engine.close()
    again = Engine.open(disk, PATH, OPTIONS)
    assert content(again) == {key(1): b"a", key(2): b"b"}
    again.close()


def test_nothing_is_read_after_the_flusher_could_not_make_the_next_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    assert engine.journal is not None
    while not engine.journal.wants_next:
        engine.commit(batch((key(1), b"v" * 60)))
    with monkeypatch.context() as patch, pytest.raises(bumps.FailedError):
        patch.setattr(JournalWriter, "sync_next", fail)
        engine.flush_in_background()
    assert engine.failed
    with pytest.raises(bumps.FailedError, match="until it is opened again"):
        engine.get("X", key(1))
    engine.close()  # says nothing: all that was written is durable
    again = Engine.open(disk, PATH, OPTIONS)
    assert content(again) == {key(1): b"v" * 60}
    again.close()


def test_a_full_disk_that_holds_the_flusher_up_stops_nobody() -> None:
    disk = FullDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    assert engine.journal is not None
    while not engine.journal.wants_next:
        engine.commit(batch((key(1), b"v" * 60)))
    disk.room = 0
    engine.flush_in_background()
    assert not engine.failed
    disk.room = 1 << 30
    engine.close()


def test_an_interrupt_behind_the_copy_of_the_end_of_the_journal_does_not_copy_it_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk, engine = unadopted()
    adopt = JournalWriter.adopt

    def interrupted(*arguments: Any) -> None:
        adopt(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(JournalWriter, "adopt", interrupted)
        engine.flush()
        engine.commit(batch((key(3), b"c")))
    engine.commit(batch((key(3), b"c")))
    engine.close()
    assert sorted(content(Engine.open(disk, PATH, OPTIONS))) == [key(1), key(2), key(3)]
