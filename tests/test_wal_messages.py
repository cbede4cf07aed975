"""wal/, its rarer errors: what is found is said with its file and byte."""

from __future__ import annotations

import errno
import threading

import pytest

from bumps.errors import CorruptionError, StorageError
from bumps.files import MemoryFile
from bumps.wal import frame, segment
from bumps.wal.reader import JournalReader, Listing
from bumps.wal.segment import Place
from bumps.wal.source import PIECE_SIZE, SegmentSource
from bumps.wal.verify import problems
from tests.journals import BIRTH, DATABASE_ID, DIRECTORY, Disk, append, content, fail_at, read, recovered, writer_of


def test_a_mark_whose_count_is_no_number_is_damage() -> None:
    body = frame.Body(frame.MARK, 0, 1, frame.COLUMN.pack(frame.NODE_COUNT, 0, 4) + bytes(4))
    encoded = frame.encode(body, lsn=1, salt=1, chain=0, time_us=1, synced=0)
    found = frame.decode(encoded, file="journal/1.log", offset=512)
    with pytest.raises(CorruptionError, match=r"^journal/1\.log: frame 1 at byte 512: a count of nodes in 4 bytes$"):
        _ = found.node_count


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_a_directory_that_cannot_be_listed_is_a_storage_error(number: int) -> None:
    class Refusing(Disk):
        def list(self, path: str) -> list[str]:
            raise OSError(number, "by order of the test", path)

    with pytest.raises(StorageError, match=r"^journal: it cannot be read: by order of the test$"):
        Listing.of(Refusing(), DIRECTORY)


def test_a_segment_with_frames_that_another_one_holds_already_is_damage() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 12, sync=range(1, 13))
    writer.close()
    header = segment.Header(DATABASE_ID, 1, 77, 5, 0, segment.Position(1, 0), 1)
    disk.files[f"{DIRECTORY}/{segment.name_of(5)}"] = bytearray(header.encode() + bytes(512))
    frames, end = read(disk)
    assert [found.lsn for found in frames] == [1, 2, 3, 4]
    assert end.error is not None and segment.file_of(5) in end.error.message
    reader = JournalReader(disk, DIRECTORY, database_id=DATABASE_ID, start=Place(6, 0, 1, 0, 512 * 7))
    assert [found.lsn for found in reader] == []
    with pytest.raises(CorruptionError):
        reader.end.check()


def test_a_reader_that_knows_only_the_byte_behind_its_frame_goes_on_there() -> None:
    disk = Disk()
    writer = writer_of(disk)
    places = append(writer, 6, sync=range(1, 7))
    writer.close()
    known = places[2]._replace(offset=0)
    frames, end = read(disk, known)
    assert [found.lsn for found in frames] == [4, 5, 6]
    end.check()


def test_a_sector_that_is_no_header_names_no_database() -> None:
    sector = segment.Header(DATABASE_ID, 1, 2, 3, 4, segment.Position(1, 5), 6).encode()
    assert segment.database_id_of(sector, file="journal/3.log") == DATABASE_ID
    for damaged in (sector[:100], b"x" + sector[1:], sector[:20] + b"x" + sector[21:]):
        with pytest.raises(CorruptionError, match=r"^journal/3\.log: it has no valid header$"):
            segment.database_id_of(damaged, file="journal/3.log")


def test_the_end_of_a_torn_tail_is_found_behind_megabytes_of_zeros() -> None:
    disk = Disk()
    path = f"{DIRECTORY}/{segment.name_of(1)}"
    disk.files[path] = bytearray(512) + b"x" + bytes(3 * PIECE_SIZE)
    source = SegmentSource(disk, DIRECTORY, 1)
    assert source.nonzero_end(512) == 513
    disk.files[path][2 * PIECE_SIZE + 7] = 1
    assert SegmentSource(disk, DIRECTORY, 1).nonzero_end(512) == 2 * PIECE_SIZE + 8
    source.close()


def test_a_frame_behind_the_checkpoint_that_is_older_is_found() -> None:
    disk = Disk()
    writer = writer_of(disk)
    places = append(writer, 6, sync=range(1, 7))
    writer.close()
    late = places[2]._replace(time_us=places[5].time_us + 9)
    found = [
        str(problem) for problem in problems(disk, DIRECTORY, database_id=DATABASE_ID, base_lsn=0, checkpoint=late)
    ]
    assert sum("is before that of the checkpoint" in problem for problem in found) == 3
    assert any("frame 3" in problem and "the meta slot says" in problem for problem in found)


@pytest.mark.parametrize("way", ["open", "read"])
def test_a_segment_that_cannot_be_gone_on_in_is_a_storage_error(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    writer = writer_of(disk)
    [place] = append(writer, 1)
    writer.close_clean()
    again = writer_of(disk, place, resume=True)

    def refuse(*arguments: object, **keywords: object) -> bytes:
        raise OSError(errno.EIO, "by order of the test")

    with monkeypatch.context() as patch:
        if way == "open":
            patch.setattr(disk, "open", refuse)
        else:
            patch.setattr(MemoryFile, "pread", refuse)
        with pytest.raises(StorageError, match=r"^journal/0+1\.log: (it cannot be read: )?by order of the test$"):
            append(again, 1)
    assert append(again, 1)[0].lsn == 2, "nothing has changed, and it can be tried again"
    again.close()


def test_a_writer_that_is_closed_meanwhile_makes_no_segment_ready() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1, size=5000)
    original = disk.free_size

    def closing(path: str) -> int:
        writer.close()
        return original(path)

    disk.free_size = closing  # type: ignore[method-assign]
    assert writer.prepare_ahead()
    assert segment.NEXT not in disk.list(DIRECTORY)


def test_a_forked_process_lets_the_files_of_its_parent_go_and_waits_for_nobody() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1, size=5000)
    writer.prepare_ahead()
    held = threading.Event()
    done = threading.Event()

    def hold() -> None:
        with writer._turn, writer._preparing:
            held.set()
            done.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    writer.leave()
    assert writer.closed and disk.watched == []
    assert segment.NEXT in disk.list(DIRECTORY), "it is the parent's"
    done.set()
    thread.join()
    other = writer_of(disk)
    other.leave()
    assert disk.watched == []


def test_a_failed_write_names_the_file_it_met() -> None:
    disk = Disk()
    writer = writer_of(disk)
    append(writer, 1)
    disk.fault = fail_at("write", ".log")
    with pytest.raises(StorageError, match=r"by order of the test|nobody can say"):
        append(writer, 1)
    disk.fault = lambda step, path: None
    assert recovered(disk).last.lsn == 1
    assert content(disk, 1) and BIRTH.lsn == 0
