"""wal/segment.py: the sector a segment begins with, and its name."""

from __future__ import annotations

import re

import pytest

from bumps.checksum import crc32c
from bumps.errors import CorruptionError, ForeignFileError
from bumps.wal import segment
from bumps.wal.segment import Header, Position, align, decode, first_lsn_of, name_of

HEADER = Header(
    database_id=bytes(range(16)),
    epoch=3,
    salt=0x0807060504030201,
    first_lsn=17,
    chain=0xDDCCBBAA,
    before=Position(5, 0x2222),
    time_us=0x10,
)


def example(text: str | None) -> bytes:
    """Return the bytes of the example in a docstring."""
    return bytes.fromhex("".join(re.findall(r"^    00[0-9a-f]0  ((?:[0-9a-f]{2} {0,2})+)", f"{text}", re.MULTILINE)))


def read(sector: bytes, first_lsn: int = 17, database_id: bytes = bytes(range(16))) -> Header:
    return decode(sector, file="journal/x.log", database_id=database_id, first_lsn=first_lsn)


def test_layout_is_the_documented_one() -> None:
    sector = HEADER.encode()

    assert len(sector) == 512
    assert sector[:84].hex(" ", 4) == (
        "62756d70 736a6e6c 01000000 00000000 00010203 04050607 08090a0b 0c0d0e0f 03000000 00000000 "
        "01020304 05060708 11000000 00000000 aabbccdd 05000000 00000000 22220000 00000000 10000000 00000000"
    )
    assert sector[:84] == example(segment.__doc__), "the example is the format"
    assert not any(sector[84:508])
    assert sector[508:] == crc32c(sector[:508]).to_bytes(4, "little")


def test_a_header_is_read_back() -> None:
    assert read(HEADER.encode()) == HEADER


def test_one_flipped_bit_is_always_detected() -> None:
    sound = HEADER.encode()
    for bit in range(8 * len(sound)):
        damaged = bytearray(sound)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CorruptionError):
            read(bytes(damaged))


@pytest.mark.parametrize("sector", [b"", bytes(511), bytes(512), b"bumpsjnl" + bytes(504)])
def test_what_is_no_segment_is_refused(sector: bytes) -> None:
    with pytest.raises(CorruptionError):
        read(sector)


def test_a_segment_of_another_database_is_refused() -> None:
    with pytest.raises(CorruptionError, match="belongs to another database"):
        read(HEADER.encode(), database_id=bytes(16))


def test_a_misnamed_segment_is_refused() -> None:
    with pytest.raises(CorruptionError, match="its header says that it begins with LSN 17"):
        read(HEADER.encode(), first_lsn=18)


@pytest.mark.parametrize(("index", "error"), [(8, ForeignFileError), (12, CorruptionError), (84, CorruptionError)])
def test_a_newer_version_and_a_reserved_byte_are_refused(index: int, error: type[Exception]) -> None:
    sector = bytearray(HEADER.encode())
    sector[index] = 2
    sector[508:] = crc32c(bytes(sector[:508])).to_bytes(4, "little")

    with pytest.raises(error):
        read(bytes(sector))


def test_a_segment_is_named_by_its_first_lsn() -> None:
    assert name_of(17) == "00000000000000000017.log"
    assert first_lsn_of(name_of(17)) == 17


@pytest.mark.parametrize(
    "name", ["next", "17.log", "0000000000000000001x.log", "00000000000000000017", "٠" * 20 + ".log", "0" * 20 + ".log"]
)
def test_other_names_are_no_segment(name: str) -> None:
    assert first_lsn_of(name) == 0


@pytest.mark.parametrize(("offset", "aligned"), [(0, 0), (1, 512), (512, 512), (513, 1024)])
def test_offsets_are_aligned_upwards(offset: int, aligned: int) -> None:
    assert align(offset, 512) == aligned
