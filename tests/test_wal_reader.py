"""wal/reader.py: the verdict on what follows the last good frame, row by row."""

from __future__ import annotations

import struct
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bumps.checksum import crc32c
from bumps.errors import CorruptionError, ForeignFileError, StorageError
from bumps.wal import frame
from bumps.wal.reader import End, JournalReader, Verdict, ends_at
from bumps.wal.segment import Header, Place, Position, name_of
from bumps.wal.source import SegmentSource, read_frame, read_frames
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


def journal(count: int, *, sync: list[int] | None = None) -> tuple[Disk, list[Place]]:
    """Return a disk with a journal of so many commits, and their places."""
    disk = Disk()
    return disk, append(writer_of(disk), count, sync=sync or [])


def verdict_of(disk: Disk, start: Place = BIRTH) -> tuple[list[int], End]:
    frames, end = read(disk, start)
    return [found.lsn for found in frames], end


def wipe(disk: Disk, place: Place) -> None:
    """Take a frame away, as if its write never reached the disk."""
    content(disk, place.segment)[place.offset : place.end] = bytes(place.end - place.offset)


# A clean end


def test_a_journal_without_a_segment_ends_cleanly_at_the_birth() -> None:
    lsns, end = verdict_of(Disk())

    assert lsns == []
    assert (end.verdict, end.last, end.stable, end.tail) == (Verdict.CLEAN, BIRTH, BIRTH, ())


def test_zeros_to_the_end_and_no_later_segment_are_a_clean_end() -> None:
    disk, places = journal(5, sync=[3])

    lsns, end = verdict_of(disk)

    assert lsns == [1, 2, 3, 4, 5]
    assert end.verdict is Verdict.CLEAN
    assert (end.last, end.stable, end.tail) == (places[4], places[2], (places[3], places[4]))
    assert (end.file, end.offset, end.torn_size) == (f"journal/{name_of(1)}", places[4].end, 0)
    assert (end.frame_count, end.size) == (5, 5 * 512)
    end.check()


def test_reading_begins_behind_the_frame_that_the_meta_slot_knows() -> None:
    disk, places = journal(40, sync=[38])

    lsns, end = verdict_of(disk, places[19])

    assert lsns == list(range(21, 41))
    assert end.stable == places[37]


def test_reading_from_the_last_frame_finds_nothing_and_proves_it() -> None:
    disk, places = journal(5)

    lsns, end = verdict_of(disk, places[4])

    assert lsns == []
    assert (end.verdict, end.last, end.stable) == (Verdict.CLEAN, places[4], places[4])


def test_reading_can_begin_with_any_segment() -> None:
    disk, _ = journal(40)

    reader = JournalReader.from_segment(disk, DIRECTORY, database_id=DATABASE_ID, first_lsn=16)

    assert [found.lsn for found in reader] == list(range(16, 41))
    assert reader.end.verdict is Verdict.CLEAN


def test_the_reader_knows_the_place_of_each_frame_it_yields() -> None:
    disk, places = journal(20)
    reader = JournalReader(disk, DIRECTORY, database_id=DATABASE_ID, start=BIRTH)

    assert [reader.last for _ in reader] == places
    assert all(read_frame(disk, DIRECTORY, place).lsn == place.lsn for place in places)


def test_a_segment_cut_to_its_end_is_a_clean_end() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 5)
    writer.close_clean()

    lsns, end = verdict_of(disk)

    assert lsns == [1, 2, 3, 4, 5]
    assert end.verdict is Verdict.CLEAN
    assert ends_at(disk, DIRECTORY, end.last.position, 512)


def test_a_clean_mark_is_not_believed_of_a_longer_file_or_with_a_later_segment() -> None:
    disk, places = journal(5)
    assert not ends_at(disk, DIRECTORY, places[4].position, 512)
    del content(disk, 1)[places[4].offset + 512 :]
    assert ends_at(disk, DIRECTORY, places[4].position, 512)

    disk.files[f"{DIRECTORY}/{name_of(6)}"] = bytearray(512)
    assert not ends_at(disk, DIRECTORY, places[4].position, 512)
    assert ends_at(Disk(), DIRECTORY, Position(0, 0), 512)


