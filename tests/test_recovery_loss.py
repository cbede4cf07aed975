"""recovery/loss.py: a damaged journal is left behind, nothing else is, and the report says what is gone."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.errors import CorruptionError, NoDatabaseError
from bumps.files import MemoryDisk, MemoryFile
from bumps.keys import KeyCodec
from bumps.options import Options
from bumps.recovery import loss as losses
from bumps.recovery import verify
from bumps.rescue import accept_loss
from bumps.torture.simdisk import Image, SimDisk
from bumps.torture.states import Profile, states

PATH = "/test.bumps"
JOURNAL = PATH + "/journal"
OPTIONS = Options(
    page_size=512, alignment=512, segment_size_min=8192, segment_size_max=8192, background=False, charset="utf-8"
)
CODEC = KeyCodec.of("utf-8")


class Cut(BaseException):
    """The process is gone."""


class CutFile(MemoryFile):
    """A file whose changes count."""

    __slots__ = ("disk",)

    def __init__(self, content: bytearray, disk: CutDisk) -> None:
        super().__init__(content)
        self.disk = disk

    def pwrite(self, data: bytes, offset: int) -> int:
        self.disk.step()
        return super().pwrite(data, offset)

    def truncate(self, size: int) -> None:
        self.disk.step()
        super().truncate(size)


class CutDisk(MemoryDisk):
    """A disk on which a process is killed before its n-th change."""

    def __init__(self, disk: MemoryDisk, left: int | None = None) -> None:
        super().__init__()
        self.files = {path: bytearray(content) for path, content in disk.files.items()}
        self.directories = set(disk.directories)
        self.left = left
        self.count = 0

    def step(self) -> None:
        """Count one change, or end."""
        if self.count == self.left:
            raise Cut
        self.count += 1

    def create(self, path: str) -> MemoryFile:  # type: ignore[override]
        self.step()
        return self._counted(super().create(path))

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        return self._counted(super().open(path, write=write))

    def _counted(self, file: MemoryFile) -> MemoryFile:
        return CutFile(file.content, self)

    def rename(self, old: str, new: str) -> None:
        self.step()
        super().rename(old, new)

    def unlink(self, path: str) -> None:
        self.step()
        super().unlink(path)

    def make_directory(self, path: str) -> None:
        self.step()
        super().make_directory(path)


def made(checkpoint_at: int = 0, *, rounds: int = 60, close: bool = False) -> MemoryDisk:
    """Return a disk with a database of 60 commits, ^A(n)=n is commit n (a mark shifts those after it)."""
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(1, rounds + 1):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"%d" % number])])
        if number == checkpoint_at:
            engine.checkpoint()
    if close:
        engine.close()
    else:
        engine.abandon()
    return disk


def numbers(disk: MemoryDisk) -> list[int]:
    """Return the commits that are there, and see to it that the database is sound and goes on."""
    disk = CutDisk(disk)
    assert [str(problem) for problem in verify.problems(disk, PATH)] == []
    engine = Engine.open(disk, PATH, Options(create=False, background=False, alignment=512))
    found = [int(value) for _, value in engine.items("A")]
    engine.commit([Batch("Z", bytes([SET]), [b""], [b"on"])])
    engine.stat()
    engine.close()
    engine = Engine.open(disk, PATH, Options(create=False, background=False, alignment=512))
    assert engine.get("Z", b"") == b"on"
    engine.abandon()
    assert [str(problem) for problem in verify.problems(disk, PATH)] == []
    return found


def place(disk: MemoryDisk, lsn: int) -> tuple[str, int]:
    """Return the segment and the offset of a frame."""
    for path in sorted(path for path in disk.files if path.startswith(JOURNAL) and path.endswith(".log")):
        content = disk.files[path]
        for offset in range(512, len(content), 512):
            if content[offset : offset + 4] == b"bFr1" and content[offset + 16 : offset + 24] == lsn.to_bytes(
                8, "little"
            ):
                return path, offset
    raise AssertionError(lsn)


def spoil(disk: MemoryDisk, lsn: int) -> None:
    path, offset = place(disk, lsn)
    disk.files[path][offset + 50] ^= 1


def refused(disk: MemoryDisk) -> bool:
    try:
        Engine.open(CutDisk(disk), PATH, Options(create=False, background=False)).abandon()
    except CorruptionError:
        return True
    return False


def report(disk: MemoryDisk) -> dict[str, object]:
    [path] = [path for path in disk.files if path.endswith("/report.json")]
    found: dict[str, object] = json.loads(disk.files[path])
    return found


def frame_in_the_middle(disk: MemoryDisk) -> None:
    spoil(disk, 20)


def segment_gone(disk: MemoryDisk) -> None:
    del disk.files[sorted(path for path in disk.files if path.endswith(".log"))[2]]


def header_damaged(disk: MemoryDisk) -> None:
    disk.files[sorted(path for path in disk.files if path.endswith(".log"))[2]][40] ^= 1


def misnamed(disk: MemoryDisk) -> None:
    disk.files[JOURNAL + "/7.log"] = bytearray(b"x")


CASES: list[tuple[Callable[[MemoryDisk], None], int, list[int], list[list[int]]]] = [
    (frame_in_the_middle, 0, list(range(1, 20)), [[20, 60]]),
    (header_damaged, 0, list(range(1, 61)), []),
    (misnamed, 0, list(range(1, 61)), []),
]


@pytest.mark.parametrize(
    ("damage", "checkpoint_at", "kept", "gone"), CASES, ids=lambda case: getattr(case, "__name__", "")
)
def test_what_is_sound_is_kept_and_what_is_gone_is_said(
    damage: Callable[[MemoryDisk], None], checkpoint_at: int, kept: list[int], gone: list[list[int]]
) -> None:
    disk = made(checkpoint_at)
    damage(disk)
    assert refused(disk)
    plan = accept_loss(PATH, dry_run=True, disk=disk)
    done = accept_loss(PATH, disk=disk)
    assert numbers(disk) == kept
    assert (plan.gone, plan.last_lsn, plan.moved) == (done.gone, done.last_lsn, done.moved)
    assert report(disk)["gone"] == gone == [list(part) for part in done.gone]
    assert report(disk)["finished"] is True
    assert accept_loss(PATH, disk=disk).damage == ""


def test_a_lost_segment_costs_itself_and_what_follows() -> None:
    disk = made()
    segment_gone(disk)
    first = int(sorted(path for path in disk.files if path.endswith(".log"))[1][-24:-4])
    done = accept_loss(PATH, disk=disk)
    kept = numbers(disk)
    assert kept == list(range(1, kept[-1] + 1)) and kept[-1] >= first
    assert done.gone == ((kept[-1] + 1, 60),)
    assert done.readable and done.readable[-1][1] == 60
    lost = {path.rpartition("/")[2] for path in disk.files if "/lost-" in path}
    assert set(done.moved) <= lost


def test_damage_of_frame_c_itself_costs_no_commit_and_raises_the_base() -> None:
    disk = made(30)
    spoil(disk, 31)  # the mark of the checkpoint
    assert refused(disk)
    done = accept_loss(PATH, disk=disk)
    assert numbers(disk) == list(range(1, 61))
    assert done.gone == ()
    assert done.history_gone == ((31, 31),)
    assert done.base_lsn >= 31


def test_damage_of_history_below_c_costs_only_the_replay() -> None:
    disk = made(30)
    spoil(disk, 10)
    assert not refused(disk)
    assert [str(problem) for problem in verify.problems(disk, PATH)] != []
    done = accept_loss(PATH, disk=disk)
    assert numbers(disk) == list(range(1, 61))
    assert (done.gone, done.history_gone) == ((), ((10, 10),))


def test_c_above_the_last_good_frame_begins_behind_c() -> None:
    disk = made(50, rounds=50, close=True)
    for path in [path for path in disk.files if path.endswith(".log")][-1:]:
        del disk.files[path]
    done = accept_loss(PATH, disk=disk)
    assert numbers(disk) == list(range(1, 51))
    assert done.base_lsn == done.checkpoint_lsn
    assert done.gone == ()


def test_a_sound_database_is_left_as_it_is() -> None:
    disk = made(30, close=True)
    before = {path: bytes(content) for path, content in disk.files.items() if not path.endswith("/lock")}
    done = accept_loss(PATH, disk=disk)
    assert (done.damage, done.gone, done.directory) == ("", (), "")
    assert {path: bytes(content) for path, content in disk.files.items() if not path.endswith("/lock")} == before


def test_a_dry_run_changes_nothing() -> None:
    disk = made()
    spoil(disk, 20)
    before = {path: bytes(content) for path, content in disk.files.items()}
    assert accept_loss(PATH, dry_run=True, disk=disk).gone == ((20, 60),)
    assert {path: bytes(content) for path, content in disk.files.items()} == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "checkpoint_at"),
    [
        (frame_in_the_middle, 0),
        (segment_gone, 0),
        (header_damaged, 0),
        (lambda disk: spoil(disk, 31), 30),
        (lambda disk: spoil(disk, 10), 30),
    ],
    ids=["frame", "segment", "header", "frame-c", "history"],
)
def test_it_may_be_killed_before_every_change_of_every_damage(
    damage: Callable[[MemoryDisk], None], checkpoint_at: int
) -> None:
    original = made(checkpoint_at, rounds=45)
    damage(original)
    assert_cuttable(original, step=1)


def test_it_may_be_killed_before_a_change() -> None:
    original = made(rounds=25)
    spoil(original, 20)
    assert_cuttable(original, step=5)


def assert_cuttable(original: MemoryDisk, step: int) -> None:
    """See that a run which is killed before any of its changes can be begun again, and its report holds."""
    whole = CutDisk(original)
    done = accept_loss(PATH, disk=whole)
    expected = numbers(whole)
    for left in range(0, whole.count, step):
        disk = CutDisk(original, left)
        with pytest.raises(Cut):
            accept_loss(PATH, disk=disk)
        was_open = not refused(disk)
        if was_open:
            assert numbers_there(disk) == expected
        disk = CutDisk(disk)
        again = accept_loss(PATH, disk=disk)
        assert numbers(disk) == expected, left
        assert again.gone == done.gone or (was_open and not again.damage), left
        if reports := [path for path in disk.files if path.endswith("/report.json")]:
            found = [json.loads(disk.files[path]) for path in reports]
            assert [list(part) for part in done.gone] in [report["gone"] for report in found]
            assert all(report["finished"] for report in found)


@pytest.mark.slow
@pytest.mark.parametrize("names", ["ordered", "posix"])
@pytest.mark.parametrize(("lsn", "checkpoint_at"), [(20, 0), (31, 30), (10, 30)])
def test_a_power_cut_at_any_moment_leaves_what_can_be_begun_again(names: str, lsn: int, checkpoint_at: int) -> None:
    original = made(checkpoint_at, rounds=45)
    spoil(original, lsn)
    files = {path: bytes(content) for path, content in original.files.items()}
    image = Image(tuple(sorted(original.directories)), files)
    disk = SimDisk(image)
    done = accept_loss(PATH, disk=disk)
    expected = numbers(at_rest(disk.image()))
    count = 0
    for state in states(
        image, disk.trace, acked=0, issued=0, profile=Profile(names=names), rng=random.Random(lsn), budget=6
    ):
        count += 1
        cut = at_rest(state.image)
        if not refused(cut):
            assert numbers_there(cut) == expected
        again = accept_loss(PATH, disk=cut)
        assert numbers(cut) == expected, count
        assert again.gone in (done.gone, ())
        reports = [json.loads(cut.files[path]) for path in cut.files if path.endswith("/report.json")]
        assert [list(part) for part in done.gone] in [report["gone"] for report in reports]
    assert count > 100


def at_rest(image: Image) -> MemoryDisk:
    """Return a disk with this content."""
    disk = MemoryDisk()
    disk.files = {path: bytearray(content) for path, content in image.files.items()}
    disk.directories = {"/", *image.directories}
    return disk


def numbers_there(disk: MemoryDisk) -> list[int]:
    engine = Engine.open(CutDisk(disk), PATH, Options(create=False, background=False))
    found = [int(value) for _, value in engine.items("A")]
    engine.abandon()
    return found


@pytest.mark.parametrize("seed", range(12))
def test_random_damage_of_the_journal_is_left_behind(seed: int) -> None:
    generator = random.Random(seed)
    disk = made(generator.choice([0, 20, 40]))
    for path in [path for path in disk.files if path.endswith(".log")]:
        if generator.random() < 0.4:
            content = disk.files[path]
            content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
    accept_loss(PATH, disk=disk)
    kept = numbers(disk)
    assert kept == list(range(1, len(kept) + 1))


def test_damage_of_the_pages_is_for_salvage() -> None:
    disk = made(30)
    spoil(disk, 45)
    data = disk.files[PATH + "/data"]
    for offset in range(1024, len(data), 512):
        data[offset + 60] ^= 1
    with pytest.raises(CorruptionError):
        accept_loss(PATH, disk=disk)
    with pytest.raises(NoDatabaseError):
        accept_loss("/absent.bumps", disk=disk)


def test_ranges_are_joined_where_they_touch() -> None:
    assert losses._union([(5, 6), (1, 2)], [(3, 3), (9, 9)]) == ((1, 3), (5, 6), (9, 9))
