"""bumps/background.py: a checkpoint is written while writers and readers go on, and every moment of it recovers."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import bumps
from bumps.batch import KILL, SET, Batch
from bumps.btree.forest import Forest
from bumps.checkpoints import Checkpoints
from bumps.engine import Engine
from bumps.errors import DiskFullError, FailedError
from bumps.files import MemoryDisk, MemoryFile
from bumps.keys import KeyCodec
from bumps.options import Options
from bumps.recovery.checkpoint import Checkpointer
from tests.trees import Model

CODEC = KeyCodec.of("utf-8")
OPTIONS = Options(page_size=512, cache_size=256 * 512, segment_size_min=4096, alignment=512)
STEPS = ("sync_journal", "seal", "sync_seal", "write_home", "sync_home", "write_meta", "sync_meta", "free_journal")
WAIT_SECONDS = 10


class CutFile(MemoryFile):
    """A file of a `CutDisk`."""

    __slots__ = ("disk",)

    def __init__(self, disk: CutDisk, content: bytearray) -> None:
        super().__init__(content)
        self.disk = disk

    def sync(self) -> None:
        self.disk.durable[id(self.content)] = bytes(self.content)


class CutDisk(MemoryDisk):
    """A disk in memory that knows what each file was at its last sync. Names are durable at once."""

    def __init__(self) -> None:
        super().__init__()
        self.durable: dict[int, bytes] = {}

    def create(self, path: str) -> CutFile:  # type: ignore[override]
        return CutFile(self, super().create(path).content)

    def open(self, path: str, *, write: bool) -> CutFile:  # type: ignore[override]
        return CutFile(self, super().open(path, write=write).content)

    def copy(self, *, is_cut: bool) -> MemoryDisk:
        """Return what a kill leaves, or a power cut that loses all that was not synced."""
        disk = MemoryDisk()
        disk.directories = set(self.directories)
        for path, content in list(self.files.items()):
            disk.files[path] = bytearray(self.durable.get(id(content), b"") if is_cut else content)
        return disk


class Bench:
    """An engine beside its model, whose checkpoints can be stopped at a step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.disk = CutDisk()
        self.engine = Engine.open(self.disk, "/x.bumps", OPTIONS)
        self.model = Model()
        self.count = 0

    def write(self, count: int = 30) -> None:
        self.count += 1
        keys = [CODEC.encode((number * 7 % 100, self.count % 5)) for number in range(count)]
        batch = Batch("A", bytes((SET,)) * count, keys, [b"%d" % self.count * (number % 50) for number in range(count)])
        self.engine.commit([batch])
        self.model.apply(batch)
        if self.count % 4 == 0:
            kill = Batch("A", bytes((KILL,)), [CODEC.encode((self.count % 100,))], [])
            self.engine.commit([kill])
            self.model.apply(kill)

    def before(self, step: str, action: Callable[[], None]) -> None:
        original = getattr(Checkpointer, step)

        def stepped(*arguments: Any, **options: Any) -> Any:
            action()
            return original(*arguments, **options)

        self.monkeypatch.setattr(Checkpointer, step, stepped)

    def stop_at(self, step: str) -> tuple[threading.Event, threading.Event]:
        """Return what is set when a checkpoint is at a step, and what lets it go on."""
        there, go_on = threading.Event(), threading.Event()

        def wait() -> None:
            there.set()
            assert go_on.wait(WAIT_SECONDS)

        self.before(step, wait)
        return there, go_on

    def check(self, engine: Engine | None = None) -> None:
        engine = engine or self.engine
        assert [(name, *pair) for name in engine.names() for pair in engine.items(name)] == [
            (name, *pair) for name in sorted(self.model.globals) for pair in self.model.items(name)
        ]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    bench = Bench(monkeypatch)
    yield bench
    bench.monkeypatch.undo()
    bench.engine.close()
    assert [str(problem) for problem in bumps.verify("/x.bumps", disk=bench.disk, deep=True)] == []


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def joined(thread: threading.Thread) -> None:
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()


