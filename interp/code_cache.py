"""Generated code on disk: what a Run has generated is loaded by the next one, which parses and compiles nothing.

A file is one routine in one state of its source. All integers are little-endian.

    OFFSET  SIZE  FIELD
         0     8  magic   b"bumpsM" and the version of this format, 2 bytes
         8    32  key     SHA-256 over all that the code depends on (`key_of`); the name of the file is the same in hex
        40     4  crc     CRC-32 of every byte after this field
        44     4  size    bytes of the head
        48     *  head    marshal: (outline.py `Facts`, {part: (offset behind the head, size)})
         *     *  parts   marshal each

    A part is a region, by the index n of its first line: (code object, marks, externs), or None for one that is left to
    closures; by n + CALL_PART, what does calls of the label of that line, or None; or, by ~n, the tree of line n
    (packed.py), if generated code leaves some of it to closures.

Invariants

    C1. To unmarshal is to run code. The folder must be a real directory, of the effective user, with mode 0700; a file
        must be a regular one, of that user, closed to all others. Both are opened without following a link, and
        checked on their descriptors. If the folder is not so, the cache is off, and `reason` says why.
    C2. Whatever is odd about a file means that it is not there: its name, its length, its key, its CRC.
    C3. A file never changes: a new one takes its name (rename). So a reader has one or the other, whole, and who is
        killed leaves a file without a name of this form, which goes when it is an hour old.
    C4. The folder holds no more than `size_max` bytes when a process has written once, and a 64th part more while it
        goes on. What was used last stays. A file with a name of another form is neither counted nor removed.
    C5. There is code in it and what code needs, never a value of a variable. Nothing waits for the disk: what is torn
        by a power cut is odd (C2).
    C6. The cache is never a reason to fail: what the system refuses switches it off.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import re
import stat
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple

from bumps import limits
from bumps.interp.outline import Facts, Outline, outline_from
from bumps.version import __version__

if TYPE_CHECKING:
    from bumps.interp import nodes

FORMAT = b"bumpsM\x01\x00"
HEADER = struct.Struct("<8s32sII")
CRC_END = 44
"""Where what the CRC covers begins."""
assert HEADER.size == 48, "the table above is the format"

ENTRY_SHARE = 8
"""A routine may take so large a part of the folder at most."""
EVICTION_SHARE = 8
"""A folder that is full loses so large a part, so that it is not full again at once."""
TIDY_SHARE = 64
"""Who writes much looks after each such part of the folder's bound whether it is full."""
REFRESH_SECONDS = 3600
"""A file that is used counts as used anew after this long only: the mark of its use is a write."""
LEFT_SECONDS = 3600
"""A file without a name may be another's who is writing it, for so long."""
NEW = "new-"
NAME = re.compile(rf"[0-9a-f]{{64}}|{NEW}[0-9a-f]{{24}}")
"""The names of files of the cache. `$BUMPS_CACHE` may be a folder with others in it: they are not ours to remove."""
FILE_SIZE_MAX = 1 << 31
"""Offsets have to fit."""

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NEW_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


CALL_PART = 1 << 32
"""Added to the index of a line: no routine has so many."""


class Compiled(NamedTuple):
    """The function of one region (generate.py, `Generated`), compiled: it knows no machine."""

    code: CodeType
    marks: tuple[int, ...]
    externs: tuple[tuple[str | int, ...], ...]


