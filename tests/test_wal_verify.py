"""wal/verify.py: a sound journal has no problems, and damage outside the stated window is found."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bumps.batch import Batch
from bumps.wal import frame
from bumps.wal.reader import Listing, Verdict
from bumps.wal.segment import Place, name_of
from bumps.wal.verify import JournalCheck, problems
from tests.journals import BIRTH, DATABASE_ID, DIRECTORY, Disk, append, content, read, recovered, writer_of


def check(disk: Disk, *, base_lsn: int = 0, checkpoint: Place = BIRTH) -> list[str]:
    """Return the lines of a report."""
    found = problems(disk, DIRECTORY, database_id=DATABASE_ID, base_lsn=base_lsn, checkpoint=checkpoint)
    return [str(problem) for problem in found]


def journal(count: int, *, sync: tuple[int, ...] = ()) -> tuple[Disk, list[Place]]:
    disk = Disk()
    return disk, append(writer_of(disk), count, sync=sync)


def test_a_sound_journal_has_no_problems() -> None:
    disk, places = journal(100, sync=(3, 50))

    assert check(disk, checkpoint=places[60]) == []
    assert check(Disk()) == []


def test_a_journal_of_many_lives_has_no_problems() -> None:
    disk = Disk()
    for life in range(8):
        writer = recovered(disk)
        append(writer, 3 * life, sync=[writer.last_lsn + 2])

    assert check(disk) == []


def test_the_retained_range_is_reported() -> None:
    disk, places = journal(100)
    journal_check = JournalCheck(disk, DIRECTORY, database_id=DATABASE_ID, base_lsn=20, checkpoint=places[60])

    assert list(journal_check.problems()) == []
    assert (journal_check.first_lsn, journal_check.last_lsn, journal_check.frame_count) == (16, 100, 85)
    assert journal_check.stragglers == [f"journal/{name_of(1)}"]


def test_verify_only_reads() -> None:
    disk, _ = journal(40)
    disk.steps.clear()

    check(disk)

    assert disk.steps == []


def missed(disk: Disk, first_lsn: int, size: int, bits: Iterable[int]) -> list[int]:
    """Flip bits of the beginning of a segment, one at a time; return those that the check does not find."""
    unfound = []
    for bit in bits:
        if bit < 8 * size:
            content(disk, first_lsn)[bit // 8] ^= 1 << bit % 8
            if not check(disk):
                unfound.append(bit)
            content(disk, first_lsn)[bit // 8] ^= 1 << bit % 8
    assert check(disk) == []
    return unfound


def test_flipped_bits_are_found_but_those_of_the_last_sync_batch() -> None:
    """The window: behind the last frame that a later one calls durable, and the tail of a closed segment."""
    disk, places = journal(18, sync=(2, 4, 17))
    _, end = read(disk)

    assert (end.stable.lsn, end.stable.segment) == (17, 16)
    assert missed(disk, 1, places[14].end, range(0, 65536, 997)) == []
    assert missed(disk, 16, end.stable.end, range(0, 65536, 997)) == []


@pytest.mark.slow
def test_every_flipped_bit_is_found_but_those_of_the_last_sync_batch() -> None:
    disk, _ = journal(5, sync=(2, 4))
    _, end = read(disk)

    assert end.stable.lsn == 4
    assert missed(disk, 1, end.stable.end, range(65536)) == []


@pytest.mark.slow
def test_a_flipped_bit_of_every_byte_of_two_segments_is_found() -> None:
    disk, places = journal(18, sync=(2, 4, 17))
    _, end = read(disk)

    assert missed(disk, 1, places[14].end, range(3, 65536, 9)) == []
    assert missed(disk, 16, end.stable.end, range(3, 65536, 9)) == []


def test_flipped_bits_in_the_window_are_a_torn_tail_or_hide_nothing() -> None:
    sound, places = journal(5, sync=(3,))
    for offset in range(places[3].offset, places[4].offset + 512):
        content(sound, 1)[offset] ^= 1
        frames, end = read(sound)
        assert end.verdict in (Verdict.TORN, Verdict.CLEAN)
        assert len(frames) >= 3
        content(sound, 1)[offset] ^= 1


def test_the_check_goes_on_behind_damage() -> None:
    disk, places = journal(100, sync=tuple(range(1, 101)))
    content(disk, 1)[places[3].offset + 70] ^= 1
    content(disk, 16)[3] ^= 1
    content(disk, 47)[places[60].offset + 70] ^= 1

    lines = check(disk)

    assert len(lines) == 3
    assert "frame 4 is damaged" in lines[0]
    assert lines[1].startswith(f"journal/{name_of(16)}: byte 0: it begins with")
    assert "frame 61 is damaged" in lines[2]


def test_a_missing_segment_between_base_and_checkpoint_is_found() -> None:
    disk, places = journal(100)
    del disk.files[f"{DIRECTORY}/{name_of(16)}"]

    lines = check(disk, checkpoint=places[70])
    assert lines == [
        f"journal/{name_of(1)}: byte {places[14].end}: frames 16 to 46 are gone, but journal/{name_of(47)} is there"
    ]
    assert check(disk, base_lsn=46, checkpoint=places[70]) == []


def test_a_journal_that_begins_above_the_base_is_found() -> None:
    disk, places = journal(100)
    del disk.files[f"{DIRECTORY}/{name_of(1)}"]

    assert check(disk, checkpoint=places[70]) == [f"journal/{name_of(16)}: frames 1 to 15 are gone"]


def test_a_journal_that_ends_below_the_checkpoint_is_found() -> None:
    disk, places = journal(10, sync=(10,))
    content(disk, 1)[places[8].offset :] = bytes(8192 - places[8].offset)

    assert check(disk, checkpoint=places[9]) == ["journal: frames 9 to 10 are gone"]
    assert check(Disk(), checkpoint=places[9]) == [f"journal/{name_of(11)}: frames 1 to 10 are gone"]


def test_a_checkpoint_that_another_frame_lies_under_is_found() -> None:
    disk, places = journal(10)

    assert check(disk, checkpoint=places[5]._replace(offset=0)) == []
    [line] = check(disk, checkpoint=places[5]._replace(crc=1))
    assert "frame 6: checksum" in line


def test_a_misnamed_segment_is_found_once() -> None:
    disk, _ = journal(3)
    disk.files[f"{DIRECTORY}/7.log"] = bytearray(8)

    assert check(disk) == ["journal/7.log: byte 0: no segment has such a name"]


def test_a_directory_that_is_gone_is_one_problem() -> None:
    disk = Disk()
    disk.directories.remove(DIRECTORY)

    assert check(disk) == ["journal: there is no such directory"]


def forged(**changes: int) -> list[str]:
    """Return the report on a journal whose third frame was made with other fields, under right checksums."""
    disk, places = journal(2, sync=(2,))
    salt = read(disk)[0][0].salt
    fields = {"lsn": 3, "salt": salt, "chain": places[1].crc, "time_us": 9_000_000, "synced": 2} | changes
    data = frame.encode(frame.commit_body([Batch("A", b"\1", [b"\x81\xff"], [b""])]), **fields)
    content(disk, 1)[1536 : 1536 + len(data)] = data
    return check(disk)


def test_times_that_decrease_and_keys_that_nobody_encodes_are_found() -> None:
    assert forged(time_us=1) == [
        f"journal/{name_of(1)}: byte 1536: frame 3: time 1 is before that of an earlier frame, 1000003",
        f"journal/{name_of(1)}: byte 1536: frame 3: node 'A' with key 81ff: no encoding of subscripts",
    ]


def test_a_durable_lsn_that_decreases_is_found() -> None:
    disk, _ = journal(4, sync=(2,))
    frames, end = read(disk)
    data = frame.encode(frame.mark_body(4), lsn=5, salt=frames[0].salt, chain=end.last.crc, time_us=9_000_000, synced=1)
    content(disk, 1)[2560 : 2560 + len(data)] = data

    [line] = check(disk)
    assert line.endswith("frame 5: LSN 1 is called durable, and 2 was before")


def test_padding_that_is_not_zero_is_found_where_it_was_durable() -> None:
    disk, places = journal(5, sync=(3,))
    content(disk, 1)[places[1].end + 1] = 7
    content(disk, 1)[places[3].end + 1] = 7

    assert check(disk) == [f"journal/{name_of(1)}: byte {places[1].end + 1}: bytes behind frame 2 that are not zero"]


def test_names_are_listed_in_order() -> None:
    disk, _ = journal(100)
    listing = Listing.of(disk, DIRECTORY)

    assert listing.first_lsns == [1, 16, 47]
    assert [listing.holder_of(lsn) for lsn in (0, 1, 15, 16, 99)] == [0, 1, 1, 16, 47]
