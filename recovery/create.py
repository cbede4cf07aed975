"""Making a database: whole, or not at all.

Everything is built under a temporary name beside the place where it shall be, every
file and directory synced, then renamed, then the directory that holds the name synced;
only then does the database exist. A power cut leaves at most a temporary directory,
which the next creation in the same place removes.

    NAME.bumps/
        data            pages (btree/page.py); 0 and 1 are the meta slots (btree/meta.py)
        double-write    the set of the last checkpoint (recovery/double_write.py)
        journal/        segments (wal/segment.py)
        lock            the kernel's locks, on bytes of this file; it is never replaced
"""

from __future__ import annotations

import errno
import posixpath
from dataclasses import replace

from bumps.btree.meta import Meta
from bumps.errors import DiskFullError, ExistsError, NoDatabaseError, StorageError
from bumps.files import Disk, File, close_quietly, write_all

DATA, DOUBLE_WRITE, JOURNAL, LOCK = "data", "double-write", "journal", "lock"
OPEN_BYTE = 0
"""The byte of `lock` that who writes holds exclusively, and who reads only holds shared."""
TEMPORARY = ".tmp-"


def create(disk: Disk, path: str, *, charset: str, page_size: int, epoch: int = 1) -> None:
    """Make an empty database at `path`, durably.

    Raises ExistsError if something that is not an empty directory is there (also if another
    process made it first), NoDatabaseError if the directory that shall hold it is not there.
    """
    parent = posixpath.dirname(path)
    if disk.kind(parent) != "directory":
        raise NoDatabaseError(f"{path}: there is no directory {parent}", hint=f"mkdir -p {parent}", path=path)
    temporary = f"{path}{TEMPORARY}{disk.random(8).hex()}"
    try:
        remove_stale(disk, path)
        disk.make_directory(temporary)
    except OSError as error:
        raise creation_error(path, error) from error
    lock: File | None = None
    try:
        lock = disk.create(join(temporary, LOCK))
        # Held until the name is durable: a temporary directory whose lock is free is nobody's.
        lock.lock(OPEN_BYTE, exclusive=True)
        build(disk, temporary, charset=charset, page_size=page_size, epoch=epoch)
        lock.sync()
        disk.sync_directory(temporary)
        publish(disk, temporary, path)
    except BaseException as error:
        discard(disk, temporary)
        if isinstance(error, OSError):
            raise creation_error(path, error) from error
        raise
    finally:
        close_quietly(lock)


def build(disk: Disk, directory: str, *, charset: str, page_size: int, epoch: int) -> None:
    """Write and sync the files of an empty database."""
    meta = Meta(
        page_size=page_size,
        database_id=disk.random(16),
        charset=charset,
        generation=0,
        epoch=epoch,
        base_lsn=0,
        lsn=0,
        time_us=0,
        chain=0,
        segment=0,
        offset=0,
        node_count=0,
        page_count=2,
        directory=None,
        freelist=None,
        clean=True,
    )
    data = disk.create(join(directory, DATA))
    try:
        write_all(data, meta.encode() + replace(meta, generation=1).encode(), 0)
        data.sync()
    finally:
        data.close()
    double_write = disk.create(join(directory, DOUBLE_WRITE))
    try:
        double_write.sync()
    finally:
        double_write.close()
    disk.make_directory(join(directory, JOURNAL))
    disk.sync_directory(join(directory, JOURNAL))


def publish(disk: Disk, temporary: str, path: str) -> None:
    """Give a database that is complete and durable its name, durably.

    Whoever calls it has made sure that at most an empty directory is at `path`; a database that
    another process put there in the meantime is not empty, and the rename fails.
    """
    disk.rename(temporary, path)
    disk.sync_directory(posixpath.dirname(path))


def remove_stale(disk: Disk, path: str) -> None:
    """Remove what creations of this database left that were cut before their rename."""
    parent, name = posixpath.split(path)
    for entry in disk.list(parent):
        if not entry.startswith(name + TEMPORARY):
            continue
        stale = join(parent, entry)
        try:
            lock = disk.open(join(stale, LOCK), write=True)
        except OSError:
            discard(disk, stale)
            continue
        try:
            if lock.lock(OPEN_BYTE, exclusive=True):
                discard(disk, stale)
        finally:
            lock.close()


def discard(disk: Disk, directory: str) -> None:
    """Remove a directory with all that is in it, as far as that is possible."""
    try:
        for name in disk.list(directory):
            inner = join(directory, name)
            if disk.kind(inner) == "directory":
                discard(disk, inner)
            else:
                disk.unlink(inner)
        disk.remove_directory(directory)
    except OSError:
        # A stranded temporary directory harms nobody, and hides the error that led here.
        return


def creation_error(path: str, error: OSError) -> StorageError:
    """Return what an OSError while creating `path` means for a user."""
    if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
        return ExistsError(f"{path}: there is something of that name already", path=path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(
            f"{path}: no space to create a database", hint="free some space, or choose another place", path=path
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            f"{path}: cannot create a database there: {error.strerror}",
            hint="choose a directory that you may write to",
            path=path,
        )
    return StorageError(f"{path}: cannot create a database: {error.strerror or error}", path=path)


def join(directory: str, name: str) -> str:
    """Return the path of a name in a directory."""
    return directory + name if directory.endswith("/") else f"{directory}/{name}"
