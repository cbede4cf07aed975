"""wal/writer.py: what is acknowledged is durable, and what fails changes nothing or ends all writing."""

from __future__ import annotations

import errno
import itertools
import threading
import time
from pathlib import Path

import pytest

from bumps import limits
from bumps.errors import ClosedError, CommitUnknownError, CorruptionError, DiskFullError, FailedError, StorageError
from bumps.files import RealDisk
from bumps.wal.frame import CLOCK_WENT_BACK
from bumps.wal.reader import JournalReader, Listing, Verdict, ends_at
from bumps.wal.segment import name_of
from bumps.wal.writer import JournalWriter
from tests.journals import (
    BIRTH,
    DATABASE_ID,
    DIRECTORY,
    Disk,
    append,
    commit,
    content,
    fail_at,
    read,
    recovered,
    segments,
    writer_of,
)


def lsns(disk: Disk) -> list[int]:
    return [frame.lsn for frame in read(disk)[0]]


# Appending


def test_nothing_is_opened_before_the_first_append() -> None:
    disk = Disk()

    writer_of(disk)

    assert disk.steps == []


def test_the_first_segment_gets_its_name_after_its_header_is_durable() -> None:
    disk = Disk()

    writer_of(disk).append(commit(1))

    assert disk.steps == [
        "create next",
        "write next",
        "sync next",
        "write next",
        "sync next",
        f"rename {name_of(1)}",
        "sync_directory journal",
        f"write {name_of(1)}",
    ]
    assert segments(disk) == [name_of(1)]


def test_a_switch_makes_the_old_segment_durable_first() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 15)
    disk.steps.clear()

    append(writer, 1)

    assert disk.steps == [
        f"sync {name_of(1)}",
        "write next",
        "sync next",
        f"rename {name_of(16)}",
        "sync_directory journal",
        f"write {name_of(16)}",
    ]
    assert writer.durable_lsn == 15


def test_each_write_begins_at_a_multiple_of_the_alignment_and_fills_its_last_block() -> None:
    disk = Disk()
    writer = writer_of(disk)

    places = [writer.append(commit(number, size)) for number, size in enumerate([1, 600, 400, 2000], 1)]

    assert [place.offset % 512 for place in places] == [0, 0, 0, 0]
    for place, following in itertools.pairwise(places):
        assert following.offset - place.end < 512
        assert not any(content(disk, 1)[place.end : following.offset])


def test_segments_double_within_an_epoch_and_a_larger_frame_gets_its_own() -> None:
    disk = Disk()
    writer = writer_of(disk)

    append(writer, 200)
    writer.append(commit(201, 100_000))
    append(writer, 1)

    sizes = [len(content(disk, first_lsn)) for first_lsn in Listing.of(disk, DIRECTORY).first_lsns]
    assert sizes[:4] == [8192, 16384, 32768, 32768]
    assert len(content(disk, 201)) == 512 + 100_352 + 512
    assert lsns(disk) == list(range(1, 203))


def test_time_never_decreases_and_says_when_the_clock_went_back() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1)
    disk.now_us = 5

    append(writer, 1)
    disk.now_us = 2_000_000
    append(writer, 1)

    first, second, third = read(disk)[0]
    assert first.time_us == second.time_us < third.time_us
    assert [frame.flags for frame in (first, second, third)] == [0, CLOCK_WENT_BACK, 0]


def test_a_frame_says_what_was_durable_when_it_was_made() -> None:
    disk = Disk()

    append(writer_of(disk), 5, sync=[2, 4])

    assert [frame.synced for frame in read(disk)[0]] == [0, 0, 2, 2, 4]


def test_a_writer_counts_what_it_appended() -> None:
    disk = Disk()
    writer = writer_of(disk)

    append(writer, 3)
    writer.append_mark(3)

    assert writer.appended_size == 4 * 512
    assert writer.last_lsn == 4


# Durability


def test_waiting_for_what_is_durable_syncs_nothing() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 3)
    writer.sync()
    disk.steps.clear()

    assert writer.wait_durable(2) == 3
    assert writer.sync() == 3
    assert disk.steps == []


