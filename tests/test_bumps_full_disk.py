"""bumps/engine.py on a disk without space: commits are refused as a whole, all else goes on, and they come back."""

from __future__ import annotations

import ctypes
import errno
import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import bumps
from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.errors import DiskFullError
from bumps.files import Disk, MemoryDisk, MemoryFile, RealDisk
from bumps.keys import KeyCodec
from bumps.options import Durability, Options
from bumps.reads import Reads

CODEC = KeyCodec.of("utf-8")
WAIT_SECONDS = 30


class QuotaDisk(MemoryDisk):
    """A disk of so many bytes, which are used by what its files hold."""

    def __init__(self) -> None:
        super().__init__()
        self.quota = 1 << 40

    def used(self) -> int:
        return sum(map(len, list(self.files.values())))

    def create(self, path: str) -> MemoryFile:  # type: ignore[override]
        return Measured(self, super().create(path).content)

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        return Measured(self, super().open(path, write=write).content)

    def free_size(self, path: str) -> int:
        return max(0, self.quota - self.used())


class Measured(MemoryFile):
    """A file of a `QuotaDisk`. Like a real one it may write a part, and says so."""

    __slots__ = ("disk",)

    def __init__(self, disk: QuotaDisk, content: bytearray) -> None:
        super().__init__(content)
        self.disk = disk

    def pwrite(self, data: bytes, offset: int) -> int:
        with self.disk.mutex:
            growth = max(0, offset + len(data) - len(self.content))
            room = self.disk.quota - self.disk.used()
            if growth > room:
                fits = len(data) - growth + max(0, room)
                if fits <= 0:
                    raise OSError(errno.ENOSPC, "no space left on device")
                return super().pwrite(data[:fits], offset)
            return super().pwrite(data, offset)


def options(*, background: bool, keep: str = "all") -> Options:
    return Options(
        page_size=512,
        cache_size=1 << 16,
        segment_size_min=1 << 14,
        segment_size_max=1 << 16,
        background=background,
        keep=keep,
        checkpoint_journal_size=1 << 16,
    )


def write_until_full(engine: Engine, model: dict[bytes, bytes], rng: random.Random) -> None:
    """Commit until a commit is refused; `model` holds those that were not."""
    for _ in range(100_000):
        key, value = CODEC.encode((rng.randrange(500),)), rng.randbytes(rng.choice((10, 50, 600)))
        try:
            engine.commit([Batch("A", bytes((SET,)), [key], [value])])
        except DiskFullError as error:
            assert error.message
            return
        model[key] = value
    raise AssertionError("the disk never was full")


def everything_else_goes_on(engine: Engine, model: dict[bytes, bytes]) -> None:
    assert not engine.failed
    assert dict(engine.items("A")) == model
    with engine.snapshot_now() as snapshot:
        assert dict(snapshot.items("A")) == model
    reads: Reads = engine.begin(Durability.COMMIT)
    assert reads.get("A", next(iter(model))) == model[next(iter(model))]
    engine.end(reads)
    engine.checkpoint()  # its space was left (W7)
    assert dict(engine.items("A")) == model
    assert not engine.failed


