"""bumps/zwr.py and its neighbours on real data and beside GT.M: the same nodes, in the same order, byte for byte.

The data is a folder of its own, named by $BUMPS_TEST_DATA; GT.M is a program that is called where it is installed.
"""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from pathlib import Path

import pytest
import zstandard

from bumps import formats
from bumps.digest import Digest
from bumps.keys import KeyCodec
from bumps.reader import Node
from bumps.zwr import ReferenceWriter
from tests.needs import needs_gtm, real_data
from tests.oracle import gtm

NODE_COUNT = 302_167
GLOBAL_COUNT = 23
QUERY_DIGEST = "4be3b109f13d5075f478e436b7bf0e2c1d7cee60d577f63767de16f9f7081068"
"""SHA-256 of all nodes in $QUERY order as GT.M printed them: `^NAME(...)="value"`, one a line."""
TIME = (2026, 11, 20, 10, 31, 6)
BYTES = KeyCodec.of("m")


@pytest.fixture(scope="module")
def folder() -> Path:
    """Return the folder of real data, or skip."""
    return real_data()


@pytest.fixture(scope="module")
def packed(folder: Path) -> bytes:
    """Return the ZWR file, unpacked."""
    with (folder / "vista-fileman.zwr.zst").open("rb") as file:
        return zstandard.ZstdDecompressor().stream_reader(file).read()


@pytest.fixture(scope="module")
def nodes(packed: bytes) -> list[Node]:
    """Return the nodes of the file in the order of their keys."""
    return sorted(read(packed))


def read(data: bytes) -> list[Node]:
    return list(formats.read(BytesIO(data), file="x", format=None, charset="m"))


def written(nodes: list[Node], format: str = "zwr") -> bytes:
    out = BytesIO()
    formats.write(out, format, "m", "bumps 0", nodes, TIME)
    return out.getvalue()


def digest(nodes: list[Node]) -> str:
    """Return the digest of a database with these nodes."""
    result = Digest("m")
    for name, group in groupby(sorted(nodes), key=lambda node: node[0]):
        result.add_global(name, ((key, value) for _, key, value in group))
    return result.hexdigest()


def body(data: bytes) -> bytes:
    """Return a file without its head of two lines."""
    return data.split(b"\n", 2)[2]


def mupip(oracle: gtm.Oracle, *arguments: str) -> str:
    """Run GT.M's mupip in the oracle's database, and return what it says."""
    done = subprocess.run(
        [str(oracle.distribution / "mupip"), *arguments],
        env=oracle.environment,
        cwd=oracle.directory,
        capture_output=True,
        check=True,
    )
    return (done.stdout + done.stderr).decode("latin-1")


@pytest.mark.slow
def test_the_real_file_is_read_whole_in_the_order_of_gtm(folder: Path, nodes: list[Node]) -> None:
    assert len(nodes) == NODE_COUNT
    assert len({name for name, _, _ in nodes}) == GLOBAL_COUNT
    reference = ReferenceWriter("m").text
    walk = (folder / "gtm-walk.txt").read_text("latin-1").splitlines()
    found = []
    query = hashlib.sha256()
    for name, group in groupby(nodes, key=lambda node: node[0]):
        texts = []
        depth = 0
        for _, key, value in group:
            text = reference(name, key)
            query.update(b'%b="%b"\n' % (text, value.replace(b'"', b'""')))
            depth = max(depth, key.count(0))
            texts.append(text.decode("latin-1"))
        below = [text for text in texts if "(" in text]  # $QUERY of the name itself begins there
        found.append((name, len(texts), depth, below[0], below[-1]))
    expected = []
    for line in walk:
        name_text, count, _, deepest, first, last = line.split("|")
        expected.append((name_text[1:], int(count), int(deepest), first, last))
    assert found == expected
    assert query.hexdigest() == QUERY_DIGEST


@pytest.mark.slow
@pytest.mark.parametrize("format", formats.FORMATS)
def test_the_dump_of_the_real_file_reads_back_to_the_same_digest(format: str, nodes: list[Node]) -> None:
    assert digest(read(written(nodes, format))) == digest(nodes)


@pytest.mark.slow
@needs_gtm
def test_gtm_loads_our_dump_of_the_real_file_and_extracts_the_same_bytes(nodes: list[Node]) -> None:
    dump = written(nodes)
    with gtm.Oracle() as oracle:
        (oracle.directory / "in.zwr").write_bytes(dump)
        assert f"Key Cnt: {NODE_COUNT}" in mupip(oracle, "load", "-format=zwr", "in.zwr")
        for format in ("zwr", "go"):
            mupip(oracle, "extract", f"-format={format}", f"out.{format}")
            extracted = (oracle.directory / f"out.{format}").read_bytes()
            assert body(extracted) == body(written(nodes, format))
            assert digest(read(extracted)) == digest(nodes)


