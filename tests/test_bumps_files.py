"""bumps/files.py: the seam does what the system does, whole; a disk in memory refuses what a real one refuses."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bumps
from bumps import files
from bumps.files import Disk, MemoryDisk, RealDisk, ShortWriteError, write_all


def real_file(folder: Path, content: bytes = b"") -> files.RealFile:
    file = RealDisk().create(str(folder / "f"))
    write_all(file, content, 0)
    return file


def test_a_read_in_pieces_is_a_whole_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = real_file(tmp_path, b"0123456789")
    original = os.pread
    monkeypatch.setattr(os, "pread", lambda descriptor, size, offset: original(descriptor, min(size, 3), offset))
    assert file.pread(8, 1) == b"12345678"
    assert file.pread(100, 4) == b"456789", "fewer at the end of the file only"
    assert file.pread(4, 10) == b""
    file.close()


def test_a_write_in_pieces_goes_on_as_long_as_something_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = real_file(tmp_path)
    original, room = os.pwrite, 10

    def pwrite(descriptor: int, data: bytes, offset: int) -> int:
        nonlocal room
        size = min(len(data), 4, room)
        room -= size
        return original(descriptor, bytes(data[:size]), offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    write_all(file, b"01234567", 0)
    with pytest.raises(ShortWriteError, match="wrote 2 of 8 bytes at 8"):
        write_all(file, b"89abcdef", 8)
    assert file.pread(100, 0) == b"0123456789"
    file.close()
    file.close()


@pytest.mark.parametrize("way", ["F_FULLFSYNC", "fdatasync", "fsync"])
def test_a_sync_reaches_the_medium_on_every_system(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = real_file(tmp_path)
    called: list[object] = []
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda descriptor, command: called.append(command))
    monkeypatch.setattr(os, "fsync", lambda descriptor: called.append("fsync"))
    if way == "F_FULLFSYNC":
        monkeypatch.setattr(sys, "platform", "darwin")
    elif way == "fsync":
        monkeypatch.delattr(os, "fdatasync")
    else:
        monkeypatch.setattr(os, "fdatasync", lambda descriptor: called.append("fdatasync"))
    file.sync()
    assert called == [51 if way == "F_FULLFSYNC" else way]
    monkeypatch.undo()
    file.close()


@pytest.mark.parametrize("has_ofd", [True, False])
def test_a_lock_belongs_to_its_handle_and_ends_with_it(
    has_ofd: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_ofd:
        monkeypatch.setattr(files, "_F_OFD_SETLK", None)  # macOS: flock on the whole file
    disk, path = RealDisk(), str(tmp_path / "lock")
    one = disk.create(path)
    other, reader = disk.open(path, write=True), disk.open(path, write=False)
    assert one.lock(0, exclusive=True)
    assert not other.lock(0, exclusive=True)
    assert not reader.lock(0, exclusive=False), "who only reads is kept out by who writes"
    one.unlock(0)
    assert reader.lock(0, exclusive=False)
    assert other.lock(0, exclusive=False)
    assert not one.lock(0, exclusive=True)
    other.close()
    reader.close()
    assert one.lock(0, exclusive=True)
    one.close()


def test_no_file_gets_the_descriptor_of_a_standard_stream(tmp_path: Path) -> None:
    script = """
import os, sys
from bumps.files import RealDisk
os.close(0); os.close(1)
file = RealDisk().create(sys.argv[1])
os.close(2) if file.descriptor < 3 else None
sys.exit(0 if file.descriptor >= 3 else 1)
"""
    environment = os.environ | {"PYTHONPATH": str(Path(bumps.__file__).parent.parent)}
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "f")], env=environment, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("what", ["directory", "fifo"])
def test_what_is_no_file_is_not_opened_as_one(what: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.mkdir() if what == "directory" else os.mkfifo(path)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError, match="not a regular file"):
        RealDisk().open(str(path), write=False)
    assert len(os.listdir("/proc/self/fd")) == before, "its descriptor is closed"


def test_the_clocks_and_the_size_of_a_disk_are_the_systems(tmp_path: Path) -> None:
    disk = RealDisk()
    assert 0 < disk.free_size(str(tmp_path)) < 1 << 60
    before = disk.monotonic()
    disk.sleep(0.001)
    assert disk.monotonic() > before
    assert MemoryDisk().free_size("/") > 1 << 30
    assert disk.is_writable(str(tmp_path)) and not disk.is_writable(str(tmp_path / "absent"))


def place(disk: Disk, folder: str) -> str:
    """Make a folder with a file, a full directory and an empty one; return its path."""
    if isinstance(disk, MemoryDisk):
        disk.make_directory(folder)
    disk.create(folder + "/file").close()
    disk.make_directory(folder + "/full")
    disk.create(folder + "/full/inner").close()
    disk.make_directory(folder + "/empty")
    return folder


ACTS: list[tuple[str, Callable[[Disk, str], object]]] = [
    ("create over a file", lambda disk, path: disk.create(path + "/file")),
    ("create over a directory", lambda disk, path: disk.create(path + "/full")),
    ("create in nothing", lambda disk, path: disk.create(path + "/absent/x")),
    ("open nothing", lambda disk, path: disk.open(path + "/absent", write=False)),
    ("rename nothing", lambda disk, path: disk.rename(path + "/absent", path + "/x")),
    ("rename into nothing", lambda disk, path: disk.rename(path + "/file", path + "/absent/x")),
    ("rename over a full directory", lambda disk, path: disk.rename(path + "/empty", path + "/full")),
    ("unlink nothing", lambda disk, path: disk.unlink(path + "/absent")),
    ("list nothing", lambda disk, path: disk.list(path + "/absent")),
    ("make a directory over a file", lambda disk, path: disk.make_directory(path + "/file")),
    ("make a directory in nothing", lambda disk, path: disk.make_directory(path + "/absent/x")),
    ("remove a full directory", lambda disk, path: disk.remove_directory(path + "/full")),
]


@pytest.mark.parametrize(("what", "act"), ACTS, ids=[what for what, _ in ACTS])
def test_memory_refuses_what_the_system_refuses(what: str, act: Callable[[Disk, str], object], tmp_path: Path) -> None:
    numbers = []
    for disk, folder in ((RealDisk(), str(tmp_path)), (MemoryDisk(), "/m")):
        path = place(disk, folder)
        with pytest.raises(OSError) as caught:
            act(disk, path)
        numbers.append(caught.value.errno)
    assert numbers[0] == numbers[1] != 0, (what, [errno.errorcode[number or 0] for number in numbers])


def test_memory_renames_and_removes_as_the_system_does(tmp_path: Path) -> None:
    for disk, folder in ((RealDisk(), str(tmp_path)), (MemoryDisk(), "/m")):
        path = place(disk, folder)
        disk.rename(path + "/full", path + "/empty")
        disk.rename(path + "/file", path + "/other")
        assert (disk.list(path), disk.list(path + "/empty")) == (["empty", "other"], ["inner"])
        disk.unlink(path + "/empty/inner")
        disk.remove_directory(path + "/empty")
        assert disk.list(path) == ["other"]
        file = disk.open(path + "/other", write=True)
        write_all(file, b"x", 3)
        assert file.pread(9, 0) == b"\0\0\0x"
        file.truncate(2)
        file.truncate(4)
        assert file.pread(9, 0) == bytes(4)
        file.close()