class Entry:
    """What the cache has of one routine, and what it gets. Without an outline it has nothing yet."""

    __slots__ = ("_data", "_new", "_new_lines", "_table", "is_kept", "is_new", "key", "outline")

    def __init__(
        self,
        key: bytes,
        outline: Outline | None = None,
        table: dict[int, tuple[int, int]] | None = None,
        data: memoryview | None = None,
    ) -> None:
        self.key = key
        self.outline = outline
        self._table = table or {}
        self._data = memoryview(b"") if data is None else data
        self._new: dict[int, Compiled | None] = {}
        self._new_lines: dict[int, bytes] = {}
        self.is_kept = outline is not None
        """Whether there was a file of it: this is not the first Run of the routine."""
        self.is_new = outline is None
        """Whether there is something in it that is not in its file."""

    def lines(self) -> list[int]:
        """Return the parts that are code."""
        return [line for line in {**self._table, **self._new} if line >= 0]

    def has(self, line: int) -> bool:
        """Return whether it knows what became of the region that begins at a line."""
        return line in self._new or line in self._table

    def get(self, line: int) -> Compiled | None:
        """Return the code of a region that it has; None if the region is left to closures."""
        if line in self._new:
            return self._new[line]
        facts = self._part(line)
        return None if facts is None else Compiled(*facts)

    def put(self, line: int, compiled: Compiled | None) -> None:
        """Take the code of a region; None if it is left to closures."""
        self._new[line] = compiled
        self.is_new = True

    def put_line(self, number: int, line: nodes.Line) -> None:
        """Take the tree of a line, unless it is too deep for that."""
        if ~number not in self._table and ~number not in self._new_lines:
            from bumps.interp.packed import pack

            with contextlib.suppress(RecursionError, ValueError):
                self._new_lines[~number] = marshal.dumps(pack(line))

    def line(self, number: int) -> nodes.Line | None:
        """Return the tree of a line; None if it is not there."""
        if ~number not in self._table:
            return None
        from bumps.interp.packed import unpack

        line: nodes.Line = unpack(self._part(~number))
        return line

    def _part(self, part: int) -> Any:
        at, size = self._table[part]
        return marshal.loads(self._data[at : at + size])

    def parts(self) -> Iterator[tuple[int, bytes | memoryview]]:
        """Yield all parts as they stand in a file."""
        for part, (at, size) in self._table.items():
            yield part, self._data[at : at + size]
        for line, compiled in self._new.items():
            if line not in self._table:
                yield line, marshal.dumps(None if compiled is None else tuple(compiled))
        yield from self._new_lines.items()


