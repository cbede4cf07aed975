"""The storage layer under attack: hostile bytes raise typed errors, end soon, take bounded memory, and are reported."""

from __future__ import annotations

import contextlib
import io
import random
import resource
import signal
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest

import bumps
from bumps import formats
from bumps.batch import KILL, SET, Batch
from bumps.engine import Engine
from bumps.errors import BumpsError, LockedError
from bumps.torture.engine_subject import PATH
from tests.format_reader import PAGE, RUN, FormatError, read
from tests.hostile import Files, Victim, damage, disk_of, edit, forge, newest, reseal, sound, steer, structures, victims

SECONDS = 5.0
MEMORY_SIZE = 1 << 29
"""What one access may take beyond what the process has, in bytes."""
Triples = list[tuple[str, bytes, bytes]]


class Hang(BaseException):
    """An access took longer than SECONDS."""


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Let nothing in the block take long, or much memory; the second becomes a MemoryError."""

    def stop(*_: object) -> None:
        raise Hang

    main = threading.current_thread() is threading.main_thread()
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY_SIZE, before[1]))
    if main:
        handler = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        if main:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


class Seen(NamedTuple):
    """What one way to look at a database gave."""

    error: BumpsError | None = None
    content: Triples | None = None
    lsn: int = 0


def open_engine(victim: Victim, files: Files | dict[str, bytes], *, read_only: bool) -> Engine:
    """Open a database on a disk of its own."""
    options = replace(victim.subject.options, create=False, read_only=read_only, page_size=None, background=False)
    return Engine.open(disk_of(files), PATH, options)


def look(engine: Engine, rng: random.Random) -> Triples:
    """Read everything in every way: scans both ways, $ORDER, $QUERY, $DATA, single nodes, a dump, the digest."""
    content = [(name, key, value) for name in engine.names() for key, value in engine.scan(name)]
    backwards = [(name, key) for name in engine.names() for key, _ in engine.scan(name, reverse=True)]
    agree(sorted(backwards) == sorted((name, key) for name, key, _ in content), "two directions")
    for name, key, value in rng.sample(content, min(len(content), 5)):
        agree(engine.get(name, key) == value, "get")
        agree(engine.data(name, key) % 10 == 1, "$DATA")
        engine.query(name, key)
        engine.query(name, key, reverse=True)
        engine.order(name, b"", b"")
        engine.order(name, b"", b"", True)
    nodes = ((name, key, value) for name, pairs in engine.scans() for key, value in pairs)
    for format in ("zwr", "ndjson"):
        with contextlib.suppress(bumps.UsageError):
            formats.write(io.BytesIO(), format, engine.codec.charset, "", nodes, (2024, 1, 1, 0, 0, 0))
    engine.digest()
    engine.stat()
    return content


class DisagreeError(bumps.CorruptionError):
    """Two ways to read gave two answers: may be where pages are forged, but verify must report it."""


def agree(condition: bool, what: str) -> None:
    """Raise DisagreeError unless two ways to read gave the same."""
    if not condition:
        raise DisagreeError(f"ways to read disagree: {what}")


def look_read_only(victim: Victim, files: Files, rng: random.Random) -> Seen:
    """Open for reading, and read."""
    try:
        engine = open_engine(victim, files, read_only=True)
        try:
            return Seen(content=look(engine, rng), lsn=engine.last_lsn)
        finally:
            engine.close()
    except BumpsError as error:
        return Seen(error)


def write_and_reopen(victim: Victim, files: Files, rng: random.Random) -> Seen:
    """Recover, write, checkpoint, close, and say what verify says then; errors end it early."""
    disk = disk_of(files)
    options = replace(victim.subject.options, create=False, page_size=None, background=False)
    try:
        engine = Engine.open(disk, PATH, options)
        try:
            content = look(engine, rng)
            lsn = engine.last_lsn
            for name, key, _ in content[:3]:
                engine.commit([Batch(name, bytes((SET, KILL)), [key, key], [b"x" * 300])])
            engine.commit([Batch("A", bytes((SET,)), [b"\x81\x31\x00"], [b"y"])])
            engine.checkpoint()
            look(engine, rng)
        finally:
            engine.close()
        return Seen(content=content, lsn=lsn)
    except BumpsError as error:
        return Seen(error)


def verify(files: Files) -> list[str]:
    """Return what verify says; an error that it raises is one problem."""
    try:
        return [str(problem) for problem in bumps.verify(PATH, deep=True, disk=disk_of(files))]
    except BumpsError as error:
        return [str(error)]


def attack(victim: Victim, files: Files, rng: random.Random, *, forged: bool, counts: Counter[str]) -> list[str]:
    """Look at a hostile database in every way; return what must not be."""
    wrong: list[str] = []
    seen: dict[str, Seen] = {}
    problems: list[str] = []
    for what in ("verify", "read", "write", "replay"):
        try:
            with bounded():
                if what == "verify":
                    problems = verify(files)
                elif what == "read":
                    seen[what] = look_read_only(victim, files, rng)
                elif what == "write":
                    seen[what] = write_and_reopen(victim, files, rng)
                elif rng.random() < 0.3:
                    with contextlib.suppress(BumpsError):
                        bumps.replay(PATH, f"{PATH}.new", disk=disk_of(files))
        except (Exception, Hang) as error:
            where = ""
            traceback = error.__traceback__
            while traceback is not None:
                where = f"{traceback.tb_frame.f_code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}"
                traceback = traceback.tb_next
            wrong.append(f"{what}: {type(error).__name__}: {str(error)[:200]} in {where}")
    if wrong:
        return wrong
    counts["reported" if problems else "not reported"] += 1
    for what, each in seen.items():
        counts[f"{what}: {type(each.error).__name__}"] += 1
        if each.error is not None and not problems and each.error.name in ("CORRUPTION", "FOREIGN", "NODATABASE"):
            wrong.append(f"verify is content, and {what} says: {each.error}")
    if not problems and seen["read"].content is not None:
        wrong += disagreements(victim, files, seen["read"], forged)
    return wrong


def disagreements(victim: Victim, files: Files, seen: Seen, forged: bool) -> list[str]:
    """Return what is wrong with the content of a database that verify calls sound."""
    assert seen.content is not None
    if not forged:
        codec = victim.subject.encode
        legal = [
            sorted((name, codec(subscripts), value) for (name, subscripts), value in nodes.items())
            for nodes in victim.contents.get(seen.lsn, [])
        ]
        never = f"verify is content with what never was, at {seen.lsn}"
        return [] if sorted(seen.content) in legal else [never]
    try:
        content = read({name: bytes(data) for name, data in files.items()})
    except FormatError as error:
        return [f"verify is content, and the reader of the format says: {error}"]
    triples = [(name, key, value) for name in content.encoded for key, value in content.encoded[name].items()]
    return [] if sorted(triples) == sorted(seen.content) else ["the reader of the format reads something else"]


def campaign(seeds: range, per_victim: int, counts: Counter[str]) -> list[str]:
    """Attack some victims of each seed so many times; return what must not be, with how to see it again."""
    found: list[str] = []
    for seed in seeds:
        for number, victim in enumerate(victims(seed, 3)):
            for attempt in range(per_victim):
                rng = random.Random(f"attack {seed} {number} {attempt}")
                files = {name: bytearray(data) for name, data in victim.files.items()}
                forged = rng.random() < 0.6
                what = [(forge if forged else damage)(files, rng)]
                while rng.random() < 0.2:
                    what.append(damage(files, rng) if not forged else forge_again(files, rng))
                counts["mutations"] += 1
                for wrong in attack(victim, files, rng, forged=forged, counts=counts):
                    found.append(f"{seed}/{number}/{attempt}: {'; '.join(what)}: {wrong}")
    return found


def forge_again(files: Files, rng: random.Random) -> str:
    """Forge a second time, if the first has left something that can be."""
    with contextlib.suppress(FormatError, struct.error, ValueError, LookupError):
        return forge(files, rng)
    return "nothing more"


def test_hostile_bytes_raise_typed_errors_and_are_reported() -> None:
    counts: Counter[str] = Counter()

    assert campaign(range(3, 6), 30, counts) == []
    assert counts["reported"] > 100
    assert counts["not reported"] > 20, "some must pass every check, or what is read is never compared"


@pytest.mark.slow
def test_twenty_thousand_hostile_databases_raise_typed_errors_and_are_reported() -> None:
    counts: Counter[str] = Counter()

    assert campaign(range(100, 270), 40, counts) == []
    assert counts["mutations"] >= 20_000
    assert counts["read: CorruptionError"] > 2000
    assert counts["read: ForeignFileError"] > 100


# What was found once


def assert_refused(victim: Victim, files: Files) -> list[str]:
    """Assert that nothing untyped is raised and that verify reports; return what it says."""
    assert attack(victim, files, random.Random(0), forged=True, counts=Counter()) == []
    with bounded():
        problems = verify(files)
    assert problems
    return problems


def test_a_sound_database_passes_every_look() -> None:
    victim, files = sound()

    assert attack(victim, files, random.Random(0), forged=True, counts=Counter()) == []
    assert verify(files) == []


@pytest.mark.parametrize("field", ["generation", "epoch", "base_lsn", "lsn", "node_count", "segment", "end"])
def test_a_meta_slot_at_the_end_of_its_range_is_not_believed(field: str) -> None:
    victim, files = sound()
    start, meta = newest(files)
    value = 2**64 - 2 + meta["generation"] % 2 if field == "generation" else 2**64 - 1
    edit(files, "meta", "data", start, **{field: value})

    assert_refused(victim, files)


@pytest.mark.parametrize("count", [2**32 - 2, 2**31, 1000])
def test_a_page_count_that_is_not_there_takes_no_memory(count: int) -> None:
    victim, files = sound()
    edit(files, "meta", "data", newest(files)[0], page_count=count)

    assert any("pages in the file" in problem for problem in assert_refused(victim, files))


@pytest.mark.parametrize("file", ["data", "double-write"])
def test_a_slot_or_a_set_of_a_newer_release_is_refused_not_passed_over(file: str) -> None:
    victim, files = sound()
    if file == "data":
        edit(files, "meta", "data", newest(files)[0], version=2)
    else:
        edit(files, "seal", "double-write", 0, version=2)

    with pytest.raises(bumps.ForeignFileError):
        open_engine(victim, files, read_only=True)
    with pytest.raises(bumps.ForeignFileError):
        open_engine(victim, files, read_only=False)
    assert_refused(victim, files)


def test_a_key_without_an_end_is_damage_for_order() -> None:
    victim, files = sound()
    size = 512
    meta = newest(files)[1]
    leaf = next(
        start
        for start in range(2 * size, len(files["data"]), size)
        if PAGE.get(files["data"], "kind", start) == 1
        and PAGE.get(files["data"], "tree", start) == 1
        and start < meta["page_count"] * size
    )
    every = list(structures(files))
    at = files["data"].index(b"NAME\x00", leaf)
    while 0 <= at < leaf + size:
        files["data"][at + 4] = 1
        files["data"][at - 2] = 1
        at = files["data"].find(b"NAME\x00", at, leaf + size)
    reseal(files, next(each for each in every if each.file == "data" and each.start == leaf), every)
    engine = open_engine(victim, files, read_only=True)

    with pytest.raises(bumps.CorruptionError):
        code: bytes | None = b""
        while code is not None:
            code = engine.order("A", b"", code)
    engine.close()
    assert_refused(victim, files)


@pytest.mark.parametrize("field", ["before", "before_end", "chain"])
def test_the_first_segment_goes_on_from_nothing(field: str) -> None:
    victim, files = sound()
    edit(files, "segment", "journal/00000000000000000001.log", 0, **{field: 53})

    assert_refused(victim, files)


def test_an_epoch_at_the_end_of_its_range_is_not_believed() -> None:
    victim, files = sound()
    for file in [name for name in files if name.endswith(".log")]:
        edit(files, "segment", file, 0, epoch=2**64 - 1)

    assert_refused(victim, files)


def steered(files: Files, start: int, wanted: int) -> None:
    """Give the page there this checksum, by the low half of its LSN, which no reader of a page needs."""
    size = 512
    steer(files["data"], start + 8, start + size, start + 16, wanted)
    PAGE.put(files["data"], "checksum", wanted, start)


def test_a_freelist_that_names_itself_ends() -> None:
    victim, files = sound()
    meta = newest(files)[1]
    first, checksum = meta["freelist_page"], meta["freelist_checksum"]
    assert first, "there are free pages"
    start = first * 512
    struct.pack_into("<II", files["data"], start + 40, first, checksum)
    steered(files, start, checksum)

    assert_refused(victim, files)


@pytest.mark.parametrize("deep", [False, True])
def test_a_branch_that_is_its_own_child_ends(deep: bool) -> None:
    victim, files = sound()
    data = files["data"]
    used = range(1024, newest(files)[1]["page_count"] * 512, 512)
    start = next(start for start in used if PAGE.get(data, "kind", start) == 2 and PAGE.get(data, "tree", start) == 1)
    count, body_size = PAGE.get(data, "cells", start), PAGE.get(data, "body_size", start)
    references = start + 40 + body_size - 17 * count
    checksum = PAGE.get(data, "checksum", start)
    struct.pack_into("<I", data, references, start // 512)
    struct.pack_into("<I", data, references + 4 * count, checksum)
    if deep:
        PAGE.put(data, "level", 255, start)
    steered(files, start, checksum)

    assert_refused(victim, files)


@pytest.mark.parametrize(("page", "count"), [(2, 2**32 - 1), (2, 0), (2**32 - 1, 2**32 - 1), (0, 4)])
def test_a_run_of_free_pages_that_cannot_be_takes_no_memory(page: int, count: int) -> None:
    victim, files = sound()
    every = list(structures(files))
    start = newest(files)[1]["freelist_page"] * 512
    RUN.pack_into(files["data"], start + 48, page, count, 1)
    reseal(files, next(each for each in every if each.file == "data" and each.start == start), every)

    assert_refused(victim, files)


def test_what_cannot_be_locked_twice_is_no_damage() -> None:
    victim, files = sound()
    disk = disk_of(files)
    engine = Engine.open(disk, PATH, replace(victim.subject.options, create=False, page_size=None))

    with pytest.raises(LockedError):
        list(bumps.verify(PATH, disk=disk))
    engine.close()


def pages_of(files: Files, kind: int, tree: int) -> list[int]:
    """Return where the pages of a kind and a tree begin that are in `data` and have a checksum."""
    starts = [each.start for each in structures(files) if (each.kind, each.file) == ("page", "data")]
    data = files["data"]
    return [at for at in starts if (PAGE.get(data, "kind", at), PAGE.get(data, "tree", at)) == (kind, tree)]


def test_a_name_that_is_none_is_damage() -> None:
    victim, files = sound()
    every = list(structures(files))
    root = newest(files)[1]["directory_page"] * 512
    at = files["data"].index(b"A\xff", root) if b"A\xff" in files["data"][root : root + 512] else -1
    at = at if at >= 0 else files["data"].index(b"A", root + 44)
    files["data"][at] = 0x82
    reseal(files, next(each for each in every if each.file == "data" and each.start == root), every)

    assert_refused(victim, files)


def test_an_overflow_page_has_one_cell() -> None:
    victim, files = sound()
    edit(files, "page", "data", pages_of(files, 3, 1)[0], cells=2)

    assert any("2 cells in an overflow page" in problem for problem in assert_refused(victim, files))


def test_fewer_nodes_than_none_are_never_written() -> None:
    victim, files = sound()
    edit(files, "meta", "data", newest(files)[0], node_count=1)
    engine = open_engine(victim, files, read_only=False)
    engine.commit([Batch("A", bytes((KILL,)), [b""], [])])

    with pytest.raises(bumps.CorruptionError):
        engine.checkpoint()
    assert_refused(victim, files)


def test_dirty_padding_behind_a_clean_close_is_a_tail_like_any_other() -> None:
    victim, files = sound()
    last = max(name for name in files if name.endswith(".log"))
    files[last][-1] ^= 1
    engine = open_engine(victim, files, read_only=False)

    assert engine.report.size_cut > 0
    assert len(list(engine.items("A"))) == 100
    engine.close()
