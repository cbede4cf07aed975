"""A toy store for the harness to torture: whole content in `base`, frames since then in one log.

Its barriers are small methods, so that a test can take one away and see that the
harness notices. It keeps the rules of the real engine: built under another name and
renamed (R1), frames padded to sectors (R2), a new log with a new salt after each
open (R3), a magic in front of each checksum (R4), dead after a failed write (R6).
"""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Sequence

from bumps.files import Disk, File, read_all, write_all
from bumps.keys import KeyCodec
from bumps.torture.model import Change, Subscripts
from bumps.torture.simdisk import SECTOR_SIZE
from bumps.torture.subject import DIRECTORY
from tests.plain_store import PlainStore

PATH = DIRECTORY + "/toy"
HEAD = struct.Struct("<4sIIQQ")  # magic, CRC of what follows, size of body, salt, LSN
CODEC = KeyCodec.of("utf-8")
Nodes = dict[tuple[str, bytes], bytes]


class ToyError(Exception):
    """What the toy raises on purpose."""


def pack(magic: bytes, salt: int, lsn: int, body: bytes) -> bytes:
    head = HEAD.pack(magic, 0, len(body), salt, lsn)[8:]
    return magic + struct.pack("<I", zlib.crc32(head + body)) + head + body


def unpack(data: bytes, offset: int, magic: bytes) -> tuple[int, int, bytes] | None:
    """Return salt, LSN and body of the record at `offset`, or None if it is not whole."""
    if len(data) < offset + HEAD.size:
        return None
    found, crc, size, salt, lsn = HEAD.unpack_from(data, offset)
    end = offset + HEAD.size + size
    if found != magic or end > len(data) or zlib.crc32(data[offset + 8 : end]) != crc:
        return None
    return salt, lsn, data[offset + HEAD.size : end]


class ToyStore(PlainStore):
    """One open toy."""

    def __init__(self, disk: Disk, *, create: bool, read_only: bool) -> None:
        self.disk = disk
        self.dead = False
        self.pending: list[Change] = []
        self.log: File | None = None
        self.log_offset = 0
        self.salt = 0
        if not disk.kind(PATH):
            if not create:
                raise ToyError("no such store")
            self.build()
        found = unpack(read_all(disk.open(PATH + "/base", write=False)), 0, b"toyb")
        if found is None:
            raise ToyError("base is damaged")
        _, self.last_lsn, body = found
        self.nodes: Nodes = pickle.loads(body)
        torn = self.redo()
        if torn and not read_only:
            self.checkpoint()

    read_only = False

    @property
    def failed(self) -> bool:
        return self.dead

    @property
    def durable_lsn(self) -> int:
        return self.last_lsn

    def build(self) -> None:
        new = f"{PATH}.tmp-{self.disk.random(4).hex()}"
        self.disk.make_directory(new)
        self.write_base(new + "/base", 0, {})
        self.disk.sync_directory(new)
        self.disk.rename(new, PATH)
        self.sync_parent()

    def redo(self) -> bool:
        """Apply the frames behind the base; True if there is a log at all, which is then replaced."""
        names = [name for name in self.disk.list(PATH) if name.endswith(".log")]
        path = f"{PATH}/{self.last_lsn + 1:020d}.log"
        if self.disk.kind(path):
            data = read_all(self.disk.open(path, write=False))
            offset, salt = 0, None
            while (frame := unpack(data, offset, b"toyf")) and frame[1] == self.last_lsn + 1:
                if salt not in (None, frame[0]):
                    break
                salt = frame[0]
                self.apply(pickle.loads(frame[2]))
                self.last_lsn += 1
                offset += -(-(HEAD.size + len(frame[2])) // SECTOR_SIZE) * SECTOR_SIZE
        return bool(names)

    def apply(self, changes: Sequence[Change]) -> None:
        for kind, name, subscripts, value in changes:
            key = CODEC.encode(subscripts)
            if kind == "set":
                self.nodes[name, key] = value
            elif kind == "kill_node":
                self.nodes.pop((name, key), None)
            else:
                self.nodes = {n: v for n, v in self.nodes.items() if n[0] != name or not n[1].startswith(key)}

    def commit(self, changes: Sequence[Change]) -> int:
        self.flush()
        return self.append(changes)

    def append(self, changes: Sequence[Change]) -> int:
        if self.dead:
            raise ToyError("dead")
        frame = pack(b"toyf", 0, 0, b"")
        try:
            self.dead = True
            if self.log is None:
                path = f"{PATH}/{self.last_lsn + 1:020d}.log"
                if self.disk.kind(path):
                    self.disk.unlink(path)
                self.log = self.disk.create(path)
                self.log_offset = 0
                self.salt = int.from_bytes(self.disk.random(8), "little")
                self.sync_names()
            frame = pack(b"toyf", self.salt, self.last_lsn + 1, pickle.dumps(list(changes)))
            frame += bytes(-len(frame) % SECTOR_SIZE)
            write_all(self.log, frame, self.log_offset)
            self.sync_log(self.log)
        except OSError as error:
            raise ToyError(f"commit: {error}") from error
        self.dead = False
        self.log_offset += len(frame)
        self.last_lsn += 1
        self.apply(changes)
        return self.last_lsn

    def set_one(self, change: Change) -> None:
        self.pending.append(change)

    def flush(self) -> None:
        if self.pending:
            self.append(self.pending)
            self.pending = []

    def checkpoint(self) -> None:
        self.flush()
        try:
            new = f"{PATH}/base.new"
            if self.disk.kind(new):
                self.disk.unlink(new)
            self.write_base(new, self.last_lsn, self.nodes)
            self.disk.rename(new, PATH + "/base")
            self.sync_base_name()
            for name in self.disk.list(PATH):
                if name.endswith(".log"):
                    self.disk.unlink(f"{PATH}/{name}")
            self.sync_names()
        except OSError as error:
            self.dead = True
            raise ToyError(f"checkpoint: {error}") from error
        self.log = None

    def write_base(self, path: str, lsn: int, nodes: Nodes) -> None:
        base = self.disk.create(path)
        write_all(base, pack(b"toyb", 0, lsn, pickle.dumps(nodes)), 0)
        self.sync_base(base)
        base.close()

    def sync_log(self, log: File) -> None:
        log.sync()

    def sync_base(self, base: File) -> None:
        base.sync()

    def sync_names(self) -> None:
        self.disk.sync_directory(PATH)

    def sync_base_name(self) -> None:
        self.disk.sync_directory(PATH)

    def sync_parent(self) -> None:
        self.disk.sync_directory(DIRECTORY)

    def close(self) -> None:
        self.flush()

    def content(self) -> list[tuple[str, bytes, bytes]]:
        return [(name, key, value) for (name, key), value in sorted(self.nodes.items())]

    def notes(self) -> list[str]:
        return []

    def disagreements(self) -> list[str]:
        return []


class Toy:
    """The toy as a subject."""

    def __init__(self, store: type[ToyStore] = ToyStore) -> None:
        self.store = store

    def __str__(self) -> str:
        return self.store.__name__

    def open(self, disk: Disk, *, create: bool, read_only: bool = False) -> ToyStore:
        try:
            return self.store(disk, create=create, read_only=read_only)
        except OSError as error:
            raise ToyError(f"open: {error}") from error

    def encode(self, subscripts: Subscripts) -> bytes:
        return CODEC.encode(subscripts)

    def problems(self, disk: Disk) -> list[str]:
        return []

    def is_typed(self, error: BaseException) -> bool:
        return isinstance(error, ToyError)

    def is_refusal(self, error: BaseException) -> bool:
        return False