# A torn tail


def test_a_torn_tail_at_every_byte_of_the_last_frame_is_cut() -> None:
    sound, places = journal(4, sync=[3])
    last = places[3]
    whole = bytes(content(sound, 1))
    for kept in range(last.end - last.offset):
        disk = Disk()
        torn = whole[: last.offset + kept] + bytes(len(whole) - last.offset - kept)
        disk.files[f"{DIRECTORY}/{name_of(1)}"] = bytearray(torn)

        lsns, end = verdict_of(disk)

        assert lsns == [1, 2, 3]
        assert end.verdict is (Verdict.TORN if kept else Verdict.CLEAN)
        assert end.torn_size == len(torn[last.offset : last.offset + kept].rstrip(b"\0"))
        assert (end.last, end.stable) == (places[2], BIRTH), "only frame 4 had said that 3 was durable"


def test_a_tail_whose_first_bytes_are_missing_is_cut_as_well() -> None:
    disk, places = journal(4, sync=[3])
    content(disk, 1)[places[3].offset : places[3].offset + 70] = bytes(70)

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == ([1, 2, 3], Verdict.TORN)


def test_valid_frames_behind_a_bad_one_of_the_same_sync_batch_are_a_torn_tail() -> None:
    disk, places = journal(6, sync=[3])
    wipe(disk, places[3])

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == ([1, 2, 3], Verdict.TORN)
    assert end.stable == places[2], "the frames behind the hole say that 3 was durable"
    assert end.tail == ()
    assert end.torn_size == places[5].end - places[4].offset


def test_a_tail_that_was_cut_does_not_come_back() -> None:
    disk, places = journal(6, sync=[3])
    wipe(disk, places[3])

    writer = recovered(disk)
    append(writer, 1)

    lsns, end = verdict_of(disk)
    assert lsns == [1, 2, 3, 4]
    assert (end.verdict, end.last.segment) == (Verdict.CLEAN, 4)


# Damage


def test_a_frame_behind_that_was_made_after_the_missing_one_was_durable_is_damage() -> None:
    disk, places = journal(6, sync=[3, 5])
    wipe(disk, places[3])

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == ([1, 2, 3], Verdict.DAMAGE)
    assert end.behind == places[4]
    with pytest.raises(CorruptionError) as caught:
        end.check()
    error = caught.value
    assert (error.file, error.offset, error.last_lsn, error.next_lsn) == (
        f"journal/{name_of(1)}", places[4].offset, 3, 5,
    )  # fmt: skip


def test_a_header_behind_that_was_made_after_the_missing_frame_was_durable_is_damage() -> None:
    disk, places = journal(20)
    wipe(disk, places[14])

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == (list(range(1, 15)), Verdict.DAMAGE)
    with pytest.raises(CorruptionError, match="frames 15 to 15 are gone"):
        end.check()


def test_a_missing_segment_is_damage() -> None:
    disk, _ = journal(100)
    first = segments(disk)[1]
    del disk.files[f"{DIRECTORY}/{first}"]

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == (list(range(1, 16)), Verdict.DAMAGE)
    assert end.error is not None
    assert (end.error.last_lsn, end.error.next_lsn) == (15, 47)


def test_a_broken_chain_between_whole_segments_is_damage() -> None:
    disk, places = journal(20)
    other = Header(DATABASE_ID, 1, 7, 16, places[14].crc ^ 1, places[14].position, 0)
    content(disk, 16)[:512] = other.encode()

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == (list(range(1, 16)), Verdict.DAMAGE)
    assert end.file == f"journal/{name_of(16)}"


