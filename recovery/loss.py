"""Going on after damage of the journal: keep what is sound, and say exactly what is gone.

Opening refuses a journal of which durable frames are gone. Who accepts that gets a database of all frames up
to the first one that is gone; what follows is moved aside, never deleted.

    1  judge    read the journal from C on; frames that go on from the last good one count, even
                if the header before them or frame C itself cannot be read: the chain proves them
    2  report   `journal/lost-<time>/report.json`: what will be gone, durable before anything changes
    3  begin    a new segment behind the last good frame, with copies of what is not proven durable,
                then a checkpoint: the mark in that segment is the new C
    4  move     the segments that follow to `journal/lost-<time>/`
    5  base     if frames below C are gone, which `replay` needs and the tree does not: a checkpoint
                in another new segment, which becomes the base of the history that is kept
    6  finish   the report says so

    L1. It may be cut anywhere and begun again. Until step 4 is complete opening goes on to refuse; a
        report that is not finished tells the next run what the first one was about to do.
    L2. What is gone is in the report of the first run, whatever later runs find.
    L3. A segment in the place of the new one is copied aside before it is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bumps.btree import meta as meta_slots
from bumps.btree.forest import Forest, PageSet
from bumps.btree.meta import Meta
from bumps.errors import CorruptionError, StorageError
from bumps.files import Disk, File, close_quietly, read_all, write_all
from bumps.options import Options
from bumps.recovery import double_write
from bumps.recovery.checkpoint import Checkpointer, Draft
from bumps.recovery.create import DATA, DOUBLE_WRITE, JOURNAL, join
from bumps.recovery.recover import adopt_set, apply_frame, check_size, new_writer, open_forest, place_of
from bumps.recovery.remains import Gap, History, find_meta, read_history, segments
from bumps.wal import frame, segment
from bumps.wal.frame import Frame
from bumps.wal.reader import JournalReader, Verdict
from bumps.wal.segment import Place
from bumps.wal.source import SegmentSource, read_frame
from bumps.wal.verify import JournalCheck

PREFIX = "lost-"
REPORT, REPORT_NEW = "report.json", "report.new"
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Loss:
    """What accepting the loss has cost, or would cost."""

    damage: str
    """What is wrong with the journal; empty if nothing is."""
    checkpoint_lsn: int
    """C, before."""
    last_lsn: int
    """The last frame that is kept."""
    gone: tuple[Range, ...]
    """First and last LSN of what is not in the database any more."""
    readable: tuple[Range, ...]
    """Those of them that can still be read, in what was moved aside."""
    history_gone: tuple[Range, ...]
    """LSNs whose effect is in the database, but which no replay can tell any more."""
    base_lsn: int
    """The journal tells everything above it."""
    directory: str
    """Where the rest is, relative to the database; empty if there is none."""
    moved: tuple[str, ...]
    """The segments that are, or would be, there."""


@dataclass(slots=True)
class _Judged:
    """A database and its journal, read from C to the last good frame."""

    meta: Meta
    forest: Forest
    history: History
    stable: Place
    tail: list[Place]
    last: Place
    epoch: int
    damage: str
    sealed: bool
    """Whether the state is that of a sealed set, which is not home yet."""
    has_frame_c: bool


def accept(disk: Disk, path: str, options: Options, *, dry_run: bool = False) -> Loss:
    """Keep what is sound of the journal, and move the rest aside; `dry_run` only says what would be done.

    The lock is held. Raises CorruptionError if `data` is damaged too, DiskFullError if there is no space.
    """
    return _Acceptance(disk, path, options).run(dry_run=dry_run)


class _Acceptance:
    """One run."""

    def __init__(self, disk: Disk, path: str, options: Options) -> None:
        self.disk = disk
        self.path = path
        self.options = options
        self.journal = join(path, JOURNAL)
        self.directory = ""
        """The name of the directory of this loss, in the journal."""
        self.report: dict[str, Any] = {}

    def run(self, *, dry_run: bool) -> Loss:
        """Judge, then do the steps."""
        self._find_unfinished()
        if not dry_run:
            self._finish_moves()
        data = self.disk.open(join(self.path, DATA), write=False)
        try:
            judged = self._judge(data)
            problem = next(iter(self._problems(judged.meta)), None)
            loss = self._loss(judged, judged.damage or ("" if problem is None else str(problem)))
            if dry_run:
                return loss
            if judged.damage or problem is not None:
                self._begin_report(loss, judged)
                self._rewrite(judged, raise_base=not judged.damage or not judged.has_frame_c)
                self._move(loss.moved)
        finally:
            close_quietly(data)
        return self._settle_base(loss) if self.report else loss

    def _settle_base(self, loss: Loss) -> Loss:
        """Raise the base if the history below C is still damaged; then finish the report."""
        data = self.disk.open(join(self.path, DATA), write=False)
        try:
            judged = self._judge(data)
            if any(True for _ in self._problems(judged.meta)):
                judged = self._rewrite(judged, raise_base=True)
        finally:
            close_quietly(data)
        return self._finish(replace(loss, base_lsn=judged.meta.base_lsn))

    # 1 judge

    def _judge(self, data: File) -> _Judged:
        """Read the journal from C on, and apply what is sound."""
        notes: list[Gap] = []
        meta = find_meta(self.disk, self.path, notes)
        if meta is None:
            raise CorruptionError(
                f"{self.path}: no meta slot can be read",
                hint="bumps db recover DB --salvage --into NEW saves what can be read",
                path=self.path,
            )
        overrides: dict[int, bytes] = {}
        sealed = meta.generation != meta_slots.read(data).newest.generation
        if sealed:
            overrides = dict(self._sealed_pages(meta))
        check_size(data, meta, overrides)
        forest = open_forest(data, meta, self.options, overrides)
        reader = JournalReader(self.disk, self.journal, database_id=meta.database_id, start=place_of(meta))
        for found in reader:
            _apply(forest, found)
        end = reader.end
        history = read_history(self.disk, self.path, meta.database_id, meta.lsn)
        last, tail = end.last, list(end.tail)
        has_frame_c = meta.lsn == 0 or _has_frame(self.disk, self.journal, place_of(meta))
        if end.verdict is Verdict.DAMAGE:
            for place in self._run_behind(history, last):
                _apply(forest, read_frame(self.disk, self.journal, place))
                tail.append(place)
                last = place
        return _Judged(
            meta=meta,
            forest=forest,
            history=history,
            stable=end.stable,
            tail=tail,
            last=last,
            epoch=max(meta.epoch, end.epoch, history.epoch),
            damage=end.error.message if end.error is not None else "",
            sealed=sealed,
            has_frame_c=has_frame_c,
        )

    def _run_behind(self, history: History, last: Place) -> Iterable[Place]:
        """Return the frames that go on from `last` by number and chain, and say what can be."""
        run = []
        for found in history.frames:
            if found.lsn == last.lsn + 1 and found.chain == last.crc:
                try:
                    _check(read_frame(self.disk, self.journal, found.place))
                except StorageError:
                    break
                run.append(found.place)
                last = found.place
        return run

    def _sealed_pages(self, meta: Meta) -> list[tuple[int, bytes]]:
        file = self.disk.open(join(self.path, DOUBLE_WRITE), write=False)
        try:
            sealed = double_write.read(file, meta.database_id, meta.page_size)
            return [] if sealed is None else double_write.images(file, sealed)
        finally:
            close_quietly(file)

    def _problems(self, meta: Meta) -> Iterable[object]:
        """Return what `verify` says of the journal."""
        return JournalCheck(
            self.disk,
            self.journal,
            database_id=meta.database_id,
            base_lsn=meta.base_lsn,
            checkpoint=place_of(meta),
            charset=meta.charset,
        ).problems()

    def _loss(self, judged: _Judged, damage: str) -> Loss:
        """Return what is gone if all behind the last good frame goes."""
        listing = segments(self.disk, self.path)
        last = judged.last.lsn
        frames = [found for found in judged.history.frames if found.lsn > last] if judged.damage else []
        ends = [end for _, end in judged.history.gone] + [found.lsn for found in frames]
        highest = max([last, *ends]) if judged.damage else last
        below = [
            (max(first, judged.meta.base_lsn + 1), min(end, last))
            for first, end in judged.history.gone
            if first <= last and end > judged.meta.base_lsn
        ]
        behind = [lsn for lsn in listing.first_lsns if lsn > judged.stable.lsn + 1] if judged.damage else []
        said = self.report
        return Loss(
            damage=said.get("damage") or damage,
            checkpoint_lsn=said.get("checkpoint_lsn", judged.meta.lsn),
            last_lsn=said.get("last_lsn", last),
            gone=_union(_ranges(said, "gone"), [(last + 1, highest)] if highest > last else []),
            readable=_union(_ranges(said, "readable"), [(found.lsn, found.lsn) for found in frames]),
            history_gone=_union(_ranges(said, "history_gone"), below),
            base_lsn=judged.meta.base_lsn,
            directory=f"{JOURNAL}/{self.directory}" if self.directory else "",
            moved=tuple(sorted({*said.get("moved", ()), *listing.misnamed, *(segment.name_of(lsn) for lsn in behind)})),
        )

    # 2 report

    def _find_unfinished(self) -> None:
        """Look for the report of a run that was cut (L1)."""
        for name in reversed(self.disk.list(self.journal)) if self.disk.kind(self.journal) else ():
            if not name.startswith(PREFIX) or self.disk.kind(join(self.journal, name)) != "directory":
                continue
            try:
                report = json.loads(self._read(join(join(self.journal, name), REPORT)))
            except (OSError, ValueError):
                continue
            if isinstance(report, dict) and report.get("finished") is False:
                self.directory, self.report = name, report
                return

    def _finish_moves(self) -> None:
        """Move what a run that was cut was about to move, if its new segment is there already."""
        report = self.report
        if not report:
            return
        try:
            source = SegmentSource(self.disk, self.journal, int(report["segment"]))
        except (StorageError, KeyError, TypeError, ValueError):
            return
        try:
            header = source.header(bytes.fromhex(report["database_id"]))
        except (StorageError, KeyError, TypeError, ValueError):
            return
        finally:
            source.close()
        if header.epoch == report.get("epoch"):
            self._move(report["moved"])

    def _begin_report(self, loss: Loss, judged: _Judged) -> None:
        """Make the directory of this loss, and say durably what will be done."""
        if not self.directory:
            self.directory = f"{PREFIX}{self.disk.time_us()}"
            self.disk.make_directory(join(self.journal, self.directory))
            self.disk.sync_directory(self.journal)
        first_lsn = judged.stable.lsn + 1
        self.report = _facts(loss) | {
            "database_id": judged.meta.database_id.hex(),
            "segment": first_lsn,
            "epoch": judged.epoch + 1,
            "finished": False,
        }
        self._write_report()
        self._copy_aside(segment.name_of(first_lsn))

    def _copy_aside(self, name: str) -> None:
        """Copy a segment that the new one will replace (L3)."""
        source, target = join(self.journal, name), join(join(self.journal, self.directory), name)
        if self.disk.kind(source) != "file" or self.disk.kind(target):
            return
        self._write(target + ".part", self._read(source))
        self.disk.rename(target + ".part", target)
        self.disk.sync_directory(join(self.journal, self.directory))

    def _write_report(self) -> None:
        """Write the report, whole or not at all."""
        directory = join(self.journal, self.directory)
        self._write(join(directory, REPORT_NEW), json.dumps(self.report, indent=1).encode())
        self.disk.rename(join(directory, REPORT_NEW), join(directory, REPORT))
        self.disk.sync_directory(directory)

    def _finish(self, loss: Loss) -> Loss:
        """Say durably that all is done."""
        self.report = self.report | {"base_lsn": loss.base_lsn, "finished": True}
        self._write_report()
        return replace(loss, directory=f"{JOURNAL}/{self.directory}")

    def _read(self, path: str) -> bytes:
        file = self.disk.open(path, write=False)
        try:
            return read_all(file)
        finally:
            close_quietly(file)

    def _write(self, path: str, content: bytes) -> None:
        """Write a new file durably; what a run that was cut has left of it goes."""
        if self.disk.kind(path):
            self.disk.unlink(path)
        file = self.disk.create(path)
        try:
            write_all(file, content, 0)
            file.sync()
        finally:
            close_quietly(file)

    # 3 begin, 5 base

    def _rewrite(self, judged: _Judged, *, raise_base: bool) -> _Judged:
        """Begin a new segment behind the last good frame, and make a checkpoint in it; return the new state."""
        meta = judged.meta
        data = self.disk.open(join(self.path, DATA), write=True)
        name = join(self.path, DOUBLE_WRITE)
        if not self.disk.kind(name):
            self.disk.create(name).close()
        seal_file = self.disk.open(name, write=True)
        journal = None
        checkpointer: _BaseCheckpointer | None = None
        try:
            head = double_write.read_head(seal_file, meta.database_id, meta.page_size)
            settled = head is None or head.generation != meta.generation
            if judged.sealed:
                sealed = double_write.read(seal_file, meta.database_id, meta.page_size)
                assert sealed is not None and sealed.meta == meta
                copy = adopt_set(self.disk, self.path, data, sealed, double_write.images(seal_file, sealed))
                close_quietly(seal_file)
                seal_file, settled = copy, True
            journal = new_writer(
                self.disk, self.path, meta, self.options, judged.stable, epoch=judged.epoch + 1, resume=False
            )
            if judged.tail:
                journal.adopt(judged.tail)
            checkpointer = _BaseCheckpointer(
                self.disk, self.path, data=data, seal_file=seal_file, meta=meta, meta_durable=settled, keep="all"
            )
            if raise_base:
                checkpointer.base_lsn = judged.stable.lsn
            return replace(judged, meta=checkpointer.run(judged.forest, journal, clean=False))
        finally:
            if journal is not None:
                journal.close()
            close_quietly(data)
            close_quietly(seal_file if checkpointer is None else checkpointer.seal_file)

    # 4 move

    def _move(self, names: Iterable[str]) -> None:
        """Move these segments aside, those that are still there."""
        directory = join(self.journal, self.directory)
        for name in names:
            if "/" not in name and name.endswith(segment.SUFFIX) and self.disk.kind(join(self.journal, name)) == "file":
                self.disk.rename(join(self.journal, name), join(directory, name))
        self.disk.sync_directory(directory)
        self.disk.sync_directory(self.journal)


class _BaseCheckpointer(Checkpointer):
    """Makes a checkpoint behind which the history that is kept begins anew."""

    base_lsn: int | None = None
    """The new base; None leaves it."""

    def next_meta(self, draft: Draft, pages: PageSet, *, clean: bool) -> Meta:
        """Return what the meta slot of this checkpoint will say."""
        meta = super().next_meta(draft, pages, clean=clean)
        return meta if self.base_lsn is None else replace(meta, base_lsn=self.base_lsn)


def _apply(forest: Forest, found: Frame) -> None:
    apply_frame(forest, found, found.batches if found.kind == frame.COMMIT else [])


def _check(found: Frame) -> None:
    """Raise if a frame says what cannot be."""
    found.check_form()
    if found.kind == frame.MARK:
        _ = found.node_count
    else:
        _ = found.batches


def _has_frame(disk: Disk, directory: str, place: Place) -> bool:
    try:
        read_frame(disk, directory, place)
    except StorageError:
        return False
    return True


def _facts(loss: Loss) -> dict[str, Any]:
    """Return the report as JSON has it."""
    return {
        "damage": loss.damage,
        "checkpoint_lsn": loss.checkpoint_lsn,
        "last_lsn": loss.last_lsn,
        "gone": [list(part) for part in loss.gone],
        "readable": [list(part) for part in loss.readable],
        "history_gone": [list(part) for part in loss.history_gone],
        "base_lsn": loss.base_lsn,
        "moved": list(loss.moved),
    }


def _ranges(report: dict[str, Any], name: str) -> list[Range]:
    return [(int(first), int(last)) for first, last in report.get(name, ())]


def _union(*groups: Iterable[Range]) -> tuple[Range, ...]:
    """Return ranges joined where they touch."""
    joined: list[Range] = []
    for first, last in sorted(part for group in groups for part in group):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)
