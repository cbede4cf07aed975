"""Where a database is, and who has it: what is asked before anything in it is read.

The lock is the kernel's, on one byte of the file `lock`: it goes with its process, however that ends.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from bumps import limits
from bumps.btree import meta as meta_slots
from bumps.errors import (
    CorruptionError,
    DiskFullError,
    ExistsError,
    ForeignFileError,
    LockedError,
    NoDatabaseError,
    ReadOnlyError,
    StorageError,
    UsageError,
)
from bumps.files import Disk, File, close_quietly
from bumps.options import Options
from bumps.recovery.create import DATA, DOUBLE_WRITE, JOURNAL, LOCK, OPEN_BYTE, create, join

READ_ONLY_HINT = "check the permissions, or whether its file system is read-only; a copy elsewhere can be written"
_HOLDER_SIZE = 32


def place_in(disk: Disk, path: str) -> str:
    """Return the path from the root on; UsageError if it is none, StorageError if nobody can say."""
    if not path or "\0" in path:
        raise UsageError(f"path {path!r}: it names the directory of a database", hint='such as "clinic.bumps"')
    try:
        return disk.absolute(path)
    except OSError as error:
        raise open_error(path, error) from error


def find(disk: Disk, path: str, options: Options) -> None:
    """See to it that there is a database at `path`, or raise why not."""
    try:
        _find(disk, path, options)
    except OSError as error:
        raise open_error(path, error) from error


def _find(disk: Disk, path: str, options: Options) -> None:
    kind = disk.kind(path)
    if not kind or (kind == "directory" and not disk.list(path)):
        if not options.create:
            raise NoDatabaseError(f"{path}: no such database", hint=f"bumps db create {path}", path=path)
        try:
            create(
                disk,
                path,
                charset=options.charset or "utf-8",
                page_size=options.page_size or limits.PAGE_SIZE_DEFAULT,
            )
        except ExistsError:
            # Another process made it between our look and our rename: open that one.
            if disk.kind(path) != "directory":
                raise
    elif kind != "directory":
        raise ForeignFileError(f"{path}: a {kind}, not a database (that is a directory)", path=path)
    if disk.kind(join(path, DATA)) != "file":
        raise ForeignFileError(f"{path}: a directory without a file `{DATA}`: not a bumps database", path=path)
    data = disk.open(join(path, DATA), write=False)
    try:
        meta_slots.read(data)
    except CorruptionError:
        return  # whoever goes on meets it, and says what it needs of it
    finally:
        data.close()


def what_is_read_only(disk: Disk, path: str) -> str:
    """Return which part of the database this process may not write, for a message; empty if it may write all."""
    for name in ("", JOURNAL, DATA, DOUBLE_WRITE, LOCK):
        place = join(path, name) if name else path
        try:
            if disk.kind(place) and not disk.is_writable(place):
                return f"{f'its {name}' if name else 'its directory'} cannot be written"
        except OSError as error:
            raise open_error(path, error) from error
    return ""


def must_be_writable(disk: Disk, path: str) -> None:
    """Raise ReadOnlyError if this process may not write all of the database."""
    if reason := what_is_read_only(disk, path):
        raise ReadOnlyError(f"{path}: {reason}", hint=READ_ONLY_HINT, path=path)


def take_lock(disk: Disk, path: str, *, read_only: bool) -> File | None:
    """Return the open file `lock` with byte 0 locked; LockedError if another process has it.

    None for who only reads, if there is no such file: who writes would have made it.
    """
    name = join(path, LOCK)
    if not disk.kind(name):
        if read_only:
            return None
        # A copy of a database made without it. Nobody can hold what is not there.
        disk.create(name).close()
    lock = disk.open(name, write=not read_only)
    try:
        if not lock.lock(OPEN_BYTE, exclusive=not read_only):
            holder = lock.pread(_HOLDER_SIZE, 0).split(b"\0")[0].decode("ascii", "replace").strip()
            who = f"process {holder}" if holder.isdigit() else "another process"
            raise LockedError(f"{path}: {who} has it open", path=path, pid=int(holder) if holder.isdigit() else 0)
        if not read_only:
            # For people only: the lock itself is the kernel's.
            lock.pwrite(str(disk.process_id()).encode().ljust(_HOLDER_SIZE, b"\0"), 0)
    except BaseException:
        lock.close()
        raise
    return lock


@contextlib.contextmanager
def locked(disk: Disk, path: str, *, read_only: bool) -> Iterator[None]:
    """Have the lock of a database; raise what an OSError meanwhile means for a user."""
    try:
        lock = take_lock(disk, path, read_only=read_only)
        try:
            yield
        finally:
            close_quietly(lock)
    except OSError as error:
        raise open_error(path, error) from error


def open_error(path: str, error: OSError) -> StorageError:
    """Return what an OSError while opening `path` means for a user."""
    what = error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            f"{path}: cannot be opened: {what}",
            hint="check its permissions; who may only read can dump it, and open it with mode='r'",
            path=path,
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(f"{path}: no space to recover it: {what}", path=path)
    if error.errno == errno.ENOENT:
        return CorruptionError(f"{path}: a file of the database is missing: {error.filename}", path=path)
    return StorageError(f"{path}: cannot be opened: {what}", path=path)
