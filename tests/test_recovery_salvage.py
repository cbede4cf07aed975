"""recovery/salvage.py: what can be read is saved, what cannot is named, and no damage raises."""

from __future__ import annotations

import errno
import random

import pytest

from bumps.batch import KILL, SET, Batch
from bumps.btree.page import LEAF
from bumps.digest import Digest
from bumps.engine import Engine
from bumps.errors import CorruptionError, ExistsError, NoDatabaseError
from bumps.files import MemoryDisk, MemoryFile
from bumps.recovery import verify
from bumps.recovery.remains import Pages
from bumps.recovery.salvage import Ages, Salvage
from bumps.rescue import salvage
from tests.damaged import CODEC, NEW, OPTIONS, PAGE_SIZE, PATH, Content, content, copied, leaves, made, saved, spoil


@pytest.mark.parametrize("seed", range(6))
def test_the_salvage_of_a_sound_database_has_its_digest_and_no_gap(seed: int) -> None:
    disk, digest = made(seed, keep="checkpoint" if seed % 2 else "all")
    done, _ = saved(disk)
    assert (done.digest, done.gaps, done.used_pages) == (digest, (), True)


def test_an_empty_database_is_saved_as_one() -> None:
    disk = MemoryDisk()
    Engine.open(disk, PATH, OPTIONS).close()
    done, found = saved(disk)
    assert (done.gaps, done.nodes, found) == ((), 0, {})


def test_with_a_complete_journal_no_damage_of_the_pages_costs_anything() -> None:
    disk, digest = made(1)
    for page in leaves(disk)[::3]:
        spoil(disk, page)
    done, _ = saved(disk)
    assert (done.digest, done.gaps, done.used_pages) == (digest, (), False)
    assert any("page" in note.place for note in done.notes)


def test_data_and_double_write_may_be_gone_if_the_journal_is_there() -> None:
    disk, digest = made(2)
    for name in ("data", "double-write", "lock"):
        del disk.files[f"{PATH}/{name}"]
    done = salvage(PATH, NEW, disk=disk)
    assert done.digest == digest
    assert done.charset == "utf-8"


def test_without_the_journal_one_damaged_leaf_costs_its_own_nodes_only() -> None:
    original, _ = made(3, keep="checkpoint", rounds=51)  # ends with a checkpoint
    for path in [path for path in original.files if path.startswith(PATH + "/journal/")]:
        del original.files[path]
    whole = salvage(PATH, NEW, disk=original)
    assert not whole.gaps
    everything = content(original, NEW)
    for page in leaves(original):
        disk = copied(original)
        disk.files = {path: data for path, data in disk.files.items() if not path.startswith(NEW)}
        disk.directories = {path for path in disk.directories if not path.startswith(NEW)}
        spoil(disk, page)
        done, found = saved(disk)
        missed = {node for node in everything if node not in found}
        assert {node: value for node, value in everything.items() if node not in missed} == found
        if missed:
            assert any(gap.place == f"data: page {page}" for gap in done.gaps)
            assert len({name for name, _ in missed}) == 1 and len(missed) < 60
        else:
            assert not done.gaps  # a free page


@pytest.mark.parametrize("seed", range(4))
def test_a_lost_directory_costs_names_only(seed: int) -> None:
    disk, _ = made(seed, keep="checkpoint", rounds=51)
    for path in [path for path in disk.files if path.startswith(PATH + "/journal/")]:
        del disk.files[path]
    expected = content_of_pages(disk)
    pages = Pages(disk, PATH, PAGE_SIZE, None)
    for images in list(pages.images.values()):
        if any(image.tree == 0 and image.kind == LEAF for image in images):
            spoil(disk, images[0].number)
    done, found = saved(disk)
    assert {gap.kind for gap in done.gaps} >= {"global"}
    assert all(name.startswith("%LOST") for name, _ in found)
    assert set(expected.values()) <= set(found.values())


def content_of_pages(disk: MemoryDisk) -> Content:
    copy = copied(disk)
    salvage(PATH, "/whole.bumps", disk=copy)
    return content(copy, "/whole.bumps")


def test_frames_behind_a_hole_in_the_journal_are_applied_and_the_hole_is_named() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(1, 31):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"%d" % number])])
    engine.abandon()
    log = disk.files[f"{PATH}/journal/{1:020d}.log"]
    log[512 * 5 + 70] ^= 1  # frame 5
    done, found = saved(disk)
    assert [str(gap) for gap in done.gaps] == ["journal: frame 5: it cannot be read"]
    assert sorted(found.values(), key=int) == [b"%d" % number for number in range(1, 31) if number != 5]


def test_what_is_behind_a_torn_tail_never_was() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(1, 9):
        engine.append([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"%d" % number])])  # none is synced
    engine.abandon()
    log = disk.files[f"{PATH}/journal/{1:020d}.log"]
    log[512 * 5 + 70] ^= 1
    done, found = saved(disk)
    assert done.gaps == ()
    assert sorted(found.values()) == [b"1", b"2", b"3", b"4"] == sorted(content(disk, PATH).values())