def test_one_sync_serves_all_that_wait() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1)
    writer.sync()
    disk.steps.clear()
    go_on = threading.Event()
    first_sync = threading.Event()

    def slow(step: str, path: str) -> None:
        if step == "sync":
            first_sync.set()
            assert go_on.wait(10)

    disk.fault = slow
    append(writer, 1)
    threads = [threading.Thread(target=writer.wait_durable, args=[2])]
    threads[0].start()
    assert first_sync.wait(10)
    append(writer, 8)
    threads += [threading.Thread(target=writer.wait_durable, args=[lsn]) for lsn in range(3, 11)]
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert writer.durable_lsn == 10
    assert disk.steps.count("sync " + name_of(1)) == 2, "one for the leader, one for all that came while it synced"


def test_many_threads_commit_and_each_finds_its_own_durable() -> None:
    disk = Disk()
    writer = writer_of(disk)
    writer_lock = threading.Lock()
    short: list[int] = []

    def work(step: str, path: str) -> None:
        if step == "sync":
            time.sleep(0.0002)

    disk.fault = work

    def committer() -> None:
        for _ in range(25):
            with writer_lock:
                lsn = writer.append(commit(1)).lsn
            if writer.wait_durable(lsn) < lsn:
                short.append(lsn)

    threads = [threading.Thread(target=committer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert short == []
    assert writer.durable_lsn == 200
    assert lsns(disk) == list(range(1, 201))
    assert disk.steps.count(f"sync {name_of(1)}") < 150


@pytest.mark.parametrize("error", [OSError(errno.EIO, "no"), KeyboardInterrupt(), MemoryError()])
def test_a_leader_that_fails_by_whatever_exception_wakes_its_followers(error: BaseException) -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1)
    writer.sync()
    append(writer, 3)
    waiting = threading.Event()

    def fault(step: str, path: str) -> None:
        if step == "sync":
            assert waiting.wait(10)
            raise error

    disk.fault = fault
    results: list[BaseException] = []

    def wait(lsn: int) -> None:
        try:
            writer.wait_durable(lsn)
        except BaseException as found:
            results.append(found)

    threads = [threading.Thread(target=wait, args=[lsn]) for lsn in (2, 3, 4)]
    for thread in threads:
        thread.start()
    waiting.set()
    for thread in threads:
        thread.join(10)

    assert len(results) == 3
    unknown = [found for found in results if isinstance(found, CommitUnknownError)]
    assert len(unknown) == (3 if isinstance(error, OSError) else 2)
    assert writer.failed


# Failures


def test_after_a_failed_sync_nothing_is_written_or_acknowledged() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 2, sync=[1])
    disk.fault = fail_at("sync")
    with pytest.raises(CommitUnknownError) as caught:
        writer.wait_durable(2)
    assert caught.value.lsn == 2
    disk.fault = lambda step, path: None
    disk.steps.clear()

    with pytest.raises(CommitUnknownError):
        writer.wait_durable(2)
    with pytest.raises(FailedError, match="syncing the journal"):
        writer.append(commit(3))

    assert writer.wait_durable(1) == 1
    assert disk.steps == [], "never a second try"


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_failed_write_of_a_frame_ends_all_writing(number: int) -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1)
    disk.fault = fail_at("write", number=number)
    with pytest.raises(CommitUnknownError) as caught:
        writer.append(commit(2))
    disk.fault = lambda step, path: None

    assert caught.value.lsn == 2
    assert writer.last_lsn == 1
    with pytest.raises(FailedError):
        writer.append(commit(2))
    with pytest.raises(FailedError):
        writer.close_clean()


def test_a_short_write_of_a_frame_ends_all_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1)
    monkeypatch.setattr("tests.journals.WatchedFile.pwrite", lambda self, data, offset: len(data) - 1)

    with pytest.raises(CommitUnknownError, match="wrote 511 of 512"):
        writer.append(commit(2))
    assert writer.failed


def test_an_interrupted_write_of_a_frame_ends_all_writing() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1)

    def interrupt(step: str, path: str) -> None:
        raise KeyboardInterrupt

    disk.fault = interrupt
    with pytest.raises(KeyboardInterrupt):
        writer.append(commit(2))

    assert writer.failed
    assert writer.last_lsn == 1


@pytest.mark.parametrize("step", ["create", "write", "sync"])
def test_a_full_disk_refuses_the_first_commit_and_nothing_changes(step: str) -> None:
    disk = Disk()
    writer = writer_of(disk)
    disk.fault = fail_at(step, number=errno.ENOSPC)
    with pytest.raises(DiskFullError):
        writer.append(commit(1))
    assert segments(disk) == []
    disk.fault = lambda step, path: None

    assert writer.append(commit(1)).lsn == 1
    assert lsns(disk) == [1]


