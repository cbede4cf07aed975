"""recovery/loss.py, its rarer cases: what a first run has left, sealed sets, marks, and hostile reports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.errors import CorruptionError, DiskFullError, StorageError
from bumps.files import MemoryDisk
from bumps.options import Options
from bumps.rescue import accept_loss
from tests.damaged import forge_frame, spoil_slots, without_set
from tests.test_recovery_loss import CODEC, JOURNAL, OPTIONS, PATH, Cut, CutDisk, made, numbers, refused, report, spoil
from tests.test_recovery_recover import FullDisk


class StopError(Exception):
    """The process is gone."""


def go_on(disk: MemoryDisk, first: int, count: int, *, stop_at: str = "") -> None:
    """Open again, commit ^A(n)=n so often, and begin a checkpoint that is killed at a step; then be killed."""
    engine = Engine.open(disk, PATH, Options(background=False, alignment=512, segment_size_min=8192))
    for number in range(first, first + count):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"%d" % number])])
    if stop_at:

        def stop(*arguments: object) -> None:
            raise StopError

        with pytest.MonkeyPatch.context() as patch, pytest.raises((StorageError, StopError)):
            patch.setattr(f"bumps.recovery.checkpoint.Checkpointer.{stop_at}", stop)
            engine.checkpoint()
    engine.abandon()


def logs(disk: MemoryDisk) -> list[str]:
    return sorted(path for path in disk.files if path.endswith(".log") and "/lost-" not in path)


def test_without_a_meta_slot_salvage_is_named() -> None:
    disk = spoil_slots(without_set(made()))
    with pytest.raises(CorruptionError, match="no meta slot can be read") as caught:
        accept_loss(PATH, disk=disk)
    assert "--salvage --into NEW" in caught.value.hint


def test_a_set_that_is_sealed_and_not_home_is_brought_home() -> None:
    disk = made(rounds=20)
    go_on(disk, 21, 20, stop_at="write_home")
    spoil(disk, 10)
    done = accept_loss(PATH, disk=disk)
    assert (done.gone, done.history_gone) == ((), ((10, 10),))
    assert numbers(disk) == list(range(1, 41))


def test_a_mark_behind_the_checkpoint_is_read_like_a_commit() -> None:
    disk = made(rounds=10)
    go_on(disk, 11, 10, stop_at="seal")
    go_on(disk, 21, 10)
    spoil(disk, 26)
    done = accept_loss(PATH, disk=disk)
    kept = numbers(disk)
    assert kept == list(range(1, kept[-1] + 1)) and kept[-1] > 20
    assert done.gone[0][0] == 26


def test_a_mark_in_a_segment_without_a_header_goes_on_from_the_last_good_frame() -> None:
    disk = made(rounds=10)
    go_on(disk, 11, 10, stop_at="seal")
    go_on(disk, 22, 1)
    disk.files[logs(disk)[1]][40] ^= 1
    done = accept_loss(PATH, disk=disk)
    assert done.gone == ()
    assert numbers(disk) == [*range(1, 21), 22]


def test_a_frame_that_goes_on_but_says_what_cannot_be_is_not_kept() -> None:
    disk = made()
    path = logs(disk)[2]
    first = int(path[-24:-4])
    forge_frame(disk, first + 3, operations=9)
    disk.files[path][40] ^= 1
    done = accept_loss(PATH, disk=disk)
    assert done.last_lsn == first + 2
    assert numbers(disk) == list(range(1, first + 3))
    assert done.gone == ((first + 3, 60),)


def test_a_mark_that_says_what_cannot_be_is_not_kept() -> None:
    disk = made(rounds=10)
    go_on(disk, 11, 10, stop_at="seal")
    go_on(disk, 22, 1)
    path = logs(disk)[1]
    mark = 21
    forge_frame(disk, mark, columns=0)
    disk.files[path][40] ^= 1
    done = accept_loss(PATH, disk=disk)
    assert done.last_lsn == mark - 1
    assert numbers(disk) == list(range(1, 21))


def test_a_double_write_that_is_gone_is_made_again() -> None:
    disk = made(30)
    spoil(disk, 45)
    del disk.files[PATH + "/double-write"]
    accept_loss(PATH, disk=disk)
    assert numbers(disk) == list(range(1, 44))


def test_a_full_disk_refuses_and_leaves_what_can_be_begun_again() -> None:
    original = made(rounds=20)
    go_on(original, 21, 20, stop_at="write_home")
    spoil(original, 10)
    for room in range(0, 20_000, 1500):
        disk = FullDisk()
        disk.files = {path: bytearray(content) for path, content in original.files.items()}
        disk.directories = set(original.directories)
        disk.room = room
        try:
            accept_loss(PATH, disk=disk)
        except DiskFullError as error:
            assert "space" in error.message and error.hint
        disk.room = 1 << 40
        done = accept_loss(PATH, disk=disk)
        assert done.gone == ()
        assert numbers(disk) == list(range(1, 41))


# What a run that was cut has left


def cut_at(left: int) -> CutDisk:
    """Return what a run leaves that is killed before its change number `left`."""
    disk = made(rounds=25)
    spoil(disk, 20)
    cut = CutDisk(disk, left)
    with pytest.raises(Cut):
        accept_loss(PATH, disk=cut)
    return CutDisk(cut)


@pytest.mark.parametrize("left", range(1, 10))
def test_a_run_that_is_killed_while_it_reports_is_begun_again(left: int) -> None:
    disk = cut_at(left)
    assert refused(disk)
    done = accept_loss(PATH, disk=disk)
    assert done.gone == ((20, 25),)
    assert numbers(disk) == list(range(1, 20))


def unfinished(*, moving: bool, **changes: Any) -> CutDisk:
    """Return what a run has left that was killed after its report, with these facts changed.

    `moving` says whether its new segment was there, and only moving the rest was left to do.
    """
    found = made(rounds=60)
    spoil(found, 20)
    whole = CutDisk(found)
    accept_loss(PATH, disk=whole)
    for left in reversed(range(whole.count)):
        disk = CutDisk(found, left)
        with pytest.raises(Cut):
            accept_loss(PATH, disk=disk)
        disk = CutDisk(disk)
        for path in [path for path in disk.files if path.endswith("/report.json") and refused(disk)]:
            facts = json.loads(disk.files[path])
            if (disk.kind(f"{JOURNAL}/{facts['segment']:020d}.log") == "file") == moving:
                assert facts["finished"] is False
                disk.files[path][:] = json.dumps(facts | changes).encode()
                return disk
    raise AssertionError("there is no such moment")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"segment": "x"},
        {"segment": None},
        {"segment": 77},
        {"database_id": "no hex"},
        {"database_id": "00" * 16},
        {"epoch": 99},
        {"epoch": "x"},
    ],
    ids=str,
)
@pytest.mark.parametrize("moving", [False, True])
def test_whatever_an_unfinished_report_says_the_next_run_ends_well(changes: dict[str, Any], moving: bool) -> None:
    disk = unfinished(moving=moving, **changes)
    done = accept_loss(PATH, disk=disk)
    assert done.gone == ((20, 60),)
    assert numbers(disk) == list(range(1, 20))
    assert report(disk)["finished"] is True


def test_a_report_moves_nothing_but_segments_of_this_journal() -> None:
    disk = unfinished(
        moving=True, moved=["../data", "../../other.bumps/journal/00000000000000000001.log", "next", "absent.log"]
    )
    accept_loss(PATH, disk=disk)
    assert disk.kind(PATH + "/data") == "file"
    assert numbers(disk) == list(range(1, 20))
    assert not [path for path in disk.files if "/lost-" in path and path.endswith(("data", "next"))]


@pytest.mark.parametrize("left", range(4))
def test_a_run_that_is_killed_twice_is_begun_a_third_time(left: int) -> None:
    disk = CutDisk(unfinished(moving=False), left)
    with pytest.raises(Cut):
        accept_loss(PATH, disk=disk)
    disk = CutDisk(disk)
    assert accept_loss(PATH, disk=disk).gone == ((20, 60),)
    assert numbers(disk) == list(range(1, 20))
    assert report(disk)["finished"] is True


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"finished": true}', None])
def test_a_report_that_is_none_is_passed_over(content: bytes | None) -> None:
    disk = made(rounds=25)
    spoil(disk, 20)
    disk.make_directory(JOURNAL + "/lost-1")
    if content is not None:
        disk.files[JOURNAL + "/lost-1/report.json"] = bytearray(content)
    done = accept_loss(PATH, disk=disk)
    assert done.directory != "journal/lost-1"
    assert numbers(disk) == list(range(1, 20))


def test_a_file_that_is_called_like_a_directory_of_losses_is_passed_over() -> None:
    disk = made(rounds=25)
    spoil(disk, 20)
    disk.files[JOURNAL + "/lost-1"] = bytearray(b"mine")
    accept_loss(PATH, disk=disk)
    assert disk.files[JOURNAL + "/lost-1"] == b"mine"


def test_the_options_of_these_tests_are_small() -> None:
    assert OPTIONS.segment_size_max == 8192, "or no journal here has several segments"
