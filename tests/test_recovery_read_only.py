"""recovery/recover.py on media that cannot be written: it is read, nothing is tried, and a write says why not."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import bumps
from bumps.batch import SET, Batch
from bumps.engine import Engine
from bumps.errors import CorruptionError, LockedError, ReadOnlyError, StorageError
from bumps.files import MemoryDisk, MemoryFile, RealDisk
from bumps.options import Options
from bumps.recovery.location import what_is_read_only
from bumps.rescue import accept_loss, recover, salvage, timeline
from tests.damaged import CODEC, NEW, OPTIONS, PATH, nodes


class ReadOnlyDisk(MemoryDisk):
    """A read-only file system: whatever would change something fails, and no lock is refused."""

    def __init__(self, disk: MemoryDisk, protected: str = PATH) -> None:
        super().__init__()
        self.files, self.directories, self.protected = disk.files, disk.directories, protected

    def is_writable(self, path: str) -> bool:
        return not path.startswith(self.protected)

    def refuse(self, path: str) -> None:
        if path.startswith(self.protected):
            raise OSError(errno.EROFS, "Read-only file system", path)

    def create(self, path: str) -> MemoryFile:  # type: ignore[override]
        self.refuse(path)
        return super().create(path)

    def open(self, path: str, *, write: bool) -> MemoryFile:  # type: ignore[override]
        if write:
            self.refuse(path)
        return super().open(path, write=write)

    def rename(self, old: str, new: str) -> None:
        self.refuse(old)
        super().rename(old, new)

    def unlink(self, path: str) -> None:
        self.refuse(path)
        super().unlink(path)

    def make_directory(self, path: str) -> None:
        self.refuse(path)
        super().make_directory(path)

    def sync_directory(self, path: str) -> None:
        self.refuse(path)


def worked(checkpoint_at: int | None = None) -> tuple[MemoryDisk, Engine]:
    disk = MemoryDisk()
    engine = Engine.open(disk, PATH, OPTIONS)
    for number in range(40):
        engine.commit([Batch("A", bytes([SET]), [CODEC.encode((number,))], [b"v%d" % number])])
        if number == checkpoint_at:
            engine.checkpoint()
    return disk, engine


def clean() -> MemoryDisk:
    disk, engine = worked()
    engine.close()
    return disk


def killed() -> MemoryDisk:
    disk, engine = worked(checkpoint_at=20)
    engine.abandon()
    return disk


def sealed() -> MemoryDisk:
    """Return a database of which the last checkpoint is sealed, and not home."""

    class StopError(Exception):
        pass

    def stop(*arguments: object) -> None:
        raise StopError

    disk, engine = worked(checkpoint_at=20)
    with pytest.MonkeyPatch.context() as patch, pytest.raises((StorageError, StopError)):
        patch.setattr("bumps.recovery.checkpoint.Checkpointer.write_home", stop)
        engine.checkpoint()
    engine.abandon()
    return disk


STATES: list[Callable[[], MemoryDisk]] = [clean, killed, sealed]
EXPECTED = {key: value for _, key, value in nodes("A", range(40))}


@pytest.mark.parametrize("mode", ["r", "rw"])
@pytest.mark.parametrize("absent", ["", "lock", "double-write"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_what_cannot_be_written_is_read_whole(state: Callable[[], MemoryDisk], absent: str, mode: str) -> None:
    disk = state()
    if absent:
        del disk.files[f"{PATH}/{absent}"]
    before = {path: bytes(data) for path, data in disk.files.items()}
    with bumps.open(PATH, mode=mode, disk=ReadOnlyDisk(disk)) as database:
        assert database.read_only
        assert {CODEC.encode(path[1:]): value.encode() for path, value in database.scan("^A")} == EXPECTED
        assert len(database.digest()) == 64
        with pytest.raises(ReadOnlyError, match="open for reading only") as caught:
            database["^A", 1].value = "other"
        assert "its directory cannot be written" in caught.value.message or mode == "r"
        assert ("read-only" if mode == "rw" else 'mode="rw"') in caught.value.hint
        notes = "\n".join(database.engine.report.notes)
        assert not absent or f"there is no file `{absent}`" in notes
    assert {path: bytes(data) for path, data in disk.files.items()} == before


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_command_that_only_reads_works_there(state: Callable[[], MemoryDisk]) -> None:
    disk = ReadOnlyDisk(state())
    assert list(bumps.verify(PATH, deep=True, disk=disk)) == []
    assert timeline(PATH, disk=disk)[0].name == "checkpoint"
    assert recover(PATH, dry_run=True, disk=disk).last_lsn >= 40
    assert accept_loss(PATH, dry_run=True, disk=disk).gone == ()
    assert salvage(PATH, NEW, disk=disk).gaps == ()
    assert bumps.replay(PATH, NEW + "2", disk=disk).nodes == 40


@pytest.mark.parametrize("act", [recover, accept_loss], ids=lambda act: act.__name__)
@pytest.mark.parametrize("name", ["", "/journal", "/data", "/double-write", "/lock"])
def test_what_must_write_says_which_part_cannot_be_written(act: Callable[..., object], name: str) -> None:
    disk = ReadOnlyDisk(killed(), PATH + name)
    with pytest.raises(ReadOnlyError, match=f"its {name[1:] or 'directory'} cannot be written") as caught:
        act(PATH, disk=disk)
    assert caught.value.message.startswith(PATH) and "permissions" in caught.value.hint


def test_a_set_that_is_needed_and_gone_is_damage_and_not_read_over() -> None:
    disk = sealed()
    data = disk.files[PATH + "/data"]
    data[1024:] = b"\xee" * (len(data) - 1024)  # half of its pages were home
    del disk.files[PATH + "/double-write"]
    with pytest.raises(CorruptionError, match="data: page"), bumps.open(PATH, disk=ReadOnlyDisk(disk)) as database:
        dict(database.scan("^A"))


def test_whatever_the_system_refuses_to_say_is_a_storage_error() -> None:
    class Refusing(MemoryDisk):
        def kind(self, path: str) -> str:
            raise PermissionError(errno.EACCES, "Permission denied", path)

    with pytest.raises(StorageError, match="Permission denied"):
        what_is_read_only(Refusing(), PATH)


# On a real file system


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a folder that everybody may read: others may not pass the folders of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    with bumps.open(folder / "x.bumps") as database:
        database["^A"] = "v"
    yield folder
    for each in folder.rglob("*"):
        each.chmod(0o755 if each.is_dir() else 0o644)
    shutil.rmtree(folder)


NOBODY = "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)"
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
LOOK = """
import sys
import bumps
bumps.open(":memory:").close()  # while all that is imported may be read
exec(sys.argv[2])
with bumps.open(sys.argv[1]) as database:
    print(database["^A"].value, database.read_only)
    try:
        database["^A"].value = "w"
    except bumps.ReadOnlyError as error:
        print(error.message)