EDGES = [
    "0",
    "1",
    "-1",
    "10",
    "1.5",
    "-1.5",
    ".5",
    "-.5",
    "00",
    "01",
    "-0",
    ".",
    "-",
    "-.",
    "1.",
    "1.0",
    ".50",
    "0.5",
    "-0.5",
    "+1",
    "1E3",
    "1e3",
    "-1E3",
    "--1",
    "1-1",
    "1..1",
    ".-1",
    "A",
    "a",
    "123456789012345678",
    "1234567890123456789",
    "999999999999999999",
    "9999999999999999999",
    "12345678901234567.8",
    "-123456789012345678",
    "1.23456789012345678",
    "1.234567890123456789",
    ".123456789012345678",
    ".1234567890123456789",
]
EDGES += [sign + "1" + "0" * count for sign in ("", "-") for count in (17, 18, 45, 46, 47, 48)]
EDGES += [sign + "." + "0" * count + "1" for sign in ("", "-") for count in (16, 17, 18, 41, 42, 43, 44)]
EDGES += ["9" * 18 + "0" * 29, "9" * 18 + "0" * 30, "." + "0" * 42 + "9" * 18, "." + "0" * 42 + "9" * 19]
EDGES += ["", "\0", "\x01", "\x01\x01", "\xfe", "\xff", "\xff\xff", " ", " 1", "1 ", "\t", "\x7f", "\x80", "\xb2", '"']


def subscripts(count: int, seed: int) -> Iterator[str]:
    """Yield subscripts that are numbers, nearly numbers, and any bytes."""
    chance = random.Random(seed)
    yield from EDGES
    for _ in range(count):
        kind = chance.randrange(5)
        if kind == 0:
            yield str(chance.randrange(-(10 ** chance.randrange(1, 21)), 10 ** chance.randrange(1, 21)))
        elif kind == 1:
            digits = "".join(chance.choices("0123456789", k=chance.randrange(1, 20)))
            point = chance.randrange(len(digits) + 1)
            zeros = "0" * chance.choice([0, 0, 1, 20, 28, 29, 30, 41, 42, 43])
            yield chance.choice(["", "-"]) + chance.choice(
                [digits[:point] + "." + digits[point:], digits + zeros, "." + zeros + digits]
            )
        elif kind == 2:
            yield "".join(chance.choices("0123456789.-E", k=chance.randrange(1, 6)))
        elif kind == 3:
            yield "".join(chance.choices("abAB019 \x01\xfe", k=chance.randrange(4)))
        else:
            yield chance.randbytes(chance.randrange(1, 8)).decode("latin-1")


@needs_gtm
@pytest.mark.parametrize("count", [pytest.param(500), pytest.param(20_000, marks=pytest.mark.slow)])
def test_keys_are_in_the_order_of_gtm_and_the_same_text_is_a_number(count: int) -> None:
    """GT.M gets all subscripts quoted, so that it says what is a number; two levels, to see descendants come after."""
    chance = random.Random(7)
    keys = {BYTES.encode([subscript]) for subscript in subscripts(count, seed=1)}
    keys |= {BYTES.encode([one, other]) for one, other in zip(subscripts(count // 4, 2), subscripts(count // 4, 3))}
    shuffled = chance.sample(sorted(keys), len(keys))
    lines = [f"S ^X({','.join(map(quoted, BYTES.decode(key)))})=1" for key in shuffled]
    reference = ReferenceWriter("m").text
    with gtm.Oracle() as oracle:
        assert {answer.ecode for answer in oracle.ask_all(lines)} == {""}
        walked = oracle.ask('S x="^X" F  S x=$Q(@x) Q:x=""  W x,!').output.splitlines()
        ordered = oracle.ask('S x="" F  S x=$O(^X(x)) Q:x=""  W $ZWRITE(x),!').output.splitlines()
    assert walked == [reference("X", key).decode("latin-1") for key in sorted(keys)]
    first = sorted({BYTES.split(key)[0] for key in keys} - {BYTES.encode_one("")})
    assert ordered == [as_zwrite(BYTES.decode_one(code)) for code in first]


def quoted(text: str) -> str:
    """Return a string as an M expression: quoted, and `$C` for each character that is not plain ASCII."""
    parts = re.split(r"([^ -~])", text.replace('"', '""'))
    return "_".join(f"$C({ord(part)})" if index % 2 else f'"{part}"' for index, part in enumerate(parts))


def as_zwrite(text: str) -> str:
    """Return a subscript as $ZWRITE shows it: our name of the node, without the global."""
    return ReferenceWriter("m").text("X", BYTES.encode_one(text)).decode("latin-1")[3:-1]
