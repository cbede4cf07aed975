"""wal/frame.py: what is written is read back; what was damaged is never believed."""

from __future__ import annotations

import contextlib
import re
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bumps import limits
from bumps.batch import KILL, KILL_NODE, SET, Batch, Batches
from bumps.checksum import crc32c
from bumps.errors import CorruptionError, ForeignFileError, LimitError
from bumps.wal import frame
from bumps.wal.frame import COLUMN, Body, FrameError, commit_body, decode, encode, mark_body, size_at

KEY = bytes.fromhex("813700c04e414d4500")  # (7,"NAME")
TWO = [
    Batch("PAT", bytes([SET, KILL]), [KEY, b"\x81\x39\x00"], [b"Ada"]),
    Batch("%X", bytes([KILL_NODE]), [b""], []),
]


def example(text: str | None) -> bytes:
    """Return the bytes of the example in a docstring."""
    lines = re.findall(r"^    00[0-9a-f]0  ((?:[0-9a-f]{2} {0,2})+)", f"{text}", re.MULTILINE)
    return bytes.fromhex("".join(lines))


def encoded(batches: Batches = TWO, **changes: int) -> bytes:
    fields = {"lsn": 9, "salt": 5, "chain": 3, "time_us": 1, "synced": 8} | changes
    return encode(commit_body(batches), **fields)


def with_columns(*columns: tuple[int, int, bytes], operations: int = 1, count: int | None = None) -> frame.Frame:
    """Return a valid frame with any columns."""
    content = b"".join(COLUMN.pack(tag, coding, len(data)) + data for tag, coding, data in columns)
    body = Body(frame.COMMIT, operations, len(columns) if count is None else count, content)
    return decode(encode(body, lsn=9, salt=5, chain=3, time_us=1, synced=8))


def sound_columns() -> dict[int, tuple[int, int, bytes]]:
    one = struct.pack("<I", 1)
    return {1: (1, 255, b"A"), 2: (2, 0, one), 3: (3, 0, b"\x01"), 4: (4, 255, b"k\x00"), 5: (5, 1, b"v")}


def test_layout_is_the_documented_one() -> None:
    body = commit_body([Batch("PAT", bytes([SET]), [KEY], [b"Ada"])])

    data = encode(body, lsn=2, salt=0x0807060504030201, chain=0xDDCCBBAA, time_us=0x10, synced=1)

    assert data.hex(" ", -4) == (
        "62467231 e6452ac1 77000000 01010000 02000000 00000000 01020304 05060708 "
        "aabbccdd 00000000 10000000 00000000 01000000 05000000 01000000 00000000 "
        "0100ff03 00000050 41540200 00040000 00010000 00030000 01000000 010400ff "
        "09000000 813700c0 4e414d45 00050001 03000000 416461"
    )
    assert crc32c(data[8:]) == 0xC12A45E6
    assert data == example(frame.__doc__), "the example is the format"


def test_a_mark_has_a_fixed_size_and_holds_the_count_of_nodes() -> None:
    data = encode(mark_body(2**40 + 1), lsn=1, salt=0, chain=0, time_us=0, synced=0)

    assert len(data) == frame.MARK_SIZE
    assert decode(data).node_count == 2**40 + 1


def test_a_commit_is_read_back_with_every_field() -> None:
    found = decode(encoded(writer=7, flags=frame.CLOCK_WENT_BACK))

    found.check_form()
    assert found.batches == TWO
    assert (found.lsn, found.salt, found.chain, found.time_us, found.synced) == (9, 5, 3, 1, 8)
    assert (found.writer, found.flags, found.operations, found.kind) == (7, 1, 3, frame.COMMIT)
    assert found.size == len(encoded())


names = st.sampled_from(["A", "%X", "PAT", "N" * 31, "z9"])
operation = st.tuples(
    st.sampled_from([SET, KILL, KILL_NODE]), st.binary(max_size=9).map(lambda key: key.replace(b"\xff", b"")),
    st.binary(max_size=12),
)  # fmt: skip


@st.composite
def commits(draw: st.DrawFn) -> Batches:
    batches = []
    for name in draw(st.lists(names, unique=True, max_size=4)):
        operations = draw(st.lists(operation, min_size=1, max_size=6))
        kinds = bytes(kind for kind, _, _ in operations)
        keys = [key for _, key, _ in operations]
        batches.append(Batch(name, kinds, keys, [value for kind, _, value in operations if kind == SET]))
    return batches


@settings(max_examples=50)
@given(commits())
def test_every_commit_is_read_back(batches: Batches) -> None:
    found = decode(encoded(batches))

    found.check_form()
    assert found.batches == batches


def test_one_flipped_bit_is_always_detected() -> None:
    sound = encoded()
    for bit in range(8 * len(sound)):
        damaged = bytearray(sound)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FrameError):
            decode(bytes(damaged))


def test_zeros_are_no_frame() -> None:
    with pytest.raises(FrameError, match="no frame begins with 00000000"):
        decode(bytes(512))