def test_a_segment_that_goes_on_from_another_byte_is_damage() -> None:
    disk, places = journal(20)
    before = Position(places[14].segment, places[14].end + 1)
    content(disk, 16)[:512] = Header(DATABASE_ID, 1, 7, 16, places[14].crc, before, 0).encode()

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == (list(range(1, 16)), Verdict.DAMAGE)


@pytest.mark.parametrize("bytes_", [b"", b"garbage", bytes(4096), b"bumpsjnl" * 100], ids=repr)
def test_a_segment_that_is_truncated_or_garbage_is_damage(bytes_: bytes) -> None:
    disk, _ = journal(20)
    disk.files[f"{DIRECTORY}/{name_of(16)}"] = bytearray(bytes_)

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == (list(range(1, 16)), Verdict.DAMAGE)
    assert (end.file, end.offset) == (f"journal/{name_of(16)}", 0)


def test_a_later_segment_that_is_garbage_is_damage_even_far_behind() -> None:
    disk, _ = journal(5)
    disk.files[f"{DIRECTORY}/{name_of(99)}"] = bytearray(b"garbage")

    assert verdict_of(disk)[1].file == f"journal/{name_of(99)}"


def test_a_segment_of_another_database_is_damage() -> None:
    disk, places = journal(5)
    foreign = Header(bytes(16), 1, 7, 6, places[4].crc, places[4].position, 0)
    disk.files[f"{DIRECTORY}/{name_of(6)}"] = bytearray(foreign.encode())

    with pytest.raises(CorruptionError, match="belongs to another database"):
        verdict_of(disk)[1].check()


@pytest.mark.parametrize("name", ["7.log", "x.log", "0000000000000000001a.log", f"{0:020}.log"])
def test_a_misnamed_segment_is_damage(name: str) -> None:
    disk, _ = journal(5)
    disk.files[f"{DIRECTORY}/{name}"] = bytearray(content(disk, 1))

    _, end = verdict_of(disk)

    assert (end.verdict, end.file) == (Verdict.DAMAGE, f"journal/{name}")


def test_names_that_do_not_end_as_a_segment_are_nobodys_business() -> None:
    disk, _ = journal(5)
    disk.files[f"{DIRECTORY}/notes.txt"] = bytearray(b"hello")
    disk.make_directory(f"{DIRECTORY}/lost-1")

    assert verdict_of(disk)[1].verdict is Verdict.CLEAN


def test_a_segment_of_a_newer_release_says_so() -> None:
    disk, places = journal(5)
    sector = bytearray(Header(DATABASE_ID, 1, 7, 6, places[4].crc, places[4].position, 0).encode())
    sector[8] = 2
    sector[508:] = crc32c(bytes(sector[:508])).to_bytes(4, "little")
    disk.files[f"{DIRECTORY}/{name_of(6)}"] = sector

    with pytest.raises(ForeignFileError):
        verdict_of(disk)[1].check()


def test_an_end_below_what_the_meta_slot_knows_is_damage() -> None:
    disk, places = journal(5)
    del content(disk, 1)[places[4].offset :]

    lsns, end = verdict_of(disk, places[4]._replace(offset=0))

    assert (lsns, end.verdict) == ([], Verdict.DAMAGE)


def test_a_frame_that_is_not_where_the_meta_slot_says_is_damage() -> None:
    disk, places = journal(5)
    wipe(disk, places[4])

    assert verdict_of(disk, places[4])[1].verdict is Verdict.DAMAGE


def test_the_segment_of_the_meta_slot_is_needed() -> None:
    disk, places = journal(5)
    del disk.files[f"{DIRECTORY}/{name_of(1)}"]

    with pytest.raises(CorruptionError, match="there is no such segment"):
        verdict_of(disk, places[4])[1].check()


def test_a_frame_with_a_right_checksum_that_cannot_be_understood_is_not_cut() -> None:
    disk, places = journal(3, sync=[3])
    body = frame.Body(frame.COMMIT, 0, 1, frame.COLUMN.pack(0x8001, 0, 0))
    salt = read(disk)[0][0].salt
    data = frame.encode(body, lsn=4, salt=salt, chain=places[2].crc, time_us=9_000_000, synced=3)
    content(disk, 1)[places[2].offset + 512 : places[2].offset + 512 + len(data)] = data

    with pytest.raises(ForeignFileError, match="tag 0x8001"):
        verdict_of(disk)[1].check()