@pytest.mark.parametrize("step", STEPS)
def test_writers_readers_and_snapshots_go_on_at_every_step(bench: Bench, step: str) -> None:
    bench.write()
    bench.engine.checkpoint()
    bench.write()
    snapshot, then = bench.engine.snapshot(), bench.model.copy()
    there, go_on = bench.stop_at(step)
    checkpoint = in_thread(bench.engine.checkpoint)
    assert there.wait(WAIT_SECONDS)
    for _ in range(5):
        bench.write()
        bench.check()
    with bench.engine.snapshot() as late:
        late_model = bench.model.copy()
        go_on.set()
        joined(checkpoint)
        for _ in range(3):
            bench.write()
            bench.engine.checkpoint()
        assert list(late.items("A")) == late_model.items("A")
    assert list(snapshot.items("A")) == then.items("A")
    snapshot.close()
    bench.check()


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_or_a_power_cut_at_every_step_loses_no_commit_that_was_made_meanwhile(bench: Bench, step: str) -> None:
    images: list[tuple[MemoryDisk, Model]] = []

    def commit_and_copy() -> None:
        bench.write()
        images.extend((bench.disk.copy(is_cut=is_cut), bench.model.copy()) for is_cut in (False, True))

    bench.before(step, commit_and_copy)
    for _ in range(4):
        bench.write()
        bench.engine.checkpoint()
    bench.monkeypatch.undo()
    assert len(images) >= 8
    for disk, model in images:
        engine = Engine.open(disk, "/x.bumps", OPTIONS)
        assert list(engine.items("A")) == model.items("A")
        engine.commit([Batch("B", bytes((SET,)), [b""], [b"life goes on"])])
        engine.close()
        assert [str(problem) for problem in bumps.verify("/x.bumps", disk=disk, deep=True)] == []


def test_a_full_disk_puts_it_off_and_changes_nothing(bench: Bench) -> None:
    bench.write()

    def full() -> None:
        raise DiskFullError("no space for a checkpoint")

    with bench.monkeypatch.context() as patch:
        bench.monkeypatch = patch
        bench.before("reserve", full)
        with pytest.raises(DiskFullError):
            bench.engine.checkpoint()
        bench.write()
        bench.check()
    bench.engine.checkpoint()
    bench.check()


def test_a_failed_write_stops_the_engine_and_the_next_open_has_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch)
    bench.write()

    def fail() -> None:
        raise OSError(errno.EIO, "the disk is broken")

    with monkeypatch.context() as patch:
        bench.monkeypatch = patch
        bench.before("sync_home", fail)
        with pytest.raises(FailedError, match="the disk is broken"):
            bench.engine.checkpoint()
        with pytest.raises(FailedError):
            bench.engine.get("A", b"")
        with pytest.raises(FailedError):
            bench.write()
        bench.engine.close()
    engine = Engine.open(bench.disk, "/x.bumps", OPTIONS)
    bench.check(engine)
    engine.close()


def test_writers_wait_when_memory_is_used_up_and_only_then(bench: Bench) -> None:
    there, go_on = bench.stop_at("seal")

    def write_many() -> None:
        for _ in range(200):
            bench.write(100)

    many = in_thread(write_many)
    assert there.wait(WAIT_SECONDS)
    engine, deadline = bench.engine, time.monotonic() + WAIT_SECONDS
    while not engine.forest.is_over_budget and time.monotonic() < deadline:
        time.sleep(0.001)
    last = engine.last_lsn
    many.join(0.2)
    assert many.is_alive(), "200 commits of 100 nodes do not fit a cache of 128 KiB"
    assert engine.forest.is_over_budget
    assert engine.last_lsn <= last + 1, "none but the one that was on its way"
    go_on.set()
    joined(many)
    bench.check()


def test_a_tree_that_is_made_again_waits_for_the_files(bench: Bench) -> None:
    bench.write()
    there, go_on = bench.stop_at("sync_home")
    checkpoint = in_thread(bench.engine.checkpoint)
    assert there.wait(WAIT_SECONDS)
    with bench.monkeypatch.context() as patch:
        apply = Forest.apply

        def half(forest: Forest, batches: list[Batch]) -> None:
            apply(forest, batches)
            raise KeyboardInterrupt

        patch.setattr(Forest, "apply", half)
        batch = Batch("B", bytes((SET,)), [b""], [b"v"])
        with pytest.raises(KeyboardInterrupt):
            bench.engine.commit([batch])
    bench.model.apply(batch)
    reader = in_thread(lambda: bench.engine.get("B", b""))
    reader.join(0.1)
    assert reader.is_alive()
    go_on.set()
    joined(reader)
    joined(checkpoint)
    bench.check()
    bench.engine.checkpoint()
    bench.check()


