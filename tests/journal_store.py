"""The journal alone as a store to torture: writer and reader of wal/ under a dict, without pages or checkpoints."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from bumps.batch import KILL, SET
from bumps.btree import meta as meta_slots
from bumps.errors import BumpsError, DiskFullError
from bumps.files import Disk
from bumps.recovery.create import create
from bumps.torture.model import Change, Subscripts
from bumps.torture.subject import CODEC, DIRECTORY, batches_of
from bumps.wal import verify
from bumps.wal.frame import COMMIT
from bumps.wal.reader import JournalReader
from bumps.wal.segment import Place
from bumps.wal.writer import JournalWriter
from tests.plain_store import PlainStore

PATH = DIRECTORY + "/journal.bumps"
BEGINNING = Place(0, 0, 0, 0, 0)


class JournalStore(PlainStore):
    """A dict whose changes are in a journal."""

    def __init__(self, disk: Disk, *, create_it: bool, read_only: bool, sizes: tuple[int, int], alignment: int) -> None:
        if create_it and not disk.kind(PATH):
            create(disk, PATH, charset="utf-8", page_size=512)
        if not read_only:
            # Who made it may have died before its name was durable (recovery/recover.py does the same).
            disk.sync_directory(DIRECTORY)
        with contextlib.closing(disk.open(PATH + "/data", write=False)) as data:
            self.meta = meta_slots.read(data).newest
        self.nodes: dict[tuple[str, bytes], bytes] = {}
        self.pending: list[Change] = []
        self.met: list[str] = []
        self.size = 0
        reader = JournalReader(disk, PATH + "/journal", database_id=self.meta.database_id, start=BEGINNING)
        for frame in reader:
            if frame.kind == COMMIT:
                self.apply(frame.batches)
        end = reader.end
        end.check()
        self.lsn = end.last.lsn
        if end.torn_size:
            self.met.append("torn tail cut")
        self.journal: JournalWriter | None = None
        if read_only:
            return
        self.journal = JournalWriter(
            disk,
            PATH + "/journal",
            database_id=self.meta.database_id,
            epoch=end.epoch + 1,
            next_lsn=end.stable.lsn + 1,
            chain=end.stable.crc,
            before=end.stable.position,
            durable_lsn=end.stable.lsn,
            alignment=alignment,
            segment_size_min=sizes[0],
            segment_size_max=sizes[1],
            time_us=end.stable.time_us,
        )
        if end.tail:
            self.journal.adopt(end.tail)
            self.met.append("adoption by copy")

    @property
    def last_lsn(self) -> int:
        return self.lsn if self.journal is None else self.journal.last_lsn

    read_only = False

    @property
    def failed(self) -> bool:
        return self.journal is not None and self.journal.failed

    @property
    def durable_lsn(self) -> int:
        return self.lsn if self.journal is None else self.journal.durable_lsn

    def apply(self, batches: Sequence[tuple[str, bytes, list[bytes], list[bytes]]]) -> None:
        for name, kinds, keys, values in batches:
            following = iter(values)
            for kind, key in zip(kinds, keys, strict=True):
                if kind == SET:
                    self.nodes[name, key] = next(following)
                elif kind == KILL:
                    self.nodes = {n: v for n, v in self.nodes.items() if n[0] != name or not n[1].startswith(key)}
                else:
                    self.nodes.pop((name, key), None)

    def commit(self, changes: Sequence[Change]) -> int:
        assert self.journal is not None
        self.append_pending()
        batches = batches_of(changes)
        lsn = self.journal.append(batches).lsn
        self.apply(batches)
        self.journal.wait_durable(lsn)
        return lsn

    def append_pending(self) -> None:
        assert self.journal is not None
        if self.pending:
            batches = batches_of(self.pending)
            self.journal.append(batches)
            self.pending = []
            self.apply(batches)

    def set_one(self, change: Change) -> None:
        self.pending.append(change)
        assert self.journal is not None
        self.journal.prepare_ahead()

    def flush(self) -> None:
        assert self.journal is not None
        self.append_pending()
        self.journal.sync()

    def checkpoint(self) -> None:
        assert self.journal is not None
        self.append_pending()
        self.journal.append_mark(len(self.nodes))
        self.journal.sync()

    def close(self) -> None:
        assert self.journal is not None
        self.append_pending()
        self.journal.close_clean()

    def content(self) -> list[tuple[str, bytes, bytes]]:
        return [(name, key, value) for (name, key), value in sorted(self.nodes.items())]

    def notes(self) -> list[str]:
        return self.met

    def disagreements(self) -> list[str]:
        return []


class Journal:
    """The journal as a subject."""

    def __init__(self, sizes: tuple[int, int] = (2048, 8192), alignment: int = 512) -> None:
        self.sizes = sizes
        self.alignment = alignment

    def __str__(self) -> str:
        return f"journal, segments {self.sizes}, alignment {self.alignment}"

    def open(self, disk: Disk, *, create: bool, read_only: bool = False) -> JournalStore:
        try:
            return JournalStore(disk, create_it=create, read_only=read_only, sizes=self.sizes, alignment=self.alignment)
        except OSError as error:
            raise BumpsError(f"open: {error}") from error

    def encode(self, subscripts: Subscripts) -> bytes:
        return CODEC.encode(subscripts)

    def problems(self, disk: Disk) -> list[str]:
        with contextlib.closing(disk.open(PATH + "/data", write=False)) as data:
            meta = meta_slots.read(data).newest
        return [
            str(problem)
            for problem in verify.problems(
                disk, PATH + "/journal", database_id=meta.database_id, base_lsn=0, checkpoint=BEGINNING
            )
        ]

    def is_typed(self, error: BaseException) -> bool:
        return isinstance(error, BumpsError)

    def is_refusal(self, error: BaseException) -> bool:
        return isinstance(error, DiskFullError)
