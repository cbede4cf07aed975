"""interp/records.py: a record that is whole is read back; one that is torn, damaged or foreign is never believed."""

from __future__ import annotations

import errno
import struct
import zlib
from pathlib import Path

import pytest

from bumps.errors import RecordError
from bumps.interp import records
from bumps.interp.records import BLOCK_HEAD_SIZE, HEAD_SIZE, Line, Record, RecordWriter

ASKED: list[Line] = [
    ["ask", "now", [], 946684800.000001],
    ["ask", "read", [3, 65536], b'\x00\xff\n\r\x85 {"$":1}'],
    ["out", b"one\n"],
    ["fail", "open", ["\udcff.txt", 0, 438], ["OSError", 2, "No such file or directory"]],
    ["ask", "ready", [[1, 2], [], None], [[2], []]],
    ["out", b"\xf0\x9f"],
]


def written(path: Path, count: int = 1) -> Record:
    writer = RecordWriter(str(path))
    writer.add(["run", {"code": "W 1", "source": b"\x80"}])
    for _ in range(count):
        for line in ASKED:
            writer.add(line)
    writer.end(["end", {"status": 7}])
    return Record(str(path))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    record = written(tmp_path / "r")

    assert (record.start, record.end) == ({"code": "W 1", "source": b"\x80"}, {"status": 7})
    assert list(record.lines("ask", "fail", "out")) == ASKED
    assert list(record.lines("out")) == [ASKED[2], ASKED[5]]


def test_a_long_record_has_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK_SIZE", 100)
    record = written(tmp_path / "r", 50)

    assert (tmp_path / "r").read_bytes().count(b"\x78\x01") > 50
    assert list(record.lines("ask", "fail", "out")) == ASKED * 50


def test_layout_is_the_documented_one(tmp_path: Path) -> None:
    writer = RecordWriter(str(tmp_path / "r"))
    writer.add(["run", {}])
    writer.end(["end", {}])
    data = (tmp_path / "r").read_bytes()
    magic, version, crc = struct.unpack_from("<8sII", data)
    block_crc, size, unpacked_size, number, kind = struct.unpack_from("<IIIIB", data, HEAD_SIZE)
    payload = data[HEAD_SIZE + BLOCK_HEAD_SIZE :]

    assert (magic, version, crc) == (b"BUMPSREC", 1, zlib.crc32(data[:12]))
    assert (size, unpacked_size, number, kind) == (len(payload), 22, 0, 2)
    assert block_crc == zlib.crc32(data[HEAD_SIZE + 4 :])
    assert zlib.decompress(payload) == b'["run",{}]\n["end",{}]\n'


def test_every_cut_is_told_with_its_place_and_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK_SIZE", 200)
    written(tmp_path / "r")
    data = (tmp_path / "r").read_bytes()
    cut = tmp_path / "cut"
    for size in range(0, len(data), 7):
        cut.write_bytes(data[:size])
        with pytest.raises(RecordError) as caught:
            Record(str(cut))
        assert "\n" not in caught.value.message and str(cut) in caught.value.message and caught.value.hint
        if size >= HEAD_SIZE:
            assert "torn at byte" in caught.value.message and "record it again" in caught.value.hint


@pytest.mark.slow
def test_one_flipped_bit_is_always_detected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "BLOCK_SIZE", 200)
    written(tmp_path / "r")
    data = (tmp_path / "r").read_bytes()
    damaged = tmp_path / "damaged"
    for bit in range(0, 8 * len(data), 5):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        damaged.write_bytes(flipped)
        with pytest.raises(RecordError):
            Record(str(damaged))


def test_blocks_in_another_order_and_bytes_behind_the_last_one_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "BLOCK_SIZE", 60)
    written(tmp_path / "r")
    data = (tmp_path / "r").read_bytes()
    blocks, at = [], HEAD_SIZE
    while at < len(data):
        end = at + BLOCK_HEAD_SIZE + struct.unpack_from("<I", data, at + 4)[0]
        blocks.append(data[at:end])
        at = end
    swapped = data[:HEAD_SIZE] + b"".join([blocks[1], blocks[0], *blocks[2:]])
    for bad, what in ((swapped, "stands where block 0 belongs"), (data + blocks[0], "behind its last block")):
        (tmp_path / "bad").write_bytes(bad)
        with pytest.raises(RecordError, match=what):
            Record(str(tmp_path / "bad"))


@pytest.mark.parametrize("data", [b"", b"BUMPS", b"not a record at all", b"\x00" * 100])
def test_a_foreign_file_is_told_from_a_torn_one(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "f").write_bytes(data)

    with pytest.raises(RecordError) as caught:
        Record(str(tmp_path / "f"))
    assert ("not a record" in caught.value.message) == (not b"BUMPSREC".startswith(data) or not data)


def test_a_record_of_a_later_format_names_both(tmp_path: Path) -> None:
    head = struct.pack("<8sI", b"BUMPSREC", 2)
    (tmp_path / "f").write_bytes(head + struct.pack("<I", zlib.crc32(head)))

    with pytest.raises(RecordError, match="format 2, and this release reads format 1"):
        Record(str(tmp_path / "f"))


@pytest.mark.parametrize("lines", [b'["run",{}]\n', b'["end",{}]\n', b'["run",{}]\n[', b"{}\n", b"\n", b"[]\n[]\n"])
def test_a_record_without_its_first_or_last_line_is_torn(tmp_path: Path, lines: bytes) -> None:
    payload = zlib.compress(lines)
    body = struct.pack("<IIIB", len(payload), len(lines), 0, 2) + payload
    head = struct.pack("<8sI", b"BUMPSREC", 1)
    data = head + struct.pack("<I", zlib.crc32(head)) + struct.pack("<I", zlib.crc32(body)) + body
    (tmp_path / "f").write_bytes(data)

    with pytest.raises(RecordError, match="torn"):
        Record(str(tmp_path / "f"))


def test_a_block_that_inflates_to_more_than_it_says_is_torn(tmp_path: Path) -> None:
    payload = zlib.compress(b"x" * 1_000_000)
    body = struct.pack("<IIIB", len(payload), 10, 0, 2) + payload
    head = struct.pack("<8sI", b"BUMPSREC", 1)
    data = head + struct.pack("<I", zlib.crc32(head)) + struct.pack("<I", zlib.crc32(body)) + body
    (tmp_path / "f").write_bytes(data)

    with pytest.raises(RecordError, match="has not the size"):
        Record(str(tmp_path / "f"))


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes(b"mine")

    with pytest.raises(RecordError, match="there is such a file already"):
        RecordWriter(str(tmp_path / "r"))
    assert (tmp_path / "r").read_bytes() == b"mine"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot be written"):
        RecordWriter(str(tmp_path / "no" / "r"))


def test_a_disk_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = RecordWriter(str(tmp_path / "r"))

    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def flush(self) -> None:
            """Have nothing to hand over."""

    monkeypatch.setattr(writer, "_file", Full())
    with pytest.raises(RecordError, match="No space left") as caught:
        writer.end(["end", {}])
    assert "space" in caught.value.hint
