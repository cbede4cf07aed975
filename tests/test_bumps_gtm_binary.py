"""bumps/gtm_binary.py: what `mupip extract -format=binary` writes is read as its ZWR is; nothing else is believed."""

from __future__ import annotations

import random
import struct
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
import zstandard

from bumps import formats
from bumps.errors import InputError
from bumps.gtm_binary import number
from bumps.keys import KeyCodec
from bumps.reader import Node
from tests.needs import needs_gtm, real_data
from tests.oracle import gtm

CODEC = KeyCodec.of("m")


def head(label: bytes = b"GDS BINARY EXTRACT LEVEL 6", null: bytes = b"0000001", title: bytes = b"GT.M") -> bytes:
    return struct.pack("<H26s14s21s7s32s", 100, label, b"20261121110840", b"0" * 21, null, title.ljust(32))


def piece(*records: tuple[int, bytes, bytes]) -> bytes:
    """Return a piece of records: bytes in common, rest of the key, value."""
    body = b""
    for common, key, value in records:
        first, second = (common, 0x6B) if common < 253 else (253 + (common - 253) // 256, (common - 253) % 256)
        body += struct.pack("<HBB", 4 + len(key) + len(value), first, second) + key + value
    return struct.pack("<H", len(body)) + body


def read(data: bytes, **options: object) -> list[Node]:
    return list(formats.read(BytesIO(data), file="x", format=None, charset="m", **options))  # type: ignore[arg-type]


GLOBAL = b"\x04\0\0\0\0\x6b"


def test_records_are_read_with_what_they_have_in_common() -> None:
    data = head() + GLOBAL
    data += piece((0, b"A\0\0", b"root"), (2, b"\xbf\x11\0\0", b"1"), (5, b"\xffx\x01\x01\x01\x02\0\0", b""))
    data += piece((0, b"A\0\xff" + b"y" * 300 + b"\0\0", b"2"), (303, b"z\0\0", b"3"))
    assert read(data) == [
        ("A", b"", b"root"),
        ("A", CODEC.encode((1,)), b"1"),
        ("A", CODEC.encode((1, "x\0\1")), b""),
        ("A", CODEC.encode(("y" * 300,)), b"2"),
        ("A", CODEC.encode(("y" * 300 + "z",)), b"3"),
    ]


def test_a_value_in_parts_is_put_together_and_a_value_of_one_zero_byte_is_one() -> None:
    control = struct.pack("<HI", 2, 7)
    data = head() + GLOBAL + piece((0, b"A\0\0", b"\0"), (2, b"\xbf\x11\0\0", b"\0"), (5, b"\x01\0\0", b"null"))
    data += piece((0, b"A\0\xbf\x11\0\x02\x01\x01\0\0", control), (7, b"\x02\0\0", b"abcd"), (7, b"\x03\0\0", b"efg"))
    nodes = {key: value for _, key, value in read(data)}
    assert nodes == {b"": b"\0", CODEC.encode((1,)): b"abcdefg", CODEC.encode((1, "")): b"null"}
    for bad in (struct.pack("<HI", 3, 7), struct.pack("<HI", 2, 8), struct.pack("<HI", 1, 7), b"x"):
        with pytest.raises(InputError, match="part"):
            read(data.replace(control, bad) if len(bad) == 6 else head() + GLOBAL + piece(
                (0, b"A\0\0", b"\0"), (2, b"\x02\x01\x01\0\0", bad)))  # fmt: skip
    with pytest.raises(InputError, match="no beginning"):
        read(head() + GLOBAL + piece((0, b"A\0\x02\x01\x01\0\0", control)))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (head(title=b"UTF-8 GT.M"), "UTF-8"),
        (head(label=b"GDS BINARY EXTRACT LEVEL 7"), "encrypted"),
        (head() + b"\x04\0\1\0\0\0", "encrypted"),
        (head()[:50], "ends in its head"),
        (head() + GLOBAL + piece((0, b"A\0\0", b"x"))[:-1], "ends in a piece"),
        (head() + b"\x05", "ends in the size"),
        (head() + piece((3, b"A\0\0", b"")), "in common"),
        (head() + piece((0, b"Abcdef", b"")), "without an end"),
        (head() + piece((0, b"B\0\0", b""), (0, b"A\0\0", b"")), "not behind"),
        (head() + piece((0, b"1\0\0", b"long enough")), "not the name"),
        (head() + piece((0, b"A\0\xff\x01\x05\0\0", b"1")), "followed by"),
        (head() + piece((0, b"A\0\xbf\xff\0\0", b"1")), "not a number"),
        (head() + piece((0, b"A\0\x80\x11\0\0", b"1")), "behind a zero"),
        (head() + piece((0, b"A\0\x3f\xec\0\0", b"1")), "without its end"),
    ],
)
def test_what_is_no_extract_is_refused_by_name(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(data)


def test_a_bad_node_can_be_left_out_and_records_can_be_passed_over() -> None:
    data = head() + piece((0, b"A\0\0", b"1"), (2, b"\xbf\xff\0\0", b"2"), (2, b"\xc0\x11\0\0", b"3"))
    bad: list[InputError] = []
    assert [value for _, _, value in read(data, on_bad_line=bad.append)] == [b"1", b"3"]
    assert [error.line for error in bad] == [2]
    assert [value for _, _, value in read(data, from_line=3)] == [b"3"]


@pytest.mark.parametrize("byte", range(256))
def test_damaged_bytes_raise_nothing_else(byte: int) -> None:
    data = bytearray(head() + GLOBAL + piece((0, b"A\0\xbf\x11\0\0", b"1"), (3, b"\x21\0\0", b"\0")))
    for at in range(102, len(data)):
        spoiled = bytearray(data)
        spoiled[at] = byte
        try:
            read(bytes(spoiled))
        except InputError:
            continue


def test_numbers_are_read_as_they_are_written() -> None:
    assert number(bytes.fromhex("80")) == b"0"
    assert number(bytes.fromhex("bd51")) == b".05"
    assert number(bytes.fromhex("d311")) == b"100000000000000000000"
    assert number(bytes.fromhex("3fecaeff")) == b"-12.5"
    assert number(bytes.fromhex("d0133557799113355779")) == b"123456789012345678"


def extracts(oracle: gtm.Oracle, *, freeze: bool = False) -> tuple[bytes, bytes]:
    """Return the binary and the ZWR extract of all globals."""
    found = []
    for kind in ("binary", "zwr"):
        path = oracle.directory / f"extract.{kind}"
        command = [str(oracle.distribution / "mupip"), "extract", f"-format={kind}", *["-freeze"] * freeze, str(path)]
        subprocess.run(command, env=oracle.environment, cwd=oracle.directory, check=True, capture_output=True)
        found.append(path.read_bytes())
    return found[0], found[1]


def subscript(generator: random.Random) -> str:
    """Return the M text of a subscript."""
    match generator.randrange(5):
        case 0:
            return str(generator.choice([0, 1, -1, 10, 100, -100, 999999999999999999, -12345]))
        case 1:
            digits = str(generator.randrange(1, 10 ** generator.randint(1, 18)))
            return generator.choice(["", "-"]) + f"{digits}E{generator.randint(-20, 20)}"
        case 2:
            return '""'
        case 3:
            return "$C(" + ",".join(str(generator.randrange(256)) for _ in range(generator.randint(1, 6))) + ")"
        case _:
            return f'$J("{generator.choice("abc")}",{generator.choice([1, 2, 120, 200])})'


@needs_gtm
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_globals_are_read_as_their_zwr_is(seed: int) -> None:
    generator = random.Random(seed)
    with gtm.Oracle() as oracle:
        lines = []
        for _ in range(400):
            name = generator.choice(["A", "%", "Bcd", "Z9"])
            subscripts = [subscript(generator) for _ in range(generator.randint(0, 5))]
            reference = f"^{name}({','.join(subscripts)})" if subscripts else f"^{name}"
            size = generator.choice([0, 1, 5, 300, 5000, 100_000] if generator.random() < 0.2 else [0, 1, 5])
            value = generator.choice([f'$J("x",{size})', "$C(0)", "$C(0,1)", '"v"'])
            lines.append(f"S {reference}={value}")
        lines += ["S ^A=$C(0)", 'S ^A(1)=$J("q",50000),^A(1,"")=$J("r",40000),^A(1,"","x")=1,^A(1,2)=3']
        failed = [answer for answer in oracle.ask_all(lines) if answer.ecode]
        assert len(failed) < 40, failed[:3]
        oracle._stop()
        binary, text = extracts(oracle, freeze=True)
    assert sorted(read(binary)) == sorted(read(text))
    assert len(read(text)) > 200


@needs_gtm
@pytest.mark.slow
def test_the_real_file_is_read_as_its_zwr_is(tmp_path: Path) -> None:
    with (real_data() / "vista-fileman.zwr.zst").open("rb") as file:
        text = zstandard.ZstdDecompressor().stream_reader(file).read()
    with gtm.Oracle() as oracle:
        path = oracle.directory / "vista.zwr"
        path.write_bytes(text)
        command = [str(oracle.distribution / "mupip"), "load", str(path)]
        subprocess.run(command, env=oracle.environment, cwd=oracle.directory, check=True, capture_output=True)
        binary, _ = extracts(oracle)
    assert sorted(read(binary)) == sorted(read(text))