class CodeCache:
    """The files of one folder. Nothing is opened for longer than a call, so it needs not be closed."""

    def __init__(
        self,
        folder: str | None = None,
        *,
        size_max: int | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Keep files in `folder`, by default in that of `$BUMPS_CACHE`, else in the user's own cache folder.

        `size_max` is in bytes, by default `$BUMPS_CACHE_SIZE`, else that of limits.py.
        """
        bound = size_max or size_of(os.environ)
        self.folder = folder_of(os.environ) if folder is None else os.path.abspath(folder)
        self._is_own = folder is None and not os.environ.get("BUMPS_CACHE")
        self.size_max = bound or limits.CODE_CACHE_SIZE_MAX
        self.now = now
        self.reason = "" if bound else f"BUMPS_CACHE_SIZE={os.environ['BUMPS_CACHE_SIZE']!r}: no number of bytes"
        """Why it is off; empty while it is on."""
        self._untidy_size: int | None = None
        """So many bytes were written since the folder was tidied; None if it never was."""

    def entry(self, name: str, data: bytes, charset: str) -> Entry:
        """Return what there is of a routine with this source: an entry without an outline if there is nothing."""
        key = key_of(name, data, charset)
        with self._opened() as folder:
            return (None if folder is None else self._read(folder, key)) or Entry(key)

    def keep(self, entries: Sequence[Entry]) -> None:
        """Write the entries that have something new, together with what others have written meanwhile."""
        new = [entry for entry in entries if entry.is_new and entry.outline is not None]
        if not new:
            return
        written = 0
        with self._opened(is_writing=True) as folder:
            if folder is None:
                return
            for entry in new:
                written += self._write(folder, entry)
                if self.reason:
                    return
        if written and (self._untidy_size is None or self._untidy_size + written > self.size_max // TIDY_SHARE):
            self.tidy()
        elif self._untidy_size is not None:
            self._untidy_size += written

    def check(self) -> str:
        """Return why the cache is off, empty if it is on. A folder that is not there would be made."""
        with self._opened():
            return self.reason

    def files(self) -> list[tuple[float, int, str]]:
        """Return of each file when it was used last, its size and its name, the oldest first."""
        with self._opened() as folder:
            return [] if folder is None else _files(folder)

    def tidy(self) -> None:
        """Remove what is too much (C4), and what was left by those who were killed (C3)."""
        with self._opened() as folder:
            if folder is None:
                return
            self._untidy_size = 0
            files = _files(folder)
            left = self.now() - LEFT_SECONDS
            total = sum([size for _, size, _ in files])
            bound = self.size_max if total <= self.size_max else self.size_max - self.size_max // EVICTION_SHARE
            for used, size, name in files:
                if total > bound or (used < left and name.startswith(NEW)):
                    with contextlib.suppress(OSError):  # another one may have removed it
                        os.unlink(name, dir_fd=folder)
                    total -= size

    # One file

    def _read(self, folder: int, key: bytes) -> Entry | None:
        """Return what is in the file of a key; None if there is none, or something is odd about it (C2)."""
        try:
            file = os.open(key.hex(), READ_FLAGS, dir_fd=folder)
        except OSError:
            return None
        try:
            facts = os.fstat(file)
            if not stat.S_ISREG(facts.st_mode) or not _is_private(facts) or facts.st_size > FILE_SIZE_MAX:
                return None
            data = _all_of(file, facts.st_size)
            if abs(self.now() - facts.st_mtime) > REFRESH_SECONDS:
                with contextlib.suppress(OSError):  # a file system may be for reading only
                    os.utime(file, (self.now(), self.now()))
        except OSError:
            return None
        finally:
            os.close(file)
        return _decoded(key, data)

    def _write(self, folder: int, entry: Entry) -> int:
        """Put a new file in the place of that of an entry (C3); return its size, 0 if there is none."""
        there = self._read(folder, entry.key)
        assert entry.outline is not None, "who has code of a routine knows its lines"
        parts = {} if there is None else dict(there.parts())
        parts.update(entry.parts())
        data = _encoded(entry.key, entry.outline.facts(), parts)
        entry.is_new = False
        if len(data) > self.size_max // ENTRY_SHARE:
            return 0
        name = f"{NEW}{os.urandom(12).hex()}"
        try:
            file = os.open(name, NEW_FLAGS, 0o600, dir_fd=folder)
            try:
                try:
                    left = memoryview(data)
                    while left:
                        left = left[os.write(file, left) :]
                finally:
                    os.close(file)
                os.rename(name, entry.key.hex(), src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(name, dir_fd=folder)
                raise
        except OSError as error:
            self.reason = f"{self.folder}: {error.strerror}"
            return 0
        return len(data)

    # The folder

    @contextlib.contextmanager
    def _opened(self, *, is_writing: bool = False) -> Iterator[int | None]:
        """Give a descriptor of the folder; None if there is none, or the cache is off."""
        folder = None if self.reason else self._open(is_writing)
        try:
            yield folder
        finally:
            if folder is not None:
                os.close(folder)

    def _open(self, is_writing: bool) -> int | None:
        """Return a descriptor of the folder, made first if that is wanted; None, and why (C1), if it is no good."""
        try:
            if is_writing and not os.path.lexists(self.folder):
                self._make()
            if self.reason:
                return None
            folder = os.open(self.folder, FOLDER_FLAGS)
        except FileNotFoundError:
            if is_writing:  # the system has refused to make it, and called it missing: in /proc, behind a broken link
                self.reason = f"{self.folder}: it cannot be made"
            return None
        except OSError as error:
            what = "not a directory, or a link to one" if os.path.lexists(self.folder) else error.strerror
            if isinstance(error, PermissionError):
                what = error.strerror
            self.reason = f"{self.folder}: {what}"
            return None
        facts = os.fstat(folder)
        if facts.st_uid != os.geteuid():
            self.reason = f"{self.folder}: it belongs to another user"
        elif stat.S_IMODE(facts.st_mode) != 0o700:
            self.reason = f"{self.folder}: others may reach it, its mode is {stat.S_IMODE(facts.st_mode):04o}, not 0700"
        if self.reason:
            os.close(folder)
            return None
        return folder

    def _make(self) -> None:
        """Make the folder, and those above it that are missing; the default one only among the user's own files."""
        if self._is_own:
            above = Path(self.folder).parent
            while not above.exists():
                above = above.parent
            if above.stat().st_uid != os.geteuid():
                self.reason = f"{above}: it belongs to another user, nothing is made in it"
                return
        with contextlib.suppress(FileExistsError):  # another one was faster
            os.makedirs(os.path.dirname(self.folder), mode=0o700, exist_ok=True)
            os.mkdir(self.folder, 0o700)


def folder_of(environment: Mapping[str, str]) -> str:
    """Return the folder of the cache: `$BUMPS_CACHE`, else `bumps` in the user's cache folder, as XDG has it."""
    given = environment.get("BUMPS_CACHE")
    if given:
        return os.path.abspath(given)
    base = environment.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # as XDG wants it
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.abspath(os.path.join(base, "bumps"))


def size_of(environment: Mapping[str, str]) -> int | None:
    """Return the bound of the cache in bytes: `$BUMPS_CACHE_SIZE`; None if that is no number of bytes."""
    given = environment.get("BUMPS_CACHE_SIZE")
    if not given:
        return limits.CODE_CACHE_SIZE_MAX
    return int(given) or None if given.isascii() and given.isdecimal() else None


def key_of(name: str, data: bytes, charset: str) -> bytes:
    """Return what the code of a routine is known by: a digest of all that it depends on."""
    facts = (name, charset, __version__, _generator(), sys.implementation.cache_tag or "", f"{sys.hexversion:x}")
    digest = _sha256()(FORMAT)
    for fact in facts:
        word = fact.encode("utf-8", "surrogateescape")
        digest.update(len(word).to_bytes(4, "little") + word)
    digest.update(data)
    found: bytes = digest.digest()
    return found


@cache
def _sha256() -> Callable[..., Any]:
    """Return SHA-256: Python's own, since to load that of OpenSSL takes as long as to load a routine.

    Looked for once: a module that is not there is looked for in each folder.
    """
    for name in ("_sha2", "_sha256"):  # of Python 3.12 and later, and of 3.11
        with contextlib.suppress(ImportError):
            return import_module(name).sha256  # type: ignore[no-any-return]
    import hashlib

    return hashlib.sha256


_known: list[str] = []


def _generator() -> str:
    """Return the version of all that makes code: a digest of names, sizes and times of change of the sources of bumps.

    A number that a person raises would be forgotten once, and wrong code be the price. A copy of bumps elsewhere has
    other times, and code of its own.
    """
    if not _known:
        found = []
        for folder in (Path(__file__).parent, Path(limits.__file__).parent):
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for each in entries:
                    if each.name.endswith((".py", ".json")):
                        facts = each.stat()
                        found.append(f"{each.name} {facts.st_size} {facts.st_mtime_ns}")
        _known.append(_sha256()("\n".join(sorted(found)).encode("utf-8", "surrogateescape")).hexdigest())
    return _known[0]


def _encoded(key: bytes, facts: Facts, parts: dict[int, bytes | memoryview]) -> bytes:
    """Return the bytes of a file."""
    table: dict[int, tuple[int, int]] = {}
    at = 0
    for name, part in parts.items():
        table[name] = (at, len(part))
        at += len(part)
    head = marshal.dumps((facts, table))
    rest = b"".join([struct.pack("<I", len(head)), head, *parts.values()])
    return FORMAT + key + struct.pack("<I", zlib.crc32(rest)) + rest


def _decoded(key: bytes, data: bytes) -> Entry | None:
    """Return what the bytes of a file hold; None if anything is odd (C2)."""
    if len(data) < HEADER.size:
        return None
    magic, found, crc, head_size = HEADER.unpack_from(data)
    if magic != FORMAT or found != key or zlib.crc32(memoryview(data)[CRC_END:]) != crc:
        return None
    view = memoryview(data)[HEADER.size :]
    try:
        facts, table = marshal.loads(view[:head_size])
        return Entry(key, outline_from(facts), table, view[head_size:])
    except (EOFError, TypeError, ValueError):
        return None


def _files(folder: int) -> list[tuple[float, int, str]]:
    """Return time, size and name of the cache's own files in a folder, the oldest first."""
    found = []
    with os.scandir(folder) as entries:
        for each in entries:
            if not NAME.fullmatch(each.name):
                continue
            with contextlib.suppress(OSError):  # it was there a moment ago
                facts = each.stat(follow_symlinks=False)
                if stat.S_ISREG(facts.st_mode):
                    found.append((facts.st_mtime, facts.st_size, each.name))
    return sorted(found)


def _is_private(facts: os.stat_result) -> bool:
    """Return whether a file is of the effective user, and closed to all others (C1)."""
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o077


def _all_of(file: int, size: int) -> bytes:
    """Return what is in a file; it may be shorter than it was said to be."""
    data = os.read(file, size)
    parts = [data]
    while data and (size := size - len(data)):
        data = os.read(file, size)
        parts.append(data)
    return b"".join(parts)
