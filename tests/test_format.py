"""docs/format.md: a reader that was made from it alone reads what the engine writes, crashed or not."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bumps
from bumps.checksum import crc32c
from bumps.engine import Engine
from bumps.files import RealDisk
from bumps.keys import KeyCodec
from bumps.options import Options
from bumps.torture import format_journal, format_keys, format_layout, format_reader
from bumps.torture.engine_subject import engine_subject
from bumps.torture.format_journal import Position
from bumps.torture.format_layout import FRAME, SEGMENT, SET, FormatError
from bumps.torture.lives import Life
from bumps.torture.model import Content, History
from bumps.torture.runner import EMPTY, PROFILES, sample
from bumps.torture.simdisk import Image, SimDisk
from bumps.torture.states import State
from bumps.torture.workloads import FLAVOURS, next_step

PAGE = Path(__file__).resolve().parent.parent / "docs" / "format.md"
NUMBERS = ("0", "1", "-1", ".5", "-.5", "-12.5", "100", "-100", "99.9", ".001", "-.001", "123456789012345678", "9E9")
TEXTS = ("", "NAME", "007", "-0", "1E3", "a\x00b\x01c", "þÿ", "\x01\x02\xfe", "z" * 40, "1.50", "--1", " ")
SAMPLES = NUMBERS + TEXTS + ("1" + "0" * 46, "-1" + "0" * 46, "." + "0" * 42 + "1", "-." + "0" * 42 + "1")


def fill(database: bumps.Database, rng: random.Random, count: int) -> Iterator[None]:
    """Do so many commits of all kinds, and yield after each."""
    text = database.charset == "utf-8"

    def value(size: int) -> Any:
        return "".join(rng.choices("abcdé þ\n\x00\x01", k=size)) if text else rng.randbytes(size)

    for _ in range(count):
        path = (rng.choice(("^A", "^B", "^%LONG9")), *rng.choices(SAMPLES, k=rng.randint(0, 3)))
        kind = rng.randrange(20)
        if kind == 0:
            del database[path[: rng.randint(1, 2)]]
        elif kind == 1:
            database.checkpoint()
        elif kind == 2:
            database[path] = value(rng.choice((700, 3000, 20_000)))
        elif kind == 3:
            with database.transaction() as transaction:
                for number in range(rng.randrange(100)):
                    transaction[path[0], "LIST", number] = value(rng.randrange(30))
                transaction["^C"] = value(3)
        else:
            database[path] = value(rng.randrange(60))
        yield


def held(database: bumps.Database) -> dict[str, dict[tuple[str, ...], bytes]]:
    """Return what a database holds, as its own interface tells it."""
    found: dict[str, dict[tuple[str, ...], bytes]] = {}
    encoding = "utf-8" if database.charset == "utf-8" else "latin-1"
    for name in iter_names(database):
        for path, value in database.scan(name):
            raw = value if isinstance(value, bytes) else value.encode(encoding)
            found.setdefault(path[0].removeprefix("^"), {})[path[1:]] = raw
    return found


def iter_names(database: bumps.Database) -> list[str]:
    """Return the names of all globals, with `^`."""
    return list(database.stat()["globals"])


def agree(content: format_reader.Content, database: bumps.Database) -> None:
    """Assert that the reader has read what the database says."""
    assert content.globals == held(database)
    assert [list(tree) for tree in content.globals.values()] == [
        list(held(database)[name]) for name in content.globals
    ], "K1"
    stat = database.stat()
    assert (content.lsn, content.node_count, content.charset) == (stat["lsn"], stat["nodes"], database.charset)


def compare(path: Path, charset: str, page_size: int, seed: int, count: int) -> None:
    """Work on a database, and read copies of its directory on the way, and it after a crash and after a close."""
    rng = random.Random(seed)
    copy = path.with_suffix(".copy")
    # No checkpoint in the background: the files are to be at rest while they are read.
    options = Options(charset=charset, page_size=page_size, cache_size=64 * 1024, background=False)
    with bumps.Database(Engine.open(RealDisk(), str(path), options), options, None) as database:
        for number, _ in enumerate(fill(database, rng, count)):
            if number % 20 == 0:
                agree(format_reader.read(format_reader.files_of(path)), database)
        shutil.copytree(path, copy)
        agree(format_reader.read(format_reader.files_of(copy)), database)
    with bumps.open(copy) as recovered:
        agree(format_reader.read(format_reader.files_of(copy)), recovered)
    content = format_reader.read(format_reader.files_of(path))
    assert not content.frames, "a close leaves nothing to apply"
    with bumps.open(path, mode="r") as database:
        agree(content, database)


@pytest.mark.parametrize(("charset", "page_size"), [("utf-8", 512), ("m", 512), ("utf-8", 1024), ("m", 8192)])
def test_a_reader_made_from_the_page_reads_what_the_engine_wrote(tmp_path: Path, charset: str, page_size: int) -> None:
    compare(tmp_path / "x.bumps", charset, page_size, seed=page_size, count=60)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("charset", ["utf-8", "m"])
@pytest.mark.parametrize("page_size", [512, 1024, 4096, 8192, 65536])
def test_a_reader_made_from_the_page_reads_long_histories(
    tmp_path: Path, charset: str, page_size: int, seed: int
) -> None:
    compare(tmp_path / "x.bumps", charset, page_size, seed=seed, count=400)


def examples() -> list[bytes]:
    """Return the bytes of each example in hex of the page, in order."""
    found: list[bytearray] = []
    for offset, line in re.findall(r"^    ([0-9a-f]{4})  ((?:[0-9a-f]{2}(?:  ?|$))+)", PAGE.read_text("utf-8"), re.M):
        if offset == "0000":
            found.append(bytearray())
        assert int(offset, 16) == len(found[-1]), "an example in hex has a gap"
        found[-1] += bytes.fromhex(line)
    return [bytes(each) for each in found]


def test_each_example_in_hex_decodes_to_what_is_said_beside_it() -> None:
    segment, frame, leaf = examples()

    header = SEGMENT.all(segment.ljust(512, b"\0"))
    assert (header["magic"], header["version"], header["database_id"]) == (b"bumpsjnl", 1, bytes(range(16)))
    assert (header["epoch"], header["first_lsn"], header["before"], header["before_end"]) == (3, 17, 5, 0x2222)

    after = Position(1, FRAME.get(frame, "chain"), 1, 0)
    decoded = format_journal.frame_at(frame, 0, after, header["salt"])
    assert decoded is not None and decoded.place.lsn == 2 and decoded.header["synced"] == 1
    ((name, kind, key, value),) = format_journal.operations(decoded)
    assert (name, kind, format_keys.subscripts(key, "utf-8"), value) == ("PAT", SET, ("7", "NAME"), b"Ada")

    pages = format_reader.Pages(
        bytes(1024) + leaf.ljust(512, b"\0"),
        {"page_size": 512, "page_count": 4, "freelist_page": 0, "freelist_checksum": 0, "lsn": 2, "generation": 2},
        {3: overflow_page(b"x" * 300)},
    )
    root = format_reader.Reference(2, format_layout.PAGE.get(leaf, "checksum"), 3, 1)
    cells = [(format_keys.subscripts(key, "utf-8"), value) for key, value in pages.tree(root, 1, 0)]
    assert cells == [(("7", "NAME"), b"Ada"), (("7", "NOTE"), b"x" * 300), (("8",), b"")]


def overflow_page(value: bytes) -> bytes:
    """Return page 3 of tree 1: the whole of a value."""
    page = bytearray(512)
    fields = {"magic": b"bPg1", "number": 3, "tree": 1, "kind": 3, "cells": 1, "body_size": 8 + len(value)}
    for name, field in fields.items():
        format_layout.PAGE.put(page, name, field)
    page[48 : 48 + len(value)] = value
    format_layout.PAGE.put(page, "checksum", crc32c(bytes(page[8:])))
    return bytes(page)


def test_each_example_of_a_key_is_that_of_its_subscripts() -> None:
    text = PAGE.read_text("utf-8").split("Examples:\n", 1)[1].split("\nWhy K1 holds", 1)[0]
    lines = re.findall(r"^    (\S+) +((?:[0-9a-f]{2} ?)+)$", text, re.M)

    assert len(lines) == 7
    for written, code in lines:
        expected = tuple(each.strip('"') for each in written.split(","))
        assert format_keys.subscripts(bytes.fromhex(code), "utf-8") == expected
        assert KeyCodec.of("utf-8").encode(expected).hex(" ") == code


def test_the_reader_shares_nothing_with_the_engine_but_the_checksum() -> None:
    found = set()
    for path in Path(format_reader.__file__).parent.glob("format_*.py"):
        found |= set(re.findall(r"^ *(?:from|import) (bumps[\w.]*)", path.read_text("utf-8"), re.M))

    assert {each for each in found if not each.startswith("bumps.torture.format_")} == {"bumps.checksum"}


def test_what_the_reader_must_not_believe_is_refused(tmp_path: Path) -> None:
    with bumps.open(tmp_path / "x.bumps", page_size=512) as database:
        database["^A", 1] = "x"
        database.checkpoint()
        files = format_reader.files_of(tmp_path / "x.bumps")
    meta = format_reader.newest_slot(files["data"])
    damaged = bytearray(files["data"])
    damaged[meta["directory_page"] * 512 + 100] ^= 1

    with pytest.raises(FormatError):
        format_reader.read(files | {"data": bytes(damaged)})
    with pytest.raises(FormatError):
        format_reader.read(files | {"data": bytes(len(damaged))})


def inside(image: Image) -> dict[str, bytes]:
    """Return the files of the one database on a simulated disk."""
    folder = next(path for path in image.files if path.endswith("/data")).removesuffix("data")
    return {path.removeprefix(folder): data for path, data in image.files.items() if path.startswith(folder)}


def crash_states(seed: int, steps: int) -> tuple[int, int]:
    """Live one life, cut the power everywhere, read each state beside recovery; return counts of states and sets."""
    rng = random.Random(f"format {seed}")
    subject = engine_subject(rng)
    flavour = rng.choice(FLAVOURS)
    life = Life(subject, EMPTY, History(0, Content()), acked=-1, issued=0, seed=seed, counts=Counter())
    life.open()
    for _ in range(steps):
        life.do(next_step(flavour, rng, life.content))
    states = sample(life.disk.trace, State(EMPTY, -1, 0, 0, 0, ()), rng.choice(PROFILES), rng)
    count = sealed = 0
    for state in states:
        if state.acked < 0:
            continue  # nobody was told yet that there is a database
        content = format_reader.read(inside(state.image))
        store = subject.open(SimDisk(state.image), create=False, read_only=rng.random() < 0.5)
        triples = [(name, key, value) for name in sorted(content.encoded) for key, value in tree_of(content, name)]
        assert triples == store.content()
        assert content.lsn <= store.last_lsn <= content.lsn + 1, "a recovery adds a mark at most"
        legal = [each.nodes for each in life.histories[state.fork].at(content.lsn)]
        nodes = {(name, key): value for name, tree in content.globals.items() for key, value in tree.items()}
        assert nodes in legal
        count += 1
        sealed += content.sealed
    return count, sealed


def tree_of(content: format_reader.Content, name: str) -> list[tuple[bytes, bytes]]:
    """Return the nodes of one global in the order of their keys."""
    return sorted(content.encoded[name].items())


def test_a_reader_made_from_the_page_agrees_with_recovery_about_crash_states() -> None:
    counts = [crash_states(seed, steps=12) for seed in range(5)]

    assert sum(count for count, _ in counts) > 100
    assert sum(sealed for _, sealed in counts) > 0, "some states must have a sealed set that counts"


@pytest.mark.slow
def test_a_reader_made_from_the_page_agrees_with_recovery_about_thousands_of_crash_states() -> None:
    counts = [crash_states(seed, steps=30) for seed in range(100, 300)]

    assert sum(count for count, _ in counts) > 4000
    assert sum(sealed for _, sealed in counts) > 100