def test_a_full_disk_refuses_commits_cleanly_leaves_room_for_a_mark_and_goes_on_when_there_is_space() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 14)
    disk.fault = fail_at("create", number=errno.EDQUOT)
    with pytest.raises(DiskFullError):
        writer.append(commit(15))
    with pytest.raises(DiskFullError):
        writer.append(commit(15))

    assert writer.append_mark(14).lsn == 15, "a checkpoint lives from the reserve"
    assert writer.sync() == 15
    with pytest.raises(DiskFullError):
        writer.append_mark(14)
    disk.fault = lambda step, path: None
    append(writer, 2)

    assert lsns(disk) == list(range(1, 18))


def test_a_commit_larger_than_the_disk_is_refused_and_smaller_ones_go_on() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 8)
    assert writer.prepare_ahead()
    assert writer._next is not None
    disk.fault = fail_at("write", ending="next", number=errno.ENOSPC)
    with pytest.raises(DiskFullError):
        writer.append(commit(9, 100_000))
    disk.fault = lambda step, path: None

    append(writer, 30)
    assert lsns(disk) == list(range(1, 39))


def test_a_failed_preparation_ends_all_writing_but_loses_nothing() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 14)
    disk.fault = fail_at("sync", number=errno.EIO, skip=0)

    with pytest.raises(FailedError, match="preparing a segment"):
        append(writer, 2)
    assert writer.last_lsn == 14


@pytest.mark.parametrize("step", ["write", "sync", "rename", "sync_directory"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_failed_switch_ends_all_writing(step: str, number: int) -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 8)
    assert writer.prepare_ahead()
    append(writer, 7)
    assert writer._next is not None
    disk.fault = fail_at(step, number=number)

    with pytest.raises(FailedError):
        append(writer, 1)
    disk.fault = lambda step, path: None
    with pytest.raises(FailedError):
        append(writer, 1)
    assert lsns(disk) == list(range(1, 16))


def test_nothing_becomes_durable_after_close() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 2, sync=[1])
    writer.close()

    assert writer.wait_durable(1) == 1
    with pytest.raises(ClosedError, match="before commit 2 was durable"):
        writer.wait_durable(2)


# The next segment


def test_the_next_segment_is_made_ready_when_half_of_this_one_is_used() -> None:
    disk = Disk()
    writer = writer_of(disk)
    assert writer.prepare_ahead(), "nothing was appended yet"
    append(writer, 6)
    assert writer.prepare_ahead()
    assert segments(disk) == [name_of(1)]

    append(writer, 2)
    assert writer.prepare_ahead()

    assert writer._next is not None
    assert segments(disk) == [name_of(1), "next"]


def test_a_full_disk_is_no_failure_while_the_next_segment_is_not_needed() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 10)
    disk.fault = fail_at("write", ending="next", number=errno.ENOSPC)

    assert not writer.prepare_ahead()
    disk.fault = lambda step, path: None
    disk.free_size = lambda path: 100  # type: ignore[method-assign]
    disk.steps.clear()
    assert not writer.prepare_ahead()

    assert disk.steps == []
    assert not writer.failed
    assert segments(disk) == [name_of(1)]


def test_a_disk_that_cannot_say_how_much_space_is_left_refuses_a_commit_and_is_asked_again() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1)

    def broken(path: str) -> int:
        raise OSError(errno.EIO, "by order of the test")

    free_size = disk.free_size
    disk.free_size = broken  # type: ignore[method-assign]
    with pytest.raises(StorageError, match="how much space is left: by order of the test"):
        append(writer, 100)
    last_lsn = writer.last_lsn
    assert not writer.failed
    disk.free_size = free_size  # type: ignore[method-assign]
    append(writer, 1)

    assert lsns(disk) == list(range(1, last_lsn + 2))


def test_what_is_left_as_next_from_an_earlier_life_is_remade() -> None:
    disk = Disk()
    disk.files[f"{DIRECTORY}/next"] = bytearray(b"bFr1" * 10_000)

    append(writer_of(disk), 1)

    assert lsns(disk) == [1]
    assert not any(content(disk, 1)[1024:])


# Clean close and going on


def test_a_clean_close_cuts_the_segment_to_its_end() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 8)
    writer.prepare_ahead()
    mark = writer.append_mark(8)

    writer.close_clean()

    assert writer.durable_lsn == 9
    assert segments(disk) == [name_of(1)]
    assert len(content(disk, 1)) == 512 * 10
    assert ends_at(disk, DIRECTORY, mark.position, 512)
    with pytest.raises(ClosedError):
        writer.append(commit(10))
    writer.close()