def test_who_waits_for_the_files_is_told_when_they_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch)
    bench.write()
    there, go_on = threading.Event(), threading.Event()

    def wait_and_fail() -> None:
        there.set()
        assert go_on.wait(WAIT_SECONDS)
        raise OSError(errno.EIO, "the disk is broken")

    bench.before("sync_home", wait_and_fail)
    told: list[BaseException] = []

    def act(what: Callable[[], object]) -> None:
        try:
            what()
        except FailedError as error:
            told.append(error)

    checkpoint = in_thread(lambda: act(bench.engine.checkpoint))
    assert there.wait(WAIT_SECONDS)
    with bench.engine.latch:
        bench.engine.void()
    reader = in_thread(lambda: act(lambda: bench.engine.get("A", b"")))
    reader.join(0.1)
    assert reader.is_alive()
    go_on.set()
    joined(reader)
    joined(checkpoint)
    assert len(told) == 2
    bench.engine.close()


def test_an_interrupt_before_the_first_write_leaves_no_page_in_memory_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch)
    bench.write()
    bench.engine.checkpoint()
    bench.write()
    adopt = Checkpoints._adopt

    def interrupted(*arguments: Any) -> None:
        adopt(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, bench.engine.writer:
        patch.setattr(Checkpoints, "_adopt", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bench.engine.checkpoints.make_now()
    batch = Batch("B", bytes((SET,)), [b""], [b"v"])
    bench.engine.commit([batch])
    bench.model.apply(batch)
    bench.engine.checkpoint()
    bench.engine.close()
    engine = Engine.open(bench.disk, "/x.bumps", OPTIONS)
    bench.check(engine)
    engine.close()
    assert [str(problem) for problem in bumps.verify("/x.bumps", disk=bench.disk, deep=True)] == []


@pytest.mark.parametrize("step", ["freeze", "seal"])
@pytest.mark.parametrize("how", ["close", "abandon"])
def test_closing_waits_for_it_or_stops_it(monkeypatch: pytest.MonkeyPatch, how: str, step: str) -> None:
    bench = Bench(monkeypatch)
    bench.write()
    there, go_on = bench.stop_at(step)
    running, _ = bench.engine.checkpoints.begin()
    assert there.wait(WAIT_SECONDS)
    closing = in_thread(getattr(bench.engine, how))
    closing.join(0.1)
    assert closing.is_alive()
    go_on.set()
    joined(closing)
    joined(running)
    engine = Engine.open(bench.disk, "/x.bumps", OPTIONS)
    bench.check(engine)
    engine.close()


def test_one_that_has_no_lock_yet_is_stopped_by_who_has_it(bench: Bench) -> None:
    bench.write()
    with bench.engine.writer:
        running, is_mine = bench.engine.checkpoints.begin()
        assert is_mine
        assert bench.engine.checkpoints.begin() == (running, False)
        bench.engine.checkpoints.stop()
        bench.engine.checkpoints.make_now()
        generation = bench.engine.stat()["generation"]
    joined(running)
    assert running.is_stopped
    assert bench.engine.stat()["generation"] == generation
    bench.check()


def test_a_checkpoint_inside_a_turn_is_made_at_once(bench: Bench) -> None:
    bench.write()
    generation = bench.engine.stat()["generation"]
    turn = bench.engine.turn()
    next(turn)
    bench.engine.checkpoint()
    turn.close()
    assert bench.engine.stat()["generation"] == generation + 1


def test_an_idle_database_is_checkpointed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bumps.checkpoints._IDLE_JOURNAL_SIZE", 1)
    bench.write()
    generation = bench.engine.stat()["generation"]
    bench.engine.checkpoints.make_if_idle()
    assert bench.engine.stat()["generation"] == generation + 1
    bench.engine.checkpoints.make_if_idle()
    assert bench.engine.stat()["generation"] == generation + 1
