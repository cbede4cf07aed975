"""recovery/timeline.py: what opening would do is said step by step, and nothing is done."""

from __future__ import annotations

import pytest

from bumps.batch import SET, Batch
from bumps.btree import meta as meta_slots
from bumps.engine import Engine
from bumps.errors import CorruptionError, StorageError
from bumps.files import MemoryDisk
from bumps.rescue import Phase, accept_loss, recover, timeline
from tests.damaged import CODEC, OPTIONS, PATH, spoil_slots, without_set


def living(count: int = 60, *, sync: bool = True) -> tuple[MemoryDisk, Engine]:
    """Return a disk, and a database on it with so many commits."""
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(1, count + 1):
        batch = Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"%d" % number * 30])
        if sync:
            engine.commit([batch])
        else:
            engine.append([batch])
    return disk, engine


def told(disk: MemoryDisk) -> list[Phase]:
    """Return the phases; see to it that telling them changes nothing."""
    before = {path: bytes(data) for path, data in disk.files.items()}
    found = timeline(PATH, disk=disk)
    assert {path: bytes(data) for path, data in disk.files.items()} == before
    return found


def test_a_database_that_was_closed_needs_nothing() -> None:
    disk, engine = living()
    engine.close()
    assert [(step.name, step.lsn) for step in told(disk)] == [("checkpoint", 61), ("end", 61)]
    assert told(disk)[1].what == "the journal ends here"


def test_commits_are_counted_segment_by_segment_in_the_order_of_the_journal() -> None:
    disk, engine = living()
    engine.abandon()
    steps = told(disk)
    redo = [step for step in steps if step.name == "redo"]
    logs = sorted(int(name[:20]) for name in disk.list(PATH + "/journal") if name.endswith(".log"))
    assert len(redo) == len(logs) > 2
    assert [step.lsn for step in redo] == [*(first - 1 for first in logs[1:]), 60]
    assert redo[0].what == f"{logs[1] - 1} commits to apply from journal segment 1"
    assert [step.time_us for step in redo] == sorted(step.time_us for step in redo)
    assert recover(PATH, disk=disk).last_lsn == 60


def test_one_commit_is_singular() -> None:
    disk, engine = living(1)
    engine.abandon()
    assert "1 commit to apply from journal segment 1" in [step.what for step in told(disk)]


def test_a_sealed_set_is_brought_home_first(monkeypatch: pytest.MonkeyPatch) -> None:
    class StopError(Exception):
        pass

    def stop(*arguments: object) -> None:
        raise StopError

    disk, engine = living()
    with monkeypatch.context() as patch, pytest.raises(StorageError):
        patch.setattr("bumps.recovery.checkpoint.Checkpointer.write_home", stop)
        engine.checkpoint()
    engine.abandon()
    steps = told(disk)
    assert [step.name for step in steps] == ["checkpoint", "set", "end"]
    assert steps[0].what == "data is generation 1"
    assert steps[1].lsn == 61
    assert steps[1].what.startswith("generation 2 is sealed: ") and steps[1].what.endswith(" pages to bring home")
    assert recover(PATH, disk=disk).sealed_set_used


def test_a_torn_tail_is_named_with_its_size_and_place() -> None:
    disk, engine = living(8, sync=False)
    engine.abandon()
    disk.files[f"{PATH}/journal/{1:020d}.log"][512 * 7 + 90] ^= 1
    steps = told(disk)
    assert [step.name for step in steps] == ["checkpoint", "redo", "end", "adopt"]
    assert steps[2].what.startswith("a torn tail: ") and " at byte 3584 of journal/" in steps[2].what
    assert steps[3].what == "frames 1 to 6 to be copied: nothing proves them durable"
    report = recover(PATH, disk=disk)
    assert (report.frames_adopted, report.last_lsn) == (6, 6)
    assert report.size_cut == int(steps[2].what.split()[3])


def test_damage_is_named_and_nothing_is_copied_behind_it() -> None:
    disk, engine = living(20)
    engine.abandon()
    disk.files[f"{PATH}/journal/{1:020d}.log"][512 * 7 + 90] ^= 1
    steps = told(disk)
    assert steps[-1].name == "end"
    assert steps[-1].what.startswith("damage: journal/00000000000000000001.log: byte 3584: frame 7 is damaged")
    assert [step.name for step in steps] == ["checkpoint", "redo", "end"]


def test_a_journal_of_marks_alone_has_nothing_to_redo() -> None:
    disk, engine = living(3)
    engine.checkpoint()
    engine.abandon()
    assert [step.name for step in told(disk)] == ["checkpoint", "end"]
    data = disk.files[PATH + "/data"]
    assert meta_slots.decode(bytes(data[:512])).lsn == 4


@pytest.mark.parametrize("look", [timeline, accept_loss, recover], ids=lambda look: look.__name__)
def test_without_a_meta_slot_there_is_no_timeline_and_salvage_is_named(look: object) -> None:
    disk, engine = living(3)
    engine.abandon()
    spoil_slots(without_set(disk))
    with pytest.raises(CorruptionError, match="meta slot") as caught:
        look(PATH, disk=disk)  # type: ignore[operator]
    assert "\n" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("look", [timeline, accept_loss], ids=lambda look: look.__name__)
def test_what_cannot_be_opened_is_a_storage_error_that_names_the_database(look: object) -> None:
    class Refusing(MemoryDisk):
        def kind(self, path: str) -> str:
            if path.endswith("/double-write"):
                raise PermissionError(13, "Permission denied", path)
            return super().kind(path)

    disk, engine = living(3)
    engine.abandon()
    refusing = Refusing()
    refusing.files, refusing.directories = disk.files, disk.directories
    with pytest.raises(StorageError, match=f"^{PATH}: cannot be opened: Permission denied"):
        look(PATH, disk=refusing)  # type: ignore[operator]