def test_a_clean_close_of_a_writer_that_wrote_nothing_touches_nothing() -> None:
    disk = Disk()

    writer_of(disk).close_clean()

    assert disk.steps == []


def test_the_next_opener_goes_on_in_the_segment_that_was_cut() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 3)
    writer.close_clean()
    disk.steps.clear()

    resumed = writer_of(disk, writer.last, resume=True)
    assert disk.steps == []
    append(resumed, 2)

    assert disk.steps == [f"write {name_of(1)}", f"sync {name_of(1)}", f"write {name_of(1)}", f"write {name_of(1)}"]
    assert len(content(disk, 1)) == 8192
    assert segments(disk) == [name_of(1)]
    assert lsns(disk) == [1, 2, 3, 4, 5]
    assert not ends_at(disk, DIRECTORY, writer.position, 512), "the clean mark is no longer to be believed"


def test_a_segment_with_zeros_behind_its_end_is_not_gone_on_in() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 3)

    append(writer_of(disk, writer.last, resume=True), 1)

    assert segments(disk) == [name_of(1), name_of(4)]
    assert lsns(disk) == [1, 2, 3, 4]


def test_a_segment_with_a_frame_behind_its_end_is_refused() -> None:
    disk = Disk()
    writer = writer_of(disk)
    first, *_ = append(writer, 3)

    with pytest.raises(CorruptionError, match="the last frame known ends at"):
        writer_of(disk, first, resume=True).append(commit(2))
    assert lsns(disk) == [1, 2, 3]


def test_a_segment_that_is_gone_or_foreign_is_not_gone_on_in() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 3)
    writer.close_clean()
    resumed = writer_of(disk, writer.last, resume=True)
    content(disk, 1)[20] ^= 1
    with pytest.raises(CorruptionError, match="checksum of its header"):
        resumed.append(commit(4))
    del disk.files[f"{DIRECTORY}/{name_of(1)}"]
    with pytest.raises(CorruptionError, match="is gone"):
        resumed.append(commit(4))


def test_a_full_disk_refuses_to_grow_a_segment_and_leaves_it_as_it_was() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 3)
    writer.close_clean()
    resumed = writer_of(disk, writer.last, resume=True)
    disk.fault = fail_at("sync", number=errno.ENOSPC)
    with pytest.raises(DiskFullError):
        resumed.append(commit(4))
    disk.fault = lambda step, path: None
    assert len(content(disk, 1)) == 2048

    append(resumed, 1)
    assert lsns(disk) == [1, 2, 3, 4]


def test_a_segment_that_cannot_be_grown_ends_all_writing() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 3)
    writer.close_clean()
    resumed = writer_of(disk, writer.last, resume=True)
    disk.fault = fail_at("write", number=errno.EIO)

    with pytest.raises(FailedError):
        resumed.append(commit(4))


def test_a_clean_close_that_fails_says_so() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 3)
    disk.fault = fail_at("sync")

    with pytest.raises(FailedError, match="cutting the journal"):
        writer.close_clean()
    assert writer.durable_lsn == 0


# Adopting


def test_frames_above_s_are_copied_under_a_new_salt_with_their_lsns_and_times() -> None:
    disk = Disk()
    append(writer_of(disk), 6, sync=[3])
    before, _ = read(disk)

    writer = recovered(disk)
    append(writer, 2)

    after, end = read(disk)
    assert segments(disk) == [name_of(1), name_of(4)]
    assert end.verdict is Verdict.CLEAN
    assert end.epoch == 2
    assert [frame.lsn for frame in after] == list(range(1, 9))
    assert [(frame.time_us, frame.body) for frame in after[:6]] == [(frame.time_us, frame.body) for frame in before]
    assert after[3].salt != before[3].salt
    assert [frame.synced for frame in after] == [0, 0, 0, 3, 3, 3, 6, 6]


def test_adopted_frames_are_durable_before_the_segment_gets_its_name() -> None:
    disk = Disk()
    append(writer_of(disk), 4, sync=[2])
    _, end = read(disk)
    disk.steps.clear()

    writer = writer_of(disk, end.stable, epoch=2)
    writer.adopt(end.tail)

    assert disk.steps == [
        "create next",
        "write next",
        "sync next",
        *3 * ["write next"],
        "sync next",
        f"rename {name_of(3)}",
        "sync_directory journal",
    ]
    assert (writer.last_lsn, writer.durable_lsn) == (4, 4)