def test_a_directory_that_is_gone_is_damage() -> None:
    reader = JournalReader(Disk(), "/elsewhere", database_id=DATABASE_ID, start=BIRTH)

    assert list(reader) == []
    with pytest.raises(CorruptionError, match="no such directory"):
        reader.end.check()


# Lives


def test_the_next_segment_is_looked_for_at_every_frame() -> None:
    disk, _ = journal(6, sync=[3])
    append(recovered(disk), 3)

    lsns, end = verdict_of(disk)

    assert lsns == list(range(1, 10))
    assert segments(disk) == [name_of(1), name_of(4)]
    assert end.last.segment == 4


def test_a_phantom_of_an_earlier_life_is_not_believed() -> None:
    disk, places = journal(6, sync=[6])
    earlier = bytes(content(disk, 1))
    second = Disk()
    second.seed = 100
    append(writer_of(second), 3, sync=[3])
    content(second, 1)[places[3].offset :] = earlier[places[3].offset :]

    lsns, end = verdict_of(second)

    assert (lsns, end.verdict) == ([1, 2, 3], Verdict.TORN)
    append(recovered(second), 1)
    assert verdict_of(second)[0] == [1, 2, 3, 4]


def test_a_frame_of_the_same_salt_with_another_chain_does_not_follow() -> None:
    disk, places = journal(4)
    salt = read(disk)[0][0].salt
    other = frame.encode(frame.commit_body(commit(9)), lsn=5, salt=salt, chain=places[3].crc ^ 1, time_us=9, synced=2)
    content(disk, 1)[places[3].offset + 512 : places[3].offset + 512 + len(other)] = other

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == ([1, 2, 3, 4], Verdict.TORN)


def test_many_lives_leave_one_history() -> None:
    disk = Disk()
    expected = 0
    for life in range(12):
        writer = recovered(disk)
        assert writer.last_lsn == expected
        append(writer, life % 4 * 5, sync=[expected + 2])
        expected = writer.last_lsn

    lsns, end = verdict_of(disk)
    assert lsns == list(range(1, expected + 1))
    assert end.verdict is Verdict.CLEAN


def test_segments_below_the_start_are_not_looked_at() -> None:
    disk, places = journal(40)
    content(disk, 1)[:512] = bytes(512)

    assert verdict_of(disk, places[20])[0] == list(range(22, 41))


def test_segments_below_the_base_are_stragglers_when_the_journal_does_not_hold_its_start() -> None:
    disk, places = journal(5)
    start = Place(100, 42, 0, 0, 0)

    lsns, end = verdict_of(disk, start)
    assert (lsns, end.verdict) == ([], Verdict.CLEAN)

    writer = writer_of(disk, start)
    append(writer, 2)
    assert verdict_of(disk, start)[0] == [101, 102]
    assert places[4].lsn == 5


# Padding


def test_bytes_in_the_padding_hide_nothing() -> None:
    disk, places = journal(5)
    content(disk, 1)[places[1].end + 3] = 1
    reader = JournalReader(disk, DIRECTORY, database_id=DATABASE_ID, start=BIRTH)

    assert [found.lsn for found in reader] == [1, 2, 3, 4, 5]
    assert reader.dirty_padding == [(2, f"journal/{name_of(1)}", places[1].end + 3)]


def test_frames_of_one_write_lie_close_together() -> None:
    disk, places = journal(2)
    first, second = read(disk)[0]
    both = first.moved(salt=first.salt, chain=0, synced=0) + second.moved(salt=first.salt, chain=first.crc, synced=0)
    content(disk, 1)[512:] = both + bytes(4096)

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == ([1, 2], Verdict.CLEAN)
    assert end.last.offset == places[0].end


