"""recovery/: what a crash leaves is opened without a command, and holds every acknowledged commit."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

import bumps
from bumps.batch import SET, Batch
from bumps.btree import meta as meta_slots
from bumps.btree.meta import Meta
from bumps.engine import Engine
from bumps.errors import (
    CorruptionError,
    DiskFullError,
    ForeignFileError,
    LockedError,
    NoDatabaseError,
    ReadOnlyError,
    StorageError,
)
from bumps.files import File, MemoryDisk, MemoryFile, RealDisk
from bumps.options import Durability, Options
from bumps.recovery import verify
from bumps.recovery.checkpoint import Checkpointer

PATH = "/test.bumps"
OPTIONS = Options(page_size=512, alignment=512, segment_size_min=4096, segment_size_max=4096, background=False)


def batch(*pairs: tuple[bytes, bytes]) -> list[Batch]:
    return [Batch("X", bytes([SET]) * len(pairs), [key for key, _ in pairs], [value for _, value in pairs])]


def key(number: int) -> bytes:
    return b"\x83%03d\x00" % (number + 100)


def crashed(disk: MemoryDisk) -> MemoryDisk:
    """Return a disk as a killed process leaves it: every write is there, nothing was closed."""
    copy = MemoryDisk()
    copy.files = {path: bytearray(content) for path, content in disk.files.items()}
    copy.directories = set(disk.directories)
    return copy


def content(engine: Engine) -> dict[bytes, bytes]:
    return dict(engine.items("X"))


def assert_sound(disk: MemoryDisk) -> None:
    assert [str(problem) for problem in verify.problems(disk, PATH)] == []


def test_every_commit_is_there_after_a_kill_at_any_moment() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(60):
        engine.commit(batch((key(number), b"v" * number)))
        if number % 25 == 24:
            engine.checkpoint()
        again = Engine.open(crashed(disk), PATH, OPTIONS)
        assert content(again) == {key(n): b"v" * n for n in range(number + 1)}
        assert again.last_lsn >= engine.last_lsn
        again.close()


def test_a_recovered_database_goes_on_and_survives_the_next_kill() -> None:
    disk = MemoryDisk()
    expected: dict[bytes, bytes] = {}
    for life in range(12):
        disk = crashed(disk)
        engine = Engine.open(disk, PATH, OPTIONS)
        assert content(engine) == expected
        assert_sound(disk)
        for number in range(life % 3 + 1):
            expected[key(20 * life + number)] = b"life %d" % life
            engine.commit(batch((key(20 * life + number), b"life %d" % life)))
        if life % 4 == 3:
            engine.checkpoint()


def test_a_clean_close_is_continued_in_its_segment_and_writes_nothing_at_open() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch((key(1), b"a")))
    engine.close()
    before = crashed(disk).files
    engine = Engine.open(disk, PATH, OPTIONS)
    after = crashed(disk).files
    assert engine.report.clean
    assert {name for name in after if after[name] != before.get(name)} <= {PATH + "/lock"}
    engine.commit(batch((key(2), b"b")))
    engine.close()
    assert disk.list(PATH + "/journal") == ["00000000000000000001.log"]
    assert content(Engine.open(disk, PATH, OPTIONS)) == {key(1): b"a", key(2): b"b"}


def test_what_was_committed_after_a_clean_close_is_not_forgotten() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch((key(1), b"a")))
    engine.close()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch((key(2), b"b")))
    again = Engine.open(crashed(disk), PATH, OPTIONS)
    assert not again.report.clean
    assert content(again) == {key(1): b"a", key(2): b"b"}


class StopError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize(
    "step", ["settle_meta", "seal", "sync_seal", "write_home", "sync_home", "write_meta", "sync_meta"]
)
def test_a_checkpoint_that_is_killed_at_any_step_loses_nothing(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(50):
        engine.commit(batch((key(number), b"old")))
    engine.checkpoint()
    for number in range(40):
        engine.commit(batch((key(number * 3), b"new")))
    expected = content(engine)

    def stop(*arguments: object) -> None:
        raise StopError

    with monkeypatch.context() as patch, pytest.raises((bumps.FailedError, StopError)):
        patch.setattr(f"bumps.recovery.checkpoint.Checkpointer.{step}", stop)
        engine.checkpoint()
    killed = crashed(disk)
    assert_sound(killed)
    reader = Engine.open(killed, PATH, Options(read_only=True, alignment=512))
    assert content(reader) == expected
    reader.close()
    again = Engine.open(killed, PATH, OPTIONS)
    assert content(again) == expected
    again.commit(batch((key(1), b"later")))
    again.close()
    assert_sound(killed)


def test_a_sealed_set_goes_home_even_if_pages_at_home_are_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(50):
        engine.commit(batch((key(number), b"old")))
    engine.checkpoint()
    for number in range(50):
        engine.commit(batch((key(number), b"new")))

    def tear(self: object, pages: object) -> None:
        content = disk.files[PATH + "/data"]
        content[1024 : len(content) : 7] = b"\xee" * len(range(1024, len(content), 7))
        raise StopError

    with monkeypatch.context() as patch, pytest.raises(bumps.FailedError):
        patch.setattr("bumps.recovery.checkpoint.Checkpointer.write_home", tear)
        engine.checkpoint()
    again = Engine.open(crashed(disk), PATH, OPTIONS)
    assert again.report.sealed_set_used
    assert set(content(again).values()) == {b"new"}


def test_an_exception_inside_apply_voids_the_tree_and_it_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.open(MemoryDisk(), PATH, OPTIONS)
    engine.commit(batch((key(1), b"a")))

    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("bumps.btree.tree.Tree.apply", interrupt)
        engine.commit(batch((key(2), b"b")))
    assert content(engine) == {key(1): b"a", key(2): b"b"}, "the frame was appended, so the commit is in"
    engine.commit(batch((key(3), b"c")))
    engine.close()


def test_after_a_failed_sync_nothing_is_acknowledged_or_read_until_it_is_opened_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch((key(1), b"a")))

    def fail(self: MemoryFile) -> None:
        raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as patch, pytest.raises(bumps.CommitUnknownError):
        patch.setattr(MemoryFile, "sync", fail)
        engine.commit(batch((key(2), b"b")))
    with pytest.raises(bumps.FailedError):
        engine.commit(batch((key(3), b"c")))
    with pytest.raises(bumps.FailedError):
        engine.get("X", key(1))
    with pytest.raises(bumps.FailedError):
        engine.close()
    again = Engine.open(disk, PATH, OPTIONS)
    assert content(again)[key(1)] == b"a"
    assert key(3) not in content(again)
    assert again.report.frames_adopted >= 1


class FullDisk(MemoryDisk):
    """A disk that holds so many bytes and no more."""

    room = 1 << 40

    def _measured(self, file: MemoryFile) -> MemoryFile:
        disk = self

        class Measured(MemoryFile):
            def pwrite(self, data: bytes, offset: int) -> int:
                growth = max(0, offset + len(data) - len(self.content))
                if growth > disk.room:
                    raise OSError(errno.ENOSPC, "no space left on device")
                disk.room -= growth
                return super().pwrite(data, offset)

        return Measured(file.content)

    def create(self, path: str) -> MemoryFile:  # type: ignore[override]
        return self._measured(super().create(path))

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        return self._measured(super().open(path, write=write))


def test_a_full_disk_refuses_a_commit_and_goes_on_when_there_is_space() -> None:
    disk = FullDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    disk.room = 20_000
    done = 0
    with pytest.raises(DiskFullError):
        for number in range(1000):
            engine.commit(batch((key(number), b"v" * 60)))
            done += 1
    assert done > 5
    expected = {key(number): b"v" * 60 for number in range(done)}
    assert content(engine) == expected, "reads go on, and the refused commit is not there"
    disk.room = 1 << 30
    engine.commit(batch((key(done), b"v" * 60)))
    engine.close()
    assert_sound(disk)
    assert len(content(Engine.open(disk, PATH, OPTIONS))) == done + 1


def test_single_sets_of_group_mode_are_kept_when_the_disk_is_full() -> None:
    disk = FullDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    disk.room = 6000
    done = 0
    with pytest.raises(DiskFullError):
        for number in range(100_000):
            engine.write(SET, "X", key(number % 900) + b"\x78\x00" * (number // 900), b"v" * 60, Durability.GROUP)
            done += 1
    held = len(content(engine))
    with pytest.raises(DiskFullError):
        engine.close()
    disk.room = 1 << 30
    engine.close()
    assert len(content(Engine.open(disk, PATH, OPTIONS))) == held


def test_damage_in_the_middle_of_the_journal_is_refused_and_named() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(30):
        engine.commit(batch((key(number), b"v")))
    killed = crashed(disk)
    segment = killed.files[PATH + "/journal/00000000000000000001.log"]
    segment[512 + 40] ^= 1
    with pytest.raises(CorruptionError) as caught:
        Engine.open(killed, PATH, OPTIONS)
    assert "journal/00000000000000000001.log" in caught.value.message
    assert list(verify.problems(killed, PATH))


def test_a_torn_tail_is_cut_and_reported() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(3):
        engine.commit(batch((key(number), b"v" * 100)))
    killed = crashed(disk)
    segment = killed.files[PATH + "/journal/00000000000000000001.log"]
    last = segment.rindex(b"bFr1")
    segment[last + 80] ^= 1
    again = Engine.open(killed, PATH, OPTIONS)
    assert sorted(content(again)) == [key(0), key(1)]
    assert again.report.size_cut > 0
    again.close()
    assert_sound(killed)


@pytest.mark.parametrize("slot", [0, 1])
def test_one_torn_meta_slot_leaves_the_other(slot: int) -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.close()
    disk.files[PATH + "/data"][slot * 512 + 100] ^= 1
    assert Engine.open(disk, PATH, OPTIONS).last_lsn == 0
    assert any("meta" in str(problem) for problem in verify.problems(disk, PATH))


def test_the_newest_slot_may_be_damaged_while_its_set_stands_and_is_written_again() -> None:
    sound = MemoryDisk()
    engine = Engine.open(sound, PATH, OPTIONS)
    engine.commit(batch((key(1), b"v")))
    engine.close()
    newest = meta_slots.read(sound.open(PATH + "/data", write=False)).newest
    start = newest.generation % 2 * newest.page_size
    for at in range(start, start + 512, 37):
        disk = crashed(sound)
        disk.files[PATH + "/data"][at] ^= 1
        # A power cut in the last step of a checkpoint leaves the same: nobody can call it damage.
        assert [str(problem) for problem in verify.problems(disk, PATH)] == []
        engine = Engine.open(disk, PATH, OPTIONS)
        assert content(engine) == {key(1): b"v"}
        assert meta_slots.read(disk.open(PATH + "/data", write=False)).newest == newest
        engine.close()


def test_the_slot_of_a_new_database_is_not_written_again_by_whoever_has_only_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = MemoryDisk()
    Engine.open(disk, PATH, OPTIONS).abandon()
    born = meta_slots.read(disk.open(PATH + "/data", write=False)).newest
    written: list[int] = []
    write_meta = Checkpointer.write_meta

    def note(checkpointer: Checkpointer, meta: Meta) -> None:
        written.append(meta.generation)
        write_meta(checkpointer, meta)

    monkeypatch.setattr(Checkpointer, "write_meta", note)
    engine = Engine.open(disk, PATH, OPTIONS)
    engine.commit(batch((key(1), b"v")))
    engine.checkpoint()
    assert written == [born.generation + 1], "no set stands behind it: a cut in it would leave nothing"
    engine.close()


def test_a_power_cut_during_creation_leaves_no_database_and_the_next_creation_cleans_up() -> None:
    disk = MemoryDisk()

    class CutDisk(MemoryDisk):
        def rename(self, old: str, new: str) -> None:
            raise StopError

    cut = CutDisk()
    with pytest.raises(StopError):
        Engine.open(cut, PATH, OPTIONS)
    disk.files, disk.directories = cut.files, cut.directories
    disk.make_directory(PATH + ".tmp-0123456789abcdef")
    Engine.open(disk, PATH, OPTIONS).close()
    assert disk.list("/") == ["test.bumps"]


def damage(path: Path, how: str) -> None:
    data = path / "data"
    if how == "foreign":
        data.write_bytes(b"SQLite format 3\0" + bytes(16384))
    elif how == "empty":
        data.write_bytes(b"")
    elif how == "newer":
        for slot in (0, 1):
            content = bytearray(data.read_bytes())
            sector = content[slot * 8192 : slot * 8192 + 508]
            sector[8] = 2
            from bumps.checksum import crc32c

            content[slot * 8192 : slot * 8192 + 512] = sector + crc32c(bytes(sector)).to_bytes(4, "little")
            data.write_bytes(content)
    elif how == "no data":
        data.unlink()
    elif how == "fifo":
        data.unlink()
        import os

        os.mkfifo(data)
    elif how == "short":
        data.write_bytes(data.read_bytes()[:8000])
    elif how == "both slots":
        content = bytearray(data.read_bytes())
        content[100] ^= 1
        content[8192 + 100] ^= 1
        data.write_bytes(content)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ("foreign", ForeignFileError, "not a bumps database"),
        ("empty", CorruptionError, "meta slot"),
        ("newer", ForeignFileError, "version 2"),
        ("no data", ForeignFileError, "data"),
        ("fifo", ForeignFileError, "data"),
        ("both slots", CorruptionError, "meta slot"),
    ],
)
def test_an_opening_that_cannot_be_says_what_is_wrong(
    tmp_path: Path, how: str, error: type[StorageError], words: str
) -> None:
    path = tmp_path / "x.bumps"
    bumps.open(path).close()
    damage(path, how)
    with pytest.raises(error, match=words) as caught:
        bumps.open(path)
    assert "\n" not in caught.value.message
    with pytest.raises(StorageError):
        list(bumps.verify(path))


def test_a_file_in_the_place_of_a_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    with pytest.raises(ForeignFileError, match="not a database"):
        bumps.open(tmp_path / "x")


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoDatabaseError, match="no directory"):
        bumps.open(tmp_path / "none" / "x.bumps")


def test_an_empty_directory_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "x.bumps").mkdir()
    with bumps.open(tmp_path / "x.bumps") as database:
        database["^X"] = "v"
    with bumps.open(tmp_path / "x.bumps", create=False) as database:
        assert database.get("^X") == "v"


def test_a_second_opener_is_told_who_has_it(tmp_path: Path) -> None:
    import os

    with bumps.open(tmp_path / "x.bumps"):
        # Another engine on the same files stands for another process: locks belong to handles.
        with pytest.raises(LockedError, match=str(os.getpid())):
            Engine.open(RealDisk(), str(tmp_path / "x.bumps"), Options())
        with pytest.raises(LockedError):
            Engine.open(RealDisk(), str(tmp_path / "x.bumps"), Options(read_only=True))
    Engine.open(RealDisk(), str(tmp_path / "x.bumps"), Options()).close()


def test_readers_share_and_keep_writers_out(tmp_path: Path) -> None:
    path = str(tmp_path / "x.bumps")
    bumps.open(path).close()
    one = Engine.open(RealDisk(), path, Options(read_only=True))
    two = Engine.open(RealDisk(), path, Options(read_only=True))
    with pytest.raises(LockedError):
        Engine.open(RealDisk(), path, Options())
    one.close()
    two.close()


def test_a_reader_of_a_crashed_database_sees_the_commits_and_writes_nothing() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(20):
        engine.commit(batch((key(number), b"v")))
    killed = crashed(disk)
    before = crashed(killed).files
    reader = Engine.open(killed, PATH, Options(read_only=True))
    assert len(content(reader)) == 20
    with pytest.raises(ReadOnlyError):
        reader.commit(batch((key(1), b"w")))
    reader.close()
    assert killed.files == before


def test_many_leaves_and_a_small_cache_give_back_every_value() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, Options(page_size=512, alignment=512, cache_size=64 * 512, background=False))
    expected: dict[bytes, bytes] = {}
    for number in range(0, 900, 10):
        pairs = [(key(n), b"%d " % n * (n % 7 + 1)) for n in range(number, number + 10)]
        expected.update(pairs)
        engine.commit(batch(*pairs))
    assert engine.stat()["generation"] > 2, "dirty leaves start checkpoints by themselves"
    assert content(engine) == expected
    assert content(Engine.open(crashed(disk), PATH, OPTIONS)) == expected


def test_keep_checkpoint_unlinks_segments_that_recovery_does_not_need() -> None:
    options = Options(
        page_size=512,
        alignment=512,
        segment_size_min=4096,
        segment_size_max=4096,
        keep="checkpoint",
        background=False,
    )
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, options)
    for number in range(100):
        engine.commit(batch((key(number), b"v" * 50)))
    assert len(disk.list(PATH + "/journal")) > 4
    engine.checkpoint()
    assert len([name for name in disk.list(PATH + "/journal") if name.endswith(".log")]) == 1
    assert len(content(Engine.open(crashed(disk), PATH, options))) == 100


def test_meta_slot_layout_is_the_documented_one() -> None:
    disk = MemoryDisk()
    Engine.open(disk, PATH, Options(background=False)).close()
    sector = bytes(disk.files[PATH + "/data"][:512])
    assert sector[:16] == b"bumpsmet" + bytes.fromhex("01000000 00200000")
    meta = meta_slots.decode(sector)
    assert (meta.page_size, meta.generation, meta.charset, meta.clean) == (8192, 0, "utf-8", True)
    assert meta.encode()[:512] == sector


@pytest.mark.parametrize("bit", range(0, 8 * 512, 5))
def test_a_flipped_bit_of_a_meta_slot_is_never_believed(bit: int) -> None:
    disk = MemoryDisk()
    Engine.open(disk, PATH, Options(background=False)).close()
    sector = bytearray(disk.files[PATH + "/data"][:512])
    sector[bit // 8] ^= 1 << bit % 8
    with pytest.raises((CorruptionError, ForeignFileError)):
        meta_slots.decode(bytes(sector))


def count_writes(run: Callable[[], object]) -> int:
    writes = 0
    original = MemoryFile.pwrite

    def pwrite(self: File, data: bytes, offset: int) -> int:
        nonlocal writes
        writes += 1
        return original(self, data, offset)  # type: ignore[arg-type]

    MemoryFile.pwrite = pwrite  # type: ignore[method-assign]
    try:
        run()
    finally:
        MemoryFile.pwrite = original  # type: ignore[method-assign]
    return writes


def test_opening_and_closing_a_clean_database_writes_only_who_holds_it() -> None:
    disk = MemoryDisk()
    Engine.open(disk, PATH, OPTIONS).close()
    assert count_writes(lambda: Engine.open(disk, PATH, OPTIONS).close()) == 1


@pytest.mark.parametrize("how", ["rw", "r", "verify", "replay"])
def test_whatever_the_system_refuses_to_look_at_is_a_storage_error(how: str) -> None:
    class Closed(MemoryDisk):
        refused = ""

        def kind(self, path: str) -> str:
            if path == self.refused:
                raise PermissionError(errno.EACCES, "permission denied", path)
            return super().kind(path)

    disk = Closed()
    bumps.open(PATH, disk=disk).close()
    for refused in (PATH, f"{PATH}/data", f"{PATH}/double-write", f"{PATH}/lock"):
        disk.refused = refused
        try:
            match how:
                case "verify":
                    list(bumps.verify(PATH, disk=disk))
                case "replay":
                    bumps.replay(PATH, "/again-" + refused[1:].replace("/", "-"), disk=disk)
                case _:
                    bumps.open(PATH, disk=disk, mode=how).close()
        except StorageError as error:
            assert "permission denied" in error.message
    disk.refused = ""
    with bumps.open(PATH, disk=disk) as database:
        assert list(database.nodes()) == []


@pytest.mark.parametrize("number", range(1, 12))
def test_a_creation_that_the_system_refuses_anywhere_is_a_storage_error(number: int) -> None:
    class Refusing(MemoryDisk):
        left = number

        def kind(self, path: str) -> str:
            self.left -= 1
            if not self.left:
                raise OSError(errno.EIO, "input/output error", path)
            return super().kind(path)

    disk = Refusing()
    try:
        Engine.open(disk, PATH, OPTIONS).close()
    except StorageError as error:
        assert "input/output error" in error.message
    with bumps.open(PATH, disk=disk) as database:
        assert list(database.nodes()) == []


class Handle(MemoryFile):
    """A file that knows whether it was closed, on a disk that fails once."""

    __slots__ = ("disk", "is_open")

    def __init__(self, content: bytearray, disk: Handles) -> None:
        super().__init__(content)
        self.disk = disk
        self.is_open = True
        disk.handles.append(self)

    def pread(self, size: int, offset: int) -> bytes:
        self.disk.tick()
        return super().pread(size, offset)

    def size(self) -> int:
        self.disk.tick()
        return super().size()

    def close(self) -> None:
        self.is_open = False


class Handles(MemoryDisk):
    """A disk of which one read or look at a size fails."""

    def __init__(self, disk: MemoryDisk, left: int) -> None:
        super().__init__()
        self.files, self.directories = disk.files, disk.directories
        self.left = left
        self.handles: list[Handle] = []

    def tick(self) -> None:
        self.left -= 1
        if not self.left:
            raise OSError(errno.EIO, "input/output error")

    def create(self, path: str) -> Handle:  # type: ignore[override]
        super().create(path)
        return Handle(self.files[path], self)

    def open(self, path: str, *, write: bool) -> Handle:  # type: ignore[override]
        super().open(path, write=write)
        return Handle(self.files[path], self)


def test_an_open_that_fails_leaves_no_file_open() -> None:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(20):
        engine.commit(batch((key(number), b"v" * 100)))
    engine.abandon()
    failed = 0
    for left in range(1, 200):
        failing = Handles(crashed(disk), left)
        try:
            Engine.open(failing, PATH, OPTIONS).close()
        except StorageError:
            failed += 1
            assert not any(handle.is_open for handle in failing.handles), left
        if failing.left > 0:
            break
    assert failed > 10


def test_who_only_reads_a_crashed_database_on_a_full_disk_meets_no_error() -> None:
    disk = FullDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(20):
        engine.commit(batch((key(number), b"v" * 60)))
    disk.files = crashed(disk).files
    disk.room = 0
    again = Engine.open(disk, PATH, OPTIONS)
    assert len(content(again)) == 20
    again.flush()
    again.close()