def commits_return(engine: Engine, model: dict[bytes, bytes]) -> None:
    """Commit again, which needs no call but the commit; a checkpoint in the background may have to end first."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            engine.commit([Batch("A", bytes((SET,)), [b"\x811\0"], [b"life goes on"])])
        except DiskFullError:
            assert time.monotonic() < until
            continue
        model[b"\x811\0"] = b"life goes on"
        return


@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("quota", [150_000, 173_000, 230_001, 400_000])
def test_commits_are_refused_as_a_whole_and_come_back_with_the_space(quota: int, background: bool) -> None:
    disk = QuotaDisk()
    engine = Engine.open(disk, "/x.bumps", options(background=background))
    rng, model = random.Random(quota), dict[bytes, bytes]()
    for round_number in range(1, 4):
        disk.quota = quota * round_number
        write_until_full(engine, model, rng)
        everything_else_goes_on(engine, model)
        again = dict(model)
        write_until_full(engine, again, rng)
        model = again
    disk.quota += 300_000
    commits_return(engine, model)
    engine.close()
    assert [str(problem) for problem in bumps.verify("/x.bumps", disk=disk, deep=True)] == []
    engine = Engine.open(disk, "/x.bumps", options(background=background))
    assert dict(engine.items("A")) == model
    engine.close()


@pytest.mark.parametrize("background", [False, True])
def test_a_process_that_dies_on_a_full_disk_has_kept_every_commit(background: bool) -> None:
    disk = QuotaDisk()
    engine = Engine.open(disk, "/x.bumps", options(background=background))
    model = dict[bytes, bytes]()
    disk.quota = 200_000
    write_until_full(engine, model, random.Random(1))
    engine.abandon()
    engine = Engine.open(disk, "/x.bumps", options(background=background))
    assert dict(engine.items("A")) == model, "it opens, and reads"
    disk.quota += 500_000
    commits_return(engine, model)
    engine.close()
    assert [str(problem) for problem in bumps.verify("/x.bumps", disk=disk, deep=True)] == []


@pytest.mark.parametrize("background", [False, True])
def test_where_a_checkpoint_frees_the_journal_commits_need_no_more_space(background: bool) -> None:
    disk = QuotaDisk()
    engine = Engine.open(disk, "/x.bumps", options(background=background, keep="checkpoint"))
    rng, model = random.Random(2), dict[bytes, bytes]()
    disk.quota = 700_000
    for _ in range(3000):
        key, value = CODEC.encode((rng.randrange(100),)), rng.randbytes(200)
        try:
            engine.commit([Batch("A", bytes((SET,)), [key], [value])])
        except DiskFullError:  # a writer may be faster than the checkpoint behind it
            assert background
            engine.checkpoint()
            engine.commit([Batch("A", bytes((SET,)), [key], [value])])
        model[key] = value
    assert engine.last_lsn * 4096 > 10 * disk.quota
    engine.close()
    assert dict(Engine.open(disk, "/x.bumps", options(background=background)).items("A")) == model


@pytest.mark.parametrize("background", [False, True])
def test_single_sets_of_a_group_are_neither_lost_nor_half_there(background: bool) -> None:
    disk = QuotaDisk()
    engine = Engine.open(disk, "/x.bumps", options(background=background))
    disk.quota = 150_000
    model: dict[bytes, bytes] = {}
    with pytest.raises(DiskFullError):
        for number in range(100_000):
            key = CODEC.encode((number % 700,))
            model[key] = b"%d" % number * 9  # one that raises while the group is appended is in the tree, and pending
            engine.write(SET, "A", key, model[key], Durability.GROUP)
    held = dict(engine.items("A"))
    assert set(held) == set(model) or set(model) - set(held) == {key}
    disk.quota += 500_000
    engine.flush()
    assert dict(engine.items("A")) == held
    engine.close()
    assert dict(Engine.open(disk, "/x.bumps", options(background=False)).items("A")) == held


def test_a_transaction_that_is_refused_stays_open_and_can_be_rolled_back_or_tried_again() -> None:
    disk = QuotaDisk()
    with bumps.open("/x.bumps", disk=disk, page_size=512) as database:
        disk.quota = disk.used() + 4096
        session = database.session()
        session.begin()
        for number in range(200):
            session.set("A", CODEC.encode((number,)), bytes(20_000))
        with pytest.raises(DiskFullError):
            session.commit()
        assert session.level == 1 and database.get("^A", 1) is None
        disk.quota += 1 << 30
        session.commit()
        assert len(list(database.scan("^A"))) == 200


@pytest.fixture
def small_file_system(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 6 MiB; skipped where nobody may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0 or not hasattr(ctypes.CDLL(None), "mount"):
        pytest.skip("only root may mount a file system")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no permission to mount a file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("background", [False, True])
def test_a_real_file_system_that_is_full(small_file_system: Path, background: bool) -> None:
    disk: Disk = RealDisk()
    path = str(small_file_system / "x.bumps")
    engine = Engine.open(disk, path, options(background=background))
    ballast = small_file_system / "ballast"
    ballast.write_bytes(bytes(2 << 20))
    rng, model = random.Random(4), dict[bytes, bytes]()
    write_until_full(engine, model, rng)
    everything_else_goes_on(engine, model)
    assert os.statvfs(small_file_system).f_bavail * 4096 < 1 << 20
    ballast.unlink()
    commits_return(engine, model)
    engine.close()
    assert [str(problem) for problem in bumps.verify(path, deep=True)] == []
    engine = Engine.open(disk, path, options(background=background))
    assert dict(engine.items("A")) == model
    engine.abandon()


def test_segments_get_smaller_before_commits_are_refused() -> None:
    disk = QuotaDisk()
    engine = Engine.open(disk, "/x.bumps", options(background=False))
    model = dict[bytes, bytes]()
    disk.quota = 600_000
    write_until_full(engine, model, random.Random(6))
    sizes = [len(content) for name, content in disk.files.items() if name.endswith(".log")]
    assert max(sizes) == 1 << 16 and min(sizes[-2:]) == 1 << 14
    assert disk.free_size("/") < 3 * (1 << 14) + 2 * len(disk.files["/x.bumps/double-write"])
    engine.abandon()
