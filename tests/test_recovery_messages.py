"""recovery/, what a user reads when opening or making a database fails: what, where, what was found, what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bumps
from bumps.batch import KILL, SET, Batch
from bumps.engine import Engine
from bumps.errors import BumpsError, CorruptionError, DiskFullError, ExistsError, StorageError, UsageError
from bumps.files import MemoryDisk, MemoryFile, RealDisk
from bumps.recovery import double_write
from bumps.recovery.create import create, creation_error, discard, remove_stale
from bumps.recovery.location import open_error
from bumps.torture.hostile import edit
from tests.damaged import CODEC, OPTIONS, PAGE_SIZE, PATH, built, files_of, forge_frame, forge_meta, nodes
from tests.test_recovery_recover import FullDisk, batch, content, crashed, key


def one_line(error: BumpsError) -> str:
    """Return the message, which must be one line with the place in it."""
    assert "\n" not in error.message and len(error.message) < 300
    return error.message


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [
        (errno.EACCES, StorageError, "cannot be opened: "),
        (errno.EROFS, StorageError, "cannot be opened: "),
        (errno.ENOSPC, DiskFullError, "no space to recover it: "),
        (errno.EDQUOT, DiskFullError, "no space to recover it: "),
        (errno.ENOENT, CorruptionError, "a file of the database is missing: /x.bumps/data"),
        (errno.EIO, StorageError, "cannot be opened: "),
    ],
)
def test_each_error_of_the_system_while_opening_is_named(number: int, error: type[StorageError], words: str) -> None:
    found = open_error("/x.bumps", OSError(number, os.strerror(number), "/x.bumps/data"))
    assert type(found) is error
    assert one_line(found).startswith(f"/x.bumps: {words}")
    assert found.hint or number == errno.EIO


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [
        (errno.ENOTEMPTY, ExistsError, "there is something of that name already"),
        (errno.EEXIST, ExistsError, "there is something of that name already"),
        (errno.ENOSPC, DiskFullError, "no space to create a database"),
        (errno.EACCES, StorageError, "cannot create a database there: "),
        (errno.EROFS, StorageError, "cannot create a database there: "),
        (errno.EIO, StorageError, "cannot create a database: "),
    ],
)
def test_each_error_of_the_system_while_creating_is_named(number: int, error: type[StorageError], words: str) -> None:
    found = creation_error("/x.bumps", OSError(number, os.strerror(number)))
    assert type(found) is error
    assert one_line(found).startswith(f"/x.bumps: {words}")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"charset": "latin-1"}, "charset 'latin-1': it is utf-8 or m"),
        ({"page_size": 1000}, "page size 1000: it is one of 512, 1024, 4096, 8192, 16384, 32768, 65536"),
        ({"keep": "none"}, "keep 'none': it is all or checkpoint"),
        ({"cache_size": 100}, "cache size 100: it is at least 32768 bytes"),
        ({"mode": "w"}, "mode 'w': it is rw or r"),
        ({"durability": "safe"}, "durability 'safe': it is commit, group or none"),
    ],
)
def test_an_option_that_cannot_be_meant_is_refused_with_the_choices(options: dict[str, Any], words: str) -> None:
    disk = MemoryDisk()
    with pytest.raises(UsageError) as caught:
        bumps.open(PATH, disk=disk, **options)
    assert one_line(caught.value) == words
    assert disk.list("/") == [], "nothing was made"


@pytest.mark.parametrize(
    ("options", "words"),
    [({"charset": "m"}, "its charset is utf-8, not m"), ({"page_size": 1024}, "its pages have 512 bytes, not 1024")],
)
def test_what_a_database_is_not_is_said_with_what_it_is(options: dict[str, Any], words: str) -> None:
    disk = built(nodes("A", [1]))
    with pytest.raises(UsageError, match=f"^{PATH}: {words}$"):
        bumps.open(PATH, disk=disk, **options)


def test_a_database_that_another_process_makes_at_the_same_moment_is_opened() -> None:
    class Racing(MemoryDisk):
        def rename(self, old: str, new: str) -> None:
            if new == PATH and not self.kind(PATH):
                super().rename(old, new)
                raise OSError(errno.ENOTEMPTY, "directory not empty", new)
            super().rename(old, new)

    with bumps.open(PATH, disk=Racing()) as database:
        assert list(database.nodes()) == []


def test_a_file_that_appears_in_the_place_of_a_new_database_is_refused() -> None:
    class Racing(MemoryDisk):
        def rename(self, old: str, new: str) -> None:
            if new == PATH:
                self.files[PATH] = bytearray(b"mine")
                raise OSError(errno.ENOTDIR, "not a directory", new)
            super().rename(old, new)

    disk = Racing()
    with pytest.raises(ExistsError, match="there is something of that name already"):
        bumps.open(PATH, disk=disk)
    assert disk.list("/") == ["test.bumps"] and disk.files[PATH] == b"mine"


def test_a_creation_that_is_under_way_elsewhere_is_left_alone(tmp_path: Path) -> None:
    disk, path = RealDisk(), str(tmp_path / "x.bumps")
    other = Path(path + ".tmp-0011223344556677")
    other.mkdir()
    lock = disk.create(str(other / "lock"))
    assert lock.lock(0, exclusive=True)
    remove_stale(disk, path)
    assert other.exists()
    lock.close()
    remove_stale(disk, path)
    assert not other.exists()


def test_what_cannot_be_removed_hides_no_error() -> None:
    class Stubborn(MemoryDisk):
        def unlink(self, path: str) -> None:
            raise PermissionError(errno.EACCES, "permission denied", path)

        def rename(self, old: str, new: str) -> None:
            raise OSError(errno.EIO, "input/output error", new)

    disk = Stubborn()
    with pytest.raises(StorageError, match="cannot create a database: input/output error"):
        create(disk, PATH, charset="utf-8", page_size=512)
    discard(disk, "/absent")


# Damage that only whoever knows the format can do


def test_a_set_of_a_newer_release_is_refused_and_one_that_is_none_is_passed_over() -> None:
    disk = built(nodes("A", range(30)))
    files = files_of(disk)
    edit(files, "meta", "double-write", 512, version=2)
    file = disk.open(PATH + "/double-write", write=False)
    database_id = bytes(disk.files[PATH + "/data"][16:32])
    with pytest.raises(bumps.ForeignFileError, match="version 2"):
        double_write.read(file, database_id, PAGE_SIZE)
    edit(files, "meta", "double-write", 512, version=1, page_count=3)
    assert double_write.read(file, database_id, PAGE_SIZE) is None, "its pages lie behind its own page count"
    edit(files, "meta", "double-write", 512, magic=b"no meta!")  # type: ignore[arg-type]
    assert double_write.read(file, database_id, PAGE_SIZE) is None


def test_a_mark_that_counts_other_nodes_than_the_tree_has_is_damage() -> None:
    disk = built(nodes("A", range(5)), checkpoint=False)
    engine = Engine.open(disk, PATH, OPTIONS)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StorageError):
        patch.setattr("bumps.recovery.checkpoint.Checkpointer.seal", fail)
        engine.checkpoint()
    engine.abandon()
    forge_frame(disk, 2, ((5).to_bytes(8, "little"), (6).to_bytes(8, "little")))
    with pytest.raises(CorruptionError, match="frame 2 counts 6 nodes, and the tree has 5") as caught:
        Engine.open(disk, PATH, OPTIONS)
    assert one_line(caught.value).startswith("journal/")
    assert caught.value.last_lsn == 2


def fail(*arguments: object) -> None:
    raise OSError(errno.EIO, "input/output error")


def test_a_data_file_that_was_cut_is_named_with_both_sizes() -> None:
    disk = built(nodes("A", range(100)))
    data = disk.files[PATH + "/data"]
    size = len(data)
    del data[size - 600 :]
    with pytest.raises(CorruptionError, match=f"data: {size - 600} bytes, but ") as caught:
        Engine.open(disk, PATH, OPTIONS)
    assert "of 512 are in use" in one_line(caught.value)
    assert caught.value.offset == size - 600


def test_a_slot_one_that_stands_elsewhere_than_it_says_is_not_believed() -> None:
    disk = built(nodes("A", range(5)))
    data = disk.files[PATH + "/data"]
    forge_meta(disk, 1, page_size=1024)
    data[100] ^= 1
    with pytest.raises(CorruptionError, match="neither meta slot is valid"):
        Engine.open(disk, PATH, OPTIONS)


# A full disk, and one that fails, while what was cut is finished


def sealed() -> MemoryDisk:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(30):
        engine.commit(batch((key(number), b"v" * 60)))
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StorageError):
        patch.setattr("bumps.recovery.checkpoint.Checkpointer.write_home", fail)
        engine.checkpoint()
    return crashed(disk)


def test_without_space_to_finish_a_checkpoint_it_is_read_and_says_why_it_is_not_written() -> None:
    disk = FullDisk()
    found = sealed()
    disk.files, disk.directories = found.files, found.directories
    disk.room = 0
    engine = Engine.open(disk, PATH, OPTIONS)
    assert engine.read_only and len(content(engine)) == 30
    with pytest.raises(bumps.ReadOnlyError, match="there was no space to finish its recovery") as caught:
        engine.commit(batch((key(1), b"x")))
    assert caught.value.hint == "free some, and open it again"
    engine.close()
    disk.room = 1 << 30
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch((key(1), b"x")))
    assert len(content(engine)) == 30
    engine.close()


@pytest.mark.parametrize("step", ["clear_slot", "finish_set"])
def test_a_disk_that_fails_while_a_checkpoint_is_finished_leaves_it_to_the_next_opening(step: str) -> None:
    disk = sealed()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StorageError, match="input/output error"):
        patch.setattr(f"bumps.recovery.recover.{step}", fail)
        Engine.open(disk, PATH, OPTIONS)
    engine = Engine.open(disk, PATH, OPTIONS)
    assert engine.report.recovered and engine.report.sealed_set_used
    assert len(content(engine)) == 30
    engine.close()


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_set_that_cannot_be_copied_before_it_is_replaced_is_an_error_or_a_refusal(number: int) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch((key(1), b"a")))
    engine.checkpoint()
    engine = Engine.open(crashed(disk), PATH, OPTIONS)
    engine.commit(batch((key(2), b"b")))

    def refuse(*arguments: object) -> None:
        raise OSError(number, "by order of the test")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bumps.recovery.double_write.copy", refuse)
        with pytest.raises(DiskFullError if number == errno.ENOSPC else bumps.FailedError) as caught:
            engine.checkpoint()
    if number == errno.ENOSPC:
        assert "no space to copy the set of the last checkpoint" in one_line(caught.value)
        engine.checkpoint()
        assert len(content(engine)) == 2
        engine.close()


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_data_file_that_cannot_grow_stops_a_checkpoint_or_refuses_it(number: int) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch(*((key(each), b"v" * 100) for each in range(50))))

    def refuse(*arguments: object) -> None:
        raise OSError(number, "by order of the test")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bumps.recovery.checkpoint.grow", refuse)
        with pytest.raises(DiskFullError if number == errno.ENOSPC else bumps.FailedError) as caught:
            engine.checkpoint()
    if number == errno.ENOSPC:
        assert "no space for a checkpoint of " in one_line(caught.value) and caught.value.hint
        engine.checkpoint()
        engine.close()
    assert len(content(Engine.open(crashed(disk), PATH, OPTIONS))) == 50


def test_a_journal_that_cannot_be_read_is_named_when_its_size_is_asked_for() -> None:
    class Refusing(MemoryDisk):
        refused = False

        def list(self, path: str) -> list[str]:
            if self.refused and path.endswith("/journal"):
                raise PermissionError(errno.EACCES, "permission denied", path)
            return super().list(path)

    disk = Refusing()
    engine = Engine.open(disk, PATH, OPTIONS)
    disk.refused = True
    with pytest.raises(StorageError, match="journal: it cannot be read: permission denied"):
        engine.stat()
    disk.refused = False
    engine.commit(batch((key(1), b"v")))
    engine.abandon()
    disk.refused = True
    with pytest.raises(StorageError, match="journal: it cannot be read: permission denied"):
        Engine.open(disk, PATH, OPTIONS)


def test_a_place_that_nobody_can_say_is_a_storage_error() -> None:
    class Gone(MemoryDisk):
        def absolute(self, path: str) -> str:
            raise FileNotFoundError(errno.ENOENT, "no such file or directory", path)

    with pytest.raises(StorageError, match=r"x\.bumps"):
        bumps.open("x.bumps", disk=Gone())


def test_a_kill_of_everything_is_recovered_as_such() -> None:
    disk = built(nodes("A", range(50)))
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit([Batch("A", bytes([KILL]), [b""], [])])
    engine.commit([Batch("A", bytes([SET]), [CODEC.encode((1,))], [b"new"])])
    engine.abandon()
    engine = Engine.open(disk, PATH, OPTIONS)
    assert [value for _, value in engine.items("A")] == [b"new"]
    engine.close()
    assert list(bumps.verify(PATH, deep=True, disk=disk)) == []


Act = Callable[[MemoryDisk], object]


@pytest.mark.parametrize("act", [lambda disk: bumps.replay(PATH, "/again.bumps", disk=disk)], ids=["replay"])
def test_a_replay_that_the_system_refuses_names_its_database(act: Act) -> None:
    class Refusing(MemoryDisk):
        def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
            if path == PATH + "/data":
                raise OSError(errno.EIO, "input/output error", path)
            return super().open(path, write=write)

    disk, source = Refusing(), built(nodes("A", range(5)))
    disk.files, disk.directories = source.files, source.directories
    with pytest.raises(StorageError, match=f"{PATH}: cannot be opened: input/output error"):
        act(disk)