@pytest.mark.parametrize("size", [0, 63, 65, 2**32 - 1])
def test_a_size_is_not_believed_before_it_was_compared_with_what_is_there(size: int) -> None:
    head = b"bFr1" + bytes(4) + struct.pack("<I", size) + bytes(52)

    with pytest.raises(FrameError):
        size_at(head, 64)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_error_or_a_corruption_error(body: bytes) -> None:
    with pytest.raises(FrameError):
        decode(body)
    found = decode(encode(Body(frame.COMMIT, 1, 5, body), lsn=1, salt=0, chain=0, time_us=0, synced=0))
    with pytest.raises((CorruptionError, ForeignFileError)):
        _ = found.batches


@settings(max_examples=200)
@given(st.integers(0, len(encoded()) - 65), st.integers(0, 255))
def test_a_damaged_column_under_a_right_checksum_is_refused_or_read(index: int, byte: int) -> None:
    content = bytearray(encoded()[64:])
    content[index] = byte
    body = commit_body(TWO)._replace(content=bytes(content))
    found = decode(encode(body, lsn=9, salt=5, chain=3, time_us=1, synced=8))

    with contextlib.suppress(CorruptionError, ForeignFileError):
        assert sum(len(batch.kinds) for batch in found.batches) == 3


def test_an_unknown_column_is_kept_and_passed_over() -> None:
    columns = sound_columns()

    found = with_columns(*columns.values(), (16, 0, b"run 7"))

    found.check_form()
    assert found.batches == [Batch("A", b"\x01", [b"k\x00"], [b"v"])]
    assert found.columns()[16] == (0, b"run 7")
    assert decode(found.moved(salt=1, chain=2, synced=0)).columns()[16] == (0, b"run 7")


def test_an_unknown_column_that_must_be_understood_is_refused() -> None:
    found = with_columns(*sound_columns().values(), (0x8000, 0, b""))

    with pytest.raises(ForeignFileError, match="tag 0x8000"):
        found.check_form()


def test_a_column_twice_is_refused() -> None:
    columns = sound_columns()

    with pytest.raises(CorruptionError, match="tag 3 twice"):
        with_columns(*columns.values(), columns[3]).check_form()


@pytest.mark.parametrize(
    ("tag", "column", "what"),
    [
        (1, (1, 255, b"A\xffA"), "2 strings instead of 1"),
        (1, (1, 255, b""), "name of a global"),
        (1, (1, 255, b"N" * 32), "name of a global"),
        (1, (1, 255, b"A\x02"), "name of a global"),
        (1, (1, 255, b"1A"), "name of a global"),
        (1, (1, 255, b"\xc3\xa9"), "name of a global"),
        (2, (2, 0, b"\x01\x00\x00"), "counts of operations in 3 bytes"),
        (2, (2, 0, b"\x02\x00\x00\x00"), "1 operations, and"),
        (2, (2, 0, struct.pack("<2I", 1, 0)), "1 operations, and"),
        (3, (3, 0, b"\x01\x01"), "2 operation bytes for 1"),
        (3, (3, 0, b"\x04"), "unknown operation 4"),
        (3, (3, 0, b"\x00"), "unknown operation 0"),
        (4, (4, 255, b"k\xffk"), "tag 4"),
        (4, (4, 0, b"\xff\xff\xff\xff"), "tag 4"),
        (4, (4, 9, b"k"), "tag 4"),
        (5, (5, 1, b"v\x01v"), "tag 5"),
        (5, (99, 0, b""), "no column with tag 5"),
    ],
)
def test_columns_that_contradict_each_other_are_refused(tag: int, column: tuple[int, int, bytes], what: str) -> None:
    columns = sound_columns() | {tag: column}

    with pytest.raises(CorruptionError, match=what):
        _ = with_columns(*columns.values()).batches


def test_a_global_twice_is_refused() -> None:
    two = {1: (1, 255, b"A\xffA"), 2: (2, 0, struct.pack("<2I", 1, 1)), 3: (3, 0, b"\x02\x02"),
           4: (4, 255, b"k\xffl"), 5: (5, 0, b"")}  # fmt: skip

    with pytest.raises(CorruptionError, match="a global twice"):
        _ = with_columns(*two.values(), operations=2).batches


@pytest.mark.parametrize("count", [4, 6, 2**32 - 1])
def test_the_count_of_columns_must_be_right(count: int) -> None:
    with pytest.raises(CorruptionError):
        with_columns(*sound_columns().values(), count=count).check_form()


@pytest.mark.parametrize(("index", "value"), [(12, 2), (13, 0), (13, 3), (14, 2), (15, 1)])
def test_a_frame_of_a_newer_release_says_so(index: int, value: int) -> None:
    data = bytearray(encoded())
    data[index] = value
    data[4:8] = frame.checksum(bytes(data[8:64]), bytes(data[64:])).to_bytes(4, "little")

    with pytest.raises(ForeignFileError, match="newer release"):
        decode(bytes(data)).check_form()


def test_a_frame_cannot_call_itself_durable() -> None:
    data = bytearray(encoded())
    data[56] = 9
    data[4:8] = frame.checksum(bytes(data[8:64]), bytes(data[64:])).to_bytes(4, "little")

    with pytest.raises(CorruptionError, match="calls LSN 9 durable"):
        decode(bytes(data)).check_form()


def test_a_commit_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FRAME_SIZE_MAX", len(encoded()))

    commit_body(TWO)
    with pytest.raises(LimitError, match="the limit is"):
        commit_body([TWO[0]._replace(values=[b"Ada!"]), TWO[1]])
