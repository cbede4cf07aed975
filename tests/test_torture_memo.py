"""torture/memo.py: what is remembered is what would have been computed, and only while it is asked for."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from bumps.batch import SET, Batch
from bumps.btree import meta as meta_slots
from bumps.btree import pager
from bumps.btree import verify as tree_verify
from bumps.errors import CorruptionError
from bumps.recovery import verify
from bumps.torture import oracle
from bumps.torture.engine_subject import PATH, engine_subject
from bumps.torture.memo import remembering
from bumps.torture.results import Report
from bumps.torture.rot import grow
from bumps.torture.runner import Shape, campaign
from bumps.torture.simdisk import SECTOR_SIZE, SimDisk
from bumps.torture.sweep import sweep_subject
from bumps.wal import frame, segment
from bumps.wal import verify as journal_verify
from bumps.wal.frame import Frame
from bumps.wal.source import SegmentSource

SHORT = (Shape("short", 1, lives=4, states=12, steps_max=(12,)),)


def parse(*arguments: Any) -> Any:
    """Call what the pager calls."""
    return vars(pager)["parse"](*arguments)


def everything() -> tuple[object, ...]:
    """Return all that may remember."""
    return (
        vars(pager)["parse"],
        frame.decode,
        tree_verify.problems,
        journal_verify.problems,
        meta_slots.read,
        segment.decode,
        Frame.batches,
        SegmentSource.first_nonzero,
        SegmentSource.frame_at,
        oracle.recover_to_read,
    )


def report_of(seed: int) -> Report:
    report = Report(seed)
    campaign(engine_subject, seed, report, shapes=SHORT)
    return report


def test_a_campaign_is_the_same_when_answers_are_remembered() -> None:
    plain = report_of(2)
    with remembering():
        remembered = report_of(2)
    assert plain.unique > 20
    assert dataclasses.asdict(remembered) == dataclasses.asdict(plain)


def test_a_page_that_was_sound_is_not_believed_when_a_bit_of_it_differs() -> None:
    sound = grow(sweep_subject(), 0, closed=True, page_count=8)
    disk = SimDisk(sound.image)
    data = disk.open(f"{PATH}/data", write=True)
    meta = meta_slots.read(data).newest
    number = meta.page_count - 1
    at = number * meta.page_size + 40
    with remembering():
        image = data.pread(meta.page_size, number * meta.page_size)
        assert parse(image, meta.page_size, number) is parse(image, meta.page_size, number)
        assert list(tree_verify.problems(data, meta)) == []
        (byte,) = data.pread(1, at)
        data.pwrite(bytes((byte ^ 1,)), at)
        for _ in range(2):
            with pytest.raises(CorruptionError):
                parse(data.pread(meta.page_size, number * meta.page_size), meta.page_size, number)
            assert list(tree_verify.problems(data, meta)) != []
        data.pwrite(bytes((byte,)), at)
        assert list(tree_verify.problems(data, meta)) == []


def test_a_journal_that_was_sound_is_not_believed_when_a_bit_of_it_differs() -> None:
    sound = grow(sweep_subject(), 0, closed=True, page_count=8)
    disk = SimDisk(sound.image)
    last = max(path for path in sound.image.files if "/journal/" in path)
    journal = disk.open(last, write=True)
    with remembering():
        assert list(verify.problems(disk, PATH)) == []
        assert list(verify.problems(disk, PATH)) == []
        for at in (SECTOR_SIZE // 2, SECTOR_SIZE + 70):
            (byte,) = journal.pread(1, at)
            journal.pwrite(bytes((byte ^ 1,)), at)
            for _ in range(2):
                assert list(verify.problems(disk, PATH)) != []
            journal.pwrite(bytes((byte,)), at)
        assert list(verify.problems(disk, PATH)) == []
        disk.rename(last, last.replace("0000", "0001", 1))
        assert list(verify.problems(disk, PATH)) != []


def test_a_commit_that_is_remembered_is_nobody_elses() -> None:
    body = frame.commit_body([Batch("A", bytes((SET,)), [b"1"], [b"x"])])
    found = frame.decode(frame.encode(body, lsn=1, salt=1, chain=0, time_us=0, synced=0))
    with remembering():
        found.batches[0].keys.append(b"2")
        found.batches[0].values.clear()
        assert found.batches == [Batch("A", bytes((SET,)), [b"1"], [b"x"])]


def test_nothing_is_remembered_outside() -> None:
    before = everything()
    with remembering():
        assert all(now != then for now, then in zip(everything(), before))
    assert everything() == before
