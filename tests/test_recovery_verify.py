"""recovery/verify.py: it reads everything once, says what is wrong as it is found, and changes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

import bumps
from bumps.batch import SET, Batch
from bumps.btree import meta as meta_slots
from bumps.btree.page import LEAF
from bumps.engine import Engine
from bumps.files import MemoryDisk, MemoryFile
from bumps.wal import frame
from bumps.wal.source import NEAR_SIZE
from tests.damaged import CODEC, OPTIONS, PAGE_SIZE, PATH, built, forge_frame, forge_page, nodes, pages, without_set


class CountedFile(MemoryFile):
    __slots__ = ("counts", "path")

    def __init__(self, content: bytearray, path: str, counts: Counter[str]) -> None:
        super().__init__(content)
        self.path, self.counts = path, counts

    def pread(self, size: int, offset: int) -> bytes:
        data = super().pread(size, offset)
        self.counts[self.path] += len(data)
        return data


class CountedDisk(MemoryDisk):
    """A disk that counts what is read of each file, and takes no write."""

    def __init__(self, disk: MemoryDisk) -> None:
        super().__init__()
        self.files, self.directories = disk.files, disk.directories
        self.counts: Counter[str] = Counter()

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        assert not write, "verify changes nothing"
        return CountedFile(super().open(path, write=write).content, path, self.counts)

    def create(self, path: str) -> MemoryFile:  # type: ignore[override]
        raise AssertionError("verify changes nothing")


def large(*, close: bool = False) -> MemoryDisk:
    """Return a database with a journal of some segments, a checkpoint in the middle of it, and frames behind."""
    disk = MemoryDisk()
    options = replace(OPTIONS, page_size=4096, segment_size_min=1 << 18, segment_size_max=1 << 18)
    engine = Engine.open(disk, PATH, options)
    for number in range(100):
        keys = [CODEC.encode((number, each)) for each in range(10)]
        engine.commit([Batch("A", bytes([SET]) * 10, keys, [b"v" * 700] * 10)])
        if number == 60:
            engine.checkpoint()
    if close:
        engine.close()
    else:
        engine.abandon()
    return disk


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("close", [False, True])
def test_the_journal_is_read_once_whatever_is_asked_for(deep: bool, close: bool) -> None:
    disk = CountedDisk(large(close=close))
    before = {path: bytes(data) for path, data in disk.files.items()}
    assert list(bumps.verify(PATH, deep=deep, disk=disk)) == []
    logs = [path for path in disk.files if path.endswith(".log")]
    assert len(logs) >= 3
    for path in logs:
        size = len(disk.files[path])
        assert size <= disk.counts[path] <= size + 4 * NEAR_SIZE, path
    assert {path: bytes(data) for path, data in disk.files.items()} == before


def test_a_finding_is_told_before_the_rest_is_read() -> None:
    disk = CountedDisk(large())
    disk.files[PATH + "/data"][3 * 4096 + 100] ^= 1
    for path in sorted(path for path in disk.files if path.endswith(".log"))[:1]:
        disk.files[path][40] ^= 1
    finding = bumps.verify(PATH, deep=True, disk=disk)
    first = next(finding)
    assert str(first).startswith("data: page 3: checksum is ")
    assert disk.counts[PATH + "/data"] < len(disk.files[PATH + "/data"]) / 2
    rest = [str(problem) for problem in finding]
    assert any("the checksum of its header is wrong" in problem for problem in rest)
    assert not any("digest" in problem for problem in rest), "what is damaged is not compared"


@pytest.mark.parametrize("behind", [0, 3])
def test_content_that_the_journal_does_not_tell_is_found_by_a_deep_look_alone(behind: int) -> None:
    disk = without_set(built(nodes("A", range(20))))
    engine = Engine.open(disk, PATH, replace(OPTIONS, page_size=None))
    engine.checkpoint()
    for number in range(100, 100 + behind):
        engine.commit([Batch("B", bytes([SET]), [CODEC.encode((number,))], [b"v"])])
    engine.abandon()
    [start] = pages(disk, LEAF, 1)
    at = disk.files[PATH + "/data"].index(b"v7", start) - start
    forge_page(disk, start, (at, b"w7"))
    assert list(bumps.verify(PATH, disk=disk)) == []
    [found] = bumps.verify(PATH, deep=True, disk=disk)
    assert "its content has digest " in str(found) and "and its journal, replayed, " in str(found)


@pytest.mark.parametrize("lsn", [21, 32])
def test_a_mark_that_counts_other_nodes_than_the_journal_tells_is_found(lsn: int) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(1, 31):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"v"])])
        if number == 20:
            engine.checkpoint()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(bumps.StorageError):

        def stop(*arguments: object) -> None:
            raise OSError(5, "Input/output error")

        patch.setattr("bumps.recovery.checkpoint.Checkpointer.seal", stop)
        engine.checkpoint()  # leaves a mark behind C
    engine.abandon()
    there, forged = frame.mark_body(20 if lsn == 21 else 30).content, frame.mark_body(7).content
    forge_frame(disk, lsn, (there, forged))
    for deep in (False, True):
        found = [str(problem) for problem in bumps.verify(PATH, deep=deep, disk=disk)]
        told = [problem for problem in found if f"frame {lsn}" in problem and "counts 7 nodes" in problem]
        assert len(told) == (deep or lsn == 32), "of what is behind the checkpoint, opening would say the same"


def test_where_the_journal_does_not_begin_with_lsn_1_a_deep_look_compares_nothing() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, replace(OPTIONS, keep="checkpoint"))
    for number in range(1, 61):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"v"])])
    engine.checkpoint()
    engine.commit([Batch("A", bytes([SET]), [CODEC.encode((61,))], [b"v"])])
    engine.abandon()
    assert list(bumps.verify(PATH, deep=True, disk=disk)) == []


def test_a_deep_look_that_is_left_lets_everything_go() -> None:
    disk = large()
    finding = bumps.verify(PATH, deep=True, disk=disk)
    disk.files[PATH + "/data"][3 * 4096 + 100] ^= 1
    next(finding)
    finding.close()  # type: ignore[attr-defined]
    Engine.open(disk, PATH, replace(OPTIONS, page_size=None)).abandon()


def test_a_page_that_changes_during_a_deep_look_is_a_problem_and_no_exception() -> None:
    class Rotting(CountedDisk):
        def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
            if path.endswith("1.log"):
                self.files[PATH + "/data"][5 * 4096 + 100] = 0xEE
            return super().open(path, write=write)

    found = [str(problem) for problem in bumps.verify(PATH, deep=True, disk=Rotting(large()))]
    assert len(found) >= 1 and all("data: page 5" in problem or "page 5: checksum" in problem for problem in found)


@pytest.mark.parametrize("changed", [True, False], ids=["pages", "no pages"])
def test_a_torn_slot_is_none_while_the_set_of_its_generation_stands(changed: bool) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    key = CODEC.encode((1,))
    engine.commit([Batch("A", bytes([SET]), [key], [b"v"])])
    engine.checkpoint()
    if changed:
        engine.commit([Batch("A", bytes([SET]), [key], [b"w"])])
    engine.checkpoint()
    engine.abandon()
    generation = meta_slots.read(disk.open(f"{PATH}/data", write=False)).newest.generation
    disk.files[f"{PATH}/data"][generation % 2 * PAGE_SIZE + 200] ^= 1

    assert list(bumps.verify(PATH, disk=disk)) == [], "so looks the last step of a checkpoint"
    again = Engine.open(disk, PATH, OPTIONS)
    assert again.report.sealed_set_used
    assert again.get("A", key) == (b"w" if changed else b"v")
    again.close()