"""


def need_permission(*command: str) -> None:
    """Skip the test if the system refuses this, or does not know it; bumps has no part in it."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} here")
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        pytest.skip(f"not permitted here: {done.stderr.strip()[-100:]}")


def look(path: Path, become: str, *wrapper: str) -> list[str]:
    """Return what a process finds that opens the database, once it has become somebody who may write nothing."""
    command = [*wrapper, sys.executable, "-c", LOOK, str(path), become]
    environment = os.environ | {"PYTHONPATH": str(Path(bumps.__file__).parent.parent)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["", "journal", "data", "double-write", "lock"])
def test_a_part_without_permission_makes_it_read_only(place: Path, closed: str) -> None:
    path = place / "x.bumps"
    become = "" if os.geteuid() else NOBODY
    need_permission(sys.executable, "-c", become)
    for each in [path, *path.rglob("*")]:
        each.chmod(0o777 if each.is_dir() else 0o666)
    part = path / closed
    part.chmod(0o555 if part.is_dir() else 0o444)
    what = closed or "directory"
    assert look(path, become) == ["v True", f"{path}: open for reading only: its {what} cannot be written"]
    part.chmod(0o777 if part.is_dir() else 0o666)
    assert look(path, become) == ["v False"]


@pytest.mark.slow
def test_a_read_only_file_system_stops_root_too(place: Path) -> None:
    path = place / "x.bumps"
    wrapper = ("unshare", "-m", "sh", "-c", READ_ONLY, str(path))
    need_permission(*wrapper, "true")
    found = look(path, "", *wrapper)
    assert found == ["v True", f"{path}: open for reading only: its directory cannot be written"]
    (path / "lock").unlink()
    assert look(path, "", *wrapper) == found


def test_who_may_not_write_is_still_kept_out_by_a_writer_and_told_its_name(place: Path) -> None:
    class Protected(RealDisk):
        def is_writable(self, path: str) -> bool:
            return False

    path = str(place / "x.bumps")
    with (
        bumps.open(path),
        pytest.raises(LockedError, match=f"process {os.getpid()} has it open"),
    ):
        Engine.open(Protected(), path, Options())
    Engine.open(Protected(), path, Options()).close()