# Hostile bytes


@settings(max_examples=60)
@given(st.integers(0, 40 * 512), st.binary(min_size=1, max_size=600))
def test_any_bytes_anywhere_give_a_prefix_and_a_verdict(offset: int, noise: bytes) -> None:
    disk, _ = journal(40, sync=[10, 20, 30])
    position = offset
    for first_lsn in (1, 16):
        if position < len(content(disk, first_lsn)):
            content(disk, first_lsn)[position : position + len(noise)] = noise
            break
        position -= len(content(disk, first_lsn))

    lsns, end = verdict_of(disk)

    assert lsns == list(range(1, len(lsns) + 1))
    if end.verdict is not Verdict.DAMAGE:
        assert len(lsns) >= 30, "what was said to be durable is there, or it is damage"
        end.check()
    else:
        with pytest.raises(StorageError):
            end.check()


def test_a_scan_behind_damage_is_linear() -> None:
    disk, places = journal(3)
    salt = read(disk)[0][0].salt
    size = 4 * 1024 * 1024
    segment = bytearray(content(disk, 1)[: places[2].offset + 512]).ljust(size, b"\0")
    for offset in range(places[2].offset + 512, size - 512, 512):
        segment[offset : offset + 64] = (
            b"bFr1" + struct.pack("<II", 1, size - offset).ljust(20, b"\0") + struct.pack("<Q32x", salt)
        )
    disk.files[f"{DIRECTORY}/{name_of(1)}"] = segment
    started = time.process_time()

    lsns, end = verdict_of(disk)

    assert (lsns, end.verdict) == ([1, 2, 3], Verdict.DAMAGE)
    assert time.process_time() - started < 2
    with pytest.raises(CorruptionError, match="overlapping"):
        end.check()


def test_a_file_that_shrinks_while_it_is_read_is_corruption() -> None:
    disk, _ = journal(3)
    source = SegmentSource(disk, DIRECTORY, 1)
    del content(disk, 1)[1000:]

    with pytest.raises(CorruptionError, match="it ends at byte 1000, and had 8192 bytes"):
        source.bytes_at(0, 8192)


def test_a_file_that_cannot_be_read_is_a_storage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    disk, _ = journal(3)

    def fail(self: object, size: int, offset: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("tests.journals.WatchedFile.pread", fail)

    with pytest.raises(StorageError, match="cannot be read: Input/output error"):
        verdict_of(disk)[1].check()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"lsn": 3}, "frame 2 with checksum"),
        ({"crc": 1}, "is there"),
        ({"offset": 1536}, "frame 3 with checksum"),
        ({"offset": 1025}, "no frame begins with"),
        ({"offset": 0}, "the segment has 8192 bytes"),
        ({"offset": 8190}, "the segment has 8192 bytes"),
        ({"segment": 9}, "there is no such segment"),
    ],
)
def test_a_frame_is_read_only_from_its_place(change: dict[str, int], what: str) -> None:
    disk, places = journal(3)
    assert read_frame(disk, DIRECTORY, places[1]).lsn == 2

    with pytest.raises(CorruptionError, match=what):
        read_frame(disk, DIRECTORY, places[1]._replace(**change))


def test_frames_that_lie_in_one_segment_are_read_with_it_open_once(monkeypatch: pytest.MonkeyPatch) -> None:
    disk, places = journal(3)
    opened = 0

    class Counting(SegmentSource):
        def __init__(self, *arguments: Any) -> None:
            nonlocal opened
            opened += 1
            super().__init__(*arguments)

    monkeypatch.setattr("bumps.wal.source.SegmentSource", Counting)

    assert [found.lsn for found in read_frames(disk, DIRECTORY, places)] == [1, 2, 3]
    assert opened == 1


def test_the_faults_of_these_tests_work() -> None:
    with pytest.raises(OSError, match="by order of the test"):
        fail_at("write")("write", "x")