@pytest.mark.parametrize("seed", [*range(25), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(25, 600))])
def test_no_damage_raises_and_what_is_lost_is_named(seed: int) -> None:
    generator = random.Random(seed)
    history = {Digest("utf-8").hexdigest()}
    disk, _ = made(seed % 3, keep=generator.choice(["all", "checkpoint"]), rounds=30, history=history)
    for path in sorted(path for path in disk.files if not path.endswith("lock")):
        data = disk.files[path]
        match generator.randrange(4):
            case 0 if data:
                for _ in range(generator.randint(1, 40)):
                    data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
            case 1 if len(data) > 600:
                del data[generator.randrange(len(data)) :]
            case 2 if data:
                start = generator.randrange(len(data))
                size = generator.randrange(4000)
                data[start : start + size] = bytes(len(data[start : start + size]))
            case _ if generator.random() < 0.2:
                del disk.files[path]
    try:
        done = salvage(PATH, NEW, disk=disk)
    except CorruptionError as error:
        assert "can be read" in error.message
        return
    assert [str(problem) for problem in verify.problems(disk, NEW)] == []
    assert done.gaps or done.digest in history  # damage of the last commits cannot be told from a torn tail


def test_a_sector_that_the_disk_refuses_is_named_and_the_rest_is_saved() -> None:
    class Refusing(MemoryFile):
        def pread(self, size: int, offset: int) -> bytes:
            if offset <= 8 * PAGE_SIZE < offset + size:
                raise OSError(errno.EIO, "Input/output error")
            return super().pread(size, offset)

    class RefusingDisk(MemoryDisk):
        def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
            found = super().open(path, write=write)
            return Refusing(found.content) if path == PATH + "/data" else found

    original, digest = made(4)
    disk = RefusingDisk()
    disk.files, disk.directories = original.files, original.directories
    done = salvage(PATH, NEW, disk=disk)
    assert done.digest == digest
    assert any("Input/output error" in note.what for note in done.notes)


def test_what_cannot_be_meant_is_refused() -> None:
    disk, _ = made(5, rounds=3)
    with pytest.raises(NoDatabaseError):
        salvage("/absent.bumps", NEW, disk=disk)
    with pytest.raises(ExistsError):
        salvage(PATH, PATH, disk=disk)
    disk.files = {PATH + "/data": bytearray(4096)}
    with pytest.raises(CorruptionError, match="can be read"):
        salvage(PATH, NEW, disk=disk)
    assert not [name for name in disk.list("/") if name.startswith("new")]


def test_ages_are_a_step_function() -> None:
    generator = random.Random(0)
    for _ in range(50):
        ages, model = Ages(9), {bytes([at]): 9 for at in range(40)}
        for lsn in generator.sample(range(20), 8):
            low, high = sorted((generator.randrange(40), generator.randrange(40)))
            ages.put(bytes([low]), bytes([high]), lsn)
            model.update({bytes([at]): lsn for at in range(low, high)})
        assert all(ages.at(key) == lsn for key, lsn in model.items())
        parts = ages.before(bytes([3]), bytes([30]), 10)
        inside = {key for key in model for low, high in parts if low <= key < high}
        assert inside == {key for key, lsn in model.items() if lsn < 10 and bytes([3]) <= key < bytes([30])}


@pytest.mark.parametrize("seed", [*range(8), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(8, 100))])
def test_what_the_rest_of_the_journal_tells_is_exact_whatever_the_pages_have_lost(seed: int) -> None:
    generator = random.Random(seed)
    disk, _ = made(seed % 5, rounds=51)
    final = content(disk, PATH)
    logs = sorted(path for path in disk.files if path.endswith(".log"))
    for path in logs[: generator.randint(1, max(1, len(logs) - 1))]:
        del disk.files[path]
    pages = Pages(disk, PATH, PAGE_SIZE, None)
    for number in generator.sample(sorted(pages.images), len(pages.images) // 4):
        spoil(disk, number)
    salvaged, found = saved(disk)
    told = told_by_the_journal(disk)
    assert salvaged.gaps
    for name, key, is_tree in told:
        for node in {*found, *final}:
            if node[0] == name and (node[1] == key or (is_tree and node[1].startswith(key))):
                assert found.get(node) == final.get(node), node


def told_by_the_journal(disk: MemoryDisk) -> set[tuple[str, bytes, bool]]:
    """Return the nodes, and the subtrees, that readable frames say something about."""
    salvage_of = Salvage(disk, PATH)
    return {
        (batch.name, key, kind == KILL)
        for _, batches in salvage_of._commits(salvage_of.history.frames)
        for batch in batches
        for kind, key in zip(batch.kinds, batch.keys)
    }
