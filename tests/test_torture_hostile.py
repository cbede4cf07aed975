"""The storage layer under attack: hostile bytes raise typed errors, end soon, take bounded memory, and are reported."""

from __future__ import annotations

import random
import struct
from collections import Counter
from dataclasses import replace

import pytest

import bumps
from bumps.batch import KILL, SET, Batch
from bumps.engine import Engine
from bumps.errors import LockedError
from bumps.options import Options
from bumps.torture import mutate, stages
from bumps.torture.case import parse
from bumps.torture.engine_subject import PATH
from bumps.torture.format_layout import PAGE, RUN, FormatError
from bumps.torture.format_reader import read
from bumps.torture.hostile import Files, Victim, disk_of, edit, newest, reseal, sound, steer, structures
from bumps.torture.mutants import MUTANTS, armed
from bumps.torture.mutate import MEMORY_SIZE, Hang, attack, bounded, open_engine, run, verify
from bumps.torture.simdisk import Image, SimDisk


def test_hostile_bytes_raise_typed_errors_and_are_reported() -> None:
    made = run(3, 240)

    assert made.wrong == []
    assert made.counts["reported"] > 100
    assert made.counts["not reported"] > 20, "some must pass every check, or what is read is never compared"


@pytest.mark.slow
def test_five_thousand_hostile_databases_raise_typed_errors_and_are_reported() -> None:
    made = run(100, 5000)

    assert made.wrong == []
    assert made.counts["mutations"] >= 5000
    assert made.counts["checksums made right"] > 2500
    assert made.counts["read: CorruptionError"] > 500
    assert made.counts["read: ForeignFileError"] > 100


@pytest.mark.slow
@pytest.mark.parametrize("mutant", ["no_page_crc", "frame_crc_skips_header"])
def test_an_engine_that_checks_less_is_caught_and_seen_again(mutant: str) -> None:
    with armed(MUTANTS[mutant]):
        made = run(0, 2000)
        assert made.wrong
        case = parse(made.wrong[0].split()[-1])
        assert stages.replay(case).failures
    assert stages.replay(case).failures == []


def test_a_look_that_takes_too_long_or_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutate, "SECONDS", 0.01)
    with pytest.raises(Hang), bounded():
        while True:
            pass
    with pytest.raises(MemoryError), bounded():
        bytes(2 * MEMORY_SIZE)


def test_processes_count_what_one_counts() -> None:
    assert mutate.of_seed(3)[:2] == mutate.of_seed(3)[:2]
    assert run(3, 1).counts == mutate.of_seed(3)[0]


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
    assert attack(victim, files, random.Random(0), forged=True, counts=Counter()) == [], "the set stands for the slot"

    files["double-write"][:512] = bytes(512)
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


@pytest.mark.parametrize("fields", [{"chain": 7}, {"end": 512}, {"end": 2**40}])
def test_a_meta_slot_before_the_first_commit_has_no_place_in_the_journal(fields: dict[str, int]) -> None:
    disk = SimDisk(Image(("/", PATH.rpartition("/")[0]), {}))
    engine = Engine.open(disk, PATH, Options(page_size=512, alignment=512, background=False))
    engine.commit([Batch("A", bytes((SET,)), [b""], [b"1"])])
    engine.flush()
    files = {path.removeprefix(f"{PATH}/"): bytearray(data) for path, data in disk.image().files.items()}
    for start in (0, 512):
        edit(files, "meta", "data", start, **fields)

    assert any("impossible place in the journal" in problem or "meta slot" in problem for problem in verify(files))
    with pytest.raises(FormatError, match="no meta slot is valid"):
        read({name: bytes(data) for name, data in files.items()})


def test_a_slot_without_a_commit_that_has_a_place_in_the_journal_gives_way_to_the_set_that_stands() -> None:
    victim, files = sound()
    before = read({name: bytes(data) for name, data in files.items()})
    start, _ = newest(files)
    edit(files, "meta", "data", start, lsn=0, segment=0, base_lsn=0)
    after = read({name: bytes(data) for name, data in files.items()})

    assert after.sealed and (after.lsn, after.encoded) == (before.lsn, before.encoded)
    assert verify(files) == [], "so looks the last step of a checkpoint"
    assert attack(victim, files, random.Random(0), forged=True, counts=Counter()) == []
