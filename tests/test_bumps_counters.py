"""bumps/counters.py: what a database did is what its counters say, and counting changes nothing."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

import bumps
from bumps.batch import KILL, KILL_NODE, SET, Batch
from bumps.counted import count_reads
from bumps.counters import SECONDS, Counters, Histogram, timed_sync
from bumps.engine import Engine
from bumps.errors import DiskFullError, FailedError
from bumps.files import MemoryDisk
from bumps.keys import KeyCodec
from bumps.options import Durability, Options
from bumps.torture.faultdisk import Fault, FaultDisk
from bumps.torture.runner import EMPTY
from bumps.torture.simdisk import SimDisk

CODEC = KeyCodec.of("utf-8")
OPTIONS = Options(page_size=512, cache_size=64 * 512, segment_size_min=4096, alignment=512)
QUIET = Options(page_size=512, cache_size=64 * 512, segment_size_min=4096, alignment=512, background=False)


def key(*subscripts: int | str) -> bytes:
    return CODEC.encode(subscripts)


def sets(name: str, count: int, size: int = 20) -> list[Batch]:
    keys = [key(number) for number in range(count)]
    return [Batch(name, bytes((SET,)) * count, keys, [b"v" * size] * count)]


@pytest.fixture
def engine() -> Engine:
    return Engine.open(MemoryDisk(), "/x.bumps", OPTIONS)


def test_a_value_belongs_to_the_first_class_whose_bound_is_not_below_it() -> None:
    histogram = Histogram((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 2.0, 2.5):
        histogram.observe(value)

    assert (histogram.counts, histogram.count, histogram.sum) == ([2, 2, 1], 5, 7.5)


def test_a_sync_that_fails_is_not_timed() -> None:
    disk = FaultDisk(SimDisk(EMPTY))
    file = disk.create("/a")
    histogram = Histogram(SECONDS)
    timed_sync(disk, file, histogram)
    disk.arm(Fault("sync", 1, "EIO"))
    with pytest.raises(OSError):
        timed_sync(disk, file, histogram)

    assert histogram.count == 1


def test_each_kind_of_read_is_counted_once_live_and_in_a_snapshot(engine: Engine) -> None:
    engine.commit(sets("A", 3))
    counters = engine.counters
    engine.get("A", key(1))
    assert counters.gets == 0  # nobody has asked for metrics yet
    count_reads(engine)

    with engine.snapshot() as snapshot:
        for source in (engine, snapshot):
            source.get("A", key(1))
            source.data("A", key(1))
            source.order("A", b"", b"")
            source.query("A", key(1))
            source.next_pair("A", b"", b"\xff")
            source.previous_pair("A", b"", b"\xff")
            source.next_name("")
            source.names()
            list(source.scan("A"))

    assert (counters.gets, counters.datas, counters.orders, counters.queries) == (2, 2, 2, 2)
    assert (counters.neighbours, counters.names, counters.scans, counters.scan_nodes) == (4, 2, 2, 6)
    engine.close()


def test_a_long_scan_counts_what_it_read_ahead(engine: Engine) -> None:
    engine.commit(sets("A", 1000))
    scan = engine.scan("A")
    assert engine.counters.scan_nodes == 256
    assert len(list(scan)) == 1000

    assert (engine.counters.scans, engine.counters.scan_nodes) == (1, 1000)
    engine.close()


def test_writes_count_when_their_frame_is_in_the_journal(engine: Engine) -> None:
    counters = engine.counters
    engine.write(SET, "A", key(1), b"x", Durability.NONE)
    engine.write(SET, "A", key(2), b"x", Durability.NONE)
    assert counters.sets == 0
    engine.flush()
    assert (counters.sets, counters.commit_operations.count, counters.commit_operations.sum) == (2, 1, 2)

    kinds = bytes((SET, KILL, KILL_NODE, KILL))
    engine.commit([Batch("A", kinds, [key(3), key(1), key(2), key(4)], [b"x"]), *sets("B", 5)])

    assert (counters.sets, counters.kills, counters.kill_nodes) == (8, 2, 1)
    assert (counters.commit_operations.count, counters.commit_operations.sum) == (2, 11)
    engine.close()


def test_an_increment_is_a_get_and_a_set(engine: Engine) -> None:
    count_reads(engine)
    engine.update("A", key(1), lambda old: b"1", Durability.COMMIT)

    assert (engine.counters.gets, engine.counters.sets) == (1, 1)
    engine.close()


def test_threads_lose_no_count() -> None:
    with bumps.open(":memory:") as database:
        count_reads(database.engine)

        def work(writer: int) -> None:
            for number in range(300):
                database["^A", writer, number] = number
                database.get("^A", writer, number)

        threads = [threading.Thread(target=work, args=(writer,)) for writer in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        counters = database.engine.counters
        assert (counters.gets, counters.sets, counters.commit_operations.count) == (1200, 1200, 1200)


def test_bytes_written_are_what_the_files_got(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "a.bumps", page_size=512) as database:
        engine = database.engine
        zeroed = engine.counters.checkpoint_zeroed
        size = (tmp_path / "a.bumps" / "data").stat().st_size
        engine.commit(sets("A", 200))
        position = engine.gauges.journal_written
        engine.checkpoint()
        counters = engine.counters

        assert position >= counters.commit_size > 200 * 20
        assert engine.gauges.journal_written > position  # the mark
        assert counters.checkpoint_pages > 10
        assert counters.data_written == (counters.checkpoint_pages + 1) * 512
        assert counters.double_write_written == counters.checkpoint_pages * 512 + 1024
        grown = (tmp_path / "a.bumps" / "data").stat().st_size - size
        assert counters.checkpoint_zeroed - zeroed == grown + (tmp_path / "a.bumps" / "double-write").stat().st_size
        segments = sum(path.stat().st_size for path in (tmp_path / "a.bumps" / "journal").iterdir())
        assert counters.journal_zeroed == segments


def test_a_checkpoint_is_timed_in_the_background_and_in_the_foreground() -> None:
    for options in (OPTIONS, QUIET):
        engine = Engine.open(MemoryDisk(), "/x.bumps", options)
        engine.commit(sets("A", 200))
        engine.checkpoint()
        counters = engine.counters

        assert counters.checkpoint_seconds.count == 1
        assert counters.stall_seconds.count == (2 if options.background else 1), "to freeze, and to adopt"
        assert 0 < counters.stall_seconds.sum <= counters.checkpoint_seconds.sum
        assert counters.data_sync_seconds.count == 2  # home, and the meta slot
        assert counters.double_write_sync_seconds.count == 1
        assert counters.journal_sync_seconds.count >= 1
        assert counters.segment_sync_seconds.count >= 1
        engine.close()


def test_a_writer_that_finds_no_memory_waits_and_that_is_counted(engine: Engine) -> None:
    rng = random.Random(1)
    for _ in range(60):
        keys = [key(rng.randrange(10**6)) for _ in range(200)]
        engine.commit([Batch("A", bytes((SET,)) * 200, keys, [b"x" * 50] * 200)])

    assert engine.counters.checkpoint_seconds.count > 1
    assert engine.counters.wait_seconds.count > 0
    engine.close()


def test_hits_and_misses_follow_what_is_in_the_cache() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, "/x.bumps", QUIET)
    engine.commit(sets("A", 2000))
    engine.close()
    engine = Engine.open(disk, "/x.bumps", QUIET)
    counters = engine.counters
    count_reads(engine)
    assert counters.lookups == counters.misses
    level = engine.live_forest()._tree("A").level  # type: ignore[union-attr]
    looked, missed, read = counters.lookups, counters.misses, counters.data_read

    engine.get("A", key(7))
    assert (counters.lookups - looked, counters.misses - missed) == (level + 1, level + 1)
    assert counters.data_read - read == (level + 1) * 512

    engine.get("A", key(8))
    assert counters.lookups - looked == level + 1  # the leaf that was used last

    engine.get("A", key(1500))
    engine.get("A", key(7))
    assert counters.lookups - looked == 3 * (level + 1)
    assert counters.misses - missed < 2 * (level + 1)
    assert counters.evictions == 0
    list(engine.scan("A"))
    assert counters.evictions > 0
    assert 0 < engine.gauges.cached_size <= QUIET.cache_size
    engine.close()


def test_gauges_follow_dirty_leaves_and_snapshots(engine: Engine) -> None:
    assert engine.gauges.dirty_size == 0
    engine.commit(sets("A", 50))
    assert engine.gauges.dirty_size > 50 * 20
    assert engine.gauges.size_since_checkpoint > 50 * 20
    first, second = engine.snapshot(), engine.snapshot()
    assert (engine.gauges.open_snapshots, engine.gauges.oldest_snapshot_age) == (2, 0.0)  # they hold nothing yet
    before = engine.disk.monotonic()
    engine.commit(sets("A", 50))
    after = engine.disk.monotonic()
    third = engine.snapshot()
    engine.commit(sets("A", 50))
    assert engine.gauges.open_snapshots == 3
    first.close()
    age = engine.gauges.oldest_snapshot_age
    assert engine.disk.monotonic() - after - 0.01 < age < engine.disk.monotonic() - before
    second.close()
    assert 0 < engine.gauges.oldest_snapshot_age < engine.disk.monotonic() - after
    third.close()
    assert (engine.gauges.open_snapshots, engine.gauges.oldest_snapshot_age) == (0, 0.0)
    engine.checkpoint()
    assert engine.gauges.dirty_size == engine.gauges.size_since_checkpoint == engine.gauges.frozen_size == 0
    engine.close()
    assert engine.gauges.cached_nodes == 0


def test_recovery_says_what_it_read_and_how_long_it_took() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, "/x.bumps", QUIET)
    engine.commit(sets("A", 50))
    engine.commit(sets("B", 50))
    engine.abandon()
    engine = Engine.open(disk, "/x.bumps", QUIET)

    assert engine.report.frames_applied == 2
    assert engine.counters.journal_read == engine.report.size_applied > 100 * 20
    assert engine.report.seconds > 0
    assert engine.counters.sets == 0  # they were counted when they were made
    engine.close()
    engine = Engine.open(disk, "/x.bumps", QUIET)
    assert (engine.report.frames_applied, engine.counters.journal_read) == (0, 0)
    engine.close()


def test_a_tree_that_is_made_again_goes_on_with_the_same_counters() -> None:
    engine = Engine.open(MemoryDisk(), "/x.bumps", QUIET)
    engine.commit(sets("A", 50))
    engine.get("A", key(1))
    counters, lookups = engine.counters, engine.counters.lookups
    count_reads(engine)
    engine.void()
    assert engine.get("A", key(1)) == b"v" * 20

    assert counters.rebuilds == 1
    assert counters.gets == 1
    assert counters.lookups > lookups
    assert counters.journal_read > 50 * 20
    engine.close()


def test_a_refused_write_and_a_refused_checkpoint_are_counted() -> None:
    disk = SimDisk(EMPTY)
    engine = Engine.open(disk, "/x.bumps", QUIET)
    engine.commit(sets("A", 100))
    disk.capacity = disk.used
    with pytest.raises(DiskFullError):
        engine.checkpoint()
    assert (engine.counters.checkpoints_refused, engine.counters.refused) == (1, 0)
    with pytest.raises(DiskFullError):
        for _ in range(100):
            engine.commit(sets("B", 100))
    assert engine.counters.refused == 1
    engine.abandon()


def test_a_failed_sync_leaves_gauges_that_can_be_read() -> None:
    disk = FaultDisk(SimDisk(EMPTY))
    engine = Engine.open(disk, "/x.bumps", QUIET)
    engine.commit(sets("A", 10))
    disk.arm(Fault("sync", 1, "EIO"))
    with pytest.raises((FailedError, bumps.CommitUnknownError)):
        engine.commit(sets("A", 10))

    assert engine.failed
    assert engine.gauges.cached_nodes == 0
    engine.abandon()


def test_counting_changes_nothing_that_reaches_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """K2: the same work with clocks that stand still writes the same operations."""

    def work() -> list[object]:
        disk = SimDisk(EMPTY, seed=3)
        engine = Engine.open(disk, "/x.bumps", QUIET)
        for number in range(5):
            engine.commit(sets(f"G{number}", 40))
            with engine.snapshot() as snapshot:
                engine.commit(sets("A", 3))
                list(snapshot.scan("A"))
            engine.checkpoint()
        engine.close()
        return list(disk.trace)

    counted = work()
    monkeypatch.setattr(SimDisk, "monotonic", lambda disk: 0.0)
    monkeypatch.setattr(Counters, "count_commit", lambda *arguments: None)
    monkeypatch.setattr(Histogram, "observe", lambda *arguments: None)

    assert work() == counted