def test_adopting_again_replaces_the_segment_of_that_name() -> None:
    disk = Disk()
    append(writer_of(disk), 4, sync=[2])
    first = recovered(disk)
    first_salt = content(disk, 3)[40:48]

    second = recovered(disk)

    assert segments(disk) == [name_of(1), name_of(3)]
    assert content(disk, 3)[40:48] != first_salt
    assert first.last.time_us == second.last.time_us
    assert lsns(disk) == [1, 2, 3, 4]


def test_adopting_without_space_changes_nothing_and_can_be_repeated() -> None:
    disk = Disk()
    append(writer_of(disk), 4, sync=[2])
    _, end = read(disk)
    writer = writer_of(disk, end.stable, epoch=2)
    disk.fault = fail_at("write", number=errno.ENOSPC)
    with pytest.raises(DiskFullError):
        writer.adopt(end.tail)
    disk.fault = lambda step, path: None
    assert segments(disk) == [name_of(1)]

    assert writer.adopt(end.tail).lsn == 4
    assert lsns(disk) == [1, 2, 3, 4]


@pytest.mark.parametrize("step", ["write", "sync", "rename", "sync_directory"])
def test_adopting_that_fails_ends_all_writing_and_the_next_life_finds_everything(step: str) -> None:
    disk = Disk()
    append(writer_of(disk), 4, sync=[2])
    _, end = read(disk)
    writer = writer_of(disk, end.stable, epoch=2)
    disk.fault = fail_at(step, skip=1 if step in ("write", "sync") else 0)
    with pytest.raises(FailedError):
        writer.adopt(end.tail)
    disk.fault = lambda step, path: None
    with pytest.raises(FailedError):
        writer.append(commit(5))

    assert recovered(disk).last_lsn == 4
    assert lsns(disk) == [1, 2, 3, 4]


def test_a_tail_that_changed_since_it_was_read_is_not_adopted() -> None:
    disk = Disk()
    append(writer_of(disk), 4, sync=[2])
    _, end = read(disk)
    content(disk, 1)[end.tail[1].offset + 70] ^= 1

    with pytest.raises(CorruptionError):
        writer_of(disk, end.stable, epoch=2).adopt(end.tail)
    assert segments(disk)[0] == name_of(1)


def test_a_frameless_segment_of_the_same_name_is_replaced() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 14)
    writer.prepare_ahead()
    append(writer, 1)
    append(writer, 1)
    assert name_of(16) in segments(disk)
    content(disk, 16)[512:] = bytes(len(content(disk, 16)) - 512)
    assert lsns(disk) == list(range(1, 16))

    append(recovered(disk), 1)

    frames, end = read(disk)
    assert len(frames) == 16
    assert end.epoch == 2
    assert frames[-1].salt == int.from_bytes(content(disk, 16)[40:48], "little")


# A real disk


def test_the_same_on_a_real_disk(tmp_path: Path) -> None:
    disk = RealDisk()
    arguments = {"database_id": DATABASE_ID, "epoch": 1, "alignment": limits.JOURNAL_ALIGNMENT}
    writer = JournalWriter(
        disk,
        str(tmp_path),
        next_lsn=1,
        chain=0,
        before=(0, 0),
        durable_lsn=0,
        **arguments,  # type: ignore[arg-type]
    )
    for number in range(1, 21):
        writer.append(commit(number, 5000))
    writer.sync()
    writer.close_clean()
    resumed = JournalWriter(
        disk, str(tmp_path), next_lsn=21, chain=writer.last.crc, before=writer.position, durable_lsn=20, resume=True,
        **arguments,  # type: ignore[arg-type]
    )  # fmt: skip
    resumed.append(commit(21))
    resumed.sync()
    resumed.close()

    reader = JournalReader(disk, str(tmp_path), database_id=DATABASE_ID, start=BIRTH)
    assert [frame.lsn for frame in reader] == list(range(1, 22))
    assert reader.end.verdict is Verdict.CLEAN


def test_a_directory_without_permission_is_a_storage_error() -> None:
    disk = Disk()
    disk.fault = fail_at("create", number=errno.EACCES)

    with pytest.raises(StorageError):
        writer_of(disk).append(commit(1))
