"""bumps/engine.py: threads share one engine; what was promised is kept in each mode."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

import bumps
from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.files import MemoryDisk, RealDisk, RealFile
from bumps.options import Durability, Options
from bumps.recovery.checkpoint import Checkpointer
from bumps.wal.writer import JournalWriter


def test_threads_that_write_read_scan_and_checkpoint_agree_at_the_end() -> None:
    with bumps.open(":memory:", page_size=1024, cache_size=64 * 1024) as database:
        failures: list[BaseException] = []

        def guard(work: object) -> threading.Thread:
            def run() -> None:
                try:
                    work()  # type: ignore[operator]
                except BaseException as error:
                    failures.append(error)

            return threading.Thread(target=run)

        @database.transactional
        def add(writer: int, number: int) -> None:
            database["^X", writer, number] = f"{writer}:{number}" * 5
            database.increment("^COUNT")

        def write(writer: int) -> None:
            for number in range(150):
                add(writer, number)

        def scan() -> None:
            for _ in range(15):
                with database.transaction():
                    count = int(database.get("^COUNT", default=0))
                    assert sum(1 for _ in database.scan("^X")) == count
                for path, value in database.scan("^X"):
                    assert value.startswith(path[1] + ":" + path[2])

        def checkpoint() -> None:
            for _ in range(10):
                database.checkpoint()

        threads = [guard(lambda w=w: write(w)) for w in range(3)] + [guard(scan), guard(checkpoint)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert database["^COUNT"].value == "450"
        assert len(database["^X", 0]) == 150


def test_threads_that_commit_at_once_share_syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 8
    syncs = 0
    original = RealFile.sync

    with bumps.open(tmp_path / "x.bumps") as database:
        engine = database.engine
        database["^START"] = 1
        last = engine.last_lsn + count

        def sync(self: RealFile) -> None:
            nonlocal syncs
            syncs += 1
            deadline = time.monotonic() + 10
            while engine.last_lsn < last and time.monotonic() < deadline:
                time.sleep(0.001)  # a disk that takes its time: the others queue up behind the leader
            original(self)

        def work(writer: int) -> None:
            database["^X", writer] = "v"

        monkeypatch.setattr(RealFile, "sync", sync)
        threads = [threading.Thread(target=work, args=(writer,)) for writer in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert syncs <= 2, "that of the first one, and one for all who came meanwhile"
        assert engine.durable_lsn == engine.last_lsn == last


def test_group_mode_becomes_durable_by_itself(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "x.bumps", durability="group") as database:
        database["^X"] = "v"
        deadline = time.monotonic() + 5
        while database.engine.durable_lsn < 1 and time.monotonic() < deadline:
            time.sleep(0.002)
        assert database.engine.durable_lsn == 1


def test_flush_makes_single_sets_durable() -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", Options(background=False))
    for number in range(10):
        engine.write(SET, "X", b"\x81%d\x00" % number, b"v", Durability.GROUP)
    assert engine.durable_lsn == 0
    engine.flush()
    assert engine.durable_lsn == engine.last_lsn == 1, "ten SETs are one frame"
    engine.close()


def test_a_full_group_is_appended_without_waiting() -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", Options(background=False))
    for number in range(1000):
        engine.write(SET, "X", b"\x83%03d\x00" % number, b"v", Durability.GROUP)
    assert engine.last_lsn == 1
    engine.close()


def test_a_killed_engine_keeps_a_prefix_of_what_group_mode_wrote() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, "/x.bumps", Options(background=False))
    for number in range(2500):
        engine.write(SET, "X", b"\x84%04d\x00" % (number + 1000), b"v", Durability.GROUP)
    engine.abandon()
    again = Engine.open(disk, "/x.bumps", Options(background=False))
    assert [key for key, _ in again.items("X")] == [b"\x84%04d\x00" % (number + 1000) for number in range(2000)]
    again.close()


def test_a_process_that_forgets_to_close_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = str(tmp_path / "x.bumps")
    engine = Engine.open(RealDisk(), path, Options())
    engine.write(SET, "X", b"", b"v", Durability.COMMIT)
    engine.abandon()
    with bumps.open(path) as database:
        assert database["^X"].value == "v"


def test_a_big_value_goes_to_overflow_pages_and_comes_back(tmp_path: Path) -> None:
    value = "x" * 3_000_000
    with bumps.open(tmp_path / "x.bumps") as database:
        database["^BIG"] = value
        database["^BIG", 1] = "small"
    with bumps.open(tmp_path / "x.bumps") as database:
        assert database["^BIG"].value == value
        del database["^BIG"].value
        assert database["^BIG"].data() == 10
    assert [str(problem) for problem in bumps.verify(tmp_path / "x.bumps", deep=True)] == []


def test_verify_deep_compares_content_with_the_journal(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "x.bumps") as database:
        database["^X", 1] = "a"
        database["^X", 2] = "b"
        database["^X", 1].kill()
    assert list(bumps.verify(tmp_path / "x.bumps", deep=True)) == []


def test_replay_gives_the_same_digest_and_stops_where_it_is_told(tmp_path: Path) -> None:
    source = tmp_path / "x.bumps"
    digests = {}
    with bumps.open(source) as database:
        for number in range(20):
            database["^X", number % 7] = number
            digests[database.engine.last_lsn] = database.digest()
    whole = bumps.replay(source, tmp_path / "all.bumps")
    assert whole.digest == digests[20]
    assert whole.nodes == 7
    part = bumps.replay(source, tmp_path / "part.bumps", to_lsn=11)
    assert (part.digest, part.last_lsn, part.frames) == (digests[11], 11, 11)
    with bumps.open(tmp_path / "part.bumps") as database:
        assert database.digest() == digests[11]
    with pytest.raises(bumps.ExistsError):
        bumps.replay(source, tmp_path / "part.bumps")
    with pytest.raises(bumps.UsageError, match="99"):
        bumps.replay(source, tmp_path / "none.bumps", to_lsn=99)
    assert not (tmp_path / "none.bumps").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["all.bumps", "part.bumps", "x.bumps"]


def test_replay_of_a_pruned_journal_names_the_first_lsn_it_has(tmp_path: Path) -> None:
    source = tmp_path / "x.bumps"
    with bumps.open(source, keep="checkpoint") as database:
        for number in range(600):
            database["^X", number % 10] = "v" * 5000
        database.checkpoint()
    with pytest.raises(bumps.StorageError, match=r"begins with LSN [0-9]+"):
        bumps.replay(source, tmp_path / "y.bumps")
    assert list(bumps.verify(source, deep=True)) == []


def test_a_commit_that_is_interrupted_before_the_tree_has_it_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(self: Engine, *arguments: object) -> None:
        raise KeyboardInterrupt

    disk = MemoryDisk()
    database = bumps.open("/x.bumps", disk=disk)
    database["^A"] = "before"
    with monkeypatch.context() as patched:
        patched.setattr(Engine, "_apply", interrupt)
        with pytest.raises(KeyboardInterrupt):
            database["^A"] = "after"
    assert database.get("^A") == "after"
    database.close()
    assert list(bumps.verify("/x.bumps", disk=disk, deep=True)) == []


def test_a_tree_that_must_be_made_again_keeps_no_reader_and_writer_waiting_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with bumps.open(":memory:") as database:
        database["^A"] = "x"
        has_latch, go_on = threading.Event(), threading.Event()
        original = Engine.rebuild

        def rebuild(self: Engine) -> object:
            has_latch.set()
            assert go_on.wait(10)
            return original(self)

        def write() -> None:
            turn = database.engine.turn()
            next(turn)
            assert has_latch.wait(10)
            go_on.set()
            assert database.get("^A") == "x"
            turn.close()

        monkeypatch.setattr(Engine, "rebuild", rebuild)
        database.engine.void()
        threads = [threading.Thread(target=work, daemon=True) for work in (write, lambda: database.get("^A"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)


def test_a_group_is_flushed_while_a_transaction_is_open() -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", Options(background=False))
    engine.write(SET, "A", b"", b"v", Durability.GROUP)
    turn = engine.turn()
    next(turn)
    flusher = threading.Thread(target=engine.flush_in_background, daemon=True)
    flusher.start()
    flusher.join(10)
    assert not flusher.is_alive()
    assert engine.durable_lsn == engine.last_lsn == 1
    turn.close()
    engine.close()


def test_an_operation_of_a_group_that_is_interrupted_leaves_the_group_whole() -> None:
    class Interrupting(bytes):
        calls_left = 0

        def __len__(self) -> int:
            self.calls_left -= 1
            if not self.calls_left:
                raise KeyboardInterrupt
            return super().__len__()

    engine = Engine.open(MemoryDisk(), "/x.bumps", Options(background=False))
    found = []
    for number in range(1, 4):  # it is asked before it is noted, when it is, and when it is put into the tree
        key, value = b"\x81%d\0" % number, Interrupting(b"v")
        value.calls_left = number
        with pytest.raises(KeyboardInterrupt):
            engine.write(SET, "A", key, value, Durability.GROUP)
        found.append(engine.get("A", key))
        engine.write(SET, "B", b"", b"v", Durability.GROUP)
    assert found == [None, b"v", b"v"]
    engine.flush()
    assert len(list(engine.items("A"))) == 2
    engine.close()


def test_a_commit_is_not_blamed_for_the_checkpoint_that_it_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise OSError(5, "input/output error")

    disk = MemoryDisk()
    engine = Engine.open(disk, "/x.bumps", Options(checkpoint_journal_size=1, background=False))
    monkeypatch.setattr(Checkpointer, "sync_seal", fail)
    lsn = engine.commit([Batch("A", bytes((SET,)), [b""], [b"v"])])
    assert engine.durable_lsn >= lsn
    with pytest.raises(bumps.FailedError):
        engine.get("A", b"")
    monkeypatch.undo()
    engine.close()
    assert Engine.open(disk, "/x.bumps", Options()).get("A", b"") == b"v"


@pytest.mark.parametrize("loss", ["no data", "no slots", "foreign"])
def test_a_replay_needs_the_journal_alone(tmp_path: Path, loss: str) -> None:
    source = tmp_path / "x.bumps"
    with bumps.open(source, charset="m") as database:
        for number in range(20):
            database["^X", number] = number
        digest = database.digest()
    if loss == "no data":
        (source / "data").unlink()
    elif loss == "no slots":
        (source / "data").write_bytes(bytes(16384))
    else:
        (source / "data").write_bytes(b"something else" * 1000)
    with pytest.raises(bumps.UsageError, match="charset"):
        bumps.replay(source, tmp_path / "y.bumps")
    assert bumps.replay(source, tmp_path / "y.bumps", charset="m").digest == digest


def test_a_foreign_directory_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("hi\n")
    with pytest.raises(bumps.ForeignFileError):
        bumps.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_commit_that_waits_for_the_disk_finds_the_next_segment_ready() -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", Options(segment_size_min=64 * 1024, segment_size_max=64 * 1024))
    made_by: list[str] = []
    create = JournalWriter.create_next

    def note(writer: JournalWriter, *arguments: Any) -> Any:
        made_by.append(threading.current_thread().name)
        return create(writer, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JournalWriter, "create_next", note)
        for number in range(60):
            engine.commit([Batch("A", bytes((SET,)), [b"\x81%d\0" % (number % 10)], [b"v" * 3000])])
            deadline = time.monotonic() + 10
            while engine.journal is not None and engine.journal.wants_next and time.monotonic() < deadline:
                time.sleep(0.001)
        assert made_by[0] == threading.current_thread().name, "there was no segment before the first commit"
        assert made_by[1:] and set(made_by[1:]) == {"bumps-flusher"}
    engine.close()
