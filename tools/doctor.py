"""bumps doctor: look at this installation, this machine and a database.

Exit status: 0 nothing failed, 1 something did. Each line is ok, warn or fail; the last two
say what to do.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import metadata
from typing import NamedTuple

import click

from bumps.errors import BumpsError, LockedError
from bumps.tools import parameters
from bumps.version import __version__

OK, WARN, FAIL = "ok", "warn", "fail"
DEPENDENCIES = ("click", "crcmod", "google-crc32c", "prometheus-client", "pyparsing", "zstandard")
SYNC_COUNT = 20
SYNC_SLOW_MS = 20.0
FREE_SIZE_LOW = 1024**3
DESCRIPTOR_COUNT_MIN = 64
VARIABLES = (
    "BUMPS_DB",
    "BUMPS_ROUTINES",
    "BUMPS_CACHE",
    "BUMPS_CACHE_SIZE",
    "BUMPS_CHARSET",
    "BUMPS_DURABILITY",
    "BUMPS_PROMPT",
    "BUMPS_SYSID",
    "BUMPS_DEBUG",
)
IGNORED_VARIABLES = ("gtmgbldir", "ydb_gbldir", "gtm_chset", "ydb_chset")
"""They change what is stored on other systems, so they are never read here (EXPERIENCE 2.5)."""
REMOTE_FILE_SYSTEMS = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs")


class Finding(NamedTuple):
    """One thing that was looked at."""

    status: str
    what: str
    found: str
    action: str = ""


@click.command("doctor", short_help="look at this installation, this machine and a database")
@parameters.database_option
@parameters.json_option
def doctor(database: str, as_json: bool) -> None:
    """Print what matters about this installation, this machine and DB; change nothing.

    A few small files are written and synced in the folder of DB, to measure the disk, and
    taken away. Exit status: 0 nothing failed, 1 something did.

    \b
    bumps doctor
    bumps doctor --db clinic.bumps
    bumps doctor --json
    """
    failed = False
    for finding in findings(database):
        failed |= finding.status == FAIL
        if as_json:
            parameters.print_json(finding._asdict())
            continue
        colour = {OK: "green", WARN: "yellow", FAIL: "red"}[finding.status]
        click.echo(f"{parameters.coloured(f'{finding.status:<4}', colour)}  {finding.what}: {finding.found}")
        if finding.action:
            click.echo(f"      {finding.action}")
    raise SystemExit(1 if failed else 0)


def findings(database: str) -> Iterator[Finding]:
    """Yield all that doctor looks at, the installation first."""
    yield Finding(OK, "bumps", __version__)
    yield Finding(OK, "Python", f"{platform.python_version()} ({platform.python_implementation()}), {sys.executable}")
    yield Finding(
        OK, "machine", f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} cores"
    )
    yield from _dependencies()
    yield _checksum()
    yield _descriptors()
    yield from _environment()
    yield _code_cache()
    folder = os.path.dirname(os.path.abspath(database))
    yield from _disk(folder)
    yield _database(database)


def _dependencies() -> Iterator[Finding]:
    for name in DEPENDENCIES:
        try:
            yield Finding(OK, name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(FAIL, name, "not installed", f"pip install {name}")


def _checksum() -> Finding:
    from bumps import checksum

    data = bytes(8192)
    try:
        started = time.perf_counter()
        for _ in range(200):
            checksum.crc32c(data)
    except BumpsError as error:
        return Finding(FAIL, "CRC-32C", error.message, error.hint)
    rate = 200 * len(data) / (time.perf_counter() - started) / 1e6
    slow = "" if "google" in checksum.implementation else "pip install google-crc32c, which is many times faster"
    return Finding(WARN if slow else OK, "CRC-32C", f"{checksum.implementation}, {rate:,.0f} MB/s", slow)


def _descriptors() -> Finding:
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = soft == resource.RLIM_INFINITY or soft >= DESCRIPTOR_COUNT_MIN
    found = "no limit" if soft == resource.RLIM_INFINITY else str(soft)
    return Finding(OK if enough else WARN, "open files", found, "" if enough else "ulimit -n 1024")


def _environment() -> Iterator[Finding]:
    for name in VARIABLES:
        if name in os.environ:
            yield Finding(OK, f"${name}", f"{os.environ[name]} (used)")
    for name in IGNORED_VARIABLES:
        if name in os.environ:
            yield Finding(OK, f"${name}", f"{os.environ[name]} (ignored: it would change what is stored)")


def _code_cache() -> Finding:
    from bumps.interp.code_cache import CodeCache

    cache = CodeCache()
    reason = cache.check()
    if reason:
        return Finding(
            WARN,
            "code cache",
            f"off: {reason}",
            "programs run, and start slower; docs/code-cache.md says what it needs",
        )
    files = cache.files()
    size = parameters.size_text(sum(size for _, size, _ in files))
    of = parameters.size_text(cache.size_max)
    return Finding(OK, "code cache", f"{cache.folder}: {parameters.counted(len(files), 'file')}, {size} of {of}")


def _disk(folder: str) -> Iterator[Finding]:
    try:
        size = os.statvfs(folder)
    except OSError as error:
        yield Finding(FAIL, "folder", f"{folder}: {error.strerror}", "name another place with --db")
        return
    kind = _file_system(folder)
    remote = kind in REMOTE_FILE_SYSTEMS
    yield Finding(
        WARN if remote else OK,
        "file system",
        f"{kind or 'unknown'} at {folder}",
        "locks and syncs of a network file system may promise less than they say" if remote else "",
    )
    free = size.f_bavail * size.f_frsize
    low = free < FREE_SIZE_LOW
    yield Finding(WARN if low else OK, "free space", parameters.size_text(free), "free some space" if low else "")
    try:
        median, worst = sync_latency_ms(folder)
    except OSError as error:
        yield Finding(FAIL, "fdatasync", f"{folder}: {error.strerror}", "a database needs a folder that can be written")
        return
    slow = median > SYNC_SLOW_MS
    yield Finding(
        WARN if slow else OK,
        "fdatasync",
        f"median {median:.2f} ms, worst of {SYNC_COUNT} {worst:.2f} ms",
        "each durable commit waits this long: several changes in one transaction wait once" if slow else "",
    )


def sync_latency_ms(folder: str) -> tuple[float, float]:
    """Write and sync 4 KiB a few times in a folder; return median and maximum, in milliseconds."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(4096 * SYNC_COUNT))
        file.flush()
        os.fsync(file.fileno())
        for index in range(SYNC_COUNT):
            started = time.perf_counter()
            os.pwrite(file.fileno(), b"\1" * 4096, 4096 * index)
            getattr(os, "fdatasync", os.fsync)(file.fileno())
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), max(times)


def _file_system(folder: str) -> str:
    """Return the kind of file system that a folder is on, or nothing where the system does not say."""
    try:
        with open("/proc/self/mounts", encoding="utf-8", errors="replace") as mounts:
            entries = [line.split()[1:3] for line in mounts]
    except OSError:
        return ""
    real = os.path.realpath(folder)
    inside = [
        (place, kind) for place, kind in entries if place == "/" or real == place or real.startswith(place + os.sep)
    ]
    return max(inside, key=lambda entry: len(entry[0]), default=("", ""))[1]


def _database(path: str) -> Finding:
    from bumps.tools import db_stat

    if not os.path.lexists(path):
        return Finding(OK, "database", f"{path}: none yet, it is made at the first access to a global")
    try:
        found = db_stat.facts(path)
    except LockedError as error:
        return Finding(WARN, "database", error.message, "nothing is wrong: it can be looked at when that has ended")
    except BumpsError as error:
        return Finding(FAIL, "database", error.message, error.hint)
    return Finding(
        OK,
        "database",
        f"{path}: {parameters.counted(len(found['globals']), 'global')},"
        f" LSN {found['lsn']}, charset {found['charset']}",
    )
